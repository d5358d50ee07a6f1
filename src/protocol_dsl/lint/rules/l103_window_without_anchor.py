"""---
title: A window that is measured from no day
severity: warning
message: "{words}" does not say from which day it is counted.
hint: Name the day. For example:
    {words} before screening
  Or say it under the criterion:
    interpretation: It counts back from screening.
message of: "{words}" can be before or after that day, or both.
hint of: Write "before" or "after" in place of "of". Or say it under the criterion, for example:
    interpretation: It counts back from that day.
label: counted from when?
---
"In the past six months" is counted by one site from consent and by the next from the first dose; between the two lie
weeks. Ross and others (Analysis of eligibility criteria complexity in clinical trials, AMIA Summits on Translational
Science 2010) found that many criteria speak of times.

It is not told of where a note says from when the time counts, or names it as an open question.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    > Stroke in the past 6 months.
    any stroke within 6 months before screening
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    > Stroke in the 6 months before screening.
    any stroke within 6 months before screening
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift import wording
from protocol_dsl.lint.reading import CriterionReading, Passage, Reading

CODE: Final = "L103"
_NUMBER: Final = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|twenty-four|several|few)"
_UNIT: Final = r"(?:hours?|days?|weeks?|months?|years?)"
_WINDOW: Final = re.compile(
    rf"\b(?:in|within|during|over|for)\s+(?:the\s+)?(?:past|last|previous|preceding|prior)\s+(?:{_NUMBER}\s+)?{_UNIT}\b"
    rf"|\bwithin\s+(?:the\s+)?{_NUMBER}(?:\s+to\s+{_NUMBER})?\s+{_UNIT}\b",
    re.IGNORECASE,
)
_ANCHOR: Final = re.compile(
    r"^(?:[^.;]*?)\b(?:before|prior to|preceding|after|following|since|from|until|of (?!age)|at (?:screening"
    r"|entry|enrol))",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"^\s+of\s+(?!age)", re.IGNORECASE)
_SAYS_WHEN: Final = re.compile(
    r"\b(?:counts?|counted|before|after|from|until|back|leading up|present|today)\b", re.IGNORECASE
)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        passage = criterion.wording
        for found in _WINDOW.finditer(passage.text):
            behind = passage.text[found.end() :]
            span = passage.span(found.start(), found.end())
            if _says_when(found, criterion):
                continue
            if _OF.match(behind):
                yield criterion.tell(CODE, span, variant="of", words=f"{found[0]} of")
            elif not _ANCHOR.match(behind):
                yield criterion.tell(CODE, span, words=found[0])


def _says_when(found: re.Match[str], criterion: CriterionReading) -> bool:
    """Whether a note speaks of this length of time and says when it counts."""
    words = Passage(found[0], tuple(range(len(found[0]))))
    numbers = {claim.number for claim in wording.claims_of(words)}
    unit = re.sub(r"s$", "", found[0].split()[-1].casefold())
    for note in criterion.notes:
        if note.kind not in ("interpretation", "open question", "not counted") or not _SAYS_WHEN.search(note.text):
            continue
        told = {claim.number for claim in wording.claims_of(Passage(note.text, tuple(range(len(note.text)))))}
        if numbers & told or re.search(rf"\b{unit}s?\b", note.text, re.IGNORECASE):
            return True
    return False
