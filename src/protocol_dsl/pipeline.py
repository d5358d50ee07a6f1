"""The whole way on one screen: read → parse → check → evaluate, explain, render."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, overload

from attrs import evolve, frozen

from protocol_dsl.diagnostics import Diagnostic, Severity, render_text, report, source_problem
from protocol_dsl.diagnostics.fixes import Change, applied, certain, changes
from protocol_dsl.evaluate import evaluation as evaluated
from protocol_dsl.evaluate.coverage import Coverage, coverage_of
from protocol_dsl.evaluate.facts import FactsError, FactsReader
from protocol_dsl.evaluate.patients import Patient, PatientError, patient_of, read_patients
from protocol_dsl.evaluate.program import Program, compile_protocol
from protocol_dsl.evaluate.schema import json_schema
from protocol_dsl.semantics import checked
from protocol_dsl.semantics.check import check
from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.syntax.example_files import ENDING, with_example_files
from protocol_dsl.syntax.phrase_memory import PhraseMemory
from protocol_dsl.syntax.uses import Loader, UsedFiles, parse_with_uses
from protocol_dsl.values import UNKNOWN
from protocol_dsl.verify.suggest import Base, suggest

if TYPE_CHECKING:
    from protocol_dsl.render.sponsor import SponsorFiles
    from protocol_dsl.render.suggested import SuggestedExamples

Facts = Mapping[str, object]
Document = Literal["protocol", "checklist", "dictionary"]
Form = Literal["markdown", "html", "docx", "pdf"]
Language = Literal["en", "zh"]
Edition = Literal["source", "index"]


class ProtocolError(Exception):
    """A protocol file has errors. `diagnostics`: all of them, and its warnings, with their places."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: SourceText | None) -> None:
        self.diagnostics = diagnostics
        self.source = source
        super().__init__(diagnostics)

    def __str__(self) -> str:
        sources = {self.source.name: self.source} if self.source else {}
        return render_text(self.diagnostics, sources, colour=False)


@frozen
class ProtocolFile:
    """A file as far as it could be read: the protocol, where it has no error, and every diagnostic."""

    source: SourceText | None
    protocol: Protocol | None
    diagnostics: tuple[Diagnostic, ...]


def read_protocol(name: str, data: bytes | str, loader: Loader | None = None) -> ProtocolFile:
    """Read and check the text of a protocol file. `name`: what messages call it.

    `loader` gives the files that it uses, beside the standard library, by the names that it gives them.
    """
    try:
        source = SourceText.read(name, data)
    except SourceError as error:
        return ProtocolFile(None, None, (source_problem(error),))
    return checked_file(source, parse_file(source, loader))


def checked_file(source: SourceText, read: UsedFiles) -> ProtocolFile:
    """Check a protocol file that has been read."""
    found = check(read.parsed)
    if found.protocol is None:
        return ProtocolFile(source, None, found.diagnostics)
    protocol = Protocol(evolve(found.protocol, used_files=read.hashes), found.diagnostics)
    wrong_examples = protocol.problems_of_examples()
    broken = any(problem.severity is Severity.ERROR for problem in wrong_examples)
    return ProtocolFile(source, None if broken else protocol, (*found.diagnostics, *wrong_examples))


MOST_ROUNDS: Final = 10
"""So many times a file is read again after fixes: a sentence that can be read now may need another."""


def with_certain_fixes(name: str, data: bytes, loader: Loader | None = None) -> tuple[ProtocolFile, tuple[Change, ...]]:
    """A file after every fix that has one reading only, and the lines that were changed."""
    first = found = read_protocol(name, data, loader)
    for _ in range(MOST_ROUNDS):
        fixes = certain(found.diagnostics)
        if found.source is None or not fixes:
            break
        found = read_protocol(name, applied(found.source, fixes), loader)
    if first.source is None or found.source is None or first is found:
        return first, ()
    return found, changes(first.source, found.source)


def parse_file(source: SourceText, loader: Loader | None, memory: PhraseMemory | None = None) -> UsedFiles:
    """Read a protocol file and those that it uses, without checking what it means. `memory`: phrases read before."""
    read = parse_with_uses(source, lambda used: _used_file(used, loader), memory=memory)
    return with_example_files(read, loader or (lambda _: None))


def load(path: str | Path) -> Protocol:
    """Read a protocol file.

    Raises `ProtocolError`, which carries every diagnostic, where the file has errors; `OSError` where there is no file.
    """
    return _without_errors(read_protocol(str(path), Path(path).read_bytes(), files_beside(Path(path))))


STANDARD_LIBRARY: Final = "standard library"


def _used_file(name: str, loader: Loader | None) -> bytes | None:
    if name.casefold() == STANDARD_LIBRARY:
        return resources.files("protocol_dsl.library").joinpath("standard_library.protocol").read_bytes()
    # A table of patients is no protocol, though it may lie there for the examples.
    return loader(name) if loader is not None and not name.casefold().endswith(ENDING) else None


def files_beside(path: Path) -> Loader:
    """Gives the files of a protocol's folder and of the folders in it; nothing outside is read."""
    folder = path.resolve().parent

    def load_beside(name: str) -> bytes | None:
        try:
            wanted = (folder / name).resolve()
            inside = wanted.is_relative_to(folder) and wanted.suffix in (".protocol", ENDING)
            return wanted.read_bytes() if inside and wanted.is_file() else None
        except (OSError, ValueError):  # no system has a file of such a name, or lets it be read
            return None

    return load_beside


def loads(text: str, name: str = "protocol") -> Protocol:
    """Read a protocol from its text. Raises `ProtocolError` like `load`."""
    return _without_errors(read_protocol(name, text))


def _without_errors(file: ProtocolFile) -> Protocol:
    if file.protocol is None:
        raise ProtocolError(file.diagnostics, file.source)
    return file.protocol


class Protocol:
    """A protocol without errors: evaluates patients, renders documents, runs its examples."""

    def __init__(self, protocol: checked.Protocol, warnings: tuple[Diagnostic, ...] = ()) -> None:
        self.checked = protocol
        self.warnings = warnings

    def __repr__(self) -> str:
        return f"<Protocol {self.checked.name!r}, {len(self.checked.criteria)} criteria>"

    @property
    def name(self) -> str:
        return self.checked.name

    @cached_property
    def _program(self) -> Program:
        return compile_protocol(self.checked)

    @cached_property
    def _reader(self) -> FactsReader:
        return FactsReader(self.checked)

    # ---- patients ---------------------------------------------------------------------------------------------------

    def evaluate(self, facts: Facts, *, patient: str | None = None, on: datetime.date | None = None) -> Evaluation:
        """Evaluate one patient's facts: declared name → value, see the reference of patients' facts.

        `patient`: the id, for messages and explanations. `on`: the evaluation date. Raises `FactsError`, which carries
        every diagnostic, where facts do not fit the declared data.
        """
        _require_day(on)
        try:
            return Evaluation(self.checked, patient, self._reader.read(facts, patient, on), self._program)
        except FactsError:
            if self._is_whole_patient(facts):
                raise FactsError([report("F117", "facts", None, variant="patient")]) from None
            raise

    def _is_whole_patient(self, facts: object) -> bool:
        """Whether `{"id": …, "facts": {…}}` stands where the facts alone belong."""
        return (
            isinstance(facts, Mapping)
            and facts.keys() <= {"id", "facts"}
            and isinstance(facts.get("facts"), Mapping)
            and self._reader.declared("facts") is None
        )

    def evaluate_many(
        self,
        patients: Iterable[Mapping[str, Any] | Patient | PatientError],
        *,
        on: datetime.date | None = None,
        file: str = "patients",
    ) -> Iterator[Evaluation | PatientError]:
        """Evaluate patients `{"id": …, "facts": {…}}` one by one; in the place of one that can't be read, its error."""
        _require_day(on)
        return self._evaluate_each(patients, on, file)

    def _evaluate_each(
        self, patients: Iterable[Mapping[str, Any] | Patient | PatientError], on: datetime.date | None, file: str
    ) -> Iterator[Evaluation | PatientError]:
        for number, given in enumerate(patients, 1):
            patient = given if isinstance(given, Patient | PatientError) else patient_of(given, number, file)
            if isinstance(patient, PatientError):
                yield patient
                continue
            try:
                yield self._evaluate(patient, patient.id, on, file)
            except FactsError as error:
                yield PatientError(patient.id, error.diagnostics)

    def read_patients(
        self, name: str, data: bytes, tables: Callable[[str], bytes | None] | None = None
    ) -> Iterator[Patient | PatientError]:
        """The patients of a JSON, NDJSON, YAML or CSV file, by its name and its bytes.

        `tables` is a function that gives the bytes of a file beside a CSV file by its name, or None where there is
        none: the rows of lists.
        """
        if not isinstance(data, bytes):
            raise TypeError(f"data is the file's content as bytes, not {_kind(data)}")
        if tables is not None and not callable(tables):
            raise TypeError(f"tables is a function from a file's name to its bytes or None, not {_kind(tables)}")
        return read_patients(self.checked, name, data, tables=tables)

    def _evaluate(self, patient: Patient, name: str | None, on: datetime.date | None, file: str) -> Evaluation:
        facts = self._reader.read(patient.facts, name, on, file=file, from_text=patient.from_text)
        return Evaluation(self.checked, name, facts, self._program)

    # ---- documents --------------------------------------------------------------------------------------------------

    @overload
    def render(
        self, document: Document, to: Literal["markdown", "html"], *, evaluation: Evaluation | None = None,
        language: Language = "en", edition: Edition = "source", templates: str | Path | None = None,
        created: datetime.date | None = None,
    ) -> str: ...  # fmt: skip
    @overload
    def render(
        self, document: Document, to: Literal["docx", "pdf"], *, evaluation: Evaluation | None = None,
        language: Language = "en", edition: Edition = "source", templates: str | Path | None = None,
        created: datetime.date | None = None,
    ) -> bytes: ...  # fmt: skip
    @overload
    def render(
        self, document: Document, to: Form, *, evaluation: Evaluation | None = None,
        language: Language = "en", edition: Edition = "source", templates: str | Path | None = None,
        created: datetime.date | None = None,
    ) -> str | bytes: ...  # fmt: skip
    def render(
        self,
        document: Document,
        to: Form,
        *,
        evaluation: Evaluation | None = None,
        language: Language = "en",
        edition: Edition = "source",
        templates: str | Path | None = None,
        created: datetime.date | None = None,
    ) -> str | bytes:
        """The protocol as a document, its data dictionary or its checklist, as text or, of Word and PDF, as bytes.

        `evaluation`: the checklist is that of this patient. `edition` of a checklist: the values are written on it
        ("source"), or where they are ("index"). `templates`: a folder with a sponsor's own templates and words.
        `created`: the date of creation that Word and PDF bear. Raises `DocumentError`, which carries diagnostics;
        `ValueError` of what has no effect on this document.
        """
        _require_one_of("document", document, get_args(Document))
        _require_one_of("to", to, get_args(Form))
        _require_one_of("language", language, get_args(Language))
        _require_one_of("edition", edition, get_args(Edition))
        _require_day(created)
        if document != "checklist" and (evaluation is not None or edition != "source"):
            raise ValueError(f"evaluation and edition are of the checklist, and say nothing about {document!r}")
        if created is not None and to not in ("docx", "pdf"):
            raise ValueError(f"created is of docx and pdf; {to} bears no date of creation")
        from protocol_dsl.render.documents import render_document  # Jinja is slow to start

        return render_document(
            self.checked, document, to, evaluation, language,
            edition=edition, sponsor=_sponsor_files(templates), created=created,
        )  # fmt: skip

    def render_explanations(
        self,
        results: Iterable[Evaluation | PatientError],
        to: Form,
        *,
        only: Collection[str] | None = None,
        language: Language = "en",
        templates: str | Path | None = None,
        created: datetime.date | None = None,
    ) -> str | bytes:
        """The explanations of patients as one document. `only`: ids of criteria; the rest is as with `render`."""
        _require_one_of("to", to, get_args(Form))
        _require_one_of("language", language, get_args(Language))
        _require_day(created)
        from protocol_dsl.render.documents import render_explanations  # Jinja is slow to start

        return render_explanations(
            self.checked, results, to,
            only=only, language=language, sponsor=_sponsor_files(templates), created=created,
        )  # fmt: skip

    def schema(self) -> dict[str, object]:
        """The JSON Schema (2020-12) of a patient's facts."""
        return json_schema(self.checked)

    # ---- the wording ------------------------------------------------------------------------------------------------

    def lint(self) -> tuple[Diagnostic, ...]:
        """What the wording review finds: vague words, open lists, and where a rule says other than its wording."""
        from protocol_dsl.lint import lint  # its rules and tables are read only when somebody asks

        return lint(self.checked)

    # ---- examples ---------------------------------------------------------------------------------------------------

    def problems_of_examples(self) -> tuple[Diagnostic, ...]:
        """Facts of the file's example patients that do not fit the declared data; what is inherited is told once."""
        found: list[Diagnostic] = []
        told: dict[str | None, set[tuple[str, str]]] = {}
        for example in self.checked.examples:
            try:
                self._reader.read(example.facts, example.name, None, from_text=True, hints="example")
            except FactsError as error:
                inherited = told.get(example.like, set())
                told[example.name] = {(problem.code, problem.message) for problem in error.diagnostics}
                found.extend(
                    evolve(
                        problem,
                        file=self.checked.source.name,
                        span=example.span,
                        where=example.place or f"example {example.name}",
                    )
                    for problem in error.diagnostics
                    if (problem.code, problem.message) not in inherited
                )
        return tuple(found)

    def run_examples(self) -> tuple[ExampleOutcome, ...]:
        """Evaluate the file's example patients and compare with what is expected of them."""
        return tuple(self._run_example(example) for example in self.checked.examples)

    def coverage(self) -> Coverage:
        """Which results, conditions and limits of the criteria the file's example patients touch."""
        outcomes = self.run_examples()
        return coverage_of(self.checked, [(outcome.example.name, outcome.evaluation) for outcome in outcomes])

    def suggested_examples(self) -> SuggestedExamples:
        """Example patients for all that `coverage` misses, as text for the file, and what could not be reached."""
        from protocol_dsl.render.suggested import suggested_examples  # words are made only when somebody asks

        coverage = self.coverage()
        found = suggest(coverage, self._program, self._bases())
        return suggested_examples(self.checked, coverage, found, self._reader)

    def _bases(self) -> list[Base]:
        """The example patients to begin with: the eligible ones first, and not very many."""
        outcomes = sorted(self.run_examples(), key=lambda outcome: outcome.evaluation.verdict != "eligible")
        return [
            Base(outcome.example.name, _without_silence(outcome, self.checked)) for outcome in outcomes[:_MOST_BASES]
        ]

    def _run_example(self, example: checked.Example) -> ExampleOutcome:
        evaluation = self._evaluate(Patient(example.name, example.facts, from_text=True), example.name, None, "example")
        criteria = {id_: (expected, evaluation[id_].result) for id_, expected in example.criteria.items()}
        return ExampleOutcome(example, evaluation, (example.verdict, evaluation.verdict), criteria)


_MOST_BASES: Final = 3


def _without_silence(outcome: ExampleOutcome, protocol: checked.Protocol) -> tuple[object, ...]:
    """The facts that the example gives, without what silence means and without a day that another stands for."""
    given = zip(protocol.items, outcome.evaluation.facts.values, strict=True)
    return tuple(value if name in outcome.example.facts else UNKNOWN for name, value in given)


@frozen
class ExampleOutcome:
    """What became of an example patient; pairs are (expected, actual), an expected verdict of `None` is not tested."""

    example: checked.Example
    evaluation: Evaluation
    verdict: tuple[str | None, str]
    criteria: Mapping[str, tuple[str, str]]

    @property
    def passed(self) -> bool:
        return self.verdict[0] in (None, self.verdict[1]) and all(e == a for e, a in self.criteria.values())


class Evaluation(evaluated.Evaluation):
    """One patient's verdict, each criterion's result, and why."""

    def explain(
        self,
        *,
        only: Collection[str] | None = None,
        colour: bool = False,
        width: int = 80,
        language: Language = "en",
    ) -> str:
        """The explanation as text for people. `only`: ids of criteria to explain, also those that pass.

        Raises `ValueError` where `only` names a criterion that the protocol has not.
        """
        _require_one_of("language", language, get_args(Language))
        if only is not None:
            only = (only,) if isinstance(only, str) else tuple(only)
            ids = {criterion.id for criterion in self.protocol.criteria}
            unknown = [one for one in only if one not in ids]
            if unknown:
                raise ValueError(self._no_criterion(unknown[0]))
        from protocol_dsl.render.patient_text import explain_text  # words are made only when somebody asks

        return explain_text(self, only=only, colour=colour, width=width, language=language)

    def explanation_of(self, result: evaluated.CriterionResult) -> str:
        """Why one criterion has its result, in words."""
        from protocol_dsl.render.explanation import explain_criterion  # as above

        return explain_criterion(result, self)

    def to_json(self) -> dict[str, object]:
        """The evaluation as plain data, ready for `json.dumps`: verdict, results, explanations and traces."""
        return evaluated.to_json(self)


def _sponsor_files(folder: str | Path | None) -> SponsorFiles:
    """The files of a sponsor's folder; `OSError` where there is no such folder."""
    from protocol_dsl.render.sponsor import SponsorFiles, read_sponsor_files  # as above

    if folder is None:
        return SponsorFiles()
    found = sorted(file for file in Path(folder).iterdir() if file.is_file() and not file.name.startswith("."))
    return read_sponsor_files({file.name: file.read_bytes() for file in found})


def _require_day(on: object) -> None:
    """A text would be taken without a word and fail later, or not at all."""
    if on is not None and not isinstance(on, datetime.date):
        raise TypeError(f"on is a datetime.date, such as datetime.date(2026, 3, 16), not {_kind(on)}")


def _require_one_of(name: str, given: object, choices: Collection[str]) -> None:
    if given not in choices:
        raise ValueError(f"{name} is {' or '.join(map(repr, choices))}, not {given!r}")


def _kind(value: object) -> str:
    return f"a value of the type {type(value).__name__}"
