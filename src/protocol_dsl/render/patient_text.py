"""The text of one patient: its order, its lines and its last words."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import Final

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.render.explanation import Block, CriterionWords, named
from protocol_dsl.render.lines import Style, padded, styled, table, wrapped
from protocol_dsl.render.reasons import leaves, named_facts, parts_of, walk, walk_rows
from protocol_dsl.render.record import Record
from protocol_dsl.render.showing import shown
from protocol_dsl.render.wording import Wording, wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import Date, Quantity
from protocol_dsl.values import DayRange, PartialDate, Spell, Unknown

_INDENT: Final = " " * 4
_LABEL: Final = 10
_STYLES: Final[dict[str, Style]] = {
    "fail": "red",
    "unknown": "yellow",
    "pass": "green",
    "not_applicable": "bold",
    "ineligible": "red",
    "undetermined": "yellow",
    "eligible": "green",
}
_RESULT_WORDS: Final = {"fail": "fails", "unknown": "open", "pass": "passes", "not_applicable": "not_applicable"}
_LONGEST_ID: Final = 100
_LONGEST_MESSAGE: Final = 1000
_MORE_THAN_FACTS: Final = (
    core.Every | core.AtLeastRows | core.Chosen | core.Consecutive | core.Stable | core.Aggregate | core.If
)
"""Where not only the facts that are told could be wrong: a row may be missing, or another case may hold."""


class PatientText:
    """Writes the text of one patient."""

    def __init__(self, evaluation: Evaluation, words: Wording, colour: bool, width: int):
        self.evaluation = evaluation
        self.words = words
        self.colour = colour
        self.width = width
        self.record = Record(evaluation, words)
        self.criteria = CriterionWords(self.record)

    def text(self, only: Collection[str] | None) -> str:
        """The whole text."""
        lines = [*self._heading(), *self._verdict()]
        for result in self.told_in_full(only):
            lines += ["", *self._criterion(result)]
        closing = list(self._closing()) if only is None else []
        if closing:
            lines += ["", *closing]
        return "\n".join(lines) + "\n"

    def _by_result(self, result: str) -> list[CriterionResult]:
        return [each for each in self.evaluation.criteria if each.result == result]

    def told_in_full(self, only: Collection[str] | None) -> list[CriterionResult]:
        """The criteria to tell at length: those asked for, else those that fail and those that are open."""
        if only is not None:
            return [each for each in self.evaluation.criteria if each.criterion.id in only]
        return [*self._by_result("fail"), *self._by_result("unknown")]

    def _wrapped(self, text: str, indent: str = "", first: str | None = None) -> Iterator[str]:
        return wrapped(text, self.width, indent, first)

    # ---- head -------------------------------------------------------------------------------------------------------

    def heading(self) -> str:
        """Who the patient is, and the day of screening."""
        name = patient_heading(self.evaluation.patient, self.words)
        day = self._day()
        return self.words("heading.line", name=name, day=day) if day else name

    def _heading(self) -> Iterator[str]:
        yield from (styled(line, "bold", self.colour) for line in self._wrapped(self.heading()))

    def _day(self) -> str | None:
        for name, key in (("screening", "heading.screened"), (EVALUATION_DATE, "heading.evaluated")):
            day = self.record.value(name)
            if isinstance(day, datetime.date):
                told = self.words.day(datetime.date(day.year, day.month, day.day))
                return self.words("joint.lead", label=self.words(key), text=told)
        return None

    def verdict(self) -> tuple[str, str]:
        """The word of the verdict, and the counts after it."""
        verdict = self.evaluation.verdict
        word = self.words(f"heading.{verdict}")
        if not self.evaluation.criteria:
            return word, self.words("heading.nothing_to_check")
        return word, self._eligible_counts() if verdict == "eligible" else self._counts()

    def _verdict(self) -> Iterator[str]:
        word, rest = self.verdict()
        first, *others = self._wrapped(self.words("joint.lead", label=word, text=rest))
        yield first.replace(word, styled(word, _STYLES[self.evaluation.verdict], self.colour), 1)
        yield from others

    def _counts(self) -> str:
        counts = {key: len(self._by_result(key)) for key in ("fail", "unknown", "pass", "not_applicable")}
        total = len(self.evaluation.criteria)
        of = self.words("counts.of_criterion") if total == 1 else self.words("counts.of_criteria", total=total)
        told: list[str] = []
        for key, name in (
            ("fail", "fails"),
            ("unknown", "open"),
            ("pass", "pass"),
            ("not_applicable", "not_applicable"),
        ):
            if counts[key]:
                told.append(self.words(f"counts.{name}", n=counts[key], of="" if told else of))
        if not counts["fail"]:
            told.append(self.words("counts.none_fails"))
        return self.words.ended(self.words.clauses(told))

    def _eligible_counts(self) -> str:
        passing, beside = self._by_result("pass"), self._by_result("not_applicable")
        total = len(self.evaluation.criteria)
        if beside:
            told = [self.words("counts.eligible_applying", n=len(passing))]
        else:
            told = [self.words("counts.eligible_only" if total == 1 else "counts.eligible_all", total=total)]
        judged = sum(self.criteria.rests_on_judgement(result) for result in passing)
        if judged:
            told.append(self.words("counts.judged", n=judged))
        if beside:
            told.append(self.words("counts.not_applicable", n=len(beside)))
        return self.words.ended(self.words.clauses(told))

    # ---- criteria ---------------------------------------------------------------------------------------------------

    def result_word(self, result: CriterionResult) -> str:
        """The word of a criterion's result."""
        return self.words(f"criterion.{_RESULT_WORDS[result.result]}")

    def _criterion(self, result: CriterionResult) -> Iterator[str]:
        word = self.result_word(result)
        id_, title = shown(result.criterion.id), shown(self.record.terms.criterion_title(result.criterion))
        heading = self.words("criterion.title", id=id_, title=title, result=word)
        # The space between id and title must outlive the wrapping.
        lines = list(self._wrapped(heading.removeprefix(f"{id_}  "), _INDENT, f"{id_}  "))
        before, found, after = lines[-1].rpartition(word)
        yield from lines[:-1]
        yield before + (styled(found, _STYLES[result.result], self.colour) if found else "") + after
        for block in self.criteria.blocks(result):
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        if block.label is None:
            for text in block.paragraphs:
                yield from self._wrapped(text, _INDENT)
            return
        indent = _INDENT + " " * _LABEL
        first = _INDENT + padded(block.label, _LABEL)
        room = self.width - len(indent)
        laid = table(block.table.header, block.table.rows, block.table.right, room) if block.table else None
        if block.table and laid:
            yield first + laid[0]
            yield from (indent + line for line in laid[1:])
            yield from (line for text in block.table.more for line in self._wrapped(text, indent))
            yield from (line for text in block.table.notes for line in self._wrapped(text, _INDENT))
            return
        for at, text in enumerate(block.paragraphs):
            yield from self._wrapped(text, indent, first if at == 0 else indent)

    # ---- what else is to be said ------------------------------------------------------------------------------------

    def lists(self) -> Iterator[str]:
        """The criteria that pass, and those that do not apply."""
        passing = named(self._by_result("pass"))
        if passing:
            yield self.words("sentence.pass_list", ids=self.words.listed(passing))
        beside = []
        for result in self._by_result("not_applicable"):
            if not result.criterion.statement:
                beside.append(self.words("joint.aside", text=result.criterion.id, aside=self.words("sentence.duty")))
                continue
            assert result.applies is not None
            because = self.criteria.because_of(result.applies)
            beside.append(self.words("joint.aside", text=result.criterion.id, aside=because))
        if beside:
            yield self.words("sentence.does_not_apply_list", ids=self.words.listed(beside))

    def closing(self) -> tuple[str, list[str]]:
        """The last words, and the items that they introduce."""
        match self.evaluation.verdict:
            case "eligible":
                return self.words("close.investigator"), []
            case "undetermined":
                items = self.criteria.needs.to_record()
                key = "record" if len(items) == 1 or self.criteria.needs.surely_needed() else "record_up_to"
                return (self.words(f"close.{key}", n=len(items)) if items else ""), items
            case _:
                return self._what_could_change(), []

    def _closing(self) -> Iterator[str]:
        for text in self.lists():
            yield from self._wrapped(text, _INDENT, "")
        text, items = self.closing()
        if text:
            yield from self._wrapped(text)
        for number, item in enumerate(items, 1):
            start = f"{_INDENT}{number}. "
            yield from self._wrapped(item, " " * len(start), start)

    def _what_could_change(self) -> str:
        failing, open_ones = self._by_result("fail"), self._by_result("unknown")
        if open_ones:
            missing = [name for result in open_ones for name in result.missing]
            key = (
                "judgement_missing" if self.criteria.needs.only_judgements(missing) and len(missing) == 1 else "missing"
            )
            while_ = self.words(
                "close.while_one" if len(failing) == 1 else "close.while_many", ids=self.words.all_of(named(failing))
            )
            return self.words(f"close.{key}", ids=self.words.all_of(named(open_ones)), failing=while_)
        if any(self._rests_on_silence(result) for result in failing):
            return self.words("close.silence")
        known = "partly_missing" if any(self._wants_something(result) for result in failing) else "complete"
        return self.words.joined([self.words(f"close.{known}"), self._correction(failing)])

    def _rests_on_silence(self, result: CriterionResult) -> bool:
        """Whether a criterion fails because nothing is recorded, so that a record could change it."""
        for trace in walk_rows(result.rule):
            node = trace.node
            if isinstance(node, core.Recorded | core.Known) and isinstance(trace.children[0].outcome, Unknown):
                return True
            if isinstance(node, core.Fact | core.Field) and self.record.is_assumed(node):
                return True
        return False

    def _wants_something(self, result: CriterionResult) -> bool:
        """Whether a rule reads something that is not recorded, or in part only, without effect on its result."""
        kinds = core.Fact | core.Field | core.RecordTime
        facts = (trace for trace in walk_rows(result.rule) if isinstance(trace.node, kinds))
        return any(_is_in_part(fact.outcome) for fact in facts)

    def _correction(self, failing: list[CriterionResult]) -> str:
        if len(failing) > 4:
            return self.words("close.corrections_all")
        if len(failing) > 1:
            return self.words("close.corrections", ids=self.words.all_of(named(failing)))
        facts = self._facts_that_fail(failing[0])
        if facts is None or not 0 < len(facts) <= 2:
            return self.words("close.corrections_any")
        return self.words("close.correction", what=self.words.one_of(facts))

    def _facts_that_fail(self, result: CriterionResult) -> list[str] | None:
        """The facts of which one alone, recorded wrongly, may have made a criterion fail; the trial's days aside."""
        parts = [part for part in parts_of(result.rule, result.criterion.kind == "inclusion") if part.status == "fails"]
        if len(parts) != 1 or result.applies is not None or parts[0].because:
            return None
        traces = [parts[0].asked, *(part.asked for part in leaves(parts))]
        if any(isinstance(node.node, _MORE_THAN_FACTS) for trace in traces for node in walk(trace)):
            return None
        told: dict[str, None] = {}
        for trace in traces:
            for fact in named_facts(trace):
                item = self.record.item(fact)
                if not item.day:
                    key = "the" if isinstance(item.kind, Date | Quantity) else "answer_on"
                    told.setdefault(self.words(f"record.{key}", name=shown(self.record.named(item.name))))
        return list(told)


def patient_heading(patient: str | None, words: Wording) -> str:
    """Who a patient is."""
    key = "heading.nobody" if patient is None else "heading.patient"
    return words(key, patient=shown(patient or "", _LONGEST_ID))


def messages(error: PatientError, words: Wording) -> list[tuple[str, str]]:
    """What is wrong with a patient's facts: the code and the message of each error."""
    return [(each.code, shown(each.message_in(words.language), _LONGEST_MESSAGE)) for each in error.diagnostics]


def _is_in_part(value: object) -> bool:
    if isinstance(value, Spell):
        return _is_in_part(value.first) or _is_in_part(value.last)
    return isinstance(value, Unknown | PartialDate | DayRange)


def explain_text(
    evaluation: Evaluation,
    *,
    only: Collection[str] | None = None,
    colour: bool = False,
    width: int = 80,
    language: str = "en",
) -> str:
    """The verdict of one patient and the reasons for it, as a text to read.

    `only`: no other criteria than these are told, and these also where they pass. `colour`: the verdicts stand out on
    a terminal.
    """
    return PatientText(evaluation, wording(language), colour, max(width, 40)).text(only)


def explain_error(error: PatientError, *, width: int = 80, language: str = "en") -> str:
    """What keeps a patient from being evaluated, as a text to read."""
    words, width = wording(language), max(width, 40)
    lines = list(wrapped(patient_heading(error.patient, words), width))
    lines += wrapped(words("heading.not_evaluated_list"), width)
    for code, message in messages(error, words):
        first = f"{_INDENT}{code}  "
        lines += wrapped(message, width, " " * len(first), first)
    return "\n".join(lines) + "\n"
