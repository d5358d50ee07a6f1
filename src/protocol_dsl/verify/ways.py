"""Ways to make a condition true, false or unknown, or to bring a value to a limit, by changing few facts of a patient.

Each way is a guess from the shape of the condition. The evaluator decides: a patient is given out only if the condition
comes out as wanted. A patient that is wanted already is left as it is.

One module, since each kind of condition is a case of the same recursion.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, islice
from typing import Final, cast

from protocol_dsl.evaluate.coverage import Distance, Limit, Side, by_clock, distance, limits_of, side_of
from protocol_dsl.evaluate.steps import parts_of, record_fields
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.semantics.core import (
    LOOPS,
    Aggregate,
    Agreement,
    All,
    AtLeast,
    AtLeastRows,
    Between,
    Chosen,
    Compare,
    Condition,
    Consecutive,
    Defined,
    During,
    Every,
    Fact,
    Field,
    If,
    Includes,
    InUnit,
    Known,
    Loop,
    Member,
    Node,
    Not,
    Recorded,
    Records,
    RecordTime,
    Stable,
)
from protocol_dsl.semantics.types import DATE, END, ONGOING, START, Coded, Date, OneOf, Quantity, Rows, SeveralOf
from protocol_dsl.values import UNKNOWN, CalendarUnit, DayTime, OtherNumber, PartialDate, Truth, negate, shift
from protocol_dsl.verify.trials import Facts, Places, Trials, number_in

MOST_RECORDS: Final = 20
"""No more records than this are put into a list."""
_MOST_DECIMALS: Final = 8
"""No number with more decimals is written: nobody measures so."""
_STEPS: Final = 12


class Ways:
    """Ways through one criterion, by its number."""

    def __init__(self, trials: Trials, number: int):
        self._trials = trials
        self._number = number

    # ---- truths

    def ways(self, node: Condition, wanted: Truth, facts: Facts, places: Places) -> Iterator[Facts]:
        """Patients of whom the condition has the wanted outcome."""
        if self._outcome(node, facts, places) is wanted:
            yield facts
            return
        for found in self._guesses(node, wanted, facts, places):
            if self._outcome(node, found, places) is wanted:
                yield found

    def in_turn(
        self, wanted: Sequence[tuple[Condition, Truth]], facts: Facts, places: Places
    ) -> Iterator[Facts]:  # fmt: skip
        """Patients of whom each condition has its wanted outcome, one brought about after the other."""
        if not wanted:
            yield facts
            return
        (node, truth), *others = wanted
        for found in islice(self.ways(node, truth, facts, places), 4):
            yield from islice(self.in_turn(others, found, places), 4)

    def _guesses(self, node: Condition, wanted: Truth, facts: Facts, places: Places) -> Iterator[Facts]:
        match node:
            case Not():
                yield from self.ways(node.condition, negate(wanted), facts, places)
            case Known():
                for truth in (True,) if wanted is True else (False, UNKNOWN):
                    yield from self.ways(node.condition, truth, facts, places)
            case Defined():
                body = self._trials.protocol.definitions[node.name].body
                yield from self.ways(cast(Condition, body), wanted, facts, places)
            case All():
                yield from self._of_several(node.conditions, len(node.conditions), wanted, facts, places)
            case AtLeast():
                yield from self._of_several(node.conditions, node.count, wanted, facts, places)
            case If():
                yield from self._of_case(node, wanted, facts, places)
            case Every() | AtLeastRows() | Chosen() | Consecutive() | Stable():
                yield from self._of_records(node, wanted, facts, places)
            case _:
                yield from self._of_leaf(node, wanted, facts, places)

    def _of_several(
        self, conditions: Sequence[Condition], count: int, wanted: Truth, facts: Facts, places: Places
    ) -> Iterator[Facts]:
        """At least `count` of the conditions hold, do not hold, or may."""
        if wanted is True:
            for some in islice(combinations(conditions, count), 12):
                yield from self.in_turn([(each, True) for each in some], facts, places)
        elif wanted is False:
            for some in islice(combinations(conditions, len(conditions) - count + 1), 12):
                yield from self.in_turn([(each, False) for each in some], facts, places)
        else:
            for open_one in conditions:
                others = [each for each in conditions if each is not open_one]
                beside: list[tuple[Condition, Truth]] = [(each, at < count - 1) for at, each in enumerate(others)]
                yield from self.in_turn([*beside, (open_one, UNKNOWN)], facts, places)

    def _of_case(self, node: If, wanted: Truth, facts: Facts, places: Places) -> Iterator[Facts]:
        yield from self.in_turn([(node.condition, True), (node.then, wanted)], facts, places)
        if node.otherwise is not None:
            yield from self.in_turn([(node.condition, False), (node.otherwise, wanted)], facts, places)
        elif wanted is True:
            yield from self.ways(node.condition, False, facts, places)
        if wanted is UNKNOWN:
            yield from self.in_turn([(node.then, False), (node.condition, UNKNOWN)], facts, places)

    def _of_leaf(self, node: Condition, wanted: Truth, facts: Facts, places: Places) -> Iterator[Facts]:
        trials = self._trials
        if wanted is UNKNOWN:
            yield from self._without(node, facts, places)
            if not isinstance(node, Member | Includes):
                return
        match node:
            case Fact() | Field():
                if wanted is not UNKNOWN:
                    yield trials.put(facts, node, places, wanted)
            case Agreement():
                yield trials.put(facts, node.answer, places, wanted)
            case Recorded():
                yield from self._with(node.value, facts, places) if wanted else self._without(node, facts, places)
            case Member() | Includes():
                for leaf in self._leaves(node, places):
                    for value in self._choices(leaf, node.choices, wanted is True):
                        yield trials.put(facts, leaf, places, value)
            case Compare() | During() | Between():
                for limit in limits_of(trials.protocol, node):
                    for side, inside in limit.inside.items():
                        if inside is wanted:
                            yield from self.beside(node, limit, side, facts, places)

    def _choices(self, leaf: Fact | Field, choices: tuple[str, ...], among: bool) -> Iterator[object]:
        item = self._trials.item(leaf)
        match item.kind:
            case SeveralOf(all_of_them):
                if not among:
                    yield ()
                yield from ((each,) for each in all_of_them if (each in choices) is among)
            case OneOf(all_of_them):
                yield from (each for each in all_of_them if (each in choices) is among)
            case Coded():
                yield from (choices if among else (each for each in self._trials.words(item) if each not in choices))

    # ---- values that are recorded or not

    def _leaves(self, node: Node, places: Places) -> list[Fact | Field]:
        """The facts and fields that a node reads: fields first, then facts, the days of the trial last."""
        found: dict[Fact | Field, None] = {}
        entered: set[str] = set()
        waiting: list[Node] = [node]
        while waiting:
            each = waiting.pop(0)
            if isinstance(each, Field):
                if each.row in places and places[each.row][0] == each.rows:
                    found.setdefault(each)
            elif isinstance(each, Fact):
                if not isinstance(self._trials.item(each).kind, Rows):
                    found.setdefault(each)
            elif isinstance(each, Defined):
                if each.name not in entered:
                    entered.add(each.name)
                    body = self._trials.protocol.definitions[each.name].body
                    waiting.extend([body] if body is not None else [])
            elif isinstance(each, RecordTime):
                waiting.extend(record_fields(each))
            else:
                waiting.extend(parts_of(each))

        def order(leaf: Fact | Field) -> int:
            return 0 if isinstance(leaf, Field) else 2 if self._trials.item(leaf).day else 1

        return sorted(found, key=order)

    def _without(self, node: Node, facts: Facts, places: Places) -> Iterator[Facts]:
        """Patients of whom something that the node reads is not recorded."""
        trials = self._trials
        times = [each for each in _under(node) if isinstance(each, RecordTime)]
        for time in times:
            bare = facts
            for field in record_fields(time):
                if field.row in places:
                    bare = trials.put(bare, field, places, UNKNOWN)
            yield bare
        for leaf in self._leaves(node, places):
            if trials.allows_unknown(leaf):
                yield trials.put(facts, leaf, places, UNKNOWN)
        for loop in (each for each in _under(node) if isinstance(each, LOOPS)):
            for records in loop.records:
                yield trials.put_fact(facts, records.rows.name, UNKNOWN)

    def _with(self, node: Node, facts: Facts, places: Places) -> Iterator[Facts]:
        """Patients of whom all that the node reads is recorded."""
        trials = self._trials
        for other in (False, True):
            full = facts
            for each in _under(node):
                if isinstance(each, InUnit) and isinstance(each.value, Fact | Field) and each.other:
                    full = trials.put(full, each.value, places, OtherNumber(1))
            for leaf in self._leaves(node, places):
                if trials.get(full, leaf, places) is UNKNOWN and leaf.name not in (START, END, ONGOING):
                    full = trials.put(full, leaf, places, trials.some_value(trials.item(leaf), full))
                    kind = trials.item(leaf).kind
                    if other and isinstance(kind, Quantity) and kind.other is not None:
                        full = trials.put(full, leaf, places, OtherNumber(1))
            yield full
            for loop in (each for each in _under(node) if isinstance(each, LOOPS)):
                for records in loop.records:
                    yield from self._with_one(records, full, places)

    # ---- records

    def with_record(self, records: Records, facts: Facts, places: Places) -> Iterator[tuple[Facts, Places]]:
        """The list with one record only: one of those that are there, or a blank one."""
        name = records.rows.name
        there = facts[self._trials.place_of[name]]
        some = list(there[:3]) if isinstance(there, tuple) else []
        inner = {**places, records.row: (name, 0)}
        for row in (*some, self._trials.blank_record(name)):
            yield self._trials.put_fact(facts, name, (row,)), inner

    def _with_one(self, records: Records, facts: Facts, places: Places) -> Iterator[Facts]:
        """The list with one record that the loop looks at."""
        for found, inner in self.with_record(records, facts, places):
            yield from self._belonging(records, found, inner)

    def _belonging(self, records: Records, facts: Facts, places: Places) -> Iterator[Facts]:
        if records.member is None:
            yield facts
        else:
            yield from islice(self.ways(records.member, True, facts, places), 4)

    def _of_records(self, node: Loop, wanted: Truth, facts: Facts, places: Places) -> Iterator[Facts]:
        trials = self._trials
        lists = list(dict.fromkeys(records.rows.name for records in node.records))
        if wanted is UNKNOWN:
            for name in lists:
                yield trials.put_fact(facts, name, UNKNOWN)
        if wanted is not True or isinstance(node, Every):
            emptied = facts
            for name in lists:
                emptied = trials.put_fact(emptied, name, ())
            yield emptied
        for records in node.records:
            for found, inner in self.with_record(records, facts, places):
                for filled in self._filled(node, records, wanted, found, inner):
                    yield filled
                    yield from self._repeated(node, records.rows.name, filled)

    def _filled(
        self, node: Loop, records: Records, wanted: Truth, facts: Facts, places: Places
    ) -> Iterator[Facts]:  # fmt: skip
        """The one record is brought to what is asked of it."""
        if isinstance(node, Stable):
            yield from self._steady(node, records, facts, places)
        elif records.body is None or not isinstance(node, Every | Chosen | Consecutive):
            asked = records.member
            if asked is None:
                yield facts
            else:
                yield from islice(self.ways(asked, wanted, facts, places), 4)
        else:
            for found in self._belonging(records, facts, places):
                yield from islice(self.ways(cast(Condition, records.body), wanted, found, places), 4)

    def _repeated(self, node: Loop, name: str, facts: Facts) -> Iterator[Facts]:
        """The one record as often as it is needed, at the distances that are asked for."""
        count = node.count if isinstance(node, AtLeastRows | Consecutive) else 2
        if isinstance(node, Chosen) and node.which != "previous":
            return
        row = self._first_row(facts, name)
        if 1 < count <= MOST_RECORDS:
            apart = node.apart if isinstance(node, AtLeastRows | Consecutive) else None
            yield self._trials.put_fact(facts, name, tuple(self._moved(name, row, apart, at) for at in range(count)))

    def _first_row(self, facts: Facts, name: str) -> tuple[object, ...]:
        """The record that was made; what was asked of another list within it may have changed this one too."""
        there = facts[self._trials.place_of[name]]
        return there[0] if isinstance(there, tuple) and there else self._trials.blank_record(name)

    def _moved(
        self, name: str, row: tuple[object, ...], apart: tuple[int, str] | None, times: int
    ) -> tuple[object, ...]:  # fmt: skip
        if apart is None or times == 0:
            return row
        kind = self._trials.protocol.items[name].kind
        assert isinstance(kind, Rows)
        moved = list(row)
        for place, each in enumerate(kind.fields):
            value = row[place]
            if isinstance(each.kind, Date) and isinstance(value, datetime.date):
                amount, unit = (apart[0], apart[1]) if apart[1] not in ("hour", "minute") else (1, "day")
                moved[place] = shift(value, -amount * times, cast(CalendarUnit, unit))
        return tuple(moved)

    def _steady(self, node: Stable, records: Records, facts: Facts, places: Places) -> Iterator[Facts]:
        """A record that is there from long before the first day on."""
        trials = self._trials
        for full in self._with(node, facts, places):
            trace = self._trace(node, full, {})
            first = trace.children[0].outcome if trace is not None and trace.children else None
            if isinstance(records.key, RecordTime) and isinstance(first, datetime.date):
                start = cast(datetime.date, shift(first, -1, "month"))
                values = dict(zip((DATE, START, END, ONGOING), (UNKNOWN, start, UNKNOWN, True), strict=True))
                for each in record_fields(records.key):
                    full = trials.put(full, each, places, values[each.name])
                if records.body is not None:
                    full = next(self._with(records.body, full, places))
                yield full

    # ---- limits

    def beside(self, node: Condition, limit: Limit, side: Side, facts: Facts, places: Places) -> Iterator[Facts]:
        """Patients of whom the value lies on a side of a limit: exactly there, or one step off."""
        for found, inner in self._readied(node, facts, places):
            if self._side(node, limit, found, places) is side:
                yield found
            for leaf in self._leaves(node, inner):
                if found_there := self._brought(node, limit, side, leaf, found, inner, places):
                    yield found_there

    def _readied(self, node: Condition, facts: Facts, places: Places) -> Iterator[tuple[Facts, Places]]:
        """Patients of whom all is recorded that the condition reads, with records where it goes over some."""
        if isinstance(node, AtLeastRows):
            yield from ((each, places) for each in self._counted(node, node.count, facts, places))
        elif isinstance(node, AtLeast):
            for count in (node.count - 1, node.count):
                wanted = [(each, at < count) for at, each in enumerate(node.conditions)]
                yield from ((each, places) for each in self.in_turn(wanted, facts, places))
        else:
            for found in self._with_times(node, facts, places):
                if by_clock(node):
                    found = self._with_clock(node, found, places)
                aggregates = [each for each in _under(node) if isinstance(each, Aggregate)]
                if not aggregates:
                    yield found, places
                for each in aggregates:
                    yield from self._aggregated(each, found, places)

    def _counted(self, node: Loop, count: int, facts: Facts, places: Places) -> Iterator[Facts]:
        """Lists with about so many records that belong."""
        for records in node.records:
            for found, inner in self.with_record(records, facts, places):
                for one in self._belonging(records, found, inner):
                    row = self._first_row(one, records.rows.name)
                    for times in range(max(0, count - 1), min(count + 1, MOST_RECORDS) + 1):
                        yield self._trials.put_fact(one, records.rows.name, (row,) * times)

    def _aggregated(self, node: Aggregate, facts: Facts, places: Places) -> Iterator[tuple[Facts, Places]]:
        trials = self._trials
        for records in node.records:
            for found, inner in self.with_record(records, facts, places):
                for one in self._belonging(records, found, inner):
                    full = one if records.body is None else next(self._with_times(records.body, one, inner))
                    row = self._first_row(full, records.rows.name)
                    for times in (1, 2, 3, 4, 5, 6) if node.pick is None else (node.pick.count,):
                        yield trials.put_fact(full, records.rows.name, (row,) * times), inner

    def _with_times(self, node: Node, facts: Facts, places: Places) -> Iterator[Facts]:
        """All is recorded, and the record has a day, or a first and a last day."""
        trials = self._trials
        times = [each for each in _under(node) if isinstance(each, RecordTime) and each.row in places]
        for full in self._with(node, facts, places):
            yield full
            for time in times[:1]:
                day = trials.some_day(full)
                for values in ((day, UNKNOWN, UNKNOWN, UNKNOWN), (UNKNOWN, day, day, UNKNOWN)):
                    timed = full
                    for each, value in zip(record_fields(time), values, strict=True):
                        timed = trials.put(timed, each, places, value)
                    yield timed

    def _with_clock(self, node: Node, facts: Facts, places: Places) -> Facts:
        """Every day that the node reads has a time."""
        for leaf in self._leaves(node, places):
            day = self._trials.get(facts, leaf, places)
            if type(day) is datetime.date:
                facts = self._trials.put(facts, leaf, places, DayTime(day.year, day.month, day.day, minute=12 * 60))
        return facts

    def _brought(
        self, node: Condition, limit: Limit, side: Side, leaf: Fact | Field, facts: Facts, inner: Places, places: Places
    ) -> Facts | None:
        """One fact or field is changed until the value lies where it is wanted."""
        trials = self._trials
        value = trials.get(facts, leaf, inner)
        measure = self._measure(node, limit, leaf, facts, inner, places)
        start: Fraction
        back: Callable[[Fraction], object]
        if isinstance(value, PartialDate):
            value = value.days[0]
        if isinstance(value, datetime.date):
            start, back = _of_day(value), _days_back(value)
        elif (number := number_in(value)) is not None:
            start, back = Fraction(number), _numbers_back(value)
        else:
            return None
        here = measure(back(start))
        if here is None:
            return None
        aim = {"below": -here.step, "at": Fraction(0), "above": here.step}[side]
        for at in _approaches(start, here, aim, lambda x: measure(back(x)) if back(x) is not None else None):
            tried = back(at)
            if tried is None or (at < 0 <= start):
                continue
            found = trials.put(facts, leaf, inner, tried)
            if self._side(node, limit, found, places) is side:
                return found
        return None

    def _measure(
        self, node: Condition, limit: Limit, leaf: Fact | Field, facts: Facts, inner: Places, places: Places
    ) -> Callable[[object], Distance | None]:
        def measure(value: object) -> Distance | None:
            trace = self._trace(node, self._trials.put(facts, leaf, inner, value), places)
            return None if trace is None else distance(limit, trace)

        return measure

    # ---- what came out

    def _trace(self, node: Node, facts: Facts, places: Places) -> TraceNode | None:
        return self._trials.trace(facts, self._number, node, places)

    def _outcome(self, node: Node, facts: Facts, places: Places) -> object:
        trace = self._trace(node, facts, places)
        return None if trace is None else trace.outcome

    def _side(self, node: Node, limit: Limit, facts: Facts, places: Places) -> Side | None:
        trace = self._trace(node, facts, places)
        return None if trace is None else side_of(distance(limit, trace))


def _under(node: Node) -> Iterator[Node]:
    """A node and all nodes under it, definitions left closed."""
    yield node
    for part in parts_of(node):
        yield from _under(part)


def _approaches(
    start: Fraction, here: Distance, aim: Fraction, measure: Callable[[Fraction], Distance | None]
) -> Iterator[Fraction]:
    """Points that come ever nearer to where the distance is what is aimed at: by the slope between the last two."""
    last, last_off = start, here.amount - aim
    at = start - last_off
    for _ in range(_STEPS):
        yield at
        there = measure(at)
        if there is None:
            return
        off = there.amount - aim
        if off == 0:
            return
        if at == last or off == last_off:
            # It does not go by this one alone; or it goes the other way round.
            at, last, last_off = start + here.amount - aim, start, here.amount - aim
            if off == last_off and at == start:
                return
            yield at
            return
        at, last, last_off = at - off * (at - last) / (off - last_off), at, off


def _of_day(day: datetime.date) -> Fraction:
    minutes = Fraction(day.minute, 24 * 60) if isinstance(day, DayTime) else Fraction(0)
    return day.toordinal() + minutes


def _days_back(day: datetime.date) -> Callable[[Fraction], object]:
    def back(at: Fraction) -> object:
        if not 657_000 < at < 803_000:  # the years 1800 to 2200, roughly
            return None
        if not isinstance(day, DayTime):
            return datetime.date.fromordinal(round(at))
        minutes = round(at * 24 * 60)
        found = datetime.date.fromordinal(minutes // (24 * 60))
        return DayTime(found.year, found.month, found.day, minute=minutes % (24 * 60))

    return back


def _numbers_back(value: object) -> Callable[[Fraction], object]:
    def back(at: Fraction) -> object:
        exact = Fraction(round(at * 10**_MOST_DECIMALS), 10**_MOST_DECIMALS)
        number: int | Decimal = exact.numerator
        if exact.denominator != 1:
            number = Decimal(exact.numerator) / Decimal(exact.denominator)
        if abs(exact) > 10**12:
            return None
        return OtherNumber(number) if isinstance(value, OtherNumber) else number

    return back
