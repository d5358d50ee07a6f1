"""The ALS protocol with the three patients of whom the explanations are known word for word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation

sys.path.insert(0, str(Path(__file__).parent))

PROTOCOLS = Path(__file__).parents[2] / "protocols"

# A patient who passes everything; the others differ from it.
BASE: dict[str, Any] = {
    "screening": "2026-03-16",
    "informed consent": "2026-03-10",
    "start of treatment": "2026-05-01",
    "date of birth": "1976-01-02",
    "sex": "male",
    "has a spouse": True,
    "consent signed by": "patient",
    "patient agrees to effective contraception": True,
    "spouse agrees to effective contraception": True,
    "diagnosis": "ALS",
    "diagnostic criteria": "World Federation of Neurology",
    "initial diagnosis date": "2025-03-10",
    "standard treatment received": True,
    "response to standard treatment": "poor efficacy",
    "forced vital capacity": 62.5,
    "screening nights": [{"night of": "2026-03-10", "time below 90% saturation": 5.2, "recorded time": 421}],
    "weight": 61.4,
    "height": 1.72,
    "good nutritional status": True,
    "able to cooperate with data collection and visits": True,
}


@pytest.fixture(scope="session")
def als() -> protocol_dsl.Protocol:
    return protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")


@pytest.fixture(scope="session")
def patient(als: protocol_dsl.Protocol) -> Callable[..., Evaluation]:
    """Evaluates a patient who differs from one that passes everything."""

    def evaluated(id_: str = "P-001", **facts: object) -> Evaluation:
        return als.evaluate({**BASE, **{name.replace("_", " "): value for name, value in facts.items()}}, patient=id_)

    return evaluated
