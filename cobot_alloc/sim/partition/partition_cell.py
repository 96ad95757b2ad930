"""One partition: a simulated cell that gives parts to others and gets parts from them."""

from __future__ import annotations

from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.engine.terms import Placement
from cobot_alloc.sim.motion.planner_client import PlannerBackend
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.sync import PartitionStatus, SyncBroadcast, SyncMessage
from cobot_alloc.sim.partition.workspace import Ownership
from cobot_alloc.sim.scene.parts import PartState
from cobot_alloc.sim.stations.conveyor import Conveyor
from cobot_alloc.sim.world.true_shape import PartShape


class PartitionCell(SimulatedCell):
    """
    One partition of a world.

    A part is in one partition at a time, and an image of it in every other. It goes over to
    another between two slices of time, once it rests on the other's ground.
    """

    def __init__(
        self, partition: Partition, ownership: Ownership, *, planner: PlannerBackend | None = None
    ) -> None:
        """
        Build the partition with the parts that lie on its ground, and images of the others.

        :param planner: the planner, which is closed with the partition; None: one in this process.
        """
        super().__init__(partition.world, planner=planner)
        self._number, self._ownership = partition.number, ownership
        self._shared: dict[str, Conveyor] = {}
        for name in (*partition.leads, *partition.follows):
            belt = self._stations.find(name, Conveyor)
            assert belt is not None, 'a partition has the belts that it shares'
            self._shared[name] = belt
            if name in partition.follows:
                belt.be_led()
        self._told: dict[str, Placement] = {}
        self._shapes: dict[str, PartShape] = {}
        self._owners: dict[str, int] = {}  # of the ground that each part is on
        for part in self._parts.bodies:
            if ownership.owner(self._parts.position(part)) != self._number:
                self._parts.leave(part)

    def run(self, steps: int) -> SyncMessage:
        """Step so often, and tell what came of it."""
        for _ in range(steps):
            self.step()
        return self.sync_message()

    def sync_message(self) -> SyncMessage:
        """Tell what has changed since the last call; parts that have to leave do so now."""
        here = [part for part in self._parts.bodies if self._parts.is_here(part)]
        moved = {
            part: placement for part in here if (placement := self._moved_to(part)) is not None
        }
        states = {part: self._parts.state(part) for part in here if self._is_reshaped(part)}
        leaving = {part: self._owners[part] for part in here if self._has_to_leave(part)}
        states |= {part: self.let_go(part) for part in leaving}
        return SyncMessage(
            moved=moved,
            states=states,
            leaving=leaving,
            belts={name: belt.sync() for name, belt in self._shared.items()},
            reports=tuple(self.take_reports()),
        )

    def take_up(self, broadcast: SyncBroadcast) -> None:
        """Take up what has changed in the other partitions, and the parts that come from them."""
        for part, placement in broadcast.moved.items():
            if not self._parts.is_here(part):
                self._parts.follow(part, *placement)
        for part, state in broadcast.states.items():
            if broadcast.leaving.get(part) == self._number:
                self.take_in(part, state)
            elif not self._parts.is_here(part):
                self._parts.resemble(part, state)
        for name, belts in broadcast.belts.items():
            if name in self._shared:
                other = next(sync for it, sync in belts.items() if it != self._number)
                self._shared[name].take_up(other)

    def let_go(self, part: str) -> PartState:
        """
        Give a part away, and keep an image of it.

        :raises Refused: ``part_held`` if an arm holds it.
        """
        self._refuse_held(part)
        for arm in self._arms.values():
            gripper = arm.site.gripper
            if gripper is not None and gripper.part == part:
                gripper.break_grip()  # it has slipped; nothing may be tied to a body that goes
        state = self._parts.state(part)
        self._parts.leave(part)
        self._told.pop(part, None)
        return state

    def take_in(self, part: str, state: PartState) -> None:
        """Take a part in that was let go by another partition."""
        self._parts.enter(part, state)
        self._told.pop(part, None)

    def refuse_occupied(self, part: str, location: str) -> None:
        """
        Look whether there is room for a part that is still elsewhere.

        :raises Refused: ``location_occupied`` if another part is in the way.
        """
        place = self.world.location(location)
        assert place is not None, 'who asks has looked it up'
        self._refuse_occupied(part, place)

    def status(self) -> PartitionStatus:
        """Return how arms and zones stand."""
        return PartitionStatus(
            arms={agent_id: self.arm_status(agent_id) for agent_id in self.arm_ids},
            zones=tuple(self.zone_readings()),
        )

    def _moved_to(self, part: str) -> Placement | None:
        """Return where a part is, unless it was told the last time."""
        placement = self._parts.placement(part)
        if self._told.get(part) == placement:
            return None
        self._told[part] = placement
        self._owners[part] = self._ownership.owner(placement[0])
        return placement

    def _is_reshaped(self, part: str) -> bool:
        """Tell whether a part has another shape than was told the last time."""
        shape, before = self._parts.shape(part), self._shapes.get(part)
        self._shapes[part] = shape
        return before is not None and shape is not before

    def _has_to_leave(self, part: str) -> bool:
        """Tell whether a part rests on the ground of another partition, out of reach of this."""
        return self._owners[part] != self._number and self._parts.is_at_rest(part)


def freeze_sensing(cell: PartitionCell) -> None:
    """See ``Sensing.freeze``."""
    cell.sensing.freeze()


def poison_sensing(cell: PartitionCell) -> None:
    """See ``Sensing.poison``."""
    cell.sensing.poison()


def restore_sensing(cell: PartitionCell) -> None:
    """See ``Sensing.restore``."""
    cell.sensing.restore()
