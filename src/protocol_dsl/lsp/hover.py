"""What the words at a place mean, in the author's words."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.symbols import Symbol
from protocol_dsl.render import editor_texts as texts
from protocol_dsl.semantics import checked
from protocol_dsl.semantics.scope import field_named
from protocol_dsl.semantics.types import DataItem, Rows
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.format import definition_words
from protocol_dsl.values import Unit, UnitError, known_units, parse_unit

MOST_UNITS: Final = 8


def hover(analysis: Analysis, position: types.Position) -> types.Hover | None:
    """The meaning, kind, unit and source of the name at a place, or what a unit is."""
    if analysis.source is None:
        return None
    offset = analysis.positions.plain_offset(position)
    found = analysis.index.at(offset)
    if found is not None and (text := symbol_text(analysis, found.symbol)) is not None:
        return _shown(analysis, text, found.span)
    return _unit_at(analysis, offset) or _word_at(analysis, offset)


def _word_at(analysis: Analysis, offset: int) -> types.Hover | None:
    """What a word of the language means, as it was read there."""
    for phrase in analysis.parsed.phrases if analysis.parsed is not None else ():
        if phrase.lexemes and phrase.lexemes[0].span.start <= offset <= phrase.lexemes[-1].span.end:
            for lexeme in phrase.as_read():
                told = texts.word_of_language(lexeme.text, lexeme.terminals)
                if lexeme.span.start <= offset < lexeme.span.end and told is not None:
                    return _shown(analysis, told, lexeme.span)
    return None


def _shown(analysis: Analysis, text: str, span: Span) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), analysis.positions.range(span))


def symbol_text(analysis: Analysis, symbol: Symbol) -> str | None:
    """What there is to say of a symbol: from the checked file, or of one with errors from what is written."""
    line, file = line_of(analysis, symbol), symbol.used_from
    owner = symbol.owner
    good = analysis.known
    protocol = good.protocol.checked if good is not None and good.protocol is not None else None
    match symbol.node:
        case nodes.CriterionSyntax(id=id_):
            found = next((one for one in protocol.criteria if one.id == id_), None) if protocol else None
            return texts.criterion_text(found, line) if found is not None else None
        case nodes.DefinitionSyntax() as written:
            defined = protocol.definitions.get(symbol.name) if protocol is not None and owner is None else None
            unit = defined.unit.symbol if defined is not None and defined.unit is not None else None
            notes = {note.key: note.text for note in written.notes}
            return texts.definition_text(definition_words(written), notes, unit, line, file)
        case nodes.ListSyntax(of=of, closed=closed, terms=terms):
            words = [term.text for term in terms if not term.outside]
            return texts.list_text(symbol.name, of, closed, words, line, file)
        case nodes.Declaration() as declared:
            item = _item(protocol, symbol) if protocol is not None else None
            written_kind = analysis.source.slice(declared.span) if analysis.source is not None and file is None else ""
            shown = texts.code(written_kind or symbol.name)
            return texts.item_text(item, shown, line, file, owner.name if owner is not None else None)
    if symbol.kind == "choice" and owner is not None:
        others = [one.name for one in analysis.index.under(owner, "choice")]
        return texts.choice_text(symbol.name, owner.name, others, line, file)
    if symbol.kind == "word" and owner is not None:
        return texts.word_text(symbol.name, owner.name, line_of(analysis, owner), file)
    if symbol.kind == "example":
        return texts.example_text(symbol.name, line)
    return texts.implicit_text(symbol.name, owner.name) if owner is not None else None


def line_of(analysis: Analysis, symbol: Symbol) -> int | None:
    """The line that declares a symbol, from 1, as the editor counts them."""
    span = analysis.index.declaration(symbol)
    return None if span is None else analysis.positions.range(span).start.line + 1


def _item(protocol: checked.Protocol, symbol: Symbol) -> DataItem | None:
    if symbol.owner is None:
        return protocol.items.get(symbol.name)
    owner = protocol.items.get(symbol.owner.name)
    return field_named(owner, symbol.name) if owner is not None and isinstance(owner.kind, Rows) else None


def _unit_at(analysis: Analysis, offset: int) -> types.Hover | None:
    for phrase in analysis.parsed.phrases if analysis.parsed is not None else ():
        for lexeme in phrase.lexemes:
            if lexeme.span.start <= offset <= lexeme.span.end and lexeme.is_a("UNIT", "TIME", "PERCENT"):
                try:
                    unit = parse_unit(lexeme.text)
                except UnitError:
                    continue
                return _shown(analysis, texts.unit_hover(unit, comparable(unit)), lexeme.span)
    return _declared_unit(analysis, offset)


def _declared_unit(analysis: Analysis, offset: int) -> types.Hover | None:
    """The unit that a line of data declares."""
    for section in analysis.syntax.sections if analysis.syntax is not None else ():
        for item in section.declarations if section.used_from is None else ():
            for each in (item, *item.fields):
                type_ = each.type
                if type_ is not None and type_.unit is not None and type_.span.start <= offset <= type_.span.end:
                    return _shown(analysis, texts.unit_hover(type_.unit, comparable(type_.unit)), type_.span)
    return None


def comparable(unit: Unit) -> list[str]:
    """Some other units of its dimension, as printed."""
    if unit.dimensionless:
        return []
    found: dict[str, None] = {}
    for spelling in known_units():
        other = parse_unit(spelling)
        if other.same_dimension(unit) and other.code != unit.code:
            found.setdefault(other.symbol)
    return list(found)[:MOST_UNITS]
