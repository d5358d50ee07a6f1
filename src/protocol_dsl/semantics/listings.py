"""What stands in lists beside the rules: words, periods, amendments, and how the wording is reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from protocol_dsl.diagnostics import Copyable, Problems, codes, nearest
from protocol_dsl.semantics.amendment_lines import BULLET, amendment_in, entries_of
from protocol_dsl.semantics.checked import Accepted, Amendment, Note, Period, RuleSeverity, WordList
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words import ACCEPTED, WORDING_RULES
from protocol_dsl.syntax.words_of import words

_WORDING_RULE: Final = re.compile(
    r"(?P<code>[A-Za-z]+[0-9]+) is (?:an? )?(?P<severity>error|warning|off)(?:, because (?P<reason>\S.*))?"
)
_ACCEPTED: Final = re.compile(r"(?P<code>[A-Za-z]+[0-9]+), because (?P<reason>\S.*)")


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
        if not text.startswith(BULLET):
            yield Amendment("", "", text)
        elif (found := amendment_in(text)) is not None:
            yield Amendment(*found)
        else:
            example = Copyable("- 1.1, 2026-03-16: I2 admits patients of up to 65 years.")
            problems.report("P126", span, found=text.removeprefix(BULLET), example=example)


def wording_rules(syntax: nodes.ProtocolSyntax, problems: Problems) -> dict[str, RuleSeverity]:
    """How severe the header takes rules of the wording review to be: `- L107 is off, because …`."""
    found: dict[str, RuleSeverity] = {}
    prop = next((prop for prop in syntax.header if prop.key == WORDING_RULES), None)
    for text, span in _entries(prop) if prop is not None else ():
        match = _WORDING_RULE.fullmatch(text.removeprefix(BULLET))
        if match is None:
            problems.report("P140", span, found=text.removeprefix(BULLET))
        elif match["severity"] == "off" and not match["reason"]:
            line = Copyable(f"- {match['code']} is off, because …")
            problems.report("P140", span, variant="reason", rule=match["code"], line=line)
        elif code := _known_rule(match["code"], span, problems):
            found[code] = match["severity"]  # type: ignore[assignment]
    return found


def split_notes(notes: Iterable[nodes.Property], problems: Problems) -> tuple[tuple[Note, ...], tuple[Accepted, ...]]:
    """Notes for readers, and the findings of the wording review that the author keeps: `L104, because …`."""
    told: list[Note] = []
    accepted: list[Accepted] = []
    for note in notes:
        if note.key != ACCEPTED:
            told.append(Note(note.key, note.text, span=note.span))  # type: ignore[arg-type]
            continue
        match = _ACCEPTED.fullmatch(note.text)
        if match is None:
            problems.report("P141", note.span, found=note.text)
        elif code := _known_rule(match["code"], note.span, problems):
            accepted.append(Accepted(code, match["reason"], note.span))
    return tuple(told), tuple(accepted)


def _known_rule(written: str, span: Span, problems: Problems) -> str | None:
    code = written.upper()
    known = [one for one in codes() if one.startswith("L")]
    if code in known:
        return code
    near = nearest(code, known)
    problems.report("P142", span, variant="nearest" if near else None, rule=written, nearest=near[0] if near else "")
    return None


def _entries(prop: nodes.Property) -> Iterator[tuple[str, Span]]:
    """Each entry of a list, or the text before it, with its continuation lines."""
    for lines in entries_of(prop.lines):
        end = prop.starts[lines.stop - 1] + len(prop.lines[lines.stop - 1])
        yield " ".join(prop.lines[lines]), Span(prop.starts[lines.start], end)
