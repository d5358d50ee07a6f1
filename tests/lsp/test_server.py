"""The server as an editor meets it: a process of its own, spoken to over standard input and output."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from protocols import NIGHTS, place_of, read, text_at, with_edits
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

COMMAND = [sys.executable, "-m", "protocol_dsl", "language-server"]
TWO_READINGS = NIGHTS.replace("    age is at least 18 years\n", "    agee is at least 18 years\n")


@pytest_lsp.fixture(
    scope="module",
    params=["visual-studio-code", "neovim"],
    config=ClientServerConfig(server_command=COMMAND, server_env=dict(os.environ)),
)
async def client(lsp_client: LanguageClient, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    capabilities = client_capabilities(request.param)
    asked = lsp_client.asked = []  # type: ignore[attr-defined]

    @lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def lenses_anew(*params: object) -> None:
        asked.append("lenses")

    @lsp_client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    def hints_anew(*params: object) -> None:
        asked.append("hints")

    if request.param == "visual-studio-code":
        assert capabilities.general is not None
        capabilities.general.position_encodings = [types.PositionEncodingKind.Utf16]
    result = await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    lsp_client.encoding = result.capabilities.position_encoding or "utf-16"  # type: ignore[attr-defined]
    yield
    await lsp_client.shutdown_session()


_opened = iter(range(10_000))


async def opened(client: LanguageClient, text: str = NIGHTS, uri: str | None = None) -> tuple[str, Any]:
    """Open a text in the editor: its address, and a read of it for its places, in the encoding that was agreed on."""
    from protocol_dsl.lsp.analysis import Analysis

    uri = uri or f"file:///somewhere/nights{next(_opened)}.protocol"
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "protocol", version=1, text=text))
    )
    while uri not in client.diagnostics:  # findings about another file may still come
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    encoding = client.encoding  # type: ignore[attr-defined]
    return uri, Analysis("nights", text, None, str(getattr(encoding, "value", encoding)))


def at(uri: str, place: types.Position) -> dict[str, Any]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": place}


@pytest.mark.asyncio(loop_scope="module")
async def test_diagnostics_come_when_a_file_is_opened_and_go_when_it_is_closed(client: LanguageClient) -> None:
    uri, analysis = await opened(client, TWO_READINGS)
    problem = next(one for one in client.diagnostics[uri] if one.code == "P201")
    assert text_at(analysis, problem.range) == "agee"
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert not client.diagnostics[uri]


@pytest.mark.asyncio(loop_scope="module")
async def test_diagnostics_follow_what_is_typed_once_it_rests(client: LanguageClient) -> None:
    uri, analysis = await opened(client, TWO_READINGS)
    place = place_of(analysis, "agee is")
    place = types.Position(place.line, place.character + 2)  # behind `age`
    seen = len(client.messages)
    for version, text in enumerate(["", "x", ""], start=2):
        change = types.TextDocumentContentChangePartial(
            types.Range(place, types.Position(place.line, place.character + 1)), text
        )
        if version > 2:
            change = types.TextDocumentContentChangePartial(
                types.Range(place, types.Position(place.line, place.character + (version == 4))), text
            )
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), [change])
        )
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [one for one in client.diagnostics[uri] if one.severity is types.DiagnosticSeverity.Error] == []
    assert len(client.messages) == seen


@pytest.mark.asyncio(loop_scope="module")
async def test_findings_about_the_wording_come_behind_the_rest(client: LanguageClient) -> None:
    uri, _ = await opened(
        client, NIGHTS.replace("    > Adults, 50 % of them heavy.", "    > Adults with adequate function.")
    )
    for _ in range(100):
        if "L101" in [one.code for one in client.diagnostics[uri]]:
            break
        await asyncio.sleep(0.1)
    assert "L101" in [one.code for one in client.diagnostics[uri]]


@pytest.mark.asyncio(loop_scope="module")
async def test_corrections(client: LanguageClient) -> None:
    uri, analysis = await opened(client, TWO_READINGS)
    problem = next(one for one in client.diagnostics[uri] if one.code == "P201")
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri), problem.range, types.CodeActionContext(diagnostics=[problem])
        )
    )
    assert actions
    edits = [action.edit.changes[uri] for action in actions if isinstance(action, types.CodeAction) and action.edit]  # type: ignore[index]
    assert NIGHTS in [with_edits(analysis, list(edit)) for edit in edits]


@pytest.mark.asyncio(loop_scope="module")
async def test_completion(client: LanguageClient) -> None:
    text = NIGHTS.replace("    age is at least 18 years\n", "    sex is \n")
    uri, analysis = await opened(client, text)
    place = place_of(analysis, "sex is \n")
    place = types.Position(place.line, place.character + 6)
    found = await client.text_document_completion_async(types.CompletionParams(**at(uri, place)))
    assert isinstance(found, types.CompletionList)
    labels = [item.label for item in found.items]
    assert {"male", "female", "not"} <= set(labels)
    assert "kg" not in labels


@pytest.mark.asyncio(loop_scope="module")
async def test_hover(client: LanguageClient) -> None:
    uri, analysis = await opened(client)
    found = await client.text_document_hover_async(types.HoverParams(**at(uri, place_of(analysis, "FVC is"))))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "percentage of the predicted value" in found.contents.value
    assert found.range is not None
    assert text_at(analysis, found.range) == "FVC"


@pytest.mark.asyncio(loop_scope="module")
async def test_definition(client: LanguageClient) -> None:
    uri, analysis = await opened(client)
    found = await client.text_document_definition_async(
        types.DefinitionParams(**at(uri, place_of(analysis, "heavy\n")))
    )
    assert isinstance(found, types.Location)
    assert text_at(analysis, found.range) == "heavy"
    library = await client.text_document_definition_async(
        types.DefinitionParams(**at(uri, place_of(analysis, "body mass")))
    )
    assert isinstance(library, types.Location)
    assert library.uri.endswith("standard_library.protocol")


@pytest.mark.asyncio(loop_scope="module")
async def test_definition_in_a_file_of_the_folder(client: LanguageClient, tmp_path: Path) -> None:
    shared = tmp_path / "shared.protocol"
    shared.write_text("protocol: Shared\ndata: all\n  age: years\n", encoding="utf-8")
    text = "protocol: X\nuse\n  shared.protocol\ninclusion criteria\n  I1: Age\n    age is at least 18 years\n"
    file = tmp_path / "own.protocol"
    file.write_text(text, encoding="utf-8")
    uri, analysis = await opened(client, text, file.as_uri())
    assert [one for one in client.diagnostics[uri] if one.severity is types.DiagnosticSeverity.Error] == []
    found = await client.text_document_definition_async(types.DefinitionParams(**at(uri, place_of(analysis, "age is"))))
    assert found == types.Location(shared.as_uri(), types.Range(types.Position(2, 2), types.Position(2, 5)))


@pytest.mark.asyncio(loop_scope="module")
async def test_references_and_highlights(client: LanguageClient) -> None:
    uri, analysis = await opened(client)
    place = place_of(analysis, "weight: kg")
    found = await client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(include_declaration=True), **at(uri, place))
    )
    assert found
    assert [text_at(analysis, one.range) for one in found] == ["weight"] * 6
    marked = await client.text_document_document_highlight_async(types.DocumentHighlightParams(**at(uri, place)))
    assert len(marked or []) == 6


@pytest.mark.asyncio(loop_scope="module")
async def test_renaming(client: LanguageClient) -> None:
    uri, analysis = await opened(client)
    place = place_of(analysis, "stroke: events")
    prepared = await client.text_document_prepare_rename_async(types.PrepareRenameParams(**at(uri, place)))
    assert isinstance(prepared, types.PrepareRenamePlaceholder)
    assert prepared.placeholder == "stroke"
    edit = await client.text_document_rename_async(types.RenameParams(new_name="brain attack", **at(uri, place)))
    assert edit is not None
    after = with_edits(analysis, list(edit.changes[uri]))  # type: ignore[index]
    assert read(after).protocol is not None
    assert "any severe brain attack within" in after
    with pytest.raises(JsonRpcException, match="weight is not renamed: "):
        await client.text_document_rename_async(
            types.RenameParams(new_name="height", **at(uri, place_of(analysis, "weight: kg")))
        )


@pytest.mark.asyncio(loop_scope="module")
async def test_outline_and_folding(client: LanguageClient) -> None:
    uri, _ = await opened(client)
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert found
    assert found[0].name == "Nights 夜间 🌙"
    inclusion = next(one for one in found if one.name == "inclusion criteria")
    assert isinstance(inclusion, types.DocumentSymbol)
    assert inclusion.children is not None
    assert inclusion.children[0].name == "I1: Age ≥ 18 岁 🌙"
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert folds
    assert any(one.start_line == inclusion.range.start.line for one in folds)


@pytest.mark.asyncio(loop_scope="module")
async def test_formatting(client: LanguageClient) -> None:
    uri, analysis = await opened(client, NIGHTS.replace("FVC is at least 50%", "FVC   ≥ 50 %"))
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), types.FormattingOptions(2, True))
    )
    assert edits
    assert "FVC is at least 50% and" in with_edits(analysis, list(edits))


@pytest.mark.asyncio(loop_scope="module")
async def test_colours(client: LanguageClient) -> None:
    uri, _ = await opened(client)
    found = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
    )
    assert found is not None
    assert len(found.data) > 500
    assert len(found.data) % 5 == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_hints_and_lenses(client: LanguageClient) -> None:
    uri, analysis = await opened(client)
    document = types.TextDocumentIdentifier(uri)
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, analysis.positions.whole()))
    assert "from 16 September 2025 to 16 March 2026 (well)" in [hint.label for hint in hints or []]
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    titles = [lens.command.title for lens in lenses or [] if lens.command is not None]
    assert client.asked  # type: ignore[attr-defined]  # to ask anew, once the file was checked
    assert "3 examples: 2 pass, 1 fails; not as expected: heavy one" in titles


@pytest.mark.asyncio(loop_scope="module")
async def test_saving_a_file_checks_those_that_use_it(client: LanguageClient, tmp_path: Path) -> None:
    shared = tmp_path / "shared.protocol"
    shared.write_text("protocol: Shared\ndata: all\n  age: years\n", encoding="utf-8")
    text = "protocol: X\nuse\n  shared.protocol\ninclusion criteria\n  I1: Age\n    age is at least 18 years\n"
    uri, _ = await opened(client, text, (tmp_path / "own.protocol").as_uri())
    assert "P201" not in [one.code for one in client.diagnostics[uri]]
    shared.write_text("protocol: Shared\ndata: all\n  weight: kg\n", encoding="utf-8")
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    for _ in range(50):
        if [one.code for one in client.diagnostics[uri]] == ["P201"]:
            break
        await asyncio.sleep(0.1)
    assert [one.code for one in client.diagnostics[uri]] == ["P201"]


def test_without_its_packages_the_command_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError('no', name='pygls')\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(COMMAND, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "protocol-dsl[editor]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_starts_without_the_server() -> None:
    code = "import sys, protocol_dsl.cli.main; sys.exit('pygls' in sys.modules or 'protocol_dsl.lsp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
