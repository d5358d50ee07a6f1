"""What the criteria document and the data dictionary consist of, before they have a form: templates turn these into
blocks."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.render.document_model import Entry, Statement, Table


@frozen
class Link:
    """Words that lead to the heading whose id is `target`."""

    text: str
    target: str
    more: str = ""
    """What stands behind them, such as the fields of a list that are meant."""


@frozen
class Running:
    """The lines at the head and the foot of each page."""

    left: str
    right: str
    foot: str


@frozen
class CriterionText:
    """A criterion as a protocol prints it. `lead`: the words before its rule; `keep`: short enough for one page."""

    id: str
    title: str
    lead: str
    statement: Statement
    quotation_label: str
    quotation: tuple[str, ...]
    notes: tuple[Entry, ...]
    terms: tuple[Link, ...]
    keep: bool


@frozen
class CriteriaSection:
    """The inclusion or the exclusion criteria. `empty`: what is said where there are none."""

    number: str
    heading: str
    lead: str
    criteria: tuple[CriterionText, ...]
    empty: str


@frozen
class DefinitionText:
    """A definition as a protocol prints it. `used_in`: the criteria that use it."""

    id: str
    name: str
    statement: Statement
    notes: tuple[Entry, ...]
    used_in: tuple[Link, ...]


@frozen
class Topic:
    """Sentences about one matter."""

    heading: str
    sentences: tuple[str, ...]


@frozen
class Remark:
    """What is said of a criterion or a definition, and where that stands."""

    place: Link
    text: str
    kind: str = ""


@frozen
class TablePart:
    """A table under a heading. `widths`: of its columns, in per cent; `lead`: what is said before it."""

    id: str
    heading: str
    table: Table
    widths: str
    lead: str = ""

    @property
    def first_column(self) -> tuple[str, ...]:
        """All there is of a table that has no other column."""
        return tuple(row[0] for row in self.table.rows)


@frozen
class Dictionary:
    """The data dictionary: days and periods, data items by group, lists of words."""

    days: tuple[TablePart, ...]
    groups: tuple[TablePart, ...]
    lists: tuple[TablePart, ...]
    lead: str

    @property
    def parts(self) -> tuple[TablePart, ...]:
        """All of its tables, in order."""
        return (*self.days, *self.groups, *self.lists)


@frozen
class SourceLine:
    """A line of the protocol file. `inset`: what stands before its words, in spaces that are kept."""

    number: int
    inset: str
    text: str


@frozen
class Trace:
    """A criterion from its approved wording to the examples that try it."""

    id: str
    title: str
    quotation_label: str
    quotation: tuple[str, ...]
    statement: Statement
    place: str
    lines: tuple[SourceLine, ...]
    definitions: tuple[Link, ...]
    items: tuple[Link, ...]
    examples: tuple[Entry, ...]
    keep: bool


@frozen
class TraceSection:
    """The traces of the criteria of one kind."""

    heading: str
    traces: tuple[Trace, ...]


@frozen
class ProtocolDocument:
    """A protocol to be read as a document. `letters`: of the appendices that have content, by what they hold."""

    title: str
    full_title: str
    running: Running
    stamp: tuple[str, ...]
    """Why the document is a draft; empty for one that is not."""
    about: tuple[Entry, ...]
    population: tuple[Entry, ...]
    criteria: tuple[CriteriaSection, ...]
    childbearing: str
    contraception: str
    lifestyle: str
    screening: tuple[Entry, ...]
    definitions: tuple[DefinitionText, ...]
    abbreviations: Table | None
    treatment: tuple[Topic, ...]
    repeats: tuple[Remark, ...]
    questions: tuple[Remark, ...]
    interpretations: tuple[Remark, ...]
    dictionary: Dictionary
    traces: tuple[TraceSection, ...]
    verdicts: tuple[Entry, ...]
    """The examples by the verdict that they expect."""
    control: tuple[Entry, ...]
    amendments: Table | None
    letters: Mapping[str, str]


@frozen
class DictionaryDocument:
    """The data dictionary as a document of its own."""

    title: str
    protocol: str
    running: Running
    stamp: tuple[str, ...]
    about: tuple[Entry, ...]
    dictionary: Dictionary
