"""The forms of a document: HTML, Markdown, Word and PDF, each made from the same elements."""

import unicodedata
from collections.abc import Sequence


class MissingExtra(Exception):
    """A form needs a package that is not installed, by its name on the package index."""

    def __init__(self, package: str):
        self.package = package
        super().__init__(
            f'{package} is not installed. It comes with the extra "documents": pip install "protocol-dsl[documents]"'
        )


class MissingGlyphs(Exception):
    """No font at hand has some characters of a document, which must not be printed as empty boxes.

    `fonts`: the package of Debian and Ubuntu that brings one.
    """

    def __init__(self, characters: str):
        self.characters = characters
        shown = " ".join(characters[:20]) + (" …" if len(characters) > 20 else "")
        east_asian = any(unicodedata.east_asian_width(each) in "WF" and each < "\U0001f000" for each in characters)
        debian, fedora = (
            ("fonts-noto-cjk", "google-noto-sans-cjk-fonts") if east_asian else ("fonts-noto", "google-noto-fonts-all")
        )
        self.fonts = debian
        super().__init__(
            f"No font on this machine has these characters of the document: {shown}. They would be printed as empty "
            f"boxes. Install a font that has them: {debian} on Debian and Ubuntu, {fedora} on Fedora, or any other."
        )


class PageRulesError(Exception):
    """A sponsor's rules for the pages of a PDF that Typst can't follow, or that would load something.

    `line`: of the rules, if the place is in them; `hints`: Typst's own; `loads`: the word that would load something.
    """

    def __init__(self, reason: str, line: int | None, hints: Sequence[str] = (), loads: str = ""):
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.hints = tuple(hints)
        self.loads = loads


class UnfitReference(Exception):
    """The file whose styles a Word document was to have is no Word document."""

    def __init__(self) -> None:
        super().__init__("the file whose styles were to be used is no Word document (.docx)")
