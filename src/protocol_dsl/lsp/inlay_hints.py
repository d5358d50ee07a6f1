"""The reading chosen, behind what can be read in several ways: the days of a window, a limit in another unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import eq
from typing import Final

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.pipeline import ExampleOutcome, Protocol
from protocol_dsl.render.editor_texts import converted, window_in_general, window_of_example
from protocol_dsl.render.references import all_nodes
from protocol_dsl.semantics import core
from protocol_dsl.source import SourceText, Span
from protocol_dsl.values import ONE, UnitError, parse_unit

WITH_UNIT: Final = re.compile(r"[+−-]?[\d.,]+\s*(?P<unit>\D.*)")


def inlay_hints(analysis: Analysis, range_: types.Range) -> list[types.InlayHint]:
    """The hints of a range. Nothing while the file has an error, since a reading is chosen by the checker.

    While somebody types, the lines that stay as they are keep their hints until the file is checked.
    """
    known = analysis.known
    if known is not None and known is not analysis and not analysis.is_checked:
        return _kept(known, analysis, range_)
    protocol = analysis.protocol
    if protocol is None or analysis.source is None:
        return []
    asked = analysis.positions.plain_span(range_)
    first = analysis.outcomes[0] if analysis.outcomes else None
    told: dict[int, str] = {}
    for place, text in _readings(protocol, first, analysis.source):
        if asked.start <= place.end <= asked.end and place.end > place.start:
            told.setdefault(place.end, text)
    return [
        types.InlayHint(
            analysis.positions.range(Span(end - 1, end)).end, text, kind=types.InlayHintKind.Type, padding_left=True
        )
        for end, text in sorted(told.items())
    ]


def _kept(known: Analysis, analysis: Analysis, range_: types.Range) -> list[types.InlayHint]:
    """The hints of an earlier text in the lines before and behind those that have changed since."""
    before, after = known.text.splitlines(), analysis.text.splitlines()
    same = list(map(eq, before, after))
    first = same.index(False) if False in same else len(same)
    same_behind = list(map(eq, before[:first:-1], after[:first:-1]))
    behind = same_behind.index(False) if False in same_behind else len(same_behind)
    more = len(after) - len(before)
    found = []
    for hint in inlay_hints(known, known.positions.whole()):
        line = hint.position.line
        moved = line if line < first else line + more if line >= len(before) - behind else None
        if moved is not None and range_.start.line <= moved <= range_.end.line:
            place = types.Position(moved, hint.position.character)
            found.append(types.InlayHint(place, hint.label, kind=hint.kind, padding_left=hint.padding_left))
    return found


def _readings(protocol: Protocol, first: ExampleOutcome | None, source: SourceText) -> Iterator[tuple[Span, str]]:
    for node in all_nodes(protocol.checked):
        text = None
        if isinstance(node, core.During | core.Between):
            text = window_of_example(node, first.evaluation, first.example.name) if first is not None else None
            text = text or window_in_general(node)
        elif isinstance(node, core.Constant) and node.unit is not None:
            text = _in_other_unit(node, source)
        if text is not None:
            yield node.origin, text


def _in_other_unit(node: core.Constant, source: SourceText) -> str | None:
    """The number as it is compared, where it is written in another unit."""
    written = WITH_UNIT.fullmatch(source.slice(node.origin))
    if written is None or node.unit is None or node.unit.code == ONE.code:
        return None
    try:
        unit = parse_unit(written["unit"])
    except UnitError:
        return None
    return converted(node.value, node.unit) if unit.code != node.unit.code else None
