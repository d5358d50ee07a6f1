"""Units of measurement, their algebra, and exact conversion between them.

Units are those of UCUM (Unified Code for Units of Measure, https://ucum.org), whose values are kept in units.toml
as exact fractions. Months and years are not among UCUM's units of time here but a dimension of their own, the
calendar: 12 months are 1 year, and neither is ever a number of days.

`parse_unit` reads the text of a unit.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar, overload

from attrs import field, frozen

from protocol_dsl.values.number_text import decimal_text
from protocol_dsl.values.numbers import (
    EXACT,
    Exact,
    Interval,
    Number,
    Ratio,
    as_fraction,
    from_fraction,
    interval,
)
from protocol_dsl.values.roots import Enclosed
from protocol_dsl.values.truth import Unknown
from protocol_dsl.values.written_numbers import written_number

Dimension: TypeAlias = tuple[tuple[str, int], ...]
"""A product of base dimensions, by name, each with its power: (("length", -2), ("mass", 1)). Of a plain number: ()."""


class UnitError(ValueError):
    """A text that is no unit, or two units that do not go together.

    `text` is what was written, `reason` what is wrong with it, `nearest` a unit that may have been meant, or None.
    """

    def __init__(self, text: str, reason: str, suggest: Callable[[], str | None] = lambda: None) -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason
        self._suggest = suggest

    @property
    def nearest(self) -> str | None:
        return self._suggest()


@frozen
class Atom:
    """A unit that is not composed, as it is written: `symbol` within a compound, `many` and `one` beside a number."""

    code: str
    symbol: str
    many: str
    one: str
    numeric: bool = False
    """Whether it is a bare number: 10⁹ in 10⁹/L, 24 in mg/24 h."""


Parts: TypeAlias = tuple[tuple[Atom, int], ...]
"""Atoms and their powers, in the order in which they are written."""

_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@frozen(cache_hash=True)
class Unit:
    """A unit of measurement. A number in it, plus `offset` and times `factor`, is in base units of its dimension.

    The base units are g, m, s, mol, K, A, eq, osm, IU, the month and a few more; `offset` is other than 0 for
    scales of temperature alone. `symbol` is its printed form ("kg/m²", "%", "years"), `code` that of UCUM.
    """

    symbol: str = field(eq=False)
    code: str
    dimension: Dimension
    factor: Fraction
    offset: Fraction = Fraction(0)
    singular: str = field(default="", eq=False, repr=False)
    """The printed form beside the number 1."""
    parts: Parts = field(default=(), eq=False, repr=False)

    @property
    def dimensionless(self) -> bool:
        """Whether it measures a plain number: 1, %, a count."""
        return not self.dimension

    def same_dimension(self, other: "Unit") -> bool:
        """Whether numbers in both units can be compared and converted."""
        return self.dimension == other.dimension

    def times(self, other: "Unit") -> "Unit":
        """The product; UnitError for a scale of temperature, which has no products."""
        if other.code == ONE.code:
            return self
        if self.code == ONE.code:
            return other
        self._must_be_a_measure(other)
        return compose(
            _merged(self.parts, other.parts), _merged(self.dimension, other.dimension), self.factor * other.factor
        )

    def per(self, other: "Unit") -> "Unit":
        """The quotient; UnitError for a scale of temperature."""
        return self.times(other.power(-1))

    def power(self, exponent: int) -> "Unit":
        """A whole power; UnitError for a scale of temperature."""
        if exponent == 1:
            return self
        self._must_be_a_measure(self)
        parts = tuple((atom, power * exponent) for atom, power in self.parts if exponent)
        dimension = tuple((base, power * exponent) for base, power in self.dimension if exponent)
        return compose(parts, dimension, self.factor**exponent)

    def _must_be_a_measure(self, other: "Unit") -> None:
        for unit in (self, other):
            if unit.offset:
                raise UnitError(unit.symbol, "a scale of temperature cannot be multiplied, divided or squared")


K = TypeVar("K", str, Atom)


def _merged(one: tuple[tuple[K, int], ...], other: tuple[tuple[K, int], ...]) -> tuple[tuple[K, int], ...]:
    powers = dict(one)
    for key, power in other:
        powers[key] = powers.get(key, 0) + power
    return tuple((key, power) for key, power in powers.items() if power)


def compose(parts: Parts, dimension: Dimension, factor: Fraction, offset: Fraction = Fraction(0)) -> Unit:
    """The unit of these parts, its symbol and its code written out."""
    dimension = tuple(sorted(dimension))
    if not parts:
        return Unit("1", "1", dimension, factor, offset, "1")
    code = _written(parts, lambda atom, power: f"{atom.code}{'' if power == 1 else power}", ".", "/", ".")
    if len(parts) == 1 and parts[0][1] == 1:
        atom = parts[0][0]
        return Unit(atom.many, code, dimension, factor, offset, atom.one, parts)
    symbol = _written(parts, _symbol, "·", " ", " ")
    return Unit(symbol, code, dimension, factor, offset, symbol, parts)


def _symbol(atom: Atom, power: int) -> str:
    return atom.symbol if power == 1 else f"{atom.symbol}{str(power).translate(_SUPERSCRIPTS)}"


def _written(parts: Parts, one: Callable[[Atom, int], str], join: str, below_number: str, after_number: str) -> str:
    """Numerators, then each denominator after a stroke; a bare number stands before what it multiplies."""
    text, number_before = "", False
    for atom, power in sorted((part for part in parts if part[1] > 0), key=lambda part: not part[0].numeric):
        text += (after_number if number_before else join if text else "") + one(atom, power)
        number_before = atom.numeric
    number_before = False
    for atom, power in (part for part in parts if part[1] < 0):
        text += (below_number if number_before else "/") + one(atom, -power)
        number_before = atom.numeric
    return text


ONE: Final = compose((), (), Fraction(1))
"""The unit of a plain number."""


def unit_text(unit: Unit, number: Exact | str) -> str:
    """A number with its unit, for people: "18.5 kg/m²", "1 year", "2 years", "50%", "1:160", "25th percentile".

    A number that was already put into words stays as it is.
    """
    digits = number if isinstance(number, str) else decimal_text(number)
    if (written := written_number(unit.code, digits)) is not None:
        return written
    symbol = unit.singular if digits in ("1", "-1") else unit.symbol
    if unit.code == ONE.code:
        return digits
    return f"{digits}{symbol}" if symbol in ("%", "‰", "°") else f"{digits} {symbol}"


@frozen
class Conversion:
    """The way from one unit to another, worked out once: call it with each number.

    `number * multiplier + shift`, exactly; the result is a Ratio only where its decimals never end.
    """

    multiplier: Exact
    shift: Exact

    @overload
    def __call__(self, number: Exact) -> Exact: ...
    @overload
    def __call__(self, number: Number) -> Number: ...
    def __call__(self, number: Number) -> Number:
        if isinstance(number, Unknown) or (self.multiplier == 1 and self.shift == 0):
            return number
        if isinstance(number, Interval):
            return interval(self(number.lo), self(number.hi))
        if isinstance(number, Enclosed):
            return number * self.multiplier + self.shift
        if isinstance(number, Ratio) or isinstance(self.multiplier, Ratio) or isinstance(self.shift, Ratio):
            return from_fraction(as_fraction(number) * as_fraction(self.multiplier) + as_fraction(self.shift))
        if isinstance(number, int) and isinstance(self.multiplier, int) and isinstance(self.shift, int):
            return number * self.multiplier + self.shift
        return EXACT.add(EXACT.multiply(number, self.multiplier), self.shift)


@lru_cache(maxsize=1024)
def conversion(from_: Unit, to: Unit) -> Conversion:
    """The way from one unit to another; UnitError where their dimensions differ."""
    if not from_.same_dimension(to):
        raise UnitError(from_.symbol, f"cannot be converted to {to.symbol}")
    multiplier = from_.factor / to.factor
    return Conversion(from_fraction(multiplier), from_fraction(from_.offset * multiplier - to.offset))


@overload
def convert(number: Exact, from_: Unit, to: Unit) -> Exact: ...
@overload
def convert(number: Number, from_: Unit, to: Unit) -> Number: ...
def convert(number: Number, from_: Unit, to: Unit) -> Number:
    """The same amount in another unit, exactly: an int or Decimal, or a Ratio where its decimals never end.

    An Interval is converted at both ends. UnitError where the dimensions differ: months are never days, and mass
    is never an amount of substance without the molar mass.
    """
    return conversion(from_, to)(number)
