"""Drifts planted in the rules of the project's protocols: another number, comparison, unit, side or a lost "not"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from attrs import frozen

from protocol_dsl.lint.drift.compare import differences
from protocol_dsl.lint.reading import CriterionReading, Reading
from protocol_dsl.pipeline import load, read_protocol
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.syntax.words import NOTES

PROTOCOLS: Final = sorted((Path(__file__).parents[2] / "protocols").glob("*.protocol"))
Kind = Literal["number", "comparison", "unit", "side", "negation"]
KINDS: Final[tuple[Kind, ...]] = ("number", "comparison", "unit", "side", "negation")

_COMPARISONS: Final = {"at least": "above", "at most": "below", "above": "at least", "below": "at most"}
_UNITS: Final = {
    "days": "weeks",
    "weeks": "months",
    "months": "weeks",
    "years": "months",
    "hours": "days",
    "month": "week",
}
_WORDS: Final[dict[Kind, re.Pattern[str]]] = {
    "number": re.compile(
        r"(?<![\w.,/-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?=\s*(?:%|×|years|months?|weeks?|days|hours|mg|g/|mL|ms|kg|mmHg|/µL|°F|beats|mmol|points|µg|$))"
    ),
    "comparison": re.compile(r"\b(?:at least|at most|above|below)(?= \d)"),
    "unit": re.compile(r"(?<=\d )(?:days|weeks|months?|years|hours)\b"),
    "side": re.compile(
        r"(?:(?<=days )|(?<=weeks )|(?<=months )|(?<=month )|(?<=years )|(?<=hours ))(?:before|after)\b"
    ),
    "negation": re.compile(r"\bnot (?=\w)"),
}


@frozen
class Planted:
    """One word of one rule made another; `text`: the whole file with it."""

    file: Path
    criterion: str
    kind: Kind
    was: str
    now: str
    text: str

    def found(self) -> bool | None:
        """Whether the check finds it; None where the file has an error, which `check` tells."""
        read = read_protocol(self.file.name, self.text)
        if read.protocol is None:
            return None
        review = Reading(read.protocol.checked)
        return any(differences(each) for each in review.criteria if each.criterion.id == self.criterion)


def planted(file: Path) -> Iterator[Planted]:
    """Every drift of a protocol, one at a time, in rules whose wording is quoted."""
    review = Reading(load(file).checked)
    text = review.source.text
    for criterion in review.criteria:
        if criterion.syntax.rule is None or not criterion.wording.text:
            continue
        for start, line in _lines(criterion):
            for kind, pattern in _WORDS.items():
                for match in pattern.finditer(line):
                    now = _other(kind, match[0])
                    changed = text[: start + match.start()] + now + text[start + match.end() :]
                    yield Planted(file, criterion.criterion.id, kind, match[0], now, changed)


def _lines(criterion: CriterionReading) -> Iterator[tuple[int, str]]:
    """The lines of a rule, each with where it starts."""
    assert criterion.syntax.rule is not None
    spans = [phrase.span for phrase in phrases_in(criterion.syntax.rule)]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    for line in re.finditer(r"[^\n]+", criterion.review.source.text[start:end]):
        if not line[0].strip().startswith(tuple(f"{note}:" for note in NOTES)):
            yield start + line.start(), line[0]


def _other(kind: Kind, word: str) -> str:
    match kind:
        case "number":
            number = word.replace(",", "")
            return str(int(number) + 1) if number.isdigit() else f"{number}5"
        case "comparison":
            return _COMPARISONS[word]
        case "unit":
            return _UNITS[word]
        case "side":
            return "after" if word == "before" else "before"
        case "negation":
            return ""


def recall(sample: int = 1) -> dict[Kind, tuple[int, int]]:
    """Of each kind how many drifts are found, and of how many; of each kind every `sample`-th."""
    every = [each for file in PROTOCOLS for each in planted(file)]
    found: dict[Kind, tuple[int, int]] = {}
    for kind in KINDS:
        told = [each.found() for each in [one for one in every if one.kind == kind][::sample]]
        found[kind] = (told.count(True), len(told) - told.count(None))
    return found


if __name__ == "__main__":
    for kind, (told, of) in recall().items():
        print(f"{kind}: {told} of {of}")
