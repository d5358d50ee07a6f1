"""Documents and explanations in Chinese are whole: no English but names, units and abbreviations."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from als_patients import PROTOCOLS
from patients_by_kind import random_facts

import protocol_dsl
from protocol_dsl.evaluate.facts import FactsError
from protocol_dsl.pipeline import parse_file
from protocol_dsl.render.documents import render_document, render_explanations
from protocol_dsl.render.explanation import explain_criterion
from protocol_dsl.render.lines import columns
from protocol_dsl.render.patient_text import explain_error, explain_text
from protocol_dsl.render.terms import Terms
from protocol_dsl.render.wording import wording
from protocol_dsl.semantics import checked
from protocol_dsl.semantics.translations import AMENDMENTS, PROTOCOL, QUOTATION, SAID_BY_ITSELF, translatable
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.nodes import ProtocolSyntax

PLACE = re.compile(r"\{(\w+)\}")
ONLY_CHINESE = {"statement", "units", "names"}
"""Tables that English does without: protocol files are English, and their words are printed as they stand."""


def leaves(entries: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    """Each entry with its key; two forms for one and for many count as one entry."""
    for key, entry in entries.items():
        if isinstance(entry, Mapping) and not entry.keys() <= {"one", "other"}:
            yield from leaves(entry, f"{path}{key}.")
        else:
            yield f"{path}{key}", entry


def texts(entry: object) -> list[str]:
    values = entry.values() if isinstance(entry, Mapping) else entry if isinstance(entry, list) else [entry]
    return [str(value) for value in values]


def places(entry: object) -> set[str]:
    return {place for text in texts(entry) for place in PLACE.findall(text)}


def test_chinese_has_every_entry_with_the_same_places() -> None:
    english = {key: entry for key, entry in leaves(wording("en").entries) if key.split(".")[0] not in ONLY_CHINESE}
    chinese = {key: entry for key, entry in leaves(wording("zh").entries) if key.split(".")[0] not in ONLY_CHINESE}
    assert chinese.keys() == english.keys()
    wrong = {key for key, entry in chinese.items() if not places(entry) <= places(english[key])}
    assert not wrong
    # What is left out is a word that only English needs.
    missing = {key: places(entry) - places(chinese[key]) for key, entry in english.items()}
    assert not {key: left for key, left in missing.items() if left}


def test_what_needs_no_translation_is_what_documents_have_in_chinese() -> None:
    assert wording("zh").entry("names").keys() == SAID_BY_ITSELF


# ---- whole protocols ------------------------------------------------------------------------------------------------

EVERY_CONSTRUCT = Path(__file__).parents[1] / "fuzz" / "every_construct.protocol"
SERIES = Path(__file__).parent / "series.protocol"
LIBRARY = """
protocol: Formulas

use
  standard library

days
  screening

data: visit
  date of birth: date
  sex: one of female, male
  weight: measurements in kg
  creatinine: measurements in mg/dL

definitions
  age = age in years of (date of birth, screening)
  eGFR = CKD-EPI 2021 eGFR of (latest creatinine within 28 days before screening, age, sex)

inclusion criteria

  I1: Kidney
    eGFR is between 30 and 60 mL/min/1.73 m², inclusive

exclusion criteria: none in the source
"""
LATIN = re.compile(r"[A-Za-z]+")
ABBREVIATION = re.compile(r"[A-Za-z]|[IVX]+|[A-Z]{2,}[a-z]?|[A-Z][a-z]?[A-Z]+[a-z]?|QTcF|HbA1?c|iPSC|eGFR|EPI")
KEPT = frozenset(["kg", "cm", "mm", "dL", "mL", "min", "mmHg", "mmol", "mol", "ms", "mg", "Cel"])
"""Units, which are the same in every language."""
FROM_FILES = (
    "protocol-dsl", "Dr Lin", "not�[31m done�", "ibuprofen", "<script>alert(1)</script>", "script", "alert", "a" * 30,
    "als-ipsc-mnp.protocol", "series.protocol", "every_construct.protocol", "formulas.protocol", "standard library",
)  # fmt: skip
"""What records hold, and the names of files and of the program."""


def in_chinese(text: str, name: str) -> protocol_dsl.Protocol:
    """A protocol of which every name, title and note has a translation."""
    syntax = parse_file(SourceText.read(name, text), None).parsed.syntax
    assert syntax is not None
    lines: dict[str, list[str]] = {}
    for at, path in enumerate(translatable(syntax)):
        under = lines.setdefault(path[0], [f"  {path[0].replace(' ', '') if is_id(path[0]) else path[0]}: 名称{at}"])
        if path == (PROTOCOL, AMENDMENTS):
            heads = [line.partition(":")[0] for line in prose(syntax, AMENDMENTS) if line.startswith("- ")]
            under += [f"    amendments: 修订{at}", *(f"      {head}: 修订{n}" for n, head in enumerate(heads))]
        elif len(path) > 1:
            under.append(f"    > 原文{at}" if path[1] == QUOTATION else f"    {path[1]}: 文字{at}")
    kept = (under for name, under in lines.items() if len(under) > 1 or not ABBREVIATION.fullmatch(name))
    translations = "\n".join(line for under in kept for line in under)
    return protocol_dsl.loads(f"{text}\nin Chinese\n{translations}\n", name)


def prose(syntax: ProtocolSyntax, key: str) -> tuple[str, ...]:
    return next((prop.lines for prop in syntax.header if prop.key == key), ())


def is_id(folded: str) -> bool:
    return re.fullmatch(r"[a-z]{1,4} ?[0-9]{1,3}", folded) is not None


def english_in(text: str) -> list[str]:
    """The words of a text that are neither Chinese nor kept as they are."""
    text = re.sub(r"\]\(#[^)]*\)|```protocol .*|<[^<>]*>|[0-9a-f]{12,64}|`[^`]*`", " ", text.replace("\\", ""))
    for known in FROM_FILES:
        text = text.replace(known, " ")
    text = re.sub(r"a{30,}…?", " ", text)
    return [word for word in LATIN.findall(text) if word not in KEPT and not ABBREVIATION.fullmatch(word)]


def assert_whole(text: str) -> None:
    wrong = {line.strip(): found for line in text.splitlines() if (found := english_in(line))}
    assert not wrong


def without_the_file(text: str, protocol: checked.Protocol) -> str:
    """A document without the lines of the protocol file and the names of its examples, which it prints as they are."""
    for line in protocol.source.text.splitlines():
        if len(line.strip()) > 3:
            text = text.replace(line.strip(), " ")
    for definition in protocol.definitions.values():
        for note in definition.notes:  # the library names its sources as they were published
            text = text.replace(note.text, " ") if note.kind == "source" else text
    for example in protocol.examples:
        text = text.replace(example.name, " ")
    return text


@pytest.fixture(scope="module", params=["als", "series", "every_construct", "formulas"])
def protocol(request: pytest.FixtureRequest) -> protocol_dsl.Protocol:
    if request.param == "als":
        return protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")
    if request.param == "formulas":
        return in_chinese(LIBRARY.lstrip(), "formulas.protocol")
    file = SERIES if request.param == "series" else EVERY_CONSTRUCT
    return in_chinese(file.read_text(encoding="utf-8").partition("\nin Chinese")[0], file.name)


def test_statements_are_whole(protocol: protocol_dsl.Protocol) -> None:
    terms = Terms(protocol.checked, wording("zh"))
    for criterion in protocol.checked.criteria:
        assert_whole(terms.statement(criterion))
    for definition in protocol.checked.definitions.values():
        assert_whole(terms.definition(definition))


def test_explanations_are_whole(protocol: protocol_dsl.Protocol) -> None:
    for evaluation in evaluations(protocol):
        text = explain_text(evaluation, language="zh", width=100_000)
        assert_whole(without_the_file(text, protocol.checked))
        lines = explain_text(evaluation, language="zh").splitlines()
        assert all(columns(line) <= 80 for line in lines), lines
        for result in evaluation.criteria:
            explanation = explain_criterion(result, evaluation, "zh")
            assert_whole(explanation)


def test_documents_are_whole(protocol: protocol_dsl.Protocol) -> None:
    for document in ("protocol", "dictionary", "checklist"):
        text = render_document(protocol.checked, document, "markdown", language="zh")
        assert isinstance(text, str)
        assert_whole(without_the_file(text, protocol.checked))


def test_documents_of_patients_are_whole(protocol: protocol_dsl.Protocol) -> None:
    for evaluation in evaluations(protocol, 12):
        for edition in ("source", "index"):
            text = render_document(protocol.checked, "checklist", "markdown", evaluation, "zh", edition=edition)
            assert isinstance(text, str)
            assert_whole(without_the_file(text, protocol.checked))
        text = render_explanations(protocol.checked, [evaluation], "markdown", language="zh")
        assert isinstance(text, str)
        assert_whole(without_the_file(text, protocol.checked))


def evaluations(protocol: protocol_dsl.Protocol, most: int = 60) -> Iterator[protocol_dsl.Evaluation]:
    yield from (outcome.evaluation for outcome in protocol.run_examples()[:most])
    for seed in range(most):
        with contextlib.suppress(FactsError):
            yield protocol.evaluate(random_facts(protocol.checked, seed), patient="P-1")


WRONG_FACTS: list[tuple[str, object]] = [
    ("wieght", 70), ("weight", "heavy"), ("weight", True), ("weight", {}), ("weight", [70]), ("weight", "70 kg"),
    ("weight", 10**70), ("weight", 1e300), ("weight", {"value": 70, "unit": "parsecs"}), ("weight", object()),
    ("weight", {"value": 70, "unit": "s"}), ("weight", {"unit": "kg"}), ("weight", {"value": 70, "by": 7}),
    ("weight", {"value": 70, "colour": 7}), ("weight", {"value": 70, "date": 7}), ("sex", "unsure"), ("sex", None),
    ("sex", {"value": "male", "unit": "kg"}), ("date of birth", 1980), ("date of birth", "30/03/1980"),
    ("date of birth", "3/4/1980"), ("date of birth", "1980-02-30"), ("date of birth", "1700-01-01"),
    ("date of birth", "1980-13-01"), ("date of birth", "1980-01-01T25:00"), ("date of birth", "1980-01-01T12:00:05"),
    ("date of birth", "1980-01-01T12:00:00Z"), ("date of birth", "soon"), ("has a spouse", 1), ("has a spouse", "so"),
    ("screening nights", 7), ("screening nights", {}), ("screening nights", [7]), ("screening nights", [{"night": 1}]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG_FACTS, ids=range(len(WRONG_FACTS)))
def test_what_is_wrong_with_facts_is_told_in_chinese(name: str, value: object) -> None:
    """What stands in quotation marks is as the record has it."""
    als = protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")
    result = next(als.evaluate_many([{"id": "P-1", "facts": {name: value}}]))
    if isinstance(result, protocol_dsl.Evaluation):
        assert value is None
        return
    text = explain_error(result, language="zh", width=100_000)
    bare = re.sub("“[^”]*”", " ", text)
    kept = {"CSV", "male", "female", "object", "Python", "true"}
    assert [word for word in english_in(bare) if word not in kept] == []
    page = render_explanations(als.checked, [result], "markdown", language="zh")
    assert isinstance(page, str)
    assert "未评估" in page
    assert result.diagnostics[0].translated["zh"][:10].strip("“") in page.replace("\\", "")


def test_a_patient_who_cannot_be_read() -> None:
    als = protocol_dsl.load(PROTOCOLS / "als-ipsc-mnp.protocol")
    facts = {"weight": {"value": 70, "unit": "s"}, "date of birth": "1980-02-30"}
    (result,) = als.evaluate_many([{"id": "P-7", "facts": facts}])
    assert isinstance(result, protocol_dsl.PatientError)
    assert explain_error(result, language="zh") == (
        """\
患者P-7
未评估。患者数据有误：
    F112  “weight”的单位为“s”，无法换算为所声明的单位kg：两者所度量的内容不同。
    F108  “date of birth”的记录值为“1980-02-30”，无法读作日期：1980年2月只
          有29天。
"""
    )


# ---- word for word --------------------------------------------------------------------------------------------------


def test_a_patient_who_fails(patient: Callable[..., protocol_dsl.Evaluation]) -> None:
    assert explain_text(patient("P-014", initial_diagnosis_date="2023-12-04"), language="zh") == (
        """\
患者P-014，筛选日期：2026年3月16日
不符合入组条件。9条标准中1条不通过；8条通过。

I3  首次确诊ALS后6至24个月：不通过
    要求：    初次诊断日期在筛选前6至24个月之间（含首尾两日）。
              即2024年3月16日至2025年9月16日，含首尾两日。
    所见：    2023年12月4日，比该时段首日早103天。
    其余2项条件成立：诊断为肌萎缩侧索硬化（ALS）；诊断标准为世界神经病学联盟标
    准。

通过：I1、I2、I4、I5、I6、I7、I8、I9。
无缺失项。只有更正初次诊断日期，本结果才可能改变。
"""
    )


def test_a_patient_of_whom_something_is_open(patient: Callable[..., protocol_dsl.Evaluation]) -> None:
    asked = {"value": None, "reason missing": "配偶在国外，表格已寄出"}
    evaluation = patient("P-022", initial_diagnosis_date="2024-03", spouse_agrees_to_effective_contraception=asked)
    assert explain_text(evaluation, language="zh") == (
        """\
患者P-022，筛选日期：2026年3月16日
尚不能确定。9条标准中2条待定；7条通过；无不通过。

I3  首次确诊ALS后6至24个月：待定
    要求：    初次诊断日期在2024年3月16日至2025年9月16日之间（含首尾两日）。
    所见：    2024年3月，具体日期未记录。1日至15日：不通过；16日至31日：通过。
    尚需：    初次诊断日期的具体日。
    其余2项条件成立。

I8  避孕：待定
    适用，因为性别为男。
    要求：    如果性别为男且有配偶，则配偶同意采取有效避孕措施，自签署知情同意书
              起至治疗开始后1年止。
    所见：    性别为男；有配偶：是。配偶同意采取有效避孕措施：未记录（注明原因：
              配偶在国外，表格已寄出）。
    尚需：    配偶的回答。为“是”：通过；为“否”：不通过。
    另一项条件成立。

通过：I1、I2、I4、I5、I6、I7、I9。
为作出判定，请补录以下2项：
    1. 初次诊断日期的具体日（I3）
    2. 配偶同意采取有效避孕措施（I8）
"""
    )


STATEMENTS = {
    "is": "sex is male|性别为男",
    "on or before": "screening is on or before 2026-01-31|筛选不晚于2026年1月31日",
    "at least before": "screening is at least 7 days before first dose|筛选在首次给药前至少7天",
    "less than before": "screening is less than 2 weeks before first dose|筛选在首次给药前不足2周",
    "ends": "age is between 18 and 60 years, exclusive|年龄在18至60岁之间（不含两端）",
    "months": "screening is 1 to 3 months before first dose|筛选在首次给药前1至3个月之间（含首尾两日）",
    "hours": "screening is 1 to 3 hours before first dose|筛选在首次给药前1至3小时之间（含两端）",
    "not": "not has a fever|“有发热”为否",
    "brackets": "(sex is male or has a fever) and age is below 18 years|（性别为男或有发热）且年龄低于18岁",
    "any": "any severe stroke within 6 months before screening|筛选前6个月内有重度卒中",
    "no": "no stroke ever|既往无卒中",
    "count": "at most 2 strokes within 1 year before screening|筛选前1年内卒中记录至多2条",
    "where": "any stroke ever where severity is mild|既往有满足“严重程度为轻度”的卒中",
    "except": (
        "any stroke ever except where severity is mild|既往有卒中，但满足“严重程度为轻度”的除外"
    ),
    "started": "any stroke started within 6 months before screening|有筛选前6个月内开始的卒中",
    "latest": "severity of latest stroke ever is severe|既往最近一次卒中的严重程度为重度",
    "if": "if sex is male, then has a fever, otherwise age is above 18 years|如果性别为男，则有发热，否则年龄高于18岁",
    "unless": "has a fever, unless sex is male|有发热，除非性别为男",
}  # fmt: skip


@pytest.mark.parametrize("form", STATEMENTS)
def test_statements(form: str) -> None:
    rule, chinese = STATEMENTS[form].split("|")
    protocol = protocol_dsl.loads(f"""\
protocol: Statements

days
  screening
  first dose

data: visit
  sex: one of male, female
  date of birth: date
  has a fever: yes/no
  strokes: events
    severity: one of mild, severe

definitions
  age = completed years from date of birth to screening

inclusion criteria

  I1: Rule
    {rule}

exclusion criteria: none in the source

in Chinese
  protocol: 表述
  visit: 访视
  screening: 筛选
  first dose: 首次给药
  sex: 性别
    male: 男
    female: 女
  date of birth: 出生日期
  has a fever: 有发热
  strokes: 卒中
    severity: 严重程度
    mild: 轻度
    severe: 重度
  age: 年龄
    years: 岁
  I1: 规则
""")
    assert Terms(protocol.checked, wording("zh")).statement(protocol.checked["I1"]) == chinese


def test_translations_do_not_touch_the_rules() -> None:
    text = (PROTOCOLS / "als-ipsc-mnp.protocol").read_text(encoding="utf-8")
    with_it = protocol_dsl.loads(text).checked
    before, _, rest = text.partition("in Chinese\n")
    without = protocol_dsl.loads(before + rest[rest.index("\nexamples") :]).checked
    assert with_it.translations
    assert not without.translations
    assert (with_it.criteria, with_it.items, with_it.definitions) == (
        without.criteria,
        without.items,
        without.definitions,
    )


def test_names_without_translation_stand_in_chinese_sentences() -> None:
    protocol = protocol_dsl.loads("""\
protocol: Names

days
  screening

data: history
  strokes: events
    severity: one of mild, severe

inclusion criteria

  I1: Stroke
    any severe stroke on screening

exclusion criteria: none in the source
""")
    terms = Terms(protocol.checked, wording("zh"))
    assert terms.said("stroke on screening") == "stroke在screening当日"


def test_dates_of_the_header_and_quoted_wording_are_told_in_chinese() -> None:
    text = LIBRARY.lstrip().replace(
        "protocol: Formulas", "protocol: Formulas\n  date: 16 March 2026\n  amendments:\n    - 0.2, March 9, 2026: New."
    )
    text = text.replace("  I1: Kidney\n", "  I1: Kidney\n    > Kidneys work.\n")
    document = render_document(
        protocol_dsl.loads(text + "\nin Chinese\n  I1: 肾\n    > 肾功能正常。\n").checked,
        "protocol",
        "markdown",
        language="zh",
    )
    assert isinstance(document, str)
    assert "| **0.2** | 2026年3月9日 | New. |" in document
    assert "| **日期** | 2026年3月16日 |" in document
    assert "March" not in document
    assert document.count("批准文本（译文）") == 2


def test_own_translations_go_before_those_of_used_files() -> None:
    text = LIBRARY.lstrip() + "\nin Chinese\n  sex: 生理性别\n"
    terms = Terms(protocol_dsl.loads(text).checked, wording("zh"))
    assert (terms.name("sex"), terms.name("female"), terms.name("serum creatinine")) == ("生理性别", "女", "血清肌酐")


def test_what_a_used_file_says_of_itself_is_not_said_of_the_protocol() -> None:
    text = LIBRARY.lstrip().replace("protocol: Formulas", "protocol: Formulas\n  rationale: Kidneys fail.")
    terms = Terms(protocol_dsl.loads(text).checked, wording("zh"))
    assert (terms.title, terms.header("rationale")) == ("Formulas", "Kidneys fail.")
