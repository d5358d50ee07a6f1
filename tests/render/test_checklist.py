"""The checklist: blank and of a patient, as a source and as an index to sources.

With `ACCEPT_OUTPUT=1` in the environment, the golden documents take over what comes out; then read them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.evaluate.evaluation import Evaluation
from protocol_dsl.render.checklist import Edition, checklist
from protocol_dsl.render.checklist_model import Block, Grid
from protocol_dsl.render.documents import Form, render_document
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics.checked import Protocol

HERE = Path(__file__).parent
PROTOCOLS = HERE.parents[1] / "protocols"
FILES = [*sorted(PROTOCOLS.glob("*.protocol")), HERE / "series.protocol"]
EDITIONS: tuple[Edition, ...] = ("source", "index")
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} | *b* \\ ``` &lt; $a$"

MIXED = """\
protocol: Mixed

days
  informed consent
  screening

data
  sex: one of male, female
  postmenopausal: yes/no
  smoker: yes/no
  fit: judgement by investigator
  weight: kg
  usual weight: kg
  NYHA class: ordered I < II < III < IV
  biopsies: one row for each biopsy
    taken on: date
    result: one of benign, malignant
  infection: events
    severe: judgement by investigator
    site of the infection: text
    treated: yes/no
    cultured: yes/no
    recurrent: yes/no
    hospital: yes/no

definitions
  lost = usual weight - weight, in kg

inclusion criteria

  I1: Two of three
    at least 2 of:
      - smoker
      - postmenopausal
      - sex is female
  I2: Weight, with an exception
    weight is at least 50 kg, unless smoker
  I3: Biopsies
    at most 3 biopsies
  I4: Loss
    lost is at most 5 kg
  I5: Consent first
    informed consent is on or before screening
  I6: Heart
    NYHA class is at most II

exclusion criteria

  E1: None of them
    none of:
      - postmenopausal
      - smoker
  E2: Malignant
    any biopsy where result is malignant
  E3: Judged twice
    any of:
      - investigator judges: fit
      - all of:
          - smoker
          - investigator judges: fit
  E4: Infection
    any infection ever where severe and treated and cultured and recurrent and hospital
  E5: Known
    known smoker
"""


@pytest.fixture(scope="module")
def mixed() -> protocol_dsl.Protocol:
    return protocol_dsl.loads(MIXED)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def protocol(request: pytest.FixtureRequest) -> protocol_dsl.Protocol:
    return protocol_dsl.load(request.param)


def printed(
    protocol: Protocol, evaluation: Evaluation | None = None, edition: Edition = "source", to: Form = "markdown"
) -> str:
    """A checklist with all its spaces alike."""
    text = render_document(protocol, "checklist", to, evaluation, edition=edition)
    assert isinstance(text, str)
    return re.sub(
        "[ \u00a0\u2002]+", " ", re.sub("</?b>", "**", text.replace("\\_", "_")) if to == "markdown" else text
    )


def row(text: str, id_: str) -> str:
    """The part of a checklist that is about one criterion."""
    return text.split(f"### {id_} ")[1].split("\n##")[0]


def grids(blocks: tuple[Block, ...]) -> Iterator[Grid]:
    for block in blocks:
        yield from (line.grid for line in block.lines if line.grid is not None)
        yield from grids(block.inner)


# ---- blank ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_blank_form_has_no_box_filled_and_no_value(protocol: protocol_dsl.Protocol, edition: Edition) -> None:
    page = printed(protocol.checked, edition=edition, to="html")
    assert 'class="box"' in page
    assert "box ticked" not in page.split("</style>")[1]
    assert "Recorded:" not in page
    assert "Evaluated:" not in page
    assert 'class="given"' not in page.split('<h2 id="inclusion">')[1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_criterion_has_its_row_and_boxes(protocol: protocol_dsl.Protocol, edition: Edition) -> None:
    text = printed(protocol.checked, edition=edition)
    for criterion in protocol.checked.criteria:
        told = row(text, criterion.id)
        boxes = "☐ passes ☐ fails ☐ open" + (" ☐ does not apply" if criterion.applies_if else "")
        assert (f"**{boxes}**" in told) == bool(criterion.statement)
        assert ("Initials, date: ____" in told) == bool(criterion.statement)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_foot_has_the_decision_and_two_signatures(als: protocol_dsl.Protocol, edition: Edition) -> None:
    text = printed(als.checked, edition=edition)
    foot = text[text.index("## Decision") :]
    assert "☐ eligible" in foot
    assert "☐ not eligible" in foot
    assert "☐ undetermined" in foot
    assert "Criteria that fail: ____" in foot
    assert "Rescreening is planned. ☐ yes" in foot
    assert foot.index("| **Delegate** |") < foot.index("| **Investigator** |")
    assert not re.search("waive|exempt|deviat", text, re.IGNORECASE)


def test_the_head_identifies_the_form(als: protocol_dsl.Protocol, mixed: protocol_dsl.Protocol) -> None:
    text = printed(als.checked)
    head = text[: text.index("## Inclusion")]
    assert head.startswith("# Eligibility checklist\n")
    assert als.checked.source.sha256 in head
    for name in ("Protocol number", "Site", "Subject", "Screening number", "Informed consent", "Screening"):
        assert re.search(rf"\*\*{name}\*\* \| _+", head), name
    assert "**Version, date** | **1.0**" in head
    assert "DRAFT" in head
    numbered = "protocol: P\n  protocol number: XS-1\n  registry number: NCT1\n  version: 2\n  date: 1 May 2026\n\n"
    given = protocol_dsl.loads(
        numbered + "data\n  weight: kg\n\ninclusion criteria\n\n  I1: W\n    weight is at least 3 kg"
    )
    head = printed(given.checked)
    assert "**Protocol number** | **XS-1** | **Registry number** | **NCT1**" in head
    assert "**Version, date** | **2, 1 May 2026**" in head
    assert "**Consent** | ____-__-__" in head
    assert "DRAFT" not in head


def test_the_rows_of_the_first_protocol(als: protocol_dsl.Protocol) -> None:
    text = printed(als.checked)
    assert "| Diagnosis is ALS. | ☐ yes ☐ no ☐ not known |" in row(text, "I3")
    assert "Passes if both answers are yes and the date lies in the window." in row(text, "I3")
    nights = row(text, "I6")
    assert "| Night of | Time below 90% saturation | Recorded time | Share |" in nights
    assert nights.count("| ____-__-__ | ______ min | ______ min | ______ % |") == 3
    assert (
        "Passes if every share is 2% or less. One screening night above 2% fails. No recorded screening night: open. "
        "Do not round the share before comparing."
    ) in nights
    assert "Source: overnight pulse oximetry report" in nights
    assert "Reason: ____" in row(text, "I7")
    assert "Investigator: name, signature, date: ____" in row(text, "I7")
    assert "Spouse: name, signature, date: ____" in row(text, "I8")


def test_lists_and_exceptions_stand_under_their_headings(mixed: protocol_dsl.Protocol) -> None:
    text = printed(mixed.checked)
    assert "**At least two of these:**" in row(text, "I1")
    assert "Passes if at least 2 of these hold:\n\n- smoker\n- postmenopausal\n- sex is female\n" in row(text, "I1")
    assert row(text, "I2").index("Weight: ______ kg") < row(text, "I2").index("**Unless:**")
    assert "**None of these:**" in row(text, "E1")
    assert "Fails if none of these hold:" in row(text, "E1")


def test_a_count_has_a_line_more_than_it_allows(mixed: protocol_dsl.Protocol) -> None:
    text = printed(mixed.checked)
    assert "Passes if there are at most 3 biopsies." in row(text, "I3")
    assert row(text, "I3").count("| ____-__-__ |") == 4
    assert "Fails if there is any biopsy where result is malignant." in row(text, "E2")
    assert "| Taken on | Result (benign, malignant) |" in row(text, "E2")


def test_what_stands_in_the_head_or_has_choices_is_asked(mixed: protocol_dsl.Protocol) -> None:
    text = printed(mixed.checked)
    for id_, question in (
        ("I5", "Informed consent is on or before screening."),
        ("I6", "NYHA class is at most II."),
    ):
        assert f"| {question} | ☐ yes ☐ no ☐ not known |" in row(text, id_)
    # To the question whether something is known, "not known" is no third answer.
    assert "| Known: smoker. | ☐ yes ☐ no |" in row(text, "E5")
    assert "Passes if the answer is yes." in row(text, "I5")
    assert "Passes if the answer is yes." in row(text, "I6")


def test_what_the_words_mean_stands_beside_what_decides(als: protocol_dsl.Protocol) -> None:
    assert "Age = completed years from date of birth to screening." in row(printed(als.checked), "I2")
    text = printed(protocol_dsl.load(HERE / "forty_criteria.protocol").checked)
    assert "Clearance: ______ mL/min" in row(text, "I9")
    assert "Clearance = Cockcroft-Gault clearance of (" in row(text, "I9")
    assert row(text, "I9").count("**The latest creatinine within 14 days before first dose**") == 1
    assert "Equivalent dose = dose × prednisone equivalent." in row(text, "E2")
    assert "Live vaccines (no other belongs to them): MMR; varicella; yellow fever; BCG." in row(text, "E4")
    assert "Strong CYP3A inhibitors (others may belong to them: open): ketoconazole;" in row(text, "E8")
    assert "Mean of the latest 3 corrected QT recorded within 10 minutes on screening: ______ ms" in row(text, "E7")


def test_no_answer_can_be_read_both_ways(als: protocol_dsl.Protocol) -> None:
    text = row(printed(als.checked), "I8")
    # Whether it applies is asked apart, and is no answer that has to be yes.
    assert text.index("Of childbearing age.<br>Answer only if: sex is female.") < text.index("**If it applies:**")
    assert "Passes if all of these hold:\n\n- patient agrees" in text
    assert "Answer only if: has a spouse." not in text  # the heading above the question says so
    women = printed(protocol_dsl.load(PROTOCOLS / "NCT02610075.protocol").checked)
    assert "Able to bear children.<br>Holds if the answer is no." in row(women, "I9")


def test_a_table_says_which_of_its_records_count() -> None:
    series = protocol_dsl.load(HERE / "series.protocol")
    alt = [{"date": f"2026-03-{day}", "value": 35, "ULN": 40} for day in (10, 11)]
    told = row(printed(series.checked, series.evaluate({"screening": "2026-03-16", "ALT": alt})), "I1")
    assert "The table holds all that is recorded. Only what the line above names counts." in told
    assert "The table holds" not in printed(series.checked)


def test_a_question_that_stands_twice_is_asked_and_signed_once(mixed: protocol_dsl.Protocol) -> None:
    text = row(printed(mixed.checked), "E3")
    assert text.count("| Investigator judges: fit. |") == 1
    assert text.count("Investigator: name, signature, date") == 1
    assert text.count("Reason: ") == 1


def test_a_record_of_many_fields_has_a_line_for_each(mixed: protocol_dsl.Protocol) -> None:
    model = checklist(mixed.checked, wording(), None)
    rows = {each.id: each for section in model.sections for each in section.rows}
    [turned] = grids(rows["E4"].blocks)
    assert turned.turned
    text = row(printed(mixed.checked), "E4")
    assert "| | 1 | 2 |" in text
    assert "| **First day** | ____-__-__ | ____-__-__ |" in text
    assert "☐ none" in text
    assert "☐ listed below" in text
    assert text.count("Investigator: name, signature, date") == 1


def test_widths_are_shared_out(protocol: protocol_dsl.Protocol) -> None:
    for section in checklist(protocol.checked, wording(), None).sections:
        for each in section.rows:
            for grid in grids(each.blocks):
                assert grid.turned or sum(column.width for column in grid.columns) == 100
                assert min(column.width for column in grid.columns) > 5


def test_only_short_rows_are_kept_on_one_page() -> None:
    model = checklist(protocol_dsl.load(PROTOCOLS / "NCT03391050.protocol").checked, wording(), None)
    rows = {each.id: each for section in model.sections for each in section.rows}
    assert rows["I5"].keep
    assert not rows["I1"].keep


def test_series_and_duties() -> None:
    text = printed(protocol_dsl.load(HERE / "series.protocol").checked)
    assert "**The latest ALT within 28 days before screening**" in row(text, "I1")
    assert "| ____-__-__ | ______ U/L | ______ U/L |" in row(text, "I1")
    assert "Liver metastases: ☐ yes" in row(text, "I1")
    assert "Passes if latest ALT within 28 days before screening is at most 3 × ULN" in row(text, "I1")
    assert "| Drug | Half-life | First day | Last day (blank if ongoing) |" in row(text, "E3")
    assert row(text, "E3").count("__ | ______ days | ____-__-__ | ____-__-__ |") == 2
    assert row(text, "E4").count("| ____-__-__ __:__ | ______ ms |") == 3
    assert "the sponsor is told of any pregnancy" in row(text, "E14")
    assert "☐" not in row(text, "E14").split("## Decision")[0]


# ---- of a patient ---------------------------------------------------------------------------------------------------


def test_the_days_of_a_window_are_printed_once_they_are_known(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    text = printed(als.checked, patient("P-014", initial_diagnosis_date="2023-12-04"))
    assert "It must lie from 16 March 2024 to 16 September 2025, both days included." in text
    assert "Initial diagnosis date: **4 December 2023**" in text
    assert "**Screening** | **16 March 2026**" in text
    assert "**Evaluated: fails**" in row(text, "I3")
    assert "Evaluated: INELIGIBLE. 1 of 9 criteria fails; 8 pass." in text
    assert "Fails: I3." in text


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_box_of_a_patient_is_ticked(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation], edition: Edition
) -> None:
    assert "box ticked" not in printed(als.checked, patient(), edition, "html").split("</style>")[1]


def test_values_stand_with_their_source_date_and_recorder(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    evaluation = patient(
        forced_vital_capacity={"value": 62.5, "source": "spirometry of visit 1", "date": "2026-03-12", "by": "Dr Lin"},
        good_nutritional_status={"value": True, "by": "Dr Wu", "date": "2026-03-16", "source": "note"},
        spouse_agrees_to_effective_contraception={"value": None, "reason missing": "abroad"},
        weight=55,
    )
    text = printed(als.checked, evaluation)
    told = "62.5% (source: spirometry of visit 1; dated 12 March 2026; recorded by Dr Lin)"
    assert f"Forced vital capacity: **{told}**" in row(text, "I5")
    assert "**Recorded: yes (judged by Dr Wu on 16 March 2026) (source: note)**" in row(text, "I7")
    assert "Weight: **55 kg**" in row(text, "I7")
    assert "BMI: **18.59 kg/m²**" in row(text, "I7")
    assert "**Not recorded (reason given: abroad)**" in row(text, "I8")
    assert "| **10 March 2026** | **5.2 min** | **421 min** | **1.24%** |" in row(text, "I6")
    assert row(text, "I6").count("| ____-__-__ |") == 2


def test_a_computed_value_is_not_rounded_to_the_other_side(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    assert "BMI: **18.4999" in printed(als.checked, patient(weight=54.7303))


def test_records_of_a_patient() -> None:
    series = protocol_dsl.load(HERE / "series.protocol")
    facts = {
        "screening": "2026-03-16",
        "ALT": [{"date": "2026-03-10", "value": 35, "ULN": 40, "source": "lab 7", "by": "Lee"}],
        "medication": [{"drug": "atorvastatin", "start date": "2025-12-16", "ongoing": True}],
        "stroke": [{"date": "2026-01-01", "severity": "mild"}, {"date": "2020-01-01", "severity": "severe"}],
        "surgery": [],
        "liver metastases": False,
    }
    text = printed(series.checked, series.evaluate(facts))
    assert "That is from 16 February 2026 to 16 March 2026." in row(text, "I1")
    assert "| Source |" in row(text, "I1")
    assert "| **10 March 2026** | **35 U/L** | **40 U/L** | **lab 7; Lee** |" in row(text, "I1")
    assert "**no**" in row(text, "I1")
    assert "| **atorvastatin** | ______ days | **16 December 2025** | **ongoing** |" in row(text, "E3")
    assert "**mild** | ☐ yes" in row(text, "E2")
    assert "**1 January 2026**" in row(text, "E2")
    assert "1 more record lies outside the window." in row(text, "E2")
    assert "2020" not in row(text, "E2")
    assert "**Recorded: none**" in row(text, "E6")


def test_there_is_room_for_what_is_missing(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    nights = [
        {"night of": "2026-03", "time below 90% saturation": 5.2, "recorded time": 421},
        {
            "night of": "2026-03-11",
            "time below 90% saturation": {"value": None, "reason missing": "probe fell off"},
            "recorded time": 402,
        },
    ]
    evaluation = patient(initial_diagnosis_date="2024-03", screening_nights=nights, forced_vital_capacity=None)
    text = printed(als.checked, evaluation)
    assert "Initial diagnosis date: **March 2024, day not recorded** to record: ____-__-__<br>" in row(text, "I3")
    assert "| **March 2026, day not recorded** to record: ____-__-__ | **5.2 min** |" in row(text, "I6")
    assert "**Not recorded (reason given: probe fell off)** to record: ______ min | **402 min** | ______ % |" in text
    assert "Forced vital capacity: ______ %" in row(text, "I5")
    complete = printed(als.checked, patient())
    assert "to record" not in complete


def test_a_time_of_day_has_a_place_where_hours_are_counted() -> None:
    forty = protocol_dsl.load(HERE / "forty_criteria.protocol")
    blank = printed(forty.checked)
    assert "| ____-__-__ __:__ | ______" not in row(blank, "I14")
    assert "| ____-__-__ __:__ |" in row(blank, "I13")
    assert "**First dose** | ____-__-__ __:__ |" in blank
    facts = {
        "first dose": "2026-06-15T10:00",
        "able to conceive": True,
        "pregnancy test": [{"date": "2026-06-12", "value": "negative"}],
    }
    filled = printed(forty.checked, forty.evaluate(facts))
    assert "| **12 June 2026** to record: __:__ | **negative** |" in row(filled, "I13")


def test_of_hundreds_of_records_those_in_the_window_are_printed() -> None:
    series = protocol_dsl.load(HERE / "series.protocol")
    old = [{"date": f"{2000 + year}-01-{day:02}", "value": 30, "ULN": 40} for year in range(10) for day in range(1, 21)]
    new = [{"date": f"2026-03-{day}", "value": 35, "ULN": 40} for day in (10, 11)]
    told = row(printed(series.checked, series.evaluate({"screening": "2026-03-16", "ALT": old + new})), "I1")
    assert told.count("| **30 U/L** |") == 0
    assert told.count("| **35 U/L** |") == 2
    assert "Only what the line above names counts.<br>200 more records lie outside the window." in told
    # No value lies in the window, so there is room for the one that is missing.
    told = row(printed(series.checked, series.evaluate({"screening": "2026-03-16", "ALT": old})), "I1")
    assert "| ____-__-__ | ______ U/L | ______ U/L |" in told
    many = [{"date": "2026-03-10", "value": 35, "ULN": 40} for _ in range(30)]
    told = row(printed(series.checked, series.evaluate({"screening": "2026-03-16", "ALT": many})), "I1")
    assert told.count("| **35 U/L** |") == 12
    assert "18 more that may count are in the patient's record." in told


def test_a_value_computed_from_a_record_has_its_column() -> None:
    forty = protocol_dsl.load(HERE / "forty_criteria.protocol")
    assert "| **Equivalent dose** | ______ mg/day | ______ mg/day |" in row(printed(forty.checked), "E2")
    taken = [
        {"drug": drug, "dose": 4, "prednisone equivalent": 5, "route": "systemic", "start date": day, "end date": day}
        for drug, day in (("dexamethasone", "2026-06-10"), ("methylprednisolone", "2020-06-10"))
    ]
    told = row(printed(forty.checked, forty.evaluate({"first dose": "2026-06-15", "corticosteroids": taken})), "E2")
    assert "| **Equivalent dose** | **20 mg/day** | ______ mg/day |" in told
    assert "1 more record lies outside the window." in told


@pytest.mark.parametrize("edition", EDITIONS)
def test_which_tests_may_be_repeated(edition: Edition) -> None:
    text = printed(protocol_dsl.load(HERE / "forty_criteria.protocol").checked, edition=edition)
    assert "May be repeated within: 28 days, once" in row(text, "I14")
    assert text.count("May be repeated") == 1


# ---- index ----------------------------------------------------------------------------------------------------------


def test_the_index_holds_no_values(als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]) -> None:
    evaluation = patient(
        "P-7", forced_vital_capacity={"value": 62.5, "source": "spirometry of visit 1", "date": "2026-03-12"}
    )
    text = printed(als.checked, evaluation, "index")
    body = text[text.index("## Inclusion") :]
    assert not re.search(r"62\.5|61\.4|1\.72|2 January 1976|5\.2", body)
    assert "| Forced vital capacity | spirometry of visit 1 | 12 March 2026 | ____" in row(text, "I5")
    assert "| Screening nights | overnight pulse oximetry report | ____-__-__ | ____" in row(text, "I6")
    assert "> Forced Vital Capacity (FVC) should be ≥50%." in row(text, "I5")
    assert "**Evaluated: passes**" in row(text, "I5")
    assert "**Subject** | **P-7**" in text


def test_the_index_has_room_for_the_document_of_what_is_missing(
    als: protocol_dsl.Protocol, patient: Callable[..., Evaluation]
) -> None:
    recorded = {"value": "2024-03", "source": "letter", "date": "2026-03-01"}
    text = printed(als.checked, patient(initial_diagnosis_date=recorded), "index")
    line = next(each for each in row(text, "I3").split("\n") if each.startswith("| Initial diagnosis date |"))
    assert line.startswith("| Initial diagnosis date | letter<br>____")
    assert "| 1 March 2026<br>____-__-__ |" in line


def test_the_index_names_each_item_once(protocol: protocol_dsl.Protocol) -> None:
    for section in checklist(protocol.checked, wording(), None, "index").sections:
        for each in section.rows:
            items = [line.item for line in each.sources]
            assert len(items) == len(set(items))
            assert not each.blocks


def test_the_index_has_the_rule_where_no_wording_is_quoted(mixed: protocol_dsl.Protocol) -> None:
    assert "Passes if at least 2 of these hold:\n\n- smoker\n" in row(printed(mixed.checked, edition="index"), "I1")


# ---- all of it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["markdown", "html"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_what_a_file_says_is_never_markup(edition: Edition, to: Form) -> None:
    text = f"""\
protocol: Hostile {HOSTILE}

data
  weight: kg
    source: {HOSTILE}
  fed: yes/no
    question: {HOSTILE}

inclusion criteria

  I1: {HOSTILE}
    > {HOSTILE}
    weight is at least 3 kg and fed
"""
    protocol = protocol_dsl.loads(text)
    evaluation = protocol.evaluate({"weight": {"value": 4, "source": HOSTILE, "by": HOSTILE}}, patient=HOSTILE)
    document = printed(protocol.checked, evaluation, edition, to)
    assert "<script" not in document.replace("\\<script", "")
    assert "49" not in document.replace(protocol.checked.source.sha256, "").split("</style>")[-1]
    if to == "html":
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} {% raw %} | *b* \\ ``` &amp;lt; $a$" in document


def test_the_checklists_as_they_were_read(als: protocol_dsl.Protocol) -> None:
    patients = json.loads((PROTOCOLS / "als-ipsc-mnp.patients.json").read_text(encoding="utf-8"))
    [open_patient] = als.evaluate_many([each for each in patients if each["id"] == "P-022"])
    assert isinstance(open_patient, Evaluation)
    for name, evaluation in (("als-checklist", None), ("als-checklist-P-022", open_patient)):
        text = render_document(als.checked, "checklist", "markdown", evaluation)
        assert isinstance(text, str)
        text = text.replace(als.checked.source.sha256, "0" * 64)
        golden = HERE / "golden" / f"{name}.md"
        if os.environ.get("ACCEPT_OUTPUT"):
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8")
