"""One read of a file: what its features need, each part made when it is first asked for."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import Final

from lsprotocol import types

from protocol_dsl.diagnostics import Diagnostic, source_problem
from protocol_dsl.lsp.positions import BYTE_ORDER_MARK, Positions
from protocol_dsl.lsp.symbols import Index
from protocol_dsl.lsp.symbols_used import index_of
from protocol_dsl.pipeline import ExampleOutcome, Protocol, ProtocolFile, checked_file, parse_file
from protocol_dsl.source import SourceError, SourceText
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.layout import Layout, read_layout
from protocol_dsl.syntax.parsed_file import ParsedFile
from protocol_dsl.syntax.phrase_memory import PhraseMemory
from protocol_dsl.syntax.uses import Loader, UsedFiles

MOST_KEPT: Final = 8
"""How many texts are kept read: the file that is written, and those that it was a moment ago."""


class Analysis:
    """A file as it stands in the editor. `last_good`: the last read of it that had no error, if any."""

    def __init__(
        self,
        name: str,
        text: str,
        loader: Loader | None,
        encoding: str = types.PositionEncodingKind.Utf16,
        last_good: Analysis | None = None,
        memory: PhraseMemory | None = None,
    ) -> None:
        self.name = name
        self.text = text
        self.loader = loader
        self._earlier = last_good
        self.memory = memory
        self.source: SourceText | None = None
        self.refused: tuple[SourceError, Diagnostic] | None = None
        """Why the text can't be read at all."""
        try:
            self.source = SourceText.read(name, text)
        except SourceError as error:
            self.refused = (error, source_problem(error))
        self.positions = Positions(text, self.source, encoding)

    @cached_property
    def layout(self) -> Layout | None:
        return read_layout(self.source) if self.source is not None else None

    @cached_property
    def _read(self) -> UsedFiles | None:
        return parse_file(self.source, self.loader, self.memory) if self.source is not None else None

    @property
    def parsed(self) -> ParsedFile | None:
        """The file as far as it could be read; None of a text that can't be."""
        return self._read.parsed if self._read is not None else None

    @property
    def syntax(self) -> nodes.ProtocolSyntax | None:
        return self.parsed.syntax if self.parsed is not None else None

    @cached_property
    def file(self) -> ProtocolFile:
        """The file read and checked."""
        if self.source is None or self._read is None:
            problems = (self.refused[1],) if self.refused else ()
            return ProtocolFile(None, None, problems)
        return checked_file(self.source, self._read)

    @property
    def protocol(self) -> Protocol | None:
        return self.file.protocol

    @property
    def good(self) -> Analysis | None:
        """This read, where it has no error; else the last that had none."""
        return self if self.protocol is not None else self._earlier

    @property
    def known(self) -> Analysis | None:
        """A read without an error that is at hand, if any: nothing is checked for it while somebody types."""
        return self.good if self.is_checked or self._earlier is None else self._earlier

    @property
    def is_checked(self) -> bool:
        """Whether the file has been checked; it is once nothing has been typed for a moment."""
        return "file" in self.__dict__

    def is_last_good(self) -> None:
        """Let go of the read that was good before this one."""
        self._earlier = None

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What the wording review finds, which is made of a file without errors alone."""
        return self.protocol.lint() if self.protocol is not None else ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is to be told of the file: what the checker says, then the findings of the wording review."""
        return (*self.file.diagnostics, *self.findings)

    @property
    def diagnostics_at_hand(self) -> tuple[Diagnostic, ...]:
        """The same, without findings that nobody has asked for yet: they take a while."""
        return self.diagnostics if "findings" in self.__dict__ else self.file.diagnostics

    @property
    def has_errors(self) -> bool:
        """Whether the checker refuses the file; a finding is no error to it, however severe its author makes it."""
        return self.protocol is None

    @cached_property
    def outcomes(self) -> tuple[ExampleOutcome, ...]:
        """What becomes of the file's example patients."""
        return self.protocol.run_examples() if self.protocol is not None else ()

    @cached_property
    def index(self) -> Index:
        """What the names of the file stand for, and where."""
        return index_of(self.parsed) if self.parsed is not None else Index((), (), {})

    @property
    def best_index(self) -> Index:
        """The names of this text, or, where nothing can be read of it, those of the last that was good."""
        return self.index if self.syntax is not None or self._earlier is None else self._earlier.index

    @property
    def best_parsed(self) -> ParsedFile | None:
        return self.parsed if self.syntax is not None or self._earlier is None else self._earlier.parsed

    def span_of(self, diagnostic: Diagnostic) -> types.Range:
        """Where a diagnostic points; what has no place points to the first line."""
        if diagnostic.span is not None and self.source is not None:
            return self.positions.range(diagnostic.span)
        place = types.Position(0, 0)
        if self.refused is not None and self.refused[0].kind == "control" and self.refused[0].offset is not None:
            before = len(self.text) - len(self.text.removeprefix(BYTE_ORDER_MARK))
            offset = self.refused[0].offset + before
            return types.Range(self.positions.position(offset), self.positions.position(offset + 1))
        return types.Range(place, place)


class Analyses:
    """The reads of the files that an editor has open, each text read once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Analysis] = OrderedDict()
        self._good: dict[str, Analysis] = {}
        self._phrases = PhraseMemory()

    def of(self, name: str, text: str, loader: Loader | None, encoding: str) -> Analysis:
        """The read of a text; `name`: its path or address."""
        found = self._kept.get((name, text))
        if found is None:
            found = Analysis(name, text, loader, encoding, self._last_good(name), self._phrases)
            self._kept[name, text] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end((name, text))
        return found

    def _last_good(self, name: str) -> Analysis | None:
        for (of, _), analysis in reversed(self._kept.items()):
            if of == name and analysis.is_checked and analysis.protocol is not None:
                analysis.is_last_good()
                self._good[name] = analysis
                break
        return self._good.get(name)

    def forget(self, name: str | None = None) -> None:
        """Read a file, or all of them, anew: it was closed, or a file that others use has changed."""
        for key in [key for key in self._kept if name is None or key[0] == name]:
            del self._kept[key]
        if name is not None:
            self._good.pop(name, None)
