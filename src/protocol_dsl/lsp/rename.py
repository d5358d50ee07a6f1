"""Another name, at every place where it is written; refused where the file would come to mean something else.

The file with the new name is read and checked before the edit is given: what the checker refuses, the editor refuses
with the checker's own words.
"""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from protocol_dsl.diagnostics import Edit, Severity
from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.symbols import Occurrence
from protocol_dsl.render.editor_texts import (
    not_renamed,
    reason_of_errors,
    reason_of_nothing,
    reason_of_other_file,
    reason_of_places,
)
from protocol_dsl.syntax.vocabulary import fold, plural, singular

OF_NAMES: Final = ("P105", "P202", "P203", "P204", "P408")
"""What is wrong with a name itself; everything else that is wrong then follows from it."""


class RenameError(ValueError):
    """A name is not changed; its text says why."""


def prepare_rename(analysis: Analysis, position: types.Position) -> types.PrepareRenamePlaceholder:
    """The words that would be renamed; RenameError where there are none."""
    found = _at(analysis, position)
    assert analysis.source is not None
    return types.PrepareRenamePlaceholder(analysis.positions.range(found.span), _spelling_at(analysis, found))


def rename(analysis: Analysis, uri: str, position: types.Position, name: str) -> types.WorkspaceEdit:
    """The edits that give the name at a place another spelling; a short form is renamed by itself."""
    found = _at(analysis, position)
    symbol, new = found.symbol, " ".join(name.split())
    old = _spelling_at(analysis, found)
    if analysis.has_errors:
        raise RenameError(not_renamed(old, reason_of_errors()))
    edits = [
        Edit(place.span, written)
        for place in analysis.index.places(symbol)
        if (written := _renamed(analysis, place, old, new)) is not None
    ]
    _must_stay(analysis, old, edits)
    return types.WorkspaceEdit(changes={uri: [analysis.positions.edit(edit.span, edit.text) for edit in edits]})


def _at(analysis: Analysis, position: types.Position) -> Occurrence:
    found = analysis.index.at(analysis.positions.plain_offset(position)) if analysis.source is not None else None
    if found is None:
        raise RenameError(reason_of_nothing())
    symbol = found.symbol
    if symbol.used_from is not None:
        raise RenameError(not_renamed(symbol.name, reason_of_other_file(symbol.used_from)))
    if analysis.index.declaration(symbol) is None:
        raise RenameError(not_renamed(symbol.name, reason_of_nothing()))
    return found


def _spelling_at(analysis: Analysis, place: Occurrence) -> str:
    """Which of its spellings the name has at a place, in the form in which it was declared."""
    assert analysis.source is not None
    written = fold(analysis.source.slice(place.span))
    return place.symbol.forms.get(written, (place.symbol.name, ""))[0]


def _renamed(analysis: Analysis, place: Occurrence, old: str, new: str) -> str | None:
    """What is written at a place instead, in the singular or plural as it is now; None of another spelling."""
    assert analysis.source is not None
    spelling, form = place.symbol.forms.get(fold(analysis.source.slice(place.span)), (place.symbol.name, "as declared"))
    if spelling != old:
        return None
    one = singular(new)
    many = plural(one)
    if form == "plural":
        return many
    if form == "singular":
        return one
    return new


def _must_stay(analysis: Analysis, old: str, edits: list[Edit]) -> None:
    """Refuse a name with which the file has new errors, or with which places mean something else."""
    assert analysis.source is not None
    text, at = [], 0
    for edit in edits:
        text += [analysis.source.text[at : edit.span.start], edit.text]
        at = edit.span.end
    after = Analysis(
        analysis.name, "".join([*text, analysis.source.text[at:]]), analysis.loader, memory=analysis.memory
    )
    problems = [problem for problem in after.file.diagnostics if problem.severity is Severity.ERROR]
    if problems:
        told = next((problem for problem in problems if problem.code in OF_NAMES), problems[0])
        raise RenameError(not_renamed(old, told.message))
    if _meant(analysis) != _meant(after):
        raise RenameError(not_renamed(old, reason_of_places()))


def _meant(analysis: Analysis) -> list[int]:
    """What each place means: the number of its symbol, in the order of the file."""
    numbers = {symbol: number for number, symbol in enumerate(analysis.index.symbols)}
    return [numbers[one.symbol] for one in analysis.index.occurrences]
