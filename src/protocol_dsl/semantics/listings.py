"""What documents list beside the rules: lists of words, periods of the trial and amendments."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Copyable, Problems
from protocol_dsl.semantics.checked import Amendment, Period, WordList
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words

_BULLET: Final = "- "
_AMENDMENT: Final = re.compile(r"(?P<version>[^,:]+), *(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}): +(?P<text>.+)")


def word_lists(syntax: nodes.ProtocolSyntax, scope: Scope) -> Iterator[WordList]:
    """The lists of words in the order of the file; of other files only those that are used."""
    for section in syntax.sections:
        for written in section.lists:
            listed = scope.lists[written.name.text.casefold()]
            if section.used_from is not None and not (listed.name in scope.used or scope.lists_within(listed.name)):
                continue
            shown = (*listed.members, *(listed.outside or ()))
            codes = {word: tuple(dict.fromkeys(scope.terms.get(word, ()))) for word in shown}
            aliases = tuple(alias.text for alias in written.aliases)
            yield WordList(listed.name, listed.members, listed.outside, codes, aliases, written.of)


def periods(syntax: nodes.ProtocolSyntax) -> Iterator[Period]:
    """The periods of the trial."""
    for section in syntax.sections:
        for declared in section.declarations:
            if declared.type is not None and declared.type.period is not None:
                first, last = (words(day) for day in declared.type.period)
                yield Period(declared.name.text, first, last, tuple(alias.text for alias in declared.aliases))


def amendments(syntax: nodes.ProtocolSyntax, problems: Problems) -> Iterator[Amendment]:
    """The amendments that the header tells of: a text, or a list with the version and the date of each."""
    prop = next((prop for prop in syntax.header if prop.key == "amendments"), None)
    if prop is None:
        return
    for text, span in _entries(prop):
        if not text.startswith(_BULLET):
            yield Amendment("", "", text)
            continue
        match = _AMENDMENT.fullmatch(text.removeprefix(_BULLET))
        if match is None or not _is_day(match["date"]):
            example = Copyable("- 1.1, 2026-03-16: I2 admits patients of up to 65 years.")
            problems.report("P126", span, found=text.removeprefix(_BULLET), example=example)
        else:
            yield Amendment(match["version"].strip(), match["date"], match["text"])


def _entries(prop: nodes.Property) -> Iterator[tuple[str, Span]]:
    """Each entry of a list, or the text before it, with its continuation lines."""
    text, place = "", prop.text_span
    for line, start in zip(prop.lines, prop.starts, strict=True):
        if line.startswith(_BULLET) and text:
            yield text, place
            text = ""
        place = Span(place.start if text else start, start + len(line))
        text = f"{text} {line}".strip()
    if text:
        yield text, place


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
