"""The fixed words of explanations and documents, one file a language in `locale/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("en", "zh")
"""The languages of documents and explanations, by their codes."""


class Wording:
    """The sentences of one language: `words("sentence.applies", because="sex is male")`."""

    def __init__(self, entries: Mapping[str, Any]):
        self.entries = entries

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of this key, filled in; of two forms, the one for the number `n`."""
        entry = self.entry(key)
        if isinstance(entry, dict):
            entry = entry["one" if values["n"] == 1 else "other"]
        assert isinstance(entry, str)
        return entry.format(**values) if values else entry

    def entry(self, key: str) -> Any:
        """An entry as it stands in the file."""
        entry: Any = self.entries
        for part in key.split("."):
            entry = entry[part]
        return entry

    def replaced(self, words: Mapping[str, Any]) -> Wording:
        """The same with other sentences in place of those that `words` has."""
        return Wording(_merged(self.entries, words)) if words else self

    def count(self, number: int) -> str:
        """A number in words, up to ten."""
        names: Sequence[str] = self.entry("numbers")
        return names[number] if 0 < number < len(names) else str(number)

    def all_of(self, parts: Sequence[str], joint: str = "sentence.and") -> str:
        """ "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self(joint, first=", ".join(parts[:-1]), last=parts[-1])

    def one_of(self, parts: Sequence[str]) -> str:
        """ "a, b or c"."""
        return self.all_of(parts, "sentence.or")


def _merged(entries: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(entries)
    for key, entry in words.items():
        under = merged.get(key)
        both = isinstance(entry, Mapping) and isinstance(under, Mapping)
        merged[key] = _merged(under, entry) if both else entry  # type: ignore[arg-type]
    return merged


@cache
def wording(language: str = "en") -> Wording:
    """The words of a language."""
    text = resources.files("protocol_dsl.render").joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
    return Wording(tomllib.loads(text))
