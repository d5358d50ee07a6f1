"""Which of a patient's records stand in a table of the checklist, and how many are left out.

A patient may have hundreds of values in a series. A site and an inspector look for those that lie in the window that
the criterion asks for, and among them for the ones that count; that there are others is told by their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.render.reasons import walk
from protocol_dsl.render.record import Record
from protocol_dsl.semantics import core

MOST_SHOWN: Final = 12
"""So many records stand in a table; of more, those that count come first."""

_DECIDES, _COUNTS, _OTHER, _OUTSIDE = range(4)
_LEFT_OUT: Final = {_DECIDES: "more_count", _COUNTS: "more_count", _OTHER: "more_other", _OUTSIDE: "more_outside"}


@frozen
class Shown:
    """The records of a table, counted from 0, and what is said of the others."""

    rows: tuple[int, ...]
    left_out: tuple[str, ...] = ()


def shown_records(record: Record, rows: str, traces: Sequence[TraceNode], loops: Sequence[core.Loop]) -> Shown:
    """The records of a list that a table shows, where `loops` look at them somewhere under `traces`."""
    count = len(record.rows(rows))
    ranks = dict.fromkeys(range(count), _OUTSIDE)
    looked_at = [each for trace in _loops_under(traces) if trace.node in loops for each in trace.records]
    if not any(each.records.rows.name == rows for each in looked_at):
        # A loop under the records of another one has a result for each of these.
        ranks = dict.fromkeys(ranks, _COUNTS)
    for each in looked_at:
        if each.records.rows.name == rows:
            ranks[each.number - 1] = min(ranks[each.number - 1], _rank(each))
    inside = sorted((at for at in ranks if ranks[at] != _OUTSIDE), key=lambda at: (ranks[at], at))
    chosen = inside[:MOST_SHOWN]
    left_out = Counter(_LEFT_OUT[ranks[at]] for at in ranks if at not in chosen)
    told = (record.words(f"checklist.{key}", n=number) for key, number in sorted(left_out.items()))
    return Shown(tuple(sorted(chosen)), tuple(told))


def recorded_in(record: Record, rows: str, at: int, name: str, traces: Sequence[TraceNode]) -> object:
    """What a value computed from a record (from 0) came out as; nothing where no rule has computed it."""
    for trace in _loops_under(traces):
        for each in trace.records:
            if each.records.rows.name == rows and each.number == at + 1:
                for part in (each.member, each.body):
                    found = None if part is None else _named(part, name)
                    if found is not None:
                        return found.outcome
    return None


def _loops_under(traces: Iterable[TraceNode]) -> Iterator[TraceNode]:
    return (each for trace in traces for each in walk(trace) if isinstance(each.node, core.LOOPS))


def _named(trace: TraceNode, name: str) -> TraceNode | None:
    return next((each for each in walk(trace) if isinstance(each.node, core.Named) and each.node.name == name), None)


def _rank(each: RecordTrace) -> int:
    if each.belongs is not False:
        decides = each.taken and (each.body is None or each.body.outcome is not True)
        return _DECIDES if decides else _COUNTS
    assert each.member is not None
    return _OUTSIDE if any(map(_is_outside, _parts(each.member))) else _OTHER


def _is_outside(part: TraceNode) -> bool:
    """Whether it is the window in which a record has to lie, and it does not."""
    node = part.node
    window = isinstance(node, core.During | core.Between) and isinstance(node.date, core.Field | core.RecordTime)
    return window and part.outcome is False


def _parts(member: TraceNode) -> Iterator[TraceNode]:
    """The conditions that a record has to meet, all of them, to belong."""
    if isinstance(member.node, core.All):
        for part in member.children:
            yield from _parts(part)
    else:
        yield member
