"""---
title: An exclusion that only says an inclusion again
severity: warning
message: {exclusion} shuts out exactly those who do not meet {inclusion}, so one of the two says nothing.
hint: Keep one of them. A patient outside the limits is shut out by {inclusion} alone.
label: already asked by the other
---
"At least 18 years" as an inclusion and "below 18 years" as an exclusion say one thing twice. When an amendment
changes one of them, the other stays, and the protocol contradicts itself; Getz and others (Measuring the incidence,
causes, and repercussions of protocol amendments, Drug Information Journal 2011) found the criteria to be among what
amendments change most.

The rules are compared, not the words: every part of an inclusion that must hold, with every part of an exclusion of
which one is enough.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

inclusion criteria

  I1: Weight
    weight is at least 50 kg

exclusion criteria

  E1: Low weight
    weight is below 50 kg
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
    weight is at least 50 kg
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import Reading
from protocol_dsl.semantics import core

CODE: Final = "L106"
_OPPOSITE: Final[dict[core.Comparison, core.Comparison]] = {"<": "≥", "≥": "<", ">": "≤", "≤": ">"}


def check(file: Reading) -> Iterator[Diagnostic]:
    criteria = [each for each in file.criteria if each.syntax.rule is not None]
    inclusions = [each for each in criteria if each.criterion.kind == "inclusion"]
    for exclusion in criteria:
        if exclusion.criterion.kind != "exclusion":
            continue
        parts = list(_alternatives(exclusion.criterion.rule))
        for inclusion in inclusions:
            if inclusion.criterion.applies_if != exclusion.criterion.applies_if:
                continue
            asked = list(_demands(inclusion.criterion.rule))
            if found := next((part for part in parts if negated(part) in asked or core_not(part) in asked), None):
                yield exclusion.tell(
                    CODE, found.origin, exclusion=exclusion.criterion.id, inclusion=inclusion.criterion.id
                )
                break


def negated(node: core.Condition) -> core.Condition:
    """The condition that holds where this one does not."""
    match node:
        case core.Not(inner):
            return inner
        case core.Compare(operator) if operator in _OPPOSITE:
            return evolve(node, operator=_OPPOSITE[operator])
        case _:
            return core_not(node)


def core_not(node: core.Condition) -> core.Condition:
    return core.Not(node, origin=node.origin, words=node.words)


def _demands(rule: core.Condition) -> Iterator[core.Condition]:
    """What an inclusion asks for, each part of which must hold."""
    if isinstance(rule, core.All):
        for part in rule.conditions:
            yield from _demands(part)
    elif isinstance(rule, core.Not) and isinstance(rule.condition, core.AtLeast) and rule.condition.count == 1:
        yield from (negated(part) for part in rule.condition.conditions)
    else:
        yield rule


def _alternatives(rule: core.Condition) -> Iterator[core.Condition]:
    """What an exclusion shuts out for, each part of which is enough."""
    if isinstance(rule, core.AtLeast) and rule.count == 1:
        for part in rule.conditions:
            yield from _alternatives(part)
    else:
        yield rule
