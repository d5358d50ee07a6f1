"""Kinds of data in words, for dictionaries and forms."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.render.terms import Terms
from protocol_dsl.semantics.types import VALUE, Coded, Date, Kind, OneOf, Quantity, Rows, SeveralOf, Text, YesNo


def kind_words(kind: Kind, terms: Terms, name: str | None = None) -> str:
    """ "number, in kg", "one of: male, female"; `name`: whose kind it is."""
    words, own = terms.words, terms.units(name)
    match kind:
        case YesNo(role, by):
            return words(f"kind.{role}", by=terms.name(by or "")) if role else words("kind.yes_no")
        case Quantity(unit, _, other) if other is not None:
            return words(
                "kind.number_in_either", unit=words.unit(unit.symbol, own), other=words.unit(other.unit.symbol)
            )
        case Quantity(unit, of):
            if unit.code == "%":
                return words("kind.percentage_of", of=terms.name(of)) if of else words("kind.percentage")
            return (
                words("kind.number") if unit.code == "1" else words("kind.number_in", unit=words.unit(unit.symbol, own))
            )
        case OneOf(choices, ordered):
            given = [terms.name(choice, name) for choice in choices]
            joined = " < ".join(given) if ordered else words.listed(given)
            return words("kind.ordered" if ordered else "kind.one_of", choices=joined)
        case SeveralOf(choices):
            return words("kind.several_of", choices=words.listed(terms.name(choice, name) for choice in choices))
        case Coded():
            return words("kind.coded")
        case Date():
            return words("kind.date")
        case Text():
            return words("kind.text")
        case Rows(form="measurements", fields=fields):
            value = next(field for field in fields if field.name == VALUE)
            return words("kind.measurements", kind=kind_words(value.kind, terms, name))
        case Rows(form="events" | "treatments" as form):
            return words(f"kind.{form}")
        case Rows(each=each):
            return words("kind.rows", each=terms.name(each))
        case _:
            assert_never(kind)
