"""
The description of a simulated cell, as a world file gives it.

Plain records, so that every shell can have them without knowing the file format. Positions
are in frame ``world`` (see domain.geometry), angles in radians.
"""

from cobot_alloc.application.world.arms import ArmSpec, PowerSpec, ToolKind, ToolSpec
from cobot_alloc.application.world.cameras import CameraSpec
from cobot_alloc.application.world.cell import World
from cobot_alloc.application.world.faults import FaultKind, FaultSpec
from cobot_alloc.application.world.parts import PartSpec
from cobot_alloc.application.world.people import (
    Character,
    PersonSpec,
    ScriptStep,
    SensingSpec,
)
from cobot_alloc.application.world.places import FixtureSpec, LocationSpec
from cobot_alloc.application.world.processes import EdgeSpec, ScrewSpec, SeamSpec
from cobot_alloc.application.world.processes import EdgeSpec, ScrewSpec, SeamSpec

__all__ = [
    'ArmSpec',
    'CameraSpec',
    'Character',
    'EdgeSpec',
    'EdgeSpec',
    'FaultKind',
    'FaultSpec',
    'FixtureSpec',
    'LocationSpec',
    'PartSpec',
    'PersonSpec',
    'PowerSpec',
    'ScrewSpec',
    'ScriptStep',
    'SeamSpec',
    'ScrewSpec',
    'SeamSpec',
    'SensingSpec',
    'ToolKind',
    'ToolSpec',
    'World',
]
