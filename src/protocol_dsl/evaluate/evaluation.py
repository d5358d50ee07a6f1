"""A patient's verdict and the result of each criterion, with what they rest on.

The results are there at once; traces and lists of what is missing are made when they are first asked for. The words of
an explanation come from elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from attrs import field, frozen

from protocol_dsl.evaluate.facts import PatientFacts
from protocol_dsl.evaluate.program import Program, Result, Verdict
from protocol_dsl.evaluate.trace import RecordTrace, RowNumbers, TraceNode, Tracer, facts_read, missing_facts, row_name
from protocol_dsl.semantics.checked import Criterion, Protocol
from protocol_dsl.semantics.core import Defined, Named
from protocol_dsl.source import Span
from protocol_dsl.values import (
    Enclosed,
    Interval,
    OtherNumber,
    PartialDate,
    Ratio,
    Spell,
    as_fraction,
    decimal_text,
    from_fraction,
    iso_text,
    without_end,
)


class Evaluation:
    """One patient's verdict, and the results in the order of the protocol's criteria."""

    def __init__(self, protocol: Protocol, patient: str | None, facts: PatientFacts, program: Program):
        """Decide all criteria for a patient whose facts have been read; `program` is the protocol's own, compiled."""
        self.protocol = protocol
        self.patient = patient
        self.facts = facts
        self._program = program
        self.verdict: Verdict
        self.results: tuple[Result, ...]
        self.verdict, self.results, self._outcomes = program.run(facts.values)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.patient!r}: {self.verdict}>"

    @cached_property
    def criteria(self) -> tuple[CriterionResult, ...]:
        """The result of each criterion, with its trace."""
        return tuple(
            CriterionResult(criterion, result, self, number)
            for number, (criterion, result) in enumerate(zip(self.protocol.criteria, self.results, strict=True))
        )

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts whose value could still change the verdict: none once a criterion fails."""
        if self.verdict != "undetermined":
            return ()
        return tuple(dict.fromkeys(name for criterion in self.criteria for name in criterion.missing))

    def __getitem__(self, criterion_id: str) -> CriterionResult:
        for each in self.criteria:
            if each.criterion.id == criterion_id:
                return each
        raise KeyError(self._no_criterion(criterion_id))

    def _no_criterion(self, criterion_id: object) -> str:
        ids = [criterion.id for criterion in self.protocol.criteria]
        return f"there is no criterion {criterion_id!r}; there are {', '.join(ids)}"

    def __iter__(self) -> Iterator[CriterionResult]:
        return iter(self.criteria)

    def __len__(self) -> int:
        return len(self.results)

    def explanation_of(self, result: CriterionResult) -> str:
        """Why a criterion has its result, in words. Who has words for it overrides this; here there are none."""
        del result
        return ""

    @cached_property
    def _tracer(self) -> Tracer:
        return Tracer(self._program, self.facts.values, self._outcomes)


@frozen(eq=False, slots=False)
class CriterionResult:
    """What became of one criterion for one patient."""

    criterion: Criterion
    result: Result
    _evaluation: Evaluation = field(repr=False)
    _number: int = field(repr=False)

    @property
    def applies(self) -> TraceNode | None:
        """The trace of the condition under which the criterion applies, if it has one."""
        return self._traces[0]

    @property
    def rule(self) -> TraceNode:
        """The trace of the rule."""
        return self._traces[1]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The unknown facts that could still decide the criterion; none once it is decided."""
        if self.result != "unknown":
            return ()
        # A condition that is settled names nothing, so both can be asked.
        conditions = [trace for trace in self._traces if trace is not None]
        return missing_facts(self._evaluation.protocol, *conditions)

    @cached_property
    def explanation(self) -> str:
        """Why, in words."""
        return self._evaluation.explanation_of(self)

    @cached_property
    def _traces(self) -> tuple[TraceNode | None, TraceNode]:
        return self._evaluation._tracer.criterion(self._number)


# ---- as JSON


def to_json(
    evaluation: Evaluation, explain: Callable[[CriterionResult, Evaluation], str] | None = None
) -> dict[str, object]:
    """An evaluation as plain data for JSON; `explain` gives each criterion's explanation, else the evaluation itself.

    A criterion with a condition under which it applies has that condition's trace beside that of the rule, under
    "applies if".
    """
    protocol = evaluation.protocol
    return {
        "protocol": {
            "name": protocol.name,
            "version": protocol.header.get("version"),
            "sha256": protocol.source.sha256,
        },
        "patient": evaluation.patient,
        "verdict": evaluation.verdict,
        "criteria": [_criterion_json(each, evaluation, explain) for each in evaluation.criteria],
        "missing": list(evaluation.missing),
    }


def _criterion_json(
    result: CriterionResult, evaluation: Evaluation, explain: Callable[[CriterionResult, Evaluation], str] | None
) -> dict[str, object]:
    criterion = result.criterion
    data: dict[str, object] = {
        "id": criterion.id,
        "kind": criterion.kind,
        "title": criterion.title,
        "result": result.result,
        "statement": criterion.statement,
        "explanation": result.explanation if explain is None else explain(result, evaluation),
        "missing": list(result.missing),
        "trace": trace_json(evaluation.protocol, result.rule),
    }
    if result.applies is not None:
        data["applies if"] = trace_json(evaluation.protocol, result.applies)
    return data


def trace_json(protocol: Protocol, trace: TraceNode) -> dict[str, object]:
    """A trace as plain data: for each node its text, truth or value, facts, span and children.

    `truth` is there for conditions only, `value` is null for them. Each row of a list is a child that bears its name.
    """
    return _TraceWriter(protocol).node(trace, {}, 0)


# A definition used twice by each of twenty others would be written out a million times, and a long chain of them would
# nest deeper than JSON is read. Beyond these limits definitions stand for themselves, without their bodies.
_MOST_NODES: Final = 5_000
_DEEPEST: Final = 100


class _TraceWriter:
    def __init__(self, protocol: Protocol):
        self._protocol = protocol
        self._written = 0

    def node(self, trace: TraceNode, rows: RowNumbers, depth: int) -> dict[str, object]:
        self._written += 1
        data: dict[str, object] = {"text": trace.node.words}
        if trace.is_condition:
            data["truth"] = trace.outcome if isinstance(trace.outcome, bool) else None
        data["value"] = None if trace.is_condition else value_json(trace.outcome)
        data["facts"] = list(facts_read(self._protocol, trace, rows))
        data["span"] = self._span(trace.node.origin)
        if isinstance(trace.node, Defined | Named) and (self._written > _MOST_NODES or depth > _DEEPEST):
            data["children"] = []
        else:
            children = [self.node(child, rows, depth + 1) for child in trace.children]
            data["children"] = children + self._rows(trace, rows, depth)
        return data

    def _rows(self, trace: TraceNode, rows: RowNumbers, depth: int) -> list[dict[str, object]]:
        return [self._record(record, rows, depth) for record in trace.records]

    def _record(self, record: RecordTrace, rows: RowNumbers, depth: int) -> dict[str, object]:
        asked = record.asked
        inner = {**rows, record.records.row: record.number}
        parts = [part for part in (record.member, record.body) if part is not None]
        outcome = asked.outcome if asked is not None and asked.is_condition else record.belongs
        return {
            "text": row_name(self._protocol, record.records.rows.name, record.number),
            "truth": outcome if isinstance(outcome, bool) else None,
            "value": None,
            "facts": [],
            "span": self._span(record.records.origin),
            "children": [self.node(part, inner, depth + 2) for part in parts],
        }

    def _span(self, span: Span) -> dict[str, int]:
        line, column, end_line, end_column = self._protocol.source.region(span)
        return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def value_json(value: object) -> object:
    """A value as plain data, exact: null where it is unknown.

    A number is a JSON number where every reader gets just that decimal back from it, else its digits as a text, or a
    fraction such as "7/3". A number or a date known in part only is `{"from", "to"}` or its recorded text.
    """
    match value:
        case bool() | str():
            return value
        case int() | Decimal() | Ratio():
            return _number_json(from_fraction(as_fraction(value)))
        case OtherNumber():
            return value_json(value.number)
        case Enclosed():
            return f"{decimal_text(value)}…"
        case Spell():
            return {"from": value_json(value.first), "to": value_json(value.last)}
        case Interval():
            lo, hi = (None if without_end(end) else value_json(end) for end in (value.lo, value.hi))
            return {"from": lo, "to": hi}
        case datetime.date() | PartialDate():
            return iso_text(value)
        case tuple():
            return [[value_json(each) for each in row] for row in value]
        case _:
            return None


# Readers that keep numbers as floats still get any decimal of 15 digits back exactly.
_EXACT_DIGITS: Final = 10**15


def _number_json(number: int | Decimal | Ratio) -> int | float | str:
    if isinstance(number, Ratio):
        fraction = as_fraction(number)
        return f"{_digits(fraction.numerator)}/{_digits(fraction.denominator)}"
    if isinstance(number, int):
        return number if abs(number) < _EXACT_DIGITS else _digits(number)
    as_float = float(number) if abs(number) < _EXACT_DIGITS else 0.0
    return as_float if Fraction(repr(as_float)) == Fraction(number) else f"{number:f}"


def _digits(number: int) -> str:
    # Python writes no int of more than 4,300 digits as a text, but a Decimal of any length.
    return str(number) if abs(number) < _EXACT_DIGITS else f"{Decimal(number):f}"
