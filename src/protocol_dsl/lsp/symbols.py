"""What each name of a file stands for, and every place where it is written.

Names are bound as the checker binds them: the fields of a series where its records are looked at, the choices of the
fact that is compared, the parameters of a function inside it. What can't be told stays unbound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs
from attrs import field, frozen

from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import BRACKET, EVALUATION_DATE, SERIES_NAMES
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.vocabulary import fold, plural, singular

SymbolKind: TypeAlias = Literal[
    "day", "period", "fact", "series", "field", "choice", "list", "word", "value", "condition", "named series",
    "function", "parameter", "criterion", "example",
]  # fmt: skip
Declared: TypeAlias = nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax | nodes.CriterionSyntax | None
SERIES: Final = ("series", "named series")


@frozen(eq=False)
class Symbol:
    """Something that has a name. `owner`: the fact whose choice it is, the series or function whose field it is."""

    kind: SymbolKind
    name: str
    spellings: tuple[str, ...]
    """The name and its short forms."""
    node: Declared = field(default=None, repr=False)
    owner: Symbol | None = field(default=None, repr=False)
    plural: str | None = None
    used_from: str | None = None
    """The file that declares it, where it is not this one."""
    group: str | None = None

    @property
    def forms(self) -> dict[str, tuple[str, Literal["as declared", "singular", "plural"]]]:
        """Each folded form of its spellings: which spelling it is, and in what form."""
        found: dict[str, tuple[str, Literal["as declared", "singular", "plural"]]] = {}
        for spelling in self.spellings:
            found.setdefault(fold(spelling), (spelling, "as declared"))
        if self.kind in SERIES:
            for at, spelling in enumerate(self.spellings):
                one = singular(spelling)
                many = self.plural if self.plural is not None and at == 0 else plural(one)
                found.setdefault(fold(one), (spelling, "singular"))
                found.setdefault(fold(many), (spelling, "plural"))
        return found


@frozen
class Occurrence:
    """A place where a name is written. `declares`: the line there declares it."""

    span: Span
    symbol: Symbol
    declares: bool = False


@frozen
class Index:
    """The symbols of a file and their places, in the order of the file."""

    symbols: tuple[Symbol, ...]
    occurrences: tuple[Occurrence, ...]
    by_name: Mapping[str, tuple[Symbol, ...]]
    """By each folded form of a name."""

    def at(self, offset: int) -> Occurrence | None:
        """The name at a place, or that ends there."""
        touching = [one for one in self.occurrences if one.span.start <= offset <= one.span.end]
        inside = [one for one in touching if offset < one.span.end]
        return min(inside or touching, key=lambda one: len(one.span), default=None)

    def places(self, symbol: Symbol) -> tuple[Occurrence, ...]:
        return tuple(one for one in self.occurrences if one.symbol is symbol)

    def declaration(self, symbol: Symbol) -> Span | None:
        """Where it is declared in this file; of a name with short forms, the name."""
        return next((one.span for one in self.occurrences if one.symbol is symbol and one.declares), None)

    def named(self, text: str, *kinds: SymbolKind) -> Symbol | None:
        """The one symbol of a name; None where there are several, or none."""
        found = [one for one in self.by_name.get(fold(text), ()) if not kinds or one.kind in kinds]
        return found[0] if len(found) == 1 else None

    def under(self, owner: Symbol, *kinds: SymbolKind) -> tuple[Symbol, ...]:
        """The fields, choices or parameters of a symbol."""
        return tuple(one for one in self.symbols if one.owner is owner and one.kind in kinds)


def index_of(parsed: ParsedFile) -> Index:
    """The names of a file that has been read."""
    if parsed.syntax is None:
        return Index((), (), {})
    binder = _Binder(parsed.syntax)
    binder.declare()
    binder.bind()
    binder.bind_unread(parsed)
    by_name: dict[str, tuple[Symbol, ...]] = {}
    for symbol in binder.symbols:
        for form in symbol.forms:
            by_name[form] = (*by_name.get(form, ()), symbol)
    return Index(tuple(binder.symbols), tuple(sorted(binder.places.values(), key=lambda one: one.span.start)), by_name)


class _Binder:
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

    # ---- declarations -----------------------------------------------------------------------------------------------

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

    # ---- uses -------------------------------------------------------------------------------------------------------

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


_NAMES: Final = ("NAME", "CHOICE", "ROWS", "LIST", "PERIOD", "FUNCTION")
NOT_DECLARED: Final = EVALUATION_DATE
"""A day that every protocol has, and that stands nowhere in a file."""


def _spellings(node: nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax) -> tuple[str, ...]:
    return (node.name.text, *(alias.text for alias in node.aliases))


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
