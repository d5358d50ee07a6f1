"""The two passes: sections and declarations first, then every rule with the vocabulary they declare.

Both are in one module, since the second takes up each section where the first left it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Final

from attrs import evolve
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from protocol_dsl.diagnostics import Copyable, Label, Problems, nearest
from protocol_dsl.source import SourceText, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.build import Builder
from protocol_dsl.syntax.declarations import KEYED, Declarations, is_note, property_of, with_condition
from protocol_dsl.syntax.examples import read_examples
from protocol_dsl.syntax.habits import always_wrong
from protocol_dsl.syntax.layout import Layout, Line, Piece, Statement, read_layout, statement_of
from protocol_dsl.syntax.lexer import (
    LexedStatement,
    LexemeLexer,
    UnknownWords,
    lex_phrase,
    lex_statement,
    statement_tokens,
)
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.notes import misnamed_note
from protocol_dsl.syntax.parsed_file import ParsedFile, ReadPhrase, parameters_of, sections_of, start_of
from protocol_dsl.syntax.phrase_memory import PhraseMemory
from protocol_dsl.syntax.sentence_errors import sentence_error
from protocol_dsl.syntax.translations import read_translations
from protocol_dsl.syntax.vocabulary import Entry, Vocabulary, atoms
from protocol_dsl.syntax.word_errors import report_unknown_words
from protocol_dsl.syntax.words import HEADER, LANGUAGES

DEEPEST: Final = 100
LEVELS: Final = {"INDENT": 1, "LPAR": 1, "LPAR_IF": 5}
"""How deep each opening goes; a limit by case holds a value, a condition and a comparison of its own."""
CHAINING: Final = ("BEFORE", "AFTER", "EARLIER_OF", "LATER_OF", "IF", "OF")
"""Words after which a phrase of the same kind may stand, and after that another."""
SECTIONS: Final = (
    *("use", "days", "data", "lists", "definitions", "inclusion criteria", "exclusion criteria", "examples"),
    *(heading.casefold() for heading in LANGUAGES),
)
CRITERION: Final = re.compile(r"(?P<id>[A-Z]{1,4}-?\d{1,3}[a-z]?)\s*[:.)]\s*(?P<title>.*)$")
GUARDED: Final = re.compile(r"(?P<kind>inclusion criteria|exclusion criteria),?\s+if\s+(?P<guard>.+)$", re.IGNORECASE)
USE_IN_ONE_LINE: Final = re.compile(r"uses?(?::\s*|\s+)(?P<file>\S.*)", re.IGNORECASE)
END_OF_NAME: Final = re.compile(r"\s*(?::|\s=|\smeans\b|\sof \()")
COMPARED: Final = re.compile(r">=?\s*\d")
"""The beginning of a rule that is taken for a quotation."""
LONGEST_NAME: Final = 40
HEADING: Final = re.compile(r"(?P<kind>[a-z ]+?)\s*(?:$|:\s*(?P<title>.*)$)", re.IGNORECASE)


def _name_of(line: Line) -> str:
    """What a message calls an entry of a section: the name that its line begins with."""
    text = END_OF_NAME.split(line.text.strip(), maxsplit=1)[0].partition("：")[0]
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


@cache
def _parser() -> Lark:
    grammar = resources.files("protocol_dsl.syntax").joinpath("protocol.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=LexemeLexer,
        start=["rule", "condition", "definition", "named_series", "period"],
        propagate_positions=True,
        maybe_placeholders=False,
    )


def files_used(source: SourceText) -> list[tuple[str, Span]]:
    """The files that a protocol file uses, as it names them, and where."""
    sections = (line for line in read_layout(source).lines if line.text.strip().rstrip(":").casefold() == "use")
    return [(child.text.strip(), child.span) for line in sections for child in line.children]


def parse(
    source: SourceText, used: Sequence[tuple[str, Span, ParsedFile]] = (), memory: PhraseMemory | None = None
) -> ParsedFile:
    """Read a protocol file. All that is wrong is reported at once; what could be read is in the tree.

    `used`: the files that it uses, each with its name and the place where it is named. `memory`: phrases that were read
    before, which an editor keeps.
    """
    layout = read_layout(source)
    reader = _FileReader(source, layout, memory=memory)
    for name, place, file in used:
        reader.declarations.vocabulary.include(file.vocabulary, parameters_of(file))
        reader.declare_used(sections_of(file, name, place))
    syntax = reader.read()
    if syntax is not None:
        syntax = evolve(syntax, sections=(*syntax.sections, *reader.used_sections))
    found = sorted(reader.problems.found, key=lambda problem: problem.span.start if problem.span else 0)
    phrases = tuple(reader.phrases)
    read = ParsedFile(syntax, reader.declarations.vocabulary, (), tuple(sorted(reader.places, key=start_of)), phrases)
    return evolve(read, diagnostics=tuple(read.located(problem) for problem in found))


def parse_rule(source: SourceText, vocabulary: Vocabulary) -> tuple[nodes.Condition | None, nodes.Condition]:
    """Read a statement such as a generated document prints, with the vocabulary of its protocol."""
    layout = read_layout(source)
    reader = _FileReader(source, layout, vocabulary)
    tree = reader.phrase("rule", [statement_of(line) for line in layout.lines], Span(0, len(source.text)))
    if tree is None:
        raise ValueError(reader.problems.found[0].message)
    return reader.builder.rule(tree)


class _FileReader:
    def __init__(
        self,
        source: SourceText,
        layout: Layout,
        vocabulary: Vocabulary | None = None,
        memory: PhraseMemory | None = None,
    ) -> None:
        self.source = source
        self.layout = layout
        self.problems = Problems(source)
        self.declarations = Declarations(self.problems, vocabulary or Vocabulary())
        self.builder = Builder(self.declarations.vocabulary, self.problems)
        self.places: list[tuple[Span, str]] = []
        self.used_sections: list[nodes.Section] = []
        self.phrases: list[ReadPhrase] = []
        self.heads = self.declarations.heads
        self.memory = memory
        self._words: frozenset[tuple[str, str]] | None = None

    # ---- the file ---------------------------------------------------------------------------------------------------

    def declare_used(self, sections: Iterable[nodes.Section]) -> None:
        """Take in what a used file declares; of a file that two others use, once."""
        names: list[nodes.Name] = []
        formulas: list[nodes.Name] = []
        for section in sections:
            if section in self.used_sections:
                continue
            self.used_sections.append(section)
            for item in section.declarations:
                names += [item.name, *item.aliases]
            for listed in section.lists:
                names += [listed.name, *listed.aliases]
            for definition in section.definitions:
                (formulas if definition.parameters else names).extend([definition.name, *definition.aliases])
        self.declarations.remember_used(names)
        self.declarations.remember_formulas(formulas)

    def read(self) -> nodes.ProtocolSyntax | None:
        lines = self.layout.lines
        if self.layout.depth > DEEPEST:
            self.problems.report("P005", self.layout.deepest, levels=self.layout.depth)
            return None
        if not lines or not lines[0].text.casefold().startswith("protocol:"):
            self.problems.report("P004", lines[0].span if lines else Span(0, 0), variant=None if lines else "empty")
            return None
        self._remember_places(lines)
        header = self._header(lines[0])
        first_pass = [found for line in lines[1:] if (found := self._section(line)) is not None]
        sections = tuple(self._second_pass(section, line) for section, line in first_pass)
        name = lines[0].text.partition(":")[2].strip()
        if not name:
            self.problems.report("P004", lines[0].span, variant="no_name")
        return nodes.ProtocolSyntax(name, header, sections, self.layout.comments, self.source, span=lines[0].span)

    def _remember_places(self, lines: Sequence[Line]) -> None:
        """Where the entries of each section stand; criteria are remembered where they are read."""
        for line in lines:
            match = GUARDED.match(line.text) or HEADING.match(line.text)
            kind = match["kind"].strip().casefold() if match else ""
            if line is not lines[0] and kind not in SECTIONS:
                continue
            of_criteria = kind in ("inclusion criteria", "exclusion criteria")
            section = "header" if line is lines[0] else kind if of_criteria else line.text.strip().rstrip(":")
            self.places.append((line.span, section))
            for child in () if of_criteria else line.children:
                *_, last = child, *child.below()
                self.places.append((Span(child.start, last.span.end), f"{section}, {_name_of(child)}"))

    def _header(self, line: Line) -> tuple[nodes.Property, ...]:
        found: dict[str, nodes.Property] = {}
        for child in line.children:
            match = KEYED.match(child.text)
            key = match["key"].casefold() if match else child.text.casefold()
            if match is None or key not in HEADER:
                near = nearest(key, HEADER)
                self.problems.report(
                    "P102",
                    Span(child.start, child.start + len(match["key"] if match else child.text)),
                    variant="nearest" if near else "header",
                    what="the header",
                    key=key,
                    nearest=near[0] if near else "",
                    known=Copyable(", ".join(HEADER)),
                )
            elif key in found:
                first = Label(found[key].span, "first given here")
                self.problems.report("P202", child.span, variant="header", labels=(first,), name=key)
            else:
                found[key] = property_of(child, key)
        return tuple(found.values())

    # ---- first pass -------------------------------------------------------------------------------------------------

    def _section(self, line: Line) -> tuple[nodes.Section, Line] | None:
        match = GUARDED.match(line.text) or HEADING.match(line.text)
        guarded = match is not None and "guard" in match.groupdict()
        kind = match["kind"].strip().casefold() if match else ""
        title = match["title"] if match and not guarded else None
        if used := USE_IN_ONE_LINE.fullmatch(line.text):
            self.problems.report("P101", line.span, variant="use", found=line.text, used=used["file"])
            return None
        if kind not in SECTIONS:
            heading = line.text.partition(":")[0]
            if kind.startswith("in ") and not nearest(kind, SECTIONS):
                known = ", ".join(LANGUAGES)
                self.problems.report("P101", line.span, variant="language", found=heading, known=known)
            elif CRITERION.match(line.text):
                self.problems.report("P101", line.span, variant="criterion", found=line.text)
            elif near := nearest(heading.casefold(), SECTIONS):
                place = Span(line.start, line.start + len(heading))
                self.problems.report("P101", place, variant="nearest", found=heading, nearest=near[0])
            else:
                self.problems.report("P101", line.span, found=line.text)
            return None
        if kind == "days":
            days = [day for child in line.children if (day := self.declarations.day(child))]
            return nodes.Section("days", "days", declarations=tuple(days), span=line.span), line
        if kind == "data":
            items = [item for child in line.children if (item := self.declarations.item(child))]
            return nodes.Section("data", "data", title or None, tuple(items), span=line.span), line
        if kind == "use":
            uses = tuple(
                nodes.Property("use", (child.text.strip(),), child.span, span=child.span) for child in line.children
            )
            return nodes.Section("use", "use", uses=uses, span=line.span), line
        if kind == "lists":
            lists = [found for child in line.children if (found := self.declarations.list_of_terms(child))]
            return nodes.Section("lists", "lists", lists=tuple(lists), span=line.span), line
        if kind == "definitions":
            for child in line.children:
                self.heads[child.start] = self.declarations.definition_head(child)
            return nodes.Section("definitions", "definitions", span=line.span), line
        if kind == "examples":
            return nodes.Section("examples", "examples", span=line.span), line
        for heading, code in LANGUAGES.items():
            if kind == heading.casefold():
                texts = read_translations(line.children, self.problems)
                return nodes.Section("translations", heading, translations=texts, language=code, span=line.span), line
        return self._criteria_heading(kind, title, line), line

    def _criteria_heading(self, kind: str, title: str | None, line: Line) -> nodes.Section:
        none = title is not None and title.casefold() == "none in the source"
        if title and not none:
            place = Span(line.span.end - len(title), line.span.end)
            self.problems.report("P101", place, variant="title", found=title, kind=kind)
        following = next((other for other in self.layout.lines if other.start > line.start), None)
        outdented = following is not None and CRITERION.match(following.text)
        if not none and not line.children and not outdented:
            self.problems.report("P109", line.span, variant="empty", kind=kind)
        return nodes.Section(
            "inclusion" if kind.startswith("in") else "exclusion", kind, none_in_source=none, span=line.span
        )

    # ---- second pass ------------------------------------------------------------------------------------------------

    def _second_pass(self, section: nodes.Section, line: Line) -> nodes.Section:
        if section.kind in ("days", "data"):
            return evolve(section, declarations=tuple(self._conditions_of(d) for d in section.declarations))
        if section.kind == "definitions":
            definitions = (self._definition(child) for child in line.children)
            return evolve(section, definitions=tuple(d for d in definitions if d is not None))
        if section.kind in ("use", "lists", "translations"):
            return section
        if section.kind == "examples":
            return evolve(section, examples=read_examples(line.children, self.problems))
        criteria = [self._criterion(child) for child in line.children]
        found = tuple(c for c in criteria if c is not None)
        heads = (CRITERION.match(child.text) for child, c in zip(line.children, criteria, strict=True) if c is None)
        unread = tuple(head["id"] for head in heads if head is not None)
        return evolve(section, criteria=found, unread=unread, guard=self._guard(line))

    def _guard(self, line: Line) -> nodes.Condition | None:
        """The `if C` of a heading, under which all its criteria apply."""
        match = GUARDED.match(line.text)
        if match is None:
            return None
        start = line.start + match.start("guard")
        statement = Statement([Piece(match["guard"].rstrip(" :"), start)], False, [])
        tree = self.phrase("condition", [statement], Span(start, line.span.end))
        return None if tree is None else self.builder.condition(_first(tree))

    def _conditions_of(self, declared: nodes.Declaration) -> nodes.Declaration:
        properties = tuple(self._asked_if(prop) for prop in declared.properties)
        derived = (self._definition_of(each.span) for each in declared.derived)
        return evolve(
            declared,
            properties=properties,
            fields=tuple(self._conditions_of(f) for f in declared.fields),
            derived=tuple(each for each in derived if each is not None),
            type=self._with_days(declared.type) if declared.type is not None else None,
        )

    def _with_days(self, type_: nodes.TypeWords) -> nodes.TypeWords:
        """The days of a period."""
        if type_.form != "period":
            return type_
        statement = Statement([Piece(self.source.slice(type_.span), type_.span.start)], False, [])
        tree = self.phrase("period", [statement], type_.span)
        if tree is None:
            return type_
        first, last = (self.builder.value(child) for child in tree.children if isinstance(child, Tree))
        return evolve(type_, period=(first, last))

    def _asked_if(self, prop: nodes.Property) -> nodes.Property:
        if prop.key != "asked if":
            return prop
        pieces = [Piece(text, start) for text, start in zip(prop.lines, prop.starts, strict=True)]
        statement = Statement(pieces or [Piece("", prop.text_span.start)], False, [])
        tree = self.phrase("condition", [statement], prop.text_span)
        return prop if tree is None else with_condition(prop, self.builder.condition(_first(tree)))

    def _definition(self, line: Line) -> nodes.DefinitionSyntax | None:
        notes = tuple(self._note(child) for child in line.children if is_note(child))
        found = self._definition_of(line.span)
        return None if found is None else evolve(found, notes=notes)

    def _definition_of(self, span: Span) -> nodes.DefinitionSyntax | None:
        """The definition whose line begins there; its head has been read."""
        head = self.heads.get(span.start)
        if head is None:
            return None
        rest = head.body
        statement = statement_of(rest)
        if not rest.text and statement.body == [] and rest.children:
            statement = Statement(statement.pieces[1:], False, [])
        start = {"value": "definition", "condition": "rule", "series": "named_series"}[head.form]
        tree = self.phrase(start, [statement], span)
        if tree is None:
            return None
        means = head.form == "condition"
        if head.form == "value":
            found = self._value_definition(head.name, head.aliases, _first(tree), (), span)
        else:
            body = self.builder.rule(tree)[1] if means else self.builder.named_series(tree)
            found = nodes.DefinitionSyntax(head.name, head.aliases, body, means, None, None, None, (), span=span)
        return evolve(found, parameters=head.parameters, plural=head.plural)

    def _value_definition(
        self,
        name: nodes.Name,
        aliases: tuple[nodes.Name, ...],
        tree: Tree[Token],
        notes: tuple[nodes.Property, ...],
        span: Span,
    ) -> nodes.DefinitionSyntax:
        amount, *more = [child for child in tree.children if isinstance(child, Tree)]
        unit = unit_text = decimals = None
        for part in more:
            tokens = [token for token in part.children if isinstance(token, Token)]
            if part.data == "unit":
                unit, unit_text = self.builder.unit(tokens[-1])
            else:
                decimals = self.builder.whole(next(token for token in tokens if token.type == "NUMBER"))
        body = self.builder.condition(amount)
        return nodes.DefinitionSyntax(name, aliases, body, False, unit, unit_text, decimals, notes, span=span)

    def _criterion(self, line: Line) -> nodes.CriterionSyntax | None:
        match = CRITERION.match(line.text)
        below = list(line.below())
        place = Span(line.start, below[-1].span.end if below else line.span.end)
        if match is None or not match["title"]:
            self.problems.report("P119", line.span, found=line.text)
            return None
        self.places.append((place, f"criterion {match['id']} ({match['title']})"))
        quotes = [child for child in line.children if child.quoted]
        notes = [child for child in line.children if not child.quoted and is_note(child)]
        others = [child for child in line.children if not child.quoted and not is_note(child)]
        rules = [child for child in others if not misnamed_note(child, self.problems)]
        if others and not rules:
            return None  # what was written has been told of
        if not rules and any(note.text.casefold().startswith("duty") for note in notes):
            return self._criterion_of(line, match, quotes, notes, None, None)
        if not rules:
            sign = next((quote for quote in quotes if COMPARED.match(quote.text)), None)
            if sign is None:
                self.problems.report("P109", line.span, variant="no_rule", kind=match["id"])
            else:
                self.problems.report("P109", sign.span, variant="sign", found=sign.text)
            return None
        statements = [statement_of(child) for child in rules]
        tree = self.phrase("rule", statements, Span.cover(rules[0].span, rules[-1].span))
        if tree is None:
            return None
        return self._criterion_of(line, match, quotes, notes, *self.builder.rule(tree))

    def _criterion_of(
        self,
        line: Line,
        match: re.Match[str],
        quotes: list[Line],
        notes: list[Line],
        applies: nodes.Condition | None,
        rule: nodes.Condition | None,
    ) -> nodes.CriterionSyntax:
        return nodes.CriterionSyntax(
            match["id"],
            match["title"],
            tuple(part.text[1:].strip() for quote in quotes for part in (quote, *quote.below())),
            applies,
            rule,
            tuple(self._note(note) for note in notes),
            Span.cover(quotes[0].span, quotes[-1].span) if quotes else None,
            Span(line.start, line.start + len(match["id"])),
            span=line.span,
        )

    def _note(self, line: Line) -> nodes.Property:
        return property_of(line, line.text.partition(":")[0].strip().casefold())

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def phrase(self, start: str, statements: list[Statement], span: Span) -> Tree[Token] | None:
        """Lex and parse statements; what is wrong is reported, and then there is no tree."""
        lexemes, tree = self._remembered(start, statements, span)
        self.phrases.append(ReadPhrase(start, tuple(lexemes), tree))
        return tree

    def _remembered(
        self, start: str, statements: list[Statement], span: Span
    ) -> tuple[Sequence[Lexeme], Tree[Token] | None]:
        if self.memory is None:
            return self._read_phrase(start, statements, span)
        if self._words is None:  # phrases are read once everything is declared
            self._words = self.declarations.vocabulary.added()
        key, at = self.memory.key(start, statements, self._words), statements[0].span.start
        if (found := self.memory.read_before(key, at)) is not None:
            return found
        lexemes, tree = self._read_phrase(start, statements, span)
        if tree is not None:
            self.memory.remember(key, at, (tuple(lexemes), tree))
        return lexemes, tree

    def _read_phrase(
        self, start: str, statements: list[Statement], span: Span
    ) -> tuple[list[Lexeme], Tree[Token] | None]:
        lexed: list[LexedStatement] = []
        unknown: list[UnknownWords] = []
        for statement in statements:
            one, more = lex_statement(statement, self.declarations.vocabulary)
            lexed.append(one)
            unknown.extend(more)
        lexemes = list(statement_tokens(lexed))
        if sum(self._misplaced(statement) for statement in statements):  # all are looked at, to report all
            return lexemes, None
        report_unknown_words(unknown, lexemes, self.declarations)
        if unknown or self._too_deep(lexemes):
            return lexemes, None
        if (told := always_wrong(lexemes, self.source)) is not None:
            self.problems.found.append(told)
            return lexemes, None
        try:
            tree = _parser().parse(lexemes, start=start)
        except UnexpectedToken as error:
            self.problems.found.append(sentence_error(error, lexemes, self.source, span, self.declarations))
            return lexemes, None
        return lexemes, tree

    def _misplaced(self, statement: Statement) -> bool:
        """Bullets under a line that opens no list, and lists that hold nothing."""
        found = False
        if statement.stray is not None:
            self.problems.report("P114", statement.stray.span, variant="bullet")
            found = True
        elif statement.opens and not statement.body:
            self.problems.report("P107", statement.span)
            found = True
        return bool(sum(self._misplaced(inner) for inner in statement.body)) or found

    def _too_deep(self, lexemes: list[Lexeme]) -> bool:
        """Brackets, lists and chained words deeper than a person could follow are refused before they are parsed."""
        open_levels: list[int] = []
        chained = 0
        for lexeme in lexemes:
            if lexeme.is_a(*LEVELS):
                open_levels.append(max(LEVELS.get(terminal, 0) for terminal in lexeme.terminals))
            elif open_levels and lexeme.is_a("RPAR", "DEDENT"):
                open_levels.pop()
            chained = 0 if lexeme.is_a("NEWLINE") else chained + lexeme.is_a(*CHAINING)
            if (levels := sum(open_levels) + chained) > DEEPEST:
                self.problems.report("P005", lexeme.span, levels=levels)
                return True
        return False


def acceptable(start: str, lexemes: Sequence[Lexeme]) -> frozenset[str] | None:
    """What may follow the first words of a phrase: terminals of the grammar, or None where the words are wrong."""
    interactive = _parser().parse_interactive(list(lexemes), start)
    try:
        interactive.exhaust_lexer()
    except UnexpectedToken:
        return None
    return frozenset(interactive.accepts())  # type: ignore[no-untyped-call]  # of Lark


def names_that_read_two_ways(parsed: ParsedFile) -> list[tuple[Entry, list[str]]]:
    """Names that can also be read as words of the language and shorter names, such as "stroke or TIA"."""
    found = []
    for entry in list(parsed.vocabulary.entries()):
        length = len(atoms(entry.spelling))
        known = entry.kind == "ROWS" and entry.spelling.casefold().startswith("known ")
        if length < 2 or (entry.kind == "ROWS" and not known):
            continue
        lexemes, unknown = lex_phrase([Piece(entry.spelling, 0)], parsed.vocabulary, but_not=length)
        if unknown or len(lexemes) < 2:
            continue
        words = [*lexemes, "NEWLINE"] if not known else ["ANY", *lexemes, "EVER", "NEWLINE"]  # `any known stroke ever`
        end = lexemes[-1].span
        ended = [Lexeme(frozenset({each}), "", end) if isinstance(each, str) else each for each in words]
        try:
            _parser().parse(ended, start="condition")
        except UnexpectedToken:
            continue
        found.append((entry, [lexeme.text for lexeme in lexemes]))
    return found


def _first(tree: Tree[Token]) -> Tree[Token]:
    return next(child for child in tree.children if isinstance(child, Tree))
