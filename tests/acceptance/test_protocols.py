"""Every protocol of the project: read without a warning, printed as it is read, its examples as expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from attrs import fields

from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.facts import FactsReader
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.pipeline import Protocol, files_beside, load, loads
from protocol_dsl.semantics import core
from protocol_dsl.semantics.check import resolve_statement
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse, parse_rule

FOLDER: Final = Path(__file__).parents[2] / "protocols"
FILES: Final = sorted(FOLDER.glob("*.protocol"))
REGISTERED: Final = {
    "NCT00546585": 27,
    "NCT01033227": 20,
    "NCT02610075": 30,
    "NCT02670551": 27,
    "NCT03136484": 22,
    "NCT03391050": 23,
    "NCT03400800": 17,
    "NCT03444103": 21,
    "NCT06056089": 10,
    "NCT07118319": 19,
}
"""The registered trials, by registry number, with how many criteria each has."""
CASES: Final = {"NCT02610075": 10, "NCT03136484": 11, "NCT06056089": 11, "NCT07118319": 11}
"""How many patients with known results each trial has; their examples begin with the number and `-C`."""


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return load(request.param)


def test_the_registered_trials_are_all_there() -> None:
    found = {path.stem: len(load(path).checked.criteria) for path in FILES if path.stem.startswith("NCT")}
    assert found == REGISTERED


def test_the_patients_with_known_results_are_all_there() -> None:
    for number, count in CASES.items():
        checked = load(FOLDER / f"{number}.protocol").checked
        cases = [example for example in checked.examples if example.name.startswith(f"{number}-C")]
        assert len(cases) == count
        for case in cases:
            assert case.verdict is not None
            assert case.criteria.keys() == {criterion.id for criterion in checked.criteria}, case.name


def test_it_is_read_without_a_warning(protocol: Protocol) -> None:
    assert protocol.warnings == ()


def test_each_criterion_quotes_its_wording(protocol: Protocol) -> None:
    assert [each.id for each in protocol.checked.criteria if not each.quotation] == []


def test_its_examples_come_out_as_expected(protocol: Protocol) -> None:
    differing = [outcome.example.name for outcome in protocol.run_examples() if not outcome.passed]
    assert differing == []


def test_it_stands_in_the_canonical_form(protocol: Protocol) -> None:
    source = protocol.checked.source
    printed = format_protocol(parse(source).syntax)  # type: ignore[arg-type]
    assert printed == source.text
    again = loads(printed, source.name).checked if "\nuse\n" not in printed else protocol.checked
    assert [(each.applies_if, each.rule) for each in again.criteria] == [
        (each.applies_if, each.rule) for each in protocol.checked.criteria
    ]


def test_each_statement_says_the_rule_again(protocol: Protocol) -> None:
    parsed = parse(protocol.checked.source)
    for criterion in protocol.checked.criteria:
        if criterion.statement:
            applies, rule = parse_rule(SourceText.read("statement", criterion.statement.encode()), parsed.vocabulary)
            found = resolve_statement(parsed, applies, rule, criterion.kind)
            assert found == (criterion.applies_if, criterion.rule), criterion.id


def asks_the_record(node: object) -> Iterator[bool]:
    """Whether a part of a rule takes silence for an answer, as `known` and `ever` do."""
    if isinstance(node, core.Known | core.Recorded):
        yield True
    elif isinstance(node, core.Written):
        for part in fields(type(node)):
            yield from asks_the_record(getattr(node, part.name))
    elif isinstance(node, tuple):
        for each in node:
            yield from asks_the_record(each)


def test_a_fact_taken_away_turns_no_pass_into_a_fail(protocol: Protocol) -> None:
    checked = protocol.checked
    silent = {name for name, item in checked.items.items() if item.if_not_recorded is not None}
    opposite = {"pass": "fail", "fail": "pass"}
    open_world = [
        criterion.id
        for criterion in checked.criteria
        if not any(asks_the_record((criterion.rule, criterion.applies_if)))
        and not any(any(asks_the_record(each.body)) for each in checked.definitions.values())
    ]
    reader, program = FactsReader(checked), compile_protocol(checked)

    def evaluated(facts: Mapping[str, object]) -> Evaluation:
        return Evaluation(checked, None, reader.read(facts, from_text=True), program)

    for example in checked.examples[:8]:
        whole = evaluated(example.facts)
        for name in example.facts.keys() - silent:
            part = evaluated({key: value for key, value in example.facts.items() if key != name})
            for id_ in open_world:
                assert part[id_].result != opposite.get(whole[id_].result), (example.name, name, id_)


def test_files_beside_a_protocol_are_found() -> None:
    assert files_beside(FILES[0])(FILES[0].name) is not None
