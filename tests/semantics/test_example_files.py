"""Example patients in a table beside the protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol_dsl.pipeline import ProtocolFile, files_beside, read_protocol

TEXT = """\
protocol: Weight

data: visit
  weight: kg
  ALT: measurements in U/L

inclusion criteria

  I1: Weight
    weight is at least 50 kg

  I2: ALT
    latest ALT ever is at most 40 U/L

examples

  patients from tables/patients.csv
"""
TABLE = """\
patient,like,weight,ALT,I1,verdict
heavy,,50 kg,"35 U/L on 2026-03-01, ULN 40; 30 U/L on 2025-01-01",passes,eligible
light,heavy,49.9,,fails,ineligible
not weighed,heavy,not recorded,,open,

"""


def read(tmp_path: Path, table: str | bytes, text: str = TEXT) -> ProtocolFile:
    folder = tmp_path / "study" / "tables"
    folder.mkdir(parents=True)
    (folder / "patients.csv").write_bytes(table if isinstance(table, bytes) else table.encode("utf-8-sig"))
    (tmp_path / "outside.csv").write_text(TABLE)
    path = tmp_path / "study" / "weight.protocol"
    return read_protocol("weight.protocol", text, files_beside(path))


def told(file: ProtocolFile) -> list[tuple[str, str | None]]:
    return [(each.code, each.where) for each in file.diagnostics]


def test_each_row_is_a_patient(tmp_path: Path) -> None:
    protocol = read(tmp_path, TABLE).protocol
    assert protocol is not None
    outcomes = protocol.run_examples()
    assert [each.example.name for each in outcomes] == ["heavy", "light", "not weighed"]
    assert [each.evaluation.verdict for each in outcomes] == ["eligible", "ineligible", "undetermined"]
    assert all(each.passed for each in outcomes)
    assert protocol.suggested_examples().text.startswith("examples\n")


def test_what_is_wrong_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    file = read(tmp_path, TABLE.replace("49.9", "49.9 cm"))
    assert told(file) == [("F112", "tables/patients.csv, line 3, patient light")]
    assert file.diagnostics[0].message.startswith("weight ")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("weight,", "wieght,", "P608"), ("open,", "opn,", "P607"), ("light,heavy", "light,hevy", "P604"),
     ("light,heavy", "heavy,heavy", "P605")],
)  # fmt: skip
def test_messages_are_those_of_examples_in_the_file(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = told(read(tmp_path, TABLE.replace(old, new)))
    assert code in [each for each, _ in found]
    assert all(where is not None and where.startswith("tables/patients.csv, line ") for _, where in found)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TABLE.replace("patient,", "name,"), "no column"),
        (TABLE.replace("verdict", "weight"), "two columns"),
        (TABLE.replace("light,heavy,", "light,heavy,,"), "line 3 has 7 cells"),
        (TABLE.replace("light,", ","), "has no name"),
        (b"\xff\xfe", "cannot be read as text"),
        ("", "no column"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path: Path, table: str | bytes, words: str) -> None:
    file = read(tmp_path, table)
    assert file.protocol is None
    assert words in next(each.message for each in file.diagnostics if each.code == "P610")


@pytest.mark.parametrize("name", ["missing.csv", "../outside.csv", "tables/patients", "weight.protocol"])
def test_only_tables_of_the_folder_are_read(tmp_path: Path, name: str) -> None:
    file = read(tmp_path, TABLE, TEXT.replace("tables/patients.csv", name))
    assert [each.code for each in file.diagnostics] == ["P610"]


def test_a_table_is_no_file_to_use(tmp_path: Path) -> None:
    text = TEXT.replace("data: visit", "use\n  tables/patients.csv\n\ndata: visit")
    assert "P208" in [each.code for each in read(tmp_path, TABLE, text).diagnostics]
