"""From the syntax tree to the checked protocol, with every problem of the file in one run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from attrs import evolve, frozen

from protocol_dsl.diagnostics import Copyable, Diagnostic, Label, Problems, Severity, nearest
from protocol_dsl.semantics import core
from protocol_dsl.semantics.ambiguity import refuse_ambiguity
from protocol_dsl.semantics.checked import Criterion, Definition, Protocol
from protocol_dsl.semantics.declare import declare_items, resolve_asked_if
from protocol_dsl.semantics.examples import ExampleReader
from protocol_dsl.semantics.listings import amendments, periods, split_notes, word_lists, wording_rules
from protocol_dsl.semantics.numbering import renumbered
from protocol_dsl.semantics.phrases import applying, phrases_in
from protocol_dsl.semantics.resolve_conditions import ConditionResolver
from protocol_dsl.semantics.scope import Bare, ChoiceWord, DefinedName, Lift, Scope, Typed, ValueKind
from protocol_dsl.semantics.structure import warn_of_repetition, warn_of_turned_exclusion, warn_of_unused, written_out
from protocol_dsl.semantics.translations import read_translations, warn_of_untranslated
from protocol_dsl.semantics.types import DataItem, Date, Kind, OneOf, Quantity, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import SERIES_NAMES
from protocol_dsl.syntax.format import definition_words, statement_lines
from protocol_dsl.syntax.parse import names_that_read_two_ways
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.vocabulary import singular
from protocol_dsl.values import ONE

MOST_CONDITIONS: Final = 10_000
"""The most conditions of one rule, counts written out."""


@frozen
class CheckedFile:
    """A protocol, where the file has no error, and all that is to be said about the file."""

    protocol: Protocol | None
    diagnostics: tuple[Diagnostic, ...]


def check(parsed: ParsedFile) -> CheckedFile:
    """Resolve and check a file that has been read."""
    if parsed.syntax is None:
        return CheckedFile(None, parsed.diagnostics)
    checker = _Checker(parsed, parsed.syntax)
    protocol = checker.check()
    of_used = {section.span for section in parsed.syntax.sections if section.used_from}
    checked = (_unmended(problem, of_used) for problem in checker.scope.problems.found)
    found = [*parsed.diagnostics, *(parsed.located(problem) for problem in checked)]
    found.sort(key=lambda problem: (problem.span.start if problem.span else 0, problem.code))
    unique = tuple(dict.fromkeys(found))
    broken = any(problem.severity is Severity.ERROR for problem in unique)
    # What is refused goes on as a condition that always holds: without an error it would run, and decide wrongly.
    assert broken or not checker.scope.doubtful, "something was refused, and nothing was reported"
    return CheckedFile(None if broken else protocol, unique)


def _unmended(problem: Diagnostic, of_used: Collection[Span]) -> Diagnostic:
    """What is told of a used file stands at the line that names it, and cannot be mended there."""
    return evolve(problem, hint=None, fixes=()) if problem.fixes and problem.span in of_used else problem


class _Checker:
    def __init__(self, parsed: ParsedFile, syntax: nodes.ProtocolSyntax) -> None:
        self.parsed = parsed
        self.syntax = syntax
        self.scope = Scope(Problems(syntax.source))
        self.resolver = ConditionResolver(self.scope)
        self.definitions: dict[str, Definition] = {}
        self.pending: dict[str, nodes.DefinitionSyntax] = {}
        self.shown: dict[str, nodes.DefinitionSyntax] = {}
        """Named series and functions, which are printed among the definitions and written out where they are used."""

    def check(self) -> Protocol:
        syntax, scope = self.syntax, self.scope
        for entry, parts in names_that_read_two_ways(self.parsed):
            scope.problems.report(
                "P408",
                entry.span,
                variant="not" if entry.kind == "CHOICE" and parts[0] == "not" else None,
                name=entry.spelling,
                parts=" · ".join(parts),
                renamed=Copyable(f"{entry.spelling} reported"),
            )
        declare_items(syntax, scope)
        self._define()
        resolve_asked_if(syntax, scope, self.resolver)
        criteria = self._criteria()
        refuse_ambiguity(syntax, scope)
        evaluated_on = self._evaluated_on()
        history = tuple(amendments(syntax, scope.problems))
        rules_of_wording = wording_rules(syntax, scope.problems)
        examples = ExampleReader(scope, criteria).read(syntax)
        translations = read_translations(syntax, scope.problems)
        if not self._has_errors():
            own = {name: d.span for name, d in self.definitions.items()} | {
                name: d.span for name, d in self.shown.items()
            }
            if criteria:  # a file without any is there to be used by others
                warn_of_unused(scope, evaluated_on, own, _of_other_files(syntax))
            warn_of_untranslated(syntax, translations, scope.problems)
            for criterion in criteria:
                warn_of_repetition(criterion, scope)
                warn_of_turned_exclusion(criterion, scope)
        sections = [section for section in syntax.sections if section.none_in_source]
        return Protocol(
            syntax.name,
            {prop.key: prop.text for prop in syntax.header},
            dict(scope.items),
            self._definitions_shown(),
            criteria,
            examples,
            tuple(section.kind for section in sections),
            evaluated_on,
            syntax.source,
            lists=tuple(word_lists(syntax, scope)),
            periods=tuple(periods(syntax)),
            amendments=history,
            wording_rules=rules_of_wording,
            translations=translations,
            syntax=syntax,
        )

    def _definitions_shown(self) -> dict[str, Definition]:
        """The definitions in the order of the file; of other files only those that are used."""
        found: dict[str, Definition] = {}
        for section in self.syntax.sections:
            for written in section.definitions:
                name = written.name.text
                if section.used_from is not None and name not in self.scope.used:
                    continue
                if name in self.shown:
                    notes, accepted = split_notes(written.notes, self.scope.problems)
                    aliases = tuple(alias.text for alias in written.aliases)
                    statement = definition_words(written)
                    found[name] = Definition(name, None, aliases, None, notes, accepted, statement, written.span)
                elif name in self.definitions:
                    found[name] = self.definitions[name]
        return found

    def _has_errors(self) -> bool:
        return self._errors() > 0 or any(problem.severity is Severity.ERROR for problem in self.parsed.diagnostics)

    def _errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.scope.problems.found)

    # ---- definitions ------------------------------------------------------------------------------------------------

    def _define(self) -> None:
        """Resolve definitions, each after those it uses."""
        everything = [d for section in self.syntax.sections for d in section.definitions]
        for definition in everything:
            for name in (definition.name, *definition.aliases):
                if isinstance(definition.body, nodes.EachNoun):
                    self.scope.series.setdefault(name.text.casefold(), (definition.body, definition.name.text))
                    self.scope.series.setdefault(
                        singular(name.text).casefold(), (definition.body, definition.name.text)
                    )
                elif definition.parameters:
                    self.scope.functions.setdefault(name.text.casefold(), definition)
        self._refuse_circular_series()
        written = [d for d in everything if not d.parameters and not isinstance(d.body, nodes.EachNoun)]
        self.pending = {d.name.text: d for d in written}
        for definition in written:
            for name in (definition.name, *definition.aliases):
                self.scope.aliases.setdefault(name.text.casefold(), definition.name.text)
        for entry in self.parsed.vocabulary.entries():
            scope, spelling = self.scope, entry.spelling
            known = scope.functions, scope.series, scope.lists, scope.spans
            if any(spelling.casefold() in names for names in known) or self._is_parameter_or_derived(spelling):
                continue
            if entry.kind != "CHOICE" and scope.declared(spelling) is None and not scope.owner_of_field(spelling):
                scope.broken |= {spelling.casefold(), entry.declared.casefold()}
        for definition in written:
            self._define_one(definition)
        self._check_what_is_unused(everything)

    def _is_parameter_or_derived(self, spelling: str) -> bool:
        folded = spelling.casefold()
        parameters = (each for function in self.scope.functions.values() for each in function.parameters)
        derived = any(folded in names for names in self.scope.derived.values())
        implicit = any(folded in names for names in SERIES_NAMES.values())
        return derived or implicit or any(each.name.text.casefold() == folded for each in parameters)

    def _refuse_circular_series(self) -> None:
        """A named series that stands for itself, through others or not."""
        series = self.scope.series
        for body, name in dict.fromkeys(series.values()):
            path, waiting = [name], list(body.series.nouns)
            seen: set[str] = set()
            while waiting:
                inner = series.get(waiting.pop().rows.text.casefold())
                if inner is None or inner[1] in seen:
                    continue
                if inner[1] == name:
                    self.scope.problems.report("P206", body.span, name=name, circle=" → ".join([*path, name]))
                    for folded in [one for one, (_, named) in series.items() if named == name]:
                        self.scope.broken.add(folded)
                        del series[folded]
                    break
                seen.add(inner[1])
                path.append(inner[1])
                waiting.extend(inner[0].series.nouns)

    def _check_what_is_unused(self, everything: list[nodes.DefinitionSyntax]) -> None:
        """Named series, functions and computed fields are checked where they stand, even where nothing uses them."""
        resolver, scope = self.resolver, self.scope
        used = set(scope.used)
        for definition in everything:
            if isinstance(definition.body, nodes.EachNoun):
                noun = nodes.Noun(definition.name, span=definition.span)
                resolver.series.records(nodes.Series((noun,), span=definition.span), needs_time=False)
                self.shown[definition.name.text] = definition
            elif definition.parameters:
                scope.parameters.append({p.name.text.casefold(): _of_parameter(p) for p in definition.parameters})
                with scope.lifting():
                    resolver.values.with_unit(definition, resolver.values.resolve(definition.body))  # type: ignore[arg-type]
                scope.parameters.pop()
                self.shown[definition.name.text] = definition
        for rows, fields in scope.derived.items():
            for derived in dict.fromkeys(fields.values()):
                with scope.lifting(), scope.looking_at(rows, scope.next_row()):
                    resolver.values.resolve(derived.body)  # type: ignore[arg-type]
        scope.used = used

    def _define_one(self, definition: nodes.DefinitionSyntax) -> None:
        """Resolve a definition after those that it uses; without recursion, since a chain of them may be long."""
        path = [(definition, iter(_names_in(definition.body)))] if definition.name.text in self.pending else []
        while path:
            current, names = path[-1]
            used = next((name for name in map(self.scope.declared, names) if name in self.pending), None)
            open_names = [opened.name.text for opened, _ in path]
            if used is None:
                path.pop()
                if self.pending.pop(current.name.text, None) is not None:
                    self._resolve_definition(current)
            elif used in open_names:
                circle = " → ".join([*open_names[open_names.index(used) :], used])
                self.scope.problems.report("P206", self.pending.pop(used).span, name=used, circle=circle)
                self.scope.broken.add(used.casefold())
            else:
                following = self.pending[used]
                path.append((following, iter(_names_in(following.body))))

    def _resolve_definition(self, definition: nodes.DefinitionSyntax) -> None:
        name = definition.name.text
        scope = self.scope
        before = self._errors() + len(scope.doubtful)
        body: core.Condition | core.Value | None
        lifts: list[Lift] = []
        if definition.means:
            body, value, kind = self._resolve(definition.body), None, None
        else:
            with scope.lifting() as lifts:
                value = self._value(definition)
            body = renumbered(value.node) if not value.cases and not lifts else None
            kind = _kind(value)
        if self._errors() + len(scope.doubtful) > before:
            scope.broken.add(name.casefold())
        scope.definitions[name] = DefinedName(name, value, tuple(lifts))
        notes, accepted = split_notes(definition.notes, scope.problems)
        self.definitions[name] = Definition(
            name,
            body,
            tuple(alias.text for alias in definition.aliases),
            kind,
            notes,
            accepted,
            definition_words(definition),
            definition.span,
        )

    def _value(self, definition: nodes.DefinitionSyntax) -> Typed:
        values = self.resolver.values
        value = values.resolve(definition.body)  # type: ignore[arg-type]  # a condition is refused by its kind
        if isinstance(value.kind, ChoiceWord):
            owner = self.scope.owner_of_choice(value.kind.text)
            self.scope.refuse("P305", definition.span, variant="condition", found=value.kind.text, name=owner)
        return values.with_unit(definition, value)

    # ---- criteria ---------------------------------------------------------------------------------------------------

    def _criteria(self) -> tuple[Criterion, ...]:
        found: dict[str, Criterion] = {}
        spans: dict[str, Span] = {}
        for section in self.syntax.sections:
            for written in section.criteria:
                if written.id in spans:
                    first = Label(spans[written.id], "first used here")
                    self.scope.problems.report(
                        "P202", written.id_span, variant="criterion", labels=(first,), name=written.id
                    )
                spans.setdefault(written.id, written.id_span)
                found[written.id] = self._criterion(written, section)
        return tuple(found.values())

    def _criterion(self, written: nodes.CriterionSyntax, section: nodes.Section) -> Criterion:
        kind = "inclusion" if section.kind == "inclusion" else "exclusion"
        guard = applying(section.guard, written.applies_if)
        applies = self._resolve(guard) if guard is not None else None
        if written.rule is None:
            never = core.Not(core.All((), origin=written.span, words=""), origin=written.span, words="a test is meant")
            rule: core.Condition = core.All((), origin=written.span, words="")
            applies = never
        else:
            rule = renumbered(self.resolver.criterion_rule(written.rule, kind))  # type: ignore[arg-type]
        self._limit_size(rule)
        notes, accepted = split_notes(written.notes, self.scope.problems)
        return Criterion(
            written.id,
            kind,  # type: ignore[arg-type]
            written.title,
            rule,
            applies,
            written.quotation,
            notes,
            accepted,
            statement_lines(guard, written.rule) if written.rule is not None else "",
            written.span,
        )

    def _resolve(self, written: nodes.Condition) -> core.Condition:
        condition = renumbered(self.resolver.resolve(written))
        self._limit_size(condition)
        return condition

    def _limit_size(self, condition: core.Condition) -> None:
        if (size := written_out(condition)) > MOST_CONDITIONS:
            found = f"{size:,}" if size < 10**9 else "more than 1,000,000,000"
            self.scope.problems.report("P308", condition.origin, variant="rule", found=found)

    def _evaluated_on(self) -> str | None:
        days = {item.name.casefold(): item for item in self.scope.items.values() if item.day}
        chosen = next((prop for prop in self.syntax.header if prop.key == "evaluated on"), None)
        if chosen is None:
            return days["screening"].name if "screening" in days else None
        day: DataItem | None = days.get(chosen.text.casefold())
        if day is None:
            near = nearest(chosen.text, [item.name for item in days.values()])
            self.scope.problems.report(
                "P201",
                chosen.text_span,
                variant="nearest_day" if near else "day",
                name=chosen.text,
                nearest=near[0] if near else "",
            )
            return None
        return day.name


def _of_other_files(syntax: nodes.ProtocolSyntax) -> set[str]:
    """Names that come from used files, of which a protocol need not use all."""
    names: set[str] = set()
    for section in syntax.sections:
        if section.used_from is not None:
            names |= {each.name.text for each in section.declarations}
            names |= {each.name.text for each in section.definitions}
            names |= {each.name.text for each in section.lists}
    return names


def _of_parameter(parameter: nodes.Declaration) -> Typed:
    """A parameter of a function, to check its body without a call."""
    type_ = parameter.type
    assert type_ is not None
    kind: ValueKind = Bare()
    if type_.unit is not None:
        kind = Quantity(type_.unit)
    elif type_.form in ("one of", "ordered"):
        kind = OneOf(tuple(choice.text for choice in type_.choices), type_.form == "ordered")
    elif type_.form == "date":
        kind = Date()
    elif type_.form == "yes/no":
        kind = YesNo()
    return Typed(core.Fact(parameter.name.text, origin=parameter.span, words=parameter.name.text), kind)


def _kind(value: Typed) -> Kind | None:
    if isinstance(value.kind, Bare):
        return Quantity(ONE)
    return None if isinstance(value.kind, ChoiceWord) else value.kind


def _names_in(node: nodes.Condition) -> list[str]:
    """Every name that a phrase mentions."""
    return [phrase.text for phrase in phrases_in(node) if isinstance(phrase, nodes.Name)]


def resolve_statement(
    parsed: ParsedFile, applies_if: nodes.Condition | None, rule: nodes.Condition, kind: str
) -> tuple[core.Condition | None, core.Condition]:
    """Resolve a statement of a generated document in the scope of its protocol, to compare it with the rule."""
    assert parsed.syntax is not None
    checker = _Checker(parsed, parsed.syntax)
    checker.check()
    applies = renumbered(checker.resolver.resolve(applies_if)) if applies_if is not None else None
    return applies, renumbered(checker.resolver.criterion_rule(rule, kind))  # type: ignore[arg-type]
