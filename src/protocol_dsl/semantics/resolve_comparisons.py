"""Comparisons of numbers, choices and dates, brought down to the core.

They are in one module, since what stands after `is` is the same for all until the kind of the value is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, TypeAlias, assert_never, cast

from attrs import evolve

from protocol_dsl.diagnostics import Copyable, corrected_line, nearest
from protocol_dsl.semantics import core
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.moments import in_whole_days
from protocol_dsl.semantics.resolve_values import LARGEST_SHIFT, ValueResolver, as_day, written
from protocol_dsl.semantics.resolve_windows import distance
from protocol_dsl.semantics.scope import Bare, Scope, Typed, field_named
from protocol_dsl.semantics.types import Coded, Date, OneOf, OtherUnit, Quantity, Rows, SeveralOf, Text, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words
from protocol_dsl.values import ONE, Unit

OPERATORS: Final[dict[str, core.Comparison]] = {
    "at least": "≥",
    "at most": "≤",
    "above": ">",
    "more than": ">",
    "below": "<",
    "less than": "<",
    "exactly": "=",
}
TURNED: Final[dict[str, nodes.Comparator]] = {
    "at least": "at most",
    "at most": "at least",
    "above": "below",
    "more than": "below",
    "below": "above",
    "less than": "above",
}
"""What a comparison of how far a value lies below another says of the value itself."""
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

ANSWERS: Final = {"1": True, "0": False, "yes": True, "no": False, "true": True, "false": False}
"""What a yes/no is compared with elsewhere, and whether it is a yes."""
COMPARED_DAYS: Final = {"above": "after", "at least": "on or after", "below": "before", "at most": "on or before"}


class ComparisonResolver:
    """Resolves `VALUE is …` in the scope of one protocol."""

    def __init__(self, scope: Scope, values: ValueResolver) -> None:
        self.scope = scope
        self.values = values

    def resolve(self, node: nodes.Comparison, left: nodes.Value, complement: nodes.Complement) -> core.Condition:
        """The core of a comparison; where something is wrong it is reported and any condition goes on."""
        if isinstance(left, nodes.FieldOfSeries) and isinstance(complement, nodes.StableFor):
            return self.values.series.stable(node, left, complement)
        value = self.values.resolve(left)
        return self.compared(node, left, value, complement)

    def compared(
        self, node: nodes.Comparison, left: nodes.Value, value: Typed, complement: nodes.Complement
    ) -> core.Condition:
        """What is said of a value that is already resolved."""
        if isinstance(complement, nodes.IsRecorded):
            self._refuse_answered_silence(node, value.node)
            recorded = core.Recorded(as_day(self.values.one_value(left, value)), **written(node))
            return core.Not(recorded, **written(node)) if complement.negated else recorded
        if value.cases:
            return self._expanded(node, value, lambda one: self._compared(node, left, one, complement))
        return self._compared(node, left, value, complement)

    def _compared(
        self, node: nodes.Comparison, left: nodes.Value, value: Typed, complement: nodes.Complement
    ) -> core.Condition:
        if isinstance(complement, nodes.InLists):
            return self._in_lists(node, value, complement)
        match value.kind:
            case Quantity(other=OtherUnit()):
                return self._reported(node, left, value, complement)
            case SeveralOf() as kind:
                return self._includes(node, value.node, kind, complement)
            case Coded() as kind:
                choices = OneOf(tuple(dict.fromkeys(term for _, term in kind.terms)))
                if isinstance(complement, nodes.Choices | nodes.Neither):
                    for word in complement.values:
                        self.scope.use_word(words(word))
                return self._choice_comparison(node, value.node, choices, complement)
            case Date():
                return self._date_comparison(node, left, value.node, complement)
            case Quantity() | Bare():
                return self._number_comparison(node, left, value, complement)
            case OneOf() as kind:
                return self._choice_comparison(node, value.node, kind, complement)
            case YesNo():
                self._refuse_answer(node, words(left))
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

    def _in_lists(self, node: nodes.Comparison, value: Typed, complement: nodes.InLists) -> core.Condition:
        place = written(node)
        if not isinstance(value.kind, Coded | OneOf):
            self.scope.refuse(
                "P306",
                node.span,
                variant="list" if isinstance(value.kind, Text) else None,
                name=words(node.left),
                kind=kind_in_words(value.kind),
                example=example_comparison(words(node.left), value, self.scope),
            )
            return ALWAYS
        member = self.values.in_lists(value.node, complement.lists, place)
        return core.Not(member, **place) if complement.negated else member

    def _includes(
        self, node: nodes.Comparison, value: core.Value, kind: SeveralOf, complement: nodes.Complement
    ) -> core.Condition:
        place = written(node)
        if isinstance(complement, nodes.IncludesAny):
            return core.Includes(value, self._choices(node, OneOf(kind.choices), complement.values), **place)
        self.scope.refuse(
            "P306",
            node.span,
            name=value.words,
            kind=kind_in_words(kind),
            example=f"{value.words} includes {kind.choices[0]}",
        )
        return ALWAYS

    def _reported(
        self, node: nodes.Comparison, left: nodes.Value, value: Typed, complement: nodes.Complement
    ) -> core.Condition:
        """A comparison of a quantity that may be reported in two units: the limit in the reported unit applies."""
        kind = value.kind
        assert isinstance(kind, Quantity)
        assert kind.other is not None
        second = _in_second_unit(complement)
        if second is None:
            unit = _unit_of_limits(complement) or kind.unit
            if kind.other.factor is None:
                self.scope.refuse(
                    "P321", node.span, name=words(left), first=kind.unit.symbol, second=kind.other.unit.symbol
                )
                return ALWAYS
            converted = self.values.reported(value, unit)
            return self._expanded(node, converted, lambda one: self._compared(node, left, one, complement))
        place: core.Place = {"origin": value.node.origin, "words": value.node.words}
        in_first = evolve(value, node=core.InUnit(value.node, False, **place), kind=evolve(kind, other=None))
        in_other = evolve(value, node=core.InUnit(value.node, True, **place), kind=Quantity(kind.other.unit))
        first = self._number_comparison(node, left, in_first, _in_first_unit(complement))
        other = self._number_comparison(node, left, in_other, second)
        self._same_limits(node, kind, complement, second)
        return core.If(core.Recorded(in_other.node, **written(node)), other, first, **written(node))

    def _same_limits(
        self, node: nodes.Comparison, kind: Quantity, complement: nodes.Complement, second: nodes.Complement
    ) -> None:
        """Warn of a limit in a second unit that is another limit."""
        other = kind.other
        if other is None or other.factor is None:
            return
        for one, two in zip(_limits_of(complement), _limits_of(second), strict=False):
            if one.unit != kind.unit or two.unit != other.unit:
                continue
            wanted = Fraction(one.value) * Fraction(other.factor) + Fraction(other.shift)
            digit = Fraction(10) ** int(two.value.as_tuple().exponent)
            step = Fraction(other.factor) * Fraction(10) ** int(one.value.as_tuple().exponent)
            if abs(wanted - Fraction(two.value)) > (digit + step) / 2:
                self.scope.problems.report(
                    "P510",
                    node.span,
                    first=words(evolve(one, second=None)),
                    second=words(two),
                    wanted=f"{float(wanted):.4g} {other.unit.symbol}",
                )

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
            case nodes.Difference():
                return self._difference(node, value, complement)
            case nodes.Normal(negated):
                upper = nodes.Limit("at most", nodes.NormalLimit("ULN", span=complement.span), span=complement.span)
                lower = nodes.Limit("at least", nodes.NormalLimit("LLN", span=complement.span), span=complement.span)
                parts = tuple(self._limit(node, value, one.comparator, one.bound) for one in (lower, upper))
                normal = core.All(parts, **written(node))
                return core.Not(normal, **written(node)) if negated else normal
            case (
                nodes.Neither()
                | nodes.WithinWindow()
                | nodes.WithinDuration()
                | nodes.FromTo()
                | nodes.Side()
                | nodes.DuringPeriod()
                | nodes.IncludesAny()
                | nodes.InLists()
                | nodes.StableFor()
            ):
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

    def _difference(self, node: nodes.Comparison, value: Typed, complement: nodes.Difference) -> core.Condition:
        """`is at most 20 mmHg below V`, `is more than 25% above V`."""
        amount, below = complement.amount, complement.direction == "below"
        other = self.values.resolve(complement.other)
        sign = "-" if below else "+"
        operator = OPERATORS[complement.comparator]
        if below:
            operator = {"≥": "≤", ">": "<", "≤": "≥", "<": ">", "=": "="}[operator]  # type: ignore[assignment]
        share = isinstance(amount, nodes.Number) and amount.unit is not None and amount.unit.symbol == "%"
        if share and isinstance(value.kind, Quantity) and value.kind.unit.symbol == "%":
            self._refuse_points_or_share(node, complement, cast(nodes.Number, amount))
            return ALWAYS
        place = written(node)

        def compare(one: Typed) -> core.Condition:
            aligned = self.values.comparable(node, value, one)
            if aligned is None:
                return ALWAYS
            if share:
                assert isinstance(amount, nodes.Number)
                part = amount.value.scaleb(-2)
                factor = core.Constant(1 - part if below else 1 + part, ONE, **place)
                limit: core.Value = core.Arithmetic("×", aligned.node, factor, **place)
            else:
                moved = self.values.comparable(node, value, self.values.resolve(amount))
                if moved is None:
                    return ALWAYS
                limit = core.Arithmetic(sign, aligned.node, moved.node, **place)  # type: ignore[arg-type]
            return core.Compare(operator, value.node, limit, **place)

        return self._expanded(node, other, compare) if other.cases else compare(other)

    def _refuse_points_or_share(self, node: nodes.Comparison, said: nodes.Difference, amount: nodes.Number) -> None:
        """`10% below` a percentage: ten points less, or less by a tenth?"""
        below, place = said.direction == "below", node.span
        comparator = TURNED.get(said.comparator, said.comparator) if below else said.comparator
        points = nodes.Sum(said.other, (("-" if below else "+", amount),), span=place)
        share = nodes.PercentOf(100 - amount.value if below else 100 + amount.value, said.other, span=place)
        readings = [
            Copyable.in_place_of(
                place, words(nodes.Comparison(node.left, nodes.Limit(comparator, bound, span=place), span=place))
            )
            for bound in (points, share)
        ]
        name, shown = words(node.left), words(amount)
        self.scope.refuse("P413", place, name=name, amount=shown, reading1=readings[0], reading2=readings[1])

    def _refuse_answer(self, node: nodes.Comparison, name: str) -> None:
        """`diabetes is yes`: a yes/no that is compared."""
        complement = node.complement
        said = words(complement.values[0]).casefold() if isinstance(complement, nodes.Choices) else ""
        if said not in ANSWERS:
            self.scope.refuse("P306", node.span, variant="yes_no", name=name, example=name)
            return
        assert isinstance(complement, nodes.Choices)
        line = Copyable.in_place_of(node.span, name if ANSWERS[said] != complement.negated else f"not {name}")
        self.scope.refuse("P306", node.span, variant="answered", name=name, line=line)

    def _refuse_distance(self, node: nodes.Comparison, day: nodes.Moved) -> None:
        """`is 6 months before screening`: how far at most, at least, or that very day?"""
        length = f"{day.amount} {day.unit}{'' if day.amount == 1 else 's'} {day.direction} {words(day.anchor)}"
        line, line2, line3 = (
            Copyable.in_place_of(node.span, f"{words(node.left)} is {word} {length}")
            for word in ("within", "at least", "exactly")
        )
        self.scope.refuse(
            "P306", node.span, variant="how_far", name=words(node.left), line=line, line2=line2, line3=line3
        )

    def _limit(self, node: nodes.Comparison, value: Typed, comparator: str, bound: nodes.Value) -> core.Condition:
        if value.span_of is not None and isinstance(bound, nodes.Number) and bound.time is not None:
            return self._lasting(node, value.span_of, comparator, bound)
        right = self.values.resolve(bound)

        def compare(one: Typed) -> core.Condition:
            aligned = self.values.comparable(node, value, one)
            if aligned is None:
                return ALWAYS
            return core.Compare(OPERATORS[comparator], value.node, aligned.node, **written(node))

        return self._expanded(node, right, compare) if right.cases else compare(right)

    def _lasting(
        self, node: nodes.Comparison, ends: tuple[core.Value, core.Value], comparator: str, bound: nodes.Number
    ) -> core.Condition:
        """A duration against a length of the calendar: its last day against its first moved by that length."""
        first, last = ends
        amount, unit = int(bound.value), bound.time
        if bound.value != amount or amount > LARGEST_SHIFT[unit or "day"]:
            self.scope.problems.report("P116", bound.span, found=words(bound))
        moved = core.Shift(first, amount, cast(core.TimeUnit, unit), **written(node))
        match OPERATORS[comparator]:
            case "≥":
                return core.During(last, first, moved, None, **written(node))
            case ">":
                return core.During(last, first, moved, None, False, **written(node))
            case "≤":
                return core.During(last, first, None, moved, **written(node))
            case "<":
                return core.During(last, first, None, moved, True, False, **written(node))
            case "=":
                return core.During(last, first, moved, moved, **written(node))

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
            begun = [choice for choice in kind.choices if choice.casefold().startswith(text)]
            near = begun if len(begun) == 1 else nearest(words(value), kind.choices)
            parts = [part.strip() for part in words(value).split("/")]
            slash = len(parts) > 1 and all(part in kind.choices for part in parts)
            either = corrected_line(self.scope.problems.source, value.span, " or ".join(parts))
            self.scope.refuse(
                "P305",
                value.span,
                variant="slash" if slash else "nearest" if near else None,
                **({"line": either} if slash else {}),
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
            case nodes.Side() if isinstance(date, core.RecordTime):
                return evolve(self.values.series.windows.during(complement, date), **place)
            case nodes.Side(which, day):
                return in_whole_days(self.scope, core.Compare(SIDES[which], date, self.values.date(day), **place))
            case nodes.Range(low, high, ends):
                first, last = self.values.date(low), self.values.date(high)
                return in_whole_days(self.scope, core.Between(date, first, last, ends != "exclusive", **place))
            case nodes.WithinWindow() | nodes.FromTo() | nodes.WithinDuration() | nodes.DuringPeriod():
                return evolve(self.values.series.windows.during(complement, date), **place)
            case nodes.Limit(comparator, nodes.Moved(amount, unit, direction, anchor)):
                near, far = distance(comparator, amount, unit)
                measured = self.values.series.windows.measured(node, date, anchor, near, far, direction)
                return in_whole_days(self.scope, measured)
            case nodes.Choices((nodes.Moved() as day,), False):
                self._refuse_distance(node, day)
            case nodes.Limit(comparator, nodes.DayWritten() | nodes.Name() as day) if comparator in COMPARED_DAYS:
                mended = Copyable.in_place_of(node.span, f"{words(left)} is {COMPARED_DAYS[comparator]} {words(day)}")
                self.scope.refuse("P306", node.span, variant="compared_day", name=words(left), line=mended)
            case nodes.Choices((day,), negated):
                example = f"{words(left)} is on {words(day)}"
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="date",
                    name=words(left),
                    example=f"not ({example})" if negated else example,
                )
            case nodes.TwoLimits(nodes.Limit(_, nodes.Number(low)), "and", nodes.Limit(_, nodes.Moved() as far)) if (
                low == int(low) < far.amount
            ):
                window = nodes.FromTo(int(low), far.amount, far.unit, far.direction, far.anchor, span=complement.span)
                line = words(evolve(node, complement=window))
                without = nodes.Side(far.direction, evolve(far, amount=int(low)), span=complement.span)
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="date_range",
                    name=words(left),
                    line=Copyable(line),
                    line2=Copyable(f"{line} and {words(evolve(node, complement=without))}"),
                )
            case _:
                self.scope.refuse(
                    "P306",
                    node.span,
                    variant="date",
                    name=words(left),
                    example=f"{words(left)} is on or after {self.scope.a_day(but=words(left))}",
                )
        return ALWAYS


def _in_second_unit(complement: nodes.Complement) -> nodes.Complement | None:
    """The same said in the second unit, where all of it is given in both."""
    match complement:
        case nodes.Limit(_, nodes.Number(second=nodes.Number() as second)):
            return evolve(complement, bound=second)
        case nodes.Range(second=(low, high)):
            return evolve(complement, low=low, high=high, second=None)
        case nodes.Range(nodes.Number(second=nodes.Number() as low), nodes.Number(second=nodes.Number() as high)):
            return evolve(complement, low=low, high=high)
        case nodes.TwoLimits(first, _, second):
            one, two = _in_second_unit(first), _in_second_unit(second)
            if isinstance(one, nodes.Limit) and isinstance(two, nodes.Limit):
                return evolve(complement, first=one, second=two)
    return None


def _in_first_unit(complement: nodes.Complement) -> nodes.Complement:
    match complement:
        case nodes.Limit(_, nodes.Number() as bound):
            return evolve(complement, bound=evolve(bound, second=None))
        case nodes.Range(nodes.Number() as low, nodes.Number() as high):
            return evolve(complement, low=evolve(low, second=None), high=evolve(high, second=None), second=None)
        case _:
            return complement


def _limits_of(complement: nodes.Complement) -> list[nodes.Number]:
    match complement:
        case nodes.Limit(_, nodes.Number() as bound):
            return [bound]
        case nodes.Range(nodes.Number() as low, nodes.Number() as high):
            low = cast(nodes.Number, _with_unit_of(low, high))
            return [low, high]
        case _:
            return []


def _unit_of_limits(complement: nodes.Complement) -> Unit | None:
    return next((limit.unit for limit in reversed(_limits_of(complement)) if limit.unit is not None), None)


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
    owner = scope.owner_of_choice(text)
    line = corrected_line(scope.problems.source, span, f"{owner} is {text}")
    scope.refuse("P305", span, variant="condition", found=text, name=owner, line=line)


def example_comparison(name: str, value: Typed, scope: Scope) -> str:
    """A comparison that fits a value, to show what one looks like."""
    match value.kind:
        case Quantity(unit):
            return f"{name} is at least 50{'%' if unit.symbol == '%' else ' ' + unit.symbol}"
        case OneOf(choices):
            return f"{name} is {choices[0]}"
        case Date():
            return f"{name} is within 6 months before {scope.a_day(but=name)}"
        case Rows(row, _, fields):
            return f"any {row} where {fields[0].name} is recorded" if fields else f"any {row}"
        case _:
            return f"{name} is recorded"
