"""What is told of example patients whose facts do not fit."""

from protocol_dsl.pipeline import read_protocol

TEXT = """protocol: Like

data: patient
  weight: kg
  sex: one of male, female

inclusion criteria

  I1: Weight
    weight is at least 50 kg and sex is male

exclusion criteria: none in the source

examples

  patient base
    weight: 50 kilo
    sex: mail
    verdict: eligible

  patient other, like base
    weight: 60 kg
    verdict: eligible

  patients like other
    |         | light      | unclear      |
    | weight  | 40 kg      | 40 mmHg      |
    | verdict | ineligible | undetermined |
"""


def test_what_is_inherited_is_told_once() -> None:
    """At the patient in whose lines it stands; what a patient adds is told at that patient."""
    told = [(problem.code, problem.where) for problem in read_protocol("like.protocol", TEXT).diagnostics]
    assert told == [("F111", "example base"), ("F106", "example base"), ("F112", "example unclear")]
