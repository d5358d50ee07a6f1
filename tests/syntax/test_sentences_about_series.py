"""Sentences about series, windows and what is taken from records: how they are read, and what is refused."""

from __future__ import annotations

import pytest

from protocol_dsl.diagnostics import Severity
from protocol_dsl.pipeline import ProtocolFile, read_protocol

HEAD = """\
protocol: Sentences

days
  screening
  first dose
  run-in period: from screening until first dose

lists
  statins: closed list of drugs: atorvastatin (ATC C10AA05), simvastatin
  inhibitors: open list of drugs: clarithromycin, not paracetamol

data
  sex: one of male, female
  cycle length: days
  verified by: several of records, report
  titre of ANA: titre
  gestation: weeks + days
  ALT: measurements in U/L
  blood pressure: measurements in mmHg
  LDL: measurements in mmol/L or mg/dL
    conversion: mg/dL = 38.67 × mmol/L
  pregnancy test: measurements, one of positive, negative
  stroke: events
    severity: one of mild, severe
    treated: yes/no
  surgery (plural surgeries): events
  medication: treatments
    dose: mg/day

definitions
  statin = each medication in statins
  double of (x: mmHg) = 2 × x

inclusion criteria

  I1: Sentence
"""


def read(sentence: str) -> ProtocolFile:
    return read_protocol("sentences.protocol", f"{HEAD}    {sentence}\n")


def statement(sentence: str) -> str:
    protocol = read(sentence).protocol
    assert protocol is not None
    return protocol.checked.criteria[0].statement


READ_AS = [
    ("any stroke within 6 months prior to screening", "any stroke within 6 months before screening"),
    ("no surgeries in the last 3 months before screening", "no surgery within 3 months before screening"),
    ("any stroke in the past 2 years before first dose", "any stroke within 2 years before first dose"),
    (
        "at least 2 strokes or surgeries within 1 year before screening",
        "at least 2 strokes or surgeries within 1 year before screening",
    ),
    ("any severe stroke ever", "any severe stroke ever"),
    ("any mild or severe stroke, ever", "any mild or severe stroke ever"),
    ("any stroke currently", "any stroke now"),
    ("any treated stroke 6 to 24 months before screening", "any treated stroke 6 to 24 months before screening"),
    ("any stroke 4 weeks to 12 months before screening", "any stroke 4 weeks to 12 months before screening"),
    ("any stroke more than 6 months prior to screening", "any stroke more than 6 months before screening"),
    ("any stroke on the day of screening", "any stroke on screening"),
    (
        "any stroke between screening and first dose, inclusive",
        "any stroke between screening and first dose, inclusive",
    ),
    ("any stroke during the run-in period", "any stroke during run-in period"),
    (
        "any medication that started within 3 days after screening",
        "any medication started within 3 days after screening",
    ),
    ("any medication ended before screening", "any medication ended before screening"),
    ("any medication within 5 half lives before first dose", "any medication within 5 half-lives before first dose"),
    (
        "any medication within the longer of 21 days and 5 half-lives (at least 10 days) before first dose",
        "any medication within the longer of 21 days and 5 half-lives (at least 10 days) before first dose",
    ),
    ("any stroke within 2 × cycle length before screening", "any stroke within 2 × cycle length before screening"),
    ("any medication in statins now", "any medication in statins now"),
    (
        "any stroke ever where treated, except where severity is mild",
        "any stroke ever where treated, except where severity is mild",
    ),
    ("any stroke ever except where treated", "any stroke ever, except where treated"),
    ("history of stroke", "any stroke ever"),
    ("no history of stroke within 5 years before screening", "no stroke within 5 years before screening"),
    (
        "most recent ALT within 28 days before screening is <= 3 × upper limit of normal",
        "latest ALT within 28 days before screening is at most 3 × ULN",
    ),
    (
        "latest ALT ever is at most 3 × ULN (5 × ULN if sex is male)",
        "latest ALT ever is at most 3 × ULN (5 × ULN if sex is male)",
    ),
    ("the highest ALT ever is within the normal range", "highest ALT ever is within normal limits"),
    (
        "maximum dose of medication within 14 days before screening is at most 10 mg/day",
        "highest dose of medication within 14 days before screening is at most 10 mg/day",
    ),
    ("lowest of dose of statin now is below 10 mg/day", "lowest dose of statin now is below 10 mg/day"),
    ("highest of ALT ever is at most 3 × ULN", "highest ALT ever is at most 3 × ULN"),
    ("highest duration of stroke ever is below 3 days", "highest duration of stroke ever is less than 3 days"),
    ("average dose of medication ever is below 10 mg/day", "mean of dose of medication ever is below 10 mg/day"),
    ("latest ALT ever is not within normal limits", "latest ALT ever is not within normal limits"),
    (
        "the latest pregnancy test within 3 days before first dose was positive",
        "latest pregnancy test within 3 days before first dose is positive",
    ),
    ("date of latest stroke ever is before screening", "date of latest stroke ever is before screening"),
    ("latest LDL ever is at least 1.8 mmol/L (70 mg/dL)", "latest LDL ever is at least 1.8 mmol/L (70 mg/dL)"),
    (
        "latest LDL ever is between 1.8 and 3.0 mmol/L (70 to 116 mg/dL), inclusive",
        "latest LDL ever is between 1.8 and 3.0 mmol/L (70 to 116 mg/dL), inclusive",
    ),
    (
        "any blood pressure within 14 days before screening exceeds 160 mmHg",
        "any blood pressure within 14 days before screening is above 160 mmHg",
    ),
    (
        "every blood pressure within 14 days before screening is at most 160 mmHg",
        "every blood pressure within 14 days before screening is at most 160 mmHg",
    ),
    (
        "any two consecutive blood pressures within 14 days before screening are above 160 mmHg",
        "any 2 consecutive blood pressure within 14 days before screening are above 160 mmHg",
    ),
    (
        "at least 2 strokes at least 4 weeks apart within 1 year before screening",
        "at least 2 strokes at least 4 weeks apart within 1 year before screening",
    ),
    (
        "at least 1 stroke in each of the 3 months before screening",
        "at least 1 stroke in each of the 3 months before screening",
    ),
    (
        "for every stroke within 1 year before screening, if any: treated",
        "for each stroke within 1 year before screening, if any: treated",
    ),
    (
        "number of strokes within 1 year before screening is fewer than 3",
        "number of strokes within 1 year before screening is less than 3",
    ),
    (
        "number of strokes per month within 3 months before screening is at most 2",
        "number of strokes per month within 3 months before screening is at most 2",
    ),
    (
        "number of different drug of medication ever is at least 2",
        "number of different drug of medication ever is at least 2",
    ),
    (
        "days with statin within 90 days before screening is above 14 days",
        "number of days with statin within 90 days before screening is more than 14 days",
    ),
    (
        "average of blood pressure within 14 days before screening is above 140 mmHg",
        "mean of blood pressure within 14 days before screening is above 140 mmHg",
    ),
    (
        "mean of the latest 3 blood pressures recorded within 10 mins on screening is above 140 mmHg",
        "mean of the latest 3 blood pressure recorded within 10 minutes on screening is above 140 mmHg",
    ),
    (
        "highest of the latest 3 blood pressures ever is above 140 mmHg",
        "highest of the latest 3 blood pressure ever is above 140 mmHg",
    ),
    (
        "dose of statin is unchanged for at least 90 days before screening",
        "dose of statin is stable for at least 90 days before screening",
    ),
    (
        "latest blood pressure on first dose is at most 20 mmHg below latest blood pressure on screening",
        "latest blood pressure on first dose is at most 20 mmHg below latest blood pressure on screening",
    ),
    (
        "latest blood pressure on first dose is more than 25% above latest blood pressure on screening",
        "latest blood pressure on first dose is more than 25% above latest blood pressure on screening",
    ),
    ("smaller of latest ALT ever and 40 U/L is below 30 U/L", "lower of latest ALT ever and 40 U/L is below 30 U/L"),
    ("square root of (latest ALT ever / 1 U/L) is below 6", "square root of (latest ALT ever / 1 U/L) is below 6"),
    ("verified by includes records or report", "verified by includes records or report"),
    ("titre of ANA is at least 1:160", "titre of ANA is at least 1:160"),
    ("gestation is at least 24 weeks + 3 days", "gestation is at least 24 weeks + 3 days"),
    (
        "double of (latest blood pressure ever) is above 280 mmHg",
        "double of (latest blood pressure ever) is above 280 mmHg",
    ),
    (
        "any medication ever where drug is not in statins or inhibitors",
        "any medication ever where drug is not in statins or inhibitors",
    ),
    (
        "latest ALT within 28 days before screening is recorded",
        "latest ALT within 28 days before screening is recorded",
    ),
]


@pytest.mark.parametrize(("sentence", "canonical"), READ_AS)
def test_a_sentence_is_read_and_printed_in_one_form(sentence: str, canonical: str) -> None:
    assert statement(sentence) == canonical
    assert statement(canonical) == canonical


REFUSED = [
    ("any stroke", "P411"),
    ("stroke ever", "P122"),
    ("any strokes or TIA ever", "P201"),
    ("any red stroke ever", "P201"),
    ("latest stroke ever is above 3", "P323"),
    ("any medication in antibiotics ever", "P201"),
    ("any stroke within 5 half-lives before screening", "P326"),
    ("latest ALT ever is at most 3 × ULNs", "P201"),
    ("dose of medication is stable for at most 90 days before screening", "P325"),
    ("any consecutive blood pressures ever are above 160 mmHg", "P111"),
    ("at least 2 strokes 4 weeks apart ever", "P111"),
    ("any stroke ever now", "P111"),
    ("any stroke in the last 6 months", "P125"),
    ("any stroke recently", "P201"),
    ("verified by is records", "P306"),
    ("titre of ANA is at least 160", "P302"),
    ("double of latest blood pressure ever is above 280 mmHg", "P111"),
    ("double of (latest blood pressure ever, 3) is above 280 mmHg", "P327"),
    ("number of days with stroke ever is above 3 days", "P324"),
    ("number of strokes per week within 3 months before screening is at most 2", "P324"),
    ("sex is at most 2 × ULN", "P307"),
    ("any stroke within 6 months of screening", "P406"),
    ("any stroke during the maintenance phase", "P201"),
    ("latest LDL ever is at least 70", "P302"),
    ("mean of stroke ever is above 3", "P323"),
    ("highest severity of stroke ever is mild", "P329"),
    ("latest dose of medication ever is above 3 mg/day", "P329"),
    ("highest dose of stroke ever is above 3 mg/day", "P323"),
    ("any stroke where treated ever", "P111"),
    ("any 1 consecutive blood pressures ever are above 160 mmHg", "P503"),
    ("square root of latest ALT ever is below 6 U/L", "P328"),
    ("any stroke ever and surgery within 1 year before screening", "P122"),
]


@pytest.mark.parametrize(("sentence", "code"), REFUSED)
def test_what_is_nearly_a_sentence_is_refused(sentence: str, code: str) -> None:
    errors = [problem.code for problem in read(sentence).diagnostics if problem.severity is Severity.ERROR]
    assert errors[0] == code
