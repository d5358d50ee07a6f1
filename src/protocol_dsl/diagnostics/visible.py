"""Text from files, made safe to show."""

import re
from typing import Final

_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """A text of one line as it may be shown: tabs as spaces, each character that hides, moves or colours as �."""
    return _HIDDEN.sub("�", text.replace("\t", " "))
