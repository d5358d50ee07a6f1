"""---
title: A number without its unit
severity: warning
message: "{words}" has no unit in the wording; the rule measures in {unit}.
hint: Write the unit behind the number:
    {line}
  Or say it under the criterion:
    interpretation: In {unit}.
label: in which unit?
---
Haemoglobin of 13 is normal in g/dL and a mistake in g/L. The SI Brochure (International Bureau of Weights and
Measures) says it of every quantity: its value is a number and a unit.

It is not told of an age, which is in years, of scores and counts, or where a note names the unit or the number.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

exclusion criteria

  E1: Low weight
    > Body weight below 45.
    weight is below 45 kg
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

exclusion criteria

  E1: Low weight
    > Body weight below 45 kg.
    weight is below 45 kg
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Copyable, Diagnostic
from protocol_dsl.lint.drift import rules, wording
from protocol_dsl.lint.reading import Reading
from protocol_dsl.values import Unit, parse_unit

CODE: Final = "L105"
_AGE: Final = re.compile(r"\b(?:aged?|old(?:er)?|years?|younger|adults?)\b", re.IGNORECASE)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        ruled = rules.claims_of(criterion)
        for said in wording.claims_of(criterion.wording):
            units = {rule.unit for rule in ruled if rule.number == said.number and rule.unit is not None}
            bare = any(rule.bare and rule.number == said.number for rule in ruled)
            unit = next(iter(units)) if len(units) == 1 else None
            if said.unit is not None or not said.asked or unit is None or bare:
                continue
            at = criterion.wording.places.index(said.span.start)
            if (unit.dimensionless and unit.code != "%") or _has_unit(unit, criterion.wording.text[at:]):
                continue
            if _is_age(unit) and _AGE.search(criterion.wording.text):
                continue
            if unit.code == "{titre}" or criterion.answered(unit.symbol, said.words):
                continue
            line = Copyable(f"{said.words} {unit.symbol}".replace(" %", "%"))
            yield criterion.tell(CODE, said.span, words=said.words, unit=unit.symbol, line=line)


def _has_unit(unit: Unit, behind: str) -> bool:
    """Whether a word of the unit stands a few words behind the number: "5 extra beats a minute"."""
    words = [word.rstrip("s") for word in re.findall(r"[^\W\d_]{4,}", unit.symbol)]
    near = " ".join(behind.split()[:5]).casefold()
    return any(word in near for word in words)


def _is_age(unit: Unit) -> bool:
    return unit.same_dimension(parse_unit("years"))
