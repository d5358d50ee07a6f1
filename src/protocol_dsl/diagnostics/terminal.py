"""Diagnostics as a person reads them in a terminal, and as a program reads them in JSON.

    error P201 in als.protocol, line 94, criterion I5 (Lung function)
      "FCV" is not a declared name.

        94 |     FCV is at least 50%
           |     ^^^ not declared

      Did you mean "FVC"? Then write:
        FVC is at least 50%
      More: protocol-dsl explain P201

Nothing that a file holds reaches the terminal raw: control characters are shown as �.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from protocol_dsl.diagnostics.diagnostic import Diagnostic, Severity
from protocol_dsl.diagnostics.excerpt import Part, excerpt
from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.source import SourceText, Span

_RESET: Final = "\x1b[0m"
_SEVERITY: Final = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}
_PLACE: Final = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m"}
_MARGIN: Final = "\x1b[34m"
_FURTHER: Final = "\x1b[36m"
_FAINT: Final = "\x1b[2m"
_LEAST_WIDTH: Final = 40


def render_text(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, SourceText],
    colour: bool,
    width: int = 80,
) -> str:
    """All diagnostics, file by file and from top to bottom, with a line that counts them; empty where there are none.

    `sources` maps a diagnostic's file to its text; without the text, or without a span, no excerpt is shown.
    """
    ordered = _ordered(diagnostics)
    if not ordered:
        return ""
    width = max(width, _LEAST_WIDTH)
    blocks = ["\n".join(_block(each, sources.get(each.file), colour, width)) for each in ordered]
    return "\n\n".join([*blocks, summary(ordered)]) + "\n"


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """The line that counts: "2 errors, 1 warning in als.protocol"."""
    counts = []
    for severity in Severity:
        count = sum(each.severity is severity for each in diagnostics)
        if count:
            counts.append(f"{count} {severity.value}" + ("" if count == 1 else "s"))
    files = list(dict.fromkeys(each.file for each in diagnostics))
    return f"{', '.join(counts) or 'no errors'} in {visible(files[0]) if len(files) == 1 else f'{len(files)} files'}"


def to_json(diagnostic: Diagnostic, source: SourceText | None) -> dict[str, object]:
    """One diagnostic as plain data. Lines and columns count from 1; the end column is one past the last character."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": diagnostic.file,
        "span": _region(diagnostic.span, source),
        "labels": [{"span": _region(label.span, source), "text": label.text} for label in diagnostic.labels],
        "hint": diagnostic.hint,
        "where": diagnostic.where,
        "fixes": [
            {"grade": fix.grade.value, "line": fix.line, "span": _region(fix.edit.span, source), "text": fix.edit.text}
            for fix in diagnostic.fixes
        ],
    }


def _region(span: Span | None, source: SourceText | None) -> dict[str, int] | None:
    if span is None or source is None:
        return None
    return dict(zip(("line", "column", "end_line", "end_column"), source.region(span), strict=True))


def _ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """File by file as they first come, each from top to bottom; what has no place comes first, as it came."""
    given = list(diagnostics)
    files = {file: place for place, file in enumerate(dict.fromkeys(each.file for each in given))}
    return sorted(given, key=lambda each: (files[each.file], each.span.start if each.span else -1))


def _block(diagnostic: Diagnostic, source: SourceText | None, colour: bool, width: int) -> Iterator[str]:
    yield from _heading(diagnostic, source, colour, width)
    yield from _text(diagnostic.message, width)
    if source is not None and diagnostic.span is not None:
        yield ""
        for line in excerpt(diagnostic.span, diagnostic.labels, source, width):
            yield "".join(_painted(part, diagnostic.severity) if colour else part.text for part in line).rstrip()
    if diagnostic.hint:
        yield ""
        yield from _text(diagnostic.hint, width)
    yield _paint(f"  More: protocol-dsl explain {diagnostic.code}", _FAINT, colour)


def _heading(diagnostic: Diagnostic, source: SourceText | None, colour: bool, width: int) -> Iterator[str]:
    head = f"{diagnostic.severity.value} {diagnostic.code}"
    places = [f" in {visible(diagnostic.file)}"]
    if source is not None and diagnostic.span is not None:
        places.append(f"line {source.position(diagnostic.span.start)[0]}")
    if diagnostic.where:
        places.append(visible(diagnostic.where))
    first, *rest = _wrapped(head + ", ".join(places), width, "", "  ")
    yield _paint(first[: len(head)], _SEVERITY[diagnostic.severity], colour) + first[len(head) :]
    yield from rest


def _text(text: str, width: int) -> Iterator[str]:
    """Text wrapped to the width; a line that is indented in it is a line to copy, and stays whole."""
    for line in text.split("\n"):
        if line.startswith(" "):
            yield "  " + visible(line).rstrip()
        elif line:
            yield from _wrapped(visible(line), width, "  ", "  ")
        else:
            yield ""


def _wrapped(text: str, width: int, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]


def _painted(part: Part, severity: Severity) -> str:
    paints = {"margin": _MARGIN, "mark": _PLACE[severity], "further": _FURTHER}
    return _paint(part.text, paints[part.role], True) if part.role in paints else part.text


def _paint(text: str, paint: str, colour: bool) -> str:
    return f"{paint}{text}{_RESET}" if colour and text else text
