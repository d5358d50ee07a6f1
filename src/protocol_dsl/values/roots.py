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

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final, NoReturn, cast, final

from attrs import evolve, field, frozen

from protocol_dsl.values.numbers import (
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
from protocol_dsl.values.root_bounds import (
    PRECISIONS,
    Bounds,
    Root,
    check_exponent,
    contexts,
    fraction_bounds,
    power_bounds,
    product_bounds,
    sum_bounds,
)
from protocol_dsl.values.truth import UNKNOWN, Truth, Unknown

_AS_ENDS: Final = 40  # digits of a root that becomes the end of an Interval
_DEEPEST: Final = 100  # steps of arithmetic that are narrowed one through the other, well below Python's recursion
_EXACT_KINDS: Final = (Ratio, Decimal, int)


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
            return self if other == 0 else _combined(sum_bounds, self, other)
        quotient = _quotient(self, other)
        return _combined(sum_bounds, self, other) if quotient is None else other * from_fraction(quotient + 1)

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
            return _combined(product_bounds, self, other) if product is None else _number(product)
        factor = as_fraction(other)
        if factor == 0 or self.root is None:
            return _combined(product_bounds, self, other) if factor else 0
        return _irrational(evolve(self.root, coefficient=self.root.coefficient * factor))

    __rmul__ = __mul__

    def reciprocal(self) -> "Enclosed | Unknown":
        """1 / the number; UNKNOWN where 2000 digits don't tell it from 0."""
        if self.root:
            return _irrational(self.root.reciprocal())
        return UNKNOWN if self.sign() is None else _narrowing(self._reciprocal_within, self)

    def _reciprocal_within(self, digits: int) -> Bounds:
        down, up = contexts(digits)
        lo, hi = self.apart_from_zero(digits)
        return down.divide(1, hi), up.divide(1, lo)

    def apart_from_zero(self, digits: int) -> Bounds:
        """Bounds of a number that has a `sign`: as asked for, or narrower, so that both have that sign."""
        asked = (digits, *(precision for precision in PRECISIONS if precision > digits))
        return next(bounds for bounds in map(self.within, asked) if bounds[0] > 0 or bounds[1] < 0)

    def __pow__(self, exponent: int) -> Number:
        if not isinstance(exponent, int):
            return NotImplemented
        check_exponent(Fraction(exponent))
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
    return _narrowing(lambda digits: operate(one.within(digits), fraction_bounds(exact, digits), digits), one)


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
    check_exponent(exact)
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
        powers = [power_bounds(Fraction(bound), exponent, digits) for bound in x.apart_from_zero(digits)]
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
