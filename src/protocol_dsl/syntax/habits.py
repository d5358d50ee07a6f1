"""Wordings that sources use and the language does not: which of them a line holds, and how it is said here.

They are looked for only where a line cannot be read, around what could not be read in it; so a declared name that holds
such a word is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from protocol_dsl.diagnostics import Copyable, Diagnostic, corrected_line, report
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.readings import reading_at
from protocol_dsl.syntax.unread_line import Declared, UnreadLine
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.wordings import OF_FORMULAS, Wording, items
from protocol_dsl.syntax.wordings_of_sources import LIMITS, OF_SOURCES
from protocol_dsl.syntax.words import COMPARATORS, PHRASES, TIME_WORDS

_SAID_OF_PATIENTS: Final = r"(?:(?:patients?|subjects?|participants?|pts?\.?|he|she|they|who)\s+)?(?:must\s+)?"
_HAS: Final = (
    rf"(?:{_SAID_OF_PATIENTS}(?:(?:has|have)(?:\s+ever)?(?:\s+had)?|had|having|suffers? from|suffering from"
    r"|presents? with|experienced|diagnosed with|treated with|(?:has |have )?(?:received|undergone|underwent)"
    r"|exists|there is"
    r"|(?:(?:is|are)\s+)?(?:currently\s+)?(?:taking|using|receiving|(?<!\w )(?<!\d )(?<!% )on(?=\s+[^\W\d]))"
    r"|with(?!\s+the exception))\b"
    r"|\b(?:s/p|c/o|w/(?!\w)|status post|dx(?:\.|\s+of)?|diagnosis of|current use of|use of)(?!\w))"
)
_HAS_NOT: Final = (
    rf"{_SAID_OF_PATIENTS}(?:(?:must\s+)?(?:has|have|had)\s+(?:no|never had|not had)"
    rf"|(?:does|do) not have"
    rf"|never had|must not have|without|not\s+exists|w/o|free of"
    r"|free from|absence of|lack of|no evidence of|no signs? of|no known|no prior|no previous)\b"
)
_MORE: Final = r"(?:\s+(?:had|a|an|any|the|known|prior|previous|a history of|history of|evidence of|diagnosis of))*"
_WEEKS: Final = r"(?P<w{0}>\d+)\s*(?:\+|(?:weeks?|wks?)\s*(?:\+|and|,)?)\s*(?P<d{0}>[0-6])(?:\s*(?:weeks?|wks?|days?))?"
_COMPARED: Final = r"(?P<comparator>at least|at most|more than|fewer than|less than|exactly)"
_CASE: Final = r"(?P<case>\([^()]*\bif\b[^()]*\))"
PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    variant: re.compile(pattern, re.IGNORECASE)
    for variant, pattern in {
        "hours_with": r"\bnumber of (?P<unit>hours|minutes) with\b",
        "time_from": r"(?<!completed )(?<!\d )\b(?P<unit>minutes|hours|days|weeks|months|years) from\b",
        "choice_alone": r"\b(?:diagnosed with|(?:an? )?diagnosis of|suffers? from|has|have|with)\s+"
        r"(?P<choice>[^\W\d][\w -]*?)(?=\s*$|\s+(?:and|or|within|for)\b)",
        "guard_choice": r"(?<!\S)(?:only\s+)?(?:for|in)\s+"
        r"(?:(?:patients?|participants?|subjects?|those)\s+(?:in|of)\s+)?"
        r"(?P<choice>[^\W\d][\w -]*?)(?:\s+only)?\s*(?:[:,]\s*(?P<rule>.+))?$",
        "guard": r"(?<!\S)(?:only\s+)?(?:for|in)\s+(?:all\s+)?(?P<people>patients?|participants?|subjects?|those|people"
        r"|persons?|individuals?|wom[ae]n|females?|m[ae]n|males?)(?:\s+(?:who|that|with|having)(?:\s+(?:are|is|have|has|had))?)?"
        r"\s*(?P<said>[^:,]*)(?:[:,]\s*(?P<rule>.+))?$",
        "weeks": rf"(?:(?:is|are)\s+)?(?:between\s+|from\s+)?{_WEEKS.format(1)}\s*(?:to|-|–|—|and|until|through)\s*"
        rf"{_WEEKS.format(2)}(?:,?\s*inclusive)?",
        "count_by_case": rf"{_COMPARED}\s+(?P<number>\w+)\s+(?:{_CASE}\s*(?P<nouns>.+)"
        rf"|(?P<noun>[^()]+?)\s*{_CASE.replace('case', 'case2')}(?P<rest>.*))$",
        "more_with_plus": r"(?<![\w.])(?P<number>\d+)\s*\+\s*(?P<noun>[^\W\d]\w*)",
        "has_not": rf"{_HAS_NOT}{_MORE}",
        "has": rf"(?:{_HAS}{_MORE}|(?:presence|evidence|occurrence|existence|diagnosis) of)\b",
        "worst": r"\b(?:worst|best|peak|trough|nadir|poorest)\b",
        "change": r"\b(?:rose|risen|increase[sd]?|decrease[sd]?|fell|fallen|drop(?:s|ped)?|declined?|reduced|reduction"
        r"|improved|worsened|gained|lost|changed?)(?:\s+(?:by|of|in|to|from))?\b",
        "except": r"\b(?:except(?!\s+where)(?:\s+for)?(?:\s+those)?|excluding|other than|apart from|aside from|but not"
        r"|with the exception of|save for)\b",
        "dose": r"(?<![\w.])(?:q\.?\s?d|b\.?\s?i\.?\s?d|t\.?\s?i\.?\s?d|q\.?\s?i\.?\s?d"
        r"|(?:(?:once|twice)\s+)?(?:daily|weekly))\b\.?(?!\s+dose)",
        "and_so_on": r"\b(?:etc\b\.?|and so on|or similar|and similar|or equivalent|such as|for example|e\.\s?g\.?)",
        "aged": r"\baged\b",
        "occasions": r"\b(?:on|at|in)\s+(?:at least\s+)?(?:\w+\s+)?(?:(?:consecutive|separate|different)\s+)?"
        r"(?:occasions?|readings?|measurements?)\b",
        "times": r"\b(?:(?:at least|more than|at most|less than|only)\s+)?(?:once|twice|thrice)\b",
        "about": r"\b(?:approximately|about|around|roughly|circa|nearly|almost)\b|[~≈±]",
    }.items()
}
PEOPLE_WORDS: Final = re.compile(r"^\s*(?:patients?|participants?|subjects?)\b", re.IGNORECASE)
CERTAIN: Final = re.compile(
    rf"{_SAID_OF_PATIENTS}(?:has|have|with|without|w/o"
    rf"|does not have|do not have|has no|have no|must have|no known)(?: an?| the| known)*",
    re.IGNORECASE,
)
"""What means the name of a fact alone, or `not` before it; a history of it, or evidence, is something else."""
UP: Final = ("rose", "rise", "incr", "gain", "impr")
TIMES: Final = (
    "EVER",
    "NOW",
    "WITHIN",
    "BEFORE",
    "AFTER",
    "ON",
    "ON_OR_BEFORE",
    "ON_OR_AFTER",
    "SINCE",
    "DURING",
    "BETWEEN",
)
JOINS: Final = ("AND", "OR", "OR_VALUE", "OR_NOUN", "IF", "THEN", "OTHERWISE", "UNLESS", "COLON", "DASH", "NEWLINE")
LOW: Final = ("low", "reduced", "decreased", "impaired")
LOST_POWERS: Final = ("103", "106", "109", "1012")
"""What is left of 10³, 10⁶, 10⁹ and 10¹² when the digits are no longer raised."""
AGE: Final = re.compile(r"\bage\b", re.IGNORECASE)
DOTTED: Final = re.compile(r"(?P<whole>[1-9]\d{0,2})\.(?P<decimals>\d{3})")
COUNTED: Final = re.compile(r"(?:cells?|copies|platelets|neutrophils)?/(?:µL|uL|mm³|mm3|mL|L)", re.IGNORECASE)
"""Units of what is counted in a volume."""
SMALLER: Final = {"year": ("months", 12), "day": ("hours", 24), "hour": ("minutes", 60)}
DOSE: Final = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>mg|g|µg|mcg|IU|U|mL)\s*$")
NEAR_BY: Final = 4
"""So many words further the noun is looked for that a habit is about."""


def habit_at(
    place: Span,
    lexemes: Sequence[Lexeme],
    source: SourceText,
    declared: Declared,
    unknown: Sequence[Span] = (),
) -> Diagnostic | None:
    """What is told of a wording of sources that stands where a line cannot be read.

    `unknown`: the words of the line that are neither declared nor of the language.
    """
    line = UnreadLine.at(place, lexemes, source, declared, unknown)
    if (asked := reading_at(place, line)) is not None:
        return asked
    if (told := _by_table((*LIMITS, *OF_FORMULAS), place, line)) is not None:
        return told
    for variant, pattern in PATTERNS.items():
        for match in pattern.finditer(line.text):
            span = line.place_of(match)
            if _meet(span, place) and (told := _told(variant, match, span, line)):
                return told
    return _by_table(OF_SOURCES, place, line)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _by_table(table: Sequence[Wording], place: Span, line: UnreadLine) -> Diagnostic | None:
    """What is told of the first habit of a table that stands at a place."""
    for habit in table:
        for match in habit.pattern.finditer(line.text):
            if _meet(line.place_of(match), place) and (told := _told_of(habit, match, line)) is not None:
                return told
    return None


def _told_of(habit: Wording, match: re.Match[str], line: UnreadLine) -> Diagnostic | None:
    if not all(line.names(part, kinds.split()) for group, kinds in habit.needs for part in items(match[group] or "")):
        return None
    group = "at" if "at" in match.re.groupindex else 0
    span = line.place_of(match, group)
    said = [match.expand(each) if isinstance(each, str) else each(match) for each in habit.said]
    if habit.of_unknown_words and not any(_meet(each, line.place_of(match)) for each in line.unknown):
        return None
    if None in said or (said and said[0] == line.source.slice(span)):
        return None
    series = line.series(line.start)
    name = line.name_before(span.start) or line.name_before(line.start + len(line.text))
    found = " ".join(line.source.slice(span).split()) or match[0].strip()
    values: dict[str, str] = {
        "found": found,
        "said": " ".join((said[0] or "").split()).strip(", ") if said else "",
        "name": name if name is not None else f"latest {series.text} ever" if series is not None else "weight",
        "series": singular(series.text) if series is not None else "stroke",
        "line": Copyable(line.text.strip()),
        "way": "below" if found.casefold() in LOW else "above",
        "judged": found if " " in found.removeprefix("clinically ") else f"{found} {name or 'disease'}",
    }
    for key, words in zip(("line", "line2", "line3"), said, strict=False):
        begins = not line.text[: span.start - line.start].strip()
        values[key] = line.with_words(span, (words or "").lstrip() if begins else words or "")
    values["rows"] = plural(values["series"])
    values["day"] = match.groupdict().get("day") or "screening"
    return report(habit.code, line.source, span, variant=habit.variant, labels=(), where=None, **values)


def _told(variant: str, match: re.Match[str], span: Span, line: UnreadLine) -> Diagnostic | None:
    series = line.series(span.end) or line.series(line.start)
    noun = singular(series.text) if series is not None else "stroke"
    name = line.name_before(span.start) or "weight"
    values: dict[str, str] = {
        "found": " ".join(match[0].split()),
        "series": noun,
        "rows": plural(noun),
        "name": name,
        "line": Copyable(line.text.strip()),
    }
    chosen: str | None = variant
    if variant in ("has", "has_not"):
        chosen = _has(variant, span, line, values)
    elif variant == "worst":
        chosen = variant if line.series(span.end, NEAR_BY) is not None else None
        values |= {"line": line.with_words(span, "highest"), "line2": line.with_words(span, "lowest")}
    elif variant == "change":
        values["way"] = "above" if match[0].casefold().startswith(UP) else "below"
        chosen = "change" if series is not None else "change_of_a_fact"
    elif variant == "weeks":
        words = "is between {w1} weeks + {d1} days and {w2} weeks + {d2} days, inclusive".format(**match.groupdict())
        values["line"] = line.with_words(span, words)
    elif variant == "count_by_case":
        nouns = match["nouns"] or f"{match['noun']}{match['rest']}"
        words = (
            f"number of {nouns.strip()} is {match['comparator']} {match['number']} {match['case'] or match['case2']}"
        )
        values["line"] = line.with_words(span, words)
    elif variant == "more_with_plus":
        values["line"] = line.with_words(span, f"at least {match['number']} {match['noun']}")
    elif variant == "aged":
        values["line"] = line.with_words(span, "age is")
    elif variant == "dose":
        chosen = _dose(match, span, line, values)
    elif variant == "times":
        chosen = _times(match, span, line, values)
    elif variant in ("choice_alone", "guard_choice"):
        chosen = _choice(variant, match, span, line, values)
    elif variant == "except":
        chosen = _except(span, line, values)
    elif variant == "time_from":
        values["line"] = line.with_words(span, f"completed {match[0]}")
    elif variant == "guard":
        sex = {"w": "sex is female", "f": "sex is female", "m": "sex is male"}.get(match["people"][0].casefold(), "")
        values["said"] = Copyable(
            " and ".join(part for part in (sex, PEOPLE_WORDS.sub("", match["said"]).strip()) if part) or "sex is female"
        )
        values["rule"] = Copyable(match["rule"] or "weight is at least 40 kg")
    if chosen is None:
        return None
    told = None if chosen == "aged" else chosen
    return report("P125", line.source, span, variant=told, labels=(), where=None, **values)


def _has(variant: str, span: Span, line: UnreadLine, values: dict[str, str]) -> str | None:
    """`has had a stroke`, `without diabetes`: of a series any or none, of a fact the name alone or `not`."""
    following = line.after(span.end)[:NEAR_BY]
    before = next((each for each in reversed(line.lexemes) if each.span.end <= span.start), None)
    joined = "" if before is None or before.is_a(*JOINS) else "and "
    rest = line.source.text[span.end : line.start + len(line.text)].split()
    if not following or not rest:
        return None
    noun = line.series(span.end, NEAR_BY)
    if noun is None or not all(each.is_a("CHOICE", "NAME", "ROWS") for each in following[: following.index(noun)]):
        if not following[0].is_a("NAME"):
            return None
        values["name"] = following[0].text
        after = any(each.is_a("ROWS") for each in line.lexemes if each.span.end <= span.start)
        if after and joined:
            values["line"] = line.with_words(Span(span.start, following[0].span.start), "where ")
            return "with_field"
        said = "not " if variant == "has_not" else ""
        said += "known " if "known" in values["found"].casefold().split() else ""
        values["line"] = line.with_words(Span(span.start, following[0].span.start), joined + said)
        return f"{variant}_fact" if CERTAIN.fullmatch(values["found"]) else f"{variant}_fact_likely"
    later = line.after(noun.span.end)
    timed = bool(later) and later[0].is_a(*TIMES, "IN_LIST")
    quantifier = "no" if variant == "has_not" else "any"
    words = line.source.text[following[0].span.start : noun.span.end]
    for key, time in (("line", "ever"), ("line2", "now"), ("line3", "within 6 months before screening")):
        place = Span(span.start, noun.span.end)
        values[key] = line.with_words(place, f"{joined}{quantifier} {words}{'' if timed else ' ' + time}")
    return f"{variant}_timed" if timed else variant


def _dose(match: re.Match[str], span: Span, line: UnreadLine, values: dict[str, str]) -> str:
    """`20 mg b.i.d.` is 40 mg/day."""
    amount = DOSE.search(line.text[: match.start()])
    if amount is None:
        return "dose"
    how_often = match[0].casefold().replace(".", "").replace(" ", "")
    a_day = {"bid": 2, "twicedaily": 2, "twiceweekly": 2, "tid": 3, "qid": 4}.get(how_often, 1)
    time = "week" if how_often.endswith("weekly") else "day"
    words = f"{Decimal(amount['n']) * a_day} {amount['unit']}/{time}"
    values["line"] = line.with_words(Span(line.start + amount.start(), span.end), words)
    return "dose_line"


def _times(match: re.Match[str], span: Span, line: UnreadLine, values: dict[str, str]) -> str:
    """`stroke twice`, `at least twice a stroke`: the number before the name of the series."""
    before = next((each for each in reversed(line.lexemes) if each.span.end <= span.start), None)
    after = line.series(span.end, 1)
    noun = before if before is not None and before.is_a("ROWS") else after
    if noun is None:
        return "times"
    first, last = min(noun.span.start, span.start), max(noun.span.end, span.end)
    if line.source.text[line.start : first].casefold().endswith("any "):
        first -= len("any ")
    *said, word = match[0].casefold().split()
    number = {"once": 1, "twice": 2, "thrice": 3}[word]
    nouns = plural(singular(noun.text)) if number > 1 else singular(noun.text)
    readings = [" ".join(said).replace("only", "exactly")] if said else ["at least", "exactly"]
    for key, comparator in zip(("line", "line2"), readings, strict=False):
        values[key] = line.with_words(Span(first, last), f"{comparator} {number} {nouns}")
    return "times_said" if said else "twice"


def _choice(variant: str, match: re.Match[str], span: Span, line: UnreadLine, values: dict[str, str]) -> str | None:
    """`diagnosed with ALS`, `only for cohort A`: a choice without the name for which it is recorded."""
    item = line.declared.item_of(match["choice"])
    if item is None or line.declared.is_field(item) or not line.names(match["choice"], ["CHOICE"]):
        return None
    said = f"{item} is {match['choice']}"
    if variant == "choice_alone":
        values["line"] = line.with_words(span, said)
        return variant
    values |= {"said": Copyable(said), "rule": Copyable(match["rule"] or "weight is at least 40 kg")}
    return "guard"


def _except(span: Span, line: UnreadLine, values: dict[str, str]) -> str:
    named = next((each for each in line.after(span.end)[:NEAR_BY] if each.is_a("LIST")), None)
    series = line.series(line.start)
    if series is not None:
        values["series"] = singular(series.text)
    if named is None:
        return "except"
    values["list"] = named.text
    return "except_list"


def always_wrong(lexemes: Sequence[Lexeme], source: SourceText) -> Diagnostic | None:
    """Wordings that could be read as arithmetic, and are none: `SBP/DBP ≥ 140/90`, `is 18-60 years`, `is II-IV`."""
    for at, lexeme in enumerate(lexemes):
        if lexeme.is_a("DIVIDED_BY") and (found := _pair(lexemes, at)) is not None:
            end = lexemes[found].span.end
            span = Span(lexemes[at - 1].span.start, end)
            first, second = lexemes[at - 1].text, lexemes[at + 1].text
            high, low = (lexemes[each].text for each in (found - 2, found))
            comparator = next(PHRASES[t][0] for t in lexemes[found - 3].terminals if t in COMPARATORS)
            unit = lexemes[found + 1].text if found + 1 < len(lexemes) and lexemes[found + 1].is_a("UNIT") else "mmHg"
            line1, line2 = (
                Copyable(f"{first} is {comparator} {high} {unit} {word} {second} is {comparator} {low} {unit}")
                for word in ("and", "or")
            )
            return report("P125", source, span, variant="pair", found=source.slice(span), line=line1, line2=line2)
        told = (
            _range(lexemes, at, source)
            or _lost_power(lexemes, at, source)
            or _thousands(lexemes, at, source)
            or _broken_length(lexemes, at, source)
            or _over_age(lexemes, at, source)
        )
        if told is not None:
            return told
    return None


def _pair(lexemes: Sequence[Lexeme], at: int) -> int | None:
    """Where the second number of `NAME / NAME ≥ 140 / 90` stands."""
    if not (0 < at < len(lexemes) - 1 and lexemes[at - 1].is_a("NAME") and lexemes[at + 1].is_a("NAME")):
        return None
    numbers = at + 2
    while numbers < len(lexemes) and lexemes[numbers].is_a("IS", *COMPARATORS):
        numbers += 1
    pair = lexemes[numbers : numbers + 3]
    is_pair = len(pair) == 3 and pair[0].is_a("NUMBER") and pair[1].is_a("DIVIDED_BY") and pair[2].is_a("NUMBER")
    return numbers + 2 if numbers > at + 2 and is_pair else None


def _lost_power(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> Diagnostic | None:
    """`100 × 109/L`, which was 10⁹."""
    parts = lexemes[at - 1 : at + 3] if at else ()
    if not (lexemes[at].is_a("TIMES") and len(parts) == 4 and parts[0].is_a("NUMBER") and parts[3].is_a("UNIT")):
        return None
    if parts[2].text not in LOST_POWERS or not parts[3].text.startswith("/"):
        return None
    span = Span(parts[0].span.start, parts[3].span.end)
    words = f"{parts[0].text}x10^{parts[2].text[2:]}{parts[3].text}"
    return report(
        "P128", source, span, variant="lost", found=source.slice(span), line=corrected_line(source, span, words)
    )


def _thousands(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> Diagnostic | None:
    """`100.000 /µL`, `1.500/µL`: a dot that could stand between thousands.

    Three decimals that end in two zeros say nothing that `1.5` does not, and cells of a volume are counted whole; so a
    decimal such as 0.125 or 1.005 is never asked about, but where cells are counted.
    """
    match = DOTTED.fullmatch(lexemes[at].text) if lexemes[at].is_a("NUMBER") else None
    if match is None:
        return None
    unit = lexemes[at + 1].text if at + 1 < len(lexemes) and lexemes[at + 1].is_a("UNIT") else ""
    if not (match["decimals"].endswith("00") or COUNTED.fullmatch(unit)):
        return None
    number, span = lexemes[at].text, lexemes[at].span
    decimals = match["decimals"].rstrip("0")
    decimals += "0" * (len(decimals) == 3)  # four decimals are no thousands
    plain = f"{match['whole']}.{decimals}" if decimals else match["whole"]
    line, line2 = (corrected_line(source, span, words) for words in (plain, number.replace(".", ",")))
    return report("P116", source, span, variant="dot", labels=(), where=None, found=number, line=line, line2=line2)


def _over_age(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> Diagnostic | None:
    """`age is over 18 years`: whether a patient counts who is 18 years and a day old."""
    parts = lexemes[at : at + 3]
    if len(parts) < 3 or parts[0].text.casefold() not in ("over", "older than") or not parts[0].is_a("ABOVE"):
        return None
    name = lexemes[at - 1 - lexemes[at - 1].is_a("IS")] if at > 1 else lexemes[at - 1]
    if not (name.is_a("NAME") and AGE.search(name.text) and parts[1].text.isdigit() and parts[2].is_a("TIME")):
        return None
    years, unit = int(parts[1].text), parts[2].text
    span = Span(parts[0].span.start, parts[2].span.end)
    line, line2 = (corrected_line(source, span, f"at least {limit} {unit}") for limit in (years + 1, years))
    birthday = corrected_line(source, Span(name.span.start, span.end), f"… is more than {years} {unit} after …")
    found = source.slice(span)
    values = {"found": found, "line": line, "line2": line2, "line3": birthday}
    return report("P130", source, span, variant="over_age", labels=(), where=None, **values)


def _broken_length(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> Diagnostic | None:
    """`1.5 years before screening`: no day lies so far away; of years it may be whole months."""
    parts = lexemes[at : at + 3]
    if len(parts) < 3 or not parts[0].is_a("NUMBER") or "." not in parts[0].text or not parts[1].is_a("TIME"):
        return None
    if not parts[2].is_a("BEFORE", "AFTER"):
        return None
    smaller, number = SMALLER.get(TIME_WORDS[parts[1].text.casefold()], ("", 0))
    whole = Decimal(parts[0].text.replace(",", "")) * number
    span = Span(parts[0].span.start, parts[1].span.end)
    if not whole or whole != whole.to_integral_value():
        return report("P116", source, parts[0].span, labels=(), where=None, found=parts[0].text)
    words = f"{whole.to_integral_value()} {smaller}"
    line = corrected_line(source, span, words)
    return report(
        "P125", source, span, variant="half_years", labels=(), where=None, found=source.slice(span), line=line
    )


def _range(lexemes: Sequence[Lexeme], at: int, source: SourceText) -> Diagnostic | None:
    """`NAME [is] [between] A - B [unit]`, where nothing compares the value with a difference."""
    if not lexemes[at].is_a("MINUS", "TO") or at < 2 or at + 1 >= len(lexemes):
        return None
    low, high = lexemes[at - 1], lexemes[at + 1]
    if not (low.is_a("NUMBER", "CHOICE") and high.is_a("NUMBER", "CHOICE")):
        return None
    first = at - 2
    between = lexemes[first].is_a("BETWEEN")
    first -= between
    first -= first > 0 and lexemes[first].is_a("IS")
    if first < 0 or not lexemes[first].is_a("NAME"):
        return None
    end = at + 2
    while end < len(lexemes) and lexemes[end].is_a("TIME", "UNIT", "PERCENT"):
        end += 1
    following = lexemes[end] if end < len(lexemes) else None
    if following is not None and following.is_a("BEFORE", "AFTER", "PLUS", "MINUS", "TIMES", "IS"):
        return None  # a window, or arithmetic
    if between and following is not None and following.is_a("AND", "AND_VALUE"):
        return None
    unit = source.text[high.span.end : lexemes[end - 1].span.end]
    ends = "" if following is not None and following.is_a("INCLUSIVE", "EXCLUSIVE") else ", inclusive"
    words = f" is between {low.text} and {high.text}{unit}{ends}"
    span = Span(low.span.start, high.span.end)
    line = corrected_line(source, Span(lexemes[first].span.end, lexemes[end - 1].span.end), words)
    return report("P125", source, span, variant="range", found=source.slice(span), line=line)
