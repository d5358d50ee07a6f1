"""Rows of a record as a table: the rows that decided, with the values that the rule looked at."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.reasons import Part, named_facts, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.showing import number_text, recorded_text, shown
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import Date, Quantity, Text
from protocol_dsl.values import PartialDate, Ratio, Unit, Unknown, as_fraction, decimal_text, parse_unit

MOST_ROWS: Final = 8
_ROWS_IN_A_SENTENCE: Final = 3
_LONGEST_NAME: Final = 24
_NUMBERS: Final = (int, Decimal, Ratio)


@frozen
class Table:
    """A table to be laid out: headings, cells, and which columns hold numbers.

    `more`: the rows left out; `notes`: what follows from the table.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    more: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class Share:
    """`a is at most 2% of b`: the share in per cent is what a reader compares."""

    limit: Decimal
    part: core.Fact | core.Field
    whole: core.Fact | core.Field
    operator: core.Comparison


def goes_over_series(record: Record, node: core.Node) -> bool:
    """Whether a loop is told record by record: over dated series, over several lists, or with what makes a member."""
    if not isinstance(node, core.Every | core.AtLeastRows):
        return False
    kinds = [record.rows_kind(records.rows.name) for records in node.records]
    filtered = isinstance(node, core.Every) and node.records[0].member is not None
    return len(kinds) > 1 or filtered or any(kind.dated for kind in kinds)


class RowTables:
    """Tells the rules that go over the rows of a list."""

    def __init__(self, record: Record):
        self.record = record
        self.words = record.words

    # ---- names of rows ----------------------------------------------------------------------------------------------

    def naming_field(self, rows: str) -> str | None:
        """The field that tells one row from another: the first date, else the first text."""
        fields = self.record.rows_kind(rows).fields
        return next((f.name for kind in (Date, Text) for f in fields if isinstance(f.kind, kind)), None)

    def row_name(self, rows: str, at: int) -> str:
        """ "12 March 2026", or "screening night 2" where there is no day to name it by."""
        name = self.naming_field(rows)
        fields = [f.name for f in self.record.rows_kind(rows).fields]
        if name is not None:
            day = self.record.rows(rows)[at][fields.index(name)]
            if isinstance(day, datetime.date | PartialDate):
                same = [row for row in self.record.rows(rows) if row[fields.index(name)] == day]
                if len(same) == 1:
                    return self.words.day(day)
        singular = self.record.named(self.record.rows_kind(rows).singular)
        return self.words("needed.row", singular=singular, n=at + 1)

    # ---- which rows decided -----------------------------------------------------------------------------------------

    def states(self, part: Part) -> list[str]:
        """For each row whether it `passes`, `fails` or is `open`; of counted rows, whether it counts."""
        node = part.trace.node
        names = {True: "counts", False: "does_not_count"}
        if isinstance(node, core.Every):
            names = {True: "passes", False: "fails"} if part.wanted else {True: "meets", False: "does_not_meet"}
        return [names.get(row.outcome, "open") if isinstance(row.outcome, bool) else "open" for row in part.trace.rows]

    def deciding(self, part: Part, most: int = MOST_ROWS) -> list[int]:
        """The rows to show: all of a few, else those that decided and those that are open."""
        states = self.states(part)
        if len(states) <= most:
            return list(range(len(states)))
        first = {"fails": 0, "counts": 0, "does_not_meet" if part.status == "holds" else "meets": 0, "open": 1}
        ordered = sorted(range(len(states)), key=lambda at: (first.get(states[at], 2), at))
        chosen = [at for at in ordered if states[at] in first][:most]
        return sorted(chosen or ordered[:most])

    # ---- tables -----------------------------------------------------------------------------------------------------

    def table(self, part: Part) -> Table | None:
        """The rows with what the rule looked at; nothing where no row is recorded."""
        node = part.trace.node
        if not isinstance(node, core.Every | core.AtLeastRows) or not part.trace.rows:
            return None
        if goes_over_series(self.record, node):
            return None
        name = node.records[0].rows.name
        states, chosen = self.states(part), self.deciding(part)
        share = _share(part.trace.rows[0])
        fields = self._fields_used(part.trace, name)
        naming = self.naming_field(name)
        header = [self.record.named(each, name) if each else "" for each in (naming, *(f.name for f in fields))]
        right = [False, *(isinstance(self.record.item(field).kind, Quantity) for field in fields)]
        if share is not None:
            header.append(self.words("rows.share"))
            right.append(True)
        rows = []
        for at in chosen:
            cells = [self._row_heading(name, at), *(self._cell(field, at) for field in fields)]
            if share is not None:
                cells.append(self._share_cell(part.trace.rows[at], share))
            rows.append((*cells, self.words(f"rows.{states[at]}")))
        rest = [state for at, state in enumerate(states) if at not in chosen]
        more, notes = self._more(rest), self._effect(part, states, share)
        return Table((*header, ""), tuple(rows), (*right, False), tuple(more), tuple(notes))

    def _row_heading(self, rows: str, at: int) -> str:
        named = self.naming_field(rows)
        if named is None:
            return self.row_name(rows, at)
        fields = [f.name for f in self.record.rows_kind(rows).fields]
        day = self.record.rows(rows)[at][fields.index(named)]
        if not isinstance(day, datetime.date | PartialDate | str):
            return self.row_name(rows, at)
        text = shown(self.record.named(day), _LONGEST_NAME) if isinstance(day, str) else self.words.day(day)
        alike = [row for row in self.record.rows(rows) if row[fields.index(named)] == day]
        return text if len(alike) == 1 else self.words("rows.numbered", day=text, n=at + 1)

    def _fields_used(self, trace: TraceNode, rows: str) -> list[core.Field]:
        named = self.naming_field(rows)
        found: dict[str, core.Field] = {}
        for row in trace.rows:
            for fact in named_facts(row):
                if isinstance(fact, core.Field) and fact.rows == rows and fact.name != named:
                    found.setdefault(fact.name, fact)
        return list(found.values())

    def _cell(self, field: core.Field, at: int) -> str:
        names = [f.name for f in self.record.rows_kind(field.rows).fields]
        value = self.record.rows(field.rows)[at][names.index(field.name)]
        if isinstance(value, Unknown):
            return self.words("value.not_known")
        detail, unit = self.record.detail(field, at), short_unit(self.record.unit_of(field))
        as_recorded = isinstance(value, Decimal) and not detail.recorded
        text = (
            self.words.quantity(recorded_text(value, unit))
            if as_recorded
            else self.record.plain(value, unit, None, field.name)
        )
        return self.words("rows.assumed", value=text) if detail.assumed else text

    def _share_cell(self, row: TraceNode, share: Share) -> str:
        part, whole = (self.record.outcome_of(row, value) for value in (share.part, share.whole))
        return share_text(part, whole, share.limit)

    def _more(self, rest: list[str]) -> list[str]:
        told = []
        for state in dict.fromkeys(rest):
            number = rest.count(state)
            told.append(self.words(f"rows.more_{state}", n=number))
        return told

    def _effect(self, part: Part, states: list[str], share: Share | None) -> list[str]:
        """Why a failing row is enough, and that what is missing does not matter."""
        node = part.trace.node
        if isinstance(node, core.AtLeastRows) and node.count > 1:
            return [self.words.ended(self.in_a_sentence(part))]
        if not isinstance(node, core.Every) or part.status != "fails" or not part.wanted:
            return []
        told = []
        if states.count("fails") < len(states):
            singular = self.record.named(self.record.rows_kind(node.records[0].rows.name).singular)
            key = (
                {"≤": "one_above", "<": "one_from", "≥": "one_below", ">": "one_to"}.get(share.operator)
                if share
                else None
            )
            limit = f"{decimal_text(share.limit)}%" if share else ""
            told.append(self.words(f"rows.{key or 'one_fails'}", singular=singular, limit=limit))
        missing = [self.row_name(node.records[0].rows.name, at) for at, state in enumerate(states) if state == "open"]
        if missing:
            named = self.words.all_of(missing[:3]) if len(missing) <= 3 else self.words("rows.several", n=len(missing))
            told.append(self.words("rows.missing_values_no_effect", n=len(missing), rows=named))
        return [self.words.joined(told)] if told else []

    # ---- in a sentence ----------------------------------------------------------------------------------------------

    def in_a_sentence(self, part: Part) -> str:
        """The same for a paragraph without a table."""
        trace, node = part.trace, part.trace.node
        assert isinstance(node, core.Every | core.AtLeastRows)
        kind, name = self.record.rows_kind(node.records[0].rows.name), node.records[0].rows.name
        if isinstance(self.record.value(name), Unknown):
            reason = self.record.detail(node.records[0].rows).reason_missing
            if reason:
                missing = self.words("value.not_recorded_reason", reason=shown(reason))
                return self.words("joint.labelled", label=self.record.named(name), text=missing)
            return self.words("joint.labelled", label=self.record.named(name), text=self.words("value.not_recorded"))
        count = len(self.record.rows(name))
        singular, plural = self.record.named(kind.singular), self.record.named(name)
        if not count:
            vacuous = isinstance(node, core.Every) and node.if_any
            return self.words("rows.vacuous" if vacuous else "rows.none_listed", singular=singular)
        states = self.states(part)
        if isinstance(node, core.AtLeastRows):
            counted = self._counted(states or ["counts"] * count, singular, plural)
            return self.words.clauses([counted, self._count_limit(part, node)]) if node.count > 1 else counted
        if all(state in ("passes", "meets") for state in states):
            key = "both_meet" if count == 2 else "all_meet"
            return self.words(
                f"rows.{key}", n=count, singular=singular, plural=plural, words=shown(self.record.said(_words(node)))
            )
        chosen = [at for at in self.deciding(part, _ROWS_IN_A_SENTENCE) if states[at] not in ("passes", "meets")]
        fields = self._fields_used(trace, name)
        share = _share(trace.rows[0])
        told = []
        for at in chosen:
            values = [
                self.words("rows.field", name=self.record.named(f.name, name), value=self._cell(f, at)) for f in fields
            ]
            if share is not None and (cell := self._share_cell(trace.rows[at], share)):
                values.append(self.words("rows.field", name=self.words("rows.share"), value=cell))
            told.append(
                self.words(
                    "rows.row_result",
                    row=self.row_name(name, at),
                    fields=self.words.listed(values),
                    result=self.words(f"rows.is_{states[at]}"),
                )
            )
        return self.words.clauses(told)

    def _count_limit(self, part: Part, node: core.AtLeastRows) -> str:
        limit = node.count if part.wanted else node.count - 1
        return self.words("rows.count_at_least" if part.wanted else "rows.count_at_most", n=limit)

    def _counted(self, states: list[str], singular: str, plural: str) -> str:
        certain, possible = states.count("counts"), states.count("open")
        if not certain:
            told = self.words("rows.count_none", noun=singular)
        else:
            told = self.words("rows.count_certain", n=certain, noun=singular if certain == 1 else plural)
        return self.words.clauses([told, self.words("rows.count_possible", n=possible)]) if possible else told


def _words(node: core.Every) -> str:
    body = node.records[0].body
    return "" if body is None else body.words


def _share(row: TraceNode) -> Share | None:
    return next((share for trace in walk(row) if (share := share_of(trace.node)) is not None), None)


def share_of(node: core.Node) -> Share | None:
    """The share that a comparison such as `a is at most 2% of b` is about."""
    match node:
        case core.Compare(
            operator,
            (core.Field() | core.Fact()) as part,
            core.Arithmetic("×", core.Constant(factor), (core.Field() | core.Fact()) as whole) as limit,
        ) if "% of " in limit.words and isinstance(factor, int | Decimal):
            return Share(Decimal(factor) * 100, part, whole, operator)
        case _:
            return None


def share_text(part: object, whole: object, limit: Decimal) -> str:
    """A share in per cent, never rounded to the other side of its limit; nothing where it cannot be computed."""
    if not isinstance(part, _NUMBERS) or not isinstance(whole, _NUMBERS) or not as_fraction(whole):
        return ""
    fraction = as_fraction(part) / as_fraction(whole) * 100
    return number_text(Ratio(fraction.numerator, fraction.denominator), parse_unit("%"), limit)


def short_unit(unit: Unit | None) -> Unit | None:
    """The unit by its sign, for the narrow columns of a table and the blanks of a form: `min` for minutes."""
    if unit is None or len(unit.parts) != 1 or unit.parts[0][1] != 1:
        return unit
    atom = unit.parts[0][0]
    # Years and months have no sign of their own, only the word for one.
    return unit if atom.symbol == atom.one else evolve(unit, symbol=atom.symbol, singular=atom.symbol)
