"""The table of a compiled protocol: where the outcome of each node is found, and the order of definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, assert_never

from attrs import frozen

from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.core import (
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
    Value,
    WindowEnd,
)
from protocol_dsl.semantics.types import (
    DATE,
    END,
    ONGOING,
    START,
    Coded,
    Date,
    Kind,
    OneOf,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)

Sort: TypeAlias = Literal["truth", "number", "date", "choice", "choices", "text", "rows"]

CONSTANTS: Final = 0
FACTS: Final = 1
OUTCOMES: Final = 2
"""Frames, the tuples in which outcomes are found. Two more follow for each loop over rows: the row, its outcomes."""


@frozen(eq=False)
class Step:
    """A node's entry in the table: where its outcome is found, and the entries of its parts."""

    node: Node
    sort: Sort
    frame: int
    index: int
    children: tuple[Step, ...] = ()
    loops: tuple[LoopStep, ...] = ()
    """Of a loop over records: one for each list it goes over."""
    chosen: int | None = None
    """Of a loop that takes some of the records: the place of the tuple of their numbers, counted over all lists."""

    @property
    def name(self) -> str:
        """The local variable, or for a constant the global, that holds the outcome in the generated source."""
        return f"k{self.index}" if self.frame == CONSTANTS else f"v{self.frame}_{self.index}"


@frozen(eq=False)
class LoopStep:
    """The entries of a loop over one list. What is asked of each record has its outcomes in frames of its own."""

    records: Records
    over: Step
    member: Step | None
    body: Step | None
    key: Step | None
    row_outcomes: int | None
    """The place, in the loop's own frame, of the tuple with each record's outcomes; None without a trace."""


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes right under a node, in the order of its fields."""
    match node:
        case Constant() | Fact() | Field() | Defined():
            return ()
        case RecordTime():
            return (*record_fields(node), node.evaluation)
        case Arithmetic() | Compare():
            return node.left, node.right
        case Power():
            return (node.base, node.exponent) if isinstance(node.exponent, VALUES) else (node.base,)
        case Rounded() | Member() | Includes() | Recorded() | InUnit() | Named():
            return (node.value,)
        case ShiftDays():
            return node.date, node.days
        case WindowEnd():
            return (node.anchor, *node.ends)
        case Completed():
            return node.first, node.last
        case Shift():
            return (node.date,)
        case Extreme():
            return node.dates
        case During():
            return tuple(part for part in (node.date, node.anchor, node.start, node.end) if part is not None)
        case Between():
            return node.date, node.first, node.last
        case Agreement():
            return node.answer, node.first, node.last
        case Known() | Not():
            return (node.condition,)
        case All() | AtLeast():
            return node.conditions
        case If():
            return tuple(part for part in (node.condition, node.then, node.otherwise) if part is not None)
        case Every() | AtLeastRows() | Chosen() | Consecutive() | Stable() | Aggregate():
            return tuple(part for records in node.records for part in parts_of_records(records)) + around(node)
    assert_never(node)


VALUES: Final = (
    Constant,
    Fact,
    Field,
    Defined,
    Named,
    Arithmetic,
    Power,
    Rounded,
    Completed,
    Extreme,
    Aggregate,
    InUnit,
)
"""The nodes that an exponent can be."""


def parts_of_records(records: Records) -> tuple[Node, ...]:
    """The list, and what is asked of each of its records."""
    asked = (records.member, records.body, records.key)
    return (records.rows, *(part for part in asked if part is not None))


def around(node: Loop) -> tuple[Value, ...]:
    """The days that a loop looks at, computed once and not for each record."""
    ends = (node.first, node.last) if isinstance(node, Stable | Aggregate) else ()
    return tuple(end for end in ends if end is not None)


def record_fields(node: RecordTime) -> tuple[Field, ...]:
    """The fields that say when a record of events or treatments was."""
    place = {"origin": node.origin}
    names = (DATE, START, END, ONGOING)
    return tuple(Field(node.rows, name, node.row, words=name, **place) for name in names)


def _definitions_in(node: Node) -> Iterator[str]:
    waiting: list[Node] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Defined):
            yield each.name
        waiting.extend(reversed(parts_of(each)))


def definitions_in_order(protocol: Protocol) -> list[str]:
    """The definitions that criteria use, each after those that it uses; any number of them may build on another."""
    order: dict[str, None] = {}
    entered: set[str] = set()
    for criterion in protocol.criteria:
        conditions = [criterion.rule] if criterion.applies_if is None else [criterion.applies_if, criterion.rule]
        waiting = [name for condition in conditions for name in _definitions_in(condition)]
        waiting.reverse()
        while waiting:
            name = waiting[-1]
            if name in entered:
                order.setdefault(waiting.pop())
                continue
            entered.add(name)
            body = protocol.definitions[name].body
            # A value that rests on records or cases is written out wherever it is used, so nothing refers to it.
            assert body is not None
            waiting.extend(each for each in _definitions_in(body) if each not in entered)
    return list(order)


def sort_of(kind: Kind) -> Sort:
    match kind:
        case YesNo():
            return "truth"
        case Quantity():
            return "number"
        case OneOf() | Coded():
            return "choice"
        case SeveralOf():
            return "choices"
        case Date():
            return "date"
        case Text():
            return "text"
        case Rows():
            return "rows"
    assert_never(kind)
