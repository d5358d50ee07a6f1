"""What happens exactly on each limit of the ALS protocol, and next to it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import protocol_dsl

PASS, FAIL, OPEN = "pass", "fail", "unknown"

ELIGIBLE: dict[str, Any] = {
    "screening": "2026-03-16",
    "date of birth": "1980-05-01",
    "sex": "female",
    "of childbearing age": True,
    "consent signed by": "patient",
    "patient agrees to effective contraception": True,
    "diagnosis": "ALS",
    "diagnostic criteria": "World Federation of Neurology",
    "initial diagnosis date": "2025-01-10",
    "standard treatment received": True,
    "response to standard treatment": "poor efficacy",
    "forced vital capacity": 72.5,
    "screening nights": [{"time below 90% saturation": 4, "recorded time": 420}],
    "weight": 61.4,
    "height": 1.72,
    "good nutritional status": True,
    "able to cooperate with data collection and visits": True,
}


@pytest.fixture(scope="module")
def protocol() -> protocol_dsl.Protocol:
    return protocol_dsl.load(Path(__file__).parents[2] / "protocols" / "als-ipsc-mnp.protocol")


def test_the_patient_that_the_others_differ_from_is_eligible(protocol: protocol_dsl.Protocol) -> None:
    assert protocol.evaluate(ELIGIBLE).verdict == "eligible"


@pytest.mark.parametrize(
    ("weight", "height", "result"),
    [
        # 18.5 × 1.72² = 54.7304
        (54.7304, 1.72, PASS),
        (Decimal("54.7304"), Decimal("1.72"), PASS),
        ({"value": 54730.4, "unit": "g"}, {"value": 172, "unit": "cm"}, PASS),
        (54.7303, 1.72, FAIL),
        (Decimal("54.73039999999999999999"), 1.72, FAIL),
        (Decimal("54.73040000000000000001"), 1.72, PASS),
        # 18.5 × (65 × 0.0254)² = 50.4273185
        (Decimal("50.4273185"), {"value": 65, "unit": "[in_i]"}, PASS),
        (Decimal("50.4273184"), {"value": 65, "unit": "[in_i]"}, FAIL),
        # 111.17 lb is 50.4258637729 kg, 111.18 lb is 50.4303997073 kg
        ({"value": 111.17, "unit": "[lb_av]"}, {"value": 65, "unit": "[in_i]"}, FAIL),
        ({"value": 111.18, "unit": "[lb_av]"}, {"value": 65, "unit": "[in_i]"}, PASS),
        (Decimal("18.499999999999999999"), 1, FAIL),
        (18.5, 1, PASS),
        (None, 1.72, OPEN),
        (54.7304, None, OPEN),
        (54.7304, 0, OPEN),
    ],
)
def test_a_bmi_of_exactly_18_5_is_enough(
    protocol: protocol_dsl.Protocol, weight: object, height: object, result: str
) -> None:
    assert protocol.evaluate({**ELIGIBLE, "weight": weight, "height": height})["I7"].result == result


@pytest.mark.parametrize(
    ("capacity", "result"),
    [
        (50, PASS),
        (50.0, PASS),
        (Decimal("50.00"), PASS),
        (49.99, FAIL),
        (Decimal("49.99999999999999999999"), FAIL),
        (50.01, PASS),
        (0.5, FAIL),
        ({"value": 50, "unit": "%"}, PASS),
        ({"value": 0.5, "unit": "1"}, PASS),
        ({"value": 0.4999, "unit": "1"}, FAIL),
        (None, OPEN),
    ],
)
def test_a_vital_capacity_of_exactly_50_per_cent_is_enough(
    protocol: protocol_dsl.Protocol, capacity: object, result: str
) -> None:
    assert protocol.evaluate({**ELIGIBLE, "forced vital capacity": capacity})["I5"].result == result


@pytest.mark.parametrize(
    ("below", "recorded", "result"),
    [
        (8.42, 421, PASS),
        (8.43, 421, FAIL),
        (Decimal("8.42000000000000000001"), 421, FAIL),
        (0.3, 15, PASS),
        # Floats: 0.1 + 0.2 is written 0.30000000000000004, and is more than 0.3.
        (0.1 + 0.2, 15, FAIL),
        ({"value": 505.2, "unit": "s"}, 421, PASS),
        ({"value": 505.3, "unit": "s"}, 421, FAIL),
        (8.4, {"value": 7, "unit": "h"}, PASS),
        (8.41, {"value": 7, "unit": "h"}, FAIL),
        (0, 0, PASS),
        (1, 0, FAIL),
        (None, 421, OPEN),
        (8.42, None, OPEN),
    ],
)
def test_exactly_2_per_cent_of_the_recorded_minutes_are_allowed(
    protocol: protocol_dsl.Protocol, below: object, recorded: object, result: str
) -> None:
    nights = [{"time below 90% saturation": below, "recorded time": recorded}]
    assert protocol.evaluate({**ELIGIBLE, "screening nights": nights})["I6"].result == result


GOOD_NIGHT = {"time below 90% saturation": 4, "recorded time": 420}
BAD_NIGHT = {"time below 90% saturation": 40, "recorded time": 420}
UNREAD_NIGHT = {"time below 90% saturation": None, "recorded time": 420}


@pytest.mark.parametrize(
    ("nights", "result"),
    [
        ([GOOD_NIGHT, GOOD_NIGHT], PASS),
        ([GOOD_NIGHT, BAD_NIGHT], FAIL),
        ([UNREAD_NIGHT, GOOD_NIGHT], OPEN),
        ([UNREAD_NIGHT, BAD_NIGHT], FAIL),
        ([{}], OPEN),
        ([], OPEN),
        (None, OPEN),
    ],
)
def test_every_recorded_night_counts(protocol: protocol_dsl.Protocol, nights: object, result: str) -> None:
    assert protocol.evaluate({**ELIGIBLE, "screening nights": nights})["I6"].result == result


@pytest.mark.parametrize(
    ("birth", "screening", "result"),
    [
        ("2008-03-16", "2026-03-16", PASS),
        ("2008-03-17", "2026-03-16", FAIL),
        ("1965-03-17", "2026-03-16", PASS),
        ("1965-03-16", "2026-03-16", FAIL),
        # Who is born on 29 February has the birthday on 28 February in other years.
        ("2008-02-29", "2026-02-28", PASS),
        ("2008-02-29", "2026-02-27", FAIL),
        ("1964-02-29", "2025-02-27", PASS),
        ("1964-02-29", "2025-02-28", FAIL),
        ("2008-03", "2026-03-31", PASS),
        ("2008-03", "2026-03-30", OPEN),
        ("2008-03", "2026-03-01", OPEN),
        ("2008-03", "2026-02-28", FAIL),
        ("2008", "2026-12-31", PASS),
        ("2008", "2026-12-30", OPEN),
        ("1965", "2026-01-01", OPEN),
        ("1965", "2025-12-31", PASS),
        ("2008-03-16", "2026-03", OPEN),
        ("2008-03-01", "2026-03", PASS),
        ("2008-04-01", "2026-03", FAIL),
        (None, "2026-03-16", OPEN),
        ("1980-05-01", None, OPEN),
    ],
)
def test_age_is_counted_in_birthdays(
    protocol: protocol_dsl.Protocol, birth: object, screening: object, result: str
) -> None:
    assert protocol.evaluate({**ELIGIBLE, "date of birth": birth, "screening": screening})["I2"].result == result


@pytest.mark.parametrize(
    ("screening", "diagnosed", "result"),
    [
        # Six months ago.
        ("2026-03-16", "2025-09-16", PASS),
        ("2026-03-16", "2025-09-17", FAIL),
        ("2026-08-31", "2026-02-28", PASS),
        ("2026-08-31", "2026-03-01", FAIL),
        ("2026-08-29", "2026-02-28", PASS),
        ("2026-08-28", "2026-02-28", PASS),
        ("2026-08-27", "2026-02-28", FAIL),
        ("2024-08-31", "2024-02-29", PASS),
        ("2024-08-31", "2024-03-01", FAIL),
        ("2024-08-28", "2024-02-29", FAIL),
        ("2026-12-31", "2026-06-30", PASS),
        ("2026-12-31", "2026-07-01", FAIL),
        ("2024-02-29", "2023-08-29", PASS),
        ("2024-02-29", "2023-08-30", FAIL),
        # 24 months ago.
        ("2026-03-16", "2024-03-16", PASS),
        ("2026-03-16", "2024-03-15", FAIL),
        ("2026-03-31", "2024-03-31", PASS),
        ("2026-03-31", "2024-03-30", FAIL),
        ("2026-02-28", "2024-02-28", PASS),
        ("2026-02-28", "2024-02-27", FAIL),
        ("2024-02-29", "2022-02-28", PASS),
        ("2024-02-29", "2022-02-27", FAIL),
        # Not after screening either.
        ("2026-03-16", "2026-03-17", FAIL),
    ],
)
def test_diagnosis_exactly_6_and_exactly_24_calendar_months_ago_is_in(
    protocol: protocol_dsl.Protocol, screening: str, diagnosed: str, result: str
) -> None:
    facts = {**ELIGIBLE, "screening": screening, "initial diagnosis date": diagnosed}
    assert protocol.evaluate(facts)["I3"].result == result


@pytest.mark.parametrize(
    ("screening", "diagnosed", "result"),
    [
        ("2026-03-01", "2024-03", PASS),
        ("2026-03-02", "2024-03", OPEN),
        ("2026-03-16", "2024-03", OPEN),
        ("2026-03-31", "2024-03", OPEN),
        ("2026-04-01", "2024-03", FAIL),
        ("2024-09-30", "2024-03", OPEN),
        ("2024-10-01", "2024-03", PASS),
        ("2024-09-01", "2024-03", OPEN),
        ("2024-08-31", "2024-03", FAIL),
        ("2026-01-01", "2024", PASS),
        ("2026-01-02", "2024", OPEN),
        ("2025-06-30", "2024", OPEN),
        ("2027-01-01", "2024", FAIL),
        # The day of screening may be the one that is not known.
        ("2026-03", "2024-03-31", PASS),
        ("2026-03", "2024-03-30", OPEN),
        ("2026-04", "2024-03-31", FAIL),
        ("2026-03", "2024-03", OPEN),
        ("2026-03", "2025-01", PASS),
        ("2026", "2025", OPEN),
        ("2026", "2023", FAIL),
        ("2026-03-16", None, OPEN),
        (None, "2025-01-10", OPEN),
    ],
)
def test_a_partial_date_is_decided_where_all_its_days_agree(
    protocol: protocol_dsl.Protocol, screening: object, diagnosed: object, result: str
) -> None:
    facts = {**ELIGIBLE, "screening": screening, "initial diagnosis date": diagnosed}
    assert protocol.evaluate(facts)["I3"].result == result


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"sex": "female", "of childbearing age": False}, "not_applicable"),
        ({"sex": "female", "of childbearing age": None}, PASS),
        ({"sex": None, "of childbearing age": None, "has a spouse": False}, PASS),
        ({"sex": None, "of childbearing age": None, "has a spouse": None}, OPEN),
        ({"sex": None, "of childbearing age": False, "patient agrees to effective contraception": False}, OPEN),
        ({"sex": None, "of childbearing age": True, "patient agrees to effective contraception": False}, FAIL),
        ({"sex": "male", "has a spouse": False}, PASS),
        ({"sex": "male", "has a spouse": True}, OPEN),
        ({"sex": "male", "has a spouse": None, "spouse agrees to effective contraception": True}, PASS),
        ({"sex": "male", "has a spouse": None, "spouse agrees to effective contraception": False}, OPEN),
        ({"sex": "male", "has a spouse": True, "spouse agrees to effective contraception": False}, FAIL),
        ({"sex": "female", "has a spouse": True, "spouse agrees to effective contraception": False}, PASS),
        ({"sex": None, "has a spouse": True, "spouse agrees to effective contraception": False}, OPEN),
    ],
)
def test_contraception_asks_only_whom_it_concerns(
    protocol: protocol_dsl.Protocol, changes: dict[str, object], result: str
) -> None:
    assert protocol.evaluate({**ELIGIBLE, **changes})["I8"].result == result
