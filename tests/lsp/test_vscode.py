"""The extension for VS Code: its grammar follows the language, colours what it should, and the folder packs."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from protocols import NIGHTS

from protocol_dsl.syntax.parse import SECTIONS
from protocol_dsl.syntax.words import ATTRIBUTES, HEADER, LANGUAGES, NOTES, PHRASES

FOLDER = Path(__file__).parents[2] / "editors" / "vscode"
TOKENISE = """
const fs = require("fs"), oniguruma = require("vscode-oniguruma"), textmate = require("vscode-textmate");
const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer;
const library = oniguruma.loadWASM(wasm).then(() => ({
  createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text) => new oniguruma.OnigString(text),
}));
const raw = textmate.parseRawGrammar(fs.readFileSync(process.argv[2], "utf-8"), process.argv[2]);
const registry = new textmate.Registry({ onigLib: library, loadGrammar: async () => raw });
registry.loadGrammar("source.protocol").then((grammar) => {
  let state = textmate.INITIAL;
  const found = [];
  for (const line of fs.readFileSync(process.argv[3], "utf-8").split("\\n")) {
    const read = grammar.tokenizeLine(line, state);
    for (const token of read.tokens) {
      const scope = token.scopes[token.scopes.length - 1];
      if (scope !== "source.protocol") found.push([line.slice(token.startIndex, token.endIndex), scope]);
    }
    state = read.ruleStack;
  }
  console.log(JSON.stringify(found));
});
"""


def grammar_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("protocol_grammar", FOLDER / "grammar.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_grammar_is_that_of_the_language() -> None:
    """`python editors/vscode/grammar.py` writes it anew."""
    assert (FOLDER / "syntaxes" / "protocol.tmLanguage.json").read_text(encoding="utf-8") == grammar_module().text()


def test_the_grammar_holds_every_word_and_all_it_includes() -> None:
    grammar = json.loads((FOLDER / "syntaxes" / "protocol.tmLanguage.json").read_text(encoding="utf-8"))
    whole = json.dumps(grammar, ensure_ascii=False).replace("\\\\s+", " ").replace("\\\\", "")
    spoken = [phrase for phrases in PHRASES.values() for phrase in phrases if phrase[0].isalpha()]
    for word in (*spoken, *SECTIONS, *LANGUAGES, *ATTRIBUTES, *NOTES, *HEADER):
        assert word in whole or word.title() in whole or word.capitalize() in whole or word.lower() in whole.lower(), (
            word
        )
    included = {part.split('"')[0] for part in whole.split('"include": "#')[1:]}
    assert included == grammar["repository"].keys()


def test_the_package_names_files_that_there_are() -> None:
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    language, grammar = package["contributes"]["languages"][0], package["contributes"]["grammars"][0]
    assert language["extensions"] == [".protocol"]
    assert grammar["scopeName"] == "source.protocol"
    for path in (language["configuration"], grammar["path"], "client.js", "README.md", "LICENSE"):
        assert (FOLDER / path).is_file()
    json.loads((FOLDER / "language-configuration.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the packages that it needs, elsewhere."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    folder = tmp_path_factory.mktemp("editor") / "vscode"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "extension.js", "*.vsix"))
    if (FOLDER / "node_modules").is_dir():
        (folder / "node_modules").symlink_to(FOLDER / "node_modules")
        return folder
    try:
        done = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm ci does not come to an end: no registry is near")
    if done.returncode:
        pytest.skip("npm ci does not get the packages of the extension")
    return folder


def test_the_extension_packs(installed: Path) -> None:
    done = subprocess.run(["npm", "run", "package"], cwd=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(installed / "protocol-dsl.vsix") as packed:
        names = set(packed.namelist())
        extension = packed.read("extension/extension.js").decode("utf-8")
    assert {"extension/package.json", "extension/syntaxes/protocol.tmLanguage.json"} <= names
    assert not any("node_modules" in name or name.endswith(("client.js", "grammar.py")) for name in names)
    assert "language-server" in extension


def test_the_grammar_colours_a_protocol(installed: Path) -> None:
    (installed / "tokenise.js").write_text(TOKENISE, encoding="utf-8")
    (installed / "nights.protocol").write_text(NIGHTS + "# 完 end\n", encoding="utf-8")
    command = ["node", "tokenise.js", "syntaxes/protocol.tmLanguage.json", "nights.protocol"]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {(text.strip(), scope.removesuffix(".protocol")) for text, scope in json.loads(done.stdout)}
    for wanted in [
        ("inclusion criteria", "keyword.control.section"), ("I1", "entity.name.tag"), ("Age ≥ 18 岁 🌙", "markup.bold"),
        ("at least", "keyword.other"), ("18", "constant.numeric"), ("years", "keyword.other.unit"),
        ("> Adults, 50 % of them heavy.", "string.quoted.other"), ("kg/m²", "keyword.other.unit"),
        ("passes", "constant.language"), ("# 完 end", "comment.line.number-sign"), ("asked if", "entity.other.attribute-name"),
        ("2026-03-16", "constant.other.date"), ("yes/no", "support.type"), ("well", "entity.name.section"),
        ("treatments", "support.type"), ("sex", "variable.other"),
    ]:  # fmt: skip
        assert wanted in found
