"""The nearest declared name."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.diagnostics import nearest, opposite
from protocol_dsl.diagnostics.suggest import distance

DECLARED = [
    "ECOG performance status",
    "FVC",
    "forced vital capacity",
    "age at screening",
    "age at onset",
    "BMI",
    "diastolic blood pressure",
    "time below 90% saturation",
    "history of stroke",
    "history of cancer",
    "TIA",
    "weight",
    "height",
    "left ventricular ejection fraction",
    "neutrophils",
    "biopsy",
    "initial diagnosis date",
    "date of birth",
    "diagnosis",
    "good nutritional status",
    "screening nights",
]


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("untreated", "treated"),
        ("asymptomatic", "symptomatic"),
        ("non-smoker", "smoker"),
        ("uncontrolled diabetes", "controlled diabetes"),
        ("hypertension", "hypotension"),
        ("hypokalaemia", "hyperkalaemia"),
    ],
)
def test_an_opposite_is_never_meant(written: str, declared: str) -> None:
    assert nearest(written, [declared]) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [("untreated", "treated"), ("Asymptomatic", "symptomatic"), ("non-smoker", "smoker"), ("retreated", None)],
)
def test_the_name_that_is_turned_into_its_opposite(written: str, meant: str | None) -> None:
    assert opposite(written, ["treated", "symptomatic", "smoker"]) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # a letter
        ("ECOG perfomance status", "ECOG performance status"),
        ("FCV", "FVC"),
        ("age at screning", "age at screening"),
        ("Wieght", "weight"),
        ("BMl", "BMI"),
        ("histoy of strok", "history of stroke"),
        # capitals, signs between words, plurals
        ("FORCED VITAL CAPACITY", "forced vital capacity"),
        ("ecog_performance-status", "ECOG performance status"),
        ("screening night", "screening nights"),
        ("neutrophil", "neutrophils"),
        ("biopsies", "biopsy"),
        ("forcedvital capacity", "forced vital capacity"),
        # words in another order, left out, added, replaced
        ("status performance ECOG", "ECOG performance status"),
        ("birth date", "date of birth"),
        ("performance status", "ECOG performance status"),
        ("latest ECOG performance status", "ECOG performance status"),
        ("diagnosis date", "initial diagnosis date"),
        ("nutritional status", "good nutritional status"),
        ("blood pressure", "diastolic blood pressure"),
        ("age", "age at onset"),
        ("time under 90% saturation", "time below 90% saturation"),
        # short forms
        ("LVEF", "left ventricular ejection fraction"),
        # nothing near
        ("systolic blood pressure", None),
        ("creatinine", None),
        ("oxygen saturation", None),
        ("history of seizures", None),
        ("ECOG", None),
        ("of the", None),
        ("AL", None),
        ("x", None),
        ("", None),
    ],
)
def test_nearest(written: str, meant: str | None) -> None:
    assert nearest(written, DECLARED) == ([] if meant is None else [meant])


def test_several() -> None:
    assert nearest("weigth", DECLARED, limit=3) == ["weight", "height"]
    assert nearest("FVC", ["FVD", "FVC", "FVC"], limit=3) == ["FVC", "FVD"]
    assert nearest("left ventricular ejection fraction", ["LVEF"]) == ["LVEF"]
    assert nearest("weight", []) == []


def test_thousands_of_names_take_no_time() -> None:
    things = ["stroke", "seizure", "surgery", "relapse", "infusion"]
    names = [f"{what} of {thing} {n}" for what in ("history", "date", "dose") for thing in things for n in range(300)]
    nearest("warm up", names)
    start = time.perf_counter()
    assert nearest("hystory of stroke 299", names) == ["history of stroke 299"]
    assert time.perf_counter() - start < 2


def slow_distance(first: str, second: str) -> int:
    """The definition, unbounded."""
    table = {(i, 0): i for i in range(len(first) + 1)} | {(0, j): j for j in range(len(second) + 1)}
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (first[i - 1] != second[j - 1]),
            )
            if i > 1 and j > 1 and first[i - 1] == second[j - 2] and first[i - 2] == second[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(first), len(second)]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 6))
def test_distance_agrees_with_its_definition(first: str, second: str, most: int) -> None:
    expected = slow_distance(first, second)
    assert distance(first, second, most) == (expected if expected <= most else None)


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_suggestions_are_declared_names(written: str, declared: list[str]) -> None:
    found = nearest(written, declared, limit=2)
    assert len(found) <= 2
    assert set(found) <= set(declared)
    if written in declared and any(letter.isalnum() for letter in written):
        assert found
