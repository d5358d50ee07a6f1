"""What was required, what was found and how far off it is, for one sentence of a rule.

One class tells all three, since each leaves out what the others say.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.date_findings import DateFindings, window_of
from protocol_dsl.render.day_by_day import partial_date
from protocol_dsl.render.reasons import Part, by_clock, counted_in, leaves, named_facts, parts_of, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import RowTables, goes_over_series
from protocol_dsl.render.series_findings import SeriesFindings
from protocol_dsl.render.showing import (
    NO_BREAK,
    NUMBERS,
    capital,
    difference_text,
    fraction_of,
    shown,
)
from protocol_dsl.render.window_words import Days
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import LOWER, UPPER
from protocol_dsl.values import (
    PERCENTILE,
    TITRE,
    WEEKS_AND_DAYS,
    DayTime,
    Interval,
    PartialDate,
    Unit,
    Unknown,
    parse_unit,
)

_NO_DISTANCE: Final = (TITRE, PERCENTILE)
"""Units in which a difference says nothing."""
_LIMITS: Final = {"≥": "at_least", "≤": "at_most", ">": "above", "<": "below"}


class Findings:
    """Tells the parts of the rules of one patient."""

    def __init__(self, record: Record):
        self.record = record
        self.words = record.words
        self.tables = RowTables(record)
        self.dates = DateFindings(record)
        self.series = SeriesFindings(record, self.told_of_record)
        self.windows = record.series.windows

    # ---- what is required -------------------------------------------------------------------------------------------

    def required(self, part: Part) -> list[str]:
        """The rule with this patient's dates, in paragraphs."""
        trace = part.trace
        looked_in = list(self._looked_in(part))
        if isinstance(trace.node, core.During):
            if _is_duration(trace):
                return [self.words.ended(shown(self.record.said(part.words), 1000)), *looked_in]
            anchor, first, last = window_of(trace)
            if part.stated is trace and part.status == "open" and isinstance(trace.children[0].outcome, PartialDate):
                short = self._short_window(trace.node, first, last)
                if short:
                    return [short]
            own = self._window_sentence(_days_of(trace.node, anchor, first, last))
            return [self.words.ended(shown(self.record.said(part.words), 1000)), *looked_in, *own]
        windows = [each.trace for each in leaves(part.members) if isinstance(each.trace.node, core.During)]
        windows = list({window.node: window for window in windows}.values())
        return [
            self.words.ended(shown(self.record.said(part.words), 2000)),
            *self._months_sentence(trace),
            *looked_in,
            *(told for window in windows for told in self._member_window(window, alone=len(windows) == 1)),
        ]

    def _member_window(self, trace: TraceNode, alone: bool) -> Iterator[str]:
        """The days of a window that is one condition of several; of several windows each is named."""
        assert isinstance(trace.node, core.During)
        days = _days_of(trace.node, *window_of(trace))
        yield from self._named_window(days, shown(self.record.said(trace.node)), alone)

    def _looked_in(self, part: Part) -> Iterator[str]:
        """The days in which a rule looks for records."""
        if self.is_each_period(part.trace):
            return
        windows = self.windows.windows_of(part.asked.node)
        for days, words in windows.items():
            if words.split()[-1] == "now" and isinstance(days.first, datetime.date):
                yield self.words("window.now", first=self.words.day(days.first))
                continue
            # A window that stands in a definition is named, since the rule does not say it.
            said = " ".join(words.split()[1:][-3:]) in part.words
            yield from self._named_window(days, shown(self.record.said(words)), len(windows) == 1 and said)

    def _named_window(self, days: Days, words: str, alone: bool) -> Iterator[str]:
        for told in self._window_sentence(days):
            if alone or not told.startswith(self.words("window.that_is")):
                yield told
            else:
                rest = told.removeprefix(self.words("window.that_is"))
                yield self.words.sentence(self.words("window.of_words", words=words, days=rest.strip()))

    def _months_sentence(self, trace: TraceNode) -> Iterator[str]:
        """How many days the calendar months of a limit can have."""
        limit = trace.node.right if isinstance(trace.node, core.Compare) else None
        if isinstance(limit, core.Constant) and isinstance(limit.value, Interval) and limit.unit is not None:
            least, most = (self.record.quantity(end, limit.unit) for end in (limit.value.lo, limit.value.hi))
            yield self.words("window.months", least=least, most=most)

    def _short_window(self, node: core.During, first: object, last: object) -> str | None:
        if not (node.start_included and node.end_included) or by_clock(node):
            return None
        date = self.record.said(node.date)
        match first, last:
            case datetime.date(), datetime.date():
                return self.words("window.short", date=date, first=self.words.day(first), last=self.words.day(last))
            case datetime.date(), None:
                return self.words("window.short_from", date=date, first=self.words.day(first))
            case None, datetime.date():
                return self.words("window.short_until", date=date, last=self.words.day(last))
            case _:
                return None

    def _window_sentence(self, days: Days) -> Iterator[str]:
        first, last, times = days.first, days.last, days.clock
        if any(isinstance(end, Unknown) for end in (first, last)):
            yield self.words.sentence(self.words("window.anchor_missing", anchor=shown(self.record.said(days.anchor))))
            return
        if times and not all(isinstance(end, DayTime | None) for end in (first, last)):
            return
        if any(isinstance(end, PartialDate) for end in (first, last)):
            yield self.words.sentence(self.words("window.anchor_partial", anchor=shown(self.record.said(days.anchor))))
            return
        ends = [self.words.day(end) for end in (first, last) if isinstance(end, datetime.date)]
        if len(ends) < 2:
            if first is not None:
                yield self.words("window.from" if days.first_in else "window.after", first=ends[0])
            elif last is not None:
                yield self.words("window.until" if days.last_in else "window.before", last=ends[0])
            return
        both = days.first_in, days.last_in
        key = {(True, True): "both_in", (False, True): "after_first", (True, False): "before_last"}.get(both, "neither")
        if ends[0] == ends[1] and key == "both_in":
            key = "one_day"
        elif times:
            key = f"times_{key}"
        yield self.words(f"window.{key}", first=ends[0], last=ends[1])

    # ---- what was found ---------------------------------------------------------------------------------------------

    def found(self, part: Part) -> str:
        """The value and how far off it is, in sentences."""
        if part.members:
            briefly = dict.fromkeys(self.briefly(member) for member in leaves(part.members))
            told = self.words.ended(self.words.clauses([*briefly, *self._limits_of_cases(part)]))
            return self.words.joined([self.words.ended(self._reasons(part)), capital(told)]) if part.because else told
        told = self._found(part)
        partly = partial_date(part.trace)
        if part.status == "open" and partly is not None:
            told = self.words.joined([self.words.ended(told), *self.dates.by_day(part, *partly)])
        if part.because:
            because = self._reasons(part)
            own = self.briefly(part) if self._needs_subject(part) else told
            return self.words.joined([self.words.ended(because), self.words.sentence(own)])
        return self.words.ended(told)

    def _limits_of_cases(self, part: Part) -> Iterator[str]:
        """ "the limit is 1.2 U/L if sex is female, otherwise 1.5 U/L", where it is open which case it is."""
        if isinstance(part.trace.node, core.If) and isinstance(part.trace.children[0].outcome, Unknown):
            with self.record.looking_at(part.picks):
                told = self._limit_by_case(part.trace)
            if told is not None and part.trace.node.condition.words:
                first, condition, last = told
                yield self.words("value.limits_of_cases", first=first, condition=condition, last=last)

    def _limit_by_case(self, trace: TraceNode) -> tuple[str, str, str] | None:
        """The limit of the first case, its condition, and the limits of the others."""
        if len(trace.children) < 3:
            return None
        condition, then, otherwise = trace.children
        first = self._limit_itself(then)
        if isinstance(otherwise.node, core.If):
            rest = self._limit_by_case(otherwise)
            last = (
                self.words("value.limits_of_others", first=rest[0], condition=rest[1], last=rest[2]) if rest else None
            )
        else:
            last = self._limit_itself(otherwise)
        same = first is None or last is None or then.node.words != otherwise.node.words
        return None if same or first is None or last is None else (first, shown(self.record.said(condition.node)), last)

    def _limit_itself(self, trace: TraceNode) -> str | None:
        """The number that a comparison goes by."""
        if not isinstance(trace.node, core.Compare) or not isinstance(trace.children[1].outcome, NUMBERS):
            return None
        return self.record.plain(trace.children[1].outcome, self._unit(trace))

    def _reasons(self, part: Part) -> str:
        return self.words.clauses(dict.fromkeys(self.briefly(each) for each in leaves(part.because)))

    def _needs_subject(self, part: Part) -> bool:
        if isinstance(part.trace.node, core.Fact | core.Field | core.Agreement | core.Member | core.Includes):
            return True
        comparison = compared_in(part.trace)
        return comparison is not None and isinstance(comparison.children[0].outcome, Unknown)

    def _found(self, part: Part) -> str:
        with self.record.looking_at(part.picks):
            return self._found_in(part)

    def told_of_record(self, part: Part) -> str:
        """What was found in one of several records, with the record named."""
        if isinstance(part.trace.node, core.Compare) and self.record.subject(part.trace.children[0].node) is not None:
            return self._found(part)
        return self.briefly(part)

    def is_each_period(self, trace: TraceNode) -> bool:
        """Whether it counts the records of one period after the other."""
        counts = [child.node for child in trace.children if isinstance(child.node, core.AtLeastRows)]
        return isinstance(trace.node, core.All) and len(counts) == len(trace.children) > 1

    def _found_in(self, part: Part) -> str:
        trace = part.trace
        match trace.node:
            case core.Fact() | core.Field() | core.Agreement() | core.Recorded() | core.Known() | core.Defined():
                return self.briefly(part)
            case core.Member() | core.Includes():
                return self._with_subject(trace.children[0], self.record.told(trace.children[0]))
            case core.Chosen() | core.Consecutive() | core.Stable():
                return self.series.found(part)
            case core.During() if _is_duration(trace):
                return self._lasting(trace)
            case core.During() | core.Between():
                return self.dates.found(part)
            case core.Compare():
                return self._compared(trace, part)
            case core.All() | core.AtLeast() | core.If() | core.Not():
                return self._composed(part)
            case core.Every() | core.AtLeastRows():
                return self._records(part)
            case _:
                raise AssertionError("a value is no condition")

    def _records(self, part: Part) -> str:
        over_series = goes_over_series(self.record, part.trace.node)
        return self.series.found(part) if over_series else self.tables.in_a_sentence(part)

    def _with_subject(self, left: TraceNode, value: str) -> str:
        """A value with the record that it is of, where it is of one."""
        subject = self.record.subject(left.node)
        return value if subject is None else self.words("joint.labelled", label=subject, text=value)

    def briefly(self, part: Part) -> str:
        """The finding with its subject: "sex is female", "has a spouse: yes"."""
        with self.record.looking_at(part.picks):
            return self._briefly(part)

    def _briefly(self, part: Part) -> str:
        trace = part.trace
        match trace.node:
            case core.Fact() | core.Field() as node:
                label = self.record.subject(node) or self.record.named(node.name)
                return self.words("joint.labelled", label=label, text=self.record.told(trace))
            case core.Agreement(answer):
                label = self.record.named(answer.name)
                return self.words("joint.labelled", label=label, text=self.record.told(trace.children[0]))
            case core.Recorded(value):
                label = shown(self.record.said(value))
                return self.words("joint.labelled", label=label, text=self.record.told(trace.children[0]))
            case core.Known(condition):
                inner, label = trace.children[0], shown(self.record.said(condition))
                if isinstance(inner.outcome, Unknown):
                    key = "undecided_no" if self._partly_recorded(inner) else "nothing_recorded_no"
                    return self.words("joint.labelled", label=label, text=self.words(f"value.{key}"))
                if isinstance(condition, core.LOOPS):
                    # The records say it by themselves.
                    within = leaves(parts_of(inner, inner.outcome is True))
                    return self.words.clauses(self.briefly(each) for each in within)
                yes_no = self.words("value.yes" if inner.outcome else "value.no")
                return self.words("joint.labelled", label=label, text=yes_no)
            case core.Defined(name):
                outcome = trace.outcome
                told = self.words("value.not_known") if isinstance(outcome, Unknown) else self.record.plain(outcome)
                return self.words("joint.labelled", label=self.record.named(name), text=told)
            case core.Every() | core.AtLeastRows():
                return self._records(part)
            case core.Chosen() | core.Consecutive() | core.Stable():
                return self.series.found(part)
            case core.During() if _is_duration(trace):
                return self._lasting(trace)
            case core.All() if self.is_each_period(trace):
                return self.series.each_counted(trace)
            case core.All() if (counted := counted_in(trace)) is not None:
                return self._exactly(counted, part)
            case _:
                return self._subject_is(trace)

    def _lasting(self, trace: TraceNode) -> str:
        """ "stroke from 1 March 2026 to 6 March 2026: 5 days", of a record and how long it lasted."""
        last, first = trace.children[0], trace.children[1]
        assert isinstance(last.node, core.RecordTime)
        pick = self.record.pick(last.node)
        label = shown(self.record.said(last.node))
        if pick is not None:
            label = self.record.series.label(last.node.rows, pick.number - 1)
        if isinstance(last.outcome, datetime.date) and isinstance(first.outcome, datetime.date):
            days = self.record.quantity(abs((last.outcome - first.outcome).days), parse_unit("days"))
        else:
            days = self.words("value.not_known")
        return self.words("joint.labelled", label=label, text=days)

    def _partly_recorded(self, trace: TraceNode) -> bool:
        """Whether the record holds something that a condition asks about, the days of the trial aside."""
        loops = [node.node for node in walk(trace) if isinstance(node.node, core.LOOPS)]
        if any(self.record.rows(records.rows.name) for loop in loops for records in loop.records):
            return True
        facts = [fact for fact in named_facts(trace) if not self.record.item(fact).day]
        return any(not isinstance(self.record.outcome_of(trace, fact), Unknown) for fact in facts)

    def _subject_is(self, trace: TraceNode) -> str:
        """ "FVC is 62.5%", for whatever a sentence compares."""
        inner = compared_in(trace)
        if inner is None:
            return shown(self.record.said(trace.node))
        left = inner.children[0]
        value = self.record.told(left, _outcome(inner, 1), self._unit(inner))
        if (subject := self.record.subject(left.node)) is not None:
            limits = [each for each in walk(trace) if isinstance(each.node, core.Compare)]
            notes = dict.fromkeys(self._limit_note(each) for each in limits)
            return self.words("joint.labelled", label=subject, text=f"{value}{''.join(notes)}")
        if isinstance(left.outcome, Unknown) and isinstance(left.node, core.Fact | core.Field):
            return self.words("joint.labelled", label=shown(self.record.said(left.node)), text=value)
        # "Neutrophils are", where the author says so.
        verb = "are" if f"{left.node.words} are " in inner.node.words else "is"
        return self.words(f"value.{verb}", subject=shown(self.record.said(left.node)), value=value)

    def limit_of_case(self, part: Part) -> str | None:
        """ "at least 90 mmHg": the limit of the case that applied."""
        with self.record.looking_at(part.picks):
            return self._limit_of_case(part)

    def _limit_of_case(self, part: Part) -> str | None:
        node = part.trace.node
        if not isinstance(node, core.Compare) or node.operator not in _LIMITS:
            return None
        right = part.trace.children[1]
        if not isinstance(right.outcome, NUMBERS):
            return None
        by_record = bool(self._limit_note(part.trace))
        unit = self._unit(part.trace)
        limit = self.record.plain(right.outcome, unit) if by_record else self.record.told(right, None, unit)
        return self.words(f"limit.{_LIMITS[node.operator]}", limit=limit)

    def because(self, parts: tuple[Part, ...]) -> str:
        """The reasons as one clause: "sex is female and of childbearing age is no"."""
        told = []
        for part in leaves(parts):
            node = part.trace.node
            if isinstance(node, core.Fact | core.Field) and not isinstance(part.trace.outcome, Unknown):
                key = "value.answer_is" if isinstance(part.trace.outcome, bool) else "value.is"
                told.append(self.words(key, subject=self.record.named(node.name), value=self.record.told(part.trace)))
            else:
                told.append(self._value_of_record(part) or self.briefly(part))
        return self.words.all_of(told, "joint.and_clause") or self.words("sentence.no_reason")

    def _value_of_record(self, part: Part) -> str | None:
        """ "ALT of 10 March 2026 is 130 U/L": a value from a record, as a reason."""
        compared = compared_in(part.trace)
        with self.record.looking_at(part.picks):
            subject = self.record.subject(compared.children[0].node) if compared is not None else None
            if compared is None or subject is None or isinstance(compared.children[0].outcome, Unknown):
                return None
            return self.words("value.is", subject=subject, value=self.record.told(compared.children[0]))

    # ---- numbers ----------------------------------------------------------------------------------------------------

    def _unit(self, trace: TraceNode) -> Unit | None:
        units = (self.record.unit_of(child.node) for child in trace.children[:2])
        return next((unit for unit in units if unit is not None and unit.code != "1"), None)

    def _compared(self, trace: TraceNode, part: Part, end: str = "the_limit") -> str:
        left, right = trace.children
        if isinstance(left.outcome, datetime.date | PartialDate) or isinstance(
            right.outcome, datetime.date | PartialDate
        ):
            return self.dates.found(part)
        unit = self._unit(trace)
        value = self._with_subject(left, self.record.told(left, right.outcome, unit))
        note = self._limit_note(trace)
        if note:
            distance = self._distance(left, right, unit, "the_limit_said" if _says_limit(note) else end, part)
            return f"{self._beside(value, distance)}{note}"
        if isinstance(right.outcome, Unknown):
            label = shown(self.record.said(right.node))
            return self.words.clauses([value, self.words("joint.labelled", label=label, text=self.record.told(right))])
        distance = self._distance(left, right, unit, end, part)
        return self._beside(value, distance)

    def _beside(self, value: str, distance: str) -> str:
        return self.words("joint.beside", first=value, second=distance) if distance else value

    def _limit_note(self, trace: TraceNode) -> str:
        """Of a limit that rests on records, what it was made of: "; its ULN is 40 U/L, so 3 × ULN is 120 U/L"."""
        right = trace.children[1] if isinstance(trace.node, core.Compare) else None
        if right is None:
            return ""
        fields = [fact for fact in named_facts(right) if isinstance(fact, core.Field) and self.record.pick(fact)]
        subject = self.record.subject(trace.children[0].node)
        told = []
        for field in fields:
            value = self.record.told_field(field, self.record.outcome_of(right, field), self._row(field))
            if field.name in (UPPER, LOWER):
                told.append(self.words("value.its_limit", name="ULN" if field.name == UPPER else "LLN", value=value))
            elif self.record.subject(field) != subject:
                label = self.record.subject(field) or ""
                told.append(self.words("joint.labelled", label=label, text=value))
        one = len(fields) == 1 and fields[0].name in (UPPER, LOWER) and isinstance(right.outcome, NUMBERS)
        if one and told and not isinstance(right.node, core.Field) and " is " not in right.node.words:
            limit = self.record.plain(right.outcome, self._unit(trace))
            told[0] = self.words(
                "value.so_limit", first=told[0], words=shown(self.record.said(right.node)), limit=limit
            )
        return self.words.clauses(["", *told]) if told else ""

    def _row(self, field: core.Field) -> int:
        pick = self.record.pick(field)
        return pick.number - 1 if pick is not None else 0

    def _distance(self, left: TraceNode, right: TraceNode, unit: Unit | None, end: str, part: Part) -> str:
        value, limit_value = left.outcome, right.outcome
        recorded = isinstance(left.node, core.Fact | core.Field) and not self.record.detail(left.node).recorded
        if not isinstance(value, NUMBERS) or not isinstance(limit_value, NUMBERS) or part.status != "fails":
            return ""
        if unit is not None and unit.code in _NO_DISTANCE:
            return ""
        limit = self.words(f"distance.{end}") if end != "the_limit_of" else ""
        if end != "the_limit_said" and (part.because or not limit or not isinstance(right.node, core.Constant)):
            limit = self.words(
                "distance.the_limit_of", limit=self.record.plain(limit_value, unit, None, _named(left.node))
            )
        one, other = fraction_of(value), fraction_of(limit_value)
        if one == other:
            return self.words("distance.exactly", limit=limit)
        more, less = max(value, limit_value, key=fraction_of), min(value, limit_value, key=fraction_of)
        in_days = unit is not None and unit.code == WEEKS_AND_DAYS
        difference = difference_text(more, less, parse_unit("days") if in_days else unit, in_full=recorded)
        amount = self.words.quantity(difference, self.record.terms.units(_named(left.node)))
        if unit is not None and unit.code == "%":
            points = amount.rstrip("%")
            amount = self._points(points)
        return self.words("distance.below" if one < other else "distance.above", amount=amount, limit=limit)

    def _points(self, points: str) -> str:
        entry = self.words.entry("distance.points")["one" if points == "1" else "other"]
        return str(entry.format(n=points)).replace(" ", NO_BREAK, 1)

    def _composed(self, part: Part) -> str:
        """A range, or a limit by case: the value beside the end of it that it breaks."""
        trace = part.trace
        if self.is_each_period(trace):
            return self.series.each_counted(trace)
        counted = counted_in(trace)
        if counted is not None:
            return self._exactly(counted, part)
        if part.picks and not part.wanted and isinstance(trace.node, core.All):
            return self._subject_is(trace)
        limits = [node for node in walk(trace) if isinstance(node.node, core.Compare | core.During)]
        if not limits:
            told = self.words.clauses(self.briefly(leaf) for leaf in leaves(part.members))
            return told or shown(self.record.said(trace.node))
        broken = [limit for limit in limits if limit.outcome is (not part.wanted)] or limits
        chosen = broken[-1] if part.wanted and len(broken) == len(limits) else broken[0]
        node = chosen.node
        if len(limits) > 1 and isinstance(node, core.Compare):
            end = "the_lower_limit" if node.operator in ("≥", ">") else "the_upper_limit"
            # "below 18.5 or above 30": neither of them is the lower limit of what is allowed.
            return self._compared(chosen, part, end if isinstance(trace.node, core.All) else "the_limit_of")
        return self._found(
            Part(chosen, part.wanted, chosen, part.wanted, because=part.because, picks=part.picks, whole=part.whole)
        )

    def _exactly(self, counted: TraceNode, part: Part) -> str:
        """A count of exactly so many: what was found of each of them."""
        if isinstance(counted.node, core.AtLeastRows):
            return self._records(Part(counted, part.wanted, counted, part.wanted))
        within = part.definitions + 1
        members = leaves(each for child in counted.children for each in parts_of(child, definitions=within))
        return self.words.clauses(dict.fromkeys(self.briefly(each) for each in members))


def _says_limit(note: str) -> bool:
    """Whether a note goes on to say what the limit comes to."""
    return "," in note or "，" in note


def _named(node: core.Node) -> str | None:
    """The name of what a value is of."""
    return node.name if isinstance(node, core.Fact | core.Field | core.Defined | core.Named) else None


def compared_in(trace: TraceNode) -> TraceNode | None:
    """The comparison of a sentence, the first where a range or a case comes down to several."""
    kinds = core.Compare | core.Member | core.Includes | core.During | core.Between
    return next((node for node in walk(trace) if isinstance(node.node, kinds)), None)


def _outcome(trace: TraceNode, at: int) -> object:
    return trace.children[at].outcome if isinstance(trace.node, core.Compare) else None


def _days_of(node: core.During, anchor: TraceNode, first: object, last: object) -> Days:
    return Days(first, last, node.start_included, node.end_included, anchor.node.words, by_clock(node))


def _is_duration(trace: TraceNode) -> bool:
    """Whether a window stands for how long a record lasted: its last day against its first."""
    value, anchor = trace.children[0].node, trace.children[1].node
    same = isinstance(value, core.RecordTime) and isinstance(anchor, core.RecordTime) and value.words == anchor.words
    return isinstance(trace.node, core.During) and same
