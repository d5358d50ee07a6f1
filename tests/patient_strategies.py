"""Generated patients of a checked protocol, mostly at the limits of its rules.

Numbers are the constants of the rules, exactly or one unit in the last place beside them; dates are the ends of their
windows, a day beside them, ends of months and 29 February. Facts may be missing, partial, or in another unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeVar

import attrs
from attrs import define, field
from hypothesis import strategies as st

from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import Coded, DataItem, Date, Kind, OneOf, Quantity, Rows, SeveralOf, Text, YesNo
from protocol_dsl.values import TITRE, WEEKS_AND_DAYS, Unit, convert, parse_unit

T = TypeVar("T")
Facts = dict[str, object]

ANCHORS: Final = tuple(
    map(datetime.date.fromisoformat, ("2024-02-29", "2024-03-31", "2023-01-31", "2024-12-31", "2025-07-15"))
)
UNITS: Final = tuple(map(parse_unit, (
    "kg", "g", "mg", "m", "cm", "mm", "hours", "minutes", "days", "weeks", "years", "months", "mmHg", "kPa", "mg/dL", "g/L",
    "10*9/L", "/uL", "°C", "K", "%", "1",
)))  # fmt: skip
DRUGS: Final = ("simvastatin", "atorvastatin", "C10AA05", "clarithromycin", "paracetamol", "a drug of no list")
TIMES: Final = ("date", "start date", "end date", "ongoing")
LENGTHS: Final = {"year": 365, "month": 30, "week": 7, "day": 1}


def nodes_in(node: object) -> Iterator[core.Written]:
    """A core node and all nodes within it, definitions left aside."""
    if isinstance(node, core.Written):
        yield node
        for part in attrs.fields(type(node)):
            yield from nodes_in(getattr(node, part.name))
    elif isinstance(node, tuple):
        for one in node:
            yield from nodes_in(one)


def all_nodes(protocol: Protocol) -> Iterator[core.Written]:
    for criterion in protocol.criteria:
        yield from nodes_in(criterion.applies_if)
        yield from nodes_in(criterion.rule)
    for definition in protocol.definitions.values():
        yield from nodes_in(definition.body)


@define
class PatientWriter:
    """Draws the facts of patients of one protocol; `draw` is Hypothesis's."""

    draw: Callable[[st.SearchStrategy[T]], T] = field(repr=False)
    protocol: Protocol
    numbers: list[Decimal] = field(factory=lambda: [Decimal(n) for n in ("0", "1", "2", "20", "70.5", "37.0", "-3")])
    times: bool = False
    """Dates may have a time of day."""
    days: list[datetime.date] = field(factory=lambda: list(ANCHORS))
    near: list[datetime.date] = field(factory=list)
    """A few days that the records of one patient have in common, so that they meet."""

    def __attrs_post_init__(self) -> None:
        nodes = list(all_nodes(self.protocol))
        # A time of day matters to hours and minutes; of two dates on one day, no rule says which is the earlier.
        self.times = not any(isinstance(node, core.Extreme) for node in nodes)
        for node in nodes:
            match node:
                case core.Constant(datetime.date() as day):
                    self.days.append(day)
                case core.Constant(int() | Decimal() as number):
                    self.numbers += _beside(Decimal(number))
                case core.Shift(_, amount, unit) if unit in LENGTHS:
                    for anchor in ANCHORS[:2]:
                        self.days += _around(anchor, amount, unit)
                case core.Compare(_, core.Completed() as span, core.Constant(int() as count)) if count < 2000:
                    self.days += _around(ANCHORS[0], -count, span.unit)

    def pick(self, things: list[T] | tuple[T, ...]) -> T:
        return self.draw(st.sampled_from(things))

    def maybe(self, out_of: int) -> bool:
        return self.draw(st.integers(0, out_of - 1)) == out_of - 1

    def facts(self) -> Facts:
        """A patient, as a file would hold it."""
        return self._record(item for item in self.protocol.items.values() if item.name != EVALUATION_DATE)

    def _record(self, items: Iterator[DataItem] | tuple[DataItem, ...]) -> Facts:
        found: Facts = {}
        for item in items:
            if self.maybe(6):
                if self.maybe(3):
                    found[item.name] = None
                continue
            found[item.name] = self.value(item.kind)
        return found

    def completed(self, facts: Facts) -> Facts:
        """The same patient with every gap filled: missing facts, fields of rows, days of partial dates."""
        return self._filled(tuple(self.protocol.items.values()), facts)

    def _filled(self, items: tuple[DataItem, ...], facts: Mapping[str, object]) -> Facts:
        found: Facts = {}
        for item in items:
            given = facts.get(item.name)
            if given is None and item.if_not_recorded is not None:
                continue  # nothing is missing: silence is an answer
            if item.name == EVALUATION_DATE:
                continue
            found[item.name] = self._filled_value(item.kind, given)
        return found

    def _filled_value(self, kind: Kind, given: object) -> object:
        if given is None:
            value = self.value(kind)
            return self._filled_value(kind, value)
        match kind:
            case Rows(fields=fields):
                assert isinstance(given, list)
                return [self._filled_row(kind, fields, row) for row in given]
            case Date() if isinstance(given, str) and len(given) < 10:
                return self.pick(_days_of(given)).isoformat()
            case _:
                return given

    def _filled_row(self, kind: Rows, fields: tuple[DataItem, ...], row: Facts) -> Facts:
        """A record with its gaps filled; which of its days it gives is left as it is, but for an end not yet known."""
        if kind.form not in ("events", "treatments"):
            return self._filled(fields, row)
        times = {name: row[name] for name in TIMES if row.get(name) is not None}
        found = self._filled(tuple(each for each in fields if each.name not in TIMES or each.name in times), row)
        start = found.get("start date")
        if isinstance(start, str) and "end date" not in times and times.get("ongoing") is None:
            first = datetime.date.fromisoformat(start[:10])
            found["end date"] = (first + datetime.timedelta(self.draw(st.integers(0, 60)))).isoformat()
        end = found.get("end date")
        if isinstance(start, str) and isinstance(end, str) and end[:10] < start[:10]:
            # A record that ends before it begins says nothing; where it need not do so it does not.
            ways = [(one, other) for one in _all_days(times["start date"]) for other in _all_days(times["end date"])]
            if ordered := [way for way in ways if way[0] <= way[1]]:
                found["start date"], found["end date"] = self.pick(ordered)
        return found

    def value(self, kind: Kind) -> object:
        """A value of a kind."""
        match kind:
            case YesNo():
                return self.pick([True, False, "yes", "no"])
            case Quantity():
                return self._number(kind)
            case OneOf(choices):
                return self.pick(choices)
            case Date():
                return self._date()
            case Rows(fields=fields):
                count = self.draw(st.sampled_from([0, 1, 1, 2, 2, 2, 3]))
                return [self._row(kind, fields) for _ in range(count)]
            case SeveralOf(choices):
                return self.draw(st.lists(st.sampled_from(choices), max_size=2, unique=True))
            case Coded():
                return self.pick(DRUGS)
            case Text():
                return "words"

    def _row(self, kind: Rows, fields: tuple[DataItem, ...]) -> Facts:
        """One record: of a dated series with days that may well belong together."""
        if not kind.dated:
            return self._record(fields)
        row = self._record(each for each in fields if each.name not in TIMES)
        if kind.form == "measurements":
            row |= {"date": self._date()} if not self.maybe(8) else {}
            return row
        days = sorted((self.pick(self._near()), self.pick(self._near())))
        form = self.draw(st.integers(0, 9))
        if form < 3:
            row["date"] = self._date()
        elif form < 9:
            row["start date"] = self._written(days[0])
        if 3 <= form < 7:
            row["end date"] = self._written(days[1])
        elif form in (7, 8):
            row["ongoing"] = self.pick([True, True, False])
        return row

    def _number(self, kind: Quantity) -> object:
        unit, number = kind.unit, self.pick(self.numbers)
        plain = int(number) if number == number.to_integral_value() else number
        if unit.code == TITRE:
            return f"1:{self.pick((80, 160, 320))}"
        if unit.code == WEEKS_AND_DAYS:
            return f"{self.draw(st.integers(4, 40))} weeks + {self.draw(st.integers(0, 6))} days"
        if kind.other is not None:
            return {"value": plain, "unit": self.pick((kind.unit, kind.other.unit)).symbol}
        if self.maybe(5):
            other = in_other_unit(plain, unit, self.pick(UNITS))
            return plain if other is None else other
        return plain

    def _near(self) -> list[datetime.date]:
        if not self.near:
            some = self.draw(st.lists(st.sampled_from(self.days), min_size=1, max_size=3))
            self.near = [day + datetime.timedelta(days) for day in some for days in (0, 1, 20)]
        return self.near

    def _date(self) -> str:
        return self._written(self.pick(self._near() if self.maybe(2) else self.days))

    def _written(self, day: datetime.date) -> str:
        form = self.draw(st.integers(0, 13))
        if form >= 12 and self.times:
            return f"{day.isoformat()}T{self.pick(('00:00', '08:30', '23:59'))}"
        if form == 11:
            return f"{day.year:04}"
        if form == 10:
            return f"{day.year:04}-{day.month:02}"
        return day.isoformat()


def in_other_unit(number: int | Decimal, unit: Unit, other: Unit) -> dict[str, object] | None:
    """The same quantity in another unit, where there is a decimal for it."""
    if not unit.same_dimension(other):
        return None
    converted = convert(number, unit, other)
    return {"value": converted, "unit": other.symbol} if isinstance(converted, int | Decimal) else None


def _beside(number: Decimal) -> list[Decimal]:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    step = Decimal(1).scaleb(min(exponent, 0))
    return [number, number + step, number - step]


def _around(anchor: datetime.date, amount: int, unit: str) -> list[datetime.date]:
    """Days about as far from the anchor, the exact one among them where it is easily told."""
    if unit in ("year", "month"):
        months = anchor.year * 12 + anchor.month - 1 + amount * (12 if unit == "year" else 1)
        if not 12 <= months < 9000 * 12:
            return []
        first = datetime.date(months // 12, months % 12 + 1, 1)
        last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
        day = min(first.replace(day=min(anchor.day, last.day)), last)
    else:
        try:
            day = anchor + datetime.timedelta(days=amount * LENGTHS[unit])
        except OverflowError:
            return []
    one = datetime.timedelta(days=1)
    return [day - one, day, day + one] if datetime.date(1800, 1, 1) < day < datetime.date(2400, 1, 1) else []


def _all_days(given: object) -> list[str]:
    """The days that a recorded date may be: of a partial one the first, the last and one between."""
    text = str(given)
    if len(text) >= 10:
        return [text[:10]]
    days = _days_of(text)
    return [day.isoformat() for day in (days[0], days[len(days) // 2], days[-1])]


def _days_of(partial: str) -> list[datetime.date]:
    first = datetime.date.fromisoformat(f"{partial}-01" if len(partial) == 7 else f"{partial}-01-01")
    days = [first + datetime.timedelta(days=n) for n in range(366)]
    return [day for day in days if day.isoformat().startswith(partial)]
