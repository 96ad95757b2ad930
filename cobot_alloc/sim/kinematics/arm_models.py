"""What is known of the arm models: flange, posture at rest, and the limits of motion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import radians

from cobot_alloc.sim.world import ArmSpec, PowerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmModel:
    """
    An arm model. Joint figures are per joint, from the base, in rad, rad/s, rad/s^2, rad/s^3.

    :ivar urdf: file of the package, of PyBullet's data, or a path.
    :ivar flange: link that carries the tool; empty for the URDF's only leaf.
    :ivar flange_offset_m: of the tool's mounting face from the flange link, along its z axis.
    :ivar leave_out: links of the URDF that are dropped with all that hangs on them.
    :ivar repaint: materials of the URDF by name, each with another colour: red, green, blue.
    :ivar home: posture of the arm at rest; empty for the middle of the joints' range.
    :ivar power: what it draws; None: not known.
    :ivar velocity: empty for the URDF's own limits.
    """

    urdf: str
    flange: str = ''
    flange_offset_m: float = 0.0
    leave_out: tuple[str, ...] = ()
    repaint: tuple[tuple[str, str], ...] = ()
    home: tuple[float, ...] = ()
    velocity: tuple[float, ...] = ()
    acceleration: float = 10.0
    jerk: float = 150.0
    power: PowerSpec | None = None


# Assumptions, not measurements: nothing that the makers publish separates these. Replace them by
# figures of your own arms; fitted models of this form come within some watts of measurement
# (Heredia et al., EcBot, arXiv 2508.06276, test errors of 1.5 to 5.3 W RMS).
_PANDA_POWER = PowerSpec(
    idle_w=90.0,
    copper_w_per_nm2=0.05,
    source=(
        'assumed: idle with controller 80 to 100 W as commonly reported; copper loss chosen for'
        ' some 14 W when the arm holds itself at home'
    ),
)
_IIWA_POWER = PowerSpec(
    idle_w=120.0,
    copper_w_per_nm2=0.04,
    source=(
        'assumed: idle with cabinet 100 to 150 W; copper loss chosen for some 24 W when the arm'
        ' holds itself at home'
    ),
)

_KNOWN = {
    # Speeds from the makers' data sheets. The accelerations are a moderate choice for
    # carrying parts by suction, well below what the arms can do.
    'franka_panda': ArmModel(
        urdf='franka_panda/panda.urdf',
        flange='panda_link8',
        leave_out=('panda_hand',),
        home=(0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785),
        velocity=(2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61),
        power=_PANDA_POWER,
    ),
    'kuka_iiwa': ArmModel(
        urdf='kuka_iiwa/model.urdf',
        flange='lbr_iiwa_link_7',
        flange_offset_m=0.045,
        repaint=(('Blue', '0.80 0.82 0.84'), ('Orange', '0.95 0.45 0.08')),
        home=(0.0, 0.1, 0.0, -1.75, 0.0, 1.2916, 0.0),
        velocity=tuple(radians(speed) for speed in (85, 85, 100, 75, 130, 135, 135)),
        power=_IIWA_POWER,
    ),
}


def arm_model(spec: ArmSpec) -> ArmModel:
    """Return a known model, or one for the URDF of any other arm, as the world has it."""
    model = _KNOWN.get(spec.model) or ArmModel(urdf=spec.model)
    return replace(
        model,
        home=spec.home or model.home,
        flange=spec.flange or model.flange,
        power=spec.power or model.power,
    )
