"""One record out of several series of measurements: `latest ALT or AST` takes the later of the two, and no other."""

from __future__ import annotations

from typing import Final, TypeAlias

from attrs import evolve

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.types import DATE, Rows
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.format import statement_lines
from protocol_dsl.syntax.words_of import nouns_words, words

Picked: TypeAlias = nodes.Selected | nodes.AggregateOf
EITHER: Final = "either measurement"
"""The name that the hint gives to the records of several series together."""


def warn_of_either_series(root: nodes.Phrase, scope: Scope) -> None:
    """Warn where one record, or one mean, is taken from several series of measurements, and each may be meant."""
    told: set[int] = set()
    for node in phrases_in(root):
        if isinstance(node, nodes.Comparison) and (picked := _picked(node.left, scope)) is not None:
            told.add(id(picked))
            each = tuple(evolve(node, left=_of(picked, (noun,))) for noun in picked.series.nouns)
            lines = statement_lines(None, nodes.ListOf("all", each, span=node.span))
            _warn(picked, words(evolve(node, left=_of(picked, (_either(picked),)))), lines, scope)
        elif id(node) not in told and (picked := _picked(node, scope)) is not None:
            lines = "\n".join(words(_of(picked, (noun,))) for noun in picked.series.nouns)
            _warn(picked, words(_of(picked, (_either(picked),))), lines, scope, "value")


def _warn(picked: Picked, either: str, lines: str, scope: Scope, variant: str | None = None) -> None:
    nouns = nouns_words(picked.series.nouns)
    scope.problems.report(
        "P512",
        picked.span,
        variant=variant,
        labels=(),
        name=Copyable(nouns),
        lines=Copyable(lines),
        definition=Copyable(f"{EITHER} = each {nouns}"),
        either=Copyable(either),
    )


def _picked(node: nodes.Phrase, scope: Scope) -> Picked | None:
    match node:
        case nodes.Selected(_, series, field):
            pass
        case nodes.AggregateOf(which, series, _, _, _, field) if which != "total":
            pass
        case _:
            return None
    if len({noun.rows.text.casefold() for noun in series.nouns}) < 2:
        return None
    if field is not None and field.text.casefold() == DATE:
        return None  # the day on which either was last measured
    return node if all(_measured(noun, scope) for noun in series.nouns) else None


def _measured(noun: nodes.Noun, scope: Scope, within: tuple[str, ...] = ()) -> bool:
    """Whether the records of a noun are measurements, also where it is a named series."""
    folded = noun.rows.text.casefold()
    if folded in scope.series and folded not in within:
        return all(_measured(each, scope, (*within, folded)) for each in scope.series[folded][0].series.nouns)
    item = scope.items.get(scope.declared(noun.rows.text) or "")
    return item is not None and isinstance(item.kind, Rows) and item.kind.form == "measurements"


def _either(picked: Picked) -> nodes.Noun:
    return nodes.Noun(nodes.Name(EITHER, span=picked.span), span=picked.span)


def _of(picked: Picked, nouns: tuple[nodes.Noun, ...]) -> Picked:
    """The same value, of other series."""
    return evolve(picked, series=evolve(picked.series, nouns=nouns))
