"""Words for what examples touch, in the terms of the protocol's author."""

from __future__ import annotations

from typing import Final

from protocol_dsl.evaluate.coverage import KINDS, Atom, Coverage, CriterionParts, Limit, Point
from protocol_dsl.render.showing import shown
from protocol_dsl.semantics.core import Member

RESULT_WORDS: Final = {"pass": "passes", "fail": "fails", "unknown": "open", "not_applicable": "does not apply"}
TRUTH_WORDS: Final = {"true": "true", "false": "false", "unknown": "open"}
KIND_WORDS: Final = {"results": "results", "conditions": "conditions", "boundaries": "limits"}
_LONGEST: Final = 110


def told(parts: CriterionParts, point: Point) -> str:
    """A point in words: a result, an outcome of a condition, a side of a limit."""
    if point.condition is None:
        return RESULT_WORDS[point.value]
    if point.limit is None:
        return f"{condition_words(parts, point.condition)}: {TRUTH_WORDS[point.value]}"
    limit = parts.atoms[point.condition].limits[point.limit]
    return f"{condition_words(parts, point.condition)}: {side_words(limit, point.value)}"


def condition_words(parts: CriterionParts, number: int) -> str:
    """A condition as the author wrote it; of several that are written alike, with what tells them apart."""
    atom = parts.atoms[number]
    words = short(atom.node.words)
    alike = [each for each in parts.atoms if short(each.node.words) == words]
    if len(alike) > 1 and (apart := _told_apart(atom)):
        return f"{words} ({apart})"
    return words


def _told_apart(atom: Atom) -> str:
    if atom.limits:
        return f"the limit {atom.limits[0].words}"
    if isinstance(atom.node, Member):
        return f"{atom.node.value.words}: {', '.join(atom.node.choices)}" if len(atom.node.choices) < 4 else ""
    return (type(atom.node).__name__ == "Recorded" and "reported so") or ""


def short(words: str) -> str:
    """Words of a rule on one line, not too long to be read."""
    return str(shown(" ".join(words.split()), _LONGEST)).replace("\u00a0", " ")


_DAYS: Final = {
    None: {"below": "the day before {words}", "at": "on {words}", "above": "the day after {words}"},
    "first": {
        "below": "the day before the first day, {words}",
        "at": "on the first day, {words}",
        "above": "the day after the first day, {words}",
    },
    "last": {
        "below": "the day before the last day, {words}",
        "at": "on the last day, {words}",
        "above": "the day after the last day, {words}",
    },
}
_COMPLETED: Final = {
    "below": "the day before {words} are {verb}",
    "at": "on the day on which {words} are {verb}",
    "above": "the day after {words} are {verb}",
}
_NUMBERS: Final = {"below": "just below {words}", "at": "exactly {words}", "above": "just above {words}"}
_COUNTS: Final = {"below": "one fewer than {words}", "at": "exactly {words}"}


def side_words(limit: Limit, side: str) -> str:
    """A side of a limit, and whether the condition holds there."""
    table = {"day": _DAYS[limit.end], "completed": _COMPLETED, "number": _NUMBERS, "count": _COUNTS}[limit.sort]
    holds = "holds" if dict(limit.inside)[side] else "does not hold"  # type: ignore[index]
    told = table[side].format(words=short(limit.words), verb="exceeded" if limit.exceeded else "completed")
    if limit.minutes:
        told = told.replace("the day before", "a minute before").replace("the day after", "a minute after")
        told = told.replace(" the first day,", "").replace(" the last day,", "").replace("on ", "exactly ", 1)
    return f"{told} ({holds})"


def percent(touched: int, all_of_them: int) -> str:
    """A share in whole per cent; 100% only where nothing is missing, 0% only where nothing is touched."""
    if all_of_them == 0:
        return "100%"
    share = 100 * touched // all_of_them
    return f"{max(share, 1) if touched else 0}%"


def totals(coverage: Coverage) -> str:
    """The shares that are touched, of all and by kind."""
    kinds = ", ".join(f"{KIND_WORDS[kind]} {percent(*coverage.count(kind))}" for kind in KINDS)
    return f"{percent(*coverage.count())} ({kinds})"
