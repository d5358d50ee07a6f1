"""The wording review: what reviewers of protocols object to, and where a rule says other than its quoted wording."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.lint.reading import Reading
from protocol_dsl.lint.rule import Rule
from protocol_dsl.lint.rules import MODULES, l199_no_longer_found
from protocol_dsl.semantics.checked import Criterion, Definition, Protocol
from protocol_dsl.source import Span

__all__ = ["Rule", "lint", "rules"]


def rules() -> tuple[Rule, ...]:
    """Every rule of the review, in the order of their codes."""
    return tuple(map(Rule.of, MODULES))


def lint(protocol: Protocol) -> tuple[Diagnostic, ...]:
    """What the review finds in a protocol, as severe as its header says, without what its author has accepted."""
    file = Reading(protocol)
    found = [one for rule in rules() if protocol.wording_rules.get(rule.code) != "off" for one in rule.check(file)]
    kept = list(_without_accepted(file, found))
    kept += l199_no_longer_found.unused(file, found)
    kept.sort(key=lambda one: (one.span.start if one.span else -1, one.code))
    return tuple(evolve(one, severity=_severity(one, protocol)) for one in kept)


def _severity(found: Diagnostic, protocol: Protocol) -> Severity:
    asked = protocol.wording_rules.get(found.code)
    return Severity(asked) if asked in ("error", "warning") else found.severity


def _without_accepted(file: Reading, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    for one in found:
        owner = owner_of(file, one.span)
        if owner is None or all(accepted.code != one.code for accepted in owner.accepted):
            yield one


def owner_of(file: Reading, span: Span | None) -> Criterion | Definition | None:
    """The criterion or definition in which a place lies."""
    return l199_no_longer_found.owner_of(file, span)
