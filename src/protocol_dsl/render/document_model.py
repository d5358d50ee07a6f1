"""What documents consist of, before they have a form: the templates turn these into HTML or Markdown."""

from __future__ import annotations

from attrs import frozen


@frozen
class Entry:
    """A name and its text."""

    name: str
    text: str


@frozen
class Table:
    """A table with headings."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class StatementLine:
    """A line of a statement. `lead`: its indentation and bullet as written; `inner`: the lines under it."""

    lead: str
    text: str
    inner: tuple[StatementLine, ...] = ()

    @property
    def bullet(self) -> bool:
        """Whether it is an item of a list."""
        return self.lead.endswith("- ")


@frozen
class Statement:
    """A rule in the language's own words: `text` is exact, `lines` are the same by their nesting."""

    id: str
    text: str
    lines: tuple[StatementLine, ...]


@frozen
class CriterionText:
    """A criterion as a protocol prints it."""

    id: str
    title: str
    quotation: tuple[str, ...]
    statement: Statement
    notes: tuple[Entry, ...]


@frozen
class CriteriaSection:
    """The inclusion or the exclusion criteria. `empty`: what is said where there are none."""

    heading: str
    lead: str
    criteria: tuple[CriterionText, ...]
    empty: str


@frozen
class DefinitionText:
    """A definition as a protocol prints it."""

    name: str
    statement: Statement
    notes: tuple[Entry, ...]


@frozen
class DataGroup:
    """The data items of a group."""

    heading: str
    table: Table


@frozen
class ProtocolDocument:
    """A protocol to be read as a document."""

    title: str
    full_title: str
    stamp: tuple[str, ...]
    """Why the document is a draft; empty for one that is not."""
    about: tuple[Entry, ...]
    population: tuple[Entry, ...]
    criteria: tuple[CriteriaSection, ...]
    questions: tuple[Entry, ...]
    definitions: tuple[DefinitionText, ...]
    days: Table | None
    groups: tuple[DataGroup, ...]
    treatment: tuple[str, ...]


@frozen
class Blank:
    """A place to write: words before it and, after it, a unit. `date`: it is a date."""

    before: str
    after: str = ""
    date: bool = False


@frozen
class Line:
    """A line of a checklist: a sentence, places to write, boxes to tick, and what is printed beside or below.

    `level` is how deep it is set in; `signature` whose signature stands under it.
    """

    text: str = ""
    blanks: tuple[Blank, ...] = ()
    boxes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    recorded: str = ""
    signature: str = ""
    level: int = 0
    heading: bool = False


@frozen
class ChecklistRow:
    """One criterion of a checklist."""

    id: str
    title: str
    applies_if: str
    lines: tuple[Line, ...]
    decides: tuple[str, ...]
    boxes: tuple[str, ...]
    source: str


@frozen
class ChecklistSection:
    """The rows of one kind of criteria."""

    heading: str
    rows: tuple[ChecklistRow, ...]


@frozen
class Checklist:
    """A checklist, blank or with the dates of one patient."""

    title: str
    protocol: str
    version: str
    sha256: str
    stamp: tuple[str, ...]
    subject: str
    days: tuple[Line, ...]
    sections: tuple[ChecklistSection, ...]


def statement_of(id_: str, text: str) -> Statement:
    """A statement by its lines: what is further in belongs to the line above it."""
    lines = [line for line in text.split("\n") if line.strip()]
    return Statement(id_, text, _nested(lines))


def _nested(lines: list[str]) -> tuple[StatementLine, ...]:
    found: list[StatementLine] = []
    at = 0
    while at < len(lines):
        depth = _depth(lines[at])
        end = at + 1
        while end < len(lines) and _depth(lines[end]) > depth:
            end += 1
        body = lines[at].lstrip(" ")
        bullet = "- " if body.startswith("- ") else ""
        found.append(StatementLine(" " * depth + bullet, body[len(bullet) :], _nested(lines[at + 1 : end])))
        at = end
    return tuple(found)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
