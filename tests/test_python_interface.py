"""What Python programs call: mistakes in the call itself are said in a line."""

from __future__ import annotations

import datetime
import json

import pytest

import protocol_dsl
from protocol_dsl import FactsError, Patient, PatientError
from protocol_dsl.pipeline import Protocol

TEXT = """\
protocol: A small trial

data
  weight: kg
  last dose: date

inclusion criteria

  I1: Weight
    weight is at least 40 kg

exclusion criteria

  E1: Recent dose
    last dose is less than 30 days before evaluation date
"""


@pytest.fixture
def protocol() -> Protocol:
    return protocol_dsl.loads(TEXT)


def test_documents_and_forms_that_there_are_not(protocol: Protocol) -> None:
    with pytest.raises(ValueError, match="'docx' or 'pdf', not 'odt'"):
        protocol.render("checklist", "odt")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'checklist' or 'dictionary', not 'foo'"):
        protocol.render("foo", "html")  # type: ignore[arg-type]


def test_what_has_no_effect_on_a_document_is_told(protocol: Protocol) -> None:
    with pytest.raises(ValueError, match="of the checklist"):
        protocol.render("protocol", "html", edition="index")
    with pytest.raises(ValueError, match="of the checklist"):
        protocol.render("dictionary", "html", evaluation=protocol.evaluate({}))
    with pytest.raises(ValueError, match="no date of creation"):
        protocol.render("protocol", "html", created=datetime.date(2026, 3, 16))


def test_a_file_of_patients_is_bytes_and_tables_a_function(protocol: Protocol) -> None:
    with pytest.raises(TypeError, match="bytes"):
        protocol.read_patients("a.csv", "id\nP1\n")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="function"):
        protocol.read_patients("a.csv", b"id\nP1\n", {})  # type: ignore[arg-type]
    assert list(protocol.read_patients("a.csv", b"id\nP1\n", {}.get)) == [Patient("P1", {}, from_text=True)]


def test_a_criterion_that_there_is_not(protocol: Protocol) -> None:
    evaluation = protocol.evaluate({})
    with pytest.raises(KeyError, match=r"I99.*I1, E1"):
        evaluation["I99"]
    with pytest.raises(ValueError, match=r"I99.*I1, E1"):
        evaluation.explain(only=["I1", "I99"])
    assert "I1  Weight: OPEN" in evaluation.explain(only=["I1"])
    assert evaluation.explain(only="I1") == evaluation.explain(only=iter(["I1"]))  # type: ignore[arg-type]


def test_the_evaluation_date_is_a_date(protocol: Protocol) -> None:
    facts = {"last dose": datetime.date(2026, 3, 1)}
    for call in (protocol.evaluate, lambda facts, on: protocol.evaluate_many([{"id": 1, "facts": facts}], on=on)):
        with pytest.raises(TypeError, match=r"datetime\.date"):
            call(facts, on="2026-03-16")  # type: ignore[operator]
    assert protocol.evaluate(facts, on=datetime.date(2026, 3, 16))["E1"].result == "fail"
    assert protocol.evaluate(facts, on=datetime.datetime(2026, 5, 16, 9))["E1"].result == "pass"


def test_a_whole_patient_in_place_of_the_facts_is_one_error(protocol: Protocol) -> None:
    given = {"id": "P1", "facts": {"weight": 50}}
    with pytest.raises(FactsError) as error:
        protocol.evaluate(given)
    (problem,) = error.value.diagnostics
    assert problem.code == "F117"
    assert "patient=" in (problem.hint or "")
    (found,) = protocol.evaluate_many([given])
    assert not isinstance(found, PatientError)
    assert found.verdict == "undetermined"


def test_an_evaluation_as_data(protocol: Protocol) -> None:
    data = json.loads(json.dumps(protocol.evaluate({"weight": 39.5}, patient="P1").to_json()))
    assert (data["patient"], data["verdict"]) == ("P1", "ineligible")
    assert data["criteria"][0]["explanation"].startswith("Required: weight is at least 40 kg.")


def test_hints_in_examples_are_written_as_examples_are() -> None:
    with pytest.raises(protocol_dsl.ProtocolError) as error:
        protocol_dsl.loads(TEXT + "\nexamples\n\n  patient a\n    weight: heavy\n    last dose: 2026-UN-UN\n")
    weight, dose = (problem.hint or "" for problem in error.value.diagnostics)
    assert weight.endswith("\n  weight: 62.5 kg")
    assert dose.endswith("\n  last dose: 2026")
