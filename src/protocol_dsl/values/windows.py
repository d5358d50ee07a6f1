"""Windows of time: whether a date lies between two ends that are measured from an anchor, or given by two dates.

A window is measured from its anchor: "6 to 24 months before screening" goes from screening - 24 months to
screening - 6 months, both days in. Partial dates are decided where all their days agree, the two ends of a window
always from the same day of the anchor.

One rule decides them all. On a scale of whole days (or of whole minutes, where hours count) each thing that may be
so takes a range: the date may be anywhere from `first` to `last`, the window reaches at least from `certain_from` to
`certain_to` and at most from `possible_from` to `possible_to`. A spell is in a window if any day of it is: if it begins
before the window is over and ends after the window has begun.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from attrs import frozen

from protocol_dsl.values.calendar import (
    CalendarUnit,
    KnownDate,
    PartialDate,
    When,
    earlier_of,
    later_of,
    possible_days,
    shift,
)
from protocol_dsl.values.numbers import Exact, Interval, Known, Number, as_fraction, ends_of
from protocol_dsl.values.roots import Enclosed
from protocol_dsl.values.spells import DAYS, MINUTES, DayRange, NotEnded, Spell, hull, range_of
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

WindowUnit: TypeAlias = Literal["year", "month", "week", "day", "hour", "minute"]

End: TypeAlias = tuple[int | Interval | Unknown, WindowUnit] | None
"""An end of a window, measured from its anchor, negative before it: (-6, "month"); None where it is open.

An Interval is any whole amount in it, a broken end of it counting as the next whole amount away from the anchor.
"""

_CLOCK: Final = {"hour": 60, "minute": 1}  # minutes
_DIGITS: Final = 30  # to which a number with no exact form is looked at
_NEVER: Final = 10**10  # beyond every day and minute of the calendar


@frozen
class _Window:
    possible_from: int
    certain_from: int
    certain_to: int
    possible_to: int


def in_window(
    when: When | Spell | NotEnded,
    anchor: When,
    start: End,
    end: End,
    start_included: bool = True,
    end_included: bool = True,
) -> Truth:
    """Whether `when`, or any day of the spell `when`, lies from `anchor` + `start` to `anchor` + `end`.

    `in_window(d, screening, (-24, "month"), (-6, "month"))` is "d is 6 to 24 months before screening". An amount that
    is UNKNOWN leaves its end open, yet the other may decide. NOT_ENDED lies in no window.

    Where either end is in hours or minutes, the time of day counts: a DayTime has one, a plain date stands for all
    minutes of its day, and an end of amount 0 is the anchor's own moment. Else only days count.
    """
    if type(when) is date and type(anchor) is date and _whole_days(start) and _whole_days(end):
        # The common case, whole days, without the machinery below.
        if start is not None and not isinstance(start[0], Unknown):
            first = cast(date, shift(anchor, cast(int, start[0]), cast(CalendarUnit, start[1])))
            if when < first or (when == first and not start_included):
                return False
        if end is not None and not isinstance(end[0], Unknown):
            last = cast(date, shift(anchor, cast(int, end[0]), cast(CalendarUnit, end[1])))
            if when > last or (when == last and not end_included):
                return False
        return UNKNOWN if _unknown(start) or _unknown(end) else True
    if isinstance(when, NotEnded):
        return False
    if isinstance(when, Unknown) or isinstance(anchor, Unknown):
        return UNKNOWN
    scale = MINUTES if _by_the_clock(start) or _by_the_clock(end) else DAYS
    inset = int(not start_included), int(not end_included)
    windows = [_window_from(day, start, end, inset, scale) for day in possible_days(anchor)]
    return _lies_in(when, windows, scale)


def between(
    when: When | Spell | NotEnded,
    first: When | DayRange | None,
    last: When | DayRange | None,
    first_included: bool = True,
    last_included: bool = True,
) -> Truth:
    """Whether `when`, or any day of the spell `when`, lies from the day `first` to the day `last`; None: open.

    An end that is UNKNOWN may still be decided by the other: a date after the last day is not between them. An end
    that is a DayRange is some day in it. NOT_ENDED is between no days.
    """
    if type(when) is date and type(first) is date and type(last) is date:
        after = when > first or (first_included and when == first)
        return after and (when < last or (last_included and when == last))
    if type(when) is PartialDate and type(first) is date and type(last) is date and first_included and last_included:
        days = when.days
        if days[0] >= first and days[-1] <= last:
            return True
        return UNKNOWN if any(first <= day <= last for day in days) else False
    if isinstance(when, NotEnded):
        return False
    if isinstance(when, Unknown):
        return UNKNOWN
    possible_from, certain_from = _reach(first, when_open=-_NEVER)
    certain_to, possible_to = _reach(last, when_open=_NEVER)
    possible_from, certain_from = (day + (not first_included) for day in (possible_from, certain_from))
    certain_to, possible_to = (day - (not last_included) for day in (certain_to, possible_to))
    may_hold_some, holds_some = possible_from <= possible_to, certain_from <= certain_to
    window = _window(possible_from, certain_from, certain_to, possible_to, may_hold_some, holds_some)
    return _lies_in(when, [window], DAYS)


def _reach(end: When | DayRange | None, when_open: int) -> tuple[int, int]:
    """The earliest and the latest day that an end may be."""
    if end is None:
        return when_open, when_open
    if isinstance(end, Unknown):
        return -_NEVER, _NEVER
    if isinstance(end, DayRange):
        return -_NEVER if end.first is None else end.first, _NEVER if end.last is None else end.last
    return hull(end, DAYS)


def _by_the_clock(end: End) -> bool:
    return end is not None and end[1] in _CLOCK


def _whole_days(end: End) -> bool:
    return end is None or (end[1] not in _CLOCK and not isinstance(end[0], Interval))


def _unknown(end: End) -> bool:
    return end is not None and isinstance(end[0], Unknown)


def _window_from(anchor: date, start: End, end: End, inset: tuple[int, int], scale: int) -> _Window:
    """The window of one day of the anchor; `inset` moves the ends that are not included inwards by one point."""
    earliest, latest = range_of(anchor, scale)
    from_least, from_most = _move(anchor, start, scale, when_open=-_NEVER)
    to_least, to_most = _move(anchor, end, scale, when_open=_NEVER)
    possible_from, certain_from = earliest + from_least + inset[0], latest + from_most + inset[0]
    certain_to, possible_to = earliest + to_least - inset[1], latest + to_most - inset[1]
    # Both ends are measured from one minute, so their order does not depend on which.
    may_hold_some = from_least + inset[0] <= to_most - inset[1]
    holds_some = from_most + inset[0] <= to_least - inset[1]
    return _window(possible_from, certain_from, certain_to, possible_to, may_hold_some, holds_some)


def _window(
    possible_from: int,
    certain_from: int,
    certain_to: int,
    possible_to: int,
    may_hold_some: bool,
    holds_some: bool,
) -> _Window:
    """The window; where it holds no point (may hold none), it is possibly (certainly) nowhere."""
    if not may_hold_some:
        return _Window(_NEVER, _NEVER, -_NEVER, -_NEVER)
    if not holds_some:
        return _Window(possible_from, _NEVER, -_NEVER, possible_to)
    return _Window(possible_from, certain_from, certain_to, possible_to)


def _move(anchor: date, end: End, scale: int, when_open: int) -> tuple[int, int]:
    """How far an end lies from its anchor, at least and at most, in points of the scale."""
    if end is None:
        return when_open, when_open
    amount, unit = end
    if isinstance(amount, Unknown):
        return -_NEVER, _NEVER
    least, most = (amount.lo, amount.hi) if isinstance(amount, Interval) else (amount, amount)
    if unit in _CLOCK:
        return _outwards(least * _CLOCK[unit]), _outwards(most * _CLOCK[unit])
    if least is most:
        moved = _days_moved(anchor, _outwards(least), unit) * scale
        return moved, moved
    return _days_moved(anchor, _outwards(least), unit) * scale, _days_moved(anchor, _outwards(most), unit) * scale


def _days_moved(anchor: date, amount: int, unit: WindowUnit) -> int:
    return cast(date, shift(anchor, amount, cast(CalendarUnit, unit))).toordinal() - anchor.toordinal()


def _outwards(amount: Exact) -> int:
    """A broken amount as the next whole one away from 0."""
    if isinstance(amount, int):
        return amount
    exact = as_fraction(amount)
    return math.ceil(exact) if exact > 0 else math.floor(exact)


def _lies_in(when: KnownDate | Spell, windows: Sequence[_Window], scale: int) -> Truth:
    if isinstance(when, Spell) and when.one_day:
        if isinstance(when.first, date):
            return _decide([range_of(when.first, scale)], windows)
        return _decide([range_of(day, scale) for day in possible_days(cast(KnownDate, when.first))], windows)
    if not isinstance(when, Spell):
        return _decide([range_of(day, scale) for day in possible_days(when)], windows)
    first_earliest, first_latest, last_earliest, last_latest = when.bounds(scale)
    if all(first_latest <= window.certain_to and window.certain_from <= last_earliest for window in windows):
        return True
    if any(first_earliest <= window.possible_to and window.possible_from <= last_latest for window in windows):
        return UNKNOWN
    return False


def _decide(whens: Sequence[tuple[int, int]], windows: Sequence[_Window]) -> Truth:
    """True where every point of `whens` is in every window for certain, false where none is possibly in any."""
    first, last = whens[0][0], whens[-1][1]
    if all(window.certain_from <= first and last <= window.certain_to for window in windows):
        return True
    ends = [end for _, end in whens]
    for window in windows:
        # The first range that ends in the window or after it is the one to begin in it, if any does.
        candidate = bisect_left(ends, window.possible_from)
        if candidate < len(whens) and whens[candidate][0] <= window.possible_to:
            return UNKNOWN
    return False


# Ends of windows that are days of their own


def farther_day(*ends: When | DayRange, anchor: When, before: bool) -> When | DayRange:
    """Of the ends of a window measured back from (`before`) or ahead of its anchor, the one farther from it.

    As exact as the ends are: a date, a PartialDate, or the range of days in which it certainly lies. A length is
    never negative, so an end that is UNKNOWN lies on its side of the anchor, or on it.
    """
    return _outer(ends, anchor, before, earliest=before)


def nearer_day(*ends: When | DayRange, anchor: When, before: bool) -> When | DayRange:
    """The end nearer to the anchor, as `farther_day`."""
    return _outer(ends, anchor, before, earliest=not before)


def _outer(ends: Sequence[When | DayRange], anchor: When, before: bool, earliest: bool) -> When | DayRange:
    dates = [end for end in ends if not isinstance(end, Unknown | DayRange)]
    if len(dates) == len(ends):
        return (earlier_of if earliest else later_of)(*dates)
    reaches = [_reach(_unknown_end(anchor, before) if isinstance(end, Unknown) else end, 0) for end in ends]
    pick = min if earliest else max
    first, last = (pick(reach[side] for reach in reaches) for side in (0, 1))
    return _day_range(first, last)


def _unknown_end(anchor: When, before: bool) -> DayRange | Unknown:
    if isinstance(anchor, Unknown):
        return UNKNOWN
    first, last = hull(anchor, DAYS)
    return DayRange(None, last) if before else DayRange(first, None)


def _day_range(first: int, last: int) -> When | DayRange:
    if first == last:
        return date.fromordinal(first)
    if first <= -_NEVER and last >= _NEVER:
        return UNKNOWN
    return DayRange(None if first <= -_NEVER else first, None if last >= _NEVER else last)


def shift_days(anchor: When, amount: Number, sign: int) -> When | DayRange:
    """The day `amount` days, rounded up to whole days, before (`sign` -1) or after (+1) the anchor.

    An Interval of days gives a DayRange, UNKNOWN gives UNKNOWN. ValueError outside the years 1 to 9999.
    """
    if isinstance(anchor, Unknown) or isinstance(amount, Unknown):
        return UNKNOWN
    least, most = _ends(amount)
    nearer = shift(anchor, sign * math.ceil(as_fraction(least)), "day")
    farther = shift(anchor, sign * math.ceil(as_fraction(most)), "day")
    if nearer == farther:
        return nearer
    (first, last), (other_first, other_last) = hull(nearer, DAYS), hull(farther, DAYS)
    return DayRange(min(first, other_first), max(last, other_last))


def _ends(amount: Known) -> tuple[Exact, Exact]:
    return amount.within(_DIGITS) if isinstance(amount, Enclosed) else ends_of(amount)
