"""Whether it is worth simulating a world in several processes."""

from __future__ import annotations

from cobot_alloc.sim.partition.partitioning import Partitioning

LEAST_ARMS = 4  #: with fewer, talking to several processes takes more time than they save


def processes_for(partitioning: Partitioning, *, wanted: int, cores: int) -> tuple[int, str]:
    """
    Return in how many processes a world is best simulated, and why if that is one.

    :param wanted: how many were asked for; 0: as many as it gains from.
    """
    arms = sum(len(partition.world.arms) for partition in partitioning.partitions)
    if partitioning.why_one:
        return 1, partitioning.why_one
    if arms < LEAST_ARMS:
        return 1, f'with {arms} arms there is nothing to gain, only from {LEAST_ARMS} on'
    count = min(wanted or cores, len(partitioning.partitions))
    return count, '' if count > 1 else 'there is one core, or one process was asked for'
