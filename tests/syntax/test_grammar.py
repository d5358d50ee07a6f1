"""The grammar is LALR(1) without a conflict, so that no sentence of it can be read in two ways by the parser."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from lark import Lark
from lark.exceptions import GrammarError
from lark.lexer import Lexer

GRAMMAR = (files("protocol_dsl.syntax") / "protocol.lark").read_text(encoding="utf-8")
STARTS = ["rule", "condition", "definition", "named_series", "period"]


class NoLexer(Lexer):
    """The grammar has no patterns of its own; only its rules are looked at here."""

    __future_interface__ = 2

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, state: Any, parser_state: Any) -> Iterator[Any]:
        yield from ()


def built(grammar: str) -> Lark:
    return Lark(grammar, parser="lalr", lexer=NoLexer, start=STARTS, strict=True)


def test_the_grammar_has_no_conflict() -> None:
    assert built(GRAMMAR)


def test_a_conflict_would_be_found() -> None:
    with pytest.raises(GrammarError, match="conflict"):
        built(GRAMMAR.replace("chain: atom ((AND | OR) atom)*", "chain: atom | chain (AND | OR) chain"))
