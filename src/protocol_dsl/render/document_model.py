"""What documents of a protocol have in common, before they have a form."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

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

    @property
    def runs(self) -> tuple[tuple[StatementLine, ...], ...]:
        """The lines under it, those that follow one another as items of a list together."""
        return tuple(tuple(run) for _, run in groupby(self.inner, key=lambda line: line.bullet))


@frozen
class Statement:
    """A rule in the language's own words: `text` is exact, `lines` are the same by their nesting."""

    id: str
    text: str
    lines: tuple[StatementLine, ...]


_OPENS: Final = re.compile(r"(?<= of):$", re.MULTILINE)


def spoken(statement: str) -> str:
    """A statement as it is read aloud, and still read by the language: "all of the following:" for "all of:"."""
    return _OPENS.sub(" the following:", statement)


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
