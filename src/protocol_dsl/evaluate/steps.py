"""The table of a compiled protocol: where the outcome of each node is found, and the order of definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, assert_never

from attrs import frozen

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
from protocol_dsl.semantics.types import Date, Kind, OneOf, Quantity, Rows, Text, YesNo

Sort: TypeAlias = Literal["truth", "number", "date", "choice", "text", "rows"]

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
    over: Step | None = None
    """Of a loop: the list of rows."""
    body: Step | None = None
    """Of a loop: what is asked of each row, its outcomes in frames of their own."""
    row_outcomes: int | None = None
    """Of a loop: the place, in the loop's own frame, of the tuple with each row's outcomes."""

    @property
    def name(self) -> str:
        """The local variable, or for a constant the global, that holds the outcome in the generated source."""
        return f"k{self.index}" if self.frame == CONSTANTS else f"v{self.frame}_{self.index}"


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes right under a node, in the order of its fields."""
    match node:
        case Constant() | Fact() | Field() | Defined():
            return ()
        case Arithmetic() | Compare():
            return node.left, node.right
        case Power():
            return (node.base,)
        case Rounded() | Member() | Recorded():
            return (node.value,)
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
        case Every() | AtLeastRows():
            return (node.rows,) if node.body is None else (node.rows, node.body)
    assert_never(node)


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
            # A value that depends on a case is written out wherever it is used, so nothing refers to it.
            assert body is not None
            waiting.extend(each for each in _definitions_in(body) if each not in entered)
    return list(order)


def sort_of(kind: Kind) -> Sort:
    match kind:
        case YesNo():
            return "truth"
        case Quantity():
            return "number"
        case OneOf():
            return "choice"
        case Date():
            return "date"
        case Text():
            return "text"
        case Rows():
            return "rows"
    assert_never(kind)
