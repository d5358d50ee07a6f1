"""The functions of the standard library give what their published formulas give, and decide at the limit itself."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Final

import pytest

from protocol_dsl.pipeline import Protocol, loads

HEAD: Final = """protocol: Standard library

use
  standard library

days
  screening

data: visit
  date of birth: date
  sex: one of male, female
  weight: kg
  height: m
  serum creatinine: mg/dL or µmol/L
    conversion: µmol/L = 88.4 × mg/dL
  QT: ms
  heart rate: beats/min
  total calcium: mg/dL
  albumin: g/dL
  expected day of birth: date
  first score: points
  second score: points

definitions
  age = age in years of (date of birth, screening)

inclusion criteria

  I1: The value
    {rule}
"""
FACTS: Final = {
    "screening": "2026-03-16",
    "date of birth": "1966-03-17",
    "sex": "female",
    "weight": 70,
    "height": 1.75,
    "serum creatinine": 0.9,
    "QT": 360,
    "heart rate": 75,
    "total calcium": 8.5,
    "albumin": 3,
    "expected day of birth": "2026-07-01",
    "first score": 40,
    "second score": 34,
}


def protocol(rule: str) -> Protocol:
    return loads(HEAD.format(rule=rule))


def ckd_epi(creatinine: float, age: float, sex: str) -> float:
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    share = creatinine / kappa
    return 142 * min(share, 1) ** alpha * max(share, 1) ** -1.2 * 0.9938**age * factor


VALUES: Final = {
    "age in years of (date of birth, screening)": (59, "years"),
    "age in months of (date of birth, screening)": (719, "months"),
    "age in weeks of (date of birth, screening)": (3130, "weeks"),
    "body mass index of (weight, height)": (70 / 1.75**2, "kg/m²"),
    "body surface area of (weight, height)": (math.sqrt(70 * 175 / 3600), "m²"),
    "CKD-EPI 2021 eGFR of (serum creatinine, age, sex)": (ckd_epi(0.9, 59, "female"), "mL/min/1.73 m²"),
    "Cockcroft-Gault clearance of (serum creatinine, age, weight, sex)": (81 * 70 / (72 * 0.9) * 0.85, "mL/min"),
    "QTcF of (QT, heart rate)": (360 / (60 / 75) ** (1 / 3), "ms"),
    "QTcB of (QT, heart rate)": (360 / math.sqrt(60 / 75), "ms"),
    "corrected calcium of (total calcium, albumin)": (8.5 + 0.8 * (4 - 3), "mg/dL"),
    "gestational age of (expected day of birth, screening)": (280 - 107, "days"),
    "percent change of (first score, second score)": (-15, "%"),
    "rate per month of (second score - first score, date of birth, screening)": (-6 / (21914 / 30.4375), "points"),
}


@pytest.mark.parametrize("call", VALUES)
def test_a_function_gives_what_its_formula_gives(call: str) -> None:
    wanted, unit = VALUES[call]
    low, high = (Fraction(wanted) * (1 - Fraction(side, 10**9)) for side in (1, -1))
    low, high = min(low, high), max(low, high)
    rule = f"all of:\n      - {call} is at least {float(low):.12f} {unit}\n      - {call} is at most {float(high):.12f} {unit}"
    whole = isinstance(wanted, int) and unit in ("years", "months", "weeks")
    rule = f"{call} is exactly {wanted} {unit}" if whole else rule
    evaluation = protocol(rule).evaluate(FACTS)
    assert evaluation["I1"].result == "pass", rule


def test_creatinine_in_the_other_unit_is_converted_exactly() -> None:
    rule = "CKD-EPI 2021 eGFR of (serum creatinine, age, sex) is at least 73.1 mL/min/1.73 m²"
    other = {**FACTS, "serum creatinine": {"value": 79.56, "unit": "µmol/L"}}
    assert protocol(rule).evaluate(FACTS)["I1"].result == protocol(rule).evaluate(other)["I1"].result


def test_a_root_that_comes_out_even_is_decided_at_the_limit() -> None:
    # 360 ms at 60/0.512 beats a minute: the cube root of 0.512 is 0.8, and 360 / 0.8 is 450.
    facts = {**FACTS, "heart rate": 117.1875}
    assert protocol("QTcF of (QT, heart rate) is at most 450 ms").evaluate(facts)["I1"].result == "pass"
    assert protocol("QTcF of (QT, heart rate) is below 450 ms").evaluate(facts)["I1"].result == "fail"


def test_a_missing_input_leaves_the_value_unknown() -> None:
    rule = "CKD-EPI 2021 eGFR of (serum creatinine, age, sex) is at least 60 mL/min/1.73 m²"
    for name in ("serum creatinine", "date of birth"):
        facts = {key: value for key, value in FACTS.items() if key != name}
        assert protocol(rule).evaluate(facts)["I1"].result == "unknown"


def test_an_unknown_sex_is_decided_where_both_agree() -> None:
    rule = "CKD-EPI 2021 eGFR of (serum creatinine, age, sex) is at least {limit} mL/min/1.73 m²"
    facts = {key: value for key, value in FACTS.items() if key != "sex"}
    female, male = ckd_epi(0.9, 59, "female"), ckd_epi(0.9, 59, "male")
    assert female < male
    for limit, result in ((female - 1, "pass"), ((female + male) / 2, "unknown"), (male + 1, "fail")):
        found = protocol(rule.format(limit=f"{limit:.4f}")).evaluate(facts)
        assert found["I1"].result == result


def test_each_function_stands_on_the_page_of_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/standard-library.md").read_text(encoding="utf-8")
    library = protocol("body mass index of (weight, height) is above 20 kg/m²")
    text = resources.files("protocol_dsl.library").joinpath("standard_library.protocol").read_text(encoding="utf-8")
    functions = re.findall(r"^  (\S[^\n=]*?) of \(", text, re.MULTILINE)
    assert len(functions) == 14
    assert [name for name in functions if f"| {name} |" not in page] == []
    assert list(library.checked.used_files) == ["standard library"]
