"""The command about the example patients of protocol files: test, with coverage and suggestions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from protocol_dsl.cli.files import colour_wanted, print_json, usable_protocol, write_document
from protocol_dsl.pipeline import ExampleOutcome
from protocol_dsl.render.coverage_page import coverage_page
from protocol_dsl.render.coverage_report import coverage_json, coverage_lcov, coverage_text
from protocol_dsl.render.example_report import differences, summary


def run_examples(files: Sequence[str], form: str, coverage: bool) -> int:
    """Run the examples of the files; `coverage`: also say what they touch."""
    protocols = [(name, usable_protocol(name)) for name in files]
    outcomes = [(name, protocol.run_examples()) for name, protocol in protocols]
    if form == "json":
        examples = [_outcome_json(name, outcome) for name, found in outcomes for outcome in found]
        touched = [coverage_json(protocol.coverage(), name) for name, protocol in protocols] if coverage else []
        print_json({"examples": examples, "coverage": touched} if coverage else examples)
    else:
        for (name, protocol), (_, found) in zip(protocols, outcomes, strict=True):
            _print_outcomes(name, found)
            if coverage:
                click.echo()
                click.echo(coverage_text(protocol.coverage(), name), nl=False)
    return _exit_code(found for _, found in outcomes)


def write_coverage(files: Sequence[str], to: str, output: str | None) -> int:
    """Write what the examples touch as a page, or in the form of LCOV."""
    protocols = [(name, usable_protocol(name)) for name in files]
    if to == "html" and len(protocols) > 1:
        raise click.UsageError("A page is about one protocol. Name one file.")
    write = coverage_page if to == "html" else coverage_lcov
    write_document("".join(write(protocol.coverage(), name) for name, protocol in protocols), output)
    return _exit_code(protocol.run_examples() for _, protocol in protocols)


def suggest(files: Sequence[str], output: str | None) -> int:
    """Write examples for what no example touches, for the writer to confirm."""
    if len(files) > 1:
        raise click.UsageError("Examples are suggested for one protocol. Name one file.")
    protocol = usable_protocol(files[0])
    suggested = protocol.suggested_examples()
    write_document(f"{suggested.summary}{suggested.text}", output)
    return _exit_code([protocol.run_examples()])


def _exit_code(outcomes: Iterable[Sequence[ExampleOutcome]]) -> int:
    """1 if an example is not as expected, however much the examples touch."""
    return int(not all(outcome.passed for of_file in outcomes for outcome in of_file))


def _outcome_json(name: str, outcome: ExampleOutcome) -> dict[str, object]:
    return {
        "file": name,
        "example": outcome.example.name,
        "passed": outcome.passed,
        "verdict": {"expected": outcome.verdict[0], "actual": outcome.verdict[1]},
        "criteria": {id_: {"expected": e, "actual": a} for id_, (e, a) in outcome.criteria.items()},
    }


def _print_outcomes(name: str, outcomes: Sequence[ExampleOutcome]) -> None:
    failures = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failures:
        click.echo(differences(name, outcome.example.name, outcome.verdict, outcome.criteria))
        differing = [id_ for id_, (expected, actual) in outcome.criteria.items() if expected != actual]
        click.echo(outcome.evaluation.explain(only=differing or None, colour=colour_wanted(sys.stdout)))
    click.echo(summary(name, len(outcomes), len(failures)))
