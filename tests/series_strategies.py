"""Generated phrases about series: events, treatments and measurements, in every window and selection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from attrs import frozen

from protocol_words import COMPARATORS, Declared

if TYPE_CHECKING:
    from strategies import ProtocolWriter


@frozen
class Series:
    """A declared series: the line that declares it, and how it is referred to."""

    written: str
    kind: str
    singular: str
    plural: str
    form: str
    fields: tuple[Declared, ...] = ()
    value: Declared | None = None
    """The value of a measurement, as if it were a data item."""
    other: str = ""
    """The second unit of the value."""
    conversion: str = ""
    adjectives: tuple[str, ...] = ()


_TIMES: Final = (Declared("date", "date"), Declared("start date", "date"), Declared("end date", "date"))
_ONGOING: Final = Declared("ongoing", "yes/no")
SERIES: Final = (
    Series("seizure", "events", "seizure", "seizures", "events",
           (*_TIMES, _ONGOING, Declared("intensity", "ordered", ("faint", "strong", "extreme")), Declared("witnessed", "yes/no")),
           adjectives=("faint", "strong", "witnessed")),
    Series("surgery (plural surgeries)", "events", "surgery", "surgeries", "events",
           (*_TIMES, _ONGOING, Declared("extent", "one of", ("major", "minor"))), adjectives=("major", "minor", "major or minor")),
    Series("medication", "treatments", "medication", "medications", "treatments",
           (*_TIMES, _ONGOING, Declared("dose", "number", ("mg/day", "g/day")))),
    Series("ALT", "measurements in U/L", "ALT", "ALT", "measurements", (Declared("date", "date"),),
           Declared("value", "number", ("U/L",))),
    Series("QTcF", "measurements in ms", "QTcF", "QTcF", "measurements",
           (Declared("date", "date"), Declared("lead fault", "yes/no")), Declared("value", "number", ("ms", "s"))),
    Series("LDL", "measurements in mmol/L or mg/dL", "LDL", "LDL", "measurements", (Declared("date", "date"),),
           Declared("value", "number", ("mmol/L",)), other="mg/dL", conversion="mg/dL = 38.67 × mmol/L"),
    Series("glycated haemoglobin", "measurements in % or mmol/mol", "glycated haemoglobin", "glycated haemoglobin",
           "measurements", (Declared("date", "date"),), Declared("value", "number", ("%",)), other="mmol/mol"),
    Series("pregnancy test", "measurements, one of positive, negative", "pregnancy test", "pregnancy tests", "measurements",
           (Declared("date", "date"),), Declared("value", "one of", ("positive", "negative"))),
    Series("proteinuria", "tests, ordered absent < trace < marked", "proteinuria", "proteinuria", "measurements",
           (Declared("date", "date"),), Declared("value", "ordered", ("absent", "trace", "marked"))),
)  # fmt: skip
LISTS: Final = (
    "lists",
    "  statins: closed list of drugs: atorvastatin (ATC C10AA05), simvastatin",
    "  inhibitors: open list of drugs",
    "    - clarithromycin",
    "    - everything in statins",
    "    - not paracetamol",
    "",
)
LIST_NAMES: Final = ("statins", "inhibitors", "statins or inhibitors")


class SeriesPhrases:
    """Draws phrases about the series that a protocol declares."""

    def __init__(self, writer: ProtocolWriter) -> None:
        self.writer = writer
        self.pick, self.maybe, self.whole = writer.pick, writer.maybe, writer.whole
        self.declared: list[Series] = []
        self.named: list[tuple[str, Series, bool]] = []
        """Named series: the name, the series that it narrows, whether a window is settled."""
        self.values: list[tuple[str, Series]] = []
        """Values that rest on records, under a name."""
        self.period = ""
        self.cycle = ""

    # ---- declarations -----------------------------------------------------------------------------------------------

    def data(self) -> list[str]:
        lines = ["data: series"]
        self.declared = self.writer.some(SERIES, 1, 4)
        for series in self.declared:
            lines.append(f"  {series.written}: {series.kind}")
            if series.conversion:
                lines.append(f"    conversion: {series.conversion}")
            brought = {"date", "start date", "end date", "ongoing"}
            lines += [f"    {f.name}: {self.writer._type_of(f)}" for f in series.fields if f.name not in brought]
            if series.form == "treatments":
                lines.append("    half-life: days")
        return lines

    def definitions(self) -> list[str]:
        lines = []
        if self.maybe():
            series = self.pick(self.declared)
            window = f" {self.window(series)}" if self.maybe() else ""
            where = f" where {self.about(series)}" if self.maybe() else ""
            excepting = f", except where {self.about(series)}" if where and self.maybe() else ""
            lines.append(f"  index record = each {self.noun(series, plain=True)}{window}{where}{excepting}")
            self.named.append(("index record", series, bool(window)))
        measured = [each for each in self.declared if each.value and each.value.kind == "number" and not each.other]
        if measured and self.maybe():
            series = self.pick(measured)
            lines.append(f"  reference value = {self.one(series)}")
            self.values.append(("reference value", series))
        lines.append("  weighted of (x: number, given: yes/no, day: date) =")
        lines.append("    2 × x + (1 (3 if given)) + completed months from 2024-01-01 to day / 1 month")
        return lines

    # ---- which records ----------------------------------------------------------------------------------------------

    def noun(self, series: Series, *, plain: bool = False, many: bool = False) -> str:
        """A noun for the records, with adjectives or a list."""
        noun = series.plural if many or self.maybe(4) else series.singular
        own = [name for name, narrowed, _ in self.named if narrowed is series]
        if own and not plain and self.maybe():
            return self.pick(own)
        if series.adjectives and self.maybe(3):
            return f"{self.pick(series.adjectives)} {noun}"
        if series.form == "treatments" and self.maybe(3):
            return f"{noun} in {self.pick(LIST_NAMES)}"
        return noun

    def about(self, series: Series) -> str:
        """A condition about one record."""
        fields = (*series.fields, *((series.value,) if series.value and not series.other else ()))
        if series.form == "treatments" and self.maybe(4):
            return f"drug is {self.pick(('', 'not '))}in {self.pick(LIST_NAMES)}"
        if series.form in ("events", "treatments") and self.maybe(6):
            return f"duration is {self.pick(('at least', 'below'))} {self.whole(1, 90)} {self.pick(('days', 'weeks', 'months'))}"
        if self.maybe(6):
            item = self.pick(fields)
            return f"{item.name} is {self.pick(('', 'not '))}recorded"
        item = self.pick(fields)
        if item.kind == "yes/no":
            return self.pick((item.name, f"not {item.name}"))
        if item.kind == "date":
            return self.writer._date_comparison(item.name)
        if item.kind == "number":
            return f"{item.name} {self.pick(COMPARATORS)} {self.writer._constant(item)}"
        return self.writer._choice_comparison(item.name, item)

    def day(self) -> str:
        days = [item.name for item in self.writer.items if item.kind == "date"]
        return self.pick((*days, *days, "2024-02-29"))

    def window(self, series: Series) -> str:
        """When the records must have been."""
        n, m = self.whole(0, 12), self.whole(13, 40)
        unit = self.pick(("days", "weeks", "months", "years"))
        way, day = self.pick(("before", "after")), self.day()
        forms = [
            f"within {n} {unit} {way} {day}",
            f"{n} to {m} {unit} {way} {day}",
            f"{n} days to {m} months {way} {day}",
            f"{self.pick(('at least', 'at most', 'more than', 'less than'))} {m} {unit} {way} {day}",
            f"{self.pick(('before', 'after', 'on', 'on or before', 'on or after', 'since'))} {day}",
            f"between {day} and {self.day()}, {self.pick(('inclusive', 'exclusive'))}",
            "ever",
            "now",
        ]
        if self.maybe(6):
            forms = [f"within {self.whole(1, 72)} hours {way} {day}"]
        if self.period:
            forms.append(f"during {self.period}")
        if self.cycle:
            forms.append(f"within {self.pick(('', '2 × '))}{self.cycle} {way} {day}")
        if series.form == "treatments":
            bound = f" ({self.pick(('at least', 'at most'))} {n} days)" if self.maybe() else ""
            half_lives = f"{self.whole(1, 6)} half-lives"
            length = self.pick((half_lives, f"the {self.pick(('shorter', 'longer'))} of {m} days and {half_lives}"))
            forms += [f"within {length}{bound} {way} {day}"] * 3
        window = self.pick(forms)
        edge = series.form in ("events", "treatments") and window not in ("ever", "now") and self.maybe(4)
        return f"{self.pick(('started', 'ended'))} {window}" if edge else window

    def phrase(self, series: Series, *, many: bool = False) -> str:
        """The records of a series in a window."""
        return f"{self.noun(series, many=many)} {self.window(series)}"

    # ---- conditions -------------------------------------------------------------------------------------------------

    def condition(self) -> str:
        series = self.pick(self.declared)
        forms: list[Callable[[Series], str]] = [
            self._counted,
            self._counted,
            self._date_of_one,
            self._number,
            self._others,
        ]
        if series.value is not None:
            forms += [self._value, self._value, self._said, self._said]
            if series.value.kind == "number" and not series.other:
                forms += [self._aggregate, self._aggregate, self._difference]
            forms.append(self._called)
        if series.form != "measurements":
            forms.append(self._highest_in_field)
        if series.form == "treatments":
            forms += [self._stable, self._dose]
        if self.values:
            forms.append(lambda _: self._of_value(*self.pick(self.values)))
        return self.pick(forms)(series)

    def _quantifier(self, series: Series) -> str:
        n = self.whole(1, 3)
        return self.pick(("any", "no", f"at least {n}", f"at most {n}", f"exactly {n}", f"fewer than {n}"))

    def _counted(self, series: Series) -> str:
        if self.maybe(4) and len(self.declared) > 1:
            other = self.pick([each for each in self.declared if each is not series])
            both = f"{series.plural} or {other.plural}"
            return f"{self._quantifier(series)} {both} {self._shared_window(series, other)}"
        head = f"{self._quantifier(series)} {self.phrase(series)}"
        if self.maybe():
            return head
        where = f" where {self.about(series)}" if self.maybe() else ""
        return head + where + (f", except where {self.about(series)}" if not where or self.maybe() else "")

    def _shared_window(self, series: Series, other: Series) -> str:
        return self.pick((f"within {self.whole(1, 40)} weeks before {self.day()}", "ever", f"on or after {self.day()}"))

    def _others(self, series: Series) -> str:
        n, day = self.whole(1, 3), self.day()
        unit = self.pick(("days", "weeks", "months"))
        many = series.plural
        forms = [
            f"at least {n + 1} {many} at least {self.whole(1, 40)} {unit} apart {self.window(series)}",
            f"at least {n} {many} in each of the {self.whole(2, 3)} {unit} {self.pick(('before', 'after'))} {day}",
            f"{self.pick(('history of', 'no history of'))} {series.singular}"
            + self.pick(("", f" within {n} years before {day}")),
            f"for each {series.singular} {self.window(series)}{self.pick(('', ', if any'))}: {self.about(series)}",
        ]
        day = "date" if series.form == "measurements" else "start date"
        within = self.pick((
            f"within {n} {unit} after", f"within {n} {unit} before", f"{n} to {n + 3} {unit} after", "after", "on or before",
        ))  # fmt: skip
        again = f"{series.singular} {within} {day} of {series.singular}"
        forms += [
            f"{self.pick(('any', 'no'))} {series.singular} {self.window(series)} where {self.pick(('any', 'no'))} {again}",
            f"any {series.singular} ever where number of {again} is at least {n}",
        ]
        return self.pick(forms)

    def apart(self) -> str:
        """How far apart records must be, or nothing of it."""
        unit = self.pick(("hours", "days", "weeks", "months"))
        return f"at least {self.whole(1, 12)} {unit} apart " if self.maybe() else ""

    def _limit(self, series: Series) -> str:
        """What is said of a value."""
        value = series.value
        assert value is not None
        if value.kind in ("one of", "ordered"):
            return self.writer._choice_comparison("", value).strip()
        if series.other and (not series.conversion or self.maybe()):
            low, high = sorted((self.whole(1, 200), self.whole(201, 300)))
            unit = "%" if value.about[0] == "%" else f" {value.about[0]}"
            return self.pick((
                f"is {self.pick(('at least', 'at most', 'above', 'below'))} {low}{unit} ({high} {series.other})",
                f"is between {low}{unit} ({low} {series.other}) and {high}{unit} ({high} {series.other}), inclusive",
                f"is between {low} and {high}{unit} ({low} to {high} {series.other}), inclusive",
            ))  # fmt: skip
        comparator, constant = self.pick(COMPARATORS), self.writer._constant(value)
        case = self.writer._case()
        forms = [f"{comparator} {constant}", f"{comparator} {constant} ({self.writer._constant(value)} if {case})"]
        if not series.other:
            times = f"{self.whole(1, 5)}.{self.whole(0, 9)} × {self.pick(('ULN', 'LLN'))}"
            forms += [f"{comparator} {times}", f"{comparator} {times} ({self.whole(1, 9)} × ULN if {case})",
                      f"is {self.pick(('', 'not '))}within normal limits"]  # fmt: skip
        return self.pick(forms)

    def one(self, series: Series) -> str:
        """One record of a measurement."""
        which = ["latest", "earliest", "previous"]
        if series.value is not None and series.value.kind == "number":
            which += ["highest", "lowest"]
        return f"{self.pick(which)} {self.phrase(series)}"

    def _value(self, series: Series) -> str:
        if self.maybe(6):
            return f"{self.one(series)} is {self.pick(('', 'not '))}recorded"
        return f"{self.one(series)} {self._limit(series)}"

    def _said(self, series: Series) -> str:
        head = self.pick((f"any {self.phrase(series)}", f"every {self.phrase(series)}", f"no {self.phrase(series)}",
                          f"any {self.whole(2, 3)} consecutive {series.plural} {self.apart()}{self.window(series)}"))  # fmt: skip
        return f"{head} {self._limit(series)}"

    def _date_of_one(self, series: Series) -> str:
        return self.writer._date_comparison(f"date of {self.pick(('latest', 'earliest'))} {self.phrase(series)}")

    def _number(self, series: Series) -> str:
        n = self.whole(1, 6)
        comparator = self.pick(("is at least", "is at most", "is above", "is exactly", "<"))
        forms = [
            f"number of {self.phrase(series, many=True)} {comparator} {n - 1}",
            f"number of {series.plural} per month within {n} months before {self.day()} {comparator} {n - 1}",
            f"number of different date of {self.phrase(series, many=True)} {comparator} {n // 2}",
            f"number of days with {series.singular} within {self.whole(1, 40)} days before {self.day()} {comparator} {n} days",
        ]
        if series.form == "treatments":
            forms += [f"number of different drug of {self.phrase(series, many=True)} {comparator} {n // 2}"] * 2
        return self.pick(forms)

    def _aggregate(self, series: Series) -> str:
        value = series.value
        assert value is not None
        n = self.whole(2, 3)
        recorded = f" recorded within {self.whole(1, 20)} {self.pick(('minutes', 'hours'))}" if self.maybe() else ""
        picked = f"{self.pick(('latest', 'earliest'))} {n} {series.plural}{recorded} {self.window(series)}"
        forms = (
            f"mean of {self.phrase(series)}",
            f"total of {self.phrase(series)}",
            f"mean of the {picked}",
            f"{self.pick(('highest', 'lowest'))} of the {picked}",
        )
        return f"{self.pick(forms)} {self.pick(COMPARATORS)} {self.writer._constant(value)}"

    def _difference(self, series: Series) -> str:
        value = series.value
        assert value is not None
        constant = self.writer._constant(value)
        direction = self.pick(("above", "below"))
        amount = self.pick((f"{self.whole(1, 50)}%", constant))
        one, other = self.one(series), self.one(series)
        return self.pick((
            f"{one} is {self.pick(('at least', 'at most', 'more than'))} {amount} {direction} {other}",
            f"{self.pick(('lower', 'higher'))} of {one} and {constant} {self.pick(COMPARATORS)} {other}",
            f"square root of ({one} / {constant}) is {self.pick(('above', 'at most'))} {self.whole(0, 3)}",
            f"({one} / {self.whole(1, 99)} {value.about[0]})^{self.pick(('0.5', '-0.302', '2', '-1'))} is {self.pick(('above', 'below'))} {self.whole(0, 3)}",
            f"{one} + {other} {self.pick(COMPARATORS)} {constant}",
        ))  # fmt: skip

    def _of_value(self, name: str, series: Series) -> str:
        assert series.value is not None
        return f"{name} {self.pick(COMPARATORS)} {self.writer._constant(series.value)}"

    def _called(self, series: Series) -> str:
        assert series.value is not None
        share = f"{self.one(series)} / {self.whole(1, 99)} {series.value.about[0]}"
        given, day = self.pick([item.name for item in self.writer.items if item.kind == "yes/no"]), self.day()
        share = share if series.value.kind == "number" and not series.other else str(self.whole(1, 9))
        return f"weighted of ({share}, {given}, {day}) is {self.pick(('above', 'at most'))} {self.whole(0, 50)}"

    def _highest_in_field(self, series: Series) -> str:
        """The record that is picked by one of its fields, or by how long it has lasted."""
        which, phrase = self.pick(("highest", "lowest")), self.phrase(series)
        fields = [field for field in series.fields if field.kind in ("number", "ordered")]
        if series.form in ("events", "treatments") and (not fields or self.maybe(3)):
            return f"{which} duration of {phrase} is {self.pick(('above', 'at most'))} {self.whole(1, 90)} {self.pick(('days', 'weeks', 'months'))}"
        field = self.pick(fields)
        picked = f"{which} {field.name} of {phrase}"
        if field.kind == "ordered":
            return self.writer._choice_comparison(picked, field)
        return f"{picked} {self.pick(COMPARATORS)} {self.writer._constant(field)}"

    def _stable(self, series: Series) -> str:
        return f"dose of {self.noun(series)} is stable for at least {self.whole(1, 12)} {self.pick(('days', 'weeks', 'months'))} before {self.day()}"

    def _dose(self, series: Series) -> str:
        dose = next(field for field in series.fields if field.name == "dose")
        phrase = self.phrase(series)
        value = self.pick((f"dose of latest {phrase}", f"total of dose of {phrase}", f"mean of dose of {phrase}"))
        return f"{value} {self.pick(COMPARATORS)} {self.writer._constant(dose)}"
