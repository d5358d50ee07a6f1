"""Each criterion from its approved wording, by its statement and its lines in the file, to the examples of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from protocol_dsl.render.document_model import Entry, spoken, statement_of
from protocol_dsl.render.protocol_model import SourceLine, Trace, TraceSection
from protocol_dsl.render.references import References
from protocol_dsl.render.showing import NO_BREAK, shown
from protocol_dsl.render.terms import Terms
from protocol_dsl.semantics.checked import Criterion, Definition, Protocol
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes

_LONGEST: Final = 20_000
_LINES_TO_KEEP: Final = 24
_LINE: Final = 90
"""About as many lines, of about so many characters, stand together on a page without leaving much of it empty."""

_SPACES: Final = 2
"""A line of code is set in by spaces of text, which are half as wide."""

_RESULTS: Final = ("pass", "fail", "unknown", "not_applicable")
_VERDICTS: Final = ("eligible", "ineligible", "undetermined")
_NEW_PARAGRAPH: Final = re.compile(r"[-–•*·]\s|\(?(?:\d+|[a-zA-Z])[.)]\s")


def traces(protocol: Protocol, terms: Terms, references: References) -> Iterator[TraceSection]:
    """The traces of the criteria, inclusion and exclusion apart."""
    written = _written(protocol)
    for kind in ("inclusion", "exclusion"):
        criteria = [each for each in protocol.criteria if each.kind == kind]
        if criteria:
            found = tuple(_trace(each, written.get(each.id), protocol, terms, references) for each in criteria)
            yield TraceSection(terms.words(f"document.{kind}"), found)


def _written(protocol: Protocol) -> dict[str, nodes.CriterionSyntax]:
    sections = protocol.syntax.sections if protocol.syntax is not None else ()
    return {each.id: each for section in sections for each in section.criteria}


def _trace(
    criterion: Criterion,
    written: nodes.CriterionSyntax | None,
    protocol: Protocol,
    terms: Terms,
    references: References,
) -> Trace:
    lines = tuple(_lines(written, protocol)) if written is not None else ()
    words = terms.words
    place = ""
    if lines:
        file = shown(PurePath(protocol.source.name).name)
        key = "document.line_of" if len(lines) == 1 else "document.lines_of"
        place = words(key, first=lines[0].number, last=lines[-1].number, file=file)
    quotation = paragraphs(terms.quotation(criterion))
    statement = statement_of(criterion.id, spoken(terms.statement(criterion)))
    examples = tuple(_examples(criterion, protocol, terms))
    texts = (*quotation, *statement.text.split("\n"), *(line.text for line in lines), *(each.text for each in examples))
    return Trace(
        criterion.id,
        shown(terms.criterion_title(criterion), _LONGEST),
        terms.quotation_label(criterion, "document.source_wording"),
        quotation,
        statement,
        place,
        lines,
        tuple(references.link(each, _place(each, protocol, terms)) for each in references.definitions_of(criterion)),
        references.items_of(criterion),
        examples,
        keeps_together(texts),
    )


def _lines(written: nodes.CriterionSyntax, protocol: Protocol) -> Iterator[SourceLine]:
    """The lines of the file in which the rule stands, set in as there."""
    parts = [part.span for part in (written.applies_if, written.rule) if part is not None]
    if not parts:
        return
    source, place = protocol.source, Span.cover(*parts)
    numbers = range(source.line_of(place.start), source.line_of(place.end - 1) + 1)
    texts = {number: source.line(number).replace("\t", "  ") for number in numbers}
    inset = min((len(text) - len(text.lstrip()) for text in texts.values() if text.strip()), default=0)
    for number, text in texts.items():
        bare = text[inset:].rstrip()
        depth = len(bare) - len(bare.lstrip())
        yield SourceLine(number, NO_BREAK * depth * _SPACES, shown(bare.lstrip(), _LONGEST))


def _place(definition: Definition, protocol: Protocol, terms: Terms) -> str:
    """In which lines of the file a definition stands; nothing of one that stands in a used file."""
    sections = protocol.syntax.sections if protocol.syntax is not None else ()
    written = next((d for s in sections for d in s.definitions if d.name.text == definition.name), None)
    source = protocol.source
    if written is None or not source.text.startswith(written.name.text, written.name.span.start):
        return ""
    span = Span.cover(written.name.span, written.body.span)
    first, last = source.line_of(span.start), source.line_of(span.end - 1)
    key = "document.in_line" if first == last else "document.in_lines"
    return terms.words(key, first=first, last=last)


def verdict_examples(protocol: Protocol, terms: Terms) -> Iterator[Entry]:
    """The names of the examples by the verdict that they expect."""
    for verdict in _VERDICTS:
        names = [terms.example(each.name) for each in protocol.examples if each.verdict == verdict]
        if names:
            yield Entry(terms.words(f"document.verdict_{verdict}"), shown(terms.words.clauses(names), _LONGEST))


def _examples(criterion: Criterion, protocol: Protocol, terms: Terms) -> Iterator[Entry]:
    """The names of the examples that expect a result of a criterion, by that result.

    Who is eligible fails no criterion and leaves none open, also where the example names the verdict alone.
    """
    expected = {each.name: each.criteria.get(criterion.id) for each in protocol.examples}
    eligible = {each.name for each in protocol.examples if each.verdict == "eligible"}
    for result in (*_RESULTS, None):
        found = (name for name, told in expected.items() if told == result and (result or name in eligible))
        names = [terms.example(name) for name in found]
        if names and result is None:
            yield Entry(terms.words("document.result_eligible"), shown(terms.words.clauses(names), _LONGEST))
        elif names:
            told = shown(terms.words.clauses(names), _LONGEST)
            yield Entry(terms.words(f"document.result_{result}"), told)


def keeps_together(texts: Iterable[str]) -> bool:
    """Whether texts are short enough to stand together on one page."""
    return sum(1 + len(text) // _LINE for text in texts) <= _LINES_TO_KEEP


def paragraphs(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Quoted lines as paragraphs: a new one begins where the source has an empty line or an item of a list."""
    found: list[str] = []
    fresh = True
    for line in lines:
        if not line.strip():
            fresh = True
            continue
        if fresh or _NEW_PARAGRAPH.match(line):
            found.append(line)
        else:
            found[-1] += f" {line}"
        fresh = False
    return tuple(shown(text, _LONGEST) for text in found)
