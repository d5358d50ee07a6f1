"""How fast an editor is answered, on a protocol of 40 criteria.

    python tests/benchmarks/editor.py                 a table, half a minute
    python tests/benchmarks/editor.py --rounds 31     more rounds, steadier medians

`at rest`: the text has been read, as when somebody moves the cursor. `typing`: a letter has just been typed, so that the
text is read anew for the answer; it is checked anew for diagnostics and corrections alone, which wait until nothing has
been typed for a moment. Figures are the processor's time in
milliseconds, medians over the rounds; an answer should take less than 100.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from protocol_dsl.lsp.analysis import Analyses, Analysis
from protocol_dsl.lsp.code_actions import code_actions
from protocol_dsl.lsp.code_lenses import code_lenses
from protocol_dsl.lsp.completion import completion
from protocol_dsl.lsp.definition import definition, path_of_used
from protocol_dsl.lsp.diagnostics import diagnostics
from protocol_dsl.lsp.folding import folding_ranges
from protocol_dsl.lsp.formatting import formatting
from protocol_dsl.lsp.hover import hover
from protocol_dsl.lsp.inlay_hints import inlay_hints
from protocol_dsl.lsp.outline import outline
from protocol_dsl.lsp.references import references
from protocol_dsl.lsp.rename import prepare_rename, rename
from protocol_dsl.lsp.semantic_tokens import semantic_tokens

FORTY_CRITERIA = Path(__file__).parents[1] / "render" / "forty_criteria.protocol"
URI = "file:///forty.protocol"
MOST = 100


def features(text: str) -> dict[str, Callable[[Analysis], object]]:
    """Each feature, asked about a place in a rule."""
    at = text.index("histology is") + 3

    def place(analysis: Analysis) -> types.Position:
        return analysis.positions.position(at)

    def end(analysis: Analysis) -> types.Position:
        return analysis.positions.position(at + len("tology is "))

    return {
        "diagnostics": lambda read: diagnostics(read, URI, findings=False),
        "corrections": lambda read: code_actions(read, URI, read.positions.whole()),
        "completion": lambda read: completion(read, end(read)),
        "hover": lambda read: hover(read, place(read)),
        "definition": lambda read: definition(read, URI, place(read), lambda name: path_of_used(name, None)),
        "references": lambda read: references(read, URI, place(read)),
        "before a renaming": lambda read: prepare_rename(read, place(read)),
        "outline": outline,
        "folding": folding_ranges,
        "formatting": formatting,
        "colours": semantic_tokens,
        "hints": lambda read: inlay_hints(read, read.positions.whole()),
        "lenses": code_lenses,
    }


def median_of(work: Callable[[int], Callable[[], object]], rounds: int) -> float:
    """The processor's time in milliseconds; `work` makes ready what is not counted."""
    taken = []
    for number in range(rounds + 1):
        ready = work(number)
        start = time.process_time()
        ready()
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:]) * 1000


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=11, help="rounds that count (default: %(default)s)")
    rounds = options.parse_args().rounds
    text = FORTY_CRITERIA.read_text(encoding="utf-8")
    kept = Analyses()
    rest = kept.of("forty", text, None, "utf-16")
    assert rest.protocol is not None
    gc.freeze()  # as the server does

    def typed(number: int) -> Analysis:
        return kept.of("forty", f"{text}# {'x' * number}", None, "utf-16")

    print(f"{'':22}{'at rest':>10}{'typing':>10}")
    slow = []
    for name, feature in features(text).items():
        feature(rest)
        at_rest = median_of(lambda number: lambda: feature(rest), rounds)  # noqa: B023  # called at once
        kept.forget()
        assert kept.of("forty", text, None, "utf-16").protocol is not None
        anew = median_of(lambda number: lambda: feature(typed(number)), rounds)  # noqa: B023
        kept.forget()
        print(f"{name:22}{at_rest:10.1f}{anew:10.1f}")
        slow += [name] if max(at_rest, anew) > MOST else []

    def checked(number: int) -> Callable[[], object]:
        read = typed(number)
        assert read.protocol is not None
        return lambda: read.findings

    reviewing = median_of(checked, rounds)
    print(f"{'wording review':22}{'':10}{reviewing:10.1f}  comes on its own, behind the diagnostics")
    place = rest.positions.position(text.index("histology is") + 3)
    renaming = median_of(lambda number: lambda: rename(rest, URI, place, "cell type"), rounds)
    print(f"{'renaming':22}{renaming:10.1f}{'':>10}  reads and checks the file with the new name")
    print(f"Slower than {MOST} ms: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
