"""A long line is broken only where what goes on still belongs to it."""

from __future__ import annotations

import pytest

import protocol_dsl
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.layout import BULLET
from protocol_dsl.syntax.parse import parse

HEAD = """\
protocol: Long lines

data
  ill: yes/no
  fit for surgery: judgement by investigator
  x: number
  y: number

inclusion criteria

  I1: Long
"""


def formatted(text: str) -> str:
    syntax = parse(SourceText.read("long.protocol", text.encode())).syntax
    assert syntax is not None
    return format_protocol(syntax)


@pytest.mark.parametrize(
    "end",
    [
        "investigator judges: fit for surgery",
        "y - x is above 2",
        "(x + 2) × y is above 3",
        "(y - x) × (x + 12) / (x - 3) - 2 is below -4",
    ],
)
@pytest.mark.parametrize("length", range(40, 100))
def test_a_long_line_keeps_its_meaning(end: str, length: int) -> None:
    written = f"ill and x is above {'1' * 10} and x is above {'1' * (length - 38)} and {end}"
    text = f"{HEAD}    {written}\n"
    once = formatted(text)
    rules = [protocol_dsl.loads(one).checked.criteria[0].rule for one in (text, once)]
    assert rules[0] == rules[1]
    assert formatted(once) == once
    for line in once.split("Long\n")[1].splitlines():
        assert not BULLET.match(line.strip())
        assert not line.endswith(":")
