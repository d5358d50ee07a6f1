"""The JSON Schema (2020-12) of a patient's facts: what forms and other programs have to hand over.

The schema knows declared names and canonical spellings only. Records are read more widely (folded names and choices,
abbreviations), so facts that meet the schema are read, while facts that are read need not meet it.
"""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import (
    BESIDE_ROW,
    VALUE,
    Coded,
    DataItem,
    Date,
    OneOf,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import TITRE, WEEKS_AND_DAYS

Schema: TypeAlias = dict[str, object]

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_DAY: Final = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME: Final = r"T([01][0-9]|2[0-3]):[0-5][0-9](:00)?"
_PART_OF_DATE: Final = r"[0-9]{4}(-(0[1-9]|1[0-2]))?"

_DATE: Final[Schema] = {
    "description": "A date, known whole or in part, with a time or without.",
    "type": "string",
    "pattern": f"^({_PART_OF_DATE}|{_DAY}({_TIME})?)$",
    "examples": ["2026-03-30", "2026-03", "2026", "2026-03-30T14:05"],
}
_TITRE: Final[Schema] = {
    "description": "A titre; a number n stands for 1:n.",
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": "^(<|>|≤|≥|<=|>=)?1:[0-9]{1,15}$", "examples": ["1:160", "<1:16"]},
    ],
}
_NUMBER: Final[Schema] = {
    "description": "A number; or of one that is known only to lie below or above another, a text such as <0.5.",
    "anyOf": [
        {"type": "number"},
        {
            "type": "string",
            "pattern": r"^(<|>|≤|≥|<=|>=)-?[0-9]{1,20}(\.[0-9]{1,20})?$",
            "examples": ["<0.5", ">1000"],
        },
    ],
}
_WEEKS_AND_DAYS: Final[Schema] = {
    "description": "Weeks and days, as 24+3; or a number with its unit, in an object.",
    "type": "string",
    "pattern": r"^[0-9]{1,3}\+[0-6]$",
    "examples": ["24+3"],
}
_WORDS: Final[Schema] = {"type": ["string", "null"]}
_YES_NO: Final[Schema] = {"enum": [True, False, "yes", "no"]}


def json_schema(protocol: Protocol) -> Schema:
    """The schema of the facts of one patient. Nothing is required: what is left out is unknown."""
    items = dict(protocol.items)
    items.setdefault(EVALUATION_DATE, DataItem(EVALUATION_DATE, Date()))
    return {
        "$schema": _DRAFT,
        "title": protocol.name,
        "description": f"The facts of one patient for the protocol {protocol.name}.",
        "type": "object",
        "properties": {name: _fact(item) for name, item in items.items()},
        "additionalProperties": False,
        "$defs": {"date": _DATE, "yes or no": _YES_NO},
    }


def _fact(item: DataItem) -> Schema:
    value = _value(item)
    schema: Schema = {"title": item.name}
    description = _description(item)
    if description:
        schema["description"] = description
    schema["anyOf"] = [{"type": "null"}, value, _value_object(item, value)]
    return schema


def _description(item: DataItem) -> str:
    """What the declaration says, one line each."""
    kind = item.kind
    lines = [item.question]
    match kind:
        case Quantity(unit, of, other):
            second = f" or {other.unit.symbol}" if other is not None else ""
            lines.append(f"Unit: {unit.symbol}{second}" + (f" of {of}" if of else ""))
        case Rows(each=each, form="rows"):
            lines.append(f"One row for each {each}")
        case Rows(form=form):
            lines.append(f"One row for each of the {form}")
        case SeveralOf():
            lines.append("All that hold; an empty list where none does")
        case YesNo(role, by) if role is not None:
            lines.append(f"{role} by {by}" if by else role)
        case _:
            pass
    lines.append(f"Source: {item.source}" if item.source else None)
    lines.append(f"Asked if: {item.asked_if_words}" if item.asked_if_words else None)
    lines.append(f"Also called: {', '.join(item.aliases)}" if item.aliases else None)
    return "\n".join(line for line in lines if line)


def _value(item: DataItem) -> Schema:
    match item.kind:
        case YesNo():
            return {"$ref": "#/$defs/yes or no"}
        case Quantity(unit):
            return _WRITTEN.get(unit.code, _NUMBER)
        case OneOf(choices):
            return _choices(choices)
        case SeveralOf(choices):
            return {"type": "array", "items": _choices(choices), "uniqueItems": True}
        case Date():
            return {"$ref": "#/$defs/date"}
        case Text() | Coded():
            return {"type": "string"}
        case Rows():
            return {"type": "array", "items": _row(item.kind)}
        case _:
            assert_never(item.kind)


_WRITTEN: Final = {TITRE: _TITRE, WEEKS_AND_DAYS: _WEEKS_AND_DAYS}
"""The quantities that may be given as texts, by the code of their unit."""


def _choices(choices: tuple[str, ...]) -> Schema:
    # Grades and scores may be given as the numbers that they look like.
    numbers = [
        int(choice) for choice in choices if choice.isascii() and choice.isdigit() and str(int(choice)) == choice
    ]
    return {"enum": [*choices, *numbers]}


def _row(kind: Rows) -> Schema:
    taken = {name for field in kind.fields for name in field.names}
    beside: Schema = {name: _WORDS for name in BESIDE_ROW[kind.form] if name not in taken}
    value = next((field.kind for field in kind.fields if field.name == VALUE), None)
    if "unit" in beside:
        if isinstance(value, Quantity):
            beside["unit"] = _unit(value)
        else:
            del beside["unit"]
    return {
        "type": "object",
        "properties": {field.name: _fact(field) for field in kind.fields} | beside,
        "additionalProperties": False,
    }


def _unit(kind: Quantity) -> Schema:
    return {**_WORDS, "examples": [kind.unit.symbol] + ([kind.other.unit.symbol] if kind.other else [])}


def _value_object(item: DataItem, value: Schema) -> Schema:
    """The value with what the record says about it."""
    properties: Schema = {
        "value": {"anyOf": [{"type": "null"}, value]},
        "date": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/date"}]},
        "by": _WORDS,
        "source": _WORDS,
        "reason missing": _WORDS,
    }
    needed: list[Schema] = [{"required": ["value"]}, {"required": ["reason missing"]}]
    if isinstance(item.kind, Quantity):
        properties["unit"] = _unit(item.kind)
        if item.kind.unit.code == WEEKS_AND_DAYS:
            properties["value"] = {"anyOf": [{"type": "null"}, {"type": "number"}, value]}
            properties["unit"] = {"type": "string", "examples": ["days"]}
            needed = [
                {"required": ["value", "unit"], "properties": {"value": {"type": "number"}}},
                {"required": ["value"], "properties": {"value": {"type": ["string", "null"]}, "unit": False}},
                {"required": ["reason missing"], "properties": {"value": {"type": "null"}}},
            ]
    return {"type": "object", "properties": properties, "anyOf": needed, "additionalProperties": False}
