"""`number of strokes ever where treated is at least 2`: a value whose records need a name first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocol_dsl.diagnostics import Copyable, corrected_line
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.vocabulary import singular

HEADS: Final = ("NUMBER_OF", "DIFFERENT", "DAYS_WITH", "MEAN_OF", "TOTAL_OF", "HIGHEST_OF", "LOWEST_OF", "SELECTOR")
"""With what a value begins that is worked out from records."""
OTHERWISE: Final = ("IS", "ANY", "NO", "EVERY", "EACH", "FOR_EACH", "THEN", "COLON", "DASH", "NEWLINE", "INDENT")
"""What stands between such a value and a "where" only if the "where" is not about it."""
BEFORE_THE_NOUN: Final = ("CHOICE", "NAME", "ROWS", "OR_NOUN", "OR")
NOUN: Final = (*BEFORE_THE_NOUN, "IN_LIST", "LIST", "OR_LIST")


def counted_series(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> dict[str, Copyable] | None:
    """The definition that a value with a "where" needs, and the line with it; `at`: where the "where" stands."""
    head = _head(lexemes[:at])
    if head is None:
        return None
    rows = next((each for each in range(head, at) if lexemes[each].is_a("ROWS")), None)
    if rows is None:
        return None
    first, last = rows, rows
    while first - 1 > head and lexemes[first - 1].is_a(*BEFORE_THE_NOUN):
        first -= 1
    while last + 1 < at and lexemes[last + 1].is_a(*NOUN):
        last += 1
    defined = source.text[: lexemes[head].span.start].rstrip().endswith("=")
    end = _end(lexemes, at, needs_comparison=not defined and not _compared(lexemes[:head]))
    if end == at + 1:
        return None
    noun, condition = (
        source.text[lexemes[start].span.start : lexemes[stop].span.end]
        for start, stop in ((rows, last), (at + 1, end - 1))
    )
    name = lexemes[rows].text
    before = source.text[lexemes[first].span.start : lexemes[rows].span.start]
    each = f"{before}{singular(name)}{noun.removeprefix(name)}"
    window = source.text[lexemes[last].span.end : lexemes[at].span.start].rstrip()
    mended = Span(lexemes[first].span.start, lexemes[end - 1].span.end)
    return {
        "definition": Copyable(f"counted {singular(name)} = each {_joined(each)} where {_joined(condition)}"),
        "line": corrected_line(source, mended, f"counted {name}{window}"),
    }


def _head(earlier: Sequence[Lexeme]) -> int | None:
    for at in reversed(range(len(earlier))):
        if earlier[at].is_a(*OTHERWISE):
            return None
        if earlier[at].is_a("SELECTOR") and at and earlier[at - 1].is_a(*HEADS):
            continue  # `mean of the latest 3 …`
        if earlier[at].is_a(*HEADS):
            return at
    return None


def _end(lexemes: Sequence[Lexeme], at: int, needs_comparison: bool) -> int:
    """Where the condition after a "where" ends: before a second comparison of the same part, or with the line.

    `needs_comparison`: nothing is said of the value before the "where", so that the last comparison is its own.
    """
    compared = between = False
    last = None
    for end in range(at + 1, len(lexemes)):
        here = lexemes[end]
        if here.is_a("NEWLINE", "UNLESS", "EXCEPT"):
            return last if needs_comparison and last is not None else end
        if here.is_a("IS") and compared:
            return end
        if here.is_a("AND", "OR") and not between:
            compared = False
        between = (between or here.is_a("BETWEEN")) and not here.is_a("AND", "AND_VALUE")
        compared = compared or here.is_a("IS")
        last = end if here.is_a("IS") else last
    return len(lexemes)


def _compared(earlier: Sequence[Lexeme]) -> bool:
    for lexeme in reversed(earlier):
        if lexeme.is_a("NEWLINE", "DASH", "COLON", "THEN"):
            return False
        if lexeme.is_a("IS"):
            return True
    return False


def _joined(text: str) -> str:
    """Words that may stand on several lines, on one."""
    return " ".join(text.split())
