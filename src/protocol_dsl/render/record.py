"""A patient's record in words: the values that a rule read, as they were recorded or computed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.facts import FactDetail
from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.render.reasons import named_facts, walk
from protocol_dsl.render.record_words import RecordWords
from protocol_dsl.render.showing import number_text, recorded_text, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import VALUE, DataItem, Quantity, Rows, YesNo
from protocol_dsl.values import (
    UNKNOWN,
    DayRange,
    Interval,
    NotEnded,
    OtherNumber,
    PartialDate,
    Spell,
    Unit,
    Unknown,
    parse_unit,
    without_end,
)

_NOTHING = FactDetail()
_LONGEST_CHOICE = 120


class Record:
    """What one patient's record holds, in the words of a language."""

    def __init__(self, evaluation: Evaluation, words: Wording):
        self.evaluation = evaluation
        self.protocol = evaluation.protocol
        self.words = words
        self.terms = Terms(evaluation.protocol, words)
        self.series = RecordWords(self)
        self._picks: dict[int, RecordTrace] = {}

    def said(self, node: core.Written | str) -> str:
        """The words of a condition or a value."""
        return self.terms.said(node)

    def named(self, name: str, owner: str | None = None) -> str:
        """A declared name; `owner`: the data item whose choice or field it is."""
        return self.terms.name(name, owner)

    def quantity(self, value: object, unit: Unit | None, beside: object = None, of: str | None = None) -> str:
        """A number with its unit; `of`: the name of what it is a number of."""
        return self.words.quantity(number_text(value, unit, beside), self.terms.units(of))

    @contextmanager
    def looking_at(self, picks: Sequence[RecordTrace]) -> Iterator[None]:
        """While a sentence is about these records, fields are theirs."""
        before = self._picks
        self._picks = {**before, **{pick.records.row: pick for pick in picks}}
        try:
            yield
        finally:
            self._picks = before

    def pick(self, node: core.Field | core.RecordTime) -> RecordTrace | None:
        """The record that a field is of, where a sentence is about one record."""
        found = self._picks.get(node.row)
        return found if found is not None and found.records.rows.name == node.rows else None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.protocol.items)}

    @cached_property
    def missing(self) -> frozenset[str]:
        """The names of what is missing, or known in part only, and could still decide some criterion."""
        return frozenset(name for result in self.evaluation.criteria for name in result.missing)

    def value(self, name: str) -> object:
        """The value of a fact; UNKNOWN for one that is not recorded, or that no data item declares."""
        place = self._places.get(name)
        return UNKNOWN if place is None else self.evaluation.facts.values[place]

    def rows(self, name: str) -> tuple[tuple[object, ...], ...]:
        """The recorded rows of a list; none where the list is missing."""
        value = self.value(name)
        return value if isinstance(value, tuple) else ()

    def item(self, node: core.Fact | core.Field) -> DataItem:
        """The declaration of a fact or of a field."""
        if isinstance(node, core.Field):
            return self.protocol.row_field(node.rows, node.name)
        return self.protocol.items[node.name]

    def rows_kind(self, name: str) -> Rows:
        """The kind of a list of rows."""
        kind = self.protocol.items[name].kind
        assert isinstance(kind, Rows)
        return kind

    def detail(self, node: core.Fact | core.Field, row: int | None = None) -> FactDetail:
        """What the record says beside a value."""
        if isinstance(node, core.Field) and row is None and (pick := self.pick(node)) is not None:
            row = pick.number - 1
        path = (node.rows, row or 0, node.name) if isinstance(node, core.Field) else node.name
        return self.evaluation.facts.details.get(path, _NOTHING)

    def is_assumed(self, node: core.Fact | core.Field) -> bool:
        """Whether nothing is recorded of a fact, or of a field in some row, and silence was given a meaning."""
        if isinstance(node, core.Fact):
            return self.detail(node).assumed
        return any(self.detail(node, row).assumed for row in range(len(self.rows(node.rows))))

    # ---- values -----------------------------------------------------------------------------------------------------

    def unit_of(self, node: core.Node) -> Unit | None:
        """The unit in which a value is told."""
        match node:
            case core.Fact() | core.Field():
                kind = self.item(node).kind
                return kind.unit if isinstance(kind, Quantity) else None
            case core.Defined(name):
                return self.protocol.definitions[name].unit
            case core.Named(name, value):
                defined = self.protocol.definitions.get(name)
                return self.unit_of(value) if defined is None else defined.unit
            case core.InUnit(value, other):
                own = self.item(value).kind if isinstance(value, core.Fact | core.Field) else None
                if not isinstance(own, Quantity):
                    return None
                return own.other.unit if other and own.other is not None else own.unit
            case core.Aggregate("days"):
                return parse_unit("days")
            case core.Aggregate("mean" | "total" | "highest" | "lowest", records):
                return self.unit_of(records[0].body) if records[0].body is not None else None
            case core.Constant(unit=unit):
                return unit
            case core.Completed(unit=calendar):
                return parse_unit(f"{calendar}s")
            case core.Rounded(value=value):
                return self.unit_of(value)
            case core.Arithmetic("+" | "-", left, _):
                return self.unit_of(left)
            case _:
                return None

    def told(self, trace: TraceNode, beside: object = None, unit: Unit | None = None, row: int | None = None) -> str:
        """A value with what it was computed from; `beside`: the number that it is compared with."""
        node = trace.node
        if isinstance(node, core.InUnit):
            return self.told(trace.children[0], beside, unit, row)
        if isinstance(node, core.Fact | core.Field):
            return self._recorded(node, trace.outcome, beside, row)
        if isinstance(node, core.Constant):
            return shown(self.said(node))
        if isinstance(trace.outcome, Unknown):
            return self._why_unknown(trace)
        of = node.name if isinstance(node, core.Defined | core.Named) else None
        text = self.plain(trace.outcome, unit or self.unit_of(node), beside, of)
        inputs = self._inputs(trace, row)
        return self.words("value.inputs", value=text, inputs=inputs) if inputs else text

    def plain(self, value: object, unit: Unit | None = None, beside: object = None, of: str | None = None) -> str:
        """A value by itself; `of`: the name of what it is a value of."""
        match value:
            case Unknown():
                return self.words("value.not_recorded")
            case bool():
                return self.words("value.yes" if value else "value.no")
            case str():
                return shown(self.named(value, of), _LONGEST_CHOICE)
            case PartialDate():
                return self._partial(value)
            case tuple():
                return self.words.all_of([shown(self.named(str(each), of)) for each in value]) or self.words(
                    "value.none"
                )
            case OtherNumber():
                return self.plain(value.number, unit, beside, of)
            case NotEnded():
                return self.words("value.ongoing")
            case DayRange() | Spell():
                return self.words("value.not_known")
            case datetime.date():
                return self.words.day(value)
            case Interval() if without_end(value.lo) or without_end(value.hi):
                return self._bound(value, unit)
            case Interval() if unit is None and _adjacent(value):
                return self.words.one_of([str(value.lo), str(value.hi)])
            case _:
                return self.quantity(value, unit, beside, of)

    def _bound(self, value: Interval, unit: Unit | None) -> str:
        """ "below 1:16": a number of which only is known on which side of another it lies."""
        if without_end(value.lo) and without_end(value.hi):
            return self.words("value.not_known")
        if without_end(value.lo):
            return self.words(f"limit.{'below' if value.hi_open else 'at_most'}", limit=self.quantity(value.hi, unit))
        return self.words(f"limit.{'above' if value.lo_open else 'at_least'}", limit=self.quantity(value.lo, unit))

    def told_field(self, field: core.Fact | core.Field, value: object, row: int, unit: Unit | None = None) -> str:
        """A field of a row (from 0), as it was recorded; `unit`: the sign by which its unit is told."""
        return self._recorded(field, value, None, row, unit)

    def subject(self, node: core.Node) -> str | None:
        """What a value is of, where it is a field of one record: "ALT of 10 March 2026"."""
        if isinstance(node, core.InUnit):
            return self.subject(node.value)
        pick = self.pick(node) if isinstance(node, core.Field) else None
        if pick is None or not isinstance(node, core.Field):
            return None
        label = self.series.label(node.rows, pick.number - 1)
        if node.name == VALUE and self.rows_kind(node.rows).form == "measurements":
            return label
        return self.words("needed.row_field", field=shown(self.named(node.name, node.rows)), row=label)

    def _recorded(
        self, node: core.Fact | core.Field, value: object, beside: object, row: int | None, unit: Unit | None = None
    ) -> str:
        detail, item = self.detail(node, row), self.item(node)
        own_unit = unit or self.unit_of(node)
        if isinstance(value, OtherNumber):
            value, own_unit = value.number, self.unit_of(core.InUnit(node, True, origin=node.origin, words=node.words))
        if isinstance(value, Unknown):
            if detail.reason_missing:
                return self.words("value.not_recorded_reason", reason=shown(detail.reason_missing))
            return self.words("value.not_recorded")
        if isinstance(value, Decimal) and not detail.recorded:
            text = self.words.quantity(recorded_text(value, own_unit, beside), self.terms.units(node.name))
        else:
            text = self.plain(value, own_unit, beside, node.name)
        if detail.assumed:
            if value is False:
                return self.words("value.nothing_recorded_no")
            return self.words("value.nothing_recorded_as", value=text)
        if detail.recorded:
            return self.words("value.recorded_as", value=text, recorded=shown(detail.recorded))
        if isinstance(item.kind, YesNo) and item.kind.role and (detail.by or detail.date):
            return self._by_whom(item.kind, text, detail)
        return text

    def _by_whom(self, kind: YesNo, text: str, detail: FactDetail) -> str:
        day = self.words.day(detail.date) if detail.date else ""
        if not detail.by:
            return self.words("value.judged_on", value=text, date=day)
        key = "judged" if kind.role == "judgement" else "answered"
        return self.words(
            f"value.{key}{'_day' if day else ''}", value=text, by=shown(self.named(detail.by), 80), date=day
        )

    def _partial(self, value: PartialDate) -> str:
        first, last = value.days[0], value.days[-1]
        if value.text == f"{first:%Y-%m}":
            return self.words(
                "value.day_not_recorded",
                month=self.words("date.month", month=self.words.month_name(first), year=first.year),
            )
        if value.text == f"{first:%Y}":
            return self.words("value.month_not_recorded", year=first.year)
        return self.words("value.days_possible", first=self.words.day(first), last=self.words.day(last))

    # ---- computed values --------------------------------------------------------------------------------------------

    def _inputs(self, trace: TraceNode, row: int | None) -> str:
        """What a value was computed from: two amounts in different units speak for themselves, others are named."""
        node = trace.node
        if isinstance(node, core.Defined | core.Named):
            return self._inputs(trace.children[0], row) if trace.children else ""
        numbers = [each for each in walk(trace) if isinstance(each.node, core.Aggregate)]
        if numbers:
            return self.words.clauses(text for each in numbers if (text := self.series.inputs(each)))
        if isinstance(node, core.Rounded):
            return self._inputs(trace.children[0], row)
        if isinstance(node, core.Completed):
            first, last = (
                self.words.day(child.outcome)
                if isinstance(child.outcome, datetime.date | PartialDate)
                else self.told(child)
                for child in trace.children
            )
            return self.words("value.completed", unit=self.words(f"calendar.{node.unit}"), first=first, last=last)
        facts = named_facts(trace)
        if isinstance(node, core.Shift | core.Extreme | core.RecordTime | core.WindowEnd | core.ShiftDays) or not facts:
            return ""
        told = [(fact, self._recorded(fact, self.outcome_of(trace, fact), None, row)) for fact in facts]
        if any(self.subject(fact) for fact in facts):
            return self.words.clauses(self._input(fact, text) for fact, text in told)
        units = [self.unit_of(fact) for fact in facts]
        if len(facts) == 1 or len(set(units)) < len(units) or len(facts) > 2:
            return self.words.clauses(self._input(fact, text) for fact, text in told)
        return self.words.clauses(text for _, text in told)

    def _input(self, fact: core.Fact | core.Field, text: str) -> str:
        subject = self.subject(fact)
        if subject is None:
            return self.words("rows.field", name=self.named(fact.name), value=text)
        return self.words("record_label.value", label=subject, value=text)

    def outcome_of(self, trace: TraceNode, fact: core.Fact | core.Field) -> object:
        """What a fact was when it was read somewhere in the trace."""
        return next((node.outcome for node in walk(trace) if node.node == fact), None)

    def _why_unknown(self, trace: TraceNode) -> str:
        if isinstance(trace.node, core.RecordTime):
            return self.words("value.not_recorded")
        facts = named_facts(trace)
        numbers = [each for each in walk(trace) if isinstance(each.node, core.Aggregate)]
        reasons = [text for each in numbers for text in self.series.why_unknown(each)]
        if numbers and not reasons:
            return self.words("value.not_known")
        for fact in facts:
            value = self.outcome_of(trace, fact)
            if isinstance(value, Unknown):
                reasons.append(self.words("value.input_missing", name=self.subject(fact) or self.named(fact.name)))
            elif isinstance(value, PartialDate):
                reasons.append(
                    self.words(
                        "value.input_partial",
                        name=self.subject(fact) or self.named(fact.name),
                        value=self.words.day(value),
                    )
                )
        if not reasons:
            return self.words("value.has_no_value")
        return self.words("value.cannot_be_computed", because=self.words.all_of(reasons, "joint.and_clause"))


def _adjacent(value: Interval) -> bool:
    return isinstance(value.lo, int) and isinstance(value.hi, int) and value.hi - value.lo == 1
