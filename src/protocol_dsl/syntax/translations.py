"""Translations of a protocol's own names, titles and wording, in a section such as `in Chinese`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from protocol_dsl.diagnostics import Problems
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.layout import Line
from protocol_dsl.syntax.words import ATTRIBUTES, HEADER, NOTES

ENTRY: Final = re.compile(r"(?P<name>[^:：]*[^:：\s])\s*[:：]\s*(?P<text>.*)$")
"""Who types Chinese gets the wide colon, and no space after it."""
PROSE: Final = frozenset((*NOTES, *ATTRIBUTES, *HEADER))
"""Lines whose text may go on in the lines under them, whatever these look like."""


def read_translations(lines: Iterable[Line], problems: Problems) -> tuple[nodes.TranslationSyntax, ...]:
    """The lines `NAME: TEXT` of a section."""
    found = (_entry(line, problems) for line in lines)
    return tuple(entry for entry in found if entry is not None)


def _entry(line: Line, problems: Problems, within: bool = False) -> nodes.TranslationSyntax | None:
    match = ENTRY.match(line.text)
    if match is None:
        problems.report("P212", line.span, found=line.text)
        return None
    name = match["name"]
    texts = [match["text"]]
    quotation: list[str] = []
    inner: list[nodes.TranslationSyntax] = []
    prose = within and name.casefold() in PROSE
    for child in line.below() if prose else line.children:
        if child.quoted and not prose:
            quotation += [part.text.removeprefix(">").strip() for part in (child, *child.below())]
        elif child.bullet and not prose:
            problems.report("P212", child.span, found=f"- {child.text}")
        elif prose or not ENTRY.match(child.text):
            texts.append(f"- {child.text}" if child.bullet else child.text)
            texts += [] if prose else [deeper.text for deeper in child.below()]
        elif (found := _entry(child, problems, within=True)) is not None:
            inner.append(found)
    told = tuple(text for text in texts if text)
    if not told and not quotation and not inner:
        problems.report("P212", line.span, variant="empty", name=name)
        return None
    place = Span(line.start, line.start + match.end("name"))
    return nodes.TranslationSyntax(name, told, tuple(quotation), tuple(inner), name_span=place, span=line.span)
