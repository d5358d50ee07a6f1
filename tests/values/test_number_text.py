"""Printed numbers: read back, they compare as the exact number does."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.values import as_fraction, decimal_text, exact_arithmetic, power, ratio, text_beside

plain = st.integers(-(10**15), 10**15) | st.decimals(-(10**6), 10**6, places=8, allow_nan=False)
exact = plain | st.builds(ratio, plain, plain.filter(bool))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("18.5"), "18.5"),
        (Decimal("18.50"), "18.5"),
        (Decimal("0.001"), "0.001"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal("-0.0"), "0"),
        (10**20 + 1, "100000000000000000001"),
        (Decimal("123456.789012"), "123456.789012"),
        (Decimal("1.2345678901234"), "1.235"),
        (Decimal("0.00001234567890123"), "0.00001235"),
        (ratio(1, 3), "0.3333"),
        (ratio(-2, 3), "-0.6667"),
        (ratio(1, 4), "0.25"),
        (ratio(200000, 3), "66667"),
        (ratio(Decimal("61.4"), Decimal("2.9584")), "20.75"),
    ],
)
def test_numbers_in_plain_digits(number: Any, text: str) -> None:
    assert decimal_text(number) == text


def test_decimals_can_be_asked_for_where_a_number_must_be_rounded() -> None:
    assert decimal_text(ratio(520, 421), 2) == "1.24"
    assert decimal_text(ratio(-1, 3000), 2) == "0.00"
    assert decimal_text(ratio(2, 3), 0) == "1"
    assert decimal_text(Decimal("1.2345"), 2) == "1.2345"


def test_printing_works_amid_exact_arithmetic_and_for_the_largest_numbers() -> None:
    with exact_arithmetic():
        assert decimal_text(ratio(1, 3)) == "0.3333"
        assert text_beside(ratio(1, 3), ratio(1, 3)) == "0.3333"
        assert len(decimal_text(power(10**59, 100))) == 5901


@given(exact)
def test_text_is_close_and_plain(x: Any) -> None:
    text, value = decimal_text(x), as_fraction(x)
    assert not set(text) - set("-.0123456789")
    assert text.lstrip("-0.") or text == "0"
    assert abs(Fraction(text) - value) <= abs(value) / 1000


@pytest.mark.parametrize(
    ("x", "limit", "text"),
    [
        (Decimal("18.496"), Decimal("18.5"), "18.496"),
        (Decimal("18.4999999"), Decimal("18.5"), "18.4999999"),
        (Decimal("18.504"), Decimal("18.5"), "18.504"),
        (Decimal("18.5"), Decimal("18.5"), "18.5"),
        (Decimal("20.754"), Decimal("18.5"), "20.75"),
        (20, 18, "20"),
        (ratio(500, 421), 2, "1.19"),
        (ratio(Decimal("1010"), 402), 2, "2.51"),
        (ratio(1, 3), ratio(1, 3), "0.3333"),
        (Decimal("0.0004"), Decimal("0.5"), "0.0004"),
        (Decimal("-0.0004"), 0, "-0.0004"),
        (ratio(10**12 - 1, 10**12), 1, "0.999999999999"),
    ],
)
def test_rounding_stops_before_it_contradicts(x: Any, limit: Any, text: str) -> None:
    assert text_beside(x, limit) == text


def test_decimals_at_least() -> None:
    assert text_beside(Decimal("20.754"), 18, minimum_decimals=0) == "21"
    assert text_beside(Decimal("18.2"), 18, minimum_decimals=0) == "18.2"


near = st.builds(
    lambda limit, off, places: (limit + Decimal(off).scaleb(-places), limit),
    st.decimals(-100, 100, places=2),
    st.integers(-9, 9),
    st.integers(0, 15),
)


@given(near | st.tuples(exact, exact))
def test_the_printed_number_compares_as_the_exact_one(pair: tuple[Any, Any]) -> None:
    x, limit = as_fraction(pair[0]), as_fraction(pair[1])
    text = text_beside(*pair)
    printed = Fraction(text)
    assert text.lstrip("-0.") or text == "0"
    if x != limit:
        assert (printed < limit, printed > limit) == (x < limit, x > limit)
    assert abs(printed - x) <= Fraction(1, 200)
