"""Colours for printed protocols: a lexer for Pygments, by the name "protocol".

It takes whole files and pieces of one, as they stand in documentation and notebooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    String,
    Text,
    _TokenType,
)

from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.syntax.colours import Colour, colours

TOKENS: Final[dict[Colour, _TokenType]] = {
    "section": Keyword.Namespace,
    "key": Name.Attribute,
    "id": Name.Label,
    "title": Generic.Strong,
    "name": Name.Variable,
    "series": Name.Class,
    "choice": Name.Constant,
    "list": Name.Entity,
    "function": Name.Function,
    "number": Number,
    "unit": Keyword.Type,
    "day": Literal.Date,
    "keyword": Keyword,
    "comment": Comment.Single,
    "quotation": String.Doc,
    "note": String,
}


class ProtocolLexer(Lexer):
    """Protocol files of clinical trials, with the ending `.protocol`."""

    name = "Protocol"
    url = ""
    aliases = ("protocol",)
    filenames = ("*.protocol",)
    version_added = ""

    def __init__(self, **options: object) -> None:
        # Blank lines at the edges belong to the text.
        super().__init__(**{"stripnl": False, "ensurenl": False, **options})

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Every character of a text, with what it is: its place, its kind and the characters."""
        try:
            source = SourceText.read("text", text)
        except SourceError:
            yield 0, Text, text
            return
        at, before = 0, len(text) - len(source.original)  # a byte order mark is not read
        for span, colour in colours(source):
            written = source.original_span(span)
            start, end = written.start + before, written.end + before
            if start < at:
                continue
            if start > at:
                yield at, Text, text[at:start]
            yield start, TOKENS[colour], text[start:end]
            at = end
        if at < len(text):
            yield at, Text, text[at:]
