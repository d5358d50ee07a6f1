"""A record that is compared with itself: `latest X is above highest X within 1 week before date of latest X`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import evolve

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.semantics import core
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import nouns_words, words

Way: TypeAlias = Literal["above", "below"]

_ABOVE: Final = ("above", "more than", "at most")
_BELOW: Final = ("below", "less than", "at least")
"""With these nothing is asked of a value that is compared with the highest (lowest) of values of which it is one."""


def warn_of_own_record(node: nodes.Comparison, scope: Scope) -> None:
    """Warn where the value that a record is compared with may be, or must be, its own."""
    left = _selected(node.left)
    match node.complement:
        case nodes.Limit(comparator, bound):
            right, way = _selected(bound), _way(comparator)
        case nodes.Difference(_, _, direction, other):
            right, way = _selected(other), direction
        case _:
            return
    if left is None or right is None or left.field_name != right.field_name:
        return
    if nouns_words(left.series.nouns) != nouns_words(right.series.nouns):
        return
    turned: Way | None = "below" if way == "above" else "above" if way == "below" else None
    for one, other, said in ((left, right, way), (right, left, turned)):
        if one.which == "latest" and _is_own(one, other, said):
            line = Copyable(words(_with_previous(node, one, other)))
            scope.problems.report("P511", node.span, name=words(one), other=words(other), line=line)
            return


def _with_previous(node: nodes.Comparison, one: nodes.Selected, other: nodes.Selected) -> nodes.Comparison:
    """The same comparison with the record before the latest."""
    previous = evolve(one, which="previous")
    if node.left is other:
        return evolve(node, left=previous)
    match node.complement:
        case nodes.Difference() as difference:
            return evolve(node, complement=evolve(difference, other=previous))
        case nodes.Limit() as limit:
            return evolve(node, complement=evolve(limit, bound=previous))
        case _:
            return node


def _selected(value: nodes.Value) -> nodes.Selected | None:
    return value if isinstance(value, nodes.Selected) else None


def _way(comparator: str) -> Way | None:
    """On which side of the highest or lowest a value has to be, for a comparison that then says nothing."""
    return "above" if comparator in _ABOVE else "below" if comparator in _BELOW else None


def _is_own(one: nodes.Selected, other: nodes.Selected, way: Way | None) -> bool:
    window = other.series.window
    same_window = _said(window) == _said(one.series.window)
    if not same_window and not _reaches(window, one):
        return False
    match other.which:
        case "highest":
            return way == "above"
        case "lowest":
            return way == "below"
        case "latest" | "earliest" if same_window:
            return other.which == one.which
        case "latest":
            return not _looks_ahead(window)
        case "earliest":
            return _looks_ahead(window)
        case _:
            return False


def _said(window: nodes.Window | None) -> str:
    """The words of a window; without one any time up to now counts."""
    return "ever" if window is None else words(window)


def _looks_ahead(window: nodes.Window | None) -> bool:
    if isinstance(window, nodes.Side):
        return window.which in ("on or after", "since")
    return getattr(window, "direction", "before") == "after"


def _reaches(window: nodes.Window | None, one: nodes.Selected) -> bool:
    """Whether a window goes from the day of a record, and takes in that day."""
    day = _day_taken_in(window)
    return isinstance(day, nodes.Selected) and words(evolve(day, field_name=None)) == words(
        evolve(one, field_name=None)
    )


def _takes_in_its_day(window: nodes.Window | None) -> bool:
    """Whether a window takes in the day that it is measured from; one between two days may."""
    if isinstance(window, nodes.Range):
        ends = (window.low, window.high)
        ways = {end.direction if isinstance(end, nodes.Moved) else None for end in ends}
        return ways not in ({"before"}, {"after"})
    return _day_taken_in(window) is not None


def refuse_count_of_itself(
    node: nodes.RowsThat, series: nodes.Series, records: tuple[core.Records, ...], scope: Scope
) -> None:
    """Refuse a count of records around one of the same series, where that one may or may not be meant to count."""
    if node.quantifier == "count" and _around_one_of_them(records) and _takes_in_its_day(series.window):
        row, rows = nouns_words(series.nouns), nouns_words(series.nouns, 2)
        day = scope.first_day_of(records[0].rows.name)
        scope.refuse("P331", node.span, variant="count", name=words(node), row=row, rows=rows, day=day)


def refuse_the_record_itself(node: nodes.Selected, records: tuple[core.Records, ...], scope: Scope) -> None:
    """Refuse `latest X within 48 hours before date of X`, which is the X that is looked at."""
    if not _around_one_of_them(records) or not _is_the_record_itself(node):
        return
    way = "after" if _looks_ahead(node.series.window) else "before"
    row, day = nouns_words(node.series.nouns), scope.first_day_of(records[0].rows.name)
    said = words(node)
    scope.refuse("P331", node.span, variant="itself", name=said, row=row, which=node.which, direction=way, day=day)


def _around_one_of_them(records: tuple[core.Records, ...]) -> bool:
    return any(each.other is not None for each in records)


def _is_the_record_itself(node: nodes.Selected) -> bool:
    """Whether the one record of a window measured from a record is that very record, or one of its day."""
    window = node.series.window
    if node.which not in ("latest", "earliest") or _day_taken_in(window) is None:
        return False
    return (node.which == "earliest") == _looks_ahead(window)


def _day_taken_in(window: nodes.Window | None) -> nodes.Value | None:
    """The day that a window goes from, where that day is in it."""
    match window:
        case nodes.WithinWindow(anchor=anchor) | nodes.WithinDuration(anchor=anchor):
            return anchor
        case nodes.Distance("at most" | "less than" | "below", _, _, _, anchor):
            return anchor
        case nodes.FromTo(0, _, _, _, anchor) | nodes.FromTo(_, 0, _, _, anchor):
            return anchor
        case nodes.Side("on" | "on or before" | "on or after" | "since", anchor):
            return anchor
        case nodes.Edge(_, inner):
            return _day_taken_in(inner)
        case _:
            return None
