"""The canonical words of a phrase on one line: what the formatter prints, and what a trace and a document quote."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, assert_never

from attrs import evolve

from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.words import VERBS
from protocol_dsl.values import unit_text

KNOWN: Final = ("any known", "no known")
DISTANCES = {"at least": "at least", "at most": "at most", "above": "more than", "below": "less than"}


def words(node: nodes.Phrase) -> str:
    """The canonical words of a condition, a value or what stands after `is`. Lists are written out after their head."""
    if isinstance(node, VALUES):
        return _value(node)
    if isinstance(node, COMPLEMENTS):
        return _complement(node)
    if isinstance(node, nodes.Distance | nodes.WheneverOrNow | nodes.Edge):
        return _window(node)
    if isinstance(node, nodes.Series):
        return series_words(node)
    return _condition(node)


def spoken(node: nodes.Condition) -> nodes.Condition:
    """A sentence as it is said by itself: `any known stroke …` for `known (any stroke …)`, `no known` for its negation.

    What comes back is for printing alone; no other part of the syntax has such a quantifier.
    """
    match node:
        case nodes.KnownThat(nodes.Bracketed(nodes.RowsThat("any", complement=None) as records)):
            return evolve(records, quantifier=KNOWN[0])  # type: ignore[arg-type]
        case nodes.Negation(nodes.KnownThat(nodes.Bracketed(nodes.RowsThat("any", complement=None) as records))):
            return evolve(records, quantifier=KNOWN[1])  # type: ignore[arg-type]
        case _:
            return node


def of_record(node: nodes.Condition) -> nodes.Condition:
    """What stands after `where`, as it is printed: a field that begins with a verb is said of the record, by `it`."""
    match node:
        case nodes.Name(text) if text.partition(" ")[0].casefold() in VERBS:
            return evolve(node, text=f"it {text}")
        case nodes.Chain(parts):
            return evolve(node, parts=tuple(of_record(part) for part in parts))
        case nodes.ListOf(items=items):
            return evolve(node, items=tuple(of_record(item) for item in items))
        case _:
            return node


def joined_by_or(parts: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _condition(node: nodes.Condition) -> str:
    told = spoken(node)
    if isinstance(told, nodes.RowsThat) and told.where is None and told.excepting is None:
        return rows_head(told)
    match node:
        case nodes.Comparison(nodes.Name(text) as left, nodes.Choices(negated=False) as complement) if (
            text.casefold().endswith(" by")
        ):
            return f"{words(left)} {words(complement)}"
        case nodes.Comparison(left, complement):
            said = _amount(complement) if is_amount(node) else words(complement)
            return f"{words(left)} {_verb(complement, node.plural)}{said}"
        case nodes.Chain(parts, connectives):
            joined = words(parts[0])
            for connective, part in zip(connectives, parts[1:], strict=True):
                joined += f" {connective} {words(part)}"
            return joined
        case nodes.Negation(nodes.Judges(judge, judgement)):
            return f"{judge} does not judge: {judgement.text}"
        case nodes.Negation(nodes.Bracketed(nodes.AgreesFor() as promise)):
            return f"not {words(promise)}"
        case nodes.Negation(nodes.KnownThat(nodes.Bracketed() as condition)):
            return f"it is not known that {words(condition)}"
        case nodes.Negation(condition):
            return f"not {words(condition)}"
        case nodes.KnownThat(nodes.Bracketed() as condition):
            return f"it is known that {words(condition)}"
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
        case nodes.RowsThat() | nodes.EachNoun():
            where = f" where {words(of_record(node.where))}" if node.where else ""
            return f"{rows_head(node)}{where}{except_words(node.excepting)}"
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
        case nodes.RowsThat(where=where, excepting=excepting) | nodes.EachNoun(where=where, excepting=excepting):
            return _ends_in_list(excepting if excepting is not None else where)
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


def except_words(excepting: nodes.Condition | None) -> str:
    """`, except where C`"""
    return f", except where {words(of_record(excepting))}" if excepting is not None else ""


def for_each_head(node: nodes.ForEach) -> str:
    """`for each screening night[, if any]`: without the colon."""
    return f"for each {series_words(node.series)}" + (", if any" if node.if_any else "")


def rows_head(node: nodes.RowsThat | nodes.EachNoun) -> str:
    """`any screening night`, `at least 2 strokes within 1 year before screening`, with what is said of each."""
    if isinstance(node, nodes.EachNoun):
        return f"each {series_words(node.series)}"
    count = node.count or 0
    verb = _verb(node.complement)
    verb = "are " if verb and count > 1 else verb
    says = f" {verb}{words(node.complement)}" if node.complement is not None else ""
    if node.quantifier == "consecutive":
        return f"any {count} consecutive {series_words(node.series, count)}{says}"
    if node.quantifier != "count":
        return f"{node.quantifier} {series_words(node.series)}{says}"
    head = f"{count_words(node.comparator)} {count} {series_words(node.series, count)}"
    if (each := node.each_of) is not None:
        return f"{head} in each of the {time_words(each.number, each.unit)} {each.direction} {words(each.anchor)}"
    return head + says


def series_words(series: nodes.Series, count: int = 1) -> str:
    """The nouns, in the plural for a count, and the window."""
    told = nouns_words(series.nouns, count)
    if (apart := series.apart) is not None:
        told += f" {_distance_word(apart.comparator)} {time_words(apart.amount, apart.unit)} apart"
    return f"{told} {words(series.window)}" if series.window is not None else told


def nouns_words(nouns: tuple[nodes.Noun, ...], count: int = 1) -> str:
    return joined_by_or([_noun(noun, count) for noun in nouns])


def _noun(noun: nodes.Noun, count: int) -> str:
    one = noun.rows.text if noun.plural else singular(noun.rows.text)
    name = one if count == 1 else noun.plural or plural(one)
    name = name if noun.countable else noun.rows.text
    said = [adjective.text for adjective in noun.adjectives]
    adjectives = joined_by_or(said) if noun.either else " ".join(said)
    lists = " in " + joined_by_or([name.text for name in noun.lists]) if noun.lists else ""
    return f"{adjectives} {name}{lists}".lstrip()


def _verb(complement: nodes.Complement | None, plural: bool = False) -> str:
    return "" if isinstance(complement, nodes.IncludesAny) else "are " if plural else "is "


def _distance_word(comparator: nodes.Comparator) -> str:
    return DISTANCES.get(comparator, comparator)


def _window(node: nodes.Distance | nodes.WheneverOrNow | nodes.Edge) -> str:
    match node:
        case nodes.Distance(comparator, amount, unit, direction, anchor):
            return f"{_distance_word(comparator)} {time_words(amount, unit)} {direction} {words(anchor)}"
        case nodes.WheneverOrNow(which):
            return which
        case nodes.Edge(which, window):
            return f"{which} {words(window)}"


def _duration(node: nodes.Duration) -> str:
    lengths = [_length(length) for length in node.lengths]
    told = f"the {node.which} of {lengths[0]} and {lengths[1]}" if node.which else lengths[0]
    return f"{told} ({node.bound} {_length(node.bound_length)})" if node.bound and node.bound_length else told


def _length(node: nodes.Length) -> str:
    number = number_words(node.number)
    if node.name is not None:
        return f"the {node.name.text}" if node.number == 1 else f"{number} × {node.name.text}"
    if node.unit == "half-life":
        return f"{number} {'half-life' if node.number == 1 else 'half-lives'}"
    return time_words(int(node.number), node.unit or "")


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
        case nodes.Range(
            nodes.Number(second=nodes.Number() as low_second) as low,
            nodes.Number(second=nodes.Number() as high_second) as high,
            second=None,
        ) if low.unit == high.unit and low_second.unit == high_second.unit:
            plain = evolve(node, low=evolve(low, second=None), high=evolve(high, second=None))
            return words(evolve(plain, second=(low_second, high_second)))
        case nodes.Range(low, high, ends, second):
            told = f"between {_low_end(low, high)} and {words(high)}"
            if second is not None:
                told += f" ({number_words(second[0].value)} to {words(second[1])})"
            return told + (f", {ends}" if ends else "")
        case nodes.Choices(values, negated):
            return ("not " if negated else "") + joined_by_or([words(value) for value in values])
        case nodes.Neither(values):
            return "neither " + " nor ".join(words(value) for value in values)
        case nodes.IsRecorded(negated):
            return "not recorded" if negated else "recorded"
        case nodes.WithinWindow(amount, unit, direction, anchor):
            return f"within {time_words(amount, unit)} {direction} {words(anchor)}"
        case nodes.FromTo(nearer, farther, unit, direction, anchor, str() as nearer_unit):
            return f"{time_words(nearer, nearer_unit)} to {time_words(farther, unit)} {direction} {words(anchor)}"
        case nodes.WithinDuration(duration, direction, anchor):
            return f"within {_duration(duration)} {direction} {words(anchor)}"
        case nodes.DuringPeriod(period):
            return f"during {period.text}"
        case nodes.Difference(comparator, amount, direction, other):
            return f"{_distance_word(comparator)} {words(amount)} {direction} {words(other)}"
        case nodes.IncludesAny(values):
            return "includes " + joined_by_or([words(value) for value in values])
        case nodes.InLists(lists, negated):
            return ("not in " if negated else "in ") + joined_by_or([name.text for name in lists])
        case nodes.Normal(negated):
            return ("not " if negated else "") + "within normal limits"
        case nodes.StableFor(comparator, amount, unit, anchor):
            return f"stable for {_distance_word(comparator)} {time_words(amount, unit)} before {words(anchor)}"
        case nodes.FromTo(nearer, farther, unit, direction, anchor):
            return f"{nearer} to {time_words(farther, unit)} {direction} {words(anchor)}"
        case nodes.Side(which, day):
            return f"{which} {words(day)}"
        case _:
            assert_never(node)


def is_amount(node: nodes.Comparison) -> bool:
    """Whether a limit is one of how many or how long, which is said by `more than` and `less than`; ages aside."""
    limits: tuple[nodes.Complement, ...] = (node.complement,)
    if isinstance(node.complement, nodes.TwoLimits):
        limits = (node.complement.first, node.complement.second)
    bounds = [limit.bound for limit in limits if isinstance(limit, nodes.Limit)]
    bounds = [bound.otherwise if isinstance(bound, nodes.ByCase) else bound for bound in bounds]
    long = any(isinstance(bound, nodes.Number) and bound.time is not None for bound in bounds)
    return isinstance(node.left, nodes.NumberOf) or (long and "age" not in words(node.left).casefold().split())


def _amount(node: nodes.Complement) -> str:
    match node:
        case nodes.Limit(comparator, bound):
            return f"{_distance_word(comparator)} {words(bound)}"
        case nodes.TwoLimits(first, connective, second):
            return f"{_amount(first)} {connective} {_amount(second)}"
        case _:
            return words(node)


def limit_words(node: nodes.Limit) -> str:
    """`at least 18.5 kg/m²`; a distance to a day keeps `more than` and `less than`."""
    if isinstance(node.bound, nodes.Moved):
        return f"{DISTANCES.get(node.comparator, node.comparator)} {words(node.bound)}"
    comparator = {"more than": "above", "less than": "below"}.get(node.comparator, node.comparator)
    return f"{comparator} {words(node.bound)}"


def _low_end(low: nodes.Value, high: nodes.Value) -> str:
    """The lower end of a range; a unit that both ends share is said once."""
    match low, high:
        case nodes.Number(unit=one, second=None), nodes.Number(unit=other, second=None) if one == other:
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
            sign = {2: "²", 3: "³"}.get(exponent) if isinstance(exponent, int) else None
            if isinstance(exponent, nodes.ByCase):
                return f"{words(base)}^({words(exponent)})"
            return words(base) + (sign or f"^{exponent.text if isinstance(exponent, nodes.Name) else exponent}")
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
            return f"({words(spoken(inside))})"
        case nodes.Selected(which, series, nodes.Name(text), by_field=True):
            return f"{which} {text} of {series_words(series)}"
        case nodes.Selected(which, series, field_name):
            told = f"{which} {series_words(series)}"
            return f"{field_name.text} of {told}" if field_name is not None else told
        case nodes.FieldOfSeries(field_name, nouns):
            return f"{field_name.text} of {nouns_words(nouns)}"
        case nodes.NumberOf():
            return _number_of(node)
        case nodes.AggregateOf():
            return _aggregate(node)
        case nodes.LowerHigher(which, first, second):
            return f"{which} of {words(first)} and {words(second)}"
        case nodes.Root(degree, value):
            return f"{'square' if degree == 2 else 'cube'} root of {words(value)}"
        case nodes.Titre(below):
            return f"1:{below}"
        case nodes.NormalLimit(which):
            return which
        case nodes.Call(function, arguments):
            return f"{function.text} of ({', '.join(words(argument) for argument in arguments)})"
        case _:
            assert_never(node)


def _number_of(node: nodes.NumberOf) -> str:
    many = nouns_words(node.series.nouns, 1 if node.what != "records" else 2)
    window = f" {words(node.series.window)}" if node.series.window is not None else ""
    if node.what == "days":
        return f"number of days with {many}{window}"
    if node.what == "different" and node.field_name is not None:
        return f"number of different {node.field_name.text} of {many}{window}"
    return f"number of {many}{f' per {node.per}' if node.per else ''}{window}"


def _aggregate(node: nodes.AggregateOf) -> str:
    window = f" {words(node.series.window)}" if node.series.window is not None else ""
    field_name = f"{node.field_name.text} of " if node.field_name is not None else ""
    if node.count is None:
        return f"{node.which} of {field_name}{nouns_words(node.series.nouns)}{window}"
    within = f" recorded within {time_words(*node.within)}" if node.within else ""
    few = f"the {node.selector} {node.count} {nouns_words(node.series.nouns)}"
    return f"{node.which} of {field_name}{few}{within}{window}"


def rounding_words(decimals: int) -> str:
    return f"rounded to {decimals} decimal{'' if decimals == 1 else 's'}"


def quantity_words(node: nodes.Number) -> str:
    """A number with its unit."""
    if node.second is not None:
        return f"{quantity_words(evolve(node, second=None))} ({quantity_words(node.second)})"
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
    nodes.Selected,
    nodes.FieldOfSeries,
    nodes.NumberOf,
    nodes.AggregateOf,
    nodes.LowerHigher,
    nodes.Root,
    nodes.Titre,
    nodes.NormalLimit,
    nodes.Call,
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
    nodes.WithinDuration,
    nodes.DuringPeriod,
    nodes.Difference,
    nodes.IncludesAny,
    nodes.InLists,
    nodes.Normal,
    nodes.StableFor,
)
