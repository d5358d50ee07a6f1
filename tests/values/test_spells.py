"""When records were, and windows on them, against every pair of a first and a last day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.values import (
    NOT_ENDED,
    ONGOING,
    UNKNOWN,
    DayRange,
    Interval,
    PartialDate,
    Ratio,
    Spell,
    Truth,
    When,
    between,
    ended,
    farther_day,
    first_day,
    fractional_power,
    in_window,
    last_day,
    nearer_day,
    parse_date,
    possible_days,
    shift_days,
    spell_of,
)


def day(number: int) -> date:
    return date(2024, 2, 20 + number) if number <= 9 else date(2024, 3, number - 9)


def made(
    day: When = UNKNOWN,
    start: When = UNKNOWN,
    end: When = UNKNOWN,
    ongoing: Truth = UNKNOWN,
    evaluation: When = UNKNOWN,
) -> Spell:
    return spell_of(day, start, end, ongoing, evaluation)


# What follows from a record

MAY, JUNE, JULY = date(2024, 5, 3), date(2024, 6, 4), date(2024, 7, 5)


def test_a_day_alone_is_a_spell_of_that_day() -> None:
    assert made(day=MAY) == made(day=MAY, ongoing=False) == Spell(MAY, MAY, one_day=True)
    assert made(day=MAY, ongoing=True) == Spell(MAY, ONGOING)


def test_the_first_day_is_the_start_or_else_the_day() -> None:
    assert made(day=JUNE, start=MAY, end=JULY) == Spell(MAY, JULY)
    assert made(day=MAY, end=JULY) == Spell(MAY, JULY)
    assert first_day(JUNE, MAY) == MAY
    assert first_day(JUNE, UNKNOWN) == JUNE
    assert first_day(UNKNOWN, UNKNOWN) is UNKNOWN


def test_the_last_day_is_the_end_or_none_or_unknown() -> None:
    assert made(start=MAY, end=JULY, ongoing=True) == Spell(MAY, JULY)
    assert made(start=MAY, ongoing=True) == Spell(MAY, ONGOING)
    assert made(start=MAY) == made(day=MAY, start=MAY) == Spell(MAY, UNKNOWN)
    assert made(start=MAY, ongoing=False, evaluation=JULY) == Spell(MAY, DayRange(None, JULY.toordinal() - 1))
    assert made(start=MAY, ongoing=False) == Spell(MAY, UNKNOWN)
    assert made(start=JULY, ongoing=False, evaluation=MAY) == Spell(JULY, UNKNOWN)


def test_an_unknown_first_day_is_any_up_to_the_last_or_to_the_evaluation() -> None:
    assert made(end=JULY) == Spell(UNKNOWN, JULY)
    assert made(ongoing=True, evaluation=JULY) == Spell(DayRange(None, JULY.toordinal()), ONGOING)
    assert made(ongoing=True) == Spell(UNKNOWN, ONGOING)
    assert made() == made(evaluation=JULY) == Spell()


@pytest.mark.parametrize(
    ("recorded", "so_far", "over"),
    [
        ((MAY, UNKNOWN, JULY, True), JULY, JULY),
        ((MAY, UNKNOWN, UNKNOWN, True), JUNE, NOT_ENDED),
        ((MAY, UNKNOWN, UNKNOWN, UNKNOWN), MAY, MAY),
        ((MAY, UNKNOWN, UNKNOWN, False), MAY, MAY),
        ((MAY, MAY, UNKNOWN, False), UNKNOWN, UNKNOWN),
        ((UNKNOWN, MAY, UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN),
        ((UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN),
    ],
)
def test_last_day_so_far_and_end(recorded: Any, so_far: When, over: Any) -> None:
    day, start, end, ongoing = recorded
    assert last_day(day, start, end, ongoing, JUNE) == so_far
    assert ended(day, start, end, ongoing) == over


def test_a_record_that_ends_before_it_begins_says_nothing() -> None:
    wrong = made(start=JULY, end=MAY)
    assert between(wrong, JUNE, JUNE) is between(wrong, MAY, JULY) is between(wrong, None, date(2000, 1, 1)) is UNKNOWN
    # Where only the times are wrong, the day is right.
    evening = made(start=parse_date("2024-05-03T20:00"), end=parse_date("2024-05-03T08:00"))
    assert between(evening, MAY, MAY) is True
    assert in_window(evening, parse_date("2024-05-03T08:00"), (1, "hour"), (2, "hour")) is UNKNOWN
    assert in_window(evening, parse_date("2024-05-05T08:00"), (0, "hour"), (2, "hour")) is False


# Windows

numbers = st.integers(0, 15)
days = numbers.map(day)
partial = st.lists(days, min_size=2, max_size=4, unique=True).map(lambda several: PartialDate(tuple(several)))
known = days | partial
whens = st.none() | known
ends = st.none() | st.tuples(st.integers(-9, 9), st.sampled_from(["day", "week", "month"]))


def pairs(first: Any, last: Any) -> Iterator[tuple[date, date]]:
    """What a recorded start and end (None: unknown) may be."""
    anywhere = [date(1950, 1, 1), *(day(number) for number in range(16)), date(2090, 1, 1)]
    for start in anywhere if first is None else possible_days(first):
        for end in (day for day in (anywhere if last is None else possible_days(last)) if day >= start):
            yield start, end


def agreed(answers: set[bool]) -> Truth:
    return next(iter(answers)) if len(answers) == 1 else UNKNOWN


def unknown(when: Any) -> Any:
    return UNKNOWN if when is None else when


def meets(pair: tuple[date, date], first: date | None, last: date | None, first_in: bool, last_in: bool) -> bool:
    start, end = pair
    low = max(start, (first or date.min) if first_in or first is None else first + relativedelta(days=1))
    high = min(end, (last or date.max) if last_in or last is None else last - relativedelta(days=1))
    return low <= high


@given(whens, whens, known, ends, ends, st.booleans(), st.booleans())
def test_windows_agree_with_brute_force(
    first: Any, last: Any, anchor: Any, start: Any, end: Any, start_in: bool, end_in: bool
) -> None:
    def moved(from_: date, amount: Any) -> date | None:
        return None if amount is None else from_ + relativedelta(**{f"{amount[1]}s": amount[0]})

    answers = {
        meets(pair, moved(from_, start), moved(from_, end), start_in, end_in)
        for pair in pairs(first, last)
        for from_ in possible_days(anchor)
    }
    spell = Spell(unknown(first), unknown(last))
    expected = agreed(answers) if answers else in_window(Spell(), anchor, start, end, start_in, end_in)
    assert in_window(spell, anchor, start, end, start_in, end_in) is expected


@given(whens, whens, st.none() | known, st.none() | known, st.booleans(), st.booleans())
def test_between_agrees_with_brute_force(
    first: Any, last: Any, from_: Any, to: Any, first_in: bool, last_in: bool
) -> None:
    answers = {
        meets(pair, one, other, first_in, last_in)
        for pair in pairs(first, last)
        for one in ([None] if from_ is None else possible_days(from_))
        for other in ([None] if to is None else possible_days(to))
    }
    spell = Spell(unknown(first), unknown(last))
    expected = agreed(answers) if answers else between(Spell(), from_, to, first_in, last_in)
    assert between(spell, from_, to, first_in, last_in) is expected


@given(whens, whens, known, st.integers(-9, 0), st.integers(-9, 9), st.integers(1, 5))
def test_a_range_of_amounts_is_each_amount_in_it(
    first: Any, last: Any, anchor: Any, start: int, end: int, width: int
) -> None:
    spell = Spell(unknown(first), unknown(last))
    answers = {in_window(spell, anchor, (start + more, "day"), (end, "day")) for more in range(width + 1)}
    expected = next(iter(answers)) if len(answers) == 1 else UNKNOWN
    assert in_window(spell, anchor, (Interval(start, start + width), "day"), (end, "day")) is expected


@given(known, known, st.none() | st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 5))
def test_a_range_of_amounts_for_dates(when: Any, anchor: Any, start: Any, end: int, width: int) -> None:
    from_: Any = None if start is None else (start, "day")
    answers = {in_window(when, anchor, from_, (end + more, "day")) for more in range(width + 1)}
    expected = next(iter(answers)) if len(answers) == 1 else UNKNOWN
    assert in_window(when, anchor, from_, (Interval(end, end + width), "day")) is expected


@given(known, known | st.tuples(numbers, numbers), known | st.tuples(numbers, numbers))
def test_a_range_of_days_is_each_day_in_it(when: Any, first: Any, last: Any) -> None:
    def spread(end: Any) -> Any:
        return PartialDate(tuple(day(n) for n in range(min(end), max(end) + 2))) if isinstance(end, tuple) else end

    def ranged(end: Any) -> Any:
        return DayRange(day(min(end)).toordinal(), day(max(end) + 1).toordinal()) if isinstance(end, tuple) else end

    assert between(when, ranged(first), ranged(last)) is between(when, spread(first), spread(last))
    spell = Spell(when, ONGOING)
    assert between(spell, ranged(first), ranged(last)) is between(spell, spread(first), spread(last))


def test_open_ranges_of_days() -> None:
    until_may, from_july = DayRange(None, MAY.toordinal()), DayRange(JULY.toordinal(), None)
    assert between(JUNE, until_may, None) is True
    assert between(date(2024, 4, 1), until_may, None) is UNKNOWN
    assert between(JUNE, from_july, None) is False
    assert between(JUNE, DayRange(None, None), None) is UNKNOWN
    assert between(JUNE, None, from_july) is True
    assert between(date(2024, 8, 1), None, from_july) is UNKNOWN


def test_what_has_not_ended_is_in_no_window() -> None:
    assert in_window(NOT_ENDED, JUNE, None, None) is False
    assert in_window(NOT_ENDED, UNKNOWN, (-1, "hour"), None) is False
    assert between(NOT_ENDED, UNKNOWN, UNKNOWN) is False


def test_a_spell_and_what_is_unknown() -> None:
    spell = made(start=MAY, end=JULY)
    assert in_window(spell, UNKNOWN, None, (0, "day")) is UNKNOWN
    assert in_window(spell, JUNE, (UNKNOWN, "day"), (0, "day")) is UNKNOWN
    assert in_window(spell, date(2024, 5, 1), (UNKNOWN, "day"), (0, "day")) is False
    assert between(spell, UNKNOWN, date(2024, 5, 1)) is False
    assert between(made(start=MAY, ongoing=True), UNKNOWN, None) is UNKNOWN
    assert between(made(start=MAY, ongoing=True), date(2100, 1, 1), None) is True
    assert between(made(start=MAY, ongoing=False, evaluation=JUNE), JULY, None) is False
    assert between(made(ongoing=True, evaluation=JUNE), JUNE, JUNE) is True
    assert between(made(ongoing=True, evaluation=JUNE), None, MAY) is UNKNOWN


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-28", "2026-03-29", UNKNOWN),
        ("2026-03-28", "2026-03-30", True),
        ("2026-03-28T10:00", "2026-03-29T14:05", True),
        ("2026-03-28T10:00", "2026-03-29T14:04", False),
        ("2026-03-30T14:06", "2026-03-31", False),
        ("2026-03-30T14:05", "2026-03-31", True),
        ("2026-03-30", "2026-03-30", UNKNOWN),
        ("2026-03", "2026-04", UNKNOWN),
    ],
)
def test_spells_within_24_hours_before(start: str, end: str, expected: Truth) -> None:
    spell = made(start=parse_date(start), end=parse_date(end))
    assert in_window(spell, parse_date("2026-03-30T14:05"), (-24, "hour"), (0, "day")) is expected


def test_broken_amounts_count_away_from_the_anchor() -> None:
    half: Any = (Interval(Decimal("-2.5"), Decimal("-2.1")), "day")
    assert in_window(day(5), day(8), half, None) is True
    assert in_window(day(4), day(8), half, None) is False


def test_one_day_in_hours_is_the_same_minute_for_both_ends() -> None:
    anchor = parse_date("2024-05-03T12:00")
    assert in_window(made(day=MAY), anchor, (-1, "hour"), (1, "hour")) is UNKNOWN
    assert in_window(made(day=parse_date("2024-05")), MAY, (-9, "day"), (-1, "day")) is UNKNOWN
    assert between(made(day=PartialDate((date(2024, 5, 1), JULY))), MAY, JUNE) is False


# Ends that are days of their own


def test_the_farther_and_the_nearer_end() -> None:
    back: Any = {"anchor": date(2024, 8, 1), "before": True}
    ahead: Any = {"anchor": date(2024, 4, 1), "before": False}
    assert farther_day(MAY, JULY, **back) == nearer_day(MAY, JULY, **ahead) == MAY
    assert nearer_day(MAY, JULY, **back) == farther_day(MAY, JULY, **ahead) == JULY
    may, half = parse_date("2024-05"), PartialDate((MAY, JULY))
    assert farther_day(may, JULY, **back) == may
    assert farther_day(half, JUNE, **back) == PartialDate((MAY, JUNE))
    assert nearer_day(half, JUNE, **back) == PartialDate((JUNE, JULY))


def test_the_farther_and_the_nearer_end_of_which_one_is_missing() -> None:
    may, june, july = (when.toordinal() for when in (MAY, JUNE, JULY))
    assert farther_day(JUNE, UNKNOWN, anchor=JULY, before=True) == DayRange(None, june)
    assert nearer_day(JUNE, UNKNOWN, anchor=JULY, before=True) == DayRange(june, july)
    assert farther_day(JUNE, UNKNOWN, anchor=MAY, before=False) == DayRange(june, None)
    assert nearer_day(JUNE, UNKNOWN, anchor=MAY, before=False) == DayRange(may, june)
    assert farther_day(UNKNOWN, anchor=UNKNOWN, before=True) is UNKNOWN
    assert nearer_day(JUNE, UNKNOWN, anchor=UNKNOWN, before=True) == DayRange(june, None)
    assert nearer_day(JULY, UNKNOWN, anchor=JULY, before=True) == JULY
    assert farther_day(DayRange(may, july), JUNE, anchor=date(2024, 8, 1), before=True) == DayRange(may, june)


@given(known, known | st.just(UNKNOWN), known, known, st.booleans())
def test_ends_keep_to_what_is_certain(one: Any, other: Any, anchor: Any, when: Any, before: bool) -> None:
    """Whatever the missing end turns out to be, on its side of the anchor, nothing that was decided changes."""
    for which in (farther_day, nearer_day):
        end = which(one, other, anchor=anchor, before=before)
        window = (end, None) if before else (None, end)
        decided = between(when, *window)
        away = [0, 3, 40] if other is UNKNOWN else [None]
        for from_ in possible_days(anchor):
            for distance in away:
                known_other = (
                    other if distance is None else from_ + relativedelta(days=-distance if before else distance)
                )
                sure = which(one, known_other, anchor=from_, before=before)
                settled = between(when, *((sure, None) if before else (None, sure)))
                assert decided is UNKNOWN or settled is decided


def test_days_are_moved_by_whole_days() -> None:
    assert shift_days(day(9), 3, -1) == day(6)
    assert shift_days(day(6), Decimal("2.1"), 1) == shift_days(day(6), Ratio(7, 3), 1) == day(9)
    assert shift_days(day(9), Decimal("2.1"), -1) == day(6)
    assert shift_days(day(6), fractional_power(6, Decimal("0.5")), 1) == day(9)
    assert shift_days(day(6), Interval(Decimal("2.1"), 3), 1) == day(9)
    assert shift_days(day(6), Interval(2, 3), 1) == DayRange(day(8).toordinal(), day(9).toordinal())
    assert shift_days(day(6), Interval(2, 3), -1) == DayRange(day(3).toordinal(), day(4).toordinal())
    assert shift_days(PartialDate((day(1), day(5))), 2, 1) == PartialDate((day(3), day(7)))
    assert shift_days(UNKNOWN, 1, 1) is shift_days(day(6), UNKNOWN, -1) is UNKNOWN


def test_a_range_of_days_is_in_order() -> None:
    with pytest.raises(ValueError, match="not before its first"):
        DayRange(5, 4)
