"""Example patients in files of comma-separated values beside a protocol: one row a patient, one column a fact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from attrs import evolve

from protocol_dsl.diagnostics import Problems
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.uses import Loader, UsedFiles

PATIENT: Final = "patient"
LIKE: Final = "like"
ENDING: Final = ".csv"


def with_example_files(read: UsedFiles, loader: Loader) -> UsedFiles:
    """The protocol with the patients of the files that its examples name."""
    syntax = read.parsed.syntax
    if syntax is None or not any(isinstance(e, nodes.ExampleFile) for s in syntax.sections for e in s.examples):
        return read
    problems = Problems(syntax.source)
    sections = tuple(
        evolve(section, examples=tuple(_filled(each, loader, problems) for each in section.examples))
        for section in syntax.sections
    )
    found = (*read.parsed.diagnostics, *map(read.parsed.located, problems.found))
    ordered = tuple(sorted(found, key=lambda one: one.span.start if one.span else 0))
    return evolve(read, parsed=evolve(read.parsed, syntax=evolve(syntax, sections=sections), diagnostics=ordered))


def _filled(
    example: nodes.ExamplePatient | nodes.ExampleTable | nodes.ExampleFile, loader: Loader, problems: Problems
) -> nodes.ExamplePatient | nodes.ExampleTable | nodes.ExampleFile:
    if not isinstance(example, nodes.ExampleFile):
        return example
    content = loader(example.file) if example.file.casefold().endswith(ENDING) else None
    if content is None:
        variant = None if example.file.casefold().endswith(ENDING) else "not_a_table"
        problems.report("P610", example.span, variant=variant, name=example.file)
        return example
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        problems.report("P610", example.span, variant="damaged", name=example.file)
        return example
    return evolve(example, patients=tuple(_patients(example, rows, problems)))


def _patients(
    example: nodes.ExampleFile, rows: list[list[str]], problems: Problems
) -> Iterator[tuple[int, nodes.ExamplePatient]]:  # fmt: skip
    titles = [cell.strip() for cell in rows[0]] if rows else []
    if PATIENT not in titles or len(set(titles)) < len(titles):
        problems.report("P610", example.span, variant="twice" if PATIENT in titles else "no_patient", name=example.file)
        return
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {title: cell.strip() for title, cell in zip(titles, row, strict=False)}
        if len(row) != len(titles) or not cells[PATIENT]:
            variant = "cells" if len(row) != len(titles) else "no_name"
            problems.report(
                "P610", example.span, variant=variant, name=example.file, number=number,
                found=len(row), needed=len(titles),
            )  # fmt: skip
            continue
        facts = (
            nodes.ExampleFact(title, cell, span=example.span)
            for title, cell in cells.items()
            if title not in (PATIENT, LIKE) and cell
        )
        patient = nodes.ExamplePatient(cells[PATIENT], cells.get(LIKE) or None, tuple(facts), span=example.span)
        yield number, patient
