"""Files that a protocol uses: only what stands in its own folder, read once, each with its own errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol_dsl.pipeline import ProtocolError, load

SHARED = """protocol: Drug classes

lists
  statins: closed list of drugs: atorvastatin, simvastatin

data: medication
  medication: treatments

definitions
  statin = each medication in statins
"""
PROTOCOL = """protocol: Lipid trial

use
  {use}

days
  screening

exclusion criteria

  E1: Statins
    any statin now

  E2: A statin by name
    any medication now where drug is simvastatin
"""


def written(folder: Path, use: str, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.protocol").write_text(text, encoding="utf-8")
    path = folder / "trial.protocol"
    path.write_text(PROTOCOL.format(use=use), encoding="utf-8")
    return path


def test_data_lists_and_named_series_are_shared(tmp_path: Path) -> None:
    protocol = load(written(tmp_path, "classes.protocol", classes=SHARED))
    facts = {"screening": "2026-03-16", "medication": [{"drug": "Simvastatin", "ongoing": True}]}
    assert [result.result for result in protocol.evaluate(facts).criteria] == ["fail", "fail"]
    assert list(protocol.checked.used_files) == ["classes.protocol"]


def test_what_a_used_file_does_not_use_is_no_warning(tmp_path: Path) -> None:
    more = SHARED + "  fibrate = each medication where drug is atorvastatin\n"
    assert load(written(tmp_path, "classes.protocol", classes=more)).warnings == ()


def test_a_warning_of_a_used_file_does_not_change_the_line_that_names_it(tmp_path: Path) -> None:
    more = SHARED.replace("treatments", "treatments\n  weight: measurements in kg") + "  mass = latest weight, in kg\n"
    path = written(tmp_path, "classes.protocol", classes=more)
    path.write_text(path.read_text(encoding="utf-8") + "\n  E3: Weight\n    mass is below 40 kg\n", encoding="utf-8")
    (warning,) = load(path).warnings
    assert warning.code == "P509"
    assert warning.fixes == ()
    assert warning.hint is None


def test_files_may_use_one_another(tmp_path: Path) -> None:
    lists, rest = SHARED.split("data: medication")
    rest = f"protocol: Medication\n\nuse\n  lists.protocol\n\ndata: medication{rest}"
    assert load(written(tmp_path, "classes.protocol", classes=rest, lists=lists)).checked.used_files.keys() == {
        "classes.protocol",
        "lists.protocol",
    }


def codes(path: Path) -> set[str]:
    with pytest.raises(ProtocolError) as error:
        load(path)
    return {problem.code for problem in error.value.diagnostics}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "P208" in codes(written(tmp_path, "classes.protocol"))


@pytest.mark.parametrize("name", ["../classes.protocol", "/etc/passwd", "classes.txt"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "classes.protocol").write_text(SHARED, encoding="utf-8")
    (folder / "classes.txt").write_text(SHARED, encoding="utf-8")
    assert "P208" in codes(written(folder, name))


def test_a_circle_of_files_is_refused(tmp_path: Path) -> None:
    circle = SHARED.replace("lists\n", "use\n  other.protocol\n\nlists\n")
    other = "protocol: Other\n\nuse\n  classes.protocol\n"
    assert "P208" in codes(written(tmp_path, "classes.protocol", classes=circle, other=other))


def test_a_file_with_errors_of_its_own_is_refused(tmp_path: Path) -> None:
    assert "P208" in codes(written(tmp_path, "classes.protocol", classes=SHARED.replace("closed list", "list")))


def test_a_name_that_a_used_file_declares_too_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "classes.protocol", classes=SHARED)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\ndefinitions\n  statin means any medication now\n", encoding="utf-8")
    assert "P202" in codes(path)


def test_a_file_that_two_others_use_is_taken_once(tmp_path: Path) -> None:
    lists, rest = SHARED.split("data: medication")
    rest = f"protocol: Medication\n\nuse\n  lists.protocol\n\ndata: medication{rest}"
    path = written(tmp_path, "classes.protocol\n  lists.protocol", classes=rest, lists=lists)
    assert load(path).warnings == ()


def test_a_file_that_uses_itself_is_told_so(tmp_path: Path) -> None:
    path = written(tmp_path, "trial.protocol")
    with pytest.raises(ProtocolError) as error:
        load(path)
    assert "uses itself" in str(error.value)
