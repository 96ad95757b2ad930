"""Straight lines of a tool from pose to pose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, dist

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.kinematics.poses import angle, between

_NODE_M = 0.02  # between two nodes of a line
_NODE_RAD = 0.12  # of turning between two nodes
_ROUND_M = 0.0025  # so far before a sharp corner it begins to be cut
_ROUND_NODES = 6
_SHARP = 0.95  # cosine of the turn from which a corner counts as sharp
_LEAST_NODES = 4  # on each stretch, so that a curve through them bends no more than the line


def along(poses: Sequence[Pose]) -> Iterator[tuple[Pose, float]]:
    """
    Yield nodes on the lines from each pose to the next, and how far the tool has come, m.

    A sharp corner is rounded off, so that it can be passed without stopping.
    """
    done_m, last = 0.0, poses[0]
    for node in _nodes(poses):
        done_m += dist(last.position, node.position)
        yield node, done_m
        last = node


def _nodes(poses: Sequence[Pose]) -> Iterator[Pose]:
    start, is_sharp = poses[0], False
    yield start
    for number, end in enumerate(poses[1:], 1):
        after_end = poses[number + 1] if number + 1 < len(poses) else None
        cut = () if after_end is None else _corner(poses[number - 1], end, after_end)
        stop = cut[0] if cut else end
        least = _LEAST_NODES if len(poses) == 2 else 1
        yield from _stretch(start, stop, least, from_corner=is_sharp, to_corner=bool(cut))
        yield from cut[1:]
        start, is_sharp = (cut[-1], True) if cut else (end, False)


def _stretch(
    start: Pose, end: Pose, least: int, *, from_corner: bool, to_corner: bool
) -> Iterator[Pose]:
    """Yield nodes on a line, the start left out; close to each other next to a corner."""
    length_m, turn = dist(start.position, end.position), angle(start, end)
    count = max(ceil(length_m / _NODE_M), ceil(turn / _NODE_RAD), least)
    shares = {number / count for number in range(1, count + 1)}
    step_m = _ROUND_M / 2
    while step_m < min(_NODE_M, length_m / 2):
        shares |= {step_m / length_m} if from_corner else set()
        shares |= {1.0 - step_m / length_m} if to_corner else set()
        step_m *= 2.0
    last = 0.0
    for share in sorted(shares):
        if share == 1.0 or _ROUND_M / 4 < (share - last) * length_m < (1.0 - last) * length_m:
            yield between(start, end, share)
            last = share


def _corner(before: Pose, corner: Pose, after_it: Pose) -> tuple[Pose, ...]:
    """Return nodes on an arc of a parabola that cuts a corner, or none if it is not sharp."""
    lengths = dist(before.position, corner.position), dist(corner.position, after_it.position)
    if min(lengths) < 1e-9:
        return ()
    cosine = sum(
        (b - a) * (c - b)
        for a, b, c in zip(before.position, corner.position, after_it.position, strict=True)
    ) / (lengths[0] * lengths[1])
    if cosine > _SHARP:
        return ()
    cut_m = min(_ROUND_M, *(length / 3 for length in lengths))
    into = between(corner, before, cut_m / lengths[0])
    out = between(corner, after_it, cut_m / lengths[1])
    shares = [number / _ROUND_NODES for number in range(_ROUND_NODES + 1)]
    return tuple(
        between(between(into, corner, share), between(corner, out, share), share)
        for share in shares
    )
