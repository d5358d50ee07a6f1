"""Windows of time in words: their days, as far as they are the same for every record."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from attrs import frozen

from protocol_dsl.evaluate.operations import CLOCK
from protocol_dsl.evaluate.steps import around, parts_of
from protocol_dsl.render.day_by_day import shifted
from protocol_dsl.render.reasons import by_clock
from protocol_dsl.render.showing import whole_day
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import DATE, END, START
from protocol_dsl.values import DayTime, Unknown, earlier_of, later_of

if TYPE_CHECKING:
    from protocol_dsl.render.record import Record

_MOST_NODES: Final = 10_000
TIMES_OF_RECORDS: Final = (DATE, START, END)


@frozen
class Days:
    """The first and the last day of a window, `None` for an open end, and whether they are in it."""

    first: object
    last: object
    first_in: bool
    last_in: bool
    anchor: str
    """What the window is measured from, in the author's words."""
    clock: bool = False

    @property
    def known(self) -> bool:
        """Whether the ends are days, or times where these count."""
        kind = DayTime if self.clock else datetime.date
        return all(end is None or isinstance(end, kind) for end in (self.first, self.last))


class WindowWords:
    """Tells the windows of one patient."""

    def __init__(self, record: Record):
        self._record = record
        self._words = record.words

    @cached_property
    def timed(self) -> frozenset[tuple[str, str]]:
        """The dates of which the time of day counts: each by its list, or none, and its name."""
        protocol = self._record.protocol
        waiting: list[core.Node] = [body for each in protocol.definitions.values() if (body := each.body) is not None]
        waiting += [part for each in protocol.criteria for part in (each.applies_if, each.rule) if part is not None]
        found: set[tuple[str, str]] = set()
        while waiting:
            node = waiting.pop()
            waiting += parts_of(node)
            for date in _read_by_clock(node):
                found.update(_dates_under(date))
        return frozenset(found)

    def day(self, node: core.Node) -> object:
        """A day that depends on no record; `None` for one that does."""
        match node:
            case core.Fact(name):
                return self._record.value(name)
            case core.Constant(value):
                return value
            case core.Shift(date, amount, unit):
                day = self.day(date)
                return day if day is None or isinstance(day, Unknown) else shifted(day, amount, unit)
            case core.Extreme(which, dates) if which in ("earlier", "later"):
                days = [self.day(date) for date in dates]
                if any(day is None for day in days):
                    return None
                return (earlier_of if which == "earlier" else later_of)(*days)  # type: ignore[arg-type]
            case core.Defined(name):
                body = self._record.protocol.definitions[name].body
                return None if body is None else self.day(body)
            case core.Named(value=value):
                return self.day(value)
            case _:
                return None

    def days(self, node: core.Node) -> Days | None:
        """The days of a window; nothing for one whose days differ from record to record."""
        match node:
            case core.During(_, anchor, start, end, first_in, last_in):
                ends = [None if end is None else self.day(end) for end in (start, end)]
                if any(day is None and end is not None for day, end in zip(ends, (start, end), strict=True)):
                    return None
                clock = by_clock(node)
                first, last = ends if clock else [whole_day(end) for end in ends]
                return Days(first, last, first_in, last_in, anchor.words, clock)
            case core.Between(_, first_node, last_node, included):
                return self.between(first_node, last_node, included)
            case _:
                return None

    def between(self, first: core.Node, last: core.Node, included: bool = True) -> Days | None:
        """The days from one day to another."""
        ends = [whole_day(self.day(end)) for end in (first, last)]
        if any(end is None for end in ends):
            return None
        unclear = (each for each, day in zip((first, last), ends, strict=True) if not isinstance(day, datetime.date))
        missing = next(unclear, first)
        return Days(ends[0], ends[1], included, included, _innermost(missing).words)

    def phrase(self, days: Days) -> str:
        """ "from 16 September 2025 to 16 March 2026"; nothing where the days are not known."""
        if not days.known:
            return ""
        ends = [self._words.day(end) for end in (days.first, days.last) if isinstance(end, datetime.date)]
        if days.first is not None and days.last is not None:
            both = (days.first_in, days.last_in)
            if ends[0] == ends[1] and all(both):
                return self._words("span.on", day=ends[0])
            key = {(True, True): "from_to", (False, True): "after_to", (True, False): "from_before"}.get(both, "inside")
            return self._words(f"span.{key}", first=ends[0], last=ends[1])
        if days.first is not None:
            return self._words("span.from" if days.first_in else "span.after", first=ends[0])
        return self._words("span.until" if days.last_in else "span.before", last=ends[0])

    def windows_of(self, node: core.Node) -> dict[Days, str]:
        """The windows in which a rule looks for records, each once, with the words of it."""
        found: dict[Days, str] = {}
        for loop in loops_in(node, self._record.protocol):
            if isinstance(loop, core.Stable | core.Aggregate) and (ends := around(loop)):
                days = self.between(ends[0], ends[-1])
                if days is not None:
                    found.setdefault(days, loop.words)
            for records in loop.records:
                for part in conjuncts(records.member):
                    days = self.days(part)
                    if days is not None and not isinstance(part, core.Not):
                        found.setdefault(days, part.words)
        return found


def _innermost(node: core.Node) -> core.Node:
    return _innermost(node.date) if isinstance(node, core.Shift) else node


def _read_by_clock(node: core.Node) -> list[core.Node]:
    """The dates that a node reads with their times of day."""
    match node:
        case core.During(date, anchor) if by_clock(node):
            return [date, anchor]
        case core.Completed(unit=unit) if unit in CLOCK:
            return list(parts_of(node))
        case core.Aggregate(records=records, pick=core.Pick(within=within)) if within is not None:
            return [each.key for each in records if each.key is not None]
        case core.AtLeastRows(records=records, apart=(_, unit)) | core.Consecutive(records=records, apart=(_, unit)):
            return [each.key for each in records if each.key is not None and unit in CLOCK]
        case _:
            return []


def _dates_under(date: core.Node) -> Iterator[tuple[str, str]]:
    waiting = [date]
    while waiting:
        node = waiting.pop()
        waiting += parts_of(node)
        match node:
            case core.Fact(name):
                yield "", name
            case core.Field(rows, name):
                yield rows, name
            case core.RecordTime(rows=rows):
                yield from ((rows, name) for name in TIMES_OF_RECORDS)


def conjuncts(member: core.Node | None) -> Iterator[core.Node]:
    """The conditions that a record has to meet, all of them, to belong."""
    if isinstance(member, core.All):
        for part in member.conditions:
            yield from conjuncts(part)
    elif member is not None:
        yield member


def loops_in(node: core.Node, protocol: Protocol) -> Iterator[core.Loop]:
    """The loops over records in a rule, in the values that it compares and in the definitions that it uses."""
    waiting: deque[core.Node] = deque([node])
    defined: set[str] = set()
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        each = waiting.popleft()
        if isinstance(each, core.LOOPS):
            yield each
        if isinstance(each, core.Defined) and each.name not in defined:
            defined.add(each.name)
            body = protocol.definitions[each.name].body
            waiting.extend([body] if body is not None else [])
        waiting.extend(parts_of(each))
