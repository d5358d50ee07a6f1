"""The claims of English wording: "over 18 years", "no more than 2.5 x ULN", "in the last six months"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from attrs import define, evolve

from protocol_dsl.lint.drift.claims import OPPOSITE, Claim, Comparison, Side
from protocol_dsl.lint.reading import Passage
from protocol_dsl.values import Unit, UnitError, parse_unit

_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Final = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_ONES: Final = "|".join(_SMALL[1:10])
_WORD: Final = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES}))?|{'|'.join(reversed(_SMALL))}|hundred|half(?!-)|once|twice"
_PERIOD: Final = r"(?:minute|hour|day|night|week|month|year)"
NUMBER: Final = re.compile(
    r"(?<![\w.,])(?:(?<![A-Za-z][-/])|(?<=[IVX]/)|(?<=[IVX][ABC]/)|(?<=[IV]-)(?=[IVX]))"
    r"(?:(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?P<ordinal>st|nd|rd|th)?(?![\d])"
    rf"|(?P<word>{_WORD})(?![\w])(?:[ ]?\((?P<same>\d+)\))?"
    rf"|(?P<article>an?|past|last|previous|preceding|next|coming|the(?=[ ]\w+[ ](?:before|prior|preceding"
    rf"|after)))(?=[ ]{_PERIOD}\b)"
    r"|(?P<roman>VIII|VII|VI|IV|IX|III|II|I|V|X)(?![\w'’]|-(?![IVX])|\.\w))",
    re.IGNORECASE,
)
_TITRE: Final = re.compile(r"1 ?: ?(\d+)")
_RANK: Final = re.compile(
    r"(?:\b(?:grades?|classe?s?|stages?|scores?|NYHA|ECOG|CTCAE|levels?|of|the|age|aged?|a|an)\s+)+$", re.I
)
_NAMED: Final = re.compile(
    r"(?:(?:RECIST|PERCIST|CTCAE|DSM|ICD|MedDRA|KDIGO|Banff|GOLD|version|v|type|phase|visit|item|cohort|arm|part|line|"
    r"protocol|section|appendix|table|figure|criterion|form|type|factor|hepatitis|stage|HLA|cluster|bipolar|axis|No|"
    r"number|trisomy|CD|HLA class|BRAF|interleukin)\.?\s*)$",
    re.IGNORECASE,
)
"""Words behind which a number is part of a name."""
_BEFORE: Final[tuple[tuple[Comparison, str], ...]] = (
    ("at least", r"at least|no less than|not less than|no fewer than|not fewer than|no lower than"
                 r"|not lower than|not below"
     r"|not under|not younger than|no younger than|no shorter than|not shorter than|no earlier than"
     r"|a minimum of|minimum(?: of)?"
     r"|≥|>=|(?:greater|more|higher|longer|older) than or equal to|equal to or (?:greater|more|higher|above"
     r"|over)(?: than)?"),
    ("at most", r"at most|no more than|not more than|no greater than|not greater than|no higher than|not higher than"
     r"|(?:not|cannot|never) exceed(?:ing)?|no longer than|not longer than|no later than|no older than"
     r"|not older than|not above|not over"
     r"|not to exceed|a maximum of|maximum(?: of)?|up to|≤|<=|(?:less|lower|fewer|younger) than or equal to"
     r"|equal to or (?:less|lower|below)(?: than)?|within|inside"),
    ("above", r"over|above|more than|greater than|exceed(?:s|ing)?|higher than|older than|longer than|>|beyond"),
    ("below", r"under|below|less than|lower than|fewer than|younger than|shorter than|<"),
    ("exactly", r"exactly"),
)  # fmt: skip
_BEHIND: Final[tuple[tuple[Comparison, str], ...]] = (
    (
        "at least",
        r",?\s*(?:or|and)\s+(?:more|older|above|greater|higher|longer|over|later|upwards?)\b(?!\s+(?:than|[≥≤<>]?\s*\d))",
    ),
    (
        "at most",
        r",?\s*(?:or|and)\s+(?:less|younger|below|lower|fewer|shorter|under|earlier)\b(?!\s+(?:than|[≥≤<>]?\s*\d))",
    ),
)
_DURING: Final = re.compile(r"\bover\s*$", re.IGNORECASE)
_LONGER: Final = re.compile(r"\s*(?:old|of age|ago|before|prior|after|since|in duration|long)\b", re.IGNORECASE)
_MORE: Final = re.compile(r"\s+(?P<words>or (?:more|less|fewer|greater|longer))(?=\s+\w)", re.IGNORECASE)
_RANGE: Final = re.compile(r"\s*(?:up to|to|and|or|through|–|-|—|%|,)\s*(?:below |above |under |over )?", re.IGNORECASE)
_AFTER_UNIT: Final = re.compile(
    r"(?:\s*\([^)]*\)|,|\s*(?:or|and)\s+(?:more|less|longer|greater|older|fewer)|\s+immediately|\s+just|\s+old"
    r"|\s+long|\s+the longer)*"
    r"\s*(?P<word>before|prior|preceding|ahead of|ago|earlier|leading up|after|following|since|later)\b",
    re.IGNORECASE,
)
_LATER: Final = re.compile(r"\b(?P<word>before|prior to|preceding|after|following)\b", re.IGNORECASE)
TIMES: Final = ((("time", 1),), (("calendar", 1),))
"""The dimensions of lengths of time."""
_AHEAD: Final = {"after", "following", "since", "later"}
_PAST: Final = re.compile(r"\b(?:past|last|previous|preceding|prior)\s*$", re.IGNORECASE)
_NEXT: Final = re.compile(r"\b(?:next|following|coming)\s*$", re.IGNORECASE)
_YEAR: Final = range(1900, 2100)


@define
class _Found:
    """A number in the text while it is read. `end`: behind its unit."""

    claim: Claim
    start: int
    digits_end: int
    end: int


def claims_of(passage: Passage) -> tuple[Claim, ...]:
    """The claims of a text, in its order."""
    found = list(_numbers(passage))
    for one, following in reversed(list(pairwise(found))):
        between = passage.text[one.end : following.start]
        if one.claim.unit is None and following.claim.unit is not None and _RANGE.fullmatch(between):
            one.claim = evolve(one.claim, unit=following.claim.unit, side=one.claim.side or following.claim.side)
        if between.strip() in ("to", "-", "–"):
            one.claim = evolve(one.claim, comparison=None)  # "within 1 to 3 months"
    return tuple(one.claim for one in found)


def _numbers(passage: Passage) -> Iterator[_Found]:
    text = passage.text
    at = 0
    while match := NUMBER.search(text, at):
        at = match.end()
        read = _number(match, text)
        if read is None:
            continue
        number, asked = read
        more = _MORE.match(text, match.end())
        unit, end = _unit(text, more.end() if more else match.end())
        if match["ordinal"]:
            if not (after := re.match(r"\s+percentile", text[match.end() :])):
                continue
            unit, end = parse_unit("percentile"), match.end() + after.end()
        if titre := _TITRE.match(text, match.start()):
            number, unit, end = Fraction(titre[1]), parse_unit("titre"), titre.end()
        day = re.search(r"\bday\s+$", text[: match.start()], re.IGNORECASE)
        if unit is None and day:
            unit = parse_unit("days")
        if match["word"] and match["word"].casefold() == "one":
            asked = unit is not None  # "one year", but not "one of"
        comparison = _comparison(text, match.start(), end, more["words"] if more else "", unit is None)
        claim = Claim(
            number,
            unit,
            text[match.start() : end],
            passage.span(match.start(), end),
            comparison,
            _side(text, match.start(), end, unit is not None and unit.dimension in TIMES),
            asked,
        )
        at = max(at, end)
        yield _Found(claim, match.start(), match.end(), end)


def _number(match: re.Match[str], text: str) -> tuple[Fraction, bool] | None:
    """A number, and whether it must be found in the rule; None of what is part of a name."""
    before, behind = text[: match.start()], text[match.end() :]
    if match["article"]:
        return Fraction(1), False
    if match["word"]:
        word = match["word"].casefold()
        if word in ("half", "once", "twice", "one", "hundred"):
            return {"half": Fraction(1, 2), "twice": Fraction(2), "hundred": Fraction(100)}.get(
                word, Fraction(1)
            ), False
        parts = re.split(r"[- ]", word)
        return Fraction(sum(_WORDS[part] for part in parts)), True
    if match["roman"]:
        if not match["roman"].isupper() or not re.search(
            r"(?:(?:class|grade|stage|NYHA|or|and|,|to)\s+|[IVX][ABC]?/|\b[IVX]+\s?[-–]\s?)$", before, re.IGNORECASE
        ):
            return None
        return Fraction(_ROMAN[match["roman"]]), bool(re.search(r"NYHA|grade", before))
    number = Fraction(match["digits"].replace(",", ""))
    if _NAMED.search(before) or re.match(rf"-(?!{_PERIOD})[A-Za-z]", behind) or re.match(r"[A-Za-z]\d", behind):
        return None
    if number.denominator == 1 and int(number) in _YEAR and re.match(r"(?!\s*(?:mg|g|m|per|/|µ))", behind):
        return None
    if (re.match(r"\d{4}$", match["digits"]) and re.match(r"-\d\d(?:-\d\d)?\b", behind)) or re.search(
        r"\d{4}-(?:\d\d-)?$", before
    ):
        return None
    return number, True


def _unit(text: str, at: int) -> tuple[Unit | None, int]:
    """The unit that stands there, the longest that can be read, and where it ends."""
    rest = text[at:]
    spaced = re.match(r"[\s-]?", rest)
    skip = spaced.end() if spaced else 0
    if times := re.match(r"\s*[x×]\s*(?:the\s+)?(?:ULN|LLN|upper|lower|institutional|baseline)", rest, re.IGNORECASE):
        return None, at + times.end()
    best: tuple[Unit | None, int] = (None, at)
    for words in range(1, 6):
        part = re.match(r"[^\s,;()]+" + r"\s[^\s,;()]+" * (words - 1), rest[skip:])
        if part is None:
            break
        written = part[0].rstrip(".:")
        if written.isdigit():
            break  # "0-1" is a range
        if written in ("a", "in", "or", "at", "as", "to", "d", "B", "C"):
            continue
        tried = re.sub(rf"\s+(?:a|an|each|every)\s+(?={_PERIOD}\b)", " per ", written)
        tried = re.sub(r"^calendar\s+", "", tried)
        tried = tried.replace("degrees ", "°") if tried.startswith("degrees ") else tried
        try:
            unit = parse_unit(tried)
        except UnitError:
            continue
        best = (unit, at + skip + len(written))
    return best


def _comparison(text: str, start: int, end: int, more: str, counted: bool) -> Comparison | None:
    for comparison, pattern in _BEHIND:
        if counted and re.match(rf"(?:\s+[a-z-]+){{1,3}}{pattern}", text[end:], re.IGNORECASE):
            return _turned(comparison, text[:start])
        if re.match(pattern, f" {more}" if more else text[end:], re.IGNORECASE):
            return _turned(comparison, text[:start])
        if re.match(r"\s+old" + pattern, text[end:], re.IGNORECASE):
            return _turned(comparison, text[:start])
    before = _RANK.sub("", text[:start]).rstrip()
    period = re.search(r"(?:minute|hour|day|week|month)s?$", text[start:end])
    if _DURING.search(before) and period and not _LONGER.match(text, end):
        return None  # "acceptable over 6 months" is during them
    for comparison, pattern in _BEFORE:
        if found := re.search(rf"(?<![\w])(?:{pattern})$", before, re.IGNORECASE):
            return _turned(comparison, before[: found.start()])
    return None


def _turned(comparison: Comparison, before: str) -> Comparison:
    """The comparison, or its opposite behind a "not"."""
    return OPPOSITE[comparison] if re.search(r"\b(?:not|never)\s+(?:be\s+)?$", before, re.IGNORECASE) else comparison


def _side(text: str, start: int, end: int, timed: bool) -> Side | None:
    if _PAST.search(text[:start]) or _PAST.match(text[start:end].partition(" ")[0]):
        return "before"
    rest = re.split(r"[.;](?:\s|$)", text[end:])[0]
    found = _AFTER_UNIT.match(rest) or (_LATER.search(rest) if timed else None)
    if found:
        return "after" if found["word"].casefold() in _AHEAD else "before"
    return "after" if _NEXT.search(text[:start]) or _NEXT.match(text[start:end].partition(" ")[0]) else None
