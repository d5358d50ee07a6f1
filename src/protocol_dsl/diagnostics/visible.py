"""Text from files, made safe to show."""

import re
from typing import Final

_SIGNS: Final = r"\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_HIDDEN: Final = re.compile(rf"[\x00-\x1f{_SIGNS}]")
_HIDDEN_IN_JSON: Final = re.compile(f"[{_SIGNS}]")


def visible(text: str) -> str:
    """A text of one line as it may be shown: tabs as spaces, each character that hides, moves or colours as �."""
    return _HIDDEN.sub("�", text.replace("\t", " "))


def escaped(json_text: str) -> str:
    """JSON in which each character that hides, moves or colours others is written as its number; the data stay."""
    return _HIDDEN_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)
