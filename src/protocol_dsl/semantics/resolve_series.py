"""Series: which records a phrase is about, when they were, and the one record or number that is taken from them.

A value such as `latest ALT` comes from one record. The comparison that uses the value is asked of that record, so that
it is decided wherever every record that could be the latest agrees, and `ULN` is that of the very measurement.

All of it is one class, since whatever is taken from records begins with which records they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, cast

from attrs import evolve, frozen

from protocol_dsl.diagnostics import Copyable, corrected_line
from protocol_dsl.semantics import core
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.moments import CLOCK, refuse_moments
from protocol_dsl.semantics.numbering import of_other_list
from protocol_dsl.semantics.own_record import refuse_the_record_itself
from protocol_dsl.semantics.resolve_values import DAYS, ResolveCondition, ValueResolver, plain_number, written
from protocol_dsl.semantics.resolve_windows import WindowResolver
from protocol_dsl.semantics.scope import Bare, Frame, Lift, Scope, Typed, field_named
from protocol_dsl.semantics.types import (
    DATE,
    DRUG,
    DURATION,
    VALUE,
    Coded,
    DataItem,
    Date,
    OneOf,
    Quantity,
    Rows,
    SeveralOf,
    YesNo,
)
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.words_of import nouns_words, series_words, time_words, words

Body = Callable[[Frame], core.Node | None]
CLOCK_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080}


@frozen
class Base:
    """A list that a noun is about, with what the noun asks of its records; `timed`: their time is settled."""

    rows: Rows
    name: str
    filters: tuple[Callable[[], core.Condition], ...]
    timed: bool


class SeriesResolver:
    """Resolves phrases about series in the scope of one protocol."""

    def __init__(self, scope: Scope, values: ValueResolver, resolve_condition: ResolveCondition) -> None:
        self.scope = scope
        self.values = values
        self.resolve_condition = resolve_condition
        self.windows = WindowResolver(scope, values)

    # ---- which records ----------------------------------------------------------------------------------------------

    def records(
        self,
        series: nodes.Series,
        body: Body | None = None,
        *,
        where: nodes.Condition | None = None,
        excepting: nodes.Condition | None = None,
        needs_time: bool = True,
        key: Body | None = None,
        others: bool = False,
        spaced: bool = False,
    ) -> tuple[core.Records, ...]:
        """The records of a phrase, list by list; `body` and `key` are asked for with the record in scope.

        `others`: a record from whose own day the window is measured is none of them. `spaced`: whoever asks looks at
        how far apart they must be.
        """
        if not spaced:
            self._refuse_apart(series)
        bases = [base for noun in series.nouns for base in self._bases(noun, ())]
        row = self.scope.next_row()
        found = []
        for base in bases:
            if needs_time and series.window is None and base.rows.dated and not base.timed:
                self._refuse_untimed(series)
                needs_time = False
            with self.scope.looking_at(base.name, row):
                place = written(series)
                parts = [make() for make in base.filters]
                other = None
                if series.window is not None:
                    parts.append(self._in_window(base, row, series.window))
                    other = own_anchor(parts[-1], self._looked_at_outside(base.name))
                if where is not None:
                    parts.append(self.resolve_condition(where))
                if excepting is not None:
                    parts.append(
                        core.Not(
                            self.resolve_condition(excepting), origin=excepting.span, words=f"not {words(excepting)}"
                        )
                    )
                member = None if not parts else parts[0] if len(parts) == 1 else core.All(tuple(parts), **place)
                frame = self.scope.frames[-1]
                asked = body(frame) if body is not None else None
                ordered = cast("core.Value | None", key(frame)) if key is not None else None
            self.scope.used.add(base.name)
            fact = core.Fact(base.name, origin=series.span, words=nouns_words(series.nouns, 2))
            found.append(core.Records(fact, row, member, asked, ordered, other if others else None, **place))
        return tuple(found)

    def _looked_at_outside(self, name: str) -> set[int]:
        """The numbers of the records of a list that are looked at around the innermost one."""
        return {frame.row for frame in self.scope.frames[:-1] if frame.rows == name}

    def _bases(self, noun: nodes.Noun, within: tuple[str, ...]) -> list[Base]:
        """The lists of a noun: one, or those of the named series it stands for."""
        scope, folded = self.scope, noun.rows.text.casefold()
        if folded in scope.series:
            each, name = scope.series[folded]
            scope.used.add(name)
            if name in within:
                return []  # refused where it is defined
            bases = [b for inner in each.series.nouns for b in self._bases(inner, (*within, name))]
            bases = [self._narrowed(base, each) for base in bases]
        else:
            declared = scope.declared(noun.rows.text)
            item = scope.items.get(declared) if declared is not None else None
            if item is None or not isinstance(item.kind, Rows):
                return []  # refused where it is declared
            bases = [Base(item.kind, item.name, (), timed=False)]
        return [self._with_adjectives(base, noun) for base in bases]

    def _narrowed(self, base: Base, each: nodes.EachNoun) -> Base:
        filters = list(base.filters)
        self._refuse_apart(each.series)
        window = each.series.window
        if window is not None:
            filters.append(lambda: self._in_window(base, self.scope.frames[-1].row, window))
        if (where := each.where) is not None:
            filters.append(lambda: self.resolve_condition(where))
        if (excepting := each.excepting) is not None:
            filters.append(lambda: core.Not(self.resolve_condition(excepting), **written(excepting)))
        return evolve(base, filters=tuple(filters), timed=base.timed or window is not None)

    def _with_adjectives(self, base: Base, noun: nodes.Noun) -> Base:
        filters = list(base.filters)
        if noun.adjectives:
            filters.append(lambda: self._adjectives(base, noun))
        if noun.lists:
            filters.append(lambda: self._in_lists(base, noun))
        return evolve(base, filters=tuple(filters))

    def _adjectives(self, base: Base, noun: nodes.Noun) -> core.Condition:
        parts = tuple(self._adjective(base, adjective) for adjective in noun.adjectives)
        if len(parts) == 1:
            return parts[0]
        return (
            core.AtLeast(1, parts, **written(noun.adjectives[0]))
            if noun.either
            else core.All(parts, **written(noun.adjectives[0]))
        )

    def _adjective(self, base: Base, adjective: nodes.Name) -> core.Condition:
        """A choice of some field of the record, or a yes/no field of it."""
        row, text = self.scope.frames[-1].row, adjective.text.casefold()
        place = written(adjective)
        own = field_named(self.scope.items[base.name], adjective.text)
        if own is not None and isinstance(own.kind, YesNo):
            self.scope.used.add(f"{base.name}/{own.name}")
            return core.Field(base.name, own.name, row, **place)
        for each in base.rows.fields:
            choices: Iterable[str] = ()
            if isinstance(each.kind, OneOf | SeveralOf):
                choices = each.kind.choices
            elif isinstance(each.kind, Coded):
                choices = [term for _, term in each.kind.terms]
            choice = next((one for one in choices if one.casefold() == text), None)
            if choice is not None:
                self.scope.used.add(f"{base.name}/{each.name}")
                if isinstance(each.kind, Coded):
                    self.scope.use_word(choice)
                value = core.Field(base.name, each.name, row, origin=adjective.span, words=each.name)
                if isinstance(each.kind, SeveralOf):
                    return core.Includes(value, (choice,), **place)
                return core.Member(value, (choice,), **place)
        self.scope.refuse("P322", adjective.span, name=adjective.text, row=base.rows.singular)
        return core.All((), **place)

    def _in_lists(self, base: Base, noun: nodes.Noun) -> core.Condition:
        row = self.scope.frames[-1].row
        words_fields = [each for each in base.rows.fields if isinstance(each.kind, Coded | OneOf)]
        coded = [each for each in words_fields if each.name == DRUG or isinstance(each.kind, Coded)] or words_fields
        if len(coded) > 1:
            coded = [each for each in coded if each.name == DRUG] or coded[:1]
        if not coded:
            self.scope.refuse("P322", noun.span, variant="list", name=noun.lists[0].text, row=base.rows.singular)
            return core.All((), **written(noun.lists[0]))
        self.scope.used.add(f"{base.name}/{coded[0].name}")
        value = core.Field(base.name, coded[0].name, row, origin=noun.span, words=coded[0].name)
        said = f"{coded[0].name} is in " + " or ".join(name.text for name in noun.lists)
        return self.values.in_lists(value, noun.lists, {"origin": noun.span, "words": said})

    def _refuse_apart(self, series: nodes.Series) -> None:
        """Refuse `at least 6 hours apart` where no records are counted that could be so far apart."""
        if (apart := series.apart) is not None:
            found = f"{apart.comparator} {time_words(apart.amount, apart.unit)}"
            bare = evolve(series, apart=evolve(apart, comparator="at least"), window=None)
            many = Copyable(series_words(bare, 2))
            self.scope.refuse("P325", apart.span, variant="uncounted", found=found, many=many)

    def _refuse_untimed(self, series: nodes.Series) -> None:
        end = Span(series.span.end, series.span.end)
        source = self.scope.problems.source
        times = ("ever", "now", f"within 6 months before {self.scope.a_day()}")
        ever, now, window = (corrected_line(source, end, f" {time}") for time in times)
        self.scope.refuse("P411", series.span, name=series_words(series), ever=ever, now=now, window=window)

    def _number_instead(self, node: nodes.AggregateOf, kind: Rows) -> str:
        """What can be worked out from records without a value: from a number of theirs, or how many they are."""
        item = next((each.name for each in kind.fields if isinstance(each.kind, Quantity)), None)
        if item is None or node.count is not None:
            return words(nodes.NumberOf(node.series, span=node.span))
        return words(evolve(node, field_name=nodes.Name(item, span=node.span)))

    def untimed(self, series: nodes.Series) -> bool:
        """Whether a time must be said and is not."""
        return series.window is None and self._untimed(series)

    def _warn_of_any_age(self, node: nodes.Selected | nodes.AggregateOf) -> None:
        line = corrected_line(self.scope.problems.source, Span(node.span.end, node.span.end), " ever")
        self.scope.problems.report("P509", node.span, name=words(node), line=line)

    def _in_window(self, base: Base, row: int, window: nodes.Window) -> core.Condition:
        """That the record is in the window."""
        if not base.rows.dated:
            self.scope.refuse("P412", window.span, name=base.name, row=base.rows.singular, window=words(window))
            return core.All((), **written(window))
        with self.scope.lifting() as lifts:
            condition = self.windows.of_record(base.rows, base.name, row, window)
        return lifted(condition, lifts)

    def time_key(self, base_name: str, row: int, place: core.Place) -> core.Value:
        """What records are ordered by in time."""
        kind = self.scope.items[base_name].kind
        assert isinstance(kind, Rows)
        if kind.form in ("events", "treatments"):
            return self.windows.time_of(base_name, row, "first", place)
        date = next((each.name for each in kind.fields if isinstance(each.kind, Date)), None)
        if date is None:
            self.scope.refuse("P412", place["origin"], variant="order", name=base_name, row=kind.singular, window="")
        return core.Field(base_name, date or DATE, row, **place)

    # ---- one record -------------------------------------------------------------------------------------------------

    def selected(self, node: nodes.Selected) -> Typed:
        """The value, or a field, of the one record."""
        place = written(node)
        series = node.series
        if series.window is None and self._untimed(series):
            self._warn_of_any_age(node)
            series = evolve(series, window=nodes.WheneverOrNow("ever", span=series.span))
        by_time = node.which in core.BY_TIME
        if node.by_field and by_time and node.field_name is not None:
            line = Copyable(words(evolve(node, by_field=False)))
            self.scope.refuse(
                "P329", node.span, variant="by_time", which=node.which, name=node.field_name.text, line=line
            )

        def key(frame: Frame) -> core.Value:
            if node.by_field and not by_time and node.field_name is not None:
                return self._in_order(node, node.field_name, frame)
            if not by_time and field_named(self.scope.items[frame.rows], VALUE) is not None:
                item = field_named(self.scope.items[frame.rows], VALUE)
                assert item is not None
                return in_first_unit(Typed(core.Field(frame.rows, VALUE, frame.row, **place), item.kind)).node
            if not by_time:
                line = Copyable(words(evolve(node, which="latest")))
                self.scope.refuse("P323", node.span, name=words(node), row=self._kind(frame.rows).singular, line=line)
            return self.time_key(frame.rows, frame.row, place)

        records = self.records(series, key=key, needs_time=False, others=True)
        if not records:
            return Typed(core.Constant(0, **place), Bare())
        refuse_the_record_itself(node, records, self.scope)
        records = tuple(evolve(each, other=None) for each in records)  # a value is that of any record of the window
        name = records[0].rows.name
        row = records[0].row
        computed = node.field_name is not None and self._is_computed(name, node.field_name.text)
        item = None if computed else self._field_item(node, name)
        measured = any(each.name == VALUE for each in self._kind(name).fields)
        self.scope.lifts[-1].append(Lift(node.which, records, measured, place))
        if computed and node.field_name is not None:
            with self.scope.looking_at(name, row):
                found = self.values.resolve(node.field_name)
            return evolve(found, node=evolve(found.node, **place))
        if item is None:
            return Typed(core.Constant(0, **place), Bare())
        for each in records[1:]:
            self._same_field(node, item, each.rows.name)
        return self.field_value(Frame(name, row), item, place)

    def _in_order(self, node: nodes.Selected, name: nodes.Name, frame: Frame) -> core.Value:
        """The field by which records are the highest and the lowest: a number, or a choice of an ordered scale."""
        recorded = field_named(self.scope.items[frame.rows], name.text) is not None
        if not recorded and not self._is_computed(frame.rows, name.text):
            return core.Constant(0, **written(name))  # refused where its value is looked up
        found = self._of_each(name, frame, node)
        kind = found.kind
        if not isinstance(kind, Quantity | Bare) and not (isinstance(kind, OneOf) and kind.ordered):
            variant = "choices" if isinstance(kind, OneOf) else "date" if isinstance(kind, Date) else None
            yes_no = isinstance(kind, YesNo)
            self._refuse_of_many(node, name, frame, kind_in_words(kind), variant, "" if yes_no else " is …")
        return in_first_unit(found).node

    def _of_each(self, name: nodes.Name, frame: Frame, node: nodes.Value) -> Typed:
        """A field of a record, as it takes part in what is made of many: one number, not one for each case."""
        with self.scope.lifting() as lifts:
            found = self.values.resolve(name)
        if found.cases:
            self.values.one_value(name, found)
        elif lifts:
            self._refuse_of_many(node, name, frame, variant="cases")
        return evolve(found, cases=())

    def _refuse_of_many(
        self,
        node: nodes.Value,
        name: nodes.Name,
        frame: Frame,
        kind: str = "",
        variant: str | None = None,
        said: str = " is …",
    ) -> None:
        series = getattr(node, "series", None)
        asked = series_words(series) if isinstance(series, nodes.Series) else frame.rows
        line = Copyable(f"any {asked} where {name.text}{said}")
        if variant == "date":
            line = Copyable(f"{name.text} of latest {asked}")
        row = self._kind(frame.rows).singular
        self.scope.refuse("P329", node.span, variant=variant, name=name.text, row=row, kind=kind, line=line)

    def _field_item(self, node: nodes.Selected, rows: str) -> DataItem | None:
        kind = self._kind(rows)
        wanted = node.field_name.text if node.field_name is not None else VALUE
        found = field_named(self.scope.items[rows], wanted)
        if found is not None:
            self.scope.used.add(f"{rows}/{found.name}")
            return found
        if node.field_name is None:
            variant = "of_window" if node.series.window is not None else None
            self.scope.refuse(
                "P323",
                node.span,
                variant=variant,
                name=words(node),
                row=kind.singular,
                line=Copyable(f"date of {words(node)}"),
                dated=Copyable(f"date of {words(evolve(node, series=evolve(node.series, window=None)))} ever"),
                there_is=Copyable(f"any {series_words(node.series)}"),
                day=self.scope.a_day(),
            )
        else:
            fields = ", ".join(each.name for each in kind.fields)
            self.scope.refuse(
                "P323", node.span, variant="field", name=wanted, row=kind.singular, fields=Copyable(fields)
            )
        return None

    def _is_computed(self, rows: str, field_name: str) -> bool:
        """Whether a field is one that is computed from the record, and not recorded."""
        folded = field_name.casefold()
        lasting = folded == DURATION and self._kind(rows).form in ("events", "treatments")
        return lasting or folded in self.scope.derived.get(rows, {})

    def _same_field(self, node: nodes.Selected, item: DataItem, rows: str) -> None:
        """Of several lists, each must have the field, and of the same kind: one comparison is asked of all."""
        other = field_named(self.scope.items[rows], item.name)
        self.scope.used.add(f"{rows}/{item.name}")
        if other is None or other.kind != item.kind:
            fields = Copyable(", ".join(each.name for each in self._kind(rows).fields))
            row = self._kind(rows).singular
            self.scope.refuse("P323", node.span, variant="field", name=item.name, row=row, fields=fields)

    def field_value(self, frame: Frame, item: DataItem, place: core.Place) -> Typed:
        """A field of a record; the dates of events and treatments are taken together."""
        kind = self._kind(frame.rows)
        if kind.form in ("events", "treatments") and item.name in TIMES:
            return Typed(self.windows.time_of(frame.rows, frame.row, TIMES[item.name], place), Date())
        return Typed(core.Field(frame.rows, item.name, frame.row, **place), item.kind)

    def duration(self, frame: Frame, place: core.Place) -> Typed:
        """How long a record has lasted, from its first day to its last so far."""
        first = self.windows.time_of(frame.rows, frame.row, "first", place)
        last = self.windows.time_of(frame.rows, frame.row, "last so far", place)
        node = core.Completed("day", first, last, **place)
        return Typed(node, Quantity(DAYS), span_of=(first, last), whole_days=True)

    def _kind(self, rows: str) -> Rows:
        kind = self.scope.items[rows].kind
        assert isinstance(kind, Rows)
        return kind

    def _untimed(self, series: nodes.Series) -> bool:
        return any(base.rows.dated and not base.timed for noun in series.nouns for base in self._bases(noun, ()))

    # ---- numbers from many records ----------------------------------------------------------------------------------

    def number_of(self, node: nodes.NumberOf) -> Typed:
        """How many records, different values, or days."""
        place = written(node)
        if node.what == "days":
            return self._days(node)
        if node.what == "different":
            assert node.field_name is not None
            name = node.field_name
            records = self.records(node.series, lambda frame: self._of_each(name, frame, node).node)
            return Typed(core.Aggregate("different", records, **place), Bare())
        number = core.Aggregate("number", self.records(node.series), **place)
        if node.per is None:
            return Typed(number, Bare())
        window = node.series.window
        if not isinstance(window, nodes.WithinWindow) or window.unit != node.per or not window.amount:
            line = Copyable(f"{words(evolve(node, per=None))}")
            self.scope.refuse("P324", node.span, unit=node.per, line=line)
            return Typed(number, Bare())
        spans = core.Constant(window.amount, **place)
        return Typed(core.Arithmetic("÷", number, spans, **place), Bare())

    def _days(self, node: nodes.NumberOf) -> Typed:
        place = written(node)
        ends = self.windows.ends(node.series.window) if node.series.window is not None else None
        if ends is None:
            self.scope.refuse("P324", node.span, variant="days", unit="day", line=Copyable(words(node)))
            return Typed(core.Constant(0, **place), Quantity(DAYS))
        clock = next((end.unit for end in ends if isinstance(end, core.Shift) and end.unit in CLOCK), None)
        if clock is not None:
            self.scope.refuse("P332", node.span, variant="window", unit=f"{clock}s")
        alone = evolve(node.series, window=None)

        def time(frame: Frame) -> core.Value:
            kind = self._kind(frame.rows)
            if kind.form in ("events", "treatments"):
                return self.windows.time_of(frame.rows, frame.row, "whole", place)
            return self.time_key(frame.rows, frame.row, place)

        records = self.records(alone, time, needs_time=False)
        first, last = ends
        return Typed(core.Aggregate("days", records, None, first, last, **place), Quantity(DAYS), whole_days=True)

    def aggregate(self, node: nodes.AggregateOf) -> Typed:
        """The mean, total, highest or lowest of some records."""
        place = written(node)
        kinds: list[Typed] = []

        def value(frame: Frame) -> core.Node:
            if node.field_name is not None:
                typed = self._of_each(node.field_name, frame, node)
            else:
                item = field_named(self.scope.items[frame.rows], VALUE)
                if item is None:
                    self.scope.refuse(
                        "P323",
                        node.span,
                        name=words(node),
                        row=self._kind(frame.rows).singular,
                        line=Copyable(self._number_instead(node, self._kind(frame.rows))),
                    )
                    typed = Typed(core.Constant(0, **place), Bare())
                else:
                    self.scope.used.add(f"{frame.rows}/{VALUE}")
                    typed = self.field_value(frame, item, place)
            kinds.append(typed)
            return in_first_unit(typed).node

        def key(frame: Frame) -> core.Value:
            return self.time_key(frame.rows, frame.row, place)

        if node.which == "total" and node.field_name is not None and node.field_name.text.casefold() == DURATION:
            counted = nodes.NumberOf(node.series, "days", span=node.span)
            self.scope.refuse("P324", node.span, variant="duration", unit="day", line=Copyable(words(counted)))
        picked = node.count is not None
        if picked and node.selector not in ("latest", "earliest"):
            line = Copyable(words(evolve(node, selector="latest")))
            self.scope.refuse("P324", node.span, variant="few", unit="", name=node.selector, line=line)
        untimed = node.series.window is None and self._untimed(node.series)
        series = node.series
        if untimed:
            self._warn_of_any_age(node)
            series = evolve(series, window=nodes.WheneverOrNow("ever", span=series.span))
        records = self.records(series, value, needs_time=False, key=key if picked else None)
        kind = kinds[0].kind if kinds else Bare()
        if not isinstance(kind, Quantity | Bare):
            self.scope.refuse("P304", node.span, variant="number", name=words(node), kind=nouns_words(series.nouns))
            kind = Bare()
        pick = None
        if picked:
            within = node.within[0] * CLOCK_MINUTES[node.within[1]] if node.within else None
            pick = core.Pick(cast('Literal["latest", "earliest"]', node.selector), node.count or 1, within, **place)
        in_window = series.window is not None and series.window != nodes.WheneverOrNow("ever", span=series.window.span)
        computed = node.field_name is not None and node.field_name.text.casefold() != DURATION
        if node.which == "total" and in_window and computed and any(rests_on_duration(each.node) for each in kinds):
            counted = nodes.NumberOf(node.series, "days", span=node.span)
            self.scope.refuse("P324", node.span, variant="whole", unit="day", line=Copyable(words(counted)))
        whole_days = any(each.whole_days for each in kinds)
        return Typed(core.Aggregate(node.which, records, pick, **place), kind, whole_days=whole_days)

    # ---- stable -----------------------------------------------------------------------------------------------------

    def stable(self, node: nodes.Comparison, left: nodes.FieldOfSeries, complement: nodes.StableFor) -> core.Condition:
        """`dose of metformin is stable for at least 90 days before screening`"""
        place = written(node)
        anchor = self.values.date(complement.anchor)
        moved = nodes.Moved(complement.amount, complement.unit, "before", complement.anchor, span=complement.span)
        first: core.Value = self.values.shifted(moved, anchor)
        refuse_moments(self.scope, complement.span, anchor)
        if complement.unit in CLOCK:
            units = complement.unit if complement.amount == 1 else f"{complement.unit}s"
            self.scope.refuse("P332", complement.span, variant="stable", amount=complement.amount, unit=units)
        if complement.comparator in ("more than", "above"):
            first = core.Shift(first, -1, "day", **place)
        elif complement.comparator != "at least":
            self.scope.refuse("P325", complement.span, found=words(complement))
        series = nodes.Series(left.nouns, span=left.span)
        groups = False

        def value(frame: Frame) -> core.Node:
            nonlocal groups
            groups = groups or any(each.name == DRUG for each in self._kind(frame.rows).fields)
            return self._of_each(left.field_name, frame, left).node

        def time(frame: Frame) -> core.Value:
            kind = self._kind(frame.rows)
            if kind.form not in ("events", "treatments"):
                self.scope.refuse("P325", left.span, variant="kind", found=kind.singular)
            return self.windows.time_of(frame.rows, frame.row, "whole", place)

        records = self.records(series, value, needs_time=False, key=time)
        return core.Stable(records, first, anchor, groups, **place)


TIMES: Final[dict[str, Literal["first", "end"]]] = {"date": "first", "start date": "first", "end date": "end"}


def rests_on_duration(value: core.Value) -> bool:
    """Whether a value is computed from how long a record lasted."""
    match value:
        case core.Completed(_, core.RecordTime(), core.RecordTime("last so far")):
            return True
        case core.Arithmetic(_, left, right):
            return rests_on_duration(left) or rests_on_duration(right)
        case core.Power(base, exponent):
            return rests_on_duration(base) or (isinstance(exponent, core.Written) and rests_on_duration(exponent))
        case core.Rounded(inner) | core.InUnit(inner) | core.Named(_, inner):
            return rests_on_duration(inner)
        case core.Extreme(_, values):
            return any(rests_on_duration(each) for each in values)
        case _:
            return False


def lifted(condition: core.Condition, lifts: Iterable[Lift]) -> core.Condition:
    """A condition asked of the records that its values come from."""
    for lift in reversed(list(lifts)):
        place: core.Place = {"origin": condition.origin, "words": condition.words}
        first = lift.records[0]
        records = tuple(
            evolve(
                each,
                body=condition
                if each.rows.name == first.rows.name
                else of_other_list(condition, first.row, each.rows.name),
            )
            for each in lift.records
        )
        condition = core.Chosen(lift.which, records, **place)
    return condition


def in_first_unit(value: Typed) -> Typed:
    """A quantity that may be reported in two units, in its first unit where it can be converted."""
    kind = value.kind
    if not isinstance(kind, Quantity) or kind.other is None or kind.other.factor is None:
        return value
    place: core.Place = {"origin": value.node.origin, "words": value.node.words}
    change = (plain_number(kind.other.factor), plain_number(kind.other.shift))
    return evolve(value, node=core.InUnit(value.node, False, change, **place))


def own_anchor(window: core.Node | None, outside: set[int]) -> int | None:
    """Of the records that are looked at outside, the one from whose own day a window is measured."""
    match window:
        case core.Field() | core.RecordTime():
            return window.row if window.row in outside else None
        case core.During(_, anchor):
            return own_anchor(anchor, outside)
        case core.Between(_, first, last):
            return own_anchor(first, outside) or own_anchor(last, outside)
        case core.Shift(date) | core.ShiftDays(date) | core.Named(_, date):
            return own_anchor(date, outside)
        case core.Extreme(_, dates):
            return next((row for each in dates if (row := own_anchor(each, outside)) is not None), None)
        case core.Chosen(_, records):
            return own_anchor(records[0].body, outside)
        case _:
            return None


def not_after_now(first: core.Value, evaluation: core.Value, place: core.Place) -> core.Condition:
    """`ever`: a record counts unless it is known to lie after the evaluation date."""
    after = core.Compare(">", first, evaluation, **place)
    return core.Not(core.Known(after, **place), **place)
