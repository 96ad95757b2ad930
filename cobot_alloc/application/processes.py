"""
The processes of a cell, as data.

``launch/cell.launch.py`` turns this list into launch actions and the built-in runner turns it
into child processes, so that the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cobot_alloc.application.lockstep import ALLOCATOR
from cobot_alloc.domain.identifiers import CellId

Value = str | float | bool | int

#: Environment variable with the process id of whoever brought the cell up. A node that has it
#: ends when that process does, even at a kill: a cell that nobody can end is worse than none.
PARENT = 'COBOT_ALLOC_PARENT'


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLayout:
    """
    Which cell is brought up, from which files.

    :ivar state: folder of what must outlive the processes: journal, ledger, operators.
    :ivar policies: what plans are judged by; None: nothing is planned ahead.
    :ivar policy: one of them by name.
    :ivar reach: places that arms cannot reach though they are near; None: none is known.
    :ivar speed: simulated seconds per second; 0: as fast as possible.
    :ivar record: file for a recording of the simulation; None: it is not recorded.
    :ivar processes: how many simulate the world; 0: as many as it gains from.
    :ivar lockstep: for whom the cell waits in each round of its time, in the order of their turns;
        empty: for nobody.
    """

    cell_id: CellId
    world: Path
    reactions: Path
    limits: Path
    state: Path
    speed: float = 1.0
    record: Path | None = None
    policies: Path | None = None
    policy: str = 'balanced'
    reach: Path | None = None
    processes: int = 1
    lockstep: tuple[str, ...] = ()

    @property
    def journal(self) -> Path:
        """The allocator's journal."""
        return self.state / 'journal.sqlite'

    @property
    def ledger(self) -> Path:
        """The arms' memory of attempts."""
        return self.state / 'arms.sqlite'

    @property
    def pictures(self) -> Path:
        """Pictures of what failed."""
        return self.state / 'pictures'

    @property
    def operators(self) -> Path:
        """The people who may act, with their public keys."""
        return self.state / 'operators' / 'operators.yaml'


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec:
    """
    One node in a process of its own.

    :ivar executable: the package's executable that runs it.
    :ivar respawn: whether it is started again when it dies. The simulated cell is not: its
        world would begin anew, as no real one does.
    """

    name: str
    executable: str
    namespace: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    remappings: Mapping[str, str] = field(default_factory=dict)
    respawn: bool = False


def cell_nodes(layout: CellLayout) -> tuple[NodeSpec, ...]:
    """Return the nodes of a cell in the order in which they are started."""
    namespace = f'/{layout.cell_id}'
    cell = NodeSpec(
        name='cell',
        executable='cell',
        namespace=namespace,
        parameters={
            'world': str(layout.world),
            'ledger': str(layout.ledger),
            'speed': float(layout.speed),
            'record': str(layout.record or ''),
            'pictures': str(layout.pictures),
            'processes': layout.processes,
            'lockstep': ','.join(layout.lockstep),
        },
    )
    allocator = NodeSpec(
        name='allocator',
        executable='allocator',
        namespace=namespace,
        parameters={
            'use_sim_time': True,
            'world': str(layout.world),
            'reactions': str(layout.reactions),
            'limits': str(layout.limits),
            'policies': str(layout.policies or ''),
            'policy': layout.policy,
            'reach': str(layout.reach or ''),
            'operators': str(layout.operators),
            'journal': str(layout.journal),
            'lockstep': ALLOCATOR in layout.lockstep,
        },
        respawn=True,
    )
    return (cell, allocator)


def ros_arguments(node: NodeSpec) -> list[str]:
    """Return a node's command line from ``--ros-args`` on."""
    arguments = ['--ros-args', '-r', f'__ns:={node.namespace}', '-r', f'__node:={node.name}']
    for source, target in node.remappings.items():
        arguments += ['-r', f'{source}:={target}']
    for name, value in node.parameters.items():
        arguments += ['-p', f'{name}:={_yaml(value)}']
    return arguments


def _yaml(value: Value) -> str:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (float, int)):
        return repr(value)
    # Quoted, or a folder named 1 would become a number.
    return "'" + value.replace("'", "''") + "'"
