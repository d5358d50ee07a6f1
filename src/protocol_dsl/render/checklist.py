"""The checklist of a protocol: what to record, the limits it must meet, and boxes for the result.

The rules are read as traces, so that a window shows its days as soon as the record holds the day it is measured from.
A blank form is that of a patient of whom nothing is recorded.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve, field, frozen

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.facts import PatientFacts
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.checklist_rows import blank_of, facts_of, nodes_under, row_lines, series_lines
from protocol_dsl.render.document_model import Blank, Checklist, ChecklistRow, ChecklistSection, Line
from protocol_dsl.render.needs import complement_of
from protocol_dsl.render.protocol_document import days_of, draft_stamp
from protocol_dsl.render.reasons import Part, by_clock, counted_in, exception_of, is_one_sentence, named_facts, walk
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import goes_over_series, short_unit
from protocol_dsl.render.showing import capital, day_text, sentence, shown, whole_day
from protocol_dsl.render.window_words import loops_in
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import DataItem, Date, OneOf, Quantity, Rows, SeveralOf, YesNo
from protocol_dsl.values import UNKNOWN, Unknown

_LONG: Final = 2000


def checklist(protocol: Protocol, words: Wording, evaluation: Evaluation | None) -> Checklist:
    """The checklist, blank or with the days and values that a patient's record holds."""
    blank = evaluation is None
    if evaluation is None:
        nothing = PatientFacts(tuple(UNKNOWN for _ in protocol.items))
        evaluation = Evaluation(protocol, None, nothing, compile_protocol(protocol))
    writer = _Writer(Record(evaluation, words), blank)
    sections = []
    for kind in ("inclusion", "exclusion"):
        rows = tuple(writer.row(result) for result in evaluation.criteria if result.criterion.kind == kind)
        if rows:
            sections.append(ChecklistSection(words(f"document.{kind}"), rows))
    return Checklist(
        title=words("checklist.title"),
        protocol=shown(protocol.name),
        version=shown(protocol.header.get("version", "")),
        sha256=protocol.source.sha256,
        stamp=draft_stamp(protocol, words),
        subject=shown(evaluation.patient or "", 100),
        days=tuple(writer.day(item) for item in days_of(protocol)),
        sections=tuple(sections),
    )


@frozen
class _Tally:
    """What kinds of lines a list consists of, to say in words what makes it pass."""

    answers: int = 0
    dates: int = 0
    values: int = 0
    choices: int = 0
    conditional: bool = False


class _Writer:
    """Writes the rows of one checklist."""

    def __init__(self, record: Record, blank: bool):
        self.record = record
        self.words = record.words
        self.blank = blank
        self._rule: TraceNode | None = None

    def day(self, item: DataItem) -> Line:
        """A day of the trial, printed where it is known."""
        value = self.record.value(item.name)
        recorded = "" if isinstance(value, Unknown) else self.record.plain(value)
        return Line(blanks=(Blank(capital(shown(item.name)), date=True),), recorded=recorded)

    def row(self, result: CriterionResult) -> ChecklistRow:
        """One criterion."""
        criterion = result.criterion
        self._rule = result.rule
        lines: list[Line] = []
        applies = ""
        if not criterion.statement:
            duties = tuple(shown(note.text, _LONG) for note in criterion.notes if note.kind == "duty")
            duty = self.words("sentence.duty_only")
            return ChecklistRow(criterion.id, shown(criterion.title), "", (), (*duties, duty), (), "")
        if result.applies is not None:
            applies = self.words("checklist.applies_if", words=shown(result.applies.node.words, _LONG))
            lines += self._lines(_Place(result.applies, True, 0, quiet=True))
        lines += self._lines(_Place(result.rule, criterion.kind == "inclusion", 0))
        boxes = ["passes", "fails", "open", *(["not_applicable"] if result.applies is not None else [])]
        return ChecklistRow(
            criterion.id,
            shown(criterion.title),
            applies,
            tuple(_without_repetition(lines)),
            tuple(self._decides(result)),
            tuple(self.words(f"checklist.{box}") for box in boxes),
            self._source(result),
        )

    def _source(self, result: CriterionResult) -> str:
        sources = []
        for condition in (result.criterion.applies_if, result.criterion.rule):
            for fact in facts_of(condition, self.record.protocol):
                source = self.record.item(fact).source
                if source and source not in sources:
                    sources.append(source)
        return "; ".join(shown(source) for source in sources)

    # ---- what decides -----------------------------------------------------------------------------------------------

    def _decides(self, result: CriterionResult) -> Iterator[str]:
        criterion, trace = result.criterion, result.rule
        inclusion = criterion.kind == "inclusion"
        if isinstance(trace.node, core.Every) and inclusion and not goes_over_series(self.record, trace.node):
            yield from row_lines(self.record, trace.node).decides
            return
        parts: Iterable[TraceNode] = (trace,)
        joined = trace.node
        if isinstance(joined, core.All) and not is_one_sentence(trace):
            parts = trace.children
        tally = self._tally(parts) if inclusion else None
        if tally is not None:
            yield self.words("checklist.passes_all", conditions=self.words.all_of(self._told(tally)))
            return
        words = shown(trace.node.words, _LONG)
        key = "passes" if inclusion else "fails"
        form = "where" if words.startswith("if ") else _there(trace) or "if"
        yield self.words(f"checklist.{key}_{form}", words=words)

    def _tally(self, parts: Iterable[TraceNode]) -> _Tally | None:
        """The lines by kind; nothing where one of them is more than a question to be answered with yes."""
        tally = _Tally()
        for trace in parts:
            node = trace.node
            asked_as_yes_no = isinstance(node, core.Member) and not self._choices(trace)
            if isinstance(node, core.Fact | core.Agreement) or asked_as_yes_no:
                tally = evolve(tally, answers=tally.answers + 1)
            elif isinstance(node, core.During):
                tally = evolve(tally, dates=tally.dates + 1)
            elif isinstance(node, core.Member):
                tally = evolve(tally, choices=tally.choices + 1)
            elif isinstance(node, core.Compare) and self._is_date(node.left):
                tally = evolve(tally, dates=tally.dates + 1)
            elif (isinstance(node, core.Compare) or self._is_range(trace)) and not self._looks_at_records(node):
                tally = evolve(tally, values=tally.values + 1)
            elif isinstance(node, core.If) and node.otherwise is None:
                then = self._tally(trace.children[1:2])
                if then != _Tally(answers=1):
                    return None
                tally = evolve(tally, answers=tally.answers + 1, conditional=True)
            else:
                return None
        return tally

    def _looks_at_records(self, node: core.Node) -> bool:
        return next(loops_in(node, self.record.protocol), None) is not None

    def _is_date(self, node: core.Node) -> bool:
        match node:
            case core.Fact() | core.Field():
                return isinstance(self.record.item(node).kind, Date)
            case core.Defined(name):
                return isinstance(self.record.protocol.definitions[name].kind, Date)
            case _:
                return isinstance(node, core.Shift | core.Extreme)

    def _is_range(self, trace: TraceNode) -> bool:
        """Whether it is one sentence about a number: a range, or a limit by case."""
        match trace.node:
            case core.Compare(left=left):
                return not self._is_date(left)
            case core.If():
                return all(self._is_range(branch) for branch in trace.children[1:]) and is_one_sentence(trace)
            case core.All() | core.AtLeast() if counted_in(trace) is None:
                return is_one_sentence(trace) and all(self._is_range(child) for child in trace.children)
            case _:
                return False

    def _told(self, tally: _Tally) -> list[str]:
        told = []
        if tally.answers:
            many = "applying" if tally.conditional else {1: "one", 2: "two"}.get(tally.answers, "many")
            told.append(self.words(f"checklist.answer_{many}"))
        if tally.choices:
            told.append(self.words(f"checklist.choice_{'one' if tally.choices == 1 else 'many'}"))
        if tally.values:
            told.append(self.words(f"checklist.value_{'one' if tally.values == 1 else 'many'}"))
        if tally.dates:
            told.append(self.words(f"checklist.date_{'one' if tally.dates == 1 else 'many'}"))
        return told

    # ---- lines ------------------------------------------------------------------------------------------------------

    def _lines(self, place: _Place) -> Iterator[Line]:
        trace, level = place.trace, place.level
        match trace.node:
            case core.Fact() | core.Field():
                yield self._question(trace, level)
            case core.Agreement(answer):
                yield self._signed(trace.children[0], answer, trace.node.words, level)
            case core.Defined():
                yield from self._defined(place)
            case core.Not():
                inner = trace.children[0]
                turned = evolve(place, trace=inner, wanted=not place.wanted, turned=not place.turned)
                yield from self._lines(evolve(turned, said=place.stated))
            case core.All() if (counted := counted_in(trace)) is not None:
                yield from self._exactly(place, counted)
            case core.All() | core.AtLeast() if trace.children and not is_one_sentence(trace):
                yield from self._list(place)
            case core.If() if not is_one_sentence(trace):
                yield from self._case(place)
            case core.Every() | core.AtLeastRows() as node:
                limit = 0 if isinstance(node, core.Every) else node.count - place.turned
                yield from row_lines(self.record, node, limit).lines
            case core.Chosen() | core.Consecutive() | core.Stable():
                yield from self._series(place)
            case core.Member():
                yield self._member(place)
            case core.Known() | core.Recorded():
                yield self._sentence(place)
            case core.During() | core.Between():
                yield self._date(place)
            case _ if self._looks_at_records(trace.node):
                yield from self._series(place)
            case _:
                for case in walk(trace):
                    if isinstance(case.node, core.If):
                        yield from self._lines(_Place(case.children[0], True, level, quiet=True))
                yield self._values(place)

    def _series(self, place: _Place) -> Iterator[Line]:
        """A condition on values from series: their records, the facts beside them, and the limit."""
        node, level = place.trace.node, place.level
        periods = node.conditions if isinstance(node, core.All) else ()
        for at, line in enumerate(series_lines(self.record, periods[0] if periods else node)):
            if periods and at == 0:
                line = Line(text=capital(shown(node.words)), heading=True)
            yield evolve(line, level=level + line.level)
        blanks = []
        for fact in facts_of(node, self.record.protocol):
            item = self.record.item(fact)
            beside = isinstance(fact, core.Fact) and not item.day and not isinstance(item.kind, Rows)
            if beside and item.name != EVALUATION_DATE:
                blanks.append(blank_of(item, self.words))
        # A rule of one sentence is printed under the lines.
        below = [] if place.trace is self._rule or periods else [self._limit_words(place)]
        if any(isinstance(each, core.Arithmetic | core.Power) for each in nodes_under(node)):
            below.append(self.words("checklist.no_rounding_value"))
        if blanks:
            yield Line(blanks=tuple(dict.fromkeys(blanks)), below=tuple(below), level=level)
        elif below:
            yield Line(text=below[0], below=tuple(below[1:]), level=level)

    def _list(self, place: _Place) -> Iterator[Line]:
        node, inner = place.trace.node, place.level
        unless = exception_of(place.trace)
        if unless is not None:
            yield from self._lines(_Place(place.trace.children[0], place.wanted, place.level))
            yield Line(text=self.words("checklist.unless"), level=place.level, heading=True)
            yield from self._lines(_Place(unless, True, place.level + 1))
            return
        heading = self._heading(node, place)
        if heading:
            yield Line(text=heading, level=place.level, heading=True)
            inner += 1
        for child in place.trace.children:
            yield from self._lines(_Place(child, place.wanted, inner, quiet=place.quiet))

    def _exactly(self, place: _Place, counted: TraceNode) -> Iterator[Line]:
        """A count of exactly so many, of conditions or of rows."""
        if isinstance(counted.node, core.AtLeastRows):
            yield from row_lines(self.record, counted.node, counted.node.count).lines
            return
        assert isinstance(counted.node, core.AtLeast)
        count = self.words.count(counted.node.count)
        yield Line(text=self.words("checklist.exactly", count=count), level=place.level, heading=True)
        for child in counted.children:
            yield from self._lines(_Place(child, True, place.level + 1, quiet=place.quiet))

    def _defined(self, place: _Place) -> Iterator[Line]:
        """What a name stands for is asked as one question; the facts that answer it stand under it."""
        node = place.trace.node
        assert isinstance(node, core.Defined)
        if not place.quiet:
            meaning = shown(place.trace.children[0].node.words, _LONG)
            below = (sentence(self.words("checklist.means", name=shown(node.words), words=meaning)),)
            yield Line(sentence(shown(place.stated)), boxes=self._yes_no(), below=below, level=place.level)
        yield from self._lines(_Place(place.trace.children[0], place.wanted, place.level + 1, quiet=True))

    def _heading(self, node: core.Node, place: _Place) -> str:
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

    def _case(self, place: _Place) -> Iterator[Line]:
        condition, then, *otherwise = place.trace.children
        yield from self._lines(_Place(condition, True, place.level, quiet=True))
        yield Line(
            text=self.words("checklist.only_if", words=shown(condition.node.words)), level=place.level, heading=True
        )
        yield from self._lines(_Place(then, place.wanted, place.level + 1))
        for branch in otherwise:
            yield Line(text=self.words("checklist.otherwise"), level=place.level, heading=True)
            yield from self._lines(_Place(branch, place.wanted, place.level + 1))

    def _yes_no(self) -> tuple[str, ...]:
        return tuple(self.words(f"checklist.{box}") for box in ("yes", "no", "not_known"))

    def _recorded(self, trace: TraceNode) -> str:
        """What the record holds, for the form of a patient; nothing on a blank form."""
        if self.blank or isinstance(trace.outcome, Unknown):
            return ""
        return self.words("checklist.recorded", value=self.record.told(trace))

    def _question(self, trace: TraceNode, level: int) -> Line:
        node = trace.node
        assert isinstance(node, core.Fact | core.Field)
        item = self.record.item(node)
        if isinstance(item.kind, YesNo) and item.kind.role:
            return self._signed(trace, node, node.words, level)
        text = item.question or node.name
        return Line(sentence(shown(text)), boxes=self._yes_no(), recorded=self._recorded(trace), level=level)

    def _signed(self, trace: TraceNode, answer: core.Fact | core.Field, text: str, level: int) -> Line:
        kind = self.record.item(answer).kind
        by = kind.by if isinstance(kind, YesNo) and kind.by else ""
        if isinstance(kind, YesNo) and kind.role == "judgement":
            text = self.words("checklist.judged", judge=by, name=answer.name)
        signature = self.words("checklist.signature_of", by=capital(by)) if by else self.words("checklist.signature")
        recorded = self._recorded(trace)
        return Line(
            sentence(shown(text, _LONG)), boxes=self._yes_no(), recorded=recorded, signature=signature, level=level
        )

    def _choices(self, trace: TraceNode) -> DataItem | None:
        """The item whose question is asked in its own words, with its choices as the boxes."""
        value = trace.children[0].node
        if not isinstance(value, core.Fact | core.Field):
            return None
        item = self.record.item(value)
        return item if item.question and isinstance(item.kind, OneOf) else None

    def _member(self, place: _Place) -> Line:
        trace, recorded = place.trace, self._recorded(place.trace.children[0])
        item = self._choices(trace)
        if item is None or not isinstance(item.kind, OneOf):
            text = capital(sentence(shown(place.trace.node.words if place.said is None else place.said)))
            return Line(text, boxes=self._yes_no(), recorded=recorded, level=place.level)
        boxes = (*(shown(choice) for choice in item.kind.choices), self.words("checklist.not_known"))
        text, below = shown(item.question or ""), self._limit(place)
        return Line(text, boxes=boxes, recorded=recorded, below=below, level=place.level)

    def _sentence(self, place: _Place) -> Line:
        return Line(sentence(shown(place.stated)), boxes=self._yes_no(), level=place.level)

    def _limit(self, place: _Place) -> tuple[str, ...]:
        part = Part(place.trace, place.wanted, place.trace, place.wanted)
        complement = complement_of(part)
        if complement is None:
            return (self._limit_words(place),)
        return (self.words("checklist.must_be" if place.wanted else "checklist.must_not_be", complement=complement),)

    def _blanks(self, trace: TraceNode) -> tuple[Blank, ...]:
        """A place for each fact that goes into a value, and for the value itself where it is computed."""
        blanks = [
            self._blank(fact)
            for fact in self._facts(trace)
            if not self.record.item(fact).day and not isinstance(self.record.item(fact).kind, YesNo | OneOf)
        ]
        for node in walk(trace):
            if isinstance(node.node, core.Defined) and node.node.name in self.record.protocol.definitions:
                kind = self.record.protocol.definitions[node.node.name].kind
                if isinstance(kind, Quantity):
                    unit = short_unit(kind.unit)
                    after = unit.symbol if unit is not None and unit.code != "1" else ""
                    blanks.append(Blank(capital(shown(node.node.words)), after))
        return tuple(dict.fromkeys(blanks))

    def _facts(self, trace: TraceNode) -> Iterator[core.Fact | core.Field]:
        yield from named_facts(trace)

    def _blank(self, fact: core.Fact | core.Field) -> Blank:
        kind = self.record.item(fact).kind
        unit = short_unit(kind.unit) if isinstance(kind, Quantity) else None
        after = unit.symbol if unit is not None and unit.code != "1" else ""
        if isinstance(kind, SeveralOf):
            return blank_of(self.record.item(fact), self.words)
        return Blank(capital(shown(fact.name)), after, isinstance(kind, Date))

    def _values(self, place: _Place) -> Line:
        recorded = ""
        if not self.blank:
            told = [
                f"{fact.name} {self.record.plain(value, self.record.unit_of(fact))}"
                for fact in named_facts(place.trace)
                if not isinstance(value := self.record.outcome_of(place.trace, fact), Unknown)
                and value is not None
                and not self.record.item(fact).day
            ]
            recorded = self.words("checklist.recorded", value="; ".join(told)) if told else ""
        below = [self._limit_words(place)]
        if any(isinstance(node.node, core.Arithmetic) for node in walk(place.trace)):
            below.append(self.words("checklist.no_rounding_value"))
        return Line(blanks=self._blanks(place.trace), below=tuple(below), recorded=recorded, level=place.level)

    def _date(self, place: _Place) -> Line:
        trace = place.trace
        note = self.words("checklist.day_blank")
        blanks = tuple(
            evolve(blank, after=f"({note})") if blank.date else blank for blank in self._blanks(trace.children[0])
        )
        return Line(
            blanks=blanks,
            below=self._window(place),
            recorded=self._recorded(trace.children[0]),
            level=place.level,
        )

    def _window(self, place: _Place) -> tuple[str, ...]:
        trace, node = place.trace, place.trace.node
        ends: list[object] = []
        both_in = (
            isinstance(node, core.During) and node.start and node.end and node.start_included and node.end_included
        )
        if both_in and not by_clock(node):
            ends = [whole_day(end.outcome) for end in trace.children[2:4]]
        days = [day_text(end) for end in ends if isinstance(end, datetime.date)]
        if len(days) == 2:
            key = "must_lie" if place.wanted else "excluded_window"
            return (self.words(f"checklist.{key}", first=days[0], last=days[1]),)
        return (self._limit_words(place),)

    def _limit_words(self, place: _Place) -> str:
        """The limit, from the side that lets the patient pass."""
        key = "must_be_limit" if place.wanted else "must_not_limit"
        return self.words(f"checklist.{key}", words=shown(place.trace.node.words, _LONG))


@frozen
class _Place:
    """Where a condition stands in a row: which truth is wanted of it, how deep it is set in, and what states it."""

    trace: TraceNode
    wanted: bool
    level: int
    said: str | None = None
    turned: bool = field(default=False, kw_only=True)
    quiet: bool = field(default=False, kw_only=True)

    @property
    def stated(self) -> str:
        """The words that state the condition: those of a `not` above it, where there is one."""
        return self.said if self.said is not None else self.trace.node.words


def _there(trace: TraceNode) -> str | None:
    """How a rule that counts rows is begun: "if there is any biopsy", "if there are at most 3 biopsies"."""
    if exception_of(trace) is not None:
        return _there(trace.children[0])
    inner = trace.children[0] if isinstance(trace.node, core.Not) else counted_in(trace) or trace
    periods = isinstance(inner.node, core.All) and all(isinstance(n, core.AtLeastRows) for n in inner.node.conditions)
    if not isinstance(inner.node, core.AtLeastRows) and not periods:
        return None
    one = trace.node.words.startswith(("any ", "no ")) or re.match(r"[a-z ]+ 1 ", trace.node.words) is not None
    return "if_there_is" if one else "if_there_are"


def _without_repetition(lines: Iterable[Line]) -> Iterator[Line]:
    """A question that stands twice in a criterion is asked once."""
    seen: set[Line] = set()
    for line in lines:
        if not line.boxes or line not in seen:
            seen.add(line)
            yield line
