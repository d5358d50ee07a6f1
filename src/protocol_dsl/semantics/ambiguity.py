"""What can be read in two ways is refused, with both readings as lines to copy and a patient on whom they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Final, TypeAlias

from attrs import evolve

from protocol_dsl.diagnostics import Copyable, Edit
from protocol_dsl.semantics.either_series import warn_of_either_series
from protocol_dsl.semantics.own_record import warn_of_own_record
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.types import DURATION, Coded, DataItem, OneOf, Rows, SeveralOf, YesNo
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.format import statement_lines
from protocol_dsl.syntax.words_of import nouns_words, words

BOTH: Final[tuple[nodes.Direction, nodes.Direction]] = ("before", "after")
HasSeries: TypeAlias = (
    nodes.RowsThat | nodes.ForEach | nodes.EachNoun | nodes.Selected | nodes.NumberOf | nodes.AggregateOf
)
MOST_PARTS = 10
"""Beyond so many parts of a chain no differing patient is looked for; one is shown for the first of them."""

END: Final = re.compile(r"(?P<number>-?\s*\d[\d,]*(?:\.\d+)?)(?: [^\s\d]\S*)?")


def refuse_ambiguity(syntax: nodes.ProtocolSyntax, scope: Scope) -> None:
    """Report every phrase of the file that has two readings."""
    for section in syntax.sections:
        for declared in section.declarations:
            for derived in declared.derived:
                _look(derived.body, scope)
            for prop in (*declared.properties, *(p for inner in declared.fields for p in inner.properties)):
                if prop.condition is not None:
                    _look(prop.condition, scope)
        for definition in section.definitions:
            _look(definition.body, scope)
        if section.guard is not None:
            _look(section.guard, scope)
        for criterion in section.criteria:
            rule = criterion.rule
            if rule is None:
                continue
            if isinstance(rule, nodes.Unless):
                _look(rule.rule, scope)
                _look(rule.exception, scope)
            else:
                _look(rule, scope)
            if criterion.applies_if is not None:
                _look(criterion.applies_if, scope)


def _look(root: nodes.Phrase, scope: Scope) -> None:
    warn_of_either_series(root, scope)
    for node in phrases_in(root):
        if isinstance(node, nodes.Comparison):
            warn_of_own_record(node, scope)
        match node:
            case nodes.Chain():
                _chain(node, scope)
            case nodes.Comparison(_, nodes.Choices(values, True)) if len(values) > 1:
                _not_one_of(node, values, scope)
            case nodes.Comparison(left, nodes.Range(low, high, None) as range_):
                if _upside_down(low, high):
                    low, high = high, low
                inclusive = nodes.Range(low, high, "inclusive", span=range_.span)
                exclusive = nodes.Range(low, high, "exclusive", span=range_.span)
                readings = [nodes.Comparison(left, ends, span=node.span) for ends in (inclusive, exclusive)]
                _refuse("P405", node, readings, scope, found=words(node))
            case nodes.Comparison(left, nodes.WithinWindow(direction="of")):
                _within_of(node, left, scope)
            case nodes.Comparison(left, nodes.WithinDuration(direction="of") as length):
                readings = [nodes.Comparison(left, each, span=node.span) for each in _sides(length)]
                _refuse("P406", node, readings, scope, "length", anchor=words(length.anchor))
            case nodes.Series(window=window):
                _window_of_series(window.window if isinstance(window, nodes.Edge) else window, scope)
            case nodes.RowsThat():
                _words_of_one_noun(node, scope)
                _reach(node, scope)
            case nodes.ForEach() | nodes.EachNoun() | nodes.Selected() | nodes.NumberOf() | nodes.AggregateOf():
                _words_of_one_noun(node, scope)
            case nodes.Unless():
                _unless(node, scope)
            case _:
                pass


def _upside_down(low: nodes.Value, high: nodes.Value) -> bool:
    """Whether the first end of a range is the higher one, as in `between -2 and -3`."""
    ends = [END.fullmatch(words(each)) for each in (low, high)]
    first, last = (Decimal(end["number"].replace(" ", "").replace(",", "")) if end else None for end in ends)
    return first is not None and last is not None and first > last


def _refuse(
    code: str,
    node: nodes.Phrase,
    readings: Sequence[nodes.Condition],
    scope: Scope,
    variant: str | None = None,
    **values: str | Copyable,
) -> None:
    for number, reading in enumerate(readings, 1):
        values[f"reading{number}"] = _in_place_of(node, statement_lines(None, reading), scope)
    scope.problems.report(code, node.span, variant=variant, labels=(), **values)


def _in_place_of(node: nodes.Phrase, reading: str, scope: Scope) -> Copyable:
    """A reading that can take the place of a phrase; its further lines are as deep as its first."""
    column = node.span.start - scope.problems.source.line_start(scope.problems.source.line_of(node.span.start))
    return Copyable(reading, Edit(node.span, reading.replace("\n", "\n" + " " * column)))


# ---- and, or, not ---------------------------------------------------------------------------------------------------


def _chain(node: nodes.Chain, scope: Scope) -> None:
    if len(set(node.connectives)) > 1:
        ands, ors = _grouped(node, "and"), _grouped(node, "or")
        _refuse("P401", node, [ands, ors], scope, patient=Copyable(_differing(node, ands, ors)))
        return
    for at, part in enumerate(node.parts):
        following = node.parts[at + 1] if at + 1 < len(node.parts) else None
        if (
            isinstance(following, nodes.Name)
            and isinstance(part, nodes.Negation | nodes.KnownThat)
            and isinstance(part.condition, nodes.Name)
        ):
            _leading_word(node, at, part, scope)
            return
        if node.connectives[0] == "and" and following is not None and _ends_in_or(part):
            _or_inside_and(node, at, part, scope)
            return


def _grouped(node: nodes.Chain, tighter: str) -> nodes.Chain:
    """The chain with brackets around the parts that one connective joins."""
    groups: list[list[nodes.Condition]] = [[node.parts[0]]]
    for connective, part in zip(node.connectives, node.parts[1:], strict=True):
        if connective == tighter:
            groups[-1].append(part)
        else:
            groups.append([part])
    parts = tuple(
        group[0]
        if len(group) == 1
        else nodes.Bracketed(nodes.Chain(tuple(group), (tighter,) * (len(group) - 1), span=node.span), span=node.span)  # type: ignore[arg-type]
        for group in groups
    )
    looser = "or" if tighter == "and" else "and"
    return nodes.Chain(parts, (looser,) * (len(parts) - 1), span=node.span)  # type: ignore[arg-type]


def _differing(node: nodes.Chain, first: nodes.Chain, second: nodes.Chain) -> str:
    """A patient on whom two readings of a chain differ, in words: which of its conditions hold."""
    parts = node.parts[:MOST_PARTS]
    for truths in product((True, False), repeat=len(parts)):
        held = {id(part) for part, truth in zip(parts, truths, strict=True) if truth}
        outcome = _truth(first, held)
        if outcome != _truth(second, held):
            said = "; ".join(f"{words(part)}: {'yes' if id(part) in held else 'no'}" for part in parts)
            differs = "holds, the second does not" if outcome else "does not hold, the second does"
            return f"{said}. The first reading {differs}"
    return ""


def _truth(node: nodes.Condition, held: set[int]) -> bool:
    """Whether a reading holds for a patient, given the parts of the chain that hold."""
    if id(node) in held:
        return True
    if isinstance(node, nodes.Bracketed) and isinstance(node.inner, nodes.Chain):
        return _truth(node.inner, held)
    if isinstance(node, nodes.Chain):
        together = all if node.connectives[0] == "and" else any
        return together(_truth(part, held) for part in node.parts)
    return False


def _leading_word(node: nodes.Chain, at: int, part: nodes.Negation | nodes.KnownThat, scope: Scope) -> None:
    """`not A and B`: does the word govern A alone, or both?"""
    word = "not" if isinstance(part, nodes.Negation) else "known"
    governed = nodes.Chain((part.condition, *node.parts[at + 1 :]), node.connectives[at:], span=node.span)
    wide = evolve(part, condition=nodes.Bracketed(governed, span=node.span))
    before = node.parts[:at]
    both: nodes.Condition = nodes.Chain((*before, wide), node.connectives[:at], span=node.span) if before else wide
    alone = nodes.Chain(
        (*before, nodes.Bracketed(part, span=part.span), *node.parts[at + 1 :]), node.connectives, span=node.span
    )
    _refuse(
        "P402", node, [alone, both], scope, word=word, first=words(part.condition), second=words(node.parts[at + 1])
    )


def _ends_in_or(part: nodes.Condition) -> bool:
    match part:
        case nodes.Comparison(_, nodes.Choices(values)):
            return len(values) > 1
        case nodes.Comparison(_, nodes.TwoLimits(connective="or")):
            return True
        case _:
            return False


def _or_inside_and(node: nodes.Chain, at: int, part: nodes.Condition, scope: Scope) -> None:
    """`diagnosis is ALS or PLS and pregnant`"""
    first = nodes.Chain(
        (*node.parts[:at], nodes.Bracketed(part, span=part.span), *node.parts[at + 1 :]),
        node.connectives,
        span=node.span,
    )
    assert isinstance(part, nodes.Comparison)
    alone, last = _split_values(part)
    rest = nodes.Bracketed(
        nodes.Chain((last, *node.parts[at + 1 :]), node.connectives[at:], span=node.span), span=node.span
    )
    either = nodes.Bracketed(nodes.Chain((alone, rest), ("or",), span=node.span), span=node.span)
    before = node.parts[:at]
    second: nodes.Condition = (
        nodes.Chain((*before, either), node.connectives[:at], span=node.span) if before else either.inner
    )
    _refuse("P404", node, [first, second], scope)


def _split_values(part: nodes.Comparison) -> tuple[nodes.Condition, nodes.Condition]:
    complement = part.complement
    if isinstance(complement, nodes.TwoLimits):
        return evolve(part, complement=complement.first), evolve(part, complement=complement.second)
    assert isinstance(complement, nodes.Choices)
    return (
        evolve(part, complement=evolve(complement, values=complement.values[:-1])),
        evolve(part, complement=evolve(complement, values=complement.values[-1:])),
    )


def _not_one_of(node: nodes.Comparison, values: tuple[nodes.Value, ...], scope: Scope) -> None:
    """`is not A or B`: neither of them, or either A or else not B?"""
    neither = evolve(node, complement=nodes.Neither(values, span=node.span))
    first = evolve(node, complement=nodes.Choices(values[:1], negated=True, span=node.span))
    others = evolve(node, complement=nodes.Choices(values[1:], span=node.span))
    _refuse(
        "P403",
        node,
        [neither, nodes.Chain((first, others), ("or",), span=node.span)],
        scope,
        first=words(values[0]),
        second=words(values[1]),
        name=words(node.left),
    )


# ---- windows --------------------------------------------------------------------------------------------------------


def _within_of(node: nodes.Comparison, left: nodes.Value, scope: Scope) -> None:
    window = node.complement
    assert isinstance(window, nodes.WithinWindow)
    windows = (*_sides(window), _on_both_sides(window))
    readings = [nodes.Comparison(left, each, span=node.span) for each in windows]
    _refuse("P406", node, readings, scope, anchor=words(window.anchor))


def _window_of_series(window: nodes.Window | None, scope: Scope) -> None:
    """`any stroke within 6 months of screening`"""
    if not isinstance(window, nodes.WithinWindow | nodes.WithinDuration) or window.direction != "of":
        return
    anchor = words(window.anchor)
    before, after = (Copyable.in_place_of(window.span, words(each)) for each in _sides(window))
    if isinstance(window, nodes.WithinDuration):
        scope.problems.report("P406", window.span, variant="length", anchor=anchor, reading1=before, reading2=after)
        return
    both = Copyable.in_place_of(window.span, words(_on_both_sides(window)))
    scope.problems.report("P406", window.span, anchor=anchor, reading1=before, reading2=after, reading3=both)


def _sides(window: nodes.WithinWindow | nodes.WithinDuration) -> list[nodes.WithinWindow | nodes.WithinDuration]:
    return [evolve(window, direction="before"), evolve(window, direction="after")]


def _on_both_sides(window: nodes.WithinWindow) -> nodes.Range:
    ends = [nodes.Moved(window.amount, window.unit, way, window.anchor, span=window.span) for way in BOTH]
    return nodes.Range(ends[0], ends[1], "inclusive", span=window.span)


# ---- series ---------------------------------------------------------------------------------------------------------


def _words_of_one_noun(node: HasSeries, scope: Scope) -> None:
    """`severe stroke or TIA`, `stroke or TIA in …`: do the words go with one of them, or with both?"""
    nouns = node.series.nouns
    first, last = nouns[0], nouns[-1]
    before = {id(noun) for noun in nouns[1:] if not noun.adjectives and _can_be(noun, first.adjectives, scope)}
    if first.adjectives and before:
        alone = (*(noun for noun in nouns if id(noun) in before), *(n for n in nouns if id(n) not in before))
        each = tuple(
            evolve(n, adjectives=first.adjectives, either=first.either) if id(n) in before else n for n in nouns
        )
        _refuse_series(node, first, alone, each, scope)
        return
    after = {id(noun) for noun in nouns[:-1] if not noun.lists and _coded_field(noun, scope)}
    if last.lists and after:
        alone = (last, *nouns[:-1])
        each = tuple(evolve(noun, lists=last.lists) if id(noun) in after else noun for noun in nouns)
        _refuse_series(node, last, alone, each, scope, "list")


def _refuse_series(
    node: HasSeries,
    noun: nodes.Noun,
    alone: tuple[nodes.Noun, ...],
    each: tuple[nodes.Noun, ...],
    scope: Scope,
    variant: str | None = None,
) -> None:
    readings = [evolve(node, series=evolve(node.series, nouns=nouns)) for nouns in (alone, each)]
    said = nouns_words((evolve(noun, lists=()),))
    first, second = (
        _in_place_of(
            node,
            statement_lines(None, reading) if isinstance(reading, nodes.RowsThat | nodes.ForEach) else words(reading),
            scope,
        )
        for reading in readings
    )
    scope.problems.report("P414", node.span, variant=variant, name=said, reading1=first, reading2=second)


def _fields_of(noun: nodes.Noun, scope: Scope, within: tuple[str, ...] = ()) -> list[DataItem]:
    """What is recorded with each record of a noun, over the named series that it stands for."""
    folded = noun.rows.text.casefold()
    if folded in scope.series and folded not in within:
        each, _ = scope.series[folded]
        return [field for inner in each.series.nouns for field in _fields_of(inner, scope, (*within, folded))]
    item = scope.items.get(scope.declared(noun.rows.text) or "")
    return list(item.kind.fields) if item is not None and isinstance(item.kind, Rows) else []


def _can_be(noun: nodes.Noun, adjectives: tuple[nodes.Name, ...], scope: Scope) -> bool:
    """Whether words before another noun could be said of this one too."""
    said: set[str] = set()
    for field in _fields_of(noun, scope):
        match field.kind:
            case YesNo():
                said |= {name.casefold() for name in field.names}
            case OneOf(choices) | SeveralOf(choices):
                said |= {choice.casefold() for choice in choices}
            case Coded(terms):
                said |= {term.casefold() for _, term in terms}
            case _:
                pass
    return all(adjective.text.casefold() in said for adjective in adjectives)


def _coded_field(noun: nodes.Noun, scope: Scope) -> bool:
    return any(isinstance(field.kind, Coded) for field in _fields_of(noun, scope))


def _reach(node: nodes.RowsThat, scope: Scope) -> None:
    """`any stroke ever where treated or diabetes`: a condition after `where` that is about the patient."""
    fields = {name.casefold() for noun in node.series.nouns for each in _fields_of(noun, scope) for name in each.names}
    for noun in node.series.nouns:
        fields |= set(scope.derived.get(scope.declared(noun.rows.text) or "", {}))
    fields.add(DURATION)
    for word, chain in (("where", node.where), ("except where", node.excepting)):
        if not isinstance(chain, nodes.Chain) or len(set(chain.connectives)) > 1:
            continue
        about = [_mentions(part, fields) for part in chain.parts]
        end = max((at + 1 for at, is_about in enumerate(about) if is_about), default=0)
        same = word == "where" and node.quantifier == "any" and chain.connectives[0] == "and"
        if end in (0, len(about)) or (same and node.excepting is None):
            continue
        inner, outer = chain.parts[:end], chain.parts[end:]
        kept = inner[0] if end == 1 else evolve(chain, parts=inner, connectives=chain.connectives[: end - 1])
        bracketed = nodes.Bracketed(chain, span=chain.span)
        within, alone = (
            evolve(node, where=one) if word == "where" else evolve(node, excepting=one) for one in (bracketed, kept)
        )
        apart = nodes.Chain(
            (nodes.Bracketed(alone, span=node.span), *outer), chain.connectives[end - 1 :], span=node.span
        )
        _refuse("P415", node, [within, apart], scope, name=words(outer[0]), word=word)


def _mentions(part: nodes.Phrase, fields: set[str]) -> bool:
    return any(
        isinstance(phrase, nodes.NormalLimit) or (isinstance(phrase, nodes.Name) and phrase.text.casefold() in fields)
        for phrase in phrases_in(part)
    )


# ---- exceptions -----------------------------------------------------------------------------------------------------


def _unless(node: nodes.Unless, scope: Scope) -> None:
    """`unless` in a bullet, a bracket or a definition: does it cancel the condition, or is it enough by itself?"""
    negated = nodes.Negation(_one(node.exception), span=node.span)
    both: nodes.Condition
    either: nodes.Condition
    if any(isinstance(part, nodes.ListOf) for part in phrases_in(node)):
        both = nodes.ListOf("all", (node.rule, negated), span=node.span)
        either = nodes.ListOf("any", (node.rule, node.exception), span=node.span)
    else:
        rule, exception = _in_brackets(node.rule), _in_brackets(node.exception)
        both = nodes.Chain((rule, negated), ("and",), span=node.span)
        either = nodes.Chain((rule, exception), ("or",), span=node.span)
    if isinstance(node.rule, nodes.RowsThat) and node.rule.excepting is None and node.rule.quantifier != "consecutive":
        records = evolve(node.rule, excepting=node.exception)
        _refuse("P407", node, [both, either, records], scope, "records")
        return
    _refuse("P407", node, [both, either], scope)


def _in_brackets(condition: nodes.Condition) -> nodes.Condition:
    """A condition that can stand in a chain."""
    if isinstance(condition, nodes.Chain | nodes.IfThen | nodes.RowsThat | nodes.ForEach):
        return nodes.Bracketed(condition, span=condition.span)
    return condition


def _one(condition: nodes.Condition) -> nodes.Condition:
    """A condition that `not` can stand before."""
    if isinstance(condition, nodes.Name | nodes.Bracketed):
        return condition
    return nodes.Bracketed(condition, span=condition.span)
