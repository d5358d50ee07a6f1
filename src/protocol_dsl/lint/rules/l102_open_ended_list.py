"""---
title: A list that does not end
severity: warning
message: "{words}" leaves open what else belongs to the list.
hint: Name all that counts, in the wording or as a word list of the file:
    lists
      drugs that count: closed list of drugs: …
  Or say under the criterion who decides about what is not named:
    interpretation: The list is complete.
label: what else?
---
"Such as", "including but not limited to", "for example" and "etc." give examples in place of a rule. What is not
named is decided at each site by itself. Ross and others (Analysis of eligibility criteria complexity in clinical
trials, AMIA Summits on Translational Science 2010) describe how much of what criteria leave open each reader has to
fill in.

It is not told of where the rule asks for the words of a word list, where a person judges, or where a note speaks of
the list or of its examples.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  eats such a food: yes/no

exclusion criteria

  E1: Food
    > Eats foods that change the uptake, such as grapefruit.
    eats such a food
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  eats such a food: yes/no

exclusion criteria

  E1: Food
    > Eats grapefruit, pomelo or Seville oranges.
    eats such a food
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import CriterionReading, Passage, Reading, mentions
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.syntax import nodes

CODE: Final = "L102"
_OPEN: Final = re.compile(
    r"\b(?:such as|(?:including|includes),? but not limited to|for example|for instance|e\.g\.|etc\b\.?|et cetera"
    r"|and so on|and so forth|and the like|or the like|and others|or similar|among others|among them|inter alia)",
    re.IGNORECASE,
)
_SPEAKS_OF_LISTS: Final = re.compile(r"\b(?:list\w*|examples?|nam(?:ed|es)|any other|others?)\b", re.IGNORECASE)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        for passage in criterion.said:
            for found in _OPEN.finditer(passage.text):
                if not _is_closed(found, passage, criterion):
                    yield criterion.tell(CODE, passage.span(found.start(), found.end()), words=found[0])


def _is_closed(found: re.Match[str], passage: Passage, criterion: CriterionReading) -> bool:
    from_list = any(
        isinstance(one, nodes.InLists) or (isinstance(one, nodes.Noun) and one.lists)
        for name in (None, *criterion.names)
        for one in _phrases(criterion, name)
    )
    if from_list or criterion.is_judged:
        return True
    examples = re.findall(r"[^\W\d_]{5,}", passage.text[found.end() :])[:4]
    notes = [note.text for note in criterion.notes if note.kind in ("interpretation", "open question", "not counted")]
    if passage in criterion.interpretations:
        return False
    return any(_SPEAKS_OF_LISTS.search(note) or any(mentions(note, word) for word in examples) for note in notes)


def _phrases(criterion: CriterionReading, name: str | None) -> tuple[nodes.Phrase, ...]:
    if name is None:
        return criterion.phrases
    from_definition = criterion.review.definition_syntax.get(name)
    return tuple(phrases_in(from_definition.body)) if from_definition is not None else ()
