"""The lines of a protocol file, each with what the examples touch there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.evaluate.coverage import Coverage, CriterionParts, Point

State: TypeAlias = Literal["full", "part", "none"]


@frozen
class CoveredLine:
    """A line of a rule. `points`: those that begin here; `inside`: those of the conditions that run over it."""

    number: int
    points: list[tuple[CriterionParts, Point]] = field(factory=list)
    inside: list[Point] = field(factory=list)

    def state(self, coverage: Coverage) -> State:
        """Whether all of its points are touched, some, or none."""
        touched = [bool(coverage.touched[point]) for point in self.inside]
        return "full" if all(touched) else "part" if any(touched) else "none"

    def count(self, coverage: Coverage) -> int:
        """How many examples touch any of its points."""
        return len({name for point in self.inside for name in coverage.touched[point]})


def covered_lines(coverage: Coverage) -> dict[int, CoveredLine]:
    """The lines on which points lie, by their number from 1.

    The results of a criterion lie on its first line. A condition of several lines lies on all of them on which no
    other condition begins.
    """
    lines: dict[int, CoveredLine] = {}
    for parts in coverage.criteria:
        spans = list(_spans(coverage, parts))
        starts = {first for first, _, _ in spans}
        for first, last, points in spans:
            for number in range(first, last + 1):
                line = lines.setdefault(number, CoveredLine(number))
                if number == first:
                    line.points.extend((parts, point) for point in points)
                if number == first or number not in starts:
                    line.inside.extend(points)
    return dict(sorted(lines.items()))


def _spans(coverage: Coverage, parts: CriterionParts) -> Iterator[tuple[int, int, list[Point]]]:
    source = coverage.protocol.source
    if not parts.points:
        return
    first = source.line_of(parts.criterion.span.start)
    yield first, first, [point for point in parts.points if point.kind == "results"]
    for number, atom in enumerate(parts.atoms):
        origin = atom.node.origin
        line = source.line_of(origin.start)
        points = [point for point in parts.points if point.condition == number]
        yield line, max(line, source.line_of(max(origin.start, origin.end - 1))), points
