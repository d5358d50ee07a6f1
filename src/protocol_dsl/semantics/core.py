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
from fractions import Fraction
from typing import Final, Literal, TypeAlias, TypedDict

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
    """A field of a record that a loop looks at; `row`: the number of the loop's `Records`, counted from the outside."""

    rows: str
    name: str
    row: int = 1


@frozen
class RecordTime(Written):
    """When a record of events or treatments was; reads its date, start date, end date, `ongoing`, evaluation date.

    `which`: the whole time from first to last day (only in `During` and `Between`), its first day, its end (only there;
    of one that is ongoing: in no window), the day on which it ended (of one that is ongoing: unknown), or its last day
    so far (of one that is ongoing: the evaluation date).
    """

    which: Literal["whole", "first", "end", "ended on", "last so far"]
    rows: str
    row: int
    evaluation: Fact


@frozen
class InUnit(Written):
    """A quantity that may be reported in two units: its number where it is reported in this one, else unknown.

    `conversion`: what is reported in the other unit is converted, with this factor and shift from the first unit to the
    second.
    """

    value: Value
    other: bool
    conversion: tuple[int | Decimal, int | Decimal] | None = None


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
    """A power of a value; roots and other broken exponents are enclosed as closely as a comparison needs."""

    base: Value
    exponent: int | Decimal | Fraction | Value


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
class ShiftDays(Written):
    """A date moved back (`sign` -1) or ahead by a number of days that is computed, rounded up to whole days."""

    date: Value
    days: Value
    sign: Literal[-1, 1]


@frozen
class WindowEnd(Written):
    """Of the ends of a window measured from `anchor`, the nearer or the farther; an unknown one lies outwards of it."""

    which: Literal["nearer", "farther"]
    anchor: Value
    ends: tuple[Value, ...]
    before: bool


@frozen
class Extreme(Written):
    """The earlier or the later of some dates, the lower or the higher of some numbers."""

    which: Literal["earlier", "later", "lower", "higher"]
    dates: tuple[Value, ...]


@frozen
class Named(Written):
    """A definition written out where it is used, since its value rests on records or cases."""

    name: str
    value: Value


@frozen
class Records(Written):
    """The records of one series that a loop looks at.

    `row`: the number by which fields refer to the record, counted from the outermost loop. `member`: the window,
    adjectives and filters, None where every record belongs. `body`: what is asked of each, or taken from it. `key`:
    what records are ordered by, a date, a number or a field with a choice of an ordered scale. `other`: the number of a
    record of the same list that is looked at outside; that very record does not belong.
    """

    rows: Fact
    row: int
    member: Condition | None = None
    body: Node | None = None
    key: Value | None = None
    other: int | None = None


@frozen
class Pick(Written):
    """Of the records only the latest (earliest) `count`; `within`: all recorded within so many minutes."""

    which: Literal["latest", "earliest"]
    count: int
    within: int | None = None


@frozen
class Aggregate(Written):
    """One number from the records: how many they are or how many different bodies they have, or the mean, total,
    highest or lowest of their bodies.

    With `pick` only the latest or earliest few are taken. `days`: on how many days from `first` to `last` any record
    is there; the bodies are their times.
    """

    which: Literal["number", "different", "mean", "total", "highest", "lowest", "days"]
    records: tuple[Records, ...]
    pick: Pick | None = None
    first: Value | None = None
    last: Value | None = None


# ---- conditions -----------------------------------------------------------------------------------------------------


@frozen
class Compare(Written):
    """Two numbers in the same unit, or two dates."""

    operator: Comparison
    left: Value
    right: Value


@frozen
class Member(Written):
    """A choice is one of these; limits on an ordered scale come down to the choices that meet them.

    `outside`: of an open list, the words that are known not to belong to it; any other is unknown. None: all others
    do not belong.
    """

    value: Value
    choices: tuple[str, ...]
    outside: tuple[str, ...] | None = None


@frozen
class Includes(Written):
    """Of several choices that hold, one is among these."""

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
    """Each record meets the body. Where there is none it is true with `if_any`, else unknown."""

    records: tuple[Records, ...]
    if_any: bool = False


@frozen
class AtLeastRows(Written):
    """There are at least `count` records; `apart`: each so long after the one before it."""

    count: int
    records: tuple[Records, ...]
    apart: tuple[int, TimeUnit] | None = None


@frozen
class Chosen(Written):
    """The record that is the latest, the earliest, the previous (by the key, a date), highest or lowest (a number or a
    choice in order) meets the body; the previous is the one before the latest.

    Decided where every record that could be the one agrees; unknown where there is none.
    """

    which: Literal["latest", "earliest", "previous", "highest", "lowest"]
    records: tuple[Records, ...]


BY_TIME: Final = ("latest", "earliest", "previous")
"""What a record may be by its time, not by its value."""


@frozen
class Consecutive(Written):
    """So many records in a row, in the order of their key, meet the body.

    `apart`: each of them so long after the one before it.
    """

    count: int
    records: tuple[Records, ...]
    apart: tuple[int, TimeUnit] | None = None


@frozen
class Stable(Written):
    """On every day from `first` to `last` a record is there, with one and the same body; `groups`: by drug."""

    records: tuple[Records, ...]
    first: Value
    last: Value
    groups: bool


Loop: TypeAlias = Every | AtLeastRows | Chosen | Consecutive | Stable | Aggregate
Value: TypeAlias = (
    Constant
    | Fact
    | Field
    | RecordTime
    | InUnit
    | Defined
    | Named
    | Arithmetic
    | Power
    | Rounded
    | Completed
    | Shift
    | ShiftDays
    | WindowEnd
    | Extreme
    | Aggregate
)
Condition: TypeAlias = (
    Fact
    | Field
    | Defined
    | Compare
    | Member
    | Includes
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
    | Chosen
    | Consecutive
    | Stable
)
Node: TypeAlias = Value | Condition
LOOPS = (Every, AtLeastRows, Chosen, Consecutive, Stable, Aggregate)
