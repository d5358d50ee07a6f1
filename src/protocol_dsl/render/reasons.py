"""Which parts of a rule decided a criterion, which are open, and which hold.

A rule is taken apart only where its parts are sentences of their own; what a limit by case, a range or `exactly 2`
comes down to in the core stays one sentence. A part is looked at from one side: `wanted` is the truth with which it
lets the patient pass, so that exclusions, `not` and `none of` need no reading of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias, assert_never

from attrs import evolve, frozen

from protocol_dsl.evaluate.operations import CLOCK
from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.semantics import core
from protocol_dsl.syntax.words_of import unless_words
from protocol_dsl.values import Unknown

Status: TypeAlias = Literal["holds", "fails", "open"]

_DEEPEST_DEFINITION: Final = 3
"""Conditions defined by conditions, and these by others, are taken apart so far; deeper ones stand by their names."""


@frozen
class Part:
    """A sentence of a rule, with what its truth does.

    `trace` is what is looked at, `stated` the node whose words state it (`not X` above X), `stated_wanted` the truth
    that is wanted of those words. `sufficient`: with it the criterion passes; `necessary`: without it, it fails.
    `because`: parts of an `if` that made this part count. `members`: the parts of a list that has to be told as a
    whole, since no part alone decided it. `picks`: the records that were taken for it, by `whole`, the outermost loop.
    """

    trace: TraceNode
    wanted: bool
    stated: TraceNode
    stated_wanted: bool
    sufficient: bool = True
    necessary: bool = True
    because: tuple[Part, ...] = ()
    members: tuple[Part, ...] = ()
    definitions: int = 0
    picks: tuple[RecordTrace, ...] = ()
    whole: TraceNode | None = None

    @property
    def asked(self) -> TraceNode:
        """The condition with the loop that took the records, where there is one."""
        return self.whole if self.whole is not None else self.trace

    @property
    def status(self) -> Status:
        return status_of(self.trace.outcome, self.wanted)

    @property
    def words(self) -> str:
        return self.stated.node.words


def status_of(outcome: object, wanted: bool) -> Status:
    """Whether an outcome is the wanted one."""
    if isinstance(outcome, Unknown):
        return "open"
    return "holds" if outcome is wanted else "fails"


def parts_of(
    trace: TraceNode, wanted: bool = True, *, definitions: int = 0, picks: tuple[RecordTrace, ...] = ()
) -> tuple[Part, ...]:
    """The parts of a rule, in the order in which they are written; `definitions`: how many it lies within."""
    return tuple(_parts(Part(trace, wanted, trace, wanted, definitions=definitions, picks=picks)))


def leaves(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts without those that only gather others."""
    for part in parts:
        if part.members:
            yield from leaves(part.members)
        else:
            yield part


def _parts(part: Part) -> Iterator[Part]:
    trace = part.trace
    match trace.node:
        case core.Not():
            yield from _parts(evolve(part, trace=trace.children[0], wanted=not part.wanted))
        case core.Defined() if part.definitions < _DEEPEST_DEFINITION:
            yield from _parts(evolve(part, trace=trace.children[0], definitions=part.definitions + 1))
        case core.All(conditions) | core.AtLeast(conditions=conditions):
            if not conditions:
                return
            if is_one_sentence(trace):
                yield part
            else:
                yield from _list(part)
        case core.If():
            yield from _case(part)
        case core.Chosen() if (pick := only_pick(trace)) is not None and pick.body is not None:
            stated = pick.body if part.stated is trace else part.stated
            picks, whole = (*part.picks, pick), part.whole or trace
            yield from _parts(evolve(part, trace=pick.body, stated=stated, picks=picks, whole=whole))
        case (
            core.Fact()
            | core.Field()
            | core.Compare()
            | core.Member()
            | core.During()
            | core.Between()
            | core.Agreement()
            | core.Recorded()
            | core.Known()
            | core.Every()
            | core.AtLeastRows()
            | core.Defined()
            | core.Includes()
            | core.Chosen()
            | core.Consecutive()
            | core.Stable()
        ):
            yield part
        case (
            core.Constant()
            | core.Arithmetic()
            | core.Power()
            | core.Rounded()
            | core.Completed()
            | core.Shift()
            | core.Extreme()
            | core.RecordTime()
            | core.InUnit()
            | core.Named()
            | core.ShiftDays()
            | core.WindowEnd()
            | core.Aggregate()
        ):
            raise AssertionError("a value is no condition")
        case _:
            assert_never(trace.node)


def is_one_sentence(trace: TraceNode) -> bool:
    """Whether the conditions are what one sentence, such as a range, comes down to."""
    nodes = [child.node for child in trace.children]
    if any(node.words == trace.node.words for node in nodes):
        return True
    if len(nodes) > 1 and all(
        isinstance(node, core.AtLeastRows) and node.origin == trace.node.origin for node in nodes
    ):
        return True
    limits = [node for node in nodes if isinstance(node, core.Compare)]
    same_subject = len(limits) == len(nodes) and all(node.left == limits[0].left for node in limits)
    return same_subject and len(nodes) > 1 and all(node.origin == trace.node.origin for node in nodes)


def counted_in(trace: TraceNode) -> TraceNode | None:
    """What `exactly 2 of` counts: in the core it is at least 2, and not at least 3, of the same."""
    node = trace.node
    if not isinstance(node, core.All) or not node.conditions or node.conditions[0].words != node.words:
        return None
    first = trace.children[0]
    return first if isinstance(first.node, core.AtLeast | core.AtLeastRows) else None


def exception_of(trace: TraceNode) -> TraceNode | None:
    """The C of a rule that ends in `unless C`: in the core, an exclusion is rule and not C, an inclusion rule or C."""
    if len(trace.children) != 2:
        return None
    rule, last = trace.children
    inner = last.children[0] if isinstance(last.node, core.Not) and isinstance(trace.node, core.All) else last
    # A part that ends in a list is printed in brackets.
    rules, exceptions = ((side.node.words, f"({side.node.words})") for side in (rule, inner))
    said = (unless_words(first, second) for first in rules for second in exceptions)
    return inner if trace.node.words in said else None


def by_clock(node: core.Node) -> bool:
    """Whether a window is measured in hours or minutes."""
    ends = (node.start, node.end) if isinstance(node, core.During) else ()
    return any(isinstance(end, core.Shift) and end.unit in CLOCK for end in ends)


def _list(part: Part) -> Iterator[Part]:
    """The conditions of a list. Where each is needed every one stands for itself, else the list is told as a whole."""
    trace, wanted = part.trace, part.wanted
    needed = _needed(trace, wanted)
    children = trace.children
    states = [status_of(child.outcome, wanted) for child in children]
    if needed == len(children):
        alone = states.count("open") + states.count("fails") <= 1
        for child in children:
            yield from _parts(_child(part, child, sufficient=part.sufficient and alone))
        return
    if part.status == "holds" and "holds" in states:
        for child, state in zip(children, states, strict=True):
            if state == "holds":
                yield from _parts(_child(part, child))
        return
    missing = needed - states.count("holds")
    decides = states.count("open") == missing
    sufficient, necessary = part.sufficient and missing == 1, part.necessary and decides
    members = [
        inner
        for child in children
        for inner in _deciding(_child(part, child, sufficient=sufficient, necessary=necessary))
    ]
    yield evolve(part, members=tuple(members))


def _deciding(part: Part) -> Iterator[Part]:
    """The parts that still matter: of one that is decided, no open ones, which can't change it."""
    if part.status == "open":
        yield from _parts(part)
    else:
        yield from (each for each in leaves(_parts(part)) if each.status == part.status)


def _needed(trace: TraceNode, wanted: bool) -> int:
    """How many conditions must turn out as wanted for the list to do so."""
    node = trace.node
    count = node.count if isinstance(node, core.AtLeast) else len(trace.children)
    return count if wanted else len(trace.children) - count + 1


def _child(part: Part, child: TraceNode, sufficient: bool | None = None, necessary: bool | None = None) -> Part:
    wanted = part.wanted
    if isinstance(child.node, core.Not) and exception_of(part.trace) is child.children[0]:
        # An exception is written without the `not` that it has in the core.
        child, wanted = child.children[0], not wanted
    return Part(
        child,
        wanted,
        child,
        wanted,
        part.sufficient if sufficient is None else sufficient,
        part.necessary if necessary is None else necessary,
        definitions=part.definitions,
        picks=part.picks,
        whole=part.whole,
    )


def _case(part: Part) -> Iterator[Part]:
    """An `if`: the branch that counts, told with the reason why it does; both where that is open."""
    condition, then, *rest = part.trace.children
    otherwise = rest[0] if rest else None
    if is_about_unit(condition) and otherwise is not None:
        # Which limit counts goes by the unit of the report, which is told with the value.
        yield from _parts(evolve(part, trace=then if condition.outcome is True else otherwise))
        return
    if isinstance(condition.outcome, Unknown):
        yield from _open_case(part, condition, then, otherwise)
        return
    because = tuple(_because(condition, part))
    branch = then if condition.outcome is True else otherwise
    if branch is None:
        # Nothing is asked of this patient: the condition itself is what is told.
        yield evolve(part, members=because)
        return
    inner = list(_parts(evolve(part, trace=branch, because=())))
    # Of several sentences one tells why they count: the first of those that decide.
    telling = min(range(len(inner)), key=lambda at: ("fails", "open", "holds").index(inner[at].status))
    for at, each in enumerate(inner):
        yield evolve(each, because=(*part.because, *because, *each.because)) if at == telling else each


def asks_nothing(part: Part) -> bool:
    """Whether it is an `if` that does not concern this patient; its members then are the reasons."""
    return isinstance(part.trace.node, core.If) and part.trace.children[0].outcome is False and bool(part.members)


def is_about_unit(condition: TraceNode) -> bool:
    """Whether a condition asks in which of two units a quantity is reported."""
    return isinstance(condition.node, core.Recorded) and isinstance(condition.node.value, core.InUnit)


def _because(condition: TraceNode, of: Part) -> Iterator[Part]:
    """The parts of a decided condition that made it what it is."""
    for part in _parts(_beside(of, condition, condition.outcome is True)):
        if part.status == "holds":
            yield part


def _beside(part: Part, trace: TraceNode, wanted: bool) -> Part:
    """A condition within a part, looked at by itself."""
    return Part(trace, wanted, trace, wanted, picks=part.picks, whole=part.whole)


def only_pick(trace: TraceNode) -> RecordTrace | None:
    """The record that a loop certainly chose."""
    taken = taken_by(trace)
    return taken[0] if len(taken) == 1 and taken[0].belongs is True else None


def taken_by(trace: TraceNode) -> list[RecordTrace]:
    """The records that may be the one that a loop chose."""
    return [each for each in trace.records if each.taken and each.belongs is not False]


def _open_case(part: Part, condition: TraceNode, then: TraceNode, otherwise: TraceNode | None) -> Iterator[Part]:
    """An `if` of which it is open whether its condition holds: all that is open in it may matter."""
    if part.status != "open":
        # Both branches agree, so the condition does not matter: what made each of them what it is.
        if otherwise is None:
            yield from _parts(evolve(part, trace=then))
            return
        agreeing = [
            evolve(each, because=())
            for branch in (then, otherwise)
            for each in leaves(_deciding(_beside(part, branch, part.wanted)))
        ]
        yield evolve(part, members=tuple(agreeing))
        return
    asked = [
        evolve(each, sufficient=False, necessary=False)
        for each in leaves(_parts(_beside(part, condition, True)))
        if each.status == "open"
    ]
    branches = [
        evolve(each, sufficient=False, necessary=False, because=())
        for branch in (then, otherwise)
        if branch is not None and status_of(branch.outcome, part.wanted) != "holds"
        for each in leaves(_deciding(_beside(part, branch, part.wanted)))
        if each.status != "holds"
    ]
    yield evolve(part, members=(*asked, *branches))


def named_facts(trace: TraceNode) -> tuple[core.Fact | core.Field, ...]:
    """The facts and fields that a trace reads, each once, in order."""
    found: dict[tuple[str, ...], core.Fact | core.Field] = {}
    for node in walk(trace):
        match node.node:
            case core.Fact(name) as fact:
                found.setdefault((name,), fact)
            case core.Field(rows, name, row) as field:
                found.setdefault((rows, name, str(row)), field)
            case _:
                pass
    return tuple(found.values())


def walk(trace: TraceNode) -> Iterator[TraceNode]:
    """A trace and all that is under it, rows left out; what several definitions share is met once."""
    seen: set[int] = set()
    waiting = [trace]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(reversed(node.children))


def walk_rows(trace: TraceNode) -> Iterator[TraceNode]:
    """A trace and all that is under it, the rows of lists included."""
    parts_of_times: set[int] = set()
    for node in walk(trace):
        if id(node) in parts_of_times:
            continue
        yield node
        if isinstance(node.node, core.RecordTime):
            # Its fields are told as one time.
            parts_of_times.update(id(child) for child in node.children)
        for record in node.records:
            for part in (record.member, record.body, record.key):
                if part is not None:
                    yield from walk_rows(part)
