"""The checked protocol: all that the backends need to know, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.semantics.core import Condition, Value
from protocol_dsl.semantics.phrases import phrases_of
from protocol_dsl.semantics.translations import Translations
from protocol_dsl.semantics.types import DataItem, Kind, Quantity, Rows
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import EVALUATION_DATE as EVALUATION_DATE
from protocol_dsl.values import Unit

NoteKind: TypeAlias = Literal[
    "interpretation", "open question", "not counted", "duty", "rationale", "source", "may be repeated within", "note"
]


@frozen
class Note:
    """A line beside a rule or a definition; `text` as the author wrote it, on one line."""

    kind: NoteKind
    text: str
    span: Span = field(eq=False, repr=False)


@frozen
class Accepted:
    """A finding of the wording review that the author keeps beside a rule or a definition, and why."""

    code: str
    reason: str
    span: Span = field(eq=False, repr=False)


RuleSeverity: TypeAlias = Literal["error", "warning", "off"]


@frozen
class Definition:
    """A named condition (`means`) or value (`=`), with the unit of a number."""

    name: str
    body: Condition | Value | None
    """`None` where the value depends on a case: it is written out in every comparison that uses it."""
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    notes: tuple[Note, ...] = ()
    accepted: tuple[Accepted, ...] = ()
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
    accepted: tuple[Accepted, ...] = ()
    statement: str = ""
    """The rule in the language's canonical words; lists keep their lines. Parsed again it is the same rule."""
    span: Span = field(default=Span(0, 0), eq=False, repr=False)


@frozen
class Example:
    """A patient written in the protocol, with what is expected of it.

    `like`: the patient whose facts it begins with. `facts`: all of them, as a patient's file would hold them.
    `criteria`: id → pass, fail, unknown, not_applicable. `place`: of one in a file beside the protocol, where.
    """

    name: str
    facts: Mapping[str, object]
    verdict: str | None
    criteria: Mapping[str, str]
    like: str | None = None
    place: str | None = field(default=None, eq=False, repr=False)
    span: Span = field(eq=False, repr=False, kw_only=True)


@frozen
class WordList:
    """A list of words as documents print it; rules hold the words themselves."""

    name: str
    members: tuple[str, ...]
    outside: tuple[str, ...] | None
    """`None` of a closed list, to which no other word belongs."""
    codes: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The codes of its words."""
    aliases: tuple[str, ...] = ()
    of: str = ""
    """What it is a list of, such as `drugs`."""


@frozen
class Period:
    """A period of the trial, in the author's words; both days are in it."""

    name: str
    first: str
    last: str
    aliases: tuple[str, ...] = ()


@frozen
class Amendment:
    """A change of the protocol. `version` and `date` are empty where the header tells of it in a text without them."""

    version: str
    date: str
    text: str


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
    lists: tuple[WordList, ...] = ()
    """The lists of words, of other files only those that are used."""
    periods: tuple[Period, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    wording_rules: Mapping[str, RuleSeverity] = field(factory=dict)
    """How severe the file takes rules of the wording review to be, by their codes."""
    translations: Mapping[str, Translations] = field(factory=dict)
    """The protocol's own names, titles and wording in other languages, by the code of each."""
    syntax: nodes.ProtocolSyntax | None = field(default=None, eq=False, repr=False)
    """What was written, which statements in other languages are made from."""

    @cached_property
    def phrases(self) -> Mapping[str, nodes.Phrase]:
        """Every phrase that rules and definitions are written with, by its canonical words."""
        return phrases_of(self.syntax) if self.syntax is not None else {}

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
