"""One patient's facts, checked against the data that a protocol declares.

A fact is read into the one form that evaluation works on: a truth, an exact number in the declared unit, a declared
choice, a date, a text, or a tuple of rows; `UNKNOWN` where nothing is given. Whatever cannot be read is an error of
that patient, and all errors are reported together. Plain values under their declared names are read on a short way of
their own; other spellings, values in objects and everything that may be wrong take the long one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from attrs import evolve, frozen

from protocol_dsl.evaluate.kinds import (
    Exacting,
    Quick,
    Readers,
    exacting_date,
    exacting_text,
    one_of,
    quantity,
    quick_date,
    quick_text,
    written_day,
    yes_no,
)
from protocol_dsl.evaluate.reading import (
    LONGEST_NAME,
    DetailPath,
    FactDetail,
    FactsError,
    Hints,
    Names,
    Reading,
    fold_name,
    is_damaged,
    shown,
)
from protocol_dsl.semantics.checked import EVALUATION_DATE, Protocol
from protocol_dsl.semantics.types import DataItem, Date, OneOf, Quantity, Rows, Text, YesNo
from protocol_dsl.values import UNKNOWN, PartialDate, parse_date

__all__ = ["DetailPath", "FactDetail", "FactsError", "FactsReader", "PatientFacts", "fold_name"]

_NO_DETAILS: Final[Mapping[DetailPath, FactDetail]] = MappingProxyType({})


@frozen
class PatientFacts:
    """A patient's facts as evaluation reads them: one value for each of the protocol's items, in their order."""

    values: tuple[object, ...]
    details: Mapping[DetailPath, FactDetail] = _NO_DETAILS


class FactsReader:
    """Reads the facts of any number of patients of one protocol."""

    def __init__(self, protocol: Protocol):
        items = list(protocol.items.values())
        places = {item.name: place for place, item in enumerate(items)}
        self._evaluation = places.get(EVALUATION_DATE)
        self._evaluated_on = None if protocol.evaluated_on is None else places.get(protocol.evaluated_on)
        if self._evaluation is None:
            # One file of patients may serve several protocols, of which some never ask for the day: it is checked,
            # and then left out.
            items.append(DataItem(EVALUATION_DATE, Date()))
        self._items = items
        self._record = _Record(items, from_text=False)
        self._text_record: _Record | None = None

    def read(
        self,
        facts: Mapping[str, object],
        patient: str | None = None,
        on: datetime.date | None = None,
        *,
        file: str = "facts",
        from_text: bool = False,
        hints: Hints = "cell",
    ) -> PatientFacts:
        """One patient's facts, or a FactsError with everything that is wrong with them.

        `on` is the evaluation date, above what the facts say. `file` is the patients' file, as its errors name it.
        `from_text`: the values are the cells of a table, where numbers and truths are texts too; `hints` then says
        how they are written.
        """
        record = self._from_text() if from_text else self._record
        details: Mapping[DetailPath, FactDetail] = _NO_DETAILS
        if type(facts) is not dict and not isinstance(facts, Mapping):
            Reading(file, patient).stop("F117", found=shown(facts))
        values, odd = record.read_plain(facts)
        if odd is not None or record.assumes(values):
            reading = Reading(file, patient, hints=hints if from_text else None)
            record.read_odd(odd or (), facts, values, reading)
            if reading.problems:
                raise FactsError(reading.problems)
            details = reading.details or _NO_DETAILS
        evaluation = self._evaluation
        if evaluation is None:
            values.pop()
        elif on is not None:
            values[evaluation] = on.date() if isinstance(on, datetime.datetime) else on
        elif values[evaluation] is UNKNOWN and self._evaluated_on is not None:
            values[evaluation] = values[self._evaluated_on]
        return PatientFacts(tuple(values), details)

    def declared(self, name: str) -> DataItem | None:
        """The data item that a name stands for in any of its spellings, if there is one."""
        slot = self._record.find(name)
        return None if slot is None else slot.item

    def _from_text(self) -> _Record:
        if self._text_record is None:
            self._text_record = _Record(self._items, from_text=True)
        return self._text_record


@frozen
class _Slot:
    """One data item or field, ready to be read: by `quick` where that can, else by `exacting`."""

    item: DataItem
    place: int
    quick: Quick
    exacting: Exacting

    def read(self, value: object, reading: Reading) -> object:
        try:
            return self.quick[type(value)](value)
        except (LookupError, ValueError):
            reading.fact = self.item.name
        if isinstance(value, Mapping):
            return self._read_object(value, reading)
        return self.exacting(value, None, reading)

    def _read_object(self, given: Mapping[object, object], reading: Reading) -> object:
        """A value with what the record says about it."""
        if isinstance(self.item.kind, Rows) and given.keys().isdisjoint(_PARTS):
            return reading.refuse("F110", "one_row", found=shown(given), field=self.item.kind.fields[0].name)
        parts: dict[str, object] = {}
        for key, part in given.items():
            name = fold_name(key) if isinstance(key, str) and len(key) < LONGEST_NAME else None
            if name not in _PARTS:
                near = reading.nearest(key, _PARTS) if isinstance(key, str) else None
                reading.refuse("F114", "nearest" if near else None, found=shown(key), nearest=near)
            elif name in parts:
                reading.refuse("F114", "twice", found=shown(key))
            else:
                parts[name] = part
        words = {name: self._words(name, parts.get(name), reading) for name in ("unit", "by", "source", _REASON)}
        detail = FactDetail(words["source"], words["by"], _detail_date(parts.get("date"), reading), words[_REASON])
        if detail != FactDetail():
            reading.note(detail)
        value, unit = parts.get("value"), words["unit"]
        if "value" not in parts and detail.reason_missing is None:
            return reading.refuse("F115")
        if unit is not None and not isinstance(self.item.kind, Quantity):
            return reading.refuse("F113", unit=shown(unit))
        return UNKNOWN if value is None else self.exacting(value, unit, reading)

    def _words(self, name: str, given: object, reading: Reading) -> str | None:
        if given is None or (isinstance(given, str) and not is_damaged(given)):
            return given
        reading.refuse("F116", part=name, found=shown(given))
        return None


_REASON: Final = "reason missing"
_PARTS: Final = ("value", "unit", "date", "by", "source", _REASON)


def _detail_date(given: object, reading: Reading) -> datetime.date | PartialDate | None:
    if given is None:
        return None
    if isinstance(given, str | datetime.date):
        try:
            return parse_date(written_day(given))
        except ValueError:
            pass
    reading.refuse("F116", "date", part="date", found=shown(given))
    return None


class _Record:
    """The data items of a patient or the fields of a row, by all the spellings of their names."""

    def __init__(self, items: Iterable[DataItem], from_text: bool):
        self._slots = [_slot(item, place, from_text) for place, item in enumerate(items)]
        self._exact = {slot.item.name: (slot.place, slot.quick) for slot in self._slots}
        self._names = Names((name, slot) for slot in self._slots for name in slot.item.names)
        self._silences = [
            (slot.place, slot.item.name, slot.item.if_not_recorded)
            for slot in self._slots
            if slot.item.if_not_recorded is not None
        ]
        self._blank: list[object] = [UNKNOWN] * len(self._slots)

    def find(self, name: object) -> _Slot | None:
        return self._names.find(name) if isinstance(name, str) else None

    def read_plain(self, facts: Mapping[str, object]) -> tuple[list[object], list[tuple[object, object]] | None]:
        """What the quick readers can read of the facts, under their declared names; and what is left."""
        values = self._blank.copy()
        exact = self._exact
        odd: list[tuple[object, object]] | None = None
        for name, value in facts.items():
            try:
                place, quick = exact[name]
                values[place] = quick[type(value)](value)
            except (LookupError, ValueError):
                if odd is None:
                    odd = []
                odd.append((name, value))
        return values, odd

    def read_odd(
        self,
        odd: Iterable[tuple[object, object]],
        facts: Mapping[str, object],
        values: list[object],
        reading: Reading,
    ) -> None:
        """Completes `values` by the facts that `read_plain` left, and by what silence means."""
        spelt: dict[int, object] = {}
        for name, value in odd:
            slot = self.find(name)
            if slot is None:
                self._refuse_name(name, reading)
                continue
            declared = slot.item.name
            earlier = declared if name != declared and declared in facts else spelt.get(slot.place)
            if earlier is not None:
                reading.fact = declared
                reading.refuse("F102", first=shown(earlier), second=shown(name))
                continue
            spelt[slot.place] = name
            values[slot.place] = slot.read(value, reading)
        for place, name, silence in self._silences:
            if values[place] is UNKNOWN:
                reading.fact = name
                detail = reading.details.get(reading.path, FactDetail())
                # A stated reason is a record of its own: what is said to be missing is not silence.
                if detail.reason_missing is None:
                    reading.note(evolve(detail, assumed=True))
                    values[place] = silence

    def read_plain_row(self, row: object) -> tuple[object, ...]:
        """A row of plain values under their declared names; ValueError if there is anything else in it."""
        if type(row) is dict:
            values, odd = self.read_plain(row)
            if odd is None and not self.assumes(values):
                return tuple(values)
        raise ValueError

    def assumes(self, values: list[object]) -> bool:
        """Whether silence about one of them means something."""
        return any(values[place] is UNKNOWN for place, _, _ in self._silences) if self._silences else False

    def _refuse_name(self, name: object, reading: Reading) -> None:
        reading.fact = ""
        if not isinstance(name, str):
            reading.refuse("F101", "no_text", found=shown(name))
            return
        near = self._with_its_unit(name) if reading.hints == "cell" else None
        near = near or reading.nearest(name, (spelling for slot in self._slots for spelling in slot.item.names))
        variant = "row" if reading.row is not None else None
        if near is not None:
            variant = "nearest_row" if variant else "nearest"
        rows = reading.row[0] if reading.row is not None else None
        reading.refuse("F101", variant, found=shown(name), nearest=near, rows=rows)

    def _with_its_unit(self, title: str) -> str | None:
        """The column `weight [g]` for `weight (g)`, where `weight` is declared."""
        name, bracket, unit = title.removesuffix(")").rpartition("(")
        slot = self.find(name.strip()) if bracket and title.endswith(")") else None
        return f"{slot.item.name} [{unit.strip()}]" if slot and isinstance(slot.item.kind, Quantity) else None


def _slot(item: DataItem, place: int, from_text: bool) -> _Slot:
    match item.kind:
        case YesNo():
            readers = yes_no(from_text)
        case Quantity(unit):
            readers = quantity(unit, from_text)
        case OneOf(choices):
            readers = one_of(choices)
        case Date():
            readers = quick_date, exacting_date
        case Text():
            readers = quick_text, exacting_text
        case Rows(fields=fields):
            readers = _rows(item.name, fields, from_text)
        case _:
            assert_never(item.kind)
    return _Slot(item, place, *readers)


def _rows(name: str, fields: tuple[DataItem, ...], from_text: bool) -> Readers:
    record = _Record(fields, from_text)

    def quick(rows: list[object]) -> object:
        return tuple([record.read_plain_row(row) for row in rows])

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        if not isinstance(value, list | tuple):
            return reading.refuse("F110", "table" if from_text else None, found=shown(value), field=fields[0].name)
        rows = []
        for place, row in enumerate(value):
            reading.fact = name
            if not isinstance(row, Mapping):
                reading.refuse("F110", "row", found=shown(row), field=fields[0].name, number=place + 1)
                continue
            reading.row = (name, place)
            values, odd = record.read_plain(row)
            record.read_odd(odd or (), row, values, reading)
            reading.row = None
            rows.append(tuple(values))
        reading.fact = name
        return tuple(rows)

    return {type(None): lambda missing: UNKNOWN, list: quick}, exacting
