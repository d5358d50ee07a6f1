"""The calendar against python-dateutil, and partial dates against all of their days."""

import copy
import operator
import pickle
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.values import (
    UNKNOWN,
    CalendarUnit,
    DayTime,
    Interval,
    PartialDate,
    Truth,
    When,
    completed,
    date_in_words,
    date_text,
    days_between,
    earlier_of,
    iso_text,
    later_of,
    month_days,
    one_of,
    parse_date,
    possible_days,
    same_day,
    shift,
)

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)
UNITS: tuple[CalendarUnit, ...] = ("year", "month", "week", "day")

anywhere = st.dates(date(1800, 1, 1), date(2200, 12, 31))
month_ends = st.builds(lambda day: day.replace(day=1) - timedelta(days=1), st.dates(date(1995, 1, 1), date(2005, 1, 1)))
nearby = st.dates(date(2023, 12, 1), date(2024, 4, 30))
days = anywhere | month_ends | nearby
partial = st.lists(nearby, min_size=2, max_size=4, unique=True).map(lambda days: PartialDate(tuple(days)))
recorded = st.sampled_from(["2024", "2023", "2024-02", "2023-12", "2024-03"]).map(parse_date)
few_days = st.dates(date(2024, 2, 27), date(2024, 3, 2))
few_partial = st.lists(few_days, min_size=2, max_size=3, unique=True).map(lambda days: PartialDate(tuple(days)))
whens = nearby | partial | recorded | few_days | few_partial


def agreed(answers: set[bool]) -> Truth:
    return next(iter(answers)) if len(answers) == 1 else UNKNOWN


# Counting


@given(days, st.integers(-200, 200), st.sampled_from(UNITS))
def test_shift_agrees_with_dateutil(day: date, amount: int, unit: CalendarUnit) -> None:
    assert shift(day, amount, unit) == day + relativedelta(**{f"{unit}s": amount})


@pytest.mark.parametrize(
    ("day", "amount", "unit", "result"),
    [
        ("2023-01-31", 1, "month", "2023-02-28"),
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2000-02-29", 18, "year", "2018-02-28"),
        ("2000-02-29", 4, "year", "2004-02-29"),
        ("1900-01-31", 1, "month", "1900-02-28"),
        ("2024-03-31", -1, "month", "2024-02-29"),
        ("2024-12-31", 2, "month", "2025-02-28"),
        ("2026-03-16", -24, "month", "2024-03-16"),
        ("2024-02-28", 1, "week", "2024-03-06"),
        ("2024-03-01", -1, "day", "2024-02-29"),
        ("2026-03-30T14:05", 1, "month", "2026-04-30T14:05"),
    ],
)
def test_month_ends(day: str, amount: int, unit: CalendarUnit, result: str) -> None:
    assert iso_text(shift(parse_date(day), amount, unit)) == result


def test_shift_of_a_partial_date_moves_each_day() -> None:
    january = parse_date("2023-01")
    february = shift(january, 1, "month")
    assert february == parse_date("2023-02")
    assert iso_text(february) == "2023-02"
    assert shift(one_of([date(2023, 1, 29), date(2023, 1, 31)]), 1, "month") == date(2023, 2, 28)
    assert shift(UNKNOWN, 1, "day") is shift(date(2024, 1, 1), UNKNOWN, "day") is UNKNOWN


@pytest.mark.parametrize("amount", [9999, -9999, 10**30, -(10**30)])
@pytest.mark.parametrize("day", [date(2024, 1, 15), date(2024, 1, 31)])
@pytest.mark.parametrize("unit", ["year", "month", "week", "day"])
def test_out_of_the_calendar_is_a_value_error(day: date, amount: int, unit: CalendarUnit) -> None:
    if unit == "year" or abs(amount) > 9999:
        with pytest.raises(ValueError, match=r"calendar|range"):
            shift(day, amount, unit)


def test_units_of_the_clock_do_not_move_dates() -> None:
    with pytest.raises(ValueError, match="hour"):
        shift(date(2024, 1, 1), 1, "hour")
    with pytest.raises(ValueError, match="hour"):
        completed("hour", date(2024, 1, 1), date(2024, 1, 1))


@given(days, days, st.sampled_from(UNITS))
def test_completed_is_the_greatest_number_that_fits(from_: date, to: date, unit: CalendarUnit) -> None:
    number = completed(unit, from_, to)
    assert isinstance(number, int)
    step = relativedelta(**{f"{unit}s": 1})
    assert from_ + step * number <= to < from_ + step * (number + 1)


def test_completed_years_are_birthdays() -> None:
    born = date(2000, 2, 29)
    assert completed("year", born, date(2018, 2, 27)) == 17
    assert completed("year", born, date(2018, 2, 28)) == 18
    assert completed("year", date(1965, 3, 17), date(2026, 3, 16)) == 60
    assert completed("year", date(1965, 3, 16), date(2026, 3, 16)) == 61
    assert completed("year", date(2026, 3, 17), date(2026, 3, 16)) == -1


@given(whens, whens, st.sampled_from(UNITS))
def test_completed_of_partial_dates_is_the_range(from_: Any, to: Any, unit: CalendarUnit) -> None:
    pairs = product(possible_days(from_), (possible_days(to)[0], possible_days(to)[-1]))
    numbers = [completed(unit, one, other) for one, other in pairs]
    fewest, most = min(numbers), max(numbers)
    assert completed(unit, from_, to) == (fewest if fewest == most else Interval(fewest, most))
    assert completed(unit, from_, UNKNOWN) is completed(unit, UNKNOWN, to) is UNKNOWN


def test_age_from_a_year_of_birth() -> None:
    assert completed("year", parse_date("1980"), date(2026, 3, 16)) == Interval(45, 46)
    assert completed("year", parse_date("1980"), date(2025, 12, 31)) == 45
    assert days_between(date(2023, 12, 4), date(2024, 3, 16)) == 103


@pytest.mark.parametrize("months", [0, 1, 2, 3, 5, 6, 11, 12, 13, 24, 47, 48, 60])
def test_days_of_months_by_brute_force(months: int) -> None:
    start = date(1896, 1, 1)
    spans = [
        ((day + relativedelta(months=months)) - day).days for day in (start + timedelta(n) for n in range(9 * 366))
    ]
    start = date(1995, 1, 1)
    spans += [
        ((day + relativedelta(months=months)) - day).days for day in (start + timedelta(n) for n in range(6 * 366))
    ]
    assert month_days(months) == (min(spans), max(spans))


def test_days_of_long_spans() -> None:
    assert month_days(400 * 12) == (146097, 146097)
    assert month_days(401 * 12) == (146097 + 365, 146097 + 366)
    with pytest.raises(ValueError, match="negative"):
        month_days(-1)


# Comparing


@given(whens, whens, st.sampled_from(COMPARISONS))
def test_comparison_is_decided_where_all_days_agree(a: Any, b: Any, compare: Callable[[Any, Any], Any]) -> None:
    answers = {compare(one, other) for one in possible_days(a) for other in possible_days(b)}
    assert compare(a, b) is agreed(answers)


@given(whens, whens)
def test_same_day_is_decided_where_all_days_agree(a: Any, b: Any) -> None:
    assert same_day(a, b) is agreed({one == other for one in possible_days(a) for other in possible_days(b)})
    assert same_day(a, UNKNOWN) is same_day(UNKNOWN, b) is UNKNOWN


@given(st.lists(few_days | few_partial | partial, min_size=1, max_size=3))
def test_earlier_and_later_are_all_days_that_it_may_be(dates: list[Any]) -> None:
    ways = list(product(*map(possible_days, dates)))
    assert earlier_of(*dates) == one_of(map(min, ways))
    assert later_of(*dates) == one_of(map(max, ways))
    assert earlier_of(*dates, UNKNOWN) is UNKNOWN


def test_earlier_of_times_on_one_day() -> None:
    day, morning, evening = (parse_date(f"2026-03-30{time}") for time in ("", "T08:00", "T20:00"))
    assert [iso_text(pick(evening, morning)) for pick in (earlier_of, later_of)] == [
        "2026-03-30T08:00",
        "2026-03-30T20:00",
    ]
    assert not isinstance(earlier_of(day, morning), DayTime)


@pytest.mark.parametrize("other", ["2024-03-01", 3, None])
@pytest.mark.parametrize("compare", COMPARISONS)
def test_dates_are_not_compared_with_other_things(compare: Callable[[Any, Any], Any], other: Any) -> None:
    with pytest.raises(TypeError):
        compare(parse_date("2024-03"), other)


# Kinds of date


def test_a_time_counts_as_its_day_among_days() -> None:
    day, morning = date(2026, 3, 30), DayTime(2026, 3, 30, minute=845)
    assert (day == morning, day <= morning, morning >= day, day < morning) == (True, True, True, False)
    assert hash(day) == hash(morning)
    assert str(morning) == repr(morning) == morning.isoformat() == f"{morning}" == "2026-03-30T14:05"
    for copied in (copy.deepcopy(morning), pickle.loads(pickle.dumps(morning))):
        assert (type(copied), copied, copied.minute) == (DayTime, morning, 845)
    for minute in (-1, 1440):
        with pytest.raises(ValueError, match="minute"):
            DayTime(2026, 3, 30, minute=minute)
    with pytest.raises(TypeError):
        morning + timedelta(days=1)  # a time is never dropped silently


def test_partial_dates_are_kept_in_order_and_once() -> None:
    one, two = date(2024, 3, 1), date(2024, 3, 2)
    assert PartialDate((two, one, two)).days == (one, two)
    assert PartialDate((one, two)) == PartialDate((one, two), "as recorded")
    assert hash(PartialDate((one, two))) == hash(PartialDate((one, two), "as recorded"))
    with pytest.raises(ValueError, match="two days"):
        PartialDate((one, one))
    assert one_of([one, DayTime(2024, 3, 1, minute=5)]) == one


# Reading and writing


def test_forms_of_a_date() -> None:
    assert parse_date("2024-03-05") == date(2024, 3, 5)
    assert type(parse_date("2024-03-05")) is date
    for text in ("2024-03-05T14:05", "2024-03-05T14:05:00"):
        when = parse_date(text)
        assert isinstance(when, DayTime)
        assert when.minute == 845
    assert len(possible_days(parse_date("2024-03"))) == 31
    assert len(possible_days(parse_date("2023-02"))) == 28
    assert len(possible_days(parse_date("2024"))) == 366
    assert len(possible_days(parse_date("1900"))) == 365


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "2026-02-30: February 2026 has 28 days"),
        ("2026-04-00", "2026-04-00: April 2026 has 30 days"),
        ("2026-13", "2026-13: a year has the months 01 to 12"),
        ("30.03.2026", "30.03.2026: write 2026-03-30"),
        ("03.04.2026", "03.04.2026: write 2026-04-03"),
        ("03/30/2026", "03/30/2026: write 2026-03-30"),
        ("03/04/2026", "03/04/2026: write 2026-04-03 or 2026-03-04, year-month-day"),
        ("2026-03-30T24:00", "2026-03-30T24:00: times of the day go from 00:00 to 23:59"),
        ("2026-03-30T14:05:30", "2026-03-30T14:05:30: times are kept to the minute; write 2026-03-30T14:05"),
        ("2026-03-30T14:05Z", "2026-03-30T14:05Z: write the local time, without a time zone"),
        ("2026-03-30T14:05+02:00", "2026-03-30T14:05+02:00: write the local time, without a time zone"),
        ("1799-12-31", "1799-12-31: a year from 1800 to 2200 is needed"),
        ("2201", "2201: a year from 1800 to 2200 is needed"),
    ],
)
def test_a_date_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-3",
        "2024-03-5",
        " 2024",
        "2024-03-05 14:05",
        "٢٠٢٤",
        "2024-03\n",
        "yesterday",
        "9" * 5000,
        "2024-W10",
    ],
)
def test_no_date_at_all(text: str) -> None:
    with pytest.raises(ValueError, match="write a date like 2026-03-30") as error:
        parse_date(text)
    assert len(str(error.value)) < 120


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-16", "16 March 2026"),
        ("2026-03-06T04:05", "6 March 2026, 04:05"),
        ("2024-03", "March 2024"),
        ("2024", "2024"),
    ],
)
def test_dates_for_people_and_for_files(text: str, words: str) -> None:
    when = parse_date(text)
    assert date_text(when) == words
    assert iso_text(when) == text
    assert parse_date(iso_text(when)) == when


def test_text_of_a_computed_partial_date() -> None:
    moved = shift(parse_date("2024-03"), 4, "day")
    assert isinstance(moved, PartialDate)
    assert iso_text(moved) == "2024-03-05/2024-04-04"
    assert date_text(moved) == "between 5 March 2024 and 4 April 2024"
    assert iso_text(shift(parse_date("2024"), 1, "year")) == "2025"
    assert date_text(shift(parse_date("2024-03"), -12, "month")) == "March 2023"
    assert repr(parse_date("2024-03")) == "PartialDate(2024-03)"


@given(days)
def test_whole_days_read_back(day: date) -> None:
    when: When = parse_date(iso_text(day)) if 1800 <= day.year <= 2200 else day
    assert when == day


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("16 March 2026", "2026-03-16"),
        ("6. Sept. 2026", "2026-09-06"),
        ("March 16, 2026", "2026-03-16"),
        ("Mar 2026", "2026-03"),
        ("2026年3月16日", "2026-03-16"),
        ("2026 年 3 月", "2026-03"),
        ("2026年", "2026"),
        (" 2026-03-16 ", "2026-03-16"),
    ],
)
def test_dates_in_words(words: str, digits: str) -> None:
    assert date_in_words(words) == parse_date(digits)


@pytest.mark.parametrize("words", ["30 February 2026", "16 Ma 2026", "16 Mai 2026", "2026年13月1日", "3/16/2026", ""])
def test_no_dates_in_words(words: str) -> None:
    with pytest.raises(ValueError, match=r"write|has"):
        date_in_words(words)
