"""The checked protocol: all that the backends need to know, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.semantics.core import Condition, Value
from protocol_dsl.semantics.types import DataItem, Kind, Quantity, Rows
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.declarations import EVALUATION_DATE as EVALUATION_DATE
from protocol_dsl.values import Unit

NoteKind: TypeAlias = Literal["interpretation", "open question", "not counted", "duty", "rationale", "source", "note"]


@frozen
class Note:
    """A line beside a rule or a definition; `text` as the author wrote it, on one line."""

    kind: NoteKind
    text: str
    span: Span = field(eq=False, repr=False)


@frozen
class Definition:
    """A named condition (`means`) or value (`=`), with the unit of a number."""

    name: str
    body: Condition | Value | None
    """`None` where the value depends on a case: it is written out in every comparison that uses it."""
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    notes: tuple[Note, ...] = ()
    statement: str = ""
    """The definition in the language's canonical words."""
    span: Span = field(default=Span(0, 0), eq=False, repr=False)

    @property
    def unit(self) -> Unit | None:
        """The unit of a number; none of a date or a condition."""
        return self.kind.unit if isinstance(self.kind, Quantity) else None


@frozen
class Criterion:
    """One criterion. An inclusion passes when its rule holds, an exclusion when its rule does not."""

    id: str
    kind: Literal["inclusion", "exclusion"]
    title: str
    rule: Condition
    applies_if: Condition | None = None
    quotation: tuple[str, ...] = ()
    """The approved wording, line by line, as the author quoted it."""
    notes: tuple[Note, ...] = ()
    statement: str = ""
    """The rule in the language's canonical words; lists keep their lines. Parsed again it is the same rule."""
    span: Span = field(default=Span(0, 0), eq=False, repr=False)


@frozen
class Example:
    """A patient written in the protocol, with what is expected of it.

    `like`: the patient whose facts it begins with. `facts`: all of them, as a patient's file would hold them.
    `criteria`: id → pass, fail, unknown, not_applicable.
    """

    name: str
    facts: Mapping[str, object]
    verdict: str | None
    criteria: Mapping[str, str]
    like: str | None = None
    span: Span = field(eq=False, repr=False, kw_only=True)


@frozen
class Protocol:
    """A protocol without errors. `items` and `definitions` are in the order of the file, by declared name."""

    name: str
    header: Mapping[str, str]
    """`full title`, `version`, `status`, `sponsor`, `condition`, `intervention`, `rationale`, …: text on one line."""
    items: Mapping[str, DataItem]
    definitions: Mapping[str, Definition]
    criteria: tuple[Criterion, ...]
    examples: tuple[Example, ...]
    none_in_source: tuple[str, ...]
    """Kinds of criteria that the protocol says its source does not have: `inclusion`, `exclusion`."""
    evaluated_on: str | None
    """The day that `evaluation date` falls back on."""
    source: SourceText = field(eq=False, repr=False)
    used_files: Mapping[str, str] = field(factory=dict)
    """The SHA-256 of each file that is used, by the name that the protocol gives it."""

    def __getitem__(self, criterion_id: str) -> Criterion:
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def groups(self) -> Iterator[tuple[str, tuple[DataItem, ...]]]:
        """Data items by group, in the order of the file; days come first under `days`."""
        titles: dict[str, list[DataItem]] = {}
        for item in self.items.values():
            if item.name != EVALUATION_DATE:
                titles.setdefault(item.group or "", []).append(item)
        for title, items in titles.items():
            yield title, tuple(items)

    def row_field(self, rows: str, name: str) -> DataItem:
        """The declaration of a field of a list of rows."""
        kind = self.items[rows].kind
        assert isinstance(kind, Rows)
        return next(f for f in kind.fields if f.name == name)
