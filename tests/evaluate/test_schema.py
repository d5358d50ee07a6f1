"""The schema of a patient's facts agrees with what the reader takes."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from protocols_by_hand import ALS, ALS_FACTS, ALS_ITEMS, KINDS

from protocol_dsl.evaluate.facts import FactsError, FactsReader
from protocol_dsl.evaluate.schema import json_schema
from protocol_dsl.semantics.checked import Protocol


def validator(protocol: Protocol) -> Draft202012Validator:
    schema = json_schema(protocol)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def readable(protocol: Protocol, facts: dict[str, object]) -> bool:
    try:
        FactsReader(protocol).read(facts)
    except FactsError:
        return False
    return True


@pytest.mark.parametrize(
    ("protocol", "facts"),
    [
        (ALS, {}),
        (ALS, ALS_FACTS),
        (ALS, {"evaluation date": "2026-03-30"}),
        (ALS, dict.fromkeys(ALS_FACTS)),
        (ALS, {"weight": {"value": 54700.0, "unit": "g"}, "sex": {"value": None, "reason missing": "not asked"}}),
        (ALS, {"good nutritional status": {"value": "yes", "by": "Dr A", "date": "2026-10"}}),
        (ALS, {"screening nights": [{"night of": None, "recorded time": {"value": 4, "unit": "h"}}, {}]}),
        (ALS, {"screening nights": {"value": [], "source": "oximetry"}}),
        (ALS, {"screening": "2026-03-30T14:05"}),
        (KINDS, {"grade": 2, "blood group": "A-", "remarks": "none", "HIV known": False}),
        (KINDS, {"grade": "2", "drugs": []}),
    ],
)
def test_right_facts_meet_the_schema_and_are_read(protocol: Protocol, facts: dict[str, object]) -> None:
    assert validator(protocol).is_valid(facts)
    assert readable(protocol, facts)


@pytest.mark.parametrize(
    ("protocol", "facts"),
    [
        (ALS, []),
        (ALS, {"zzz": 1}),
        (ALS, {"weight": "62.5"}),
        (ALS, {"weight": True}),
        (ALS, {"has a spouse": 1}),
        (ALS, {"sex": "F"}),
        (ALS, {"screening": "30.03.2026"}),
        (ALS, {"screening": "2026-13"}),
        (ALS, {"screening": 2026}),
        (ALS, {"weight": {"unit": "g"}}),
        (ALS, {"weight": {"value": 1, "units": "g"}}),
        (ALS, {"sex": {"value": "male", "unit": "g"}}),
        (ALS, {"screening nights": [None]}),
        (ALS, {"screening nights": [{"zzz": 1}]}),
        (KINDS, {"grade": 7}),
        (KINDS, {"remarks": 7}),
    ],
)
def test_wrong_facts_meet_neither(protocol: Protocol, facts: dict[str, object]) -> None:
    assert not validator(protocol).is_valid(facts)
    assert not readable(protocol, facts)


def test_the_schema_tells_a_form_what_to_ask() -> None:
    properties = json_schema(ALS)["properties"]
    assert isinstance(properties, dict)
    assert list(properties)[:-1] == [one.name for one in ALS_ITEMS]
    signed = properties["consent signed by"]["description"]
    assert signed == "Who has signed the informed consent form?\nSource: signed informed consent form"
    capacity = properties["forced vital capacity"]["description"]
    assert capacity == "Unit: % of the predicted value\nAlso called: FVC"
