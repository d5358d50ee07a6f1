"""Documents as Markdown, read back by GitHub's own parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sample import HOSTILE, LONG_WORD, RIGHT_TO_LEFT, STATEMENT, hostile_document, sample_document

from protocol_dsl.render.forms.markdown import (
    escaped,
    fenced,
    fenced_texts,
    line_start,
    markdown,
    statements_in_markdown,
)
from protocol_dsl.render.markup import Document, read_markup


class Read(HTMLParser):
    """What a reader of the Markdown sees: the texts of its blocks and cells, and the elements."""

    def __init__(self, text: str):
        super().__init__()
        cmarkgfm = pytest.importorskip("cmarkgfm", reason="the Python package cmarkgfm is not installed")
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = [""]
        self.html = cmarkgfm.github_flavored_markdown_to_html(text, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("b", "i", "strong", "em", "code", "a", "del"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data

    @property
    def lines(self) -> list[str]:
        return [text.strip() for text in self.texts if text.strip()]


def document(body: str) -> Document:
    return read_markup(f'<article lang="en" title="T">{body}</article>', "test")


def read(body: str) -> Read:
    return Read(markdown(document(body)))


def test_every_element_is_read_as_what_it_is() -> None:
    found = Read(markdown(sample_document()))
    expected = {
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "a",
        "code",
        "br",
        "blockquote",
        "pre",
        "table",
        "th",
        "td",
    }
    assert expected | {"strong", "em"} <= set(found.tags)
    assert found.tags.count("table") == 2
    assert found.tags.count("blockquote") == 2
    for line in (
        "Sponsor: Example Ltd",
        "two with code",
        "Weight",
        "61.4",
        "or cm",
        "Two reasons",
        "Set in.",
        "A small heading",
    ):
        assert line in found.lines
    assert "Date: ____-__-__ Weight: ______ kg" in found.lines
    assert "Met: ☐ yes ☑ no" in found.lines


def test_links_lead_to_headings() -> None:
    text = markdown(sample_document())
    headings = [line for line in text.split("\n") if re.match("#+ ", line)]
    anchors = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in headings}
    links = [link.removeprefix("#") for link in Read(text).links]
    assert len(links) == 7
    assert set(links) <= anchors


def test_headings_of_one_name_are_told_apart() -> None:
    text = markdown(
        document('<nav class="contents"/><h2 id="a">Data</h2><h2 id="b">Data</h2><p><a href="#b">x</a></p>')
    )
    assert "* [Data](#data)\n* [Data](#data-1)\n" in text
    assert "[x](#data-1)" in text


def test_a_link_to_what_is_no_heading_leads_to_the_heading_of_it() -> None:
    row = '<table><tbody><tr id="row"><td>x</td></tr></tbody></table>'
    body = f'<h2>A</h2>{row}<section id="part"><h3>B</h3></section><p><a href="#row">x</a> <a href="#part">y</a></p>'
    assert "[x](#a) [y](#b)" in markdown(document(body))


def test_a_link_that_leads_nowhere_is_words_only() -> None:
    assert markdown(document('<p><a href="#none">x</a> <a href="javascript:y">z</a></p>')) == "x z\n"


def test_statements_read_back_exactly() -> None:
    assert statements_in_markdown(markdown(sample_document())) == {"I1": STATEMENT}


def test_hostile_words_are_shown_as_they_are() -> None:
    text = markdown(hostile_document())
    found = Read(text)
    assert not {"script", "img", "del", "iframe"} & set(found.tags)
    assert "alert(1)" in found.html
    assert all(link.startswith("#") for link in found.links)
    assert statements_in_markdown(text) == {HOSTILE: f"{HOSTILE}\n  - {HOSTILE}"}
    shown = re.sub(" +", " ", HOSTILE)
    # In the contents, the lead, the quotation, the list and the table; on a line of its own each time.
    assert found.lines.count(shown) >= 8
    assert found.lines.count(RIGHT_TO_LEFT) >= 5
    assert found.lines.count(LONG_WORD) == 4
    assert "{{ 7 * 7 }}" in text.replace("\\", "")
    assert "49" not in text
    for line in ("- no list", "1. no list", "# no heading", "--- | ---", "===", "> no quotation", ":::", "no code"):
        assert line in found.lines
    assert f"{shown}{shown}{shown}{shown}{RIGHT_TO_LEFT}" in found.lines
    assert found.tags.count("tr") == 4
    assert found.tags.count("td") == 6


@pytest.mark.parametrize(
    ("body", "shown", "tag"),
    [
        ("<p><b>草案。</b>尚有</p>", "草案。尚有", "b"),
        ("<p>a<b>b</b>c</p>", "abc", "strong"),
        ("<p><b>a</b><b>b</b></p>", "ab", "b"),
        ("<p><i>a <b>b</b></i></p>", "a b", "i"),
        ("<p><b> a</b></p>", "a", "b"),
        ("<p>1<span>. x</span></p>", "1. x", "p"),
        ("<p><code>a`b``c`</code></p>", "a`b``c`", "code"),
        ("<p><code>a</code><code>&lt;b&gt;</code>`<code>c</code></p>", "a<b>`c", "code"),
    ],
)
def test_words_and_their_weight_survive_any_neighbour(body: str, shown: str, tag: str) -> None:
    found = read(body)
    assert found.lines == [shown]
    assert tag in found.tags
    assert "ol" not in found.tags


@pytest.mark.parametrize("text", ["|", "\\", "\\|", "a\\", "`|`", "a | b", "\\\\|\\"])
@pytest.mark.parametrize("tag", ["span", "b", "code"])
def test_cells_keep_bars_and_backslashes(text: str, tag: str) -> None:
    row = f"<tr><td><{tag}>{text}</{tag}></td><td>x</td></tr>"
    found = read(f"<table><thead><tr><th>one</th><th>two</th></tr></thead><tbody>{row}</tbody></table>")
    assert found.lines == ["one", "two", text, "x"]


def test_a_heading_that_folds_is_a_heading() -> None:
    assert markdown(document("<details><summary><h3>a</h3></summary><p>b</p></details>")) == "### a\n\nb\n"


def test_a_table_in_a_cell_is_lines_of_that_cell() -> None:
    inner = "<table><tbody><tr><td>x</td><td>y</td></tr><tr><td>z</td></tr></tbody></table>"
    found = read(f"<table><tbody><tr><td>a</td><td>{inner}</td></tr></tbody></table>")
    assert found.lines == ["a", "x — y", "z"]
    assert found.tags.count("table") == 1


def test_escaping() -> None:
    assert escaped("a | b") == "a \\| b"
    assert line_start(escaped("- item")) == "\\- item"
    assert line_start(escaped("1. item")) == "1\\. item"
    assert line_start(escaped("version 1.0")) == "version 1.0"
    assert escaped("# *x* _y_ <b> [l](m) `c` \\") == "\\# \\*x\\* \\_y\\_ \\<b\\> \\[l\\](m) \\`c\\` \\\\"
    assert escaped("https://x.org") == "https\\://x.org"
    assert escaped("two\nlines") == "two lines"


@pytest.mark.parametrize("text", ["a\n```\nb\n````", "~~~\n~~~~", "- a\n  - b"])
@pytest.mark.parametrize("name", ["I1", "time below 90% saturation", "a `name`", "``` x"])
def test_a_fence_is_longer_than_any_in_its_text(text: str, name: str) -> None:
    block = fenced(text, f"protocol {name}")
    assert fenced_texts(f"before\n\n{block}\n\nafter", "protocol") == {name: text}
    assert Read(block).tags == ["pre", "code"]
