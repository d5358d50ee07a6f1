"""What a protocol means, computed the slow way: every node by its own rule, with fractions and possible worlds.

Nothing here is shared with the evaluator but the nodes of the core. A truth is True, False or None (unknown); a number
is its least and its most value, a date all the days that it may be, each None where nothing is known. Of records that
may or may not belong, at uncertain times, the possible worlds are gone through one by one.

`loose` is filled where the evaluator says that it may leave open what a closer look decides.
"""

from __future__ import annotations

import calendar
import datetime
import decimal
import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias, TypeVar

from attrs import frozen

from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Criterion, Protocol
from protocol_dsl.semantics.types import OneOf, Rows
from protocol_dsl.values import UNKNOWN, DayTime, Interval, OtherNumber, as_fraction, possible_days

T = TypeVar("T")
Truth: TypeAlias = bool | None
Range: TypeAlias = tuple[Fraction, Fraction] | None
Moment: TypeAlias = tuple[datetime.date, int | None]
"""A day and the minute of it, where that is known."""
Moments: TypeAlias = frozenset[Moment] | None
"""All that a date may be; empty where there is no such day: the end of what is going on."""
Record: TypeAlias = Mapping[str, object]
Ends: TypeAlias = tuple[int, int]
"""The least and the most that something may be, among days or minutes."""

DAY_MINUTES: Final = 24 * 60
CLOCK: Final = {"hour": 60, "minute": 1}
FAR: Final = 10**12
"""Beyond every day and minute."""
MOST_WORLDS: Final = 4000
PLACE: Final = "place in the list"
"""Records of equal fields are told apart by their place."""

Answer: TypeAlias = tuple[str, bool]


def results(protocol: Protocol, facts: tuple[object, ...]) -> tuple[Answer, ...]:
    """The result of each criterion, and whether the evaluator may leave it open; `facts` as they were read."""
    answers = []
    for criterion in protocol.criteria:
        patient = Interpreter(protocol, dict(zip(protocol.items, facts, strict=True)))
        answers.append((_result(patient, criterion), bool(patient.loose)))
    return tuple(answers)


def _result(patient: Interpreter, criterion: Criterion) -> str:
    holds = patient.truth(criterion.rule)
    passes = holds if criterion.kind == "inclusion" or holds is None else not holds
    applies = True if criterion.applies_if is None else patient.truth(criterion.applies_if)
    if applies is False:
        return "not_applicable"
    if passes is None or (applies is None and passes is False):
        return "unknown"
    return "pass" if passes else "fail"


@frozen
class Span:
    """When a record was: what its first and its last day may be, or what its one day may be."""

    first: Ends
    last: Ends
    day: Moments = None

    @property
    def certain(self) -> bool:
        return self.first[0] == self.first[1] and self.last[0] == self.last[1]

    def worlds(self) -> list[Ends]:
        """The first and last days at their extremes, the first never after the last."""
        if self.day is not None:
            return [(point, point) for point in sorted({self.first[0], self.first[1]})]
        firsts = {self.first[0], min(self.first[1], self.last[1])}
        lasts = {self.last[1], max(self.last[0], self.first[0])}
        return [(first, last) for first in firsts for last in lasts if first <= last]


@frozen
class Entry:
    """A record of a loop: whether it belongs, and the interpreter that has it before it."""

    member: Truth
    records: core.Records
    inside: Interpreter


class Interpreter:
    """One patient; `rows` are the records that are looked at, by the number of their loop."""

    def __init__(
        self,
        protocol: Protocol,
        facts: Record,
        rows: Mapping[int, Record] | None = None,
        loose: set[str] | None = None,
    ) -> None:
        self.protocol = protocol
        self.facts = facts
        self.rows = dict(rows or {})
        self.loose = loose if loose is not None else set()

    # ---- facts ------------------------------------------------------------------------------------------------------

    def recorded(self, node: core.Value) -> object:
        match node:
            case core.Fact(name):
                return self.facts[name]
            case core.Field(_, name, row):
                return self.rows[row][name]
            case core.Named(_, value):
                return self.recorded(value)
            case _:
                raise AssertionError(node)

    def body(self, node: core.Defined) -> Any:
        return self.protocol.definitions[node.name].body

    def alone(self) -> Interpreter:
        """The patient, with no record before it."""
        return Interpreter(self.protocol, self.facts, loose=self.loose)

    # ---- numbers ----------------------------------------------------------------------------------------------------

    def number(self, node: core.Value) -> Range:
        match node:
            case core.Constant(value=value):
                return _range(value)
            case core.Fact() | core.Field():
                return _range(self.recorded(node))
            case core.InUnit(value, other, (factor, shift)):
                known = self.recorded(value)
                reported = _range(known.number if isinstance(known, OtherNumber) else known)
                if reported is None or isinstance(known, OtherNumber) == other:
                    return reported
                ends = [
                    end * Fraction(factor) + Fraction(shift) if other else (end - Fraction(shift)) / Fraction(factor)
                    for end in reported
                ]
                return min(ends), max(ends)
            case core.InUnit(value, other):
                known = self.recorded(value)
                if isinstance(known, OtherNumber):
                    return _range(known.number) if other else None
                return None if other else _range(known)
            case core.Defined():
                return self.alone().number(self.body(node))
            case core.Named(_, value):
                return self.number(value)
            case core.Arithmetic(operator, left, right):
                return _calculated(operator, self.number(left), self.number(right))
            case core.Power(base, exponent):
                return self._raised(self.number(base), exponent)
            case core.Rounded(value, decimals):
                found = self.number(value)
                return found and (_half_up(found[0], decimals), _half_up(found[1], decimals))
            case core.Completed(unit, first, last):
                return self._completed(unit, self.moments(first), self.moments(last))
            case core.Extreme(which, numbers):
                ranges = [self.number(each) for each in numbers]
                choose = min if which == "lower" else max
                if None in ranges:
                    return None
                return choose(each[0] for each in ranges if each), choose(each[1] for each in ranges if each)
            case core.Aggregate():
                return self._aggregate(node)
            case _:
                raise AssertionError(node)

    def place_in_order(self, key: core.Value | None) -> Range:
        """A number, or the place of a choice on its scale."""
        assert key is not None
        kind = self.protocol.row_field(key.rows, key.name).kind if isinstance(key, core.Field) else None
        if not isinstance(kind, OneOf):
            return self.number(key)
        chosen = self.recorded(key)
        return None if chosen is UNKNOWN else _range(kind.choices.index(str(chosen)))

    def _raised(self, base: Range, exponent: int | Decimal | Fraction | core.Value) -> Range:
        if not isinstance(exponent, core.Written):
            return _power_of_range(base, Fraction(exponent))
        by = self.number(exponent)
        if by is None or base is None:
            return None
        if by[0] == by[1]:
            return _power_of_range(base, by[0])
        self.loose.add("an exponent known in part")
        ends = [_power_of_range(base, each) for each in by]
        lows, highs = [end[0] for end in ends if end], [end[1] for end in ends if end]
        return (min(lows), max(highs)) if len(lows) == 2 else None

    def _completed(self, unit: str, first: Moments, last: Moments) -> Range:
        if not first or not last:
            return None
        if unit in CLOCK:
            firsts, lasts = ([_minutes(moment) for moment in each] for each in (first, last))
            least = min(start for start, _ in lasts) - max(end for _, end in firsts)
            most = max(end for _, end in lasts) - min(start for start, _ in firsts)
            return Fraction(least // CLOCK[unit]), Fraction(most // CLOCK[unit])
        # More days later are never fewer completed units, so the extremes are enough.
        days, ends = [day for day, _ in first], [day for day, _ in last]
        return Fraction(_completed(unit, max(days), min(ends))), Fraction(_completed(unit, min(days), max(ends)))

    # ---- dates ------------------------------------------------------------------------------------------------------

    def moments(self, node: core.Value) -> Moments:
        match node:
            case core.Constant(value=datetime.date() as day):
                return frozenset({(day, None)})
            case core.Fact() | core.Field():
                known = self.recorded(node)
                return None if known is UNKNOWN else frozenset(map(_moment, possible_days(known)))  # type: ignore[arg-type]
            case core.Defined():
                return self.alone().moments(self.body(node))
            case core.Named(_, value):
                return self.moments(value)
            case core.Shift(date, amount, unit):
                found = self.moments(date)
                return _shifted(found, amount, unit) if found else None
            case core.RecordTime():
                return self._record_time(node)
            case core.Extreme(which, dates):
                each = [self.moments(date) for date in dates]
                if not all(each):
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
            case core.Named(_, value):
                return self.is_date(value)
            case core.Extreme(which):
                return which in ("earlier", "later")
            case core.Shift() | core.ShiftDays() | core.WindowEnd() | core.RecordTime():
                return True
            case core.Fact(name):
                return type(self.protocol.items[name].kind).__name__ == "Date"
            case core.Field(rows, name):
                return type(self.protocol.row_field(rows, name).kind).__name__ == "Date"
            case _:
                return False

    def _fields(self, node: core.RecordTime) -> tuple[Moments, Moments, Moments, Truth, Moments]:
        def field(name: str) -> core.Field:
            return core.Field(node.rows, name, node.row, origin=node.origin, words=name)

        day, start, end = (self.moments(field(name)) for name in ("date", "start date", "end date"))
        return day, start, end, self.truth(field("ongoing")), self.moments(node.evaluation)

    def _record_time(self, node: core.RecordTime) -> Moments:
        day, start, end, ongoing, evaluation = self._fields(node)
        if node.which == "first":
            return day if start is None else start
        if end is not None:
            return end
        if ongoing is True:
            return frozenset() if node.which == "end" else None if node.which == "ended on" else evaluation
        return day if start is None else None

    def span(self, node: core.Value, scale: int) -> Span | None:
        """The time from first to last day of a record, or one day; None where nothing at all is known of one day."""
        if not (isinstance(node, core.RecordTime) and node.which == "whole"):
            found = self.moments(node)
            return None if found is None else _one_day(found, scale)
        day, start, end, ongoing, evaluation = self._fields(node)
        first = day if start is None else start
        if end is None and ongoing is not True and start is None and day is not None:
            return _one_day(day, scale)
        today = FAR if evaluation is None else max(moment.toordinal() for moment, _ in evaluation)
        until = FAR if today == FAR else (today + 1) * scale - 1
        firsts = (-FAR, until if ongoing is True else FAR) if first is None else _ends(first, scale)
        lasts = (-FAR, FAR)
        if end is not None:
            lasts = _ends(end, scale)
        elif ongoing is True:
            lasts = (FAR, FAR)
        elif ongoing is False and not (first is not None and min(d for d, _ in first).toordinal() > today):
            # What is not ongoing has ended before the evaluation day, unless it only began on that day.
            began = first is not None and min(d for d, _ in first).toordinal() == today
            lasts = (-FAR, until if began or today == FAR else until - scale)
        if firsts[0] > lasts[1] and scale > 1 and first is not None and end is not None:
            firsts, lasts = _ends(_days_of(first), scale), _ends(_days_of(end), scale)
        if firsts[0] > lasts[1]:
            return Span((-FAR, FAR), (-FAR, FAR))  # it ends before it begins, and says nothing
        return Span(firsts, lasts)

    # ---- truth ------------------------------------------------------------------------------------------------------

    def truth(self, node: core.Condition) -> Truth:
        match node:
            case core.Fact() | core.Field():
                known = self.recorded(node)
                return None if known is UNKNOWN else bool(known)
            case core.Defined():
                return self.alone().truth(self.body(node))
            case core.Compare():
                return self._compared(node)
            case core.Member(value, choices, outside):
                chosen = self.recorded(value)
                if chosen is UNKNOWN:
                    return None
                return True if chosen in choices else None if outside is not None and chosen not in outside else False
            case core.Includes(value, choices):
                several = self.recorded(value)
                return None if several is UNKNOWN else any(one in choices for one in several)  # type: ignore[attr-defined]
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
                chosen_ones = {True: {outcomes[0]}, False: {outcomes[1]}, None: set(outcomes)}[self.truth(condition)]
                return chosen_ones.pop() if len(chosen_ones) == 1 else None
            case core.Every() | core.AtLeastRows() | core.Chosen() | core.Consecutive() | core.Stable():
                return self._of_records(node)
            case _:
                raise AssertionError(node)

    def _is_recorded(self, node: core.Value) -> bool:
        if isinstance(node, core.Fact | core.Field):
            return self.recorded(node) is not UNKNOWN
        if self.is_date(node):
            return bool(self.moments(node))
        return self.number(node) is not None

    def _compared(self, node: core.Compare) -> Truth:
        if self.is_date(node.left):
            left, right = self.moments(node.left), self.moments(node.right)
            if left == frozenset() or right == frozenset():
                return False  # no such day
            if left is None or right is None:
                return None
            days = [{day.toordinal() for day, _ in moments} for moments in (left, right)]
            if node.operator == "=":
                same = days[0] & days[1]
                return False if not same else True if days[0] == days[1] and len(same) == 1 else None
            return _agreed(
                _holds(node.operator, a, b) for a in (min(days[0]), max(days[0])) for b in (min(days[1]), max(days[1]))
            )
        ranges = self.number(node.left), self.number(node.right)
        if ranges[0] is None or ranges[1] is None:
            return None
        (low, high), (least, most) = ranges[0], ranges[1]
        if node.operator == "=":
            apart = high < least or most < low
            return False if apart else True if low == high == least == most else None
        return _agreed(_holds(node.operator, a, b) for a in (low, high) for b in (least, most))

    # ---- windows ----------------------------------------------------------------------------------------------------

    def _between(self, node: core.Between) -> Truth:
        when = self.span(node.date, 1)
        if when is not None and when.day == frozenset():
            return False
        if when is None:
            return None
        firsts, lasts = (self.moments(part) for part in (node.first, node.last))
        inset = int(not node.included)
        from_ = (-FAR, FAR) if firsts is None else _ends(firsts, 1)
        to = (-FAR, FAR) if lasts is None else _ends(lasts, 1)
        return _agreed(_meets(when, (from_[0] + inset, from_[1] + inset), (to[0] - inset, to[1] - inset)))

    def _during(self, node: core.During) -> Truth:
        by_clock = any(isinstance(end, core.Shift) and end.unit in CLOCK for end in (node.start, node.end))
        scale = DAY_MINUTES if by_clock else 1
        when, anchors = self.span(node.date, scale), self.moments(node.anchor)
        if when is not None and when.day == frozenset():
            return False
        if when is None or anchors is None:
            return None
        if len(anchors) > 1 and any(isinstance(end, core.ShiftDays | core.WindowEnd) for end in (node.start, node.end)):
            self.loose.add("computed lengths before a day known in part")
        try:
            inside = self._inside_by_clock if by_clock else self._inside_by_day
            return _agreed(itertools.chain.from_iterable(inside(node, when, anchor) for anchor in anchors))
        except (ValueError, OverflowError):
            return None

    def _inside_by_day(self, node: core.During, when: Span, anchor: Moment) -> Iterator[bool]:
        start = self._end(node.start, node.anchor, anchor[0]) if node.start is not None else (-FAR, -FAR)
        end = self._end(node.end, node.anchor, anchor[0]) if node.end is not None else (FAR, FAR)
        if start is None:
            start = (-FAR, FAR)
        if end is None:
            end = (-FAR, FAR)
        after, before = int(not node.start_included), int(not node.end_included)
        yield from _meets(when, (start[0] + after, start[1] + after), (end[0] - before, end[1] - before))

    def _end(self, node: core.Value, anchor: core.Value, day: datetime.date) -> Ends | None:
        """The days that an end of a window may be, for one day of its anchor; None where nothing is known."""
        if node == anchor:
            return day.toordinal(), day.toordinal()
        match node:
            case core.Shift(date, amount, unit) if date == anchor:
                moved = _moved(day, amount, unit).toordinal()
                return moved, moved
            case core.ShiftDays(date, days, sign) if date == anchor:
                length = self.number(days)
                if length is None:
                    return None
                moves = [sign * math.ceil(each) for each in length]
                return day.toordinal() + min(moves), day.toordinal() + max(moves)
            case core.WindowEnd(which, _, ends, before):
                outwards = (-FAR, day.toordinal()) if before else (day.toordinal(), FAR)
                found = [self._end(each, anchor, day) or outwards for each in ends]
                choose = min if (which == "farther") == before else max
                return choose(each[0] for each in found), choose(each[1] for each in found)
            case _:
                raise AssertionError(node)

    def _inside_by_clock(self, node: core.During, when: Span, anchor: Moment) -> Iterator[bool]:
        """The truths that the minutes of the anchor's day and those of the record give."""
        least, most = -(10**9), 10**9
        if node.start is not None:
            least = _distance(anchor[0], node.start) + (not node.start_included)
        if node.end is not None:
            most = _distance(anchor[0], node.end) - (not node.end_included)
        earliest, latest = _minutes(anchor)
        candidates = {earliest, latest}
        for first, last in when.worlds():
            candidates |= {min(max(point, earliest), latest) for point in (first - most, last - least)}
        for minute in candidates:
            yield from _meets(when, (minute + least, minute + least), (minute + most, minute + most))

    # ---- records ----------------------------------------------------------------------------------------------------

    def _entries(self, records: Sequence[core.Records]) -> tuple[list[Entry], bool]:
        """The records that may belong, and whether every list is recorded."""
        found: list[Entry] = []
        known = True
        for each in records:
            rows = self.facts[each.rows.name]
            if rows is UNKNOWN:
                known = False
                continue
            kind = self.protocol.items[each.rows.name].kind
            assert isinstance(kind, Rows)
            for at, row in enumerate(rows):  # type: ignore[arg-type]
                record = dict(zip((field.name for field in kind.fields), row, strict=True))
                record[PLACE] = at
                if each.other is not None and self.rows[each.other][PLACE] == at:
                    continue
                inside = Interpreter(self.protocol, self.facts, {**self.rows, each.row: record}, self.loose)
                member = True if each.member is None else inside.truth(each.member)
                if member is not False:
                    found.append(Entry(member, each, inside))
        return found, known

    def _of_records(self, node: core.Every | core.AtLeastRows | core.Chosen | core.Consecutive | core.Stable) -> Truth:
        entries, known = self._entries(node.records)
        match node:
            case core.AtLeastRows(count, _, None):
                enough = _at_least(count, [each.member for each in entries])
                return enough if known or enough is True else None
            case core.AtLeastRows(count, _, apart):
                assert apart is not None
                if not known:
                    self.loose.add("a list that is not recorded")
                return self._spaced(entries, count, *apart) if known else None
            case core.Every(_, if_any):
                bodies = [self._asked(each) for each in entries]
                if any(body is False and each.member is True for each, body in zip(entries, bodies, strict=True)):
                    return False
                worlds = [
                    (True if if_any else None)
                    if not any(world)
                    else _all(body for body, there in zip(bodies, world, strict=True) if there)
                    for world in _memberships(entries)
                ]
                return _agreed(worlds) if known else None
            case core.Chosen():
                return self._chosen(node.which, entries) if known else None
            case core.Consecutive(count, _, None):
                return self._consecutive(entries, count) if known else None
            case core.Consecutive(count, _, apart):
                assert apart is not None
                return self._consecutive_spaced(entries, count, *apart) if known else None
            case core.Stable():
                return self._stable(node, entries) if known else None

    def _asked(self, entry: Entry) -> Truth:
        assert entry.records.body is not None
        return entry.inside.truth(entry.records.body)  # type: ignore[arg-type]

    def _time(self, entry: Entry, scale: int = DAY_MINUTES) -> Ends:
        assert entry.records.key is not None
        found = entry.inside.moments(entry.records.key)
        return _ends(found, scale) if found else (-FAR, FAR)

    def _chosen(self, which: str, entries: list[Entry]) -> Truth:
        truths = [self._asked(each) for each in entries]
        keys: list[tuple[Any, Any]]
        if which in ("latest", "earliest", "previous"):
            keys = [self._time(each) for each in entries]
        else:
            ranges = [each.inside.place_in_order(each.records.key) for each in entries]
            keys = [(-FAR, FAR) if each is None else each for each in ranges]
        rank = 2 if which == "previous" else 1
        outcomes: set[Truth] = set()
        for world, points in _placed(entries, keys):
            there = [at for at in range(len(entries)) if world[at]]
            in_order = sorted((points[at] for at in there), reverse=which in ("latest", "highest", "previous"))
            best = in_order[rank - 1] if len(in_order) >= rank else None
            outcomes.add(_agreed(truths[at] for at in there if points[at] == best))
            if len(outcomes) > 1:
                return None
        return outcomes.pop()

    def _consecutive(self, entries: list[Entry], count: int) -> Truth:
        truths = [self._asked(each) for each in entries]
        times = [self._time(each) for each in entries]
        outcomes: set[bool] = set()
        for world in _memberships(entries):
            there = [at for at in range(len(entries)) if world[at]]
            ways = [(True, False) if truths[at] is None else (truths[at],) for at in there]
            for order in itertools.permutations(range(len(there))):
                if any(
                    times[there[a]][0] > times[there[b]][1] for place, a in enumerate(order) for b in order[place + 1 :]
                ):
                    continue
                for held in itertools.product(*ways):
                    line = "".join("x" if held[at] else " " for at in order)
                    outcomes.add("x" * count in line)
                if len(outcomes) == 2:
                    return None
        return _agreed(outcomes)

    def _consecutive_spaced(self, entries: list[Entry], count: int, amount: int, unit: str) -> Truth:
        """Every record at every minute where the order or the time between may change, ties in either order."""
        truths = [self._asked(each) for each in entries]
        times = [self._time(each) for each in entries]
        points = {end for ends in times for end in ends}
        for _ in range(count):
            points |= {self._minute_after(point, amount, unit) for point in points if -FAR < point < FAR}
        if len({lo for lo, _ in times}) < len(times) or any(lo != hi for lo, hi in times):
            self.loose.add("uncertain times, or the same")
        if any(each.member is None for each in entries):
            self.loose.add("records that may belong or not")
        ways: list[Sequence[Any]] = [sorted(point for point in points if lo <= point <= hi) for lo, hi in times]
        ways += [(True,) if each.member else (True, False) for each in entries]
        ways += [(True, False) if truth is None else (truth,) for truth in truths]
        outcomes: set[bool] = set()
        for world in _some_of(ways):
            placed, there, held = (world[at * len(entries) : (at + 1) * len(entries)] for at in range(3))
            members = [(placed[at], held[at]) for at in range(len(entries)) if there[at]]
            for order in _orders(members):
                run, free, found = 0, -FAR, False
                for point, truth in order:
                    run = 0 if not truth else run + 1 if point >= free else 1
                    free, found = self._minute_after(point, amount, unit), found or run >= count
                outcomes.add(found)
            if len(outcomes) == 2:
                return None
        return _agreed(outcomes)

    def _minute_after(self, point: int, amount: int, unit: str) -> int:
        """The first minute that lies so long after one; in days or more only the days count."""
        if unit in CLOCK:
            return point + amount * CLOCK[unit]
        try:
            return _moved(datetime.date.fromordinal(point // DAY_MINUTES), amount, unit).toordinal() * DAY_MINUTES
        except (ValueError, OverflowError):
            return -FAR if point < 0 else FAR

    def _spaced(self, entries: list[Entry], count: int, amount: int, unit: str) -> Truth:
        by_clock = unit in CLOCK
        times = [self._time(each, DAY_MINUTES if by_clock else 1) for each in entries]
        if amount == 0:
            return _at_least(count, [each.member for each in entries])

        def after(point: int) -> int:
            if by_clock:
                return point + amount * CLOCK[unit]
            try:
                return _moved(datetime.date.fromordinal(point), amount, unit).toordinal()
            except (ValueError, OverflowError):
                return FAR

        if any(lo != hi for lo, hi in times):
            self.loose.add("uncertain times")
        points = {lo for lo, _ in times} | {hi for _, hi in times}
        for _ in range(count):
            points |= {after(point) for point in points if -FAR < point < FAR}
        outcomes: set[bool] = set()
        ways = [sorted(point for point in points if lo <= point <= hi) for lo, hi in times]
        for world in _memberships(entries):
            for placed in _some_of(ways):
                free, found = -FAR, 0
                for point in sorted(point for point, there in zip(placed, world, strict=True) if there):
                    if point >= free:
                        free, found = after(point), found + 1
                outcomes.add(found >= count)
            if len(outcomes) == 2:
                return None
        return _agreed(outcomes)

    def _stable(self, node: core.Stable, entries: list[Entry]) -> Truth:
        firsts, lasts = self.moments(node.first), self.moments(node.last)
        spans, values, groups = [], [], []
        for each in entries:
            assert each.records.key is not None
            spans.append(each.inside.span(each.records.key, 1) or Span((-FAR, FAR), (-FAR, FAR)))
            values.append(each.inside.identity(each.records.body))  # type: ignore[arg-type]
            drug = each.inside.rows[each.records.row].get("drug", "no drug")
            groups.append(None if drug is UNKNOWN and node.groups else {str(drug) if node.groups else ""})
        certain = all(span.certain for span in spans) and all(each.member is True for each in entries)
        single = all(each is not None and len(each) == 1 for each in (*values, *groups, firsts, lasts))
        if not (certain and single):
            self.loose.add("uncertain courses of treatment")
        ends = [sorted({-FAR, FAR}) if moments is None else sorted({*_ends(moments, 1)}) for moments in (firsts, lasts)]
        ways: list[Sequence[Any]] = [[(a, b) for a in ends[0] for b in ends[1]]]
        seen = [{one for each in things if each is not None for one in each} for things in (values, groups)]
        for at, entry in enumerate(entries):
            ways.append((True,) if entry.member else (True, False))
            ways.append(spans[at].worlds())
            for things, all_of_them in ((values, seen[0]), (groups, seen[1])):
                one = things[at]
                ways.append(sorted(one, key=repr) if one is not None else [*sorted(all_of_them, key=repr), ("new", at)])
        outcomes: set[bool] = set()
        for world in _some_of(ways):
            (first, last), parts = world[0], world[1:]
            records = [parts[at : at + 4] for at in range(0, len(parts), 4)]
            outcomes.add(_is_stable([record[1:] for record in records if record[0]], first, last))
            if len(outcomes) == 2:
                return None
        return _agreed(outcomes)

    def identity(self, node: core.Value) -> set[object] | None:
        """What a value may be, told apart from other values; None where it may be anything."""
        if isinstance(node, core.Fact | core.Field):
            known = self.recorded(node)
            if known is UNKNOWN:
                return None
            if isinstance(known, str | tuple | bool):
                return {known}
        if self.is_date(node):
            moments = self.moments(node)
            return {day for day, _ in moments} if moments else None
        number = self.number(node)
        return None if number is None else {number[0], number[1]}

    # ---- numbers from records ---------------------------------------------------------------------------------------

    def _aggregate(self, node: core.Aggregate) -> Range:
        entries, known = self._entries(node.records)
        if not known:
            return None
        if node.which == "number":
            certain = sum(each.member is True for each in entries)
            return Fraction(certain), Fraction(len(entries))
        if node.which == "different":
            return self._different(entries)
        if node.which == "days":
            return self._days(node, entries)
        values = [each.inside.number(each.records.body) for each in entries]  # type: ignore[arg-type]
        if node.pick is not None:
            return self._picked(node, node.pick, entries, values)
        if None in values:
            return None
        found: list[tuple[Fraction, Fraction]] = []
        for world in _memberships(entries):
            there = [value for value, is_there in zip(values, world, strict=True) if is_there and value]
            if not there and node.which != "total":
                return None
            found.append(_made(node.which, there))
        return min(low for low, _ in found), max(high for _, high in found)

    def _different(self, entries: list[Entry]) -> Range:
        values = [each.inside.identity(each.records.body) for each in entries]  # type: ignore[arg-type]
        seen: set[object] = {one for each in values if each is not None for one in each}
        ways = [
            sorted(each, key=repr) if each is not None else [*sorted(seen, key=repr), ("new", at)]
            for at, each in enumerate(values)
        ]
        if any(each is not None and len(each) > 1 for each in values):
            self.loose.add("values known in part")
        counts = [
            len({one for one, there in zip(world, members, strict=True) if there})
            for members in _memberships(entries)
            for world in _some_of(ways)
        ]
        return Fraction(min(counts)), Fraction(max(counts))

    def _days(self, node: core.Aggregate, entries: list[Entry]) -> Range:
        assert node.first is not None
        assert node.last is not None
        firsts, lasts = self.moments(node.first), self.moments(node.last)
        spans = [
            each.inside.span(each.records.body, 1) or Span((-FAR, FAR), (-FAR, FAR))  # type: ignore[arg-type]
            for each in entries
        ]
        ends = [[-FAR, FAR] if moments is None else sorted({*_ends(moments, 1)}) for moments in (firsts, lasts)]
        if not all(span.certain for span in spans) or any(len(each) > 1 for each in ends):
            self.loose.add("uncertain days")
        counts = []
        for members in _memberships(entries):
            for first, last, *world in _some_of([*ends, *(span.worlds() for span in spans)]):
                pieces = [piece for piece, there in zip(world, members, strict=True) if there]
                counts.append(_number_of_days(pieces, first, last))
        return Fraction(min(counts)), Fraction(max(counts))

    def _picked(self, node: core.Aggregate, pick: core.Pick, entries: list[Entry], values: list[Range]) -> Range:
        times = [self._time(each) for each in entries]
        sign = -1 if pick.which == "latest" else 1
        chosen: set[tuple[Range, ...]] = set()
        which: set[tuple[int, ...]] = set()
        if pick.within is not None and any(lo != hi for lo, hi in times):
            self.loose.add("uncertain minutes")
        for members, points in _placed(entries, times):
            line = sorted((sign * points[at], at) for at in range(len(entries)) if members[at])
            if pick.within is not None:
                line = [
                    (point, at)
                    for point, at in line
                    if any(
                        sum(0 <= other - start <= pick.within for other, _ in line) >= pick.count
                        for start, _ in line
                        if 0 <= point - start <= pick.within
                    )
                ]
            if len(line) < pick.count:
                return None
            bound = line[pick.count - 1][0]
            sure = [at for point, at in line if point < bound]
            tied = [at for point, at in line if point == bound]
            for rest in itertools.combinations(tied, pick.count - len(sure)):
                taken = tuple(sorted((*sure, *rest)))
                which.add(taken)
                chosen.add(tuple(sorted((values[at] for at in taken), key=repr)))
        if len(which) > 1:
            self.loose.add("which records are taken")
        if len(chosen) > 1:
            return None
        (taken_values,) = chosen
        return None if None in taken_values else _made(node.which, [value for value in taken_values if value])


# ---- possible worlds ------------------------------------------------------------------------------------------------


def _memberships(entries: Sequence[Entry]) -> Iterator[tuple[bool, ...]]:
    """Which records are there, in every way that may be so."""
    return itertools.product(*((True,) if each.member else (True, False) for each in entries))


def _orders(members: Sequence[tuple[int, bool]]) -> Iterator[list[tuple[int, bool]]]:
    """In the order of time, those of one minute in every order."""
    groups = [list(group) for _, group in itertools.groupby(sorted(members), key=lambda each: each[0])]
    for orders in itertools.product(*({*itertools.permutations(group)} for group in groups)):
        yield [each for group in orders for each in group]


def _placed(entries: Sequence[Entry], keys: Sequence[tuple[T, T]]) -> Iterator[tuple[tuple[bool, ...], tuple[T, ...]]]:
    """Which records are there, and where, at those points where their order may change."""
    points = {end for ends in keys for end in ends}
    ways = [sorted(point for point in points if lo <= point <= hi) for lo, hi in keys]  # type: ignore[operator,type-var]
    for world in _memberships(entries):
        # Where those are that are not there makes no difference.
        here = [way if there else way[:1] for way, there in zip(ways, world, strict=True)]
        for placed in itertools.product(*here):
            yield world, placed


def _some_of(ways: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
    """All ways together; where they are too many some of them, the same each time."""
    if math.prod(map(len, ways)) <= MOST_WORLDS:
        return itertools.product(*ways)
    chance = random.Random(0)
    return [tuple(chance.choice(way) for way in ways) for _ in range(MOST_WORLDS)]


def _meets(when: Span, from_: Ends, to: Ends) -> Iterator[bool]:
    """Whether any day of it lies in the window, for the extremes of all that may be."""
    for start in {*from_}:
        for end in {*to}:
            if when.day is None:
                for first, last in when.worlds():
                    yield max(first, start) <= min(last, end)
            else:
                inside = {when.first[0], when.first[1]}
                inside |= {point for point in (start, end) if when.first[0] <= point <= when.first[1]}
                yield from (start <= point <= end for point in inside)


def _is_stable(records: Sequence[tuple[Ends, object, object]], first: int, last: int) -> bool:
    there = [record for record in records if record[0][0] <= last and record[0][1] >= first]
    if not there:
        return False
    for group in {record[2] for record in there}:
        own = [record for record in there if record[2] == group]
        if len({value for _, value, _ in own}) > 1:
            return False
        if _number_of_days([span for span, _, _ in own], first, last) < last - first + 1:
            return False
    return True


def _number_of_days(pieces: Iterable[Ends], first: int, last: int) -> int:
    count, upto = 0, first - 1
    for start, end in sorted(pieces):
        low, high = max(start, upto + 1), min(end, last)
        if low <= high:
            count, upto = count + high - low + 1, high
    return count


def _agreed(truths: Iterable[T]) -> T | None:
    found: set[T] = set()
    for truth in truths:
        found.add(truth)
        if len(found) > 1:
            return None
    return found.pop() if found else None


def _all(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


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
    if value is UNKNOWN or isinstance(value, OtherNumber):
        return None
    if isinstance(value, Interval):
        return as_fraction(value.lo), as_fraction(value.hi)
    return as_fraction(value), as_fraction(value)  # type: ignore[arg-type]


def _made(which: str, values: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    lows, highs = [low for low, _ in values], [high for _, high in values]
    make: Callable[[list[Fraction]], Fraction] = {
        "mean": lambda numbers: sum(numbers, Fraction(0)) / len(numbers),
        "total": lambda numbers: sum(numbers, Fraction(0)),
        "highest": max,
        "lowest": min,
    }[which]
    return make(lows), make(highs)


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


def _power_of_range(base: Range, exponent: Fraction) -> Range:
    if base is None:
        return None
    if exponent.denominator == 1 and exponent >= 0:
        whole = int(exponent)
        found = [end**whole for end in base]
        if whole % 2 == 0 and whole > 0 and base[0] <= 0 <= base[1]:
            found.append(Fraction(0))
        return min(found), max(found)
    if exponent.denominator == 1:
        if base[0] <= 0 <= base[1]:
            return None
        found = [end ** int(exponent) for end in base]
        return min(found), max(found)
    ends = [_root_power(end, exponent) for end in base]
    lows, highs = [end[0] for end in ends if end], [end[1] for end in ends if end]
    return (min(lows), max(highs)) if len(lows) == 2 else None


def _root_power(base: Fraction, exponent: Fraction) -> Range:
    """A broken power, to 60 digits where it is not a fraction."""
    if base <= 0:
        return (Fraction(0), Fraction(0)) if base == 0 and exponent > 0 else None
    up, down = (_whole_root(part, exponent.denominator) for part in (base.numerator, base.denominator))
    if up is not None and down is not None:
        exact = Fraction(up, down) ** exponent.numerator
        return exact, exact
    with decimal.localcontext() as context:
        context.prec = 80
        number = Decimal(base.numerator) / Decimal(base.denominator)
        power = Decimal(exponent.numerator) / Decimal(exponent.denominator)
        found = Fraction((number.ln() * power).exp())
    return found * (1 - Fraction(1, 10**60)), found * (1 + Fraction(1, 10**60))


def _whole_root(number: int, degree: int) -> int | None:
    if degree > 100 or number.bit_length() > 2000:
        return None
    low, high = 0, number + 1
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle)
    return low if low**degree == number else None


def _half_up(value: Fraction, decimals: int) -> Fraction:
    scaled = abs(value) * 10**decimals
    rounded = Fraction((scaled + Fraction(1, 2)).__floor__(), 10**decimals)
    return rounded if value >= 0 else -rounded


# ---- dates ----------------------------------------------------------------------------------------------------------


def _moment(day: datetime.date) -> Moment:
    return datetime.date(day.year, day.month, day.day), day.minute if isinstance(day, DayTime) else None


def _days_of(moments: frozenset[Moment]) -> frozenset[Moment]:
    return frozenset((day, None) for day, _ in moments)


def _ends(moments: Iterable[Moment], scale: int) -> Ends:
    """The earliest and the latest day, or minute, that a date may be."""
    if scale == 1:
        days = [day.toordinal() for day, _ in moments]
        return min(days), max(days)
    minutes = [_minutes(moment) for moment in moments]
    return min(first for first, _ in minutes), max(last for _, last in minutes)


def _one_day(moments: frozenset[Moment], scale: int) -> Span:
    if not moments:
        return Span((0, 0), (0, 0), moments)
    ends = _ends(moments, scale)
    return Span(ends, ends, moments)


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


def _minutes(moment: Moment) -> Ends:
    day, minute = moment
    start = day.toordinal() * DAY_MINUTES
    return (start, start + DAY_MINUTES - 1) if minute is None else (start + minute, start + minute)


def _distance(anchor: datetime.date, end: core.Value) -> int:
    """How many minutes an end of a window lies after its anchor."""
    if not isinstance(end, core.Shift):
        return 0
    if end.unit in CLOCK:
        return end.amount * CLOCK[end.unit]
    return (_moved(anchor, end.amount, end.unit) - anchor).days * DAY_MINUTES
