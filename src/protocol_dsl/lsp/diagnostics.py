"""What is wrong with a file, or wants a second look."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from lsprotocol import types

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.render.editor_texts import problem_text

SOURCE = "protocol-dsl"


def diagnostics(analysis: Analysis, uri: str, *, findings: bool = True) -> list[types.Diagnostic]:
    """All errors and warnings, each with its page and the further places that it speaks of.

    `findings`: those of the wording review too, which take as long again.
    """
    told = analysis.diagnostics if findings else analysis.file.diagnostics
    return [shown(analysis, uri, problem) for problem in told]


def shown(analysis: Analysis, uri: str, problem: Diagnostic) -> types.Diagnostic:
    """A diagnostic as an editor takes it."""
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, analysis.positions.range(label.span)), label.text)
        for label in problem.labels
        if label.span != problem.span and analysis.source is not None
    ]
    return types.Diagnostic(
        range=analysis.span_of(problem),
        message=problem_text(problem),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        code_description=_page(problem.code),
        source=SOURCE,
        related_information=related or None,
    )


_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}


def _page(code: str) -> types.CodeDescription | None:
    """The page that explains a code, where it is a file of its own."""
    file = resources.files("protocol_dsl.diagnostics") / "pages" / f"{code}.md"
    return types.CodeDescription(file.as_uri()) if isinstance(file, Path) and file.is_file() else None
