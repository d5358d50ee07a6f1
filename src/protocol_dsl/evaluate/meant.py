"""What was most likely meant by a text that cannot be read, for hints only: nothing here ever becomes a value."""

from __future__ import annotations

import re
from typing import Final

from protocol_dsl.values import Unit, UnitError, date_in_words, iso_text, parse_unit

_NUMBER_AND_UNIT: Final = re.compile(r"([-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(\S.{0,30})?")
# How records write a part of a date that is not known: 2024-UN-UN, 2024-UNK, 2024-XX-XX, 2024-??, 2024-00-00.
_UNKNOWN_PART: Final = re.compile(r"([0-9]{4}(?:-[0-9]{2})??)(?:-(?:UNK?|XX?|NK|\?\??|--?|00))+", re.IGNORECASE)


def number_and_unit(text: str, declared: Unit) -> tuple[str, str | None] | None:
    """`70 kg` taken apart, where its unit converts to the declared one; `70` alone has no unit."""
    found = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if found is None:
        return None
    number, unit = found.groups()
    if unit is None:
        return number, None
    try:
        return (number, unit) if parse_unit(unit).same_dimension(declared) else None
    except UnitError:
        return None


def partial_date(text: str) -> str | None:
    """`2024-UN-UN` is 2024, `Jan 2026` is 2026-01, `5 January 2026` is 2026-01-05."""
    found = _UNKNOWN_PART.fullmatch(text.strip())
    try:
        return iso_text(date_in_words(found[1] if found else text))
    except ValueError:
        return None
