"""The checklist of a protocol: what to record, the limits it must meet, and boxes for the result.

It has two editions. In the edition `source` the values are written on the form, which is then itself a source document;
the edition `index` says for each criterion in which document the values are, and holds none of them. A blank form is
that of a patient of whom nothing is recorded. No box is ticked beforehand, on the form of a patient neither: what the
record holds is printed beside the boxes, and the person who signs ticks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.facts import PatientFacts
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.evaluate.trace import TraceNode, field_name
from protocol_dsl.render.checklist_model import (
    Checklist,
    ChecklistRow,
    ChecklistSection,
    Edition,
    Grid,
    Head,
    Line,
    SourceLine,
    blocks_of,
)
from protocol_dsl.render.checklist_questions import LONGEST, Place, Questions, looks_at_records
from protocol_dsl.render.checklist_rows import day_size, facts_of, room_beside, rows_decide
from protocol_dsl.render.checklist_terms import meanings
from protocol_dsl.render.dictionary_document import draft_stamp
from protocol_dsl.render.document_model import StatementLine, statement_of
from protocol_dsl.render.patient_text import PatientText
from protocol_dsl.render.provenance import Provenance, provenance_of, row_provenance
from protocol_dsl.render.reasons import counted_in, exception_of, is_one_sentence
from protocol_dsl.render.record import Record
from protocol_dsl.render.references import References, days_of
from protocol_dsl.render.row_tables import goes_over_series
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.traceability import paragraphs
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import DataItem, Date, Rows
from protocol_dsl.values import UNKNOWN, Unknown

__all__ = ["Edition", "checklist"]

_RESULTS: Final = {"pass": "passes", "fail": "fails", "unknown": "open", "not_applicable": "not_applicable"}
_LIST_OPENS: Final = re.compile(r"(?<= of)(?=:$)")
_MOST_KEPT: Final = 10
"""A criterion of more lines than these may be broken over pages."""


def checklist(
    protocol: Protocol, words: Wording, evaluation: Evaluation | None, edition: Edition = "source"
) -> Checklist:
    """The checklist, blank or with the days and values that a patient's record holds."""
    blank = evaluation is None
    if evaluation is None:
        nothing = PatientFacts(tuple(UNKNOWN for _ in protocol.items))
        evaluation = Evaluation(protocol, None, nothing, compile_protocol(protocol))
    record = Record(evaluation, words)
    writer = _Writer(record, blank, edition)
    sections = []
    for kind in ("inclusion", "exclusion"):
        rows = tuple(writer.row(result) for result in evaluation.criteria if result.criterion.kind == kind)
        if rows:
            sections.append(ChecklistSection(kind, words(f"document.{kind}"), rows))
    header = protocol.header
    return Checklist(
        title=words(f"checklist.title_{edition}"),
        edition=edition,
        protocol=shown(record.terms.title),
        full_title=shown(record.terms.header("full title"), LONGEST),
        number=shown(header.get("protocol number", header.get("registry number", ""))),
        version=shown(header.get("version", "")),
        sha256=protocol.source.sha256,
        stamp=draft_stamp(protocol, words),
        subject=shown(evaluation.patient or "", 100),
        heads=_in_pairs(list(_heads(record))),
        lead=tuple(words(f"checklist.{key}") for key in (f"lead_{edition}", *(() if blank else ("lead_filled",)))),
        sections=tuple(sections),
        evaluated=() if blank else tuple(_verdict(evaluation, words)),
    )


def _verdict(evaluation: Evaluation, words: Wording) -> Iterator[str]:
    """The verdict by the record, and which criteria made it."""
    yield words.joined(PatientText(evaluation, words, colour=False, width=80).verdict())
    for result, key in (("fail", "evaluated_fail"), ("unknown", "evaluated_open")):
        ids = [shown(each.criterion.id) for each in evaluation.criteria if each.result == result]
        if ids:
            yield words(f"checklist.{key}", ids=words.listed(ids))


# ---- head -----------------------------------------------------------------------------------------------------------


def _heads(record: Record) -> Iterator[Head]:
    """What identifies the form: the protocol, the site, the subject, and the days of the trial."""
    protocol, words, header = record.protocol, record.words, record.protocol.header
    numbered = [key for key in ("protocol number", "registry number") if key in header]
    for key in numbered or ["protocol number"]:
        yield Head(words(f"checklist.{key.replace(' ', '_')}"), shown(header.get(key, "")))
    version, date = shown(header.get("version", "")), words.day_written(shown(header.get("date", "")))
    both = words("checklist.version_of", version=version, date=date) if version and date else version or date
    yield Head(words("checklist.version"), both)
    yield Head(words("checklist.site"))
    yield Head(words("checklist.subject"), shown(record.evaluation.patient or "", 100))
    yield Head(words("checklist.screening_number"))
    days = days_of(protocol)
    if not any("consent" in day.name.casefold() for day in days):
        yield Head(words("checklist.consent"), size="date")
    for item in days:
        value = record.value(item.name)
        recorded = "" if isinstance(value, Unknown) else record.plain(value)
        room = room_beside(record, item.name, value) if recorded else None
        yield Head(capital(shown(record.named(item.name))), recorded, day_size(record, item.name), room)


def _in_pairs(heads: Sequence[Head]) -> tuple[tuple[Head, ...], ...]:
    return tuple(tuple(heads[at : at + 2]) for at in range(0, len(heads), 2))


# ---- criteria -------------------------------------------------------------------------------------------------------


@frozen
class _Tally:
    """What kinds of lines a list consists of, to say in words what makes it pass."""

    answers: int = 0
    dates: int = 0
    values: int = 0
    choices: int = 0


class _Writer:
    """Writes the rows of one checklist."""

    def __init__(self, record: Record, blank: bool, edition: Edition):
        self.record = record
        self.words = record.words
        self.terms = record.terms
        self.blank = blank
        self.edition = edition
        self.questions = Questions(record, blank)
        self.references = References(record.protocol, record.terms)

    def row(self, result: CriterionResult) -> ChecklistRow:
        """One criterion."""
        criterion = result.criterion
        notes = self.terms.notes(criterion.id, criterion.notes)
        row = ChecklistRow(
            shown(criterion.id),
            shown(self.terms.criterion_title(criterion)),
            repeats=tuple(shown(text, LONGEST) for note, text in notes if note.kind == "may be repeated within"),
        )
        if not criterion.statement:
            duties = tuple(shown(text, LONGEST) for note, text in notes if note.kind == "duty")
            return evolve(row, duties=(*duties, self.words("sentence.duty_only")))
        boxes = ["passes", "fails", "open", *(["not_applicable"] if result.applies is not None else [])]
        applies = ""
        if result.applies is not None:
            applies = self.words("checklist.applies_if", words=shown(self.record.said(result.applies.node), LONGEST))
        row = evolve(
            row,
            boxes=tuple(self.words(f"checklist.{box}") for box in boxes),
            applies_if=applies,
            evaluated="" if self.blank else self.words(f"checklist.{_RESULTS[result.result]}"),
        )
        return self._index_row(row, result) if self.edition == "index" else self._source_row(row, result)

    def _source_row(self, row: ChecklistRow, result: CriterionResult) -> ChecklistRow:
        lines: list[Line] = []
        applies = result.applies
        if applies is not None:
            lines += self.questions.lines(Place(applies, True, 0, quiet=True))
            lines.append(Line(text=self.words("checklist.if_applies"), heading=True))
        wanted = result.criterion.kind == "inclusion"
        rule = Place(result.rule, wanted, 0, whole=True)
        lines += self.questions.lines(rule) if applies is None else self.questions.under(applies.node, rule)
        decides = tuple(self._decides(result))
        told = tuple(meanings(self.record, self.references, result.criterion))
        quotation = paragraphs(self.terms.quotation(result.criterion))
        lines = list(_notes_once(_without_repetition(lines)))
        printed = (
            len(row.repeats) + sum(map(_depth_of, (*told, *decides))) + sum(1 + len(text) // 100 for text in quotation)
        )
        keep = sum(map(_room, lines)) + printed <= _MOST_KEPT
        return evolve(
            row,
            quotation=quotation,
            blocks=blocks_of(lines),
            meanings=told,
            decides=decides,
            source=self._source(result),
            keep=keep,
            keep_end=sum(map(_depth_of, decides)) <= _MOST_KEPT,
        )

    def _index_row(self, row: ChecklistRow, result: CriterionResult) -> ChecklistRow:
        """In which documents the facts of a criterion are, with the approved wording, or else the rule."""
        criterion, sources = result.criterion, tuple(self._sources(result))
        quotation = paragraphs(self.terms.quotation(criterion))
        decides = () if quotation else tuple(self._statement(result))
        keep = len(sources) + len(quotation) + sum(map(_depth_of, decides)) <= _MOST_KEPT
        label = self.terms.quotation_label(criterion, "checklist.approved_wording")
        return evolve(row, quotation=quotation, quotation_label=label, sources=sources, decides=decides, keep=keep)

    # ---- sources ----------------------------------------------------------------------------------------------------

    def _facts(self, result: CriterionResult) -> Iterator[core.Fact | core.Field]:
        for condition in (result.criterion.applies_if, result.criterion.rule):
            yield from facts_of(condition, self.record.protocol)

    def _source(self, result: CriterionResult) -> str:
        return self._each_once(self._planned(self.record.item(fact)) for fact in self._facts(result))

    def _planned(self, item: DataItem) -> str:
        """The document in which the protocol says that an item is found."""
        return shown(self.terms.text_of(item.name, "source", item.source)) if item.source else ""

    def _sources(self, result: CriterionResult) -> Iterator[SourceLine]:
        """A line for each fact, and one for each list with all its rows."""
        names: dict[str, core.Fact] = {}
        for fact in self._facts(result):
            name = fact.rows if isinstance(fact, core.Field) else fact.name
            item = self.record.protocol.items[name]
            if name != EVALUATION_DATE and not item.day:
                names.setdefault(name, core.Fact(name, origin=fact.origin, words=name))
        for name, fact in names.items():
            item, told = self.record.protocol.items[name], [provenance_of(self.record, fact)]
            planned = [self._planned(item)]
            if isinstance(item.kind, Rows):
                told += [row_provenance(self.record, name, at) for at in range(len(self.record.rows(name)))]
                planned += [self._planned(field) for field in item.kind.fields]
            documents = [each.source for each in told] if any(each.source for each in told) else planned
            yield SourceLine(
                capital(shown(self.record.named(name))),
                self._each_once(documents),
                self._each_once(_dates(told)),
                not self.blank and self._is_missing(item, len(told) - 1),
            )

    def _is_missing(self, item: DataItem, rows: int) -> bool:
        """Whether an item, or a field in one of its rows, is missing and could still decide."""
        names = {item.name}
        if isinstance(item.kind, Rows):
            fields = [core.Field(item.name, each.name, origin=each.span, words=each.name) for each in item.kind.fields]
            names.update(field_name(self.record.protocol, each, at + 1) for each in fields for at in range(rows))
        return not names.isdisjoint(self.record.missing)

    def _each_once(self, texts: Iterable[str]) -> str:
        return self.words.clauses(dict.fromkeys(text for text in texts if text))

    # ---- what decides -----------------------------------------------------------------------------------------------

    def _decides(self, result: CriterionResult) -> Iterator[StatementLine]:
        """What makes a criterion pass, in a sentence where that can be, else the rule with its lists."""
        trace = result.rule
        inclusion = result.criterion.kind == "inclusion"
        if isinstance(trace.node, core.Every) and inclusion and not goes_over_series(self.record, trace.node):
            if told := rows_decide(self.record, trace.node):
                yield StatementLine("", told)
            return
        parts: Iterable[TraceNode] = (trace,)
        if isinstance(trace.node, core.All) and not is_one_sentence(trace):
            parts = trace.children
        # Where some of the answers say whether others count, "all answers are yes" would be misread.
        tally = self._tally(parts) if inclusion and result.applies is None else None
        if tally is not None:
            told = self.words(
                "checklist.passes_all", conditions=self.words.all_of(self._told(tally), "joint.and_clause")
            )
            yield StatementLine("", told)
            return
        yield from self._statement(result)

    def _statement(self, result: CriterionResult) -> Iterator[StatementLine]:
        """The rule word for word, begun by what it decides."""
        lines = self._rule_lines(result)
        if not lines:
            return
        first = lines[0]
        listed = bool(first.inner) or len(lines) > 1
        words = first.text if listed else self.record.said(result.rule.node)
        key = "passes" if result.criterion.kind == "inclusion" else "fails"
        form = (
            "where"
            if result.rule.node.words.startswith(("if ", "for each "))
            else (not listed and _there(result.rule)) or "if"
        )
        told = self.words(f"checklist.{key}_{form}", words=shown(words, LONGEST))
        if listed:
            told = _LIST_OPENS.sub(self.words("checklist.these_hold"), self.words.unended(told))
        yield evolve(first, text=told, inner=tuple(map(self._opened, first.inner)))
        yield from map(self._opened, lines[1:])

    def _opened(self, line: StatementLine) -> StatementLine:
        """A line of a list; one that opens another list says so in full words."""
        text = _LIST_OPENS.sub(self.words("checklist.these"), line.text)
        return evolve(line, text=text, inner=tuple(map(self._opened, line.inner)))

    def _rule_lines(self, result: CriterionResult) -> tuple[StatementLine, ...]:
        """The lines of a rule, without those that say when it applies."""
        lines = statement_of("", self.terms.statement(result.criterion)).lines
        return lines if result.applies is None else lines[1:]

    def _tally(self, parts: Iterable[TraceNode]) -> _Tally | None:
        """The lines by kind; nothing where one of them is more than a question to be answered with yes."""
        tally = _Tally()
        for trace in parts:
            node = trace.node
            asked_as_yes_no = isinstance(node, core.Member) and not self.questions.choices(trace)
            about_days = isinstance(node, core.During) or (isinstance(node, core.Compare) and self._is_date(node.left))
            answered = about_days and self._is_answered(trace)
            if isinstance(node, core.Fact | core.Agreement) or asked_as_yes_no or answered:
                tally = evolve(tally, answers=tally.answers + 1)
            elif about_days:
                tally = evolve(tally, dates=tally.dates + 1)
            elif isinstance(node, core.Member):
                tally = evolve(tally, choices=tally.choices + 1)
            elif self._is_range(trace) and not looks_at_records(self.record, node):
                answered = self._is_answered(trace)
                tally = evolve(tally, answers=tally.answers + answered, values=tally.values + (not answered))
            else:
                return None
        return tally

    def _is_answered(self, trace: TraceNode) -> bool:
        """Whether a comparison is asked as a question: of choices, or of days in the head of the form."""
        first = trace.children[0] if isinstance(trace.node, core.During) else trace
        return not looks_at_records(self.record, trace.node) and not self.questions.blanks(first)

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
            many = {1: "one", 2: "two"}.get(tally.answers, "many")
            told.append(self.words(f"checklist.answer_{many}"))
        for number, kind in ((tally.choices, "choice"), (tally.values, "value"), (tally.dates, "date")):
            if number:
                told.append(self.words(f"checklist.{kind}_{'one' if number == 1 else 'many'}"))
        return told


def _dates(told: Iterable[Provenance]) -> Iterator[str]:
    return (each.date for each in told)


def _room(line: Line) -> int:
    """About how many lines of a page a line of the form takes."""
    table = 0
    if line.grid is not None:
        rows = len(line.grid.columns) if line.grid.turned else len(line.grid.rows) + line.grid.empty
        table = 2 + 3 * rows // 2
    return max(table, 1) + len(line.below) + len(line.recorded)


def _depth_of(line: StatementLine) -> int:
    return 1 + len(line.text) // 100 + sum(map(_depth_of, line.inner))


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


def _without_repetition(lines: Sequence[Line]) -> Iterator[Line]:
    """What stands twice in a criterion is asked, signed, and filled in once."""
    tables = _fullest_tables(lines)
    seen: set[object] = set()
    at = 0
    while at < len(lines):
        line = lines[at]
        table = _table_under(lines, at)
        key: object = line.text if table is not None else evolve(line, level=0)
        end = at + (2 if table is not None else 1)
        if key in seen and (table is not None or line.boxes):
            while end < len(lines) and _is_signature(lines[end]) and lines[end].level > line.level:
                end += 1
        elif table is not None:
            seen.add(key)
            yield from (line, evolve(lines[at + 1], grid=tables[line.text]))
        else:
            seen.add(key)
            yield _without_blanks(line, seen)
            seen.update(blank for blank in line.blanks if blank.size != "line")
        at = end


def _table_under(lines: Sequence[Line], at: int) -> Grid | None:
    """The table of which a line is the heading; one with a line for each field is filled in for itself."""
    table = lines[at + 1].grid if lines[at].heading and at + 1 < len(lines) else None
    return None if table is None or table.turned else table


def _fullest_tables(lines: Sequence[Line]) -> dict[str, Grid]:
    """Of the tables for the same records, by their heading, that with all the columns that are asked for."""
    found: dict[str, Grid] = {}
    for at, line in enumerate(lines):
        table = _table_under(lines, at)
        if table is not None and len(table.columns) > len(found[line.text].columns if line.text in found else ()):
            found[line.text] = table
    return found


def _without_blanks(line: Line, seen: set[object]) -> Line:
    """The line without the places that have been filled in above it."""
    if not seen.intersection(line.blanks):
        return line
    blanks = tuple(blank for blank in line.blanks if blank not in seen)
    if blanks or line.text or not line.below:
        return evolve(line, blanks=blanks)
    return evolve(line, blanks=(), text=line.below[0], below=line.below[1:])


def _notes_once(lines: Iterable[Line]) -> Iterator[Line]:
    """The choices of a column stand under its first table only."""
    seen: set[str] = set()
    for line in lines:
        yield line if line.grid is None else evolve(line, below=tuple(text for text in line.below if text not in seen))
        seen.update(line.below)


def _is_signature(line: Line) -> bool:
    return any(blank.size == "line" for blank in line.blanks)
