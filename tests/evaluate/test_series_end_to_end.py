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


PRESSURE = "  blood pressure: measurements in mmHg"
MEAN = "mean of the latest 3 blood pressure recorded within 10 minutes on screening is at most 140 mmHg"


def pressures(*times_and_values: tuple[str, int]) -> Evaluation:
    records = [{"date": f"2026-03-16{time}", "value": value} for time, value in times_and_values]
    return evaluated(protocol(PRESSURE, MEAN), blood_pressure=records)


def test_a_mean_of_readings_that_lie_too_far_apart_says_so() -> None:
    evaluation = pressures(("T10:00", 120), ("T10:05", 130), ("T10:30", 125))
    assert explained(evaluation).endswith(
        "Found: not known, because no 3 of them lie within 10 minutes of one another, the nearest lie 30 minutes "
        "apart: 120 mmHg on 16 March 2026, 10:00; 130 mmHg on 16 March 2026, 10:05; 125 mmHg on 16 March 2026, 10:30. "
        "Needed: 3 records of blood pressure on 16 March 2026 that lie within 10 minutes of one another."
    )
    assert evaluation.missing == ("blood pressure",)


def test_a_mean_of_readings_without_their_times_asks_for_these() -> None:
    evaluation = pressures(("", 120), ("", 130), ("T10:30", 150))
    assert explained(evaluation).endswith(
        "Found: not known, because it is open which 3 lie near enough to one another: 120 mmHg on 16 March 2026; "
        "130 mmHg on 16 March 2026; 150 mmHg on 16 March 2026, 10:30. "
        "Needed: the time of day of blood pressure of 16 March 2026 (120 mmHg) and of blood pressure of 16 March 2026 "
        "(130 mmHg)."
    )
    assert evaluation.missing == ("date (blood pressure 1)", "date (blood pressure 2)")


def test_a_later_reading_that_stands_alone_is_passed_over() -> None:
    evaluation = pressures(("T10:00", 120), ("T10:02", 130), ("T10:04", 140), ("T10:30", 300))
    assert explained(evaluation) == (
        "Mean of the latest 3 blood pressure recorded within 10 minutes on screening is 130 mmHg (120 mmHg on 16 March "
        "2026, 10:00; 130 mmHg on 16 March 2026, 10:02; 140 mmHg on 16 March 2026, 10:04); at most 140 mmHg is "
        "required."
    )


def test_too_few_readings_ask_for_more() -> None:
    evaluation = pressures(("T10:00", 120), ("T10:02", 130))
    assert evaluation.missing == ("blood pressure",)


def test_of_two_on_one_day_the_times_are_asked_for() -> None:
    found = protocol("  ALT: measurements in U/L\n  stroke: events\n    severe: yes/no", "latest ALT ever is at most 40 U/L",
                     "severe of latest stroke ever is recorded")  # fmt: skip
    evaluation = evaluated(
        found, ALT=[{"date": "2026-03-10", "value": 30}, {"date": "2026-03-10", "value": 50}], stroke=[]
    )
    assert explained(evaluation).endswith(
        "Needed: the time of day of ALT of 10 March 2026 (30 U/L) and of ALT of 10 March 2026 (50 U/L)."
    )
    same_minute = [{"date": "2026-03-10T10:00", "value": value} for value in (30, 50)]
    assert evaluated(found, ALT=same_minute)["I1"].result == "unknown"


def test_where_the_case_is_open_its_limits_are_told() -> None:
    found = protocol(
        "  ALT: measurements in U/L\n  sex: one of male, female",
        "latest ALT ever is at least 1.5 U/L (1.2 U/L if sex is female)",
    )
    evaluation = evaluated(found, ALT=[{"date": "2026-03-15", "value": 1.3}])
    assert explained(evaluation).endswith(
        "Found: sex: not recorded; ALT of 15 March 2026: 1.3 U/L; "
        "the limit is 1.2 U/L if sex is female, otherwise 1.5 U/L. Needed: sex."
    )
    assert "the limit is 1.2 U/L if" not in explained(
        evaluated(found, ALT=[{"date": "2026-03-15", "value": 1.3}], sex="male")
    )


def test_a_missing_list_is_named_in_the_plural() -> None:
    found = protocol("  transfusion: events", "fewer than 2 transfusions within 1 year before screening")
    assert explained(evaluated(found)).endswith("Needed: the list of transfusions (also if it is empty).")


def test_a_missing_half_life_says_how_long_the_window_would_have_to_be() -> None:
    found = protocol(
        "  medication: treatments", "no medication within the longer of 4 weeks and 5 half-lives before screening"
    )
    course = {"drug": "a", "start date": "2026-01-01", "end date": "2026-02-01"}
    evaluation = evaluated(found, medication=[course])
    assert "(half-life not recorded; it counts if the window is at least 43 days)" in explained(evaluation)

    def result(days: float) -> str:
        record = {**course, "half-life": days}
        return evaluated(found, medication=[record])["I1"].result

    assert (result(8.4), result(8.6)) == ("pass", "fail")  # windows of 42 and of 43 days


def test_a_titre_below_the_limit_of_detection() -> None:
    found = protocol("  ANA: titre", "ANA is below 1:64", "ANA is at least 1:16", "ANA is below 1:8", "ANA is recorded")

    def results(value: object) -> list[str]:
        return [each.result for each in evaluated(found, ANA=value).criteria]

    assert results("<1:16") == ["pass", "fail", "unknown", "pass"]
    assert results("≤1:16") == ["pass", "unknown", "unknown", "pass"]
    assert results(">1:64") == ["fail", "pass", "fail", "pass"]
    assert results(">= 1:64") == ["fail", "pass", "fail", "pass"]
    evaluation = evaluated(found, ANA="<1:16")
    assert explained(evaluation) == "ANA is below 1:16; below 1:64 is required."
    assert explained(evaluation, "I3").endswith("Found: below 1:16. Needed: ANA. Below 1:8 would pass.")


def test_a_measurement_outside_what_is_measured() -> None:
    found = protocol(
        "  troponin: measurements in ng/L",
        "latest troponin ever is below 14 ng/L",
        "mean of troponin ever is below 10 ng/L",
        "highest troponin ever is at most 14 ng/L",
    )

    def results(*values: object) -> list[str]:
        records = [{"date": f"2026-03-{day:02}", "value": value} for day, value in enumerate(values, 1)]
        return [each.result for each in evaluated(found, troponin=records).criteria]

    assert results("<5") == ["pass", "pass", "pass"]
    assert results({"value": "<0.005", "unit": "µg/L"}) == ["pass", "pass", "pass"]
    assert results(4, "<14") == ["pass", "pass", "pass"]
    assert results(4, "≤14") == ["unknown", "pass", "pass"]
    assert results(20, ">10000") == ["fail", "fail", "fail"]
    assert results("<5", 12) == ["pass", "pass", "pass"]
    converted = evaluated(found, troponin=[{"date": "2026-03-01", "value": {"value": "<0.005", "unit": "µg/L"}}])
    assert "below 5 ng/L, recorded as <0.005 µg/L" in explained(converted)


def test_silence_about_a_field_of_rows_and_of_a_series() -> None:
    data = "  sibling: one row for each sibling\n    ill: yes/no{0}\n  stroke: events\n    severe: yes/no{0}"
    rules = ("no sibling where ill", "no stroke ever where severe")
    facts: dict[str, Any] = {"sibling": [{"ill": False}, {}], "stroke": [{"date": "2026-01-01"}]}
    said = protocol(data.format("\n      if not recorded: no"), *rules)
    assert [each.result for each in evaluated(said, **facts).criteria] == ["pass", "pass"]
    unsaid = evaluated(protocol(data.format(""), *rules), **facts)
    assert [each.result for each in unsaid.criteria] == ["unknown", "unknown"]
    assert unsaid.missing == ("ill (sibling 2)", "severe (stroke 1)")


def test_a_field_of_the_latest_few() -> None:
    data = (
        "  night: one row for each night\n    night of: date\n    low: minutes\n    whole: minutes\n"
        "    share = low / whole\n  infusion: treatments\n    dose: mg"
    )
    found = protocol(
        data,
        "mean of share of the latest 2 nights is at most 0.5",
        "total of dose of the earliest 2 infusions ever is at least 30 mg",
        "highest of dose of the latest 2 infusions ever is at least 30 mg",
    )
    nights = [{"night of": f"2026-03-{day:02}", "low": low, "whole": 100} for day, low in ((1, 100), (2, 60), (3, 40))]
    doses = [{"drug": "a", "date": f"2026-02-{day:02}", "dose": dose} for day, dose in ((1, 10), (2, 20), (3, 29))]
    evaluation = evaluated(found, night=nights, infusion=doses)
    assert [each.result for each in evaluation.criteria] == ["pass", "pass", "fail"]
    assert evaluation["I1"].criterion.statement == "mean of share of the latest 2 night is at most 0.5"


def test_the_highest_in_a_field() -> None:
    found = protocol(
        "  stroke: events\n    grade: ordered I < II < III\n    score: number\n    double = 2 × score",
        "highest grade of stroke ever is at most II",
        "lowest double of stroke ever is at least 4",
        "highest duration of stroke ever is at most 7 days",
    )

    def results(*records: dict[str, Any]) -> list[str]:
        evaluation = evaluated(found, stroke=[{"ongoing": False, **each} for each in records])
        return [evaluation[f"I{number}"].result for number in (1, 2, 3)]

    short = {"start date": "2026-01-05", "end date": "2026-01-09", "grade": "II", "score": 2}
    long = {"start date": "2026-02-01", "end date": "2026-02-09", "grade": "I", "score": 3}
    assert results(short) == ["pass", "pass", "pass"]
    assert results(short, long) == ["pass", "pass", "fail"]
    assert results(short, {**long, "grade": "III", "score": 1}) == ["fail", "fail", "fail"]
    assert results(short, {"start date": "2026-02-01"}) == ["unknown", "unknown", "unknown"]
    assert results() == ["unknown", "unknown", "unknown"]


def test_the_highest_in_two_units() -> None:
    found = protocol(
        "  LDL: measurements in mmol/L or mg/dL\n    conversion: mg/dL = 40 × mmol/L",
        "highest LDL ever is at most 2 mmol/L (80 mg/dL)",
        "lowest LDL ever is below 60 mg/dL",
        "mean of LDL ever is at most 2 mmol/L",
    )

    def results(*values: float | dict[str, Any]) -> list[str]:
        records = [{"date": f"2026-01-0{day}", "value": value} for day, value in enumerate(values, 1)]
        return [evaluated(found, LDL=records)[f"I{number}"].result for number in (1, 2, 3)]

    def in_mg(value: int) -> dict[str, Any]:
        return {"value": value, "unit": "mg/dL"}

    assert results(1.9, in_mg(70)) == ["pass", "fail", "pass"]
    assert results(1.9, in_mg(90)) == ["fail", "fail", "fail"]
    assert results(1.9, in_mg(50)) == ["pass", "pass", "pass"]
    assert results(2.1, in_mg(50)) == ["fail", "pass", "pass"]
