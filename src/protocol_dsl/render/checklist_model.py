"""What a checklist consists of, before it has a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from protocol_dsl.render.document_model import StatementLine
from protocol_dsl.render.lines import columns

Size: TypeAlias = Literal["date", "time", "moment", "short", "long", "line"]
"""What is written in a place; `moment`: a date and the time of day."""
Edition: TypeAlias = Literal["index", "source"]

_LONGEST_BOXES = 28


@frozen
class Blank:
    """A place to write: words before it and, after it, a unit. `boxes`: what is ticked in its place.

    `given`: what a patient's record holds, which is printed in the place. `room`: what is still to be written beside
    it, where the record holds only a part, or the reason for which it holds nothing.
    """

    before: str = ""
    after: str = ""
    size: Size = "short"
    boxes: tuple[str, ...] = ()
    given: str = ""
    room: Size | None = None


@frozen
class Column:
    """A column of a table to fill in: its heading, the place in each cell, and its part of the width in percent."""

    heading: str
    cell: Blank
    width: int


@frozen
class Grid:
    """Records in a table: those recorded, and so many empty places.

    `turned`: there are so many fields that each has a line, and each record a column; `first`: its number.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Blank, ...], ...]
    empty: int
    turned: bool = False
    first: int = 1


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
    """Lines that are laid out together: questions whose boxes stand under each other, one line, what is set in, or
    what is not parted by a new page.
    """

    kind: Literal["questions", "line", "under", "keep"]
    lines: tuple[Line, ...] = ()
    inner: tuple[Block, ...] = ()


@frozen
class SourceLine:
    """Where an item of the index is to be found; the blanks are filled in by hand.

    `missing`: the record does not hold all of it, so that a document may have to be added.
    """

    item: str
    document: str = ""
    date: str = ""
    missing: bool = False


@frozen
class ChecklistRow:
    """One criterion of a checklist.

    `meanings`: what its words mean. `decides`: what makes it pass. Both have the lines of a list under them.
    `evaluated`: the result by the record.
    """

    id: str
    title: str
    boxes: tuple[str, ...] = ()
    applies_if: str = ""
    blocks: tuple[Block, ...] = ()
    meanings: tuple[StatementLine, ...] = ()
    decides: tuple[StatementLine, ...] = ()
    duties: tuple[str, ...] = ()
    source: str = ""
    evaluated: str = ""
    repeats: tuple[str, ...] = ()
    """Within which time a test may be repeated, and how often."""
    quotation: tuple[str, ...] = ()
    quotation_label: str = ""
    sources: tuple[SourceLine, ...] = ()
    keep: bool = True
    """Whether it is short enough not to be broken over pages."""
    keep_end: bool = True
    """Whether what decides stands on one page with the result."""


@frozen
class ChecklistSection:
    """The rows of one kind of criteria."""

    id: str
    heading: str
    rows: tuple[ChecklistRow, ...]


@frozen
class Head:
    """A line of the head: a name, and its value or a place to write it; `room`: what of the value is missing."""

    name: str
    value: str = ""
    size: Size = "long"
    room: Size | None = None


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
    lead: tuple[str, ...]
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
        elif _is_title(lines, at):
            end += 1
            title = Block("questions" if _is_question(lines[at]) else "line", (lines[at],))
            found.append(Block("keep", inner=(title, Block("line", (lines[end - 1],)))))
        elif _is_question(lines[at]):
            while end < len(lines) and lines[end].level <= level and _is_question(lines[end]):
                if _is_title(lines, end):
                    break
                end += 1
            found.append(Block("questions", tuple(lines[at:end])))
        else:
            found.append(Block("line", (lines[at],)))
        at = end
    return tuple(found)


def _is_title(lines: Sequence[Line], at: int) -> bool:
    """Whether a line stands over a table."""
    return lines[at].heading and at + 1 < len(lines) and lines[at + 1].grid is not None


def _is_question(line: Line) -> bool:
    """Whether its boxes find room beside the sentence; choices in the author's words may be long."""
    return bool(line.boxes) and columns("".join(line.boxes)) <= _LONGEST_BOXES and line.grid is None
