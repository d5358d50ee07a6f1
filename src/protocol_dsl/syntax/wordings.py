"""What writers bring from other ways of writing, as a table: how it is typed, and how it is said here.

A row is looked at only where a line cannot be read, around what could not be read in it. Its code and variant say which
message tells of it; `said` are the words in its place, several where it has several readings. How sure they are is
graded on the page of the code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import frozen

from protocol_dsl.syntax.words import TIME_WORDS

Said: TypeAlias = str | Callable[[re.Match[str]], str | None]
"""Words in the place of a match: a template of `re`, or what makes them; None where the row does not fit after all."""

GAP: Final = "…"
"""Stands for what only the writer can say."""


@frozen
class Wording:
    """A habit. A group `at` of its pattern is what is replaced, without one all of it; `needs`: what the groups are."""

    code: str
    variant: str | None
    pattern: re.Pattern[str]
    said: tuple[Said, ...]
    needs: tuple[tuple[str, str], ...]
    of_unknown_words: bool
    """Whether it is a habit only where the words are not declared; a declared word has its meaning."""


def row(
    code: str, variant: str | None, pattern: str, *said: Said, of_unknown_words: bool = False, **needs: str
) -> Wording:
    return Wording(code, variant, re.compile(pattern, re.IGNORECASE), said, tuple(needs.items()), of_unknown_words)


# ---- parts of patterns ----------------------------------------------------------------------------------------------

UNIT: Final = "|".join(sorted(TIME_WORDS, key=len, reverse=True))
START: Final = r"^\s*(?:[-–—•*]\s+)?"
_FRACTIONS: Final = {"½": "5", "¼": "25", "¾": "75"}
_ENTITIES: Final = {
    "&nbsp;": " ",
    "&amp;": "and",
    "&gt;=": "≥",
    "&lt;=": "≤",
    "&ge;": "≥",
    "&le;": "≤",
    "&gt;": ">",
    "&lt;": "<",
    "&quot;": "",
    "&micro;": "µ",
    "&times;": "×",
    "&ndash;": "–",
    "&deg;": "°",
    "&mu;": "µ",
    "&sup2;": "²",
}


# ---- words in the place of a match ----------------------------------------------------------------------------------


def _unquoted(match: re.Match[str]) -> str:
    """Without its quotation marks; the apostrophe within a word stays."""
    mark = match["quote"]
    return re.sub(rf"(?<!\w){mark}|{mark}(?!\w)", "", match[0]).strip()


def items(text: str) -> list[str]:
    """The parts of an enumeration: `'ALS', 'PLS' or PMA`."""
    parts = re.split(
        r"\s*(?:[,;]\s*(?:and|or)\b|[,;/|]|\band\b|\bor\b)\s*", text.strip(" \t.()[]{}"), flags=re.IGNORECASE
    )
    return [part for each in parts if (part := each.strip(" \t'\""))]


def choices(match: re.Match[str]) -> str | None:
    parts = items(match["items"])
    if match["no"]:
        return f"is neither {' nor '.join(parts)}" if len(parts) > 1 else f"is not {parts[0]}" if parts else None
    return f"is {' or '.join(parts)}" if parts else None


def joined_by(word: str) -> Said:
    return lambda match: f" {word} ".join(items(match["items"]))


def joined_in_line(word: str) -> Said:
    """What a function joins, in brackets where more is joined to it."""

    def said(match: re.Match[str]) -> str:
        joined = f" {word} ".join(items(match["items"]))
        before = match.string[: match.start()].strip(" -–—•*")
        return joined if match["more"] is None and not before else f"({joined})"

    return said


def if_then(match: re.Match[str]) -> str:
    groups = match.groupdict()
    otherwise = groups.get("otherwise")
    said = f"if {groups['case'].strip()}, then {groups['then'].strip()}"
    return f"{said}, otherwise {otherwise.strip()}" if otherwise else said


def _fraction(match: re.Match[str]) -> str | None:
    """`1 ½ years`, `1.5 years`, `half a year`: years as months; `18½`: a decimal."""
    whole, unit = int(match["n"] or 0), (match["unit"] or "").casefold()
    part = _FRACTIONS.get(match["part"], match["part"].lstrip(".")) if match["part"] else "5"
    if TIME_WORDS.get(unit) == "year":
        months = whole * 12 + round(12 * float(f"0.{part}"))
        return f"{months} months"
    return f"{whole}.{part} {unit}".strip() if not unit else None


def _entity(match: re.Match[str]) -> str | None:
    return _ENTITIES.get(match[0].casefold())


def _narrow(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0]).replace("。", ".").replace("、", ",")


def _power_of_ten(match: re.Match[str]) -> str:
    power = unicodedata.normalize("NFKC", match["power"])
    return f"{match['n']}x10^{power}/{match['per']}"


def _two_limits(match: re.Match[str]) -> str:
    """`18 <= age <= 65`"""
    low = "at least" if match["first"] in ("<=", "=<", "≤") else "above"
    high = "at most" if match["second"] in ("<=", "=<", "≤") else "below"
    return f"{match['name']} is {low} {match['low']} and {high} {match['high']}"


def _at_a_time(words: str) -> tuple[Said, ...]:
    return f"{words} ever", f"{words} within {GAP} before {GAP}"


# ---- the table ------------------------------------------------------------------------------------------------------

_EMPTY: Final = r"(?:null|none|missing|empty|blank|nil|undefined|nan|unavailable|not available|unknown|n/?a)"
OF_FORMULAS: Final[tuple[Wording, ...]] = (
    # What a web page or a word processor has put in.
    row("P128", None, r"&(?:gt;=|lt;=|[a-z0-9]+;)", _entity),
    row("P128", None, r"[！-～。、]+", _narrow),
    row("P128", None, r"(?P<mark>\*\*|__)(?P<said>.+?)(?P=mark)", r"\g<said>"),
    row("P128", None, rf"(?:(?P<n>\d+)\s*)?(?P<part>[½¼¾])(?:\s*(?P<unit>{UNIT})\b)?", _fraction),
    row(
        "P128",
        "power",
        r"(?P<n>\d+(?:\.\d+)?)\s*[x×*·]\s*10\s*(?:\^\s*|\*\*|e|E)?(?P<power>[⁰¹²³⁴-⁹]+|(?<=\^)\d+|(?<=e)\d+)\s*/\s*(?P<per>µ?[lL])\b",
        _power_of_ten,
    ),
    row("P128", "gap", r"…|\.{3,}"),
    row("P128", "footnote", r"(?<=\w)(?:[*†‡§]|[¹²³](?!\S))+(?=\s|$)", ""),
    # Signs and functions of formulas, spreadsheets and databases.
    row("P127", "quotes", r"(?<!\w)(?P<quote>[\"']).*(?P=quote)(?!\w)", _unquoted),
    row(
        "P127",
        None,
        START
        + r"(?P<at>case\s+when\s+(?P<case>.+?)\s+then\s+(?P<then>.+?)(?:\s+else\s+(?P<otherwise>.+?))?\s+end)\s*$",
        if_then,
    ),
    row(
        "P127",
        None,
        START
        + r"(?P<at>=?\s*if\s*\(\s*(?P<case>[^();,]*)[;,](?P<then>[^();,]*)(?:[;,](?P<otherwise>[^();,]*))?\))\s*$",
        if_then,
    ),
    *(
        row(
            "P127",
            None,
            # The name of a function stands right before its bracket, and nothing that it could join before it.
            rf"(?:^\s*(?:[-–—•*]\s+)?|[&|(]\s*)(?P<at>{function}\(\s*(?P<items>[^()]*[;,][^()]*)\))"
            r"(?P<more>(?=\s*(?:\b(?:and|or|not)\b|[&|])))?",
            joined_in_line(join),
        )
        for function, join in (("(?:and|all)", "and"), ("(?:or|any)", "or"))
    ),
    row(
        "P127",
        "one_of",
        r"(?:^\s*(?:[-–—•*]\s+)?|\b(?:and|or|if|then)\s+|[&|(]\s*)(?P<at>(?P<name>\w[\w ]*?)"
        r"\s+(?:(?:is|are)\s+)?(?P<no>not\s+)?in\s*[(\[{](?P<items>[^)\]}]*)[)\]}])(?=\s*(?:\band\b|&))",
        lambda match: f"({match['name']} {choices(match)})",
        name="NAME",
        items="CHOICE",
    ),
    row(
        "P127",
        "one_of",
        r"(?:\b(?:is|are)\s+)?\b(?P<no>not\s+)?in\s*[(\[{](?P<items>[^)\]}]*)[)\]}]",
        choices,
        items="CHOICE",
    ),
    row(
        "P127",
        "one_of",
        r"(?:\b(?:is|are)\s+)?\b(?P<no>not\s+)?in\s+(?P<items>[^()\[\]{}]*[,|][^()\[\]{}]*)",
        choices,
        items="CHOICE",
    ),
    row(
        "P125",
        "one_of",
        r"\b(?:is|are)\s+(?P<no>not\s+)?(?:one of|any of|either of|either|among)\s+(?P<items>[^.;()]+)",
        choices,
        items="CHOICE",
    ),
    row("P125", "one_of", r"\b(?:is|are)\s+(?P<no>not\s+)?(?P<items>[^.()]+[,;][^.()]+)", choices, items="CHOICE"),
    row("P127", "contains", r"\b(?:contains?|like|matches|equals|eq)\b", "is"),
    row("P127", "recorded", rf"(?:\b(?:is|are)|=+)\s*{_EMPTY}\b", "is not recorded"),
    row("P127", "recorded", rf"(?:\b(?:is|are)\s+not|<>|!=|≠)\s*{_EMPTY}\b", "is recorded"),
    row("P127", "recorded", r"\b(?:is|are)\s+available\b", "is recorded"),
    row(
        "P127",
        "is_known",
        START + r"(?P<at>(?P<name>\w[\w ]*?)\s+is\s+(?P<no>not\s+)?known)\s*$",
        lambda match: f"{match['name']} is {match['no'] or ''}recorded",
        lambda match: f"{match['no'] or ''}known {match['name']}",
        name="NAME",
    ),
    row(
        "P127", "several", r"\b(?:count|len|length|countif)\s*\(\s*(?P<rows>[\w ]+?)\s*\)", *_at_a_time(r"number of \1")
    ),
    row("P127", "several", r"\bcount of\s+(?P<rows>\w+)", *_at_a_time(r"number of \1")),
    row("P127", "function_of", r"\b(?:max|maximum|highest)\s*\(\s*(?P<rows>[\w ]+?)\s*\)", *_at_a_time(r"highest \1")),
    row("P127", "function_of", r"\b(?:min|minimum|lowest)\s*\(\s*(?P<rows>[\w ]+?)\s*\)", *_at_a_time(r"lowest \1")),
    row("P127", "function_of", r"\b(?:avg|average|mean)\s*\(\s*(?P<rows>[\w ]+?)\s*\)", *_at_a_time(r"mean of \1")),
    row("P127", "function_of", r"\b(?:latest|last)\s*\(\s*(?P<rows>[\w ]+?)\s*\)", *_at_a_time(r"latest \1")),
    *(
        row("P127", variant, rf"\b{function}\s*\(\s*(?P<rows>[\w ]+?)\s*\){time}", *said)
        for function, word in ((r"not\s+exists", "no"), ("exists", "any"))
        for variant, time, said in (
            (None, r"(?=\s+(?:within|ever|now|before|after|since|during|between|on)\b)", (rf"{word} \1",)),
            ("exists", "", _at_a_time(rf"{word} \1")),
        )
    ),
    row(
        "P127",
        "xor",
        START + r"(?P<at>(?P<first>\w[\w ]*?)\s+xor\s+(?P<second>\w[\w ]*?))\s*$",
        r"(\g<first> or \g<second>) and not (\g<first> and \g<second>)",
        first="NAME",
        second="NAME",
    ),
    row("P127", "query_where", START + r"(?P<at>select\s.+?\bwhere\s+(?P<rest>\S.*))$", r"\g<rest>"),
    row("P127", "query", START + r"(?P<at>select\s+.+?)\s*$"),
    row("P127", "today", r"\b(?:today|now|getdate|current_date)\s*\(\s*\)|\btoday\b"),
    row("P127", "function_other", r"\b[^\W\d]\w*\((?=.*\))"),
    row("P127", "bracket", r"\[\s*(?:\w+\s*:\s*)?(?P<name>[\w ]+?)\s*\]", r"\1"),
    row("P127", "point", r"\b(?:patient|subject)\.(?P<b>[a-z][\w]*)", r"\g<b>"),
    row("P127", "point", r"\b(?P<a>[^\W\d]\w{2,})\.(?P<b>[a-z]\w{2,})\b", r"\g<a>", r"\g<b>"),
    row("P127", "underscore", r"\b[^\W_]+(?:_[^\W_]+)+\b", lambda match: match[0].replace("_", " ")),
    row("P127", None, r"\s*,?\s*\belse\b\s*", ", otherwise "),
    row("P127", None, r"\s*&&?\s*", " and "),
    row("P127", None, r"\s*\|\|?\s*", " or "),
    row("P127", None, r"!\s*(?=[\w(])", "not "),
    row("P127", None, r">\s+=", ">="),
    row("P127", None, r"<\s+=", "<="),
    row("P127", None, START + r"(?P<name>\w[\w ]*?)(?P<at>\s*:\s*)(?=\S)", " is ", name="NAME"),
    row("P127", None, START + r"(?P<at>if\s+(?P<case>[^:]+?)\s*:\s*(?P<then>\S.*))$", if_then),
    row(
        "P127",
        "limits",
        r"(?P<low>[^\s<>=≤]+)\s*(?P<first><=|=<|≤|<)\s*(?P<name>[\w .-]+?)\s*(?P<second><=|=<|≤|<)\s*(?P<high>\S.*)$",
        _two_limits,
    ),
)
