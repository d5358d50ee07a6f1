"""JSON, one JSON object a line, and YAML, taken apart into the entries that should each be a patient."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Diagnostic, report


@frozen
class Entry:
    """What stands in the file where a patient should: its content, or the `problem` that it cannot be read for.

    `where` is its place in words; `patient` its id, where a problem leaves that readable.
    """

    where: str
    content: object = None
    problem: Diagnostic | None = None
    patient: str | None = None


class FileError(Exception):
    """The file as a whole, or all of it from here on, cannot be read."""

    def __init__(self, problem: Diagnostic):
        self.problem = problem
        super().__init__(problem.message)


class RepeatedName(dict[str, object]):
    """An object of the file in which a name stands twice: `repeated`."""

    repeated: str


def decoded(name: str, data: bytes) -> str:
    """The file's text, without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(report("F151", name, None, line=line)) from None


def repeated_name(content: object) -> str | None:
    """A name that stands twice in one object anywhere in an entry, if there is one."""
    open_parts = [content]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, RepeatedName):
            return part.repeated
        if isinstance(part, dict):
            open_parts.extend(part.values())
        elif isinstance(part, list):
            open_parts.extend(part)
    return None


# ---- JSON ------------------------------------------------------------------------------------------------------------


def json_entries(name: str, data: bytes) -> Iterator[Entry]:
    """The entries of a JSON file: an array of patients, one patient, or, as it turns out, one a line."""
    # An object written over several lines has its first brace alone in the first column.
    lines_likely = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and b"\n{" in data
    try:
        content = _json(decoded(name, data))
    except FileError:
        if not lines_likely:
            raise
        yield from line_entries(name, data)
    except json.JSONDecodeError as error:
        if not lines_likely:
            raise FileError(report("F152", name, None, line=error.lineno, column=error.colno)) from None
        yield from line_entries(name, data)
    except RecursionError:
        raise FileError(report("F155", name, None)) from None
    else:
        yield from entries_of([content])


def line_entries(name: str, data: bytes) -> Iterator[Entry]:
    """The entries of a file with one JSON object a line; a damaged line is a problem of its own."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        where = f"line {number}"
        if not line.strip():
            continue
        try:
            content = _json(line.decode("utf-8").strip())
        except UnicodeDecodeError:
            yield Entry(where, problem=report("F151", name, None, where=where, line=number))
        except json.JSONDecodeError as error:
            yield Entry(where, problem=report("F152", name, None, where=where, line=number, column=error.colno))
        except RecursionError:
            yield Entry(where, problem=report("F155", name, None, where=where))
        else:
            yield Entry(where, content)


def entries_of(documents: Iterable[object]) -> Iterator[Entry]:
    """The entries of whole documents, each of which is a patient or a list of patients."""
    number = 0
    for document in documents:
        for content in document if isinstance(document, list) else [document]:
            number += 1
            yield Entry(f"entry {number}", content)


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_object)
    except json.JSONDecodeError:
        raise
    except (ArithmeticError, ValueError):
        # A number beyond anything that can be held: left for the patient's own error, so that the others go on.
        return json.loads(text, parse_float=_number, parse_int=_number, object_pairs_hook=_object)


def _number(text: str) -> int | float | Decimal:
    try:
        return Decimal(text) if re.search("[.eE]", text) else int(text)
    except (ArithmeticError, ValueError):
        return float("inf")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    return content if len(content) == len(pairs) else _repeating(pairs)


def _repeating(pairs: list[tuple[str, object]]) -> RepeatedName:
    content = RepeatedName()
    for name, value in pairs:
        if name in content:
            content.repeated = name
        content[name] = value
    return content


# ---- YAML ------------------------------------------------------------------------------------------------------------


def yaml_entries(name: str, data: bytes) -> Iterator[Entry]:
    """The entries of a YAML file, which is read as plain data: no tags, no anchors, dates stay text."""
    text = decoded(name, data)
    try:
        # Optional: an installation without it reads the other formats.
        import yaml
    except ImportError:
        raise FileError(report("F153", name, None)) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from entries_of(_documents(name, yaml.parse(text, Loader=loader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = text.count("\n") + 1 if mark is None else mark.line + 1
        raise FileError(report("F154", name, None, line=line)) from None


_DEEPEST: Final = 100


@define
class _Open:
    """A list or an object of which the end is not read yet; the names of an object stand before their values."""

    is_object: bool
    parts: list[Any] = field(factory=list)

    def closed(self) -> object:
        if self.is_object:
            return _object(list(zip(self.parts[::2], self.parts[1::2], strict=True)))
        return self.parts


def _documents(name: str, events: Iterable[Any]) -> Iterator[object]:
    """The documents, built without recursion from the reader's events."""
    parents: list[_Open] = []
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise FileError(report("F154", name, None, variant="anchor", line=event.start_mark.line + 1))
        if getattr(event, "tag", None) is not None:
            raise FileError(report("F154", name, None, variant="tag", line=event.start_mark.line + 1))
        names_value = bool(parents) and parents[-1].is_object and len(parents[-1].parts) % 2 == 0
        content: object
        match kind:
            case "ScalarEvent":
                content = event.value if names_value or not event.implicit[0] else _plain_scalar(event.value)
            case "SequenceStartEvent" | "MappingStartEvent":
                if names_value:
                    raise FileError(report("F154", name, None, line=event.start_mark.line + 1))
                if len(parents) == _DEEPEST:
                    raise FileError(report("F155", name, None))
                parents.append(_Open(kind == "MappingStartEvent"))
                continue
            case "SequenceEndEvent" | "MappingEndEvent":
                content = parents.pop().closed()
            case _:
                continue
        if parents:
            parents[-1].parts.append(content)
        else:
            yield content


_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]")


def _plain_scalar(text: str) -> object:
    """A value written without quotes, by the rules of YAML 1.2: `yes`, `2026-03-30` and `007` are texts."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) or (_DECIMAL.fullmatch(text) and not _LEADING_ZERO.match(text)):
        return _number(text)
    return text
