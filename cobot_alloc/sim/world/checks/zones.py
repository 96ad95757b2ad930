"""Zones belong to arms, and every arm has both kinds."""

from __future__ import annotations

from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import WorldProblems


def check(world: World, problems: WorldProblems) -> None:
    arms = [arm.agent_id for arm in world.arms]
    for index, zone in enumerate(world.zones):
        if zone.agent_id not in arms:
            keys = ('zones', index, 'agent_id')
            problems.unknown(keys, 'an arm', zone.agent_id, arms)
    for index, arm in enumerate(world.arms):
        modes = {zone.mode for zone in world.zones if zone.agent_id == arm.agent_id}
        for mode in (SafetyMode.STOPPED, SafetyMode.REDUCED):
            if mode not in modes:
                problems.add(
                    ('arms', index, 'agent_id'),
                    f'got no zone with mode {mode.value} for {arm.agent_id},'
                    ' expected a STOPPED and a REDUCED one for every arm',
                )
