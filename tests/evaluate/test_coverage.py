"""What examples touch: which points there are, and which of them a patient touches."""

from __future__ import annotations

import pytest

from protocol_dsl.evaluate.coverage import Coverage, Point
from protocol_dsl.pipeline import loads
from protocol_dsl.render.coverage_words import percent, told

DATA = """\
protocol: Trial

days
  screening

data: visit
  date of birth: date
  sex: one of male, female
  weight: kg
  pregnant: yes/no
    if not recorded: no
  stroke: events
    severity: ordered mild < moderate < severe

definitions
  age = completed years from date of birth to screening

"""


def coverage(rule: str, *examples: str, kind: str = "inclusion") -> Coverage:
    patients = "".join(
        f"\n  patient {number}\n    screening: 2026-03-16\n{each}" for number, each in enumerate(examples)
    )
    text = f"{DATA}{kind} criteria\n\n  I1: One\n    {rule}\n" + (f"\nexamples\n{patients}" if examples else "")
    return loads(text).coverage()


def touched(found: Coverage, limit: int = 0) -> set[str]:
    return {point.value for point, names in found.touched.items() if names and point.limit == limit}


def points(found: Coverage) -> set[tuple[str, str]]:
    return {(point.kind, point.value) for point in found.touched}


@pytest.mark.parametrize(
    ("weight", "side"),
    [("50 kg", {"at"}), ("49.9 kg", {"below"}), ("49 kg", {"below"}), ("51 kg", {"above"}), ("52 kg", set()),
     ("50.5 kg", {"above"}), ("48.99 kg", set()), ("not recorded", set())],
)  # fmt: skip
def test_a_number_is_near_by_one_in_the_last_place_of_its_limit(weight: str, side: set[str]) -> None:
    found = coverage("weight is at least 50 kg", f"    weight: {weight}\n    I1: open\n")
    assert touched(found) == side


def test_a_number_is_near_by_one_per_cent_of_a_large_limit() -> None:
    found = coverage("weight is at least 5000 kg", "    weight: 4950\n    I1: fails\n")
    assert touched(found) == {"below"}
    assert touched(coverage("weight is at least 5000 kg", "    weight: 4949\n    I1: fails\n")) == set()


@pytest.mark.parametrize(
    ("rule", "born", "side"),
    [
        ("age is at least 18 years", "2008-03-16", {"at"}),
        ("age is at least 18 years", "2008-03-17", {"below"}),
        ("age is at least 18 years", "2008-03-15", {"above"}),
        ("age is above 18 years", "2007-03-16", {"at"}),
        ("age is at most 65 years", "1960-03-16", {"at"}),
        ("age is at most 65 years", "1960-03-17", {"below"}),
        ("age is below 65 years", "1961-03-16", {"at"}),
        ("age is at least 18 years", "2008", set()),
    ],
)
def test_completed_years_turn_on_a_day(rule: str, born: str, side: set[str]) -> None:
    found = coverage(rule, f"    date of birth: {born}\n    I1: open\n")
    assert touched(found) == side
    [limit] = found.criteria[0].atoms[0].limits
    outside = {at for at, holds in limit.inside.items() if not holds}
    assert outside == ({"below"} if "least" in rule or "above" in rule else {"at", "above"})


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("on 2025-09-16", {"at"}, set()),
        ("on 2025-09-15", {"below"}, set()),
        ("on 2025-09-17", {"above"}, set()),
        ("on 2026-03-16", set(), {"at"}),
        ("on 2026-03-17", set(), {"above"}),
        ("from 2020-01-01 to 2025-09-15", {"below"}, set()),
        ("since 2026-03-15", set(), {"below"}),
        ("on 2025-09", set(), set()),
    ],
)
def test_a_window_has_a_first_and_a_last_day(day: str, first: set[str], last: set[str]) -> None:
    found = coverage("any stroke within 6 months before screening", f"    stroke: {day}\n    I1: open\n")
    window = next(at for at, atom in enumerate(found.criteria[0].atoms) if len(atom.limits) == 2)
    on = {(p.limit, p.value) for p, names in found.touched.items() if names and p.condition == window}
    assert {side for limit, side in on if limit == 0} == first
    assert {side for limit, side in on if limit == 1} == last


def test_counts_have_two_sides() -> None:
    two = "    stroke: on 2026-01-01; on 2026-01-02\n    I1: passes\n"
    found = coverage("at least 2 strokes ever", two)
    assert touched(found) == {"at"}
    assert ("boundaries", "above") not in points(found)


def test_what_cannot_come_out_is_not_asked_for() -> None:
    assert ("results", "not_applicable") not in points(coverage("weight is at least 50 kg"))
    assert ("results", "not_applicable") in points(coverage("applies if sex is male\n    weight is at least 50 kg"))
    silent = points(coverage("pregnant"))
    assert ("results", "unknown") not in silent
    assert ("conditions", "unknown") not in silent
    assert ("results", "unknown") not in points(coverage("weight is recorded"))
    assert ("conditions", "false") not in points(coverage("sex is male or female"))


def test_a_duty_is_not_counted() -> None:
    text = DATA + "inclusion criteria\n\n  I1: Duty\n    > Inform.\n    duty: Inform.\n"
    assert loads(text).coverage().count() == (0, 0)


def test_a_condition_that_stands_twice_counts_once() -> None:
    found = coverage("(sex is male and weight is at least 50 kg) or (sex is male and pregnant)")
    assert len(found.criteria[0].atoms) == 3


def test_what_is_asked_of_a_record_counts_only_of_those_looked_at() -> None:
    rule = "for each stroke within 1 year before screening, if any: severity is mild"
    old = coverage(rule, "    stroke: on 2020-01-01, severity severe\n    I1: passes\n")
    new = coverage(rule, "    stroke: on 2026-01-01, severity severe\n    I1: fails\n")
    number = next(at for at, atom in enumerate(old.criteria[0].atoms) if atom.node.words == "severity is mild")
    assert old.touched[Point("I1", "false", number)] == ()
    assert new.touched[Point("I1", "false", number)] == ("0",)


def test_points_are_told_in_the_words_of_the_author() -> None:
    found = coverage("weight is at least 50 kg")
    words = [told(found.criteria[0], point) for point in found.missing]
    assert "weight is at least 50 kg: just below 50 kg (does not hold)" in words
    assert "open" in words


@pytest.mark.parametrize(("counts", "words"), [((0, 9), "0%"), ((1, 900), "1%"), ((899, 900), "99%"), ((3, 3), "100%")])
def test_all_and_nothing_are_said_only_where_they_are_true(counts: tuple[int, int], words: str) -> None:
    assert percent(*counts) == words
