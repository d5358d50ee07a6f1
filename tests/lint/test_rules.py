"""Every rule of the wording review: what its page shows as wrong is found, and what it shows as right is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocol_dsl.diagnostics import Severity, codes, page
from protocol_dsl.lint import lint, rules
from protocol_dsl.lint.rules import MODULES
from protocol_dsl.pipeline import read_protocol
from protocol_dsl.semantics.checked import Protocol

CODES = [rule.code for rule in rules()]
OF_A_WHOLE_FILE = {"L110", "L111"}
"""Told of files without sources or reasons, which the short examples of the other pages do without."""


def protocol(text: str) -> Protocol:
    read = read_protocol("page.protocol", text)
    assert read.protocol is not None, read.diagnostics
    return read.protocol.checked


def told(text: str) -> set[str]:
    return {found.code for found in lint(protocol(text))}


@pytest.mark.parametrize("code", CODES)
def test_wrong_is_found_and_nothing_else(code: str) -> None:
    (wrong,) = page(code).wrong
    assert told(wrong) - (OF_A_WHOLE_FILE - {code}) == {code}


@pytest.mark.parametrize("code", CODES)
def test_right_is_not_found(code: str) -> None:
    (right,) = page(code).right
    assert told(right) - (OF_A_WHOLE_FILE - {code}) == set()


@pytest.mark.parametrize("code", CODES)
def test_the_page_has_a_reason(code: str) -> None:
    found = page(code)
    assert found.severity is Severity.WARNING
    assert len(found.body.partition("## Wrong")[0]) > 150


def test_every_file_of_rules_is_run_and_every_code_has_a_rule() -> None:
    files = {path.stem for path in Path(str(MODULES[0].__file__)).parent.glob("l*.py")}
    assert files == {module.__name__.rpartition(".")[2] for module in MODULES}
    assert [code for code in codes() if code.startswith("L")] == CODES
    assert all(re.fullmatch(r"L[12][0-9]{2}", code) for code in CODES)
