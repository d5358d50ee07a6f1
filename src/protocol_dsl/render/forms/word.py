"""A document as a Word file, with the styles, lists, running lines and table of contents that a writer edits."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from attrs import evolve

from protocol_dsl.render.forms import MissingExtra
from protocol_dsl.render.forms.reading import words_of
from protocol_dsl.render.forms.word_blocks import BULLET_OF_LEAD, EDGE_OF_LEAD, SPACE_OF_LEAD, STATEMENT, BlockWriter
from protocol_dsl.render.forms.word_parts import WORD, Block, Cell, Paragraph, Row, Table, blocks_xml
from protocol_dsl.render.forms.word_text import Bookmarks, TextWriter
from protocol_dsl.render.markup import Document, Element

_W: Final = f"{{{WORD}}}"
_ONE_LINE: Final = 110
"""How many characters a running line holds."""
_MOST_RUNNING: Final = 600
_RUNNING_HEIGHT: Final = 1100


def word(document: Document, reference: bytes | None = None, created: datetime.datetime | None = None) -> bytes:
    """The document as a Word file (.docx).

    `reference`: a sponsor's Word file, whose styles, page, head and foot are kept; styles that it lacks are added.
    `created`: what the file says of when it was made; without it nothing, so that the same document is the same bytes.
    """
    try:
        from protocol_dsl.render.forms.word_package import opened
    except ModuleNotFoundError as problem:
        if problem.name not in ("docx", "lxml"):
            raise
        raise MissingExtra("python-docx") from None
    package = opened(reference)
    ids = [element.get("id") for element in document.walk() if element.get("id")]
    date = words_of(document)("form.date_to_write")
    text = TextWriter(package.style_id, Bookmarks.of(ids), document.language.startswith("zh"), date)
    writer = BlockWriter(text, package, document)
    package.add_body(writer.body(package.width))
    header, footer = (
        _running(sides, Paragraph(style, tab=(package.width, "none"), no_tabs=package.tabs(style)), text)
        for style, sides in (("header", document.header), ("footer", document.footer))
    )
    package.add_running(header, footer)
    package.describe(document.title, document.language, created)
    package.set_variables(writer.statements)
    if writer.has_contents:
        package.update_fields()
        package.lay_out_as_now()
    return package.saved()


def statements_in_word(file: bytes) -> dict[str, str]:
    """The statements in a document's Word file, word for word: of criteria by id, of definitions by name."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        body, styles, settings = (
            ElementTree.fromstring(package.read(f"word/{part}.xml")) for part in ("document", "styles", "settings")
        )
    ids = {each.get(f"{_W}name", ""): each.get(f"{_W}val", "") for each in settings.iter(f"{_W}docVar")}
    style = next(
        style.get(f"{_W}styleId")
        for style in styles.iter(f"{_W}style")
        if (name := style.find(f"{_W}name")) is not None and name.get(f"{_W}val") == STATEMENT
    )
    lines: dict[str, list[str]] = {}
    open_: dict[str | None, str] = {}
    for paragraph in body.iter(f"{_W}p"):
        for mark in paragraph.iter(f"{_W}bookmarkStart"):
            if (id_ := ids.get(mark.get(f"{_W}name", ""))) is not None:
                open_[mark.get(f"{_W}id")] = id_
        named = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if open_ and named is not None and named.get(f"{_W}val") == style:
            lines.setdefault(next(iter(open_.values())), []).append(_line_of(paragraph))
        for mark in paragraph.iter(f"{_W}bookmarkEnd"):
            open_.pop(mark.get(f"{_W}id"), None)
    return {id_: "\n".join(of) for id_, of in lines.items()}


def _line_of(paragraph: ElementTree.Element) -> str:
    """A line of a statement: how far it is set in says its spaces, a list its bullet."""
    indent = paragraph.find(f"{_W}pPr/{_W}ind")
    left = int(indent.get(f"{_W}left", "0")) if indent is not None else 0
    bullet = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    spaces = (left - EDGE_OF_LEAD - BULLET_OF_LEAD * bullet) // SPACE_OF_LEAD
    text = "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))
    return " " * spaces + "- " * bullet + text


def _running(sides: Sequence[Element], like: Paragraph, text: TextWriter) -> str:
    """The running line: the left side and, behind a tab, the right one; below each other where they are long.

    One that would leave no room for the page is cut off.
    """
    contents = [text.runs(side.children) for side in sides]
    if sum(len(side.text) for side in sides) <= _ONE_LINE and len(sides) == 2:
        contents = ["<w:r><w:tab/></w:r>".join(contents)]
    lines: list[Block] = [evolve(like, content=content) for content in contents]
    if sum(len(side.text) for side in sides) > _MOST_RUNNING:
        lines = [
            Table(
                "Protocol Plain Table",
                [like.tab[0] if like.tab else 0],
                [Row([Cell(lines)], height=_RUNNING_HEIGHT, exact=True)],
            )
        ]
    return blocks_xml(lines, text.style_id)
