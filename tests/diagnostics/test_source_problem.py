"""Files that are no text, told in words."""

import pytest

from protocol_dsl.diagnostics import source_problem
from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.source.text import MOST_BYTES


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"a\nb\xe9", "P001", "line 2 holds bytes"),
        (b"PK\x03\x04", "P001", "word processor"),
        (b"%PDF-1.7", "P001", "PDF"),
        ("protocol: A".encode("utf-16"), "P001", "UTF-16"),
        (b"a" * (MOST_BYTES + 1), "P002", "has 10.1 MB"),
        (b"a\nb\0", "P003", "Line 2 holds a character that cannot be seen: U+0000 control character."),
        ("\u202e", "P003", "U+202E right-to-left override"),
        ("a" + "\u0301" * 31, "P003", "more than 30 accents"),
    ],
)
def test_source_problem(data: bytes | str, code: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        SourceText.read("a.protocol", data)
    told = source_problem(caught.value)
    assert (told.code, told.file, told.span) == (code, "a.protocol", None)
    assert words in told.message
    assert told.hint
