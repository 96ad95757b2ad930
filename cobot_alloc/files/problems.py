"""All that is wrong with one file, refused in one message with a line for each problem."""

from __future__ import annotations

from collections.abc import Container, Sequence
import re

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.document import Document, dotted, Keys, printable, shown
from cobot_alloc.files.expectations import one_of

#: How records word a figure out of its range.
_MUST_BE = re.compile(r'(?P<key>\w+) must be (?P<expected>.+), got (?P<got>.+)', re.DOTALL)


class Problems:
    """Collects what is wrong, so that a person mends a file once and not line by line."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[str, int] = {}

    def add(self, keys: Keys, text: str) -> None:
        """Note a problem with the value at the end of a way."""
        line = self.line(keys)
        where = f' {dotted(keys)}:' if keys else ''
        self._found[printable(f'{self.document.path}:{line}:{where} {text}')] = line

    def expected(self, keys: Keys, what: str) -> None:
        """Note that a value is not what was expected; what it is, is looked up."""
        node = self.document.find(keys)
        got = shown(node.plain()) if node is not None else 'nothing'
        self.add(keys, f'got {got}, expected {what}')

    def unknown(self, keys: Keys, what: str, name: str, known: Sequence[str]) -> None:
        """Note that a name is none of those known; ``what`` says of what kind they are."""
        self.expected(keys, f'{what}: {one_of(name, known)}')

    def line(self, keys: Keys) -> int:
        """Return the line of a value, to be told where else to look."""
        return self.document.place(keys).line

    def refused(self, keys: Keys, text: str, *, known: Container[str]) -> None:
        """
        Note what a record says about its own figures, at the figure if it names one.

        :param known: the keys of the record that stands at ``keys``.
        """
        match = _MUST_BE.fullmatch(text)
        if match is None or match['key'] not in known:
            self.add(keys, text)
            return
        figure = (*keys, match['key'])
        if self.document.find(figure) is not None:
            self.expected(figure, match['expected'])
        else:
            self.add(figure, f'got {match["got"]}, expected {match["expected"]}')

    def refuse_if_any(self) -> None:
        """
        Refuse the file if anything was noted.

        :raises BadInput: with one line for each problem, in the order of the file.
        """
        if self._found:
            raise BadInput('\n'.join(sorted(self._found, key=self._found.__getitem__)))
