"""Titres, percentiles and ages in weeks and days: how they are read and printed, and what they convert to."""

from __future__ import annotations

import pytest

from protocol_dsl.values import TITRE, WEEKS_AND_DAYS, UnitError, convert, parse_unit, read_written_number, unit_text


@pytest.mark.parametrize(
    ("unit", "number", "text"),
    [
        ("titre", 160, "1:160"),
        ("titre", "80–160", "1:80–1:160"),
        ("percentile", 1, "1st percentile"),
        ("percentile", 2, "2nd percentile"),
        ("percentile", 3, "3rd percentile"),
        ("percentile", 11, "11th percentile"),
        ("percentile", 12, "12th percentile"),
        ("percentile", 13, "13th percentile"),
        ("percentile", 21, "21st percentile"),
        ("percentile", 25, "25th percentile"),
        ("percentile", "2.5", "2.5th percentile"),
        ("percentile", "3–25", "3rd–25th percentile"),
        ("percentile", "a few", "a few percentile"),
        ("weeks + days", 171, "24 weeks + 3 days"),
        ("weeks + days", 168, "24 weeks + 0 days"),
        ("weeks + days", 8, "1 week + 1 day"),
        ("weeks + days", 3, "0 weeks + 3 days"),
        ("weeks + days", -1, "-1 day"),
        ("weeks + days", "171.5", "24 weeks + 3.5 days"),
        ("weeks + days", "170–171", "24 weeks + 2 days–24 weeks + 3 days"),
        ("days", 171, "171 days"),
    ],
)
def test_how_they_are_printed(unit: str, number: int | str, text: str) -> None:
    assert unit_text(parse_unit(unit), number) == text


@pytest.mark.parametrize(
    ("symbol", "spellings"),
    [
        ("titre", ["titres", "titer", "titers", "{titre}", "{titer}"]),
        ("percentile", ["percentiles", "th percentile", "st percentile", "nd percentile", "rd percentile"]),
        ("weeks + days", ["weeks+days", "weeks and days", "weeks  +  days", WEEKS_AND_DAYS]),
    ],
)
def test_spellings(symbol: str, spellings: list[str]) -> None:
    unit = parse_unit(symbol)
    assert unit.symbol == symbol
    assert [parse_unit(spelling) for spelling in spellings] == [unit] * len(spellings)


def test_weeks_and_days_are_a_length_of_time_in_days() -> None:
    unit = parse_unit("weeks + days")
    assert convert(24, parse_unit("weeks"), unit) == 168
    assert convert(168, unit, parse_unit("weeks")) == 24
    assert convert(3, parse_unit("days"), unit) == 3
    assert unit != parse_unit("days")


@pytest.mark.parametrize("other", ["1", "%", "percentile"])
def test_a_titre_converts_to_nothing_else(other: str) -> None:
    with pytest.raises(UnitError):
        convert(160, parse_unit("titre"), parse_unit(other))


@pytest.mark.parametrize(
    ("code", "text", "number"),
    [
        (TITRE, "1:160", 160),
        (TITRE, " 1 : 20 ", 20),
        (TITRE, "2:160", None),
        (TITRE, "<1:40", None),
        (TITRE, "1:", None),
        (TITRE, "1:" + "9" * 30, None),
        (WEEKS_AND_DAYS, "24+3", 171),
        (WEEKS_AND_DAYS, "24 + 3", 171),
        (WEEKS_AND_DAYS, "24w3d", 171),
        (WEEKS_AND_DAYS, "24 w 3 d", 171),
        (WEEKS_AND_DAYS, "24w+3d", 171),
        (WEEKS_AND_DAYS, "24 weeks 3 days", 171),
        (WEEKS_AND_DAYS, "24 weeks + 0 days", 168),
        (WEEKS_AND_DAYS, "1 week and 1 day", 8),
        (WEEKS_AND_DAYS, "24+7", None),
        (WEEKS_AND_DAYS, "24", None),
        (WEEKS_AND_DAYS, "24 weeks", None),
        (WEEKS_AND_DAYS, "-24+3", None),
        ("d", "24+3", None),
    ],
)
def test_texts_of_their_own(code: str, text: str, number: int | None) -> None:
    assert read_written_number(code, text) == number
