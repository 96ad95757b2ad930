"""Where the picture of a failure is, for people and programs of this machine."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from cobot_alloc.domain.failure import Failure


def picture_of(failure: Failure) -> str:
    """Return the path of a failure's picture, its URI if it is no file; empty if there is none."""
    parts = urlsplit(failure.picture)
    return unquote(parts.path) if parts.scheme == 'file' else failure.picture
