"""The claims of a rule: its numbers with their units, comparisons and windows, definitions unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import attrs
from attrs import define, evolve, field

from protocol_dsl.lint.drift.claims import OPPOSITE, Claim, Comparison, Side
from protocol_dsl.lint.reading import CriterionReading, Reading
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold
from protocol_dsl.values import Unit, UnitError, parse_unit

_COMPARISONS: Final[dict[str, Comparison]] = {
    "at least": "at least",
    "at most": "at most",
    "above": "above",
    "more than": "above",
    "below": "below",
    "less than": "below",
    "exactly": "exactly",
}
_NUMERAL: Final = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+)?|[IVX]+)(?![\w.])")
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


def claims_of(criterion: CriterionReading) -> tuple[Claim, ...]:
    """The claims of a criterion's rule and of the condition under which it applies."""
    reader = _Reader(criterion.review)
    roots = (criterion.syntax.applies_if, criterion.syntax.rule)
    return tuple(claim for root in roots if root is not None for claim in reader.read(root))


@define
class _Reader:
    review: Reading
    _open: list[str] = field(factory=list)
    """The definitions that are being unfolded."""

    def read(
        self, node: object, comparison: Comparison | None = None, turned: bool = False, asked: bool = True
    ) -> Iterator[Claim]:
        """The claims of a phrase. `comparison`: what a value is compared with; `turned`: it stands behind a "not"."""

        def claim(
            number: Fraction | int,
            unit: Unit | None,
            how: str | None = None,
            side: str | None = None,
            must: bool = True,
        ) -> Claim:
            given = _COMPARISONS[how] if how else comparison
            meant = OPPOSITE[given] if given and turned else given
            span = node.span  # type: ignore[attr-defined]
            words = " ".join(self.review.source.slice(span).split())
            return Claim(Fraction(number), unit, words, span, meant, _side(side), asked and must)

        match node:
            case nodes.Number():
                yield claim(Fraction(node.value), node.unit or _time(node.time))
                if node.second is not None:
                    yield from self.read(node.second, comparison, turned, asked)
            case nodes.PercentOf(percent, of):
                yield claim(Fraction(percent), parse_unit("%"))
                yield from self.read(of, None, turned, asked)
            case nodes.Titre(below):
                yield claim(below, parse_unit("titre"))
            case nodes.Moved(amount, unit, direction, anchor):
                yield claim(amount, _time(unit), None, direction, not (amount == 1 and unit.startswith("minute")))
                yield from self.read(anchor, None, turned, asked)
            case nodes.Limit(how, bound):
                yield from self.read(bound, _COMPARISONS[how], turned, asked)
            case nodes.TwoLimits(first, _, second):
                unit_of = _unit_of(second.bound)
                yield from _with_unit(self.read(first, None, turned, asked), unit_of)
                yield from self.read(second, None, turned, asked)
            case nodes.Range(low, high, ends, both):
                inside = ends != "exclusive"
                from_low: Comparison = "at least" if inside else "above"
                yield from _with_unit(self.read(low, from_low, turned, asked), _unit_of(high))
                yield from self.read(high, "at most" if inside else "below", turned, asked)
                yield from self._parts(both, turned, asked)
            case nodes.WithinWindow(amount, unit, direction, anchor):
                yield claim(amount, _time(unit), "at most", direction)
                yield from self.read(anchor, None, turned, asked)
            case nodes.WithinDuration(duration, direction, anchor):
                for length in duration.lengths:
                    yield from self._length(length, "at most", direction, asked)
                if duration.bound_length is not None:
                    yield from self._length(duration.bound_length, duration.bound, direction, asked)
                yield from self.read(anchor, None, turned, asked)
            case nodes.FromTo():
                # From 1 day before: the day itself is left out, which wording says in other ways.
                idiom = node.nearer == 1 and (node.nearer_unit or node.unit).startswith("day")
                near = _time(node.nearer_unit or node.unit)
                yield claim(node.nearer, near, "at least", node.direction, not idiom)
                yield claim(node.farther, _time(node.unit), "at most", node.direction)
                yield from self.read(node.anchor, None, turned, asked)
            case nodes.Distance(how, amount, unit, direction, anchor):
                # "At least 1 minute before" is how a rule says "before" of two times of one day.
                yield claim(amount, _time(unit), how, direction, not (amount == 1 and unit.startswith("minute")))
                yield from self.read(anchor, None, turned, asked)
            case nodes.StableFor(how, amount, unit, anchor):
                yield claim(amount, _time(unit), how, "before")
                yield from self.read(anchor, None, turned, asked)
            case nodes.Apart(how, amount, unit):
                yield claim(amount, _time(unit), how)
            case nodes.EachOf(number, unit, direction, anchor):
                yield claim(number, _time(unit), None, direction)
                yield from self.read(anchor, None, turned, asked)
            case nodes.AggregateOf():
                if node.count is not None:
                    yield claim(node.count, None)
                if node.within is not None:
                    yield claim(node.within[0], _time(node.within[1]), "at most")
                yield from self.read(node.series, None, turned, asked)
            case nodes.Difference(how, amount, _, other):
                yield from self.read(amount, _COMPARISONS[how], turned, asked)
                yield from self.read(other, None, turned, asked)
            case nodes.ListOf(head, items, how, count):
                if count is not None:
                    yield claim(count, None, how, must=count > 1)
                yield from self._parts(items, turned != (head == "none"), asked)
            case nodes.RowsThat():
                if node.count is not None:
                    yield claim(node.count, None, node.comparator, must=node.count > 1)
                yield from self._parts(_inner(node, ("quantifier", "comparator", "count")), turned, asked)
            case nodes.Comparison(left, nodes.Choices(values, negated)):
                yield from self.read(left, None, turned, asked)
                for value in values:
                    yield from self._choice(value, None, turned != negated, asked)
            case nodes.Negation(inner):
                yield from self.read(inner, comparison, not turned, asked)
            case nodes.Raised(base):
                yield from self.read(base, comparison, turned, asked)
            case nodes.CompletedUnits(_, first, last):
                yield from self._parts((first, last), turned, asked)
            case nodes.Name():
                yield from self._choice(node, comparison, turned, asked)
                yield from self._unfolded(node, comparison, turned, asked)
            case nodes.Spanned():
                for part in _inner(node, ()):
                    yield from self.read(part, comparison if _carries(node) else None, turned, asked)
            case _:
                pass

    def _parts(self, parts: object, turned: bool, asked: bool) -> Iterator[Claim]:
        for part in parts if isinstance(parts, tuple) else (parts,):
            yield from self.read(part, None, turned, asked)

    def _length(self, length: nodes.Length, how: str | None, side: str, asked: bool) -> Iterator[Claim]:
        unit = _time(length.unit) if length.unit else None
        words = " ".join(self.review.source.slice(length.span).split())
        known = length.name is None or length.number != 1
        compared = _COMPARISONS[how] if how else None
        yield Claim(Fraction(length.number), unit, words, length.span, compared, _side(side), asked and known)

    def _choice(self, node: nodes.Value, comparison: Comparison | None, turned: bool, asked: bool) -> Iterator[Claim]:
        """A choice that is a number: grade 2, class IV."""
        if isinstance(node, nodes.Number):
            yield from self.read(node, comparison, turned, asked)
        elif isinstance(node, nodes.Name) and _NUMERAL.fullmatch(node.text):
            number = Fraction(_ROMAN.get(node.text) or (node.text if node.text[0].isdigit() else 0))
            meant = OPPOSITE[comparison] if comparison and turned else comparison
            yield Claim(number, None, node.text, node.span, meant, None, asked)
        elif isinstance(node, nodes.Spanned) and not isinstance(node, nodes.Name):
            yield from self.read(node, comparison, turned, asked)

    def _unfolded(self, node: nodes.Name, comparison: Comparison | None, turned: bool, asked: bool) -> Iterator[Claim]:
        """What the definition of a name claims; a formula, which no wording spells out, need not be found there."""
        name = fold(node.text)
        definition = self.review.definition_syntax.get(name)
        if definition is None or name in self._open:
            return
        said = definition.means or isinstance(definition.body, nodes.EachNoun) or comparison is not None
        self._open.append(name)
        # A definition has one place, which is pointed at from each criterion that uses it.
        yield from self.read(definition.body, comparison, turned, asked and said)
        self._open.pop()


def names_numbers(criterion: CriterionReading) -> frozenset[Fraction]:
    """Numbers that are part of a name or of a choice in the rule, such as the 1 of `Visit 1`."""
    found: set[Fraction] = set()
    for name in criterion.names:
        texts = [name, *(text for item in criterion.review.items.get(name, ()) for text in _texts_of(item.name, item))]
        for text in texts:
            for numeral in _NUMERAL.findall(text.upper()):
                found.add(Fraction(_ROMAN.get(numeral) or (numeral if numeral[0].isdigit() else 0)))
            found |= {Fraction(digits) for digits in re.findall(r"\d+(?:\.\d+)?", text)}
    return frozenset(found)


def _texts_of(name: str, item: object) -> Iterator[str]:
    yield name
    for part in ("question", "source"):
        yield getattr(item, part, None) or ""


def _inner(node: nodes.Spanned, but: tuple[str, ...]) -> tuple[object, ...]:
    found: list[object] = []
    for part in attrs.fields(type(node)):
        value = getattr(node, part.name)
        if part.name not in (*but, "span"):
            found += _flat(value)
    return tuple(found)


def _flat(value: object) -> list[object]:
    return [one for each in value for one in _flat(each)] if isinstance(value, tuple) else [value]


def _carries(node: nodes.Spanned) -> bool:
    """Whether what is compared with a value is compared with its parts: `3 × ULN (5 × ULN if …)`."""
    return isinstance(
        node, nodes.ByCase | nodes.Product | nodes.Sum | nodes.Bracketed | nodes.Negative | nodes.LowerHigher
    )


def _with_unit(claims: Iterator[Claim], unit: Unit | None) -> Iterator[Claim]:
    for claim in claims:
        yield evolve(claim, unit=unit) if claim.unit is None else claim


def _unit_of(value: object) -> Unit | None:
    return (value.unit or _time(value.time)) if isinstance(value, nodes.Number) else None


def _time(unit: str | None) -> Unit | None:
    try:
        return parse_unit(unit) if unit else None
    except UnitError:
        return None


def _side(direction: str | None) -> Side | None:
    return "before" if direction == "before" else "after" if direction == "after" else None
