"""The text of a file, as its author wrote it and as the language reads it."""

from protocol_dsl.source.text import SourceError, SourceText, Span

__all__ = ["SourceError", "SourceText", "Span"]
