"""What a kind of data is called here, that is written as in a case report form: `male or female`, `0-5`, `lab, U/L`."""

import re
from typing import Final

from protocol_dsl.values import UnitError, parse_unit

MOST_GRADES: Final = 20
RESULTS: Final = ("positive", "negative")
"""The results of a test, which is done more than once."""
ANSWERS: Final = ("yes", "no", "true", "false", "unknown")
_LABORATORY: Final = re.compile(
    r"(?:lab|labs|laboratory|lab(?:oratory)? (?:value|test|result))s?[ ,:]+(?:in )?(?P<unit>.+)$", re.I
)
_GRADES: Final = re.compile(r"(?P<first>\d{1,2})\s*(?:-|–|to)\s*(?P<last>\d{1,2})$")
_PARTED: Final = re.compile(r"\s*(?:,\s*(?:or\s+)?|/|\s+or\s+)\s*")
_WORD: Final = re.compile(r"[^\W_][\w+ -]*")


def kind_as_written_elsewhere(text: str) -> str | None:
    """The kind of data in the words of the language; None where it cannot be told."""
    if (match := _LABORATORY.match(text)) is not None:
        try:
            return f"measurements in {parse_unit(match['unit']).symbol}"
        except UnitError:
            return None
    if (match := _GRADES.match(text)) is not None:
        first, last = int(match["first"]), int(match["last"])
        grades = range(first, last + 1)
        return f"ordered {' < '.join(map(str, grades))}" if 1 < len(grades) <= MOST_GRADES else None
    choices = _PARTED.split(text)
    folded = [choice.casefold() for choice in choices]
    if len(choices) < 2 or len(set(folded)) < len(folded) or not all(map(_WORD.fullmatch, choices)):
        return None
    if set(folded) & set(ANSWERS):
        return None
    return f"{'tests, one of' if set(folded) >= set(RESULTS) else 'one of'} {', '.join(choices)}"
