"""Documents: a model put together in Python, worded by a template, and given its form."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, assert_never

from protocol_dsl.diagnostics import Copyable, Diagnostic, report
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
from protocol_dsl.render.sponsor import PAGE, REFERENCE, DocumentError, SponsorFiles, told_at
from protocol_dsl.render.template_filling import filled
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
    return _in_form(filled(f"{document}.html.j2", language, words, sponsor, model), to, sponsor, created)


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
    return _in_form(filled("explanation.html.j2", language, words, sponsor, model), to, sponsor, created)


def _words(language: str, sponsor: SponsorFiles) -> Wording:
    return wording(language).replaced(sponsor.words.get(language, {}))


def statements_of(document: str, to: Literal["markdown", "html"]) -> dict[str, str]:
    """The statements in a protocol's document, word for word: of criteria by id, of definitions by name."""
    return statements_in_markdown(document) if to == "markdown" else statements_in_html(document)


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
        raise DocumentError((report("D105", f"the {_NAMES[to]}", None, package=error.package),)) from None
    except PageRulesError as error:
        raise DocumentError((_page_problem(error, sponsor.page),), sponsor.sources) from None
    except UnfitReference:
        raise DocumentError((report("D101", REFERENCE, None, variant="word", name=REFERENCE),)) from None
    except MissingGlyphs as error:
        where = _first_with(document, error.characters)
        told = report("D106", f"the {_NAMES[to]}", None, where=where, characters=error.characters, fonts=error.fonts)
        raise DocumentError((told,)) from None


def _page_problem(error: PageRulesError, page: str | None) -> Diagnostic:
    """What Typst says of a sponsor's rules, at their line; without a line, a function of ours was defined anew."""
    if error.loads:
        return told_at("D110", PAGE, page, error.line, error.loads, variant="loads", word=error.loads)
    variant = "function" if error.line is None else "hinted" if error.hints else None
    return told_at(
        "D110", PAGE, page, error.line, variant=variant, reason=Copyable(error.reason), told="; ".join(error.hints)
    )


_NAMES: Final = {"html": "HTML", "markdown": "Markdown", "docx": "Word file", "pdf": "PDF"}
_LONGEST_PLACE: Final = 60


def _first_with(document: markup.Document, characters: str) -> str | None:
    """The words around the first of some characters in a document, to find them by."""
    for element in (*document.header, *document.footer, *document.walk()):
        text = element.text
        at = next((at for at, each in enumerate(text) if each in characters), None)
        if at is not None and not any(set(inner.text) & set(characters) for inner in element.elements):
            start = max(0, at - _LONGEST_PLACE // 2)
            found = text[start : start + _LONGEST_PLACE].strip()
            return f"in “{'…' if start else ''}{found}{'…' if start + _LONGEST_PLACE < len(text) else ''}”"
    return None
