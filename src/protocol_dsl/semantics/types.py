"""Data items and their kinds, as a protocol declares them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.semantics.core import Condition
from protocol_dsl.source import Span
from protocol_dsl.values import Unit


@frozen
class YesNo:
    """Yes or no. `role` and `by`: a judgement or an agreement, and the person who gives it."""

    role: Literal["judgement", "agreement"] | None = None
    by: str | None = None


@frozen
class Quantity:
    """A number in a unit. `of`: what a percentage is a percentage of, in the author's words."""

    unit: Unit
    of: str | None = None


@frozen
class OneOf:
    """One of the declared choices; `ordered` from the lowest to the highest."""

    choices: tuple[str, ...]
    ordered: bool = False


@frozen
class Date:
    """A calendar day, which a patient's record may hold in part or with a time."""


@frozen
class Text:
    """Free text: recorded and printed, never compared."""


@frozen
class Rows:
    """A list of rows with fields. `singular`: the name of one row; `each`: the author's words for what a row is."""

    singular: str
    each: str
    fields: tuple[DataItem, ...]


Kind: TypeAlias = YesNo | Quantity | OneOf | Date | Text | Rows


@frozen
class DataItem:
    """A fact that a patient's record may hold. Days of the trial are data items of kind `Date` with `day` set."""

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    group: str | None = None
    day: bool = False
    planned: bool = False
    question: str | None = None
    source: str | None = None
    codes: tuple[str, ...] = ()
    asked_if: Condition | None = None
    asked_if_words: str | None = None
    if_not_recorded: bool | str | None = None
    """What silence of the record means, where the protocol says so: a yes/no or a choice; `None`: unknown."""
    span: Span = field(default=Span(0, 0), eq=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)
