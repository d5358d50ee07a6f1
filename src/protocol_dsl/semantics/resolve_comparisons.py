"""Comparisons of numbers, choices and dates, brought down to the core."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, assert_never, cast

from attrs import evolve

from protocol_dsl.diagnostics import nearest
from protocol_dsl.semantics import core
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.resolve_values import ValueResolver, written
from protocol_dsl.semantics.scope import Bare, Scope, Typed, field_named
from protocol_dsl.semantics.types import Date, OneOf, Quantity, Rows, Text, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words

OPERATORS: Final[dict[str, core.Comparison]] = {
    "at least": "≥",
    "at most": "≤",
    "above": ">",
    "more than": ">",
    "below": "<",
    "less than": "<",
    "exactly": "=",
}
SIDES: Final[dict[str, core.Comparison]] = {
    "before": "<",
    "after": ">",
    "on": "=",
    "on or before": "≤",
    "on or after": "≥",
    "since": "≥",
}
ALWAYS: Final = core.All((), origin=Span(0, 0), words="")
"""What goes on in place of a condition that was refused."""
Compare: TypeAlias = Callable[[Typed], core.Condition]


class ComparisonResolver:
    """Resolves `VALUE is …` in the scope of one protocol."""

    def __init__(self, scope: Scope, values: ValueResolver) -> None:
        self.scope = scope
        self.values = values

    def resolve(self, node: nodes.Comparison, left: nodes.Value, complement: nodes.Complement) -> core.Condition:
        """The core of a comparison; where something is wrong it is reported and any condition goes on."""
        value = self.values.resolve(left)
        if isinstance(complement, nodes.IsRecorded):
            self._refuse_answered_silence(node, value.node)
            recorded = core.Recorded(value.node, **written(node))
            return core.Not(recorded, **written(node)) if complement.negated else recorded
        if value.cases:
            return self._expanded(node, value, lambda one: self._compared(node, left, one, complement))
        return self._compared(node, left, value, complement)

    def _compared(
        self, node: nodes.Comparison, left: nodes.Value, value: Typed, complement: nodes.Complement
    ) -> core.Condition:
        match value.kind:
            case Date():
                return self._date_comparison(node, left, value.node, complement)
            case Quantity() | Bare():
                return self._number_comparison(node, left, value, complement)
            case OneOf() as kind:
                return self._choice_comparison(node, value.node, kind, complement)
            case YesNo():
                self.scope.refuse("P306", node.span, variant="yes_no", name=words(left), example=words(left))
            case Text() | Rows():
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="text",
                    name=words(left),
                    kind=kind_in_words(value.kind),
                    example=f"{words(left)} is recorded",
                )
            case _:
                refuse_lone_choice(self.scope, words(left), left.span)
        return ALWAYS

    def _expanded(self, node: nodes.Phrase, value: Typed, compare: Compare) -> core.Condition:
        """A comparison with a value that depends on a case: the comparison with each, behind its condition."""
        result = compare(evolve(value, cases=()))
        for condition, inner in reversed(value.cases):
            then = self._expanded(node, inner, compare) if inner.cases else compare(inner)
            result = core.If(condition, then, result, **written(node))
        return result

    def _number_comparison(
        self, node: nodes.Comparison, left: nodes.Value, value: Typed, complement: nodes.Complement
    ) -> core.Condition:
        match complement:
            case nodes.Limit(comparator, bound):
                return self._limit(node, value, comparator, bound)
            case nodes.TwoLimits(first, connective, second):
                first, second = _shared_unit(first, second)
                parts = tuple(
                    self._limit(nodes.Comparison(left, part, span=node.span), value, part.comparator, part.bound)
                    for part in (first, second)
                )
                if connective == "and":
                    self._refuse_empty(node, parts, words(first), words(second))
                return (
                    core.All(parts, **written(node)) if connective == "and" else core.AtLeast(1, parts, **written(node))
                )
            case nodes.Range(low, high, ends):
                return self._range(node, left, value, low, high, ends != "exclusive")
            case nodes.Choices(values, negated):
                example = f"{words(left)} is exactly {words(values[0])}"
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="number",
                    name=words(left),
                    found=words(values[0]),
                    example=f"not ({example})" if negated else example,
                )
            case nodes.Neither() | nodes.WithinWindow() | nodes.FromTo() | nodes.Side():
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="not_a_date",
                    name=words(left),
                    kind=kind_in_words(value.kind),
                    example=example_comparison(words(left), value, self.scope),
                )
            case nodes.IsRecorded():
                raise AssertionError("handled before the kind is looked at")
            case _:
                assert_never(complement)
        return ALWAYS

    def _refuse_answered_silence(self, node: nodes.Comparison, value: core.Value) -> None:
        """Where silence of the record is an answer, nothing is left to be asked about the record."""
        item = self.scope.items.get(value.name) if isinstance(value, core.Fact) else None
        if isinstance(value, core.Field):
            item = field_named(self.scope.items[value.rows], value.name)
        if item is not None and item.if_not_recorded is not None:
            self.scope.problems.report("P318", node.span, name=item.name)

    def _refuse_empty(self, node: nodes.Comparison, parts: tuple[core.Condition, ...], first: str, second: str) -> None:
        """Two limits that no value meets: `at most 120 kg and at least 130 kg`."""
        ends: dict[str, core.Constant] = {}
        for part in parts:
            if isinstance(part, core.Compare) and isinstance(part.right, core.Constant):
                ends["low" if part.operator in "≥>" else "high"] = part.right
        if len(ends) == 2 and ends["low"].value > ends["high"].value:  # type: ignore[operator]
            self.scope.problems.report("P503", node.span, variant="limits", low=first, high=second)

    def _limit(self, node: nodes.Comparison, value: Typed, comparator: str, bound: nodes.Value) -> core.Condition:
        right = self.values.resolve(bound)

        def compare(one: Typed) -> core.Condition:
            aligned = self.values.comparable(node, value, one)
            if aligned is None:
                return ALWAYS
            return core.Compare(OPERATORS[comparator], value.node, aligned.node, **written(node))

        return self._expanded(node, right, compare) if right.cases else compare(right)

    def _range(
        self,
        node: nodes.Comparison,
        left: nodes.Value,
        value: Typed,
        low: nodes.Value,
        high: nodes.Value,
        included: bool,
    ) -> core.Condition:
        low = _with_unit_of(low, high)
        ends = ("at least", "at most") if included else ("above", "below")
        parts = tuple(
            self._limit(
                nodes.Comparison(
                    left, nodes.Limit(cast(nodes.Comparator, comparator), bound, span=bound.span), span=node.span
                ),
                value,
                comparator,
                bound,
            )
            for comparator, bound in zip(ends, (low, high), strict=True)
        )
        first, last = (part.right if isinstance(part, core.Compare) else None for part in parts)
        if isinstance(first, core.Constant) and isinstance(last, core.Constant) and first.value > last.value:  # type: ignore[operator]
            self.scope.problems.report("P503", node.span, low=words(low), high=words(high))
        return core.All(parts, **written(node))

    # ---- choices ----------------------------------------------------------------------------------------------------

    def _choice_comparison(
        self, node: nodes.Comparison, value: core.Value, kind: OneOf, complement: nodes.Complement
    ) -> core.Condition:
        place = written(node)
        match complement:
            case nodes.Choices(values, negated):
                member = core.Member(value, self._choices(node, kind, values), **place)
                return core.Not(member, **place) if negated else member
            case nodes.Neither(values):
                return core.Not(core.Member(value, self._choices(node, kind, values), **place), **place)
            case nodes.Limit() | nodes.Range() | nodes.TwoLimits() if not kind.ordered:
                self.scope.refuse("P307", node.span, name=value.words, choices=" < ".join(kind.choices))
            case nodes.Limit(comparator, bound):
                return core.Member(value, self._grades(node, kind, ((comparator, bound),)), **place)
            case nodes.Range(low, high, ends):
                least, most = ("above", "below") if ends == "exclusive" else ("at least", "at most")
                return core.Member(value, self._grades(node, kind, ((least, low), (most, high))), **place)
            case nodes.TwoLimits(first, connective, second):
                limits = ((first.comparator, first.bound), (second.comparator, second.bound))
                return core.Member(
                    value, self._grades(node, kind, limits, all if connective == "and" else any), **place
                )
            case _:
                self.scope.refuse(
                    "P306",
                    node.span,
                    name=value.words,
                    kind=kind_in_words(kind),
                    example=f"{value.words} is {kind.choices[0]}",
                )
        return ALWAYS

    def _choices(self, node: nodes.Comparison, kind: OneOf, values: tuple[nodes.Value, ...]) -> tuple[str, ...]:
        found = [choice for value in values if (choice := self._choice(node, kind, value)) is not None]
        twice = next((choice for choice in found if found.count(choice) > 1), None)
        if twice is not None:
            self.scope.problems.report("P504", node.span, name=twice)
        return tuple(found)

    def _choice(self, node: nodes.Comparison, kind: OneOf, value: nodes.Value) -> str | None:
        text = words(value).casefold()
        found = next((choice for choice in kind.choices if choice.casefold() == text), None)
        if found is None:
            near = nearest(words(value), kind.choices)
            self.scope.refuse(
                "P305",
                value.span,
                variant="nearest" if near else None,
                found=words(value),
                name=words(node.left),
                kind=kind_in_words(kind),
                nearest=near[0] if near else "",
                choices=", ".join(kind.choices),
                example=f"{words(node.left)} is {kind.choices[0]}",
            )
        return found

    def _grades(
        self,
        node: nodes.Comparison,
        kind: OneOf,
        limits: tuple[tuple[str, nodes.Value], ...],
        together: Callable[[Iterable[bool]], bool] = all,
    ) -> tuple[str, ...]:
        """The grades of an ordered scale that meet all of the limits, or any of them."""
        meets: list[Callable[[int], bool]] = []
        for comparator, bound in limits:
            choice = self._choice(node, kind, bound)
            if choice is None:
                return kind.choices
            at = kind.choices.index(choice)
            tests = {"≥": at.__le__, "≤": at.__ge__, ">": at.__lt__, "<": at.__gt__, "=": at.__eq__}
            meets.append(tests[OPERATORS[comparator]])
        grades = [choice for grade, choice in enumerate(kind.choices) if together(meet(grade) for meet in meets)]
        if len(grades) in (0, len(kind.choices)):
            self.scope.problems.report(
                "P506",
                node.span,
                variant="none" if not grades else None,
                name=words(node),
                choices=" < ".join(kind.choices),
            )
        return tuple(grades)

    # ---- dates ------------------------------------------------------------------------------------------------------

    def _date_comparison(
        self, node: nodes.Comparison, left: nodes.Value, date: core.Value, complement: nodes.Complement
    ) -> core.Condition:
        place = written(node)
        match complement:
            case nodes.Side(which, day):
                return core.Compare(SIDES[which], date, self.values.date(day), **place)
            case nodes.Range(low, high, ends):
                first, last = self.values.date(low), self.values.date(high)
                return core.Between(date, first, last, ends != "exclusive", **place)
            case nodes.WithinWindow(amount, unit, direction, anchor):
                way: nodes.Direction = "after" if direction == "after" else "before"  # `of` is refused as ambiguous
                return self._during(node, date, anchor, (0, True), (amount, True), unit, way)
            case nodes.FromTo(nearer, farther, unit, direction, anchor):
                near, far = sorted((nearer, farther))
                return self._during(node, date, anchor, (near, True), (far, True), unit, direction)
            case nodes.Limit(comparator, nodes.Moved(amount, unit, direction, anchor)):
                return self._distance(node, date, comparator, amount, unit, direction, anchor)
            case nodes.Choices((day,), negated):
                example = f"{words(left)} is on {words(day)}"
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="date",
                    name=words(left),
                    example=f"not ({example})" if negated else example,
                )
            case _:
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="date",
                    name=words(left),
                    example=f"{words(left)} is on or after {self.scope.a_day()}",
                )
        return ALWAYS

    def _distance(
        self,
        node: nodes.Comparison,
        date: core.Value,
        comparator: str,
        amount: int,
        unit: str,
        direction: nodes.Direction,
        anchor: nodes.Value,
    ) -> core.Condition:
        """`at least 7 days before S` is on or before S − 7 days; `at most` and `less than` end at S itself."""
        match OPERATORS[comparator]:
            case "≥":
                return self._during(node, date, anchor, (amount, True), None, unit, direction)
            case ">":
                return self._during(node, date, anchor, (amount, False), None, unit, direction)
            case "≤":
                return self._during(node, date, anchor, (0, True), (amount, True), unit, direction)
            case "<":
                return self._during(node, date, anchor, (0, True), (amount, False), unit, direction)
            case "=":
                return self._during(node, date, anchor, (amount, True), (amount, True), unit, direction)

    def _during(
        self,
        node: nodes.Comparison,
        date: core.Value,
        anchor: nodes.Value,
        near: tuple[int, bool],
        far: tuple[int, bool] | None,
        unit: str,
        direction: nodes.Direction,
    ) -> core.Condition:
        """A window by its distance from the anchor: `near` and `far`, each with whether its day is in."""
        day = self.values.date(anchor)

        def end(amount: int) -> core.Shift:
            moved = nodes.Moved(amount, unit, direction, anchor, span=node.complement.span)
            return self.values.shifted(moved, day)

        near_end, far_end = end(near[0]), end(far[0]) if far else None
        near_in, far_in = near[1], far[1] if far else True
        place = written(node)
        if direction == "before":
            return core.During(date, day, far_end, near_end, far_in, near_in, **place)
        return core.During(date, day, near_end, far_end, near_in, far_in, **place)


def _with_unit_of(low: nodes.Value, high: nodes.Value) -> nodes.Value:
    """`between 18 and 60 years`: the unit of the second number is that of the first too."""
    if isinstance(high, nodes.ByCase):
        high = high.otherwise
    inner = low.value if isinstance(low, nodes.Negative) else low
    number = high.value if isinstance(high, nodes.Negative) else high
    if isinstance(inner, nodes.Number) and isinstance(number, nodes.Number) and inner.unit is None:
        shared = evolve(inner, unit=number.unit, unit_text=number.unit_text, time=number.time)
        return evolve(low, value=shared) if isinstance(low, nodes.Negative) else shared
    return low


def _shared_unit(first: nodes.Limit, second: nodes.Limit) -> tuple[nodes.Limit, nodes.Limit]:
    """`below 90 or above 180 mmHg`"""
    return evolve(first, bound=_with_unit_of(first.bound, second.bound)), second


def refuse_lone_choice(scope: Scope, text: str, span: Span) -> None:
    scope.refuse("P305", span, variant="condition", found=text, name=scope.owner_of_choice(text))


def example_comparison(name: str, value: Typed, scope: Scope) -> str:
    """A comparison that fits a value, to show what one looks like."""
    match value.kind:
        case Quantity(unit):
            return f"{name} is at least 50{'%' if unit.symbol == '%' else ' ' + unit.symbol}"
        case OneOf(choices):
            return f"{name} is {choices[0]}"
        case Date():
            return f"{name} is within 6 months before {scope.a_day()}"
        case Rows(row, _, fields):
            return f"any {row} where {fields[0].name} is recorded" if fields else f"any {row}"
        case _:
            return f"{name} is recorded"
