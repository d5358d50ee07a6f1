"""Numbers that are written in a way of their own: titres "1:160", percentiles "25th", ages in weeks and days "24+3"."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from protocol_dsl.values.number_reading import read_number
from protocol_dsl.values.number_text import decimal_text
from protocol_dsl.values.numbers import Exact

TITRE: Final = "{titre}"
PERCENTILE: Final = "{percentile}"
WEEKS_AND_DAYS: Final = "d{weeks + days}"
"""The codes of these units, as in units.toml."""

_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_RANGE: Final = "–"
_TITRE: Final = re.compile(r"1 ?: ?([0-9]+(?:\.[0-9]+)?)")
_WEEKS_AND_DAYS: Final = re.compile(
    r"([0-9]{1,4}) ?(?:\+|(?:w|weeks?)(?: ?\+| and|,)?) ?([0-6]) ?(?:d|days?)?", re.IGNORECASE
)


def written_number(code: str, digits: str) -> str | None:
    """The digits of a number in the unit of this code as they are written for people; None in all other units.

    Of a range "2–4" both ends are written so. What was already put into words is left to the caller.
    """
    write = _WRITE.get(code)
    parts = digits.split(_RANGE)
    if write is None or not all(map(_PLAIN.fullmatch, parts)):
        return None
    text = _RANGE.join(map(write, parts))
    return f"{text} percentile" if code == PERCENTILE else text


def read_written_number(code: str, text: str) -> Exact | None:
    """The number that a text such as "1:160" or "24+3" stands for in the unit of this code, None where for none."""
    if code == TITRE and (titre := _TITRE.fullmatch(text.strip())) and len(titre[1]) < 20:
        return read_number(titre[1])
    if code == WEEKS_AND_DAYS and (age := _WEEKS_AND_DAYS.fullmatch(" ".join(text.split()))):
        return int(age[1]) * 7 + int(age[2])
    return None


def _titre(digits: str) -> str:
    return f"1:{digits}"


def _ordinal(digits: str) -> str:
    teens = digits[-2:] in ("11", "12", "13")
    ending = "th" if teens or "." in digits else {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")
    return digits + ending


def _weeks_and_days(digits: str) -> str:
    if digits.startswith("-"):
        return f"{digits} {'day' if digits == '-1' else 'days'}"
    weeks, days = divmod(Decimal(digits), 7)
    left = decimal_text(days)
    return f"{weeks} {'week' if weeks == 1 else 'weeks'} + {left} {'day' if left == '1' else 'days'}"


_WRITE: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {TITRE: _titre, PERCENTILE: _ordinal, WEEKS_AND_DAYS: _weeks_and_days}
)
