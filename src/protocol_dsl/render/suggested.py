"""Examples that are suggested, in the language's own form, for the writer to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from protocol_dsl.evaluate.coverage import Coverage, Point
from protocol_dsl.evaluate.facts import FactsError, FactsReader
from protocol_dsl.render.coverage_words import RESULT_WORDS, percent, told, totals
from protocol_dsl.render.example_text import Unwritable, cell, fact_lines
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.examples import plain_fact
from protocol_dsl.semantics.types import DataItem, Rows
from protocol_dsl.values import UNKNOWN
from protocol_dsl.verify.suggest import Suggestion, Suggestions, Unreached
from protocol_dsl.verify.trials import Facts, same

_MOST_POINTS: Final = 4
_NAME: Final = "suggested"


@frozen
class SuggestedExamples:
    """Examples for the writer to confirm. `text`: a section for the file; empty where nothing is suggested."""

    text: str
    before: Coverage
    after: Coverage
    """What is touched once the examples stand in the file."""
    unreached: tuple[Unreached, ...]

    @property
    def summary(self) -> str:
        """What the examples would add, and what they do not reach, as comments for the file."""
        lines = [
            f"# Suggested examples: they touch {totals(self.after)} where the examples of the file touch "
            f"{percent(*self.before.count())}."
        ]
        parts = {each.criterion.id: each for each in self.after.criteria}
        if self.unreached:
            lines.append(f"# Not reached: {len(self.unreached)}. No patient was found for these:")
        for each in self.unreached:
            why = _WHY[each.why].format(facts=_listed(each.facts))
            lines.append(f"#   {each.point.criterion}: {told(parts[each.point.criterion], each.point)}. {why}")
        return "\n".join(lines) + "\n"


_WHY: Final = {
    "exact": "No number that can be written down was found to be exactly there, by changing {facts}.",
    "tried": "Tried by changing {facts}.",
    "written": "The patient who was found has a value that no example can hold.",
}


def suggested_examples(
    protocol: Protocol, coverage: Coverage, found: Suggestions, reader: FactsReader
) -> SuggestedExamples:
    """The suggestions as text. One that can't be written, or would be read otherwise, is left out and told."""
    writer = _Writer(protocol, coverage, reader)
    patients, touched = [], dict(coverage.touched)
    unreached = list(found.unreached)
    for suggestion in found.patients:
        name = writer.next_name()
        try:
            patients.append(writer.patient(name, suggestion))
        except Unwritable:
            unreached += [Unreached(point, "written", ()) for point in suggestion.points]
            continue
        for point in suggestion.points:
            touched[point] = (*touched[point], name)
    text = "\n".join(["examples\n", *patients]) if patients else ""
    return SuggestedExamples(text, coverage, evolve(coverage, touched=touched), tuple(unreached))


class _Writer:
    def __init__(self, protocol: Protocol, coverage: Coverage, reader: FactsReader):
        self._protocol = protocol
        self._parts = {each.criterion.id: each for each in coverage.criteria}
        self._reader = reader
        self._taken = {example.name for example in protocol.examples}
        self._number = 0

    def next_name(self) -> str:
        self._number += 1
        while f"{_NAME} {self._number}" in self._taken:
            self._number += 1
        return f"{_NAME} {self._number}"

    def patient(self, name: str, suggestion: Suggestion) -> str:
        """The lines of one patient."""
        base = suggestion.base
        lines = [f"  patient {name}" + (f", like {base.name}" if base.name is not None else "")]
        for item, value in self._changes(base.facts, suggestion.facts):
            self._check(item, value)
            lines += [f"    {line}" for line in fact_lines(item, value)]
        for criterion, points in _by_criterion(suggestion.points).items():
            lines += [f"    {line}" for line in self._expected(criterion, points, suggestion.results[criterion])]
        return "\n".join(lines) + "\n"

    def _changes(self, old: Facts, new: Facts) -> Iterator[tuple[DataItem, object]]:
        for item, before, after in zip(self._protocol.items.values(), old, new, strict=True):
            if not same(before, after):
                yield item, after

    def _expected(self, criterion: str, points: Sequence[Point], result: str) -> Iterator[str]:
        reasons = [told(self._parts[criterion], point) for point in points if point.kind != "results"]
        for reason in reasons[:_MOST_POINTS]:
            yield f"# please confirm: {reason}"
        if len(reasons) > _MOST_POINTS:
            yield f"# and {len(reasons) - _MOST_POINTS} more conditions and limits of {criterion}"
        if not reasons:
            yield "# please confirm:"
        yield f"{criterion}: {RESULT_WORDS[result]}"

    def _check(self, item: DataItem, value: object) -> None:
        """That what is written is read as the value that was tried."""
        if value is UNKNOWN:
            return
        try:
            facts = self._reader.read({item.name: _as_given(item, value)}, from_text=True)
        except FactsError:
            raise Unwritable from None
        place = list(self._protocol.items).index(item.name)
        if not _alike(item, facts.values[place], value):
            raise Unwritable


def _as_given(item: DataItem, value: object) -> object:
    """A value as an example gives it to the reader of facts."""
    if not isinstance(item.kind, Rows):
        return plain_fact(cell(item, value), item)
    assert isinstance(value, tuple)
    return [
        {each.name: plain_fact(cell(each, one), each) for each, one in _given(item.kind, row)} for row in value
    ]  # fmt: skip


def _given(kind: Rows, row: Sequence[object]) -> Iterator[tuple[DataItem, object]]:
    return ((each, one) for each, one in zip(kind.fields, row, strict=True) if one is not UNKNOWN)


def _alike(item: DataItem, read: object, meant: object) -> bool:
    """Whether two values are the same to every rule; silence that means something may be filled in."""
    if isinstance(item.kind, Rows) and isinstance(read, tuple) and isinstance(meant, tuple):
        pairs = (pair for rows in zip(read, meant, strict=True) for pair in zip(*rows, strict=True))
        return all(two is UNKNOWN or one == two for one, two in pairs)
    return read == meant


def _by_criterion(points: Sequence[Point]) -> Mapping[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.criterion, []).append(point)
    return found


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:6])
    return f"{shown} and others" if len(names) > 6 else shown or "nothing"
