"""Translations of a protocol's own names, titles and wording: what each belongs to, and what is not translated yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Copyable, Label, Problems, nearest
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold, plural, singular
from protocol_dsl.syntax.words import ACCEPTED, HEADER, NOTES, TIME_WORDS

Path = tuple[str, ...]
"""A folded name, with the folded name that it stands under before it."""

PROTOCOL: Final = "protocol"
QUOTATION: Final = ">"
AMENDMENTS: Final = "amendments"
_DATED: Final = re.compile(r"[^,，]+[,，] *[0-9]{4}-[0-9]{2}-[0-9]{2}[:：] *")
"""What stands before the text of an amendment, here as in the header."""
_PROSE: Final = (*NOTES, "question")
_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Z]?[a-z]{2,}(?![A-Za-z])")
"""A word, and no abbreviation such as FVC or HbA1c, which stays as it is in every language."""
_UNTRANSLATED: Final = frozenset(
    {"version", "date", "status", "registry number", "protocol number", "evaluated on", "wording rules"}
)
_STRAIGHT: Final = re.compile('"([^"]*)"')
_MOST_NAMED: Final = 5
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
        return {path[1]: told for path, told in self.texts.items() if len(path) == 2 and path[1] not in _PROSE}

    def all_within(self, owner: str) -> dict[str, str]:
        """All that stands under a name, by its folded name."""
        return {path[1]: told[0] for path, told in self.texts.items() if len(path) == 2 and path[0] == fold(owner)}

    def within(self, owner: str, key: str) -> tuple[str, ...]:
        """What stands under a name: its notes, its question, the quoted wording of a criterion."""
        return self.texts.get((fold(owner), fold(key)), ())


def read_translations(syntax: nodes.ProtocolSyntax, problems: Problems) -> dict[str, Translations]:
    """The translations of a file and of those that it uses, by language; what is wrong with its own is reported."""
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
    known = _known(syntax)
    for language, found in translations.items():
        own = next((s for s in syntax.sections if s.language == language and s.used_from is None), None)
        missing = list(dict.fromkeys(_missing(known, found.texts))) if own is not None else []
        if own is not None and missing:
            told = ", ".join(missing[:_MOST_NAMED]) + (", …" if len(missing) > _MOST_NAMED else "")
            problems.report(
                "P211",
                own.span,
                count=len(missing),
                names=Copyable(told),
                section=own.heading,
                example=Copyable(":\n".join("  " * at + part for at, part in enumerate(missing[0].split(": ")))),
            )


def translatable(syntax: nodes.ProtocolSyntax) -> dict[Path, str]:
    """What a protocol has that can be translated, and what each is called; of notes and the like, what has a text."""
    known = _known(syntax)
    names: dict[Path, str] = {(folded,): name for folded, name in known.names.items() if folded not in TIME_WORDS}
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
    """What documents print in words, and what a message calls it."""

    def add(self, name: str, wanted: bool = True) -> str:
        folded = fold(name)
        self.names.setdefault(folded, name)
        if wanted and _WORD.search(name):
            self.wanted.setdefault((folded,), name)
        return folded

    def add_under(self, owner: str, name: str, text: str = "") -> None:
        self.under.setdefault(owner, {}).setdefault(fold(name), name)
        if _WORD.search(text):
            self.wanted.setdefault((owner, fold(name)), f"{self.names.get(owner, owner)}: {name}")


def _known(syntax: nodes.ProtocolSyntax) -> _Known:
    known = _Known()
    known.names[PROTOCOL] = PROTOCOL
    if _WORD.search(syntax.name):
        known.wanted[(PROTOCOL,)] = PROTOCOL
    for key in HEADER:
        given = next((prop.text for prop in syntax.header if prop.key == key), "")
        known.add_under(PROTOCOL, key, "" if key in _UNTRANSLATED else given)
    for word in TIME_WORDS:
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
    return known


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
        told = own and note.key in (*_PROSE, "source") and note.key != ACCEPTED  # that is of no document
        known.add_under(owner, note.key, note.text if told else "")


def _add_criterion(known: _Known, criterion: nodes.CriterionSyntax) -> None:
    folded = known.add(criterion.id, wanted=False)
    known.criteria[folded] = criterion
    if _WORD.search(criterion.title):
        known.wanted[(folded,)] = criterion.id
    if criterion.quotation:
        known.wanted[(folded, QUOTATION)] = f"{criterion.id}: the quoted wording"
    _add_notes(known, folded, criterion.notes, own=True)


def _missing(known: _Known, texts: Mapping[Path, tuple[str, ...]]) -> Iterator[str]:
    inner = {path[-1] for path in texts}
    for path, told in known.wanted.items():
        # A choice may be translated under its data item alone.
        if path not in texts and not (len(path) == 1 and path[0] in inner):
            yield told


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
        several = len(path) == 2 and path[1] in NOTES
        if path in self._spans and not several:
            first = Label(self._spans[path], "first translated here")
            self.problems.report("P210", entry.name_span, labels=(first,), name=entry.name)
            return
        self._spans[path] = entry.name_span
        told = tuple(_entries(entry.lines)) if path == (PROTOCOL, AMENDMENTS) else (_joined(entry.lines),)
        self.texts[path] = (*self.texts.get(path, ()), *told)

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


def _entries(lines: tuple[str, ...]) -> Iterator[str]:
    """The texts of a list, or the one text that is none."""
    starts = [at for at, line in enumerate(lines) if at == 0 or line.startswith("- ")]
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield _DATED.sub("", _joined(lines[first:end]).removeprefix("- "), count=1)


def _joined(lines: tuple[str, ...]) -> str:
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
