"""---
title: "and/or" in the wording
severity: warning
message: "{words}" says "and" to one reader and "or" to the next.
hint: Write "or" where one is enough, and "and" where both are needed. Where all three are meant: "A or B, or both".
label: and, or both?
---
A patient with one of the two meets "A or B" and fails "A and B"; "and/or" leaves to each site which is meant. The
Chicago Manual of Style calls it a term to avoid, since "or" or "and" can nearly always take its place. The language
refuses it in rules (P410).

It is not told of where a note quotes the words.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  nausea: yes/no
  vomiting: yes/no

exclusion criteria

  E1: Stomach
    > Nausea and/or vomiting.
    nausea or vomiting
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  nausea: yes/no
  vomiting: yes/no

exclusion criteria

  E1: Stomach
    > Nausea or vomiting.
    nausea or vomiting
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import Reading

CODE: Final = "L108"
_AND_OR: Final = re.compile(r"(?:(?P<before>[\w-]+)\s+)?and\s*/\s*or(?:\s+(?P<behind>[\w-]+))?", re.IGNORECASE)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        notes = " ".join(note.text for note in criterion.notes if note.kind in ("interpretation", "not counted"))
        told = " ".join(notes.casefold().split())
        for passage in criterion.said:
            for found in _AND_OR.finditer(passage.text):
                near = [word for word in (found["before"], found["behind"]) if word]
                quoted = passage not in criterion.interpretations and re.search(r"and\s*/\s*or", told)
                if not (quoted and all(word.casefold() in told for word in near)):
                    yield criterion.tell(CODE, passage.span(found.start(), found.end()), words=found[0])
