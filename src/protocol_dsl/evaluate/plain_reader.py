"""The short way of reading facts: plain values under their declared names, by a function written for a protocol.

Most facts of most patients are such, so they are read without a look at what else they could be. Whatever else there is
is left, and the long way (see `facts`) reads it or says what is wrong with it. Like the compiled program, the source
knows names and values by number only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

from protocol_dsl.values import UNKNOWN

Quick: TypeAlias = Mapping[type, Callable[[Any], object]]
"""By the type of a value, what reads it. They raise a ValueError or a LookupError for what they leave."""

Left: TypeAlias = list[tuple[Any, object]]

_ABSENT: Final = object()
_LOOKED_UP: Final = (str, float)
"""Types whose values recur among patients, so that what reads them may be a table's own look-up."""


PlainReader: TypeAlias = Callable[[Mapping[str, object]], tuple[list[object], Left]]
PlainRowsReader: TypeAlias = Callable[[list[object]], tuple[object, ...]]


def plain_reader(named: Sequence[tuple[str, Quick]]) -> PlainReader:
    """A function that gives a value for each name, UNKNOWN where there is none, and the facts that are left."""
    lines = ["left = []", *_heading(named, "facts")]
    for number, (_, quick) in enumerate(named):
        lines += [f"x = get(n{number}, ABSENT)", "try:", *(f" {line}" for line in _reading(number, quick))]
        lines.append(f"except (LookupError, ValueError): v{number} = UNKNOWN; left.append((n{number}, x))")
    # Where there are more facts than were found, some have another spelling, or are not declared.
    lines.append("if len(facts) != found: left += [each for each in facts.items() if each[0] not in NAMES]")
    lines.append(f"return [{_values(named)}], left")
    return cast(PlainReader, _function("facts", lines, named))


def plain_rows_reader(named: Sequence[tuple[str, Quick]], silent: Collection[int]) -> PlainRowsReader:
    """A function that reads a list of rows; ValueError or LookupError where anything is not a plain value.

    `silent`: the places of the names of which silence means something; a row without one of them is no plain one.
    """
    lines = ["read = []", "for row in rows:", " if row.__class__ is not dict: raise ValueError"]
    lines += [f" {line}" for line in _heading(named, "row")]
    for number, (_, quick) in enumerate(named):
        lines += [f" x = get(n{number}, ABSENT)", *(f" {line}" for line in _reading(number, quick))]
    assumed = "".join(f" or v{place} is UNKNOWN" for place in silent)
    lines += [f" if len(row) != found{assumed}: raise ValueError", f" read.append(({_values(named)},))"]
    return cast(PlainRowsReader, _function("rows", [*lines, "return tuple(read)"], named))


def _heading(named: Sequence[tuple[str, Quick]], facts: str) -> list[str]:
    return [f"get = {facts}.get", f"found = {len(named)}"]


def _values(named: Sequence[tuple[str, Quick]]) -> str:
    return ", ".join(f"v{number}" for number in range(len(named)))


def _reading(number: int, quick: Quick) -> Iterator[str]:
    """The statements that make of x, what is given under a name, its value."""
    yield f"if x is None: v{number} = UNKNOWN"
    if quick.get(bool) is bool:
        yield f"elif x is True or x is False: v{number} = x"
    for of in _looked_up(quick):
        yield f"elif x.__class__ is {of.__name__}: v{number} = t{number}[x]"
    yield f"elif x is ABSENT: v{number} = UNKNOWN; found -= 1"
    yield f"else: v{number} = q{number}[x.__class__](x)"


def _looked_up(quick: Quick) -> list[type]:
    return [of for of in _LOOKED_UP if of in quick and isinstance(getattr(quick[of], "__self__", None), dict)]


def _function(argument: str, lines: Sequence[str], named: Sequence[tuple[str, Quick]]) -> object:
    names: dict[str, object] = {"UNKNOWN": UNKNOWN, "ABSENT": _ABSENT, "NAMES": frozenset(name for name, _ in named)}
    for number, (name, quick) in enumerate(named):
        names |= {f"n{number}": name, f"q{number}": quick}
        names |= {f"t{number}": getattr(quick[of], "__self__", None) for of in _looked_up(quick)}
    source = "\n".join([f"def read_plain({argument}):", *(f" {line}" for line in lines)])
    exec(compile(source, "<plain facts>", "exec"), names)
    return names["read_plain"]
