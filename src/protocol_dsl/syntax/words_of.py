"""The canonical words of a phrase on one line: what the formatter prints, and what a trace and a document quote."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.values import unit_text

DISTANCES = {"at least": "at least", "at most": "at most", "above": "more than", "below": "less than"}


def words(node: nodes.Phrase) -> str:
    """The canonical words of a condition, a value or what stands after `is`. Lists are written out after their head."""
    if isinstance(node, VALUES):
        return _value(node)
    if isinstance(node, COMPLEMENTS):
        return _complement(node)
    return _condition(node)


def _condition(node: nodes.Condition) -> str:
    match node:
        case nodes.Comparison(left, complement):
            return f"{words(left)} is {words(complement)}"
        case nodes.Chain(parts, connectives):
            joined = words(parts[0])
            for connective, part in zip(connectives, parts[1:], strict=True):
                joined += f" {connective} {words(part)}"
            return joined
        case nodes.Negation(condition):
            return f"not {words(condition)}"
        case nodes.KnownThat(condition):
            return f"known {words(condition)}"
        case nodes.Judges(judge, judgement):
            return f"{judge} judges: {judgement.text}"
        case nodes.AgreesFor(answer, first, last):
            return f"{words(answer)}, from {words(first)} until {words(last)}"
        case nodes.IfThen(condition, then, otherwise):
            rest = f", otherwise {_closed(otherwise)}" if otherwise else ""
            return f"if {_closed(condition)}, then {_closed(then)}{rest}"
        case nodes.ListOf(items=items):
            return f"{list_head(node)}: {'; '.join(_closed(item) for item in items)}"
        case nodes.ForEach(_, _, body):
            return f"{for_each_head(node)}: {words(body)}"
        case nodes.RowsThat(where=where):
            return f"{rows_head(node)} where {words(where)}" if where else rows_head(node)
        case nodes.Unless(rule, exception):
            return unless_words(_closed(rule), _closed(exception))
        case _:
            return _value(node)


def _closed(part: nodes.Condition) -> str:
    """A part of a longer sentence on one line; one that ends in a list stands in brackets, so that its end is seen."""
    return f"({words(part)})" if _ends_in_list(part) else words(part)


def _ends_in_list(node: nodes.Condition | None) -> bool:
    match node:
        case nodes.ListOf():
            return True
        case nodes.ForEach(_, _, body):
            return _ends_in_list(body)
        case nodes.RowsThat(where=where):
            return _ends_in_list(where)
        case _:
            return False


def unless_words(rule: str, exception: str) -> str:
    """A rule with its exception, from the words of each."""
    return f"{rule}, unless {exception}"


def list_head(node: nodes.ListOf) -> str:
    """`all of`, `at least 2 of`: without the colon."""
    if node.head == "count":
        return f"{count_words(node.comparator)} {node.count} of"
    return f"{node.head} of"


def for_each_head(node: nodes.ForEach) -> str:
    """`for each screening night[, if any]`: without the colon."""
    return f"for each {singular(node.rows.text)}" + (", if any" if node.if_any else "")


def rows_head(node: nodes.RowsThat) -> str:
    """`any screening night`, `at least 2 screening nights`."""
    if node.quantifier != "count":
        return f"{node.quantifier} {singular(node.rows.text)}"
    one = singular(node.rows.text)
    many = node.plural or plural(one)
    return f"{count_words(node.comparator)} {node.count} {one if node.count == 1 else many}"


def count_words(comparator: nodes.Comparator | None) -> str:
    return {"less than": "fewer than", "below": "fewer than", "above": "more than"}.get(
        comparator or "", comparator or ""
    )


def _complement(node: nodes.Complement) -> str:
    match node:
        case nodes.Limit():
            return limit_words(node)
        case nodes.TwoLimits(first, connective, second):
            return f"{limit_words(first)} {connective} {limit_words(second)}"
        case nodes.Range(low, high, ends):
            return f"between {_low_end(low, high)} and {words(high)}" + (f", {ends}" if ends else "")
        case nodes.Choices(values, negated):
            return ("not " if negated else "") + " or ".join(words(value) for value in values)
        case nodes.Neither(values):
            return "neither " + " nor ".join(words(value) for value in values)
        case nodes.IsRecorded(negated):
            return "not recorded" if negated else "recorded"
        case nodes.WithinWindow(amount, unit, direction, anchor):
            return f"within {time_words(amount, unit)} {direction} {words(anchor)}"
        case nodes.FromTo(nearer, farther, unit, direction, anchor):
            return f"{nearer} to {time_words(farther, unit)} {direction} {words(anchor)}"
        case nodes.Side(which, day):
            return f"{which} {words(day)}"
        case _:
            assert_never(node)


def limit_words(node: nodes.Limit) -> str:
    """`at least 18.5 kg/m²`; a distance to a day keeps `more than` and `less than`."""
    if isinstance(node.bound, nodes.Moved):
        return f"{DISTANCES.get(node.comparator, node.comparator)} {words(node.bound)}"
    comparator = {"more than": "above", "less than": "below"}.get(node.comparator, node.comparator)
    return f"{comparator} {words(node.bound)}"


def _low_end(low: nodes.Value, high: nodes.Value) -> str:
    """The lower end of a range; a unit that both ends share is said once."""
    if isinstance(low, nodes.Number) and isinstance(high, nodes.Number) and low.unit == high.unit:
        return number_words(low.value)
    return words(low)


def _value(node: nodes.Value) -> str:
    match node:
        case nodes.Name(text) | nodes.DayWritten(text):
            return text
        case nodes.Number():
            return quantity_words(node)
        case nodes.PercentOf(percent, of):
            return f"{number_words(percent)}% of {words(of)}"
        case nodes.Sum(first, rest) | nodes.Product(first, rest):
            return words(first) + "".join(f" {'/' if sign == '÷' else sign} {words(term)}" for sign, term in rest)
        case nodes.Raised(base, exponent):
            return words(base) + {2: "²", 3: "³"}.get(exponent, f"^{exponent}")
        case nodes.Negative(value):
            return f"-{words(value)}"
        case nodes.RoundedTo(value, decimals):
            return f"{words(value)} {rounding_words(decimals)}"
        case nodes.CompletedUnits(unit, first, last):
            return f"completed {unit}s from {words(first)} to {words(last)}"
        case nodes.Moved(amount, unit, direction, anchor):
            return f"{time_words(amount, unit)} {direction} {words(anchor)}"
        case nodes.EarlierLater(which, first, second):
            return f"{which} of {words(first)} and {words(second)}"
        case nodes.ByCase(otherwise, cases):
            inner = ", ".join(f"{words(value)} if {words(condition)}" for value, condition in cases)
            return f"{words(otherwise)} ({inner})"
        case nodes.Bracketed(inside):
            return f"({words(inside)})"
        case _:
            assert_never(node)


def rounding_words(decimals: int) -> str:
    return f"rounded to {decimals} decimal{'' if decimals == 1 else 's'}"


def quantity_words(node: nodes.Number) -> str:
    """A number with its unit."""
    number = number_words(node.value)
    if node.unit is None:
        return number
    if node.time is not None:
        return f"{number} {node.time}{'' if node.value == 1 else 's'}"
    return unit_text(node.unit, number)


def time_words(amount: int, unit: str) -> str:
    return f"{number_words(Decimal(amount))} {unit}{'' if amount == 1 else 's'}"


def number_words(number: Decimal) -> str:
    """A number in digits, thousands apart from 10,000 on."""
    return f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"


VALUES = (
    nodes.Name,
    nodes.Number,
    nodes.PercentOf,
    nodes.DayWritten,
    nodes.Sum,
    nodes.Product,
    nodes.Raised,
    nodes.Negative,
    nodes.RoundedTo,
    nodes.CompletedUnits,
    nodes.Moved,
    nodes.EarlierLater,
    nodes.ByCase,
    nodes.Bracketed,
)
COMPLEMENTS = (
    nodes.Limit,
    nodes.TwoLimits,
    nodes.Range,
    nodes.Choices,
    nodes.Neither,
    nodes.IsRecorded,
    nodes.WithinWindow,
    nodes.FromTo,
    nodes.Side,
)
