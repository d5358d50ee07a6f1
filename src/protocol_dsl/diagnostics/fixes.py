"""Fixes made in the author's own text, everything else of it left as it was written."""

from collections.abc import Iterable, Sequence

import attrs

from protocol_dsl.diagnostics.diagnostic import Diagnostic, Fix, Grade
from protocol_dsl.source import SourceText


@attrs.frozen
class Change:
    """A line that a fix changed: its number, and how it read before and after."""

    line: int
    before: str
    after: str


def certain(diagnostics: Iterable[Diagnostic]) -> tuple[Fix, ...]:
    """The fixes that have one reading only, each within its line. Of several ways to mend something none is certain."""
    alone = (each.fixes[0] for each in diagnostics if len(each.fixes) == 1)
    return tuple(fix for fix in alone if fix.grade is Grade.CERTAIN and "\n" not in fix.edit.text)


def applied(source: SourceText, fixes: Sequence[Fix]) -> str:
    """`source.original` with the fixes made. Of two that overlap the first counts."""
    text = source.original
    line_end = "\r\n" if "\r\n" in text else "\n"
    for start, end, fix in reversed(made_together(source, fixes)):
        text = text[:start] + fix.edit.text.replace("\n", line_end) + text[end:]
    return text


def changes(before: SourceText, after: SourceText) -> tuple[Change, ...]:
    """The lines in which a text differs from what it was before its certain fixes, none of which adds a line."""
    numbers = range(1, before.line_count + 1)
    lines = ((number, before.line(number), after.line(number)) for number in numbers)
    return tuple(Change(number, one.strip(), other.strip()) for number, one, other in lines if one != other)


def made_together(source: SourceText, fixes: Sequence[Fix]) -> list[tuple[int, int, Fix]]:
    """The fixes that can be made at once, each with its place in the original. Of two that overlap the first counts."""
    made: list[tuple[int, int, Fix]] = []
    for fix in fixes:
        start, end = source.written(fix.edit.span)
        if all(end <= first or last <= start for first, last, _ in made) and (start, end) not in {
            one[:2] for one in made
        }:
            made.append((start, end, fix))
    return sorted(made, key=lambda one: one[:2])
