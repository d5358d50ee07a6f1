"""The files that a protocol uses for shared data, lists and definitions, each read with its own vocabulary first.

A file gives what it declares, not its criteria. It may use others in turn. Where a file can't be had, or has errors
itself, the line that names it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from protocol_dsl.diagnostics import Diagnostic, Severity, report
from protocol_dsl.source import SourceError, SourceText, Span
from protocol_dsl.syntax.parse import files_used, parse
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.phrase_memory import PhraseMemory

Loader: TypeAlias = Callable[[str], bytes | None]
"""The content of a file of the protocol's folder, by the name that the protocol gives it; None where there is none."""

DEEPEST: Final = 10
"""How many files may use one another in a row."""


@frozen
class UsedFiles:
    """A protocol as read with the files it uses. `hashes`: the SHA-256 of each of them, by name."""

    parsed: ParsedFile
    hashes: Mapping[str, str] = field(factory=dict)


def parse_with_uses(
    source: SourceText, loader: Loader, within: tuple[str, ...] = (), memory: PhraseMemory | None = None
) -> UsedFiles:
    """Read a protocol file and all that it uses. `memory`: the file's phrases that were read before."""
    within = within or (PurePath(source.name).name,)
    used: list[tuple[str, Span, ParsedFile]] = []
    hashes: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, span in files_used(source):
        if any(name == known for known, _, _ in used):
            problems.append(report("P208", source.name, span, variant="twice", name=name))
            continue
        if name in within or len(within) >= DEEPEST:
            circle = " → ".join([*within, name])
            problems.append(report("P208", source.name, span, variant="circle", name=name, circle=circle))
            continue
        content = loader(name)
        if content is None:
            variant = None if name.endswith(".protocol") else "not_a_file"
            problems.append(report("P208", source.name, span, variant=variant, name=name))
            continue
        found = _read(name, content, loader, (*within, name))
        errors = [one for one in found.parsed.diagnostics if one.severity is Severity.ERROR] if found else []
        if found is None or errors:
            problems.append(report("P208", source.name, span, variant="errors", name=name, count=len(errors) or 1))
            continue
        hashes |= found.hashes
        used.append((name, span, found.parsed))
    parsed = parse(source, used, memory)
    diagnostics = tuple(sorted((*problems, *parsed.diagnostics), key=lambda one: one.span.start if one.span else 0))
    return UsedFiles(evolve(parsed, diagnostics=diagnostics), hashes)


def _read(name: str, content: bytes, loader: Loader, within: tuple[str, ...]) -> UsedFiles | None:
    try:
        source = SourceText.read(name, content)
    except SourceError:
        return None
    if not files_used(source):
        return UsedFiles(_parsed(name, content), {name: source.sha256})
    found = parse_with_uses(source, loader, within)
    return evolve(found, hashes={**found.hashes, name: source.sha256})


@lru_cache(maxsize=16)
def _parsed(name: str, content: bytes) -> ParsedFile:
    """A file that uses no other, read once: many protocols use the same library."""
    return parse(SourceText.read(name, content))
