"""The command line: the first words of each command, its help, and nothing that takes long to start."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import click

from protocol_dsl.version import __version__

Command: TypeAlias = Callable[..., Any]
EVALUATE_EXAMPLE = "protocol-dsl evaluate protocols/als-ipsc-mnp.protocol protocols/als-ipsc-mnp.patients.json"


def _day(text: str) -> datetime.date:
    """A day of the calendar, written as in facts."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        with suppress(ValueError):
            return datetime.date.fromisoformat(text)
    raise click.BadParameter(f"{text} is not a day such as 2026-03-16 (year, month, day).")


_language = click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="The language."
)


def _templates(forms: str) -> Callable[[Command], Command]:
    return click.option(
        "--templates",
        type=click.Path(exists=True, file_okay=False),
        metavar="FOLDER",
        help=f"Of {forms}: a folder with a sponsor's own templates, words and styles.",
    )


_output = click.option("-o", "--output", type=click.Path(), help="The file to write, instead of standard output.")


class ExampleCommand(click.Command):
    """A command whose help ends with a real example, on a line of its own."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            with formatter.section("Example"):
                formatter.write(" " * formatter.current_indent + self.epilog + "\n")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="%(version)s")
def main() -> None:
    """Clinical trial criteria that people read and machines run."""


@main.command(cls=ExampleCommand, epilog="protocol-dsl check protocols/als-ipsc-mnp.protocol")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="First make the fixes that are certain, and say what was changed.")
def check(files: tuple[str, ...], form: str, fix: bool) -> None:
    """Read and check protocol FILES, and report everything that is wrong with them."""
    from protocol_dsl.cli import protocols

    sys.exit(protocols.check(files, form, fix))


@main.command(cls=ExampleCommand, epilog="protocol-dsl lint protocols/als-ipsc-mnp.protocol")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def lint(files: tuple[str, ...], form: str) -> None:
    """Review the wording of protocol FILES: vague words, and where a rule says other than the wording it quotes."""
    from protocol_dsl.cli import protocols

    sys.exit(protocols.lint(files, form))


@main.command(cls=ExampleCommand, epilog="protocol-dsl fmt --check protocols/als-ipsc-mnp.protocol")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not in canonical form.")
def fmt(files: tuple[str, ...], only_check: bool) -> None:
    """Put protocol FILES into the canonical form. Comments and prose are kept.

    Each file is changed in place; - reads standard input and writes standard output.
    """
    from protocol_dsl.cli import protocols

    sys.exit(protocols.format_files(files, only_check))


@main.command(cls=ExampleCommand, epilog=EVALUATE_EXAMPLE + " --only P-014")
@click.argument("file", type=click.Path())
@click.argument("patients", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ndjson", "html", "pdf"]),
    help="The form. Without it the ending of --output decides, or else it is text.",
)
@click.option("--only", multiple=True, metavar="ID", help="Only this patient, or only this criterion. May be repeated.")
@click.option("--on", type=_day, metavar="DATE", help="The evaluation date, such as 2026-03-16.")
@_language
@_output
@_templates("html and pdf")
def evaluate(
    file: str,
    patients: str,
    form: str | None,
    only: tuple[str, ...],
    on: datetime.date | None,
    language: str,
    output: str | None,
    templates: str | None,
) -> None:
    """Decide each of PATIENTS by the protocol FILE and say why.

    PATIENTS is a file of JSON, NDJSON, YAML or CSV; - reads standard input.
    """
    from protocol_dsl.cli import patients as command

    sys.exit(command.evaluate(file, patients, form, only, on, language, output, templates))


@main.command(cls=ExampleCommand, epilog="protocol-dsl test protocols/als-ipsc-mnp.protocol --coverage")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--coverage", is_flag=True, help="Say which results, conditions and limits no example touches.")
@click.option(
    "--to",
    type=click.Choice(["text", "html", "lcov"]),
    default="text",
    show_default=True,
    help="The form of --coverage: text, the protocol with its lines coloured, or for other tools.",
)
@click.option("--suggest", is_flag=True, help="Write the examples that are missing, for you to confirm.")
@_output
def test(
    files: tuple[str, ...], form: str, coverage: bool, to: str, suggest: bool, output: str | None
) -> None:  # fmt: skip
    """Run the example patients written in protocol FILES."""
    from protocol_dsl.cli import examples

    if to != "text" and not coverage:
        raise click.UsageError(f"--to {to} is a form of --coverage. Write both.")
    if suggest and coverage:
        raise click.UsageError("Ask for one at a time: --coverage or --suggest.")
    if output is not None and not suggest and to == "text":
        raise click.UsageError("-o goes with --suggest, --to html or --to lcov.")
    if suggest:
        sys.exit(examples.suggest(files, output))
    if to != "text":
        sys.exit(examples.write_coverage(files, to, output))
    sys.exit(examples.run_examples(files, form, coverage))


@main.command(
    cls=ExampleCommand,
    epilog="protocol-dsl render protocols/als-ipsc-mnp.protocol --document checklist --to html -o checklist.html",
)
@click.argument("file", type=click.Path())
@click.option("--document", type=click.Choice(["protocol", "checklist", "dictionary"]), required=True)
@click.option(
    "--to",
    type=click.Choice(["markdown", "html", "docx", "pdf"]),
    help="The form. Without it the ending of --output decides, or else it is markdown.",
)
@_output
@click.option(
    "--patient",
    type=click.Path(allow_dash=True),
    metavar="FACTS",
    help="Of the checklist: a file of patients; it is filled in for the one, or the one that --only names.",
)
@click.option("--only", metavar="ID", help="Of a file with several patients: the one to fill the checklist in for.")
@click.option(
    "--edition",
    type=click.Choice(["source", "index"]),
    help="Of the checklist: values are written on it, or where they are to be found. Without it, source.",
)
@_language
@_templates("any document")
@click.option("--created", type=_day, metavar="DATE", help="The date of creation that a Word or PDF file bears.")
def render(
    file: str,
    document: str,
    to: str | None,
    output: str | None,
    patient: str | None,
    only: str | None,
    edition: str | None,
    language: str,
    templates: str | None,
    created: datetime.date | None,
) -> None:
    """Write a document of the protocol FILE."""
    from protocol_dsl.cli import patients as command

    sys.exit(command.render(file, document, to, output, patient, only, edition, language, templates, created))


@main.command(cls=ExampleCommand, epilog="protocol-dsl new headache.protocol")
@click.argument("file", required=False, type=click.Path())
def new(file: str | None) -> None:
    """Ask a few questions, and write a protocol FILE to begin with.

    Without FILE its name is made from that of the study. A file that is there is never overwritten.
    """
    from protocol_dsl.cli import beginning

    sys.exit(beginning.new(file))


@main.command(cls=ExampleCommand, epilog="protocol-dsl init ecog")
@click.argument("pattern", required=False)
@click.argument("file", required=False, type=click.Path())
def init(pattern: str | None, file: str | None) -> None:
    """List patterns of criteria, show a PATTERN, or add it to a protocol FILE.

    Added to a file, it gets the next free number. What the file declares already is not declared again.
    """
    from protocol_dsl.cli import beginning

    sys.exit(beginning.init(pattern, file))


@main.command(cls=ExampleCommand, epilog="protocol-dsl schema protocols/als-ipsc-mnp.protocol")
@click.argument("file", type=click.Path())
def schema(file: str) -> None:
    """Print the JSON Schema of a patient's facts for the protocol FILE."""
    from protocol_dsl.cli import protocols

    sys.exit(protocols.schema(file))


@main.command("language-server")
def language_server() -> None:
    """Serve an editor over standard input and output, by the Language Server Protocol.

    It is started by the editor, not by hand. It needs the packages of the extra "editor".
    """
    from protocol_dsl.cli import editor

    sys.exit(editor.serve())


@main.command(cls=ExampleCommand, epilog="protocol-dsl explain P401")
@click.argument("code")
def explain(code: str) -> None:
    """Show the page of a diagnostic CODE: what it means, and how to mend it."""
    from protocol_dsl.cli import protocols

    sys.exit(protocols.explain(code))
