"""The server: takes an editor's requests, reads the files that it has open, and answers with the features."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from protocol_dsl.lsp.analysis import Analyses, Analysis
from protocol_dsl.lsp.code_actions import FIX_ALL, code_actions
from protocol_dsl.lsp.code_lenses import code_lenses
from protocol_dsl.lsp.completion import completion
from protocol_dsl.lsp.definition import definition, path_of_used
from protocol_dsl.lsp.diagnostics import diagnostics
from protocol_dsl.lsp.folding import folding_ranges
from protocol_dsl.lsp.formatting import formatting
from protocol_dsl.lsp.hover import hover
from protocol_dsl.lsp.inlay_hints import inlay_hints
from protocol_dsl.lsp.outline import outline
from protocol_dsl.lsp.references import highlights, references
from protocol_dsl.lsp.rename import RenameError, prepare_rename, rename
from protocol_dsl.lsp.semantic_tokens import LEGEND, semantic_tokens
from protocol_dsl.pipeline import files_beside, loads
from protocol_dsl.version import __version__

PAUSE: Final = 0.2
"""For so many seconds nothing is typed before the file is checked anew."""
WARMING_UP: Final = (
    "protocol: Any\ndays\n  screening\ndata\n  age: years\n"
    "inclusion criteria\n  I1: Age\n    age is at least 18 years\n"
)


class ProtocolServer(LanguageServer):
    """One editor's server."""

    def __init__(self, pause: float = PAUSE) -> None:
        super().__init__("protocol-dsl", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.pause = pause
        self.analyses = Analyses()
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._told: dict[str, list[tuple[int | str | None, str]]] = {}
        """What the checker said of each file when the editor was last told."""

    def analysis(self, uri: str) -> Analysis:
        """The read of a file as it stands in the editor."""
        document = self.workspace.get_text_document(uri)
        path = path_of(uri)
        loader = files_beside(Path(path)) if path else None
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        name = path or uri
        return self.analyses.of(name, document.source, loader, str(getattr(encoding, "value", encoding)))

    def find(self, uri: str, name: str) -> Path | None:
        """The path of a file that a protocol uses."""
        path = path_of(uri)
        return path_of_used(name, Path(path).parent if path else None)

    def check_soon(self, uri: str) -> None:
        """Check a file once nothing has been typed for a moment."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.get_running_loop().call_later(self.pause, self.check, uri)

    def check(self, uri: str) -> None:
        """Tell the editor what is wrong with a file."""
        self._waiting.pop(uri, None)
        if uri in self.workspace.text_documents:
            found = diagnostics(self.analysis(uri), uri, findings=False)
            told = [(one.code, one.message) for one in found]
            # What stays as it is is told with the findings, which would else go and come back with each pause.
            if told != self._told.get(uri) or self.analysis(uri).has_errors:
                self._tell(uri, found)
            self._told[uri] = told
            _ = self.analysis(uri).outcomes  # evaluated now, so that lenses need not wait for it
            self._ask_anew()
            if not self.analysis(uri).has_errors:
                self._waiting[uri] = asyncio.get_running_loop().call_later(0, self.review, uri)

    def review(self, uri: str) -> None:
        """Tell the editor what the wording review finds too, once it has been answered all else."""
        self._waiting.pop(uri, None)
        if uri in self.workspace.text_documents:
            self._tell(uri, diagnostics(self.analysis(uri), uri))

    def _tell(self, uri: str, found: list[types.Diagnostic]) -> None:
        version = self.workspace.get_text_document(uri).version
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version=version))

    def _ask_anew(self) -> None:
        """Have the editor ask for what has become of examples and windows, now that the file is checked."""
        if get_capability(self.client_capabilities, "workspace.code_lens.refresh_support", False):
            self.workspace_code_lens_refresh(None)
        if get_capability(self.client_capabilities, "workspace.inlay_hint.refresh_support", False):
            self.workspace_inlay_hint_refresh(None)

    def forget(self, uri: str) -> None:
        """A file is closed: nothing more is told of it."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting.cancel()
        self._told.pop(uri, None)
        self.analyses.forget(path_of(uri) or uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def path_of(uri: str) -> str | None:
    """The path of a file; None of a text that was never saved, and of what no path can be."""
    path = to_fs_path(uri)
    return path if path and "\0" not in path else None


def make_server() -> ProtocolServer:
    """A server with all features."""
    server = ProtocolServer()
    _follow_files(server)
    _answer_about_places(server)
    _answer_about_files(server)
    return server


def _follow_files(server: ProtocolServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.check_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.analyses.forget()
        for uri in list(server.workspace.text_documents):  # others may use the file that was saved
            server.check(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)


def _answer_about_places(server: ProtocolServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION)
    def complete(params: types.CompletionParams) -> types.CompletionList:
        return completion(server.analysis(params.text_document.uri), params.position)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        return hover(server.analysis(params.text_document.uri), params.position)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def defined(params: types.DefinitionParams) -> types.Location | None:
        uri = params.text_document.uri
        return definition(server.analysis(uri), uri, params.position, lambda name: server.find(uri, name))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def referred(params: types.ReferenceParams) -> list[types.Location]:
        uri = params.text_document.uri
        return references(server.analysis(uri), uri, params.position, params.context.include_declaration)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlighted(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return highlights(server.analysis(params.text_document.uri), params.position)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        try:
            return prepare_rename(server.analysis(params.text_document.uri), params.position)
        except RenameError as error:
            raise JsonRpcInvalidParams(str(error)) from None

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit:
        uri = params.text_document.uri
        try:
            return rename(server.analysis(uri), uri, params.position, params.new_name)
        except RenameError as error:
            raise JsonRpcInvalidParams(str(error)) from None

    kinds = [types.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    def corrected(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return code_actions(server.analysis(uri), uri, params.range, params.context.only)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def hinted(params: types.InlayHintParams) -> list[types.InlayHint]:
        return inlay_hints(server.analysis(params.text_document.uri), params.range)


def _answer_about_files(server: ProtocolServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return outline(server.analysis(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        return formatting(server.analysis(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return folding_ranges(server.analysis(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def coloured(params: types.SemanticTokensParams) -> types.SemanticTokens:
        return semantic_tokens(server.analysis(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def evaluated(params: types.CodeLensParams) -> list[types.CodeLens]:
        return code_lenses(server.analysis(params.text_document.uri))


def serve() -> None:
    """Talk to an editor over standard input and output, until it ends the talk."""
    loads(WARMING_UP)  # the tables of the parser, before anything is asked
    gc.freeze()
    make_server().start_io()
