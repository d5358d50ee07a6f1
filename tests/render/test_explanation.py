"""What a clinician reads of one patient, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from als_patients import BASE

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.explanation import explain_criterion
from protocol_dsl.render.patient_text import explain_text
from protocol_dsl.render.reasons import leaves, parts_of
from protocol_dsl.semantics import core

Patient = Callable[..., Evaluation]

NIGHTS = [
    {"night of": "2026-03-10", "time below 90% saturation": 5.2, "recorded time": 421},
    {"night of": "2026-03-11", "time below 90% saturation": 10.1, "recorded time": 402},
    {"night of": "2026-03-12", "recorded time": 455},
]

FAILS = """\
Patient P-014, screened on 16 March 2026
INELIGIBLE. 1 of 9 criteria fails; 8 pass.

I3  ALS, first diagnosed 6 to 24 months ago: FAILS
    Required: initial diagnosis date is 6 to 24 months before screening.
              That is from 16 March 2024 to 16 September 2025, both days in.
    Found:    4 December 2023, which is 103 days before the first of these days.
    The other two conditions hold: diagnosis is ALS; diagnostic criteria are
    World Federation of Neurology.

Pass: I1, I2, I4, I5, I6, I7, I8, I9.
Nothing is missing. Only a correction of the initial diagnosis date could change
this result.
"""

OPEN = """\
Patient P-022, screened on 16 March 2026
UNDETERMINED. 2 of 9 criteria are open; 7 pass; none fails.

I3  ALS, first diagnosed 6 to 24 months ago: OPEN
    Required: initial diagnosis date from 16 March 2024 to 16 September 2025.
    Found:    March 2024, day not recorded. The 1st to the 15th would fail; the
              16th to the 31st would pass.
    Needed:   the day of the initial diagnosis.
    The other two conditions hold.

I8  Contraception: OPEN
    Applies, because sex is male.
    Required: if sex is male and has a spouse, then spouse agrees to effective
              contraception, from informed consent until 1 year after start of
              treatment.
    Found:    sex is male; has a spouse: yes. Spouse agrees to effective
              contraception: not recorded (reason given: spouse abroad, form
              sent).
    Needed:   the spouse's answer. Yes would pass; no would fail.
    The other condition holds.

Pass: I1, I2, I4, I5, I6, I7, I9.
To decide this patient, record 2 items:
    1. initial diagnosis date, the day (I3)
    2. spouse agrees to effective contraception (I8)
"""

ROWS = """\
Patient P-031, screened on 16 March 2026
INELIGIBLE. 1 of 9 criteria fails; 1 is open; 7 pass.

I6  Oxygen saturation at night: FAILS
    Required: for each screening night: time below 90% saturation is at most 2%
              of recorded time.
    Found:                    time below 90%
              night of            saturation   recorded time   share
              10 March 2026          5.2 min         421 min   1.24%   passes
              11 March 2026         10.1 min         402 min   2.51%   fails
              12 March 2026        not known         455 min           open
    One screening night above 2% is enough. The missing value of 12 March 2026
    cannot change this result.

I7  Nutrition: OPEN
    BMI is 20.75 kg/m² (61.4 kg; 1.72 m), and at least 18.5 kg/m² is required:
    holds.
    Needed:   the investigator's judgement: good nutritional status.

Pass: I1, I2, I3, I4, I5, I8, I9.
The judgement missing in I7 cannot change the verdict while I6 fails.
"""

ELIGIBLE = """\
Patient P-001, screened on 16 March 2026
ELIGIBLE on all 9 criteria; 2 of them rest on recorded judgements.

Pass: I1, I2, I3, I4, I5, I6, I7, I8, I9.
This does not enrol the patient: that decision is the investigator's.
"""


def test_one_criterion_fails(patient: Patient) -> None:
    assert explain_text(patient("P-014", initial_diagnosis_date="2023-12-04")) == FAILS


def test_two_criteria_are_open(patient: Patient) -> None:
    spouse = {"value": None, "reason missing": "spouse abroad, form sent"}
    facts: dict[str, Any] = {"spouse agrees to effective contraception": spouse}
    assert explain_text(patient("P-022", initial_diagnosis_date="2024-03", **facts)) == OPEN


def test_rows_decide(patient: Patient) -> None:
    assert explain_text(patient("P-031", good_nutritional_status=None, screening_nights=NIGHTS)) == ROWS


def test_eligible(patient: Patient) -> None:
    assert explain_text(patient()) == ELIGIBLE


@pytest.mark.parametrize(
    ("facts", "criterion", "explanation"),
    [
        ({}, "I5", "FVC is 62.5%; at least 50% is required."),
        (
            {"weight": 54.71775, "height": 1.72},
            "I7",
            "Required: BMI is at least 18.5 kg/m². Found: 18.496 kg/m² (54.71775 kg; 1.72 m), which is 0.004 kg/m² "
            "below the limit. The other condition holds: investigator judges: good nutritional status.",
        ),
        (
            {"sex": "female", "of childbearing age": False},
            "I8",
            "Does not apply, because sex is female and “of childbearing age” is no.",
        ),
        (
            {"forced vital capacity": 45},
            "I5",
            "Required: FVC is at least 50%. Found: 45%, which is 5 percentage points below the limit.",
        ),
        (
            {"date of birth": "1965-06-01"},
            "I2",
            "Age is 60 years (completed years from 1 June 1965 to 16 March 2026); between 18 and 60 years, "
            "inclusive, is required.",
        ),
        (
            {"date of birth": "1965-03"},
            "I2",
            "Required: age is between 18 and 60 years, inclusive. Found: 60–61 years (completed years from March "
            "1965 to 16 March 2026). The 1st to the 16th would fail; the 17th to the 31st would pass. "
            "Needed: the day of birth.",
        ),
        (
            {"response to standard treatment": "adequate"},
            "I4",
            "Required: response to standard treatment is poor efficacy or disease progression. Found: adequate. "
            "The other condition holds: standard treatment received.",
        ),
        (
            {"height": {"value": 172, "unit": "cm"}, "weight": 40},
            "I7",
            "Required: BMI is at least 18.5 kg/m². Found: 13.52 kg/m² (40 kg; 1.72 m, recorded as 172 cm), which is "
            "4.98 kg/m² below the limit. The other condition holds: investigator judges: good nutritional status.",
        ),
        (
            {"screening nights": []},
            "I6",
            "Required: for each screening night: time below 90% saturation is at most 2% of recorded time. "
            "Found: no screening night is recorded. Needed: screening nights: at least one row.",
        ),
        (
            {"good nutritional status": {"value": False, "by": "Dr Lin", "date": "2026-03-16"}},
            "I7",
            "BMI is 20.75 kg/m² (61.4 kg; 1.72 m), and at least 18.5 kg/m² is required: holds. Required: investigator "
            "judges: good nutritional status. Found: good nutritional status: no (judged by Dr Lin on 16 March 2026).",
        ),
    ],
)
def test_one_criterion(patient: Patient, facts: dict[str, object], criterion: str, explanation: str) -> None:
    evaluation = patient(**facts)
    assert explain_criterion(evaluation[criterion], evaluation) == explanation


def test_only_some_criteria_are_told_also_those_that_pass(patient: Patient) -> None:
    text = explain_text(patient(), only={"I5"})
    assert text.endswith("\n\nI5  Lung function: PASSES\n    FVC is 62.5%; at least 50% is required.\n")


def test_colour_stands_around_the_verdicts_only(patient: Patient) -> None:
    evaluation = patient("P-014", initial_diagnosis_date="2023-12-04")
    coloured = explain_text(evaluation, colour=True)
    assert "\x1b[1;31mINELIGIBLE.\x1b[0m 1 of 9" in coloured
    assert "ago: \x1b[1;31mFAILS\x1b[0m\n" in coloured
    assert coloured.count("\x1b[0m") == 3


def test_what_a_record_holds_cannot_move_the_cursor(patient: Patient) -> None:
    reason = {"value": None, "reason missing": "\x1b[2Jgone\u202e" + "x" * 2000}
    text = explain_text(patient("P\n\x1b[31m", forced_vital_capacity=reason))
    assert not any(character in text for character in "\x1b\u202e")
    assert len(text) < 2000
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_line_keeps_to_the_width(patient: Patient, width: int) -> None:
    text = explain_text(patient(screening_nights=NIGHTS, sex=None, weight=None), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_long_lists_show_the_rows_that_decided(patient: Patient) -> None:
    nights = [
        {"night of": f"2026-02-{day:02}", "time below 90% saturation": 20 if day == 3 else 1, "recorded time": 400}
        for day in range(1, 14)
    ]
    text = explain_text(patient(screening_nights=nights))
    assert "3 February 2026           20 min         400 min      5%   fails" in text
    assert "… and 12 more that pass\n" in text


ASKED = (
    "standard treatment received",
    "has a spouse",
    "patient agrees to effective contraception",
    "spouse agrees to effective contraception",
    "good nutritional status",
    "able to cooperate with data collection and visits",
)


ALONE = [(name,) for name in ASKED if name != "has a spouse"]


@pytest.mark.parametrize("missing", [*ALONE, ASKED[:3], ASKED[1:4], ASKED])
def test_an_answer_does_what_is_said_of_it(als: protocol_dsl.Protocol, missing: tuple[str, ...]) -> None:
    """ "Yes would pass; no would fail": recording the answer has just that effect on the criterion."""
    facts = {name: value for name, value in BASE.items() if name not in missing}
    told = 0
    for result in als.evaluate(facts).criteria:
        for part in leaves(parts_of(result.rule)):
            node = part.trace.node
            fact = node.answer if isinstance(node, core.Agreement) else node
            if part.status != "open" or not isinstance(fact, core.Fact):
                continue
            wanted = als.evaluate({**facts, fact.name: part.wanted})[result.criterion.id].result
            unwanted = als.evaluate({**facts, fact.name: not part.wanted})[result.criterion.id].result
            assert not part.sufficient or wanted == "pass"
            assert not part.necessary or unwanted == "fail"
            told += 1
    assert told
