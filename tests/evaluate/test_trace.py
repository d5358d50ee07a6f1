"""The tree of conditions and values behind a result, and the missing facts that it names."""

from __future__ import annotations

import datetime

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
    protocol,
    rows_of,
    shifted,
)

from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.evaluate.trace import TraceNode, criterion_trace, facts_read
from protocol_dsl.semantics import core
from protocol_dsl.semantics.types import Kind
from protocol_dsl.values import UNKNOWN, Interval, parse_date

D = datetime.date.fromisoformat
ITEMS: dict[str, str | Kind] = {
    **dict.fromkeys(("p", "q", "r"), "yes/no"),
    **dict.fromkeys(("a", "b"), "number"),
    **dict.fromkeys(("onset", "screening", "last"), "date"),
    "level": "choice",
    "visits": rows_of("visit", size="number", ok="yes/no", on="date"),
}
P, Q, R, A, B = (fact(name) for name in "pqrab")
ONSET, SCREENING, LAST, VISITS = (fact(name) for name in ("onset", "screening", "last", "visits"))
BODIES: dict[str, core.Condition | core.Value] = {
    "ratio": made(core.Arithmetic, "÷", A, B),
    "large": compare(defined("ratio"), "≥", number(2)),
}


def traced(rule: core.Condition, /, **facts: object) -> TraceNode:
    return evaluation(protocol(ITEMS, criterion(rule), definitions=BODIES), **facts)["I1"].rule


def missing(rule: core.Condition, applies: core.Condition | None = None, /, **facts: object) -> tuple[str, ...]:
    return evaluation(protocol(ITEMS, criterion(rule, applies), definitions=BODIES), **facts)["I1"].missing


def outcomes(trace: TraceNode) -> list[object]:
    return [child.outcome for child in trace.children]


# ---- the tree


def test_children_stand_in_the_order_of_the_fields() -> None:
    rule = all_of(compare(A, "≥", number(2)), negation(P), made(core.If, Q, R))
    trace = traced(rule, a=3, p=False, q=True)
    assert trace.node == rule
    assert trace.outcome is UNKNOWN
    assert outcomes(trace) == [True, True, UNKNOWN]
    limit, opposite, choice = trace.children
    assert outcomes(limit) == [3, 2]
    assert outcomes(opposite) == [False]
    assert outcomes(choice) == [True, UNKNOWN]


def test_a_window_shows_its_days() -> None:
    window = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "month"), shifted(SCREENING, -6, "month"))
    trace = traced(window, onset=parse_date("2024-03"), screening=D("2026-03-16"))
    assert outcomes(trace) == [parse_date("2024-03"), D("2026-03-16"), D("2024-03-16"), D("2025-09-16")]
    open_end = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "month"), None)
    assert outcomes(traced(open_end, screening=D("2026-03-16"))) == [UNKNOWN, D("2026-03-16"), D("2024-03-16")]
    from_anchor = made(core.During, ONSET, SCREENING, SCREENING, shifted(SCREENING, 1, "week"))
    assert outcomes(traced(from_anchor, screening=D("2026-03-16")))[2:] == [D("2026-03-16"), D("2026-03-23")]


def test_an_agreement_shows_its_answer_and_its_days() -> None:
    trace = traced(made(core.Agreement, P, SCREENING, shifted(LAST, 1, "year")), p=True, last=D("2024-02-29"))
    assert trace.outcome is True
    assert outcomes(trace) == [True, UNKNOWN, D("2025-02-28")]


def test_the_body_of_a_definition_stands_under_each_reference_as_one_node() -> None:
    trace = traced(all_of(defined("large"), compare(defined("ratio"), "<", number(9))), a=6, b=2)
    large, small = trace.children
    assert large.is_condition
    assert large.outcome is True
    (body,) = large.children
    assert body.outcome is True
    assert body.children[0].children[0] is small.children[0].children[0]
    assert outcomes(body.children[0].children[0]) == [6, 2]


def test_each_row_has_its_own_trace() -> None:
    body = all_of(field("ok", "visits"), compare(field("size"), "≤", A))
    trace = traced(every("visits", body), visits=((1, True, UNKNOWN), (5, UNKNOWN, UNKNOWN)), a=2)
    assert trace.children == ()
    assert [row.outcome for row in trace.rows] == [True, False]
    assert [outcomes(row) for row in trace.rows] == [[True, True], [UNKNOWN, False]]
    assert [outcomes(row.children[1]) for row in trace.rows] == [[1, 2], [5, 2]]
    assert traced(every("visits", body)).rows == ()
    assert traced(at_least_rows(1, "visits"), visits=((1, True, UNKNOWN),)).rows == ()


def test_rows_within_rows() -> None:
    inner = at_least_rows(1, "doses", compare(field("amount", "doses", 2), "≥", field("size")), row=2)
    items = {"visits": rows_of("visit", size="number"), "doses": rows_of("dose", amount="number")}
    sheet = protocol(items, criterion(every("visits", inner)))
    found = evaluation(sheet, visits=((1,), (7,)), doses=((5,), (UNKNOWN,)))["I1"]
    assert [[outcomes(dose) for dose in visit.rows] for visit in found.rule.rows] == [
        [[5, 1], [UNKNOWN, 1]],
        [[5, 7], [UNKNOWN, 7]],
    ]
    assert found.missing == ("amount (dose 2)",)


def test_a_trace_can_be_made_from_facts_and_outcomes_alone() -> None:
    sheet = protocol(ITEMS, criterion(P, applies_if=Q))
    program = compile_protocol(sheet)
    facts = facts_of(sheet, {"p": True, "q": True}).values
    applies, rule = criterion_trace(program, 0, facts, program.run(facts)[2])
    assert applies is not None
    assert (applies.outcome, rule.outcome) == (True, True)


def test_conditions_and_values_are_told_apart_even_where_they_are_unknown() -> None:
    trace = traced(all_of(P, compare(A, "≥", number(1)), made(core.Recorded, ONSET), defined("large")))
    assert [child.is_condition for child in trace.children] == [True, True, True, True]
    limit, recorded, large = trace.children[1:]
    assert not any(child.is_condition for child in (*limit.children, *recorded.children))
    assert not large.children[0].children[0].is_condition
    assert TraceNode(compare(A, "≥", number(1)), UNKNOWN).is_condition


def test_facts_that_a_node_reads_itself() -> None:
    sheet = protocol(ITEMS)
    trace = traced(all_of(P, compare(A, "≥", A), negation(compare(B, "<", number(1)))))
    assert facts_read(sheet, trace, {}) == ("p",)
    assert [facts_read(sheet, child, {}) for child in trace.children] == [("p",), ("a",), ()]
    rows = traced(every("visits", compare(field("size"), "≤", A)), visits=((1, True, UNKNOWN),))
    assert facts_read(sheet, rows, {}) == ("visits",)
    assert facts_read(sheet, rows.rows[0], {1: 1}) == ("size (visit 1)", "a")


# ---- what is missing


def test_only_what_is_undecided_is_looked_into() -> None:
    assert missing(all_of(P, any_of(Q, R)), r=True) == ("p",)
    assert missing(any_of(all_of(P, Q), R), p=False) == ("r",)
    assert missing(all_of(P, Q), p=False) == ()
    assert missing(made(core.AtLeast, 2, (P, Q, R)), q=True) == ("p", "r")
    assert missing(all_of(P, negation(made(core.Known, Q)), negation(made(core.Recorded, R)))) == ("p",)


def test_each_fact_is_named_once_in_the_order_of_the_rule() -> None:
    assert missing(all_of(compare(B, "≥", A), Q, compare(A, "≥", number(1)))) == ("b", "a", "q")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("p", "q", "r")),
        ({"p": True}, ("q",)),
        ({"p": False}, ("r",)),
        ({"q": True}, ("p", "r")),
        ({"q": True, "r": False}, ("p",)),
    ],
)
def test_a_choice_is_open_where_its_branch_is(facts: dict[str, object], expected: tuple[str, ...]) -> None:
    assert missing(made(core.If, P, Q, R), **facts) == expected


def test_what_is_known_in_part_is_missing_too() -> None:
    age = made(core.Completed, "year", ONSET, SCREENING)
    rule = compare(age, "≥", number(66))
    partial = {"onset": parse_date("1960"), "screening": D("2026-03-16")}
    assert traced(rule, **partial).children[0].outcome == Interval(65, 66)
    assert missing(rule, **partial) == ("onset",)
    window = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "month"), SCREENING)
    assert missing(window, onset=parse_date("2024-03"), screening=D("2026-03-16")) == ("onset",)
    assert missing(window, onset=D("2024-03-16"), screening=parse_date("2026-03")) == ("screening",)
    assert missing(made(core.Between, ONSET, SCREENING, LAST), onset=D("2024-03-16"), last=D("2025-01-01")) == (
        "screening",
    )
    assert missing(made(core.Member, fact("level"), ("low",))) == ("level",)
    assert missing(compare(ONSET, "<", made(core.Extreme, "later", (SCREENING, day("2024-01-01"))))) == (
        "onset",
        "screening",
    )


def test_a_time_of_day_that_a_window_needs_is_missing() -> None:
    window = made(core.During, ONSET, SCREENING, shifted(SCREENING, -24, "hour"), SCREENING)
    screening = parse_date("2026-03-16T12:00")
    assert missing(window, onset=D("2026-03-15"), screening=screening) == ("onset",)
    hours = compare(made(core.Completed, "hour", ONSET, SCREENING), "≥", number(24))
    assert missing(hours, onset=D("2026-03-15"), screening=screening) == ("onset",)
    assert missing(hours, screening=screening) == ("onset",)


def test_what_no_fact_can_decide_names_none() -> None:
    assert traced(compare(defined("ratio"), "≥", number(1)), a=1, b=0).outcome is UNKNOWN
    assert missing(compare(defined("ratio"), "≥", number(1)), a=1, b=0) == ()


def test_rows_are_named_by_field_and_number() -> None:
    all_rows = every("visits", all_of(field("ok", "visits"), compare(field("size"), "≤", A)))
    visits = ((1, True, UNKNOWN), (UNKNOWN, UNKNOWN, UNKNOWN), (1, UNKNOWN, UNKNOWN))
    assert missing(all_rows, visits=visits, a=2) == ("ok (visit 2)", "size (visit 2)", "ok (visit 3)")
    assert missing(all_rows) == ("visits",)
    assert missing(all_rows, visits=()) == ("visits",)
    two = at_least_rows(2, "visits", compare(field("size"), "≤", A))
    assert missing(two, visits=visits) == ("a", "size (visit 2)")
    assert missing(two, a=2, visits=visits[:2]) == ("size (visit 2)",)
    assert missing(at_least_rows(2, "visits")) == ("visits",)


def test_the_days_of_an_agreement_are_never_missing() -> None:
    assert missing(made(core.Agreement, P, SCREENING, LAST)) == ("p",)


def test_the_condition_under_which_a_criterion_applies_comes_first() -> None:
    assert missing(P, Q) == ("q", "p")
    assert missing(P, Q, p=False) == ("q",)
    assert missing(P, Q, q=True) == ("p",)
    assert missing(P, Q, q=False) == ()
    assert missing(P, Q, p=True) == ()
