"""The kinds of data that a protocol declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

from protocol_dsl.values import Unit

if TYPE_CHECKING:
    from protocol_dsl.semantics.checked import DataItem


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
