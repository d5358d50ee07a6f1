"""The lines of a file that a diagnostic points at, with marks under the places."""

import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

import attrs

from protocol_dsl.diagnostics.diagnostic import Label
from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.source import SourceText, Span

_TAB: Final = 4

Role = Literal["margin", "text", "mark", "further"]


@attrs.frozen
class Part:
    """A piece of a line of output, with what it is, so that it can be coloured."""

    text: str
    role: Role


@attrs.frozen
class _Mark:
    """A place within one line, in characters of the line, and the words beside it."""

    line: int
    start: int
    end: int
    text: str
    further: bool
    runs_on: bool


def excerpt(span: Span, labels: tuple[Label, ...], source: SourceText, width: int) -> Iterator[list[Part]]:
    """The lines of the span and of the labels, in the order of the text, each with its marks below."""
    own = [label.text for label in labels if label.span == span]
    marks = [_mark(span, "; ".join(own), False, source)]
    marks += [_mark(label.span, label.text, True, source) for label in labels if label.span != span]
    numbers = sorted({mark.line for mark in marks})
    margin = max(2, len(str(numbers[-1])))
    room = width - margin - len("    ") - len(" | ")
    for place, number in enumerate(numbers):
        if place and number > numbers[place - 1] + 1:
            yield [Part(" " * (margin + 3) + "…", "margin")]
        here = [mark for mark in marks if mark.line == number]
        line = _Shown.of(source.line(number), room, min(mark.start for mark in here), max(mark.end for mark in here))
        yield [Part(f"    {number:>{margin}} | ", "margin"), Part(line.text, "text")]
        for mark in here:
            for part in _below(mark, line, room):
                yield [Part(" " * (margin + 4) + " | ", "margin"), part]


def _mark(span: Span, text: str, further: bool, source: SourceText) -> _Mark:
    number = source.line_of(span.start)
    start = source.line_start(number)
    length = len(source.line(number))
    end = min(span.end - start, length)
    last = source.line_of(max(span.start, span.end - 1))
    return _Mark(number, min(span.start - start, length), end, text, further, last > number)


def _below(mark: _Mark, line: "_Shown", room: int) -> Iterator[Part]:
    role: Role = "further" if mark.further else "mark"
    start, end = line.columns(mark.start, mark.end)
    drawn = " " * start + ("-" if mark.further else "^") * (end - start) + (" …" if mark.runs_on else "")
    words = visible(mark.text)
    if not words or len(drawn) + 1 + _width(words) <= room:
        yield Part(f"{drawn} {words}".rstrip(), role)
        return
    yield Part(drawn, role)
    for wrapped in textwrap.wrap(words, room):
        yield Part(wrapped, role)


@attrs.frozen
class _Shown:
    """A line as it is shown: tabs as spaces, control characters as �, and a long line cut around what matters."""

    text: str
    starts: tuple[int, ...]  # for each character of the shown stretch, and its end: the column where it stands
    first: int  # the first character of the line that is shown

    @staticmethod
    def of(line: str, room: int, start: int, end: int) -> "_Shown":
        """The line cut to a width, so that the characters from `start` on, up to `end` if they fit, are in it."""
        line = line.rstrip()
        first = _first_shown(line, room, start, end)
        lead = "…" if first else ""
        columns = [len(lead)]
        pieces = [lead]
        for place in range(first, len(line)):
            piece = _piece(line[place], columns[-1])
            after = columns[-1] + _width(piece)
            if after > room - (1 if place + 1 < len(line) else 0):
                pieces.append("…")
                break
            pieces.append(piece)
            columns.append(after)
        return _Shown("".join(pieces), tuple(columns), first)

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """From which column to which the mark of a place goes; at least one wide."""
        last = len(self.starts) - 1
        begin = self.starts[min(max(start - self.first, 0), last)]
        finish = self.starts[min(max(end - self.first, 0), last)]
        return begin, max(finish, begin + 1)


def _first_shown(line: str, room: int, start: int, end: int) -> int:
    """From which character on a line is shown: from its first, unless it is too long for the place to be seen then."""
    if len(line[:end]) < room and _width(line[:end].replace("\t", " " * _TAB)) < room:
        return 0
    start, end = min(start, len(line)), min(end, len(line))
    # The length is looked at before the width, so that a line of megabytes costs no more than one of a screen.
    marked = _width(line[start : min(end, start + room)])
    before = max(room // 4, (room - 2 - marked) // 2)
    rest = line[start : start + room]
    if len(line) - start < room:
        before = max(before, room - 1 - max(1, _width(rest.replace("\t", " " * _TAB))))
    first = start
    while first and before >= _width(_piece(line[first - 1], 0)):
        before -= _width(_piece(line[first - 1], 0))
        first -= 1
    return first


def _piece(character: str, column: int) -> str:
    return " " * (_TAB - column % _TAB) if character == "\t" else visible(character)


def _width(text: str) -> int:
    """How many columns a text takes in a terminal: wide characters take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
