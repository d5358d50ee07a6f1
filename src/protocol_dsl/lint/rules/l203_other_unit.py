"""---
title: The wording measures in another unit than the rule
severity: warning
message: The wording says {said}, and the rule has {ruled}: the number is the same, the unit is not.
hint: Mend the one that is wrong. If they differ on purpose, say why under the criterion:
    interpretation: {said} is read as {ruled}, because …
label: in the wording
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

Other units of the same amount agree: 7 days is 1 week, but no number of days is a month. Where the two differ on
purpose, a line under the criterion that names the number says so, as `interpretation:`, `open question:` or `not
counted:`.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    > Stroke in the 6 weeks before screening.
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

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L203"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "unit"):
        assert found.wording is not None
        assert found.rule is not None
        yield criterion.tell(CODE, found.wording.span, said=found.wording.words, ruled=found.rule.words)
