"""What the names of a file stand for, and every place where each is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import fold, plural, singular

SymbolKind: TypeAlias = Literal[
    "day", "period", "fact", "series", "field", "choice", "list", "word", "value", "condition", "named series",
    "function", "parameter", "criterion", "example",
]  # fmt: skip
Declared: TypeAlias = nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax | nodes.CriterionSyntax | None
SERIES: Final = ("series", "named series")


@frozen(eq=False)
class Symbol:
    """Something that has a name. `owner`: the fact whose choice it is, the series or function whose field it is."""

    kind: SymbolKind
    name: str
    spellings: tuple[str, ...]
    """The name and its short forms."""
    node: Declared = field(default=None, repr=False)
    owner: Symbol | None = field(default=None, repr=False)
    plural: str | None = None
    used_from: str | None = None
    """The file that declares it, where it is not this one."""
    group: str | None = None

    @property
    def forms(self) -> dict[str, tuple[str, Literal["as declared", "singular", "plural"]]]:
        """Each folded form of its spellings: which spelling it is, and in what form."""
        found: dict[str, tuple[str, Literal["as declared", "singular", "plural"]]] = {}
        for spelling in self.spellings:
            found.setdefault(fold(spelling), (spelling, "as declared"))
        if self.kind in SERIES:
            for at, spelling in enumerate(self.spellings):
                one = singular(spelling)
                many = self.plural if self.plural is not None and at == 0 else plural(one)
                found.setdefault(fold(one), (spelling, "singular"))
                found.setdefault(fold(many), (spelling, "plural"))
        return found


@frozen
class Occurrence:
    """A place where a name is written. `declares`: the line there declares it."""

    span: Span
    symbol: Symbol
    declares: bool = False


@frozen
class Index:
    """The symbols of a file and their places, in the order of the file."""

    symbols: tuple[Symbol, ...]
    occurrences: tuple[Occurrence, ...]
    by_name: Mapping[str, tuple[Symbol, ...]]
    """By each folded form of a name."""

    def at(self, offset: int) -> Occurrence | None:
        """The name at a place, or that ends there."""
        touching = [one for one in self.occurrences if one.span.start <= offset <= one.span.end]
        inside = [one for one in touching if offset < one.span.end]
        return min(inside or touching, key=lambda one: len(one.span), default=None)

    def places(self, symbol: Symbol) -> tuple[Occurrence, ...]:
        return tuple(one for one in self.occurrences if one.symbol is symbol)

    def declaration(self, symbol: Symbol) -> Span | None:
        """Where it is declared in this file; of a name with short forms, the name."""
        return next((one.span for one in self.occurrences if one.symbol is symbol and one.declares), None)

    def named(self, text: str, *kinds: SymbolKind) -> Symbol | None:
        """The one symbol of a name; None where there are several, or none."""
        found = [one for one in self.by_name.get(fold(text), ()) if not kinds or one.kind in kinds]
        return found[0] if len(found) == 1 else None

    def under(self, owner: Symbol, *kinds: SymbolKind) -> tuple[Symbol, ...]:
        """The fields, choices or parameters of a symbol."""
        return tuple(one for one in self.symbols if one.owner is owner and one.kind in kinds)
