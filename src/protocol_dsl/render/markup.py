"""What a document is made of, whatever its form: a template writes it as XHTML, and each form is made from that.

A template gives one `article`:

    <article lang="en" title="Checklist">
      <header class="running"><p>left</p><p>right</p></header>
      <footer class="running"><p>left</p><p>right <span class="page"/> of <span class="pages"/></p></footer>
      …blocks…
    </article>

Blocks: `h1` (the title), `h2` to `h4` (those with an `id` can be linked to; class `unlisted` keeps one out of the
contents), `p` (classes `lead`, `quiet`, `part`, `note`), `ul`, `ol`, `dl`, `table` (class `grid`, with lines, or
`plain`; `data-widths="20 80"`, percents of the columns; `caption`, `thead`, `tbody`; `th` with `scope`; `td` of class
`num` is a number), `blockquote`, `section` and `div` (class `keep`: not broken over pages; `row`: a frame, of which a
heading that comes first stands again on each page if the frame is not kept on one; `stamp`: a strong frame; `under`:
set in; `statement` with `data-statement`: the statement of a rule, of whose lines each `span` with `data-lead` holds
the words; `pagebreak`: empty), `details` with `summary` (folded where the form can, unless `open`), `nav` of class
`contents` (empty: the list of headings).

Within blocks: `b`, `i`, `code`, `br`, `a` with `href="#id"`, and `span` (classes `mono`, `given`, `quiet`, `nowrap`;
`blank` with `data-size` `date`, `time`, `short`, `long` or `line`: a place to write; `box`, or `box ticked`; `pass`,
`fail`, `unknown`, `not_applicable`: the colour of a result; `page`, `pages`: in running lines).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree

from attrs import field, frozen

BLOCKS: Final = frozenset(
    {
        *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "section", "div"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "nav"),
        *("header", "footer", "article"),
    }
)
INLINE: Final = frozenset({"b", "i", "code", "br", "a", "span"})


class MarkupError(Exception):
    """A template gave something that is no document: what, and where."""


@frozen
class Element:
    """An element with its attributes, and in it elements and pieces of text, in order."""

    tag: str
    attributes: Mapping[str, str] = field(factory=dict)
    children: tuple[Element | str, ...] = ()

    @property
    def classes(self) -> frozenset[str]:
        """The names in `class`."""
        return frozenset(self.attributes.get("class", "").split())

    def get(self, name: str, otherwise: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, otherwise)

    @property
    def elements(self) -> tuple[Element, ...]:
        """The children that are elements."""
        return tuple(child for child in self.children if isinstance(child, Element))

    @property
    def text(self) -> str:
        """All the text in it, white space folded as HTML does."""
        return " ".join("".join(_texts(self)).split(" ")).strip()

    def walk(self) -> Iterator[Element]:
        """It and every element in it, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        yield from (child,) if isinstance(child, str) else _texts(child)


@frozen
class Document:
    """A document without a form. `header` and `footer`: the running lines, each a left and a right paragraph."""

    title: str
    language: str
    header: tuple[Element, ...]
    footer: tuple[Element, ...]
    body: tuple[Element, ...]

    def walk(self) -> Iterator[Element]:
        """Every element of the body, in order."""
        for block in self.body:
            yield from block.walk()

    @property
    def contents(self) -> tuple[Element, ...]:
        """The headings that a table of contents lists."""
        return tuple(e for e in self.walk() if e.tag in ("h2", "h3") and "unlisted" not in e.classes)


def read_markup(text: str, template: str) -> Document:
    """The document that a template has written. MarkupError names the template and what is not understood."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        line, column = problem.position
        excerpt = text.split("\n")[line - 1][max(0, column - 40) : column + 40].strip()
        raise MarkupError(f"{template} does not give well-formed XHTML, near “{excerpt}”") from None
    article = _element(root, template)
    if article.tag != "article":
        raise MarkupError(f"{template} gives “{article.tag}”, where one “article” is needed")
    running = [e for e in article.elements if "running" in e.classes]
    body = tuple(e for e in article.elements if e not in running)
    parts = {e.tag: e.elements for e in running}
    return Document(
        article.get("title"), article.get("lang", "en"), parts.get("header", ()), parts.get("footer", ()), body
    )


def _element(found: ElementTree.Element, template: str) -> Element:
    if found.tag not in BLOCKS and found.tag not in INLINE:
        raise MarkupError(f"{template} gives “{found.tag}”, which is no element of a document")
    children: list[Element | str] = [_folded(found.text)] if found.text else []
    for child in found:
        children.append(_element(child, template))
        if child.tail:
            children.append(_folded(child.tail))
    return Element(found.tag, dict(found.attrib), tuple(child for child in children if child != ""))


def _folded(text: str) -> str:
    """White space as HTML sees it; a no-break space stays."""
    folded = "".join(" " if character in " \t\r\n\f" else character for character in text)
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded
