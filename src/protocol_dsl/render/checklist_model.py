"""What a checklist consists of, before it has a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from protocol_dsl.render.document_model import StatementLine

Size: TypeAlias = Literal["date", "short", "long", "line"]
Edition: TypeAlias = Literal["index", "source"]

_LONGEST_BOXES = 28


@frozen
class Blank:
    """A place to write: words before it and, after it, a unit. `boxes`: what is ticked in its place."""

    before: str = ""
    after: str = ""
    size: Size = "short"
    boxes: tuple[str, ...] = ()


@frozen
class Column:
    """A column of a table to fill in: its heading, the place in each cell, and its part of the width in percent."""

    heading: str
    cell: Blank
    width: int


@frozen
class Grid:
    """Records in a table: the lines of those recorded, and so many empty ones."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: int


@frozen
class Line:
    """A line of a checklist: a sentence, places to write, boxes to tick, a table, and what is printed below.

    `level` is how deep it is set in; `recorded`: what a patient's record holds.
    """

    text: str = ""
    blanks: tuple[Blank, ...] = ()
    boxes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    level: int = 0
    heading: bool = False
    grid: Grid | None = None


@frozen
class Block:
    """Lines that are laid out together: questions whose boxes stand under each other, one line, or what is set in."""

    kind: Literal["questions", "line", "under"]
    lines: tuple[Line, ...] = ()
    inner: tuple[Block, ...] = ()


@frozen
class SourceLine:
    """Where an item of the index is to be found; the blanks are filled in by hand."""

    item: str
    document: str = ""
    date: str = ""


@frozen
class ChecklistRow:
    """One criterion of a checklist.

    `decides`: what makes it pass, each with the lines of a list under it. `evaluated`: the result by the record.
    """

    id: str
    title: str
    boxes: tuple[str, ...] = ()
    applies_if: str = ""
    blocks: tuple[Block, ...] = ()
    decides: tuple[StatementLine, ...] = ()
    duties: tuple[str, ...] = ()
    source: str = ""
    evaluated: str = ""
    quotation: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    keep: bool = True
    """Whether it is short enough not to be broken over pages."""


@frozen
class ChecklistSection:
    """The rows of one kind of criteria."""

    id: str
    heading: str
    rows: tuple[ChecklistRow, ...]


@frozen
class Head:
    """A line of the head: a name, and its value or a place to write it."""

    name: str
    value: str = ""
    size: Size = "long"


@frozen
class Checklist:
    """A checklist, blank or with what one patient's record holds."""

    title: str
    edition: Edition
    protocol: str
    full_title: str
    number: str
    version: str
    sha256: str
    stamp: tuple[str, ...]
    subject: str
    heads: tuple[tuple[Head, ...], ...]
    """The head of the form, two in a line."""
    lead: str
    sections: tuple[ChecklistSection, ...]
    evaluated: tuple[str, ...] = ()


def blocks_of(lines: Sequence[Line], level: int = 0) -> tuple[Block, ...]:
    """The lines by how they are laid out."""
    found: list[Block] = []
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].level > level:
            while end < len(lines) and lines[end].level > level:
                end += 1
            found.append(Block("under", inner=blocks_of(lines[at:end], level + 1)))
        elif _is_question(lines[at]):
            while end < len(lines) and lines[end].level <= level and _is_question(lines[end]):
                end += 1
            found.append(Block("questions", tuple(lines[at:end])))
        else:
            found.append(Block("line", (lines[at],)))
        at = end
    return tuple(found)


def _is_question(line: Line) -> bool:
    """Whether its boxes find room beside the sentence; choices in the author's words may be long."""
    return bool(line.boxes) and len("".join(line.boxes)) <= _LONGEST_BOXES and line.grid is None
