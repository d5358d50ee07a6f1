"""The phrases that a file's rules are written with."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import nouns_words, series_words, words

NO_PHRASES = (nodes.Noun, nodes.Length, nodes.Duration, nodes.Apart, nodes.EachOf)
"""Parts of phrases that have no words of their own."""


def phrases_in(node: nodes.Phrase) -> Iterator[nodes.Phrase]:
    """A phrase and all phrases within it."""
    yield node
    for part in attrs.fields(type(node)):
        if part.name != "span":
            yield from _inside(getattr(node, part.name))


def _inside(value: object) -> Iterator[nodes.Phrase]:
    if isinstance(value, nodes.Spanned):
        yield from phrases_in(value)  # type: ignore[arg-type]
    elif isinstance(value, tuple):
        for one in value:
            yield from _inside(one)


def applying(guard: nodes.Condition | None, own: nodes.Condition | None) -> nodes.Condition | None:
    """The condition under which a criterion applies: that of its section, and its own."""
    if guard is None or own is None:
        return own if guard is None else guard
    parts = tuple(part.inner if isinstance(part, nodes.Bracketed) else part for part in (guard, own))
    return nodes.ListOf("all", parts, span=own.span)


def phrases_of(syntax: nodes.ProtocolSyntax) -> dict[str, nodes.Phrase]:
    """Every phrase of a file and of those that it uses, by its canonical words."""
    found: dict[str, nodes.Phrase] = {}
    for root in _roots(syntax):
        for phrase in phrases_in(root):
            if isinstance(phrase, nodes.Series):
                bare = attrs.evolve(phrase, window=None, apart=None)
                for count in (1, 2):
                    found.setdefault(series_words(phrase, count), phrase)
                    found.setdefault(nouns_words(phrase.nouns, count), bare)
            elif not isinstance(phrase, NO_PHRASES):
                found.setdefault(words(phrase), phrase)
    return found


def _roots(syntax: nodes.ProtocolSyntax) -> Iterator[nodes.Phrase]:
    for section in syntax.sections:
        for declared in section.declarations:
            yield from (derived.body for derived in declared.derived)
            if declared.type is not None and declared.type.period is not None:
                yield from declared.type.period
            for prop in (*declared.properties, *(p for inner in declared.fields for p in inner.properties)):
                if prop.condition is not None:
                    yield prop.condition
        yield from (definition.body for definition in section.definitions)
        for criterion in section.criteria:
            applies = applying(section.guard, criterion.applies_if)
            yield from (root for root in (applies, criterion.rule) if root is not None)
