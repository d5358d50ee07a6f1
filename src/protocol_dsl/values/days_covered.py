"""Which days spells cover, of which some may or may not belong: certainly, and possibly."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, cast

from protocol_dsl.values.calendar import PartialDate, When, possible_days
from protocol_dsl.values.numbers import Interval, interval
from protocol_dsl.values.spells import DAYS, Spell, as_spell, hull
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown
from protocol_dsl.values.windows import between

Range: TypeAlias = tuple[int, int]
"""The first and the last of some days, or minutes."""

BEFORE_ALL: Final = -(10**10)
"""Before every day and minute of the calendar."""


def days_covered(entries: Sequence[tuple[Truth, Spell | When]], first: When, last: When) -> int | Interval | Unknown:
    """The number of days from `first` to `last` on which any member is present, each day counted once.

    From the days that are certainly covered to those that are possibly: an Interval where they differ, UNKNOWN where
    there is no end to them. Exact where the spells are certain; of uncertain ones the range may be wider than need be.
    """
    spells = [(member, as_spell(when)) for member, when in entries if member is not False]
    (first_earliest, first_latest), (last_earliest, last_latest) = hull(first, DAYS), hull(last, DAYS)
    possible = _merged(_extent(spell) for _, spell in spells if not _one_of_several(spell))
    anywhere_first, anywhere_last = hull(UNKNOWN, DAYS)
    before = isinstance(first, Unknown) and any(lo <= anywhere_first for lo, _ in possible)
    after = isinstance(last, Unknown) and any(hi >= anywhere_last for _, hi in possible)
    if before or after:
        return UNKNOWN
    most = _number_of_days(possible, first_earliest, last_latest)
    several = [[day for day in _several_days(spell) if first_earliest <= day <= last_latest] for _, spell in spells]
    added = {day for day in set().union(*several) if not covered_by(possible, day, day)}
    most += min(sum(not added.isdisjoint(days) for days in several), len(added))

    certain = _merged(certain_days(spell) for member, spell in spells if member is True)
    fewest = _number_of_days(certain, first_latest, last_earliest)
    # Those that have no certain day, yet are there on some day apart from all that was counted.
    end = BEFORE_ALL
    for lo, hi in sorted(
        (_extent(spell) for member, spell in spells if member is True and between(spell, first, last) is True),
        key=lambda extent: extent[1],
    ):
        if lo > end and not _number_of_days(certain, max(lo, first_latest), min(hi, last_earliest)):
            fewest, end = fewest + 1, hi
    return cast(int | Interval, interval(fewest, most))


def certain_days(spell: Spell) -> Range:
    """The days on which it certainly is; the last is before the first where there are none."""
    _, first_latest, last_earliest, _ = spell.bounds(DAYS)
    return first_latest, last_earliest


def _extent(spell: Spell) -> Range:
    """The days on which it may be."""
    first_earliest, _, _, last_latest = spell.bounds(DAYS)
    return first_earliest, last_latest


def _one_of_several(spell: Spell) -> bool:
    return spell.one_day and isinstance(spell.first, PartialDate)


def _several_days(spell: Spell) -> list[int]:
    one = spell.first if spell.one_day else None
    return [day.toordinal() for day in possible_days(one)] if isinstance(one, PartialDate) else []


def _number_of_days(pieces: Iterable[Range], first: int, last: int) -> int:
    """How many days from `first` to `last` lie in any of the pieces."""
    return sum(max(0, min(hi, last) - max(lo, first) + 1) for lo, hi in _merged(pieces))


def _merged(pieces: Iterable[Range]) -> list[Range]:
    """The same days, in pieces that are apart."""
    apart: list[Range] = []
    for lo, hi in sorted(piece for piece in pieces if piece[0] <= piece[1]):
        if apart and lo <= apart[-1][1] + 1:
            apart[-1] = apart[-1][0], max(apart[-1][1], hi)
        else:
            apart.append((lo, hi))
    return apart


def covered_by(pieces: Iterable[Range], first: int, last: int) -> bool:
    return _number_of_days(pieces, first, last) == max(0, last - first + 1)


def may_cover_all(spells: list[Spell], first: int, last: int) -> bool:
    """Whether the spells at their longest, and those of one day each on one of its days, may cover all days."""
    pieces = [_extent(spell) for spell in spells if not _one_of_several(spell)]
    missing = max(0, last - first + 1) - _number_of_days(pieces, first, last)
    single = [days for spell in spells if (days := _several_days(spell))]
    if missing > len(single):
        return False
    fillers = [(day, day) for days in single for day in days]
    return missing == 0 or covered_by([*pieces, *fillers], first, last)
