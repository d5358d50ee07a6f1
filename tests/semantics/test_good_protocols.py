"""Near misses that must be accepted without a word, and the canonical form that they stand for."""

from pathlib import Path

import corpus
import pytest

from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse


def formatted(source: SourceText) -> str:
    syntax = parse(source).syntax
    assert syntax is not None
    return format_protocol(syntax)


@pytest.mark.parametrize("path", corpus.files("good"), ids=lambda path: path.stem)
def test_what_is_accepted(path: Path) -> None:
    source, expected = corpus.read(path)
    found = corpus.checked(source)
    assert [told.message for told in found.diagnostics] == []
    assert found.protocol is not None

    canonical = formatted(source)
    corpus.compare(path, source, expected, canonical)

    again = SourceText.read(path.name, canonical)
    checked_again = corpus.checked(again)
    assert formatted(again) == canonical
    assert checked_again.protocol is not None
    assert [each.rule for each in checked_again.protocol.criteria] == [each.rule for each in found.protocol.criteria]
    assert [each.body for each in checked_again.protocol.definitions.values()] == [
        each.body for each in found.protocol.definitions.values()
    ]
