"""
Put a YAML parser's events together into values that know their line.

Done here rather than by the library, because a file comes from anywhere: nesting and aliases
are bounded before anything is built, keys cannot be given twice, and no tag makes an object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.document import Node, Place, printable, shown
from cobot_alloc.files.scalars import resolve

#: Values in a file, with every alias counted as what it stands for.
MAX_VALUES = 100_000
MAX_DEPTH = 30


@dataclass(slots=True, kw_only=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    place: Place
    anchor: str | None
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    key: str | None = None
    size: int = 1
    height: int = 0

    def close(self) -> Node:
        value: list[Node] | dict[str, Node] = self.entries if self.is_mapping else self.items
        return Node(
            place=self.place, value=value, keys=self.keys, size=self.size, height=self.height + 1
        )


class TreeBuilder:
    """Puts the events of one file together; without recursion, so that depth cannot hurt."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None
        self.documents = 0

    def build(self, events: Iterable[Event]) -> Node | None:
        """Return the only document, None if there is none."""
        for event in events:
            self._take(event)
        return self.root

    def _take(self, event: Event) -> None:
        place = Place(line=event.start_mark.line + 1, column=event.start_mark.column + 1)
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(place, 'got a second document (---), expected one')
        elif isinstance(event, AliasEvent):
            self._add(self._referred(event.anchor, place), place)
        elif isinstance(event, ScalarEvent):
            self._add_scalar(event, place)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._begin(event, place)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            ended = self.open.pop()
            node = ended.close()
            self._remember(ended.anchor, node)
            self._add(node, place)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent, place: Place) -> None:
        self._check_tag(event.tag, place)
        is_mapping = isinstance(event, MappingStartEvent)
        if self.open and self.open[-1].is_mapping and self.open[-1].key is None:
            self._refuse(place, f'got a {"mapping" if is_mapping else "list"}, expected a key')
        if len(self.open) >= MAX_DEPTH:
            self._refuse(place, f'nested more than {MAX_DEPTH} deep')
        self.open.append(_Open(place=place, anchor=event.anchor, is_mapping=is_mapping))

    def _add_scalar(self, event: ScalarEvent, place: Place) -> None:
        self._check_tag(event.tag, place)
        try:
            event.value.encode('utf-8')
        except UnicodeEncodeError:
            self._refuse(place, 'got half of a surrogate pair, expected text')
        is_plain = event.implicit[0]
        node = Node(place=place, value=resolve(event.value) if is_plain else event.value)
        self._remember(event.anchor, node)
        self._add(node, place)

    def _add(self, node: Node, place: Place) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if parent.is_mapping and parent.key is None:
            self._add_key(parent, node, place)
            return
        parent.size += node.size
        parent.height = max(parent.height, node.height)
        if parent.size > MAX_VALUES:
            self._refuse(place, f'more than {MAX_VALUES:,} values, aliases counted in full')
        if len(self.open) + parent.height > MAX_DEPTH:
            self._refuse(place, f'nested more than {MAX_DEPTH} deep')
        if parent.key is None:
            parent.items.append(node)
        else:
            parent.entries[parent.key] = node
            parent.key = None

    def _add_key(self, parent: _Open, node: Node, place: Place) -> None:
        key = node.value
        if not isinstance(key, str) or key == '<<':
            self._refuse(place, f'got {shown(node.plain())}, expected a key that is text')
        if key in parent.keys:
            self._refuse(place, f'{key!r} is given twice, first in line {parent.keys[key].line}')
        parent.key = key
        parent.keys[key] = place

    def _remember(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self.anchors[anchor] = node

    def _referred(self, anchor: str, place: Place) -> Node:
        if anchor not in self.anchors:
            self._refuse(place, f'*{anchor} stands for nothing that has ended above it')
        return self.anchors[anchor]

    def _check_tag(self, tag: object, place: Place) -> None:
        if tag is not None:
            self._refuse(place, f'got the tag {shown(str(tag))}, expected plain data')

    def _refuse(self, place: Place, text: str) -> NoReturn:
        raise BadInput(printable(f'{self.name}:{place.line}:{place.column}: {text}'))
