"""The commands with which a protocol begins: new and init. Each returns its exit code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from protocol_dsl.cli.files import report_problems, usable_protocol, write_whole
from protocol_dsl.diagnostics import nearest
from protocol_dsl.pipeline import files_beside, loads, read_protocol
from protocol_dsl.render.patterns import added_words, clash_words, listing, patterns, shown_pattern, with_pattern
from protocol_dsl.render.starting_file import (
    INTRODUCTION,
    NO_DAY,
    QUESTIONS,
    WANTED,
    Question,
    answer_of,
    next_steps,
    starting_file,
)


def new(file: str | None) -> int:
    """Ask a few questions, and write a protocol to begin with."""
    if file is not None:
        _refuse_to_overwrite(file)
    click.echo(INTRODUCTION)
    answers = {question.key: _asked(question) for question in QUESTIONS}
    name = file or f"{re.sub('[^a-z0-9]+', '-', answers['name'].casefold()).strip('-') or 'protocol'}.protocol"
    _refuse_to_overwrite(name)
    text = starting_file(answers)
    found = read_protocol(name, text)
    if found.protocol is None:
        report_problems(found.diagnostics, (found,))
        return 1
    write_whole(name, text)
    click.echo(f"\n{next_steps(name)}")
    return 0


def _refuse_to_overwrite(file: str) -> None:
    if Path(file).exists():
        raise click.UsageError(f"{file} is there already. Give the name of a file that is not.")


def _asked(question: Question) -> str:
    """The answer to a question; where the input ends, what stands in brackets."""
    while True:
        click.echo(f"{question.words} [{question.answer}]: ", nl=False)
        line = sys.stdin.readline()
        answer = answer_of(question, line)
        if answer is not None and question.key == "day" and not _fits_as_day(answer):
            click.echo(NO_DAY)
        elif answer is not None:
            if not sys.stdin.isatty():
                click.echo(answer)
            return answer
        else:
            click.echo(WANTED[question.kind])


def _fits_as_day(day: str) -> bool:
    """Whether the language takes a text for the name of a day, and it is no answer to the question that comes next."""
    if day[:1].isdigit():
        return False
    usual = {question.key: question.answer for question in QUESTIONS}
    return read_protocol("", starting_file({**usual, "day": day})).protocol is not None


def init(pattern: str | None, file: str | None) -> int:
    """List the patterns of criteria, show one, or add it to a file."""
    if pattern is None:
        click.echo(listing(), nl=False)
        return 0
    name = pattern.casefold().removesuffix(".protocol")
    if name not in patterns():
        near = nearest(name, patterns())
        hint = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(f"There is no pattern {pattern}.{hint} protocol-dsl init lists them.")
    if file is None:
        click.echo(shown_pattern(name), nl=False)
        return 0
    protocol = usable_protocol(file)
    original = protocol.checked.source.original
    added = with_pattern(original, protocol.checked, name, loads(patterns()[name], name).checked)
    if added.clashes:
        click.echo(clash_words(file, name, added), err=True)
        return 1
    found = read_protocol(file, added.text, files_beside(Path(file)))
    if found.protocol is None:
        report_problems(found.diagnostics, (found,))
        return 1
    write_whole(file, added.text)
    click.echo(added_words(file, added, name))
    return 0
