"""The declared vocabulary: every name of a protocol beside the words of the language, for the longest match.

A phrase is split into atoms (words, numbers, single signs) and looked up in one trie of words, case folded. What a
phrase can be is a set of terminals; the parser's state decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from attrs import define, field, frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.words import ARTICLES, PHRASES, SIGNS, TIME_WORDS

ATOM: Final = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?!\w)"  # a day
    r"|\d+:\d+(?![\d:])"  # a titre
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.])|\.?\d+(?:\.\d+)?"  # a number
    r"|[^\W\d_²³]+(?:'[^\W\d_²³]+)*"  # a word
    r"|>=|<=|=>|=<|==|!=|<>"
    r"|\S"
)
NameKind: TypeAlias = Literal["NAME", "CHOICE", "ROWS", "LIST", "PERIOD", "FUNCTION"]


@frozen
class Atom:
    """A word, number or sign, with its offset in the file."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def atoms(text: str, start: int = 0) -> list[Atom]:
    """Split a text into words, numbers and single signs."""
    return [Atom(match.group(), start + match.start()) for match in ATOM.finditer(text)]


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """A name as it is compared: case and spacing folded. The names of a file are asked for again and again."""
    return " ".join(atom.text for atom in atoms(text)).casefold()


@frozen
class Entry:
    """A declared name. `spelling`: as declared; `declared`: the name it is another name of."""

    kind: NameKind
    spelling: str
    declared: str
    span: Span = field(eq=False)
    plural: str | None = None
    """The plural that the author gave a list."""
    countable: bool = True
    """Whether a list is named in the singular and the plural; the name of a measurement is printed as declared."""


@define
class _Node:
    following: dict[str, _Node] = field(factory=dict)
    terminals: frozenset[str] = frozenset()


@frozen
class Match:
    """The longest phrase at a place: where it ends (an index of atoms) and the terminals it can be."""

    end: int
    terminals: frozenset[str]


class Vocabulary:
    """The words of the language and the names of one protocol."""

    def __init__(self) -> None:
        self._root = _Node()
        self._entries: dict[tuple[str, str], Entry] = {}
        self._added: set[tuple[str, str]] = set()
        for terminal, phrases in PHRASES.items():
            for phrase in phrases:
                self._add(phrase, terminal)
        for sign in SIGNS:
            self._add(sign, f"SIGN {sign}")
        self._added.clear()

    def _add(self, phrase: str, terminal: str) -> None:
        node = self._root
        for atom in atoms(phrase):
            node = node.following.setdefault(atom.text.casefold(), _Node())
        node.terminals |= {terminal}
        self._added.add((phrase, terminal))

    def add_judge(self, judge: str) -> None:
        """Make `WHO judges` and `WHO does not judge` phrases of the language."""
        self._add(f"{judge} judges", "JUDGES")
        self._add(f"{judge} does not judge", "JUDGES_NOT")

    def declare(self, entry: Entry, forms: Iterable[str] = ()) -> None:
        """Add a declared name, under its spelling and further forms such as its plural."""
        for form in (entry.spelling, *forms):
            self._entries.setdefault((fold(form), entry.kind), entry)
            self._add(form, entry.kind)

    def include(self, other: Vocabulary, but_not: Collection[str] = ()) -> None:
        """Take in the names of another file that this one uses, but those that stay inside it."""
        for (form, kind), entry in other._entries.items():
            if entry.spelling in but_not:
                continue
            self._entries.setdefault((form, kind), entry)
            self._add(form, kind)

    def added(self) -> frozenset[tuple[str, str]]:
        """All that it has beside the words of the language: what a phrase is read as depends on nothing else of it."""
        return frozenset(self._added)

    def entry(self, text: str, kind: NameKind) -> Entry | None:
        """The declared name that a text stands for."""
        return self._entries.get((fold(text), kind))

    def entries(self) -> Iterator[Entry]:
        """All declared names, one for each spelling and kind."""
        seen: set[int] = set()
        for entry in self._entries.values():
            if id(entry) not in seen:
                seen.add(id(entry))
                yield entry

    def names(self) -> list[str]:
        """Every spelling that a misspelt word may have meant."""
        return list(dict.fromkeys(entry.spelling for entry in self._entries.values()))

    def longest(self, phrase: list[Atom], at: int, but_not: int | None = None) -> Match | None:
        """The longest phrase that begins at an atom. `but_not`: a length in atoms that is passed over."""
        node, found = self._root, None
        end = at
        while end < len(phrase) and (following := node.following.get(phrase[end].text.casefold())):
            node, end = following, end + 1
            if node.terminals and end - at != but_not:
                found = Match(end, node.terminals)
        return found


def is_reserved(name: str) -> bool:
    """A name that is a word of the language as a whole."""
    return fold(name) in _RESERVED


_RESERVED: Final = frozenset(
    [*(fold(phrase) for phrases in PHRASES.values() for phrase in phrases), *ARTICLES, *TIME_WORDS]
)


_GREEK: Final = "diagno|metasta|steno|thrombo|prosthe|analy|dialy|cri"
"""Stems of the nouns in -sis that protocols list; their plural in -ses looks like that of `dose`."""


def plural(noun: str) -> str:
    """The regular English plural of the last word."""
    if noun.endswith("sis"):
        return noun[:-2] + "es"
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + "s"


def singular(noun: str) -> str:
    """The singular of a regular English plural; a noun that is none stays as it is."""
    if re.search(r"[^aeiou]ies$", noun) and len(noun) > 4:
        return noun[:-3] + "y"
    if re.search(rf"(?:{_GREEK})ses$", noun):
        return noun[:-2] + "is"
    if re.search(r"(?:ss|sh|ch|x|z)es$", noun):
        return noun[:-2]
    if re.search(r"[^sui]s$", noun):
        return noun[:-1]
    return noun
