"""The syntax tree: what was written, for the formatter, the checker and the editor.

Every node knows where it stands (`span`, outside equality). Names are spelt as they were declared; nothing is resolved.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.layout import Comment
from protocol_dsl.values import Unit

Direction: TypeAlias = Literal["before", "after"]


@frozen(kw_only=True)
class Spanned:
    span: Span = field(eq=False, repr=False)


# ---- values ---------------------------------------------------------------------------------------------------------


@frozen
class Name(Spanned):
    """A declared name, abbreviation or choice, as it was declared."""

    text: str


@frozen
class Number(Spanned):
    """A number, with the unit written after it. `time`: the unit is a word of the calendar such as `months`."""

    value: Decimal
    unit: Unit | None = None
    unit_text: str | None = None
    time: str | None = None


@frozen
class PercentOf(Spanned):
    percent: Decimal
    of: Value


@frozen
class DayWritten(Spanned):
    """A calendar day such as 2026-03-16."""

    text: str


@frozen
class Sum(Spanned):
    """Terms added and subtracted, from left to right."""

    first: Value
    rest: tuple[tuple[Literal["+", "-"], Value], ...]


@frozen
class Product(Spanned):
    """Factors multiplied and divided, from left to right."""

    first: Value
    rest: tuple[tuple[Literal["×", "÷"], Value], ...]


@frozen
class Raised(Spanned):
    base: Value
    exponent: int


@frozen
class Negative(Spanned):
    value: Value


@frozen
class RoundedTo(Spanned):
    value: Value
    decimals: int


@frozen
class CompletedUnits(Spanned):
    unit: str
    first: Value
    last: Value


@frozen
class Moved(Spanned):
    """`1 year after start of treatment`."""

    amount: int
    unit: str
    direction: Direction
    anchor: Value


@frozen
class EarlierLater(Spanned):
    which: Literal["earlier", "later"]
    first: Value
    second: Value


@frozen
class ByCase(Spanned):
    """`450 ms (470 ms if sex is female)`: the first case that holds, else the value before the bracket."""

    otherwise: Value
    cases: tuple[tuple[Value, Condition], ...]


# ---- what may stand after `is` --------------------------------------------------------------------------------------

Comparator: TypeAlias = Literal["at least", "at most", "above", "below", "more than", "less than", "exactly"]


@frozen
class Limit(Spanned):
    comparator: Comparator
    bound: Value


@frozen
class TwoLimits(Spanned):
    """`is at least −3 and below −2`, `is below 90 or above 180 mmHg`."""

    first: Limit
    connective: Literal["and", "or"]
    second: Limit


@frozen
class Range(Spanned):
    """`is between A and B, inclusive`. `ends` is None where the words for the ends are missing."""

    low: Value
    high: Value
    ends: Literal["inclusive", "exclusive"] | None


@frozen
class Choices(Spanned):
    """`is A or B`; negated: `is not A`, where several values have two readings."""

    values: tuple[Value, ...]
    negated: bool = False


@frozen
class Neither(Spanned):
    values: tuple[Value, ...]


@frozen
class IsRecorded(Spanned):
    negated: bool


@frozen
class WithinWindow(Spanned):
    amount: int
    unit: str
    direction: Literal["before", "after", "of"]
    anchor: Value


@frozen
class FromTo(Spanned):
    """`is 6 to 24 months before screening`."""

    nearer: int
    farther: int
    unit: str
    direction: Direction
    anchor: Value


@frozen
class Side(Spanned):
    which: Literal["before", "after", "on", "on or before", "on or after", "since"]
    day: Value


Complement: TypeAlias = Limit | TwoLimits | Range | Choices | Neither | IsRecorded | WithinWindow | FromTo | Side


# ---- conditions -----------------------------------------------------------------------------------------------------


@frozen
class Comparison(Spanned):
    left: Value
    complement: Complement


@frozen
class Chain(Spanned):
    """Conditions joined in one line; `connectives` differ where `and` and `or` are mixed, which has two readings."""

    parts: tuple[Condition, ...]
    connectives: tuple[Literal["and", "or"], ...]


@frozen
class Negation(Spanned):
    condition: Condition


@frozen
class KnownThat(Spanned):
    condition: Condition


@frozen
class Judges(Spanned):
    """`investigator judges: WORDS`."""

    judge: str
    judgement: Name


@frozen
class AgreesFor(Spanned):
    """`patient agrees to WORDS, from DAY until DAY`."""

    answer: Value
    first: Value
    last: Value


@frozen
class Bracketed(Spanned):
    """Brackets that the author wrote, around a condition or a value."""

    inner: Condition


@frozen
class IfThen(Spanned):
    condition: Condition
    then: Condition
    otherwise: Condition | None


@frozen
class ListOf(Spanned):
    """`all of:` and its bullets. `count`: the n of `at least n of`."""

    head: Literal["all", "any", "none", "count"]
    items: tuple[Condition, ...]
    comparator: Comparator | None = None
    count: int | None = None


@frozen
class ForEach(Spanned):
    rows: Name
    if_any: bool
    body: Condition


@frozen
class RowsThat(Spanned):
    """`any screening night where …`, `no …`, `at least 2 …`."""

    quantifier: Literal["any", "no", "count"]
    rows: Name
    comparator: Comparator | None
    count: int | None
    where: Condition | None
    plural: str | None = field(default=None, eq=False)
    """The plural that the author gave the list."""


@frozen
class Unless(Spanned):
    rule: Condition
    exception: Condition


Value: TypeAlias = (
    Name
    | Number
    | PercentOf
    | DayWritten
    | Sum
    | Product
    | Raised
    | Negative
    | RoundedTo
    | CompletedUnits
    | Moved
    | EarlierLater
    | ByCase
    | Bracketed
)
Condition: TypeAlias = (
    Value
    | Comparison
    | Chain
    | Negation
    | KnownThat
    | Judges
    | AgreesFor
    | IfThen
    | ListOf
    | ForEach
    | RowsThat
    | Unless
)
Phrase: TypeAlias = Condition | Complement


# ---- declarations ---------------------------------------------------------------------------------------------------


@frozen
class Property(Spanned):
    """A line `key: text` of the header, of a data item or beside a rule.

    `lines`: the text as the author broke it, and `starts` where each line begins; `condition`: what the text of
    `asked if` says.
    """

    key: str
    lines: tuple[str, ...]
    text_span: Span = field(eq=False, repr=False)
    condition: Condition | None = None
    starts: tuple[int, ...] = field(default=(), eq=False, repr=False)

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@frozen
class TypeWords(Spanned):
    """The kind of a data item as written: `form` and what it needs."""

    form: Literal[
        "yes/no",
        "one of",
        "ordered",
        "date",
        "text",
        "number",
        "quantity",
        "percentage",
        "judgement",
        "agreement",
        "rows",
        "unread",
    ]
    choices: tuple[Name, ...] = ()
    words: str = ""
    """What a percentage is of, who judges or agrees, what each row is, the unit of a quantity."""
    unit: Unit | None = None


@frozen
class Declaration(Spanned):
    """A day, a data item or a field: name, abbreviations, kind, attributes and, for rows, fields."""

    name: Name
    aliases: tuple[Name, ...]
    type: TypeWords | None
    planned: bool = False
    properties: tuple[Property, ...] = ()
    fields: tuple[Declaration, ...] = ()
    plural: str | None = None


@frozen
class DefinitionSyntax(Spanned):
    """`NAME = VALUE[, in UNIT][, rounded to n decimals]` or `NAME means CONDITION`."""

    name: Name
    aliases: tuple[Name, ...]
    body: Condition
    means: bool
    unit: Unit | None
    unit_text: str | None
    decimals: int | None
    notes: tuple[Property, ...]


@frozen
class CriterionSyntax(Spanned):
    """One criterion: id, title, quoted wording, `applies if`, rule, notes."""

    id: str
    title: str
    quotation: tuple[str, ...]
    applies_if: Condition | None
    rule: Condition
    notes: tuple[Property, ...]
    quotation_span: Span | None = field(eq=False, repr=False)
    id_span: Span = field(eq=False, repr=False)


@frozen
class RowsTable(Spanned):
    """The rows of a list, as a table with the names of the fields on top; an empty cell is not recorded."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class ExampleFact(Spanned):
    """One line of an example: a fact, or what is expected of a criterion or of the verdict."""

    name: str
    value: str | RowsTable


@frozen
class ExamplePatient(Spanned):
    """One example patient: all facts, or those that differ from the patient it is like, and what is expected."""

    name: str
    like: str | None
    lines: tuple[ExampleFact, ...]


@frozen
class ExampleTable(Spanned):
    """Example patients as the columns of a table. Each row: the name of a fact and its value for each patient."""

    like: str
    names: tuple[str, ...]
    rows: tuple[tuple[ExampleFact, ...], ...]


@frozen
class Section(Spanned):
    """A section in the order of the file. `heading` as it is printed; `title`: the group of a data section."""

    kind: Literal["days", "data", "definitions", "inclusion", "exclusion", "examples"]
    heading: str
    title: str | None = None
    declarations: tuple[Declaration, ...] = ()
    definitions: tuple[DefinitionSyntax, ...] = ()
    criteria: tuple[CriterionSyntax, ...] = ()
    none_in_source: bool = False
    examples: tuple[ExamplePatient | ExampleTable, ...] = ()


@frozen
class ProtocolSyntax(Spanned):
    """A protocol file as written. `span`: its first line."""

    name: str
    header: tuple[Property, ...]
    sections: tuple[Section, ...]
    comments: tuple[Comment, ...]
    source: SourceText = field(eq=False, repr=False)
