"""Colours: what each word of a file is."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.syntax.colours import Colour, colours

TYPES: Final[dict[Colour, str]] = {
    "section": "namespace",
    "key": "property",
    "id": "class",
    "title": "label",
    "name": "variable",
    "series": "struct",
    "choice": "enumMember",
    "list": "enum",
    "function": "function",
    "number": "number",
    "unit": "type",
    "day": "event",
    "keyword": "keyword",
    "comment": "comment",
    "quotation": "string",
    "note": "decorator",
}
"""The kinds of words as editors name them, so that any theme colours them."""
LEGEND: Final = types.SemanticTokensLegend(token_types=list(TYPES.values()), token_modifiers=[])


def semantic_tokens(analysis: Analysis) -> types.SemanticTokens:
    """All coloured words, each by its distance from the one before it."""
    if analysis.source is None:
        return types.SemanticTokens([])
    numbers = {colour: number for number, colour in enumerate(TYPES)}
    data: list[int] = []
    line = character = 0
    for span, colour in colours(analysis.source, analysis.best_parsed):
        place = analysis.positions.range(span)
        if place.start.line != place.end.line:
            continue  # a line of the language may be several of an editor's
        start = place.start
        ahead = start.character - (character if start.line == line else 0)
        data += [start.line - line, ahead, place.end.character - start.character, numbers[colour], 0]
        line, character = start.line, start.character
    return types.SemanticTokens(data)
