"""Reading and writing files for the commands; what goes wrong is said in a line, not in a traceback."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from protocol_dsl.diagnostics import Diagnostic, render_text
from protocol_dsl.diagnostics.visible import escaped
from protocol_dsl.pipeline import Protocol, ProtocolFile, files_beside, read_protocol
from protocol_dsl.source import SourceText

STANDARD_INPUT = "-"


def colour_wanted(stream: object) -> bool:
    """Colour only on a terminal, and not where NO_COLOR is set."""
    return not os.environ.get("NO_COLOR") and bool(getattr(stream, "isatty", lambda: False)())


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{name} can't be read: {(error.strerror or str(error)).lower()}.") from None


def read_beside(name: str, table: str) -> bytes | None:
    """A file beside another, such as the rows of a list beside a CSV file of patients."""
    path = Path(name).parent / Path(table).name
    return path.read_bytes() if path.is_file() else None


def read_protocol_file(name: str) -> ProtocolFile:
    return read_protocol(name, read_bytes(name), files_beside(Path(name)))


def usable_protocol(name: str) -> Protocol:
    """A protocol without errors; its diagnostics go to standard error, and with an error the command ends there."""
    found = read_protocol_file(name)
    report_problems(found.diagnostics, (found,))
    if found.protocol is None:
        raise click.exceptions.Exit(1)
    return found.protocol


def report_problems(
    diagnostics: Sequence[Diagnostic],
    files: Sequence[ProtocolFile] = (),
    texts: Mapping[str, SourceText] | None = None,
) -> None:
    """Print diagnostics on standard error, with the lines of protocol files, or of other texts by their names."""
    if diagnostics:
        sources: dict[str, SourceText] = {file.source.name: file.source for file in files if file.source is not None}
        sources.update(texts or {})
        click.echo(render_text(diagnostics, sources, colour=colour_wanted(sys.stderr)), err=True)


def write_whole(name: str, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    with writing_whole(name) as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))


@contextmanager
def writing_whole(name: str) -> Iterator[BinaryIO]:
    """A file to write to, which stands under its name only once all is written."""
    path = Path(name)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            os.chmod(temporary, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise click.UsageError(f"{name} can't be written: {(error.strerror or str(error)).lower()}.") from None


def write_document(content: str | bytes, output: str | None) -> None:
    """Write a document to its file, or print it; what is no text is not thrown at a terminal."""
    if output is not None:
        write_whole(output, content)
    elif isinstance(content, str):
        click.echo(content, nl=False)
    elif sys.stdout.isatty():
        raise click.UsageError("This form is no text that a terminal shows. Give -o and the name of a file.")
    else:
        click.echo(content, nl=False)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def json_text(value: object, indent: int | None = None) -> str:
    """Results as JSON, in which characters that hide, move or colour others are escaped."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def print_json(value: object) -> None:
    """Results as JSON on standard output."""
    click.echo(json_text(value, indent=2))
