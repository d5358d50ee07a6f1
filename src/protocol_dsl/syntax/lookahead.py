"""Words that only the words around them tell apart, so that the grammar is LALR(1).

The `or` that joins values from the `or` that joins conditions, a comma between choices from other commas, a bracket
that holds a limit by case from other brackets.
"""

from __future__ import annotations

from attrs import evolve, frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.words import COMPARATORS

AFTER_VALUE = frozenset(
    {"ULN", "LLN", "TITRE", "NUMBER", "UNIT", "TIME", "PERCENT", "NAME", "CHOICE", "RPAR", "SQUARED", "CUBED"}
)

LISTED = ("CHOICE", "NUMBER", "NAME", "ROWS", "LIST")
"""What commas and a last `or` may join."""


@frozen
class Lexeme:
    """A phrase with the terminals it can be. `text` is what was written."""

    terminals: frozenset[str]
    text: str
    span: Span

    def is_a(self, *terminals: str) -> bool:
        return not self.terminals.isdisjoint(terminals)


def look_ahead(lexemes: list[Lexeme]) -> list[Lexeme]:
    """Tell apart the words that one more word decides."""
    lexemes = _with_is_meant(_with_commas_read(lexemes))
    with_case = _brackets_with_case(lexemes)
    for at, lexeme in enumerate(lexemes):
        following = lexemes[at + 1] if at + 1 < len(lexemes) else None
        if at in with_case and at and lexemes[at - 1].is_a(*AFTER_VALUE):
            lexemes[at] = evolve(lexeme, terminals=frozenset({"LPAR_IF"}))
        elif following is None:
            continue
        elif lexeme.is_a("FUNCTION") and len(lexeme.terminals) > 1:  # `QTcF of (…)`, and a measurement of that name
            called = following.is_a("OF") and lexemes[at + 2 : at + 3] and lexemes[at + 2].is_a("LPAR")
            kinds = frozenset({"FUNCTION"})
            lexemes[at] = evolve(lexeme, terminals=kinds if called else lexeme.terminals - kinds)
        elif lexeme.is_a("LPAR") and following.is_a("NUMBER") and at and lexemes[at - 1].is_a("UNIT", "PERCENT"):
            lexemes[at] = evolve(lexeme, terminals=frozenset({_second_unit(lexemes, at)}))
        elif lexeme.terminals == {"OR"}:
            if following.is_a("LIST") and lexemes[at - 1].is_a("LIST"):
                lexemes[at] = evolve(lexeme, terminals=frozenset({"OR_LIST"}))
            elif following.is_a("CHOICE") and following.is_a("ROWS") and _after_choices(lexemes[:at]):
                lexemes[at] = evolve(lexeme, terminals=frozenset({"OR_VALUE"}))  # `outcome is response or relapse`
            elif noun_follows(lexemes, at + 1):
                lexemes[at] = evolve(lexeme, terminals=frozenset({"OR_NOUN"}))
            elif _value_follows(lexemes, at + 1):
                lexemes[at] = evolve(lexeme, terminals=frozenset({"OR_VALUE"}))
        elif lexeme.terminals == {"AND"} and _limit_follows(lexemes, at + 1):
            lexemes[at] = evolve(lexeme, terminals=frozenset({"AND_VALUE"}))
        elif lexeme.is_a("NAME") and lexeme.is_a("CHOICE") and following.is_a("OF"):
            lexemes[at] = evolve(lexeme, terminals=lexeme.terminals - {"CHOICE"})  # `dose of metformin`
        elif lexeme.terminals == {"IN"} and following.is_a("LIST"):
            lexemes[at] = evolve(lexeme, terminals=frozenset({"IN_LIST"}))
        elif lexeme.is_a("ROWS") and len(lexeme.terminals) > 1 and noun_follows(lexemes, at + 1):
            lexemes[at] = evolve(lexeme, terminals=lexeme.terminals - {"ROWS"})  # `acute illness` before a noun
    return [
        evolve(each, terminals=frozenset({"COMMA"})) if each.is_a("OR") and each.text == "," else each
        for each in lexemes
    ]


def _with_commas_read(lexemes: list[Lexeme]) -> list[Lexeme]:
    """`lymphoma, leukaemia or sarcoma`: such a comma is an `or`, and one right before `or` is nothing.

    Whether it joins choices, nouns or lists is then told as of any `or`; where it joins none of them it stays a comma.
    """
    read: list[Lexeme] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme.terminals != {"COMMA"} or not _joins(lexemes, at):
            read.append(lexeme)
        elif not lexemes[at + 1].is_a("OR"):
            read.append(evolve(lexeme, terminals=frozenset({"OR"})))
    return read


def _joins(lexemes: list[Lexeme], at: int) -> bool:
    """Whether names stand on both sides of a comma, and further on an `or` before the last of them."""
    if not (at and lexemes[at - 1].is_a(*LISTED)):
        return False
    named, ored = False, False
    for each in lexemes[at + 1 :]:
        if each.is_a(*LISTED):
            if ored:
                return True
            named = True
        elif each.is_a("OR") and not ored:
            ored = True
        elif each.is_a("COMMA") and named and not ored:
            named = False
        else:
            return False
    return False


def _with_is_meant(lexemes: list[Lexeme]) -> list[Lexeme]:
    """`consent signed by patient or legal guardian`: after a name that ends in `by`, a choice needs no `is`."""
    read: list[Lexeme] = []
    for at, lexeme in enumerate(lexemes):
        read.append(lexeme)
        following = lexemes[at + 1] if at + 1 < len(lexemes) else None
        if following is None or not following.is_a("CHOICE") or not lexeme.is_a("NAME"):
            continue
        if lexeme.text.casefold().endswith(" by") and not noun_follows(lexemes, at):
            read.append(Lexeme(frozenset({"IS"}), "is", Span(following.span.start, following.span.start)))
    return read


def _second_unit(lexemes: list[Lexeme], at: int) -> str:
    """What a bracket after a unit holds: a limit in another unit, a range in another unit, or anything else."""
    kinds = lexemes[at + 2 : at + 4]
    if len(kinds) > 1 and kinds[0].is_a("UNIT", "PERCENT") and kinds[1].is_a("RPAR"):
        return "LPAR_UNIT"
    return "LPAR_RANGE" if kinds and kinds[0].is_a("TO") else "LPAR"


def noun_follows(lexemes: list[Lexeme], at: int) -> bool:
    """The name of a series, after any number of adjectives, which `or` may join."""
    adjective = False
    while at < len(lexemes):
        if lexemes[at].is_a("ROWS"):
            return True
        joined = adjective and lexemes[at].is_a("OR", "OR_NOUN")
        if not joined and not lexemes[at].is_a("CHOICE", "NAME"):
            return False
        adjective = not joined
        at += 1
    return False


def field_follows(lexemes: list[Lexeme], at: int) -> bool:
    """A field of a series: `dose of corticosteroid`."""
    return (
        len(lexemes) > at + 2
        and lexemes[at].is_a("NAME")
        and lexemes[at + 1].is_a("OF")
        and noun_follows(lexemes, at + 2)
    )


def _brackets_with_case(lexemes: list[Lexeme]) -> set[int]:
    """Where the brackets open that hold an `if` at their own depth, and so, after a value, a limit by case."""
    found: set[int] = set()
    open_brackets: list[int] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme.is_a("LPAR"):
            open_brackets.append(at)
        elif open_brackets and lexeme.is_a("RPAR"):
            open_brackets.pop()
        elif open_brackets and lexeme.is_a("IF"):
            found.add(open_brackets[-1])
    return found


def _limit_follows(lexemes: list[Lexeme], at: int) -> bool:
    """A comparator that is not the beginning of a count: `below 60`, not `at least 2 screening nights`."""
    if not lexemes[at].is_a(*COMPARATORS):
        return False
    if not (at + 2 < len(lexemes) and lexemes[at + 1].is_a("NUMBER")):
        return True
    return not (lexemes[at + 2].is_a("OF") or noun_follows(lexemes, at + 2))


def _after_choices(earlier: list[Lexeme]) -> bool:
    """Whether the words before an `or` are choices after `is`, where the name of a series begins no condition."""
    at = len(earlier) - 1
    while at > 1 and earlier[at].is_a("CHOICE"):
        if earlier[at - 1].is_a("IS") or (earlier[at - 1].is_a("NOT") and earlier[at - 2].is_a("IS")):
            return True
        if not earlier[at - 1].is_a("OR_VALUE"):
            return False
        at -= 2
    return False


def _value_follows(lexemes: list[Lexeme], at: int) -> bool:
    """What follows an `or` is one more value of the comparison before it."""
    following = lexemes[at]
    if _limit_follows(lexemes, at):
        return True
    if not following.is_a("CHOICE", "NUMBER", "TITRE") or following.is_a("ROWS"):
        return False
    begins_comparison = at + 1 < len(lexemes) and lexemes[at + 1].is_a("IS")
    return not (following.is_a("NAME") and begins_comparison)
