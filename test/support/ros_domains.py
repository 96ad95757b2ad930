"""ROS domains for tests: no two tests that run at the same time share one."""

from collections.abc import Iterator
from contextlib import contextmanager
import fcntl
import os
from pathlib import Path
import tempfile

#: Low enough that no port falls into the range that Linux gives out by itself, and apart from
#: what people choose by hand (0 and small numbers).
DOMAINS = range(20, 80)

_taken = 0


@contextmanager
def ros_domain() -> Iterator[int]:
    """Hold a domain that no other test of this machine has; any death lets go of it."""
    # One after the other, so that a domain is not used again while its dead still linger.
    global _taken
    start = os.getpid() * 7 + _taken
    for number in range(len(DOMAINS)):
        domain = DOMAINS[(start + number) % len(DOMAINS)]
        path = Path(tempfile.gettempdir()) / f'cobot_alloc-{os.getuid()}-test-domain-{domain}'
        with path.open('a') as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            _taken += number + 1
            yield domain
            return
    raise RuntimeError(f'all of {len(DOMAINS)} ROS domains are taken')
