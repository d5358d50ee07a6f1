"""The text of a file: plain forms, places, and what is refused."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.source import SourceError, SourceText, Span
from protocol_dsl.source.plain import DROPPED, LINE_END, REPLACED, plain
from protocol_dsl.source.text import LONGEST_MAPPED, MOST_BYTES


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("age is at least 18 years\n", "age is at least 18 years\n"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six\x0bseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("\ufeffprotocol: A\ufeff", "protocol: A"),
        ("at\u00a0least\u202f18\u2009years\u3000now", "at least 18 years now"),
        ("\u201cno gender restrictions\u201d, the patient\u2019s", '"no gender restrictions", the patient\'s'),
        ("50\u200b\u200c\u200d\u2060 kilo\u00adgrams", "50 kilograms"),
        ("5 \u03bcg, 5 \u00b5g", "5 \u00b5g, 5 \u00b5g"),
        ("Sjo\u0308gren", "Sjögren"),
        ("Sjo\u200d\u0308gren", "Sjögren"),
        ("non\u2011smoker, over\u2010night", "non-smoker, over-night"),
        ("\u22123 to 18–60 ≥ 2 × 10⁹/L", "\u22123 to 18–60 ≥ 2 × 10⁹/L"),
        ("\t- bullet", "\t- bullet"),
        ("２Ａ", "２Ａ"),
    ],
)
def test_plain_forms(written: str, read: str) -> None:
    assert SourceText.read("a.protocol", written).text == read
    assert SourceText.read("a.protocol", written.encode()).text == read


def test_every_character_is_plain_after_one_pass() -> None:
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000:
            once = plain(chr(code))
            assert plain(once) == once
            assert unicodedata.is_normalized("NFC", once)


def test_the_hash_is_of_the_bytes_as_they_came() -> None:
    data = "\ufeffprotocol: A\r\n".encode()
    source = SourceText.read("a.protocol", data)
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert source.original == "protocol: A\r\n"
    assert source.name == "a.protocol"
    assert SourceText.read("a.protocol", data) == source


@pytest.mark.parametrize(
    ("data", "kind", "found", "offset", "line"),
    [
        (b"one\ntwo \xb5g", "encoding", "other", 8, 2),
        (b"\xef\xbb\xbfone\n\xff", "encoding", "other", 7, 2),
        ("a\nb\ud800", "encoding", "other", 3, 2),
        ("protocol".encode("utf-16"), "encoding", "utf-16", 0, 1),
        (b"PK\x03\x04 and more", "encoding", "word", 0, 1),
        (b"\xd0\xcf\x11\xe0 and more", "encoding", "word", 0, 1),
        (b"{\\rtf1 and more", "encoding", "word", 0, 1),
        (b"%PDF-1.7", "encoding", "pdf", 0, 1),
        (b"a" * (MOST_BYTES + 1), "size", str(MOST_BYTES + 1), None, None),
        ("é" * (MOST_BYTES // 2 + 1), "size", str(MOST_BYTES + 2), None, None),
        (b"a\0b", "control", "\0", 1, 1),
        (b"a\r\nb\x1b[31m", "control", "\x1b", 4, 2),
        (b"a\fb", "control", "\f", 1, 1),
        ("a\x9bb", "control", "\x9b", 1, 1),
        ("x\n\n18 \u202e06", "control", "\u202e", 6, 3),
        ("\u2066", "control", "\u2066", 0, 1),
        ("\u200f", "control", "\u200f", 0, 1),
        ("\u2069 and \u202a", "control", "\u2069", 0, 1),
        ("e\u0301 a" + "\u0301" * 31, "control", "\u0301", 4, 1),
        ("a" + "\u0301\u200d" * 31, "control", "\u0301", 1, 1),
    ],
)
def test_refused(data: bytes | str, kind: str, found: str, offset: int | None, line: int | None) -> None:
    with pytest.raises(SourceError) as caught:
        SourceText.read("a.protocol", data)
    error = caught.value
    assert (error.name, error.kind, error.found, error.offset, error.line) == ("a.protocol", kind, found, offset, line)


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_every_mark_that_turns_the_direction_is_refused(code: int) -> None:
    with pytest.raises(SourceError):
        SourceText.read("a.protocol", chr(code))


def test_as_large_as_may_be() -> None:
    assert len(SourceText.read("a.protocol", b"a" * MOST_BYTES).text) == MOST_BYTES


def test_lines() -> None:
    source = SourceText.read("a.protocol", "one\r\ntwo\n")
    assert source.line_count == 3
    assert [source.line(number) for number in (1, 2, 3)] == ["one", "two", ""]
    assert [source.line_start(number) for number in (1, 2, 3)] == [0, 4, 8]
    assert [source.line_of(offset) for offset in (0, 3, 4, 7, 8)] == [1, 1, 2, 2, 3]
    for number in (0, 4):
        with pytest.raises(IndexError):
            source.line(number)
    assert SourceText.read("a.protocol", "").line_count == 1


def test_places_are_those_of_the_written_text() -> None:
    written = "a\r\n\u200bSjo\u0308gren\u00ad is \u201cyes\u201d\r\n"
    source = SourceText.read("a.protocol", written)
    assert source.text == 'a\nSjögren is "yes"\n'
    start = source.text.index("Sjögren")
    name = Span(start, start + len("Sjögren"))
    assert source.slice(name) == "Sjögren"
    assert source.original_slice(name) == "Sjo\u0308gren"
    assert source.position(name.start) == (2, 2)
    assert source.region(name) == (2, 2, 2, 10)
    answer = Span(source.text.index('"yes"'), source.text.index('"yes"') + 5)
    assert source.original_slice(answer) == "\u201cyes\u201d"
    assert source.region(answer) == (2, 15, 2, 20)
    assert source.region(Span(name.start, name.start)) == (2, 2, 2, 2)
    assert source.original_slice(Span(name.start, name.start)) == ""
    assert source.original_slice(Span(1, 2)) == "\r\n"
    assert source.position(len(source.text)) == (3, 1)
    assert source.position(10**9) == (3, 1)


def test_a_line_without_end_costs_no_time() -> None:
    source = SourceText.read("a.protocol", "a\u200b" + "b" * (2 * LONGEST_MAPPED) + "\nnext \u200bline")
    assert source.position(LONGEST_MAPPED) == (1, 1)
    assert source.position(len(source.text)) == (2, 11)


def test_spans() -> None:
    assert Span.cover(Span(3, 5), Span(1, 4)) == Span(1, 5)
    assert Span.cover(Span(3, 5)) == Span(3, 5)
    assert Span.cover(Span(3, 5), Span(9, 9), Span(0, 1)) == Span(0, 9)
    assert len(Span(3, 5)) == 2
    assert Span(3, 3)


written_text = st.text(
    st.sampled_from(
        "ab 1é\t\n\r\u2028\x85\u00a0\u201c\u2011\u03bc\u200b\u00ad\ufeff\u0301\u0323\u0308"
        "o가\u1100\u1161\u11a8\u0958\u2126\ue000𝒳"
    )
    | st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf")),
    max_size=40,
)


@given(written_text)
def test_reading_twice_changes_nothing(written: str) -> None:
    once = SourceText.read("a", written).text
    assert SourceText.read("a", once).text == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once


@given(written_text, st.data())
def test_a_span_leads_to_what_its_author_wrote(written: str, data: st.DataObject) -> None:
    source = SourceText.read("a", written)
    start = data.draw(st.integers(0, len(source.text)))
    end = data.draw(st.integers(start, len(source.text)))
    span = Span(start, end)
    assert source.slice(span) in plain(source.original_slice(span))
    if all(unicodedata.is_normalized("NFC", line) for line in source.original.splitlines()):
        assert source.slice(span) == plain(source.original_slice(span))


@given(written_text, st.data())
def test_a_position_leads_to_the_character(written: str, data: st.DataObject) -> None:
    source = SourceText.read("a", written)
    offset = data.draw(st.integers(0, len(source.text)))
    line, column = source.position(offset)
    lines = LINE_END.split(source.original)
    assert len(lines) == source.line_count
    assert line == source.text.count("\n", 0, offset) + 1
    if offset < len(source.text) and (character := source.text[offset]) in "ab1 ":
        assert plain(lines[line - 1][column - 1]) == character


@given(written_text)
def test_the_slices_of_all_characters_make_the_text(written: str) -> None:
    source = SourceText.read("a", written)
    places = [source.position(offset) for offset in range(len(source.text) + 1)]
    assert places == sorted(places)
    if unicodedata.is_normalized("NFC", source.original.translate({ord(each): None for each in DROPPED})):
        pieces = [source.original_slice(Span(offset, offset + 1)) for offset in range(len(source.text))]
        left = "".join(character for character in source.original if character not in DROPPED)
        assert "".join(pieces) == left


@given(written_text)
def test_regions_agree_with_slices(written: str) -> None:
    source = SourceText.read("a", written)
    lines = LINE_END.split(source.original)
    for offset, character in enumerate(source.text):
        line, column, end_line, end_column = source.region(Span(offset, offset + 1))
        if character == "\n":
            assert (end_line, end_column) == (line + 1, source.position(offset + 1)[1])
        else:
            assert line == end_line
            assert lines[line - 1][column - 1 : end_column - 1] == source.original_slice(Span(offset, offset + 1))


def test_what_is_replaced_is_at_most_one_character_long() -> None:
    assert all(len(key) == 1 and len(value) <= 1 for key, value in REPLACED.items())
