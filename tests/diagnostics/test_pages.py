"""The pages of what is told about protocol files: each shows what it says it shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.diagnostics import codes, page, source_problem
from protocol_dsl.semantics.check import CheckedFile, check
from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.syntax.example_files import with_example_files
from protocol_dsl.syntax.uses import parse_with_uses

PROTOCOL_CODES = [code for code in codes() if code.startswith("P")]
# What is wrong with the file itself cannot stand in a page; nor do a hundred brackets.
MADE_BY_CODE = {"P001", "P002", "P003", "P005"}
CODE = re.compile(r"P[0-9]{3}")
LIBRARY = b"protocol: Library\n\ndata: library\n  smoker: yes/no\n"
"""A file in place of the library, which is tested by itself."""
# Words of people who build languages, which a clinician need not know.
NOT_FOR_READERS = re.compile(r"\b(tokens?|pars\w+|syntax|identifiers?|expressions?|booleans?|null|unexpected)\b")


def checked(text: str) -> CheckedFile:
    source = SourceText.read("page.protocol", text)
    read = parse_with_uses(source, lambda name: LIBRARY if name == "standard library" else None)
    return check(with_example_files(read, lambda name: None).parsed)


def told(text: str) -> set[str]:
    return {found.code for found in checked(text).diagnostics}


@pytest.mark.parametrize("code", [code for code in PROTOCOL_CODES if code not in MADE_BY_CODE])
def test_wrong_is_wrong_in_this_way_alone(code: str) -> None:
    (wrong,) = page(code).wrong
    assert told(wrong) == {code}


@pytest.mark.parametrize("code", [code for code in PROTOCOL_CODES if code not in MADE_BY_CODE])
def test_right_is_right(code: str) -> None:
    (right,) = page(code).right
    found = checked(right)
    assert found.diagnostics == ()
    assert found.protocol is not None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"protocol: \xb5", "P001"),
        (b"%PDF-1.7", "P001"),
        (b" " * (11 * 1024**2), "P002"),
        (b"protocol: a\x07b", "P003"),
    ],
)
def test_files_that_are_no_text(content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        SourceText.read("page.protocol", content)
    assert source_problem(caught.value).code == code


def test_a_hundred_and_one_brackets() -> None:
    (right,) = page("P005").right
    deep = right.replace("    serious infection\n", f"    {'(' * 101}hepatitis B{')' * 101}\n")
    assert told(deep) == {"P005"}
    assert checked(right).diagnostics == ()


@pytest.mark.parametrize("code", PROTOCOL_CODES)
def test_the_words_are_those_of_the_readers(code: str) -> None:
    found = page(code)
    without_files = re.sub(r"```.*?```", "", found.body, flags=re.DOTALL)
    for text in (found.title, without_files, *found.entries.values()):
        assert not NOT_FOR_READERS.search(text)


def _codes_in_source() -> dict[str, str]:
    """Every code that stands in the source, and a file that it stands in."""
    found = {}
    for path in Path(protocol_dsl.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found[node.value] = path.name
    return found


def test_every_code_has_a_page_and_every_page_is_used() -> None:
    assert set(_codes_in_source()) == set(PROTOCOL_CODES)
