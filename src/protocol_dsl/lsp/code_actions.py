"""Corrections: those of the problems at a place, and all that are certain."""

from __future__ import annotations

from collections.abc import Collection

from lsprotocol import types

from protocol_dsl.diagnostics import Diagnostic, Fix
from protocol_dsl.diagnostics.fixes import certain, made_together
from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.diagnostics import shown
from protocol_dsl.render.editor_texts import fix_all_title, fix_title

FIX_ALL = types.CodeActionKind.SourceFixAll


def code_actions(
    analysis: Analysis, uri: str, range_: types.Range, only: Collection[types.CodeActionKind | str] | None = None
) -> list[types.CodeAction]:
    """The corrections in a range. `only`: the kinds that are asked for, each with all kinds under it."""
    if analysis.source is None:
        return []
    asked = analysis.positions.plain_span(range_)
    found: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, only):
        for problem in analysis.diagnostics_at_hand:
            span = problem.span
            if span is not None and span.start <= asked.end and asked.start <= span.end:
                found += [_quick_fix(analysis, uri, problem, fix) for fix in problem.fixes]
    together = made_together(analysis.source, certain(analysis.diagnostics_at_hand))
    if together and _wanted(FIX_ALL, only):
        edits = [analysis.positions.edit(fix.edit.span, fix.edit.text) for _, _, fix in together]
        title = fix_all_title(len(together))
        found.append(types.CodeAction(title, kind=FIX_ALL, edit=types.WorkspaceEdit(changes={uri: edits})))
    return found


def _quick_fix(analysis: Analysis, uri: str, problem: Diagnostic, fix: Fix) -> types.CodeAction:
    edit = types.WorkspaceEdit(changes={uri: [analysis.positions.edit(fix.edit.span, fix.edit.text)]})
    return types.CodeAction(
        fix_title(fix),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown(analysis, uri, problem)],
        is_preferred=fix in certain([problem]),
        edit=edit,
    )


def _wanted(kind: types.CodeActionKind, only: Collection[types.CodeActionKind | str] | None) -> bool:
    if not only:
        return True
    name = kind.value
    return any(name == _name(asked) or name.startswith(_name(asked) + ".") for asked in only)


def _name(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
