"""`check --fix`: what is certain is mended, and everything else of a file stays as its author wrote it."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from protocol_dsl.diagnostics.fixes import applied, certain
from protocol_dsl.pipeline import read_protocol, with_certain_fixes
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse
from strategies import protocol_texts

often = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
RULE = re.compile(r"^    +(?:[-•*–] )?[^#>:]+$")
HABITS = ((" and ", " && "), (" or ", " || "), (" not ", " ! "), ("≥", "&ge;"))
"""How a writer of formulas says what a rule says; each has one reading."""


@st.composite
def with_habits(draw: Any) -> tuple[str, str]:
    """A generated file, and the same with the habits of formulas in it."""
    right = draw(protocol_texts())
    lines = right.split("\n")
    section = ""
    sections = [section := line if line[:1].strip() not in ("", "#") else section for line in lines]
    places = [
        (number, said, typed)
        for number, line in enumerate(lines)
        if RULE.match(line) and sections[number].casefold().startswith(("inclusion", "exclusion"))
        for said, typed in HABITS
        if line.count(said) == 1
    ]
    wrong = list(lines)
    for number, said, typed in draw(st.lists(st.sampled_from(places), max_size=3)) if places else ():
        if wrong[number] == lines[number]:
            wrong[number] = lines[number].replace(said, typed)
    line_end = draw(st.sampled_from(("\n", "\r\n")))
    return line_end.join(lines), line_end.join(wrong)


@often
@given(with_habits())
def test_fixing_restores_what_was_meant_and_touches_nothing_else(texts: tuple[str, str]) -> None:
    right, wrong = texts
    note(wrong)
    fixed, _ = with_certain_fixes("generated.protocol", wrong)
    assert fixed.source is not None
    assert re.sub(" +", " ", fixed.source.original) == re.sub(" +", " ", right)


@often
@given(protocol_texts())
def test_what_is_right_is_not_fixed(text: str) -> None:
    found, changes = with_certain_fixes("generated.protocol", text)
    assert found.source is not None
    assert found.source.original == text
    assert changes == ()


@often
@given(protocol_texts())
def test_formatting_keeps_each_comment(text: str) -> None:
    syntax = parse(SourceText.read("generated.protocol", text)).syntax
    assert syntax is not None
    again = parse(SourceText.read("generated.protocol", format_protocol(syntax))).syntax
    assert again is not None
    assert sorted(each.text.strip() for each in again.comments) == sorted(each.text.strip() for each in syntax.comments)


def test_curly_quotes_and_spaces_of_word_stay_where_nothing_is_fixed() -> None:
    text = (
        "protocol: “Word”\u00a0study\r\n\r\ndata: patient\r\n  diabetes: yes/no  # the patient’s own word\r\n"
        "  asthma: yes/no\r\n\r\ninclusion criteria\r\n\r\n  I1: Both\r\n    > “Both”\u00a0of them\r\n"
        "    diabetes\u00a0&& asthma  # and\u00a0nothing else\r\n"
    )
    source = SourceText.read("word.protocol", text)
    fixes = certain(read_protocol("word.protocol", text).diagnostics)
    assert applied(source, fixes) == text.replace("\u00a0&& ", " and ")


def test_of_two_fixes_that_overlap_the_first_counts() -> None:
    text = "protocol: T\n\ndata: p\n  ill: yes/no\n\ninclusion criteria\n\n  I1: A\n    ill is yes\n"
    source = SourceText.read("t", text)
    (fix,) = certain(read_protocol("t", text).diagnostics)
    assert applied(source, [fix, fix]) == text.replace("ill is yes", "ill")
