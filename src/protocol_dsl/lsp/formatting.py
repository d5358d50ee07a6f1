"""The canonical form of a file, as `protocol-dsl fmt` writes it."""

from __future__ import annotations

from lsprotocol import types

from protocol_dsl.diagnostics import Severity
from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.positions import BYTE_ORDER_MARK
from protocol_dsl.syntax.format import format_protocol


def formatting(analysis: Analysis) -> list[types.TextEdit] | None:
    """The edit that brings a file into its canonical form; None where it has errors and stays as it is."""
    parsed = analysis.parsed
    if parsed is None or parsed.syntax is None:
        return None
    if any(problem.severity is Severity.ERROR for problem in parsed.diagnostics):
        return None
    text = format_protocol(parsed.syntax).replace("\n", analysis.positions.line_end)
    if text == analysis.text.removeprefix(BYTE_ORDER_MARK):
        return []
    return [types.TextEdit(analysis.positions.whole(), text)]
