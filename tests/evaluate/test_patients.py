"""Files of patients in every format: what is taken out of them, and what is said about the damaged ones."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocols_by_hand import ALS, ALS_FACTS, KINDS

from protocol_dsl.evaluate.facts import FactsReader
from protocol_dsl.evaluate.patients import Patient, PatientError, read_patients


def read(name: str, text: str | bytes, tables: dict[str, str] | None = None) -> list[Patient | PatientError]:
    data = text.encode("utf-8") if isinstance(text, str) else text
    beside = {file: content.encode("utf-8") for file, content in (tables or {}).items()}
    return list(read_patients(ALS, name, data, tables=beside.get))


def outline(found: list[Patient | PatientError]) -> list[object]:
    """Each patient's id, and for one that cannot be read its id with the codes of its errors."""
    return [
        one.id if isinstance(one, Patient) else (one.patient, *(problem.code for problem in one.diagnostics))
        for one in found
    ]


ONE = '{"id": "P1", "facts": {"weight": 62.5}}'
TWO = '{"id": "P2", "facts": {"sex": "male"}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("patients.json", f"[{ONE}, {TWO}]"),
        ("patients.json", f"\ufeff[{ONE},\r\n{TWO}]\r\n"),
        ("patients.json", f"{ONE}\n{TWO}\n"),
        ("patients.ndjson", f"{ONE}\r\n\r\n{TWO}"),
        ("patients.JSONL", f"\ufeff{ONE}\n{TWO}\n"),
        ("-", f"[{ONE}, {TWO}]"),
        ("-", f" \n{ONE}\n{TWO}\n"),
        ("-", "id,weight,sex\nP1,62.5,\nP2,,male\n"),
        ("-", "- id: P1\n  facts: {weight: 62.5}\n- id: P2\n  facts: {sex: male}\n"),
        ("patients.yaml", "id: P1\nfacts:\n  weight: 62.5\n---\nid: P2\nfacts: {sex: male}\n"),
        ("patients.yml", f"- {ONE}\n- {TWO}\n"),
        ("patients.csv", '\ufeffid,weight [g],sex\r\nP1,62500,""\r\n\r\n,,\r\nP2,,male\r\n'),
    ],
)
def test_all_formats_hold_the_same_patients(name: str, text: str) -> None:
    found = read(name, text)
    reader = FactsReader(ALS)
    values = [
        reader.read(one.facts, one.id, from_text=one.from_text).values for one in found if isinstance(one, Patient)
    ]
    assert outline(found) == ["P1", "P2"]
    assert values == [reader.read({"weight": 62.5}).values, reader.read({"sex": "male"}).values]


def test_one_patient_over_several_lines() -> None:
    assert outline(read("-", json.dumps({"id": 7, "facts": ALS_FACTS}, indent=1))) == ["7"]
    assert outline(read("-", '{"id": 7, "facts":\n{"sex": "male"}}')) == ["7"]


def test_numbers_of_json_and_yaml_are_exact() -> None:
    for name in ("a.json", "a.yaml"):
        (patient,) = read(name, '{"id": "P1", "facts": {"weight": 0.1000000000000000055, "height": 12}}')
        assert isinstance(patient, Patient)
        assert patient.facts == {"weight": Decimal("0.1000000000000000055"), "height": 12}
        assert type(patient.facts["height"]) is int


def test_yaml_keeps_dates_and_words_as_text() -> None:
    text = """
id: P1
facts:
  day: 2026-03-30
  timed: 2026-03-30T14:05
  clock: 14:05
  answer: yes
  truth: true
  nothing: ~
  empty:
  zeros: 007
  quoted: "12"
  small: -1e-3
  block: |
    two
    lines
  7: seven
"""
    (patient,) = read("a.yaml", text)
    assert isinstance(patient, Patient)
    assert patient.facts == {
        "day": "2026-03-30",
        "timed": "2026-03-30T14:05",
        "clock": "14:05",
        "answer": "yes",
        "truth": True,
        "nothing": None,
        "empty": None,
        "zeros": "007",
        "quoted": "12",
        "small": Decimal("-0.001"),
        "block": "two\nlines\n",
        "7": "seven",
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        # A patient that cannot be taken out of the file stands in its place; the others go on.
        ("a.json", f'[{ONE}, 5, {{"id": "P3"}}, {TWO}]', ["P1", (None, "F156"), ("P3", "F160"), "P2"]),
        ("a.json", f'[{ONE}, {{"facts": {{}}}}, {TWO}]', ["P1", (None, "F157"), "P2"]),
        ("a.json", '[{"id": true, "facts": {}}, {"id": " ", "facts": {}}]', [(None, "F157"), (None, "F157")]),
        ("a.json", '[{"id": "\\ud800", "facts": {}}]', [(None, "F157")]),
        ("a.json", '[{"id": 1.5, "facts": {}}]', [(None, "F157")]),
        ("a.json", f'[{{"id": {"9" * 250}, "facts": {{}}}}]', [(None, "F157")]),
        ("a.json", f"[{ONE}, {ONE}, {TWO}]", ["P1", ("P1", "F158"), "P2"]),
        ("a.json", '[{"id": 7, "facts": {}}, {"id": "7", "facts": {}}]', ["7", ("7", "F158")]),
        ("a.json", '{"id": 1, "fact": {}, "facts": {}, "zzz": 1}', [("1", "F159", "F159")]),
        ("a.json", '{"id": 1, "sex": "male", "weight": 3}', [("1", "F160")]),
        ("a.json", '{"id": 1, "facts": []}', [("1", "F117")]),
        ("a.json", '{"id": 1, "facts": null}', [("1", "F117")]),
        ("a.json", f'[{{"id": 1, "facts": {{"sex": 1, "sex": 2}}}}, {TWO}]', [("1", "F161"), "P2"]),
        ("a.json", f'[{{"id": 1, "facts": {{"a": [{{"b": 1, "b": 2}}]}}}}, {TWO}]', [("1", "F161"), "P2"]),
        ("a.ndjson", f'{ONE}\n{{"id": \n{TWO}', ["P1", (None, "F152"), "P2"]),
        ("a.ndjson", f"{ONE}\n[1]\n{TWO}", ["P1", (None, "F156"), "P2"]),
        ("-", f'{{"id": "broken\n{ONE}\n{TWO}', [(None, "F152"), "P1", "P2"]),
        ("a.csv", "id,sex,weight\nP1,male\nP2,male,1\n", [("P1", "F164"), "P2"]),
        ("a.csv", "id,sex\nP1,male\n,male\nP1,female\n", ["P1", (None, "F157"), ("P1", "F158")]),
        # A file that cannot be read.
        ("a.json", '[{"id": 1, "facts": {}},]', [(None, "F152")]),
        ("a.json", "", [(None, "F150")]),
        ("-", "\ufeff \n", [(None, "F150")]),
        ("a.json", "[" * 100_000, [(None, "F155")]),
        ("a.ndjson", "[" * 100_000 + f"\n{TWO}", [(None, "F155"), "P2"]),
        ("a.yaml", "[" * 1000, [(None, "F155")]),
        ("a.yaml", "a: [1", [(None, "F154")]),
        ("a.yaml", "a: &x [1]\nb: *x", [(None, "F154")]),
        ("a.yaml", "a: !!python/object:os.system {}", [(None, "F154")]),
        ("a.yaml", "a: !!timestamp 2026-03-30", [(None, "F154")]),
        ("a.yaml", "? [1]\n: 2", [(None, "F154")]),
        ("a.yaml", "id: 1\nfacts: {sex: male, sex: female}", [("1", "F161")]),
        ("a.yaml", "just words", [(None, "F156")]),
        ("a.csv", "sex,weight\nmale,1\n", [(None, "F162")]),
        ("a.csv", "id,,weight\nP1,,1\n", [(None, "F162")]),
        ("a.csv", "id,screening nights\nP1,3\n", [(None, "F162")]),
        ("a.csv", "id,FVC,forced_vital_capacity\nP1,1,1\n", [(None, "F163")]),
        ("a.csv", "id,weight [g],Weight [kg]\nP1,1,1\n", [(None, "F163")]),
        ("a.csv", "id,id\nP1,P2\n", [(None, "F163")]),
        ("a.csv", "id,zzz,ZZZ\nP1,P2,P3\n", [(None, "F163")]),
        ("a.csv", 'id,sex\nP1,male\nP2,"male', ["P1", (None, "F166")]),
    ],
)
def test_damage(name: str, text: str, expected: list[object]) -> None:
    assert outline(read(name, text)) == expected


def test_bytes_that_are_not_utf_8() -> None:
    assert outline(read("a.json", b'[{"id": "\xe9", "facts": {}}]')) == [(None, "F151")]
    assert outline(read("a.csv", "id\nP1".encode("utf-16"))) == [(None, "F151")]
    assert outline(read("a.ndjson", ONE.encode() + b"\n\xe9\n" + TWO.encode())) == ["P1", (None, "F151"), "P2"]
    assert outline(read("-", ONE.encode() + b"\n\xe9\n" + TWO.encode() + b"\n{")) == [
        "P1",
        (None, "F151"),
        "P2",
        (None, "F152"),
    ]


def test_errors_name_the_file_and_the_place() -> None:
    _, broken = read("a.ndjson", f'{ONE}\n{{"id": ]')
    assert isinstance(broken, PatientError)
    (problem,) = broken.diagnostics
    assert (problem.file, problem.where, problem.span) == ("a.ndjson", "line 2", None)
    assert "line 2, column 8" in problem.message
    (again,) = read("-", '[{"id": "P1", "facts": []}]')
    assert isinstance(again, PatientError)
    assert (again.diagnostics[0].file, again.diagnostics[0].where) == ("standard input", "patient P1")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999", "9" * 5000, "1e999"])
def test_a_number_out_of_bounds_concerns_its_patient_only(number: str) -> None:
    found = read("a.json", f'[{{"id": "P0", "facts": {{"weight": {number}}}}}, {ONE}]')
    assert outline(found) == ["P0", "P1"]
    assert isinstance(found[0], Patient)
    assert not isinstance(found[0].facts["weight"], str)


def test_yaml_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    (error,) = read("a.yaml", "id: P1\nfacts: {}")
    assert isinstance(error, PatientError)
    assert "pip install '.[yaml]'" in (error.diagnostics[0].hint or "")


class TestTables:
    def facts(self, text: str, tables: dict[str, str] | None = None) -> dict[str, object]:
        return {one.id: dict(one.facts) for one in read("a.csv", text, tables) if isinstance(one, Patient)}

    def test_a_unit_stands_in_the_header_and_names_fold(self) -> None:
        header = "ID,Body_Pressure [mm[Hg]],FVC,height [cm],Weight"
        assert self.facts(f"{header}\nP1, 120 ,62.5,169.0,\n") == {
            "P1": {
                "Body_Pressure": {"value": "120", "unit": "mm[Hg]"},
                "forced vital capacity": "62.5",
                "height": {"value": "169.0", "unit": "cm"},
            }
        }

    def test_quoted_cells_hold_commas_and_line_breaks(self) -> None:
        assert self.facts('id,diagnosis\nP1,"a, ""b""\nc"\n') == {"P1": {"diagnosis": 'a, "b"\nc'}}

    NIGHTS = "id,night of,recorded time [h]\nP1,2026-03-30,4\nP2,,\nP1,2026-03-31,\n"

    @pytest.mark.parametrize("file", ["screening nights.csv", "screening_nights.csv"])
    def test_the_rows_of_a_list_stand_beside(self, file: str) -> None:
        nights = [{"night of": "2026-03-30", "recorded time": {"value": "4", "unit": "h"}}, {"night of": "2026-03-31"}]
        assert self.facts("id,sex\nP1,male\nP2,\nP3,male\n", {file: self.NIGHTS}) == {
            "P1": {"sex": "male", "screening nights": nights},
            "P2": {"screening nights": []},
            "P3": {"sex": "male"},
        }

    def test_rows_without_a_value_beside_others_are_rows(self) -> None:
        tables = {"screening nights.csv": "id,night of\nP1,\nP1,2026-03-30\n"}
        assert self.facts("id\nP1\n", tables) == {"P1": {"screening nights": [{}, {"night of": "2026-03-30"}]}}

    @pytest.mark.parametrize(
        ("rows", "expected"),
        [
            ("id,night of\nP9,2026-03-30\n", ["P1", ("P9", "F165")]),
            ("id,night of\nP8,2026-03-30\nP9,2026-03-30\nP9,\n", ["P1", (None, "F165")]),
            ("id,night of\n,2026-03-30\n", [(None, "F165")]),
            ("id;night of\nP1;2026-03-30\n", [(None, "F162")]),
            ("id,night of\nP1,2026-03-30,1\n", [(None, "F164")]),
            ("night of\n2026-03-30\n", [(None, "F162")]),
        ],
    )
    def test_rows_that_could_go_missing_are_errors(self, rows: str, expected: list[object]) -> None:
        assert outline(read("a.csv", "id\nP1\n", {"screening nights.csv": rows})) == expected

    def test_rows_of_many_patients_who_are_not_there_are_told_once(self) -> None:
        tables = {"screening nights.csv": "id,night of\nP8,\nP9,\n"}
        _, error = read("a.csv", "id\nP1\n", tables)
        assert isinstance(error, PatientError)
        (problem,) = error.diagnostics
        assert "2 patients" in problem.message
        assert problem.file == "screening nights.csv"

    def test_a_column_that_is_no_fact_is_told_of_also_where_it_is_empty(self) -> None:
        assert self.facts("id,weight (kg),zzz [m],sex\nP1,,,\n") == {
            "P1": {"weight (kg)": None, "zzz": {"value": None, "unit": "m"}}
        }

    @pytest.mark.parametrize("name", ["a.csv", "-"])
    @pytest.mark.parametrize(("sign", "words"), [(";", "semicolons"), ("\t", "tabs")])
    def test_other_signs_between_columns_are_named(self, name: str, sign: str, words: str) -> None:
        (error,) = read(name, f"id{sign}weight\nP1{sign}62,5\n")
        assert isinstance(error, PatientError)
        assert error.diagnostics[0].code == "F162"
        assert words in error.diagnostics[0].message

    @pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1"])
    @pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
    def test_a_workbook_is_no_table(self, name: str, data: bytes) -> None:
        (error,) = read(name, data)
        assert isinstance(error, PatientError)
        assert "Excel workbook" in error.diagnostics[0].message
        assert "CSV UTF-8" in (error.diagnostics[0].hint or "")

    def test_two_files_for_one_list(self) -> None:
        tables = {"screening nights.csv": self.NIGHTS, "screening_nights.csv": self.NIGHTS}
        assert outline(read("a.csv", "id\nP1\n", tables)) == [(None, "F163")]


_pieces = st.sampled_from(
    [
        '{"id": "P1", "facts": {',
        "}}",
        "[",
        "]",
        "\n",
        ",",
        '"',
        "id",
        "id,sex\n",
        "- ",
        "facts:",
        ": ",
        "&a",
        "*a",
        "!!b",
    ]
)


@given(
    st.sampled_from(["-", "a.json", "a.ndjson", "a.yaml", "a.csv", "a.txt"]),
    st.binary(max_size=60) | st.lists(_pieces | st.text(max_size=3), max_size=12).map(lambda p: "".join(p).encode()),
)
def test_whatever_is_in_a_file_is_read_or_refused(name: str, data: bytes) -> None:
    found = list(read_patients(KINDS, name, data, tables={"drugs.csv": data}.get))
    read_ids = [one.id for one in found if isinstance(one, Patient)]
    assert len(read_ids) == len(set(read_ids))
    assert all(one.diagnostics for one in found if isinstance(one, PatientError))
