"""Whether the wording and the rule of a criterion say yes or no of the same name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from protocol_dsl.lint.reading import ANSWERS, CriterionReading, mentions, stem
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes

_NEGATED: Final = re.compile(
    r"(?:\b(?:not|no|without|never|neither|nor|free of|absence of|lack of|cannot|non|n't|excluding|except)\b"
    r"(?:\W+(?:be|been|being|have|has|had|having|a|an|any|the|known|current|currently|previous|prior|history of|of|to"
    r"|evidence of|signs of|active)\b)*\W*|\bnon-|\bun|\bin)$",
    re.IGNORECASE,
)
_DENIED_BEHIND: Final = re.compile(
    r"\s+(?:(?:is|are|was|were|has|have)\s+)?(?:not (?:included|allowed|permitted|present|counted|admitted)"
    r"|excepted|excluded|absent)\b",
    re.IGNORECASE,
)
_REQUIRES: Final = re.compile(
    r"(?:(?:patients?|subjects?|participants?)\s+)?(?:no|none|without|(?:must|should|may|can) not)\b", re.I
)
_ANY_NEGATION: Final = re.compile(
    r"\b(?:not|no|without|never|neither|nor|none|free of|absence|lack|cannot|non|refus\w*|unwilling\w*|unable|fail\w*"
    r"|exclud\w*|except\w*|unless|neg\w*|un\w+|in(?:able|capable|eligible)\w*|other than|stop\w*|only|aside|but)\b|n't",
    re.IGNORECASE,
)


def turned_names(criterion: CriterionReading) -> Iterator[tuple[str, Span, bool]]:
    """Names that the rule asks for and the wording denies, or the other way round, with their place and which of it.

    Only names whose words stand side by side in the wording once are looked at; whatever else is said with a "not" is
    left to the reader.
    """
    wording, text = criterion.wording, criterion.wording.text
    answers = [note.text for note in criterion.notes if note.kind in ANSWERS]
    if criterion.syntax.rule is None:
        return
    told: dict[str, set[bool]] = {}
    places: dict[str, Span] = {}
    for name, negated, place in _asked(criterion.syntax.rule, False):
        told.setdefault(name, set()).add(negated)
        places.setdefault(name, place)
    for name, ways in told.items():
        found = list(_occurrences(name, text))
        if len(ways) != 1 or len(found) != 1 or any(mentions(note, name.split()[-1]) for note in answers):
            continue
        (negated,), (start, end) = ways, found[0]
        denied = _NEGATED.search(text[:start]) is not None or _DENIED_BEHIND.match(text, end) is not None
        sentence = wording.sentence(start)
        if criterion.criterion.kind == "exclusion" and denied and not negated and _REQUIRES.match(sentence.strip()):
            continue  # "No stroke" as an exclusion: the wording says who may take part
        if denied and not negated:
            yield name, places[name], False
        elif negated and not denied and not _ANY_NEGATION.search(sentence):
            yield name, wording.span(start, end), True


def _asked(node: nodes.Spanned, negated: bool) -> Iterator[tuple[str, bool, Span]]:
    """The names of what a rule asks to be so, or not so."""
    match node:
        case nodes.Name():
            yield node.text, negated, node.span
        case nodes.Negation(inner):
            yield from _asked(inner, not negated)
        case nodes.Bracketed(inner) | nodes.KnownThat(inner):
            yield from _asked(inner, negated)
        case nodes.ListOf(head, items, _, None):
            for item in items:
                yield from _asked(item, negated != (head == "none"))
        case nodes.Chain(parts):
            for part in parts:
                yield from _asked(part, negated)
        case nodes.IfThen(_, then, otherwise):
            yield from _asked(then, negated)
            if otherwise is not None:
                yield from _asked(otherwise, negated)
        case nodes.Unless(rule):
            yield from _asked(rule, negated)
        case nodes.Judges():
            yield node.judgement.text, negated, node.judgement.span
        case nodes.Comparison(nodes.Name(), nodes.Choices((nodes.Name() as value,), no)):
            yield value.text, negated != no, node.span
        case nodes.RowsThat(quantifier="any" | "no" as quantifier):
            if len(node.series.nouns) == 1:
                yield node.series.nouns[0].rows.text, negated != (quantifier == "no"), node.span
            if node.where is not None and quantifier == "any":
                yield from _asked(node.where, negated)
        case _:
            assert attrs.has(type(node))


def _occurrences(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a name stand in a text, each with any ending."""
    words = [re.escape(stem(word)) + r"\w*" for word in re.findall(r"\w+", name)]
    if not words or len(name) < 4:
        return
    for found in re.finditer(r"(?<!\w)(?:un|in|non)?" + r"\W+".join(words), text, re.IGNORECASE):
        start = found.start()
        prefix = re.match(r"(?:un|in|non)(?=" + words[0] + ")", found[0], re.IGNORECASE)
        yield start + (prefix.end() if prefix else 0), found.end()
