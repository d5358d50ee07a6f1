"""The document of a protocol, put together from the checked protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.render.document_model import (
    CriteriaSection,
    CriterionText,
    DataGroup,
    DefinitionText,
    Entry,
    ProtocolDocument,
    Table,
    statement_of,
)
from protocol_dsl.render.kinds import kind_words
from protocol_dsl.render.showing import shown
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Criterion, Note, Protocol
from protocol_dsl.semantics.types import DRUG, SERIES_FIELDS, Coded, DataItem, Date, Quantity, Rows, YesNo

_LONGEST: Final = 20_000
_POPULATION: Final = ("condition", "intervention", "rationale")
_NOTE_WORDS: Final = {
    "interpretation": "interpretation",
    "open question": "open_question",
    "not counted": "not_counted",
    "duty": "duty",
    "rationale": "rationale",
    "source": "source",
    "note": "note",
}


def protocol_document(protocol: Protocol, words: Wording) -> ProtocolDocument:
    """Everything that a protocol says, in the order of a protocol's document."""
    questions = tuple(_questions(protocol, words))
    return ProtocolDocument(
        title=_text(protocol.name),
        full_title=_text(protocol.header.get("full title", "")),
        stamp=draft_stamp(protocol, words),
        about=tuple(_about(protocol, words)),
        population=tuple(Entry(key, _text(protocol.header[key])) for key in _POPULATION if key in protocol.header),
        criteria=tuple(_criteria(protocol, words)),
        questions=questions,
        definitions=tuple(_definitions(protocol, words)),
        days=_days(protocol, words),
        groups=tuple(_groups(protocol, words)),
        treatment=tuple(words(f"treatment.{key}") for key in _treatment(protocol)),
    )


def draft_stamp(protocol: Protocol, words: Wording) -> tuple[str, ...]:
    """Why a document of the protocol is a draft: its status, or open questions."""
    reasons = []
    if protocol.header.get("status", "").casefold().startswith("draft"):
        reasons.append(words("document.draft_status"))
    open_questions = len(list(_questions(protocol, words)))
    if open_questions:
        reasons.append(words("document.draft_questions", n=open_questions))
    return tuple(reasons)


def _text(text: str) -> str:
    return shown(text, _LONGEST)


def _about(protocol: Protocol, words: Wording) -> Iterator[Entry]:
    for key, text in protocol.header.items():
        if key not in (*_POPULATION, "full title"):
            yield Entry(key, _text(text))
    yield Entry(words("document.sha256"), protocol.source.sha256)


def _questions(protocol: Protocol, words: Wording) -> Iterator[Entry]:
    for criterion in protocol.criteria:
        yield from (Entry(criterion.id, _text(n.text)) for n in criterion.notes if n.kind == "open question")
    for definition in protocol.definitions.values():
        yield from (Entry(definition.name, _text(n.text)) for n in definition.notes if n.kind == "open question")


# ---- criteria and definitions ---------------------------------------------------------------------------------------


def _criteria(protocol: Protocol, words: Wording) -> Iterator[CriteriaSection]:
    for kind in ("inclusion", "exclusion"):
        criteria = tuple(_criterion(each, words) for each in protocol.criteria if each.kind == kind)
        empty = "none_in_source" if kind in protocol.none_in_source else "none"
        yield CriteriaSection(
            words(f"document.{kind}"), words(f"document.{kind}_lead"), criteria, words(f"document.{empty}")
        )


def _criterion(criterion: Criterion, words: Wording) -> CriterionText:
    return CriterionText(
        criterion.id,
        _text(criterion.title),
        tuple(_text(line) for line in criterion.quotation),
        statement_of(criterion.id, criterion.statement),
        _notes(criterion.notes, words),
    )


def _notes(notes: Iterable[Note], words: Wording) -> tuple[Entry, ...]:
    return tuple(Entry(words(f"document.{_NOTE_WORDS[note.kind]}"), _text(note.text)) for note in notes)


def _definitions(protocol: Protocol, words: Wording) -> Iterator[DefinitionText]:
    for definition in protocol.definitions.values():
        statement = statement_of(definition.name, definition.statement)
        yield DefinitionText(_text(definition.name), statement, _notes(definition.notes, words))


# ---- data -----------------------------------------------------------------------------------------------------------


def days_of(protocol: Protocol) -> list[DataItem]:
    """The days of the trial. The evaluation date is one of them where a rule asks for it."""
    asked = {node.name for node in all_nodes(protocol) if isinstance(node, core.Fact)}
    named = [item for item in protocol.items.values() if item.day or item.name == EVALUATION_DATE]
    return [item for item in named if item.name != EVALUATION_DATE or item.name in asked]


def _days(protocol: Protocol, words: Wording) -> Table | None:
    days = days_of(protocol)
    if not days:
        return None
    rows = tuple((_named(day, words), words("document.days_planned") if day.planned else "") for day in days)
    return Table((words("document.day"), words("document.note")), rows)


def _groups(protocol: Protocol, words: Wording) -> Iterator[DataGroup]:
    for group, items in protocol.groups():
        items = tuple(item for item in items if not item.day and item.name != EVALUATION_DATE)
        if not items:
            continue
        heading = words("document.data_group", group=_text(group)) if group else words("document.data_other")
        yield DataGroup(heading, _dictionary(items, words))


def _dictionary(items: tuple[DataItem, ...], words: Wording) -> Table:
    rows: list[tuple[str, ...]] = []
    for item in items:
        rows.append(_dictionary_row(item, _named(item, words), words))
        if isinstance(item.kind, Rows):
            for each in own_fields(item.kind):
                name = words("document.field_of", name=_named(each, words), singular=item.kind.singular)
                rows.append(_dictionary_row(each, name, words))
    header = tuple(words(f"document.{key}") for key in ("name", "kind", "question", "asked_if", "silence", "source"))
    # A column in which nothing stands is not worth its room.
    kept = [at for at in range(len(header)) if any(row[at] for row in rows)]
    return Table(tuple(header[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows))


def own_fields(kind: Rows) -> tuple[DataItem, ...]:
    """The fields of a row that the author declared, and not those that every series has."""
    implied = [name for name in SERIES_FIELDS[kind.form] if name != DRUG]
    return tuple(f for f in kind.fields if f.name not in implied and not (f.name == DRUG and isinstance(f.kind, Coded)))


def _dictionary_row(item: DataItem, name: str, words: Wording) -> tuple[str, ...]:
    silence = item.if_not_recorded
    if silence is None:
        told = words("document.silence_unknown")
    else:
        value = silence if isinstance(silence, str) else words("value.yes" if silence else "value.no")
        told = words("document.silence_value", value=_text(value))
    return (
        name,
        _text(kind_words(item.kind, words)),
        _text(item.question or ""),
        _text(item.asked_if_words or ""),
        told,
        _text(item.source or ""),
    )


def _named(item: DataItem, words: Wording) -> str:
    if not item.aliases:
        return _text(item.name)
    return words("document.also", name=_text(item.name), aliases=", ".join(_text(alias) for alias in item.aliases))


# ---- how values are treated -----------------------------------------------------------------------------------------


def all_nodes(protocol: Protocol) -> Iterator[core.Node]:
    """Every node of the rules and of the definitions."""
    waiting: list[core.Node] = [criterion.rule for criterion in protocol.criteria]
    waiting += [criterion.applies_if for criterion in protocol.criteria if criterion.applies_if is not None]
    waiting += [definition.body for definition in protocol.definitions.values() if definition.body is not None]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(parts_of(node))


def _treatment(protocol: Protocol) -> Iterator[str]:
    """What a reader has to know of the ways in which this protocol compares values."""
    nodes = list(all_nodes(protocol))
    kinds = [item.kind for item in protocol.items.values()]
    yield "missing"
    if any(item.if_not_recorded is not None for item in protocol.items.values()):
        yield "silence"
    if any(isinstance(node, core.Known) and node.words.startswith("known ") for node in nodes):
        yield "known"
    if any(isinstance(kind, Rows) for kind in kinds):
        yield "rows"
    if any(isinstance(node, core.Known) and node.words.endswith(" ever") for node in nodes):
        yield "ever"
    if any(isinstance(node, core.Chosen) for node in nodes):
        yield "chosen"
    if any(isinstance(node, core.ShiftDays) for node in nodes):
        yield "lengths"
    if any(isinstance(node, core.Every) for node in nodes):
        yield "every"
    if any(isinstance(node, core.Compare | core.During | core.Between) for node in nodes):
        yield "inclusive"
    if any(isinstance(kind, Quantity) for kind in kinds):
        yield from ("numbers", "units")
    if any(isinstance(node, core.During | core.Shift) for node in nodes):
        yield "calendar"
    if any(isinstance(node, core.Completed) for node in nodes):
        yield "completed"
    if any(isinstance(kind, Date) for kind in kinds):
        yield "partial"
    if any(isinstance(kind, YesNo) and kind.role for kind in kinds):
        yield "judgement"
