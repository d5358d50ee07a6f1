"""One patient's facts, checked against the data that a protocol declares.

A fact is read into the one form that evaluation works on: a truth, an exact number in the declared unit, an
`OtherNumber` in the second one, a declared choice or a tuple of several, a date, a text, or a tuple of rows; `UNKNOWN`
where nothing is given. Whatever cannot be read is an error of that patient, and all errors are reported together. Plain
values under their declared names are read on a short way of their own; other spellings, values in objects and
everything that may be wrong take the long one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, assert_never, cast

from attrs import define, evolve, frozen

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.evaluate.kinds import (
    Exacting,
    Readers,
    coded,
    exacting_date,
    exacting_text,
    one_of,
    quantity,
    quick_date,
    quick_text,
    several_of,
    unit_is_known,
    written_day,
    yes_no,
)
from protocol_dsl.evaluate.plain_reader import (
    Left,
    PlainReader,
    PlainRowsReader,
    Quick,
    plain_reader,
    plain_rows_reader,
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
from protocol_dsl.semantics.types import (
    BESIDE_ROW,
    LOWER,
    UPPER,
    VALUE,
    Coded,
    DataItem,
    Date,
    OneOf,
    Quantity,
    Rows,
    SeveralOf,
    Text,
    YesNo,
)
from protocol_dsl.values import UNKNOWN, PartialDate, parse_date

__all__ = ["DetailPath", "FactDetail", "FactsError", "FactsReader", "PatientFacts", "fold_name"]

_NO_DETAILS: Final[Mapping[DetailPath, FactDetail]] = MappingProxyType({})


@define
class PatientFacts:
    """A patient's facts as evaluation reads them: one value for each of the protocol's items, in their order.

    Not frozen, only because one that is takes twice as long to make; nothing changes it.
    """

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
        record = self._text_record if from_text else self._record
        details: Mapping[DetailPath, FactDetail] = _NO_DETAILS
        if type(facts) is not dict and not isinstance(facts, Mapping):
            Reading(file, patient).stop("F117", found=shown(facts))
        values, odd = record.read_plain(facts)
        if odd or record.assumes(values):
            reading = Reading(file, patient, hints=hints if from_text else None)
            record.read_odd(odd, facts, values, reading)
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

    # Most protocols meet one form of facts only, and an editor reads a protocol with each pause in typing.
    @cached_property
    def _record(self) -> _Record:
        return _Record(self._items, from_text=False)

    @cached_property
    def _text_record(self) -> _Record:
        return _Record(self._items, from_text=True)


@frozen
class _Slot:
    """One data item or field, ready to be read: by `quick` where that can, else by `exacting`."""

    item: DataItem
    place: int
    quick: Quick
    exacting: Exacting

    def read(self, value: object, reading: Reading) -> object:
        reading.fact = self.item.name
        if value.__class__ is dict or isinstance(value, Mapping):
            return self._read_object(cast(Mapping[object, object], value), reading)
        try:
            return self.quick[type(value)](value)
        except (LookupError, ValueError):
            return self.exacting(value, None, reading)

    def _read_object(self, given: Mapping[object, object], reading: Reading) -> object:
        """A value with what the record says about it."""
        if isinstance(self.item.kind, Rows) and _is_row(given, self.item.kind):
            return reading.refuse("F110", "one_row", found=shown(given), row=_row_to_copy(self.item.kind))
        parts = given if given.keys() <= _OWN_NAMES else self._parts(given, reading)
        unit = self._words("unit", parts.get("unit"), reading)
        reason: str | None = None
        if not parts.keys() <= _VALUE_AND_UNIT:
            words = {name: self._words(name, parts.get(name), reading) for name in ("source", "by", _REASON)}
            date = _detail_date(parts.get("date"), reading)
            reason = words[_REASON]
            detail = FactDetail(words["source"], words["by"], date, reason)
            if detail != FactDetail():
                reading.note(detail)
        value = parts.get("value")
        if "value" not in parts and reason is None:
            return reading.refuse("F115")
        if unit is not None and not isinstance(self.item.kind, Quantity):
            return reading.refuse("F113", unit=shown(unit))
        return UNKNOWN if value is None else self.exacting(value, unit, reading)

    def _parts(self, given: Mapping[object, object], reading: Reading) -> dict[object, object]:
        """The parts under their own names, whatever spelling the record has."""
        parts: dict[object, object] = {}
        for key, part in given.items():
            name = _folded(key)
            if name not in _PARTS:
                near = reading.nearest(key, _PARTS) if isinstance(key, str) else None
                reading.refuse("F114", "nearest" if near else None, found=shown(key), nearest=near)
            elif name in parts:
                reading.refuse("F114", "twice", found=shown(key))
            else:
                parts[name] = part
        return parts

    def _words(self, name: str, given: object, reading: Reading) -> str | None:
        if given is None or (isinstance(given, str) and not is_damaged(given)):
            return given
        reading.refuse("F116", part=name, found=shown(given))
        return None


def _is_row(given: Mapping[object, object], kind: Rows) -> bool:
    """Whether an object in place of a list of rows is a row, and not the list with what the record says about it."""
    if not kind.dated:
        return given.keys().isdisjoint(_PARTS)
    parts = {_folded(key): part for key, part in given.items()}
    return _REASON not in parts and not isinstance(parts.get("value", given), list | tuple | None)


_REASON: Final = "reason missing"
_PARTS: Final = ("value", "unit", "date", "by", "source", _REASON)
_OWN_NAMES: Final = frozenset(_PARTS)
_VALUE_AND_UNIT: Final = frozenset(("value", "unit"))


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
        self._names = Names((name, slot) for slot in self._slots for name in slot.item.names)
        self._silences = [
            (slot.place, slot.item.name, slot.item.if_not_recorded)
            for slot in self._slots
            if slot.item.if_not_recorded is not None
        ]

    @cached_property
    def read_plain(self) -> PlainReader:
        """What can be read the short way, under the declared names; and what is left, not in the facts' own order."""
        return plain_reader(self._named)

    @cached_property
    def read_plain_rows(self) -> PlainRowsReader:
        """Reads rows that hold plain values under their declared names only; else ValueError or LookupError."""
        return plain_rows_reader(self._named, [place for place, _, _ in self._silences])

    @property
    def _named(self) -> list[tuple[str, Quick]]:
        return [(slot.item.name, slot.quick) for slot in self._slots]

    def find(self, name: object) -> _Slot | None:
        return self._names.find(name) if isinstance(name, str) else None

    def read_odd(
        self,
        odd: Left,
        facts: Mapping[str, object],
        values: list[object],
        reading: Reading,
    ) -> None:
        """Completes `values` by the facts that `read_plain` left, and by what silence means."""
        spelt: dict[int, object] = {}
        if len(odd) > 1:
            order = {name: place for place, name in enumerate(facts)}
            odd.sort(key=lambda each: order[each[0]])
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
        case Quantity():
            readers = quantity(item.kind, from_text)
        case OneOf(choices):
            readers = one_of(choices)
        case SeveralOf(choices):
            readers = several_of(choices, from_text)
        case Coded(terms):
            readers = coded(terms)
        case Date():
            readers = quick_date, exacting_date
        case Text():
            readers = quick_text, exacting_text
        case Rows():
            readers = _rows(item.name, item.kind, from_text)
        case _:
            assert_never(item.kind)
    return _Slot(item, place, *readers)


def _rows(name: str, kind: Rows, from_text: bool) -> Readers:
    record = _Record(kind.fields, from_text)
    beside = _BesideRow(kind, record)
    example = _row_to_copy(kind)

    def exacting(value: object, unit: str | None, reading: Reading) -> object:
        if not isinstance(value, list | tuple):
            return reading.refuse("F110", "table" if from_text else None, found=shown(value), row=example)
        rows = []
        for place, row in enumerate(value):
            reading.fact = name
            if not isinstance(row, Mapping):
                bare = kind.form == "measurements" and not isinstance(row, list | tuple | None)
                reading.refuse("F110", "bare" if bare else "row", found=shown(row), row=example, number=place + 1)
                continue
            reading.row = (name, place)
            fields, words = beside.taken_apart(row, reading)
            values, odd = record.read_plain(fields)
            record.read_odd(odd, fields, values, reading)
            beside.note(words, reading)
            reading.row = None
            rows.append(tuple(values))
        reading.fact = name
        return tuple(rows)

    return {type(None): lambda missing: UNKNOWN, list: lambda rows: record.read_plain_rows(rows)}, exacting


def _row_to_copy(kind: Rows) -> Copyable:
    """The fields of a row, as a hint shows them."""
    match kind.form:
        case "measurements":
            shown_fields = '"date": "2026-03-30", "value": …'
        case "events":
            shown_fields = '"date": "2026-03-30"'
        case "treatments":
            shown_fields = '"drug": "…", "start date": "2026-03-30"'
        case "rows":
            shown_fields = f'"{kind.fields[0].name}": …'
        case _:
            assert_never(kind.form)
    return Copyable(shown_fields)


class _BesideRow:
    """What stands in a row beside its fields: who recorded it and where, and the unit of a measurement."""

    def __init__(self, kind: Rows, record: _Record):
        self._names = tuple(name for name in BESIDE_ROW[kind.form] if record.find(name) is None)
        in_unit = [record.find(name) for name in (VALUE, UPPER, LOWER)] if kind.form == "measurements" else []
        self._in_unit = [slot for slot in in_unit if slot is not None]
        self._about = VALUE if kind.form == "measurements" else kind.fields[0].name if kind.fields else ""

    def taken_apart(
        self, row: Mapping[str, object], reading: Reading
    ) -> tuple[Mapping[str, object], Mapping[str, str | None]]:
        """The fields, each with the unit of the row where it has none of its own; and the other words of the row."""
        if not self._names:
            return row, {}
        beside = {key: name for key in row if (name := _folded(key)) in self._names}
        if not beside:
            return row, {}
        words: dict[str, str | None] = {}
        for key, name in beside.items():
            reading.fact = self._about
            given = row[key]
            if name in words:
                reading.refuse("F114", "twice", found=shown(key))
            elif given is None or (isinstance(given, str) and not is_damaged(given)):
                words[name] = given
            else:
                reading.refuse("F116", part=name, found=shown(given))
        fields = {key: value for key, value in row.items() if key not in beside}
        unit = words.pop("unit", None)
        return (fields if unit is None else self._with_unit(fields, unit, reading)), words

    def _with_unit(self, fields: dict[str, object], unit: str, reading: Reading) -> dict[str, object]:
        kind = self._in_unit[0].item.kind if self._in_unit else None
        reading.fact = self._about
        if not isinstance(kind, Quantity):
            reading.refuse("F113", unit=shown(unit))
            return fields
        # A unit that is refused is told once, and not again for each number in it.
        known = unit_is_known(kind, unit, reading)
        names = {name for slot in self._in_unit for name in map(fold_name, slot.item.names)}
        with_unit = dict(fields)
        for key, value in fields.items():
            if _folded(key) in names and value is not None and not isinstance(value, Mapping):
                with_unit[key] = {"value": value, "unit": unit} if known else None
        return with_unit

    def note(self, words: Mapping[str, str | None], reading: Reading) -> None:
        """Keeps who recorded the row, and where, beside what the record says about its value itself."""
        source, by = words.get("source"), words.get("by")
        if source is None and by is None:
            return
        reading.fact = self._about
        detail = reading.details.get(reading.path, FactDetail())
        reading.note(evolve(detail, source=detail.source or source, by=detail.by or by))


def _folded(name: object) -> str | None:
    return fold_name(name) if isinstance(name, str) and len(name) < LONGEST_NAME else None
