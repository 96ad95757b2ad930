"""
The wiring: the one module that knows every shell.

Each is imported inside the function that needs it, so that the terminal never loads the
physics engine and the command line starts quickly.
"""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING

from cobot_alloc.domain.codes import RefusalCode, SkillCode
from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.words import PRODUCT, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cobot_alloc.application.arm_ports import CellWorld
    from cobot_alloc.application.audit import JournalOffice
    from cobot_alloc.application.journal import JournalReader
    from cobot_alloc.application.looks import Angle, FilmSpan
    from cobot_alloc.application.operators import Operator, Role
    from cobot_alloc.application.order import Order
    from cobot_alloc.application.processes import CellLayout
    from cobot_alloc.application.settings import (
        AllocatorParts,
        AllocatorSettings,
        CellParts,
        CellSettings,
    )
    from cobot_alloc.application.supervisor_ports import CellView, SupervisorGateway, TurnTaker
    from cobot_alloc.domain.scheduling.policy import Policy
    from cobot_alloc.files.cell_files import CellFiles
    from cobot_alloc.sim.cell import SimulatedCell
    from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
    from cobot_alloc.sim.recording.replay import Replay
    from cobot_alloc.sim.world import World
    from cobot_alloc.tui.app import SupervisorApp

#: Skills of the person for whom a cell is brought up.
PERSON_SKILLS = frozenset({SkillCode.DECIDE.value, SkillCode.INSPECT.value})
#: Wall-clock seconds for working out what the arms of a world can reach.
REACH_WITHIN_S = 60.0


def open_allocator(settings: AllocatorSettings) -> AllocatorParts:
    """
    Read and check every file of an allocator, then open its journal.

    :raises BadInput: if a file is not what was expected; the message says where.
    :raises JournalError: if the journal cannot be opened or trusted.
    """
    from cobot_alloc.application.allocator import Allocator
    from cobot_alloc.application.plan_watch import PlanWatch
    from cobot_alloc.application.planner import PlanningWork
    from cobot_alloc.application.settings import AllocatorParts
    from cobot_alloc.application.signing import Authenticator
    from cobot_alloc.domain.identifiers import CellId
    from cobot_alloc.domain.preferences import Preferences
    from cobot_alloc.domain.rules import CellRules
    from cobot_alloc.domain.scheduling.policy import Policy
    from cobot_alloc.files.cell_files import read_cell_files
    from cobot_alloc.files.operators import read_operators
    from cobot_alloc.files.reach import read_reach
    from cobot_alloc.people.keys import Ed25519Verifier
    from cobot_alloc.planning.pairing import pair_at_least_cost
    from cobot_alloc.planning.planner_process import open_planner
    from cobot_alloc.storage.sqlite_journal import SqliteJournal

    files = read_cell_files(
        world=settings.world, limits=settings.limits, reactions=settings.reactions
    )
    world, limits = files.world, files.limits
    _check_cell(settings.cell_id, world.cell, settings.world)
    policy = _chosen_policy(settings)
    operators = read_operators(settings.operators)
    rules = CellRules(
        reactions=files.reactions,
        limits=limits,
        words=files.words.with_skills(it for who in operators for it in who.skills),
        pair=pair_at_least_cost,
        locations=world.named_positions,
        zones=world.zones,
        areas=world.exclusive_areas,
        belts=world.belts,
        single_places=world.single_places,
        tools={arm.agent_id: frozenset(t.kind.value for t in arm.tools) for arm in world.arms},
        unreachable=read_reach(settings.reach) if settings.reach is not None else {},
        preferences=Preferences(
            name='' if policy is None else settings.policy,
            policy=policy or Policy(),
            ergonomics=limits.ergonomics,
            seed=limits.seed if limits.explore else None,
        ),
    )
    journal = SqliteJournal(settings.journal, cell_id=world.cell)
    return AllocatorParts(
        allocator=Allocator(CellId(world.cell), journal=journal, rules=rules),
        journal=journal,
        authenticator=Authenticator(
            operators, Ed25519Verifier(), max_age_s=limits.signature_age_s
        ),
        people={operator.name: operator.agent() for operator in operators},
        limits=limits,
        plans=None
        if policy is None
        else PlanWatch(
            open_planner(work=PlanningWork() if settings.lockstep else None),
            rules=rules,
            policy=(settings.policy, policy),
            lockstep=settings.lockstep,
        ),
    )


def _chosen_policy(settings: AllocatorSettings) -> Policy | None:
    """
    Return what plans are judged by, or None if nothing is to be planned ahead.

    :raises BadInput: if there is no policy of that name.
    """
    from cobot_alloc.files.policies import read_policies

    if settings.policies is None:
        return None
    policies = read_policies(settings.policies)
    _check_policy(settings.policy, settings.policies, tuple(policies))
    return policies[settings.policy]


def _check_policy(name: str, file: Path, known: tuple[str, ...]) -> None:
    if name not in known:
        alike = nearest(name, known)
        perhaps = '' if alike is None else f', perhaps {alike!r}'
        expected = f'one of {", ".join(known)} of {file}{perhaps}'
        raise BadInput(f'policy: got {name!r}, expected {expected}')


def open_cell(settings: CellSettings) -> CellParts:
    """
    Read the world file and make the simulated world.

    :raises BadInput: if the file is not what was expected; the message says where.
    :raises JournalError: if the arms' ledger cannot be opened.
    """
    from cobot_alloc.application.arm_desk import ArmDesk
    from cobot_alloc.application.settings import CellParts
    from cobot_alloc.files.worlds import read_world
    from cobot_alloc.sim.recording.recorder import CellRecorder
    from cobot_alloc.sim.render.failure_pictures import FailurePictures
    from cobot_alloc.sim.render.render_client import RenderClient
    from cobot_alloc.sim.wrapped_cell import SeenCell
    from cobot_alloc.storage.sqlite_ledger import SqliteLedger

    spec = read_world(settings.world)
    _check_cell(settings.cell_id, spec.cell, settings.world)
    ledger = SqliteLedger(settings.ledger)
    world: SeenCell
    simulated, note = _simulation(spec, settings.processes)
    world = simulated
    if settings.record is not None:
        world = CellRecorder(simulated, settings.record)
    if settings.pictures is not None:
        world = FailurePictures(world, spec, RenderClient(spec, settings.pictures))
    return CellParts(world=world, desk=ArmDesk(world, ledger), ledger=ledger, spec=spec, note=note)


def _simulation(spec: World, processes: int) -> tuple[SimulatedCell | PartitionedCell, str]:
    """Return the simulated world, and why one process simulates it if several were to."""
    from cobot_alloc.sim.cell import SimulatedCell
    from cobot_alloc.sim.motion.remote_planner import RemotePlanner
    from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
    from cobot_alloc.sim.partition.partitioning import partition_world
    from cobot_alloc.sim.partition.speedup import processes_for

    note = ''
    if processes != 1:
        found = partition_world(spec)
        cores = len(os.sched_getaffinity(0))
        count, note = processes_for(found, wanted=processes, cores=cores)
        if count > 1:
            return PartitionedCell(spec, processes=count, partitioning=found), ''
    planner = RemotePlanner(spec)
    cell = SimulatedCell(spec, planner=planner)
    planner.wait_until_ready()
    return cell, note


def open_gateway(
    cell_id: str, *, actor: str, key: Path | None, timeout_s: float, lockstep: bool = False
) -> TurnTaker:
    """
    Connect a person to a cell.

    :param key: the person's private key; None can look but not act.
    :param lockstep: whether the cell waits for this person in each round of its time.
    :raises BadInput: if the key cannot be read.
    :raises Refused: ``no_answer`` if the allocator is not heard in time.
    """
    from cobot_alloc.domain.errors import Refused
    from cobot_alloc.people.keys import read_signer
    from cobot_alloc.ros.supervisor_client import RosGateway

    signer = read_signer(key) if key is not None else None
    gateway = RosGateway(cell_id, actor=actor, signer=signer, lockstep=lockstep)
    if timeout_s > 0 and not gateway.wait_connected(timeout_s):
        gateway.close()
        domain = os.environ.get('ROS_DOMAIN_ID', '0')
        raise Refused(
            RefusalCode.NO_ANSWER,
            f'no allocator of cell {cell_id} was heard in {timeout_s:g} s, in ROS domain {domain}',
        )
    return gateway


def open_journal_to_read(path: Path) -> JournalReader:
    """
    Open a journal without the right to change it.

    :raises JournalError: if it is not there or not a journal.
    """
    from cobot_alloc.storage.sqlite_journal import SqliteJournalReader

    return SqliteJournalReader(path)


def journal_office() -> JournalOffice:
    """Return what verifies, exports and compacts journal files."""
    from cobot_alloc.storage.journal_office import SqliteJournalOffice

    return SqliteJournalOffice()


def read_files(world: Path, *, reactions: str, limits: str) -> CellFiles:
    """
    Return what the files say that a cell is brought up with.

    :param reactions: a file, or the name of one that the package ships; so is ``limits``.
    :raises BadInput: if a file is not there, or not what was expected.
    """
    from cobot_alloc.application.places import find
    from cobot_alloc.files.cell_files import read_cell_files

    return read_cell_files(
        world=world, limits=find('config', limits), reactions=find('config', reactions)
    )


def world_reader() -> Callable[[Path], World]:
    """Return what reads world files."""
    from cobot_alloc.files.worlds import read_world

    return read_world


def order_reader() -> Callable[..., Order]:
    """Return what reads order files, checked against a world and its words if given."""
    from cobot_alloc.files.orders import read_order

    return read_order


def take_picture(
    world: World, *, play: Callable[[CellWorld], None], size: tuple[int, int], angle: Angle
) -> NDArray[np.uint8]:
    """
    Return a picture of a simulated cell, (height, width, 3), red, green, blue.

    :param play: lets something happen in the cell before.
    :param size: width and height in pixels.
    :raises BadInput: if the world names what there is not.
    """
    from cobot_alloc.sim.cell import SimulatedCell
    from cobot_alloc.sim.render.cameras import camera_at
    from cobot_alloc.sim.render.viewer import Viewer

    camera = camera_at(world, angle, aspect=size[0] / size[1])
    cell = SimulatedCell(world)
    try:
        play(cell)
        snapshot = cell.snapshot()
    finally:
        cell.close()
    viewer = Viewer(world)
    try:
        return viewer.picture(snapshot, camera, size)
    finally:
        viewer.close()


def picture_from_recording(
    path: Path, *, at_s: float, size: tuple[int, int], angle: Angle
) -> NDArray[np.uint8]:
    """
    Return a picture of a recorded cell at a time, in simulated seconds.

    :raises BadInput: if the recording cannot be read or does not go as far.
    """
    from cobot_alloc.sim.recording.file import Recording
    from cobot_alloc.sim.recording.playback import snapshot_at
    from cobot_alloc.sim.render.cameras import camera_at
    from cobot_alloc.sim.render.viewer import Viewer

    recording = Recording(path)
    try:
        camera = camera_at(recording.world, angle, aspect=size[0] / size[1])
        snapshot = snapshot_at(recording, at_s)
        viewer = Viewer(recording.world)
    finally:
        recording.close()
    try:
        return viewer.picture(snapshot, camera, size)
    finally:
        viewer.close()


def film_from_recording(
    path: Path,
    film: Path,
    *,
    span: FilmSpan,
    size: tuple[int, int],
    angle: Angle,
    progress: Callable[[int, int], None],
) -> None:
    """
    Make a film of a recorded cell.

    :param progress: told how many pictures are done, of how many.
    :raises BadInput: if the recording cannot be read or does not go as far, or the film cannot
        be written.
    """
    from cobot_alloc.sim.recording.file import Recording
    from cobot_alloc.sim.recording.playback import snapshots_at
    from cobot_alloc.sim.render.cameras import camera_at
    from cobot_alloc.sim.render.film import film_writer
    from cobot_alloc.sim.render.viewer import Viewer

    recording = Recording(path)
    try:
        times = span.times(recording.duration_s)
        camera = camera_at(recording.world, angle, aspect=size[0] / size[1])
        with film_writer(film, fps=span.fps) as writer:
            viewer = Viewer(recording.world)
            try:
                for number, snapshot in enumerate(snapshots_at(recording, times), start=1):
                    writer.append_data(viewer.picture(snapshot, camera, size))
                    progress(number, len(times))
            finally:
                viewer.close()
    finally:
        recording.close()


def replay_recording(path: Path, progress: Callable[[float, float], None]) -> Replay:
    """
    Do a recording of a simulated cell again and return what came of it.

    :param progress: told now and then how many simulated seconds are done, of how many.
    :raises BadInput: if it is no recording that can be read.
    """
    from cobot_alloc.sim.recording.replay import replay

    return replay(path, progress=progress)


def export_recording(path: Path, mcap: Path, progress: Callable[[float, float], None]) -> None:
    """
    Write a recording of a simulated cell as an MCAP file.

    :param progress: told now and then how many simulated seconds are done, of how many.
    :raises BadInput: if the recording cannot be read, the file cannot be written, or what that
        takes is not installed.
    """
    from cobot_alloc.sim.recording.export import export_mcap
    from cobot_alloc.sim.recording.file import Recording

    recording = Recording(path)
    try:
        export_mcap(recording, mcap, progress=progress)
    finally:
        recording.close()


def add_operator(
    folder: Path,
    name: str,
    *,
    skills: frozenset[str],
    certificates: frozenset[str] = frozenset(),
    role: Role,
) -> Operator:
    """
    Make someone an operator of the cell whose operators are in a folder.

    :raises BadInput: if the name is taken or cannot be one.
    """
    from cobot_alloc.application.operators import create_operator, OperatorRegistry
    from cobot_alloc.files.operators import read_operators, write_operators
    from cobot_alloc.people.keys import create_key

    path = folder / 'operators.yaml'
    registry = OperatorRegistry(
        known=read_operators(path) if path.is_file() else (),
        create_key=create_key,
        keep=lambda operators: write_operators(path, operators),
    )
    return create_operator(
        folder, name, registry, skills=skills, certificates=certificates, role=role
    )


def prepare_cell(
    world: str,
    *,
    reactions: str = 'reactions',
    limits: str = 'cell',
    policy: str = 'balanced',
    state: Path | None,
    person: str,
    speed: float,
    record: Path | None = None,
    processes: int = 1,
    lockstep: bool | None = None,
    scripted: bool = False,
) -> CellLayout:
    """
    Return what ``cell_nodes`` turns into processes: the same for runner and launch file.

    :param world: a file, or the name of one that the package ships; so are ``reactions`` and
        ``limits``.
    :param policy: what plans are judged by, a name in config/policies.yaml; ``none``: nothing
        is planned ahead.
    :param state: folder of what must outlive the processes, made if it is not there; None: a
        new run folder.
    :param person: gets a key on the first use of the folder.
    :param record: file for a recording of the simulation.
    :param processes: how many simulate the world; 0: as many as it gains from.
    :param lockstep: whether the cell waits for who takes part; None: if it does not keep to the
        wall clock.
    :param scripted: whether a scripted supervisor takes part.
    :raises BadInput: if a file is not there, or not what was expected.
    """
    from cobot_alloc.application.lockstep import ALLOCATOR, SUPERVISOR
    from cobot_alloc.application.operators import Role
    from cobot_alloc.application.places import find
    from cobot_alloc.application.processes import CellLayout
    from cobot_alloc.cli.state_folder import new_run_folder
    from cobot_alloc.files.policies import read_policies

    world_file = find('worlds', world)
    # Said here, a slip costs a message; said by the node, it costs a run folder as well.
    spec = read_files(world_file, reactions=reactions, limits=limits).world
    policies = None
    if policy != 'none':
        policies = find('config', 'policies')
        _check_policy(policy, policies, (*read_policies(policies), 'none'))
    folder = (state or new_run_folder(world_file.stem)).absolute()
    if not (folder / 'operators' / f'{person}.key').is_file():
        skills = PERSON_SKILLS | spec.skills_of_people
        add_operator(folder / 'operators', person, skills=skills, role=Role.SUPERVISOR)
    taking_part = (SUPERVISOR, ALLOCATOR) if scripted else (ALLOCATOR,)
    return CellLayout(
        cell_id=spec.cell,
        world=world_file,
        reactions=find('config', reactions),
        limits=find('config', limits),
        policies=policies,
        policy=policy,
        reach=_reach_of(world_file),
        state=folder,
        speed=speed,
        record=record.absolute() if record is not None else None,
        processes=processes,
        lockstep=taking_part if lockstep or (lockstep is None and not speed) else (),
    )


def scripted_supervisor(
    answers: Path, *, actor: str, words: Words = PRODUCT
) -> Callable[[SupervisorGateway], list[str]]:
    """
    Return a supervisor who answers from a file, one look at a time.

    :param words: the codes and skills that the file may name.
    :raises BadInput: if the file is not what was expected; the message says where.
    """
    from dataclasses import replace

    from cobot_alloc.application.scripted_supervisor import ScriptedSupervisor
    from cobot_alloc.files.answers import read_answers

    return ScriptedSupervisor(replace(read_answers(answers, words=words), actor=actor)).step


def supervisor_app(
    gateway: SupervisorGateway,
    *,
    actor: str,
    exit_when: Callable[[CellView], bool] | None = None,
) -> SupervisorApp:
    """Return the supervisor's terminal, to be run."""
    from cobot_alloc.tui.app import SupervisorApp

    return SupervisorApp(gateway, actor=actor, exit_when=exit_when)


def _check_cell(expected: str, found: str, path: Path) -> None:
    if expected and expected != found:
        raise BadInput(f'{path}: cell: got {found!r}, expected {expected!r}, the cell of the node')


def _reach_of(world: Path) -> Path | None:
    """
    Return the file of the places that a world's arms cannot reach though they are near.

    Worked out once for each world, in a process of its own: whoever brings a cell up never
    loads the physics. None where that cannot be done; distance alone counts then.
    """
    import hashlib
    import subprocess

    from cobot_alloc.files.worlds import read_world

    cache = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'cobot_alloc'
    spec = read_world(world)
    models = [Path(arm.model) for arm in spec.arms if Path(arm.model).is_file()]
    read = b''.join(path.read_bytes() for path in (world, *models))
    digest = hashlib.sha256(read).hexdigest()[:16]
    found = cache / f'reach-{digest}.json'
    if found.is_file():
        return found
    command = [sys.executable, '-m', 'cobot_alloc.bootstrap', 'reach', str(world), str(found)]
    try:
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, capture_output=True, timeout=REACH_WITHIN_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found


def reach(world: str, out: str) -> int:
    """Write down the places that a world's arms cannot reach though they are near."""
    from cobot_alloc.files.reach import write_reach
    from cobot_alloc.files.worlds import read_world
    from cobot_alloc.sim.motion.reachability import unreachable_locations

    write_reach(Path(out), unreachable_locations(read_world(Path(world))))
    return 0


def _end_with_parent() -> None:
    """Let the kernel end this process with the one that brought the cell up, if it says so."""
    import ctypes
    import signal

    from cobot_alloc.application.processes import PARENT

    parent = os.environ.get(PARENT, '')
    if not parent:
        return
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit(f'process {parent}, which brought the cell up, has ended')


def allocator() -> int:
    """Run the allocator's node."""
    _end_with_parent()
    from cobot_alloc.ros.run_node import run_allocator

    return run_allocator(open_allocator)


def cell() -> int:
    """Run the simulated cell's node."""
    _end_with_parent()
    from cobot_alloc.ros.run_node import run_cell

    return run_cell(open_cell)


NODES = {'allocator': allocator, 'cell': cell}

if __name__ == '__main__':
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ''
    if name == 'reach':
        sys.exit(reach(*sys.argv[1:]))
    if name not in NODES:
        sys.exit(f'usage: python -m cobot_alloc.bootstrap {{{"|".join(NODES)}}} [--ros-args ...]')
    sys.exit(NODES[name]())
