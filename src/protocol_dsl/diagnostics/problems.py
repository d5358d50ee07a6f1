"""The problems of one file, collected while it is read."""

from __future__ import annotations

from attrs import define, field

from protocol_dsl.diagnostics.catalogue import report
from protocol_dsl.diagnostics.diagnostic import Diagnostic, Label
from protocol_dsl.source import SourceText, Span


@define
class Problems:
    """Collects what is wrong with a file, so that all of it is reported in one run."""

    source: SourceText
    found: list[Diagnostic] = field(factory=list)

    def report(
        self, code: str, span: Span, /, *, variant: str | None = None, labels: tuple[Label, ...] = (), **values: object
    ) -> None:
        """Add a problem; `values` fill the places of its page's message and hint."""
        self.found.append(report(code, self.source, span, variant=variant, labels=labels, where=None, **values))
