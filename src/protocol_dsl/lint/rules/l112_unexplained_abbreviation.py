"""---
title: An abbreviation that is not spelt out
severity: warning
message: "{words}" is spelt out nowhere in this file.
hint: Spell it out where it is first used, with the short form in brackets. Where it is a data item, its declaration can
  say both:
    the whole name ({words}): …
label: stands for what?
---
One short form may have two meanings: MS is multiple sclerosis and mitral stenosis, and the Institute for Safe
Medication Practices keeps a list of abbreviations that have led to errors. The protocol template of ICH M11 has a
place for its terms and abbreviations.

It is told once for each short form of a file. Units, names such as CYP3A4 and NT-proBNP, and a few that need no
explanation, such as HIV and DNA, are passed over, and so is a short form whose letters begin the words of a name in
the file.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  nerve disease: yes/no

exclusion criteria

  E1: Nerves
    > History of MS.
    nerve disease
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  nerve disease: yes/no

exclusion criteria

  E1: Nerves
    > History of multiple sclerosis (MS).
    nerve disease
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import Reading
from protocol_dsl.values import UnitError, parse_unit

CODE: Final = "L112"
_SHORT: Final = re.compile(r"(?<![\w/-])(?=[A-Za-z]*[A-Z][a-z]*[A-Z])[A-Z][A-Za-z]{1,7}(?![\w/]|-(?:\d|\w*[A-Z]\w))")
_KNOWN: Final = frozenset(
    [
        "HIV",
        "AIDS",
        "QT",
        "DNA",
        "RNA",
        "USA",
        "UK",
        "EU",
        "ULN",
        "LLN",
        "OK",
        "AM",
        "PM",
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "XI",
        "BRAF",
        "KRAS",
        "NRAS",
    ]
)
_ROMAN: Final = re.compile(r"[IVX]+")


def check(file: Reading) -> Iterator[Diagnostic]:
    told: set[str] = set()
    names = _initials(file)
    for criterion in file.criteria:
        for found in _SHORT.finditer(criterion.wording.text):
            short = re.sub(r"s$", "", found[0])
            if short in told or short in _KNOWN or _ROMAN.fullmatch(short) or _is_unit(short):
                continue
            told.add(short)
            if short.upper() not in names and not _is_spelt_out(short, file.source.text):
                yield criterion.tell(CODE, criterion.wording.span(found.start(), found.end()), words=short)


def _is_unit(short: str) -> bool:
    try:
        parse_unit(short)
    except UnitError:
        return False
    return True


def _is_spelt_out(short: str, text: str) -> bool:
    """Whether the file has it in brackets behind other words, or other words in brackets behind it."""
    head = re.escape(short)
    return bool(
        re.search(
            rf"[a-z]\s+\({head}s?\)|\b{head}s?\s+\((?:[a-z]+[\s-]){{1,6}}[a-z]+\)|\b{head} (?:means|stands for) ", text
        )
    )


def _initials(file: Reading) -> set[str]:
    """The first letters of each name, choice and title of the file that has several words."""
    protocol = file.protocol
    texts = [name for items in file.items.values() for item in items for name in (item.name, *_choices(item))]
    texts += [*protocol.definitions, *(word for each in protocol.lists for word in (each.name, *each.members))]
    texts += [protocol.name, *protocol.header.values(), *(each.criterion.title for each in file.criteria)]
    found: set[str] = set()
    for text in texts:
        words = re.findall(r"[^\W\d_]+", text)
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + 7) + 1):
                found.add("".join(word[0] for word in words[start:end]).upper())
    return found


def _choices(item: object) -> tuple[str, ...]:
    return tuple(getattr(getattr(item, "kind", None), "choices", ()))
