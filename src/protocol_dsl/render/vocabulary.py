"""What a sponsor's template may give: its elements, classes and attributes, what stands in what, and well-formed XHTML.

A form leaves out without a word what it does not know, so everything is looked at before a form is made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import unescape
from typing import Final
from xml.parsers import expat

from attrs import define, field, frozen

from protocol_dsl.diagnostics import nearest
from protocol_dsl.render.markup import BLOCKS, INLINE

ELEMENTS: Final = tuple(sorted(BLOCKS | INLINE))

_FLOW: Final = frozenset(
    ("h1", "h2", "h3", "h4", "p", "ul", "ol", "dl", "table", "blockquote", "section", "div", "details", "nav")
)
_LINE: Final = INLINE
_MIXED: Final = _FLOW | INLINE

WITH_TEXT: Final = frozenset(
    (*("p", "h1", "h2", "h3", "h4", "li", "dt", "dd", "td", "th", "caption", "summary"), *(INLINE - {"br"}))
)
"""Elements in which words may stand by themselves."""

CHILDREN: Final[Mapping[str, frozenset[str]]] = {
    "article": _FLOW | {"header", "footer"},
    **dict.fromkeys(("header", "footer"), frozenset({"p"})),
    **dict.fromkeys(("ul", "ol"), frozenset({"li"})),
    "dl": frozenset({"dt", "dd"}),
    "table": frozenset({"caption", "thead", "tbody", "tr"}),
    **dict.fromkeys(("thead", "tbody"), frozenset({"tr"})),
    "tr": frozenset({"th", "td"}),
    **dict.fromkeys(("nav", "br"), frozenset[str]()),
    **dict.fromkeys(("blockquote", "section", "div"), _FLOW),
    "details": _FLOW | {"summary"},
    **dict.fromkeys(("li", "dd", "td", "th"), _MIXED),
    "summary": _LINE | {"h2", "h3", "h4"},
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "dt", "caption", "b", "i", "code", "a", "span"), _LINE),
}
"""What may stand directly in each element."""

_RESULTS: Final = ("pass", "fail", "unknown", "not_applicable")
_FRAMES: Final = ("keep", "row", "stamp", "under", "statement", "pagebreak")
CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("header", "footer"), ("running",)),
    **dict.fromkeys(("h1", "h2", "h3", "h4"), ("unlisted",)),
    "nav": ("contents",),
    "p": ("lead", "quiet", "part", "note"),
    "table": ("grid", "plain"),
    **dict.fromkeys(("th", "td"), ("num",)),
    **dict.fromkeys(("section", "div"), _FRAMES),
    "span": ("mono", "given", "quiet", "nowrap", *_RESULTS, "blank", "box", "ticked", "page", "pages"),
}
_EVERYWHERE: Final = ("class", "id", "lang")
ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "article": ("title",),
    "ol": ("start",),
    "table": ("data-widths",),
    "th": ("scope", "colspan", "rowspan"),
    "td": ("colspan", "rowspan"),
    "details": ("open",),
    "a": ("href",),
    "div": ("data-statement",),
    "span": ("data-size", "data-lead"),
}
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")
_VALUES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "data-size": (re.compile("date|time|short|long|line"), "date, time, short, long or line"),
    "scope": (re.compile("row|col|rowgroup|colgroup"), "row or col"),
    "open": (re.compile("open"), "open"),
    "href": (re.compile("#.+"), "# and the id of a place in the document, such as #I1"),
    "data-widths": (re.compile(r"[0-9]*\.?[0-9]+( +[0-9]*\.?[0-9]+)*"), "the percents of the columns, such as 20 80"),
    **dict.fromkeys(("colspan", "rowspan", "start"), (_NUMBER, "a whole number from 1")),
}
_MEANT: Final = {
    **dict.fromkeys(("strong", "u"), "b"),
    **dict.fromkeys(("em", "q"), "i"),
    **dict.fromkeys(("h5", "h6"), "h4"),
    **dict.fromkeys(("tt", "pre"), "code"),
    **dict.fromkeys(("font", "label"), "span"),
    **dict.fromkeys(("main", "aside"), "section"),
    "center": "p",
    "tfoot": "tbody",
    "hr": "div",
}
"""Elements of HTML that documents have not, and what comes near."""
_VOID: Final = frozenset(("br", "hr", "img", "col", "input", "meta", "link", "wbr"))
_EMPTY_CLASSES: Final = frozenset(("blank", "box", "page", "pages", "pagebreak"))


@frozen
class MarkupProblem:
    """One thing that a form could not show. `at`: where in what the template gives; `found`: the words to point at."""

    code: str
    variant: str | None
    at: int
    found: str
    values: Mapping[str, str] = field(factory=dict)


def markup_problems(text: str, own_classes: Collection[str] = ()) -> list[MarkupProblem]:
    """All that is wrong with what a template gives. `own_classes`: those that a sponsor's style knows."""
    return _Checker(text, frozenset(own_classes)).problems()


@define
class _Open:
    """An element that has begun. `columns`: of a table, and of a row so far; `lines`: the `p` of a running line."""

    tag: str
    at: int
    classes: frozenset[str]
    widths: int = 0
    columns: int = 0
    lines: int = 0
    told_of_text: bool = False


class _Checker:
    """Looks at one text, element by element."""

    def __init__(self, text: str, own_classes: frozenset[str]):
        self.text = text
        self.data = text.encode("utf-8")
        self.own_classes = own_classes
        self.found: list[MarkupProblem] = []
        self.open: list[_Open] = []

    def problems(self) -> list[MarkupProblem]:
        self.parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            first = self._ill_formed(error.code, self._offset(max(0, parser.ErrorByteIndex)))
            # What stands in an element that is not closed seems to be in a wrong place, and is not.
            return [*(each for each in self.found if each.at < first.at), first]
        return self.found

    def _offset(self, byte: int) -> int:
        return len(self.data[:byte].decode("utf-8", "ignore"))

    def _here(self) -> int:
        return self._offset(self.parser.CurrentByteIndex)

    def _tell(self, code: str, variant: str | None, found: str, **values: str) -> None:
        self.found.append(MarkupProblem(code, variant, self._here(), found, values))

    # Elements

    def _doctype(self, *_: object) -> None:
        self._tell("D103", "doctype", "<!DOCTYPE")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        outer = self.open[-1] if self.open else None
        opened = _Open(tag, self._here(), frozenset(attributes.get("class", "").split()))
        self.open.append(opened)
        if outer is None and tag != "article":
            self._tell("D103", "root", f"<{tag}", name=tag)
        if tag not in CHILDREN:
            near = _MEANT.get(tag) or next(iter(nearest(tag.casefold(), ELEMENTS)), "")
            self._tell(
                "D108",
                "element_nearest" if near else "element",
                f"<{tag}",
                name=tag,
                nearest=near,
                known=_all(ELEMENTS),
            )
            return
        if outer is not None and outer.tag in CHILDREN and tag not in CHILDREN[outer.tag]:
            self._misplaced(tag, outer)
        if outer is not None and outer.classes & _EMPTY_CLASSES:
            self._tell("D109", "empty", f"<{tag}", outer=_shown(outer))
        self._attributes(tag, attributes)
        self._count(opened, outer, attributes)

    def _misplaced(self, tag: str, outer: _Open) -> None:
        allowed = CHILDREN[outer.tag]
        if not allowed:
            self._tell("D109", "empty", f"<{tag}", outer=_shown(outer))
        else:
            self._tell("D109", "element", f"<{tag}", name=tag, outer=_shown(outer), known=_all(sorted(allowed)))

    def _attributes(self, tag: str, attributes: dict[str, str]) -> None:
        known = (*_EVERYWHERE, *ATTRIBUTES.get(tag, ()))
        for name, value in attributes.items():
            if name not in known:
                near = next(iter(nearest(name, known)), "")
                variant = "attribute_nearest" if near else "attribute"
                self._tell("D108", variant, name, name=name, tag=tag, nearest=near, known=_all(known))
            elif name in _VALUES and not _VALUES[name][0].fullmatch(value.strip()):
                self._tell(
                    "D108", "value", f'{name}="{value}"', name=name, value=value, tag=tag, known=_VALUES[name][1]
                )
        classes = CLASSES.get(tag, ())
        for name in attributes.get("class", "").split():
            if name not in classes and name not in self.own_classes:
                near = next(iter(nearest(name, classes)), "")
                variant = "class_nearest" if near else "class" if classes else "no_class"
                self._tell("D108", variant, name, name=name, tag=tag, nearest=near, known=_all(classes))
        needed = {"article": ("lang", "title"), "a": ("href",)}.get(tag, ())
        for name in needed:
            if name not in attributes:
                self._tell("D108", "needed", f"<{tag}", name=name, tag=tag)
        if tag in ("header", "footer", "nav") and not attributes.get("class"):
            self._tell("D108", "needed_class", f"<{tag}", tag=tag, known=classes[0])

    def _count(self, opened: _Open, outer: _Open | None, attributes: dict[str, str]) -> None:
        if opened.tag == "table":
            widths = attributes.get("data-widths", "").strip()
            opened.widths = len(widths.split()) if _VALUES["data-widths"][0].fullmatch(widths) else 0
        if opened.tag in ("td", "th") and outer is not None:
            span = attributes.get("colspan", "1")
            outer.columns += int(span) if _NUMBER.fullmatch(span) else 1
        if outer is not None and outer.tag in ("header", "footer") and opened.tag == "p":
            outer.lines += 1
            if outer.lines == 3:
                self._tell("D109", "running", "<p", outer=_shown(outer))

    def _end(self, tag: str) -> None:
        closed = self.open.pop()
        if tag == "tr":
            table = next((one for one in reversed(self.open) if one.tag == "table"), None)
            if table is not None:
                table.columns = max(table.columns, closed.columns)
        if tag == "table" and closed.widths and closed.columns and closed.widths != closed.columns:
            values = {"widths": str(closed.widths), "columns": str(closed.columns)}
            self.found.append(MarkupProblem("D108", "widths", closed.at, "data-widths", values))

    def _words(self, text: str) -> None:
        words = text.strip()
        if not words or not self.open:
            return
        outer = self.open[-1]
        empty = bool(outer.classes & _EMPTY_CLASSES) or outer.tag in ("nav", "br")
        if outer.told_of_text or outer.tag not in CHILDREN or (outer.tag in WITH_TEXT and not empty):
            return
        outer.told_of_text = True
        lead = len(text) - len(text.lstrip())
        variant = "empty" if empty else "text"
        allowed = _all(sorted(CHILDREN[outer.tag]))
        values = {"outer": _shown(outer), "known": allowed, "text": words}
        self.found.append(MarkupProblem("D109", variant, self._here() + lead, words, values))

    # What is not well-formed

    def _ill_formed(self, code: int, at: int) -> MarkupProblem:
        text, before = self.text, self.text[:at]
        errors = expat.errors.codes
        if code == errors[expat.errors.XML_ERROR_UNDEFINED_ENTITY] and (entity := re.match(r"&(\w+);", text[at:])):
            return self._entity(at, entity[0])
        if code == errors[expat.errors.XML_ERROR_TAG_MISMATCH]:
            return self._mismatched(at)
        if code == errors[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
            return MarkupProblem("D103", "after", at, _line_of(text, at), {"text": _line_of(text, at)})
        if not self.open and (code == errors[expat.errors.XML_ERROR_SYNTAX] or not text.strip()):
            return MarkupProblem("D103", "before" if text.strip() else "nothing", at, _line_of(text, at))
        if code == errors[expat.errors.XML_ERROR_NO_ELEMENTS] and self.open:
            return self._unclosed(self.open[-1], "")
        if reference := re.search(r"&[\w#]*$", before):
            return MarkupProblem("D107", "ampersand", reference.start(), _word_at(text, reference.start()))
        if text.startswith("&", at):
            return MarkupProblem("D107", "ampersand", at, _word_at(text, at))
        start = at if text.startswith("<", at) else before.rfind("<")
        if start < 0:
            return MarkupProblem("D107", None, at, _line_of(text, at), {"found": _line_of(text, at)})
        return self._in_tag(at, start)

    def _in_tag(self, at: int, start: int) -> MarkupProblem:
        """A tag or comment that does not end as it should, from `start`; the reader stopped at `at`."""
        text = self.text
        if text.startswith("<!--", start):
            return MarkupProblem("D107", "comment", start, "<!--")
        if not re.match(r"</?[A-Za-z]", text[start:]):
            return MarkupProblem("D107", "less", start, _line_of(text, start)[:20])
        before = self.text[:at].rfind("<")
        if text.startswith("<", at) and before >= 0 and _is_open(text[before:at]):
            return MarkupProblem("D107", "tag", before, _tag(text, before), {"found": _tag(text, before)})
        tag = re.match(r"<[^<>]*>?", text[start:])
        found = tag[0] if tag else _line_of(text, start)
        return MarkupProblem("D107", "tag" if not found.endswith(">") else "quotes", start, found, {"found": found})

    def _entity(self, at: int, written: str) -> MarkupProblem:
        sign = unescape(written)
        if sign == written:
            return MarkupProblem("D107", "entity_unknown", at, written, {"found": written})
        if sign in "&<>":  # written in capitals
            return MarkupProblem("D107", "entity", at, written, {"found": written, "right": written.casefold()})
        right = f"&#{ord(sign[0])};"
        shown = f"{right}, or the character itself" if sign == "\u00a0" else f"{sign}, the sign itself, or {right}"
        return MarkupProblem("D107", "entity", at, written, {"found": written, "right": shown})

    def _mismatched(self, at: int) -> MarkupProblem:
        start = self.text.rfind("</", 0, at + 1)
        name = re.match(r"[^\s>]*", self.text[start + 2 :])
        closing = name[0] if name else ""
        if self.open and (closing in {one.tag for one in self.open} or self.open[-1].tag in _VOID):
            return self._unclosed(self.open[-1], closing)
        if self.open and closing.casefold() == self.open[-1].tag.casefold():
            values = {"found": closing, "opened": self.open[-1].tag}
            return MarkupProblem("D107", "case", self.open[-1].at, f"<{self.open[-1].tag}", values)
        return MarkupProblem("D107", "unopened", start, f"</{closing}>", {"found": closing})

    def _unclosed(self, opened: _Open, closing: str) -> MarkupProblem:
        written = _tag(self.text, opened.at)
        if opened.tag in _VOID:
            return MarkupProblem("D107", "void", opened.at, written, {"found": written, "tag": opened.tag})
        before = f"</{closing}>" if closing else "the end"
        return MarkupProblem("D107", "unclosed", opened.at, written, {"tag": opened.tag, "before": before})


def _is_open(tag: str) -> bool:
    """Whether a tag does not end, or ends only in a quotation."""
    return ">" not in re.sub(r'"[^"]*"?', "", tag)


def _shown(opened: _Open) -> str:
    empty = sorted(opened.classes & _EMPTY_CLASSES)
    return f'<{opened.tag} class="{empty[0]}">' if empty else f"<{opened.tag}>"


def _all(names: Collection[str]) -> str:
    return ", ".join(names)


def _line_of(text: str, at: int) -> str:
    return text[at:].partition("\n")[0].strip()


def _word_at(text: str, at: int) -> str:
    found = re.match(r"&[\w#]*", text[at:])
    return found[0] if found else "&"


def _tag(text: str, at: int) -> str:
    found = re.match(r"<[^<>\n]*>?", text[at:])
    return found[0] if found else "<"
