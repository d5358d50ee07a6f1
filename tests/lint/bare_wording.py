"""The findings in the project's protocols with every note taken out, so that the wording stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from protocol_dsl.lint import lint
from protocol_dsl.pipeline import files_beside, read_protocol

PROTOCOLS: Final = sorted((Path(__file__).parents[2] / "protocols").glob("*.protocol"))
_NOTES: Final = ("interpretation:", "open question:", "not counted:")


@frozen
class Found:
    """A finding: in which protocol and criterion, of which code, and at which words."""

    protocol: str
    place: str
    code: str
    words: str


def findings(file: Path) -> Iterator[Found]:
    """What the review finds where no note answers it."""
    read = read_protocol(file.name, without_notes(file.read_text(encoding="utf-8")), files_beside(file))
    assert read.protocol is not None, read.diagnostics
    for one in lint(read.protocol.checked):
        assert read.source is not None
        assert one.span is not None
        words = " ".join(read.source.slice(one.span).split())
        place = re.sub(r"^(?:criterion|definition|example) | \(.*\)$", "", one.where or "file")
        yield Found(file.stem, place, one.code, words)


def without_notes(text: str) -> str:
    """A protocol without the lines of notes, and without the section of its translations."""
    kept: list[str] = []
    within: int | None = None
    for line in text.partition("\nin Chinese")[0].split("\n"):
        depth = len(line) - len(line.lstrip())
        if within is not None and line.strip() and depth <= within:
            within = None
        if within is None and line.strip().startswith(_NOTES):
            within = depth
        if within is None:
            kept.append(line)
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    for each in (found for file in PROTOCOLS for found in findings(file)):
        print(each.protocol, each.place, each.code, each.words, sep=", ")
