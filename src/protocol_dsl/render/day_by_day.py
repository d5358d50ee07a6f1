"""What each day that a partly known date may be would make of a condition."""

from __future__ import annotations

import datetime
from typing import Any, cast

from protocol_dsl.evaluate.operations import CLOCK, completed_by_clock, shift_by_clock
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.reasons import walk
from protocol_dsl.semantics import core
from protocol_dsl.values import (
    UNKNOWN,
    PartialDate,
    all_of,
    at_least,
    between,
    completed,
    earlier_of,
    in_window,
    later_of,
    negate,
    same_day,
    shift,
)
from protocol_dsl.values.windows import End


def partial_date(trace: TraceNode) -> tuple[core.Fact | core.Field, PartialDate] | None:
    """The one fact under a condition that is a partly known date, where there is exactly one."""
    found: dict[object, tuple[core.Fact | core.Field, PartialDate]] = {}
    for node in walk(trace):
        if isinstance(node.node, core.Fact | core.Field) and isinstance(node.outcome, PartialDate):
            found[node.node] = (node.node, node.outcome)
    return next(iter(found.values())) if len(found) == 1 else None


def truth_by_day(
    trace: TraceNode, fact: core.Fact | core.Field, days: tuple[datetime.date, ...]
) -> list[tuple[datetime.date, datetime.date, object]]:
    """Runs of days on which the condition has the same truth: first day, last day, truth."""
    runs: list[tuple[datetime.date, datetime.date, object]] = []
    for day in days:
        truth = _Day(fact, day).outcome(trace)
        if runs and runs[-1][2] is truth:
            runs[-1] = (runs[-1][0], day, truth)
        else:
            runs.append((day, day, truth))
    return runs


class _Day:
    """The outcomes of a trace, had a fact been this day."""

    def __init__(self, fact: core.Fact | core.Field, day: datetime.date):
        self._fact, self._day = fact, day
        self._known: dict[int, Any] = {}

    def outcome(self, trace: TraceNode) -> Any:
        """What a node would be; what does not depend on the fact keeps its outcome."""
        if id(trace) not in self._known:
            self._known[id(trace)] = self._outcome(trace)
        return self._known[id(trace)]

    def _outcome(self, trace: TraceNode) -> Any:
        node = trace.node
        if node == self._fact:
            return self._day
        parts = [self.outcome(child) for child in trace.children]
        if all(new is child.outcome for new, child in zip(parts, trace.children, strict=True)):
            return trace.outcome
        match node:
            case core.Defined() | core.Named():
                return parts[0]
            case core.Shift(_, amount, unit):
                return shifted(parts[0], amount, unit)
            case core.Completed(unit=unit):
                return (completed_by_clock if unit in CLOCK else completed)(cast(Any, unit), parts[0], parts[1])
            case core.Extreme(which) if which in ("earlier", "later"):
                return (earlier_of if which == "earlier" else later_of)(*parts)
            case core.Compare(operator):
                return _compared(operator, parts[0], parts[1])
            case core.During():
                ends = _end(node.start), _end(node.end)
                return in_window(parts[0], parts[1], *ends, node.start_included, node.end_included)
            case core.Between(included=included):
                return between(parts[0], parts[1], parts[2], included, included)
            case core.Not():
                return negate(parts[0])
            case core.All():
                return all_of(parts)
            case core.AtLeast(count):
                return at_least(count, parts)
            case _:
                return UNKNOWN


def shifted(when: Any, amount: int, unit: core.TimeUnit) -> Any:
    """A day moved by calendar units; UNKNOWN outside the calendar."""
    try:
        return shift_by_clock(when, amount, unit) if unit in CLOCK else shift(when, amount, cast(Any, unit))
    except (ValueError, OverflowError):
        return UNKNOWN  # outside the calendar


def _compared(operator: core.Comparison, left: Any, right: Any) -> Any:
    match operator:
        case "<":
            return left < right
        case "≤":
            return left <= right
        case ">":
            return left > right
        case "≥":
            return left >= right
        case "=":
            return same_day(left, right) if isinstance(left, datetime.date | PartialDate) else left == right


def _end(node: core.Value | None) -> End:
    return (node.amount, node.unit) if isinstance(node, core.Shift) else None
