"""A protocol with what the features are asked about; `¦` marks a place in a text."""

from pathlib import Path

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analysis

NIGHTS = """\
protocol: Nights 夜间 🌙
  version: 1.0

use
  standard library

days
  informed consent
  screening
  first dose: planned
  treatment period: from first dose until 6 months after first dose

lists
  statins: closed list of drugs: atorvastatin, simvastatin
  lipid drugs: open list of drugs
    - everything in statins
    - ezetimibe

data: visit
  date of birth: date
    question: When were you born?
    source: passport
  sex: one of male, female
  pregnant: yes/no
    asked if: sex is female
  NYHA class: ordered I < II < III < IV
  weight: kg
  height: m
  forced vital capacity (FVC): percentage of the predicted value
  able to swallow: judgement by investigator

data: history
  stroke: events
    severity: ordered mild < moderate < severe
  child (plural children): one row for each child
    healthy: yes/no
  ALT: measurements in U/L
  medication: treatments
    dose: mg/day

definitions
  age = completed years from date of birth to screening
  BMI = body mass index of (weight, height)
    source: Quetelet
  heavy means BMI is at least 30 kg/m²
  statin = each medication in statins

inclusion criteria

  I1: Age ≥ 18 岁 🌙
    > Adults, 50 % of them heavy.
    age is at least 18 years

  I2: Breathing
    FVC is at least 50% and weight is at least 45000 g

  I3: Children
    at least 2 children where healthy

exclusion criteria

  E1: Stroke
    any severe stroke within 6 months before screening where severity is severe

  E2: Statins
    any statin now or heavy

  E3: Other
    any of:
      - NYHA class is at least III
      - pregnant
      - latest ALT within 28 days before screening is at most 40 U/L

examples

  patient well
    date of birth: 1980-02-29
    screening: 2026-03-16
    sex: female
    pregnant: no
    weight: 70 kg
    height: 1.75 m
    FVC: 80%
    NYHA class: I
    stroke: none
    medication: none
    child:
      | healthy |
      | yes     |
      | yes     |
    ALT: 50 U/L on 2026-03-01
    I1: passes
    E1: passes
    verdict: eligible

  patients like well
    |            | light   | heavy one |
    | weight     | 44 kg   | 99 kg     |
    | I2         | fails   | passes    |
    | E2         | passes  | passes    |

in Chinese
  weight: 体重
"""
FORTY = Path(__file__).parents[1] / "render" / "forty_criteria.protocol"


def read(text: str = NIGHTS, name: str = "nights.protocol") -> Analysis:
    return Analysis(name, text, None)


def marked(text: str) -> tuple[Analysis, types.Position]:
    """A text without its mark, and the place of the mark."""
    at = text.index("¦")
    analysis = read(text.replace("¦", "", 1))
    return analysis, analysis.positions.position(at)


def place_of(analysis: Analysis, words: str, nth: int = 0) -> types.Position:
    """One character into the words, where they stand for the nth time."""
    at = -1
    for _ in range(nth + 1):
        at = analysis.text.index(words, at + 1)
    return analysis.positions.position(at + 1)


def text_at(analysis: Analysis, range_: types.Range) -> str:
    """The author's characters in a range."""
    return analysis.text[analysis.positions.offset(range_.start) : analysis.positions.offset(range_.end)]


def with_edits(analysis: Analysis, edits: list[types.TextEdit]) -> str:
    """The text after edits, as an editor makes them."""
    text = analysis.text
    for edit in sorted(edits, key=lambda one: analysis.positions.offset(one.range.start), reverse=True):
        start, end = analysis.positions.offset(edit.range.start), analysis.positions.offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text
