"""A document as PDF: A4, tagged, with bookmarks, set by Typst."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from protocol_dsl.diagnostics import nearest
from protocol_dsl.render.forms import MissingExtra, MissingGlyphs, PageRulesError
from protocol_dsl.render.forms.typst_source import is_shown, literal, typst_source
from protocol_dsl.render.markup import Document

if TYPE_CHECKING:
    import typst

LATIN: Final = "Libertinus Serif"
"""It comes with Typst, so that a document in Latin script has the same bytes on every machine."""
CHINESE: Final = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Songti SC",
    "SimSun",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)
"""Fonts of simplified Chinese, the first at hand is used: of Linux, macOS and Windows."""


def pdf(document: Document, page: str | None = None, created: datetime.datetime | None = None) -> bytes:
    """The document as a PDF file. `page`: a sponsor's rules in Typst, put after ours; `created`: the date in the file.

    MissingExtra if Typst is not installed, MissingGlyphs if no font has a character, PageRulesError for a wrong `page`.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtra("typst") from None
    _check(page)
    # A machine's own fonts are looked at only if a text needs them.
    systems = (True,) if page or _is_chinese(document) else (False, True)
    for system in systems:
        try:
            return _compiled(document, page, created, system)
        except typst.TypstError as problem:
            missing = _missing(problem.diagnostic)
            if not missing and page is not None:
                raise _rules_error(problem, page) from None
            if not missing:
                raise
    raise MissingGlyphs(missing)


def _check(page: str | None) -> None:
    """A sponsor's rules load nothing: Typst would fetch packages from the network."""
    for number, line in enumerate((page or "").split("\n"), 1):
        if word := re.search(r"\b(import|include)\b", re.sub(r"(?<!:)//.*", "", line)):
            raise PageRulesError(f"it says “{word[0]}”, but may load neither files nor packages", number, loads=word[0])


def _compiled(document: Document, page: str | None, created: datetime.datetime | None, system: bool) -> bytes:
    import typst

    source = typst_source(document, _our_rules(), page, _families(document, system), created is not None)
    if created is not None and created.tzinfo is None:
        created = created.replace(tzinfo=datetime.UTC)
    with tempfile.TemporaryDirectory() as empty:  # where Typst looks for files: there are none
        compiler = typst.Compiler(
            source.encode(), root=empty, font_paths=_fonts(system), package_path=empty, package_cache_path=empty
        )
        made = compiler.compile(
            format="pdf",
            # The standard of accessible PDF: it holds only if every text can be read out, and has a glyph.
            pdf_standards="ua-1",
            timestamp=created or 0,
        )
    assert isinstance(made, bytes)
    return made


@cache
def _our_rules() -> str:
    return resources.files("protocol_dsl.render").joinpath("templates", "page.typ").read_text(encoding="utf-8")


@cache
def _fonts(system: bool) -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=system)


def _families(document: Document, system: bool) -> list[str]:
    """The fonts to try in order, as Typst values. Quotation marks in Chinese are as wide as Chinese letters."""
    at_hand = set(_fonts(system).families())
    chinese = [literal(name) for name in CHINESE if name in at_hand][:1]
    latin = literal(LATIN)
    if document.language.startswith("zh") and chinese:
        latin = f'(name: {latin}, covers: "latin-in-cjk")'
    return [latin, *chinese]


def _is_chinese(document: Document) -> bool:
    return document.language.startswith("zh") or any("\u2e80" <= each <= "\u9fff" for each in document.title)


def _missing(diagnostic: str) -> str:
    """The characters of which Typst says that no font has them."""
    texts = re.findall(r"the text `\"(.+?)\"` could not be displayed", diagnostic)
    plain = (re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text) for text in texts)
    return "".join(sorted({character for text in plain for character in text if is_shown(character)}))


def _of_many(choices: Sequence[str], lines: Sequence[str]) -> str:
    """What is told in place of a hundred names: the one that may have been meant, or the first few."""
    written = re.findall(r'"([^"]*)"', "".join(lines))
    unknown = [word for word in written if word not in choices]
    near = [name for word in unknown for name in nearest(word, choices, 3)]
    names = ", ".join(f'"{name}"' for name in near or choices[:_MOST_CHOICES])
    found = f'it does not know "{unknown[0]}" here' if unknown else "it needs a name that it knows here"
    return f"{found}, but {names}" + ("" if near else " and others")


_PLACE: Final = re.compile(r"┌─ \S*__typst_py_bytes__\.typ:(\d+):\d+")
_CHOICES: Final = re.compile(r'expected (?P<choices>(?:"[^"]*", ){8,}or "[^"]*")(?:, found \w+)?')
_MOST_CHOICES: Final = 6
_SEARCHED: Final = re.compile(r" \(searched at .*?\)")
"""Where Typst looked for a file: a folder of ours that is empty and gone."""


def _rules_error(problem: typst.TypstError, page: str) -> PageRulesError:
    """Typst's own words, with the line in the sponsor's rules: they stand after ours and a line that applies ours."""
    place = _PLACE.search(problem.diagnostic)
    line = int(place[1]) - _our_rules().count("\n") - 2 if place else 0
    reason = _SEARCHED.sub("", problem.message)
    if many := _CHOICES.fullmatch(reason):
        reason = _of_many(re.findall(r'"([^"]*)"', many["choices"]), page.split("\n")[line - 1 : line])
    return PageRulesError(reason, line if 1 <= line <= page.count("\n") + 1 else None, problem.hints)
