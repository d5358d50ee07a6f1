"""Criteria that most protocols have, each with the data that it needs, to be taken into a protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from attrs import field, frozen

from protocol_dsl.semantics.checked import Protocol

_HEADING: Final = re.compile(r"\S")
_CRITERIA: Final = ("inclusion criteria", "exclusion criteria")


@cache
def patterns() -> Mapping[str, str]:
    """The text of each pattern, by the name with which it is asked for."""
    folder = resources.files("protocol_dsl.library").joinpath("patterns")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".protocol")), key=lambda each: each.name)
    return {each.name.removesuffix(".protocol"): each.read_text(encoding="utf-8") for each in files}


def listing() -> str:
    """The patterns, a line each: its name and its title."""
    names = patterns()
    width = max(map(len, names))
    lines = [f"  {name:<{width}}  {_title(text)}" for name, text in names.items()]
    closing = "Show one: protocol-dsl init ecog. Add it to a file: protocol-dsl init ecog FILE."
    return "\n".join(["Patterns of criteria:", "", *lines, "", closing]) + "\n"


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("protocol: ")


def shown_pattern(name: str) -> str:
    """A pattern without its header and its examples."""
    sections = [section for section in read_sections(patterns()[name]) if section.heading not in ("examples",)]
    return "\n".join(text for section in sections[1:] for text in [section.text()])


@frozen
class Section:
    """A section of a file as it is written: its heading, and its entries, each with the lines under it."""

    heading: str
    start: int
    entries: list[list[str]] = field(factory=list)
    end: int = 0
    """The number of lines up to its last line that holds something."""

    def text(self) -> str:
        """The section, with a blank line behind it."""
        gap = "\n\n" if self.heading in _CRITERIA else "\n"
        return f"{self.heading}\n{gap[1:]}" + gap.join("\n".join(entry) for entry in self.entries) + "\n"


def read_sections(text: str) -> list[Section]:
    """The sections of a file in canonical form; the first is the header."""
    found: list[Section] = []
    for number, line in enumerate(text.split("\n")):
        if _HEADING.match(line) and not line.startswith("#"):
            found.append(Section(line.strip(), number, end=number + 1))
        elif line.strip() and not line.lstrip().startswith("#") and found:
            if len(line) - len(line.lstrip()) <= 2 or not found[-1].entries:
                found[-1].entries.append([])
            found[-1].entries[-1].append(line)
            found[-1] = Section(found[-1].heading, found[-1].start, found[-1].entries, number + 1)
    return found


@frozen
class Added:
    """A file with a pattern in it, or why it can't be there. `id`: the criterion's new number."""

    text: str = ""
    id: str = ""
    clashes: tuple[str, ...] = ()
    names_clash: bool = False
    day: str = ""
    """The file's own day that stands in place of the pattern's `screening`, if any does."""


def with_pattern(text: str, protocol: Protocol, name: str, pattern: Protocol) -> Added:
    """A file's text with a pattern: what the file declares already is left out, all else stays as it is.

    `protocol` is what the file says, `pattern` what the pattern says.
    """
    clashes = tuple(_clashes(protocol, pattern))
    names_clash = bool(clashes)
    [criterion] = pattern.criteria
    if criterion.kind in protocol.none_in_source:
        clashes = (
            *clashes,
            f"The file says that its source has no {criterion.kind} criteria. Delete that line, and try again.",
        )
    if clashes:
        return Added(clashes=clashes, names_clash=names_clash)
    day = _day_instead(protocol)
    own = patterns()[name] if not day else re.sub(r"\bscreening\b", day, patterns()[name])
    known = {each.casefold() for item in protocol.items.values() for each in item.names}
    known |= {each.casefold() for each in protocol.definitions} | {each.name.casefold() for each in protocol.lists}
    id_ = _next_id(protocol, criterion.kind)
    lines = text.rstrip("\n").split("\n")
    for section in read_sections(own)[1:]:
        if section.heading == "examples":
            continue
        entries = [each for each in section.entries if _name_of(each[0]).casefold() not in known]
        if section.heading in _CRITERIA:
            [entry] = section.entries
            entries = [["", re.sub(r"^  \w+:", f"  {id_}:", entry[0]), *entry[1:]]]
        lines = _with_entries(lines, section.heading, entries)
    return Added("\n".join(lines) + "\n", id_, day=day)


def _with_entries(lines: list[str], heading: str, entries: list[list[str]]) -> list[str]:
    """The lines of a file with entries at the end of a section, or in a new one where the file has none."""
    if not entries:
        return lines
    new = [line for entry in entries for line in entry]
    sections = read_sections("\n".join(lines))
    there = [each for each in sections if each.heading.rstrip(":").casefold() == heading.casefold()]
    if there:
        at = there[-1].end
        return [*lines[:at], *new, *lines[at:]]
    after = _BEHIND[heading.partition(":")[0]]
    follows = next((each for each in sections[1:] if each.heading.casefold().startswith(after)), None)
    at = _before_comments(lines, follows.start) if follows else len(lines)
    block = [heading, *new]
    return [*lines[:at], *block, "", *lines[at:]] if follows else [*lines, "", *block]


_REST: Final = ("inclusion", "exclusion", "examples", "in chinese")
_BEHIND: Final = {
    "days": ("lists", "data", "definitions", *_REST),
    "lists": ("data", "definitions", *_REST),
    "data": ("definitions", *_REST),
    "definitions": _REST,
    "inclusion criteria": ("exclusion", "examples", "in chinese"),
    "exclusion criteria": ("examples", "in chinese"),
}
"""Before which sections a new one stands."""


def _before_comments(lines: list[str], at: int) -> int:
    """A comment right above a section belongs to it."""
    while at > 0 and lines[at - 1].startswith("#"):
        at -= 1
    return at


def _name_of(line: str) -> str:
    """The name that an entry declares, without its short form."""
    return re.split(r":|=| means | of \(", line, maxsplit=1)[0].partition("(")[0].strip()


def _clashes(protocol: Protocol, pattern: Protocol) -> Iterator[str]:
    """Names that the file uses for something else than the pattern does."""
    declared = {name.casefold(): item for item in protocol.items.values() for name in item.names}
    others = {each.casefold() for each in (*protocol.definitions, *(each.name for each in protocol.lists))}
    for item in pattern.items.values():
        met = [declared[name.casefold()] for name in item.names if name.casefold() in declared]
        if any(other.kind != item.kind or other.name.casefold() != item.name.casefold() for other in met):
            yield f"The file declares {met[0].name} already, as something else than the pattern needs."
        elif any(name.casefold() in others for name in item.names):
            yield f"The file uses the name {item.name} already, for a definition or a list."
    definitions = {name.casefold(): each for name, each in protocol.definitions.items()}
    for name, definition in pattern.definitions.items():
        same = definitions.get(name.casefold())
        instead = re.sub(r"\bscreening\b", _day_instead(protocol) or "screening", definition.statement)
        if name.casefold() in declared or (same is not None and same.statement != instead):
            yield f"The file uses the name {name} already, for something else than the pattern does."
    lists = {each.name.casefold(): each for each in protocol.lists}
    for each in pattern.lists:
        if each.name.casefold() in declared or (each.name.casefold() in lists and lists[each.name.casefold()] != each):
            yield f"The file uses the name {each.name} already, for something else than the pattern does."


def _day_instead(protocol: Protocol) -> str:
    """The day on which the file judges patients, where it has none that is called screening."""
    days = [item.name for item in protocol.items.values() if item.day]
    if any(day.casefold() == "screening" for day in days):
        return ""
    return protocol.evaluated_on or next((day for day in days if day != "evaluation date"), "")


def _next_id(protocol: Protocol, kind: str) -> str:
    """The next free number, with the letters that the file uses."""
    numbers = [re.match(r"([A-Z]+-?)(\d+)", each.id) for each in protocol.criteria if each.kind == kind]
    found = [(match[1], int(match[2])) for match in numbers if match]
    if not found:
        return "I1" if kind == "inclusion" else "E1"
    return f"{found[-1][0]}{max(number for _, number in found) + 1}"


def added_words(file: str, added: Added, pattern: str) -> str:
    """That a pattern has been added, and what to look at."""
    lines = [f"{file}: {added.id} is added, from the pattern {pattern}. Its numbers are examples: make them yours."]
    if added.day:
        lines.append(f"Where the pattern has screening, {added.day} stands.")
    lines.append(f"The example patients know nothing of it yet: protocol-dsl test {file} shows those that change.")
    return "\n".join(lines)


def clash_words(file: str, pattern: str, added: Added) -> str:
    """Why a pattern was not added."""
    told = "\n".join(f"  {each}" for each in added.clashes)
    renamed = "\nRename yours, and try again." if added.names_clash else ""
    return f"{file} is left as it is. The pattern {pattern} does not fit:\n{told}{renamed}"
