"""A file is broken most of the time that somebody types: no feature may fail on it."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from lsprotocol import types
from protocols import FORTY, NIGHTS, read

from protocol_dsl.lsp.analysis import Analyses, Analysis
from protocol_dsl.lsp.code_actions import code_actions
from protocol_dsl.lsp.code_lenses import code_lenses
from protocol_dsl.lsp.completion import completion
from protocol_dsl.lsp.definition import definition, path_of_used
from protocol_dsl.lsp.diagnostics import diagnostics
from protocol_dsl.lsp.folding import folding_ranges
from protocol_dsl.lsp.formatting import formatting
from protocol_dsl.lsp.hover import hover
from protocol_dsl.lsp.inlay_hints import inlay_hints
from protocol_dsl.lsp.outline import outline
from protocol_dsl.lsp.references import references
from protocol_dsl.lsp.rename import RenameError, prepare_rename, rename
from protocol_dsl.lsp.semantic_tokens import semantic_tokens

URI = "file:///x.protocol"


def use_all(analysis: Analysis, place: types.Position) -> None:
    whole = analysis.positions.whole()
    completion(analysis, place)
    hover(analysis, place)
    definition(analysis, URI, place, lambda name: path_of_used(name, None))
    references(analysis, URI, place)
    semantic_tokens(analysis)
    folding_ranges(analysis)
    outline(analysis)
    diagnostics(analysis, URI)
    code_actions(analysis, URI, whole)
    code_lenses(analysis)
    inlay_hints(analysis, whole)
    formatting(analysis)
    with suppress(RenameError):
        prepare_rename(analysis, place)
        rename(analysis, URI, place, "another name")


SHORT = """\
protocol: 夜 🌙
days
  screening
data: all
  age: years
  stroke: events
inclusion criteria
  I1: Age
    > Adults
    age is at least 18 years
exclusion criteria
  E1: Stroke
    any stroke within 6 months before screening
examples
  patient well
    age: 20
    I1: open
"""


@pytest.mark.parametrize(("text", "step"), [(SHORT, 1), (NIGHTS, 29)], ids=["short", "long"])
def test_every_prefix_of_a_protocol(text: str, step: int) -> None:
    kept = Analyses()
    assert kept.of("x", text, None, "utf-16").protocol is not None
    for end in range(0, len(text) + 1, step):
        analysis = kept.of("x", text[:end], None, "utf-16")
        use_all(analysis, analysis.positions.position(len(analysis.text)))


def test_every_line_deleted_or_broken_off() -> None:
    lines = NIGHTS.split("\n")
    for number in range(len(lines)):
        without = read("\n".join([*lines[:number], *lines[number + 1 :]]))
        use_all(without, types.Position(number, 3))
        if number % 3 == 0:
            half = read("\n".join([*lines[:number], lines[number][: len(lines[number]) // 2], *lines[number + 1 :]]))
            use_all(half, types.Position(number, len(lines[number]) // 2))


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_of_a_long_file(seed: int) -> None:
    chance = random.Random(seed)
    text = FORTY.read_text(encoding="utf-8")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice(["", "🌙", "\t", "(", ": ", " or ", "\r\n", "≥", "\ufeff", "|"])
            + text[at + chance.randint(0, 40) :]
        )
    analysis = read(text)
    use_all(analysis, analysis.positions.position(chance.randrange(len(text))))


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\n", "🌙", "\x00", "protocol:", "protocol: X\n\u202e", "a" * 5000, "- " * 300]
)
def test_texts_that_are_no_protocol(text: str) -> None:
    use_all(read(text), types.Position(0, 0))
