"""What can be folded: sections, criteria and whatever has lines under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.source import Span
from protocol_dsl.syntax.layout import Line


def folding_ranges(analysis: Analysis) -> list[types.FoldingRange]:
    """A range for each line with lines under it, and for comments in a row."""
    if analysis.layout is None:
        return []
    return [*_lines(analysis, analysis.layout.lines), *_comments(analysis)]


def _lines(analysis: Analysis, lines: Iterable[Line]) -> Iterator[types.FoldingRange]:
    for line in lines:
        below = list(line.below())
        if below:
            first = analysis.positions.range(line.span).start.line
            last = analysis.positions.range(below[-1].span).end.line
            if last > first:
                yield types.FoldingRange(first, last)
            yield from _lines(analysis, line.children)


def _comments(analysis: Analysis) -> Iterator[types.FoldingRange]:
    assert analysis.layout is not None
    alone = (comment for comment in analysis.layout.comments if comment.alone)
    lines = [analysis.positions.range(Span(comment.start, comment.start)).start.line for comment in alone]
    first = None
    for line, following in zip(lines, [*lines[1:], -1], strict=False):
        first = line if first is None else first
        if following != line + 1:
            if line > first:
                yield types.FoldingRange(first, line, kind=types.FoldingRangeKind.Comment)
            first = None
