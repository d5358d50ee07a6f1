"""What sentences with hours and minutes decide: by the times of day, and unknown where one that matters is missing."""

from __future__ import annotations

import pytest
from test_series_end_to_end import evaluated, protocol

BILIRUBIN = "  bilirubin: measurements in mg/dL"
BETWEEN = "from date of previous bilirubin ever to date of latest bilirubin ever"


@pytest.mark.parametrize(
    ("rule", "first", "last", "result"),
    [
        (f"completed hours {BETWEEN} is at least 5 hours", "2026-03-11T06:00", "2026-03-11T11:00", "pass"),
        (f"completed hours {BETWEEN} is at least 5 hours", "2026-03-11T06:00", "2026-03-11T10:59", "fail"),
        (f"completed minutes {BETWEEN} is at least 299 minutes", "2026-03-11T06:00", "2026-03-11T10:59", "pass"),
        (f"completed hours {BETWEEN} is at least 5 hours", "2026-03-11T20:00", "2026-03-12", "unknown"),
        (f"completed hours {BETWEEN} is at least 4 hours", "2026-03-11T20:00", "2026-03-12", "pass"),
        (f"completed hours {BETWEEN} is at least 28 hours", "2026-03-11T20:00", "2026-03-12", "fail"),
        (f"completed hours {BETWEEN} is at least 24 hours", "2026-03-11", "2026-03-13", "pass"),
    ],
)
def test_completed_hours(rule: str, first: str, last: str, result: str) -> None:
    records = [{"date": first, "value": 1}, {"date": last, "value": 2}]
    assert evaluated(protocol(BILIRUBIN, rule), bilirubin=records)["I1"].result == result


@pytest.mark.parametrize(("last", "result"), [("10:59", "pass"), ("11:00", "fail"), ("11:01", "fail")])
def test_a_rate_per_hour(last: str, result: str) -> None:
    rule = f"(latest bilirubin ever - previous bilirubin ever) / completed minutes {BETWEEN} is above 0.2 mg/dL/hour"
    records = [{"date": "2026-03-11T06:00", "value": 1}, {"date": f"2026-03-11T{last}", "value": 2}]
    assert evaluated(protocol(BILIRUBIN, rule), bilirubin=records)["I1"].result == result


def test_before_looks_at_days_and_a_minute_before_at_the_time() -> None:
    found = protocol("  dose: events", "any dose before screening", "any dose at least 1 minute before screening")
    evaluation = evaluated(found, screening="2026-03-16T10:00", dose=[{"date": "2026-03-16T06:00"}])
    assert (evaluation["I1"].result, evaluation["I2"].result) == ("fail", "pass")
