"""The criteria document and the data dictionary: what stands in them, and that it is what the file says.

With `ACCEPT_OUTPUT=1` in the environment, the golden document takes over what comes out; then read it.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.render.dictionary_document import dictionary_document
from protocol_dsl.render.documents import render_document, statements_of
from protocol_dsl.render.markup import INLINE, Document, Element, read_markup
from protocol_dsl.render.protocol_document import protocol_document
from protocol_dsl.render.showing import NO_BREAK
from protocol_dsl.render.template_filling import environment
from protocol_dsl.render.treatment import TOPICS
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics.check import resolve_statement
from protocol_dsl.semantics.checked import Protocol
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.parse import parse, parse_rule

HERE = Path(__file__).parent
PROTOCOLS = sorted((HERE.parents[1] / "protocols").glob("*.protocol"))
FILES = [
    *PROTOCOLS,
    HERE.parent / "fuzz" / "every_construct.protocol",
    HERE / "series.protocol",
    HERE / "forty_criteria.protocol",
]
GOLDEN = HERE / "golden" / "als-ipsc-mnp.protocol.md"

SMALL = """\
protocol: Small study

data
  weight: kg

inclusion criteria

  I1: Weight
    weight is at least 50 kg

exclusion criteria: none in the source
"""

LIMITS = """\
protocol: Limits

days
  screening

data
  ALT: measurements in U/L

inclusion criteria

  I1: Liver
    latest ALT within 14 days before screening is {limit}

exclusion criteria: none in the source
"""

WHOLE = """\
protocol: Lung study
  protocol number: LS-1
  version: 1.2
  date: 2026-03-16
  condition: lung disease
  population: adults of any sex
  childbearing potential: Whoever can conceive.
  contraception: Until 3 months after the last dose.
  lifestyle restrictions: No smoking.
  screen failure: The reason is recorded.
  rescreening: Once, after 28 days.
  amendments:
    - 1.1, 2026-01-20: I1 is new.
    - 1.2, 2026-03-16: I2 is new,
      as the sponsor has asked.

days
  screening
  first dose: planned
  screening period: from screening until first dose

lists
  statins: closed list of drugs: atorvastatin (ATC C10AA05), simvastatin
  strong inhibitors: open list of drugs: clarithromycin, not paracetamol

data: blood
  LDL cholesterol (LDL): mmol/L or mg/dL
    conversion: mg/dL = 38.67 × mmol/L
  gestational age: weeks + days
  date of birth: date
  smoker: yes/no
    if not recorded: no
  medication: treatments

definitions
  age = completed years from date of birth to screening
    interpretation: at screening
  inhibitor = each medication in strong inhibitors

inclusion criteria

  I1: Cholesterol
    > LDL cholesterol
    > at least 70
    > - or more
    LDL is at least 1.8 mmol/L (70 mg/dL)
    may be repeated within: 7 days, once

  I2: Pregnancy
    applies if not smoker
    all of:
      - gestational age is at least 24 weeks + 3 days
      - age is at least 18 years  # on the day

exclusion criteria

  E1: Medicines
    any medication in statins or inhibitor during screening period

examples

  patient light
    LDL: 1.7 mmol/L
    I1: fails
"""


def marked(protocol: Protocol, document: str = "protocol") -> Document:
    """The document before it has a form."""
    words = wording("en")
    doc = protocol_document(protocol, words) if document == "protocol" else dictionary_document(protocol, words)
    template = environment().get_template(f"{document}.html.j2")
    return read_markup(template.render(words=words, lang="en", doc=doc), document)


def headings(document: Document) -> list[str]:
    return [f"{e.tag} {e.text}" for e in document.walk() if e.tag in ("h2", "h3") and "unlisted" not in e.classes]


def rows_under(document: Document, heading: str) -> list[list[str]]:
    """The rows of the first table after a heading."""
    elements = list(document.walk())
    start = next(at for at, e in enumerate(elements) if e.tag.startswith("h") and e.text == heading)
    table = next(e for e in elements[start:] if e.tag == "table")
    return [[cell.text.replace(NO_BREAK, " ") for cell in row.elements] for row in table.walk() if row.tag == "tr"]


def canonical(printed: str) -> str:
    """A printed statement as the formatter would write it."""
    return printed.replace(" of the following:", " of:")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return protocol_dsl.load(request.param).checked


@pytest.fixture(scope="module")
def whole() -> Protocol:
    return protocol_dsl.loads(WHOLE).checked


def test_the_document_of_the_first_protocol(als: protocol_dsl.Protocol) -> None:
    text = render_document(als.checked, "protocol", "markdown")
    assert isinstance(text, str)
    if os.environ.get("ACCEPT_OUTPUT"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


# ---- of every protocol ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["markdown", "html"])
def test_printed_statements_read_back_as_the_rules(protocol: Protocol, to: str) -> None:
    document = render_document(protocol, "protocol", to)  # type: ignore[arg-type]
    printed = statements_of(document, to)  # type: ignore[arg-type]
    parsed = parse(SourceText.read(protocol.source.name, protocol.source.text))
    for criterion in protocol.criteria:
        assert canonical(printed.get(criterion.id, "")) == criterion.statement
        if criterion.statement and not protocol.used_files:
            statement = SourceText.read("statement", printed[criterion.id])
            applies, rule = parse_rule(statement, parsed.vocabulary)
            assert resolve_statement(parsed, applies, rule, criterion.kind) == (criterion.applies_if, criterion.rule)
    for definition in protocol.definitions.values():
        assert canonical(printed[definition.name]) == definition.statement


@pytest.mark.parametrize("name", ["protocol", "dictionary"])
def test_every_link_leads_somewhere(protocol: Protocol, name: str) -> None:
    document = marked(protocol, name)
    ids = [e.get("id") for e in document.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    links = {e.get("href").removeprefix("#") for e in document.walk() if e.tag == "a"}
    assert links <= set(ids)
    assert bool(links) == (name == "protocol")


def test_traces_hold_the_very_lines_of_the_file(protocol: Protocol) -> None:
    lines = protocol.source.text.split("\n")
    traced = [each for section in protocol_document(protocol, wording("en")).traces for each in section.traces]
    assert [each.id for each in traced if each.lines] == [each.id for each in protocol.criteria if each.statement]
    for trace in traced:
        for line in trace.lines:
            assert lines[line.number - 1].strip() == line.text
        quoted = " ".join(protocol[trace.id].quotation).split()
        assert " ".join(trace.quotation).split() == quoted
        assert trace.items or not trace.lines


def test_a_trace_names_each_example_that_expects_a_result(protocol: Protocol) -> None:
    sections = protocol_document(protocol, wording("en")).traces
    told = {
        trace.id: "; ".join(each.text for each in trace.examples) for section in sections for trace in section.traces
    }
    verdicts = {entry.name: entry.text for entry in protocol_document(protocol, wording("en")).verdicts}
    for example in protocol.examples:
        for id_ in example.criteria:
            assert example.name in told[id_]
        if example.verdict is not None:
            assert example.name in verdicts[example.verdict.capitalize()]
        if example.verdict == "eligible":
            assert all(example.name in told[criterion.id] for criterion in protocol.criteria)


def test_every_data_item_is_in_the_dictionary(protocol: Protocol) -> None:
    cells = [e.text for e in marked(protocol, "dictionary").walk() if e.tag in ("th", "td", "p")]
    for item in protocol.items.values():
        assert item.name == "evaluation date" or [text for text in cells if item.name in text]


def test_each_sentence_on_values_is_said_of_some_protocol() -> None:
    words = wording("en").entry("treatment")
    known = {key for keys in TOPICS.values() for key in keys} | {f"topic_{topic}" for topic in (*TOPICS, "age")}
    counted = {f"counted_{unit}" for unit in ("year", "month", "week", "day", "hour", "minute")}
    assert set(words) == known | counted | {"evaluation_on"}
    said: set[str] = set()
    root = SMALL.replace("weight is at least 50 kg", "square root of (weight / (1 kg)) is at least 7")
    limits = [protocol_dsl.loads(LIMITS.format(limit=limit)) for limit in ("at least 2 × LLN", "at most 2 × ULN")]
    for read in (*map(protocol_dsl.load, FILES), protocol_dsl.loads(root), *limits):
        topics = protocol_document(read.checked, wording("en")).treatment
        said |= {sentence for topic in topics for sentence in topic.sentences}
    missing = [key for keys in TOPICS.values() for key in keys if words[key] not in said and key != "evaluation"]
    assert missing == []


def test_only_limits_that_are_read_are_abbreviations() -> None:
    for limit, short in (("at most 2 × ULN", ["ULN"]), ("at least LLN", ["LLN"]), ("at least 5 U/L", [])):
        document = protocol_document(protocol_dsl.loads(LIMITS.format(limit=limit)).checked, wording("en"))
        assert [row[0] for row in (document.abbreviations.rows if document.abbreviations else ())] == short


# ---- of one that has everything, and of one that has nothing --------------------------------------------------------


def test_the_headings_are_those_of_m11(whole: Protocol) -> None:
    assert headings(marked(whole)) == [
        "h2 5 Trial Population",
        "h3 5.1 Description of Trial Population and Rationale",
        "h3 5.2 Inclusion Criteria",
        "h3 5.3 Exclusion Criteria",
        "h3 5.4 Contraception",
        "h3 5.5 Lifestyle Restrictions",
        "h3 5.6 Screen Failure and Rescreening",
        "h2 Appendix A: Definitions and Abbreviations",
        "h3 Definitions",
        "h3 Abbreviations and Short Forms",
        "h2 Appendix B: How Values Are Read and Compared",
        "h2 Appendix C: Tests That May Be Repeated",
        "h2 Appendix D: Interpretations to Confirm and Open Questions",
        "h3 Interpretations to Confirm",
        "h2 Appendix E: Data Dictionary",
        "h3 Days of the trial",
        "h3 Blood",
        "h3 Lists of Words",
        "h2 Appendix F: Traceability",
        "h3 Inclusion Criteria",
        "h3 Exclusion Criteria",
        "h2 Appendix G: Document Control",
        "h3 Amendments",
    ]


def test_what_has_no_content_has_no_heading() -> None:
    assert headings(marked(protocol_dsl.loads(SMALL).checked)) == [
        "h2 5 Trial Population",
        "h3 5.2 Inclusion Criteria",
        "h3 5.3 Exclusion Criteria",
        "h2 Appendix A: How Values Are Read and Compared",
        "h2 Appendix B: Data Dictionary",
        "h3 Data",
        "h2 Appendix C: Traceability",
        "h3 Inclusion Criteria",
        "h2 Appendix D: Document Control",
    ]


def test_of_values_only_what_the_protocol_uses_is_said() -> None:
    topics = protocol_document(protocol_dsl.loads(SMALL).checked, wording("en")).treatment
    assert [topic.heading for topic in topics] == [
        "Missing data",
        "Results",
        "Limits and ranges",
        "Numbers, units and rounding",
    ]
    assert [len(topic.sentences) for topic in topics] == [1, 2, 1, 2]


def test_what_a_document_holds(whole: Protocol) -> None:
    document = marked(whole)
    assert rows_under(document, "Amendments") == [
        ["Version", "Date", "What changed"],
        ["1.1", "20 January 2026", "I1 is new."],
        ["1.2", "16 March 2026", "I2 is new, as the sponsor has asked."],
    ]
    assert rows_under(document, "Appendix C: Tests That May Be Repeated")[1:] == [["I1", "7 days, once"]]
    assert rows_under(document, "Interpretations to Confirm")[1:] == [["age", "Interpretation", "at screening"]]
    assert rows_under(document, "Abbreviations and Short Forms")[1:] == [["LDL", "LDL cholesterol"]]
    assert rows_under(document, "Days of the trial")[1:] == [
        ["screening", "", ""],
        ["first dose", "planned", ""],
        ["evaluation date", "", ""],
        ["screening period", "period", "from screening until first dose, both days in"],
    ]
    assert rows_under(document, "Statins")[1:] == [["atorvastatin", "ATC C10AA05"], ["simvastatin", ""]]
    assert rows_under(document, "Strong inhibitors")[1:] == [["clarithromycin", ""], ["paracetamol", "does not belong"]]
    blood = {row[0]: row[1:] for row in rows_under(document, "Blood")}
    assert blood["LDL cholesterol (LDL)"] == ["number, in mmol/L or mg/dL; mg/dL = 38.67 × mmol/L", ""]
    assert blood["smoker"] == ["yes or no", "counted as no"]
    control = dict(rows_under(document, "Appendix G: Document Control"))
    assert control["SHA-256 of the protocol file"] == whole.source.sha256
    assert control["Date"] == "16 March 2026"
    assert control["Status"] == "not stated"


def test_a_criterion_leads_to_the_terms_that_its_rule_names(whole: Protocol) -> None:
    """ "gestational age" is a name of its own, and no use of "age"."""
    criteria = {
        each.id: each for section in protocol_document(whole, wording("en")).criteria for each in section.criteria
    }
    assert [[link.text for link in criteria[id_].terms] for id_ in ("I1", "I2", "E1")] == [[], ["age"], ["inhibitor"]]
    just_gestational = protocol_dsl.loads(WHOLE.replace("- age is at least 18 years  # on the day", "- smoker")).checked
    criterion = protocol_document(just_gestational, wording("en")).criteria[0].criteria[1]
    assert criterion.terms == ()


def test_a_trace(whole: Protocol) -> None:
    document = marked(whole)
    assert _trace(document, "I1") == {
        "Approved wording": "LDL cholesterol at least 70 - or more",
        "Statement": "LDL is at least 1.8 mmol/L (70 mg/dL)",
        "Rule in the file": "Line 46 of protocol LDL is at least 1.8 mmol/L (70 mg/dL)",
        "Data items": "LDL cholesterol",
        "Examples": "Fails: light",
    }
    rule = _trace(document, "I2")["Rule in the file"]
    assert rule.startswith("Lines 50 to 53 of protocol")
    assert rule.endswith("- age is at least 18 years # on the day")
    assert _trace(document, "I2")["Definitions"] == "age (line 36)"
    assert _trace(document, "I2")["Approved wording"] == "The file quotes none."
    assert _trace(document, "I2")["Statement"].startswith("applies if not smoker all of the following: gestational")
    assert _trace(document, "I2")["Data items"] == "screening, gestational age, date of birth, smoker"
    assert _trace(document, "E1")["Examples"] == "No example expects a result for this criterion."


def _trace(document: Document, id_: str) -> dict[str, str]:
    elements = list(document.walk())
    start = next(at for at, e in enumerate(elements) if e.get("id") == f"trace-{id_}")
    table = next(e for e in elements[start:] if e.tag == "table")
    return {row.elements[0].text: " ".join(_words(row.elements[1]).split()) for row in table.walk() if row.tag == "tr"}


def _words(element: Element) -> str:
    """The words of an element, those of its blocks and lines apart from one another."""
    gap = " " if element.tag not in INLINE or element.tag == "br" else ""
    return gap + "".join(child if isinstance(child, str) else _words(child) for child in element.children) + gap


def test_a_trace_follows_definitions_and_a_definition_tells_what_uses_it() -> None:
    """ "age" is also what the formula of the library is called with, which is no use of the definition."""
    forty = protocol_dsl.load(HERE / "forty_criteria.protocol").checked
    document = marked(forty)
    lines = forty.source.text.split("\n")
    number = 1 + next(at for at, line in enumerate(lines) if line.startswith("  age = "))
    told = f"age (line {number}), clearance (lines {number + 1} to {number + 2}), Cockcroft-Gault clearance"
    assert _trace(document, "I9")["Definitions"] == told
    definitions = {each.name: each for each in protocol_document(forty, wording("en")).definitions}
    assert [link.text for link in definitions["Age"].used_in] == ["I1", "clearance"]
    assert [link.text for link in definitions["Cockcroft-Gault clearance"].used_in] == ["clearance"]


def test_a_value_computed_from_a_record_is_in_the_dictionary() -> None:
    rows = rows_under(marked(protocol_dsl.load(HERE / "forty_criteria.protocol").checked, "dictionary"), "History")
    computed = "computed: equivalent dose = dose × prednisone equivalent"
    assert ["equivalent dose (of each corticosteroid)", computed] in rows


def test_words_of_which_few_have_a_code_stand_in_one_line() -> None:
    words = "\n  analgesics: closed list of drugs: ibuprofen, paracetamol, metamizole (ATC N02BB02)\n"
    listed = WHOLE.replace("\n\ndata: blood", f"{words}\ndata: blood").replace(
        "statins or inhibitor", "analgesics or inhibitor"
    )
    document = marked(protocol_dsl.loads(listed).checked, "dictionary")
    assert "ibuprofen; paracetamol; metamizole (ATC N02BB02)" in [e.text for e in document.walk() if e.tag == "p"]


def test_quoted_lines_run_on_until_an_item_begins(whole: Protocol) -> None:
    trace = protocol_document(whole, wording("en")).traces[0].traces[0]
    assert trace.quotation == ("LDL cholesterol at least 70", "- or more")


def test_running_lines_name_the_protocol_its_version_and_its_file(whole: Protocol) -> None:
    document = marked(whole)
    assert [line.text for line in document.header] == ["Lung study, version 1.2", "Eligibility criteria"]
    assert document.footer[0].text.replace(NO_BREAK, " ") == f"16 March 2026 · SHA-256 {whole.source.sha256[:12]}…"
    assert re.sub(" +", " ", document.footer[1].text) == "Page of"


def test_data_of_a_used_file_that_no_rule_asks_for_is_left_out() -> None:
    used = "protocol: Shared\n\ndata: shared\n  weight: kg\n  height: m\n"
    text = SMALL.replace("data\n  weight: kg", "use\n  shared.protocol")
    read = protocol_dsl.pipeline.read_protocol("study.protocol", text, lambda name: used.encode())
    assert read.protocol is not None
    names = [row[0] for row in rows_under(marked(read.protocol.checked, "dictionary"), "Shared")]
    assert names == ["Name", "weight"]


def test_the_words_of_documents_are_all_used() -> None:
    folder = HERE.parents[1] / "src" / "protocol_dsl" / "render"
    text = "\n".join(
        path.read_text(encoding="utf-8") for pattern in ("*.py", "templates/*.j2") for path in folder.glob(pattern)
    )
    words = tomllib.loads((folder / "locale" / "en.toml").read_text(encoding="utf-8"))["document"]
    made = (
        "header_",
        "result_",
        "verdict_",
        "none",
        "inclusion",
        "exclusion",
        "list_",
        "name",
        "kind",
        "question",
        "asked_if",
    )
    notes = ("silence", "source", "code", "word", "note", "interpretation", "not_counted", "rationale", "duty")
    more = ("header", "change", "abbreviation", "meaning")
    unused = [key for key in words if f"document.{key}" not in text and not key.startswith((*made, *notes, *more))]
    assert unused == []
