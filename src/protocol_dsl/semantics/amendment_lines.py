"""How a list of amendments is written, in the header and in its translations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from protocol_dsl.values import PartialDate, date_in_words, iso_text

BULLET: Final = "- "
_AMENDMENT: Final = re.compile(r"(?P<version>[^,，:：]+)[,，] *(?P<date>[^:：]+)(?:: +|：)(?P<text>.+)")
"""Who types Chinese gets wide signs, and no space after them."""


def entries_of(lines: Sequence[str]) -> Iterator[slice]:
    """The lines of each entry of a list, and those of the text before it; no empty text is an entry."""
    starts = [at for at, line in enumerate(lines) if at == 0 or line.startswith(BULLET)]
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if any(lines[first:end]):
            yield slice(first, end)


def amendment_in(entry: str) -> tuple[str, str, str] | None:
    """The version, the day as year-month-day and the text of an entry; None where it has not all three."""
    found = _AMENDMENT.fullmatch(entry.removeprefix(BULLET))
    if found is None:
        return None
    try:
        day = date_in_words(found["date"])
    except ValueError:
        return None
    return None if isinstance(day, PartialDate) else (found["version"].strip(), iso_text(day), found["text"].strip())
