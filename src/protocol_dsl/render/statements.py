"""Rules and definitions in a language other than that of protocol files, over as many lines as their lists need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from protocol_dsl.render.phrases import Phrases, has_list
from protocol_dsl.syntax import nodes

_STEP: Final = 2
Wrap = Callable[[str], str]


class Statements(Phrases):
    """Words the rules of one protocol."""

    def statement(self, applies_if: nodes.Condition | None, rule: nodes.Condition) -> str:
        """A rule; lists keep their lines."""
        lines: list[str] = []
        if applies_if is not None:
            lines += self._block(applies_if, 0, lambda told: self._say("applies_if", condition=told))
        return "\n".join([*lines, *self._block(rule, 0)])

    def definition(self, written: nodes.DefinitionSyntax) -> str:
        """What a name stands for."""
        name = self._terms.name(written.name.text)
        if written.parameters:
            given = self._words.listed([self._terms.name(each.name.text) for each in written.parameters])
            name = self._say("call", function=name, arguments=given)
        if written.means or isinstance(written.body, nodes.EachNoun):
            return "\n".join(self._block(written.body, 0, lambda told: self._say("means", name=name, body=told)))
        told = self._say("equals", name=name, body=self.words(written.body))
        if written.unit_text:
            told = self._say("in_unit", value=told, unit=self._words.unit(written.unit_text))
        if written.decimals is not None:
            told = self._say("rounded", value=told, decimals=written.decimals)
        return told

    def _block(self, node: nodes.Condition, indent: int, wrap: Wrap = str, bullet: str = "") -> Iterator[str]:
        """A phrase over as many lines as its lists need; `wrap` puts it into the sentence that it ends."""
        lead, under = " " * indent + bullet, indent + _STEP
        match node:
            case nodes.ListOf(items=items):
                yield lead + self._say("opens", head=wrap(self._head(node)))
                for item in items:
                    yield from self._block(item, under, bullet="- ")
            case nodes.ForEach(series, if_any, body) if has_list(body):
                key = "for_each_if_any" if if_any else "for_each"
                each = self._records(series)
                yield from self._block(body, indent, lambda told: wrap(self._say(key, each=each, body=told)), bullet)
            case nodes.IfThen(condition, then, None) if has_list(then):
                because = self.words(condition)
                yield from self._block(
                    then, indent, lambda told: wrap(self._say("if_then", condition=because, then=told)), bullet
                )
            case nodes.RowsThat() | nodes.EachNoun() if has_list(node):
                yield from self._filtered(node, indent, wrap, bullet)
            case nodes.Unless(rule, exception) if has_list(node):
                yield from self._block(rule, indent, wrap, bullet)
                yield from self._block(
                    exception, under if bullet else indent, lambda told: self._say("unless_line", condition=told)
                )
            case _:
                yield lead + wrap(self.words(node))

    def _filtered(self, node: nodes.RowsThat | nodes.EachNoun, indent: int, wrap: Wrap, bullet: str) -> Iterator[str]:
        excepting = node.excepting
        if isinstance(node.where, nodes.ListOf):
            yield from self._block(
                node.where, indent, lambda told: wrap(self._rows(node, self._say("where_list", condition=told))), bullet
            )
            if excepting is not None:
                under = indent + (_STEP if bullet else 0)
                yield from self._block(excepting, under, lambda told: self._say("except_line", condition=told))
            return
        assert excepting is not None
        rows = self._rows(node, self._where(node))
        yield from self._block(
            excepting, indent, lambda told: wrap(self._say("except_list", rows=rows, condition=told)), bullet
        )
