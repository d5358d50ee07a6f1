"""A document as one HTML file: it fetches nothing, runs nothing, and can be used by eye, by ear and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from html.parser import HTMLParser
from importlib import resources
from itertools import groupby
from typing import Final
from unicodedata import bidirectional

from attrs import evolve

from protocol_dsl.render.forms.reading import HEADINGS, entries, repeated_heading, standing_lines, words_of
from protocol_dsl.render.markup import INLINE, Document, Element

# Nothing may be fetched and nothing may run, whatever a template or a style of a sponsor says.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_KEPT: Final = ("id", "class", "open", "scope", "colspan", "rowspan", "lang", "start", "data-statement", "data-lead")
_TURNING: Final = frozenset((*HEADINGS, "p", "li", "dt", "dd", "th", "td", "caption", "summary"))
"""Blocks that run in the direction of their own first letters, where some run from right to left."""
_FROM_THE_RIGHT: Final = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI", "FSI"))

_LONGEST_RUNNING: Final = 160
"""Characters of words in a running line: more would not fit into the margin."""

_LONG_WORD: Final = re.compile(r"\S{20}(?=\S)")
_TIME_TO_WRITE: Final = "__:__"


def html(document: Document, style: str | None = None) -> str:
    """The document as a page. `style`: CSS that is put after ours."""
    return _Page(document).written(style)


class _Page:
    """A page while it is written."""

    def __init__(self, document: Document):
        self.document = document
        self.words = words_of(document)
        self._ids = {_identifier(of.get("id")) for of in document.walk() if of.get("id")}
        self._given_ids: dict[int, str] = {}
        self._heading = document.title
        self._special: dict[str, Callable[[Element], str]] = {
            "nav": self._contents,
            "table": self._table,
            "br": lambda of: "<br>",
        }

    def written(self, style: str | None) -> str:
        """All of it."""
        document, start = self.document, self._new_id("text")
        head, rest = _parted(document.body)
        contents = [block for block in rest[:1] if block.tag == "nav"]
        css = "\n".join(part for part in (_style(), _pages(document), _closed(style or "")) if part)
        footer = [self._block(line) for line in standing_lines(document)]
        lines = [
            "<!DOCTYPE html>",
            f'<html lang="{escape(document.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(document.title, quote=False)}</title>",
            f"<style>\n{css}\n</style>",
            "</head>",
            "<body>",
            f'<a class="skip" href="#{start}">{escape(self.words("form.skip"))}</a>',
            *(self._landmark("<header>", head, "</header>") if head else ()),
            *map(self._block, contents),
            *self._landmark(f'<main id="{start}" tabindex="-1">', rest[len(contents) :], "</main>"),
            *(["<footer>", *footer, "</footer>"] if footer else []),
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"

    def _landmark(self, opening: str, blocks: Sequence[Element], closing: str) -> Iterator[str]:
        yield opening
        yield from map(self._block, blocks)
        yield closing

    def _block(self, element: Element) -> str:
        """A block, its blocks on lines of their own."""
        if element.tag in HEADINGS:
            self._heading = element.text
        if special := self._special.get(element.tag):
            return special(element)
        if repeated_heading(element):
            return self._long_row(element)
        inside = self._inside(element)
        return f"{self._opening(element)}{inside}</{element.tag}>"

    def _long_row(self, element: Element) -> str:
        """A frame in two parts, so that on paper the first can stand again on each page."""
        heading, *rest = (child for child in element.children if child != " ")
        body = evolve(element, attributes={}, tag="div", children=tuple(rest))
        parts = (evolve(body, children=(each,)) for each in (heading, body))
        classes = {**element.attributes, "class": f"{element.get('class')} long"}
        inside = "".join(f"{self._block(part)}\n" for part in parts)
        return f"{self._opening(evolve(element, attributes=classes))}\n{inside}</{element.tag}>"

    def _inside(self, element: Element) -> str:
        if any(child.tag not in INLINE for child in element.elements):
            return "\n" + "".join(self._piece(child) + _line_end(child) for child in element.children if child != " ")
        if any(_takes_the_rest(child) for child in element.elements):
            return self._to_the_end(element)
        return "".join(map(self._piece, element.children))

    def _to_the_end(self, element: Element) -> str:
        """Lines of which some end in a place to write that takes what is left of them."""
        lines: list[list[Element | str]] = [[]]
        for child in element.children:
            if isinstance(child, Element) and child.tag == "br":
                lines.append([])
            else:
                lines[-1].append(child)
        return "".join(map(self._line, lines))

    def _line(self, line: Sequence[Element | str]) -> str:
        """A line as a row of things to lay out, each a run of words or a blank."""
        runs = groupby(line, key=lambda child: isinstance(child, Element) and _takes_the_rest(child))
        laid = "".join(
            text if rest else f"<span>{text.strip()}</span>"
            for rest, children in runs
            if (text := "".join(map(self._piece, children))).strip()
        )
        return f'<span class="to-the-end">{laid}</span>' if laid else ""

    def _piece(self, child: Element | str) -> str:
        if isinstance(child, str):
            return escape(child, quote=False)
        if child.tag not in INLINE:
            return self._block(child)
        if child.tag == "br":
            return "<br>"
        if child.tag == "a":
            target = child.get("href").removeprefix("#")
            if child.get("href") == f"#{target}" and _identifier(target) in self._ids:
                return f'<a href="#{escape(_identifier(target))}">{self._inside(child)}</a>'
            return self._inside(child)
        if "box" in child.classes:
            return self._box(child)
        if "blank" in child.classes:
            return self._blank(child)
        return f"{self._opening(child)}{self._inside(child)}</{child.tag}>"

    def _box(self, box: Element) -> str:
        name = self.words("form.ticked" if "ticked" in box.classes else "form.to_tick")
        return f'<span class="{escape(box.get("class"))}" role="img" aria-label="{escape(name)}"></span>'

    def _blank(self, blank: Element) -> str:
        size = blank.get("data-size", "short")
        name = self.words("form.to_write")
        sign = {"date": self.words("form.date_to_write"), "time": _TIME_TO_WRITE}.get(size, "")
        opening = f'<span class="{escape(blank.get("class"))}" data-size="{escape(size)}" role="img"'
        return f'{opening} aria-label="{escape(name)}">{sign}</span>'

    def _opening(self, element: Element) -> str:
        """The start tag, with what the vocabulary knows of its attributes."""
        given = {name: element.get(name) for name in _KEPT if name in element.attributes}
        if identifier := self._id(element):
            given["id"] = identifier
        if element.tag in _TURNING and _turns(element):
            given["dir"] = "auto"
        if "stamp" in element.classes:
            given["role"] = "note"
        written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        return f"<{element.tag}{written}>"

    def _id(self, element: Element) -> str:
        """The id of a heading or another element; one that the contents need is made where there is none."""
        if given := element.get("id"):
            return _identifier(given)
        if element.tag not in ("h2", "h3") or "unlisted" in element.classes:
            return ""
        if id(element) not in self._given_ids:
            self._given_ids[id(element)] = self._new_id("part")
        return self._given_ids[id(element)]

    def _new_id(self, name: str) -> str:
        number = 0
        wanted = name
        while wanted in self._ids:
            number += 1
            wanted = f"{name}-{number}"
        self._ids.add(wanted)
        return wanted

    def _contents(self, nav: Element) -> str:
        def link(heading: Element) -> str:
            inside = escape(heading.text, quote=False)
            turning = ' dir="auto"' if _turns(heading) else ""
            return f'<a href="#{escape(self._id(heading))}"{turning}>{inside}</a>'

        lines = [f'<nav class="contents" aria-label="{escape(self.words("form.contents"))}">', "<ul>"]
        for entry in entries(self.document):
            lines.append(f"<li>{link(entry.heading)}")
            if entry.under:
                lines += ["<ul>", *(f"<li>{link(heading)}</li>" for heading in entry.under), "</ul>"]
            lines[-1] += "</li>"
        return "\n".join([*lines, "</ul>", "</nav>"])

    def _table(self, table: Element) -> str:
        """A table in a frame that scrolls, by keyboard too, where the table is wider than the screen."""
        grid = "plain" not in table.classes
        headed = any(of.tag in ("th", "caption") for of in table.walk())
        role = "" if headed else ' role="presentation"'
        lines = [f'<table class="{escape(table.get("class", "grid"))}"{role}>']
        caption = next((of for of in table.elements if of.tag == "caption"), None)
        lines += [self._block(caption)] if caption else []
        if widths := _widths(table):
            lines.append("<colgroup>" + "".join(f'<col style="width: {width}%">' for width in widths) + "</colgroup>")
        lines += [self._block(part) for part in table.elements if part.tag != "caption"]
        lines.append("</table>")
        if grid and headed:
            name = escape(self.words("form.table", name=caption.text if caption else self._heading))
            lines = [f'<div class="scroll" role="group" tabindex="0" aria-label="{name}">', *lines, "</div>"]
        return "\n".join(lines)


def _parted(body: Sequence[Element]) -> tuple[Sequence[Element], Sequence[Element]]:
    """What heads the document, up to its contents or its first part, and the rest."""
    for at, block in enumerate(body):
        if any(of.tag in ("nav", "h2") and "unlisted" not in of.classes for of in block.walk()):
            return body[:at], body[at:]
    at = 1 if body and body[0].tag == "h1" else 0
    return body[:at], body[at:]


def _line_end(child: Element | str) -> str:
    return "\n" if isinstance(child, Element) and child.tag not in INLINE else ""


def _takes_the_rest(element: Element) -> bool:
    return "blank" in element.classes and element.get("data-size") == "line"


def _identifier(name: str) -> str:
    """An id without the white space that HTML does not allow in it."""
    return re.sub(r"\s+", "-", name)


def _turns(element: Element) -> bool:
    text = element.text
    return not text.isascii() and any(bidirectional(character) in _FROM_THE_RIGHT for character in text)


def _widths(table: Element) -> list[str]:
    return [width for width in table.get("data-widths").split() if re.fullmatch(r"[0-9.]+", width)]


@cache
def _style() -> str:
    return resources.files("protocol_dsl.render").joinpath("templates", "style.css").read_text(encoding="utf-8").strip()


def _closed(style: str) -> str:
    """CSS that cannot end the element that it stands in."""
    return style.replace("</", "<\\/").replace("<!--", "<\\!--").strip()


def _pages(document: Document) -> str:
    """The running lines, in the margins of paper."""
    boxes = {
        "@top-left": document.header[:1],
        "@top-right": document.header[1:2],
        "@bottom-left": document.footer[:1],
        "@bottom-right": document.footer[1:2],
    }
    date = words_of(document)("form.date_to_write")
    font = 'font: 8pt/1.3 "Noto Sans", "Segoe UI", Arial, "Noto Sans CJK SC", sans-serif'
    lines = [
        f"  {box} {{ content: {_content(of[0], date)}; {font}; }}" for box, of in boxes.items() if of and of[0].children
    ]
    return "\n".join(["@page {", "  margin: 20mm 16mm 18mm;", *lines, "}"])


def _content(line: Element, date: str) -> str:
    pieces: list[str] = []
    for piece in _running_pieces(line):
        if isinstance(piece, Element):
            pieces.append(_running_sign(piece, date))
        else:
            fits = len(piece) <= _LONGEST_RUNNING
            pieces.append(_css_string(piece if fits else piece[: _LONGEST_RUNNING - 1] + "… "))
    return " ".join(pieces)


def _running_sign(piece: Element, date: str) -> str:
    if "blank" in piece.classes:
        return _css_string({"date": date, "time": _TIME_TO_WRITE}.get(piece.get("data-size"), "_" * 14))
    return "counter(page)" if "page" in piece.classes else "counter(pages)"


def _running_pieces(line: Element) -> Iterator[Element | str]:
    for child in line.children:
        if isinstance(child, str) or child.classes & {"page", "pages", "blank"}:
            yield child
        else:
            yield from _running_pieces(child)


def _css_string(text: str) -> str:
    """The text as a string of CSS; a long word may be broken, which the margins of paper do not do by themselves."""
    broken = _LONG_WORD.sub("\\g<0>\u200b", text)
    safe = "".join(c if c.isalnum() or c in " .,:;()-–/…" else f"\\{ord(c):x} " for c in broken)
    return f'"{safe}"'


def statements_in_html(page: str) -> dict[str, str]:
    """The statements in a page, word for word: of criteria by id, of definitions by name."""
    reader = _StatementReader()
    reader.feed(page)
    reader.close()
    return {name: "\n".join(lines) for name, lines in reader.statements.items()}


class _StatementReader(HTMLParser):
    """Reads statements back: their lines bear what stood before them as `data-lead`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.statements: dict[str, list[str]] = {}
        self._lines: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (name := given.get("data-statement")) is not None:
            self._lines = self.statements[name] = []
        elif (lead := given.get("data-lead")) is not None:
            self._depth = 1
            self._lines.append(lead)
        elif self._depth and tag == "span":
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self._lines[-1] += data
