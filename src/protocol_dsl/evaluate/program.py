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
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias, assert_never, cast

from attrs import frozen

from protocol_dsl import values
from protocol_dsl.evaluate.operations import CLOCK, completed_by_clock, shift_by_clock
from protocol_dsl.evaluate.steps import (
    CONSTANTS,
    FACTS,
    OUTCOMES,
    Sort,
    Step,
    definitions_in_order,
    parts_of,
    sort_of,
)
from protocol_dsl.semantics.checked import Criterion, Protocol
from protocol_dsl.semantics.core import (
    Agreement,
    All,
    Arithmetic,
    AtLeast,
    AtLeastRows,
    Between,
    Compare,
    Completed,
    Constant,
    Defined,
    During,
    Every,
    Extreme,
    Fact,
    Field,
    If,
    Known,
    Member,
    Node,
    Not,
    Power,
    Recorded,
    Rounded,
    Shift,
    Value,
)
from protocol_dsl.semantics.types import Rows
from protocol_dsl.values import End, exact_arithmetic

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
        with exact_arithmetic():
            return self.function(facts)


def compile_protocol(protocol: Protocol, *, traced: bool = True) -> Program:
    """The program of a protocol; without a trace it gives verdict and results only, and no outcomes."""
    return _Generator(protocol, traced).program()


_PYTHON: Final = {"+": "+", "-": "-", "×": "*", "<": "<", "≤": "<=", ">": ">", "≥": ">="}

_BEYOND_ARITHMETIC: Final = "ArithmeticError"
_BEYOND_CALENDAR: Final = "(ValueError, OverflowError)"

_NAMES: Final[Mapping[str, object]] = {
    "UNKNOWN": values.UNKNOWN,
    "date": datetime.date,
    "between": values.between,
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
            case Arithmetic() | Power() | Rounded() | Completed() | Shift() | Extreme():
                return self._value(node)
            case Compare() | Member() | During() | Between() | Agreement() | Recorded() | Known():
                return self._comparison(node)
            case Not() | All() | AtLeast() | If():
                return self._connective(node)
            case Every() | AtLeastRows():
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
                # The innermost open loop over these rows is the one whose row is meant.
                loop = len(self._loops) - self._loops[::-1].index(node.rows)
                return Step(node, sort_of(kind.fields[place].kind), OUTCOMES + 2 * loop - 1, place)
            case Defined():
                body = self._definitions[node.name]
                return Step(node, body.sort, body.frame, body.index, (body,))
        assert_never(node)

    def _value(self, node: Arithmetic | Power | Rounded | Completed | Shift | Extreme) -> Step:
        parts = tuple(self._step(part) for part in parts_of(node))
        names = [part.name for part in parts]
        match node:
            case Arithmetic(operator="÷"):
                return self._outcome(node, "number", f"ratio({names[0]}, {names[1]})", parts, _BEYOND_ARITHMETIC)
            case Arithmetic():
                operation = f"{names[0]} {_PYTHON[node.operator]} {names[1]}"
                return self._outcome(node, "number", operation, parts, _BEYOND_ARITHMETIC)
            case Power():
                raised = f"power({names[0]}, {self._constant(node.exponent)})"
                return self._outcome(node, "number", raised, parts, _BEYOND_ARITHMETIC)
            case Rounded():
                rounded = f"rounded({names[0]}, {self._constant(node.decimals)})"
                return self._outcome(node, "number", rounded, parts, _BEYOND_ARITHMETIC)
            case Completed():
                count = "completed_by_clock" if node.unit in CLOCK else "completed"
                return self._outcome(
                    node, "number", f"{count}({self._constant(node.unit)}, {names[0]}, {names[1]})", parts
                )
            case Shift():
                return self._shifted(node, parts[0])
            case Extreme():
                extreme = "earlier_of" if node.which == "earlier" else "later_of"
                return self._outcome(node, "date", f"{extreme}({', '.join(names)})", parts)
        assert_never(node)

    def _shifted(self, node: Shift, from_: Step) -> Step:
        shift = "shift_by_clock" if node.unit in CLOCK else "shift"
        moved = f"{shift}({from_.name}, {self._constant(node.amount)}, {self._constant(node.unit)})"
        return self._outcome(node, "date", moved, (from_,), _BEYOND_CALENDAR)

    def _comparison(self, node: Compare | Member | During | Between | Agreement | Recorded | Known) -> Step:
        match node:
            case Compare():
                return self._compare(node)
            case Member():
                value = self._step(node.value)
                choices = self._constant(frozenset(node.choices))
                test = f"UNKNOWN if {value.name} is UNKNOWN else {value.name} in {choices}"
                return self._outcome(node, "truth", test, (value,))
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

    # ---- rows

    def _loop(self, node: Every | AtLeastRows) -> Step:
        rows = self._step(node.rows)
        if node.body is None:
            count = f"UNKNOWN if {rows.name} is UNKNOWN else len({rows.name}) >= {self._constant(node.count)}"
            return Step(node, "truth", self._frame, self._outcome(node, "truth", count, ()).index, over=rows)
        place, row_outcomes = self._place(), self._place() if self._traced else None
        truth = self._variable(place)
        self._write(f"{truth} = UNKNOWN")
        if row_outcomes is not None:
            self._write(f"{self._variable(row_outcomes)} = ()")
        self._write(f"if {rows.name} is not UNKNOWN:")
        self._indent += 1
        depth = len(self._loops)
        if isinstance(node, Every):
            self._write(f"{truth} = True" if node.if_any else f"if {rows.name}: {truth} = True")
        else:
            self._write(f"certain{depth} = possible{depth} = 0")
        body = self._rows(node, node.body, rows, truth, row_outcomes)
        if isinstance(node, AtLeastRows):
            count = self._constant(node.count)
            self._write(f"if certain{depth} >= {count}: {truth} = True")
            self._write(f"elif certain{depth} + possible{depth} < {count}: {truth} = False")
        self._indent -= 1
        return Step(node, "truth", self._frame, place, over=rows, body=body, row_outcomes=row_outcomes)

    def _rows(self, node: Every | AtLeastRows, body: Node, rows: Step, truth: str, row_outcomes: int | None) -> Step:
        """The loop itself: for each row the statements of the body, and what its truth does to that of the whole."""
        depth = len(self._loops)
        if depth >= _MOST_LOOPS:
            raise ValueError(f"more than {_MOST_LOOPS} loops over rows, one inside the other")
        kind = self._protocol.items[node.rows.name].kind
        assert isinstance(kind, Rows)
        if row_outcomes is not None:
            self._write(f"traced{depth} = []")
        self._write(f"for row in {rows.name}:")
        self._indent += 1
        self._loops.append(node.rows.name)
        self._sizes.append(0)
        self._write(f"[{', '.join(f'v{self._frame - 1}_{place}' for place in range(len(kind.fields)))}] = row")
        step = self._step(body)
        if row_outcomes is not None:
            self._write(f"traced{depth}.append({self._outcomes()})")
        self._loops.pop()
        self._sizes.pop()
        if isinstance(node, Every):
            self._write(f"if {step.name} is False: {truth} = False{'' if self._traced else '; break'}")
            self._write(f"elif {step.name} is not True and {truth} is True: {truth} = UNKNOWN")
        else:
            self._write(f"if {step.name} is True: certain{depth} += 1")
            self._write(f"elif {step.name} is not False: possible{depth} += 1")
        self._indent -= 1
        if row_outcomes is not None:
            self._write(f"{self._variable(row_outcomes)} = tuple(traced{depth})")
        return step

    # ---- writing

    @property
    def _frame(self) -> int:
        return OUTCOMES + 2 * len(self._loops)

    def _write(self, line: str) -> None:
        self._lines.append(" " * self._indent + line)

    def _constant_place(self, value: object) -> int:
        self._constants.append(value)
        return len(self._constants) - 1

    def _constant(self, value: int | str | Decimal | frozenset[str] | End) -> str:
        return f"k{self._constant_place(value)}"

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
