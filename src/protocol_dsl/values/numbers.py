"""Exact numbers: nothing here is ever rounded, except where a rule says `rounded to N decimals`.

Five kinds of number meet in a rule, and any of them may be UNKNOWN instead:

========  ==========================================================================================
int       a whole number
Decimal   a decimal number, as people write it; a float stands for its shortest decimal
Ratio     the exact quotient of two of these, for what division leaves: 70 / 1.75² or 1 / 3
Interval  a number known only to lie between two ends, as an age from a date of birth without its day
Enclosed  a definite number with no exact form, as a root (module `roots`): to be had as closely as one asks
========  ==========================================================================================

They compose with Python's operators from either side. `Decimal * Decimal` is exact inside `exact_arithmetic()`;
Ratio and Interval are exact anywhere. Division is `ratio(a, b)`, a power `power(x, n)`: Python's own `/` and `**`
would round. A comparison with an Interval is UNKNOWN where the interval's numbers disagree. One module, since the kinds
of number answer each other's operators.
"""

import decimal
from decimal import Decimal
from fractions import Fraction
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, Union, cast, final, overload

from attrs import field, frozen

from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

if TYPE_CHECKING:
    from protocol_dsl.values.roots import Enclosed

# 100,000 digits hold any product that a rule can make of bounded numbers; beyond, Inexact is raised, never rounded.
_SIGNALS = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]
_LARGE_ENOUGH: Final = {"prec": 100_000, "Emin": -999_999, "Emax": 999_999, "rounding": decimal.ROUND_HALF_UP}
EXACT: Final = decimal.Context(**_LARGE_ENOUGH, traps=[*_SIGNALS, decimal.Inexact])  # type: ignore[arg-type]
_HALF_UP: Final = decimal.Context(**_LARGE_ENOUGH, traps=_SIGNALS)  # type: ignore[arg-type]

MOST_DIGITS: Final = 60
"""A number read may have this many digits, and an exponent of ten up to this size, either way."""

MOST_POWER: Final = 100
"""The largest exponent, either way, of `power`."""


class exact_arithmetic:
    """`with exact_arithmetic():` makes the operators of Decimal exact: +, - and * never round.

    Raises decimal.Inexact inside where a result cannot be exact (a quotient by `/`, say).
    """

    __slots__ = ("_outer",)

    def __enter__(self) -> None:
        self._outer = decimal.getcontext()
        decimal.setcontext(EXACT)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        decimal.setcontext(self._outer)


_Plain: TypeAlias = int | Decimal


def _sum(a: _Plain, b: _Plain) -> _Plain:
    return a + b if isinstance(a, int) and isinstance(b, int) else EXACT.add(a, b)


def _product(a: _Plain, b: _Plain) -> _Plain:
    return a * b if isinstance(a, int) and isinstance(b, int) else EXACT.multiply(a, b)


def _negative(a: _Plain) -> _Plain:
    return -a if isinstance(a, int) else a.copy_negate()


@final
@frozen(eq=False, repr=False)
class Ratio:
    """The exact quotient `numerator / denominator`, its denominator above 0. Made by `ratio(a, b)`.

    Compared by multiplying crosswise, so a body mass index of exactly 18.5 is at least 18.5. Equal, with the same
    hash, to every int, Decimal, Fraction and Ratio of the same value. Its operators are exact in any context.
    """

    numerator: int | Decimal
    denominator: int | Decimal = field()

    @denominator.validator
    def _above_zero(self, _attribute: object, value: int | Decimal) -> None:
        if not value > 0:
            raise ValueError(f"the denominator of a Ratio is above 0, not {value}; ratio(a, b) sees to that")

    def __repr__(self) -> str:
        return f"Ratio({self.numerator}, {self.denominator})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Fraction):
            return as_fraction(self) == other
        if not isinstance(other, int | Decimal | Ratio):
            return NotImplemented
        left, right = self._crosswise(other)
        return left == right

    def __hash__(self) -> int:
        return hash(as_fraction(self))

    def _crosswise(self, other: "Exact") -> tuple[_Plain, _Plain]:
        if isinstance(other, Ratio):
            return _product(self.numerator, other.denominator), _product(other.numerator, self.denominator)
        return self.numerator, _product(other, self.denominator)

    def __lt__(self, other: "Exact") -> bool:
        if other.__class__ is Decimal:
            return self.numerator < EXACT.multiply(self.denominator, other)
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        left, right = self._crosswise(other)
        return left < right

    def __le__(self, other: "Exact") -> bool:
        if other.__class__ is Decimal:
            return self.numerator <= EXACT.multiply(self.denominator, other)
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        left, right = self._crosswise(other)
        return left <= right

    def __gt__(self, other: "Exact") -> bool:
        if other.__class__ is Decimal:
            return self.numerator > EXACT.multiply(self.denominator, other)
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        left, right = self._crosswise(other)
        return left > right

    def __ge__(self, other: "Exact") -> bool:
        if other.__class__ is Decimal:
            return self.numerator >= EXACT.multiply(self.denominator, other)
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        left, right = self._crosswise(other)
        return left >= right

    def __neg__(self) -> "Ratio":
        return Ratio(_negative(self.numerator), self.denominator)

    def __add__(self, other: "Exact") -> "Exact":
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        left, right = self._crosswise(other)
        below = other.denominator if isinstance(other, Ratio) else 1
        return _quotient(_sum(left, right), _product(self.denominator, below))

    __radd__ = __add__

    def __sub__(self, other: "Exact") -> "Exact":
        return self + _minus(other) if isinstance(other, _EXACT_KINDS) else NotImplemented

    def __rsub__(self, other: "Exact") -> "Exact":
        return -self + other if isinstance(other, _EXACT_KINDS) else NotImplemented

    def __mul__(self, other: "Exact") -> "Exact":
        if not isinstance(other, _EXACT_KINDS):
            return NotImplemented
        above, below = _parts(other)
        return _quotient(_product(self.numerator, above), _product(self.denominator, below))

    __rmul__ = __mul__

    def __truediv__(self, other: "Exact") -> "Exact | Unknown":
        return _divide(self, other) if isinstance(other, _EXACT_KINDS) else NotImplemented

    def __rtruediv__(self, other: "Exact") -> "Exact | Unknown":
        return _divide(other, self) if isinstance(other, _EXACT_KINDS) else NotImplemented

    def __pow__(self, exponent: int) -> "Exact | Unknown":
        return _exact_power(self, exponent) if isinstance(exponent, int) else NotImplemented


_ZERO, _ONE = Decimal(0), Decimal(1)
_blank: Final = object.__new__
_set_numerator: Final = vars(Ratio)["numerator"].__set__
_set_denominator: Final = vars(Ratio)["denominator"].__set__


def _made(numerator: _Plain, denominator: _Plain) -> Ratio:
    """A Ratio whose denominator is known to be above 0, without asking again: evaluation makes one a patient."""
    made = _blank(Ratio)
    _set_numerator(made, numerator)
    _set_denominator(made, denominator)
    return made


Exact: TypeAlias = int | Decimal | Ratio
"""A number that is known exactly."""

_EXACT_KINDS: Final = (Ratio, Decimal, int)


def _parts(x: Exact) -> tuple[_Plain, _Plain]:
    return (x.numerator, x.denominator) if isinstance(x, Ratio) else (x, 1)


def _minus(x: Exact) -> Exact:
    return -x if isinstance(x, Ratio) else _negative(x)


def _quotient(above: _Plain, below: _Plain) -> Exact:
    """above / below with below not 0: the plain number where that is seen at once, else a Ratio."""
    if below < 0:
        above, below = _negative(above), _negative(below)
    if below == 1 or above == 0:
        return above
    if isinstance(above, int) and isinstance(below, int) and above % below == 0:
        return above // below
    return _made(above, below)


def _divide(a: Exact, b: Exact) -> Exact | Unknown:
    if not isinstance(a, Ratio) and not isinstance(b, Ratio):
        return _quotient(a, b) if b else UNKNOWN
    (a_above, a_below), (b_above, b_below) = _parts(a), _parts(b)
    if b_above == 0:
        return UNKNOWN
    return _quotient(_product(a_above, b_below), _product(a_below, b_above))


def _plus(a: Exact, b: Exact) -> Exact:
    return a + b if isinstance(a, Ratio) or isinstance(b, Ratio) else _sum(a, b)


def _times(a: Exact, b: Exact) -> Exact:
    return a * b if isinstance(a, Ratio) or isinstance(b, Ratio) else _product(a, b)


def _exact_power(x: Exact, exponent: int) -> Exact | Unknown:
    if abs(exponent) > MOST_POWER:
        raise ValueError(f"a power of {exponent}: exponents go from -{MOST_POWER} to {MOST_POWER}")
    # Squaring, and not Decimal's own **, which rounds for some exponents even where the result would be exact.
    result: Exact = 1
    square, left = x, abs(exponent)
    while left:
        if left % 2:
            result = _times(result, square)
        left //= 2
        square = _times(square, square) if left else square
    return result if exponent >= 0 else _divide(1, result)


@final
@frozen
class Interval:
    """A number known only to lie from `lo` to `hi`, `lo < hi`. Made by `interval(lo, hi)`, `below(hi)`, `above(lo)`.

    Both ends are in, but for those of a number that was reported as below or above another (`lo_open`, `hi_open`).

    Comparisons are decided where all numbers of the interval agree, else UNKNOWN. Arithmetic encloses every
    possible result, as tightly as can be for a single operation; two intervals are taken to be independent.
    `==` asks whether it is the same interval; whether two numbers are equal is asked by `equal`.
    """

    lo: Exact
    hi: Exact = field()
    lo_open: bool = False
    hi_open: bool = False

    @hi.validator
    def _above_lo(self, _attribute: object, value: Exact) -> None:
        if not self.lo < value:
            raise ValueError(f"the ends of an Interval are in order and apart, not {self.lo!r} and {value!r}")

    # mypy takes each of these and its mirror image for a possible conflict; they say the same of the same two.
    def __lt__(self, other: "Ranged") -> Truth:  # type: ignore[misc]
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        apart = self.hi == lo and (self.hi_open or _is_open(other, "lo_open"))
        return True if self.hi < lo or apart else False if self.lo >= hi else UNKNOWN

    def __le__(self, other: "Ranged") -> Truth:  # type: ignore[misc]
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        apart = self.lo == hi and (self.lo_open or _is_open(other, "hi_open"))
        return True if self.hi <= lo else False if self.lo > hi or apart else UNKNOWN

    def __gt__(self, other: "Ranged") -> Truth:  # type: ignore[misc]
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        apart = self.lo == hi and (self.lo_open or _is_open(other, "hi_open"))
        return True if self.lo > hi or apart else False if self.hi <= lo else UNKNOWN

    def __ge__(self, other: "Ranged") -> Truth:  # type: ignore[misc]
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        apart = self.hi == lo and (self.hi_open or _is_open(other, "lo_open"))
        return True if self.lo >= hi else False if self.hi < lo or apart else UNKNOWN

    def __neg__(self) -> "Interval":
        return Interval(_minus(self.hi), _minus(self.lo), self.hi_open, self.lo_open)

    def __add__(self, other: "Ranged") -> "Ranged":
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        return interval(_plus(self.lo, lo), _plus(self.hi, hi))

    __radd__ = __add__

    def __sub__(self, other: "Ranged") -> "Ranged":
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        lo, hi = ends_of(other)
        return interval(_plus(self.lo, _minus(hi)), _plus(self.hi, _minus(lo)))

    def __rsub__(self, other: "Ranged") -> "Ranged":
        return -self + other if isinstance(other, _RANGED_KINDS) else NotImplemented

    def __mul__(self, other: "Ranged") -> "Ranged":
        if not isinstance(other, _RANGED_KINDS):
            return NotImplemented
        corners = [_times(mine, theirs) for mine in ends_of(self) for theirs in ends_of(other)]
        return interval(min(corners), max(corners))

    __rmul__ = __mul__

    def __truediv__(self, other: "Ranged") -> "Ranged | Unknown":
        return _ranged_ratio(self, other) if isinstance(other, _RANGED_KINDS) else NotImplemented

    def __rtruediv__(self, other: "Ranged") -> "Ranged | Unknown":
        return _ranged_ratio(other, self) if isinstance(other, _RANGED_KINDS) else NotImplemented

    def __pow__(self, exponent: int) -> "Ranged | Unknown":
        return _interval_power(self, exponent) if isinstance(exponent, int) else NotImplemented


Ranged: TypeAlias = int | Decimal | Ratio | Interval
"""A number whose least and highest value are known exactly."""

Known: TypeAlias = Union[int, Decimal, Ratio, Interval, "Enclosed"]
"""A number of which at least the range is known."""

Number: TypeAlias = Union[int, Decimal, Ratio, Interval, "Enclosed", Unknown]

_RANGED_KINDS: Final = (*_EXACT_KINDS, Interval)


def interval(lo: Exact, hi: Exact) -> Ranged:
    """The numbers from `lo` to `hi`: an Interval, or the number itself where both ends are equal."""
    return lo if lo == hi else Interval(lo, hi)


_BEYOND_ALL: Final = 10**300
_FAR: Final = 10**150
"""Numbers that are recorded have up to 60 digits, so what is computed from them has none of so many."""


def below(number: Exact, included: bool = False) -> Interval:
    """A number of which only is known that it lies below another, or is at most that."""
    return Interval(-_BEYOND_ALL, number, True, not included)


def above(number: Exact, included: bool = False) -> Interval:
    """A number of which only is known that it lies above another, or is at least that."""
    return Interval(number, _BEYOND_ALL, not included, True)


def without_end(number: Exact) -> bool:
    """Whether the end of an Interval is none, since nothing is known on that side."""
    return bool(number >= _FAR or number <= -_FAR)


def _is_open(x: object, end: Literal["lo_open", "hi_open"]) -> bool:
    return isinstance(x, Interval) and bool(getattr(x, end))


def ends_of(x: Ranged) -> tuple[Exact, Exact]:
    """The least and the highest number that x may be."""
    return (x.lo, x.hi) if isinstance(x, Interval) else (x, x)


def _interval_power(x: Interval, exponent: int) -> Ranged | Unknown:
    if exponent < 0:
        return _ranged_ratio(1, cast(Ranged, _interval_power(x, -exponent)))
    # Exponents that are not negative divide by nothing, so the ends are known.
    lo, hi = cast(Exact, _exact_power(x.lo, exponent)), cast(Exact, _exact_power(x.hi, exponent))
    if exponent % 2 == 0 and exponent > 0 and x.lo < 0 < x.hi:
        return interval(0, max(lo, hi))
    return interval(min(lo, hi), max(lo, hi))


def ratio(a: Number, b: Number) -> Number:
    """The exact quotient a / b; UNKNOWN where b is 0 or may be 0, or where either is unknown."""
    if a.__class__ is Decimal and b.__class__ is Decimal and a and b > _ZERO and b != _ONE:
        # The common case, two recorded numbers, without the questions below.
        return _made(a, b)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if not isinstance(b, _RANGED_KINDS):
        return b.reciprocal() * a
    if not isinstance(a, _RANGED_KINDS):
        return a * ratio(1, b)
    return _ranged_ratio(a, b)


def _ranged_ratio(a: Ranged, b: Ranged) -> Ranged | Unknown:
    if not isinstance(a, Interval) and not isinstance(b, Interval):
        return _divide(a, b)
    b_lo, b_hi = ends_of(b)
    if b_lo <= 0 <= b_hi:
        return UNKNOWN
    corners = [cast(Exact, _divide(above, below)) for above in ends_of(a) for below in (b_lo, b_hi)]
    return interval(min(corners), max(corners))


def power(x: Number, exponent: int) -> Number:
    """x to a whole power from -100 to 100 (ValueError beyond), exact. UNKNOWN for a negative power of what may be 0."""
    if x.__class__ is Decimal and exponent == 2:
        return EXACT.multiply(x, x)
    if isinstance(x, Unknown):
        return UNKNOWN
    if isinstance(x, Interval):
        return _interval_power(x, exponent)
    return _exact_power(x, exponent) if isinstance(x, _EXACT_KINDS) else x**exponent


def equal(a: Number, b: Number) -> Truth:
    """Whether two numbers are the same: UNKNOWN where either is unknown, or where intervals or enclosures meet."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if not isinstance(a, _RANGED_KINDS):
        return a.equals(b)
    if not isinstance(b, _RANGED_KINDS):
        return b.equals(a)
    if isinstance(a, Interval) or isinstance(b, Interval):
        (a_lo, a_hi), (b_lo, b_hi) = ends_of(a), ends_of(b)
        if (a_lo == b_hi and (_is_open(a, "lo_open") or _is_open(b, "hi_open"))) or (
            b_lo == a_hi and (_is_open(b, "lo_open") or _is_open(a, "hi_open"))
        ):
            return False
        return UNKNOWN if a_lo <= b_hi and b_lo <= a_hi else False
    return a == b


@overload
def rounded(x: Exact, decimals: int) -> int | Decimal: ...
@overload
def rounded(x: Number, decimals: int) -> Number: ...
def rounded(x: Number, decimals: int) -> Number:
    """x rounded to so many decimals, a half away from zero: 2.5 to 3, -2.5 to -3, 0.125 to 0.13 (2 decimals).

    This is "half up" as clinicians round. An Interval is rounded at both ends, to one number where they then agree.
    ValueError for a negative number of decimals or more than 60.
    """
    if not 0 <= decimals <= MOST_DIGITS:
        raise ValueError(f"rounded to {decimals} decimals: from 0 to {MOST_DIGITS} can be asked for")
    if isinstance(x, Unknown):
        return UNKNOWN
    if isinstance(x, Interval):
        return interval(_round(x.lo, decimals), _round(x.hi, decimals))
    return _round(x, decimals) if isinstance(x, _EXACT_KINDS) else x.rounded(decimals)


def _round(x: Exact, decimals: int) -> int | Decimal:
    if isinstance(x, int):
        return x
    if isinstance(x, Decimal):
        result = x.quantize(Decimal(1).scaleb(-decimals, EXACT), context=_HALF_UP)
    else:
        result = Decimal(units_of(as_fraction(x), decimals)).scaleb(-decimals, EXACT)
    return int(result) if decimals == 0 else result if result else result.copy_abs()


def units_of(x: Fraction, decimals: int) -> int:
    """x as a whole number of 10**-decimals, a half away from zero: 1.005 has 101 hundredths."""
    size: int = (2 * abs(x.numerator) * 10**decimals + x.denominator) // (2 * x.denominator)
    return size if x > 0 else -size


def as_fraction(x: Exact) -> Fraction:
    """The same number as a Fraction of whole numbers."""
    return Fraction(x.numerator) / Fraction(x.denominator) if isinstance(x, Ratio) else Fraction(x)


def from_fraction(x: Fraction) -> Exact:
    """The same number as an int where it is whole, a Decimal where it has an end, else a Ratio."""
    if x.denominator == 1:
        return x.numerator
    decimals = decimal_places(x)
    if decimals is None:
        return Ratio(x.numerator, x.denominator)
    return Decimal(x.numerator * 10**decimals // x.denominator).scaleb(-decimals, EXACT)


def decimal_places(x: Fraction) -> int | None:
    """How many decimals it takes to write x in full, or None where they never end."""
    twos = (x.denominator & -x.denominator).bit_length() - 1
    rest, fives = x.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
