"""Truth with three values: true, false and unknown (strong Kleene logic).

A fact that nobody recorded is not false, it is unknown, and so is every comparison with it. What is known may
decide all the same: false and unknown is false, true or unknown is true.

The rule is Kleene's strong three-valued logic (S. C. Kleene, *Introduction to Metamathematics*, 1952, § 64):
a connective has a definite value exactly where both ways of settling its unknown parts lead to that value.
"""

import enum
from collections.abc import Iterable
from typing import Final, Literal, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, the one value that stands for whatever is not known: a truth, a number or a date.

    Comparisons and arithmetic with it, from either side, are unknown again. It has no Python truth value, so that
    no `if` can take it for a no; test for it with `is UNKNOWN`. `==` and `hash` are those of any Python object.
    """

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        """Raise TypeError: code that asks has forgotten the third value."""
        raise TypeError("unknown is neither true nor false; ask `is UNKNOWN`, combine with all_of or any_of")

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __str__(self) -> str:
        return "unknown"

    def _absorb(self, _other: object) -> "Unknown":
        return self

    # Python swaps < with > and <= with >= for the right-hand side, so four comparisons serve both sides.
    __lt__ = __le__ = __gt__ = __ge__ = _absorb
    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _absorb  # noqa: PIE796 - methods, not members
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _absorb  # noqa: PIE796

    def __neg__(self) -> "Unknown":
        return self


UNKNOWN: Final = Unknown.UNKNOWN

Truth: TypeAlias = bool | Literal[Unknown.UNKNOWN]


def negate(truth: Truth) -> Truth:
    """Not: true and false change places, unknown stays unknown."""
    return truth if truth is UNKNOWN else not truth


def all_of(truths: Iterable[Truth]) -> Truth:
    """And: false if any is false, else unknown if any is unknown, else true (so of none: true).

    Stops at the first false.
    """
    result: Truth = True
    for truth in truths:
        if truth is UNKNOWN:
            result = UNKNOWN
        elif not truth:
            return False
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Or: true if any is true, else unknown if any is unknown, else false (so of none: false).

    Stops at the first true.
    """
    result: Truth = False
    for truth in truths:
        if truth is UNKNOWN:
            result = UNKNOWN
        elif truth:
            return True
    return result


def count_range(truths: Iterable[Truth]) -> tuple[int, int]:
    """How many are true: at least the first number (those certainly true), at most the second (and the unknown)."""
    certain = possible = 0
    for truth in truths:
        if truth is UNKNOWN:
            possible += 1
        elif truth:
            certain += 1
    return certain, certain + possible


def at_least(number: int, truths: Iterable[Truth]) -> Truth:
    """Whether `number` or more are true: decided where every count in the range from certain to possible agrees."""
    certain, possible = count_range(truths)
    if certain >= number:
        return True
    return UNKNOWN if possible >= number else False


def at_most(number: int, truths: Iterable[Truth]) -> Truth:
    """Whether `number` or fewer are true."""
    return negate(at_least(number + 1, truths))


def exactly(number: int, truths: Iterable[Truth]) -> Truth:
    """Whether `number` are true, neither more nor fewer."""
    certain, possible = count_range(truths)
    if certain == possible:
        return certain == number
    return UNKNOWN if certain <= number <= possible else False


def choose(condition: Truth, then: T, otherwise: T) -> T | Unknown:
    """`then` where the condition is true, `otherwise` where it is false.

    Where it is unknown the choice is unknown too, unless both ways lead to the same value.
    """
    if condition is UNKNOWN:
        return then if _agree(then, otherwise) else UNKNOWN
    return then if condition else otherwise


def _agree(one: object, other: object) -> bool:
    # Two times on one day compare equal, as days; the time has to agree as well.
    same_minute = getattr(one, "minute", None) == getattr(other, "minute", None)
    return one is other or (one == other and same_minute)
