"""The runs of a Word paragraph: text with its looks, links, places to write, boxes to tick and numbers of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from attrs import define, evolve, field, frozen

from protocol_dsl.render.forms.word_parts import StyleId, escaped
from protocol_dsl.render.markup import Element

NO_BREAK: Final = "\u00a0"
_STYLES: Final = {
    "mono": "Mono",
    "given": "Given",
    "quiet": "Quiet Text",
    "pass": "Pass",
    "fail": "Fail",
    "unknown": "Unknown",
    "not_applicable": "Not Applicable",
}
_FIELDS: Final = {"page": "PAGE", "pages": "NUMPAGES"}
_WIDTHS: Final = {"short": 14, "long": 40}
"""How many spaces are ruled for a place to write."""


@frozen
class Look:
    """How a run looks, and where it leads."""

    bold: bool = False
    italic: bool = False
    style: str = ""
    link: str = ""
    whole: bool = False

    def properties(self, style_id: StyleId, chinese: bool = False) -> str:
        """The look as `w:rPr`. In Chinese, signs that both scripts have take the width that Chinese gives them."""
        name = self.style or ("Hyperlink" if self.link else "")
        parts = [f'<w:rStyle w:val="{escaped(style_id(name))}"/>' if name else ""]
        parts.append('<w:rFonts w:hint="eastAsia"/>' * chinese)
        parts.append("<w:b/><w:bCs/>" * self.bold)
        parts.append("<w:i/><w:iCs/>" * self.italic)
        return f"<w:rPr>{''.join(parts)}</w:rPr>" if any(parts) else ""


@frozen
class _Piece:
    """Text, or where that is None, XML."""

    look: Look
    text: str | None
    xml: str = ""

    @property
    def visible(self) -> bool:
        """Whether it is more than the mark of a place."""
        return self.text is not None or not (self.xml == "" or self.xml.startswith("<w:bookmarkStart"))


@define
class Bookmarks:
    """The bookmarks of a document. Word allows 40 letters, digits and underscores, each name once."""

    names: dict[str, str] = field(factory=dict)
    placed: set[str] = field(factory=set)
    count: int = 0

    @classmethod
    def of(cls, ids: Iterable[str]) -> Bookmarks:
        """A bookmark for each id that something bears."""
        names: dict[str, str] = {}
        taken: set[str] = set()
        for id_ in ids:
            plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in id_)
            if plain != id_ or not plain[:1].isalpha() or len(plain) > 40 or plain.casefold() in taken:
                plain = f"{plain[:30].strip('_') or 'at'}_{len(names) + 1}"
                plain = plain if plain[0].isalpha() else f"n{plain}"
            taken.add(plain.casefold())
            names.setdefault(id_, plain)
        return cls(names)

    def place(self, id_: str) -> str:
        """The bookmark of an id, where it first stands."""
        if id_ in self.placed or id_ not in self.names:
            return ""
        self.placed.add(id_)
        return "".join(self.marks(self.names[id_]))

    def marks(self, name: str) -> tuple[str, str]:
        """The two marks of a bookmark."""
        self.count += 1
        return (
            f'<w:bookmarkStart w:id="{self.count}" w:name="{escaped(name)}"/>',
            f'<w:bookmarkEnd w:id="{self.count}"/>',
        )


@define
class TextWriter:
    """Writes the runs of paragraphs, one after another."""

    style_id: StyleId
    bookmarks: Bookmarks
    chinese: bool
    date: str
    """The form of a date to be written: `____-__-__`."""
    boxes: int = 0

    def runs(self, children: Iterable[Element | str], exact: bool = False) -> str:
        """The runs of what stands in a paragraph; white space at its ends is none, unless each sign counts."""
        pieces: list[_Piece] = []
        for child in children:
            self._add(pieces, child, Look())
        if not exact:
            pieces = _folded(pieces)
        parts = []
        for link, linked in groupby(pieces, key=lambda piece: piece.look.link):
            inner = "".join(self._run(piece) for piece in linked)
            anchor = f'<w:hyperlink w:anchor="{escaped(link)}" w:history="1">'
            parts.append(f"{anchor}{inner}</w:hyperlink>" if link else inner)
        return "".join(parts)

    def bare(self, text: str) -> str:
        """One run of text."""
        return self._run(_Piece(Look(), text))

    def _run(self, piece: _Piece) -> str:
        if piece.text is None:
            return piece.xml
        chinese = self.chinese and any(sign > "\u2e7f" for sign in piece.text)
        properties = piece.look.properties(self.style_id, chinese)
        return f'<w:r>{properties}<w:t xml:space="preserve">{escaped(piece.text)}</w:t></w:r>' if piece.text else ""

    def _add(self, pieces: list[_Piece], child: Element | str, look: Look) -> None:
        if isinstance(child, str):
            pieces.append(_Piece(look, child.replace(" ", NO_BREAK) if look.whole else child))
            return
        if id_ := child.get("id"):
            pieces.append(_Piece(look, None, self.bookmarks.place(id_)))
        match child.tag:
            case "br":
                pieces.append(_Piece(look, None, "<w:r><w:br/></w:r>"))
            case "b":
                look = evolve(look, bold=True)
            case "i":
                look = evolve(look, italic=True)
            case "code":
                look = evolve(look, style="Mono")
            case "a":
                look = evolve(look, link=self.bookmarks.names.get(child.get("href").removeprefix("#"), ""))
            case "span":
                if (special := self._special(child, look)) is not None:
                    pieces.append(_Piece(look, None, special))
                look = self._span(child, look)
        for each in child.children:
            self._add(pieces, each, look)

    def _span(self, element: Element, look: Look) -> Look:
        style = next((style for name, style in _STYLES.items() if name in element.classes), look.style)
        return evolve(look, style=style, whole=look.whole or "nowrap" in element.classes)

    def _special(self, element: Element, look: Look) -> str | None:
        classes = element.classes
        if "blank" in classes:
            return _blank(element.get("data-size", "short"), self.date)
        if "box" in classes:
            self.boxes += 1
            return _box(self.boxes, "ticked" in classes)
        for name, field_ in _FIELDS.items():
            if name in classes:
                run = f'<w:r>{look.properties(self.style_id)}<w:t xml:space="preserve">1</w:t></w:r>'
                return f'<w:fldSimple w:instr=" {field_} ">{run}</w:fldSimple>'
        return None


def _folded(pieces: list[_Piece]) -> list[_Piece]:
    """White space as HTML sees it over the borders of pieces; a box stays with the word after it."""
    folded: list[_Piece] = []
    space = True
    for piece in pieces:
        text = piece.text
        if text is None:
            space = "<w:br/>" in piece.xml or (space and not piece.visible)
        elif text:
            text = text.lstrip(" ") if space else text
            if text.startswith(" ") and folded and "w14:checkbox" in folded[-1].xml:
                text = NO_BREAK + text[1:]
            space = text.endswith(" ") if text else space
        folded.append(evolve(piece, text=text))
    for at in range(len(folded) - 1, -1, -1):
        text = folded[at].text
        if text is None and folded[at].visible:
            break
        if text:
            folded[at] = evolve(folded[at], text=text.rstrip(" "))
            break
    return folded


def _ruled(spaces: int) -> str:
    return f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{NO_BREAK * spaces}</w:t></w:r>'


def _blank(size: str, date: str) -> str:
    if size == "date":
        return "".join(map(_part_of_date, re.findall("_+|[^_]+", date)))
    if size == "time":
        return f"{_ruled(6)}<w:r><w:t>:</w:t></w:r>{_ruled(6)}"
    return _ruled(_WIDTHS[size]) if size in _WIDTHS else "<w:r><w:tab/></w:r>"


def _part_of_date(part: str) -> str:
    """A part of the form of a date, `____-__-__`: the place of its digits, or a sign between them."""
    if part.startswith("_"):
        return _ruled(2 + 2 * len(part))
    sign = "<w:noBreakHyphen/>" if part == "-" else f"<w:t>{escaped(part)}</w:t>"
    return f"<w:r>{sign}</w:r>"


def _box(number: int, ticked: bool) -> str:
    """A box that can be ticked in Word."""
    font = '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
    states = "".join(
        f'<w14:{state} w14:val="{sign}" w14:font="MS Gothic"/>'
        for state, sign in (("checkedState", "2612"), ("uncheckedState", "2610"))
    )
    return (
        f'<w:sdt><w:sdtPr><w:rPr>{font}</w:rPr><w:id w:val="{number}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>{states}</w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{font}</w:rPr><w:t>{'☒' if ticked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def blanks(children: Iterable[Element | str]) -> set[str]:
    """The sizes of the places to write."""
    return {
        inner.get("data-size")
        for child in children
        if isinstance(child, Element)
        for inner in child.walk()
        if "blank" in inner.classes
    }
