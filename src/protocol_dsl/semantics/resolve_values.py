"""Values: names, numbers with units, arithmetic and dates, with their kinds and units checked.

All are resolved by one class, since each kind of value holds others: a number a date, and a date a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, assert_never, cast

from attrs import evolve

from protocol_dsl.diagnostics import Copyable, corrected_line
from protocol_dsl.semantics import core
from protocol_dsl.semantics.cases import by_case, count_of_cases
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.moments import CLOCK, refuse_moments
from protocol_dsl.semantics.scope import Bare, ChoiceWord, Frame, Scope, Typed, ValueKind, field_named
from protocol_dsl.semantics.types import DURATION, LOWER, UPPER, Date, OneOf, Quantity, Rows, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words
from protocol_dsl.values import (
    ONE,
    Interval,
    PartialDate,
    Unit,
    conversion,
    convert,
    month_days,
    parse_date,
    parse_unit,
)

if TYPE_CHECKING:
    from protocol_dsl.semantics.resolve_series import SeriesResolver

LARGEST: Final = 60
"""The most numbers that may take part in one formula, definitions written out."""
RATIO: Final = re.compile(r"(?P<of>\d+) / (?P<by>\d+)")
BARE_NUMBERS = {"%": "percent", "titre": "titre", "weeks + days": "weeks_days"}
"""What is told of a number without its unit where the unit is not written behind it."""
LARGEST_SHIFT: Final = {
    "year": 200,
    "month": 2400,
    "week": 10_000,
    "day": 73_000,
    "hour": 1_000_000,
    "minute": 60_000_000,
}
DAYS: Final = parse_unit("days")
TITRE: Final = parse_unit("titre")

ResolveCondition = Callable[[nodes.Condition], core.Condition]


class ValueResolver:
    """Resolves values. `resolve_condition` is needed for limits by case, whose cases hold conditions."""

    def __init__(self, scope: Scope, resolve_condition: ResolveCondition) -> None:
        self.scope = scope
        self.resolve_condition = resolve_condition
        self.series: SeriesResolver
        """Resolves what a value takes from the records of a series; set by who makes both."""

    def resolve(self, node: nodes.Value) -> Typed:
        """The value with its kind; where something is wrong it is reported and any kind goes on."""
        match node:
            case nodes.Name():
                return self._name(node)
            case nodes.Number():
                return self._number(node)
            case nodes.PercentOf(percent, of):
                return self._percent_of(node, percent, self.resolve(of))
            case nodes.DayWritten(text):
                return self._day(node, text)
            case nodes.Sum(first, rest) | nodes.Product(first, rest):
                value = self.resolve(first)
                if len(rest) >= LARGEST:
                    self.scope.problems.report("P308", node.span, found=len(rest) + 1)
                    return value
                for sign, term in rest:
                    value = self._arithmetic(node, sign, value, self.resolve(term))
                return value
            case nodes.Raised(base, (nodes.Name() | nodes.ByCase()) as exponent):
                return self._raised(node, self.resolve(base), self.resolve(exponent))
            case nodes.Raised(base, (int() | Decimal()) as power):
                return self._power(node, self.resolve(base), power)
            case nodes.Raised():
                raise AssertionError("every exponent is a number, a name or a limit by case")
            case nodes.Negative(value):
                return self._negative(node, self.resolve(value))
            case nodes.RoundedTo(value, decimals):
                return self.rounded(node, self.resolve(value), decimals)
            case nodes.CompletedUnits():
                return self._completed(node)
            case nodes.Moved():
                return self._moved(node)
            case nodes.EarlierLater(which, first, second):
                dates = (self.date(first), self.date(second))
                return Typed(core.Extreme(which, dates, **written(node)), Date())
            case nodes.ByCase(otherwise, cases):
                resolved = tuple((self.resolve_condition(condition), self.resolve(value)) for value, condition in cases)
                plain = self.resolve(otherwise)
                aligned = tuple(self._aligned_case(node, case, plain) for case in resolved)
                return self._limited(node, evolve(plain, cases=(*aligned, *plain.cases)))
            case nodes.Bracketed(inner):
                return self._bracketed(inner)
            case nodes.Selected():
                return self.series.selected(node)
            case nodes.FieldOfSeries():
                return self._field_of_open_row(node)
            case nodes.NumberOf():
                return self.series.number_of(node)
            case nodes.AggregateOf():
                return self.series.aggregate(node)
            case nodes.LowerHigher(which, first, second):
                low, high = self.resolve(first), self.resolve(second)
                if isinstance(low.kind, OneOf) and isinstance(high.kind, OneOf) and low.kind.ordered:
                    self._refuse_grades(node, low.kind)
                    return Typed(core.Constant(0, **written(node)), Bare())
                return self._lower_higher(node, which, low, high)
            case nodes.Root(degree, value):
                return self._power(node, self.resolve(value), Fraction(1, degree))
            case nodes.Titre(below):
                return Typed(core.Constant(below, TITRE, **written(node)), Quantity(TITRE))
            case nodes.NormalLimit():
                return self._normal_limit(node)
            case nodes.Call():
                return self._call(node)
            case _:
                assert_never(node)

    def _refuse_grades(self, node: nodes.LowerHigher, kind: OneOf) -> None:
        """`higher of left grade and right grade`: of grades each is asked about by itself."""
        grade = kind.choices[len(kind.choices) // 2]
        lines = {
            f"{word}_line": Copyable(
                f"{words(node.first)} is {comparator} {grade} {word} {words(node.second)} is {comparator} {grade}"
            )
            for word, comparator in (("and", "at most"), ("or", "at least"))
        }
        self.scope.refuse("P304", node.span, variant="grades", name=words(node), which=node.which, **lines)

    def date(self, node: nodes.Value) -> core.Value:
        """A value that must be a date."""
        value = self.resolve(node)
        if not isinstance(value.kind, Date):
            self.scope.refuse("P304", node.span, variant="date", name=words(node), kind=kind_in_words(value.kind))
        return as_day(self.one_value(node, value))

    def one_value(self, node: nodes.Value, value: Typed) -> core.Value:
        """A value where only one can stand: one that depends on a case is refused."""
        if value.cases:
            self.scope.refuse("P330", node.span, name=words(node))
        return value.node

    # ---- names and constants ----------------------------------------------------------------------------------------

    def _name(self, node: nodes.Name) -> Typed:
        scope = self.scope
        if (scope.declared(node.text) or node.text).casefold() in scope.broken:
            scope.doubtful.append(node.span)
        if (parameter := self._parameter(node)) is not None:
            return parameter
        for at, frame in reversed(list(enumerate(scope.frames))):
            if (field := field_named(scope.items[frame.rows], node.text)) is not None:
                scope.used.add(f"{frame.rows}/{field.name}")
                return self.series.field_value(frame, field, written(node))
            kind = scope.items[frame.rows].kind
            if node.text.casefold() == DURATION and isinstance(kind, Rows) and kind.form in ("events", "treatments"):
                return self.series.duration(frame, written(node))
            if (derived := scope.derived.get(frame.rows, {}).get(node.text.casefold())) is not None:
                with scope.looking_as_from(at):
                    return self._derived(node, frame.rows, derived)
        declared = scope.declared(node.text)
        if declared is not None and declared in scope.items:
            scope.used.add(declared)
            return Typed(core.Fact(declared, **written(node)), scope.items[declared].kind)
        if declared is not None and (definition := scope.definitions.get(declared)) is not None:
            scope.used.add(declared)
            reference = core.Defined(declared, **written(node))
            if definition.value is None:
                return Typed(reference, YesNo())
            if definition.lifts:
                scope.lifts[-1].extend(lift for lift in definition.lifts if lift not in scope.lifts[-1])
            if definition.value.cases or definition.lifts:
                return named(node, definition.value)  # it has no body that a reference could stand for
            return evolve(definition.value, node=reference)
        if scope.measured is not None and field_named(scope.items[scope.measured.rows], node.text) is not None:
            self._refuse_own_day(node, scope.measured)
        elif (owner := scope.owner_of_field(node.text)) is not None:
            row = owner.kind.singular if isinstance(owner.kind, Rows) else ""
            other = scope.items[scope.frames[-1].rows].kind if scope.frames else None
            variant, each = ("other", other.singular) if isinstance(other, Rows) else (None, "")
            scope.problems.report(
                "P303", node.span, variant=variant, name=node.text, rows=owner.name, row=row, other=each
            )
            scope.doubtful.append(node.span)
        return Typed(core.Fact(node.text, **written(node)), ChoiceWord(node.text))

    def _field_of_open_row(self, node: nodes.FieldOfSeries) -> Typed:
        """`start date of stroke` inside `for each stroke`: the field of the record that is looked at."""
        scope = self.scope
        noun = node.nouns[0]
        alone = len(node.nouns) == 1 and not noun.adjectives and not noun.lists
        listed = scope.declared(noun.rows.text) if alone else None
        looked_at = [at for at, frame in enumerate(scope.frames) if frame.rows == listed]
        if len(looked_at) > 1:
            day = scope.first_day_of(scope.frames[looked_at[0]].rows)
            scope.refuse("P331", node.span, name=words(node), field=node.field_name.text, row=noun.rows.text, day=day)
        if looked_at:
            with scope.looking_as_from(looked_at[-1]):
                found = self._name(node.field_name)
            return evolve(found, node=evolve(found.node, **written(node)))
        if scope.measured is not None and scope.measured.rows == listed:
            self._refuse_own_day(node, scope.measured)
        else:
            scope.refuse("P325", node.span, variant="alone", found=words(node))
        return Typed(core.Constant(0, **written(node)), Bare())

    def _refuse_own_day(self, node: nodes.Value, frame: Frame) -> None:
        """A window that is measured from the record whose window it is."""
        kind = self.scope.items[frame.rows].kind
        assert isinstance(kind, Rows)
        day = self.scope.first_day_of(frame.rows)
        self.scope.refuse("P331", node.span, variant="own", name=words(node), row=kind.singular, day=day)
        self.scope.doubtful.append(node.span)

    def _parameter(self, node: nodes.Name) -> Typed | None:
        """What a function was called with, inside its body."""
        if not self.scope.parameters:
            return None
        found = self.scope.parameters[-1].get(node.text.casefold())
        return None if found is None else named(node, found)

    def _derived(self, node: nodes.Name, rows: str, derived: nodes.DefinitionSyntax) -> Typed:
        """A value computed from the record that is looked at."""
        name = f"{derived.name.text} of {rows}"
        if name in self.scope.calls:
            names = [call.removesuffix(f" of {rows}") for call in self.scope.calls[self.scope.calls.index(name) :]]
            circle = " → ".join([*names, derived.name.text])
            self.scope.refuse("P206", node.span, name=derived.name.text, circle=circle)
            return Typed(core.Constant(0, **written(node)), Bare())
        self.scope.calls.append(name)
        value = self.with_unit(derived, self.resolve(derived.body))  # type: ignore[arg-type]
        self.scope.calls.pop()
        return named(node, value)

    def with_unit(self, definition: nodes.DefinitionSyntax, value: Typed) -> Typed:
        """The value of a definition in the unit that it says, rounded as it says."""
        unit = definition.unit
        if unit is not None and isinstance(value.kind, Quantity | Bare):
            if _unit(value).same_dimension(unit):
                value = self.in_unit(value, unit)
            else:
                self.scope.refuse(
                    "P301",
                    definition.span,
                    variant="definition",
                    name=definition.name.text,
                    left=_unit(value).symbol,
                    right=unit.symbol,
                )
        if definition.decimals is not None:
            value = self.rounded(definition.body, value, definition.decimals, definition.name.text)
        return value

    def _call(self, node: nodes.Call) -> Typed:
        """A function, its body written out with what it is called with."""
        scope, place = self.scope, written(node)
        function = scope.functions.get(node.function.text.casefold())
        if function is None:
            return Typed(core.Constant(0, **place), Bare())  # refused where it is defined
        scope.used.add(function.name.text)
        expected = ", ".join(each.name.text for each in function.parameters)
        if len(function.parameters) != len(node.arguments):
            scope.refuse(
                "P327",
                node.span,
                name=function.name.text,
                parameters=expected,
                count=len(function.parameters),
                found=len(node.arguments),
            )
            return Typed(core.Constant(0, **place), Bare())
        if function.name.text in scope.calls:
            circle = " → ".join([*scope.calls[scope.calls.index(function.name.text) :], function.name.text])
            scope.problems.report("P206", node.span, name=function.name.text, circle=circle)
            return Typed(core.Constant(0, **place), Bare())
        given: dict[str, Typed] = {}
        for parameter, argument in zip(function.parameters, node.arguments, strict=True):
            given[parameter.name.text.casefold()] = self._argument(function, parameter, argument)
        scope.calls.append(function.name.text)
        scope.parameters.append(given)
        frames, scope.frames = scope.frames, []
        value = self.with_unit(function, self.resolve(function.body))  # type: ignore[arg-type]
        scope.frames = frames
        scope.parameters.pop()
        scope.calls.pop()
        return self._limited(node, named(node, value))

    def _argument(self, function: nodes.DefinitionSyntax, parameter: nodes.Declaration, argument: nodes.Value) -> Typed:
        value = self.resolve(argument)
        type_ = parameter.type
        assert type_ is not None
        fits = {
            "date": isinstance(value.kind, Date),
            "number": isinstance(value.kind, Bare | Quantity),
            "one of": isinstance(value.kind, OneOf),
            "yes/no": isinstance(value.kind, YesNo),
        }.get(type_.form)
        if type_.unit is not None:
            fits = isinstance(value.kind, Quantity) and value.kind.unit.same_dimension(type_.unit)
            if fits:
                value = self.in_unit(self.reported(value, type_.unit), type_.unit)
        if not fits:
            self.scope.refuse(
                "P327",
                argument.span,
                variant="kind",
                name=function.name.text,
                parameter=parameter.name.text,
                kind=kind_in_words(value.kind),
                found=words(argument),
                wanted=type_.words or type_.form,
            )
        return value

    def reported(self, value: Typed, unit: Unit) -> Typed:
        """A quantity that may be reported in two units, as a number in one of them, converted where it must be."""
        kind = value.kind
        if not isinstance(kind, Quantity) or kind.other is None:
            return value
        if value.cases:
            return by_case(lambda inner: self.reported(inner, unit), value)
        place: core.Place = {"origin": value.node.origin, "words": value.node.words}
        first, other = core.InUnit(value.node, False, **place), core.InUnit(value.node, True, **place)
        in_first = evolve(value, node=first, kind=evolve(kind, other=None))
        in_other = evolve(value, node=other, kind=Quantity(kind.other.unit))
        by_other = not kind.unit.same_dimension(unit) or (
            kind.unit.same_dimension(kind.other.unit) and unit.factor == kind.other.unit.factor
        )
        if kind.other.factor is None:
            return in_other if by_other else in_first
        factor = core.Constant(plain_number(kind.other.factor), **place)
        shift = core.Constant(plain_number(kind.other.shift), **place)
        if by_other:
            moved: core.Value = core.Arithmetic("+", core.Arithmetic("×", first, factor, **place), shift, **place)
            converted = Typed(moved, Quantity(kind.other.unit), size=3)
            reported, condition = in_other, core.Recorded(other, **place)
        else:
            moved = core.Arithmetic("÷", core.Arithmetic("-", other, shift, **place), factor, **place)
            converted = Typed(moved, Quantity(kind.unit), size=3)
            reported, condition = in_first, core.Recorded(first, **place)
        return evolve(converted, cases=((condition, reported),))

    def _normal_limit(self, node: nodes.NormalLimit) -> Typed:
        """The limit of normal of the measurement that is compared."""
        scope, place = self.scope, written(node)
        name = UPPER if node.which == "ULN" else LOWER
        measured = [lift for lift in scope.lifts[-1] if lift.measured] if scope.lifts else []
        frame = next((each for each in reversed(scope.frames) if self._has_limits(each.rows)), None)
        if len(measured) == 1:
            rows, row = measured[0].records[0].rows.name, measured[0].records[0].row
        elif not measured and frame is not None:
            rows, row = frame.rows, frame.row
        else:
            scope.refuse("P319", node.span, variant="several" if measured else None, found=node.which)
            return Typed(core.Constant(0, **place), Bare())
        if not self._has_limits(rows):
            scope.refuse("P319", node.span, variant="none", found=node.which, name=rows)
            return Typed(core.Constant(0, **place), Bare())
        scope.used.add(f"{rows}/{name}")
        item = field_named(scope.items[rows], name)
        assert item is not None
        return Typed(core.Field(rows, name, row, **place), item.kind)

    def _has_limits(self, rows: str) -> bool:
        return field_named(self.scope.items[rows], UPPER) is not None

    def in_lists(self, value: core.Value, names: tuple[nodes.Name, ...], place: core.Place) -> core.Member:
        """That a word belongs to one of some lists."""
        members: dict[str, None] = {}
        outside: dict[str, None] | None = None
        for name in names:
            found = self.scope.lists.get(name.text.casefold())
            if found is None:
                continue  # refused where it is declared
            self.scope.used.add(found.name)
            members |= dict.fromkeys(found.members)
            if found.outside is not None:
                kept = dict.fromkeys(found.outside)
                outside = kept if outside is None else {word: None for word in outside if word in kept}
        apart = None if outside is None else tuple(word for word in outside if word not in members)
        return core.Member(value, tuple(members), apart, **place)

    def _number(self, node: nodes.Number) -> Typed:
        value = int(node.value) if node.value == node.value.to_integral_value() else node.value
        unit = None if node.unit == ONE else node.unit  # `2 g/g` is printed, and read again, as 2
        kind: ValueKind = Bare() if unit is None else Quantity(unit)
        return Typed(core.Constant(value, unit, **written(node)), kind)

    def _day(self, node: nodes.DayWritten, text: str) -> Typed:
        try:
            day = parse_date(text)
        except ValueError as error:
            self.scope.problems.report("P311", node.span, found=text, reason=str(error).removeprefix(f"{text}: "))
            return Typed(core.Constant(0, **written(node)), Date())
        if isinstance(day, PartialDate):
            self.scope.problems.report("P311", node.span, variant="partial", found=text, reason="")
            return Typed(core.Constant(0, **written(node)), Date())
        return Typed(core.Constant(day, **written(node)), Date())

    def _bracketed(self, inner: nodes.Condition) -> Typed:
        if isinstance(
            inner,
            nodes.Comparison
            | nodes.Chain
            | nodes.Negation
            | nodes.KnownThat
            | nodes.Judges
            | nodes.AgreesFor
            | nodes.IfThen
            | nodes.ListOf
            | nodes.ForEach
            | nodes.RowsThat
            | nodes.EachNoun
            | nodes.Unless,
        ):
            self.scope.refuse("P304", inner.span, variant="value", name=words(inner), kind="a condition")
            return Typed(core.Constant(0, **written(inner)), Bare())
        return self.resolve(inner)

    # ---- arithmetic -------------------------------------------------------------------------------------------------

    def _arithmetic(self, node: nodes.Value, sign: str, left: Typed, right: Typed) -> Typed:
        if left.cases or right.cases:
            return self._limited(node, by_case(lambda a, b: self._arithmetic(node, sign, a, b), left, right))
        if not self._is_number(left, node.span) or not self._is_number(right, node.span):
            return left
        if sign in "+-":
            right = self._same_unit(node, left, right)
            kind = left.kind
        else:
            unit = _unit(left).times(_unit(right)) if sign == "×" else _unit(left).per(_unit(right))
            kind = Bare() if isinstance(left.kind, Bare) and isinstance(right.kind, Bare) else Quantity(unit)
        result = core.Arithmetic(cast(core.Arithmetic, sign), left.node, right.node, **written(node))  # type: ignore[arg-type]
        whole_days = _whole_days(sign, left, right)
        return self._sized(node, Typed(result, kind, size=left.size + right.size, whole_days=whole_days))

    def _same_unit(self, node: nodes.Value, left: Typed, right: Typed) -> Typed:
        if isinstance(left.kind, Bare) and isinstance(right.kind, Bare):
            return right
        if not _unit(left).same_dimension(_unit(right)):
            self.scope.refuse(
                "P301", node.span, variant="sum", left=kind_in_words(left.kind), right=kind_in_words(right.kind)
            )
            return right
        return self.in_unit(right, _unit(left))

    def _is_number(self, value: Typed, span: Span) -> bool:
        if isinstance(value.kind, Quantity | Bare):
            return True
        variant = "date_sum" if isinstance(value.kind, Date) else "number"
        self.scope.refuse("P304", span, variant=variant, name=value.node.words, kind=kind_in_words(value.kind))
        return False

    def _percent_of(self, node: nodes.Value, percent: Decimal, of: Typed) -> Typed:
        if of.cases:
            return by_case(lambda value: self._percent_of(node, percent, value), of)
        if not self._is_number(of, node.span):
            return of
        share = core.Constant(percent.scaleb(-2), ONE, **written(node))
        return evolve(of, node=core.Arithmetic("×", share, of.node, **written(node)), size=of.size + 1)

    def _lower_higher(self, node: nodes.Value, which: Literal["lower", "higher"], first: Typed, second: Typed) -> Typed:
        if first.cases or second.cases:
            return self._limited(node, by_case(lambda a, b: self._lower_higher(node, which, a, b), first, second))
        if not self._is_number(first, node.span) or not self._is_number(second, node.span):
            return first
        second = self._same_unit(node, first, second)
        result = core.Extreme(which, (first.node, second.node), **written(node))
        whole_days = first.whole_days or second.whole_days
        return self._sized(node, Typed(result, first.kind, size=first.size + second.size, whole_days=whole_days))

    def _raised(self, node: nodes.Value, base: Typed, exponent: Typed) -> Typed:
        """A power whose exponent is a value, such as `0.9938^age`."""
        if base.cases or exponent.cases:
            return self._limited(node, by_case(lambda a, b: self._raised(node, a, b), base, exponent))
        if not self._is_number(base, node.span) or not self._is_number(exponent, node.span):
            return base
        if not _unit(base).dimensionless:
            self.scope.refuse("P328", node.span, name=words(node), unit=_unit(base).symbol)
        result = core.Power(base.node, exponent.node, **written(node))
        return self._sized(node, Typed(result, Bare(), size=base.size + exponent.size))

    def _power(self, node: nodes.Value, base: Typed, exponent: int | Decimal | Fraction) -> Typed:
        if base.cases:
            return self._limited(node, by_case(lambda value: self._power(node, value, exponent), base))
        if not self._is_number(base, node.span):
            return base
        if not isinstance(exponent, int) or exponent < 0:
            if not _unit(base).dimensionless:
                self.scope.refuse("P328", node.span, name=words(node), unit=_unit(base).symbol)
                return Typed(base.node, Bare())
            if abs(Fraction(exponent)) > 10:
                self.scope.problems.report("P308", node.span, variant="power", found=exponent)
                self.scope.doubtful.append(node.span)
            node_ = base if base.kind == Bare() else self.in_unit(base, ONE)
            result = core.Power(node_.node, exponent, **written(node))
            return self._sized(node, Typed(result, Bare(), size=base.size + 1))
        if not 1 <= exponent <= 10:
            self.scope.problems.report("P308", node.span, variant="power", found=exponent)
            self.scope.doubtful.append(node.span)
            return base
        kind = base.kind if isinstance(base.kind, Bare) else Quantity(_unit(base).power(exponent))
        result = core.Power(base.node, exponent, **written(node))
        return self._sized(node, Typed(result, kind, size=base.size * exponent))

    def _negative(self, node: nodes.Value, value: Typed) -> Typed:
        if value.cases:
            return by_case(lambda inner: self._negative(node, inner), value)
        if not self._is_number(value, node.span):
            return value
        if isinstance(value.node, core.Constant) and not isinstance(value.node.value, Interval):
            return evolve(value, node=evolve(value.node, value=-value.node.value, words=words(node)))  # type: ignore[operator]
        zero = core.Constant(0, _unit(value), **written(node))
        return evolve(value, node=core.Arithmetic("-", zero, value.node, **written(node)))

    def rounded(self, node: nodes.Spanned, value: Typed, decimals: int, text: str | None = None) -> Typed:
        """A value rounded half up."""
        if value.cases:
            return by_case(lambda inner: self.rounded(node, inner, decimals, text), value)
        if not self._is_number(value, node.span):
            return value
        if decimals > 12:
            self.scope.problems.report("P308", node.span, variant="decimals", found=decimals)
            return value
        shown = text if text is not None else words(cast(nodes.Phrase, node))
        return evolve(value, node=core.Rounded(value.node, decimals, origin=node.span, words=shown))

    def _sized(self, node: nodes.Value, value: Typed) -> Typed:
        if value.size > LARGEST:
            self.scope.problems.report("P308", node.span, found=value.size)
            return evolve(value, size=1)
        return value

    def _limited(self, node: nodes.Value, value: Typed) -> Typed:
        """A value of so many cases that nobody could check them is refused."""
        if (cases := count_of_cases(value)) > LARGEST:
            self.scope.problems.report("P308", node.span, variant="cases", found=cases)
            return evolve(value, cases=())
        return value

    def _aligned_case(
        self, node: nodes.Value, case: tuple[core.Condition, Typed], plain: Typed
    ) -> tuple[core.Condition, Typed]:
        condition, value = case
        if isinstance(plain.kind, Quantity | Bare) and isinstance(value.kind, Quantity | Bare):
            if isinstance(plain.kind, Bare) != isinstance(value.kind, Bare):
                self.scope.refuse("P302", node.span, variant="case", left=plain.node.words, right=value.node.words)
                return condition, plain
            return condition, self._same_unit(node, plain, value)
        return condition, value

    def in_unit(self, value: Typed, unit: Unit) -> Typed:
        """The same quantity in another unit of its dimension, exactly."""
        own = _unit(value)
        if value.cases:
            return by_case(lambda inner: self.in_unit(inner, unit), value)
        if value.whole_days and _finer_than_days(unit):
            self._refuse_hours(value.node.origin, value, unit)
        if own.factor == unit.factor and own.offset == unit.offset:
            return evolve(value, kind=Quantity(unit)) if isinstance(value.kind, Quantity) else value
        if isinstance(value.node, core.Constant) and not isinstance(value.node.value, Interval):
            number = convert(value.node.value, own, unit)  # type: ignore[arg-type]
            return Typed(evolve(value.node, value=number, unit=unit), Quantity(unit))
        change = conversion(own, unit)
        place: core.Place = {"origin": value.node.origin, "words": value.node.words}
        node: core.Value = core.Arithmetic("×", value.node, core.Constant(change.multiplier, ONE, **place), **place)
        if change.shift:
            moved = core.Constant(change.shift, unit, **place)
            node = core.Arithmetic("+", node, moved, **place)
        return Typed(node, Quantity(unit), size=value.size + 1, whole_days=value.whole_days)

    def _refuse_hours(self, span: Span, value: Typed, unit: Unit) -> None:
        """A number of whole days is no number of hours: a day counts although it may hold ten minutes only."""
        self.scope.refuse("P332", span, variant="days", name=value.node.words, unit=unit.symbol)

    # ---- dates ------------------------------------------------------------------------------------------------------

    def _completed(self, node: nodes.CompletedUnits) -> Typed:
        first, last = self.date(node.first), self.date(node.last)
        result = core.Completed(cast(core.TimeUnit, node.unit), first, last, **written(node))
        whole_days = node.unit not in CLOCK
        if whole_days:
            refuse_moments(self.scope, node.span, first, last)
        unit = parse_unit(f"{node.unit}s")
        return Typed(result, Quantity(unit), completed=node.unit, whole_days=whole_days)

    def _moved(self, node: nodes.Moved) -> Typed:
        anchor = self.date(node.anchor)
        return Typed(self.shifted(node, anchor), Date())

    def shifted(self, node: nodes.Moved, anchor: core.Value) -> core.Shift:
        """A date moved from an anchor; amounts that no trial needs are refused."""
        amount = node.amount
        if amount > LARGEST_SHIFT[node.unit]:
            self.scope.problems.report("P308", node.span, variant="window", found=f"{amount} {node.unit}s")
            amount = 1
        signed = -amount if node.direction == "before" else amount
        return core.Shift(anchor, signed, cast(core.TimeUnit, node.unit), **written(node))

    def _with_unit(self, number: Typed, symbol: str) -> Copyable:
        """The line with the unit after a bare number."""
        figure = number.node.words
        if (ratio := RATIO.fullmatch(figure)) and Decimal(ratio["by"]):
            part = Decimal(ratio["of"]) / Decimal(ratio["by"])
            if part * Decimal(ratio["by"]) == Decimal(ratio["of"]):
                figure = f"{part:f}"  # `1 / 2 kg` would be one by two kilograms
        said = f"{figure}{'%' if symbol == '%' else f' {symbol}'}"
        return corrected_line(self.scope.problems.source, number.node.origin, said)

    # ---- what two sides of a comparison must share ------------------------------------------------------------------

    def comparable(self, node: nodes.Phrase, left: Typed, right: Typed) -> Typed | None:
        """The right side in the unit of the left, or nothing where the two can't be compared."""
        scope = self.scope
        if scope.is_doubtful(left.node.origin) or scope.is_doubtful(node.span):
            return None
        if isinstance(left.kind, Bare) and isinstance(right.kind, Bare):
            return right
        if isinstance(right.kind, Bare) and isinstance(left.kind, Quantity):
            if left.kind.unit.dimensionless and left.kind.unit.factor == 1:
                return right
            symbol = left.kind.unit.symbol
            weeks, _, days = right.node.words.partition(" + ")
            scope.refuse(
                "P302",
                right.node.origin,
                variant=BARE_NUMBERS.get(symbol),
                name=left.node.words,
                unit=symbol,
                right=right.node.words,
                line=self._with_unit(right, symbol),
                weeks=weeks if weeks.isdigit() else "24",
                days=days if days in "0123456" and days else "0",
                titre=right.node.words if right.node.words.isdigit() else "64",
            )
            return None
        if isinstance(right.kind, Quantity) and isinstance(left.kind, Quantity | Bare):
            if (months := self._months_as_days(left, right)) is not None:
                return months
            if not _unit(left).same_dimension(right.kind.unit):
                variant = (
                    "months"
                    if "calendar" in str(_unit(left).dimension) and right.kind.unit.same_dimension(DAYS)
                    else None
                )
                scope.refuse(
                    "P301",
                    right.node.origin,
                    variant=variant,
                    name=left.node.words,
                    left=_unit(left).symbol,
                    right=right.kind.unit.symbol,
                )
                return None
            aligned = self.in_unit(right, _unit(left))
            if not self._fits_completed(left, right, aligned):
                return None
            if left.whole_days and _finer_than_days(_unit(right)):
                self._refuse_hours(right.node.origin, left, _unit(right))
                return None
            return aligned
        if isinstance(right.kind, ChoiceWord):
            scope.refuse(
                "P305",
                right.node.origin,
                variant="number",
                found=right.kind.text,
                name=left.node.words,
                kind=kind_in_words(left.kind),
            )
            return None
        scope.refuse(
            "P304",
            right.node.origin,
            variant="compare",
            name=right.node.words,
            kind=kind_in_words(right.kind),
            left=left.node.words,
            needed=kind_in_words(left.kind),
        )
        return None

    def _fits_completed(self, left: Typed, right: Typed, aligned: Typed) -> bool:
        """Completed years go up by whole years: a limit in months, or of half a year, would say what is not counted."""
        if left.completed is None or not isinstance(aligned.node, core.Constant):
            return True
        value = aligned.node.value
        whole = isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value())
        if whole and _unit(left).factor == _unit(right).factor:
            return True
        self.scope.refuse(
            "P316",
            right.node.origin,
            variant=None if whole or _unit(left).factor != _unit(right).factor else "part",
            name=left.node.words,
            unit=f"{left.completed}s",
            right=right.node.words,
            wanted=f"{_unit(right).symbol}",
        )
        return False

    def _months_as_days(self, left: Typed, right: Typed) -> Typed | None:
        """Calendar months against days, weeks or hours: from the fewest to the most days that so many months have."""
        unit = _unit(right)
        if not unit.same_dimension(parse_unit("months")) or not _unit(left).same_dimension(DAYS):
            return None
        if not isinstance(right.node, core.Constant) or not isinstance(right.node.value, int | Decimal):
            return None
        months = convert(right.node.value, unit, parse_unit("months"))
        if not isinstance(months, int | Decimal) or months != int(months) or not 0 < months <= LARGEST_SHIFT["month"]:
            return None
        fewest, longest = month_days(int(months))
        least, most = (convert(days, DAYS, _unit(left)) for days in (fewest, longest))
        if least != most:
            self.scope.problems.report(
                "P513",
                right.node.origin,
                name=left.node.words,
                months=right.node.words,
                least=fewest,
                most=longest,
                unit=_unit(left).symbol,
                day=self.scope.a_day(),
            )
        value = least if least == most else Interval(least, most)
        return Typed(evolve(right.node, value=value, unit=_unit(left)), Quantity(_unit(left)))


def _whole_days(sign: str, left: Typed, right: Typed) -> bool:
    """Whether the result of arithmetic is still a number of whole days, or of such parts as they come in."""
    if sign in "+-":
        return left.whole_days or right.whole_days
    if isinstance(right.kind, Bare):
        return left.whole_days
    return sign == "×" and isinstance(left.kind, Bare) and right.whole_days


def _finer_than_days(unit: Unit) -> bool:
    return unit.same_dimension(DAYS) and unit.factor < DAYS.factor


def as_day(node: core.Value) -> core.Value:
    """A date that is computed with: the end of a record that is ongoing is no day."""
    return evolve(node, which="ended on") if isinstance(node, core.RecordTime) and node.which == "end" else node


def named(node: nodes.Phrase, value: Typed) -> Typed:
    """A value under the name by which it is used, in all its cases."""
    if value.cases:
        return by_case(lambda inner: named(node, inner), value)
    place = written(node)
    if isinstance(value.node, core.Constant | core.Fact | core.Field | core.Defined):
        return value
    return evolve(value, node=core.Named(place["words"], value.node, **place))


def plain_number(number: int | Decimal) -> int | Decimal:
    """A number without a decimal point where it needs none."""
    return int(number) if number == int(number) else number


def written(node: nodes.Phrase) -> core.Place:
    """The place and words of a core node made from a phrase."""
    return {"origin": node.span, "words": words(node)}


def _unit(value: Typed) -> Unit:
    return value.kind.unit if isinstance(value.kind, Quantity) else ONE
