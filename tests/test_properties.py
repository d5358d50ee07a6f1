"""What holds of every protocol and every patient, on generated ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, note, seed, settings
from hypothesis import strategies as st

import reference_interpreter
from patient_strategies import UNITS, Facts, PatientWriter, all_nodes, in_other_unit, nodes_in
from protocol_dsl.diagnostics import Severity, render_text
from protocol_dsl.evaluate.evaluation import to_json
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.pipeline import Protocol, read_protocol
from protocol_dsl.render.documents import statements_of
from protocol_dsl.semantics import core
from protocol_dsl.semantics.check import resolve_statement
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.types import Quantity, Rows
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.layout import read_layout
from protocol_dsl.syntax.parse import parse, parse_rule
from strategies import UNLUCKY, protocol_texts

often = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def accepted(text: str) -> Protocol:
    """The protocol of a generated text, which must be one."""
    note(text)
    file = read_protocol("generated.protocol", text)
    errors = [problem for problem in file.diagnostics if problem.severity is Severity.ERROR]
    assume(not errors or not {problem.code for problem in errors} <= UNLUCKY)
    assert file.source is not None
    assert not errors, render_text(tuple(errors), {file.source.name: file.source}, colour=False)
    assert file.protocol is not None
    return file.protocol


@st.composite
def patients(draw: Any) -> tuple[Protocol, Facts]:
    """A protocol and a patient of it."""
    protocol = accepted(draw(protocol_texts()))
    facts = PatientWriter(draw, protocol.checked).facts()
    note(str(facts))
    return protocol, facts


# ---- the text -------------------------------------------------------------------------------------------------------


@often
@given(protocol_texts())
def test_formatting_keeps_the_protocol_and_is_done_once(text: str) -> None:
    protocol = accepted(text)
    syntax = parse(protocol.checked.source).syntax
    assert syntax is not None
    printed = format_protocol(syntax)
    note(printed)
    assert accepted(printed).checked == protocol.checked
    again = parse(SourceText.read("printed.protocol", printed)).syntax
    assert again is not None
    assert format_protocol(again) == printed


@often
@given(protocol_texts())
def test_formatting_loses_no_comment(text: str) -> None:
    syntax = parse(accepted(text).checked.source).syntax
    assert syntax is not None
    printed = format_protocol(syntax)
    note(printed)
    assert _comments(printed) == _comments(text)


def _comments(text: str) -> list[str]:
    """The words of the comments, of which several may have come to stand behind one another."""
    found = read_layout(SourceText.read("any.protocol", text)).comments
    return sorted(" ".join(comment.text for comment in found).split())


@often
@given(protocol_texts())
def test_the_statement_of_a_criterion_is_its_rule(text: str) -> None:
    protocol = accepted(text)
    for criterion in protocol.checked.criteria:
        assert _read_again(protocol, criterion.id, criterion.statement) == (criterion.applies_if, criterion.rule)


@settings(often, max_examples=25)
@given(protocol_texts())
def test_the_statements_in_documents_are_the_rules(text: str) -> None:
    protocol = accepted(text)
    for form in ("markdown", "html"):
        printed = statements_of(protocol.render("protocol", form), form)
        for criterion in protocol.checked.criteria:
            read = _read_again(protocol, criterion.id, printed[criterion.id])
            assert read == (criterion.applies_if, criterion.rule)


def _read_again(protocol: Protocol, criterion_id: str, statement: str) -> tuple[core.Condition | None, core.Condition]:
    """The condition and the rule that a printed statement is read as."""
    note(statement)
    parsed = parse(protocol.checked.source)
    applies, rule = parse_rule(SourceText.read("statement", statement), parsed.vocabulary)
    return resolve_statement(parsed, applies, rule, protocol.checked[criterion_id].kind)


# ---- evaluation -----------------------------------------------------------------------------------------------------


@often
@given(patients())
def test_results_are_those_of_the_reference_interpreter(case: tuple[Protocol, Facts]) -> None:
    protocol, facts = case
    evaluation = protocol.evaluate(facts)
    expected = reference_interpreter.results(protocol.checked, evaluation.facts.values)
    for result, (wanted, loose) in zip(evaluation, expected, strict=True):
        # Where the evaluator says that it is content with less, it may leave open what could be decided.
        left_open = loose and (result.result == "unknown" or _asks_the_record(protocol, result.criterion))
        assert result.result == wanted or left_open, f"{result.criterion.id}: {result.result}, expected {wanted}"


@often
@given(patients())
def test_evaluation_is_the_same_each_time_and_without_a_trace(case: tuple[Protocol, Facts]) -> None:
    protocol, facts = case
    evaluation = protocol.evaluate(facts)
    reordered = protocol.evaluate(dict(reversed(facts.items())))
    assert (reordered.verdict, reordered.results) == (evaluation.verdict, evaluation.results)
    written = json.dumps(to_json(evaluation), allow_nan=False)
    assert json.dumps(to_json(protocol.evaluate(copy.deepcopy(facts)))) == written
    untraced = compile_protocol(protocol.checked, traced=False).run(evaluation.facts.values)
    assert untraced[:2] == (evaluation.verdict, evaluation.results)


@often
@given(patients())
def test_everything_can_be_explained(case: tuple[Protocol, Facts]) -> None:
    protocol, facts = case
    evaluation = protocol.evaluate(facts)
    assert evaluation.explain()
    for result in evaluation:
        assert evaluation.explanation_of(result)
        assert result.result == "unknown" or result.missing == ()


@often
@given(patients(), st.data())
def test_less_is_known_less_is_decided(case: tuple[Protocol, Facts], data: st.DataObject) -> None:
    protocol, facts = case
    fewer = _with_less(protocol, facts, data)
    assume(fewer is not None and fewer != facts)
    note(f"less is known: {fewer}")
    assert fewer is not None
    before, after = protocol.evaluate(facts), protocol.evaluate(fewer)
    for result, less in zip(before, after, strict=True):
        if not _asks_the_record(protocol, result.criterion):
            # Whether it applies may have become open: a rule that holds passes either way.
            allowed = {result.result, "unknown"} | ({"pass"} if result.result == "not_applicable" else set())
            assert less.result in allowed, f"{result.criterion.id}: {result.result} became {less.result}"


@often
@given(patients(), st.data())
def test_what_is_decided_stays_so_whatever_the_missing_facts_are(
    case: tuple[Protocol, Facts], data: st.DataObject
) -> None:
    protocol, facts = case
    evaluation = protocol.evaluate(facts)
    for _ in range(3):
        completed = PatientWriter(data.draw, protocol.checked).completed(facts)
        note(f"completed: {completed}")
        whole = protocol.evaluate(completed)
        for result, settled in zip(evaluation, whole, strict=True):
            if result.result == "unknown" or _asks_the_record(protocol, result.criterion):
                continue
            allowed = {result.result} | ({"not_applicable"} if result.result == "pass" else set())
            assert settled.result in allowed, f"{result.criterion.id}: {result.result} became {settled.result}"


@often
@given(patients(), st.data())
def test_the_unit_of_a_fact_does_not_matter(case: tuple[Protocol, Facts], data: st.DataObject) -> None:
    protocol, facts = case
    converted = dict(facts)
    for name, value in facts.items():
        kind = protocol.checked.items[name].kind
        if isinstance(kind, Quantity) and kind.other is None and isinstance(value, int | Decimal):
            other = in_other_unit(value, kind.unit, data.draw(st.sampled_from(UNITS)))  # type: ignore[arg-type]
            converted[name] = value if other is None else other
    assume(converted != facts)
    note(f"in other units: {converted}")
    assert protocol.evaluate(converted).results == protocol.evaluate(facts).results


def _asks_the_record(protocol: Protocol, criterion: Any) -> bool:
    """Whether the rule, its definitions included, asks what is recorded instead of what is so."""
    names: list[str] = []
    nodes = [*nodes_in(criterion.rule), *nodes_in(criterion.applies_if)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, core.Known | core.Recorded):
            return True
        if isinstance(node, core.Defined) and node.name not in names:
            names.append(node.name)
            nodes += nodes_in(protocol.checked.definitions[node.name].body)
    return False


def _with_less(protocol: Protocol, facts: Facts, data: st.DataObject) -> Facts | None:
    """The facts with one of them removed, made partial, or with a field of one of its rows removed."""
    changes = list(_ways_to_know_less(protocol, facts))
    return data.draw(st.sampled_from(changes)) if changes else None


def _ways_to_know_less(protocol: Protocol, facts: Facts) -> Iterator[Facts]:
    for name, value in facts.items():
        item = protocol.checked.items[name]
        if item.if_not_recorded is None and name not in (EVALUATION_DATE, protocol.checked.evaluated_on):
            yield {other: given for other, given in facts.items() if other != name}
            if isinstance(value, str) and len(value) == 10 and value[4] == "-":
                yield {**facts, name: value[:7]}
                yield {**facts, name: value[:4]}
        if isinstance(item.kind, Rows) and isinstance(value, list):
            silent = {inner.name for inner in item.kind.fields if inner.if_not_recorded is not None}
            for at, row in enumerate(value):
                for field in row.keys() - silent:
                    less = {other: given for other, given in row.items() if other != field}
                    yield {**facts, name: [*value[:at], less, *value[at + 1 :]]}


def test_the_generated_protocols_hold_every_kind_of_node() -> None:
    """The strategies draw what they are there for: as many rounds as it takes, within reason."""
    missing = set(core.Node.__args__)

    def look(text: str) -> None:
        if (protocol := read_protocol("generated.protocol", text).protocol) is not None:
            missing.difference_update(type(node) for node in all_nodes(protocol.checked))

    for number in range(40):
        if missing:
            rounds = settings(often, max_examples=100, database=None)
            seed(number)(rounds(given(protocol_texts())(look)))()
    assert missing == set()
