"""The fixed words of the language: each phrase and the terminals of `protocol.lark` it stands for.

The first phrase of a terminal is the canonical one, which the formatter prints; the others are read and never printed.
Names are matched against the same table, so that no name can take a word of the language away.
"""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "ALL_OF": (
        "all of",
        "all of the following",
        "all of the following criteria",
        "all of these",
        "each of the following",
        "both of",
        "both of the following",
    ),
    "ANY_OF": (
        "any of",
        "any of the following",
        "any of the following criteria",
        "any of these",
        "one or more of",
        "one or more of the following",
        "at least one of",
        "at least one of the following",
        "at least one of the following criteria",
        "either of",
        "either of the following",
    ),
    "NONE_OF": ("none of", "none of the following", "none of these"),
    "OF": ("of", "of the following", "of the following criteria", "of these"),
    "AND": ("and",),
    "OR": ("or",),
    "NOT": ("not",),
    "KNOWN": ("known", "it is known that"),
    "UNKNOWN_THAT": ("it is not known that",),
    "ANY": ("any",),
    "NO": ("no",),
    "WHERE": ("where",),
    "EACH": ("each",),
    "EVERY": ("every",),
    "EXCEPT": (", except where", "except where"),
    "CONSECUTIVE": ("consecutive",),
    "IN_EACH_OF": ("in each of",),
    "APART": ("apart",),
    "EVER": ("ever", ", ever", "at any time", "at any time in the past"),
    "NOW": ("now", "at present", "currently"),
    "STARTED": ("started", "that started", "that began"),
    "ENDED": ("ended", "that ended"),
    "DURING": ("during", "at any time during"),
    "SHORTER_OF": ("shorter of",),
    "LONGER_OF": ("longer of",),
    "HALF_LIVES": ("half-lives", "half-life", "half lives"),
    "NORMAL": ("within normal limits", "within the normal limits", "within the normal range"),
    "STABLE_FOR": ("stable for", "unchanged for"),
    "LOWER_OF": ("lower of", "smaller of", "lesser of"),
    "HIGHER_OF": ("higher of", "greater of", "larger of"),
    "SQUARE_ROOT_OF": ("square root of",),
    "CUBE_ROOT_OF": ("cube root of",),
    "ULN": ("ULN", "upper limit of normal"),
    "LLN": ("LLN", "lower limit of normal"),
    "SELECTOR": ("latest", "earliest", "previous", "highest", "lowest", "most recent", "second latest"),
    "NUMBER_OF": ("number of",),
    "DIFFERENT": ("number of different",),
    "DAYS_WITH": ("number of days with", "number of days on", "days with"),
    "PER": ("per",),
    "MEAN_OF": ("mean of", "average of"),
    "TOTAL_OF": ("total of", "sum of"),
    "HIGHEST_OF": ("highest of",),
    "LOWEST_OF": ("lowest of",),
    "RECORDED_WITHIN": ("recorded within",),
    "HISTORY_OF": ("history of", "any history of", "past history of", "previous history of", "h/o", "hx of"),
    "NO_HISTORY_OF": ("no history of",),
    "FOR_EACH": ("for each", "for every", "for every one of the", "for every one of"),
    "IF_ANY": (", if any",),
    "IF": ("if",),
    "THEN": (", then", "then"),
    "OTHERWISE": (", otherwise", "otherwise"),
    "UNLESS": (", unless", "unless"),
    "APPLIES_IF": ("applies if",),
    "IS": ("is", "are", "was", "were", "must be", "should be", "has to be"),
    "RECORDED": ("recorded",),
    "NEITHER": ("neither",),
    "NOR": ("nor",),
    "BETWEEN": ("between",),
    "INCLUSIVE": (", inclusive", "inclusive", "(inclusive)"),
    "EXCLUSIVE": (", exclusive", "exclusive", "(exclusive)"),
    "TO": ("to",),
    "AT_LEAST": (
        "at least",
        "no less than",
        "not less than",
        "no fewer than",
        "not fewer than",
        "not below",
        "not lower than",
        "at or above",
        "greater than or equal to",
        "equal to or greater than",
        "a minimum of",
        "minimum of",
        "at a minimum",
        "at minimum",
    ),
    "AT_MOST": (
        "at most",
        "no more than",
        "not more than",
        "not above",
        "not higher than",
        "not greater than",
        "not exceeding",
        "not to exceed",
        "at or below",
        "less than or equal to",
        "equal to or less than",
        "up to",
        "a maximum of",
        "maximum of",
        "at a maximum",
    ),
    "ABOVE": ("above", "greater than", "higher than", "over", "in excess of"),
    "BELOW": ("below", "lower than", "under"),
    "MORE_THAN": ("more than",),
    "LESS_THAN": ("less than", "fewer than"),
    "EXACTLY": ("exactly", "equal to"),
    "OR_MORE": ("or more", "or above", "or higher", "or greater", "or older", "or over"),
    "OR_LESS": ("or less", "or fewer", "or below", "or lower", "or younger", "or under"),
    "WITHIN": (
        "within",
        "in the last",
        "in the past",
        "within the last",
        "within the past",
        "within last",
        "within past",
        "during the last",
        "during the past",
        "over the last",
        "over the past",
        "at any time within",
    ),
    "BEFORE": (
        "before",
        "prior to",
        "any time before",
        "at any time before",
        "any time prior to",
        "at any time prior to",
    ),
    "AFTER": ("after", "any time after", "at any time after"),
    "ON_OR_BEFORE": ("on or before", "no later than", "not later than"),
    "ON_OR_AFTER": ("on or after", "no earlier than", "not earlier than"),
    "SINCE": ("since",),
    "ON": ("on", "at", "on the day of", "on the same day as"),
    "FROM": ("from", ", from"),
    "UNTIL": ("until",),
    "COMPLETED": ("completed",),
    "EARLIER_OF": ("earlier of",),
    "LATER_OF": ("later of",),
    "ROUNDED_TO": ("rounded to", ", rounded to"),
    "DECIMALS": ("decimals", "decimal", "decimal places", "decimal place"),
    "IN": (", in", "in"),
    "PLUS": ("+",),
    "MINUS": ("-", "−", "–", "—"),
    "TIMES": ("×", "*"),
    "DIVIDED_BY": ("/", "÷"),
    "SQUARED": ("²",),
    "CUBED": ("³",),
    "TO_THE": ("^",),
    "LPAR": ("(",),
    "RPAR": (")",),
    "COLON": (":",),
    "COMMA": (",",),
}

SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "≥": ("IS", "AT_LEAST"),
    ">=": ("IS", "AT_LEAST"),
    "=>": ("IS", "AT_LEAST"),
    "≧": ("IS", "AT_LEAST"),
    "⩾": ("IS", "AT_LEAST"),
    "≦": ("IS", "AT_MOST"),
    "⩽": ("IS", "AT_MOST"),
    "≤": ("IS", "AT_MOST"),
    "<=": ("IS", "AT_MOST"),
    "=<": ("IS", "AT_MOST"),
    ">": ("IS", "ABOVE"),
    "<": ("IS", "BELOW"),
    "=": ("IS", "EXACTLY"),
    "==": ("IS", "EXACTLY"),
    "≠": ("IS", "NOT"),
    "!=": ("IS", "NOT"),
    "<>": ("IS", "NOT"),
    "does not exceed": ("IS", "AT_MOST"),
    "exceeds": ("IS", "ABOVE"),
    "includes": ("IS", "INCLUDES"),
}
"""Signs and verbs that hold `is` within them; `is` before them is not said twice."""

TIME_WORDS: Final[dict[str, str]] = {
    word: unit
    for unit, words in {
        "year": "year years yr yrs",
        "month": "month months mo mos",
        "week": "week weeks wk wks",
        "day": "day days",
        "hour": "hour hours hr hrs",
        "minute": "minute minutes min mins",
    }.items()
    for word in words.split()
}

NUMBER_WORDS: Final[dict[str, str]] = {
    word: str(number)
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}

SELECTORS: Final[dict[str, tuple[str, str]]] = {
    "last": ("SELECTOR", "latest"),
    "newest": ("SELECTOR", "latest"),
    "first": ("SELECTOR", "earliest"),
    "maximum": ("SELECTOR", "highest"),
    "max": ("SELECTOR", "highest"),
    "minimum": ("SELECTOR", "lowest"),
    "min": ("SELECTOR", "lowest"),
    "average": ("MEAN_OF", "mean of"),
}
"""Words that right before the name of a series can mean one thing only, and are words like others elsewhere.

`mean` is none of them: a mean arterial pressure is measured as such."""

VERBS: Final = frozenset(
    [
        "needs",
        "requires",
        "causes",
        "impairs",
        "prevents",
        "hinders",
        "calls",
        "affects",
        "disturbs",
        "limits",
        "interferes",
        "makes",
        "occurs",
        "lasts",
        "leads",
        "involves",
        "threatens",
        "responds",
        "has",
    ]
)
"""With these a yes/no field may begin; after `where` it is then said of the record: `where it needs treatment`."""

ARTICLES: Final = frozenset({"a", "an", "the"})

COMPARATORS: Final = frozenset({"AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "MORE_THAN", "LESS_THAN", "EXACTLY"})

ACCEPTED: Final = "accepted finding"
"""The note by which an author keeps a finding of the wording review; it is of no document."""
WORDING_RULES: Final = "wording rules"
NOTES: Final = (
    "interpretation",
    "open question",
    "not counted",
    "duty",
    "rationale",
    "source",
    "may be repeated within",
    ACCEPTED,
    "note",
)
ATTRIBUTES: Final = ("question", "source", "code", "asked if", "if not recorded", "conversion")
HEADER: Final = (
    "full title",
    "registry number",
    "protocol number",
    "version",
    "date",
    "status",
    "phase",
    "sponsor",
    "condition",
    "intervention",
    "rationale",
    "population",
    "childbearing potential",
    "contraception",
    "lifestyle restrictions",
    "screen failure",
    "rescreening",
    "amendments",
    WORDING_RULES,
    "evaluated on",
)

LANGUAGES: Final = {"in Chinese": "zh"}
"""The headings of translations, with the code of each language."""
