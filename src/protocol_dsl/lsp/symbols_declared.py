"""The names that a file declares, and where: in its sections, and in the words of its declarations."""

from __future__ import annotations

import re

from protocol_dsl.lsp.symbols import Occurrence, Symbol, SymbolKind
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import BRACKET, SERIES_NAMES
from protocol_dsl.syntax.vocabulary import fold


class DeclaredNames:
    """The symbols of a file, and the places that declare them."""

    def __init__(self, syntax: nodes.ProtocolSyntax) -> None:
        self.syntax = syntax
        self.source: SourceText = syntax.source
        self.symbols: list[Symbol] = []
        self.places: dict[tuple[int, int], Occurrence] = {}
        self.names: dict[str, Symbol] = {}
        """Facts, days, periods, definitions and series, by each form of their names."""
        self.functions: dict[str, Symbol] = {}
        self.lists: dict[str, Symbol] = {}
        self.words: dict[str, Symbol] = {}
        self.criteria: dict[str, Symbol] = {}
        self.examples: dict[str, Symbol] = {}
        self.inner: dict[Symbol, dict[str, Symbol]] = {}
        """Of a series its fields, of a function its parameters."""
        self.choices: dict[Symbol, dict[str, Symbol]] = {}

    def declare(self) -> None:
        for section in self.syntax.sections:
            for item in section.declarations:
                self._item(item, section, None)
            for listed in section.lists:
                self._list(listed, section)
            for definition in section.definitions:
                self._definition(definition, section)
        for section in self.syntax.sections:
            for criterion in section.criteria:
                symbol = self._add(Symbol("criterion", criterion.id, (criterion.id,), criterion), self.criteria)
                self._place(criterion.id_span, symbol, declares=True)
            for example in section.examples:
                if not isinstance(example, nodes.ExampleFile):  # those names stand in another file
                    self._example_names(example)

    def _add(self, symbol: Symbol, into: dict[str, Symbol]) -> Symbol:
        self.symbols.append(symbol)
        for form in symbol.forms:
            into.setdefault(form, symbol)
        return symbol

    def _place(self, span: Span, symbol: Symbol, declares: bool = False) -> None:
        if span.end > span.start:
            self.places.setdefault((span.start, span.end), Occurrence(span, symbol, declares))

    def _declared_places(self, span: Span, symbol: Symbol) -> None:
        """The name, its short forms and its plural, which stand in brackets, in the words of a declaration."""
        if symbol.used_from is not None:
            return
        text = self.source.slice(span)
        head = BRACKET.search(text)
        name = text[: head.start()] if head else text
        self._place(Span(span.start, span.start + len(name.rstrip())), symbol, declares=True)
        for bracket in BRACKET.finditer(text):
            at, words = bracket.start("words"), bracket["words"]
            if words.startswith("plural "):
                at, words = at + len("plural "), words.removeprefix("plural ")
            start = span.start + at + len(words) - len(words.lstrip())
            self._place(Span(start, start + len(words.strip())), symbol, declares=True)

    def _item(self, item: nodes.Declaration, section: nodes.Section, owner: Symbol | None) -> None:
        form = item.type.form if item.type is not None else "day"
        kind: SymbolKind = "day" if item.type is None else "period" if form == "period" else "fact"
        kind = "field" if owner is not None else "series" if form == "rows" else kind
        symbol = Symbol(
            kind, item.name.text, _spellings(item), item, owner, item.plural, section.used_from, section.title
        )
        into = self.names if owner is None else self.inner.setdefault(owner, {})
        self._add(symbol, into)
        self._declared_places(item.name.span, symbol)
        for choice in item.type.choices if item.type is not None else ():
            self._choice(choice, symbol)
        if kind == "series" and item.type is not None:
            for implicit in SERIES_NAMES.get(item.type.series, ()):
                self._add(Symbol("field", implicit, (implicit,), None, symbol), self.inner.setdefault(symbol, {}))
        for inner in item.fields:
            self._item(inner, section, symbol)
        for derived in item.derived:
            computed = Symbol("field", derived.name.text, _spellings(derived), derived, symbol, None, section.used_from)
            self._add(computed, self.inner.setdefault(symbol, {}))
            self._declared_places(derived.name.span, computed)

    def _choice(self, choice: nodes.Name, owner: Symbol) -> None:
        symbol = Symbol("choice", choice.text, (choice.text,), None, owner, None, owner.used_from)
        self._add(symbol, self.choices.setdefault(owner, {}))
        if owner.used_from is None and fold(self.source.slice(choice.span)) == fold(choice.text):
            self._place(choice.span, symbol, declares=True)

    def _list(self, listed: nodes.ListSyntax, section: nodes.Section) -> None:
        symbol = Symbol("list", listed.name.text, _spellings(listed), listed, None, None, section.used_from)
        self._add(symbol, self.lists)
        self._declared_places(listed.name.span, symbol)
        for term in listed.terms:
            if not term.everything_in:
                self._add(Symbol("word", term.text, (term.text,), None, symbol, None, section.used_from), self.words)

    def _definition(self, definition: nodes.DefinitionSyntax, section: nodes.Section) -> None:
        kind: SymbolKind = "condition" if definition.means else "value"
        if isinstance(definition.body, nodes.EachNoun):
            kind = "named series"
        elif definition.parameters:
            kind = "function"
        symbol = Symbol(
            kind, definition.name.text, _spellings(definition), definition, None, definition.plural, section.used_from
        )
        self._add(symbol, self.functions if kind == "function" else self.names)
        self._declared_places(definition.name.span, symbol)
        for parameter in definition.parameters:
            inner = Symbol(
                "parameter", parameter.name.text, (parameter.name.text,), parameter, symbol, None, section.used_from
            )
            self._add(inner, self.inner.setdefault(symbol, {}))
            if section.used_from is None:
                self._within(parameter.span, parameter.name.text, inner, declares=True)
            for choice in parameter.type.choices if parameter.type is not None else ():
                self._choice(choice, inner)

    def _example_names(self, example: nodes.ExamplePatient | nodes.ExampleTable) -> None:
        if isinstance(example, nodes.ExamplePatient):
            symbol = self._add(Symbol("example", example.name, (example.name,)), self.examples)
            self._within(example.span, example.name, symbol, declares=True)
        else:
            line = self._line_below(example.span)
            for name in example.names:
                symbol = self._add(Symbol("example", name, (name,)), self.examples)
                self._within(line, name, symbol, declares=True)
        if example.like is not None and (like := self.examples.get(fold(example.like))) is not None:
            self._within(example.span, example.like, like, last=True)

    def _line_below(self, span: Span) -> Span:
        """The first line of a table, under its heading."""
        number = self.source.line_of(span.start) + 1
        while number <= self.source.line_count and not self.source.line(number).strip().startswith("|"):
            number += 1
        if number > self.source.line_count:
            return span
        return Span(self.source.line_start(number), self.source.line_start(number) + len(self.source.line(number)))

    def _within(self, span: Span, words: str, symbol: Symbol, *, declares: bool = False, last: bool = False) -> None:
        """Place a name that stands somewhere in a span."""
        found = list(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", self.source.slice(span), re.IGNORECASE))
        if words and found:
            start = span.start + found[-1 if last else 0].start()
            self._place(Span(start, start + len(words)), symbol, declares)


def _spellings(node: nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax) -> tuple[str, ...]:
    return (node.name.text, *(alias.text for alias in node.aliases))
