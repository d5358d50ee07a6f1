"""A sponsor's style sheet, looked at before it is put into a page: whether it can be read, and that it fetches nothing.

A browser passes over what it can't read without a word, and often all that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import frozen

_PIECE: Final = re.compile(
    r"""(?P<comment>/\*(?:.*?\*/)?)|(?P<slashes>(?<![:\w])//[^\n]*)"""
    r"""|(?P<string>"(?:[^"\\\n]|\\.|\\\n)*"?|'(?:[^'\\\n]|\\.|\\\n)*'?)"""
    r"""|(?P<url>(?:url|src)\(\s*(?:"[^"\n]*"|'[^'\n]*'|[^)\n]*)\s*\)?)|(?P<import>@import\b[^;{}\n]*;?)|(?P<sign>[{};])""",
    re.DOTALL | re.IGNORECASE,
)
_DECLARATION: Final = re.compile(r"\s*(?:--[\w-]*|-?[a-zA-Z][\w-]*)\s*:\s*\S", re.DOTALL)
_TWO: Final = re.compile(r"\n\s*(?:--)?-?[a-zA-Z][\w-]*\s*:\s")
_LOCAL: Final = re.compile(r"""(?:url|src)\(\s*["']?(?:data:|#)""", re.IGNORECASE)
_KEPT: Final = "\u0001"
"""Stands for a string, comment or address that has been looked at."""


@frozen
class StyleProblem:
    """What a browser could not read, or would fetch: a variant of D111, the line and the words."""

    variant: str
    line: int
    found: str


def classes_of(style: str) -> frozenset[str]:
    """The classes that a style sheet names."""
    plain = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", style, flags=re.DOTALL)
    return frozenset(re.findall(r"\.(-?[A-Za-z_][\w-]*)", plain))


def style_problems(style: str) -> list[StyleProblem]:
    """All of them, from top to bottom."""
    return sorted(_Reader(style).problems(), key=lambda each: each.line)


class _Reader:
    """Reads a style sheet: what stands before a brace, in braces, and between them."""

    def __init__(self, style: str):
        self.style = style
        self.open: list[tuple[int, str]] = []  # the places of braces that are open, and what stands before them
        self.run = ""  # what stands since the last brace or semicolon
        self.start = 0  # where it begins

    def problems(self) -> Iterator[StyleProblem]:
        end = 0
        for piece in _PIECE.finditer(self.style):
            self._add(self.style[end : piece.start()], end)
            end = piece.end()
            if piece["sign"]:
                yield from self._sign(piece["sign"], piece.start())
            else:
                yield from self._piece(piece)
        self._add(self.style[end:], end)
        if self.open:
            at, selector = self.open[-1]
            yield self._told("unclosed", at, selector)
        elif self.run.strip():
            yield self._told("outside", self.start, self.run)

    def _add(self, text: str, at: int) -> None:
        if not self.run.strip() and text.strip():
            self.run, self.start = "", at + len(text) - len(text.lstrip())
            text = text.lstrip()
        self.run += text

    def _piece(self, piece: re.Match[str]) -> Iterator[StyleProblem]:
        """A comment, a string, an address or an import."""
        text, at = piece[0], piece.start()
        if piece["import"]:
            yield self._told("import", at, text)
            return
        if piece["comment"]:
            if not text.endswith("*/") or len(text) < 4:
                yield self._told("comment", at, text)
            return
        if piece["slashes"]:
            yield self._told("slashes", at, text)
            return
        if piece["string"] and (len(text) < 2 or text[-1] != text[0]):
            yield self._told("quotes", at, text)
        elif piece["url"] and not text.endswith(")"):
            yield self._told("round", at, text)
        elif piece["url"] and not _LOCAL.match(text):
            yield self._told("url", at, text)
        self._add(_KEPT, at)

    def _sign(self, sign: str, at: int) -> Iterator[StyleProblem]:
        run, start = self.run, self.start
        self.run = ""
        if run.count("(") != run.count(")"):
            yield self._told("round", start, run)
        elif sign == "{":
            if not run.strip():
                yield self._told("no_selector", at, "{")
            elif self.open and _TWO.search(run):
                yield self._told("unclosed", self.open[-1][0], self.open[-1][1])
            self.open.append((start if run.strip() else at, run.strip() or "{"))
            return
        elif run.strip():
            yield from self._declaration(run, start)
        if sign == "}":
            if not self.open:
                yield self._told("unopened", at, "}")
            else:
                self.open.pop()

    def _declaration(self, run: str, start: int) -> Iterator[StyleProblem]:
        if not self.open:
            if not run.startswith("@"):
                yield self._told("outside", start, run)
        elif run.startswith("@"):
            return
        elif not _DECLARATION.match(run):
            yield self._told("colon", start, run)
        elif _TWO.search(run):
            yield self._told("semicolon", start, run)

    def _told(self, variant: str, at: int, found: str) -> StyleProblem:
        line = self.style.count("\n", 0, at) + 1
        return StyleProblem(variant, line, self.style[at:].split("\n")[0].strip()[: max(1, len(found.strip()))].strip())
