"""---
title: The wording says no where the rule says yes
severity: warning
message: The wording says "no" or "not" of "{name}", and the rule asks for it.
hint: Mend the one that is wrong. If both are meant, say why under the criterion:
    interpretation: …
message not: The rule says "no" or "not" of "{name}", and the wording does not.
hint not: Mend the one that is wrong. If both are meant, say why under the criterion:
    interpretation: …
label: yes or no?
---
The quoted wording is what was approved, and the rule is what is run. ICH E6(R3) asks that a trial is conducted by the
protocol that was approved; Getz and others (The impact of protocol amendments on clinical trial performance and cost,
Therapeutic Innovation and Regulatory Science 2016) show how often criteria change after that, each time on one side
first.

Only names whose words stand side by side in the wording are compared. An exclusion that begins with "No" says who may
take part, as sources often do.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  pregnant: yes/no

inclusion criteria

  I1: Pregnancy
    > Not pregnant.
    pregnant
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  pregnant: yes/no

inclusion criteria

  I1: Pregnancy
    > Not pregnant.
    not pregnant
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.drift.findings import of_kind
from protocol_dsl.lint.reading import Reading

CODE: Final = "L205"


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion, found in of_kind(file, "negation"):
        yield criterion.tell(CODE, found.span, variant="not" if found.rule_negates else None, name=found.name)
