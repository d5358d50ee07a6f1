"""What is told of files that are refused or warned of: the whole text, as it stands in the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import corpus
import pytest

from protocol_dsl.diagnostics import Diagnostic, Severity, codes, page, problems, render_text, report
from protocol_dsl.source import SourceText
from protocol_dsl.syntax import habits, readings, sentence_errors, uses

# Codes of a file that is no text at all; they are told before it is read as a protocol.
BEFORE_READING = {"P001", "P002", "P003"}
MENDED = ("Write:", "Say which time is meant:", "If any time counts, say so:")
"""What a hint says before a line that mends the one it is about; further lines are other ways to mend it."""
WITH_READINGS = {"P110", "P111", "P125", "P201"}
"""Codes of which a hint may give a line for each thing that may be meant."""


@pytest.mark.parametrize("path", corpus.files("bad"), ids=lambda path: path.stem)
def test_what_is_told(path: Path) -> None:
    source, expected = corpus.read(path)
    found = corpus.checked(source)
    assert found.diagnostics
    corpus.compare(path, source, expected, render_text(found.diagnostics, {source.name: source}, colour=False))
    broken = any(told.severity is Severity.ERROR for told in found.diagnostics)
    assert (found.protocol is None) == broken


def test_every_message_and_hint_is_told_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    told: set[tuple[str, str]] = set()

    def noted(code: str, *arguments: Any, variant: str | None = None, **values: Any) -> Diagnostic:
        for key in ("message", "hint"):
            chosen = f"{key} {variant}"
            told.add((code, chosen if chosen in page(code).entries else key))
        return report(code, *arguments, variant=variant, **values)

    monkeypatch.setattr(problems, "report", noted)
    monkeypatch.setattr(sentence_errors, "report", noted)
    monkeypatch.setattr(readings, "report", noted)
    monkeypatch.setattr(uses, "report", noted)
    monkeypatch.setattr(habits, "report", noted)
    for path in corpus.files("bad"):
        corpus.checked(corpus.read(path)[0])
    there_are = {
        (code, key)
        for code in codes()
        if code.startswith("P") and code not in BEFORE_READING
        for key in page(code).entries
        if key != "label" and not key.startswith("fix")
    }
    assert told == there_are


def _readings(told: Diagnostic) -> list[str]:
    """The readings of a hint, each a block of indented lines."""
    return [block.rstrip("\n") for block in re.findall(r"(?:^  .*(?:\n|$))+", told.hint or "", re.MULTILINE)]


@pytest.mark.parametrize("path", corpus.files("bad"), ids=lambda path: path.stem)
def test_each_reading_can_be_copied_as_it_is(path: Path) -> None:
    source, _ = corpus.read(path)
    for told in corpus.checked(source).diagnostics:
        if "Copy the line" not in (told.hint or "") or told.span is None:
            continue
        readings = _readings(told)
        assert len(readings) >= 2
        for reading in readings:
            column = source.position(told.span.start)[1] - 1
            lines = [line[2:] for line in reading.split("\n")]
            copied = f"\n{' ' * column}".join(lines)
            mended = SourceText.read("mended", source.text[: told.span.start] + copied + source.text[told.span.end :])
            still = [
                (other.code, other.message)
                for other in corpus.checked(mended).diagnostics
                if other.span is not None
                and told.span.start <= other.span.start < told.span.start + len(copied)
                and other.severity is Severity.ERROR
            ]
            assert not still, reading


@pytest.mark.parametrize("path", corpus.files("bad"), ids=lambda path: path.stem)
def test_each_mended_line_can_be_copied_as_it_is(path: Path) -> None:
    source, _ = corpus.read(path)
    for told in corpus.checked(source).diagnostics:
        mended = _mended_line(told)
        if mended is None or told.span is None:
            continue
        number = source.line_of(told.span.start)
        start, line = source.line_start(number), source.line(number)
        indent = line[: len(line) - len(line.lstrip())]
        text = source.text[:start] + indent + mended + source.text[start + len(line) :]
        again = SourceText.read("mended", text)
        still = (other for other in corpus.checked(again).diagnostics if other.span is not None)
        places = {(other.code, other.message, again.line_of(other.span.start)) for other in still if other.span}
        assert (told.code, told.message, number) not in places, mended


@pytest.mark.parametrize("path", corpus.files("bad"), ids=lambda path: path.stem)
def test_each_line_after_an_if_mends_what_is_told(path: Path) -> None:
    source, _ = corpus.read(path)
    for told in corpus.checked(source).diagnostics:
        if told.code not in WITH_READINGS or told.span is None:
            continue
        for mended in re.findall(r"^If (?!.*for example:$).*:\n  ([^> ].*)$", told.hint or "", re.MULTILINE):
            number = source.line_of(told.span.start)
            start, line = source.line_start(number), source.line(number)
            before = re.match(r" *(- )?", line)
            assert before is not None
            bullet = before[0].removesuffix("- ") if mended.startswith("- ") else before[0]
            text = source.text[:start] + bullet + mended + source.text[start + len(line) :]
            still = corpus.checked(SourceText.read("mended", text)).diagnostics
            assert (told.code, told.message) not in {(other.code, other.message) for other in still}, mended
            place = range(start, start + len(bullet + mended) + 1)
            refused = [
                other.message
                for other in still
                if other.span is not None and other.span.start in place and other.severity is Severity.ERROR
            ]
            assert not refused, (mended, refused)


def _mended_line(told: Diagnostic) -> str | None:
    """The line of the place as the hint mends it; an example is none."""
    says, *copied = (told.hint or "").split("\n")
    mends = says.startswith("Did you mean") or says in MENDED
    return copied[0].strip() if mends and copied else None
