"""Files that are unusual and right: they are read, and formatting keeps them."""

from __future__ import annotations

import pytest

from protocol_dsl.pipeline import Protocol, read_protocol
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse

HEAD = """protocol: Unusual

days
  screening

data
  sex: one of male, female
  fit: yes/no
  dose: mg
  seen on: date
  age at onset: years
"""


def file(rule: str, more: str = "", before: str = "") -> str:
    return f"{before}{HEAD}{more}\ninclusion criteria\n\n  I1: Rule\n    {rule}\n\nexclusion criteria: none in the source\n"


def read(text: str) -> Protocol:
    found = read_protocol("unusual.protocol", text)
    assert found.protocol is not None, found.diagnostics
    return found.protocol


def formatted(protocol: Protocol) -> str:
    syntax = parse(protocol.checked.source).syntax
    assert syntax is not None
    return format_protocol(syntax)


LONG_QUESTION = "seen on is on or after later of 15 weeks before screening and 18 weeks before screening and fit"
UNUSUAL = {
    "a large number with decimals": file("dose is at least 12,345.5 mg"),
    "a very large number with decimals": file(f"dose is at most {'9' * 40}.5 mg"),
    "a unit of time in capitals": file("age at onset is at least 18 YEARS"),
    "decimals counted in a word": file(
        "half is at least 2 mg", "definitions\n  half = dose / 2, rounded to two decimals\n"
    ),
    "a long condition of a question": file("fit", f"  sent home: yes/no\n    asked if: {LONG_QUESTION}\n"),
    "a comment before the first line": file("fit", before="# Not yet approved.\n\n"),
    "a limit by case with a name": file(
        "dose is at most limit", "definitions\n  limit = 5 mg (4 mg if sex is female, 3 mg if fit)\n"
    ),
}


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL)
def test_it_is_read_and_kept(text: str) -> None:
    protocol = read(text)
    printed = formatted(protocol)
    assert read(printed).checked == protocol.checked
    assert formatted(read(printed)) == printed


def test_a_comment_before_the_first_line_stays_there() -> None:
    text = UNUSUAL["a comment before the first line"]
    assert formatted(read(text)).startswith("# Not yet approved.\nprotocol: Unusual\n")


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        ({"sex": "male", "fit": False}, 5),
        ({"sex": "female", "fit": False}, 4),
        ({"sex": "male", "fit": True}, 3),
        ({"sex": "female", "fit": True}, 2),
    ],
)
def test_a_case_upon_a_case(facts: dict[str, object], limit: int) -> None:
    """A value by case that takes another value by case where none of its own holds."""
    definitions = "definitions\n  usual = 5 mg (3 mg if fit)\n  limit = usual (usual − 1 mg if sex is female)\n"
    protocol = read(file("dose is at most limit", definitions))
    assert protocol.evaluate({**facts, "dose": limit})["I1"].result == "pass"
    assert protocol.evaluate({**facts, "dose": limit + 1})["I1"].result == "fail"


def test_rows_declared_twice_are_refused_once() -> None:
    rows = "  visits: one row for each visit\n    kept: yes/no\n"
    more = f"{rows}  visits: one row for each visit\n    early: yes/no\n    late: yes/no\n"
    found = read_protocol("twice.protocol", file("any visit where kept", more))
    assert found.protocol is None
    assert [problem.code for problem in found.diagnostics if problem.code == "P202"] == ["P202"]


def test_names_of_choices_are_as_short_as_other_names() -> None:
    found = read_protocol("long.protocol", file("fit", f"  group: one of first, {'long ' * 40}\n"))
    assert "P105" in {problem.code for problem in found.diagnostics}


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("measurements in % of the predicted value", "measurements, percentage of the predicted value"),
        ("measurements, percentage of the predicted value", "measurements, percentage of the predicted value"),
        ("tests, percentage of normal", "measurements, percentage of normal"),
        ("measurements, percentage", "measurements in %"),
    ],
)
def test_measurements_in_per_cent(written: str, canonical: str) -> None:
    protocol = read(file("latest FVC ever is at least 50%", f"  FVC: {written}\n"))
    assert f"  FVC: {canonical}\n" in formatted(protocol)
    kind = canonical.partition(", ")[2] or "percentage"
    assert f"| **FVC** | measurements, each with its date: {kind} |" in protocol.render("dictionary", "markdown")
