"""What several forms ask of a document: its contents as a tree, what a link leads to, the lines of a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from protocol_dsl.render.markup import Document, Element
from protocol_dsl.render.wording import LANGUAGES, Wording, wording

HEADINGS: Final = ("h1", "h2", "h3", "h4")


@frozen
class Entry:
    """A heading in the contents, and those under it."""

    heading: Element
    under: tuple[Element, ...]


def entries(document: Document) -> tuple[Entry, ...]:
    """The contents: each `h2` with its `h3`; an `h3` before any `h2` stands by itself."""
    found: list[Entry] = []
    for heading in document.contents:
        if heading.tag == "h3" and found and found[-1].heading.tag == "h2":
            found[-1] = Entry(found[-1].heading, (*found[-1].under, heading))
        else:
            found.append(Entry(heading, ()))
    return tuple(found)


def words_of(document: Document) -> Wording:
    """The words that a form adds, in the language of the document; English where we have none in it."""
    language = document.language.partition("-")[0]
    return wording(language if language in LANGUAGES else "en")


def standing_lines(document: Document) -> tuple[Element, ...]:
    """The running lines that make sense where there are no pages: each once, without those to be filled in on each."""
    lines = {line.text: line for line in (*document.header, *document.footer) if line.text and not _of_a_page(line)}
    return tuple(lines.values())


def _of_a_page(line: Element) -> bool:
    return any(element.classes & {"page", "pages", "blank"} for element in line.walk())


def rows_of(table: Element) -> tuple[Element, ...]:
    """The rows of a table, without those of tables in its cells."""
    parts = [part.elements if part.tag in ("thead", "tbody") else (part,) for part in table.elements]
    return tuple(row for part in parts for row in part if row.tag == "tr")


def statement_text(statement: Element) -> str:
    """The lines of a statement as they were written."""
    return "\n".join(_lines(statement))


def _lines(element: Element) -> Iterator[str]:
    for part in element.walk():
        if "data-lead" in part.attributes:
            yield part.get("data-lead") + part.text


def repeated_heading(element: Element) -> Element | None:
    """The heading of a frame that may go over pages, which stands again on each of them."""
    first = next(iter(element.elements), None)
    is_long = "row" in element.classes and "keep" not in element.classes
    return first if is_long and first is not None and first.tag in HEADINGS else None
