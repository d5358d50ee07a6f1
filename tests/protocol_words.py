"""The words of generated protocols: names that are hard to read, kinds of data, comparators, prose and comments."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen
class Declared:
    """A data item or field that a generated protocol declares: how it is referred to, and what it is."""

    name: str
    kind: str
    about: tuple[str, ...] = ()
    """The choices of a choice; of a number, units of its dimension, the declared one first; of rows, their singular."""
    aliases: tuple[str, ...] = ()
    fields: tuple[Declared, ...] = ()
    counted: bool = False
    """The number goes up by one at a time, so its limits are whole."""


YES_NO: Final = (
    "pregnant", "has a spouse", "treated within 28 days", "no longer treated", "history of 3 or more falls", "50% responder",
    "not for resuscitation", "on or off dialysis", "is ready", "any serious event", "2nd biopsy done", "consent (ICF)",
    "at risk of aspiration-type events", "if unsure unfit", "Crohn's disease", "A/B status", "X and Y",
)  # fmt: skip
NUMBERS: Final = (
    ("weight", "kg", ("kg", "g")), ("height (Ht)", "cm", ("cm", "m")), ("time below 90% saturation", "minutes", ("minutes", "hours")),
    ("systolic blood pressure (SBP)", "mmHg", ("mmHg", "kPa")), ("creatinine", "mg/dL", ("mg/dL", "g/L")), ("body temperature", "°C", ("°C",)),
    ("age at onset", "years", ("years", "months")), ("gestation", "days", ("days", "weeks")), ("HbA1c", "%", ("%",)),
    ("forced vital capacity (FVC)", "percentage of the predicted value", ("%",)), ("pain score", "number", ("",)),
    ("6 minute walk test (6MWT)", "m", ("m", "cm")), ("at most 3 falls", "number", ("",)), ("platelets", "10*9/L", ("10*9/L", "/uL")),
)  # fmt: skip
CHOICES: Final = (
    ("sex", ("male", "female")), ("diagnosis", ("ALS", "primary lateral sclerosis", "X or Y disease", "other")),
    ("country", ("France", "South Korea", "other")), ("consent signed by", ("patient", "legal guardian", "nobody")),
)  # fmt: skip
ORDERED: Final = (
    ("NYHA class", ("I", "II", "III", "IV")), ("toxicity grade", ("0", "1", "2", "3")),
    ("severity", ("mild", "moderate", "severe")),
)  # fmt: skip
DATES: Final = ("date of birth", "initial diagnosis date", "end of the 2nd cycle", "within-trial visit date")
DAYS: Final = ("informed consent", "screening", "first dose (day 1)", "start of treatment")
ROWS: Final = (
    ("screening nights", "screening night", (
        Declared("night of", "date"), Declared("low time", "number", ("minutes", "hours")),
        Declared("recorded time", "number", ("minutes", "hours")), Declared("device fault", "yes/no"),
    )),
    ("strokes", "stroke", (
        Declared("stroke day", "date"), Declared("grade of stroke", "ordered", ("slight", "serious", "fatal")),
        Declared("place", "one of", ("home", "hospital")),
    )),
    ("biopsies", "biopsy", (Declared("biopsy day", "date"), Declared("tumour size", "number", ("mm", "cm")))),
)  # fmt: skip
COMPARATORS: Final = (
    "is at least", "is at most", "is above", "is below", "is more than", "is less than", "is exactly", "is no less than",
    "is greater than or equal to", "is not more than", "is not exceeding", "is over", "is under", "≥", "≤", ">", "<", "=",
    ">=", "<=", "=>", "=<", "==", "is ≥", "is <", "exceeds", "does not exceed", "must be at least", "was at most",
)  # fmt: skip
WORDS: Final = (
    "the",
    "not",
    "and",
    "any of",
    "≥50%",
    "a_b",
    "x: y",
    "(see 3.1)",
    '"quoted"',
    "100 %",
    "µg",
    "or",
    "-",
    "§ 5",
)
COMMENTS: Final = ("# why", "# any of: this", "#", "# > not a quotation", "# I1: x", "# 50% #2", "# if 1 or 2 (")
