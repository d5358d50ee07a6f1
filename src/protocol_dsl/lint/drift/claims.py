"""A claim: a number with its unit, how a value is compared with it, and on which side of a day it counts."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.source import Span
from protocol_dsl.values import Dimension, Unit

Comparison: TypeAlias = Literal["at least", "at most", "above", "below", "exactly"]
Side: TypeAlias = Literal["before", "after"]
Key: TypeAlias = tuple[Dimension | None, Fraction]

OPPOSITE: Final[dict[Comparison, Comparison]] = {
    "at least": "below",
    "below": "at least",
    "at most": "above",
    "above": "at most",
    "exactly": "exactly",
}
"""What is true of a value where the comparison is not."""


@frozen
class Claim:
    """`words`: as the author wrote it. `asked`: whether the other side must say it too."""

    number: Fraction
    unit: Unit | None
    words: str
    span: Span = field(eq=False)
    comparison: Comparison | None = None
    side: Side | None = None
    asked: bool = True

    @property
    def key(self) -> Key:
        """The number in base units, so that 1 year is 12 months; of a bare number and a count, itself."""
        if self.unit is None or (self.unit.dimensionless and self.unit.factor == 1):
            return None, self.number
        return self.unit.dimension, (self.number + self.unit.offset) * self.unit.factor

    @property
    def bare(self) -> bool:
        """Whether it has no unit, or one that only counts."""
        return self.key[0] is None
