"""What the examples of a protocol touch: results of criteria, outcomes of conditions, and both sides of each limit.

A criterion is taken apart into its conditions, as the author wrote them, and the conditions into their limits. Each of
these has a few points that an example may touch: a result, a truth, a place beside a limit. Which points an example
touches is read off its trace. What can't come out by the kind of the condition is no point: a fact that counts as no
where nothing is recorded is never unknown, and a criterion without `applies if` always applies.

One module, since the points and what touches them are told by the same cases of the core.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal, TypeAlias, cast

from attrs import evolve, field, frozen

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.operations import CLOCK
from protocol_dsl.evaluate.program import Result
from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.semantics.checked import EVALUATION_DATE, Criterion, Protocol
from protocol_dsl.semantics.core import (
    LOOPS,
    Agreement,
    All,
    AtLeast,
    AtLeastRows,
    Between,
    Compare,
    Completed,
    Condition,
    Constant,
    Defined,
    During,
    Extreme,
    Fact,
    Field,
    If,
    Known,
    Member,
    Named,
    Node,
    Not,
    Recorded,
    RecordTime,
    Shift,
    ShiftDays,
    WindowEnd,
)
from protocol_dsl.semantics.types import Date, OneOf, YesNo
from protocol_dsl.values import (
    TITRE,
    UNKNOWN,
    CalendarUnit,
    DayTime,
    Enclosed,
    Ratio,
    Spell,
    as_fraction,
    nearest_fraction,
    shift,
)

Side: TypeAlias = Literal["below", "at", "above"]
"""Where a value lies beside a limit: a step below or before it, exactly there, or a step above or after it."""

PointKind: TypeAlias = Literal["results", "conditions", "boundaries"]
KINDS: Final[tuple[PointKind, ...]] = ("results", "conditions", "boundaries")
RESULTS: Final[tuple[Result, ...]] = ("pass", "fail", "unknown", "not_applicable")
TRUTHS: Final = {True: "true", False: "false", UNKNOWN: "unknown"}
SIDES: Final[tuple[Side, ...]] = ("below", "at", "above")


@frozen
class Limit:
    """A limit of a condition.

    `sort`: whether it is met by a number, a day, a number of completed years or the like, or a count. `end`: of a
    window, which of its ends. `words`: the limit as the author wrote it. `inside`: the sides that are looked for, and
    whether the condition holds there. `exceeded`: a completed number turns where it is exceeded, not where it is
    reached. `minutes`: the step is a minute.
    """

    sort: Literal["number", "day", "completed", "count"]
    end: Literal["first", "last"] | None
    words: str
    inside: Mapping[Side, bool]
    exceeded: bool = False
    minutes: bool = False


@frozen
class Atom:
    """A condition that is not made of others. `nodes`: where it stands; `in_record`: it is asked of each record."""

    nodes: tuple[Condition, ...]
    truths: tuple[str, ...]
    limits: tuple[Limit, ...]
    in_record: bool

    @property
    def node(self) -> Condition:
        return self.nodes[0]


@frozen
class Point:
    """One thing to be touched: a result of a criterion, an outcome of one of its conditions, or a side of a limit."""

    criterion: str
    value: str
    condition: int | None = None
    limit: int | None = None

    @property
    def kind(self) -> PointKind:
        return "results" if self.condition is None else "conditions" if self.limit is None else "boundaries"


@frozen
class CriterionParts:
    """A criterion taken apart: its conditions and all its points, in the order of the file."""

    criterion: Criterion
    atoms: tuple[Atom, ...]
    points: tuple[Point, ...]
    places: Mapping[int, int] = field(eq=False, repr=False)
    """The number of its atom, by the identity of each node that stands for it."""

    def touched(self, result: CriterionResult) -> set[Point]:
        """The points that one patient touches."""
        id_ = self.criterion.id
        if not self.points:
            return set()
        found = {Point(id_, result.result)}
        for trace in (result.applies, result.rule):
            if trace is not None:
                self._touched_in(trace, found, set())
        return found & set(self.points)

    def _touched_in(self, trace: TraceNode, found: set[Point], seen: set[int]) -> None:
        waiting = [trace]
        while waiting:
            each = waiting.pop()
            if isinstance(each.node, Defined | Named):
                if id(each) in seen:
                    continue
                seen.add(id(each))
            number = self.places.get(id(each.node))
            if number is not None:
                found.update(self._of_atom(number, each))
            waiting.extend(each.children)
            for record in each.records:
                waiting.extend(part for part in (record.member,) if part is not None)
                # What is asked of a record counts only of one that the loop looks at.
                if record.body is not None and record.belongs is True and record.taken:
                    waiting.append(record.body)

    def _of_atom(self, number: int, trace: TraceNode) -> Iterator[Point]:
        id_, atom = self.criterion.id, self.atoms[number]
        if isinstance(trace.outcome, bool) or trace.outcome is UNKNOWN:
            yield Point(id_, TRUTHS[trace.outcome], number)
        for place, limit in enumerate(atom.limits):
            side = side_of(distance(limit, trace))
            if side in limit.inside:
                yield Point(id_, cast(str, side), number, place)


@frozen
class Coverage:
    """The points of a protocol, each with the names of the examples that touch it."""

    protocol: Protocol
    criteria: tuple[CriterionParts, ...]
    touched: Mapping[Point, tuple[str, ...]]

    @property
    def missing(self) -> tuple[Point, ...]:
        """What no example touches, in the order of the file."""
        return tuple(point for parts in self.criteria for point in parts.points if not self.touched[point])

    def count(self, kind: PointKind | None = None, criterion: str | None = None) -> tuple[int, int]:
        """How many points are touched, and how many there are."""
        points = [
            point
            for point in self.touched
            if kind in (None, point.kind) and criterion in (None, point.criterion)
        ]  # fmt: skip
        return sum(bool(self.touched[point]) for point in points), len(points)


def coverage_of(protocol: Protocol, examples: Iterable[tuple[str, Evaluation]]) -> Coverage:
    """What evaluated examples, each with its name, touch of a protocol."""
    criteria = parts_of_protocol(protocol)
    touched: dict[Point, list[str]] = {point: [] for parts in criteria for point in parts.points}
    for name, evaluation in examples:
        for parts, result in zip(criteria, evaluation.criteria, strict=True):
            for point in parts.touched(result):
                touched[point].append(name)
    return Coverage(protocol, criteria, {point: tuple(names) for point, names in touched.items()})


def parts_of_protocol(protocol: Protocol) -> tuple[CriterionParts, ...]:
    """Every criterion taken apart."""
    return tuple(_CriterionReader(protocol, criterion).parts() for criterion in protocol.criteria)


# ---- taking a criterion apart


class _CriterionReader:
    def __init__(self, protocol: Protocol, criterion: Criterion):
        self._protocol = protocol
        self._criterion = criterion
        self._atoms: dict[Node, Atom] = {}
        self._nodes: dict[Node, list[Condition]] = {}
        self._entered: set[str] = set()

    def parts(self) -> CriterionParts:
        criterion, id_ = self._criterion, self._criterion.id
        if not criterion.statement:  # only a duty: it decides nothing
            return CriterionParts(criterion, (), (), {})
        conditions = [each for each in (criterion.applies_if, criterion.rule) if each is not None]
        for condition in conditions:
            self._read(condition, False)
        atoms = tuple(evolve(atom, nodes=tuple(self._nodes[node])) for node, atom in self._atoms.items())
        places = {id(one): at for at, atom in enumerate(atoms) for one in atom.nodes}
        points = [Point(id_, result) for result in self._results(conditions)]
        for number, atom in enumerate(atoms):
            points += [Point(id_, truth, number) for truth in atom.truths]
            points += [Point(id_, side, number, at) for at, limit in enumerate(atom.limits) for side in limit.inside]
        return CriterionParts(criterion, atoms, tuple(points), places)

    def _results(self, conditions: list[Condition]) -> Iterator[Result]:
        yield from ("pass", "fail")
        if any(self._may_be_unknown(condition) for condition in conditions):
            yield "unknown"
        if self._criterion.applies_if is not None:
            yield "not_applicable"

    def _read(self, node: Node, in_record: bool) -> None:
        """Finds the conditions at and under a node."""
        if _is_ever(node):
            return
        match node:
            case Defined():
                if node.name not in self._entered:
                    self._entered.add(node.name)
                    body = self._protocol.definitions[node.name].body
                    assert body is not None
                    self._read(body, in_record)
                return
            case Not() | Known() | All() | If():
                pass
            case AtLeast():
                if 1 < node.count < len(node.conditions):
                    self._add(node, in_record)
            case RecordTime():
                return
            case Fact() | Field():
                if isinstance(self._item_kind(node), YesNo):
                    self._add(node, in_record)
                return
            case Recorded() | Agreement():
                self._add(node, in_record)
                return
            case _:
                if is_condition(node):
                    self._add(cast(Condition, node), in_record)
        for records in node.records if isinstance(node, LOOPS) else ():
            for part in (records.member, records.body):
                if part is not None:
                    self._read(part, True)
        if not isinstance(node, LOOPS):
            for part in parts_of(node):
                self._read(part, in_record)

    def _add(self, node: Condition, in_record: bool) -> None:
        if node not in self._atoms:
            self._atoms[node] = Atom((node,), tuple(self._truths(node)), limits_of(self._protocol, node), in_record)
        self._nodes.setdefault(node, []).append(node)

    def _truths(self, node: Condition) -> Iterator[str]:
        kind = (
            self._item_kind(node.value) if isinstance(node, Member) and isinstance(node.value, Fact | Field) else None
        )
        # A choice that is among all the declared ones, or among none, holds or fails for everyone.
        declared = set(kind.choices) if isinstance(kind, OneOf) and isinstance(node, Member) else None
        choices = set(node.choices) if isinstance(node, Member) else set()
        if declared is None or declared & choices:
            yield "true"
        if declared is None or declared - choices:
            yield "false"
        if self._may_be_unknown(node):
            yield "unknown"

    def _item_kind(self, node: Fact | Field) -> object:
        if isinstance(node, Fact):
            return self._protocol.items[node.name].kind
        return self._protocol.row_field(node.rows, node.name).kind

    def _may_be_unknown(self, node: Node) -> bool:
        """Whether anything in it can be unknown. Silence that means something is none, nor is what is asked of it."""
        match node:
            case Constant() | Recorded() | Known():
                return False
            case Fact():
                return self._protocol.items[node.name].if_not_recorded is None
            case Field():
                return self._protocol.row_field(node.rows, node.name).if_not_recorded is None
            case Defined():
                body = self._protocol.definitions[node.name].body
                return body is not None and self._may_be_unknown(body)
            case _:
                return any(self._may_be_unknown(part) for part in parts_of(node))


def _is_ever(node: Node) -> bool:
    """Whether it is the window `ever`, in which no limit is written."""
    match node:
        case Not(condition=Known(condition=Compare(operator=">", right=Fact(name=name)))):
            return name == EVALUATION_DATE and node.words.endswith("ever")
    return False


def is_condition(node: Node) -> bool:
    """Whether a node other than a fact, a field or a definition is a condition."""
    return isinstance(node, _CONDITIONS)


_CONDITIONS: Final = tuple(kind for kind in Condition.__args__ if kind not in (Fact, Field, Defined))


# ---- limits


def limits_of(protocol: Protocol, node: Condition) -> tuple[Limit, ...]:
    """The limits of a condition."""
    match node:
        case Compare() if _is_date(protocol, node.left) or _is_date(protocol, node.right):
            return (Limit("day", None, node.right.words, _holds(node.operator)),)
        case Compare() if completed_in(protocol, node.left) is not None and node.operator != "=":
            # A patient becomes 19 on a day: "above 18" and "at most 18" turn there too.
            grows = node.operator in ("≥", ">")
            inside: Mapping[Side, bool] = {"below": not grows, "at": grows, "above": grows}
            return (Limit("completed", None, node.right.words, inside, exceeded=node.operator in (">", "≤")),)
        case Compare():
            return (Limit("number", None, node.right.words, _holds(node.operator)),)
        case During():
            limits = _window_limits(node.start, node.end, node.start_included, node.end_included)
            return tuple(evolve(limit, minutes=by_clock(node)) for limit in limits)
        case Between():
            return tuple(_window_limits(node.first, node.last, node.included, node.included))
        case AtLeastRows(count=count) if count > 1:
            return (Limit("count", None, str(count), {"below": False, "at": True}),)
        case AtLeast(count=count):
            return (Limit("count", None, str(count), {"below": False, "at": True}),)
    return ()


def by_clock(node: Node) -> bool:
    """Whether a window is one of hours or minutes."""
    return isinstance(node, During) and any(
        isinstance(end, Shift) and end.unit in CLOCK for end in (node.start, node.end)
    )  # fmt: skip


def _holds(operator: str) -> Mapping[Side, bool]:
    at, below, above = operator in ("≥", "≤", "="), operator in ("<", "≤"), operator in (">", "≥")
    return {"below": below, "at": at, "above": above}


def _window_limits(start: Node | None, end: Node | None, start_in: bool, end_in: bool) -> Iterator[Limit]:
    if start is not None and start == end:
        yield Limit("day", None, _end_words(start), {"below": False, "at": start_in, "above": False})
        return
    if start is not None:
        yield Limit("day", "first", _end_words(start), {"below": False, "at": start_in, "above": True})
    if end is not None:
        yield Limit("day", "last", _end_words(end), {"below": True, "at": end_in, "above": False})


def _end_words(end: Node) -> str:
    """An end of a window; one that is the anchor itself is called as the anchor is."""
    return end.date.words if isinstance(end, Shift) and end.amount == 0 else end.words


def completed_in(protocol: Protocol, node: Node) -> Completed | None:
    """The completed years, months, weeks or days that a value is, by its own name or not."""
    while isinstance(node, Defined | Named):
        body = node.value if isinstance(node, Named) else protocol.definitions[node.name].body
        if body is None:
            return None
        node = body
    return node if isinstance(node, Completed) and node.unit not in CLOCK else None


def _is_date(protocol: Protocol, node: Node) -> bool:
    match node:
        case Constant():
            return isinstance(node.value, datetime.date)
        case Fact():
            return isinstance(protocol.items[node.name].kind, Date)
        case Field():
            return isinstance(protocol.row_field(node.rows, node.name).kind, Date)
        case Named():
            return _is_date(protocol, node.value)
        case Defined():
            body = protocol.definitions[node.name].body
            return body is not None and _is_date(protocol, body)
        case Extreme():
            return node.which in ("earlier", "later")
        case _:
            return isinstance(node, RecordTime | Shift | ShiftDays | WindowEnd)


# ---- how far a value lies from a limit


@frozen
class Distance:
    """How far a value lies above a limit (below it: negative), and what counts as near."""

    amount: Fraction
    step: Fraction
    near: Fraction


def side_of(found: Distance | None) -> Side | None:
    """The side of the limit on which a value lies near it; none where it lies farther off."""
    if found is None or abs(found.amount) > found.near:
        return None
    return "at" if found.amount == 0 else "below" if found.amount < 0 else "above"


def distance(limit: Limit, trace: TraceNode) -> Distance | None:
    """How far the value of a traced condition lies from its limit; none where either is not exactly known.

    Days are counted in days, in windows of hours in minutes. A number is near where it differs by no more than one in
    the last decimal with which the limit is written, or by no more than 1% of it if that is more.
    """
    match limit.sort:
        case "count":
            return _count_distance(trace)
        case "completed":
            return _completed_distance(trace)
        case "number":
            return _number_distance(trace)
        case _:
            return _day_distance(limit, trace)


def _count_distance(trace: TraceNode) -> Distance | None:
    node = trace.node
    assert isinstance(node, AtLeast | AtLeastRows)
    of = [each.outcome for each in trace.children] if isinstance(node, AtLeast) else _belonging(trace)
    if any(not isinstance(each, bool) for each in of) or (isinstance(node, AtLeastRows) and trace.outcome is UNKNOWN):
        return None
    amount = Fraction(sum(each is True for each in of) - node.count)
    return Distance(amount, Fraction(1), Fraction(1))


def _belonging(trace: TraceNode) -> list[object]:
    return [record.belongs for record in trace.records]


def _number_distance(trace: TraceNode) -> Distance | None:
    left, right = (_fraction(child.outcome) for child in trace.children)
    if left is None or right is None:
        return None
    node = trace.node
    assert isinstance(node, Compare)
    step = step_of(trace.children[1].outcome)
    titre = isinstance(node.right, Constant) and node.right.unit is not None and node.right.unit.code == TITRE
    if titre:
        # Titres double: beside 1:160 lie 1:80 and 1:320.
        step = right if left >= right else right / 2
    return Distance(left - right, step, max(step, abs(right) / 100))


def step_of(limit: object) -> Fraction:
    """One in the last decimal with which a number is written; of a broken one the hundredth part."""
    match limit:
        case Decimal():
            return Fraction(10) ** min(0, cast(int, limit.as_tuple().exponent))
        case Ratio():
            size = abs(as_fraction(limit)) / 100
            digits = 1 if size == 0 else len(str(floor(1 / size))) if size < 1 else 1
            return Fraction(1, 10**digits)
        case Enclosed():
            return Fraction(1, 100)
        case _:
            return Fraction(1)


def _fraction(value: object) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal | Ratio):
        return as_fraction(value)
    return nearest_fraction(value) if isinstance(value, Enclosed) else None


def _completed_distance(trace: TraceNode) -> Distance | None:
    """By how many days the last day lies behind that on which the number is first reached, or first exceeded."""
    node, counted = trace.node, trace.children[0]
    while isinstance(counted.node, Defined | Named):
        counted = counted.children[0]
    assert isinstance(node, Compare)
    assert isinstance(counted.node, Completed)
    first, last = (child.outcome for child in counted.children)
    number = _fraction(trace.children[1].outcome)
    if number is None or not (isinstance(first, datetime.date) and isinstance(last, datetime.date)):
        return None
    turning = ceil(number) if node.operator in ("≥", "<") else floor(number) + 1
    try:
        reached = shift(first, turning, cast(CalendarUnit, counted.node.unit))
    except (ValueError, OverflowError):
        return None
    assert isinstance(reached, datetime.date)
    return _days(last.toordinal() - reached.toordinal())


def _day_distance(limit: Limit, trace: TraceNode) -> Distance | None:
    node, children = trace.node, trace.children
    if isinstance(node, During):
        bound = children[3] if limit.end == "last" and node.start is not None else children[2]
    elif isinstance(node, Between):
        bound = children[2] if limit.end == "last" else children[1]
    else:
        bound = children[1]
    when = children[0].outcome
    if isinstance(when, Spell):
        when = when.first if limit.end == "last" else when.last
        if limit.end is None and isinstance(children[0].outcome, Spell):
            spell = children[0].outcome
            if not (isinstance(spell.first, datetime.date) and isinstance(bound.outcome, datetime.date)):
                return None
            # A whole course is beside a single day by whichever of its ends is nearer to it.
            when = spell.first if spell.first.toordinal() > bound.outcome.toordinal() else spell.last
    if not (isinstance(when, datetime.date) and isinstance(bound.outcome, datetime.date)):
        return None
    days = when.toordinal() - bound.outcome.toordinal()
    if not limit.minutes:
        return _days(days)
    if not (isinstance(when, DayTime) and isinstance(bound.outcome, DayTime)):
        return None
    return _days(days * 24 * 60 + when.minute - bound.outcome.minute)


def _days(amount: int) -> Distance:
    return Distance(Fraction(amount), Fraction(1), Fraction(1))
