"""What a protocol means, computed the slow way: every node by its own rule, with fractions and sets of days.

Nothing here is shared with the evaluator but the nodes of the core. A truth is True, False or None (unknown); a number
is its least and its most value, a date all the days that it may be, each None where nothing is known.
"""

from __future__ import annotations

import calendar
import datetime
import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias, assert_never

from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import Rows
from protocol_dsl.values import UNKNOWN, DayTime, Interval, as_fraction, possible_days

Truth: TypeAlias = bool | None
Range: TypeAlias = tuple[Fraction, Fraction] | None
Moment: TypeAlias = tuple[datetime.date, int | None]
"""A day and the minute of it, where that is known."""
Moments: TypeAlias = frozenset[Moment] | None
Record: TypeAlias = Mapping[str, object]

DAY_MINUTES = 24 * 60
CLOCK = {"hour": 60, "minute": 1}


def results(protocol: Protocol, facts: tuple[object, ...]) -> tuple[str, ...]:
    """The result of each criterion; `facts` are those of a patient as they were read."""
    patient = Interpreter(protocol, dict(zip(protocol.items, facts, strict=True)))
    return tuple(_result(patient, criterion) for criterion in protocol.criteria)


def _result(patient: Interpreter, criterion: Any) -> str:
    holds = patient.truth(criterion.rule)
    passes = holds if criterion.kind == "inclusion" or holds is None else not holds
    applies = True if criterion.applies_if is None else patient.truth(criterion.applies_if)
    if applies is False:
        return "not_applicable"
    if passes is None or (applies is None and passes is False):
        return "unknown"
    return "pass" if passes else "fail"


class Interpreter:
    """One patient; `rows` are the rows that are looked at, by the name of their list."""

    def __init__(self, protocol: Protocol, facts: Record, rows: Mapping[str, Record] | None = None) -> None:
        self.protocol = protocol
        self.facts = facts
        self.rows = dict(rows or {})

    # ---- facts ------------------------------------------------------------------------------------------------------

    def recorded(self, node: core.Fact | core.Field) -> object:
        record = self.facts if isinstance(node, core.Fact) else self.rows[node.rows]
        return record[node.name]

    def body(self, node: core.Defined) -> Any:
        return self.protocol.definitions[node.name].body

    # ---- numbers ----------------------------------------------------------------------------------------------------

    def number(self, node: core.Value) -> Range:
        match node:
            case core.Constant(value=value):
                return _range(value)
            case core.Fact() | core.Field():
                return _range(self.recorded(node))
            case core.Defined():
                return Interpreter(self.protocol, self.facts).number(self.body(node))
            case core.Arithmetic(operator, left, right):
                return _calculated(operator, self.number(left), self.number(right))
            case core.Power(base, exponent):
                return _raised(self.number(base), exponent)
            case core.Rounded(value, decimals):
                found = self.number(value)
                return found and (_half_up(found[0], decimals), _half_up(found[1], decimals))
            case core.Completed(unit, first, last):
                return self._completed(unit, self.moments(first), self.moments(last))
            case _:
                raise AssertionError(node)

    def _completed(self, unit: str, first: Moments, last: Moments) -> Range:
        if first is None or last is None:
            return None
        counts = [_completed(unit, a, b) for a, _ in first for b, _ in last]
        return Fraction(min(counts)), Fraction(max(counts))

    # ---- dates ------------------------------------------------------------------------------------------------------

    def moments(self, node: core.Value) -> Moments:
        match node:
            case core.Constant(value=datetime.date() as day):
                return frozenset({(day, None)})
            case core.Fact() | core.Field():
                known = self.recorded(node)
                return None if known is UNKNOWN else frozenset(map(_moment, possible_days(known)))  # type: ignore[arg-type]
            case core.Defined():
                return Interpreter(self.protocol, self.facts).moments(self.body(node))
            case core.Shift(date, amount, unit):
                found = self.moments(date)
                return None if found is None else _shifted(found, amount, unit)
            case core.Extreme(which, dates):
                each = [self.moments(date) for date in dates]
                if None in each:
                    return None
                return frozenset(_extreme(which, moments) for moments in itertools.product(*each))  # type: ignore[arg-type]
            case _:
                raise AssertionError(node)

    def is_date(self, node: core.Value) -> bool:
        match node:
            case core.Constant(value=value):
                return isinstance(value, datetime.date)
            case core.Defined():
                return self.is_date(self.body(node))
            case core.Shift() | core.Extreme():
                return True
            case core.Fact(name):
                return type(self.protocol.items[name].kind).__name__ == "Date"
            case core.Field(rows, name):
                return type(self.protocol.row_field(rows, name).kind).__name__ == "Date"
            case _:
                return False

    # ---- truth ------------------------------------------------------------------------------------------------------

    def truth(self, node: core.Condition) -> Truth:
        match node:
            case core.Fact() | core.Field():
                known = self.recorded(node)
                return None if known is UNKNOWN else bool(known)
            case core.Defined():
                return Interpreter(self.protocol, self.facts).truth(self.body(node))
            case core.Compare():
                return self._compared(node)
            case core.Member(value, choices):
                chosen = self.recorded(value)  # type: ignore[arg-type]
                return None if chosen is UNKNOWN else chosen in choices
            case core.During():
                return self._during(node)
            case core.Between():
                return self._between(node)
            case core.Agreement(answer):
                return self.truth(answer)
            case core.Recorded(value):
                return self._is_recorded(value)
            case core.Known(condition):
                return self.truth(condition) is True
            case core.Not(condition):
                truth = self.truth(condition)
                return None if truth is None else not truth
            case core.All(conditions):
                truths = [self.truth(one) for one in conditions]
                return False if False in truths else None if None in truths else True
            case core.AtLeast(count, conditions):
                return _at_least(count, [self.truth(one) for one in conditions])
            case core.If(condition, then, otherwise):
                outcomes = (self.truth(then), True if otherwise is None else self.truth(otherwise))
                chosen = {True: {outcomes[0]}, False: {outcomes[1]}, None: set(outcomes)}[self.truth(condition)]
                return chosen.pop() if len(chosen) == 1 else None
            case core.Every() | core.AtLeastRows():
                return self._over_rows(node)
            case _:
                assert_never(node)

    def _is_recorded(self, node: core.Value) -> bool:
        if isinstance(node, core.Fact | core.Field):
            return self.recorded(node) is not UNKNOWN
        if self.is_date(node):
            return self.moments(node) is not None
        return self.number(node) is not None

    def _compared(self, node: core.Compare) -> Truth:
        if self.is_date(node.left):
            left, right = self.moments(node.left), self.moments(node.right)
            if left is None or right is None:
                return None
            ordinals = [sorted(day.toordinal() for day, _ in moments) for moments in (left, right)]
            return _agreed(_holds(node.operator, a, b) for a, b in itertools.product(*ordinals))
        ranges = self.number(node.left), self.number(node.right)
        if ranges[0] is None or ranges[1] is None:
            return None
        (low, high), (least, most) = ranges[0], ranges[1]
        if node.operator == "=":
            apart = high < least or most < low
            return False if apart else True if low == high == least == most else None
        return _agreed(_holds(node.operator, a, b) for a in (low, high) for b in (least, most))

    def _between(self, node: core.Between) -> Truth:
        when, first, last = (self.moments(part) for part in (node.date, node.first, node.last))
        if when is None:
            return None
        after, before = ("≥", "≤") if node.included else (">", "<")
        truths = set()
        for day, _ in when:
            afters = (
                {True, False} if first is None else {_holds(after, day.toordinal(), d.toordinal()) for d, _ in first}
            )
            befores = (
                {True, False} if last is None else {_holds(before, day.toordinal(), d.toordinal()) for d, _ in last}
            )
            truths |= {a and b for a in afters for b in befores}
        return _agreed(truths)

    def _during(self, node: core.During) -> Truth:
        when, anchors = self.moments(node.date), self.moments(node.anchor)
        if when is None or anchors is None:
            return None
        by_clock = any(isinstance(end, core.Shift) and end.unit in CLOCK for end in (node.start, node.end))
        inside = _inside_by_clock if by_clock else _inside_by_day
        return _agreed(itertools.chain.from_iterable(inside(node, day, anchor) for day in when for anchor in anchors))

    def _over_rows(self, node: core.Every | core.AtLeastRows) -> Truth:
        rows = self.recorded(node.rows)
        if rows is UNKNOWN:
            return None
        kind = self.protocol.items[node.rows.name].kind
        assert isinstance(kind, Rows)
        assert isinstance(rows, tuple)
        truths: list[Truth] = []
        for row in rows:
            record = dict(zip((field.name for field in kind.fields), row, strict=True))
            inner = Interpreter(self.protocol, self.facts, {**self.rows, node.rows.name: record})
            truths.append(True if node.body is None else inner.truth(node.body))
        if isinstance(node, core.AtLeastRows):
            return _at_least(node.count, truths)
        if not truths:
            return True if node.if_any else None
        return False if False in truths else None if None in truths else True


def _agreed(truths: Iterable[bool]) -> Truth:
    found = set(truths)
    return found.pop() if len(found) == 1 else None


def _at_least(count: int, truths: list[Truth]) -> Truth:
    if truths.count(True) >= count:
        return True
    return False if truths.count(True) + truths.count(None) < count else None


def _holds(operator: str, left: Any, right: Any) -> bool:
    holds: bool = {"<": left < right, "≤": left <= right, ">": left > right, "≥": left >= right, "=": left == right}[
        operator
    ]
    return holds


# ---- numbers --------------------------------------------------------------------------------------------------------


def _range(value: object) -> Range:
    if value is UNKNOWN:
        return None
    if isinstance(value, Interval):
        return as_fraction(value.lo), as_fraction(value.hi)
    return as_fraction(value), as_fraction(value)  # type: ignore[arg-type]


def _calculated(operator: str, left: Range, right: Range) -> Range:
    if left is None or right is None:
        return None
    if operator == "÷" and right[0] <= 0 <= right[1]:
        return None
    pairs = list(itertools.product(left, right))
    match operator:
        case "+":
            found = [a + b for a, b in pairs]
        case "-":
            found = [a - b for a, b in pairs]
        case "×":
            found = [a * b for a, b in pairs]
        case _:
            found = [a / b for a, b in pairs]
    return min(found), max(found)


def _raised(base: Range, exponent: int) -> Range:
    if base is None:
        return None
    found = [end**exponent for end in base]
    if exponent % 2 == 0 and base[0] <= 0 <= base[1]:
        found.append(Fraction(0))
    return min(found), max(found)


def _half_up(value: Fraction, decimals: int) -> Fraction:
    scaled = abs(value) * 10**decimals
    rounded = Fraction((scaled + Fraction(1, 2)).__floor__(), 10**decimals)
    return rounded if value >= 0 else -rounded


# ---- dates ----------------------------------------------------------------------------------------------------------


def _moment(day: datetime.date) -> Moment:
    return datetime.date(day.year, day.month, day.day), day.minute if isinstance(day, DayTime) else None


def _extreme(which: str, moments: tuple[Moment, ...]) -> Moment:
    """The earlier or later; of two on one day the one without a time, since it may be any time of that day."""
    choose = min if which == "earlier" else max
    day = choose(day for day, _ in moments)
    minutes = [minute for other, minute in moments if other == day]
    return day, None if None in minutes else choose(minute for minute in minutes if minute is not None)


def _shifted(moments: frozenset[Moment], amount: int, unit: str) -> Moments:
    try:
        if unit not in CLOCK:
            return frozenset((_moved(day, amount, unit), minute) for day, minute in moments)
        found: set[Moment] = set()
        for day, minute in moments:
            # A day without a time may be any of its minutes, so that it may end up on two days.
            starts = (0, DAY_MINUTES - 1) if minute is None else (minute,)
            for start in starts:
                ordinal, rest = divmod(day.toordinal() * DAY_MINUTES + start + amount * CLOCK[unit], DAY_MINUTES)
                found.add((datetime.date.fromordinal(ordinal), None if minute is None else rest))
        return frozenset(found)
    except (ValueError, OverflowError):
        return None


def _moved(day: datetime.date, amount: int, unit: str) -> datetime.date:
    if unit in ("day", "week"):
        return day + datetime.timedelta(days=amount * (7 if unit == "week" else 1))
    month = day.year * 12 + day.month - 1 + amount * (12 if unit == "year" else 1)
    year, month = month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _completed(unit: str, first: datetime.date, last: datetime.date) -> int:
    days = (last - first).days
    count = days // {"day": 1, "week": 7, "month": 28, "year": 365}[unit] + 2
    while _moved(first, count, unit) > last:
        count -= 1
    return count


def _inside_by_day(node: core.During, when: Moment, from_: Moment) -> list[bool]:
    (day, _), (anchor, _) = when, from_
    after = before = True
    if isinstance(node.start, core.Shift):
        start = _moved(anchor, node.start.amount, node.start.unit)
        after = day > start or (node.start_included and day == start)
    if isinstance(node.end, core.Shift):
        end = _moved(anchor, node.end.amount, node.end.unit)
        before = day < end or (node.end_included and day == end)
    return [after and before]


def _inside_by_clock(node: core.During, when: Moment, from_: Moment) -> list[bool]:
    """Every truth that some minute of the day and some minute of the anchor's day give."""
    least, most = -(10**9), 10**9
    if isinstance(node.start, core.Shift):
        least = _distance(from_[0], node.start) + (not node.start_included)
    if isinstance(node.end, core.Shift):
        most = _distance(from_[0], node.end) - (not node.end_included)
    (earliest, latest), (first, last) = _minutes(from_), _minutes(when)
    nearest, farthest = first - latest, last - earliest
    return [least <= nearest and farthest <= most, max(least, nearest) <= min(most, farthest)]


def _minutes(moment: Moment) -> tuple[int, int]:
    day, minute = moment
    start = day.toordinal() * DAY_MINUTES
    return (start, start + DAY_MINUTES - 1) if minute is None else (start + minute, start + minute)


def _distance(anchor: datetime.date, end: core.Shift) -> int:
    if end.unit in CLOCK:
        return end.amount * CLOCK[end.unit]
    return (_moved(anchor, end.amount, end.unit) - anchor).days * DAY_MINUTES
