"""What to tell the writer when a sentence can't be read: what was found, what may stand there, and why.

One module, since the cases are tried in turn, each on what the ones before it left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lark.exceptions import UnexpectedToken

from protocol_dsl.diagnostics import Copyable, Diagnostic, corrected_line, report
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.counted import counted_series
from protocol_dsl.syntax.habits import habit_at
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.unread_line import Declared
from protocol_dsl.syntax.vocabulary import plural, singular
from protocol_dsl.syntax.words import COMPARATORS, PHRASES

AFTER_IS = frozenset(
    {
        *("BETWEEN", "WITHIN", "BEFORE", "AFTER", "ON", "ON_OR_BEFORE", "ON_OR_AFTER", "SINCE", "DURING", "NEITHER"),
        *("NORMAL", "STABLE_FOR", "IN_LIST", "RECORDED"),
    }
)
"""What stands after "is"."""
NOUNS = frozenset({"ROWS", "NAME", "CHOICE", "OR_NOUN"})
"""What a series may be named by: its name, and words before it."""
WINDOW_STARTS = frozenset({"WITHIN", "DURING", "SINCE"})
TIMES = frozenset({*WINDOW_STARTS, "BEFORE", "AFTER", "ON", "ON_OR_BEFORE", "ON_OR_AFTER", "BETWEEN", "EVER", "NOW"})
ORS = frozenset({"OR", "OR_VALUE", "OR_NOUN", "OR_LIST"})
LENGTHS = frozenset({"TIME", "HALF_LIVES"})
VALUE_STARTS = frozenset(
    {
        *("NAME", "CHOICE", "NUMBER", "DAY", "LPAR", "COMPLETED", "SELECTOR", "NUMBER_OF", "MEAN_OF", "FUNCTION"),
        *("ULN", "LLN", "TITRE"),
    }
)
NAMED: Final = {
    "LIST": "the name of a list",
    "PERIOD": "the name of a period",
}
"""Names of other things than data, in words."""
SAID: Final = (
    *("IS", "AND", "OR", "THEN", "TO", "UNTIL", "BEFORE", "AFTER", "FROM", "INCLUSIVE", "OF", "NOR", "EVER", "NOW"),
    *("APART", "ABOVE", "BELOW", "PER", "WHERE"),
)
"""Words of the language that a message names, the most telling first."""


def sentence_error(
    error: UnexpectedToken, lexemes: Sequence[Lexeme], source: SourceText, span: Span, declared: Declared
) -> Diagnostic:
    """Put Lark's complaint into the writer's words."""
    at = error.token.column if error.token.type != "$END" and error.token.column is not None else len(lexemes)
    bare = _bare_records_after(lexemes, at, frozenset(error.accepts or error.expected))
    at = at if bare is None else bare
    found = lexemes[at] if at < len(lexemes) else None
    before = next((lexeme for lexeme in reversed(lexemes[:at]) if lexeme.text), None)
    opened = _opened(lexemes[:at])
    place = found.span if found is not None and found.text else Span(span.end - 1, span.end)
    if before is not None and (found is None or not found.text):
        place = before.span
    if (told := habit_at(_with_known(place, lexemes[:at]), lexemes, source, declared)) is not None:
        return told
    expected = frozenset(error.accepts or error.expected)
    code, variant = _code(found, before, expected, lexemes[:at], lexemes[at + 1 :], opened)
    if bare is not None:
        code, variant = "P122", None
    if code == "P113" and opened is not None:
        place = opened.span
    if found is not None and found.is_a("DASH"):
        place = lexemes[at + 1].span
    if (code, variant) == ("P122", "not_rows") and before is not None and not _is_name(found):
        found, place = before, before.span
    if code == "P121" and found is not None and found.is_a("WHERE"):
        counted = counted_series(lexemes, at, source)
        if counted is not None:
            return report(code, source, place, variant="counted", labels=(), where=None, **counted)
    if found is not None and found.is_a("AND", *ORS):
        # The same word can stand there, with something else after it.
        expected -= {"AND", *ORS}
    if (code, variant) == ("P111", None) and (rows := _rows_after_joint(lexemes, at)) is not None:
        at, found, place, code = rows, lexemes[rows], lexemes[rows].span, "P122"
        variant = "of_both" if _denied_before(lexemes[:at]) is not None else None
    values: dict[str, str] = {}
    if code == "P410":
        values.update(_and_or(source, lexemes, at))
    elif variant == "no_day" and (fact := _one_value(before, lexemes[:at], lexemes[at + 1 :])) is not None:
        values["fact"] = fact.text
    elif variant == "of_both":
        values.update(_of_both(source, lexemes, at))
    elif code == "P122" and variant != "not_rows":
        values.update(_which_records(source, lexemes, at))
    values.update(_with_ends(source, place) if variant == "ends" else _windows(lexemes, at))
    return report(
        code,
        source,
        place,
        variant=variant,
        labels=(),
        where=None,
        found=found.text.removeprefix(", ") if found is not None and found.text else "the end of the line",
        after=before.text if before is not None else "the beginning of the line",
        expected=Copyable(_expected_words(expected)),
        line=_mended_line(variant, source, lexemes, at) or _line_text(source, place),
        name=next((one.text for one in reversed(lexemes[:at]) if one.is_a("FUNCTION")), "")
        if variant == "formula"
        else lexemes[at - 2].text
        if at >= 2
        else "",
        example=lexemes[at - 2].text if at >= 2 else "",
        row=singular(found.text) if found is not None else "",
        rows=plural(singular(found.text)) if found is not None else "",
        **values,
    )


def _bare_records_after(lexemes: Sequence[Lexeme], at: int, expected: frozenset[str]) -> int | None:
    """Where, behind an "or" that may stand, a series is compared of which nothing says which record is meant.

    In `… or dizzy or SBP < 100 mmHg` it is read as the noun of the words before it, so the first "or" is refused.
    """
    if not {"AND", "OR"} & expected:
        return None
    while at + 2 < len(lexemes) and lexemes[at].is_a("AND", *ORS):
        if lexemes[at + 1].is_a("ROWS"):
            return at + 1 if lexemes[at + 2].is_a("IS", *COMPARATORS) else None
        if not lexemes[at + 1].is_a("NAME"):
            return None
        at += 2
    return None


def _with_known(place: Span, earlier: Sequence[Lexeme]) -> Span:
    """The place, with the `no known` before a name that is no series."""
    start = len(earlier) - 1
    while start > 0 and earlier[start].is_a("NAME", "CHOICE"):
        start -= 1
    if start > 0 and earlier[start].is_a("KNOWN") and earlier[start - 1].is_a("NO"):
        return Span(earlier[start - 1].span.start, place.end)
    return place


def _code(
    found: Lexeme | None,
    before: Lexeme | None,
    expected: frozenset[str],
    earlier: Sequence[Lexeme],
    later: Sequence[Lexeme],
    opened: Lexeme | None,
) -> tuple[str, str | None]:
    ended = found is None or found.is_a("NEWLINE", "DEDENT", "INDENT")
    in_list = any(lexeme.is_a("DASH") for lexeme in earlier)
    if found is not None and found.is_a("COLON") and len(later) > 1 and later[1].is_a("INDENT"):
        return "P114", None
    if found is not None and found.is_a("DASH"):
        return "P115", "bullet"
    if _is_formula(before, earlier):
        return "P111", "formula"
    if found is not None and found.is_a("IS") and _compared_already(earlier):
        return "P120", None
    if found is not None and found.is_a("IS") and len(earlier) > 1 and earlier[-2].is_a("NOT"):
        return "P111", "not"
    if found is not None and before is not None and found.is_a("SHORTER_OF", "LONGER_OF") and before.is_a("UNTIL"):
        return "P111", "until_the_longer"
    if found is not None and found.is_a("RECORDED") and later and later[0].is_a(*COMPARATORS):
        return "P111", "recorded_apart"
    if found is not None and (by_case := _by_case(found, before, earlier, later)) is not None:
        return "P111", by_case
    if found is not None and found.is_a("RPAR") and opened is None:
        return "P113", "closed"
    if expected - {"DEDENT"} == {"DASH"}:
        return "P115", None
    if expected == {"RPAR"} or (ended and "RPAR" in expected):
        return "P113", None
    if before is not None and before.is_a("COLON") and ended:
        return "P107", "judged"
    if "ROWS" in expected and expected - {"OF"} <= NOUNS and (_is_name(found) or _is_name(before)):
        return "P122", "not_rows"
    if (variant := _time_left_open(found, before, expected, earlier, later)) is not None:
        return variant
    if found is not None and found.is_a("NO") and before is not None and before.is_a("IS"):
        return "P306", "answered"
    if found is not None and found.is_a("DIVIDED_BY") and before is not None and before.is_a("AND"):
        return "P410", None
    if found is not None and found.is_a("UNLESS"):
        return "P117", None
    if found is not None and found.is_a("WHERE", "EXCEPT", "OTHERWISE"):
        return "P121", None
    if ended and "THEN" in expected:
        return "P111", "then"
    if found is not None and found.is_a("COMMA") and before is not None and before.is_a("NUMBER"):
        return "P116", "stray_comma"
    if found is not None and found.is_a("COMMA") and "THEN" in expected:
        return "P111", "then_comma"
    if found is not None and found.is_a("COMMA") and _case_follows(later):
        return "P111", "case"
    joined = bool(later) and later[0].is_a("AND", *ORS) and _ends(later[1:])
    if in_list and found is not None and found.is_a("COMMA") and joined:
        return "P110", "joined"
    if found is not None and found.is_a("COMMA"):
        return "P111", "comma"
    if found is not None and found.is_a(*COMPARATORS, *AFTER_IS) and "IS" in expected:
        return "P111", "verb" if found.is_a(*COMPARATORS, "BETWEEN") else "verb_of_time"
    if found is not None and found.is_a("NAME", "CHOICE", "NUMBER", "ROWS") and "AND" in expected:
        value = "IS" in expected and found.is_a("CHOICE", "NUMBER") and _is_name(before)
        if found.is_a("ROWS") and _is_name(before) and not value:
            return "P122", None
        return "P111", "no_verb" if value else "side_by_side"
    if found is not None and found.is_a(*COMPARATORS) and len(earlier) > 1 and earlier[-1].is_a("OF"):
        return "P111", "of"
    if in_list and ended and before is not None and before.is_a("AND", *ORS):
        return "P110", "joined"
    if found is not None and found.is_a("ROWS"):
        is_stable = len(later) > 1 and later[0].is_a("IS") and later[1].is_a("STABLE_FOR")
        return "P122", "stable" if is_stable else "of_both" if _denied_before(earlier) is not None else None
    if ended:
        return "P110", None
    return "P111", None


def _ends(later: Sequence[Lexeme]) -> bool:
    return not later or later[0].is_a("NEWLINE")


def _is_formula(before: Lexeme | None, earlier: Sequence[Lexeme]) -> bool:
    """Whether a formula has come, and not the values in brackets that it needs."""
    if before is not None and before.is_a("OF") and len(earlier) > 1:
        before = earlier[-2]
    return before is not None and before.is_a("FUNCTION")


def _case_follows(later: Sequence[Lexeme]) -> bool:
    """A second limit with its condition: `, or at most 470 ms if sex is female`."""
    for lexeme in later:
        if lexeme.is_a("NEWLINE", "COMMA"):
            return False
        if lexeme.is_a("IF"):
            return True
    return False


def _by_case(found: Lexeme, before: Lexeme | None, earlier: Sequence[Lexeme], later: Sequence[Lexeme]) -> str | None:
    """A percentage or a window that depends on a case in brackets: `at most 12% (15% if …) below birth weight`."""
    if before is not None and before.is_a("RPAR") and found.is_a("BELOW", "ABOVE", "OF"):
        start = next((at for at in reversed(range(len(earlier))) if earlier[at].is_a("LPAR_IF")), 0)
        return "share_by_case" if start and earlier[start - 1].is_a("PERCENT") else None
    if not (found.is_a("LPAR", "LPAR_IF") and _is_length(later)):
        return None
    window = next((each for each in reversed(earlier) if each.is_a("IS", "NEWLINE", "WITHIN")), None)
    return "window_by_case" if window is not None and window.is_a("WITHIN") and _case_follows(later) else None


def _opened(earlier: Sequence[Lexeme]) -> Lexeme | None:
    """The innermost bracket that is still open."""
    opened: list[Lexeme] = []
    for lexeme in earlier:
        if lexeme.is_a("LPAR", "LPAR_IF"):
            opened.append(lexeme)
        elif lexeme.is_a("RPAR") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _which_records(source: SourceText, lexemes: Sequence[Lexeme], at: int) -> dict[str, Copyable]:
    """The line with the words before a series that say which of its records are meant."""
    first = at
    while first and lexemes[first - 1].is_a("CHOICE", "NAME") and not lexemes[first - 1].is_a("ROWS"):
        first -= 1
    start = lexemes[first].span.start
    before = source.text[source.line_start(source.line_of(start)) : start]
    article = next(
        (word for word in ("a ", "an ", "the ") if before.casefold().endswith((f" {word}", f"\t{word}"))), ""
    )
    place = Span(start - len(article), start)
    said = {"any": "any", "no": "no", "latest": "latest", "dose": "dose of"}
    return {f"{key}_line": corrected_line(source, place, f"{words} ") for key, words in said.items()}


def _rows_after_joint(lexemes: Sequence[Lexeme], at: int) -> int | None:
    """The series behind an "and" or "or" that could not be read, with nothing that says which records are meant."""
    if at >= len(lexemes) or not lexemes[at].is_a("AND", *ORS):
        return None
    for each in range(at + 1, len(lexemes)):
        if lexemes[each].is_a("ROWS"):
            return each
        if not lexemes[each].is_a("CHOICE", "NAME"):
            break
    return None


def _denied_before(earlier: Sequence[Lexeme]) -> int | None:
    """Where the "no" stands of `no fever or ROWS`, which sources mean of both."""
    names = list(earlier[-3:])
    denies = len(names) == 3 and names[0].is_a("NO", "NOT") and _is_name(names[1]) and names[2].is_a(*ORS)
    return len(earlier) - 3 if denies else None


def _of_both(source: SourceText, lexemes: Sequence[Lexeme], at: int) -> dict[str, Copyable]:
    """`no fever or ROWS` with "no" said of each, in both ways of joining them."""
    no, name = lexemes[at - 3], lexemes[at - 2]
    place = Span(no.span.start, lexemes[at].span.start)
    return {f"{word}_line": corrected_line(source, place, f"not {name.text} {word} no ") for word in ("and", "or")}


def _and_or(source: SourceText, lexemes: Sequence[Lexeme], at: int) -> dict[str, Copyable]:
    """The line with "and" or with "or" in the place of "and/or"."""
    last = next((each for each in lexemes[at:] if each.is_a(*ORS)), lexemes[at])
    place = Span(lexemes[at - 1].span.start, last.span.end)
    return {f"{word}_line": corrected_line(source, place, word) for word in ("and", "or")}


def _with_ends(source: SourceText, place: Span) -> dict[str, Copyable]:
    """The line with either word about the ends of a range after its second day."""
    end = Span(place.end, place.end)
    inclusive, exclusive = (corrected_line(source, end, f", {word}") for word in ("inclusive", "exclusive"))
    return {"window": inclusive, "window2": exclusive}


def _is_name(lexeme: Lexeme | None) -> bool:
    return lexeme is not None and lexeme.is_a("NAME", "CHOICE") and not lexeme.is_a("ROWS")


def _names_a_date(before: Lexeme | None) -> bool:
    """Whether a name says that it is a date: what it is declared as is not known here."""
    last = "" if before is None else before.text.split()[-1].casefold()
    return last in ("date", "day", "birth", "onset", "start", "end")


def _time_left_open(
    found: Lexeme | None,
    before: Lexeme | None,
    expected: frozenset[str],
    earlier: Sequence[Lexeme],
    later: Sequence[Lexeme],
) -> tuple[str, str] | None:
    """Windows as they are often written: `within 28 days`, `in the 28 days before`, `30 days or 5 half-lives`."""
    in_window = before is not None and before.is_a(*LENGTHS) and "BEFORE" in expected and _window(earlier) is not None
    if found is not None and found.is_a(*ORS) and in_window and _is_length(later):
        return "P111", "lengths"
    if in_window and (found is None or not found.is_a("NUMBER", "NAME", "CHOICE", "DAY")):
        return "P110", "day"
    if found is not None and found.is_a("IN") and _is_length(later):
        return "P111", "in_the"
    if found is not None and found.is_a("CONSECUTIVE"):
        return "P111", "consecutive"
    if expected == {"INCLUSIVE", "EXCLUSIVE"}:
        return "P110", "ends"
    if found is not None and found.is_a(*TIMES) and _has_time_already(earlier):
        return "P111", "two_times"
    if found is not None and found.is_a("WITHIN") and _one_value(before, earlier, later) is not None:
        return "P111", "no_day"
    if found is not None and found.is_a(*TIMES) and _comparison_before(earlier) is not None and _to_the_end(later):
        return "P111", "late_window"
    if found is not None and found.is_a(*TIMES) and _after_where(earlier):
        return "P111", "late" if "IS" in expected and _names_a_date(before) else "after_where"
    return None


def _has_time_already(earlier: Sequence[Lexeme]) -> bool:
    """Whether the series that the sentence has come to has its time."""
    part: list[Lexeme] = []
    for lexeme in reversed(earlier):
        if lexeme.is_a("SELECTOR"):
            return False  # what stands before is a value, of which a window can be said
        if lexeme.is_a("AND", *ORS, "THEN", "IF", "DASH", "NEWLINE", "COLON", "IS", "WHERE"):
            break
        part.append(lexeme)
    series = any(lexeme.is_a("ROWS") for lexeme in part)
    return series and any(lexeme.is_a(*TIMES) for lexeme in part)


def _comparison_before(earlier: Sequence[Lexeme]) -> Lexeme | None:
    """The "is" of a comparison of a series that has no time before it."""
    verb: Lexeme | None = None
    for lexeme in reversed(earlier):
        if lexeme.is_a("AND", *ORS, "THEN", "IF", "DASH", "NEWLINE", "COLON", "WHERE", "LPAR", *TIMES):
            return None
        if lexeme.is_a("ROWS") and verb is not None:
            return verb
        if lexeme.is_a("IS"):
            verb = lexeme
    return None


def _one_value(before: Lexeme | None, earlier: Sequence[Lexeme], later: Sequence[Lexeme]) -> Lexeme | None:
    """The name of a fact that a window stands beside, as if it had a day: `LVEF > 40% within 1 year before …`."""
    rest = next((at for at, lexeme in enumerate(later) if lexeme.is_a("NEWLINE", "AND", *ORS)), len(later))
    if _is_name(before) and any(lexeme.is_a("IS", *COMPARATORS) for lexeme in later[:rest]):
        return before
    if before is None or not before.is_a("UNIT", "PERCENT", "NUMBER"):
        return None
    for at in reversed(range(len(earlier))):
        if earlier[at].is_a(*COMPARATORS):
            at -= at > 0 and earlier[at - 1].is_a("IS")
            return earlier[at - 1] if at > 0 and _is_name(earlier[at - 1]) else None
        if not earlier[at].is_a("UNIT", "PERCENT", "NUMBER"):
            return None
    return None


def _to_the_end(later: Sequence[Lexeme]) -> bool:
    """Whether the time is the last of the sentence."""
    rest = next((at for at, lexeme in enumerate(later) if lexeme.is_a("NEWLINE")), len(later))
    return not any(lexeme.is_a("AND", *ORS, "COMMA", "UNLESS", "IS") for lexeme in later[:rest])


def _after_where(earlier: Sequence[Lexeme]) -> bool:
    """Whether the sentence has come to the `where` of a series that has no time."""
    for lexeme in reversed(earlier):
        if lexeme.is_a("NEWLINE", "DASH", "COLON", *TIMES):
            return False
        if lexeme.is_a("WHERE"):
            break
    else:
        return False
    before = earlier[: next(at for at in reversed(range(len(earlier))) if earlier[at].is_a("WHERE"))]
    start = next((at + 1 for at in reversed(range(len(before))) if before[at].is_a("NEWLINE", "DASH")), 0)
    return not any(lexeme.is_a(*TIMES) for lexeme in before[start:])


def _is_length(lexemes: Sequence[Lexeme]) -> bool:
    return len(lexemes) > 1 and lexemes[0].is_a("NUMBER") and lexemes[1].is_a(*LENGTHS)


def _window(earlier: Sequence[Lexeme]) -> str | None:
    """The `within 28 days` that a sentence has come to."""
    if len(earlier) > 2 and _is_length(earlier[-2:]) and earlier[-3].is_a("WITHIN"):
        return f"within {earlier[-2].text} {earlier[-1].text}"
    return None


def _windows(lexemes: Sequence[Lexeme], at: int) -> dict[str, str]:
    """The window that the sentence has come to, and of two lengths the longer and the shorter of them."""
    window = _window(lexemes[:at]) or ""
    if not _is_length(lexemes[at + 1 :]):
        return {"window": window, "window2": ""}
    lengths = f"{window.removeprefix('within ')} and {lexemes[at + 1].text} {lexemes[at + 2].text}"
    if lexemes[at].is_a(*ORS):
        return {"window": f"within the longer of {lengths}", "window2": f"within the shorter of {lengths}"}
    return {"window": window, "window2": ""}


def _compared_already(earlier: Sequence[Lexeme]) -> bool:
    for lexeme in reversed(earlier):
        if lexeme.is_a("IS"):
            return True
        if lexeme.is_a("AND", "OR", "THEN", "IF", "DASH", "NEWLINE", "COLON"):
            return False
    return False


def _expected_words(expected: frozenset[str]) -> str:
    """What may stand at a place, in words, the most telling first."""
    words: list[str] = []
    values = expected & VALUE_STARTS
    if expected >= WINDOW_STARTS and values <= {"NUMBER"}:
        words.append('a window such as "within 6 months before screening"')
        expected -= {*COMPARATORS, "BEFORE", "AFTER"}
    elif "SHORTER_OF" in expected:
        words.append('a length of time such as "28 days"')
    elif "ROWS" in expected and expected <= {*NOUNS, "NUMBER", "SELECTOR", "EACH", "OF", "KNOWN"}:
        words.append("the name of a series")
    elif values == {"NUMBER"}:
        words.append("a number")
    elif values == {"SELECTOR"}:
        words.append('"latest"')
    elif values == {"LPAR"}:
        words.extend([] if "BEFORE" in expected else ["a bracket"])
    elif values:
        words.append("a declared name or a value")
    elif "ROWS" in expected:
        words.append("the name of a series")
    for terminal, name in NAMED.items():
        if terminal in expected:
            words.append(name)
    if "UNIT" in expected:
        words.append("a unit")
    elif "TIME" in expected:
        words.append('a unit of time such as "days"')
    if expected & COMPARATORS and not values:
        words.append('a comparison such as "at least"')
    if expected >= COMPARATORS:
        expected -= COMPARATORS
    for terminal in SAID:
        if terminal in expected and len(words) < 4:
            words.append(f'"{PHRASES[terminal][0].lstrip(", ")}"')
    if "DASH" in expected:
        words.append("a list with bullets (-)")
    if "NEWLINE" in expected and len(words) < 4:
        words.append("the end of the line")
    if "COLON" in expected and not words:
        words.append("a colon")
    if not words:
        phrases = (PHRASES[terminal][0] for terminal in sorted(expected & PHRASES.keys())[:3])
        words.extend(f'"{phrase.lstrip(", ") or phrase}"' for phrase in phrases)
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else (words[0] if words else "nothing more")


def _mended_line(variant: str | None, source: SourceText, lexemes: Sequence[Lexeme], at: int) -> str | None:
    """The line with the word in it that is missing, or in place of the word that is wrong."""
    if variant == "joined":
        first = next(each for each in reversed(range(at + 1)) if lexemes[each].is_a("AND", *ORS, "COMMA"))
        first -= first > 0 and lexemes[first - 1].is_a("COMMA")
        last = next(each for each in reversed(lexemes[: at + 2]) if each.is_a("AND", *ORS))
        return corrected_line(source, Span(lexemes[first - 1].span.end, last.span.end), "")
    if variant == "of":
        return corrected_line(source, Span(lexemes[at - 1].span.start, lexemes[at].span.start), "is ")
    if variant == "late":
        # The record's own time is said too, since the one that stands there is that of the field.
        where = next(each for each in reversed(lexemes[:at]) if each.is_a("WHERE"))
        between = source.text[where.span.start : lexemes[at].span.start]
        return corrected_line(source, Span(where.span.start, lexemes[at].span.start), f"ever {between}is ")
    if variant == "answered":
        return corrected_line(
            source, Span(lexemes[at - 2].span.start, lexemes[at].span.end), f"not {lexemes[at - 2].text}"
        )
    if variant == "then_comma":
        return corrected_line(source, lexemes[at].span, ", then")
    if variant in ("verb", "verb_of_time", "no_verb"):
        start = lexemes[at].span.start
        return corrected_line(source, Span(start, start), "is ")
    if variant == "late_window" and (verb := _comparison_before(lexemes[:at])) is not None:
        end = next(lexeme.span.start for lexeme in lexemes[at:] if lexeme.is_a("NEWLINE"))
        comparison = source.text[verb.span.start : lexemes[at].span.start].rstrip()
        window = source.text[lexemes[at].span.start : end]
        return corrected_line(source, Span(verb.span.start, end), f"{window} {comparison}")
    if variant == "in_the":
        return corrected_line(source, Span(lexemes[at].span.start, lexemes[at + 1].span.start), "within ")
    return None


def _line_text(source: SourceText, span: Span) -> str:
    return Copyable(source.line(source.line_of(span.start)).strip())
