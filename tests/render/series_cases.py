"""Patients who differ from one in what their series hold, and what is read of a criterion."""

from __future__ import annotations

from typing import Any

CASES: list[tuple[str, str, dict[str, Any], str]] = [
    (
        'I1', 'pass',
        {},
        "ALT of 10 March 2026: 35 U/L; its ULN is 40 U/L, so 3 × ULN is 120 U/L. Because “liver "
        "metastases” is no, at most 120 U/L is required.",
    ),
    (
        'I1', 'fail',
        {'ALT': [{'date': '2026-03-10', 'value': 130, 'ULN': 40}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: liver "
        "metastases: no. ALT of 10 March 2026: 130 U/L, which is 10 U/L above the limit; its ULN is 40 "
        "U/L, so 3 × ULN is 120 U/L.",
    ),
    (
        'I1', 'unknown',
        {'ALT': [{'date': '2026-03-10', 'value': 130}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: liver "
        "metastases: no. ALT of 10 March 2026: 130 U/L; its ULN is not recorded. Needed: upper limit of "
        "normal of ALT of 10 March 2026.",
    ),
    (
        'I1', 'unknown',
        {'ALT': [{'date': '2026-01-10', 'value': 30, 'ULN': 40}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: no ALT from 16"
        " February 2026 to 16 March 2026 is recorded. Needed: ALT from 16 February 2026 to 16 March 2026.",
    ),
    (
        'I1', 'unknown',
        {'ALT': []},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: no ALT is "
        "recorded. Needed: ALT from 16 February 2026 to 16 March 2026.",
    ),
    (
        'I1', 'unknown',
        {'ALT': None},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: ALT: not "
        "recorded. Needed: ALT from 16 February 2026 to 16 March 2026.",
    ),
    (
        'I1', 'unknown',
        {'ALT': [{'date': '2026-03-10', 'value': 130, 'ULN': 40}, {'date': '2026-03-10', 'value': 35, 'ULN': 40}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: which is the "
        "latest is open. ALT of 10 March 2026: 130 U/L, which is 10 U/L above the limit; its ULN is 40 "
        "U/L, so 3 × ULN is 120 U/L. ALT of 10 March 2026: 35 U/L; its ULN is 40 U/L, so 3 × ULN is 120 "
        "U/L. Needed: the time of day of ALT of 10 March 2026 (130 U/L) and of ALT of 10 March 2026 "
        "(35 U/L).",
    ),
    (
        'I1', 'fail',
        {'ALT': [{'date': '2026-03-10', 'value': 130, 'ULN': 40}, {'date': '2026-03-10', 'value': 135, 'ULN': 40}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: several may be"
        " the latest. ALT of 10 March 2026: 130 U/L, which is 10 U/L above the limit; its ULN is 40 U/L, "
        "so 3 × ULN is 120 U/L. ALT of 10 March 2026: 135 U/L, which is 15 U/L above the limit; its ULN "
        "is 40 U/L, so 3 × ULN is 120 U/L.",
    ),
    (
        'I1', 'unknown',
        {'ALT': [{'date': '2026-03', 'value': 35, 'ULN': 40}]},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: open whether "
        "it counts: ALT of March 2026: 35 U/L; its ULN is 40 U/L, so 3 × ULN is 120 U/L. Needed: the day "
        "of ALT of March 2026.",
    ),
    (
        'I1', 'unknown',
        {'ALT': [{'date': '2026-03-10', 'value': 150, 'ULN': 40}], 'liver metastases': None},
        "Required: latest ALT within 28 days before screening is at most 3 × ULN (5 × ULN if liver "
        "metastases). That is from 16 February 2026 to 16 March 2026, both days in. Found: liver "
        "metastases: not recorded; ALT of 10 March 2026: 150 U/L; its ULN is 40 U/L, so 3 × ULN is 120 U/L; "
        "the limit is 200 U/L if liver metastases, otherwise 120 U/L. "
        "Needed: liver metastases: yes or no.",
    ),
    (
        'I2', 'pass',
        {},
        "BMI is 22.86 kg/m² (weight of 16 March 2026: 70 kg; height of 1 January 2020: 1.75 m); at least "
        "18.5 kg/m² is required.",
    ),
    (
        'I2', 'fail',
        {'weight': [{'date': '2026-03-16', 'value': 50}]},
        "Required: BMI is at least 18.5 kg/m². Found: 16.33 kg/m² (weight of 16 March 2026: 50 kg; height"
        " of 1 January 2020: 1.75 m), which is 2.17 kg/m² below the limit.",
    ),
    (
        'I2', 'unknown',
        {'height': []},
        "Required: BMI is at least 18.5 kg/m². Found: no height is recorded. Needed: height.",
    ),
    (
        'I3', 'pass',
        {},
        "HbA1c of 1 March 2026: 53 mmol/mol; between 7.0 and 10.5% (53 to 91 mmol/mol), inclusive, is "
        "required.",
    ),
    (
        'I3', 'fail',
        {'HbA1c': [{'date': '2026-03-01', 'value': 11}]},
        "Required: latest HbA1c ever is between 7.0 and 10.5% (53 to 91 mmol/mol), inclusive. Found: "
        "HbA1c of 1 March 2026: 11%, which is 0.5 percentage points above the upper limit.",
    ),
    (
        'I4', 'fail',
        {'ANA': '1:80'},
        "Required: ANA is at least 1:160. Found: 1:80.",
    ),
    (
        'I5', 'fail',
        {'verified by': ['treatment']},
        "Required: verified by includes records or report. Found: treatment.",
    ),
    (
        'I5', 'fail',
        {'verified by': []},
        "Required: verified by includes records or report. Found: none.",
    ),
    (
        'I5', 'pass',
        {},
        "Verified by is report.",
    ),
    (
        'I6', 'fail',
        {},
        "Required: dose of statin is stable for at least 90 days before screening. That is from 16 "
        "December 2025 to 16 March 2026, both days in. Found: no medication is recorded.",
    ),
    (
        'I6', 'pass',
        {'medication': [{'drug': 'Atorvastatin', 'dose': 40, 'start date': '2025-06-01', 'ongoing': True}]},
        "Atorvastatin from 1 June 2025, ongoing (dose 40 mg/day).",
    ),
    (
        'I6', 'fail',
        {'medication': [{'drug': 'simvastatin', 'dose': 20, 'start date': '2025-06-01', 'end date': '2026-01-10'}, {'drug': 'simvastatin', 'dose': 40, 'start date': '2026-01-11', 'ongoing': True}]},
        "Required: dose of statin is stable for at least 90 days before screening. That is from 16 "
        "December 2025 to 16 March 2026, both days in. Found: simvastatin from 1 June 2025 to 10 January "
        "2026 (dose 20 mg/day); simvastatin from 11 January 2026, ongoing (dose 40 mg/day).",
    ),
    (
        'I6', 'fail',
        {'medication': [{'drug': 'simvastatin', 'dose': 20, 'start date': '2025-06-01', 'end date': '2026-01-10'}, {'drug': 'simvastatin', 'dose': 20, 'start date': '2026-01-15', 'ongoing': True}]},
        "Required: dose of statin is stable for at least 90 days before screening. That is from 16 "
        "December 2025 to 16 March 2026, both days in. Found: simvastatin from 1 June 2025 to 10 January "
        "2026 (dose 20 mg/day); simvastatin from 15 January 2026, ongoing (dose 20 mg/day); no statin on "
        "11 January 2026.",
    ),
    (
        'I7', 'fail',
        {'weight': [{'date': '2025-09-01', 'value': 80}, {'date': '2026-03-16', 'value': 74.5}]},
        "Required: latest weight ever is at most 5% below earliest weight ever. Found: weight of 16 March"
        " 2026: 74.5 kg, which is 1.5 kg below the limit of 76 kg; weight of 1 September 2025: 80 kg.",
    ),
    (
        'I8', 'pass',
        {},
        "All 3 meet it: QTcF of 16 March 2026, 10:00: 430 ms; QTcF of 16 March 2026, 10:02: 432 ms; QTcF "
        "of 16 March 2026, 10:04: 440 ms.",
    ),
    (
        'I8', 'fail',
        {'QTcF': [{'date': '2026-03-05', 'value': 460}, {'date': '2026-03-09', 'value': 440}]},
        "Required: every QTcF within 28 days before screening is at most 450 ms. That is from 16 February"
        " 2026 to 16 March 2026, both days in. Found: QTcF of 5 March 2026: 460 ms, which is 10 ms above "
        "the limit.",
    ),
    (
        'I8', 'unknown',
        {'QTcF': [{'date': '2026-03-05', 'value': None}]},
        "Required: every QTcF within 28 days before screening is at most 450 ms. That is from 16 February"
        " 2026 to 16 March 2026, both days in. Found: QTcF of 5 March 2026: not recorded. Needed: value "
        "of QTcF of 5 March 2026.",
    ),
    (
        'I9', 'pass',
        {},
        "ALT of 10 March 2026: 35 U/L; its LLN is 10 U/L; its ULN is 40 U/L; within normal limits is "
        "required.",
    ),
    (
        'I9', 'fail',
        {'ALT': [{'date': '2026-03-10', 'value': 8, 'ULN': 40, 'LLN': 10}]},
        "Required: latest ALT within 28 days before screening is within normal limits. That is from 16 "
        "February 2026 to 16 March 2026, both days in. Found: ALT of 10 March 2026: 8 U/L, which is 2 U/L"
        " below the limit of 10 U/L; its LLN is 10 U/L.",
    ),
    (
        'I10', 'fail',
        {'stroke': [{'date': '2025-05-20'}]},
        "Required: clean. Stroke within 1 year before screening: that is from 16 March 2025 to 16 March "
        "2026, both days in. Found: stroke on 20 May 2025.",
    ),
    (
        'E1', 'fail',
        {'pregnancy test': [{'date': '2026-03-30', 'value': 'positive'}]},
        "Applies, because sex is female. Excludes: latest pregnancy test within 3 days before first dose "
        "is positive. That is from 29 March 2026 to 1 April 2026, both days in. Found: pregnancy test of "
        "30 March 2026: positive.",
    ),
    (
        'E1', 'unknown',
        {'pregnancy test': [{'date': '2026-03-20', 'value': 'negative'}]},
        "Applies, because sex is female. Excludes: latest pregnancy test within 3 days before first dose "
        "is positive. That is from 29 March 2026 to 1 April 2026, both days in. Found: no pregnancy test "
        "from 29 March 2026 to 1 April 2026 is recorded. Needed: pregnancy test from 29 March 2026 to 1 "
        "April 2026.",
    ),
    (
        'E2', 'fail',
        {'stroke': [{'date': '2025-10-01', 'severity': 'severe', 'treated': True}]},
        "Excludes: any severe stroke within 6 months before screening where treated. That is from 16 "
        "September 2025 to 16 March 2026, both days in. Found: stroke on 1 October 2025 (severe, "
        "treated).",
    ),
    (
        'E2', 'unknown',
        {'stroke': [{'date': '2025-10', 'severity': 'severe'}]},
        "Excludes: any severe stroke within 6 months before screening where treated. That is from 16 "
        "September 2025 to 16 March 2026, both days in. Found: open whether it counts: stroke in October "
        "2025 (severe, treated not recorded). Needed: “treated” of the stroke of October 2025.",
    ),
    (
        'E2', 'pass',
        {'stroke': [{'date': '2025-01-01', 'severity': 'severe', 'treated': True}]},
        "The only stroke recorded does not count: stroke on 1 January 2025 (severe, treated).",
    ),
    (
        'E2', 'pass',
        {},
        "No stroke is recorded.",
    ),
    (
        'E2', 'unknown',
        {'stroke': None},
        "Excludes: any severe stroke within 6 months before screening where treated. That is from 16 "
        "September 2025 to 16 March 2026, both days in. Found: stroke: not recorded. Needed: the list of strokes (also if it is empty).",
    ),
    (
        'E3', 'fail',
        {'medication': [{'drug': 'newdrug', 'start date': '2025-06-01', 'end date': '2026-03-12', 'half-life': 6}]},
        "Excludes: any medication within the shorter of 21 days and 5 half-lives before first dose. "
        "Found: newdrug from 1 June 2025 to 12 March 2026 (5 half-lives of 6 days are 30 days; the window"
        " is 21 days: from 11 March 2026 to 1 April 2026).",
    ),
    (
        'E3', 'fail',
        {'medication': [{'drug': 'newdrug', 'start date': '2025-06-01', 'end date': '2026-03-31', 'half-life': {'value': 3, 'unit': 'h'}}, {'drug': 'other', 'ongoing': True}]},
        "Excludes: any medication within the shorter of 21 days and 5 half-lives before first dose. "
        "Found: 2 count: newdrug from 1 June 2025 to 31 March 2026 (5 half-lives of 3 h are 0.625 days, "
        "rounded up to 1 day; the window is 1 day: from 31 March 2026 to 1 April 2026); other, ongoing, "
        "start not recorded.",
    ),
    (
        'E3', 'unknown',
        {'medication': [{'drug': 'newdrug', 'start date': '2025-06-01', 'end date': '2026-03-12'}]},
        "Excludes: any medication within the shorter of 21 days and 5 half-lives before first dose. "
        "Found: open whether it counts: newdrug from 1 June 2025 to 12 March 2026 (half-life "
        "not recorded; it counts if the window is at least 20 days). Needed: half-life of newdrug.",
    ),
    (
        'E3', 'unknown',
        {'medication': [{'drug': 'newdrug', 'start date': '2025'}]},
        "Excludes: any medication within the shorter of 21 days and 5 half-lives before first dose. "
        "Found: open whether it counts: newdrug from 2025, end not recorded. Needed: the month and day of"
        " the start date of newdrug, end date of newdrug (or that it is ongoing) and half-life of "
        "newdrug.",
    ),
    (
        'E4', 'pass',
        {},
        "Mean of the latest 3 QTcF recorded within 5 minutes on screening is 434 ms (430 ms on 16 March "
        "2026, 10:00; 432 ms on 16 March 2026, 10:02; 440 ms on 16 March 2026, 10:04); above 470 ms is "
        "excluded.",
    ),
    (
        'E4', 'fail',
        {'QTcF': [{'date': '2026-03-16T10:00', 'value': 480}, {'date': '2026-03-16T10:02', 'value': 482}, {'date': '2026-03-16T10:04', 'value': 470}]},
        "Excludes: mean of the latest 3 QTcF recorded within 5 minutes on screening is above 470 ms. That"
        " is 16 March 2026. Found: 477.33 ms (480 ms on 16 March 2026, 10:00; 482 ms on 16 March 2026, "
        "10:02; 470 ms on 16 March 2026, 10:04), which is 7.33 ms above the limit.",
    ),
    (
        'E4', 'unknown',
        {'QTcF': [{'date': '2026-03-16T10:00', 'value': 480}, {'date': '2026-03-16T10:02', 'value': 482}]},
        "Excludes: mean of the latest 3 QTcF recorded within 5 minutes on screening is above 470 ms. That"
        " is 16 March 2026. Found: not known, because only 2 of the 3 that are needed can count. "
        "Needed: 3 records of QTcF on 16 March 2026 that lie within 5 minutes of one another.",
    ),
    (
        'E4', 'unknown',
        {'QTcF': [{'date': '2026-03-16T10:00', 'value': 480}, {'date': '2026-03-16T10:02', 'value': None}, {'date': '2026-03-16T10:04', 'value': 470}]},
        "Excludes: mean of the latest 3 QTcF recorded within 5 minutes on screening is above 470 ms. That"
        " is 16 March 2026. Found: not known, because value of QTcF of 16 March 2026, 10:02 is not "
        "recorded. Needed: value of QTcF of 16 March 2026, 10:02.",
    ),
    (
        'E5', 'fail',
        {'QTcF': [{'date': '2026-03-03', 'value': 440}, {'date': '2026-03-05', 'value': 460}, {'date': '2026-03-09', 'value': 470}]},
        "Excludes: any 2 consecutive QTcF within 14 days before screening are above 450 ms. That is from "
        "2 March 2026 to 16 March 2026, both days in. Found: in a row: QTcF of 5 March 2026: 460 ms; QTcF"
        " of 9 March 2026: 470 ms.",
    ),
    (
        'E6', 'fail',
        {'surgery': [{'date': '2025-10-01', 'kind': 'minor'}, {'date': '2025-10', 'kind': 'major'}]},
        "Excludes: at least 2 major or minor surgeries within 1 year before screening. That is from 16 "
        "March 2025 to 16 March 2026, both days in. Found: 2 count: surgery on 1 October 2025 (minor); "
        "surgery in October 2025 (major); at most 1 is allowed.",
    ),
    (
        'E6', 'pass',
        {'surgery': [{'date': '2025-10-01', 'kind': 'minor'}]},
        "1 counts: surgery on 1 October 2025 (minor); at most 1 is allowed.",
    ),
    (
        'E7', 'fail',
        {'medication': [{'drug': 'atorvastatin', 'start date': '2025-12-16', 'ongoing': True}, {'drug': 'aspirin', 'start date': '2025-12-16', 'ongoing': True}]},
        "Excludes: any medication in statins now. Now is 16 March 2026. Found: atorvastatin from 16 "
        "December 2025, ongoing.",
    ),
    (
        'E7', 'pass',
        {'medication': [{'drug': 'aspirin', 'start date': '2025-12-16', 'ongoing': True}]},
        "No medication in statins on 16 March 2026 is recorded.",
    ),
    (
        'E8', 'fail',
        {'medication': [{'drug': 'simvastatin', 'start date': '2026-02-01', 'end date': '2026-03-10'}, {'drug': 'atorvastatin', 'start date': '2026-03-05', 'ongoing': True}]},
        "Excludes: number of days with statin within 90 days before screening is more than 14 days. That is "
        "from 16 December 2025 to 16 March 2026, both days in. Found: 44 days (simvastatin from 1 "
        "February 2026 to 10 March 2026; atorvastatin from 5 March 2026, ongoing), which is 30 days above"
        " the limit.",
    ),
    (
        'E9', 'fail',
        {'stroke': [{'date': '2026-03-01'}, {'date': '2026-02-01'}]},
        "Excludes: at least 1 stroke in each of the 2 months before screening. Found: from 16 February "
        "2026 to 15 March 2026: stroke on 1 March 2026; from 16 January 2026 to 15 February 2026: stroke "
        "on 1 February 2026.",
    ),
    (
        'E9', 'pass',
        {'stroke': [{'date': '2026-03-01'}]},
        "From 16 February 2026 to 15 March 2026: stroke on 1 March 2026; from 16 January 2026 to 15 "
        "February 2026: none.",
    ),
    (
        'E10', 'fail',
        {'stroke': [{'date': '2026-03-01', 'severity': 'severe'}, {'date': '2025', 'severity': 'mild'}]},
        "Excludes: severity of latest stroke ever is severe. Found: severity of stroke on 1 March 2026: "
        "severe.",
    ),
    (
        'E10', 'unknown',
        {'stroke': [{'date': '2025-12', 'severity': 'severe'}, {'date': '2025-12-10', 'severity': 'mild'}]},
        "Excludes: severity of latest stroke ever is severe. Found: which is the latest is open. Severity"
        " of stroke in December 2025: severe. Severity of stroke on 10 December 2025: mild. Needed: the "
        "day of the stroke of December 2025.",
    ),
    (
        'E11', 'fail',
        {'medication': [{'drug': 'newdrug', 'start date': '2025-06-01', 'end date': '2026-03-10'}]},
        "Excludes: any medication ended within 2 × cycle before first dose. Found: newdrug from 1 June "
        "2025 to 10 March 2026 (2 × cycle of 21 days are 42 days; the window is 42 days: from 18 February"
        " 2026 to 1 April 2026).",
    ),
    (
        'E12', 'fail',
        {'ALT': [{'date': '2025-11-03', 'value': 90, 'ULN': 40}, {'date': '2025-12-20', 'value': 85, 'ULN': 40}, {'date': '2026-03-10', 'value': 35, 'ULN': 40}]},
        "Excludes: at least 2 ALT at least 4 weeks apart within 1 year before screening where value is "
        "above 2 × ULN. That is from 16 March 2025 to 16 March 2026, both days in. Found: 2 count: ALT of"
        " 3 November 2025: 90 U/L (ULN 40 U/L); ALT of 20 December 2025: 85 U/L (ULN 40 U/L); at most 1 "
        "is allowed.",
    ),
    (
        'E12', 'pass',
        {'ALT': [{'date': '2025-12-03', 'value': 90, 'ULN': 40}, {'date': '2025-12-20', 'value': 85, 'ULN': 40}]},
        "2 count: ALT of 3 December 2025: 90 U/L (ULN 40 U/L); ALT of 20 December 2025: 85 U/L (ULN 40 "
        "U/L); they are not far enough apart.",
    ),
    (
        'E13', 'fail',
        {'stroke': [{'date': '2026-03-20'}]},
        "Excludes: any stroke during run-in. That is from 16 March 2026 to 1 April 2026, both days in. "
        "Found: stroke on 20 March 2026.",
    ),
    (
        'E14', 'not_applicable',
        {},
        "This is a duty, not a condition: it decides nothing.",
    ),
]  # fmt: skip
