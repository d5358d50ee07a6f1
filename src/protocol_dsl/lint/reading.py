"""A protocol as the wording review reads it: each criterion's quoted words with their places, and what answers them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from attrs import field, frozen

from protocol_dsl.diagnostics import Diagnostic, report
from protocol_dsl.semantics.checked import Criterion, Definition, Note, Protocol
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.semantics.types import DataItem, Rows, YesNo
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold

ANSWERS: Final = frozenset({"interpretation", "open question", "not counted", "duty", "note"})
"""The notes that can say what is meant by a word of the wording, or that nobody has decided it yet."""

_QUOTED_LINE: Final = re.compile(r"^[ \t]*>[ \t]?(?P<text>.*)$", re.MULTILINE)
_NOTE: Final = re.compile(r"[^:]*:\s*")
_ENDING: Final = re.compile(r"(?:ly|ity|ness|ies|es|s|y)$")


@frozen(slots=False)
class Passage:
    """Words of the author as one line, and where in the file each of their characters stands."""

    text: str
    places: tuple[int, ...] = field(repr=False)

    @staticmethod
    def of(pieces: Iterator[tuple[str, int]]) -> Passage:
        """The pieces, each with where it starts, joined by spaces."""
        text, places = "", []
        for piece, start in pieces:
            if text:
                text += " "
                places.append(start)
            text += piece
            places += range(start, start + len(piece))
        return Passage(text, tuple(places))

    def span(self, start: int, end: int) -> Span:
        """The place in the file of a part of the text."""
        return Span(self.places[start], self.places[end - 1] + 1)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The parts between full stops, semicolons and the like, as places in the text."""
        ends = [found.end() for found in re.finditer(r"[.;!?](?=\s|$)", self.text)]
        ends = [end for end in ends if not re.search(r"\b(?:e\.g|i\.e|vs|approx|incl|etc|no)\.$", self.text[:end])]
        starts = [0, *ends]
        return tuple(Span(a, b) for a, b in zip(starts, [*ends, len(self.text)], strict=True) if a < b)

    def sentence(self, at: int) -> str:
        """The sentence in which a character stands."""
        found = next((one for one in self.sentences if one.start <= at < one.end), Span(0, len(self.text)))
        return self.text[found.start : found.end]


@frozen(slots=False)
class CriterionReading:
    """A criterion, its quoted wording and all that the file says about it."""

    review: Reading
    criterion: Criterion
    syntax: nodes.CriterionSyntax

    @cached_property
    def wording(self) -> Passage:
        """The quoted wording; empty where none is quoted."""
        place = self.syntax.quotation_span
        if place is None:
            return Passage("", ())
        text = self.review.source.slice(place)
        lines = _QUOTED_LINE.finditer(text)
        return Passage.of((line["text"].rstrip(), place.start + line.start("text")) for line in lines if line["text"])

    @cached_property
    def title(self) -> Passage:
        """The title."""
        start = self.review.source.text.index(self.criterion.title, self.syntax.id_span.end)
        return Passage.of(iter([(self.criterion.title, start)]))

    @property
    def said(self) -> tuple[Passage, ...]:
        """The wording, or the title where none is quoted, and the interpretations."""
        return (self.wording if self.wording.text else self.title, *self.interpretations)

    @cached_property
    def interpretations(self) -> tuple[Passage, ...]:
        """What the author decided where the wording leaves it open."""
        return tuple(self._passage(note) for note in self.criterion.notes if note.kind == "interpretation")

    def _passage(self, note: Note) -> Passage:
        text, start = self.review.source.slice(note.span), note.span.start
        found: list[tuple[str, int]] = []
        for number, line in enumerate(text.split("\n")):
            head = _NOTE.match(line) if number == 0 else re.match(r"\s*", line)
            skip = head.end() if head else 0
            found.append((line[skip:], start + skip))
            start += len(line) + 1
        return Passage.of(iter([piece for piece in found if piece[0]]))

    @cached_property
    def phrases(self) -> tuple[nodes.Phrase, ...]:
        """Every phrase of `applies if` and of the rule, definitions not followed."""
        roots = (self.review.guards.get(self.criterion.id), self.syntax.applies_if, self.syntax.rule)
        return tuple(phrase for root in roots if root is not None for phrase in phrases_in(root))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the rule mentions, folded, those in the definitions that it uses among them."""
        found: set[str] = set()
        waiting = [phrase.text for phrase in self.phrases if isinstance(phrase, nodes.Name)]
        while waiting:
            name = fold(waiting.pop())
            if name in found:
                continue
            found.add(name)
            if (definition := self.review.definition_syntax.get(name)) is not None:
                waiting += [one.text for one in phrases_in(definition.body) if isinstance(one, nodes.Name)]
        return frozenset(found)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions that the rule uses, directly or through others."""
        definitions = self.review.protocol.definitions.values()
        return tuple(each for each in definitions if {fold(each.name), *map(fold, each.aliases)} & self.names)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The notes of the criterion and of the definitions that it uses."""
        return (*self.criterion.notes, *(note for each in self.definitions for note in each.notes))

    @cached_property
    def judgements(self) -> frozenset[str]:
        """The judgements of a person that the rule asks about, by their folded names."""
        found = {fold(one.judgement.text) for one in self.phrases if isinstance(one, nodes.Judges)}
        return frozenset(found | {name for name in self.names if self.review.is_judgement(name)})

    @property
    def is_judged(self) -> bool:
        """Whether the rule is a judgement and nothing else."""
        return isinstance(self.syntax.rule, nodes.Judges) or (
            isinstance(self.syntax.rule, nodes.Name) and fold(self.syntax.rule.text) in self.judgements
        )

    def answered(self, *words: str) -> bool:
        """Whether a note names one of these words, or a word of the same stem."""
        return any(mentions(note.text, word) for note in self.notes if note.kind in ANSWERS for word in words)

    def tell(self, code: str, span: Span | None, /, *, variant: str | None = None, **values: Any) -> Diagnostic:
        """A finding in this criterion."""
        where = f"criterion {self.criterion.id} ({self.criterion.title})"
        return report(code, self.review.source, span, variant=variant, where=where, **values)


@frozen(slots=False)
class Reading:
    """A protocol with what the rules of the review ask of it, worked out once."""

    protocol: Protocol
    kept: dict[str, Any] = field(factory=dict, eq=False, repr=False)
    """What several rules work out together, by a name."""

    @property
    def source(self) -> SourceText:
        return self.protocol.source

    @property
    def syntax(self) -> nodes.ProtocolSyntax:
        assert self.protocol.syntax is not None, "a protocol that was read from a file has its syntax"
        return self.protocol.syntax

    @cached_property
    def criteria(self) -> tuple[CriterionReading, ...]:
        """The criteria of the file, in their order."""
        written = [each for section in self.syntax.sections if section.used_from is None for each in section.criteria]
        return tuple(CriterionReading(self, self.protocol[each.id], each) for each in written)

    @cached_property
    def guards(self) -> dict[str, nodes.Condition | None]:
        """Under what each criterion's section applies."""
        return {each.id: section.guard for section in self.syntax.sections for each in section.criteria}

    @cached_property
    def definition_syntax(self) -> dict[str, nodes.DefinitionSyntax]:
        """Definitions as written, by each of their folded names; also values that are computed from a row."""
        sections = self.syntax.sections
        found = [each for section in sections for each in section.definitions]
        found += [each for section in sections for item in section.declarations for each in item.derived]
        return {
            fold(name): each
            for each in found
            for name in (
                each.name.text,
                *(alias.text for alias in each.aliases),
                *([each.plural] if each.plural else []),
            )
        }

    @cached_property
    def items(self) -> dict[str, tuple[DataItem, ...]]:
        """Data items and fields by each of their folded names; two lists may have a field of one name."""
        found: dict[str, tuple[DataItem, ...]] = {}
        for item in self.protocol.items.values():
            for each in (item, *(item.kind.fields if isinstance(item.kind, Rows) else ())):
                for name in each.names:
                    found[fold(name)] = (*found.get(fold(name), ()), each)
        return found

    def is_judgement(self, name: str) -> bool:
        """Whether a folded name is that of a person's judgement."""
        return any(isinstance(item.kind, YesNo) and item.kind.role == "judgement" for item in self.items.get(name, ()))


def stem(word: str) -> str:
    """A word without its ending, as near as needed to find it again in a note."""
    bare = word.casefold()
    cut = _ENDING.sub("", bare)
    return cut if len(cut) > 3 else bare


def mentions(text: str, word: str) -> bool:
    """Whether a text holds a word, or one of the same stem."""
    return re.search(rf"(?<![^\W_])(?:un|in|ab)?{re.escape(stem(word))}", text.casefold()) is not None
