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

from protocol_dsl.diagnostics import Copyable, Diagnostic, nearest, render_text, report
from protocol_dsl.render.style_check import classes_of, style_problems
from protocol_dsl.render.wording import LANGUAGES, wording
from protocol_dsl.source import SourceError, SourceText, Span

TEMPLATES: Final = tuple(f"{name}.html.j2" for name in ("protocol", "checklist", "dictionary", "explanation", "parts"))
_WORDS: Final = {f"words.{language}.toml": language for language in LANGUAGES}
_STYLE, PAGE, REFERENCE = "style.css", "page.typ", "reference.docx"
KNOWN_FILES: Final = (*TEMPLATES, *_WORDS, _STYLE, PAGE, REFERENCE)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_OUR_ENDINGS: Final = (".j2", ".html", ".htm", ".toml", ".css", ".typ", ".docx", ".dotx", ".doc", ".dot")
_PASSED_OVER: Final = re.compile(
    r"\..*|~.*|.*~|.*\.(?:bak|tmp|swp|lnk|ini|db)|(?:readme|licen[cs]e|changelog|changes|notes?)(?:\..*)?|icon\r",
    re.IGNORECASE,
)
"""Files that stand in real folders: of the system, of editors (`~$x.docx`, `x.bak`), and notes to people."""


class DocumentError(Exception):
    """A document can't be made. `diagnostics`: why, all of it; `sources`: the sponsor's files that they point into."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: Mapping[str, SourceText] | None = None):
        self.diagnostics = diagnostics
        self.sources: Mapping[str, SourceText] = sources or {}
        super().__init__(diagnostics)

    def __str__(self) -> str:
        return render_text(self.diagnostics, self.sources, colour=False)


@frozen
class SponsorFiles:
    """What a sponsor puts in front of ours. `words`: entries by language, as nested as in ours."""

    templates: Mapping[str, str] = field(factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    style: str | None = None
    page: str | None = None
    reference: bytes | None = None

    @property
    def own_classes(self) -> frozenset[str]:
        """Classes that the sponsor's style gives a look."""
        return classes_of(self.style or "")

    @property
    def sources(self) -> dict[str, SourceText]:
        """The files that messages point into."""
        texts = {**self.templates, PAGE: self.page or ""}
        return {name: source for name, text in texts.items() if (source := _source(name, text)) is not None}


def read_sponsor_files(files: Mapping[str, bytes]) -> SponsorFiles:
    """The sponsor's files by their names. Raises DocumentError with all that is wrong with them by themselves."""
    problems = [problem for name in files for problem in _of_no_use(name)]
    known = {name: content for name, content in files.items() if name in KNOWN_FILES}
    if not known and not problems:
        problems.append(report("D101", "the folder of templates", None, variant="empty", known=_KNOWN))
    texts: dict[str, str] = {}
    for name, content in known.items():
        if name != REFERENCE:
            try:
                texts[name] = content.decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError:
                problems.append(report("D101", name, None, variant="encoding", name=name))
    words: dict[str, Mapping[str, Any]] = {}
    for name, language in _WORDS.items():
        if name in texts:
            try:
                words[language] = tomllib.loads(texts[name])
            except tomllib.TOMLDecodeError as error:
                problems.append(_not_toml(name, texts[name], str(error)))
                continue
            problems.extend(_wrong_words(name, texts[name], words[language], wording(language).entries))
    if style := texts.get(_STYLE):
        problems += [
            told_at("D111", _STYLE, style, each.line, each.found, variant=each.variant, found=each.found)
            for each in style_problems(style)
        ]
    if problems:
        sources = {name: source for name, text in texts.items() if (source := _source(name, text)) is not None}
        raise DocumentError(tuple(problems), sources)
    templates = {name: texts[name] for name in TEMPLATES if name in texts}
    return SponsorFiles(templates, words, texts.get(_STYLE), texts.get(PAGE), files.get(REFERENCE))


# ---- places in the sponsor's files ----------------------------------------------------------------------------------


def told_at(
    code: str,
    name: str,
    text: str | None,
    line: int | None,
    found: str = "",
    /,
    *,
    variant: str | None = None,
    **values: Any,
) -> Diagnostic:
    """A diagnostic about a line of a sponsor's file, at the words `found` in it where they stand there."""
    source = None if text is None else _source(name, text)
    if source is None or line is None or not 1 <= line <= source.line_count:
        where = None if line is None else f"line {line}"
        return report(code, name, None, variant=variant, where=where, **values)
    return report(code, source, _span(source, line, found), variant=variant, **values)


def _source(name: str, text: str) -> SourceText | None:
    try:
        return SourceText.read(name, text)
    except SourceError:
        return None  # it holds a character that can't be shown; then the line alone is told


def _span(source: SourceText, line: int, found: str) -> Span:
    """The words in the line or in one of the next, of a tag that goes over several; or else the whole line."""
    for number in range(line, min(line + 4, source.line_count) + 1):
        if found and (at := re.search(rf"(?<![\w-]){re.escape(found)}(?![\w-])", source.line(number))):
            start = source.line_start(number)
            return Span(start + at.start(), start + at.end())
    written = source.line(line)
    start = source.line_start(line) + len(written) - len(written.lstrip())
    return Span(start, max(start, source.line_start(line) + len(written.rstrip())))


# ---- names of files -------------------------------------------------------------------------------------------------

_KNOWN: Final = Copyable(", ".join(KNOWN_FILES))


def _of_no_use(name: str) -> Iterator[Diagnostic]:
    """A file that looks as if it were meant for documents, but is used by none."""
    if name in KNOWN_FILES or _PASSED_OVER.fullmatch(name):
        return
    if language := re.fullmatch(r"words[._-]([A-Za-z]{2,3}(?:[-_]\w+)?)\.toml", name):
        near = next((f"words.{one}.toml" for one in LANGUAGES if one == language[1][:2].casefold()), "")
        variant = "language_nearest" if near else "language"
        files = Copyable(", ".join(_WORDS))
        yield report("D101", name, None, variant=variant, name=name, language=language[1], files=files, nearest=near)
        return
    stem = re.sub(r"\.txt$", "", name, flags=re.IGNORECASE)
    # Editors and browsers change endings: `style.css.txt`, `checklist.html`, `page (1).typ`.
    stem = re.sub(r"( \(\d+\)| - copy)(?=\.)", "", stem, flags=re.IGNORECASE)
    for made in (stem.casefold(), f"{stem.casefold()}.j2", re.sub(r"\.html?$", ".html.j2", stem.casefold())):
        if made in KNOWN_FILES:
            yield report("D101", name, None, variant="nearest", name=name, known=_KNOWN, nearest=made)
            return
    alike = next(iter(nearest(stem, KNOWN_FILES)), "")
    if alike or stem.casefold().endswith(_OUR_ENDINGS):
        which = "nearest" if alike else None
        yield report("D101", name, None, variant=which, name=name, known=_KNOWN, nearest=alike)


# ---- words ----------------------------------------------------------------------------------------------------------


def _not_toml(name: str, text: str, told: str) -> Diagnostic:
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", told)
    reason = told[: at.start()] if at else told
    line = int(at[1]) if at and at[1] else len(text.rstrip().split("\n"))
    return told_at("D112", name, text, line, reason=reason[:1].lower() + reason[1:])


def _wrong_words(name: str, text: str, given: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Sentences that are none of ours, or that name a place to fill in that ours has not."""
    known = dict(leaves(ours))
    del known["language"]  # it says what the file is, and stands in no document
    for key, words in leaves(given):
        line, last = _line_of_key(text, key), key.rpartition(".")[2]
        if key not in known:
            near = next(iter(nearest(key, tuple(known))), "")
            variant = "nearest" if near else None
            part, _, own = near.rpartition(".")
            yield told_at("D104", name, text, line, last, variant=variant, key=key, nearest=near, part=part, own=own)
            continue
        if type(words) is not type(known[key]) or (isinstance(words, list) and not _like(words, known[key])):
            variant = "list" if isinstance(known[key], list) else None
            ours_is = Copyable(_as_toml(last, known[key]))
            yield told_at("D113", name, text, line, last, variant=variant, key=key, ours=ours_is)
            continue
        places, filled = (set(_PLACEHOLDER.findall(str(one))) for one in (words, known[key]))
        braces = _PLACEHOLDER.sub("", re.sub(r"\{\{|\}\}", "", str(words)))
        if "{" in braces or "}" in braces:
            yield told_at("D113", name, text, line, last, variant="braces", key=key)
        elif unknown := sorted(places - filled):
            needed = ", ".join(f"{{{place}}}" for place in sorted(filled))
            variant = "places" if needed else "no_places"
            yield told_at(
                "D113", name, text, line, f"{{{unknown[0]}}}", variant=variant, key=key, place=unknown[0], needed=needed
            )


def _like(words: list[Any], ours: list[Any]) -> bool:
    return len(words) == len(ours) and all(isinstance(one, str) for one in words)


def _as_toml(key: str, ours: object) -> str:
    if isinstance(ours, list):
        return f"{key} = [" + ", ".join(f'"{one}"' for one in ours) + "]"
    return f'{key} = "{ours}"'


def _line_of_key(text: str, key: str) -> int | None:
    """The line in which a key of a TOML file is written, under its heading or with the whole of it."""
    heading = ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            heading = found[1] + "."
        elif (found := re.match(r"""\s*([\w."'-]+)\s*=""", line)) and key.startswith(
            heading + re.sub("[\"']", "", found[1])
        ):
            return number
    return None


def leaves(entries: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The sentences by their whole keys."""
    for key, entry in entries.items():
        if isinstance(entry, Mapping):
            yield from leaves(entry, f"{before}{key}.")
        else:
            yield f"{before}{key}", entry
