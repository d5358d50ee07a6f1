"""Every place where a name is written."""

from __future__ import annotations

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis


def references(
    analysis: Analysis, uri: str, position: types.Position, with_declaration: bool = True
) -> list[types.Location]:
    """The places of the name at a place: rules, definitions, examples, translations."""
    return [
        types.Location(uri, range_)
        for range_, declares in _places(analysis, position)
        if with_declaration or not declares
    ]


def highlights(analysis: Analysis, position: types.Position) -> list[types.DocumentHighlight]:
    """The same places, to be marked while the cursor stands on one."""
    return [
        types.DocumentHighlight(
            range_, types.DocumentHighlightKind.Write if declares else types.DocumentHighlightKind.Read
        )
        for range_, declares in _places(analysis, position)
    ]


def _places(analysis: Analysis, position: types.Position) -> list[tuple[types.Range, bool]]:
    if analysis.source is None:
        return []
    found = analysis.index.at(analysis.positions.plain_offset(position))
    if found is None:
        return []
    return [(analysis.positions.range(one.span), one.declares) for one in analysis.index.places(found.symbol)]
