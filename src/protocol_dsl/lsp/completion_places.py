"""What kind of words belong at a place of a file, told by its line and the lines above it."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.syntax.declarations import DEFINITION, FUNCTION_HEAD, KEYED
from protocol_dsl.syntax.layout import BULLET, TAB_WIDTH, Piece
from protocol_dsl.syntax.parse import CRITERION, GUARDED, HEADING, SECTIONS
from protocol_dsl.syntax.words import ATTRIBUTES, LANGUAGES, NOTES

What: TypeAlias = Literal[
    "heading", "header key", "header day", "file", "day", "kind", "attribute", "silence", "list kind", "criterion",
    "rule line", "phrase", "example", "fact", "value of fact", "translated", "nothing",
]  # fmt: skip


@frozen
class Place:
    """A place in a file. `start`: where the words that are being typed begin; `typed`: these words."""

    what: What
    start: int
    typed: str
    section: str = ""
    phrase: str = "rule"
    """What the parser is asked for in a phrase."""
    pieces: tuple[Piece, ...] = ()
    """The words of the phrase up to the cursor."""
    owner: str = ""
    """The fact whose value is typed."""
    series: str = ""
    """The list of rows in whose fields the phrase stands."""
    outer: str = ""
    """The lines that open the lists in which the phrase stands."""
    first: bool = False
    """No line with words stands above."""


@frozen
class _Above:
    """A line above the cursor that is less deep, or the cursor's own up to it. `indent`: of its first sign."""

    text: str
    start: int
    indent: int
    bullet: bool = False


def place_at(analysis: Analysis, offset: int) -> Place:
    """The place of an offset of the plain text."""
    assert analysis.source is not None
    number = analysis.source.line_of(offset)
    start = analysis.source.line_start(number)
    before = analysis.source.text[start:offset]
    own = _line(before, start)
    above = _lines_above(analysis, number, own)
    begun = re.search(r"(?:^|(?<=[:\s]))\s*(?P<words>[^:]*)$", own.text)
    typed = own.text if begun is None else begun["words"]
    place = Place("nothing", offset - len(typed), typed, first=not above and not analysis.source.text[:start].strip())
    if _in_comment(before) or own.text.startswith(">"):
        return place
    guarded = re.match(r"(?:inclusion|exclusion) criteria,? if (?P<condition>.*)", own.text, re.IGNORECASE)
    if not above and guarded:
        return _phrase(place, (Piece(guarded["condition"], own.start + guarded.start("condition")),), "condition")
    if not above and own.indent == 0:
        return _place(place, "heading", own.text, own.start) if not own.text.startswith("protocol:") else place
    root = above[0] if above else own
    if above and root.text.casefold().startswith("protocol:"):
        return _in_header(place, own, above)
    heading = GUARDED.match(root.text) or HEADING.match(root.text)
    kind = heading["kind"].strip().casefold() if heading else ""
    return _in_section(place, kind, own, above[1:]) if kind in SECTIONS else place


def _line(text: str, start: int) -> _Above:
    content = text.lstrip(" \t")
    at = start + len(text) - len(content)
    indent = len(text[: len(text) - len(content)].expandtabs(TAB_WIDTH))
    if bullet := BULLET.match(content):
        return _Above(content[bullet.end() :], at + bullet.end(), indent, True)
    return _Above(content, at, indent)


def _lines_above(analysis: Analysis, number: int, own: _Above) -> list[_Above]:
    """The lines that the cursor's line stands under, the outermost first."""
    assert analysis.source is not None
    found: list[_Above] = []
    indent = own.indent
    for each in range(number - 1, 0, -1):
        text = analysis.source.line(each)
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        line = _line(re.sub(r"(?:^|(?<=\s))#.*$", "", text).rstrip(), analysis.source.line_start(each))
        opens_here = own.bullet and line.indent == indent and not line.bullet and line.text.endswith(":")
        if line.indent < indent or (opens_here and not found):
            found.append(line)
            indent = line.indent
        if indent == 0:
            break
    return found[::-1]


def _in_comment(text: str) -> bool:
    return re.search(r"(?:^|\s)#", text) is not None


def _place(place: Place, what: What, typed: str, start: int, *, owner: str = "", section: str = "") -> Place:
    return evolve(place, what=what, typed=typed, start=start, owner=owner, section=section)


def _phrase(place: Place, pieces: tuple[Piece, ...], phrase: str = "rule", series: str = "") -> Place:
    return evolve(place, what="phrase", pieces=pieces, phrase=phrase, series=series)


def _in_header(place: Place, own: _Above, above: list[_Above]) -> Place:
    key, colon, text = own.text.partition(":")
    if len(above) > 1:
        return place
    if colon and key.strip() == "evaluated on":
        return _place(place, "header day", text.lstrip(), own.start + len(own.text) - len(text.lstrip()))
    return place if colon else _place(place, "header key", own.text, own.start)


def _in_section(place: Place, kind: str, own: _Above, above: list[_Above]) -> Place:
    """`above`: the lines of the section that the cursor's line stands under."""
    key, colon, rest = own.text.partition(":")
    value = rest.lstrip()
    at = own.start + len(own.text) - len(value)
    if kind == "use":
        return _place(place, "file", own.text, own.start)
    if kind == "days":
        if colon and re.match(r"from\s", value):
            return _phrase(place, (Piece(value, at),), "period")
        return _place(place, "day", value, at) if colon and not above else place
    if kind == "lists":
        return _place(place, "list kind", value, at) if colon and not above else place
    if kind == "data":
        return _in_data(place, own, above, (key.strip(), colon, value, at))
    if kind == "definitions":
        return _in_definition(place, own, above)
    if kind == "examples":
        return _in_examples(place, own, above, (key.strip(), colon, value, at))
    if kind in {heading.casefold() for heading in LANGUAGES}:
        return place if colon else _place(place, "translated", own.text, own.start)
    return _in_criteria(place, kind, own, above)


def _in_data(place: Place, own: _Above, above: list[_Above], parts: tuple[str, str, str, int]) -> Place:
    key, colon, value, at = parts
    series = above[0].text.partition(":")[0] if above else ""
    series = re.sub(r"\s*\(.*", "", series)
    if key.casefold() == "asked if" and colon:
        return _phrase(place, (Piece(value, at),), "condition", series)
    if key.casefold() == "if not recorded" and colon:
        return _place(
            place, "silence", value, at, owner=series if len(above) == 1 else above[-1].text.partition(":")[0]
        )
    if key.casefold() in ATTRIBUTES:
        return place
    if above and " = " in own.text:
        start = own.text.index(" = ") + 3
        return _phrase(place, (Piece(own.text[start:], own.start + start),), "definition", series)
    if colon:
        return _place(place, "kind", value, at)
    return _place(place, "attribute", own.text, own.start) if above else place


def _in_definition(place: Place, own: _Above, above: list[_Above]) -> Place:
    line = above[0] if above else own
    if above and (keyed := KEYED.match(own.text)) and keyed["key"].casefold() in NOTES:
        return place
    head = FUNCTION_HEAD.match(line.text) or DEFINITION.match(line.text)
    if head is None:
        return place
    body = head["body"] or ""
    phrase = "named_series" if body.startswith("each") else "rule" if head["sign"] == "means" else "definition"
    series = head["name"].partition(" of (")[0]
    first = Piece(body, line.start + head.start("body")) if body else None
    if not above:
        return _phrase(place, (first,) if first is not None else (), phrase, series)
    return _statement(place, own, above[1:], first if len(above) == 1 else None, phrase, series)


def _in_criteria(place: Place, kind: str, own: _Above, above: list[_Above]) -> Place:
    if not above:
        return _place(place, "criterion", own.text, own.start, section=kind)
    if not CRITERION.match(above[0].text):
        return place
    keyed = KEYED.match(own.text)
    inside_note = any((note := KEYED.match(line.text)) and note["key"].casefold() in NOTES for line in above[1:])
    if (
        inside_note
        or (keyed and keyed["key"].casefold() in NOTES)
        or any(line.text.startswith(">") for line in above[1:])
    ):
        return place
    return _statement(place, own, above[1:], None, "rule", "")


def _statement(place: Place, own: _Above, above: list[_Above], first: Piece | None, phrase: str, series: str) -> Place:
    """A line of a rule: a statement of its own, or the continuation of the lines that it stands under."""
    pieces: list[Piece] = [Piece(own.text, own.start)]
    outer = " ".join(line.text for line in above if line.text.endswith(":"))
    if not own.bullet:
        for line in reversed(above):
            if line.text.endswith(":"):
                break
            pieces.insert(0, Piece(line.text, line.start))
            if line.bullet:
                break
        else:
            if first is not None and first.text:
                pieces.insert(0, first)
    found = _phrase(place, tuple(pieces), phrase if first is not None or phrase == "rule" else "rule", series)
    begins = len(pieces) == 1 and not own.bullet and not above and first is None
    return evolve(found, what="rule line" if begins else "phrase", outer=outer)


def _in_examples(place: Place, own: _Above, above: list[_Above], parts: tuple[str, str, str, int]) -> Place:
    key, colon, value, at = parts
    if not above:
        return _place(place, "example", own.text, own.start) if " " not in own.text else place
    if own.text.startswith("|"):
        cells = own.text.split("|")
        typed = cells[-1].lstrip()
        start = own.start + len(own.text) - len(typed)
        if len(cells) == 2:
            return _place(place, "fact", typed, start)
        return _place(place, "value of fact", typed, start, owner=cells[1].strip())
    if not colon:
        return _place(place, "fact", own.text, own.start)
    return _place(place, "value of fact", value, at, owner=key)
