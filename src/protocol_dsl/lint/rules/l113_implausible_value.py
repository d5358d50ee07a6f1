"""---
title: A value that no patient can have
severity: warning
message: {value} is outside what a patient can have for {name}, which lies between {low} and {high}.
hint: Look at the unit and at the decimal point. If the value is meant, accept the finding under the criterion:
    accepted finding: L113, because …
label: is the unit right?
---
A height of 170 m, a weight of 7000 kg and a haemoglobin of 13 g/L are slips of a unit or of a decimal point. The
Institute for Safe Medication Practices has reported harm from mixed-up units over many years.

Limits in rules and definitions and the facts of examples are looked at, for common quantities by their names. Between
which values each can lie is kept with the program, with room on both sides: a finding is a slip, not a rare patient.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  height: m

inclusion criteria

  I1: Height
    height is at least 150 m
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  height: m

inclusion criteria

  I1: Height
    height is at least 150 cm
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Final

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, report
from protocol_dsl.lint.reading import Reading
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.semantics.types import Quantity
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold
from protocol_dsl.values import Unit, UnitError, as_fraction, convert, from_fraction, parse_unit, unit_text

CODE: Final = "L113"
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@frozen
class Plausible:
    """Between which values a quantity lies."""

    unit: Unit
    low: Fraction
    high: Fraction

    def holds(self, number: Fraction, unit: Unit) -> bool:
        """Whether a number in another unit lies there; a unit of another dimension is not looked at."""
        if not unit.same_dimension(self.unit):
            return True
        return self.low <= as_fraction(convert(from_fraction(number), unit, self.unit)) <= self.high


@cache
def quantities() -> dict[str, Plausible]:
    """The table, by folded name."""
    text = resources.files("protocol_dsl.lint").joinpath("quantities.toml").read_text(encoding="utf-8")
    return {
        fold(name): Plausible(parse_unit(entry["unit"]), Fraction(entry["low"]), Fraction(entry["high"]))
        for entry in tomllib.loads(text)["quantity"]
        for name in entry["names"]
    }


def check(file: Reading) -> Iterator[Diagnostic]:
    criteria = {each.criterion.id: each for each in file.criteria}
    for each in criteria.values():
        roots = [root for root in (each.syntax.applies_if, each.syntax.rule) if root is not None]
        for span, values in _in_rules(file, roots):
            yield each.tell(CODE, span, **values)
    for definition in {id(one): one for one in file.definition_syntax.values()}.values():
        for span, values in _in_rules(file, [definition.body]):
            yield report(CODE, file.source, span, where=f"definition {definition.name.text}", **values)
    for example in file.protocol.examples:
        for name, fact in example.facts.items():
            if (wrong := _of_fact(file, name, fact)) is not None:
                yield report(CODE, file.source, example.span, where=f"example {example.name}", **wrong)


def _in_rules(file: Reading, roots: list[nodes.Condition]) -> Iterator[tuple[Span, dict[str, Any]]]:
    for root in roots:
        for phrase in phrases_in(root):
            if isinstance(phrase, nodes.Comparison):
                name, limits = _measured(phrase.left), [phrase.complement]
            elif isinstance(phrase, nodes.RowsThat) and phrase.complement is not None:
                name, limits = phrase.series.nouns[0].rows.text, [phrase.complement]
            else:
                continue
            if name is None or not isinstance(limits[0], nodes.Limit | nodes.TwoLimits | nodes.Range):
                continue
            for number in phrases_in(limits[0]):
                if isinstance(number, nodes.Number) and number.unit is not None:
                    values = _implausible(file, name, Fraction(number.value), number.unit)
                    if values is not None:
                        yield number.span, values
                elif isinstance(number, nodes.Number) and number.time is not None:
                    values = _implausible(file, name, Fraction(number.value), parse_unit(number.time))
                    if values is not None:
                        yield number.span, values


def _measured(left: nodes.Value) -> str | None:
    """What is measured: a name, or the one record of a series."""
    match left:
        case nodes.Name(text):
            return text
        case nodes.Selected(_, series, None):
            return series.nouns[0].rows.text
        case _:
            return None


def _implausible(file: Reading, name: str, number: Fraction, unit: Unit) -> dict[str, Any] | None:
    spellings = [name, *(each for item in file.items.get(fold(name), ()) for each in item.names)]
    definition = file.definition_syntax.get(fold(name))
    spellings += [definition.name.text, *(alias.text for alias in definition.aliases)] if definition else []
    found = next((quantities()[fold(each)] for each in spellings if fold(each) in quantities()), None)
    if found is None or found.holds(number, unit):
        return None
    return {
        "value": unit_text(unit, from_fraction(number)),
        "name": name,
        "low": unit_text(found.unit, from_fraction(found.low)),
        "high": unit_text(found.unit, from_fraction(found.high)),
    }


def _of_fact(file: Reading, name: str, fact: object) -> dict[str, Any] | None:
    item = next(iter(file.items.get(fold(name), ())), None)
    if item is None or not isinstance(item.kind, Quantity):
        return None
    value, written = (fact.get("value"), fact.get("unit")) if isinstance(fact, Mapping) else (fact, None)
    if not _NUMBER.fullmatch(str(value)):
        return None
    try:
        unit = parse_unit(str(written)) if written else item.kind.unit
    except UnitError:
        return None
    return _implausible(file, item.name, Fraction(str(value)), unit)
