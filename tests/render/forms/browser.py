"""A browser for tests, where there is one: Chromium, driven by the Python package `playwright`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync")  # fmt: skip


@contextmanager
def browser() -> Iterator[Any]:
    """A browser without a network; the tests that want one are skipped where it is missing."""
    driver = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium is installed")
    with driver.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield opened
        finally:
            opened.close()


def opened(browser: Any, page: str, folder: Path, width: int = 1100) -> Any:
    """A page in the browser, which reaches no network."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    tab = browser.new_context(offline=True, viewport={"width": width, "height": 800}).new_page()
    tab.goto(file.as_uri())
    return tab
