"""Where a name is declared: in this file, or in one that it uses."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.symbols import Symbol
from protocol_dsl.pipeline import STANDARD_LIBRARY

Finder: TypeAlias = Callable[[str], Path | None]
"""The path of a file that is used, by the name that the protocol gives it."""


def definition(analysis: Analysis, uri: str, position: types.Position, find: Finder) -> types.Location | None:
    """Where the name at a place is declared."""
    if analysis.source is None:
        return None
    found = analysis.index.at(analysis.positions.plain_offset(position))
    return None if found is None else declared_at(analysis, uri, found.symbol, find)


def declared_at(analysis: Analysis, uri: str, symbol: Symbol, find: Finder) -> types.Location | None:
    """Where a symbol is declared. A field that every record has stands at its series."""
    if symbol.used_from is not None:
        return _in_other_file(analysis, symbol, find)
    span = analysis.index.declaration(symbol)
    if span is None and symbol.owner is not None:
        return declared_at(analysis, uri, symbol.owner, find)
    return None if span is None else types.Location(uri, analysis.positions.range(span))


def path_of_used(name: str, folder: Path | None) -> Path | None:
    """The file that a protocol means by a name: the standard library, or one of its folder."""
    if name.casefold() == STANDARD_LIBRARY:
        library = resources.files("protocol_dsl.library") / "standard_library.protocol"
        return library if isinstance(library, Path) else None
    if folder is None:
        return None
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve()) and path.suffix == ".protocol"
        return path if inside and path.is_file() else None
    except (OSError, ValueError):  # no system has a file of such a name
        return None


def _in_other_file(analysis: Analysis, symbol: Symbol, find: Finder) -> types.Location | None:
    assert symbol.used_from is not None
    path = find(symbol.used_from)
    if path is None:
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return None
    other = Analysis(str(path), text, analysis.loader)
    if other.source is None:
        return None
    same = (
        one
        for one in other.index.symbols
        if one.kind == symbol.kind and one.name == symbol.name and _owner(one) == _owner(symbol)
    )
    span = next((place for one in same if (place := other.index.declaration(one)) is not None), None)
    start = types.Position(0, 0)
    found = other.positions.range(span) if span is not None else types.Range(start, start)
    return types.Location(path.as_uri(), found)


def _owner(symbol: Symbol) -> str | None:
    return symbol.owner.name if symbol.owner is not None else None
