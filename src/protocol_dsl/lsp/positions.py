"""Places in the author's text as editors count them: lines, and code units of UTF-16 within a line.

An editor's lines end with LF, CRLF or CR alone; other line ends of the language are characters of a line to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from lsprotocol import types

from protocol_dsl.source import SourceText, Span

LINE_END: Final = re.compile(r"\r\n|\n|\r")
BYTE_ORDER_MARK: Final = "\ufeff"


def units(text: str, encoding: str) -> int:
    """How many code units a text has in an encoding of the protocol between editor and server."""
    if encoding == types.PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Positions:
    """The way between the places of a text and those of its plain form."""

    def __init__(self, text: str, source: SourceText | None, encoding: str = types.PositionEncodingKind.Utf16) -> None:
        self.text = text
        self._source = source
        self._encoding = encoding
        self._before = len(text) - len(text.removeprefix(BYTE_ORDER_MARK))
        """A byte order mark, which the language does not read and the editor may count."""
        self._starts = [0, *(end.end() for end in LINE_END.finditer(text))]

    @property
    def line_end(self) -> str:
        """How the lines of the text end."""
        found = LINE_END.search(self.text)
        return found[0] if found else "\n"

    # ---- of the text as written -------------------------------------------------------------------------------------

    def position(self, offset: int) -> types.Position:
        """The place of a character of the text."""
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, units(self.text[self._starts[line] : offset], self._encoding))

    def offset(self, position: types.Position) -> int:
        """The character at a place; behind the end of a line its end, within a character the one that it lies in."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self.text)
        line = LINE_END.split(self.text[start:end], maxsplit=1)[0]
        counted = 0
        for at, character in enumerate(line):
            counted += units(character, self._encoding)
            if counted > position.character:
                return start + at
        return start + len(line)

    def whole(self) -> types.Range:
        """All of the text."""
        return types.Range(types.Position(0, 0), self.position(len(self.text)))

    # ---- of the plain text ------------------------------------------------------------------------------------------

    def range(self, span: Span) -> types.Range:
        """Where a span of the plain text was written."""
        assert self._source is not None
        start, end = self._source.written(span)
        return types.Range(self.position(start + self._before), self.position(end + self._before))

    def plain_offset(self, position: types.Position) -> int:
        """The offset in the plain text of a place."""
        assert self._source is not None
        return self._source.offset_of(max(0, self.offset(position) - self._before))

    def plain_span(self, range_: types.Range) -> Span:
        """The span of the plain text of a range."""
        return Span(self.plain_offset(range_.start), self.plain_offset(range_.end))

    def edit(self, span: Span, text: str) -> types.TextEdit:
        """Other words in place of a span, with the line ends of the text."""
        return types.TextEdit(self.range(span), text.replace("\n", self.line_end))
