"""Text in Markdown, so that what a file says is shown as it is and never taken for markup."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile(r"([\\`*_\[\]<>|#~&$@^{}])")
_LINKS: Final = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_STARTS: Final = re.compile(r"^(\s*)([-+](?=\s|$)|[-=](?=[-=]*\s*$))|^(\s*\d+)([.)](?=\s|$))")
_FENCE: Final = re.compile(r"`{3,}")


def escaped(text: object) -> str:
    """The text as a piece of a line of Markdown."""
    line = " ".join(str(text).replace("\u00a0", " ").split("\n"))
    line = _SIGNS.sub(r"\\\1", line)
    line = _LINKS.sub(lambda found: "\\" + found.group(), line)
    return _STARTS.sub(lambda found: f"{found[1] or found[3] or ''}\\{found[2] or found[4]}", line)


def fenced(text: str, info: str) -> str:
    """The text word for word, in a block whose fence is longer than any in it."""
    longest = max((len(found.group()) for found in _FENCE.finditer(text)), default=2)
    fence = "`" * max(3, longest + 1)
    name = re.sub(r"[^\w .:-]", "", info)
    return f"{fence}{name}\n{text}\n{fence}"


def fenced_texts(document: str, info: str) -> dict[str, str]:
    """The texts of the blocks whose fence line begins with `info`, by what follows it."""
    opening = re.compile(rf"^(?P<fence>`{{3,}}){re.escape(info)} (?P<name>.*)$")
    found: dict[str, str] = {}
    fence, name, lines = "", "", list[str]()
    for line in document.split("\n"):
        if not fence:
            if started := opening.match(line):
                fence, name, lines = started["fence"], started["name"], []
        elif line == fence:
            found[name] = "\n".join(lines)
            fence = ""
        else:
            lines.append(line)
    return found
