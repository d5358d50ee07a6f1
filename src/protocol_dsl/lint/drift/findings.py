"""The differences of a whole protocol, worked out once for all rules that tell of them."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.lint.drift.compare import Difference, Kind, differences
from protocol_dsl.lint.reading import CriterionReading, Reading


def of_kind(file: Reading, *kinds: Kind) -> Iterator[tuple[CriterionReading, Difference]]:
    """The differences of these kinds, each with the criterion that it is in."""
    if "drift" not in file.kept:
        file.kept["drift"] = [(each, found) for each in file.criteria for found in differences(each)]
    for criterion, found in file.kept["drift"]:
        if found.kind in kinds:
            yield criterion, found
