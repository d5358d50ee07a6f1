"""From words to terminals: the longest declared name or word of the language, at each place of a phrase.

A unit is looked for after a number and after `in`. What one word can only be told by those behind it is told in
lookahead.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from attrs import evolve, frozen
from lark import Token
from lark.lexer import Lexer, LexerState

from protocol_dsl.source import Span
from protocol_dsl.syntax.layout import Piece, Statement
from protocol_dsl.syntax.lookahead import Lexeme, field_follows, look_ahead, noun_follows
from protocol_dsl.syntax.vocabulary import Atom, Match, Vocabulary, atoms
from protocol_dsl.syntax.words import ARTICLES, NUMBER_WORDS, SELECTORS, SIGNS, TIME_WORDS
from protocol_dsl.values import UnitError, parse_unit

DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
UNIT_TEXT = re.compile(
    r"(?:mm|cm) ?Hg\b|[^\s(),;:]+(?:(?: ?/ ?(?!\d)|/(?=\d)| per | (?=[^\W\d_]))[^\s(),;:]+)*(?: m²| m2)?"
)
"""As much as may be a unit, words such as `beats per minute` included; the longest part that is one is taken."""
UNIT_LENGTH = 40
TITRE = re.compile(r"\d+:\d+")
NOT_UNITS = ARTICLES | {"of", "to", "or", "and", "at", "in", "is", "if", "on"}
BEFORE_A_COUNT = frozenset({"AND", "OR", "IF", "THEN", "OTHERWISE", "UNLESS", "NOT", "LPAR"})
"""Where a sign begins a count, `≥ 2 strokes`, and holds no `is`."""
DISTANCES: Final = {"ABOVE": "MORE_THAN", "BELOW": "LESS_THAN"}
"""What a sign means before a length of time that lies before or after a day."""
BEFORE_A_NOUN = frozenset(
    {"ANY", "NO", "EACH", "EVERY", "FOR_EACH", "NUMBER", "CONSECUTIVE", "NUMBER_OF", "DAYS_WITH", "CHOICE", "OR_NOUN"}
)
"""After these a word before a noun would be an adjective."""
ENDS_OF_LINES = (".", ";")
AFTER_A_LIMIT = ("", ".", ";", ",", ")", "and", "or", "unless", "then", "otherwise")
"""What may follow `18 years or older`; anything else is compared in its turn."""


@frozen
class UnknownWords:
    """Words that are neither declared nor of the language."""

    text: str
    span: Span


def lex_phrase(
    pieces: Sequence[Piece], vocabulary: Vocabulary, but_not: int | None = None
) -> tuple[list[Lexeme], list[UnknownWords]]:
    """The lexemes of a phrase, and the words that could not be read. `but_not`: see `Vocabulary.longest`."""
    reader = _PhraseReader(pieces, vocabulary, but_not)
    reader.read()
    # A declared name such as `first dose` is asked about as it stands, whatever series there are.
    lexemes = _with_selectors(reader) if but_not is None else reader.lexemes
    return look_ahead(lexemes), reader.unknown


class _PhraseReader:
    def __init__(self, pieces: Sequence[Piece], vocabulary: Vocabulary, but_not: int | None) -> None:
        self.atoms: list[Atom] = []
        self.texts: list[tuple[int, Piece]] = []
        for piece in pieces:
            found = atoms(piece.text, piece.start)
            self.texts.extend((atom.start, piece) for atom in found)
            self.atoms.extend(found)
        self.vocabulary = vocabulary
        self.but_not = but_not
        self.lexemes: list[Lexeme] = []
        self.unknown: list[UnknownWords] = []

    def read(self) -> None:
        at = 0
        while at < len(self.atoms):
            at = self._read_one(at)

    def _read_one(self, at: int) -> int:
        atom = self.atoms[at]
        if (end := self._times_a_normal_limit(at)) is not None:
            return end
        if (end := self._rest_of_a_length(at)) is not None:
            return end
        if atom.text in ENDS_OF_LINES and at == len(self.atoms) - 1 and at:
            return at + 1  # as sources end their sentences
        match = self.vocabulary.longest(self.atoms, at, self.but_not if at == 0 else None)
        if match and not match.terminals.isdisjoint({"OR_MORE", "OR_LESS"}) and not self._ends_a_limit(match.end):
            match = Match(at + 1, frozenset({"OR"}))  # `below 90 or above 180 mmHg`, `or more than 180 mmHg`
        length = match.end - at if match else 0
        if (unit := self._unit(at)) and unit[0] - at >= length:
            # `at least 2 seizures`: a unit of counts that is also a declared list.
            rows = match.terminals & {"ROWS"} if match and match.end == unit[0] else frozenset()
            return self._take(at, unit[0], unit[1] | rows)
        if length <= 1 and DAY.fullmatch(atom.text):
            return self._take(at, at + 1, frozenset({"DAY"}))
        if length <= 1 and TITRE.fullmatch(atom.text):
            return self._take(at, at + 1, frozenset({"TITRE"}))
        if length <= 1 and NUMBER.fullmatch(atom.text):
            terminals = match.terminals & {"CHOICE"} if match else frozenset()
            return self._take(at, at + 1, terminals | {"NUMBER"})
        if match and (sign := next((t for t in match.terminals if t.startswith("SIGN ")), None)):
            return self._take_sign(at, match.end, SIGNS[sign.removeprefix("SIGN ")])
        if match and "SELECTOR" in match.terminals and self._leaves_time_open(at, match.end):
            return self._take_unknown(at)
        if match:
            return self._take(at, match.end, match.terminals)
        if atom.text.casefold() in NUMBER_WORDS:
            return self._take(at, at + 1, frozenset({"NUMBER"}))
        if atom.text.casefold() in ARTICLES or self._is_it(at):
            return at + 1
        return self._take_unknown(at)

    def _is_it(self, at: int) -> bool:
        """`where it needs treatment`: a record is said to be something; what the name says stands without `it`."""
        begins = not self.lexemes or self.lexemes[-1].is_a("WHERE", "EXCEPT", "AND", "OR", "COLON")
        if not begins or self.atoms[at].text.casefold() != "it" or at + 1 == len(self.atoms):
            return False
        match = self.vocabulary.longest(self.atoms, at + 1)
        return match is not None and "NAME" in match.terminals

    def _leaves_time_open(self, at: int, end: int) -> bool:
        """`any previous stroke`, `previous chemotherapy`: it says no time, and selects nothing."""
        if self.atoms[at].text.casefold() != "previous":
            return False
        counted = bool(self.lexemes) and self.lexemes[-1].is_a("ANY", "NO", "NOT", "FOR_EACH", "EVERY", "EACH")
        read = end < len(self.atoms) and (
            self.vocabulary.longest(self.atoms, end) is not None or self.atoms[end].text[0].isdigit()
        )
        return counted or not read

    def _times_a_normal_limit(self, at: int) -> int | None:
        """`3 x ULN`, `3xULN`, `1.5 times the ULN`: nothing else can be meant by the x."""
        atom, word = self.atoms[at], self.atoms[at].text.casefold()
        if word == "twice" and self._normal_limit_at(at + 1):
            span = Span(atom.start, atom.end)
            self.lexemes.append(Lexeme(frozenset({"NUMBER"}), "2", span))
            self.lexemes.append(Lexeme(frozenset({"TIMES"}), "×", Span(atom.end, atom.end)))
            return at + 1
        if not self.lexemes or self.lexemes[-1].terminals != {"NUMBER"}:
            return None
        if word in ("xuln", "xlln"):
            self.lexemes.append(Lexeme(frozenset({"TIMES"}), "×", Span(atom.start, atom.start + 1)))
            self.lexemes.append(Lexeme(frozenset({word[1:].upper()}), atom.text[1:], Span(atom.start + 1, atom.end)))
            return at + 1
        if word in ("x", "times", "fold") and self._normal_limit_at(at + 1):
            return self._take(at, at + 1, frozenset({"TIMES"}))
        fold = word == "-" and at + 1 < len(self.atoms) and self.atoms[at + 1].text.casefold() == "fold"
        if fold and self._normal_limit_at(at + 2):
            return self._take(at, at + 2, frozenset({"TIMES"}))
        if word != "the" and self._normal_limit_at(at):
            self._insert("TIMES", "×", at)
        return None

    def _rest_of_a_length(self, at: int) -> int | None:
        """`18 years old`, `18 years of age`, `24 weeks 3 days`, `within the past year`: as sources say them."""
        words = [atom.text.casefold() for atom in self.atoms[at : at + 2]]
        if self.lexemes and self.lexemes[-1].is_a("WITHIN") and words[0] in ("year", "month", "week", "day"):
            self._insert("NUMBER", "1", at)
            return self._take(at, at + 1, frozenset({"TIME"}))
        if len(self.lexemes) < 2 or not self.lexemes[-2].is_a("NUMBER") or not self.lexemes[-1].is_a("TIME"):
            return None
        unit = TIME_WORDS.get(self.lexemes[-1].text.casefold())
        if unit == "year" and (words[0] == "old" or words == ["of", "age"]):
            return at + (1 if words[0] == "old" else 2)
        if unit == "week" and NUMBER.fullmatch(words[0]) and TIME_WORDS.get(words[-1]) == "day":
            self._insert("PLUS", "+", at)
            return self._take(at, at + 1, frozenset({"NUMBER"}))
        return None

    def _insert(self, terminal: str, text: str, at: int) -> None:
        """A word that is meant and not written, before an atom."""
        start = self.atoms[at].start
        self.lexemes.append(Lexeme(frozenset({terminal}), text, Span(start, start)))

    def _normal_limit_at(self, at: int) -> bool:
        """`ULN`, `the upper limit of normal` and the like."""
        words = [one.text.casefold() for one in self.atoms[at : at + 3]]
        words = words[1:] if words[:1] == ["the"] else words
        return words[:1] in (["uln"], ["lln"]) or words[:2] in (["upper", "limit"], ["lower", "limit"])

    def _ends_a_limit(self, at: int) -> bool:
        """Whether `or more` stands behind its number, and begins no further limit."""
        following = self.atoms[at].text.casefold() if at < len(self.atoms) else ""
        if self.atoms[at - 1].text.casefold() in ("more", "less", "fewer"):
            return following != "than"
        return following in AFTER_A_LIMIT

    def _take(self, at: int, end: int, terminals: frozenset[str]) -> int:
        span = Span(self.atoms[at].start, self.atoms[end - 1].end)
        self.lexemes.append(Lexeme(terminals, self._written(at, end), span))
        return end

    def _written(self, at: int, end: int) -> str:
        """The words from one atom to another as written, over line ends."""
        parts: list[str] = []
        previous: Atom | None = None
        for atom in self.atoms[at:end]:
            if previous is not None and atom.start > previous.end:
                parts.append(" ")
            parts.append(atom.text)
            previous = atom
        return "".join(parts)

    def _take_sign(self, at: int, end: int, terminals: tuple[str, ...]) -> int:
        is_distance = self._distance_follows(end)
        for terminal in (DISTANCES.get(each, each) for each in terminals) if is_distance else terminals:
            is_said = not self.lexemes or self.lexemes[-1].is_a("IS", *BEFORE_A_COUNT) or is_distance
            if not (terminal == "IS" and is_said):
                self._take(at, end, frozenset({terminal}))
        return end

    def _distance_follows(self, at: int) -> bool:
        """Whether a sign after a series begins a window: `any stroke ≤ 28 days before screening`."""
        words = [one.text.casefold() for one in self.atoms[at : at + 3]]
        is_length = len(words) == 3 and NUMBER.fullmatch(words[0]) is not None and words[1] in TIME_WORDS
        return is_length and words[2] in ("before", "prior", "after") and self.lexemes[-1].is_a("ROWS")

    def _take_unknown(self, at: int) -> int:
        """Words up to the next that can be read, as one unknown name."""
        end = at + 1
        while end < len(self.atoms) and self.atoms[at].text[0].isalpha() and self.atoms[end].text[0].isalpha():
            word = self.atoms[end].text.casefold()
            if self.vocabulary.longest(self.atoms, end) or word in ARTICLES:
                break
            end += 1
        span = Span(self.atoms[at].start, self.atoms[end - 1].end)
        self.unknown.append(UnknownWords(self._written(at, end), span))
        self.lexemes.append(Lexeme(frozenset({"NAME"}), self._written(at, end), span))
        return end

    def _unit(self, at: int) -> tuple[int, frozenset[str]] | None:
        """The unit at an atom, where one may stand: after a number, after `in` and after `completed`."""
        if not self.lexemes or not self.lexemes[-1].is_a("NUMBER", "IN", "COMPLETED", "PER"):
            return None
        word = self.atoms[at].text.casefold()
        if word in TIME_WORDS and not self._sign_follows(at + 1):
            return at + 1, frozenset({"TIME"})
        if self.lexemes[-1].is_a("COMPLETED", "PER") or (word in NOT_UNITS and self.atoms[at].text != "A"):
            return None
        if word == "/" and self.atoms[at].start == self.atoms[at - 1].end and self._number_follows(at + 1):
            return None  # `140/90 mmHg`
        start, piece = self.texts[at]
        begin = start - piece.start
        found = UNIT_TEXT.match(piece.text, begin, begin + UNIT_LENGTH)
        unit = self._longest_unit(at, found[0]) if found else None
        alone = unit is None or unit[0] == at + 1  # `%`, but not `%/month`
        return (at + 1, frozenset({"PERCENT"})) if word == "%" and alone else unit

    def _number_follows(self, at: int) -> bool:
        return at < len(self.atoms) and NUMBER.fullmatch(self.atoms[at].text) is not None

    def _sign_follows(self, at: int) -> bool:
        return at < len(self.atoms) and self.atoms[at].text == "/" and self.atoms[at].start == self.atoms[at - 1].end

    def _longest_unit(self, at: int, text: str) -> tuple[int, frozenset[str]] | None:
        ends = [
            end
            for end in range(at + 1, min(at + 14, len(self.atoms)) + 1)
            if self.atoms[end - 1].end - self.atoms[at].start <= len(text)
        ]
        for end in reversed(ends):
            if _is_unit(text[: self.atoms[end - 1].end - self.atoms[at].start]):
                return end, frozenset({"UNIT"})
        return None


def _with_selectors(reader: _PhraseReader) -> list[Lexeme]:
    """The lexemes, where a word such as `maximum` that stands right before a series picks a record of it."""
    lexemes = list(reader.lexemes)
    for unknown in tuple(reader.unknown):
        at = next(at for at, lexeme in enumerate(lexemes) if lexeme.span == unknown.span)
        found = SELECTORS.get(unknown.text.casefold())
        alone = at == 0 or not lexemes[at - 1].is_a(*BEFORE_A_NOUN)
        if found is None or not alone:
            continue
        by_time = found[1] in ("latest", "earliest")
        if noun_follows(lexemes, at + 1) or (not by_time and field_follows(lexemes, at + 1)):
            lexemes[at] = evolve(lexemes[at], terminals=frozenset({found[0]}), text=found[1])
            reader.unknown.remove(unknown)
    return lexemes


def _is_unit(text: str) -> bool:
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True


def statement_tokens(lexed: Sequence[LexedStatement]) -> Iterator[Lexeme]:
    """The lexemes of statements and their bodies, with the terminals of the layout between them."""
    for statement in lexed:
        if statement.bullet:
            yield Lexeme(frozenset({"DASH"}), "-", Span(statement.span.start, statement.span.start))
        yield from statement.lexemes
        end = Span(statement.span.end, statement.span.end)
        yield Lexeme(frozenset({"NEWLINE"}), "", end)
        if statement.body:
            yield Lexeme(frozenset({"INDENT"}), "", end)
            for lexeme in statement_tokens(statement.body):
                end = Span(lexeme.span.end, lexeme.span.end)
                yield lexeme
            yield Lexeme(frozenset({"DEDENT"}), "", end)  # where the list ends, and with it all that holds it
        if statement.trailing is not None:
            yield from statement_tokens([statement.trailing])


@frozen
class LexedStatement:
    """A statement with its words read."""

    lexemes: tuple[Lexeme, ...]
    bullet: bool
    body: tuple[LexedStatement, ...]
    span: Span
    trailing: LexedStatement | None = None


def lex_statement(statement: Statement, vocabulary: Vocabulary) -> tuple[LexedStatement, list[UnknownWords]]:
    """Read the words of a statement and of all that stands under it."""
    lexemes, unknown = lex_phrase(statement.pieces, vocabulary)
    body = []
    for inner in statement.body:
        lexed, more = lex_statement(inner, vocabulary)
        body.append(lexed)
        unknown.extend(more)
    trailing = None
    if statement.trailing is not None:
        trailing, more = lex_statement(statement.trailing, vocabulary)
        unknown.extend(more)
    return LexedStatement(tuple(lexemes), statement.bullet, tuple(body), statement.span, trailing), unknown


class LexemeLexer(Lexer):
    """Hands lexemes to Lark; where a phrase can be several terminals, the parser's state decides."""

    __future_interface__ = 2

    def __init__(self, conf: Any) -> None:
        """Lark passes its configuration, of which nothing is needed."""

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        table = parser_state.parse_conf.parse_table.states
        lexemes: Sequence[Lexeme] = lexer_state.text  # type: ignore[assignment]  # Lark hands on what parse() was given
        for at, lexeme in enumerate(lexemes):
            terminals = lexeme.terminals
            if len(terminals) > 1:
                accepted = terminals & table[parser_state.position].keys()
                terminals = accepted or terminals
            yield Token(
                _preferred(terminals),
                lexeme.text,
                start_pos=lexeme.span.start,
                line=1,
                column=at,
                end_line=1,
                end_column=at + 1,
                end_pos=lexeme.span.end,
            )


def _preferred(terminals: frozenset[str]) -> str:
    """Of several terminals that all fit, a choice before a name: `is ALS` compares with the choice.

    A series goes before both: where another noun follows, so that the word is an adjective, it is none (`_look_ahead`).
    """
    for terminal in ("ROWS", "CHOICE", "NAME"):
        if terminal in terminals:
            return terminal
    return min(terminals)
