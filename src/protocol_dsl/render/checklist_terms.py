"""What the words of a criterion mean, on its part of a checklist: its definitions, and the lists that it names.

Two people who fill in the form from the same record have to come to the same answer, so that neither may have to guess
from which day an age is counted, or which drugs a list holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from attrs import evolve

from protocol_dsl.render.checklist_rows import nodes_under
from protocol_dsl.render.document_model import StatementLine, statement_of
from protocol_dsl.render.record import Record
from protocol_dsl.render.references import References
from protocol_dsl.render.showing import capital, shown
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Criterion, WordList

_MOST_MEMBERS: Final = 40


def meanings(record: Record, references: References, criterion: Criterion) -> Iterator[StatementLine]:
    """The definitions by which a criterion goes, and the words of the lists that it and they name."""
    definitions = references.definitions_of(criterion)
    for definition in definitions:
        lines = statement_of("", record.terms.definition(definition)).lines
        if lines:
            first = lines[0]
            text = capital(shown(first.text, 1000))
            yield evolve(first, text=text if first.inner or len(lines) > 1 else record.words.sentence(text))
            yield from lines[1:]
    for name, value in _computed_fields(criterion, {each.name for each in definitions}).items():
        told = record.words(
            "checklist.equals", name=capital(shown(record.named(name))), words=shown(record.said(value))
        )
        yield StatementLine("", told)
    text = "\n".join((criterion.statement, *(each.statement for each in definitions)))
    for listed in record.protocol.lists:
        if _names(text, (listed.name, *listed.aliases)):
            yield StatementLine("", _list(record, listed))


def _computed_fields(criterion: Criterion, defined: Collection[str]) -> dict[str, core.Value]:
    """Fields of a record that are computed from others, which no definition explains."""
    nodes = nodes_under(criterion.rule) if criterion.rule is not None else []
    named = [node for node in reversed(nodes) if isinstance(node, core.Named) and node.name not in defined]
    # The name of a formula that is used with values has these in brackets; its definition is printed above.
    return {node.name: node.value for node in named if "(" not in node.name}


def _names(text: str, names: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _list(record: Record, listed: WordList) -> str:
    words = record.words
    members = [shown(record.named(each, listed.name)) for each in listed.members]
    told = words.clauses(members[:_MOST_MEMBERS])
    if len(members) > _MOST_MEMBERS:
        told = words("checklist.list_longer", members=told, n=len(members) - _MOST_MEMBERS)
    key = "checklist.list_closed" if listed.outside is None else "checklist.list_open"
    return words(key, name=capital(shown(record.named(listed.name))), members=told)
