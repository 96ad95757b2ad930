"""A simulated hour of the long run: it works, and what must not grow has not grown."""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys

BENCH = Path(__file__).parents[2] / 'bench'


def test_a_simulated_hour(tmp_path: Path) -> None:
    """Tasks are done in spite of faults; files, threads and queues stay as they are."""
    out = tmp_path / 'long_run.json'
    run = subprocess.run(
        [sys.executable, str(BENCH / 'long_run.py'), '--hours', '1', '--every', '0.25',
         '--out', str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    readings = json.loads(out.read_text())['readings']
    assert len(readings) == 4
    assert readings[-1]['done'] > 1000
    assert len({reading['files'] for reading in readings}) == 1
    assert len({reading['threads'] for reading in readings}) == 1
    assert max(reading['waiting'] for reading in readings) < 40
    assert max(reading['inquiries'] for reading in readings) <= 4
