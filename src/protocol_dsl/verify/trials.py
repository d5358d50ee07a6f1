"""Patients that are tried: facts that can be changed one by one, and what the protocol makes of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from protocol_dsl.evaluate.coverage import CriterionParts, Point
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.facts import PatientFacts
from protocol_dsl.evaluate.program import Program
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.core import Fact, Field, Node
from protocol_dsl.semantics.types import (
    DRUG,
    LOWER,
    UPPER,
    Coded,
    DataItem,
    Date,
    OneOf,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import UNKNOWN, OtherNumber

Facts: TypeAlias = tuple[object, ...]
"""A value for each data item of the protocol, in their order; UNKNOWN where nothing is written down."""

Places: TypeAlias = Mapping[int, tuple[str, int]]
"""The record that each loop looks at: its list and its number from 0, by the number of the loop."""

SOME_DAY: Final = datetime.date(2026, 3, 16)
"""The day from which dates are counted where a patient has none."""


class OutOfTries(Exception):
    """So many patients have been tried that it is time to say so."""


class Trials:
    """Evaluates patients, and keeps what it made of the last of them."""

    def __init__(self, protocol: Protocol, program: Program, parts: tuple[CriterionParts, ...]):
        self.protocol = protocol
        self.parts = parts
        self.items = tuple(protocol.items.values())
        self.place_of = {item.name: place for place, item in enumerate(self.items)}
        self.tries = 0
        self.looks = 0
        self._program = program
        self._seen: dict[Facts, Evaluation] = {}
        self._silences = {item.name: _silences(item) for item in self.items}

    # ---- what the protocol makes of a patient

    def evaluation(self, facts: Facts) -> Evaluation:
        """The evaluation of a patient; raises `OutOfTries` where no more may be tried."""
        found = self._seen.get(facts)
        if found is None:
            if self.tries <= 0:
                raise OutOfTries
            self.tries -= 1
            if len(self._seen) > 2000:
                self._seen.clear()
            found = Evaluation(self.protocol, None, PatientFacts(self._completed(facts)), self._program)
            self._seen[facts] = found
        return found

    def allow(self, tries: int) -> None:
        """So many more patients may be tried, and looked at eight times each."""
        self.tries, self.looks = tries, 8 * tries

    def touched(self, facts: Facts) -> set[Point]:
        """All points that a patient touches."""
        evaluation = self.evaluation(facts)
        return {
            point
            for parts, result in zip(self.parts, evaluation.criteria, strict=True)
            for point in parts.touched(result)
        }  # fmt: skip

    def touches(self, facts: Facts, point: Point, number: int) -> bool:
        """Whether a patient touches a point of the criterion of this number."""
        return point in self.parts[number].touched(self.evaluation(facts).criteria[number])

    def trace(self, facts: Facts, number: int, node: Node, places: Places) -> TraceNode | None:
        """The trace of a node of a criterion, in the records that are looked at."""
        self.looks -= 1
        if self.looks < 0:
            raise OutOfTries
        result = self.evaluation(facts).criteria[number]
        waiting = [trace for trace in (result.rule, result.applies) if trace is not None]
        while waiting:
            each = waiting.pop()
            if each.node is node:
                return each
            waiting.extend(each.children)
            for record in each.records:
                if places.get(record.records.row) == (record.records.rows.name, record.number - 1):
                    waiting.extend(part for part in (record.member, record.body, record.key) if part is not None)
        return None

    def _completed(self, facts: Facts) -> Facts:
        """The facts with what silence means, and with the evaluation date."""
        values = list(facts)
        for place, item in enumerate(self.items):
            silent = self._silences[item.name]
            if isinstance(item.kind, Rows) and isinstance(values[place], tuple) and silent:
                values[place] = tuple(
                    tuple(silent.get(at, each) if each is UNKNOWN else each for at, each in enumerate(row))
                    for row in values[place]  # type: ignore[attr-defined]
                )
            elif values[place] is UNKNOWN:
                values[place] = silent.get(0, UNKNOWN)
        at, on = self.place_of.get(EVALUATION_DATE), self.protocol.evaluated_on
        if at is not None and values[at] is UNKNOWN and on is not None:
            values[at] = values[self.place_of[on]]
        return tuple(values)

    # ---- facts

    @property
    def nothing(self) -> Facts:
        """The patient of whom nothing is recorded."""
        return (UNKNOWN,) * len(self.items)

    def item(self, leaf: Fact | Field) -> DataItem:
        """The declaration of a fact or of a field."""
        if isinstance(leaf, Fact):
            return self.protocol.items[leaf.name]
        return self.protocol.row_field(leaf.rows, leaf.name)

    def get(self, facts: Facts, leaf: Fact | Field, places: Places) -> object:
        """What is recorded of a fact, or of a field of the record that is looked at."""
        if isinstance(leaf, Fact):
            return facts[self.place_of[leaf.name]]
        rows, number = places[leaf.row]
        records = facts[self.place_of[rows]]
        if not isinstance(records, tuple) or number >= len(records):
            return UNKNOWN  # what was asked of the same list within it has taken the record away
        return records[number][self._field_place(rows, leaf.name)]

    def put(self, facts: Facts, leaf: Fact | Field, places: Places, value: object) -> Facts:
        """The facts with another value for one."""
        if isinstance(leaf, Fact):
            return self.put_fact(facts, leaf.name, value)
        rows, number = places[leaf.row]
        records = facts[self.place_of[rows]]
        if not isinstance(records, tuple) or number >= len(records):
            return facts
        row = list(records[number])
        row[self._field_place(rows, leaf.name)] = value
        return self.put_fact(facts, rows, (*records[:number], tuple(row), *records[number + 1 :]))

    def put_fact(self, facts: Facts, name: str, value: object) -> Facts:
        place = self.place_of[name]
        return (*facts[:place], value, *facts[place + 1 :])

    def blank_record(self, rows: str) -> tuple[object, ...]:
        kind = self.protocol.items[rows].kind
        assert isinstance(kind, Rows)
        return (UNKNOWN,) * len(kind.fields)

    def _field_place(self, rows: str, name: str) -> int:
        kind = self.protocol.items[rows].kind
        assert isinstance(kind, Rows)
        return next(place for place, each in enumerate(kind.fields) if each.name == name)

    def some_day(self, facts: Facts) -> datetime.date:
        """A day of the trial that the patient has, on which a record may be put."""
        on = self.protocol.evaluated_on
        days = [on] if on is not None else []
        days += [item.name for item in self.items if item.day and item.name != on]
        known = (facts[self.place_of[name]] for name in days)
        return next((day for day in known if type(day) is datetime.date), SOME_DAY)

    def some_value(self, item: DataItem, facts: Facts) -> object:
        """A value for what is not recorded but needed."""
        match item.kind:
            case YesNo():
                return False
            case Quantity():
                return {UPPER: 40, LOWER: 10}.get(item.name, 1)
            case OneOf(choices) | SeveralOf(choices):
                return choices[0] if isinstance(item.kind, OneOf) else (choices[0],)
            case Coded():
                return next(iter(self.words(item)))
            case Date():
                return self.some_day(facts)
            case Text():
                return "recorded"
            case Rows():
                return ()

    def words(self, item: DataItem) -> Iterator[str]:
        """The words that a coded item may hold: those of lists, and one that is in none."""
        assert isinstance(item.kind, Coded)
        yield from dict.fromkeys(term for _, term in item.kind.terms)
        yield "another drug" if item.name == DRUG else "something else"

    def allows_unknown(self, leaf: Fact | Field) -> bool:
        """Whether silence about it leaves it unknown."""
        return self.item(leaf).if_not_recorded is None

    def changed(self, old: Facts, new: Facts) -> frozenset[str]:
        """The names of the facts in which two patients differ."""
        pairs = zip(self.items, old, new, strict=True)
        return frozenset(item.name for item, before, after in pairs if not same(before, after))


def same(one: object, other: object) -> bool:
    """Whether two values are recorded alike: 1 is not yes."""
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and one == other


def _silences(item: DataItem) -> dict[int, object]:
    """What silence means, by the place of the field of a list (0 of a fact that is none)."""
    if isinstance(item.kind, Rows):
        fields = enumerate(item.kind.fields)
        return {at: each.if_not_recorded for at, each in fields if each.if_not_recorded is not None}
    return {} if item.if_not_recorded is None else {0: item.if_not_recorded}


def number_in(value: object) -> int | Decimal | None:
    """The number that a fact holds, in whichever unit it is reported."""
    if isinstance(value, OtherNumber):
        value = value.number
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
