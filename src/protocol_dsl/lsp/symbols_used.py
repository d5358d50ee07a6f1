"""The places where the names of a file are used.

Names are bound as the checker binds them: the fields of a series where its records are looked at, the choices of the
fact that is compared, the parameters of a function inside it. What can't be told stays unbound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from protocol_dsl.lsp.symbols import Index, Symbol
from protocol_dsl.lsp.symbols_declared import DeclaredNames
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.vocabulary import fold

_NAMES: Final = ("NAME", "CHOICE", "ROWS", "LIST", "PERIOD", "FUNCTION")
"""The terminals of names that an author declares."""


def index_of(parsed: ParsedFile) -> Index:
    """The names of a file that has been read."""
    if parsed.syntax is None:
        return Index((), (), {})
    binder = _UsedNames(parsed.syntax)
    binder.declare()
    binder.bind()
    binder.bind_unread(parsed)
    by_name: dict[str, tuple[Symbol, ...]] = {}
    for symbol in binder.symbols:
        for form in symbol.forms:
            by_name[form] = (*by_name.get(form, ()), symbol)
    return Index(tuple(binder.symbols), tuple(sorted(binder.places.values(), key=lambda one: one.span.start)), by_name)


class _UsedNames(DeclaredNames):
    def bind(self) -> None:
        for prop in self.syntax.header:
            if prop.key == "evaluated on" and (day := self.names.get(fold(prop.text))) is not None:
                self._within(prop.text_span, prop.text, day)
        for section in self.syntax.sections:
            if section.used_from is not None:
                continue
            self._conditions(section)
            for listed in section.lists:
                for term in listed.terms:
                    other = self.lists.get(fold(term.text)) if term.everything_in else None
                    if other is not None:
                        self._within(self._lines_of(listed), f"everything in {term.text}", other)
                        self._narrow(other, term.text)
            for example in section.examples:
                if not isinstance(example, nodes.ExampleFile):
                    self._facts_of(example)
            for entry in section.translations:
                self._translation(entry, None)

    def _conditions(self, section: nodes.Section) -> None:
        for item in section.declarations:
            self._asked(item, ())
            if item.type is not None and item.type.period is not None:
                for day in item.type.period:
                    self._phrase(day, ())
            series = self.names.get(fold(item.name.text))
            for inner in item.fields:
                self._asked(inner, (series,) if series is not None else ())
            for derived in item.derived:
                self._phrase(derived.body, (series,) if series is not None else ())
        for definition in section.definitions:
            function = self.functions.get(fold(definition.name.text)) if definition.parameters else None
            self._phrase(definition.body, (function,) if function is not None else ())
        for condition in (section.guard, *(c for each in section.criteria for c in (each.applies_if, each.rule))):
            if condition is not None:
                self._phrase(condition, ())

    def _asked(self, item: nodes.Declaration, frames: tuple[Symbol, ...]) -> None:
        for prop in item.properties:
            if prop.condition is not None:
                self._phrase(prop.condition, frames)
            elif prop.key == "if not recorded" and (owner := self.names.get(fold(item.name.text))) is not None:
                choice = self.choices.get(owner, {}).get(fold(prop.text))
                if choice is not None:
                    self._within(prop.text_span, prop.text, choice)

    def _lines_of(self, listed: nodes.ListSyntax) -> Span:
        return Span.cover(listed.span, *(term.span for term in listed.terms))

    def _narrow(self, symbol: Symbol, words: str) -> None:
        """Of `everything in statins`, the place of the name alone."""
        for key, one in list(self.places.items()):
            if one.symbol is symbol and self.source.slice(one.span).casefold().startswith("everything in "):
                del self.places[key]
                self._place(Span(one.span.end - len(words), one.span.end), symbol)

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def _phrase(self, node: object, frames: tuple[Symbol, ...]) -> None:
        """Bind the names of a phrase; `frames`: the series and functions whose own names are known, the inner last."""
        match node:
            case nodes.Name():
                self._name(node, frames)
            case nodes.Call(function=function, arguments=arguments):
                self._use(function, self.functions.get(fold(function.text)))
                for argument in arguments:
                    self._phrase(argument, frames)
            case nodes.Judges():
                self._name(node.judgement, frames)
            case nodes.RowsThat() | nodes.EachNoun():
                self._records(node, frames)
            case nodes.ForEach(series=series, body=body):
                self._phrase(series, frames)
                self._phrase(body, (*frames, *self._series_of(series.nouns)))
            case nodes.Noun():
                self._noun(node)
            case nodes.Comparison(left=left, complement=complement):
                self._phrase(left, frames)
                self._complement(complement, left, frames)
            case nodes.InLists(lists=lists):
                for name in lists:
                    self._use(name, self.lists.get(fold(name.text)))
            case nodes.Selected(series=series, field_name=name) | nodes.AggregateOf(series=series, field_name=name):
                self._phrase(series, frames)
                self._field(name, series.nouns)
            case nodes.NumberOf(series=series, field_name=name):
                self._phrase(series, frames)
                self._field(name, series.nouns)
            case nodes.FieldOfSeries(field_name=name, nouns=nouns):
                for noun in nouns:
                    self._noun(noun)
                self._field(name, nouns)
            case nodes.Spanned():
                self._parts(node, frames)

    def _parts(self, node: nodes.Spanned, frames: tuple[Symbol, ...]) -> None:
        for part in attrs.fields(type(node)):
            if part.name != "span":
                for inner in _flat(getattr(node, part.name)):
                    self._phrase(inner, frames)

    def _records(self, node: nodes.RowsThat | nodes.EachNoun, frames: tuple[Symbol, ...]) -> None:
        self._phrase(node.series, frames)
        series = self._series_of(node.series.nouns)
        for condition in (node.where, node.excepting):
            if condition is not None:
                self._phrase(condition, (*frames, *series))
        if isinstance(node, nodes.RowsThat):
            if node.complement is not None:
                self._complement(node.complement, node.series, frames)
            if node.each_of is not None:
                self._phrase(node.each_of, frames)

    def _series_of(self, nouns: Iterable[nodes.Noun]) -> tuple[Symbol, ...]:
        """The declared series of nouns, through the named series that they may be."""
        found: list[Symbol] = []
        waiting = [noun.rows.text for noun in nouns]
        seen: set[str] = set()
        while waiting:
            name = fold(waiting.pop())
            symbol = self.names.get(name)
            if symbol is None or name in seen:
                continue
            seen.add(name)
            node = symbol.node
            if isinstance(node, nodes.DefinitionSyntax) and isinstance(node.body, nodes.EachNoun):
                waiting += [noun.rows.text for noun in node.body.series.nouns]
            else:
                found.append(symbol)
        return tuple(found)

    def _noun(self, noun: nodes.Noun) -> None:
        self._use(noun.rows, self.names.get(fold(noun.rows.text)))
        series = self._series_of([noun])
        for adjective in noun.adjectives:
            self._use(adjective, self._adjective(adjective.text, series))
        for name in noun.lists:
            self._use(name, self.lists.get(fold(name.text)))

    def _adjective(self, text: str, series: Iterable[Symbol]) -> Symbol | None:
        for each in series:
            if (found := self.inner.get(each, {}).get(fold(text))) is not None:
                return found
            for owner in (each, *self.inner.get(each, {}).values()):
                if (found := self.choices.get(owner, {}).get(fold(text))) is not None:
                    return found
        return None

    def _field(self, name: nodes.Name | None, nouns: Iterable[nodes.Noun]) -> None:
        if name is not None:
            found = (self.inner.get(each, {}).get(fold(name.text)) for each in self._series_of(nouns))
            self._use(name, next((one for one in found if one is not None), None))

    def _complement(self, node: object, left: object, frames: tuple[Symbol, ...]) -> None:
        """Bind what a comparison says; a word that is a choice of what is compared is that choice."""
        owner = self._compared(left, frames)
        choices = self.choices.get(owner, {}) if owner is not None else {}
        for name in _names_of_values(node):
            if (choice := choices.get(fold(name.text))) is not None:
                self._use(name, choice)
        self._phrase(node, frames)

    def _compared(self, left: object, frames: tuple[Symbol, ...]) -> Symbol | None:
        """The fact, field or series that a value is taken from."""
        match left:
            case nodes.Name(text):
                return self._named(text, frames)
            case nodes.Bracketed(inner):
                return self._compared(inner, frames)
            case nodes.Selected(series=series, field_name=name) if name is not None:
                fields = (self.inner.get(each, {}).get(fold(name.text)) for each in self._series_of(series.nouns))
                return next((one for one in fields if one is not None), None)
            case nodes.Selected(series=nodes.Series(nouns=nouns)) | nodes.Series(nouns=nouns):
                return next(iter(self._series_of(nouns)), None)
            case _:
                return None

    def _named(self, text: str, frames: tuple[Symbol, ...]) -> Symbol | None:
        for frame in reversed(frames):
            if (found := self.inner.get(frame, {}).get(fold(text))) is not None:
                return found
        return self.names.get(fold(text))

    def _name(self, node: nodes.Name, frames: tuple[Symbol, ...]) -> None:
        found = self._named(node.text, frames)
        if found is None:
            owners = [choices[fold(node.text)] for choices in self.choices.values() if fold(node.text) in choices]
            found = owners[0] if len(owners) == 1 else self.words.get(fold(node.text)) if not owners else None
        self._use(node, found)

    def _use(self, name: nodes.Name, symbol: Symbol | None) -> None:
        if symbol is not None:
            self._place(name.span, symbol)

    def bind_unread(self, parsed: ParsedFile) -> None:
        """In phrases that could not be read, bind the names that can mean one thing only."""
        several: dict[str, list[Symbol]] = {}
        for symbol in self.symbols:
            for form in symbol.forms:
                several.setdefault(form, []).append(symbol)
        for phrase in parsed.phrases:
            for lexeme in phrase.lexemes if phrase.tree is None else ():
                found = several.get(fold(lexeme.text), []) if lexeme.is_a(*_NAMES) else []
                if len(found) == 1:
                    self._place(lexeme.span, found[0])

    # ---- examples and translations ----------------------------------------------------------------------------------

    def _facts_of(self, example: nodes.ExamplePatient | nodes.ExampleTable) -> None:
        lines = example.lines if isinstance(example, nodes.ExamplePatient) else (row[0] for row in example.rows if row)
        for line in lines:
            symbol = self.criteria.get(fold(line.name)) or self.names.get(fold(line.name))
            if symbol is None:
                continue
            self._within(line.span, line.name, symbol)
            if isinstance(line.value, nodes.RowsTable):
                for name in line.value.names:
                    if (inner := self.inner.get(symbol, {}).get(fold(name))) is not None:
                        self._within(line.value.span, name, inner)
            else:
                self._words_in(line.span, symbol)

    def _words_in(self, span: Span, owner: Symbol) -> None:
        """Choices and fields among the words of a fact, behind its name."""
        text = self.source.slice(span)
        behind = re.search(r"[:|]", text.lstrip("|"))
        start = span.start + (behind.end() + len(text) - len(text.lstrip("|")) if behind else 0)
        inner = self.inner.get(owner, {})
        choices = [c for each in (owner, *inner.values()) for c in self.choices.get(each, {}).values()]
        for symbol in (*choices, *(each for each in inner.values() if each.node is not None)):
            found = re.finditer(
                rf"(?<![\w-]){re.escape(symbol.name)}(?![\w-])", text[start - span.start :], re.IGNORECASE
            )
            for one in found:
                self._place(Span(start + one.start(), start + one.end()), symbol)

    def _translation(self, entry: nodes.TranslationSyntax, owner: Symbol | None) -> None:
        folded = fold(entry.name)
        symbol = None
        if owner is not None:
            symbol = self.choices.get(owner, {}).get(folded) or self.inner.get(owner, {}).get(folded)
        else:
            symbol = self.names.get(folded) or self.criteria.get(folded) or self.lists.get(folded)
            symbol = symbol or self.functions.get(folded) or self._only_one(folded)
        if symbol is not None:
            self._place(entry.name_span, symbol)
        for inner in entry.inner:
            self._translation(inner, symbol)

    def _only_one(self, folded: str) -> Symbol | None:
        """A field or a choice, where one only has this name."""
        found = [names[folded] for names in (*self.inner.values(), *self.choices.values()) if folded in names]
        return found[0] if len(found) == 1 else None


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for one in value:
            yield from _flat(one)
    elif isinstance(value, nodes.Spanned):
        yield value


def _names_of_values(node: object) -> Iterator[nodes.Name]:
    """The names that a comparison compares with."""
    match node:
        case nodes.Choices(values=values) | nodes.Neither(values=values) | nodes.IncludesAny(values=values):
            yield from (value for value in values if isinstance(value, nodes.Name))
        case nodes.Limit(bound=nodes.Name() as name):
            yield name
        case nodes.Limit(bound=nodes.ByCase(otherwise, cases)):
            yield from (v for v in (otherwise, *(value for value, _ in cases)) if isinstance(v, nodes.Name))
        case nodes.TwoLimits(first=first, second=second):
            yield from _names_of_values(first)
            yield from _names_of_values(second)
        case nodes.Range(low=low, high=high):
            yield from (value for value in (low, high) if isinstance(value, nodes.Name))
        case _:
            return
