"""What can follow at a place: words of the language, declared names, choices, units, headings, keys, whole sentences.

In a rule the parser itself is asked which words may follow those before the cursor, so that nothing is offered that it
would refuse; of the names that may stand there, those are offered whose kind fits what is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.completion_of_phrases import phrase_offers
from protocol_dsl.lsp.completion_places import Place, place_at
from protocol_dsl.lsp.offers import Offer
from protocol_dsl.lsp.symbols import Symbol
from protocol_dsl.pipeline import STANDARD_LIBRARY
from protocol_dsl.render.editor_texts import detail
from protocol_dsl.semantics.examples import NOT_RECORDED, RESULTS, VERDICTS
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import KINDS
from protocol_dsl.syntax.parse import SECTIONS
from protocol_dsl.syntax.vocabulary import fold
from protocol_dsl.syntax.words import ATTRIBUTES, HEADER, LANGUAGES, NOTES

SECTION_SNIPPETS = {
    "days": "days\n  $0",
    "data": "data: ${1:visit}\n  $0",
    "inclusion criteria": "inclusion criteria\n\n  I1: ${1:Title}\n    > ${2:The approved wording.}\n    $0",
    "exclusion criteria": "exclusion criteria\n\n  E1: ${1:Title}\n    > ${2:The approved wording.}\n    $0",
    "examples": "examples\n\n  patient ${1:name}\n    $0",
}
KIND_SNIPPETS = {
    "one of": "one of ${1:first}, ${2:second}",
    "ordered": "ordered ${1:lowest} < ${2:highest}",
    "several of": "several of ${1:first}, ${2:second}",
    "percentage of": "percentage of ${1:what}",
    "judgement by": "judgement by ${1:investigator}",
    "agreement by": "agreement by ${1:patient}",
    "one row for each": "one row for each ${1:what}\n  $0",
    "measurements in": "measurements in ${1:unit}",
}
LIST_KINDS = {
    "closed list of": "closed list of ${1:drugs}: ${2:first}, ${3:second}",
    "open list of": "open list of ${1:drugs}: ${2:first}, not ${3:other}",
}


def completion(analysis: Analysis, position: types.Position) -> types.CompletionList:
    """The offers at a place, each with the words that it takes the place of."""
    found: dict[tuple[str, types.CompletionItemKind], types.CompletionItem] = {}
    if analysis.source is not None:
        offset = analysis.positions.plain_offset(position)
        place = place_at(analysis, offset)
        for offer in _offers(analysis, place, offset):
            found.setdefault((offer.label, offer.kind), _item(analysis, offer, offset))
    return types.CompletionList(is_incomplete=False, items=list(found.values()))


def _item(analysis: Analysis, offer: Offer, offset: int) -> types.CompletionItem:
    edit = analysis.positions.edit(Span(offer.start, offset), offer.snippet or offer.label)
    return types.CompletionItem(
        label=offer.label,
        kind=offer.kind,
        detail=offer.detail,
        sort_text=f"{offer.rank}{offer.label.casefold()}",
        filter_text=offer.label,
        text_edit=edit,
        insert_text_format=types.InsertTextFormat.Snippet if offer.snippet else types.InsertTextFormat.PlainText,
    )


def _offers(analysis: Analysis, place: Place, offset: int) -> Iterator[Offer]:
    typed = place.typed
    offers: Iterable[Offer]
    match place.what:
        case "heading":
            offers = _headings(analysis, place)
        case "header key":
            offers = _keys(place, HEADER, _given(analysis))
        case "file":
            offers = (Offer(STANDARD_LIBRARY, place.start, types.CompletionItemKind.File),)
        case "header day" | "day":
            offers = _of_kind(analysis, place, "day") if place.what == "header day" else _day_words(place)
        case "kind":
            offers = _words(
                place, [kind for kind in KINDS if kind != "measurements in"] + ["measurements in"], KIND_SNIPPETS
            )
        case "attribute":
            offers = _keys(place, ATTRIBUTES, ())
        case "silence":
            offers = (*_words(place, ("yes", "no"), {}), *_choices(analysis, place))
        case "list kind":
            offers = _words(place, LIST_KINDS, LIST_KINDS)
        case "criterion":
            offers = (_next_criterion(analysis, place),)
        case "rule line":
            yield from phrase_offers(analysis, place, offset)
            offers = (*_keys(place, NOTES, (), rank=6), *_quote(place))
        case "phrase":
            yield from phrase_offers(analysis, place, offset)
            offers = ()
        case "example":
            offers = _example_heads(analysis, place)
        case "fact":
            offers = _facts(analysis, place)
        case "value of fact":
            offers = _values(analysis, place)
        case "translated":
            offers = _translated(analysis, place)
        case _:
            offers = ()
    for offer in offers:
        if fold(offer.label).startswith(fold(typed)):
            yield offer


def _headings(analysis: Analysis, place: Place) -> Iterator[Offer]:
    if analysis.syntax is None and place.first:
        yield Offer("protocol:", place.start, types.CompletionItemKind.Module, snippet="protocol: ${1:Name}\n  $0")
        return
    for heading in (*SECTIONS[: -len(LANGUAGES)], *LANGUAGES):
        yield Offer(heading, place.start, types.CompletionItemKind.Module, snippet=SECTION_SNIPPETS.get(heading))


def _given(analysis: Analysis) -> tuple[str, ...]:
    return tuple(prop.key for prop in analysis.syntax.header) if analysis.syntax is not None else ()


def _keys(place: Place, keys: Iterable[str], but_not: Iterable[str], rank: int = 4) -> Iterator[Offer]:
    given = set(but_not)
    for key in keys:
        if key not in given:
            yield Offer(f"{key}:", place.start, types.CompletionItemKind.Property, snippet=f"{key}: $0", rank=rank)


def _quote(place: Place) -> Iterator[Offer]:
    if not place.typed:
        yield Offer("> ", place.start, types.CompletionItemKind.Text, rank=7)


def _words(place: Place, words: Iterable[str], snippets: dict[str, str]) -> Iterator[Offer]:
    for word in words:
        yield Offer(word, place.start, types.CompletionItemKind.Keyword, snippet=snippets.get(word))


def _day_words(place: Place) -> Iterator[Offer]:
    yield from _words(place, ("planned",), {})
    yield Offer("from … until …", place.start, types.CompletionItemKind.Snippet, snippet="from ${1:day} until ${2:day}")


def _of_kind(analysis: Analysis, place: Place, *kinds: str) -> Iterator[Offer]:
    for symbol in analysis.best_index.symbols:
        if symbol.kind in kinds:
            yield Offer(symbol.name, place.start, types.CompletionItemKind.Variable, detail(symbol.kind))


def _next_criterion(analysis: Analysis, place: Place) -> Offer:
    """The next free number of the section: `I8` behind `I7`."""
    exclusion = place.section == "exclusion criteria"
    sections = analysis.syntax.sections if analysis.syntax is not None else ()
    ids = [c.id for s in sections for c in s.criteria if (s.kind == "exclusion") == exclusion]
    letters = ids[-1].rstrip("0123456789abcdefghijklmnopqrstuvwxyz") if ids else "E" if exclusion else "I"
    numbers = [int(number) for id_ in ids if (number := id_.removeprefix(letters)).isdigit()]
    id_ = f"{letters}{max(numbers, default=0) + 1}"
    snippet = f"{id_}: ${{1:Title}}\n  > ${{2:The approved wording.}}\n  $0"
    return Offer(f"{id_}: ", place.start, types.CompletionItemKind.Class, snippet=snippet)


# ---- examples and translations --------------------------------------------------------------------------------------


def _example_heads(analysis: Analysis, place: Place) -> Iterator[Offer]:
    names = [symbol.name for symbol in analysis.best_index.symbols if symbol.kind == "example"]
    kind = types.CompletionItemKind.Snippet
    yield Offer("patient", place.start, kind, snippet="patient ${1:name}\n  $0")
    for name in names:
        yield Offer(
            f"patient …, like {name}", place.start, kind, snippet=f"patient ${{1:name}}, like {name}\n  $0", rank=5
        )
    if names:
        snippet = f"patients like {names[0]}\n  |         | ${{1:name}} |\n  | ${{2:fact}} | ${{3:value}} |"
        yield Offer("patients like", place.start, kind, snippet=snippet, rank=5)


def _facts(analysis: Analysis, place: Place) -> Iterator[Offer]:
    for symbol in analysis.best_index.symbols:
        if symbol.kind in ("day", "fact", "series"):
            yield Offer(
                f"{symbol.name}:",
                place.start,
                types.CompletionItemKind.Variable,
                detail(symbol.kind),
                f"{symbol.name}: $0",
            )
        elif symbol.kind == "criterion":
            yield Offer(
                f"{symbol.name}:", place.start, types.CompletionItemKind.Class, None, f"{symbol.name}: $0", rank=5
            )
    yield Offer("verdict:", place.start, types.CompletionItemKind.Keyword, None, "verdict: $0", rank=5)


def _values(analysis: Analysis, place: Place) -> Iterator[Offer]:
    if fold(place.owner) == "verdict":
        yield from _words(place, VERDICTS, {})
        return
    symbol = _owner(analysis, place)
    if symbol is not None and symbol.kind == "criterion":
        yield from _words(place, RESULTS, {})
        return
    yield from _choices(analysis, place)
    form = symbol.node.type if symbol is not None and isinstance(symbol.node, nodes.Declaration) else None
    if form is not None and form.form in ("yes/no", "judgement", "agreement"):
        yield from _words(place, ("yes", "no"), {})
    if form is not None and form.form == "rows":
        yield from _words(place, ("none",), {})
    yield Offer(NOT_RECORDED, place.start, types.CompletionItemKind.Keyword, rank=6)


def _owner(analysis: Analysis, place: Place) -> Symbol | None:
    return analysis.best_index.named(place.owner, "day", "fact", "series", "criterion")


def _choices(analysis: Analysis, place: Place) -> Iterator[Offer]:
    symbol = _owner(analysis, place)
    if symbol is not None:
        for choice in analysis.best_index.under(symbol, "choice"):
            yield Offer(
                choice.name, place.start, types.CompletionItemKind.EnumMember, detail("choice", symbol.name), rank=1
            )


def _translated(analysis: Analysis, place: Place) -> Iterator[Offer]:
    kinds = ("day", "period", "fact", "series", "list", "value", "condition", "named series", "criterion")
    for symbol in analysis.best_index.symbols:
        if symbol.kind in kinds:
            label = f"{symbol.name}:"
            yield Offer(
                label, place.start, types.CompletionItemKind.Variable, detail(symbol.kind), f"{symbol.name}: $0"
            )
