"""The ALS criteria as a programmer would write them for speed, to measure the compiled protocol against.

Both versions read the same raw facts, know three truth values and partial dates, and return a verdict and the results.
They take less trouble than the real thing: names and choices in one spelling, the units that the patients have, no
message for what is wrong, no trace. `exact` computes with decimals; `inexact` with floats, and is wrong on limits.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

Truth = bool | None
Range = tuple[datetime.date, datetime.date]
Decided = tuple[str, tuple[str, ...]]


@lru_cache(maxsize=16_384)
def _range(text: str) -> Range:
    """The first and the last day that a date may be."""
    if len(text) == 10:
        day = datetime.date.fromisoformat(text)
        return day, day
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return datetime.date(year, month, 1), datetime.date(year, month, monthrange(year, month)[1])
    return datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)


def _moved(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return datetime.date(year, month + 1, day.day)
    except ValueError:
        return datetime.date(year, month + 1, monthrange(year, month + 1)[1])


def _age(birth: str | None, screening: str | None) -> Truth:
    if birth is None or screening is None:
        return None
    (first_birth, last_birth), (first, last) = _range(birth), _range(screening)
    if _moved(last_birth, 216) <= first and _moved(first_birth, 732) > last:
        return True
    if _moved(first_birth, 216) > last or _moved(last_birth, 732) <= first:
        return False
    return None


def _window(diagnosed: str | None, screening: str | None) -> Truth:
    if diagnosed is None or screening is None:
        return None
    (first_day, last_day), (first, last) = _range(diagnosed), _range(screening)
    if _moved(last, -24) <= first_day and last_day <= _moved(first, -6):
        return True
    if last_day < _moved(first, -24) or first_day > _moved(last, -6):
        return False
    return None


def _and(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _result(truth: Truth) -> str:
    return "pass" if truth is True else "fail" if truth is False else "unknown"


def _contraception(facts: dict[str, Any], sex: str | None) -> str:
    male = None if sex is None else sex == "male"
    childbearing = facts.get("of childbearing age")
    if male is False and childbearing is False:
        return "not_applicable"
    spouse = facts.get("spouse agrees to effective contraception")
    asked = _and(male, facts.get("has a spouse"))
    if asked is False:
        spouse = True
    elif asked is None and spouse is False:
        spouse = None
    rule = _and(facts.get("patient agrees to effective contraception"), spouse)
    return "unknown" if rule is False and male is not True and childbearing is not True else _result(rule)


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value)) if value.__class__ is float else Decimal(value)


def _number(recorded: Any, read: Callable[[Any], Any], hundredth: Any) -> Any:
    """A number in the declared unit; the only other units that the patients have are centimetres."""
    if recorded is None:
        return None
    if recorded.__class__ is dict:
        value = recorded["value"]
        return None if value is None else read(value) * hundredth if recorded["unit"] == "cm" else read(value)
    return read(recorded)


def _decide(facts: dict[str, Any], read: Callable[[Any], Any], limit: Any, hundredth: Any) -> Decided:
    get = facts.get
    signed = get("consent signed by")
    screening = get("screening")
    diagnosis, criteria = get("diagnosis"), get("diagnostic criteria")
    is_als = _and(
        None if diagnosis is None else diagnosis == "ALS",
        None if criteria is None else criteria == "World Federation of Neurology",
    )
    response = get("response to standard treatment")
    capacity = _number(get("forced vital capacity"), read, hundredth)
    weight, height = _number(get("weight"), read, hundredth), _number(get("height"), read, hundredth)
    heavy = None if weight is None or not height else weight >= limit * height * height
    results = (
        _result(None if signed is None else signed in ("patient", "legal guardian")),
        _result(_age(get("date of birth"), screening)),
        _result(_and(is_als, _window(get("initial diagnosis date"), screening))),
        _result(
            _and(
                get("standard treatment received"),
                None if response is None else response in ("poor efficacy", "disease progression"),
            )
        ),
        _result(None if capacity is None else capacity >= 50),
        _result(_nights(get("screening nights"), read, hundredth)),
        _result(_and(get("good nutritional status"), heavy)),
        _contraception(facts, get("sex")),
        _result(get("able to cooperate with data collection and visits")),
    )
    verdict = "ineligible" if "fail" in results else "undetermined" if "unknown" in results else "eligible"
    return verdict, results


def _nights(rows: list[dict[str, Any]] | None, read: Callable[[Any], Any], hundredth: Any) -> Truth:
    if not rows:
        return None
    truth: Truth = True
    for row in rows:
        below = _number(row.get("time below 90% saturation"), read, hundredth)
        recorded = _number(row.get("recorded time"), read, hundredth)
        if below is None or recorded is None:
            truth = None
        elif below * 50 > recorded:
            return False
    return truth


_LIMIT, _HUNDREDTH = Decimal("18.5"), Decimal("0.01")


def exact(facts: dict[str, Any]) -> Decided:
    """Decide one patient with decimals."""
    return _decide(facts, _decimal, _LIMIT, _HUNDREDTH)


def inexact(facts: dict[str, Any]) -> Decided:
    """Decide one patient with floats."""
    return _decide(facts, float, 18.5, 0.01)
