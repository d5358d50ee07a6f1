"""Moments: dates that lie so many hours or minutes from another. Where whole days are compared they are refused."""

from __future__ import annotations

from typing import Any, Final

from protocol_dsl.semantics import core
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import Span

CLOCK: Final = ("hour", "minute")
"""The units that look at the time of day."""


def moment_in(scope: Scope, value: core.Value | None) -> core.Shift | None:
    """What makes a date a moment, through definitions: a shift by hours or minutes; None of a date that is a day."""
    match value:
        case core.Shift(date, _, unit):
            return value if unit in CLOCK else moment_in(scope, date)
        case core.Named(_, inner):
            return moment_in(scope, inner)
        case core.Defined(name):
            defined = scope.definitions.get(name)
            return None if defined is None or defined.value is None else moment_in(scope, defined.value.node)
        case core.Extreme(_, dates) | core.WindowEnd(_, _, dates):
            return next((found for each in dates if (found := moment_in(scope, each)) is not None), None)
        case core.ShiftDays(date):
            return moment_in(scope, date)
        case _:
            return None


def refuse_moments(scope: Scope, span: Span, *dates: core.Value | None) -> None:
    """Refuse a comparison that looks at whole days where one of its dates is a moment: its hours would be lost."""
    for date in dates:
        if (found := moment_in(scope, date)) is not None and date is not None:
            scope.refuse("P332", span, name=date.words, **window_words(found))
            return


def in_whole_days(scope: Scope, condition: core.Condition) -> core.Condition:
    """The condition; refused where it looks at whole days and one of its dates is a moment."""
    match condition:
        case core.During(date, anchor, start, end):
            own = (end for end in (start, end) if isinstance(end, core.Shift) and end.date == anchor)
            if not any(end.unit in CLOCK for end in own):
                refuse_moments(scope, condition.origin, anchor, date, start, end)
        case core.Between(date, first, last):
            refuse_moments(scope, condition.origin, first, last, date)
        case core.Compare(_, date, other):
            refuse_moments(scope, condition.origin, other, date)
        case _:
            pass
    return condition


def window_words(moment: core.Shift) -> dict[str, Any]:
    """What a window so long is said with, to show the form that keeps the hours."""
    amount = abs(moment.amount)
    return {
        "amount": amount,
        "unit": moment.unit if amount == 1 else f"{moment.unit}s",
        "direction": "before" if moment.amount < 0 else "after",
        "anchor": moment.date.words,
    }
