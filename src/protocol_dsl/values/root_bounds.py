"""One root, and bounds of it as close as one asks for.

Bounds are Decimals rounded outwards, in contexts of their own, so they hold whatever the caller's context is.
"""

import decimal
import math
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias

from attrs import frozen

from protocol_dsl.values.numbers import MOST_POWER

Bounds: TypeAlias = tuple[Decimal, Decimal]
"""The lower and the upper bound of a number."""

MOST_ROOT: Final = 10**6
"""The largest denominator of an exponent: x ** 0.000001 is the millionth root."""

PRECISIONS: Final = (30, 60, 120, 240, 480, 960, 2000)
"""The digits asked for, one after the other, until a question is decided."""

_GUARD: Final = 10  # more digits to compute with than are asked for
_MOST_BITS: Final = 20_000  # a product of roots under one root may become so large; beyond, they stay apart


@lru_cache(maxsize=64)
def contexts(digits: int) -> tuple[decimal.Context, decimal.Context]:
    """Arithmetic that rounds down, and arithmetic that rounds up; a decimal.Overflow beyond 10**999999, as in EXACT."""
    traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]
    precision: dict[str, Any] = {"prec": digits + _GUARD, "Emin": -999_999, "Emax": 999_999, "traps": traps}
    down = decimal.Context(**precision, rounding=decimal.ROUND_FLOOR)
    return down, decimal.Context(**precision, rounding=decimal.ROUND_CEILING)


def fraction_bounds(x: Fraction, digits: int) -> Bounds:
    down, up = contexts(digits)
    return down.divide(x.numerator, x.denominator), up.divide(x.numerator, x.denominator)


def sum_bounds(a: Bounds, b: Bounds, digits: int) -> Bounds:
    down, up = contexts(digits)
    return down.add(a[0], b[0]), up.add(a[1], b[1])


def product_bounds(a: Bounds, b: Bounds, digits: int) -> Bounds:
    down, up = contexts(digits)
    corners = [(one, other) for one in a for other in b]
    return min(down.multiply(*corner) for corner in corners), max(up.multiply(*corner) for corner in corners)


def _logarithm(n: int, digits: int) -> Bounds:
    # Decimal's ln and exp are correctly rounded, so the number lies within one step of the last digit.
    if n == 1:
        return Decimal(0), Decimal(0)
    down, up = contexts(digits)
    nearest = down.ln(Decimal(n))
    return down.next_minus(nearest), up.next_plus(nearest)


@lru_cache(maxsize=1024)
def power_bounds(base: Fraction, exponent: Fraction, digits: int) -> Bounds:
    """Bounds of base ** exponent, for a base above 0: e to the exponent times the logarithm."""
    down, up = contexts(digits)
    above, below = _logarithm(base.numerator, digits), _logarithm(base.denominator, digits)
    logarithm = down.subtract(above[0], below[1]), up.subtract(above[1], below[0])
    lo, hi = product_bounds(fraction_bounds(exponent, digits), logarithm, digits)
    return down.next_minus(down.exp(lo)), up.next_plus(up.exp(hi))


@frozen
class Root:
    """coefficient × base ** exponent, for a base above 0."""

    coefficient: Fraction
    base: Fraction
    exponent: Fraction

    def within(self, digits: int) -> Bounds:
        bounds = power_bounds(self.base, self.exponent, digits)
        return (
            bounds
            if self.coefficient == 1
            else product_bounds(fraction_bounds(self.coefficient, digits), bounds, digits)
        )

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


def check_exponent(exponent: Fraction) -> None:
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
