"""The file's example patients, evaluated: above each criterion its results, above each example whether it is right."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis
from protocol_dsl.pipeline import ExampleOutcome
from protocol_dsl.render.editor_texts import no_examples, outcome_of_example, results_of_examples
from protocol_dsl.source import Span
from protocol_dsl.syntax.examples import HEAD, TABLE_HEAD
from protocol_dsl.syntax.layout import Line
from protocol_dsl.syntax.parse import CRITERION, GUARDED, HEADING


def code_lenses(analysis: Analysis) -> list[types.CodeLens]:
    """A lens a criterion and an example. While the file has an error, they tell what was before it.

    While somebody types they stay as they are, until the file is checked.
    """
    good = analysis.known
    if good is None or analysis.layout is None:
        return []
    earlier = good is not analysis and analysis.is_checked
    found: list[types.CodeLens] = []
    for section in analysis.layout.lines:
        kind = _kind(section)
        for line in section.children:
            if kind == "examples":
                found += [_lens(analysis, line, text) for text in _of_example(line, good.outcomes, earlier)]
            elif kind in ("inclusion criteria", "exclusion criteria") and (criterion := CRITERION.match(line.text)):
                text = _of_criterion(criterion["id"], good.outcomes, earlier)
                found += [_lens(analysis, line, text)] if text else []
    return found


def _kind(section: Line) -> str:
    match = GUARDED.match(section.text) or HEADING.match(section.text)
    return match["kind"].strip().casefold() if match else ""


def _of_criterion(id_: str, outcomes: tuple[ExampleOutcome, ...], earlier: bool) -> str | None:
    if not outcomes:
        return no_examples()
    ids = [criterion.id for criterion in outcomes[0].evaluation.protocol.criteria]
    if id_ not in ids:
        return None
    at = ids.index(id_)
    results = [outcome.evaluation.results[at] for outcome in outcomes]
    expected = [outcome.criteria.get(id_) for outcome in outcomes]
    wrong = [
        outcome.example.name for outcome, pair in zip(outcomes, expected, strict=True) if pair and pair[0] != pair[1]
    ]
    return results_of_examples(results, wrong, earlier)


def _of_example(line: Line, outcomes: tuple[ExampleOutcome, ...], earlier: bool) -> Iterator[str]:
    """The outcomes of the patients that a heading names: one, or each column of a table."""
    by_name = {outcome.example.name: outcome for outcome in outcomes}
    if TABLE_HEAD.match(line.text):
        cells = line.children[0].text.strip().strip("|").split("|") if line.children else []
        for name in (cell.strip() for cell in cells[1:]):
            if (outcome := by_name.get(name)) is not None:
                yield outcome_of_example(outcome.verdict, outcome.criteria, earlier, name)
    elif (head := HEAD.match(line.text)) and (outcome := by_name.get(head["name"])) is not None:
        yield outcome_of_example(outcome.verdict, outcome.criteria, earlier)


def _lens(analysis: Analysis, line: Line, text: str) -> types.CodeLens:
    place = analysis.positions.range(Span(line.start, line.span.end))
    return types.CodeLens(place, command=types.Command(text, ""))
