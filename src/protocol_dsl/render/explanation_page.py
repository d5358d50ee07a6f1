"""The explanations of patients as one page of HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from attrs import frozen

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render.documents import filled
from protocol_dsl.render.explanation import Block
from protocol_dsl.render.patient_text import PatientText
from protocol_dsl.render.showing import shown
from protocol_dsl.render.wording import wording

_LONGEST_MESSAGE: Final = 1000


@frozen
class CriterionPart:
    """A criterion that is told at length."""

    id: str
    title: str
    result: str
    word: str
    blocks: tuple[Block, ...]


@frozen
class PatientPart:
    """The explanation of one patient."""

    heading: str
    verdict: str
    word: str
    counts: str
    criteria: tuple[CriterionPart, ...]
    lists: tuple[str, ...]
    closing: str
    to_record: tuple[str, ...]
    errors: tuple[str, ...] = ()


def explanation_page(
    results: Iterable[Evaluation | PatientError], *, only: Collection[str] | None = None, language: str = "en"
) -> str:
    """One page with the explanation of each patient, or what is wrong with its facts; `only` as in `explain_text`."""
    each = list(results)
    title = next((shown(one.protocol.name) for one in each if isinstance(one, Evaluation)), "")
    patients = [
        _patient(one, only, language) if isinstance(one, Evaluation) else _unread(one, language) for one in each
    ]
    return filled("explanation.html", language, title=title, patients=patients)


def _unread(error: PatientError, language: str) -> PatientPart:
    """A patient whose facts can't be read, in its place."""
    words = wording(language)
    key = "heading.nobody" if error.patient is None else "heading.patient"
    heading = words(key, patient=shown(error.patient or "", 100))
    messages = tuple(f"{problem.code}: {shown(problem.message, _LONGEST_MESSAGE)}" for problem in error.diagnostics)
    return PatientPart(
        heading, "error", words("heading.not_evaluated"), words("heading.facts_wrong"), (), (), "", (), messages
    )


def _patient(evaluation: Evaluation, only: Collection[str] | None, language: str) -> PatientPart:
    text = PatientText(evaluation, wording(language), colour=False, width=80)
    word, counts = text.verdict()
    criteria = tuple(
        CriterionPart(
            shown(result.criterion.id),
            shown(result.criterion.title),
            result.result,
            text.result_word(result),
            tuple(text.criteria.blocks(result)),
        )
        for result in text.told_in_full(only)
    )
    closing, items = text.closing() if only is None else ("", [])
    lists = tuple(text.lists()) if only is None else ()
    return PatientPart(text.heading(), evaluation.verdict, word, counts, criteria, lists, closing, tuple(items))
