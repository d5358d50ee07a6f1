"""The lexer for Pygments: it knows every word, and gives back every character."""

import re
from pathlib import Path

import pytest
from protocols import NIGHTS
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, Keyword, Name, Number, String, Text

from protocol_dsl.highlighting import ProtocolLexer

ROOT = Path(__file__).parents[2]
PROTOCOLS = sorted([*ROOT.glob("protocols/*.protocol"), *ROOT.glob("tests/**/*.protocol")])
BLOCK = re.compile(r"^```protocol[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.name)
def test_every_protocol_is_read_whole(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    found = list(ProtocolLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in found) == text
    assert all(text[at : at + len(value)] == value for at, _, value in found)
    assert all(kind is not Error for _, kind, _ in found)


def test_the_pieces_of_the_documentation_are_coloured() -> None:
    text = (ROOT / "docs" / "reference" / "language.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) > 30
    for block in blocks:
        found = list(ProtocolLexer().get_tokens(block))
        assert "".join(value for _, value in found) == block
        assert any(kind is not Text for kind, value in found if value.strip())


def test_words_have_their_kinds() -> None:
    found = [(kind, value) for kind, value in ProtocolLexer().get_tokens(NIGHTS) if value.strip()]
    for wanted in [
        (Keyword.Namespace, "inclusion criteria"), (Name.Label, "I1"), (Name.Variable, "age"), (Keyword, "at least"),
        (Number, "18"), (Keyword.Type, "years"), (Name.Constant, "severe"), (String.Doc, "> Adults, 50 % of them heavy."),
    ]:  # fmt: skip
        assert wanted in found


def test_a_piece_without_declarations_has_words_and_numbers() -> None:
    found = list(ProtocolLexer().get_tokens("FVC is at least 50%  # low\n"))
    assert (Keyword, "at least") in found
    assert (Number, "50") in found
    assert (Comment.Single, "# low") in found


@pytest.mark.parametrize("text", ["", "\x00", "\ufeffprotocol: X\n", "a\r\nb\rc", "🌙\u00ad e\u0301\n"])
def test_any_text_comes_back(text: str) -> None:
    assert "".join(value for _, _, value in ProtocolLexer().get_tokens_unprocessed(text)) == text


def test_it_is_found_by_its_name_where_the_package_is_installed() -> None:
    try:
        lexer = get_lexer_by_name("protocol")
    except Exception:  # the package is used from its folder, and has no entry points
        pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert 'protocol = "protocol_dsl.highlighting:ProtocolLexer"' in pyproject
    else:
        assert isinstance(lexer, ProtocolLexer)
    assert "<span" in highlight("age is at least 18 years", ProtocolLexer(), HtmlFormatter())
