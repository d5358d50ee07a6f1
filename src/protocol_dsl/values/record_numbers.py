"""Numbers from many records, of which some may or may not belong: how many, their mean, total, highest and lowest.

Entries are those of `records`; everything is taken to be independent of everything else.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, cast

from protocol_dsl.values.calendar import When
from protocol_dsl.values.numbers import (
    Exact,
    Interval,
    Known,
    Number,
    ends_of,
    exact_arithmetic,
    interval,
    ratio,
)
from protocol_dsl.values.records import alike, as_number, times_of
from protocol_dsl.values.roots import Enclosed, maximum_of, minimum_of
from protocol_dsl.values.spells import MINUTES
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown, count_range

_DIGITS: Final = 30
"""To which a number with no exact form is looked at where a range is made of it."""


def number_of(members: Sequence[Truth]) -> int | Interval:
    """How many are members: an Interval where some may be."""
    return cast(int | Interval, interval(*count_range(members)))


def total_of(entries: Sequence[tuple[Truth, Number]]) -> Number:
    """The sum of the members' values; of none it is 0. UNKNOWN if the value of any that may be a member is.

    Here and in the next three, members that may be widen the result to an Interval of all possible ones.
    """
    values = _values(entries)
    if values is None:
        return UNKNOWN
    certain, possible = values
    with exact_arithmetic():
        if not possible:
            return _sum(certain)
        lowest = [_ends(value)[0] for value in certain] + [lo for value in possible if (lo := _ends(value)[0]) < 0]
        highest = [_ends(value)[1] for value in certain] + [hi for value in possible if (hi := _ends(value)[1]) > 0]
        return interval(cast(Exact, _sum(lowest)), cast(Exact, _sum(highest)))


def mean_of(entries: Sequence[tuple[Truth, Number]]) -> Number:
    """The mean of the members' values; UNKNOWN if there is none for certain, or the value of any that may be is."""
    values = _values(entries)
    if values is None or not values[0]:
        return UNKNOWN
    certain, possible = values
    with exact_arithmetic():
        if not possible:
            return ratio(_sum(certain), len(certain))
        lo = _mean([_ends(value)[0] for value in certain], sorted(_ends(value)[0] for value in possible), lowest=True)
        highest_first = sorted((_ends(value)[1] for value in possible), reverse=True)
        return interval(lo, _mean([_ends(value)[1] for value in certain], highest_first, lowest=False))


def highest_of(entries: Sequence[tuple[Truth, Number]]) -> Number:
    """The highest of the members' values; UNKNOWN if there is none for certain, or the value of any that may be is."""
    values = _values(entries)
    if values is None or not values[0]:
        return UNKNOWN
    certain, possible = values
    if not possible:
        return maximum_of(*certain)
    return interval(
        max(_ends(value)[0] for value in certain),
        max(_ends(value)[1] for value in [*certain, *possible]),
    )


def lowest_of(entries: Sequence[tuple[Truth, Number]]) -> Number:
    """The lowest of the members' values, as `highest_of`."""
    values = _values(entries)
    if values is None or not values[0]:
        return UNKNOWN
    certain, possible = values
    if not possible:
        return minimum_of(*certain)
    return interval(
        min(_ends(value)[0] for value in [*certain, *possible]),
        min(_ends(value)[1] for value in certain),
    )


def picked(
    entries: Sequence[tuple[Truth, When, Number]], count: int, last: bool, within: int | None = None
) -> list[Number] | Unknown:
    """The values of the latest (`last`) or earliest `count` members, in order of time where that is certain.

    With `within`, of the latest (earliest) `count` that were recorded within so many minutes of one another. UNKNOWN
    if there may be fewer, or if it is not certain which they are and their values differ. With `within` and uncertain
    times, all that may be among them have to be within these minutes for certain.
    """
    sign = -1 if last else 1
    # The earliest are picked: for the latest, time is turned round.
    records = []
    for member, when, value in entries:
        if member is not False:
            lo, hi = times_of(when, MINUTES)
            records.append((min(sign * lo, sign * hi), max(sign * lo, sign * hi), member is True, value))
    if within is not None:
        records = _within(records, count, within)
    starts = sorted(lo for lo, *_ in records)
    certain_ends = sorted(hi for _, hi, certain, _ in records if certain)
    if len(certain_ends) < count:
        return UNKNOWN
    sure, maybe = [], []
    for each in records:
        if each[2] and bisect_right(starts, each[1]) <= count:
            sure.append(each)
        elif bisect_left(certain_ends, each[0]) < count:
            maybe.append(each)
    both = [*sure, *maybe]
    if within is not None and max(hi for _, hi, *_ in both) - min(lo for lo, *_ in both) > within:
        return UNKNOWN
    if len(sure) < count and not all(alike(value, maybe[0][3]) for *_, value in maybe):
        return UNKNOWN
    taken = sorted([*sure, *maybe[: count - len(sure)]], key=lambda each: each[:2], reverse=last)
    return [value for *_, value in taken]


def _within(
    records: list[tuple[int, int, bool, Number]], count: int, within: int
) -> list[tuple[int, int, bool, Number]]:
    """The records that may be among `count` within so many minutes."""
    able: set[int] = set()
    for start in {hi for _, hi, *_ in records}:
        group = [index for index, (lo, hi, *_) in enumerate(records) if lo <= start + within and hi >= start]
        if len(group) >= count:
            able.update(group)
    return [each for index, each in enumerate(records) if index in able]


def _values(entries: Sequence[tuple[Truth, Number]]) -> tuple[list[Known], list[Known]] | None:
    """The values of the members, and of those that may be; None where any of them is unknown."""
    certain: list[Known] = []
    possible: list[Known] = []
    for member, value in entries:
        if member is not False:
            number = as_number(value)
            if isinstance(number, Unknown):
                return None
            (certain if member is True else possible).append(number)
    return certain, possible


def _ends(value: Known) -> tuple[Exact, Exact]:
    return value.within(_DIGITS) if isinstance(value, Enclosed) else ends_of(value)


def _sum(values: Iterable[Known]) -> Known:
    total: Known = 0
    for value in values:
        total = total + value
    return total


def _mean(certain: list[Exact], possible: list[Exact], lowest: bool) -> Exact:
    """The lowest (highest) mean of the certain and any of the possible, which are sorted, lowest (highest) first."""
    total, number = cast(Exact, _sum(certain)), len(certain)
    for value in possible:
        if (value * number >= total) if lowest else (value * number <= total):
            break
        total, number = total + value, number + 1
    return cast(Exact, ratio(total, number))
