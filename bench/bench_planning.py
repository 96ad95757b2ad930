"""
How long ways take to be planned, beside the simulated time that is granted for it.

In each world every arm is asked for ways to pick parts up and to set them down at places, as
the skill pick_place asks. A plan that took less than it is granted is never waited for when the
cell runs in real time.
"""

from __future__ import annotations

import argparse
from itertools import islice, product
from math import dist
from pathlib import Path
import statistics
import time

from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.motion.motion_planner import MotionPlanner
from cobot_alloc.sim.motion.planner_client import EFFORT_S, LEAST_S
from cobot_alloc.sim.motion.requests import PlannedPath, PlanRequest
from cobot_alloc.sim.skills.transfer import paths_from_home
from cobot_alloc.sim.world import World

WORLDS = Path(__file__).resolve().parents[1] / 'worlds'


def plans(world: World, most: int) -> list[tuple[bool, float, float]]:
    """Return for each plan whether a way was found, its seconds, and the seconds granted."""
    cell, planner = SimulatedCell(world), MotionPlanner(world)
    done = []
    for arm in cell._arms.values():
        site = arm.site
        base, reach_m = site.spec.base, site.spec.reach_m
        near = [place for place in world.locations if dist(place.position, base) <= reach_m]
        parts = [part for part in world.parts if part.at in {place.name for place in near}]
        asked = product(parts, near) if site.gripper else ()
        questions = (
            PlanRequest(
                agent_id=site.spec.agent_id,
                paths=paths,
                start=tuple(site.body.home),
                now=cell.snapshot(),
            )
            for part, place in asked
            if place.name != part.at and (paths := paths_from_home(site, part.part_id, place))
        )
        for question in islice(questions, most):
            begun = time.process_time()
            answer = planner.answer(question)
            took_s = time.process_time() - begun
            granted_s = max(LEAST_S, answer.effort * EFFORT_S)
            done.append((isinstance(answer, PlannedPath), took_s, granted_s))
    planner.close()
    cell.close()
    return done


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--most', type=int, default=30, help='questions of each arm')
    most = parser.parse_args().most
    print(f'{"world":16}{"plans":>6}{"found":>6}{"median":>9}{"longest":>9}{"in time":>9}')
    for file in sorted(WORLDS.glob('*.yaml')):
        done = plans(read_world(file), most)
        if not done:
            continue
        took = [took_s for _, took_s, _ in done]
        found = sum(was_found for was_found, _, _ in done)
        in_time = sum(took_s <= granted_s for _, took_s, granted_s in done) / len(done)
        print(
            f'{file.stem:16}{len(done):6}{found:6}{statistics.median(took):7.3f} s'
            f'{max(took):7.3f} s{in_time:9.0%}'
        )


if __name__ == '__main__':
    main()
