"""A file's text and the places in it.

Everything after this module counts in the plain text (see `plain`); a person is shown lines and
columns of the text that they wrote. Both are kept, and the way from one to the other is worked out
a line at a time, only when it is asked for.
"""

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, Literal

import attrs

from protocol_dsl.source.plain import LINE_END, columns, keeps_columns, plain, refused_at

MOST_BYTES: Final = 10 * 1024 * 1024

# A line of more characters than this, if it holds dropped or composed ones, is pointed at as a whole.
LONGEST_MAPPED: Final = 100_000

_NEWLINE: Final = re.compile("\n")

Problem = Literal["encoding", "size", "control"]


@attrs.frozen
class Span:
    """A stretch of a text: offsets in code points of `SourceText.text`, the end not included."""

    start: int
    end: int

    @staticmethod
    def cover(first: "Span", *others: "Span") -> "Span":
        """The smallest span that holds all of these."""
        return Span(
            min(first.start, *(other.start for other in others)) if others else first.start,
            max(first.end, *(other.end for other in others)) if others else first.end,
        )

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return True


class SourceError(ValueError):
    """A file that is not a text the language can read at all.

    `kind` is "encoding", "size" or "control"; `found` says more: for an encoding "word", "pdf",
    "utf-16" or "other", for a control character the character, for a size the number of bytes.
    `offset` counts bytes for an encoding and code points for a control character; `line` is 1-based.
    """

    def __init__(self, name: str, kind: Problem, found: str, offset: int | None = None, line: int | None = None):
        super().__init__(f"{name}: {kind}: {found!r}" + ("" if line is None else f" (line {line})"))
        self.name = name
        self.kind: Problem = kind
        self.found = found
        self.offset = offset
        self.line = line


@attrs.frozen(slots=False)
class SourceText:
    """One file: its name as people see it, its plain text, the text as written, and a hash of its bytes."""

    name: str
    text: str = attrs.field(repr=False)
    original: str = attrs.field(repr=False)
    sha256: str

    @staticmethod
    def read(name: str, data: bytes | str) -> "SourceText":
        """Read a file's content; raises SourceError for what is no text, too large, or holds hidden characters."""
        content = _bytes(name, data) if isinstance(data, str) else data
        if len(content) > MOST_BYTES:
            raise SourceError(name, "size", str(len(content)))
        original = _decoded(name, content)
        refused = refused_at(original)
        if refused is not None:
            line = len(LINE_END.findall(original, 0, refused)) + 1
            raise SourceError(name, "control", original[refused], refused, line)
        return SourceText(name, plain(original), original, hashlib.sha256(content).hexdigest())

    @property
    def line_count(self) -> int:
        """How many lines there are; a text that ends with a newline has an empty last line, as in an editor."""
        return len(self._line_starts)

    def line_start(self, number: int) -> int:
        """The offset at which a line begins. Lines count from 1."""
        if not 1 <= number <= self.line_count:
            raise IndexError(number)
        return self._line_starts[number - 1]

    def line(self, number: int) -> str:
        """The plain text of a line, without its newline. Lines count from 1."""
        start = self.line_start(number)
        end = self._line_starts[number] - 1 if number < self.line_count else len(self.text)
        return self.text[start:end]

    def line_of(self, offset: int) -> int:
        """The line (from 1) in which an offset lies."""
        return bisect_right(self._line_starts, max(0, offset))

    def slice(self, span: Span) -> str:
        """The plain text of a span."""
        return self.text[span.start : span.end]

    def original_slice(self, span: Span) -> str:
        """The author's own characters for a span; characters dropped at its edges are left out."""
        if span.end <= span.start:
            return ""
        start, end = self.written(span)
        return self.original[start:end]

    def written(self, span: Span) -> tuple[int, int]:
        """From where to where in `original` a span was written; an empty span is a place between two characters."""
        if span.end > span.start:
            return self._written(span.start)[0], self._written(span.end - 1)[1]
        place = len(self.original) if span.start >= len(self.text) else self._written(span.start)[0]
        return place, place

    def original_span(self, span: Span) -> Span:
        """Where the author wrote a span: offsets of `original`."""
        start = self._written(span.start)[0]
        return Span(start, self._written(span.end - 1)[1] if span.end > span.start else start)

    def offset_of(self, original_offset: int) -> int:
        """The offset in `text` of a place in `original`; of a dropped character, that of what follows it."""
        number = bisect_right(self._original_starts, original_offset)
        start, end, _ = self._original_line(number)
        column = min(original_offset, end) - start
        if not self._aligned and end - start <= LONGEST_MAPPED:
            column = sum(written_end <= column for _, written_end in columns(self.original[start:end]))
        return min(self._line_starts[number - 1] + column, len(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column counted in code points as the author wrote them."""
        offset = max(0, min(offset, len(self.text)))
        number = self.line_of(offset)
        column = offset - self._line_starts[number - 1]
        if not self._aligned:
            column = self._written(offset)[0] - self._original_starts[number - 1]
        return number, column + 1

    def region(self, span: Span) -> tuple[int, int, int, int]:
        """Line, column, end line and end column of a span, from 1; the end column is one past the last character."""
        line, column = self.position(span.start)
        if span.end <= span.start:
            return line, column, line, column
        end_line, end_column = self.position(span.end)
        if not self._aligned and self.line_of(span.end - 1) == end_line:
            end_column = self._written(span.end - 1)[1] - self._original_starts[end_line - 1] + 1
        return line, column, end_line, end_column

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        starts = array("q", [0])
        starts.extend(end.end() for end in _NEWLINE.finditer(self.text))
        return starts

    @cached_property
    def _original_starts(self) -> Sequence[int]:
        starts = array("q", [0])
        starts.extend(end.end() for end in LINE_END.finditer(self.original))
        return starts

    def _original_line(self, number: int) -> tuple[int, int, int]:
        """Where a line of the original starts, where its content ends, and where the next line starts."""
        start = self._original_starts[number - 1]
        if number == len(self._original_starts):
            return start, len(self.original), len(self.original)
        following = self._original_starts[number]
        return start, following - (2 if self.original.endswith("\r\n", start, following) else 1), following

    @cached_property
    def _aligned(self) -> bool:
        return keeps_columns(self.original)

    def _written(self, offset: int) -> tuple[int, int]:
        """From where to where in the original the author wrote the character at an offset."""
        number = self.line_of(offset)
        column = offset - self._line_starts[number - 1]
        start, end, following = self._original_line(number)
        if self._aligned:
            return start + column, following if start + column >= end else start + column + 1
        if end - start > LONGEST_MAPPED:
            return start, following
        places = columns(self.original[start:end])
        if column >= len(places):
            return end, following
        return start + places[column][0], start + places[column][1]


def _bytes(name: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = len(LINE_END.findall(text, 0, error.start)) + 1
        raise SourceError(name, "encoding", "other", error.start, line) from None


_SIGNATURES: Final = (
    (b"PK\x03\x04", "word"),
    (b"\xd0\xcf\x11\xe0", "word"),
    (b"{\\rtf", "word"),
    (b"%PDF-", "pdf"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _decoded(name: str, content: bytes) -> str:
    for signature, found in _SIGNATURES:
        if content.startswith(signature):
            raise SourceError(name, "encoding", found, 0, 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A byte order mark has been cut off where the decoder counts.
        offset = error.start + (len(content) - len(error.object))
        line = content.count(b"\n", 0, offset) + 1
        raise SourceError(name, "encoding", "other", offset, line) from None
