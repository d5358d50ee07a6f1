"""What each word of a text is, for an editor and for printed code to colour it.

It goes by the lines and by the words of the language; names are those that the text itself declares. It takes any text,
whole files and pieces of one, and never refuses: what it can't tell has no colour.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax.declarations import (
    DEFINITION,
    FUNCTION_HEAD,
    KEYED,
    KINDS,
    LIST_KIND,
    PARAMETERS,
    SERIES,
    is_note,
)
from protocol_dsl.syntax.examples import HEAD, TABLE_HEAD
from protocol_dsl.syntax.layout import Layout, Line, Piece, Statement, read_layout, statement_of
from protocol_dsl.syntax.lexer import DAY, NUMBER, LexedStatement, UnknownWords, lex_statement
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.parse import CRITERION, GUARDED, HEADING, SECTIONS, parse
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.vocabulary import Vocabulary, atoms, fold
from protocol_dsl.syntax.words import ATTRIBUTES, HEADER, LANGUAGES
from protocol_dsl.values import UnitError, parse_unit

Colour: TypeAlias = Literal[
    "section", "key", "id", "title", "name", "series", "choice", "list", "function", "number", "unit", "day", "keyword",
    "comment", "quotation", "note",
]  # fmt: skip
Coloured: TypeAlias = tuple[Span, Colour]

TERMINALS: Final[dict[str, Colour]] = {
    "NAME": "name",
    "PERIOD": "day",
    "ROWS": "series",
    "CHOICE": "choice",
    "LIST": "list",
    "FUNCTION": "function",
    "NUMBER": "number",
    "TITRE": "number",
    "UNIT": "unit",
    "TIME": "unit",
    "PERCENT": "unit",
    "HALF_LIVES": "unit",
    "DAY": "day",
}
"""The colours of terminals; all others are words and signs of the language."""
WITHOUT: Final = frozenset({"LPAR", "LPAR_IF", "LPAR_UNIT", "LPAR_RANGE", "RPAR", "COLON", "COMMA", "DASH"})
"""Signs that have no colour."""
RESULTS: Final = re.compile(
    r"(?:passes|fails|open|does not apply|eligible|ineligible|undetermined|none|not recorded|yes|no)\Z"
)
KIND_WORDS: Final = re.compile(
    "|".join(
        re.escape(kind) for kind in sorted({*KINDS, "percentage", "in order", "weeks + days"}, key=len, reverse=True)
    )
)


def colours(source: SourceText, parsed: ParsedFile | None = None) -> list[Coloured]:
    """The coloured stretches of a text, in order, none of them over the end of a line."""
    layout = read_layout(source)
    if parsed is None:
        parsed = parse(source)
    painter = _Painter(source, layout, parsed)
    painter.paint()
    found: dict[int, Coloured] = {}
    for span, colour in painter.found:
        for part in _by_line(source, span):
            found.setdefault(part.start, (part, colour))
    return list(_apart(found[start] for start in sorted(found)))


def _by_line(source: SourceText, span: Span) -> Iterator[Span]:
    at = span.start
    for number, part in enumerate(source.slice(span).split("\n")):
        start = at + (len(part) - len(part.lstrip()) if number else 0)
        if part.strip():
            yield Span(start, at + len(part.rstrip()))
        at += len(part) + 1


def _apart(found: Iterable[Coloured]) -> Iterator[Coloured]:
    """Without what lies within another stretch."""
    end = 0
    for span, colour in found:
        if span.start >= end:
            yield span, colour
            end = span.end


class _Painter:
    def __init__(self, source: SourceText, layout: Layout, parsed: ParsedFile) -> None:
        self.source = source
        self.layout = layout
        self.vocabulary: Vocabulary = parsed.vocabulary
        self.found: list[Coloured] = []
        self.lexemes = sorted(
            (lexeme for phrase in parsed.phrases for lexeme in phrase.as_read()), key=lambda one: one.span.start
        )
        """The words of rules as the parser took them; those of other lines are read here."""
        self.starts = [lexeme.span.start for lexeme in self.lexemes]
        sections = parsed.syntax.sections if parsed.syntax is not None else ()
        days = [item for section in sections if section.kind == "days" for item in section.declarations]
        self.days = {fold(name.text) for item in days for name in (item.name, *item.aliases)} | {"evaluation date"}

    def add(self, start: int, text: str, colour: Colour) -> None:
        bare = text.strip()
        if bare:
            start += text.index(bare)
            self.found.append((Span(start, start + len(bare)), colour))

    # ---- the file ---------------------------------------------------------------------------------------------------

    def paint(self) -> None:
        for comment in self.layout.comments:
            self.add(comment.start, comment.text, "comment")
        for line in self.layout.lines:
            self._root(line)

    def _root(self, line: Line) -> None:
        kind = _section_of(line)
        if line.text.casefold().startswith("protocol:"):
            self.add(line.start, line.text[: len("protocol")], "section")
            self.add(line.start + len("protocol:"), line.text[len("protocol:") :], "title")
            self._keys(line.children, HEADER)
        elif kind is None:
            self._fragment(line)
        else:
            self._heading(line)
            for child in line.children:
                self._child(kind, child)

    def _heading(self, line: Line) -> None:
        if guarded := GUARDED.match(line.text):
            self.add(line.start, guarded["kind"], "section")
            self._phrase([Piece(line.text[guarded.end("kind") :], line.start + guarded.end("kind"))])
            return
        heading, colon, title = line.text.partition(":")
        self.add(line.start, heading, "section")
        self.add(line.start + len(heading + colon), title, "title")

    def _child(self, kind: str, line: Line) -> None:
        match kind:
            case "use":
                self.add(line.start, line.text, "title")
            case "days":
                self._day(line)
            case "data":
                self._item(line)
            case "lists":
                self._list(line)
            case "definitions":
                self._definition(line)
            case "examples":
                self._example(line)
            case "translations":
                self._translation(line)
            case _:
                self._criterion(line)

    def _fragment(self, line: Line) -> None:
        """A line of a piece of a file, told by its shape."""
        text = line.text
        if line.quoted or is_note(line):
            self._rule(line)
        elif CRITERION.match(text):
            self._criterion(line)
        elif HEAD.match(text) or TABLE_HEAD.match(text):
            self._example(line)
        elif FUNCTION_HEAD.match(text) or (DEFINITION.match(text) and " is " not in text):
            self._definition(line)
        elif (keyed := KEYED.match(text)) and keyed["text"] and _is_kind(keyed["text"]):
            self._item(line)
        elif keyed and LIST_KIND.match(keyed["text"] or ""):
            self._list(line)
        elif keyed and keyed["key"].casefold() in (*ATTRIBUTES, *HEADER):
            self._keys([line], (*ATTRIBUTES, *HEADER))
        else:
            self._rule(line)

    # ---- declarations -----------------------------------------------------------------------------------------------

    def _keys(self, lines: Iterable[Line], keys: Iterable[str]) -> None:
        for line in lines:
            match = KEYED.match(line.text)
            if match and match["key"].casefold() in keys:
                self.add(line.start, match["key"], "key")

    def _day(self, line: Line) -> None:
        name, colon, rest = line.text.partition(":")
        self.add(line.start, name, "day")
        at = line.start + len(name + colon)
        if rest.strip() in ("planned", "day", "date"):
            self.add(at, rest, "keyword")
        else:
            self._phrase([Piece(rest, at)])
        self._keys(line.children, ATTRIBUTES)

    def _item(self, line: Line) -> None:
        match = KEYED.match(line.text)
        if match is None:
            return self._definition(line) if " = " in line.text else self._kind(line.text, line.start)
        key = match["key"].casefold()
        at = line.start + (match.start("text") if match["text"] else len(line.text))
        if key in ATTRIBUTES:
            self.add(line.start, match["key"], "key")
            if key == "asked if":
                self._phrase([Piece(match["text"] or "", at), *(child.piece for child in line.below())])
            return None
        of_rows = (match["text"] or "").startswith(("one row", "row for")) or SERIES.match(match["text"] or "")
        self.add(line.start, match["key"], "series" if of_rows else "name")
        self._kind(match["text"] or "", at)
        for child in line.children:
            self._item(child)
        return None

    def _kind(self, text: str, start: int) -> None:
        """The words that say what a fact holds: those of the language, choices, a unit."""
        head = KIND_WORDS.match(text)
        at = head.end() if head else 0
        if head:
            self.add(start, head[0], "keyword")
        rest = text[at:]
        if re.match(r",? ?(?:one of|ordered|in order)", rest):
            more = re.match(r",? ?(?:one of|ordered|in order):?", rest)
            assert more is not None
            words = more[0].lstrip(", ")
            self.add(start + at + len(more[0]) - len(words), words, "keyword")
            at += more.end()
            self._parted(text[at:], start + at)
        elif head and head[0] in ("one of", "ordered", "several of"):
            self._parted(rest, start + at)
        elif head is None or head[0] in ("measurements in", "measurements"):
            for part in re.finditer(r"(?<!\S)(?P<in>in|or)\s|(?P<unit>\S+(?: (?!or\b)\S+)*)", rest):
                self.add(start + at + part.start(), part[0], "keyword" if part["in"] else "unit")

    def _parted(self, text: str, start: int) -> None:
        for part in re.finditer(r"[^,<:]+", text):
            self.add(start + part.start(), part[0], "choice")

    def _list(self, line: Line) -> None:
        name, colon, rest = line.text.partition(":")
        self.add(line.start, name, "list")
        at = line.start + len(name + colon)
        kind = LIST_KIND.match(rest.strip())
        if kind is not None:
            offset = len(rest) - len(rest.lstrip())
            words = kind["terms"] or ""
            first = kind.start("terms") if words else len(rest.strip())
            self.add(at + offset, rest.strip()[:first].rstrip(": "), "keyword")
            self._parted(words, at + offset + first)
        for child in line.children:
            if is_note(child):
                self._note(child)
            else:
                self._words_of_list(child)

    def _words_of_list(self, line: Line) -> None:
        lead = re.match(r"everything in |not ", line.text)
        at = lead.end() if lead else 0
        if lead:
            self.add(line.start, lead[0], "keyword")
        if lead and lead[0].startswith("everything"):
            self.add(line.start + at, line.text[at:], "list")
        else:
            self._parted(line.text[at:], line.start + at)

    def _definition(self, line: Line) -> None:
        match = FUNCTION_HEAD.match(line.text) or DEFINITION.match(line.text)
        rules = [child for child in line.children if not is_note(child)]
        for child in line.children:
            if is_note(child):
                self._note(child)
        if match is None:
            self._statement(line)
            return
        name = match["name"]
        function = PARAMETERS.match(name)
        if function is not None:
            self.add(line.start, function["name"], "function")
            self._parameters(function["parameters"], line.start + function.start("parameters"))
        else:
            self.add(line.start, name, "series" if (match["body"] or "").startswith("each ") else "name")
        self.add(line.start + match.start("sign"), match["sign"], "keyword")
        at = match.start("body") if match["body"] else len(line.text)
        self._statement(Line(line.text[at:], line.start + at, line.indent, False, rules))

    def _parameters(self, text: str, start: int) -> None:
        for part in re.finditer(r"(?P<name>[^,:]+):\s*(?P<kind>(?:(?!,\s*[^,:]+:).)+)", text):
            self.add(start + part.start("name"), part["name"], "name")
            self._kind(part["kind"], start + part.start("kind"))

    # ---- criteria ---------------------------------------------------------------------------------------------------

    def _criterion(self, line: Line) -> None:
        match = CRITERION.match(line.text)
        if match is None:
            self._rule(line)
            return
        self.add(line.start, match["id"], "id")
        self.add(line.start + match.start("title"), match["title"], "title")
        for child in line.children:
            self._rule(child)

    def _rule(self, line: Line) -> None:
        if line.quoted:
            for part in (line, *line.below()):
                self.add(part.start, part.text, "quotation")
        elif is_note(line):
            self._note(line)
        else:
            self._statement(line)

    def _note(self, line: Line) -> None:
        match = KEYED.match(line.text)
        assert match is not None
        self.add(line.start, match["key"], "key")
        if match["text"]:
            self.add(line.start + match.start("text"), match["text"], "note")
        for below in line.below():
            self.add(below.start, below.text, "note")

    # ---- examples and translations ----------------------------------------------------------------------------------

    def _example(self, line: Line) -> None:
        head = TABLE_HEAD.match(line.text) or HEAD.match(line.text)
        if head is not None:
            for word in re.finditer(r"\Apatients?|\blike\b", line.text):
                self.add(line.start + word.start(), word[0], "keyword")
            for group in ("name", "like"):
                if head.groupdict().get(group):
                    self.add(line.start + head.start(group), head[group], "title")
        for child in line.below():
            self._fact(child)

    def _fact(self, line: Line) -> None:
        if line.text.startswith("|"):
            for number, cell in enumerate(re.finditer(r"[^|]+", line.text)):
                self._cell(cell[0], line.start + cell.start(), first=number == 0)
            return
        name, colon, value = line.text.partition(":")
        if colon:
            self._cell(name, line.start, first=True)
            self._cell(value, line.start + len(name + colon), first=False)

    def _cell(self, text: str, start: int, first: bool) -> None:
        bare = text.strip()
        if CRITERION.match(f"{bare}: -") and first:
            self.add(start, text, "id")
        elif bare == "verdict" or RESULTS.match(bare):
            self.add(start, text, "keyword")
        elif first:
            self.add(start, text, "name")
        else:
            self._words(text, start)

    def _words(self, text: str, start: int) -> None:
        """Days, numbers and units of a fact, and the choices among its words."""
        number = None
        found = atoms(text, start)
        at = 0
        while at < len(found):
            atom, match = found[at], self.vocabulary.longest(found, at)
            end = at + 1
            if DAY.fullmatch(atom.text):
                self.add(atom.start, atom.text, "day")
            elif NUMBER.fullmatch(atom.text):
                self.add(atom.start, atom.text, "number")
                number = atom
            elif number is not None and (unit := self._unit(text, start, atom.start)) is not None:
                self.add(atom.start, unit, "unit")
                end = next((n for n, one in enumerate(found) if one.start >= atom.start + len(unit)), len(found))
                number = None
            elif match is not None and "CHOICE" in match.terminals:
                end = match.end
                self.found.append((Span(atom.start, found[end - 1].end), "choice"))
            at = end

    def _unit(self, text: str, start: int, at: int) -> str | None:
        words = re.match(r"[^\s,;]+(?: [^\s,;]+){0,3}", text[at - start :])
        while words is not None:
            try:
                parse_unit(words[0])
            except UnitError:
                shorter, space, _ = words[0].rpartition(" ")
                words = re.match(re.escape(shorter), text[at - start :]) if space else None
            else:
                return words[0]
        return None

    def _translation(self, line: Line) -> None:
        name = re.match(r"[^:：]+", line.text)
        if line.quoted:
            self.add(line.start, line.text, "quotation")
        elif name is not None:
            self.add(line.start, name[0], "id" if CRITERION.match(f"{name[0].strip()}: -") else "name")
        for child in line.children:
            self._translation(child)

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def _phrase(self, pieces: list[Piece]) -> None:
        given = [piece for piece in pieces if piece.text.strip()]
        if given and not self._read_before(Span(given[0].start, given[-1].end)):
            self._lexed(lex_statement(Statement(given, False, []), self.vocabulary))

    def _statement(self, line: Line) -> None:
        ends = [below.span.end for below in line.below()]
        if self._read_before(Span(line.start, max(ends, default=line.span.end))):
            return
        statement = statement_of(line)
        self._lexed(lex_statement(statement, self.vocabulary))
        if statement.stray is not None:
            self._statement(statement.stray)

    def _read_before(self, span: Span) -> bool:
        """Colour what the parser has read within a span, if it has."""
        first, last = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        for lexeme in self.lexemes[first:last]:
            self._add_lexeme(lexeme)
        return last > first

    def _lexed(self, read: tuple[LexedStatement, list[UnknownWords]]) -> None:
        lexed, unknown = read
        strange = {words.span.start for words in unknown}
        for lexeme in _lexemes(lexed):
            if lexeme.span.start not in strange:
                self._add_lexeme(lexeme)

    def _add_lexeme(self, lexeme: Lexeme) -> None:
        if lexeme.text and lexeme.terminals.isdisjoint(WITHOUT):
            self.found.append((lexeme.span, self._colour(lexeme)))

    def _colour(self, lexeme: Lexeme) -> Colour:
        named = next((colour for terminal, colour in TERMINALS.items() if terminal in lexeme.terminals), None)
        if named == "name" and fold(lexeme.text) in self.days:
            return "day"
        return named or "keyword"


def _lexemes(statement: LexedStatement) -> Iterator[Lexeme]:
    yield from statement.lexemes
    for inner in statement.body:
        yield from _lexemes(inner)
    if statement.trailing is not None:
        yield from _lexemes(statement.trailing)


def _section_of(line: Line) -> str | None:
    """Which section a line opens: the word of its heading, `translations` for the languages."""
    if GUARDED.match(line.text):
        return "criteria"
    heading = HEADING.match(line.text)
    kind = heading["kind"].strip().casefold() if heading else ""
    if kind not in SECTIONS:
        return None
    return "translations" if kind in {name.casefold() for name in LANGUAGES} else kind


def _is_kind(text: str) -> bool:
    if KIND_WORDS.match(text) or SERIES.match(text):
        return True
    try:
        parse_unit(text.partition(" or ")[0].removeprefix("in "))
    except UnitError:
        return False
    return True
