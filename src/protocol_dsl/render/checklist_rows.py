"""The lines of a checklist on which the rows of a list are recorded."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.render.document_model import Blank, Line
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import share_of, short_unit
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import DataItem, Date, OneOf, Quantity, Text, YesNo
from protocol_dsl.values import Unit, Unknown, decimal_text

_BLANK_LINES: Final = 3
_MOST_BLANK_LINES: Final = 12


@frozen
class RowLines:
    """Lines for the rows of a list, and the sentences that say what decides."""

    lines: tuple[Line, ...]
    decides: tuple[str, ...]


def row_lines(record: Record, node: core.Every | core.AtLeastRows, limit: int = 0) -> RowLines:
    """A line for each row that is recorded, and blank ones: a few, or one more than the `limit` of a count."""
    words, kind = record.words, record.rows_kind(node.rows.name)
    used = {n.name for n in _under(node.body) if isinstance(n, core.Field)} if node.body is not None else set()
    shares = [share for n in _under(node.body) if (share := share_of(n)) is not None] if node.body is not None else []
    fields = [f for f in kind.fields if f.name in used or isinstance(f.kind, Date | Text)]
    blanks = [_blank(each, words) for each in fields]
    if shares:
        blanks.append(Blank(words("checklist.share"), "%"))
    lead = Line(text=words("checklist.rows_lead", each=shown(kind.each)), heading=True)
    lines = [lead]
    rows = record.rows(node.rows.name)
    for row in rows:
        told = [
            f"{each.name} {record.plain(value, _unit(each))}"
            for each, value in zip(kind.fields, row, strict=True)
            if each in fields and not isinstance(value, Unknown)
        ]
        recorded = words("checklist.recorded", value="; ".join(told)) if told else ""
        lines.append(Line(blanks=tuple(blanks), recorded=recorded))
    lines += [Line(blanks=tuple(blanks))] * max(0, max(_BLANK_LINES, min(limit + 1, _MOST_BLANK_LINES)) - len(rows))
    return RowLines(tuple(lines), tuple(_decides(record, node, bool(shares))))


def _decides(record: Record, node: core.Every | core.AtLeastRows, has_share: bool) -> list[str]:
    words, singular = record.words, record.rows_kind(node.rows.name).singular
    if not isinstance(node, core.Every):
        return []
    share = share_of(node.body)
    told = []
    if share is not None and share.operator == "≤":
        limit = f"{decimal_text(share.limit)}%"
        condition = words("checklist.share_all", limit=words("checklist.share_limit", limit=limit))
        told.append(words("checklist.passes_all", conditions=condition))
        told.append(words("checklist.share_above", singular=singular, limit=limit))
    else:
        condition = words("checklist.row_all", singular=singular, words=shown(node.body.words, 1000))
        told.append(words("checklist.passes_all", conditions=condition))
    told.append(words("checklist.rows_none_passes" if node.if_any else "checklist.rows_none_open", singular=singular))
    if has_share:
        told.append(words("checklist.no_rounding"))
    return [" ".join(told)]


def _under(node: core.Node) -> list[core.Node]:
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(parts_of(each))
    return found


def _blank(field: DataItem, words: Wording) -> Blank:
    if isinstance(field.kind, YesNo):
        return Blank(capital(shown(field.name)), words("checklist.yes_or_no"))
    if isinstance(field.kind, OneOf):
        choices = ", ".join(shown(choice) for choice in field.kind.choices)
        return Blank(capital(shown(field.name)), words("checklist.one_of_choices", choices=choices))
    unit = _unit(field)
    after = unit.symbol if unit is not None and unit.code != "1" else ""
    return Blank(capital(shown(field.name)), after, isinstance(field.kind, Date))


def _unit(field: DataItem) -> Unit | None:
    return short_unit(field.kind.unit) if isinstance(field.kind, Quantity) else None
