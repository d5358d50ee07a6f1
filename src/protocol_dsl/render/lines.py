"""Lines of plain text: wrapped paragraphs, tables and the few colours of a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from protocol_dsl.render.showing import NO_BREAK

Style = Literal["bold", "red", "yellow", "green"]

_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff"
_OPENING: Final = "（“‘「《【"
_CLOSING: Final = "，。；：、！？）”’」》】％"
_UNPARTED: Final = re.compile(
    # Chinese is parted anywhere but beside a number, before a closing sign and after an opening one.
    rf"[{_OPENING}]*(?:[{_WIDE}]?(?:[0-9]+[{_WIDE}])+(?:[0-9]+)?|[{_WIDE}]|[^{_WIDE}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]*"
)

_CODES: Final = {"bold": "1", "red": "1;31", "yellow": "1;33", "green": "1;32"}


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def styled(text: str, style: Style, colour: bool) -> str:
    """The text in a style, where colours are wanted."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour else text


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """The lines of a paragraph: `first` begins the first one, `indent` the others."""
    line = indent if first is None else first
    room = max(width, columns(indent) + 10)
    empty = True
    for word, spaced in _words(text, room - columns(indent)):
        gap = " " if spaced and not empty else ""
        if not empty and columns(line) + len(gap) + columns(word) > room:
            yield _plain(line)
            line, gap = indent, ""
        line += gap + word
        empty = False
    yield _plain(line)


def _words(text: str, longest: int) -> Iterator[tuple[str, bool]]:
    """What has to stay on one line, and whether a space parts it from what stands before it."""
    for word in text.split(" "):
        spaced = True
        for part in [word] if word.isascii() else _UNPARTED.findall(word):
            while columns(part) > longest:
                head = part[:longest]
                while columns(head) > longest:
                    head = head[:-1]
                yield head, spaced
                part, spaced = part[len(head) :], False
            if part:
                yield part, spaced
            spaced = False


def _plain(line: str) -> str:
    return line.replace(NO_BREAK, " ").rstrip()


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool], room: int, widest_heading: int = 16
) -> list[str] | None:
    """A table in columns, those marked `right` set against the right; long headings take several lines.

    Nothing where it is wider than `room`.
    """
    cells = [[_plain(cell) for cell in row] for row in rows]
    headings = [list(wrapped(heading, widest_heading)) if heading else [""] for heading in header]
    depth = max(len(heading) for heading in headings)
    top = [[([""] * (depth - len(heading)) + heading)[at] for heading in headings] for at in range(depth)]
    lines = [*top, *cells]
    widths = [max(columns(line[at]) for line in lines) for at in range(len(header))]
    for gap in ("   ", "  "):
        laid = [gap.join(_cell(*of) for of in zip(line, widths, right, strict=True)).rstrip() for line in lines]
        if all(columns(line) <= room for line in laid):
            return laid
    return None


def padded(text: str, width: int) -> str:
    """The text filled up with spaces."""
    return text + " " * (width - columns(text))


def _cell(text: str, width: int, right: bool) -> str:
    blank = " " * (width - columns(text))
    return blank + text if right else text + blank
