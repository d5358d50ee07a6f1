"""From declarations to data items."""

from __future__ import annotations

import re
from decimal import Decimal

from attrs import evolve

from protocol_dsl.diagnostics import nearest
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.resolve_conditions import ConditionResolver
from protocol_dsl.semantics.scope import Scope, TermList
from protocol_dsl.semantics.types import (
    DATE,
    DRUG,
    END,
    HALF_LIFE,
    LOWER,
    ONGOING,
    SERIES_FIELDS,
    START,
    UPPER,
    VALUE,
    Coded,
    DataItem,
    Date,
    Kind,
    OneOf,
    OtherUnit,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.words_of import words
from protocol_dsl.values import ONE, UnitError, parse_unit


def declare_items(syntax: nodes.ProtocolSyntax, scope: Scope) -> None:
    """Enter every list, day and data item into the scope, without the conditions of `asked if`."""
    _declare_lists(syntax, scope)
    for section in syntax.sections:
        for declared in section.declarations:
            group = "days" if section.kind == "days" else section.title
            if declared.type is not None and declared.type.form == "period":
                for name in (declared.name, *declared.aliases):
                    scope.spans.setdefault(name.text.casefold(), declared.type)
                continue
            _enter(scope, _item(declared, group, scope))
    if EVALUATION_DATE not in scope.items:
        _enter(scope, DataItem(EVALUATION_DATE, Date(), day=True))


def _declare_lists(syntax: nodes.ProtocolSyntax, scope: Scope) -> None:
    written = {listed.name.text.casefold(): listed for section in syntax.sections for listed in section.lists}
    for listed in written.values():
        members: dict[str, None] = {}
        outside = _gather(listed, written, members, scope, ())
        apart = None if outside is None else tuple(word for word in outside if word not in members)
        found = TermList(listed.name.text, tuple(members), apart, listed.span)
        for name in (listed.name, *listed.aliases):
            scope.lists.setdefault(name.text.casefold(), found)


def _gather(
    listed: nodes.ListSyntax,
    written: dict[str, nodes.ListSyntax],
    members: dict[str, None],
    scope: Scope,
    within: tuple[str, ...],
) -> dict[str, None] | None:
    """Enter the words of a list and of those it takes in.

    None where no other word belongs; of an open list, the words that are known not to belong.
    """
    outside: dict[str, None] | None = None if listed.closed else {}
    for term in listed.terms:
        if not term.everything_in:
            scope.terms.setdefault(term.text, []).extend(term.codes)
            if term.outside and outside is not None:
                outside[term.text] = None
            elif not term.outside:
                members.setdefault(term.text)
            continue
        inner = written.get(term.text.casefold())
        if inner is None or inner.name.text in within:
            near = nearest(term.text, [each.name.text for each in written.values()])
            scope.problems.report(
                "P207",
                term.span,
                variant="circle" if inner is not None else "nearest" if near else None,
                name=term.text,
                list=listed.name.text,
                nearest=near[0] if near else "",
            )
            continue
        others = _gather(inner, written, members, scope, (*within, listed.name.text))
        if others is not None:
            # A word is known not to belong where each list that is open says so.
            outside = others if outside is None else {word: None for word in outside if word in others}
    return outside


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
        case "several of":
            return SeveralOf(tuple(choice.text for choice in type_.choices))
        case "coded":
            return coded(scope)
        case "period":
            return Text()
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
            return _quantity(declared, type_, scope)
        case "rows":
            taken = set(REDECLARED) & set(SERIES_FIELDS[type_.series])
            own = tuple(_item(inner, group, scope) for inner in declared.fields)
            fields = (*_fields_of_series(declared, type_, own, scope), *(f for f in own if f.name not in taken))
            for derived in declared.derived:
                for name in (derived.name, *derived.aliases):
                    scope.derived.setdefault(declared.name.text, {})[name.text.casefold()] = derived
            if not fields:
                scope.problems.report(
                    "P315", declared.span, name=declared.name.text, row=singular(declared.name.text), each=type_.words
                )
            one = declared.name.text if declared.plural else singular(declared.name.text)
            several = declared.plural or plural(one)
            each = type_.words if type_.series == "rows" else one
            return Rows(one, each, fields, type_.series, several)


REDECLARED = (DRUG, HALF_LIFE, VALUE)
"""Fields of a series that an author may declare with a kind of their own."""


def _fields_of_series(
    declared: nodes.Declaration, type_: nodes.TypeWords, own: tuple[DataItem, ...], scope: Scope
) -> tuple[DataItem, ...]:
    """The fields that a series has without declaring them."""
    value: Kind = Quantity(ONE)
    if type_.choices:
        value = OneOf(tuple(choice.text for choice in type_.choices), ordered=type_.ordered)
    elif type_.unit is not None:
        value = _quantity(declared, type_, scope)
    written = next((f.kind for f in own if f.name == VALUE), value)
    limits = Quantity(written.unit) if isinstance(written, Quantity) else Quantity(ONE)
    drug = next((f.kind for f in own if f.name == DRUG), coded(scope))
    half_life = next((f.kind for f in own if f.name == HALF_LIFE), Quantity(parse_unit("days")))
    kinds: dict[str, tuple[Kind, tuple[str, ...]]] = {
        DATE: (Date(), ()),
        START: (Date(), ()),
        END: (Date(), ()),
        ONGOING: (YesNo(), ()),
        DRUG: (drug, ()),
        HALF_LIFE: (half_life, ()),
        VALUE: (written, ()),
        UPPER: (limits, ("ULN",)),
        LOWER: (limits, ("LLN",)),
    }
    names = [
        name for name in SERIES_FIELDS[type_.series] if isinstance(written, Quantity) or name not in (UPPER, LOWER)
    ]
    return tuple(DataItem(name, *kinds[name], span=declared.span) for name in names)


def coded(scope: Scope) -> Coded:
    """The kind of a word of the protocol's lists."""
    spellings = [(spelling, term) for term, codes in scope.terms.items() for spelling in (term, *codes)]
    return Coded(tuple(dict.fromkeys(spellings)))


_CONVERSION = re.compile(
    r"(?P<other>.+?)\s*=\s*(?P<factor>\d+(?:\.\d+)?)\s*[×*]\s*(?P<unit>.+?)(?:\s*(?P<sign>[-+−])\s*(?P<shift>\d+(?:\.\d+)?))?$"
)


def _quantity(declared: nodes.Declaration, type_: nodes.TypeWords, scope: Scope) -> Quantity:
    """A number in its unit, or in one of two, with the way from the one to the other where the author gives it."""
    assert type_.unit is not None
    of = type_.words if type_.form == "percentage" else type_.percentage_of
    conversion = next((prop for prop in declared.properties if prop.key == "conversion"), None)
    if type_.other_unit is None:
        if conversion is not None:
            scope.problems.report("P320", conversion.span, variant="one_unit", name=declared.name.text)
        return Quantity(type_.unit, of)
    other = OtherUnit(type_.other_unit)
    if conversion is not None:
        match = _CONVERSION.match(conversion.text)
        try:
            units = (parse_unit(match["other"]), parse_unit(match["unit"])) if match else None
        except UnitError:
            units = None
        if match is None or units != (type_.other_unit, type_.unit):
            scope.problems.report(
                "P320",
                conversion.text_span,
                name=declared.name.text,
                found=conversion.text,
                first=type_.words,
                second=type_.other_unit_text or "",
            )
            scope.broken.add(declared.name.text.casefold())
        else:
            shift = Decimal(match["shift"] or 0)
            other = OtherUnit(type_.other_unit, Decimal(match["factor"]), shift if match["sign"] == "+" else -shift)
    return Quantity(type_.unit, of, other)


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
            if declared.name.text not in scope.items:
                continue
            item = scope.items[declared.name.text]
            if item.span != declared.span:
                continue  # the name is declared twice, which is refused; the first declaration goes on
            item = _asked(declared, item, resolver)
            if isinstance(item.kind, Rows):
                with scope.looking_at(item.name):
                    written = {inner.name.text: inner for inner in declared.fields}
                    fields = tuple(
                        _asked(written[field.name], field, resolver) if field.name in written else field
                        for field in item.kind.fields
                    )
                item = evolve(item, kind=evolve(item.kind, fields=fields))
            scope.items[item.name] = item


def _asked(declared: nodes.Declaration, item: DataItem, resolver: ConditionResolver) -> DataItem:
    asked = next((prop.condition for prop in declared.properties if prop.condition is not None), None)
    if asked is None:
        return item
    return evolve(item, asked_if=resolver.resolve(asked), asked_if_words=words(asked))
