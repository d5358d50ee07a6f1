"""From Lark's trees to the syntax tree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, cast

from attrs import define, field
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
        return nodes.ListOf("count", built, self._comparator_of(_trees(head)[0]), self._count(head), span=span)

    def _empty_item(self, tree: Branch, span: Span) -> nodes.Condition:
        self.problems.report("P110", span, variant="dash")
        return nodes.Name("", span=span)

    def _if_then(self, tree: Branch, span: Span) -> nodes.Condition:
        condition, then, *otherwise = self._conditions(tree)
        return nodes.IfThen(condition, then, otherwise[0] if otherwise else None, span=span)

    def _for_each(self, tree: Branch, span: Span) -> nodes.Condition:
        each, body = _trees(tree)
        rows = self._name_of(_token(each, "ROWS"))
        return nodes.ForEach(rows, _has(each, "IF_ANY"), self.condition(body), span=span)

    def _rows_that(self, tree: Branch, span: Span) -> nodes.Condition:
        rows, *where = _trees(tree)
        name = self._name_of(_token(rows, "ROWS"))
        condition = self.condition(where[0]) if where else None
        if _has(rows, "ANY") or _has(rows, "NO"):
            quantifier = "any" if _has(rows, "ANY") else "no"
            return nodes.RowsThat(quantifier, name, None, None, condition, span=span)  # type: ignore[arg-type]
        comparator = self._comparator_of(_trees(rows)[0])
        entry = self.vocabulary.entry(name.text, "ROWS")
        written_plural = entry.plural if entry else None
        return nodes.RowsThat("count", name, comparator, self._count(rows), condition, written_plural, span=span)

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
        build = getattr(self, f"_is_{complement.data}", self._is_choices)
        return nodes.Comparison(self.value(left), build(complement, span_of(complement)), span=span)

    def _agrees(self, tree: Branch, span: Span) -> nodes.Condition:
        answer, first, last = (self.value(child) for child in _trees(tree))
        return nodes.AgreesFor(answer, first, last, span=span)

    def _negation(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(self._conditions(tree)[0], span=span)

    def _known(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.KnownThat(self._conditions(tree)[0], span=span)

    def _not_known(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(nodes.KnownThat(self._conditions(tree)[0], span=span), span=span)

    def _judges(self, tree: Branch, span: Span) -> nodes.Condition:
        judge = " ".join(_token(tree, "JUDGES").split()[:-1])
        return nodes.Judges(judge, self._name_of(_token(tree, "NAME")), span=span)

    def _not_judges(self, tree: Branch, span: Span) -> nodes.Condition:
        return nodes.Negation(self._judges(tree, span), span=span)

    # ---- what stands after `is` -------------------------------------------------------------------------------------

    def _is_limit(self, tree: Branch, span: Span) -> nodes.Complement:
        comparator, bound = _trees(tree)
        if _has(comparator, "EXACTLY") and bound.data == "name" and _tokens(bound)[0].type == "CHOICE":
            return nodes.Choices((self.value(bound),), span=span)  # `sex = female`
        return nodes.Limit(self._comparator_of(comparator), self.value(bound), span=span)

    def _is_two_limits(self, tree: Branch, span: Span) -> nodes.Complement:
        first, second = (cast(nodes.Limit, self._is_limit(child, span_of(child))) for child in _trees(tree))
        connective = "and" if _has(tree, "AND_VALUE") else "or"
        return nodes.TwoLimits(first, connective, second, span=span)  # type: ignore[arg-type]

    def _is_range(self, tree: Branch, span: Span) -> nodes.Complement:
        low, high, *ends = _trees(tree)
        words = ("inclusive" if _has(ends[0], "INCLUSIVE") else "exclusive") if ends else None
        return nodes.Range(self.value(low), self.value(high), words, span=span)  # type: ignore[arg-type]

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

    def _is_within(self, tree: Branch, span: Span) -> nodes.Complement:
        number, unit = _token(tree, "NUMBER"), TIME_WORDS[_token(tree, "TIME").casefold()]
        direction = "before" if _has(tree, "BEFORE") else "after" if _has(tree, "AFTER") else "of"
        anchor = self.value(_trees(tree)[0])
        return nodes.WithinWindow(self.whole(number), unit, direction, anchor, span=span)  # type: ignore[arg-type]

    def _is_from_to(self, tree: Branch, span: Span) -> nodes.Complement:
        nearer, farther = (self.whole(token) for token in _tokens(tree) if token.type == "NUMBER")
        unit = TIME_WORDS[_token(tree, "TIME").casefold()]
        direction: nodes.Direction = "before" if _has(tree, "BEFORE") else "after"
        return nodes.FromTo(nearer, farther, unit, direction, self.value(_trees(tree)[0]), span=span)

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
        return nodes.Sum(first, tuple(zip(signs, rest, strict=True)), span=span)  # type: ignore[arg-type]

    def _product(self, tree: Branch, span: Span) -> nodes.Value:
        first, *rest = (self.value(child) for child in _trees(tree))
        signs = ["×" if token.type == "TIMES" else "÷" for token in _tokens(tree)]
        return nodes.Product(first, tuple(zip(signs, rest, strict=True)), span=span)  # type: ignore[arg-type]

    def _squared(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Raised(self.value(_trees(tree)[0]), 2, span=span)

    def _cubed(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Raised(self.value(_trees(tree)[0]), 3, span=span)

    def _raised(self, tree: Branch, span: Span) -> nodes.Value:
        return nodes.Raised(self.value(_trees(tree)[0]), self.whole(_token(tree, "NUMBER")), span=span)

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

    def _count(self, tree: Branch) -> int:
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


def _connective(token: Token) -> Literal["and", "or"]:
    return "and" if token.type == "AND" else "or"


def _token_span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)
