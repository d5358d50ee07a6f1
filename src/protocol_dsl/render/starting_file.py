"""A protocol to begin with, from the answers to a few questions."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from protocol_dsl.values import shift


@frozen
class Question:
    """A question. `answer`: what stands where nothing is answered; `kind`: what an answer may be."""

    key: str
    words: str
    answer: str
    kind: str = "text"


QUESTIONS: Final = (
    Question("name", "What is the study called? Such as: Headache study", "My study"),
    Question("sponsor", "Who is the sponsor? May stay empty. Such as: University Hospital", ""),
    Question("condition", "Which disease is studied? May stay empty. Such as: migraine", ""),
    Question("day", "On which day is a patient judged? Such as: screening", "screening"),
    Question("youngest", "How old must a patient be, in completed years? Such as: 18", "18", "years"),
    Question("oldest", "Up to which age may a patient take part? A number, or none", "none", "years or none"),
    Question("consent", "Must a patient sign an informed consent first? yes or no", "yes", "yes or no"),
    Question("pregnancy", "Does pregnancy exclude? yes or no", "yes", "yes or no"),
    Question("judgement", "May the investigator exclude a patient by judgement? yes or no", "yes", "yes or no"),
)

INTRODUCTION: Final = "Each question shows an answer in brackets. Enter takes it; or type another."
_JUDGED_ON: Final = datetime.date(2026, 3, 16)
_OLDEST_AGE: Final = 120


def answer_of(question: Question, given: str) -> str | None:
    """The answer that was given, in one spelling; None where it is none."""
    text = re.sub(r"[#\s]+", " ", given).strip() or question.answer
    if question.kind == "yes or no":
        return {"y": "yes", "n": "no"}.get(text.casefold(), text.casefold()) if text.casefold() in _YES_NO else None
    if question.kind == "text" or (question.kind == "years or none" and text.casefold() == "none"):
        return text
    years = re.fullmatch(r"(\d{1,3})(?: years)?", text, re.ASCII)
    return str(int(years[1])) if years and int(years[1]) <= _OLDEST_AGE else None


_YES_NO: Final = ("yes", "no", "y", "n")
WANTED: Final = {
    "yes or no": "Answer yes or no.",
    "years": "Answer with a number of years, such as 18.",
    "years or none": "Answer with a number of years, such as 65, or none.",
}


NO_DAY: Final = "A day can't be called that. Answer with a few plain words, such as screening."


def starting_file(answers: Mapping[str, str]) -> str:
    """A protocol that checks, with examples that come out as expected."""
    day, youngest, oldest = answers["day"], int(answers["youngest"]), answers["oldest"]
    consent, pregnancy, judgement = (answers[key] == "yes" for key in ("consent", "pregnancy", "judgement"))
    lines = [f"protocol: {answers['name']}", "  version: 0.1", "  status: draft"]
    lines += [f"  {key}: {answers[key]}" for key in ("sponsor", "condition") if answers[key]]
    lines += [*([] if day.casefold() == "screening" else [f"  evaluated on: {day}"]), "", "days"]
    lines += [*(["  informed consent"] if consent else []), f"  {day}", "", "data: visit", "  date of birth: date"]
    if pregnancy:
        lines += ["  sex: one of male, female", "  pregnant: yes/no", "    asked if: sex is female"]
    if judgement:
        lines += ["  participation unsafe: judgement by investigator"]
    lines += ["", "definitions", f"  age = completed years from date of birth to {day}", "", "inclusion criteria", ""]
    lines += ["  I1: Age", f"    > Aged {_ages(youngest, oldest)}.", f"    {_age_rule(youngest, oldest)}"]
    if consent:
        lines += ["", "  I2: Informed consent", "    > Informed consent signed before any procedure."]
        lines += [f"    informed consent is on or before {day}"]
    excluding = []
    if pregnancy:
        excluding.append(["Pregnancy", "    > Women who are pregnant.", "    sex is female and pregnant"])
    if judgement:
        wording = "    > Any condition that makes participation unsafe, in the investigator's judgement."
        excluding.append(["Investigator's judgement", wording, "    investigator judges: participation unsafe"])
    lines += ["", "exclusion criteria" if excluding else "exclusion criteria: none in the source"]
    for number, (title, *rest) in enumerate(excluding, 1):
        lines += ["", f"  E{number}: {title}", *rest]
    lines += ["", *_examples(answers, youngest, oldest)]
    return "\n".join(lines) + "\n"


def _ages(youngest: int, oldest: str) -> str:
    return f"{youngest} years or older" if oldest == "none" else f"{youngest} to {oldest} years"


def _age_rule(youngest: int, oldest: str) -> str:
    if oldest == "none":
        return f"age is at least {youngest} years"
    return f"age is between {youngest} and {oldest} years, inclusive"


def _examples(answers: Mapping[str, str], youngest: int, oldest: str) -> list[str]:
    day = answers["day"]
    name = "eligible woman" if answers["pregnancy"] == "yes" else "eligible patient"
    turns = shift(_JUDGED_ON, -youngest, "year")
    lines = ["examples", "", "  # Dates of birth are counted from the day on which the patient is judged."]
    lines += [f"  patient {name}", f"    {day}: {_JUDGED_ON}"]
    lines += [f"    informed consent: {_JUDGED_ON}"] if answers["consent"] == "yes" else []
    lines += [f"    date of birth: {turns}"]
    lines += ["    sex: female", "    pregnant: no"] if answers["pregnancy"] == "yes" else []
    lines += ["    participation unsafe: no"] if answers["judgement"] == "yes" else []
    lines += ["    verdict: eligible", "", f"  patient one day too young, like {name}"]
    lines += [f"    date of birth: {shift(turns, 1, 'day')}", "    I1: fails"]
    if oldest != "none":
        too_old = shift(_JUDGED_ON, -int(oldest) - 1, "year")
        lines += ["", f"  patient too old, like {name}", f"    date of birth: {too_old}", "    I1: fails"]
    return lines


def next_steps(file: str) -> str:
    """What a writer does with the file."""
    return (
        f"{file} is written. Open it in an editor, and change what is different in your protocol. Then:\n"
        f"  protocol-dsl check {file}    says what is wrong\n"
        f"  protocol-dsl test {file}     runs its example patients\n"
        f"  protocol-dsl init            lists patterns of criteria; one is added by: protocol-dsl init ecog {file}"
    )
