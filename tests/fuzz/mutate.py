"""Throws thousands of damaged protocols and patients at the library: each is read or refused, nothing falls over.

    python tests/fuzz/mutate.py --count 10000 --seed 1

A refusal must say what it is (a code), where (a place) and what to do (a hint). What is read must run: a protocol
compiles, evaluates a patient and is formatted to the same protocol; a patient is evaluated and explained. No file
hangs it; the slowest is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from attrs import define, field
from patient_mutations import mutated_facts, mutated_text
from protocol_mutations import mutated

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.evaluate.evaluation import to_json
from protocol_dsl.evaluate.patients import PatientError
from protocol_dsl.pipeline import Protocol, read_protocol
from protocol_dsl.semantics.types import Date, OneOf, Quantity, Rows, SeveralOf, YesNo
from protocol_dsl.source import SourceText
from protocol_dsl.syntax.format import format_protocol
from protocol_dsl.syntax.parse import parse
from protocol_dsl.values import WEEKS_AND_DAYS

HERE = Path(__file__).parent
PROTOCOLS = HERE.parents[1] / "protocols"
HANGS_SECONDS = 30.0
"""Far above what any file takes, so that it tells time that explodes and not a slow machine."""
WHOLE_FILE = frozenset({"F150", "F153", "F155", "F162", "F163", "F164", "F165", "F166"})
"""Refusals of a file of patients as a whole, which have no place within it."""


@define
class Findings:
    """What became of the files: counts, the slowest, and everything that fell over."""

    accepted: int = 0
    refused: int = 0
    codes: Counter[str] = field(factory=Counter)
    fell_over: list[tuple[str, bytes, str]] = field(factory=list)
    """The file's number and format, its content, and what went wrong."""
    slowest: tuple[float, str] = (0.0, "")

    def seen(self, name: str, content: bytes, look: Callable[[], bool]) -> None:
        """Look at one file; `look` says whether it was accepted."""
        start = time.process_time()
        try:
            if look():
                self.accepted += 1
            else:
                self.refused += 1
        except Exception:  # whatever it is, it is what the run looks for
            self.fell_over.append((name, content, traceback.format_exc()))
        seconds = time.process_time() - start
        self.slowest = max(self.slowest, (seconds, name))
        if seconds > HANGS_SECONDS:
            self.fell_over.append((name, content, f"took {seconds:.2f} s"))


# ---- protocols ------------------------------------------------------------------------------------------------------


@cache
def originals() -> tuple[str, ...]:
    """The protocols from which the damaged ones are made."""
    files = [HERE / "every_construct.protocol", *sorted(PROTOCOLS.glob("*.protocol"))]
    return tuple(file.read_text(encoding="utf-8") for file in files)


def damaged_protocols(count: int, seed: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        yield f"protocol {seed}/{number}", mutated(random.Random(f"{seed}/{number}"), originals())


def try_protocol(text: str, codes: Counter[str]) -> bool:
    """Read a protocol, and run it where it is accepted. AssertionError where a promise is broken."""
    content: bytes | str = text.encode("utf-8", "surrogatepass") if "\ud800" in text else text
    file = read_protocol("damaged.protocol", content)
    for problem in file.diagnostics:
        codes[problem.code] += 1
        _has_everything(problem)
        assert problem.span is not None or file.source is None, f"no place: {problem}"
        if problem.span is not None and file.source is not None:
            assert 0 <= problem.span.start <= problem.span.end <= len(file.source.text), problem
    if file.protocol is None:
        assert file.diagnostics, "refused without a reason"
        return False
    _run(file.protocol)
    _format(file.protocol)
    return True


def _has_everything(problem: Diagnostic) -> None:
    assert problem.code, problem
    assert problem.message, problem
    assert problem.hint, f"no hint: {problem}"


def _run(protocol: Protocol) -> None:
    for facts in ({}, some_facts(protocol)):
        evaluation = protocol.evaluate(facts)
        assert evaluation.verdict in ("eligible", "ineligible", "undetermined")
        json.dumps(to_json(evaluation), allow_nan=False)
        evaluation.explain()
    protocol.run_examples()


def _format(protocol: Protocol) -> None:
    source = protocol.checked.source
    syntax = parse(source).syntax
    assert syntax is not None
    printed = format_protocol(syntax)
    again = read_protocol("formatted.protocol", printed)
    assert again.protocol is not None, f"the formatted file is refused: {again.diagnostics[:3]}\n{printed}"
    assert again.protocol.checked == protocol.checked, f"formatting changed the protocol:\n{printed}"
    printed_syntax = parse(SourceText.read("formatted.protocol", printed)).syntax
    assert printed_syntax is not None
    assert format_protocol(printed_syntax) == printed, f"formatting is not idempotent:\n{printed}"
    comments, kept = (sorted(c.text for c in one.comments) for one in (syntax, printed_syntax))
    assert comments == kept, f"comments: {comments} became {kept}"


def some_facts(protocol: Protocol) -> dict[str, object]:
    """A patient with some value for every fact."""
    return {item.name: _some_value(item.kind) for item in protocol.checked.items.values()}


def _some_value(kind: object) -> object:
    match kind:
        case YesNo():
            return True
        case Quantity(unit) if unit.code == WEEKS_AND_DAYS:
            return "24 weeks + 3 days"
        case Quantity(unit, other=other):
            return 20 if other is None else {"value": 20, "unit": unit.symbol}
        case SeveralOf(choices):
            return [choices[0]]
        case OneOf(choices):
            return choices[0]
        case Date():
            return "2024-02-29"
        case Rows(fields=fields):
            return [{one.name: _some_value(one.kind) for one in fields}, {}]
        case _:
            return "words"


# ---- patients -------------------------------------------------------------------------------------------------------


@cache
def patients_of() -> tuple[tuple[Protocol, tuple[dict[str, Any], ...]], ...]:
    """Each protocol with patients that fit it."""
    found = []
    for text in originals():
        protocol = read_protocol("original.protocol", text).protocol
        assert protocol is not None
        examples = [{"id": one.name, "facts": json.loads(json.dumps(one.facts, default=float))}
                    for one in protocol.checked.examples]  # fmt: skip
        found.append((protocol, (*examples, {"id": "P1", "facts": some_facts(protocol)}, {"id": "P2", "facts": {}})))
    return tuple(found)


def damaged_patients(count: int, seed: int) -> Iterator[tuple[str, Protocol, str, bytes, dict[str, bytes]]]:
    """Number, protocol, name of the file, its content, and the tables beside it."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        protocol, patients = chance.choice(patients_of())
        form = chance.choice(("json", "ndjson", "yaml", "csv"))
        entries: list[Any] = list(patients)
        if chance.random() < 0.6:
            entries = mutated_facts(chance, patients)
        text, tables = _written(form, entries)
        if chance.random() < 0.6:
            text = mutated_text(chance, text, [text])
            tables = {name: mutated_text(chance, table, [text]) for name, table in tables.items()}
        content = text.encode("utf-8", "surrogatepass")
        beside = {name: table.encode("utf-8", "surrogatepass") for name, table in tables.items()}
        name = f"damaged.{form}" if chance.random() < 0.9 else "-"
        yield f"patients {seed}/{number} ({form})", protocol, name, content, beside


def _written(form: str, entries: list[Any]) -> tuple[str, dict[str, str]]:
    match form:
        case "json":
            return json.dumps(entries, ensure_ascii=False, indent=1), {}
        case "ndjson":
            return "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), {}
        case "yaml":
            return "\n".join(f"- {line}" for entry in entries for line in [json.dumps(entry, ensure_ascii=True)]), {}
        case _:
            return _as_tables([entry for entry in entries if isinstance(entry, dict)])


def _as_tables(entries: list[dict[str, Any]]) -> tuple[str, dict[str, str]]:
    """Patients as a CSV file, and a table for each list of rows."""
    facts = [one.get("facts") if isinstance(one.get("facts"), dict) else {} for one in entries]
    lists = dict.fromkeys(name for one in facts for name, value in one.items() if isinstance(value, list))
    names = [name for name in dict.fromkeys(name for one in facts for name in one) if name not in lists]
    lines = [",".join(["id", *names])]
    for entry, one in zip(entries, facts, strict=True):
        lines.append(",".join([_cell(entry.get("id")), *(_cell(one.get(name)) for name in names)]))
    tables = {}
    for name in lists:
        rows = [(entry.get("id"), row) for entry, one in zip(entries, facts, strict=True)
                for row in _listed(one.get(name)) if isinstance(row, dict)]  # fmt: skip
        fields = list(dict.fromkeys(key for _, row in rows for key in row))
        body = [",".join([_cell(id_), *(_cell(row.get(key)) for key in fields)]) for id_, row in rows]
        tables[f"{name}.csv"] = "\n".join([",".join(["id", *fields]), *body])
    return "\n".join(lines), tables


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("value")
    if value is None:
        return ""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def try_patients(protocol: Protocol, name: str, content: bytes, tables: dict[str, bytes], codes: Counter[str]) -> bool:
    """Read and evaluate a file of patients; whether all of them could be read."""
    accepted = True
    for found in protocol.evaluate_many(protocol.read_patients(name, content, tables.get), file=name):
        if isinstance(found, PatientError):
            accepted = False
            assert found.diagnostics, "refused without a reason"
            for problem in found.diagnostics:
                codes[problem.code] += 1
                _has_everything(problem)
                in_words = problem.where or "line" in problem.message.casefold() or problem.code in WHOLE_FILE
                assert in_words, f"no place: {problem}"
        else:
            json.dumps(to_json(found), allow_nan=False).encode()
            found.explain().encode()
    return accepted


# ---- the whole run --------------------------------------------------------------------------------------------------


def fuzz_protocols(count: int, seed: int) -> Findings:
    findings = Findings()
    for name, text in damaged_protocols(count, seed):
        content = text.encode("utf-8", "surrogatepass")
        findings.seen(name, content, lambda text=text: try_protocol(text, findings.codes))  # type: ignore[misc]
    return findings


def fuzz_patients(count: int, seed: int) -> Findings:
    findings = Findings()
    for name, protocol, file, content, tables in damaged_patients(count, seed):
        findings.seen(
            name, content,
            lambda p=protocol, f=file, c=content, t=tables: try_patients(p, f, c, t, findings.codes),  # type: ignore[misc]
        )  # fmt: skip
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="how many protocols and how many files of patients")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("protocols", "patients"))
    parser.add_argument("--keep", type=Path, help="a folder for the files that fall over")
    asked = parser.parse_args()
    for text in originals():
        assert try_protocol(text, Counter())
    failed = False
    for what, fuzz in (("protocols", fuzz_protocols), ("patients", fuzz_patients)):
        if asked.only not in (None, what):
            continue
        findings = fuzz(asked.count, asked.seed)
        print(f"{what}: {findings.accepted} accepted, {findings.refused} refused, {len(findings.fell_over)} fell over;"
              f" slowest {findings.slowest[0]:.3f} s ({findings.slowest[1]})")  # fmt: skip
        print("  " + ", ".join(f"{code} {times}" for code, times in sorted(findings.codes.items())))
        for name, content, problem in findings.fell_over:
            failed = True
            print(f"  {name}: {problem.strip().splitlines()[-1][:300]}")
            if asked.keep is not None:
                asked.keep.mkdir(parents=True, exist_ok=True)
                stem = asked.keep / name.replace("/", "-").replace(" ", "-")
                stem.with_suffix(".txt").write_text(problem, encoding="utf-8", errors="replace")
                stem.with_suffix(".damaged").write_bytes(content)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
