"""Settings of the middleware that no quality of service of ROS 2 can express."""

from __future__ import annotations

import os
from pathlib import Path
import sys

from cobot_alloc.application.places import share


def repair_soon() -> None:
    """
    Have what got lost on its way sent again within tenths of a second; call it before ``init``.

    A burst from anyone overruns the buffers of a receiver, and what an honest sender said just
    then is lost with it. A reliable topic or service sends it again only when the sender's next
    heartbeat tells of it, which Fast DDS does every 3 s: as long as people wait for an answer.
    Whoever has profiles of their own keeps them; another middleware takes no notice.
    """
    # Wheels are in the environment's prefix, a distribution is where it says.
    prefixes = [*os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep), sys.prefix]
    packages = [Path(prefix, 'share', 'rmw_fastrtps_cpp', 'package.xml') for prefix in prefixes]
    package = next((path for path in packages if path.is_file()), None)
    if package is None:
        return
    # Since its version 3, Fast DDS has another name, another variable and other tags.
    name = 'fastdds' if '>fastdds<' in package.read_text() else 'fastrtps'
    profiles = share() / 'config' / f'{name}.xml'
    os.environ.setdefault(f'{name.upper()}_DEFAULT_PROFILES_FILE', str(profiles))
