"""Damage to files of patients: in their text, and in the values that a well-formed file may hold."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

from protocol_mutations import COMMON, keep_part

ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 10**40, -(10**40), 0.1, 1e308, 5e-324, -0.0, "", " ", "yes", "YES", "no", "1", "62,5",
    "2026-03", "2026", "0000-01-01", "9999-12-31", "0001-01-01", "2023-02-29", "2024-02-29", "2026-03-30T14:05",
    "2026-03-30T25:05", "2026-3-1", "30.03.2026", "not recorded", "NaN", "中文", "é" * 300, "x" * 100_000, "\ud800",
    "\x1b[31mred", "\u202e", [], {}, [[]], [{}], [None], [1], {"value": None}, {"value": 1}, {"value": []},
    {"value": {"value": 1}}, {"unit": "kg"}, {"value": 1, "unit": "kg"}, {"value": 1, "unit": ""},
    {"value": 1, "unit": "parsec"}, {"value": 1, "unit": "x" * 5000}, {"value": 1, "unit": 7}, {"value": "1", "unit": "kg"},
    {"value": 62.5, "unit": "%"}, {"value": 0.5, "unit": "1"}, {"value": True, "by": "Dr. No", "date": "2026-03-30"},
    {"value": "2026-03-30", "date": "yesterday"}, {"reason missing": "lost"}, {"reason missing": ""},
    {"value": 5, "reason missing": "lost"}, {"VALUE": 5, "value": 6}, {"source": ["a"]},
)  # fmt: skip
ODD_NAMES = (
    "",
    " ",
    "id",
    "facts",
    "weight",
    "WEIGHT",
    "wieght",
    "date_of_birth",
    "evaluation date",
    "x" * 400,
    "\ud800",
    "中",
)
ODD_TEXTS = (
    "9e999", "1" * 5000, "0." + "0" * 5000 + "1", "NaN", "Infinity", "-Infinity", "[" * 5000, "{" * 5000, '{"a":' * 3000,
    "\x00", "\x1b", "\ufeff", "\u2028", "'", '"', '""', ",", ";", "\t", ":", "- ", "&a", "*a", "!!python/object:os.system",
    "<<: *a", "{}", "[]", "null", "~", "|", ">", "%", "@", "`", "? ", "---", "...", "\r", "\n\n", "\\ud800", "\\u0000",
)  # fmt: skip


def mutated_facts(chance: random.Random, patients: Sequence[Mapping[str, Any]]) -> list[object]:
    """Well-formed patients with odd values, names and rows."""
    chosen: list[Any] = [json.loads(json.dumps(one)) for one in chance.sample(list(patients), k=chance.randint(1, 2))]
    for _ in range(chance.randint(1, 4)):
        patient = chance.choice(chosen)
        if isinstance(patient, dict):
            _change_one(chance, patient)
    if chance.random() < 0.1:
        chosen.append(_odd_value(chance))
    if chance.random() < 0.1:
        chosen.append(chosen[0])
    return chosen


def _change_one(chance: random.Random, patient: dict[str, Any]) -> None:
    """Change one value somewhere in a patient: mostly a fact, now and then a field of a row or the patient's id."""
    place: Any = patient.get("facts") if chance.random() < 0.93 else patient
    while isinstance(place, dict) and place:
        name = chance.choice(list(place))
        inner = place[name]
        if isinstance(inner, list) and inner and chance.random() < 0.7:
            inner = chance.choice(inner)
        if not isinstance(inner, dict) or chance.random() < 0.2:
            break
        place = inner
    if not isinstance(place, dict):
        return
    if chance.random() < 0.1 or not place:
        place[chance.choice(ODD_NAMES)] = _odd_value(chance)
    elif chance.random() < 0.15:
        del place[name]
    else:
        place[name] = _odd_value(chance)


def _odd_value(chance: random.Random) -> object:
    return copy.deepcopy(chance.choice(ODD_VALUES))


def mutated_text(chance: random.Random, text: str, others: Sequence[str]) -> str:
    """A file's text with one to four changes that know nothing of its format."""
    for _ in range(chance.randint(1, 4)):
        if chance.random() < 0.3:
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(ODD_TEXTS) + text[at + chance.choice((0, 0, 1, 8)) :]
        else:
            mutation = keep_part if chance.random() < 0.03 else chance.choice(COMMON)
            text = mutation(chance, text, others) or " "
    return text
