"""The outline of a file: its sections, with criteria, data, definitions, lists and examples in them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.source import Span
from protocol_dsl.syntax.declarations import DEFINITION, FUNCTION_HEAD, KEYED, SERIES, is_note
from protocol_dsl.syntax.examples import HEAD, TABLE_HEAD
from protocol_dsl.syntax.layout import Line
from protocol_dsl.syntax.parse import CRITERION, GUARDED, HEADING, SECTIONS
from protocol_dsl.syntax.words import ATTRIBUTES


def outline(analysis: Analysis) -> list[types.DocumentSymbol]:
    """The symbols of a file, from its lines, so that it stays while something in them is wrong."""
    if analysis.layout is None:
        return []
    found: list[types.DocumentSymbol] = []
    for line in analysis.layout.lines:
        heading = HEADING.match(line.text)
        kind = heading["kind"].strip().casefold() if heading else ""
        if line.text.casefold().startswith("protocol:"):
            title = line.text.partition(":")[2].strip() or line.text
            found.append(_symbol(analysis, line, title, types.SymbolKind.File, ()))
        elif guarded := GUARDED.match(line.text):
            inner = tuple(_of_section(analysis, guarded["kind"].casefold(), line))
            found.append(_symbol(analysis, line, line.text.rstrip(":"), types.SymbolKind.Namespace, inner))
        elif kind in SECTIONS:
            inner = tuple(_of_section(analysis, kind, line))
            found.append(_symbol(analysis, line, line.text.rstrip(":"), types.SymbolKind.Namespace, inner))
    return found


def _of_section(analysis: Analysis, kind: str, section: Line) -> Iterator[types.DocumentSymbol]:
    for line in section.children:
        match kind:
            case "inclusion criteria" | "exclusion criteria":
                if CRITERION.match(line.text):
                    yield _symbol(analysis, line, line.text, types.SymbolKind.Class, ())
            case "days":
                yield _symbol(analysis, line, line.text.partition(":")[0], types.SymbolKind.Event, ())
            case "data":
                yield from _item(analysis, line)
            case "lists":
                yield _symbol(analysis, line, line.text.partition(":")[0], types.SymbolKind.Enum, ())
            case "definitions":
                head = FUNCTION_HEAD.match(line.text) or DEFINITION.match(line.text)
                if head is not None and not is_note(line):
                    function = FUNCTION_HEAD.match(line.text) is not None
                    what = types.SymbolKind.Function if function else types.SymbolKind.Constant
                    yield _symbol(analysis, line, head["name"], what, ())
            case "examples":
                if HEAD.match(line.text) or TABLE_HEAD.match(line.text):
                    yield _symbol(analysis, line, line.text.rstrip(":"), types.SymbolKind.Object, ())
            case _:
                return


def _item(analysis: Analysis, line: Line) -> Iterator[types.DocumentSymbol]:
    match = KEYED.match(line.text)
    if match is None:
        if head := DEFINITION.match(line.text):
            yield _symbol(analysis, line, head["name"], types.SymbolKind.Field, ())
        return
    if match["key"].casefold() not in ATTRIBUTES:
        fields = tuple(each for child in line.children for each in _item(analysis, child))
        series = SERIES.match(match["text"] or "") or "row for each" in (match["text"] or "")
        what = types.SymbolKind.Struct if series else types.SymbolKind.Variable
        yield _symbol(analysis, line, match["key"], what, fields, match["text"])


def _symbol(
    analysis: Analysis,
    line: Line,
    name: str,
    kind: types.SymbolKind,
    children: tuple[types.DocumentSymbol, ...],
    detail: str | None = None,
) -> types.DocumentSymbol:
    below = list(line.below())
    whole = Span(line.start, below[-1].span.end if below else line.span.end)
    return types.DocumentSymbol(
        name.strip() or line.text,
        kind,
        analysis.positions.range(whole),
        analysis.positions.range(line.span),
        detail=detail,
        children=list(children) or None,
    )
