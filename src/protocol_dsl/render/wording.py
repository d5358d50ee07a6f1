"""The fixed words of explanations and documents, one file a language in `locale/`."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from protocol_dsl.render.showing import capital
from protocol_dsl.values import DayTime, PartialDate, date_in_words

LANGUAGES: Final = ("en", "zh")
"""The languages of documents and explanations, by their codes."""


_ONE_DAY: Final = datetime.timedelta(days=1)
_NUMBER_AND_WORD: Final = re.compile(r"(?P<number>.*[0-9])[ \u00a0](?P<word>[a-z]+(?:-[a-z]+)?)")
_PERCENTILE: Final = re.compile(r"(?P<number>[0-9.–]+?)(?:st|nd|rd|th)?(?:–[0-9.]+(?:st|nd|rd|th))?[ \u00a0]percentile")


class Wording:
    """The sentences of one language: `words("sentence.applies", because="sex is male")`."""

    def __init__(self, entries: Mapping[str, Any]):
        self.entries = entries

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of this key, filled in; of two forms, the one for the number `n`."""
        entry = self.entry(key)
        if isinstance(entry, dict):
            entry = entry["one" if values["n"] == 1 and "one" in entry else "other"]
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

    # ---- how texts, days and numbers are put together ---------------------------------------------------------------

    @property
    def language(self) -> str:
        """The code of the language."""
        return str(self.entry("language"))

    def listed(self, parts: Iterable[str]) -> str:
        """ "a, b, c"."""
        return str(self.entry("joint.list")).join(parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """ "a; b; c"."""
        return str(self.entry("joint.clause")).join(parts)

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other."""
        return str(self.entry("joint.sentence")).join(sentence for sentence in sentences if sentence)

    def ended(self, text: str) -> str:
        """The text with a full stop."""
        return text if text.endswith((".", "!", "?", "。", "！", "？")) else text + str(self.entry("joint.stop"))

    def sentence(self, text: str) -> str:
        """The text with a capital in front, ended by a full stop."""
        started = capital(text)
        return started if started.endswith((".)", "。）")) else self.ended(started)

    def unended(self, text: str) -> str:
        """The text without its full stop."""
        return text.removesuffix(".").removesuffix("。")

    def day(self, when: datetime.date | PartialDate) -> str:
        """ "16 March 2026", and what is known of a day that is known in part."""
        if not isinstance(when, PartialDate):
            key = "date.time" if isinstance(when, DayTime) else "date.day"
            minutes = when.minute if isinstance(when, DayTime) else 0
            clock = f"{minutes // 60:02}:{minutes % 60:02}"
            return self(key, day=when.day, month=self.month_name(when), year=when.year, clock=clock)
        first, last = when.days[0], when.days[-1]
        whole = len(when.days) == (last - first).days + 1 and first.day == (last + _ONE_DAY).day == 1
        if whole and (first.year, first.month) == (last.year, last.month):
            return self("date.month", month=self.month_name(first), year=first.year)
        if whole and (first.month, last.month) == (1, 12) and first.year == last.year:
            return self("date.year", year=first.year)
        return self("date.between", first=self.day(first), last=self.day(last))

    def day_written(self, text: str) -> str:
        """A day, month or year that stands in a protocol file, in digits or in words."""
        try:
            return self.day(date_in_words(text))
        except ValueError:
            return text

    def month_name(self, day: datetime.date) -> str:
        """The name of a day's month."""
        return str(self.entry("date.months")[day.month - 1])

    def ordinal(self, day: datetime.date) -> str:
        """ "16th" of a day."""
        number = day.day
        ending = (
            "other" if 10 <= number % 100 <= 20 else {1: "first", 2: "second", 3: "third"}.get(number % 10, "other")
        )
        return self(f"date.ordinal.{ending}", day=number)

    def quantity(self, text: str, own: Mapping[str, str] | None = None) -> str:
        """A number with its unit, of which words are said in this language; `own`: words that go before."""
        units: Mapping[str, str] = self.entry("units")
        if not units:
            return text
        parts = text.split(" + ")
        if len(parts) > 1:
            return str(self.entry("joint.sum")).join(self.quantity(part) for part in parts)
        if percentile := _PERCENTILE.fullmatch(text):
            return self("unit.percentile", number=percentile["number"])
        found = _NUMBER_AND_WORD.fullmatch(text)
        if found is None:
            number, space, symbol = text.rpartition("\u00a0" if "\u00a0" in text else " ")
            return f"{number}{space}{self.unit(symbol)}" if space else text
        word = found["word"]
        told = next(
            (given[form] for given in (own or {}, units) for form in (word, f"{word}s", word[:-1]) if form in given),
            None,
        )
        return text if told is None else self("unit.of", number=found["number"], unit=told)

    def unit(self, symbol: str, own: Mapping[str, str] | None = None) -> str:
        """A unit without a number, of which words are said in this language: "mg/day"."""
        units: Mapping[str, str] = self.entry("units")
        if not units:
            return symbol
        if own and symbol in own:
            return own[symbol]
        if " + " in symbol:
            return str(self.entry("joint.sum")).join(self.unit(part) for part in symbol.split(" + "))
        first, *below = symbol.split("/")
        calendar: Mapping[str, str] = self.entry("calendar")
        told = units.get(first) or units.get(f"{first}s", first)
        return "/".join([told, *(calendar.get(part) or units.get(f"{part}s", part) for part in below)])

    def all_of(self, parts: Sequence[str], joint: str = "sentence.and") -> str:
        """ "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self(joint, first=self.listed(parts[:-1]), last=parts[-1])

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
