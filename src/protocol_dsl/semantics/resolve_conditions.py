"""Conditions: comparisons, windows, lists, rows and exceptions, brought down to the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, cast

from attrs import evolve

from protocol_dsl.diagnostics import Copyable, Label, corrected_line
from protocol_dsl.semantics import core
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.numbering import of_other_list
from protocol_dsl.semantics.own_record import refuse_count_of_itself
from protocol_dsl.semantics.resolve_comparisons import (
    ALWAYS,
    OPERATORS,
    ComparisonResolver,
    example_comparison,
    refuse_lone_choice,
)
from protocol_dsl.semantics.resolve_series import SeriesResolver, lifted
from protocol_dsl.semantics.resolve_values import ValueResolver, written
from protocol_dsl.semantics.scope import Bare, Frame, Scope, field_named
from protocol_dsl.semantics.types import VALUE, Rows, YesNo
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.vocabulary import singular
from protocol_dsl.syntax.words_of import series_words, time_words, words

DEEPEST_ROWS: Final = 3
"""How many lists of rows may be looked at inside one another; each more takes the rows of all others once a row."""


class ConditionResolver:
    """Resolves conditions in the scope of one protocol."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.values = ValueResolver(scope, self.resolve)
        self.series = self.values.series = SeriesResolver(scope, self.values, self.resolve)
        self.comparisons = ComparisonResolver(scope, self.values)

    def resolve(self, node: nodes.Condition) -> core.Condition:
        """The core of a condition; where something is wrong it is reported and any condition goes on."""
        match node:
            case nodes.Comparison():
                return self._comparison(node)
            case nodes.Chain(_, connectives):
                conditions = tuple(self.resolve(part) for part in self._timed(node).parts)
                if connectives[0] == "and":
                    return core.All(conditions, **written(node))
                return core.AtLeast(1, conditions, **written(node))
            case nodes.Negation(condition):
                return core.Not(self.resolve(condition), **written(node))
            case nodes.KnownThat(condition):
                return core.Known(self.resolve(condition), **written(node))
            case nodes.Judges():
                return self._judges(node)
            case nodes.AgreesFor():
                return self._agrees(node)
            case nodes.IfThen(condition, then, otherwise):
                rest = self.resolve(otherwise) if otherwise is not None else None
                return core.If(self.resolve(condition), self.resolve(then), rest, **written(node))
            case nodes.ListOf():
                return self._list(node)
            case nodes.ForEach() | nodes.RowsThat():
                return self._rows(node)
            case nodes.Unless(rule, exception):
                self.resolve(exception)
                return self.resolve(rule)  # refused where it may not stand; see `ambiguity`
            case nodes.Bracketed(inner):
                return self.resolve(inner)
            case nodes.EachNoun():
                raise AssertionError("a named series is no condition")
            case _:
                with self.scope.lifting() as lifts:
                    fact = self._fact(node)
                return lifted(fact, lifts)

    def _timed(self, node: nodes.Chain) -> nodes.Chain:
        """A chain of which only the last series has a time: does the time count for the others too?"""
        windows = [part.series.window if isinstance(part, nodes.RowsThat) else None for part in node.parts]
        last = next((at for at in reversed(range(len(windows))) if windows[at] is not None), len(windows))
        untimed = [
            isinstance(part, nodes.RowsThat) and part.each_of is None and self.series.untimed(part.series)
            for part in node.parts[:last]
        ]
        if not any(untimed):
            return node

        def with_window(window: nodes.Window | None) -> nodes.Chain:
            """With a time for all, or with the time that follows each."""
            parts = list(node.parts)
            for at, part in enumerate(node.parts[:last]):
                if untimed[at] and isinstance(part, nodes.RowsThat):
                    its = window or next(each for each in windows[at:] if each is not None)
                    parts[at] = evolve(part, series=evolve(part.series, window=its))
            return evolve(node, parts=tuple(parts))

        ever = with_window(nodes.WheneverOrNow("ever", span=node.span))
        if last == len(windows):
            return self._timed_all(node, ever, with_window) if sum(untimed) > 1 else node
        each, alone = with_window(None), ever
        first = next(part for at, part in enumerate(node.parts) if untimed[at])
        self.scope.refuse(
            "P411",
            node.span,
            variant="chain",
            name=words(first),
            reading1=Copyable.in_place_of(node.span, words(each)),
            reading2=Copyable.in_place_of(node.span, words(alone)),
        )
        return each

    def _timed_all(
        self, node: nodes.Chain, ever: nodes.Chain, with_window: Callable[[nodes.Window], nodes.Chain]
    ) -> nodes.Chain:
        """A chain in which several series need a time and none has one: each line that is shown has all of them."""
        day = nodes.Name(self.scope.a_day(), span=node.span)
        now = with_window(nodes.WheneverOrNow("now", span=node.span))
        within = with_window(nodes.WithinWindow(6, "month", "before", day, span=node.span))
        source = self.scope.problems.source
        lines = {
            key: corrected_line(source, node.span, words(chain))
            for key, chain in (("ever", ever), ("now", now), ("window", within))
        }
        first = next(part for part in node.parts if isinstance(part, nodes.RowsThat) and part.series.window is None)
        self.scope.refuse("P411", node.span, name=series_words(first.series), **lines)
        return ever

    def _comparison(self, node: nodes.Comparison) -> core.Condition:
        if isinstance(node.complement, nodes.IsRecorded) and isinstance(node.left, nodes.Selected):
            return self._any_recorded(node, node.left, node.complement.negated)
        with self.scope.lifting() as lifts:
            condition = self.comparisons.resolve(node, node.left, node.complement)
        return lifted(condition, lifts)

    def _any_recorded(self, node: nodes.Comparison, left: nodes.Selected, negated: bool) -> core.Condition:
        """`latest ALT within 28 days before screening is recorded`: there is one with a value."""
        place = written(node)
        with self.scope.lifting() as lifts:
            value = self.values.resolve(left)
        if not lifts:
            return ALWAYS
        records = []
        for each in lifts[0].records:
            own = of_other_list(value.node, each.row, each.rows.name)
            recorded = core.Recorded(own, **place)
            member = recorded if each.member is None else core.All((each.member, recorded), **place)
            records.append(evolve(each, member=member, key=None))
        known = core.Known(core.AtLeastRows(1, tuple(records), **place), **place)
        return core.Not(known, **place) if negated else known

    def criterion_rule(self, node: nodes.Condition, kind: Literal["inclusion", "exclusion"]) -> core.Condition:
        """A criterion's rule; `unless C` lets the patient pass when C is true."""
        if not isinstance(node, nodes.Unless):
            return self.resolve(node)
        rule, exception = self.resolve(node.rule), self.resolve(node.exception)
        if kind == "inclusion":
            return core.AtLeast(1, (rule, exception), **written(node))
        negated = core.Not(exception, origin=node.exception.span, words=f"not {words(node.exception)}")
        return core.All((rule, negated), **written(node))

    # ---- facts as conditions ----------------------------------------------------------------------------------------

    def _fact(self, node: nodes.Value) -> core.Condition:
        value = self.values.resolve(node)
        if isinstance(value.kind, YesNo) and isinstance(value.node, core.Fact | core.Field | core.Defined):
            if value.kind.role == "agreement":
                self._same_period(value.node, None, node.span)
            return value.node
        if isinstance(node, nodes.Name) and not isinstance(value.kind, Bare) and not self._is_declared(node):
            refuse_lone_choice(self.scope, node.text, node.span)
            return ALWAYS
        example = example_comparison(words(node), value, self.scope)
        self.scope.refuse("P304", node.span, name=words(node), kind=kind_in_words(value.kind), example=example)
        return ALWAYS

    def _is_declared(self, node: nodes.Name) -> bool:
        scope = self.scope
        return (
            scope.declared(node.text) is not None
            or scope.field(node.text) is not None
            or bool(scope.owner_of_field(node.text))
        )

    def _judges(self, node: nodes.Judges) -> core.Condition:
        value = self.values.resolve(node.judgement)
        kind = value.kind
        if not isinstance(kind, YesNo) or kind.role != "judgement":
            self.scope.refuse(
                "P313", node.judgement.span, name=node.judgement.text, kind=kind_in_words(kind), judge=node.judge
            )
        elif (kind.by or "").casefold() != node.judge.casefold():
            self.scope.refuse(
                "P313", node.span, variant="other_judge", name=node.judgement.text, judge=node.judge, kind=kind.by or ""
            )
        return evolve(cast(core.Fact | core.Field, value.node), **written(node))

    def _agrees(self, node: nodes.AgreesFor) -> core.Condition:
        value = self.values.resolve(node.answer)
        with self.scope.lifting() as lifts:
            first, last = self.values.date(node.first), self.values.date(node.last)
        if lifts:
            self.scope.refuse("P314", node.span, variant="days", name=words(node.answer), kind="")
        if not isinstance(value.node, core.Fact) or not isinstance(value.kind, YesNo) or value.kind.role != "agreement":
            self.scope.refuse("P314", node.answer.span, name=words(node.answer), kind=kind_in_words(value.kind))
            return ALWAYS
        self._same_period(value.node, (first, last), node.span)
        return core.Agreement(value.node, first, last, **written(node))

    def _same_period(self, answer: core.Fact | core.Field | core.Defined, period: object, span: Span) -> None:
        """One answer is to one promise: the same name with another period is refused."""
        known, where = self.scope.periods.setdefault(answer.name, (period, span))
        if known != period:
            self.scope.problems.report("P409", span, labels=(Label(where, "with this period here"),), name=answer.name)

    # ---- lists and rows ---------------------------------------------------------------------------------------------

    def _list(self, node: nodes.ListOf) -> core.Condition:
        conditions = tuple(self.resolve(item) for item in node.items)
        place = written(node)
        if node.head == "all":
            return core.All(conditions, **place)
        if node.head in ("any", "none"):
            any_of = core.AtLeast(1, conditions, **place)
            return any_of if node.head == "any" else core.Not(any_of, **place)
        least, most = _bounds(node.comparator, node.count or 0)
        if least > len(conditions) or (most is not None and most < 0) or (least <= 0 and most is None):
            self.scope.problems.report("P503", node.span, variant="count", found=node.count, items=len(conditions))
        return _counted(least, most, lambda count: core.AtLeast(count, conditions, **place), place)

    def _rows(self, node: nodes.ForEach | nodes.RowsThat) -> core.Condition:
        if len(self.scope.frames) == DEEPEST_ROWS:
            self.scope.problems.report("P005", node.span, variant="rows", levels=DEEPEST_ROWS + 1)
            return ALWAYS
        place = written(node)
        if isinstance(node, nodes.ForEach):
            body = node.body
            return core.Every(self.series.records(node.series, lambda _: self.resolve(body)), node.if_any, **place)
        if node.quantifier == "every":
            records = self.series.records(
                node.series, lambda frame: self._said(node, frame), where=node.where, excepting=node.excepting
            )
            return core.Every(records, **place)
        if node.quantifier == "consecutive":
            return self._consecutive(node)
        if node.each_of is not None:
            return self._in_each(node, node.each_of)
        records = self._counted_records(node, node.series)
        refuse_count_of_itself(node, node.series, records, self.scope)
        least, most = (1, None) if node.quantifier in ("any", "no") else _bounds(node.comparator, node.count or 0)
        if node.quantifier == "count" and ((most is not None and most < 0) or (least <= 0 and most is None)):
            row = singular(node.series.nouns[0].rows.text)
            self.scope.problems.report("P503", node.span, variant="rows", found=node.count, row=row)
        apart = self._apart(node.series.apart)
        counted = _counted(least, most, lambda count: core.AtLeastRows(count, records, apart, **place), place)
        return core.Not(counted, **place) if node.quantifier == "no" else counted

    def _counted_records(self, node: nodes.RowsThat, series: nodes.Series) -> tuple[core.Records, ...]:
        """The records that count; what is said of each (`is above 160 mmHg`) is one more condition of it."""
        place = written(node)

        def key(frame: Frame) -> core.Value:
            return self.series.time_key(frame.rows, frame.row, place)

        said = node.complement is not None
        records = self.series.records(
            series,
            (lambda frame: self._said(node, frame)) if said else None,
            where=node.where,
            excepting=node.excepting,
            key=key if series.apart is not None else None,
            others=True,
            spaced=node.quantifier == "count",
        )
        return tuple(_with_body_as_member(each) for each in records) if said else records

    def _apart(self, apart: nodes.Apart | None) -> tuple[int, core.TimeUnit] | None:
        if apart is None:
            return None
        if apart.comparator != "at least":
            self.scope.refuse(
                "P325", apart.span, variant="apart", found=f"{apart.comparator} {time_words(apart.amount, apart.unit)}"
            )
        return apart.amount, cast(core.TimeUnit, apart.unit)

    def _said(self, node: nodes.RowsThat, frame: Frame) -> core.Condition:
        """What `any QTcF … is above 470 ms` says of one record."""
        complement = node.complement
        assert complement is not None
        item = field_named(self.scope.items[frame.rows], VALUE)
        if item is None:
            kind = self.scope.items[frame.rows].kind
            row = kind.singular if isinstance(kind, Rows) else ""
            line = Copyable(words(evolve(node, complement=None)) + " where …")
            self.scope.refuse("P323", node.span, variant="said", name=frame.rows, row=row, line=line)
            return ALWAYS
        self.scope.used.add(f"{frame.rows}/{VALUE}")
        value = self.series.field_value(frame, item, {"origin": node.span, "words": VALUE})
        left = nodes.Name(VALUE, span=node.span)
        said = nodes.Comparison(left, complement, span=node.span)
        with self.scope.lifting() as lifts:
            condition = self.comparisons.compared(said, left, value, complement)
        return lifted(condition, lifts)

    def _consecutive(self, node: nodes.RowsThat) -> core.Condition:
        place = written(node)

        def body(frame: Frame) -> core.Condition:
            if node.complement is not None:
                return self._said(node, frame)
            return self.resolve(node.where) if node.where is not None else ALWAYS

        def key(frame: Frame) -> core.Value:
            return self.series.time_key(frame.rows, frame.row, place)

        if not 2 <= (node.count or 0) <= 100:
            self.scope.problems.report("P503", node.span, variant="consecutive", found=node.count)
        records = self.series.records(node.series, body, excepting=node.excepting, key=key, spaced=True)
        return core.Consecutive(node.count or 2, records, self._apart(node.series.apart), **place)

    def _in_each(self, node: nodes.RowsThat, each: nodes.EachOf) -> core.Condition:
        """`at least 4 migraine days in each of the 3 months before screening`: one count for each month.

        A month reaches from its first day to the day before the next begins, so that no day counts twice.
        """
        if not 1 <= each.number <= 60:
            self.scope.problems.report("P308", node.span, variant="window", found=f"{each.number} {each.unit}s")
            return ALWAYS
        parts = []
        for number in range(1, each.number + 1):
            far, near = (
                nodes.Moved(amount, each.unit, each.direction, each.anchor, span=node.span)
                for amount in (number, number - 1)
            )
            if each.direction == "before":
                window = nodes.Range(
                    far, nodes.Moved(1, "day", "before", near, span=node.span), "inclusive", span=node.span
                )
            else:
                after = nodes.Moved(1, "day", "after", near, span=node.span)
                window = nodes.Range(after, far, "inclusive", span=node.span)
            part = evolve(node, each_of=None, series=evolve(node.series, window=window))
            parts.append(self._rows(part))
        return core.All(tuple(parts), **written(node))


def _with_body_as_member(records: core.Records) -> core.Records:
    body = cast(core.Condition, records.body)
    member = body if records.member is None else core.All((records.member, body), origin=body.origin, words=body.words)
    return evolve(records, member=member, body=None)


def _bounds(comparator: str | None, count: int) -> tuple[int, int | None]:
    """The fewest and the most that a count allows."""
    match OPERATORS[comparator or "at least"]:
        case "≥":
            return count, None
        case ">":
            return count + 1, None
        case "≤":
            return 0, count
        case "<":
            return 0, count - 1
        case "=":
            return count, count


def _counted(
    least: int, most: int | None, at_least: Callable[[int], core.Condition], place: core.Place
) -> core.Condition:
    """A count from at-least-n conditions alone: at most n is not at least n + 1."""
    parts: list[core.Condition] = [at_least(least)] if least > 0 else []
    if most is not None:
        parts.append(core.Not(at_least(most + 1), **place))
    return parts[0] if len(parts) == 1 else core.All(tuple(parts), **place)
