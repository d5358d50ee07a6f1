"""What was required, what was found and how far off it is, for one sentence of a rule."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.day_by_day import partial_date, truth_by_day
from protocol_dsl.render.reasons import Part, by_clock, counted_in, leaves, named_facts, parts_of, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import RowTables
from protocol_dsl.render.showing import (
    NO_BREAK,
    capital,
    day_text,
    difference_text,
    number_text,
    sentence,
    shown,
    whole_day,
)
from protocol_dsl.semantics import core
from protocol_dsl.values import MONTHS, DayTime, Interval, PartialDate, Ratio, Unit, Unknown, as_fraction

_NUMBERS: Final = (int, Decimal, Ratio)
_MOST_RUNS: Final = 6
_LIMITS: Final = {"≥": "at_least", "≤": "at_most", ">": "above", "<": "below"}


class Findings:
    """Tells the parts of the rules of one patient."""

    def __init__(self, record: Record):
        self.record = record
        self.words = record.words
        self.tables = RowTables(record)

    # ---- what is required -------------------------------------------------------------------------------------------

    def required(self, part: Part) -> list[str]:
        """The rule with this patient's dates, in paragraphs."""
        trace = part.trace
        if isinstance(trace.node, core.During):
            anchor, first, last = _window(trace)
            if part.stated is trace and part.status == "open" and isinstance(trace.children[0].outcome, PartialDate):
                short = self._short_window(trace.node, first, last)
                if short:
                    return [short]
            return [_ended(shown(part.words, 1000)), *self._window_sentence(trace.node, anchor, first, last)]
        windows = [each.trace for each in leaves(part.members) if isinstance(each.trace.node, core.During)]
        windows = list({window.node: window for window in windows}.values())
        return [
            _ended(shown(part.words, 2000)),
            *self._months_sentence(trace),
            *(told for window in windows for told in self._member_window(window, alone=len(windows) == 1)),
        ]

    def _member_window(self, trace: TraceNode, alone: bool) -> Iterator[str]:
        """The days of a window that is one condition of several; of several windows each is named."""
        assert isinstance(trace.node, core.During)
        for told in self._window_sentence(trace.node, *_window(trace)):
            if alone or not told.startswith(self.words("window.that_is")):
                yield told
            else:
                rest = told.removeprefix(self.words("window.that_is"))
                yield sentence(self.words("window.of_words", words=shown(trace.node.words), days=rest.strip()))

    def _months_sentence(self, trace: TraceNode) -> Iterator[str]:
        """How many days the calendar months of a limit can have."""
        limit = trace.node.right if isinstance(trace.node, core.Compare) else None
        if isinstance(limit, core.Constant) and isinstance(limit.value, Interval) and limit.unit is not None:
            least, most = (number_text(end, limit.unit) for end in (limit.value.lo, limit.value.hi))
            yield self.words("window.months", least=least, most=most)

    def _short_window(self, node: core.During, first: object, last: object) -> str | None:
        if not (node.start_included and node.end_included) or by_clock(node):
            return None
        date = node.date.words
        match first, last:
            case datetime.date(), datetime.date():
                return self.words("window.short", date=date, first=day_text(first), last=day_text(last))
            case datetime.date(), None:
                return self.words("window.short_from", date=date, first=day_text(first))
            case None, datetime.date():
                return self.words("window.short_until", date=date, last=day_text(last))
            case _:
                return None

    def _window_sentence(self, node: core.During, anchor: TraceNode, first: object, last: object) -> Iterator[str]:
        if any(isinstance(end, Unknown) for end in (first, last)):
            yield sentence(self.words("window.anchor_missing", anchor=shown(anchor.node.words)))
            return
        times = by_clock(node)
        if times and not all(isinstance(end, DayTime | None) for end in (first, last)):
            return
        if any(isinstance(end, PartialDate) for end in (first, last)):
            yield sentence(self.words("window.anchor_partial", anchor=shown(anchor.node.words)))
            return
        ends = [day_text(end) for end in (first, last) if isinstance(end, datetime.date)]
        if len(ends) < 2:
            if first is not None:
                yield self.words("window.from" if node.start_included else "window.after", first=ends[0])
            elif last is not None:
                yield self.words("window.until" if node.end_included else "window.before", last=ends[0])
            return
        both = node.start_included, node.end_included
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
            told = "; ".join(dict.fromkeys(self.briefly(member) for member in leaves(part.members))) + "."
            return f"{self._reasons(part)}. {capital(told)}" if part.because else told
        told = self._found(part)
        partly = partial_date(part.trace)
        if part.status == "open" and partly is not None:
            told = " ".join([_ended(told), *self._by_day(part, *partly)])
        if part.because:
            because = self._reasons(part)
            own = self.briefly(part) if self._needs_subject(part) else told
            return f"{because}. {sentence(own)}"
        return _ended(told)

    def _reasons(self, part: Part) -> str:
        return "; ".join(self.briefly(each) for each in leaves(part.because))

    def _needs_subject(self, part: Part) -> bool:
        if isinstance(part.trace.node, core.Fact | core.Field | core.Agreement | core.Member):
            return True
        comparison = compared_in(part.trace)
        return comparison is not None and isinstance(comparison.children[0].outcome, Unknown)

    def _found(self, part: Part) -> str:
        trace = part.trace
        match trace.node:
            case core.Fact() | core.Field() | core.Agreement() | core.Recorded() | core.Known() | core.Defined():
                return self.briefly(part)
            case core.Member():
                return self.record.told(trace.children[0])
            case core.During() | core.Between():
                return self._date_found(part)
            case core.Compare():
                return self._compared(trace, part)
            case core.All() | core.AtLeast() | core.If() | core.Not():
                return self._composed(part)
            case core.Every() | core.AtLeastRows():
                return self.tables.in_a_sentence(part)
            case _:
                raise AssertionError("a value is no condition")

    def briefly(self, part: Part) -> str:
        """The finding with its subject: "sex is female", "has a spouse: yes"."""
        trace = part.trace
        match trace.node:
            case core.Fact() | core.Field() as node:
                return f"{node.name}: {self.record.told(trace)}"
            case core.Agreement(answer):
                return f"{answer.name}: {self.record.told(trace.children[0])}"
            case core.Recorded(value):
                return f"{shown(value.words)}: {self.record.told(trace.children[0])}"
            case core.Known(condition):
                inner = trace.children[0]
                if isinstance(inner.outcome, Unknown):
                    key = "undecided_no" if self._partly_recorded(inner) else "nothing_recorded_no"
                    return f"{shown(condition.words)}: {self.words(f'value.{key}')}"
                return f"{shown(condition.words)}: {self.words('value.yes' if inner.outcome else 'value.no')}"
            case core.Defined(name):
                outcome = trace.outcome
                told = self.words("value.not_known") if isinstance(outcome, Unknown) else self.record.plain(outcome)
                return f"{name}: {told}"
            case core.Every() | core.AtLeastRows():
                return self.tables.in_a_sentence(part)
            case core.All() if (counted := counted_in(trace)) is not None:
                return self._exactly(counted, part)
            case _:
                return self._subject_is(trace)

    def _partly_recorded(self, trace: TraceNode) -> bool:
        """Whether the record holds something that a condition asks about, the days of the trial aside."""
        facts = [fact for fact in named_facts(trace) if not self.record.item(fact).day]
        return any(not isinstance(self.record.outcome_of(trace, fact), Unknown) for fact in facts)

    def _subject_is(self, trace: TraceNode) -> str:
        """ "FVC is 62.5%", for whatever a sentence compares."""
        inner = compared_in(trace)
        if inner is None:
            return shown(trace.node.words)
        left = inner.children[0]
        value = self.record.told(left, _outcome(inner, 1), self._unit(inner))
        if isinstance(left.outcome, Unknown) and isinstance(left.node, core.Fact | core.Field):
            return f"{shown(left.node.words)}: {value}"
        return self.words("value.is", subject=shown(left.node.words), value=value)

    def limit_of_case(self, part: Part) -> str | None:
        """ "at least 90 mmHg": the limit of the case that applied."""
        node = part.trace.node
        if not isinstance(node, core.Compare) or node.operator not in _LIMITS:
            return None
        right = part.trace.children[1]
        if not isinstance(right.outcome, _NUMBERS):
            return None
        limit = self.record.told(right, None, self._unit(part.trace))
        return self.words(f"limit.{_LIMITS[node.operator]}", limit=limit)

    def because(self, parts: tuple[Part, ...]) -> str:
        """The reasons as one clause: "sex is female and of childbearing age is no"."""
        told = []
        for part in leaves(parts):
            node = part.trace.node
            if isinstance(node, core.Fact | core.Field) and not isinstance(part.trace.outcome, Unknown):
                key = "value.answer_is" if isinstance(part.trace.outcome, bool) else "value.is"
                told.append(self.words(key, subject=node.name, value=self.record.told(part.trace)))
            else:
                told.append(self.briefly(part))
        return self.words.all_of(told) or self.words("sentence.no_reason")

    # ---- numbers ----------------------------------------------------------------------------------------------------

    def _unit(self, trace: TraceNode) -> Unit | None:
        units = (self.record.unit_of(child.node) for child in trace.children[:2])
        return next((unit for unit in units if unit is not None and unit.code != "1"), None)

    def _compared(self, trace: TraceNode, part: Part, end: str = "the_limit") -> str:
        left, right = trace.children
        if isinstance(left.outcome, datetime.date | PartialDate) or isinstance(
            right.outcome, datetime.date | PartialDate
        ):
            return self._date_found(part)
        unit = self._unit(trace)
        value = self.record.told(left, right.outcome, unit)
        if isinstance(right.outcome, Unknown):
            return f"{value}; {shown(right.node.words)}: {self.record.told(right)}"
        distance = self._distance(left, right, unit, end, part)
        return f"{value}, {distance}" if distance else value

    def _distance(self, left: TraceNode, right: TraceNode, unit: Unit | None, end: str, part: Part) -> str:
        value, limit_value = left.outcome, right.outcome
        recorded = isinstance(left.node, core.Fact | core.Field) and not self.record.detail(left.node).recorded
        if not isinstance(value, _NUMBERS) or not isinstance(limit_value, _NUMBERS) or part.status != "fails":
            return ""
        limit = self.words(f"distance.{end}") if end != "the_limit_of" else ""
        if part.because or not limit or not isinstance(right.node, core.Constant):
            limit = self.words("distance.the_limit_of", limit=self.record.plain(limit_value, unit))
        one, other = as_fraction(value), as_fraction(limit_value)
        if one == other:
            return self.words("distance.exactly", limit=limit)
        more, less = max(value, limit_value, key=as_fraction), min(value, limit_value, key=as_fraction)
        amount = difference_text(more, less, unit, in_full=recorded)
        if unit is not None and unit.code == "%":
            points = amount.rstrip("%")
            amount = self._points(points)
        return self.words("distance.below" if one < other else "distance.above", amount=amount, limit=limit)

    def _points(self, points: str) -> str:
        form = self.words.entry("distance.points")["one" if points == "1" else "other"]
        return str(form.format(n=points)).replace(" ", NO_BREAK, 1)

    def _composed(self, part: Part) -> str:
        """A range, or a limit by case: the value beside the end of it that it breaks."""
        trace = part.trace
        counted = counted_in(trace)
        if counted is not None:
            return self._exactly(counted, part)
        limits = [node for node in walk(trace) if isinstance(node.node, core.Compare | core.During)]
        if not limits:
            return "; ".join(self.briefly(leaf) for leaf in leaves(part.members)) or shown(trace.node.words)
        broken = [limit for limit in limits if limit.outcome is (not part.wanted)] or limits
        chosen = broken[-1] if part.wanted and len(broken) == len(limits) else broken[0]
        node = chosen.node
        if len(limits) > 1 and isinstance(node, core.Compare):
            end = "the_lower_limit" if node.operator in ("≥", ">") else "the_upper_limit"
            # "below 18.5 or above 30": neither of them is the lower limit of what is allowed.
            return self._compared(chosen, part, end if isinstance(trace.node, core.All) else "the_limit_of")
        return self._found(Part(chosen, part.wanted, chosen, part.wanted, because=part.because))

    def _exactly(self, counted: TraceNode, part: Part) -> str:
        """A count of exactly so many: what was found of each of them."""
        if isinstance(counted.node, core.AtLeastRows):
            return self.tables.in_a_sentence(Part(counted, part.wanted, counted, part.wanted))
        within = part.definitions + 1
        members = leaves(each for child in counted.children for each in parts_of(child, definitions=within))
        return "; ".join(dict.fromkeys(self.briefly(each) for each in members))

    # ---- dates ------------------------------------------------------------------------------------------------------

    def _date_found(self, part: Part) -> str:
        trace = part.trace
        date = trace.children[0]
        value = self.record.told(date)
        distance = self._days_off(trace)
        return f"{value}, {distance}" if distance else value

    def _days_off(self, trace: TraceNode) -> str:
        date, node = trace.children[0].outcome, trace.node
        if not isinstance(date, datetime.date) or by_clock(node):
            return ""
        if isinstance(node, core.Compare):
            return self._from_other_day(date, trace.children[1])
        first, last = _window(trace)[1:] if isinstance(node, core.During) else (c.outcome for c in trace.children[1:])
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
        name = shown(right.node.words)
        if not isinstance(other, datetime.date):
            return f"{name}: {self.record.told(right)}"
        told = f"{name}, {day_text(other)}" if not isinstance(right.node, core.Constant) else day_text(other)
        days = (date - other).days
        if days == 0:
            return self.words("distance.same", other=told)
        return self.words("distance.after" if days > 0 else "distance.before", n=abs(days), days=abs(days), other=told)

    def _by_day(self, part: Part, fact: core.Fact | core.Field, value: PartialDate) -> Iterator[str]:
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
            yield sentence(capital("; ".join(told)))

    def _days(self, first: datetime.date, last: datetime.date, by_month: bool) -> str:
        if by_month:
            if first == last:
                return self.words("would.day_one", first=_ordinal(first.day))
            return self.words("would.day_from_to", first=_ordinal(first.day), last=_ordinal(last.day))
        ends = [f"{day.day}{NO_BREAK}{MONTHS[day.month - 1]}" for day in (first, last)]
        return ends[0] if first == last else self.words("would.from_to", first=ends[0], last=ends[1])


def _ended(text: str) -> str:
    """The text with a full stop; it goes on from a label, so it keeps its small letter."""
    return text if text.endswith((".", "!", "?")) else text + "."


def compared_in(trace: TraceNode) -> TraceNode | None:
    """The comparison of a sentence, the first where a range or a case comes down to several."""
    kinds = core.Compare | core.Member | core.During | core.Between
    return next((node for node in walk(trace) if isinstance(node.node, kinds)), None)


def _outcome(trace: TraceNode, at: int) -> object:
    return trace.children[at].outcome if isinstance(trace.node, core.Compare) else None


def _window(trace: TraceNode) -> tuple[TraceNode, object, object]:
    """The anchor of a window and the days of its ends; `None` for an end that is open."""
    node = trace.node
    assert isinstance(node, core.During)
    ends = [end.outcome if by_clock(node) else whole_day(end.outcome) for end in trace.children[2:]]
    first = ends.pop(0) if node.start is not None else None
    last = ends.pop(0) if node.end is not None else None
    return trace.children[1], first, last


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
