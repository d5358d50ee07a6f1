"""Exclusions, lists, exceptions and limits by case in words."""

from __future__ import annotations

import pytest

import protocol_dsl
from protocol_dsl.render.explanation import explain_criterion

TEXT = """\
protocol: Exclusions

days
  screening

data
  sex: one of male, female
  breastfeeding: yes/no
  postmenopausal: yes/no
  smoker: yes/no
    if not recorded: no
  HIV: yes/no
  QTcF: ms
  weight: kg
  last surgery: date
  drugs: one row for each drug
    substance: text
    dose: mg

inclusion criteria

  I1: QTc
    QTcF is at most 450 ms (470 ms if sex is female)
  I2: Two of three
    at least 2 of:
      - smoker
      - postmenopausal
      - breastfeeding

exclusion criteria

  E1: Surgery
    last surgery is within 30 days before screening
  E2: Women
    applies if sex is female
    any of:
      - breastfeeding
      - HIV
  E3: HIV
    known HIV
  E4: Drugs
    any drug where dose is above 100 mg
  E5: Smokers
    smoker, unless weight is at most 60 kg
  E6: Not counted
    none of:
      - postmenopausal
      - breastfeeding
"""


@pytest.fixture(scope="module")
def protocol() -> protocol_dsl.Protocol:
    return protocol_dsl.loads(TEXT)


WOMAN = {"screening": "2026-03-16", "sex": "female", "QTcF": 480, "breastfeeding": True, "HIV": True, "weight": 70}


@pytest.mark.parametrize(
    ("facts", "criterion", "explanation"),
    [
        (
            WOMAN,
            "I1",
            "Required: QTcF is at most 450 ms (470 ms if sex is female). "
            "Found: sex is female. 480 ms, which is 10 ms above the limit of 470 ms.",
        ),
        (
            {"smoker": True},
            "I2",
            "Required: at least 2 of: smoker; postmenopausal; breastfeeding. Found: smoker: yes; postmenopausal: not "
            "recorded; breastfeeding: not recorded. Needed: postmenopausal: yes or no. Yes would pass. "
            "Breastfeeding: yes or no. Yes would pass.",
        ),
        (
            {**WOMAN, "last surgery": "2026-03-01"},
            "E1",
            "Excludes: last surgery is within 30 days before screening. That is from 14 February 2026 to 16 March "
            "2026, both days in. Found: 1 March 2026, which is in the window.",
        ),
        (
            WOMAN,
            "E2",
            "Applies, because sex is female. Excludes: breastfeeding. Found: breastfeeding: yes. "
            "Excludes: HIV. Found: HIV: yes.",
        ),
        (
            {"HIV": False},
            "E2",
            "Whether this criterion applies is open. Applies only if sex is female. Found: sex: not recorded. "
            "Needed: sex. If it applies: Excludes: breastfeeding. Found: breastfeeding: not recorded. "
            "Needed: breastfeeding: yes or no. The other condition does not exclude.",
        ),
        ({}, "E3", "HIV: nothing recorded, so counted as no."),
        ({}, "E5", "Smoker: nothing recorded, so counted as no."),
        (
            {"drugs": [{"substance": "A", "dose": 200}, {"substance": "B"}]},
            "E4",
            "Excludes: any drug where dose is above 100 mg. Found: 1 drug counts; 1 more may count.",
        ),
        (
            {"smoker": True, "weight": 70},
            "E5",
            "Excludes: smoker, unless weight is at most 60 kg. Found: smoker: yes; weight is 70 kg.",
        ),
    ],
)
def test_explanations(
    protocol: protocol_dsl.Protocol, facts: dict[str, object], criterion: str, explanation: str
) -> None:
    evaluation = protocol.evaluate(facts)
    assert explain_criterion(evaluation[criterion], evaluation) == explanation
