"""The command that serves an editor."""

from __future__ import annotations

import click


def serve() -> int:
    """Talk to an editor until it ends the talk."""
    try:
        from protocol_dsl.lsp.server import serve as serve_editor
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.UsageError(
            "The language server needs packages that are not installed: python -m pip install 'protocol-dsl[editor]'."
        ) from None
    serve_editor()
    return 0
