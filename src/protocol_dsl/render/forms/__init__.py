"""The forms of a document: HTML, Markdown, Word and PDF, each made from the same elements."""


class MissingExtra(Exception):
    """A form needs a package that is not installed, by its name on the package index."""

    def __init__(self, package: str):
        self.package = package
        super().__init__(
            f'{package} is not installed. It comes with the extra "documents": pip install "protocol-dsl[documents]"'
        )


class MissingGlyphs(Exception):
    """No font at hand has some characters of a document, which must not be printed as empty boxes."""

    def __init__(self, characters: str):
        self.characters = characters
        super().__init__(f"no font has the characters {characters}")
