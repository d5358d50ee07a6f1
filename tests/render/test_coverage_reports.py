"""Coverage as text, as a page and in the form of LCOV, read by a strict reader of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from protocol_dsl.evaluate.coverage import Coverage
from protocol_dsl.pipeline import load, loads
from protocol_dsl.render.coverage_page import coverage_page
from protocol_dsl.render.coverage_report import coverage_json, coverage_lcov, coverage_text

ROOT = Path(__file__).parents[2]
PROTOCOLS = sorted((ROOT / "protocols").glob("*.protocol"))
HOSTILE = """\
protocol: A <script>alert(1)</script> & "trial"

data: visit
  weight: kg

inclusion criteria

  I1: Weight & <b>height</b>
    > <img src=x onerror=alert(1)>
    weight is at least 50 kg

examples

  patient <i>heavy</i>
    weight: 50
    verdict: eligible
"""


def read_lcov(text: str) -> dict[str, dict[str, object]]:
    """The records of a file, by the rules of geninfo(1); raises where they are not kept."""
    files: dict[str, dict[str, object]] = {}
    assert text.endswith("end_of_record\n")
    for record in text.removesuffix("end_of_record\n").split("end_of_record\n"):
        lines = record.splitlines()
        assert lines[0] == "TN:"
        assert lines[1].startswith("SF:")
        hits: dict[int, int] = {}
        branches: dict[tuple[int, int, int], str] = {}
        sums: dict[str, int] = {}
        for line in lines[2:]:
            key, _, value = line.partition(":")
            if key == "DA":
                number, count = map(int, value.split(","))
                assert number > 0
                assert count >= 0
                assert number not in hits
                hits[number] = count
            elif key == "BRDA":
                number, block, branch, taken = value.split(",")
                assert re.fullmatch(r"-|\d+", taken)
                place = (int(number), int(block), int(branch))
                assert place not in branches
                branches[place] = taken
            else:
                assert key in ("BRF", "BRH", "LF", "LH")
                sums[key] = int(value)
        assert sums["LF"] == len(hits)
        assert sums["LH"] == sum(count > 0 for count in hits.values())
        assert sums["BRF"] == len(branches)
        assert sums["BRH"] == sum(taken not in ("-", "0") for taken in branches.values())
        for (number, block, _), taken in branches.items():
            assert number in hits
            untried = {t == "-" for (n, b, _), t in branches.items() if (n, b) == (number, block)}
            assert untried == {taken == "-"}
        files[lines[1].removeprefix("SF:")] = {"hits": hits, "branches": branches}
    return files


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_lcov_is_read_and_counts_each_point_once(path: Path) -> None:
    coverage = load(path).coverage()
    [found] = read_lcov(coverage_lcov(coverage, path.name)).values()
    branches, hits = found["branches"], found["hits"]
    assert isinstance(branches, dict)
    assert isinstance(hits, dict)
    assert len(branches) == coverage.count()[1]
    assert sum(taken not in ("-", "0") for taken in branches.values()) == coverage.count()[0]
    lines = path.read_text(encoding="utf-8").split("\n")
    assert all(lines[number - 1].strip() and not lines[number - 1].strip().startswith((">", "#")) for number in hits)


class Strict(HTMLParser):
    VOID = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(coverage: Coverage) -> tuple[str, Strict]:
    text = coverage_page(coverage, "x<y>.protocol")
    parser = Strict()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return text, parser


def test_a_page_escapes_what_the_author_wrote() -> None:
    text, parser = page_of(loads(HOSTILE).coverage())
    assert {tag for tag, _ in parser.tags}.isdisjoint({"script", "img", "b", "i"})
    assert "x&lt;y&gt;.protocol" in text


def test_a_page_stands_alone_and_says_in_words_what_it_colours() -> None:
    text, parser = page_of(load(ROOT / "protocols" / "als-ipsc-mnp.protocol").coverage())
    assert ("html", {"lang": "en"}) in parser.tags
    assert not re.search(r"(src|href)=\"(?!#)", text)
    ids = [attributes["id"] for _, attributes in parser.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"])[1:] for tag, attributes in parser.tags if tag == "a"]
    assert links
    assert set(links) <= set(ids)
    for css, words in (("full", "all touched"), ("part", "touched in part")):
        rows = re.findall(rf'<tr id="L\d+" class="{css}">.*?</tr>', text, re.DOTALL)
        assert rows
        assert all(f'<span class="hidden">{words}</span>' in row for row in rows)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("ground", ["#e6f4ea", "#fff4d6", "#fde7e7"])
def test_text_can_be_read_on_each_colour(ground: str) -> None:
    assert ground in page_of(loads(HOSTILE).coverage())[0]
    dark, light = luminance("#1a1a1a"), luminance(ground)
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_text_names_what_is_missing_and_only_that() -> None:
    found = coverage_text(loads(HOSTILE).coverage(), "x.protocol")
    assert found.startswith("x.protocol: the examples touch 33% (results 33%, conditions 33%, limits 33%).\n")
    assert "    not: result: fails\n" in found
    assert "not: weight is at least 50 kg: just below 50 kg (does not hold)" in found
    assert "exactly 50 kg" not in found


def test_json_names_the_examples() -> None:
    [criterion] = coverage_json(loads(HOSTILE).coverage(), "x.protocol")["criteria"]  # type: ignore[misc]
    assert criterion["results"] == {"pass": ["<i>heavy</i>"], "fail": [], "unknown": []}
    [limit] = criterion["conditions"][0]["limits"]
    assert [(side["side"], side["holds"], side["examples"]) for side in limit["sides"]] == [
        ("below", False, []),
        ("at", True, ["<i>heavy</i>"]),
        ("above", True, []),
    ]
