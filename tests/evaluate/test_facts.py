"""Reading one patient's facts: what they become, and what is said where they cannot be read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocols_by_hand import ALS, ALS_FACTS, ALS_ITEMS, KINDS, KINDS_ITEMS, item, protocol_of

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.evaluate.facts import FactDetail, FactsError, FactsReader, PatientFacts, fold_name
from protocol_dsl.semantics.types import OneOf, Quantity, YesNo
from protocol_dsl.values import UNKNOWN, DayTime, PartialDate, as_fraction, parse_unit

ALS_READER = FactsReader(ALS)
KINDS_READER = FactsReader(KINDS)


def value_of(name: str, given_value: object, *, from_text: bool = False) -> object:
    """What one fact is read as, in the protocol that declares it."""
    return _read({name: given_value}, from_text=from_text).values[_place(name)]


def detail_of(name: str, given_value: object) -> FactDetail | None:
    return _read({name: given_value}).details.get(name)


def refused(facts: Mapping[str, object], *, from_text: bool = False) -> tuple[Diagnostic, ...]:
    with pytest.raises(FactsError) as error:
        _read(facts, from_text=from_text)
    return error.value.diagnostics


def _read(facts: Mapping[str, object], *, from_text: bool = False) -> PatientFacts:
    reader = ALS_READER if any(ALS_READER.declared(name) for name in facts) else KINDS_READER
    return reader.read(facts, "P002", file="patients.json", from_text=from_text)


def _place(name: str) -> int:
    names = [one.name for one in (ALS_ITEMS if ALS_READER.declared(name) else KINDS_ITEMS)]
    return names.index((ALS_READER.declared(name) or KINDS_READER.declared(name)).name)


def test_a_complete_patient_fills_every_slot_in_the_order_of_the_items() -> None:
    found = ALS_READER.read(ALS_FACTS)
    read = dict(zip(ALS.items, found.values, strict=True))
    assert read["screening"] == datetime.date(2027, 8, 19)
    assert isinstance(read["initial diagnosis date"], PartialDate)
    assert read["of childbearing age"] is False
    assert read["diagnosis"] == "ALS"
    assert repr(read["forced vital capacity"]) == "Decimal('99.4')"
    assert read["screening nights"] == (
        (datetime.date(2027, 8, 19), 0, 236),
        (datetime.date(2027, 8, 20), Decimal("4.89"), 245),
    )
    assert UNKNOWN not in found.values
    assert found.details == {}


def test_nothing_given_is_unknown_everywhere() -> None:
    assert set(ALS_READER.read({}).values) == {UNKNOWN}


@pytest.mark.parametrize(
    "spelling",
    [
        "forced vital capacity",
        "Forced_Vital_Capacity",
        "forced-vital  capacity",
        "FVC",
        "fvc",
        "forced\u00a0vital capacity",
    ],
)
def test_names_fold(spelling: str) -> None:
    assert ALS_READER.read({spelling: 62.5}).values[_place("FVC")] == Decimal("62.5")


def test_names_that_only_a_sign_tells_apart_stay_apart() -> None:
    assert fold_name("A-") != fold_name("A")
    assert fold_name("grade -1") != fold_name("grade 1")
    assert fold_name("non-small") == fold_name("non small") == fold_name("Non_Small") == fold_name("non–small")


def test_two_names_that_fold_alike_are_found_by_their_own_spelling_only() -> None:
    reader = FactsReader(protocol_of(item("dose a", YesNo()), item("dose_A", YesNo())))
    assert reader.read({"dose_A": True}).values == (UNKNOWN, True)
    with pytest.raises(FactsError, match="F101"):
        reader.read({"DOSE A": True})


@pytest.mark.parametrize(
    ("name", "given_value", "expected"),
    [
        ("has a spouse", True, True),
        ("has a spouse", "yes", True),
        ("has a spouse", "No", False),
        ("has a spouse", None, UNKNOWN),
        ("has a spouse", {"value": None}, UNKNOWN),
        ("has a spouse", {"value": False, "by": "Dr A"}, False),
        ("sex", "FEMALE", "female"),
        ("consent signed by", "legal_guardian", "legal guardian"),
        ("diagnosis", "als", "ALS"),
        ("grade", 2, "2"),
        ("grade", "2", "2"),
        ("blood group", "a-", "A-"),
        ("weight", 62, 62),
        ("weight", 62.5, Decimal("62.5")),
        ("weight", Decimal("62.50"), Decimal("62.5")),
        ("weight", 0.1, Decimal("0.1")),
        ("weight", 0, 0),
        ("z-score", -2.4, Decimal("-2.4")),
        ("FVC", 50, 50),
        ("FVC", {"value": 0.5, "unit": "1"}, 50),
        ("FVC", {"value": 50, "unit": "%"}, 50),
        ("height", {"value": 169.0, "unit": "cm"}, Decimal("1.69")),
        ("temperature", {"value": 98.6, "unit": "[degF]"}, 37),
        ("time since onset", {"value": 2, "unit": "years"}, 24),
        ("screening", "2026-03-30", datetime.date(2026, 3, 30)),
        ("remarks", "a café", "a café"),
        ("screening nights", [], ()),
        ("screening nights", None, UNKNOWN),
        ("screening nights", {"value": [], "source": "oximetry"}, ()),
        ("screening nights", [{}], ((UNKNOWN, UNKNOWN, UNKNOWN),)),
        (
            "screening nights",
            [{"Night_of": "2026-03-30", "recorded time": {"value": 4, "unit": "h"}}],
            ((datetime.date(2026, 3, 30), UNKNOWN, 240),),
        ),
    ],
)
def test_values(name: str, given_value: object, expected: object) -> None:
    found = value_of(name, given_value)
    assert found == expected
    assert type(found) is type(expected) or isinstance(found, Decimal)


def test_dates_with_a_time_and_in_part() -> None:
    timed = value_of("informed consent", "2026-03-30T14:05")
    assert isinstance(timed, DayTime)
    assert timed.minute == 14 * 60 + 5
    assert len(value_of("informed consent", "2024").days) == 366  # type: ignore[attr-defined]


@given(st.decimals(-1000, 1000, places=4), st.sampled_from(["kg", "g", "mg", "[lb_av]"]))
def test_conversion_is_exact(number: Decimal, unit: str) -> None:
    found = value_of("weight", {"value": number, "unit": unit})
    factor = parse_unit(unit).factor / parse_unit("kg").factor
    assert as_fraction(found) == Fraction(number) * factor  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("weight", "62.5", Decimal("62.5")),
        ("weight", {"value": "62500", "unit": "g"}, Decimal("62.5")),
        ("has a spouse", "TRUE", True),
        ("has a spouse", "no", False),
        ("grade", "3", "3"),
        ("screening", "2026-03-30", datetime.date(2026, 3, 30)),
    ],
)
def test_cells_of_a_table_are_texts(name: str, cell: object, expected: object) -> None:
    assert value_of(name, cell, from_text=True) == expected


def test_details_keep_what_stands_beside_a_value() -> None:
    given_value = {"value": True, "By": "Dr A", "date": "2026-10", "source": "chart"}
    detail = detail_of("good nutritional status", given_value)
    assert detail is not None
    assert (detail.by, detail.source, detail.assumed) == ("Dr A", "chart", False)
    assert isinstance(detail.date, PartialDate)


@pytest.mark.parametrize(
    ("name", "number", "unit", "recorded"),
    [
        ("height", 169.0, "cm", "169.0 cm"),
        ("weight", 54700, "g", "54700 g"),
        ("FVC", 0.5, "1", "0.5"),
        ("weight", Decimal("1E+3"), "g", "1000 g"),
    ],
)
def test_a_converted_number_is_kept_as_recorded(name: str, number: object, unit: str, recorded: str) -> None:
    declared = ALS_READER.declared(name)
    assert declared is not None
    detail = detail_of(declared.name, {"value": number, "unit": unit})
    assert detail == FactDetail(recorded=recorded)


def test_the_declared_unit_in_another_spelling_is_no_conversion() -> None:
    assert detail_of("weight", {"value": 70, "unit": "kilograms"}) is None


def test_details_of_rows_stand_under_list_row_and_field() -> None:
    found = ALS_READER.read({"screening nights": [{}, {"recorded time": {"value": 4, "unit": "h", "by": "nurse"}}]})
    assert found.details == {("screening nights", 1, "recorded time"): FactDetail(by="nurse", recorded="4 h")}


def test_a_reason_why_a_value_is_missing_is_kept() -> None:
    found = ALS_READER.read(
        {"weight": {"reason missing": "not done"}, "height": {"value": None, "reason_missing": "x"}}
    )
    assert found.values[_place("weight")] is UNKNOWN
    assert found.details["weight"].reason_missing == "not done"
    assert found.details["height"].reason_missing == "x"


@pytest.mark.parametrize("facts", [{}, {"HIV known": None}, {"HIV known": {"value": None}}])
def test_silence_counts_as_what_the_protocol_says(facts: dict[str, object]) -> None:
    found = KINDS_READER.read(facts)
    assert found.values[2] is False
    assert found.details == {"HIV known": FactDetail(assumed=True)}


def test_a_stated_reason_is_not_silence() -> None:
    found = KINDS_READER.read({"HIV known": {"value": None, "reason missing": "result pending"}})
    assert found.values[2] is UNKNOWN
    assert found.details["HIV known"] == FactDetail(reason_missing="result pending")


def test_silence_about_a_field_of_a_row() -> None:
    found = KINDS_READER.read({"HIV known": True, "drugs": [{"drug name": "a"}, {"drug name": "b", "ongoing": True}]})
    assert found.values[-1] == (("a", False), ("b", True))
    assert found.details == {("drugs", 0, "ongoing"): FactDetail(assumed=True)}


class TestEvaluationDate:
    def read(self, facts: dict[str, object], on: datetime.date | None = None) -> object:
        return KINDS_READER.read(facts, on=on).values[0]

    def test_is_a_fact(self) -> None:
        facts: dict[str, object] = {"evaluation date": "2026-04-01", "screening": "2026-03-30"}
        assert self.read(facts) == datetime.date(2026, 4, 1)

    def test_of_the_command_line_wins(self) -> None:
        assert self.read({"evaluation date": "2026-04-01"}, datetime.date(2026, 5, 1)) == datetime.date(2026, 5, 1)

    def test_falls_back_on_the_day_of_the_header(self) -> None:
        assert self.read({"screening": "2026-03-30"}) == datetime.date(2026, 3, 30)

    def test_is_unknown_otherwise(self) -> None:
        assert self.read({}) is UNKNOWN

    def test_is_checked_and_left_out_where_the_protocol_does_not_ask_for_it(self) -> None:
        assert len(ALS_READER.read({"evaluation date": "2026-04-01"}).values) == len(ALS_ITEMS)
        with pytest.raises(FactsError, match="F108"):
            ALS_READER.read({"evaluation date": "soon"})


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        ({"sex": "male", "forced vital capcity": 1}, "F101", '"forced vital capcity"'),
        ({"sex": "male", "zzz": 1}, "F101", '"zzz"'),
        ({"sex": "male", 5: 1}, "F101", "not a text: 5"),
        ({"screening nights": [{"recorded tim": 1}]}, "F101", "rows of screening nights"),
        ({"screening nights": [{"zzz": 1}]}, "F101", "rows of screening nights"),
        ({"FVC": 50, "forced vital capacity": 50}, "F102", '"forced vital capacity"'),
        ({"FVC": 50, "fvc": None}, "F102", '"fvc"'),
        ({"screening nights": [{"night of": None, "NIGHT OF": None}]}, "F102", "night of"),
        ({"has a spouse": 1}, "F103", "0 and 1 are refused"),
        ({"has a spouse": "0"}, "F103", "0 and 1 are refused"),
        ({"has a spouse": "true"}, "F103", '"true"'),
        ({"has a spouse": [True]}, "F103", "a list"),
        ({"weight": "62.5"}, "F104", '"62.5"'),
        ({"weight": True}, "F104", "true"),
        ({"weight": {"value": {"value": 1}}}, "F104", "an object"),
        ({"weight": float("nan")}, "F105", "nan"),
        ({"weight": float("inf")}, "F105", "inf"),
        ({"weight": Decimal("sNaN")}, "F105", "sNaN"),
        ({"weight": 10**5000}, "F105", "more than 60 digits"),
        ({"sex": "F"}, "F106", "male, female"),
        ({"sex": "femal"}, "F106", '"femal"'),
        ({"sex": True}, "F106", "true"),
        ({"grade": 7}, "F106", "0, 1, 2, 3"),
        ({"grade": 10**5000}, "F106", "0, 1, 2, 3"),
        ({"blood group": "A"}, "F106", "A+, A-"),
        ({"screening": 2026}, "F107", "2026"),
        ({"screening": datetime.datetime(2026, 3, 30, 14, 5, 30)}, "F108", "to the minute"),
        ({"screening": datetime.datetime(2026, 3, 30, tzinfo=datetime.UTC)}, "F108", "without a time zone"),
        ({"screening": datetime.date(1700, 1, 1)}, "F108", "1800 to 2200"),
        ({"screening": "30.03.2026"}, "F108", "2026-03-30"),
        ({"screening": "2026-02-30"}, "F108", "February 2026 has 28 days"),
        ({"remarks": 12}, "F109", "12"),
        ({"remarks": "\ud800"}, "F109", "�"),
        ({"screening nights": "none"}, "F110", '"none"'),
        ({"screening nights": [{}, None]}, "F110", "Row 2"),
        ({"screening nights": {"night of": "2026-03-30"}}, "F110", "a single row"),
        ({"weight": {"value": 70, "unit": "Kg"}}, "F111", '"Kg"'),
        ({"weight": {"value": 70, "unit": "florps"}}, "F111", '"florps"'),
        ({"weight": {"value": 70, "unit": "cm"}}, "F112", '"cm"'),
        ({"time since onset": {"value": 60, "unit": "days"}}, "F112", '"days"'),
        ({"sex": {"value": "male", "unit": "kg"}}, "F113", '"kg"'),
        ({"height": {"value": 169, "units": "cm"}}, "F114", '"units"'),
        ({"height": {"value": 169, "zzz": "cm"}}, "F114", '"zzz"'),
        ({"height": {"value": 169, "Value": 170}}, "F114", "twice"),
        ({"height": {"value": 169, 3: 4}}, "F114", "3"),
        ({"height": {"unit": "cm"}}, "F115", "height"),
        ({"height": {"value": 1, "by": 7}}, "F116", '"by"'),
        ({"height": {"value": 1, "date": "tomorrow"}}, "F116", '"tomorrow"'),
        ({"height": {"value": 1, "unit": 7}}, "F116", '"unit"'),
    ],
)
def test_errors(facts: dict[str, object], code: str, said: str) -> None:
    (problem,) = refused(facts)
    assert problem.code == code
    assert said in problem.message
    assert problem.severity is Severity.ERROR
    assert problem.file == "patients.json"
    assert problem.where is not None
    assert problem.where.startswith("patient P002")
    assert problem.span is None
    assert problem.hint


@pytest.mark.parametrize("facts", [None, [], "facts", 3, {1, 2}])
def test_facts_are_an_object(facts: object) -> None:
    with pytest.raises(FactsError, match="F117"):
        ALS_READER.read(facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [datetime.date(2026, 3, 30), datetime.datetime(2026, 3, 30)])
def test_a_date_of_python_is_that_day(day: datetime.date) -> None:
    found = value_of("screening", day)
    assert found == datetime.date(2026, 3, 30)
    assert not isinstance(found, DayTime)
    detail = detail_of("weight", {"value": 70, "date": day})
    assert detail == FactDetail(date=datetime.date(2026, 3, 30))


def test_a_time_of_python_is_kept() -> None:
    found = value_of("informed consent", datetime.datetime(2026, 3, 30, 14, 5))
    assert isinstance(found, DayTime)
    assert found.minute == 14 * 60 + 5


@pytest.mark.parametrize("cell", ["85%", "85 %", {"value": "85", "unit": "%"}])
def test_a_percentage_in_a_table_may_bear_its_sign(cell: object) -> None:
    assert value_of("FVC", cell, from_text=True) == 85


@pytest.mark.parametrize(
    ("name", "cell"), [("weight", "85%"), ("z-score", "85%"), ("FVC", {"value": "85%", "unit": "1"}), ("FVC", "8 5%")]
)
def test_a_sign_of_per_cent_elsewhere_is_refused(name: str, cell: object) -> None:
    assert [problem.code for problem in refused({name: cell}, from_text=True)] == ["F105"]


def test_a_percentage_in_quotes_is_refused_where_numbers_need_none() -> None:
    assert refused({"FVC": "85%"})[0].code == "F104"


@pytest.mark.parametrize("cell", ["1,5", "1_000", "", "sixty", "٣"])
def test_cells_that_are_no_numbers(cell: str) -> None:
    assert [problem.code for problem in refused({"weight": cell}, from_text=True)] == ["F105"]


def test_zero_and_one_in_a_table_are_no_truths() -> None:
    assert refused({"has a spouse": "1"}, from_text=True)[0].code == "F103"


def test_the_nearest_right_word_is_suggested() -> None:
    assert "forced vital capacity" in (refused({"sex": "male", "forced vital capcity": 1})[0].hint or "")
    assert '"poor efficacy"' in (refused({"response to standard treatment": "poor eficacy"})[0].hint or "")
    assert '"unit"' in (refused({"height": {"value": 169, "units": "cm"}})[0].hint or "")
    assert '"kg"' in (refused({"weight": {"value": 70, "unit": "Kg"}})[0].hint or "")


def test_a_missing_sign_is_not_guessed() -> None:
    assert "Did you mean" not in (refused({"blood group": "A"})[0].hint or "")


def test_all_errors_of_a_patient_are_reported_together_with_their_places() -> None:
    facts = {"weight": "x", "sex": "F", "screening nights": [{}, {"recorded time": "x"}], "zzz": 1}
    problems = refused(facts)
    assert [problem.code for problem in problems] == ["F104", "F106", "F104", "F101"]
    assert problems[2].where == "patient P002, row 2 of screening nights"


def test_an_error_says_no_more_than_the_fact_at_fault() -> None:
    problems = refused({**ALS_FACTS, "weight": "W" * 1000})
    told = " ".join(f"{problem.message} {problem.hint}" for problem in problems)
    assert "W" * 20 in told
    assert "W" * 61 not in told
    assert "1985-05-06" not in told


def test_many_choices_are_cut_short() -> None:
    reader = FactsReader(protocol_of(item("site", OneOf(tuple(f"site {number}" for number in range(500))))))
    with pytest.raises(FactsError) as error:
        reader.read({"site": "elsewhere"})
    assert len(error.value.diagnostics[0].message) < 400


def test_a_percentage_is_compared_as_such() -> None:
    declared = ALS_READER.declared("fvc")
    assert declared is not None
    assert isinstance(declared.kind, Quantity)
    assert value_of("FVC", 0.5) == Decimal("0.5")


def deep(depth: int) -> object:
    nested: object = []
    for _ in range(depth):
        nested = [nested]
    return nested


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["2026-03", "yes", "male", "kg", "value", "unit", "date"])
    | st.just(object())
    | st.binary(max_size=3)
    | st.builds(deep, st.just(2000))
)
_keys = (
    st.sampled_from(["value", "unit", "date", "by", "night of", "recorded time"]) | st.text(max_size=5) | st.integers()
)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4), max_leaves=8
)


@given(
    st.dictionaries(st.sampled_from([one.name for one in KINDS_ITEMS + ALS_ITEMS]) | _keys, _values, max_size=6),
    st.booleans(),
)
def test_whatever_is_given_is_read_or_refused(facts: dict[str, object], from_text: bool) -> None:
    for reader, items in ((ALS_READER, ALS_ITEMS), (KINDS_READER, KINDS_ITEMS)):
        found: PatientFacts | FactsError
        try:
            found = reader.read(facts, "P002", from_text=from_text)
        except FactsError as error:
            found = error
        if isinstance(found, FactsError):
            assert found.diagnostics
            assert str(found).encode("utf-8")
        else:
            assert len(found.values) == len(items)


def test_deep_values_are_refused_without_being_looked_through() -> None:
    assert refused({"weight": deep(100_000)})[0].code == "F104"
    assert refused({"screening nights": deep(100_000)})[0].code == "F110"
