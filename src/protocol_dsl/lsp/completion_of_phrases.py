"""What can follow in a rule: the parser says which words may, the declarations which names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen
from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.completion_places import Place
from protocol_dsl.lsp.offers import Offer
from protocol_dsl.lsp.symbols import SERIES, Index, Symbol
from protocol_dsl.render.editor_texts import detail
from protocol_dsl.semantics.types import Date, OneOf, Quantity
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.declarations import EVALUATION_DATE
from protocol_dsl.syntax.layout import Piece
from protocol_dsl.syntax.lexer import lex_phrase
from protocol_dsl.syntax.lookahead import Lexeme
from protocol_dsl.syntax.parse import acceptable
from protocol_dsl.syntax.vocabulary import atoms, fold, plural, singular
from protocol_dsl.syntax.words import PHRASES
from protocol_dsl.values import Unit, known_units, parse_unit

MOST_TYPED: Final = 6
"""How many words before the cursor may be the beginning of a name."""
MOST_UNITS: Final = 40
SEVERAL: Final[dict[str, tuple[str, ...]]] = {
    "OR": ("OR", "OR_NOUN", "OR_VALUE", "OR_LIST"),
    "AND": ("AND", "AND_VALUE"),
    "IN": ("IN", "IN_LIST"),
    "LPAR": ("LPAR", "LPAR_IF"),
}
"""Words that the one behind them tells apart; at the cursor there is none yet."""
SAME: Final = {"OR_NOUN": "OR", "OR_VALUE": "OR", "OR_LIST": "OR", "AND_VALUE": "AND", "IN_LIST": "IN"}
SIGNS: Final = frozenset({
    "PLUS", "MINUS", "TIMES", "DIVIDED_BY", "SQUARED", "CUBED", "TO_THE", "LPAR", "RPAR", "COLON", "COMMA",
    "SELECTOR", "HALF_LIVES", "NEITHER",
})  # fmt: skip
"""Not offered as words: signs, and terminals that several words stand for."""
SELECTORS: Final = ("latest", "earliest", "previous", "highest", "lowest")
SENTENCES: Final = {
    "ALL_OF": "all of:\n  - ${1:first}\n  - ${2:second}",
    "ANY_OF": "any of:\n  - ${1:first}\n  - ${2:second}",
    "NONE_OF": "none of:\n  - ${1:first}\n  - ${2:second}",
    "IF": "if ${1:condition}, then ${2:what holds}",
    "BETWEEN": "between ${1:lowest} and ${2:highest}, inclusive",
    "WITHIN": "within ${1:6} ${2|months,weeks,days,years|} before ${3:screening}",
    "COMPLETED": "completed years from ${1:date of birth} to ${2:screening}",
    "FOR_EACH": "for each ${1:series}: ${2:condition}",
    "STABLE_FOR": "stable for at least ${1:3} ${2|months,weeks,days|} before ${3:screening}",
}
"""Whole forms, of words that cannot stand alone."""
BEFORE_A_DAY: Final = frozenset({
    "BEFORE", "AFTER", "SINCE", "ON", "ON_OR_BEFORE", "ON_OR_AFTER", "FROM", "UNTIL", "EARLIER_OF", "LATER_OF",
})  # fmt: skip
COMPARING: Final = frozenset({
    "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "MORE_THAN", "LESS_THAN", "EXACTLY", "BETWEEN",
})  # fmt: skip
OF_FIELDS: Final = frozenset({
    "MEAN_OF", "TOTAL_OF", "HIGHEST_OF", "LOWEST_OF", "DIFFERENT", "SELECTOR",
})  # fmt: skip
TIMES: Final = ("days", "weeks", "months", "years", "hours", "minutes")
FITTING: Final[dict[str, tuple[str, ...]]] = {
    "choice": (
        "NOT", "NEITHER", "RECORDED", "IN_LIST", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "EXACTLY",
        "BETWEEN", "INCLUDES",
    ),
    "yes/no": (
        "RECORDED", "NOT",
    ),
    "number": (
        "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "EXACTLY", "BETWEEN", "RECORDED", "NOT", "NORMAL",
        "MORE_THAN", "LESS_THAN",
    ),
    "date": (
        "WITHIN", "BEFORE", "AFTER", "ON", "ON_OR_BEFORE", "ON_OR_AFTER", "SINCE", "BETWEEN", "RECORDED",
        "NOT", "AT_LEAST", "AT_MOST", "MORE_THAN", "LESS_THAN", "EXACTLY", "DURING",
    ),
}  # fmt: skip
"""What may be said of each kind of fact behind `is`."""
Form: TypeAlias = Literal["date", "number", "choice", "yes/no", "rows", "other"]


@frozen
class _Words:
    """The words before what is typed, and what may follow them."""

    lexemes: tuple[Lexeme, ...]
    follow: frozenset[str]


@frozen
class _Subject:
    """What is compared: its form, its unit, the symbol whose choices it has."""

    form: Form
    unit: Unit | None = None
    symbol: Symbol | None = None


def phrase_offers(analysis: Analysis, place: Place, offset: int) -> Iterator[Offer]:
    """The words and names that may follow the words before the cursor, which may have begun one of them."""
    parsed = analysis.best_parsed
    if parsed is None:
        return
    index = analysis.best_index
    last = place.pieces[-1] if place.pieces else None
    words = atoms(last.text, last.start) if last is not None else []
    touching = bool(words) and words[-1].end == offset and re.match(r"[\w%/µ°²³]", words[-1].text[-1]) is not None
    for count in range(1 if touching else 0, min(MOST_TYPED, len(words)) + 1):
        start = words[-count].start if count else offset
        typed = last.text[start - last.start :] if last is not None and count else ""
        before = [
            piece if piece is not last else Piece(piece.text[: start - piece.start], piece.start)
            for piece in place.pieces
        ]
        read = _read([piece for piece in before if piece.text.strip()], place, analysis)
        if read is not None:
            for offer in _Following(analysis, index, place, read, start).offers():
                if fold(offer.label).startswith(fold(typed)) and (not count or fold(offer.label) != fold(typed)):
                    yield offer


def _read(pieces: Sequence[Piece], place: Place, analysis: Analysis) -> _Words | None:
    assert analysis.best_parsed is not None
    lexemes, unknown = lex_phrase(pieces, analysis.best_parsed.vocabulary)
    if unknown:
        return None
    if not lexemes:
        found = acceptable(place.phrase, [])
        return _Words((), found) if found is not None else None
    follow: set[str] = set()
    last = lexemes[-1]
    for terminal in SEVERAL.get(next(iter(last.terminals)), (None,)) if len(last.terminals) == 1 else (None,):
        ended = last if terminal is None else evolve(last, terminals=frozenset({terminal}))
        follow |= acceptable(place.phrase, [*lexemes[:-1], ended]) or set()
    return _Words(tuple(lexemes), frozenset(follow)) if follow else None


class _Following:
    def __init__(self, analysis: Analysis, index: Index, place: Place, read: _Words, start: int) -> None:
        self.analysis = analysis
        self.index = index
        self.place = place
        self.lexemes = read.lexemes
        self.follow = read.follow
        self.start = start
        self.frames = self._frames()
        self.subject = self._subject()

    def offers(self) -> Iterator[Offer]:
        follow = self.follow
        if follow & {"UNIT", "TIME", "PERCENT"} and self._last("NUMBER"):
            yield from self._units()
        if "CHOICE" in follow:
            yield from self._choices()
        if "NAME" in follow:
            yield from self._names()
        if "ROWS" in follow:
            yield from self._symbols(SERIES, types.CompletionItemKind.Struct, rank=3, plural=self._counted())
        if "LIST" in follow:
            yield from self._symbols(("list",), types.CompletionItemKind.Enum, rank=1)
        if "PERIOD" in follow:
            yield from self._symbols(("period",), types.CompletionItemKind.Event, rank=1)
        number = self.subject is None or self.subject.form in ("number", "rows", "other")
        number = number and not (self.subject is not None and self.subject.form == "number" and self._last("IS"))
        if "FUNCTION" in follow and number and not self._only_days():
            yield from self._functions()
        yield from self._keywords()

    # ---- the words before -------------------------------------------------------------------------------------------

    def _last(self, *terminals: str) -> bool:
        return bool(self.lexemes) and self.lexemes[-1].is_a(*terminals)

    def _counted(self) -> bool:
        """Whether a number stands before, so that the name of a series is a plural."""
        return self._last("NUMBER") or self._last("NUMBER_OF")

    def _frames(self) -> list[Symbol]:
        """The series and the function whose fields and parameters are known here."""
        found: list[Symbol] = []
        if self.place.series and (owner := self.index.named(self.place.series, "series", "function")) is not None:
            found.append(owner)
        outer: list[Lexeme] = []
        if self.place.outer and self.analysis.best_parsed is not None:
            outer, _ = lex_phrase([Piece(self.place.outer, 0)], self.analysis.best_parsed.vocabulary)
        for lexemes in (outer, self.lexemes):
            opens = [at for at, one in enumerate(lexemes) if one.is_a("WHERE", "EXCEPT", "FOR_EACH")]
            if opens:
                begins = lexemes if lexemes[opens[-1]].is_a("FOR_EACH") else lexemes[: opens[-1]]
                found += [one for lexeme in begins if lexeme.is_a("ROWS") for one in self._series(lexeme.text)]
        return found

    def _series(self, name: str) -> list[Symbol]:
        """The declared series of a name, through the named series that it may be."""
        symbol = self.index.named(name, *SERIES)
        seen: set[Symbol] = set()
        while symbol is not None and symbol.kind == "named series" and symbol not in seen:
            seen.add(symbol)
            body = symbol.node.body if isinstance(symbol.node, nodes.DefinitionSyntax) else None
            noun = body.series.nouns[0].rows.text if isinstance(body, nodes.EachNoun) else ""
            symbol = self.index.named(noun, *SERIES)
        return [symbol] if symbol is not None else []

    def _named(self, name: str) -> Symbol | None:
        for frame in reversed(self.frames):
            for symbol in self.index.under(frame, "field", "parameter"):
                if fold(name) in symbol.forms:
                    return symbol
        return self.index.named(name, "day", "fact", "value", "condition", *SERIES)

    def _subject(self) -> _Subject | None:
        """What stands before the last `is`, and is still being compared."""
        at = next((at for at in range(len(self.lexemes) - 1, -1, -1) if self.lexemes[at].is_a("IS")), None)
        if at is None or any(one.is_a("WHERE", "IF", "THEN", "UNLESS", "OTHERWISE") for one in self.lexemes[at:]):
            return None
        before = self.lexemes[:at]
        named = [number for number, one in enumerate(before) if one.is_a("NAME", "ROWS")]
        for number in reversed(named):
            symbol = self._compared(before, number)
            if symbol is not None:
                return self.subject_of(symbol)
            break
        return None

    def _compared(self, before: Sequence[Lexeme], number: int) -> Symbol | None:
        """The fact or field whose value it is: of `dose of latest medication`, the dose."""
        lexeme = before[number]
        if not lexeme.is_a("ROWS"):
            day = any(one.is_a("BEFORE", "AFTER", "SINCE", "ON") for one in before[max(0, number - 1) : number])
            rows = [one for one in before[:number] if one.is_a("ROWS")]
            if not day or not rows:
                return self._named(lexeme.text)
            lexeme = rows[-1]
            number = max(at for at in range(number) if before[at] is lexeme)
        series = self._series(lexeme.text)
        opening = [one for one in before[:number] if one.is_a("OF")]
        if opening and series:
            at = max(at for at in range(number) if before[at] is opening[-1])
            names = {fold(before[at - 1].text)} if at else set()
            found = (field for field in self.index.under(series[0], "field") if names & field.forms.keys())
            return next(found, None)
        return series[0] if series else None

    def subject_of(self, symbol: Symbol) -> _Subject:
        """The form of what a symbol stands for: as declared, or, of a definition, as it was checked."""
        node = symbol.node
        if isinstance(node, nodes.DefinitionSyntax):
            return self._defined(symbol)
        type_ = node.type if isinstance(node, nodes.Declaration) else None
        if symbol.kind == "day" or (type_ is None and "date" in symbol.name):
            return _Subject("date", symbol=symbol)
        if type_ is None:
            return _Subject("other", symbol=symbol)
        if type_.choices:
            return _Subject("choice", symbol=symbol)
        if type_.form in ("yes/no", "judgement", "agreement"):
            return _Subject("yes/no", symbol=symbol)
        if type_.form == "date":
            return _Subject("date", symbol=symbol)
        if type_.unit is not None or type_.form == "number":
            return _Subject("number", type_.unit, symbol)
        return _Subject("rows" if type_.form == "rows" else "other", symbol=symbol)

    def _defined(self, symbol: Symbol) -> _Subject:
        good = self.analysis.known
        known = good.protocol.checked.definitions.get(symbol.name) if good is not None and good.protocol else None
        match known.kind if known is not None else None:
            case Quantity(unit=unit):
                return _Subject("number", unit, symbol)
            case Date():
                return _Subject("date", symbol=symbol)
            case OneOf():
                return _Subject("choice", symbol=symbol)
            case _ if symbol.kind == "condition":
                return _Subject("yes/no", symbol=symbol)
            case _:
                return self._as_written(symbol)

    def _as_written(self, symbol: Symbol) -> _Subject:
        """The form of a value that could not be checked, as far as its words tell."""
        node = symbol.node
        assert isinstance(node, nodes.DefinitionSyntax)
        function = None
        if isinstance(node.body, nodes.Call):
            function = self.index.named(node.body.function.text, "function")
        for each in (node, function.node if function is not None else None):
            if isinstance(each, nodes.DefinitionSyntax) and each.unit is not None:
                return _Subject("number", each.unit, symbol)
        match node.body:
            case nodes.CompletedUnits(unit=unit):
                return _Subject("number", parse_unit(unit), symbol)
            case nodes.Moved() | nodes.EarlierLater():
                return _Subject("date", symbol=symbol)
            case _:
                return _Subject("other", symbol=symbol)

    def _only_days(self) -> bool:
        """Whether a day must follow."""
        if self._last(*BEFORE_A_DAY):
            return True
        dated = self.subject is not None and self.subject.form == "date"
        return dated and (
            self._last("BETWEEN") or (self._last("AND") and any(one.is_a("BETWEEN") for one in self.lexemes))
        )

    # ---- the offers -------------------------------------------------------------------------------------------------

    def _offer(self, symbol: Symbol, label: str, kind: types.CompletionItemKind, rank: int) -> Offer:
        owner = symbol.owner.name if symbol.owner is not None else None
        return Offer(label, self.start, kind, detail(symbol.kind, owner), rank=rank)

    def _symbols(
        self, kinds: Iterable[str], kind: types.CompletionItemKind, rank: int, plural: bool = False
    ) -> Iterator[Offer]:
        wanted = tuple(kinds)
        for symbol in self.index.symbols:
            if symbol.kind in wanted:
                for spelling in symbol.spellings:
                    yield self._offer(symbol, _form(symbol, spelling, plural), kind, rank)

    def _units(self) -> Iterator[Offer]:
        subject = self.subject
        percent = "PERCENT" in self.follow
        if subject is not None and subject.form == "number":
            declared = subject.unit
            for rank, symbol in enumerate(_units_like(declared)) if declared is not None else ():
                yield Offer(symbol, self.start, types.CompletionItemKind.Unit, rank=0 if rank == 0 else 1)
            if percent and declared is None:
                yield Offer("%", self.start, types.CompletionItemKind.Unit, rank=2)
            return
        if "TIME" in self.follow:
            for unit in TIMES:
                yield Offer(unit, self.start, types.CompletionItemKind.Unit, rank=0)
        if "UNIT" in self.follow and subject is None:
            declared_units = (one.node.type for one in self.index.symbols if isinstance(one.node, nodes.Declaration))
            for symbol in dict.fromkeys(type_.unit.symbol for type_ in declared_units if type_ and type_.unit):
                yield Offer(symbol, self.start, types.CompletionItemKind.Unit, rank=2)

    def _choices(self) -> Iterator[Offer]:
        """Of what is compared; before the name of a series, what its records may be."""
        kind = types.CompletionItemKind.EnumMember
        subject = self.subject
        if subject is not None and subject.symbol is not None:
            if subject.form in ("choice", "rows"):
                for choice in self.index.under(subject.symbol, "choice"):
                    yield self._offer(choice, choice.name, kind, 0)
            return
        if not self._only_days() and self._last(
            "ANY", "NO", "EVERY", "EACH", "FOR_EACH", "SELECTOR", "HISTORY_OF", "CONSECUTIVE"
        ):
            for series in (one for one in self.index.symbols if one.kind == "series"):
                for owner in (series, *self.index.under(series, "field")):
                    for choice in self.index.under(owner, "choice"):
                        yield self._offer(choice, choice.name, kind, 5)

    def _names(self) -> Iterator[Offer]:
        only_days = self._only_days()
        subject = self.subject
        for frame in self.frames:
            for symbol in self.index.under(frame, "field", "parameter"):
                if not only_days or self.subject_of(symbol).form == "date":
                    yield from self._named_offers(symbol, types.CompletionItemKind.Field, 1)
        if self._last(*OF_FIELDS):
            for symbol in self.index.symbols:
                if symbol.kind == "field":
                    yield from self._named_offers(symbol, types.CompletionItemKind.Field, 2)
            if not self._last("SELECTOR"):
                return
        if only_days and not any(symbol.name == EVALUATION_DATE for symbol in self.index.symbols):
            yield Offer(EVALUATION_DATE, self.start, types.CompletionItemKind.Event, rank=3)
        if self._last("SELECTOR", "ANY", "NO", "EVERY", "EACH", "FOR_EACH", "HISTORY_OF", "NUMBER"):
            return  # a name here is an adjective
        for symbol in self.index.symbols:
            if symbol.kind in ("day", "fact", "value", "condition") and self._fits(symbol, only_days, subject):
                kind = types.CompletionItemKind.Event if symbol.kind == "day" else types.CompletionItemKind.Variable
                yield from self._named_offers(symbol, kind, 1 if only_days and symbol.kind == "day" else 2)

    def _fits(self, symbol: Symbol, only_days: bool, subject: _Subject | None) -> bool:
        form = self.subject_of(symbol).form
        if only_days:
            return form == "date" or (form == "other" and symbol.kind == "value")
        if subject is None or subject.form in ("other", "rows"):
            return True
        if subject.symbol is symbol:
            return False
        return subject.form in ("number", "date") and form in (subject.form, "other") and not self._last("IS")

    def _named_offers(self, symbol: Symbol, kind: types.CompletionItemKind, rank: int) -> Iterator[Offer]:
        for spelling in symbol.spellings:
            yield self._offer(symbol, spelling, kind, rank)

    def _functions(self) -> Iterator[Offer]:
        for symbol in self.index.symbols:
            node = symbol.node
            if symbol.kind == "function" and isinstance(node, nodes.DefinitionSyntax):
                inner = ", ".join(f"${{{at}:{each.name.text}}}" for at, each in enumerate(node.parameters, 1))
                plain = ", ".join(each.name.text for each in node.parameters)
                label = f"{symbol.name} of ({plain})"
                kind = types.CompletionItemKind.Function
                yield Offer(label, self.start, kind, detail("function"), f"{symbol.name} of ({inner})", 5)

    def _keywords(self) -> Iterator[Offer]:
        kind = types.CompletionItemKind.Keyword
        subject = self.subject
        fitting = FITTING.get(subject.form) if subject is not None and self._last("IS") else None
        for terminal in sorted({SAME.get(one, one) for one in self.follow}):
            if terminal in SIGNS or terminal not in PHRASES or (fitting is not None and terminal not in fitting):
                continue
            if terminal == "IN" and self._last("ROWS") and not self._has_drugs(self.lexemes[-1].text):
                continue
            if terminal == "NORMAL" and subject is not None and self._declared_number(subject):
                continue
            if terminal in COMPARING and fitting is not None and self._without_order(subject):
                continue
            if self._only_days() and terminal not in ("EARLIER_OF", "LATER_OF"):
                continue
            if (
                subject is not None
                and subject.form == "number"
                and terminal in ("ULN", "LLN")
                and self._declared_number(subject)
            ):
                continue
            word = PHRASES[terminal][0].removeprefix(", ")
            yield Offer(word, self.start, kind, snippet=SENTENCES.get(terminal), rank=3 if fitting is not None else 4)
        if "SELECTOR" in self.follow and fitting is None and any(one.kind in SERIES for one in self.index.symbols):
            for word in SELECTORS:
                yield Offer(word, self.start, kind, rank=4)
        if "LPAR_IF" in self.follow and self.subject is not None:
            snippet = "(${1:limit} if ${2:condition})"
            yield Offer("(… if …)", self.start, types.CompletionItemKind.Snippet, snippet=snippet, rank=5)
        if "JUDGES" in self.follow:
            for judge, symbol in self._judgements():
                snippet = f"{judge} judges: {symbol.name}"
                yield Offer(snippet, self.start, types.CompletionItemKind.Snippet, rank=5)

    def _has_drugs(self, name: str) -> bool:
        """A list of drugs says which records of a series are meant; of other series it says nothing."""
        for symbol in self._series(name):
            type_ = symbol.node.type if isinstance(symbol.node, nodes.Declaration) else None
            drug = next((one for one in self.index.under(symbol, "field") if one.name == "drug"), None)
            if drug is not None or (type_ is not None and type_.series == "treatments"):
                return True
        return False

    def _without_order(self, subject: _Subject | None) -> bool:
        """Choices of which none is above another."""
        node = subject.symbol.node if subject is not None and subject.symbol is not None else None
        type_ = node.type if isinstance(node, nodes.Declaration) else None
        return type_ is not None and bool(type_.choices) and not (type_.ordered or type_.form == "ordered")

    def _declared_number(self, subject: _Subject) -> bool:
        """A number that is no measurement has no limits of normal."""
        return subject.symbol is not None and subject.symbol.kind not in SERIES

    def _judgements(self) -> Iterator[tuple[str, Symbol]]:
        for symbol in self.index.symbols:
            type_ = symbol.node.type if isinstance(symbol.node, nodes.Declaration) else None
            if type_ is not None and type_.form == "judgement":
                yield type_.words, symbol


def _form(symbol: Symbol, spelling: str, many: bool) -> str:
    """The name of a series, in the plural behind a number."""
    if symbol.kind not in SERIES:
        return spelling
    if many:
        return symbol.plural if symbol.plural and spelling == symbol.name else plural(singular(spelling))
    declared = symbol.node
    countable = isinstance(declared, nodes.Declaration) and declared.type is not None and declared.type.series == "rows"
    return singular(spelling) if countable else spelling


@lru_cache(maxsize=256)
def _units_like(unit: Unit) -> tuple[str, ...]:
    """The printed forms of the units that a number in this one can be compared with, this one first."""
    found: dict[str, None] = {unit.symbol: None}
    for spelling in known_units():
        other = parse_unit(spelling)
        if other.same_dimension(unit) and not (unit.dimensionless and other.code != unit.code):
            found.setdefault(other.symbol)
    found.pop("1", None)
    return tuple(found)[:MOST_UNITS]
