"""A patient's evaluation in words: what fails, what is open, what passes, and what to record next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from protocol_dsl.evaluate.evaluation import CriterionResult, Evaluation
from protocol_dsl.evaluate.trace import TraceNode
from protocol_dsl.render.findings import Findings, compared_in
from protocol_dsl.render.needs import Needs, closed, complement_of
from protocol_dsl.render.reasons import Part, asks_nothing, exception_of, leaves, parts_of
from protocol_dsl.render.record import Record
from protocol_dsl.render.row_tables import Table
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.render.wording import Wording, wording
from protocol_dsl.semantics import core

_SHORT = 160
"""Conditions that hold are named where they take no more room than this."""


@frozen
class Block:
    """A paragraph or two of an explanation, with a label before it or none; or a table."""

    paragraphs: tuple[str, ...]
    label: str | None = None
    table: Table | None = None


def explain_criterion(result: CriterionResult, evaluation: Evaluation, language: str = "en") -> str:
    """Why a criterion came out as it did, in a paragraph."""
    told = []
    words = wording(language)
    for block in CriterionWords(Record(evaluation, words)).blocks(result):
        text = words.joined(block.paragraphs)
        told.append(words("joint.lead", label=block.label, text=text) if block.label else text)
    return words.joined(told).replace("\u00a0", " ")


class CriterionWords:
    """Puts the criteria of one patient into blocks of text."""

    def __init__(self, record: Record):
        self.record = record
        self.words: Wording = record.words
        self.findings = Findings(record)
        self.needs = Needs(record, self.findings.tables)

    def blocks(self, result: CriterionResult) -> list[Block]:
        """All that is to be said of a criterion."""
        wanted = result.criterion.kind == "inclusion"
        match result.result:
            case "not_applicable":
                return [Block((self._does_not_apply(result),))]
            case "pass":
                return list(self._passing(result, wanted))
            case _:
                return list(self._not_passing(result, wanted))

    def because_of(self, applies: TraceNode) -> str:
        """Why a criterion applies, or does not."""
        holds = applies.outcome is True
        return self.findings.because(tuple(part for part in parts_of(applies, holds) if part.status == "holds"))

    def _does_not_apply(self, result: CriterionResult) -> str:
        if not result.criterion.statement:
            return self.words("sentence.duty_only")
        assert result.applies is not None
        return self.words("sentence.does_not_apply", because=self.because_of(result.applies))

    # ---- fails and open ---------------------------------------------------------------------------------------------

    def _not_passing(self, result: CriterionResult, wanted: bool) -> Iterator[Block]:
        parts = parts_of(result.rule, wanted)
        applies = result.applies
        if applies is not None and applies.outcome is True:
            yield Block((self.words("sentence.applies", because=self.because_of(applies)),))
        elif applies is not None:
            yield from self._applies_open(applies)
            if result.rule.outcome is (not wanted):
                yield Block((self.words("sentence.in_that_case_fails"),))
            else:
                yield Block((self.words("sentence.if_it_applies"),))
            parts = tuple(_undecided(part) for part in parts)
        failing = [part for part in parts if part.status == "fails"]
        open_parts = [part for part in parts if part.status == "open"]
        holding = [part for part in parts if part.status == "holds"]
        computed = [part for part in holding if self._is_computed(part)]
        for part in computed:
            yield Block((self.words("sentence.holds_line", sentence=self._computed_sentence(part)),))
        for part in failing or open_parts:
            yield from self._told(part)
        others = [part for part in holding if part not in computed and not asks_nothing(part)]
        groups = [[part for part in others if part.stated_wanted is stated] for stated in (True, False)]
        for group in groups:
            if group:
                yield Block((self._others_hold(group, named=bool(failing), alone=not all(groups)),))
        if failing and open_parts:
            listed = self.words.clauses(shown(self.record.said(part.words)) for part in open_parts)
            yield Block((self.words("sentence.open_beside", words=listed),))

    def _applies_open(self, applies: TraceNode) -> Iterator[Block]:
        yield Block((self.words("sentence.applies_open"),))
        told = shown(self.record.said(applies.node), 1000)
        parts = tuple(_undecided(part) for part in parts_of(applies) if part.status == "open")
        yield Block((self.words("sentence.applies_if", words=told),))
        found = self.words.clauses(self.findings.briefly(part) for part in leaves(parts))
        yield Block((self.words.ended(found),), self.words("label.found"))
        needed = self.needs.needed(parts)
        if needed:
            yield Block((needed,), self.words("label.needed"))

    def _told(self, part: Part) -> Iterator[Block]:
        """Required, found and, where it is open, needed."""
        label = "required" if part.stated_wanted else "excludes"
        if not self._is_judgement(part) or part.status == "fails":
            yield Block(tuple(self.findings.required(part)), self.words(f"label.{label}"))
            yield self._found(part)
        if part.status == "open" and (needed := self.needs.needed((part,))):
            yield Block((needed,), self.words("label.needed"))

    def _found(self, part: Part) -> Block:
        table = self.findings.tables.table(part) if not part.because and not part.members else None
        # Of a count the note under the table says the same as the sentence that stands for the table.
        paragraphs = tuple(dict.fromkeys((self.findings.found(part), *(table.notes if table else ()))))
        return Block(paragraphs, self.words("label.found"), table)

    def _others_hold(self, parts: list[Part], named: bool, alone: bool) -> str:
        """That these conditions hold; `alone`: there are no others but these."""
        words = self.words.clauses(shown(self.record.said(part.words)) for part in parts)
        key = "other" if alone else "another"
        number = ("" if parts[0].stated_wanted else "excluding_") + ("one" if len(parts) == 1 else "many")
        count = self.words.count(len(parts))
        if named and len(words) <= _SHORT:
            return capital(self.words(f"sentence.{key}_{number}_named", count=count, words=words))
        return capital(self.words(f"sentence.{key}_{number}", count=count))

    # ---- passes -----------------------------------------------------------------------------------------------------

    def _passing(self, result: CriterionResult, wanted: bool) -> Iterator[Block]:
        if result.rule.outcome is not wanted:
            return
        trace, exception = result.rule, exception_of(result.rule)
        if exception is not None:
            if exception.outcome is True and trace.children[0].outcome is not wanted:
                yield Block((self._by_exception(trace.children[0], exception, wanted),))
                return
            trace = trace.children[0]
        told = [self._holds(part) for part in parts_of(trace, wanted) if part.status == "holds"]
        yield Block((self.words.joined(dict.fromkeys(self.words.sentence(text) for text in told)),))

    def _by_exception(self, rule: TraceNode, exception: TraceNode, wanted: bool) -> str:
        """That the rule itself would not let the patient pass, but its exception does."""
        holding = [part for part in leaves(parts_of(exception)) if part.status == "holds"]
        because = self.words.clauses(dict.fromkeys(self.findings.briefly(part) for part in holding))
        failing = [part for part in leaves(parts_of(rule, wanted)) if part.status == "fails"]
        if rule.outcome is not (not wanted) or not failing:
            return self.words.sentence(self.words("sentence.exception_holds", exception=because))
        found = self.words.clauses(dict.fromkeys(self._against(part) for part in failing))
        return self.words.sentence(self.words("sentence.but_exception", finding=found, exception=because))

    def _against(self, part: Part) -> str:
        """What was found against the patient, with the limit or the window."""
        node, finding = part.trace.node, self.findings.briefly(part)
        if isinstance(node, core.During) and part.trace.outcome is True:
            return self.words("sentence.in_window", finding=finding)
        if isinstance(node, core.Compare) and part.stated is part.trace and complement_of(part):
            return self._computed_sentence(part)
        return finding

    def _holds(self, part: Part) -> str:
        if asks_nothing(part):
            return self.words("sentence.not_asked", because=self.findings.because(part.members))
        if part.members:
            return self.words.unended(self.findings.found(part))
        finding, complement = self.findings.briefly(part), self._complement(part)
        if part.because and (limit := self.findings.limit_of_case(part)):
            key = "case_required" if part.stated_wanted else "case_excluded"
            because = self.findings.because(part.because)
            return self.words(f"sentence.{key}", finding=finding, because=because, limit=limit)
        if part.because:
            finding = self.words("sentence.as", because=self.findings.because(part.because), finding=finding)
        node = part.trace.node
        said_all = isinstance(node, core.Member) and len(node.choices) == 1 and part.stated_wanted and not part.picks
        if complement is None or said_all:
            return finding
        key = "required_too" if part.stated_wanted else "excluded_too"
        window = self.findings.required(part)[1:] if isinstance(node, core.During) and part.whole is None else []
        told = self.words(f"sentence.{key}", finding=finding, complement=closed(complement))
        return self.words.joined([self.words.sentence(told), *window])

    def _complement(self, part: Part) -> str | None:
        """What stands after the subject of a sentence."""
        complement = complement_of(part)
        return complement if complement is None else self.record.terms.complement(part.words) or complement

    def _computed_sentence(self, part: Part) -> str:
        key = "computed_too" if part.stated_wanted else "computed_excluded"
        return self.words(
            f"sentence.{key}", finding=self.findings.briefly(part), complement=closed(self._complement(part) or "")
        )

    def _is_computed(self, part: Part) -> bool:
        """Whether a part that holds rests on a number that no reader can check without seeing what went into it."""
        comparison = compared_in(part.trace)
        if comparison is None or complement_of(part) is None or not isinstance(comparison.node, core.Compare):
            return False
        return isinstance(comparison.children[0].node, core.Defined | core.Named | core.Arithmetic | core.Rounded)

    def _is_judgement(self, part: Part) -> bool:
        return part.stated is part.trace and self.is_judged(part)

    def is_judged(self, part: Part) -> bool:
        """Whether a part is a judgement by a person."""
        node = part.trace.node
        if not isinstance(node, core.Fact | core.Field):
            return False
        return getattr(self.record.item(node).kind, "role", None) == "judgement"

    def rests_on_judgement(self, result: CriterionResult) -> bool:
        """Whether a criterion passes by a judgement."""
        parts = parts_of(result.rule, result.criterion.kind == "inclusion")
        return any(self.is_judged(part) for part in leaves(parts) if part.status == "holds")


def _undecided(part: Part) -> Part:
    """A part of which nobody can say what it would do to the whole."""
    members = tuple(_undecided(member) for member in part.members)
    return evolve(part, sufficient=False, necessary=False, members=members)


def named(results: Iterable[CriterionResult]) -> list[str]:
    """The ids of criteria."""
    return [result.criterion.id for result in results]
