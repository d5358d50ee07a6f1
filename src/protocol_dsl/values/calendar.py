"""Dates of the proleptic Gregorian calendar, days, and days known in part.

Three kinds of date meet in a rule, and any of them may be UNKNOWN instead:

===========  ====================================================================================
date         a whole day, `datetime.date`
DayTime      a day with a local time; among days it counts as its day
PartialDate  a date known only to be one of several days, as "2024-03" is one of 31
===========  ====================================================================================

`<`, `<=`, `>` and `>=` compare them as days, from either side, and are UNKNOWN where the days of a partial date
disagree; whether two fall on the same day is asked by `same_day`.

Months and years are calendar months, clipped to the month's end: 31 January + 1 month is 28 or 29 February, and
29 February 2000 + 18 years is 28 February 2018. A week is 7 days.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final, Literal, SupportsIndex, TypeAlias, final

from attrs import Attribute, Factory, field, frozen

from protocol_dsl.values.numbers import Interval
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2200
"""Dates are read within these years, so that no window of up to 200 years leaves the calendar."""

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

CalendarUnit: TypeAlias = Literal["year", "month", "week", "day"]


class DayTime(date):
    """A day with a local time of day, `minute` counted from midnight (0 to 1439).

    Among days it counts as its day: it is equal to that date and to every other time on it, with the same hash.
    Only windows in hours or minutes look at the time (see `in_window`). Written in ISO 8601: 2026-03-30T14:05.
    """

    __slots__ = ("minute",)
    minute: int

    def __new__(cls, year: int, month: int, day: int, *, minute: int) -> "DayTime":
        if not 0 <= minute < 24 * 60:
            raise ValueError(f"minute {minute}: a day has the minutes 0 to 1439")
        self = super().__new__(cls, year, month, day)
        self.minute = minute
        return self

    def isoformat(self) -> str:
        return f"{super().isoformat()}T{self.minute // 60:02}:{self.minute % 60:02}"

    __str__ = __repr__ = isoformat

    def __reduce_ex__(self, _protocol: SupportsIndex) -> Any:
        return _day_time, (self.year, self.month, self.day, self.minute)


def _day_time(year: int, month: int, day: int, minute: int) -> DayTime:
    return DayTime(year, month, day, minute=minute)


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    by_day: dict[date, date] = {}
    for day in days:
        # Two times on one day, or a time and the whole day, leave the day without a time.
        met = by_day.get(day)
        same = met is None or getattr(met, "minute", None) == getattr(day, "minute", None)
        by_day[day] = day if same else date(day.year, day.month, day.day)
    return tuple(sorted(by_day.values()))


@final
@frozen(repr=False)
class PartialDate:
    """A date known only to be one of `days` (at least two, kept sorted and unique).

    `text` is the way it was recorded, "2024-03"; for a computed one it is made from the days. It is no part of
    equality. Two partial dates are taken to be independent of each other.
    """

    days: tuple[date, ...] = field(converter=_in_order)
    text: str = field(eq=False, default=Factory(lambda self: _text_of_days(self.days), takes_self=True))

    @days.validator
    def _several(self, _attribute: "Attribute[tuple[date, ...]]", days: tuple[date, ...]) -> None:
        if len(days) < 2:
            raise ValueError("a partial date stands for two days or more")

    def __repr__(self) -> str:
        return f"PartialDate({self.text})"

    # mypy takes each of these and its mirror image for a possible conflict; they say the same of the same two.
    def __lt__(self, other: "date | PartialDate") -> Truth:  # type: ignore[misc]
        if not isinstance(other, date | PartialDate):
            return NotImplemented
        first, last = _first_and_last(other)
        return True if self.days[-1] < first else False if self.days[0] >= last else UNKNOWN

    def __le__(self, other: "date | PartialDate") -> Truth:  # type: ignore[misc]
        if not isinstance(other, date | PartialDate):
            return NotImplemented
        first, last = _first_and_last(other)
        return True if self.days[-1] <= first else False if self.days[0] > last else UNKNOWN

    def __gt__(self, other: "date | PartialDate") -> Truth:  # type: ignore[misc]
        if not isinstance(other, date | PartialDate):
            return NotImplemented
        first, last = _first_and_last(other)
        return True if self.days[0] > last else False if self.days[-1] <= first else UNKNOWN

    def __ge__(self, other: "date | PartialDate") -> Truth:  # type: ignore[misc]
        if not isinstance(other, date | PartialDate):
            return NotImplemented
        first, last = _first_and_last(other)
        return True if self.days[0] >= last else False if self.days[-1] < first else UNKNOWN


KnownDate: TypeAlias = date | PartialDate
"""A date of which at least the possible days are known (a DayTime is a date)."""

When: TypeAlias = date | PartialDate | Unknown


def possible_days(when: KnownDate) -> tuple[date, ...]:
    """The days that it may be, in order: one, or those of a partial date."""
    return when.days if isinstance(when, PartialDate) else (when,)


def _first_and_last(when: KnownDate) -> tuple[date, date]:
    return (when.days[0], when.days[-1]) if isinstance(when, PartialDate) else (when, when)


def one_of(days: Iterable[date]) -> KnownDate:
    """The date that is one of these days: the day itself where there is only one, else a PartialDate."""
    distinct = _in_order(days)
    return distinct[0] if len(distinct) == 1 else PartialDate(distinct)


def same_day(a: When, b: When) -> Truth:
    """Whether both fall on one day; times of the day are not looked at."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if isinstance(a, PartialDate) or isinstance(b, PartialDate):
        return False if set(possible_days(a)).isdisjoint(possible_days(b)) else UNKNOWN
    return a == b


# Reading and writing

_DATE_FORM: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?)?)?")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


def parse_date(text: str) -> KnownDate:
    """Read 2026-03-30, 2026-03-30T14:05 (a local time), 2026-03 or 2026 (partial dates).

    Seconds may be written only where they are 00. ValueError with the reason for anything else, for a day that the
    calendar does not have, and for a year outside 1800 to 2200.
    """
    form = _DATE_FORM.fullmatch(text)
    if form is None:
        raise ValueError(_what_to_write(text))
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in form.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{text}: a year from {FIRST_YEAR} to {LAST_YEAR} is needed")
    if month is None:
        return PartialDate(_days_of(year), text)
    if not 1 <= month <= 12:
        raise ValueError(f"{text}: a year has the months 01 to 12")
    if day is None:
        return PartialDate(_days_of(year, month), text)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"{text}: {MONTHS[month - 1]} {year} has {last} days")
    if hour is None or minute is None:
        return date(year, month, day)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        raise ValueError(f"{text}: times of the day go from 00:00 to 23:59")
    if second:
        raise ValueError(f"{text}: times are kept to the minute; write {text[:16]}")
    return DayTime(year, month, day, minute=60 * hour + minute)


def _what_to_write(text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    if swapped := _DAY_FIRST.fullmatch(text):
        one, two, year = swapped.groups()
        # Day and month stand either way round unless one of them is no month.
        if int(two) <= 12 < int(one) or (int(two) <= 12 and "." in text):
            return f"{shown}: write {year}-{two:0>2}-{one:0>2}"
        if int(one) <= 12 < int(two):
            return f"{shown}: write {year}-{one:0>2}-{two:0>2}"
        return f"{shown}: write {year}-{two:0>2}-{one:0>2} or {year}-{one:0>2}-{two:0>2}, year-month-day"
    if re.fullmatch(r".{10}T.{5,12}(Z|[+-][0-9:]{2,5})", text):
        return f"{shown}: write the local time, without a time zone"
    return f"{shown}: write a date like 2026-03-30, 2026-03-30T14:05, 2026-03 or 2026"


_MONTH_IN_WORDS: Final = (
    re.compile(r"(?:(?P<day>[0-9]{1,2})\.?[ -])?(?P<month>[A-Za-z]{3,9})\.?[ -](?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>[0-9]{1,2}), ?(?P<year>[0-9]{4})"),
)
_CHINESE_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4}) ?年(?: ?(?P<month>[0-9]{1,2}) ?月(?: ?(?P<day>[0-9]{1,2}) ?日)?)?"
)


def date_in_words(text: str) -> KnownDate:
    """Read 16 March 2026, March 16, 2026, Mar 2026 or 2026年3月16日, and all that `parse_date` reads.

    So people write dates in prose; facts and rules have the one form that `parse_date` reads. ValueError as there.
    """
    text = text.strip()
    found = next((form for pattern in (*_MONTH_IN_WORDS, _CHINESE_DATE) if (form := pattern.fullmatch(text))), None)
    if found is None:
        return parse_date(text)
    month, day = found["month"], found["day"]
    if month is not None and not month.isdigit():
        names = [name for name in MONTHS if name.casefold().startswith(month.casefold())]
        if len(names) != 1:
            return parse_date(text)
        month = str(MONTHS.index(names[0]) + 1)
    return parse_date("-".join([found["year"], *(f"{int(part):02}" for part in (month, day) if part is not None)]))


@lru_cache(maxsize=4096)
def _days_of(year: int, month: int | None = None) -> tuple[date, ...]:
    """All days of a year, or of one month of it."""
    months = range(1, 13) if month is None else (month,)
    return tuple(date(year, each, day) for each in months for day in range(1, monthrange(year, each)[1] + 1))


def iso_text(when: KnownDate) -> str:
    """As `parse_date` reads it: 2026-03-16, 2026-03-16T14:05, 2024-03, 2024.

    A computed partial date that is no whole month or year is written first/last, 2024-03-05/2024-04-04.
    """
    return when.text if isinstance(when, PartialDate) else when.isoformat()


def _text_of_days(days: tuple[date, ...]) -> str:
    first, last = days[0], days[-1]
    if days == _days_of(first.year, first.month):
        return f"{first:%Y-%m}"
    if days == _days_of(first.year):
        return f"{first:%Y}"
    return f"{first}/{last}"


def date_text(when: KnownDate) -> str:
    """For people: "16 March 2026", "16 March 2026, 14:05", "March 2024", "2024"."""
    if isinstance(when, PartialDate):
        first, last = when.days[0], when.days[-1]
        if when.days == _days_of(first.year, first.month):
            return f"{MONTHS[first.month - 1]} {first.year}"
        if when.days == _days_of(first.year):
            return f"{first.year}"
        return f"between {date_text(first)} and {date_text(last)}"
    day = f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{day}, {when.minute // 60:02}:{when.minute % 60:02}" if isinstance(when, DayTime) else day


# Counting on the calendar


def shift(when: When, amount: int | Unknown, unit: CalendarUnit) -> When:
    """The date `amount` units later (earlier where negative), clipped to the month's end; a time of day is kept.

    Each day of a partial date is moved; UNKNOWN stays so. ValueError where that leaves the years 1 to 9999, which
    a date that was read and an amount of up to 200 years never do.
    """
    if isinstance(when, Unknown) or isinstance(amount, Unknown):
        return UNKNOWN
    if isinstance(when, PartialDate):
        return one_of(_shift_day(day, amount, unit) for day in when.days)
    return _shift_day(when, amount, unit)


def _shift_day(day: date, amount: int, unit: CalendarUnit) -> date:
    try:
        if unit == "month":
            moved = _shift_months(day, amount)
        elif unit == "year":
            moved = _shift_months(day, 12 * amount)
        elif unit == "day":
            moved = date.fromordinal(day.toordinal() + amount)
        elif unit == "week":
            moved = date.fromordinal(day.toordinal() + 7 * amount)
        else:
            raise ValueError(f"{unit}: dates are moved by years, months, weeks or days")
    except OverflowError as error:
        raise ValueError(f"{amount} {unit}s from {day}: outside the calendar") from error
    return DayTime(moved.year, moved.month, moved.day, minute=day.minute) if isinstance(day, DayTime) else moved


def _shift_months(day: date, months: int) -> date:
    years, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if day.day <= 28:
        return date(years, month + 1, day.day)
    if not 1 <= years <= 9999:
        raise OverflowError
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def completed(unit: CalendarUnit, from_: When, to: When) -> int | Interval | Unknown:
    """The completed years, months, weeks or days: the greatest n with `from_` + n units on or before `to`.

    Negative where `to` is earlier. With partial dates an Interval from the fewest to the most, or the number where
    they agree.
    """
    if isinstance(from_, date) and isinstance(to, date):
        return _completed(unit, from_, to)
    if isinstance(from_, Unknown) or isinstance(to, Unknown):
        return UNKNOWN
    (from_first, from_last), (to_first, to_last) = _first_and_last(from_), _first_and_last(to)
    fewest, most = _completed(unit, from_last, to_first), _completed(unit, from_first, to_last)
    return fewest if fewest == most else Interval(fewest, most)


def _completed(unit: CalendarUnit, from_: date, to: date) -> int:
    if unit == "year" or unit == "month":
        months = 12 * (to.year - from_.year) + to.month - from_.month
        # The last month is complete on the same day of the month, or on the month's last where it has no such day.
        if to.day < from_.day and (to.day < 28 or to.day < monthrange(to.year, to.month)[1]):
            months -= 1
        return months // 12 if unit == "year" else months
    if unit == "day":
        return to.toordinal() - from_.toordinal()
    if unit == "week":
        return (to.toordinal() - from_.toordinal()) // 7
    raise ValueError(f"{unit}: years, months, weeks or days are counted")


def days_between(a: When, b: When) -> int | Interval | Unknown:
    """The days from a to b, negative where b is earlier; an Interval where partial dates leave it open."""
    return completed("day", a, b)


def earlier_of(*dates: When) -> When:
    """The earliest of the dates: every day that may be it, where some are partial; UNKNOWN where any is unknown.

    Of two on one day the earlier time is taken; where one has no time, the day without a time.
    """
    return _extreme(dates, latest=False)


def later_of(*dates: When) -> When:
    """The latest of the dates, as `earlier_of`."""
    return _extreme(dates, latest=True)


def _extreme(dates: tuple[When, ...], latest: bool) -> When:
    known = [when for when in dates if not isinstance(when, Unknown)]
    if not known or len(known) < len(dates):
        return UNKNOWN
    if not any(isinstance(when, PartialDate) for when in known):
        return _extreme_day([day for when in known for day in possible_days(when)], latest)
    # A day can be the earliest if each other date may fall on it or after it.
    if latest:
        bound = max(_first_and_last(when)[0] for when in known)
        return one_of(day for when in known for day in possible_days(when) if day >= bound)
    bound = min(_first_and_last(when)[1] for when in known)
    return one_of(day for when in known for day in possible_days(when) if day <= bound)


def _extreme_day(days: list[date], latest: bool) -> date:
    extreme = max(days) if latest else min(days)
    times = [day.minute if isinstance(day, DayTime) else None for day in days if day == extreme]
    known_times = [minute for minute in times if minute is not None]
    if len(known_times) < len(times):
        return date(extreme.year, extreme.month, extreme.day)
    minute = max(known_times) if latest else min(known_times)
    return DayTime(extreme.year, extreme.month, extreme.day, minute=minute)


@lru_cache(maxsize=1024)
def month_days(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many calendar months can span, from whatever day: 1 month, 28 to 31.

    Both ends are reached from the first of a month: a month's end that is clipped gives the same days as the window
    of whole months that starts one month later. The calendar repeats every 400 years. ValueError below 0.
    """
    if months < 0:
        raise ValueError(f"{months} months: a span is not negative")
    cycles, rest = divmod(months, 400 * 12)
    until = _days_until_month()
    spans = [until[start + rest] - until[start] for start in range(400 * 12)]
    whole = cycles * until[400 * 12]
    return whole + min(spans), whole + max(spans)


@lru_cache(maxsize=1)
def _days_until_month() -> tuple[int, ...]:
    """The days before the first of each month of 800 years, counted from January 2000."""
    lengths = (monthrange(2000 + month // 12, month % 12 + 1)[1] for month in range(800 * 12))
    return tuple(accumulate(lengths, initial=0))
