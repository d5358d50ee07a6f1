"""How a result came about: the tree of a criterion's conditions and values, each with its outcome for one patient.

A trace is made when it is asked for, from the program's table and the outcomes that the compiled function returned;
nothing is evaluated again. The body of a definition stands under each reference to it, as one and the same node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, assert_never

from attrs import frozen

from protocol_dsl.evaluate.operations import CLOCK
from protocol_dsl.evaluate.program import Program
from protocol_dsl.evaluate.steps import Step
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.core import (
    Agreement,
    All,
    Arithmetic,
    AtLeast,
    AtLeastRows,
    Between,
    Compare,
    Completed,
    Constant,
    Defined,
    During,
    Every,
    Extreme,
    Fact,
    Field,
    If,
    Known,
    Member,
    Node,
    Not,
    Power,
    Recorded,
    Rounded,
    Shift,
)
from protocol_dsl.semantics.types import Rows
from protocol_dsl.values import UNKNOWN, DayTime, Interval, PartialDate

RowNumbers: TypeAlias = Mapping[str, int]
"""The rows that are looked at: which one (from 1), by the name of its list."""

_CONDITIONS: Final = (
    Compare | Member | During | Between | Agreement | Recorded | Known | Not | All | AtLeast | If | Every | AtLeastRows
)


@frozen
class TraceNode:
    """A node of the core and its outcome for a patient.

    `children` are the traces of the node's parts in the order of its fields; parts that a node has not are left out.
    `During` has the date, the anchor and the ends of the window, which carry its days; `Defined` has the body of the
    definition; `Agreement` has the answer and the two days. Loops (`Every`, `AtLeastRows`) have no children but
    `rows`, the trace of the body for each row in the order of the list, or none where the list is not known.
    """

    node: Node
    outcome: object
    children: tuple[TraceNode, ...] = ()
    rows: tuple[TraceNode, ...] = ()
    truth: bool = False
    """Whether a fact, a field or a definition is a condition; for other kinds of node see `is_condition`."""

    @property
    def is_condition(self) -> bool:
        """Whether the outcome is a truth, rather than a number, a date or a choice."""
        return self.truth or isinstance(self.outcome, bool) or isinstance(self.node, _CONDITIONS)


class Tracer:
    """Makes the traces of one patient; definitions are traced once and shared."""

    def __init__(self, program: Program, facts: tuple[object, ...], outcomes: tuple[object, ...]):
        self._program = program
        self._frames = (program.constants, facts, outcomes)
        self._definitions: dict[str, TraceNode] = {}

    def criterion(self, number: int) -> tuple[TraceNode | None, TraceNode]:
        """The traces of the condition of the number-th criterion (from 0) under which it applies, and of its rule."""
        if not self._definitions:
            # In the program's order, so that none goes deep however many build on one another.
            for name, step in self._program.definitions.items():
                self._definitions[name] = self._trace(step, self._frames)
        steps = self._program.criteria[number]
        applies = None if steps.applies is None else self._trace(steps.applies, self._frames)
        return applies, self._trace(steps.rule, self._frames)

    def _trace(self, step: Step, frames: tuple[tuple[object, ...], ...]) -> TraceNode:
        node, outcome = step.node, frames[step.frame][step.index]
        if isinstance(node, Defined):
            children: tuple[TraceNode, ...] = (self._definitions[node.name],)
        else:
            children = tuple([self._trace(child, frames) for child in step.children])
        return TraceNode(node, outcome, children, self._row_traces(step, frames), step.sort == "truth")

    def _row_traces(self, step: Step, frames: tuple[tuple[object, ...], ...]) -> tuple[TraceNode, ...]:
        if step.body is None or step.over is None or step.row_outcomes is None:
            return ()
        rows = frames[step.over.frame][step.over.index]
        outcomes = frames[step.frame][step.row_outcomes]
        if not isinstance(rows, tuple) or not isinstance(outcomes, tuple):
            return ()
        own = frames[: step.frame + 1]
        return tuple([self._trace(step.body, (*own, *pair)) for pair in zip(rows, outcomes, strict=True)])


def criterion_trace(
    program: Program, number: int, facts: tuple[object, ...], outcomes: tuple[object, ...]
) -> tuple[TraceNode | None, TraceNode]:
    """The traces of one criterion's two conditions, for facts and what the program made of them."""
    return Tracer(program, facts, outcomes).criterion(number)


def field_name(protocol: Protocol, field: Field, number: int) -> str:
    """A field of one row, as lists of missing facts name it: "recorded time (screening night 2)"."""
    return f"{field.name} ({row_name(protocol, field.rows, number)})"


def row_name(protocol: Protocol, rows: str, number: int) -> str:
    """One row of a list, counted from 1: "screening night 2"."""
    kind = protocol.items[rows].kind
    assert isinstance(kind, Rows)
    return f"{kind.singular} {number}"


def facts_read(protocol: Protocol, trace: TraceNode, rows: RowNumbers) -> tuple[str, ...]:
    """The facts that a node reads itself: those that are its own operands, or the fact that it is."""
    node = trace.node
    operands: tuple[Node, ...]
    match node:
        case Fact() | Field():
            operands = (node,)
        case Defined():
            operands = ()
        case Every() | AtLeastRows():
            operands = (node.rows,)
        case _:
            operands = tuple(child.node for child in trace.children)
    names = (_fact_name(protocol, operand, rows) for operand in operands if isinstance(operand, Fact | Field))
    return tuple(dict.fromkeys(names))


def _fact_name(protocol: Protocol, node: Fact | Field, rows: RowNumbers) -> str:
    return node.name if isinstance(node, Fact) else field_name(protocol, node, rows[node.rows])


# ---- what is missing


@frozen
class _Open:
    """A node whose outcome is not settled, yet to be looked into; `clock`: times of day are asked for."""

    trace: TraceNode
    rows: RowNumbers
    clock: bool = False


def missing_facts(protocol: Protocol, *conditions: TraceNode) -> tuple[str, ...]:
    """The facts that are unknown, or known in part only, and that could still decide these conditions.

    Only what is unknown is looked into, and of that only what bears on it: a condition that is decided, whatever is
    missing under it, names nothing. Fields of rows are named as `field_name` does, a list that is not recorded (or that
    is empty where it must not be) by its own name.
    """
    missing: dict[str, None] = {}
    seen: set[tuple[int, bool]] = set()
    waiting = [_Open(condition, {}) for condition in reversed(conditions)]
    while waiting:
        each = waiting.pop()
        if (id(each.trace), each.clock) in seen or not _is_open(each):
            continue
        seen.add((id(each.trace), each.clock))
        node = each.trace.node
        if isinstance(node, Fact | Field):
            missing.setdefault(_fact_name(protocol, node, each.rows))
        elif isinstance(node, Every | AtLeastRows) and not each.trace.rows:
            missing.setdefault(node.rows.name)
        else:
            waiting.extend(reversed(list(_bearing_on(each))))
    return tuple(missing)


def _is_open(each: _Open) -> bool:
    outcome = each.trace.outcome
    if outcome is UNKNOWN or isinstance(outcome, PartialDate | Interval):
        return True
    return each.clock and _is_date(outcome) and not isinstance(outcome, DayTime)


def _is_date(outcome: object) -> bool:
    # A DayTime is a date to Python; a number or a choice is not.
    return hasattr(outcome, "toordinal")


def _bearing_on(each: _Open) -> Iterator[_Open]:
    """The parts of a node whose outcome could settle its own."""
    trace, rows, clock = each.trace, each.rows, each.clock
    node, children = trace.node, trace.children
    match node:
        case Constant() | Fact() | Field() | Recorded() | Known():
            return
        case Defined() | Shift() | Extreme():
            yield from (_Open(child, rows, clock) for child in children)
        case Arithmetic() | Power() | Rounded() | Compare() | Member() | Between() | Not() | All() | AtLeast():
            yield from (_Open(child, rows) for child in children)
        case Completed():
            yield from (_Open(child, rows, node.unit in CLOCK) for child in children)
        case During():
            ends = [end for end in (node.start, node.end) if isinstance(end, Shift)]
            by_clock = any(end.unit in CLOCK for end in ends)
            yield from (_Open(child, rows, by_clock) for child in children)
        case Agreement():
            yield _Open(children[0], rows)
        case If():
            condition, then, *otherwise = children
            if condition.outcome is UNKNOWN:
                yield from (_Open(child, rows) for child in children)
            elif condition.outcome is True:
                yield _Open(then, rows)
            else:
                yield from (_Open(child, rows) for child in otherwise)
        case Every() | AtLeastRows():
            for number, row in enumerate(trace.rows, 1):
                yield _Open(row, {**rows, node.rows.name: number})
        case _:
            assert_never(node)
