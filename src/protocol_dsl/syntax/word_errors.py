"""What to tell the writer of words that are neither declared nor of the language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from protocol_dsl.diagnostics import Copyable, Diagnostic, Edit, Grade, Problems, corrected_line, nearest, opposite
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.declarations import Declarations
from protocol_dsl.syntax.habits import habit_at
from protocol_dsl.syntax.lexer import UnknownWords
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.readings import READINGS
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.words import COMPARATORS, NOTES, SELECTORS
from protocol_dsl.values import UnitError, parse_unit

NUMBER: Final = re.compile(r"[.,]?\d[\d.,]*\w*")
PROSE: Final = 3
"""So many unknown pieces in one line are a sentence of the source, not misspelt names."""
MOST_NAMED: Final = 5
"""Of the words of such a line, so many are named."""
YES: Final = ("yes", "true", "y")
ANSWERS: Final = (*YES, "false", "n")
SPELT: Final = ("kg", "mmhg", "cm", "ml", "dl", "bpm")
"""Units that no other unit is told apart from by its capitals alone."""
SMALL: Final = ("either", "both", "at", "by", "for", "per", "with", "as", "has", "have", "who", "that", "which", "than")
"""Words that belong to a name or to nothing."""
JOINING: Final = ("but", "off", "without")
"""Words that begin a second condition in ordinary sentences; without them the line would mean something else."""
PEOPLE: Final = ("patient", "patients", "subject", "subjects", "participant", "participants", "he", "she", "they")
"""Whom every rule is about, so that nobody needs to be named."""
POSSESSIVE: Final = re.compile(r"(\w+)'s(?!\w)")
"""Whose fact it is: `mother's age`."""
TIMES: Final = (
    *("recent", "recently", "prior", "previous", "previously", "past", "current", "active", "ongoing", "concomitant"),
    *("concurrent", "new", "old", "chronic"),
)
"""Words that leave open which time is meant."""
AGGREGATES: Final = {"mean": "mean of", "total": "total of"}
"""What may be meant by such words before the name of a series."""
FOLLOWING: Final = ("longer", "shorter", "later", "earlier", "greater", "for")
"""What follows from such words, and is mended with them."""
NEGATED: Final = re.compile(r"(?:cannot|can't|can not|unable|not|non|never|without|no)\b", re.IGNORECASE)
CANNOT: Final = re.compile(r"^(?:cannot|can't|can not)\b", re.IGNORECASE)
NEAR_BY: Final = 3
"""So many words further a series is looked for that unknown words belong to."""
MOST_REPORTED: Final = 20
"""Of so many unknown words of one rule each is reported; a line of nothing else would take minutes to explain."""
BETWEEN_CHOICES: Final = (
    *COMPARATORS, "NOT", "NEITHER", "NOR", "OR", "OR_VALUE", "CHOICE", "BETWEEN", "AND", "AND_VALUE",
)  # fmt: skip


def report_unknown_words(
    unknown: Sequence[UnknownWords], lexemes: Sequence[Lexeme], declarations: Declarations
) -> None:
    """Report each of the words, with the nearest that may have been meant."""
    if not unknown:
        return
    places = {lexeme.span: at for at, lexeme in enumerate(lexemes) if lexeme.text}
    names = [*declarations.vocabulary.names(), *NOTES]
    source = declarations.problems.source
    for _, line in groupby(unknown[:MOST_REPORTED], key=lambda words: source.line_of(words.span.start)):
        in_line = list(line)
        number: Span | None = None
        habit: str | None = None
        spans = [words.span for words in in_line]
        in_other_words = [
            told for words in in_line if (told := habit_at(words.span, lexemes, source, declarations, spans))
        ]
        is_prose = sum(any(map(str.isalpha, words.text)) for words in in_line) >= PROSE
        if is_prose and not any(_is_plain(told, spans, source) for told in in_other_words[:1]):
            _report_prose(in_line, declarations.problems)
            continue
        if in_other_words:
            declarations.problems.found.append(in_other_words[0])
            continue
        for words in in_line:
            if habit in ("whichever", "stable") and words.text.casefold() in FOLLOWING:
                continue  # `whichever is longer`, `stable dose … for 90 days`
            habit = _habit(words.text)
            # The unit after a number that could not be read, or the rest of a unit, is not a second problem.
            place = places.get(words.span, 0)
            if number is None or source.text[number.end : words.span.start].strip(" /"):
                _report(words, lexemes, place, names, declarations)
            is_unit = place > 0 and lexemes[place - 1].is_a("NUMBER")
            number = words.span if is_unit or NUMBER.fullmatch(words.text) else None


def _is_plain(told: Diagnostic, unknown: Sequence[Span], source: SourceText) -> bool:
    """Whether a habit is told of a line that is mostly not read: a plain one, or the one word that is not read."""
    place = told.span
    if place is not None and " " not in source.slice(place):  # `b.i.d.`
        return all(place.start <= each.start and each.end <= place.end for each in unknown)
    return told.code == READINGS or any(fix.grade is Grade.CERTAIN for fix in told.fixes)


def _report_prose(unknown: Sequence[UnknownWords], problems: Problems) -> None:
    span = Span.cover(unknown[0].span, unknown[-1].span)
    found = [f'"{words.text}"' for words in unknown if words.text != "."]
    shown = Copyable(", ".join(found[:MOST_NAMED]) + (", …" if len(found) > MOST_NAMED else ""))
    line = Copyable(problems.source.line(problems.source.line_of(span.start)).strip(" -–—•*\t"))
    problems.report("P201", span, variant="prose", name=shown, line=line)


def _report(
    words: UnknownWords, lexemes: Sequence[Lexeme], place: int, names: list[str], declarations: Declarations
) -> None:
    problems, text, span = declarations.problems, words.text, words.span
    compared = _compared(lexemes, place)
    choices = declarations.choices_of(compared.text) if compared is not None else ()
    if NUMBER.fullmatch(text):
        problems.report("P116", span, variant="number", found=text)
    elif not re.search(r"\w", text):
        problems.report("P123", span, found=text)
    elif (unit := _meant_unit(words, lexemes, place)) is not None:
        line = _line_with(problems, span, unit)
        spelt = "spelt" if text.casefold().rstrip("s.") in SPELT and unit.casefold() in SPELT else None
        problems.report("P317", span, variant=spelt, found=text, unit=unit, line=line)
    elif text.endswith(" judges"):
        problems.report("P313", span, variant="nobody", judge=text.removesuffix(" judges"))
    elif compared is not None and choices:
        begun = [choice for choice in choices if choice.casefold().startswith(text.casefold())]
        near = begun if len(begun) == 1 else nearest(text, choices)
        problems.report(
            "P305",
            span,
            variant="nearest" if near else None,
            found=text,
            name=compared.text,
            kind=f"one of {', '.join(choices)}",
            nearest=near[0] if near else "",
            example=f"{compared.text} is {choices[0]}",
        )
    elif compared is not None and declarations.is_coded(compared.text):
        near = nearest(text, names)
        problems.report(
            "P201",
            span,
            variant="nearest" if near else "word",
            name=text,
            nearest=near[0] if near else "",
            compared=compared.text,
            list=plural(text),
            of=plural(compared.text),
        )
    elif compared is not None and text.casefold() in ANSWERS:
        yes = text.casefold() in YES
        negated = any(each.is_a("NOT") and compared.span.end <= each.span.start < span.start for each in lexemes)
        line = corrected_line(
            problems.source,
            Span(compared.span.start, span.end),
            compared.text if yes != negated else f"not {compared.text}",
        )
        problems.report("P306", span, variant="answered", name=compared.text, line=line)
    elif (owner := POSSESSIVE.match(text)) is not None:
        last = _end_of_name(lexemes, place)
        whole = " ".join([owner[1], *text.split()[1:], *(each.text for each in lexemes[place + 1 : last + 1])])
        near = nearest(whole, names)
        problems.report(
            "P201",
            Span(span.start, lexemes[last].span.end),
            variant="whose_nearest" if near else "whose",
            name=text,
            nearest=near[0] if near else "",
            example=whole,
        )
    elif text.casefold() in ("percentage points", "percentage point", "percent points"):
        problems.report("P201", span, variant="points", name=text)
    elif text.casefold() in PEOPLE:
        problems.report("P201", span, variant="person", name=text)
    elif text.casefold() in SMALL:
        problems.report("P201", span, variant="small", name=text)
    elif (turned := opposite(text, names)) is not None:
        joined = any(each.is_a("AND", "OR", "OR_VALUE") for each in lexemes)
        line = corrected_line(problems.source, span, f"(not {turned})" if joined else f"not {turned}")
        problems.report("P201", span, variant="opposite", name=text, nearest=turned, line=line)
    else:
        series = _series_after(lexemes, place)
        near = nearest(text, names)
        if series and text.casefold() in AGGREGATES:
            near = [AGGREGATES[text.casefold()]]
        elif series and text.casefold() in SELECTORS:
            near = []  # `any first stroke`: an adjective, for which no name stands
        elif text.casefold() == "prior" and place and lexemes[place - 1].is_a("TIME"):
            near = ["before"]
        if near and bool(NEGATED.match(text)) != bool(NEGATED.match(near[0])):
            near = [f"not {near[0]}"]
        elif (can := CANNOT.sub("can", text)) != text and can.casefold() in map(str.casefold, names):
            near = [f"not {can}"]  # `cannot stop it` beside a declared `can stop it`
        variant = "nearest" if near else "dose" if series and text.casefold() == "dose" else _habit(text)
        first, _, more = text.partition(" ")
        kind = "joining" if first.casefold() in JOINING else "small" if more and first.casefold() in SMALL else None
        if variant is None and kind is not None:
            problems.report("P201", Span(span.start, span.start + len(first)), variant=kind, name=first)
            return
        name = text.split()[0] if variant == "when" else text
        series = series or " ".join(text.split()[1:]) or "stroke"
        if near:
            span = _with_begun(problems, span, near[0])
        kind = _kind_after(problems, lexemes, place)
        problems.report(
            "P201", span, variant=variant, name=name, nearest=near[0] if near else "", series=series, kind=kind
        )


def _with_begun(problems: Problems, span: Span, near: str) -> Span:
    """The place of unknown words, with the first words of the name that is meant if they stand before it."""
    start = problems.source.line_start(problems.source.line_of(span.start))
    before = problems.source.text[start : span.start].casefold()
    first = near.casefold().split()
    for count in range(len(first) - 1, 0, -1):
        begun = re.search(rf"(?<!\w)(?:the\s+)?{re.escape(' '.join(first[:count]))}\s+$", before)
        if begun is not None:
            return Span(start + begun.start(), span.end)
    return span


def _kind_after(problems: Problems, lexemes: Sequence[Lexeme], place: int) -> str:
    """What unknown words that are compared hold: the unit of the number that stands there, otherwise yes or no."""
    following = [each for each in lexemes[place + 1 : place + 5] if not each.is_a("IS", *COMPARATORS)]
    compared = lexemes[place + 1 : place + 2] and lexemes[place + 1].is_a("IS", *COMPARATORS)
    if not (compared and following and following[0].is_a("NUMBER")):
        return "yes/no"
    return following[1].text if len(following) > 1 and following[1].is_a("UNIT", "TIME", "PERCENT") else "number"


def _habit(text: str) -> str | None:
    """Words that sources use and that have no agreed meaning: which of them these are."""
    first = text.casefold().split()[0]
    if first in ("whichever", "stable"):
        return first
    return "when" if first in TIMES else None


def _series_after(lexemes: Sequence[Lexeme], place: int) -> str:
    """The series that is named right after the words at a place."""
    following = lexemes[place + 1 : place + 1 + NEAR_BY]
    return next((singular(lexeme.text) for lexeme in following if lexeme.is_a("ROWS")), "")


def _end_of_name(lexemes: Sequence[Lexeme], place: int) -> int:
    """The last of the words from a place on that a name could be made of."""
    while place + 1 < len(lexemes) and lexemes[place + 1].is_a("NAME", "CHOICE", "ROWS"):
        place += 1
    return place


def _compared(lexemes: Sequence[Lexeme], place: int) -> Lexeme | None:
    """The name that is compared with the words at a place: `diagnosis is ALS or …`."""
    for at in range(place - 1, 0, -1):
        if lexemes[at].is_a("IS"):
            return lexemes[at - 1] if lexemes[at - 1].is_a("NAME") else None
        if not lexemes[at].is_a(*BETWEEN_CHOICES):
            return None
    return None


def _meant_unit(words: UnknownWords, lexemes: Sequence[Lexeme], place: int) -> str | None:
    """The unit that was meant by a word after a number, such as `Kg`."""
    if place == 0 or not lexemes[place - 1].is_a("NUMBER"):
        return None
    try:
        return parse_unit(words.text).symbol
    except UnitError as error:
        return error.nearest


def _line_with(problems: Problems, span: Span, words: str) -> Copyable:
    """The line of a place, with other words there."""
    source = problems.source
    line, start = source.line(source.line_of(span.start)), source.line_start(source.line_of(span.start))
    text = line[: span.start - start] + words + line[span.end - start :]
    return Copyable(text.strip(" -–—•*\t"), Edit(span, words))
