"""Kinds of data in words, for dictionaries and forms."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics.types import Date, Kind, OneOf, Quantity, Rows, Text, YesNo


def kind_words(kind: Kind, words: Wording) -> str:
    """ "number, in kg", "one of: male, female"."""
    match kind:
        case YesNo(role, by):
            return words(f"kind.{role}", by=by or "") if role else words("kind.yes_no")
        case Quantity(unit, of):
            if unit.code == "%":
                return words("kind.percentage_of", of=of) if of else words("kind.percentage")
            return words("kind.number") if unit.code == "1" else words("kind.number_in", unit=unit.symbol)
        case OneOf(choices, ordered):
            joined = " < ".join(choices) if ordered else ", ".join(choices)
            return words("kind.ordered" if ordered else "kind.one_of", choices=joined)
        case Date():
            return words("kind.date")
        case Text():
            return words("kind.text")
        case Rows(each=each):
            return words("kind.rows", each=each)
        case _:
            assert_never(kind)
