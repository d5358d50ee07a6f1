"""What was found among the records of a series, for the sentences of a rule that look at them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Final

from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.render.reasons import Part, leaves, parts_of, taken_by
from protocol_dsl.render.record import Record
from protocol_dsl.render.record_words import MOST_RECORDS
from protocol_dsl.semantics import core
from protocol_dsl.values import Spell, Unknown

Told = Callable[[Part], str]
_MOST_FAILING: Final = 3


class SeriesFindings:
    """Tells loops over records; `told` tells a sentence about one record."""

    def __init__(self, record: Record, told: Told):
        self.record = record
        self.words = record.words
        self.series = record.series
        self._told = told

    def found(self, part: Part) -> str:
        """What was found of the records."""
        trace, node = part.trace, part.trace.node
        assert isinstance(node, core.LOOPS)
        missing = self.series.unrecorded(node)
        if missing and isinstance(trace.outcome, Unknown):
            return self.words.clauses([*missing, *self._beside_missing(trace)])
        match node:
            case core.AtLeastRows():
                return self._counted(part, node)
            case core.Every():
                return self._every(part, node)
            case core.Chosen():
                return self._chosen(part, node)
            case core.Consecutive():
                return self._consecutive(trace, node)
            case core.Stable():
                return self._stable(trace, node)
        raise AssertionError("a number is no condition")

    def _beside_missing(self, trace: TraceNode) -> list[str]:
        """Of several lists, what the recorded ones hold."""
        counted = [each for each in trace.records if each.belongs is True]
        return [self.series.listed(counted)] if counted else []

    # ---- counts -----------------------------------------------------------------------------------------------------

    def _counted(self, part: Part, node: core.AtLeastRows) -> str:
        trace = part.trace
        counted = [each for each in trace.records if each.belongs is True]
        possible = [each for each in trace.records if isinstance(each.belongs, Unknown)]
        told = []
        if counted:
            listed = self._with_windows(counted)
            many = len(counted) > 1 or node.count > 1
            told.append(self.words("records.count", n=len(counted), listed=listed) if many else listed)
        if possible and (part.status == "open" or not counted):
            told.append(self.words("records.may_count", listed=self._with_windows(possible)))
        if not told:
            told.append(self.series.none(trace))
        if node.apart is not None and len(counted) >= node.count and trace.outcome is False:
            told.append(self.words("records.too_near"))
        elif node.count > 1:
            limit = node.count if part.wanted else node.count - 1
            key = "count_at_least" if part.wanted else "count_at_most"
            told.append(self.words(f"rows.{key}", n=limit))
        return self.words.clauses(told)

    def _with_windows(self, records: list[RecordTrace]) -> str:
        told = []
        for each in records[:MOST_RECORDS]:
            own = self.series.own_window(each)
            text = self.series.described(each)
            told.append(self.words("record_label.with_window", record=text, window=own) if own else text)
        if len(records) > MOST_RECORDS:
            told.append(self.words("needed.more", count=self.words.count(len(records) - MOST_RECORDS)))
        return self.words.clauses(told)

    def each_counted(self, trace: TraceNode) -> str:
        """Of counts in one period after the other, what was found in each."""
        told = []
        if not any(child.records for child in trace.children) and not self._unrecorded_in(trace):
            return self.series.none(trace.children[0])
        for child in trace.children:
            node = child.node
            assert isinstance(node, core.AtLeastRows)
            span = self.series.span(node)
            counted = [each for each in child.records if each.belongs is True]
            possible = [each for each in child.records if isinstance(each.belongs, Unknown)]
            missing = self.series.unrecorded(node)
            if missing:
                return self.words.clauses(missing)
            found = self.series.listed(counted, 2) if counted else self.words("value.none")
            if not counted and possible:
                found = self.words("records.may_count", listed=self.series.listed(possible, 2))
            told.append(self.words("joint.labelled", label=span, text=found) if span else found)
        return self.words.clauses(told)

    def _unrecorded_in(self, trace: TraceNode) -> bool:
        loops = [child.node for child in trace.children if isinstance(child.node, core.AtLeastRows)]
        return any(self.series.unrecorded(loop) for loop in loops)

    # ---- each -------------------------------------------------------------------------------------------------------

    def _every(self, part: Part, node: core.Every) -> str:
        trace = part.trace
        members = [each for each in trace.records if each.belongs is not False]
        if not members:
            none = self.series.none(trace)
            return self.words("records.vacuous", none=none) if node.if_any and trace.outcome is True else none
        bodies = [(each, each.body.outcome) for each in members if each.body is not None]
        if trace.outcome is True:
            listed = self.series.listed(members)
            return self.words("records.all_meet", n=len(members), listed=listed)
        failing = [each for each, outcome in bodies if outcome is False and each.belongs is True]
        if failing:
            return self._each_told(failing)
        unsettled = [each for each, outcome in bodies if outcome is not True or each.belongs is not True]
        return self._each_told(unsettled)

    def _each_told(self, records: list[RecordTrace], wanted: bool = True) -> str:
        told = [self._of_record(each, wanted) for each in records[:_MOST_FAILING]]
        if len(records) > _MOST_FAILING:
            told.append(self.words("needed.more", count=self.words.count(len(records) - _MOST_FAILING)))
        return self.words.clauses(told)

    def _of_record(self, record: RecordTrace, wanted: bool) -> str:
        """What was found in one record."""
        assert record.body is not None
        if isinstance(record.belongs, Unknown):
            return self.words("records.may_count", listed=self.series.described(record))
        body = record.body
        parts = parts_of(body, wanted)
        deciding = [part for part in leaves(parts) if part.status != "holds"]
        if len(deciding) == 1 and isinstance(deciding[0].trace.node, core.Compare):
            one = deciding[0]
            picked = Part(one.trace, one.wanted, one.stated, one.stated_wanted, picks=(record,))
            with self.record.looking_at((record,)):
                left = one.trace.children[0].node
                if self.record.subject(left) is not None:
                    return self._told(picked)
        return self.series.described(record)

    # ---- one --------------------------------------------------------------------------------------------------------

    def _chosen(self, part: Part, node: core.Chosen) -> str:
        candidates = taken_by(part.trace)
        if not candidates:
            alone = [each for each in part.trace.records if each.belongs is not False]
            if alone:
                return self.words("records.none_before", listed=self.series.listed(alone))
            return self.series.none(part.trace)
        told = []
        for each in candidates[:_MOST_FAILING]:
            assert each.body is not None
            picks = (*part.picks, each)
            inner = parts_of(each.body, part.wanted, picks=picks)
            with self.record.looking_at(picks):
                found = self.words.clauses(dict.fromkeys(self._told(one) for one in leaves(inner)))
            told.append(found)
        told = list(dict.fromkeys(told))
        ended = self.words.joined(self.words.sentence(text) for text in told)
        listed = self.words.clauses(told) if len(told) < 2 else self.words.unended(ended)
        if len(candidates) > _MOST_FAILING:
            more = self.words("needed.more", count=self.words.count(len(candidates) - _MOST_FAILING))
            listed = self.words.clauses([listed, more])
        if len(candidates) == 1:
            return self.words("records.may_count", listed=listed)
        key = "may_be" if isinstance(part.trace.outcome, Unknown) else "either"
        return self.words(f"records.{key}", which=self.words(f"which.{node.which}"), listed=listed)

    # ---- in a row ---------------------------------------------------------------------------------------------------

    def _consecutive(self, trace: TraceNode, node: core.Consecutive) -> str:
        members = [each for each in trace.records if each.belongs is not False]
        if not members:
            return self.series.none(trace)
        in_order = self._in_order(members)
        if in_order is None:
            return self.series.listed(members)
        truths = [each.body.outcome if each.body is not None else None for each in in_order]
        if node.apart is not None:
            return self._spaced_run(trace, node, in_order, truths)
        if trace.outcome is True:
            for at in range(len(in_order) - node.count + 1):
                if all(truth is True for truth in truths[at : at + node.count]):
                    return self.words("records.run", listed=self.series.listed(in_order[at : at + node.count]))
        return self.series.listed(in_order)

    def _spaced_run(
        self, trace: TraceNode, node: core.Consecutive, in_order: list[RecordTrace], truths: list[object]
    ) -> str:
        """What was found of records that have to be so far apart; a run that is long enough, but too near."""
        listed = self.series.listed(in_order)
        runs = (truths[at : at + node.count] for at in range(len(truths) - node.count + 1))
        if trace.outcome is False and any(all(truth is True for truth in run) for run in runs):
            return self.words.clauses([listed, self.words("records.too_near")])
        return listed

    def _in_order(self, members: list[RecordTrace]) -> list[RecordTrace] | None:
        """The records in the order of time, where that is certain to the day."""
        if any(each.belongs is not True for each in members):
            return None
        days = [each.key.outcome if each.key is not None else None for each in members]
        if not all(type(day) is datetime.date for day in days) or len(set(days)) < len(days):
            dated = all(isinstance(day, datetime.date) and type(day) is not datetime.date for day in days)
            if not dated or len(set(map(_moment, days))) < len(days):
                return None
        return sorted(members, key=lambda each: _moment(each.key.outcome if each.key is not None else None))

    # ---- all the time -----------------------------------------------------------------------------------------------

    def _stable(self, trace: TraceNode, node: core.Stable) -> str:
        members = [each for each in trace.records if each.belongs is not False]
        if not members:
            return self.series.none(trace)
        there = self.series.overlapping(trace, members)
        told = [self.series.listed(there or members)]
        if trace.outcome is False and all(each.belongs is True for each in members):
            gap = self._first_gap(trace, members)
            if gap is not None:
                told.append(self.words("records.gap", noun=self.series.noun(node.records[0]), day=self.words.day(gap)))
        return self.words.clauses(told)

    def _first_gap(self, trace: TraceNode, members: list[RecordTrace]) -> datetime.date | None:
        """The first day on which certainly no record is there."""
        first, last = (end.outcome for end in trace.children[:2])
        if not isinstance(first, datetime.date) or not isinstance(last, datetime.date):
            return None
        spells = [each.key.outcome for each in members if each.key is not None]
        if len(spells) < len(members) or not all(isinstance(spell, Spell) for spell in spells):
            return None
        extents = sorted((b[0], b[3]) for spell in spells if isinstance(spell, Spell) and (b := spell.bounds(1)))
        day = first.toordinal()
        for start, end in extents:
            if start > day:
                break
            day = max(day, end + 1)
        return datetime.date.fromordinal(day) if day <= last.toordinal() else None


def _moment(day: object) -> tuple[int, int]:
    assert isinstance(day, datetime.date)
    return day.toordinal(), getattr(day, "minute", 0)
