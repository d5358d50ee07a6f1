"""What a name stands for: data items, fields of rows, definitions, choices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Problems
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import DATE, DataItem, Kind, OneOf, Rows
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes


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
    span_of: tuple[core.Value, core.Value] | None = None
    """Of a duration: the dates from which and until which it lasts."""
    whole_days: bool = False
    """A number of whole days, of which nothing can be said in hours."""


@frozen
class Lift:
    """One record that a value comes from: the comparison that uses the value is asked of that record."""

    which: Literal["latest", "earliest", "previous", "highest", "lowest"]
    records: tuple[core.Records, ...]
    measured: bool
    place: core.Place


@frozen
class DefinedName:
    """A definition as far as references to it need it."""

    name: str
    value: Typed | None
    """`None` for a condition."""
    lifts: tuple[Lift, ...] = ()
    """The records that the value comes from."""


@frozen
class TermList:
    """A list of words: those that belong to it, and of an open list those that are known not to."""

    name: str
    members: tuple[str, ...]
    outside: tuple[str, ...] | None
    span: Span


@frozen
class Frame:
    """A record that is looked at: the list it is of, and the number by which its fields refer to it."""

    rows: str
    row: int


@define
class Scope:
    """The names of one protocol, the rows in scope, and the problems found while names are looked up."""

    problems: Problems
    items: dict[str, DataItem] = field(factory=dict)
    aliases: dict[str, str] = field(factory=dict)
    """Folded spelling → declared name, for data items and definitions."""
    definitions: dict[str, DefinedName] = field(factory=dict)
    frames: list[Frame] = field(factory=list)
    measured: Frame | None = None
    """The record whose window is being resolved; its fields are not in scope there."""
    lifts: list[list[Lift]] = field(factory=list)
    """The records that the values of each open comparison come from, innermost last."""
    lists: dict[str, TermList] = field(factory=dict)
    terms: dict[str, list[str]] = field(factory=dict)
    """The words of all lists, with their codes."""
    series: dict[str, tuple[nodes.EachNoun, str]] = field(factory=dict)
    """Named series by folded name, with the name that was declared."""
    functions: dict[str, nodes.DefinitionSyntax] = field(factory=dict)
    derived: dict[str, dict[str, nodes.DefinitionSyntax]] = field(factory=dict)
    """The values computed from a row, by list and folded name."""
    spans: dict[str, nodes.TypeWords] = field(factory=dict)
    """Periods of the trial by folded name."""
    parameters: list[dict[str, Typed]] = field(factory=list)
    calls: list[str] = field(factory=list)
    """Functions and named series that are being written out, to find those that use themselves."""
    numbered: int = 0
    used: set[str] = field(factory=set)
    periods: dict[str, tuple[object, Span]] = field(factory=dict)
    """The period of each agreement, and where it was first given."""
    broken: set[str] = field(factory=lambda: {""})
    """Folded names whose declaration or definition has been refused."""
    doubtful: list[Span] = field(factory=list)
    """Where such names are used, and where something was refused: what is wrong around it follows from that."""

    def declared(self, text: str) -> str | None:
        return self.aliases.get(text.casefold())

    def field(self, text: str) -> tuple[Frame, DataItem] | None:
        """The field of a row in scope that a name stands for, innermost rows first."""
        for frame in reversed(self.frames):
            if (found := field_named(self.items[frame.rows], text)) is not None:
                return frame, found
        return None

    def next_row(self) -> int:
        """A number for a record that no other has; `renumbered` brings them in order."""
        self.numbered += 1
        return self.numbered

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

    def a_day(self, but: str = "") -> str:
        """A day of the trial, for an example; `but`: one that is compared with it."""
        days = (item.name for item in self.items.values() if item.day and item.name not in (EVALUATION_DATE, but))
        return next(days, "2026-03-16")

    def first_day_of(self, rows: str) -> str:
        """The name of the day on which a record was, or on which it began."""
        kind = self.items[rows].kind
        return "start date" if isinstance(kind, Rows) and kind.form in ("events", "treatments") else DATE

    def owner_of_field(self, text: str) -> DataItem | None:
        """The rows that have a field of this name, for a hint."""
        return next((item for item in self.items.values() if field_named(item, text)), None)

    def use_word(self, text: str) -> None:
        """A rule names a word: the lists that hold it are used."""
        for each in self.lists.values():
            if text.casefold() in (member.casefold() for member in each.members):
                self.used.add(each.name)

    def lists_within(self, name: str) -> bool:
        """Whether another list that is used takes in all words of a list."""
        members = set(self.lists[name.casefold()].members)
        others = (each for each in self.lists.values() if each.name != name and each.name in self.used)
        return any(members <= set(other.members) for other in others)

    @contextmanager
    def looking_at(self, rows: str, row: int = 1) -> Iterator[None]:
        """Bring the fields of a row into scope."""
        self.frames.append(Frame(rows, row))
        try:
            yield
        finally:
            self.frames.pop()

    @contextmanager
    def looking_as_from(self, at: int) -> Iterator[None]:
        """Take the fields of the rows inside of the `at`-th out of scope."""
        frames, self.frames = self.frames, self.frames[: at + 1]
        try:
            yield
        finally:
            self.frames = frames

    @contextmanager
    def looking_outside(self, row: int) -> Iterator[None]:
        """Take the fields of a row out of scope, so that names are those of the rows around it."""
        frames, measured = self.frames, self.measured
        self.frames = [frame for frame in frames if frame.row != row]
        self.measured = next(frame for frame in frames if frame.row == row)
        try:
            yield
        finally:
            self.frames, self.measured = frames, measured

    @contextmanager
    def lifting(self) -> Iterator[list[Lift]]:
        """Collect the records that the values of one condition come from."""
        self.lifts.append([])
        try:
            yield self.lifts[-1]
        finally:
            self.lifts.pop()


def field_named(item: DataItem, text: str) -> DataItem | None:
    if not isinstance(item.kind, Rows):
        return None
    folded = text.casefold()
    return next((f for f in item.kind.fields if folded in (name.casefold() for name in f.names)), None)
