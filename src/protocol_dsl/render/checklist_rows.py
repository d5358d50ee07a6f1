"""The tables of a checklist in which the rows of lists and the records of series are written."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.evaluate.trace import TraceNode, field_name
from protocol_dsl.render.checklist_model import Blank, Column, Grid, Line, Size
from protocol_dsl.render.checklist_records import recorded_in, shown_records
from protocol_dsl.render.provenance import row_provenance
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import Share, goes_over_series, share_of, share_text, short_unit
from protocol_dsl.render.showing import NUMBERS, capital, shown
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
from protocol_dsl.values import DayTime, Interval, PartialDate, Unit, Unknown, decimal_text

_BLANK_LINES: Final = 3
_BLANK_RECORDS: Final = 2
_MOST_BLANK_LINES: Final = 12
_WHOLE_WIDTH: Final = 90
_MOST_ACROSS: Final = 2
"""Of fields that find no room beside each other each has a line, and so many records stand beside each other."""
_MOST_CHOICES: Final = 40
"""Choices that together are no longer than this stand in the heading of their column, longer ones under the table."""


@frozen
class _Computed:
    """A value computed from the fields of a record, with the unit it is told in and the number it is compared with."""

    name: str
    unit: Unit | None
    limit: object


@frozen
class _Field:
    """What a column is for: a field, or the first or last day of an event, or a value that is computed."""

    column: Column
    field: DataItem | None = None
    choices: tuple[str, ...] = ()
    share: Share | None = None
    computed: _Computed | None = None
    traces: tuple[TraceNode, ...] = ()
    """Where the value that is computed is found."""


def row_lines(record: Record, trace: TraceNode, limit: int = 0) -> Iterator[Line]:
    """A table for the rows of a list: those recorded, and a few empty ones, or one more than the `limit` of a count."""
    node = trace.node
    assert isinstance(node, core.Every | core.AtLeastRows)
    if goes_over_series(record, node):
        yield from series_lines(record, [trace], limit)
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
    rows = shown_records(record, rows_of.rows.name, [trace], [node])
    yield Line(text=lead, boxes=_of_rows(words), heading=True, below=rows.left_out, recorded=none)
    least = max(_BLANK_LINES, min(limit + 1, _MOST_BLANK_LINES))
    yield from _table(record, rows_of.rows.name, rows.rows, columns, least)


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


def series_lines(record: Record, traces: Sequence[TraceNode], limit: int = 0) -> Iterator[Line]:
    """A table for the records of every series that a condition looks at, each once.

    Of `traces` after the first, which ask the same of other periods, the tables hold the records too.
    """
    seen = set()
    others = [loop for trace in traces[1:] for loop in loops_in(trace.node, record.protocol)]
    for loop in loops_in(traces[0].node, record.protocol):
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
            rows = shown_records(record, records.rows.name, traces, [loop, *others])
            if rows.rows and (one or records.member is not None):
                below.append(record.words("checklist.only_some" if rows.left_out else "checklist.all_recorded"))
            below += rows.left_out
            yield Line(text=capital(said), boxes=boxes, heading=True, below=tuple(below), recorded=none)
            asked = max(limit + 1, _records_asked(loop))
            least = 1 if one else max(_BLANK_RECORDS, min(asked, _MOST_BLANK_LINES))
            columns = [*_series_columns(record, records.rows.name, used), *_computed(record, under, traces)]
            yield from _table(record, records.rows.name, rows.rows, columns, least)


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
        place = Blank(size=day_size(record, START, rows))
        yield _Field(_wide(words("checklist.first_day"), place), _field(kind, START))
        yield _Field(_wide(_hinted(last, hint, words), place), _field(kind, END))


def _computed(record: Record, nodes: Sequence[core.Node], traces: Sequence[TraceNode]) -> Iterator[_Field]:
    """A column for each value that is computed from the fields of a record."""
    compared = [(node.left, node.right) for node in nodes if isinstance(node, core.Compare)]
    seen: set[str] = set()
    for of, beside in (*compared, *((right, left) for left, right in compared)):
        # The name of a formula has the values in brackets that it is used with; it is no field.
        is_field = isinstance(of, core.Named) and of.name not in record.protocol.definitions and "(" not in of.name
        if not isinstance(of, core.Named) or not is_field or of.name in seen:
            continue
        seen.add(of.name)
        unit = record.unit_of(of) or record.unit_of(beside)
        after = unit_after(unit, record, of.name) if unit is not None else ""
        column = _wide(capital(shown(record.named(of.name))), Blank(after=after))
        limit = beside.value if isinstance(beside, core.Constant) else None
        yield _Field(column, computed=_Computed(of.name, unit, limit), traces=tuple(traces))


def _field(kind: Rows, name: str) -> DataItem:
    return next(field for field in kind.fields if field.name == name)


# ---- tables ---------------------------------------------------------------------------------------------------------


def _table(record: Record, rows: str, recorded: Sequence[int], fields: list[_Field], least: int) -> Iterator[Line]:
    """The table with those recorded rows in it, and under it the choices that found no room in its headings."""
    words, count = record.words, len(recorded)
    cells = [tuple(_cell(record, rows, each, at) for each in fields) for at in recorded]
    columns = [each.column for each in fields]
    sources = [_row_source(record, rows, at) for at in recorded]
    if any(sources):
        columns.append(_wide(words("checklist.source"), Blank(size="line")))
        cells = [(*row, Blank(size="line", given=source)) for row, source in zip(cells, sources, strict=True)]
    below = tuple(
        words("checklist.choices_of", name=each.column.heading, choices=words.listed(each.choices))
        for each in fields
        if each.choices
    )
    # Where the record that is asked for is missing, there is room to write it beside others.
    empty = max(least - count, 1 if rows in record.missing else 0)
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


def _cell(record: Record, rows: str, of: _Field, at: int) -> Blank:
    """What is recorded in a row (from 0), with room for what is missing."""
    blank = of.column.cell
    if of.share is not None:
        part, whole = (record.series.field(rows, at, value.name) for value in (of.share.part, of.share.whole))
        given = share_text(part, whole, of.share.limit)
    elif of.computed is not None:
        value = recorded_in(record, rows, at, of.computed.name, of.traces)
        known = isinstance(value, NUMBERS)
        given = record.plain(value, short_unit(of.computed.unit), of.computed.limit, of.computed.name) if known else ""
    else:
        assert of.field is not None
        return _field_cell(record, rows, of.field, at, blank)
    return evolve(blank, given=given)


def _field_cell(record: Record, rows: str, field: DataItem, at: int, blank: Blank) -> Blank:
    """What a field of a row holds: of a first day, the day of what lasted for one day only."""
    value, name = record.series.field(rows, at, field.name), field.name
    if isinstance(value, Unknown) and record.rows_kind(rows).form in ("events", "treatments"):
        if name == START:
            value, name = record.series.field(rows, at, DATE), DATE
        elif name == END and record.series.field(rows, at, ONGOING) is True:
            return evolve(blank, given=record.words("value.ongoing"))
    node = core.Field(rows, name, origin=field.span, words=name)
    if isinstance(value, Unknown):
        reason = record.detail(node, at).reason_missing
        if not reason:
            return blank
        given = capital(record.words("checklist.not_recorded", reason=shown(reason)))
        return evolve(blank, given=given, room=None if blank.boxes else blank.size)
    given = record.told_field(node, value, at, short_unit(record.unit_of(node)))
    room = room_beside(record, field_name(record.protocol, node, at + 1), value)
    return evolve(blank, boxes=(), given=given, room=room)


def _column(field: DataItem, record: Record, rows: str) -> _Field:
    """A column for a field: boxes where it is yes or no, a date, or a place to write with the unit."""
    words, heading = record.words, capital(shown(record.named(field.name, rows)))
    choices = _choices(field, record)
    if isinstance(field.kind, YesNo):
        return _Field(_wide(heading, Blank(boxes=(words("checklist.yes"), words("checklist.no")))), field)
    if isinstance(field.kind, Date):
        return _Field(_wide(heading, Blank(size=day_size(record, field.name, rows))), field)
    if choices and len(words.listed(choices)) <= _MOST_CHOICES:
        told = words("checklist.one_of_choices", choices=words.listed(choices))
        return _Field(_wide(_hinted(heading, told, words), Blank(size="line")), field)
    number = isinstance(field.kind, Quantity)
    cell = Blank(after=_unit_after(field, record), size="short" if number else "line")
    return _Field(_wide(heading, cell), field, choices)


def _choices(field: DataItem, record: Record) -> tuple[str, ...]:
    if not isinstance(field.kind, OneOf | SeveralOf):
        return ()
    return tuple(shown(record.named(choice, field.name)) for choice in field.kind.choices)


def _hinted(heading: str, hint: str, words: Wording) -> str:
    """A heading with a hint in brackets; after Latin letters a space lets the line break there in any language."""
    return heading + (" " if heading.isascii() else words("document.label_gap")) + hint


def _wide(heading: str, cell: Blank) -> Column:
    """A column with the room that it asks for; `_shared` makes percents of it."""
    room = {"date": 18, "moment": 24, "line": 14}
    needed = 13 if cell.boxes else room.get(cell.size, 12 + len(cell.after))
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
    size: Size = day_size(record, field.name) if isinstance(field.kind, Date) else "short"
    return Blank(name, _unit_after(field, record), size)


def day_size(record: Record, name: str, rows: str = "") -> Size:
    """Whether the time of day is written with a date: where a rule counts hours from it or to it."""
    return "moment" if (rows, name) in record.series.windows.timed else "date"


def room_beside(record: Record, name: str, value: object) -> Size | None:
    """What is still to be written beside a value: the date of which the day is missing, the time, the exact number."""
    if isinstance(value, PartialDate):
        return "date"
    if name not in record.missing:
        return None
    if isinstance(value, datetime.date) and not isinstance(value, DayTime):
        return "time"
    return "short" if isinstance(value, Interval) else None


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
