"""Units: values known from elsewhere, the spellings of writers, and conversion there and back."""

import contextlib
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.values import (
    ONE,
    UNKNOWN,
    Interval,
    Unit,
    UnitError,
    as_fraction,
    conversion,
    convert,
    known_units,
    parse_unit,
    ratio,
    unit_text,
)

# Each value from its definition: the international yard and pound of 1959, ISO 80000, the UCUM tables, CODATA.
CONVERSIONS = [
    ("1", "lb", "kg", "0.45359237"),
    ("1", "oz", "g", "28.349523125"),
    ("1", "stone", "lb", "14"),
    ("1", "inches", "cm", "2.54"),
    ("1", "ft", "m", "0.3048"),
    ("1", "miles", "km", "1.609344"),
    ("1", "L", "cm3", "1000"),
    ("1", "fL", "µm3", "1"),
    ("1", "dL", "mL", "100"),
    ("98.6", "°F", "°C", "37"),
    ("100.4", "°F", "°C", "38"),
    ("-40", "°C", "°F", "-40"),
    ("0", "°C", "K", "273.15"),
    ("100", "°C", "°F", "212"),
    ("1", "mmHg", "Pa", "133.322"),
    ("1", "cmH2O", "Pa", "98.0665"),
    ("1", "bar", "kPa", "100"),
    ("1", "hPa", "mbar", "1"),
    ("1500", "/µL", "G/L", "1.5"),
    ("100000", "/uL", "10*9/L", "100"),
    ("1.5", "×10⁹/L", "cells/µL", "1500"),
    ("5", "10^12/L", "M/µL", "5"),
    ("9", "g/dL", "g/L", "90"),
    ("9", "g/dL", "mg/mL", "90"),
    ("1.5", "mg/dL", "mg/L", "15"),
    ("1", "µg/L", "ng/mL", "1"),
    ("300", "mg/g", "%", "30"),
    ("91", "mmol/mol", "‰", "91"),
    ("0.5", "1", "%", "50"),
    ("50", "%", "1", "0.5"),
    ("1", "ppm", "%", "0.0001"),
    ("60", "U/L", "µkat/L", "1"),
    ("1", "kat", "U", "60000000"),
    ("1", "MIU", "IU", "1000000"),
    ("1", "kcal", "kJ", "4.184"),
    ("1", "mCi", "MBq", "37"),
    ("1", "Gy", "cGy", "100"),
    ("1", "wk", "d", "7"),
    ("1", "day", "min", "1440"),
    ("470", "ms", "s", "0.47"),
    ("2", "years", "months", "24"),
    ("60", "beats/min", "Hz", "1"),
    ("1", "mg/day", "mg/wk", "7"),
    ("24", "mg/24 h", "mg/h", "1"),
    ("86.5", "mL/min/1.73 m²", "mL/min/m2", "50"),
    ("1.73", "m2", "1.73 m²", "1"),
    ("1", "Wood unit", "dyn.s/cm5", "79.9932"),
    ("1", "MET", "mL/kg/min", "3.5"),
    ("1", "D", "m-1", "1"),
    ("1", "mV", "µV", "1000"),
]


@pytest.mark.parametrize(("number", "from_", "to", "expected"), CONVERSIONS)
def test_values_known_from_elsewhere(number: str, from_: str, to: str, expected: str) -> None:
    result = convert(Decimal(number), parse_unit(from_), parse_unit(to))
    assert result == Decimal(expected)
    assert isinstance(result, int | Decimal)


def test_decimals_without_end_stay_a_quotient() -> None:
    assert convert(60, parse_unit("mL/min/1.73 m²"), parse_unit("mL/min/m2")) == ratio(60, Decimal("1.73"))
    assert convert(1, parse_unit("U"), parse_unit("nkat")) == ratio(50, 3)
    assert convert(99, parse_unit("°F"), parse_unit("°C")) == ratio(335, 9)


@pytest.mark.parametrize(
    ("symbol", "spellings"),
    [
        ("kg", ["kg", "kilograms", "kilogram", "kilogramme"]),
        ("µg", ["µg", "μg", "ug", "mcg", "micrograms"]),
        ("µL", ["µL", "uL", "microlitre", "microliters"]),
        ("mL", ["mL", "millilitre", "milliliters", "cc"]),
        ("mmHg", ["mmHg", "mm Hg", "mm[Hg]", "mm  Hg"]),
        ("%", ["%", "percent", "per cent"]),
        ("kg/m²", ["kg/m²", "kg/m2", "kg/m^2", "kg / m2", "kg.m-2", "kg·m⁻²", "kg per m²", "kg/square metre"]),
        (
            "mL/min/1.73 m²",
            ["mL/min/1.73 m²", "mL/min/1.73m2", "mL/min/{1.73_m2}", "mL/min/1.73 m^2"],
        ),
        (
            "×10⁹/L",
            ["10*9/L", "10^9/L", "×10⁹/L", "× 10⁹/L", "x 10^9 / L", "10⁹/L", "G/L", "×10^9 per litre"],
        ),
        ("×10³/µL", ["10*3/uL", "K/µL", "10³/µL", "thousand/µL"]),
        ("×10⁶ copies/mL", ["10^6 copies/mL", "10*6.{copies}/mL"]),
        ("/µL", ["/µL", "/uL", "per µL", "per microlitre", "1/µL"]),
        ("cells/µL", ["cells/µL", "cells/uL", "cells per microliter", "{cells}/uL", "cell/µL"]),
        ("beats/min", ["beats/min", "bpm", "beats per minute", "{beats}/min"]),
        ("breaths/min", ["breaths/min", "breaths per minute"]),
        ("mg/day", ["mg/day", "mg/d", "mg per day"]),
        ("mg/kg/day", ["mg/kg/day", "mg/kg/d", "milligrams per kilogram per day"]),
        ("mg/24 h", ["mg/24 h", "mg/24h", "mg/24 hours", "mg/24/h"]),
        ("IU/L", ["IU/L", "[IU]/L", "[iU]/L"]),
        ("mEq/L", ["mEq/L", "meq/L"]),
        ("mOsm/kg", ["mOsm/kg", "mosm/kg", "mosmol/kg"]),
        ("°C", ["°C", "degrees Celsius", "degrees C", "Cel", "℃"]),
        ("°F", ["°F", "degrees F", "[degF]"]),
        ("years", ["years", "year", "y", "yr", "a"]),
        ("months", ["months", "month", "mo"]),
        ("weeks", ["weeks", "wk"]),
        ("minutes", ["minutes", "min", "mins"]),
        ("ms", ["ms", "msec", "milliseconds"]),
        ("lb", ["lb", "lbs", "pounds", "[lb_av]"]),
        ("inches", ["inches", "inch", "[in_i]"]),
        ("pack-years", ["pack-years", "pack years", "pack-year"]),
        ("cells/100 leukocytes", ["cells/100 leukocytes", "cells per 100 WBC"]),
        ("mmol/L", ["mmol/L", "mM", "millimoles per litre"]),
        ("µg/kg/min", ["µg/kg/min", "mcg/kg/min", "ug/kg/min"]),
        ("1", ["1"]),
    ],
)
def test_spellings_of_a_unit(symbol: str, spellings: list[str]) -> None:
    unit = parse_unit(symbol)
    assert unit.symbol == symbol
    assert [parse_unit(spelling) for spelling in spellings] == [unit] * len(spellings)
    assert [parse_unit(spelling).symbol for spelling in spellings] == [symbol] * len(spellings)


@pytest.mark.parametrize("spelling", known_units())
def test_known_units_are_read_and_their_forms_read_back(spelling: str) -> None:
    unit = parse_unit(spelling)
    for form in (unit.symbol, unit.code, unit.singular):
        assert parse_unit(form) == unit
        assert parse_unit(form).symbol == unit.symbol


def test_what_a_lexer_looks_up() -> None:
    known = set(known_units())
    assert {"kg/m²", "kg/m2", "mm Hg", "%", "years", "10^9/L", "x", "mg/dL"} - known == {"x"}
    assert {"episodes/week", "beats per min", "bpm", "points"} <= known
    assert not {"a", "episodes", "dose", "event", "1"} & known


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("mg/dl", "mg/dL"),
        ("Kg", "kg"),
        ("ug/ML", "µg/mL"),
        ("mmhg", "mmHg"),
        ("ml/min/1.73 m2", "mL/min/1.73 m²"),
        ("iu/l", "IU/L"),
        ("kgs", "kg"),
        ("milligrm", "mg"),
        ("in", "inches"),
        ("C", "°C"),
        ("treatment", None),
        ("", None),
        ("/", None),
        ("mg/", None),
        ("/0 h", None),
        ("1500/µL", None),
        ("°C/h", None),
    ],
)
def test_what_is_no_unit_is_refused_with_the_nearest(text: str, nearest: str | None) -> None:
    with pytest.raises(UnitError) as error:
        parse_unit(text)
    assert error.value.nearest == nearest


@given(st.text("0123456789^*·./x×- mgLkµ²⁻{}[]per", max_size=80))
def test_any_text_is_read_or_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(UnitError):
        unit = parse_unit(text)
        assert parse_unit(unit.symbol).same_dimension(unit)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("month", "day"), ("year", "day"), ("week", "month"), ("kg", "m"), ("U/L", "IU/L"), ("mg/dL", "mmol/L")),
        *(("mmol/L", "mEq/L"), ("Gy", "Sv"), ("°C", "1"), ("pH", "1"), ("pack-years", "years"), ("mL/min", "kg")),
    ],
)
def test_units_that_do_not_go_together(one: str, other: str) -> None:
    from_, to = parse_unit(one), parse_unit(other)
    assert not from_.same_dimension(to)
    with pytest.raises(UnitError) as error:
        convert(1, from_, to)
    assert error.value.text == from_.symbol
    assert error.value.nearest is None


# Algebra


def test_products_are_printed_as_they_are_read() -> None:
    kg, m, minute, ml = (parse_unit(text) for text in ("kg", "m", "min", "mL"))
    assert kg.per(m.power(2)) == parse_unit("kg/m²")
    assert kg.per(m.power(2)).symbol == "kg/m²"
    assert kg.per(m.power(2)).times(m.power(2)) == kg
    assert ml.per(minute).per(parse_unit("1.73 m²")) == parse_unit("mL/min/1.73 m²")
    assert kg.per(kg) == ONE
    assert ONE.times(kg) is kg.times(ONE) is kg.power(1) is kg
    assert ONE.per(minute).symbol == "/min"
    assert kg.power(0) == ONE
    assert kg.times(m).symbol == "kg·m"
    assert parse_unit("years").power(-1).symbol == "/year"
    assert parse_unit("%").dimensionless
    assert not kg.dimensionless


def test_scales_of_temperature_have_no_products() -> None:
    celsius = parse_unit("°C")
    for attempt in (lambda: celsius.times(celsius), lambda: ONE.per(celsius), lambda: celsius.power(2)):
        with pytest.raises(UnitError, match="temperature"):
            attempt()


units = st.sampled_from(sorted({parse_unit(spelling) for spelling in known_units()}, key=lambda unit: unit.code))
numbers = st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=5, allow_nan=False)


@given(units, st.data())
def test_conversion_there_and_back_is_exact(from_: Unit, data: st.DataObject) -> None:
    to = data.draw(units.filter(from_.same_dimension))
    number: Any = data.draw(numbers | st.builds(ratio, numbers, st.integers(1, 99)))
    there = convert(number, from_, to)
    assert convert(there, to, from_) == number
    value = (as_fraction(number) + from_.offset) * from_.factor
    assert (as_fraction(there) + to.offset) * to.factor == value


@given(units, units, st.integers(-3, 3))
def test_algebra_multiplies_values_and_dimensions(a: Unit, b: Unit, exponent: int) -> None:
    if a.offset or b.offset:
        return
    assert a.times(b).factor == a.factor * b.factor
    assert a.per(b).factor == a.factor / b.factor
    assert a.per(b).times(b).same_dimension(a)
    assert a.power(exponent).factor == a.factor**exponent
    assert a.times(b).same_dimension(b.times(a))


def test_conversion_of_what_is_not_exactly_known() -> None:
    pounds, kilograms = parse_unit("lb"), parse_unit("kg")
    assert convert(UNKNOWN, pounds, kilograms) is UNKNOWN
    assert convert(Interval(1, 2), pounds, kilograms) == Interval(Decimal("0.45359237"), Decimal("0.90718474"))
    assert conversion(pounds, kilograms) is conversion(pounds, kilograms)
    assert convert(70, kilograms, kilograms) == 70
    assert isinstance(convert(3, parse_unit("weeks"), parse_unit("days")), int)


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1, "years", "1 year"),
        (2, "years", "2 years"),
        (Decimal("0.5"), "h", "0.5 hours"),
        (Decimal("1.0"), "week", "1 week"),
        (Decimal("18.5"), "kg/m2", "18.5 kg/m²"),
        (50, "%", "50%"),
        (30, "deg", "30°"),
        (37, "°C", "37 °C"),
        (1500, "/uL", "1500 /µL"),
        (100, "10*9/L", "100 ×10⁹/L"),
        (3, "1", "3"),
        (1, "beats/min", "1 beats/min"),
    ],
)
def test_numbers_with_their_unit(number: Any, unit: str, text: str) -> None:
    assert unit_text(parse_unit(unit), number) == text


def test_a_number_already_in_words() -> None:
    assert unit_text(parse_unit("kg/m²"), "20.75") == "20.75 kg/m²"
    assert unit_text(parse_unit("day"), "1") == "1 day"
