"""---
title: Criteria without a rationale
severity: warning
message: No reason is said of {count}: {names}.
hint: Say under each why it is there. For example:
    rationale: The drug is cleared by the kidneys.
label: why is it here?
---
Van Spall and others (Eligibility criteria of randomized controlled trials published in high-impact general medical
journals, JAMA 2007) judged less than half of all exclusions to be strongly justified. The FDA's guidance on enhancing
the diversity of clinical trial populations (2020) asks sponsors to look at each criterion and to leave out what is
not needed. A `rationale:` under a criterion says what it is needed for.

It is told once for a file. A file that keeps this in another document switches the rule off in its header, with that
reason.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg
    source: calibrated scales

inclusion criteria

  I1: Weight
    weight is at least 50 kg
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  weight: kg
    source: calibrated scales

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

CODE: Final = "L111"
_MOST_NAMED: Final = 5


def check(file: Reading) -> Iterator[Diagnostic]:
    missing = [each for each in file.criteria if all(note.kind != "rationale" for note in each.criterion.notes)]
    if missing:
        ids = [each.criterion.id for each in missing]
        names = ", ".join(ids[:_MOST_NAMED]) + (", …" if len(ids) > _MOST_NAMED else "")
        count = f"{len(ids)} criteria" if len(ids) > 1 else "1 criterion"
        yield report(CODE, file.source, missing[0].syntax.id_span, count=count, names=Copyable(names))
