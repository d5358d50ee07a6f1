"""---
title: The wording says another number than the rule
severity: warning
message: The wording says {said}, and the rule has {ruled}.
hint: Mend the one that is wrong. If they differ on purpose, say why under the criterion:
    interpretation: {said} is read as {ruled}, because …
message alone: The wording says {said}, and nothing in the rule does.
hint alone: Add it to the rule. If it has no effect, say so under the criterion:
    not counted: "{said}": …
label: in the wording
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

Numbers are read in words too, and in other units: 12 months is 1 year, and 0.9 g/dL is 9 g/L. Where the two differ on
purpose, a line under the criterion that names the number says so, as `interpretation:`, `open question:` or `not
counted:`.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

exclusion criteria

  E1: Low weight
    > Weight below 50 kg.
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
    > Weight below 45 kg.
    weight is below 45 kg
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L201"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "number", "only wording"):
        assert found.wording is not None
        said, ruled = found.wording.words, found.rule.words if found.rule else ""
        yield criterion.tell(CODE, found.wording.span, variant=None if found.rule else "alone", said=said, ruled=ruled)
