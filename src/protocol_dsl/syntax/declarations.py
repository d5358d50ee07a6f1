"""The first pass: days, data and the heads of definitions, from which the vocabulary is made.

One class reads them all, since each name is held against all that were declared before it, of whatever kind.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, Literal

from attrs import define, evolve, field, frozen

from protocol_dsl.diagnostics import Copyable, Label, Problems, corrected_line, nearest
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.kinds_elsewhere import kind_as_written_elsewhere
from protocol_dsl.syntax.layout import Line, Piece, joined_text
from protocol_dsl.syntax.vocabulary import Entry, NameKind, Vocabulary, is_reserved, plural, singular
from protocol_dsl.syntax.words import ATTRIBUTES, NOTES
from protocol_dsl.values import UnitError, parse_unit

KEYED: Final = re.compile(r"(?P<key>[^:=]+?)\s*:(?:\s+(?P<text>.*)|$)")
BRACKET: Final = re.compile(r"\((?P<words>[^()]*)\)")
DEFINITION: Final = re.compile(r"(?P<name>[^=:]+?)\s*(?P<sign>=|\bmeans\b)(?:\s*(?P<body>.*))?$")
LONGEST_NAME: Final = 120
NAME_CHARACTERS: Final = re.compile(rf"[\w %/'’+.&-]{{1,{LONGEST_NAME}}}")
KINDS_MEANT: Final = {
    "judgement by": "judgement by investigator",
    "agreement by": "agreement by patient",
    **dict.fromkeys(("diagnosis", "disease", "condition", "symptom"), "yes/no"),
}
"""What is mostly meant by a kind that is not said to its end, and by words of the clinic."""
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
    "several of",
    "coded",
    "events",
    "treatments",
    "measurements",
    "measurements in",
    "titre",
    "percentile",
)
SERIES: Final = re.compile(
    r"(?P<series>events|event|treatments|treatment|measurements|measurement|tests|test)"
    r"(?:,?\s+(?P<of>one of|ordered|one of, in order)[:]?\s+(?P<choices>.+)"
    r"|(?:\s+in\s+%|,?\s+(?:in\s+)?percentage)\s+of\s+(?P<percentage_of>.+)"
    r"|,?\s+(?P<percentage>percentage)|\s+in\s+(?P<unit>.+))?$"
)
SERIES_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "events": ("date", "start date", "end date", "ongoing", "duration"),
    "treatments": ("date", "start date", "end date", "ongoing", "duration", "drug", "half-life"),
    "measurements": ("date", "value"),
}
"""The fields that a series of each form has without declaring them."""
IMPLICIT: Final = frozenset(folded_name_ for names in SERIES_NAMES.values() for folded_name_ in (*names, "half life"))
PERIOD: Final = re.compile(r"from\s+(?P<first>.+?)\s+(?:until|to)\s+(?P<last>.+)$")
LIST_KIND: Final = re.compile(r"(?P<kind>open|closed)\s+list(?:\s+of\s+(?P<of>[^:]+?))?\s*(?::\s*(?P<terms>.*))?$")
PARAMETERS: Final = re.compile(r"(?P<name>.+?)\s+of\s+\((?P<parameters>.*)\)$")
LONGEST_LIST: Final = 5000
"""In a longer line of choices a message points to the line, since each choice would be looked for in all of it."""
EVALUATION_DATE: Final = "evaluation date"
"""A day that every protocol has without declaring it: the day that `now` is."""


FUNCTION_HEAD: Final = re.compile(r"(?P<name>[^=]+?\s+of\s+\(.*?\))\s*(?P<sign>=|\bmeans\b)(?:\s*(?P<body>.*))?$")


@frozen
class DefinitionHead:
    """What stands before the body of a definition, and its body as a line of its own."""

    name: nodes.Name
    aliases: tuple[nodes.Name, ...]
    plural: str | None
    form: Literal["value", "condition", "series"]
    parameters: tuple[nodes.Declaration, ...]
    body: Line


@define
class Declarations:
    """Reads declarations into syntax nodes and enters their names in the vocabulary."""

    problems: Problems
    vocabulary: Vocabulary = field(factory=Vocabulary)
    choices: dict[str, tuple[str, ...]] = field(factory=dict)
    """The choices of each data item that has some, by its folded names."""
    coded: set[str] = field(factory=lambda: {"drug"})
    """Folded names of what is compared with the words of lists; every treatment has a drug."""
    _firsts: dict[str, Span] = field(factory=dict)
    _formulas: dict[str, Span] = field(factory=dict)
    """The functions of used files, which data may share their names with: `QTcF of (…)` is told from `latest QTcF`."""
    heads: dict[int, DefinitionHead | None] = field(factory=dict)
    """The heads of definitions and of values computed from a row, by where their lines begin."""
    _derived: dict[str, list[nodes.DefinitionSyntax]] = field(factory=dict)
    """The values computed from a row, by the name of its list: their bodies are read in the second pass."""

    def __attrs_post_init__(self) -> None:
        self.vocabulary.declare(Entry("NAME", EVALUATION_DATE, EVALUATION_DATE, Span(0, 0)))

    def remember_used(self, names: list[nodes.Name]) -> None:
        """Know the names of a used file, so that no other thing gets one of them."""
        for name in names:
            first = self._firsts.setdefault(folded_name(name.text), name.span)
            if first is not name.span and first != name.span:
                self.problems.report("P202", name.span, labels=(Label(first, "first declared here"),), name=name.text)

    def remember_formulas(self, names: list[nodes.Name]) -> None:
        """Know the functions of a used file, so that no definition gets one of their names."""
        for name in names:
            self._formulas.setdefault(folded_name(name.text), name.span)

    # ---- days and data ----------------------------------------------------------------------------------------------

    def day(self, line: Line) -> nodes.Declaration | None:
        """`start of treatment: planned`"""
        text, _, words = line.text.partition(":")
        if PERIOD.match(words.strip()):
            return self._period(line, text, words)
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

    def _period(self, line: Line, text: str, words: str) -> nodes.Declaration | None:
        """`treatment period: from first dose until last dose`; its days are read in the second pass."""
        read = self._named(text, line.start, "PERIOD")
        if read is None:
            return None
        begin = line.start + len(line.text) - len(words.lstrip())
        type_ = nodes.TypeWords("period", words=words.strip(), span=Span(begin, line.span.end))
        return nodes.Declaration(read[0], read[1], type_, span=line.span)

    def item(self, line: Line, owner: nodes.Name | None = None) -> nodes.Declaration | None:
        """`initial diagnosis date: date`, with its attributes and, for rows, its fields."""
        match = KEYED.match(line.text)
        if match is None or not match["text"]:
            self.problems.report("P103", line.span, found=line.text)
            self._remember(match["key"] if match else line.text, line)
            return None
        continuations = [child for child in line.children if not (_keyed(child) or _computed(child))]
        others = [child for child in line.children if _keyed(child) or _computed(child)]
        type_piece = Piece(match["text"], line.start + match.start("text"))
        type_ = self._type(joined_text(type_piece, continuations), type_piece.start, line)
        kind: NameKind = "ROWS" if type_ and type_.form == "rows" else "NAME"
        countable = type_ is None or type_.series != "measurements" or bool(type_.choices)
        read = self._named(match["key"], line.start, kind, owner, countable)
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
        if type_ is not None and type_.form == "coded":
            self.coded.update(folded_name(spelling.text) for spelling in (name, *aliases))
        properties, fields = self._under(others, name, rows=kind == "ROWS")
        derived = tuple(self._derived.pop(name.text, ()))
        if type_ is not None and type_.series != "rows":
            for implicit in SERIES_NAMES[type_.series]:
                self.vocabulary.declare(Entry("NAME", implicit, implicit, Span(0, 0)))
        if type_ is None:
            type_ = nodes.TypeWords("unread", span=line.span)
        declared = nodes.Declaration(name, aliases, type_, False, properties, fields, written_plural, span=line.span)
        return evolve(declared, derived=derived)

    def is_coded(self, name: str) -> bool:
        """Whether a data item is compared with the words of lists."""
        entry = self.vocabulary.entry(name, "NAME")
        return entry is not None and folded_name(entry.spelling) in self.coded

    def choices_of(self, name: str) -> tuple[str, ...]:
        """The choices of a data item, or nothing."""
        entry = self.vocabulary.entry(name, "NAME")
        return self.choices.get(folded_name(entry.spelling), ()) if entry is not None else ()

    def item_of(self, choice: str) -> str | None:
        """The one data item of which a word is a choice."""
        folded = folded_name(choice)
        owners = [item for item, choices in self.choices.items() if folded in map(folded_name, choices)]
        entry = self.vocabulary.entry(owners[0], "NAME") if len(owners) == 1 else None
        return entry.spelling if entry is not None else None

    def is_field(self, name: str) -> bool:
        """Whether a name is recorded with each record of a series or of rows."""
        entry = self.vocabulary.entry(name, "NAME")
        return entry is not None and any(key.endswith(f"/{folded_name(entry.spelling)}") for key in self._firsts)

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
            elif rows and not match and " = " in line.text:
                self._derived_value(line, owner)
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

    def _derived_value(self, line: Line, owner: nodes.Name) -> None:
        """`share = time below 90% / recorded time`, of each row."""
        head = self.definition_head(line, owner)
        self.heads[line.start] = head
        if head is not None:
            placeholder = nodes.DefinitionSyntax(
                head.name, head.aliases, head.name, False, None, None, None, (), span=line.span
            )
            self._derived.setdefault(owner.text, []).append(placeholder)

    # ---- lists ------------------------------------------------------------------------------------------------------

    def list_of_terms(self, line: Line) -> nodes.ListSyntax | None:
        """`statins: closed list of drugs: atorvastatin, simvastatin`, or the words in bullets under it."""
        name, _, rest = line.text.partition(":")
        match = LIST_KIND.match(rest.strip())
        if match is None:
            self.problems.report("P124", line.span, found=line.text, name=name.strip())
            if NAME_CHARACTERS.fullmatch(name.strip()) and not is_reserved(name):
                self.vocabulary.declare(Entry("LIST", name.strip(), name.strip(), line.span))
            return None
        read = self._named(name, line.start, "LIST")
        if read is None:
            return None
        terms: list[nodes.TermSyntax] = []
        notes = [child for child in line.children if is_note(child)]
        continued = [child for child in line.children if not child.bullet and not is_note(child)]
        bullets = [child for child in line.children if child.bullet]
        written = " ".join([match["terms"] or "", *(child.text for child in continued)]).strip()
        for text in _split_terms(written):
            self._term(text, line.span, terms)
        for bullet in bullets:
            for text in _split_terms(" ".join([bullet.text, *(deeper.text for deeper in bullet.below())])):
                self._term(text, bullet.span, terms)
        if not terms:
            self.problems.report("P124", line.span, variant="empty", found=line.text, name=name.strip())
        return nodes.ListSyntax(
            read[0],
            read[1],
            match["kind"] == "closed",
            match["of"] or "",
            tuple(terms),
            bool(bullets),
            tuple(property_of(note, note.text.partition(":")[0].strip().casefold()) for note in notes),
            span=line.span,
        )

    def _term(self, text: str, span: Span, terms: list[nodes.TermSyntax]) -> None:
        everything, outside = text.startswith("everything in "), text.startswith("not ")
        head = text.removeprefix("everything in ").removeprefix("not ")
        codes = tuple(found["words"].strip() for found in BRACKET.finditer(head))
        name = BRACKET.sub("", head).strip()
        if everything or self.choice(name, self._place_of(name, span)) is not None:
            terms.append(nodes.TermSyntax(name, codes, everything, outside, span=span))

    # ---- names ------------------------------------------------------------------------------------------------------

    def _named(
        self, text: str, start: int, kind: NameKind, owner: nodes.Name | None = None, countable: bool = True
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
            if owner is not None and folded_name(name) in IMPLICIT:
                continue
            if is_reserved(name) or (owner is None and folded_name(name) == EVALUATION_DATE):
                self.problems.report("P203", span, name=name)
                return None
        forms = _forms(head, written_plural) if kind == "ROWS" else ()
        self._declare_once(head, head, kind, span, owner, forms, written_plural, countable)
        for alias in aliases:
            forms = _forms(alias, None) if kind == "ROWS" else ()
            self._declare_once(alias, head, kind, span, owner, forms, countable=countable)
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
        countable: bool = True,
    ) -> None:
        folded = folded_name(spelling)
        scope = f"{owner.text}/" if owner else ""
        first = self._firsts.setdefault(scope + folded, span)
        if first is not span or (owner and folded in self._firsts):
            first = first if first is not span else self._firsts[folded]
            self.problems.report("P202", span, labels=(Label(first, "first declared here"),), name=spelling)
        self.vocabulary.declare(Entry(kind, spelling, declared, span, written_plural, countable), forms)

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
            variant = "letter" if text == "A" else "choice"
            self.problems.report("P203", span, variant=variant, name=text)
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
        if folded == "coded":
            return nodes.TypeWords("coded", span=span)
        if match := SERIES.match(folded):
            return self._series(match, text, span)
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
        if found := re.match(r"(one of,? in order:?|ordered:?|one of:?|several of:?)\s+(.+)$", folded):
            chosen = self._choices(found[1], found[2], text, span)
            return evolve(chosen, form="several of") if chosen and found[1].startswith("several") else chosen
        return self._unit_type(folded, span)

    def _series(self, match: re.Match[str], text: str, span: Span) -> nodes.TypeWords | None:
        """`events`, `measurements in U/L`, `measurements, one of positive, negative`, `measurements in % of weight`."""
        word = match["series"].removesuffix("s")
        series = "measurements" if word == "test" else f"{word}s"
        type_ = nodes.TypeWords("rows", series=series, span=span)  # type: ignore[arg-type]
        if match["choices"]:
            chosen = self._choices(match["of"], match["choices"], text, span)
            if chosen is None:
                return None
            return evolve(type_, choices=chosen.choices, ordered=chosen.form == "ordered")
        if match["percentage"] or match["percentage_of"]:
            return evolve(type_, words="%", unit=parse_unit("%"), percentage_of=match["percentage_of"])
        if match["unit"]:
            unit = self._unit_type(match["unit"], span)
            if unit is None:
                return None
            return evolve(unit, form="rows", series=type_.series)
        return type_

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
        first, _, second = text.partition(" or ")
        try:
            unit = parse_unit(first)
            other = parse_unit(second) if second else None
        except UnitError as error:
            near = nearest(text, KINDS) or ([error.nearest] if error.nearest else [])
            if not near and (meant := kind_as_written_elsewhere(text)) is not None:
                line = corrected_line(self.problems.source, span, meant)
                self.problems.report("P108", span, variant="elsewhere", found=text, line=line)
                return None
            known = KINDS_MEANT.get(near[0] if near else text)
            if known is not None:
                near = [known]
            self.problems.report(
                "P108", span, variant="nearest" if near else None, found=text, nearest=near[0] if near else ""
            )
            return None
        written = nodes.TypeWords("quantity", words=first, unit=unit, span=span)
        return evolve(written, other_unit=other, other_unit_text=second) if other is not None else written

    # ---- definitions ------------------------------------------------------------------------------------------------

    def definition_head(self, line: Line, owner: nodes.Name | None = None) -> DefinitionHead | None:
        """The name of a definition, what it is and, of a function, its parameters; its body as a line of its own."""
        match = DEFINITION.match(line.text) or FUNCTION_HEAD.match(line.text)
        if match is None or not (match["body"] or line.children):
            self.problems.report("P112", line.span, found=line.text)
            self._remember(line.text.partition(":")[0], line)
            return None
        body = line.text[match.start("body") :] if match["body"] else ""
        name, kind = match["name"], "NAME"
        parameters: tuple[nodes.Declaration, ...] = ()
        if body.startswith("each "):
            kind = "ROWS"
        elif function := PARAMETERS.match(name):
            name, kind = function["name"], "FUNCTION"
            parameters = self._parameters(function["parameters"], line)
        read = self._named(name, line.start, kind, owner)  # type: ignore[arg-type]
        if read is not None and owner is None and (first := self._formulas.get(folded_name(read[0].text))) is not None:
            labels = (Label(first, "its file has a formula of this name"),)
            self.problems.report("P202", read[0].span, variant="formula", labels=labels, name=read[0].text)
        if read is None or (kind == "FUNCTION" and not parameters):
            return None
        rest = Line(
            body,
            line.start + match.start("body"),
            line.indent,
            False,
            [child for child in line.children if not is_note(child)],
        )
        form = "series" if kind == "ROWS" else "condition" if match["sign"] == "means" else "value"
        return DefinitionHead(read[0], read[1], read[2], form, parameters, rest)  # type: ignore[arg-type]

    def _parameters(self, text: str, line: Line) -> tuple[nodes.Declaration, ...]:
        """`x: mg/dL, sex: one of male, female`: what a function is called with."""
        found: list[nodes.Declaration] = []
        at = line.start + line.text.index("(") + 1
        for part in re.split(r",\s*(?=[^,:]+:)", text):
            name, _, kind = part.partition(":")
            span = Span(at, at + len(part))
            type_ = self._type(kind.strip(), at, line) if kind.strip() else None
            if type_ is None or not NAME_CHARACTERS.fullmatch(name.strip()):
                if type_ is not None or not kind.strip():  # else its kind is refused
                    self.problems.report("P112", line.span, variant="parameter", found=part.strip())
                return ()
            self.vocabulary.declare(Entry("NAME", name.strip(), name.strip(), span))
            found.append(nodes.Declaration(nodes.Name(name.strip(), span=span), (), type_, span=span))
        return tuple(found)


def folded_name(name: str) -> str:
    """A name as patients' facts are matched: case, spaces, `_` and `-` folded."""
    return " ".join(re.sub(r"[_\-\s]+", " ", name).split()).casefold()


def _forms(name: str, written_plural: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((written_plural or plural(singular(name)), singular(name))))


def _split_terms(text: str) -> list[str]:
    """Words parted by commas that stand outside brackets."""
    return [term.strip() for term in re.split(r",(?![^()]*\))", text) if term.strip()]


def _keyed(line: Line) -> bool:
    return KEYED.match(line.text) is not None and not line.bullet


def _computed(line: Line) -> bool:
    """A line such as `share = time below 90% / recorded time` under a list of rows."""
    return not line.bullet and re.match(r"[^:=]+ = ", line.text) is not None


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
