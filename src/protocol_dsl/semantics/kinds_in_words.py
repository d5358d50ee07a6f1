"""A kind of data in a writer's words, for messages and documents' tables."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.semantics.scope import Bare, ChoiceWord, ValueKind
from protocol_dsl.semantics.types import Coded, Date, OneOf, Quantity, Rows, SeveralOf, Text, YesNo


def kind_in_words(kind: ValueKind) -> str:
    """ "a date", "a number in kg", "one of male, female"."""
    match kind:
        case YesNo(role, by):
            return f"a {role} by {by}" if role == "judgement" else f"an {role} by {by}" if role else "a yes/no"
        case Quantity(unit, of):
            if of is not None:
                return f"a percentage of {of}" if of else "a percentage"
            return f"a number in {unit.symbol}" if unit.symbol != "1" else "a number without a unit"
        case OneOf(choices):
            return "one of " + ", ".join(choices)
        case SeveralOf(choices):
            return "several of " + ", ".join(choices)
        case Coded():
            return "a word of the lists"
        case Date():
            return "a date"
        case Text():
            return "a text"
        case Rows():
            return "a list of rows"
        case Bare():
            return "a number without a unit"
        case ChoiceWord():
            return "a choice"
        case _:
            assert_never(kind)
