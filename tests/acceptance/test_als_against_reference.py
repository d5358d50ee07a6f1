"""The ALS protocol against its hand-written reference, on random patients: not one may differ.

The test run compares a few thousand. For more, run this file:

    python tests/acceptance/test_als_against_reference.py --patients 200000 --seed 7
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from als_reference import criteria_results, verdict_of
from random_als_patients import json_text, random_patient

import protocol_dsl

PROTOCOL_FILE = Path(__file__).parents[2] / "protocols" / "als-ipsc-mnp.protocol"
SEED = 20260316
PATIENTS = 2000


@pytest.fixture(scope="module")
def protocol() -> protocol_dsl.Protocol:
    return protocol_dsl.load(PROTOCOL_FILE)


def expected_of(facts: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    results = criteria_results(facts)
    return verdict_of(results), results


def decided_by(evaluation: protocol_dsl.Evaluation) -> tuple[str, dict[str, str]]:
    return evaluation.verdict, {each.criterion.id: each.result for each in evaluation}


def test_random_patients_are_decided_as_by_the_reference(protocol: protocol_dsl.Protocol) -> None:
    for number in range(PATIENTS):
        facts = random_patient(SEED, number)
        assert decided_by(protocol.evaluate(facts)) == expected_of(facts), json_text(facts)


def test_random_patients_read_from_a_file_are_decided_as_by_the_reference(protocol: protocol_dsl.Protocol) -> None:
    patients = [{"id": str(number), "facts": random_patient(SEED + 1, number)} for number in range(PATIENTS)]
    text = json_text(patients)
    read = protocol.read_patients("patients.json", text.encode())
    exact_data = json.loads(text, parse_float=Decimal)
    for evaluation, patient in zip(protocol.evaluate_many(read), exact_data, strict=True):
        assert isinstance(evaluation, protocol_dsl.Evaluation), json_text(patient)
        assert decided_by(evaluation) == expected_of(patient["facts"]), json_text(patient)


def test_the_random_patients_reach_every_result_of_every_criterion() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[str] = Counter()
    for number in range(PATIENTS):
        verdict, results = expected_of(random_patient(SEED, number))
        verdicts[verdict] += 1
        seen.update(results.items())
    for criterion in (f"I{number}" for number in range(1, 10)):
        for result in ("pass", "fail", "unknown"):
            assert seen[criterion, result] >= PATIENTS // 50, (criterion, result)
    assert seen["I8", "not_applicable"] >= PATIENTS // 50
    assert set(verdicts) == {"eligible", "ineligible", "undetermined"}


def compare_many(patients: int, seed: int) -> int:
    """Compares so many patients, prints those that differ, and returns how many did."""
    protocol = protocol_dsl.load(PROTOCOL_FILE)
    differing = 0
    start = time.perf_counter()
    verdicts: Counter[str] = Counter()
    for number in range(patients):
        facts = random_patient(seed, number)
        try:
            actual = decided_by(protocol.evaluate(facts))
        except protocol_dsl.FactsError as error:
            actual = str(error), {}
        expected = expected_of(facts)
        verdicts[expected[0]] += 1
        if actual != expected:
            differing += 1
            print(f"patient {number} of seed {seed}: {actual} where {expected} is expected\n  {json_text(facts)}")
    seconds = time.perf_counter() - start
    print(f"{patients:,} patients of seed {seed} in {seconds:.0f} s, {differing} differ; {dict(verdicts)}")
    return differing


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=SEED)
    chosen = options.parse_args()
    return 1 if compare_many(chosen.patients, chosen.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
