"""A line that cannot be read, with its words, as the tables of habits and of readings look at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from protocol_dsl.diagnostics import Copyable, corrected_line
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.lookahead import Lexeme


class Declared(Protocol):
    """What the file declares, as far as a reading needs it."""

    def item_of(self, choice: str) -> str | None:
        """The one data item of which a word is a choice."""

    def is_field(self, name: str) -> bool:
        """Whether a name is recorded with each record of a series or of rows."""


@frozen
class UnreadLine:
    """A line that cannot be read, with its words."""

    source: SourceText
    start: int
    text: str
    lexemes: tuple[Lexeme, ...]
    unknown: tuple[Span, ...]
    declared: Declared

    @classmethod
    def at(
        cls,
        place: Span,
        lexemes: Sequence[Lexeme],
        source: SourceText,
        declared: Declared,
        unknown: Sequence[Span],
    ) -> UnreadLine:
        """The line in which a place stands."""
        number = source.line_of(place.start)
        start, text = source.line_start(number), source.line(number)
        inside = (each for each in lexemes if each.text and start <= each.span.start < start + len(text))
        return cls(source, start, text, tuple(inside), tuple(unknown), declared)

    def place_of(self, match: re.Match[str], group: str | int = 0) -> Span:
        """Where a match stands; the space that the line begins with is not part of it."""
        indent = len(self.text) - len(self.text.lstrip())
        return Span(self.start + max(match.start(group), indent), self.start + match.end(group))

    def after(self, offset: int) -> tuple[Lexeme, ...]:
        return tuple(each for each in self.lexemes if each.span.start >= offset)

    def series(self, offset: int, near_by: int | None = None) -> Lexeme | None:
        """The name of a series after a place."""
        return next((each for each in self.after(offset)[:near_by] if each.is_a("ROWS")), None)

    def names(self, text: str, kinds: Sequence[str]) -> bool:
        """Whether words of the line are one declared name, or a choice, of one of the kinds."""
        return any(
            each.text.casefold() == text.casefold() and each.is_a(*kinds) and each.span not in self.unknown
            for each in self.lexemes
        )

    def name_before(self, offset: int) -> str | None:
        known = (each for each in self.lexemes if each.is_a("NAME") and each.span not in self.unknown)
        return next((each.text for each in known if each.span.end <= offset), None)

    def with_words(self, span: Span, words: str) -> Copyable:
        """The line with other words at a place."""
        return corrected_line(self.source, span, words)
