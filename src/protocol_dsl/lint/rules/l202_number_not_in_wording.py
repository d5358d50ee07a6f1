"""---
title: A number of the rule that the wording does not say
severity: warning
message: The rule has {ruled}, and the wording does not say it.
hint: Quote the wording that says it, or take it out of the rule. If it is how the wording is read, say so under the
  criterion:
    interpretation: …
label: not in the wording
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

A number that is part of a definition's formula is not looked for. Where the two differ on purpose, a line under the
criterion that names the number says so, as `interpretation:`, `open question:` or `not counted:`.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    > Stroke.
    any stroke within 28 days before screening
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
    > Stroke.
    any stroke within 28 days before screening
    interpretation: Of the last 28 days, since an older one is no risk.
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L202"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "only rule"):
        assert found.rule is not None
        yield criterion.tell(CODE, found.rule.span, ruled=found.rule.words)
