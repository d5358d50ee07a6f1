"""Notes of criteria and definitions whose names are misspelt, or are other words for the same."""

from __future__ import annotations

from typing import Final

from protocol_dsl.diagnostics import Copyable, Problems, nearest
from protocol_dsl.source import Span
from protocol_dsl.syntax.declarations import KEYED
from protocol_dsl.syntax.layout import Line
from protocol_dsl.syntax.words import NOTES

_MEANT: Final = {
    word: note
    for note, words in {
        "may be repeated within": "repeatable|repeat|repeats|retest|re-test|may be repeated|can be repeated"
        "|repeat within|repeated within|repeatable within|may be repeated once within",
        "rationale": "reason|because|why|justification|background",
        "interpretation": "interpreted as|reading|meaning|assumption|decision",
        "source": "source document|source documents|source data|found in",
        "open question": "question|query|to be decided|tbd|to do|todo",
        "note": "comment|remark|nb|n.b.|notes",
        "not counted": "ignored|no effect|without effect",
        "duty": "action|obligation|instruction",
    }.items()
    for word in words.split("|")
}
_WHO_JUDGES: Final = ("judge", "judged by", "assessor", "assessed by", "judgement by", "decided by")


def misnamed_note(line: Line, problems: Problems) -> bool:
    """Report a line such as `reason: …` beside a rule, which is neither a note nor a part of the rule."""
    match = KEYED.match(line.text)
    if match is None or line.bullet or line.quoted or not match["text"]:
        return False
    key = match["key"].strip()
    folded = " ".join(key.casefold().split())
    place = Span(line.start, line.start + len(match["key"].rstrip()))
    if folded in _WHO_JUDGES:
        problems.report("P102", place, variant="judge", what="a criterion", key=key, judge=Copyable(match["text"]))
        return True
    near = _MEANT.get(folded) or next(iter(nearest(folded, NOTES)), None)
    if near is None:
        return False
    if near == "may be repeated within" and match["text"].casefold().startswith("within "):
        place = Span(place.start, line.start + match.start("text") + len("within"))
        near += ":"
    problems.report("P102", place, variant="nearest", what="a criterion", key=key, nearest=near, known="")
    return True
