"""Roots and fractional powers, against whole powers of fractions: x ** (p/q) < c where x ** p < c ** q."""

import decimal
import math
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
    Enclosed,
    Interval,
    Ratio,
    as_fraction,
    decimal_text,
    equal,
    exact_arithmetic,
    fractional_power,
    interval,
    maximum_of,
    minimum_of,
    nearest_fraction,
    power,
    ratio,
    rounded,
    text_beside,
)

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)
ARITHMETIC = (operator.add, operator.sub, operator.mul)

positive = (
    st.integers(1, 10**6)
    | st.decimals("0.01", 1000, places=2)
    | st.builds(ratio, st.integers(1, 999), st.integers(1, 999))
)
signed = positive | st.builds(lambda x: -x, positive) | st.just(0)
exponents = st.builds(Fraction, st.integers(-7, 7), st.integers(1, 7))
roots = st.builds(fractional_power, positive, exponents).filter(lambda x: isinstance(x, Enclosed))
surds = st.integers(2, 200).filter(lambda n: math.isqrt(n) ** 2 != n)


def root(x: Any, exponent: Any = HALF) -> Any:
    return fractional_power(x, exponent)


def a_sum() -> Any:
    """√2 + √3, which is no single root."""
    return root(2) + root(3)


def encloses(result: Any, value: Fraction, slack: Fraction = Fraction(1, 10**25)) -> bool:
    """Whether a result is about this value, as far as 25 digits go."""
    got = nearest_fraction(result) if isinstance(result, Enclosed) else as_fraction(result)
    return abs(got - value) <= slack * max(1, abs(value))


# Powers and comparisons


@given(positive, exponents, positive, st.sampled_from(COMPARISONS))
def test_a_power_compares_as_whole_powers_do(
    x: Any, exponent: Fraction, limit: Any, compare: Callable[..., Any]
) -> None:
    result = fractional_power(x, exponent)
    mine, theirs = as_fraction(x) ** exponent.numerator, as_fraction(limit) ** exponent.denominator
    assert compare(result, limit) is compare(mine, theirs)
    assert compare(limit, result) is compare(theirs, mine)
    assert equal(result, limit) is equal(limit, result) is (mine == theirs)


@given(positive, exponents)
def test_a_power_is_exact_exactly_where_it_is_rational(x: Any, exponent: Fraction) -> None:
    whole_power = fractional_power(power(x, exponent.denominator), exponent)
    assert whole_power == power(x, exponent.numerator)
    result = fractional_power(x, exponent)
    if isinstance(result, Enclosed):
        assert power(result, exponent.denominator) == power(x, exponent.numerator)
        lo, hi = result.within(30)
        raised = as_fraction(x) ** exponent.numerator
        assert Fraction(lo) ** exponent.denominator < raised < Fraction(hi) ** exponent.denominator
        assert Fraction(hi) - Fraction(lo) <= Fraction(hi) / 10**30
    else:
        assert as_fraction(result) ** exponent.denominator == as_fraction(x) ** exponent.numerator


@given(st.integers(1, 10**9), st.integers(2, 60))
def test_whole_roots_of_large_numbers(n: int, index: int) -> None:
    assert fractional_power(n**index, Fraction(1, index)) == n
    beside = fractional_power(n**index + 1, Fraction(1, index))
    assert isinstance(beside, Enclosed)
    assert n < beside < n + 1
    assert fractional_power(n**index - 1, Fraction(1, index)) < n


@pytest.mark.parametrize(
    ("x", "exponent", "result"),
    [
        (4, HALF, 2),
        (Ratio(27, 8), Fraction(2, 3), Fraction(9, 4)),
        (Decimal("0.512"), THIRD, Fraction(4, 5)),
        (4, Decimal("-0.5"), HALF),
        (1, Decimal("-0.302"), 1),
        (0, THIRD, 0),
        (Decimal("0.00"), Decimal("0.5"), 0),
        (-2, Decimal("3.0"), -8),
        (3, Fraction(-2), Fraction(1, 9)),
        (5, Decimal(0), 1),
        (10**60, Fraction(1, 60), 10),
        (2**500, Decimal("-0.302"), Fraction(1, 2**151)),
    ],
)
def test_exact_results(x: Any, exponent: Any, result: Any) -> None:
    assert fractional_power(x, exponent) == result
    assert not isinstance(fractional_power(x, exponent), Enclosed)


@pytest.mark.parametrize("x", [-4, Decimal("-0.1"), Ratio(-1, 3), UNKNOWN])
def test_roots_of_negative_and_unknown_numbers_are_unknown(x: Any) -> None:
    assert fractional_power(x, HALF) is UNKNOWN
    assert fractional_power(x, Fraction(-1, 3)) is UNKNOWN


def test_a_negative_power_of_zero_is_unknown() -> None:
    assert fractional_power(0, Fraction(-1, 2)) is UNKNOWN
    assert fractional_power(0, Fraction(-2)) is UNKNOWN


@pytest.mark.parametrize("exponent", [Fraction(201, 2), Decimal("-100.5"), Fraction(1, 10**6 + 1), Fraction(101)])
def test_exponents_are_bounded(exponent: Any) -> None:
    with pytest.raises(ValueError, match="exponents go"):
        fractional_power(2, exponent)
    with pytest.raises(ValueError, match="exponents go"):
        power(root(2), 101)


def test_numbers_out_of_range_are_told_where_they_arise() -> None:
    large = fractional_power(10**1001, Fraction(199, 2))
    with pytest.raises(decimal.Overflow):
        power(large + root(2), 100)
    with pytest.raises(decimal.Overflow):
        power(large, 100)


def test_numbers_very_close_to_a_limit_are_decided() -> None:
    with exact_arithmetic():
        just_above = Decimal("1.9881") + Decimal("1e-100")
    assert root(just_above) > Decimal("1.41")
    assert not root(just_above) <= Decimal("1.41")


# Formulas of the clinic


def test_qtcf_ties_are_exact() -> None:
    qtcf = ratio(360, fractional_power(Decimal("0.512"), THIRD))
    assert qtcf == 450
    assert (qtcf > 450) is False
    assert (qtcf >= 450) is True


def test_ckd_epi_2021() -> None:
    def egfr(creatinine: Any, kappa: Any, alpha: Any, age: int) -> Any:
        share = ratio(creatinine, kappa)
        low = fractional_power(minimum_of(share, 1), alpha)
        high = fractional_power(maximum_of(share, 1), Decimal("-1.200"))
        with exact_arithmetic():
            return 142 * low * high * power(Decimal("0.9938"), age)

    # In double precision: 142 × (1.2/0.9)^−1.2 × 0.9938^50, and with α = −0.302 below κ.
    man = egfr(Decimal("1.2"), Decimal("0.9"), Decimal("-0.302"), 50)
    assert encloses(man, Fraction(142 * (1.2 / 0.9) ** -1.2 * 0.9938**50), Fraction(1, 10**12))
    low = egfr(Decimal("0.75"), Decimal("0.9"), Decimal("-0.302"), 50)
    assert encloses(low, Fraction(142 * (0.75 / 0.9) ** -0.302 * 0.9938**50), Fraction(1, 10**12))
    assert man < 74 < low
    assert rounded(man, 2) == Decimal("73.67")
    assert egfr(Decimal("0.9"), Decimal("0.9"), Decimal("-0.302"), 0) == 142


def test_body_surface_areas() -> None:
    assert root(ratio(180 * 80, 3600)) == 2
    area = Decimal("0.007184") * fractional_power(70, Decimal("0.425")) * fractional_power(175, Decimal("0.725"))
    assert encloses(area, Fraction(0.007184 * 70**0.425 * 175**0.725), Fraction(1, 10**12))
    again = fractional_power(175, Decimal("0.725")) * fractional_power(70, Decimal("0.425")) * Decimal("0.007184")
    assert equal(area, again) is True


def test_the_same_measurement_twice() -> None:
    screening, baseline = (ratio(400, fractional_power(Decimal("0.8"), THIRD)) for _ in range(2))
    assert screening - baseline == 0
    assert equal(screening, baseline) is True
    assert (screening > baseline) is False
    assert (screening >= baseline) is True


# Arithmetic


@given(roots, signed, st.sampled_from(ARITHMETIC))
def test_arithmetic_encloses_the_result(x: Any, other: Any, operate: Callable[..., Any]) -> None:
    close, exact = nearest_fraction(x, 60), as_fraction(other)
    assert encloses(operate(x, other), operate(close, exact))
    assert encloses(operate(other, x), operate(exact, close))


@given(roots, roots, st.sampled_from((*ARITHMETIC, ratio)))
def test_arithmetic_of_two(x: Any, y: Any, operate: Callable[..., Any]) -> None:
    one, other = nearest_fraction(x, 60), nearest_fraction(y, 60)
    expected = one / other if operate is ratio else operate(one, other)
    assert encloses(operate(x, y), expected)


@given(roots, signed.filter(bool), st.integers(-5, 5))
def test_quotients_and_whole_powers(x: Any, other: Any, exponent: int) -> None:
    close, exact = nearest_fraction(x, 90), as_fraction(other)
    assert encloses(ratio(x, other), close / exact)
    assert encloses(ratio(other, x), exact / close)
    assert encloses(power(x, exponent), close**exponent)
    assume(not equal(x + other, 0))
    if abs(close + exact) > Fraction(1, 100):
        assert encloses(power(x + other, exponent), (close + exact) ** exponent)
        assert encloses(ratio(other, x + other), exact / (close + exact))


@given(surds, surds)
def test_sums_of_roots_compare_as_their_squares(a: int, b: int) -> None:
    # √a + √b < c where 2√(ab) < c² − a − b
    total = root(a) + root(b)
    for limit in range(3, 29):
        rest = limit**2 - a - b
        assert (total < limit) is (rest > 0 and 4 * a * b < rest**2)
        assert (limit > total) is (total < limit)
    assert (root(a) < root(b)) is (a < b)
    assert (root(a) - root(b) < 0) is (a < b)


def test_products_and_multiples_of_roots_are_exact_where_they_are_rational() -> None:
    assert root(2) * root(8) == 4
    assert ratio(root(8), root(2)) == 2
    assert power(root(2), 2) == 2
    assert power(root(Decimal("2.5")), -2) == Fraction(2, 5)
    assert power(root(2), 0) == power(a_sum(), 0) == 1
    assert root(2) * 0 == a_sum() * 0 == 0
    assert root(8) - 2 * root(2) == 0
    assert equal(root(8) + root(2), 3 * root(2)) is True
    assert equal(-root(8), -2 * root(2)) is True
    assert (-root(8) < -2 * root(2)) is False
    assert fractional_power(root(8), Fraction(2, 3)) == 2
    assert sum([root(2), root(3)]) < 4


@given(surds, st.integers(1, 9), st.integers(1, 9), st.sampled_from(COMPARISONS))
def test_multiples_of_one_root(n: int, one: int, other: int, compare: Callable[..., Any]) -> None:
    assert compare(one * root(n), root(n * other**2)) is compare(one, other)
    assert compare(-one * root(n), -root(n * other**2)) is compare(-one, -other)


def test_roots_of_roots() -> None:
    assert fractional_power(fractional_power(2, HALF), HALF) < Decimal("1.18921")
    assert fractional_power(-root(2), HALF) is UNKNOWN
    nested = fractional_power(a_sum(), HALF)
    assert Decimal("1.77377") < nested < Decimal("1.77378")
    assert Decimal("0.5637") < fractional_power(a_sum(), -HALF) < Decimal("0.5638")


def test_what_2000_digits_do_not_part_is_unknown() -> None:
    # Equal in truth, but not seen to be.
    hidden = (root(2) + root(3)) - root(3)
    assert (hidden > root(2)) is UNKNOWN
    assert (hidden >= root(2)) is UNKNOWN
    assert equal(hidden, root(2)) is UNKNOWN
    nothing = hidden - root(2)
    assert equal(nothing, 0) is UNKNOWN
    assert ratio(1, nothing) is UNKNOWN
    assert power(nothing, -1) is UNKNOWN
    assert fractional_power(nothing, HALF) is UNKNOWN
    assert rounded(nothing, 2) == 0
    assert rounded(nothing + Decimal("0.5"), 0) is UNKNOWN
    assert text_beside(hidden, root(2)) == "1.414"
    assert root(2) - Decimal("1e-30") < minimum_of(hidden, root(2)) < Decimal("1.4143")
    assert equal(nothing, nothing) is True


def test_long_chains_of_arithmetic() -> None:
    total = root(2)
    for _ in range(250):
        total = total + root(3) - 1
    assert encloses(total, nearest_fraction(root(2) + 250 * root(3) - 250, 60))


@given(roots, exponents)
def test_nothing_depends_on_the_context(x: Any, exponent: Fraction) -> None:
    def results() -> list[Any]:
        nested = fractional_power(x + 1, exponent)
        return [
            -x,
            x - Decimal("0.123456789"),
            Decimal("0.123456789") * x,
            maximum_of(nested, 0),
            x + Interval(1, 2),
        ]

    with decimal.localcontext(decimal.Context(prec=3, Emax=9, Emin=-9)):
        narrow = [result.within(30) if isinstance(result, Enclosed) else result for result in results()]
    assert narrow == [result.within(30) if isinstance(result, Enclosed) else result for result in results()]


# With intervals and with the unknown


def test_intervals_of_roots() -> None:
    assert fractional_power(Interval(4, 9), HALF) == Interval(2, 3)
    assert fractional_power(Interval(4, 9), -HALF) == Interval(Ratio(1, 3), Decimal("0.5"))
    assert fractional_power(Interval(0, 9), HALF) == Interval(0, 3)
    assert fractional_power(Interval(0, 9), -HALF) is UNKNOWN
    assert fractional_power(Interval(-1, 9), HALF) is UNKNOWN
    assert fractional_power(Interval(-1, 2), Fraction(2)) == Interval(0, 4)


@given(surds, surds, exponents)
def test_an_interval_holds_the_powers_of_its_numbers(a: int, b: int, exponent: Fraction) -> None:
    assume(a != b)
    result: Any = fractional_power(Interval(min(a, b), max(a, b)), exponent)
    for n in (a, b, Fraction(a + b, 2)):
        x = fractional_power(ratio(n.numerator, n.denominator), exponent)
        if isinstance(x, Enclosed):
            assert result.lo < x < result.hi
            assert (result < x) is (x < result) is UNKNOWN
        else:
            lo, hi = (result.lo, result.hi) if isinstance(result, Interval) else (result, result)
            assert lo <= x <= hi


def test_comparison_and_arithmetic_with_intervals() -> None:
    assert (root(2) < Interval(2, 3)) is (Interval(2, 3) > root(2)) is True
    assert (root(2) > Interval(2, 3)) is (Interval(2, 3) < root(2)) is False
    assert (root(2) >= Interval(1, 2)) is (Interval(1, 2) <= root(2)) is UNKNOWN
    assert (root(2) <= Interval(0, 1)) is (Interval(0, 1) >= root(2)) is False
    assert equal(root(2), Interval(1, 2)) is equal(Interval(1, 2), root(2)) is UNKNOWN
    assert equal(root(2), Interval(2, 3)) is equal(Interval(0, 1), root(2)) is False
    for result, least, most in [
        (root(2) + Interval(1, 2), "2.414213", "3.414214"),
        (Interval(1, 2) - root(2), "-0.414214", "0.585787"),
        (root(2) - Interval(1, 2), "-0.585787", "0.414214"),
        (Interval(1, 2) * root(2), "1.414213", "2.828428"),
        (ratio(root(2), Interval(1, 2)), "0.707106", "1.414214"),
        (ratio(Interval(1, 2), root(2)), "0.707106", "1.414214"),
    ]:
        assert isinstance(result, Interval)
        assert Decimal(least) < result.lo < result.hi < Decimal(most)
        assert as_fraction(result.hi) - as_fraction(result.lo) > as_fraction(Decimal(most)) - as_fraction(
            Decimal(least)
        ) - Fraction(1, 10**5)
    assert ratio(root(2), Interval(-1, 1)) is UNKNOWN


@pytest.mark.parametrize("operate", [*COMPARISONS, *ARITHMETIC, ratio, equal, minimum_of, maximum_of])
@pytest.mark.parametrize("x", [root(2), a_sum()])
def test_the_unknown_absorbs(operate: Callable[..., Any], x: Any) -> None:
    assert operate(x, UNKNOWN) is UNKNOWN
    assert operate(UNKNOWN, x) is UNKNOWN


def test_ratio_by_zero_is_unknown() -> None:
    assert ratio(root(2), 0) is UNKNOWN


@pytest.mark.parametrize("operate", [*COMPARISONS, *ARITHMETIC, operator.pow])
def test_other_types_are_refused(operate: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        operate(root(2), "x")


def test_enclosed_numbers_are_plain_immutable_objects() -> None:
    x = root(2)
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(x)
    with pytest.raises(AttributeError):
        x.depth = 3
    assert x != root(2)
    assert x != Ratio(1, 3)
    assert len({x, x, root(2)}) == 2
    assert repr(x) == "Enclosed(1.41421356237 to 1.41421356237)"


# Rounding


@given(roots, st.integers(0, 12))
def test_rounding_is_to_the_nearest(x: Any, decimals: int) -> None:
    for number in (x, -x):
        result: Any = rounded(number, decimals)
        off = Fraction(1, 2 * 10**decimals)
        below, above = as_fraction(result) - off, as_fraction(result) + off
        assert ratio(below.numerator, below.denominator) < number < ratio(above.numerator, above.denominator)
        assert isinstance(result, int if decimals == 0 else Decimal)


def test_rounding_near_a_half_narrows() -> None:
    with exact_arithmetic():
        near = Decimal("6.25") - Decimal("1e-59"), Decimal("6.25") + Decimal("1e-59")
    assert [rounded(root(x), 0) for x in near] == [2, 3]
    assert [rounded(-root(x), 0) for x in near] == [-2, -3]
    assert rounded(root(2), 60) == Decimal("1.414213562373095048801688724209698078569671875376948073176680")
    with pytest.raises(ValueError, match="rounded to 61 decimals"):
        rounded(root(2), 61)


# The lowest and the highest


@given(st.lists(signed, min_size=1, max_size=4))
def test_extremes_of_exact_numbers_are_exact(numbers: list[Any]) -> None:
    assert minimum_of(*numbers) == min(map(as_fraction, numbers))
    assert maximum_of(*numbers) == max(map(as_fraction, numbers))
    assert any(minimum_of(*numbers) is number for number in numbers)


@given(st.lists(roots | signed, min_size=1, max_size=4))
def test_extremes_with_roots(numbers: list[Any]) -> None:
    low, high = minimum_of(*numbers), maximum_of(*numbers)
    assert any(low is number for number in numbers)
    assert any(high is number for number in numbers)
    assert all(low <= number <= high for number in numbers)


def test_extremes_with_intervals() -> None:
    assert minimum_of(Interval(1, 4), Interval(2, 3)) == Interval(1, 3)
    assert maximum_of(Interval(1, 4), Interval(2, 3)) == Interval(2, 4)
    assert minimum_of(Interval(1, 4), 1) == 1
    assert maximum_of(2, Interval(1, 4)) == Interval(2, 4)
    x = root(2)
    assert minimum_of(x, Interval(2, 3)) is minimum_of(Interval(2, 3), x) is x
    assert maximum_of(x, Interval(0, 1)) is maximum_of(Interval(0, 1), x) is x
    assert maximum_of(x, Interval(2, 3)) == Interval(2, 3)
    for result in (minimum_of(x, Interval(1, 2)), minimum_of(Interval(1, 2), x)):
        assert isinstance(result, Interval)
        assert result.lo == 1
        assert x < result.hi < Decimal("1.41422")
    with pytest.raises(ValueError, match="no numbers"):
        minimum_of()


# Printing


def test_printed_numbers() -> None:
    assert decimal_text(root(2)) == "1.414"
    assert decimal_text(root(2), 2) == "1.41"
    assert decimal_text(-root(2) * 10**5) == "-141421"
    assert decimal_text(root(2) * Decimal("1e-7")) == "0.0000001414"
    assert decimal_text(root(2) * 10**40, 0) == str(math.isqrt(2 * 10**80) + 1)
    assert decimal_text(a_sum()) == "3.146"
    assert text_beside(root(2), 3) == "1.41"
    assert text_beside(root(2), Decimal("1.4142")) == "1.41421"
    assert text_beside(Decimal("1.4142"), root(2)) == "1.41"
    assert text_beside(Decimal("1.4143"), root(2)) == "1.4143"
    assert text_beside(3, root(2)) == "3"
    assert text_beside(root(2), root(2)) == "1.414"


@given(roots | signed, roots | signed)
def test_no_print_contradicts_a_comparison(x: Any, limit: Any) -> None:
    printed = Decimal(text_beside(x, limit))
    if isinstance(x, Enclosed):
        limits_equal = equal(x, limit)
        assert limits_equal or (printed < limit, printed > limit) == (x < limit, x > limit)
    elif isinstance(limit, Enclosed):
        assert (printed < limit, printed > limit) == (x < limit, x > limit)


@given(roots, st.integers(1, 300))
def test_nearest_fractions_are_as_close_as_asked(x: Any, digits: int) -> None:
    fraction = nearest_fraction(x, digits)
    error = fraction / 10**digits
    low, high = fraction - error, fraction + error
    assert ratio(low.numerator, low.denominator) < x < ratio(high.numerator, high.denominator)


def test_interval_of_equal_ends_is_the_number() -> None:
    assert interval(2, 2) == minimum_of(2, Interval(2, 3)) == 2
