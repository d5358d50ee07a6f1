"""Corrections: those of the problems at a place, and all that are certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lsprotocol import types

from protocol_dsl.diagnostics import Diagnostic, Fix, Grade
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
        for problem in analysis.diagnostics:
            span = problem.span
            if span is not None and span.start <= asked.end and asked.start <= span.end:
                found += [_quick_fix(analysis, uri, problem, fix) for fix in problem.fixes]
    certain = certain_fixes(analysis.diagnostics)
    if certain and _wanted(FIX_ALL, only):
        edits = [analysis.positions.edit(fix.edit.span, fix.edit.text) for fix in certain]
        title = fix_all_title(len(certain))
        found.append(types.CodeAction(title, kind=FIX_ALL, edit=types.WorkspaceEdit(changes={uri: edits})))
    return found


def certain_fixes(problems: Iterable[Diagnostic]) -> list[Fix]:
    """The fixes that have one reading; of two that touch the same words, the first."""
    found: list[Fix] = []
    for fix in (fix for problem in problems for fix in problem.fixes if fix.grade is Grade.CERTAIN):
        span = fix.edit.span
        if all(span.end <= other.edit.span.start or other.edit.span.end <= span.start for other in found) and all(
            span != other.edit.span for other in found
        ):
            found.append(fix)
    return sorted(found, key=lambda fix: fix.edit.span.start)


def _quick_fix(analysis: Analysis, uri: str, problem: Diagnostic, fix: Fix) -> types.CodeAction:
    edit = types.WorkspaceEdit(changes={uri: [analysis.positions.edit(fix.edit.span, fix.edit.text)]})
    return types.CodeAction(
        fix_title(fix),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown(analysis, uri, problem)],
        is_preferred=fix.grade is Grade.CERTAIN,
        edit=edit,
    )


def _wanted(kind: types.CodeActionKind, only: Collection[types.CodeActionKind | str] | None) -> bool:
    if not only:
        return True
    name = kind.value
    return any(name == _name(asked) or name.startswith(_name(asked) + ".") for asked in only)


def _name(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
