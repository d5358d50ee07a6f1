"""---
title: Two criteria that say the same, or nearly
severity: warning
message: {second} asks for the same as {first}.
hint: Keep one of them.
message near: The rules of {second} and {first} differ in a number only.
hint near: If one of them is a slip, take it out. If both are meant, say what each is for, in its title or in a note:
    rationale: …
message wording: The wording of {second} is nearly that of {first}.
hint wording: Keep one of them, or say what each is for, in its title or in a note:
    rationale: …
label: said before
---
A criterion that stands twice is amended once, and from then on the protocol contradicts itself. Getz and others
(Measuring the incidence, causes, and repercussions of protocol amendments, Drug Information Journal 2011) found
criteria to be among what amendments change most.

Two rules are the same where they decide every patient alike by the same facts, and nearly the same where only numbers
differ. Wordings are nearly the same where nearly all of their words are. A `rationale:` under either of the two
answers it.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  stroke: events

exclusion criteria

  E1: Stroke
    any stroke within 6 months before screening

  E2: Vascular event
    any stroke within 3 months before screening
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
    any stroke within 6 months before screening
```
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final

import attrs

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import CriterionReading, Reading
from protocol_dsl.semantics import core

CODE: Final = "L107"
_ALIKE: Final = 0.88
_FEWEST_WORDS: Final = 5


def check(file: Reading) -> Iterator[Diagnostic]:
    seen: list[CriterionReading] = []
    for criterion in file.criteria:
        for other in seen:
            variant = _alike(other, criterion)
            if variant is not None:
                names = {"first": other.criterion.id, "second": criterion.criterion.id}
                yield criterion.tell(CODE, criterion.syntax.id_span, variant=variant or None, **names)
                break
        seen.append(criterion)


def _alike(one: CriterionReading, other: CriterionReading) -> str | None:
    first, second = one.criterion, other.criterion
    explained = any(note.kind == "rationale" for note in (*first.notes, *second.notes))
    if first.kind != second.kind or explained:
        return None
    if one.syntax.rule is not None and other.syntax.rule is not None:
        if (first.rule, first.applies_if) == (second.rule, second.applies_if):
            return ""
        if _shape_of(one) == _shape_of(other):
            return "near"
    return "wording" if _nearly(one.wording.text, other.wording.text) else None


def _shape_of(reading: CriterionReading) -> object:
    """The rule without its numbers, worked out once: each criterion is compared with all others."""
    shapes = reading.review.kept.setdefault("shapes", {})
    if reading.criterion.id not in shapes:
        shapes[reading.criterion.id] = _shape(reading.criterion.rule), _shape(reading.criterion.applies_if)
    return shapes[reading.criterion.id]


def _shape(node: object) -> object:
    """A condition without its numbers."""
    if isinstance(node, core.Constant):
        return "number"
    if isinstance(node, core.Shift):
        return ("shift", _shape(node.date))
    if isinstance(node, tuple):
        return tuple(map(_shape, node))
    if isinstance(node, core.Written):
        parts = (getattr(node, part.name) for part in attrs.fields(type(node)) if part.eq)
        return (type(node).__name__, *map(_shape, parts))
    return node


def _nearly(one: str, other: str) -> bool:
    first, second = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    if min(len(first), len(second)) < _FEWEST_WORDS:
        return bool(first) and first == second
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE
