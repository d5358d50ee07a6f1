"""Small and large damage to the text of a protocol file, as slips, bad copies and hostile hands do it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, str, Sequence[str]], str]

CHARACTERS = (
    " \t\n\r\x00\x0b\x1b\x7f\x85\xa0­\u2028\u200b\u202e\ufeff\ud800"
    "#>-–—−•*:;,.=()[]{}<>≥≤≠&%/\\|^²³×÷\"'“”’°µμé中اà́🙂0123456789aAzZ"
)
WORDS = (
    "and", "or", "not", "no", "any", "all of:", "any of:", "none of:", "at least 2 of:", "if", "then", "otherwise",
    "unless", "where", "is", "is not", "is recorded", "is at least", "is between", "inclusive", "exclusive", "within",
    "before", "after", "since", "for each", "if any", "known", "applies if", "means", "=", "rounded to 2 decimals",
    "completed years from", "earlier of", "of", "to", "in", "%", "days", "0 months", "0 days", "0000-01-01", "9999-12-31",
    "0001-01-01", "2023-02-29", "2024-02-29", "2026-13-01", "9e999", "1e5", "1,5", "1,000,000", "00012", "-5", "- - - 5",
    "0.1", "0", "10" * 40, "9" * 4500, "0." + "0" * 4500 + "1", "99999 years before", "73001 days after", "^99", "^0",
    "NaN", "Infinity", "kg/m²", "kg", "months", "hours", "yes/no", "one of a, b", "ordered a < b", "one row for each thing",
    "percentage of", "judgement by", "none in the source", "protocol:", "data:", "days", "definitions", "examples",
    "inclusion criteria", "exclusion criteria", "I1: Again", "patient X, like Base", "patients like Base", "| a | b |",
    "interpretation:", "asked if:", "if not recorded:", "evaluated on:", "evaluation date", "not recorded",
    "investigator judges:", "(", ")", "((((((((((", "))))", "<script>alert(1)</script>", "{{ 7*7 }}", "${x}", "__import__('os')",
)  # fmt: skip


def _place(chance: random.Random, text: str) -> int:
    return chance.randint(0, len(text))


def delete_characters(chance: random.Random, text: str, _: Sequence[str]) -> str:
    at = _place(chance, text)
    return text[:at] + text[at + chance.choice((1, 1, 2, 5, 40)) :]


def insert_characters(chance: random.Random, text: str, _: Sequence[str]) -> str:
    at = _place(chance, text)
    return text[:at] + "".join(chance.choices(CHARACTERS, k=chance.choice((1, 1, 2, 4)))) + text[at:]


def swap_characters(chance: random.Random, text: str, _: Sequence[str]) -> str:
    at = chance.randint(0, max(0, len(text) - 2))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _words_changed(chance: random.Random, text: str, change: Callable[[list[str], int], None]) -> str:
    """Change the words of one line, its indentation kept."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    line = lines[number]
    words = line.split()
    if words:
        change(words, chance.randrange(len(words)))
        lines[number] = line[: len(line) - len(line.lstrip())] + " ".join(words)
    return "\n".join(lines)


def delete_word(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return _words_changed(chance, text, lambda words, at: words.__delitem__(at))


def double_word(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return _words_changed(chance, text, lambda words, at: words.insert(at, words[at]))


def swap_words(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(words: list[str], at: int) -> None:
        other = chance.randrange(len(words))
        words[at], words[other] = words[other], words[at]

    return _words_changed(chance, text, change)


def insert_word(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return _words_changed(chance, text, lambda words, at: words.insert(at, chance.choice(WORDS)))


def replace_word(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return _words_changed(chance, text, lambda words, at: words.__setitem__(at, chance.choice(WORDS)))


def move_word(chance: random.Random, text: str, others: Sequence[str]) -> str:
    """Put a word of any file in the place of another: mostly still a sentence."""
    word = chance.choice(chance.choice(others).split() or WORDS)
    return _words_changed(chance, text, lambda words, at: words.__setitem__(at, word))


def _lines_changed(text: str, change: Callable[[list[str]], None]) -> str:
    lines = text.split("\n")
    change(lines)
    return "\n".join(lines)


def delete_lines(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(lines: list[str]) -> None:
        at = chance.randrange(len(lines))
        del lines[at : at + chance.choice((1, 1, 1, 3, 10))]

    return _lines_changed(text, change)


def double_lines(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(lines: list[str]) -> None:
        at = chance.randrange(len(lines))
        size = chance.choice((1, 1, 3, 10))
        lines[at:at] = lines[at : at + size]

    return _lines_changed(text, change)


def swap_lines(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(lines: list[str]) -> None:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]

    return _lines_changed(text, change)


def join_lines(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(lines: list[str]) -> None:
        at = chance.randrange(len(lines))
        lines[at : at + 2] = [" ".join(lines[at : at + 2])]

    return _lines_changed(text, change)


def break_line(chance: random.Random, text: str, _: Sequence[str]) -> str:
    at = _place(chance, text)
    return text[:at] + "\n" + " " * chance.choice((0, 2, 4, 6, 8, 12)) + text[at:]


def indent_lines(chance: random.Random, text: str, _: Sequence[str]) -> str:
    def change(lines: list[str]) -> None:
        at = chance.randrange(len(lines))
        more = chance.choice((" ", "  ", "    ", "\t", "", "-", "- ", "# ", "> ", "  - "))
        for number in range(at, min(len(lines), at + chance.choice((1, 1, 2, 8)))):
            lines[number] = more + (lines[number] if more and chance.random() < 0.7 else lines[number].lstrip())

    return _lines_changed(text, change)


def splice(chance: random.Random, text: str, others: Sequence[str]) -> str:
    """Lines of another file in the middle of this one."""

    def change(lines: list[str]) -> None:
        other = chance.choice(others).split("\n")
        begin = chance.randrange(len(other))
        at = chance.randrange(len(lines))
        lines[at : at + chance.choice((0, 1, 5))] = other[begin : begin + chance.randint(1, 15)]

    return _lines_changed(text, change)


def change_number(chance: random.Random, text: str, _: Sequence[str]) -> str:
    digits = [at for at, character in enumerate(text) if character.isdigit()]
    if not digits:
        return text
    at = chance.choice(digits)
    more = ("", "0", "00", "9" * 30, "9" * 4500, ".5", "e999", "-", ",000", "9999999")
    return text[:at] + chance.choice("0123456789") + chance.choice(more) + text[at + 1 :]


def endless_line(chance: random.Random, text: str, _: Sequence[str]) -> str:
    words = " ".join(chance.choices(text.split() or ["x"], k=3))
    joined = chance.choice((" ", " and ", " or ", ", ", " + ", "", "; "))
    at = _place(chance, text)
    return text[:at] + joined.join([words] * chance.choice((100, 2000))) + text[at:]


def nest_deeply(chance: random.Random, text: str, _: Sequence[str]) -> str:
    deep = chance.choice((20, 90, 110, 1000))
    at = _place(chance, text)
    piece = chance.choice((
        "(" * deep, ")" * deep, "(" * deep + "1" + ")" * deep, "- " * deep, "-" * deep, "3 days after " * deep,
        "earlier of " * deep, "not " * deep, "known " * deep, "if " * deep, " and adult" * deep, " + 1" * deep,
        "^2" * deep, "\n".join(" " * (2 * level) + "- all of:" for level in range(deep)),
        "\n".join(" " * level + "all of:" for level in range(deep)), "1 if " * deep, "2% of " * deep, "is " * deep,
    ))  # fmt: skip
    return text[:at] + piece + text[at:]


def change_line_ends(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return text.replace("\n", chance.choice(("\r\n", "\r", "\u2028", "\n\n", "\n \n")))


def keep_part(chance: random.Random, text: str, _: Sequence[str]) -> str:
    at = _place(chance, text)
    return text[:at] if chance.random() < 0.5 else text[at:]


def change_case(chance: random.Random, text: str, _: Sequence[str]) -> str:
    return _words_changed(
        chance, text, lambda words, at: words.__setitem__(at, chance.choice((str.upper, str.title))(words[at]))
    )


COMMON: tuple[Mutation, ...] = (
    delete_characters, insert_characters, swap_characters, delete_word, double_word, swap_words, insert_word,
    replace_word, replace_word, move_word, move_word, move_word, delete_lines, double_lines, swap_lines, join_lines,
    break_line, indent_lines, splice, change_number, change_case,
)  # fmt: skip
RARE: tuple[Mutation, ...] = (endless_line, nest_deeply, change_line_ends, keep_part)


def mutated(chance: random.Random, originals: Sequence[str]) -> str:
    """One of the files with one to five changes; some are still protocols, most are not."""
    text = chance.choice(originals)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        mutation = chance.choice(RARE if chance.random() < 0.06 else COMMON)
        text = mutation(chance, text, originals) or " "
    return text
