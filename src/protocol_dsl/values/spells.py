"""When a record was: an event on its day, or a course of treatment from a first to a last day.

A record may give its `day`, its `start`, its `end` and whether it is `ongoing`; any of them may be UNKNOWN. A spell
holds what follows for its two ends. Each end lies in a range, on a scale of days (day ordinals) or of minutes
(1440 a day, from the same origin), and the first day is never after the last.
"""

import enum
from datetime import date
from typing import Final, TypeAlias, final

from attrs import field, frozen

from protocol_dsl.values.calendar import DayTime, PartialDate, When, possible_days
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

DAYS: Final = 1
MINUTES: Final = 24 * 60
"""The two scales: points in a day."""

_FIRST_DAY: Final = date.min.toordinal()
_LAST_DAY: Final = date.max.toordinal()


class Ongoing(enum.Enum):
    """The type of `ONGOING`, the last day of what has no end: it lies after every day of the calendar."""

    ONGOING = "ongoing"


class NotEnded(enum.Enum):
    """The type of `NOT_ENDED`, the end of what is going on: it is in no window."""

    NOT_ENDED = "not ended"


ONGOING: Final = Ongoing.ONGOING
NOT_ENDED: Final = NotEnded.NOT_ENDED


@final
@frozen
class DayRange:
    """One day known only to lie from `first` to `last`, both in: day ordinals, None where nothing is known."""

    first: int | None
    last: int | None = field()

    @last.validator
    def _in_order(self, _attribute: object, value: int | None) -> None:
        if value is not None and self.first is not None and value < self.first:
            raise ValueError(f"a range of days from {self.first} to {value}: its last day is not before its first")


Edge: TypeAlias = When | DayRange | Ongoing
"""An end of a spell: a day, one of several days, a day in a range, any day (UNKNOWN) or none (ONGOING)."""


@final
@frozen
class Spell:
    """The time from a first to a last day, both in; a spell of `one_day` has the same day for both.

    The two ends of any other are taken to be independent, but for the first not being after the last.
    """

    first: Edge = UNKNOWN
    last: Edge = UNKNOWN
    one_day: bool = False

    def bounds(self, scale: int) -> tuple[int, int, int, int]:
        """The earliest and the latest first point, the earliest and the latest last point; `scale` DAYS or MINUTES.

        Points that the other end rules out are left out. A record that ends before it begins is wrong somewhere, and
        says nothing: each end may be anywhere. Where only its times of day are wrong, its days still count.
        """
        firsts, lasts = _ranges(self.first, scale), _ranges(self.last, scale)
        earliest, latest = firsts[0][0], lasts[-1][1]
        if earliest <= latest:
            first_latest = max(min(end, latest) for start, end in firsts if start <= latest)
            last_earliest = min(max(start, earliest) for start, end in lasts if end >= earliest)
            return earliest, first_latest, last_earliest, latest
        first, last = _without_time(self.first), _without_time(self.last)
        if scale == DAYS or (first is self.first and last is self.last):
            anywhere = _ranges(UNKNOWN, scale)[0]
            return (*anywhere, *anywhere)
        return Spell(first, last).bounds(scale)


ANYWHERE: Final = Spell()
"""The spell of a record of which no day is known."""


def range_of(day: date, scale: int) -> tuple[int, int]:
    """The first and the last point of the scale that a day may stand for."""
    start = day.toordinal() * scale
    if scale == DAYS:
        return start, start
    return (start + day.minute, start + day.minute) if isinstance(day, DayTime) else (start, start + scale - 1)


def hull(edge: Edge, scale: int) -> tuple[int, int]:
    """The earliest and the latest point of the scale that an end, or any date, may be."""
    ranges = _ranges(edge, scale)
    return ranges[0][0], ranges[-1][1]


def _ranges(edge: Edge, scale: int) -> list[tuple[int, int]]:
    if isinstance(edge, date | PartialDate):
        return [range_of(day, scale) for day in possible_days(edge)]
    if isinstance(edge, Ongoing):
        end = (_LAST_DAY + 1) * scale - 1
        return [(end, end)]
    first, last = (None, None) if isinstance(edge, Unknown) else (edge.first, edge.last)
    first, last = _FIRST_DAY if first is None else first, _LAST_DAY if last is None else last
    return [(first * scale, (last + 1) * scale - 1)]


def _without_time(edge: Edge) -> Edge:
    return date(edge.year, edge.month, edge.day) if isinstance(edge, DayTime) else edge


def as_spell(when: "Spell | When") -> Spell:
    """A date as the spell of that one day, UNKNOWN as the spell that may be anywhere."""
    if isinstance(when, Spell):
        return when
    return ANYWHERE if isinstance(when, Unknown) else Spell(when, when, one_day=True)


def spell_of(day: When, start: When, end: When, ongoing: Truth, evaluation: When) -> Spell:
    """When a record was, from what it says.

    First day: `start`, else `day`; else any day up to the last, and up to `evaluation` (if known) if it is ongoing.
    Last day: `end`; else none if it is ongoing; else `day`, if no start is recorded; else any day from the first on,
    and before `evaluation` (if known) if it is not ongoing, or on that day if it only began then.
    """
    first: Edge = first_day(day, start)
    if end is UNKNOWN and ongoing is not True and start is UNKNOWN and day is not UNKNOWN:
        return Spell(day, day, one_day=True)
    last: Edge
    if end is not UNKNOWN:
        last = end
    elif ongoing is True:
        last = ONGOING
    else:
        last = _before(evaluation, first) if ongoing is False else UNKNOWN
    if first is UNKNOWN and ongoing is True:
        first = UNKNOWN if isinstance(evaluation, Unknown) else DayRange(None, hull(evaluation, DAYS)[1])
    return ANYWHERE if first is UNKNOWN and last is UNKNOWN else Spell(first, last)


def _before(evaluation: When, first: Edge) -> Edge:
    """The end of what is not ongoing: before the evaluation day, or on it if it began then.

    Any day at all where the evaluation day is not known or `first` is after it.
    """
    if isinstance(evaluation, Unknown):
        return UNKNOWN
    latest, begun = hull(evaluation, DAYS)[1], hull(first, DAYS)[0]
    return UNKNOWN if begun > latest else DayRange(None, latest if begun == latest else latest - 1)


def first_day(day: When, start: When) -> When:
    """The first day of a record: `start`, else `day`."""
    return day if start is UNKNOWN else start


def last_day(day: When, start: When, end: When, ongoing: Truth, evaluation: When) -> When:
    """The last day so far: `end`; else `evaluation` if it is ongoing; else `day` if no start is recorded."""
    if end is not UNKNOWN:
        return end
    if ongoing is True:
        return evaluation
    return day if start is UNKNOWN else UNKNOWN


def ended(day: When, start: When, end: When, ongoing: Truth) -> When | NotEnded:
    """The day it ended: `end`; else NOT_ENDED if it is ongoing; else `day` if no start is recorded."""
    return NOT_ENDED if end is UNKNOWN and ongoing is True else last_day(day, start, end, ongoing, UNKNOWN)
