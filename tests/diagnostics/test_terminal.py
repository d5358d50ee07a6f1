"""How diagnostics look in a terminal and in JSON."""

import json
import unicodedata
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.diagnostics import Diagnostic, Label, Severity, render_text, report, summary, to_json
from protocol_dsl.source import SourceText, Span

ALS = SourceText.read(
    "als.protocol",
    dedent("""\
        protocol: ALS

        data: examination
          forced vital capacity (FVC): percentage of the predicted value
          FVC: %

        inclusion criteria

          I5: Lung function
            FCV is at least 50%
        """),
)


def place(source: SourceText, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(words, start + 1)
    return Span(start, start + len(words))


def not_declared(source: SourceText = ALS) -> Diagnostic:
    where = "criterion I5 (Lung function)"
    return report("P201", source, place(source, "FCV"), variant="nearest", where=where, name="FCV", nearest="FVC")


def simple(source: SourceText, span: Span | None, *labels: Label, hint: str | None = None) -> Diagnostic:
    return Diagnostic("P201", Severity.WARNING, "Look.", source.name, span, labels, hint)


def excerpt(source: SourceText, span: Span, *labels: Label, width: int = 80) -> str:
    """The lines of the excerpt alone."""
    lines = render_text([simple(source, span, *labels)], {source.name: source}, False, width).split("\n")
    return "\n".join(line for line in lines if line.startswith("   ")) + "\n"


def test_an_error() -> None:
    assert render_text([not_declared()], {"als.protocol": ALS}, colour=False) == dedent("""\
        error P201 in als.protocol, line 10, criterion I5 (Lung function)
          "FCV" is not a declared name. A rule can ask only about names that the file
          declares, so that everyone means the same by them.

            10 |     FCV is at least 50%
               |     ^^^ not declared

          Did you mean "FVC"? Then write:
            FVC is at least 50%
          More: protocol-dsl explain P201

        1 error in als.protocol
        """)


def test_in_colour() -> None:
    shown = render_text([not_declared()], {"als.protocol": ALS}, colour=True)
    assert shown.startswith("\x1b[1;31merror P201\x1b[0m in als.protocol, line 10, ")
    assert "\n\x1b[34m    10 | \x1b[0m    FCV is at least 50%\n" in shown
    assert "\n\x1b[34m       | \x1b[0m\x1b[31m    ^^^ not declared\x1b[0m\n" in shown
    assert "\n\x1b[2m  More: protocol-dsl explain P201\x1b[0m\n" in shown


def test_a_label_on_another_line() -> None:
    first = Label(place(ALS, "FVC"), "first declared here")
    told = report("P202", ALS, place(ALS, "FVC", 1), labels=(first,), name="FVC")
    assert render_text([told], {"als.protocol": ALS}, colour=False, width=60) == dedent("""\
        error P202 in als.protocol, line 5
          "FVC" is declared twice. A name may stand for one thing
          only, so that a rule that uses it has one reading.

             4 |   forced vital capacity (FVC): percentage of the p…
               |                          --- first declared here
             5 |   FVC: %
               |   ^^^ declared again here

          Keep one of the two, or tell them apart by their names,
          for example:
            FVC at screening
            FVC at follow-up
          More: protocol-dsl explain P202

        1 error in als.protocol
        """)
    assert "\x1b[36m                         --- first declared here\x1b[0m" in render_text(
        [told], {"als.protocol": ALS}, colour=True
    )


def test_lines_that_are_passed_over() -> None:
    shown = excerpt(ALS, place(ALS, "FCV"), Label(place(ALS, "ALS"), "here"))
    assert shown.split("\n") == [
        "     1 | protocol: ALS",
        "       |           --- here",
        "     …",
        "    10 |     FCV is at least 50%",
        "       |     ^^^",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("肺活量 FCV is 50%", "FCV", "     1 | 肺活量 FCV is 50%\n       |        ^^^\n"),
        ("肺活量 FCV is 50%", "肺活量", "     1 | 肺活量 FCV is 50%\n       | ^^^^^^\n"),
        ("\t- FCV", "FCV", "     1 |     - FCV\n       |       ^^^\n"),
        ("a\tFCV", "FCV", "     1 | a   FCV\n       |     ^^^\n"),
        ("x\u0323\u0307 FCV", "FCV", "     1 | \u1e8b\u0323 FCV\n       |   ^^^\n"),
        ("all of:\n  - FCV\n  - TLC", "FCV\n  - TLC", "     2 |   - FCV\n       |     ^^^ …\n"),
        ("all of:\n", "\n", "     1 | all of:\n       |        ^\n"),
    ],
)
def test_marks_stand_under_their_words(text: str, words: str, shown: str) -> None:
    source = SourceText.read("a", text)
    assert excerpt(source, place(source, words)) == shown


def test_an_empty_place_has_a_mark() -> None:
    source = SourceText.read("a", "all of")
    assert excerpt(source, Span(6, 6)) == "     1 | all of\n       |       ^\n"
    assert excerpt(SourceText.read("a", ""), Span(0, 0)) == "     1 |\n       | ^\n"


def test_a_long_line_is_cut_around_the_place() -> None:
    source = SourceText.read("a", "a " * 100 + "FCV" + " b" * 100)
    assert excerpt(source, place(source, "FCV"), width=50) == (
        "     1 | …a a a a a a a a a FCV b b b b b b b b b…\n       |                    ^^^\n"
    )
    shown = excerpt(source, Span(4, 300), width=50)
    assert shown.startswith("     1 | a a a")
    assert shown.count("^") > 20


def test_a_line_of_megabytes_is_shown() -> None:
    source = SourceText.read("a", "肺" * 1_000_000 + "FCV" + "肺" * 1_000_000)
    assert "FCV" in excerpt(source, place(source, "FCV"))


def test_label_words_that_do_not_fit_go_below() -> None:
    source = SourceText.read("a", "a is at least 50% and then FCV")
    words = "these words are far too long to stand beside the mark"
    assert excerpt(source, place(source, "FCV"), Label(place(source, "FCV"), words), width=50) == (
        "     1 | a is at least 50% and then FCV\n"
        "       |                            ^^^\n"
        "       | these words are far too long to stand\n"
        "       | beside the mark\n"
    )


def test_a_hint_of_two_readings_keeps_its_lines() -> None:
    hint = (
        "This can be read in two ways. Write one of the two:\n  any of:\n    - a\n    - b\n\n  "
        + "c " * 60
        + "\nor ask."
    )
    shown = render_text([simple(ALS, None, hint=hint)], {}, colour=False)
    assert shown == (
        "warning P201 in als.protocol\n  Look.\n\n"
        "  This can be read in two ways. Write one of the two:\n    any of:\n      - a\n      - b\n\n    "
        + ("c " * 60).strip()
        + "\n  or ask.\n  More: protocol-dsl explain P201\n\n1 warning in als.protocol\n"
    )


def test_order_and_summary() -> None:
    other = SourceText.read("b.protocol", "x")
    late, early = simple(ALS, Span(40, 41)), simple(ALS, Span(3, 4))
    whole, elsewhere = simple(ALS, None), simple(other, Span(0, 1))
    shown = render_text([late, elsewhere, early, whole], {"als.protocol": ALS, "b.protocol": other}, False)
    heads = [line for line in shown.split("\n") if line.startswith("warning")]
    assert heads == [
        "warning P201 in als.protocol",
        "warning P201 in als.protocol, line 1",
        "warning P201 in als.protocol, line 4",
        "warning P201 in b.protocol, line 1",
    ]
    assert shown.endswith("\n\n4 warnings in 2 files\n")
    assert render_text([], {}, False) == ""
    assert summary([not_declared(), late, not_declared()]) == "2 errors, 1 warning in als.protocol"


@given(st.text(), st.text(), st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs"))), st.data())
def test_nothing_raw_reaches_the_terminal(words: str, name: str, text: str, data: st.DataObject) -> None:
    source = SourceText.read(name, text)
    start = data.draw(st.integers(0, len(source.text)))
    span = Span(start, data.draw(st.integers(start, len(source.text))))
    told = Diagnostic("P201", Severity.ERROR, words, name, span, (Label(span, words),), words, words)
    shown = render_text([told], {name: source}, colour=False, width=data.draw(st.integers(0, 100)))
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cs") and each != "\n"]
    assert not set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(shown)
    assert "^" in shown


@given(st.text("ab 肺\t", max_size=200), st.integers(40, 100), st.data())
def test_lines_stay_within_the_width(text: str, width: int, data: st.DataObject) -> None:
    source = SourceText.read("a", text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    line, marks, *_ = excerpt(source, Span(start, end), width=width).split("\n")
    for each in (line, marks):
        assert sum(2 if character == "肺" else 1 for character in each) <= width
    if end > start and text[start] not in " \t":
        column = marks.index("^")
        columns = [c for c in line for _ in range(2 if c == "肺" else 1)]
        assert columns[column] == text[start]


def test_json() -> None:
    source = SourceText.read("als.protocol", "protocol: A\r\n\r\n    Sjo\u0308gren FCV is 50%\r\n")
    assert json.loads(json.dumps(to_json(not_declared(source), source))) == {
        "code": "P201",
        "severity": "error",
        "message": not_declared().message,
        "file": "als.protocol",
        "span": {"line": 3, "column": 14, "end_line": 3, "end_column": 17},
        "labels": [{"span": {"line": 3, "column": 14, "end_line": 3, "end_column": 17}, "text": "not declared"}],
        "hint": 'Did you mean "FVC"? Then write:\n  Sjögren FVC is 50%',
        "where": "criterion I5 (Lung function)",
        "fixes": [
            {
                "grade": "likely",
                "line": "Sjögren FVC is 50%",
                "span": {"line": 3, "column": 14, "end_line": 3, "end_column": 17},
                "text": "FVC",
            }
        ],
    }
    assert to_json(simple(ALS, None), ALS)["span"] is None
    assert to_json(not_declared(), None)["span"] is None
