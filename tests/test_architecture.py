"""The import law: a module imports from lower layers only, at its top, and each library has its one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen

import protocol_dsl

PACKAGE: Final = "protocol_dsl"
ROOT: Final = Path(protocol_dsl.__file__).parent
MODULES: Final = sorted(ROOT.rglob("*.py"))

LAYERS: Final = {
    "version": 0,
    "source": 0,
    "library": 0,
    "values": 0,
    "diagnostics": 1,
    "syntax": 2,
    "semantics": 3,
    "evaluate": 4,
    "cohort": 4,
    "render": 4,
    "verify": 4,
    "lint": 4,
    "export": 4,
    "pipeline": 5,
    "cli": 6,
    "lsp": 6,
    "highlighting": 6,
    "web": 6,
    "__main__": 7,
    "__init__": 7,
}
BESIDE: Final = {
    ("render", "evaluate"),
    ("render", "verify"),
    ("cohort", "evaluate"),
    ("verify", "evaluate"),
    ("cli", "lsp"),
}
"""Packages of one layer of which the first may use the second: words for a trace and for what a search has found, single
patients, a server."""

HOMES: Final = {
    "lark": {"syntax"},
    "jinja2": {"render"},
    "click": {"cli"},
    "rich": {"cli"},
    "duckdb": {"cohort"},
    "sqlglot": {"cohort"},
    "typst": {"render"},
    "docx": {"render"},
    "yaml": {"evaluate"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "pygments": {"highlighting"},
}
"""The libraries that are named in one package only."""

INSIDE_FUNCTIONS: Final = {
    ("cli/main.py", "protocol_dsl.cli"): "`--help` and `--version` start without the rest of the package",
    ("cli/editor.py", "protocol_dsl.lsp.server"): "it needs pygls, which is optional",
    ("cli/patients.py", "protocol_dsl.render.sponsor"): "only where a document is made",
    ("cli/patients.py", "protocol_dsl.render.patient_text"): "words are made only when somebody asks",
    ("diagnostics/catalogue.py", "importlib"): "slow, and needed only where there is something to say",
    ("diagnostics/catalogue.py", "tomllib"): "slow, and needed only where there is something to say",
    ("evaluate/patient_formats.py", "yaml"): "optional",
    ("pipeline.py", "protocol_dsl.lint"): "its rules and tables are read only when somebody asks",
    ("pipeline.py", "protocol_dsl.render.documents"): "Jinja is slow to start",
    ("pipeline.py", "protocol_dsl.render.explanation"): "words are made only when somebody asks",
    ("pipeline.py", "protocol_dsl.render.patient_text"): "words are made only when somebody asks",
    ("pipeline.py", "protocol_dsl.render.suggested"): "words are made only when somebody asks",
    ("pipeline.py", "protocol_dsl.render.sponsor"): "only where a document is made",
    ("render/documents.py", "protocol_dsl.render.forms.pdf"): "it needs Typst, which is optional",
    ("render/documents.py", "protocol_dsl.render.forms.word"): "it needs python-docx, which is optional",
    ("render/forms/pdf.py", "typst"): "optional",
    ("render/forms/word.py", "protocol_dsl.render.forms.word_package"): "it needs python-docx, which is optional",
    ("values/unit_reading.py", "tomllib"): "needed only once a unit is read",
    ("values/unit_reading.py", "difflib"): "slow, and needed only for a unit that is not known",
}
"""Imports inside a function, each with its reason: what is optional or slow stays out of start-up."""


@frozen
class Import:
    """One imported module: where, and whether inside a function."""

    place: str
    module: str
    line: int
    in_function: bool

    @property
    def library(self) -> str:
        return self.module.partition(".")[0]

    @property
    def part(self) -> str | None:
        """The part of the package that is imported, such as `syntax`."""
        if self.library != PACKAGE:
            return None
        return [*self.module.split("."), "__init__"][1]

    def __str__(self) -> str:
        return f"{self.place}:{self.line} imports {self.module}"


def imports_of(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    place = path.relative_to(ROOT).as_posix()
    yield from _imports(tree, place, in_function=False)


def _imports(node: ast.AST, place: str, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(place, alias.name, child.lineno, in_function)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{place}:{child.lineno}: a relative import hides which layer it reaches"
            for module in _modules_of(child):
                yield Import(place, module, child.lineno, in_function)
        inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(child, place, inside)


def _modules_of(node: ast.ImportFrom) -> list[str]:
    """`from protocol_dsl import syntax` names a part of the package, not the package."""
    assert node.module is not None
    if node.module == PACKAGE:
        return [f"{PACKAGE}.{alias.name}" for alias in node.names]
    return [node.module]


def part_of(place: str) -> str:
    return place.split("/")[0].removesuffix(".py")


ALL_IMPORTS: Final = [found for path in MODULES for found in imports_of(path)]


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {part_of(path.relative_to(ROOT).as_posix()) for path in MODULES}
    assert parts <= LAYERS.keys()


def breaks_the_law(found: Import) -> bool:
    """Whether it reaches up, or into another package of its own layer that is no exception."""
    here, there = part_of(found.place), found.part
    if there is None or here == there:
        return False
    if there not in LAYERS:
        return True
    return LAYERS[there] >= LAYERS[here] and (here, there) not in BESIDE


def test_modules_import_from_lower_layers_only() -> None:
    assert [str(found) for found in ALL_IMPORTS if breaks_the_law(found)] == []


def test_the_lowest_layer_imports_nothing_of_ours() -> None:
    lowest = {part for part, layer in LAYERS.items() if layer == 0}
    wrong = [str(f) for f in ALL_IMPORTS if part_of(f.place) in lowest and f.part not in (None, part_of(f.place))]
    assert wrong == []


def test_each_library_is_named_in_its_own_package_only() -> None:
    wrong = [str(f) for f in ALL_IMPORTS if f.library in HOMES and part_of(f.place) not in HOMES[f.library]]
    assert wrong == []


def test_imports_stand_at_the_top_but_for_those_with_a_reason() -> None:
    inside = {(found.place, found.module) for found in ALL_IMPORTS if found.in_function}
    assert inside == INSIDE_FUNCTIONS.keys()


@pytest.mark.parametrize(
    ("place", "module"),
    [
        ("syntax/parse.py", "protocol_dsl.semantics.core"),
        ("evaluate/program.py", "protocol_dsl.render"),
        ("source/text.py", "protocol_dsl.values"),
        ("render/lines.py", "protocol_dsl.pipeline"),
        ("evaluate/trace.py", "protocol_dsl"),
    ],
)
def test_the_law_notices(place: str, module: str) -> None:
    assert breaks_the_law(Import(place, module, 1, in_function=False))
