"""Several choices, words of lists, second units, titres, weeks and days; and the records of dated series."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator
from protocols_by_hand import item, protocol_of, quantity

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.evaluate.facts import FactDetail, FactsError, FactsReader, PatientFacts
from protocol_dsl.evaluate.patients import Patient, read_patients
from protocol_dsl.evaluate.reading import DetailPath, Hints
from protocol_dsl.evaluate.schema import json_schema
from protocol_dsl.semantics.examples import plain_fact, records_in_line
from protocol_dsl.semantics.types import (
    DATE,
    DRUG,
    END,
    HALF_LIFE,
    LOWER,
    ONGOING,
    START,
    UPPER,
    VALUE,
    Coded,
    DataItem,
    Date,
    Kind,
    OneOf,
    OtherUnit,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import UNKNOWN, OtherNumber, PartialDate, parse_unit

DAY = datetime.date(2026, 3, 16)
TERMS = (("Atorvastatin", "atorvastatin"), ("Lipitor", "atorvastatin"), ("C10AA05", "atorvastatin"))


def in_two_units(first: str, second: str) -> Quantity:
    return Quantity(parse_unit(first), other=OtherUnit(parse_unit(second)))


def measurements(name: str, kind: Kind, *more: DataItem, limits: bool = True) -> DataItem:
    fields = [item(DATE, Date()), item(VALUE, kind)]
    fields += [item(UPPER, kind, "ULN"), item(LOWER, kind, "LLN")] if limits else []
    return item(name, Rows(name, name, (*fields, *more), "measurements"))


TIMES = (item(DATE, Date()), item(START, Date()), item(END, Date()), item(ONGOING, YesNo()))
ITEMS = (
    item("sites", SeveralOf(("liver", "bone", "lung", "CNS"))),
    item("worries", SeveralOf(("none", "pain", "1"))),
    item("drug now", Coded(TERMS)),
    item("HbA1c", in_two_units("%", "mmol/mol")),
    item("bilirubin", in_two_units("mg/dL", "µmol/L")),
    item("ANA", quantity("titre"), "ANA titre"),
    item("height rank", quantity("percentile")),
    item("gestational age", quantity("weeks + days")),
    measurements("ALT", quantity("U/L"), item("fasting", YesNo())),
    measurements("A1c", in_two_units("%", "mmol/mol")),
    measurements("culture", OneOf(("positive", "negative")), limits=False),
    measurements("stay", quantity("days"), item("unit", Text()), limits=False),
    item("stroke", Rows("stroke", "stroke", (*TIMES, item("severity", OneOf(("mild", "severe")))), "events")),
    item(
        "medication",
        Rows(
            "medication",
            "medication",
            (*TIMES, item(DRUG, Coded(TERMS)), item(HALF_LIFE, quantity("days")), item("dose", quantity("mg"))),
            "treatments",
        ),
    ),
)
PROTOCOL = protocol_of(*ITEMS)
READER = FactsReader(PROTOCOL)
NAMES = [one.name for one in ITEMS]


def read(facts: dict[str, object], from_text: bool = False, hints: Hints = "cell") -> PatientFacts:
    return READER.read(facts, "P1", from_text=from_text, hints=hints)


def value_of(name: str, given: object, from_text: bool = False) -> object:
    found = read({name: given}, from_text).values
    declared = READER.declared(name)
    assert declared is not None
    return found[NAMES.index(declared.name)]


def refused(name: str, given: object, from_text: bool = False, hints: Hints = "cell") -> Diagnostic:
    with pytest.raises(FactsError) as caught:
        read({name: given}, from_text, hints)
    (problem,) = caught.value.diagnostics
    return problem


def details_of(name: str, given: object) -> dict[DetailPath, FactDetail]:
    return dict(read({name: given}).details)


# ---- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("sites", ["bone", "Liver", "bone"], ("liver", "bone")),
        ("sites", [], ()),
        ("sites", "cns", ("CNS",)),
        ("sites", None, UNKNOWN),
        ("sites", {"value": ["lung"], "source": "CT"}, ("lung",)),
        ("worries", "none", ("none",)),
        ("worries", ["pain", 1], ("pain", "1")),
        ("drug now", "lipitor", "atorvastatin"),
        ("drug now", "c10aa05", "atorvastatin"),
        ("drug now", "  Co-trimoxazole  Forte ", "co-trimoxazole forte"),
        ("HbA1c", 6.8, Decimal("6.8")),
        ("HbA1c", {"value": 6.8, "unit": "%"}, Decimal("6.8")),
        ("HbA1c", {"value": 52, "unit": "mmol/mol"}, OtherNumber(52)),
        ("bilirubin", {"value": 12, "unit": "mg/L"}, Decimal("1.2")),
        ("bilirubin", {"value": 17.1, "unit": "µmol/L"}, OtherNumber(Decimal("17.1"))),
        ("bilirubin", {"value": 0.5, "unit": "mmol/L"}, OtherNumber(500)),
        ("ANA", "1:160", 160),
        ("ANA titre", {"value": "1:160"}, 160),
        ("ANA", {"value": "1:160", "unit": "titre"}, 160),
        ("ANA", 160, 160),
        ("height rank", 2.5, Decimal("2.5")),
        ("gestational age", "24+3", 171),
        ("gestational age", "24w3d", 171),
        ("gestational age", {"value": "24 weeks 3 days", "source": "scan"}, 171),
        ("gestational age", {"value": 171, "unit": "days"}, 171),
        ("gestational age", {"value": 24, "unit": "weeks"}, 168),
        ("gestational age", None, UNKNOWN),
    ],
)
def test_values(name: str, given: object, expected: object) -> None:
    assert value_of(name, given) == expected


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("sites", "bone; liver", ("liver", "bone")),
        ("sites", "bone, liver", ("liver", "bone")),
        ("sites", "None", ()),
        ("worries", "none", ("none",)),
        ("drug now", "Lipitor", "atorvastatin"),
        ("HbA1c", {"value": "52", "unit": "mmol/mol"}, OtherNumber(52)),
        ("ANA", "1:160", 160),
        ("ANA", "160", 160),
        ("gestational age", "24+3", 171),
        ("gestational age", {"value": "171", "unit": "days"}, 171),
    ],
)
def test_cells(name: str, cell: object, expected: object) -> None:
    assert value_of(name, cell, from_text=True) == expected


def test_what_was_converted_is_kept_as_recorded() -> None:
    assert details_of("bilirubin", {"value": 0.5, "unit": "mmol/L"}) == {"bilirubin": FactDetail(recorded="0.5 mmol/L")}
    assert details_of("HbA1c", {"value": 52, "unit": "mmol/mol"}) == {}


@pytest.mark.parametrize(
    ("name", "given", "code", "message", "hint"),
    [
        ("sites", ["liver", "skin"], "F106", '"skin"', '"sites": ["liver"]'),
        ("sites", ["livr"], "F106", "any of the declared choices", '"sites": ["liver"]'),
        ("sites", [None], "F106", "null", "[] says that none does"),
        ("sites", True, "F106", "true", '"sites": ["liver"]'),
        ("sites", "none", "F106", '"none"', "[] says that none does"),
        ("sites", "liver; bone", "F106", "liver; bone", "square brackets"),
        ("drug now", 7, "F109", "a word of the protocol's lists", "in quotes"),
        ("HbA1c", {"value": 52, "unit": "‰"}, "F112", "declared in % or mmol/mol", '"unit": "%"'),
        ("HbA1c", {"value": 0.07, "unit": "1"}, "F112", "declared in % or mmol/mol", '"unit": "%"'),
        ("bilirubin", {"value": 1, "unit": "kg"}, "F112", "declared in mg/dL or µmol/L", '"unit": "mg/dL"'),
        ("ANA", "1:40+", "F104", "a titre is needed", '"ANA": "1:160"'),
        ("ANA", True, "F104", "a titre is needed", '"ANA": "1:160"'),
        (
            "gestational age",
            24,
            "F104",
            "24 without a unit, which may be weeks or days",
            '"value": 171, "unit": "days"',
        ),
        ("gestational age", {"value": 24, "unit": "weeks + days"}, "F104", "weeks or days", '"24+3"'),
        ("gestational age", "24", "F104", "may be weeks or days", '"24+3"'),
        ("gestational age", "24+9", "F104", "weeks and days are needed", '"24+3"'),
        ("gestational age", {"value": 24, "unit": "months"}, "F112", "days", '"unit": "days"'),
        (
            "ALT",
            {"value": 35, "date": "2026-03-16"},
            "F110",
            "a single row",
            '"ALT": [{"date": "2026-03-30", "value": …}',
        ),
        ("ALT", {"date": "2026-03-16"}, "F110", "a single row", '"ALT": [{'),
        ("ALT", 35, "F110", "a list of rows is needed", '"ALT": [{"date": "2026-03-30", "value": …}'),
        ("ALT", [61.4], "F110", "Row 1 of ALT is 61.4 alone", '"ALT": [{"date": "2026-03-30", "value": …}'),
        ("ALT", [None], "F110", "each row must be an object", "value"),
        ("stroke", {"date": "2025-09-01"}, "F110", "a single row", '"stroke": [{"date": "2026-03-30"}'),
        ("stroke", ["2025-09-01"], "F110", "each row must be an object", '"stroke": [{"date": "2026-03-30"}'),
        (
            "medication",
            {"drug": "x"},
            "F110",
            "a single row",
            '"medication": [{"drug": "…", "start date": "2026-03-30"}',
        ),
        ("ALT", [{"value": 35, "unit": "mg", "ULN": 40}], "F112", "mg", '"unit": "U/L"'),
        ("ALT", [{"value": 35, "unit": "UL/"}], "F111", "UL/", "U/L"),
        ("ALT", [{"value": 35, "unit": 7}], "F116", "unit", "in quotes"),
        ("ALT", [{"value": 35, "by": 7}], "F116", "by", "in quotes"),
        ("ALT", [{"value": 35, "unit": "U/L", "Unit": "U/L"}], "F114", "twice", ""),
        ("ALT", [{"value": "35", "unit": "U/L"}], "F104", "35", "35"),
        ("ALT", [{"valu": 35}], "F101", "valu", "value"),
        ("culture", [{"value": "positive", "unit": "kg"}], "F113", "kg", ""),
        ("stroke", [{"unit": "kg"}], "F101", "unit", ""),
    ],
)
def test_what_cannot_be_read(name: str, given: object, code: str, message: str, hint: str) -> None:
    problem = refused(name, given)
    assert problem.code == code
    assert message in problem.message
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("hints", ["cell", "example"])
@pytest.mark.parametrize(
    ("name", "cell"),
    [("sites", "skin"), ("sites", "livr"), ("ANA", "high"), ("gestational age", "24"), ("gestational age", "long")],
)
def test_hints_for_cells_are_not_in_json(name: str, cell: str, hints: Hints) -> None:
    hint = refused(name, cell, from_text=True, hints=hints).hint or ""
    assert '":' not in hint
    assert "[" not in hint or "[days]" in hint


# ---- records --------------------------------------------------------------------------------------------------------


def test_the_unit_of_a_measurement_is_that_of_its_limits() -> None:
    row = {"value": 2, "unit": "U/mL", "date": "2026-03-16", "ULN": 0.04, "LLN": {"value": 5, "unit": "U/L"}}
    assert value_of("ALT", [row]) == ((DAY, 2000, 40, 5, UNKNOWN),)
    assert details_of("ALT", [row])["ALT", 0, VALUE] == FactDetail(recorded="2 U/mL")


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("ALT", {"value": 35, "date": "2026-03-16"}, (DAY, 35, UNKNOWN, UNKNOWN, UNKNOWN)),
        (
            "ALT",
            {"value": 35, "unit": "U/L", "date": "2026-03-16", "upper limit of normal": 40, "fasting": True},
            (DAY, 35, 40, UNKNOWN, True),
        ),
        ("ALT", {"value": None, "unit": "U/L", "date": "2026-03-16"}, (DAY, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
        ("ALT", {"value": {"value": 35, "unit": "U/L"}, "unit": None}, (UNKNOWN, 35, UNKNOWN, UNKNOWN, UNKNOWN)),
        ("A1c", {"value": 52, "unit": "mmol/mol", "ULN": 42}, (UNKNOWN, OtherNumber(52), OtherNumber(42), UNKNOWN)),
        ("culture", {"value": "Negative", "date": "2026-03-16"}, (DAY, "negative")),
        ("stay", {"value": 3, "unit": "ward 7"}, (UNKNOWN, 3, "ward 7")),
        ("stroke", {"date": "2026-03-16"}, (DAY, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
        (
            "medication",
            {"Drug": "LIPITOR", "start_date": "2026-03-16", "ongoing": "yes", "half-life": {"value": 12, "unit": "h"}},
            (UNKNOWN, DAY, UNKNOWN, True, "atorvastatin", Decimal("0.5"), UNKNOWN),
        ),
    ],
)
def test_records(name: str, row: dict[str, object], expected: tuple[object, ...]) -> None:
    assert value_of(name, [row]) == (expected,)


def test_who_recorded_a_row_and_where_stands_beside_its_value() -> None:
    row = {"value": {"value": 35, "by": "lab A"}, "Source": "chart", "by": "lab B"}
    assert details_of("ALT", [row]) == {("ALT", 0, VALUE): FactDetail(source="chart", by="lab A")}
    assert details_of("stroke", [{}, {"source": "letter"}]) == {("stroke", 1, DATE): FactDetail(source="letter")}


def test_lists_with_what_the_record_says_about_them() -> None:
    assert value_of("ALT", {"value": [], "source": "laboratory"}) == ()
    assert value_of("ALT", {"reason missing": "not done"}) is UNKNOWN
    assert value_of("ALT", {"value": None}) is UNKNOWN


# ---- schema ---------------------------------------------------------------------------------------------------------

SCHEMA = json_schema(PROTOCOL)
VALIDATOR = Draft202012Validator(SCHEMA)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sites", ["liver"]),
        ("sites", []),
        ("worries", ["pain", 1]),
        ("drug now", "anything"),
        ("HbA1c", {"value": 52, "unit": "mmol/mol"}),
        ("ANA", "1:160"),
        ("ANA", 160),
        ("gestational age", "24+3"),
        ("gestational age", {"value": 171, "unit": "days"}),
        ("gestational age", {"value": "24+3", "by": "midwife"}),
        ("gestational age", {"value": None, "reason missing": "no scan"}),
        ("ALT", [{"value": 35, "unit": "U/L", "date": "2026-03-16", "upper limit of normal": 40, "by": "lab"}]),
        ("ALT", []),
        ("stroke", [{"start date": "2026", "ongoing": True, "severity": "mild", "source": "letter"}]),
        ("medication", [{"drug": "x", "half-life": 3}]),
        ("stay", [{"value": 3, "unit": "ward 7"}]),
    ],
)
def test_right_facts_meet_the_schema_and_are_read(name: str, given: object) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert VALIDATOR.is_valid({name: given})
    read({name: given})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sites", ["skin"]),
        ("drug now", 7),
        ("ANA", "high"),
        ("gestational age", 24),
        ("gestational age", "24+9"),
        ("gestational age", {"value": 24}),
        ("ALT", 35),
        ("ALT", [35]),
        ("ALT", {"value": 35, "date": "2026-03-16"}),
        ("stroke", [{"unit": "kg"}]),
        ("culture", [{"value": "positive", "unit": "kg"}]),
    ],
)
def test_wrong_facts_meet_neither(name: str, given: object) -> None:
    assert not VALIDATOR.is_valid({name: given})
    refused(name, given)


def test_the_schema_tells_both_units() -> None:
    assert "Unit: % or mmol/mol" in json.dumps(SCHEMA)


# ---- tables ---------------------------------------------------------------------------------------------------------


def table(**rows: list[list[str]]) -> PatientFacts:
    """Patient P1 of a table, with the lists whose tables stand beside it."""
    files = {}
    for name, lines in rows.items():
        text = io.StringIO()
        csv.writer(text).writerows(lines)
        files[f"{name}.csv"] = text.getvalue().encode()
    (found,) = read_patients(PROTOCOL, "p.csv", b"id\nP1\n", tables=files.get)
    assert isinstance(found, Patient)
    return READER.read(found.facts, found.id, from_text=True)


def test_tables_of_measurements_events_and_treatments() -> None:
    found = table(
        ALT=[
            ["id", "date", "value", "unit", "ULN", "source"],
            ["P1", "2026-03-16", "0.1", "U/mL", "0.04", "chart"],
            ["P1", "2026-03", "35", "", "40", ""],
        ],
        A1c=[["id", "date", "value [mmol/mol]"], ["P1", "2026-03-16", "52"]],
        culture=[["id", "date", "value", "unit"], ["P1", "", "", ""]],
        stroke=[["id", "date", "severity"], ["P1", "", ""]],
        medication=[["id", "Drug", "start_date", "ongoing"], ["P1", "Lipitor", "2026-03-16", "yes"]],
    )
    values = dict(zip(NAMES, found.values, strict=True))
    first, second = values["ALT"]  # type: ignore[misc]
    assert first == (DAY, 100, 40, UNKNOWN, UNKNOWN)  # type: ignore[has-type]
    assert isinstance(second[0], PartialDate)  # type: ignore[has-type]
    assert second[1:] == (35, 40, UNKNOWN, UNKNOWN)  # type: ignore[has-type]
    assert values["A1c"] == ((DAY, OtherNumber(52), UNKNOWN, UNKNOWN),)
    assert values["culture"] == values["stroke"] == ()
    assert values["medication"] == ((UNKNOWN, DAY, UNKNOWN, True, "atorvastatin", UNKNOWN, UNKNOWN),)
    assert found.details["ALT", 0, VALUE] == FactDetail(source="chart", recorded="0.1 U/mL")


# ---- examples of protocol files -------------------------------------------------------------------------------------


def declared(name: str) -> DataItem:
    found = READER.declared(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "cell", "fact"),
    [
        ("ANA", "1:160", "1:160"),
        ("ANA", "160", 160),
        ("gestational age", "24+3", "24+3"),
        ("gestational age", "24 weeks + 3 days", "24 weeks + 3 days"),
        ("gestational age", "171 days", {"value": 171, "unit": "days"}),
        ("HbA1c", "52 mmol/mol", {"value": 52, "unit": "mmol/mol"}),
        ("height rank", "25th percentile", {"value": 25, "unit": "th percentile"}),
        ("sites", "liver; bone", "liver; bone"),
    ],
)
def test_cells_of_examples(name: str, cell: str, fact: object) -> None:
    assert plain_fact(cell, declared(name)) == fact
    read({name: plain_fact(cell, declared(name))}, from_text=True, hints="example")


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("ALT", "35", ((UNKNOWN, 35, UNKNOWN, UNKNOWN, UNKNOWN),)),
        ("ALT", "35 U/L on 2026-03-16, ULN 40", ((DAY, 35, 40, UNKNOWN, UNKNOWN),)),
        (
            "ALT",
            "2 U/mL on 2026-03-16, ULN 0.04, lower limit of normal 5 U/L, fasting yes; 3",
            ((DAY, 2000, 40, 5, True), (UNKNOWN, 3, UNKNOWN, UNKNOWN, UNKNOWN)),
        ),
        ("A1c", "52 mmol/mol on 2026-03-16", ((DAY, OtherNumber(52), UNKNOWN, UNKNOWN),)),
        ("culture", "positive on 2026-03-16", ((DAY, "positive"),)),
        ("stroke", "on 2026-03-16, severity mild", ((DAY, UNKNOWN, UNKNOWN, UNKNOWN, "mild"),)),
        ("stroke", "from 2026-03-16 to 2026-03-16", ((UNKNOWN, DAY, DAY, UNKNOWN, UNKNOWN),)),
        ("stroke", "since 2026-03-16", ((UNKNOWN, DAY, UNKNOWN, True, UNKNOWN),)),
        (
            "medication",
            "Lipitor since 2026-03-16, dose 20 mg; on the go drops on 2026-03-16, half-life 2 days",
            (
                (UNKNOWN, DAY, UNKNOWN, True, "atorvastatin", UNKNOWN, 20),
                (DAY, UNKNOWN, UNKNOWN, UNKNOWN, "on the go drops", 2, UNKNOWN),
            ),
        ),
    ],
)
def test_records_in_one_line(name: str, line: str, expected: tuple[object, ...]) -> None:
    kind = declared(name).kind
    assert isinstance(kind, Rows)
    assert value_of(name, records_in_line(line, kind), from_text=True) == expected


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ALT", "on 2026-03-16"),
        ("ALT", "35, about 40"),
        ("ALT", "35, ULN"),
        ("ALT", "35, ULN 40, ULN 50"),
        ("ALT", "35 since 2026-03-16"),
        ("ALT", "35;"),
        ("stroke", "yes"),
        ("stroke", "severe on 2026-03-16"),
        ("stroke", ""),
        ("medication", "since 2026-03-16"),
        ("medication", "Lipitor"),
    ],
)
def test_lines_that_are_no_records(name: str, line: str) -> None:
    kind = declared(name).kind
    assert isinstance(kind, Rows)
    assert records_in_line(line, kind) is None
