"""The core: the few kinds of node that every protocol comes down to.

Names are resolved, units are canonical, anchors are explicit. The evaluator, the documents and every other backend
read these nodes and nothing else, and match on them exhaustively, so that a kind of node one of them forgot is a type
error. A node keeps where it was written (`origin`) and the canonical words of that place (`words`); neither takes part
in comparing two trees.

Conditions give a truth (true, false, unknown); values give a number, a date or a choice. A yes/no fact, a yes/no field
of a row and a definition made with `means` are conditions, though they are written with the same nodes as values.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal, TypeAlias, TypedDict

from attrs import field, frozen

from protocol_dsl.source import Span
from protocol_dsl.values import Interval, Ratio, Unit

TimeUnit: TypeAlias = Literal["year", "month", "week", "day", "hour", "minute"]
Comparison: TypeAlias = Literal["<", "≤", ">", "≥", "="]


class Place(TypedDict):
    """What every node is made with besides its own parts."""

    origin: Span
    words: str


@frozen(kw_only=True)
class Written:
    """What all nodes share: the place in the protocol file and its canonical words, outside equality."""

    origin: Span = field(eq=False, repr=False)
    words: str = field(eq=False, repr=False)


# ---- values ---------------------------------------------------------------------------------------------------------


@frozen
class Constant(Written):
    """A number (in `unit`, which is the canonical unit of what it is compared with) or a calendar day.

    An interval stands for a number of calendar months among days: between the fewest and the most days they can have.
    """

    value: int | Decimal | Ratio | Interval | datetime.date
    unit: Unit | None = None


@frozen
class Fact(Written):
    """A data item or day of the patient, by its declared name."""

    name: str


@frozen
class Field(Written):
    """A field of the row that is looked at, inside `Every` or `AtLeastRows` over the data item `rows`."""

    rows: str
    name: str


@frozen
class Defined(Written):
    """A reference to a definition, by its declared name."""

    name: str


@frozen
class Arithmetic(Written):
    """Exact arithmetic; a division by zero has no value, so it is unknown."""

    operator: Literal["+", "-", "×", "÷"]
    left: Value
    right: Value


@frozen
class Power(Written):
    """A whole power of a value."""

    base: Value
    exponent: int


@frozen
class Rounded(Written):
    """A value rounded half up (halves away from zero) to `decimals` decimals."""

    value: Value
    decimals: int


@frozen
class Completed(Written):
    """Completed calendar units from one date to another: the greatest n with `first` + n units ≤ `last`."""

    unit: TimeUnit
    first: Value
    last: Value


@frozen
class Shift(Written):
    """A date moved by calendar units; `amount` below zero moves it back."""

    date: Value
    amount: int
    unit: TimeUnit


@frozen
class Extreme(Written):
    """The earlier or the later of some dates."""

    which: Literal["earlier", "later"]
    dates: tuple[Value, ...]


# ---- conditions -----------------------------------------------------------------------------------------------------


@frozen
class Compare(Written):
    """Two numbers in the same unit, or two dates."""

    operator: Comparison
    left: Value
    right: Value


@frozen
class Member(Written):
    """A choice is one of these; limits on an ordered scale come down to the choices that meet them."""

    value: Value
    choices: tuple[str, ...]


@frozen
class During(Written):
    """A date lies in the window from `start` to `end`, both moved from the same anchor; `None` is an open end."""

    date: Value
    anchor: Value
    start: Value | None
    end: Value | None
    start_included: bool = True
    end_included: bool = True


@frozen
class Between(Written):
    """A date lies between two dates."""

    date: Value
    first: Value
    last: Value
    included: bool = True


@frozen
class Agreement(Written):
    """A recorded answer to exactly this promise, from one day until another; nothing is computed from the days."""

    answer: Fact
    first: Value
    last: Value


@frozen
class Recorded(Written):
    """The record holds a value; never unknown."""

    value: Value


@frozen
class Known(Written):
    """The condition holds by what is recorded; nothing recorded is a no, so this is never unknown."""

    condition: Condition


@frozen
class Not(Written):
    condition: Condition


@frozen
class All(Written):
    conditions: tuple[Condition, ...]


@frozen
class AtLeast(Written):
    """At least `count` of the conditions hold; any of them is `count` 1."""

    count: int
    conditions: tuple[Condition, ...]


@frozen
class If(Written):
    """`then` where the condition holds, `otherwise` where it does not; unknown is decided where both agree.

    Without `otherwise` the condition asks nothing of whom it does not concern.
    """

    condition: Condition
    then: Condition
    otherwise: Condition | None = None


@frozen
class Every(Written):
    """Each row meets the body. Over no row it is true with `if_any`, else unknown."""

    rows: Fact
    body: Condition
    if_any: bool = False


@frozen
class AtLeastRows(Written):
    """At least `count` rows meet the body; without a body every row counts."""

    count: int
    rows: Fact
    body: Condition | None


Value: TypeAlias = Constant | Fact | Field | Defined | Arithmetic | Power | Rounded | Completed | Shift | Extreme
Condition: TypeAlias = (
    Fact
    | Field
    | Defined
    | Compare
    | Member
    | During
    | Between
    | Agreement
    | Recorded
    | Known
    | Not
    | All
    | AtLeast
    | If
    | Every
    | AtLeastRows
)
Node: TypeAlias = Value | Condition
