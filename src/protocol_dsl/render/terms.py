"""A protocol's own words in the language of a document: names, titles, quoted wording, notes and rules.

In English all of it is as the protocol has it. In another language names are those of the protocol's translations, and
rules are worded anew from what was written; what has no translation stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from attrs import evolve

from protocol_dsl.render.statements import Statements
from protocol_dsl.render.wording import Wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Amendment, Criterion, Definition, Note, Protocol
from protocol_dsl.semantics.phrases import applying
from protocol_dsl.semantics.translations import AMENDMENTS, PROTOCOL, QUOTATION, Translations
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.format import definition_words
from protocol_dsl.syntax.vocabulary import plural, singular

_NOTHING: Final = Translations()


class Terms:
    """The words of one protocol in one language."""

    def __init__(self, protocol: Protocol, words: Wording):
        self.protocol = protocol
        self.words = words
        self._own = words.language == "en"
        """Protocol files are in English, so that nothing is to be worded anew."""
        self._texts = protocol.translations.get(words.language, _NOTHING)
        self._phrases = Statements(self)
        self._said: dict[str, str] = {}

    # ---- names ------------------------------------------------------------------------------------------------------

    def name(self, name: str, owner: str | None = None) -> str:
        """A name; `owner`: the data item whose choice or field it is."""
        if self._own:
            return name
        known: Mapping[str, str] = self.words.entry("names")
        return self._texts.name(name, owner) or known.get(name.casefold(), name)

    def units(self, owner: str | None) -> Mapping[str, str]:
        """Words of units that are said otherwise of this data item: of an age, years."""
        return {} if self._own or owner is None else self._texts.all_within(owner)

    # ---- rules ------------------------------------------------------------------------------------------------------

    def said(self, node: core.Written | str) -> str:
        """The words of a condition or a value."""
        text = node if isinstance(node, str) else node.words
        if self._own:
            return text
        if text not in self._said:
            self._said[text] = self._worded(text)
        return self._said[text]

    def _worded(self, text: str) -> str:
        phrase = self.protocol.phrases.get(text)
        if phrase is not None:
            return self._phrases.words(phrase)
        for lead, key in (("not ", "not"), ("known ", "known")):
            if text.startswith(lead):
                return self.words(f"statement.{key}", condition=self.said(text.removeprefix(lead)))
        # The checker says of a record what a phrase says of its list: "stroke" + "within 6 months before screening".
        for at in (at for at, letter in enumerate(text) if letter == " "):
            subject, rest = text[:at], text[at + 1 :].removeprefix("is ")
            said = self.protocol.phrases.get(rest)
            if said is not None and (subject.casefold() in self._named or self.name(subject) != subject):
                told = self._phrases.words(said)
                if isinstance(said, nodes.Side) and not text.startswith("is ", at + 1):
                    told = self.words("statement.in_window", window=self._phrases.window(said))
                elif isinstance(said, nodes.Distance | nodes.WheneverOrNow | nodes.Edge):
                    told = self.words("statement.in_window", window=told)
                return self.words("statement.comparison", left=self.name(subject), complement=told)
        return self.name(text)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The names of data items and definitions, of one and of many, also where they have no translation."""
        found = (name for each in self.protocol.items.values() for name in each.names)
        names = {*found, *self.protocol.definitions}
        return frozenset(form.casefold() for name in names for form in (name, singular(name), plural(name)))

    def noun(self, text: str) -> str | None:
        """The noun of records, without their window; nothing in English, where it is a part of these words."""
        if self._own:
            return None
        phrase = self.protocol.phrases.get(text)
        return self._phrases.nouns(phrase.nouns) if isinstance(phrase, nodes.Series) else self.said(text)

    def complement(self, text: str) -> str | None:
        """What a comparison says of its subject; nothing where the words are no comparison."""
        phrase = None if self._own else self.protocol.phrases.get(text)
        return self._phrases.complement(phrase) if isinstance(phrase, nodes.Comparison) else None

    def statement(self, criterion: Criterion) -> str:
        """The rule of a criterion, with the condition under which it applies."""
        if self._own or not criterion.statement:
            return criterion.statement
        section, written = self._criteria[criterion.id]
        assert written.rule is not None
        return self._phrases.statement(applying(section.guard, written.applies_if), written.rule)

    def definition(self, definition: Definition) -> str:
        """A definition as it is printed."""
        written = self._definitions.get(definition.name)
        return definition.statement if self._own or written is None else self._phrases.definition(written)

    def computed(self, written: nodes.DefinitionSyntax) -> str:
        """How a value is computed from the fields of a record."""
        return definition_words(written) if self._own else self._phrases.definition(written)

    @cached_property
    def _sections(self) -> tuple[nodes.Section, ...]:
        return self.protocol.syntax.sections if self.protocol.syntax is not None else ()

    @cached_property
    def _criteria(self) -> dict[str, tuple[nodes.Section, nodes.CriterionSyntax]]:
        return {each.id: (section, each) for section in self._sections for each in section.criteria}

    @cached_property
    def _definitions(self) -> dict[str, nodes.DefinitionSyntax]:
        return {each.name.text: each for section in self._sections for each in section.definitions}

    # ---- texts ------------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The name of the protocol."""
        return self._texts.name(PROTOCOL) or self.protocol.name

    def header(self, key: str) -> str:
        """A line of the header, empty where there is none."""
        return self._first(self._texts.within(PROTOCOL, key), self.name(self.protocol.header.get(key, "")))

    def amendments(self) -> tuple[Amendment, ...]:
        """The amendments, each with its text."""
        own = self.protocol.amendments
        told = self._texts.within(PROTOCOL, AMENDMENTS)
        if len(told) != len(own):
            return own
        return tuple(evolve(each, text=text) for each, text in zip(own, told, strict=True))

    def criterion_title(self, criterion: Criterion) -> str:
        """The title of a criterion."""
        return self._texts.name(criterion.id) or criterion.title

    def quotation(self, criterion: Criterion) -> tuple[str, ...]:
        """The quoted wording, line by line."""
        return self._texts.within(criterion.id, QUOTATION) or criterion.quotation

    def quotation_label(self, criterion: Criterion, key: str) -> str:
        """What the quoted wording is called; `key`: of its name, beside which there is one for a translation."""
        translated = bool(self._texts.within(criterion.id, QUOTATION))
        return self.words(f"{key}_translated" if translated else key)

    def example(self, name: str) -> str:
        """The name of an example patient."""
        return self._texts.example(name)

    def notes(self, owner: str, notes: Iterable[Note]) -> list[tuple[Note, str]]:
        """The notes of a criterion or a definition, each with its text."""
        seen: dict[str, int] = {}
        found = []
        for note in notes:
            at = seen.get(note.kind, 0)
            seen[note.kind] = at + 1
            told = self._texts.within(owner, note.kind)
            found.append((note, told[at] if at < len(told) else note.text))
        return found

    def text_of(self, owner: str, key: str, text: str) -> str:
        """A text of a data item: its question or its source."""
        return self._first(self._texts.within(owner, key), text)

    def _first(self, told: tuple[str, ...], otherwise: str) -> str:
        return told[0] if told else otherwise
