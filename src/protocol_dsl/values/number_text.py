"""Exact numbers, printed for people: no exponents, no "-0", and no rounding that contradicts a decision."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from protocol_dsl.values.numbers import Exact, as_fraction, decimal_places, units_of
from protocol_dsl.values.roots import Enclosed, fractions_beside, nearest_fraction

_PRINTED_IN_FULL: Final = 12  # significant digits that a reader still takes in
_SIGNIFICANT: Final = 4  # digits of a number that has to be rounded
_CLOSELY: Final = 60  # digits that stand for a number with no exact form, far more than are printed
_ROUGHLY: Final = Context(prec=28, traps=[])  # to find the place of a number's first digit, whatever the context


def decimal_text(x: Exact | Enclosed, digits: int | None = None) -> str:
    """The number in plain digits: "18.5", "0.001", "100000".

    A number with an end and at most 12 significant digits is printed in full, and so is any whole number. Others
    are rounded, a half away from zero, to `digits` decimals, or where none are asked for to 4 significant digits.
    """
    if isinstance(x, Enclosed):
        fraction = nearest_fraction(x, _CLOSELY + (digits or 0))
        return _digits_text(fraction, _decimals_for(fraction) if digits is None else digits)
    fraction = as_fraction(x)
    places = decimal_places(fraction)
    if places is not None:
        full = _digits_text(fraction, places)
        if places == 0 or len(full.replace(".", "").strip("-0")) <= _PRINTED_IN_FULL:
            return full
    return _digits_text(fraction, _decimals_for(fraction) if digits is None else digits)


def text_beside(x: Exact | Enclosed, limit: Exact | Enclosed, minimum_decimals: int = 2) -> str:
    """x rounded as far as it can be beside `limit`, the number that it was compared with.

    The printed number is below, at or above the limit exactly as x is: 18.496 beside 18.5 is never "18.50". It has
    at least `minimum_decimals` decimals, or fewer where x has fewer, and is never a 0 that x is not.
    """
    exact, against = fractions_beside(x, limit)
    places = None if isinstance(x, Enclosed) else decimal_places(exact)
    if places is not None and places <= minimum_decimals:
        return _digits_text(exact, places)
    if exact == against:
        return _digits_text(exact, max(minimum_decimals, _decimals_for(exact)) if places is None else places)
    decimals = minimum_decimals
    while True:
        printed = Fraction(units_of(exact, decimals), 10**decimals)
        if printed and (printed < against) == (exact < against) and (printed > against) == (exact > against):
            return _digits_text(exact, decimals)
        decimals += 1


def _decimals_for(fraction: Fraction) -> int:
    """How many decimals show 4 significant digits of a number that is not 0."""
    leading = _ROUGHLY.divide(Decimal(fraction.numerator), Decimal(fraction.denominator)).adjusted()
    return max(0, _SIGNIFICANT - 1 - leading)


def _digits_text(fraction: Fraction, decimals: int) -> str:
    units = units_of(fraction, decimals)
    digits = str(Decimal(abs(units))).rjust(decimals + 1, "0")  # str of an int stops at 4,300 digits
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
