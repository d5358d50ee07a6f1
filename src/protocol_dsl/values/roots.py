"""Roots and fractional powers, decided exactly: an estimated glomerular filtration rate, a QTcF, a body surface area.

√2 has no exact decimal, but a rule never needs one: whether √2 is above 1.41 is decided by two bounds that lie close
enough. An `Enclosed` number is one that gives such bounds as closely as it is asked to. A comparison, or rounding,
asks for more and more digits until the answer is certain; it never rests on a rounded number.

Where a root is exact (√4, (27/8)^(2/3)) the result is the exact number. Of every other root of a rational number it
is known that it is no rational number, so narrowing it always parts it from one. Products and quotients of roots are
kept as one root, √2 × √8 as √16, so that they are decided too. What is left are sums: where 2000 digits don't part
two numbers they may be equal, and the answer is UNKNOWN.

Bounds are Decimals rounded outwards, in contexts of their own, so they hold whatever the caller's context is.
"""

import decimal
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Final, NoReturn, TypeAlias, cast, final

from attrs import evolve, field, frozen

from protocol_dsl.values.numbers import (
    MOST_POWER,
    Exact,
    Interval,
    Known,
    Number,
    Ranged,
    Ratio,
    as_fraction,
    ends_of,
    from_fraction,
    interval,
    power,
    rounded,
)
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

Bounds: TypeAlias = tuple[Decimal, Decimal]
"""The lower and the upper bound of a number."""

MOST_ROOT: Final = 10**6
"""The largest denominator of an exponent: x ** 0.000001 is the millionth root."""

PRECISIONS: Final = (30, 60, 120, 240, 480, 960, 2000)
"""The digits asked for, one after the other, until a question is decided."""

_AS_ENDS: Final = 40  # digits of a root that becomes the end of an Interval
_GUARD: Final = 10  # more digits to compute with than are asked for
_DEEPEST: Final = 100  # steps of arithmetic that are narrowed one through the other, well below Python's recursion
_MOST_BITS: Final = 20_000  # a product of roots under one root may become so large; beyond, they stay apart
_EXACT_KINDS: Final = (Ratio, Decimal, int)


@lru_cache(maxsize=64)
def _contexts(digits: int) -> tuple[decimal.Context, decimal.Context]:
    """Arithmetic that rounds down, and arithmetic that rounds up; a decimal.Overflow beyond 10**999999, as in EXACT."""
    traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]
    precision: dict[str, Any] = {"prec": digits + _GUARD, "Emin": -999_999, "Emax": 999_999, "traps": traps}
    down = decimal.Context(**precision, rounding=decimal.ROUND_FLOOR)
    return down, decimal.Context(**precision, rounding=decimal.ROUND_CEILING)


def _fraction_bounds(x: Fraction, digits: int) -> Bounds:
    down, up = _contexts(digits)
    return down.divide(x.numerator, x.denominator), up.divide(x.numerator, x.denominator)


def _sum(a: Bounds, b: Bounds, digits: int) -> Bounds:
    down, up = _contexts(digits)
    return down.add(a[0], b[0]), up.add(a[1], b[1])


def _product(a: Bounds, b: Bounds, digits: int) -> Bounds:
    down, up = _contexts(digits)
    corners = [(one, other) for one in a for other in b]
    return min(down.multiply(*corner) for corner in corners), max(up.multiply(*corner) for corner in corners)


def _logarithm(n: int, digits: int) -> Bounds:
    # Decimal's ln and exp are correctly rounded, so the number lies within one step of the last digit.
    if n == 1:
        return Decimal(0), Decimal(0)
    down, up = _contexts(digits)
    nearest = down.ln(Decimal(n))
    return down.next_minus(nearest), up.next_plus(nearest)


@lru_cache(maxsize=1024)
def _power_bounds(base: Fraction, exponent: Fraction, digits: int) -> Bounds:
    """Bounds of base ** exponent, for a base above 0: e to the exponent times the logarithm."""
    down, up = _contexts(digits)
    above, below = _logarithm(base.numerator, digits), _logarithm(base.denominator, digits)
    logarithm = down.subtract(above[0], below[1]), up.subtract(above[1], below[0])
    lo, hi = _product(_fraction_bounds(exponent, digits), logarithm, digits)
    return down.next_minus(down.exp(lo)), up.next_plus(up.exp(hi))


@frozen
class Root:
    """coefficient × base ** exponent, for a base above 0."""

    coefficient: Fraction
    base: Fraction
    exponent: Fraction

    def within(self, digits: int) -> Bounds:
        bounds = _power_bounds(self.base, self.exponent, digits)
        return bounds if self.coefficient == 1 else _product(_fraction_bounds(self.coefficient, digits), bounds, digits)

    def exact(self) -> Fraction | None:
        """The number itself where it is rational, else None.

        base ** (p/q) in lowest terms is rational only where both parts of the base are whole q-th powers.
        """
        if abs(self.exponent) > MOST_POWER:
            self.within(PRECISIONS[0])  # raises Overflow before the exact number gets out of hand
        above = _whole_root(self.base.numerator, self.exponent.denominator)
        below = _whole_root(self.base.denominator, self.exponent.denominator) if above is not None else None
        if above is None or below is None:
            return None
        return self.coefficient * Fraction(above, below) ** self.exponent.numerator

    def reciprocal(self) -> "Root":
        return Root(1 / self.coefficient, self.base, -self.exponent)

    def times(self, other: "Root") -> "Root | None":
        """The product as one root, or None where that would be too large: 2^(1/2) × 3^(1/3) is 72^(1/6)."""
        exponent = self.exponent + other.exponent
        base = self.base
        if base != other.base:
            exponent = _common_part(self.exponent, other.exponent)
            mine, theirs = int(self.exponent / exponent), int(other.exponent / exponent)
            if abs(mine) * _bits(self.base) + abs(theirs) * _bits(other.base) > _MOST_BITS:
                return None
            base = self.base**mine * other.base**theirs
        product = Root(self.coefficient * other.coefficient, base, exponent)
        return product if exponent.denominator <= MOST_ROOT else None


def _common_part(a: Fraction, b: Fraction) -> Fraction:
    """The largest fraction that goes into both a whole number of times: 1/6 into 1/2 and 1/3."""
    parts = math.gcd(a.numerator * b.denominator, b.numerator * a.denominator)
    return Fraction(parts, a.denominator * b.denominator)


def _bits(x: Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def _check_exponent(exponent: Fraction) -> None:
    if abs(exponent) > MOST_POWER or exponent.denominator > MOST_ROOT:
        limits = f"from -{MOST_POWER} to {MOST_POWER}, as fractions of denominators up to {MOST_ROOT}"
        raise ValueError(f"a power of {exponent}: exponents go {limits}")


def _whole_root(n: int, index: int) -> int | None:
    """The whole number whose power of `index` is n, a number above 0; None where there is none."""
    if n == 1 or index == 1:
        return n
    if index >= n.bit_length():
        return None  # it would lie between 1 and 2
    # Newton's steps come down to the root from a start that is certainly above it, by more than a float's error.
    size = math.log2(n) / index
    shift = max(0, int(size) - 50)
    root = (int(2.0 ** (size - shift) * (1 + 1e-9)) + 1) << shift
    while (better := ((index - 1) * root + n // root ** (index - 1)) // index) < root:
        root = better
    return root if root**index == n else None


def _remembered(within: Callable[[int], Bounds]) -> Callable[[int], Bounds]:
    return cache(within)


@final
@frozen(eq=False, repr=False)
class Enclosed:
    """A definite number with no exact form, or none that is known: `within(30)` are bounds some 10**-30 of it apart.

    Its arithmetic with exact numbers is Enclosed again, or exact where that is certain (√2 × √8, √2 - √2); with an
    Interval it is an Interval. A comparison is decided by narrowing, and UNKNOWN where 2000 digits don't decide it.
    `==` asks whether it is the same object; whether two numbers are equal is asked by `equal`. It has no Python
    truth value. decimal.Overflow or Underflow is raised where a number leaves 10**-999999 to 10**999999.
    """

    within: Callable[[int], Bounds] = field(converter=_remembered)
    root: Root | None = None
    """The number as one root, where it is one; it is then no rational number."""
    depth: int = 0

    def __attrs_post_init__(self) -> None:
        self.within(PRECISIONS[0])  # a number out of range is told here, where it arises, and not where it is used

    def __repr__(self) -> str:
        lo, hi = self.within(PRECISIONS[0])
        return f"Enclosed({lo:.12g} to {hi:.12g})"

    def __bool__(self) -> NoReturn:
        """Raise TypeError: whether a number is 0 is asked by `equal`."""
        raise TypeError("an Enclosed number is neither true nor false; ask equal(number, 0)")

    def order(self, other: "Exact | Enclosed") -> int | None:
        """-1 where this number is below the other, 1 where it is above, 0 where it is the same; None: undecided."""
        order = self._parted(other, PRECISIONS[:1])
        if order is None:
            quotient = _quotient(self, other)
            order = self._parted(other, PRECISIONS[1:]) if quotient is None else _order_of_multiple(quotient, other)
        return order

    def _parted(self, other: "Exact | Enclosed", precisions: tuple[int, ...]) -> int | None:
        for digits in precisions:
            lo, hi = self.within(digits)
            least, most = other.within(digits) if isinstance(other, Enclosed) else (other, other)
            if hi < least:
                return -1
            if lo > most:
                return 1
        return None

    def sign(self) -> int | None:
        """-1 or 1; None where 2000 digits don't tell the number from 0."""
        return self._parted(0, PRECISIONS)

    def _compared(self, other: Known, test: Callable[[int], bool]) -> Truth:
        if isinstance(other, Interval):
            low, high = self._compared(other.lo, test), self._compared(other.hi, test)
            return low if low is high else UNKNOWN
        order = self.order(other)
        return UNKNOWN if order is None else test(order)

    def __lt__(self, other: Known) -> Truth:
        return self._compared(other, lambda order: order < 0) if isinstance(other, _KINDS) else NotImplemented

    def __le__(self, other: Known) -> Truth:
        return self._compared(other, lambda order: order <= 0) if isinstance(other, _KINDS) else NotImplemented

    def __gt__(self, other: Known) -> Truth:
        return self._compared(other, lambda order: order > 0) if isinstance(other, _KINDS) else NotImplemented

    def __ge__(self, other: Known) -> Truth:
        return self._compared(other, lambda order: order >= 0) if isinstance(other, _KINDS) else NotImplemented

    def equals(self, other: Known) -> Truth:
        """Whether it is the same number as the other; `equal` asks this."""
        if isinstance(other, Interval):
            outside = self < other.lo, self > other.hi
            return False if True in outside else UNKNOWN
        return self._compared(other, lambda order: order == 0)

    def rounded(self, decimals: int) -> Number:
        """The number rounded, a half away from zero, once both bounds round alike; `rounded` asks this."""
        for digits in PRECISIONS:
            lo, hi = (rounded(bound, decimals) for bound in self.within(digits))
            if lo == hi:
                return lo
        return UNKNOWN

    def __neg__(self) -> "Enclosed":
        if self.root:
            return _irrational(evolve(self.root, coefficient=-self.root.coefficient))
        return _narrowing(lambda digits: _negative(self.within(digits)), self)

    def __add__(self, other: Known) -> Known:
        if not isinstance(other, _KINDS):
            return NotImplemented
        if isinstance(other, Interval):
            return _ranged(self) + other
        if not isinstance(other, Enclosed):
            return self if other == 0 else _combined(_sum, self, other)
        quotient = _quotient(self, other)
        return _combined(_sum, self, other) if quotient is None else other * from_fraction(quotient + 1)

    __radd__ = __add__

    def __sub__(self, other: Known) -> Known:
        return self + _minus(other) if isinstance(other, _KINDS) else NotImplemented

    def __rsub__(self, other: Known) -> Known:
        return -self + other if isinstance(other, _KINDS) else NotImplemented

    def __mul__(self, other: Known) -> Known:
        if not isinstance(other, _KINDS):
            return NotImplemented
        if isinstance(other, Interval):
            return _ranged(self) * other
        if isinstance(other, Enclosed):
            product = self.root.times(other.root) if self.root and other.root else None
            return _combined(_product, self, other) if product is None else _number(product)
        factor = as_fraction(other)
        if factor == 0 or self.root is None:
            return _combined(_product, self, other) if factor else 0
        return _irrational(evolve(self.root, coefficient=self.root.coefficient * factor))

    __rmul__ = __mul__

    def reciprocal(self) -> "Enclosed | Unknown":
        """1 / the number; UNKNOWN where 2000 digits don't tell it from 0."""
        if self.root:
            return _irrational(self.root.reciprocal())
        return UNKNOWN if self.sign() is None else _narrowing(self._reciprocal_within, self)

    def _reciprocal_within(self, digits: int) -> Bounds:
        down, up = _contexts(digits)
        lo, hi = self.apart_from_zero(digits)
        return down.divide(1, hi), up.divide(1, lo)

    def apart_from_zero(self, digits: int) -> Bounds:
        """Bounds of a number that has a `sign`: as asked for, or narrower, so that both have that sign."""
        asked = (digits, *(precision for precision in PRECISIONS if precision > digits))
        return next(bounds for bounds in map(self.within, asked) if bounds[0] > 0 or bounds[1] < 0)

    def __pow__(self, exponent: int) -> Number:
        if not isinstance(exponent, int):
            return NotImplemented
        _check_exponent(Fraction(exponent))
        if self.root:
            root = self.root
            return _number(Root(root.coefficient**exponent, root.base, root.exponent * exponent))
        if exponent < 0:
            return power(self.reciprocal(), -exponent)
        return _repeated(self, exponent) if exponent else 1


_KINDS: Final = (*_EXACT_KINDS, Interval, Enclosed)


def _negative(bounds: Bounds) -> Bounds:
    return bounds[1].copy_negate(), bounds[0].copy_negate()


def _minus(x: Known) -> Known:
    return x.copy_negate() if isinstance(x, Decimal) else -x  # Decimal's own minus rounds


def _irrational(root: Root) -> Enclosed:
    return Enclosed(root.within, root)


def _number(root: Root) -> Exact | Enclosed:
    exact = root.exact()
    return _irrational(root) if exact is None else from_fraction(exact)


def _narrowing(bounds: Callable[[int], Bounds], *parts: Enclosed) -> Enclosed:
    """A number computed from others, narrowed as they are narrowed.

    After a hundred steps it is narrowed once to the most digits that are ever asked for, and those are kept.
    """
    depth = 1 + max(part.depth for part in parts)
    if depth < _DEEPEST:
        return Enclosed(bounds, depth=depth)
    narrowest = bounds(PRECISIONS[-1])
    return Enclosed(lambda _digits: narrowest)


def _combined(operate: Callable[[Bounds, Bounds, int], Bounds], one: Enclosed, other: Exact | Enclosed) -> Enclosed:
    if isinstance(other, Enclosed):
        return _narrowing(lambda digits: operate(one.within(digits), other.within(digits), digits), one, other)
    exact = as_fraction(other)
    return _narrowing(lambda digits: operate(one.within(digits), _fraction_bounds(exact, digits), digits), one)


def _repeated(x: Enclosed, exponent: int) -> Number:
    """x to a whole power above 0, by squaring."""
    if exponent == 1:
        return x
    half = cast(Enclosed, _repeated(x, exponent // 2))
    square = half * half
    return x * square if exponent % 2 else square


def _quotient(a: Enclosed, b: Exact | Enclosed) -> Fraction | None:
    """a / b where both are known to be rational multiples of one root, else None."""
    if a is b:
        return Fraction(1)
    if not isinstance(b, Enclosed) or a.root is None or b.root is None:
        return None
    quotient = a.root.times(b.root.reciprocal())
    return quotient.exact() if quotient else None


def _order_of_multiple(quotient: Fraction, x: Exact | Enclosed) -> int | None:
    """How quotient × x compares with x: as a number below, at or above 1, turned round where x is below 0."""
    if quotient == 1:
        return 0
    sign = x.sign() if isinstance(x, Enclosed) else (x > 0) - (x < 0)
    return None if sign is None else sign if quotient > 1 else -sign


def fractional_power(x: Number, exponent: Decimal | Fraction) -> Number:
    """x ** exponent for an exponent that need not be whole: exact where it is rational, else Enclosed.

    UNKNOWN for a negative number or one that may be negative, and for 0 to a negative power. An Interval gives an
    Interval, whose ends are exact or bounds of 40 digits. ValueError for an exponent beyond 100 either way, or one
    whose denominator is above 10**6.
    """
    exact = Fraction(exponent)
    _check_exponent(exact)
    if isinstance(x, Unknown):
        return UNKNOWN
    if exact.denominator == 1:
        return power(x, exact.numerator)
    if isinstance(x, Interval):
        return _power_of_interval(x, exact)
    return _power_of_enclosed(x, exact) if isinstance(x, Enclosed) else _power_of_exact(x, exact)


def _power_of_exact(x: Exact, exponent: Fraction) -> Exact | Enclosed | Unknown:
    base = as_fraction(x)
    if base <= 0:
        return 0 if base == 0 and exponent > 0 else UNKNOWN
    return _number(Root(Fraction(1), base, exponent))


def _power_of_interval(x: Interval, exponent: Fraction) -> Number:
    ends = _power_of_exact(x.lo, exponent), _power_of_exact(x.hi, exponent)
    low, high = ends if exponent > 0 else reversed(ends)
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return UNKNOWN
    return interval(ends_of(_ranged(low))[0], ends_of(_ranged(high))[1])


def _power_of_enclosed(x: Enclosed, exponent: Fraction) -> Number:
    if x.sign() != 1:
        return UNKNOWN
    if x.root:
        coefficient = Root(Fraction(1), x.root.coefficient, exponent)
        product = coefficient.times(Root(Fraction(1), x.root.base, x.root.exponent * exponent))
        if product:
            return _number(product)

    def within(digits: int) -> Bounds:
        powers = [_power_bounds(Fraction(bound), exponent, digits) for bound in x.apart_from_zero(digits)]
        return min(lo for lo, _ in powers), max(hi for _, hi in powers)

    return _narrowing(within, x)


def _ranged(x: Known) -> Ranged:
    """x, an Enclosed number as the Interval of its bounds."""
    return interval(*x.within(_AS_ENDS)) if isinstance(x, Enclosed) else x


def nearest_fraction(x: Enclosed, digits: int = PRECISIONS[0]) -> Fraction:
    """A fraction that agrees with x to so many significant digits, up to 2000: to show x, not to decide."""
    for precision in (digits, *(asked for asked in PRECISIONS if asked > digits)):
        lo, hi = (Fraction(bound) for bound in x.within(precision))
        middle = (lo + hi) / 2
        if (hi - lo) * 10**digits <= abs(middle):
            break
    return middle


def fractions_beside(x: Exact | Enclosed, other: Exact | Enclosed) -> tuple[Fraction, Fraction]:
    """Both numbers, or fractions close to them that are in the same order; the same where they can't be told apart."""
    if not isinstance(x, Enclosed):
        return (as_fraction(x), as_fraction(other)) if not isinstance(other, Enclosed) else _turned(other, x)
    order = x.order(other)
    if not order:
        same = _close_to(other, PRECISIONS[0])
        return same, same
    pairs = ((_close_to(x, digits), _close_to(other, digits)) for digits in PRECISIONS)
    return next((one, two) for one, two in pairs if (one > two) - (one < two) == order)


def _turned(x: Enclosed, other: Exact) -> tuple[Fraction, Fraction]:
    one, two = fractions_beside(x, other)
    return two, one


def _close_to(x: Exact | Enclosed, digits: int) -> Fraction:
    return nearest_fraction(x, digits) if isinstance(x, Enclosed) else as_fraction(x)


def minimum_of(*numbers: Number) -> Number:
    """The lowest of some numbers: UNKNOWN where any is unknown, an Interval where it is known to a range only."""
    return _extreme(numbers, min)


def maximum_of(*numbers: Number) -> Number:
    """The highest of some numbers, as `minimum_of`."""
    return _extreme(numbers, max)


def _extreme(numbers: tuple[Number, ...], choose: Callable[..., Any]) -> Number:
    if not numbers:
        raise ValueError("the lowest or highest of no numbers")
    first, *others = numbers
    for other in others:
        if isinstance(first, Unknown) or isinstance(other, Unknown):
            return UNKNOWN
        first = _extreme_of_two(first, other, choose)
    return first


def _extreme_of_two(a: Known, b: Known, choose: Callable[..., Any]) -> Known:
    if isinstance(a, Enclosed):
        first = a < b if choose is min else a > b
    elif isinstance(b, Enclosed):
        first = b > a if choose is min else b < a
    else:
        first = UNKNOWN
    if first is not UNKNOWN:
        return a if first else b
    if isinstance(a, Enclosed) and not isinstance(b, Interval):
        return _extreme_undecided(a, b, choose)
    if isinstance(b, Enclosed) and not isinstance(a, Interval):
        return _extreme_undecided(b, a, choose)
    (a_lo, a_hi), (b_lo, b_hi) = ends_of(_ranged(a)), ends_of(_ranged(b))
    return interval(choose(a_lo, b_lo), choose(a_hi, b_hi))


def _extreme_undecided(a: Enclosed, b: Exact | Enclosed, choose: Callable[..., Any]) -> Enclosed:
    return _combined(lambda one, other, _: (choose(one[0], other[0]), choose(one[1], other[1])), a, b)
