"""What is kept from one keystroke to the next never changes what is said: a read with a memory equals a fresh one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs
import pytest
from protocols import FORTY, NIGHTS

from protocol_dsl.lsp.analysis import Analyses, Analysis
from protocol_dsl.lsp.code_actions import code_actions
from protocol_dsl.lsp.diagnostics import diagnostics
from protocol_dsl.lsp.outline import outline
from protocol_dsl.lsp.semantic_tokens import semantic_tokens
from protocol_dsl.syntax import nodes, phrase_memory

URI = "file:///x.protocol"
INSERTED = (
    *("\n", " ", "x", "#", "  # a comment\n", " and ", " or not ", "(", ")", "-", ":", "≥", "🌙", "体重", "\r\n", "\t", "18 ", " kg", " (x)"),
    *("any of:\n      - ", "  height: cm\n", "  heavy: yes/no\n", "    note: seen\n", "\n\n\n", "is ", "data\n  foo: kg\n"),
)  # fmt: skip


def parts(node: object) -> Iterator[object]:
    """A tree with all places in it, which its equality leaves out."""
    if isinstance(node, tuple | list):
        for each in node:
            yield from parts(each)
        yield len(node)
    elif isinstance(node, nodes.Spanned):
        yield type(node)
        for part in attrs.fields(type(node)):
            yield from parts(getattr(node, part.name))
    elif not isinstance(node, dict):
        yield node


def seen(analysis: Analysis) -> list[object]:
    """All that an editor could see of a read, with its places."""
    parsed = analysis.parsed
    found: list[object] = [diagnostics(analysis, URI), outline(analysis)]
    found += [code_actions(analysis, URI, analysis.positions.whole())]
    found += [
        [(one.span, one.symbol.kind, one.symbol.name, one.declares) for one in analysis.index.occurrences],
        [(one.kind, one.name, one.spellings) for one in analysis.index.symbols],
        [(outcome.example.name, outcome.verdict, outcome.criteria) for outcome in analysis.outcomes],
    ]
    if parsed is not None and parsed.syntax is not None:
        # Without a tree the colours are those of the last good read, of which a fresh one has none.
        found += [
            semantic_tokens(analysis).data,
            [list(parts(section)) for section in parsed.syntax.sections],
            [p.as_read() for p in parsed.phrases],
        ]
    return found


def edited(text: str, chance: random.Random) -> str:
    """The text after somebody typed, deleted, moved or copied something anywhere."""
    at = chance.randrange(len(text) + 1)
    lines = text.splitlines(keepends=True)
    match chance.randrange(6):
        case 0:
            return text[:at] + text[at + chance.randrange(4) :]
        case 1:
            number = chance.randrange(len(lines))
            return "".join([*lines[:number], *lines[number + 1 :]])
        case 2:
            number, to = chance.randrange(len(lines)), chance.randrange(len(lines))
            line = lines.pop(number)
            return "".join([*lines[:to], line, *lines[to:]])
        case 3:
            number, to = chance.randrange(len(lines)), chance.randrange(len(lines))
            return "".join([*lines[:to], lines[number], *lines[to:]])
        case _:
            return text[:at] + chance.choice(INSERTED) + text[at:]


@pytest.mark.parametrize("seed", range(16))
def test_a_read_with_a_memory_equals_a_fresh_one(seed: int) -> None:
    chance = random.Random(seed)
    good = NIGHTS.replace("\n", chance.choice(["\n", "\n", "\r\n"]))
    kept, text = Analyses(), good
    for step in range(12):
        text = edited(text if step % 4 else good, chance)
        remembered = kept.of("x", text, None, "utf-16")
        _ = remembered.findings if chance.random() < 0.5 else ()
        assert seen(remembered) == seen(Analysis("x", text, None)), text


@pytest.mark.parametrize("seed", range(2))
def test_it_is_so_of_a_long_file(seed: int) -> None:
    chance = random.Random(seed)
    good = FORTY.read_text(encoding="utf-8")
    kept, text = Analyses(), good
    for step in range(4):
        text = edited(text if step else good, chance)
        assert seen(kept.of("x", text, None, "utf-16")) == seen(Analysis("x", text, None))


def test_a_phrase_is_read_again_where_the_vocabulary_is_another() -> None:
    kept = Analyses()
    text = NIGHTS.replace("    any statin now or heavy\n", "    any statin now or heavy smoker\n")
    before = kept.of("x", text, None, "utf-16")
    assert "P201" in [one.code for one in before.diagnostics]
    declared = text.replace("  height: m\n", "  height: m\n  heavy smoker: yes/no\n")
    after = kept.of("x", declared, None, "utf-16")
    assert after.protocol is not None
    again = kept.of("x", declared.replace("heavy smoker: ", "heavy drinker: "), None, "utf-16")
    assert "P201" in [one.code for one in again.diagnostics]


def test_only_what_is_typed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from protocol_dsl.syntax import parse as module

    read: list[str] = []
    lex = module.lex_statement
    monkeypatch.setattr(module, "lex_statement", lambda one, words: read.append(one.pieces[0].text) or lex(one, words))
    kept = Analyses()
    assert kept.of("x", NIGHTS, None, "utf-16").protocol is not None
    assert len(read) > 8
    read.clear()
    text = NIGHTS.replace("age is at least 18 years", "age is at least 19 years")
    assert kept.of("x", text, None, "utf-16").protocol is not None
    assert read == ["age is at least 19 years"]


def test_the_memory_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_memory, "MOST_KEPT", 5)
    memory = phrase_memory.PhraseMemory()
    analysis = Analysis("x", NIGHTS, None, memory=memory)
    assert analysis.protocol is not None
    assert len(memory) == 5
