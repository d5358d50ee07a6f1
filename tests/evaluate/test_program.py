"""What each node of the core means, and what becomes of criteria and verdicts."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from core_builder import (
    all_of,
    any_of,
    at_least_rows,
    compare,
    criterion,
    day,
    defined,
    evaluation,
    every,
    fact,
    facts_of,
    field,
    made,
    negation,
    number,
    outcome,
    protocol,
    rows_of,
    shifted,
    value,
)

from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.evaluate.steps import definitions_in_order
from protocol_dsl.semantics import core
from protocol_dsl.values import UNKNOWN, DayTime, Interval, Ratio, parse_date

D = datetime.date.fromisoformat
NUMBERS = {"a": "number", "b": "number"}
DATES = {"onset": "date", "screening": "date", "last": "date"}
TRUTHS = {"p": "yes/no", "q": "yes/no", "r": "yes/no"}
VISITS = {"visits": rows_of("visit", size="number", ok="yes/no"), "limit": "number"}
A, B, P, Q, R = fact("a"), fact("b"), fact("p"), fact("q"), fact("r")
ONSET, SCREENING, LAST = fact("onset"), fact("screening"), fact("last")

# ---- values


@pytest.mark.parametrize(
    ("operator", "a", "b", "expected"),
    [
        ("+", Decimal("0.1"), Decimal("0.2"), Decimal("0.3")),
        ("-", 5, Decimal("0.5"), Decimal("4.5")),
        ("×", Decimal("1.1"), Decimal("1.1"), Decimal("1.21")),
        ("÷", 7, 3, Ratio(7, 3)),
        ("÷", 6, 3, 2),
        ("÷", 6, 0, UNKNOWN),
        ("+", UNKNOWN, 1, UNKNOWN),
        ("×", 0, UNKNOWN, UNKNOWN),
        ("-", Interval(1, 2), 1, Interval(0, 1)),
    ],
)
def test_arithmetic_is_exact(operator: str, a: object, b: object, expected: object) -> None:
    assert value(made(core.Arithmetic, operator, A, B), NUMBERS, a=a, b=b) == expected


def test_products_of_many_digits_are_not_rounded() -> None:
    many = Decimal("1." + "1" * 40)
    squared = value(made(core.Arithmetic, "×", A, A), NUMBERS, a=many)
    assert isinstance(squared, Decimal)
    assert len(squared.as_tuple().digits) == 81


def test_a_number_beyond_all_bounds_is_unknown() -> None:
    huge = made(core.Power, made(core.Power, A, 100), 100)
    assert value(huge, NUMBERS, a=Decimal("1." + "1" * 59)) is UNKNOWN
    limit = made(core.Arithmetic, "÷", number(1), made(core.Power, A, 100))
    assert outcome(compare(limit, "≥", made(core.Power, B, 100)), NUMBERS, a=Decimal("1E+60"), b=0) is True


def test_power_and_rounding() -> None:
    assert value(made(core.Power, A, 2), NUMBERS, a=Decimal("1.5")) == Decimal("2.25")
    assert value(made(core.Power, A, -1), NUMBERS, a=0) is UNKNOWN
    assert value(made(core.Rounded, A, 1), NUMBERS, a=Decimal("2.25")) == Decimal("2.3")
    assert value(made(core.Rounded, A, 0), NUMBERS, a=UNKNOWN) is UNKNOWN


def test_completed_units() -> None:
    years = made(core.Completed, "year", ONSET, SCREENING)
    assert value(years, DATES, onset=D("1960-03-17"), screening=D("2026-03-16")) == 65
    assert value(years, DATES, onset=parse_date("1960"), screening=D("2026-03-16")) == Interval(65, 66)
    assert value(years, DATES, screening=D("2026-03-16")) is UNKNOWN


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (parse_date("2026-03-16T22:30"), parse_date("2026-03-17T01:15"), 2),
        (parse_date("2026-03-17T01:15"), parse_date("2026-03-16T22:30"), -3),
        (parse_date("2026-03-16T12:00"), D("2026-03-17"), Interval(12, 35)),
        (UNKNOWN, D("2026-03-17"), UNKNOWN),
    ],
)
def test_completed_hours(first: object, last: object, expected: object) -> None:
    assert value(made(core.Completed, "hour", ONSET, LAST), DATES, onset=first, last=last) == expected


def test_shift() -> None:
    assert value(shifted(ONSET, 1, "month"), DATES, onset=D("2024-01-31")) == D("2024-02-29")
    assert value(shifted(ONSET, -2, "week"), DATES, onset=D("2024-01-31")) == D("2024-01-17")
    moved = value(shifted(ONSET, 3, "hour"), DATES, onset=parse_date("2024-01-31T22:00"))
    assert isinstance(moved, DayTime)
    assert moved.isoformat() == "2024-02-01T01:00"
    either = value(shifted(ONSET, 12, "hour"), DATES, onset=D("2024-01-31"))
    assert getattr(either, "days", None) == (D("2024-01-31"), D("2024-02-01"))
    assert value(shifted(ONSET, 12, "hour"), DATES) is UNKNOWN


def test_a_date_outside_the_calendar_is_unknown() -> None:
    far: core.Value = ONSET
    for _ in range(50):
        far = shifted(far, 200, "year")
    assert value(far, DATES, onset=D("2024-01-31")) is UNKNOWN
    assert value(shifted(far, 1, "hour"), DATES, onset=D("2024-01-31")) is UNKNOWN
    window = made(core.During, ONSET, SCREENING, shifted(SCREENING, -9000, "year"), SCREENING)
    assert outcome(window, DATES, onset=D("2024-01-31"), screening=D("2024-01-31")) is UNKNOWN


def test_the_earlier_and_the_later() -> None:
    earlier, later = (made(core.Extreme, which, (ONSET, LAST)) for which in ("earlier", "later"))
    dates = {"onset": D("2024-01-31"), "last": D("2024-02-01")}
    assert value(earlier, DATES, **dates) == D("2024-01-31")
    assert value(later, DATES, **dates) == D("2024-02-01")
    assert value(later, DATES, onset=D("2024-01-31")) is UNKNOWN


# ---- comparisons


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        ("<", True, False, False),
        ("≤", True, True, False),
        (">", False, False, True),
        ("≥", False, True, True),
        ("=", False, True, False),
    ],
)
def test_compare(operator: core.Comparison, below: bool, same: bool, above: bool) -> None:
    for a, expected in ((Decimal("4.99"), below), (Ratio(10, 2), same), (6, above), (UNKNOWN, UNKNOWN)):
        assert outcome(compare(A, operator, number(5)), NUMBERS, a=a) is expected
    for text, expected in (("2024-02-28", below), ("2024-02-29T23:59", same), ("2024-03", above)):
        assert outcome(compare(ONSET, operator, day("2024-02-29")), DATES, onset=parse_date(text)) is expected
    assert outcome(compare(ONSET, operator, LAST), DATES, onset=D("2024-02-29")) is UNKNOWN
    assert outcome(compare(ONSET, operator, day("2024-02-15")), DATES, onset=parse_date("2024-02")) is UNKNOWN
    assert outcome(compare(A, operator, number(5)), NUMBERS, a=Interval(4, 6)) is UNKNOWN


def test_a_body_mass_index_at_its_limit_passes() -> None:
    bmi = made(core.Arithmetic, "÷", A, made(core.Power, B, 2))
    assert outcome(compare(bmi, "≥", number("18.5")), NUMBERS, a=Decimal("53.465"), b=Decimal("1.70")) is True
    assert outcome(compare(bmi, ">", number("18.5")), NUMBERS, a=Decimal("53.465"), b=Decimal("1.70")) is False


def test_member() -> None:
    rule = made(core.Member, fact("level"), ("middle", "high"))
    for level, expected in (("low", False), ("high", True), (UNKNOWN, UNKNOWN)):
        assert outcome(rule, {"level": "choice"}, level=level) is expected


WINDOW = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "month"), shifted(SCREENING, -6, "month"))


@pytest.mark.parametrize(
    ("onset", "expected"),
    [
        ("2024-03-15", False),
        ("2024-03-16", True),
        ("2024-03-16T10:00", True),
        ("2025-09-16", True),
        ("2025-09-17", False),
        ("2024-03", UNKNOWN),
        ("2024-05", True),
        ("2023", False),
    ],
)
def test_during(onset: str, expected: object) -> None:
    assert outcome(WINDOW, DATES, onset=parse_date(onset), screening=D("2026-03-16")) is expected


def test_during_with_ends_left_out_or_open() -> None:
    start, end = shifted(SCREENING, -1, "month"), SCREENING
    given = {"onset": D("2026-02-16"), "screening": D("2026-03-16")}
    without_start = made(core.During, ONSET, SCREENING, start, end, start_included=False)
    assert outcome(without_start, DATES, **given) is False
    assert outcome(made(core.During, ONSET, SCREENING, start, None), DATES, **given) is True
    assert outcome(made(core.During, ONSET, SCREENING, None, start, end_included=False), DATES, **given) is False
    assert outcome(made(core.During, ONSET, SCREENING, None, None), DATES, **given) is True
    assert outcome(without_start, DATES, onset=D("2026-02-16")) is UNKNOWN


def test_during_takes_both_ends_from_the_same_day_of_the_anchor() -> None:
    same_day = made(core.During, ONSET, SCREENING, SCREENING, shifted(SCREENING, 0, "day"))
    assert outcome(same_day, DATES, onset=D("2026-03-16"), screening=parse_date("2026-03")) is UNKNOWN
    empty = made(core.During, ONSET, SCREENING, shifted(SCREENING, 1, "day"), shifted(SCREENING, -1, "day"))
    assert outcome(empty, DATES, onset=D("2026-03-16"), screening=parse_date("2026-03")) is False


def test_during_in_hours_needs_the_time_of_day() -> None:
    within = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "hour"), SCREENING)
    screening = parse_date("2026-03-16T12:00")
    assert outcome(within, DATES, onset=parse_date("2026-03-15T12:00"), screening=screening) is True
    assert outcome(within, DATES, onset=parse_date("2026-03-15T11:59"), screening=screening) is False
    assert outcome(within, DATES, onset=D("2026-03-15"), screening=screening) is UNKNOWN


def test_during_between_days_that_are_not_measured_from_the_anchor() -> None:
    rule = made(core.During, ONSET, SCREENING, shifted(LAST, -1, "day"), LAST)
    given = {"screening": D("2026-03-16"), "last": D("2026-03-10")}
    assert outcome(rule, DATES, onset=D("2026-03-09"), **given) is True
    assert outcome(rule, DATES, onset=D("2026-03-11"), **given) is False


def test_between() -> None:
    given = {"onset": D("2026-03-16"), "screening": D("2026-03-16"), "last": D("2026-03-20")}
    assert outcome(made(core.Between, ONSET, SCREENING, LAST), DATES, **given) is True
    assert outcome(made(core.Between, ONSET, SCREENING, LAST, included=False), DATES, **given) is False
    rule = made(core.Between, ONSET, SCREENING, LAST)
    assert outcome(rule, DATES, onset=D("2026-03-21"), last=D("2026-03-20")) is False
    assert outcome(rule, DATES, onset=D("2026-03-19"), last=D("2026-03-20")) is UNKNOWN


def test_the_days_of_an_agreement_never_make_it_unknown() -> None:
    rule = made(core.Agreement, P, SCREENING, shifted(LAST, 1, "year"))
    items = {**TRUTHS, **DATES}
    for answer in (True, False, UNKNOWN):
        assert outcome(rule, items, p=answer) is answer


def test_recorded_and_known_are_never_unknown() -> None:
    for p, known, recorded in ((True, True, True), (False, False, True), (UNKNOWN, False, False)):
        assert outcome(made(core.Known, P), TRUTHS, p=p) is known
        assert outcome(made(core.Recorded, P), TRUTHS, p=p) is recorded
    assert outcome(made(core.Recorded, ONSET), DATES, onset=parse_date("2024")) is True


# ---- connectives

T, F, U = True, False, UNKNOWN


@pytest.mark.parametrize(
    ("p", "q", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, U, U, U),
    ],
)
def test_kleene(p: object, q: object, both: object, either: object) -> None:
    for first, second in ((p, q), (q, p)):
        assert outcome(all_of(P, Q), TRUTHS, p=first, q=second) is both
        assert outcome(any_of(P, Q), TRUTHS, p=first, q=second) is either


def test_not_and_the_empty_connectives() -> None:
    for p, expected in ((T, F), (F, T), (U, U)):
        assert outcome(negation(P), TRUTHS, p=p) is expected
    assert outcome(all_of(), TRUTHS) is True
    assert outcome(any_of(), TRUTHS) is False


@pytest.mark.parametrize(
    ("truths", "expected"),
    [((T, T, F), T), ((T, T, U), T), ((T, U, F), U), ((F, F, U), F), ((U, U, F), U), ((U, F, F), F)],
)
def test_at_least_two(truths: tuple[object, ...], expected: object) -> None:
    p, q, r = truths
    assert outcome(made(core.AtLeast, 2, (P, Q, R)), TRUTHS, p=p, q=q, r=r) is expected


def test_at_least_more_than_there_are_is_false() -> None:
    assert outcome(made(core.AtLeast, 4, (P, Q, R)), TRUTHS) is False


@pytest.mark.parametrize(
    ("condition", "then", "otherwise", "expected"),
    [(T, F, T, F), (F, F, T, T), (T, U, T, U), (U, T, T, T), (U, F, F, F), (U, T, F, U), (U, U, U, U), (F, T, U, U)],
)
def test_if(condition: object, then: object, otherwise: object, expected: object) -> None:
    assert outcome(made(core.If, P, Q, R), TRUTHS, p=condition, q=then, r=otherwise) is expected


def test_if_without_otherwise_asks_nothing_of_whom_it_does_not_concern() -> None:
    rule = made(core.If, P, Q)
    assert outcome(rule, TRUTHS, p=False, q=False) is True
    assert outcome(rule, TRUTHS, p=UNKNOWN, q=True) is True
    assert outcome(rule, TRUTHS, p=UNKNOWN, q=False) is UNKNOWN


# ---- rows

SMALL = compare(field("size"), "≤", number(2))


@pytest.mark.parametrize(
    ("visits", "all_small", "any_row", "two"),
    [
        (UNKNOWN, U, U, U),
        ((), U, F, F),
        (((1, U), (2, U)), T, T, T),
        (((1, U), (3, U)), F, T, F),
        (((1, U), (U, U)), U, T, U),
        (((U, U), (3, U)), F, U, F),
        (((3, U), (3, U)), F, F, F),
    ],
)
def test_rows(visits: object, all_small: object, any_row: object, two: object) -> None:
    assert outcome(every("visits", SMALL), VISITS, visits=visits) is all_small
    assert outcome(at_least_rows(1, "visits", SMALL), VISITS, visits=visits) is any_row
    assert outcome(at_least_rows(2, "visits", SMALL), VISITS, visits=visits) is two


def test_every_if_any_and_counting_without_a_condition() -> None:
    if_any = every("visits", SMALL, if_any=True)
    assert outcome(if_any, VISITS, visits=()) is True
    assert outcome(if_any, VISITS) is UNKNOWN
    two = at_least_rows(2, "visits")
    assert outcome(two, VISITS, visits=((U, U), (U, U))) is True
    assert outcome(two, VISITS, visits=((U, U),)) is False
    assert outcome(two, VISITS) is UNKNOWN


def test_a_field_may_be_the_whole_body_and_rows_may_be_compared_with_facts() -> None:
    assert outcome(every("visits", field("ok")), VISITS, visits=((1, T), (1, T))) is True
    within = every("visits", compare(field("size"), "≤", fact("limit")))
    assert outcome(within, VISITS, visits=((1, T), (3, T)), limit=3) is True
    assert outcome(within, VISITS, visits=((1, T), (3, T))) is UNKNOWN


def test_loops_may_stand_in_loops_and_after_each_other() -> None:
    items = {"visits": rows_of("visit", size="number"), "doses": rows_of("dose", amount="number", given="yes/no")}
    enough = compare(field("amount", "doses", 2), "≥", field("size"))
    covered = every("visits", at_least_rows(1, "doses", enough, row=2))
    rule = all_of(covered, every("doses", field("given", "doses")))
    assert outcome(rule, items, visits=((1,), (5,)), doses=((5, T), (0, T))) is True
    assert outcome(rule, items, visits=((1,), (6,)), doses=((5, T), (0, T))) is False
    assert outcome(rule, items, visits=((1,), (6,)), doses=((5, T), (U, T))) is UNKNOWN


def test_too_many_loops_in_loops_are_refused() -> None:
    rule: core.Condition = field("ok")
    for row in range(16, 0, -1):
        rule = every("visits", rule, row=row)
    with pytest.raises(ValueError, match="15 loops"):
        compile_protocol(protocol(VISITS, criterion(rule)))
    rule = field("ok")
    for row in range(15, 0, -1):
        rule = every("visits", rule, row=row)
    within = protocol(VISITS, criterion(rule))
    assert evaluation(within, visits=((1, T),)).verdict == "eligible"


# ---- definitions


def test_definitions_are_computed_once_in_whatever_order_they_stand() -> None:
    sheet = protocol(
        NUMBERS,
        criterion(all_of(compare(defined("double"), "≥", number(4)), defined("large"))),
        definitions={
            "large": compare(defined("double"), ">", number(9)),
            "double": made(core.Arithmetic, "+", defined("plain"), defined("plain")),
            "plain": A,
            "not used": made(core.Arithmetic, "×", B, B),
        },
    )
    assert definitions_in_order(sheet) == ["plain", "double", "large"]
    assert compile_protocol(sheet).source.count(" + ") == 1
    assert evaluation(sheet, a=5).verdict == "eligible"
    assert evaluation(sheet, a=4).verdict == "ineligible"


def test_any_number_of_definitions_may_build_on_one_another() -> None:
    bodies: dict[str, core.Value] = {"last": A}
    for place in range(2000):
        next_one = defined(f"d{place + 1}" if place < 1999 else "last")
        bodies[f"d{place}"] = made(core.Arithmetic, "-", next_one, number(1))
    sheet = protocol(NUMBERS, criterion(compare(defined("d0"), "=", number(0))), definitions=bodies)
    assert evaluation(sheet, a=2000).verdict == "eligible"
    assert evaluation(sheet).missing == ("a",)


# ---- criteria and verdicts


@pytest.mark.parametrize(
    ("kind", "rule", "applies", "expected"),
    [
        ("inclusion", T, T, "pass"),
        ("inclusion", F, T, "fail"),
        ("inclusion", U, T, "unknown"),
        ("inclusion", F, F, "not_applicable"),
        ("inclusion", U, F, "not_applicable"),
        ("inclusion", T, U, "pass"),
        ("inclusion", F, U, "unknown"),
        ("inclusion", U, U, "unknown"),
        ("exclusion", T, T, "fail"),
        ("exclusion", F, T, "pass"),
        ("exclusion", U, T, "unknown"),
        ("exclusion", T, F, "not_applicable"),
        ("exclusion", F, U, "pass"),
        ("exclusion", T, U, "unknown"),
        ("exclusion", U, U, "unknown"),
    ],
)
def test_results(kind: str, rule: object, applies: object, expected: str) -> None:
    sheet = protocol(TRUTHS, criterion(P, applies_if=Q, kind=kind))  # type: ignore[arg-type]
    assert evaluation(sheet, p=rule, q=applies).results == (expected,)
    if applies is True:
        assert evaluation(protocol(TRUTHS, criterion(P, kind=kind)), p=rule).results == (expected,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [(T, T, "eligible"), (T, U, "undetermined"), (U, F, "ineligible"), (F, U, "ineligible"), (U, U, "undetermined")],
)
def test_verdict(p: object, q: object, expected: str) -> None:
    sheet = protocol(TRUTHS, criterion(P), criterion(Q, id="I2"), criterion(R, applies_if=negation(R), id="I3"))
    assert evaluation(sheet, p=p, q=q, r=True).verdict == expected


def test_a_protocol_without_criteria_or_data_can_be_run() -> None:
    assert evaluation(protocol({})).verdict == "eligible"


# ---- the generated source


def test_nothing_from_the_file_gets_into_the_source() -> None:
    hostile = 'x"); import os #\n'
    items = {hostile: "choice", "when": "date", "rows": rows_of(hostile, **{hostile: "number"})}
    sheet = protocol(
        items,
        criterion(made(core.Member, fact(hostile), (hostile,)), id=hostile),
        criterion(every("rows", compare(field(hostile, "rows"), "≥", number("77.125"))), id="I2"),
        criterion(compare(defined(hostile), "≥", day("2024-02-29")), id="I3"),
        definitions={hostile: shifted(fact("when"), 4321, "day")},
    )
    source = compile_protocol(sheet).source
    assert "import" not in source
    for written in ("77", "4321", "2024", "day"):
        assert written not in source.replace("same_day", "")


def test_conditions_may_nest_deep_and_protocols_be_long() -> None:
    rule: core.Condition = P
    for _ in range(150):
        rule = negation(all_of(rule, Q))
    assert evaluation(protocol(TRUTHS, criterion(rule)), p=True, q=True)["I1"].rule.outcome is True
    wide = any_of(*(made(core.AtLeast, 500, tuple([P, Q] * 500)) for _ in range(200)))
    sheet = protocol(TRUTHS, criterion(wide), *(criterion(all_of(P, negation(Q)), id=f"J{n}") for n in range(1000)))
    assert evaluation(sheet, p=True, q=False).verdict == "eligible"


def test_a_program_without_a_trace_gives_the_same_results() -> None:
    rule = all_of(WINDOW, made(core.Agreement, P, ONSET, LAST), every("visits", SMALL))
    sheet = protocol({**DATES, **TRUTHS, **VISITS}, criterion(rule))
    traced, untraced = compile_protocol(sheet), compile_protocol(sheet, traced=False)
    for onset in ("2024-03-15", "2024-03-16", "2024-03"):
        for visits in ((), ((1, U),), ((3, U), (1, U)), UNKNOWN):
            given = {"p": True, "onset": parse_date(onset), "screening": D("2026-03-16"), "visits": visits}
            facts = facts_of(sheet, given).values
            assert untraced.run(facts)[:2] == traced.run(facts)[:2]
            assert untraced.run(facts)[2] == ()
