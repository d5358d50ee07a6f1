"""How values are read and compared, as far as it matters to one protocol: each sentence follows the reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from protocol_dsl.render.protocol_model import Topic
from protocol_dsl.render.references import all_nodes
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import LOWER, UPPER, Coded, Date, Quantity, Rows, YesNo

LIMITS: Final = {
    frozenset({UPPER, LOWER}): "normal",
    frozenset({UPPER}): "normal_upper",
    frozenset({LOWER}): "normal_lower",
}
"""What is said of limits of normal, by which of them the rules read."""
TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "missing": ("unknown", "silence", "known", "judgement", "agreement"),
    "result": ("passes", "applies", "verdict"),
    "dates": ("evaluation", "calendar", "clipped", "weeks", "partial", "clock", "lengths"),
    "ranges": ("inclusive", "window"),
    "numbers": ("exact", "rounded", "roots", "units", "two_units", "percent", *LIMITS.values()),
    "records": ("rows", "possible", "any_day", "ever", "chosen", "every", "mean", "consecutive", "stable"),
    "lists": ("closed", "open"),
}
"""What may be said, by topic; a protocol's document says what its rules need."""


def treatment(protocol: Protocol, terms: Terms) -> Iterator[Topic]:
    """What a reader has to know of the ways in which this protocol compares values."""
    words = terms.words
    needed = set(_Needs(protocol).all())
    for topic, keys in TOPICS.items():
        sentences = [words(f"treatment.{key}") for key in keys if key in needed and key != "evaluation"]
        if topic == "dates" and "evaluation" in needed:
            sentences.insert(0, _evaluation_date(protocol, terms))
        if sentences:
            yield Topic(words(f"treatment.topic_{topic}"), tuple(sentences))
        if topic == "missing" and (ages := tuple(_counted(protocol, terms))):
            yield Topic(words("treatment.topic_age"), ages)


def _evaluation_date(protocol: Protocol, terms: Terms) -> str:
    if protocol.evaluated_on is None:
        return terms.words("treatment.evaluation")
    return terms.words("treatment.evaluation_on", day=shown(terms.name(protocol.evaluated_on)))


def _counted(protocol: Protocol, terms: Terms) -> Iterator[str]:
    """When an age, or another count of completed time, is determined."""
    seen: set[str] = set()
    for definition in protocol.definitions.values():
        if isinstance(definition.body, core.Completed):
            seen.add(definition.body.words)
            yield _count(definition.body, capital(shown(terms.name(definition.name))), terms)
    for node in all_nodes(protocol):
        if isinstance(node, core.Completed) and node.words not in seen:
            seen.add(node.words)
            yield _count(node, capital(shown(terms.said(node))), terms)


def _count(node: core.Completed, name: str, terms: Terms) -> str:
    first, last = shown(terms.said(node.first)), shown(terms.said(node.last))
    return terms.words(f"treatment.counted_{node.unit}", name=name, first=first, last=last)


def limits_read(nodes: Iterable[core.Node]) -> frozenset[str]:
    """Which of the two limits of normal are read."""
    return frozenset(n.name for n in nodes if isinstance(n, core.Field) and n.name in (UPPER, LOWER))


class _Needs:
    """Which sentences the rules, definitions and data of a protocol call for."""

    def __init__(self, protocol: Protocol):
        self._protocol = protocol
        self._nodes = list(all_nodes(protocol))
        asked = {node.name for node in self._nodes if isinstance(node, core.Fact)}
        declared = protocol.items.values()
        self._items = [item for item in declared if item.name != EVALUATION_DATE or item.name in asked]
        fields = [field for item in self._items if isinstance(item.kind, Rows) for field in item.kind.fields]
        self._kinds = [each.kind for each in (*self._items, *fields)]
        statements = [criterion.statement for criterion in protocol.criteria]
        statements += [definition.statement for definition in protocol.definitions.values()]
        self._text = "\n".join(statements)

    def all(self) -> Iterator[str]:
        yield from ("unknown", "passes", "verdict")
        yield from self._missing()
        yield from self._dates()
        yield from self._numbers()
        yield from self._records()

    def _any(self, *kinds: type[core.Node]) -> bool:
        return any(isinstance(node, kinds) for node in self._nodes)

    def _missing(self) -> Iterator[str]:
        if any(criterion.applies_if is not None and criterion.statement for criterion in self._protocol.criteria):
            yield "applies"
        if any(item.if_not_recorded is not None for item in self._items):
            yield "silence"
        if any(isinstance(node, core.Known) and node.words.startswith("known ") for node in self._nodes):
            yield "known"
        roles = {kind.role for kind in self._kinds if isinstance(kind, YesNo)}
        if "judgement" in roles:
            yield "judgement"
        if "agreement" in roles:
            yield "agreement"

    def _dates(self) -> Iterator[str]:
        if any(isinstance(node, core.Fact) and node.name == EVALUATION_DATE for node in self._nodes):
            yield "evaluation"
        if self._any(core.Compare, core.During, core.Between):
            yield "inclusive"
        units = {node.unit for node in self._nodes if isinstance(node, core.Shift)}
        if self._any(core.During):
            yield "window"
        if units & {"month", "year"}:
            yield from ("calendar", "clipped")
        if re.search(r"\bweeks?\b", self._text):
            yield "weeks"
        if any(isinstance(item.kind, Date) for item in self._items) or self._any(core.RecordTime):
            yield "partial"
        if units & {"hour", "minute"}:
            yield "clock"
        if self._any(core.ShiftDays):
            yield "lengths"

    def _numbers(self) -> Iterator[str]:
        numbers = [kind for kind in self._kinds if isinstance(kind, Quantity)]
        if numbers:
            yield "exact"
        if any(kind.unit.code not in ("1", "%") for kind in numbers):
            yield "units"
        if any(kind.other is not None for kind in numbers):
            yield "two_units"
        if any(kind.unit.code == "%" for kind in numbers):
            yield "percent"
        if self._any(core.Rounded):
            yield "rounded"
        if any(isinstance(node, core.Power) and not isinstance(node.exponent, int) for node in self._nodes):
            yield "roots"
        if read := limits_read(self._nodes):
            yield LIMITS[read]

    def _records(self) -> Iterator[str]:
        rows = [kind for kind in self._kinds if isinstance(kind, Rows)]
        if rows:
            yield from ("rows", "possible")
        if any(kind.form in ("events", "treatments") for kind in rows) and self._any(core.RecordTime):
            yield "any_day"
        if any(isinstance(node, core.Known) and node.words.endswith(" ever") for node in self._nodes):
            yield "ever"
        if self._any(core.Chosen):
            yield "chosen"
        if any(isinstance(node, core.Every) and not node.if_any for node in self._nodes):
            yield "every"
        if any(isinstance(node, core.Aggregate) and node.which in ("mean", "total") for node in self._nodes):
            yield "mean"
        if self._any(core.Consecutive):
            yield "consecutive"
        if self._any(core.Stable):
            yield "stable"
        lists = self._protocol.lists if any(isinstance(kind, Coded) for kind in self._kinds) else ()
        if any(listed.outside is None for listed in lists):
            yield "closed"
        if any(listed.outside is not None for listed in lists):
            yield "open"
