"""Short protocols for the tests of the review: one criterion of the given wording, rule and notes."""

from __future__ import annotations

from protocol_dsl.lint import lint
from protocol_dsl.pipeline import read_protocol

DATA = """\
protocol: Example

days
  screening
  first dose: planned

lists
  statins: closed list of drugs: atorvastatin, simvastatin

data: visit
  date of birth: date
  age in years: years
  sex: one of male, female
  weight: kg
  height: cm
  haemoglobin: g/dL
  systolic blood pressure (SBP): mmHg
  pregnant: yes/no
  smoker: yes/no
  NYHA class: ordered I < II < III < IV
  cancer stage: one of IIIA, IIIB, IV
  unsafe for the patient: judgement by investigator
  stroke: events
    severe: yes/no
  surgery (plural surgeries): events
  medication: treatments
    dose: mg/day
  ALT: measurements in U/L
  QTcF: measurements in ms

definitions
  age = completed years from date of birth to screening
  bad event = each stroke or surgery within 1 year before screening
"""


def file_of(wording: str, rule: str, *notes: str, kind: str = "inclusion", header: str = "", more: str = "") -> str:
    """A whole protocol; `header`: lines of it; `more`: further criteria."""
    lines = [f"    > {wording}"] if wording else []
    lines += [f"    {line}" for line in rule.split("\n")] + [f"    {note}" for note in notes]
    head, _, rest = DATA.partition("\n")
    criterion = "\n".join([f"{kind} criteria", "", "  C1: Example", *lines])
    return f"{head}\n{header}{rest}\n{criterion}\n{more}"


def findings(text: str) -> list[tuple[str, str]]:
    """Each finding but those of the whole file: its code, and the words that it points at."""
    read = read_protocol("example.protocol", text)
    assert read.protocol is not None, [(one.code, one.message) for one in read.diagnostics]
    assert read.source is not None
    found = lint(read.protocol.checked)
    return [
        (one.code, " ".join(read.source.slice(one.span).split()))
        for one in found
        if one.span and one.code not in ("L110", "L111")
    ]


def codes_of(wording: str, rule: str, *notes: str, kind: str = "inclusion") -> set[str]:
    return {code for code, _ in findings(file_of(wording, rule, *notes, kind=kind))}
