"""What sentences about series decide, from the words to the result and its explanation."""

from __future__ import annotations

from typing import Any

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.pipeline import read_protocol
from protocol_dsl.render.explanation import explain_criterion


def protocol(data: str, *rules: str) -> protocol_dsl.Protocol:
    """A protocol with these data and an inclusion criterion I1, I2, … for each rule."""
    criteria = "".join(f"  I{number}: Rule\n    {rule}\n" for number, rule in enumerate(rules, 1))
    text = f"protocol: P\ndays\n  screening\ndata: visit\n{data}\ninclusion criteria\n{criteria}"
    found = read_protocol("p.protocol", text)
    assert found.protocol is not None, found.diagnostics
    return found.protocol


def evaluated(found: protocol_dsl.Protocol, **facts: Any) -> Evaluation:
    return found.evaluate({"screening": "2026-03-16", **{name.replace("_", " "): v for name, v in facts.items()}})


def explained(evaluation: Evaluation, criterion: str = "I1") -> str:
    return explain_criterion(evaluation[criterion], evaluation)


def test_the_latest_and_the_one_before_it() -> None:
    found = protocol(
        "  creatinine: measurements in mg/dL",
        "latest creatinine ever is more than 25% above previous creatinine ever",
    )

    def result(*records: tuple[str, float]) -> str:
        return evaluated(found, creatinine=[{"date": day, "value": value} for day, value in records])["I1"].result

    assert result(("2026-03-10", 2), ("2026-03-01", 1)) == "pass"
    assert result(("2026-03-10", 1.25), ("2026-03-01", 1)) == "fail"
    assert result(("2026-03-10", 2), ("2026-03-01", 1), ("2026-02-01", 9)) == "pass"
    assert result(("2026-03-10T10:00", 2), ("2026-03-10T09:00", 1)) == "pass"
    assert result(("2026-03-10", 2), ("2026-03-10", 1)) == "unknown"
    assert result(("2026-03-10", 1), ("2026-03-10", 1)) == "fail"
    assert result(("2026-03-10", 2)) == "unknown"


def test_one_reading_has_none_before_it() -> None:
    found = protocol("  creatinine: measurements in mg/dL", "previous creatinine ever is below 2 mg/dL")
    evaluation = evaluated(found, creatinine=[{"date": "2026-03-10", "value": 1}])
    assert explained(evaluation).endswith(
        "Found: creatinine of 10 March 2026: 1 mg/dL, and none before it. "
        "Needed: two records of creatinine up to 16 March 2026."
    )
    assert evaluation.missing == ("creatinine",)
