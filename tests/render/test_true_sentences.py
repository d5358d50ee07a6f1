"""Every sentence of an explanation is true for its patient, also where lists, counts and cases stand in one another."""

from __future__ import annotations

import random
import re

import pytest

import protocol_dsl
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render.documents import render_explanations
from protocol_dsl.render.explanation import explain_criterion
from protocol_dsl.render.reasons import leaves, parts_of
from protocol_dsl.semantics import core

ANSWERS = ("pregnant", "breastfeeding", "smoker", "diabetic")
HEAD = """\
protocol: True sentences

days
  consent
  screening

data
  pregnant: yes/no
  breastfeeding: yes/no
  smoker: yes/no
  diabetic: yes/no
  allergic: yes/no
    if not recorded: no
  sex: one of male, female
  weight: kg
  duration: days
  last dose: date
  nights: one row for each night
    bad: yes/no
    noisy: yes/no
      if not recorded: no
"""


def protocol(rule: str, kind: str = "inclusion") -> protocol_dsl.Protocol:
    sections = {
        one: f"{one} criteria\n\n  {one[0].upper()}1: Rule\n" + "".join(f"    {line}\n" for line in rule.splitlines())
        if one == kind
        else f"{one} criteria: none in the source\n"
        for one in ("inclusion", "exclusion")
    }
    return protocol_dsl.loads(f"{HEAD}\n{sections['inclusion']}\n{sections['exclusion']}")


def told(rule: str, kind: str = "inclusion", **facts: object) -> str:
    evaluation = protocol(rule, kind).evaluate({name.replace("_", " "): value for name, value in facts.items()})
    return explain_criterion(evaluation.criteria[0], evaluation)


def text(rule: str, kind: str = "inclusion", **facts: object) -> str:
    """The whole text, its line breaks taken out."""
    evaluation = protocol(rule, kind).evaluate({name.replace("_", " "): value for name, value in facts.items()})
    return re.sub(r"\s+", " ", evaluation.explain())


EXACTLY = "exactly 1 of:\n  - pregnant\n  - smoker\n  - weight is at least 50 kg"
CASES = "if sex is male, then pregnant, otherwise smoker"
WEIGHT_BY_SEX = "weight is at least 60 kg (50 kg if sex is female)"
OUTSIDE = "weight is below 50 or above 80 kg"
NESTED = "all of:\n  - any of:\n    - pregnant\n    - smoker\n  - diabetic\n  - weight is at least 50 kg"


@pytest.mark.parametrize(
    ("rule", "kind", "facts", "expected"),
    [
        (EXACTLY, "exclusion", {"pregnant": True, "smoker": True}, "Pregnant: yes; smoker: yes; weight: not recorded."),
        (
            "exactly 1 night where bad",
            "exclusion",
            {"nights": [{"bad": True}, {"bad": True}]},
            "2 nights count.",
        ),
        (CASES, "inclusion", {"pregnant": True, "smoker": True}, "Pregnant: yes; smoker: yes."),
        (WEIGHT_BY_SEX, "inclusion", {"weight": 61}, "Weight is 61 kg; the limit is 50 kg if sex is female, otherwise 60 kg."),
        (
            "known (last dose is after 2026-03-01)",
            "exclusion",
            {"last_dose": "2026-03"},
            "Last dose is after 2026-03-01: what is recorded does not decide it, so counted as no.",
        ),
        ("known (last dose is after 2026-03-01)", "exclusion", {}, "Last dose is after 2026-03-01: nothing recorded, "
         "so counted as no."),
    ],
)  # fmt: skip
def test_what_lets_a_patient_pass(rule: str, kind: str, facts: dict[str, object], expected: str) -> None:
    assert told(rule, kind, **facts) == expected


@pytest.mark.parametrize(
    ("rule", "kind", "facts", "expected"),
    [
        (EXACTLY, "inclusion", {"pregnant": True, "smoker": True}, "Found: pregnant: yes; smoker: yes; weight: not "
         "recorded."),
        (OUTSIDE, "inclusion", {"weight": 60}, "Found: 60 kg, which is 20 kg below the limit of 80 kg."),
        (OUTSIDE, "exclusion", {"weight": 49}, "Found: 49 kg, which is 1 kg below the limit of 50 kg."),
        (WEIGHT_BY_SEX, "inclusion", {"weight": 49}, "Found: weight is 49 kg; the limit is 50 kg if sex is female, otherwise 60 kg."),
        (
            "if pregnant or smoker, then all of:\n  - diabetic\n  - weight is at least 50 kg",
            "inclusion",
            {"pregnant": True, "diabetic": True, "weight": 49},
            "Found: pregnant: yes. 49 kg, which is 1 kg below the limit of 50 kg.",
        ),
        (
            "last dose is at least 24 hours before screening",
            "inclusion",
            {"last_dose": "2026-03-15T11:00", "screening": "2026-03-16T10:00"},
            "That is 15 March 2026, 10:00 or earlier. Found: 15 March 2026, 11:00.",
        ),
        (
            "last dose is less than 24 hours before screening",
            "inclusion",
            {"last_dose": "2026-03-15T10:00", "screening": "2026-03-16T10:00"},
            "That is after 15 March 2026, 10:00 and not later than 16 March 2026, 10:00. Found: 15 March 2026, 10:00.",
        ),
        (
            "last dose is more than 1 day before screening",
            "inclusion",
            {"last_dose": "2026-03-15T09:00", "screening": "2026-03-16T10:00"},
            "That is before 15 March 2026. Found: 15 March 2026, 09:00, which is the day itself that bounds the window",
        ),
    ],
)  # fmt: skip
def test_what_makes_a_patient_fail(rule: str, kind: str, facts: dict[str, object], expected: str) -> None:
    assert expected in told(rule, kind, **facts)


@pytest.mark.parametrize(
    ("rule", "kind", "facts", "expected", "never"),
    [
        (NESTED, "exclusion", {"pregnant": True, "diabetic": True}, "At least 50 kg would fail", "yes or no"),
        (NESTED, "inclusion", {"pregnant": True, "diabetic": True}, "The other two conditions hold.", "yes or no"),
        ("later of last dose and consent is before screening", "inclusion", {"consent": "2026-04-01",
         "screening": "2026-03-16"}, "Needed: last dose.", "would pass"),
        ("3 days after last dose is before screening", "inclusion", {"screening": "2026-03-16"}, "Needed: last dose.",
         "would pass"),
        ("duration is at least 1 month", "inclusion", {}, "Needed: duration.", "would pass"),
        ("weight rounded to 0 decimals is above 50 kg", "inclusion", {}, "Needed: weight.", "would pass"),
        ("last dose is within 24 hours before screening", "inclusion", {"screening": "2026-03-16T10:00"},
         "Within 24 hours before screening would pass.", "A day from"),
        ("last dose is within 24 hours before screening", "inclusion", {"screening": "2026-03-16T10:00",
         "last_dose": "2026-03-15"}, "Needed: the time of day of last dose.", "would"),
        ("pregnant, unless last dose is within 6 months before screening", "exclusion", {"pregnant": True,
         "screening": "2026-03-16"}, "A day from 16 September 2025 to 16 March 2026 would pass.", "would fail"),
        ("last dose is within 6 months before screening", "inclusion", {"screening": "2026-03"},
         "Screening is known only in part, so its days are not known exactly.", "both days in"),
    ],
)  # fmt: skip
def test_what_an_answer_would_do(rule: str, kind: str, facts: dict[str, object], expected: str, never: str) -> None:
    found = told(rule, kind, **facts)
    assert expected in found
    assert never not in found


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("pregnant", {"pregnant": False}, "Nothing is missing. Only a correction of the answer on “pregnant” could"),
        ("all of:\n  - pregnant\n  - smoker", {"pregnant": False},
         "What is missing cannot change this result. Only a correction of the answer on “pregnant” could"),
        ("last dose is recorded", {}, "Only a change of the record could change this result."),
        ("known pregnant", {}, "Only a change of the record could change this result."),
        ("allergic", {}, "Only a change of the record could change this result."),
        ("any night where noisy", {"nights": [{}]}, "Only a change of the record could change this result."),
        ("any night where bad", {"nights": [{"bad": False}]}, "Nothing is missing. Only a correction of what is recorded could"),
        (CASES, {"sex": "male", "pregnant": False},
         "What is missing cannot change this result. Only a correction of what is recorded could"),
    ],
)  # fmt: skip
def test_what_could_change_a_failure(rule: str, facts: dict[str, object], expected: str) -> None:
    found = text(rule, **facts)
    assert expected in found
    assert ("Nothing is missing." in found) == expected.startswith("Nothing")


def test_a_field_that_silence_answers_says_so_in_the_table() -> None:
    assert "no (not recorded) does not count" in text("any night where noisy", nights=[{}])


def test_a_patient_whose_facts_have_errors_has_its_place_on_the_page() -> None:
    read = protocol("pregnant")
    results = list(
        read.evaluate_many(
            [{"id": "A", "facts": {}}, {"id": "<b>", "facts": {"weight": "<i>"}}, {"id": "C", "facts": {}}]
        )
    )
    assert isinstance(results[1], PatientError)
    page = str(render_explanations(read.checked, results, "html"))
    places = [page.index(f"Patient {name}") for name in ("A", "&lt;b&gt;", "C")]
    assert places == sorted(places)
    assert "NOT EVALUATED." in page
    assert 'F104: weight was given the text "&lt;i&gt;"' in page


def random_rule(chance: random.Random, depth: int = 0) -> list[str]:
    kind = chance.random()
    if depth == 3 or kind < 0.35:
        return [chance.choice(["", "not "]) + chance.choice(ANSWERS)]
    if kind < 0.5:
        condition, then, otherwise = (chance.choice(ANSWERS) for _ in range(3))
        return [f"if {condition}, then {then}" + chance.choice(["", f", otherwise {otherwise}"])]
    items = chance.randint(2, 4)
    count = chance.randint(1, items - 1)
    head = chance.choice(["all", "any", "none", f"at least {count}", f"at most {count}", f"exactly {count}"])
    lines = [f"{head} of:"]
    for _ in range(items):
        first, *rest = random_rule(chance, depth + 1)
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return lines


@pytest.mark.parametrize("seed", range(60))
def test_no_answer_does_other_than_is_said_of_it(seed: int) -> None:
    chance = random.Random(seed)
    kind = chance.choice(["inclusion", "exclusion"])
    checked = protocol("\n".join(random_rule(chance)), kind)
    for _ in range(20):
        facts = {name: chance.random() < 0.5 for name in ANSWERS if chance.random() < 0.5}
        (result,) = checked.evaluate(facts).criteria
        for part in leaves(parts_of(result.rule, kind == "inclusion")):
            if part.status != "open" or not isinstance(part.trace.node, core.Fact):
                continue
            name = part.trace.node.name
            if part.sufficient:
                assert checked.evaluate({**facts, name: part.wanted}).criteria[0].result == "pass"
            if part.necessary:
                assert checked.evaluate({**facts, name: not part.wanted}).criteria[0].result == "fail"
