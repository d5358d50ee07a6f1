"""Records looked at around a record of the same series, against the records taken two by two."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import protocol_dsl

HEAD = """protocol: Blood study

days
  screening

data: laboratory
  platelets: measurements in ×10⁹/L
    grade: number
  stroke: events
    grade: number
    least = grade + 2

definitions
  low count = each platelets where value is below 50 ×10⁹/L

inclusion criteria

"""
RULES = (
    "any platelets ever where value is below 50 ×10⁹/L"
    " and (any platelets within 6 hours after date of platelets is below 50 ×10⁹/L)",
    "any platelets ever where no platelets within 6 hours before date",
    "any platelets ever where value is more than 30 ×10⁹/L above lowest platelets within 48 hours before date of platelets",
    "any platelets ever where number of low counts within 6 hours after date of platelets is at least 2",
    "any low count ever where at least 2 low counts 1 to 24 hours before date of platelets",
    "for each platelets ever, if any: any platelets within 24 hours after date of platelets",
    "any platelets ever where value is below previous platelets within 12 hours before date of platelets",
)
RULES_OF_EVENTS = (
    "any stroke ever where (any stroke 1 to 5 days after start date of stroke where grade is at least 2)",
    "any stroke ever where any stroke started within 3 days after end date of stroke",
    "any stroke ever where grade is exactly 1 and (any stroke on start date of stroke)",
    "any stroke ever where (any platelets ever where grade is above least)",
)


def protocol_of(rules: Sequence[str]) -> protocol_dsl.Protocol:
    criteria = "".join(f"  I{at}: Rule\n    {rule}\n" for at, rule in enumerate(rules, 1))
    return protocol_dsl.loads(HEAD + criteria + "\nexclusion criteria: none in the source\n")


MEASURED, EVENTS = protocol_of(RULES), protocol_of(RULES_OF_EVENTS)
START = datetime(2026, 3, 1, 6)
HOUR = timedelta(hours=1)
Reading = tuple[datetime, int]


def results(protocol: protocol_dsl.Protocol, **series: object) -> list[str]:
    facts = {"screening": "2026-04-20", "platelets": [], "stroke": [], **series}
    return [result.result for result in protocol.evaluate(facts)]


def expected(readings: list[Reading]) -> list[bool]:
    """What the rules say, by the times and values of all pairs of readings."""

    def others(at: int) -> list[Reading]:
        return [*readings[:at], *readings[at + 1 :]]

    def after(at: int, hours: int) -> list[Reading]:
        return [each for each in others(at) if timedelta(0) <= each[0] - readings[at][0] <= hours * HOUR]

    def before(at: int, hours: int, nearest: int = 0) -> list[Reading]:
        return [each for each in others(at) if nearest * HOUR <= readings[at][0] - each[0] <= hours * HOUR]

    every = range(len(readings))
    low = [value < 50 for _, value in readings]
    return [
        any(low[at] and any(value < 50 for _, value in after(at, 6)) for at in every),
        any(not before(at, 6) for at in every),
        any(value - 30 > min([value, *(v for _, v in before(at, 48))]) for at, (_, value) in enumerate(readings)),
        any(low[at] + sum(value < 50 for _, value in after(at, 6)) >= 2 for at in every),
        any(low[at] and sum(value < 50 for _, value in before(at, 24, 1)) >= 2 for at in every),
        all(after(at, 24) for at in every),
    ]


readings_of = st.lists(st.tuples(st.integers(0, 60).map(lambda n: START + n * HOUR), st.sampled_from([20, 45, 50, 90])),
                       max_size=5)  # fmt: skip


def written(readings: list[Reading]) -> list[dict[str, object]]:
    return [{"date": f"{when:%Y-%m-%dT%H:%M}", "value": value} for when, value in readings]


@settings(deadline=None, max_examples=150)
@given(readings_of)
def test_measurements_agree_with_all_pairs(readings: list[Reading]) -> None:
    found = results(MEASURED, platelets=written(readings))
    wanted = ["pass" if each else "fail" for each in expected(readings)]
    assert found[: len(wanted)] == wanted


@settings(deadline=None, max_examples=150)
@given(readings_of, st.data())
def test_what_is_decided_with_days_alone_is_so_at_any_time_of_them(readings: list[Reading], data: Any) -> None:
    rows = written(readings)
    for row in rows:
        if data.draw(st.booleans()):
            row["date"] = str(row["date"])[:10]
    settled = results(MEASURED, platelets=written(readings))
    for found, one in zip(results(MEASURED, platelets=rows), settled, strict=True):
        assert found in (one, "unknown") or one == "unknown"


def test_a_record_is_not_another_than_itself() -> None:
    once = {"date": "2026-03-01T06:00", "value": 40}
    assert results(MEASURED, platelets=[once])[:2] == ["fail", "pass"]
    # Two records may be equal in all that is recorded, and are two.
    assert results(MEASURED, platelets=[once, dict(once)])[:2] == ["pass", "fail"]
    # Without its time of day a single reading is still no other.
    assert results(MEASURED, platelets=[{"date": "2026-03-01", "value": 40}])[0] == "fail"


def test_the_one_before() -> None:
    rows = written([(START, 60), (START + 4 * HOUR, 50)])
    assert results(MEASURED, platelets=rows)[6] == "pass"
    assert results(MEASURED, platelets=rows[:1])[6] == "unknown"


def test_an_event_that_lasts_is_not_another_than_itself() -> None:
    long = {"start date": "2026-03-01", "end date": "2026-03-20", "grade": 3}
    assert results(EVENTS, stroke=[long])[:3] == ["fail", "fail", "fail"]
    second = {"start date": "2026-03-04", "end date": "2026-03-05", "grade": 2}
    assert results(EVENTS, stroke=[long, second])[:2] == ["pass", "fail"]
    third = {"start date": "2026-03-07", "end date": "2026-03-07", "grade": 1}
    # The long one is there on the day of the third.
    assert results(EVENTS, stroke=[long, second, third])[1:3] == ["pass", "pass"]
    assert results(EVENTS, stroke=[second, third])[1:3] == ["pass", "fail"]
    assert results(EVENTS, stroke=[third, dict(third)])[2] == "pass"


def test_what_is_computed_from_the_outer_record_keeps_to_it() -> None:
    """`least` of the stroke is worked out from the stroke, whatever is looked at inside."""
    stroke, reading = {"start date": "2026-03-01", "grade": 40}, {"date": "2026-03-01", "value": 90, "grade": 41}
    assert results(EVENTS, stroke=[stroke], platelets=[reading])[3] == "fail"
    assert results(EVENTS, stroke=[stroke], platelets=[{**reading, "grade": 43}])[3] == "pass"
