"""Windows of time: whether a date lies between two ends that are measured from an anchor, or given by two dates.

A window is measured from its anchor: "6 to 24 months before screening" goes from screening - 24 months to
screening - 6 months, both days in. Partial dates are decided where all their days agree, the two ends of a window
always from the same day of the anchor.

One rule decides them all. On a scale of whole days (or of whole minutes, where hours count) each thing that may be
so takes a range: the date may be anywhere from `first` to `last`, the window reaches at least from `certain_from` to
`certain_to` and at most from `possible_from` to `possible_to`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from attrs import frozen

from protocol_dsl.values.calendar import CalendarUnit, DayTime, When, possible_days, shift
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

WindowUnit: TypeAlias = Literal["year", "month", "week", "day", "hour", "minute"]

End: TypeAlias = tuple[int | Unknown, WindowUnit] | None
"""An end of a window, measured from its anchor, negative before it: (-6, "month"); None where it is open."""

_CLOCK: Final = {"hour": 60, "minute": 1}  # minutes
_DAY: Final = 24 * 60  # minutes
_NEVER: Final = 10**10  # beyond every day and minute of the calendar


@frozen
class _Window:
    possible_from: int
    certain_from: int
    certain_to: int
    possible_to: int


def in_window(
    when: When, anchor: When, start: End, end: End, start_included: bool = True, end_included: bool = True
) -> Truth:
    """Whether `when` lies from `anchor` + `start` to `anchor` + `end`.

    `in_window(d, screening, (-24, "month"), (-6, "month"))` is "d is 6 to 24 months before screening". An amount that
    is UNKNOWN leaves its end open, yet the other may decide.

    Where either end is in hours or minutes, the time of day counts: a DayTime has one, a plain date stands for all
    minutes of its day, and an end of amount 0 is the anchor's own moment. Else only days count.
    """
    if type(when) is date and type(anchor) is date and not _by_the_clock(start, end):
        # The common case, whole days, without the machinery below.
        if start is not None and not isinstance(start[0], Unknown):
            first = cast(date, shift(anchor, start[0], cast(CalendarUnit, start[1])))
            if when < first or (when == first and not start_included):
                return False
        if end is not None and not isinstance(end[0], Unknown):
            last = cast(date, shift(anchor, end[0], cast(CalendarUnit, end[1])))
            if when > last or (when == last and not end_included):
                return False
        return UNKNOWN if _unknown(start) or _unknown(end) else True
    if isinstance(when, Unknown) or isinstance(anchor, Unknown):
        return UNKNOWN
    scale = _DAY if _by_the_clock(start, end) else 1
    inset = int(not start_included), int(not end_included)
    windows = [_window_from(day, start, end, inset, scale) for day in possible_days(anchor)]
    return _decide([_range_of(day, scale) for day in possible_days(when)], windows)


def between(
    when: When, first: When | None, last: When | None, first_included: bool = True, last_included: bool = True
) -> Truth:
    """Whether `when` lies from the day `first` to the day `last`; None leaves that end open.

    An end that is UNKNOWN may still be decided by the other: a date after the last day is not between them.
    """
    if type(when) is date and type(first) is date and type(last) is date:
        after = when > first or (first_included and when == first)
        return after and (when < last or (last_included and when == last))
    if isinstance(when, Unknown):
        return UNKNOWN
    possible_from, certain_from = _reach(first, when_open=-_NEVER)
    certain_to, possible_to = _reach(last, when_open=_NEVER)
    inside = int(not first_included), int(not last_included)
    window = _Window(
        possible_from + inside[0], certain_from + inside[0], certain_to - inside[1], possible_to - inside[1]
    )
    return _decide([_range_of(day, 1) for day in possible_days(when)], [window])


def _reach(end: When | None, when_open: int) -> tuple[int, int]:
    """The earliest and the latest day that an end may be."""
    if end is None:
        return when_open, when_open
    if isinstance(end, Unknown):
        return -_NEVER, _NEVER
    days = possible_days(end)
    return days[0].toordinal(), days[-1].toordinal()


def _by_the_clock(start: End, end: End) -> bool:
    return (start is not None and start[1] in _CLOCK) or (end is not None and end[1] in _CLOCK)


def _unknown(end: End) -> bool:
    return end is not None and isinstance(end[0], Unknown)


def _range_of(day: date, scale: int) -> tuple[int, int]:
    """The first and the last point of the scale that a day may stand for."""
    start = day.toordinal() * scale
    if scale == 1:
        return start, start
    return (start + day.minute, start + day.minute) if isinstance(day, DayTime) else (start, start + scale - 1)


def _window_from(anchor: date, start: End, end: End, inset: tuple[int, int], scale: int) -> _Window:
    """The window of one day of the anchor; `inset` moves the ends that are not included inwards by one point."""
    earliest, latest = _range_of(anchor, scale)
    from_ = -_NEVER if start is None else _NEVER if _unknown(start) else _move(anchor, start, scale) + inset[0]
    to = _NEVER if end is None else -_NEVER if _unknown(end) else _move(anchor, end, scale) - inset[1]
    if from_ > to and not (_unknown(start) or _unknown(end)):
        return _Window(_NEVER, _NEVER, -_NEVER, -_NEVER)  # no point lies in it, from whatever minute it is measured
    return _Window(
        possible_from=-_NEVER if _unknown(start) else earliest + from_,
        certain_from=latest + from_,
        certain_to=earliest + to,
        possible_to=_NEVER if _unknown(end) else latest + to,
    )


def _move(anchor: date, end: End, scale: int) -> int:
    """How far an end lies from its anchor, in points of the scale."""
    assert end is not None
    amount, unit = cast(int, end[0]), end[1]
    if unit in _CLOCK:
        return amount * _CLOCK[unit]
    moved = cast(date, shift(anchor, amount, cast(CalendarUnit, unit)))
    return (moved.toordinal() - anchor.toordinal()) * scale


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
