"""Evaluations as others use them: verdict, results, what is missing, and the JSON form."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest
from core_builder import (
    SOURCE,
    all_of,
    compare,
    criterion,
    defined,
    evaluation,
    every,
    fact,
    field,
    made,
    number,
    protocol,
    rows_of,
)

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation, to_json, trace_json, value_json
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.semantics import core
from protocol_dsl.values import EXACT, UNKNOWN, Interval, Ratio, parse_date

ITEMS = {"age": "number", "ill": "yes/no", "male": "yes/no", "nights": rows_of("night", low="number")}
LIMIT = compare(field("low", "nights"), "≤", number(2))
SHEET = protocol(
    ITEMS,
    criterion(compare(fact("age"), "≥", number(18)), id="I1"),
    criterion(every("nights", LIMIT), applies_if=fact("male"), id="I2"),
    criterion(fact("ill"), kind="exclusion", id="E1"),
)
PROGRAM = compile_protocol(SHEET)
COMPLETE = {"age": 40, "ill": False, "male": True, "nights": ((1,), (2,))}


def of(**facts: object) -> Evaluation:
    return evaluation(SHEET, PROGRAM, **{**COMPLETE, **facts})


def test_results_are_found_by_id_and_in_order() -> None:
    found = of(male=False)
    assert found.verdict == "eligible"
    assert found.results == ("pass", "not_applicable", "pass")
    assert [each.criterion.id for each in found] == ["I1", "I2", "E1"]
    assert len(found) == 3
    assert found["E1"].result == "pass"
    assert found["I2"].applies is not None
    assert found["I1"].applies is None
    with pytest.raises(KeyError):
        found["I9"]
    assert found.criteria is found.criteria


def test_missing_of_the_verdict_is_the_union_over_open_criteria() -> None:
    found = of(age=UNKNOWN, nights=((1,), (UNKNOWN,)))
    assert found.verdict == "undetermined"
    assert found["I2"].missing == ("low (night 2)",)
    assert found["E1"].missing == ()
    assert found.missing == ("age", "low (night 2)")


def test_nothing_is_missing_once_a_criterion_fails() -> None:
    found = of(age=UNKNOWN, ill=True)
    assert found.verdict == "ineligible"
    assert found["I1"].missing == ("age",)
    assert found.missing == ()


def test_words_come_from_who_has_them() -> None:
    class InWords(Evaluation):
        def explanation_of(self, result: CriterionResult) -> str:
            return f"{result.criterion.id} of {self.patient}"

    plain = of()
    assert plain["I1"].explanation == ""
    worded = InWords(SHEET, "P7", plain.facts, PROGRAM)
    assert worded["I1"].explanation == "I1 of P7"
    explanations = [each["explanation"] for each in to_json(worded)["criteria"]]  # type: ignore[attr-defined]
    assert explanations == ["I1 of P7", "I2 of P7", "E1 of P7"]
    given = to_json(worded, lambda result, whole: f"{whole.verdict}: {result.result}")
    assert given["criteria"][2]["explanation"] == "eligible: pass"  # type: ignore[index]


# ---- JSON

AT = {"line": 1, "column": 1, "end_line": 1, "end_column": 9}


def test_an_evaluation_as_json() -> None:
    data = to_json(of(ill=UNKNOWN))
    criteria = data.pop("criteria")
    assert data == {
        "protocol": {"name": "by hand", "version": "1.0", "sha256": SOURCE.sha256},
        "patient": "P1",
        "verdict": "undetermined",
        "missing": ["ill"],
    }
    assert isinstance(criteria, list)
    assert criteria[2] == {
        "id": "E1",
        "kind": "exclusion",
        "title": "title of E1",
        "result": "unknown",
        "statement": "statement of E1",
        "explanation": "",
        "missing": ["ill"],
        "trace": {"text": "ill", "truth": None, "value": None, "facts": ["ill"], "span": AT, "children": []},
    }
    assert [("applies if" in each) for each in criteria] == [False, True, False]
    assert json.loads(json.dumps(to_json(of()))) == to_json(of())


def test_values_have_a_value_and_conditions_a_truth() -> None:
    trace = trace_json(SHEET, of()["I1"].rule)
    assert (trace["truth"], trace["value"], trace["facts"]) == (True, None, ["age"])
    age, limit = trace["children"]  # type: ignore[misc]
    assert "truth" not in age
    assert (age["text"], age["value"], age["facts"]) == ("age", 40, ["age"])
    assert (limit["value"], limit["facts"]) == (18, [])


def test_each_row_is_a_child_that_bears_its_name() -> None:
    trace = trace_json(SHEET, of(nights=((1,), (UNKNOWN,), (3,)))["I2"].rule)
    rows = trace["children"]
    assert isinstance(rows, list)
    assert [(row["text"], row["truth"]) for row in rows] == [("night 1", True), ("night 2", None), ("night 3", False)]
    (within,) = rows[1]["children"]
    assert (within["truth"], within["facts"]) == (None, ["low (night 2)"])
    assert within["children"][0]["value"] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UNKNOWN, "null"),
        (5, "5"),
        (Decimal("62.50"), "62.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1"), "0.1"),
        (Decimal("0.12345678901234567890"), '"0.1234567890123456789"'),
        (10**20, '"100000000000000000000"'),
        (Ratio(7, 3), '"7/3"'),
        (Ratio(1, 4), "0.25"),
        (Ratio(Decimal("-0.5"), Decimal("0.3")), '"-5/3"'),
        (Interval(65, 66), '{"from": 65, "to": 66}'),
        (datetime.date(2024, 2, 29), '"2024-02-29"'),
        (parse_date("2024-02-29T08:05"), '"2024-02-29T08:05"'),
        (parse_date("2024-02"), '"2024-02"'),
        ("adequate", '"adequate"'),
        (((1, UNKNOWN), (True, "x")), '[[1, null], [true, "x"]]'),
    ],
)
def test_values_are_written_exactly(value: object, expected: str) -> None:
    assert json.dumps(value_json(value)) == expected


def test_a_number_of_any_length_can_be_written() -> None:
    assert json.dumps(value_json(10**5000)) == '"1' + "0" * 5000 + '"'
    assert value_json(Ratio(10**5000 + 1, 3)) == "1" + "0" * 4999 + "1/3"
    assert value_json(EXACT.add(10**400, Decimal("0.5"))) == "1" + "0" * 400 + ".5"
    assert value_json(Decimal("1E-400")) == "0." + "0" * 399 + "1"


def test_definitions_that_double_do_not_fill_the_disk() -> None:
    bodies: dict[str, core.Value] = {"d0": fact("age")}
    for place in range(1, 200):
        before = defined(f"d{place - 1}")
        bodies[f"d{place}"] = made(core.Arithmetic, "-", made(core.Arithmetic, "+", before, before), before)
    rule = all_of(compare(defined("d199"), "=", fact("age")), compare(defined("d1"), "≥", number(1)))
    found = evaluation(protocol(ITEMS, criterion(rule), definitions=bodies), age=5)
    assert found.verdict == "eligible"
    text = json.dumps(to_json(found))
    assert len(text) < 5_000_000
