"""Plain forms: what Word, Windows and the web put into a text, rewritten as the language reads it.

Curly quotes become straight ones, every kind of space becomes a space, every line end becomes one
newline, characters that take no room are dropped, and letters are composed (NFC). Dashes, the minus
sign and signs such as ≥ stay: they have a meaning that the lexer decides.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

LINE_END: Final = re.compile("\r\n|[\n\r\x0b\x85\u2028\u2029]")

# Invisible and without effect on the order of what is read: zero-width spaces and joiners, soft
# hyphens, a left-to-right mark, a stray byte order mark, emoji selectors, language tags.
DROPPED: Final = frozenset(
    "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
) | frozenset(map(chr, range(0xE0000, 0xE0080)))

_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

REPLACED: Final[dict[str, str]] = {
    **dict.fromkeys("\r\x0b\x85\u2028\u2029", "\n"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2010\u2011", "-"),
    "\u03bc": "\u00b5",
    **dict.fromkeys(DROPPED, ""),
}
_TABLE: Final = str.maketrans(REPLACED)

# Refused: control characters, and the marks that make a text read otherwise than it runs.
_REFUSED: Final = frozenset(
    [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\x0b\x85"]
    + list("\u061c\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f")
    + list("\ufff9\ufffa\ufffb")
)

# Ordering the accents of one letter takes time with the square of their number; no script needs more.
_MOST_ACCENTS: Final = 30


def plain(original: str) -> str:
    """The plain form of a text. Plain text comes back as it is."""
    text = original.replace("\r\n", "\n")
    for character in REPLACED.keys() & set(text):
        text = text.replace(character, REPLACED[character])
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def keeps_columns(original: str) -> bool:
    """Whether the plain form swaps characters one for one, line ends apart, so that columns stay as they are."""
    return original.isascii() or (DROPPED.isdisjoint(original) and unicodedata.is_normalized("NFC", original))


def refused_at(original: str) -> int | None:
    """Where the first character stands that no protocol file may hold, or None."""
    present = set(original)
    places = [original.index(character) for character in _REFUSED & present]
    accents = "".join(map(re.escape, sorted(filter(unicodedata.combining, present))))
    if accents:
        dropped = "".join(map(re.escape, sorted(DROPPED)))
        pile = re.search(f"(?:[{accents}][{dropped}]*){{{_MOST_ACCENTS + 1}}}", original)
        places += [pile.start()] if pile else []
    return min(places, default=None)


@lru_cache(maxsize=64)
def columns(line: str) -> tuple[tuple[int, int], ...]:
    """For each character of the plain form of one line (without its end): from where to where its author wrote it."""
    places: list[tuple[int, int]] = []
    pieces: list[str] = []
    for cluster in _clusters(line):
        written = "".join(line[place] for place in cluster).translate(_TABLE)
        piece = unicodedata.normalize("NFC", written)
        pieces.append(piece)
        if piece == written:
            places.extend((place, place + 1) for place in cluster)
        else:
            places.extend([(cluster[0], cluster[-1] + 1)] * len(piece))
    whole = plain(line)
    # A later version of Unicode may compose what `_joins` does not know of; then the line is pointed at as a whole.
    if "".join(pieces) != whole:
        return ((0, len(line)),) * len(whole)
    return tuple(places)


def _clusters(line: str) -> Iterator[list[int]]:
    """The places of each letter together with the accents on it, dropped characters left out."""
    cluster: list[int] = []
    for place, character in enumerate(line):
        if character in DROPPED:
            continue
        if cluster and not _joins(character):
            yield cluster
            cluster = []
        cluster.append(place)
    if cluster:
        yield cluster


def _joins(character: str) -> bool:
    """Whether a character may be composed with the one before it (accents, Hangul vowels and finals)."""
    return unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff"
