"""What is correct but can't be meant: data that nothing uses, conditions that repeat, cases that are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Criterion
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.types import Rows
from protocol_dsl.source import Span


def warn_of_unused(scope: Scope, evaluated_on: str | None, definitions: dict[str, Span]) -> None:
    """Warn of declared names that no rule, definition or `asked if` asks about."""
    for item in scope.items.values():
        if item.name in (EVALUATION_DATE, evaluated_on):
            continue
        if item.name not in scope.used:
            scope.problems.report("P501", item.span, variant="day" if item.day else None, name=item.name)
        elif isinstance(item.kind, Rows):
            for field in item.kind.fields:
                names_the_row = field is item.kind.fields[0]
                if f"{item.name}/{field.name}" not in scope.used and not names_the_row:
                    scope.problems.report("P501", field.span, variant="field", name=field.name, rows=item.name)
    for name, span in definitions.items():
        if name not in scope.used:
            scope.problems.report("P502", span, name=name)


def warn_of_turned_exclusion(criterion: Criterion, scope: Scope) -> None:
    """Warn of an exclusion that is worded like its source: `no stroke …` would shut out whoever had none."""
    if criterion.kind != "exclusion" or not isinstance(criterion.rule, core.Not):
        return
    inner = criterion.rule.condition
    thought_of = any(note.kind == "interpretation" for note in criterion.notes)
    if isinstance(inner, core.AtLeastRows | core.AtLeast) and not thought_of:
        scope.problems.report("P508", criterion.rule.origin, criterion=criterion.id)


def warn_of_repetition(criterion: Criterion, scope: Scope) -> None:
    """Warn of a condition that a list holds twice, and of a case that an earlier one always takes."""
    for node in conditions_in(criterion.rule):
        match node:
            case core.All(conditions) | core.AtLeast(_, conditions):
                seen: list[core.Condition] = []
                for condition in conditions:
                    if condition in seen:
                        scope.problems.report("P504", condition.origin, variant="condition", name=condition.words)
                    seen.append(condition)
            case core.If(condition, _, core.If(again)) if condition == again:
                scope.problems.report("P505", again.origin, name=again.words)
            case core.Every(if_any=False) if not _expects_none(criterion):
                kind = scope.items[node.rows.name].kind
                row = kind.singular if isinstance(kind, Rows) else ""
                head = f"for each {row}"
                line = Copyable(node.words.partition(": all of: ")[0].replace(head, f"{head}, if any", 1))
                scope.problems.report("P507", node.origin, name=node.rows.name, row=row, line=line)
            case _:
                pass


def _expects_none(criterion: Criterion) -> bool:
    """The author has thought of the empty list: by a guard, or by an interpretation."""
    return criterion.applies_if is not None or any(note.kind == "interpretation" for note in criterion.notes)


def written_out(node: core.Condition, sizes: dict[int, int] | None = None) -> int:
    """How many conditions there are in one, each part counted as often as it stands there.

    A count such as `exactly 2 of:` comes down to two conditions over the same parts, so nested counts double each time.
    """
    sizes = {} if sizes is None else sizes
    if id(node) not in sizes:
        sizes[id(node)] = 1 + sum(written_out(part, sizes) for part in _parts(node))
    return sizes[id(node)]


def conditions_in(node: core.Condition) -> Iterator[core.Condition]:
    """A condition and all conditions within it, not following definitions."""
    yield node
    for part in _parts(node):
        yield from conditions_in(part)


def _parts(node: core.Condition) -> tuple[core.Condition, ...]:
    """The conditions right under a condition, not following definitions."""
    match node:
        case core.Not(inner) | core.Known(inner):
            return (inner,)
        case core.All(conditions) | core.AtLeast(_, conditions):
            return conditions
        case core.If(condition, then, otherwise):
            return (condition, then) if otherwise is None else (condition, then, otherwise)
        case core.Every(_, body) | core.AtLeastRows(_, _, body):
            return () if body is None else (body,)
        case _:
            return ()
