"""Random patients of the ALS trial, made to sit on the edges of its criteria.

Each patient comes from a seed and a number alone. Every fact is drawn by itself: often exactly on a limit or a hair
beside it, in any unit and spelling that is allowed, partly known, null or left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from random import Random
from typing import Any

from als_reference import KILOGRAMS, METRES, MINUTES, days_of, months_later

ABSENT = object()

MONTH_ENDS = [(2, 28), (2, 29), (3, 1), (3, 31), (4, 30), (5, 31), (8, 30), (8, 31), (9, 1), (12, 31), (1, 1)]


def random_patient(seed: int, number: int) -> dict[str, Any]:
    """The facts of one patient; every other one differs in few facts from a patient who is eligible."""
    random = Random(f"{seed} {number}")
    screening = a_day(random)
    facts = drawn_facts(random, screening)
    if number % 2:
        eligible = eligible_facts(screening)
        facts = {name: value if random.random() < 0.15 else eligible.get(name, ABSENT) for name, value in facts.items()}
    return {spelling(random, name): value for name, value in facts.items() if value is not ABSENT}


def eligible_facts(screening: date) -> dict[str, Any]:
    """A woman who passes every criterion."""
    return {
        "screening": screening.isoformat(),
        "date of birth": f"{screening.year - 40}-06-15",
        "sex": "female",
        "of childbearing age": True,
        "consent signed by": "patient",
        "patient agrees to effective contraception": True,
        "diagnosis": "ALS",
        "diagnostic criteria": "World Federation of Neurology",
        "initial diagnosis date": months_later(screening, -12).isoformat(),
        "standard treatment received": True,
        "response to standard treatment": "poor efficacy",
        "forced vital capacity": 72.5,
        "screening nights": [{"time below 90% saturation": 4, "recorded time": 420}],
        "weight": 61.4,
        "height": 1.72,
        "good nutritional status": True,
        "able to cooperate with data collection and visits": True,
    }


def drawn_facts(random: Random, screening: date) -> dict[str, object]:
    """Every fact drawn by itself."""
    return {
        "screening": date_or_less(random, screening),
        "informed consent": date_or_less(random, screening - timedelta(days=random.randrange(40))),
        "start of treatment": date_or_less(random, screening + timedelta(days=random.randrange(60))),
        "date of birth": date_or_less(random, birth_near_a_limit(random, screening)),
        "sex": choice(random, "male", "female"),
        "of childbearing age": yes_or_no(random),
        "has a spouse": yes_or_no(random),
        "consent signed by": choice(random, "patient", "legal guardian", "nobody"),
        "patient agrees to effective contraception": yes_or_no(random, often=True),
        "spouse agrees to effective contraception": yes_or_no(random),
        "diagnosis": choice(random, *["ALS"] * 8, "primary lateral sclerosis", "progressive muscular atrophy", "other"),
        "diagnostic criteria": choice(random, *["World Federation of Neurology"] * 8, "other"),
        "initial diagnosis date": date_or_less(random, diagnosis_near_a_limit(random, screening)),
        "standard treatment received": yes_or_no(random, often=True),
        "response to standard treatment": choice(random, "adequate", "poor efficacy", "disease progression"),
        "forced vital capacity": lung_capacity(random),
        "screening nights": nights(random, screening),
        **body(random),
        "good nutritional status": yes_or_no(random, often=True),
        "able to cooperate with data collection and visits": yes_or_no(random, often=True),
    }


def spelling(random: Random, name: str) -> str:
    """A name as it is declared, or in another spelling of it."""
    if random.random() < 0.9:
        return name
    if name == "forced vital capacity" and random.random() < 0.5:
        return "FVC"
    return random.choice([name.upper(), name.replace(" ", "_"), name.replace(" ", "-").title(), f" {name}  "])


def or_unknown(random: Random, value: object, unknown_share: float = 0.08) -> object:
    """The value, plain or within an object; or one of the ways not to know it."""
    if random.random() < unknown_share:
        return random.choice([ABSENT, None, {"value": None}, {"value": None, "reason missing": "not asked"}])
    if random.random() < 0.1:
        return {"value": value, "by": "Dr A", "date": "2026-01", "source": "chart"}
    return value


def yes_or_no(random: Random, often: bool = False) -> object:
    """An answer, in one of the ways to write it."""
    answer = random.random() < (0.85 if often else 0.5)
    words = ["yes", "Yes"] if answer else ["no", "NO"]
    return or_unknown(random, answer if random.random() < 0.8 else random.choice(words), 0.15)


def choice(random: Random, *choices: str) -> object:
    """One of the choices, in one of its spellings."""
    chosen = random.choice(choices)
    if random.random() < 0.15:
        chosen = random.choice([chosen.upper(), chosen.lower(), chosen.replace(" ", "_"), chosen.replace(" ", "-")])
    return or_unknown(random, chosen)


# --- dates ---------------------------------------------------------------------------------------------------------


def a_day(random: Random) -> date:
    """Any day of these years, most often at a month's end."""
    if random.random() < 0.5:
        return date(2023, 1, 1) + timedelta(days=random.randrange(366 * 6))
    year = random.randrange(2023, 2029)
    month, day = random.choice(MONTH_ENDS)
    return months_later(date(2024, month, day), 12 * (year - 2024))


def a_few_days_around(random: Random, day: date) -> date:
    """The day or one close to it."""
    return day + timedelta(days=random.choice([-3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3]))


def birth_near_a_limit(random: Random, screening: date) -> date:
    """A date of birth for any age, most often for one about to be 18 or 61; on 29 February where there is one."""
    if random.random() < 0.4:
        return screening - timedelta(days=random.randrange(-400, 90 * 365))
    years = random.choice([17, 18, 18, 19, 60, 61, 61, 62])
    if random.random() < 0.2:
        return days_of(f"{screening.year - years}-02")[-1]
    return a_few_days_around(random, months_later(screening, -12 * years))


def diagnosis_near_a_limit(random: Random, screening: date) -> date:
    """A date of diagnosis at any time, most often 6 or 24 months before screening."""
    if random.random() < 0.4:
        return screening - timedelta(days=random.randrange(-60, 3 * 365))
    return a_few_days_around(random, months_later(screening, -random.choice([6, 6, 24, 24, 5, 7, 23, 25])))


def date_or_less(random: Random, day: date) -> object:
    """The date, or its month, or its year, or nothing of it."""
    form = random.choices(["%Y-%m-%d", "%Y-%m", "%Y", "%Y-%m-%dT08:30", "%Y-%m-%dT00:00"], [65, 15, 12, 4, 4])[0]
    return or_unknown(random, day.strftime(form), 0.05)


# --- numbers -------------------------------------------------------------------------------------------------------


def in_digits(random: Random, exact: Fraction, digits: int = 28) -> Decimal:
    """The number itself where it can be written, else a decimal just above or below it."""
    with localcontext(prec=digits, rounding=random.choice([ROUND_CEILING, ROUND_FLOOR])):
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def a_hair_beside(random: Random, number: Decimal) -> Decimal:
    """The number, or one that differs only far behind the point."""
    with localcontext(prec=55):
        hair = Decimal(random.choice([-1, 1])).scaleb(-random.choice([2, 4, 9, 15, 18, 25]))
        return number if random.random() < 0.5 else max(number + hair, Decimal(0))


def as_number(random: Random, number: Decimal) -> int | float | Decimal:
    """The number in one of the types that Python has for it; as a float it may become another one."""
    whole = number == number.to_integral_value()
    if whole and random.random() < 0.6:
        return int(number)
    return float(number) if random.random() < 0.4 else number


def quantity(random: Random, exact: Fraction, units: Mapping[str, Fraction], plain_unit: str) -> object:
    """About so much, in some unit."""
    unit = plain_unit if random.random() < 0.6 else random.choice(list(units))
    number = as_number(random, a_hair_beside(random, in_digits(random, exact / units[unit])))
    if random.random() < 0.05:
        return or_unknown(random, number, 1)
    if unit == plain_unit and random.random() < 0.8:
        return number
    return {"value": number, "unit": unit}


def lung_capacity(random: Random) -> object:
    """A share of the predicted value, most often about 50%."""
    share: Any = random.choice([50, 50.0, 49.99, Decimal("50.00"), Decimal("49." + "9" * 30), 50.01, 0.5, 0, 1e2])
    if random.random() < 0.3:
        share = as_number(random, Decimal(random.randrange(2000, 13000)) / 100)
    one: Any = random.choice([0.5, 0.499, Decimal("0.5" + "0" * 20 + "1"), Decimal("0.4" + "9" * 25), 1, 0.1 + 0.4])
    recorded = random.choice([share, share, share, {"value": share, "unit": "%"}, {"value": one, "unit": "1"}])
    return recorded if isinstance(recorded, dict) else or_unknown(random, recorded, 0.15)


def body(random: Random) -> dict[str, object]:
    """Weight and height, most often for a BMI of 18.5 or next to it."""
    height = Fraction(random.randrange(140, 205), 100)
    if random.random() < 0.25:
        height = random.randrange(55, 80) * METRES["inches"]
    bmi = Fraction(random.choice(["18.5", "18.5", "18.499999999999999999", "18.51", "23", "17.2"]))
    if random.random() < 0.02:
        height = Fraction(0)
    return {
        "weight": quantity(random, bmi * height**2, KILOGRAMS, "kg"),
        "height": quantity(random, height, METRES, "m"),
    }


def nights(random: Random, screening: date) -> object:
    """Some nights, or none, or nothing known about them."""
    if random.random() < 0.15:
        return random.choice([ABSENT, None, [], []])
    return [a_night(random, screening) for _ in range(random.choice([1, 1, 2, 3, 5]))]


def a_night(random: Random, screening: date) -> dict[str, object]:
    """A night, most often with 2% of the recorded time below 90%."""
    recorded = Fraction(random.choice([0, 15, 300, 421, 455, random.randrange(1, 700)]))
    share = Fraction(random.choice(["0", "0.01", "0.02", "0.02", "0.02", "0.0200000001", "0.03"]))
    below: object = quantity(random, share * recorded, MINUTES, "min")
    if recorded == 15 and random.random() < 0.5:
        below = random.choice([0.1 + 0.2, 0.3, Decimal("0.3")])
    night = {
        "night of": date_or_less(random, screening + timedelta(days=random.randrange(5))),
        "time below 90% saturation": below,
        "recorded time": quantity(random, recorded, MINUTES, "min"),
    }
    for name in night:
        if random.random() < 0.04:
            night[name] = random.choice([ABSENT, None])
    return {spelling(random, name): value for name, value in night.items() if value is not ABSENT}


# --- as text -------------------------------------------------------------------------------------------------------


def json_text(data: object) -> str:
    """JSON in which decimals keep all their digits, which the standard writer does not do."""
    match data:
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {json_text(value)}" for name, value in data.items()) + "}"
        case list():
            return "[" + ", ".join(json_text(value) for value in data) + "]"
        case Decimal():
            return f"{data:f}"
        case _:
            return json.dumps(data)
