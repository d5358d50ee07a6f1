"""A protocol made by hand: the data of the ALS protocol, and one item of every kind beside it."""

from __future__ import annotations

from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.semantics.types import DataItem, Date, Kind, OneOf, Quantity, Rows, Text, YesNo
from protocol_dsl.source import SourceText
from protocol_dsl.values import parse_unit


def quantity(unit: str) -> Quantity:
    return Quantity(parse_unit(unit))


def day(name: str) -> DataItem:
    return DataItem(name, Date(), day=True)


def protocol_of(*items: DataItem, evaluated_on: str | None = None) -> Protocol:
    return Protocol(
        name="made by hand",
        header={},
        items={item.name: item for item in items},
        definitions={},
        criteria=(),
        examples=(),
        none_in_source=(),
        evaluated_on=evaluated_on,
        source=SourceText.read("hand.protocol", ""),
    )


def item(name: str, kind: Kind, *aliases: str, if_not_recorded: bool | str | None = None) -> DataItem:
    return DataItem(name, kind, aliases, if_not_recorded=if_not_recorded)


ALS_ITEMS = (
    day("informed consent"),
    day("screening"),
    DataItem("start of treatment", Date(), day=True, planned=True),
    item("date of birth", Date()),
    item("sex", OneOf(("male", "female"))),
    item("of childbearing age", YesNo()),
    item("has a spouse", YesNo()),
    DataItem(
        "consent signed by",
        OneOf(("patient", "legal guardian", "nobody")),
        question="Who has signed the informed consent form?",
        source="signed informed consent form",
    ),
    item("patient agrees to effective contraception", YesNo("agreement", "patient")),
    item("spouse agrees to effective contraception", YesNo("agreement", "spouse")),
    item("diagnosis", OneOf(("ALS", "primary lateral sclerosis", "progressive muscular atrophy", "other"))),
    item("diagnostic criteria", OneOf(("World Federation of Neurology", "other"))),
    item("initial diagnosis date", Date()),
    item("standard treatment received", YesNo()),
    item("response to standard treatment", OneOf(("adequate", "poor efficacy", "disease progression"))),
    item("forced vital capacity", Quantity(parse_unit("%"), "the predicted value"), "FVC"),
    item(
        "screening nights",
        Rows(
            "screening night",
            "night of the screening period",
            (
                item("night of", Date()),
                item("time below 90% saturation", quantity("minutes")),
                item("recorded time", quantity("minutes")),
            ),
        ),
    ),
    item("weight", quantity("kg")),
    item("height", quantity("m")),
    item("good nutritional status", YesNo("judgement", "investigator")),
    item("able to cooperate with data collection and visits", YesNo("judgement", "investigator")),
)

ALS_FACTS: dict[str, object] = {
    "screening": "2027-08-19",
    "date of birth": "1985-05-06",
    "consent signed by": "patient",
    "informed consent": "2027-08-16",
    "start of treatment": "2027-09-19",
    "diagnosis": "ALS",
    "diagnostic criteria": "World Federation of Neurology",
    "initial diagnosis date": "2025-10",
    "standard treatment received": True,
    "response to standard treatment": "poor efficacy",
    "forced vital capacity": 99.4,
    "screening nights": [
        {"night of": "2027-08-19", "time below 90% saturation": 0, "recorded time": 236},
        {"night of": "2027-08-20", "time below 90% saturation": 4.89, "recorded time": 245},
    ],
    "good nutritional status": True,
    "weight": 41.9,
    "height": 1.43,
    "sex": "male",
    "patient agrees to effective contraception": True,
    "able to cooperate with data collection and visits": True,
    "has a spouse": True,
    "spouse agrees to effective contraception": True,
    "of childbearing age": False,
}

KINDS_ITEMS = (
    item("evaluation date", Date()),
    day("screening"),
    item("HIV known", YesNo(), if_not_recorded=False),
    item("grade", OneOf(("0", "1", "2", "3"), ordered=True)),
    item("blood group", OneOf(("A+", "A-", "B+", "B-"))),
    item("remarks", Text()),
    item("temperature", quantity("Cel")),
    item("time since onset", quantity("months")),
    item("z-score", quantity("1")),
    item(
        "drugs",
        Rows("drug", "drug", (item("drug name", Text()), item("ongoing", YesNo(), if_not_recorded=False))),
    ),
)

ALS = protocol_of(*ALS_ITEMS)

KINDS = protocol_of(*KINDS_ITEMS, evaluated_on="screening")
"""Every kind of data, silences that mean something, and an evaluation date."""
