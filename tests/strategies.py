"""Generated protocols, as the text that an author would write, with every construct of the language.

`protocol_texts()` draws a whole file. What it draws is well-formed and means something: a checker that refuses it is
wrong, but for what `UNLUCKY` names, which depends on how the parts happen to meet.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from attrs import define, field
from hypothesis import strategies as st

from protocol_words import (
    CHOICES,
    COMMENTS,
    COMPARATORS,
    DATES,
    DAYS,
    NUMBERS,
    ORDERED,
    ROWS,
    WORDS,
    YES_NO,
    Declared,
)
from series_strategies import LIST_NAMES, LISTS, SeriesPhrases

T = TypeVar("T")

ODD: Final = ("several of", "titre", "weeks + days", "coded", "two units")
UNLUCKY: Final = frozenset({"P316", "P318", "P330", "P332", "P415", "P503"})
"""What two parts that are drawn apart may meet in: a limit that completed time does not reach, a question after a record
whose silence is an answer, hours among days, cases that are added up, a condition about the patient beside one about a
record, two limits that no value meets."""


@define
class ProtocolWriter:
    """Draws one protocol; `draw` is Hypothesis's."""

    draw: Callable[[st.SearchStrategy[T]], T] = field(repr=False)
    items: list[Declared] = field(factory=list)
    conditions: list[str] = field(factory=list)
    """Definitions made with `means`."""
    in_scope: list[Declared] = field(factory=list)
    """The fields of the rows that are looked at."""
    agreed: dict[str, str] = field(factory=dict)
    series: SeriesPhrases = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.series = SeriesPhrases(self)

    # ---- drawing ----------------------------------------------------------------------------------------------------

    def pick(self, things: Sequence[T]) -> T:
        return self.draw(st.sampled_from(list(things)))

    def maybe(self, out_of: int = 2) -> bool:
        """Yes, once in so many times; a shrunk example says no."""
        return self.draw(st.integers(0, out_of - 1)) == out_of - 1

    def whole(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def some(self, things: Sequence[T], least: int, most: int) -> list[T]:
        return self.draw(st.lists(st.sampled_from(list(things)), min_size=least, max_size=most, unique=True))

    def prose(self) -> str:
        return " ".join(["text", *self.draw(st.lists(st.sampled_from(WORDS), max_size=4))])

    # ---- the file ---------------------------------------------------------------------------------------------------

    def protocol(self) -> str:
        lines = [f"protocol: {self.prose()}"]
        for key in self.some(("full title", "version", "date", "status", "sponsor", "rationale"), 0, 3):
            lines.append(f"  {key}: {self.prose()}")
            if self.maybe(4):
                lines.append("    and more of it")
        sections = [self._days(lines), self._data(), self._definitions()]
        sections.append(list(LISTS))
        criteria = [self._criteria("inclusion criteria", "I")]
        if self.maybe():
            criteria.append(self._criteria("exclusion criteria", "E"))
        else:
            criteria.append(["exclusion criteria: none in the source"])
        if self.maybe(4):
            criteria.reverse()
        ordered = [*criteria, *sections] if self.maybe(4) else [*sections, *criteria]
        for section in ordered:
            lines += ["", *section] if section else []
        return "\n".join(self._with_comments(lines)) + "\n"

    def _with_comments(self, lines: list[str]) -> list[str]:
        found: list[str] = []
        for at in self.draw(st.lists(st.integers(0, len(lines) - 1), max_size=4)):
            if lines[at] and not lines[at].lstrip().startswith((">", "#")) and "#" not in lines[at]:
                lines[at] += "  " + self.pick(COMMENTS)
        alone = self.draw(st.lists(st.integers(0, len(lines)), max_size=3))
        for at, line in enumerate(lines):
            found += [" " * self.whole(0, 8) + self.pick(COMMENTS)] * alone.count(at)
            found.append(line)
        return found + [self.pick(COMMENTS)] * alone.count(len(lines))

    def _days(self, header: list[str]) -> list[str]:
        lines = ["days"]
        for written in self.some(DAYS, 1, 3):
            name, alias = _split_alias(written)
            self.items.append(Declared(name, "date", aliases=alias))
            lines.append(f"  {written}" + (": planned" if self.maybe(3) else ""))
        if self.maybe(3):
            header.append(f"  evaluated on: {self.pick(self.items).name}")
        if self.maybe(3):
            first = self.pick(self.items).name
            self.series.period = "run-in period"
            lines.append(f"  run-in period: from {first} until {self.whole(1, 12)} weeks after {first}")
        return lines

    def _data(self) -> list[str]:
        lines = ["data: the first group"]
        for written in self.some(YES_NO, 1, 3):
            lines += self._item(written, "yes/no", "yes/no")
        for written, type_, units in self.some(NUMBERS, 1, 4):
            lines += self._item(written, "number", type_, units)
        lines.append("data")
        for written, choices in self.some(CHOICES, 1, 2):
            lines += self._item(written, "one of", "one of " + ", ".join(choices), choices)
        for written, choices in self.some(ORDERED, 0, 2):
            separator = self.pick((" < ", ", "))
            lines += self._item(written, "ordered", "ordered " + separator.join(choices), choices)
        for written in self.some(DATES, 1, 2):
            lines += self._item(written, "date", "date")
        if self.maybe(3):
            lines += self._item("remarks", "text", "text")
        if self.maybe(3):
            lines += self._item("able to cooperate", "judgement", "judgement by the investigator")
        if self.maybe(3):
            lines += self._item("patient agrees to use condoms", "agreement", "agreement by patient")
        if self.maybe(3):
            choices = ("records", "letter", "witness")
            lines += self._item("verified by", "several of", "several of " + ", ".join(choices), choices)
        if self.maybe(3):
            lines += self._item("antibody level", "titre", "titre")
        if self.maybe(3):
            lines += self._item("length of pregnancy", "weeks + days", "weeks + days")
        if self.maybe(3):
            lines += self._item("current drug", "coded", "coded")
        if self.maybe(3):
            lines += self._item("ferritin", "two units", "ng/mL or pmol/L")
            lines.append("    conversion: pmol/L = 2.247 × ng/mL")
        if self.maybe(3):
            lines += self._item("cycle length", "number", "days", ("days", "weeks"))
            self.series.cycle = "cycle length"
        for name, singular, fields in self.some(ROWS, 0, 2):
            lines += self._item(
                name, "rows", f"one row for each {self.pick(('event', 'night of the trial'))}", (singular,)
            )
            self.items[-1] = Declared(name, "rows", (singular,), fields=fields)
            for each in fields:
                lines.append(f"    {each.name}: {self._type_of(each)}")
                if each.kind == "yes/no" and self.maybe():
                    lines.append("      if not recorded: no")
        if self.maybe():
            lines += self.series.data()
        return lines

    def _type_of(self, item: Declared) -> str:
        match item.kind:
            case "number":
                return item.about[0]
            case "one of":
                return "one of " + ", ".join(item.about)
            case "ordered":
                return "ordered " + " < ".join(item.about)
            case _:
                return item.kind

    def _item(self, written: str, kind: str, type_: str, about: tuple[str, ...] = ()) -> list[str]:
        name, aliases = _split_alias(written)
        lines = [f"  {written}: {type_}"]
        if self.maybe(5):
            lines.append(f"    question: {self.prose()}?")
        if self.maybe(5):
            lines.append("    code: LOINC 1234-5")
        if kind == "yes/no" and self.maybe(4):
            lines.append(f"    if not recorded: {self.pick(('no', 'yes'))}")
        if kind == "yes/no" and self.items and self.maybe(4):
            lines.append(f"    asked if: {self._comparison()}")
        self.items.append(Declared(name, kind, about, aliases))
        return lines

    def _definitions(self) -> list[str]:
        lines = ["definitions", *(self.series.definitions() if self.series.declared else [])]
        if self.maybe():
            first, last = self._date(), self._date()
            unit = self.pick(("years", "months", "weeks", "days"))
            lines.append(f"  age = completed {unit} from {first} to {last}")
            self.items.append(Declared("age", "number", (unit,), counted=True))
        if self.maybe():
            number = self._of_kind("number")
            units = number.about
            name = self._ref(number)
            value = self.pick((f"{name} × {self.whole(1, 9)}.5", f"{name} / {self.whole(0, 9)}", f"{name}² ÷ {name}"))
            value = f"{name} * 2" if number.about[0] == "°C" else value
            rounding = f", rounded to {self.whole(0, 3)} decimals" if self.maybe() else ""
            unit = f", in {units[-1]}" if units[-1] else ""
            lines.append(f"  corrected value (CV) = {value}{unit}{rounding if unit else ''}")
            self.items.append(Declared("corrected value", "number", units, ("CV",)))
        if self.maybe():
            number = self._of_kind("number")
            case = f"{self._constant(number)} if {self._comparison()}"
            lines.append(
                f"  limit by case = {self._constant(number)} ({case}, {self._constant(number)} if {self._comparison()})"
            )
            self.items.append(Declared("limit by case", "case", number.about))
        if self.maybe():
            lines += self._under("  fit enough means ", self._statement(4, 2))
            self.conditions.append("fit enough")
        if len(lines) > 1 and self.maybe(3):
            lines.append(f"    interpretation: {self.prose()}")
        return lines if len(lines) > 1 else []

    # ---- criteria ---------------------------------------------------------------------------------------------------

    def _criteria(self, heading: str, letter: str) -> list[str]:
        lines = [f"{heading}, if {self._case()}" if self.maybe(4) else heading]
        for number in range(1, self.whole(1, 3) + 1):
            lines += ["", f"  {letter}{number}: {self.prose()}"]
            if self.maybe():
                lines += [f"    > {self.prose()}", *([f"    > {self.prose()} # not a comment"] if self.maybe() else [])]
            if self.maybe(4):
                lines += self._under("    applies if ", self._applies())
            rule = self._statement(4, 3)
            lines += self._under("    ", rule)
            if self.maybe(5):
                exception = self._list(4, 0) if self.maybe() else [self._chain(0)]
                if len(rule) > 1 or len(exception) > 1:
                    lines += self._under("    unless ", exception)
                elif not _ends_in_its_own_way(rule[0]):
                    lines[-1] += f", unless {exception[0]}"
            for note in self.some(("interpretation", "open question", "not counted", "source", "note"), 0, 2):
                lines.append(f"    {note}: {self.prose()}")
        return lines

    def _applies(self) -> list[str]:
        return self._list(4, 1) if self.maybe(3) else [self._chain(1)]

    def _under(self, head: str, statement: list[str]) -> list[str]:
        """A statement's lines, the first behind a head, the others as deep as the head's own text or deeper."""
        indent = " " * (len(head) - len(head.lstrip()))
        return [head + statement[0], *(indent + line for line in statement[1:])]

    def _statement(self, indent: int, depth: int) -> list[str]:
        """The lines of a statement, relative to the first."""
        if depth > 0 and self.maybe(3):
            return self._list(indent, depth)
        rows = self._rows()
        if depth > 0 and rows is not None and self.maybe(4):
            with_list = self.maybe()
            head = (
                self._rows_head(rows)
                if self.maybe()
                else f"for each {rows.about[0]}" + (", if any" if self.maybe() else "")
            )
            return self._with_fields(rows, lambda: self._about_rows(head, depth, with_list))
        if depth > 0 and self.maybe(5):
            return self._if_then(depth)
        if self.series.declared and not self.in_scope and self.maybe(3):
            return [self.series.condition()]
        return [self._chain(depth)]

    def _about_rows(self, head: str, depth: int, with_list: bool) -> list[str]:
        each = head.startswith("for each")
        if with_list:
            first, *rest = self._list(0, depth - 1)
            return [f"{head}{', ' if each else ' where '}{first}", *rest]
        return [f"{head}{':' if each else ' where'} {self._chain(depth - 1)}"]

    def _if_then(self, depth: int) -> list[str]:
        condition = self._chain(0)
        if self.maybe(3):
            first, *rest = self._list(0, depth - 1)
            return [f"if {condition}, then {first}", *rest]
        otherwise = f", otherwise {self._chain(0)}" if self.maybe() else ""
        return [f"if {condition}, then {self._chain(0)}{otherwise}"]

    def _list(self, indent: int, depth: int) -> list[str]:
        items = [self._statement(indent, depth - 1) for _ in range(self.whole(1, 3))]
        n = self.whole(1, len(items))
        counts = [
            f"at least {n} of:",
            f"at most {n} of:",
            f"exactly {n} of:",
            f"more than {n - 1} of:",
            f"fewer than {n} of:",
        ]
        heads = ("all of:", "any of:", "none of:", "one or more of:", "All of the following:", *counts)
        lines = [self.pick(heads)]
        for item in items:
            bullet = self.pick(("- ", "• ", "* ", "– ", "1. "))
            lines.append("  " + bullet + item[0])
            lines += ["  " + " " * len(bullet) + line for line in item[1:]]
        return lines

    # ---- conditions in one line -------------------------------------------------------------------------------------

    def _chain(self, depth: int) -> str:
        if self.maybe(4):
            parts = [self._bracketed(depth) for _ in range(self.whole(2, 3))]
            return self.pick((" and ", " or ")).join(parts)
        return self._atom(depth)

    def _bracketed(self, depth: int) -> str:
        """A condition that keeps to itself beside others."""
        simple = [self._ref(item) for item in self._all("yes/no")]
        if simple and self.maybe():
            return self.pick(simple)
        return f"({self._chain(depth - 1) if depth > 0 else self._comparison()})"

    def _atom(self, depth: int) -> str:
        plain = [self._ref(item) for item in self._all("yes/no")] + self.conditions
        forms: list[Callable[[], str]] = [self._comparison, self._comparison, self._comparison]
        if plain:
            forms += [
                lambda: self.pick(plain),
                lambda: f"not {self.pick(plain)}",
                lambda: f"{self.pick(('known', 'not known'))} {self.pick(plain)}",
            ]
        if self._all("judgement"):
            forms += [
                lambda: "investigator judges: able to cooperate",
                lambda: "not investigator judges: able to cooperate",
            ]
        if self._all("agreement"):
            forms.append(self._agreement)
        if (rows := self._rows()) is not None:
            forms.append(lambda: self._rows_head(rows))
        if self.series.declared and not self.in_scope:
            forms += [lambda: _closed(self.series.condition())] * 8
        forms += [lambda item=item: self._odd_comparison(item) for item in self.items if item.kind in ODD]
        if depth > 0:
            forms.append(lambda: f"not ({self._chain(depth - 1)})")
            forms.append(lambda: f"({self._chain(depth - 1)})")
        return self.pick(forms)()

    def _agreement(self) -> str:
        days = [item.name for item in self.items if item.kind == "date"]
        period = self.agreed.setdefault("", f"from {days[0]} until {self.whole(1, 12)} months after {days[-1]}")
        return f"patient agrees to use condoms, {period}"

    def _rows(self) -> Declared | None:
        rows = [item for item in self.items if item.kind == "rows"]
        return self.pick(rows) if rows and not self.in_scope else None

    def _rows_head(self, rows: Declared) -> str:
        n = self.whole(1, 3)
        one, many = rows.about[0], rows.name
        return self.pick((
            f"any {one}", f"no {one}", f"at least {n} {many}", f"at most {n} {many}", f"exactly {n} {many if n > 1 else one}",
            f"fewer than {n} {many}", f"more than {n} {many}", f"any {many}",
        ))  # fmt: skip

    def _with_fields(self, rows: Declared, write: Callable[[], list[str]]) -> list[str]:
        self.in_scope = list(rows.fields)
        try:
            return write()
        finally:
            self.in_scope = []

    def _comparison(self) -> str:
        kinds = [kind for kind in ("number", "number", "date", "date", "one of", "ordered") if self._all(kind)]
        kind = self.pick(kinds)
        item = self._of_kind(kind)
        left = self._ref(item)
        if self.maybe(8):
            return f"{left} is {self.pick(('', 'not '))}recorded"
        if kind == "number":
            return self._number_comparison(left, item)
        if kind == "date":
            return self._date_comparison(left)
        return self._choice_comparison(left, item)

    def _odd_comparison(self, item: Declared) -> str:
        """Of data of the kinds that have a form of their own."""
        left, limit = self._ref(item), self.pick(("at least", "at most", "above", "below"))
        match item.kind:
            case "several of":
                return f"{left} includes {' or '.join(self.some(item.about, 1, 2))}"
            case "titre":
                return f"{left} is {limit} 1:{self.pick((80, 160, 320))}"
            case "weeks + days":
                return f"{left} is {limit} {self.whole(4, 40)} weeks + {self.whole(0, 6)} days"
            case "coded":
                word = self.pick((*LIST_NAMES, ""))
                return f"{left} is {self.pick(('', 'not '))}in {word}" if word else f"{left} is simvastatin"
            case _:
                return f"{left} is {limit} {self.pick(('30 ng/mL', '67 pmol/L', '30 ng/mL (67 pmol/L)', '0.03 µg/mL'))}"

    def _comparator(self, left: str) -> str:
        """Of an age "over" can be read in three ways, so it is refused (P130)."""
        return self.pick([each for each in COMPARATORS if each != "is over" or "age" not in left.casefold().split()])

    def _choice_comparison(self, left: str, item: Declared) -> str:
        one, two = self.pick(item.about), self.pick(item.about)
        forms = [f"{left} is {one}", f"{left} is not {one}"]
        if one != two:
            forms += [f"{left} is {one} or {two}", f"{left} is neither {one} nor {two}"]
        if item.kind == "ordered":
            low, high = sorted((one, two), key=item.about.index)
            forms += [f"{left} {self._comparator(left)} {one}", f"{left} is between {low} and {high}, inclusive",
                      f"{left} is at least {low} and below {high}", f"{left} is below {low} or above {high}"]  # fmt: skip
        return self.pick(forms)

    def _number_comparison(self, left: str, item: Declared) -> str:
        if not (item.counted or self.in_scope) and self.maybe(6):
            by_case = [each.name for each in self.items if each.kind == "case" and each.about == item.about]
            if by_case:
                return f"{left} {self._comparator(left)} {self.pick(by_case)}"
        form = self.whole(0, 9)
        unit = item.about[0]
        low, high = sorted((self.whole(0, 200), self.whole(0, 200)))
        if form == 0:
            ends = self.pick((", inclusive", ", exclusive", " inclusive"))
            return f"{left} is between {low} and {_with_unit(str(high), unit)}{ends}"
        if form == 1:
            return f"{left} is below {low} or above {_with_unit(str(high), unit)}"
        if form == 2:
            return f"{left} is at least {_with_unit(str(low), unit)} and below {_with_unit(str(high), unit)}"
        if form == 3:
            return f"{left} {self._comparator(left)} {self._constant(item)} ({self._constant(item)} if {self._case()})"
        if form == 4:
            same = [other for other in self._all("number") if other.about == item.about]
            other = self._ref(self.pick(same))
            return f"{left} {self._comparator(left)} {self.pick((f'{self.whole(1, 99)}% of {other}', f'{self.whole(2, 5)} × {other}', other))}"
        if form == 5 and unit not in ("°C",):
            return f"{left} {self.pick('+-−')} {self._constant(item)} {self.pick(COMPARATORS)} {self._constant(item)}"
        if form == 6:
            return f"{left} rounded to {self.whole(0, 2)} decimals {self.pick(COMPARATORS)} {self._constant(item)}"
        return f"{left} {self._comparator(left)} {self._constant(item)}"

    def _case(self) -> str:
        item = self._of_kind("one of")
        return self._choice_comparison(self._ref(item), item)

    def _constant(self, item: Declared) -> str:
        number = self.pick(
            (str(self.whole(0, 200)), f"{self.whole(0, 99)}.{self.whole(0, 99)}", f"{self.whole(1, 99)},000")
        )
        number = number.partition(".")[0] if item.counted else number
        sign = self.pick(("", "", "", "-")) if item.about[0] in ("", "°C") else ""
        return sign + _with_unit(number, self.pick(item.about))

    def _date_comparison(self, left: str) -> str:
        amount, more = self.whole(1, 30), self.whole(31, 60)
        unit = self.pick(("days", "weeks", "months", "years", "hours"))
        way, day = self.pick(("before", "after")), self._date()
        forms = (
            f"{left} is {self.pick(('before', 'after', 'on', 'on or before', 'on or after', 'since'))} {day}",
            f"{left} is within {amount} {unit} {way} {day}",
            f"{left} is {amount} to {more} {unit} {way} {day}",
            f"{left} is {self.pick(('at least', 'at most', 'more than', 'less than', 'exactly'))} {amount} {unit} {way} {day}",
            f"{left} is between {day} and {self._date()}, {self.pick(('inclusive', 'exclusive'))}",
            f"{left} is on or after {self.pick(('earlier', 'later'))} of {day} and {self._date()}",
        )
        return self.pick(forms)

    def _date(self) -> str:
        name = self._ref(self._of_kind("date"))
        written = self.pick(("2024-02-29", "2023-01-31", "2026-03-16", "1999-12-31"))
        forms = [name, name, written]
        unit = self.pick(("day", "week", "month", "year"))  # hours are refused where days are compared
        amount = self.whole(1, 24)
        forms.append(f"{amount} {unit}{'' if amount == 1 else 's'} {self.pick(('before', 'after'))} {name}")
        return self.pick(forms)

    # ---- names ------------------------------------------------------------------------------------------------------

    def _all(self, kind: str) -> list[Declared]:
        return [item for item in (*self.in_scope, *self.items) if item.kind == kind]

    def _of_kind(self, kind: str) -> Declared:
        return self.pick(self._all(kind))

    def _ref(self, item: Declared) -> str:
        """A name as an author writes it: another case, an article before it, its abbreviation."""
        name = self.pick((item.name, *item.aliases))
        style = self.whole(0, 9)
        if style == 8 and name[0] in string.ascii_letters:
            return f"the {name}"
        return name.capitalize() if style == 9 and name.islower() else name


def _closed(condition: str) -> str:
    """In brackets, where the end of it would not be seen beside others."""
    return f"({condition})" if " where " in condition or condition.startswith("for each") else condition


def _ends_in_its_own_way(rule: str) -> bool:
    """Whether what follows the line could belong to its last part."""
    return rule.startswith(("if ", "for each")) or " where " in rule


def _split_alias(written: str) -> tuple[str, tuple[str, ...]]:
    name, bracket, alias = written.partition(" (")
    return name, (alias.rstrip(")"),) if bracket else ()


def _with_unit(number: str, unit: str) -> str:
    if unit == "%":
        return f"{number}%"
    return f"{number} {unit}" if unit else number


def protocol_texts() -> st.SearchStrategy[str]:
    """Whole protocol files."""

    @st.composite
    def whole_file(draw: Callable[..., object]) -> str:
        return ProtocolWriter(draw).protocol()  # type: ignore[arg-type]

    return whole_file()
