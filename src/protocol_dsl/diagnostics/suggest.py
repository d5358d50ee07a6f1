"""Which declared name a misspelt one was meant to be.

Names are many words long, and writers slip in three ways: a letter ("perfomance"), a word (left out, added, in
another order) and a short form ("LVEF"). A name is near when few letters differ, or when most of its words are
there; where neither holds, nothing is suggested, since a wrong hint is worse than none.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import attrs

# Words that carry so little that leaving one out, or adding one, is hardly a difference.
_SMALL: Final = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "per", "the", "to", "with"]
)
_WORD: Final = re.compile(r"[^\s_\-]+")

# What turns a word into its opposite at its beginning, and pairs of beginnings that are opposites: such words differ in
# few letters, and are never meant for one another. A short word may begin so by chance.
_NEGATING: Final = ("un", "non", "in", "im", "an", "a", "dis")
_OPPOSED: Final = (("hyper", "hypo"), ("pre", "post"), ("inter", "intra"), ("brady", "tachy"), ("micro", "macro"))
_SHORTEST_TURNED: Final = 5

# The largest share of a name's letters that may stand in words left out or added; in words left out of a
# short name ("age" for "age at screening"); and in words put in place of others ("under" for "below").
_MOST_UNMATCHED: Final = 0.45
_MOST_LEFT_OUT: Final = 0.75
_MOST_REPLACED: Final = 0.3


@attrs.frozen
class _Name:
    """A name made ready to be compared: case, spaces, `_` and `-` folded."""

    text: str
    words: tuple[str, ...]
    stems: frozenset[str]  # of its words but the small ones, without plural endings
    letters: int  # one bit a letter that occurs
    short_forms: tuple[str, ...]
    weight: int


def nearest(name: str, candidates: Iterable[str], limit: int = 1) -> list[str]:
    """The declared names nearest to a misspelt one, best first, at most `limit`; empty where none is near."""
    sought = _prepared(name)
    if not sought.text:
        return []
    ranked: list[tuple[float, int, str]] = []
    for place, candidate in enumerate(dict.fromkeys(candidates)):
        cost = _cost(sought, _prepared(candidate))
        if cost is not None and not _turns_round(sought, _prepared(candidate)):
            ranked.append((cost, place, candidate))
    return [candidate for _, _, candidate in sorted(ranked)[:limit]]


@lru_cache(maxsize=16384)
def _prepared(name: str) -> _Name:
    words = tuple(_WORD.findall(name.casefold()))
    content = [word for word in words if word not in _SMALL]
    return _Name(
        text=" ".join(words),
        words=words,
        stems=frozenset(map(_stem, content)),
        letters=sum(1 << bit for bit in {ord(letter) % 61 for word in words for letter in word}),
        short_forms=("".join(word[0] for word in content),) if len(content) > 2 else (),
        weight=_weight(words),
    )


def opposite(name: str, candidates: Iterable[str]) -> str | None:
    """The declared name that a word turns into its opposite, such as "treated" of "untreated"; None where none is."""
    word = name.casefold().removeprefix("non-")
    stripped = {word} if word != name.casefold() else {word.removeprefix(prefix) for prefix in _NEGATING} - {word}
    return next((each for each in candidates if each.casefold() in stripped and len(each) >= _SHORTEST_TURNED), None)


def _turns_round(sought: _Name, other: _Name) -> bool:
    only_sought, only_other = set(sought.words) - set(other.words), set(other.words) - set(sought.words)
    if "non" in only_sought | only_other:
        return True
    return any(_are_opposites(first, second) for first in only_sought for second in only_other)


def _are_opposites(first: str, second: str) -> bool:
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    if len(shorter) >= _SHORTEST_TURNED and longer.removesuffix(shorter) in _NEGATING:
        return True
    return any(
        first.startswith(one) and second.startswith(other) and first[len(one) :] == second[len(other) :]
        for pair in _OPPOSED
        for one, other in (pair, pair[::-1])
    )


def _cost(sought: _Name, other: _Name) -> float | None:
    """How far apart two names are, in letters; None where they are not near."""
    if sought.text == other.text:
        return 0.0
    if sought.stems and sought.stems == other.stems:
        return 0.5
    costs = [cost for cost in (_letters_cost(sought, other), _words_cost(sought, other)) if cost is not None]
    if sought.text in other.short_forms or other.text in sought.short_forms:
        costs.append(1.5)
    return min(costs, default=None)


def _letters_cost(sought: _Name, other: _Name) -> float | None:
    """The slips of letters, where the words stand in the same order."""
    most = _slips_allowed(min(len(sought.text), len(other.text)))
    if not most or abs(len(sought.text) - len(other.text)) > most:
        return None
    # Each slip changes at most two of the letters that occur: most names are passed over here.
    if (sought.letters ^ other.letters).bit_count() > 2 * most:
        return None
    slips = distance(sought.text, other.text, most)
    return slips if slips is not None and _word_by_word(sought.words, other.words) else None


def _word_by_word(sought: Sequence[str], other: Sequence[str]) -> bool:
    """Whether no word differs more than a slip does: "systolic blood pressure" is not "diastolic blood pressure"."""
    return len(sought) != len(other) or all(
        first == second or _SMALL.issuperset((first, second)) or _slips(first, second) is not None
        for first, second in zip(sought, other, strict=True)
    )


def _words_cost(sought: _Name, other: _Name) -> float | None:
    """The letters of the words that one name has and the other has not; a misspelt word counts by its slips."""
    if sought.stems.isdisjoint(other.stems):
        return None
    added = [word for word in sought.words if _stem(word) not in other.stems]
    left_out = [word for word in other.words if _stem(word) not in sought.stems]
    total = 0
    for word in tuple(added):
        for candidate in left_out:
            slips = _slips(word, candidate)
            if slips is not None:
                total += slips
                added.remove(word)
                left_out.remove(candidate)
                break
    more, less = _weight(added), _weight(left_out)
    share = max(more, less) / (max(sought.weight, other.weight) or 1)
    if more and less:
        near = share <= _MOST_REPLACED
    else:
        near = share <= (_MOST_LEFT_OUT if less and not total else _MOST_UNMATCHED)
    return 1 + total + more / 2 + less / 6 if near else None


def _slips(first: str, second: str) -> int | None:
    return distance(first, second, _slips_allowed(min(len(first), len(second))))


def _weight(words: Iterable[str]) -> int:
    return sum(len(word) for word in words if word not in _SMALL)


def _slips_allowed(length: int) -> int:
    """How many letters may differ in a name of so many: none in two, one in three to five, four at most."""
    return 0 if length < 3 else 1 if length < 6 else 2 if length < 10 else 3 if length < 16 else 4


def _stem(word: str) -> str:
    """The word without its plural ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def distance(first: str, second: str, most: int) -> int | None:
    """The fewest letters to change, add, drop or swap with a neighbour to come from one to the other.

    None where it takes more than `most`. (Damerau and Levenshtein's, each swapped pair touched once.)
    """
    if abs(len(first) - len(second)) > most:
        return None
    first, second = _without_common_ends(first, second)
    if not first or not second:
        return len(first) + len(second)
    far = most + 1
    length = len(second)
    before = previous = [far] * (length + 1)
    row = [min(j, far) for j in range(length + 1)]
    for i, letter in enumerate(first, 1):
        before, previous = previous, row
        row = [far] * (length + 1)
        row[0] = min(i, far)
        # Further from the diagonal than `most`, the way is too long already.
        for j in range(max(1, i - most), min(length, i + most) + 1):
            other = second[j - 1]
            cost = previous[j - 1] if letter == other else previous[j - 1] + 1
            if previous[j] < cost:
                cost = previous[j] + 1
            if row[j - 1] < cost:
                cost = row[j - 1] + 1
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other and before[j - 2] < cost:
                cost = before[j - 2] + 1
            row[j] = cost
        if min(row) > most and min(previous) > most:
            return None
    return row[length] if row[length] <= most else None


def _without_common_ends(first: str, second: str) -> tuple[str, str]:
    """Both names without the letters that they begin and end with alike."""
    shorter = min(len(first), len(second))
    head = 0
    while head < shorter and first[head] == second[head]:
        head += 1
    tail = 0
    while tail < shorter - head and first[-1 - tail] == second[-1 - tail]:
        tail += 1
    return first[head : len(first) - tail], second[head : len(second) - tail]
