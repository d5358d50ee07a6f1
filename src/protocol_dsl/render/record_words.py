"""Records of a series in words: which record it is, when it was, and what a rule looked at in it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from protocol_dsl.evaluate.trace import RecordTrace, TraceNode
from protocol_dsl.render.reasons import named_facts, walk
from protocol_dsl.render.showing import NUMBERS, fraction_of, number_text, shown
from protocol_dsl.render.window_words import WindowWords, conjuncts
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import (
    DATE,
    DRUG,
    END,
    HALF_LIFE,
    LOWER,
    ONGOING,
    START,
    UPPER,
    VALUE,
    Date,
    OneOf,
    SeveralOf,
    YesNo,
)
from protocol_dsl.values import UNKNOWN, DayTime, PartialDate, Spell, Unknown, between, parse_unit

if TYPE_CHECKING:
    from protocol_dsl.render.record import Record

TIMES: Final = (DATE, START, END, ONGOING)
_NORMAL: Final = {UPPER: "ULN", LOWER: "LLN"}
_LONGEST_NAME: Final = 60
MOST_RECORDS: Final = 4
_DAY: Final = 24 * 60


class RecordWords:
    """Tells the records of one patient's series."""

    def __init__(self, record: Record):
        self._record = record
        self._words = record.words
        self.windows = WindowWords(record)

    def field(self, rows: str, at: int, name: str) -> object:
        """The value of a field of a record (from 0)."""
        names = [each.name for each in self._record.rows_kind(rows).fields]
        return self._record.rows(rows)[at][names.index(name)]

    # ---- which record it is -----------------------------------------------------------------------------------------

    def name(self, rows: str, at: int) -> str:
        """ "atorvastatin", "stroke", "ALT"."""
        kind = self._record.rows_kind(rows)
        if kind.form == "treatments":
            drug = self.field(rows, at, DRUG)
            if isinstance(drug, str):
                return shown(self._record.named(drug), _LONGEST_NAME)
        return self._record.named(kind.singular)

    def when(self, rows: str, at: int) -> str:
        """ "on 1 October 2025", "from 16 December 2025, ongoing"."""
        form = self._record.rows_kind(rows).form
        if form not in ("events", "treatments"):
            date = next((f.name for f in self._record.rows_kind(rows).fields if isinstance(f.kind, Date)), None)
            day = self.field(rows, at, date) if date is not None else None
            known = isinstance(day, datetime.date | PartialDate)
            return self._on(day) if known else self._words("when.no_date")
        day, start, end, ongoing = (self.field(rows, at, name) for name in TIMES)
        if isinstance(start, Unknown) and isinstance(end, Unknown) and ongoing is not True:
            return self._words("when.no_date") if isinstance(day, Unknown) else self._on(day)
        first = day if isinstance(start, Unknown) else start
        if isinstance(first, Unknown):
            if isinstance(end, Unknown):
                return self._words("when.ongoing_only")
            return self._words("when.until", last=self._day(end))
        if not isinstance(end, Unknown):
            if first == end and not isinstance(first, PartialDate):
                return self._on(first)
            return self._words("when.from_to", first=self._day(first), last=self._day(end))
        key = "ongoing" if ongoing is True else "ended" if ongoing is False else "end_missing"
        return self._words(f"when.{key}", first=self._day(first))

    def _day(self, day: object) -> str:
        assert isinstance(day, datetime.date | PartialDate)
        return self._words.day(day)

    def _on(self, day: object) -> str:
        return self._words("when.in" if isinstance(day, PartialDate) else "when.on", day=self._day(day))

    def label(self, rows: str, at: int) -> str:
        """ "ALT of 10 March 2026", "stroke on 1 October 2025", "atorvastatin from 16 December 2025, ongoing"."""
        name, form = self.name(rows, at), self._record.rows_kind(rows).form
        if form != "measurements":
            when = self.when(rows, at)
            aside = when in (self._words("when.no_date"), self._words("when.ongoing_only"))
            return self._words("record_label.aside" if aside else "record_label.named", name=name, when=when)
        day = self.field(rows, at, DATE)
        if isinstance(day, Unknown):
            return self._words("record_label.undated", name=name)
        return self._words("record_label.of", name=name, day=self._day(day))

    def short(self, rows: str, at: int) -> str:
        """A record in few words, as something is said to be missing in it."""
        kind = self._record.rows_kind(rows)
        singular = self._record.named(kind.singular)
        if kind.form == "treatments":
            name = self.name(rows, at)
            alike = [n for n in range(len(self._record.rows(rows))) if self.name(rows, n) == name]
            if len(alike) == 1 and name != singular:
                return name
        elif kind.dated:
            days = [self._first_day(rows, n) for n in range(len(self._record.rows(rows)))]
            told = ["" if isinstance(day, Unknown) else self._day(day) for day in days]
            if told[at] and told.count(told[at]) == 1:
                key = "of" if kind.form == "measurements" else "the_of"
                return self._words(f"record_label.{key}", name=singular, day=told[at])
            if told[at] and kind.form == "measurements" and (value := self._telling_value(rows, at, told)):
                return self._words("record_label.of_value", name=singular, day=told[at], value=value)
        return self._words("needed.nth_record" if kind.dated else "needed.row", singular=singular, n=at + 1)

    def _telling_value(self, rows: str, at: int, days: Sequence[str]) -> str | None:
        """The value of a measurement, where no other of its day has the same."""
        same_day = [n for n, day in enumerate(days) if day == days[at]]
        values = [self.field(rows, n, VALUE) for n in same_day]
        own = self.field(rows, at, VALUE)
        if isinstance(own, Unknown) or sum(value == own for value in values) > 1:
            return None
        node = core.Field(rows, VALUE, origin=self._record.protocol.items[rows].span, words=VALUE)
        return self._record.told_field(node, own, at)

    def _first_day(self, rows: str, at: int) -> object:
        day = self.field(rows, at, DATE)
        if self._record.rows_kind(rows).form == "measurements":
            return day
        start = self.field(rows, at, START)
        return day if isinstance(start, Unknown) else start

    # ---- what a rule looked at --------------------------------------------------------------------------------------

    def described(self, record: RecordTrace) -> str:
        """The record with the fields that the rule looked at: "stroke on 1 October 2025 (severe)"."""
        rows, at = record.records.rows.name, record.number - 1
        label = self.label(rows, at)
        fields = self.fields_read(record)
        measured = next((field for field in fields if field.name == VALUE), None)
        if measured is not None and self._record.rows_kind(rows).form == "measurements":
            value = self._record.told_field(measured, self.field(rows, at, VALUE), at)
            label = self._words("record_label.value", label=label, value=value)
            fields = [field for field in fields if field is not measured]
        choices = [field for field in fields if isinstance(self._record.item(field).kind, OneOf)]
        details = [self._detail(field, at, len(choices) == 1) for field in fields]
        if not details:
            return label
        return self._words("record_label.details", label=label, details=self._words.listed(details))

    def fields_read(self, record: RecordTrace) -> list[core.Field]:
        """The fields that were looked at, but for those that the label tells."""
        rows = record.records.rows.name
        form = self._record.rows_kind(rows).form
        told = {*TIMES, HALF_LIFE} if form in ("events", "treatments") else {DATE} if form == "measurements" else set()
        if form == "treatments":
            told.add(DRUG)
        found: dict[str, core.Field] = {}
        for part in (record.member, record.body):
            for fact in named_facts(part) if part is not None else ():
                own = isinstance(fact, core.Field) and fact.rows == rows and fact.row == record.records.row
                if own and isinstance(fact, core.Field) and fact.name not in told:
                    found.setdefault(fact.name, fact)
        return list(found.values())

    def _detail(self, field: core.Field, at: int, only_choice: bool) -> str:
        """A field in brackets; a choice by itself where no other can be meant."""
        value, kind = self.field(field.rows, at, field.name), self._record.item(field).kind
        told = self._record.told_field(field, value, at)
        said = isinstance(value, str) and any(letter.isalpha() for letter in value)
        if (isinstance(kind, OneOf) and said and only_choice) or (
            isinstance(kind, SeveralOf) and not isinstance(value, Unknown)
        ):
            return told
        if isinstance(kind, YesNo) and value is True:
            return shown(self._record.named(field.name, field.rows))
        name = _NORMAL.get(field.name, shown(self._record.named(field.name, field.rows)))
        return self._words("record_label.field", name=name, value=told)

    def listed(self, records: Sequence[RecordTrace], most: int = MOST_RECORDS) -> str:
        """Several records, the first few in full."""
        told = [self.described(each) for each in records[:most]]
        if len(records) > most:
            told.append(self._words("needed.more", count=self._words.count(len(records) - most)))
        return self._words.clauses(told)

    # ---- windows of its own -----------------------------------------------------------------------------------------

    def own_window(self, record: RecordTrace) -> str:
        """How long a window is that goes by a field of the record: "5 half-lives of 6 days are 30 days, …"."""
        if record.member is None:
            return ""
        for node in walk(record.member):
            if isinstance(node.node, core.During) and self.windows.days(node.node) is None:
                own = [end for end in node.children[2:] if isinstance(end.node, core.WindowEnd | core.ShiftDays)]
                if own and isinstance(own[0].outcome, datetime.date):
                    return self._own_window(node, own[0], record.number - 1)
                if own and isinstance(node.outcome, Unknown):
                    return self._window_needed(node, own[0])
        return ""

    def _own_window(self, during: TraceNode, end: TraceNode, at: int) -> str:
        lengths = [self._length(each, at) for each in walk(end) if isinstance(each.node, core.ShiftDays)]
        days = [whole for each in during.children[2:4] if isinstance(whole := each.outcome, datetime.date)]
        if not all(lengths) or len(days) != 2:
            return ""
        span = self._words("span.from_to", first=self._day(days[0]), last=self._day(days[1]))
        length = self._record.quantity(abs((days[1] - days[0]).days), parse_unit("days"))
        return self._words("record_label.own_window", lengths=self._words.clauses(lengths), days=length, span=span)

    def _window_needed(self, during: TraceNode, end: TraceNode) -> str:
        """How long the window has to be for the record to be in it, where its own length is not recorded."""
        when, anchor = (part.outcome for part in during.children[:2])
        unrecorded = [fact.name for fact in named_facts(end) if isinstance(self._record.outcome_of(end, fact), Unknown)]
        if not isinstance(anchor, datetime.date) or not unrecorded:
            return ""
        assert isinstance(during.node, core.During)
        before = during.node.end is not None and during.children[-1].outcome == anchor
        day = (when.last if before else when.first) if isinstance(when, Spell) else when
        if not isinstance(day, datetime.date):
            return ""
        days = self._record.quantity(abs(anchor.toordinal() - day.toordinal()), parse_unit("days"))
        return self._words("record_label.window_needed", name=self._record.named(unrecorded[0]), days=days)

    def _length(self, end: TraceNode, at: int) -> str:
        """ "5 half-lives of 6 days are 30 days"."""
        days = end.children[1]
        factor, given = "1", days
        if isinstance(days.node, core.Arithmetic):
            factor, given = number_text(days.children[0].outcome, None), days.children[1]
        fact = next(iter(named_facts(given)), None)
        if not isinstance(days.outcome, NUMBERS) or fact is None:
            return ""
        row = at if isinstance(fact, core.Field) else None
        value = self._record.detail(fact, row).recorded or self._record.told_field(fact, given.outcome, row or 0)
        number, whole = fraction_of(days.outcome), math.ceil(fraction_of(days.outcome))
        unit = parse_unit("days")
        total = self._record.quantity(days.outcome, unit)
        if number != whole:
            total = self._words("record_label.rounded_up", days=total, whole=self._record.quantity(whole, unit))
        name = fact.name
        if name == HALF_LIFE:
            name = self._words("record_label.half_life", n=1 if factor == "1" else 2)
            return self._words("record_label.lives", factor=factor, name=name, value=shown(value), days=total)
        key = "length" if factor == "1" else "lengths"
        return self._words(
            f"record_label.{key}", factor=factor, name=shown(self._record.named(name)), value=shown(value), days=total
        )

    # ---- what is not there ------------------------------------------------------------------------------------------

    def unrecorded(self, loop: core.Loop) -> list[str]:
        """The lists of a loop that are not recorded, with the reason where one is given."""
        told = []
        for records in loop.records:
            if isinstance(self._record.value(records.rows.name), Unknown):
                reason = self._record.detail(records.rows).reason_missing
                name = records.rows.name
                value = self._words("value.not_recorded")
                if reason:
                    value = self._words("value.not_recorded_reason", reason=shown(reason))
                told.append(self._words("record_label.value", label=self._record.named(name), value=value))
        return told

    def names_unrecorded(self, loop: core.Loop) -> list[str]:
        """The names of the lists of a loop that are not recorded."""
        names = (records.rows.name for records in loop.records)
        return [self._record.named(name) for name in names if isinstance(self._record.value(name), Unknown)]

    def noun(self, records: core.Records) -> str:
        """ "severe stroke" of "severe stroke within 6 months before screening"."""
        if (worded := self._record.terms.noun(records.words)) is not None:
            return shown(worded)
        told = records.words
        singular = self._record.rows_kind(records.rows.name).singular
        for part in conjuncts(records.member):
            window = part.words.removeprefix(f"{singular} ")
            if window != part.words and told.endswith(f" {window}"):
                told = told.removesuffix(f" {window}")
        for apart in (" at least ", " more than "):
            told = told.partition(apart)[0]
        return shown(told)

    def none(self, trace: TraceNode) -> str:
        """That no record counts, in as many words as are true."""
        loop = trace.node
        assert isinstance(loop, core.LOOPS)
        first = loop.records[0]
        noun = self.noun(first)
        if all(not self._record.rows(records.rows.name) for records in loop.records):
            kinds = [self._record.named(self._record.rows_kind(r.rows.name).singular) for r in loop.records]
            return self._words("records.none", noun=self._words.one_of(list(dict.fromkeys(kinds))))
        span = self.span(loop)
        if span == "":
            return self._words("records.none", noun=noun)
        if span is not None:
            return self._words("records.none_when", noun=noun, span=span)
        found = [each for each in trace.records if each.belongs is False]
        told = self.listed(found, 3) if len(found) <= 3 else ""
        names = self._words.one_of(
            list(dict.fromkeys(self._record.named(self._record.rows_kind(r.rows.name).singular) for r in loop.records))
        )
        key = "none_counts_listed" if told else "none_counts"
        return self._words(f"records.{key}", n=len(trace.records), noun=names, listed=told)

    def span(self, loop: core.Loop) -> str | None:
        """The days in which records count, where nothing else but the noun decides whether they do.

        Empty where any day counts; nothing where a filter decides too, or where the days are not known.
        """
        spans = set()
        for records in loop.records:
            own: set[str] = set()
            for part in conjuncts(records.member):
                days = self.windows.days(part)
                if self.is_window(records, part):
                    today = self._record.value(EVALUATION_DATE)
                    if days is not None:
                        own.add(self.windows.phrase(days))
                    elif isinstance(part, core.Not) and isinstance(today, datetime.date):
                        own.add(self._words("span.up_to", last=self._day(today)))
                    else:
                        return None
                elif _within(part, loop) and not _within(part, records):
                    return None  # a filter of the rule's own
            if len(own) > 1 or "" in own:
                return None
            spans |= own or {""}
        return spans.pop() if len(spans) == 1 else None

    def is_window(self, records: core.Records, part: core.Node) -> bool:
        """Whether a condition says when the record was."""
        if isinstance(part, core.Not):
            return isinstance(part.condition, core.Known) and isinstance(part.condition.condition, core.Compare)
        kinds = core.During | core.Between | core.Chosen
        singular = self._record.rows_kind(records.rows.name).singular
        return isinstance(part, kinds) and part.words.startswith(f"{singular} ")

    # ---- numbers from many records ----------------------------------------------------------------------------------

    def inputs(self, trace: TraceNode) -> str:
        """What went into a number."""
        node = trace.node
        assert isinstance(node, core.Aggregate)
        counted = [each for each in trace.records if each.belongs is True]
        possible = [each for each in trace.records if each.belongs is not True and each.belongs is not False]
        told = ""
        if node.which == "days":
            counted = self.overlapping(trace, counted)
        if node.which in ("number", "different", "days"):
            told = self.listed(counted)
        elif not possible:
            taken = picked(node, counted)
            told = self._values(taken) if taken is not None else ""
        if possible and node.which in ("number", "different", "days"):
            more = self._words("records.may_count", listed=self.listed(possible))
            told = self._words.clauses([told, more]) if told else more
        return told

    def overlapping(self, trace: TraceNode, records: list[RecordTrace]) -> list[RecordTrace]:
        """Of records of which each day counts, those that may be there between the days that a loop looks at."""
        first, last = (end.outcome for end in trace.children[:2])
        found = []
        for each in records:
            times = [part.outcome for part in (each.key, each.body) if part is not None]
            spell = next((time for time in times if isinstance(time, Spell | datetime.date | PartialDate)), UNKNOWN)
            if between(spell, first, last) is not False:  # type: ignore[arg-type]
                found.append(each)
        return found

    def _values(self, records: Sequence[RecordTrace]) -> str:
        told = []
        for each in records[:MOST_RECORDS]:
            assert each.body is not None
            rows, at = each.records.rows.name, each.number - 1
            unit = self._record.unit_of(each.body.node)
            value = self._record.plain(each.body.outcome, unit)
            if self._record.rows_kind(rows).form == "measurements":
                told.append(self._words("record_label.value_when", value=value, when=self.when(rows, at)))
            else:
                told.append(self._words("record_label.value", label=self.label(rows, at), value=value))
        if len(records) > MOST_RECORDS:
            told.append(self._words("needed.more", count=self._words.count(len(records) - MOST_RECORDS)))
        return self._words.clauses(told)

    def why_unknown(self, trace: TraceNode) -> list[str]:
        """Why a number is not known."""
        node = trace.node
        assert isinstance(node, core.Aggregate)
        if missing := self.names_unrecorded(node):
            return [self._words("value.input_missing", name=name) for name in missing]
        possible = [each for each in trace.records if each.belongs is not False]
        if not possible:
            return [self.none(trace)]
        if node.pick is not None and len(possible) < node.pick.count:
            return [self._words("records.too_few", n=len(possible), wanted=node.pick.count)]
        told = self._not_picked(node, possible)
        for each in possible:
            if each.body is not None and isinstance(each.body.outcome, Unknown):
                fact = next(iter(named_facts(each.body)), None)
                if fact is not None:
                    of = self.short(each.records.rows.name, each.number - 1)
                    name = self._words("needed.row_field", field=self._record.named(fact.name), row=of)
                    told.append(self._words("value.input_missing", name=name))
        return told[:2]

    def _not_picked(self, node: core.Aggregate, possible: Sequence[RecordTrace]) -> list[str]:
        """Why it is open which few records are taken, or that there are none."""
        if node.pick is None or any(each.belongs is not True for each in possible):
            return []
        count, within = node.pick.count, node.pick.within
        listed = self._values(possible)
        if picked(node, possible) is not None:
            return []
        timed = all(each.key is not None and isinstance(each.key.outcome, DayTime) for each in possible)
        if within is not None and timed:
            minutes = sorted(_minute(each.key.outcome if each.key is not None else None) for each in possible)
            apart = min(last - first for first, last in zip(minutes, minutes[count - 1 :], strict=False))
            if apart > within:
                return [
                    self._words(
                        "records.too_far",
                        n=count,
                        within=self._words.quantity(time_text(within)),
                        apart=self._words.quantity(time_text(apart)),
                        listed=listed,
                    )
                ]
        key = "within_open" if within is not None and not timed else "few_open"
        return [self._words(f"records.{key}", n=count, which=self._words(f"which.{node.pick.which}"), listed=listed)]


def _within(part: core.Node, whole: core.Node | core.Records) -> bool:
    return whole.origin.start <= part.origin.start and part.origin.end <= whole.origin.end


def picked(node: core.Aggregate, counted: Sequence[RecordTrace]) -> list[RecordTrace] | None:
    """The records that went into a number, in order of time; nothing where that is not certain."""
    keys = [each.key.outcome if each.key is not None else None for each in counted]
    if node.pick is None:
        return list(counted)
    count, within, last = node.pick.count, node.pick.within, node.pick.which == "latest"
    if within is None and len(counted) == count:
        return list(counted)
    if not all(isinstance(key, datetime.date) for key in keys):
        return None
    timed = all(isinstance(key, DayTime) for key in keys)
    minutes = sorted(_minute(key) for key in keys)
    if not timed and (within is not None or len({minute // _DAY for minute in minutes}) < len(keys)):
        return None  # of two on one day nobody knows the later
    if within is not None:
        minutes = _near_one_another(minutes, count, within)
    if len(minutes) < count:
        return None
    if len(minutes) > count and minutes[-count if last else count] == minutes[-count - 1 if last else count - 1]:
        return None
    taken = set(minutes[-count:] if last else minutes[:count])
    ordered = sorted(counted, key=lambda each: _minute(each.key.outcome if each.key is not None else None))
    return [each for each in ordered if each.key is not None and _minute(each.key.outcome) in taken]


def _near_one_another(minutes: list[int], count: int, within: int) -> list[int]:
    """Of moments in order, those that are among so many within so many minutes."""
    near: set[int] = set()
    for first, last in zip(minutes, minutes[count - 1 :], strict=False):
        if last - first <= within:
            near.update(minute for minute in minutes if first <= minute <= first + within)
    return [minute for minute in minutes if minute in near]


def time_text(minutes: int) -> str:
    """ "10 minutes", "2 hours"."""
    unit, size = next((u, s) for u, s in (("day", _DAY), ("hour", 60), ("minute", 1)) if minutes % s == 0)
    return number_text(minutes // size, parse_unit(f"{unit}s"))


def _minute(day: object) -> int:
    assert isinstance(day, datetime.date)
    return day.toordinal() * _DAY + (day.minute if isinstance(day, DayTime) else 0)
