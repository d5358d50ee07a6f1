"""Hints about facts that cannot be read: they show what was meant, written as it is where the facts come from."""

from __future__ import annotations

import pytest
from protocols_by_hand import ALS

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.evaluate.facts import FactsError, FactsReader


def refused(facts: dict[str, object], *, from_text: bool = False) -> tuple[Diagnostic, ...]:
    with pytest.raises(FactsError) as error:
        FactsReader(ALS).read(facts, "P002", from_text=from_text)
    return error.value.diagnostics


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({"weight": "70 kg"}, '"weight": {"value": 70, "unit": "kg"}'),
        ({"weight": "154.3lb"}, '"weight": {"value": 154.3, "unit": "lb"}'),
        ({"weight": "70.5"}, '"weight": 70.5'),
        ({"weight": "70 cm"}, '"weight": 62.5'),
        ({"screening": 2025}, '"screening": "2025"'),
        ({"screening": "2024-UN-UN"}, '"screening": "2024"'),
        ({"screening": "2024-03-UNK"}, '"screening": "2024-03"'),
        ({"screening": "2024-00-00"}, '"screening": "2024"'),
        ({"screening": "Jan 2026"}, '"screening": "2026-01"'),
        ({"screening": "5 January 2026"}, '"screening": "2026-01-05"'),
        ({"screening": "05-JAN-2026"}, '"screening": "2026-01-05"'),
        ({"screening": "31 Feb 2026"}, '"screening": "2026-03-30"'),
    ],
)
def test_hints_show_what_was_most_likely_meant(facts: dict[str, object], hint: str) -> None:
    (problem,) = refused(facts)
    assert hint in (problem.hint or "").split("\n  ")


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({"weight": "154 lb"}, "weight [lb]"),
        ({"weight": "heavy"}, "weight [kg]"),
        ({"weight": {"value": "x", "unit": "g"}}, "weight [g]"),
        ({"weight": {"value": "70", "unit": "Kg"}}, "weight [kg]"),
        ({"weight": {"value": "70", "unit": "cm"}}, "weight [kg]"),
        ({"sex": "F"}, "leave the cell empty"),
        ({"sex": "femal"}, "Did you mean female?"),
        ({"has a spouse": "1"}, "leave the cell empty"),
        ({"screening": "soon"}, "such as 2026-03-30"),
        ({"screening": "2024-UN-UN"}, "\n  2024"),
        ({"sex": "male", "weight (g)": "1"}, '"weight [g]"'),
    ],
)
def test_hints_for_a_table_are_not_in_json(facts: dict[str, object], hint: str) -> None:
    (problem,) = refused(facts, from_text=True)
    assert problem.hint is not None
    assert hint in problem.hint
    assert "null" not in problem.hint
    assert '":' not in problem.hint
