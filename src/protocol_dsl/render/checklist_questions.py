"""The lines of a checklist on which the facts of a criterion are recorded: questions, values, signatures.

The rules are read as traces, so that a window shows its days as soon as the record holds the day it is measured from.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve, field, frozen

from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.checklist_model import Blank, Line, Size
from protocol_dsl.render.checklist_rows import (
    blank_of,
    day_size,
    facts_of,
    nodes_under,
    room_beside,
    row_lines,
    series_lines,
    signature_lines,
    unit_after,
)
from protocol_dsl.render.needs import complement_of
from protocol_dsl.render.provenance import provenance
from protocol_dsl.render.reasons import Part, by_clock, counted_in, exception_of, is_one_sentence, named_facts, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import short_unit
from protocol_dsl.render.showing import NUMBERS, capital, shown, whole_day
from protocol_dsl.render.window_words import conjuncts, loops_in
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import DataItem, Date, OneOf, Quantity, Rows, SeveralOf, YesNo
from protocol_dsl.values import UNKNOWN, Unknown

LONGEST: Final = 2000


@frozen
class Place:
    """Where a condition stands in a row: which truth is wanted of it, how deep it is set in, and what states it."""

    trace: TraceNode
    wanted: bool
    level: int
    said: str | None = None
    turned: bool = field(default=False, kw_only=True)
    whole: bool = field(default=False, kw_only=True)
    """Whether it is the whole rule, which is printed under the lines."""
    quiet: bool = field(default=False, kw_only=True)

    @property
    def stated(self) -> str:
        """The words that state the condition: those of a `not` above it, where there is one."""
        return self.said if self.said is not None else self.trace.node.words


class Questions:
    """Writes the lines of the criteria of one checklist; a blank one does not look at the record."""

    def __init__(self, record: Record, blank: bool):
        self.record = record
        self.words = record.words
        self.blank = blank
        self._governing: list[core.Node] = []
        """The conditions under which the lines stand that are being written."""

    def under(self, condition: core.Node, place: Place) -> Iterator[Line]:
        """The lines of a part that is answered only where a condition holds."""
        before = self._governing
        self._governing = [*before, *conjuncts(condition)]
        yield from self.lines(place)
        self._governing = before

    def _said(self, node: core.Written | str) -> str:
        return shown(self.record.said(node), LONGEST)

    def _name(self, name: str, owner: str | None = None) -> str:
        return shown(self.record.named(name, owner))

    def lines(self, place: Place) -> Iterator[Line]:
        """The lines on which is recorded what a condition asks for."""
        trace, level = place.trace, place.level
        match trace.node:
            case core.Fact() | core.Field():
                yield from self._question(trace, level)
            case core.Agreement(answer):
                yield from self._signed(trace.children[0], answer, self.record.said(trace.node), level)
            case core.Defined():
                yield from self._defined(place)
            case core.Not():
                inner = trace.children[0]
                turned = evolve(place, trace=inner, wanted=not place.wanted, turned=not place.turned)
                lines = list(self.lines(evolve(turned, said=place.stated)))
                if place.level and isinstance(inner.node, core.Fact | core.Field | core.Agreement):
                    # The question is asked without the "not", under a heading that counts what holds.
                    told = self.words("checklist.holds_if_no")
                    lines[0] = evolve(lines[0], below=(*lines[0].below, told))
                yield from lines
            case core.All() if (counted := counted_in(trace)) is not None:
                yield from self._exactly(place, counted)
            case core.All() | core.AtLeast() if trace.children and not is_one_sentence(trace):
                yield from self._list(place)
            case core.If() if not is_one_sentence(trace):
                yield from self._case(place)
            case core.Every() | core.AtLeastRows() as node:
                limit = 0 if isinstance(node, core.Every) else node.count - place.turned
                yield from _set_in(row_lines(self.record, trace, limit), level)
            case core.Chosen() | core.Consecutive() | core.Stable():
                yield from self._series(place)
            case core.Member():
                yield self._member(place)
            case core.Known(condition=condition):
                known = self.words("checklist.known", words=self._said(condition))
                text = self.words.sentence(known if place.said is None else self._said(place.said))
                # What is not known is the answer "no" to this question.
                yield Line(text, boxes=self._yes_no()[:2], level=level)
            case core.Recorded():
                yield self._sentence(place)
            case core.During() | core.Between():
                yield self._date(place)
            case _ if looks_at_records(self.record, trace.node):
                yield from self._series(place)
            case _:
                for case in walk(trace):
                    if isinstance(case.node, core.If):
                        yield from self.lines(Place(case.children[0], True, level, quiet=True))
                yield self._values(place)

    def _series(self, place: Place) -> Iterator[Line]:
        """A condition on values from series: their records, the facts beside them, and the limit."""
        node, level = place.trace.node, place.level
        periods = node.conditions if isinstance(node, core.All) else ()
        for at, line in enumerate(series_lines(self.record, place.trace.children if periods else [place.trace])):
            if periods and at == 0:
                line = Line(text=capital(self._said(node)), heading=True)
            yield evolve(line, level=level + line.level)
        blanks = []
        for fact in facts_of(node, self.record.protocol):
            item = self.record.item(fact)
            beside = isinstance(fact, core.Fact) and not item.day and not isinstance(item.kind, Rows)
            if beside and item.name != EVALUATION_DATE:
                blanks.append(self._filled(blank_of(item, self.record), fact))
        blanks += self._results(place.trace)
        # A rule of one sentence is printed under the lines, and the condition of a case above those that it governs.
        below = [] if place.whole or place.quiet or periods else [self._limit_words(place)]
        if any(isinstance(each, core.Arithmetic | core.Power) for each in nodes_under(node)):
            below.append(self.words("checklist.no_rounding_value"))
        if blanks:
            yield Line(blanks=tuple(dict.fromkeys(blanks)), below=tuple(below), level=level)
        elif below:
            yield Line(text=below[0], below=tuple(below[1:]), level=level)

    def _results(self, trace: TraceNode) -> Iterator[Blank]:
        """A place for the number that is compared with the limit, where it is computed from records."""
        for compared in _comparisons(trace.node):
            name = compared.left
            if not isinstance(name, core.Aggregate | core.Named | core.Defined):
                continue
            found = next((each for each in walk(trace) if each.node == compared), None)
            value, limit = (each.outcome for each in found.children[:2]) if found is not None else (UNKNOWN, None)
            unit = self.record.unit_of(name)
            known = isinstance(value, NUMBERS) and not self.blank
            given = self.record.plain(value, short_unit(unit), limit) if known else ""
            after = unit_after(unit, self.record, "") if unit is not None else ""
            yield Blank(capital(self._said(name)), after, given=given)

    def _list(self, place: Place) -> Iterator[Line]:
        node, inner = place.trace.node, place.level
        unless = exception_of(place.trace)
        if unless is not None:
            yield from self.lines(Place(place.trace.children[0], place.wanted, place.level))
            yield Line(text=self.words("checklist.unless"), level=place.level, heading=True)
            yield from self.lines(Place(unless, True, place.level + 1))
            return
        heading = self._heading(node, place)
        if heading:
            yield Line(text=heading, level=place.level, heading=True)
            inner += 1
        for child in place.trace.children:
            yield from self.lines(Place(child, place.wanted, inner, quiet=place.quiet))

    def _exactly(self, place: Place, counted: TraceNode) -> Iterator[Line]:
        """A count of exactly so many, of conditions or of rows."""
        if isinstance(counted.node, core.AtLeastRows):
            yield from _set_in(row_lines(self.record, counted, counted.node.count), place.level)
            return
        assert isinstance(counted.node, core.AtLeast)
        count = self.words.count(counted.node.count)
        yield Line(text=self.words("checklist.exactly", count=count), level=place.level, heading=True)
        for child in counted.children:
            yield from self.lines(Place(child, True, place.level + 1, quiet=place.quiet))

    def _defined(self, place: Place) -> Iterator[Line]:
        """What a name stands for is asked as one question; the facts that answer it stand under it."""
        node = place.trace.node
        assert isinstance(node, core.Defined)
        if not place.quiet:
            text = self.words.sentence(self._said(place.stated))
            yield Line(text, boxes=self._yes_no(), level=place.level)
        yield from self.lines(Place(place.trace.children[0], place.wanted, place.level + 1, quiet=True))

    def _heading(self, node: core.Node, place: Place) -> str:
        """The words above a list; none where each line stands for itself."""
        count = node.count if isinstance(node, core.AtLeast) else len(place.trace.children)
        if place.quiet:
            return ""
        if place.turned:
            # `none of` and `at most 2 of` are the opposite of a list in the core.
            told = self.words("checklist.at_most", count=self.words.count(count - 1))
            return self.words("checklist.none_of") if count == 1 else told
        # In these two every line decides by itself, which is how a checklist is read.
        if place.level == 0 and (isinstance(node, core.All) if place.wanted else count == 1):
            return ""
        if isinstance(node, core.All):
            return self.words("checklist.all_of")
        return self.words("checklist.any_of" if count == 1 else "checklist.at_least", count=self.words.count(count))

    def _case(self, place: Place) -> Iterator[Line]:
        condition, then, *otherwise = place.trace.children
        yield from self.lines(Place(condition, True, place.level, quiet=True))
        yield Line(
            text=self.words("checklist.only_if", words=self._said(condition.node)), level=place.level, heading=True
        )
        yield from self.under(condition.node, Place(then, place.wanted, place.level + 1))
        for branch in otherwise:
            yield Line(text=self.words("checklist.otherwise"), level=place.level, heading=True)
            yield from self.lines(Place(branch, place.wanted, place.level + 1))

    def _only_if(self, item: DataItem) -> tuple[str, ...]:
        """Of whom a question is asked, where no line above it says so."""
        if not item.asked_if_words or item.asked_if in self._governing:
            return ()
        return (self.words("checklist.asked_if", words=self._said(item.asked_if_words)),)

    def _yes_no(self) -> tuple[str, ...]:
        return tuple(self.words(f"checklist.{box}") for box in ("yes", "no", "not_known"))

    def _recorded(self, trace: TraceNode, name: str = "") -> tuple[str, ...]:
        """What the record holds, for the form of a patient; nothing on a blank form."""
        if self.blank or trace.outcome is None:
            return ()
        node, value = trace.node, self._given(trace.node, trace)
        if not value:
            return self._reason_missing(node, name) if isinstance(node, core.Fact | core.Field) else ()
        value = self.words("checklist.value_of", name=name, value=value) if name else value
        if isinstance(node, core.Fact | core.Field) and self.record.detail(node).assumed:
            return (capital(value),)
        return (self.words("checklist.recorded", value=value),)

    def _reason_missing(self, fact: core.Fact | core.Field, name: str = "") -> tuple[str, ...]:
        reason = None if self.blank else self.record.detail(fact).reason_missing
        if not reason:
            return ()
        told = self.words("checklist.not_recorded", reason=shown(reason))
        return (capital(self.words("checklist.value_of", name=name, value=told) if name else told),)

    def _given(self, node: core.Node, trace: TraceNode | None = None) -> str:
        """A value of the record with where it comes from; nothing where it is unknown, or on a blank form."""
        if isinstance(node, core.Fact):
            value = self.record.value(node.name)
        else:
            value = UNKNOWN if trace is None else trace.outcome
        if self.blank or value is None or isinstance(value, Unknown):
            return ""
        if not isinstance(node, core.Fact | core.Field):
            return self.record.told(trace) if trace is not None else ""
        told = self.record.told_field(node, value, 0, short_unit(self.record.unit_of(node)))
        beside = provenance(self.record, node)
        return self.words("checklist.given_from", value=told, details=beside) if beside else told

    def _values_recorded(self, trace: TraceNode) -> Iterator[str]:
        """What the record holds of each fact of a condition, the days of the trial aside."""
        for fact in named_facts(trace):
            found = next((node for node in walk(trace) if node.node == fact), None)
            if found is not None and not self.record.item(fact).day:
                yield from self._recorded(found, self._name(fact.name))

    def _question(self, trace: TraceNode, level: int) -> Iterator[Line]:
        node = trace.node
        assert isinstance(node, core.Fact | core.Field)
        item = self.record.item(node)
        if isinstance(item.kind, YesNo) and item.kind.role:
            yield from self._signed(trace, node, self.record.said(node), level)
            return
        text = self._asked(item, node.name)
        below, recorded = self._only_if(item), self._recorded(trace)
        yield Line(self.words.sentence(shown(text)), boxes=self._yes_no(), below=below, recorded=recorded, level=level)

    def _signed(self, trace: TraceNode, answer: core.Fact | core.Field, text: str, level: int) -> Iterator[Line]:
        """A question that a person answers, who signs for it; a judgement has its reason."""
        kind = self.record.item(answer).kind
        assert isinstance(kind, YesNo)
        if kind.role == "judgement":
            text = self.words("checklist.judged", judge=self._name(kind.by or ""), name=self._name(answer.name))
        text, recorded = self.words.sentence(shown(text, LONGEST)), self._recorded(trace)
        below = self._only_if(self.record.item(answer))
        yield Line(text, boxes=self._yes_no(), below=below, recorded=recorded, level=level)
        yield from _set_in(signature_lines(kind, self.record), level + 1)

    def _asked(self, item: DataItem, otherwise: str) -> str:
        """The question of a data item in the author's words, or its name."""
        if item.question:
            return self.record.terms.text_of(item.name, "question", item.question)
        return self.record.named(otherwise)

    def choices(self, trace: TraceNode) -> DataItem | None:
        """The item whose question is asked in its own words, with its choices as the boxes."""
        value = trace.children[0].node
        if not isinstance(value, core.Fact | core.Field):
            return None
        item = self.record.item(value)
        return item if item.question and isinstance(item.kind, OneOf) else None

    def _member(self, place: Place) -> Line:
        trace, recorded = place.trace, self._recorded(place.trace.children[0])
        item, value = self.choices(trace), trace.children[0].node
        asked = self._only_if(self.record.item(value)) if isinstance(value, core.Fact | core.Field) else ()
        if item is None or not isinstance(item.kind, OneOf):
            text = capital(self.words.sentence(self._said(place.stated)))
            return Line(text, boxes=self._yes_no(), below=asked, recorded=recorded, level=place.level)
        choices = [self._name(choice, item.name) for choice in item.kind.choices]
        boxes = (*choices, self.words("checklist.not_known"))
        text, below = shown(self._asked(item, item.name)), (*asked, *self._limit(place))
        return Line(text, boxes=boxes, recorded=recorded, below=below, level=place.level)

    def _sentence(self, place: Place) -> Line:
        recorded = tuple(self._values_recorded(place.trace))
        return Line(
            self.words.sentence(self._said(place.stated)), boxes=self._yes_no(), recorded=recorded, level=place.level
        )

    def _limit(self, place: Place) -> tuple[str, ...]:
        part = Part(place.trace, place.wanted, place.trace, place.wanted)
        complement = complement_of(part)
        if self.words.language != "en":
            complement = self.record.terms.complement(place.trace.node.words)
        if complement is None:
            return (self._limit_words(place),)
        return (self.words("checklist.must_be" if place.wanted else "checklist.must_not_be", complement=complement),)

    def blanks(self, trace: TraceNode) -> tuple[Blank, ...]:
        """A place for each fact that goes into a value, and for the value itself where it is computed."""
        blanks = [
            self._blank(fact)
            for fact in named_facts(trace)
            if not self.record.item(fact).day and not isinstance(self.record.item(fact).kind, YesNo | OneOf)
        ]
        computed: dict[str, Blank] = {}
        for node in walk(trace):
            limits = [child.outcome for child in node.children] if isinstance(node.node, core.Compare) else []
            for child, beside in zip(node.children, limits[::-1] or [None] * len(node.children), strict=True):
                blank = self._computed(child, beside)
                if blank is not None:
                    computed.setdefault(blank.before, blank)
        return tuple(dict.fromkeys((*blanks, *computed.values())))

    def _computed(self, trace: TraceNode, beside: object) -> Blank | None:
        """A place for a number that a definition gives, never rounded to the other side of its limit."""
        name = trace.node
        if not isinstance(name, core.Defined) or name.name not in self.record.protocol.definitions:
            return None
        kind = self.record.protocol.definitions[name.name].kind
        if not isinstance(kind, Quantity):
            return None
        known = isinstance(trace.outcome, NUMBERS) and not self.blank
        unit = short_unit(self.record.unit_of(name))
        given = self.record.plain(trace.outcome, unit, beside, name.name) if known else ""
        after = unit_after(kind.unit, self.record, name.name)
        return Blank(capital(self._said(name)), after, given=given)

    def _blank(self, fact: core.Fact | core.Field) -> Blank:
        kind = self.record.item(fact).kind
        after = unit_after(kind.unit, self.record, fact.name) if isinstance(kind, Quantity) else ""
        if isinstance(kind, SeveralOf):
            return self._filled(blank_of(self.record.item(fact), self.record), fact)
        size: Size = day_size(self.record, fact.name) if isinstance(kind, Date) else "short"
        return self._filled(Blank(capital(self._name(fact.name)), after, size), fact)

    def _filled(self, blank: Blank, fact: core.Fact | core.Field) -> Blank:
        """The place with what the record holds, and with room for what is missing of it."""
        given = self._given(fact)
        value = self.record.value(fact.name) if given and isinstance(fact, core.Fact) else UNKNOWN
        return evolve(blank, given=given, room=room_beside(self.record, fact.name, value))

    def _values(self, place: Place) -> Line:
        blanks = self.blanks(place.trace)
        if not blanks:
            # All that it reads stands in the head of the form.
            return self._sentence(place)
        missing = [text for fact in named_facts(place.trace) for text in self._missing(fact)]
        below = [] if place.quiet else [self._limit_words(place)]
        if any(isinstance(node.node, core.Arithmetic) for node in walk(place.trace)):
            below.append(self.words("checklist.no_rounding_value"))
        return Line(blanks=blanks, below=tuple(below), recorded=tuple(missing), level=place.level)

    def _missing(self, fact: core.Fact | core.Field) -> tuple[str, ...]:
        """The reason that the record gives for a value that is missing."""
        return self._reason_missing(fact, self._name(fact.name))

    def _date(self, place: Place) -> Line:
        date = place.trace.children[0]
        blanks = self.blanks(date)
        if not blanks:
            return self._sentence(place)
        hint = self.words("joint.bracketed", text=self.words("checklist.day_blank"))
        blanks = tuple(
            evolve(blank, after=hint) if blank.size in ("date", "moment") and not blank.given else blank
            for blank in blanks
        )
        missing = [text for fact in named_facts(date) for text in self._missing(fact)]
        return Line(blanks=blanks, below=self._window(place), recorded=tuple(missing), level=place.level)

    def _window(self, place: Place) -> tuple[str, ...]:
        trace, node = place.trace, place.trace.node
        ends: list[object] = []
        both_in = (
            isinstance(node, core.During) and node.start and node.end and node.start_included and node.end_included
        )
        if both_in and not by_clock(node):
            ends = [whole_day(end.outcome) for end in trace.children[2:4]]
        days = [self.words.day(end) for end in ends if isinstance(end, datetime.date)]
        if len(days) == 2:
            key = "must_lie" if place.wanted else "excluded_window"
            return (self.words(f"checklist.{key}", first=days[0], last=days[1]),)
        return () if place.quiet else (self._limit_words(place),)

    def _limit_words(self, place: Place) -> str:
        """The limit, from the side that lets the patient pass."""
        key = "must_be_limit" if place.wanted else "must_not_limit"
        return self.words(f"checklist.{key}", words=self._said(place.trace.node))


def looks_at_records(record: Record, node: core.Node) -> bool:
    """Whether a condition is about the records of a list."""
    return next(loops_in(node, record.protocol), None) is not None


def _comparisons(node: core.Node) -> Iterator[core.Compare]:
    """The comparisons that decide a condition on records; not those that say of each record whether it counts."""
    match node:
        case core.Compare():
            yield node
        case core.Not(inner):
            yield from _comparisons(inner)
        case core.All(conditions=conditions) | core.AtLeast(conditions=conditions):
            for each in conditions:
                yield from _comparisons(each)
        case core.If():
            for branch in (node.then, node.otherwise):
                yield from () if branch is None else _comparisons(branch)
        case core.Chosen(records=(*_, last)) if last.body is not None:
            yield from _comparisons(last.body)


def _set_in(lines: Iterable[Line], level: int) -> Iterator[Line]:
    return (evolve(line, level=level + line.level) for line in lines)
