"""The lines of a checklist on which the rows of a list are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.render.document_model import Blank, Line
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import goes_over_series, share_of, short_unit
from protocol_dsl.render.showing import capital, sentence, shown
from protocol_dsl.render.window_words import conjuncts, loops_in
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import (
    DATE,
    DRUG,
    END,
    ONGOING,
    START,
    VALUE,
    DataItem,
    Date,
    OneOf,
    Quantity,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import UNKNOWN, Unit, Unknown, decimal_text

_BLANK_LINES: Final = 3
_MOST_BLANK_LINES: Final = 12


@frozen
class RowLines:
    """Lines for the rows of a list, and the sentences that say what decides."""

    lines: tuple[Line, ...]
    decides: tuple[str, ...]


def row_lines(record: Record, node: core.Every | core.AtLeastRows, limit: int = 0) -> RowLines:
    """A line for each row that is recorded, and blank ones: a few, or one more than the `limit` of a count."""
    if goes_over_series(record, node):
        return RowLines(tuple(series_lines(record, node, limit)), ())
    rows_of = node.records[0]
    words, kind = record.words, record.rows_kind(rows_of.rows.name)
    under = [n for part in (rows_of.member, rows_of.body) if part is not None for n in nodes_under(part)]
    used = {n.name for n in under if isinstance(n, core.Field)}
    shares = [share for n in under if (share := share_of(n)) is not None]
    fields = [f for f in kind.fields if f.name in used or isinstance(f.kind, Date | Text)]
    blanks = [blank_of(each, words) for each in fields]
    if shares:
        blanks.append(Blank(words("checklist.share"), "%"))
    lead = Line(text=words("checklist.rows_lead", each=shown(kind.each)), heading=True)
    lines = [lead]
    rows = record.rows(rows_of.rows.name)
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
    words, singular = record.words, record.rows_kind(node.records[0].rows.name).singular
    body = node.records[0].body
    if not isinstance(node, core.Every) or body is None:
        return []
    share = share_of(body)
    told = []
    if share is not None and share.operator == "≤":
        limit = f"{decimal_text(share.limit)}%"
        condition = words("checklist.share_all", limit=words("checklist.share_limit", limit=limit))
        told.append(words("checklist.passes_all", conditions=condition))
        told.append(words("checklist.share_above", singular=singular, limit=limit))
    else:
        condition = words("checklist.row_all", singular=singular, words=shown(body.words, 1000))
        told.append(words("checklist.passes_all", conditions=condition))
    told.append(words("checklist.rows_none_passes" if node.if_any else "checklist.rows_none_open", singular=singular))
    if has_share:
        told.append(words("checklist.no_rounding"))
    return [" ".join(told)]


def facts_of(condition: core.Node | None, protocol: Protocol) -> Iterator[core.Fact | core.Field]:
    """The facts that a condition reads, through its definitions and rows."""
    waiting: list[core.Node] = [] if condition is None else [condition]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, core.Fact | core.Field):
            yield node
        elif isinstance(node, core.Defined) and node.name not in seen:
            seen.add(node.name)
            body = protocol.definitions[node.name].body
            waiting += [body] if body is not None else []
        waiting += parts_of(node)


# ---- series


def series_lines(record: Record, node: core.Node, limit: int = 0) -> Iterator[Line]:
    """Lines for the records of every series that a condition looks at: those recorded, and blank ones."""
    seen = set()
    for loop in loops_in(node, record.protocol):
        for records in loop.records:
            under = [n for part in (records.member, records.body) if part is not None for n in nodes_under(part)]
            used = {n.name for n in under if isinstance(n, core.Field) and n.rows == records.rows.name}
            said = _heading(record, loop, records)
            if (said, frozenset(used)) in seen:
                continue
            seen.add((said, frozenset(used)))
            yield Line(text=capital(said), heading=True, below=_days(record, loop, records))
            blanks = tuple(_series_blanks(record, records.rows.name, used))
            rows = record.rows(records.rows.name)
            yield from (Line(blanks=blanks, recorded=_recorded(record, records, at)) for at in range(len(rows)))
            most = 1 if isinstance(loop, core.Chosen) else max(_BLANK_LINES, min(limit + 1, _MOST_BLANK_LINES))
            yield from [Line(blanks=blanks)] * max(0, most - len(rows))


def _heading(record: Record, loop: core.Loop, records: core.Records) -> str:
    said = shown(records.words)
    return record.words("checklist.chosen", which=loop.which, words=said) if isinstance(loop, core.Chosen) else said


def _days(record: Record, loop: core.Loop, records: core.Records) -> tuple[str, ...]:
    """The days in which records count, once they are known."""
    spans = [record.series.windows.days(part) for part in conjuncts(records.member)]
    told = [record.series.windows.phrase(days) for days in spans if days is not None]
    return tuple(sentence(record.words("checklist.that_is", span=span)) for span in told if span)


def _series_blanks(record: Record, rows: str, used: set[str]) -> Iterator[Blank]:
    words, kind = record.words, record.rows_kind(rows)
    for each in kind.fields:
        if each.name in (START, END, ONGOING) or (kind.form in ("events", "treatments") and each.name == DATE):
            continue
        if (
            each.name in used
            or each.name in (DATE, VALUE)
            or (each.name == DRUG and kind.form == "treatments")
            or (kind.form == "rows" and isinstance(each.kind, Date | Text))
        ):
            yield blank_of(each, words)
    if kind.form == "events":
        yield Blank(words("checklist.first_day"), date=True)
        yield Blank(words("checklist.last_day"), words("checklist.if_longer"), date=True)
    elif kind.form == "treatments":
        yield Blank(words("checklist.first_day"), date=True)
        yield Blank(words("checklist.last_day"), words("checklist.if_ongoing"), date=True)


def _recorded(record: Record, records: core.Records, at: int) -> str:
    rows = records.rows.name
    if not record.rows_kind(rows).dated:
        kind = record.rows_kind(rows)
        values = zip(kind.fields, record.rows(rows)[at], strict=True)
        told = [f"{f.name} {record.plain(v, _unit(f))}" for f, v in values if not isinstance(v, Unknown)]
        return record.words("checklist.recorded", value="; ".join(told)) if told else ""
    described = record.series.described(
        RecordTrace(records, at + 1, _untraced(records.member), _untraced(records.body), None)
    )
    return record.words("checklist.recorded", value=described)


def _untraced(node: core.Node | None) -> TraceNode | None:
    """A node as a trace without outcomes, for its fields alone."""
    if node is None:
        return None
    return TraceNode(node, UNKNOWN, tuple(child for part in parts_of(node) if (child := _untraced(part)) is not None))


def nodes_under(node: core.Node) -> list[core.Node]:
    """A node and all that is under it."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(parts_of(each))
    return found


def blank_of(field: DataItem, words: Wording) -> Blank:
    if isinstance(field.kind, YesNo):
        return Blank(capital(shown(field.name)), words("checklist.yes_or_no"))
    if isinstance(field.kind, OneOf | SeveralOf):
        choices = ", ".join(shown(choice) for choice in field.kind.choices)
        return Blank(capital(shown(field.name)), words("checklist.one_of_choices", choices=choices))
    unit = _unit(field)
    after = unit.symbol if unit is not None and unit.code != "1" else ""
    if isinstance(field.kind, Quantity) and field.kind.other is not None:
        after = words.one_of([after, field.kind.other.unit.symbol])
    return Blank(capital(shown(field.name)), after, isinstance(field.kind, Date))


def _unit(field: DataItem) -> Unit | None:
    return short_unit(field.kind.unit) if isinstance(field.kind, Quantity) else None
