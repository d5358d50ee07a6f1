"""A sponsor's own templates, words and styles, which stand in front of ours.

A template may begin with `{% extends "ours/checklist.html.j2" %}` and replace single blocks of ours. Of a folder, any
of these files: `protocol.html.j2`, `checklist.html.j2`, `dictionary.html.j2`, `explanation.html.j2`
and `parts.html.j2` (templates), `words.en.toml` and `words.zh.toml` (sentences by their keys), `style.css` (HTML),
`page.typ` (PDF), `reference.docx` (Word: its styles, page and margins).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import field, frozen

from protocol_dsl.diagnostics import Copyable, Diagnostic, nearest, report
from protocol_dsl.render.wording import LANGUAGES, wording

TEMPLATES: Final = tuple(f"{name}.html.j2" for name in ("protocol", "checklist", "dictionary", "explanation", "parts"))
_WORDS: Final = {f"words.{language}.toml": language for language in LANGUAGES}
_STYLE, _PAGE, REFERENCE = "style.css", "page.typ", "reference.docx"
KNOWN_FILES: Final = (*TEMPLATES, *_WORDS, _STYLE, _PAGE, REFERENCE)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


class DocumentError(Exception):
    """A document can't be made. `diagnostics`: why, all of it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]):
        self.diagnostics = diagnostics
        super().__init__("; ".join(each.message for each in diagnostics))


@frozen
class SponsorFiles:
    """What a sponsor puts in front of ours. `words`: entries by language, as nested as in ours."""

    templates: Mapping[str, str] = field(factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    style: str | None = None
    page: str | None = None
    reference: bytes | None = None


def read_sponsor_files(files: Mapping[str, bytes]) -> SponsorFiles:
    """The sponsor's files by their names. Raises DocumentError (D101, D104) with everything that is wrong with them."""
    problems: list[Diagnostic] = []
    texts: dict[str, str] = {}
    words: dict[str, Mapping[str, Any]] = {}
    for name, content in files.items():
        if name not in KNOWN_FILES:
            near = next(iter(nearest(name, KNOWN_FILES)), None)
            known = Copyable(", ".join(KNOWN_FILES))
            variant = "nearest" if near else None
            problems.append(report("D101", name, None, variant=variant, name=name, known=known, nearest=near or ""))
        elif name != REFERENCE:
            try:
                texts[name] = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                problems.append(report("D101", name, None, variant="encoding", name=name))
    for name, language in _WORDS.items():
        if name in texts:
            try:
                words[language] = tomllib.loads(texts[name])
            except tomllib.TOMLDecodeError as error:
                problems.append(report("D104", name, None, variant="toml", reason=str(error)))
                continue
            problems.extend(_wrong_words(name, words[language], wording(language).entries))
    if problems:
        raise DocumentError(tuple(problems))
    templates = {name: texts[name] for name in TEMPLATES if name in texts}
    return SponsorFiles(templates, words, texts.get(_STYLE), texts.get(_PAGE), files.get(REFERENCE))


def _wrong_words(name: str, given: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Sentences that are none of ours, or that name a place to fill in that ours has not."""
    known = dict(_leaves(ours))
    for key, text in _leaves(given):
        if key not in known:
            near = next(iter(nearest(key, tuple(known))), None)
            yield report("D104", name, None, variant="nearest" if near else None, key=key, nearest=near or "")
            continue
        if type(text) is not type(known[key]):
            yield report("D104", name, None, variant="kind", key=key)
            continue
        places, filled = (set(_PLACEHOLDER.findall(str(one))) for one in (text, known[key]))
        braces = _PLACEHOLDER.sub("", str(text))
        if not places <= filled or "{" in braces or "}" in braces:
            needed = ", ".join(f"{{{place}}}" for place in sorted(filled)) or "none"
            yield report("D104", name, None, variant="places", key=key, needed=needed)


def _leaves(entries: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, entry in entries.items():
        if isinstance(entry, Mapping):
            yield from _leaves(entry, f"{before}{key}.")
        else:
            yield f"{before}{key}", entry
