"""The commands about patients: evaluate and render. Each returns its exit code."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePath
from typing import Final, cast

import click

from protocol_dsl.cli.files import (
    STANDARD_INPUT,
    colour_wanted,
    json_text,
    read_beside,
    read_bytes,
    report_problems,
    usable_protocol,
    write_whole,
)
from protocol_dsl.diagnostics import to_json
from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.evaluate.patients import Patient, PatientError
from protocol_dsl.pipeline import Document, Evaluation, Form, Protocol

Read = Evaluation | PatientError


def evaluate(file: str, patients: str, form: str, only: Sequence[str], on: datetime.date | None) -> int:
    """Evaluate a file of patients. Patients that can't be read are reported in their place; the others go on."""
    protocol = usable_protocol(file)
    criteria, wanted = _chosen(protocol, only)
    found = _patients(protocol, patients)
    if wanted:
        found = _only(found, wanted, patients)
    results = protocol.evaluate_many(found, on=on, file=_shown(patients))
    if form == "html":
        return _print_html(list(results), criteria)
    if form == "json":
        return _print_array(results, criteria)
    failed = False
    for number, result in enumerate(results):
        failed |= isinstance(result, PatientError)
        if form == "ndjson":
            click.echo(json_text(_json(result, criteria)))
        else:
            _print_text(result, criteria, number)
    return int(failed)


def _shown(name: str) -> str:
    return "standard input" if name == STANDARD_INPUT else name


def _patients(protocol: Protocol, name: str) -> Iterator[Patient | PatientError]:
    return protocol.read_patients(_shown(name), read_bytes(name), lambda table: read_beside(name, table))


def _chosen(protocol: Protocol, only: Sequence[str]) -> tuple[tuple[str, ...], set[str]]:
    """The ids that name criteria, and the ids that name patients."""
    ids = {criterion.id.casefold(): criterion.id for criterion in protocol.checked.criteria}
    criteria = tuple(ids[one.casefold()] for one in only if one.casefold() in ids)
    return criteria, {one for one in only if one.casefold() not in ids}


def _only(found: Iterator[Patient | PatientError], wanted: set[str], name: str) -> Iterator[Patient | PatientError]:
    """The patients that were asked for, and errors that are of no one patient; an unknown id is wrong usage."""
    by_id = [(one.patient if isinstance(one, PatientError) else one.id, one) for one in found]
    missing = sorted(wanted - {id_ for id_, _ in by_id if id_ is not None})
    if missing:
        raise click.UsageError(f"{_shown(name)} has no patient {missing[0]}, and the protocol no such criterion.")
    return (one for id_, one in by_id if id_ is None or id_ in wanted)


def _print_text(result: Read, criteria: Sequence[str], number: int) -> None:
    if number:
        click.echo("\n" + "─" * 80 + "\n")
    if isinstance(result, PatientError):
        click.echo(f"Patient {visible(result.patient or '(no id)')}\nNOT EVALUATED. The facts have errors:")
        for problem in result.diagnostics:
            click.echo(f"    {problem.code}  {' '.join(problem.message.split())}")
        click.echo(err=True)
        report_problems(result.diagnostics)
    else:
        click.echo(result.explain(only=criteria or None, colour=colour_wanted(sys.stdout)), nl=False)


def _json(result: Read, criteria: Sequence[str]) -> dict[str, object]:
    if isinstance(result, PatientError):
        return {"patient": result.patient, "error": [to_json(problem, None) for problem in result.diagnostics]}
    data = result.to_json()
    if criteria:
        data["criteria"] = [one for one in cast(list[dict[str, object]], data["criteria"]) if one["id"] in criteria]
    return data


def _print_array(results: Iterator[Read], criteria: Sequence[str]) -> int:
    """An array of which each patient is written as soon as it is decided."""
    failed = False
    opened = "["
    for result in results:
        failed |= isinstance(result, PatientError)
        click.echo(opened + "\n" + json_text(_json(result, criteria), indent=2), nl=False)
        opened = ","
    click.echo("\n]" if opened == "," else "[]")
    return int(failed)


def _print_html(results: Sequence[Read], criteria: Sequence[str]) -> int:
    from protocol_dsl.render.explanation_page import explanation_page  # Jinja is slow to start

    errors = [result for result in results if isinstance(result, PatientError)]
    click.echo(explanation_page(results, only=criteria or None), nl=False)
    report_problems(tuple(chain.from_iterable(error.diagnostics for error in errors)))
    return int(bool(errors))


_ENDINGS: Final[dict[str, Form]] = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


def _form(to: str | None, output: str | None) -> Form:
    """The form that is asked for: by name, or by the ending of the file to write, which may not say otherwise."""
    by_ending = _ENDINGS.get(PurePath(output).suffix.casefold()) if output is not None else None
    if to is not None and by_ending not in (None, to):
        raise click.UsageError(f"{output} has the ending of {by_ending}, but --to says {to}.")
    return cast(Form, to or by_ending or "markdown")


def render(file: str, document: str, to: str | None, output: str | None, patient: str | None) -> int:
    """Write a document; the checklist can be that of one patient."""
    form = _form(to, output)
    protocol = usable_protocol(file)
    evaluation = _single(protocol, patient) if patient is not None else None
    text = protocol.render(cast(Document, document), form, evaluation=evaluation)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text)
    return 0


def _single(protocol: Protocol, name: str) -> Evaluation:
    results = list(protocol.evaluate_many(_patients(protocol, name), file=_shown(name)))
    if len(results) != 1:
        raise click.UsageError(f"{_shown(name)} holds {len(results)} patients. Give --patient a file with one.")
    result = results[0]
    if isinstance(result, PatientError):
        report_problems(result.diagnostics)
        raise click.exceptions.Exit(1)
    return result
