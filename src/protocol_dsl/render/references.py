"""Which definitions and data items a rule uses, and where a document explains them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.render.protocol_model import Link
from protocol_dsl.render.showing import shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Criterion, Definition, Protocol
from protocol_dsl.semantics.types import DRUG, SERIES_FIELDS, Coded, DataItem, OneOf, Rows, SeveralOf
from protocol_dsl.syntax.vocabulary import plural

DAYS = "days"
"""The id of the days of the trial."""


def nodes_of(criterion: Criterion) -> Iterator[core.Node]:
    """Every node of the rule of a criterion and of `applies if`, not following definitions."""
    yield from _within([criterion.rule, *([criterion.applies_if] if criterion.applies_if is not None else [])])


def all_nodes(protocol: Protocol) -> Iterator[core.Node]:
    """Every node of the rules and of the definitions."""
    for criterion in protocol.criteria:
        yield from nodes_of(criterion)
    yield from _within([each.body for each in protocol.definitions.values() if each.body is not None])


def _within(waiting: list[core.Node]) -> Iterator[core.Node]:
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(parts_of(node))


def days_of(protocol: Protocol) -> list[DataItem]:
    """The days of the trial. The evaluation date is one of them where a rule asks for it."""
    asked = {node.name for node in all_nodes(protocol) if isinstance(node, core.Fact)}
    named = [item for item in protocol.items.values() if item.day or item.name == EVALUATION_DATE]
    return [item for item in named if item.name != EVALUATION_DATE or item.name in asked]


def groups_of(protocol: Protocol) -> Iterator[tuple[str, tuple[DataItem, ...]]]:
    """The data items by group, days apart; of files that the protocol uses only what its rules ask for."""
    wanted = set(protocol.items)
    if protocol.used_files:
        wanted = {node.name for node in all_nodes(protocol) if isinstance(node, core.Fact)}
        asked = [item.asked_if for item in protocol.items.values() if item.asked_if and item.name in wanted]
        wanted |= {node.name for node in _within([*asked]) if isinstance(node, core.Fact)}
    for group, items in protocol.groups():
        kept = tuple(item for item in items if item.name in wanted and not item.day and item.name != EVALUATION_DATE)
        if kept:
            yield group, kept


def own_fields(kind: Rows) -> tuple[DataItem, ...]:
    """The fields of a row that the author declared, and not those that every series has."""
    implied = [name for name in SERIES_FIELDS[kind.form] if name != DRUG]
    return tuple(f for f in kind.fields if f.name not in implied and not (f.name == DRUG and isinstance(f.kind, Coded)))


class References:
    """The names of one protocol, as far as its documents lead to them."""

    def __init__(self, protocol: Protocol, terms: Terms):
        self._protocol = protocol
        self._terms = terms
        self._ids = {name: f"definition-{at}" for at, name in enumerate(protocol.definitions, 1)}
        self._places = {item.name: DAYS for item in days_of(protocol)}
        for at, (_, items) in enumerate(groups_of(protocol), 1):
            self._places |= {item.name: f"data-{at}" for item in items}

    def definition_id(self, name: str) -> str:
        """The id of the heading of a definition."""
        return self._ids[name]

    def definitions_in(self, statement: str) -> list[Definition]:
        """The definitions that a statement names, in the order of the protocol."""
        found = {self._names.get(_folded(match.group())) for match in self._pattern.finditer(statement)}
        return [definition for name, definition in self._protocol.definitions.items() if name in found]

    def named_by(self, definition: Definition) -> list[Definition]:
        """The other definitions that a definition names. What a function is called with is none of them."""
        own = {definition.name, *self._parameters.get(definition.name, ())}
        return [each for each in self.definitions_in(definition.statement) if each.name not in own]

    def definitions_of(self, criterion: Criterion) -> list[Definition]:
        """The definitions that a criterion goes by, also through one another, in the order of the protocol."""
        found: dict[str, Definition] = {}
        waiting = self.definitions_in(criterion.statement)
        while waiting:
            definition = waiting.pop()
            if definition.name not in found:
                found[definition.name] = definition
                waiting += self.named_by(definition)
        return [definition for name, definition in self._protocol.definitions.items() if name in found]

    @cached_property
    def _parameters(self) -> dict[str, list[str]]:
        sections = self._protocol.syntax.sections if self._protocol.syntax is not None else ()
        return {d.name.text: [each.name.text for each in d.parameters] for s in sections for d in s.definitions}

    def link(self, definition: Definition, more: str = "") -> Link:
        """A way to a definition; `more`: what stands behind its name."""
        return Link(shown(self._terms.name(definition.name)), self._ids[definition.name], more)

    def items_of(self, criterion: Criterion) -> tuple[Link, ...]:
        """The data items that decide a criterion, also through definitions, with the fields that it asks about."""
        used: dict[str, dict[str, None]] = {}
        for node in self._followed(criterion):
            if isinstance(node, core.Fact):
                used.setdefault(node.name, {})
            elif isinstance(node, core.Field):
                used.setdefault(node.rows, {}).setdefault(node.name)
        return tuple(
            self._item(self._protocol.items[name], used[name]) for name in self._protocol.items if name in used
        )

    def _item(self, item: DataItem, asked: dict[str, None]) -> Link:
        fields = own_fields(item.kind) if isinstance(item.kind, Rows) else ()
        names = [shown(self._terms.name(field.name, item.name)) for field in fields if field.name in asked]
        more = self._terms.words("document.fields_used", fields=self._terms.words.listed(names)) if names else ""
        return Link(shown(self._terms.name(item.name)), self._places.get(item.name, ""), more)

    def _followed(self, criterion: Criterion) -> Iterator[core.Node]:
        entered: set[str] = set()
        waiting = list(nodes_of(criterion))
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, core.Defined) and node.name not in entered:
                entered.add(node.name)
                body = self._protocol.definitions[node.name].body
                waiting.extend(_within([body]) if body is not None else ())

    # ---- names in statements ----------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every name of the protocol, folded: that of a definition leads to it, any other to nothing."""
        others: dict[str, str] = {}
        for item in self._protocol.items.values():
            fields = item.kind.fields if isinstance(item.kind, Rows) else ()
            for each in (item, *fields):
                choices = each.kind.choices if isinstance(each.kind, OneOf | SeveralOf) else ()
                others |= dict.fromkeys(map(_folded, (*each.names, *choices)), "")
        for listed in self._protocol.lists:
            others |= dict.fromkeys(map(_folded, (listed.name, *listed.aliases, *listed.members)), "")
        own: dict[str, str] = {}
        for definition in self._protocol.definitions.values():
            for name in (definition.name, *definition.aliases):
                own |= {_folded(name): definition.name, _folded(plural(name)): definition.name}
        return others | own

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Finds names as rules do: the longest."""
        names = sorted(filter(None, self._names), key=len, reverse=True)
        joined = "|".join(re.escape(name).replace("\\ ", r"\s+") for name in names)
        return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if joined else r"(?!)", re.IGNORECASE)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
