"""---
title: The wording counts on the other side of the day
severity: warning
message: The wording counts {said} {side}, and the rule says {ruled}.
hint: Mend the one that is wrong. If they differ on purpose, say why under the criterion:
    interpretation: …
label: before or after?
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

Before and after are told apart by the words around the length of time, as "in the last", "prior to" and "following".
An operation a year before screening is a screening a year after the operation: that agrees.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    > Stroke in the 6 months prior to screening.
    any stroke within 6 months after screening
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
    > Stroke in the 6 months prior to screening.
    any stroke within 6 months before screening
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L206"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "side"):
        assert found.wording is not None
        assert found.rule is not None
        said, side = found.wording.words, found.wording.side or ""
        yield criterion.tell(CODE, found.wording.span, said=said, side=side, ruled=found.rule.words)
