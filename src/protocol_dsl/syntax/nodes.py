"""The syntax tree: what was written, for the formatter, the checker and the editor.

Every node knows where it stands (`span`, outside equality). Names are spelt as they were declared; nothing is resolved.

All kinds are in one module, since values, conditions and what stands after `is` hold one another, and are matched on
together.
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
    second: Number | None = None
    """The same limit in the other unit that the value may be reported in."""


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
    exponent: int | Decimal | Name | ByCase


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


# ---- records of a series --------------------------------------------------------------------------------------------


@frozen
class Noun(Spanned):
    """A series, with adjectives (choices or yes/no fields, all of them or `either`) and lists its drug is in."""

    rows: Name
    adjectives: tuple[Name, ...] = ()
    either: bool = False
    lists: tuple[Name, ...] = ()
    plural: str | None = field(default=None, eq=False)
    """The plural that the author gave the series."""
    countable: bool = field(default=True, eq=False)
    """Whether its name is printed in the singular or the plural, and not as it was declared."""


@frozen
class Length(Spanned):
    """A length of time: `21 days`, `5 half-lives`, `treatment cycle`, `2 × treatment cycle`."""

    number: Decimal
    unit: str | None = None
    name: Name | None = None


@frozen
class Duration(Spanned):
    """One length, or the shorter or longer of two, with a least or most in brackets."""

    lengths: tuple[Length, ...]
    which: Literal["shorter", "longer"] | None = None
    bound: Literal["at least", "at most"] | None = None
    bound_length: Length | None = None


@frozen
class WithinDuration(Spanned):
    """`within the shorter of 21 days and 5 half-lives (at least 10 days) before first dose`."""

    duration: Duration
    direction: Literal["before", "after", "of"]
    anchor: Value


@frozen
class Distance(Spanned):
    """`at least 7 days before first dose`, of the records of a series."""

    comparator: Comparator
    amount: int
    unit: str
    direction: Direction
    anchor: Value


@frozen
class DuringPeriod(Spanned):
    period: Name


@frozen
class WheneverOrNow(Spanned):
    which: Literal["ever", "now"]


@frozen
class Edge(Spanned):
    """`started within …`, `ended within …`."""

    which: Literal["started", "ended"]
    window: Window


@frozen
class Apart(Spanned):
    """`at least 4 weeks apart`."""

    comparator: Comparator
    amount: int
    unit: str


@frozen
class Series(Spanned):
    """Which records: of these nouns, in this window."""

    nouns: tuple[Noun, ...]
    window: Window | None = None
    apart: Apart | None = None


Selector: TypeAlias = Literal["latest", "earliest", "previous", "highest", "lowest"]


@frozen
class Selected(Spanned):
    """`latest ALT within 28 days before screening`: the value of the one record; `field_name`: of which field.

    `by_field`: the record is the one that is the highest or lowest in that field, `highest grade of stroke ever`.
    """

    which: Selector
    series: Series
    field_name: Name | None = None
    by_field: bool = False


@frozen
class FieldOfSeries(Spanned):
    """`dose of metformin`: only before `is stable for`."""

    field_name: Name
    nouns: tuple[Noun, ...]


@frozen
class NumberOf(Spanned):
    """`number of X per month W`, `number of different F of X W`, `number of days with X W`."""

    series: Series
    what: Literal["records", "different", "days"] = "records"
    field_name: Name | None = None
    per: str | None = None


@frozen
class AggregateOf(Spanned):
    """`mean of the latest 3 QTcF recorded within 5 minutes on screening`; without a count, of all records."""

    which: Literal["mean", "total", "highest", "lowest"]
    series: Series
    selector: Selector | None = None
    count: int | None = None
    within: tuple[int, str] | None = None
    field_name: Name | None = None


@frozen
class LowerHigher(Spanned):
    which: Literal["lower", "higher"]
    first: Value
    second: Value


@frozen
class Root(Spanned):
    degree: Literal[2, 3]
    value: Value


@frozen
class Titre(Spanned):
    """`1:160`."""

    below: int


@frozen
class NormalLimit(Spanned):
    which: Literal["ULN", "LLN"]


@frozen
class Call(Spanned):
    function: Name
    arguments: tuple[Value, ...]


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
    second: tuple[Number, Number] | None = None
    """The same range in the other unit that the value may be reported in."""


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
    nearer_unit: str | None = None
    """The unit of the nearer end, where it is another."""


@frozen
class Side(Spanned):
    which: Literal["before", "after", "on", "on or before", "on or after", "since"]
    day: Value


@frozen
class Difference(Spanned):
    """`is at most 20 mmHg below V`, `is more than 25% above V`."""

    comparator: Comparator
    amount: Value
    direction: Literal["below", "above"]
    other: Value


@frozen
class IncludesAny(Spanned):
    values: tuple[Value, ...]


@frozen
class InLists(Spanned):
    lists: tuple[Name, ...]
    negated: bool = False


@frozen
class Normal(Spanned):
    """`within normal limits`."""

    negated: bool = False


@frozen
class StableFor(Spanned):
    comparator: Comparator
    amount: int
    unit: str
    anchor: Value


Window: TypeAlias = (
    WithinWindow | WithinDuration | FromTo | Side | Range | Distance | DuringPeriod | WheneverOrNow | Edge
)
Complement: TypeAlias = (
    Limit
    | TwoLimits
    | Range
    | Choices
    | Neither
    | IsRecorded
    | WithinWindow
    | WithinDuration
    | FromTo
    | Side
    | DuringPeriod
    | Difference
    | IncludesAny
    | InLists
    | Normal
    | StableFor
)


# ---- conditions -----------------------------------------------------------------------------------------------------


@frozen
class Comparison(Spanned):
    """`plural`: it is written with "are", which means the same."""

    left: Value
    complement: Complement
    plural: bool = field(default=False, kw_only=True, eq=False)


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
    series: Series
    if_any: bool
    body: Condition


@frozen
class RowsThat(Spanned):
    """`any stroke ever where … except where …`, `no …`, `at least 2 …`, `any 2 consecutive …`, `… is above 160 mmHg`.

    `every`: `every QTcF during screening is at most 450 ms`. `each_of`: `in each of 3 months before screening`.
    """

    quantifier: Literal["any", "no", "count", "consecutive", "every"]
    series: Series
    comparator: Comparator | None = None
    count: int | None = None
    where: Condition | None = None
    excepting: Condition | None = None
    complement: Complement | None = None
    each_of: EachOf | None = None


@frozen
class EachOf(Spanned):
    """`in each of the 3 months before screening`."""

    number: int
    unit: str
    direction: Direction
    anchor: Value


@frozen
class EachNoun(Spanned):
    """What a named series stands for: `each medication in statins within … where … except where …`."""

    series: Series
    where: Condition | None
    excepting: Condition | None


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
    | Selected
    | FieldOfSeries
    | NumberOf
    | AggregateOf
    | LowerHigher
    | Root
    | Titre
    | NormalLimit
    | Call
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
    | EachNoun
    | Unless
)
Phrase: TypeAlias = Condition | Complement | Window | Series


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
        "several of",
        "coded",
        "period",
        "unread",
    ]
    choices: tuple[Name, ...] = ()
    words: str = ""
    """What a percentage is of, who judges or agrees, what each row is, the unit of a quantity."""
    unit: Unit | None = None
    series: Literal["rows", "events", "treatments", "measurements"] = "rows"
    other_unit: Unit | None = None
    other_unit_text: str | None = None
    ordered: bool = False
    """Of a measurement with choices: whether they stand from the lowest to the highest."""
    percentage_of: str | None = None
    """Of a measurement: what it is a percentage of."""
    period: tuple[Value, Value] | None = None


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
    derived: tuple[DefinitionSyntax, ...] = ()
    """Of a list of rows: values that are computed from the fields of one row."""


@frozen
class TermSyntax(Spanned):
    """A word of a list, with its codes; `everything_in`: the words of another list; `outside`: a word that is not."""

    text: str
    codes: tuple[str, ...] = ()
    everything_in: bool = False
    outside: bool = False


@frozen
class ListSyntax(Spanned):
    """`statins: closed list of drugs: atorvastatin, simvastatin`. An open list may have more words than are written."""

    name: Name
    aliases: tuple[Name, ...]
    closed: bool
    of: str
    terms: tuple[TermSyntax, ...]
    in_lines: bool
    """Whether the words stand in lines of their own."""
    notes: tuple[Property, ...] = ()


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
    parameters: tuple[Declaration, ...] = ()
    """Of a function: what it is called with, each with its kind."""
    plural: str | None = None
    """Of a named series: the plural that the author gave."""


@frozen
class CriterionSyntax(Spanned):
    """One criterion: id, title, quoted wording, `applies if`, rule, notes."""

    id: str
    title: str
    quotation: tuple[str, ...]
    applies_if: Condition | None
    rule: Condition | None
    """None where the wording is no test but a duty, kept as a note."""
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
class ExampleFile(Spanned):
    """Example patients in a file beside the protocol, one a row. `patients`: as they were read, with their lines."""

    file: str
    patients: tuple[tuple[int, ExamplePatient], ...] = ()


@frozen
class TranslationSyntax(Spanned):
    """A line `NAME: TEXT` of a section such as `in Chinese`, with what stands under it.

    `lines`: the text as the author broke it; `quotation`: the wording of a criterion; `inner`: what stands under it.
    """

    name: str
    lines: tuple[str, ...]
    quotation: tuple[str, ...]
    inner: tuple[TranslationSyntax, ...]
    name_span: Span = field(eq=False, repr=False)


@frozen
class Section(Spanned):
    """A section in the order of the file. `heading` as it is printed; `title`: the group of a data section."""

    kind: Literal["use", "days", "data", "lists", "definitions", "inclusion", "exclusion", "examples", "translations"]
    heading: str
    title: str | None = None
    declarations: tuple[Declaration, ...] = ()
    definitions: tuple[DefinitionSyntax, ...] = ()
    criteria: tuple[CriterionSyntax, ...] = ()
    unread: tuple[str, ...] = ()
    """The ids of criteria of which the rule could not be read, which has been told."""
    none_in_source: bool = False
    examples: tuple[ExamplePatient | ExampleTable | ExampleFile, ...] = ()
    lists: tuple[ListSyntax, ...] = ()
    translations: tuple[TranslationSyntax, ...] = ()
    language: str | None = None
    """The code of the language of translations, such as `zh`."""
    uses: tuple[Property, ...] = ()
    """Files whose data, lists and definitions are used, as written."""
    guard: Condition | None = None
    """The condition under which all criteria of the section apply."""
    used_from: str | None = None
    """The file that a section comes from, where it is not this one."""


@frozen
class ProtocolSyntax(Spanned):
    """A protocol file as written. `span`: its first line."""

    name: str
    header: tuple[Property, ...]
    sections: tuple[Section, ...]
    comments: tuple[Comment, ...]
    source: SourceText = field(eq=False, repr=False)
