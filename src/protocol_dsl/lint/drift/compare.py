"""Where the quoted wording and the rule differ: each number once, on the side where it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from attrs import frozen

from protocol_dsl.lint.drift import rules, wording
from protocol_dsl.lint.drift.claims import OPPOSITE, Claim
from protocol_dsl.lint.drift.polarity import turned_names
from protocol_dsl.lint.reading import ANSWERS, CriterionReading, Passage, stem
from protocol_dsl.source import Span

Kind: TypeAlias = Literal["number", "only wording", "only rule", "unit", "comparison", "side", "negation"]

_COMPARING: Final = (
    r"(?!\s+(?:be\s+)?(?:more|less|fewer|greater|lower|higher|long|lat|old|young|short|exceed|above|below|under|over))"
)
_REQUIRES: Final = re.compile(
    r"\b(?:must|should|shall|required?|needs?|unless|except\w*|allowed|exempt\w*|cannot|un\w+ to)\b"
    rf"|\b(?:no|not|without|never)\b{_COMPARING}",
    re.IGNORECASE,
)
"""Words of an exclusion that say who may take part: there the rule says the opposite."""
_ALSO: Final = ("may be repeated within", "rationale")
_ANCHOR_WORDS: Final = 4
_DENIES: Final = re.compile(rf"\b(?:not|no|neither|nor|without|never)\b{_COMPARING}[^.;,]*$", re.IGNORECASE)
_SIDE_WORD: Final = re.compile(r"\b(?:before|prior to|preceding|ago|after|following|since)\b", re.IGNORECASE)


@frozen
class Difference:
    """`wording` and `rule`: the claims that differ, where each side has one; of a negation, the words of the name."""

    kind: Kind
    wording: Claim | None
    rule: Claim | None
    name: str = ""
    span: Span | None = None
    rule_negates: bool = False


def differences(criterion: CriterionReading) -> tuple[Difference, ...]:
    """Everything in which the wording of a criterion and its rule differ, and no note says why."""
    if not criterion.wording.text or criterion.syntax.rule is None:
        return ()
    said, ruled = wording.claims_of(criterion.wording), rules.claims_of(criterion)
    noted = _Noted(criterion)
    return (*_of_claims(criterion, said, ruled, noted), *_of_names(criterion))


def _of_claims(
    criterion: CriterionReading, said: tuple[Claim, ...], ruled: tuple[Claim, ...], noted: _Noted
) -> Iterator[Difference]:
    named = rules.names_numbers(criterion)
    lone = [
        one
        for one in _once(said)
        if one.asked
        and not any(_agree(one, other) for other in ruled)
        and not (one.number in named and not _is_time(one))
        and not _of_a_name(one, criterion)
    ]
    left = [one for one in _once(ruled) if one.asked and not any(_agree(other, one) for other in said)]
    for one in lone:
        partner = next((other for other in left if _may_be_meant(one, other)), None)
        if partner is not None:
            left.remove(partner)
        # A note that explains the number of the wording does not excuse another one in the rule.
        if noted.covers(partner or one) or noted.sets_aside(one):
            continue
        if partner is None:
            yield Difference("only wording", one, None)
        else:
            same_number = one.number == partner.number and not one.bare and not partner.bare
            yield Difference("unit" if same_number else "number", one, partner)
    left = [one for one in left if not noted.covers(one)]
    yield from (Difference("only rule", None, other) for other in left)
    yield from _of_ends(criterion, said, ruled, noted)


def _of_ends(
    criterion: CriterionReading, said: tuple[Claim, ...], ruled: tuple[Claim, ...], noted: _Noted
) -> Iterator[Difference]:
    """Numbers that are on both sides, compared in another way or counted on the other side of a day."""
    told: set[object] = set()
    for other in ruled:
        alike = [one for one in said if _agree(one, other)]
        if not alike or not other.asked:
            continue
        sides, comparisons = {one.side for one in alike}, {one.comparison for one in alike}
        if other.side and None not in sides and other.side not in sides and not noted.tells_side(other):
            if ("side", other.key) not in told and any(_one_anchor(criterion, one, other) for one in alike):
                told.add(("side", other.key))
                yield Difference("side", alike[0], other)
        elif other.comparison and None not in comparisons and other.comparison not in comparisons:
            if other.side and any(each.comparison in comparisons for each in ruled if each.key == other.key):
                continue  # "stable for 3 months or more" beside "none within 3 months"
            turned = OPPOSITE[other.comparison] in comparisons and any(_turned(criterion, one) for one in alike)
            if not turned and ("end", other.key) not in told and not noted.tells_comparison(other):
                told.add(("end", other.key))
                yield Difference("comparison", alike[0], other)


def _turned(criterion: CriterionReading, claim: Claim) -> bool:
    """Whether the wording may say there who may take part and the rule who may not, or the other way round."""
    at = criterion.wording.places.index(claim.span.start)
    if criterion.criterion.kind == "exclusion" and _REQUIRES.search(criterion.wording.text):
        return True
    return _DENIES.search(criterion.wording.text[:at]) is not None


def _one_anchor(criterion: CriterionReading, said: Claim, ruled: Claim) -> bool:
    """Whether both count from the same day: "365 days after the operation" is an operation 365 days before today."""
    at = criterion.wording.places.index(said.span.end - 1)
    behind = _SIDE_WORD.split(re.split(r"[.;]", criterion.wording.text[at + 1 :])[0], maxsplit=1)
    anchor = _SIDE_WORD.split(ruled.words, maxsplit=1)[-1]
    if len(behind) < 2:
        return True  # "in the last 28 days"
    counted = {head for name in criterion.names for head in _heads(name)} - _heads(anchor)
    return not counted & _heads(" ".join(behind[1].split()[:_ANCHOR_WORDS]))


def _heads(text: str) -> set[str]:
    """The beginnings of the words of a text, by which they are known in any form."""
    return {stem(word)[:5] for word in re.findall(r"[^\W\d_]{4,}", text)}


def _once(claims: Iterable[Claim]) -> list[Claim]:
    found: dict[object, Claim] = {}
    for one in claims:
        found.setdefault((one.key, one.number), one)
    return list(found.values())


def _agree(said: Claim, ruled: Claim) -> bool:
    """Whether they are of one number; a bare one in the wording agrees with any unit, as 18 of "aged 18" with years."""
    if said.key == ruled.key:
        return True
    if said.number == ruled.number:
        # "1500 mg" of a daily dose is 1500 mg/day.
        return said.bare or ruled.bare or _per_time(said, ruled)
    return False


def _per_time(said: Claim, ruled: Claim) -> bool:
    if said.unit is None or ruled.unit is None:
        return False
    one, other = dict(said.unit.dimension), dict(ruled.unit.dimension)
    return any({**a, time: -1} == b for a, b in ((one, other), (other, one)) for time in ("time", "calendar"))


def _may_be_meant(said: Claim, ruled: Claim) -> bool:
    if said.bare and ruled.bare:
        return True
    if said.number == ruled.number:
        return True
    return said.bare or ruled.bare or said.key[0] == ruled.key[0] or (_is_time(said) and _is_time(ruled))


def _is_time(claim: Claim) -> bool:
    return claim.key[0] in ((("time", 1),), (("calendar", 1),))


def _of_a_name(claim: Claim, criterion: CriterionReading) -> bool:
    """Whether the number stands in the wording as a part of a name of the rule."""
    words = claim.words.casefold()
    return any(words in name for name in criterion.names if " " in name and any(sign.isdigit() for sign in name))


class _Noted:
    """The numbers that the notes of a criterion and of its definitions speak of."""

    def __init__(self, criterion: CriterionReading) -> None:
        notes = [note for note in criterion.notes if note.kind in ANSWERS or note.kind in _ALSO]
        texts = [Passage(note.text, tuple(range(len(note.text)))) for note in notes]
        self.claims = [claim for text in texts for claim in wording.claims_of(text)]
        self.aside = {
            claim.key
            for note, text in zip(notes, texts, strict=True)
            if note.kind == "not counted"
            for claim in wording.claims_of(text)
        }

    def covers(self, claim: Claim) -> bool:
        """Whether a note says something of this number."""
        return any(self._of(claim))

    def sets_aside(self, claim: Claim) -> bool:
        """Whether a note says that this number of the wording has no effect."""
        return claim.key in self.aside or (None, claim.number) in self.aside

    def tells_side(self, claim: Claim) -> bool:
        """Whether a note says that this length counts on that side of a day."""
        return any(one.side == claim.side for one in self._of(claim))

    def tells_comparison(self, claim: Claim) -> bool:
        """Whether a note says that a value is compared with this number in that way."""
        return any(one.comparison == claim.comparison for one in self._of(claim))

    def _of(self, claim: Claim) -> Iterator[Claim]:
        return (
            one
            for one in self.claims
            if one.key == claim.key or (one.number == claim.number and (one.bare or claim.bare))
        )


def _of_names(criterion: CriterionReading) -> Iterator[Difference]:
    for name, span, negates in turned_names(criterion):
        yield Difference("negation", None, None, name, span, negates)
