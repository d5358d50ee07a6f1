"""The examples that a protocol lacks: patients that touch what no example touches.

A patient begins with an example that is there, and changes as few facts as can be. Patients that change different facts
are put together, so that one of them touches many points. What can't be reached is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from attrs import frozen

from protocol_dsl.evaluate.coverage import Coverage, CriterionParts, Point
from protocol_dsl.evaluate.program import Program, Result
from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.semantics.core import (
    LOOPS,
    All,
    AtLeast,
    Condition,
    Defined,
    If,
    Node,
)
from protocol_dsl.values import UNKNOWN, Truth
from protocol_dsl.verify.trials import Facts, OutOfTries, Places, Trials
from protocol_dsl.verify.ways import Ways

_TRIES: Final = 100
"""Patients that are tried for one point, from one example."""
_MOST_CHANGES: Final = 6
"""Facts that a patient changes who stands for several points; more could not be looked through."""
_LOOKED_BACK: Final = 8

_TRUTHS: Final[Mapping[str, Truth]] = {"true": True, "false": False, "unknown": UNKNOWN}


@frozen
class Base:
    """A patient to begin with: an example by its name, or one of whom nothing is recorded."""

    name: str | None
    facts: Facts


@frozen
class Suggestion:
    """A patient that is suggested: what it is like, the facts that it changes, and what it touches anew."""

    base: Base
    facts: Facts
    points: tuple[Point, ...]
    results: Mapping[str, Result]
    """What the evaluator says of each criterion."""


@frozen
class Unreached:
    """A point for which no patient was found, and why.

    No number is `exact`ly there; all that was `tried` was in vain; or what was found can't be `written`.
    """

    point: Point
    why: Literal["exact", "tried", "written"]
    facts: tuple[str, ...]
    """The facts on which it rests."""


@frozen
class Suggestions:
    """What is suggested, and what is not reached."""

    patients: tuple[Suggestion, ...]
    unreached: tuple[Unreached, ...]


def suggest(coverage: Coverage, program: Program, bases: Sequence[Base]) -> Suggestions:
    """Patients for every point that is missing, as far as they are found; `bases`: in the order of preference."""
    return _Search(coverage, program, bases).suggestions()


class _Search:
    def __init__(self, coverage: Coverage, program: Program, bases: Sequence[Base]):
        self._trials = Trials(coverage.protocol, program, coverage.criteria)
        self._coverage = coverage
        self._missing = dict.fromkeys(coverage.missing)
        self._bases = [*bases, Base(None, self._trials.nothing)]
        self._found: list[Suggestion] = []

    def suggestions(self) -> Suggestions:
        self._take_nothing_recorded()
        unreached = []
        for number, parts in enumerate(self._coverage.criteria):
            for point in parts.points:
                if point in self._missing and not self._reach(point, number, parts):
                    unreached.append(point)
        # What was touched on the way to another point is reached.
        left = [self._unreached(point) for point in unreached if point in self._missing]
        return Suggestions(tuple(self._found), tuple(left))

    def _take_nothing_recorded(self) -> None:
        """The patient of whom nothing is recorded shows everywhere what is open."""
        nothing = self._bases[-1]
        if any(point.value == "unknown" and point.kind == "results" for point in self._missing):
            self._trials.allow(_TRIES)
            self._take(nothing, nothing.facts)

    def _reach(self, point: Point, number: int, parts: CriterionParts) -> bool:
        for at, base in enumerate(self._bases):
            # What the best example does not lead to, others seldom do.
            self._trials.allow(_TRIES if at == 0 else _TRIES // 3)
            try:
                for facts in _Aim(self._trials, number, parts).patients(point, base.facts):
                    if self._trials.touches(facts, point, number):
                        self._trials.allow(_TRIES)
                        self._take(base, facts)
                        return True
            except OutOfTries:
                continue
        return False

    def _take(self, base: Base, facts: Facts) -> None:
        """Adds a patient, to one that is there where both can be had at once."""
        changed = self._trials.changed(base.facts, facts)
        for at in range(len(self._found) - 1, max(-1, len(self._found) - 1 - _LOOKED_BACK), -1):
            other = self._found[at]
            theirs = self._trials.changed(other.base.facts, other.facts)
            if other.base != base or theirs & changed or len(theirs | changed) > _MOST_CHANGES:
                continue
            both = self._with_changes(other.facts, facts, changed)
            touched = self._trials.touched(both)
            mine = {point for point in self._trials.touched(facts) if point in self._missing}
            if touched >= mine | set(other.points):
                self._settle(Suggestion(base, both, other.points, {}), touched, at)
                return
        self._settle(Suggestion(base, facts, (), {}), self._trials.touched(facts), None)

    def _settle(self, suggestion: Suggestion, touched: set[Point], at: int | None) -> None:
        new = [point for point in self._missing if point in touched]
        for point in new:
            del self._missing[point]
        evaluation = self._trials.evaluation(suggestion.facts)
        results = {each.criterion.id: each.result for each in evaluation.criteria}
        made = Suggestion(suggestion.base, suggestion.facts, (*suggestion.points, *new), results)
        if at is None:
            self._found.append(made)
        else:
            self._found[at] = made

    def _with_changes(self, facts: Facts, others: Facts, names: Iterable[str]) -> Facts:
        for name in names:
            facts = self._trials.put_fact(facts, name, others[self._trials.place_of[name]])
        return facts

    def _unreached(self, point: Point) -> Unreached:
        parts = next(each for each in self._coverage.criteria if each.criterion.id == point.criterion)
        roots: list[Node] = [each for each in (parts.criterion.rule, parts.criterion.applies_if) if each is not None]
        exact = False
        if point.condition is not None:
            atom = parts.atoms[point.condition]
            roots = [atom.node]
            exact = point.limit is not None and atom.limits[point.limit].sort == "number" and point.value == "at"
        facts = tuple(dict.fromkeys(name for root in roots for name in _facts_in(self._trials, root)))
        return Unreached(point, "exact" if exact else "tried", facts)


def _facts_in(trials: Trials, node: Node) -> Iterator[str]:
    for each in _everything_under(trials, node):
        name = getattr(each, "name", None)
        if type(each).__name__ in ("Fact", "Field") and isinstance(name, str):
            yield name


def _everything_under(trials: Trials, node: Node) -> Iterator[Node]:
    """A node and all under it, each definition once."""
    entered: set[str] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop(0)
        yield each
        if isinstance(each, Defined) and each.name not in entered:
            entered.add(each.name)
            body = trials.protocol.definitions[each.name].body
            waiting.extend([body] if body is not None else [])
        waiting.extend(parts_of(each))


class _Aim:
    """The ways to one criterion's points."""

    def __init__(self, trials: Trials, number: int, parts: CriterionParts):
        self._trials = trials
        self._parts = parts
        self._ways = Ways(trials, number)
        self._under: dict[int, frozenset[int]] = {}

    def patients(self, point: Point, facts: Facts) -> Iterator[Facts]:
        """Patients that may touch a point, the likeliest first."""
        if point.condition is None:
            yield from self._for_result(point.value, facts)
            return
        atom = self._parts.atoms[point.condition]
        for careful in (True, False):
            for node in atom.nodes:
                for there, places in self._approach_to(node, facts, careful):
                    if point.limit is None:
                        yield from self._ways.ways(node, _TRUTHS[point.value], there, places)
                    else:
                        limit = atom.limits[point.limit]
                        side = next(each for each in limit.inside if each == point.value)
                        yield from self._ways.beside(node, limit, side, there, places)

    def _for_result(self, result: str, facts: Facts) -> Iterator[Facts]:
        criterion = self._parts.criterion
        rule, applies = criterion.rule, criterion.applies_if
        good = criterion.kind == "inclusion"
        first = [] if applies is None else [(applies, True)]
        match result:
            case "pass" | "fail":
                yield from self._ways.in_turn([*first, (rule, good is (result == "pass"))], facts, {})
            case "unknown":
                yield from self._ways.in_turn([*first, (rule, UNKNOWN)], facts, {})
                if applies is not None:
                    yield from self._ways.in_turn([(rule, not good), (applies, UNKNOWN)], facts, {})
            case _:
                if applies is not None:
                    yield from self._ways.ways(applies, False, facts, {})

    # ---- the way to a condition inside the rule

    def _approach_to(self, target: Node, facts: Facts, careful: bool) -> Iterator[tuple[Facts, Places]]:
        """Patients of whom the condition decides (`careful`), with the records that it is asked of."""
        criterion = self._parts.criterion
        if criterion.applies_if is not None and id(target) in self._ids(criterion.applies_if):
            yield from self._approach(criterion.applies_if, target, facts, {}, careful)
            return
        starts = [facts]
        if careful and criterion.applies_if is not None:
            starts = list(self._ways.ways(criterion.applies_if, True, facts, {}))[:2]
        for start in starts:
            yield from self._approach(criterion.rule, target, start, {}, careful)

    def _approach(
        self, node: Node, target: Node, facts: Facts, places: Places, careful: bool
    ) -> Iterator[tuple[Facts, Places]]:
        if node is target:
            yield facts, places
        elif isinstance(node, LOOPS):
            for records in node.records:
                for part in (records.member, records.body):
                    if part is None or id(target) not in self._ids(part):
                        continue
                    for found, inner in self._ways.with_record(records, facts, places):
                        for there in self._looked_at(part is records.body, records.member, found, inner):
                            yield from self._approach(part, target, there, inner, careful)
        else:
            for part in self._parts_of(node):
                if id(target) in self._ids(part):
                    beside = self._beside(node, part) if careful else []
                    for found in self._ways.in_turn(beside, facts, places):
                        yield from self._approach(part, target, found, places, careful)

    def _looked_at(self, needed: bool, member: Condition | None, facts: Facts, places: Places) -> Iterator[Facts]:
        if not needed or member is None:
            yield facts
        else:
            yield from self._ways.ways(member, True, facts, places)

    def _beside(self, node: Node, part: Node) -> list[tuple[Condition, Truth]]:
        """What the conditions beside one have to be, for that one to decide."""
        match node:
            case All():
                return [(each, True) for each in node.conditions if each is not part]
            case AtLeast():
                others = [each for each in node.conditions if each is not part]
                return [(each, at < node.count - 1) for at, each in enumerate(others)]
            case If():
                if part is node.then:
                    return [(node.condition, True)]
                if part is node.otherwise:
                    return [(node.condition, False)]
        return []

    def _parts_of(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, Defined):
            body = self._trials.protocol.definitions[node.name].body
            return () if body is None else (body,)
        return parts_of(node)

    def _ids(self, node: Node) -> frozenset[int]:
        """The identities of a node and of all nodes under it."""
        found = self._under.get(id(node))
        if found is None:
            found = frozenset((id(node),)).union(*(self._ids(part) for part in self._parts_of(node)))
            self._under[id(node)] = found
        return found
