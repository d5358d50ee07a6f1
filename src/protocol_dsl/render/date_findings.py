"""Dates in words: how far off they are, and what each day of one that is known in part would do."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.day_by_day import truth_by_day
from protocol_dsl.render.reasons import Part, by_clock
from protocol_dsl.render.record import Record
from protocol_dsl.render.showing import shown, whole_day
from protocol_dsl.semantics import core
from protocol_dsl.values import PartialDate, Unknown

_MOST_RUNS: Final = 6


class DateFindings:
    """Tells the dates of one patient."""

    def __init__(self, record: Record):
        self.record = record
        self.words = record.words

    def found(self, part: Part) -> str:
        """The date and how far off it is."""
        trace = part.trace
        date = trace.children[0]
        value = self.record.told(date)
        distance = self._days_off(trace)
        return self.words("joint.beside", first=value, second=distance) if distance else value

    def _days_off(self, trace: TraceNode) -> str:
        date, node = trace.children[0].outcome, trace.node
        if not isinstance(date, datetime.date) or by_clock(node):
            return ""
        if isinstance(node, core.Compare):
            return self._from_other_day(date, trace.children[1])
        first, last = window_of(trace)[1:] if isinstance(node, core.During) else (c.outcome for c in trace.children[1:])
        if isinstance(first, datetime.date) and date < first:
            days = (first - date).days
            return self.words("distance.before_first", n=days, days=f"{days:,}" if days >= 10_000 else days)
        if isinstance(last, datetime.date) and date > last:
            days = (date - last).days
            return self.words("distance.after_last", n=days, days=f"{days:,}" if days >= 10_000 else days)
        if trace.outcome is False and date in (first, last):
            return self.words("distance.on_excluded_end")
        return self.words("distance.in_window") if trace.outcome is True else ""

    def _from_other_day(self, date: datetime.date, right: TraceNode) -> str:
        other = right.outcome
        name = shown(self.record.said(right.node))
        if not isinstance(other, datetime.date):
            return self.words("joint.labelled", label=name, text=self.record.told(right))
        told = self.words.day(other)
        if not isinstance(right.node, core.Constant):
            told = self.words("joint.beside", first=name, second=told)
        days = (date - other).days
        if days == 0:
            return self.words("distance.same", other=told)
        return self.words("distance.after" if days > 0 else "distance.before", n=abs(days), days=abs(days), other=told)

    def by_day(self, part: Part, fact: core.Fact | core.Field, value: PartialDate) -> Iterator[str]:
        """Which of the days that it may be would pass, and which would fail."""
        runs = truth_by_day(part.trace, fact, value.days)
        if not 1 < len(runs) <= _MOST_RUNS or any(isinstance(truth, Unknown) for *_, truth in runs):
            return
        by_month = value.days[0].month == value.days[-1].month and value.days[0].year == value.days[-1].year
        told = []
        for first, last, truth in runs:
            does = "pass" if truth is part.wanted else "fail"
            if (does == "pass" and not part.sufficient) or (does == "fail" and not part.necessary):
                continue
            told.append(self.words(f"would.would_{does}", what=self._days(first, last, by_month)))
        if told:
            yield self.words.sentence(self.words.clauses(told))

    def _days(self, first: datetime.date, last: datetime.date, by_month: bool) -> str:
        if by_month:
            if first == last:
                return self.words("would.day_one", first=self.words.ordinal(first))
            return self.words("would.day_from_to", first=self.words.ordinal(first), last=self.words.ordinal(last))
        ends = [self.words("date.day_of_month", day=day.day, month=self.words.month_name(day)) for day in (first, last)]
        return ends[0] if first == last else self.words("would.from_to", first=ends[0], last=ends[1])


def window_of(trace: TraceNode) -> tuple[TraceNode, object, object]:
    """The anchor of a window and the days of its ends; `None` for an end that is open."""
    node = trace.node
    assert isinstance(node, core.During)
    ends = [end.outcome if by_clock(node) else whole_day(end.outcome) for end in trace.children[2:]]
    first = ends.pop(0) if node.start is not None else None
    last = ends.pop(0) if node.end is not None else None
    return trace.children[1], first, last
