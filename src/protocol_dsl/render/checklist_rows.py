"""The tables of a checklist in which the rows of lists and the records of series are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.render.checklist_model import Blank, Column, Grid, Line, Size
from protocol_dsl.render.provenance import row_provenance
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import Share, goes_over_series, share_of, share_text, short_unit
from protocol_dsl.render.showing import capital, shown
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
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import Unit, Unknown, decimal_text

_BLANK_LINES: Final = 3
_BLANK_RECORDS: Final = 2
_MOST_BLANK_LINES: Final = 12
_WHOLE_WIDTH: Final = 90
_MOST_ACROSS: Final = 2
"""Of fields that find no room beside each other each has a line, and so many records stand beside each other."""
_MOST_CHOICES: Final = 40
"""Choices that together are no longer than this stand in the heading of their column, longer ones under the table."""


@frozen
class _Field:
    """What a column is for: a field, or the first or last day of an event, or a share that is computed."""

    column: Column
    field: DataItem | None = None
    choices: tuple[str, ...] = ()
    share: Share | None = None


def row_lines(record: Record, node: core.Every | core.AtLeastRows, limit: int = 0) -> Iterator[Line]:
    """A table for the rows of a list: those recorded, and a few empty ones, or one more than the `limit` of a count."""
    if goes_over_series(record, node):
        yield from series_lines(record, node, limit)
        return
    rows_of = node.records[0]
    words, kind = record.words, record.rows_kind(rows_of.rows.name)
    under = [n for part in (rows_of.member, rows_of.body) if part is not None for n in nodes_under(part)]
    used = {n.name for n in under if isinstance(n, core.Field)}
    fields = [f for f in kind.fields if f.name in used or isinstance(f.kind, Date | Text)]
    columns = [_column(each, record, rows_of.rows.name) for each in fields]
    if share := next((share for n in under if (share := share_of(n)) is not None), None):
        columns.append(_Field(_wide(words("checklist.share"), Blank(after="%")), share=share))
    none, item = _recorded_none(record, rows_of.rows.name), record.protocol.items[rows_of.rows.name]
    lead = words(f"checklist.rows_lead{'_source' if item.source else ''}", each=shown(record.said(kind.each)))
    yield Line(text=lead, boxes=_of_rows(words), heading=True, recorded=none)
    yield from _table(record, rows_of.rows.name, columns, max(_BLANK_LINES, min(limit + 1, _MOST_BLANK_LINES)))


def rows_decide(record: Record, node: core.Every) -> str:
    """What every row of a list must meet, and what no row and a number to compute mean."""
    words = record.words
    singular = shown(record.named(record.rows_kind(node.records[0].rows.name).singular))
    body = node.records[0].body
    if body is None:
        return ""
    share = share_of(body)
    told = []
    if share is not None and share.operator == "≤":
        limit = f"{decimal_text(share.limit)}%"
        condition = words("checklist.share_all", limit=words("checklist.share_limit", limit=limit))
        told.append(words("checklist.passes_all", conditions=condition))
        told.append(words("checklist.share_above", singular=singular, limit=limit))
    else:
        condition = words("checklist.row_all", singular=singular, words=shown(record.said(body), 1000))
        told.append(words("checklist.passes_all", conditions=condition))
    told.append(words("checklist.rows_none_passes" if node.if_any else "checklist.rows_none_open", singular=singular))
    if any(share_of(n) is not None for n in nodes_under(body)):
        told.append(words("checklist.no_rounding"))
    return words.joined(told)


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


def nodes_under(node: core.Node) -> list[core.Node]:
    """A node and all that is under it."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(parts_of(each))
    return found


# ---- series ---------------------------------------------------------------------------------------------------------


def series_lines(record: Record, node: core.Node, limit: int = 0) -> Iterator[Line]:
    """A table for the records of every series that a condition looks at, each once."""
    seen = set()
    for loop in loops_in(node, record.protocol):
        for records in loop.records:
            under = [n for part in (records.member, records.body) if part is not None for n in nodes_under(part)]
            used = {n.name for n in under if isinstance(n, core.Field) and n.rows == records.rows.name}
            said = _heading(record, loop, records)
            if (said, frozenset(used)) in seen:
                continue
            seen.add((said, frozenset(used)))
            one = isinstance(loop, core.Chosen)
            boxes = () if one else _of_rows(record.words)
            below, none = list(_days(record, loop, records)), _recorded_none(record, records.rows.name)
            if record.rows(records.rows.name) and (one or records.member is not None):
                below.append(record.words("checklist.all_recorded"))
            yield Line(text=capital(said), boxes=boxes, heading=True, below=tuple(below), recorded=none)
            asked = max(limit + 1, _records_asked(loop))
            most = 1 if one else max(_BLANK_RECORDS, min(asked, _MOST_BLANK_LINES))
            yield from _table(record, records.rows.name, list(_series_columns(record, records.rows.name, used)), most)


def _of_rows(words: Wording) -> tuple[str, ...]:
    """Whether there are records at all."""
    return tuple(words(f"checklist.{box}") for box in ("none", "listed", "not_known"))


def _records_asked(loop: core.Loop) -> int:
    """How many records a loop takes, where it says so."""
    if isinstance(loop, core.Consecutive):
        return loop.count
    return loop.pick.count if isinstance(loop, core.Aggregate) and loop.pick is not None else 0


def _recorded_none(record: Record, rows: str) -> tuple[str, ...]:
    """That a list is recorded, and empty."""
    empty = record.value(rows) == ()
    return (record.words("checklist.recorded", value=record.words("value.none")),) if empty else ()


def _heading(record: Record, loop: core.Loop, records: core.Records) -> str:
    said = shown(record.said(records))
    if not isinstance(loop, core.Chosen):
        return said
    key = records.key.value if isinstance(records.key, core.InUnit) else records.key
    measured = isinstance(key, core.Field) and key.name == VALUE
    if loop.which in core.BY_TIME or measured or key is None:
        return record.words(f"checklist.chosen_{loop.which}", words=said)
    field = record.named(key.words, records.rows.name)
    return record.words(f"checklist.chosen_by_{loop.which}", words=said, field=field)


def _days(record: Record, loop: core.Loop, records: core.Records) -> tuple[str, ...]:
    """The days in which records count, once they are known."""
    spans = [record.series.windows.days(part) for part in conjuncts(records.member)]
    told = [record.series.windows.phrase(days) for days in spans if days is not None]
    return tuple(record.words.sentence(record.words("checklist.that_is", span=span)) for span in told if span)


def _series_columns(record: Record, rows: str, used: set[str]) -> Iterator[_Field]:
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
            yield _column(each, record, rows)
    if kind.form in ("events", "treatments"):
        last = words("checklist.last_day")
        hint = words("checklist.if_longer" if kind.form == "events" else "checklist.if_ongoing")
        yield _Field(_wide(words("checklist.first_day"), Blank(size="date")), _field(kind, START))
        yield _Field(_wide(f"{last} {hint}", Blank(size="date")), _field(kind, END))


def _field(kind: Rows, name: str) -> DataItem:
    return next(field for field in kind.fields if field.name == name)


# ---- tables ---------------------------------------------------------------------------------------------------------


def _table(record: Record, rows: str, fields: list[_Field], least: int) -> Iterator[Line]:
    """The table, with the recorded rows in it, and under it the choices that found no room in its headings."""
    words, count = record.words, len(record.rows(rows))
    cells = [tuple(_cell(record, rows, each, at) for each in fields) for at in range(count)]
    columns = [each.column for each in fields]
    sources = [_row_source(record, rows, at) for at in range(count)]
    if any(sources):
        columns.append(_wide(words("checklist.source"), Blank()))
        cells = [(*row, source) for row, source in zip(cells, sources, strict=True)]
    below = tuple(
        words("checklist.choices_of", name=each.column.heading, choices=words.listed(each.choices))
        for each in fields
        if each.choices
    )
    empty = max(0, least - count)
    if sum(column.width for column in columns) <= _WHOLE_WIDTH:
        if columns:
            yield Line(grid=Grid(_shared(columns), tuple(cells), empty), below=below)
    else:
        for first in range(0, count + empty, _MOST_ACROSS):
            part = cells[first : first + _MOST_ACROSS]
            rest = min(_MOST_ACROSS, count + empty - first) - len(part)
            last = first + _MOST_ACROSS >= count + empty
            grid = Grid(tuple(columns), tuple(part), rest, turned=True, first=first + 1)
            yield Line(grid=grid, below=below if last else ())
    kinds = [each.field.kind for each in fields if each.field is not None]
    for signed in dict.fromkeys(kind for kind in kinds if isinstance(kind, YesNo) and kind.role):
        yield from signature_lines(signed, record)


def signature_lines(kind: YesNo, record: Record) -> Iterator[Line]:
    """Who signs for an answer, and of a judgement its reason."""
    words = record.words
    if kind.role == "judgement":
        yield Line(blanks=(Blank(words("checklist.reason"), size="line"),))
    told = (
        words("checklist.signature_of", by=capital(record.named(kind.by))) if kind.by else words("checklist.signature")
    )
    yield Line(blanks=(Blank(told, size="line"),))


def _row_source(record: Record, rows: str, at: int) -> str:
    told = row_provenance(record, rows, at)
    return record.words.clauses(part for part in (told.source, told.by, told.date) if part)


def _cell(record: Record, rows: str, of: _Field, at: int) -> str:
    """What is recorded in a row (from 0): of a first day, the day of what lasted for one day only."""
    if of.share is not None:
        part, whole = (record.series.field(rows, at, value.name) for value in (of.share.part, of.share.whole))
        return share_text(part, whole, of.share.limit)
    if of.field is None:
        return ""
    value = record.series.field(rows, at, of.field.name)
    if record.rows_kind(rows).form in ("events", "treatments"):
        if of.field.name == START and isinstance(value, Unknown):
            value = record.series.field(rows, at, DATE)
        elif of.field.name == END and isinstance(value, Unknown):
            ongoing = record.series.field(rows, at, ONGOING) is True
            return record.words("value.ongoing") if ongoing else ""
    if isinstance(value, Unknown):
        return ""
    node = core.Field(rows, of.field.name, origin=of.field.span, words=of.field.name)
    return record.told_field(node, value, at)


def _column(field: DataItem, record: Record, rows: str) -> _Field:
    """A column for a field: boxes where it is yes or no, a date, or a place to write with the unit."""
    words, heading = record.words, capital(shown(record.named(field.name, rows)))
    choices = _choices(field, record)
    if isinstance(field.kind, YesNo):
        return _Field(_wide(heading, Blank(boxes=(words("checklist.yes"), words("checklist.no")))), field)
    if isinstance(field.kind, Date):
        return _Field(_wide(heading, Blank(size="date")), field)
    if choices and len(words.listed(choices)) <= _MOST_CHOICES:
        told = words("checklist.one_of_choices", choices=words.listed(choices))
        return _Field(_wide(f"{heading} {told}", Blank(size="line")), field)
    number = isinstance(field.kind, Quantity)
    cell = Blank(after=_unit_after(field, record), size="short" if number else "line")
    return _Field(_wide(heading, cell), field, choices)


def _choices(field: DataItem, record: Record) -> tuple[str, ...]:
    if not isinstance(field.kind, OneOf | SeveralOf):
        return ()
    return tuple(shown(record.named(choice, field.name)) for choice in field.kind.choices)


def _wide(heading: str, cell: Blank) -> Column:
    """A column with the room that it asks for; `_shared` makes percents of it."""
    needed = 18 if cell.size == "date" else 13 if cell.boxes else 14 if cell.size == "line" else 12 + len(cell.after)
    longest = max((len(word) for word in heading.split()), default=0)
    return Column(heading, cell, max(needed, longest + 2, min(len(heading) // 3, 20)))


def _shared(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns with their widths in percent, 100 together."""
    given = list(columns)
    total = sum(column.width for column in given)
    percents = [100 * column.width // total for column in given]
    percents[-1] += 100 - sum(percents)
    return tuple(Column(column.heading, column.cell, percent) for column, percent in zip(given, percents, strict=True))


def blank_of(field: DataItem, record: Record) -> Blank:
    """A place to write a fact, with its choices or its unit after it."""
    words, name = record.words, capital(shown(record.named(field.name)))
    if isinstance(field.kind, YesNo):
        return Blank(name, boxes=(words("checklist.yes"), words("checklist.no")))
    if choices := _choices(field, record):
        several = isinstance(field.kind, SeveralOf)
        return Blank(words("checklist.tick_all", name=name) if several else name, boxes=choices)
    size: Size = "date" if isinstance(field.kind, Date) else "short"
    return Blank(name, _unit_after(field, record), size)


def _unit_after(field: DataItem, record: Record) -> str:
    if not isinstance(field.kind, Quantity):
        return ""
    after = unit_after(field.kind.unit, record, field.name)
    if field.kind.other is None:
        return after
    return record.words.one_of([after, unit_after(field.kind.other.unit, record, field.name)])


def unit_after(unit: Unit, record: Record, name: str) -> str:
    """A unit as it stands after a place to write a number; `name`: what it is a number of."""
    short = short_unit(unit)
    if short is None or short.code == "1":
        return ""
    return record.words.unit(short.symbol, record.terms.units(name))
