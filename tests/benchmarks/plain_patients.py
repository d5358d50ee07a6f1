"""Patients of the ALS trial as a site records them: mostly plain values, some partly known, some in another unit."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

Facts = dict[str, Any]


def patients(count: int, seed: int = 1) -> list[Facts]:
    """The facts of so many patients, the same ones for the same seed."""
    random = Random(seed)
    return [_patient(random) for _ in range(count)]


def _patient(random: Random) -> Facts:
    screening = date(2026, 1, 1) + timedelta(days=random.randrange(700))
    diagnosed = screening - timedelta(days=random.choice([random.randrange(190, 720), random.randrange(1000)]))
    born = screening - timedelta(days=random.randrange(17 * 365, 63 * 365))
    male = random.random() < 0.5
    facts: Facts = {
        "screening": screening.isoformat(),
        "informed consent": (screening - timedelta(days=7)).isoformat(),
        "start of treatment": (screening + timedelta(days=28)).isoformat(),
        "date of birth": born.isoformat() if random.random() < 0.95 else f"{born:%Y-%m}",
        "sex": "male" if male else "female",
        "of childbearing age": None if male else random.random() < 0.5,
        "has a spouse": random.random() < 0.7,
        "consent signed by": random.choice(["patient"] * 18 + ["legal guardian", "nobody"]),
        "patient agrees to effective contraception": random.random() < 0.95,
        "spouse agrees to effective contraception": random.random() < 0.95,
        "diagnosis": random.choice(["ALS"] * 19 + ["other"]),
        "diagnostic criteria": random.choice(["World Federation of Neurology"] * 19 + ["other"]),
        "initial diagnosis date": diagnosed.isoformat() if random.random() < 0.9 else f"{diagnosed:%Y-%m}",
        "standard treatment received": random.random() < 0.95,
        "response to standard treatment": random.choice(["poor efficacy", "disease progression", "adequate"]),
        "forced vital capacity": random.randrange(4500, 11000) / 100,
        "screening nights": [_night(random, screening, number) for number in range(random.randrange(1, 4))],
        "weight": random.randrange(4500, 9500) / 100,
        "height": random.randrange(145, 200) / 100,
        "good nutritional status": random.random() < 0.95,
        "able to cooperate with data collection and visits": random.random() < 0.95,
    }
    if random.random() < 0.1:
        facts["height"] = {"value": random.randrange(145, 200), "unit": "cm"}
    if random.random() < 0.3:
        facts[random.choice(list(facts))] = None
    return facts


def _night(random: Random, screening: date, number: int) -> Facts:
    recorded = random.randrange(240, 600)
    return {
        "night of": (screening + timedelta(days=number)).isoformat(),
        "time below 90% saturation": round(recorded * random.uniform(0, 0.022), 2),
        "recorded time": recorded,
    }
