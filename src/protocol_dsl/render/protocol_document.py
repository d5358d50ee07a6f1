"""The criteria document of a protocol, put together from the checked protocol.

Its headings are those of section 5 of the template of ICH M11, the Clinical electronic Structured Harmonised Protocol;
what a reader needs beside them stands in appendices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from protocol_dsl.render.dictionary_document import (
    ABOUT,
    LONGEST,
    about,
    dictionary,
    header_name,
    named,
    running,
)
from protocol_dsl.render.dictionary_document import draft_stamp as draft_stamp
from protocol_dsl.render.document_model import Entry, Table, spoken, statement_of
from protocol_dsl.render.protocol_model import (
    CriteriaSection,
    CriterionText,
    DefinitionText,
    Link,
    ProtocolDocument,
    Remark,
)
from protocol_dsl.render.references import References
from protocol_dsl.render.references import all_nodes as all_nodes
from protocol_dsl.render.references import days_of as days_of
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.render.traceability import keeps_together, paragraphs, traces, verdict_examples
from protocol_dsl.render.treatment import limits_read, treatment
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics.checked import Criterion, Definition, Note, Period, Protocol, WordList
from protocol_dsl.semantics.types import LOWER, UPPER, Rows

_POPULATION: Final = ("condition", "intervention", "population", "rationale")
_SCREENING: Final = ("screen failure", "rescreening")
_NUMBERS: Final = {"inclusion": "5.2", "exclusion": "5.3"}
_APPENDICES: Final = ("terms", "treatment", "repeats", "decisions", "dictionary", "traces", "control")
_LETTERS: Final = "ABCDEFG"
_INTERPRETATIONS: Final = ("interpretation", "not counted")


def protocol_document(protocol: Protocol, words: Wording) -> ProtocolDocument:
    """Everything that a protocol says, in the order of a protocol's document."""
    return _Writer(protocol, words).document()


class _Writer:
    """A document while it is put together."""

    def __init__(self, protocol: Protocol, words: Wording):
        self.protocol = protocol
        self.words = words
        self.terms = Terms(protocol, words)
        self.references = References(protocol, self.terms)

    def document(self) -> ProtocolDocument:
        protocol, terms = self.protocol, self.terms
        definitions, abbreviations = tuple(self._definitions()), self._abbreviations()
        repeats = tuple(self._remarks(("may be repeated within",)))
        questions = tuple(self._remarks(("open question",)))
        interpretations = tuple(self._remarks(_INTERPRETATIONS))
        data = dictionary(protocol, terms)
        traced = tuple(traces(protocol, terms, self.references))
        verdicts = tuple(verdict_examples(protocol, terms))
        present = {
            "terms": definitions or abbreviations,
            "treatment": True,
            "repeats": repeats,
            "decisions": questions or interpretations,
            "dictionary": data.parts,
            "traces": traced,
            "control": True,
        }
        return ProtocolDocument(
            title=shown(terms.title, LONGEST),
            full_title=self._header("full title"),
            running=running(protocol, terms, self.words("document.criteria_document")),
            stamp=draft_stamp(protocol, self.words),
            about=tuple(about(protocol, terms)),
            population=tuple(self._entries(_POPULATION)),
            criteria=tuple(self._criteria()),
            childbearing=self._header("childbearing potential"),
            contraception=self._header("contraception"),
            lifestyle=self._header("lifestyle restrictions"),
            screening=tuple(self._entries(_SCREENING)),
            definitions=definitions,
            abbreviations=abbreviations,
            treatment=tuple(treatment(protocol, terms)),
            repeats=repeats,
            questions=questions,
            interpretations=interpretations,
            dictionary=data,
            traces=traced,
            verdicts=verdicts,
            control=tuple(self._control()),
            amendments=self._amendments(),
            letters=dict(zip((key for key in _APPENDICES if present[key]), _LETTERS, strict=False)),
        )

    # ---- the header -------------------------------------------------------------------------------------------------

    def _header(self, key: str) -> str:
        return shown(self.terms.header(key), LONGEST)

    def _entries(self, keys: Iterable[str]) -> Iterator[Entry]:
        for key in keys:
            if text := self._header(key):
                yield Entry(header_name(key, self.words), text)

    def _control(self) -> Iterator[Entry]:
        """What identifies the text that this document was made from."""
        words, protocol = self.words, self.protocol
        yield Entry(words("document.protocol"), shown(self.terms.title, LONGEST))
        if full := self._header("full title"):
            yield Entry(header_name("full title", words), full)
        given = {entry.name: entry for entry in about(protocol, self.terms)}
        for key in ABOUT:
            name = header_name(key, words)
            if key in ("version", "date", "status") or name in given:
                yield given.get(name, Entry(name, words("document.not_stated")))
        yield Entry(words("document.sha256"), protocol.source.sha256)
        for name, sha256 in protocol.used_files.items():
            yield Entry(words("document.sha256_of", file=shown(name, LONGEST)), sha256)
        if not protocol.amendments:
            yield Entry(words("document.amendments"), words("document.no_amendments"))

    def _amendments(self) -> Table | None:
        told = self.terms.amendments()
        if not told:
            return None
        day = self.words.day_written
        rows = [(each.version, day(each.date) if each.date else "", each.text) for each in told]
        header = tuple(self.words(f"document.{key}") for key in ("header_version", "header_date", "change"))
        return Table(header, tuple(tuple(shown(cell, LONGEST) for cell in row) for row in rows))

    # ---- criteria and definitions -----------------------------------------------------------------------------------

    def _criteria(self) -> Iterator[CriteriaSection]:
        words = self.words
        for kind, number in _NUMBERS.items():
            criteria = tuple(self._criterion(each) for each in self.protocol.criteria if each.kind == kind)
            empty = "none_in_source" if kind in self.protocol.none_in_source else "none"
            yield CriteriaSection(
                number,
                words(f"document.{kind}"),
                words(f"document.{kind}_lead"),
                criteria,
                words(f"document.{empty}"),
            )

    def _criterion(self, criterion: Criterion) -> CriterionText:
        statement = statement_of(criterion.id, spoken(self.terms.statement(criterion)))
        quotation = paragraphs(self.terms.quotation(criterion))
        notes = self._notes(criterion.id, criterion.notes)
        applies = "_applies" if criterion.applies_if is not None else ""
        used = self.references.definitions_in(criterion.statement)
        texts = [*statement.text.split("\n"), *quotation, *(note.text for note in notes)]
        return CriterionText(
            criterion.id,
            shown(self.terms.criterion_title(criterion), LONGEST),
            self.words(f"document.{criterion.kind}_rule{applies}"),
            statement,
            self.terms.quotation_label(criterion, "document.source_wording"),
            quotation,
            notes,
            tuple(self.references.link(definition) for definition in used),
            keeps_together(texts),
        )

    def _notes(self, owner: str, notes: Iterable[Note]) -> tuple[Entry, ...]:
        return tuple(
            Entry(note_name(note, self.words), shown(text, LONGEST)) for note, text in self.terms.notes(owner, notes)
        )

    def _definitions(self) -> Iterator[DefinitionText]:
        references, definitions = self.references, self.protocol.definitions.values()
        used = [(Link(each.id, each.id), references.definitions_in(each.statement)) for each in self.protocol.criteria]
        used += [(references.link(each), references.named_by(each)) for each in definitions]
        for definition in definitions:
            yield DefinitionText(
                references.definition_id(definition.name),
                capital(named(definition.name, definition.aliases, self.terms)),
                statement_of(definition.name, spoken(self.terms.definition(definition))),
                self._notes(definition.name, definition.notes),
                tuple(place for place, found in used if definition in found),
            )

    def _abbreviations(self) -> Table | None:
        """Every short form of a name, in the order of the alphabet."""
        found: dict[str, str] = {}
        for name, aliases, owner in self._short_forms():
            told = shown(self.terms.name(name, owner))
            found |= {short: told for alias in aliases if (short := shown(self.terms.name(alias))) != told}
        rows = sorted(found.items(), key=lambda pair: (pair[0].casefold(), pair[0]))
        header = (self.words("document.abbreviation"), self.words("document.meaning"))
        return Table(header, tuple(rows)) if rows else None

    def _short_forms(self) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
        protocol = self.protocol
        read = limits_read(all_nodes(protocol))
        for item in protocol.items.values():
            yield item.name, item.aliases, None
            for each in item.kind.fields if isinstance(item.kind, Rows) else ():
                # Every measurement has limits of normal, which only some rules read.
                if each.name not in (UPPER, LOWER) or each.name in read:
                    yield each.name, each.aliases, item.name
        others: list[Definition | WordList | Period] = [*protocol.definitions.values(), *protocol.lists]
        for other in (*others, *protocol.periods):
            yield other.name, other.aliases, None

    # ---- remarks ----------------------------------------------------------------------------------------------------

    def _remarks(self, kinds: tuple[str, ...]) -> Iterator[Remark]:
        """The notes of these kinds, each with the way to its criterion or definition."""
        for criterion in self.protocol.criteria:
            yield from self._remarks_of(Link(criterion.id, criterion.id), criterion.id, criterion, kinds)
        for definition in self.protocol.definitions.values():
            yield from self._remarks_of(self.references.link(definition), definition.name, definition, kinds)

    def _remarks_of(
        self, place: Link, owner: str, noted: Criterion | Definition, kinds: tuple[str, ...]
    ) -> Iterator[Remark]:
        for note, text in self.terms.notes(owner, noted.notes):
            if note.kind in kinds:
                yield Remark(place, shown(text, LONGEST), note_name(note, self.words))


def note_name(note: Note, words: Wording) -> str:
    """The name of a kind of note."""
    return words(f"document.{note.kind.replace(' ', '_')}")
