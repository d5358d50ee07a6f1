"""Near misses that must be accepted without a word, and the canonical form that they stand for."""

from pathlib import Path

import corpus
import pytest

import protocol_dsl
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol


def formatted(source: SourceText) -> str:
    syntax = corpus.parsed(source).syntax
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


def test_a_warning_in_a_definition_leaves_the_rules_that_use_it_whole() -> None:
    """A definition that is only warned of is compared as it is written, not passed over."""
    protocol = protocol_dsl.loads(
        "protocol: A limit by case\n\ndays\n  screening\n\ndata\n  weight: kg\n  grade: ordered I < II < III\n\n"
        "definitions\n  limit = 40 kg (50 kg if grade is below I)\n\ninclusion criteria\n\n"
        "  I1: Weight\n    weight is at least limit\n"
    )
    assert "P506" in [warning.code for warning in protocol.warnings]
    assert [protocol.evaluate({"weight": weight, "grade": "II"}).verdict for weight in (40, 39)] == [
        "eligible", "ineligible",
    ]  # fmt: skip
