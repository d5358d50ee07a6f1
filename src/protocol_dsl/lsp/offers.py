"""One word or sentence that an editor offers."""

from __future__ import annotations

from attrs import frozen
from lsprotocol import types


@frozen
class Offer:
    """`start`: from where on it takes the place of what is typed. `snippet`: what is written, with gaps to fill in."""

    label: str
    start: int
    kind: types.CompletionItemKind
    detail: str | None = None
    snippet: str | None = None
    rank: int = 4
    """Where it stands among the offers: the lower, the earlier."""
