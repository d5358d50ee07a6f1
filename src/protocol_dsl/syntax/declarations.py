"""The first pass: days, data and the heads of definitions, from which the vocabulary is made."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from attrs import define, evolve, field

from protocol_dsl.diagnostics import Copyable, Label, Problems, nearest
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.layout import Line, Piece, joined_text
from protocol_dsl.syntax.vocabulary import Entry, NameKind, Vocabulary, is_reserved, plural, singular
from protocol_dsl.syntax.words import ATTRIBUTES, NOTES
from protocol_dsl.values import UnitError, parse_unit

KEYED: Final = re.compile(r"(?P<key>[^:=]+?)\s*:(?:\s+(?P<text>.*)|$)")
BRACKET: Final = re.compile(r"\((?P<words>[^()]*)\)")
DEFINITION: Final = re.compile(r"(?P<name>[^=:]+?)\s*(?P<sign>=|\bmeans\b)(?:\s*(?P<body>.*))?$")
LONGEST_NAME: Final = 120
NAME_CHARACTERS: Final = re.compile(rf"[\w %/'’+.&-]{{1,{LONGEST_NAME}}}")
KINDS: Final = (
    "yes/no",
    "one of",
    "ordered",
    "date",
    "text",
    "number",
    "percentage of",
    "judgement by",
    "agreement by",
    "one row for each",
)
LONGEST_LIST: Final = 5000
"""In a longer line of choices a message points to the line, since each choice would be looked for in all of it."""
EVALUATION_DATE: Final = "evaluation date"
"""A day that every protocol has without declaring it: the day that `now` is."""


@define
class Declarations:
    """Reads declarations into syntax nodes and enters their names in the vocabulary."""

    problems: Problems
    vocabulary: Vocabulary = field(factory=Vocabulary)
    choices: dict[str, tuple[str, ...]] = field(factory=dict)
    """The choices of each data item that has some, by its folded names."""
    _firsts: dict[str, Span] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.vocabulary.declare(Entry("NAME", EVALUATION_DATE, EVALUATION_DATE, Span(0, 0)))

    # ---- days and data ----------------------------------------------------------------------------------------------

    def day(self, line: Line) -> nodes.Declaration | None:
        """`start of treatment: planned`"""
        text, _, words = line.text.partition(":")
        if words.strip() not in ("", "planned", "day", "date"):
            at = line.start + len(line.text) - len(words.lstrip())
            self.problems.report("P103", Span(at, line.span.end), variant="day", found=words.strip())
            self._remember(text, line)
            return None
        read = self._named(text, line.start, "NAME")
        if read is None:
            return None
        name, aliases, _ = read
        properties, _ = self._under(line.children, name, rows=False)
        return nodes.Declaration(name, aliases, None, words.strip() == "planned", properties, span=line.span)

    def item(self, line: Line, owner: nodes.Name | None = None) -> nodes.Declaration | None:
        """`initial diagnosis date: date`, with its attributes and, for rows, its fields."""
        match = KEYED.match(line.text)
        if match is None or not match["text"]:
            self.problems.report("P103", line.span, found=line.text)
            self._remember(match["key"] if match else line.text, line)
            return None
        continuations = [child for child in line.children if not _keyed(child)]
        others = [child for child in line.children if _keyed(child)]
        type_piece = Piece(match["text"], line.start + match.start("text"))
        type_ = self._type(joined_text(type_piece, continuations), type_piece.start, line)
        kind: NameKind = "ROWS" if type_ and type_.form == "rows" else "NAME"
        read = self._named(match["key"], line.start, kind, owner)
        if read is None:
            return None
        name, aliases, written_plural = read
        if owner is not None and kind == "ROWS":
            self.problems.report(
                "P104", line.span, variant="list", field=name.text, name=owner.text, each=type_.words if type_ else ""
            )
        if type_ is not None and type_.choices:
            for spelling in (name, *aliases):
                self.choices[folded_name(spelling.text)] = tuple(choice.text for choice in type_.choices)
        properties, fields = self._under(others, name, rows=kind == "ROWS")
        if type_ is None:
            type_ = nodes.TypeWords("unread", span=line.span)
        return nodes.Declaration(name, aliases, type_, False, properties, fields, written_plural, span=line.span)

    def choices_of(self, name: str) -> tuple[str, ...]:
        """The choices of a data item, or nothing."""
        entry = self.vocabulary.entry(name, "NAME")
        return self.choices.get(folded_name(entry.spelling), ()) if entry is not None else ()

    def _under(
        self, lines: list[Line], owner: nodes.Name, rows: bool
    ) -> tuple[tuple[nodes.Property, ...], tuple[nodes.Declaration, ...]]:
        properties: list[nodes.Property] = []
        fields: list[nodes.Declaration] = []
        for line in lines:
            match = KEYED.match(line.text)
            key = match["key"].casefold() if match else ""
            if match and key in ATTRIBUTES:
                properties.append(property_of(line, key))
            elif rows:
                if (declared := self.item(line, owner)) is not None:
                    fields.append(declared)
            else:
                near = nearest(key, ATTRIBUTES)
                place = Span(line.start, line.start + len(match["key"] if match else line.text))
                if match and match["text"] and not near and _is_kind(match["text"]):
                    self.problems.report("P104", place, field=match["key"], name=owner.text, holds=match["text"])
                    continue
                self.problems.report(
                    "P102",
                    place,
                    variant="nearest" if near else None,
                    what="a data item",
                    key=key,
                    nearest=near[0] if near else "",
                    known=Copyable(", ".join(ATTRIBUTES)),
                )
        return tuple(properties), tuple(fields)

    # ---- names ------------------------------------------------------------------------------------------------------

    def _named(
        self, text: str, start: int, kind: NameKind, owner: nodes.Name | None = None
    ) -> tuple[nodes.Name, tuple[nodes.Name, ...], str | None] | None:
        """A name with its abbreviations in brackets, entered in the vocabulary."""
        written = text.strip()
        span = Span(start, start + len(text.rstrip()))
        head = BRACKET.sub("", written).strip()
        brackets = [found["words"].strip() for found in BRACKET.finditer(written)]
        if not NAME_CHARACTERS.fullmatch(head):
            self.problems.report("P105", span, name=written)
            return None
        written_plural = next((b.removeprefix("plural ") for b in brackets if b.startswith("plural ")), None)
        aliases = [b for b in brackets if b and not b.startswith("plural ")]
        for name in (head, *aliases, *([written_plural] if written_plural else [])):
            if not NAME_CHARACTERS.fullmatch(name):
                self.problems.report("P105", span, name=name)
                return None
            if is_reserved(name) or (owner is None and folded_name(name) == EVALUATION_DATE):
                self.problems.report("P203", span, name=name)
                return None
        forms = _forms(head, written_plural) if kind == "ROWS" else ()
        self._declare_once(head, head, kind, span, owner, forms, written_plural)
        for alias in aliases:
            self._declare_once(alias, head, kind, span, owner, _forms(alias, None) if kind == "ROWS" else ())
        return (nodes.Name(head, span=span), tuple(nodes.Name(alias, span=span) for alias in aliases), written_plural)

    def _declare_once(
        self,
        spelling: str,
        declared: str,
        kind: NameKind,
        span: Span,
        owner: nodes.Name | None,
        forms: tuple[str, ...],
        written_plural: str | None = None,
    ) -> None:
        folded = folded_name(spelling)
        scope = f"{owner.text}/" if owner else ""
        first = self._firsts.setdefault(scope + folded, span)
        if first is not span or (owner and folded in self._firsts):
            first = first if first is not span else self._firsts[folded]
            self.problems.report("P202", span, labels=(Label(first, "first declared here"),), name=spelling)
        self.vocabulary.declare(Entry(kind, spelling, declared, span, written_plural), forms)

    def _remember(self, name: str, line: Line) -> None:
        """Know a name whose declaration was refused, so that its uses are not refused again."""
        name = name.strip()
        if NAME_CHARACTERS.fullmatch(name) and not is_reserved(name):
            self.vocabulary.declare(Entry("NAME", name, name, line.span))

    def choice(self, text: str, span: Span) -> nodes.Name | None:
        if not NAME_CHARACTERS.fullmatch(text):
            self.problems.report("P105", span, name=text)
            return None
        if is_reserved(text) and not text.isdigit():
            self.problems.report("P203", span, variant="choice", name=text)
            return None
        if not text.isdigit():
            self.vocabulary.declare(Entry("CHOICE", text, text, span))
        return nodes.Name(text, span=span)

    # ---- kinds of data ----------------------------------------------------------------------------------------------

    def _type(self, text: str, start: int, line: Line) -> nodes.TypeWords | None:
        span = Span(start, max(line.span.end, start + 1))
        folded = " ".join(text.split()).rstrip(".")
        if folded in ("yes/no", "yes or no"):
            return nodes.TypeWords("yes/no", span=span)
        if folded in ("date", "text", "number"):
            return nodes.TypeWords(folded, span=span)  # type: ignore[arg-type]
        for prefix, form in (("judgement by ", "judgement"), ("agreement by ", "agreement")):
            if folded.startswith(prefix):
                who = folded.removeprefix(prefix).removeprefix("the ")
                self.vocabulary.add_judge(who)
                return nodes.TypeWords(form, words=who, span=span)  # type: ignore[arg-type]
        if folded == "percentage" or folded.startswith("percentage of "):
            return nodes.TypeWords("percentage", words=folded[len("percentage of ") :], unit=parse_unit("%"), span=span)
        if found := re.match(r"(?:one )?row for each (.+)$", folded):
            return nodes.TypeWords("rows", words=found[1], span=span)
        if found := re.match(r"(one of,? in order:?|ordered:?|one of:?)\s+(.+)$", folded):
            return self._choices(found[1], found[2], text, span)
        return self._unit_type(folded, span)

    def _choices(self, head: str, listed: str, text: str, span: Span) -> nodes.TypeWords | None:
        ordered = head.startswith(("ordered", "one of, in", "one of in"))
        words = [word.strip() for word in re.split(r"[,<]" if ordered else ",", listed)]
        if re.search(r"\bor\b", words[-1]):
            commas = re.sub(r",?\s+or\s+", ", ", listed)
            line = Copyable(f"{'ordered' if ordered else 'one of'} {commas}")
            self.problems.report("P106", self._place_of(listed, span), found=listed, line=line)
            words = re.split(r",\s*", commas)
        choices = [self.choice(word, self._place_of(word, span)) for word in words if word]
        times = Counter(word.casefold() for word in words)
        twice = next((word for word in words if times[word.casefold()] > 1), None)
        if twice is not None:
            self.problems.report("P204", self._place_of(twice, span, last=True), name=twice)
        known = tuple(choice for choice in choices if choice is not None)
        return nodes.TypeWords("ordered" if ordered else "one of", choices=known, span=span) if known else None

    def _place_of(self, word: str, span: Span, last: bool = False) -> Span:
        """Where a choice stands among those of its line."""
        if len(span) > LONGEST_LIST:
            return span
        found = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", self.problems.source.slice(span), re.IGNORECASE))
        if not found:
            return span
        start = span.start + found[-1 if last else 0].start()
        return Span(start, start + len(word))

    def _unit_type(self, text: str, span: Span) -> nodes.TypeWords | None:
        for prefix in ("number in ", "quantity in ", "in "):
            text = text.removeprefix(prefix)
        try:
            unit = parse_unit(text)
        except UnitError as error:
            near = nearest(text, KINDS) or ([error.nearest] if error.nearest else [])
            self.problems.report(
                "P108", span, variant="nearest" if near else None, found=text, nearest=near[0] if near else ""
            )
            return None
        return nodes.TypeWords("quantity", words=text, unit=unit, span=span)

    # ---- definitions ------------------------------------------------------------------------------------------------

    def definition_head(self, line: Line) -> tuple[nodes.Name, tuple[nodes.Name, ...], bool, Line] | None:
        """The name of a definition, whether it `means` a condition, and its body as a line of its own."""
        match = DEFINITION.match(line.text)
        if match is None or not (match["body"] or line.children):
            self.problems.report("P112", line.span, found=line.text)
            self._remember(line.text.partition(":")[0], line)
            return None
        read = self._named(match["name"], line.start, "NAME")
        if read is None:
            return None
        body = line.text[match.start("body") :] if match["body"] else ""
        rest = Line(
            body,
            line.start + match.start("body"),
            line.indent,
            False,
            [child for child in line.children if not is_note(child)],
        )
        return read[0], read[1], match["sign"] == "means", rest


def folded_name(name: str) -> str:
    """A name as patients' facts are matched: case, spaces, `_` and `-` folded."""
    return " ".join(re.sub(r"[_\-\s]+", " ", name).split()).casefold()


def _forms(name: str, written_plural: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((written_plural or plural(singular(name)), singular(name))))


def _keyed(line: Line) -> bool:
    return KEYED.match(line.text) is not None and not line.bullet


def is_note(line: Line) -> bool:
    """A line such as `interpretation: …` beside a rule or a definition."""
    match = KEYED.match(line.text)
    return not line.bullet and match is not None and match["key"].casefold() in NOTES


def _is_kind(text: str) -> bool:
    """Words that say what a data item holds."""
    if text.casefold().startswith(KINDS):
        return True
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True


def property_of(line: Line, key: str) -> nodes.Property:
    """A line `key: text` with its continuation lines."""
    match = KEYED.match(line.text)
    assert match is not None
    text = match["text"] or ""
    start = line.start + (match.start("text") if match["text"] else len(line.text))
    below = list(line.below())
    pieces = [Piece(text, start), *(Piece("- " + b.text, b.start - 2) if b.bullet else b.piece for b in below)]
    pieces = [piece for piece in pieces if piece.text]
    end = below[-1].span.end if below else line.span.end
    lines, starts = tuple(piece.text for piece in pieces), tuple(piece.start for piece in pieces)
    return nodes.Property(key, lines, Span(start, line.span.end), starts=starts, span=Span(line.start, end))


def with_condition(prop: nodes.Property, condition: nodes.Condition) -> nodes.Property:
    return evolve(prop, condition=condition)
