"""Whatever a protocol says and a record holds, there are words for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from patients_by_kind import random_facts

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.facts import FactsError
from protocol_dsl.render.documents import render_document, render_explanations, statements_of
from protocol_dsl.render.explanation import explain_criterion
from protocol_dsl.render.patient_text import explain_text
from protocol_dsl.semantics.checked import Protocol

sys.path.append(str(Path(__file__).parents[1]))
from strategies import protocol_texts

EVERY_CONSTRUCT = Path(__file__).parents[1] / "fuzz" / "every_construct.protocol"
SERIES = Path(__file__).parent / "series.protocol"


# A failing protocol is read more quickly as it is than it is made smaller.
@settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(protocol_texts(), st.integers(0, 10**6))
def test_generated_protocols_are_told_and_printed(text: str, seed: int) -> None:
    try:
        protocol = protocol_dsl.loads(text)
    except protocol_dsl.ProtocolError:
        return
    check_documents(protocol.checked)
    for at in range(5):
        check_patient(protocol, seed + at)


@pytest.mark.parametrize("file", [EVERY_CONSTRUCT, SERIES], ids=lambda file: file.stem)
def test_every_construct_is_told_and_printed(file: Path) -> None:
    protocol = protocol_dsl.load(file)
    check_documents(protocol.checked)
    for seed in range(60):
        check_patient(protocol, seed)


def check_patient(protocol: protocol_dsl.Protocol, seed: int) -> None:
    try:
        evaluation = protocol.evaluate(random_facts(protocol.checked, seed))
    except FactsError:
        return
    text = explain_text(evaluation)
    assert all(len(line) <= 80 for line in text.splitlines()), text
    assert_plain(text)
    for result in evaluation.criteria:
        explanation = explain_criterion(result, evaluation)
        assert explanation.strip(" ."), (result.criterion.statement, result.result)
        assert_plain(explanation)
    check_documents(protocol.checked, evaluation)
    assert "<script>alert" not in str(render_explanations(protocol.checked, [evaluation], "html"))


def check_documents(protocol: Protocol, evaluation: Evaluation | None = None) -> None:
    for to in ("markdown", "html"):
        checklist = render_document(protocol, "checklist", to, evaluation)
        document = render_document(protocol, "protocol", to)
        for text in (checklist, document):
            assert_plain(text)
            assert "<script>alert" not in text
        printed = statements_of(document, to)
        for criterion in protocol.criteria:
            # A duty without a rule has no statement to print.
            assert printed.get(criterion.id, "").replace(" of the following:", " of:") == criterion.statement


def assert_plain(text: str) -> None:
    assert not any(character in text for character in "\x1b\u202e\x00")
