"""Values that depend on a case: combined case by case, so that a comparison can ask each behind its condition."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from protocol_dsl.semantics import core
from protocol_dsl.semantics.scope import Typed


def count_of_cases(value: Typed) -> int:
    """How many values there are, each case counted."""
    return 1 + sum(count_of_cases(inner) for _, inner in value.cases)


def by_case(combine: Callable[..., Typed], *values: Typed) -> Typed:
    """Apply to values of which some depend on a case, case by case."""
    at = next((index for index, value in enumerate(values) if value.cases), None)
    if at is None:
        return combine(*values)
    value = values[at]

    def put(one: Typed, known: dict[core.Condition, bool]) -> Typed:
        others = [_assuming(other, known) for other in values]
        return by_case(combine, *others[:at], one, *others[at + 1 :])

    cases = []
    refuted: dict[core.Condition, bool] = {}
    for condition, inner in value.cases:
        cases.append((condition, put(inner, {**refuted, condition: True})))
        refuted[condition] = False
    plain = put(evolve(value, cases=()), refuted)
    return evolve(plain, cases=(*cases, *plain.cases))


def _assuming(value: Typed, known: dict[core.Condition, bool]) -> Typed:
    """A value where some conditions are settled: of two values by sex, both are of one sex."""
    if not value.cases:
        return value
    cases: list[tuple[core.Condition, Typed]] = []
    for condition, inner in value.cases:
        if known.get(condition) is True:
            taken = _assuming(inner, known)
            return evolve(taken, cases=(*cases, *taken.cases))
        if condition not in known:
            cases.append((condition, _assuming(inner, known)))
    return evolve(value, cases=tuple(cases))
