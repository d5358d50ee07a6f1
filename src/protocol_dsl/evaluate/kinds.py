"""How one value of each kind is read.

Each kind has quick readers, for the values that records mostly hold, and an exacting one, for everything else, that
converts units and says what is wrong.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, NoReturn, TypeAlias

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.evaluate.meant import number_and_unit, partial_date
from protocol_dsl.evaluate.operations import Remembered
from protocol_dsl.evaluate.plain_reader import Quick
from protocol_dsl.evaluate.reading import Names, Reading, is_damaged, shown
from protocol_dsl.semantics.types import Quantity
from protocol_dsl.values import (
    FIRST_YEAR,
    LAST_YEAR,
    TITRE,
    UNKNOWN,
    WEEKS_AND_DAYS,
    Conversion,
    OtherNumber,
    Unit,
    UnitError,
    above,
    below,
    conversion,
    parse_date,
    parse_unit,
    read_number,
    read_written_number,
)

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


_QUICK_NUMBER: Final[Quick] = {
    **_MISSING,
    int: _plain_integer,
    float: Remembered(_plain_float).__getitem__,
    Decimal: _plain_decimal,
}


_OWN_VARIANTS: Final = {TITRE: "titre", WEEKS_AND_DAYS: "weeks_and_days"}
"""Of the hints about units whose numbers are written in a way of their own, by the unit's code."""


def quantity(kind: Quantity, from_text: bool) -> Readers:
    unit = kind.unit
    own_variant = _OWN_VARIANTS.get(unit.code)
    # What is given in weeks and days is given as a text, or in a unit: of a bare number nobody knows which it counts.
    may_be_bare = unit.code != WEEKS_AND_DAYS
    units = _ReportedUnits(kind)

    def exacting(value: object, beside: str | None, reading: Reading) -> object:
        own = read_written_number(unit.code, value) if own_variant is not None and isinstance(value, str) else None
        if own is not None and (beside is None or units.is_first(beside)):
            return own
        numeric = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not (numeric or (from_text and isinstance(value, str))):
            return refused_text(value, reading) if isinstance(value, str) else refused(value, reading)
        assert isinstance(value, int | float | Decimal | str)
        percent = isinstance(value, str) and beside is None and unit.symbol == "%"
        try:
            number = read_number(value.removesuffix("%").rstrip() if percent and isinstance(value, str) else value)
        except ValueError as error:
            if isinstance(value, str) and beside is None and own_variant is not None:
                return refused_text(value, reading)
            meant = number_and_unit(value, unit) if isinstance(value, str) else None
            there = meant[1] if meant and meant[1] else beside or unit.symbol
            return reading.refuse("F105", found=shown(value), reason=_reason(error), unit=there)
        if not may_be_bare and (beside is None or units.is_first(beside)):
            return reading.refuse("F104", "bare", found=shown(number), unit=unit.symbol)
        return number if beside is None else units.read(number, beside, reading)

    def refused(value: object, reading: Reading) -> object:
        return reading.refuse("F104", own_variant, found=shown(value), unit=unit.symbol)

    def refused_text(value: str, reading: Reading) -> object:
        number, beside = number_and_unit(value, unit) or (None, None)
        variant = (own_variant or "text") if number is None else "quoted" if beside is None else "with_unit"
        if variant == "quoted" and not may_be_bare:
            return reading.refuse("F104", "bare", found=shown(value), unit=unit.symbol)
        return reading.refuse("F104", variant, found=shown(value), unit=unit.symbol, number=number, beside=beside)

    def exacting_or_bound(value: object, beside: str | None, reading: Reading) -> object:
        if may_be_bare and (plain := _QUICK_NUMBER.get(value.__class__)) is not None:
            try:
                number = plain(value)
            except ValueError:
                pass
            else:
                return number if beside is None else units.read(number, beside, reading)  # type: ignore[arg-type]
        bound = _BOUND.fullmatch(value.strip()) if may_be_bare and isinstance(value, str) and len(value) < 100 else None
        if bound is None:
            return exacting(value, beside, reading)
        number = exacting(_bare(bound["number"]), beside, reading)
        if number is UNKNOWN:
            return number
        recorded = reading.details.get(reading.path)
        if recorded is not None and recorded.recorded is not None:
            reading.note_recorded(f"{bound['sign']}{recorded.recorded}")
        side, included = _SIDES[bound["sign"]]
        if isinstance(number, OtherNumber):
            return OtherNumber(side(number.number, included))  # type: ignore[arg-type]
        return side(number, included)  # type: ignore[arg-type]

    return _QUICK_NUMBER if may_be_bare else _MISSING, exacting_or_bound


_BOUND: Final = re.compile(r"(?P<sign><=|>=|[<>≤≥])\s*(?P<number>[0-9.+-].*)")
_SIDES: Final = {
    "<": (below, False),
    ">": (above, False),
    "≤": (below, True),
    "<=": (below, True),
    "≥": (above, True),
    ">=": (above, True),
}
"""A number of which only is known on which side of another it lies, as laboratories report it: `<0.5`, `>1:1280`."""


def _bare(text: str) -> object:
    """The number of a bound, which stands in a text with its sign; another text as it is."""
    try:
        return read_number(text)
    except ValueError:
        return text


class _ReportedUnits:
    """The units in which a quantity may be reported, as records write them."""

    def __init__(self, kind: Quantity):
        self._first = kind.unit
        self._second = None if kind.other is None else kind.other.unit
        # By the unit as recorded, the declared one that it is read in, and the way there: `None` where it is the
        # declared one under another name.
        self._seen: dict[str, tuple[Conversion | None, Unit]] = {}

    def is_first(self, beside: str) -> bool:
        """Whether a unit is the first one declared, by its code."""
        try:
            return parse_unit(beside).code == self._first.code
        except UnitError:
            return False

    def read(self, number: int | Decimal, beside: str, reading: Reading) -> object:
        """The number in the first unit, or in the second one where it is reported so; UNKNOWN where it is refused."""
        if beside not in self._seen and not self.known(beside, reading):
            return UNKNOWN
        way, declared = self._seen[beside]
        in_declared: object = number
        if way is not None:
            digits = str(number) if isinstance(number, int) else f"{number:f}"
            reading.note_recorded(digits if beside.strip() == "1" else f"{digits} {beside.strip()}")
            in_declared = way(number)
        return in_declared if declared is self._first else OtherNumber(in_declared)  # type: ignore[arg-type]

    def known(self, beside: str, reading: Reading) -> bool:
        """Whether the unit is known, and one that the quantity may be reported in; if not, it is refused."""
        if beside in self._seen:
            return True
        second = self._second
        # A number in "weeks + days" is no hint: 24 would be weeks to one reader and days to the next.
        wanted = self._first.symbol if self._first.code != WEEKS_AND_DAYS else "days"
        try:
            recorded = parse_unit(beside)
        except UnitError as error:
            near = error.nearest
            reading.refuse("F111", "nearest" if near else None, found=shown(beside), unit=wanted, nearest=near)
            return False
        declared = self._declared(recorded)
        if declared is None:
            variant = None if second is None else "two"
            other = None if second is None else second.symbol
            reading.refuse("F112", variant, found=shown(beside), unit=wanted, other=other)
            return False
        same = (recorded.factor, recorded.offset) == (declared.factor, declared.offset)
        self._seen[beside] = (None if same else conversion(recorded, declared), declared)
        return True

    def _declared(self, recorded: Unit) -> Unit | None:
        first, second = self._first, self._second
        if second is None or not first.same_dimension(second):
            declared = (first,) if second is None else (first, second)
            return next((unit for unit in declared if recorded.same_dimension(unit)), None)
        # Percent and mmol/mol of haemoglobin A1c are both plain numbers, but of two scales: nothing converts to either.
        return next((unit for unit in (first, second) if recorded == unit), None)


def unit_is_known(kind: Quantity, beside: str, reading: Reading) -> bool:
    """Whether numbers of this kind may stand in the unit; if not, it is refused."""
    return _ReportedUnits(kind).known(beside, reading)


def one_of(choices: tuple[str, ...]) -> Readers:
    spellings = Names((choice, choice) for choice in choices)

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        choice = _choice(value, spellings)
        return _refused_choice(value, choices, reading) if choice is None else choice

    return {**_MISSING, str: spellings.common.__getitem__}, exacting


def several_of(choices: tuple[str, ...], from_text: bool) -> Readers:
    spellings = Names((choice, choice) for choice in choices)

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        given: Iterable[object]
        if isinstance(value, list | tuple):
            given = value
        elif not from_text or not isinstance(value, str) or _choice(value, spellings) is not None:
            given = [value]
        elif value.strip().casefold() == "none":
            given = []
        else:
            given = [part.strip() for part in re.split("[;,]", value) if part.strip()]
        found = set()
        for one in given:
            choice = _choice(one, spellings)
            if choice is None:
                return _refused_choice(one, choices, reading, several=True)
            found.add(choice)
        return tuple(choice for choice in choices if choice in found)

    return _MISSING, exacting


def _choice(value: object, spellings: Names[str]) -> str | None:
    text = _choice_text(value)
    return None if text is None else spellings.find(text)


def _choice_text(value: object) -> str | None:
    # Grades and scores are choices that look like numbers, and JSON has numbers.
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _PLAIN_INTEGER
    return str(value) if whole else value if isinstance(value, str) else None


def _refused_choice(value: object, choices: tuple[str, ...], reading: Reading, several: bool = False) -> object:
    text = _choice_text(value)
    # "none" may be near "bone", but nobody who writes it means that.
    near = None if text is None or text.casefold() == "none" else reading.nearest(text, choices)
    if near is not None and text is not None and near.strip("+-").casefold() == text.strip("+- ").casefold():
        # A sign that is missing can be either: "A" is no hint of "A-".
        near = None
    some = choices if len(choices) <= _MOST_CHOICES_SHOWN else (*choices[:_MOST_CHOICES_SHOWN], "…")
    return reading.refuse(
        "F106",
        ("several_nearest" if near else "several") if several else "nearest" if near else None,
        found=shown(value),
        choices=Copyable(", ".join(some)),
        example=Copyable(near or choices[0]),
    )


_MOST_CHOICES_SHOWN: Final = 20

quick_date: Final[Quick] = {**_MISSING, str: Remembered(parse_date).__getitem__}


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


@lru_cache(maxsize=16)  # all coded items of a protocol know the same terms
def coded(terms: tuple[tuple[str, str], ...]) -> Readers:
    same = {term: term for _, term in terms}
    spellings = Names((spelling, same[term]) for spelling, term in terms)

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        if not isinstance(value, str) or is_damaged(value):
            return reading.refuse("F109", "word", found=shown(value))
        term = spellings.find(value)
        return " ".join(value.casefold().split()) if term is None else term

    return {**_MISSING, str: spellings.common.__getitem__}, exacting
