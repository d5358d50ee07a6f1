"""Strong Kleene logic: every connective is checked against the settling of its unknown parts both ways."""

import copy
import operator
import pickle
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.values import (
    UNKNOWN,
    DayTime,
    Interval,
    Truth,
    all_of,
    any_of,
    at_least,
    at_most,
    choose,
    count_range,
    exactly,
    negate,
    parse_date,
    ratio,
)

TRUTHS: tuple[Truth, ...] = (True, False, UNKNOWN)
truths = st.lists(st.sampled_from(TRUTHS), max_size=6)


def settled(parts: tuple[Truth, ...] | list[Truth]) -> Iterator[tuple[bool, ...]]:
    """Every way in which the unknown ones could turn out."""
    return product(*((part,) if isinstance(part, bool) else (True, False) for part in parts))


def agreed(answers: list[bool]) -> Truth:
    return answers[0] if len(set(answers)) == 1 else UNKNOWN


@given(truths)
def test_and_or_decide_where_every_settling_agrees(parts: list[Truth]) -> None:
    assert all_of(parts) is agreed([all(way) for way in settled(parts)])
    assert any_of(parts) is agreed([any(way) for way in settled(parts)])


@given(st.integers(-1, 7), truths)
def test_counting_decides_where_every_settling_agrees(number: int, parts: list[Truth]) -> None:
    ways = list(settled(parts))
    assert at_least(number, parts) is agreed([sum(way) >= number for way in ways])
    assert at_most(number, parts) is agreed([sum(way) <= number for way in ways])
    assert exactly(number, parts) is agreed([sum(way) == number for way in ways])
    assert count_range(parts) == (min(map(sum, ways)), max(map(sum, ways)))


def test_not_is_its_own_inverse() -> None:
    assert [negate(truth) for truth in TRUTHS] == [False, True, UNKNOWN]
    assert all(negate(negate(truth)) is truth for truth in TRUTHS)


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_de_morgan_and_order(a: Truth, b: Truth) -> None:
    assert negate(all_of([a, b])) is any_of([negate(a), negate(b)])
    assert all_of([a, b]) is all_of([b, a])
    assert any_of([a, all_of([a, b])]) is a


@pytest.mark.parametrize(("a", "b", "c"), list(product(TRUTHS, repeat=3)))
def test_distribution_and_grouping(a: Truth, b: Truth, c: Truth) -> None:
    assert all_of([a, any_of([b, c])]) is any_of([all_of([a, b]), all_of([a, c])])
    assert all_of([a, all_of([b, c])]) is all_of([a, b, c])
    assert choose(a, b, c) is agreed([then if condition else other for condition, then, other in settled((a, b, c))])


def test_stops_as_soon_as_it_is_decided() -> None:
    def parts(first: Truth) -> Iterator[Truth]:
        yield UNKNOWN
        yield first
        raise AssertionError("asked for more than was needed")

    assert all_of(parts(False)) is False
    assert any_of(parts(True)) is True


def test_choice_between_values_on_an_unknown_condition() -> None:
    assert choose(UNKNOWN, 450, 470) is UNKNOWN
    assert choose(UNKNOWN, 450, 450) == 450
    assert choose(UNKNOWN, Decimal("4.50"), Decimal("4.5")) == Decimal("4.5")
    morning, evening = (DayTime(2026, 3, 30, minute=minute) for minute in (480, 1200))
    assert choose(UNKNOWN, morning, evening) is UNKNOWN
    assert choose(True, 1, UNKNOWN) == 1


def test_unknown_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
    with pytest.raises(TypeError):
        any([False, UNKNOWN])
    with pytest.raises(TypeError):
        not UNKNOWN  # noqa: B018


VALUES: tuple[Any, ...] = (3, Decimal("2.5"), ratio(1, 3), Interval(2, 5), UNKNOWN)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "operate",
    [
        *(operator.lt, operator.le, operator.gt, operator.ge),
        *(operator.add, operator.sub, operator.mul, operator.truediv, operator.pow),
    ],
)
def test_comparison_and_arithmetic_absorb(operate: Callable[[Any, Any], Any], value: Any) -> None:
    assert operate(UNKNOWN, value) is UNKNOWN
    assert operate(value, UNKNOWN) is UNKNOWN
    assert -UNKNOWN is UNKNOWN


@pytest.mark.parametrize("when", [date(2026, 3, 30), parse_date("2026-03"), parse_date("2026-03-30T14:05")])
@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_dates_are_not_compared_with_unknown(compare: Callable[[Any, Any], Any], when: Any) -> None:
    assert compare(UNKNOWN, when) is UNKNOWN
    assert compare(when, UNKNOWN) is UNKNOWN


def test_unknown_is_one_object_and_shows_its_name() -> None:
    assert repr(UNKNOWN) == "UNKNOWN"
    assert copy.deepcopy(UNKNOWN) is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert UNKNOWN == UNKNOWN
    assert UNKNOWN not in (True, False, None)
    assert len({UNKNOWN, UNKNOWN}) == 1
