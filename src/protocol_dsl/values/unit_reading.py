"""Reading the text of a unit: "mg/dL", "kg/m2", "×10⁹/L", "beats per minute", "mL/min/1.73 m²".

The units themselves are data, in units.toml. A spelling is looked up whole; what is not there is composed: parts
joined by a stroke or "per", each a product of units with powers. Letter case counts, since mg and Mg are two units.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from attrs import Factory, define

from protocol_dsl.values.units import ONE, Atom, Dimension, Unit, UnitError, compose

LONGEST_TEXT: Final = 60
"""A longer text is refused unread."""

_PLAIN_SIGNS: Final = str.maketrans({"μ": "µ", "⋅": "·", "∙": "·", "−": "-", "\u00a0": " ", "\u202f": " "})
_SUPERSCRIPT_DIGITS: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_TO_SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STROKE: Final = re.compile(r" ?/ ?| per ")
_POWER_OF_TEN: Final = re.compile(r"(?:[x×] ?)?10(?:[*^]([0-9]{1,2})|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))(?: ?[·.x×]? ?(.+))?")
_NUMBER: Final = re.compile(r"([1-9][0-9]{0,4})(?: ?(.+))?")
_POWER: Final = re.compile(r"(.*[^0-9^⁻⁰¹²³⁴⁵⁶⁷⁸⁹-])(?:\^?(-?[1-9])|(⁻?[¹²³⁴⁵⁶⁷⁸⁹]))")


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """The unit that a text means, written by its UCUM code, its symbol or its words.

    UnitError where there is none, with the `nearest` unit if one is near: "mg/dl" suggests "mg/dL".
    """
    if len(text) > LONGEST_TEXT:
        raise UnitError(text[:LONGEST_TEXT] + "…", "too long for a unit")
    table = _table()
    unit = table.read(_plain(text))
    if unit is None:
        raise UnitError(text, "not a unit that is known", lambda: table.nearest(text))
    return unit


@lru_cache(maxsize=1)
def known_units() -> tuple[str, ...]:
    """The spellings of all single units and of the compounds in common use, for a lexer to look up.

    Left out are words as likely to be the thing that is counted ("episodes", but not "episodes/week"), and "a", the
    code of the year, which is also the article.
    """
    table = _table()
    spellings = set(table.spellings) - table.rarely_alone
    for code in table.common:
        unit = cast(Unit, table.read(code))
        spellings.update({unit.symbol, unit.symbol.replace("/", " per ").strip()})
        spellings.update(_typed_variants(unit.symbol))
        if not set(code) & set("{}[]"):
            spellings.add(code)
    return tuple(sorted(spellings - {ONE.symbol}))


def _typed_variants(symbol: str) -> Iterator[str]:
    """A symbol as it is typed without superscripts and Greek letters."""
    plain = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: power[0].translate(_SUPERSCRIPT_DIGITS), symbol)
    caret = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: "^" + power[0].translate(_SUPERSCRIPT_DIGITS), symbol)
    for variant in (plain.replace("×10", "10^"), caret, caret.removeprefix("×")):
        yield variant
        yield variant.replace("µ", "u")
    yield symbol.replace("µ", "u")


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN_SIGNS).split())


@define
class _UnitTable:
    """All spellings of units.toml, and what is composed of them."""

    spellings: dict[str, Unit] = Factory(lambda: {"1": ONE})
    common: tuple[str, ...] = ()
    rarely_alone: frozenset[str] = frozenset()
    slips: dict[str, str] = Factory(dict)
    _by_letters: dict[str, str] = Factory(dict)

    def read(self, text: str) -> Unit | None:
        """The unit of a text that was made plain, or None."""
        found = self.spellings.get(text)
        if found is not None:
            return found
        first, *rest = _STROKE.split(f" {text}" if text.startswith("per ") else text)
        unit = self._product(first, above=True) if first.strip() else ONE if rest else None
        for below in rest:
            part = self._product(below, above=False)
            if unit is None or part is None:
                return None
            unit = unit.per(part)
        return unit

    def _product(self, text: str, above: bool) -> Unit | None:
        """One side of a stroke: 10⁹ cells, 24 h, kg·m."""
        found = self.spellings.get(text)
        if found is not None:
            return found
        if above and (ten := _POWER_OF_TEN.fullmatch(text)):
            exponent = int((ten[1] or ten[2]).translate(_SUPERSCRIPT_DIGITS))
            symbol = f"×10{str(exponent).translate(_TO_SUPERSCRIPT)}"
            return self._multiple(_number_unit(f"10*{exponent}", symbol, Fraction(10) ** exponent), ten[3], above)
        if not above and (number := _NUMBER.fullmatch(text)):
            return self._multiple(_number_unit(number[1], number[1], Fraction(number[1])), number[2], above)
        product = ONE
        for factor in re.split(r" ?[·*] ?|(?<=[^0-9])\.|(?<=[0-9])\.(?=[^0-9])", text):
            unit = self._factor(factor)
            if unit is None:
                return None
            product = product.times(unit)
        return product

    def _multiple(self, number: Unit, text: str | None, above: bool) -> Unit | None:
        unit = ONE if text is None else self._product(text, above)
        return None if unit is None else number.times(unit)

    def _factor(self, text: str) -> Unit | None:
        """A unit by itself, or with a power: m², m2, m^2, s⁻¹."""
        found = self.spellings.get(text)
        if found is None and (power := _POWER.fullmatch(text)):
            base = self.spellings.get(power[1])
            exponent = int((power[2] or power[3]).translate(_SUPERSCRIPT_DIGITS))
            found = None if base is None else base.power(exponent)
        return found

    def nearest(self, text: str) -> str | None:
        """A unit that may have been meant: one that differs in letter case, or by a slip in a part of it."""
        if not self._by_letters:
            for spelling in self.spellings:
                self._by_letters.setdefault(_letters(spelling), spelling)
        pieces = re.split(r"( ?/ ?| per |[·*. ^⁻⁰¹²³⁴⁵⁶⁷⁸⁹-]+|(?<=[a-zA-Z])[0-9]$)", _plain(text))
        whole = self._nearest_spelling(_plain(text), slips=False)
        candidates = [whole, "".join(map(self._mended, pieces)), self._nearest_spelling(_plain(text))]
        for candidate in candidates:
            try:
                if candidate is not None and (unit := self.read(candidate)) is not None:
                    return unit.symbol
            except UnitError:
                continue
        return None

    def _mended(self, piece: str) -> str:
        if piece in self.slips:
            return self.slips[piece]
        if piece in self.spellings or not any(letter.isalpha() for letter in piece):
            return piece
        return self._nearest_spelling(piece) or piece

    def _nearest_spelling(self, text: str, slips: bool = True) -> str | None:
        from difflib import get_close_matches  # slow to import, and needed for mistakes alone

        letters = _letters(text)
        for spelling in (letters, letters.removesuffix("s")):
            if spelling in self._by_letters:
                return self._by_letters[spelling]
        close = get_close_matches(letters, self._by_letters, n=1, cutoff=0.8) if slips and len(letters) > 3 else []
        return self._by_letters[close[0]] if close else None


def _letters(spelling: str) -> str:
    return spelling.casefold().replace(" ", "").replace("µ", "u").replace("μ", "u")


def _number_unit(code: str, symbol: str, value: Fraction) -> Unit:
    return compose(((Atom(code, symbol, symbol, symbol, numeric=True), 1),), (), value)


@lru_cache(maxsize=1)
def _table() -> _UnitTable:
    import tomllib  # read when the first unit is, so that importing the package costs none of it

    data = tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))
    common = (*data["common"], *(entry["code"] for entry in data["compound"]))
    table = _UnitTable(common=common, rarely_alone=frozenset(data["rarely_alone"]), slips=data["slips"])
    for many, one in data["counts"].items():
        atom = Atom(f"{{{many}}}", many, many, one)
        _add(table, compose(((atom, 1),), (), Fraction(1)), [atom.code, many, one])
    for entry in data["unit"]:
        _add_unit(table, entry, data["prefixes"])
    for entry in data["compound"]:
        _add(table, cast(Unit, table.read(entry["code"])), entry["spellings"])
    return table


def _add(table: _UnitTable, unit: Unit, spellings: list[str]) -> None:
    for spelling in spellings:
        other = table.spellings.setdefault(_plain(spelling), unit)
        if other is not unit and other != unit:
            raise AssertionError(f"units.toml: {spelling} means {other.code} and {unit.code}")


def _add_unit(table: _UnitTable, entry: dict[str, Any], prefixes: dict[str, dict[str, str]]) -> None:
    code, symbol = entry["code"], entry["symbol"]
    dimension: Dimension = ((entry.get("dimension", ""), 1),)
    factor = Fraction(1)
    if "value" in entry:
        number, _, of = entry["value"].partition(" ")
        base = cast(Unit, table.read(of))
        dimension, factor = base.dimension, Fraction(number) * base.factor
    atom = Atom(code, symbol, entry.get("many", symbol), entry.get("one", symbol))
    spellings = [code, symbol, atom.many, atom.one, *entry.get("words", ()), *entry.get("spellings", ())]
    unit = compose(((atom, 1),), dimension, factor, Fraction(entry.get("offset", 0)))
    _add(table, unit, spellings)
    for letter in entry.get("prefixes", "").split():
        prefix = prefixes[letter]
        prefixed = prefix["symbol"] + symbol
        atom = Atom(letter + code, prefixed, prefixed, prefixed)
        spellings = [atom.code, prefixed, letter + symbol, *(prefix["word"] + word for word in entry.get("words", ()))]
        _add(table, compose(((atom, 1),), dimension, factor * Fraction(prefix["factor"])), spellings)
