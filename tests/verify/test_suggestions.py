"""Suggested examples, pasted into the file: they check, they pass, and they touch what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from protocol_dsl.diagnostics import Severity
from protocol_dsl.pipeline import files_beside, read_protocol
from protocol_dsl.syntax.format import format_protocol
from strategies import protocol_texts

ROOT = Path(__file__).parents[2]
PROTOCOLS = sorted((ROOT / "protocols").glob("*.protocol"))


def pasted(name: str, text: str, path: Path | None = None) -> tuple[tuple[int, int], tuple[int, int], str]:
    """What is touched before and after the suggestions are pasted in, and what is said of the rest."""
    beside = files_beside(path) if path else None
    protocol = read_protocol(name, text, beside).protocol
    assert protocol is not None
    suggested = protocol.suggested_examples()
    found = read_protocol(name, f"{text}\n{suggested.summary}{suggested.text}", beside)
    assert found.protocol is not None, [each.message for each in found.diagnostics]
    before = {example.name for example in protocol.checked.examples}
    outcomes = found.protocol.run_examples()
    assert [each.example.name for each in outcomes if each.example.name not in before and not each.passed] == []
    after = found.protocol.coverage()
    assert after.count() == suggested.after.count()
    assert len(after.missing) == len(suggested.unreached)
    return protocol.coverage().count(), after.count(), suggested.summary


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_suggestions_of_real_protocols_reach_nearly_all(path: Path) -> None:
    (before, of), (after, _), summary = pasted(path.name, path.read_text(encoding="utf-8"), path)
    assert after > before
    assert after >= 0.96 * of
    assert summary.count("#   ") == of - after


def test_every_construct_is_suggested_for() -> None:
    path = ROOT / "tests" / "fuzz" / "every_construct.protocol"
    (_, of), (after, _), _ = pasted(path.name, path.read_text(encoding="utf-8"), path)
    assert after >= 0.7 * of  # each of its rules asks for something rare


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(text=protocol_texts())
def test_suggestions_of_generated_protocols_pass(text: str) -> None:
    found = read_protocol("generated.protocol", text)
    assume(found.protocol is not None)
    assert not any(each.severity is Severity.ERROR for each in found.diagnostics)
    pasted("generated.protocol", text)


BMI = """\
protocol: Weight

data: visit
  weight: kg
  height: m
  waist: cm
  length: cm

inclusion criteria

  I1: BMI
    weight / height² is at least 18.5 kg/m²

  I2: Ratio
    3 × waist is at least 200 cm

  I3: Root
    square root of (length / (1 cm)) is above 2
"""


def test_limits_are_computed_exactly_and_what_is_not_reached_is_told() -> None:
    _, _, summary = pasted("weight.protocol", BMI)
    assert "I2: 3 × waist is at least 200 cm: exactly 200 cm" in summary
    assert "No number that can be written down was found to be exactly there, by changing waist." in summary
    assert "I1" not in summary
    assert "I3" not in summary


def test_suggestions_stand_in_canonical_form_with_their_comments() -> None:
    protocol = read_protocol("weight.protocol", BMI).protocol
    assert protocol is not None
    text = f"{BMI}\n{protocol.suggested_examples().text}"
    assert "# please confirm: " in text
    again = read_protocol("weight.protocol", text).protocol
    assert again is not None
    assert again.checked.syntax is not None
    assert format_protocol(again.checked.syntax) == text
