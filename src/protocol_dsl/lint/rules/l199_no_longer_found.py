"""---
title: An accepted finding that is not found
severity: warning
message: {rule} finds nothing here, so there is nothing to accept.
hint: Take the line out.
label: accepts nothing
---
`accepted finding: L101, because …` keeps a finding of the wording review out of its list. When the wording has been
mended, the line would hide the next finding of that kind, and its reason is about words that are gone. Linters of
programs tell of unused suppressions for the same reason.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  smoker: yes/no

exclusion criteria

  E1: Smoking
    > Smokers.
    smoker
    accepted finding: L101, because the sponsor's wording stands
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  organ function: one of sufficient, failing

inclusion criteria

  I1: Organs
    > Adequate organ function.
    organ function is sufficient
    accepted finding: L101, because the sponsor's wording stands
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from protocol_dsl.diagnostics import Diagnostic, report
from protocol_dsl.lint.reading import Reading
from protocol_dsl.semantics.checked import Criterion, Definition
from protocol_dsl.source import Span

CODE: Final = "L199"


def check(file: Reading) -> Iterator[Diagnostic]:
    """Nothing by itself: what is accepted for nothing is known only once all else is found."""
    yield from ()


def unused(file: Reading, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The accepted findings that accept nothing."""
    if file.protocol.wording_rules.get(CODE) == "off":
        return
    arising = {(id(owner_of(file, one.span)), one.code) for one in found}
    for owner in _owners(file):
        for accepted in owner.accepted:
            if (id(owner), accepted.code) not in arising:
                yield report(CODE, file.source, accepted.span, rule=accepted.code)


def owner_of(file: Reading, span: Span | None) -> Criterion | Definition | None:
    """The criterion or definition in which a place lies."""
    before = [owner for owner in _owners(file) if span is not None and owner.span.start <= span.start]
    return before[-1] if before else None


def _owners(file: Reading) -> list[Criterion | Definition]:
    """The criteria and definitions of the file, by their places."""
    owners: list[Criterion | Definition] = [*file.protocol.criteria, *file.protocol.definitions.values()]
    return sorted(owners, key=lambda owner: owner.span.start)
