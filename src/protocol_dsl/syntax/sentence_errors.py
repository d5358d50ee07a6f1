"""What to tell the writer when a sentence can't be read: what was found, what may stand there, and why."""

from __future__ import annotations

from collections.abc import Sequence

from lark.exceptions import UnexpectedToken

from protocol_dsl.diagnostics import Copyable, Diagnostic, report
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.lexer import Lexeme
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.words import COMPARATORS, PHRASES

WINDOWS = frozenset({"BETWEEN", "WITHIN", "BEFORE", "AFTER", "ON", "ON_OR_BEFORE", "ON_OR_AFTER", "SINCE", "NEITHER"})
VALUE_STARTS = frozenset({"NAME", "CHOICE", "NUMBER", "DAY", "LPAR", "COMPLETED"})


def sentence_error(error: UnexpectedToken, lexemes: Sequence[Lexeme], source: SourceText, span: Span) -> Diagnostic:
    """Put Lark's complaint into the writer's words."""
    at = error.token.column if error.token.type != "$END" and error.token.column is not None else len(lexemes)
    found = lexemes[at] if at < len(lexemes) else None
    before = next((lexeme for lexeme in reversed(lexemes[:at]) if lexeme.text), None)
    opened = _opened(lexemes[:at])
    place = found.span if found is not None and found.text else Span(span.end - 1, span.end)
    if before is not None and (found is None or not found.text):
        place = before.span
    expected = frozenset(error.accepts or error.expected)
    code, variant = _code(found, before, expected, lexemes[:at], lexemes[at + 1 :], opened)
    if code == "P113" and opened is not None:
        place = opened.span
    if found is not None and found.is_a("DASH"):
        place = lexemes[at + 1].span
    return report(
        code,
        source,
        place,
        variant=variant,
        found=found.text.removeprefix(", ") if found is not None and found.text else "the end of the line",
        after=before.text if before is not None else "the beginning of the line",
        expected=_expected_words(expected),
        line=_line_with_is(source, place) if variant == "verb" else _line_text(source, place),
        name=lexemes[at - 2].text if at >= 2 else "",
        example=lexemes[at - 2].text if at >= 2 else "",
        row=singular(found.text) if found is not None else "",
        rows=plural(singular(found.text)) if found is not None else "",
    )


def _code(
    found: Lexeme | None,
    before: Lexeme | None,
    expected: frozenset[str],
    earlier: Sequence[Lexeme],
    later: Sequence[Lexeme],
    opened: Lexeme | None,
) -> tuple[str, str | None]:
    ended = found is None or found.is_a("NEWLINE", "DEDENT", "INDENT")
    if found is not None and found.is_a("COLON") and len(later) > 1 and later[1].is_a("INDENT"):
        return "P114", None
    if found is not None and found.is_a("DASH"):
        return "P115", "bullet"
    if found is not None and found.is_a("IS") and _compared_already(earlier):
        return "P120", None
    if found is not None and found.is_a("IS") and len(earlier) > 1 and earlier[-2].is_a("NOT"):
        return "P111", "not"
    if found is not None and found.is_a("RPAR") and opened is None:
        return "P113", "closed"
    if expected - {"DEDENT"} == {"DASH"}:
        return "P115", None
    if expected == {"RPAR"} or (ended and "RPAR" in expected):
        return "P113", None
    if before is not None and before.is_a("COLON") and ended:
        return "P107", "judged"
    if expected == {"ROWS"} and found is not None and found.is_a("NAME", "CHOICE"):
        return "P122", "not_rows"
    if found is not None and found.is_a("NO") and before is not None and before.is_a("IS"):
        return "P306", "yes_no"
    if found is not None and found.is_a("DIVIDED_BY") and before is not None and before.is_a("AND"):
        return "P410", None
    if found is not None and found.is_a("UNLESS"):
        return "P117", None
    if found is not None and found.is_a("WHERE", "OTHERWISE"):
        return "P121", None
    if ended and "THEN" in expected:
        return "P111", "then"
    if found is not None and found.is_a("COMMA") and before is not None and before.is_a("NUMBER"):
        return "P116", "comma"
    if found is not None and found.is_a("COMMA") and "THEN" in expected:
        return "P111", "then"
    if found is not None and found.is_a("COMMA") and _case_follows(later):
        return "P111", "case"
    if found is not None and found.is_a("COMMA"):
        return "P111", "comma"
    if found is not None and found.is_a(*COMPARATORS, *WINDOWS) and "IS" in expected:
        return "P111", "verb"
    if found is not None and found.is_a("NAME", "CHOICE", "NUMBER", "ROWS") and "AND" in expected:
        return "P111", "side_by_side"
    if found is not None and found.is_a("ROWS"):
        return "P122", None
    if ended:
        return "P110", None
    return "P111", None


def _case_follows(later: Sequence[Lexeme]) -> bool:
    """A second limit with its condition: `, or at most 470 ms if sex is female`."""
    for lexeme in later:
        if lexeme.is_a("NEWLINE", "COMMA"):
            return False
        if lexeme.is_a("IF"):
            return True
    return False


def _opened(earlier: Sequence[Lexeme]) -> Lexeme | None:
    """The innermost bracket that is still open."""
    opened: list[Lexeme] = []
    for lexeme in earlier:
        if lexeme.is_a("LPAR", "LPAR_IF"):
            opened.append(lexeme)
        elif lexeme.is_a("RPAR") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _compared_already(earlier: Sequence[Lexeme]) -> bool:
    for lexeme in reversed(earlier):
        if lexeme.is_a("IS"):
            return True
        if lexeme.is_a("AND", "OR", "THEN", "IF", "DASH", "NEWLINE", "COLON"):
            return False
    return False


def _expected_words(expected: frozenset[str]) -> str:
    """What may stand at a place, in words, the most telling first."""
    words: list[str] = []
    if expected & VALUE_STARTS == {"NUMBER"}:
        words.append("a number")
    elif expected & VALUE_STARTS:
        words.append("a declared name or a value")
    if "ROWS" in expected and not expected & VALUE_STARTS:
        words.append("the name of a list of rows")
    if {"UNIT", "TIME"} & expected:
        words.append("a unit")
    if expected & COMPARATORS and not expected & VALUE_STARTS:
        words.append('a comparison such as "at least"')
    for terminal in ("IS", "AND", "OR", "THEN", "TO", "UNTIL", "BEFORE", "AFTER", "FROM", "INCLUSIVE", "OF", "NOR"):
        if terminal in expected and len(words) < 4:
            words.append(f'"{PHRASES[terminal][0].lstrip(", ")}"')
    if "DASH" in expected:
        words.append("a list with bullets (-)")
    if "NEWLINE" in expected and len(words) < 4:
        words.append("the end of the line")
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else (words[0] if words else "nothing more")


def _line_with_is(source: SourceText, span: Span) -> str:
    number = source.line_of(span.start)
    start, line = source.line_start(number), source.line(number)
    return Copyable(f"{line[: span.start - start]}is {line[span.start - start :]}".strip())


def _line_text(source: SourceText, span: Span) -> str:
    return Copyable(source.line(source.line_of(span.start)).strip())
