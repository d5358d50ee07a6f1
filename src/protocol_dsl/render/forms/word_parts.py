"""What a Word document is made of: paragraphs and tables, and the XML that each becomes.

Their parts stand in the order that the schema of WordprocessingML asks for: Word “repairs” a document in which they do
not. Lengths are twentieths of a point.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from attrs import define, field

WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_2010: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
NAMESPACES: Final = f'xmlns:w="{WORD}" xmlns:w14="{WORD_2010}"'
GAP: Final = "Table Gap"

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}

_CLOSE: Final = (
    '<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="140" w:type="dxa"/>'
    '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="140" w:type="dxa"/></w:tblCellMar>'
)

StyleId: TypeAlias = Callable[[str], str]
"""The id of a style by its name."""


def legal(text: str) -> str:
    """A text with the sign for what cannot be shown in place of each character that XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def escaped(text: str) -> str:
    """A text within XML."""
    return legal(text).translate(_ESCAPES)


@define
class Paragraph:
    """A paragraph. `content` is the XML of its runs; `indent` and `before` are None where its style says them.

    `list`: the number of its list and its level in it. `tab`: where a tab ends, and the sign that fills it; `no_tabs`:
    those of its style that do not hold.
    """

    style: str
    content: str = ""
    indent: int | None = None
    hanging: int = 0
    list: tuple[int, int] | None = None
    tab: tuple[int, str] | None = None
    no_tabs: tuple[int, ...] = ()
    before: int | None = None
    right: bool = False
    keep_next: bool = False
    keep_lines: bool = False
    new_page: bool = False

    def xml(self, style_id: StyleId) -> str:
        """The paragraph as `w:p`."""
        parts = [f'<w:p><w:pPr><w:pStyle w:val="{escaped(style_id(self.style))}"/>']
        parts.append("<w:keepNext/>" * self.keep_next)
        parts.append("<w:keepLines/>" * self.keep_lines)
        parts.append("<w:pageBreakBefore/>" * self.new_page)
        if self.list is not None:
            number, level = self.list
            parts.append(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        if self.tab is not None:
            end, leader = self.tab
            cleared = "".join(f'<w:tab w:val="clear" w:pos="{at}"/>' for at in self.no_tabs if at != end)
            parts.append(f'<w:tabs>{cleared}<w:tab w:val="right" w:leader="{leader}" w:pos="{end}"/></w:tabs>')
        if self.before is not None:
            parts.append(f'<w:spacing w:before="{self.before}"/>')
        if self.indent is not None:
            parts.append(f'<w:ind w:left="{self.indent}" w:hanging="{self.hanging}"/>')
        parts.append('<w:jc w:val="right"/>' * self.right)
        return "".join((*parts, "</w:pPr>", self.content, "</w:p>"))


@define
class Cell:
    """A cell of a table, over one column or several."""

    blocks: list[Block]
    columns: int = 1


@define
class Row:
    """A row of a table. `heading`: it stands again on each page; `whole`: it is not broken; `exact`: no higher."""

    cells: list[Cell]
    heading: bool = False
    whole: bool = True
    height: int | None = None
    exact: bool = False


@define
class Table:
    """A table with the widths of its columns, `indent` from the margin. `close`: its rows are parts of one text."""

    style: str
    widths: list[int]
    rows: list[Row] = field(factory=list)
    indent: int = 0
    keep_next: bool = False
    close: bool = False

    def xml(self, style_id: StyleId) -> str:
        """The table as `w:tbl`."""
        first = int(any(row.heading for row in self.rows))
        look = (
            f'<w:tblLook w:val="{"0420" if first else "0400"}" w:firstRow="{first}" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"'
        )
        close = _CLOSE if self.close else ""
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{escaped(style_id(self.style))}"/>'
            f'<w:tblW w:w="{sum(self.widths)}" w:type="dxa"/><w:tblInd w:w="{self.indent}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/>{close}{look}/>'
            f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
            f"{''.join(self._row(row, style_id) for row in self.rows)}</w:tbl>"
        )

    def _row(self, row: Row, style_id: StyleId) -> str:
        parts = ["<w:tr>"]
        rule = "exact" if row.exact else "atLeast"
        height = f'<w:trHeight w:val="{row.height}" w:hRule="{rule}"/>' if row.height else ""
        if row.whole or row.heading or height:
            parts.append(f"<w:trPr>{'<w:cantSplit/>' * row.whole}{height}{'<w:tblHeader/>' * row.heading}</w:trPr>")
        at = 0
        for cell in row.cells:
            width = sum(self.widths[at : at + cell.columns])
            at += cell.columns
            span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
            parts.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr>')
            parts.append(blocks_xml(cell.blocks or [Paragraph("Table Text")], style_id))
            parts.append("</w:tc>")
        return "".join((*parts, "</w:tr>"))


@define
class Raw:
    """XML that is ready."""

    content: str

    def xml(self, _: StyleId) -> str:
        """Itself."""
        return self.content


Block: TypeAlias = Paragraph | Table | Raw


def blocks_xml(blocks: Sequence[Block], style_id: StyleId) -> str:
    """Blocks in order, after a table a small gap: Word joins two tables, and wants a paragraph at a cell's end."""
    parts = []
    for block in blocks:
        parts.append(block.xml(style_id))
        if isinstance(block, Table):
            parts.append(Paragraph(GAP, keep_next=block.keep_next).xml(style_id))
    return "".join(parts)


def keep(blocks: Sequence[Block]) -> None:
    """Hold blocks together on a page: each with the next, and none broken."""
    for at, block in enumerate(blocks):
        last = at == len(blocks) - 1
        if isinstance(block, Paragraph):
            block.keep_lines = True
            block.keep_next = block.keep_next or not last
        elif isinstance(block, Table):
            block.keep_next = not last
            keep_rows(block.rows if not last else block.rows[:-1])


def keep_rows(rows: Iterable[Row]) -> None:
    """Hold rows together with what follows them."""
    for row in rows:
        for cell in row.cells:
            for block in cell.blocks:
                if isinstance(block, Paragraph):
                    block.keep_next = True
                elif isinstance(block, Table):
                    block.keep_next = True
                    keep_rows(block.rows)
