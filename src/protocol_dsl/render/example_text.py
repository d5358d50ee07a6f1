"""Facts as an example of a protocol file has them, from the values that evaluation works on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from protocol_dsl.render.lines import columns, padded
from protocol_dsl.semantics.types import DataItem, Quantity, Rows, SeveralOf
from protocol_dsl.values import PERCENTILE, TITRE, UNKNOWN, WEEKS_AND_DAYS, OtherNumber, PartialDate, iso_text

NOT_RECORDED: Final = "not recorded"


class Unwritable(Exception):
    """A value that no example can hold, such as a third."""


def fact_lines(item: DataItem, value: object) -> list[str]:
    """The lines of one fact, the rows of a list as a table under it. Raises `Unwritable`."""
    if not isinstance(item.kind, Rows) or value is UNKNOWN or value == ():
        return [f"{item.name}: {'none' if value == () else cell(item, value)}"]
    assert isinstance(value, tuple)
    used = [at for at in range(len(item.kind.fields)) if any(row[at] is not UNKNOWN for row in value)] or [0]
    fields = [item.kind.fields[at] for at in used]
    rows = [[cell(each, row[at]) for at, each in zip(used, fields, strict=True)] for row in value]
    return [f"{item.name}:", *(f"  {line}" for line in drawn([[each.name for each in fields], *rows]))]


def drawn(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table drawn with `|`, its columns aligned."""
    widths = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield f"| {' | '.join(padded(text, width) for text, width in zip(row, widths, strict=True))} |"


def cell(item: DataItem, value: object) -> str:
    """One value in the words of an example."""
    match value:
        case bool():
            return "yes" if value else "no"
        case PartialDate():
            return value.text
        case datetime.date():
            return iso_text(value)
        case str():
            return _plain(value)
        case tuple() if isinstance(item.kind, SeveralOf):
            return "; ".join(map(str, value)) or "none"
        case OtherNumber() if isinstance(item.kind, Quantity) and item.kind.other is not None:
            return f"{_digits(value.number)} {item.kind.other.unit.symbol}"
        case int() | Decimal() if isinstance(item.kind, Quantity):
            return _quantity(item.kind, value)
    if value is UNKNOWN:
        return NOT_RECORDED
    raise Unwritable


def _quantity(kind: Quantity, number: int | Decimal) -> str:
    match kind.unit.code:
        case code if code == TITRE:
            return f"1:{_digits(number)}"
        case code if code == WEEKS_AND_DAYS:
            if number != int(number):
                raise Unwritable
            return f"{int(number) // 7} weeks + {int(number) % 7} days"
        case code if code == PERCENTILE or kind.unit.symbol in ("", "1"):
            return _digits(number)
    gap = "" if kind.unit.symbol == "%" else " "
    return f"{_digits(number)}{gap}{kind.unit.symbol}"


def _digits(number: object) -> str:
    if not isinstance(number, int | Decimal):
        raise Unwritable
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(text: str) -> str:
    if not text.strip() or any(sign in text for sign in "|#\n;") or text.strip() != text:
        raise Unwritable
    return text
