"""What an editor may send that is no ordinary file: the server answers, and says nothing that is not so."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from protocols import NIGHTS, read
from test_while_typing import use_all

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.lsp.definition import path_of_used
from protocol_dsl.lsp.server import make_server, path_of
from protocol_dsl.pipeline import files_beside

ADDRESSES = [
    "untitled:Untitled-1", "file:///c%3A/Users/x/a.protocol", "file:///C:/x/y.protocol", "file://server/share/a.protocol",
    "vscode-notebook-cell:/a#b", "git:/x/a.protocol?%7B", "file:///no/such/folder/x.protocol", "file:///a%00b.protocol", "",
    "file:///%FF%FE.protocol", "file:///" + "a" * 5000 + ".protocol",
]  # fmt: skip
NAMES = ["shared.protocol", "../x.protocol", "/etc/passwd", "x" * 5000 + ".protocol", "C:\\x\\y.protocol", ".", "~"]


@pytest.mark.parametrize("uri", ADDRESSES, ids=[address[:25] for address in ADDRESSES])
def test_any_address(uri: str) -> None:
    path = path_of(uri)
    for name in NAMES:
        loader = files_beside(Path(path)) if path else None
        analysis = Analysis(path or uri, f"protocol: X\nuse\n  {name}\n", loader)
        assert [one.code for one in analysis.diagnostics] == ["P208"]
        assert path_of_used(name, Path(path).parent if path else None) is None


def test_a_name_leads_to_no_file_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "x.protocol").write_text("protocol: X\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert path_of_used("../x.protocol", inner) is None
    assert path_of_used("x.protocol", tmp_path) == (tmp_path / "x.protocol").resolve()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "byte order mark"])
def test_places_outside_the_text(line_end: str, mark: str) -> None:
    analysis = read(mark + NIGHTS.replace("\n", line_end))
    assert analysis.protocol is not None
    for place in [(0, 10**6), (10**6, 0), (10**6, 10**6), (3, 10**9), (2**31 - 1, 2**31 - 1)]:
        use_all(analysis, types.Position(*place))


def test_a_huge_file_is_answered() -> None:
    rules = "".join(f"  I{number}: Age\n    age is at least {number} years\n" for number in range(1, 200))
    analysis = read(f"protocol: X\ndata\n  age: years\ninclusion criteria\n{rules}" + "# " + "x" * 200_000)
    use_all(analysis, types.Position(200, 5))


def test_a_server_has_every_feature_that_is_told_of() -> None:
    features = make_server().protocol.fm.features
    assert {types.TEXT_DOCUMENT_HOVER, types.TEXT_DOCUMENT_RENAME, types.TEXT_DOCUMENT_CODE_ACTION} <= features.keys()
