"""What examples touch, as text, as JSON and in the form of LCOV, which other tools read."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.evaluate.coverage import KINDS, Coverage, CriterionParts, Point
from protocol_dsl.render.coverage_lines import covered_lines
from protocol_dsl.render.coverage_words import KIND_WORDS, condition_words, percent, side_words, told, totals
from protocol_dsl.render.lines import padded, wrapped


def coverage_text(coverage: Coverage, name: str) -> str:
    """For each criterion a line, and under it what no example touches; `name`: of the file."""
    lines = [f"{name}: the examples touch {totals(coverage)}."]
    told_of = [parts for parts in coverage.criteria if parts.points]
    width = max((len(f"{parts.criterion.id}  {parts.criterion.title}") for parts in told_of), default=0)
    for parts in told_of:
        lines += ["", *_criterion(coverage, parts, min(width, 44))]
    return "\n".join(lines) + "\n"


def _criterion(coverage: Coverage, parts: CriterionParts, width: int) -> Iterator[str]:
    id_ = parts.criterion.id
    counts = []
    for kind in KINDS:
        touched, of = coverage.count(kind, id_)
        if of:
            counts.append(f"{KIND_WORDS[kind]} {touched}/{of}")
    title = f"{id_}  {parts.criterion.title}"
    title = title if len(title) <= width else f"{title[: width - 1]}…"
    yield f"{padded(title, width)}  {percent(*coverage.count(None, id_)):>4}  {', '.join(counts)}"
    for point in parts.points:
        if not coverage.touched[point]:
            yield from wrapped(f"result: {told(parts, point)}" if point.kind == "results" else told(parts, point),
                               100, "          ", "    not: ")  # fmt: skip


def coverage_json(coverage: Coverage, name: str) -> dict[str, object]:
    """What is touched as plain data: counts, and for each criterion its points with the examples that touch them."""
    return {
        "file": name,
        "touched": {kind: _counted(*coverage.count(kind)) for kind in KINDS},
        "criteria": [_criterion_json(coverage, parts) for parts in coverage.criteria],
    }


def _counted(touched: int, all_of_them: int) -> dict[str, int]:
    return {"touched": touched, "of": all_of_them}


def _criterion_json(coverage: Coverage, parts: CriterionParts) -> dict[str, object]:
    source = coverage.protocol.source
    results = [point for point in parts.points if point.kind == "results"]
    return {
        "id": parts.criterion.id,
        "results": {point.value: list(coverage.touched[point]) for point in results},
        "conditions": [
            {
                "text": condition_words(parts, number),
                "line": source.line_of(atom.node.origin.start),
                "outcomes": _of(coverage, parts, number, None),
                "limits": [
                    {
                        "text": limit.words,
                        "sides": [
                            {"side": side, "text": side_words(limit, side), "holds": holds, "examples": names}
                            for (side, names), holds in zip(
                                _of(coverage, parts, number, place).items(), limit.inside.values(), strict=True
                            )
                        ],
                    }
                    for place, limit in enumerate(atom.limits)
                ],
            }
            for number, atom in enumerate(parts.atoms)
        ],
    }


def _of(coverage: Coverage, parts: CriterionParts, condition: int, limit: int | None) -> dict[str, list[str]]:
    points = (point for point in parts.points if (point.condition, point.limit) == (condition, limit))
    return {point.value: list(coverage.touched[point]) for point in points}


def coverage_lcov(coverage: Coverage, name: str) -> str:
    """What is touched in the form of LCOV. `name`: the file, as it is called there.

    A line is hit as often as examples touch any point on it. Each result, each condition and each limit is a block of
    branches; of one that no example touches at all the branches are not known to have been tried: `-`.
    """
    lines = covered_lines(coverage)
    records = ["TN:", f"SF:{name}"]
    taken = []
    for number, line in lines.items():
        blocks: dict[tuple[str, int | None, int | None], list[Point]] = {}
        for _, point in line.points:
            blocks.setdefault((point.criterion, point.condition, point.limit), []).append(point)
        for block, points in enumerate(blocks.values()):
            tried = any(coverage.touched[point] for point in points)
            for branch, point in enumerate(points):
                count = len(coverage.touched[point])
                taken.append(count > 0)
                records.append(f"BRDA:{number},{block},{branch},{count if tried else '-'}")
    records += [f"BRF:{len(taken)}", f"BRH:{sum(taken)}"]
    counts = {number: line.count(coverage) for number, line in lines.items()}
    records += [f"DA:{number},{count}" for number, count in counts.items()]
    records += [f"LF:{len(counts)}", f"LH:{sum(count > 0 for count in counts.values())}", "end_of_record"]
    return "\n".join(records) + "\n"
