"""From Lark's trees to the syntax tree.

One class has a method for each rule of the grammar, in its order, so that the two can be read side by side.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, TypeGuard, cast

from attrs import define, evolve, field
from lark import Token, Tree

from protocol_dsl.diagnostics import Copyable, Problems
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.format import statement_lines
from protocol_dsl.syntax.vocabulary import NameKind, Vocabulary
from protocol_dsl.syntax.words import NUMBER_WORDS, PHRASES, TIME_WORDS
from protocol_dsl.values import Unit, parse_unit

Branch = Tree[Token]
COMPARATORS = {
    terminal: PHRASES[terminal][0]
    for terminal in ("AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "MORE_THAN", "LESS_THAN", "EXACTLY")
}
SIDES = {
    "BEFORE": "before",
    "AFTER": "after",
    "ON": "on",
    "ON_OR_BEFORE": "on or before",
    "ON_OR_AFTER": "on or after",
    "SINCE": "since",
}


@define
class Builder:
    """Builds the syntax tree of one protocol's phrases; problems that the grammar lets through are collected."""

    vocabulary: Vocabulary
    problems: Problems
    _built: dict[int, nodes.Condition] = field(factory=dict, init=False, repr=False)
    """The parts of the tree that is being built, by the identity of their branches."""

    # ---- statements -------------------------------------------------------------------------------------------------

    def rule(self, tree: Branch) -> tuple[nodes.Condition | None, nodes.Condition]:
        """The `applies if` and the rule of a criterion."""
        applies: nodes.Condition | None = None
        rules: list[nodes.Condition] = []
        for child in _trees(tree):
            if child.data == "applies":
                applies = self.condition(_trees(child)[0])
            elif child.data == "unless_line" and rules:
                rule = rules.pop()
                exception = self.condition(_trees(child)[0])
                rules.append(nodes.Unless(rule, exception, span=Span.cover(rule.span, span_of(child))))
            else:
                rules.append(self.condition(child))
        if len(rules) > 1:
            both, one = (
                Copyable(statement_lines(None, nodes.ListOf(head, tuple(rules), span=rules[1].span)))
                for head in ("all", "any")
            )
            self.problems.report("P109", rules[1].span, reading1=both, reading2=one)
        return applies, rules[0]

    def condition(self, tree: Branch) -> nodes.Condition:
        """A condition, a list or a value that stands where a condition may stand."""
        if id(tree) in self._built:
            return self._built[id(tree)]
        # The innermost first, so that no depth of brackets and lists is a depth of calls.
        for part in tree.iter_subtrees():
            build = getattr(self, f"_{part.data}", None)
            if build is not None:
                self._built[id(part)] = build(part, span_of(part))
        found = self._built[id(tree)]
        self._built.clear()
        return found

    def value(self, tree: Branch) -> nodes.Value:
        return cast(nodes.Value, self.condition(tree))

    def _conditions(self, tree: Branch) -> list[nodes.Condition]:
        return [self.condition(child) for child in _trees(tree)]

    def _line(self, tree: Branch, _: Span) -> nodes.Condition:
        return self.condition(_trees(tree)[0])

    _item = _line

    def _list(self, tree: Branch, span: Span) -> nodes.Condition:
        head, *items = _trees(tree)
        built = tuple(self.condition(item) for item in items)
        word = next(iter(_tokens(head)), None)
        if word is not None and word.type in ("ALL_OF", "ANY_OF", "NONE_OF"):
            kind = {"ALL_OF": "all", "ANY_OF": "any", "NONE_OF": "none"}[word.type]
            return nodes.ListOf(kind, built, span=span)  # type: ignore[arg-type]
        comparator = _or_more(head) or self._comparator_of(_trees(head)[0])
        return nodes.ListOf("count", built, comparator, self._count_in(head), span=span)

    def _empty_item(self, tree: Branch, span: Span) -> nodes.Condition:
        self.problems.report("P110", span, variant="dash")
        return nodes.Name("", span=span)

    def _if_then(self, tree: Branch, span: Span) -> nodes.Condition:
        condition, then, *otherwise = self._conditions(tree)
        return nodes.IfThen(condition, then, otherwise[0] if otherwise else None, span=span)

    def _for_each(self, tree: Branch, span: Span) -> nodes.Condition:
        each, body = _trees(tree)
        series = self.series(_trees(each)[0])
        return nodes.ForEach(series, _has(each, "IF_ANY"), self.condition(body), span=span)

    # ---- records of a series ----------------------------------------------------------------------------------------

    def _rows_that(self, tree: Branch, span: Span) -> nodes.Condition:
        quantified, *rest = _trees(tree)
        where = excepting = None
        for part in rest:
            if part.data == "except_":
                excepting = self.condition(_trees(part)[0])
            else:
                where = self.condition(part)
        return _known_or_not(quantified, evolve(self._quantified(quantified, span), where=where, excepting=excepting))

    def _rows_except(self, tree: Branch, span: Span) -> nodes.Condition:
        quantified, excepting = _trees(tree)
        records = evolve(self._quantified(quantified, span), excepting=self.condition(excepting))
        return _known_or_not(quantified, records)

    def _rows_compare(self, tree: Branch, span: Span) -> nodes.Condition:
        quantified, complement = _trees(tree)
        records = evolve(self._quantified(quantified, span), complement=self.complement(complement))
        return _known_or_not(quantified, records)

    def _every_compare(self, tree: Branch, span: Span) -> nodes.Condition:
        series, complement = _trees(tree)
        return nodes.RowsThat("every", self.series(series), complement=self.complement(complement), span=span)

    def _quantified(self, tree: Branch, span: Span) -> nodes.RowsThat:
        kind, parts = tree.data, _trees(tree)
        if kind == "in_each":
            comparator, nouns, anchor = parts
            count, number = (self.whole(token) for token in _tokens(tree) if token.type == "NUMBER")
            each_of = nodes.EachOf(number, self._time(tree), _direction(tree), self.value(anchor), span=span)
            series = nodes.Series(self.nouns(nouns), span=span_of(nouns))
            compared = self._comparator_of(comparator)
            return nodes.RowsThat("count", series, compared, count, each_of=each_of, span=span)
        series = self.series(parts[-1])
        if kind in ("history", "no_history"):
            if series.window is None:
                series = evolve(series, window=nodes.WheneverOrNow("ever", span=series.span))
            return nodes.RowsThat("any" if kind == "history" else "no", series, span=span)
        if kind in ("any_known", "no_known"):
            return nodes.RowsThat("any", series, span=span)
        if kind in ("any", "no"):
            return nodes.RowsThat(kind, series, span=span)  # type: ignore[arg-type]
        least = _or_more(tree) or self._comparator_of(parts[0]) if kind == "count" else None
        return nodes.RowsThat(kind, series, least, self._count_in(tree), span=span)  # type: ignore[arg-type]

    def named_series(self, tree: Branch) -> nodes.EachNoun:
        """`each NOUN W where C except where C`"""
        series, *rest = _trees(tree)
        where = excepting = None
        for part in rest:
            if part.data == "except_":
                excepting = self.condition(_trees(part)[0])
            else:
                where = self.condition(part)
        return nodes.EachNoun(self.series(series), where, excepting, span=span_of(tree))

    def series(self, tree: Branch) -> nodes.Series:
        """The nouns and the window of a phrase."""
        nouns, *rest = _trees(tree)
        window, apart = None, None
        for part in rest:
            if part.data == "apart":
                comparator = self._comparator_of(_trees(part)[0])
                apart = nodes.Apart(comparator, self._count_in(part), self._time(part), span=span_of(part))
            else:
                window = self.window(part)
        return nodes.Series(self.nouns(nouns), window, apart, span=span_of(tree))

    def nouns(self, tree: Branch) -> tuple[nodes.Noun, ...]:
        return tuple(self._noun_of(noun) for noun in _trees(tree))

    def _noun_of(self, tree: Branch) -> nodes.Noun:
        adjectives, either = [], False
        for part in _trees(tree):
            adjectives = [self._name_of(_tokens(adjective)[0]) for adjective in _trees(part)]
            either = _has(part, "OR_NOUN")
        rows = self._name_of(_token(tree, "ROWS"))
        lists = [self._name_of(token) for token in _tokens(tree) if token.type == "LIST"]
        entry = self.vocabulary.entry(rows.text, "ROWS")
        plural, countable = (entry.plural, entry.countable) if entry else (None, True)
        return nodes.Noun(rows, tuple(adjectives), either, tuple(lists), plural, countable, span=span_of(tree))

    def window(self, tree: Branch) -> nodes.Window:
        """When: a window, `ever`, `now`, `started …`."""
        span = span_of(tree)
        match tree.data:
            case "ever" | "now" as which:
                return nodes.WheneverOrNow(which, span=span)
            case "edge":
                edge = "started" if _has(tree, "STARTED") else "ended"
                return nodes.Edge(edge, self.window(_trees(tree)[0]), span=span)  # type: ignore[arg-type]
            case "distance":
                comparator, anchor = _trees(tree)
                amount = self._count_in(tree)
                compared = self._comparator_of(comparator)
                return nodes.Distance(
                    compared, amount, self._time(tree), _direction(tree), self.value(anchor), span=span
                )
            case "between_days":
                return cast(nodes.Range, self._is_range(tree, span))
            case _:
                return cast(nodes.Window, getattr(self, f"_is_{tree.data}")(tree, span))

    def complement(self, tree: Branch) -> nodes.Complement:
        """What stands after `is`."""
        build = getattr(self, f"_is_{tree.data}", self._is_choices)
        return cast(nodes.Complement, build(tree, span_of(tree)))

    def _time(self, tree: Branch) -> str:
        return TIME_WORDS[_token(tree, "TIME").casefold()]

    def _unless(self, tree: Branch, span: Span) -> nodes.Condition:
        rule, exception = self._conditions(tree)
        return nodes.Unless(rule, exception, span=span)

    def _unless_line(self, tree: Branch, span: Span) -> nodes.Condition:
        self.problems.report("P117", span)
        return self.condition(_trees(tree)[0])

    # ---- conditions in one line -------------------------------------------------------------------------------------

    def _chain(self, tree: Branch, span: Span) -> nodes.Condition:
        parts = tuple(self._conditions(tree))
        if len(parts) == 1:
            return parts[0]
        connectives = tuple(_connective(token) for token in _tokens(tree))
        return nodes.Chain(parts, connectives, span=span)

    def _comparison(self, tree: Branch, span: Span) -> nodes.Condition:
        left, complement = _trees(tree)
        plural = str(_token(tree, "IS")).casefold() in ("are", "were")
        return nodes.Comparison(self.value(left), self.complement(complement), plural=plural, span=span)

    def _agrees(self, tree: Branch, span: Span) -> nodes.Condition:
        answer, first, last = (self.value(child) for child in _trees(tree))
        return nodes.AgreesFor(answer, first, last, span=span)

    def _not_agrees(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(nodes.Bracketed(self._agrees(tree, span), span=span), span=span)

    def _negation(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(self._conditions(tree)[0], span=span)

    def _known(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.KnownThat(self._conditions(tree)[0], span=span)

    def _not_known(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(nodes.KnownThat(self._conditions(tree)[0], span=span), span=span)

    def _judges(self, tree: Branch, span: Span) -> nodes.Condition:
        said = next(token for token in _tokens(tree) if token.type in ("JUDGES", "JUDGES_NOT"))
        judge = " ".join(said.split()[: -1 if said.type == "JUDGES" else -3])
        return nodes.Judges(judge, self._name_of(_token(tree, "NAME")), span=span)

    def _not_judges(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(self._judges(tree, span), span=span)

    # ---- what stands after `is` -------------------------------------------------------------------------------------

    def _is_limit(self, tree: Branch, span: Span) -> nodes.Complement:
        comparator, bound = _trees(tree)
        if _has(comparator, "EXACTLY") and bound.data == "name" and _tokens(bound)[0].type == "CHOICE":
            return nodes.Choices((self.value(bound),), span=span)  # `sex = female`
        return nodes.Limit(self._comparator_of(comparator), self.value(bound), span=span)

    def _is_limit_before(self, tree: Branch, span: Span) -> nodes.Complement:
        """`50 kg or more`"""
        comparator = _or_more(tree)
        assert comparator is not None
        return nodes.Limit(comparator, self.value(_trees(tree)[0]), span=span)

    def _is_two_limits(self, tree: Branch, span: Span) -> nodes.Complement:
        first, second = (cast(nodes.Limit, self._is_limit(child, span_of(child))) for child in _trees(tree))
        connective = "and" if _has(tree, "AND_VALUE") else "or"
        return nodes.TwoLimits(first, connective, second, span=span)  # type: ignore[arg-type]

    def _is_range(self, tree: Branch, span: Span) -> nodes.Complement:
        low, high, *ends = _trees(tree)
        words = ("inclusive" if _has(ends[0], "INCLUSIVE") else "exclusive") if ends else None
        return nodes.Range(self.value(low), self.value(high), words, span=span)  # type: ignore[arg-type]

    def _is_range_in_two_units(self, tree: Branch, span: Span) -> nodes.Complement:
        found = cast(nodes.Range, self._is_range(tree, span))
        unit = next(token for token in _tokens(tree) if token.type in ("UNIT", "PERCENT"))
        low, high = (
            nodes.Number(decimal_of(token), *self.unit(unit), span=_token_span(token))
            for token in _tokens(tree)
            if token.type == "NUMBER"
        )
        return evolve(found, second=(low, high))

    def _is_choices(self, tree: Branch, span: Span) -> nodes.Complement:
        values = _trees(tree) if tree.data == "choices" else [tree]
        return nodes.Choices(tuple(self.value(child) for child in values), span=span)

    def _is_not_choices(self, tree: Branch, span: Span) -> nodes.Complement:
        return nodes.Choices(tuple(self.value(child) for child in _trees(tree)), negated=True, span=span)

    def _is_neither(self, tree: Branch, span: Span) -> nodes.Complement:
        return nodes.Neither(tuple(self.value(child) for child in _trees(tree)), span=span)

    def _is_recorded(self, _: Branch, span: Span) -> nodes.Complement:
        return nodes.IsRecorded(negated=False, span=span)

    def _is_not_recorded(self, _: Branch, span: Span) -> nodes.Complement:
        return nodes.IsRecorded(negated=True, span=span)

    def _is_within(self, tree: Branch, span: Span) -> nodes.Window:
        duration = self._duration_of(_trees(tree)[0])
        direction = "of" if _has(tree, "OF") else _direction(tree)
        anchor = self.value(_trees(tree)[1])
        first = duration.lengths[0]
        if duration.which is None and duration.bound is None and first.unit not in (None, "half-life"):
            assert first.unit is not None
            return nodes.WithinWindow(int(first.number), first.unit, direction, anchor, span=span)
        return nodes.WithinDuration(duration, direction, anchor, span=span)

    def _duration_of(self, tree: Branch) -> nodes.Duration:
        lengths = [self._length_of(part) for part in _trees(tree) if part.data != "least_most"]
        bound = next((_tokens(part)[0].type for part in _trees(tree) if part.data == "least_most"), None)
        which = "shorter" if _has(tree, "SHORTER_OF") else "longer" if _has(tree, "LONGER_OF") else None
        return nodes.Duration(
            tuple(lengths[:-1] if bound else lengths),
            which,  # type: ignore[arg-type]
            {"AT_LEAST": "at least", "AT_MOST": "at most"}.get(bound or ""),  # type: ignore[arg-type]
            lengths[-1] if bound else None,
            span=span_of(tree),
        )

    def _length_of(self, tree: Branch) -> nodes.Length:
        span = span_of(tree)
        number = next((token for token in _tokens(tree) if token.type == "NUMBER"), None)
        if tree.data == "named_length":
            name = self._name_of(_token(tree, "NAME"))
            return nodes.Length(decimal_of(number) if number else Decimal(1), None, name, span=span)
        assert number is not None
        if _has(tree, "HALF_LIVES"):
            return nodes.Length(decimal_of(number), "half-life", span=span)
        return nodes.Length(Decimal(self.whole(number)), self._time(tree), span=span)

    def _is_from_to(self, tree: Branch, span: Span) -> nodes.Window:
        nearer, farther = (self.whole(token) for token in _tokens(tree) if token.type == "NUMBER")
        first, *last = [TIME_WORDS[token.casefold()] for token in _tokens(tree) if token.type == "TIME"]
        unit = last[0] if last else first
        anchor = self.value(_trees(tree)[0])
        other = first if first != unit else None
        return nodes.FromTo(nearer, farther, unit, _direction(tree), anchor, other, span=span)

    def _is_during(self, tree: Branch, span: Span) -> nodes.Window:
        return nodes.DuringPeriod(self._name_of(_token(tree, "PERIOD")), span=span)

    def _is_difference(self, tree: Branch, span: Span) -> nodes.Complement:
        comparator, amount, other = _trees(tree)
        direction = "below" if _has(tree, "BELOW") else "above"
        compared = self._comparator_of(comparator)
        return nodes.Difference(compared, self.value(amount), direction, self.value(other), span=span)  # type: ignore[arg-type]

    def _is_includes(self, tree: Branch, span: Span) -> nodes.Complement:
        return nodes.IncludesAny(tuple(self.value(child) for child in _trees(tree)), span=span)

    def _is_in_list(self, tree: Branch, span: Span) -> nodes.Complement:
        lists = tuple(self._name_of(token) for token in _tokens(tree) if token.type == "LIST")
        return nodes.InLists(lists, negated=_has(tree, "NOT"), span=span)

    _is_not_in_list = _is_in_list

    def _is_normal(self, tree: Branch, span: Span) -> nodes.Complement:
        return nodes.Normal(negated=_has(tree, "NOT"), span=span)

    _is_not_normal = _is_normal

    def _is_stable(self, tree: Branch, span: Span) -> nodes.Complement:
        comparator, anchor = _trees(tree)
        compared, amount = self._comparator_of(comparator), self._count_in(tree)
        return nodes.StableFor(compared, amount, self._time(tree), self.value(anchor), span=span)

    def _is_side(self, tree: Branch, span: Span) -> nodes.Complement:
        which = SIDES[_tokens(tree)[0].type]
        return nodes.Side(which, self.value(_trees(tree)[0]), span=span)  # type: ignore[arg-type]

    # ---- values -----------------------------------------------------------------------------------------------------

    def _by_case(self, tree: Branch, span: Span) -> nodes.Value:
        otherwise, *cases = _trees(tree)
        built = tuple((self.value(_trees(case)[0]), self.condition(_trees(case)[1])) for case in cases)
        return nodes.ByCase(self.value(otherwise), built, span=span)

    def _rounded(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.RoundedTo(self.value(_trees(tree)[0]), self.whole(_token(tree, "NUMBER")), span=span)

    def _sum(self, tree: Branch, span: Span) -> nodes.Value:
        first, *rest = (self.value(child) for child in _trees(tree))
        signs = ["+" if token.type == "PLUS" else "-" for token in _tokens(tree)]
        for weeks, days in pairwise((first, *rest)):
            if _is_time(weeks, "week") and _is_time(days, "day") and days.value > 6:
                self.problems.report("P116", days.span, variant="days", found=str(days.value), weeks=str(weeks.value))
        return nodes.Sum(first, tuple(zip(signs, rest, strict=True)), span=span)  # type: ignore[arg-type]

    def _product(self, tree: Branch, span: Span) -> nodes.Value:
        first, *rest = (self.value(child) for child in _trees(tree))
        signs = ["×" if token.type == "TIMES" else "÷" for token in _tokens(tree)]
        return nodes.Product(first, tuple(zip(signs, rest, strict=True)), span=span)  # type: ignore[arg-type]

    def _squared(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Raised(_closed_base(self.value(_trees(tree)[0])), 2, span=span)

    def _cubed(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Raised(_closed_base(self.value(_trees(tree)[0])), 3, span=span)

    def _raised(self, tree: Branch, span: Span) -> nodes.Value:
        first, *by_case = (self.value(child) for child in _trees(tree))
        base = _closed_base(first)
        if by_case:
            return nodes.Raised(base, cast(nodes.ByCase, by_case[0]), span=span)
        name = next((token for token in _tokens(tree) if token.type == "NAME"), None)
        if name is not None:
            return nodes.Raised(base, self._name_of(name), span=span)
        exponent = decimal_of(_token(tree, "NUMBER"))
        exponent = -exponent if _has(tree, "MINUS") else exponent
        whole = exponent == exponent.to_integral_value() and abs(exponent) <= 100_000
        return nodes.Raised(base, int(exponent) if whole else exponent, span=span)

    def _lower_higher(self, tree: Branch, span: Span) -> nodes.Value:
        first, second = (self.value(child) for child in _trees(tree))
        return nodes.LowerHigher("lower" if _has(tree, "LOWER_OF") else "higher", first, second, span=span)

    def _root(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Root(2 if _has(tree, "SQUARE_ROOT_OF") else 3, self.value(_trees(tree)[0]), span=span)

    def _titre(self, tree: Branch, span: Span) -> nodes.Value:
        above, below = _token(tree, "TITRE").split(":")
        if int(above) != 1 or not 1 <= int(below) < 10**9:
            self.problems.report("P116", span, variant="titre", found=_token(tree, "TITRE"))
        return nodes.Titre(int(below[:9]), span=span)

    def _normal_limit(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.NormalLimit("ULN" if _has(tree, "ULN") else "LLN", span=span)

    def _selected(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Selected(_selector(tree), self.series(_trees(tree)[0]), span=span)

    def _field_of(self, tree: Branch, span: Span) -> nodes.Value:
        field_name = self._name_of(_token(tree, "NAME"))
        return nodes.Selected(_selector(tree), self.series(_trees(tree)[0]), field_name, span=span)

    def _selected_by(self, tree: Branch, span: Span) -> nodes.Value:
        """`highest grade of stroke ever`"""
        return evolve(cast(nodes.Selected, self._field_of(tree, span)), by_field=True)

    def _field_of_series(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.FieldOfSeries(self._name_of(_token(tree, "NAME")), self.nouns(_trees(tree)[0]), span=span)

    def _records_in(self, tree: Branch, span: Span) -> nodes.Series:
        nouns, *window = _trees(tree)
        return nodes.Series(self.nouns(nouns), self.window(window[0]) if window else None, span=span)

    def _number_of(self, tree: Branch, span: Span) -> nodes.Value:
        per = self._time(tree) if _has(tree, "PER") else None
        return nodes.NumberOf(self._records_in(tree, span), per=per, span=span)

    def _different(self, tree: Branch, span: Span) -> nodes.Value:
        field_name = self._name_of(_token(tree, "NAME"))
        return nodes.NumberOf(self._records_in(tree, span), "different", field_name, span=span)

    def _days_with(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.NumberOf(self._records_in(tree, span), "days", span=span)

    def _aggregate(self, tree: Branch, span: Span) -> nodes.Value:
        words = {"MEAN_OF": "mean", "TOTAL_OF": "total", "HIGHEST_OF": "highest", "LOWEST_OF": "lowest"}
        which = words[_tokens(tree)[0].type]
        records = _trees(tree)[0]
        series = self._records_in(records, span)
        name = next((self._name_of(token) for token in _tokens(records) if token.type == "NAME"), None)
        if records.data == "all_records" and which in ("highest", "lowest"):
            # One record is the highest of all: `highest of ALT ever` is `highest ALT ever`.
            return nodes.Selected(which, series, name, by_field=name is not None, span=span)  # type: ignore[arg-type]
        if records.data == "all_records":
            return nodes.AggregateOf(which, series, field_name=name, span=span)  # type: ignore[arg-type]
        numbers = [self.whole(token) for token in _tokens(records) if token.type == "NUMBER"]
        within = (numbers[1], self._time(records)) if len(numbers) > 1 else None
        return nodes.AggregateOf(which, series, _selector(records), numbers[0], within, name, span=span)  # type: ignore[arg-type]

    def _call(self, tree: Branch, span: Span) -> nodes.Value:
        function = self._name_of(_token(tree, "FUNCTION"))
        return nodes.Call(function, tuple(self.value(child) for child in _trees(tree)), span=span)

    def _negative(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Negative(self.value(_trees(tree)[0]), span=span)

    def _name(self, tree: Branch, span: Span) -> nodes.Value:
        return self._name_of(_tokens(tree)[0])

    def _day(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.DayWritten(str(_tokens(tree)[0]), span=span)

    def _number(self, tree: Branch, span: Span) -> nodes.Value:
        number, *unit = _tokens(tree)
        if not unit:
            return nodes.Number(decimal_of(number), span=span)
        time = TIME_WORDS.get(unit[0].casefold())
        return nodes.Number(decimal_of(number), *self.unit(unit[0]), time, span=span)

    def _in_two_units(self, tree: Branch, span: Span) -> nodes.Value:
        numbers = [token for token in _tokens(tree) if token.type == "NUMBER"]
        units = [token for token in _tokens(tree) if token.type in ("UNIT", "PERCENT")]
        first, second = (
            nodes.Number(decimal_of(number), *self.unit(unit), span=_token_span(number))
            for number, unit in zip(numbers, units, strict=True)
        )
        return evolve(first, second=second, span=span)

    def _percent(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Number(decimal_of(_tokens(tree)[0]), parse_unit("%"), "%", span=span)

    def _percent_of(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.PercentOf(decimal_of(_tokens(tree)[0]), self.value(_trees(tree)[0]), span=span)

    def _moved(self, tree: Branch, span: Span) -> nodes.Value:
        direction: nodes.Direction = "before" if _has(tree, "BEFORE") else "after"
        unit = TIME_WORDS[_token(tree, "TIME").casefold()]
        amount = self.whole(_token(tree, "NUMBER"))
        return nodes.Moved(amount, unit, direction, self.value(_trees(tree)[0]), span=span)

    def _earlier_later(self, tree: Branch, span: Span) -> nodes.Value:
        first, second = (self.value(child) for child in _trees(tree))
        return nodes.EarlierLater("earlier" if _has(tree, "EARLIER_OF") else "later", first, second, span=span)

    def _completed(self, tree: Branch, span: Span) -> nodes.Value:
        first, last = (self.value(child) for child in _trees(tree))
        return nodes.CompletedUnits(TIME_WORDS[_token(tree, "TIME").casefold()], first, last, span=span)

    def _brackets(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Bracketed(self.condition(_trees(tree)[0]), span=span)

    # ---- words ------------------------------------------------------------------------------------------------------

    def unit(self, token: Token) -> tuple[Unit, str]:
        """The unit that a token names, with its words as written."""
        written = str(token)
        # Words of the calendar are read in any case, symbols of units are not: MM is no mm.
        return parse_unit(written.casefold() if written.casefold() in TIME_WORDS else written), written

    def _name_of(self, token: Token) -> nodes.Name:
        entry = self.vocabulary.entry(str(token), cast(NameKind, token.type))
        return nodes.Name(entry.spelling if entry else str(token), span=_token_span(token))

    def _comparator_of(self, tree: Branch) -> nodes.Comparator:
        return COMPARATORS[_tokens(tree)[0].type]  # type: ignore[return-value]

    def _count_in(self, tree: Branch) -> int:
        return self.whole(_token(tree, "NUMBER"))

    def whole(self, token: Token) -> int:
        number = decimal_of(token)
        if number != number.to_integral_value():
            self.problems.report("P116", _token_span(token), found=str(token))
        if number > 100_000:
            self.problems.report("P118", _token_span(token), found=str(token))
            return 1
        return int(number)


def decimal_of(token: str) -> Decimal:
    """The number that a token writes, in digits or in words."""
    return Decimal(NUMBER_WORDS.get(token.casefold(), token.replace(",", "")))


def span_of(tree: Branch) -> Span:
    meta: Any = tree.meta
    return Span(meta.start_pos, meta.end_pos) if not meta.empty else Span(0, 0)


def _trees(tree: Branch) -> list[Branch]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _tokens(tree: Branch) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token)]


def _token(tree: Branch, terminal: str) -> Token:
    return next(token for token in _tokens(tree) if token.type == terminal)


def _has(tree: Branch, terminal: str) -> bool:
    return any(token.type == terminal for token in _tokens(tree))


def _is_time(value: nodes.Value, unit: str) -> TypeGuard[nodes.Number]:
    """A number of weeks, or of days, as it is written."""
    return isinstance(value, nodes.Number) and value.time == unit


def _known_or_not(quantified: Branch, records: nodes.RowsThat) -> nodes.Condition:
    """`any known stroke ever` is `known (any stroke ever)`, and `no known` its negation."""
    if quantified.data not in ("any_known", "no_known"):
        return records
    known = nodes.KnownThat(nodes.Bracketed(records, span=records.span), span=records.span)
    return known if quantified.data == "any_known" else nodes.Negation(known, span=records.span)


def _closed_base(value: nodes.Value) -> nodes.Value:
    """What a power is of: a value from a series stands in brackets, since its window may end in a name."""
    if isinstance(value, nodes.Selected | nodes.AggregateOf | nodes.NumberOf):
        return nodes.Bracketed(value, span=value.span)
    return value


def _or_more(tree: Branch) -> nodes.Comparator | None:
    """The comparator that stands behind its number: `2 or more`."""
    return "at least" if _has(tree, "OR_MORE") else "at most" if _has(tree, "OR_LESS") else None


def _direction(tree: Branch) -> nodes.Direction:
    return "after" if _has(tree, "AFTER") else "before"


def _selector(tree: Branch) -> nodes.Selector:
    word = _token(tree, "SELECTOR").casefold()
    return cast(nodes.Selector, {"most recent": "latest", "second latest": "previous"}.get(word, word))


def _connective(token: Token) -> Literal["and", "or"]:
    return "and" if token.type == "AND" else "or"


def _token_span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)
