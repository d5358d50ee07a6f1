"""Documents as HTML and Markdown: a model put together in Python, given its form by a template."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from typing import Any, Literal, TypeAlias, assert_never

from jinja2 import Environment, PackageLoader, StrictUndefined

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.checklist import checklist
from protocol_dsl.render.markdown import escaped, fenced, fenced_texts
from protocol_dsl.render.protocol_document import protocol_document
from protocol_dsl.render.showing import capital
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics.checked import Protocol

Document: TypeAlias = Literal["protocol", "checklist"]
Form: TypeAlias = Literal["markdown", "html"]

_ENDINGS: dict[str, str] = {"markdown": "md", "html": "html"}
_STATEMENT = "protocol"


def render_document(
    protocol: Protocol, document: Document, to: Form, evaluation: Evaluation | None = None, language: str = "en"
) -> str:
    """The protocol as a document, or its checklist; with an evaluation, the checklist of that patient."""
    words = wording(language)
    model: Any
    match document:
        case "protocol":
            model = protocol_document(protocol, words)
        case "checklist":
            model = checklist(protocol, words, evaluation)
        case _:
            assert_never(document)
    return filled(f"{document}.{_ENDINGS[to]}", language, doc=model)


def statements_of(document: str, to: Form) -> dict[str, str]:
    """The statements in a protocol's document, word for word: of criteria by id, of definitions by name."""
    if to == "markdown":
        return fenced_texts(document, _STATEMENT)
    reader = _StatementReader()
    reader.feed(document)
    return reader.statements


def filled(template: str, language: str, **values: object) -> str:
    """A template with its values filled in."""
    text = environment().get_template(f"{template}.j2").render(words=wording(language), lang=language, **values)
    return text.rstrip("\n") + "\n"


@cache
def environment() -> Environment:
    """The templates. A value that is missing is an error, and in HTML every value is text unless a template says so."""
    found = Environment(
        loader=PackageLoader("protocol_dsl.render", "templates"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["md"] = escaped
    found.filters["fenced"] = lambda statement: fenced(statement.text, f"{_STATEMENT} {statement.id}")
    found.filters["capital"] = capital
    return found


class _StatementReader(HTMLParser):
    """Reads statements back from HTML: their lines bear what stood before them as `data-lead`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.statements: dict[str, str] = {}
        self._name = ""
        self._reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (name := given.get("data-statement")) is not None:
            self._name = name
            self.statements[name] = ""
        elif (lead := given.get("data-lead")) is not None:
            self._reading = True
            before = self.statements[self._name]
            self.statements[self._name] = f"{before}\n{lead}" if before else lead

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._reading = False

    def handle_data(self, data: str) -> None:
        if self._reading:
            self.statements[self._name] += data
