"""Windows, against every pair of a day (or minute) that the date and the anchor may be."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from protocol_dsl.values import UNKNOWN, DayTime, End, PartialDate, Truth, between, in_window, parse_date, possible_days

DAY = 24 * 60

nearby = st.dates(date(2024, 1, 25), date(2024, 3, 10))
partial = st.lists(nearby, min_size=2, max_size=4, unique=True).map(lambda days: PartialDate(tuple(days)))
few_days = st.dates(date(2024, 2, 27), date(2024, 3, 2))
few_partial = st.lists(few_days, min_size=2, max_size=3, unique=True).map(lambda days: PartialDate(tuple(days)))
whens = nearby | partial | few_days | few_partial
ends = st.none() | st.tuples(st.integers(-3, 3), st.sampled_from(["year", "month", "week", "day"]))
flags = st.booleans()


def agreed(answers: set[bool]) -> Truth:
    return next(iter(answers)) if len(answers) == 1 else UNKNOWN


def lies_in(when: Any, first: Any, last: Any, first_in: bool, last_in: bool) -> bool:
    after = first is None or first < when or (first_in and first == when)
    return after and (last is None or when < last or (last_in and when == last))


def moved(anchor: date, end: Any) -> date | None:
    return None if end is None else anchor + relativedelta(**{f"{end[1]}s": end[0]})


@given(whens, whens, ends, ends, flags, flags)
def test_whole_days_agree_with_brute_force(
    when: Any, anchor: Any, start: End, end: End, start_in: bool, end_in: bool
) -> None:
    answers = {
        lies_in(day, moved(from_, start), moved(from_, end), start_in, end_in)
        for from_ in possible_days(anchor)
        for day in possible_days(when)
    }
    assert in_window(when, anchor, start, end, start_in, end_in) is agreed(answers)


@given(whens, st.none() | whens, st.none() | whens, flags, flags)
def test_between_agrees_with_brute_force(when: Any, first: Any, last: Any, first_in: bool, last_in: bool) -> None:
    answers = {
        lies_in(day, one, other, first_in, last_in)
        for one in ([None] if first is None else possible_days(first))
        for other in ([None] if last is None else possible_days(last))
        for day in possible_days(when)
    }
    assert between(when, first, last, first_in, last_in) is agreed(answers)


@given(whens, st.none() | whens, flags, flags)
def test_an_unknown_end_leaves_it_to_the_other(when: Any, known: Any, first_in: bool, last_in: bool) -> None:
    for first, last in ((UNKNOWN, known), (known, UNKNOWN)):
        open_first, open_last = (None if end is UNKNOWN else end for end in (first, last))
        by_the_other = between(when, open_first, open_last, first_in, last_in)
        assert between(when, first, last, first_in, last_in) is (False if by_the_other is False else UNKNOWN)


@given(whens, whens, ends, flags, flags)
def test_an_unknown_amount_leaves_it_to_the_other(
    when: Any, anchor: Any, known: End, start_in: bool, end_in: bool
) -> None:
    unknown: End = (UNKNOWN, "day")
    for start, end in ((unknown, known), (known, unknown)):
        opened = in_window(
            when, anchor, None if start is unknown else start, None if end is unknown else end, start_in, end_in
        )
        assert in_window(when, anchor, start, end, start_in, end_in) is (False if opened is False else UNKNOWN)


def test_six_to_twenty_four_months_before_screening() -> None:
    def diagnosed(text: str) -> Truth:
        return in_window(parse_date(text), date(2026, 3, 16), (-24, "month"), (-6, "month"))

    days = ["2024-03-15", "2024-03-16", "2025-09-16", "2025-09-17"]
    assert [diagnosed(day) for day in days] == [False, True, True, False]
    months = ["2024-02", "2024-03", "2024-04", "2025-08", "2025-09", "2025-10"]
    assert [diagnosed(month) for month in months] == [False, UNKNOWN, True, True, UNKNOWN, False]


def test_both_ends_are_measured_from_the_same_day_of_the_anchor() -> None:
    # Taken apart, either end would be open; on each day of the anchor, one of them fails.
    anchor = PartialDate((date(2024, 1, 1), date(2024, 1, 21)))
    assert in_window(date(2024, 1, 11), anchor, (-5, "day"), (5, "day")) is False
    assert between(PartialDate((date(2024, 1, 1), date(2024, 1, 21))), date(2024, 1, 5), date(2024, 1, 15)) is False


@pytest.mark.parametrize("included", [True, False])
def test_ends_are_in_or_out(included: bool) -> None:
    dose, before, after = date(2024, 3, 10), date(2024, 3, 3), date(2024, 3, 17)
    assert in_window(before, dose, (-1, "week"), None, start_included=included) is included
    assert in_window(after, dose, None, (1, "week"), end_included=included) is included
    assert between(before, before, after, first_included=included) is included
    assert between(after, before, after, last_included=included) is included


def test_unknown_date_or_anchor() -> None:
    assert in_window(UNKNOWN, date(2024, 1, 1), None, (0, "day")) is UNKNOWN
    assert in_window(date(2024, 1, 1), UNKNOWN, None, (0, "day")) is UNKNOWN
    assert in_window(parse_date("2024"), UNKNOWN, (-1, "hour"), None) is UNKNOWN
    assert between(UNKNOWN, date(2024, 1, 1), None) is UNKNOWN


# Hours and minutes

times = st.builds(
    lambda day, minute: DayTime(day.year, day.month, day.day, minute=minute),
    st.dates(date(2024, 2, 27), date(2024, 3, 2)),
    st.sampled_from([0, 1, 539, 540, 541, 720, 1438, 1439]),
)
moments = times | few_days | few_partial
clock_ends = st.none() | st.tuples(
    st.sampled_from([-1500, -1440, -48, -24, -1, 0, 1, 23, 24]), st.sampled_from(["hour", "minute"])
)
day_ends = st.none() | st.tuples(st.integers(-2, 2), st.sampled_from(["month", "day"]))


def minutes_of(day: date) -> range:
    start = day.toordinal() * DAY
    return range(start + day.minute, start + day.minute + 1) if isinstance(day, DayTime) else range(start, start + DAY)


def moved_on_the_clock(day: date, minute: int, end: Any, if_open: int) -> int:
    if end is None:
        return if_open
    amount, unit = end
    if unit in ("hour", "minute"):
        return minute + amount * (60 if unit == "hour" else 1)
    whole_day = date(day.year, day.month, day.day)
    return minute + ((whole_day + relativedelta(**{f"{unit}s": amount})) - whole_day).days * DAY


def answers_on_the_clock(when: Any, anchor: Any, start: Any, end: Any, start_in: bool, end_in: bool) -> Iterator[bool]:
    """What each minute of the anchor says of the minutes that the date may be."""
    for from_day in possible_days(anchor):
        for from_minute in minutes_of(from_day):
            first = moved_on_the_clock(from_day, from_minute, start, 0) + (not start_in)
            last = moved_on_the_clock(from_day, from_minute, end, 10**12) - (not end_in)
            for minutes in map(minutes_of, possible_days(when)):
                inside = min(last, minutes[-1]) - max(first, minutes[0]) + 1
                yield from [True] * (inside > 0) + [False] * (inside < len(minutes))


@settings(deadline=None)
@given(moments, moments, clock_ends, clock_ends | day_ends, flags, flags)
def test_minutes_agree_with_brute_force(
    when: Any, anchor: Any, start: Any, end: Any, start_in: bool, end_in: bool
) -> None:
    assume(any(each is not None and each[1] in ("hour", "minute") for each in (start, end)))
    answers = set(answers_on_the_clock(when, anchor, start, end, start_in, end_in))
    assert in_window(when, anchor, start, end, start_in, end_in) is agreed(answers)


@pytest.mark.parametrize(
    ("when", "anchor", "expected"),
    [
        ("2026-03-29T14:05", "2026-03-30T14:05", True),
        ("2026-03-29T14:04", "2026-03-30T14:05", False),
        ("2026-03-30T14:06", "2026-03-30T14:05", False),
        ("2026-03-29", "2026-03-30T00:00", True),
        ("2026-03-29", "2026-03-30T14:05", UNKNOWN),
        ("2026-03-28", "2026-03-30T14:05", False),
        ("2026-03-30", "2026-03-30T23:59", True),
        ("2026-03-28", "2026-03-30", False),
        ("2026-03-30", "2026-03-30", UNKNOWN),
        ("2026-03", "2026-05-01T10:00", False),
    ],
)
def test_within_24_hours_before(when: str, anchor: str, expected: Truth) -> None:
    assert in_window(parse_date(when), parse_date(anchor), (-24, "hour"), (0, "day")) is expected


def test_days_do_not_look_at_the_time() -> None:
    dose = parse_date("2026-03-30T08:00")
    assert in_window(parse_date("2026-03-30T20:00"), dose, (-1, "day"), (0, "day")) is True
    assert in_window(parse_date("2026-03-28T23:59"), dose, (-1, "day"), (0, "day")) is False


def test_a_window_that_is_turned_round_holds_nothing() -> None:
    day = date(2024, 2, 29)
    assert in_window(day, day, (1, "day"), (-1, "day")) is False
    assert in_window(day, day, (1, "hour"), (-1, "hour")) is False
    assert in_window(parse_date("2024"), parse_date("2024"), (1, "day"), (-1, "day")) is False
    assert between(day, day + timedelta(1), day - timedelta(1)) is False
