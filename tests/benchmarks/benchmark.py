"""How fast protocols are read and patients decided, next to what the same work costs otherwise.

    python tests/benchmarks/benchmark.py                      all parts, about a minute
    python tests/benchmarks/benchmark.py evaluate             one part: evaluate, read, documents or start
    python tests/benchmarks/benchmark.py --rounds 31 start    more rounds, steadier medians

How to read it. Each part compares contenders that do the same work. They take turns, round after round, so that a busy
machine slows all of them alike; within this process only the processor's time counts. A figure is the median over the
rounds; `ratio` is the median of what a contender took in a round over what the first one of its table took in that same
round. Compare ratios between machines, not seconds.

`evaluate`: the ALS protocol on patients as raw facts, against the same nine criteria written by hand in Python, once
with exact decimals and once with floats (`hand_written.py`). All contenders must decide all patients alike, else the
benchmark stops; only the floats may err, and how often they do is printed.
`read`: parsing and checking, in lines a second, for the ALS protocol and for a generated one of 1,000 criteria. The
first protocol of a process also pays for the tables of the parser, which is shown by itself.
`documents`: the criteria document of a protocol of 40 criteria in each form, in one process; with the packages of the
extra `documents` installed. The round that is not counted also loads these packages and the fonts.
`start`: whole processes, from the shell's point of view.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import hand_written
from generated_protocol import protocol_text
from plain_patients import Facts, patients

import protocol_dsl
from protocol_dsl.evaluate.evaluation import to_json
from protocol_dsl.evaluate.facts import FactsReader
from protocol_dsl.evaluate.program import compile_protocol
from protocol_dsl.render.documents import Form, render_document

ALS_FILE = Path(__file__).parents[2] / "protocols" / "als-ipsc-mnp.protocol"
FORTY_CRITERIA = Path(__file__).parents[1] / "render" / "forty_criteria.protocol"

Contenders = Mapping[str, Callable[[], object]]


def seconds_in_turns(
    contenders: Contenders, rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """What each contender takes in each round; the round before the first is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, work in contenders.items():
            start = clock()
            work()
            if number:
                seconds[name].append(clock() - start)
    return seconds


def print_table(title: str, seconds: Mapping[str, list[float]], figure: Callable[[str, float], str]) -> None:
    """One line a contender: its figure, and how long it takes relative to the first."""
    first = next(iter(seconds.values()))
    width = max(map(len, seconds))
    print(f"\n{title}")
    for name, each in seconds.items():
        ratio = statistics.median(mine / other for mine, other in zip(each, first, strict=True))
        print(f"  {name:{width}}  {figure(name, statistics.median(each)):>22}  ratio {ratio:6.2f}")


# --- evaluate ------------------------------------------------------------------------------------------------------


def benchmark_evaluation(rounds: int, count: int) -> None:
    """Patients a second, from raw facts."""
    protocol = protocol_dsl.load(ALS_FILE)
    everyone = patients(count)
    with_ids = [{"id": str(number), "facts": facts} for number, facts in enumerate(everyone)]
    reader, untraced = FactsReader(protocol.checked), compile_protocol(protocol.checked, traced=False)
    traced = compile_protocol(protocol.checked)
    read = [reader.read(facts).values for facts in everyone]

    def without_trace(facts: Facts) -> hand_written.Decided:
        return untraced.run(reader.read(facts).values)[:2]

    share_wrong = _refuse_differences(protocol, everyone, without_trace)
    contenders: Contenders = {
        "by hand, exact decimals": lambda: _drop(hand_written.exact(facts) for facts in everyone),
        "by hand, inexact floats": lambda: _drop(hand_written.inexact(facts) for facts in everyone),
        "evaluate": lambda: _drop(protocol.evaluate(facts) for facts in everyone),
        "evaluate_many": lambda: _drop(protocol.evaluate_many(with_ids)),
        "without a trace": lambda: _drop(without_trace(facts) for facts in everyone),
        "  reading the facts alone": lambda: _drop(reader.read(facts) for facts in everyone),
        "  deciding alone": lambda: _drop(traced.run(values) for values in read),
        "  deciding alone, no trace": lambda: _drop(untraced.run(values) for values in read),
    }
    print_table(
        f"Patients decided, {count} patients a round (floats err on {share_wrong:.1%} of them)",
        seconds_in_turns(contenders, rounds),
        lambda name, median: f"{count / median:10,.0f} patients/s",
    )
    some = everyone[: max(count // 50, 1)]
    explaining: Contenders = {
        "evaluate": lambda: [protocol.evaluate(facts) for facts in some],
        "and explain as text": lambda: [protocol.evaluate(facts, patient="P").explain() for facts in some],
        "and as JSON with the trace": lambda: [json.dumps(to_json(protocol.evaluate(facts))) for facts in some],
    }
    print_table(
        f"Patients explained, {len(some)} patients a round",
        seconds_in_turns(explaining, rounds),
        lambda name, median: f"{len(some) / median:10,.0f} patients/s",
    )


# Runs through what is decided and keeps nothing of it, as a program would that writes each result out.
_drop = deque[object](maxlen=0).extend


def _refuse_differences(
    protocol: protocol_dsl.Protocol, everyone: list[Facts], without_trace: Callable[[Facts], hand_written.Decided]
) -> float:
    """Stops where two contenders decide a patient differently; gives the share on which only the floats err."""
    wrong = 0
    for facts in everyone:
        evaluation = protocol.evaluate(facts)
        decided = evaluation.verdict, evaluation.results
        if not decided == without_trace(facts) == hand_written.exact(facts):
            raise SystemExit(f"The contenders decide this patient differently: {facts}")
        wrong += decided != hand_written.inexact(facts)
    return wrong / len(everyone)


# --- read ----------------------------------------------------------------------------------------------------------


def benchmark_reading(rounds: int, criteria: int) -> None:
    """Lines a second, parsed and checked."""
    texts = {
        "ALS protocol": ALS_FILE.read_text(encoding="utf-8"),
        f"generated, {criteria // 10:,} criteria": protocol_text(criteria // 10),
        f"generated, {criteria:,} criteria": protocol_text(criteria),
    }
    lines = {name: text.count("\n") for name, text in texts.items()}
    start = time.process_time()
    protocol_dsl.loads(texts["ALS protocol"])
    print(f"\nThe first protocol of a process takes {time.process_time() - start:.3f} s, modules and tables included")
    seconds = seconds_in_turns({name: partial(protocol_dsl.loads, text) for name, text in texts.items()}, rounds)
    print_table(
        "Protocols parsed and checked",
        seconds,
        lambda name, median: f"{lines[name] / median:7,.0f} lines/s {median:6.3f} s",
    )


# --- documents -----------------------------------------------------------------------------------------------------


def benchmark_documents(rounds: int) -> None:
    """Criteria documents of full length, in each form. The time that passes, since PDF is made on all processors."""
    protocol = protocol_dsl.load(FORTY_CRITERIA).checked
    forms: dict[str, Form] = {"Markdown": "markdown", "HTML": "html", "Word": "docx", "PDF": "pdf"}
    contenders = {name: partial(render_document, protocol, "protocol", form) for name, form in forms.items()}
    print_table(
        f"Criteria document of {len(protocol.criteria)} criteria",
        seconds_in_turns(contenders, rounds, time.perf_counter),
        lambda name, median: f"{median:6.2f} s",
    )


# --- start ---------------------------------------------------------------------------------------------------------


def benchmark_start(rounds: int) -> None:
    """Whole processes."""
    installed = Path(sys.executable).parent / "protocol-dsl"
    command = [str(installed)] if installed.exists() else [sys.executable, "-m", "protocol_dsl"]
    with tempfile.TemporaryDirectory() as folder:
        patient = Path(folder) / "patient.json"
        patient.write_text(json.dumps({"id": "P1", "facts": patients(1)[0]}), encoding="utf-8")
        processes = {
            'python -c "import click, attrs"': [sys.executable, "-c", "import click, attrs"],
            "python -c pass": [sys.executable, "-c", "pass"],
            "protocol-dsl --version": [*command, "--version"],
            "protocol-dsl --help": [*command, "--help"],
            "protocol-dsl check": [*command, "check", str(ALS_FILE)],
            "protocol-dsl evaluate, one patient": [*command, "evaluate", str(ALS_FILE), str(patient)],
        }
        # As installed: with bytecode, which the round that is not counted writes.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        seconds = seconds_in_turns(
            {name: _process(words, environment) for name, words in processes.items()}, rounds, time.perf_counter
        )
    print_table("Processes", seconds, lambda name, median: f"{median * 1000:7.0f} ms")


def _process(words: list[str], environment: Mapping[str, str]) -> Callable[[], object]:
    return partial(
        subprocess.run, words, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> None:
    """Run the parts that were asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", metavar="PART", help="evaluate, read, documents, start (default: all)")
    options.add_argument("--rounds", type=int, default=11, help="rounds that count (default: %(default)s)")
    options.add_argument("--patients", type=int, default=2000, help="patients a round (default: %(default)s)")
    options.add_argument("--criteria", type=int, default=1000, help="criteria of the generated protocol")
    chosen = options.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "read": lambda: benchmark_reading(chosen.rounds, chosen.criteria),
        "evaluate": lambda: benchmark_evaluation(chosen.rounds, chosen.patients),
        "documents": lambda: benchmark_documents(chosen.rounds),
        "start": lambda: benchmark_start(chosen.rounds),
    }
    for part in chosen.parts or parts:
        if part not in parts:
            options.error(f"{part} is no part; the parts are {', '.join(parts)}")
        parts[part]()


if __name__ == "__main__":
    main()
