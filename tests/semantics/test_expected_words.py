"""What may follow, in words: at every place of every sentence something that a writer can type."""

import re

from protocol_dsl.syntax.parse import _parser
from protocol_dsl.syntax.sentence_errors import _expected_words

LAYOUT = {"$END", "INDENT", "DEDENT", "LPAR_IF"}
"""What a writer does not type by itself."""


def places() -> list[frozenset[str]]:
    """What may follow at each place, by the names of the grammar."""
    states = _parser().parser.parser._parse_table.states
    return [frozenset(name for name in row if name.isupper() or name == "$END") for row in states.values()]


def test_something_is_named_at_every_place() -> None:
    for expected in places():
        said = _expected_words(expected)
        assert (said == "nothing more") == (expected <= LAYOUT), sorted(expected)


def test_no_name_of_the_grammar_is_told() -> None:
    for expected in places():
        assert not re.search(r"[A-Z_]{2,}", _expected_words(expected)), sorted(expected)
