"""The ALS protocol with the three patients of whom the explanations are known word for word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation

sys.path.insert(0, str(Path(__file__).parent))

from als_patients import BASE, PROTOCOLS  # this folder has just been put on the path


@pytest.fixture(scope="session")
def als() -> protocol_dsl.Protocol:
    return protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")


@pytest.fixture(scope="session")
def patient(als: protocol_dsl.Protocol) -> Callable[..., Evaluation]:
    """Evaluates a patient who differs from one that passes everything."""

    def evaluated(id_: str = "P-001", **facts: object) -> Evaluation:
        return als.evaluate({**BASE, **{name.replace("_", " "): value for name, value in facts.items()}}, patient=id_)

    return evaluated
