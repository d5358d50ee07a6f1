"""A protocol as one compiled Python function, which decides all its criteria for a patient.

`compile_protocol` writes the function's source once: a plain statement for each node of the core, in an order in which
everything is computed before it is used. Each definition is computed once. What the function returns is the verdict,
the results, and one flat tuple with the outcome of every node, so that a patient costs little and the reason for each
result can still be told: `Program.criteria` is the one table, made at the same time, of which place holds the outcome
of which node (see `trace`).

Nothing from a protocol's file gets into the source: names, choices, numbers and units are constants beside it, and the
source knows them, like all outcomes, by number only.

Truth is tested by identity (`is True`, `is False`) and never as Python's own truth, so that an unknown is never taken
for a no. What goes beyond exact arithmetic or the calendar has no value, and is therefore unknown.

The generator is one class in one module, since all its parts write into the same source and count the same frames.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, getcontext, setcontext
from fractions import Fraction
from typing import Final, Literal, TypeAlias, assert_never, cast

from attrs import frozen

from protocol_dsl import values
from protocol_dsl.evaluate.operations import (
    CLOCK,
    Remembered,
    completed_by_clock,
    different_of,
    ended_on,
    in_either_unit,
    in_other_unit,
    in_own_unit,
    includes,
    moved_days,
    raised,
    shift_by_clock,
)
from protocol_dsl.evaluate.steps import (
    CONSTANTS,
    FACTS,
    OUTCOMES,
    LoopStep,
    Sort,
    Step,
    around,
    definitions_in_order,
    parts_of,
    sort_of,
)
from protocol_dsl.semantics.checked import Criterion, Protocol
from protocol_dsl.semantics.core import (
    BY_TIME,
    Aggregate,
    Agreement,
    All,
    Arithmetic,
    AtLeast,
    AtLeastRows,
    Between,
    Chosen,
    Compare,
    Completed,
    Consecutive,
    Constant,
    Defined,
    During,
    Every,
    Extreme,
    Fact,
    Field,
    If,
    Includes,
    InUnit,
    Known,
    Loop,
    Member,
    Named,
    Node,
    Not,
    Power,
    Recorded,
    Records,
    RecordTime,
    Rounded,
    Shift,
    ShiftDays,
    Stable,
    Value,
    WindowEnd,
)
from protocol_dsl.semantics.types import DRUG, OneOf, Rows
from protocol_dsl.values import EXACT, CalendarUnit, End

Result: TypeAlias = Literal["pass", "fail", "unknown", "not_applicable"]
Verdict: TypeAlias = Literal["eligible", "ineligible", "undetermined"]
Decided: TypeAlias = tuple[Verdict, tuple[Result, ...], tuple[object, ...]]

# Python nests at most 20 blocks; a guard inside the innermost loop takes one more.
_MOST_LOOPS: Final = 15


@frozen
class CriterionSteps:
    """The entries of a criterion's two conditions."""

    applies: Step | None
    rule: Step


@frozen(eq=False)
class Program:
    """A compiled protocol. `run` takes a patient's facts, as read, and gives verdict, results and outcomes."""

    protocol: Protocol
    criteria: tuple[CriterionSteps, ...]
    definitions: Mapping[str, Step]
    """The definitions that criteria use, each after those that it uses itself."""
    constants: tuple[object, ...]
    source: str
    function: Callable[[tuple[object, ...]], Decided]

    def run(self, facts: tuple[object, ...]) -> Decided:
        # As `exact_arithmetic`, written out, since it is done for each patient.
        outer = getcontext()
        setcontext(EXACT)
        try:
            return self.function(facts)
        finally:
            setcontext(outer)


def compile_protocol(protocol: Protocol, *, traced: bool = True) -> Program:
    """The program of a protocol; without a trace it gives verdict and results only, and no outcomes."""
    return _Generator(protocol, traced).program()


_PYTHON: Final = {"+": "+", "-": "-", "×": "*", "<": "<", "≤": "<=", ">": ">", "≥": ">="}

_BEYOND_ARITHMETIC: Final = "ArithmeticError"
_BEYOND_CALENDAR: Final = "(ValueError, OverflowError)"

_NAMES: Final[Mapping[str, object]] = {
    "PartialDate": values.PartialDate,
    "UNKNOWN": values.UNKNOWN,
    "date": datetime.date,
    "between": values.between,
    "chosen": values.chosen,
    "chosen_before_latest": values.chosen_before_latest,
    "chosen_by_value": values.chosen_by_value,
    "consecutive": values.consecutive,
    "consecutive_spaced": values.consecutive_spaced,
    "days_covered": values.days_covered,
    "different_of": different_of,
    "ended": values.ended,
    "ended_on": ended_on,
    "farther_day": values.farther_day,
    "first_day": values.first_day,
    "highest_of": values.highest_of,
    "in_either_unit": in_either_unit,
    "in_other_unit": in_other_unit,
    "in_own_unit": in_own_unit,
    "includes": includes,
    "last_day": values.last_day,
    "lowest_of": values.lowest_of,
    "maximum_of": values.maximum_of,
    "mean_of": values.mean_of,
    "minimum_of": values.minimum_of,
    "nearer_day": values.nearer_day,
    "number_of": values.number_of,
    "picked": values.picked,
    "raised": raised,
    "shift_days": values.shift_days,
    "spaced": values.spaced,
    "spell_of": values.spell_of,
    "stable": values.stable,
    "total_of": values.total_of,
    "completed": values.completed,
    "completed_by_clock": completed_by_clock,
    "earlier_of": values.earlier_of,
    "equal": values.equal,
    "in_window": values.in_window,
    "later_of": values.later_of,
    "power": values.power,
    "ratio": values.ratio,
    "rounded": values.rounded,
    "same_day": values.same_day,
    "shift": values.shift,
    "shift_by_clock": shift_by_clock,
}
"""What the generated source may call, beside its own constants."""


class _Generator:
    """Writes the source and the table of one protocol, in one pass over its nodes."""

    def __init__(self, protocol: Protocol, traced: bool):
        self._protocol = protocol
        self._traced = traced
        self._fact_places = {name: place for place, name in enumerate(protocol.items)}
        self._constants: list[object] = []
        self._lines: list[str] = []
        self._indent = 1
        # How many outcomes each open frame holds so far: that of the whole protocol, then those of the open loops.
        self._sizes = [0]
        self._loops: list[str] = []
        self._lists = 0
        self._definitions: dict[str, Step] = {}

    def program(self) -> Program:
        protocol = self._protocol
        self._write(f"[{', '.join(f'v{FACTS}_{place}' for place in range(len(protocol.items)))}] = facts")
        for name in definitions_in_order(protocol):
            body = protocol.definitions[name].body
            assert body is not None
            self._definitions[name] = self._step(body)
        criteria = tuple(self._criterion(number, each) for number, each in enumerate(protocol.criteria))
        self._write(f"results = {_tuple_of(f'r{number}' for number in range(len(criteria)))}")
        self._write('verdict = "eligible"')
        self._write('if "fail" in results: verdict = "ineligible"')
        self._write('elif "unknown" in results: verdict = "undetermined"')
        self._write(f"return verdict, results, {self._outcomes()}")
        source = "\n".join(["def evaluate(facts):", *self._lines, ""])
        namespace = {**_NAMES, **{f"k{place}": value for place, value in enumerate(self._constants)}}
        exec(compile(source, "<compiled protocol>", "exec"), namespace)
        function = cast(Callable[[tuple[object, ...]], Decided], namespace["evaluate"])
        return Program(protocol, criteria, self._definitions, tuple(self._constants), source, function)

    # ---- criteria

    def _criterion(self, number: int, criterion: Criterion) -> CriterionSteps:
        applies = None if criterion.applies_if is None else self._step(criterion.applies_if)
        rule = self._step(criterion.rule)
        passing, failing = ("True", "False") if criterion.kind == "inclusion" else ("False", "True")
        self._write(f'if {rule.name} is {passing}: r{number} = "pass"')
        self._write(f'elif {rule.name} is {failing}: r{number} = "fail"')
        self._write(f'else: r{number} = "unknown"')
        if applies is not None:
            self._write(f'if {applies.name} is False: r{number} = "not_applicable"')
            # A patient that meets it passes either way; one that does not may be one of whom it asks nothing.
            self._write(f'elif {applies.name} is not True and r{number} == "fail": r{number} = "unknown"')
        return CriterionSteps(applies, rule)

    # ---- nodes

    def _step(self, node: Node) -> Step:
        match node:
            case Constant() | Fact() | Field() | Defined():
                return self._leaf(node)
            case Arithmetic() | Power() | Rounded() | Completed() | Extreme() | InUnit() | Named():
                return self._value(node)
            case Shift() | ShiftDays() | WindowEnd() | RecordTime():
                return self._date(node)
            case Compare() | Member() | Includes() | During() | Between() | Agreement() | Recorded() | Known():
                return self._comparison(node)
            case Not() | All() | AtLeast() | If():
                return self._connective(node)
            case Every() | AtLeastRows() | Chosen() | Consecutive() | Stable() | Aggregate():
                return self._loop(node)
        assert_never(node)

    def _leaf(self, node: Constant | Fact | Field | Defined) -> Step:
        match node:
            case Constant():
                sort: Sort = "date" if isinstance(node.value, datetime.date) else "number"
                return Step(node, sort, CONSTANTS, self._constant_place(node.value))
            case Fact():
                return Step(node, sort_of(self._protocol.items[node.name].kind), FACTS, self._fact_places[node.name])
            case Field():
                kind = self._protocol.items[node.rows].kind
                assert isinstance(kind, Rows)
                place = [each.name for each in kind.fields].index(node.name)
                return Step(node, sort_of(kind.fields[place].kind), OUTCOMES + 2 * node.row - 1, place)
            case Defined():
                body = self._definitions[node.name]
                return Step(node, body.sort, body.frame, body.index, (body,))
        assert_never(node)

    def _value(self, node: Arithmetic | Power | Rounded | Completed | Extreme | InUnit | Named) -> Step:
        parts = tuple(self._step(part) for part in parts_of(node))
        names = [part.name for part in parts]
        match node:
            case Arithmetic(operator="÷"):
                return self._outcome(node, "number", f"ratio({names[0]}, {names[1]})", parts, _BEYOND_ARITHMETIC)
            case Arithmetic():
                operation = f"{names[0]} {_PYTHON[node.operator]} {names[1]}"
                return self._outcome(node, "number", operation, parts, _BEYOND_ARITHMETIC)
            case Power():
                if isinstance(node.exponent, int):
                    power = f"power({names[0]}, {self._constant(node.exponent)})"
                else:
                    fixed = node.exponent if isinstance(node.exponent, Decimal | Fraction) else None
                    of = names[1] if fixed is None else self._constant(fixed)
                    power = f"raised({names[0]}, {of})"
                return self._outcome(node, "number", power, parts, f"({_BEYOND_ARITHMETIC}, ValueError)")
            case Rounded():
                rounded = f"rounded({names[0]}, {self._constant(node.decimals)})"
                return self._outcome(node, "number", rounded, parts, _BEYOND_ARITHMETIC)
            case Completed():
                count = "completed_by_clock" if node.unit in CLOCK else "completed"
                return self._outcome(
                    node, "number", f"{count}({self._constant(node.unit)}, {names[0]}, {names[1]})", parts
                )
            case Extreme():
                extreme = {"earlier": "earlier_of", "later": "later_of", "lower": "minimum_of", "higher": "maximum_of"}
                sort: Sort = "date" if node.which in ("earlier", "later") else "number"
                return self._outcome(node, sort, f"{extreme[node.which]}({', '.join(names)})", parts)
            case InUnit():
                if node.conversion is not None:
                    factor, by = (self._constant(each) for each in node.conversion)
                    either = f"in_either_unit({names[0]}, {self._constant(node.other)}, {factor}, {by})"
                    return self._outcome(node, "number", either, parts, _BEYOND_ARITHMETIC)
                read = "in_other_unit" if node.other else "in_own_unit"
                return self._outcome(node, "number", f"{read}({names[0]})", parts)
            case Named():
                return Step(node, parts[0].sort, parts[0].frame, parts[0].index, parts)
        assert_never(node)

    def _date(self, node: Shift | ShiftDays | WindowEnd | RecordTime) -> Step:
        parts = tuple(self._step(part) for part in parts_of(node))
        names = [part.name for part in parts]
        match node:
            case Shift():
                return self._shifted(node, parts[0])
            case ShiftDays():
                moved = f"shift_days({names[0]}, {names[1]}, {self._constant(node.sign)})"
                return self._outcome(node, "date", moved, parts, f"({_BEYOND_ARITHMETIC}, ValueError, OverflowError)")
            case WindowEnd():
                ends = ", ".join(names[1:])
                call = f"{node.which}_day({ends}, anchor={names[0]}, before={self._constant(node.before)})"
                return self._outcome(node, "date", call, parts)
            case RecordTime():
                day, start, end, ongoing, evaluation = names
                call = {
                    "whole": f"spell_of({day}, {start}, {end}, {ongoing}, {evaluation})",
                    "first": f"first_day({day}, {start})",
                    "end": f"ended({day}, {start}, {end}, {ongoing})",
                    "ended on": f"ended_on({day}, {start}, {end}, {ongoing})",
                    "last so far": f"last_day({day}, {start}, {end}, {ongoing}, {evaluation})",
                }[node.which]
                return self._outcome(node, "date", call, parts)
        assert_never(node)

    def _shifted(self, node: Shift, from_: Step) -> Step:
        amount = f"{self._constant(node.amount)}, {self._constant(node.unit)}"
        if node.unit in CLOCK:
            moved = f"shift_by_clock({from_.name}, {amount})"
        else:
            days = self._constant(moved_days(node.amount, cast(CalendarUnit, node.unit)))
            moved = f"{days}[{from_.name}] if {from_.name}.__class__ is date else shift({from_.name}, {amount})"
        return self._outcome(node, "date", moved, (from_,), _BEYOND_CALENDAR)

    def _comparison(self, node: Compare | Member | Includes | During | Between | Agreement | Recorded | Known) -> Step:
        match node:
            case Compare():
                return self._compare(node)
            case Member():
                value = self._step(node.value)
                choices = self._constant(frozenset(node.choices))
                test = f"UNKNOWN if {value.name} is UNKNOWN else {value.name} in {choices}"
                if node.outside is not None:
                    outside = self._constant(frozenset(node.outside))
                    test = f"True if {value.name} in {choices} else False if {value.name} in {outside} else UNKNOWN"
                return self._outcome(node, "truth", test, (value,))
            case Includes():
                value = self._step(node.value)
                choices = self._constant(frozenset(node.choices))
                return self._outcome(node, "truth", f"includes({value.name}, {choices})", (value,))
            case During():
                return self._during(node)
            case Between():
                parts = tuple(self._step(part) for part in parts_of(node))
                included = self._constant(node.included)
                arguments = ", ".join([*(part.name for part in parts), included, included])
                return self._outcome(node, "truth", f"between({arguments})", parts)
            case Agreement():
                answer = self._step(node.answer)
                # The days are there to be shown; without a trace nobody asks for them.
                days = (self._step(node.first), self._step(node.last)) if self._traced else ()
                return Step(node, "truth", answer.frame, answer.index, (answer, *days))
            case Recorded():
                value = self._step(node.value)
                return self._outcome(node, "truth", f"{value.name} is not UNKNOWN", (value,))
            case Known():
                condition = self._step(node.condition)
                return self._outcome(node, "truth", f"{condition.name} is True", (condition,))
        assert_never(node)

    def _compare(self, node: Compare) -> Step:
        left, right = self._step(node.left), self._step(node.right)
        if node.operator != "=":
            test = f"{left.name} {_PYTHON[node.operator]} {right.name}"
        elif left.sort == "date":
            test = f"same_day({left.name}, {right.name})"
        else:
            test = f"equal({left.name}, {right.name})"
        # Facts and constants are within bounds, so only a computed number can be too long to compare.
        computed = left.sort == "number" and (left.frame >= OUTCOMES or right.frame >= OUTCOMES)
        return self._outcome(node, "truth", test, (left, right), _BEYOND_ARITHMETIC if computed else None)

    def _during(self, node: During) -> Step:
        when, anchor = self._step(node.date), self._step(node.anchor)
        start, start_end = self._end_of_window(node.start, node.anchor, anchor)
        end, end_end = self._end_of_window(node.end, node.anchor, anchor)
        parts = tuple(part for part in (when, anchor, start, end) if part is not None)
        included = f"{self._constant(node.start_included)}, {self._constant(node.end_included)}"
        ends = [each for each in (start_end, end_end) if each is not None]
        if len(ends) < len(parts) - 2:
            # Ends that are not measured from the anchor are days of their own.
            first, last = (part.name if part is not None else "None" for part in (start, end))
            return self._outcome(node, "truth", f"between({when.name}, {first}, {last}, {included})", parts)
        measured = f"{anchor.name}, {self._constant(start_end)}, {self._constant(end_end)}"
        whole = f"in_window({when.name}, {measured}, {included})"
        if not ends or any(unit in CLOCK for _, unit in ends):
            return self._outcome(node, "truth", whole, parts, _BEYOND_CALENDAR)
        bounds = [each.name for each in (start, end) if each is not None]
        chain = "" if start is None else f"{start.name} {'<=' if node.start_included else '<'} "
        chain += when.name
        chain += "" if end is None else f" {'<=' if node.end_included else '<'} {end.name}"
        place = self._place()
        # Whole days compare at once; the rest (partial dates, times, unknowns) takes the way that knows them.
        self._write(f"if {' and '.join(f'{name}.__class__ is date' for name in [when.name, *bounds])}:")
        self._write(f"    {self._variable(place)} = {chain}")
        if len(bounds) == 2:
            days = " and ".join(f"{name}.__class__ is date" for name in bounds)
            self._write(f"elif {when.name}.__class__ is PartialDate and {days}:")
            self._write(f"    {self._variable(place)} = between({when.name}, {', '.join(bounds)}, {included})")
        self._write("else:")
        self._indent += 1
        self._assign(place, whole, _BEYOND_CALENDAR)
        self._indent -= 1
        return Step(node, "truth", self._frame, place, parts)

    def _end_of_window(self, node: Value | None, anchor: Value, from_: Step) -> tuple[Step | None, End]:
        """An end's entry, and how far it lies from the anchor where it is measured from there."""
        if node is None:
            return None, None
        if node == anchor:
            return Step(node, from_.sort, from_.frame, from_.index, from_.children), (0, "day")
        if isinstance(node, Shift) and node.date == anchor:
            return self._shifted(node, from_), (node.amount, node.unit)
        return self._step(node), None

    def _connective(self, node: Not | All | AtLeast | If) -> Step:
        parts = tuple(self._step(part) for part in parts_of(node))
        names = [part.name for part in parts]
        match node:
            case Not():
                opposite = f"False if {names[0]} is True else True if {names[0]} is False else UNKNOWN"
                return self._outcome(node, "truth", opposite, parts)
            case All():
                return self._outcome(node, "truth", _all_of(names), parts)
            case AtLeast(count=1):
                return self._outcome(node, "truth", _any_of(names), parts)
            case AtLeast():
                place = self._place()
                self._write(f"truths = {_tuple_of(names)}")
                enough, too_many_false = self._constant(node.count), self._constant(len(names) - node.count)
                self._assign(
                    place,
                    f"True if truths.count(True) >= {enough}"
                    f" else False if truths.count(False) > {too_many_false} else UNKNOWN",
                )
                return Step(node, "truth", self._frame, place, parts)
            case If():
                condition, then, otherwise = names if len(names) == 3 else (*names, "True")
                agreed = f"{then} if {then} is {otherwise} else UNKNOWN"
                chosen = f"{then} if {condition} is True else {otherwise} if {condition} is False else {agreed}"
                return self._outcome(node, "truth", chosen, parts)
        assert_never(node)

    # ---- records

    def _loop(self, node: Loop) -> Step:
        """A loop over the records of one list or of several; what it makes of them is decided when all are seen."""
        over = {records.rows.name: self._step(records.rows) for records in node.records}
        ends = tuple(self._step(part) for part in around(node))
        sort: Sort = "number" if isinstance(node, Aggregate) else "truth"
        place = self._place()
        outcome = self._variable(place)
        picks = self._place() if self._traced and isinstance(node, Chosen) else None
        traced = [self._place() if self._traced else None for _ in node.records]
        self._lists += 1
        number = self._lists
        self._write(f"{outcome} = UNKNOWN")
        if picks is not None:
            self._write(f"{self._variable(picks)} = ()")
        for row_outcomes in traced:
            if row_outcomes is not None:
                self._write(f"{self._variable(row_outcomes)} = ()")
        self._begin(node, number)
        loops = []
        for records, row_outcomes in zip(node.records, traced, strict=True):
            loops.append(self._records(node, records, over[records.rows.name], number, row_outcomes))
        known = " and ".join(f"{each.name} is not UNKNOWN" for each in over.values())
        self._end(node, number, outcome, picks, known, ends)
        return Step(node, sort, self._frame, place, ends, tuple(loops), picks)

    def _begin(self, node: Loop, number: int) -> None:
        match node:
            case AtLeastRows(apart=None):
                self._write(f"certain{number} = possible{number} = 0")
            case Every():
                self._write(f"every{number} = True; certain{number} = possible{number} = False")
            case _:
                self._write(f"entries{number} = []")

    def _records(self, node: Loop, records: Records, over: Step, number: int, row_outcomes: int | None) -> LoopStep:
        """The loop over one list: for each record the statements of its parts, and what is kept of them."""
        depth = len(self._loops)
        if depth >= _MOST_LOOPS:
            raise ValueError(f"more than {_MOST_LOOPS} loops over rows, one inside the other")
        kind = self._protocol.items[records.rows.name].kind
        assert isinstance(kind, Rows)
        self._write(f"if {over.name} is not UNKNOWN:")
        self._indent += 1
        if row_outcomes is not None:
            self._write(f"traced{depth} = []")
        self._write(f"for at{depth}, row in enumerate({over.name}):")
        self._indent += 1
        self._loops.append(records.rows.name)
        self._sizes.append(0)
        self._write(f"[{', '.join(f'v{self._frame - 1}_{place}' for place in range(len(kind.fields)))}] = row")
        member = None if records.member is None else self._step(records.member)
        if records.other is not None:
            member = self._other_than(records, member, records.other)
        body = None if records.body is None else self._step(records.body)
        key = None if records.key is None else self._step(records.key)
        if row_outcomes is not None:
            self._write(f"traced{depth}.append({self._outcomes()})")
        group = "None"
        if isinstance(node, Stable) and node.groups:
            group = f"v{self._frame - 1}_{[each.name for each in kind.fields].index(DRUG)}"
        self._loops.pop()
        self._sizes.pop()
        self._keep(node, number, member.name if member else "True", body, key, group)
        self._indent -= 1
        if row_outcomes is not None:
            self._write(f"{self._variable(row_outcomes)} = tuple(traced{depth})")
        self._indent -= 1
        return LoopStep(records, over, member, body, key, row_outcomes)

    def _other_than(self, records: Records, member: Step | None, outer: int) -> Step:
        """That the record belongs, and is not the very one that an outer loop looks at: equal records are two."""
        assert records.member is not None
        assert member is not None
        place = self._place()
        self._assign(place, f"False if at{records.row - 1} == at{outer - 1} else {member.name}")
        return Step(records.member, "truth", self._frame, place, member.children, member.loops, member.chosen)

    def _keep(self, node: Loop, number: int, member: str, body: Step | None, key: Step | None, group: str) -> None:
        """What is kept of one record."""
        body_name, key_name = (body.name if body else "True"), (key.name if key else "UNKNOWN")
        match node:
            case AtLeastRows(apart=None):
                self._write(f"if {member} is True: certain{number} += 1")
                self._write(f"elif {member} is not False: possible{number} += 1")
            case AtLeastRows():
                self._write(f"entries{number}.append(({member}, {key_name}))")
            case Every():
                self._write(f"if {member} is not False:")
                self._write(f"    if {member} is True: certain{number} = True")
                self._write(f"    possible{number} = True")
                self._write(f"    if {body_name} is False and {member} is True: every{number} = False")
                self._write(f"    elif {body_name} is not True and every{number} is True: every{number} = UNKNOWN")
            case Chosen():
                order = key_name if node.which in BY_TIME or key else body_name
                if key is not None and key.sort == "choice":
                    order = f"{self._constant(self._grades(key.node))}.get({key_name}, UNKNOWN)"
                self._write(f"entries{number}.append(({member}, {order}, {body_name}))")
            case Consecutive():
                self._write(f"entries{number}.append(({member}, {key_name}, {body_name}))")
            case Stable():
                self._write(f"entries{number}.append(({member}, {key_name}, {body_name}, {group}))")
            case Aggregate(which="number"):
                self._write(f"entries{number}.append({member})")
            case Aggregate(pick=None):
                self._write(f"entries{number}.append(({member}, {body_name}))")
            case Aggregate():
                self._write(f"entries{number}.append(({member}, {key_name}, {body_name}))")
            case _:
                assert_never(node)

    def _end(
        self, node: Loop, number: int, outcome: str, picks: int | None, known: str, ends: tuple[Step, ...]
    ) -> None:
        """What the loop makes of all records; `known`: that every list is recorded."""
        entries = f"entries{number}"
        match node:
            case AtLeastRows(apart=None):
                count = self._constant(node.count)
                self._write(f"if certain{number} >= {count}: {outcome} = True")
                self._write(f"elif {known} and certain{number} + possible{number} < {count}: {outcome} = False")
                return
            case Every():
                # Over a list that is not recorded one record that does not meet the body is enough.
                self._write(f"if every{number} is False: {outcome} = False")
                enough = "True" if node.if_any else f"certain{number}"
                self._write(f"elif {known} and {enough}: {outcome} = every{number}")
                return
            case AtLeastRows(apart=apart):
                assert apart is not None
                (amount, unit), count = apart, self._constant(node.count)
                call = f"spaced({entries}, {count}, {self._constant(amount)}, {self._constant(unit)})"
            case Chosen():
                last = self._constant(node.which in ("latest", "highest"))
                choose = (
                    f"chosen({entries}, {last})" if node.which in BY_TIME else f"chosen_by_value({entries}, {last})"
                )
                if node.which == "previous":
                    choose = f"chosen_before_latest({entries})"
                target = f"{outcome}, {self._variable(picks)}" if picks is not None else f"{outcome}, _"
                self._write(f"if {known}: {target} = {choose}")
                return
            case Consecutive(apart=None):
                call = f"consecutive({entries}, {self._constant(node.count)})"
            case Consecutive(apart=apart):
                assert apart is not None
                (amount, unit), count = apart, self._constant(node.count)
                call = f"consecutive_spaced({entries}, {count}, {self._constant(amount)}, {self._constant(unit)})"
            case Stable():
                call = f"stable({entries}, {ends[0].name}, {ends[1].name})"
            case Aggregate(which="days"):
                call = f"days_covered({entries}, {ends[0].name}, {ends[1].name})"
            case Aggregate(pick=None):
                call = f"{node.which}_of({entries})"
            case Aggregate(pick=pick):
                assert pick is not None
                latest, within = self._constant(pick.which == "latest"), self._constant(pick.within)
                self._write(f"if {known}:")
                self._write(f"    taken = picked({entries}, {self._constant(pick.count)}, {latest}, {within})")
                call = f"{node.which}_of([(True, one) for one in taken])"
                self._write("    if taken is not UNKNOWN:")
                self._write(f"        try: {outcome} = {call}")
                self._write(f"        except {_BEYOND_ARITHMETIC}: {outcome} = UNKNOWN")
                return
            case _:
                assert_never(node)
        self._write(f"if {known}:")
        self._write(f"    try: {outcome} = {call}")
        self._write(f"    except {_BEYOND_ARITHMETIC}: {outcome} = UNKNOWN")

    # ---- writing

    @property
    def _frame(self) -> int:
        return OUTCOMES + 2 * len(self._loops)

    def _write(self, line: str) -> None:
        self._lines.append(" " * self._indent + line)

    def _constant_place(self, value: object) -> int:
        self._constants.append(value)
        return len(self._constants) - 1

    def _constant(
        self, value: int | str | Decimal | Fraction | frozenset[str] | Mapping[str, int] | Remembered | End
    ) -> str:
        return f"k{self._constant_place(value)}"

    def _grades(self, node: Node) -> Mapping[str, int]:
        """The place of each choice of an ordered scale."""
        assert isinstance(node, Field)
        kind = self._protocol.row_field(node.rows, node.name).kind
        assert isinstance(kind, OneOf)
        return {choice: grade for grade, choice in enumerate(kind.choices)}

    def _place(self) -> int:
        self._sizes[-1] += 1
        return self._sizes[-1] - 1

    def _variable(self, place: int) -> str:
        return f"v{self._frame}_{place}"

    def _outcomes(self) -> str:
        return _tuple_of(self._variable(place) for place in range(self._sizes[-1])) if self._traced else "()"

    def _assign(self, place: int, expression: str, beyond: str | None = None) -> None:
        assignment = f"{self._variable(place)} = {expression}"
        if beyond is None:
            self._write(assignment)
        else:
            self._write(f"try: {assignment}")
            self._write(f"except {beyond}: {self._variable(place)} = UNKNOWN")

    def _outcome(
        self, node: Node, sort: Sort, expression: str, children: tuple[Step, ...], beyond: str | None = None
    ) -> Step:
        """Compute a node's outcome into a place of its own; unknown where it raises what `beyond` names."""
        place = self._place()
        self._assign(place, expression, beyond)
        return Step(node, sort, self._frame, place, children)


def _tuple_of(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"({listed},)" if listed else "()"


def _all_of(names: list[str]) -> str:
    every = " and ".join(f"{name} is True" for name in names) or "True"
    one = " or ".join(f"{name} is False" for name in names) or "False"
    return f"True if {every} else False if {one} else UNKNOWN"


def _any_of(names: list[str]) -> str:
    one = " or ".join(f"{name} is True" for name in names) or "False"
    every = " and ".join(f"{name} is False" for name in names) or "True"
    return f"True if {one} else False if {every} else UNKNOWN"
