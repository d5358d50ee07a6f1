"""The blocks of a document as paragraphs and tables of Word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Protocol

from attrs import define, evolve, field, frozen

from protocol_dsl.render.forms.reading import repeated_heading
from protocol_dsl.render.forms.word_parts import (
    Block,
    Cell,
    Paragraph,
    Raw,
    Row,
    Table,
    blocks_xml,
    escaped,
    keep,
    keep_rows,
)
from protocol_dsl.render.forms.word_text import TextWriter, blanks
from protocol_dsl.render.markup import INLINE, Document, Element

STATEMENT: Final = "Statement"
SPACE_OF_LEAD: Final = 120
"""How far each space at the head of a statement's line sets it in: so the line can be read back exactly."""
BULLET_OF_LEAD: Final = 2 * SPACE_OF_LEAD
EDGE_OF_LEAD: Final = 280

_STEP: Final = 340
_UNDER: Final = 360
_FRAME_SIDES: Final = 280
_CELL_SIDES: Final = 200
_DEEPEST_LIST: Final = 2
_SHORT_TABLE: Final = 6
_ROOM_TO_WRITE: Final = 100
_ROW_TO_WRITE: Final = 400
_LONGEST_WHOLE: Final = 2500
"""A frame with more characters may break over pages: a page may not hold it."""
_HEADINGS: Final = {"h2": "heading 1", "h3": "heading 2", "h4": "heading 3"}
_UNLISTED: Final = {"h2": "Heading 1 Unlisted", "h3": "Heading 2 Unlisted", "h4": "Heading 3 Unlisted"}
_PARAGRAPHS: Final = {"lead": "Lead", "quiet": "Quiet", "part": "Part", "note": "Note"}
_INTRODUCING: Final = {*_HEADINGS.values(), *_UNLISTED.values(), "Part", "Summary", "caption"}
_COLONS: Final = (":</w:t></w:r>", "：</w:t></w:r>")
_FRAMES: Final = {"row": "Protocol Frame", "stamp": "Protocol Stamp"}


class Lists(Protocol):
    """The numbering of a document."""

    def numbered(self, level: int, start: int) -> tuple[int, int]:
        """A new list that counts from `start`: its number and level."""

    def bulleted(self, level: int) -> tuple[int, int] | None:
        """A list of bullets; None where its style says it."""

    def statement(self) -> int:
        """The number of the list of a statement's items."""


@frozen
class Place:
    """Where a block stands: the room between the edges, how far it is set in, the style of text, the depth of lists."""

    width: int
    indent: int = 0
    text: str = "Normal"
    depth: int = -1


@define
class BlockWriter:
    """Writes the blocks of a document. `statements`: the bookmarks of the statements, each with its id."""

    text: TextWriter
    lists: Lists
    document: Document
    statements: dict[str, str] = field(factory=dict)
    headings: dict[int, str] = field(factory=dict)
    waiting: list[str] = field(factory=list)
    new_page: bool = False
    has_contents: bool = False

    def body(self, width: int) -> str:
        """The XML of the whole body."""
        for number, heading in enumerate(self.document.contents, 1):
            self.headings[id(heading)] = f"_Toc{number:09}"
        blocks = self.blocks(self.document.body, Place(width))
        return blocks_xml([*blocks, *self._rest()], self.text.style_id)

    def blocks(self, children: Sequence[Element | str], place: Place) -> list[Block]:
        """Blocks, and paragraphs of the text that stands between them."""
        found: list[Block] = []
        loose: list[Element | str] = []
        for child in (*children, None):
            if isinstance(child, str) or (child is not None and child.tag in INLINE):
                loose.append(child)
                continue
            if any(each.strip(" ") if isinstance(each, str) else True for each in loose):
                found.append(self.paragraph(loose, place.text, place))
            loose = []
            if child is not None:
                found += self.block(child, place)
        _keep_introductions(found)
        return found

    def block(self, element: Element, place: Place) -> list[Block]:
        """What one block becomes."""
        if (id_ := element.get("id")) and element.tag not in ("h1", *_HEADINGS, "p"):
            self.waiting.append(self.text.bookmarks.place(id_))
        writers: dict[str, Callable[[Element, Place], list[Block]]] = {
            "h1": self._heading,
            "h2": self._heading,
            "h3": self._heading,
            "h4": self._heading,
            "p": self._p,
            "ul": self._list,
            "ol": self._list,
            "dl": self._terms,
            "table": self._table,
            "blockquote": self._quotation,
            "details": self._details,
            "nav": self._contents,
        }
        return writers.get(element.tag, self._section)(element, place)

    def paragraph(self, children: Iterable[Element | str], style: str, place: Place) -> Paragraph:
        """A paragraph in a style, at a place."""
        children = list(children)
        marks = "".join(self.waiting)
        self.waiting.clear()
        made = Paragraph(style, marks + self.text.runs(children), indent=place.indent or None, new_page=self.new_page)
        self.new_page = False
        if "line" in blanks(children):
            made.tab = (place.width, "underscore")
            made.before = _ROOM_TO_WRITE
        return made

    def _rest(self) -> Iterator[Block]:
        """What was to stand before a block that did not come."""
        if self.waiting or self.new_page:
            yield self.paragraph((), "Normal", Place(0))

    def _heading(self, element: Element, place: Place) -> list[Block]:
        if element.tag == "h1":
            style = "Title"
        else:
            style = (_UNLISTED if "unlisted" in element.classes else _HEADINGS)[element.tag]
        self._mark(element)
        made = self.paragraph(element.children, style, place)
        if name := self.headings.get(id(element)):
            start, end = self.text.bookmarks.marks(name)
            made.content = f"{start}{made.content}{end}"
        return [made]

    def _mark(self, element: Element) -> None:
        if id_ := element.get("id"):
            self.waiting.append(self.text.bookmarks.place(id_))

    def _p(self, element: Element, place: Place) -> list[Block]:
        self._mark(element)
        for name, frame in _FRAMES.items():
            if name in element.classes:
                return self._frame(frame, element, place)
        style = next((style for name, style in _PARAGRAPHS.items() if name in element.classes), place.text)
        return [self.paragraph(element.children, style, place)]

    def _section(self, element: Element, place: Place) -> list[Block]:
        classes = element.classes
        if "pagebreak" in classes:
            self.new_page = True
            return []
        if "statement" in classes:
            found = self._statement(element, place)
        elif frame := next((frame for name, frame in _FRAMES.items() if name in classes), None):
            found = self._frame(frame, element, place)
        else:
            inner = evolve(place, indent=place.indent + _UNDER) if "under" in classes else place
            found = self.blocks(element.children, inner)
        if "keep" in classes:
            keep(found)
        return found

    def _frame(self, style: str, element: Element, place: Place) -> list[Block]:
        width = place.width - place.indent
        text = "Stamp" if style == "Protocol Stamp" else place.text
        before = self._before_table()
        blocks = self.blocks(element.children, Place(width - _FRAME_SIDES, text=text))
        if blocks and isinstance(blocks[0], Paragraph):
            blocks[0].before = 0
        if "keep" in element.classes and sum(map(len, _texts(element))) < _LONGEST_WHOLE:
            return [*before, Table(style, [width], [Row([Cell(blocks)])], place.indent)]
        rows = [Row([Cell(group)]) for group in _groups(blocks)]
        if repeated_heading(element) and len(blocks) > 1:
            rows = [Row([Cell(blocks[:1])], heading=True), *(Row([Cell(group)]) for group in _groups(blocks[1:]))]
        return [*before, Table(style, [width], rows, place.indent, close=True)] if rows else before

    def _before_table(self) -> list[Block]:
        """A table cannot begin a page by itself."""
        if not self.new_page:
            return []
        self.new_page = False
        return [Paragraph("Table Gap", keep_next=True, new_page=True)]

    def _statement(self, element: Element, place: Place) -> list[Block]:
        lines = [self._line(each) for each in element.walk() if "data-lead" in each.attributes]
        if not lines:
            return []
        name = f"_statement_{len(self.statements) + 1}"
        self.statements[name] = element.get("data-statement")
        start, end = self.text.bookmarks.marks(name)
        first = lines[0]
        first.content = f"{''.join(self.waiting)}{start}{first.content}"
        first.new_page, self.new_page = self.new_page, False
        self.waiting.clear()
        lines[-1].content += end
        # The line before the items of a list is never the last on its page, nor an item the first.
        first.keep_next = len(lines) > 1
        return list(lines)

    def _line(self, element: Element) -> Paragraph:
        lead = element.get("data-lead")
        spaces = len(lead) - len(lead.lstrip(" "))
        made = Paragraph(STATEMENT, self.text.runs(element.children, exact=True), keep_lines=True)
        made.indent = EDGE_OF_LEAD + spaces * SPACE_OF_LEAD
        if lead.endswith("- "):
            made.list = (self.lists.statement(), min(spaces // 4, 8))
            made.indent += BULLET_OF_LEAD
            made.hanging = BULLET_OF_LEAD
        return made

    def _list(self, element: Element, place: Place) -> list[Block]:
        level = min(place.depth + 1, _DEEPEST_LIST)
        kind = "List Number" if element.tag == "ol" else "List Bullet"
        style = kind if level == 0 else f"{kind} {level + 1}"
        if element.tag == "ol":
            start = element.get("start", "1")
            number: tuple[int, int] | None = self.lists.numbered(level, int(start) if start.isdecimal() else 1)
        else:
            number = self.lists.bulleted(level)
        own = place.indent + _STEP
        under = evolve(place, indent=own, depth=place.depth + 1)
        found: list[Block] = []
        for item in element.elements:
            blocks = self.block(evolve(item, tag="div"), under)
            first = blocks[0] if blocks else None
            if not isinstance(first, Paragraph) or first.list is not None:
                first = Paragraph(style)
                blocks.insert(0, first)
            first.style = style if first.style == place.text else first.style
            # A list that is set in says where it stands, as does one whose style has no bullet.
            stands_elsewhere = own != _STEP * (level + 1)
            first.indent, first.hanging = (own, _STEP) if stands_elsewhere else (None, 0)
            first.list = number
            found += blocks
        return found

    def _terms(self, element: Element, place: Place) -> list[Block]:
        before = self._before_table()
        width = place.width - place.indent
        left = width * 28 // 100
        rows: list[Row] = []
        for part in element.elements:
            if part.tag == "dt":
                blocks = self.block(evolve(part, tag="div"), Place(left - _CELL_SIDES, text="Term"))
                rows.append(Row([Cell(blocks), Cell([])]))
            else:
                if not rows:
                    rows.append(Row([Cell([]), Cell([])]))
                inner = Place(width - left - _CELL_SIDES, text="Table Text")
                rows[-1].cells[1].blocks += self.block(evolve(part, tag="div"), inner)
        return [*before, Table("Protocol Plain Table", [left, width - left], rows, place.indent)] if rows else before

    def _table(self, element: Element, place: Place) -> list[Block]:
        found = self._before_table()
        width = place.width - place.indent
        for caption in (each for each in element.elements if each.tag == "caption"):
            found.append(self.paragraph(caption.children, "caption", place))
        lines = [
            (row, part.tag == "thead")
            for part in element.elements
            for row in ([part] if part.tag == "tr" else part.elements)
            if row.tag == "tr"
        ]
        widths = _widths(element, [row for row, _ in lines], width)
        style = "Protocol Plain Table" if "plain" in element.classes else "Protocol Table"
        rows = [self._row(row, heading, widths) for row, heading in lines]
        keep_rows(_held(rows))
        if rows:
            found.append(Table(style, widths, rows, place.indent))
        if "keep" in element.classes:
            keep(found)
        return found

    def _row(self, row: Element, heading: bool, widths: Sequence[int]) -> Row:
        cells: list[Cell] = []
        at = 0
        for cell in row.elements:
            columns = max(1, min(_span(cell), len(widths) - at))
            width = sum(widths[at : at + columns]) - _CELL_SIDES
            at += columns
            text = "Table Heading" if cell.tag == "th" else "Table Text"
            blocks = self.block(evolve(cell, tag="div"), Place(width, text=text))
            if "num" in cell.classes:
                for block in blocks:
                    if isinstance(block, Paragraph):
                        block.right = True
            cells.append(Cell(blocks, columns))
        while at < len(widths):
            cells.append(Cell([]))
            at += 1
        whole = sum(map(len, _texts(row))) < _LONGEST_WHOLE
        return Row(cells, heading, whole, _ROW_TO_WRITE if blanks([row]) else None)

    def _quotation(self, element: Element, place: Place) -> list[Block]:
        blocks = self.blocks(element.children, evolve(place, text="Quote"))
        for block in blocks:
            if isinstance(block, Paragraph) and place.indent and block.style == "Quote":
                block.indent = place.indent + _UNDER
        return blocks

    def _details(self, element: Element, place: Place) -> list[Block]:
        found: list[Block] = []
        for child in element.elements[:1]:
            if child.tag == "summary":
                found += self.block(evolve(child, tag="div"), evolve(place, text="Summary"))
        rest = [child for child in element.children if not (isinstance(child, Element) and child.tag == "summary")]
        return found + self.blocks(rest, place)

    def _contents(self, _: Element, place: Place) -> list[Block]:
        """The table of contents, filled in. Word puts in the pages when it opens the document."""
        entries = [
            self._entry(heading, name, place.width)
            for heading in self.document.contents
            if (name := self.headings.get(id(heading)))
        ]
        if not entries:
            return []
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
            ' TOC \\o "1-2" \\h \\z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        entries[0].content = begin + entries[0].content
        end = Paragraph("Table Gap", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        self.has_contents = True
        entries[0].new_page = self.new_page
        self.new_page = False
        return [
            Raw(
                '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
                f"</w:docPartObj></w:sdtPr><w:sdtContent>{blocks_xml([*entries, end], self.text.style_id)}"
                "</w:sdtContent></w:sdt>"
            )
        ]

    def _entry(self, heading: Element, name: str, width: int) -> Paragraph:
        page = (
            '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> PAGEREF {name} \\h </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        text = self.text.bare(heading.text)
        link = f'<w:hyperlink w:anchor="{escaped(name)}" w:history="1">{text}{page}</w:hyperlink>'
        return Paragraph("toc 1" if heading.tag == "h2" else "toc 2", link, tab=(width, "none"))


def _keep_introductions(blocks: Sequence[Block]) -> None:
    """Hold words that lead to what comes after them with that: a question with its table, a colon with its list."""
    above = ""
    for block, after in pairwise(blocks):
        if isinstance(block, Paragraph):
            leads = isinstance(after, Paragraph) and after.style == STATEMENT != block.style
            opens = block.style == "Quiet" and above in _HEADINGS.values()
            block.keep_next = block.keep_next or leads or opens or block.content.endswith(_COLONS)
            above = block.style
        elif isinstance(block, Table) and len(block.rows) == 1 and isinstance(after, Table):
            block.keep_next = block.keep_next or block.style != after.style
            keep_rows(block.rows if block.keep_next else ())


def _held(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows after which no page ends: all of a short table; of others the headings, the first, the last but one."""
    yield from (row for row in rows if row.heading)
    body = [row for row in rows if not row.heading]
    if all(row.whole for row in body):
        yield from body[:-1] if len(body) <= _SHORT_TABLE else (body[0], body[-2])


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks of a frame between which a page may end."""
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not (isinstance(block, Paragraph | Table) and (block.keep_next or block.style in _INTRODUCING)):
            yield group
            group = []
    if group:
        yield group


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _texts(child)


def _span(cell: Element) -> int:
    given = cell.get("colspan", "1")
    return int(given) if given.isdecimal() else 1


def _widths(element: Element, rows: Sequence[Element], width: int) -> list[int]:
    """The widths of columns: as given, or after what they hold."""
    count = max((sum(map(_span, row.elements)) for row in rows), default=1)
    given = [float(each) for each in element.get("data-widths").split()]
    weights = given if len(given) == count else _weights(rows, count)
    found = [int(width * weight / sum(weights)) for weight in weights]
    return [*found[:-1], width - sum(found[:-1])]


def _weights(rows: Sequence[Element], count: int) -> list[float]:
    weights = [6.0] * count
    for row in rows:
        if len(row.elements) == count:
            for at, cell in enumerate(row.elements):
                text = cell.text
                longest = max(map(len, text.split(" ")))
                weights[at] = max(weights[at], min(longest, 24), min(len(text), 60) / 1.5)
    return weights
