"""---
title: Data without a source
severity: warning
message: No source is said of {count}, so a monitor cannot verify what is recorded: {names}.
hint: Say under each where the value is found. For example:
    source: laboratory report
label: where is it found?
---
ICH E6(R3) asks that the source records of the trial's data are defined before it begins, so that what is entered can
be verified. A data item, or the list that it is a field of, says so with `source:`.

It is told once for a file, and neither of judgements and promises, whose source is the person, nor of text. A file
that keeps this in another document switches the rule off in its header, with that reason.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg

inclusion criteria

  I1: Weight
    weight is at least 50 kg
    rationale: Lighter patients were not studied.
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg
    source: calibrated scales at the visit

inclusion criteria

  I1: Weight
    weight is at least 50 kg
    rationale: Lighter patients were not studied.
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Copyable, Diagnostic, report
from protocol_dsl.lint.reading import Reading
from protocol_dsl.semantics.types import DataItem, Rows, Text, YesNo

CODE: Final = "L110"
_MOST_NAMED: Final = 5


def check(file: Reading) -> Iterator[Diagnostic]:
    written = {
        each.span: each for section in file.syntax.sections if not section.used_from for each in section.declarations
    }
    missing = [item for item in file.protocol.items.values() if item.span in written and _needs_source(item)]
    if missing:
        names = ", ".join(item.name for item in missing[:_MOST_NAMED]) + (", …" if len(missing) > _MOST_NAMED else "")
        count = f"{len(missing)} data items" if len(missing) > 1 else "1 data item"
        place = written[missing[0].span].name.span
        yield report(CODE, file.source, place, count=count, names=Copyable(names))


def _needs_source(item: DataItem) -> bool:
    if item.day or item.source is not None or isinstance(item.kind, Text):
        return False
    if isinstance(item.kind, Rows):
        own = [each for each in item.kind.fields if each.span != item.span]
        return not own or any(_needs_source(each) for each in own)
    return not (isinstance(item.kind, YesNo) and item.kind.role is not None)
