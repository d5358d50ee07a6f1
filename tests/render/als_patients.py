"""The folder of the protocols, and a patient of the ALS trial who passes everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
