"""How a result came about: the tree of a criterion's conditions and values, each with its outcome for one patient.

A trace is made when it is asked for, from the program's table and the outcomes that the compiled function returned;
nothing is evaluated again. The body of a definition stands under each reference to it, as one and the same node.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, assert_never

from attrs import frozen

from protocol_dsl.evaluate.operations import CLOCK
from protocol_dsl.evaluate.program import Program
from protocol_dsl.evaluate.steps import Step
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.core import (
    LOOPS,
    Aggregate,
    Agreement,
    All,
    Arithmetic,
    AtLeast,
    AtLeastRows,
    Between,
    Chosen,
    Compare,
    Completed,
    Consecutive,
    Constant,
    Defined,
    During,
    Every,
    Extreme,
    Fact,
    Field,
    If,
    Includes,
    InUnit,
    Known,
    Loop,
    Member,
    Named,
    Node,
    Not,
    Power,
    Recorded,
    Records,
    RecordTime,
    Rounded,
    Shift,
    ShiftDays,
    Stable,
    WindowEnd,
)
from protocol_dsl.semantics.types import Rows
from protocol_dsl.values import UNKNOWN, DayRange, DayTime, Interval, PartialDate, Spell

RowNumbers: TypeAlias = Mapping[int, int]
"""The rows that are looked at: which one (from 1), by the number of their loop."""

_CONDITIONS: Final = (
    Compare
    | Member
    | Includes
    | During
    | Between
    | Agreement
    | Recorded
    | Known
    | Not
    | All
    | AtLeast
    | If
    | Every
    | AtLeastRows
    | Chosen
    | Consecutive
    | Stable
)


@frozen
class TraceNode:
    """A node of the core and its outcome for a patient.

    `children` are the traces of the node's parts in the order of its fields; parts that a node has not are left out.
    `During` has the date, the anchor and the ends of the window, which carry its days; `Defined` has the body of the
    definition; `Agreement` has the answer and the two days. Loops have `records`, one trace for each record of each
    list, or none where a list is not known; their children are the days that `Stable` and `Aggregate` look at.
    """

    node: Node
    outcome: object
    children: tuple[TraceNode, ...] = ()
    records: tuple[RecordTrace, ...] = ()
    truth: bool = False
    """Whether a fact, a field or a definition is a condition; for other kinds of node see `is_condition`."""

    @property
    def is_condition(self) -> bool:
        """Whether the outcome is a truth, rather than a number, a date or a choice."""
        return self.truth or isinstance(self.outcome, bool) or isinstance(self.node, _CONDITIONS)

    @property
    def rows(self) -> tuple[TraceNode, ...]:
        """What was asked of each record: of a count whether it belongs, else the body."""
        asked = (each.asked for each in self.records)
        return tuple(each for each in asked if each is not None)


@frozen
class RecordTrace:
    """A record that a loop looked at; `number` counts the records of its list from 1.

    `taken`: of a loop that chooses, whether it could be the one; `member`, `body`, `key`: the traces of these parts.
    """

    records: Records
    number: int
    member: TraceNode | None
    body: TraceNode | None
    key: TraceNode | None
    taken: bool = True

    @property
    def asked(self) -> TraceNode | None:
        """The body; of a loop that counts its members, what makes it one."""
        return self.body if self.body is not None else self.member

    @property
    def belongs(self) -> object:
        """Whether the record is one that the loop looks at: a truth."""
        return True if self.member is None else self.member.outcome


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
        return TraceNode(node, outcome, children, self._record_traces(step, frames), step.sort == "truth")

    def _record_traces(self, step: Step, frames: tuple[tuple[object, ...], ...]) -> tuple[RecordTrace, ...]:
        found: list[RecordTrace] = []
        own = frames[: step.frame + 1]
        taken = frames[step.frame][step.chosen] if step.chosen is not None else None
        for loop in step.loops:
            rows = frames[loop.over.frame][loop.over.index]
            outcomes = frames[step.frame][loop.row_outcomes] if loop.row_outcomes is not None else None
            if not isinstance(rows, tuple) or not isinstance(outcomes, tuple):
                continue
            for number, pair in enumerate(zip(rows, outcomes, strict=True), 1):
                inner = (*own, *pair)
                member, body, key = (
                    None if each is None else self._trace(each, inner) for each in (loop.member, loop.body, loop.key)
                )
                is_taken = not isinstance(taken, tuple) or len(found) in taken
                found.append(RecordTrace(loop.records, number, member, body, key, is_taken))
        return tuple(found)


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
        case Every() | AtLeastRows() | Chosen() | Consecutive() | Stable() | Aggregate():
            operands = tuple(records.rows for records in node.records)
        case _:
            operands = tuple(child.node for child in trace.children)
    names = (_fact_name(protocol, operand, rows) for operand in operands if isinstance(operand, Fact | Field))
    return tuple(dict.fromkeys(names))


def _fact_name(protocol: Protocol, node: Fact | Field, rows: RowNumbers) -> str:
    return node.name if isinstance(node, Fact) else field_name(protocol, node, rows[node.row])


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
        elif isinstance(node, LOOPS) and (_takes_none(each) or _takes_too_few(each)):
            for records in node.records:
                missing.setdefault(records.rows.name)
        else:
            waiting.extend(reversed(list(_bearing_on(each))))
    return tuple(missing)


def _takes_none(each: _Open) -> bool:
    return not any(record.belongs is not False and record.taken for record in each.trace.records)


def _takes_too_few(each: _Open) -> bool:
    """Whether there are fewer records than are taken together, or all is known of them, and none are near enough."""
    node = each.trace.node
    if not isinstance(node, Aggregate) or node.pick is None:
        return False
    able = sum(record.belongs is not False for record in each.trace.records)
    return able < node.pick.count or not any(map(_is_open, _bearing_on(each)))


def _is_open(each: _Open) -> bool:
    outcome = each.trace.outcome
    if outcome is UNKNOWN or isinstance(outcome, PartialDate | Interval | DayRange | Spell):
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
        case Defined() | Named() | Shift() | Extreme() | ShiftDays() | WindowEnd():
            yield from (_Open(child, rows, clock) for child in children)
        case RecordTime():
            yield from _when_missing(each)
        case (
            Arithmetic()
            | Power()
            | Rounded()
            | Compare()
            | Member()
            | Includes()
            | InUnit()
            | Between()
            | Not()
            | All()
            | AtLeast()
        ):
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
        case Every() | AtLeastRows() | Chosen() | Consecutive() | Stable() | Aggregate():
            yield from (_Open(child, rows) for child in children)
            looked_at = [record for record in trace.records if record.belongs is not False and record.taken]
            days = Counter(_day_of(record) for record in looked_at)
            for record in looked_at:
                yield from _record_parts(record, rows, _by_clock(node) or days[_day_of(record)] > 1)
        case _:
            assert_never(node)


def _by_clock(node: Loop) -> bool:
    """Whether a loop looks at the times of its records in hours or minutes."""
    match node:
        case AtLeastRows(apart=(_, unit)) | Consecutive(apart=(_, unit)):
            return unit in CLOCK
        case Aggregate(pick=pick):
            return pick is not None and pick.within is not None
        case _:
            return False


def _day_of(record: RecordTrace) -> object:
    """The day by which a record is put in order of time; the record itself where that is no whole day."""
    day = record.key.outcome if record.key is not None else None
    return day.toordinal() if isinstance(day, datetime.date) else id(record)


def _record_parts(record: RecordTrace, rows: RowNumbers, clock: bool) -> Iterator[_Open]:
    """What bears on a loop of one record; `clock`: also at what time of its day it was."""
    inner = {**rows, record.records.row: record.number}
    for part in (record.member, record.body):
        if part is not None:
            yield _Open(part, inner)
    if record.key is not None:
        yield _Open(record.key, inner, clock)


def _when_missing(each: _Open) -> Iterator[_Open]:
    """Of the time of a record: its start and its end, not the fields that a record of its kind does without."""
    node = each.trace.node
    assert isinstance(node, RecordTime)
    day, start, end, ongoing, evaluation = each.trace.children
    wanted = []
    if start.outcome is UNKNOWN and node.which != "end":
        wanted.append(day if day.outcome is not UNKNOWN or node.which == "first" else start)
    elif start.outcome is not UNKNOWN:
        wanted.append(start)
    if node.which != "first" and end.outcome is UNKNOWN and (start.outcome is not UNKNOWN or day.outcome is UNKNOWN):
        wanted += [end, ongoing] if ongoing.outcome is UNKNOWN else [evaluation] if ongoing.outcome is True else [end]
    elif node.which != "first":
        wanted.append(end if end.outcome is not UNKNOWN else day)
    yield from (_Open(child, each.rows, each.clock) for child in wanted)
