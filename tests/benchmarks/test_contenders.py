"""What the benchmarks compare does the same work."""

from __future__ import annotations

from pathlib import Path

import hand_written
from generated_protocol import protocol_text
from plain_patients import patients

import protocol_dsl
from protocol_dsl.evaluate.facts import FactsReader
from protocol_dsl.evaluate.program import compile_protocol

ALS_FILE = Path(__file__).parents[2] / "protocols" / "als-ipsc-mnp.protocol"


def test_all_contenders_decide_alike() -> None:
    protocol = protocol_dsl.load(ALS_FILE)
    reader, untraced = FactsReader(protocol.checked), compile_protocol(protocol.checked, traced=False)
    verdicts = set()
    for facts in patients(500, seed=2):
        evaluation = protocol.evaluate(facts)
        verdicts.add(evaluation.verdict)
        assert (evaluation.verdict, evaluation.results) == hand_written.exact(facts), facts
        assert (evaluation.verdict, evaluation.results) == untraced.run(reader.read(facts).values)[:2], facts
    assert verdicts == {"eligible", "ineligible", "undetermined"}


def test_only_the_floats_err_on_a_limit() -> None:
    protocol = protocol_dsl.load(ALS_FILE)
    # 18.5 × 1.58² is 46.1834.
    facts = {**patients(1)[0], "weight": 46.1834, "height": 1.58, "good nutritional status": True}
    assert protocol.evaluate(facts)["I7"].result == "pass"
    assert hand_written.exact(facts)[1][6] == "pass"
    assert hand_written.inexact(facts)[1][6] == "fail"


def test_the_generated_protocol_has_no_error() -> None:
    protocol = protocol_dsl.loads(protocol_text(60))
    assert len(protocol.checked.criteria) == 60
    assert [warning.code for warning in protocol.warnings] == []
