"""The one shape of everything the tool has to say about a file or a patient's facts."""

import enum
from collections.abc import Mapping

import attrs

from protocol_dsl.source import Span


class Severity(enum.Enum):
    """An error stops the protocol from running; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


class Grade(enum.Enum):
    """How sure a fix is.

    Certain: the words have one reading only, and the fix writes it; `check --fix` applies it. Likely: what most writers
    mean; the writer chooses it. To fill in: the right form, with a gap that only the writer can fill.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    TO_FILL_IN = "to fill in"


@attrs.frozen
class Edit:
    """Other words in a place of the text; an empty span is a place to insert at."""

    span: Span
    text: str


@attrs.frozen
class Fix:
    """A change of the file that mends what a diagnostic tells of. `line`: the mended line, as the hint shows it."""

    grade: Grade
    line: str
    edit: Edit


@attrs.frozen
class Label:
    """A few words beside a place in the text: "first declared here"."""

    span: Span
    text: str


@attrs.frozen
class Diagnostic:
    """One thing to be told.

    `span` is None where there is no place to point at (a file that cannot be read, a patient's facts);
    `where` then or besides says it in words: "criterion I3 (Age)", "patient P002". A label that has the
    diagnostic's own span stands beside the place itself; other labels point to further places of the same file.
    `fixes` are the lines of the hint that are to be copied, as changes of the file, in the order of the hint.
    `translated`: the message in other languages, by their codes.
    """

    code: str
    severity: Severity
    message: str
    file: str
    span: Span | None
    labels: tuple[Label, ...] = ()
    hint: str | None = None
    where: str | None = None
    fixes: tuple[Fix, ...] = ()
    translated: Mapping[str, str] = attrs.field(factory=dict, eq=False, repr=False)

    def message_in(self, language: str) -> str:
        """The message in a language, of which there is one where explanations of patients tell it; else in English."""
        return self.translated.get(language, self.message)
