"""Documents: a model put together in Python, worded by a template, and given its form."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, Literal, TypeAlias, assert_never

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, PackageLoader, PrefixLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from protocol_dsl.diagnostics import Copyable, nearest, report
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render import markup
from protocol_dsl.render.checklist import Edition, checklist
from protocol_dsl.render.dictionary_document import dictionary_document
from protocol_dsl.render.explanation_page import explanation_model
from protocol_dsl.render.forms import MissingExtra, MissingGlyphs, PageRulesError, UnfitReference
from protocol_dsl.render.forms.html import html, statements_in_html
from protocol_dsl.render.forms.markdown import markdown, statements_in_markdown
from protocol_dsl.render.protocol_document import protocol_document
from protocol_dsl.render.showing import capital
from protocol_dsl.render.sponsor import REFERENCE, DocumentError, SponsorFiles
from protocol_dsl.render.wording import Wording, wording
from protocol_dsl.semantics.checked import Protocol

Document: TypeAlias = Literal["protocol", "checklist", "dictionary"]
Form: TypeAlias = Literal["markdown", "html", "docx", "pdf"]

_NOTHING: Final = SponsorFiles()


def render_document(
    protocol: Protocol,
    document: Document,
    to: Form,
    evaluation: Evaluation | None = None,
    language: str = "en",
    *,
    edition: Edition = "source",
    sponsor: SponsorFiles = _NOTHING,
    created: datetime.date | None = None,
) -> str | bytes:
    """The protocol as a document, its data dictionary or its checklist; with an evaluation, that patient's checklist.

    HTML and Markdown are text, Word (`docx`) and PDF bytes. `created`: the date of creation that Word and PDF bear;
    without it they bear none of today's, so that the same input gives the same bytes. Raises `DocumentError`.
    """
    words = _words(language, sponsor)
    model: Any
    match document:
        case "protocol":
            model = protocol_document(protocol, words)
        case "dictionary":
            model = dictionary_document(protocol, words)
        case "checklist":
            model = checklist(protocol, words, evaluation, edition)
        case _:
            assert_never(document)
    return _in_form(_marked(f"{document}.html.j2", language, words, sponsor, doc=model), to, sponsor, created)


def render_explanations(
    protocol: Protocol,
    results: Iterable[Evaluation | PatientError],
    to: Form,
    *,
    only: Iterable[str] | None = None,
    language: str = "en",
    sponsor: SponsorFiles = _NOTHING,
    created: datetime.date | None = None,
) -> str | bytes:
    """The explanation of each patient, or what is wrong with its facts, as one document; `only`: ids of criteria."""
    words = _words(language, sponsor)
    model = explanation_model(protocol, results, words, only=None if only is None else tuple(only))
    return _in_form(_marked("explanation.html.j2", language, words, sponsor, doc=model), to, sponsor, created)


def _words(language: str, sponsor: SponsorFiles) -> Wording:
    return wording(language).replaced(sponsor.words.get(language, {}))


def statements_of(document: str, to: Literal["markdown", "html"]) -> dict[str, str]:
    """The statements in a protocol's document, word for word: of criteria by id, of definitions by name."""
    return statements_in_markdown(document) if to == "markdown" else statements_in_html(document)


# ---- templates ------------------------------------------------------------------------------------------------------


def _marked(template: str, language: str, words: Wording, sponsor: SponsorFiles, **values: object) -> markup.Document:
    """What a template makes of its values."""
    if (own := sponsor.templates.get(template)) is not None and "ours/" in own:
        _refuse_unknown_blocks(template, own)
    try:
        text = _environment_of(sponsor).get_template(template).render(words=words, lang=language, **values)
        return markup.read_markup(text, template)
    except markup.MarkupError as error:
        raise _template_error("D103", template, str(error)) from None
    except RecursionError:
        raise _template_error("D102", template, f'it begins with itself; ours is "ours/{template}"') from None
    except (TemplateError, SecurityError, TypeError, LookupError) as error:
        if template not in sponsor.templates and "parts.html.j2" not in sponsor.templates:
            raise
        raise _template_error("D102", template, str(error), getattr(error, "lineno", None)) from None


def _template_error(code: str, template: str, reason: str, line: int | None = None) -> DocumentError:
    place = f", line {line}" if line is not None else ""
    missing = _NOT_THERE.search(reason)
    told = f'there is no "{missing["name"]}"' if missing else reason.rstrip(".")
    return DocumentError((report(code, template, None, name=f"{template}{place}", reason=Copyable(told)),))


def _refuse_unknown_blocks(template: str, own: str) -> None:
    """A block that ours has not would be printed nowhere."""
    ours = environment().get_template(template).blocks
    for name in _BLOCK.findall(own):
        if name not in ours:
            near = next(iter(nearest(name, tuple(ours))), "end")
            raise _template_error("D102", template, f'ours has no block "{name}"; did you mean "{near}"?')


_BLOCK: Final = re.compile(r"{%-?\s*block\s+(\w+)")
_NOT_THERE: Final = re.compile(r"(?:has no attribute|^)\s*'(?P<name>\w+)'(?: is undefined)?$")
"""How Jinja tells that a template asks for what is not there."""


def _environment_of(sponsor: SponsorFiles) -> ImmutableSandboxedEnvironment:
    if not sponsor.templates:
        return environment()
    return _environment(ChoiceLoader([DictLoader(sponsor.templates), PrefixLoader({"ours": _ours()}), _ours()]))


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """Our templates. A value that is missing is an error, and every value is text unless a template says so."""
    return _environment(_ours())


def _ours() -> PackageLoader:
    return PackageLoader("protocol_dsl.render", "templates")


def _environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    found = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_legible,
    )
    found.filters["capital"] = capital
    return found


_ILLEGAL: Final = dict.fromkeys((*range(32), 127, *range(55296, 57344), 65534, 65535), "�")
for _kept in "\t\n\r":
    del _ILLEGAL[ord(_kept)]


def _legible(value: object) -> object:
    """A value without the characters that no XML, and so no Word file, may hold."""
    return value.translate(_ILLEGAL) if type(value) is str else value


# ---- forms ----------------------------------------------------------------------------------------------------------


def _in_form(document: markup.Document, to: Form, sponsor: SponsorFiles, created: datetime.date | None) -> str | bytes:
    moment = None if created is None else datetime.datetime(created.year, created.month, created.day)
    try:
        match to:
            case "html":
                return html(document, sponsor.style)
            case "markdown":
                return markdown(document)
            case "docx":
                from protocol_dsl.render.forms.word import word  # an extra, and slow to start

                return word(document, sponsor.reference, moment)
            case "pdf":
                from protocol_dsl.render.forms.pdf import pdf  # an extra, and slow to start

                return pdf(document, sponsor.page, moment)
            case _:
                assert_never(to)
    except MissingExtra as error:
        raise DocumentError((report("D105", to, None, package=error.package),)) from None
    except PageRulesError as error:
        raise _template_error("D102", "page.typ", str(error)) from None
    except UnfitReference:
        raise DocumentError((report("D101", REFERENCE, None, variant="word", name=REFERENCE),)) from None
    except MissingGlyphs as error:
        raise DocumentError((report("D106", to, None, characters=error.characters, fonts=error.fonts),)) from None
