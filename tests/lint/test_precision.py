"""Every finding in the wording of the project's protocols has been judged by hand; the rules are held to it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from lint.bare_wording import PROTOCOLS, Found, findings
from protocol_dsl.lint import lint
from protocol_dsl.pipeline import load

JUDGED = list(csv.DictReader(Path(__file__).with_name("judged.csv").open(encoding="utf-8")))
DRIFT = "L2"


@pytest.mark.parametrize("file", PROTOCOLS, ids=lambda file: file.stem)
def test_the_findings_are_those_that_were_judged(file: Path) -> None:
    judged = [
        Found(file.stem, row["place"], row["code"], row["words"]) for row in JUDGED if row["protocol"] == file.stem
    ]
    assert list(findings(file)) == judged


def test_nine_of_ten_findings_of_each_rule_are_right() -> None:
    assert {row["verdict"] for row in JUDGED} <= {"right", "wrong"}
    right = Counter(row["code"] for row in JUDGED if row["verdict"] == "right")
    for code, found in Counter(row["code"] for row in JUDGED).items():
        assert right[code] >= 0.9 * found, code


@pytest.mark.parametrize("file", PROTOCOLS, ids=lambda file: file.stem)
def test_the_protocols_do_not_differ_from_their_wording(file: Path) -> None:
    assert [found.message for found in lint(load(file).checked) if found.code.startswith(DRIFT)] == []
