"""What a name stands for: data items, fields of rows, definitions, choices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Problems
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import DataItem, Kind, OneOf, Rows
from protocol_dsl.source import Span


@frozen
class Bare:
    """The kind of a number written without a unit."""


@frozen
class ChoiceWord:
    """The kind of a word that is only known as a choice, until it is compared with a data item."""

    text: str


ValueKind: TypeAlias = Kind | Bare | ChoiceWord


@frozen
class Typed:
    """A resolved value with its kind. `cases`: values that take its place where their condition holds, first first.

    `size`: how many numbers take part in it, which bounds the digits of exact arithmetic.
    """

    node: core.Value
    kind: ValueKind
    cases: tuple[tuple[core.Condition, Typed], ...] = ()
    size: int = 1
    completed: str | None = None
    """The unit in which a count of completed time goes up, such as `year`."""


@frozen
class DefinedName:
    """A definition as far as references to it need it."""

    name: str
    value: Typed | None
    """`None` for a condition."""


@define
class Scope:
    """The names of one protocol, the rows in scope, and the problems found while names are looked up."""

    problems: Problems
    items: dict[str, DataItem] = field(factory=dict)
    aliases: dict[str, str] = field(factory=dict)
    """Folded spelling → declared name, for data items and definitions."""
    definitions: dict[str, DefinedName] = field(factory=dict)
    rows: list[str] = field(factory=list)
    used: set[str] = field(factory=set)
    periods: dict[str, tuple[object, Span]] = field(factory=dict)
    """The period of each agreement, and where it was first given."""
    broken: set[str] = field(factory=lambda: {""})
    """Folded names whose declaration or definition has been refused."""
    doubtful: list[Span] = field(factory=list)
    """Where such names are used, and where something was refused: what is wrong around it follows from that."""

    def declared(self, text: str) -> str | None:
        return self.aliases.get(text.casefold())

    def field(self, text: str) -> tuple[str, DataItem] | None:
        """The field of a row in scope that a name stands for, innermost rows first."""
        for rows in reversed(self.rows):
            if (found := field_named(self.items[rows], text)) is not None:
                return rows, found
        return None

    def refuse(self, code: str, span: Span, /, *, variant: str | None = None, **values: object) -> None:
        """Report a problem of kinds or units, unless it only follows from what was reported within its place."""
        if not self.is_doubtful(span):
            self.problems.report(code, span, variant=variant, labels=(), **values)
            self.doubtful.append(span)

    def is_doubtful(self, span: Span) -> bool:
        return any(span.start <= place.start and place.end <= span.end for place in self.doubtful)

    def owner_of_choice(self, text: str) -> str:
        """The data item or field that has a choice, for a hint."""
        items = [*self.items.values()]
        fields = [inner for item in items if isinstance(item.kind, Rows) for inner in item.kind.fields]
        for item in (*items, *fields):
            if isinstance(item.kind, OneOf) and text.casefold() in (choice.casefold() for choice in item.kind.choices):
                return item.name
        return ""

    def a_day(self) -> str:
        """A day of the trial, for an example."""
        days = (item.name for item in self.items.values() if item.day and item.name != EVALUATION_DATE)
        return next(days, "2026-03-16")

    def owner_of_field(self, text: str) -> DataItem | None:
        """The rows that have a field of this name, for a hint."""
        return next((item for item in self.items.values() if field_named(item, text)), None)

    @contextmanager
    def looking_at(self, rows: str) -> Iterator[None]:
        """Bring the fields of a row into scope."""
        self.rows.append(rows)
        try:
            yield
        finally:
            self.rows.pop()


def field_named(item: DataItem, text: str) -> DataItem | None:
    if not isinstance(item.kind, Rows):
        return None
    folded = text.casefold()
    return next((f for f in item.kind.fields if folded in (name.casefold() for name in f.names)), None)
