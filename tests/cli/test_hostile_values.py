"""What a record holds reaches no terminal raw, in no form of output; standard input and odd patients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from protocol_dsl.cli.main import main

PROTOCOL = """\
protocol: Small

data
  weight: kg
  remark: text

inclusion criteria

  I1: Weight
    all of:
      - weight is at least 40 kg
      - remark is recorded
"""
HIDDEN = "\x1b[31m\x9b31m\u202e\u2066\u2028"


@pytest.mark.parametrize("form", ["text", "json", "ndjson", "html"])
@pytest.mark.parametrize("weight", [50, "heavy"])
def test_hidden_characters_are_shown_or_escaped(tmp_path: Path, form: str, weight: object) -> None:
    (tmp_path / "small.protocol").write_text(PROTOCOL, encoding="utf-8")
    facts = {"weight": weight, "remark": HIDDEN + "<script>"}
    patients = tmp_path / "patients.json"
    patients.write_text(json.dumps({"id": f"P{HIDDEN}", "facts": facts}), encoding="utf-8")
    result = CliRunner().invoke(
        main, ["evaluate", str(tmp_path / "small.protocol"), str(patients), "--format", form, "--only", "I1"]
    )
    assert result.exit_code == (0 if weight == 50 else 1)
    assert not any(character in result.output for character in HIDDEN if not character.isprintable())
    if form in ("json", "ndjson"):
        found = json.loads(result.stdout)
        assert (found[0] if form == "json" else found)["patient"] == f"P{HIDDEN}"
    if form == "html":
        assert "<script>" not in result.stdout


def test_the_format_of_standard_input_goes_to_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loose = PROTOCOL.replace("is at least", "≥")
    for text in (loose, PROTOCOL):
        result = CliRunner().invoke(main, ["fmt", "-"], input=text)
        assert (result.exit_code, result.stdout) == (0, PROTOCOL)
    assert CliRunner().invoke(main, ["fmt", "--check", "-"], input=loose).exit_code == 1
    assert list(tmp_path.iterdir()) == []
