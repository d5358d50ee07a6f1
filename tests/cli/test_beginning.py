"""The commands with which a protocol begins, called as their users call them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from protocol_dsl.cli.main import main
from protocol_dsl.pipeline import load, loads
from protocol_dsl.render.patterns import patterns, shown_pattern
from protocol_dsl.render.starting_file import QUESTIONS, answer_of, starting_file
from protocol_dsl.syntax.format import format_protocol

USUAL = {question.key: question.answer for question in QUESTIONS}


def run(*words: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, words, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def good(text: str) -> None:
    """It checks without a warning, is in canonical form, and its examples come out as expected."""
    protocol = loads(text)
    assert protocol.warnings == ()
    assert all(outcome.passed for outcome in protocol.run_examples())
    assert protocol.run_examples()
    assert protocol.checked.syntax is not None
    assert format_protocol(protocol.checked.syntax) == text


@pytest.mark.parametrize("oldest", ["none", "65", "18"])
@pytest.mark.parametrize("day", ["screening", "first dose"])
def test_every_starting_file_checks_and_its_examples_pass(day: str, oldest: str) -> None:
    for consent, pregnancy, judgement in product(("yes", "no"), repeat=3):
        answers = {"day": day, "oldest": oldest, "consent": consent, "pregnancy": pregnancy, "judgement": judgement}
        good(starting_file({**USUAL, **answers}))


def test_new_asks_and_writes_and_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    result = run(
        "new",
        str(file),
        stdin="Headache # study\nACME\n\nabove\n40-80 inclusive\nbaseline\neighteen\n21\n50\nmaybe\nn\n\n",
    )
    assert result.exit_code == 0
    assert result.stdout.count("A day can't be called that.") == 2
    assert "Answer with a number of years" in result.stdout
    assert "Answer yes or no." in result.stdout
    text = file.read_text(encoding="utf-8")
    good(text)
    assert text.startswith("protocol: Headache study\n")
    assert "between 21 and 50 years" in text
    assert "evaluated on: baseline" in text
    again = run("new", str(file), stdin="")
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert file.read_text(encoding="utf-8") == text


def test_new_takes_what_stands_in_brackets_where_the_input_ends(tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    assert run("new", str(file), stdin="").exit_code == 0
    good(file.read_text(encoding="utf-8"))


def test_every_question_takes_its_own_answer() -> None:
    for question in QUESTIONS:
        assert answer_of(question, "\n") == question.answer


@pytest.mark.parametrize("name", sorted(patterns()))
def test_every_pattern_checks_and_its_examples_pass(name: str) -> None:
    good(patterns()[name])


@pytest.mark.parametrize("name", sorted(patterns()))
def test_every_pattern_can_be_added_to_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    before = starting_file(USUAL).replace("inclusion criteria\n", "# What lets in\ninclusion criteria\n")
    file.write_text(before, encoding="utf-8")
    assert run("init", name, str(file)).exit_code == 0
    protocol = load(file)
    ids = [criterion.id for criterion in protocol.checked.criteria]
    assert ids in (["I1", "I2", "I3", "E1", "E2"], ["I1", "I2", "E1", "E2", "E3"])
    text = file.read_text(encoding="utf-8")
    assert "# What lets in\ninclusion criteria\n" in text
    assert [line for line in before.split("\n") if line not in text.split("\n")] == []
    assert protocol.checked.syntax is not None
    assert format_protocol(protocol.checked.syntax) == text


def test_a_pattern_is_listed_and_shown() -> None:
    assert len(patterns()) >= 25
    assert "\n  ecog " in run("init").stdout
    shown = run("init", "ECOG").stdout
    assert shown == shown_pattern("ecog")
    assert "ECOG is at most 2" in shown
    assert "patient" not in shown


def test_a_pattern_that_is_not_there_is_told_with_the_nearest() -> None:
    result = run("init", "ecgo")
    assert result.exit_code == 2
    assert "Did you mean ecog?" in result.stderr


def test_names_that_clash_leave_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    text = starting_file(USUAL).replace("  participation unsafe: j", "  ECOG: number\n  participation unsafe: j")
    file.write_text(text, encoding="utf-8")
    result = run("init", "ecog", str(file))
    assert result.exit_code == 1
    assert "declares" in result.stderr + result.stdout
    assert file.read_text(encoding="utf-8") == text


def test_a_pattern_goes_by_the_files_own_day(tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    file.write_text(starting_file({**USUAL, "day": "baseline"}), encoding="utf-8")
    result = run("init", "recent-surgery", str(file))
    assert result.exit_code == 0
    assert "Where the pattern has screening, baseline stands." in result.stdout
    assert "within 4 weeks before baseline" in file.read_text(encoding="utf-8")


def test_a_file_without_exclusions_keeps_saying_so(tmp_path: Path) -> None:
    file = tmp_path / "mine.protocol"
    text = starting_file({**USUAL, "pregnancy": "no", "judgement": "no"})
    file.write_text(text, encoding="utf-8")
    result = run("init", "recent-surgery", str(file))
    assert result.exit_code == 1
    assert "has no exclusion criteria" in result.stderr
    assert file.read_text(encoding="utf-8") == text


def test_a_pattern_is_not_added_where_the_source_has_no_such_criteria(tmp_path: Path) -> None:
    file = tmp_path / "one.protocol"
    before = "protocol: One\n\ninclusion criteria: none in the source\n\nexclusion criteria: none in the source\n"
    file.write_text(before, encoding="utf-8")
    told = run("init", "qtc", str(file))
    assert told.exit_code == 1
    assert "Delete that line, and try again." in told.output
    assert "Rename" not in told.output
    assert file.read_text(encoding="utf-8") == before
