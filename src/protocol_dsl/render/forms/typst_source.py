"""A document as Typst source. Its texts stand in it as strings only, so that no text can be markup or run.

Each element becomes a call of a function of `templates/page.typ`, which says how it looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from protocol_dsl.render.forms.reading import repeated_heading, words_of
from protocol_dsl.render.markup import INLINE, Document, Element

PAGE_WIDTH: Final = 170.0
"""Millimetres of a line on A4."""
POINT: Final = 0.353
TEXT_SIZE: Final = 10 * POINT
SURELY_SHORT: Final = 20
"""What has fewer lines, by a rough count, fits on a page. What has more is measured, which takes Typst longer."""
RUNNING_SIZE: Final = 8 * POINT
RUNNING_ROOM: Final = (100.0, 54.0)
"""Millimetres of a running line, left and right. Three lines have room before the paper ends."""


def typst_source(document: Document, rules: str, page: str | None, fonts: Sequence[str], dated: bool) -> str:
    """The Typst source of a document. `rules`: page.typ; `page`: a sponsor's rules, put after them."""
    writer = _Writer(document)
    region = document.language.partition("-")[2]
    form = {
        "title": literal(document.title),
        "language": literal(document.language.partition("-")[0].lower()),
        "region": literal(region.lower()) if len(region) == 2 else "none",
        "fonts": f"({', '.join(fonts)},)",
        "header": writer.running(document.header),
        "footer": writer.running(document.footer),
        "dated": _flag(dated),
    }
    arguments = ", ".join(f"{name}: {value}" for name, value in form.items())
    # The blank line ends a comment in the sponsor's last line.
    return f"{rules}\n#show: form.with({arguments})\n{page or ''}\n\n#{writer.blocks(document.body, PAGE_WIDTH)}\n"


def literal(text: str) -> str:
    """A text as a string of Typst."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '\\"':
        return "\\" + character
    category = unicodedata.category(character)
    return f"\\u{{{ord(character):x}}}" if category[0] == "C" or category in ("Zl", "Zp") else character


def is_shown(character: str) -> bool:
    """Is this a character that some font can be expected to have?"""
    return unicodedata.category(character) not in ("Cc", "Cn", "Co", "Cs")


def isolated(text: str) -> str:
    """The text, so that its direction marks and right-to-left letters leave the text around it as it is."""
    if not any(unicodedata.bidirectional(each) in _TURNS for each in text):
        return text
    depth = 0
    kept = []
    for character in text:
        if character == "\u2069" and not depth:
            continue  # it would end our own isolation
        depth += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        kept.append(character)
    return "\u2068" + "".join(kept) + "\u2069" * (depth + 1)


_TURNS: Final = {"R", "AL", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}


def width_of(word: str) -> float:
    """About how wide a word is, in widths of its size."""
    return sum(_width(each) for each in word)


def _width(character: str) -> float:
    if _is_wide(character):
        return 1.0
    return 0.7 if character.isupper() or character in "mwMW@%" else 0.52


class _Writer:
    """Writes elements as Typst expressions; `room` is the width they have, in millimetres."""

    def __init__(self, document: Document):
        self._ids = {e.get("id") for e in document.walk()} - {""}
        self._labelled: set[str] = set()
        self._words = words_of(document)
        self._long_rows = 0
        self._level = 0
        self._has_title = False
        self._after_space = True

    # Blocks

    def blocks(self, children: Iterable[Element | str], room: float) -> str:
        """Blocks and runs of text between them, in order."""
        parts: list[str] = []
        run: list[Element | str] = []
        before = ""
        siblings = list(children)
        for place, child in enumerate(siblings):
            if not isinstance(child, Element) or child.tag in INLINE:
                run.append(child)
                continue
            parts += self._run(run, room)
            run = []
            written = self._block(child, room)
            stays = child.tag == "p" and (_leads(child, before) or _announces(child, siblings[place + 1 :]))
            parts.append(f"stay({written})" if stays else written)
            before = child.tag
        parts += self._run(run, room)
        return _joined(parts)

    def _run(self, run: Sequence[Element | str], room: float) -> list[str]:
        self._after_space = True
        return [written] if run and (written := self._inline(run, room)) else []

    def _block(self, element: Element, room: float) -> str:
        write = self._BLOCKS.get(element.tag)
        written = write(self, element, room) if write else self.blocks(element.children, room)
        return self._anchored(element, written)

    def _anchored(self, element: Element, written: str) -> str:
        """With the mark that links lead to."""
        label = element.get("id")
        if not label or label in self._labelled:
            return written
        self._labelled.add(label)
        mark = f"#label({literal(label)})"
        if element.tag in _HEADINGS:
            return f"[#{written}{mark}]"
        return f"{{ [#metadata(none){mark}]; {written} }}"

    def _title(self, element: Element, room: float) -> str:
        if self._has_title:
            return self._heading(element, room)
        self._has_title = True
        return f"std.title({_joined(self._run(element.children, room / 2))})"

    def _heading(self, element: Element, room: float) -> str:
        # Tagged PDF wants each level below the next higher one.
        self._level = min(max(1, int(element.tag[1]) - 1), self._level + 1)
        listed = element.tag != "h4" and "unlisted" not in element.classes
        body = _joined(self._run(element.children, room / 1.4))
        return f"heading(level: {self._level}, outlined: {_flag(listed)}, bookmarked: true, {body})"

    def _paragraph(self, element: Element, room: float) -> str:
        written = f"par({_joined(self._run(element.children, room))})"
        kind = next((each for each in ("lead", "quiet", "part", "note") if each in element.classes), None)
        return f"{kind}({written})" if kind else written

    def _list(self, element: Element, room: float) -> str:
        items = [self.blocks(e.children, room - 6) for e in element.elements]
        start = f"start: {int(element.get('start'))}, " if element.get("start").isdigit() else ""
        written = f"list({', '.join(items)})" if element.tag == "ul" else f"enum({start}{', '.join(items)})"
        return f"together({written})" if len(items) < 5 and _lines(element, room) < 8 else written

    def _terms(self, element: Element, room: float) -> str:
        items: list[tuple[str, list[str]]] = []
        for child in element.elements:
            if child.tag == "dt":
                items.append((self.blocks(child.children, room / 2), []))
            elif items:
                items[-1][1].append(self.blocks(child.children, room / 2))
        return f"terms({', '.join(f'terms.item({term}, {_joined(texts)})' for term, texts in items)})"

    def _quote(self, element: Element, room: float) -> str:
        return f"quote(block: true, {self.blocks(element.children, room - 9)})"

    def _division(self, element: Element, room: float) -> str:
        classes = element.classes
        if "pagebreak" in classes:
            return "pagebreak(weak: true)"
        written = self.blocks(element.children, room - 8 if classes & _FRAMES.keys() else room)
        if heading := repeated_heading(element):
            self._long_rows += 1
            again = literal(self._words("form.continued", heading=heading.text))
            return f"long_row({literal(f'long row {self._long_rows}')}, {again}, {written})"
        for name, function in _FRAMES.items():
            if name in classes:
                written = f"{function}({written})"
        if "keep" not in classes:
            return written
        short = _lines(element, room) < SURELY_SHORT
        headed = any(each.tag in _HEADINGS for each in element.elements[:1])
        framed = bool(classes & _FRAMES.keys())
        below = 1.3 if framed else 0.8
        above = 1.9 if headed and not framed else below
        return f"keep(short: {_flag(short)}, above: {above}em, below: {below}em, {written})"

    def _details(self, element: Element, room: float) -> str:
        summary = next((e for e in element.elements if e.tag == "summary"), None)
        head = self.blocks(summary.children, room) if summary else "none"
        return f"details({head}, {self.blocks((e for e in element.children if e is not summary), room - 4)})"

    def _contents(self, element: Element, room: float) -> str:
        return "contents()" if "contents" in element.classes else self.blocks(element.children, room)

    def _table(self, element: Element, room: float) -> str:
        parts = {e.tag: e for e in element.elements}
        heads = parts["thead"].elements if "thead" in parts else ()
        rows = [r for e in element.elements for r in (e.elements if e.tag == "tbody" else (e,)) if r.tag == "tr"]
        columns = max((sum(map(_span, row.elements)) for row in (*heads, *rows)), default=1)
        widths = [float(each) for each in element.get("data-widths").split()]
        if len(widths) != columns:
            widths = []
        rooms = [room * each / sum(widths) - 4.5 for each in widths] or [room / columns - 4.5] * columns
        caption = _joined(self._run(parts["caption"].children, room)) if "caption" in parts else "none"
        return (
            f"data_table(columns: {columns}, widths: {_array(map(str, widths)) if widths else 'none'}, "
            f"lines: {_flag('plain' not in element.classes)}, caption: {caption}, "
            f"head: {_array(self._row(each, rooms) for each in heads)}, "
            f"rows: {_array(self._row(each, rooms) for each in rows)}, "
            f"short: {_array(_flag(_row_lines(each, rooms) < SURELY_SHORT) for each in rows)})"
        )

    def _row(self, row: Element, rooms: Sequence[float]) -> str:
        cells = []
        column = 0
        blanks = any("blank" in each.classes for each in row.walk())
        for cell in row.elements:
            span = _span(cell)
            room = sum(rooms[column : column + span])
            body = self._anchored(cell, self.blocks(cell.children, room))
            entries = {"body": body}
            if cell.tag == "th":
                entries["th"] = "true"
            if blanks:
                entries["blanks"] = "true"
            if "num" in cell.classes:
                entries["num"] = "true"
            if span > 1:
                entries["colspan"] = str(span)
            if cell.get("rowspan", "1") != "1":
                entries["rowspan"] = str(int(cell.get("rowspan")))
            cells.append("(" + ", ".join(f"{name}: {value}" for name, value in entries.items()) + ")")
            column += span
        if cells and row.get("id"):
            cells[0] = cells[0].replace("(body: ", f"(body: {self._anchored(row, '[]')} + ", 1)
        return _array(cells)

    _BLOCKS: Final[Mapping[str, Callable[[_Writer, Element, float], str]]] = {
        "h1": _title,
        "h2": _heading,
        "h3": _heading,
        "h4": _heading,
        "p": _paragraph,
        "ul": _list,
        "ol": _list,
        "dl": _terms,
        "table": _table,
        "blockquote": _quote,
        "section": _division,
        "div": _division,
        "details": _details,
        "nav": _contents,
    }

    # Runs of text

    def _inline(self, children: Iterable[Element | str], room: float) -> str:
        parts: list[str] = []
        for child in children:
            parts += self._text(child, room) if isinstance(child, str) else self._span(child, room)
        return _joined(parts) if parts else ""

    def _text(self, text: str, room: float) -> list[str]:
        text = text.lstrip(" ") if self._after_space else text
        if not text:
            return []
        self._after_space = text.endswith(" ")
        parts: list[str] = []
        plain = ""
        for piece in _pieces(isolated(text)):
            excess = width_of(piece) * TEXT_SIZE / max(room, 1.0)
            if is_shown(piece[0]) and excess <= 1:
                plain += piece
                continue
            if plain:
                parts.append(literal(plain))
                plain = ""
            if excess <= 1:
                parts.append(f'code_point("U+{ord(piece):04X}")')
            else:
                function = "hyphenated" if excess < 2 and room > 14 and _LIKE_A_WORD.fullmatch(piece) else "breakable"
                parts.append(f"{function}({literal(piece)})")
        return [*parts, literal(plain)] if plain else parts

    def _span(self, element: Element, room: float) -> list[str]:
        if element.tag == "br":
            self._after_space = True
            return ["linebreak()"]
        drawn = self._drawn(element, room)
        if drawn:
            self._after_space = False
            return [drawn]
        narrow = room * 0.8 if element.tag == "code" or "mono" in element.classes else room
        body = self._inline(element.children, narrow)
        if not body:
            return []
        target = element.get("href").removeprefix("#")
        if element.tag == "a" and target in self._ids:
            body = f"jump({literal(target)}, {body})"
        if function := {"b": "strong", "i": "emph", "code": "mono"}.get(element.tag):
            body = f"{function}({body})"
        for name in ("mono", "given", "quiet"):
            if name in element.classes:
                body = f"{name}({body})"
        for name in ("pass", "fail", "unknown", "not_applicable"):
            if name in element.classes:
                body = f"result({literal(name)}, {body})"
        if "nowrap" in element.classes and width_of(element.text) * TEXT_SIZE < room * 0.6:
            body = f"box({body})"
        return [self._anchored(element, body)]

    def _drawn(self, element: Element, room: float) -> str:
        classes = element.classes
        if "box" in classes:
            return f"tick({_flag('ticked' in classes)})"
        if "blank" in classes:
            date = literal(self._words("form.date_to_write"))
            return f"blank({literal(element.get('data-size', 'short'))}, {room:.1f}mm, date: {date})"
        if "page" in classes:
            return "page_number()"
        return "page_count()" if "pages" in classes else ""

    # Running lines

    def running(self, sides: Sequence[Element]) -> str:
        """A running line's left and right text."""
        written = []
        for side, room in zip(sides, RUNNING_ROOM, strict=False):
            shown, _ = _shortened(side, 3 * room / RUNNING_SIZE)
            written += self._run(shown.children, room) or ["[]"]
        return _array(written)


_LIKE_A_WORD: Final = re.compile(r"\(?[A-Za-z]?([b-df-hj-np-tv-xz]{0,3}[aeiouy]){3,}[b-df-hj-np-tv-xz]{0,3}\)?[,.:;]?")
_HEADINGS: Final = ("h2", "h3", "h4")
_FRAMES: Final = {"statement": "statement", "stamp": "stamp", "row": "row", "under": "under"}


def _leads(paragraph: Element, before: str) -> bool:
    """Is it the line that leads from a heading to its criteria, which is not left alone under the heading?"""
    return before in _HEADINGS and len(paragraph.text) < 250


def _announces(paragraph: Element, after: Sequence[Element | str]) -> bool:
    """Does it announce what stands after it?"""
    return paragraph.text.endswith((":", "：")) and any(isinstance(each, Element) for each in after)


def _shortened(element: Element, width: float) -> tuple[Element, float]:
    """The element with its long texts cut to a width, and what is left of that width."""
    children: list[Element | str] = []
    for child in element.children:
        if isinstance(child, Element):
            child, width = _shortened(child, width)
        elif len(child) > 12 and width_of(child) > width:
            child, width = _cut(child, width) + "… ", 0.0
        else:
            width -= width_of(child)
        children.append(child)
    return Element(element.tag, element.attributes, tuple(children)), width


def _cut(text: str, width: float) -> str:
    kept = ""
    for character in text:
        width -= _width(character)
        if width < 0:
            break
        kept += character
    return kept.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """A text as words, and single characters: spaces, those between which lines break anyhow, and those of no font."""
    start = 0
    for place, character in enumerate(text):
        if character == " " or _is_wide(character) or not is_shown(character):
            if start < place:
                yield text[start:place]
            yield character
            start = place + 1
    if start < len(text):
        yield text[start:]


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _lines(element: Element, room: float) -> float:
    """About how many lines an element takes."""
    if element.tag == "tr":
        return _row_lines(element, [room / max(1, len(element.elements))] * len(element.elements))
    lines = 1.0
    width = 0.0
    for child in element.children:
        if isinstance(child, str):
            width += width_of(child)
        elif child.tag in INLINE and child.tag != "br":
            width += width_of(child.text) + 2
        else:
            lines += _lines(child, room * 0.9)
    return lines + width * TEXT_SIZE / max(room, 5.0)


def _row_lines(row: Element, rooms: Sequence[float]) -> float:
    cells = zip(row.elements, rooms, strict=False)
    return max((_lines(cell, room) for cell, room in cells), default=0.0)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _span(cell: Element) -> int:
    return int(cell.get("colspan", "1"))


def _joined(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return "{ " + "; ".join(parts) + " }" if parts else "[]"


def _array(values: Iterable[str]) -> str:
    return "(" + "".join(f"{value}, " for value in values) + ")"
