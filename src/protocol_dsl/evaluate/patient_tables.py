"""CSV: a table with one patient a row, and a table beside it for each list of rows.

The rows of a list stand in `NAME.csv`, with the patient's `id` in each. A patient who has no row there has not been
asked about: the list is unknown. One row that holds nothing but the id says that the list is known to be empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Diagnostic, report
from protocol_dsl.evaluate.patient_formats import Entry, FileError, decoded
from protocol_dsl.evaluate.reading import Names, fold_name, printable, shown
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import BESIDE_ROW, DataItem, Rows

Tables: TypeAlias = Callable[[str], bytes | None]
"""The content of a file beside the patients' file, by its name; None where there is none."""


def looks_like_table(first_line: str) -> bool:
    """Whether the first line of a file is the header of a table: one of its columns is `id`."""
    return any(_has_id(first_line, sign) for sign in (",", *_OTHER_SEPARATORS))


_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}
"""What separates columns in files that programs call CSV all the same; such a table is told from one without ids."""


def _has_id(header: str, separator: str) -> bool:
    return "id" in (cell.strip().strip('"').casefold() for cell in header.split(separator))


def table_entries(protocol: Protocol, name: str, data: bytes, tables: Tables | None) -> Iterator[Entry]:
    """The patients of a table, each with the rows of its lists."""
    lists = _lists(protocol, tables) if tables is not None else []
    for row in _Table(name, data, protocol.items.values()).rows():
        where = f"line {row.line}"
        given = {rows.name: found for rows in lists if (found := rows.by_patient.pop(row.patient, None)) is not None}
        if row.cells is None:
            yield Entry(where, problem=row.ragged(name), patient=row.patient or None)
        else:
            yield Entry(where, {"id": row.patient, "facts": row.cells | given})
    yield from (rows.of_nobody() for rows in lists if rows.by_patient)


@define
class _List:
    """The rows of one list, by the patient they belong to."""

    name: str
    file: str
    by_patient: dict[str, list[dict[str, object]]] = field(factory=dict)

    def of_nobody(self) -> Entry:
        """The error that rows are left: once, since a file with some of the patients leaves those of all others."""
        first, *others = self.by_patient
        if others:
            count = len(self.by_patient)
            problem = report(
                "F165", self.file, None, variant="several", found=shown(first), rows=self.name, count=count
            )
            return Entry(self.file, problem=problem)
        where = f"patient {printable(first)}"
        problem = report("F165", self.file, None, where=where, found=shown(first), rows=self.name)
        return Entry(where, problem=problem, patient=first)


def _lists(protocol: Protocol, tables: Tables) -> list[_List]:
    found = []
    for item in protocol.items.values():
        if not isinstance(item.kind, Rows):
            continue
        spellings = [spelling for name in item.names for spelling in (name, name.replace(" ", "_"))]
        files = [f"{spelling}.csv" for spelling in dict.fromkeys(spellings)]
        present = [(file, data) for file in files if (data := tables(file)) is not None]
        if len(present) > 1:
            raise FileError(
                report("F163", present[1][0], None, variant="files", first=present[0][0], second=present[1][0])
            )
        found += [_list(item.name, item.kind, file, data) for file, data in present]
    return found


def _list(name: str, kind: Rows, file: str, data: bytes) -> _List:
    rows = _List(name, file)
    for row in _Table(file, data, kind.fields, BESIDE_ROW[kind.form]).rows():
        # A row that cannot be read, or that is nobody's, may be missing from any patient's list.
        if row.cells is None:
            raise FileError(row.ragged(file))
        if not row.patient:
            raise FileError(report("F165", file, None, variant="no_id", where=f"line {row.line}", rows=name))
        rows.by_patient.setdefault(row.patient, []).append(row.cells)
    for patient, given in rows.by_patient.items():
        if given == [{}]:
            rows.by_patient[patient] = []
    return rows


@frozen
class _Row:
    """One row of a table; `cells` are the facts or fields that are not empty, None where the row does not fit."""

    line: int
    patient: str
    cells: dict[str, object] | None
    width: int
    columns: int

    def ragged(self, file: str) -> Diagnostic:
        where = f"line {self.line}" + (f", patient {printable(self.patient)}" if self.patient else "")
        return report("F164", file, None, where=where, line=self.line, found=self.width, needed=self.columns)


_ID: Final = "id"


class _Table:
    """A table with a header: a column `id`, and one for each fact or field, with its unit in brackets or without.

    `beside`: the columns that it may have beside the fields.
    """

    def __init__(self, file: str, data: bytes, items: Iterable[DataItem], beside: tuple[str, ...] = ()):
        self._file = file
        self._beside = beside
        self._reader = csv.reader(io.StringIO(decoded(file, data), newline=""), strict=True)
        self._declared = Names((name, item) for item in items for name in item.names)
        self._columns = self._header()
        # A column that is no fact is an error of each patient, also of one whose cell there is empty.
        known = {_ID, *beside}
        self._unknown = {name for name, _ in self._columns if name not in known and self._declared.find(name) is None}

    def rows(self) -> Iterator[_Row]:
        place = self._columns.index((_ID, None))
        while (cells := self._next()) is not None:
            if not any(cells):
                continue
            patient = cells[place] if place < len(cells) else ""
            fits = len(cells) == len(self._columns)
            facts = self._facts(cells) if fits else None
            yield _Row(self._reader.line_num, patient, facts, len(cells), len(self._columns))

    def _facts(self, cells: list[str]) -> dict[str, object]:
        return {
            name: (cell or None) if unit is None else {"value": cell or None, "unit": unit}
            for (name, unit), cell in zip(self._columns, cells, strict=True)
            if (cell or name in self._unknown) and name != _ID
        }

    def _next(self) -> list[str] | None:
        try:
            cells = next(self._reader, None)
        except csv.Error:
            raise FileError(report("F166", self._file, None, line=self._reader.line_num)) from None
        return None if cells is None else [cell.strip() for cell in cells]

    def _header(self) -> list[tuple[str, str | None]]:
        titles = self._next() or []
        columns = []
        seen: dict[str, str] = {}
        for number, title in enumerate(titles, 1):
            if not title:
                raise FileError(report("F162", self._file, None, variant="unnamed", number=number))
            name, unit = self._column(title)
            first = seen.setdefault(fold_name(name), title)
            if first is not title:
                raise FileError(report("F163", self._file, None, first=shown(first), second=shown(title)))
            columns.append((name, unit))
        if (_ID, None) not in columns:
            header = ",".join(titles)
            signs = next((words for sign, words in _OTHER_SEPARATORS.items() if _has_id(header, sign)), None)
            raise FileError(report("F162", self._file, None, variant="separator" if signs else None, signs=signs))
        return columns

    def _column(self, title: str) -> tuple[str, str | None]:
        """The name of a column, as declared where it is a declared one, and its unit."""
        name, unit = title, None
        if self._declared.find(title) is None and title.endswith("]"):
            name, unit = _without_unit(title)
        declared = self._declared.find(name)
        if declared is not None:
            if isinstance(declared.kind, Rows):
                raise FileError(report("F162", self._file, None, variant="rows", rows=declared.name))
            return declared.name, unit
        if unit is None and fold_name(name) in self._beside:
            return fold_name(name), None
        return (_ID, None) if name.casefold() == _ID and unit is None else (name, unit)


def _without_unit(title: str) -> tuple[str, str | None]:
    """`blood pressure [mm[Hg]]` is the name `blood pressure` and the unit `mm[Hg]`."""
    depth = 0
    for place in range(len(title) - 1, -1, -1):
        depth += (title[place] == "]") - (title[place] == "[")
        if depth == 0:
            return title[:place].strip(), title[place + 1 : -1].strip()
    return title, None
