"""Every block of the documentation is run, so that no page says what the program does not do.

How to mark a block, by the words after its three backticks (a page shows only the first of them, the language):

    protocol                  a whole file: it has neither errors nor warnings, and means the same once formatted
    protocol fragment         some sections, or one criterion; completed by the page's context. With `in=FILE`: a
                              part of that file, word for word
    protocol context          declarations; they hold for the blocks of rules and fragments that follow on the page
    protocol rules            rules, one a line or one a paragraph; each is made a criterion
    protocol same             as rules: all mean the same, and the first is the canonical form
    protocol wrong P401       as a file, a fragment or rules: each gives just these errors or warnings
    console                   lines `$ protocol-dsl …` with what they print; `exit=1` after `console` where one fails
    python                    run; `text output` below it holds what it prints, or comments behind its `print` do
    json, yaml, csv, toml     read
    html                      a template: read
    text, or nothing          neither run nor read

`file=NAME` writes a block to that file first, so that later blocks of the page can use it; the folder `protocols/` is
there too. A line `…` in an output stands for any lines. `exclusion` after `rules` makes exclusion criteria of them.
A context that the reader need not see is a comment of the page: `<!-- context`, a line each for declarations, `-->`.

What is printed need not be typed: `ACCEPT_DOCS=1 pytest tests/test_docs.py` writes it into the pages, and the generated
parts too. Read what it has changed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from attrs import evolve
from jinja2 import Environment

from doc_pages import PAGES, ROOT, Block, Page, anchors, first_column, links
from protocol_dsl.diagnostics import codes, page
from protocol_dsl.evaluate.schema import json_schema
from protocol_dsl.lint import rules
from protocol_dsl.pipeline import STANDARD_LIBRARY, ProtocolFile, files_beside, read_protocol
from protocol_dsl.render.sponsor import leaves
from protocol_dsl.render.style_check import style_problems
from protocol_dsl.render.vocabulary import ATTRIBUTES as ATTRIBUTES_OF_ELEMENTS
from protocol_dsl.render.vocabulary import CLASSES, ELEMENTS
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Criterion
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.nodes import ProtocolSyntax
from protocol_dsl.syntax.uses import parse_with_uses
from protocol_dsl.syntax.words import ATTRIBUTES, COMPARATORS, HEADER, NOTES, PHRASES, SIGNS
from protocol_dsl.values import ONE, known_units, parse_unit

ACCEPT = bool(os.environ.get("ACCEPT_DOCS"))
LIBRARY = ROOT / "src/protocol_dsl/library/standard_library.protocol"
TEMPLATES = ROOT / "src/protocol_dsl/render/templates"
LANGUAGE = ROOT / "docs/reference/language.md"
SECTION = re.compile(
    r"(protocol:|use|days|data|lists|definitions|inclusion criteria|exclusion criteria|examples|in Chinese)"
)
CRITERION = re.compile(r"[A-Z]{1,4}\d{1,3}[a-z]?: ")
OPENING = re.compile(r"(- |applies if |unless )|.*:$")
SERIES_KINDS = {"event", "events", "measurement", "measurements", "test", "tests", "treatment", "treatments"}
"""Kinds of data that are also units of a count."""
USED_ELSEWHERE = {"P501", "P502"}
"""Warnings of unused names, which in a part of a file say nothing."""


# ---- protocols ------------------------------------------------------------------------------------------------------


def rules_of(text: str) -> list[str]:
    """The rules of a block: its paragraphs, of which those without lists hold one rule a line."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines = paragraph.split("\n")
        if any(OPENING.match(line.strip()) for line in lines):
            found.append(paragraph)
            continue
        for line in lines:
            if line.startswith(" "):
                found[-1] += f"\n{line}"
            else:
                found.append(line)
    return found


def file_of_rules(block: Block, rules: list[str]) -> str:
    kind = "exclusion" if "exclusion" in block.words else "inclusion"
    criteria = [
        f"\n  I{number}: Example\n{textwrap.indent(rule, '    ')}\n    interpretation: as written\n"
        for number, rule in enumerate(rules, 1)
    ]
    return f"{headed(block.context)}\n{kind} criteria\n{''.join(criteria)}"


def file_of_fragment(block: Block) -> str:
    text = block.text
    if text.startswith("protocol:"):
        return text if "criteria" in text else f"{text}\nexclusion criteria: none in the source\n"
    if CRITERION.match(text.strip()):
        text = "inclusion criteria\n" + textwrap.indent(textwrap.dedent(text), "  ")
    whole = f"{headed(block.context)}\n{text}"
    return whole if "criteria" in whole else f"{whole}\nexclusion criteria: none in the source\n"


def headed(context: str) -> str:
    return context if context.startswith("protocol:") else f"protocol: Example\n{context}"


def must_be_clean(text: str, folder: Path, but: set[str] = USED_ELSEWHERE) -> ProtocolFile:
    found = read_protocol("page", text, files_beside(folder / "page.protocol"))
    wrong = [f"{one.code}: {one.message} {one.where or ''}" for one in found.diagnostics if one.code not in but]
    if wrong:
        raise AssertionError("\n".join(wrong))
    must_stay_the_same_when_formatted(found, folder)
    return found


def must_stay_the_same_when_formatted(found: ProtocolFile, folder: Path) -> None:
    assert found.source is not None
    assert found.protocol is not None
    syntax = syntax_of(found.source, folder)
    text = format_protocol(syntax)
    again = read_protocol("formatted", text, files_beside(folder / "page.protocol"))
    assert again.source is not None
    assert again.protocol is not None, f"fmt writes what can't be read:\n{text}\n{again.diagnostics}"
    assert list(map(meaning, again.protocol.checked.criteria)) == list(map(meaning, found.protocol.checked.criteria))
    assert format_protocol(syntax_of(again.source, folder)) == text, "formatted twice it is something else"


def syntax_of(source: SourceText, folder: Path) -> ProtocolSyntax:
    beside = files_beside(folder / "page.protocol")

    def load(name: str) -> bytes | None:
        return LIBRARY.read_bytes() if name == STANDARD_LIBRARY else beside(name)

    syntax = parse_with_uses(source, load).parsed.syntax
    assert syntax is not None
    return syntax


def run_protocol(block: Block, folder: Path) -> None:
    is_file = block.text.startswith("protocol:") or SECTION.match(block.text) or CRITERION.match(block.text.strip())
    if "wrong" in block.words:
        said = {word for word in block.words if re.fullmatch(r"[A-Z]\d{3}", word)}
        for rule in [block.text] if is_file else rules_of(block.text):
            text = file_of_fragment(block) if is_file else file_of_rules(block, [rule])
            found = {one.code for one in read_protocol("page", text).diagnostics} - (USED_ELSEWHERE - said)
            if found != said:
                raise AssertionError(f"gives {sorted(found) or 'nothing'}, not {sorted(said)}:\n{rule}")
    elif "rules" in block.words:
        must_be_clean(file_of_rules(block, rules_of(block.text)), folder)
    elif "same" in block.words:
        run_same(block, folder)
    elif "in" in block.options:
        whole = (ROOT / block.options["in"]).read_text(encoding="utf-8")
        assert "\n".join(map(str.strip, block.text.split("\n"))) in "\n".join(map(str.strip, whole.split("\n")))
    elif "context" in block.words:
        must_be_clean(file_of_fragment(evolve(block, context="")), folder)
    elif "fragment" in block.words:
        must_be_clean(file_of_fragment(block), folder)
    else:
        assert not block.words, f"no such kind of block: {block.words}"
        must_be_clean(block.text, folder, but=set())


def run_same(block: Block, folder: Path) -> None:
    rules = rules_of(block.text)
    found = must_be_clean(file_of_rules(block, rules), folder)
    assert found.protocol is not None
    criteria = found.protocol.checked.criteria
    for rule, criterion in zip(rules, criteria, strict=True):
        assert meaning(criterion) == meaning(criteria[0]), f"means something else than the first: {rule}"
    assert " ".join(criteria[0].statement.split()) == " ".join(rules[0].split()), "the first is not the canonical form"


def meaning(criterion: Criterion) -> object:
    return criterion.applies_if, criterion.rule


# ---- commands and programs ------------------------------------------------------------------------------------------


def run_console(block: Block, folder: Path) -> str:
    """The block as it should be: each command with what it prints."""
    printed: list[str] = []
    status = 0
    for line in block.text.split("\n"):
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:])
        assert words[0] == "protocol-dsl", f"only protocol-dsl can be run: {line}"
        given = None
        if "<" in words:
            given = (folder / words[-1]).read_bytes()
            words = words[: words.index("<")]
        done = subprocess.run(
            [sys.executable, "-m", "protocol_dsl", *words[1:]],
            cwd=folder,
            input=given or b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        )
        printed += [line, *done.stdout.decode().rstrip("\n").split("\n")] if done.stdout.strip() else [line]
        status = max(status, done.returncode)
    assert not any(line.startswith("Traceback") for line in printed), "\n".join(printed)
    assert status == int(block.options.get("exit", 0)), f"exit {status}:\n" + "\n".join(printed)
    return "\n".join(printed) + "\n"


def run_python(block: Block, folder: Path, namespace: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.chdir(folder):
        exec(compile(block.text, block.place, "exec"), namespace)
    return printed.getvalue()


def agrees(shown: str, printed: str) -> bool:
    """Whether an output is what the page shows, where a line `…` stands for any lines."""
    lines = shown.rstrip("\n").split("\n")
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line) + "\n" for line in lines)
    return re.fullmatch(pattern, trimmed(printed)) is not None


def trimmed(printed: str) -> str:
    """What is printed, without spaces and empty lines at the end."""
    return "\n".join(line.rstrip() for line in printed.rstrip().split("\n")) + "\n"


class PageRun:
    """Runs the blocks of one page, one after the other, in one folder."""

    def __init__(self, opened: Page, folder: Path) -> None:
        self.page = opened
        self.folder = folder
        self.namespace: dict[str, object] = {}
        self.printed: str | None = None

    def run(self, block: Block) -> None:
        if "file" in block.options:
            file = self.folder / block.options["file"]
            file.parent.mkdir(exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        printed, self.printed = self.printed, None
        match block.language:
            case "protocol":
                run_protocol(block, self.folder)
            case "console":
                self.compare(block, run_console(block, self.folder))
            case "python":
                self.printed = run_python(block, self.folder, self.namespace)
                if said := re.findall(r"^print\(.*\)  # (.+)$", block.text, flags=re.MULTILINE):
                    assert self.printed.splitlines() == said, f"prints {self.printed}"
                    self.printed = None
            case "text" if "output" in block.words:
                assert printed is not None, "there is no Python above it"
                self.compare(block, printed)
            case "json":
                json.loads(block.text)
            case "yaml":
                yaml.safe_load(block.text)
            case "toml":
                tomllib.loads(block.text)
            case "html":
                Environment().parse(block.text)
            case "css":
                assert style_problems(block.text) == []
            case "typst":
                assert "file" in block.options, "it is tried by the command below it"
            case "csv":
                assert len({len(row) for row in csv.reader(io.StringIO(block.text))}) == 1
            case "text" | "":
                assert not block.words
            case _:
                raise AssertionError(f"no such kind of block: {block.language!r}")
        if self.printed:
            following = self.following(block)
            shown = following is not None and following.language == "text"
            assert shown, f"prints, but no output is shown:\n{self.printed}"

    def following(self, block: Block) -> Block | None:
        return next((one for one in self.page.blocks() if one.line > block.line), None)

    def compare(self, block: Block, printed: str) -> None:
        if agrees(block.text, printed):
            return
        if ACCEPT and "\n…\n" not in f"\n{block.text}":
            self.page.corrected.append((block, trimmed(printed)))
            return
        raise AssertionError(f"the page shows:\n{block.text}\nbut it prints:\n{printed}")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_of_a_page_does_what_the_page_says(path: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "protocols", tmp_path / "protocols")
    opened = Page(path)
    run = PageRun(opened, tmp_path)
    failures = []
    for block in opened.blocks():
        try:
            run.run(block)
        except Exception as error:  # all blocks of a page are reported at once
            failures.append(f"{block.place}: {type(error).__name__}: {error}")
    if ACCEPT:
        opened.write_corrected(GENERATED)
    if failures:
        pytest.fail("\n\n".join(failures), pytrace=False)


# ---- what the pages must hold ---------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in lines)


def _code(words: str) -> str:
    return f"`{words}`"


def _phrases() -> str:
    rows = []
    for terminal, phrases in PHRASES.items():
        if terminal in ("OR_MORE", "OR_LESS"):
            continue  # they stand behind the number, where the canonical form says it before
        first, *more = dict.fromkeys(phrase.lstrip(", ") or phrase for phrase in phrases)  # a comma before it is free
        if more:
            rows.append((_code(first), ", ".join(map(_code, more))))
    return _table(("canonical", "also read"), rows)


def _signs() -> str:
    meant: dict[str, list[str]] = {}
    for sign, terminals in SIGNS.items():
        if not all(terminal in PHRASES for terminal in terminals):
            continue  # `includes`, which is said in no other way
        meant.setdefault(" ".join(PHRASES[one][0] for one in terminals), []).append(_code(sign))
    return _table(("canonical", "also read"), [(_code(said), ", ".join(signs)) for said, signs in meant.items()])


def _diagnostics() -> str:
    parts = []
    for title, family in FAMILIES.items():
        pages = [page(code) for code in codes() if code.startswith(family)]
        rows = [(_code(found.code), found.severity.value, found.title) for found in pages]
        parts.append(f"## {title}\n\n{_table(('code', 'kind', 'title'), rows)}\n")
    return "".join(parts)


def _units() -> str:
    by_dimension: dict[str, list[str]] = {}
    for spelling in known_units():
        unit = parse_unit(spelling)
        if len(unit.parts) == 1 and unit.parts[0][1] == 1 and len(unit.dimension) == 1:
            ((dimension, power),) = unit.dimension
            found = by_dimension.setdefault(POWERS.get((dimension, power), dimension), [])
            if unit.symbol not in found:
                found.append(unit.symbol)
    rows = [(dimension, ", ".join(map(_code, symbols))) for dimension, symbols in sorted(by_dimension.items())]
    return _table(("of", "units"), rows)


POWERS = {
    ("length", 2): "area",
    ("length", 3): "volume",
    ("length", -1): "refraction",
    ("time", -1): "rate, radioactivity",
}


FAMILIES = {
    "The file": ("P0",),
    "Lines and sentences": ("P1",),
    "Names": ("P2",),
    "Kinds of data and units": ("P3",),
    "Two readings": ("P4",),
    "What can't be meant": ("P5",),
    "Examples in the protocol": ("P6",),
    "The wording": ("L1",),
    "The wording and the rule": ("L2",),
    "Patients' facts": ("F10", "F11"),
    "Files of patients": ("F15", "F16"),
    "Documents": ("D1",),
}


def _template_blocks() -> str:
    rows = []
    for file in sorted(TEMPLATES.glob("*.html.j2")):
        if blocks := re.findall(r"{% block (\w+) %}", file.read_text(encoding="utf-8")):
            rows.append((_code(file.name), ", ".join(map(_code, blocks))))
    return _table(("template", "blocks"), rows)


def _words() -> str:
    """The English sentences by their keys, as they are written in a file of words."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for key, text in leaves(wording("en").entries):
        if key != "language":  # what the file is, and no sentence
            part, _, name = key.partition(".") if "." in key else ("", "", key)
            written = json.dumps(text, ensure_ascii=False).replace("\u00a0", "\\u00a0").replace("\u2002", "\\u2002")
            parts.setdefault(part, []).append((_code(name), _code(written)))
    heads = {part: f"## [{part}]" if part else "## Before all parts" for part in parts}
    return "\n".join(f"{heads[part]}\n\n{_table(('key', 'words'), rows)}" for part, rows in parts.items())


JUDGED = list(csv.DictReader((ROOT / "tests/lint/judged.csv").open(encoding="utf-8")))


def _precision() -> str:
    rows = []
    for rule in rules():
        verdicts = [row["verdict"] for row in JUDGED if row["code"] == rule.code]
        share = f"{verdicts.count('right')} of {len(verdicts)}" if verdicts else "none found"
        rows.append((f"[{rule.code}](#{_anchor(rule.code, rule.page.title)})", rule.page.title, share))
    return _table(("rule", "finds", "right"), rows)


def _anchor(code: str, title: str) -> str:
    return re.sub(r"[^\w\- ]", "", f"{code}: {title}".casefold()).replace(" ", "-")


def _wording_rules() -> str:
    parts = []
    for rule in rules():
        body = rule.page.body.replace("## Wrong", "Wrong:").replace("## Right", "Right:")
        parts.append(f"### {rule.code}: {rule.page.title}\n\n{body}\n")
    return "".join(parts)


GENERATED = {
    "words": _words(),
    "precision": _precision(),
    "wording rules": _wording_rules(),
    "template blocks": _template_blocks(),
    "phrases": _phrases(),
    "signs": _signs(),
    "diagnostics": _diagnostics(),
    "units": _units(),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_generated_parts_of_a_page_are_current(path: Path) -> None:
    for name, text in Page(path).generated():
        assert text == GENERATED[name], f"{name} is out of date: ACCEPT_DOCS=1 pytest tests/test_docs.py writes it"


def test_each_generated_part_is_on_a_page() -> None:
    assert {name for path in PAGES for name, _ in Page(path).generated()} == GENERATED.keys()


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Header keys", HEADER),
        ("Attributes of data", ATTRIBUTES),
        ("Notes", NOTES),
        ("Comparators", [PHRASES[comparator][0] for comparator in PHRASES if comparator in COMPARATORS]),
    ],
)
def test_the_reference_names_all_words_of_a_kind(heading: str, words: list[str]) -> None:
    assert sorted(first_column(LANGUAGE, heading)) == sorted(words)


def test_the_reference_of_templates_names_all_that_they_may_hold() -> None:
    section = (ROOT / "docs/reference/templates.md").read_text(encoding="utf-8").partition("## Elements\n")[2]
    told = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]+)`", section.partition("\n## ")[0]))))
    told |= {"h2", "h3"}  # between `h1` and `h4`
    assert set(ELEMENTS) <= told
    assert {name for names in CLASSES.values() for name in names} <= told
    assert {name for names in ATTRIBUTES_OF_ELEMENTS.values() for name in names} <= told


def test_every_diagnostic_is_in_a_family() -> None:
    assert all(any(code.startswith(family) for family in FAMILIES.values()) for code in codes())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    for target in links(path):
        name, _, anchor = target.partition("#")
        led_to = (path.parent / name).resolve() if name else path
        assert led_to.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors(led_to), f"{target}: no such heading"


def test_every_page_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs/index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in links(index)}
    assert {path for path in PAGES if path not in (ROOT / "README.md", index)} <= linked


def test_every_unit_can_be_written_in_a_rule(tmp_path: Path) -> None:
    """As a UCUM code, a symbol or words, but for those that are kinds of data too (`events`)."""
    spellings = sorted({*known_units(), *(parse_unit(unit).symbol for unit in known_units())} - SERIES_KINDS)
    data = "".join(f"  x{number}: {unit}\n" for number, unit in enumerate(spellings))
    rules = "".join(f"      - x{number} is at least 2 {unit}\n" for number, unit in enumerate(spellings))
    text = f"protocol: Units\ndata: all\n{data}inclusion criteria\n  I1: All\n    all of:\n{rules}"
    found = must_be_clean(text, tmp_path)
    assert found.protocol is not None
    rule = found.protocol.checked["I1"].rule
    assert isinstance(rule, core.All)
    units = [limit.right.unit for limit in rule.conditions if isinstance(limit, core.Compare)]  # type: ignore[union-attr]
    # What is written `2 1`, or `2 g/g`, is a bare 2.
    assert units == [None if parse_unit(unit) == ONE else parse_unit(unit) for unit in spellings]


def test_the_context_of_facts_knows_every_kind_of_data() -> None:
    """The page of facts shows a fact of every kind; its protocol declares them all."""
    blocks = Page(ROOT / "docs/reference/facts.md").blocks()
    text = next(block.text for block in blocks if block.options.get("file") == "visit.protocol")
    found = read_protocol("visit.protocol", text)
    assert found.protocol is not None
    assert {type(item.kind).__name__ for item in found.protocol.checked.items.values()} == {
        "YesNo",
        "Quantity",
        "OneOf",
        "Date",
        "Text",
        "Rows",
    }
    assert json_schema(found.protocol.checked)
