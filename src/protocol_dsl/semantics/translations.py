"""Translations of a protocol's own names, titles and wording: what each belongs to, and what is not translated yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, assert_never

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Copyable, Label, Problems, nearest
from protocol_dsl.semantics.amendment_lines import BULLET, amendment_in, entries_of
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold, plural, singular
from protocol_dsl.syntax.words import ACCEPTED, NOTES, TIME_WORDS, WORDING_RULES

Path = tuple[str, ...]
"""A folded name, with the folded name that it stands under before it."""

PROTOCOL: Final = "protocol"
QUOTATION: Final = ">"
AMENDMENTS: Final = "amendments"
EXAMPLES: Final = "examples"
"""Under this word stand the names of example patients, which may be those of other things too."""
_PROSE: Final = frozenset((*NOTES, "question")) - {ACCEPTED}
_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Z]?[a-z]{2,}(?![A-Za-z])")
"""A word, and no abbreviation such as FVC or HbA1c, which stays as it is in every language."""
_UNTRANSLATED: Final = frozenset(
    {"version", "date", "registry number", "protocol number", "evaluated on", WORDING_RULES}
)
SAID_BY_ITSELF: Final = frozenset((
    *("evaluation date", "date", "start date", "end date", "ongoing", "duration", "drug", "drugs", "half-life", "days"),
    *("value", "upper limit of normal", "lower limit of normal", "the predicted value", "draft", "final", "approved"),
    *("patient", "spouse", "legal guardian", "investigator", "sponsor", "physician"),
))  # fmt: skip
"""Words that documents have in each language, so that they need no translation here."""
_STRAIGHT: Final = re.compile('"([^"]*)"')
WIDE: Final = "\u2e80"
"""From here on characters are those of East Asian scripts, their signs included."""


@frozen
class Translations:
    """The texts of one language. Of a name there is one, of quoted wording one for each line, of notes one for each."""

    texts: Mapping[Path, tuple[str, ...]] = field(factory=dict)

    def name(self, name: str, owner: str | None = None) -> str | None:
        """A name in this language; `owner`: the data item whose choice or field it is."""
        folded = fold(name)
        inner = self.texts.get((fold(owner), folded)) if owner is not None else None
        found = inner or self.texts.get((folded,)) or self._inner.get(folded)
        return found[0] if found else None

    @cached_property
    def _inner(self) -> dict[str, tuple[str, ...]]:
        """What is translated under a name alone, for where that name is not at hand."""
        return {path[1]: told for path, told in self.texts.items() if _is_inner(path)}

    def example(self, name: str) -> str:
        """The name of an example patient."""
        return self.texts.get((EXAMPLES, fold(name)), (name,))[0]

    def all_within(self, owner: str) -> dict[str, str]:
        """All that stands under a name, by its folded name."""
        return {path[1]: told[0] for path, told in self.texts.items() if len(path) == 2 and path[0] == fold(owner)}

    def within(self, owner: str, key: str) -> tuple[str, ...]:
        """What stands under a name: its notes, its question, the quoted wording of a criterion."""
        return self.texts.get((fold(owner), fold(key)), ())


def read_translations(syntax: nodes.ProtocolSyntax, problems: Problems) -> dict[str, Translations]:
    """The translations of a file and of those that it uses, by language; what is wrong with its own is reported."""
    if not any(section.language for section in syntax.sections):
        return {}
    known = _known(syntax)
    found: dict[str, dict[Path, tuple[str, ...]]] = {}
    # A file's own translations go before those of the files that it uses.
    for section in sorted(syntax.sections, key=lambda section: section.used_from is not None):
        if section.language is not None:
            reader = _Reader(known, problems if section.used_from is None else Problems(syntax.source))
            for entry in section.translations:
                reader.read(entry)
            texts = found.setdefault(section.language, {})
            for path, told in reader.texts.items():
                if section.used_from is not None and (path[0] == PROTOCOL or path[0] in known.criteria):
                    continue  # what the used file says of itself, and not of what it shares
                if path in texts and section.used_from is None:
                    problems.report("P210", section.span, name=path[-1])
                texts.setdefault(path, told)
    for texts in found.values():
        _name_forms(syntax, texts)
    return {language: Translations(texts) for language, texts in found.items()}


def warn_of_untranslated(
    syntax: nodes.ProtocolSyntax, translations: Mapping[str, Translations], problems: Problems
) -> None:
    """Name what documents print and a section of translations leaves as it is."""
    for language, found in translations.items():
        own = next((s for s in syntax.sections if s.language == language and s.used_from is None), None)
        if own is None:
            continue
        known = _known(syntax)
        missing = list(_missing(known, found.texts))
        if missing:
            lines = Copyable("\n".join(_to_fill_in(known, missing)))
            problems.report("P211", own.span, count=len(missing), section=own.heading, lines=lines)


def translatable(syntax: nodes.ProtocolSyntax) -> dict[Path, str]:
    """What a protocol has that can be translated, and what each is called; of notes and the like, what has a text."""
    known = _known(syntax)
    names: dict[Path, str] = {
        (folded,): name for folded, name in known.names.items() if folded not in (*TIME_WORDS, EXAMPLES)
    }
    return {**names, **known.wanted}


# ---- what can be translated -----------------------------------------------------------------------------------------


@define
class _Known:
    """What a protocol has that can be translated."""

    names: dict[str, str] = field(factory=dict)
    """Folded → as declared."""
    under: dict[str, dict[str, str]] = field(factory=dict)
    """Of a folded name, what can stand under it: choices, fields, notes."""
    criteria: dict[str, nodes.CriterionSyntax] = field(factory=dict)
    wanted: dict[Path, str] = field(factory=dict)
    """What documents print in words, as it is written to the left of the colon; of further notes with their number."""
    counts: Counter[Path] = field(factory=Counter)
    """How often a note is there."""
    amendments: tuple[str, ...] = ()
    """The lines under `amendments` of the header."""

    def add(self, name: str, wanted: bool = True) -> str:
        folded = fold(name)
        self.names.setdefault(folded, name)
        if wanted and _WORD.search(name) and folded not in SAID_BY_ITSELF:
            self.wanted.setdefault((folded,), name)
        return folded

    def add_under(self, owner: str, name: str, text: str = "") -> None:
        self.under.setdefault(owner, {}).setdefault(fold(name), name)
        if _WORD.search(text):
            self.wanted.setdefault((owner, fold(name)), name)

    def add_note(self, owner: str, key: str, text: str) -> None:
        self.under.setdefault(owner, {}).setdefault(fold(key), key)
        path = (owner, fold(key))
        self.counts[path] += 1
        if _WORD.search(text):
            self.wanted[path if self.counts[path] == 1 else (*path, str(self.counts[path]))] = key


def _known(syntax: nodes.ProtocolSyntax) -> _Known:
    known = _Known()
    known.names[PROTOCOL] = PROTOCOL
    if _WORD.search(syntax.name):
        known.wanted[(PROTOCOL,)] = PROTOCOL
    for prop in syntax.header:
        printed = prop.key not in _UNTRANSLATED and prop.text.casefold() not in SAID_BY_ITSELF
        known.add_under(PROTOCOL, prop.key, prop.text if printed else "")
        if prop.key == AMENDMENTS:
            known.amendments = prop.lines
    for word in (*TIME_WORDS, EXAMPLES):
        known.add(word, wanted=False)
    for section in syntax.sections:
        own = section.used_from is None
        if section.title:
            known.add(section.title, own)
        for declared in section.declarations:
            _add_item(known, declared, own)
        for listed in section.lists:
            name = known.add(listed.name.text, own)
            _add_notes(known, name, listed.notes, own)
            for other in (*(alias.text for alias in listed.aliases), listed.of, *(term.text for term in listed.terms)):
                known.add(other, wanted=False)
        for definition in section.definitions:
            _add_definition(known, definition, own)
        for criterion in section.criteria:
            _add_criterion(known, criterion)
        for example in section.examples:
            for name in _names_of(example):
                known.add_under(EXAMPLES, name)
    return known


def _names_of(example: nodes.ExamplePatient | nodes.ExampleTable | nodes.ExampleFile) -> tuple[str, ...]:
    match example:
        case nodes.ExamplePatient():
            return (example.name,)
        case nodes.ExampleTable():
            return example.names
        case nodes.ExampleFile():
            return tuple(patient.name for _, patient in example.patients)
    assert_never(example)


def _add_item(known: _Known, declared: nodes.Declaration, own: bool, within: str | None = None) -> None:
    name = known.add(declared.name.text, own)
    for alias in declared.aliases:
        known.add(alias.text, wanted=False)
    if within is not None:
        known.add_under(within, declared.name.text)
    _add_notes(known, name, declared.properties, own)
    if (type_ := declared.type) is not None:
        for choice in type_.choices:
            known.add(choice.text, own)
            known.add_under(name, choice.text)
            if within is not None:
                known.add_under(within, choice.text)
        if type_.words and type_.form in ("percentage", "judgement", "agreement", "rows"):
            known.add(type_.words, own and (type_.form != "rows" or type_.series == "rows"))
        if type_.percentage_of:
            known.add(type_.percentage_of, own)
        for word in {*TIME_WORDS, *type_.words.split()}:
            known.add_under(name, word)
    for inner in declared.fields:
        _add_item(known, inner, own, name)
    for derived in declared.derived:
        _add_definition(known, derived, own)
        known.add_under(name, derived.name.text)


def _add_definition(known: _Known, definition: nodes.DefinitionSyntax, own: bool) -> None:
    name = known.add(definition.name.text, own)
    for alias in definition.aliases:
        known.add(alias.text, wanted=False)
    for parameter in definition.parameters:
        given = known.add(parameter.name.text, wanted=False)
        for word in TIME_WORDS:
            known.add_under(given, word)
        for choice in parameter.type.choices if parameter.type is not None else ():
            known.add(choice.text, wanted=False)
    for word in TIME_WORDS:
        known.add_under(name, word)
    _add_notes(known, name, definition.notes, own)


def _add_notes(known: _Known, owner: str, notes: tuple[nodes.Property, ...], own: bool) -> None:
    for note in notes:
        if note.key in _PROSE:
            known.add_note(owner, note.key, note.text if own else "")


def _add_criterion(known: _Known, criterion: nodes.CriterionSyntax) -> None:
    folded = known.add(criterion.id, wanted=False)
    known.criteria[folded] = criterion
    if _WORD.search(criterion.title):
        known.wanted[(folded,)] = criterion.id
    if criterion.quotation:
        known.wanted[(folded, QUOTATION)] = QUOTATION
    _add_notes(known, folded, criterion.notes, own=True)


def _is_inner(path: Path) -> bool:
    """Whether a name stands under another one: a choice or a field under its data item."""
    return len(path) == 2 and path[1] not in _PROSE and path[0] not in (EXAMPLES, PROTOCOL)


def _missing(known: _Known, texts: Mapping[Path, tuple[str, ...]]) -> Iterator[Path]:
    # A choice may be translated under its data item alone.
    inner = {path[-1] for path in texts if _is_inner(path)}
    for path in known.wanted:
        number = int(path[2]) if len(path) == 3 else 1
        if len(texts.get(path[:2], ())) < number and not (len(path) == 1 and path[0] in inner):
            yield path


def _to_fill_in(known: _Known, missing: Iterable[Path]) -> Iterator[str]:
    """The lines to add, with what is still to be written left open."""
    owners: dict[str, list[Path]] = {}
    for path in missing:
        owners.setdefault(path[0], []).append(path)
    for owner, paths in owners.items():
        yield f"{known.names[owner]}:" + (" …" if (owner,) in paths else "")
        for path in paths:
            if path == (PROTOCOL, AMENDMENTS):
                yield from (f"  {line}" for line in _amendments_to_fill_in(known.amendments))
            elif len(path) > 1:
                yield "  > …" if path[1] == QUOTATION else f"  {known.wanted[path]}: …"


def _amendments_to_fill_in(written: tuple[str, ...]) -> Iterator[str]:
    """The amendments of the header, with their translation left open."""
    heads = list(_heads(written))
    yield f"{AMENDMENTS}:" + (" …" if heads[:1] == [None] else "")
    yield from (f"  {BULLET}{head}: …" for head in heads if head is not None)


def _heads(written: Sequence[str]) -> Iterator[str | None]:
    """The version and the day of each amendment; None of a text that is none of a list."""
    for lines in entries_of(written):
        found = amendment_in(_joined(written[lines]))
        yield ", ".join(found[:2]) if found is not None and written[lines][0].startswith(BULLET) else None


# ---- reading --------------------------------------------------------------------------------------------------------


@define
class _Reader:
    known: _Known
    problems: Problems
    texts: dict[Path, tuple[str, ...]] = field(factory=dict)
    _spans: dict[Path, Span] = field(factory=dict)

    def read(self, entry: nodes.TranslationSyntax) -> None:
        folded = fold(entry.name)
        if folded not in self.known.names:
            self._unknown(entry, list(self.known.names.values()), None)
            return
        self._take((folded,), entry)
        if entry.quotation:
            criterion = self.known.criteria.get(folded)
            if criterion is None or not criterion.quotation:
                self.problems.report("P209", entry.name_span, variant="quotation", name=entry.name)
            else:
                self.texts[(folded, QUOTATION)] = tuple(_quoted(line) for line in entry.quotation)
        self._under(folded, entry)

    def _under(self, owner: str, entry: nodes.TranslationSyntax) -> None:
        known = self.known.under.get(owner, {})
        for inner in entry.inner:
            folded = fold(inner.name)
            if folded not in known:
                self._unknown(inner, list(known.values()), entry.name)
                continue
            self._take((owner, folded), inner)
            if inner.inner:
                self._under(folded, inner)

    def _take(self, path: Path, entry: nodes.TranslationSyntax) -> None:
        if not entry.lines:
            return
        several = path in self.known.counts and path[1] in NOTES
        if path in self._spans and not several:
            first = Label(self._spans[path], "first translated here")
            self.problems.report("P210", entry.name_span, labels=(first,), name=entry.name)
            return
        self._spans[path] = entry.name_span
        if path == (PROTOCOL, AMENDMENTS):
            self.texts[path] = tuple(self._amendments(entry))
            return
        earlier = self.texts.get(path, ())
        if several and len(earlier) == self.known.counts[path]:
            owner = self.known.names[path[0]]
            count = len(earlier)
            self.problems.report("P213", entry.name_span, variant="notes", name=entry.name, owner=owner, count=count)
        self.texts[path] = (*earlier, _joined(entry.lines))

    def _amendments(self, entry: nodes.TranslationSyntax) -> Iterator[str]:
        """The texts of the amendments, each of which stands after the version and the day that the header gives it."""
        told = [entry.lines[lines] for lines in entries_of(entry.lines)]
        heads = list(_heads(self.known.amendments))
        example = Copyable("\n".join(_amendments_to_fill_in(self.known.amendments)))
        if len(told) != len(heads):
            self.problems.report(
                "P213", entry.name_span, variant="count", found=len(told), count=len(heads), example=example
            )
            return
        for lines, head in zip(told, heads, strict=True):
            text = _joined(lines)
            parts = amendment_in(text) if text.startswith(BULLET) else None
            if head is None and not text.startswith(BULLET):
                yield text
            elif parts is not None and ", ".join(parts[:2]) == head:
                yield parts[2]
            else:
                variant = "text" if head is None else None
                found = text.removeprefix(BULLET)
                self.problems.report(
                    "P213", entry.name_span, variant=variant, found=found, wanted=head or "", example=example
                )
                return

    def _unknown(self, entry: nodes.TranslationSyntax, names: list[str], owner: str | None) -> None:
        near = nearest(entry.name, names)
        under = "" if owner is None else "under"
        variant = "_".join(part for part in ("nearest" if near else "", under) if part) or None
        self.problems.report(
            "P209",
            entry.name_span,
            variant=variant,
            name=entry.name,
            owner=owner or "",
            nearest=near[0] if near else "",
        )


def _joined(lines: Sequence[str]) -> str:
    """The lines of a text as one; between wide characters there is no space."""
    told = lines[0]
    for line in lines[1:]:
        wide = min(told[-1:], line[:1]) >= WIDE
        told += line if wide else f" {line}"
    return _quoted(told)


def _quoted(text: str) -> str:
    """The text with the quotation marks of its script, which are read as straight ones."""
    return _STRAIGHT.sub("“\\1”", text) if any(letter >= WIDE for letter in text) else text


def _name_forms(syntax: nodes.ProtocolSyntax, texts: dict[Path, tuple[str, ...]]) -> None:
    """Enter each translated name under its plural, its singular and its other names, but for abbreviations."""
    for section in syntax.sections:
        named: list[nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax]
        named = [*section.declarations, *section.definitions, *section.lists]
        for declared in named:
            told = texts.get((fold(declared.name.text),))
            if told is None:
                continue
            one = singular(declared.name.text)
            written = None if isinstance(declared, nodes.ListSyntax) else declared.plural
            forms = [one, plural(one), *([written] if written else [])]
            forms += [alias.text for alias in declared.aliases if _WORD.search(alias.text)]
            for form in forms:
                texts.setdefault((fold(form),), told)
