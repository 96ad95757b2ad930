"""Digests of the physics: equal only if every figure is equal to the last bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import hashlib

from cobot_alloc.sim.engine.client import Engine

_DIGEST_BYTES = 8


def fingerprint(engine: Engine, bodies: Mapping[str, Iterable[int]]) -> dict[str, bytes]:
    """
    Return a digest of the state of each thing, by name.

    In it are the poses and velocities of its bodies, and the positions and velocities of all
    of their joints.
    """
    return {
        name: digest([engine.bodies.state(body) for body in several])
        for name, several in bodies.items()
    }


def digest(state: object) -> bytes:
    """Return a digest of figures, however they are nested: Python writes each of them whole."""
    return hashlib.blake2b(repr(state).encode(), digest_size=_DIGEST_BYTES).digest()
