"""Documents as Word files: what a medical writer finds in them, and that nothing of their text is lost or run."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sample import HOSTILE, LONG_WORD, RIGHT_TO_LEFT, STATEMENT, chinese_document, hostile_document, sample_document

from protocol_dsl.render.forms import MissingExtra, UnfitReference
from protocol_dsl.render.forms.word import statements_in_word, word
from protocol_dsl.render.markup import Document, Element, read_markup

docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def opened(file: bytes) -> Any:
    return docx.Document(io.BytesIO(file))


def part(file: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return ElementTree.fromstring(package.read(f"word/{name}.xml"))


def text_of(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{W}t"))


def styled(file: bytes, style: str) -> list[ElementTree.Element]:
    """The paragraphs of a style, in tables too."""
    id_ = opened(file).styles[style].style_id
    return [
        paragraph
        for paragraph in part(file, "document").iter(f"{W}p")
        if (of := paragraph.find(f"{W}pPr/{W}pStyle")) is not None and of.get(f"{W}val") == id_
    ]


def document(blocks: str, language: str = "en") -> Document:
    return read_markup(f'<article lang="{language}" title="T">{blocks}</article>', "a test")


SAMPLE = word(sample_document())


def test_headings_have_the_styles_of_word() -> None:
    found = [
        (each.style.name, each.text)
        for each in opened(SAMPLE).paragraphs
        if each.style.name.startswith(("Head", "Title"))
    ]
    assert found == [
        ("Title", "Eligibility criteria of TEST-01"),
        ("Heading 1", "Population"),
        ("Heading 1", "Inclusion criteria"),
        ("Heading 2", "I1 Weight and lungs"),
        ("Heading 2", "E1 A folded part"),
        ("Heading 3", "A small heading"),
        ("Heading 1", "Data"),
        ("Heading 1 Unlisted", "A form to fill in"),
    ]


def test_the_contents_are_a_field_that_is_filled_in() -> None:
    instructions = [each.text or "" for each in part(SAMPLE, "document").iter(f"{W}instrText")]
    assert instructions[0] == ' TOC \\o "1-2" \\h \\z '
    entries = styled(SAMPLE, "toc 1") + styled(SAMPLE, "toc 2")
    assert [text_of(each).strip() for each in entries] == [
        "Population",
        "Inclusion criteria",
        "Data",
        "I1 Weight and lungs",
        "E1 A folded part",
    ]
    marks = {each.get(f"{W}name") for each in part(SAMPLE, "document").iter(f"{W}bookmarkStart")}
    links = [link.get(f"{W}anchor") for each in entries for link in each.iter(f"{W}hyperlink")]
    assert len(set(links)) == 5
    assert set(links) <= marks
    assert part(SAMPLE, "settings").find(f"{W}updateFields") is not None


def test_a_document_without_contents_asks_for_no_update() -> None:
    assert part(word(document("<h1>T</h1><p>x</p>")), "settings").find(f"{W}updateFields") is None


def test_fields_are_well_nested() -> None:
    depth = 0
    for each in part(SAMPLE, "document").iter(f"{W}fldChar"):
        depth += {"begin": 1, "separate": 0, "end": -1}[each.get(f"{W}fldCharType", "")]
        assert depth in (0, 1, 2)
    assert depth == 0


def test_each_page_has_the_protocol_and_its_number() -> None:
    section = opened(SAMPLE).sections[0]
    assert section.header.paragraphs[0].text == "TEST-01, version 1.2\tEligibility criteria"
    footer = section.footer.paragraphs[0]._p
    assert [each.get(f"{W}instr").strip() for each in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    assert text_of(footer) == "SHA-256 2d8c26e0Page 1 of 1"


def test_the_page_is_a4() -> None:
    section = opened(SAMPLE).sections[0]
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))


def test_lists_are_numbered_by_word_each_from_its_start() -> None:
    file = word(
        document('<ol><li>a</li><li>b<ol><li>c</li></ol></li></ol><ol start="4"><li>d</li></ol><ul><li>e</li></ul>')
    )
    numbering = part(file, "numbering")
    starts = {}
    for number in numbering.iter(f"{W}num"):
        for start in number.iter(f"{W}startOverride"):
            starts[number.get(f"{W}numId")] = start.get(f"{W}val")
    found = {}
    for paragraph in opened(file).paragraphs:
        number = paragraph._p.find(f"{W}pPr/{W}numPr/{W}numId")
        found[paragraph.text] = (paragraph.style.name, None if number is None else starts[number.get(f"{W}val")])
    assert found == {
        "a": ("List Number", "1"),
        "b": ("List Number", "1"),
        "c": ("List Number 2", "1"),
        "d": ("List Number", "4"),
        "e": ("List Bullet", None),
    }
    bullets = opened(file).styles["List Bullet"].element.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    assert bullets in {each.get(f"{W}numId") for each in numbering.iter(f"{W}num")}


def test_tables_repeat_their_heading_and_break_between_rows() -> None:
    table = next(each for each in opened(SAMPLE).tables if each.style.name == "Protocol Table")
    rows = table._tbl.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    widths = [int(each.get(f"{W}w")) for each in table._tbl.find(f"{W}tblGrid")]
    assert [round(100 * width / sum(widths)) for width in widths] == [40, 30, 30]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Item", "Unit", "Value"],
        ["Weight", "kg", "61.4"],
        ["Height | length", "m\nor cm", "1.72"],
        ["Both", "two columns wide", "two columns wide"],
    ]
    assert text_of(styled(SAMPLE, "Caption")[0]) == "Measured values"


@pytest.mark.parametrize(("rows", "held"), [(3, "H01"), (9, "H07")])
def test_no_row_of_a_table_stands_alone(rows: int, held: str) -> None:
    body = "".join(f"<tr><td>{n}</td></tr>" for n in range(rows))
    file = word(
        document(f'<table class="grid"><thead><tr><th scope="col">H</th></tr></thead><tbody>{body}</tbody></table>')
    )
    kept = [each for each in part(file, "document").iter(f"{W}p") if each.find(f"{W}pPr/{W}keepNext") is not None]
    assert "".join(text_of(each) for each in kept) == held


def test_widths_follow_the_text_where_none_are_given() -> None:
    table = word(
        document(f'<table class="grid"><tbody><tr><td>a</td><td>{"long words " * 9}</td></tr></tbody></table>')
    )
    short, long = (int(each.get(f"{W}w", "")) for each in part(table, "document").iter(f"{W}gridCol"))
    assert long > 4 * short


def test_statements_are_read_back_word_for_word() -> None:
    assert statements_in_word(SAMPLE) == {"I1": STATEMENT}
    lists = [each for each in styled(SAMPLE, "Statement") if each.find(f"{W}pPr/{W}numPr") is not None]
    assert [text_of(each) for each in lists][:2] == ["weight is at least 3 kg", "all of:"]


@pytest.mark.parametrize("id_", ["respiratory failure", "a" * 200, 'x" <y> & {{ z }}', "定义"])
def test_statements_are_found_by_any_name(id_: str) -> None:
    line = Element("div", {}, (Element("span", {"data-lead": ""}, ("a  b ", Element("b", {}, ("c",)))),))
    under = Element("div", {}, (Element("span", {"data-lead": "            - "}, (HOSTILE,)),))
    block = Element("div", {"class": "statement", "data-statement": id_}, (line, under))
    other = Element("div", {"class": "statement", "data-statement": "other"}, (line,))
    file = word(Document("T", "en", (), (), (block, other)))
    assert statements_in_word(file) == {id_: f"a  b c\n            - {HOSTILE}", "other": "a  b c"}


def test_blocks_are_kept_together() -> None:
    block = "<h3>H</h3><p>a</p><table><tbody><tr><td>b</td></tr><tr><td>c</td></tr></tbody></table><p>d</p>"
    file = word(document(f'<section class="keep">{block}</section><p>e</p>'))
    kept = {
        text_of(each): each.find(f"{W}pPr/{W}keepNext") is not None
        for each in part(file, "document").iter(f"{W}p")
        if text_of(each)
    }
    assert kept == {"H": True, "a": True, "b": True, "c": True, "d": False, "e": False}


def test_a_long_frame_may_break_where_nothing_is_torn_apart() -> None:
    def rows(classes: str, more: str) -> list[str]:
        grid = '<table class="grid"><tbody><tr><td>c</td></tr></tbody></table>'
        question = '<table class="plain"><tbody><tr><td>b</td></tr></tbody></table>'
        blocks = f"<h3>H</h3><p>a</p>{question}{grid}<p>d:</p><ul><li>e</li></ul><p>{more}</p>"
        body = part(word(document(f'<section class="{classes}">{blocks}</section>')), "document")
        frame = next(body.iter(f"{W}tbl"))
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in frame.iter(f"{W}tr"))
        return [text_of(row) for row in frame.findall(f"{W}tr")]

    assert rows("row keep", "f") == ["Habcd:ef"]
    assert rows("row", "f") == ["H", "a", "bc", "d:e", "f"]
    assert len(rows("row keep", "long words " * 900)) == 4


def test_words_that_lead_to_a_statement_stay_with_it() -> None:
    line = '<div><span data-lead="">a rule</span></div>'
    file = word(
        document(f'<p>before</p><p>This holds</p><div class="statement" data-statement="I1">{line}</div><p>x</p>')
    )
    kept = [
        text_of(each) for each in part(file, "document").iter(f"{W}p") if each.find(f"{W}pPr/{W}keepNext") is not None
    ]
    assert kept == ["This holds"]


def test_a_page_begins_where_it_is_said() -> None:
    file = word(
        document('<p>a</p><div class="pagebreak"/><p>b</p><div class="pagebreak"/><div class="row"><p>c</p></div>')
    )
    breaks = [
        text_of(each)
        for each in part(file, "document").iter(f"{W}p")
        if each.find(f"{W}pPr/{W}pageBreakBefore") is not None
    ]
    assert breaks == ["b", ""]


def test_boxes_can_be_ticked() -> None:
    boxes = [
        each for each in part(SAMPLE, "document").iter(f"{W}sdt") if each.find(f"{W}sdtPr/{W14}checkbox") is not None
    ]
    states = [each.find(f"{W}sdtPr/{W14}checkbox/{W14}checked") for each in boxes]
    assert [each.get(f"{W14}val") for each in states if each is not None] == ["0", "1"]
    assert [text_of(each) for each in boxes] == ["☐", "☒"]
    ids = [each.get(f"{W}val") for each in part(SAMPLE, "document").iter(f"{W}id")]
    assert len(ids) == len(set(ids)) == 2


def test_places_to_write_are_ruled() -> None:
    paragraphs = {text_of(each).split(":")[0]: each for each in part(SAMPLE, "document").iter(f"{W}p")}
    assert len(list(paragraphs["Date"].iter(f"{W}u"))) == 4
    assert len(list(paragraphs["Date"].iter(f"{W}noBreakHyphen"))) == 2
    leader = paragraphs["Remarks"].find(f"{W}pPr/{W}tabs/{W}tab")
    assert leader is not None
    assert leader.get(f"{W}leader") == "underscore"


def test_links_lead_to_places_and_only_to_such() -> None:
    file = word(
        document('<h2 id="a b">H</h2><p><a href="#a b">there</a> <a href="#nowhere">not</a></p><p id="9">p</p>')
    )
    body = part(file, "document")
    names = [each.get(f"{W}name", "") for each in body.iter(f"{W}bookmarkStart")]
    assert [text_of(each) for each in body.iter(f"{W}hyperlink")] == ["there"]
    assert {each.get(f"{W}anchor") for each in body.iter(f"{W}hyperlink")} <= set(names)
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,39}", name) for name in names)
    assert len(set(names)) == len(names) == 3


def test_white_space_is_that_of_html() -> None:
    file = word(document("<p>\n a <b> b</b>\n<i>c </i> d <br/> e </p><div> <p>x</p> </div>"))
    assert [each.text for each in opened(file).paragraphs] == ["a b c d \ne", "x"]


def test_hostile_words_are_text() -> None:
    file = word(hostile_document())
    body = part(file, "document")
    texts = [text_of(each) for each in body.iter(f"{W}p")]
    for text in (HOSTILE, RIGHT_TO_LEFT, LONG_WORD):
        assert text in texts
    assert statements_in_word(file) == {HOSTILE: f"{HOSTILE}\n  - {HOSTILE}"}
    assert opened(file).core_properties.title.startswith("<script>")
    assert not [each for each in body.iter(f"{W}instrText") if "SUM" in (each.text or "")]


def test_signs_that_xml_cannot_hold_are_shown_as_such() -> None:
    file = word(Document("T\x00", "en", (), (), (Element("p", {}, ("a\x00b\x1f\ud800c",)),)))
    assert opened(file).paragraphs[0].text == "a\ufffdb\ufffd\ufffdc"


def test_the_language_of_a_document_is_said() -> None:
    for of, hints in ((sample_document(), False), (chinese_document(), True)):
        file = word(of)
        lang = part(file, "styles").find(f".//{W}rPrDefault/{W}rPr/{W}lang")
        fonts = opened(file).styles["Normal"].element.find(f"{W}rPr/{W}rFonts")
        assert lang is not None
        assert fonts is not None
        assert (lang.get(f"{W}val"), lang.get(f"{W}eastAsia")) == ("en-US", "zh-CN")
        assert fonts.get(f"{W}eastAsia") == "Microsoft YaHei"
        text = next(each for each in part(file, "document").iter(f"{W}p") if text_of(each))
        assert any(each.get(f"{W}hint") for each in text.iter(f"{W}rFonts")) == hints
        assert opened(file).core_properties.language == of.language


def test_the_same_document_is_the_same_bytes() -> None:
    assert word(sample_document()) == SAMPLE
    assert opened(SAMPLE).core_properties.author == ""
    assert b"modified" not in zipfile.ZipFile(io.BytesIO(SAMPLE)).read("docProps/core.xml")
    day = datetime.datetime(2026, 3, 16, 12, 0)
    dated = word(sample_document(), created=day)
    assert dated == word(sample_document(), created=day) != SAMPLE
    assert opened(dated).core_properties.created.replace(tzinfo=None) == day
    assert {each.date_time for each in zipfile.ZipFile(io.BytesIO(dated)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def sponsor(template: bool = False) -> bytes:
    """A sponsor's file: Letter paper, its own heading and list, a head, two sections with text."""
    made = docx.Document()
    made.styles["Heading 1"].font.name = "Georgia"
    made.sections[0].page_width, made.sections[0].page_height = docx.shared.Inches(8.5), docx.shared.Inches(11)
    made.sections[0].header.paragraphs[0].text = "Sponsor Ltd"
    made.core_properties.author = "A template's author"
    made.add_paragraph("Text of the template")
    made.add_section()
    note = made.styles.add_style("Statement", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    note.font.name = "Courier New"
    saved = io.BytesIO()
    made.save(saved)
    if not template:
        return saved.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"document.main+xml", b"template.main+xml")
            target.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize("template", [False, True])
def test_a_sponsors_file_gives_styles_page_and_head(template: bool) -> None:
    file = word(sample_document(), sponsor(template))
    found = opened(file)
    assert found.styles["Heading 1"].font.name == "Georgia"
    assert found.styles["Statement"].font.name == "Courier New"
    assert found.styles["Stamp"].font.bold
    assert found.sections[0].page_width.inches == pytest.approx(8.5)
    assert len(found.sections) == 1
    assert [each.text for each in found.sections[0].header.paragraphs] == [
        "Sponsor Ltd",
        "TEST-01, version 1.2\tEligibility criteria",
    ]
    assert "Text of the template" not in [each.text for each in found.paragraphs]
    stops = found.sections[0].header.paragraphs[1].paragraph_format.tab_stops
    assert [stop.alignment for stop in stops][:2] == [docx.enum.text.WD_TAB_ALIGNMENT.CLEAR] * 2
    assert found.core_properties.author == ""
    assert statements_in_word(file) == {"I1": STATEMENT}
    assert word(sample_document(), sponsor(template)) == word(sample_document(), sponsor(template))


def test_a_file_made_from_ours_has_each_running_line_once() -> None:
    made = opened(SAMPLE)
    made.sections[0].footer.paragraphs[0].text = "Sponsor Ltd"
    made.sections[0].header.add_paragraph("Confidential")
    saved = io.BytesIO()
    made.save(saved)
    found = opened(word(sample_document(), saved.getvalue()))
    assert [each.text for each in found.sections[0].header.paragraphs] == [
        "Confidential",
        "TEST-01, version 1.2\tEligibility criteria",
    ]
    assert found.sections[0].footer.paragraphs[0].text == "Sponsor Ltd"
    assert len(found.sections[0].footer.paragraphs) == 2


def test_every_style_and_list_that_is_used_is_there() -> None:
    for file in (SAMPLE, word(sample_document(), sponsor())):
        styles = {each.get(f"{W}styleId") for each in part(file, "styles").iter(f"{W}style")}
        body, numbering = part(file, "document"), part(file, "numbering")
        numbers = [each.get(f"{W}numId") for each in numbering.iter(f"{W}num")]
        abstracts = [each.get(f"{W}abstractNumId") for each in numbering.findall(f"{W}abstractNum")]
        assert len(numbers) == len(set(numbers))
        assert len(abstracts) == len(set(abstracts))
        assert {each.get(f"{W}val") for each in numbering.findall(f"{W}num/{W}abstractNumId")} <= set(abstracts)
        for tag in ("pStyle", "rStyle", "tblStyle"):
            assert {each.get(f"{W}val") for each in body.iter(f"{W}{tag}")} <= styles
        for tag in ("basedOn", "next"):
            assert {each.get(f"{W}val") for each in part(file, "styles").iter(f"{W}{tag}")} <= styles
        for root in (body, part(file, "styles")):
            assert {each.get(f"{W}val") for each in root.iter(f"{W}numId")} <= set(numbers)


def broken() -> bytes:
    """A Word file of which a part is cut off."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sponsor())) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[: 900 if name == "word/document.xml" else None])
    return changed.getvalue()


@pytest.mark.parametrize("reference", [b"", b"no zip at all", b"PK\x05\x06" + b"\x00" * 18, broken()])
def test_what_is_no_word_file_is_no_reference(reference: bytes) -> None:
    with pytest.raises(UnfitReference, match="is no Word document"):
        word(sample_document(), reference)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.delitem(sys.modules, "protocol_dsl.render.forms.word_package", raising=False)
    with pytest.raises(MissingExtra, match="python-docx is not installed"):
        word(sample_document())


def test_forty_criteria_take_a_moment() -> None:
    lines = "".join(f'<li><span data-lead="  - ">part {n} of the rule</span></li>' for n in range(8))
    rows = "".join(f'<tr><th scope="row">Item {n}</th><td>kg</td><td class="num">{n}</td></tr>' for n in range(20))
    criteria = "".join(
        f'<section class="keep"><h3 id="I{n}">I{n} Title</h3><blockquote><p>Wording</p></blockquote>'
        f'<div class="statement" data-statement="I{n}"><div><span data-lead="">any of:</span><ul>{lines}</ul></div></div>'
        f'<table class="grid"><tbody>{rows}</tbody></table></section>'
        for n in range(40)
    )
    of = document(f'<h1>T</h1><nav class="contents"/><h2>Inclusion</h2>{criteria}')
    before = time.process_time()
    assert len(statements_in_word(word(of))) == 40
    assert time.process_time() - before < 6


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (libreoffice-writer) is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_libreoffice_opens_it_and_shows_every_part(tmp_path: Path) -> None:
    for name, of in (("sample", sample_document()), ("chinese", chinese_document())):
        (tmp_path / f"{name}.docx").write_bytes(word(of))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    files = [str(each) for each in sorted(tmp_path.glob("*.docx"))]
    convert = [str(OFFICE), home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(convert, check=True, capture_output=True, timeout=240)

    def text(name: str) -> str:
        read = subprocess.run(["pdftotext", "-layout", str(tmp_path / name), "-"], check=True, capture_output=True)
        return read.stdout.decode()

    english = text("sample.pdf")
    for line in STATEMENT.splitlines():
        assert line.strip(" -") in english
    assert len(re.findall("^ *Inclusion criteria", english, re.MULTILINE)) == 2
    assert "Page 1 of 3" in english
    assert english.count("TEST-01, version 1.2") == 3
    assert "Error" not in english
    chinese = text("chinese.pdf")
    for words in ("入选标准", "体重不低于 40 kg", "kg/m²", "第 1 页，共 1 页"):
        assert words in chinese
