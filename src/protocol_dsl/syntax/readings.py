"""Wordings of sources that can be read in two ways: each asked about, with every reading as a line to copy.

They are looked for only where a line cannot be read, as all habits are. The readings are worth a question of their own,
since the readings let in different patients; what is merely said in another form is in the tables of `wordings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, report
from protocol_dsl.source import Span
from protocol_dsl.syntax.unread_line import UnreadLine
from protocol_dsl.syntax.vocabulary import singular
from protocol_dsl.syntax.wordings import GAP, START, UNIT, items

READINGS: Final = "P130"

_N: Final = r"\d+(?:\.\d+)?"
_LENGTH: Final = rf"\d+\s+(?:{UNIT})\b"
_SIDE: Final = r"(?:before|prior to|preceding)"
_PEOPLE: Final = r"(?:patients?|participants?|subjects?|those|people|persons?|individuals?)"
_LET_IN: Final = (
    r"(?:(?:is|are|may be|can be)\s+)?(?:allowed|permitted|eligible|included|enrolled|acceptable)"
    r"|(?:can|may)\s+(?:enter|take part|enrol|participate|be included|be enrolled)"
)
_EXCEPT: Final = (
    r"(?:except(?!\s+where)(?:\s+for)?|excepting|excluding|other than|apart from|aside from|but not|not including"
    r"|with the exception of|save for)"
)
_SIGNS: Final = {
    "<": "below",
    "<=": "at most",
    "≤": "at most",
    "up to": "at most",
    ">": "above",
    ">=": "at least",
    "≥": "at least",
}


@frozen
class Reading:
    """A wording, as a variant of the page of readings, and the lines that it could stand for.

    A group `at` of its pattern is what the lines are put in the place of. No lines: the wording is another one.
    """

    variant: str | None
    pattern: re.Pattern[str]
    lines: Callable[[re.Match[str], UnreadLine], Sequence[str]]


def reading_at(place: Span, line: UnreadLine) -> Diagnostic | None:
    """What is asked about a wording that stands where a line cannot be read."""
    for reading in _READINGS:
        for match in reading.pattern.finditer(line.text):
            group = "at" if "at" in match.re.groupindex else 0
            span = line.place_of(match, group)
            if not (span.start < place.end and place.start < span.end):
                continue
            if lines := reading.lines(match, line):
                return _asked(reading.variant, span, lines, line)
    return None


def _asked(variant: str | None, span: Span, lines: Sequence[str], line: UnreadLine) -> Diagnostic:
    keys = ("line", "line2", "line3")
    values = {key: line.with_words(span, words) for key, words in zip(keys, lines, strict=False)}
    found = " ".join(line.source.slice(span).split())
    return report(READINGS, line.source, span, variant=variant, labels=(), where=None, found=found, **values)


# ---- the lines of each wording --------------------------------------------------------------------------------------


def _lengths(match: re.Match[str], _: UnreadLine) -> list[str]:
    both = f"{match['first']} and {match['second']}"
    return [f"within the longer of {both}", f"within the shorter of {both}"]


def _older_than(match: re.Match[str], _: UnreadLine) -> list[str]:
    """`age is older than 18 years`: of a patient who is 18 years and a day old, as with `over`."""
    name, years, unit = match["name"] or "age", int(match["years"]), match["unit"] or "years"
    lines = [f"{name} is at least {limit} {unit}" for limit in (years + 1, years)]
    return [*lines, f"{GAP} is more than {years} {unit} after {GAP}"]


def _both_sexes(match: re.Match[str], line: UnreadLine) -> list[str]:
    rest = match["rest"].strip()
    return [rest, f"sex is male or (sex is female and {rest})"] if line.names(rest, ["NAME"]) else []


def _adjectives(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`long-term oral or injected steroid`: whether the first word goes with one of the others or with all."""
    series = next((each for each in line.lexemes if each.is_a("ROWS")), None)
    if series is None:
        return []
    start = line.start + match.start("words")
    words = [each for each in line.lexemes if start <= each.span.start < series.span.start]
    parts: list[list[str]] = [[]]
    for each in words:
        if each.is_a("COMMA", "OR", "OR_NOUN", "OR_VALUE"):
            parts.append([])
        elif each.is_a("NAME", "CHOICE") and each.span not in line.unknown:
            parts[-1].append(each.text)
        else:
            return []
    parts = [part for part in parts if part]
    if len(parts) < 2 or len({len(part) for part in parts}) == 1:
        return []
    if len(parts[0]) > 1:
        first = parts[0][:-1]
        shared = [parts[0], *(part if len(part) > 1 else [*first, *part] for part in parts[1:])]
    else:
        last = parts[-1][1:]
        shared = [*(part if len(part) > 1 else [*part, *last] for part in parts[:-1]), parts[-1]]
    rest = line.text[series.span.end - line.start :].strip()
    quantifier = (match["quantifier"] or "any").strip().casefold()
    join = " and " if quantifier == "no" else " or "
    return [
        join.join(f"{quantifier} {' '.join(part)} {series.text} {rest}".strip() for part in reading)
        for reading in (shared, parts)
    ]


def _except_choice(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`any cancer ever, except basal cell`"""
    rule, words = match["rule"].strip(" ,"), match["case"].strip()
    series = next((each for each in line.lexemes if each.is_a("ROWS")), None)
    if series is None:
        return []
    noun = singular(series.text)
    words = re.sub(rf"\s+(?:{re.escape(series.text)}|{re.escape(noun)})$", "", words, flags=re.IGNORECASE)
    named = items(words)
    owners = {line.declared.item_of(each) for each in named}
    item = owners.pop() if len(owners) == 1 else None
    if item is not None and line.declared.is_field(item):
        said = " or ".join(named)
        return [f"{rule}, except where {item} is {said}", f"{rule}, unless any {said} {noun} ever"]
    if len(named) == 1 and line.names(words, ["NAME"]) and line.declared.is_field(words):
        return [f"{rule}, except where {words}", f"{rule}, unless any {words} {noun} ever"]
    return []


def _let_in(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`A (B allowed)`; the words for several parts are those of `_let_in_of_list`."""
    parts = _parts(match["rule"])
    case = match["case"].strip()
    if len(parts) != 1:
        return []
    if line.names(case, ["NAME"]) and not line.declared.is_field(case):
        return [f"{parts[0]}, unless {case}", parts[0]]
    return []


def _let_in_of_list(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`A, B or C; those with D can enter`"""
    parts = _parts(match["rule"])
    case = match["case"].strip()
    if len(parts) == 1 or not line.names(case, ["NAME"]):
        return []
    first, *others = parts
    *earlier, last = parts
    return [
        f"{' or '.join(parts)}, unless {case}",
        " or ".join([*earlier, f"({last} and not {case})"]),
        " or ".join([f"({first} and not {case})", *others]),
    ]


def _parts(rule: str) -> list[str]:
    return [part.strip() for part in re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", rule.strip(" ,;")) if part.strip()]


def _off(match: re.Match[str], line: UnreadLine) -> list[str]:
    noun = match["rows"].strip()
    if not line.names(noun, ["ROWS"]):
        return []
    window = f"within {match['length']} before {match['day'] or GAP}"
    return [f"no {noun} {window}", f"any {noun} ever and no {noun} {window}"]


def _negated(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`no A or B`, `known A, B or C`: whether the first word goes with the others."""
    named = items(match["items"])
    word = match["word"].casefold()
    join = match["join"].casefold()
    if len(named) < 2 or not all(line.names(each, ["NAME"]) for each in named):
        return []
    together = f" {join} ".join(named)
    first = "known" if word == "known" else "not"
    alone = f"({first} {named[0]}) {join} " + f" {join} ".join(named[1:])
    if word == "known":
        return [alone, f"it is known that ({together})"]
    return [alone, f"not ({together})"]


def _negated_and(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`no A and B`, which may also mean that neither may be there."""
    readings = _negated(match, line)
    return [*readings, f"not ({' or '.join(items(match['items']))})"] if readings else []


def _both_days(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`latest X within 3 days before and on D is negative`"""
    unit, number, day = match["unit"], match["n"], match["day"].strip()
    lead = match["lead"].strip()
    rest = (match["rest"] or "").rstrip()
    if not any(each.is_a("ROWS") for each in line.lexemes):
        return []
    if not re.match(r"(?:any|no|latest|every|highest|lowest)\b", lead, re.IGNORECASE):
        lead = f"any {lead}"
    span = f"1 to {number}" if unit.casefold().startswith("day") else f"1 day to {number}"
    return [
        f"{lead} within {number} {unit} before {day}{rest}",
        f"{lead} {span} {unit} before {day}{rest} and {lead} on {day}{rest}",
    ]


def _courses(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`insulin for up to 14 days within 90 days before screening`"""
    noun, window = match["rows"].strip(), match["window"].strip()
    if not line.names(noun, ["ROWS"]) or not match["length"].casefold().split()[-1].startswith("day"):
        return []
    comparator = match["comparator"].casefold()
    comparator = _SIGNS.get(comparator, comparator)
    limit = f"is {comparator} {match['length']}"
    each = "any" if comparator in ("at least", "more than", "above") else "for each"
    course = (
        f"any {noun} {window} where duration {limit}"
        if each == "any"
        else f"for each {noun} {window}, if any: duration {limit}"
    )
    return [f"number of days with {noun} {window} {limit}", course]


def _so_long(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`any X for at least 3 months`: in one piece, or on so many days in all."""
    noun = match["rows"].strip()
    if not line.names(noun, ["ROWS"]):
        return []
    return [
        f"any {noun} {'now' if match['now'] else 'ever'} where duration is at least {match['length']}",
        f"number of days with {noun} within {GAP} before {GAP} is at least {GAP} days",
    ]


def _stable_limit(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`dose of X at least 1500 mg/day for at least 90 days before D`"""
    noun, day = match["rows"].strip(), match["day"] or GAP
    if not line.names(noun, ["ROWS"]):
        return []
    comparator = _SIGNS.get(match["comparator"].casefold(), match["comparator"].casefold())
    limit = f"is {comparator} {match['limit']}"
    stable = f"dose of {noun} is stable for at least {match['length']} before {day}"
    return [
        f"{stable} and dose of latest {noun} now {limit}",
        f"for each {noun} within {match['length']} before {day}: dose {limit}",
    ]


def _colon(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`NYHA class is at least II: unstable angina, infarction`"""
    named = items(match["items"])
    condition = match["condition"].strip()
    if all(line.names(each, ["NAME"]) for each in named):
        said = " or ".join(named)
        return [f"{condition} and ({said})" if len(named) > 1 else f"{condition} and {said}", f"{condition} or {said}"]
    owners = {line.declared.item_of(each) for each in named}
    item = owners.pop() if len(owners) == 1 else None
    if item is None or (line.declared.is_field(item) and "where" not in condition.split()):
        return []
    said = f"{item} is {' or '.join(named)}"
    return [f"{condition} and {said}", f"{condition} or {said}"]


def _cases(match: re.Match[str], _: UnreadLine) -> list[str]:
    """`≤ 1.5 × ULN, ≤ 3 × ULN with A, or ≤ 5 × ULN with B`: which limit counts for a patient with both."""
    first = f"{match['limit1'].strip()} if {match['case1'].strip()}"
    second = f"{match['limit2'].strip()} if {match['case2'].strip()}"
    return [f" ({first}, {second})", f" ({second}, {first})"]


def _if_last(match: re.Match[str], _: UnreadLine) -> list[str]:
    """`A or B if C`: whether the condition goes with both."""
    first, join, second, case = (match[group].strip() for group in ("first", "join", "second", "case"))
    if join.casefold() == "or":
        return [f"if {case}, then {first} or {second}", f"{first} or ({case} and {second})"]
    return [f"if {case}, then {first} and {second}", f"{first} and (if {case}, then {second})"]


def _change(match: re.Match[str], line: UnreadLine, apart: bool = False) -> list[str]:
    """`ALT increased by more than 25%`: against which earlier value."""
    noun = match["rows"].strip()
    if not line.names(noun, ["ROWS"]):
        return []
    way = "above" if re.match(r"(?:r[io]se|incr|gain)", match["verb"], re.IGNORECASE) else "below"
    comparator = (match["comparator"] or "at least").strip().casefold()
    comparator = {"above": "more than", ">": "more than"}.get(comparator, _SIGNS.get(comparator, comparator))
    extreme = "lowest" if way == "above" else "highest"
    limit = f"is {comparator} {match['amount'].strip()} {way}"
    if bool(match["low"]) != apart:
        return []
    if apart:
        between = f"{match['low']} to {match['high']} {match['unit']} before date of"
        return [
            f"latest {noun} ever {limit} {extreme} {noun} {between} latest {noun} ever",
            f"any {noun} ever where value {limit} {extreme} {noun} {between} {noun}",
        ]
    window = (match["window"] or "ever").strip()
    return [f"latest {noun} {window} {limit} {other} {noun} {window}" for other in ("previous", extreme)]


def _occasions(match: re.Match[str], line: UnreadLine) -> list[str]:
    """`ALT above 160 U/L on 2 occasions`"""
    noun = match["rows"].strip()
    number = {"two": "2", "three": "3", "four": "4"}.get(match["n"].casefold(), match["n"])
    if not line.names(noun, ["ROWS"]) or not number.isdigit():
        return []
    window = (match["window"] or match["rest"] or "").strip() or "ever"
    said = f"are {match['limit'].strip()}"
    return [f"any {number} consecutive {noun} {window} {said}", f"at least {number} {noun} {window} {said}"]


def _reading(variant: str | None, lines: Callable[[re.Match[str], UnreadLine], Sequence[str]], pattern: str) -> Reading:
    return Reading(variant, re.compile(pattern, re.IGNORECASE), lines)


_COMPARED: Final = r"at least|at most|up to|less than|more than|≥|≤|>=|<=|<|>"
_ALL: Final = rf"{START}(?P<at>"
_READINGS: Final = (
    _reading(
        None,
        _lengths,
        rf"\bwithin\s+(?P<first>{_LENGTH})\s+(?:or|and)\s+(?P<second>\d+\s+(?:half-li(?:fe|ves)|(?:{UNIT})\b))"
        rf"(?=\s+(?:{_SIDE}|after)\b)",
    ),
    _reading(
        "over_age",
        _older_than,
        r"(?P<at>(?:(?P<name>(?:\w+ )*?\bage)\s+(?:is\s+)?)?older than\s+(?P<years>\d+)"
        r"(?:\s+(?P<unit>years?|months?|weeks?|days?)\b)?(?:\s+of age)?)",
    ),
    _reading(
        "both_sexes",
        _both_sexes,
        r"\b(?:any\s+)?(?:males?|men|man)\s+(?:or|and)\s+(?:females?|women|woman)\s+(?:who\s+(?:is|are)\s+|and\s+)?"
        r"(?P<rest>[^,;()]+?)\s*$",
    ),
    _reading(
        "adjectives",
        _adjectives,
        _ALL + r"(?P<quantifier>any\s+|no\s+)?(?P<words>\S.*\bor\b.*\S))\s*$",
    ),
    _reading("except_records", _except_choice, rf"{_ALL}(?P<rule>\S.*?),?\s+{_EXCEPT}\s+(?P<case>[^,;()]+))\s*$"),
    *(
        _reading(
            variant,
            lines,
            rf"{_ALL}(?P<rule>[^;(]+?)\s*[;(,]\s*(?:but\s+|however,?\s+)?(?:{_PEOPLE}\s+)?(?:who\s+)?"
            rf"(?:(?:with|on|has|have|are|is|an?)\s+)*(?P<case>[^;,()]+?)\s+(?:{_LET_IN})\s*\)?)\s*\.?\s*$",
        )
        for variant, lines in (
            ("allowed", _let_in),
            ("allowed_of_list", _let_in_of_list),
            ("except_records", _except_choice),
        )
    ),
    _reading(
        "off",
        _off,
        rf"{_ALL}(?:no|not on|not taking|off|without)\s+(?P<rows>\w[\w ]*?)\s+for\s+(?:at least\s+|≥\s*|>=\s*)?"
        rf"(?P<length>{_LENGTH})(?:\s+{_SIDE}\s+(?P<day>\w[\w ]*?))?)\s*$",
    ),
    _reading("negated_and", _negated_and, rf"{_ALL}(?P<word>no|not)\s+(?P<items>[^()]+?\s(?P<join>and)\s[^()]+?))\s*$"),
    *(
        _reading(variant, _negated, rf"{_ALL}(?P<word>{words})\s+(?P<items>[^()]+?\s(?P<join>or|and)\s[^()]+?))\s*$")
        for variant, words in (("negated", "no|not|without"), ("known", "known"))
    ),
    _reading(
        "both_days",
        _both_days,
        rf"{_ALL}(?P<lead>\w[\w -]*?)\s+(?:both\s+)?(?:within|in)\s+(?:the\s+)?(?P<n>\d+)\s+(?P<unit>{UNIT})\s+"
        rf"{_SIDE}\s+and\s+on\s+(?:the\s+day\s+of\s+)?(?P<day>\w[\w ]*?)(?P<rest>\s+is\s+.+)?)\s*$",
    ),
    _reading(
        "courses",
        _courses,
        rf"{_ALL}(?:any\s+)?(?P<rows>\w[\w ]*?)\s+for\s+(?P<comparator>{_COMPARED})\s+(?P<length>{_LENGTH})\s+"
        r"(?P<window>within\s.+?))\s*$",
    ),
    _reading(
        "stable_limit",
        _stable_limit,
        rf"{_ALL}(?:on\s+)?(?:an?\s+)?(?:stable\s+)?(?:daily\s+)?dose of\s+(?P<rows>\w[\w ]*?)\s+(?:is\s+|of\s+)?"
        rf"(?P<comparator>{_COMPARED})\s*(?P<limit>{_N}\s*\S+)\s+for\s+(?:at least\s+|≥\s*|>=\s*)?(?P<length>{_LENGTH})"
        rf"(?:\s+{_SIDE}\s+(?P<day>\w[\w ]*?))?)\s*$",
    ),
    _reading(
        "so_long",
        _so_long,
        rf"{_ALL}(?:any\s+|(?P<now>on\s+|taking\s+))?(?P<rows>(?!no\b|not\b)\w[\w ]*?)\s+for\s+"
        rf"(?:at least\s+|≥\s*|>=\s*)?(?P<length>{_LENGTH}))\s*$",
    ),
    _reading(
        "colon",
        _colon,
        rf"{_ALL}(?P<condition>(?!(?:only|for|in|if|when)\b)\S[^:]*\b(?:is|are)\b[^:]*):"
        r"\s*(?P<items>\w[^:()]*))\s*$",
    ),
    _reading(
        "cases",
        _cases,
        rf"\s*,?\s*(?:or\s+)?(?:{_COMPARED})\s*(?P<limit1>{_N}[^,()]*?)\s+(?:if|with|in|for)\s+(?P<case1>[^,()]+?)\s*"
        rf"(?:,\s*(?:or|and)?|\bor\b|\band\b)\s*(?:{_COMPARED})\s*(?P<limit2>{_N}[^,()]*?)\s+(?:if|with|in|for)\s+"
        r"(?P<case2>[^,()]+?)\s*$",
    ),
    _reading(
        "if_last",
        _if_last,
        rf"{_ALL}(?P<first>(?!if\b)[^,()]*?\S)\s+(?P<join>or|and)\s+(?P<second>(?!{_COMPARED}|\d)(?:(?!\s(?:or|and|if)\s)[^,()])+?)\s+"
        r"(?:if|when)\s+(?P<case>(?:(?!\s(?:or|and)\s)[^,()])+?))\s*$",
    ),
    *(
        _reading(
            variant,
            partial(_change, apart=apart),
            rf"{_ALL}(?:any\s+|latest\s+)?(?P<rows>\w[\w ]*?)(?:\s+ever)?\s+(?:has\s+|have\s+|was\s+|is\s+)?"
            r"(?P<verb>rose|risen|increased?s?|decreased?s?|fell|fallen|dropp?e?d?s?|declined?s?|reduced|gained|lost)\s+"
            rf"(?:by|of)\s+(?P<comparator>(?:{_COMPARED})\s*)?(?P<amount>{_N}\s*(?:%|[^\W\d]\S*))"
            rf"(?:\s+within\s+(?P<low>\d+)\s*(?:to|-|–)\s*(?P<high>\d+)\s+(?P<unit>{UNIT})(?:\s+.*)?"
            r"|\s+(?P<window>within\s.+?))?)\s*$",
        )
        for variant, apart in (("change", False), ("change_apart", True))
    ),
    _reading(
        "occasions",
        _occasions,
        rf"{_ALL}(?:any\s+|latest\s+)?(?P<rows>\w[\w ]*?)(?P<window>\s+(?:within\s.+?|ever))?\s+(?:is\s+)?"
        r"(?P<limit>(?:above|below|at least|at most|more than|less than|≥|≤|>=|<=|>|<).+?)\s+on\s+(?:at least\s+)?"
        r"(?P<n>\w+)\s+(?:(?:separate|different)\s+)?(?:occasions?|readings?|measurements?)(?P<rest>\s+within\s.+?)?)\s*$",
    ),
)
