"""The logs of a cell's nodes do not grow without end."""

from __future__ import annotations

from pathlib import Path

from cobot_alloc.cli.runner import put_aside


def test_a_long_log_is_begun_anew(tmp_path: Path) -> None:
    """What was written is kept beside it, and whoever has it open goes on writing."""
    log = tmp_path / 'cell.log'
    with log.open('ab', buffering=0) as writer:
        writer.write(b'a' * 100)
        put_aside(log, longest=200)
        assert not (tmp_path / 'cell.log.1').exists()
        writer.write(b'b' * 101)
        put_aside(log, longest=200)
        writer.write(b'c')
    assert log.read_bytes() == b'c'
    assert (tmp_path / 'cell.log.1').read_bytes() == b'a' * 100 + b'b' * 101


def test_a_log_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    """A node that has not said anything yet is no trouble."""
    put_aside(tmp_path / 'cell.log')
