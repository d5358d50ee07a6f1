"""Templates filled in: ours, and a sponsor's in front of them, of which every slip is told with its line.

A slip shows only in what a template gives, where no line of the template is known any more. So after a slip the
template is filled in once more with marks in it, one at the begin of each line, which say what comes from where.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import TracebackType
from typing import Final

from attrs import frozen
from jinja2 import BaseLoader, ChoiceLoader, FunctionLoader, PackageLoader, PrefixLoader, StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateNotFound
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from protocol_dsl.diagnostics import Copyable, Diagnostic, nearest
from protocol_dsl.render import markup
from protocol_dsl.render.showing import capital
from protocol_dsl.render.sponsor import TEMPLATES, DocumentError, SponsorFiles, leaves, told_at
from protocol_dsl.render.vocabulary import MarkupProblem, markup_problems
from protocol_dsl.render.wording import Wording

_OF_A_TEMPLATE: Final = (
    *(TemplateError, SecurityError, TypeError, LookupError, RecursionError),
    *(ArithmeticError, AttributeError, ValueError, AssertionError),
)
"""What a template can run into: it calls what we give it with whatever it likes."""
_MOST_TOLD: Final = 20
"""Problems of one template that are told at once."""


def filled(template: str, language: str, words: Wording, sponsor: SponsorFiles, doc: object) -> markup.Document:
    """What a template makes of a document's parts. Raises DocumentError (D102, D103, D107 to D109)."""
    values = {"doc": doc, "words": words, "lang": language}
    if not sponsor.templates:
        return markup.read_markup(environment().get_template(template).render(values), template)
    of_sponsor = _environment(_loader(sponsor))
    if found := [problem for name in sponsor.templates for problem in _lost_in(of_sponsor, name, sponsor, template)]:
        raise DocumentError(tuple(found), sponsor.sources)
    try:
        text = of_sponsor.get_template(template).render(values)
        if not markup_problems(text, sponsor.own_classes):
            return markup.read_markup(text, template)
        with_marks = _environment(_loader(sponsor), marked=True).get_template(template).render(values)
    except _OF_A_TEMPLATE as error:
        problem = _not_filled(error, template, sponsor, values)
        raise DocumentError((problem,), sponsor.sources) from None
    raise DocumentError(tuple(_told(_unmarked(with_marks), template, sponsor)), sponsor.sources)


# ---- environments ---------------------------------------------------------------------------------------------------


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """Our templates. A value that is missing is an error, and every value is text unless a template says so."""
    return _environment(_ours())


def _ours() -> PackageLoader:
    return PackageLoader("protocol_dsl.render", "templates")


def _loader(sponsor: SponsorFiles) -> BaseLoader:
    """A sponsor's templates under the names of their files, by which tracebacks name them too."""

    def load(name: str) -> tuple[str, str, None] | None:
        return (sponsor.templates[name], name, None) if name in sponsor.templates else None

    return ChoiceLoader([FunctionLoader(load), PrefixLoader({"ours": _ours()}), _ours()])


def _environment(loader: BaseLoader, marked: bool = False) -> ImmutableSandboxedEnvironment:
    found = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_legible,
        extensions=[_LineMarks] if marked else [],
    )
    found.filters["capital"] = capital
    return found


_ILLEGAL: Final = dict.fromkeys((*range(32), 127, *range(55296, 57344), 65534, 65535), "�")
for _kept in "\t\n\r":
    del _ILLEGAL[ord(_kept)]


def _legible(value: object) -> object:
    """A value without the characters that no XML, and so no Word file, may hold."""
    return value.translate(_ILLEGAL) if type(value) is str else value


# ---- where what a template gives comes from -------------------------------------------------------------------------

_MARK: Final = re.compile("\x01([0-9]+):([0-9]+)\x02")
"""A mark: the number of the file in TEMPLATES, or of none for ours, and the line. No value holds its signs."""


class _LineMarks(Extension):
    """Puts a mark at the begin of each line, and before and behind everything that is filled in."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        of_sponsor = stream.name in TEMPLATES and stream.filename == stream.name
        file = TEMPLATES.index(str(stream.name)) if of_sponsor else len(TEMPLATES)
        for token in stream:
            if token.type == "data":
                lines = token.value.split("\n")
                marked = [f"\x01{file}:{token.lineno + place}\x02{line}" for place, line in enumerate(lines)]
                yield Token(token.lineno, "data", "\n".join(marked))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", f"\x01{file}:{token.lineno}\x02")
            yield token


@frozen
class _Unmarked:
    """What a template gives, and from which file and line each part of it comes."""

    text: str
    starts: list[int]
    places: list[tuple[str, int]]

    def place(self, at: int) -> tuple[str, int]:
        """The file and the line of a place; the file is "ours" where it is not of the sponsor."""
        number = bisect_right(self.starts, at) - 1
        return self.places[number] if number >= 0 else ("ours", 1)


def _unmarked(text: str) -> _Unmarked:
    pieces: list[str] = []
    starts: list[int] = []
    places: list[tuple[str, int]] = []
    length = end = 0
    for mark in _MARK.finditer(text):
        pieces.append(text[end : mark.start()])
        length += len(pieces[-1])
        end = mark.end()
        starts.append(length)
        places.append(((*TEMPLATES, "ours")[int(mark[1])], int(mark[2])))
    return _Unmarked("".join([*pieces, text[end:]]), starts, places)


def _told(given: _Unmarked, template: str, sponsor: SponsorFiles) -> Iterator[Diagnostic]:
    """The problems with their places in the sponsor's files, each of a line once."""
    seen: set[tuple[object, ...]] = set()
    for problem in markup_problems(given.text, sponsor.own_classes):
        file, line = given.place(problem.at)
        key = (file, line, problem.code, problem.variant, problem.found)
        if key in seen or len(seen) == _MOST_TOLD:
            continue
        seen.add(key)
        yield _told_one(problem, file, line, template, sponsor)


def _told_one(problem: MarkupProblem, file: str, line: int, template: str, sponsor: SponsorFiles) -> Diagnostic:
    text = sponsor.templates.get(file)
    name, number = (template, None) if text is None else (file, line)
    values = {name: Copyable(value) if name in ("known", "right") else value for name, value in problem.values.items()}
    return told_at(problem.code, name, text, number, problem.found, variant=problem.variant, **values)


# ---- templates that begin with ours ---------------------------------------------------------------------------------


def _lost_in(
    environment: ImmutableSandboxedEnvironment, name: str, sponsor: SponsorFiles, template: str
) -> Iterator[Diagnostic]:
    """What is printed nowhere: of a template that begins with ours, blocks that ours has not, and all outside a block.

    Only the template of the document that is made and `parts` are looked at, since the others take no part in it.
    """
    text = sponsor.templates[name]
    if name not in (template, "parts.html.j2"):
        return
    try:
        tree = environment.parse(text, name, name)
    except TemplateError:
        return  # told when it is filled in
    extended = next(tree.find_all(nodes.Extends), None)
    if extended is None:
        return
    if isinstance(extended.template, nodes.Const) and str(extended.template.value).startswith("ours/"):
        yield from _unknown_blocks(environment, tree, str(extended.template.value), name, text)
    for node in tree.body:
        yield from _outside(node, name, text)


def _unknown_blocks(
    environment: ImmutableSandboxedEnvironment, tree: nodes.Template, of: str, name: str, text: str
) -> Iterator[Diagnostic]:
    """A block of the sponsor's that stands in no block of ours would be printed nowhere."""
    try:
        ours = tuple(environment.get_template(of).blocks)
    except TemplateNotFound:
        return  # told when it is filled in
    for block in _blocks_at_the_top(tree.body):
        if block.name not in ours:
            near = next(iter(nearest(block.name, ours)), "")
            variant = "block_nearest" if near else "block"
            known = Copyable(", ".join(ours))
            yield told_at(
                "D103",
                name,
                text,
                block.lineno,
                block.name,
                variant=variant,
                name=block.name,
                known=known,
                nearest=near,
            )


def _blocks_at_the_top(body: Iterable[nodes.Node]) -> Iterator[nodes.Block]:
    for node in body:
        if isinstance(node, nodes.Block):
            yield node
        else:
            yield from _blocks_at_the_top(node.iter_child_nodes())


def _outside(node: nodes.Node, name: str, text: str) -> Iterator[Diagnostic]:
    """What stands outside a block: words, values, and conditions around a block."""
    if isinstance(node, nodes.Output):
        for part in node.nodes:
            words = part.data if isinstance(part, nodes.TemplateData) else "{{ … }}"
            if words.strip():
                lead = words[: len(words) - len(words.lstrip())]
                first = words.strip().split("\n")[0]
                line = part.lineno + lead.count("\n")
                yield told_at("D103", name, text, line, first, variant="outside", text=first)
                return
    elif isinstance(node, (nodes.If, nodes.For, nodes.With, nodes.FilterBlock)):
        if node.find(nodes.Block) is not None:
            yield told_at("D103", name, text, node.lineno, variant="around")
            return
        for child in node.iter_child_nodes():
            yield from _outside(child, name, text)


# ---- templates that can't be filled in ------------------------------------------------------------------------------

_NOT_THERE: Final = re.compile(
    r"(?:'(?P<of>[\w. ]+) object' has no attribute |^)\s*'(?P<name>[\w.]+)'(?: is undefined)?$"
)
"""How Jinja tells that a template asks for what is not there."""


def _not_filled(error: Exception, template: str, sponsor: SponsorFiles, values: Mapping[str, object]) -> Diagnostic:
    file, line = _place_of(error, sponsor)
    name = file or template
    text = sponsor.templates.get(name)
    if isinstance(error, RecursionError) and _line_with(text, f'extends "{name}"') is None:
        return told_at("D102", name, text, None, name=name, reason="it calls itself, or elements stand too deep")
    if isinstance(error, RecursionError):
        return told_at("D102", name, text, _line_with(text, "extends"), variant="itself", name=name)
    if isinstance(error, TemplateNotFound):
        missing = str(error.name)
        line = line or _line_with(text, missing)
        known = Copyable(", ".join(f"ours/{one}" for one in TEMPLATES))
        near = next(iter(nearest(missing.removeprefix("ours/"), TEMPLATES)), "checklist.html.j2")
        return told_at(
            "D102", name, text, line, missing, variant="file", missing=missing, known=known, nearest=f"ours/{near}"
        )
    reason = str(error).rstrip(".")
    if isinstance(error, KeyError) or (found := _NOT_THERE.search(reason)) is None:
        if not isinstance(error, KeyError):
            return told_at("D102", name, text, line, name=name, reason=Copyable(reason))
        return _no_such_words(str(error.args[0]), name, text, line, values)
    missing = found["name"]
    doc = values["doc"]
    known_names: tuple[str, ...] = tuple(values) if found["of"] is None else ()
    if found["of"] and found["of"].rpartition(".")[2] == type(doc).__name__:
        known_names = tuple(one for one in dir(doc) if not one.startswith("_"))
    near = next(iter(nearest(missing, known_names)), "")
    variant = "missing_nearest" if near else "missing"
    return told_at("D102", name, text, line, missing, variant=variant, missing=missing, nearest=near)


def _no_such_words(
    part: str, name: str, text: str | None, line: int | None, values: Mapping[str, object]
) -> Diagnostic:
    """A key of the sentences that there is not; the error has only the part of the key that was not found."""
    words = values["words"]
    assert isinstance(words, Wording)
    written = text.split("\n")[line - 1] if text is not None and line is not None else ""
    keys = re.findall(r"""words\(\s*["']([\w.]+)["']""", written)
    known = tuple(key for key, _ in leaves(words.entries))
    if keys and all(key in known for key in keys):
        return told_at("D102", name, text, line, keys[0], variant="unfilled", key=keys[0], place=part)
    missing = next((key for key in keys if key not in known and part in key.split(".")), part)
    near = next(iter(nearest(missing, known)), "")
    variant = "words_nearest" if near else "words"
    return told_at("D102", name, text, line, missing, variant=variant, missing=missing, nearest=near)


def _line_with(text: str | None, words: str) -> int | None:
    lines = (text or "").split("\n")
    return next((number for number, line in enumerate(lines, 1) if words in line), None)


def _place_of(error: Exception, sponsor: SponsorFiles) -> tuple[str | None, int | None]:
    """The sponsor's file and its line where filling in ended; Jinja gives tracebacks the lines of templates."""
    name = getattr(error, "name", None)
    if isinstance(error, TemplateError) and name in sponsor.templates and (line := getattr(error, "lineno", None)):
        return str(name), int(line)
    found: tuple[str | None, int | None] = (None, None)
    step: TracebackType | None = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file in sponsor.templates:
            found = (file, step.tb_lineno)
        step = step.tb_next
    return found
