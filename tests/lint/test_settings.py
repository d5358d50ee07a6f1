"""How severe a file takes the rules to be, and the findings that its author keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lint.texts import file_of, findings
from protocol_dsl.cli.main import main
from protocol_dsl.diagnostics import Severity
from protocol_dsl.pipeline import Protocol, loads, parse_file, read_protocol
from protocol_dsl.syntax.format import format_protocol

WORDING = "Adequate, and/or good."
ACCEPTED = "accepted finding: L101, because the site trains for it"


def header(*lines: str) -> str:
    return "  wording rules:\n" + "".join(f"    - {line}\n" for line in lines)


def protocol(text: str) -> Protocol:
    return loads(text)


def severities(text: str) -> dict[str, Severity]:
    return {one.code: one.severity for one in protocol(text).lint()}


def test_the_header_says_how_severe_a_rule_is() -> None:
    found = severities(file_of(WORDING, "smoker", header=header("L101 is an error", "L108 is a warning")))
    assert found["L101"] is Severity.ERROR
    assert found["L108"] is Severity.WARNING


def test_a_rule_that_is_off_finds_nothing() -> None:
    off = header("L108 is off, because the template asks for it", "l110 is off, because of the data plan")
    found = severities(file_of(WORDING, "smoker", header=off))
    assert "L101" in found
    assert "L108" not in found
    assert "L110" not in found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("L108 is off", "P140"),
        ("L108 is fine", "P140"),
        ("no and/or", "P140"),
        ("L999 is off, because so", "P142"),
        ("P101 is off, because so", "P142"),
    ],
)
def test_lines_that_cannot_be_read(line: str, code: str) -> None:
    read = read_protocol("a", file_of(WORDING, "smoker", header=header(line)))
    assert [one.code for one in read.diagnostics if one.severity is Severity.ERROR] == [code]


def test_a_code_that_there_is_not_names_the_nearest() -> None:
    read = read_protocol("a", file_of(WORDING, "smoker", "accepted finding: L1101, because so"))
    (problem,) = [one for one in read.diagnostics if one.code == "P142"]
    assert problem.hint == "Did you mean L101?"


def test_an_accepted_finding_is_not_told() -> None:
    assert ("L101", "Adequate") in findings(file_of(WORDING, "smoker"))
    codes = {code for code, _ in findings(file_of(WORDING, "smoker", ACCEPTED))}
    assert "L101" not in codes
    assert "L199" not in codes
    assert "L108" in codes


def test_an_accepted_finding_is_kept_for_its_criterion_alone() -> None:
    more = "\n  C2: Other\n    > Recently pregnant.\n    pregnant\n"
    assert ("L101", "Recently") in findings(file_of(WORDING, "smoker", ACCEPTED, more=more))


def test_an_accepted_finding_that_is_not_found_is_told() -> None:
    assert findings(file_of("Smoker.", "smoker", ACCEPTED)) == [("L199", ACCEPTED)]


def test_an_accepted_finding_needs_its_reason() -> None:
    read = read_protocol("a", file_of(WORDING, "smoker", "accepted finding: L101"))
    assert "P141" in {one.code for one in read.diagnostics}


def test_settings_stay_when_formatted_and_are_of_no_document() -> None:
    text = file_of(WORDING, "smoker", ACCEPTED, header=header("L108 is off, because the template asks for it"))
    read = read_protocol("a", text)
    assert read.source is not None
    syntax = parse_file(read.source, None).parsed.syntax
    assert syntax is not None
    again = format_protocol(syntax)
    assert ACCEPTED in again
    assert "    - L108 is off, because the template asks for it" in again
    assert [one.code for one in loads(again).lint()] == [one.code for one in loads(text).lint()]
    for document in ("protocol", "checklist"):
        printed = protocol(text).render(document, "markdown")
        assert "L101" not in printed
        assert "L108" not in printed


def test_settings_change_no_rule() -> None:
    plain = protocol(file_of(WORDING, "smoker")).checked
    settled = protocol(file_of(WORDING, "smoker", ACCEPTED, header=header("L101 is an error"))).checked
    assert plain["C1"].rule == settled["C1"].rule
    assert plain["C1"].notes == settled["C1"].notes


def test_a_file_in_two_languages_needs_no_translation_of_them() -> None:
    text = file_of(WORDING, "smoker", ACCEPTED, header=header("L108 is off, because of the template"))
    told = read_protocol("a", text + "\nin Chinese\n  smoker: 吸烟者\n").diagnostics
    (missing,) = [one for one in told if one.code == "P211"]
    plain = file_of(WORDING, "smoker") + "\nin Chinese\n  smoker: 吸烟者\n"
    assert missing.message == next(one for one in read_protocol("a", plain).diagnostics if one.code == "P211").message


@pytest.mark.parametrize(("setting", "exit_code"), [("L101 is a warning", 0), ("L101 is an error", 1)])
def test_the_command(tmp_path: Path, setting: str, exit_code: int) -> None:
    file = tmp_path / "a.protocol"
    file.write_text(file_of(WORDING, "smoker", header=header(setting)), encoding="utf-8")
    run = CliRunner().invoke(main, ["lint", str(file)])
    assert run.exit_code == exit_code
    assert "L101" in run.stdout
    told = json.loads(CliRunner().invoke(main, ["lint", str(file), "--format", "json"]).stdout)
    assert {"code", "severity", "message", "file", "span", "labels", "hint", "where", "fixes"} == told[0].keys()
    assert "L101" in {one["code"] for one in told}


def test_the_command_with_a_file_that_has_errors(tmp_path: Path) -> None:
    file = tmp_path / "a.protocol"
    file.write_text("protocol: A\n\ninclusion criteria\n\n  I1: A\n    unknown\n", encoding="utf-8")
    assert CliRunner().invoke(main, ["lint", str(file)]).exit_code == 1
