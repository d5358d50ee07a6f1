"""Protocol documents and checklists, in both forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.documents import Form, render_document, statements_of
from protocol_dsl.render.explanation_page import explanation_page

FORMS: tuple[Form, ...] = ("markdown", "html")
HOSTILE = (
    "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} | *b* _i_ a#b [x](javascript:y) \\ ``` https://x.org &lt; $a$"
)

HOSTILE_TEXT = f"""\
protocol: Hostile {HOSTILE}
  sponsor: {HOSTILE}
  rationale: {HOSTILE} {"w" * 500}

data
  weight: kg
    question: {HOSTILE}
    source: {HOSTILE}

inclusion criteria

  I1: {HOSTILE}
    > {HOSTILE}
    > - no list
    > 1. no list
    weight is at least 3 kg
    interpretation: {HOSTILE}

exclusion criteria: none in the source
"""


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("to", FORMS)
def test_printed_statements_read_back_as_the_same_rules(als: protocol_dsl.Protocol, to: Form) -> None:
    printed = statements_of(render_document(als.checked, "protocol", to), to)
    for criterion in als.checked.criteria:
        assert printed[criterion.id] == criterion.statement
    for definition in als.checked.definitions.values():
        assert printed[definition.name] == definition.statement


@pytest.mark.parametrize("to", FORMS)
def test_a_protocol_says_all_that_its_file_says(als: protocol_dsl.Protocol, to: Form) -> None:
    text = render_document(als.checked, "protocol", to)
    assert als.checked.source.sha256 in text
    assert "2 questions about its criteria are open." in text
    assert "Male patients and their spouses, as well as women of childbearing age, should agree to" in text
    assert "Which treatments are standard, and who judges their efficacy?" in text
    assert "The source has none." in text
    assert "percentage of the predicted value" in text


@pytest.mark.parametrize("to", FORMS)
def test_what_a_file_says_is_never_markup(to: Form) -> None:
    protocol = protocol_dsl.loads(HOSTILE_TEXT).checked
    for text in (render_document(protocol, "protocol", to), render_document(protocol, "checklist", to)):
        assert "<script" not in text.replace("\\<script", "")
        assert "49" not in text.replace(protocol.source.sha256, "")
        if to == "html":
            page = Page(text)
            assert HOSTILE in page.text
            assert not {"script", "a", "img", "link", "iframe"} & set(page.tags)
            assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")]


def test_the_blank_checklist_has_no_box_filled_and_no_dates(als: protocol_dsl.Protocol) -> None:
    text = render_document(als.checked, "checklist", "markdown")
    assert not re.search("[☑☒✓✗]", text)
    assert "Recorded:" not in text
    assert "2026" not in text.replace(als.checked.source.sha256, "")
    assert "☐ passes   ☐ fails   ☐ open   ☐ does not apply" in text


def test_checklist_rows(als: protocol_dsl.Protocol) -> None:
    text = render_document(als.checked, "checklist", "markdown")
    assert "- Diagnosis is ALS.   ☐ yes   ☐ no   ☐ not known\n" in text
    assert "Passes if both answers are yes and the date lies in the window." in text
    assert (
        "Passes if every share is 2% or less. One screening night above 2% fails. No recorded screening night: open. "
        "Do not round the share before comparing."
    ) in text
    assert "Source: overnight pulse oximetry report" in text
    assert text.count("- Night of: ") == 3
    assert "Spouse: name, signature, date:" in text


def test_the_days_of_a_window_are_printed_once_they_are_known(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    evaluation = patient("P-014", initial_diagnosis_date="2023-12-04")
    text = render_document(als.checked, "checklist", "markdown", evaluation)
    assert "It must lie from 16 March 2024 to 16 September 2025, both days included." in text
    assert "**Recorded: 4 December 2023**" in text
    assert "- Screening: **16 March 2026**" in text
    assert not re.search("[☑☒✓✗]", text)


@pytest.mark.parametrize("document", ["protocol", "checklist"])
def test_a_page_stands_alone(als: protocol_dsl.Protocol, document: str) -> None:
    page = Page(als.render(document, "html"))  # type: ignore[arg-type]
    assert ("lang", "en") in page.attributes
    assert page.tags.count("h1") == 1
    assert not {"script", "link", "img"} & set(page.tags)
    assert "url(" not in als.render(document, "html")  # type: ignore[arg-type]


def test_the_page_of_explanations(patient: Callable[..., Evaluation]) -> None:
    page = Page(explanation_page([patient("<b>P-014", initial_diagnosis_date="2023-12-04"), patient("P-015")]))
    assert "Patient <b>P-014, screened on 16\u00a0March 2026" in page.text
    assert "which is 103 days before the first of these days." in page.text
    assert page.tags.count("h2") == 2
