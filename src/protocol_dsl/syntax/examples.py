"""Example patients in a protocol file: one by one, or as the columns of a table."""

from __future__ import annotations

import re
from typing import Final

from protocol_dsl.diagnostics import Problems
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.layout import Line

HEAD: Final = re.compile(r"patient\s+(?P<name>.+?)(?:,\s*like\s+(?P<like>.+?))?\s*:?$")
FILE_HEAD: Final = re.compile(r"patients\s+from\s+(?P<file>.+?)\s*:?$")
TABLE_HEAD: Final = re.compile(r"patients\s+like\s+(?P<like>.+?)\s*:?$")


def read_examples(
    lines: list[Line], problems: Problems
) -> tuple[nodes.ExamplePatient | nodes.ExampleTable | nodes.ExampleFile, ...]:
    """The example patients of a section."""
    found: list[nodes.ExamplePatient | nodes.ExampleTable | nodes.ExampleFile] = []
    for line in lines:
        if table := TABLE_HEAD.match(line.text):
            if (columns := _table(line, table["like"], problems)) is not None:
                found.append(columns)
        elif file := FILE_HEAD.match(line.text):
            found.append(nodes.ExampleFile(file["file"], span=line.span))
        elif head := HEAD.match(line.text):
            found.append(_patient(line, head["name"], head["like"], problems))
        else:
            problems.report("P601", line.span, found=line.text)
    return tuple(found)


def _patient(line: Line, name: str, like: str | None, problems: Problems) -> nodes.ExamplePatient:
    found: list[nodes.ExampleFact] = []
    for child in line.children:
        key, colon, text = child.text.partition(":")
        if not colon:
            problems.report("P602", child.span, found=child.text)
        elif child.children and text.strip():
            lines = " ".join([text.strip(), *(deeper.text for deeper in child.below())])
            found.append(nodes.ExampleFact(key.strip(), lines, span=child.span))
        elif child.children:
            if (rows := _rows(child.children, problems)) is not None:
                found.append(nodes.ExampleFact(key.strip(), rows, span=child.span))
        else:
            found.append(nodes.ExampleFact(key.strip(), text.strip(), span=child.span))
    return nodes.ExamplePatient(name, like, tuple(found), span=line.span)


def _table(line: Line, like: str, problems: Problems) -> nodes.ExampleTable | None:
    cells = _cells(line.children, problems) if line.children else None
    if not line.children:
        problems.report("P603", line.span, variant="none")
    if cells is None:
        return None
    rows = tuple(
        tuple(nodes.ExampleFact(row[0], cell, span=child.span) for cell in row[1:])
        for child, row in zip(line.children[1:], cells[1:], strict=True)
    )
    return nodes.ExampleTable(like, tuple(cells[0][1:]), rows, span=line.span)


def _rows(lines: list[Line], problems: Problems) -> nodes.RowsTable | None:
    cells = _cells(lines, problems)
    if cells is None:
        return None
    return nodes.RowsTable(tuple(cells[0]), tuple(tuple(row) for row in cells[1:]), span=lines[0].span)


def _cells(lines: list[Line], problems: Problems) -> list[list[str]] | None:
    """The cells of a table drawn with `|`; every line has as many as the first."""
    found: list[list[str]] = []
    for line in lines:
        text = line.text.strip()
        cells = [cell.strip() for cell in text[1:-1].split("|")] if len(text) > 1 else []
        if not (text.startswith("|") and text.endswith("|")) or len(cells) != len(found[0] if found else cells):
            problems.report("P603", line.span)
            return None
        found.append(cells)
    return found
