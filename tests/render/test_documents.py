"""Protocol documents and checklists, in both forms."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import protocol_dsl
from protocol_dsl.render.documents import Form, render_document, statements_of

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
        # Printed lists read aloud; that they mean the same, the tests of the criteria document show.
        assert printed[criterion.id].replace("of the following:", "of:") == criterion.statement
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
            assert not {"script", "img", "link", "iframe"} & set(page.tags)
            assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
            assert all(
                target is not None and target.startswith("#") for name, target in page.attributes if name == "href"
            )


@pytest.mark.parametrize("document", ["protocol", "checklist"])
def test_a_page_stands_alone(als: protocol_dsl.Protocol, document: str) -> None:
    page = Page(als.render(document, "html"))  # type: ignore[arg-type]
    assert ("lang", "en") in page.attributes
    assert page.tags.count("h1") == 1
    assert not {"script", "link", "img"} & set(page.tags)
    assert "url(" not in als.render(document, "html")  # type: ignore[arg-type]
