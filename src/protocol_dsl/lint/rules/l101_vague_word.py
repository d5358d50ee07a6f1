"""---
title: A vague word that nothing defines
severity: warning
message: "{word}" is not defined in this file, so each site will decide by itself what it means.
hint: Say {ask}, in the wording itself or in a line under the criterion. For example:
    interpretation: "{word}" means …
  Or, where a person is to decide, ask for the judgement:
    investigator judges: …
label: what does this mean?
---
Words such as "adequate", "significant", "normal", "recent" or "stable" are read in one way at one site and in another
at the next. Ross and others (Analysis of eligibility criteria complexity in clinical trials, AMIA Summits on
Translational Science 2010) set apart the criteria that nobody can apply without such a judgement. The ICH guideline
E6(R3) asks for a protocol that is clear, concise, scientifically sound and operationally feasible.

The word is not told of where the file answers it: an `interpretation:` or `open question:` that names it, a
definition or a judgement with the word in its name, a number in the wording behind it, `is stable for`, or a
comparison with the limits of normal.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  organ function: one of sufficient, failing

inclusion criteria

  I1: Organs
    > Adequate organ function.
    organ function is sufficient
```

## Right

```protocol
protocol: Example

days
  screening

data: visit
  organ function: one of sufficient, failing

inclusion criteria

  I1: Organs
    > Adequate organ function.
    organ function is sufficient
    interpretation: "Adequate" is what the laboratory sheet of appendix 2 calls sufficient.
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import CriterionReading, Passage, Reading, mentions
from protocol_dsl.syntax import nodes

CODE: Final = "L101"
_NUMBER_BEHIND: Final = re.compile(r"[^.;(:]*[(:][^.;)]*\d")
_LENGTH: Final = re.compile(r"\d+\s*(?:minutes?|hours?|days?|weeks?|months?|years?)\b")
_QUOTED: Final = re.compile(r'"[^"]*"')
_JUDGE: Final = re.compile(
    r"\b(?:judges?|judged|opinion|judge?ment|thinks|believes|considers)\b[^.;]{0,60}$", re.IGNORECASE
)
_ASKS: Final = re.compile(r"\b(?:who|which|what|whose)\b", re.IGNORECASE)
_CONTRACEPTION: Final = re.compile(r"contracep|birth control", re.IGNORECASE)


@frozen
class VagueWord:
    """A word in all its forms, what its definition says, and the terms in which it is not vague."""

    forms: tuple[str, ...]
    ask: str
    pattern: re.Pattern[str]
    fixed: re.Pattern[str] | None


@cache
def vague_words() -> tuple[VagueWord, ...]:
    text = resources.files("protocol_dsl.lint").joinpath("vague_words.toml").read_text(encoding="utf-8")
    return tuple(_word(entry) for entry in tomllib.loads(text)["word"])


def _word(entry: dict[str, list[str] | str]) -> VagueWord:
    forms = tuple(sorted(entry["forms"], key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])", re.IGNORECASE)
    fixed = re.compile("|".join(entry["but"]), re.IGNORECASE) if entry["but"] else None
    return VagueWord(forms, str(entry["ask"]), pattern, fixed)


def check(file: Reading) -> Iterator[Diagnostic]:
    """Each vague word of a criterion once."""
    for criterion in file.criteria:
        told: set[VagueWord] = set()
        for number, passage in enumerate(criterion.said):
            for word in vague_words():
                for found in word.pattern.finditer(passage.text):
                    own = number > 0 and _is_explained(word, found, passage, criterion)
                    if (
                        word in told
                        or own
                        or _is_fixed(word, found, passage)
                        or _is_answered(found, passage, criterion)
                    ):
                        continue
                    told.add(word)
                    span = passage.span(found.start(), found.end())
                    yield criterion.tell(CODE, span, word=found[0], ask=word.ask)


def _is_fixed(word: VagueWord, found: re.Match[str], passage: Passage) -> bool:
    """Whether it stands in a fixed term, such as "unstable angina"."""
    fixed = word.fixed.finditer(passage.text) if word.fixed else ()
    return any(term.start() <= found.start() and found.end() <= term.end() for term in fixed)


def _is_explained(word: VagueWord, found: re.Match[str], passage: Passage, criterion: CriterionReading) -> bool:
    """Whether an interpretation quotes the word, or speaks of one that the wording has."""
    quoted = any(one.start() < found.start() < one.end() for one in _QUOTED.finditer(passage.text))
    return quoted or word.pattern.search(criterion.wording.text) is not None


def _is_asked(behind: str, criterion: CriterionReading) -> bool:
    """Whether a note asks or says who or what decides about the thing that the word is said of."""
    thing = re.match(r"\s*([^\W\d_]{4,})", behind)
    notes = [note.text for note in criterion.notes if note.kind in ("interpretation", "open question")]
    return thing is not None and any(_ASKS.search(note) and mentions(note, thing[1]) for note in notes)


def _is_answered(found: re.Match[str], passage: Passage, criterion: CriterionReading) -> bool:
    word, behind = found[0].casefold().split()[-1], passage.text[found.end() :]
    named = [name for name in criterion.judgements if mentions(name, word)]
    named += [each.name for each in criterion.definitions if mentions(each.name, word)]
    if named or criterion.is_judged or criterion.answered(word) or _is_asked(behind, criterion):
        return True
    before = passage.text[: found.start()]
    in_brackets = before.count("(") > before.count(")")
    if _NUMBER_BEHIND.match(behind) or _JUDGE.search(before) or (criterion.judgements and in_brackets):
        return True
    if "stabl" in word and any(isinstance(one, nodes.StableFor) for one in criterion.phrases):
        return True
    if "normal" in word and any(isinstance(one, nodes.Normal | nodes.NormalLimit) for one in criterion.phrases):
        return True
    sentence = passage.sentence(found.start())
    if word in ("recent", "recently", "stable") and _LENGTH.search(sentence):
        return True
    return bool(_CONTRACEPTION.search(sentence)) and "contraception" in criterion.review.protocol.header
