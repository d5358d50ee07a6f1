"""A sponsor's own words, templates and styles, and what is told of mistakes in them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.diagnostics import page, render_text
from protocol_dsl.render.forms import MissingGlyphs
from protocol_dsl.render.style_check import style_problems

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


def problems(als: protocol_dsl.Protocol, folder: Path, to: str = "html") -> protocol_dsl.DocumentError:
    """What keeps a checklist from being made."""
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("checklist", to, templates=folder)  # type: ignore[call-overload]
    assert all(problem.hint for problem in caught.value.diagnostics)
    return caught.value


def told(als: protocol_dsl.Protocol, folder: Path, to: str = "html") -> list[tuple[str, str]]:
    """The codes of what keeps a checklist from being made, and all that is told, with its place."""
    error = problems(als, folder, to)
    return [
        (problem.code, " ".join(render_text([problem], error.sources, colour=False, width=300).split()))
        for problem in error.diagnostics
    ]


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
    made = als.render("checklist", "html", templates=folder_of(tmp_path, style_css="h1 { color: #123456 }"))
    assert made.index("h1 { color: #123456 }") > made.index("h1")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("check-list.html.j2", "Did you mean checklist.html.j2?"),
        ("checklist.html", "Did you mean checklist.html.j2?"),
        ("style.css.txt", "Did you mean style.css?"),
        ("Style.css", "Did you mean style.css?"),
        ("page (1).typ", "Did you mean page.typ?"),
        ("words.toml", "Did you mean words.en.toml?"),
        ("words.fr.toml", "words.en.toml, words.zh.toml"),
        ("words.en-GB.toml", "Did you mean words.en.toml?"),
        ("house.docx", "Take others out of the folder"),
    ],
)
def test_a_file_that_no_document_uses(als: protocol_dsl.Protocol, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text("x")
    ((code, message),) = told(als, tmp_path)
    assert code == "D101"
    assert name in message
    assert words in message


def test_what_stands_in_folders_anyhow_is_passed_over(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, checklist_j2=OWN_CHECKLIST)
    for name in ("README.txt", "Thumbs.db", "desktop.ini", "~$ference.docx", ".DS_Store", "style.css.bak", "logo.png"):
        (folder / name).write_text("x")
    assert "Form EL-01" in als.render("checklist", "html", templates=folder)


def test_a_folder_without_effect(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    ((code, message),) = told(als, tmp_path)
    assert (code, "would change nothing" in message) == ("D101", True)


def test_a_text_that_is_not_in_utf_8(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    ((code, message),) = told(als, folder_of(tmp_path, words_en_toml=b"\xff"))
    assert (code, "UTF-8" in message) == ("D101", True)


EXTENDS = '{% extends "ours/checklist.html.j2" %}\n'


def in_article(body: str) -> str:
    return f'<article lang="en" title="x">\n{body}\n</article>'


@pytest.mark.parametrize(
    ("template", "code", "line", "words"),
    [
        ("\n{% if %}", "D102", 2, "can't be filled in"),
        ("\n<p>{{ doc.titel }}</p>", "D102", 2, 'asks for "titel", which there is not. 2 | <p>{{ doc.titel }}</p>'),
        ("\n<p>{{ doc.titel }}</p>", "D102", 2, 'Did you mean "title"?'),
        ("<p>{{ dok.title }}</p>", "D102", 1, 'Did you mean "doc"?'),
        ("<p>{{ nothing }}</p>", "D102", 1, '"nothing"'),
        ('\n<p>{{ words("checklist.decison") }}</p>', "D102", 2, 'Did you mean "checklist.decision"?'),
        ("<p>{{ ''.__class__ }}</p>", "D102", 1, "unsafe"),
        ('<p>{{ words("checklist.heading", id=1) }}</p>', "D102", 1, 'to be filled in with "title"'),
        ("<p>{{ 1 / 0 }}</p>", "D102", 1, "can't be filled in (division by zero)"),
        ("<p>{{ words(1) }}</p>", "D102", 1, "can't be filled in"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "D102", None, "calls itself"),
        ("\n{% include '/etc/passwd' %}", "D102", 2, "passwd"),
        ('{% extends "ours/check.html.j2" %}', "D102", 1, '{% extends "ours/checklist.html.j2" %}'),
        ('{% extends "checklist.html.j2" %}', "D102", 1, "begins with itself"),
        (EXTENDS + "{% block titel %}x{% endblock %}", "D103", 2, 'Did you mean "title"?'),
        (EXTENDS + "{% block xyz %}x{% endblock %}", "D103", 2, "running, title, criteria, decision, end"),
        (EXTENDS + "\n<p>Return this.</p>", "D103", 3, "stands outside a block"),
        (EXTENDS + "{{ doc.title }}", "D103", 2, "stands outside a block"),
        (EXTENDS + "{% if doc.stamp %}{% block end %}<p>x</p>{% endblock %}{% endif %}", "D103", 2, "around a block"),
        ("<p>x</p>", "D103", 1, "begins with <p>"),
        ("Hello", "D103", 1, "begins with words"),
        ("{# nothing #}", "D103", None, "gives nothing at all"),
        (in_article("<p>x</p>") + "\n<p>more</p>", "D103", 4, 'goes on with "<p>more</p>"'),
        ("<!DOCTYPE html>\n" + in_article("<p>x</p>"), "D103", 1, "DOCTYPE"),
        (in_article("<p>R&D</p>"), "D107", 2, "&amp;"),
        (in_article("<p>R&AMP;D</p>"), "D107", 2, "Write &amp;."),
        (in_article("{{ '<p>x' | safe }}"), "D107", 2, "is not closed"),
        (in_article("<p>x</p>\n<p>a & b</p>"), "D107", 3, "&amp;"),
        (in_article("<p>age < 5</p>"), "D107", 2, "&lt;"),
        (in_article("<p>{{ doc.title }}\n<br> x</p>"), "D107", 3, "<br/>"),
        (in_article("<p>a&nbsp;b</p>"), "D107", 2, "&#160;"),
        (in_article("<p>&ge; 5 &foo;</p>"), "D107", 2, "≥"),
        (in_article("<p>&foo;</p>"), "D107", 2, "no character of the name &foo;"),
        (in_article("<p>one\n<p>two</p>"), "D107", 2, "The <p> that begins here is not closed before </article>"),
        (in_article("<p>one</p></div>"), "D107", 2, "</div> closes an element that is not open"),
        (in_article("<P>one</p>"), "D107", 2, "small letters"),
        (in_article("<p class=lead>one</p>"), "D107", 2, "a value in quotes"),
        (in_article('<p class="lead>one</p>'), "D107", 2, "quotation mark in it is not closed"),
        (in_article("<p one</p>"), "D107", 2, "does not end with >"),
        (in_article("<!-- a -- b --><p>x</p>"), "D107", 2, "two hyphens"),
        (in_article("<p>x</p>\n<script>1</script>"), "D108", 3, "<script>, which is no element"),
        (in_article("{% filter upper %}<p>x</p>{% endfilter %}"), "D108", 2, "<P>, which is no element"),
        (in_article("<p><strong>x</strong></p>"), "D108", 2, "Did you mean <b>?"),
        (in_article('<p class="leed">x</p>'), "D108", 2, 'Did you mean "lead"?'),
        (in_article('<p class="house">x</p>'), "D108", 2, "Its classes are lead, quiet, part, note"),
        (in_article('<ul class="house"><li>x</li></ul>'), "D108", 2, "nor any other"),
        (in_article('<p style="color: red">x</p>'), "D108", 2, "Its attributes are class, id, lang"),
        (in_article('<p clas="lead">x</p>'), "D108", 2, 'Did you mean "class"?'),
        (in_article('<p><span class="blank" data-size="lang"/></p>'), "D108", 2, "date, time, short, long or line"),
        (in_article('<table data-widths="20 x"><tr><td>x</td></tr></table>'), "D108", 2, "such as 20 80"),
        (in_article('<table data-widths="20 80"><tr><td>x</td></tr></table>'), "D108", 2, "has 1 columns"),
        (in_article('<p><a href="https://x.org">x</a></p>'), "D108", 2, "such as #I1"),
        ("<article lang='en'><p>x</p></article>", "D108", 1, "has no title"),
        (in_article("<nav/>"), "D108", 2, '<nav class="contents">'),
        (in_article("Return this."), "D109", 2, '"Return this." stands directly in <article>'),
        (in_article('<div class="row">\nReturn.</div>'), "D109", 3, "stands directly in <div>"),
        (in_article("<ul>one</ul>"), "D109", 2, "In <ul> may stand li"),
        (in_article("<table><td>x</td></table>"), "D109", 2, "<td> can't stand directly in <table>"),
        (in_article("<p><p>x</p></p>"), "D109", 2, "<p> can't stand directly in <p>"),
        (in_article('<p><span class="blank">x</span></p>'), "D109", 2, "Leave it empty"),
        (in_article('<header class="running"><p>1</p><p>2</p>\n<p>3</p></header>'), "D109", 3, "a third is not shown"),
    ],
)
def test_a_template_that_gives_no_document(
    als: protocol_dsl.Protocol, tmp_path: Path, template: str, code: str, line: int | None, words: str
) -> None:
    ((found, message),) = told(als, folder_of(tmp_path, checklist_j2=template))
    assert found == code
    assert f"{code} in checklist.html.j2" + (f", line {line} " if line else "") in message
    assert words in message


def test_the_line_is_that_of_the_template_whatever_stands_before_it(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    text = EXTENDS + '{% block end %}\n{% for each in doc.sections %}\n<p class="leed">{{ each.heading }}</p>\n'
    ((code, message),) = told(als, folder_of(tmp_path, checklist_j2=text + "{% endfor %}{% endblock %}"))
    assert code == "D108"
    assert "line 4" in message
    assert '<p class="leed">{{ each.heading }}</p>' in message, "the line is shown, and once for both sections"


def test_all_slips_of_a_template_are_told_at_once(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    template = in_article('<p class="leed">x</p>\nwords\n<marquee>x</marquee>')
    assert [code for code, _ in told(als, folder_of(tmp_path, checklist_j2=template))] == ["D108", "D109", "D108"]


def test_a_slip_in_the_parts_that_templates_share(tmp_path: Path, als: protocol_dsl.Protocol) -> None:
    parts = (Path(protocol_dsl.__file__).parent / "render/templates/parts.html.j2").read_text()
    wrong = parts.replace('<p class="note">', '<p class="nota">')
    line = next(number for number, text in enumerate(wrong.split("\n"), 1) if "nota" in text)
    folder = folder_of(tmp_path, parts_j2=wrong)
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("protocol", "html", templates=folder)
    assert f"D108 in parts.html.j2, line {line}" in str(caught.value)
    folder_of(tmp_path, parts_j2=parts)
    assert als.render("protocol", "html", templates=folder) == als.render("protocol", "html")


@pytest.mark.parametrize("document", ["protocol", "checklist", "dictionary"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_own_templates_keep_to_what_is_asked_of_others(
    als: protocol_dsl.Protocol, tmp_path: Path, document: str, language: str
) -> None:
    folder = folder_of(tmp_path, **{f"{document}_j2": f'{{% extends "ours/{document}.html.j2" %}}'})
    options = {"templates": folder, "language": language}
    assert als.render(document, "html", **options) == als.render(document, "html", language=language)  # type: ignore[call-overload]


def test_our_own_template_of_explanations_keeps_to_it_too(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, explanation_j2='{% extends "ours/explanation.html.j2" %}')
    data = PROTOCOLS / "als-ipsc-mnp.patients.json"
    results = list(als.evaluate_many(als.read_patients(str(data), data.read_bytes())))
    made = als.render_explanations(results, "html", templates=folder)
    assert made == als.render_explanations(results, "html")


def test_a_class_of_ones_own_has_its_look_in_the_style(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    template = EXTENDS + '{% block end %}<p class="house">x</p>{% endblock %}'
    folder = folder_of(tmp_path, checklist_j2=template, style_css=".house { color: #003366 }")
    assert '<p class="house">' in als.render("checklist", "html", templates=folder)


@pytest.mark.parametrize(
    ("style", "line", "words"),
    [
        ("h1 { color: red }\n@import 'x.css';", 2, "fetches another file"),
        ("h1 {\n  background: url(https://x.org/a.png);\n}", 2, "fetches"),
        ("h1 {\n  background: URL( 'logo.png' );\n}", 2, "fetches"),
        ("h1 { color: red }\nh2 { color: red;\n", 2, 'The brace after "h2" is not closed'),
        ("h1 {\n color: red;\nh2 { color: blue }", 1, 'The brace after "h1" is not closed'),
        ("h1 { color: red } }", 1, "closed that is not open"),
        ("h1 { color: red }\n{ color: red }", 2, "Nothing stands before the brace"),
        ("\ncolor: red;", 2, '"color: red" stands outside of braces'),
        ("h1 {\n  color red;\n}", 2, '"color red" is no property'),
        ("h1 {\n  color: red\n  margin: 0;\n}", 2, "a semicolon is missing"),
        ("/* colours\nh1 { color: red }", 1, "comment is not closed"),
        ("// colours\nh1 { color: red }", 1, "is no comment in CSS"),
        ('h1 {\n  font-family: "Noto;\n}', 2, "quotation mark is not closed"),
        ("h1 {\n  color: rgb(0, 1, 2;\n}", 2, "round bracket"),
    ],
)
def test_a_style_that_can_not_be_read(
    als: protocol_dsl.Protocol, tmp_path: Path, style: str, line: int, words: str
) -> None:
    ((code, message),) = told(als, folder_of(tmp_path, style_css=style))
    assert f"D111 in style.css, line {line} " in message
    assert code == "D111"
    assert words in message


def test_styles_that_can_be_read() -> None:
    ours = Path(protocol_dsl.__file__).parent / "render/templates/style.css"
    assert style_problems(ours.read_text()) == []
    assert (
        style_problems(
            """@charset "utf-8";
        /* a comment with { and url(x) */
        h1, p > .a::before { content: "{ } ; //"; background: url(data:image/png;base64,AA==) }
        @media print { @page { margin: 1cm } .a { color: RGB(0 0 0); &:hover { color: red } --own: a:b } }
        a[href="#x"]:not(.b) { color: var(--own) }
        @font-face { font-family: 'X'; src: url("data:font/woff2;base64,AA") }
        """
        )
        == []
    )


@pytest.mark.parametrize(
    ("toml", "code", "line", "words"),
    [
        ("\n[checklist", "D112", 2, "can't be read from here on"),
        ("[checklist]\ntitle_source = Worksheet", "D112", 2, 'title_source = "Eligibility worksheet"'),
        ('language = "fr"', "D104", 1, '"language" is no sentence'),
        ('[checklist]\nheadline = "x"', "D104", 2, '"checklist.headline" is no sentence'),
        ('[checklist]\n\ntitle_sourse = "x"', "D104", 3, '[checklist] title_source = "…"'),
        ('checklist.title_sourse = "x"', "D104", 1, '"checklist.title_source"'),
        ('[checklist]\ntitle_source = "{patient}"', "D113", 2, "It has no places to fill in"),
        ('[checklist]\nheading = "{id} {titel}"', "D113", 2, "It may use {id}, {title}"),
        ('[checklist]\ntitle_source = "{"', "D113", 2, "stands alone"),
        ("[checklist]\ntitle_source = 5", "D113", 2, 'Ours is title_source = "Eligibility checklist"'),
        ('[date]\nmonths = ["Jan"]', "D113", 2, "as many texts as ours has"),
        ('[checklist]\nsubject = "{subject.__class__}"', "D113", 2, "nothing fills"),
    ],
)
def test_words_that_no_document_uses(
    als: protocol_dsl.Protocol, tmp_path: Path, toml: str, code: str, line: int, words: str
) -> None:
    ((found, message),) = told(als, folder_of(tmp_path, words_en_toml=toml))
    assert found == code
    assert f"in words.en.toml, line {line} " in message
    assert words in message


def test_a_brace_that_is_meant_as_itself(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, words_en_toml='[checklist]\nheading = "{{{id}}} {title}"')
    assert "{I9}" in als.render("checklist", "markdown", templates=folder).replace("\\", "")


def test_a_reference_that_is_no_word_document(als: protocol_dsl.Protocol, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    ((code, message),) = told(als, folder_of(tmp_path, reference_docx=b"not a zip"), "docx")
    assert (code, "no Word document" in message) == ("D101", True)


@pytest.mark.parametrize(
    ("rules", "line", "words"),
    [
        ("// ours\n#set page(paper: 7)", 2, '"us-letter"'),
        ('#set page(paper: "letter")', 1, 'it does not know "letter" here, but "us-letter"'),
        ('#set page(paper: "xyz")', 1, '"a0", "a1", "a2", "a3", "a4", "a5" and others'),
        ("#set page(\n", 1, "unclosed delimiter"),
        ("\n\n#nope(1)", 3, "unknown variable: nope"),
        ('#set text(fnt: "x")', 1, "unexpected argument: fnt"),
        ('\n#image("logo.png")', 2, "file not found"),
        ('\n#import "@preview/cetz:0.3.0"', 2, "may load neither files nor packages"),
        ("#let row() = []", None, "defines anew"),
    ],
)
def test_rules_of_pages_that_typst_cannot_follow(
    als: protocol_dsl.Protocol, tmp_path: Path, rules: str, line: int | None, words: str
) -> None:
    pytest.importorskip("typst", reason="typst is not installed")
    ((code, message),) = told(als, folder_of(tmp_path, page_typ=rules), "pdf")
    assert code == "D110"
    assert "D110 in page.typ" + (f", line {line} " if line else "") in message
    assert words in message
    assert "/tmp" not in message


EXAMPLES = {
    **dict.fromkeys(("D102", "D103", "D107", "D108", "D109"), ("checklist_j2", "html")),
    **dict.fromkeys(("D104", "D112", "D113"), ("words_en_toml", "html")),
    "D110": ("page_typ", "pdf"),
    "D111": ("style_css", "html"),
}


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_examples_of_a_page_are_wrong_and_right(als: protocol_dsl.Protocol, tmp_path: Path, code: str) -> None:
    file, to = EXAMPLES[code]
    if to == "pdf":
        pytest.importorskip("typst", reason="typst is not installed")
    for text in page(code).wrong:
        assert {found for found, _ in told(als, folder_of(tmp_path, **{file: text}), to)} == {code}
    for text in page(code).right:
        whole = in_article(text) if text.startswith("<h1>") else text
        assert als.render("checklist", to, templates=folder_of(tmp_path, **{file: whole}))  # type: ignore[call-overload]


def test_a_form_without_its_package(als: protocol_dsl.Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("checklist", "pdf")
    (problem,) = caught.value.diagnostics
    assert problem.code == "D105"
    assert "pip install" in (problem.hint or "")


def test_characters_that_no_font_has_are_told_with_their_place(
    als: protocol_dsl.Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = pytest.importorskip("protocol_dsl.render.forms.pdf")

    def without_glyphs(*_: object) -> bytes:
        raise MissingGlyphs("≥")

    monkeypatch.setattr(pdf, "pdf", without_glyphs)
    with pytest.raises(protocol_dsl.DocumentError) as caught:
        als.render("protocol", "pdf")
    assert "error D106 in the PDF, in “" in str(caught.value)
    assert "≥" in (caught.value.diagnostics[0].where or "")
