"""Phrases that were read before: while somebody types, all but one of a file's phrases are what they were.

A phrase is read by its words, by how they are laid out, and by the vocabulary. Where all three are the same, its words
and its tree are those of the earlier read, moved to where it stands now. Only what was read without a problem is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Final, TypeAlias

from lark import Token, Tree
from lark.tree import Meta

from protocol_dsl.source import Span
from protocol_dsl.syntax.layout import Statement
from protocol_dsl.syntax.lookahead import Lexeme

Words: TypeAlias = tuple[tuple[Lexeme, ...], Tree[Token]]
MOST_KEPT: Final = 2000
"""How many phrases are kept: those of a few large files."""


class PhraseMemory:
    """The phrases of one editor's files, the least used of which are let go of."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Words]] = OrderedDict()
        self._vocabulary: frozenset[tuple[str, str]] = frozenset()

    def __len__(self) -> int:
        return len(self._kept)

    def key(self, start: str, statements: Sequence[Statement], vocabulary: frozenset[tuple[str, str]]) -> Hashable:
        """All that the reading of a phrase depends on. `start`: what it is read as."""
        if vocabulary == self._vocabulary:
            vocabulary = self._vocabulary  # the same object, so that keys are compared at once
        self._vocabulary = vocabulary
        first = statements[0].span.start
        return start, vocabulary, tuple(_shape(statement, first) for statement in statements)

    def read_before(self, key: Hashable, at: int) -> Words | None:
        """The words and the tree of a phrase, as standing at a place; None where it was not read before."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        first, (lexemes, tree) = found
        if first != at:
            lexemes, tree = tuple(_moved(lexeme, at - first) for lexeme in lexemes), _moved_tree(tree, at - first)
            self._kept[key] = at, (lexemes, tree)
        return lexemes, tree

    def remember(self, key: Hashable, at: int, words: Words) -> None:
        self._kept[key] = at, words
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _shape(statement: Statement, first: int) -> Hashable:
    """The words of a statement and their places, from where the phrase begins."""
    return (
        statement.bullet,
        statement.stray is None,
        tuple((piece.text, piece.start - first) for piece in statement.pieces),
        tuple(_shape(inner, first) for inner in statement.body),
        None if statement.trailing is None else _shape(statement.trailing, first),
    )


def _moved(lexeme: Lexeme, by: int) -> Lexeme:
    return Lexeme(lexeme.terminals, lexeme.text, Span(lexeme.span.start + by, lexeme.span.end + by))


def _moved_tree(tree: Tree[Token], by: int) -> Tree[Token]:
    """A tree each part of which stands elsewhere; the innermost first, so that no depth of it is a depth of calls."""
    moved: dict[int, Tree[Token]] = {}
    for part in tree.iter_subtrees():
        children = [moved[id(child)] if isinstance(child, Tree) else _moved_token(child, by) for child in part.children]
        meta = Meta()  # type: ignore[no-untyped-call]  # of Lark
        if not part.meta.empty:
            meta.empty = False
            meta.start_pos, meta.end_pos = part.meta.start_pos + by, part.meta.end_pos + by
        moved[id(part)] = Tree(part.data, children, meta)
    return moved[id(tree)]


def _moved_token(token: Token, by: int) -> Token:
    assert token.start_pos is not None
    assert token.end_pos is not None
    return Token(
        token.type,
        token.value,
        token.start_pos + by,
        token.line,
        token.column,
        token.end_line,
        token.end_column,
        token.end_pos + by,
    )
