"""Patients and evaluation dates as Python hands them over."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import Any

import pytest

import protocol_dsl

PROTOCOL = protocol_dsl.loads("""\
protocol: Small

data
  last dose: date

inclusion criteria

  I1: Dose
    last dose is before evaluation date
""")


def test_one_patient_that_is_none_does_not_end_the_others() -> None:
    patients: list[Any] = [
        {"id": "A", "facts": {}},
        {"id": "B"},
        {"facts": {}},
        "C",
        {"id": None, "facts": {}},
        {"id": "D", "facts": {}, 5: 6},
        {"id": "E", "facts": None},
        {"id": 7, "facts": MappingProxyType({"last dose": "2026"})},
    ]
    found = [
        one.verdict if isinstance(one, protocol_dsl.Evaluation) else [problem.code for problem in one.diagnostics]
        for one in PROTOCOL.evaluate_many(patients)
    ]
    assert found == ["undetermined", ["F160"], ["F157"], ["F156"], ["F157"], ["F159"], ["F117"], "undetermined"]


@pytest.mark.parametrize(("day", "result"), [(1, "fail"), (2, "pass")])
def test_the_evaluation_date_may_come_with_a_time(day: int, result: str) -> None:
    on = datetime.datetime(2026, 3, day, 23, 59)  # days of a trial have no time zone
    assert PROTOCOL.evaluate({"last dose": "2026-03-01"}, on=on)["I1"].result == result


@pytest.mark.parametrize(
    "declared",
    ["data\n  evaluation date: kg", "data\n  Evaluation-Date: date", "data\n  visit (evaluation date): date"],
)
def test_the_evaluation_date_is_not_declared_again(declared: str) -> None:
    text = f"protocol: Small\n\n{declared}\n  ill: yes/no\n\ninclusion criteria\n\n  I1: Ill\n    ill\n"
    with pytest.raises(protocol_dsl.ProtocolError) as caught:
        protocol_dsl.loads(text)
    assert "P203" in {problem.code for problem in caught.value.diagnostics}
