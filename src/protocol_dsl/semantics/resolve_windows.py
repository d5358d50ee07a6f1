"""Windows: when a record must have been, brought down to the core."""

from __future__ import annotations

from typing import Literal, assert_never

from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import EVALUATION_DATE
from protocol_dsl.semantics.moments import CLOCK, in_whole_days, window_words
from protocol_dsl.semantics.resolve_values import ValueResolver, written
from protocol_dsl.semantics.scope import Scope, Typed
from protocol_dsl.semantics.types import DATE, HALF_LIFE, Quantity, Rows
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import words
from protocol_dsl.values import parse_unit

Which = Literal["whole", "first", "end", "ended on", "last so far"]


class WindowResolver:
    """Resolves windows in the scope of one protocol."""

    def __init__(self, scope: Scope, values: ValueResolver) -> None:
        self.scope = scope
        self.values = values

    def evaluation(self, place: core.Place) -> core.Fact:
        """The day that `now` is."""
        self.scope.used.add(EVALUATION_DATE)
        return core.Fact(EVALUATION_DATE, origin=place["origin"], words=EVALUATION_DATE)

    def time_of(self, rows: str, row: int, which: Which, place: core.Place) -> core.Value:
        """When a record was: of events and treatments from several fields, of measurements their date."""
        kind = self.scope.items[rows].kind
        assert isinstance(kind, Rows)
        for name in ("date", "start date", "end date", "ongoing"):
            self.scope.used.add(f"{rows}/{name}")
        if kind.form in ("events", "treatments"):
            return core.RecordTime(which, rows, row, self.evaluation(place), **place)
        return core.Field(rows, DATE, row, **place)

    def of_record(self, kind: Rows, rows: str, row: int, window: nodes.Window) -> core.Condition:
        """That a record of a dated series is in a window."""
        which: Which = "whole" if kind.form in ("events", "treatments") else "first"
        if isinstance(window, nodes.Edge):
            which = "first" if window.which == "started" else "end"
            window = window.window
        said: core.Place = {"origin": window.span, "words": kind.singular}
        time = self.time_of(rows, row, which, said)
        # The days that a window is measured from are those of a record that is looked at outside, not of its own.
        with self.scope.looking_outside(row):
            return self.during(window, time, rows, row)

    def during(self, window: nodes.Window, time: core.Value, rows: str | None = None, row: int = 0) -> core.Condition:
        """That a time is in a window; `rows` and `row`: the record whose half-lives count."""
        return in_whole_days(self.scope, self._during(window, time, rows, row))

    def _during(self, window: nodes.Window, time: core.Value, rows: str | None, row: int) -> core.Condition:
        place = written(window)
        place["words"] = f"{time.words} {place['words']}"
        match window:
            case nodes.WheneverOrNow("ever"):
                first = self.time_of(rows, row, "first", place) if rows is not None else time
                after = core.Compare(">", first, self.evaluation(place), **place)
                return core.Not(core.Known(after, **place), **place)
            case nodes.WheneverOrNow():
                today = self.evaluation(place)
                return core.During(time, today, today, today, **place)
            case nodes.Side(which, day):
                anchor = self.values.date(day)
                start, end = {
                    "before": (None, anchor),
                    "on or before": (None, anchor),
                    "after": (anchor, None),
                    "on or after": (anchor, None),
                    "since": (anchor, None),
                    "on": (anchor, anchor),
                }[which]
                return core.During(time, anchor, start, end, which != "after", which != "before", **place)
            case nodes.Range(low, high, ends):
                return core.Between(time, self.values.date(low), self.values.date(high), ends != "exclusive", **place)
            case nodes.WithinWindow(amount, unit, direction, anchor):
                way: nodes.Direction = "after" if direction == "after" else "before"  # `of` is refused as ambiguous
                return self.measured(window, time, anchor, (0, unit, True), (amount, unit, True), way)
            case nodes.FromTo(nearer, farther, unit, direction, anchor, nearer_unit):
                near, far = (nearer, nearer_unit or unit), (farther, unit)
                if nearer_unit is None and nearer > farther:
                    near, far = far, near
                return self.measured(window, time, anchor, (*near, True), (*far, True), direction)
            case nodes.Distance(comparator, amount, unit, direction, anchor):
                near_end, far_end = distance(comparator, amount, unit)
                return self.measured(window, time, anchor, near_end, far_end, direction)
            case nodes.DuringPeriod(period):
                first, last = self.period(period)
                return core.Between(time, first, last, True, **place)
            case nodes.WithinDuration():
                return self._within_duration(window, time, rows, row)
            case nodes.Edge():
                return self.during(window.window, time, rows, row)  # `started ended …` says nothing more
            case _:
                assert_never(window)

    def measured(
        self,
        node: nodes.Phrase,
        time: core.Value,
        anchor: nodes.Value,
        near: tuple[int, str, bool],
        far: tuple[int, str, bool] | None,
        direction: nodes.Direction,
    ) -> core.During:
        """A window by its distance from the anchor: `near` and `far`, each with whether its day is in."""
        day = self.values.date(anchor)

        def end(amount: int, unit: str) -> core.Shift:
            moved = nodes.Moved(amount, unit, direction, anchor, span=node.span)
            return self.values.shifted(moved, day)

        near_end, far_end = end(near[0], near[1]), end(far[0], far[1]) if far else None
        near_in, far_in = near[2], far[2] if far else True
        place = written(node)
        if isinstance(node, WINDOWS):
            place["words"] = f"{time.words} {place['words']}"
        if direction == "before":
            return core.During(time, day, far_end, near_end, far_in, near_in, **place)
        return core.During(time, day, near_end, far_end, near_in, far_in, **place)

    def period(self, name: nodes.Name) -> tuple[core.Value, core.Value]:
        """The first and the last day of a period of the trial."""
        found = self.scope.spans.get(name.text.casefold())
        self.scope.used.add(name.text)
        if found is None or found.period is None:
            place = written(name)
            return core.Constant(0, **place), core.Constant(0, **place)  # refused where it is declared
        return self.values.date(found.period[0]), self.values.date(found.period[1])

    def ends(self, window: nodes.Window) -> tuple[core.Value, core.Value] | None:
        """The first and the last day of a window that has both."""
        place = written(window)
        probe = core.Constant(0, **place)
        if isinstance(window, nodes.Edge | nodes.WheneverOrNow):
            return None
        match self.during(window, probe):
            case core.During(_, _, start, end) if start is not None and end is not None:
                return start, end
            case core.Between(_, first, last):
                return first, last
            case _:
                return None

    # ---- lengths that a record or a fact gives ----------------------------------------------------------------------

    def _within_duration(
        self, window: nodes.WithinDuration, time: core.Value, rows: str | None, row: int
    ) -> core.Condition:
        place = written(window)
        place["words"] = f"{time.words} {place['words']}"
        day = self.values.date(window.anchor)
        before = window.direction != "after"
        duration = window.duration
        ends = tuple(self._end(length, window, day, before, rows, row) for length in duration.lengths)
        far = ends[0]
        if duration.which is not None:
            far = core.WindowEnd("nearer" if duration.which == "shorter" else "farther", day, ends, before, **place)
        if duration.bound_length is not None:
            bound = self._end(duration.bound_length, window, day, before, rows, row)
            outer: Literal["nearer", "farther"] = "farther" if duration.bound == "at least" else "nearer"
            far = core.WindowEnd(outer, day, (far, bound), before, **place)
        near = core.Shift(day, 0, "day", **place)
        return core.During(time, day, far, near, **place) if before else core.During(time, day, near, far, **place)

    def _end(
        self,
        length: nodes.Length,
        window: nodes.WithinDuration,
        day: core.Value,
        before: bool,
        rows: str | None,
        row: int,
    ) -> core.Value:
        """The end of a window so long, measured from its anchor."""
        place: core.Place = {
            "origin": length.span,
            "words": words(
                nodes.WithinDuration(
                    nodes.Duration((length,), span=length.span), window.direction, window.anchor, span=window.span
                )
            ),
        }
        if length.unit not in (None, "half-life"):
            direction: nodes.Direction = "before" if before else "after"
            moved = nodes.Moved(int(length.number), length.unit or "day", direction, window.anchor, span=length.span)
            end = self.values.shifted(moved, day)
            if end.unit in CLOCK:
                self.scope.refuse("P332", length.span, variant="length", **window_words(end))
            return end
        days = self._days_of(length, rows, row, place)
        return core.ShiftDays(day, days, -1 if before else 1, **place)

    def _days_of(self, length: nodes.Length, rows: str | None, row: int, place: core.Place) -> core.Value:
        """How many days a length is that a record or a fact gives."""
        number = int(length.number) if length.number == int(length.number) else length.number
        if length.name is not None:
            if rows is None:
                typed = self.values.resolve(length.name)
            else:
                with self.scope.looking_at(rows, row):
                    typed = self.values.resolve(length.name)
            value = typed.node
            if not isinstance(typed.kind, Quantity) or not typed.kind.unit.same_dimension(parse_unit("days")):
                self.scope.refuse("P326", length.span, variant="name", name=length.name.text)
                return core.Constant(0, **place)
            value = self.values.in_unit(typed, parse_unit("days")).node
        else:
            kind = self.scope.items[rows].kind if rows is not None else None
            if rows is None or not isinstance(kind, Rows) or kind.form != "treatments":
                row_name = kind.singular if isinstance(kind, Rows) else ""
                self.scope.refuse("P326", length.span, name=row_name)
                return core.Constant(0, **place)
            self.scope.used.add(f"{rows}/{HALF_LIFE}")
            field = core.Field(rows, HALF_LIFE, row, origin=length.span, words=HALF_LIFE)
            declared = next(each.kind for each in kind.fields if each.name == HALF_LIFE)
            value = self.values.in_unit(Typed(field, declared), parse_unit("days")).node
        if number == 1:
            return value
        return core.Arithmetic("×", core.Constant(number, **place), value, **place)


WINDOWS = (
    nodes.WithinWindow,
    nodes.WithinDuration,
    nodes.FromTo,
    nodes.Side,
    nodes.Range,
    nodes.Distance,
    nodes.DuringPeriod,
    nodes.WheneverOrNow,
    nodes.Edge,
)
End = tuple[int, str, bool]


def distance(comparator: str, amount: int, unit: str) -> tuple[End, End | None]:
    """`at least 7 days before S` is on or before S − 7 days; `at most` and `less than` end at S itself."""
    match comparator:
        case "at least":
            return (amount, unit, True), None
        case "more than" | "above":
            return (amount, unit, False), None
        case "at most":
            return (0, unit, True), (amount, unit, True)
        case "less than" | "below":
            return (0, unit, True), (amount, unit, False)
        case _:
            return (amount, unit, True), (amount, unit, True)
