"""Files that are no text at all, told as diagnostics."""

import unicodedata
from typing import assert_never

from protocol_dsl.diagnostics.catalogue import report
from protocol_dsl.diagnostics.diagnostic import Diagnostic
from protocol_dsl.source import SourceError


def source_problem(error: SourceError) -> Diagnostic:
    """The diagnostic for a file that `SourceText.read` refused: P001, P002 or P003."""
    match error.kind:
        case "encoding":
            variant = None if error.found == "other" else error.found.replace("-", "_")
            return report("P001", error.name, None, variant=variant, line=error.line)
        case "size":
            # Rounded up, so that a file just over the limit is not said to be at it.
            size = -(-int(error.found) * 10 // 1024**2) / 10
            return report("P002", error.name, None, size=size)
        case "control":
            variant = "accents" if unicodedata.combining(error.found) else None
            return report("P003", error.name, None, variant=variant, line=error.line, found=_named(error.found))
    assert_never(error.kind)


def _named(character: str) -> str:
    """A character that cannot be shown, by its number and its name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character').lower()}"
