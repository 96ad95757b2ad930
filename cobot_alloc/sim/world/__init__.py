"""
The description of a simulated cell, as a world file gives it.

Plain records, so that every shell can have them without knowing the file format. Positions
are in frame ``world`` (see domain.geometry), angles in radians.
"""

from cobot_alloc.sim.world.arms import ArmSpec, PowerSpec, ToolKind, ToolSpec
from cobot_alloc.sim.world.cameras import CameraSpec
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.chores import Chore, ChoreKind
from cobot_alloc.sim.world.equipment import (
    CHUCK_M,
    ConveyorSpec,
    MachineSpec,
    PalletSpec,
    ShuttleSpec,
)
from cobot_alloc.sim.world.faults import FaultKind, FaultSpec
from cobot_alloc.sim.world.parts import DefectKind, DefectSpec, PartSpec, PocketSpec
from cobot_alloc.sim.world.people import (
    Character,
    PersonSpec,
    ScriptStep,
    SensingSpec,
)
from cobot_alloc.sim.world.places import FixtureSpec, LocationSpec
from cobot_alloc.sim.world.processes import EdgeSpec, ScrewSpec, SeamSpec
from cobot_alloc.sim.world.workholds import WorkholdSpec

__all__ = [
    'CHUCK_M',
    'ArmSpec',
    'CameraSpec',
    'Character',
    'Chore',
    'ChoreKind',
    'ConveyorSpec',
    'DefectKind',
    'DefectSpec',
    'EdgeSpec',
    'FaultKind',
    'FaultSpec',
    'FixtureSpec',
    'LocationSpec',
    'MachineSpec',
    'PalletSpec',
    'PartSpec',
    'PersonSpec',
    'PocketSpec',
    'PowerSpec',
    'ScrewSpec',
    'ScriptStep',
    'SeamSpec',
    'SensingSpec',
    'ShuttleSpec',
    'ToolKind',
    'ToolSpec',
    'WorkholdSpec',
    'World',
]
