"""A document as Markdown of the kind that GitHub reads, in which what a file says is never taken for markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from protocol_dsl.render.forms.reading import HEADINGS, entries, rows_of, standing_lines, statement_text, words_of
from protocol_dsl.render.markup import INLINE, Document, Element

_SIGNS: Final = re.compile(r"([\\`*_\[\]<>|#~&$@^{}])")
_LINKS: Final = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_STARTS: Final = re.compile(r"^(\s*)([-+](?=\s|$)|[-=](?=[-=]*\s*$))|^(\s*\d+)([.)](?=\s|$))")
_STATEMENT: Final = "protocol"
_BLANKS: Final = {"time": "__:__", "short": "_" * 6, "long": "_" * 24, "line": "_" * 48}
_WORD_KINDS: Final = ("L", "M", "Nd", "Pc")


def markdown(document: Document) -> str:
    """The document as Markdown."""
    writer = _Writer(document)
    blocks = list(writer.blocks(document.body))
    if running := standing_lines(document):
        blocks += ["---", "<br>".join(line_start(writer.inline(line.children)) for line in running)]
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def escaped(text: object) -> str:
    """The text as a piece of a line of Markdown."""
    line = " ".join(str(text).replace("\u00a0", " ").split("\n"))
    line = _SIGNS.sub(r"\\\1", line)
    return _LINKS.sub(lambda found: "\\" + found.group(), line)


def line_start(line: str) -> str:
    """A line that begins a block, so that it begins no list, heading or rule."""
    return _STARTS.sub(lambda found: f"{found[1] or found[3] or ''}\\{found[2] or found[4]}", line.strip(" \t"))


def fenced(text: str, info: str) -> str:
    """The text word for word, in a block whose fence is longer than any in it."""
    info = " ".join(info.split())
    sign = "~" if "`" in info else "`"
    longest = max((len(run) for run in re.findall(f"{sign}{{3,}}", text)), default=2)
    fence = sign * max(3, longest + 1)
    return f"{fence}{info}\n{text}\n{fence}"


def fenced_texts(document: str, info: str) -> dict[str, str]:
    """The texts of the blocks whose fence line begins with `info`, by what follows it."""
    opening = re.compile(rf"^(?P<fence>`{{3,}}|~{{3,}}){re.escape(info)} (?P<name>.*)$")
    found: dict[str, str] = {}
    fence, name, lines = "", "", list[str]()
    for line in document.split("\n"):
        if not fence:
            if started := opening.match(line):
                fence, name, lines = started["fence"], started["name"], []
        elif line == fence:
            found[name] = "\n".join(lines)
            fence = ""
        else:
            lines.append(line)
    return found


def statements_in_markdown(document: str) -> dict[str, str]:
    """The statements in a document, word for word: of criteria by id, of definitions by name."""
    return fenced_texts(document, _STATEMENT)


class _Writer:
    """The blocks and pieces of one document. What leads to a heading goes by the name that GitHub gives it."""

    def __init__(self, document: Document):
        self.document = document
        self._blanks = {**_BLANKS, "date": words_of(document)("form.date_to_write")}
        self._anchors: dict[int, str] = {}
        self._targets: dict[str, str] = {}
        self._name_headings()
        self._special: dict[str, Callable[[Element], str]] = {
            "nav": self._contents,
            "table": self._table,
            "ul": self._list,
            "ol": self._list,
            "dl": self._terms,
            "blockquote": self._quotation,
            "br": lambda of: "<br>",
        }

    def _name_headings(self) -> None:
        """Names as GitHub makes them: a name that was taken gets a number.

        A link to another element leads to the heading in it, or else to the one that it stands under.
        """
        taken: dict[str, int] = {}
        above = ""
        for element in self.document.walk():
            if element.tag in HEADINGS:
                name = _anchor(_plain(element))
                number = taken.get(name, 0)
                taken[name] = number + 1
                above = self._anchors[id(element)] = f"{name}-{number}" if number else name
            if above and (identifier := element.get("id")):
                self._targets.setdefault(identifier, above)
        for element in self.document.walk():
            if identifier := element.get("id"):
                inner = next((of for of in element.walk() if of.tag in HEADINGS), None)
                if inner is not None:
                    self._targets[identifier] = self._anchors[id(inner)]

    def blocks(self, children: Sequence[Element | str]) -> Iterator[str]:
        """Each block; text that stands between blocks is one too."""
        line: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or child.tag in INLINE:
                line.append(child)
                continue
            if words := self.inline(line).strip():
                yield line_start(words)
            line = []
            yield from self._block(child)
        if words := self.inline(line).strip():
            yield line_start(words)

    def _block(self, block: Element) -> Iterator[str]:
        if block.tag in HEADINGS:
            yield f"{'#' * int(block.tag[1])} {self.inline(block.children).replace(chr(10), ' ').strip()}"
        elif special := self._special.get(block.tag):
            yield special(block)
        elif "data-statement" in block.attributes:
            yield fenced(statement_text(block), f"{_STATEMENT} {block.get('data-statement')}")
        elif "part" in block.classes or (block.tag == "summary" and not _holds_blocks(block)):
            yield self._strong(block)
        elif "stamp" in block.classes:
            yield self._quotation(block)
        else:
            yield from self.blocks(block.children)

    def _strong(self, block: Element) -> str:
        return self.inline((Element("b", {}, block.children),))

    def _quotation(self, block: Element) -> str:
        return _set_in("\n\n".join(self.blocks(block.children)), "> ", "> ")

    def _list(self, of: Element) -> str:
        items: list[str] = []
        start = int(of.get("start")) if of.get("start").isdigit() else 1
        for at, item in enumerate(of.elements, start):
            mark = f"{at}. " if of.tag == "ol" else "- "
            items.append(_set_in(self._tight(item), mark, " " * len(mark)))
        return "\n".join(items)

    def _tight(self, item: Element) -> str:
        """The blocks of an item: a list stands right below its words."""
        text = ""
        for child in self.blocks(item.children):
            text += ("\n" if re.match(r"(- |1\. )", child) else "\n\n") + child if text else child
        return text

    def _terms(self, of: Element) -> str:
        """Terms and what is said of them, as a list."""
        items: list[str] = []
        pairs = [inner for outer in of.elements for inner in (outer.elements if outer.tag == "div" else (outer,))]
        for child in pairs:
            if child.tag == "dt" or not items:
                items.append("- ")
            if child.tag == "dt":
                colon = "：" if child.text[-1:] >= "\u2e80" else ":"
                items[-1] += self.inline((Element("b", {}, (*child.children, colon)),))
            else:
                inside = self._tight(child)
                gap = "\n" if inside.startswith("- ") else " "
                items[-1] += gap + inside
        return "\n".join(_set_in(item, "", "  ") for item in items)

    def _contents(self, nav: Element) -> str:
        """Links in a list, whose sign keeps it apart from a list before it."""

        def link(heading: Element) -> str:
            return f"[{self.inline(heading.children, linked=True)}](#{self._anchors[id(heading)]})"

        lines: list[str] = []
        for entry in entries(self.document):
            lines.append(f"* {link(entry.heading)}")
            lines += [f"  - {link(heading)}" for heading in entry.under]
        return "\n".join(lines)

    def _table(self, table: Element) -> str:
        """A table. Markdown has no cells over several columns or rows: what they would cover stays empty."""
        rows = [(row, _spread(row)) for row in rows_of(table)]
        width = max((len(cells) for _, cells in rows), default=1)
        heads = {id(row) for part in table.elements if part.tag == "thead" for row in part.elements}
        head = [cells for row, cells in rows if id(row) in heads][:1]
        body = [cells for row, cells in rows if not head or cells is not head[0]]
        right = [_is_right(at, body) for at in range(width)]
        lines = [
            _row([self._cell(cell, bold=False) for cell in head[0]] if head else [], width),
            "|" + "|".join("---:" if of else "---" for of in right) + "|",
            *(_row([self._cell(cell, bold=True) for cell in cells], width) for cells in body),
        ]
        caption = [self._strong(part) for part in table.elements if part.tag == "caption"]
        return "\n\n".join([*caption, "\n".join(lines)])

    def _cell(self, cell: Element | None, bold: bool) -> str:
        if cell is None:
            return ""
        children: tuple[Element | str, ...] = cell.children
        if bold and cell.tag == "th" and not _holds_blocks(cell):
            children = (Element("b", {}, children),)
        return "<br>".join(self._cell_lines(children)).replace("\n", " ")

    def _cell_lines(self, children: Sequence[Element | str]) -> Iterator[str]:
        """The blocks of a cell, each a line."""
        run: list[Element | str] = []
        for child in (*children, None):
            if child is not None and (isinstance(child, str) or child.tag in INLINE):
                run.append(child)
                continue
            if words := self.inline(run, in_cell=True).strip():
                yield words
            run = []
            if child is not None and child.tag == "tr":
                yield " — ".join(self._cell(cell, bold=False) for cell in child.elements)
            elif child is not None:
                mark = "• " if child.tag == "li" else ""
                yield from (mark + line for line in self._cell_lines(child.children))

    def inline(self, children: Sequence[Element | str], in_cell: bool = False, linked: bool = False) -> str:
        """A line of words, places to write and boxes."""
        done = ""
        pieces = list(self._pieces(children, in_cell, linked))
        for at, (sign, text) in enumerate(pieces):
            following = next((f"{mark}{words}"[:1] for mark, words in pieces[at + 1 :] if mark or words), "")
            match sign:
                case "":
                    done += text
                case "`":
                    done += _code(text, done[-1:], following, in_cell)
                case _:
                    done += _emphasised(sign, text, done[-1:], following)
        return done

    def _pieces(self, children: Sequence[Element | str], in_cell: bool, linked: bool) -> Iterator[tuple[str, str]]:
        """The pieces of a line, each with the sign that it is to be set between."""
        for child in children:
            if isinstance(child, str):
                yield "", escaped(child)
            elif child.tag == "br":
                yield "", "<br>"
            elif "box" in child.classes:
                yield "", "☑" if "ticked" in child.classes else "☐"
            elif "blank" in child.classes:
                size = child.get("data-size")
                yield "", escaped(self._blanks.get("long" if in_cell and size == "line" else size, _BLANKS["short"]))
            elif child.classes & {"page", "pages"}:
                continue
            elif child.tag == "code" or "mono" in child.classes:
                yield "`", _plain(child)
            elif child.tag == "b" or "given" in child.classes:
                yield "**", self.inline(child.children, in_cell, linked)
            elif child.tag == "i":
                yield "*", self.inline(child.children, in_cell, linked)
            elif (target := self._targets.get(child.get("href").removeprefix("#"))) is not None and not linked:
                yield "", f"[{self.inline(child.children, in_cell, linked=True)}](#{target})"
            else:
                yield from self._pieces(child.children, in_cell, linked)


def _emphasised(sign: str, text: str, before: str, after: str) -> str:
    """The text between signs, or between tags where the signs would not be read as such."""
    if not text.strip():
        return text
    tag = "b" if sign == "**" else "i"
    opens = text[0].isalnum() or (not text[0].isspace() and (not before or before.isspace()))
    closes = text[-1].isalnum() or (not text[-1].isspace() and (not after or after.isspace()))
    plain = "*" not in f"{before}{after}" and "*" not in text.replace("\\*", "")
    if opens and plain and text.endswith("：") and after:  # no space follows the colon in Chinese
        return f"{sign}{text}{sign} "
    return f"{sign}{text}{sign}" if opens and closes and plain else f"<{tag}>{text}</{tag}>"


def _code(text: str, before: str, after: str, in_cell: bool) -> str:
    """Words as code, between more backticks than stand in them; between tags beside other backticks."""
    if not text:
        return ""
    if "`" in (before, after):
        return f"<code>{escaped(text)}</code>"
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if text[0] in "` " or text[-1] in "` " else ""
    if in_cell:
        text = text.replace("|", "\\|")
    return f"{fence}{gap}{text}{gap}{fence}"


def _holds_blocks(element: Element) -> bool:
    return any(child.tag not in INLINE for child in element.elements)


def _plain(element: Element) -> str:
    return element.text.replace("\u00a0", " ")


def _anchor(text: str) -> str:
    """The name of a heading as GitHub makes it."""
    kept = (c for c in text.strip().lower() if c in "- " or unicodedata.category(c).startswith(_WORD_KINDS))
    return "".join(kept).replace(" ", "-")


def _set_in(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((others + line).rstrip(" ") for line in lines[1:])])


def _spread(row: Element) -> list[Element | None]:
    """The cells of a row, and nothing where a cell covers further columns."""
    found: list[Element | None] = []
    for cell in row.elements:
        span = cell.get("colspan", "1")
        found += [cell, *([None] * (int(span) - 1 if span.isdigit() else 0))]
    return found


def _is_right(at: int, rows: Sequence[Sequence[Element | None]]) -> bool:
    cells = [row[at] for row in rows if at < len(row)]
    return bool(cells) and all(cell is None or "num" in cell.classes for cell in cells) and any(cells)


def _row(cells: Sequence[str], width: int) -> str:
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"
