"""The numbers by which fields refer to records, and records taken for others.

While a condition is resolved every record gets a number of its own. In the checked tree a record's number is the depth
of its loop, so that two conditions that say the same are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import attrs
from attrs import evolve

from protocol_dsl.semantics import core

N = TypeVar("N", bound=core.Written)


def renumbered(node: N) -> N:
    """The tree with every record numbered by the depth of its loop, from 1.

    A part that stands in several places, as in counts of counts, is numbered once in each depth.
    """
    return _numbered(node, {}, 0, {})


Done: TypeAlias = dict[tuple[int, int], tuple[Any, Any]]
"""What is numbered already, by the identity of the part and of its numbers; both are kept alive."""


def _numbered(node: N, numbers: dict[int, int], depth: int, done: Done) -> N:
    key = (id(node), id(numbers))
    if key in done:
        return cast(N, done[key][1])
    if isinstance(node, core.Field | core.RecordTime):
        found: Any = evolve(node, row=numbers.get(node.row, node.row))
    elif isinstance(node, core.LOOPS):
        found = _rebuilt(node, lambda part: _inside_loop(part, numbers, depth, done))
    else:
        found = _rebuilt(node, lambda part: _numbered(part, numbers, depth, done))
    done[key] = ((node, numbers), found)
    return cast(N, found)


def _inside_loop(part: Any, numbers: dict[int, int], depth: int, done: Done) -> Any:
    if not isinstance(part, core.Records):
        return _numbered(part, numbers, depth, done)
    inner = {**numbers, part.row: depth + 1}
    records = _rebuilt(part, lambda each: _numbered(each, inner, depth + 1, done))
    other = None if part.other is None else numbers.get(part.other, part.other)
    return evolve(records, row=depth + 1, other=other)


def of_other_list(node: N, row: int, rows: str) -> N:
    """The same asked of a record of another list: fields of the record `row` are those of the list `rows`."""
    if isinstance(node, core.Field | core.RecordTime):
        return evolve(node, rows=rows) if node.row == row else node
    return _rebuilt(node, lambda part: of_other_list(part, row, rows))


def _rebuilt(node: N, change: Callable[[Any], Any]) -> N:
    parts: dict[str, Any] = {}
    for part in attrs.fields(type(node)):
        value = getattr(node, part.name)
        if isinstance(value, core.Written):
            parts[part.name] = change(value)
        elif isinstance(value, tuple) and any(isinstance(each, core.Written) for each in value):
            parts[part.name] = tuple(change(each) for each in value)
    return evolve(node, **parts) if parts else node
