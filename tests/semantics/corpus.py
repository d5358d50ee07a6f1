"""Protocol files with what is expected of them in the same file, after a line `--- expected`.

With `ACCEPT_OUTPUT=1` in the environment, the files take over what comes out; then read them.
"""

import os
from pathlib import Path

from protocol_dsl.semantics.check import CheckedFile, check
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.example_files import with_example_files
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.uses import parse_with_uses

HERE = Path(__file__).parent
MARK = "--- expected\n"


def files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.protocol"))


def read(path: Path) -> tuple[SourceText, str]:
    """The protocol of a file, and what is expected of it."""
    text, _, expected = path.read_text(encoding="utf-8").partition(MARK)
    return SourceText.read(path.name, text), expected


def checked(source: SourceText) -> CheckedFile:
    return check(parsed(source))


def parsed(source: SourceText) -> ParsedFile:
    return with_example_files(parse_with_uses(source, _used), _used).parsed


def _used(name: str) -> bytes | None:
    """A file that a protocol of the corpus uses; those of `bad/used` are named with their folder."""
    path = HERE / "bad" / name
    return path.read_bytes() if path.suffix in (".protocol", ".csv") and path.is_file() else None


def compare(path: Path, source: SourceText, expected: str, found: str) -> None:
    """Compare with what is expected, or take it over."""
    if os.environ.get("ACCEPT_OUTPUT"):
        path.write_text(f"{source.text}{MARK}{found}", encoding="utf-8")
        return
    assert found == expected
