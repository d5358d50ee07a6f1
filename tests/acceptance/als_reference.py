"""The nine criteria of the ALS protocol, written by hand from the text of the language and of the protocol.

This module imports nothing of `protocol_dsl`, and is written to be obvious rather than fast: a partial date is every
one of its days, a number is a `fractions.Fraction`, and each comparison is tried on every possibility. Unknown is
`None`. It takes the facts of one patient as plain JSON data (numbers may be `int`, `float` or `Decimal`) and assumes
that they are well formed: refusing what is not is tested elsewhere.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

Truth = bool | None
"""True, False, or None for unknown."""

KILOGRAMS = {
    "kg": Fraction(1),
    "g": Fraction(1, 1000),
    "mg": Fraction(1, 1_000_000),
    "lb": Fraction("0.45359237"),
    "[lb_av]": Fraction("0.45359237"),
}
METRES = {"m": Fraction(1), "cm": Fraction(1, 100), "mm": Fraction(1, 1000)}
METRES |= {"[in_i]": Fraction("0.0254"), "inches": Fraction("0.0254"), "[ft_i]": Fraction("0.3048")}
MINUTES = {"min": Fraction(1), "h": Fraction(60), "s": Fraction(1, 60)}
PER_CENT = {"%": Fraction(1), "1": Fraction(100)}

OTHER_NAMES = {"fvc": "forced vital capacity"}


# --- strong Kleene logic -------------------------------------------------------------------------------------------


def not_(truth: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if truth is None else not truth


def all_(truths: Iterable[Truth]) -> Truth:
    """False if one is false, else unknown if one is unknown, else true."""
    seen = list(truths)
    if any(truth is False for truth in seen):
        return False
    return None if any(truth is None for truth in seen) else True


def any_(truths: Iterable[Truth]) -> Truth:
    """True if one is true, else unknown if one is unknown, else false."""
    return not_(all_(not_(truth) for truth in truths))


def agreed(outcomes: Iterable[bool]) -> Truth:
    """The outcome that every possibility has; unknown where two differ."""
    first: Truth = None
    for outcome in outcomes:
        if first is None:
            first = outcome
        elif outcome is not first:
            return None
    return first


# --- reading -------------------------------------------------------------------------------------------------------


def folded(name: str) -> str:
    """A name or a choice without the differences that do not count: case, spaces, `_` and `-`."""
    return " ".join(name.replace("_", " ").replace("-", " ").lower().split())


class Facts:
    """The facts of one patient, or of one row: each is asked for by name and kind, and is None where not known."""

    def __init__(self, recorded: Mapping[str, Any]) -> None:
        names = {name: folded(name) for name in recorded}
        self._recorded = {OTHER_NAMES.get(names[name], names[name]): value for name, value in recorded.items()}

    def recorded(self, name: str) -> Any:
        """What is recorded, out of its object if it stands in one."""
        found = self._recorded.get(folded(name))
        return found.get("value") if isinstance(found, dict) else found

    def yes(self, name: str) -> Truth:
        """A yes/no, a judgement or an agreement."""
        found = self.recorded(name)
        return {"yes": True, "no": False}[found.lower()] if isinstance(found, str) else found

    def choice_is(self, name: str, *wanted: str) -> Truth:
        """Whether a choice is one of these."""
        found = self.recorded(name)
        return None if found is None else folded(found) in {folded(choice) for choice in wanted}

    def number(self, name: str, plain_unit: str, units: Mapping[str, Fraction]) -> Fraction | None:
        """A number in the unit whose factor is 1, exactly."""
        found = self._recorded.get(folded(name))
        unit = found.get("unit", plain_unit) if isinstance(found, dict) else plain_unit
        amount = self.recorded(name)
        return None if amount is None else exactly(amount) * units[unit]

    def days(self, name: str) -> tuple[date, ...] | None:
        """Every day that a date may be."""
        found = self.recorded(name)
        return None if found is None else days_of(found)

    def rows(self, name: str) -> list[Facts] | None:
        """The rows of a list, which may be none."""
        found = self.recorded(name)
        return None if found is None else [Facts(row) for row in found]


def exactly(number: int | float | Decimal) -> Fraction:
    """The number as it is written: a float is its shortest decimal."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


@lru_cache(maxsize=100_000)
def days_of(text: str) -> tuple[date, ...]:
    """All days of `2024`, of `2024-03`, or the one day of `2024-03-30` (with or without a time of day)."""
    parts = [int(part) for part in text.split("T")[0].split("-")]
    if len(parts) == 3:
        return (date(*parts),)
    first = date(parts[0], parts[1] if len(parts) == 2 else 1, 1)
    days = [first + timedelta(days=ahead) for ahead in range(366)]
    return tuple(day for day in days if day.year == first.year and (len(parts) == 1 or day.month == first.month))


# --- the calendar --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=100_000)
def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later (or earlier), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def completed_years(birth: date, day: date) -> int:
    """The greatest n with birth + n years on or before the day."""
    years = day.year - birth.year
    return years if months_later(birth, 12 * years) <= day else years - 1


@lru_cache(maxsize=100_000)
def on_every_pair(
    holds: Callable[[date, date], bool], some: tuple[date, ...] | None, others: tuple[date, ...] | None
) -> Truth:
    """Whether something holds of two dates, decided where every pair of their possible days agrees."""
    if some is None or others is None:
        return None
    return agreed(holds(one, other) for one in some for other in others)


def is_18_or_older(birth: date, screening: date) -> bool:
    """At least 18 completed years."""
    return completed_years(birth, screening) >= 18


def is_60_or_younger(birth: date, screening: date) -> bool:
    """At most 60 completed years."""
    return completed_years(birth, screening) <= 60


def is_6_to_24_months_before(diagnosed: date, screening: date) -> bool:
    """From 24 calendar months before screening to 6 calendar months before, both days in."""
    return months_later(screening, -24) <= diagnosed <= months_later(screening, -6)


# --- the criteria --------------------------------------------------------------------------------------------------


def consent(facts: Facts) -> Truth:
    """I1."""
    return facts.choice_is("consent signed by", "patient", "legal guardian")


def age(facts: Facts) -> Truth:
    """I2."""
    dates = facts.days("date of birth"), facts.days("screening")
    return all_([on_every_pair(is_18_or_older, *dates), on_every_pair(is_60_or_younger, *dates)])


def diagnosed_6_to_24_months_ago(facts: Facts) -> Truth:
    """I3."""
    dates = facts.days("initial diagnosis date"), facts.days("screening")
    return all_(
        [
            facts.choice_is("diagnosis", "ALS"),
            facts.choice_is("diagnostic criteria", "World Federation of Neurology"),
            on_every_pair(is_6_to_24_months_before, *dates),
        ]
    )


def standard_treatment_has_not_worked(facts: Facts) -> Truth:
    """I4."""
    return all_(
        [
            facts.yes("standard treatment received"),
            facts.choice_is("response to standard treatment", "poor efficacy", "disease progression"),
        ]
    )


def lung_function(facts: Facts) -> Truth:
    """I5."""
    capacity = facts.number("forced vital capacity", "%", PER_CENT)
    return None if capacity is None else capacity >= 50


def night_is_good(night: Facts) -> Truth:
    """At most 2% of the recorded time of one night; of no recorded time, that is no time at all."""
    below = night.number("time below 90% saturation", "min", MINUTES)
    recorded = night.number("recorded time", "min", MINUTES)
    return None if below is None or recorded is None else 100 * below <= 2 * recorded


def oxygen_at_night(facts: Facts) -> Truth:
    """I6. No night recorded leaves it open."""
    nights = facts.rows("screening nights")
    return all_(night_is_good(night) for night in nights) if nights else None


def body_mass_is_enough(facts: Facts) -> Truth:
    """A BMI of at least 18.5 kg/m². Over a height of nothing there is no BMI."""
    weight, height = facts.number("weight", "kg", KILOGRAMS), facts.number("height", "m", METRES)
    if weight is None or height is None or height == 0:
        return None
    return weight / height**2 >= Fraction("18.5")


def nutrition(facts: Facts) -> Truth:
    """I7."""
    return all_([facts.yes("good nutritional status"), body_mass_is_enough(facts)])


def contraception_applies(facts: Facts) -> Truth:
    """The guard of I8."""
    return any_([facts.choice_is("sex", "male"), facts.yes("of childbearing age")])


def contraception(facts: Facts) -> Truth:
    """The rule of I8: the spouse is asked only of a man who has one."""
    asks_spouse = all_([facts.choice_is("sex", "male"), facts.yes("has a spouse")])
    spouse_agrees = facts.yes("spouse agrees to effective contraception")
    # Where it is not known whether the spouse is asked, her yes settles it: both ways then hold.
    if asks_spouse is None:
        spouse_part: Truth = True if spouse_agrees is True else None
    else:
        spouse_part = spouse_agrees if asks_spouse else True
    return all_([facts.yes("patient agrees to effective contraception"), spouse_part])


def cooperation(facts: Facts) -> Truth:
    """I9."""
    return facts.yes("able to cooperate with data collection and visits")


# --- results -------------------------------------------------------------------------------------------------------


def result_of(rule: Truth, applies: Truth = True) -> str:
    """The result of an inclusion criterion. A rule that holds passes whether or not it applies, if that is unknown."""
    if applies is False:
        return "not_applicable"
    if rule is None or (applies is None and rule is False):
        return "unknown"
    return "pass" if rule else "fail"


def criteria_results(recorded: Mapping[str, Any]) -> dict[str, str]:
    """The result of each criterion by its id."""
    facts = Facts(recorded)
    return {
        "I1": result_of(consent(facts)),
        "I2": result_of(age(facts)),
        "I3": result_of(diagnosed_6_to_24_months_ago(facts)),
        "I4": result_of(standard_treatment_has_not_worked(facts)),
        "I5": result_of(lung_function(facts)),
        "I6": result_of(oxygen_at_night(facts)),
        "I7": result_of(nutrition(facts)),
        "I8": result_of(contraception(facts), contraception_applies(facts)),
        "I9": result_of(cooperation(facts)),
    }


def verdict_of(results: Mapping[str, str]) -> str:
    """One criterion that fails excludes; else one that is open leaves the verdict open."""
    if "fail" in results.values():
        return "ineligible"
    return "undetermined" if "unknown" in results.values() else "eligible"
