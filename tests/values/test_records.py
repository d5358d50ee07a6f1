"""Choosing and counting among records: the rules one by one, and against the possibilities of what is uncertain."""

import operator
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.evaluate.operations import different_of
from protocol_dsl.values import (
    ONGOING,
    UNKNOWN,
    DayTime,
    Interval,
    OtherNumber,
    PartialDate,
    Ratio,
    Spell,
    Truth,
    above,
    below,
    chosen,
    chosen_before_latest,
    chosen_by_value,
    consecutive,
    consecutive_spaced,
    days_covered,
    equal,
    fractional_power,
    highest_of,
    lowest_of,
    mean_of,
    number_of,
    parse_date,
    picked,
    possible_days,
    spaced,
    stable,
    total_of,
)


def day(number: int) -> date:
    return date(2024, 1, 10) + timedelta(days=number)


def at(number: int, minute: int) -> DayTime:
    return DayTime(2024, 1, 10 + number, minute=minute)


def span(first: int, last: int) -> Spell:
    return Spell(day(first), day(last))


def some(*numbers: int) -> PartialDate:
    return PartialDate(tuple(day(number) for number in numbers))


# What is uncertain, with one of its possibilities

truths = st.sampled_from([(True, True), (False, False), (UNKNOWN, True), (UNKNOWN, False)])
numbers = st.integers(0, 8)
settled_days = numbers.map(day)


def _one_day_of(drawn: tuple[set[int], int]) -> tuple[PartialDate, date]:
    several, which = drawn
    return some(*several), day(sorted(several)[which % len(several)])


certain_days = settled_days.map(lambda when: (when, when))
partial_days = st.tuples(st.sets(numbers, min_size=2, max_size=4), numbers).map(_one_day_of)
unknown_days = settled_days.map(lambda when: (UNKNOWN, when))
whens = certain_days | certain_days | partial_days | unknown_days


@st.composite
def spells(draw: Any) -> tuple[Any, Any]:
    """A spell, and one of those that it may be."""
    if draw(st.booleans()):
        when, one = draw(whens)
        return when if when is UNKNOWN else Spell(when, when, one_day=True), Spell(one, one, one_day=True)
    (first, one), (last, other) = draw(whens), draw(whens)
    if one > other:
        return Spell(one, ONGOING), Spell(one, ONGOING)
    return Spell(first, last), Spell(one, other)


values = st.sampled_from([(1, 1), (1, 1), (2, 2), (Interval(1, 2), 1), (Interval(1, 2), 2), (UNKNOWN, 1), (UNKNOWN, 2)])
groups = st.sampled_from([(None, None), ("a", "a"), ("a", "a"), ("b", "b"), (UNKNOWN, "a"), (UNKNOWN, "b")])


def lists(*parts: Any, most: int = 4) -> Any:
    """Entries, and the same with everything settled."""
    entry = st.tuples(*parts).map(lambda pairs: tuple(zip(*pairs, strict=True)))
    return st.lists(entry, max_size=most).map(lambda both: ([one for one, _ in both], [other for _, other in both]))


def lies_in(number: Any, range_: Any) -> bool:
    """Whether a settled result is one of those foreseen."""
    if range_ is UNKNOWN:
        return True
    lo, hi = (range_.lo, range_.hi) if isinstance(range_, Interval) else (range_, range_)
    return bool(lo <= number <= hi)


# The latest, earliest, highest and lowest


def test_the_one_before_the_latest() -> None:
    entries: Any = [(True, day(1), True), (True, day(3), False), (True, day(5), True)]
    assert chosen_before_latest(entries) == (False, (1,))
    assert chosen_before_latest(entries[:2]) == (True, (0,))
    assert chosen_before_latest(entries[:1]) == (UNKNOWN, ())
    assert chosen_before_latest([]) == (UNKNOWN, ())
    # One that may be there may be the latest, or the one before it.
    assert chosen_before_latest([*entries, (UNKNOWN, day(6), False)]) == (UNKNOWN, (1, 2))
    assert chosen_before_latest([*entries[:2], (UNKNOWN, day(2), True)]) == (True, (0, 2))
    assert chosen_before_latest([(True, day(1), True), (UNKNOWN, day(3), True)]) == (UNKNOWN, (0,))


def test_of_two_on_one_day_the_time_tells_the_one_before() -> None:
    assert chosen_before_latest([(True, at(1, 540), True), (True, at(1, 600), False)]) == (True, (0,))
    assert chosen_before_latest([(True, day(1), True), (True, day(1), False)]) == (UNKNOWN, (0, 1))
    assert chosen_before_latest([(True, day(1), True), (True, day(1), True)]) == (True, (0, 1))
    assert chosen_before_latest([(True, day(1), True), (True, at(1, 600), False)]) == (UNKNOWN, (0, 1))
    assert chosen_before_latest([(True, day(1), True), (True, UNKNOWN, False)]) == (UNKNOWN, (0, 1))


def test_the_latest_and_the_earliest() -> None:
    entries: Any = [(True, day(1), True), (True, day(3), False), (False, day(5), True)]
    assert chosen(entries, last=True) == (False, (1,))
    assert chosen(entries, last=False) == (True, (0,))
    # What may be a member, or may be later, is a candidate too.
    assert chosen([*entries, (UNKNOWN, day(4), False)], last=True) == (False, (1, 3))
    assert chosen([*entries, (UNKNOWN, day(4), True)], last=True) == (UNKNOWN, (1, 3))
    assert chosen([*entries, (True, some(2, 4), True)], last=True) == (UNKNOWN, (1, 3))
    assert chosen([*entries, (True, some(0, 2), True)], last=True) == (False, (1,))
    assert chosen([*entries, (True, UNKNOWN, True)], last=False) == (True, (0, 3))
    assert chosen([*entries, (True, UNKNOWN, True)], last=True) == (UNKNOWN, (1, 3))


def test_ties_and_times() -> None:
    assert chosen([(True, day(1), True), (True, day(1), False)], last=True) == (UNKNOWN, (0, 1))
    assert chosen([(True, day(1), True), (True, at(1, 600), True)], last=True) == (True, (0, 1))
    assert chosen([(True, at(1, 540), True), (True, at(1, 600), False)], last=True) == (False, (1,))
    assert chosen([(True, at(1, 540), True), (True, at(1, 600), False)], last=False) == (True, (0,))
    assert chosen([(True, at(1, 540), True), (True, at(1, 540), False)], last=False) == (UNKNOWN, (0, 1))


def test_none_that_is_certainly_a_member() -> None:
    assert chosen([], last=True) == (UNKNOWN, ())
    assert chosen([(UNKNOWN, day(1), True)], last=True) == (UNKNOWN, (0,))
    assert chosen_by_value([(UNKNOWN, 1, True), (False, 2, True)], highest=True) == (UNKNOWN, (0,))


def test_the_highest_and_the_lowest() -> None:
    root = fractional_power(2, Decimal("0.5"))
    entries: Any = [(True, 1, True), (True, Ratio(7, 3), False), (False, 9, True), (True, root, True)]
    assert chosen_by_value(entries, highest=True) == (False, (1,))
    assert chosen_by_value(entries, highest=False) == (True, (0,))
    assert chosen_by_value([*entries, (True, Interval(2, 3), False)], highest=True) == (False, (1, 4))
    assert chosen_by_value([*entries, (UNKNOWN, Decimal("2.5"), True)], highest=True) == (UNKNOWN, (1, 4))
    assert chosen_by_value([*entries, (True, UNKNOWN, True)], highest=False) == (True, (0, 4))
    assert chosen_by_value([*entries, (True, 1, False)], highest=False) == (UNKNOWN, (0, 4))
    other_unit: Any = (True, OtherNumber(1), True)
    assert chosen_by_value([(True, root, True), other_unit], highest=True) == (True, (0, 1))


@given(lists(truths, whens, truths), st.booleans())
def test_chosen_is_never_overturned(both: Any, last: bool) -> None:
    entries, settled = both
    truth, candidates = chosen(entries, last)
    settled_truth, settled_candidates = chosen(settled, last)
    assert truth is UNKNOWN or settled_truth is truth
    assert set(settled_candidates) <= set(candidates)


@given(lists(truths, whens, truths))
def test_the_one_before_the_latest_is_never_overturned(both: Any) -> None:
    entries, settled = both
    truth, candidates = chosen_before_latest(entries)
    settled_truth, settled_candidates = chosen_before_latest(settled)
    assert truth is UNKNOWN or settled_truth is truth
    assert set(settled_candidates) <= set(candidates)


@given(lists(truths, values, truths), st.booleans())
def test_chosen_by_value_is_never_overturned(both: Any, highest: bool) -> None:
    entries, settled = both
    truth, candidates = chosen_by_value(entries, highest)
    settled_truth, settled_candidates = chosen_by_value(settled, highest)
    assert truth is UNKNOWN or settled_truth is truth
    assert set(settled_candidates) <= set(candidates)


@given(lists(truths, values, truths), st.booleans())
def test_chosen_by_value_has_no_candidate_too_many(both: Any, highest: bool) -> None:
    entries, _ = both
    possible: set[int] = set()
    for world in product(*(_worlds(member, value) for member, value, _ in entries)):
        members = [(value, index) for index, (member, value) in enumerate(world) if member]
        best = (max if highest else min)((value for value, _ in members), default=None)
        possible.update(index for value, index in members if value == best)
    certain = any(member is True for member, *_ in entries)
    assert not certain or set(chosen_by_value(entries, highest)[1]) == possible


def _worlds(member: Truth, value: Any) -> Iterator[Any]:
    numbers = [0, 1, 2, 3] if value is UNKNOWN else [1, 2] if isinstance(value, Interval) else [value]
    return product([True, False] if member is UNKNOWN else [member], numbers)


# Neighbours in time


def follows(entries: Any, count: int) -> Truth:
    """By every order and every membership."""
    answers = set()
    for world in product(*(_settlings(*entry) for entry in entries)):
        members = [(when, truth) for member, when, truth in world if member]
        for order in permutations(members):
            if all(a[0] <= b[0] for a, b in pairwise(order)):
                answers.add(any(all(t for _, t in order[i : i + count]) for i in range(len(order) - count + 1)))
    return next(iter(answers)) if len(answers) == 1 else UNKNOWN


def _settlings(member: Truth, when: Any, truth: Truth) -> Any:
    both = [True, False]
    days = [day(0), day(3), day(6)] if when is UNKNOWN else possible_days(when)
    return product(both if member is UNKNOWN else [member], days, both if truth is UNKNOWN else [truth])


contiguous = st.tuples(numbers, st.integers(0, 2)).map(
    lambda each: day(each[0]) if each[1] == 0 else some(*range(each[0], each[0] + each[1] + 1))
)
three_valued = st.sampled_from([True, True, False, UNKNOWN])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(three_valued, contiguous, three_valued), max_size=4), st.integers(1, 3))
def test_consecutive_agrees_with_brute_force(entries: Any, count: int) -> None:
    assert consecutive(entries, count) is follows(entries, count)


@given(lists(truths, whens, truths, most=7), st.integers(1, 4))
def test_consecutive_is_never_overturned(both: Any, count: int) -> None:
    entries, settled = both
    truth = consecutive(entries, count)
    assert truth is UNKNOWN or consecutive(settled, count) is truth


def follows_spaced(entries: Any, count: int, hours: int) -> Truth:
    """By every membership, and every hour of a day without one."""
    answers = set()
    for world in product(*(_hours(*entry) for entry in entries)):
        members = [(hour, truth) for member, hour, truth in world if member]
        for order in permutations(members):
            if all(a[0] <= b[0] for a, b in pairwise(order)):
                runs = [order[i : i + count] for i in range(len(order) - count + 1)]
                far = [all(b[0] - a[0] >= hours for a, b in pairwise(run)) for run in runs]
                held = [all(truth for _, truth in run) for run in runs]
                answers.add(any(a and b for a, b in zip(far, held, strict=True)))
    return next(iter(answers)) if len(answers) == 1 else UNKNOWN


def _hours(member: Truth, when: Any, truth: Truth) -> Any:
    both = [True, False]
    start = when.toordinal() * 24
    hours = (
        [start + when.minute / 60]
        if isinstance(when, DayTime)
        else [start, start + 7, start + 14, start + 23 + 59 / 60]
    )
    return product(both if member is UNKNOWN else [member], hours, both if truth is UNKNOWN else [truth])


timed = st.tuples(st.integers(0, 2), st.integers(0, 7)).map(
    lambda each: day(each[0]) if each[1] == 7 else at(each[0], each[1] * 210)
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(three_valued, timed, three_valued), max_size=4), st.integers(2, 3), st.integers(1, 30))
def test_consecutive_with_hours_between_agrees_with_brute_force(entries: Any, count: int, hours: int) -> None:
    found, wanted = consecutive_spaced(entries, count, hours, "hour"), follows_spaced(entries, count, hours)
    assert found in (wanted, UNKNOWN) if wanted is not UNKNOWN else found is UNKNOWN
    times = [when for member, when, _ in entries if member is not False]
    if all(isinstance(when, DayTime) for when in times) and len(set(map(str, times))) == len(times):
        assert found is wanted or any(member is UNKNOWN for member, _, _ in entries)


@given(lists(truths, whens, truths, most=7), st.integers(1, 4), st.sampled_from(["day", "week", "hour", "month"]))
def test_consecutive_with_time_between_is_never_overturned(both: Any, count: int, unit: Any) -> None:
    entries, settled = both
    truth = consecutive_spaced(entries, count, 1, unit)
    assert truth is UNKNOWN or consecutive_spaced(settled, count, 1, unit) in (truth, UNKNOWN)


def test_consecutive_with_time_between() -> None:
    entries: Any = [(True, at(0, 0), True), (True, at(0, 270), True), (True, at(0, 660), True)]
    assert consecutive_spaced(entries[:2], 2, 6, "hour") is False
    assert consecutive_spaced(entries[:2], 2, 4, "hour") is True
    assert consecutive_spaced(entries, 2, 6, "hour") is True
    assert consecutive_spaced(entries, 3, 6, "hour") is False
    # Readings too near to one another break the run, though the first and the last lie far enough apart.
    near: Any = [(True, at(0, minute), True) for minute in (0, 200, 400)]
    assert consecutive_spaced(near, 2, 6, "hour") is False
    days: Any = [(True, day(0), True), (True, day(1), True)]
    assert consecutive_spaced(days, 2, 1, "day") is True
    assert consecutive_spaced(days, 2, 2, "day") is False
    assert consecutive_spaced(days, 2, 6, "hour") is UNKNOWN
    assert consecutive_spaced([*days, (True, UNKNOWN, False)], 2, 1, "day") is UNKNOWN
    assert consecutive_spaced([*days, (UNKNOWN, day(5), False)], 2, 1, "day") is True
    assert consecutive_spaced(days, 2, 0, "day") is True


def test_consecutive() -> None:
    entries: Any = [(True, day(0), True), (True, day(4), False), (True, day(2), True)]
    assert consecutive(entries, 2) is True
    assert consecutive(entries, 3) is False
    assert consecutive([*entries, (True, day(1), False)], 2) is False
    assert consecutive([*entries, (UNKNOWN, day(1), False)], 2) is UNKNOWN
    assert consecutive([*entries, (UNKNOWN, day(5), False)], 2) is True
    # Two of one time may be in either order.
    assert consecutive([*entries, (True, day(2), False)], 2) is UNKNOWN
    assert consecutive([*entries, (True, day(2), True)], 3) is True


def test_one_breach_of_unknown_time_cannot_break_every_run() -> None:
    entries: Any = [(True, day(n), True) for n in range(4)]
    assert consecutive([*entries, (True, UNKNOWN, False)], 2) is True
    assert consecutive([*entries, (True, UNKNOWN, False)], 3) is UNKNOWN
    assert consecutive([*entries, (True, UNKNOWN, False)], 5) is False
    many: Any = [(True, UNKNOWN, True)] * 60 + [(True, UNKNOWN, False)] * 2
    assert consecutive(many, 20) is True
    assert consecutive(many, 21) is UNKNOWN


def test_too_many_orders_are_left_unknown() -> None:
    # Two breaches leave runs of at most five only where there are 15 or fewer beside them; here are 20.
    overlapping: Any = [(True, some(n, n + 40), n not in (5, 9)) for n in range(22)]
    assert consecutive(overlapping, 6) is UNKNOWN
    assert consecutive([(True, some(0, 40), truth) for *_, truth in overlapping], 6) is True


# Spacing


def test_spaced() -> None:
    entries: Any = [(True, day(0)), (True, day(3)), (True, day(4)), (True, day(7))]
    assert spaced(entries, 3, 3, "day") is True
    assert spaced(entries, 4, 3, "day") is False
    assert spaced([*entries, (UNKNOWN, day(10))], 4, 3, "day") is UNKNOWN
    assert spaced([*entries, (True, some(10, 12))], 4, 3, "day") is True
    assert spaced([*entries, (True, UNKNOWN)], 4, 3, "day") is UNKNOWN
    assert spaced([*entries, (True, UNKNOWN)], 5, 3, "day") is False
    assert spaced([(True, date(2024, 1, 31)), (True, date(2024, 2, 29))], 2, 1, "month") is True
    assert spaced([(True, date(2024, 1, 31)), (True, date(2024, 2, 28))], 2, 1, "month") is False
    assert spaced([(True, day(1)), (UNKNOWN, day(1))], 2, 0, "day") is UNKNOWN


def test_spaced_by_the_clock() -> None:
    assert spaced([(True, at(1, 0)), (True, at(1, 120))], 2, 2, "hour") is True
    assert spaced([(True, at(1, 0)), (True, at(1, 119))], 2, 2, "hour") is False
    assert spaced([(True, at(1, 0)), (True, day(1))], 2, 2, "hour") is UNKNOWN
    assert spaced([(True, at(1, 0)), (True, at(1, 15))], 2, 15, "minute") is True


def test_many_of_uncertain_time() -> None:
    month: Any = [(True, parse_date("2024-01"))] * 9
    assert spaced(month, 2, 2, "month") is False
    assert spaced(month, 2, 1, "week") is UNKNOWN
    assert spaced([*month[:7], (True, day(1))], 9, 1, "day") is False


@settings(deadline=None)
@given(lists(truths, whens, most=9), st.integers(1, 4), st.integers(0, 4))
def test_spaced_is_never_overturned(both: Any, count: int, amount: int) -> None:
    entries, settled = both
    truth = spaced(entries, count, amount, "day")
    members = sorted(when for member, when in settled if member)
    expected = any(all((b - a).days >= amount for a, b in pairwise(few)) for few in combinations(members, count))
    assert spaced(settled, count, amount, "day") is expected
    assert truth is UNKNOWN or truth is expected


# Days covered


def test_days_covered() -> None:
    first, last = date(2024, 1, 1), date(2024, 1, 31)
    course = Spell(date(2024, 1, 5), date(2024, 1, 18))
    assert days_covered([(True, course)], first, last) == 14
    assert days_covered([(True, course), (True, span(0, 10))], first, last) == 16
    assert days_covered([(True, course), (False, span(10, 12))], first, date(2024, 1, 10)) == 6
    assert days_covered([(True, course), (UNKNOWN, span(8, 10))], first, last) == Interval(14, 16)
    assert days_covered([(True, Spell(day(0), some(2, 4)))], first, last) == Interval(3, 5)
    assert days_covered([(True, Spell(day(0), ONGOING))], first, last) == 22
    assert days_covered([(True, Spell(day(0), ONGOING))], first, some(5, 6)) == Interval(6, 7)
    assert days_covered([(True, day(3)), (True, day(3)), (True, day(4))], first, last) == 2
    assert days_covered([], first, last) == days_covered([], UNKNOWN, UNKNOWN) == 0


def test_days_covered_by_what_is_uncertain() -> None:
    first, last = date(2024, 1, 1), date(2024, 1, 31)
    assert days_covered([(True, parse_date("2024-01"))], first, last) == 1
    assert days_covered([(True, parse_date("2024-01"))] * 2, first, last) == Interval(1, 2)
    assert days_covered([(True, some(1, 3)), (True, some(5, 7))], first, last) == 2
    assert days_covered([(True, UNKNOWN)], first, last) == Interval(0, 31)
    assert days_covered([(True, span(1, 4))], UNKNOWN, last) == Interval(0, 4)
    assert days_covered([(True, Spell(UNKNOWN, day(4)))], UNKNOWN, last) is UNKNOWN
    assert days_covered([(True, Spell(day(4), ONGOING))], first, UNKNOWN) is UNKNOWN
    assert days_covered([(True, span(1, 4))], last, first) == 0


def covered(settled: Any, first: date, last: date) -> set[int]:
    """The numbers of the days on which any settled member is present."""
    return {
        number
        for number in range(-9, 20)
        for member, spell in settled
        if member and first <= day(number) <= last and _present(spell, day(number))
    }


def _present(spell: Spell, when: date) -> bool:
    first, _, _, last = spell.bounds(1)
    return first <= when.toordinal() <= last


@given(lists(truths, spells()), whens, whens)
def test_days_covered_are_never_overturned(both: Any, first: Any, last: Any) -> None:
    entries, settled = both
    number = len(covered(settled, first[1], last[1]))
    assert days_covered(settled, first[1], last[1]) == number
    assert lies_in(number, days_covered(entries, first[0], last[0]))


# Stable


def test_stable() -> None:
    first, last = day(2), day(6)
    assert stable([(True, span(0, 9), 5, None)], first, last) is True
    assert stable([(True, span(0, 4), 5, None), (True, span(5, 9), 5, None)], first, last) is True
    assert stable([(True, span(0, 4), 5, None), (True, span(4, 9), Decimal(5), None)], first, last) is True
    assert stable([(True, span(0, 4), 5, None), (True, span(5, 9), 6, None)], first, last) is False
    assert stable([(True, span(0, 3), 5, None), (True, span(5, 9), 5, None)], first, last) is False
    assert stable([(True, span(3, 9), 5, None)], first, last) is False
    assert stable([(True, span(0, 1), 7, None), (True, Spell(day(2), ONGOING), 5, None)], first, last) is True


def test_stable_by_group() -> None:
    first, last = day(2), day(6)
    both: Any = [(True, span(0, 9), 5, "a"), (True, span(1, 8), 9, "b")]
    assert stable(both, first, last) is True
    assert stable([*both, (True, span(3, 4), 1, "c")], first, last) is False
    assert stable([*both, (True, span(7, 9), 1, "c")], first, last) is True
    assert stable([*both, (UNKNOWN, span(3, 4), 1, "c")], first, last) is UNKNOWN
    assert stable([*both, (UNKNOWN, span(3, 4), 5, "a")], first, last) is True
    assert stable([*both, (True, span(0, 9), 5, UNKNOWN)], first, last) is UNKNOWN


def test_stable_and_what_is_unknown() -> None:
    first, last = day(2), day(6)
    certain: Any = (True, span(0, 9), 5, None)
    assert stable([], first, last) is stable([(False, span(0, 9), 5, None)], first, last) is False
    assert stable([(True, span(7, 9), 5, None)], first, last) is False
    assert stable([(UNKNOWN, span(0, 9), 5, None)], first, last) is UNKNOWN
    assert stable([(UNKNOWN, span(0, 3), 5, None)], first, last) is False
    assert stable([(True, UNKNOWN, 5, None)], first, last) is UNKNOWN
    assert stable([certain, (True, UNKNOWN, 5, None)], first, last) is True
    assert stable([certain, (True, UNKNOWN, 6, None)], first, last) is UNKNOWN
    assert stable([certain, (True, span(3, 4), UNKNOWN, None)], first, last) is UNKNOWN
    # One record is of one value and one group, whichever they are.
    assert stable([(True, span(0, 9), UNKNOWN, UNKNOWN)], first, last) is True
    assert stable([certain], UNKNOWN, last) is UNKNOWN
    assert stable([certain], some(1, 2), some(6, 8)) is True
    assert stable([certain], some(1, 2), some(6, 10)) is UNKNOWN
    assert stable([(True, Spell(day(0), some(4, 7)), 5, None)], first, last) is UNKNOWN
    assert stable([(True, some(2, 3), 5, None), (True, some(3, 4), 5, None)], first, day(3)) is UNKNOWN
    assert stable([(True, some(2, 3), 5, None)], first, day(3)) is False
    assert stable([(True, span(0, 9), OtherNumber(5), None), certain], first, last) is UNKNOWN


@settings(max_examples=400)
@given(lists(truths, spells(), values, groups), whens, whens)
def test_stable_is_never_overturned(both: Any, first: Any, last: Any) -> None:
    entries, settled = both
    from_, to = first[1], last[1]
    present = [each for each in settled if covered([each[:2]], from_, to)]
    whole = {number for number in range(9) if from_ <= day(number) <= to}
    expected = bool(present) and all(
        len({value for *_, value, other in present if other == group}) == 1
        and covered([each[:2] for each in present if each[3] == group], from_, to) == whole
        for *_, group in present
    )
    assert stable(settled, from_, to) is expected
    truth = stable(entries, first[0], last[0])
    assert truth is UNKNOWN or truth is expected


# Numbers


def test_numbers_of_certain_members() -> None:
    entries: Any = [(True, 1), (True, Decimal("0.5")), (False, UNKNOWN), (True, Ratio(1, 3))]
    assert number_of([True, False, True]) == 2
    assert total_of(entries) == Ratio(11, 6)
    assert mean_of(entries) == Ratio(11, 18)
    assert highest_of(entries) == 1
    assert lowest_of(entries) == Ratio(1, 3)
    assert total_of([(True, Interval(1, 2)), (True, 3)]) == Interval(4, 5)
    assert mean_of([(True, Interval(1, 2)), (True, 3)]) == Interval(2, Ratio(5, 2))
    digits = Decimal("1." + 40 * "3")
    assert total_of([(True, digits), (True, digits)]) == Decimal("2." + 40 * "6")


def test_numbers_of_none() -> None:
    assert number_of([]) == total_of([]) == 0
    assert mean_of([]) is highest_of([(False, 1)]) is lowest_of([]) is UNKNOWN
    assert mean_of([(UNKNOWN, 1)]) is highest_of([(UNKNOWN, 1)]) is lowest_of([(UNKNOWN, 1)]) is UNKNOWN
    assert total_of([(UNKNOWN, 3), (UNKNOWN, -1)]) == Interval(-1, 3)


@pytest.mark.parametrize("function", [total_of, mean_of, highest_of, lowest_of])
def test_an_unknown_value_is_never_skipped(function: Callable[..., Any]) -> None:
    for unknown in (UNKNOWN, OtherNumber(1)):
        assert function([(True, 1), (True, unknown)]) is function([(True, 1), (UNKNOWN, unknown)]) is UNKNOWN


def test_members_that_may_be_widen_the_result() -> None:
    entries: Any = [(True, 4), (UNKNOWN, 1), (UNKNOWN, 10), (UNKNOWN, 5)]
    assert number_of([True, UNKNOWN, UNKNOWN]) == Interval(1, 3)
    assert total_of(entries) == Interval(4, 20)
    assert mean_of(entries) == Interval(Ratio(5, 2), 7)
    assert highest_of(entries) == Interval(4, 10)
    assert lowest_of(entries) == Interval(1, 4)


def test_numbers_with_no_exact_form() -> None:
    root = fractional_power(2, Decimal("0.5"))
    certain: Any = [(True, root), (True, 1)]
    possible: Any = [*certain, (UNKNOWN, root)]
    assert highest_of(certain) is root
    assert lowest_of(certain) == 1
    for function, under, over in ((total_of, 2, 4), (mean_of, 1, 2), (highest_of, 1, 2)):
        for entries in (certain, possible):
            result: Any = function(entries)
            assert (result > under) is (result < over) is True


@given(st.lists(truths), st.data())
def test_number_of_is_never_overturned(both: Any, data: Any) -> None:
    number = number_of([settled for _, settled in both])
    assert lies_in(number, number_of([truth for truth, _ in both]))


exact = st.integers(-3, 9).map(lambda n: (n, n)) | st.sampled_from([(Ratio(1, 3), Ratio(1, 3)), (Interval(1, 3), 2)])


@given(lists(st.sampled_from([(True, True), (UNKNOWN, True), (UNKNOWN, False)]), exact, most=6))
def test_numbers_are_never_overturned(both: Any) -> None:
    entries, settled = both
    for function in (total_of, mean_of, highest_of, lowest_of):
        result = function(settled)
        assert function(entries) is UNKNOWN if result is UNKNOWN else lies_in(result, function(entries))


@given(st.lists(st.tuples(st.sampled_from([True, UNKNOWN]), st.integers(-3, 9)), max_size=6))
def test_numbers_are_as_narrow_as_can_be(entries: Any) -> None:
    results: dict[Any, set[Any]] = {total_of: set(), mean_of: set(), highest_of: set(), lowest_of: set()}
    for members in product(*([True, False] if member is UNKNOWN else [True] for member, _ in entries)):
        settled = [(member, value) for member, (_, value) in zip(members, entries, strict=True)]
        for function, found in results.items():
            found.add(function(settled))
    for function, found in results.items():
        if UNKNOWN not in found:
            foreseen = function(entries)
            ends = (foreseen.lo, foreseen.hi) if isinstance(foreseen, Interval) else (foreseen, foreseen)
            assert ends == (min(found), max(found))


# The values of the latest few


def test_picked() -> None:
    entries: Any = [(True, day(1), 10), (True, day(3), 30), (True, day(2), 20), (False, day(4), 40)]
    assert picked(entries, 2, last=True, within=None) == [20, 30]
    assert picked(entries, 2, last=False, within=None) == [10, 20]
    assert picked(entries, 3, last=True, within=None) == [10, 20, 30]
    assert picked(entries, 4, last=True, within=None) is UNKNOWN
    assert picked([*entries, (True, day(5), UNKNOWN)], 2, last=True) == [30, UNKNOWN]


def test_picked_among_the_uncertain() -> None:
    entries: Any = [(True, day(1), 10), (True, day(3), 30), (True, day(2), 20)]
    assert picked([*entries, (UNKNOWN, day(4), 40)], 2, last=True) is UNKNOWN
    assert picked([*entries, (UNKNOWN, day(0), 40)], 2, last=True) == [20, 30]
    assert picked([*entries, (True, day(2), 20)], 2, last=True) == [20, 30]
    assert picked([*entries, (True, day(2), 21)], 2, last=True) is UNKNOWN
    assert picked([*entries, (True, day(2), 21)], 3, last=True) in ([20, 21, 30], [21, 20, 30])
    assert picked([*entries, (True, UNKNOWN, 20)], 2, last=True) == [20, 30]
    assert picked([*entries, (True, UNKNOWN, 25)], 2, last=True) is UNKNOWN
    assert picked([(UNKNOWN, day(1), 1), (True, day(2), 2)], 2, last=True) is UNKNOWN


def test_picked_within() -> None:
    entries: Any = [(True, at(1, 0), 1), (True, at(1, 8), 2), (True, at(1, 9), 3), (True, at(1, 30), 4)]
    assert picked(entries, 2, last=True, within=10) == [2, 3]
    assert picked(entries, 3, last=True, within=10) == [1, 2, 3]
    assert picked(entries, 3, last=True, within=8) is UNKNOWN
    assert picked(entries, 2, last=False, within=10) == [1, 2]
    assert picked(entries, 2, last=False, within=1) == [2, 3]
    # A day without a time may be any minute of it.
    assert picked([*entries, (True, day(1), 5)], 2, last=True, within=10) is UNKNOWN
    assert picked([*entries, (True, day(0), 5)], 2, last=True, within=10) == [2, 3]
    assert picked([(True, day(1), 1), (True, day(1), 2)], 2, last=True, within=1439) in ([1, 2], [2, 1])
    assert picked([(True, day(1), 1), (True, day(1), 2)], 2, last=True, within=60) is UNKNOWN


minutes = st.integers(0, 12)
timed = st.lists(minutes, min_size=1, max_size=3, unique=True)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(truths, minutes, st.booleans(), st.integers(1, 2)), max_size=6),
    st.integers(1, 3),
    st.booleans(),
    st.none() | st.integers(0, 6),
)
def test_picked_agrees_with_brute_force(drawn: Any, count: int, last: bool, within: int | None) -> None:
    """Days without a time (any minute of it) sit beside minutes of the day before them, at an hour's end."""
    entries: Any = [(truths[0], day(1) if whole else at(1, minute), value) for truths, minute, whole, value in drawn]
    settled = [(truths[1], minute, value) for truths, minute, _, value in drawn]
    members = sorted((minute, value) for member, minute, value in settled if member)
    runs = [members[i : i + count] for i in range(len(members) - count + 1)]
    fitting = [run for run in runs if within is None or run[-1][0] - run[0][0] <= within]
    result = picked(entries, count, last, within)
    if not fitting:
        assert result is UNKNOWN
    elif result is not UNKNOWN:
        times = [minute for minute, _ in (fitting[-1] if last else fitting[0])]
        assert sorted(result) in [
            sorted(value for _, value in few) for few in combinations(members, count) if [m for m, _ in few] == times
        ]


def test_picked_of_certain_times_is_decided() -> None:
    entries: Any = [(True, at(1, minute), minute) for minute in (20, 12, 5, 4, 3)]
    assert picked(entries, 3, last=True, within=8) == [4, 5, 12]
    assert picked(entries, 3, last=True, within=7) == [3, 4, 5]


# Numbers recorded as below or above another


@st.composite
def bounds(draw: Any) -> tuple[Any, Any]:
    """A number, or a bound such as `<4`, and one of the numbers that it may be, the nearest and far ones among them."""
    number = draw(st.integers(1, 6))
    side, included = draw(st.sampled_from([0, 0, -1, 1])), draw(st.booleans())
    if not side:
        return number, number
    away = draw(st.sampled_from([*([0] if included else []), Decimal("0.001"), Decimal("0.5"), 1, 3, 10**6]))
    return (below if side < 0 else above)(number, included), number + side * away


limits = st.sampled_from([Decimal(half) / 2 for half in range(15)])
compare: Any = st.sampled_from([operator.lt, operator.le, operator.gt, operator.ge, equal])


@settings(max_examples=1000)
@given(lists(truths, bounds()), st.sampled_from([total_of, mean_of, highest_of, lowest_of]), compare, limits)
def test_what_is_made_of_bounds_never_decides_wrongly(both: Any, function: Any, holds: Any, limit: Any) -> None:
    entries, settled = both
    truth = holds(function(entries), limit)
    assert truth is UNKNOWN or holds(function(settled), limit) is truth


@settings(max_examples=1000)
@given(lists(truths, bounds()), st.booleans(), compare, limits)
def test_the_highest_of_bounds_never_decides_wrongly(both: Any, highest: bool, holds: Any, limit: Any) -> None:
    foreseen, come = ([(member, value, holds(value, limit)) for member, value in each] for each in both)
    truth, candidates = chosen_by_value(foreseen, highest)
    settled_truth, settled_candidates = chosen_by_value(come, highest)
    assert truth is UNKNOWN or settled_truth is truth
    assert set(settled_candidates) <= set(candidates)


@settings(max_examples=500)
@given(lists(truths, whens, bounds()), st.integers(1, 3), st.booleans(), compare, limits)
def test_few_bounds_never_decide_wrongly(both: Any, count: int, last: bool, holds: Any, limit: Any) -> None:
    def of(entries: Any) -> Any:
        taken = picked(entries, count, last)
        return taken if taken is UNKNOWN else mean_of([(True, each) for each in taken])

    entries, settled = both
    truth, come = holds(of(entries), limit), holds(of(settled), limit)
    assert truth is UNKNOWN or come is UNKNOWN or come is truth


@settings(max_examples=500)
@given(lists(truths, settled_days.map(lambda when: (span_to_end(when), span_to_end(when))), bounds(), groups))
def test_stable_bounds_never_decide_wrongly(both: Any) -> None:
    entries, settled = both
    truth = stable(entries, day(0), day(8))
    assert truth is UNKNOWN or stable(settled, day(0), day(8)) is truth


def test_two_of_the_same_bound_need_not_be_the_same() -> None:
    records = [(True, span(0, 4), below(16), None), (True, span(5, 9), below(16), None)]
    assert stable(records, day(0), day(9)) is UNKNOWN
    assert different_of([(True, below(16)), (True, below(16))]) == Interval(1, 2)
    assert (highest_of([(True, below(16)), (True, below(16))]) <= 16) is True
    assert (mean_of([(True, below(16)), (True, 16)]) <= 16) is True
    assert (lowest_of([(True, below(16)), (True, 20)]) <= 8) is UNKNOWN


def span_to_end(when: date) -> Spell:
    """From the first day to this one, or of the third part of the days: of all."""
    return Spell(day(0), day(8)) if when.toordinal() % 3 == 0 else Spell(day(0), when)
