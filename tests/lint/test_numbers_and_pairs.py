"""The rules about limits, ages, sources, reasons, and criteria that say one thing twice."""

from __future__ import annotations

import pytest

from lint.texts import codes_of, file_of, findings
from protocol_dsl.lint.rules.l113_implausible_value import quantities

OTHER = "\nexclusion criteria\n\n  E1: Other\n    {}\n"


@pytest.mark.parametrize(
    "rule",
    [
        "height is at least 170 m",
        "weight is below 7000 kg",
        "age is at most 180 years",
        "haemoglobin is at least 13 g/L",
        "SBP is between 9 and 14 mmHg, inclusive",
        "latest QTcF within 7 days before screening is at most 450 s",
        "every QTcF within 7 days before screening is at most 4500 ms",
    ],
)
def test_implausible(rule: str) -> None:
    assert "L113" in codes_of("", rule)


@pytest.mark.parametrize(
    "rule",
    [
        "height is at least 1.7 m",
        "weight is below 110 lb",
        "age is at most 120 years",
        "haemoglobin is at least 13 g/dL",
        "SBP is between 90 and 140 mmHg, inclusive",
        "latest QTcF within 7 days before screening is at most 0.45 s",
    ],
)
def test_plausible(rule: str) -> None:
    assert "L113" not in codes_of("", rule)


def test_an_example_is_looked_at() -> None:
    example = "\nexamples\n\n  patient tall\n    height: 170 m\n    C1: passes\n"
    assert "L113" in {code for code, _ in findings(file_of("", "height is at least 150 cm", more=example))}
    right = example.replace("170 m", "170 cm")
    assert "L113" not in {code for code, _ in findings(file_of("", "height is at least 150 cm", more=right))}


def test_every_range_of_the_table_has_two_ends() -> None:
    assert all(each.low < each.high for each in quantities().values())


@pytest.mark.parametrize(
    ("inclusion", "exclusion"),
    [
        ("age is at least 18 years", "age is below 18 years"),
        ("age is above 18 years", "age is at most 18 years"),
        ("not pregnant", "pregnant"),
        ("all of:\n  - smoker\n  - not pregnant", "any of:\n      - pregnant\n      - weight is below 40 kg"),
        ("no stroke ever", "any stroke ever"),
    ],
)
def test_an_exclusion_that_negates_an_inclusion(inclusion: str, exclusion: str) -> None:
    assert "L106" in {code for code, _ in findings(file_of("", inclusion, more=OTHER.format(exclusion)))}


@pytest.mark.parametrize(
    ("inclusion", "exclusion"),
    [
        ("age is at least 18 years", "age is above 65 years"),
        ("age is at least 18 years", "age is at least 18 years"),
        ("smoker or not pregnant", "pregnant"),
        ("applies if sex is female\nnot pregnant", "pregnant"),
    ],
)
def test_an_exclusion_of_its_own(inclusion: str, exclusion: str) -> None:
    assert "L106" not in {code for code, _ in findings(file_of("", inclusion, more=OTHER.format(exclusion)))}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("any stroke ever", "any stroke ever", True),
        ("any stroke within 3 months before screening", "any stroke within 6 months before screening", True),
        ("age is at least 18 years", "age is at least 21 years", True),
        ("SBP is above 160 mmHg", "SBP is below 90 mmHg", False),
        ("any stroke ever", "any surgery ever", False),
    ],
)
def test_said_twice(first: str, second: str, told: bool) -> None:
    more = f"\n  C2: Other\n    {second}\n"
    assert ("L107" in {code for code, _ in findings(file_of("", first, more=more))}) == told
    explained = more + "    rationale: The first is for safety.\n"
    assert "L107" not in {code for code, _ in findings(file_of("", first, more=explained))}


def test_two_wordings_that_are_nearly_the_same() -> None:
    more = "\n  C2: Other\n    > Smokers who have smoked at least ten cigarettes every day.\n    pregnant\n"
    text = file_of("Smokers who have smoked at least ten cigarettes each day.", "smoker", more=more)
    assert ("L107", "C2") in findings(text)


@pytest.mark.parametrize(
    ("words", "rule", "told"),
    [
        ("Aged 18 or more.", "age in years is at least 18 years", True),
        ("Aged 18 or more at screening.", "age in years is at least 18 years", False),
        ("Aged 18 or more.", "age is at least 18 years", False),
    ],
)
def test_an_age_without_its_day(words: str, rule: str, told: bool) -> None:
    assert ("L114" in codes_of(words, rule)) == told


@pytest.mark.parametrize(
    ("words", "rule", "told"),
    [
        ("Weight below 50.", "weight is below 50 kg", True),
        ("Weight below 50 kg.", "weight is below 50 kg", False),
        ("Aged 18 or more.", "age is at least 18 years", False),
        ("At least 2 strokes.", "at least 2 strokes ever", False),
    ],
)
def test_a_number_without_its_unit(words: str, rule: str, told: bool) -> None:
    assert ("L105" in codes_of(words, rule)) == told
