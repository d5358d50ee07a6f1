"""A file as far as it could be read, and what of it another file takes over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import attrs
from attrs import evolve, frozen
from lark import Token, Tree

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.vocabulary import Vocabulary


@frozen
class ReadPhrase:
    """The words of one phrase; `start`: what it was read as. `tree`: None where it could not be read."""

    start: str
    lexemes: tuple[Lexeme, ...]
    tree: Tree[Token] | None = attrs.field(default=None, eq=False, repr=False)

    def as_read(self) -> tuple[Lexeme, ...]:
        """The words, each as the one terminal that it was read as, where the phrase could be read."""
        if self.tree is None:
            return self.lexemes
        tokens = self.tree.scan_values(lambda part: isinstance(part, Token))
        found = {token.column: token.type for token in tokens}
        return tuple(
            evolve(lexeme, terminals=frozenset({found[at]})) if at in found and len(lexeme.terminals) > 1 else lexeme
            for at, lexeme in enumerate(self.lexemes)
        )


@frozen
class ParsedFile:
    """A file as far as it could be read, its vocabulary, and what is wrong with it."""

    syntax: nodes.ProtocolSyntax | None
    vocabulary: Vocabulary
    diagnostics: tuple[Diagnostic, ...]
    places: tuple[tuple[Span, str], ...] = ()
    """Where each criterion and each entry of the other sections stands, in their order, and what a message calls it."""
    phrases: tuple[ReadPhrase, ...] = attrs.field(default=(), eq=False, repr=False)
    """The words of all rules and values, for an editor."""

    def located(self, diagnostic: Diagnostic) -> Diagnostic:
        """A diagnostic that says in which criterion or which entry it is."""
        if diagnostic.span is None or diagnostic.where is not None:
            return diagnostic
        before = bisect_right(self.places, diagnostic.span.start, key=start_of)
        if before:
            span, name = self.places[before - 1]
            if diagnostic.span.start < span.end:
                return evolve(diagnostic, where=name)
        return diagnostic


def start_of(place: tuple[Span, str]) -> int:
    """Where an entry begins, by which places are in order."""
    return place[0].start


def sections_of(file: ParsedFile, name: str, place: Span) -> Iterator[nodes.Section]:
    """What a used file shares: its data, lists and definitions, all of it standing where the file is named."""
    for section in file.syntax.sections if file.syntax is not None else ():
        if section.kind in ("days", "data", "lists", "definitions", "translations"):
            yield evolve(_placed(section, place), used_from=section.used_from or name)


def parameters_of(file: ParsedFile) -> set[str]:
    """Names that mean something inside the functions of a file alone."""
    sections = file.syntax.sections if file.syntax is not None else ()
    functions = [each for section in sections for each in section.definitions if each.parameters]
    inside = {parameter.name.text for function in functions for parameter in function.parameters}
    inside |= {c.text for f in functions for each in f.parameters if each.type for c in each.type.choices}
    items = [each for section in sections for each in section.declarations]
    declared = {each.name.text for item in items for each in (item, *item.fields)}
    declared |= {c.text for item in items for each in (item, *item.fields) if each.type for c in each.type.choices}
    return inside - declared


def _placed(node: Any, place: Span) -> Any:
    """A tree of another file, every node of which has one place in this one."""
    if isinstance(node, tuple):
        return tuple(_placed(each, place) for each in node)
    if not isinstance(node, nodes.Spanned):
        return place if isinstance(node, Span) else node
    parts = {part.name: _placed(getattr(node, part.name), place) for part in attrs.fields(type(node))}
    return evolve(node, **parts)
