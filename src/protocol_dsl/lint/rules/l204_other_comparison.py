"""---
title: The wording compares otherwise than the rule
severity: warning
message: The wording says {said}, and the rule says {ruled}.
hint: Mend the one that is wrong. If they differ on purpose, say under the criterion what holds for a value of exactly
  that number:
    interpretation: …
label: in the wording
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

"Over 18" leaves out who is exactly 18, and "at least 18" takes that patient in. An exclusion may say who may take
part where the rule says who may not. A note that says how the number is compared answers it.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

inclusion criteria

  I1: Weight
    > Weight over 50 kg.
    weight is at least 50 kg
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
    > Weight over 50 kg.
    weight is above 50 kg
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L204"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "comparison"):
        assert found.wording is not None
        assert found.rule is not None
        said = f"{found.wording.comparison} {found.wording.words}"
        ruled = f"{found.rule.comparison} {found.rule.words}"
        yield criterion.tell(CODE, found.wording.span, said=said, ruled=ruled)
