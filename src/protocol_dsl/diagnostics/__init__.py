"""What the tool has to say to the people who write protocols, and how it says it.

Each stage makes its diagnostics with `report`, from a page in `pages/`; how to write a page is told in `catalogue`.
"""

from protocol_dsl.diagnostics.catalogue import Copyable, Page, UnknownCodeError, codes, corrected_line, page, report
from protocol_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Grade, Label, Severity
from protocol_dsl.diagnostics.files import source_problem
from protocol_dsl.diagnostics.problems import Problems
from protocol_dsl.diagnostics.suggest import nearest, opposite
from protocol_dsl.diagnostics.terminal import render_text, summary, to_json

__all__ = [
    "Copyable",
    "Diagnostic",
    "Edit",
    "Fix",
    "Grade",
    "Label",
    "Page",
    "Problems",
    "Severity",
    "UnknownCodeError",
    "codes",
    "corrected_line",
    "nearest",
    "opposite",
    "page",
    "render_text",
    "report",
    "source_problem",
    "summary",
    "to_json",
]
