"""---
title: An exception that may hold for one thing or for all
severity: warning
message: "{words}" may hold for what stands next to it, or for everything before it.
hint: Give each thing its own sentence or bullet. Or say under the criterion what the exception holds for:
    interpretation: The exception holds for … only.
label: except from what?
---
In "stroke or bleeding, unless more than a year ago" the year may be asked of the bleeding alone. Ross and others
(Analysis of eligibility criteria complexity in clinical trials, AMIA Summits on Translational Science 2010) count
joined conditions among what makes criteria complex. The language refuses it in rules (P407).

It is told of an exception behind "or", "and" or a semicolon in one sentence, unless a note speaks of it.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  recent event: yes/no

exclusion criteria

  E1: Events
    > Stroke or bleeding, unless it was treated in hospital.
    recent event
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  recent event: yes/no

exclusion criteria

  E1: Events
    > Stroke or bleeding, unless it was treated in hospital.
    recent event
    interpretation: The exception holds for both.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import Reading

CODE: Final = "L116"
_EXCEPTION: Final = re.compile(
    r"\b(?:unless|except(?: for| that| where| when)?|with the exception of|other than)\b", re.IGNORECASE
)
_JOINED: Final = re.compile(r"\b(?:or|and)\b|;", re.IGNORECASE)
_SPEAKS_OF_IT: Final = re.compile(
    r"\b(?:except\w*|unless|exempt\w*|excus\w*|allow\w*|applies|said of|asked of|governs?|holds? for|covers?"
    r"|only|alone|all"
    r"|both|either|count)\b",
    re.IGNORECASE,
)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        notes = [
            note.text for note in criterion.notes if note.kind in ("interpretation", "open question", "not counted")
        ]
        if any(_SPEAKS_OF_IT.search(note) for note in notes):
            continue
        for found in _EXCEPTION.finditer(criterion.wording.text):
            sentence = next(one for one in criterion.wording.sentences if one.start <= found.start() < one.end)
            before = criterion.wording.text[sentence.start : found.start()]
            if _JOINED.search(before):
                yield criterion.tell(CODE, criterion.wording.span(found.start(), found.end()), words=found[0])
