"""The rules about words: what each finds, and what answers it."""

from __future__ import annotations

import pytest

from lint.texts import codes_of, file_of, findings

RULE = "smoker"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("L101", "Adequate lung function."),
        ("L101", "A recent illness."),
        ("L101", "Clinically stable."),
        ("L101", "Inadequately treated."),
        ("L102", "Fruit such as apples."),
        ("L102", "Fruit, including but not limited to apples."),
        ("L102", "Apples, pears, etc."),
        ("L103", "Smoking in the past 6 months."),
        ("L103", "Smoking within 6 months of screening."),
        ("L104", "Aged 18-65 years."),
        ("L104", "Between 18 and 65 years."),
        ("L108", "Smoker and/or drinker."),
        ("L109", "Smoking that is likely to interfere."),
        ("L109", "Smoking that, in the opinion of the sponsor, matters."),
        ("L112", "Known MS."),
        ("L115", "Takes anticoagulants."),
        ("L115", "Takes strong inhibitors."),
        ("L116", "Smoker or drinker, unless it was long ago."),
    ],
)
def test_found(code: str, words: str) -> None:
    assert code in codes_of(words, RULE)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("L101", "Unstable angina."),
        ("L101", "The most recent smoke."),
        ("L101", "Abnormal liver tests (ALT over 100 U/L)."),
        ("L101", "A stable dose for 30 days."),
        ("L101", "A disease that the physician judges not significant."),
        ("L102", "Apples, pears and plums."),
        ("L103", "Smoking within 6 months before screening."),
        ("L103", "Followed for 6 months."),
        ("L104", "Between 18 and 65 years, inclusive."),
        ("L104", "From 18 to 65 years, both included."),
        ("L104", "Treated from 2018 to 2016."),
        ("L108", "Smoker or drinker, or both."),
        ("L109", "Smoker."),
        ("L112", "Known multiple sclerosis (MS)."),
        ("L112", "NT-proBNP above 300 pg/mL, by CKD-EPI."),
        ("L112", "HIV infection of grade II after 5 mL of CYP3A4."),
        ("L115", "A positive opiate test."),
        ("L116", "Smoker, unless it was long ago."),
    ],
)
def test_not_found(code: str, words: str) -> None:
    assert code not in codes_of(words, RULE)


@pytest.mark.parametrize(
    ("code", "words", "note"),
    [
        ("L101", "Adequate lung function.", 'interpretation: "Adequate" is an FVC of 70%.'),
        ("L101", "Adequate lung function.", "open question: Which test makes lung function adequate?"),
        ("L101", "Poor efficacy.", "open question: Who judges the efficacy?"),
        ("L102", "Fruit such as apples.", "interpretation: The list is complete."),
        ("L103", "Smoking in the past 6 months.", "interpretation: The 6 months count back from screening."),
        ("L103", "Smoking within 6 months of screening.", "open question: 6 months before screening, or after it too?"),
        ("L104", "Aged 18-65 years.", "interpretation: Both ends are in."),
        ("L108", "Smoker and/or drinker.", 'not counted: "smoker and/or drinker": either.'),
        ("L109", "Smoking that is likely to interfere.", "interpretation: The investigator decides."),
        ("L115", "Takes anticoagulants.", "open question: Which drugs are anticoagulants?"),
        ("L116", "Smoker or drinker, unless it was long ago.", "interpretation: The exception holds for both."),
    ],
)
def test_a_note_answers(code: str, words: str, note: str) -> None:
    assert code in codes_of(words, RULE)
    assert code not in codes_of(words, RULE, note)


@pytest.mark.parametrize(
    ("code", "words", "rule"),
    [
        ("L101", "Unsafe for a serious reason.", "investigator judges: unsafe for the patient"),
        ("L101", "A normal ALT.", "latest ALT ever is within normal limits"),
        ("L101", "A stable dose.", "dose of medication is stable for at least 30 days before screening"),
        ("L102", "Drugs such as statins.", "any medication in statins now"),
        ("L109", "Likely to interfere.", "investigator judges: unsafe for the patient"),
        ("L115", "Takes antidepressants.", "any medication in statins now"),
    ],
)
def test_the_rule_answers(code: str, words: str, rule: str) -> None:
    assert code in codes_of(words, RULE)
    assert code not in codes_of(words, rule)


def test_an_open_list_in_an_interpretation_is_told_of() -> None:
    assert "L102" in codes_of("Fruit.", RULE, "interpretation: Apples, pears, etc.")


def test_without_wording_the_title_is_looked_at() -> None:

    text = file_of("", RULE).replace("C1: Example", "C1: Recent smoking")
    assert ("L101", "Recent") in findings(text)
