"""A Word file with its styles, lists, running lines and settings: an empty one, or a sponsor's own."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any, Final

import docx
from attrs import define, field
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart

from protocol_dsl.render.forms import UnfitReference
from protocol_dsl.render.forms.word_parts import NAMESPACES, escaped, legal

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_TEMPLATE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_LANGUAGES: Final = {"en": ("en-US", "zh-CN"), "zh": ("en-US", "zh-CN")}
_PAGE: Final = """<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1474" w:right="1191" w:bottom="1361" \
w:left="1191" w:header="680" w:footer="624" w:gutter="0"/><w:cols w:space="708"/></w:sectPr>"""
_SETTINGS: Final = """<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl \
w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" \
w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"""
_FONTS: Final = """<w:font w:name="Arial"><w:altName w:val="Liberation Sans"/><w:family w:val="swiss"/></w:font>\
<w:font w:name="Microsoft YaHei"><w:altName w:val="Noto Sans CJK SC"/><w:family w:val="swiss"/></w:font>\
<w:font w:name="Courier New"><w:altName w:val="Liberation Mono"/><w:family w:val="modern"/></w:font>"""
_AFTER_VARIABLES: Final = (
    *("w:rsids", "m:mathPr", "w:attachedSchema", "w:themeFontLang", "w:clrSchemeMapping"),
    *("w:doNotIncludeSubdocsInStats", "w:doNotAutoCompressPictures", "w:forceUpgrade", "w:captions"),
    *("w:readModeInkLockDown", "w:smartTagType", "sl:schemaLibrary", "w:shapeDefaults", "w:doNotEmbedSmartTags"),
    *("w:decimalSymbol", "w:listSeparator"),
)
"""What stands after the variables in the settings; and after the wish to have fields updated:"""
_AFTER_UPDATE: Final = (
    *("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat", "w:docVars"),
    *_AFTER_VARIABLES,
)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WIDTH: Final = 9524
_EMU_PER_TWIP: Final = 635
_BULLETS, _NUMBERS, _STATEMENTS = 1, 2, 3
"""Our lists, by their order."""


def opened(reference: bytes | None) -> Package:
    """An empty Word file with our styles, or a sponsor's own with the styles that it lacks, emptied.

    Raises UnfitReference where the sponsor's file is none of Word, or not whole.
    """
    try:
        document = docx.Document(io.BytesIO(_document_of(reference) if reference is not None else _empty()))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as problem:
        raise UnfitReference from problem
    package = Package(document)
    package.empty()
    package.add_styles(_resource("styles.xml"))
    package.add_lists(_resource("numbering.xml"))
    return package


@define
class Package:
    """A Word file in work, open in python-docx. `styles`: the ids of its styles by their names in small letters."""

    document: Any
    styles: dict[str, str] = field(factory=dict)
    _added: dict[str, Any] = field(factory=dict)
    _first: int = 0

    def style_id(self, name: str) -> str:
        """The id of a style by its name."""
        return self.styles[name.casefold()]

    def tabs(self, name: str) -> tuple[int, ...]:
        """Where the tabs of a style end."""
        styles = self.document.styles.element.findall(qn("w:style"))
        style = next(style for style in styles if style.get(qn("w:styleId")) == self.style_id(name))
        return tuple(int(tab.get(qn("w:pos"))) for tab in style.iterfind(f"{qn('w:pPr')}/{qn('w:tabs')}/{qn('w:tab')}"))

    @property
    def width(self) -> int:
        """The room for text from margin to margin."""
        section = self.document.sections[-1]
        page, sides = section.page_width, (section.left_margin, section.right_margin, section.gutter)
        return int(page - sum(side or 0 for side in sides)) // _EMU_PER_TWIP if page else _WIDTH

    def empty(self) -> None:
        """Take the text out; the last section stays, with the running lines that it takes from those before it."""
        body = self.document.element.body
        last = body.get_or_add_sectPr()
        sections = list(body.iter(qn("w:sectPr")))
        for kind in ("w:headerReference", "w:footerReference"):
            present = {each.get(qn("w:type")) for each in last.findall(qn(kind))}
            for each in (each for section in reversed(sections[:-1]) for each in section.findall(qn(kind))):
                if each.get(qn("w:type")) not in present:
                    present.add(each.get(qn("w:type")))
                    last.insert(0, deepcopy(each))
        for child in list(body):
            if child is not last:
                body.remove(child)

    def add_styles(self, ours: Any) -> None:
        """Add our styles where the file has none of the name."""
        styles = self.document.styles.element
        present = [style for style in styles.findall(qn("w:style")) if style.find(qn("w:name")) is not None]
        self.styles = {_name_of(style): style.get(qn("w:styleId")) for style in present}
        taken = set(self.styles.values())
        renamed: dict[str, str] = {}
        for style in ours.findall(qn("w:style")):
            name, id_ = _name_of(style), style.get(qn("w:styleId"))
            if name not in self.styles:
                self.styles[name] = id_ if id_ not in taken else f"{id_}Protocol"
                self._added[id_] = style
                style.set(qn("w:styleId"), self.styles[name])
                style.attrib.pop(qn("w:default"), None) if present else None
            renamed[id_] = self.styles[name]
        for style in self._added.values():
            for link in (*style.findall(qn("w:basedOn")), *style.findall(qn("w:next"))):
                link.set(qn("w:val"), renamed[link.get(qn("w:val"))])
            styles.append(style)
        if not present:
            for defaults in reversed([each for each in ours if each.tag != qn("w:style")]):
                styles.insert(0, defaults)

    def add_lists(self, ours: Any) -> None:
        """Add our lists. Styles of lists that the file has keep their own bullets and numbers."""
        numbering = self._numbering()
        abstracts = numbering.findall(qn("w:abstractNum"))
        first_abstract = max((int(each.get(qn("w:abstractNumId"))) for each in abstracts), default=0)
        self._first = max((int(each.get(qn("w:numId"))) for each in numbering.findall(qn("w:num"))), default=0)
        at = len(numbering.findall(qn("w:numPicBullet"))) + len(abstracts)
        for offset, each in enumerate(ours.findall(qn("w:abstractNum"))):
            _shift(each, "w:abstractNumId", first_abstract)
            for level in each.findall(qn("w:lvl")):
                for style in level.findall(qn("w:pStyle")):
                    if style.get(qn("w:val")) in self._added:
                        style.set(qn("w:val"), self._added[style.get(qn("w:val"))].get(qn("w:styleId")))
                    else:
                        level.remove(style)
            numbering.insert(at + offset, each)
            self._add_number(first_abstract + offset + 1)
        for style in self._added.values():
            for each in style.iter(qn("w:numId")):
                _shift(each, "w:val", self._first)

    def numbered(self, level: int, start: int) -> tuple[int, int]:
        """A new list that counts from `start`: its number and level, with the look of its style's list."""
        number, of_style = self._list_of("List Number", level) or (self._first + _NUMBERS, level)
        found = [each for each in self._numbering().findall(qn("w:num")) if each.get(qn("w:numId")) == str(number)]
        abstract = int(found[0].find(qn("w:abstractNumId")).get(qn("w:val")))
        override = f'<w:lvlOverride w:ilvl="{of_style}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        return self._add_number(abstract, override), of_style

    def bulleted(self, level: int) -> tuple[int, int] | None:
        """A list of bullets; None where its style has them."""
        return None if self._list_of("List Bullet", level) else (self._first + _BULLETS, level)

    def statement(self) -> int:
        """The number of the list of a statement's items."""
        return self._first + _STATEMENTS

    def add_running(self, header: str, footer: str) -> None:
        """Put paragraphs at the head and the foot of each page, under the head and above the foot that it has.

        A file that was made from one of ours has our lines already, perhaps of another document: they give way.
        """
        section = self.document.sections[-1]
        kinds = ["header", "footer"]
        if section.different_first_page_header_footer:
            kinds += ["first_page_header", "first_page_footer"]
        if self.document.settings.odd_and_even_pages_header_footer:
            kinds += ["even_page_header", "even_page_footer"]
        for kind in kinds:
            ours = header if kind.endswith("header") else footer
            part = getattr(section, kind)
            fresh = part.is_linked_to_previous
            part.is_linked_to_previous = False
            root = part._element
            for each in [each for each in root if fresh or _is_marked(each)]:
                root.remove(each)
            if len(root) and not root[-1].xpath(".//w:r"):
                root.remove(root[-1])
            for each in list(parse_xml(f"<w:hdr {NAMESPACES}>{ours or '<w:p/>'}</w:hdr>")):
                root.append(each)
                _mark(each)

    def add_body(self, xml: str) -> None:
        """Put the blocks of the body before its last section."""
        body = self.document.element.body
        last = body[-1]
        for block in list(parse_xml(f"<w:body {NAMESPACES}>{xml}</w:body>")):
            last.addprevious(block)

    def describe(self, title: str, language: str, created: datetime.datetime | None) -> None:
        """Set the document's title, language and date; what a sponsor's file says of itself does not hold of it."""
        core = self.document.core_properties
        for each in list(core._element):
            core._element.remove(each)
        core.title, core.language = legal(title)[:255], language
        if created is not None:
            core.created = core.modified = created
        western, eastern = _LANGUAGES.get(language.partition("-")[0], (language, "zh-CN"))
        properties = self._default_run_properties()
        for each in properties.findall(qn("w:lang")):
            properties.remove(each)
        lang = f'<w:lang {NAMESPACES} w:val="{escaped(western)}" w:eastAsia="{eastern}" w:bidi="ar-SA"/>'
        properties.insert_element_before(parse_xml(lang), "w:eastAsianLayout", "w:specVanish", "w:oMath")

    def set_variables(self, variables: Mapping[str, str]) -> None:
        """Keep values beside the text, where a reader of the file finds them."""
        settings = self.document.settings.element
        for each in settings.findall(qn("w:docVars")):
            settings.remove(each)
        if variables:
            each = "".join(
                f'<w:docVar w:name="{escaped(name)}" w:val="{escaped(value)}"/>' for name, value in variables.items()
            )
            settings.insert_element_before(parse_xml(f"<w:docVars {NAMESPACES}>{each}</w:docVars>"), *_AFTER_VARIABLES)

    def update_fields(self) -> None:
        """Have Word put in the numbers of pages when it opens the file."""
        settings = self.document.settings.element
        for each in settings.findall(qn("w:updateFields")):
            settings.remove(each)
        settings.insert_element_before(parse_xml(f'<w:updateFields {NAMESPACES} w:val="true"/>'), *_AFTER_UPDATE)

    def lay_out_as_now(self) -> None:
        """Have lines laid out as Word 2013 and later does: earlier ones leave out ruled spaces at the end of a line."""
        for each in self.document.settings.element.iter(qn("w:compatSetting")):
            if each.get(qn("w:name")) == "compatibilityMode":
                each.set(qn("w:val"), "15")

    def saved(self) -> bytes:
        """The file: the same bytes for the same content."""
        saved, packed = io.BytesIO(), io.BytesIO()
        self.document.save(saved)
        with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as target:
            for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                _write(target, name, source.read(name))
        return packed.getvalue()

    def _numbering(self) -> Any:
        part = self.document.part
        try:
            return part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
        except KeyError:
            element = parse_xml(f"<w:numbering {NAMESPACES}/>")
            made = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, element, part.package)
            part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
            return element

    def _add_number(self, abstract: int, override: str = "") -> int:
        numbering = self._numbering()
        number = max((int(each.get(qn("w:numId"))) for each in numbering.findall(qn("w:num"))), default=0) + 1
        numbering.insert_element_before(
            parse_xml(
                f'<w:num {NAMESPACES} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'
            ),
            "w:numIdMacAtCleanup",
        )
        return number

    def _list_of(self, name: str, level: int) -> tuple[int, int] | None:
        """The list of a style: its number, and the level of it."""
        id_ = self.style_id(name if level == 0 else f"{name} {level + 1}")
        styles = self.document.styles.element
        for style in (each for each in styles.findall(qn("w:style")) if each.get(qn("w:styleId")) == id_):
            for number in style.iter(qn("w:numId")):
                levels = [int(each.get(qn("w:val"))) for each in style.iter(qn("w:ilvl"))]
                return int(number.get(qn("w:val"))), levels[0] if levels else 0
        return None

    def _default_run_properties(self) -> Any:
        """What holds of each run: made where the file does not say it."""
        place = self.document.styles.element
        for tag, successors in (
            ("w:docDefaults", ("w:latentStyles", "w:style")),
            ("w:rPrDefault", ("w:pPrDefault",)),
            ("w:rPr", ()),
        ):
            found = place.find(qn(tag))
            if found is None:
                found = parse_xml(f"<{tag} {NAMESPACES}/>")
                place.insert_element_before(found, *successors)
            place = found
        return place


def _shift(element: Any, attribute: str, by: int) -> None:
    element.set(qn(attribute), str(int(element.get(qn(attribute))) + by))


def _name_of(style: Any) -> str:
    return str(style.find(qn("w:name")).get(qn("w:val"))).casefold()


def _resource(name: str) -> Any:
    return parse_xml((resources.files("protocol_dsl.render") / "templates" / "word" / name).read_bytes())


def _document_of(reference: bytes) -> bytes:
    """A Word file; a template (.dotx) counts as one."""
    with zipfile.ZipFile(io.BytesIO(reference)) as source:
        kinds = source.read("[Content_Types].xml")
        if _TEMPLATE.encode() not in kinds:
            return reference
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "[Content_Types].xml":
                    content = content.replace(_TEMPLATE.encode(), CONTENT_TYPE.WML_DOCUMENT_MAIN.encode())
                _write(target, name, content)
        return packed.getvalue()


def _write(target: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    target.writestr(entry, content)


@cache
def _empty() -> bytes:
    """A Word file of one empty section."""
    kinds = CONTENT_TYPE
    names = f'{NAMESPACES} xmlns:mc="{_COMPATIBILITY}" mc:Ignorable="w14"'
    parts = {
        "document": (kinds.WML_DOCUMENT_MAIN, f"<w:document {names}><w:body>{_PAGE}</w:body></w:document>"),
        "styles": (kinds.WML_STYLES, f"<w:styles {NAMESPACES}/>"),
        "numbering": (kinds.WML_NUMBERING, f"<w:numbering {NAMESPACES}/>"),
        "settings": (kinds.WML_SETTINGS, f"<w:settings {NAMESPACES}>{_SETTINGS}</w:settings>"),
        "fontTable": (kinds.WML_FONT_TABLE, f"<w:fonts {NAMESPACES}>{_FONTS}</w:fonts>"),
    }
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>' for name, (kind, _) in parts.items()
    )
    relations = "".join(
        _relation(f"rId{number}", f"{_OFFICE}/{name}", f"{name}.xml")
        for number, name in enumerate(parts, 0)
        if name != "document"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{kinds.OPC_RELATIONSHIPS}"/>'
            f'<Default Extension="xml" ContentType="{kinds.XML}"/>{types}</Types>',
            "_rels/.rels": _relations(_relation("rId1", f"{_OFFICE}/officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": _relations(relations),
            **{f"word/{name}.xml": content for name, (_, content) in parts.items()},
        }.items():
            _write(target, name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}'.encode())
    return packed.getvalue()


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _relation(id_: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>'


def _mark(line: Any) -> None:
    """Mark a running line as ours, by a bookmark that is named by its words."""
    if line.tag == qn("w:p") and _words_in(line):
        name, id_ = _mark_of(line), zlib.crc32(_words_in(line).encode()) >> 1
        marks = f'<w:bookmarkStart w:id="{id_}" w:name="{name}"/><w:bookmarkEnd w:id="{id_}"/>'
        at = len(line.findall(qn("w:pPr")))
        line[at:at] = list(parse_xml(f"<w:p {NAMESPACES}>{marks}</w:p>"))


def _is_marked(line: Any) -> bool:
    """Whether a running line is ours; it is the sponsor's as soon as its words are changed."""
    names = {each.get(qn("w:name")) for each in line.iter(qn("w:bookmarkStart"))}
    return line.tag == qn("w:p") and _mark_of(line) in names


def _mark_of(line: Any) -> str:
    return f"running_{zlib.crc32(_words_in(line).encode()):08x}"


def _words_in(line: Any) -> str:
    """The letters of a line: the page numbers in it are counted anew by each program."""
    return "".join(sign for each in line.iter(qn("w:t")) for sign in each.text or "" if sign.isalpha())
