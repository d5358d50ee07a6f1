"""Choosing and counting among records, of which some may or may not belong.

Each function takes one entry per record, the first part of it telling whether the record is a member: True, False, or
UNKNOWN for one that may be. Times and values may be unknown or known in part too. Everything is taken to be
independent of everything else, and decided where every possibility agrees; where a function is content with less
than that, it says so, and is then UNKNOWN, never wrong. Times are compared to the minute: a day without a time is any
minute of it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias, cast

from protocol_dsl.values.calendar import CalendarUnit, PartialDate, When, same_day, shift
from protocol_dsl.values.days_covered import BEFORE_ALL, Range, certain_days, covered_by, may_cover_all
from protocol_dsl.values.numbers import (
    Interval,
    Number,
    Ratio,
    ends_of,
    equal,
)
from protocol_dsl.values.roots import Enclosed
from protocol_dsl.values.spells import DAYS, MINUTES, Spell, as_spell, hull
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown, all_of, at_least
from protocol_dsl.values.windows import between

TimeUnit: TypeAlias = CalendarUnit | Literal["hour", "minute"]

_AFTER_ALL: Final = 10**10
"""After every day and minute of the calendar."""

_FEW: Final = 6
"""So many records of uncertain time are tried in every order."""

_MANY_ORDERS: Final = 2000
"""More ways than these to order overlapping records are not tried."""

_NUMBERS: Final = (int, Decimal, Ratio, Interval, Enclosed)


# The latest, earliest, highest and lowest


def chosen(entries: Sequence[tuple[Truth, When, Truth]], last: bool) -> tuple[Truth, tuple[int, ...]]:
    """What is true of the latest (`last`) or earliest record, and the indexes of those that may be it.

    An entry is (member, time, what is true of it). All candidates have to agree, ties included; UNKNOWN if no entry
    is a member for certain.
    """
    times = [
        (index, *times_of(when, MINUTES)) for index, (member, when, _) in enumerate(entries) if member is not False
    ]
    certain = [(lo, hi) for index, lo, hi in times if entries[index][0] is True]
    if last:
        bound = max((lo for lo, _ in certain), default=BEFORE_ALL)
        return _agreed(entries, [index for index, _, hi in times if hi >= bound])
    bound = min((hi for _, hi in certain), default=_AFTER_ALL)
    return _agreed(entries, [index for index, lo, _ in times if lo <= bound])


def chosen_before_latest(entries: Sequence[tuple[Truth, When, Truth]]) -> tuple[Truth, tuple[int, ...]]:
    """What is true of the record before the latest, as `chosen`; UNKNOWN unless two are members for certain.

    Of two that may be the latest, each may be the one before it.
    """
    times = [
        (index, *times_of(when, MINUTES)) for index, (member, when, _) in enumerate(entries) if member is not False
    ]
    certain = sorted(lo for index, lo, _ in times if entries[index][0] is True)
    ends = sorted((hi for *_, hi in times), reverse=True)
    candidates = []
    for index, lo, hi in times:
        others_end = ends[1:2] if hi == ends[0] else ends[:1]
        followed = bool(others_end) and others_end[0] >= lo
        if followed and len(certain) - bisect_right(certain, hi) <= 1:
            candidates.append(index)
    truth, _ = _agreed(entries, candidates)
    return truth if len(certain) > 1 else UNKNOWN, tuple(candidates)


def chosen_by_value(entries: Sequence[tuple[Truth, Number, Truth]], highest: bool) -> tuple[Truth, tuple[int, ...]]:
    """What is true of the record with the highest or lowest value, as `chosen`; an unknown value may be any."""
    certain = _undefeated([as_number(value) for member, value, _ in entries if member is True], highest)
    candidates = [
        index
        for index, (member, value, _) in enumerate(entries)
        if member is not False and not any(_beyond(other, as_number(value), highest) for other in certain)
    ]
    return _agreed(entries, candidates)


def _agreed(entries: Sequence[tuple[Truth, object, Truth]], candidates: list[int]) -> tuple[Truth, tuple[int, ...]]:
    truths = [entries[index][2] for index in candidates]
    decided = (
        bool(truths) and any(member is True for member, *_ in entries) and all(truth is truths[0] for truth in truths)
    )
    return truths[0] if decided else UNKNOWN, tuple(candidates)


def _undefeated(values: list[Number], highest: bool) -> list[Number]:
    """Values of which some one is beyond whatever any of `values` is beyond: few, where they are in order."""
    left: list[Number] = []
    for value in values:
        if not any(_reaches(other, value, highest) for other in left):
            left = [other for other in left if not _reaches(value, other, highest)]
            left.append(value)
    return left


def _beyond(value: Any, other: Any, highest: bool) -> bool:
    """Whether the value is certainly above (below) the other."""
    return (value > other if highest else value < other) is True


def _reaches(value: Any, other: Any, highest: bool) -> bool:
    """Whether whatever is certainly below (above) the other is so below (above) the value."""
    if isinstance(other, Unknown):
        return True
    if isinstance(value, Unknown):
        return False
    if isinstance(value, Enclosed) or isinstance(other, Enclosed):
        return (value >= other if highest else value <= other) is True
    (lo, hi), (other_lo, other_hi) = ends_of(value), ends_of(other)
    return bool(lo >= other_lo if highest else hi <= other_hi)


# Neighbours in time


def consecutive(entries: Sequence[tuple[Truth, When, Truth]], count: int) -> Truth:
    """Whether `count` members that follow one another in time, no member between them, are all true.

    An entry is (member, time, what is true of it). Records of one time may be in either order. Exact for up to 2000
    orders of records whose times overlap; beyond, such a group of records is taken to hold no certain run. The days
    of a partial date are taken to have no gaps.
    """
    records = [(times_of(when, MINUTES), member, truth) for member, when, truth in entries if member is not False]
    fulfilling = [times for times, _, truth in records if truth is not False]
    breaking = [times for times, member, truth in records if truth is False and member is True]
    if len(fulfilling) < count or not _may_follow(fulfilling, breaking, count):
        return False
    marked = [(times, True) for times, member, truth in records if truth is True and member is True]
    marked += [(times, False) for times, _, truth in records if truth is not True]
    return True if _must_follow(sorted(marked), count) else UNKNOWN


def _may_follow(fulfilling: list[Range], breaking: list[Range], count: int) -> bool:
    """Whether so many can lie between two points, with every breaking record on or outside one of the points."""
    for start in {BEFORE_ALL, *(lo for lo, _ in breaking)}:
        end = min((hi for lo, hi in breaking if lo > start), default=_AFTER_ALL)
        if sum(lo <= end and hi >= start for lo, hi in fulfilling) >= count:
            return True
    return False


def _must_follow(marked: list[tuple[Range, bool]], count: int) -> bool:
    """Whether every order holds a run of `count` that are marked True; by groups whose times overlap."""
    run = 0
    for group in _overlapping(marked):
        shortest = _shortest_run(group, run, count)
        if shortest is None:
            return True
        run = shortest
    return False


def _overlapping(marked: list[tuple[Range, bool]]) -> Iterable[list[tuple[Range, bool]]]:
    group: list[tuple[Range, bool]] = []
    end = BEFORE_ALL
    for each in marked:
        (lo, hi), _ = each
        if group and lo > end:
            yield group
            group = []
        group.append(each)
        end = max(end, hi)
    if group:
        yield group


def _shortest_run(group: list[tuple[Range, bool]], run: int, count: int) -> int | None:
    """The shortest run with which an order of the group can end, begun with `run`; None if all orders reach `count`."""
    kinds = sorted(Counter(group).items())
    if all(fulfils for (_, fulfils), _ in kinds):
        return None if run + len(group) >= count else run + len(group)
    # By how many of each kind are still to come, the shortest run so far.
    shortest = {tuple(number for _, number in kinds): run}
    for _ in group:
        following: dict[tuple[int, ...], int] = {}
        for left, so_far in shortest.items():
            next_end = min(hi for (((_, hi), _), _), number in zip(kinds, left, strict=True) if number)
            for index, (((lo, _), fulfils), _) in enumerate(kinds):
                longer = so_far + 1 if fulfils else 0
                if left[index] and lo <= next_end and longer < count:
                    rest = (*left[:index], left[index] - 1, *left[index + 1 :])
                    following[rest] = min(longer, following.get(rest, longer))
        if not following:
            return None
        if len(following) > _MANY_ORDERS:
            return 0
        shortest = following
    return min(shortest.values())


def consecutive_spaced(entries: Sequence[tuple[Truth, When, Truth]], count: int, amount: int, unit: TimeUnit) -> Truth:
    """Whether `count` members that follow one another in time, each at least `amount` units after the one before, are
    all true.

    Entries are those of `consecutive`. Exact where it is certain which are members and when, and no two
    times are the same. True where a run can
    be named whose members come after one another and so far apart, whatever their times. False where there is no run
    even without the time between, where no true ones lie so far apart, or, if it is certain in which order the members
    are, where no run has the time between at the best of their times. Else UNKNOWN.
    """
    if amount == 0:
        return consecutive(entries, count)
    if consecutive(entries, count) is False:
        return False
    if spaced([(member, when) for member, when, truth in entries if truth is not False], count, amount, unit) is False:
        return False
    scale, after = _moved_by(amount, unit)
    records = sorted(
        (
            (times_of(when, MINUTES), times_of(when, scale), member, truth)
            for member, when, truth in entries
            if member is not False
        ),
        key=lambda each: each[0],
    )
    alone = [len(group) == 1 for group in _overlapping([(each[0], True) for each in records]) for _ in group]
    sure = possible = 0
    sure_end, possible_end = _AFTER_ALL, _AFTER_ALL
    longest_sure = longest_possible = 0
    for (_, (lo, hi), member, truth), is_alone in zip(records, alone, strict=True):
        is_sure = is_alone and member is True and truth is True
        sure = 0 if not is_sure else sure + 1 if sure and sure_end <= lo else 1
        possible = 0 if truth is False else possible + 1 if possible and possible_end <= hi else 1
        sure_end, possible_end = after(hi), after(lo)
        longest_sure, longest_possible = max(longest_sure, sure), max(longest_possible, possible)
    if longest_sure >= count:
        return True
    in_order = all(alone) and all(member is True for _, _, member, _ in records)
    return False if in_order and longest_possible < count else UNKNOWN


def spaced(entries: Sequence[tuple[Truth, When]], count: int, amount: int, unit: TimeUnit) -> Truth:
    """Whether there are `count` members, each at least `amount` units after the one before.

    Exact where all times are certain. True where members so far apart can be named, whatever their times. False where
    none can be, with up to 6 records of uncertain time at the best of their times; with more of these, a little
    less is found False. In hours or minutes times of the day count, else only days.
    """
    if amount == 0:
        return at_least(count, (member for member, _ in entries))
    scale, after = _moved_by(amount, unit)
    certain = [times_of(when, scale) for member, when in entries if member is True]
    if _length(certain, after) >= count:
        return True
    possible = [times_of(when, scale) for member, when in entries if member is not False]
    return UNKNOWN if _may_be_spaced(possible, count, after) else False


def _moved_by(amount: int, unit: TimeUnit) -> tuple[int, Callable[[int], int]]:
    """In hours or minutes a minute, else a day, so much later; with the scale of the two."""

    def later_minute(point: int) -> int:
        return point + amount * (60 if unit == "hour" else 1)

    def later_day(point: int) -> int:
        try:
            return hull(shift(date.fromordinal(point), amount, cast(CalendarUnit, unit)), DAYS)[0]
        except (ValueError, OverflowError):
            return _AFTER_ALL

    return (MINUTES, later_minute) if unit in ("hour", "minute") else (DAYS, later_day)


def _length(times: list[Range], after: Callable[[int], int]) -> int:
    """How many can be named that are far enough apart, wherever in their ranges they are."""
    found, free = 0, BEFORE_ALL
    for lo, hi in sorted(times, key=lambda each: each[1]):
        if lo >= free:
            found, free = found + 1, after(hi)
    return found


def _may_be_spaced(times: list[Range], count: int, after: Callable[[int], int]) -> bool:
    points = sorted(lo for lo, hi in times if lo == hi)
    wide = [(lo, hi) for lo, hi in times if lo != hi]
    if len(wide) > _FEW:
        # At most one more for each of uncertain time, and no more than if each record might be used again and again.
        certain = _length([(point, point) for point in points], after)
        return certain + len(wide) >= count and _reused(times, count, after)
    # By which of uncertain time are used, the earliest moment for the next.
    earliest = {0: BEFORE_ALL}
    for _ in range(count):
        following: dict[int, int] = {}
        for used, free in earliest.items():
            place = bisect_left(points, free)
            steps = [(used, points[place])] if place < len(points) else []
            steps += [
                (used | 1 << index, max(lo, free))
                for index, (lo, hi) in enumerate(wide)
                if hi >= free and not used >> index & 1
            ]
            for now_used, point in steps:
                following[now_used] = min(after(point), following.get(now_used, _AFTER_ALL))
        earliest = following
    return bool(earliest)


def _reused(times: list[Range], count: int, after: Callable[[int], int]) -> bool:
    free = BEFORE_ALL
    for _ in range(count):
        point = min((max(lo, free) for lo, hi in times if hi >= free), default=None)
        if point is None:
            return False
        free = after(point)
    return True


# Days covered


def stable(
    entries: Sequence[tuple[Truth, Spell | When, object, object]],
    first: When,
    last: When,
) -> Truth:
    """Whether each group that is present from `first` to `last` is so on all of these days, with one value.

    An entry is (member, when it was, value, group); a group of None is that of the records without one. False if no
    record is present on any of these days, UNKNOWN if some may be and none is for certain (and one alone might be
    stable). Exact where spells, members, values and groups are certain; of what is not, each record is looked at by
    itself, so that some outcomes that a closer look would decide are UNKNOWN.
    """
    records = [(member, as_spell(when), value, group) for member, when, value, group in entries if member is not False]
    presence = [all_of((member, between(spell, first, last))) for member, spell, *_ in records]
    # By value and group: the kinds of record, and for each record that may be present whether it is, and its kind.
    kinds: list[tuple[object, object]] = []
    present: list[tuple[bool, Spell, int]] = []
    for certainly, (_, spell, value, group) in zip(presence, records, strict=True):
        if certainly is not False:
            kind = next((k for k, (v, g) in enumerate(kinds) if alike(v, value) and alike(g, group)), len(kinds))
            if kind == len(kinds):
                kinds.append((value, group))
            present.append((certainly is True, spell, kind))
    if not present:
        return False
    (first_earliest, first_latest), (last_earliest, last_latest) = hull(first, DAYS), hull(last, DAYS)
    one_value = [[_same(value, other) for other, _ in kinds] for value, _ in kinds]
    one_group = [[_same(group, other) for _, other in kinds] for _, group in kinds]

    def may_cover(kind: int) -> bool:
        able = [s for _, s, k in present if one_value[kind][k] is not False and one_group[kind][k] is not False]
        return may_cover_all(able, first_latest, last_earliest)

    certain = {kind for certainly, _, kind in present if certainly}
    if not certain:
        return UNKNOWN if any(may_cover(kind) for kind in range(len(kinds))) else False
    if any(one_value[k][o] is False and one_group[k][o] is True for k in certain for o in certain):
        return False
    if not all(may_cover(kind) for kind in certain):
        return False

    numbers = Counter(kind for *_, kind in present)
    for kind in range(len(kinds)):
        others = (other for other in range(len(kinds)) if other != kind or numbers[kind] > 1)
        if any(one_group[kind][other] is not False and one_value[kind][other] is not True for other in others):
            return UNKNOWN
    beside = [
        [certain_days(s) for member, s, _, other in records if member is True and _same(group, other) is True]
        for _, group in kinds
    ]
    whole = [covered_by(pieces, first_earliest, last_latest) for pieces in beside]
    covered = (
        whole[kind] or covered_by([*beside[kind], certain_days(spell)], first_earliest, last_latest)
        for _, spell, kind in present
    )
    return True if all(covered) else UNKNOWN


# Times and values, whichever kind they are of


def times_of(when: When, scale: int) -> Range:
    """The first and the last day or minute that a date may be."""
    return hull(when if isinstance(when, date | PartialDate) else UNKNOWN, scale)


def _same(one: object, other: object) -> Truth:
    """Whether two values, or two groups, are the same; UNKNOWN for values of which only one is a number."""
    if one is UNKNOWN or other is UNKNOWN:
        return UNKNOWN
    if one is None or other is None:
        return one is other
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return equal(one, other)
    if isinstance(one, _NUMBERS) or isinstance(other, _NUMBERS):
        return UNKNOWN
    if isinstance(one, date | PartialDate) and isinstance(other, date | PartialDate):
        return same_day(one, other)
    return bool(one == other)


def alike(one: object, other: object) -> bool:
    """Whether as much, and the same, is known of both: then it makes no difference which of them it is."""
    return one is other or bool(one == other)


def as_number(value: Number) -> Number:
    """What is no number that can be computed with (one reported in another unit) is unknown."""
    return value if isinstance(value, _NUMBERS) else UNKNOWN
