"""A protocol with its lines coloured by what the examples touch, as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from protocol_dsl.evaluate.coverage import KINDS, Coverage
from protocol_dsl.render.coverage_lines import CoveredLine, State, covered_lines
from protocol_dsl.render.coverage_words import KIND_WORDS, percent, told

_MARKS: Final[dict[State, tuple[str, str]]] = {
    "full": ("✓", "all touched"),
    "part": ("◐", "touched in part"),
    "none": ("✗", "not touched"),
}
"""Each state has a sign and a word beside its colour."""

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Noto Sans", sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
table.sums { font-variant-numeric: tabular-nums; } table.sums td + td, table.sums th + th { text-align: right; }
table.file { width: 100%; font: 14px/1.45 ui-monospace, "Noto Sans Mono", monospace; }
table.file th { font-weight: normal; color: #595959; text-align: right; padding-right: .6rem; width: 3rem; }
table.file td.mark { width: 1.6rem; text-align: center; }
table.file pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
tr.full td { background: #e6f4ea; } tr.part td { background: #fff4d6; } tr.none td { background: #fde7e7; }
tr.full td.mark { border-left: 4px solid #1e7a3a; } tr.part td.mark { border-left: 4px dashed #8a5a00; }
tr.none td.mark { border-left: 4px double #b3261e; }
table.file ul { margin: .1rem 0 .3rem; padding-left: 1.2rem; font: 14px/1.4 system-ui, "Noto Sans", sans-serif;
  color: #1a1a1a; }
.key span { margin-right: 1.5rem; } .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""


def coverage_page(coverage: Coverage, name: str) -> str:
    """The page. `name`: of the file."""
    protocol = coverage.protocol
    title = escape(f"What the examples of {protocol.name} touch")
    body = [
        f"<h1>{title}</h1>",
        f"<p>{escape(name)}: the examples touch {percent(*coverage.count())} of "
        "all results, conditions and limits.</p>",
        *_sums(coverage),
        *_key(),
        '<h2 id="file">The protocol, line by line</h2>',
        *_file(coverage),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _sums(coverage: Coverage) -> Iterator[str]:
    head = "".join(
        f'<th scope="col">{each}</th>' for each in ("Criterion", *(KIND_WORDS[kind] for kind in KINDS), "all")
    )
    yield f'<table class="sums">\n<caption class="hidden">Shares by criterion</caption>\n<thead><tr>{head}</tr></thead>'
    yield "<tbody>"
    for parts in coverage.criteria:
        if not parts.points:
            continue
        id_ = parts.criterion.id
        cells = []
        for kind in (*KINDS, None):
            touched, of = coverage.count(kind, id_)
            cells.append(f"<td>{percent(touched, of) if of else '–'}</td>")
        line = coverage.protocol.source.line_of(parts.criterion.span.start)
        heading = f'<a href="#L{line}">{escape(id_)}</a> {escape(parts.criterion.title)}'
        yield f'<tr><th scope="row">{heading}</th>{"".join(cells)}</tr>'
    yield "</tbody></table>"


def _key() -> Iterator[str]:
    signs = "".join(f"<span>{sign} {words}</span>" for sign, words in _MARKS.values())
    yield f'<p class="key">{signs}</p>'


def _file(coverage: Coverage) -> Iterator[str]:
    lines = covered_lines(coverage)
    yield '<table class="file">\n<caption class="hidden">The lines of the file</caption>'
    head = "".join(f'<th scope="col">{each}</th>' for each in ("Line", "Touched", "Text"))
    yield f'<thead class="hidden"><tr>{head}</tr></thead>'
    yield "<tbody>"
    for number, text in enumerate(_original_lines(coverage), 1):
        line = lines.get(number)
        if line is None:
            mark, css, missing = "", "", ""
        else:
            css = line.state(coverage)
            sign, words = _MARKS[css]
            mark = f'<span aria-hidden="true">{sign}</span><span class="hidden">{words}</span>'
            missing = _missing(coverage, line)
        yield (
            f'<tr id="L{number}" class="{css}"><th scope="row">{number}</th><td class="mark">{mark}</td>'
            f"<td><pre>{escape(text)}</pre>{missing}</td></tr>"
        )
    yield "</tbody></table>"


def _original_lines(coverage: Coverage) -> list[str]:
    return coverage.protocol.source.original.removesuffix("\n").split("\n")


def _missing(coverage: Coverage, line: CoveredLine) -> str:
    missing = [(parts, point) for parts, point in line.points if not coverage.touched[point]]
    if not missing:
        return ""
    items = "".join(
        f"<li>{escape(parts.criterion.id)} not touched: {escape(told(parts, point))}</li>" for parts, point in missing
    )
    return f"<ul>{items}</ul>"
