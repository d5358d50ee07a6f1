"""How the examples of a file came out: what is expected and what came out, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from protocol_dsl.render.coverage_words import RESULT_WORDS
from protocol_dsl.render.lines import table

Expected = tuple[str | None, str]
"""What is expected (nothing where it is not tested), and what came out."""


def differences(file: str, example: str, verdict: Expected, criteria: Mapping[str, tuple[str, str]]) -> str:
    """The verdict and the criteria of one example that came out otherwise than expected, as a table."""
    rows = []
    if verdict[0] not in (None, verdict[1]):
        rows.append(["verdict", str(verdict[0]), verdict[1]])
    rows += [[id_, RESULT_WORDS[e], RESULT_WORDS[a]] for id_, (e, a) in criteria.items() if e != a]
    drawn = table(["", "expected", "actual"], rows, [False] * 3, 1000) or []
    return "\n".join([f"{file}: example {example}", *(f"    {line}" for line in drawn)]) + "\n"


def summary(file: str, examples: int, failing: int) -> str:
    """How many of a file's examples came out as expected."""
    if not examples:
        return f"{file}: no examples."
    if failing:
        return f"{file}: {failing} of {examples} examples {'is' if failing == 1 else 'are'} not as expected."
    return f"{file}: {examples} examples, all as expected."
