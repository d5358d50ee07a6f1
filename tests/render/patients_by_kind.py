"""Random facts for whatever a protocol declares, with much left out or known in part only."""

from __future__ import annotations

import random

from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import Coded, DataItem, Date, OneOf, Quantity, Rows, SeveralOf, Text, YesNo

NAMES = ("A", "<script>alert(1)</script>", "{{ 7 * 7 }}", "x|y", "a" * 300)


def random_facts(protocol: Protocol, seed: int) -> dict[str, object]:
    """Facts of one patient; the same for the same seed."""
    chance = random.Random(seed)
    missing = chance.choice((0.0, 0.2, 0.7))
    facts = {}
    for item in protocol.items.values():
        if chance.random() >= missing:
            facts[item.name] = _value(item, chance)
        elif chance.random() < 0.3:
            facts[item.name] = {"value": None, "reason missing": "not\x1b[31m done\u202e"}
    return facts


def _value(item: DataItem, chance: random.Random) -> object:
    match item.kind:
        case YesNo():
            answer = chance.random() < 0.5
            return {"value": answer, "by": "Dr Lin", "date": "2026-03-01"} if chance.random() < 0.3 else answer
        case Quantity():
            number = chance.choice((0, 1, 7, 50, 62.5, 120, 0.001, 99999))
            other = item.kind.other
            return number if other is None or chance.random() < 0.5 else {"value": number, "unit": other.unit.symbol}
        case OneOf(choices):
            return chance.choice(choices)
        case SeveralOf(choices):
            return [choice for choice in choices if chance.random() < 0.5]
        case Coded(terms):
            return chance.choice([*(term for _, term in terms), "ibuprofen", "x|y"])
        case Date():
            day = f"{chance.choice((1970, 2024, 2025, 2026))}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            return day[: chance.choice((4, 7, 10, 10, 10, 10))]
        case Text():
            return chance.choice(NAMES)
        case Rows(fields=fields):
            count = chance.choice((0, 1, 2, 3, 12))
            kept = chance.choice((0.4, 0.8, 1))
            return [{f.name: _value(f, chance) for f in fields if chance.random() < kept} for _ in range(count)]
