"""A document as PDF: what can be read from the file, whatever it looks like."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
import sample

from protocol_dsl.pipeline import load
from protocol_dsl.render.documents import render_document, statements_of
from protocol_dsl.render.forms import MissingExtra, MissingGlyphs, PageRulesError
from protocol_dsl.render.forms import pdf as form
from protocol_dsl.render.forms.pdf import pdf
from protocol_dsl.render.forms.typst_source import isolated, literal
from protocol_dsl.render.markup import Document, read_markup

PROTOCOLS = Path(__file__).parents[3] / "protocols"

typst = pytest.importorskip("typst", reason="typst is not installed")
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
has_chinese = any(name in typst.Fonts().families() for name in form.CHINESE)
needs_chinese = pytest.mark.skipif(
    not has_chinese, reason="no font of simplified Chinese is installed (fonts-noto-cjk)"
)


def text_of(made: bytes, folder: Path, *options: str) -> str:
    """The text that a reader copies."""
    file = folder / "made.pdf"
    file.write_bytes(made)
    return subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, text=True, check=True).stdout


def folded(text: str) -> str:
    """Without line breaks and the marks that have no width."""
    return " ".join("".join(each for each in text if unicodedata.category(each) != "Cf").split())


def document(body: str, language: str = "en", title: str = "T") -> Document:
    return read_markup(f'<article lang="{language}" title="{title}">{body}</article>', "test")


def pages_of(made: bytes, folder: Path) -> list[str]:
    return text_of(made, folder, "-layout").split("\f")[:-1]


@needs_pdftotext
def test_text_can_be_copied_and_searched(tmp_path: Path) -> None:
    text = folded(text_of(pdf(sample.sample_document()), tmp_path, "-raw"))
    for words in (
        "Eligibility criteria of TEST-01",
        "A trial of cells in amyotrophic lateral sclerosis, ≥ 40 kg/m², 5 µg",
        "DRAFT. Two questions about its criteria are open.",
        "Second line. • one • two with code 1. first 2. second",
        "Body weight ≥ 3 kg, or lungs – that suffice (see 4.1)",
        "Two reasons The first of the folded reasons. Set in.",
        "Measured values Item Unit Value Weight kg 61.4 Height | length m or cm 1.72 Both two columns wide",
        "Met: ☐ yes ☒ no",
        "Recorded: 61.4 kg, read from 2d8c26e0",
        "TEST-01, version 1.2",
        "Page 1 of 3",
        "Page 3 of 3",
    ):
        assert words in text


@needs_pdftotext
def test_each_statement_can_be_found(tmp_path: Path) -> None:
    """Its lines in order, whatever bullets are before them."""
    text = folded(text_of(pdf(sample.sample_document()), tmp_path))
    lines = [line.strip(" -") for line in sample.STATEMENT.split("\n")]
    places = [text.index(line, text.index("Rule any of:")) for line in lines[1:]]
    assert places == sorted(places)


@needs_pdftotext
@pytest.mark.parametrize("name", ["als-ipsc-mnp", "NCT00546585"])
def test_each_statement_of_a_protocol_can_be_found(tmp_path: Path, name: str) -> None:
    protocol = load(PROTOCOLS / f"{name}.protocol").checked
    html = render_document(protocol, "protocol", "html")
    made = render_document(protocol, "protocol", "pdf")
    assert isinstance(html, str)
    assert isinstance(made, bytes)
    text = folded(text_of(made, tmp_path, "-raw"))
    statements = statements_of(html, "html")
    assert len(statements) >= len(protocol.criteria)
    for statement in statements.values():
        for line in statement.split("\n"):
            assert folded(line.strip().removeprefix("- ")) in text


@needs_pdftotext
@needs_chinese
def test_chinese_can_be_copied_and_searched(tmp_path: Path) -> None:
    text = text_of(pdf(sample.chinese_document()), tmp_path).replace(" ", "")
    for words in (
        "细胞治疗肌萎缩侧索硬化的临床试验",
        "体重不低于40kg，体重指数≤30kg/m²。",
        "第1页，共1页",
        "日期：",
        "☐是☒否",
    ):
        assert words in text


@needs_pdftotext
@needs_chinese
def test_no_line_of_chinese_begins_with_a_mark(tmp_path: Path) -> None:
    sentence = "应同意自签署知情同意书起，至治疗开始后一年内，采取有效避孕措施。"
    body = "".join(f"<p>{'字' * number}{sentence * 3}</p>" for number in range(24))
    lines = text_of(pdf(document(body, language="zh")), tmp_path, "-layout").split("\n")
    assert len(lines) > 60
    assert [line for line in lines if line.strip()[:1] in ("，", "。")] == []


@needs_pdftotext
def test_signs_that_a_protocol_needs_have_a_shape(tmp_path: Path) -> None:
    signs = "≥ ≤ ≠ ± × ÷ ² ³ ⁹ ₂ µ μ α β Δ ° ½ ‰ → – — ‑ “ ” ‘ ’ … • § † ✓ é ü ß Ł ğ Ω й"
    assert signs.replace(" ", "") in folded(text_of(pdf(document(f"<p>{signs}</p>")), tmp_path)).replace(" ", "")


@needs_pdftotext
def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    made = pdf(sample.hostile_document())
    text = folded(text_of(made, tmp_path, "-raw"))
    assert text.replace(" ", "").count(folded(sample.HOSTILE).replace(" ", "")) >= 8
    assert text.count("49") == 0
    assert "before" in text
    for words in ("- no list 1. no list # no heading --- | --- ===", "> no quotation ::: no code"):
        assert words in text


@needs_pdftotext
@pytest.mark.parametrize(
    "body",
    [
        "<p>{}</p>",
        "<p><code>{}</code></p>",
        '<table class="grid" data-widths="15 85"><tbody><tr><td>{}</td><td></td></tr></tbody></table>',
        '<ul><li><ul><li><span class="mono">{}</span></li></ul></li></ul>',
        '<div class="row"><p><span class="nowrap">{}</span></p></div>',
    ],
)
@pytest.mark.parametrize("length", [64, 200, 10_000])
def test_a_word_without_end_wraps_and_is_copied_whole(tmp_path: Path, body: str, length: int) -> None:
    """A page is 595 points wide: no letter may stand beyond its right margin."""
    word = ("0123456789abcdef" * 625)[:length]
    made = pdf(document(body.format(word)))
    assert word in "".join(text_of(made, tmp_path, "-raw").split())
    rights = [
        float(line.split('xMax="')[1].split('"')[0])
        for line in text_of(made, tmp_path, "-bbox").split("\n")
        if "<word" in line
    ]
    assert max(rights) <= 595 - 56


@needs_pdftotext
def test_a_word_stays_in_its_column(tmp_path: Path) -> None:
    word = "https://example.org/a_very_long_path/without_any/break?x=0123456789"
    made = pdf(
        document(
            f'<table class="grid" data-widths="20 80"><tbody><tr><td>{word}</td><td>beside</td></tr></tbody></table>'
        )
    )
    words = [line for line in text_of(made, tmp_path, "-bbox").split("\n") if "<word" in line]
    beside = float(next(line for line in words if "beside" in line).split('xMin="')[1].split('"')[0])
    assert all(float(line.split('xMax="')[1].split('"')[0]) < beside for line in words if "beside" not in line)


def test_direction_marks_end_with_their_text() -> None:
    assert isolated("plain") == "plain"
    assert isolated("a\u202eb") == "\u2068a\u202eb\u2069"
    assert isolated("a\u2067b") == "\u2068a\u2067b\u2069\u2069"
    assert isolated("a\u2069\u202eb") == "\u2068a\u202eb\u2069"


@needs_pdftotext
def test_direction_marks_leave_the_words_after_them_alone(tmp_path: Path) -> None:
    made = pdf(document("<p><b>name \u2069\u202e</b> is at least 12</p>"))
    assert "is at least 12" in text_of(made, tmp_path)


def test_a_text_is_a_string_of_typst() -> None:
    assert literal('a"b\\c\n#x') == '"a\\"b\\\\c\\u{a}#x"'


@needs_pdftotext
def test_characters_that_no_font_can_have_are_named(tmp_path: Path) -> None:
    made = pdf(document("<p>a\ue000b\U000e1234c</p>"))
    assert "".join(text_of(made, tmp_path).split()).startswith("aU+E000bU+E1234c")


def test_no_font_for_a_character_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(form, "_fonts", lambda system: fonts)
    with pytest.raises(MissingGlyphs, match="fonts-noto-cjk") as raised:
        pdf(document("<p>weight 体重 is</p>"))
    assert raised.value.characters == "体重"
    with pytest.raises(MissingGlyphs) as raised:
        pdf(document("<p>ก</p>"))
    assert "fonts-noto on Debian" in str(raised.value)


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"protocol-dsl\[documents\]"):
        pdf(document("<p>a</p>"))


def test_the_same_input_gives_the_same_bytes() -> None:
    first = pdf(sample.sample_document())
    assert first == pdf(sample.sample_document())
    day = datetime.datetime(2026, 3, 16, 12, 30)
    dated = pdf(sample.sample_document(), created=day)
    assert dated == pdf(sample.sample_document(), created=day)
    assert b"20260316123000" in dated
    assert b"CreationDate" not in first


def test_latin_documents_do_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[bool] = []
    fonts = form._fonts
    monkeypatch.setattr(form, "_fonts", lambda system: (used.append(system), fonts(system))[1])
    pdf(sample.sample_document())
    assert set(used) == {False}


def test_a_screen_reader_finds_title_language_tags_and_bookmarks() -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    import io

    reader = pypdf.PdfReader(io.BytesIO(pdf(sample.sample_document())))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Eligibility criteria of TEST-01"
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "en",
        True,
        True,
    )
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert _titles(reader.outline) == [
        "Population", "Inclusion criteria", ["I1 Weight and lungs", "E1 A folded part", ["A small heading"]], "Data", "A form to fill in",
    ]  # fmt: skip
    tags = _tags(root["/StructTreeRoot"])
    for tag, number in {
        "/Title": 1,
        "/H1": 4,
        "/H2": 2,
        "/H3": 1,
        "/TOCI": 5,
        "/Table": 2,
        "/THead": 1,
        "/TH": 3,
        "/L": 7,
        "/BlockQuote": 1,
        "/Link": 7,
    }.items():
        assert (tag, tags.count(tag)) == (tag, number)
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    assert len(links) == 7


def _titles(outline: list[object]) -> list[object]:
    return [_titles(each) if isinstance(each, list) else each.title for each in outline]  # type: ignore[attr-defined]


def _tags(element: object) -> list[str]:
    element = element.get_object()  # type: ignore[attr-defined]
    if isinstance(element, list):
        return [tag for each in element for tag in _tags(each)]
    if not isinstance(element, dict):
        return []
    below = _tags(element["/K"]) if "/K" in element else []
    return [str(element["/S"]), *below] if "/S" in element else below


def test_levels_that_skip_one_and_links_to_nothing_are_no_obstacle() -> None:
    made = pdf(
        document(
            '<h4>deep</h4><p><a href="#nowhere">x</a> <a href="#h">y</a></p><h2 id="h">a</h2><h2 id="h">b</h2><h4>c</h4>'
        )
    )
    assert made.startswith(b"%PDF-1.7")


@needs_pdftotext
def test_tables_repeat_their_header_and_keep_rows_whole(tmp_path: Path) -> None:
    cell = "<p>first</p>" + "<p>middle</p>" * 8 + "<p>last</p>"
    rows = f"<tr><td>{cell}</td><td>b</td></tr>" * 23
    made = pdf(
        document(
            f'<table class="grid" data-widths="50 50"><thead><tr><th>HEAD</th><th>x</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    )
    pages = pages_of(made, tmp_path)
    assert len(pages) > 3
    for page in pages:
        words = page.split()
        assert words[0] == "HEAD"
        assert (words[2], words[-1]) == ("first", "last")


@needs_pdftotext
def test_what_no_page_can_hold_is_broken(tmp_path: Path) -> None:
    tall = "".join(f"<p>line{number:03}</p>" for number in range(200))
    for body in (
        f'<div class="keep">{tall}</div>',
        f'<div class="row keep">{tall}</div>',
        f'<div class="stamp">{tall}</div>',
        f'<table class="grid"><thead><tr><th>H</th></tr></thead><tbody><tr><td>{tall}</td></tr></tbody></table>',
    ):
        text = text_of(pdf(document(body)), tmp_path)
        assert all(f"line{number:03}" in text for number in range(200))
        assert len(pages_of(pdf(document(body)), tmp_path)) > 2


@needs_pdftotext
def test_kept_blocks_are_whole_and_headings_stay_with_them(tmp_path: Path) -> None:
    inside = "<p>first</p>" + "<p>middle</p>" * 10 + "<p>last</p>"
    body = f'<h2>Section</h2><p class="quiet">All of them.</p><div class="row keep">{inside}</div>' * 12
    for page in pages_of(pdf(document(body)), tmp_path):
        words = page.split()
        assert (words[0], words[-1]) == ("Section", "last")


@needs_pdftotext
def test_a_sponsor_sets_the_page(tmp_path: Path) -> None:
    made = pdf(sample.sample_document(), page='#set page(paper: "us-letter")\n#let stamp(body) = [OURS #body] // ours')
    assert b"/MediaBox[0 0 612 792]" in made
    assert "OURS DRAFT." in folded(text_of(made, tmp_path))


@pytest.mark.parametrize(
    "page",
    ['#import "@preview/cetz:0.3.0"', '#include "x.typ"', '#read("/etc/hostname")', "#set page(", '#image("../x.png")'],
)
def test_page_rules_that_fail_or_load_something_are_an_error(page: str) -> None:
    with pytest.raises(PageRulesError):
        pdf(document("<p>a</p>"), page=page)


@needs_pdftotext
def test_long_running_lines_stay_in_their_place(tmp_path: Path) -> None:
    running = f'<header class="running"><p>{"name " * 200}</p><p>right</p></header>'
    footer = f'<footer class="running"><p>{"体" * 400 if has_chinese else "x" * 400}</p><p>{"y" * 300} <span class="page"/> of <span class="pages"/></p></footer>'
    made = pdf(document(f"{running}{footer}<p>BODY</p>"))
    lines = [line for line in text_of(made, tmp_path, "-bbox").split("\n") if "<word" in line]
    body = next(line for line in lines if "BODY" in line)
    top = float(body.split('yMin="')[1].split('"')[0])
    heads = [line for line in lines if ">name" in line or ">right" in line]
    assert all(float(line.split('yMax="')[1].split('"')[0]) < top for line in heads)
    assert all(
        float(line.split('yMin="')[1].split('"')[0]) > 0 and float(line.split('yMax="')[1].split('"')[0]) < 842 - 20
        for line in lines
    )
    assert "1 of 1" in folded(text_of(made, tmp_path))


def test_forty_criteria_take_seconds() -> None:
    section = sample._SAMPLE.partition('<section class="keep">')[2].partition("<h4>")[0]
    body = "".join(
        '<section class="keep">' + section.replace("I1", f"I{number}").replace("E1", f"E{number}")
        for number in range(40)
    )
    long = document(body)
    before = time.perf_counter()
    pdf(long)
    assert time.perf_counter() - before < 5


def test_a_frame_that_goes_over_pages_has_its_heading_on_each(tmp_path: Path) -> None:
    lines = "".join(f"<p>line {number}</p>" for number in range(150))
    pages = pages_of(pdf(document(f'<section class="row"><h3>I1 Age</h3>{lines}</section>')), tmp_path)
    assert len(pages) > 2
    assert "(continued)" not in pages[0]
    assert all("I1 Age (continued)" in page for page in pages[1:])
