"""A list is all its lines, so that a trace points at the whole of it."""

from __future__ import annotations

from typing import Any

import protocol_dsl
from protocol_dsl.evaluate.evaluation import to_json

TEXT = """\
protocol: Lists

data
  ill: yes/no
  Gro\u0308ße: cm
  nights: one row for each night
    bad: yes/no

inclusion criteria

  I1: Nested
    all of:
      - Gro\u0308ße ≥ 3 cm and
        ill
      - any of:
          - ill
          - any night where any of:
              - bad
              - not bad
    unless ill
"""


def spans(trace: dict[str, Any]) -> list[tuple[str, str]]:
    """The words of each condition with the first and the last words of its place in the file."""
    lines = TEXT.splitlines()
    span = trace["span"]
    first = lines[span["line"] - 1][span["column"] - 1 :]
    last = lines[span["end_line"] - 1][: span["end_column"] - 1]
    below = [one for child in trace["children"] if "truth" in child for one in spans(child)]
    return [(first.strip(), last.strip()), *below]


def test_the_place_of_a_list_ends_with_its_last_line() -> None:
    evaluation = protocol_dsl.loads(TEXT).evaluate({})
    data: Any = to_json(evaluation)
    assert spans(data["criteria"][0]["trace"]) == [
        ("all of:", "unless ill"),
        ("all of:", "- not bad"),
        ("Gro\u0308ße ≥ 3 cm and", "ill"),
        ("Gro\u0308ße ≥ 3 cm and", "- Gro\u0308ße ≥ 3 cm"),
        ("ill", "ill"),
        ("any of:", "- not bad"),
        ("ill", "- ill"),
        ("any night where any of:", "- not bad"),
        ("ill", "unless ill"),
    ]
