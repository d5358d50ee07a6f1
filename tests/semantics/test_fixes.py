"""What the fixes of messages change: each mends what it is told for, and a certain one brings nothing else."""

from __future__ import annotations

from pathlib import Path

import corpus
import pytest

from protocol_dsl.diagnostics import Diagnostic, Fix, Grade
from protocol_dsl.diagnostics.fixes import applied, certain
from protocol_dsl.source import SourceText

LEFT_OPEN = ("P302", "P4", "P5")
"""What a line left open all along, and can be told only once it is read: a unit, a second reading, what can't be meant."""


def _after(source: SourceText, fix: Fix) -> tuple[SourceText, tuple[Diagnostic, ...]]:
    mended = SourceText.read("mended", applied(source, [fix]))
    return mended, corpus.checked(mended).diagnostics


def _told(source: SourceText, found: tuple[Diagnostic, ...]) -> set[tuple[str, str, int]]:
    return {(each.code, each.message, source.line_of(each.span.start)) for each in found if each.span is not None}


@pytest.mark.parametrize("path", corpus.files("bad"), ids=lambda path: path.stem)
def test_each_fix_mends_what_it_is_told_for(path: Path) -> None:
    source, _ = corpus.read(path)
    before = corpus.checked(source).diagnostics
    for told in before:
        for fix in told.fixes:
            if fix.grade is Grade.TO_FILL_IN:
                assert "…" in fix.edit.text
                continue
            mended, after = _after(source, fix)
            assert told.span is not None
            here = (told.code, told.message, source.line_of(told.span.start))
            assert here not in _told(mended, after), fix
            if fix.grade is Grade.CERTAIN:
                assert len(told.fixes) == 1, told
                _assert_nothing_else(source, before, mended, after, fix)


def _assert_nothing_else(
    source: SourceText,
    before: tuple[Diagnostic, ...],
    mended: SourceText,
    after: tuple[Diagnostic, ...],
    fix: Fix,
) -> None:
    """Nothing new is told but what can be mended with certainty too, or what was left open all along."""
    known = _told(source, before)
    new = [each for each in after if not _told(mended, (each,)) <= known]
    assert all(each.code.startswith(LEFT_OPEN) or certain((each,)) for each in new), (fix, new)
