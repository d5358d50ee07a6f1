"""---
title: An age without the day that it is taken on
severity: warning
message: Neither the wording nor the file says on which day the age counts.
hint: Compute the age from the date of birth, on a day of the trial:
    age = completed years from date of birth to screening
  Or say the day in the wording: "at screening".
label: on which day?
---
Between consent and the first dose a patient may have a birthday. An age that is only recorded as a number was taken
on some day that nobody can check afterwards. The Study Data Tabulation Model of CDISC relates the age to a day of the
trial for that reason.

It is told where the rule compares a recorded number of years and neither the wording nor a note names a day.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  age: years

inclusion criteria

  I1: Age
    > Aged at least 18 years.
    age is at least 18 years
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  age: years

inclusion criteria

  I1: Age
    > Aged at least 18 years on the day of screening.
    age is at least 18 years
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import Reading
from protocol_dsl.semantics.types import Quantity
from protocol_dsl.syntax.vocabulary import fold
from protocol_dsl.values import parse_unit

CODE: Final = "L114"
_AGE: Final = re.compile(r"\b(?:aged?|years? old|years of age|older|younger)\b", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\b(?:at|on|when|before|by|as of)\b[^.;]*\b(?:screening|consent\w*|enrol\w*|baseline|random\w*|visit|entry"
    r"|inclusion"
    r"|day|dose|treatment|vaccination|admission|diagnosis|signing|registration|surgery)\b|\bwhen (?:signing|enrolled)",
    re.IGNORECASE,
)


def check(file: Reading) -> Iterator[Diagnostic]:
    days = [fold(item.name) for item in file.protocol.items.values() if item.day]
    for criterion in file.criteria:
        recorded = [
            item
            for name in criterion.names
            for item in file.items.get(name, ())
            if re.search(r"\bage\b", fold(item.name))
            and isinstance(item.kind, Quantity)
            and item.kind.unit == parse_unit("years")
        ]
        found = _AGE.search(criterion.wording.text)
        if not recorded or found is None or any(" at " in fold(item.name) for item in recorded):
            continue
        notes = [note.text for note in criterion.notes]
        texts = [criterion.wording.text, *notes]
        if any(_WHEN.search(text) for text in texts) or any(day in text.casefold() for day in days for text in texts):
            continue
        yield criterion.tell(CODE, criterion.wording.span(found.start(), found.end()))
