"""The diagnostics that there are, one page each in `pages/CODE.md`, and the making of one from its page.

The page of a rule of the wording review is the docstring of its module, `lint/rules/CODE_NAME.py`, of the same form. It
is read as text: nothing of that package is imported here.

A page begins with its front matter, between two lines of `---`:

    title: A name that is not declared
    severity: error
    message: "{name}" is not a declared name.
    hint: Declare it under "data" or "definitions".
    hint nearest: Did you mean "{nearest}"?
      This line goes on with the text above, and the next is a line of its own to copy:
        {nearest} is at least 50%
    label: this name
    fix nearest: likely

What explanations of patients tell in other languages too has its messages in these: `zh message: …`.

`label` (optional) stands beside the place in the text. `message NAME` and `hint NAME` are variants, chosen by
`report(..., variant=NAME)`. `fix` (optional, by variant too) grades what the hint's lines to copy change in the file:
certain, likely (so without it) or to fill in. A line indented by two spaces continues the text; one indented by four or
more is kept as a line of its own. `{placeholders}` are filled by `report`, always literally.

After the front matter comes what `protocol-dsl explain CODE` shows: what it means, the reason for the rule, then
`## Wrong` and `## Right`, each with fenced blocks to read and copy.
"""

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Self

import attrs
from attrs import field

from protocol_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Grade, Label, Severity
from protocol_dsl.diagnostics.suggest import nearest
from protocol_dsl.diagnostics.visible import visible
from protocol_dsl.source import SourceText, Span

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LONGEST_VALUE: Final = 60
LONGEST_LINE: Final = 300
GAP: Final = "…"
"""Stands in a line to copy for what only the writer can say."""

_FILE: Final = re.compile(r"[A-Zl][0-9]{3}(?=\.md$|_\w+\.py$)")
_ENTRY: Final = re.compile(r"(?P<key>title|severity|label|(?:(?:zh )?message|hint|fix)(?: [a-z0-9_]+)?): ?(?P<text>.*)")
_WHOLE_LINE: Final = re.compile(r"\s*\{(?P<name>\w+)\}")
_BLOCK: Final = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class UnknownCodeError(KeyError):
    """There is no diagnostic of this code; `nearest` is a code that there is, if one is near."""

    def __init__(self, code: str, nearest: str | None):
        super().__init__(code)
        self.code = code
        self.nearest = nearest


class Copyable(str):
    """A value for a template that is a text to copy: never cut short, its line breaks kept.

    `edit`: what in the file the text stands for, where it can take the place of what was written there.
    """

    __slots__ = ("edit",)
    edit: Edit | None

    def __new__(cls, text: str, edit: Edit | None = None) -> Self:
        made = super().__new__(cls, text)
        made.edit = edit
        return made

    @classmethod
    def in_place_of(cls, span: Span, text: str) -> Self:
        """A text to copy that can take the place of a span."""
        return cls(text, Edit(span, text))


@attrs.frozen
class Page:
    """One diagnostic's page. `entries` are its templates by their key: "message", "hint", "hint nearest", "label".

    `translated`: of each other language in which there are messages, these by their key.
    """

    code: str
    title: str
    severity: Severity
    entries: Mapping[str, str]
    body: str
    translated: Mapping[str, Mapping[str, str]] = field(factory=dict)

    @property
    def markdown(self) -> str:
        """The page as `explain` shows it."""
        return f"# {self.code}: {self.title}\n\n{self.body}"

    @property
    def wrong(self) -> tuple[str, ...]:
        """The blocks under "Wrong"."""
        return self._blocks("Wrong")

    @property
    def right(self) -> tuple[str, ...]:
        """The blocks under "Right"."""
        return self._blocks("Right")

    def _blocks(self, heading: str) -> tuple[str, ...]:
        _, _, section = self.body.partition(f"## {heading}\n")
        section = re.split(r"^## ", section, maxsplit=1, flags=re.MULTILINE)[0]
        return tuple(block["text"] for block in _BLOCK.finditer(section))

    def template(self, key: str, variant: str | None, language: str | None = None) -> str | None:
        """A template by its key, in the variant where the page has one."""
        entries = self.entries if language is None else self.translated[language]
        return entries.get(f"{key} {variant}", entries.get(key))


def report(
    code: str,
    source: SourceText | str,
    span: Span | None,
    /,
    *,
    variant: str | None = None,
    labels: tuple[Label, ...] = (),
    where: str | None = None,
    **values: object,
) -> Diagnostic:
    """A diagnostic from its page's templates, filled with `values`. `source` is the text, or the file's shown name.

    Values are inserted literally, cut to 60 characters (but a `Copyable`, which is kept whole). Where `nearest` is
    given, `line` is the line of the text with `nearest` in place of the span, to copy.
    A code without a page, a variant that the page has not, or a missing value is a KeyError: a mistake of the caller.
    """
    found = page(code)
    if "nearest" in values:
        values.setdefault("line", corrected_line(source, span, str(values["nearest"])))
    if variant is not None and not {f"message {variant}", f"hint {variant}"} & found.entries.keys():
        raise KeyError(f"{code} has no variant {variant!r}")
    shown = {name: _shown(value) for name, value in values.items()}
    message, hint, label = (
        None if template is None else _filled(template, shown)
        for template in (
            found.template("message", variant),
            found.template("hint", variant),
            found.entries.get("label"),
        )
    )
    if message is None:
        raise KeyError(f"{code} has no message")
    if label is not None and span is not None and all(other.span != span for other in labels):
        labels = (Label(span, label), *labels)
    file = source if isinstance(source, str) else source.name
    fixes = () if isinstance(source, str) else _fixes(found, variant, values)
    translated = {
        language: _filled(template, {name: _word(name, text, language) for name, text in shown.items()})
        for language in found.translated
        if (template := found.template("message", variant, language)) is not None
    }
    return Diagnostic(found.code, found.severity, message, file, span, labels, hint, where, fixes, translated)


def _fixes(found: Page, variant: str | None, values: Mapping[str, object]) -> tuple[Fix, ...]:
    """What the hint's lines to copy change in the file, where they are whole lines made for a place."""
    grade = Grade(found.template("fix", variant) or Grade.LIKELY.value)
    lines = (_WHOLE_LINE.fullmatch(line) for line in (found.template("hint", variant) or "").split("\n"))
    proposed = [values[line["name"]] for line in lines if line]
    return tuple(
        Fix(Grade.TO_FILL_IN if GAP in each.edit.text else grade, str(each), each.edit)
        for each in proposed
        if isinstance(each, Copyable) and each.edit is not None
    )


@functools.cache
def codes() -> tuple[str, ...]:
    """All codes that have a page, in order."""
    return tuple(sorted(_files()))


def page(code: str) -> Page:
    """The page of a code, in either case; UnknownCodeError (a KeyError) where there is none."""
    return _page(code.strip().upper())


@functools.cache
def _page(code: str) -> Page:
    file = _files().get(code)
    if file is None:
        raise UnknownCodeError(code, next(iter(nearest(code, codes())), None))
    text = file.read_text(encoding="utf-8")
    _, front, body = (_docstring(text) if file.name.endswith(".py") else text).split("---\n", 2)
    entries = _entries(front)
    chinese = {key.removeprefix("zh "): entries.pop(key) for key in tuple(entries) if key.startswith("zh ")}
    translated = {"zh": chinese} if chinese else {}
    title, severity = entries.pop("title"), Severity(entries.pop("severity"))
    return Page(code, title, severity, entries, body.strip() + "\n", translated)


@functools.cache
def _files() -> "Mapping[str, Traversable]":
    """The files that hold pages, by their codes."""
    # Slow to import, and needed only where there is something to say.
    from importlib import resources

    package = resources.files("protocol_dsl")
    folders = (package / "diagnostics" / "pages", package / "lint" / "rules")
    files = [file for folder in folders for file in folder.iterdir()]
    return {named[0].upper(): file for file in files if (named := _FILE.match(file.name))}


def _docstring(text: str) -> str:
    """What stands between the first three quotation marks of a module and the next, where it is made to stand raw."""
    return text.split('"""', 2)[1]


def _entries(front: str) -> dict[str, str]:
    """The front matter: `key: text`, continued by indented lines (by four or more: a line of its own)."""
    entries: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in front.splitlines():
        if entry := _ENTRY.fullmatch(line):
            lines = entries.setdefault(entry["key"], [])
            lines.append(entry["text"])
        elif line.startswith("    "):
            lines.append(line[2:])
        elif line.startswith("  ") and lines and not lines[-1].startswith("  "):
            lines[-1] = f"{lines[-1]} {line.strip()}".strip()
        elif line.startswith("  "):
            lines.append(line.strip())
        elif not line:
            lines.append("")
        else:
            raise ValueError(f"front matter: {line!r}")
    return {key: "\n".join(lines).strip("\n") for key, lines in entries.items()}


def corrected_line(source: SourceText | str, span: Span | None, replacement: str) -> Copyable:
    """The line in which a span begins, with the span replaced; without a line at hand, the replacement alone."""
    if isinstance(source, str) or span is None:
        return Copyable(replacement)
    edit = Edit(span, replacement)
    number = source.line_of(span.start)
    start, line = source.line_start(number), source.line(number)
    if len(line) > LONGEST_LINE or span.end > start + len(line):
        return Copyable(replacement, edit)
    return Copyable((line[: span.start - start] + replacement + line[span.end - start :]).strip(), edit)


def _shown(value: object) -> str:
    """A value as a template shows it: nothing hidden in it reaches the reader, and nothing endless."""
    if isinstance(value, Copyable):
        return "\n".join(map(visible, value.split("\n")))
    text = visible(str(value))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + "…"


_PART: Final = re.compile(r"\{\w+\}")
_WORDS_IN: Final = frozenset({"found", "reason", "signs", "first"})
"""The values that can be words of ours, and not those of a record or a protocol."""


def _word(name: str, text: str, language: str) -> str:
    """A value in another language, where it is a word of ours; a text of a record in quotation marks as it is."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return f"“{text[1:-1]}”"
    return _translated(text, language) if name in _WORDS_IN else text


def _translated(text: str, language: str) -> str:
    words, patterns = _words(language)
    if text in words:
        return words[text]
    for pattern, template in patterns:
        if found := pattern.fullmatch(text):
            return template.format_map({name: words.get(part, part) for name, part in found.groupdict().items()})
    return text


@functools.cache
def _words(language: str) -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """What is put into messages, in another language: whole words, and patterns with what they turn into."""
    import tomllib
    from importlib import resources

    file = resources.files("protocol_dsl.diagnostics") / f"words.{language}.toml"
    words: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    patterns = (
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(english))), told)
        for english, told in words.items()
        if _PART.search(told)
    )
    return words, tuple(patterns)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled; further lines of a value are indented as its first one is."""
    lines = []
    for line in template.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(line.format_map({name: value.replace("\n", f"\n{indent}") for name, value in values.items()}))
    return "\n".join(lines)
