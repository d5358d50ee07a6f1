"""The explanations of patients as one document: every criterion, and the values on which they rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render.checklist_rows import facts_of
from protocol_dsl.render.dictionary_document import draft_stamp
from protocol_dsl.render.explanation import Block
from protocol_dsl.render.patient_text import PatientText, messages, patient_heading
from protocol_dsl.render.provenance import provenance_of, row_provenance
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import short_unit
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import DataItem, Rows, YesNo
from protocol_dsl.values import PartialDate, Unknown
from protocol_dsl.version import __version__

_LONGEST_ID: Final = 100
_TOLD_OPEN: Final = ("fail", "unknown")


@frozen
class CriterionPart:
    """One criterion of one patient. `unfolded`: it fails or is open, and is read first."""

    id: str
    title: str
    result: str
    word: str
    blocks: tuple[Block, ...]
    unfolded: bool


@frozen
class ValueLine:
    """A value of the record, and where it comes from."""

    name: str
    value: str
    source: str
    date: str
    by: str


@frozen
class PatientPart:
    """The explanation of one patient, or what is wrong with its facts.

    For the overview, `short` is the word of the verdict without its full stop; `fails` and `open` are ids.
    """

    anchor: str
    name: str
    heading: str
    verdict: str
    word: str
    short: str
    counts: str
    evaluated: str = ""
    fails: str = ""
    open: str = ""
    criteria: tuple[CriterionPart, ...] = ()
    closing: str = ""
    to_record: tuple[str, ...] = ()
    values: tuple[ValueLine, ...] = ()
    errors: tuple[str, ...] = ()


@frozen
class ExplanationPage:
    """The explanations of patients by one protocol."""

    title: str
    protocol: str
    number: str
    version: str
    sha256: str
    tool: str
    stamp: tuple[str, ...]
    patients: tuple[PatientPart, ...]


def explanation_model(
    protocol: Protocol,
    results: Iterable[Evaluation | PatientError],
    words: Wording,
    *,
    only: Collection[str] | None = None,
) -> ExplanationPage:
    """The explanation of each patient, or what is wrong with its facts, in their order; `only`: ids of criteria."""
    patients = tuple(
        _patient(each, words, f"patient-{number}", only)
        if isinstance(each, Evaluation)
        else _unread(each, words, f"patient-{number}")
        for number, each in enumerate(results, 1)
    )
    header = protocol.header
    return ExplanationPage(
        title=words("page.title_one", patient=patients[0].name) if len(patients) == 1 else words("page.title_many"),
        protocol=shown(Terms(protocol, words).title),
        number=shown(header.get("protocol number", header.get("registry number", ""))),
        version=shown(header.get("version", "")),
        sha256=protocol.source.sha256,
        tool=__version__,
        stamp=draft_stamp(protocol, words),
        patients=patients,
    )


def _name(patient: str | None, words: Wording) -> str:
    return shown(patient, _LONGEST_ID) if patient is not None else words("page.nobody")


def _unread(error: PatientError, words: Wording, anchor: str) -> PatientPart:
    """A patient whose facts can't be read, in its place."""
    return PatientPart(
        anchor=anchor,
        name=_name(error.patient, words),
        heading=patient_heading(error.patient, words),
        verdict="error",
        word=words("heading.not_evaluated"),
        short=words.unended(words("heading.not_evaluated")),
        counts=words("heading.facts_wrong"),
        errors=tuple(words("page.error", code=code, message=message) for code, message in messages(error, words)),
    )


def _patient(evaluation: Evaluation, words: Wording, anchor: str, only: Collection[str] | None) -> PatientPart:
    text = PatientText(evaluation, words, colour=False, width=80)
    word, counts = text.verdict()
    told = [each for each in evaluation.criteria if only is None or each.criterion.id in only]
    closing, items = text.closing() if only is None else ("", [])
    return PatientPart(
        anchor=anchor,
        name=_name(evaluation.patient, words),
        heading=text.heading(),
        verdict=evaluation.verdict,
        word=word,
        short=words.unended(word),
        counts=counts,
        evaluated=_evaluated_on(text.record),
        fails=_ids(evaluation, "fail", words),
        open=_ids(evaluation, "unknown", words),
        criteria=tuple(_criterion(each, text) for each in _in_order(told)),
        closing=closing,
        to_record=tuple(items),
        values=tuple(_values(text.record, told)),
    )


def _evaluated_on(record: Record) -> str:
    day = record.value(EVALUATION_DATE)
    return "" if isinstance(day, Unknown) else record.words("page.evaluated_on", day=record.plain(day))


def _ids(evaluation: Evaluation, result: str, words: Wording) -> str:
    return words.listed(shown(e.criterion.id) for e in evaluation.criteria if e.result == result)


def _in_order(results: Iterable[CriterionResult]) -> list[CriterionResult]:
    """What fails, what is open, and then the others, each in the protocol's order."""
    ranks = {result: rank for rank, result in enumerate(_TOLD_OPEN)}
    return sorted(results, key=lambda each: ranks.get(each.result, len(ranks)))


def _criterion(result: CriterionResult, text: PatientText) -> CriterionPart:
    return CriterionPart(
        shown(result.criterion.id),
        shown(text.record.terms.criterion_title(result.criterion)),
        result.result,
        text.result_word(result),
        tuple(text.criteria.blocks(result)),
        result.result in _TOLD_OPEN,
    )


# ---- values ---------------------------------------------------------------------------------------------------------


def _values(record: Record, results: Iterable[CriterionResult]) -> Iterator[ValueLine]:
    """Each value that is recorded and that a criterion reads, or the reason why it is missing."""
    read: set[str] = set()
    for result in results:
        for condition in (result.criterion.applies_if, result.criterion.rule):
            facts = facts_of(condition, record.protocol)
            read.update(fact.rows if isinstance(fact, core.Field) else fact.name for fact in facts)
    for item in record.protocol.items.values():
        if item.name in read and item.name != EVALUATION_DATE:
            fact = core.Fact(item.name, origin=item.span, words=item.name)
            yield from _rows(record, item, fact) if isinstance(item.kind, Rows) else _value(record, item, fact)


def _value(record: Record, item: DataItem, fact: core.Fact) -> Iterator[ValueLine]:
    value, reason = record.value(item.name), record.detail(fact).reason_missing
    if isinstance(value, Unknown) and not reason:
        return
    told = record.told_field(fact, value, 0)
    if isinstance(item.kind, YesNo) and not isinstance(value, Unknown) and not record.is_assumed(fact):
        told = record.plain(value)  # by whom stands in its own column
    yield _line(record, fact, capital(shown(record.named(item.name))), told)


def _line(record: Record, fact: core.Fact, name: str, told: str) -> ValueLine:
    beside = provenance_of(record, fact)
    return ValueLine(name, told, beside.source, beside.date, beside.by)


def _rows(record: Record, item: DataItem, fact: core.Fact) -> Iterator[ValueLine]:
    """A line for each row of a list, or one that says that it is empty."""
    words, rows, kind = record.words, record.rows(item.name), record.rows_kind(item.name)
    if isinstance(record.value(item.name), Unknown):
        yield from _value(record, item, fact)
        return
    if not rows:
        yield _line(record, fact, capital(shown(record.named(item.name))), words("value.none"))
    for at, row in enumerate(rows):
        told = []
        for field, value in zip(kind.fields, row, strict=True):
            if not isinstance(value, Unknown):
                node = core.Field(item.name, field.name, origin=field.span, words=field.name)
                unit = short_unit(record.unit_of(node))
                text = words.day(value) if isinstance(value, PartialDate) else record.told_field(node, value, at, unit)
                told.append(words("rows.field", name=shown(record.named(field.name, item.name)), value=text))
        of_list, own = provenance_of(record, fact), row_provenance(record, item.name, at)
        yield ValueLine(
            capital(words("needed.row", singular=shown(record.named(kind.singular)), n=at + 1)),
            words.clauses(told) or words("value.not_known"),
            own.source or of_list.source,
            own.date or of_list.date,
            own.by or of_list.by,
        )
