"""How one value of each kind is read.

Each kind has quick readers, for the values that records mostly hold, and an exacting one, for everything else, that
converts units and says what is wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeAlias

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.evaluate.meant import number_and_unit, partial_date
from protocol_dsl.evaluate.reading import Names, Reading, is_damaged, shown
from protocol_dsl.values import (
    FIRST_YEAR,
    LAST_YEAR,
    UNKNOWN,
    Unit,
    UnitError,
    convert,
    parse_date,
    parse_unit,
    read_number,
)

Quick: TypeAlias = Mapping[type, Callable[[Any], object]]
"""By the type of the value. They raise a ValueError or a LookupError for what they leave to the exacting reader."""

Exacting: TypeAlias = Callable[[object, str | None, Reading], object]
"""Takes the value, the unit that stands beside it, and where errors go."""

Readers: TypeAlias = tuple[Quick, Exacting]

_MISSING: Final[Quick] = {type(None): lambda missing: UNKNOWN}


def yes_no(from_text: bool) -> Readers:
    words = {"yes": True, "no": False} | ({"true": True, "false": False} if from_text else {})

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        if isinstance(value, bool):
            return value
        truth = words.get(value.strip().casefold()) if isinstance(value, str) and len(value) < 20 else None
        if truth is not None:
            return truth
        found = shown(value)
        return reading.refuse("F103", "zero_or_one" if found.strip('"') in ("0", "1") else None, found=found)

    return {**_MISSING, bool: bool}, exacting


# Within these bounds a number certainly has no more digits than `read_number` takes; the rare rest goes there.
_PLAIN_INTEGER: Final = 10**15
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-40, 1e40


def _plain_integer(value: int) -> int:
    return value if -_PLAIN_INTEGER < value < _PLAIN_INTEGER else _leave()


def _plain_float(value: float) -> Decimal:
    return Decimal(repr(value)) if _SMALLEST_PLAIN < abs(value) < _LARGEST_PLAIN else _leave()


def _plain_decimal(value: Decimal) -> Decimal:
    plain = value.is_finite() and -20 < value.adjusted() < 20 and len(str(value)) < 40
    return value if plain and value else _leave()


def _leave() -> NoReturn:
    raise ValueError


_QUICK_NUMBER: Final[Quick] = {**_MISSING, int: _plain_integer, float: _plain_float, Decimal: _plain_decimal}


def quantity(unit: Unit, from_text: bool) -> Readers:
    # By the unit as recorded; `None` where it is the declared one under another name.
    others: dict[str, Unit | None] = {}

    def exacting(value: object, beside: str | None, reading: Reading) -> object:
        numeric = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not (numeric or (from_text and isinstance(value, str))):
            return refused_text(value, reading) if isinstance(value, str) else refused(value, reading)
        assert isinstance(value, int | float | Decimal | str)
        percent = isinstance(value, str) and beside is None and unit.symbol == "%"
        try:
            number = read_number(value.removesuffix("%").rstrip() if percent and isinstance(value, str) else value)
        except ValueError as error:
            meant = number_and_unit(value, unit) if isinstance(value, str) else None
            there = meant[1] if meant and meant[1] else beside or unit.symbol
            return reading.refuse("F105", found=shown(value), reason=_reason(error), unit=there)
        return number if beside is None else converted(number, beside, reading)

    def refused(value: object, reading: Reading) -> object:
        return reading.refuse("F104", found=shown(value), unit=unit.symbol)

    def refused_text(value: str, reading: Reading) -> object:
        number, beside = number_and_unit(value, unit) or (None, None)
        variant = "text" if number is None else "quoted" if beside is None else "with_unit"
        return reading.refuse("F104", variant, found=shown(value), unit=unit.symbol, number=number, beside=beside)

    def converted(number: int | Decimal, beside: str, reading: Reading) -> object:
        if beside not in others:
            other = _known_unit(beside, unit, reading)
            if other is None:
                return UNKNOWN
            others[beside] = None if (other.factor, other.offset) == (unit.factor, unit.offset) else other
        other = others[beside]
        if other is None:
            return number
        digits = str(number) if isinstance(number, int) else f"{number:f}"
        reading.note_recorded(digits if beside.strip() == "1" else f"{digits} {beside.strip()}")
        return convert(number, other, unit)

    return _QUICK_NUMBER, exacting


def _known_unit(beside: str, unit: Unit, reading: Reading) -> Unit | None:
    """The unit that stands beside a number, where it is one and can be converted to the declared unit."""
    try:
        other = parse_unit(beside)
    except UnitError as error:
        near = error.nearest
        reading.refuse("F111", "nearest" if near else None, found=shown(beside), unit=unit.symbol, nearest=near)
        return None
    if not other.same_dimension(unit):
        reading.refuse("F112", found=shown(beside), unit=unit.symbol)
        return None
    return other


def one_of(choices: tuple[str, ...]) -> Readers:
    spellings = Names((choice, choice) for choice in choices)

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        # Grades and scores are choices that look like numbers, and JSON has numbers.
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _PLAIN_INTEGER
        text = str(value) if whole else value
        choice = spellings.find(text) if isinstance(text, str) else None
        if choice is not None:
            return choice
        near = reading.nearest(text, choices) if isinstance(text, str) else None
        if near is not None and isinstance(text, str) and near.strip("+-").casefold() == text.strip("+- ").casefold():
            # A sign that is missing can be either: "A" is no hint of "A-".
            near = None
        some = choices if len(choices) <= _MOST_CHOICES_SHOWN else (*choices[:_MOST_CHOICES_SHOWN], "…")
        return reading.refuse(
            "F106",
            "nearest" if near else None,
            found=shown(value),
            choices=Copyable(", ".join(some)),
            example=Copyable(near or choices[0]),
        )

    return {**_MISSING, str: spellings.common.__getitem__}, exacting


_MOST_CHOICES_SHOWN: Final = 20

# Days recur among patients, and a day is much quicker found than read.
quick_date: Final[Quick] = {**_MISSING, str: lru_cache(maxsize=16_384)(parse_date)}


def written_day(value: str | datetime.date) -> str:
    """A date of Python as text: of a `datetime` its day and minute, at midnight the day alone.

    Programs that know no days write them as midnights. Seconds and time zones are left in: they are refused as in text.
    """
    if not isinstance(value, datetime.datetime):
        return value if isinstance(value, str) else value.isoformat()
    return value.date().isoformat() if value.timetz() == datetime.time() else value.isoformat()


def _reason(error: ValueError) -> Copyable:
    """Why a number or a date cannot be read, without the text itself, which stands before it."""
    return Copyable(str(error).rpartition(": ")[2])


def exacting_date(value: object, unit: str | None, reading: Reading) -> object:
    if not isinstance(value, str | datetime.date):
        year = isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR
        return reading.refuse("F107", "year" if year else None, found=shown(value), year=value if year else None)
    try:
        return parse_date(written_day(value))
    except ValueError as error:
        text = str(value)
        meant = partial_date(text)
        return reading.refuse("F108", "meant" if meant else None, found=shown(text), reason=_reason(error), meant=meant)


def _plain_text(value: str) -> str:
    return value if value.isascii() else _leave()


quick_text: Final[Quick] = {**_MISSING, str: _plain_text}


def exacting_text(value: object, unit: str | None, reading: Reading) -> object:
    if isinstance(value, str) and not is_damaged(value):
        return value
    return reading.refuse("F109", found=shown(value))
