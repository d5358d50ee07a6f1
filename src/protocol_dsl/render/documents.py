"""Documents as HTML and Markdown: a model put together in Python, given its form by a template."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypeAlias, assert_never

from jinja2 import Environment, PackageLoader, StrictUndefined

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.checklist import checklist
from protocol_dsl.render.forms.html import statements_in_html
from protocol_dsl.render.forms.markdown import escaped, fenced, line_start, statements_in_markdown
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
    return statements_in_markdown(document) if to == "markdown" else statements_in_html(document)


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
    found.filters["md"] = lambda text: line_start(escaped(text))
    found.filters["fenced"] = lambda statement: fenced(statement.text, f"{_STATEMENT} {statement.id}")
    found.filters["capital"] = capital
    return found
