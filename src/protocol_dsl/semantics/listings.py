"""What documents list beside the rules: lists of words, periods of the trial and amendments."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.diagnostics import Copyable, Problems
from protocol_dsl.semantics.amendment_lines import BULLET, amendment_in, entries_of
from protocol_dsl.semantics.checked import Amendment, Period, WordList
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words


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
    for lines in entries_of(prop.lines):
        text = " ".join(prop.lines[lines])
        if not text.startswith(BULLET):
            yield Amendment("", "", text)
        elif (found := amendment_in(text)) is not None:
            yield Amendment(*found)
        else:
            example = Copyable("- 1.1, 2026-03-16: I2 admits patients of up to 65 years.")
            last = prop.starts[lines.stop - 1] + len(prop.lines[lines.stop - 1])
            span = Span(prop.starts[lines.start], last)
            problems.report("P126", span, found=text.removeprefix(BULLET), example=example)
