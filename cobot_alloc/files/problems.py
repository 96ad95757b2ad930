"""All that is wrong with one file, refused in one message with a line for each problem."""

from __future__ import annotations

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.document import Document, dotted, Keys, shown


class Problems:
    """Collects what is wrong, so that a person mends a file once and not line by line."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[str, int] = {}

    def add(self, keys: Keys, text: str) -> None:
        """Note a problem with the value at the end of a way."""
        line = self.document.place(keys).line
        where = f' {dotted(keys)}:' if keys else ''
        self._found[f'{self.document.path}:{line}:{where} {text}'] = line

    def expected(self, keys: Keys, what: str) -> None:
        """Note that a value is not what was expected; what it is, is looked up."""
        node = self.document.find(keys)
        got = shown(node.plain()) if node is not None else 'nothing'
        self.add(keys, f'got {got}, expected {what}')

    def refuse_if_any(self) -> None:
        """
        Refuse the file if anything was noted.

        :raises BadInput: with one line for each problem, in the order of the file.
        """
        if self._found:
            raise BadInput('\n'.join(sorted(self._found, key=self._found.__getitem__)))
