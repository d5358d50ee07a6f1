"""The explanation of patients as a document: every criterion, folded where it passes, and the values used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render.documents import Form, render_explanations
from protocol_dsl.render.explanation_page import ExplanationPage, PatientPart, explanation_model
from protocol_dsl.render.wording import wording
from protocol_dsl.version import __version__

PROTOCOLS = Path(__file__).parents[2] / "protocols"
Results = list[Evaluation | PatientError]


def page(protocol: protocol_dsl.Protocol, results: Results, to: Form = "html", only: list[str] | None = None) -> str:
    text = render_explanations(protocol.checked, results, to, only=only)
    assert isinstance(text, str)
    return text


def model(protocol: protocol_dsl.Protocol, results: Results, only: list[str] | None = None) -> ExplanationPage:
    return explanation_model(protocol.checked, results, wording(), only=only)


def one(protocol: protocol_dsl.Protocol, evaluation: Evaluation) -> PatientPart:
    [patient] = model(protocol, [evaluation]).patients
    return patient


def test_every_criterion_is_there_and_what_decides_comes_first(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    told = one(als, patient(initial_diagnosis_date="2023-12-04", forced_vital_capacity=None))
    assert [each.id for each in told.criteria] == ["I3", "I5", "I1", "I2", "I4", "I6", "I7", "I8", "I9"]
    assert [each.word for each in told.criteria[:3]] == ["FAILS", "OPEN", "PASSES"]
    assert [each.unfolded for each in told.criteria] == [True, True] + [False] * 7
    assert (told.fails, told.open) == ("I3", "I5")
    assert all(each.blocks for each in told.criteria)


def test_what_passes_is_folded(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    text = page(als, [patient(initial_diagnosis_date="2023-12-04")])
    folds = re.findall(r"<details([^>]*)>\s*<summary[^>]*>\s*<h3[^>]*>(\w+) ", text)
    assert [name for attributes, name in folds if "open" in attributes] == ["I3"]
    assert len(folds) == 9
    assert "which is 103 days before the first of these days." in text


def test_values_are_listed_with_where_they_come_from(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    evaluation = patient(
        forced_vital_capacity={"value": 62.5, "source": "spirometry", "date": "2026-03-12", "by": "Dr Lin"},
        good_nutritional_status={"value": True, "by": "Dr Wu", "date": "2026-03-16"},
        height={"value": 172, "unit": "cm"},
        response_to_standard_treatment={"value": None, "reason missing": "lost"},
        diagnosis=None,
        screening_nights=[],
    )
    values = {each.name: (each.value, each.source, each.date, each.by) for each in one(als, evaluation).values}
    assert values["Forced vital capacity"] == ("62.5%", "spirometry", "12\u00a0March 2026", "Dr Lin")
    assert values["Good nutritional status"] == ("yes", "", "16\u00a0March 2026", "Dr Wu")
    assert values["Height"][0] == "1.72\u00a0m, recorded as 172 cm"
    assert values["Response to standard treatment"][0] == "not recorded (reason given: lost)"
    assert values["Screening nights"][0] == "none"
    assert "Diagnosis" not in values
    assert "Of childbearing age" not in values


def test_each_row_of_a_list_is_a_value(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    values = {each.name: each.value.replace("\u00a0", " ") for each in one(als, patient()).values}
    assert values["Screening night 1"] == (
        "night of 10 March 2026; time below 90% saturation 5.2 min; recorded time 421 min"
    )


def test_an_open_patient_has_the_list_of_what_to_record(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    text = page(als, [patient(initial_diagnosis_date="2025", weight=None)], "markdown")
    assert "To decide this patient, record 2 items:" in text
    assert "1. initial diagnosis date, the month and day (I3)" in text
    assert "2. weight (I7)" in text


def test_the_head_says_by_what_it_was_evaluated(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    text = page(als, [patient("P-014")], "markdown")
    assert text.startswith("# Explanation of eligibility: patient P-014\n")
    assert als.checked.source.sha256 in text
    assert f"protocol-dsl {__version__}" in text
    assert "| **Version** | 1.0 |" in text
    assert "## Overview" not in text


def test_several_patients_have_an_overview_that_leads_to_them(als: protocol_dsl.Protocol) -> None:
    patients = json.loads((PROTOCOLS / "als-ipsc-mnp.patients.json").read_text(encoding="utf-8"))
    wrong = {"id": "<b>X", "facts": {"weight": "<i>"}}
    results: Results = list(als.evaluate_many([patients[0], wrong, *patients[1:]]))
    assert isinstance(results[1], PatientError)
    told = model(als, results)
    assert [each.short for each in told.patients[:4]] == ["ELIGIBLE", "NOT EVALUATED", "INELIGIBLE", "UNDETERMINED"]
    text = page(als, results)
    places = [text.index(f'id="patient-{number}"') for number in range(1, len(results) + 1)]
    assert places == sorted(places)
    links = re.findall(r'<a href="#(patient-\d+)">([^<]*)</a>', text)
    assert links[:2] == [("patient-1", patients[0]["id"]), ("patient-2", "&lt;b&gt;X")]
    assert "F104: weight was given the text" in text
    assert "<b>X" not in text
    assert "<i>" not in text
    assert 'class="pagebreak"' not in text.split("</style>")[1]  # pages that are half empty help nobody


def test_only_the_criteria_asked_for(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    [told] = model(als, [patient()], only=["I5"]).patients
    assert [each.id for each in told.criteria] == ["I5"]
    assert [each.name for each in told.values] == ["Forced vital capacity"]
    assert told.closing == ""


@pytest.mark.parametrize("path", sorted(PROTOCOLS.glob("*.protocol")), ids=lambda path: path.stem)
def test_every_example_of_every_protocol_is_told(path: Path) -> None:
    protocol = protocol_dsl.load(path)
    results: Results = [outcome.evaluation for outcome in protocol.run_examples()][:12]
    text = page(protocol, results)
    told = model(protocol, results)
    for patient in told.patients:
        assert len(patient.criteria) == len(protocol.checked.criteria)
        assert patient.verdict in ("eligible", "ineligible", "undetermined")
    assert text.count("<details") == len(results) * len(protocol.checked.criteria)
    headings = re.findall(r"<th[ >].*?</th>", text, re.DOTALL)
    assert headings
    assert all(re.sub("<[^>]*>", "", heading).strip() for heading in headings)
