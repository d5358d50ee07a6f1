"""Checked protocols built by hand from core nodes, for tests of the evaluator."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.facts import PatientFacts
from protocol_dsl.evaluate.program import Program, compile_protocol
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Criterion, Definition, Protocol
from protocol_dsl.semantics.types import DataItem, Date, Kind, OneOf, Quantity, Rows, Text, YesNo
from protocol_dsl.source import SourceText, Span
from protocol_dsl.values import ONE, UNKNOWN

SOURCE = SourceText.read("hand.protocol", "protocol: by hand\n")

KINDS: dict[str, Kind] = {
    "yes/no": YesNo(),
    "number": Quantity(ONE),
    "date": Date(),
    "choice": OneOf(("low", "middle", "high"), ordered=True),
    "text": Text(),
}


def made(kind: type[Any], *parts: object, words: str = "words", **more: object) -> Any:
    """A core node; where it was written does not matter here."""
    return kind(*parts, origin=Span(0, 8), words=words, **more)


def number(value: int | str) -> core.Constant:
    return made(core.Constant, value if isinstance(value, int) else Decimal(value), words=str(value))


def day(text: str) -> core.Constant:
    return made(core.Constant, datetime.date.fromisoformat(text), words=text)


def fact(name: str) -> core.Fact:
    return made(core.Fact, name, words=name)


def field(name: str, rows: str = "visits", row: int = 1) -> core.Field:
    return made(core.Field, rows, name, row, words=name)


def records(rows: str, row: int = 1, **parts: core.Node | None) -> core.Records:
    """The records of a list, with their `member`, `body` and `key`."""
    return made(core.Records, fact(rows), row, **parts)


def every(rows: str, body: core.Condition, if_any: bool = False, row: int = 1) -> core.Every:
    return made(core.Every, (records(rows, row, body=body),), if_any)


def at_least_rows(count: int, rows: str, member: core.Condition | None = None, row: int = 1) -> core.AtLeastRows:
    return made(core.AtLeastRows, count, (records(rows, row, member=member),))


def defined(name: str) -> core.Defined:
    return made(core.Defined, name, words=name)


def negation(condition: core.Condition) -> core.Not:
    return made(core.Not, condition)


def all_of(*conditions: core.Condition) -> core.All:
    return made(core.All, conditions)


def any_of(*conditions: core.Condition) -> core.AtLeast:
    return made(core.AtLeast, 1, conditions)


def compare(left: core.Value, operator: core.Comparison, right: core.Value) -> core.Compare:
    return made(core.Compare, operator, left, right)


def shifted(date: core.Value, amount: int, unit: core.TimeUnit) -> core.Shift:
    return made(core.Shift, date, amount, unit)


def rows_of(singular: str, **fields: str) -> Rows:
    return Rows(singular, singular, tuple(DataItem(name, KINDS[kind]) for name, kind in fields.items()))


def criterion(
    rule: core.Condition,
    applies_if: core.Condition | None = None,
    kind: Literal["inclusion", "exclusion"] = "inclusion",
    id: str = "I1",
) -> Criterion:
    return Criterion(id, kind, f"title of {id}", rule, applies_if, statement=f"statement of {id}")


def protocol(
    items: dict[str, str | Kind],
    *criteria: Criterion,
    definitions: dict[str, core.Condition | core.Value] | None = None,
) -> Protocol:
    """A protocol with these data items (a kind, or its name in `KINDS`), criteria and definitions."""
    return Protocol(
        name="by hand",
        header={"version": "1.0"},
        items={n: DataItem(n, KINDS[k] if isinstance(k, str) else k) for n, k in items.items()},
        definitions={name: Definition(name, body) for name, body in (definitions or {}).items()},
        criteria=criteria,
        examples=(),
        none_in_source=(),
        evaluated_on=None,
        source=SOURCE,
    )


def facts_of(protocol: Protocol, facts: dict[str, object]) -> PatientFacts:
    """Values as the evaluator takes them, in the slots of the protocol; what is not given is unknown."""
    assert facts.keys() <= protocol.items.keys()
    return PatientFacts(tuple(facts.get(name, UNKNOWN) for name in protocol.items))


def evaluation(protocol: Protocol, program: Program | None = None, /, **facts: object) -> Evaluation:
    """One patient, evaluated; names of facts have `_` for spaces."""
    given = {name.replace("_", " "): value for name, value in facts.items()}
    return Evaluation(protocol, "P1", facts_of(protocol, given), program or compile_protocol(protocol))


def outcome(rule: core.Condition, items: dict[str, str | Kind], **facts: object) -> object:
    """The truth of one rule for one patient."""
    return evaluation(protocol(items, criterion(rule)), **facts)["I1"].rule.outcome


def value(node: core.Value, items: dict[str, str | Kind], **facts: object) -> object:
    """The value of one node for one patient, looked up in the trace of a comparison with it."""
    rule = made(core.Recorded, node)
    return evaluation(protocol(items, criterion(rule)), **facts)["I1"].rule.children[0].outcome


def results(evaluations: Iterable[Evaluation]) -> list[tuple[str, ...]]:
    return [each.results for each in evaluations]
