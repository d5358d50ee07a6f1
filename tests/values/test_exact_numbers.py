"""Exact numbers against fractions.Fraction, and intervals against the numbers that lie in them."""

import decimal
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol_dsl.values import (
    UNKNOWN,
    Exact,
    Interval,
    Ratio,
    above,
    as_fraction,
    below,
    decimal_places,
    equal,
    exact_arithmetic,
    from_fraction,
    interval,
    power,
    ratio,
    read_number,
    rounded,
    without_end,
)

ARITHMETIC = (operator.add, operator.sub, operator.mul)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)

integers = st.integers(-(10**20), 10**20) | st.integers(-5, 5)
decimals = st.decimals(-(10**12), 10**12, allow_nan=False, places=9) | st.decimals(-3, 3, places=2)
plain = integers | decimals
quotients = st.builds(ratio, plain, plain.filter(bool))
exact = plain | quotients
small = st.integers(-4, 4) | st.decimals(-4, 4, places=1) | st.builds(ratio, st.integers(-9, 9), st.integers(1, 9))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lo, hi = sorted([draw(small), draw(small)])
    assume(lo != hi)
    return Interval(lo, hi)


def points_of(x: Any) -> list[Fraction]:
    """Both ends and some numbers between them."""
    if not isinstance(x, Interval):
        return [as_fraction(x)]
    lo, hi = as_fraction(x.lo), as_fraction(x.hi)
    inner = [lo + (hi - lo) * Fraction(step, 7) for step in range(8)]
    return [*inner, Fraction(0)] if lo <= 0 <= hi else inner


def ends_of(x: Any) -> tuple[Fraction, Fraction]:
    return (as_fraction(x.lo), as_fraction(x.hi)) if isinstance(x, Interval) else (as_fraction(x), as_fraction(x))


# Exact numbers


@given(exact, exact, st.sampled_from(ARITHMETIC))
def test_arithmetic_is_exact(a: Any, b: Any, operate: Callable[[Any, Any], Any]) -> None:
    with exact_arithmetic():
        result = operate(a, b)
    assert as_fraction(result) == operate(as_fraction(a), as_fraction(b))


@given(quotients, exact, st.sampled_from(ARITHMETIC))
def test_quotients_are_exact_in_any_context(a: Any, b: Any, operate: Callable[[Any, Any], Any]) -> None:
    assume(isinstance(a, Ratio))
    with decimal.localcontext(decimal.Context(prec=3)):
        assert as_fraction(operate(a, b)) == operate(as_fraction(a), as_fraction(b))
        assert as_fraction(operate(b, a)) == operate(as_fraction(b), as_fraction(a))


@given(exact, exact)
def test_division(a: Any, b: Any) -> None:
    expected = as_fraction(a) / as_fraction(b) if b != 0 else UNKNOWN
    result = ratio(a, b)
    assert result is UNKNOWN if expected is UNKNOWN else as_fraction(result) == expected
    if isinstance(a, Ratio) or isinstance(b, Ratio):
        assert a / b == expected
    if isinstance(result, Ratio):
        assert result.denominator > 0


@given(exact, exact, st.sampled_from(COMPARISONS))
def test_comparison_is_exact(a: Any, b: Any, compare: Callable[[Any, Any], Any]) -> None:
    assert compare(a, b) is compare(as_fraction(a), as_fraction(b))
    assert compare(a, a) is compare(0, 0)


@given(exact, exact)
def test_equality_is_of_values_and_hashes_agree(a: Any, b: Any) -> None:
    assert (a == b) is (as_fraction(a) == as_fraction(b))
    assert equal(a, b) is (a == b)
    again = ratio(a, Decimal("0.5")) * ratio(1, 2)
    assert again == a
    assert hash(again) == hash(a) == hash(as_fraction(a))
    assert as_fraction(a) == a
    assert a != "x"


@given(exact, st.integers(-6, 6))
def test_powers(x: Any, exponent: int) -> None:
    result = power(x, exponent)
    if x == 0 and exponent < 0:
        assert result is UNKNOWN
    else:
        assert as_fraction(result) == as_fraction(x) ** exponent
        if isinstance(x, Ratio):
            assert x**exponent == result


def test_power_is_bounded_and_exact_where_pythons_is_not() -> None:
    x = Decimal("1.0000000001")
    assert power(x, 100) == as_fraction(x) ** 100
    with pytest.raises(ValueError, match="100"):
        power(2, 101)
    assert power(UNKNOWN, 2) is UNKNOWN


def test_decimals_round_outside_and_never_inside_exact_arithmetic() -> None:
    long = Decimal("1." + "0" * 40 + "1")
    assert Fraction(long * long) != Fraction(long) ** 2
    before = decimal.getcontext()
    with exact_arithmetic():
        assert Fraction(long * long) == Fraction(long) ** 2
        assert Decimal("0.1") + Decimal("0.2") <= Decimal("0.3")
        with pytest.raises(decimal.Inexact):
            Decimal(1) / 3
    assert decimal.getcontext() is before


def test_context_is_restored_after_an_error() -> None:
    before = decimal.getcontext()
    with pytest.raises(KeyError), exact_arithmetic():
        raise KeyError
    assert decimal.getcontext() is before


def test_a_body_mass_index_at_its_limit() -> None:
    limit = Decimal("18.5")
    height = Decimal("1.73")
    assert ratio(limit * height * height, height * height) >= limit
    assert ratio(Decimal("55.3686"), power(height, 2)) < limit
    assert limit > ratio(Decimal("55.3686"), power(height, 2))


def test_ratio_needs_a_denominator_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Ratio(1, 0)
    assert ratio(1, -3) == Ratio(-1, 3)
    assert ratio(6, 3) == 2
    assert isinstance(ratio(6, 3), int)
    assert ratio(1, 0) is ratio(UNKNOWN, 1) is ratio(1, UNKNOWN) is UNKNOWN


@given(st.fractions())
def test_fractions_come_back(x: Fraction) -> None:
    number = from_fraction(x)
    assert as_fraction(number) == x
    ends = decimal_places(x) is not None
    assert isinstance(number, int) if x.denominator == 1 else isinstance(number, Decimal if ends else Ratio)


# Rounding


@given(exact, st.integers(0, 12))
def test_rounding_is_to_the_nearest_and_halves_go_away_from_zero(x: Any, places: int) -> None:
    value, step = as_fraction(x), Fraction(1, 10**places)
    result = as_fraction(rounded(x, places))
    assert result % step == 0
    assert abs(result - value) <= step / 2
    if abs(result - value) == step / 2:
        assert abs(result) > abs(value)
    assert as_fraction(rounded(-x, places)) == -result


def test_rounding_examples() -> None:
    assert [rounded(Decimal(text), 0) for text in ("2.5", "3.5", "-2.5", "-0.4")] == [3, 4, -3, 0]
    assert str(rounded(Decimal("0.125"), 2)) == "0.13"
    assert str(rounded(Decimal("-0.001"), 2)) == "0.00"
    assert rounded(ratio(2, 3), 2) == Decimal("0.67")
    assert [rounded(ratio(above, 2), 0) for above in (5, 7, -5)] == [3, 4, -3]
    assert rounded(ratio(1, 8), 2) == Decimal("0.13")
    assert rounded(7, 2) == 7
    assert rounded(UNKNOWN, 1) is UNKNOWN
    assert rounded(Interval(Decimal("1.04"), Decimal("1.26")), 1) == Interval(Decimal("1.0"), Decimal("1.3"))
    assert rounded(Interval(Decimal("1.01"), Decimal("1.04")), 1) == 1
    with pytest.raises(ValueError, match="decimals"):
        rounded(Decimal(1), -1)


# Intervals


@given(intervals(), small | intervals(), st.sampled_from(ARITHMETIC))
def test_interval_arithmetic_encloses_tightly(a: Any, b: Any, operate: Callable[[Any, Any], Any]) -> None:
    for left, right in ((a, b), (b, a)):
        values = [operate(x, y) for x in points_of(left) for y in points_of(right)]
        assert ends_of(operate(left, right)) == (min(values), max(values))


@given(intervals(), small | intervals())
def test_interval_division_encloses_tightly(a: Any, b: Any) -> None:
    for left, right in ((a, b), (b, a)):
        result = ratio(left, right)
        assert left / right == result
        if 0 in points_of(right):
            assert result is UNKNOWN
        else:
            values = [x / y for x in points_of(left) for y in points_of(right)]
            assert ends_of(result) == (min(values), max(values))


@given(intervals(), st.integers(-4, 4))
def test_interval_powers_are_tight(x: Interval, exponent: int) -> None:
    result = x**exponent
    if exponent < 0 and 0 in points_of(x):
        assert result is UNKNOWN
    else:
        values = [point**exponent for point in points_of(x)]
        assert ends_of(result) == (min(values), max(values))
    assert power(x, exponent) == result


def test_a_square_is_not_below_zero() -> None:
    assert Interval(-2, 3) ** 2 == Interval(0, 9)
    assert Interval(-2, 3) ** 3 == Interval(-8, 27)
    assert Interval(-2, 2) * 0 == 0


@given(intervals(), small | intervals(), st.sampled_from(COMPARISONS))
def test_interval_comparison_is_decided_where_all_numbers_agree(
    a: Any, b: Any, compare: Callable[[Any, Any], Any]
) -> None:
    for left, right in ((a, b), (b, a)):
        answers = {compare(x, y) for x in points_of(left) for y in points_of(right)}
        assert compare(left, right) is (answers.pop() if len(answers) == 1 else UNKNOWN)


@given(intervals(), small | intervals())
def test_equality_with_an_interval_is_never_certain(a: Any, b: Any) -> None:
    (a_lo, a_hi), (b_lo, b_hi) = ends_of(a), ends_of(b)
    assert equal(a, b) is equal(b, a) is (UNKNOWN if a_lo <= b_hi and b_lo <= a_hi else False)
    assert equal(a, UNKNOWN) is UNKNOWN
    assert 0 - (0 - a) == -a * -1 == a


def test_intervals_have_two_ends_in_order() -> None:
    assert interval(3, Decimal("3.0")) == 3
    for lo, hi in ((3, 3), (4, 3)):
        with pytest.raises(ValueError, match="ends"):
            Interval(lo, hi)
    assert Interval(1, 2) == Interval(Decimal(1), ratio(4, 2))
    assert hash(Interval(1, 2)) == hash(Interval(Decimal(1), Decimal(2)))


@pytest.mark.parametrize("other", ["x", None, 0.5])
@pytest.mark.parametrize("number", [ratio(1, 3), Interval(1, 2)])
def test_other_things_are_not_compared_silently(number: Any, other: Any) -> None:
    for operate in (*ARITHMETIC, *COMPARISONS, operator.truediv):
        with pytest.raises(TypeError):
            operate(number, other)
        with pytest.raises(TypeError):
            operate(other, number)


# Reading


@pytest.mark.parametrize(
    ("given", "number"),
    [
        *((62, "62"), ("62.5", "62.5"), ("-3", "-3"), ("1e-3", "0.001"), ("+1.25", "1.25"), (".5", "0.5")),
        *((0.1, "0.1"), (62.5, "62.5"), (1e22, "1e22"), (-0.0, "0"), (Decimal("18.50"), "18.5"), ("-0", "0")),
    ],
)
def test_numbers_are_read_exactly(given: Any, number: str) -> None:
    assert read_number(given) == Decimal(number)
    assert not str(read_number(given)).startswith("-0")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e40, max_value=1e40))
def test_a_float_stands_for_its_shortest_decimal(x: float) -> None:
    assume(x == 0 or abs(x) > 1e-40)
    assert read_number(x) == Decimal(repr(x))
    assert float(read_number(x)) == x


@pytest.mark.parametrize(
    "given",
    [
        *(True, None, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), [1], 10**60),
        *("", " 1", "1 000", "1,5", "1,000", "1_000", "1.", "٣", "１", "0x10", "inf", "nan", "--1", "1e", "½"),
        *("1" * 61, "1" * 10_000, "1e61", "1e-61", "1e999", "1e9999999999"),
        pytest.param(10**5000, id="huge"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(given: Any) -> None:
    with pytest.raises(ValueError, match=r"number|digits|exponent|point") as error:
        read_number(given)
    assert len(str(error.value)) < 150


def test_type_of_a_number_read() -> None:
    results: list[Exact] = [read_number("12"), read_number("12.0"), read_number(12), read_number(12.0)]
    assert [type(result) for result in results] == [int, Decimal, int, Decimal]


def test_a_number_known_to_lie_below_or_above_another() -> None:
    assert (below(16) < 16, below(16) <= 16, below(16) >= 16, below(16) > 16) == (True, True, False, False)
    assert (below(16, included=True) < 16, below(16, included=True) <= 16) == (UNKNOWN, True)
    assert (below(16) < 17, below(16) < 15, below(16) > 15) == (True, UNKNOWN, UNKNOWN)
    assert (above(16) > 16, above(16) >= 16, above(16) <= 16, above(16) < 16) == (True, True, False, False)
    assert (below(16) < 16, above(16) > 16, below(16) >= 16) == (True, True, False)
    assert (below(16) < above(16), below(16) >= above(16), below(16) <= above(15)) == (True, False, UNKNOWN)
    assert (equal(below(16), 16), equal(below(16), 15), equal(below(16, included=True), 16)) == (
        False,
        UNKNOWN,
        UNKNOWN,
    )
    assert -below(16) > -16
    assert (2 * below(16) <= 32, 2 * below(16) < 33, 2 * below(16) < 31) == (True, True, UNKNOWN)
    assert without_end(below(16).lo)
    assert not without_end(below(16).hi)
