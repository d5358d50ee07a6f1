"""A sponsor's own words, templates and styles, and what is told of mistakes in them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.render.sponsor import KNOWN_FILES

PROTOCOLS = Path(__file__).parents[2] / "protocols"
OWN_CHECKLIST = """{% extends "ours/checklist.html.j2" %}
{% block title %}<p class="quiet">Form EL-01</p>{{ super() }}{% endblock %}
"""


@pytest.fixture(scope="module")
def als() -> protocol_dsl.Protocol:
    return protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")


def folder_of(tmp_path: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        file = tmp_path / name.replace("_j2", ".html.j2").replace("_toml", ".toml").replace("_", ".")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def told(als: protocol_dsl.Protocol, folder: Path, to: str = "html") -> list[tuple[str, str]]:
    """The codes and messages of what keeps a checklist from being made."""
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("checklist", to, templates=folder)  # type: ignore[call-overload]
    assert all(problem.hint for problem in caught.value.diagnostics)
    return [(problem.code, problem.message) for problem in caught.value.diagnostics]


def test_words_and_a_template_are_in_every_form(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, checklist_j2=OWN_CHECKLIST, words_en_toml='[checklist]\ntitle_source = "Worksheet"\n')
    for form in ("markdown", "html"):
        text = als.render("checklist", form, templates=folder)  # type: ignore[call-overload]
        assert text.index("Form EL-01") < text.rindex("Worksheet")
        assert "Eligibility checklist" not in text
        assert "I9" in text
    pytest.importorskip("docx", reason="python-docx is not installed")
    with zipfile.ZipFile(io.BytesIO(als.render("checklist", "docx", templates=folder))) as word:
        assert b"Form EL-01" in word.read("word/document.xml")
    assert als.render("protocol", "html", templates=folder) == als.render("protocol", "html")


def test_a_style_comes_after_ours(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    page = als.render("checklist", "html", templates=folder_of(tmp_path, style_css="h1 { color: #123456 }"))
    assert page.index("h1 { color: #123456 }") > page.index("h1")


def test_a_file_that_no_document_uses(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    (tmp_path / "check-list.html.j2").write_text("x")
    (tmp_path / "words.en.toml").write_bytes(b"\xff")
    assert [code for code, _ in told(als, tmp_path)] == ["D101", "D101"]
    assert "checklist.html.j2" in KNOWN_FILES


@pytest.mark.parametrize(
    ("template", "code", "words"),
    [
        ("{% if %}", "D102", "line 1"),
        ("<p>{{ doc.nothing }}</p>", "D102", 'there is no "nothing"'),
        ("<p>{{ nothing }}</p>", "D102", 'there is no "nothing"'),
        ("<p>{{ ''.__class__ }}</p>", "D102", "unsafe"),
        ("{% include '/etc/passwd' %}", "D102", "passwd"),
        ('{% extends "checklist.html.j2" %}', "D102", "begins with itself"),
        ('{% extends "ours/checklist.html.j2" %}{% block titel %}x{% endblock %}', "D102", 'did you mean "title"'),
        ("<article><p>x</article>", "D103", "well-formed"),
        ("<article lang='en' title='x'><script>1</script></article>", "D103", "script"),
        ("<p>x</p>", "D103", "article"),
    ],
)
def test_a_template_that_gives_no_document(
    als: protocol_dsl.Protocol, tmp_path: Path, template: str, code: str, words: str
) -> None:
    ((found, message),) = told(als, folder_of(tmp_path, checklist_j2=template))
    assert found == code
    assert words in message


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[checklist", "can't be read"),
        ('[checklist]\nheadline = "x"', '"checklist.headline" is no sentence'),
        ('[checklist]\ntitle_source = "{patient}"', "nothing fills"),
        ('[checklist]\ntitle_source = "{"', "nothing fills"),
        ("[checklist]\ntitle_source = 5", "another kind of value"),
        ('[checklist]\nsubject = "{subject.__class__}"', "nothing fills"),
    ],
)
def test_words_that_no_document_uses(als: protocol_dsl.Protocol, tmp_path: Path, toml: str, words: str) -> None:
    ((code, message),) = told(als, folder_of(tmp_path, words_en_toml=toml))
    assert code == "D104"
    assert words in message


def test_a_reference_that_is_no_word_document(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    ((code, message),) = told(als, folder_of(tmp_path, reference_docx=b"not a zip"), "docx")
    assert (code, "no Word document" in message) == ("D101", True)


def test_rules_of_pages_that_typst_cannot_follow(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="typst is not installed")
    ((code, message),) = told(als, folder_of(tmp_path, page_typ="#set page(paper: 7)"), "pdf")
    assert (code, "page.typ" in message) == ("D102", True)


def test_a_form_without_its_package(als: protocol_dsl.Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("checklist", "pdf")
    (problem,) = caught.value.diagnostics
    assert problem.code == "D105"
    assert "pip install" in (problem.hint or "")
