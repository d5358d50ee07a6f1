"""Data items and their kinds, as a protocol declares them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, TypeAlias

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
class OtherUnit:
    """A second unit in which a quantity may be reported.

    `factor` and `shift`: a number in this unit is `factor` times the number in the first unit, plus `shift`; `None`
    where the protocol gives no conversion, so that a limit must be given in both units.
    """

    unit: Unit
    factor: int | Decimal | None = None
    shift: int | Decimal = 0


@frozen
class Quantity:
    """A number in a unit. `of`: what a percentage is a percentage of, in the author's words."""

    unit: Unit
    of: str | None = None
    other: OtherUnit | None = None


@frozen
class OneOf:
    """One of the declared choices; `ordered` from the lowest to the highest."""

    choices: tuple[str, ...]
    ordered: bool = False


@frozen
class SeveralOf:
    """Any number of the declared choices, each once."""

    choices: tuple[str, ...]


@frozen
class Coded:
    """A word of the protocol's lists, or any other word. `terms`: each spelling and code, with its term."""

    terms: tuple[tuple[str, str], ...] = ()


@frozen
class Date:
    """A calendar day, which a patient's record may hold in part or with a time."""


@frozen
class Text:
    """Free text: recorded and printed, never compared."""


SeriesForm: TypeAlias = Literal["rows", "events", "treatments", "measurements"]


@frozen
class Rows:
    """A list of rows with fields. `singular`: the name of one row; `each`: the author's words for what a row is.

    `form`: a dated series (events, treatments, measurements) brings fields of its own, which stand before the
    author's; plain rows have none.
    """

    singular: str
    each: str
    fields: tuple[DataItem, ...]
    form: SeriesForm = "rows"
    plural: str = ""
    """The name of several rows, where it is other than that of the list."""

    @property
    def dated(self) -> bool:
        """Whether each row has a time of its own."""
        return self.form != "rows"


Kind: TypeAlias = YesNo | Quantity | OneOf | SeveralOf | Coded | Date | Text | Rows

DATE: Final = "date"
START: Final = "start date"
END: Final = "end date"
ONGOING: Final = "ongoing"
DURATION: Final = "duration"
DRUG: Final = "drug"
HALF_LIFE: Final = "half-life"
VALUE: Final = "value"
UPPER: Final = "upper limit of normal"
LOWER: Final = "lower limit of normal"
SERIES_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "rows": (),
    "events": (DATE, START, END, ONGOING),
    "treatments": (DATE, START, END, ONGOING, DRUG, HALF_LIFE),
    "measurements": (DATE, VALUE, UPPER, LOWER),
}
"""The fields that each form of series brings, in order; `drug` and `value` may be declared again by the author."""

BESIDE_ROW: Final[dict[SeriesForm, tuple[str, ...]]] = {
    "rows": (),
    "events": ("source", "by"),
    "treatments": ("source", "by"),
    "measurements": ("unit", "source", "by"),
}
"""What may stand in a row beside its fields, unless the author declares such a field; `unit`: of value and limits."""


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
        forms = (self.kind.singular, self.kind.plural) if isinstance(self.kind, Rows) else ()
        return tuple(dict.fromkeys((self.name, *self.aliases, *(form for form in forms if form))))
