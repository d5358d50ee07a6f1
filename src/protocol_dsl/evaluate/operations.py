"""Dates moved and counted in hours and minutes, where a day without a time stands for all the times of that day."""

from __future__ import annotations

import datetime
from itertools import chain
from typing import Final

from protocol_dsl.values import UNKNOWN, DayTime, Number, Unknown, When, interval, one_of, possible_days

CLOCK: Final = {"hour": 60, "minute": 1}
"""The units that look at the time of day, in minutes."""

_DAY: Final = 24 * 60


def shift_by_clock(when: When, amount: int, unit: str) -> When:
    """The moment so many hours or minutes later: a day with its time, or the days that it may fall on.

    ValueError or OverflowError where that leaves the calendar.
    """
    if isinstance(when, Unknown):
        return UNKNOWN
    minutes = amount * CLOCK[unit]
    return one_of(chain.from_iterable(_moved(day, minutes) for day in possible_days(when)))


def _moved(day: datetime.date, minutes: int) -> tuple[datetime.date, ...]:
    first, last = _minutes_of(day)
    from_, to = first + minutes, last + minutes
    if isinstance(day, DayTime):
        moved = datetime.date.fromordinal(from_ // _DAY)
        return (DayTime(moved.year, moved.month, moved.day, minute=from_ % _DAY),)
    return tuple(datetime.date.fromordinal(ordinal) for ordinal in range(from_ // _DAY, to // _DAY + 1))


def completed_by_clock(unit: str, from_: When, to: When) -> Number:
    """The completed hours or minutes from one date to another, an Interval where a time of day is not known."""
    if isinstance(from_, Unknown) or isinstance(to, Unknown):
        return UNKNOWN
    size = CLOCK[unit]
    from_first, from_last = _span_of(from_)
    to_first, to_last = _span_of(to)
    return interval((to_first - from_last) // size, (to_last - from_first) // size)


def _span_of(when: datetime.date | When) -> tuple[int, int]:
    assert not isinstance(when, Unknown)
    days = possible_days(when)
    return _minutes_of(days[0])[0], _minutes_of(days[-1])[1]


def _minutes_of(day: datetime.date) -> tuple[int, int]:
    """The first and the last minute that a day may stand for."""
    start = day.toordinal() * _DAY
    return (start + day.minute, start + day.minute) if isinstance(day, DayTime) else (start, start + _DAY - 1)
