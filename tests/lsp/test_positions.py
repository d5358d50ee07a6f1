"""Places in the author's text: code units of UTF-16, whatever stands before them in the line."""

import pytest
from lsprotocol import types
from protocols import read

from protocol_dsl.lsp.positions import Positions
from protocol_dsl.source import SourceText, Span

LINE_ENDS = ["\n", "\r\n", "\r"]
BEFORE = {
    "nothing": ("", 0),
    "a sign": ("≥", 1),
    "micro": ("µ", 1),
    "Greek mu": ("μ", 1),
    "Chinese": ("血红蛋白", 4),
    "an emoji": ("🌙", 2),
    "an emoji with a selector": ("❤️", 2),
    "a family": ("👩‍👩‍👧", 8),
    "a combining accent": ("e\u0301", 2),
    "a tab": ("\t", 1),
    "a soft hyphen": ("\u00ad", 1),
    "curly quotes": ("“”", 2),
    "a no-break space": ("\u00a0", 1),
    "beyond the basic plane": ("𠮷", 2),
}


@pytest.mark.parametrize("line_end", LINE_ENDS, ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize(("before", "units"), BEFORE.values(), ids=BEFORE)
def test_a_word_is_found_behind_whatever_stands_before_it(before: str, units: int, mark: str, line_end: str) -> None:
    text = f"{mark}first{line_end}{before}word here"
    source = SourceText.read("x", text)
    at = source.text.index("word")
    positions = Positions(text, source)
    found = positions.range(Span(at, at + 4))
    assert found == types.Range(types.Position(1, units), types.Position(1, units + 4))
    assert positions.plain_span(found) == Span(at, at + 4)


def test_a_byte_order_mark_counts_in_the_first_line_only() -> None:
    text = "\ufeffone\ntwo"
    positions = Positions(text, SourceText.read("x", text))
    assert positions.range(Span(0, 3)) == types.Range(types.Position(0, 1), types.Position(0, 4))
    assert positions.range(Span(4, 7)) == types.Range(types.Position(1, 0), types.Position(1, 3))


def test_a_line_of_the_language_may_lie_within_one_of_the_editor() -> None:
    text = "one\u2028two\nthree"
    source = SourceText.read("x", text)
    assert source.line_count == 3
    assert Positions(text, source).range(Span(4, 7)) == types.Range(types.Position(0, 4), types.Position(0, 7))
    assert Positions(text, source).range(Span(8, 13)).start == types.Position(1, 0)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 7), ("utf-16", 3), ("utf-32", 2)])
def test_other_encodings_are_counted_too(encoding: str, column: int) -> None:
    text = "🌙≥word"
    positions = Positions(text, SourceText.read("x", text), encoding)
    assert positions.range(Span(2, 6)).start == types.Position(0, column)
    assert positions.plain_offset(types.Position(0, column)) == 2


def test_a_place_behind_the_end_is_the_end() -> None:
    text = "one\r\n🌙"
    positions = Positions(text, SourceText.read("x", text))
    assert positions.offset(types.Position(0, 99)) == 3
    assert positions.offset(types.Position(9, 0)) == len(text)
    assert positions.offset(types.Position(1, 1)) == 5, "the middle of a character"
    assert positions.position(len(text)) == types.Position(1, 2)


def test_every_place_of_a_text_comes_back() -> None:
    text = "\ufeffa≥🌙e\u0301\r\n\t“血”\u00adx\r\u200by\n"
    source = SourceText.read("x", text)
    positions = Positions(text, source)
    for offset in range(len(source.text)):
        place = positions.range(Span(offset, offset + 1))
        assert positions.plain_offset(place.start) == offset


def test_a_problem_is_shown_where_it_was_typed() -> None:
    analysis = read(
        "protocol: X\ndata\n  夜: kg\ninclusion criteria\n  I1: 🌙\n    夜 is at least 5 mg and 体 is at least 5 kg\n"
    )
    problem = next(one for one in analysis.diagnostics if one.span)
    assert analysis.span_of(problem).start == types.Position(5, 27)


def test_an_edit_has_the_line_ends_of_the_text() -> None:
    text = "one\r\ntwo"
    positions = Positions(text, SourceText.read("x", text))
    assert positions.edit(Span(0, 3), "a\nb").new_text == "a\r\nb"
