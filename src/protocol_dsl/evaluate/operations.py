"""Operations of compiled rules that are no part of the calculus of values: the clock, units reported, choices.

Dates are moved and counted in hours and minutes, where a day without a time stands for all the times of that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any, Final

from protocol_dsl.values import (
    UNKNOWN,
    CalendarUnit,
    DayTime,
    Interval,
    NotEnded,
    Number,
    OtherNumber,
    Ratio,
    Truth,
    Unknown,
    When,
    ended,
    fractional_power,
    interval,
    one_of,
    possible_days,
    power,
    ratio,
    shift,
)

MOST_REMEMBERED: Final = 65_536
"""So many days, numbers or texts are remembered, each with what is made of it; then it begins anew."""


class Remembered(dict[Any, Any]):
    """Values that recur among patients, each with what is made of it: one is found several times as fast as it is made.

    An error of the maker passes through, and is not remembered.
    """

    __slots__ = ("_made_of",)

    def __init__(self, made_of: Callable[[Any], object]):
        self._made_of = made_of

    def __missing__(self, value: object) -> object:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        made = self[value] = self._made_of(value)
        return made


def moved_days(amount: int, unit: CalendarUnit) -> Remembered:
    """Days, each with the day so many calendar units later; ValueError where that leaves the calendar.

    For whole days only: a day with a time is equal to the day without it.
    """
    return Remembered(lambda day: shift(day, amount, unit))


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


def in_own_unit(value: Number | OtherNumber) -> Number:
    """The number of a quantity that is reported in its first unit, else unknown."""
    return UNKNOWN if isinstance(value, OtherNumber) else value


def in_other_unit(value: Number | OtherNumber) -> Number:
    """The number of a quantity that is reported in its second unit, else unknown."""
    return value.number if isinstance(value, OtherNumber) else UNKNOWN


def in_either_unit(value: Number | OtherNumber, other: bool, factor: int | Decimal, shift: int | Decimal) -> Number:
    """The number of a quantity in its first (second: `other`) unit; what is reported in the other is converted."""
    if isinstance(value, OtherNumber):
        return value.number if other else ratio(value.number - shift, factor)
    return value * factor + shift if other else value


def includes(value: tuple[str, ...] | Unknown, choices: frozenset[str]) -> Truth:
    """Whether any of the choices that hold is among these."""
    return UNKNOWN if isinstance(value, Unknown) else not choices.isdisjoint(value)


_EXACT: Final = (str, bool, int, Decimal, Ratio, datetime.date)
"""Values of which it is known whether two are the same; a date known in part may be any of its days."""


def different_of(entries: Sequence[tuple[Truth, object]]) -> int | Interval:
    """How many different values the members have: an unknown one may be any of the others, or one more."""
    known = [(member, value) for member, value in entries if member is not False and isinstance(value, _EXACT)]
    certain = {value for member, value in known if member is True}
    possible = {value for _, value in known}
    unknown = sum(member is not False for member, _ in entries) - len(known)
    some = any(member is True for member, _ in entries)
    least, most = max(len(certain), int(some)), len(possible) + unknown
    return least if least == most else Interval(least, most)


def ended_on(day: When, start: When, end: When, ongoing: Truth) -> When:
    """The day on which a record ended; unknown of one that is ongoing."""
    found = ended(day, start, end, ongoing)
    return UNKNOWN if isinstance(found, NotEnded) else found


def raised(base: Number, exponent: Number | Fraction) -> Number:
    """A power whose exponent need not be whole; of an exponent known only in part, the range of the results."""
    if isinstance(exponent, Unknown) or isinstance(base, Unknown):
        return UNKNOWN
    if isinstance(exponent, Interval):
        low, high = raised(base, exponent.lo), raised(base, exponent.hi)
        if not isinstance(low, int | Decimal) or not isinstance(high, int | Decimal):
            return UNKNOWN
        return interval(min(low, high), max(low, high))
    if isinstance(exponent, int):
        rest = exponent
        result: Number = 1
        while abs(rest) > 100:
            step = 100 if rest > 0 else -100
            result, rest = result * power(base, step), rest - step
        return result * power(base, rest)
    return fractional_power(base, exponent)  # type: ignore[arg-type]
