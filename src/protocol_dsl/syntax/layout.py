"""Lines and indentation: the shape of a protocol file before any of its words is read.

A deeper line belongs to the line above it: as its continuation, or, where that line ends in a colon or opens a block,
as part of its body. A comment runs from `#` to the end of its line; quoted wording (`>`) has no comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, frozen

from protocol_dsl.source import SourceText, Span

BULLET = re.compile(r"(?:[-–—•*·▪◦]|(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\((?:\d{1,2}|[a-z]|[ivx]{1,4})\))(?=\s|$)[ \t]*")
COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
TAB_WIDTH = 2


@frozen
class Piece:
    """Words of one physical line, and the offset where they begin."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@frozen
class Comment:
    """A comment with its `#`. `alone`: it has its line to itself."""

    text: str
    start: int
    alone: bool


@define
class Line:
    """A physical line with the deeper lines under it. `indent` is the column of its first sign, a bullet's dash."""

    text: str
    start: int
    indent: int
    bullet: bool
    children: list[Line]

    @property
    def piece(self) -> Piece:
        return Piece(self.text, self.start)

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))

    @property
    def quoted(self) -> bool:
        return self.text.startswith(">")

    def below(self) -> Iterator[Line]:
        """The lines under this one, at any depth, in the order of the file."""
        for child in self.children:
            yield child
            yield from child.below()


@define
class Statement:
    """A line of a rule joined with its continuations; `body`: the statements under a line that ends in a colon.

    `stray`: a line that neither continues this one nor belongs to a body it has opened.
    """

    pieces: list[Piece]
    bullet: bool
    body: list[Statement]
    stray: Line | None = None
    trailing: Statement | None = None
    """An `except where` that stands under the list of a bullet."""

    @property
    def opens(self) -> bool:
        return self.pieces[-1].text.endswith(":")

    @property
    def span(self) -> Span:
        return Span(self.pieces[0].start, self.pieces[-1].end)


@frozen
class Layout:
    """The lines of a file, nested by indentation, with the comments apart."""

    lines: tuple[Line, ...]
    comments: tuple[Comment, ...]
    depth: int
    """How deep the deepest line is nested."""
    deepest: Span


def read_layout(source: SourceText) -> Layout:
    """Nest the lines of a file by their indentation."""
    roots: list[Line] = []
    comments: list[Comment] = []
    open_lines: list[Line] = []
    depth, deepest = 0, Span(0, 0)
    ends_in_colon = False
    for text, offset in _physical_lines(source.text):
        line = _read_line(text, offset, comments)
        if line is None:
            continue
        while open_lines and open_lines[-1].indent >= line.indent:
            top = open_lines[-1]
            if line.bullet and not top.bullet and top.indent == line.indent and (ends_in_colon or _opened(top)):
                break
            open_lines.pop()
        (open_lines[-1].children if open_lines else roots).append(line)
        open_lines.append(line)
        if len(open_lines) > depth:
            depth, deepest = len(open_lines), line.span
        ends_in_colon = line.text.endswith(":")
    return Layout(tuple(roots), tuple(comments), depth, deepest)


def _physical_lines(text: str) -> Iterator[tuple[str, int]]:
    offset = 0
    for line in text.split("\n"):
        yield line, offset
        offset += len(line) + 1


def _read_line(text: str, offset: int, comments: list[Comment]) -> Line | None:
    content = text.lstrip(" \t")
    start = offset + len(text) - len(content)
    if not content.startswith(">") and (found := COMMENT.search(content)):
        comments.append(Comment(found[0].rstrip(), start + found.start(), alone=found.start() == 0))
        content = content[: found.start()]
    content = content.rstrip()
    if not content:
        return None
    indent = len(text[: start - offset].expandtabs(TAB_WIDTH))
    if bullet := BULLET.match(content):
        return Line(content[bullet.end() :], start + bullet.end(), indent, True, [])
    return Line(content, start, indent, False, [])


def _opened(line: Line) -> bool:
    """The line has already taken bullets that stand at its own column."""
    return bool(line.children) and line.children[-1].bullet and line.children[-1].indent == line.indent


def statement_of(line: Line) -> Statement:
    """Join a line of a rule with its continuations, and read what stands under it once it ends in a colon."""
    statement = Statement([line.piece], line.bullet, [])
    _read_body(statement, line.children)
    return statement


def _read_body(statement: Statement, lines: list[Line]) -> None:
    for child in lines:
        if statement.opens and statement.body and not child.bullet and child.text.casefold().startswith("except where"):
            statement.trailing = statement_of(child)
        elif statement.opens:
            statement.body.append(statement_of(child))
        elif child.bullet:
            statement.stray = statement.stray or child
        else:
            statement.pieces.append(child.piece)
            _read_body(statement, child.children)


def joined_text(first: Piece, lines: list[Line]) -> str:
    """A note's text on one line: its first words and its continuation lines."""
    parts = [first.text]
    for line in lines:
        parts.append(("- " if line.bullet else "") + line.text)
        parts.extend(("- " if deeper.bullet else "") + deeper.text for deeper in line.below())
    return " ".join(part for part in parts if part)
