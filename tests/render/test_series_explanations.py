"""What is read of records: which one was taken, which count, and in which days."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from series_cases import CASES

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.documents import render_document
from protocol_dsl.render.explanation import explain_criterion

BASE: dict[str, Any] = {
    "screening": "2026-03-16",
    "first dose": "2026-04-01",
    "sex": "female",
    "liver metastases": False,
    "ANA": "1:320",
    "cycle": 21,
    "ALT": [{"date": "2026-03-10", "value": 35, "ULN": 40, "LLN": 10}, {"date": "2026-01-10", "value": 300, "ULN": 40}],
    "HbA1c": [{"date": "2026-03-01", "value": {"value": 53, "unit": "mmol/mol"}}],
    "weight": [{"date": "2026-03-16", "value": 70}],
    "height": [{"date": "2020-01-01", "value": 1.75}],
    "QTcF": [
        {"date": "2026-03-16T10:00", "value": 430},
        {"date": "2026-03-16T10:02", "value": 432},
        {"date": "2026-03-16T10:04", "value": 440},
    ],
    "pregnancy test": [{"date": "2026-03-30", "value": "negative"}],
    "medication": [],
    "stroke": [],
    "surgery": [],
    "verified by": ["report"],
}


@pytest.fixture(scope="module")
def series() -> protocol_dsl.Protocol:
    return protocol_dsl.load(Path(__file__).parent / "series.protocol")


def evaluated(series: protocol_dsl.Protocol, facts: dict[str, Any], id_: str = "P-001") -> Evaluation:
    return series.evaluate({**BASE, **facts}, patient=id_)


FAILS = """\
Patient P-002, screened on 16 March 2026
INELIGIBLE. 8 of 24 criteria fail; 15 pass; 1 does not apply.

I1  ALT: FAILS
    Required: latest ALT within 28 days before screening is at most 3 × ULN (5 ×
              ULN if liver metastases).
              That is from 16 February 2026 to 16 March 2026, both days in.
    Found:    liver metastases: no. ALT of 10 March 2026: 130 U/L, which is
              10 U/L above the limit; its ULN is 40 U/L, so 3 × ULN is 120 U/L.

I9  Normal ALT: FAILS
    Required: latest ALT within 28 days before screening is within normal
              limits.
              That is from 16 February 2026 to 16 March 2026, both days in.
    Found:    ALT of 10 March 2026: 130 U/L, which is 90 U/L above the limit of
              40 U/L; its ULN is 40 U/L.

I10  No stroke: FAILS
    Required: clean.
              Stroke within 1 year before screening: that is from 16 March 2025
              to 16 March 2026, both days in.
    Found:    stroke on 1 October 2025.

E2  Stroke: FAILS
    Excludes: any severe stroke within 6 months before screening where treated.
              That is from 16 September 2025 to 16 March 2026, both days in.
    Found:    stroke on 1 October 2025 (severe, treated).

E3  Washout: FAILS
    Excludes: any medication within the shorter of 21 days and 5 half-lives
              before first dose.
    Found:    atorvastatin from 1 June 2025, ongoing.

E7  Statin: FAILS
    Excludes: any medication in statins now.
              Now is 16 March 2026.
    Found:    atorvastatin from 1 June 2025, ongoing.

E8  Days with statin: FAILS
    Excludes: number of days with statin within 90 days before screening is more
              than 14 days.
              That is from 16 December 2025 to 16 March 2026, both days in.
    Found:    91 days (atorvastatin from 1 June 2025, ongoing), which is 77 days
              above the limit.

E10  Latest stroke: FAILS
    Excludes: severity of latest stroke ever is severe.
    Found:    severity of stroke on 1 October 2025: severe.

Pass: I2, I3, I4, I5, I6, I7, I8, E1, E4, E5, E6, E9, E11, E12, E13.
Does not apply: E14 (a duty, not a condition).
What is missing cannot change this result. Only corrections of all that fails
could change this result.
"""

OPEN = """\
Patient P-002, screened on 16 March 2026
INELIGIBLE. 2 of 24 criteria fail; 8 are open; 12 pass; 2 do not apply.

I6  Stable dose: FAILS
    Required: dose of statin is stable for at least 90 days before screening.
              That is from 16 December 2025 to 16 March 2026, both days in.
    Found:    atorvastatin from 1 June 2025 to 5 March 2026 (dose 40 mg/day); no
              statin on 6 March 2026.

E8  Days with statin: FAILS
    Excludes: number of days with statin within 90 days before screening is more
              than 14 days.
              That is from 16 December 2025 to 16 March 2026, both days in.
    Found:    80 days (atorvastatin from 1 June 2025 to 5 March 2026), which is
              66 days above the limit.

I1  ALT: OPEN
    Required: latest ALT within 28 days before screening is at most 3 × ULN (5 ×
              ULN if liver metastases).
              That is from 16 February 2026 to 16 March 2026, both days in.
    Found:    ALT: not recorded.
    Needed:   ALT from 16 February 2026 to 16 March 2026.

I9  Normal ALT: OPEN
    Required: latest ALT within 28 days before screening is within normal
              limits.
              That is from 16 February 2026 to 16 March 2026, both days in.
    Found:    ALT: not recorded.
    Needed:   ALT from 16 February 2026 to 16 March 2026.

I10  No stroke: OPEN
    Required: clean.
              Stroke within 1 year before screening: that is from 16 March 2025
              to 16 March 2026, both days in.
    Found:    stroke: not recorded.
    Needed:   the list of strokes (also if it is empty).

E2  Stroke: OPEN
    Excludes: any severe stroke within 6 months before screening where treated.
              That is from 16 September 2025 to 16 March 2026, both days in.
    Found:    stroke: not recorded.
    Needed:   the list of strokes (also if it is empty).

E9  Each month: OPEN
    Excludes: at least 1 stroke in each of the 2 months before screening.
    Found:    stroke: not recorded.
    Needed:   the list of strokes (also if it is empty).

E10  Latest stroke: OPEN
    Excludes: severity of latest stroke ever is severe.
    Found:    stroke: not recorded.
    Needed:   stroke.

E12  High ALT: OPEN
    Excludes: at least 2 ALT at least 4 weeks apart within 1 year before
              screening where value is above 2 × ULN.
              That is from 16 March 2025 to 16 March 2026, both days in.
    Found:    ALT: not recorded.
    Needed:   the list of ALT (also if it is empty).

E13  Run-in: OPEN
    Excludes: any stroke during run-in.
              That is from 16 March 2026 to 1 April 2026, both days in.
    Found:    stroke: not recorded.
    Needed:   the list of strokes (also if it is empty).

Pass: I2, I3, I4, I5, I7, I8, E3, E4, E5, E6, E7, E11.
Does not apply: E1 (sex is male), E14 (a duty, not a condition).
What is missing in I1, I9, I10, E2, E9, E10, E12 and E13 cannot change the
verdict while I6 and E8 fail.
"""


@pytest.mark.parametrize(("criterion", "result", "facts", "explanation"), CASES)
def test_one_criterion(
    series: protocol_dsl.Protocol, criterion: str, result: str, facts: dict[str, Any], explanation: str
) -> None:
    evaluation = evaluated(series, facts)
    assert evaluation[criterion].result == result
    assert explain_criterion(evaluation[criterion], evaluation) == explanation


def test_a_patient_who_fails(series: protocol_dsl.Protocol) -> None:
    assert (
        evaluated(
            series,
            {
                "ALT": [{"date": "2026-03-10", "value": 130, "ULN": 40}],
                "medication": [{"drug": "Atorvastatin", "dose": 40, "start date": "2025-06-01", "ongoing": True}],
                "stroke": [{"date": "2025-10-01", "severity": "severe", "treated": True}],
            },
            "P-002",
        ).explain()
        == FAILS
    )


def test_a_patient_who_is_open(series: protocol_dsl.Protocol) -> None:
    assert (
        evaluated(
            series,
            {
                "ALT": None,
                "medication": [
                    {"drug": "Atorvastatin", "dose": 40, "start date": "2025-06-01", "end date": "2026-03-05"}
                ],
                "stroke": None,
                "sex": "male",
                "cycle": 0,
            },
            "P-002",
        ).explain()
        == OPEN
    )


def test_nothing_recorded(series: protocol_dsl.Protocol) -> None:
    text = series.evaluate({}).explain()
    assert "Needed:   ALT within 28 days before screening." in text
    assert "Screening is not recorded, so its days are not known." in text
    assert "the list of medications (also if it is empty) (I6, E3, E7, E8, E11)" in text


def test_no_sentence_says_what_is_not_so(series: protocol_dsl.Protocol) -> None:
    """An ALT that is recorded, yet not in the window, is not said to be missing altogether."""
    evaluation = evaluated(series, {"ALT": [{"date": "2026-01-10", "value": 30, "ULN": 40}]})
    assert "no ALT is recorded" not in explain_criterion(evaluation["I1"], evaluation)


def test_dictionary_has_the_fields_of_the_author_only(series: protocol_dsl.Protocol) -> None:
    printed = str(render_document(series.checked, "dictionary", "markdown"))
    names = re.findall(r"^\| \*\*([^|]+)\*\* \|", printed, re.MULTILINE)
    assert "dose (of each medication)" in names
    assert "kind (of each surgery)" in names
    assert not [name for name in names if name.startswith(("date (", "drug (", "value (", "ongoing ("))]
    assert "| **ALT** | measurements, each with its date: number, in U/L |" in printed


def test_a_duty_is_printed_as_one(series: protocol_dsl.Protocol) -> None:
    assert "**Duty:** the sponsor is told of any pregnancy" in str(
        render_document(series.checked, "protocol", "markdown")
    )
