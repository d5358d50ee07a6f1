"""The commands as their users call them: what they print, where, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from protocol_dsl.cli.main import main

ROOT = Path(__file__).parents[2]
ALS = str(ROOT / "protocols" / "als-ipsc-mnp.protocol")
PATIENTS = str(ROOT / "protocols" / "als-ipsc-mnp.patients.json")
SMALL = """\
protocol: A small trial

days
  screening

data
  weight: kg

inclusion criteria

  I1: Weight
    weight is at least 40 kg
"""


def run(*words: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, words, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.protocol"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def test_check_counts_what_it_read_and_exits_0() -> None:
    result = run("check", ALS)
    assert result.exit_code == 0
    assert result.stdout.endswith("als-ipsc-mnp.protocol: 9 criteria, 2 definitions, 44 examples, no errors.\n")
    assert result.stderr == ""


def test_check_reports_every_error_on_standard_error_and_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "wrong.protocol"
    path.write_text(SMALL.replace("weight is at least", "wieght is at least") + "\n  I2: Height\n    height is 3 m\n")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("error P201") == 2
    assert 'Did you mean "weight"?' in result.stderr


def test_check_gives_json_on_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "wrong.protocol"
    path.write_text(SMALL.replace("weight is at least", "wieght is at least"))
    result = run("check", "--format", "json", str(path))
    assert result.exit_code == 1
    [diagnostic] = json.loads(result.stdout)
    assert diagnostic["code"] == "P201"
    assert diagnostic["span"] == {"line": 12, "column": 5, "end_line": 12, "end_column": 11}
    assert {"severity", "message", "file", "labels", "hint"} <= diagnostic.keys()


def test_fmt_writes_the_canonical_form_once(small: str) -> None:
    Path(small).write_text(SMALL.replace("is at least", "≥"), encoding="utf-8")
    assert run("fmt", "--check", small).exit_code == 1
    assert run("fmt", small).exit_code == 0
    assert Path(small).read_text(encoding="utf-8") == SMALL
    assert run("fmt", "--check", small).exit_code == 0


def test_fmt_says_so_where_there_is_nothing_to_change(small: str) -> None:
    for words in (("fmt", small), ("fmt", "--check", small)):
        result = run(*words)
        assert result.exit_code == 0
        assert result.stdout == f"{small}: already in the canonical form.\n"
    assert run("fmt", "-", stdin=SMALL).stdout == SMALL
    assert "in place" in run("fmt", "--help").stdout


def test_fmt_leaves_a_file_that_it_cannot_read(small: str) -> None:
    broken = SMALL.replace("weight is at least 40 kg", "(weight is at least 40 kg")
    Path(small).write_text(broken, encoding="utf-8")
    assert run("fmt", small).exit_code == 1
    assert Path(small).read_text(encoding="utf-8") == broken


def test_evaluate_explains_each_patient() -> None:
    result = run("evaluate", ALS, PATIENTS)
    assert result.exit_code == 0
    assert result.stdout.count("Patient P-") == 5
    assert "INELIGIBLE. 1 of 9 criteria fails; 8 pass." in result.stdout
    assert "\x1b[" not in result.stdout


def test_evaluate_gives_json_as_the_contract_has_it() -> None:
    evaluations = json.loads(run("evaluate", ALS, PATIENTS, "--format", "json").stdout)
    assert [one["verdict"] for one in evaluations] == [
        "eligible", "ineligible", "undetermined", "ineligible", "eligible",
    ]  # fmt: skip
    undetermined = evaluations[2]
    assert undetermined["missing"] == ["initial diagnosis date", "spouse agrees to effective contraception"]
    criterion = undetermined["criteria"][2]
    assert criterion.keys() >= {"id", "kind", "title", "result", "statement", "explanation", "missing", "trace"}
    assert criterion["trace"].keys() >= {"text", "truth", "facts", "span", "children"}


def test_evaluate_gives_one_patient_a_line() -> None:
    lines = run("evaluate", ALS, PATIENTS, "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["patient"] for line in lines] == ["P-007", "P-014", "P-022", "P-031", "P-040"]


def test_only_names_patients_and_criteria() -> None:
    result = run("evaluate", ALS, PATIENTS, "--only", "P-031", "--only", "i7")
    assert "Patient P-031" in result.stdout
    assert "P-014" not in result.stdout
    assert "I7  Nutrition: OPEN" in result.stdout
    assert "I6  " not in result.stdout
    missing = run("evaluate", ALS, PATIENTS, "--only", "P-999")
    assert missing.exit_code == 2
    assert "P-999" in missing.stderr


def test_only_keeps_errors_that_are_of_no_patient(small: str) -> None:
    lines = '{"id": "A", "facts": {"weight": 50}}\n{"id": "B"\n{"id": "C", "facts": {"weight": 50}}\n'
    result = run("evaluate", small, "-", "--format", "ndjson", "--only", "A", stdin=lines)
    assert result.exit_code == 1
    assert [json.loads(line)["patient"] for line in result.stdout.splitlines()] == ["A", None]


def test_a_patient_that_cannot_be_read_is_reported_in_its_place(small: str) -> None:
    patients = [
        {"id": "A", "facts": {"weight": 50}},
        {"id": "B", "facts": {"wieght": 50}},
        {"id": "C", "facts": {"weight": {"value": 39999, "unit": "g"}}},
    ]
    result = run("evaluate", small, "-", "--format", "json", stdin=json.dumps(patients))
    assert result.exit_code == 1
    first, wrong, last = json.loads(result.stdout)
    assert (first["verdict"], last["verdict"]) == ("eligible", "ineligible")
    assert wrong["patient"] == "B"
    assert "weight" in wrong["error"][0]["hint"]


def test_the_errors_of_a_patient_stand_in_the_text_too(small: str) -> None:
    patients = [{"id": "B", "facts": {"weight": "50", "zzz": 1}}, {"id": "C", "facts": {"weight": 50}}]
    result = run("evaluate", small, "-", stdin=json.dumps(patients))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:2] == ["Patient B", "NOT EVALUATED. The facts have errors:"]
    assert lines[2].startswith('    F104  weight was given the text "50", but')
    assert lines[4].startswith('    F101  The record has "zzz"')
    assert "Leave the quotes out" in result.stderr
    assert "Patient C" in lines


def test_evaluate_reads_ndjson_and_csv(small: str, tmp_path: Path) -> None:
    (tmp_path / "p.ndjson").write_text('{"id": 1, "facts": {"weight": 50}}\n{"id": 2, "facts": {}}\n')
    (tmp_path / "p.csv").write_text("id,weight [g]\n1,50000\n2,\n")
    for name in ("p.ndjson", "p.csv"):
        lines = run("evaluate", small, str(tmp_path / name), "--format", "ndjson").stdout.splitlines()
        assert [json.loads(line)["verdict"] for line in lines] == ["eligible", "undetermined"]


def test_the_evaluation_date_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "dated.protocol"
    path.write_text(
        SMALL.replace("weight: kg", "last dose: date").replace(
            "weight is at least 40 kg", "last dose is at least 30 days before evaluation date"
        )
    )
    patients = '{"id": "A", "facts": {"last dose": "2026-02-14"}}'
    for day, verdict in (("2026-03-16", "eligible"), ("2026-03-15", "ineligible")):
        result = run("evaluate", str(path), "-", "--format", "ndjson", "--on", day, stdin=patients)
        assert json.loads(result.stdout)["verdict"] == verdict
    result = run("evaluate", str(path), "-", "--format", "ndjson", stdin=patients)
    assert json.loads(result.stdout)["verdict"] == "undetermined"


def test_test_runs_the_examples_of_the_file() -> None:
    result = run("test", ALS)
    assert result.exit_code == 0
    assert result.stdout.endswith("44 examples, all as expected.\n")


def test_test_shows_an_example_that_fails_and_exits_1(small: str) -> None:
    text = SMALL + "\nexamples\n\n  patient light\n    weight: 39.9 kg\n    I1: passes\n    verdict: eligible\n"
    Path(small).write_text(text, encoding="utf-8")
    result = run("test", small)
    assert result.exit_code == 1
    assert "              expected   actual\n    verdict   eligible   ineligible\n    I1        passes     fails\n" in (
        result.stdout
    )
    [outcome] = json.loads(run("test", small, "--format", "json").stdout)
    assert outcome == {
        "file": small,
        "example": "light",
        "passed": False,
        "verdict": {"expected": "eligible", "actual": "ineligible"},
        "criteria": {"I1": {"expected": "pass", "actual": "fail"}},
    }


def test_an_example_whose_facts_do_not_fit_is_an_error_of_the_file(small: str) -> None:
    Path(small).write_text(SMALL + "\nexamples\n\n  patient light\n    weight: heavy\n    verdict: eligible\n")
    result = run("check", small)
    assert result.exit_code == 1
    assert "example light" in result.stderr


def test_schema_accepts_the_facts_of_the_patients_file() -> None:
    schema = json.loads(run("schema", ALS).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for patient in json.loads(Path(PATIENTS).read_text(encoding="utf-8")):
        jsonschema.validate(patient["facts"], schema)


@pytest.mark.parametrize("document", ["protocol", "checklist"])
@pytest.mark.parametrize(("to", "beginning"), [("markdown", "# "), ("html", "<!DOCTYPE html>")])
def test_render_writes_documents(document: str, to: str, beginning: str, tmp_path: Path) -> None:
    printed = run("render", ALS, "--document", document, "--to", to)
    assert printed.exit_code == 0
    assert printed.stdout.lower().startswith(beginning.lower())
    target = tmp_path / "out"
    assert run("render", ALS, "--document", document, "--to", to, "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == printed.stdout


def test_render_takes_the_form_from_the_ending(tmp_path: Path) -> None:
    for name, beginning in (("a.html", "<!doctype html>"), ("a.HTM", "<!doctype html>"), ("a.md", "# "), ("a", "# ")):
        target = tmp_path / name
        assert run("render", ALS, "--document", "checklist", "-o", str(target)).exit_code == 0
        assert target.read_text(encoding="utf-8").lower().startswith(beginning)
    target = tmp_path / "other.html"
    refused = run("render", ALS, "--document", "checklist", "--to", "markdown", "-o", str(target))
    assert refused.exit_code == 2
    assert "other.html has the ending of html, but markdown is asked for" in refused.stderr
    assert not target.exists()


def test_render_needs_one_patient(tmp_path: Path) -> None:
    result = run("render", ALS, "--document", "checklist", "--patient", PATIENTS)
    assert result.exit_code == 2
    assert "5 patients, and a checklist is of one. Choose one with --only ID, such as --only P-" in result.stderr
    chosen = run("render", ALS, "--document", "checklist", "--patient", PATIENTS, "--only", "P-022")
    assert chosen.exit_code == 0
    assert "P-022" in chosen.stdout
    assert "P-014" not in chosen.stdout
    mistaken = run("render", ALS, "--document", "checklist", "--patient", PATIENTS, "--only", "P-22")
    assert mistaken.exit_code == 2
    assert "has no patient P-22. Its patients are P-007, P-014" in mistaken.stderr
    torn = tmp_path / "torn.json"
    torn.write_text("[{")
    unread = run("render", ALS, "--document", "checklist", "--patient", str(torn), "--only", "P-022")
    assert unread.exit_code == 1
    assert "error F15" in unread.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("render", "--document", "protocol", "--edition", "index"), "write --document checklist --edition index."),
        (("render", "--document", "protocol", "--patient", "p.json"), "write --document checklist --patient p.json."),
        (("render", "--document", "dictionary", "--only", "P-1"), "write --document checklist --only P-1."),
        (("render", "--document", "checklist", "--only", "P-1"), "Write --patient FACTS --only P-1."),
        (("render", "--document", "protocol", "--created", "2026-03-16"), "--created has no effect on markdown"),
        (("render", "--document", "protocol", "--to", "html", "--created", "2026-03-16"), "write --to docx"),
        (("evaluate", PATIENTS, "--templates", "."), "no effect on text. Leave it out, or write --format html"),
        (("evaluate", PATIENTS, "--templates", ".", "-o", "x.json"), "no effect on json"),
        (("evaluate", PATIENTS, "--lang", "zh", "--format", "json"), "write --format text --lang zh."),
    ],
)
def test_an_option_without_effect_is_wrong_usage(arguments: tuple[str, ...], words: str) -> None:
    command, *more = arguments
    result = run(command, ALS, *more)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_explain_shows_the_page_of_a_code() -> None:
    result = run("explain", "p401")
    assert result.exit_code == 0
    assert "## Wrong" in result.stdout
    unknown = run("explain", "P9999")
    assert unknown.exit_code == 2
    assert "P101 lines and sentences" in unknown.stderr
    assert "F150 files of patients" in unknown.stderr


@pytest.mark.parametrize("command", ["check", "fmt", "evaluate", "test", "render", "schema", "explain"])
def test_the_help_of_each_command_shows_a_real_example(command: str) -> None:
    text = run(command, "--help").stdout
    [example] = [line.strip() for line in text.splitlines() if line.strip().startswith("protocol-dsl ")]
    words = [str(ROOT / word) if word.startswith("protocols/") else word for word in example.split()[1:]]
    if "-o" in words:
        words = words[: words.index("-o")]
    assert run(*words).exit_code == 0


def test_wrong_usage_exits_2() -> None:
    assert run("check").exit_code == 2
    assert run("check", "no-such-file.protocol").exit_code == 2
    assert run("evaluate", ALS, PATIENTS, "--on", "16.03.2026").exit_code == 2
    assert run("nonsense").exit_code == 2


@pytest.mark.parametrize("day", ["16.3.2026", "2026-02-30", "20260316", "2026-03-16T10:00"])
def test_a_day_that_cannot_be_read_is_told_by_an_example(day: str) -> None:
    result = run("evaluate", ALS, PATIENTS, "--on", day)
    assert result.exit_code == 2
    assert f"{day} is not a day such as 2026-03-16" in result.stderr
    assert "%" not in result.stderr


def test_colour_only_on_a_terminal_and_not_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    from protocol_dsl.cli.files import colour_wanted

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colour_wanted(Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colour_wanted(Terminal())
    assert not colour_wanted(object())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("render", ALS, "--document", "checklist", "-o", "x.doc"), "does not say which form is meant"),
        (("render", ALS, "--document", "checklist", "--to", "pdf", "-o", "x.html"), "has the ending of html"),
        (("evaluate", ALS, PATIENTS, "--format", "html", "-o", "x.pdf"), "has the ending of pdf"),
        (("render", ALS, "--document", "checklist", "--to", "html", "-o", "x.json"), "or write -o x.html."),
        (("render", ALS, "--document", "checklist", "--to", "docx", "-o", "x.doc"), "or write -o x.docx."),
        (("render", ALS, "--document", "checklist", "--to", "pdf", "-o", "x.txt"), "or write -o x.pdf."),
        (("evaluate", ALS, PATIENTS, "--format", "html", "-o", "x.docx"), "or write -o x.html."),
        (("evaluate", ALS, PATIENTS, "-o", "x.docx"), "does not say which form is meant"),
    ],
)
def test_the_ending_of_a_file_says_its_form(
    arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 2
    assert words in found.output
    assert not list(tmp_path.iterdir())


def test_an_explanation_takes_the_form_of_its_file(tmp_path: Path) -> None:
    page = tmp_path / "patients.html"
    found = CliRunner().invoke(main, ["evaluate", ALS, PATIENTS, "--only", "P-014", "-o", str(page)])
    assert (found.exit_code, found.output) == (0, "")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_check_fix_writes_what_is_certain_and_keeps_the_rest_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "habits.protocol"
    before = SMALL.replace("weight is at least 40 kg", "weight at least 40 Kg  # “curly”\u00a0words")
    path.write_bytes(b"\xef\xbb\xbf" + before.replace("\n", "\r\n").encode())
    result = run("check", str(path), "--fix")
    after = before.replace("weight at least 40 Kg", "weight is at least 40 kg").replace("\n", "\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + after.encode()
    assert "1 line changed.\n  line 12, before: weight at least 40 Kg" in result.stdout
    assert "error" not in result.stderr


def test_check_fix_leaves_what_is_not_certain_and_reports_it(tmp_path: Path) -> None:
    path = tmp_path / "open.protocol"
    text = SMALL.replace("weight is at least 40 kg", "weight is between 40 and 60 kg")
    path.write_text(text, encoding="utf-8")
    result = run("check", str(path), "--fix")
    assert result.exit_code == 1
    assert "error P405" in result.stderr
    assert result.stdout == ""
    assert path.read_text(encoding="utf-8") == text


def test_check_fix_of_standard_input_is_wrong_usage() -> None:
    result = run("check", "-", "--fix", stdin=SMALL)
    assert result.exit_code == 2
    assert "--fix changes files" in result.stderr
