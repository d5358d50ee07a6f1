"""What a rule of the wording review is: a module of `lint/rules`, whose docstring is its page.

The docstring begins with front matter in the form of `diagnostics/catalogue`; after it come what the rule looks for,
why (with the guidance or paper that asks for it), `## Wrong` and `## Right`, whose files are run by the tests. The name
of the module begins with the rule's code. Its function `check` looks at a whole protocol:

    def check(file: Reading) -> Iterator[Diagnostic]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Page, page
from protocol_dsl.lint.reading import Reading

Check = Callable[[Reading], Iterator[Diagnostic]]


@frozen
class Rule:
    """A rule of the review: its code and what it looks for."""

    code: str
    check: Check

    @property
    def page(self) -> Page:
        """What `protocol-dsl explain` shows of it."""
        return page(self.code)

    @staticmethod
    def of(module: ModuleType) -> Rule:
        """The rule that a module holds."""
        name = module.__name__.rpartition(".")[2]
        return Rule(name.partition("_")[0].upper(), module.check)
