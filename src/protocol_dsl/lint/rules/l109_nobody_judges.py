"""---
title: A judgement that nobody is named for
severity: warning
message: "{words}" asks for a judgement, and the rule does not say whose.
hint: Name who judges, and ask for the judgement:
    data: …
      …: judgement by investigator
  Then the rule says:
    investigator judges: …
label: who judges?
---
"Clinically significant", "likely to interfere" and "in the opinion of" ask somebody to decide. Where the record does
not say who has decided, and what, nobody can verify the decision. ICH E6(R3) makes a qualified physician responsible
for medical decisions of a trial, and asks for records from which they can be verified; Ross and others (Analysis of
eligibility criteria complexity in clinical trials, AMIA Summits on Translational Science 2010) set apart criteria
that need clinical judgement.

It is not told of where the rule asks for a person's judgement or promise, or a note says who judges.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  heart disease: yes/no

exclusion criteria

  E1: Heart
    > Heart disease likely to interfere with the trial.
    heart disease
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  heart disease may interfere: judgement by investigator

exclusion criteria

  E1: Heart
    > Heart disease likely to interfere with the trial.
    investigator judges: heart disease may interfere
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import CriterionReading, Reading
from protocol_dsl.semantics.types import YesNo

CODE: Final = "L109"
_JUDGING: Final = re.compile(
    r"\b(?:in (?:the|his|her) (?:[\w-]+ )?(?:opinion|judge?ment|view|assessment)(?: of)?|(?:in"
    r"|at) (?:the )?[\w' ]{0,30}discretion"
    r"|(?:are|is|as|be) (?:deemed|considered|judged|felt|regarded|determined)|(?:investigator|physician|doctor|sponsor)"
    r" (?:thinks|believes|considers|judges|feels)"
    r"|clinically (?:significant|relevant|meaningful)|(?:un)?likely to|(?:would|could|might|may) (?:significantly )?"
    r"(?:affect|interfere|impair|compromise|confound|hinder|endanger|jeopardi[sz]e|disturb|preclude|limit|prevent)"
    r"|(?:unacceptable|undue|increased) risk|not be in the best interest)\b",
    re.IGNORECASE,
)
_WHO: Final = re.compile(r"\b(?:judge|judges|judged|decides?|investigator|physician|assess\w*)\b", re.IGNORECASE)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        found = _JUDGING.search(criterion.wording.text)
        if found is not None and not _somebody_judges(criterion) and criterion.syntax.rule is not None:
            yield criterion.tell(CODE, criterion.wording.span(found.start(), found.end()), words=found[0])


def _somebody_judges(criterion: CriterionReading) -> bool:
    """Whether the rule asks what a person has answered, or a note says who decides."""
    items = [item for name in criterion.names for item in criterion.review.items.get(name, ())]
    answers = any(isinstance(item.kind, YesNo) and item.kind.role is not None for item in items)
    notes = [note for note in criterion.notes if note.kind in ("interpretation", "open question", "not counted")]
    return bool(criterion.judgements) or answers or any(_WHO.search(note.text) for note in notes)
