"""The commands about patients: evaluate and render. Each returns its exit code."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import PurePath
from typing import BinaryIO, Final, cast

import click

from protocol_dsl.cli.files import (
    STANDARD_INPUT,
    colour_wanted,
    json_text,
    read_beside,
    read_bytes,
    report_problems,
    usable_protocol,
    write_document,
    writing_whole,
)
from protocol_dsl.diagnostics import to_json
from protocol_dsl.evaluate.patients import Patient, PatientError
from protocol_dsl.pipeline import Document, Edition, Evaluation, Form, Language, Protocol

Read = Evaluation | PatientError


def evaluate(
    file: str,
    patients: str,
    form: str | None,
    only: Sequence[str],
    on: datetime.date | None,
    language: str,
    output: str | None,
    templates: str | None,
) -> int:
    """Evaluate a file of patients. Patients that can't be read are reported in their place; the others go on."""
    form = _form_of(form, output, _EXPLANATION_ENDINGS, "--format") or "text"
    _refuse_without_effect_on(form, language, templates)
    protocol = usable_protocol(file)
    criteria, wanted = _chosen(protocol, only)
    found = _patients(protocol, patients)
    if wanted:
        found = _only(found, wanted, patients)
    results = protocol.evaluate_many(found, on=on, file=_shown(patients))
    if form in ("html", "pdf"):
        return _write_explanations(
            protocol, list(results), cast(Form, form), criteria, cast(Language, language), output, templates
        )
    if output is None:
        return _print(results, form, criteria, cast(Language, language), None)
    with writing_whole(output) as stream:
        return _print(results, form, criteria, cast(Language, language), stream)


def _print(
    results: Iterator[Read], form: str, criteria: Sequence[str], language: Language, file: BinaryIO | None
) -> int:
    """Each result as soon as it is decided, to a file or to standard output."""
    if form == "json":
        return _print_array(results, criteria, file)
    failed = False
    for number, result in enumerate(results):
        failed |= isinstance(result, PatientError)
        if form == "ndjson":
            _out(json_text(_json(result, criteria)) + "\n", file)
        else:
            _print_text(result, criteria, number, language, file)
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


def _print_text(result: Read, criteria: Sequence[str], number: int, language: Language, file: BinaryIO | None) -> None:
    if isinstance(result, PatientError):
        from protocol_dsl.render.patient_text import explain_error  # words are made only when somebody asks

        text = explain_error(result, language=language)
    else:
        colour = file is None and colour_wanted(sys.stdout)
        text = result.explain(only=criteria or None, colour=colour, language=language)
    _out(("\n" + "─" * 80 + "\n\n" if number else "") + text, file)
    if isinstance(result, PatientError):
        click.echo(err=True)
        report_problems(result.diagnostics)


def _out(text: str, file: BinaryIO | None) -> None:
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write(text.encode("utf-8"))


def _json(result: Read, criteria: Sequence[str]) -> dict[str, object]:
    if isinstance(result, PatientError):
        return {"patient": result.patient, "error": [to_json(problem, None) for problem in result.diagnostics]}
    data = result.to_json()
    if criteria:
        data["criteria"] = [one for one in cast(list[dict[str, object]], data["criteria"]) if one["id"] in criteria]
    return data


def _print_array(results: Iterator[Read], criteria: Sequence[str], file: BinaryIO | None) -> int:
    """An array of which each patient is written as soon as it is decided."""
    failed = False
    opened = "["
    for result in results:
        failed |= isinstance(result, PatientError)
        _out(opened + "\n" + json_text(_json(result, criteria), indent=2), file)
        opened = ","
    _out("\n]\n" if opened == "," else "[]\n", file)
    return int(failed)


def _write_explanations(
    protocol: Protocol,
    results: Sequence[Read],
    form: Form,
    criteria: Sequence[str],
    language: Language,
    output: str | None,
    templates: str | None,
) -> int:
    errors = [result for result in results if isinstance(result, PatientError)]
    with _documents():
        content = protocol.render_explanations(
            results, form, only=criteria or None, language=language, templates=templates
        )
    write_document(content, output)
    report_problems(tuple(chain.from_iterable(error.diagnostics for error in errors)))
    return int(bool(errors))


@contextmanager
def _documents() -> Iterator[None]:
    """What keeps a document from being made is reported, and the command ends there."""
    from protocol_dsl.render.sponsor import DocumentError  # only where a document is made

    try:
        yield
    except DocumentError as error:
        report_problems(error.diagnostics, texts=error.sources)
        raise click.exceptions.Exit(1) from None


_ENDINGS: Final[dict[str, Form]] = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".docx": "docx", ".pdf": "pdf",
}  # fmt: skip


_EXPLANATION_ENDINGS: Final = {
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".json": "json",
    ".ndjson": "ndjson",
    ".txt": "text",
}


def _form_of(given: str | None, output: str | None, endings: Mapping[str, str], option: str) -> str | None:
    """The form that is asked for: by name, or by the ending of the file to write, which may not say otherwise."""
    if output is None:
        return given
    ending = PurePath(output).suffix.casefold()
    by_ending = endings.get(ending)
    if given is None and by_ending is None and ending:
        raise click.UsageError(f"{output} does not say which form is meant. Forms are known by {', '.join(endings)}.")
    said = by_ending or _OTHER_ENDINGS.get(ending, "")
    if given is not None and said and given != said and not (ending == ".txt" and given in _TEXTS):
        right = next(known for known, form in (*endings.items(), ("", given)) if form == given)
        raise click.UsageError(
            f"{output} has the ending of {said}, but {given} is asked for. Leave {option} out, or write "
            f"-o {PurePath(output).with_suffix(right)}."
        )
    return given or by_ending


_TEXTS: Final = ("text", "markdown", "json", "ndjson")
_OTHER_ENDINGS: Final = {
    **_ENDINGS,
    **_EXPLANATION_ENDINGS,
    ".doc": "old Word files",
    ".rtf": "RTF",
    ".odt": "OpenDocument",
    ".xlsx": "Excel",
    ".csv": "CSV",
}
"""What endings say that a command has no form for."""


def _refuse_without_effect_on(form: str, language: str, templates: str | None) -> None:
    """An option without effect would make its user believe that it had one."""
    if templates is not None and form not in ("html", "pdf"):
        raise click.UsageError(
            f"--templates is of documents, and has no effect on {form}. Leave it out, or write --format html or "
            "--format pdf."
        )
    if language != "en" and form in ("json", "ndjson"):
        raise click.UsageError(
            f"--lang has no effect on {form}, whose keys and explanations are in English. Leave it out, or write "
            f"--format text --lang {language}."
        )


def render(
    file: str,
    document: str,
    to: str | None,
    output: str | None,
    patient: str | None,
    only: str | None,
    edition: str | None,
    language: str,
    templates: str | None,
    created: datetime.date | None,
) -> int:
    """Write a document; the checklist can be that of one patient."""
    form = cast(Form, _form_of(to, output, _ENDINGS, "--to") or "markdown")
    _refuse_of_a_checklist(document, {"--patient": patient, "--only": only, "--edition": edition})
    if only is not None and patient is None:
        raise click.UsageError(f"--only names a patient of a file. Write --patient FACTS --only {only}.")
    if created is not None and form not in ("docx", "pdf"):
        raise click.UsageError(
            f"--created has no effect on {form}: only Word and PDF bear a date of creation. Leave it out, or write "
            "--to docx or --to pdf."
        )
    protocol = usable_protocol(file)
    evaluation = _single(protocol, patient, only) if patient is not None else None
    with _documents():
        content = protocol.render(
            cast(Document, document), form, evaluation=evaluation, language=cast(Language, language),
            edition=cast(Edition, edition or "source"), templates=templates, created=created,
        )  # fmt: skip
    write_document(content, output)
    return 0


def _refuse_of_a_checklist(document: str, options: Mapping[str, str | None]) -> None:
    given = next(((option, value) for option, value in options.items() if value is not None), None)
    if given is not None and document != "checklist":
        option, value = given
        raise click.UsageError(
            f"{option} is of the checklist, and has no effect on the {document}. Leave it out, or write "
            f"--document checklist {option} {value}."
        )


def _single(protocol: Protocol, name: str, only: str | None) -> Evaluation:
    """The evaluation of the one patient of a file, or of the one that is asked for."""
    found = [(one.patient if isinstance(one, PatientError) else one.id, one) for one in _patients(protocol, name)]
    ids = [id_ for id_, _ in found if id_ is not None]
    if only is not None and only not in ids:
        if unread := [one for id_, one in found if id_ is None and isinstance(one, PatientError)]:
            report_problems(unread[0].diagnostics)
            raise click.exceptions.Exit(1)
        told = f"Its patients are {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}." if ids else "None has an id."
        raise click.UsageError(f"{_shown(name)} has no patient {only}. {told}")
    if only is None and len(found) != 1:
        example = f", such as --only {ids[0]}" if ids else ""
        told = f"Choose one with --only ID{example}." if found else "Give --patient a file with one."
        raise click.UsageError(f"{_shown(name)} holds {len(found)} patients, and a checklist is of one. {told}")
    chosen = [one for id_, one in found if only is None or id_ == only]
    if len(chosen) > 1:
        raise click.UsageError(f"{_shown(name)} holds {len(chosen)} patients {only}. Give each an id of its own.")
    result = next(iter(protocol.evaluate_many(chosen, file=_shown(name))))
    if isinstance(result, PatientError):
        report_problems(result.diagnostics)
        raise click.exceptions.Exit(1)
    return result
