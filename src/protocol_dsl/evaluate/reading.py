"""What reading the facts of one patient is made of: names in all their spellings, errors, and what stands beside."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Generic, Literal, NoReturn, TypeAlias, TypeVar

from attrs import define, evolve, field, frozen

from protocol_dsl.diagnostics import Diagnostic, nearest, page, report
from protocol_dsl.source.plain import plain as plain_form
from protocol_dsl.values import UNKNOWN, PartialDate

_T = TypeVar("_T")

Hints: TypeAlias = Literal["cell", "example"]
"""How hints write a fact that is not in JSON or YAML: in the cell of a table, or in an example of a protocol."""

DetailPath: TypeAlias = str | tuple[str, int, str]
"""A fact by its declared name, or a field by the name of its list, the row's place (from 0) and its own name."""


@frozen
class FactDetail:
    """What a record says about a fact beside its value."""

    source: str | None = None
    by: str | None = None
    date: datetime.date | PartialDate | None = None
    reason_missing: str | None = None
    recorded: str | None = None
    """The number and unit as recorded, where they were converted to the declared unit: `169.0 cm`."""
    assumed: bool = False
    """Nothing is recorded: the value is what the protocol says that silence means."""


class FactsError(Exception):
    """A patient's facts cannot be read; `diagnostics` says all that is wrong with them."""

    def __init__(self, diagnostics: Iterable[Diagnostic]):
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(f"{problem.code}: {problem.message}" for problem in self.diagnostics))


@define
class Reading:
    """The errors and details of one patient so far, and the fact that is being read."""

    file: str
    patient: str | None
    fact: str = ""
    row: tuple[str, int] | None = None
    hints: Hints | None = None
    problems: list[Diagnostic] = field(factory=list)
    details: dict[DetailPath, FactDetail] = field(factory=dict)

    def refuse(self, code: str, variant: str | None = None, /, **values: Any) -> object:
        """Notes an error of the fact that is being read; the fact itself is then unknown."""
        where = [f"patient {printable(self.patient)}"] if self.patient is not None else []
        where += [f"row {self.row[1] + 1} of {self.row[0]}"] if self.row is not None else []
        values |= {"where": ", ".join(where) or None, "fact": self.fact}
        problem = report(code, self.file, None, variant=variant, **values)
        if (own := self._own_hint(code, variant)) is not None:
            problem = evolve(problem, hint=report(code, self.file, None, variant=own, **values).hint)
        self.problems.append(problem)
        return UNKNOWN

    def _own_hint(self, code: str, variant: str | None) -> str | None:
        """The variant of a hint that shows how it is written where the facts come from, if the page has one."""
        entries = page(code).entries
        own = f"{variant}_{self.hints}"
        if self.hints is not None and variant is not None and f"hint {own}" in entries:
            return own
        general = variant is None or f"hint {variant}" not in entries
        return self.hints if general and f"hint {self.hints}" in entries else None

    def stop(self, code: str, /, **values: Any) -> NoReturn:
        self.refuse(code, **values)
        raise FactsError(self.problems)

    @property
    def path(self) -> DetailPath:
        return self.fact if self.row is None else (*self.row, self.fact)

    def note(self, detail: FactDetail) -> None:
        self.details[self.path] = detail

    def note_recorded(self, recorded: str) -> None:
        path = self.path
        noted = self.details.get(path)
        self.details[path] = FactDetail(recorded=recorded) if noted is None else evolve(noted, recorded=recorded)

    def nearest(self, name: str, candidates: Iterable[str]) -> str | None:
        # After so many errors a suggestion for each more costs time and tells nothing.
        if len(name) > LONGEST_NAME or len(self.problems) > 100:
            return None
        return next(iter(nearest(name, candidates)), None)


def printable(text: str) -> str:
    """A patient's id as messages show it: short, without characters that hide or move others."""
    cut = text if len(text) <= 60 else text[:59] + "…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


@lru_cache(maxsize=16_384)
def fold_name(name: str) -> str:
    """A name in the form in which all its spellings agree: case, spaces, `_`, `-` and typographic signs folded.

    A sign that tells two names apart stays: the minus of "-1" and of "A-" (blood groups, grades, reactions).
    """
    words = plain_form(name).casefold().translate(_FOLDED).split()
    return " ".join(part for word in words for part in _parts(word))


_FOLDED: Final = str.maketrans({"_": " ", **dict.fromkeys("‒–—−", "-")})

# No declared name comes near it; beyond it a text is not even folded.
LONGEST_NAME: Final = 300


def _parts(word: str) -> list[str]:
    inner = word.strip("-")
    if not inner:
        return [] if word == "-" else [word]
    front = "-" if word[0] == "-" and inner[0].isdigit() else ""
    back = "-" if word[-1] == "-" else ""
    return (front + inner.replace("-", " ") + back).split()


class Names(Generic[_T]):
    """Things found by any spelling of their names; where those of two things fold alike, by the names themselves only.

    `common` holds the spellings that records mostly have, to be looked up without folding.
    """

    def __init__(self, named: Iterable[tuple[str, _T]]):
        by_form: dict[str, list[tuple[str, _T]]] = {}
        for name, thing in named:
            by_form.setdefault(fold_name(name), []).append((name, thing))
        self.common: dict[str, _T] = {}
        self._folded: dict[str, _T] = {}
        for form, alike in by_form.items():
            if all(thing is alike[0][1] for _, thing in alike):
                self._folded[form] = alike[0][1]
                self.common |= {spelling: thing for name, thing in alike for spelling in _spellings(name, form)}
            else:
                self.common |= dict(reversed(alike))

    def find(self, name: str) -> _T | None:
        found = self.common.get(name)
        return self._folded.get(fold_name(name)) if found is None and len(name) <= LONGEST_NAME else found


def _spellings(name: str, folded: str) -> Iterator[str]:
    """The folded name, and the spellings of it that records commonly hold: to be found without folding them."""
    yield folded
    for spelling in (name, name.lower(), name.upper(), name.capitalize()):
        for one in (spelling, spelling.replace(" ", "_").replace("-", "_")):
            if fold_name(one) == folded:
                yield one


def shown(value: object) -> str:
    """One value as an error shows it: short, and never more than that value's own surface."""
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f'"{value}"' if len(value) <= _LONGEST_SHOWN else f'"{value[: _LONGEST_SHOWN - 1]}…"'
        case int() if value.bit_length() > 200:
            return "a number of more than 60 digits"
        case int() | float() | Decimal():
            return str(value)
        case Mapping():
            return "an object { … }"
        case list() | tuple():
            return "a list [ … ]"
        case _:
            return f"a Python value of the type {type(value).__name__}"


_LONGEST_SHOWN: Final = 56

# Half a character: JSON can hold it, no file or screen can.
_HALF: Final = re.compile("[\ud800-\udfff]")


def is_damaged(text: str) -> bool:
    """Whether a text holds half a character (an unpaired surrogate), which cannot be printed."""
    return _HALF.search(text) is not None
