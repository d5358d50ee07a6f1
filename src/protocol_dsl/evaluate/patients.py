"""Files of patients: JSON, one JSON object a line, YAML and CSV, each patient `{"id": …, "facts": {…}}`.

The file is taken apart into patients, without a look at what their facts mean. A patient that cannot be taken out of
the file is a `PatientError` in its place, and the others go on; a file that cannot be read at all, or not from some
place on, is a `PatientError` without a patient. Numbers stay exact and dates stay text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, nearest, report
from protocol_dsl.evaluate.patient_formats import (
    Entry,
    FileError,
    json_entries,
    line_entries,
    repeated_name,
    yaml_entries,
)
from protocol_dsl.evaluate.patient_tables import Tables, looks_like_table, table_entries
from protocol_dsl.evaluate.reading import LONGEST_NAME, is_damaged, printable, shown
from protocol_dsl.semantics.checked import Protocol

__all__ = ["Patient", "PatientError", "Tables", "patient_of", "read_patients"]


@frozen
class Patient:
    """One patient as the file gives it. `from_text`: the facts are cells of a table, numbers written as text."""

    id: str
    facts: Mapping[str, object]
    from_text: bool = False


@frozen
class PatientError:
    """What stands in the file where a patient should, and cannot be read; `patient` is its id, where that is known."""

    patient: str | None
    diagnostics: tuple[Diagnostic, ...]


def read_patients(
    protocol: Protocol, name: str, data: bytes, *, tables: Tables | None = None
) -> Iterator[Patient | PatientError]:
    """The patients of a file, in its order. `name` is the file's, as messages show it; `-` is standard input.

    The format follows the end of the name, and the content where that says nothing. `tables` gives the files beside
    a CSV file by their names, for the rows of lists.
    """
    form = _format(name, data)
    shown_name = "standard input" if name == "-" else name
    first_places: dict[str, str] = {}
    try:
        for entry in _entries(protocol, form, shown_name, data, tables):
            found = _patient(entry, shown_name, from_text=form == "csv")
            patient = found.id if isinstance(found, Patient) else found.patient
            first = entry.where if patient is None else first_places.setdefault(patient, entry.where)
            if isinstance(found, Patient) and first != entry.where:
                where = f"patient {printable(found.id)}, {entry.where}"
                problem = report("F158", shown_name, None, where=where, found=shown(found.id), first=first)
                found = PatientError(found.id, (problem,))
            yield found
    except FileError as error:
        yield PatientError(None, (error.problem,))


def patient_of(given: object, number: int, file: str) -> Patient | PatientError:
    """A patient as Python data, `{"id": …, "facts": {…}}`, or all that is wrong with it; `number` counts from 1."""
    if given.__class__ is dict and len(given) == 2:
        # As most are, without the questions below.
        patient, facts = given.get("id"), given.get("facts")
        if patient.__class__ is str and facts.__class__ is dict and patient.isalnum() and len(patient) <= _LONGEST_ID:
            return Patient(patient, facts)
    return _patient(Entry(f"entry {number}", given), file, from_text=False)


_FORMATS: Final = {
    ".json": "json",
    ".ndjson": "lines",
    ".jsonl": "lines",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
}


def _format(name: str, data: bytes) -> str:
    found = _FORMATS.get(PurePath(name).suffix.casefold())
    if found is not None:
        return found
    start = data[:100_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return "json"
    return "csv" if looks_like_table(start.split(b"\n")[0].decode("utf-8", "replace")) else "yaml"


# How files of Excel begin, the newer ones (as every ZIP file) and the older ones.
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def _entries(protocol: Protocol, form: str, name: str, data: bytes, tables: Tables | None) -> Iterator[Entry]:
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise FileError(report("F150", name, None))
    if data.startswith(_WORKBOOKS):
        raise FileError(report("F151", name, None, variant="workbook"))
    match form:
        case "json":
            return json_entries(name, data)
        case "lines":
            return line_entries(name, data)
        case "yaml":
            return yaml_entries(name, data)
        case _:
            return table_entries(protocol, name, data, tables)


_KEYS: Final = ("id", "facts")

# The longest id that is taken: beyond it something else stands in the place of the id.
_LONGEST_ID: Final = 200


def _patient(entry: Entry, name: str, from_text: bool) -> Patient | PatientError:
    """A patient from its entry in the file, or all that is wrong with the entry."""
    if entry.problem is not None:
        return PatientError(entry.patient, (entry.problem,))
    content = entry.content
    if not isinstance(content, Mapping):
        return PatientError(None, (report("F156", name, None, where=entry.where, found=shown(content)),))
    patient = _id(content.get("id"))
    where = entry.where if patient is None else f"patient {printable(patient)}"
    problems = []
    if (repeated := repeated_name(content)) is not None:
        problems.append(report("F161", name, None, where=where, found=shown(repeated)))
    if patient is None:
        variant = "missing" if content.get("id") in (None, "") else None
        problems.append(report("F157", name, None, variant=variant, where=where, found=shown(content.get("id"))))
    if "facts" not in content:
        problems.append(report("F160", name, None, where=where))
    else:
        # Where there are no facts the other names are most likely the facts themselves: one error says it.
        problems += [_unknown_key(key, name, where) for key in content if key not in _KEYS]
        if not isinstance(content["facts"], Mapping):
            problems.append(report("F117", name, None, where=where, found=shown(content["facts"])))
    if problems or patient is None:
        return PatientError(patient, tuple(problems))
    return Patient(patient, content["facts"], from_text)


def _id(given: object) -> str | None:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**_LONGEST_ID:
        return str(given)
    if isinstance(given, str) and given.strip() and len(given) <= _LONGEST_ID and not is_damaged(given):
        return given
    return None


def _unknown_key(key: object, name: str, where: str) -> Diagnostic:
    near = next(iter(nearest(key, _KEYS)), None) if isinstance(key, str) and len(key) < LONGEST_NAME else None
    return report("F159", name, None, variant="nearest" if near else None, where=where, found=shown(key), nearest=near)
