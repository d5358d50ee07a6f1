"""Every page of the catalogue, and the filling of its templates."""

import re
import string
from typing import Any

import pytest

from protocol_dsl.diagnostics import (
    Copyable,
    Diagnostic,
    Edit,
    Fix,
    Grade,
    Label,
    Severity,
    UnknownCodeError,
    codes,
    page,
    report,
)
from protocol_dsl.source import SourceText, Span

FIRST_CODES = ["P001", "P002", "P003", "P004", "P005", "P201", "P202", "P203"]

# Words of people who build languages, which a clinician need not know.
NOT_FOR_READERS = re.compile(r"\b(token|parse|parser|parsing|syntax|identifier|unexpected|lexer|invalid)\b", re.I)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_first_codes_are_there() -> None:
    assert set(FIRST_CODES) <= set(codes())
    assert list(codes()) == sorted(codes())


@pytest.mark.parametrize("code", codes())
def test_each_page(code: str) -> None:
    found = page(code)
    assert found.code == code
    assert re.fullmatch(r"[DFLP][0-9]{3}", code)
    assert found.title
    assert not found.title.endswith(".")
    assert {"message", "hint"} <= found.entries.keys()
    assert found.wrong, "a page shows what is wrong"
    assert found.right, "a page shows what is right"
    assert found.body.index("## Wrong") < found.body.index("## Right")
    assert found.markdown.startswith(f"# {code}: {found.title}\n")
    assert not NOT_FOR_READERS.search(found.markdown)


@pytest.mark.parametrize("code", codes())
def test_each_template(code: str) -> None:
    found = page(code)
    for key, template in found.entries.items():
        assert template == template.strip("\n")
        assert not NOT_FOR_READERS.search(template), key
        for name in placeholders(template):
            assert re.fullmatch(r"[a-z][a-z_]*[0-9]?", name), f"{code} {key}: a placeholder is a plain name"
            assert name not in {"variant", "labels", "where"}
        for _, _, form, conversion in string.Formatter().parse(template):
            assert not form
            assert not conversion
    for key in ("message", *(key for key in found.entries if key.startswith("message "))):
        assert found.entries[key].endswith((".", "?", ":")), f"{code} {key}: a whole sentence"


@pytest.mark.parametrize("code", codes())
def test_each_variant_can_be_told(code: str) -> None:
    entries = page(code).entries
    values: dict[str, Any] = {name: "X" for template in entries.values() for name in placeholders(template)}
    variants = {key.split()[1] for key in entries if " " in key}
    for variant in (None, *variants):
        told = report(code, "a.protocol", None, variant=variant, **values)
        assert told.message
        assert told.hint
        assert told.severity is page(code).severity


@pytest.mark.parametrize("code", [code for code in codes() if code.startswith("F")])
def test_what_explanations_tell_is_told_in_chinese_too(code: str) -> None:
    english, chinese = page(code).entries, page(code).translated["zh"]
    messages = {key: text for key, text in english.items() if key.startswith("message")}
    assert chinese.keys() == messages.keys()
    for key, text in messages.items():
        assert placeholders(chinese[key]) == placeholders(text), key
        assert chinese[key].endswith("。"), key
        assert re.search("[\u4e00-\u9fff]", chinese[key]), key


def test_words_in_a_message_are_translated_with_it() -> None:
    told = report("F108", "a.json", None, fact="visit", found='"2026-02-30"', reason="February 2026 has 28 days")
    assert told.message_in("en") == told.message
    assert told.message_in("zh") == "“visit”的记录值为“2026-02-30”，无法读作日期：2026年2月只有28天。"


def test_a_report() -> None:
    source = SourceText.read("als.protocol", "protocol: A\n\n    FCV is at least 50%\n")
    span = Span(17, 20)
    assert source.slice(span) == "FCV"
    told = report("P201", source, span, variant="nearest", where="criterion I5", name="FCV", nearest="FVC")
    assert told == Diagnostic(
        code="P201",
        severity=Severity.ERROR,
        message='"FCV" is not a declared name. A rule can ask only about names that the file declares, so that '
        "everyone means the same by them.",
        file="als.protocol",
        span=span,
        labels=(Label(span, "not declared"),),
        hint='Did you mean "FVC"? Then write:\n  FVC is at least 50%',
        where="criterion I5",
        fixes=(Fix(Grade.LIKELY, "FVC is at least 50%", Edit(span, "FVC")),),
    )


def test_a_line_with_a_gap_is_for_the_writer_to_fill_in() -> None:
    source = SourceText.read("als.protocol", "protocol: A\n\n    FCV is at least 50%\n")
    line = Copyable.in_place_of(Span(17, 20), "FVC at …")
    told = report("P201", source, Span(17, 20), variant="nearest", name="FCV", nearest="FVC", line=line)
    assert [fix.grade for fix in told.fixes] == [Grade.TO_FILL_IN]


def test_no_fix_where_a_text_stands_for_no_place() -> None:
    source = SourceText.read("als.protocol", "protocol: A\n\n    FCV is at least 50%\n")
    told = report("P201", source, Span(17, 20), variant="nearest", name="FCV", nearest="FVC", line=Copyable("FVC"))
    assert told.fixes == ()


def test_labels() -> None:
    first, again = Span(0, 3), Span(5, 8)
    earlier = Label(first, "first declared here")
    told = report("P202", "a.protocol", again, labels=(earlier,), name="FVC")
    assert told.labels == (Label(again, "declared again here"), earlier)
    own = Label(again, "here too")
    assert report("P202", "a.protocol", again, labels=(own,), name="FVC").labels == (own,)
    assert report("P202", "a.protocol", None, name="FVC").labels == ()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{name} {0} {x.y}", "{name} {0} {x.y}"),
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("a\x1b[31m\nb\u202e", "a�[31m�b�"),
        ("a\tb", "a b"),
        (Copyable("b" * 100), "b" * 100),
        (12, "12"),
    ],
)
def test_values_are_inserted_literally(value: object, shown: str) -> None:
    assert report("P203", "a.protocol", None, name=value).message.startswith(f'"{shown}" cannot be a name')


def test_lines_to_copy_keep_their_breaks_and_indentation() -> None:
    told = report(
        "P201", "a", None, variant="nearest", name="x", nearest="y", line=Copyable("any of:\n  - a\x07\n  - b")
    )
    assert told.hint == 'Did you mean "y"? Then write:\n  any of:\n    - a�\n    - b'


@pytest.mark.parametrize(
    ("text", "span", "line"),
    [
        ("any FCV now", Span(4, 7), "any FVC now"),
        ("any FCV\nnow", Span(4, 11), "FVC"),
        ("x" * 400 + " FCV", Span(401, 404), "FVC"),
        ("FCV", None, "FVC"),
    ],
)
def test_the_corrected_line(text: str, span: Span | None, line: str) -> None:
    told = report("P201", SourceText.read("a", text), span, variant="nearest", name="FCV", nearest="FVC")
    assert told.hint == f'Did you mean "FVC"? Then write:\n  {line}'


def test_mistakes_of_a_caller() -> None:
    with pytest.raises(KeyError):
        report("P201", "a", None)
    with pytest.raises(KeyError):
        report("P201", "a", None, variant="no such", name="x")


@pytest.mark.parametrize(
    ("code", "near"),
    [("P2010", "P201"), ("p2O1", "P201"), ("201", "P201"), ("banana", None), ("../P201", None), ("", None)],
)
def test_unknown_codes(code: str, near: str | None) -> None:
    with pytest.raises(KeyError) as caught:
        page(code)
    assert isinstance(caught.value, UnknownCodeError)
    if near is not None:
        assert caught.value.nearest in codes()
    else:
        assert caught.value.nearest is None


def test_a_code_in_small_letters() -> None:
    assert page(" p201 ") is page("P201")
