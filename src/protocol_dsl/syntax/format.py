"""The canonical form of a file. Formatting keeps every comment, every line of prose and the checked tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.layout import BULLET, Comment
from protocol_dsl.syntax.words_of import (
    for_each_head,
    list_head,
    of_record,
    rounding_words,
    rows_head,
    spoken,
    words,
)

WIDTH = 100
STEP = 2
JOINT = re.compile(r"(?:where|within|or|and|includes|except where|during|if|recorded within|in each of)\b")
"""Words before which a long line is best broken, where no comma is near."""
CLAUSE = re.compile(r"(?:then|otherwise|unless|except where|from|in|rounded to|if any|inclusive|exclusive)\b")
"""Words that a comma parts from what stands before; other commas part what belongs together."""


@frozen
class OutLine:
    """A line to print. `offset`: where it came from, for the comments; `hang`: how far its continuations go in."""

    indent: int
    text: str
    offset: int | None = None
    hang: int | None = None


def format_protocol(protocol: nodes.ProtocolSyntax) -> str:
    """The canonical text of a protocol file."""
    lines = list(_with_comments(_file(protocol), protocol.comments))
    return "\n".join(lines) + "\n"


def statement_lines(applies_if: nodes.Condition | None, rule: nodes.Condition) -> str:
    """The canonical words of a rule; lists keep their lines."""
    lines = [*(_headed("applies if ", applies_if, 0) if applies_if else ()), *_block(rule, 0)]
    return "\n".join(" " * line.indent + line.text for line in lines)


def definition_words(definition: nodes.DefinitionSyntax) -> str:
    """The canonical words of a definition, without its notes."""
    return "\n".join(" " * line.indent + line.text for line in _definition(definition, 0))


# ---- the file -------------------------------------------------------------------------------------------------------


def _file(protocol: nodes.ProtocolSyntax) -> Iterator[OutLine]:
    yield OutLine(0, f"protocol: {protocol.name}", protocol.span.start)
    for prop in protocol.header:
        yield from _property(prop, STEP)
    for section in protocol.sections:
        if section.used_from is None:
            yield OutLine(0, "")
            yield from _section(section)


def _section(section: nodes.Section) -> Iterator[OutLine]:
    start = section.span.start
    if section.kind in ("inclusion", "exclusion"):
        none = ": none in the source" if section.none_in_source else ""
        guard = f", if {words(section.guard)}" if section.guard is not None else ""
        yield OutLine(0, section.heading + guard + none, start)
        for criterion in section.criteria:
            yield OutLine(0, "")
            yield from _criterion(criterion)
        return
    yield OutLine(0, section.heading + (f": {section.title}" if section.title else ""), start)
    for declared in section.declarations:
        yield from _day(declared) if section.kind == "days" else _item(declared, STEP)
    for use in section.uses:
        yield OutLine(STEP, use.text, use.span.start)
    for listed in section.lists:
        yield from _list(listed)
    for definition in section.definitions:
        yield from _definition(definition, STEP)
        for note in definition.notes:
            yield from _property(note, 2 * STEP)
    for entry in section.translations:
        yield from _translation(entry, STEP)
    for example in section.examples:
        yield OutLine(0, "")
        if isinstance(example, nodes.ExampleFile):
            yield OutLine(STEP, f"patients from {example.file}", example.span.start)
        else:
            yield from _table(example) if isinstance(example, nodes.ExampleTable) else _patient(example)


def _property(prop: nodes.Property, indent: int) -> Iterator[OutLine]:
    if prop.condition is not None:
        yield OutLine(indent, f"{prop.key}: {words(prop.condition)}", prop.span.start, STEP)
        return
    yield from _text(prop.key, prop.lines, indent, prop.span.start)


def _text(key: str, lines: tuple[str, ...], indent: int, start: int) -> Iterator[OutLine]:
    first, *rest = lines or ("",)
    if first.startswith("- "):  # a list stands under its key
        first, rest = "", [first, *rest]
    yield OutLine(indent, f"{key}: {first}".rstrip(), start)
    inner = indent + STEP
    for line in rest:
        bullet = line.startswith("- ")
        yield OutLine(indent + STEP if bullet else inner, line, start)
        inner += STEP if bullet and inner == indent + STEP else 0


def _translation(entry: nodes.TranslationSyntax, indent: int) -> Iterator[OutLine]:
    yield from _text(entry.name, entry.lines, indent, entry.span.start)
    for line in entry.quotation:
        yield OutLine(indent + STEP, f"> {line}".rstrip(), entry.span.start)
    for inner in entry.inner:
        yield from _translation(inner, indent + STEP)


def _list(listed: nodes.ListSyntax) -> Iterator[OutLine]:
    head = f"{_names(listed)}: {'closed' if listed.closed else 'open'} list{f' of {listed.of}' if listed.of else ''}"
    terms = [_term(term) for term in listed.terms]
    if listed.in_lines:
        yield OutLine(STEP, head, listed.span.start, 2 * STEP)
        for term, text in zip(listed.terms, terms, strict=True):
            yield OutLine(2 * STEP, f"- {text}", term.span.start)
    else:
        yield OutLine(STEP, f"{head}: {', '.join(terms)}", listed.span.start, 2 * STEP)
    for note in listed.notes:
        yield from _property(note, 2 * STEP)


def _term(term: nodes.TermSyntax) -> str:
    head = "everything in " if term.everything_in else "not " if term.outside else ""
    return head + term.text + "".join(f" ({code})" for code in term.codes)


def _day(declared: nodes.Declaration) -> Iterator[OutLine]:
    kind = declared.type
    if kind is not None and kind.period is not None:
        first, last = kind.period
        text = f"{_names(declared)}: from {words(first)} until {words(last)}"
        yield OutLine(STEP, text, declared.span.start, 2 * STEP)
        return
    yield OutLine(STEP, _names(declared) + (": planned" if declared.planned else ""), declared.span.start)
    for prop in declared.properties:
        yield from _property(prop, 2 * STEP)


def _item(declared: nodes.Declaration, indent: int) -> Iterator[OutLine]:
    assert declared.type is not None
    yield OutLine(indent, f"{_names(declared)}: {_type(declared.type)}", declared.span.start, 2 * STEP)
    for prop in declared.properties:
        yield from _property(prop, indent + STEP)
    inner: list[nodes.Declaration | nodes.DefinitionSyntax] = [*declared.fields, *declared.derived]
    for field in sorted(inner, key=lambda one: one.span.start):
        if isinstance(field, nodes.DefinitionSyntax):
            yield from _definition(field, indent + STEP)
        else:
            yield from _item(field, indent + STEP)


def _names(declared: nodes.Declaration | nodes.DefinitionSyntax | nodes.ListSyntax) -> str:
    brackets = [f"({alias.text})" for alias in declared.aliases]
    if not isinstance(declared, nodes.ListSyntax) and declared.plural:
        brackets.append(f"(plural {declared.plural})")
    return " ".join([declared.name.text, *brackets])


def _type(type_: nodes.TypeWords) -> str:
    choices = [choice.text for choice in type_.choices]
    match type_.form:
        case "one of":
            return "one of " + ", ".join(choices)
        case "ordered":
            return "ordered " + " < ".join(choices)
        case "percentage":
            return f"percentage of {type_.words}" if type_.words else "percentage"
        case "judgement" | "agreement":
            return f"{type_.form} by {type_.words}"
        case "several of":
            return "several of " + ", ".join(choices)
        case "rows" if type_.series == "rows":
            return f"one row for each {type_.words}"
        case "rows":
            of = f" in {_unit_words(type_)}" if type_.words else ""
            if type_.percentage_of:
                of = f", percentage of {type_.percentage_of}"
            if choices:
                of = ", ordered " + " < ".join(choices) if type_.ordered else ", one of " + ", ".join(choices)
            return type_.series + of
        case "quantity":
            return _unit_words(type_)
        case _:
            return type_.form


def _unit_words(type_: nodes.TypeWords) -> str:
    return f"{type_.words} or {type_.other_unit_text}" if type_.other_unit_text else type_.words


def _definition(definition: nodes.DefinitionSyntax, indent: int) -> Iterator[OutLine]:
    name, start = _names(definition), definition.span.start
    if definition.parameters:
        listed = ", ".join(f"{each.name.text}: {_type(each.type)}" for each in definition.parameters if each.type)
        name += f" of ({listed})"
    if isinstance(definition.body, nodes.EachNoun):
        lines = list(_headed(f"{name} = ", definition.body, indent))
    elif definition.means:
        lines = list(_headed(f"{name} means ", definition.body, indent))
    else:
        unit = f", in {definition.unit_text}" if definition.unit_text else ""
        rounding = f", {rounding_words(definition.decimals)}" if definition.decimals is not None else ""
        text = f"{words(definition.body)}{unit}{rounding}"
        lines = [OutLine(indent, f"{name} = {text}", start, 2 * STEP)]
        if definition.parameters and indent + len(lines[0].text) > WIDTH:
            lines = [OutLine(indent, f"{name} =", start), OutLine(indent + 2 * STEP, text, start, STEP)]
    for line in lines:
        yield OutLine(line.indent, line.text, start if line is lines[0] else line.offset, line.hang)


def _criterion(criterion: nodes.CriterionSyntax) -> Iterator[OutLine]:
    inner = 2 * STEP
    yield OutLine(STEP, f"{criterion.id}: {criterion.title}", criterion.span.start)
    for line in criterion.quotation:
        start = criterion.quotation_span.start if criterion.quotation_span else None
        yield OutLine(inner, f"> {line}".rstrip(), start)
    if criterion.applies_if is not None:
        yield from _headed("applies if ", criterion.applies_if, inner)
    if criterion.rule is not None:
        yield from _block(criterion.rule, inner)
    for note in criterion.notes:
        yield from _property(note, inner)


# ---- statements -----------------------------------------------------------------------------------------------------


def _block(node: nodes.Condition, indent: int, bullet: str = "") -> Iterator[OutLine]:
    """A statement, over as many lines as its lists need."""
    node = spoken(node)
    match node:
        case nodes.ListOf() | nodes.ForEach() | nodes.RowsThat() | nodes.EachNoun() | nodes.IfThen():
            yield from _headed(bullet, node, indent)
        case nodes.Unless(rule, exception) if _has_list(node):
            yield from _block(rule, indent, bullet)
            yield from _headed("unless ", exception, indent + len(bullet))
        case _:
            yield OutLine(indent, bullet + words(node), node.span.start, len(bullet) or STEP)


def _headed(head: str, node: nodes.Condition, indent: int) -> Iterator[OutLine]:
    """A statement after words that belong to the same line."""
    start = node.span.start
    inner = indent + (len(head) if head == "- " else 0) + STEP
    match node:
        case nodes.ListOf(items=items):
            yield OutLine(indent, f"{head}{list_head(node)}:", start, STEP)
            for item in items:
                yield from _block(item, inner, "- ")
        case nodes.ForEach(_, _, nodes.ListOf() as body):
            yield from (
                _headed(f"{head}{for_each_head(node)}, ", body, indent)
                if head != "- "
                else _shifted(f"{for_each_head(node)}, ", body, indent)
            )
        case nodes.ForEach(_, _, body) if _has_list(body):
            yield OutLine(indent, f"{head}{for_each_head(node)}:", start, STEP)
            yield from _block(body, inner)
        case nodes.RowsThat() | nodes.EachNoun() if _has_list(node):
            yield from _records(head, node, indent)
        case nodes.IfThen(condition, nodes.ListOf() as then, None):
            yield from (
                _headed(f"{head}if {words(condition)}, then ", then, indent)
                if head != "- "
                else _shifted(f"if {words(condition)}, then ", then, indent)
            )
        case _:
            yield OutLine(indent, head + words(node), start, len(head) if head == "- " else STEP)


def _records(head: str, node: nodes.RowsThat | nodes.EachNoun, indent: int) -> Iterator[OutLine]:
    """Records with a list of what they have to meet, or of what takes them out."""
    bullet = head == "- "
    told = ("" if bullet else head) + rows_head(node)
    place = indent + (STEP if bullet else 0)
    excepting = node.excepting
    if isinstance(node.where, nodes.ListOf):
        lines = list(_headed(f"{told} where ", of_record(node.where), place))
        if excepting is not None:
            lines += _headed("except where ", of_record(excepting), place)
    else:
        where = f" where {words(of_record(node.where))}" if node.where is not None else ""
        assert excepting is not None
        lines = list(_headed(f"{told}{where}, except where ", of_record(excepting), place))
    first, *rest = lines
    yield OutLine(indent, f"- {first.text}" if bullet else first.text, node.span.start, STEP)
    yield from rest


def _shifted(head: str, node: nodes.Condition, indent: int) -> Iterator[OutLine]:
    """A headed statement in a bullet: its text column is the level of its list."""
    first, *rest = _headed(head, node, indent + STEP)
    yield OutLine(indent, "- " + first.text, first.offset, STEP)
    yield from rest


def _has_list(node: nodes.Condition) -> bool:
    node = spoken(node)
    match node:
        case nodes.ListOf():
            return True
        case nodes.ForEach(body=inner) | nodes.IfThen(then=inner):
            return _has_list(inner)
        case nodes.RowsThat(where=where, excepting=excepting) | nodes.EachNoun(where=where, excepting=excepting):
            return isinstance(where, nodes.ListOf) or isinstance(excepting, nodes.ListOf)
        case nodes.Unless(rule, exception):
            return _has_list(rule) or _has_list(exception)
        case _:
            return False


# ---- examples -------------------------------------------------------------------------------------------------------


def _patient(example: nodes.ExamplePatient) -> Iterator[OutLine]:
    like = f", like {example.like}" if example.like else ""
    yield OutLine(STEP, f"patient {example.name}{like}", example.span.start)
    for line in example.lines:
        if isinstance(line.value, nodes.RowsTable):
            yield OutLine(2 * STEP, f"{line.name}:", line.span.start)
            for row in _aligned([line.value.names, *line.value.rows]):
                yield OutLine(3 * STEP, row, line.value.span.start)
        else:
            yield OutLine(2 * STEP, f"{line.name}: {line.value}", line.span.start, STEP)


def _table(example: nodes.ExampleTable) -> Iterator[OutLine]:
    yield OutLine(STEP, f"patients like {example.like}", example.span.start)
    cells = [("", *example.names), *((row[0].name, *(str(cell.value) for cell in row)) for row in example.rows)]
    starts = [example.span.start, *(row[0].span.start for row in example.rows)]
    for text, start in zip(_aligned(cells), starts, strict=True):
        yield OutLine(2 * STEP, text, start)


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


# ---- comments and width ---------------------------------------------------------------------------------------------


def _with_comments(lines: Iterable[OutLine], comments: tuple[Comment, ...]) -> Iterator[str]:
    """Put each comment back: on the line it stood on, or above the line that followed it."""
    printed = list(lines)
    placed = sorted((line.offset, at) for at, line in enumerate(printed) if line.offset is not None)
    above: dict[int, list[str]] = {}
    behind: dict[int, list[str]] = {}
    for comment in comments:
        at = None
        if not comment.alone:
            at = next((at for offset, at in reversed(placed) if offset <= comment.start), None)
        if at is not None:
            behind.setdefault(at, []).append(comment.text)
        else:
            at = next((at for offset, at in placed if offset > comment.start), len(printed))
            above.setdefault(at, []).append(comment.text)
    for at, line in enumerate(printed):
        for text in above.get(at, ()):
            yield " " * line.indent + text
        wrapped = list(_wrapped(line))
        if at in behind:
            wrapped[-1] += "  " + " ".join(behind[at])
        yield from wrapped
    yield from above.get(len(printed), ())


def _wrapped(line: OutLine) -> Iterator[str]:
    """Break a line of a rule where it is too long, after a comma if one fits."""
    indent, text = line.indent, line.text
    while line.hang is not None and indent + len(text) > WIDTH:
        cut = _cut(text, WIDTH - indent)
        if cut is None:
            break
        yield " " * indent + text[:cut].rstrip()
        text = text[cut:].lstrip()
        indent = line.indent + line.hang
    yield (" " * indent + text).rstrip()


def _cut(text: str, room: int) -> int | None:
    """Where a line is best broken, so that what goes on still belongs to it."""
    spaces = [at for at, letter in enumerate(text[: room + 1]) if letter == " "]
    commas = [at for at in spaces if at >= 20 and text[at - 1] == "," and _parts_clauses(text, at + 1)]
    joints = [at for at in spaces if at >= room * 0.4 and JOINT.match(text, at + 1)]
    for at in (*reversed(commas), *reversed(joints), *reversed(spaces)):
        if at > len(text) - len(text.lstrip("- ")) and not _breaks_line(text[:at], text[at:].lstrip()):
            return at
    return None


def _parts_clauses(text: str, at: int) -> bool:
    """Whether the comma before a place is none of those in "A, B or C"."""
    return CLAUSE.match(text, at) is not None or " or " not in text[at:]


def _breaks_line(begun: str, rest: str) -> bool:
    """A line that ends in a colon opens a list; one that begins like a bullet, comment or quotation is one."""
    return begun.endswith(":") or rest.startswith(("#", ">")) or BULLET.match(rest) is not None
