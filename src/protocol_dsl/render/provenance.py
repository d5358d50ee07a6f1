"""Where a value of a patient's record comes from: its source, its date, and who recorded it."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.evaluate.facts import FactDetail
from protocol_dsl.render.record import Record
from protocol_dsl.render.showing import shown
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import VALUE, YesNo


@frozen
class Provenance:
    """The three as texts, empty where the record does not say."""

    source: str = ""
    date: str = ""
    by: str = ""


def provenance_of(record: Record, node: core.Fact | core.Field, row: int | None = None) -> Provenance:
    """What the record says of a fact, or of a field of a row (from 0)."""
    return _told(record, record.detail(node, row))


def row_provenance(record: Record, rows: str, at: int) -> Provenance:
    """What the record says of a row (from 0), beside whichever of its fields it stands; each text once."""
    found: dict[str, dict[str, None]] = {"source": {}, "date": {}, "by": {}}
    for name in dict.fromkeys((VALUE, *(field.name for field in record.rows_kind(rows).fields))):
        told = _told(record, record.evaluation.facts.details.get((rows, at, name), FactDetail()))
        for part, texts in found.items():
            if text := getattr(told, part):
                texts[text] = None
    return Provenance(**{part: record.words.clauses(texts) for part, texts in found.items()})


def provenance(record: Record, node: core.Fact | core.Field) -> str:
    """ "source: spirometry report; dated 16 March 2026", as far as the value itself does not say it."""
    told, item, words = provenance_of(record, node), record.item(node), record.words
    judged = isinstance(item.kind, YesNo) and item.kind.role is not None
    parts = []
    if told.source:
        parts.append(words("checklist.from_source", source=told.source))
    if told.date and not judged:
        parts.append(words("checklist.dated", date=told.date))
    if told.by and not judged:
        parts.append(words("checklist.by", by=told.by))
    return words.clauses(parts)


def _told(record: Record, detail: FactDetail) -> Provenance:
    day = record.words.day(detail.date) if detail.date else ""
    return Provenance(shown(record.named(detail.source or "")), day, shown(record.named(detail.by or ""), 80))
