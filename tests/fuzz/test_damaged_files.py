"""Some of the damaged files of `mutate.py`, and files that are too large or too deep: each ends in a diagnostic."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import mutate
import pytest

from protocol_dsl.pipeline import read_protocol

HEAD = """protocol: Deep

days
  screening

data
  fit: yes/no
  weight: number
  seen on: date
  visits: one row for each visit
    kept: yes/no

"""


@pytest.mark.parametrize("text", mutate.originals(), ids=lambda text: text.split("\n")[0])
def test_the_files_are_whole_before_they_are_damaged(text: str) -> None:
    assert mutate.try_protocol(text, Counter())


def test_damaged_protocols_are_read_or_refused() -> None:
    findings = mutate.fuzz_protocols(250, seed=7)
    assert findings.fell_over == []
    assert findings.accepted > 20
    assert findings.refused > 100


def test_damaged_patients_are_read_or_refused() -> None:
    findings = mutate.fuzz_patients(250, seed=7)
    assert findings.fell_over == []
    assert findings.accepted > 20
    assert findings.refused > 100


def rule(line: str) -> str:
    return f"{HEAD}inclusion criteria\n\n  I1: Deep\n    {line}\n\nexclusion criteria: none in the source\n"


def nested(opening: str, inner: str, closing: str = "") -> Callable[[int], str]:
    return lambda depth: rule(opening * depth + inner + closing * depth)


def lists(head: str) -> Callable[[int], str]:
    def written(depth: int) -> str:
        below = "".join(f"{'  ' * (level + 3)}- {head}:\n" for level in range(depth))
        return rule(f"{head}:\n{below}{'  ' * (depth + 3)}- fit")

    return written


def definitions(body: str, last: str, in_order: bool = True) -> Callable[[int], str]:
    """A chain of definitions, each of which uses the one before."""

    def written(depth: int) -> str:
        chain = [f"  step {n} {body.format(before=f'step {n - 1}')}\n" for n in range(1, depth)]
        lines = "".join(["  step 0 " + body.format(before="fit" if "means" in body else "weight") + "\n", *chain])
        if not in_order:
            lines = "".join(f"{line}\n" for line in reversed(lines.splitlines()))
        return f"{HEAD}definitions\n{lines}\n" + rule(last.format(last=f"step {depth - 1}"))[len(HEAD) :]

    return written


DEEP: dict[str, Callable[[int], str]] = {
    "bullets": lists("all of"),
    "counted bullets": lists("exactly 1 of"),
    "guarded bullets": lists("if fit, then all of"),
    "brackets": nested("(", "fit", ")"),
    "negated brackets": nested("not (", "fit", ")"),
    "open brackets": nested("(", "fit"),
    "closed brackets": nested("", "fit", ")"),
    "brackets around a value": lambda depth: rule("(" * depth + "weight" + ")" * depth + " is at least 5"),
    "negated values": lambda depth: rule("(-" * depth + "weight" + ")" * depth + " is at least 5"),
    "minus signs": nested("- ", "5 is at least weight"),
    "moved days": lambda depth: rule("seen on is after " + "3 days after " * depth + "screening"),
    "earlier of": lambda depth: rule("seen on is after " + "earlier of seen on and " * depth + "screening"),
    "shares": lambda depth: rule("weight is at least " + "2% of " * depth + "weight"),
    "powers": lambda depth: rule("weight" + "^9" * depth + " is at least 5"),
    "and": lambda depth: rule("fit" + " and fit" * depth),
    "and or": lambda depth: rule("fit" + " and fit or fit" * depth),
    "sum": lambda depth: rule("weight" + " + weight" * depth + " is at least 5"),
    "product": lambda depth: rule("weight" + " × weight" * depth + " is at least 5"),
    "not": nested("not ", "fit"),
    "if": nested("if fit, then ", "fit"),
    "if in brackets": nested("(if fit, then ", "fit", ")"),
    "cases": lambda depth: rule("weight is at least 1 (" + ", ".join(["2 if fit"] * depth) + ")"),
    "cases in cases": lambda depth: rule(
        "weight is at least " + "1 (2 if weight is at least " * depth + "1" + ")" * depth
    ),
    "rows": nested("(any visit where ", "kept", ")"),
    "counted rows": nested("(exactly 1 visit where ", "kept", ")"),
    "unless": lambda depth: rule("fit" + ", unless fit" * depth),
    "choices": lambda depth: rule("weight is 1" + " or 2" * depth),
    "words": lambda depth: rule("what " * depth),
    "signs": lambda depth: rule("@ " * depth),
    "digits": lambda depth: rule("weight is at least " + "9" * depth),
    "decimals": lambda depth: rule("weight is at least 0." + "0" * depth + "1"),
    "days": lambda depth: rule(f"seen on is within {'9' * depth} days before screening"),
    "definitions": definitions("means {before}", "{last}"),
    "definitions in another order": definitions("means {before}", "{last}", in_order=False),
    "definitions used twice": definitions("means {before} and {before}", "{last}"),
    "definitions counted": definitions("means exactly 1 of:\n      - {before}", "{last}"),
    "sums of sums": definitions("= {before} + {before}", "{last} is at least 5"),
    "cases of cases": definitions("= {before} ({before} if fit)", "{last} is at least 5"),
    "choices declared": lambda depth: HEAD + "data\n  group: one of " + ", ".join(f"g{n}" for n in range(depth)) + "\n",
    "lines of nothing": lambda depth: HEAD + "what\n" * depth,
}


@pytest.mark.parametrize("depth", [15, 60, 101, 1500])
@pytest.mark.parametrize("form", DEEP)
def test_what_is_deep_or_long_runs_or_is_refused(form: str, depth: int) -> None:
    start = time.process_time()
    mutate.try_protocol(DEEP[form](depth), Counter())
    assert time.process_time() - start < mutate.HANGS_SECONDS


@pytest.mark.parametrize("form", ["bullets", "brackets", "moved days", "cases in cases", "rows"])
def test_more_than_a_hundred_levels_are_refused(form: str) -> None:
    found = read_protocol("deep.protocol", DEEP[form](101))
    assert found.protocol is None
    assert "P005" in {problem.code for problem in found.diagnostics}


def test_a_file_of_more_than_ten_megabytes_is_refused() -> None:
    (problem,) = read_protocol("large.protocol", rule("fit") + "# and so on\n" * 1_000_000).diagnostics
    assert problem.code == "P002"
    assert problem.hint
