"""Example patients with what they inherit, as plain facts."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve

from protocol_dsl.diagnostics import Copyable, Label, nearest
from protocol_dsl.semantics.checked import Criterion, Example
from protocol_dsl.semantics.scope import Scope, field_named
from protocol_dsl.semantics.types import (
    BESIDE_ROW,
    DATE,
    DRUG,
    END,
    LOWER,
    ONGOING,
    START,
    UPPER,
    VALUE,
    DataItem,
    OneOf,
    Quantity,
    Rows,
)
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.values import UnitError, parse_unit, read_number, read_written_number

RESULTS = {"passes": "pass", "fails": "fail", "open": "unknown", "does not apply": "not_applicable"}
VERDICTS = ("eligible", "ineligible", "undetermined")
NOT_RECORDED = "not recorded"
QUANTITY = re.compile(r"(?P<sign><=|>=|[<>≤≥])?\s*(?P<number>[+-]?[\d.]+)\s*(?P<unit>\D.*)?$")


class ExampleReader:
    """Resolves the example patients of a file against its data and criteria."""

    def __init__(self, scope: Scope, criteria: tuple[Criterion, ...]) -> None:
        self.scope = scope
        self.criteria = {criterion.id for criterion in criteria}
        self.unread: frozenset[str] = frozenset()
        self.examples: dict[str, Example] = {}

    def read(self, syntax: nodes.ProtocolSyntax) -> tuple[Example, ...]:
        # A criterion that could not be read has been told of; what examples expect of it is no second problem.
        self.unread = frozenset(name for section in syntax.sections for name in section.unread) - self.criteria
        for section in syntax.sections:
            for example in section.examples:
                if isinstance(example, nodes.ExamplePatient):
                    self._patient(example.name, example.like, example.lines, example.span)
                elif isinstance(example, nodes.ExampleFile):
                    self._of_file(example)
                else:
                    for column, name in enumerate(example.names):
                        lines = tuple(row[column] for row in example.rows if row[column].value)
                        self._patient(name, example.like, lines, example.span)
        return tuple(self.examples.values())

    def _of_file(self, example: nodes.ExampleFile) -> None:
        """The patients of a file beside the protocol; what is wrong with one is told with its line there."""
        problems = self.scope.problems
        for number, patient in example.patients:
            told = len(problems.found)
            place = f"{example.file}, line {number}, patient {patient.name}"
            self._patient(patient.name, patient.like, patient.lines, patient.span)
            problems.found[told:] = [evolve(each, where=place) for each in problems.found[told:]]
            if patient.name in self.examples:
                self.examples[patient.name] = evolve(self.examples[patient.name], place=place)

    def _patient(self, name: str, like: str | None, lines: tuple[nodes.ExampleFact, ...], span: Span) -> None:
        facts: dict[str, object] = {}
        if like is not None:
            if like not in self.examples:
                near = nearest(like, self.examples)
                self.scope.problems.report(
                    "P604",
                    self._place(like, span),
                    variant="nearest" if near else None,
                    name=like,
                    nearest=near[0] if near else "",
                )
                return
            facts.update(self.examples[like].facts)
        if name in self.examples:
            first = Label(self.examples[name].span, "first named here")
            self.scope.problems.report("P605", span, labels=(first,), name=name)
        verdict: str | None = None
        expected: dict[str, str] = {}
        for line in lines:
            if line.name == "verdict":
                verdict = self._verdict(line)
            elif line.name in self.criteria or line.name in self.unread:
                expected |= self._result(line)
            else:
                self._fact(line, facts)
        if verdict is None and not expected and like is not None:
            self.scope.problems.report("P606", span, name=name)
        self.examples[name] = Example(name, facts, verdict, expected, like, span=span)

    def _verdict(self, line: nodes.ExampleFact) -> str | None:
        if line.value in VERDICTS:
            return str(line.value)
        self.scope.problems.report(
            "P607", line.span, variant="verdict", found=str(line.value), needed=", ".join(VERDICTS)
        )
        return None

    def _result(self, line: nodes.ExampleFact) -> dict[str, str]:
        if isinstance(line.value, str) and line.value in RESULTS:
            return {line.name: RESULTS[line.value]}
        self.scope.problems.report("P607", line.span, found=str(line.value), needed=", ".join(RESULTS))
        return {}

    def _fact(self, line: nodes.ExampleFact, facts: dict[str, object]) -> None:
        declared = self.scope.declared(line.name)
        item = self.scope.items.get(declared) if declared is not None else None
        if item is None:
            names = [*(name for item in self.scope.items.values() for name in item.names), *sorted(self.criteria)]
            near = nearest(line.name, names)
            self.scope.problems.report(
                "P608",
                self._place(line.name, line.span),
                variant="nearest" if near else None,
                name=line.name,
                nearest=near[0] if near else "",
            )
        elif isinstance(line.value, nodes.RowsTable):
            facts[item.name] = self._rows(line.value, item)
        elif line.value == NOT_RECORDED:
            facts.pop(item.name, None)
        elif isinstance(item.kind, Rows):
            rows = [] if line.value == "none" else records_in_line(line.value, item.kind)
            if rows is None:
                variant: str | None = item.kind.form if item.kind.dated else None
                record = _record_as_written(item.kind)
                if variant == "treatments" and any(map(_amount_for_drug, line.value.split(";"))):
                    variant, record = "amount", _with_drug(line.value, item)
                elif variant == "events" and (dated := _with_on(line.value)) is not None:
                    variant, record = "dates", dated
                self.scope.problems.report(
                    "P609", line.span, variant=variant, name=item.name, found=line.value, record=record
                )
            facts[item.name] = rows or []
        else:
            facts[item.name] = plain_fact(line.value, item)

    def _place(self, words: str, span: Span) -> Span:
        """Where words stand in a line: its last place, for a name that follows other words."""
        at = self.scope.problems.source.slice(span).rfind(words) if words else -1
        return Span(span.start + at, span.start + at + len(words)) if at >= 0 else span

    def _rows(self, table: nodes.RowsTable, item: DataItem) -> list[dict[str, object]]:
        fields = [field_named(item, name) for name in table.names]
        beside = BESIDE_ROW[item.kind.form] if isinstance(item.kind, Rows) else ()
        for name, field in zip(table.names, fields, strict=True):
            if field is None and name not in beside:
                known = ", ".join(f.name for f in item.kind.fields) if isinstance(item.kind, Rows) else ""
                self.scope.problems.report(
                    "P608",
                    self._place(name, table.span),
                    variant="field",
                    name=name,
                    rows=item.name,
                    known=Copyable(known),
                )
        return [
            {
                name if field is None else field.name: cell if field is None else plain_fact(cell, field)
                for name, field, cell in zip(table.names, fields, row, strict=True)
                if (field is not None or name in beside) and cell and cell != NOT_RECORDED
            }
            for row in table.rows
        ]


def plain_fact(text: str, item: DataItem) -> object:
    """A fact as a patient's file would hold it: a number with its unit apart, anything else as it is written."""
    if not isinstance(item.kind, Quantity) or read_written_number(item.kind.unit.code, text) is not None:
        return text
    if match := QUANTITY.fullmatch(text):
        try:
            number: object = read_number(match["number"])
        except ValueError:
            return text
        if match["sign"]:
            number = f"{match['sign']}{match['number']}"
        return {"value": number, "unit": match["unit"].strip()} if match["unit"] else number
    return text


def records_in_line(text: str, kind: Rows) -> list[dict[str, object]] | None:
    """The records of a dated series that stand in one line, parted by `;`; None where they cannot be told.

    `35 U/L on 2026-03-16, ULN 40`; `on 2025-09-01, severity severe`; `atorvastatin since 2025-01-01`.
    """
    if not kind.dated:
        return None
    rows = [_record_in_line(part.strip(), kind) for part in text.split(";")]
    return None if None in rows else [row for row in rows if row is not None]


def _record_as_written(kind: Rows) -> str:
    """What a record of a measurement holds in one line, for an example."""
    value = next((each for each in kind.fields if each.name == VALUE), None)
    if value is not None and isinstance(value.kind, OneOf):
        return value.kind.choices[0]
    unit = value.kind.unit.symbol if value is not None and isinstance(value.kind, Quantity) else ""
    return "35" if unit in ("", "1") else f"35 {unit}"


_DATE: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")
_WHEN: Final = re.compile(
    r"(?P<what>.*?)\s*"
    r"(?:(?<!\S)(?:on\s+(?P<on>\S+)|from\s+(?P<start>\S+)\s+to\s+(?P<end>\S+)|since\s+(?P<since>\S+)))?"
)


def _amount_for_drug(record: str) -> str | None:
    """The amount that a record of a treatment has where its drug is named: `2000 mg/day since 2025-01-01`."""
    match = _WHEN.fullmatch(record.partition(",")[0].strip())
    amount = QUANTITY.fullmatch(match["what"]) if match is not None else None
    if amount is None or not amount["unit"]:
        return None
    try:
        parse_unit(amount["unit"].strip())
    except UnitError:
        return None
    return amount[0]


def _with_drug(text: str, item: DataItem) -> str:
    """The records with the drug before the amount, where the treatment is called by the name of its drug."""
    records = []
    for part in map(str.strip, text.split(";")):
        amount = _amount_for_drug(part)
        dates, *others = (each.strip() for each in part.removeprefix(amount or "").split(","))
        said = [f"{item.name} {dates}", f"dose {amount}", *others]
        records.append(part if amount is None else ", ".join(said))
    return "; ".join(records)


def _with_on(text: str) -> str | None:
    """Dates that stand alone, as the records that they are: `2025-09-01; 2026-01` as `on 2025-09-01; on 2026-01`."""
    dates = [part.strip() for part in text.split(";")]
    return "; ".join(f"on {date}" for date in dates) if all(map(_DATE.fullmatch, dates)) else None


def _record_in_line(text: str, kind: Rows) -> dict[str, object] | None:
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)  # 180,000
    first, *others = (part.strip() for part in text.split(","))
    match = _WHEN.fullmatch(first)
    fields = {name: field for field in kind.fields for name in map(str.casefold, field.names)}
    what = {"measurements": VALUE, "treatments": DRUG}.get(kind.form)
    if match is None or bool(match["what"]) != (what is not None) or (what == DRUG and _amount_for_drug(text)):
        return None
    dates: dict[str, object] = {DATE: match["on"], START: match["start"] or match["since"], END: match["end"]}
    row: dict[str, object] = {name: date for name, date in dates.items() if date is not None}
    if match["since"]:
        row[ONGOING] = "yes"
    if kind.form == "measurements":
        # A measurement has one day; the limits of normal are in the unit of the value.
        if match["start"] or match["since"]:
            return None
    elif not row:
        return None
    if what is not None and (field := fields.get(what)) is not None:
        row[what] = plain_fact(match["what"], field)
    for part in others:
        words = part.split()
        named = next((end for end in range(len(words) - 1, 0, -1) if " ".join(words[:end]).casefold() in fields), None)
        if named is None:
            return None
        field = fields[" ".join(words[:named]).casefold()]
        if field.name in row:
            return None
        row[field.name] = plain_fact(" ".join(words[named:]), field)
    value = row.get(VALUE)
    if kind.form == "measurements" and isinstance(value, dict):
        for name in (UPPER, LOWER):
            if name in row and not isinstance(row[name], dict):
                row[name] = {"value": row[name], "unit": value["unit"]}
    return row
