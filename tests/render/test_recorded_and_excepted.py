"""What was recorded is told exactly and once; exceptions, windows and counts are told with what they did."""

from __future__ import annotations

from decimal import Decimal

import pytest

import protocol_dsl
from protocol_dsl.render.explanation import explain_criterion
from protocol_dsl.render.patient_text import explain_text

TEXT = """\
protocol: Recorded and excepted

days
  screening

data
  on midodrine: yes/no
  SBP: mmHg
  weight: kg
  usual weight: kg
  last dose: date
  NYHA class: ordered I < II < III < IV
  stroke: yes/no
  smoker: yes/no
  fit: judgement by investigator
  vaccine route: one of oral, injected
  last vaccination: date
  previous biopsies: one row for each previous biopsy
    taken on: date
    result: one of benign, malignant

inclusion criteria

  I1: Blood pressure
    SBP is at least 100 mmHg (90 mmHg if on midodrine)
  I2: Kept weight
    weight is at least 1.1 × usual weight
  I3: Dose
    last dose is at least 24 hours before screening
  I4: Weight
    weight is between 45 and 120 kg, inclusive
  I5: Biopsies
    at most 3 previous biopsies
  I6: Weight or stroke
    weight is at least 50 kg, unless stroke

exclusion criteria

  E1: Heart
    any of:
      - NYHA class is above III
      - stroke
    unless investigator judges: fit
  E2: Vaccination
    last vaccination is within 28 days before screening, unless vaccine route is oral
  E3: Malignant
    any previous biopsy where result is malignant
  E4: Two windows
    at least 2 of:
      - last vaccination is within 28 days before screening
      - last dose is within 7 days before screening
      - smoker
  E5: By case
    if smoker, then any of:
      - stroke
      - NYHA class is above III
"""

SCREENED = {"screening": "2026-03-16"}
VACCINATED = {**SCREENED, "last vaccination": "2026-02-20"}
WINDOW = "That is from 16 February 2026 to 16 March 2026, both days in."
VACCINE_RULE = "Excludes: last vaccination is within 28 days before screening, unless vaccine route is oral."


@pytest.fixture(scope="module")
def protocol() -> protocol_dsl.Protocol:
    return protocol_dsl.loads(TEXT)


def explained(protocol: protocol_dsl.Protocol, facts: dict[str, object], criterion: str) -> str:
    evaluation = protocol.evaluate(facts)
    return explain_criterion(evaluation[criterion], evaluation)


@pytest.mark.parametrize(
    ("facts", "criterion", "explanation"),
    [
        pytest.param(
            {"SBP": 89.999},
            "I1",
            "Required: SBP is at least 100 mmHg (90 mmHg if on midodrine). Found: SBP is 89.999 mmHg; the limit "
            "is 90 mmHg if on midodrine, otherwise 100 mmHg.",
            id="one value beside two limits is told once",
        ),
        pytest.param(
            {"weight": 99.9999, "usual weight": 90.95},
            "I2",
            "Required: weight is at least 1.1 × usual weight. Found: 99.9999 kg, which is 0.0451 kg below the limit of "
            "100.045 kg.",
            id="a recorded value beside a computed limit",
        ),
        pytest.param(
            {"weight": Decimal("50.00000000000001")},
            "I4",
            "Weight is 50.00000000000001 kg; between 45 and 120 kg, inclusive, is required.",
            id="a recorded value of many digits",
        ),
        pytest.param(
            {**SCREENED, "last dose": "2026-03-15"},
            "I3",
            "Required: last dose is at least 24 hours before screening. Found: 15 March 2026. "
            "Needed: the time of day of last dose and of screening.",
            id="whole days where hours count",
        ),
        pytest.param(
            {"stroke": True, "fit": False},
            "E1",
            "Excludes: (any of: NYHA class is above III; stroke), unless investigator judges: fit. "
            "Found: stroke: yes; fit: no.",
            id="an exception to a list",
        ),
        pytest.param(
            {**VACCINATED, "vaccine route": "oral"},
            "E2",
            "Last vaccination is 20 February 2026, in the window; but the exception holds: vaccine route is oral.",
            id="an exclusion passes by its exception",
        ),
        pytest.param(
            {"stroke": True, "fit": True},
            "E1",
            "Stroke: yes; but the exception holds: fit: yes.",
            id="a list passes by its exception",
        ),
        pytest.param(
            {"weight": 45, "stroke": True},
            "I6",
            "Weight is 45 kg, and at least 50 kg is required; but the exception holds: stroke: yes.",
            id="an inclusion passes by its exception",
        ),
        pytest.param({"stroke": True}, "I6", "The exception holds: stroke: yes.", id="only the exception is known"),
        pytest.param(
            {"weight": 55, "stroke": True},
            "I6",
            "Weight is 55 kg; at least 50 kg is required.",
            id="an exception that was not needed",
        ),
        pytest.param(
            VACCINATED,
            "E2",
            f"{VACCINE_RULE} {WINDOW} Found: last vaccination is 20 February 2026; vaccine route: not recorded. "
            "Needed: vaccine route. Oral would pass.",
            id="a window with an exception",
        ),
        pytest.param(
            {**VACCINATED, "last dose": "2026-03-10", "smoker": False},
            "E4",
            "Excludes: at least 2 of: last vaccination is within 28 days before screening; last dose is within 7 days "
            "before screening; smoker. Last vaccination is within 28 days before screening: that is from 16 February "
            "2026 to 16 March 2026, both days in. Last dose is within 7 days before screening: that is from 9 March "
            "2026 to 16 March 2026, both days in. Found: last vaccination is 20 February 2026; last dose is 10 March "
            "2026; smoker: no.",
            id="two windows in a list",
        ),
        pytest.param(
            {"SBP": 95, "on midodrine": True},
            "I1",
            "SBP is 95 mmHg. Because “on midodrine” is yes, at least 90 mmHg is required.",
            id="the limit of the case that applied",
        ),
        pytest.param(
            {},
            "I4",
            "Required: weight is between 45 and 120 kg, inclusive. Found: not recorded. Needed: weight. "
            "Between 45 and 120 kg, inclusive, would pass.",
            id="an insertion ends with a comma",
        ),
        pytest.param(
            {},
            "I1",
            "Required: SBP is at least 100 mmHg (90 mmHg if on midodrine). Found: on midodrine: not recorded; SBP: not "
            "recorded; the limit is 90 mmHg if on midodrine, otherwise 100 mmHg. Needed: on midodrine (yes or no) and SBP.",
            id="what is needed in one clause",
        ),
        pytest.param(
            {"previous biopsies": [{"result": "benign"}] * 4},
            "I5",
            "Required: at most 3 previous biopsies. Found: 4 previous biopsies count; at most 3 are allowed.",
            id="a count states its limit",
        ),
    ],
)
def test_explanations(
    protocol: protocol_dsl.Protocol, facts: dict[str, object], criterion: str, explanation: str
) -> None:
    assert explained(protocol, facts, criterion) == explanation


def test_a_list_after_then_stands_in_brackets(protocol: protocol_dsl.Protocol) -> None:
    rule = next(each.rule for each in protocol.checked.criteria if each.id == "E5")
    assert rule.words == "if smoker, then (any of: stroke; NYHA class is above III)"


def test_rows_of_one_day_are_told_apart(protocol: protocol_dsl.Protocol) -> None:
    rows = [{"taken on": "2026-01-01", "result": result} for result in ("benign", "malignant")]
    rows.append({"taken on": "2026-01-02", "result": "benign"})
    text = explain_text(protocol.evaluate({"previous biopsies": rows}), only={"E3"})
    assert "1 January 2026 (1)   benign      does not count" in text
    assert "1 January 2026 (2)   malignant   counts" in text
    assert "2 January 2026       benign      does not count" in text


def test_items_that_may_turn_out_needless_are_not_all_asked_for(protocol: protocol_dsl.Protocol) -> None:
    assert "To decide this patient, record up to 13 items:" in explain_text(protocol.evaluate({}))
