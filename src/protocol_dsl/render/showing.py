"""Text and values from protocols and patients' records, as people may see them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.values import (
    Enclosed,
    Interval,
    PartialDate,
    Ratio,
    Unit,
    as_fraction,
    date_text,
    decimal_text,
    nearest_fraction,
    text_beside,
    unit_text,
)

NO_BREAK: Final = "\u00a0"
"""Keeps a number with its unit and a day with its month on one line; printed as a plain space."""

LONGEST: Final = 300
NUMBERS: Final = (int, Decimal, Ratio, Enclosed)
"""What a single number can be."""

_CLOSELY: Final = 60
_RECORDED_IN_FULL: Final = 20


def shown(text: str, longest: int = LONGEST) -> str:
    """A text of one line as it may be shown: hidden characters replaced, a very long one cut."""
    plain = visible(" ".join(text.splitlines()))
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def sentence(text: str) -> str:
    """The text with a capital in front, ended by a full stop."""
    started = capital(text)
    return started if started.endswith((".", "!", "?", ".)")) else started + "."


def capital(text: str) -> str:
    """The text with a capital in front; a sign of letters and digits such as `pH` keeps its form."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]


def day_text(when: datetime.date | PartialDate) -> str:
    """A date in words; its day is not parted from its month."""
    text = date_text(when)
    day, space, rest = text.partition(" ")
    return f"{day}{NO_BREAK}{rest}" if space and day.isdigit() else text


def whole_day(when: object) -> object:
    """A day without its time, which windows in days don't look at; anything else as it is."""
    return datetime.date(when.year, when.month, when.day) if isinstance(when, datetime.date) else when


def number_text(value: object, unit: Unit | None, beside: object = None) -> str:
    """A number or a range of numbers with its unit, never rounded to the other side of the number beside it."""
    if isinstance(value, Interval):
        ends = (number_text(end, None, beside) for end in (value.lo, value.hi))
        return _with_unit("–".join(ends), unit)
    assert isinstance(value, NUMBERS)
    digits = text_beside(value, beside) if isinstance(beside, NUMBERS) else _readable(value)
    return _with_unit(digits, unit)


def recorded_text(value: object, unit: Unit | None, beside: object = None) -> str:
    """A number as it was recorded, with all its digits; only one of too many digits to read is rounded."""
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _RECORDED_IN_FULL:
        return _with_unit(text_beside(value, value), unit)
    return number_text(value, unit, beside)


def difference_text(more: object, less: object, unit: Unit | None, *, in_full: bool = False) -> str:
    """How far one number is above another; `in_full`: both are printed without rounding, so their difference is too."""
    fraction = fraction_of(more) - fraction_of(less)
    gap = Ratio(fraction.numerator, fraction.denominator)
    return _with_unit(decimal_text(gap) if in_full else text_beside(gap, 0), unit)


def fraction_of(value: object) -> Fraction:
    """A number as a fraction: of one with no exact form, one that agrees with it as far as anyone reads."""
    assert isinstance(value, NUMBERS)
    return nearest_fraction(value, _CLOSELY) if isinstance(value, Enclosed) else as_fraction(value)


def _readable(value: int | Decimal | Ratio | Enclosed) -> str:
    """At most 12 digits as they are; what has to be rounded gets two decimals, or more where it is small."""
    return decimal_text(value) if abs(fraction_of(value)) < 1 else decimal_text(value, 2)


def _with_unit(digits: str, unit: Unit | None) -> str:
    text = digits if unit is None else unit_text(unit, digits)
    return text.replace(" ", NO_BREAK)
