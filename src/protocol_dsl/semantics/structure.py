"""What is correct but can't be meant: data that nothing uses, conditions that repeat, cases that are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.diagnostics import Copyable
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE, Criterion
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.types import SERIES_FIELDS, Rows, Text
from protocol_dsl.source import Span


def warn_of_unused(
    scope: Scope, evaluated_on: str | None, definitions: dict[str, Span], of_other_files: set[str]
) -> None:
    """Warn of declared names that no rule, definition or `asked if` asks about; other files may hold more than that."""
    for item in scope.items.values():
        if item.name in (EVALUATION_DATE, evaluated_on) or item.name in of_other_files:
            continue
        if item.name not in scope.used:
            scope.problems.report("P501", item.span, variant="day" if item.day else None, name=item.name)
        elif isinstance(item.kind, Rows):
            for field in item.kind.fields:
                names_the_row = field is item.kind.fields[0] or isinstance(field.kind, Text)
                if field.name in SERIES_FIELDS[item.kind.form]:
                    continue  # what every series has; tests may be counted whatever they found
                if f"{item.name}/{field.name}" not in scope.used and not names_the_row:
                    scope.problems.report("P501", field.span, variant="field", name=field.name, rows=item.name)
    for listed in dict.fromkeys(scope.lists.values()):
        if listed.name not in scope.used and listed.name not in of_other_files and not scope.lists_within(listed.name):
            scope.problems.report("P501", listed.span, variant="list", name=listed.name)
    for name, span in definitions.items():
        if name not in scope.used and name not in of_other_files:
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
            case core.Every(records, if_any=False) if not _expects_none(criterion) and ": " in node.words:
                kind = scope.items[records[0].rows.name].kind
                row = kind.singular if isinstance(kind, Rows) else ""
                head, _, rest = node.words.partition(": ")
                line = Copyable(f"{head}, if any: {rest}".partition(": all of: ")[0])
                scope.problems.report("P507", node.origin, name=records[0].rows.name, row=row, line=line)
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
        case core.Every(records) | core.AtLeastRows(_, records) | core.Chosen(_, records):
            return _asked(records)
        case core.Consecutive(_, records, _) | core.Stable(records):
            return _asked(records)
        case _:
            return ()


def _asked(records: tuple[core.Records, ...]) -> tuple[core.Condition, ...]:
    """What is asked of the records of the first list; of others it is the same."""
    parts = (records[0].member, records[0].body) if records else ()
    return tuple(part for part in parts if isinstance(part, CONDITIONS))


CONDITIONS = (
    core.Compare,
    core.Member,
    core.Includes,
    core.During,
    core.Between,
    core.Recorded,
    core.Known,
    core.Not,
    core.All,
    core.AtLeast,
    core.If,
    core.Every,
    core.AtLeastRows,
    core.Chosen,
    core.Consecutive,
    core.Stable,
)
