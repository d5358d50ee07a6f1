"""What an editor shows beside a protocol while it is written: hovers, hints, lenses, titles of corrections.

Protocols are written in English, and so is what is said here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from protocol_dsl.diagnostics import Diagnostic, Fix, Grade
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.evaluate.steps import parts_of
from protocol_dsl.render.record import Record
from protocol_dsl.render.showing import NO_BREAK, number_text
from protocol_dsl.render.window_words import WindowWords
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics import core
from protocol_dsl.semantics.checked import Criterion, Definition
from protocol_dsl.semantics.kinds_in_words import kind_in_words
from protocol_dsl.semantics.types import SERIES_FIELDS, VALUE, DataItem, Kind, Rows
from protocol_dsl.values import Unit

RESULTS: Final = {"pass": "pass", "fail": "fail", "unknown": "open", "not_applicable": "do not apply"}
"""What is said of several examples."""
RESULT: Final = {"pass": "passes", "fail": "fails", "unknown": "is open", "not_applicable": "does not apply"}
EXPECTED: Final = {"pass": "passes", "fail": "fails", "unknown": "open", "not_applicable": "does not apply"}
MOST_NAMED: Final = 3
LONGEST_HINT: Final = 100
"""A longer one would say less than the line that it stands behind."""
CALENDAR: Final = ("month", "year")

# ---- problems and their corrections ---------------------------------------------------------------------------------


def problem_text(diagnostic: Diagnostic) -> str:
    """A message with its hint."""
    return diagnostic.message if diagnostic.hint is None else f"{diagnostic.message}\n\n{diagnostic.hint}"


def fix_title(fix: Fix) -> str:
    """What a correction does, for a menu."""
    line = " ".join(fix.line.split())
    shown = line if len(line) <= 80 else f"{line[:79].rstrip()}…"
    return f"Write, and fill in the gap: {shown}" if fix.grade is Grade.TO_FILL_IN else f"Write: {shown}"


def fix_all_title(count: int) -> str:
    """What the correction of all that is certain does."""
    return "Make the 1 correction that is certain" if count == 1 else f"Make all {count} corrections that are certain"


def reference(code: str) -> str:
    """How to have a message explained."""
    return f"protocol-dsl explain {code}"


# ---- what a name means ----------------------------------------------------------------------------------------------


def item_text(item: DataItem | None, kind: str, line: int | None, file: str | None, owner: str | None = None) -> str:
    """A fact: its names, its kind, what the author says of it. `kind`: as written, where it could not be checked."""
    if item is None:
        return "\n\n".join([kind, *_place(line, file, None)])
    names = f"**{item.name}**" + "".join(f" ({alias})" for alias in item.aliases)
    told = "a day of the trial" if item.day else _kind(item.kind)
    if item.planned:
        told += ", which may lie ahead"
    parts = [f"{names}: {told}" + (f", of each {owner}" if owner else "")]
    texts = {"Question": item.question, "Source": item.source, "Code": ", ".join(item.codes) or None}
    texts["Asked if"] = item.asked_if_words
    if item.if_not_recorded is not None:
        silence = item.if_not_recorded
        texts["If not recorded"] = silence if isinstance(silence, str) else "yes" if silence else "no"
    parts += [f"{key}: {text}" for key, text in texts.items() if text]
    return "\n\n".join([*parts, *_place(line, file, item.group)])


def _kind(kind: Kind) -> str:
    """A kind in words; of records, what each is and holds."""
    if not isinstance(kind, Rows):
        return kind_in_words(kind)
    if kind.form == "measurements":
        value = next(field for field in kind.fields if field.name == VALUE)
        return f"dated measurements, each {kind_in_words(value.kind)}"
    fields = ", ".join(field.name for field in kind.fields if field.name not in SERIES_FIELDS[kind.form])
    what = f"dated {kind.form}" if kind.dated else f"a list, one row for each {kind.each}"
    return f"{what}, each with {fields}" if fields else what


def definition_text(
    statement: str, notes: Mapping[str, str], unit: str | None, line: int | None, file: str | None
) -> str:
    """A definition as it is written, with its notes."""
    parts = [code(statement)]
    if unit:
        parts.append(f"In {unit}.")
    parts += [f"{key.capitalize()}: {text}" for key, text in notes.items()]
    return "\n\n".join([*parts, *_place(line, file, None)])


def definition_notes(definition: Definition) -> dict[str, str]:
    """The notes of a definition by their kind; of several of one kind, all."""
    found: dict[str, str] = {}
    for note in definition.notes:
        found[note.kind] = f"{found[note.kind]} {note.text}" if note.kind in found else note.text
    return found


def criterion_text(criterion: Criterion, line: int | None) -> str:
    """A criterion where its id is named."""
    head = f"**{criterion.id}: {criterion.title}** ({criterion.kind})"
    quotation = "\n".join(f"> {text}" for text in criterion.quotation)
    statement = code(criterion.statement) if criterion.statement else ""
    return "\n\n".join(part for part in (head, quotation, statement, *_place(line, None, None)) if part)


def choice_text(name: str, owner: str, others: Sequence[str], line: int | None, file: str | None) -> str:
    """A choice, with those that it is one of."""
    return "\n\n".join([f"**{name}**: a choice of {owner}: {', '.join(others)}", *_place(line, file, None)])


def list_text(name: str, of: str, closed: bool, words: Sequence[str], line: int | None, file: str | None) -> str:
    """A list of words, and what is not in it."""
    shown = ", ".join(words[:12]) + (", …" if len(words) > 12 else "")
    other = (
        "Any other word does not belong to it." if closed else "Any other word may belong to it: then it is unknown."
    )
    head = f"**{name}**: {'a closed' if closed else 'an open'} list{f' of {of}' if of else ''}: {shown}"
    return "\n\n".join([head, other, *_place(line, file, None)])


def implicit_text(name: str, series: str) -> str:
    """A field that each record of a series has without a line for it."""
    return f"**{name}** of each {series}: every record of this kind has it."


def word_text(name: str, listed: str, line: int | None, file: str | None) -> str:
    """A word of a list."""
    return "\n\n".join([f"**{name}**: a word of {listed}", *_place(line, file, None)])


def example_text(name: str, line: int | None) -> str:
    return "\n\n".join([f"**{name}**: an example patient", *_place(line, None, None)])


@cache
def _words() -> dict[str, str]:
    return tomllib.loads(resources.files("protocol_dsl.render").joinpath("words.toml").read_text(encoding="utf-8"))


def word_of_language(text: str, terminals: frozenset[str]) -> str | None:
    """What a word of the language means; None of other words. `terminals`: what it was read as."""
    told = _words().get(text.casefold()) or next((_words()[one] for one in sorted(terminals) if one in _words()), None)
    return f"**{text.strip(', ')}**: {told}" if told else None


def unit_hover(unit: Unit, others: Sequence[str]) -> str:
    """A unit: its code, and the units that go together with it."""
    head = f"**{unit.symbol}**: a unit, in UCUM `{unit.code}`"
    if unit.code in ("mo", "a"):
        return f"{head}\n\nMonths and years are calendar months: they are never a number of days."
    return head if not others else f"{head}\n\nIt can be compared with {', '.join(others)}."


def code(text: str) -> str:
    """Text of a protocol, set as such."""
    return f"```protocol\n{text}\n```"


def _place(line: int | None, file: str | None, group: str | None) -> list[str]:
    if file is not None:
        return [f"Declared in {file}."]
    if line is None:
        return []
    return [
        f"Declared in line {line}, under data: {group}." if group and group != "days" else f"Declared in line {line}."
    ]


# ---- completion -----------------------------------------------------------------------------------------------------


def detail(kind: str, owner: str | None = None) -> str:
    """What an offered name is, in a few words."""
    return f"{kind} of {owner}" if owner else kind


# ---- renaming -------------------------------------------------------------------------------------------------------


def not_renamed(name: str, reason: str) -> str:
    return f"{name} is not renamed: {reason}"


def reason_of_other_file(file: str) -> str:
    return f"{file} declares it, and it is renamed there."


def reason_of_nothing() -> str:
    return "It is no name that this file declares."


def reason_of_errors() -> str:
    return "the file has errors, and a place where it is used may not be found. Mend them first."


def reason_of_places() -> str:
    return "with the new name some of the places would mean something else."


# ---- readings -------------------------------------------------------------------------------------------------------


def window_of_example(window: core.Node, evaluation: Evaluation, name: str) -> str | None:
    """The days of a window for an example patient; None where they are not known, or differ from record to record."""
    telling = WindowWords(Record(evaluation, wording("en")))
    days = telling.days(window)
    told = telling.phrase(days) if days is not None else ""
    return f"{told.replace(NO_BREAK, ' ')} ({name})" if told else None


def window_in_general(window: core.Node) -> str | None:
    """The ends of a window, where no patient is at hand."""
    match window:
        case core.During(_, anchor, start, end, first_in, last_in) if start is not None and end is not None:
            ends = [_end(start, anchor), _end(end, anchor)]
            inside = (first_in, last_in)
        case core.Between(_, first, last, included):
            ends, inside = [first.words, last.words], (included, included)
        case _:
            return None
    which = {(True, True): "both days in", (False, False): "neither day in"}.get(
        inside, "the first day in" if inside[0] else "the last day in"
    )
    months = any(isinstance(part, core.Shift) and part.unit in CALENDAR for part in parts_of(window))
    told = f"from {ends[0]} to {ends[1]}, {which}" + (", in calendar months" if months else "")
    return told if len(told) <= LONGEST_HINT else None


def _end(end: core.Value, anchor: core.Value) -> str:
    moved = not (isinstance(end, core.Shift) and end.amount == 0)
    return end.words if moved and end != anchor else anchor.words


def converted(value: object, unit: Unit) -> str:
    """A number as it is compared: in the unit of what it is compared with."""
    return f"= {number_text(value, unit).replace(NO_BREAK, ' ')}"


# ---- examples -------------------------------------------------------------------------------------------------------


def results_of_examples(results: Sequence[str], wrong: Sequence[str], earlier: bool) -> str:
    """ "3 examples: 2 pass, 1 open; not as expected: just below". `earlier`: as they were before the file's error."""
    counts = [(RESULTS[result], results.count(result)) for result in RESULTS]
    told = ", ".join(f"{count} {_verb(words, count)}" for words, count in counts if count)
    head = f"{len(results)} example{'' if len(results) == 1 else 's'}: {told}"
    if wrong:
        shown = ", ".join(wrong[:MOST_NAMED]) + (", …" if len(wrong) > MOST_NAMED else "")
        head += f"; not as expected: {shown}"
    return f"before the error: {head}" if earlier else head


def _verb(words: str, count: int) -> str:
    if count != 1 or words == "open":
        return words
    return {"pass": "passes", "fail": "fails", "do not apply": "does not apply"}[words]


def no_examples() -> str:
    return "no examples"


def outcome_of_example(
    verdict: tuple[str | None, str], criteria: Mapping[str, tuple[str, str]], earlier: bool, name: str | None = None
) -> str:
    """Whether an example comes out as expected: pairs of what is expected and what comes out."""
    wrong = [
        f"{id_} {RESULT[actual]} (expected: {EXPECTED[expected]})"
        for id_, (expected, actual) in criteria.items()
        if expected != actual
    ]
    if verdict[0] not in (None, verdict[1]):
        wrong.append(f"it is {verdict[1]} (expected: {verdict[0]})")
    told = f"not as expected: {'; '.join(wrong)}" if wrong else f"as expected: {verdict[1]}"
    if name is not None:
        told = f"{name}: {told}"
    return f"before the error: {told}" if earlier else told
