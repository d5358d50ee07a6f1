"""What writers bring from the wording of trials: rows of the same kind as those of `wordings`.

One long table, since the first row that fits is taken, and their order is the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from protocol_dsl.syntax.wordings import GAP, START, UNIT, Wording, if_then, items, joined_by, row
from protocol_dsl.syntax.words import TIME_WORDS

_LENGTH: Final = rf"(?P<n>\d+)[\s-]*(?P<unit>{UNIT})\b\.?"
_SIDE: Final = r"(?P<side>before|prior to|preceding|prior(?= \w)|after|following)"
_PEOPLE: Final = r"(?:patients?|participants?|subjects?|pts?|people|persons?|individuals?|those|he|she|they)"
_NUMBER_WORDS: Final = {
    word: number
    for number, word in enumerate(
        ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"], 13
    )
} | {
    word: 10 * tens for tens, word in enumerate(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 3)
}
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH: Final = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)\.?"
_DATE: Final = r"(?<![\d.])(?P<d>\d{1,2})\s*(?P<by>[./-])\s*(?P<m>\d{1,2})\s*(?P=by)\s*(?P<year>\d{4})(?!\d)"
_COMPARED: Final = r"(?:≤|<=|=<|at most|up to|≥|>=|=>|at least|<|>|below|above)"
_FOR_CASE: Final = rf"(?:if|with|when|in case of|in (?:the )?presence of|in {_PEOPLE} with|for {_PEOPLE} with|for)"
_FEW: Final = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TO: Final = r"\s*(?:-|–|to)\s*"
_LAST: Final = r"(?:last|past|prior|previous|preceding)"
_EPISODES: Final = r"(?:episodes?|attacks?|bouts?|occurrences?|instances?|courses?)"
_WHICHEVER: Final = (
    r"(?P<a>\d+ [\w-]+)\s+or\s+(?P<b>\d+ [\w-]+)(?P<mid>[^,()]*?),?\s*\(?\s*whichever(?:\s+is)?(?:\s+the)?\s+"
)


def _with_its_word(match: re.Match[str]) -> str | None:
    """`A, B or C`: the last word between the parts is that between all of them."""
    joins = {each.casefold() for each in re.findall(r"\b(?:and|or)\b", match["items"], re.IGNORECASE)}
    return f" {joins.pop()} ".join(items(match["items"])) if len(joins) == 1 else None


def _window(match: re.Match[str]) -> str:
    unit = TIME_WORDS[match["unit"].casefold()]
    number = match["n"] or "1"
    return f"within {number} {unit if number == '1' else unit + 's'} {_side(match)}"


def _side(match: re.Match[str]) -> str:
    return "after" if match["side"].casefold() in ("after", "following") else "before"


def _both_sides(match: re.Match[str]) -> str:
    length = f"{match['n']} {match['unit']}"
    return f"between {length} before {match['day']} and {length} after {match['day']}, inclusive"


def _day(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    month = _MONTHS.index(groups["month"][:3].casefold()) + 1 if groups.get("month") else int(groups["m"])
    if groups.get("d") is None:
        return f"{groups['year']}-{month:02}-{GAP}"
    day = int(groups["d"])
    return f"{groups['year']}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _other_way(match: re.Match[str]) -> str | None:
    month, day = int(match["d"]), int(match["m"])
    return f"{match['year']}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 and month != day else None


def _only_way(match: re.Match[str]) -> str | None:
    """A date of which only one number can be the month."""
    ways = {way for way in (_day(match), _other_way(match)) if way is not None}
    return ways.pop() if len(ways) == 1 else None


def _without_commas(match: re.Match[str]) -> str:
    return re.sub(r"[\s'’]", ",", match[0])


def _number(match: re.Match[str]) -> str:
    return str(_NUMBER_WORDS[match[0].casefold()])


def _written_out(match: re.Match[str]) -> str:
    number, _, power = match[0].casefold().partition("e")
    return f"{Decimal(number).scaleb(int(power)):,f}"


def _half_years(match: re.Match[str]) -> str:
    return f"{round(12 * float(match['n']))} months"


def _window_before_gap(match: re.Match[str]) -> str:
    return f"within {match['n'] or 1} {match['unit']} before {GAP}"


def _from_to(match: re.Match[str]) -> str:
    """`3-6 months before`, `within 3 to 6 months before`"""
    return f"{match['low']} to {match['high']} {match['unit']} {_side(match)}"


def _how_far(word: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{word} {match['n']} {match['unit']} {_side(match)}"


def _or_more(match: re.Match[str]) -> str:
    more = match["more"].casefold() in ("more", "longer")
    return f"{'at least' if more else 'at most'} {match['n']} {match['unit']}"


def _after_birth(match: re.Match[str]) -> str:
    """`at ≥ 6 weeks of age`; a comparison before it is put behind it, where the language has it."""
    return f" at least {match['n']} {match['unit']} after date of birth{match['compared'] or ''}"


def _at_least_so_many(match: re.Match[str]) -> str:
    return f"{'at least' if match['more'].casefold() == 'more' else 'at most'} {match['n']} {match['nouns']}"


def _agreement(match: re.Match[str]) -> str:
    return f"patient agrees to {match['what'].strip()}, from {GAP} until {GAP}"


def _not(match: re.Match[str]) -> str:
    return "not " if match["no"] else ""


LIMITS: Final[tuple[Wording, ...]] = (
    row(
        "P125",
        "case",
        rf"\(\s*(?:{_COMPARED}\s*)?(?P<limit>[^()]*?\d[^()]*?)\s+{_FOR_CASE}\s+(?P<case>[^()]+)\)",
        r"(\g<limit> if \g<case>)",
    ),
    row(
        "P125",
        "case",
        rf"\s*,?\s*\bor\s+{_COMPARED}\s*(?P<limit>[^()]*?\d[^()]*?)\s+{_FOR_CASE}\s+(?P<case>[^()]+)$",
        r" (\g<limit> if \g<case>)",
    ),
    row(
        "P125",
        "other_unit",
        r"\(\s*(?P<low>\d[\d.]*)\s*[-–]\s*(?P<high>\d[\d.]*)\s*(?P<unit>[^()\d\s][^()]*)\)",
        r"(\g<low> to \g<high> \g<unit>)",
    ),
    row(
        "P125",
        "other_unit",
        r"(?P<ends>,?\s*\b(?:inclusive|exclusive))\s*(?P<range>\(\s*\d[\d.]*\s+to\s+\d[^()]*\))",
        r" \g<range>\g<ends>",
    ),
    row(
        "P125",
        "occasions_line",
        rf"{START}(?P<at>(?:any\s+|latest\s+)?(?P<rows>\w[\w ]*?)(?P<window>\s+(?:within\s.+?|ever))?\s+(?:is\s+)?"
        r"(?P<limit>(?:above|below|at least|at most|more than|less than|≥|≤|>=|<=|>|<).+?)\s+on\s+(?:at least\s+)?"
        r"(?P<n>\d+|two|three)\s+consecutive\s+(?:occasions?|readings?|measurements?)(?P<rest>\s+within\s.+?)?)\s*$",
        lambda match: (
            f"any {match['n']} consecutive {match['rows']} {(match['window'] or match['rest'] or 'ever').strip()} "
            f"are {match['limit']}"
        ),
        rows="ROWS",
    ),
    row("P125", "normal_limit", r"\bupper limit of normal\s*(?:range|\(ULN\))", "ULN"),
    row("P125", "normal_limit", r"\blower limit of normal\s*(?:range|\(LLN\))", "LLN"),
    row("P125", "normal_limit", r"\b(?P<limit>ULN|LLN)\s*x\s*(?P<n>\d+(?:\.\d+)?)", r"\g<n> × \g<limit>"),
)
"""Limits of normal, and limits by case; they are looked for first, since their words mean something else elsewhere."""

OF_SOURCES: Final[tuple[Wording, ...]] = (
    # Numbers, dates and short forms.
    row("P116", "comma", r"(?<![\d.,])\d+,\d{1,2}(?![\d,.])", lambda match: match[0].replace(",", ".")),
    row("P116", "thousands", r"(?<![\d.,])\d{1,3}(?:[ '’]\d{3})+(?![\d,.])", _without_commas),
    row("P116", "exponent", r"(?<![\w.])\d+(?:\.\d+)?e\+?\d{1,2}\b", _written_out),
    row(
        "P125",
        "unit_power",
        r"(?<=\d)(?P<lead>\s*)(?P<a>kg|g|mg|µg|mcg|mL|L|U|IU|mmol|mol|cells?)\s+(?P<b>m|cm|L|dL|mL|min|h|kg|day)"
        r"\s*\^?[-−](?P<n>[123])\b",
        lambda match: f"{match['lead']}{match['a']}/{match['b']}{('', '²', '³')[int(match['n']) - 1]}",
    ),
    row("P116", "point", r"(?<![\d.,\w])\.\d+", lambda match: "0" + match[0]),
    row("P125", "number_word", rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", _number),
    row("P125", "half_years", r"\b(?P<n>\d+\.5)\s*(?:years?|yrs?)\b", _half_years),
    row("P125", "half_years", r"\bhalf (?:a |of a )?year\b", "6 months"),
    row("P125", "short_form", r"\b(?:y\.?\s?/?\s?o\b\.?|yo\b)", "years"),
    row("P125", "short_form", rf"(?<=\d )(?P<unit>{UNIT})\.(?=\s)", r"\g<unit>"),
    row("P125", "short_form", r"(?<=\d)\s*h\b", " hours"),
    row("P125", "short_form", r"(?<=\d)\s*(?:pct\b\.?|per-cent\b)", "%"),
    row("P125", "months_or", r"(?<=\d)\s*m\b", " months", " minutes"),
    row("P125", "predicted", r"(?<=%)\s*(?:of\s+)?(?:the\s+)?(?:predicted|pred\b\.?)(?:\s+values?)?", ""),
    row("P125", "date", rf"\b(?P<d>\d{{1,2}})\.?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", _day),
    row("P125", "date", rf"\b{_MONTH}\s+(?P<d>\d{{1,2}}),?\s+(?P<year>\d{{4}})\b", _day),
    row("P125", "date", rf"\b{_MONTH}\s+(?P<year>\d{{4}})\b", _day),
    row("P125", "date", r"\b(?P<year>\d{4})\s*[/.]\s*(?P<m>\d{1,2})\s*[/.]\s*(?P<d>\d{1,2})\b", _day),
    row("P125", "date", _DATE, _only_way),
    row("P125", "date_either", _DATE, _day, _other_way),
    # Limits.
    row("P125", "whichever", _WHICHEVER + r"(?:longer|greater|more)\)?,?", r"the longer of \g<a> and \g<b>\g<mid>"),
    row("P125", "whichever", _WHICHEVER + r"(?:shorter|less)\)?,?", r"the shorter of \g<a> and \g<b>\g<mid>"),
    row(
        "P129",
        "normal",
        r"\s*\b(?:is\s+|are\s+)?(?:WNL\b|within (?:the )?normal range\b|normal(?=\s*$))",
        " is within normal limits",
        " is at most ULN",
    ),
    row("P125", "or_more", r"\b(?:is\s+)?(?:min\.?|minimum)\s+(?=\d)", "is at least "),
    row("P125", "or_more", r"\b(?:is\s+)?(?:max\.?|maximum)\s+(?=\d)", "is at most "),
    row("P125", "no_subject", rf"{START}(?P<at>younger than\s+(?P<rest>\d.*))$", r"age is below \g<rest>"),
    row("P125", "or_more", r"(?<=\w )(?:is\s+)?younger than\b", "is below"),
    row(
        "P125",
        "no_subject",
        rf"{START}(?P<at>(?:(?:≥|>=|at least|over|above|under|below|<|≤)\s*)?\d+(?:\s*(?:-|–|to)\s*\d+)?"
        rf"\s*(?:years?|yrs?|months?)(?:\s+or\s+(?:older|younger|more|less)|\s+old|\s+of age)?)\s*$",
        r"age is \g<at>",
    ),
    row(
        "P125",
        "distance",
        r"\b(?:is\s+)?within\s+(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>km|miles?)\b",
        r"is at most \g<n> \g<unit>",
    ),
    row("P125", "completed", rf"\b(?P<n>\d+)\s+completed\s+(?P<unit>{UNIT})\b", r"\g<n> \g<unit>"),
    row(
        "P125",
        "z_score",
        r"(?P<n>[-−–+]?\s*\d+(?:\.\d+)?)\s*(?:SDS?|SDs|standard deviations?)\b(?!\s+(?:above|below|of|from)\b)",
        r"\g<n>",
        of_unknown_words=True,
    ),
    # Windows.
    row(
        "P125",
        "after_birth",
        rf"(?P<compared>\s+is\s+\w+)?\s+(?:at|from|after)\s+(?:(?:the\s+)?(?P<age>age\s+of)\s+)?"
        rf"(?P<least>(?:≥|>=|at least)\s*)?(?P<n>\d+)\s+(?P<unit>{UNIT})(?P<of_age>\s+(?:of age|old))?"
        rf"(?(age)|(?(of_age)|(?(least)|(?!))))(?=\s+is\b|\s*$|\s+(?:and|or)\b)",
        _after_birth,
    ),
    row(
        "P125",
        "both_sides",
        rf"\bwithin\s*(?:±|\+/-)?\s*{_LENGTH}\s+before\s*(?:/|or|and)\s*after\s+(?P<day>\w[\w ]*)",
        _both_sides,
    ),
    row(
        "P125",
        "both_sides",
        rf"\bwithin\s*(?:±|\+/-)\s*{_LENGTH}\s+(?:of|from|around)\s+(?P<day>\w[\w ]*)",
        _both_sides,
    ),
    row(
        "P125",
        "window",
        rf"\b(?:within|in|during|over|throughout)\s+(?:an?\s+|the\s+)?(?:{_LAST}(?:/past|/last)?\s+)?"
        rf"(?:(?P<n>\d+)[\s-]*)?(?:calendar\s+)?(?P<unit>{UNIT})\b\.?(?:[\s-]*period)?\s+{_SIDE}(?=\s+\w)",
        _window,
    ),
    row(
        "P125",
        "from_to",
        rf"\bwithin\s+(?P<low>\d+){_TO}(?P<high>\d+)\s+(?P<unit>{UNIT})\s+{_SIDE}",
        _from_to,
    ),
    row(
        "P125",
        "from_to",
        rf"(?<!between )(?<!is )\b(?P<low>\d+)\s*[-–]\s*(?P<high>\d+)\s+(?P<unit>{UNIT})\s+{_SIDE}",
        _from_to,
    ),
    row(
        "P125",
        "between_days",
        r"\bfrom\s+(?P<first>\w[\w ]*?)\s+(?:until|through|to)\s+(?P<last>\w[\w ]*?)(?=\s*$)",
        r"between \g<first> and \g<last>, inclusive",
        first="DAY NAME",
        last="DAY NAME",
    ),
    row(
        "P125",
        "from_day",
        rf"\bwithin\s+{_LENGTH}\s+from\s+(?P<day>\w[\w ]*)",
        r"within \g<n> \g<unit> before \g<day>",
        r"within \g<n> \g<unit> after \g<day>",
    ),
    row(
        "P125",
        "ago",
        rf"(?P<length>(?:{UNIT})\b\.?)\s+(?:ago(?!\w)|(?:back|prior|earlier)(?=\s*$))",
        rf"\g<length> before {GAP}",
    ),
    row(
        "P125",
        "ago",
        rf"\b(?:within|in|during|over)\s+(?:the\s+)?{_LAST}\s+(?:(?P<n>\d+)\s*)?(?P<unit>{UNIT})\b\.?(?=\s*$)",
        _window_before_gap,
    ),
    row("P125", "ago", r"\b(?P<n>(?!\w))?(?:last|past|this) (?P<unit>year|month|week)\b", _window_before_gap),
    row("P125", "study_day", r"\b(?:day|week|month|visit|cycle)\s*[-−+]?\d+\b"),
    row(
        "P125",
        "study",
        r"\b(?:throughout|during|over|for the (?:duration|course) of|in the course of)\s+(?:the\s+)?"
        r"(?:study|trial|treatment)\b(?:\s+period)?",
    ),
    row("P125", "or_more", rf"\b(?P<n>\d+)\s+or\s+(?P<more>more|less|fewer)\s+(?P<unit>{UNIT})\b", _or_more),
    row("P125", "or_more", rf"\b(?P<n>\d+)\s+(?P<unit>{UNIT})\s+or\s+(?P<more>more|less|longer)\b(?=\s+\w)", _or_more),
    row(
        "P125",
        "how_far",
        rf"(?<![-–] )(?<![-–])(?<!to )(?<!within )\b{_LENGTH}\s+{_SIDE}(?=\s+\w)",
        _how_far("within"),
        _how_far("at least"),
        _how_far("exactly"),
    ),
    row(
        "P125",
        "at_day",
        r"(?P<name>\w[\w ]*?)(?P<at>\s+(?:at|on)\s+(?:the\s+)?(?:time\s+of\s+)?(?P<day>\w[\w ]*?))"
        r"(?=\s+(?:is|was)\b|\s*[<>≤≥=])",
        "",
        name="NAME",
    ),
    row(
        "P125",
        "at_day",
        rf"(?<=[\d%])(?P<unit>\s*(?:{UNIT}))?\s+(?:at|on)\s+(?:the\s+)?(?:time\s+of\s+)?(?P<day>\w[\w ]*)(?=\s*$)",
        r"\g<unit>",
    ),
    row(
        "P125",
        "stable",
        rf"(?:no change in|unchanged|(?:on\s+)?(?:an?\s+)?stable)\s+(?:daily\s+)?dose of\s+(?P<what>\w[\w ]*?)\s+"
        rf"(?:(?:for|in|within|≥|>=|over)\s*)+"
        rf"(?:(?:at least|the (?:last|past)|≥|>=)\s*)?(?P<n>\d+)\s*(?P<unit>{UNIT})\b",
        rf"dose of \g<what> is stable for at least \g<n> \g<unit> before {GAP}",
    ),
    row(
        "P125",
        "for_length",
        rf"^(?!.*\b(?:stable|unchanged|agrees)\b).*?(?P<at>\bfor\s+"
        rf"(?:(?:at least|more than|a minimum of|≥|>=|>)\s*)?{_LENGTH})",
    ),
    row(
        "P125",
        "promise",
        rf"{START}(?P<at>(?P<name>\w[\w ]*? agrees [\w ]+?)\s+for\s+(?:at least\s+)?{_LENGTH}"
        r"(?:\s+or\s+(?:more|longer))?(?:\s+after\s+(?P<day>\w[\w ]*?))?)\s*$",
        lambda match: f"{match['name']}, from {GAP} until {match['n']} {match['unit']} after {match['day'] or GAP}",
        name="NAME",
    ),
    row("P125", "promise_until", r"(?<=\buntil )(?:at least|a minimum of|≥)\s+(?=\d)", ""),
    row(
        "P125",
        "year",
        r"\bin\s+(?P<year>(?:19|20)\d\d)\b(?!-)",
        r"between \g<year>-01-01 and \g<year>-12-31, inclusive",
    ),
    row(
        "P125",
        "every_where",
        rf"{START}(?P<at>(?:every|each)\s+(?P<rows>\w.*?)\s+where\s+(?P<case>\S.*))$",
        r"for each \g<rows>: \g<case>",
    ),
    row(
        "P125",
        "with_field",
        r"(?<=\w)\s+of\s+(?P<name>[^\W\d][\w ]*?)\s+(?P<n>\d+|[IVX]+)\s+or\s+(?:more|higher|above|worse|greater)\b",
        r" where \g<name> is at least \g<n>",
        name="NAME",
    ),
    # Counts.
    row("P125", "episodes", rf"\b{_EPISODES}\s+of\s+(?:an?\s+)?(?=(?P<rows>\w[\w-]*))", "", rows="ROWS"),
    row("P125", "episodes", rf"(?<=\w)\s+{_EPISODES}\b(?!\s+of\b)", "", of_unknown_words=True),
    row("P125", "episodes", r"\b(?:episodes?|occurrences?|instances?) of\s+(?=[^\W\d])", ""),
    row(
        "P125",
        "or_more",
        rf"\b(?P<n>\d+|{_FEW})\s+(?P<nouns>(?!(?:{UNIT})\b)[^\W\d][\w ]*?)\s+or\s+(?P<more>more|fewer|less)\b",
        lambda match: (
            f"{'at least' if match['more'].casefold() == 'more' else 'at most'} {match['n']} {match['nouns']}"
        ),
        nouns="ROWS",
    ),
    row("P125", "times", r"\b\d+\s*(?:[-–]\s*\d+\s*)?(?:x|times)\b(?!\s*[\dUL])"),
    row(
        "P125",
        "count_range",
        rf"{START}(?P<at>(?:between\s+)?(?P<low>\d+)\s*(?:-|–|to|and)\s*(?P<high>\d+)\s+(?P<nouns>(?!(?:{UNIT})\b)[^\W\d].*))$",
        r"number of \g<nouns> is between \g<low> and \g<high>, inclusive",
    ),
    row(
        "P125",
        "bare_count",
        rf"{START}(?P<at>(?P<n>\d+|two|three|four|five|six)\s+(?P<nouns>(?!consecutive\b|or\b|to\b|(?:{UNIT})\b|\S+\s+(?:is|are)\b)[^\W\d].*))$",
        r"at least \g<n> \g<nouns>",
        r"exactly \g<n> \g<nouns>",
    ),
    row(
        "P125",
        "mean_of",
        r"\b(?:mean|average) of (?:the\s+)?(?P<n>\d+)\s+(?P<rows>[^\W\d]\w*)",
        r"mean of the latest \g<n> \g<rows>",
    ),
    row("P125", "all", r"\ball\s+(?=[^\W\d])(?!of\b)", "every "),
    row(
        "P129",
        "number",
        r"\b(?:multiple|several|numerous|repeated|repeat|frequent|a few|few|many)\b",
        f"at least {GAP}",
    ),
    # Who is meant, and how it is said of them.
    row(
        "P125",
        "suspected",
        r"\b(?:(?:known|confirmed)\s+or\s+suspected|suspected(?:\s+or\s+(?:known|confirmed))?|suspicion of)\b",
    ),
    row("P125", "with_field", r"\b(?:in whom|for whom|with which|in which|which ha[sd]|that ha[sd])\b", "where"),
    row("P125", "with_field", r"\b(?:that|which)\s+(?:is|was|are|were)\b", f"where {GAP} is"),
    row(
        "P201",
        "undeclared_day",
        r"\b(?:baseline|randomi[sz]ation|(?:study |trial )?entry|enrol?ment|inclusion|(?:screening|baseline) visit)\b",
    ),
    row("P125", "documented", r"\b(?:(?:medically\s+)?documented(?:\s+evidence of)?|confirmed)\s+(?=\w)", "known "),
    row(
        "P125",
        "documented",
        rf"{START}(?P<at>(?P<name>\w[\w ]*?)\s+(?:is\s+(?:documented|confirmed|known)|on record))\s*$",
        r"known \g<name>",
        name="NAME",
    ),
    row(
        "P125",
        "opinion",
        r"^\s*(?P<at>(?:in the (?:opinion|judge?ment|view) of|as (?:judged|assessed|determined) by|according to)"
        r"\s+(?:the\s+)?(?P<who>[\w ]+?)\s*[,:]\s*(?P<what>\S.*))$",
        r"\g<who> judges: \g<what>",
    ),
    row(
        "P125",
        "opinion",
        r"^\s*(?P<at>(?:in the (?:opinion|judge?ment|view) of|as (?:judged|assessed|determined) by)"
        r"\s+(?:the\s+)?(?P<who>\w+)\s+(?P<what>\S.*))$",
        r"\g<who> judges: \g<what>",
    ),
    row(
        "P125",
        "opinion",
        r"^\s*(?P<at>(?P<what>\S.*?),?\s+(?:in the (?:opinion|judge?ment|view) of|as (?:judged|assessed|determined) by"
        r"|according to)\s+(?:the\s+)?(?P<who>\w+))\s*$",
        r"\g<who> judges: \g<what>",
    ),
    row(
        "P125",
        "opinion",
        r"^\s*(?P<at>(?:the\s+)?(?P<who>(?!patient)\w+)\s+(?:judges(?!\s*:)|considers|deems|believes)(?:\s+that)?\s+(?P<what>\S.*))$",
        r"\g<who> judges: \g<what>",
    ),
    row(
        "P125",
        "willing",
        rf"\b(?:{_PEOPLE}\s+)?(?:is\s+|are\s+|must be\s+)?(?:willing|prepared|agrees?|consents?"
        rf"|commits?|committed|plans?"
        r"|intends?)(?:\s+and able)?\s+to\s+(?P<what>[^,.]+)",
        _agreement,
    ),
    row("P125", "should", rf"\b(?:{_PEOPLE}\s+)?(?:should(?! be)|(?:is|are) encouraged to|considers?|ought to|may)\b"),
    row(
        "P125",
        "allowed",
        r"\s*\b(?:(?:is|are)\s+)?(?:not\s+)?(?:allowed|permitted|excluded|included|eligible|ineligible|prohibited)\b",
        "",
    ),
    row(
        "P125",
        "is_fact",
        rf"{START}(?P<at>(?:(?:the\s+)?{_PEOPLE}\s+)?(?:is|are|was|were|must be)\s+"
        rf"(?P<no>not\s+)?)(?P<name>\w[\w ]*?)\s*$",
        _not,
        name="NAME",
    ),
    row("P125", "both_sexes", r"\b(?:males?|men|m)\s*(?:or|and|/)\s*(?:females?|women|f)\b"),
    row("P125", "sex", r"\b(?:women|woman|females?|girls|men|man|males?|boys)\b", of_unknown_words=True),
    row("P125", "must", r"\bmust\s+not\s+be\s+", "not "),
    row("P125", "must", rf"\b(?:{_PEOPLE}\s+)?must\s+be\s+", ""),
    row("P125", "present", r"\s+(?:is\s+)?present\s*$", ""),
    row("P125", "person", rf"{START}(?P<at>(?:the\s+)?{_PEOPLE}\s+)(?=\w)", ""),
    # How conditions are joined.
    row("P125", "no_fact", r"\bno\s+(?P<name>\w[\w ]*?)(?=\s*(?:$|\b(?:and|or)\b))", r"not \g<name>", name="NAME"),
    row("P125", "both", r"\b(?P<join>and|or)\s+either\s+(?P<rest>[^()]*\bor\b[^()]*\S)\s*$", r"\g<join> (\g<rest>)"),
    row("P125", "both", r"\b(?P<join>and|or)\s+both\s+(?P<rest>[^()]*\band\b[^()]*\S)\s*$", r"\g<join> (\g<rest>)"),
    row("P125", "both", rf"{START}(?P<at>both\s+(?P<rest>.*\band\b.*))$", r"\g<rest>"),
    row("P125", "both", rf"{START}(?P<at>either\s+(?P<rest>.*\bor\b.*))$", r"\g<rest>"),
    row(
        "P125",
        "both",
        rf"{START}(?P<at>neither\s+(?P<first>.+?)\s+nor\s+(?P<last>.+?))\s*$",
        r"not (\g<first> or \g<last>)",
    ),
    row(
        "P125",
        "commas",
        rf"{START}(?P<at>(?P<items>[^,;.()]+(?:,[^,;.()]+)+))\s*$",
        _with_its_word,
        items="NAME",
    ),
    row(
        "P125",
        "commas",
        r"^(?!.*\b(?:and|or)\b.*\b(?:and|or)\b)(?!.*,.*,)[^,]*(?P<at>,\s*(?P<word>and|or)\b)",
        r" \g<word>",
    ),
    row(
        "P125",
        "comma_alone",
        rf"{START}(?P<at>(?!.*\band\s*/\s*or\b)(?P<items>[^,;/.()]+(?:[,;/][^,;/.()]+)+))\s*$",
        joined_by("and"),
        joined_by("or"),
        items="NAME",
    ),
    row(
        "P125", "if_last", rf"{START}(?P<at>(?P<then>(?!if\b)\S[^,(]*?)\s+(?:if|when)\s+(?P<case>[^,)]+?))\s*$", if_then
    ),
    # Words without an agreed limit.
    row(
        "P129",
        "age",
        r"\b(?:adults?|elderly|minors?|children|child|pa?ediatric|adolescents?|infants?|newborns?)\b",
        of_unknown_words=True,
    ),
    row(
        "P129",
        None,
        r"\b(?:elevated|raised|increased|high|low|reduced|abnormal|normal|impaired|decreased)\b",
        of_unknown_words=True,
    ),
    row(
        "P129",
        "judged",
        r"\b(?:clinically\s+(?:significant|relevant|important|meaningful)|significant|(?:in)?adequate|(?:in)?sufficient"
        r"|(?:un|poorly |well[- ])controlled|serious|severe|good|poor|unstable|appropriate|suitable|reliable"
        r"|satisfactory|substantial|relevant)\b(?:\s+(?!and\b|or\b|within\b|ever\b|now\b|before\b)[^\W\d]\w*){0,3}",
        of_unknown_words=True,
    ),
)
