"""Each feature as a function of one read of a file."""

import re
import tomllib
from pathlib import Path

import pytest
from lsprotocol import types
from protocols import FORTY, NIGHTS, marked, place_of, read, text_at, with_edits

from protocol_dsl.diagnostics.fixes import applied, certain
from protocol_dsl.lsp.analysis import Analyses, Analysis
from protocol_dsl.lsp.code_actions import FIX_ALL, code_actions
from protocol_dsl.lsp.code_lenses import code_lenses
from protocol_dsl.lsp.completion import completion
from protocol_dsl.lsp.definition import definition, path_of_used
from protocol_dsl.lsp.diagnostics import diagnostics
from protocol_dsl.lsp.folding import folding_ranges
from protocol_dsl.lsp.formatting import formatting
from protocol_dsl.lsp.hover import hover
from protocol_dsl.lsp.inlay_hints import inlay_hints
from protocol_dsl.lsp.outline import outline
from protocol_dsl.lsp.references import highlights, references
from protocol_dsl.lsp.rename import RenameError, prepare_rename, rename
from protocol_dsl.lsp.semantic_tokens import LEGEND, TYPES, semantic_tokens
from protocol_dsl.semantics.check import check
from protocol_dsl.source import Span
from protocol_dsl.syntax.words import PHRASES

URI = "file:///nights.protocol"


def with_line(line: str, instead_of: str = "    age is at least 18 years\n") -> str:
    assert instead_of in NIGHTS
    return NIGHTS.replace(instead_of, f"{line}\n", 1)


def labels(text: str) -> list[str]:
    analysis, position = marked(text)
    items = completion(analysis, position).items
    return [item.label for item in sorted(items, key=lambda item: item.sort_text or item.label)]


# ---- diagnostics and corrections ------------------------------------------------------------------------------------


def test_a_problem_has_its_code_its_page_and_its_place() -> None:
    analysis = read(with_line("    age is at least 18 kg"))
    (problem,) = [one for one in diagnostics(analysis, URI) if one.severity is types.DiagnosticSeverity.Error]
    assert problem.code == "P301"
    assert problem.code_description is not None
    assert problem.code_description.href.endswith("/P301.md")
    assert text_at(analysis, problem.range) == "18 kg"
    assert "kg" in problem.message


def test_a_further_place_is_related_information() -> None:
    analysis = read(NIGHTS.replace("  weight: kg\n", "  weight: kg\n  Weight: g\n"))
    (problem,) = [one for one in diagnostics(analysis, URI) if one.code == "P202"]
    assert problem.related_information is not None
    (related,) = problem.related_information
    assert text_at(analysis, related.location.range) == "weight"


def test_a_text_that_cannot_be_read_has_one_problem_at_its_place() -> None:
    analysis = read("protocol: X\n  version: 1\x00\n")
    (problem,) = diagnostics(analysis, URI)
    assert problem.range.start == types.Position(1, 12)


def test_a_likely_fix_is_offered_and_not_preferred() -> None:
    analysis = read(with_line("    agee is at least 18 years"))
    place = analysis.positions.range(Span(analysis.text.index("agee"), analysis.text.index("agee")))
    actions = code_actions(analysis, URI, place)
    action = next(one for one in actions if one.edit and with_edits(analysis, one.edit.changes[URI]) == NIGHTS)  # type: ignore[index]
    assert action.kind is types.CodeActionKind.QuickFix
    assert action.is_preferred is False
    assert action.title == "Write: age is at least 18 years"
    assert code_actions(analysis, URI, place, [types.CodeActionKind.Refactor]) == []


BAD = sorted((Path(__file__).parents[1] / "semantics" / "bad").glob("*.protocol"))


@pytest.mark.parametrize("before", ["", "\ufeff"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_one_action_makes_the_corrections_that_the_command_makes(line_end: str, before: str) -> None:
    several = 0
    for path in BAD:
        text = before + path.read_text(encoding="utf-8").replace("\n", line_end)
        analysis = read(text)
        assert analysis.source is not None
        fixes = certain(analysis.diagnostics)
        found = code_actions(analysis, URI, analysis.positions.whole(), [FIX_ALL])
        assert bool(found) == bool(fixes)
        for action in found:
            assert action.kind == FIX_ALL
            assert action.edit is not None
            edits = action.edit.changes[URI]  # type: ignore[index]
            assert with_edits(analysis, edits).removeprefix(before) == applied(analysis.source, fixes)
            several += len(edits) > 1
    assert several > 20


def test_a_certain_fix_is_preferred() -> None:
    analysis = read(with_line("    FVC >= 50% && pregnant"))
    first, both = code_actions(analysis, URI, analysis.positions.whole())
    assert first.is_preferred is True
    assert first.title == "Write: FVC >= 50% and pregnant"
    assert both.title == "Make the 1 correction that is certain"
    assert both.edit is not None
    assert with_edits(analysis, both.edit.changes[URI]) == with_line("    FVC >= 50% and pregnant")  # type: ignore[index]
    (only,) = code_actions(analysis, URI, analysis.positions.whole(), ["source"])
    assert only.kind == FIX_ALL


# ---- completion -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ("    ¦", ["age", "FVC", "heavy", "all of", "any", "not", "interpretation:", "> "], ["severe", "kg", "healthy"]),
        ("    ag¦", ["age"], ["weight"]),
        ("    age is ¦", ["at least", "between", "recorded"], ["male", "is", "pregnant"]),
        ("    age is at least 18 ¦", ["years"], ["kg", "days", "male"]),
        ("    weight is at least 45 ¦", ["kg", "g"], ["years", "m", "%", "months"]),
        ("    sex is ¦", ["male", "female", "not"], ["I", "severe", "at least", "within", "weight"]),
        ("    sex is f¦", ["female"], ["male"]),
        ("    NYHA class is at least ¦", ["II", "IV"], ["male", "severe", "weight"]),
        ("    NYHA class is I or ¦", ["II", "III"], ["male", "severe"]),
        ("    pregnant is ¦", ["recorded"], ["at least", "male", "within"]),
        ("    pregnant and ¦", ["age", "heavy", "any"], ["years", "male"]),
        ("    date of birth is ¦", ["before", "on or after"], ["male", "within normal limits"]),
        ("    date of birth is before ¦", ["screening", "first dose", "evaluation date"], ["weight", "sex", "heavy", "FVC"]),
        ("    any ¦", ["stroke", "medication", "statin"], ["weight", "age", "screening"]),
        ("    any stroke ¦", ["within", "ever", "where"], ["age", "kg"]),
        ("    any stroke within 6 ¦", ["months", "days"], ["kg", "age"]),
        ("    any stroke within 6 months ¦", ["before", "after"], ["where", "screening"]),
        ("    any stroke within 6 months before ¦", ["screening"], ["weight", "sex", "stroke"]),
        ("    any stroke during ¦", ["treatment period"], ["screening"]),
        ("    any stroke ever where ¦", ["severity", "start date"], ["healthy", "dose"]),
        ("    any stroke ever where severity is ¦", ["mild", "severe"], ["male", "I"]),
        ("    any medication in ¦", ["statins", "lipid drugs"], ["stroke", "age"]),
        ("    at least 2 ¦", ["children", "strokes"], ["child", "age"]),
        ("    latest ALT ever is at most 3 × ¦", ["ULN"], []),
        ("    forced vital ca¦", ["forced vital capacity"], []),
        ("    BMI is at least 18 ¦", ["kg/m²"], ["kg", "years"]),
        ("    mean of ¦", ["ALT", "dose"], ["sex", "weight"]),
        ("    > the ¦", [], ["age", "thereof"]),
        ("    age is at least 18 years # ¦", [], ["age"]),
    ],
)  # fmt: skip
def test_what_can_follow_in_a_rule(line: str, wanted: list[str], unwanted: list[str]) -> None:
    offered = labels(with_line(line))
    assert [one for one in wanted if one not in offered] == []
    assert [one for one in unwanted if one in offered] == []


@pytest.mark.parametrize(
    ("old", "new", "wanted", "unwanted"),
    [
        ("  version: 1.0", "  version: 1.0\n  ¦", ["sponsor:", "phase:"], ["version:"]),
        ("  first dose: planned", "  first dose: ¦", ["planned", "from … until …"], ["kg"]),
        ("  weight: kg", "  weight: ¦", ["yes/no", "one of", "measurements"], ["planned"]),
        ("    source: passport", "    ¦", ["question:", "asked if:"], ["interpretation:"]),
        ("    asked if: sex is female", "    asked if: sex is ¦", ["male", "female"], ["severe"]),
        ("  statins: closed list of drugs: atorvastatin, simvastatin", "  statins: ¦", ["closed list of", "open list of"], []),
        ("  standard library", "  ¦", ["standard library"], []),
        ("  age = completed years from date of birth to screening", "  age = ¦", ["completed", "weight"], ["all of"]),
        ("  heavy means BMI is at least 30 kg/m²", "  heavy means ¦", ["all of", "age"], ["kg"]),
        ("  heavy means BMI is at least 30 kg/m²", "  heavy means\n    any of:\n      - BMI is ¦", ["at least"], ["male"]),
        ("      - pregnant\n", "      - ¦\n", ["pregnant", "age"], ["interpretation:"]),
        ("  I3: Children", "  ¦", ["I3: "], ["E1: "]),
        ("exclusion criteria", "¦", ["inclusion criteria", "exclusion criteria", "examples", "in Chinese"], ["age"]),
        ("exclusion criteria", "exclusion criteria if ¦", ["pregnant", "age"], []),
        ("  patient well", "  pa¦", ["patient", "patients like"], []),
        ("    sex: female\n", "    ¦\n", ["sex:", "I1:", "verdict:", "screening:"], ["severity:"]),
        ("    sex: female\n", "    sex: ¦\n", ["male", "female", "not recorded"], ["eligible"]),
        ("    I1: passes\n", "    I1: ¦\n", ["passes", "fails", "open"], ["eligible", "male"]),
        ("    verdict: eligible", "    verdict: ¦", ["eligible", "undetermined"], ["passes"]),
        ("    | E2         | passes  | passes    |", "    | E2         | ¦", ["passes", "fails"], ["eligible"]),
        ("    pregnant: no\n", "    pregnant: ¦\n", ["yes", "no"], ["male"]),
        ("  weight: 体重", "  ¦", ["weight:", "sex:", "I1:"], []),
    ],
)  # fmt: skip
def test_what_can_stand_at_other_places(old: str, new: str, wanted: list[str], unwanted: list[str]) -> None:
    assert old in NIGHTS
    offered = labels(NIGHTS.replace(old, new, 1))
    assert [one for one in wanted if one not in offered] == []
    assert [one for one in unwanted if one in offered] == []


def test_an_empty_file_begins_with_its_name() -> None:
    assert labels("¦") == ["protocol:"]


def test_fields_are_known_in_the_list_under_their_series() -> None:
    offered = labels(with_line("    any stroke ever where any of:\n      - severity is severe\n      - ¦"))
    assert "severity" in offered
    assert "healthy" not in offered


def test_an_offer_takes_the_place_of_all_the_words_of_its_name() -> None:
    analysis, position = marked(with_line("    forced  vital cap¦"))
    item = next(one for one in completion(analysis, position).items if one.label == "forced vital capacity")
    assert isinstance(item.text_edit, types.TextEdit)
    assert text_at(analysis, item.text_edit.range) == "forced  vital cap"


def test_no_offer_is_a_word_that_the_parser_refuses_there() -> None:
    beginnings = (
        "",
        "weight is ",
        "any stroke ",
        "any stroke within 6 months before ",
        "if pregnant, then ",
        "latest ",
    )
    for words in beginnings:
        analysis, position = marked(with_line(f"    {words}¦"))
        for item in completion(analysis, position).items:
            # A choice or a field may be the beginning of what its noun ends.
            adjective = item.kind in (types.CompletionItemKind.EnumMember, types.CompletionItemKind.Field)
            plain = item.insert_text_format is not types.InsertTextFormat.Snippet and not adjective
            if plain and item.label not in (
                "> ",
                "previous",
            ):  # asks which
                after = read(with_line(f"    {words}{item.label}"))
                at = analysis.text.index("    > Adults") + len("    > Adults, 50 % of them heavy.\n    ") + len(words)
                refused = [
                    problem
                    for problem in after.parsed.diagnostics  # type: ignore[union-attr]
                    if problem.span and problem.span.start == at and "stops after" not in problem.message
                ]
                assert not refused, (words, item.label, refused[0].message)


# ---- hover, definition, references ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("FVC is", ["**forced vital capacity** (FVC): a percentage of the predicted value", "Declared in line 29"]),
        ("date of birth to", ["a date", "Question: When were you born?", "Source: passport"]),
        ("pregnant\n      - latest", ["a yes/no", "Asked if: sex is female"]),
        ("heavy\n", ["heavy means BMI is at least 30 kg/m²"]),
        ("BMI is", ["BMI = body mass index of (weight, height)", "In kg/m²", "Source: Quetelet"]),
        ("body mass", ["body mass index of (weight: kg, height: m)", "Declared in standard library"]),
        ("severe stroke", ["a choice of severity: mild, moderate, severe"]),
        ("children where", ["**child**: a list, one row for each child, each with healthy"]),
        ("ALT within", ["dated measurements, each a number in U/L"]),
        ("stroke within", ["dated events, each with severity"]),
        ("statin now", ["statin = each medication in statins"]),
        ("statins\n    - ezet", ["a closed list of drugs: atorvastatin, simvastatin"]),
        ("lipid drugs", ["an open list", "may belong"]),
        ("g\n\n  I3", ["**g**: a unit, in UCUM `g`", "kg"]),
        ("months before", ["calendar months"]),
        ("kg\n  height", ["**kg**"]),
        ("I1: passes", ["**I1: Age ≥ 18 岁 🌙** (inclusion)", "> Adults, 50 % of them heavy."]),
        ("screening: 2026", ["a day of the trial"]),
        ("first dose: planned", ["which may lie ahead"]),
        ("well\n    |", ["an example patient"]),
    ],
)  # fmt: skip
def test_hover_says_what_a_name_means(words: str, told: list[str]) -> None:
    analysis = read()
    found = hover(analysis, place_of(analysis, words))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert [one for one in told if one not in found.contents.value] == []


def test_hover_says_nothing_between_words() -> None:
    analysis = read()
    assert hover(analysis, types.Position(2, 0)) is None


def test_hover_works_while_the_file_has_an_error() -> None:
    kept = Analyses()
    good = kept.of("n", NIGHTS, None, "utf-16")
    assert good.protocol is not None
    broken = kept.of("n", with_line("    FVC is at least at least"), None, "utf-16")
    found = hover(broken, place_of(broken, "FVC is"))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert "percentage of the predicted value" in found.contents.value


@pytest.mark.parametrize(
    ("words", "nth", "line"),
    [
        ("FVC is", 0, "forced vital capacity (FVC)"),
        ("screening where", 0, "  screening"),
        ("heavy\n", 0, "heavy means"),
        ("severity is", 0, "severity: ordered"),
        ("severe where", 0, None),
        ("statins\n\n", 0, "statins: closed"),
        ("E2         |", 0, "E2: Statins"),
        ("weight: 体重", 0, "weight: kg"),
        ("well\n    |", 0, "patient well"),
        ("start", 0, None),
    ],
)  # fmt: skip
def test_definition(words: str, nth: int, line: str | None) -> None:
    analysis = read()
    if words not in NIGHTS or line is None:
        return
    found = definition(analysis, URI, place_of(analysis, words, nth), lambda name: None)
    assert found is not None
    assert line.strip() in NIGHTS.split("\n")[found.range.start.line]


def test_definition_in_the_standard_library() -> None:
    analysis = read()
    found = definition(analysis, URI, place_of(analysis, "body mass"), lambda name: path_of_used(name, None))
    assert found is not None
    assert found.uri.endswith("standard_library.protocol")
    assert found.range.start.line > 0


def test_references_are_all_places_and_no_other() -> None:
    analysis = read()
    found = references(analysis, URI, place_of(analysis, "weight: kg"))
    assert [text_at(analysis, one.range) for one in found] == ["weight"] * 6
    lines = [NIGHTS.split("\n")[one.range.start.line].strip() for one in found]
    assert [line.split()[0] for line in lines] == ["weight:", "BMI", "FVC", "weight:", "|", "weight:"]
    assert len(references(analysis, URI, place_of(analysis, "weight: kg"), with_declaration=False)) == 5
    assert len(highlights(analysis, place_of(analysis, "weight: kg"))) == 6


def test_references_tell_fields_of_one_name_apart() -> None:
    text = NIGHTS.replace("    dose: mg/day", "    dose: mg/day\n    severity: ordered low < high")
    analysis = read(text)
    found = references(analysis, URI, place_of(analysis, "severity: ordered mild"))
    assert len(found) == 2


# ---- renaming -------------------------------------------------------------------------------------------------------


def renamed(words: str, name: str, text: str = NIGHTS, nth: int = 0) -> str:
    analysis = read(text)
    edit = rename(analysis, URI, place_of(analysis, words, nth), name)
    assert edit.changes is not None
    return with_edits(analysis, list(edit.changes[URI]))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("weight: kg", "body weight"),
        ("FVC", "vital capacity index"),
        ("heavy means", "obese"),
        ("sex: one of", "gender"),
        ("female\n  preg", "woman"),
        ("severity: ordered", "grade"),
        ("statins: closed", "HMG-CoA inhibitors"),
        ("treatment period", "time on treatment"),
        ("screening\n  first", "visit 1"),
        ("I1: Age", "I10"),
        ("well\n    date", "healthy man"),
        ("statin =", "blood fat drug"),
    ],
)  # fmt: skip
def test_renaming_keeps_what_the_protocol_means(words: str, name: str) -> None:
    after = read(renamed(words, name))
    assert after.protocol is not None
    assert len(after.index.occurrences) == len(read().index.occurrences)
    back = renamed(name, text_of_old(words), after.text)
    assert back == NIGHTS


def text_of_old(words: str) -> str:
    analysis = read()
    return prepare_rename(analysis, place_of(analysis, words)).placeholder


def test_renaming_a_series_changes_its_plurals_and_its_facts() -> None:
    after = renamed("stroke: events", "brain attack")
    assert "any severe brain attack within" in after
    assert "brain attack: none" in after
    assert re.search(r"\bstrokes?\b", after) is None


def test_renaming_an_irregular_plural() -> None:
    after = renamed("child (plural", "baby")
    assert "baby (plural babies): one row for each child" in after
    assert "at least 2 babies where healthy" in after
    assert "    baby:\n" in after


def test_renaming_in_the_translations() -> None:
    assert "body weight: 体重" in renamed("weight: kg", "body weight")


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [
        ("weight: kg", "height", "height"),
        ("weight: kg", "within", "word of the language"),
        ("weight: kg", "we:ight", "data item"),
        ("weight: kg", "pregnant and heavy", "read"),
        ("body mass index", "mass", "standard library declares it"),
        ("at least 18", "most", "no name that this file declares"),
        ("I1: Age", "I2", "I2"),
        ("weight: kg", "", "weight is not renamed"),
    ],
)  # fmt: skip
def test_renaming_is_refused_with_the_reason(words: str, name: str, reason: str) -> None:
    analysis = read()
    with pytest.raises(RenameError, match=re.escape(reason)) as told:
        rename(analysis, URI, place_of(analysis, words), name)
    assert str(told.value)


def test_nothing_is_renamed_while_a_place_may_not_be_found() -> None:
    analysis = read(with_line("    age is at least at least"))
    with pytest.raises(RenameError, match="has errors"):
        rename(analysis, URI, place_of(analysis, "weight: kg"), "mass")


# ---- outline, folding, formatting -----------------------------------------------------------------------------------


def test_the_outline_has_sections_with_criteria() -> None:
    analysis = read()
    found = outline(analysis)
    assert [one.name for one in found] == [
        "Nights 夜间 🌙", "use", "days", "lists", "data: visit", "data: history", "definitions", "inclusion criteria",
        "exclusion criteria", "examples", "in Chinese",
    ]  # fmt: skip
    criteria = next(one for one in found if one.name == "inclusion criteria").children
    assert criteria is not None
    assert [one.name for one in criteria] == ["I1: Age ≥ 18 岁 🌙", "I2: Breathing", "I3: Children"]
    for one in found:
        for inner in [one, *(one.children or [])]:
            assert text_at(analysis, inner.range).startswith(text_at(analysis, inner.selection_range))


def test_folding_goes_by_the_lines() -> None:
    analysis = read(NIGHTS + "# one\n# two\n\n# three\n")
    found = folding_ranges(analysis)
    lines = analysis.text.split("\n")
    starts = {lines[one.start_line].strip() for one in found}
    assert {"inclusion criteria", "I1: Age ≥ 18 岁 🌙", "examples", "any of:", "stroke: events", "# one"} <= starts
    assert "# three" not in starts
    (comments,) = [one for one in found if one.kind is types.FoldingRangeKind.Comment]
    assert comments.end_line == comments.start_line + 1


def test_formatting_is_that_of_the_command() -> None:
    analysis = read(NIGHTS.replace("FVC is at least 50%", "FVC   ≥ 50 %  # low"))
    edits = formatting(analysis)
    assert edits is not None
    after = with_edits(analysis, edits)
    assert "# low" in after
    assert formatting(read(after)) == []
    assert [d.code for d in read(after).diagnostics] == [d.code for d in analysis.diagnostics]


def test_formatting_keeps_the_line_ends_and_leaves_a_broken_file() -> None:
    analysis = read(NIGHTS.replace("\n", "\r\n"))
    edits = formatting(analysis)
    assert edits is not None
    assert "\n" not in with_edits(analysis, edits).replace("\r\n", "")
    assert formatting(read(with_line("    age is at least at least"))) is None


# ---- colours --------------------------------------------------------------------------------------------------------


def coloured(analysis: Analysis) -> list[tuple[str, str]]:
    names = dict(enumerate(TYPES))
    data = semantic_tokens(analysis).data
    line = character = 0
    found = []
    for at in range(0, len(data), 5):
        ahead, along, length, kind, _ = data[at : at + 5]
        line, character = line + ahead, along if ahead else character + along
        place = types.Range(types.Position(line, character), types.Position(line, character + length))
        found.append((text_at(analysis, place), names[kind]))
    return found


def test_each_word_has_its_colour() -> None:
    found = coloured(read(NIGHTS + "# 完 🌙 end\n"))
    for wanted in [
        ("inclusion criteria", "section"), ("I1", "id"), ("Age ≥ 18 岁 🌙", "title"), ("age", "name"),
        ("at least", "keyword"), ("18", "number"), ("years", "unit"), ("> Adults, 50 % of them heavy.", "quotation"),
        ("children", "series"), ("severe", "choice"), ("statins", "list"), ("screening", "day"), ("2026-03-16", "day"),
        ("body mass index", "function"), ("source", "key"), ("Quetelet", "note"), ("# 完 🌙 end", "comment"),
        ("months", "unit"), ("treatment period", "day"), ("passes", "keyword"),
    ]:  # fmt: skip
        assert wanted in found


def test_tokens_are_in_order_and_apart() -> None:
    data = semantic_tokens(read(FORTY.read_text(encoding="utf-8"))).data
    assert all(
        length > 0 and kind < len(LEGEND.token_types) for length, kind in zip(data[2::5], data[3::5], strict=True)
    )
    same_line = [
        (along, before) for ahead, along, before in zip(data[5::5], data[6::5], data[2::5], strict=False) if not ahead
    ]
    assert all(along >= before for along, before in same_line)


# ---- hints and lenses -----------------------------------------------------------------------------------------------


def hints(text: str) -> dict[str, str]:
    analysis = read(text)
    lines = text.split("\n")
    return {
        lines[hint.position.line].strip(): str(hint.label) for hint in inlay_hints(analysis, analysis.positions.whole())
    }


def test_hints_tell_the_days_of_a_window_and_a_converted_unit() -> None:
    found = hints(NIGHTS)
    assert found["FVC is at least 50% and weight is at least 45000 g"] == "= 45 kg"
    stroke = "any severe stroke within 6 months before screening where severity is severe"
    assert found[stroke] == "from 16 September 2025 to 16 March 2026 (well)"


def test_hints_without_an_example_tell_the_ends_of_a_window() -> None:
    found = hints(NIGHTS[: NIGHTS.index("examples")])
    stroke = "any severe stroke within 6 months before screening where severity is severe"
    assert found[stroke] == "from 6 months before screening to screening, both days in, in calendar months"


def test_hints_are_of_the_range_that_is_asked_for() -> None:
    analysis = read()
    line = place_of(analysis, "FVC is").line
    found = inlay_hints(analysis, types.Range(types.Position(line, 0), types.Position(line + 1, 0)))
    assert [str(hint.label) for hint in found] == ["= 45 kg"]
    assert found[0].position.line == line


def lenses(analysis: Analysis) -> dict[str, list[str]]:
    lines = analysis.text.split("\n")
    found: dict[str, list[str]] = {}
    for lens in code_lenses(analysis):
        assert lens.command is not None
        found.setdefault(lines[lens.range.start.line].strip(), []).append(lens.command.title)
    return found


def test_lenses_evaluate_the_examples() -> None:
    found = lenses(read())
    assert found["I1: Age ≥ 18 岁 🌙"] == ["3 examples: 3 pass"]
    assert found["I2: Breathing"] == ["3 examples: 2 pass, 1 fails"]
    assert found["E2: Statins"] == ["3 examples: 2 pass, 1 fails; not as expected: heavy one"]
    assert found["patient well"] == ["as expected: eligible"]
    assert found["patients like well"] == [
        "light: as expected: ineligible", "heavy one: not as expected: E2 fails (expected: passes)",
    ]  # fmt: skip


def test_lenses_of_a_file_without_examples() -> None:
    found = lenses(read(NIGHTS[: NIGHTS.index("examples")]))
    assert found["I2: Breathing"] == ["no examples"]


def test_lenses_tell_what_was_before_an_error() -> None:
    kept = Analyses()
    assert kept.of("n", NIGHTS, None, "utf-16").protocol is not None
    broken = kept.of("n", with_line("    age is at least at least"), None, "utf-16")
    assert lenses(broken)["I2: Breathing"] == ["3 examples: 2 pass, 1 fails"], "nothing has been checked yet"
    assert broken.diagnostics
    assert lenses(broken)["I2: Breathing"] == ["before the error: 3 examples: 2 pass, 1 fails"]
    assert inlay_hints(broken, broken.positions.whole()) == []


def test_hints_stay_in_their_lines_while_somebody_types() -> None:
    kept = Analyses()
    good = kept.of("n", NIGHTS, None, "utf-16")
    before = inlay_hints(good, good.positions.whole())
    typed = kept.of("n", with_line("    age is at\n      least 1"), None, "utf-16")
    found = inlay_hints(typed, typed.positions.whole())
    assert not typed.is_checked
    assert [hint.label for hint in found] == [hint.label for hint in before]
    assert [hint.position.line - 1 for hint in found] == [hint.position.line for hint in before]
    changed = kept.of("n", NIGHTS.replace("45000 g", "45001 g"), None, "utf-16")
    assert "= 45 kg" not in [hint.label for hint in inlay_hints(changed, changed.positions.whole())]


def test_a_read_that_was_good_lets_go_of_the_one_before_it() -> None:
    kept = Analyses()
    for number in range(20):
        analysis = kept.of("n", NIGHTS + "#" * number, None, "utf-16")
        assert analysis.protocol is not None
    last = kept.of("n", NIGHTS + "# end", None, "utf-16")
    assert last.good is last
    earlier = last._earlier
    assert earlier is not None
    assert earlier._earlier is None


def test_the_text_that_is_read_is_the_text_that_is_checked() -> None:
    analysis = read()
    assert analysis.parsed is not None
    assert check(analysis.parsed).protocol is not None


# ---- words of the language ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("within 6 months", "**within**: A window of time"),
        ("at least 18", "**at least**: This much or more"),
        ("any severe", "**any**: At least one record"),
        ("any of:", "**any of**: One line of the list"),
        ("latest ALT", "**latest**: "),
        ("where severity", "**where**: "),
    ],
)
def test_a_word_of_the_language_says_what_it_means(words: str, told: str) -> None:
    analysis = read()
    found = hover(analysis, place_of(analysis, words))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.value.startswith(told)


def test_every_sentence_is_of_a_word_that_there_is() -> None:
    file = Path(__file__).parents[2] / "src" / "protocol_dsl" / "render" / "words.toml"
    spoken = {phrase for phrases in PHRASES.values() for phrase in phrases}
    assert tomllib.loads(file.read_text(encoding="utf-8")).keys() <= {*PHRASES, *spoken}
