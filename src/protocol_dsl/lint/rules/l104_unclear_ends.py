"""---
title: A range whose ends may be in or out
severity: warning
message: "{words}" does not say whether its ends are in.
hint: Add "inclusive" where a value of exactly {low} or {high} is in. Or say it under the criterion:
    interpretation: Both ends are in.
label: ends in or out?
---
"Between 18 and 65 years" may take in a patient of exactly 65 years, or not, and patients at the limit are common. The
language makes the rule say it; the wording that a site reads must say the same. The SPIRIT 2013 statement (item 10)
asks for eligibility criteria that can be followed as they stand.

It is not told of where the wording says "inclusive" or "exclusive", or a note speaks of the ends or of one of the two
numbers.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

inclusion criteria

  I1: Weight
    > Weight between 50 and 100 kg.
    weight is between 50 and 100 kg, inclusive
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

inclusion criteria

  I1: Weight
    > Weight between 50 and 100 kg, inclusive.
    weight is between 50 and 100 kg, inclusive
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift import wording
from protocol_dsl.lint.reading import CriterionReading, Passage, Reading

CODE: Final = "L104"
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_RANGE: Final = re.compile(
    rf"\b(?:between|from|aged?|runs from)\s+(?P<low>{_NUMBER})\s*(?:%|[a-zA-Z/]+)?\s*(?:and|to|up to|-"
    rf"|–)\s*(?P<high>{_NUMBER})"
    rf"|(?<![\w.–-])(?P<low2>{_NUMBER})\s*(?:-|–|to)\s*(?P<high2>{_NUMBER})(?=\s*(?:%|years?|months?|weeks?|days?|kg|mg|mm|g/|mmol))",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(r"inclusive|exclusive|\bboth\b|\bends?\b|\bincluded\b|\bexcluded\b", re.IGNORECASE)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        passage = criterion.wording
        for found in _RANGE.finditer(passage.text):
            low, high = found["low"] or found["low2"], found["high"] or found["high2"]
            if _ENDS.search(passage.sentence(found.start())) or _says_ends((low, high), criterion):
                continue
            if Fraction(low.replace(",", ".")) < Fraction(high.replace(",", ".")):
                yield criterion.tell(CODE, passage.span(found.start(), found.end()), words=found[0], low=low, high=high)


def _says_ends(ends: tuple[str, str], criterion: CriterionReading) -> bool:
    numbers = {Fraction(end.replace(",", ".")) for end in ends}
    for note in criterion.notes:
        if note.kind in ("interpretation", "open question", "not counted"):
            told = {claim.number for claim in wording.claims_of(Passage(note.text, tuple(range(len(note.text)))))}
            if _ENDS.search(note.text) or numbers & told:
                return True
    return False
