"""The pages of the documentation, taken apart into the blocks that can be run. See `test_docs.py`."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import define, field, frozen

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")
_CONTEXT = re.compile(r"<!-- context\n(?P<text>.*?)-->", re.DOTALL)
_GENERATED = re.compile(r"<!-- generated: (?P<name>[\w ]+) -->\n(?P<text>.*?)<!-- end of generated -->", re.DOTALL)
_HEADING = re.compile(r"#+ +(?P<title>.+)$")


@frozen
class Block:
    """A fenced block. `line`: where its text begins, from 1; `context`: the declarations that hold there."""

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    options: dict[str, str]
    text: str
    context: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@define
class Page:
    """A page that is being run; `corrected` collects the blocks whose text should be another."""

    path: Path
    text: str = field(init=False)
    corrected: list[tuple[Block, str]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.text = self.path.read_text(encoding="utf-8")

    def blocks(self) -> list[Block]:
        """The fenced blocks of the page, in its order."""
        contexts = [(self.text.count("\n", 0, found.end()), found["text"]) for found in _CONTEXT.finditer(self.text)]
        hidden = {
            line
            for found in _CONTEXT.finditer(self.text)
            for line in range(self.text.count("\n", 0, found.start()), self.text.count("\n", 0, found.end()))
        }
        blocks: list[Block] = []
        shown: list[tuple[int, str]] = []
        opened: tuple[int, re.Match[str]] | None = None
        lines = self.text.split("\n")
        for number, line in enumerate(lines):
            fence = _FENCE.match(line)
            if fence is None or number in hidden:
                continue
            if opened is None:
                opened = (number, fence)
                continue
            first, head = opened
            if fence["ticks"] != head["ticks"] or fence["info"]:
                continue  # a block within the block, such as one that a command prints
            indent = len(head["indent"])
            language, *more = head["info"].split() or [""]
            text = "".join(f"{one[indent:]}\n" for one in lines[first + 1 : number])
            if language == "protocol" and "context" in more:
                shown.append((first, text))
            blocks.append(
                Block(
                    self.path,
                    first + 2,
                    language,
                    tuple(word for word in more if "=" not in word),
                    dict(word.split("=", 1) for word in more if "=" in word),
                    text,
                    max(((at, held) for at, held in (*contexts, *shown) if at <= first), default=(0, ""))[1],
                )
            )
            opened = None
        assert opened is None, f"{self.path}: a block is not closed"
        return blocks

    def generated(self) -> list[tuple[str, str]]:
        """The generated parts of the page: name and text."""
        return [(found["name"], found["text"]) for found in _GENERATED.finditer(self.text)]

    def write_corrected(self, generated: dict[str, str]) -> None:
        """Write the page with the blocks and generated parts as they should be."""
        lines = self.text.split("\n")
        for block, text in sorted(self.corrected, key=lambda one: -one[0].line):
            start = block.line - 1
            lines[start : start + block.text.count("\n")] = text.rstrip("\n").split("\n") if text.strip() else []
        whole = _GENERATED.sub(
            lambda found: f"<!-- generated: {found['name']} -->\n{generated[found['name']]}<!-- end of generated -->",
            "\n".join(lines),
        )
        self.path.write_text(whole, encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found = (_HEADING.match(line) for line in path.read_text(encoding="utf-8").split("\n"))
    return {re.sub(r"[^\w\- ]", "", head["title"].casefold()).replace(" ", "-") for head in found if head}


def links(path: Path) -> list[str]:
    """The targets of a page's links to other pages and headings."""
    text = re.sub(r"(`{3,}).*?\1", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def first_column(path: Path, heading: str) -> list[str]:
    """The words in backticks that begin the rows of the table under a heading."""
    section = path.read_text(encoding="utf-8").partition(f"# {heading}\n")[2]
    section = re.split(r"^#+ ", section, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE)
