"""How the file reader takes the records: a key that no record knows is refused."""

from __future__ import annotations

STRICT = {'extra': 'forbid'}  #: read by the file reader only
