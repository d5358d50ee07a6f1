"""The data dictionary: days and periods, data items by group, lists of words; also as a document of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from protocol_dsl.render.document_model import Entry, Table
from protocol_dsl.render.kinds import kind_words
from protocol_dsl.render.protocol_model import Dictionary, DictionaryDocument, Running, TablePart
from protocol_dsl.render.references import DAYS, days_of, groups_of, own_fields
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics.checked import Period, Protocol, WordList
from protocol_dsl.semantics.types import DataItem, Quantity, Rows
from protocol_dsl.syntax import nodes

LONGEST: Final = 20_000
_WIDTHS: Final = {"name": 24, "kind": 26, "question": 20, "asked_if": 16, "silence": 14, "source": 18, "code": 14}
_BRIEF_SHA: Final = 12


def dictionary_document(protocol: Protocol, words: Wording) -> DictionaryDocument:
    """The data dictionary of a protocol."""
    terms = Terms(protocol, words)
    return DictionaryDocument(
        words("document.dictionary"),
        shown(terms.title, LONGEST),
        running(protocol, terms, words("document.dictionary")),
        draft_stamp(protocol, words),
        tuple(about(protocol, terms)),
        dictionary(protocol, terms),
    )


def dictionary(protocol: Protocol, terms: Terms) -> Dictionary:
    """All tables of the dictionary."""
    days = _days(protocol, terms)
    groups = tuple(_groups(protocol, terms))
    return Dictionary(days, groups, tuple(_lists(protocol, terms)), terms.words("document.dictionary_lead"))


# ---- what every document of a protocol says of it -------------------------------------------------------------------


def draft_stamp(protocol: Protocol, words: Wording) -> tuple[str, ...]:
    """Why a document of the protocol is a draft: its status, or open questions."""
    reasons = []
    if protocol.header.get("status", "").casefold().startswith("draft"):
        reasons.append(words("document.draft_status"))
    notes = [note for criterion in protocol.criteria for note in criterion.notes]
    notes += [note for definition in protocol.definitions.values() for note in definition.notes]
    open_questions = sum(note.kind == "open question" for note in notes)
    if open_questions:
        reasons.append(words("document.draft_questions", n=open_questions))
    return tuple(reasons)


def running(protocol: Protocol, terms: Terms, kind: str) -> Running:
    """The lines at the head and the foot of each page: the protocol, its version, its date and the file it is from."""
    words, title = terms.words, shown(terms.title)
    version, date = (shown(terms.header(key)) for key in ("version", "date"))
    foot = [words.day_written(date) if date else "", shown(terms.header("status"))]
    foot.append(words("document.sha256_short", sha256=protocol.source.sha256[:_BRIEF_SHA]))
    left = words("document.running", protocol=title, version=version) if version else title
    return Running(left, kind, words("document.foot_joint").join(part for part in foot if part))


ABOUT: Final = ("protocol number", "registry number", "version", "date", "status", "phase", "sponsor")


def about(protocol: Protocol, terms: Terms) -> Iterator[Entry]:
    """What identifies the protocol, below the title."""
    for key in ABOUT:
        if text := terms.header(key):
            told = terms.words.day_written(text) if key == "date" else text
            yield Entry(header_name(key, terms.words), shown(told, LONGEST))


def header_name(key: str, words: Wording) -> str:
    """The name of a line of the header."""
    return words(f"document.header_{key.replace(' ', '_')}")


# ---- days and data --------------------------------------------------------------------------------------------------


def _days(protocol: Protocol, terms: Terms) -> tuple[TablePart, ...]:
    words = terms.words
    rows: list[tuple[str, ...]] = [
        (named(day.name, day.aliases, terms), words("document.days_planned") if day.planned else "", "")
        for day in days_of(protocol)
    ]
    rows += [_period(period, terms) for period in protocol.periods]
    if not rows:
        return ()
    table = _without_empty_columns((words("document.day"), words("document.note"), words("document.days_in")), rows)
    widths = {1: "100", 2: "60 40"}.get(len(table.header), "40 20 40")
    return (TablePart(DAYS, words("document.days"), table, widths),)


def _period(period: Period, terms: Terms) -> tuple[str, str, str]:
    first, last = terms.said(period.first), terms.said(period.last)
    told = terms.words("document.period_days", first=shown(first), last=shown(last))
    return named(period.name, period.aliases, terms), terms.words("document.period"), told


def _groups(protocol: Protocol, terms: Terms) -> Iterator[TablePart]:
    words = terms.words
    for at, (group, items) in enumerate(groups_of(protocol), 1):
        told = shown(terms.name(group), LONGEST) if group else words("document.data_other")
        yield _items(f"data-{at}", capital(told), items, terms)


def _computed(protocol: Protocol, rows: str) -> Iterator[nodes.DefinitionSyntax]:
    """The values that a list of rows computes from the fields of each row."""
    for section in protocol.syntax.sections if protocol.syntax is not None else ():
        yield from (
            each for declared in section.declarations if declared.name.text == rows for each in declared.derived
        )


def _items(id_: str, heading: str, items: Iterable[DataItem], terms: Terms) -> TablePart:
    rows: list[tuple[str, ...]] = []
    for item in items:
        rows.append(_item(item, named(item.name, item.aliases, terms), terms))
        if isinstance(item.kind, Rows):
            singular = terms.name(item.kind.singular)
            for each in own_fields(item.kind):
                field = named(each.name, each.aliases, terms, item.name)
                rows.append(_item(each, terms.words("document.field_of", name=field, singular=singular), terms))
            for computed in _computed(terms.protocol, item.name):
                field = named(computed.name.text, [each.text for each in computed.aliases], terms, item.name)
                told = terms.words("kind.computed", formula=terms.computed(computed))
                name = terms.words("document.field_of", name=field, singular=singular)
                rows.append((name, shown(told, LONGEST), *[""] * (len(_WIDTHS) - 2)))
    header = tuple(terms.words(f"document.{key}") for key in _WIDTHS)
    kept = _filled(header, rows)
    table = Table(tuple(header[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows))
    shares = [list(_WIDTHS.values())[at] for at in kept]
    widths = [round(100 * share / sum(shares)) for share in shares]
    return TablePart(id_, heading, table, " ".join(map(str, widths)))


def _item(item: DataItem, name: str, terms: Terms) -> tuple[str, ...]:
    words = terms.words
    silence = ""
    if item.if_not_recorded is not None:
        value = item.if_not_recorded
        told = terms.name(value, item.name) if isinstance(value, str) else words("value.yes" if value else "value.no")
        silence = words("document.silence_value", value=told)
    asked = terms.said(item.asked_if_words) if item.asked_if_words else ""
    texts = [terms.text_of(item.name, key, text) if text else "" for key, text in _prose(item)]
    return (
        name,
        shown(_kind(item, terms), LONGEST),
        shown(texts[0], LONGEST),
        shown(asked, LONGEST),
        shown(silence, LONGEST),
        shown(texts[1], LONGEST),
        shown(words.clauses(item.codes), LONGEST),
    )


def _prose(item: DataItem) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("question", item.question or ""), ("source", item.source or "")


def _kind(item: DataItem, terms: Terms) -> str:
    """The kind of an item; of one in two units, also how the one is computed from the other."""
    words, told = terms.words, kind_words(item.kind, terms, item.name)
    other = item.kind.other if isinstance(item.kind, Quantity) else None
    if other is None or other.factor is None or not isinstance(item.kind, Quantity):
        return told
    shift = f" {'+' if other.shift > 0 else '−'} {abs(other.shift)}" if other.shift else ""
    formula = f"{other.unit.symbol} = {other.factor} × {item.kind.unit.symbol}{shift}"
    return words.clauses([told, formula])


def named(name: str, aliases: Iterable[str], terms: Terms, owner: str | None = None) -> str:
    """A name with its short forms in brackets."""
    told = shown(terms.name(name, owner), LONGEST)
    short = [each for alias in aliases if (each := shown(terms.name(alias), LONGEST)) != told]
    return terms.words("document.also", name=told, aliases=terms.words.listed(short)) if short else told


# ---- lists of words -------------------------------------------------------------------------------------------------


def _lists(protocol: Protocol, terms: Terms) -> Iterator[TablePart]:
    words = terms.words
    for at, listed in enumerate(protocol.lists, 1):
        key = "document.list_closed" if listed.outside is None else "document.list_open"
        lead = words(f"{key}_of" if listed.of else key, of=shown(terms.name(listed.of)))
        header = tuple(words(f"document.{column}") for column in ("word", "code", "note"))
        rows = list(_members(listed, terms))
        if 2 * sum(any(row[1:]) for row in rows) < len(rows):  # columns that are nearly empty would only take room
            rows = [(_with_aside(row[0], [each for each in row[1:] if each], terms), "", "") for row in rows]
        table = _without_empty_columns(header, rows)
        widths = {1: "100", 2: "60 40"}.get(len(table.header), "50 25 25")
        name = capital(named(listed.name, listed.aliases, terms))
        yield TablePart(f"list-{at}", name, table, widths, lead)


def _members(listed: WordList, terms: Terms) -> Iterator[tuple[str, ...]]:
    for word in (*listed.members, *(listed.outside or ())):
        codes = shown(terms.words.listed(listed.codes.get(word, ())), LONGEST)
        note = "" if word in listed.members else terms.words("document.not_in_list")
        yield shown(terms.name(word), LONGEST), codes, note


def _with_aside(word: str, asides: list[str], terms: Terms) -> str:
    return terms.words("document.also", name=word, aliases=terms.words.listed(asides)) if asides else word


def _without_empty_columns(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    kept = _filled(header, rows)
    return Table(tuple(header[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows))


def _filled(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[int]:
    """The columns that are worth their room: the first, and those in which something stands."""
    return [at for at in range(len(header)) if at == 0 or any(row[at] for row in rows)]
