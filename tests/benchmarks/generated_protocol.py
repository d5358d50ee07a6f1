"""A protocol of any length with the forms that criteria most often have, to measure reading and checking."""

from __future__ import annotations

from itertools import islice, product

ADJECTIVES = ("early", "late", "resting", "fasting", "mean", "peak", "left", "right", "total", "free")
SUBJECTS = ("heart rate", "creatinine", "haemoglobin", "glucose", "platelet count", "lung volume", "grip strength")
PLACES = ("at rest", "under load", "in blood", "in urine", "overnight", "by history", "by imaging", "after meals")
RATIOS = 20
# So that exclusion criteria put other rules to the names than inclusion criteria do.
SHIFT = 283


def protocol_text(criteria: int = 1000) -> str:
    """The text of a protocol with so many criteria, at most 1,998: half of them inclusion, half exclusion."""
    names = [" ".join(words) for words in product(ADJECTIVES, SUBJECTS, PLACES)]
    exclusion = criteria // 2
    rules = [
        "inclusion criteria",
        *(line for number in range(criteria - exclusion) for line in _criterion("I", number, names)),
        "",
        "exclusion criteria",
        *(line for number in range(exclusion) for line in _criterion("E", number, names[SHIFT:] + names[:SHIFT])),
    ]
    text = "\n".join(rules) + "\n"
    ratios = {f"ratio {number}": f"{names[number]} value / {names[number + 1]} value" for number in range(RATIOS)}
    definitions = [f"  {name} = {value}" for name, value in ratios.items() if f"{name} is" in text]
    text = "\n".join(["definitions", *definitions, "", text])
    declarations = [line for name in names for item, line in _declarations(name) if item in text]
    header = ["protocol: generated to measure reading", "  version: 1.0", "", "days", "  screening", ""]
    return "\n".join([*header, "data: generated", *declarations, "", text])


def _declarations(name: str) -> list[tuple[str, str]]:
    """Everything that can be recorded under a name, with its line."""
    kinds = {"value": "mg/dL", "grade": "one of none, mild, moderate, severe", "date": "date", "seen": "yes/no"}
    return [(f"{name} {what}", f"  {name} {what}: {kind}") for what, kind in kinds.items()]


def _criterion(kind: str, number: int, names: list[str]) -> list[str]:
    one, other, third = islice([*names, *names], number % len(names), number % len(names) + 3)
    rules = (
        [f"{one} value is at least {number + 1}.5 mg/dL"],
        [f"{one} value is between {number} and {number + 40} mg/dL, inclusive"],
        [f"{one} grade is mild or moderate"],
        [f"{one} date is 6 to 24 months before screening"],
        ["any of:", f"  - {one} seen", f"  - {other} value is above 3 mg/dL", f"  - {third} date is before screening"],
        ["all of:", f"  - {one} seen", f"  - {other} grade is severe", f"  - ratio {number % RATIOS} is at most 4"],
        [f"applies if {one} seen", f"{other} value is at most 2% of {third} value"],
        ["at least 2 of:", f"  - {one} seen", f"  - {other} seen", f"  - if {third} seen, then {one} grade is none"],
    )
    identity = f"{kind}{number + 1:03}"
    return [
        "",
        f"  {identity}: Criterion number {number + 1}",
        f"    > The {one} and the {other} meet what is set down for them.",
        *(f"    {line}" for line in rules[number % len(rules)]),
        '    interpretation: "what is set down for them" is the rule below the wording.',
    ]
