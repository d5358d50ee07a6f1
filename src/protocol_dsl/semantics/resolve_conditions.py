"""Conditions: comparisons, windows, lists, rows and exceptions, brought down to the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, cast

from attrs import evolve

from protocol_dsl.diagnostics import Label
from protocol_dsl.semantics import core
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.resolve_comparisons import (
    ALWAYS,
    OPERATORS,
    ComparisonResolver,
    example_comparison,
    refuse_lone_choice,
)
from protocol_dsl.semantics.resolve_values import ValueResolver, written
from protocol_dsl.semantics.scope import Bare, Scope
from protocol_dsl.semantics.types import Rows, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words

DEEPEST_ROWS: Final = 3
"""How many lists of rows may be looked at inside one another; each more takes the rows of all others once a row."""


class ConditionResolver:
    """Resolves conditions in the scope of one protocol."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.values = ValueResolver(scope, self.resolve)
        self.comparisons = ComparisonResolver(scope, self.values)

    def resolve(self, node: nodes.Condition) -> core.Condition:
        """The core of a condition; where something is wrong it is reported and any condition goes on."""
        match node:
            case nodes.Comparison(left, complement):
                return self.comparisons.resolve(node, left, complement)
            case nodes.Chain(parts, connectives):
                conditions = tuple(self.resolve(part) for part in parts)
                if connectives[0] == "and":
                    return core.All(conditions, **written(node))
                return core.AtLeast(1, conditions, **written(node))
            case nodes.Negation(condition):
                return core.Not(self.resolve(condition), **written(node))
            case nodes.KnownThat(condition):
                return core.Known(self.resolve(condition), **written(node))
            case nodes.Judges():
                return self._judges(node)
            case nodes.AgreesFor():
                return self._agrees(node)
            case nodes.IfThen(condition, then, otherwise):
                rest = self.resolve(otherwise) if otherwise is not None else None
                return core.If(self.resolve(condition), self.resolve(then), rest, **written(node))
            case nodes.ListOf():
                return self._list(node)
            case nodes.ForEach() | nodes.RowsThat():
                return self._rows(node)
            case nodes.Unless(rule, exception):
                self.resolve(exception)
                return self.resolve(rule)  # refused where it may not stand; see `ambiguity`
            case nodes.Bracketed(inner):
                return self.resolve(inner)
            case _:
                return self._fact(node)

    def criterion_rule(self, node: nodes.Condition, kind: Literal["inclusion", "exclusion"]) -> core.Condition:
        """A criterion's rule; `unless C` lets the patient pass when C is true."""
        if not isinstance(node, nodes.Unless):
            return self.resolve(node)
        rule, exception = self.resolve(node.rule), self.resolve(node.exception)
        if kind == "inclusion":
            return core.AtLeast(1, (rule, exception), **written(node))
        negated = core.Not(exception, origin=node.exception.span, words=f"not {words(node.exception)}")
        return core.All((rule, negated), **written(node))

    # ---- facts as conditions ----------------------------------------------------------------------------------------

    def _fact(self, node: nodes.Value) -> core.Condition:
        value = self.values.resolve(node)
        if isinstance(value.kind, YesNo) and isinstance(value.node, core.Fact | core.Field | core.Defined):
            if value.kind.role == "agreement":
                self._same_period(value.node, None, node.span)
            return value.node
        if isinstance(node, nodes.Name) and not isinstance(value.kind, Bare) and not self._is_declared(node):
            refuse_lone_choice(self.scope, node.text, node.span)
            return ALWAYS
        example = example_comparison(words(node), value, self.scope)
        self.scope.refuse("P304", node.span, name=words(node), kind=kind_in_words(value.kind), example=example)
        return ALWAYS

    def _is_declared(self, node: nodes.Name) -> bool:
        scope = self.scope
        return (
            scope.declared(node.text) is not None
            or scope.field(node.text) is not None
            or bool(scope.owner_of_field(node.text))
        )

    def _judges(self, node: nodes.Judges) -> core.Condition:
        value = self.values.resolve(node.judgement)
        kind = value.kind
        if not isinstance(kind, YesNo) or kind.role != "judgement":
            self.scope.refuse(
                "P313", node.judgement.span, name=node.judgement.text, kind=kind_in_words(kind), judge=node.judge
            )
        elif (kind.by or "").casefold() != node.judge.casefold():
            self.scope.refuse(
                "P313", node.span, variant="other_judge", name=node.judgement.text, judge=node.judge, kind=kind.by or ""
            )
        return evolve(cast(core.Fact | core.Field, value.node), **written(node))

    def _agrees(self, node: nodes.AgreesFor) -> core.Condition:
        value = self.values.resolve(node.answer)
        first, last = self.values.date(node.first), self.values.date(node.last)
        if not isinstance(value.node, core.Fact) or not isinstance(value.kind, YesNo) or value.kind.role != "agreement":
            self.scope.refuse("P314", node.answer.span, name=words(node.answer), kind=kind_in_words(value.kind))
            return ALWAYS
        self._same_period(value.node, (first, last), node.span)
        return core.Agreement(value.node, first, last, **written(node))

    def _same_period(self, answer: core.Fact | core.Field | core.Defined, period: object, span: Span) -> None:
        """One answer is to one promise: the same name with another period is refused."""
        known, where = self.scope.periods.setdefault(answer.name, (period, span))
        if known != period:
            self.scope.problems.report("P409", span, labels=(Label(where, "with this period here"),), name=answer.name)

    # ---- lists and rows ---------------------------------------------------------------------------------------------

    def _list(self, node: nodes.ListOf) -> core.Condition:
        conditions = tuple(self.resolve(item) for item in node.items)
        place = written(node)
        if node.head == "all":
            return core.All(conditions, **place)
        if node.head in ("any", "none"):
            any_of = core.AtLeast(1, conditions, **place)
            return any_of if node.head == "any" else core.Not(any_of, **place)
        least, most = _bounds(node.comparator, node.count or 0)
        if least > len(conditions) or (most is not None and most < 0) or (least <= 0 and most is None):
            self.scope.problems.report("P503", node.span, variant="count", found=node.count, items=len(conditions))
        return _counted(least, most, lambda count: core.AtLeast(count, conditions, **place), place)

    def _rows(self, node: nodes.ForEach | nodes.RowsThat) -> core.Condition:
        value = self.values.resolve(node.rows)
        if not isinstance(value.node, core.Fact) or not isinstance(value.kind, Rows):
            return ALWAYS  # refused where it is declared
        rows, place = value.node, written(node)
        if len(self.scope.rows) == DEEPEST_ROWS:
            self.scope.problems.report("P005", node.span, variant="rows", levels=DEEPEST_ROWS + 1)
            return ALWAYS
        with self.scope.looking_at(rows.name):
            if isinstance(node, nodes.ForEach):
                return core.Every(rows, self.resolve(node.body), node.if_any, **place)
            body = self.resolve(node.where) if node.where is not None else None
        if node.quantifier == "any":
            return core.AtLeastRows(1, rows, body, **place)
        if node.quantifier == "no":
            return core.Not(core.AtLeastRows(1, rows, body, **place), **place)
        least, most = _bounds(node.comparator, node.count or 0)
        if (most is not None and most < 0) or (least <= 0 and most is None):
            self.scope.problems.report("P503", node.span, variant="rows", found=node.count, row=value.kind.singular)
        return _counted(least, most, lambda count: core.AtLeastRows(count, rows, body, **place), place)


def _bounds(comparator: str | None, count: int) -> tuple[int, int | None]:
    """The fewest and the most that a count allows."""
    match OPERATORS[comparator or "at least"]:
        case "≥":
            return count, None
        case ">":
            return count + 1, None
        case "≤":
            return 0, count
        case "<":
            return 0, count - 1
        case "=":
            return count, count


def _counted(
    least: int, most: int | None, at_least: Callable[[int], core.Condition], place: core.Place
) -> core.Condition:
    """A count from at-least-n conditions alone: at most n is not at least n + 1."""
    parts: list[core.Condition] = [at_least(least)] if least > 0 else []
    if most is not None:
        parts.append(core.Not(at_least(most + 1), **place))
    return parts[0] if len(parts) == 1 else core.All(tuple(parts), **place)
