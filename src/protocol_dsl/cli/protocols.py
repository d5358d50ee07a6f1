"""The commands about protocol files: check, fmt, schema and explain. Each returns its exit code."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from protocol_dsl.cli.files import (
    STANDARD_INPUT,
    colour_wanted,
    print_json,
    read_bytes,
    read_protocol_file,
    report_problems,
    usable_protocol,
    write_whole,
)
from protocol_dsl.diagnostics import (
    Diagnostic,
    Severity,
    UnknownCodeError,
    codes,
    page,
    render_text,
    source_problem,
    to_json,
)
from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.pipeline import (
    Protocol,
    ProtocolFile,
    files_beside,
    parse_file,
    with_certain_fixes,
)
from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.syntax.format import format_protocol


def _broken(diagnostics: Sequence[Diagnostic]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in diagnostics)


def check(files: Sequence[str], form: str, fix: bool = False) -> int:
    """Report every problem of the files; with JSON, which asks for them, on standard output."""
    if fix and STANDARD_INPUT in files:
        raise click.UsageError("--fix changes files, and standard input is none.")
    read = [_fixed(name, form) if fix else read_protocol_file(name) for name in files]
    if form == "json":
        print_json([to_json(problem, file.source) for file in read for problem in file.diagnostics])
    else:
        report_problems([problem for file in read for problem in file.diagnostics], read)
        for name, file in zip(files, read, strict=True):
            if file.protocol is not None:
                click.echo(f"{name}: {_counts(file.protocol)}, no errors.")
    return int(any(_broken(file.diagnostics) for file in read))


def _fixed(name: str, form: str) -> ProtocolFile:
    """A file after the fixes that are certain; what was changed is printed."""
    data = read_bytes(name)
    found, changes = with_certain_fixes(name, data, files_beside(Path(name)))
    if found.source is None or not changes:
        return found
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    write_whole(name, mark + found.source.original.encode("utf-8"))
    if form == "text":
        click.echo(f"{name}: {len(changes)} line{'' if len(changes) == 1 else 's'} changed.")
        for change in changes:
            before = f"  line {change.line}, before: "
            click.echo(f"{before}{visible(change.before)}")
            click.echo(f"{'after: ':>{len(before)}}{visible(change.after)}")
    return found


def _counts(protocol: Protocol) -> str:
    numbers = (
        (len(protocol.checked.criteria), "criterion", "criteria"),
        (len(protocol.checked.definitions), "definition", "definitions"),
        (len(protocol.checked.examples), "example", "examples"),
    )
    return ", ".join(f"{count} {one if count == 1 else more}" for count, one, more in numbers)


def lint(files: Sequence[str], form: str) -> int:
    """Report what the wording review finds on standard output; a file with errors is told of as by `check`."""
    read = [(name, usable_protocol(name)) for name in files]
    found = [(protocol, protocol.lint()) for _, protocol in read]
    if form == "json":
        print_json([to_json(one, protocol.checked.source) for protocol, told in found for one in told])
    else:
        for (name, _), (protocol, told) in zip(read, found, strict=True):
            source = protocol.checked.source
            click.echo(render_text(told, {source.name: source}, colour_wanted(sys.stdout)), nl=False)
            if not told:
                click.echo(f"{name}: the wording review finds nothing.")
    return int(any(_broken(told) for _, told in found))


def format_files(files: Sequence[str], only_check: bool) -> int:
    """Rewrite files in the canonical form, standard input to standard output; what can't be read is left as it is."""
    failed = False
    for name in files:
        try:
            source = SourceText.read(name, read_bytes(name))
        except SourceError as error:
            report_problems([source_problem(error)])
            failed = True
            continue
        parsed = parse_file(source, files_beside(Path(name))).parsed
        if parsed.syntax is None or _broken(parsed.diagnostics):
            report_problems(parsed.diagnostics, [ProtocolFile(source, None, parsed.diagnostics)])
            failed = True
            continue
        text = format_protocol(parsed.syntax)
        if name == STANDARD_INPUT and not only_check:
            click.echo(text, nl=False)
            continue
        if text == source.original:
            click.echo(f"{name}: already in the canonical form.")
            continue
        if only_check:
            click.echo(f"{name} is not in the canonical form; protocol-dsl fmt {name} writes it.")
            failed = True
        else:
            write_whole(name, text)
            click.echo(f"{name}: written in the canonical form.")
    return int(failed)


def schema(file: str) -> int:
    print_json(usable_protocol(file).schema())
    return 0


def explain(code: str) -> int:
    """Print a diagnostic's page."""
    try:
        found = page(code.upper())
    except UnknownCodeError as error:
        near = f" Did you mean {error.nearest}?" if error.nearest else ""
        raise click.UsageError(f"There is no diagnostic {code}.{near} {_families()}") from None
    click.echo(found.markdown)
    return 0


_FAMILIES: Final = {
    "D1": "documents",
    "P0": "the file",
    "P1": "lines and sentences",
    "P2": "names",
    "P3": "kinds of data and units",
    "P4": "two readings",
    "P5": "what can't be meant",
    "P6": "examples",
    "L1": "the wording",
    "L2": "wording and rule",
    "F10": "patients' facts",
    "F15": "files of patients",
}


def _families() -> str:
    """What kinds of diagnostics there are, by where their codes begin; between the codes of a kind there are gaps."""
    firsts = {start: next(one for one in codes() if one >= start) for start in _FAMILIES}
    return "Known are, from: " + "; ".join(f"{firsts[start]} {words}" for start, words in _FAMILIES.items()) + "."
