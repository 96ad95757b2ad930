"""
Recordings on disk: a line that says what it is, a header, then chunks.

Each chunk is its length in bytes, the step of its first entry, and its entries as compressed
MessagePack. It is written whole, so that a recording that was cut off is good up to its last
chunk, and a moment is found without reading what was before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
import struct
from typing import BinaryIO
import zlib

import msgspec

from cobot_alloc import __version__
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.recording.entries import End, Entry, FORMAT, Header
from cobot_alloc.sim.world import World

_MAGIC = b'cobot_alloc recording '
_HEAD = struct.Struct('<IQ')  # length and first step of a chunk
_FAST = 1  # of zlib: later levels save little of floats and cost much

_encoder = msgspec.msgpack.Encoder()
_entries = msgspec.msgpack.Decoder(list[Entry])
_header = msgspec.msgpack.Decoder(Header)


class RecordingWriter:
    """Writes one recording, chunk by chunk."""

    def __init__(self, path: Path, world: World, *, is_split: bool = False) -> None:
        """
        Begin a file.

        :param is_split: whether the world is simulated by partitions.
        :raises BadInput: if it cannot be written.
        """
        try:
            self._file: BinaryIO = path.open('wb')
        except OSError as error:
            raise BadInput(f'{path}: cannot be written: {error.strerror or error}') from error
        self._file.write(b'%s%d\n' % (_MAGIC, FORMAT))
        header = Header(made_by=__version__, world=msgspec.to_builtins(world), is_split=is_split)
        self._put(0, _encoder.encode(header))

    def write(self, entries: list[Entry]) -> None:
        """Write a chunk; nothing is written of none."""
        if entries:
            self._put(entries[0].step, _encoder.encode(entries))

    def close(self) -> None:
        """Let go of the file; a recording whose last entry is no End counts as cut off."""
        self._file.close()

    def _put(self, step: int, body: bytes) -> None:
        packed = zlib.compress(body, _FAST)
        self._file.write(_HEAD.pack(len(packed), step) + packed)
        self._file.flush()


class Recording:
    """
    A recording to be read.

    :ivar world: the world that was recorded.
    :ivar made_by: version of the package that made it.
    :ivar is_split: whether the world was simulated by partitions.
    :ivar is_complete: whether it was ended; else it was cut off.
    """

    def __init__(self, path: Path) -> None:
        """
        Open a file and find its chunks.

        :raises BadInput: if it is no recording, or of another format.
        """
        self.path = path
        try:
            self._file: BinaryIO = path.open('rb')
        except OSError as error:
            raise BadInput(f'{path}: cannot be read: {error.strerror or error}') from error
        try:
            self._check_format()
            self._chunks = list(self._find_chunks())
            self._read_header()
        except BaseException:
            self._file.close()
            raise
        last = self._entries(len(self._chunks) - 1) if len(self._chunks) > 1 else []
        self.is_complete = bool(last) and isinstance(last[-1], End)
        self.last_step = last[-1].step if last else 0

    @property
    def duration_s(self) -> float:
        """Simulated seconds from its first to its last entry."""
        return self.last_step / self.world.step_hz

    def entries(self, from_step: int = 0) -> Iterator[Entry]:
        """
        Yield the entries, from the beginning of the chunk on that a step falls into.

        :raises BadInput: if the file is damaged.
        """
        steps = [step for _, step, _ in self._chunks[1:]]
        first = max(1, bisect_right(steps, from_step))
        for number in range(first, len(self._chunks)):
            yield from self._entries(number)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _check_format(self) -> None:
        line = self._file.readline(64)
        if not line.startswith(_MAGIC) or not line.endswith(b'\n'):
            raise BadInput(f'{self.path}: is no recording; one is made with --record')
        written = line[len(_MAGIC) :].strip().decode(errors='replace')
        if written != str(FORMAT):
            raise BadInput(
                f'{self.path}: got a recording of format {written}, expected {FORMAT}: it was'
                ' made by another version of cobot_alloc, which can still read it'
            )

    def _find_chunks(self) -> Iterator[tuple[int, int, int]]:
        """Yield position, first step and length of the chunks that are there whole."""
        size = self.path.stat().st_size
        while True:
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            length, step = _HEAD.unpack(head)
            at = self._file.tell()
            if at + length > size:
                return
            yield at, step, length
            self._file.seek(at + length)

    def _read_header(self) -> None:
        if not self._chunks:
            raise BadInput(f'{self.path}: was cut off before it began')
        try:
            header = _header.decode(self._body(0))
            self.world = msgspec.convert(header.world, World)
        except (msgspec.MsgspecError, ValueError) as error:
            raise BadInput(f'{self.path}: its world cannot be read: {error}') from error
        self.made_by, self.is_split = header.made_by, header.is_split

    def _entries(self, number: int) -> list[Entry]:
        try:
            return _entries.decode(self._body(number))
        except msgspec.MsgspecError as error:
            raise BadInput(f'{self.path}: chunk {number} cannot be read: {error}') from error

    def _body(self, number: int) -> bytes:
        at, _, length = self._chunks[number]
        self._file.seek(at)
        try:
            return zlib.decompress(self._file.read(length))
        except zlib.error as error:
            raise BadInput(f'{self.path}: is damaged at byte {at}: {error}') from error
