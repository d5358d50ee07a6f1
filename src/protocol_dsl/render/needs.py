"""What has to be recorded, and which answer would do what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cached_property
from typing import Final, Literal

from attrs import frozen

from protocol_dsl.evaluate.evaluation import CriterionResult
from protocol_dsl.evaluate.trace import TraceNode, field_name, missing_facts
from protocol_dsl.render.reasons import Part, by_clock, leaves, parts_of, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.record_words import TIMES, time_text
from protocol_dsl.render.row_tables import RowTables
from protocol_dsl.render.showing import capital, shown, whole_day
from protocol_dsl.render.window_words import conjuncts, loops_in
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import DATE, END, ONGOING, DataItem, Rows, YesNo
from protocol_dsl.syntax.vocabulary import plural
from protocol_dsl.values import DayTime, Interval, PartialDate, Unknown

_SENTENCES: Final = core.Compare | core.Member | core.During | core.Between | core.Not | core.All | core.AtLeast
"""What states something of its first part."""
_NOT_ALL_NEEDED: Final = (
    core.If
    | core.AtLeast
    | core.AtLeastRows
    | core.Every
    | core.Known
    | core.Chosen
    | core.Consecutive
    | core.Stable
    | core.Aggregate
)
"""Where one answer may leave another without effect."""


@frozen
class Missing:
    """A fact that is missing, or known in part only; `row` for a field of a list (from 0)."""

    item: DataItem
    rows: str | None = None
    row: int = 0
    part: Literal["day", "month", "exact", "time"] | None = None


class Needs:
    """Tells what is missing from one patient's record."""

    def __init__(self, record: Record, tables: RowTables):
        self.record = record
        self.words = record.words
        self._tables = tables

    def missing(self, name: str) -> Missing:
        """What a name in a list of missing facts stands for."""
        if name in self.record.protocol.items:
            item = self.record.protocol.items[name]
            return Missing(item, part=_part(self.record.value(name)))
        return self._fields[name]

    @cached_property
    def _fields(self) -> dict[str, Missing]:
        protocol, found = self.record.protocol, {}
        for item in protocol.items.values():
            if isinstance(item.kind, Rows):
                for row, values in enumerate(self.record.rows(item.name)):
                    for field, value in zip(item.kind.fields, values, strict=True):
                        node = core.Field(item.name, field.name, origin=item.span, words=field.name)
                        found[field_name(protocol, node, row + 1)] = Missing(field, item.name, row, _part(value))
        return found

    # ---- under a criterion ------------------------------------------------------------------------------------------

    def needed(self, parts: Iterable[Part]) -> str:
        """What the open parts need, and which answers would pass or fail."""
        open_parts = [part for part in leaves(parts) if part.status == "open"]
        told: dict[str, None] = {}
        for part in open_parts:
            if text := self._needed(part):
                told.setdefault(text)
        if len(told) > 1 and all(self._says_no_more(part) for part in open_parts):
            names = (name for part in open_parts for name in missing_facts(self.record.protocol, part.asked))
            return self._several([self.missing(name) for name in dict.fromkeys(names)])
        return self.words.joined(text if at == 0 else capital(text) for at, text in enumerate(told))

    def _needed(self, part: Part) -> str:
        names = missing_facts(self.record.protocol, part.asked)
        wanting = [self.missing(name) for name in names]
        if not wanting:
            return ""
        lists = [each for each in wanting if isinstance(each.item.kind, Rows) and each.item.kind.dated]
        if len(lists) == len(wanting) and (open_lists := [each for each in lists if self._is_unrecorded(each)]):
            wanting = open_lists
        if len(wanting) > 1:
            return self._several(wanting)
        one = wanting[0]
        if isinstance(one.item.kind, Rows) and one.item.kind.dated:
            return self._records(part, one.item)
        if isinstance(one.item.kind, Rows):
            key = "rows" if self.record.value(one.item.name) == () else "rows_missing"
            return self.words(f"needed.{key}", name=self.record.named(one.item.name))
        if isinstance(one.item.kind, YesNo) and one.rows is None:
            return self._answer(part, one.item, one.item.kind)
        if one.part is not None:
            return self._part_of_date(one)
        return self.words.joined([self.words.ended(shown(self._name(one))), *self._would_by_words(part, one)])

    def _records(self, part: Part, item: DataItem) -> str:
        """What is to be recorded of a series of which no record counts."""
        for loop in loops_in(part.asked.node, self.record.protocol):
            if all(records.rows.name != item.name for records in loop.records):
                continue
            counts = isinstance(loop, core.AtLeastRows | core.Stable) or (
                isinstance(loop, core.Aggregate) and loop.which in ("number", "different", "days", "total")
            )
            if counts and isinstance(self.record.value(item.name), Unknown):
                return self.words("needed.series_missing", name=self._plural(item))
            first = loop.records[0]
            noun, span = self.record.series.noun(first), self.record.series.span(loop)
            if isinstance(loop, core.Aggregate) and loop.pick is not None:
                return self._few_records(loop.pick, noun, span)
            if isinstance(loop, core.Chosen) and loop.which == "previous":
                return self.words("needed.two" if span else "needed.two_ever", noun=noun, span=span)
            if span and any(self.record.series.windows.days(part) for part in conjuncts(first.member)):
                return self.words("needed.one_more", noun=noun, span=span)
            return self.words.ended(shown(self.record.said(first.words.removesuffix(" ever"))))
        return self.words.ended(self.record.named(item.name))

    def _few_records(self, pick: core.Pick, noun: str, span: str | None) -> str:
        """So many records as are taken together."""
        key = "few" if pick.within is None else "few_near"
        within = "" if pick.within is None else self.words.quantity(time_text(pick.within))
        key = key if span else f"{key}_ever"
        return self.words(f"needed.{key}", n=pick.count, noun=noun, span=span, within=within)

    def _is_unrecorded(self, one: Missing) -> bool:
        return isinstance(self.record.value(one.item.name), Unknown)

    def _says_no_more(self, part: Part) -> bool:
        """Whether nothing is to be said of which answer would do what."""
        return not part.sufficient and not part.necessary

    def _several(self, wanting: list[Missing]) -> str:
        """What is missing, where it is more than one thing, in one clause."""
        times = [shown(self._dated(each)) for each in wanting if each.part == "time"]
        rest = list(dict.fromkeys(shown(self._when_of(each, wanting)) for each in wanting if each.part != "time"))
        named = (
            [self.words("needed.time_of", what=self.words.all_of(self._few(times), "needed.and_of"))] if times else []
        )
        return self.words.ended(self.words.all_of([*self._few(rest), *named]))

    def _when_of(self, one: Missing, wanting: list[Missing]) -> str:
        """One thing that is missing; of several dates of one record they are told together."""
        if one.rows is None or one.part is not None or one.item.name not in TIMES:
            return self._phrase(one)
        together = {
            each.item.name
            for each in wanting
            if (each.rows, each.row) == (one.rows, one.row) and each.item.name in TIMES and each.part is None
        }
        of = self.record.series.short(one.rows, one.row)
        if together == {END, ONGOING}:
            return self.words("needed.end_or_ongoing", row=of)
        return self.words("needed.dates", row=of) if len(together) > 1 else self._phrase(one)

    def _phrase(self, one: Missing) -> str:
        """One thing that is missing, with what is to be recorded of it."""
        kind = one.item.kind
        if one.part is not None:
            return self.words.unended(self._part_of_date(one))
        if isinstance(kind, YesNo) and one.rows is None:
            if kind.role == "judgement":
                return self.words(
                    "record.judgement", by=self.record.named(kind.by or ""), name=self.record.named(one.item.name)
                )
            return self.words("needed.yes_no_of", name=self.record.named(one.item.name))
        return self._list_of(one.item, kind) if isinstance(kind, Rows) else self._name(one)

    def _list_of(self, item: DataItem, kind: Rows) -> str:
        """A list that is missing, or of which no record counts."""
        if not kind.dated:
            return self.words("record.rows", name=self.record.named(item.name))
        if self.record.rows(item.name):
            return self.words("record.one_that_counts", name=self.record.named(item.name))
        if kind.form == "measurements" or not isinstance(self.record.value(item.name), Unknown):
            return self.words("record.rows", name=self.record.named(item.name))
        return self.words("record.series", name=self._plural(item))

    def _plural(self, item: DataItem) -> str:
        """The name of several records of a series, where the language has a plural."""
        kind, named = item.kind, self.record.named(item.name)
        assert isinstance(kind, Rows)
        if kind.form == "measurements" or named != item.name:
            return named
        return kind.plural or plural(kind.singular)

    def _few(self, names: list[str], most: int = 4) -> list[str]:
        if len(names) <= most:
            return names
        return [*names[:most], self.words("needed.more", count=self.words.count(len(names) - most))]

    def _answer(self, part: Part, item: DataItem, kind: YesNo) -> str:
        if kind.role == "judgement":
            told = self.words(
                "needed.judgement", by=self.record.named(kind.by or ""), name=self.record.named(item.name)
            )
        elif kind.role == "agreement":
            told = self.words("needed.answer", by=self.record.named(kind.by or ""))
        else:
            told = self.words("needed.yes_no", name=self.record.named(item.name))
        if kind.role == "judgement" or not isinstance(part.trace.node, core.Fact | core.Agreement):
            return told
        good, bad = (self.words("would.answer", value=self.words(f"value.{key}")) for key in ("yes", "no"))
        if not part.wanted:
            good, bad = bad, good
        would = []
        if part.sufficient:
            would.append(self.words("would.would_pass", what=good))
        elif part.necessary:
            would.append(self.words("would.is_needed", what=good))
        if part.necessary:
            would.append(self.words("would.would_fail", what=bad))
        return self.words.joined([told, self.words.sentence(self.words.clauses(would))]) if would else told

    def _would_by_words(self, part: Part, one: Missing) -> list[str]:
        """ "At least 50% would pass", where the sentence is about the missing fact itself."""
        days = self._days_wanted(part)
        complement = days or complement_of(part)
        if complement is None or one.rows is not None or not _is_about(part.trace, one.item.name):
            return []
        # The days are those of the window itself, also where the sentence is about what lies outside.
        if part.wanted if days else part.stated_wanted:
            key = "would_pass" if part.sufficient else "is_needed" if part.necessary else None
        else:
            key = "would_fail" if part.necessary else None
        what = days or self.record.terms.complement(part.words) or complement
        return [self.words.sentence(self.words(f"would.{key}", what=closed(capital(what))))] if key else []

    def _days_wanted(self, part: Part) -> str | None:
        """The days of a window that is known."""
        if not isinstance(part.trace.node, core.During) or len(part.trace.children) < 4 or by_clock(part.trace.node):
            return None
        first, last = (whole_day(end.outcome) for end in part.trace.children[2:4])
        if not (isinstance(first, datetime.date) and isinstance(last, datetime.date)):
            return None
        if not (part.trace.node.start_included and part.trace.node.end_included):
            return None
        return self.words("would.days", first=self.words.day(first), last=self.words.day(last))

    def _part_of_date(self, one: Missing) -> str:
        name = self.record.named(one.item.name)
        own = self._dated(one)
        if own != self._name(one):
            what = own
        elif one.rows is not None:
            what = self.words("needed.of_the", what=own)
        elif name.endswith(" date"):
            what = self.words("needed.of_the", what=name.removesuffix(" date"))
        else:
            what = name.removeprefix("date of ")
        key = {"day": "the_day", "month": "the_month", "time": "the_time"}.get(one.part or "", "exact")
        return self.words(f"needed.{key}", what=shown(what))

    def _dated(self, one: Missing) -> str:
        """What a date is of: of a record it is the record's own."""
        if one.rows is not None and self.record.rows_kind(one.rows).dated and one.item.name == DATE:
            return self.record.series.short(one.rows, one.row)
        return self._name(one)

    def _name(self, one: Missing) -> str:
        if one.rows is None:
            name = self.record.named(one.item.name)
            if one.item.day and one.part is None and not name.endswith((" day", " date")):
                return self.words("needed.date_of", name=name)
            return self.words("needed.quoted", name=name) if one.item.name.casefold().endswith(" by") else name
        of = self._tables.row_name(one.rows, one.row)
        if self.record.rows_kind(one.rows).dated:
            of = self.record.series.short(one.rows, one.row)
            if one.item.name == ONGOING:
                return self.words("needed.whether_ongoing", row=of)
            if isinstance(one.item.kind, YesNo):
                return self.words("needed.row_answer", field=self.record.named(one.item.name, one.rows), row=of)
        return self.words("needed.row_field", field=self.record.named(one.item.name, one.rows), row=of)

    # ---- for the whole patient --------------------------------------------------------------------------------------

    def to_record(self) -> list[str]:
        """The missing facts in the order of the criteria, each with the criteria that wait for it."""
        ids: dict[str, list[str]] = {}
        for result in self.record.evaluation.criteria:
            for name in result.missing:
                ids.setdefault(name, []).append(result.criterion.id)
        return [
            self.words("record.line", item=shown(self._item(name)), ids=self.words.listed(ids[name])) for name in ids
        ]

    def _item(self, name: str) -> str:
        one = self.missing(name)
        name, kind = self._name(one), one.item.kind
        if one.part is not None:
            return self.words(f"record.{one.part}", name=name)
        if isinstance(kind, YesNo) and kind.role == "judgement":
            return self.words("record.judgement", by=self.record.named(kind.by or ""), name=name)
        return self._list_of(one.item, kind) if isinstance(kind, Rows) else name

    def surely_needed(self) -> bool:
        """Whether no answer to one of the missing facts could make another one needless within its criterion."""
        open_ones = [result for result in self.record.evaluation.criteria if result.missing]
        return all(len(result.missing) == 1 or self._needs_all(result) for result in open_ones)

    def _needs_all(self, result: CriterionResult) -> bool:
        if result.applies is not None and result.applies.outcome is not True:
            return False
        parts = parts_of(result.rule, result.criterion.kind == "inclusion")
        open_parts = [part for part in leaves(parts) if part.status == "open"]
        return all(
            part.necessary and not any(isinstance(node.node, _NOT_ALL_NEEDED) for node in walk(part.asked))
            for part in open_parts
        )

    def only_judgements(self, names: Iterable[str]) -> bool:
        """Whether all that is missing is one judgement or several."""
        kinds = [self.missing(name).item.kind for name in names]
        return bool(kinds) and all(isinstance(kind, YesNo) and kind.role == "judgement" for kind in kinds)


def complement_of(part: Part) -> str | None:
    """What stands after the subject of a sentence: "at least 50%" of "FVC is at least 50%"."""
    if isinstance(part.trace.node, core.Recorded):
        return None
    if isinstance(part.trace.node, core.LOOPS):
        return None
    from_left = next(iter(part.trace.children), None)
    while from_left is not None:
        subject = from_left.node.words
        # After a name that ends in "by" there is no verb before choices.
        chosen = isinstance(part.trace.node, core.Member) and subject.casefold().endswith(" by")
        verbs = ("is ", "are ", "") if chosen else ("is ", "are ")
        for verb in verbs:
            if part.words.startswith(f"{subject} {verb}"):
                return shown(part.words.removeprefix(f"{subject} {verb}"))
        from_left = next(iter(from_left.children), None)
    return None


def closed(complement: str) -> str:
    """With the comma that ends an insertion: "between 18 and 60 years, inclusive," is required."""
    return f"{complement}," if complement.endswith(("inclusive", "exclusive")) else complement


def _is_about(trace: TraceNode, name: str) -> bool:
    """Whether the words of a sentence are about a fact itself, not about something computed from it."""
    node = trace.node
    if isinstance(node, core.Compare) and isinstance(trace.children[1].outcome, Interval):
        return False  # "at least 1 month" says nothing of 30 days
    if isinstance(node, core.Fact):
        return node.name == name
    return isinstance(node, _SENTENCES) and bool(trace.children) and _is_about(trace.children[0], name)


def _part(value: object) -> Literal["day", "month", "exact", "time"] | None:
    """Which part of a date is missing; of a whole day that is its time, or it would not be missing."""
    if isinstance(value, datetime.date) and not isinstance(value, DayTime):
        return "time"
    if not isinstance(value, PartialDate):
        return None
    first = value.days[0]
    return "day" if value.text == f"{first:%Y-%m}" else "month" if value.text == f"{first:%Y}" else "exact"
