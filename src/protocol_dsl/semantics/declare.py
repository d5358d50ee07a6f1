"""From declarations to data items."""

from __future__ import annotations

from attrs import evolve

from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.resolve_conditions import ConditionResolver
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.types import DataItem, Date, Kind, OneOf, Quantity, Rows, Text, YesNo
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import singular
from protocol_dsl.syntax.words_of import words
from protocol_dsl.values import ONE


def declare_items(syntax: nodes.ProtocolSyntax, scope: Scope) -> None:
    """Enter every day and data item into the scope, without the conditions of `asked if`."""
    for section in syntax.sections:
        for declared in section.declarations:
            group = "days" if section.kind == "days" else section.title
            _enter(scope, _item(declared, group, scope))
    if EVALUATION_DATE not in scope.items:
        _enter(scope, DataItem(EVALUATION_DATE, Date(), day=True))


def _enter(scope: Scope, item: DataItem) -> None:
    scope.items.setdefault(item.name, item)
    for name in item.names:
        scope.aliases.setdefault(name.casefold(), item.name)
    if isinstance(item.kind, Rows):
        scope.aliases.setdefault(item.kind.singular.casefold(), item.name)


def _item(declared: nodes.Declaration, group: str | None, scope: Scope) -> DataItem:
    kind = _kind(declared, group, scope)
    item = DataItem(
        declared.name.text,
        kind,
        tuple(alias.text for alias in declared.aliases),
        group,
        day=declared.type is None,
        planned=declared.planned,
        span=declared.span,
    )
    texts = {prop.key: prop for prop in declared.properties}
    return evolve(
        item,
        question=texts["question"].text if "question" in texts else None,
        source=texts["source"].text if "source" in texts else None,
        codes=tuple(prop.text for prop in declared.properties if prop.key == "code"),
        if_not_recorded=_if_not_recorded(texts["if not recorded"], item, scope) if "if not recorded" in texts else None,
    )


def _kind(declared: nodes.Declaration, group: str | None, scope: Scope) -> Kind:
    type_ = declared.type
    if type_ is None:
        return Date()
    match type_.form:
        case "yes/no":
            return YesNo()
        case "judgement" | "agreement" as role:
            return YesNo(role, type_.words)
        case "one of" | "ordered":
            return OneOf(tuple(choice.text for choice in type_.choices), ordered=type_.form == "ordered")
        case "date":
            return Date()
        case "unread":
            scope.broken.add(declared.name.text.casefold())
            return Text()
        case "text":
            return Text()
        case "number":
            return Quantity(ONE)
        case "quantity" | "percentage":
            assert type_.unit is not None
            return Quantity(type_.unit, type_.words if type_.form == "percentage" else None)
        case "rows":
            fields = tuple(_item(inner, group, scope) for inner in declared.fields)
            if not fields:
                scope.problems.report(
                    "P315", declared.span, name=declared.name.text, row=singular(declared.name.text), each=type_.words
                )
            return Rows(singular(declared.name.text), type_.words, fields)


def _if_not_recorded(prop: nodes.Property, item: DataItem, scope: Scope) -> bool | str | None:
    kind = item.kind
    text = prop.text.casefold()
    if isinstance(kind, YesNo) and text in ("yes", "no"):
        return text == "yes"
    if isinstance(kind, OneOf):
        found = next((choice for choice in kind.choices if choice.casefold() == text), None)
        if found is not None:
            return found
    scope.problems.report("P310", prop.text_span, found=prop.text, name=item.name)
    return None


def resolve_asked_if(syntax: nodes.ProtocolSyntax, scope: Scope, resolver: ConditionResolver) -> None:
    """Resolve `asked if`, once every name is known."""
    for section in syntax.sections:
        for declared in section.declarations:
            item = scope.items[declared.name.text]
            if item.span != declared.span:
                continue  # the name is declared twice, which is refused; the first declaration goes on
            item = _asked(declared, item, resolver)
            if isinstance(item.kind, Rows):
                with scope.looking_at(item.name):
                    fields = tuple(
                        _asked(inner, field, resolver)
                        for inner, field in zip(declared.fields, item.kind.fields, strict=True)
                    )
                item = evolve(item, kind=evolve(item.kind, fields=fields))
            scope.items[item.name] = item


def _asked(declared: nodes.Declaration, item: DataItem, resolver: ConditionResolver) -> DataItem:
    asked = next((prop.condition for prop in declared.properties if prop.condition is not None), None)
    if asked is None:
        return item
    return evolve(item, asked_if=resolver.resolve(asked), asked_if_words=words(asked))
