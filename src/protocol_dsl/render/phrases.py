"""Phrases of rules in a language other than that of protocol files, by the templates of its `[statement]`.

A template says where the parts of a phrase go; nothing is said here of any one language but the order of thought: a
record has a window, adjectives and a noun, a comparison has a subject and what is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, assert_never

from attrs import evolve

from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import COMPLEMENTS, VALUES, is_amount, number_words, quantity_words

if TYPE_CHECKING:
    from protocol_dsl.render.terms import Terms

_CLOCK: Final = ("hour", "minute")
_DISTANCES: Final = {"above": "more than", "below": "less than"}


class Phrases:
    """Words the phrases of one protocol."""

    def __init__(self, terms: Terms):
        self._terms = terms
        self._words = terms.words
        self._owner: str | None = None
        """What is compared: its choices may have words of their own, and its number a unit."""
        self._limits = "limit"
        """The words of its limits: of how many and how long there are others."""

    # ---- any phrase -------------------------------------------------------------------------------------------------

    def words(self, node: nodes.Phrase) -> str:
        """A phrase on one line."""
        if isinstance(node, VALUES):
            return self._value(node)
        if isinstance(node, COMPLEMENTS):
            return self._complement(node)
        if isinstance(node, nodes.Distance | nodes.WheneverOrNow | nodes.Edge):
            return self.window(node)
        if isinstance(node, nodes.Series):
            return self.series(node)
        return self._condition(node)

    def _say(self, key: str, **values: object) -> str:
        return self._words(f"statement.{key}", **values)

    def _said(self, key: str, word: str, **values: object) -> str:
        """An entry by a word of the language: `comparator.at_least`."""
        return self._say(f"{key}.{word.replace(' ', '_')}", **values)

    def _any_of(self, parts: Sequence[nodes.Phrase]) -> str:
        return self._joined("or", [self.words(part) for part in parts])

    def _joined(self, key: str, parts: Sequence[str]) -> str:
        told = parts[0]
        for part in parts[1:]:
            told = self._say(key, left=told, right=part)
        return told

    # ---- conditions -------------------------------------------------------------------------------------------------

    def _condition(self, node: nodes.Condition) -> str:
        match node:
            case nodes.Comparison(left):
                return self._say("comparison", left=self.words(left), complement=self.complement(node))
            case nodes.Chain(parts, connectives):
                told = self.words(parts[0])
                for connective, part in zip(connectives, parts[1:], strict=True):
                    told = self._say(connective, left=told, right=self.words(part))
                return told
            case nodes.Negation(condition):
                key = "not_name" if isinstance(condition, nodes.Name) else "not"
                return self._say(key, condition=self.words(condition))
            case nodes.KnownThat(condition):
                return self._say("known", condition=self.words(condition))
            case nodes.Judges(judge, judgement):
                return self._say("judges", judge=self._terms.name(judge), judgement=self._terms.name(judgement.text))
            case nodes.AgreesFor(answer, first, last):
                return self._say("agrees", answer=self.words(answer), first=self.words(first), last=self.words(last))
            case nodes.IfThen(condition, then, otherwise):
                told = self._say("if_then", condition=self._closed(condition), then=self._closed(then))
                return told if otherwise is None else self._say("else", told=told, otherwise=self._closed(otherwise))
            case nodes.ListOf(items=items):
                told = self._words.clauses([self._closed(item) for item in items])
                return self._say("list", head=self._head(node), items=told)
            case nodes.ForEach(series, if_any, body):
                key = "for_each_if_any" if if_any else "for_each"
                return self._say(key, each=self._records(series), body=self.words(body))
            case nodes.RowsThat() | nodes.EachNoun():
                told = self._rows(node, self._where(node))
                if node.excepting is None:
                    return told
                return self._say("except", rows=told, condition=self.words(node.excepting))
            case nodes.Unless(rule, exception):
                return self._say("unless", rule=self._closed(rule), exception=self._closed(exception))
            case _:
                return self._value(node)

    def _closed(self, part: nodes.Condition) -> str:
        """A part of a longer sentence; one with a list stands in brackets, so that its end is seen."""
        return self._say("brackets", inner=self.words(part)) if has_list(part) else self.words(part)

    def _head(self, node: nodes.ListOf) -> str:
        if node.head != "count":
            return self._say(f"head.{node.head}")
        return self._say("head.count", comparator=self._counted(node.comparator), count=node.count)

    def _counted(self, comparator: nodes.Comparator | None) -> str:
        return self._said("count", comparator or "exactly")

    def complement(self, node: nodes.Comparison) -> str:
        """What a comparison says of its subject."""
        before, self._owner, self._limits = (self._owner, self._limits), _subject(node.left), "limit"
        if is_amount(node):
            self._limits = "amount"
        try:
            return self.words(node.complement)
        finally:
            self._owner, self._limits = before

    # ---- records ----------------------------------------------------------------------------------------------------

    def _where(self, node: nodes.RowsThat | nodes.EachNoun) -> str:
        return "" if node.where is None else self._say("where", condition=self.words(node.where))

    def _rows(self, node: nodes.RowsThat | nodes.EachNoun, where: str) -> str:
        """Records and what is said of them; `where`: what they have to meet, as it stands before the noun."""
        series = node.series
        noun = where + self.nouns(series.nouns)
        if series.apart is not None:
            apart = self._time(series.apart.amount, series.apart.unit)
            noun = self._say("apart", comparator=self._distance(series.apart.comparator), time=apart, noun=noun)
        window = "" if series.window is None else self.window(series.window)
        if isinstance(node, nodes.EachNoun):
            return self._say("each", records=self._say("of_window", window=window, noun=noun) if window else noun)
        if isinstance(series.window, nodes.Edge):  # "started …" goes with the noun, not with the sentence
            noun, window = self._say("of_window", window=window, noun=noun), ""
        says = "" if node.complement is None else self._said_of_records(node)
        comparator, count = self._counted(node.comparator), node.count or 0
        if (each := node.each_of) is not None:
            period = self._time(each.number, each.unit)
            periods = self._said("moved", each.direction, anchor=self.words(each.anchor), time=period)
            return self._say(
                "each_of", periods=periods, unit=self._say(f"per.{each.unit}"), noun=noun,
                comparator=comparator, count=count,
            )  # fmt: skip
        key = f"rows.{node.quantifier}{'_says' if says else ''}"
        return self._say(key, window=window, noun=noun, comparator=comparator, count=count, complement=says)

    def _said_of_records(self, node: nodes.RowsThat) -> str:
        before, self._owner = self._owner, node.series.nouns[0].rows.text
        try:
            return self.words(node.complement) if node.complement is not None else ""
        finally:
            self._owner = before

    def _records(self, series: nodes.Series) -> str:
        """What a rule goes through: "every record of …"."""
        return self._say("each", records=self.series(series))

    def series(self, series: nodes.Series) -> str:
        """The nouns with their window before them."""
        noun = self.nouns(series.nouns)
        if series.apart is not None:
            apart = self._time(series.apart.amount, series.apart.unit)
            noun = self._say("apart", comparator=self._distance(series.apart.comparator), time=apart, noun=noun)
        return noun if series.window is None else self._say("of_window", window=self.window(series.window), noun=noun)

    def nouns(self, nouns: Sequence[nodes.Noun]) -> str:
        """The nouns by themselves."""
        return self._joined("or", [self._noun(noun) for noun in nouns])

    def _noun(self, noun: nodes.Noun) -> str:
        name = self._terms.name(noun.rows.text)
        given = [self._terms.name(each.text, noun.rows.text) for each in noun.adjectives]
        if given:
            said = self._joined("or", given) if noun.either else _beside(*given)
            name = _beside(said, name)
        if noun.lists:
            lists = self._joined("or", [self._terms.name(each.text) for each in noun.lists])
            name = self._say("in_lists_noun", lists=lists, noun=name)
        return name

    # ---- windows ----------------------------------------------------------------------------------------------------

    def window(self, node: nodes.Window) -> str:
        """A window as it stands before a noun or at the beginning of a sentence."""
        match node:
            case nodes.WithinWindow(amount, unit, direction, anchor):
                return self._said("within", direction, anchor=self.words(anchor), time=self._time(amount, unit))
            case nodes.WithinDuration(duration, direction, anchor):
                return self._said("within", direction, anchor=self.words(anchor), time=self._duration(duration))
            case nodes.FromTo(nearer, farther, unit, direction, anchor, nearer_unit):
                first = self._time(nearer, nearer_unit) if nearer_unit else str(nearer)
                return self._said(
                    "from_to", direction, anchor=self.words(anchor), nearer=first, farther=self._time(farther, unit)
                )
            case nodes.Side(which, day):
                return self._said("side", which, day=self.words(day))
            case nodes.Range(low, high, ends):
                told = self._say("days", first=self.words(low), last=self.words(high))
                return told + self._say(f"ends.{ends or 'unsaid'}")
            case nodes.Distance(comparator, amount, unit, direction, anchor):
                time = self._time(amount, unit)
                return self._said(
                    "distance", direction, anchor=self.words(anchor), comparator=self._distance(comparator), time=time
                )
            case nodes.DuringPeriod(period):
                return self._say("during", period=self._terms.name(period.text))
            case nodes.WheneverOrNow(which):
                return self._say(which)
            case nodes.Edge(which, window):
                return self._say(which, window=self.window(window))
            case _:
                assert_never(node)

    def _distance(self, comparator: nodes.Comparator) -> str:
        return self._said("distances", _DISTANCES.get(comparator, comparator))

    def _duration(self, node: nodes.Duration) -> str:
        told = self._length(node.lengths[0])
        if node.which is not None:
            told = self._say(node.which, first=told, second=self._length(node.lengths[1]))
        if node.bound is not None and node.bound_length is not None:
            return self._said("bound", node.bound, value=told, bound=self._length(node.bound_length))
        return told

    def _length(self, node: nodes.Length) -> str:
        number = number_words(node.number)
        if node.name is not None:
            name = self._terms.name(node.name.text)
            return name if node.number == 1 else f"{number} × {name}"
        if node.unit == "half-life":
            return self._say("half_lives", number=number)
        return self._time(int(node.number), node.unit or "day")

    def _time(self, amount: int, unit: str) -> str:
        return self._words.quantity(f"{number_words(Decimal(amount))} {unit}")

    # ---- what is said of a subject ----------------------------------------------------------------------------------

    def _complement(self, node: nodes.Complement) -> str:
        match node:
            case nodes.Limit():
                return self._limit(node)
            case nodes.TwoLimits(first, connective, second):
                return self._say(connective, left=self._limit(first), right=self._limit(second))
            case nodes.Range():
                return self._range(node)
            case nodes.Choices(values, negated):
                return self._say("is_not" if negated else "is", value=self._any_of(values))
            case nodes.Neither(values):
                return self._say("neither", values=self._words.listed([self.words(value) for value in values]))
            case nodes.IsRecorded(negated):
                return self._say("not_recorded" if negated else "recorded")
            case nodes.FromTo(unit=unit, nearer_unit=nearer):
                clock = unit in _CLOCK or nearer in _CLOCK
                return self._say("in_days" if not clock else "in_range", window=self.window(node))
            case nodes.Side(which, day):
                return self._said("side_is", which, day=self.words(day))
            case nodes.WithinWindow() | nodes.WithinDuration() | nodes.DuringPeriod():
                return self._say("in_window", window=self.window(node))
            case nodes.Difference(comparator, amount, direction, other):
                return self._said(
                    "difference", direction, other=self.words(other), comparator=self._distance(comparator),
                    amount=self.words(amount),
                )  # fmt: skip
            case nodes.IncludesAny(values):
                return self._say("includes", values=self._any_of(values))
            case nodes.InLists(lists, negated):
                return self._say("not_in_lists" if negated else "in_lists", lists=self._any_of(lists))
            case nodes.Normal(negated):
                return self._say("not_normal" if negated else "normal")
            case nodes.StableFor(comparator, amount, unit, anchor):
                return self._say(
                    "stable", anchor=self.words(anchor), comparator=self._distance(comparator),
                    time=self._time(amount, unit),
                )  # fmt: skip
            case _:
                assert_never(node)

    def _limit(self, node: nodes.Limit) -> str:
        if isinstance(node.bound, nodes.Moved):
            moved = node.bound
            return self._say(
                "in_window",
                window=self._said(
                    "distance", moved.direction, anchor=self.words(moved.anchor),
                    comparator=self._distance(node.comparator), time=self._time(moved.amount, moved.unit),
                ),
            )  # fmt: skip
        return self._said(self._limits, node.comparator, bound=self.words(node.bound))

    def _range(self, node: nodes.Range) -> str:
        low, high = node.low, node.high
        second = node.second
        if isinstance(low, nodes.Number) and isinstance(high, nodes.Number):
            if low.second is not None and high.second is not None and second is None:
                second = (low.second, high.second)
            low, high = evolve(low, second=None), evolve(high, second=None)
            if low.unit == high.unit:  # a unit that both ends share is said once
                low = evolve(low, unit=None, unit_text=None, time=None)
        told = self._say("range", low=self.words(low), high=self.words(high))
        if second is not None:
            first = number_words(second[0].value)
            told = self._say("second", value=told, second=self._say("days", first=first, last=self.words(second[1])))
        return self._say("between", range=told) + self._say(f"ends.{node.ends or 'unsaid'}")

    # ---- values -----------------------------------------------------------------------------------------------------

    def _value(self, node: nodes.Value) -> str:
        match node:
            case nodes.Name(text):
                return self._terms.name(text, self._owner)
            case nodes.DayWritten(text):
                return self._words.day_written(text)
            case nodes.Number():
                told = self._words.quantity(quantity_words(evolve(node, second=None)), self._terms.units(self._owner))
                return told if node.second is None else self._say("second", value=told, second=self.words(node.second))
            case nodes.PercentOf(percent, of):
                return self._say("percent_of", percent=number_words(percent), of=self.words(of))
            case nodes.Sum(first, rest) | nodes.Product(first, rest):
                terms = (f" {'/' if sign == '÷' else sign} {self.words(term)}" for sign, term in rest)
                return self.words(first) + "".join(terms)
            case nodes.Raised(base, exponent):
                return self._raised(base, exponent)
            case nodes.Negative(value):
                return f"-{self.words(value)}"
            case nodes.RoundedTo(value, decimals):
                return self._say("rounded", value=self.words(value), decimals=decimals)
            case nodes.CompletedUnits(unit, first, last):
                return self._say(f"completed.{unit}", first=self.words(first), last=self.words(last))
            case nodes.Moved(amount, unit, direction, anchor):
                return self._said("moved", direction, anchor=self.words(anchor), time=self._time(amount, unit))
            case nodes.EarlierLater(which, first, second) | nodes.LowerHigher(which, first, second):
                return self._say(which, first=self.words(first), second=self.words(second))
            case nodes.ByCase(otherwise, cases):
                told_cases = [
                    self._say("case", value=self.words(value), condition=self.words(condition))
                    for value, condition in cases
                ]
                return self._say("second", value=self.words(otherwise), second=self._words.clauses(told_cases))
            case nodes.Bracketed(inside):
                return self._say("brackets", inner=self.words(inside))
            case nodes.Selected(which, series, nodes.Name() as field_name, by_field=True):
                field = self._terms.name(field_name.text, _rows_of(series.nouns))
                window, noun = self._window_of(series), self.nouns(series.nouns)
                return self._say(f"selected_by.{which}", window=window, noun=noun, field=field)
            case nodes.Selected(which, series, field_name):
                told = self._say(f"selected.{which}", window=self._window_of(series), noun=self.nouns(series.nouns))
                return told if field_name is None else self._field(field_name, told, series)
            case nodes.FieldOfSeries(field_name, nouns):
                return self._say(
                    "field", field=self._terms.name(field_name.text, _rows_of(nouns)), of=self.nouns(nouns)
                )
            case nodes.NumberOf():
                return self._number_of(node)
            case nodes.AggregateOf():
                return self._aggregate(node)
            case nodes.Root(degree, value):
                return self._say("square_root" if degree == 2 else "cube_root", value=self.words(value))
            case nodes.Titre(below):
                return f"1:{below}"
            case nodes.NormalLimit(which):
                return which
            case nodes.Call(function, arguments):
                given = self._words.listed([self.words(argument) for argument in arguments])
                return self._say("call", function=self._terms.name(function.text), arguments=given)
            case _:
                assert_never(node)

    def _raised(self, base: nodes.Value, exponent: object) -> str:
        match exponent:
            case 2 | 3:
                return self.words(base) + ("²" if exponent == 2 else "³")
            case nodes.ByCase():
                return f"{self.words(base)}^({self.words(exponent)})"
            case nodes.Name():
                return f"{self.words(base)}^{self.words(exponent)}"
            case _:
                return f"{self.words(base)}^{exponent}"

    def _window_of(self, series: nodes.Series) -> str:
        return "" if series.window is None else self.window(series.window)

    def _field(self, field: nodes.Name, of: str, series: nodes.Series) -> str:
        return self._say("field", field=self._terms.name(field.text, _rows_of(series.nouns)), of=of)

    def _number_of(self, node: nodes.NumberOf) -> str:
        window, noun = self._window_of(node.series), self.nouns(node.series.nouns)
        field = "" if node.field_name is None else self._terms.name(node.field_name.text, _rows_of(node.series.nouns))
        key = "records_per" if node.per else node.what
        per = self._say(f"per.{node.per}") if node.per else ""
        return self._say(f"number.{key}", window=window, noun=noun, field=field, per=per)

    def _aggregate(self, node: nodes.AggregateOf) -> str:
        window, noun = self._window_of(node.series), self.nouns(node.series.nouns)
        if node.count is None:
            of = noun if node.field_name is None else self._field(node.field_name, noun, node.series)
            return self._say(f"aggregate.{node.which}", of=self._say("of_records", window=window, noun=of))
        within = self._say("recorded_within", time=self._time(*node.within)) if node.within else ""
        of = self._say(f"picked.{node.selector}", window=window, count=node.count, noun=noun, within=within)
        if node.field_name is not None:
            of = self._field(node.field_name, of, node.series)
        return self._say(f"aggregate.{node.which}", of=of)


def _rows_of(nouns: Sequence[nodes.Noun]) -> str:
    return nouns[0].rows.text


def _subject(left: nodes.Value) -> str | None:
    """The data item whose choices or units a comparison is about."""
    match left:
        case nodes.Name(text):
            return text
        case nodes.Selected(_, _, nodes.Name(text)) | nodes.FieldOfSeries(nodes.Name(text)):
            return text
        case nodes.Selected(_, series, None):
            return _rows_of(series.nouns)
        case _:
            return None


def has_list(node: nodes.Condition | None) -> bool:
    """Whether a phrase ends in a list, which has lines of its own where there is room for them."""
    match node:
        case nodes.ListOf():
            return True
        case nodes.ForEach(body=inner):
            return has_list(inner)
        case nodes.IfThen(then=then, otherwise=None):
            return isinstance(then, nodes.ListOf)
        case nodes.RowsThat(where=where, excepting=excepting) | nodes.EachNoun(where=where, excepting=excepting):
            return isinstance(where, nodes.ListOf) or isinstance(excepting, nodes.ListOf)
        case nodes.Unless(rule, exception):
            return has_list(rule) or has_list(exception)
        case _:
            return False


def _beside(*parts: str) -> str:
    """Words side by side, with a space where letters would run together."""
    told = parts[0]
    for part in parts[1:]:
        told += f" {part}" if told[-1:].isascii() and part[:1].isascii() else part
    return told
