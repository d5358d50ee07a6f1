"""A protocol in the dress that Word, Windows, macOS and the web give a text: always the same protocol."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from protocol_dsl.pipeline import Protocol, read_protocol
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse

ALS = Path(__file__).parents[2] / "protocols" / "als-ipsc-mnp.protocol"
ADDED_DATA = """
data: added
  Sjögren's syndrome: yes/no
  creatinine: µmol/L
  T-score: number
"""
ADDED_CRITERIA = """
  I10: Signs that are written in several ways
    > Creatinine of 20–90 µmol/L, a T-score of −2.5 or more, no "active" Sjögren's syndrome.
    all of:
      - creatinine is between 20 and 90 µmol/L, inclusive
      - T-score is at least −2.5
      - not Sjögren's syndrome
"""


def with_hard_letters() -> str:
    text = ALS.read_text(encoding="utf-8")
    text = text.replace("\ndefinitions\n", f"{ADDED_DATA}\ndefinitions\n", 1)
    return text.replace("\nexclusion criteria", f"{ADDED_CRITERIA}\nexclusion criteria", 1)


PLAIN = with_hard_letters()


def curly(text: str) -> str:
    text = re.sub(r'"([^"\n]*)"', "“\\1”", text)
    return text.replace("'", "’")


def spaced(text: str) -> str:
    """Non-breaking and thin spaces between words and before units; the indentation too."""
    return text.replace(" is ", " is\u00a0").replace(" at ", "\u202fat ").replace("    ", "\u00a0\u00a0 \u00a0")


def dashed(text: str) -> str:
    return re.sub(r"^( *)- ", r"\1– ", text, flags=re.MULTILINE)


def dotted(text: str) -> str:
    return re.sub(r"^( *)- ", r"\1• ", text, flags=re.MULTILINE)


def with_hidden_characters(text: str) -> str:
    return text.replace("diagnosis", "dia\u00adgnosis").replace("screening", "screen\u200bing")


def everything(text: str) -> str:
    dressed = spaced(dashed(curly(text)))
    return "\ufeff" + unicodedata.normalize("NFD", with_hidden_characters(dressed)).replace("µ", "μ").replace(
        "\n", "\r\n"
    )


DRESSES: dict[str, Callable[[str], str | bytes]] = {
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"),
    "curly quotes": curly,
    "non-breaking spaces": spaced,
    "tabs": lambda text: re.sub(r"^(?:  )+", lambda found: "\t" * (len(found[0]) // 2), text, flags=re.MULTILINE),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "Greek mu": lambda text: text.replace("µ", "μ"),
    "en dashes for bullets": dashed,
    "dots for bullets": dotted,
    "hyphens for minus": lambda text: text.replace("is at least −2.5", "is at least -2.5"),
    "non-breaking hyphens": lambda text: text.replace("T-score", "T\u2011score"),
    "hidden characters": with_hidden_characters,
    "spaces at line ends": lambda text: text.replace("\n", "  \n"),
    "no newline at the end": lambda text: text.rstrip("\n"),
    "everything at once": everything,
}


def read(content: str | bytes) -> Protocol:
    file = read_protocol("dressed.protocol", content)
    assert file.protocol is not None, file.diagnostics
    return file.protocol


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress_is_the_same_protocol(dress: str) -> None:
    content = DRESSES[dress](PLAIN)
    assert content not in (PLAIN, PLAIN.encode())
    protocol = read(content)
    assert protocol.checked == read(PLAIN).checked
    assert [one.statement for one in protocol.checked.criteria] == [
        one.statement for one in read(PLAIN).checked.criteria
    ]


def formatted(content: str | bytes) -> str:
    syntax = parse(read(content).checked.source).syntax
    assert syntax is not None
    return format_protocol(syntax)


def test_formatting_takes_every_dress_off() -> None:
    assert formatted(everything(PLAIN)) == formatted(PLAIN)
