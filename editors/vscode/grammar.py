"""Writes the TextMate grammar, which colours a file before the server does, from the words of the language.

python grammar.py    writes syntaxes/protocol.tmLanguage.json
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from protocol_dsl.semantics.examples import RESULTS, VERDICTS
from protocol_dsl.syntax.declarations import KINDS
from protocol_dsl.syntax.parse import SECTIONS
from protocol_dsl.syntax.words import ATTRIBUTES, HEADER, LANGUAGES, NOTES, NUMBER_WORDS, PHRASES, SELECTORS, SIGNS, TIME_WORDS
from protocol_dsl.values import known_units

HERE = Path(__file__).parent
FILE = HERE / "syntaxes" / "protocol.tmLanguage.json"
EDGE = (r"(?<![\p{L}\p{N}_-])", r"(?![\p{L}\p{N}_-])")


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first, with any white space between their parts."""
    unique = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in unique)


def words(words: Iterable[str]) -> str:
    return f"(?i){EDGE[0]}(?:{any_of(words)}){EDGE[1]}"


def grammar() -> dict[str, object]:
    phrases = [phrase for all_of in PHRASES.values() for phrase in all_of]
    spoken = [phrase for phrase in (*phrases, *SIGNS, *SELECTORS, "latest", "applies if") if phrase[0].isalpha()]
    signs = [phrase for phrase in (*phrases, *SIGNS) if not (phrase[0].isalpha() or phrase[0] in "(),:")]
    units = [unit for unit in known_units() if not unit[0].isdigit()]
    sections = [heading for heading in SECTIONS if heading not in {name.casefold() for name in LANGUAGES}]
    headings = any_of((*sections, *LANGUAGES))
    number = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    results = any_of((*RESULTS, *VERDICTS, "not recorded", "none"))
    return {
        "name": "Protocol",
        "scopeName": "source.protocol",
        "fileTypes": ["protocol"],
        "patterns": [{"include": f"#{name}"} for name in (
            "comment", "quotation", "section", "criterion", "prose", "attribute", "example", "result", "declaration",
            "phrase",
        )],
        "repository": {
            "comment": {"match": r"(?:^|(?<=\s))#.*$", "name": "comment.line.number-sign.protocol"},
            "quotation": {"match": r"^\s*>.*$", "name": "string.quoted.other.protocol"},
            "section": {
                "match": rf"(?i)^(protocol|{headings})(?:\s*:\s*(.*?)|,?\s+(if)\s+(.*?))?\s*(#.*)?$",
                "captures": {
                    "1": {"name": "keyword.control.section.protocol"},
                    "2": {"name": "entity.name.section.protocol"},
                    "3": {"name": "keyword.other.protocol"},
                    "4": {"patterns": [{"include": "#phrase"}]},
                    "5": {"name": "comment.line.number-sign.protocol"},
                },
            },
            "criterion": {
                "match": r"^\s+([A-Z]{1,4}-?\d{1,3}[a-z]?)\s*[:.)]\s+(?!(?:passes|fails|open|does not apply)\s*$)(.*?)\s*$",
                "captures": {
                    "1": {"name": "entity.name.tag.protocol"},
                    "2": {"name": "markup.bold.protocol"},
                },
            },
            "prose": {
                "match": rf"(?i)^\s+({any_of((*NOTES, *HEADER))})\s*:(?:\s+(.*))?$",
                "captures": {
                    "1": {"name": "entity.other.attribute-name.protocol"},
                    "2": {"name": "string.unquoted.protocol"},
                },
            },
            "attribute": {
                "match": rf"(?i)^\s+({any_of(ATTRIBUTES)})\s*:(?:\s+(.*))?$",
                "captures": {
                    "1": {"name": "entity.other.attribute-name.protocol"},
                    "2": {"patterns": [{"include": "#phrase"}]},
                },
            },
            "example": {
                "match": r"^\s+(patients?)\s+(?:(.+?)(?:,\s*|\s+))??(?:(like)\s+(.+?))?\s*$",
                "captures": {
                    "1": {"name": "keyword.other.protocol"},
                    "2": {"name": "entity.name.section.protocol"},
                    "3": {"name": "keyword.other.protocol"},
                    "4": {"name": "entity.name.section.protocol"},
                },
            },
            "result": {
                "match": rf"^\s+([^:|]+?)\s*:\s+({results})\s*$",
                "captures": {
                    "1": {"name": "entity.name.tag.protocol"},
                    "2": {"name": "constant.language.protocol"},
                },
            },
            "declaration": {
                "match": rf"^\s+(?!-)([^:=#]+?)\s*:\s+((?:{any_of(KINDS)})(?![\p{{L}}\p{{N}}]))(.*)$",
                "captures": {
                    "1": {"name": "variable.other.protocol"},
                    "2": {"name": "support.type.protocol"},
                    "3": {"patterns": [{"include": "#comment"}, {"include": "#unit"}]},
                },
            },
            "phrase": {"patterns": [{"include": f"#{name}"} for name in ("comment", "day", "unit", "number", "keyword", "sign")]},
            "day": {"match": r"\b\d{4}-\d\d(?:-\d\d)?\b", "name": "constant.other.date.protocol"},
            "unit": {
                "match": rf"({number})\s*({any_of((*units, *TIME_WORDS))})(?![\p{{L}}\p{{N}}/])",
                "captures": {
                    "1": {"name": "constant.numeric.protocol"},
                    "2": {"name": "keyword.other.unit.protocol"},
                },
            },
            "number": {
                "match": rf"(?:{number})|{words(NUMBER_WORDS)}",
                "name": "constant.numeric.protocol",
            },
            "keyword": {"match": words(spoken), "name": "keyword.other.protocol"},
            "sign": {"match": any_of(signs), "name": "keyword.operator.protocol"},
        },
    }  # fmt: skip


def text() -> str:
    """The grammar as it stands in its file."""
    return json.dumps(grammar(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
