"""
The names of topics, services and actions, each defined once.

All are relative, so that a namespace makes another cell: ``/<cell>/tasks``.
"""

from __future__ import annotations

# Topics: the allocator's state
TASKS = 'tasks'
CASES = 'cases'
AGENTS = 'agents'
MODE = 'mode'

# Topics: the cell's
BEATS = 'beats'
ZONES = 'zones'
JOINT_STATES = 'joint_states'
MARKERS = 'markers'
CLOCK = '/clock'  # where every node with use_sim_time looks
DIAGNOSTICS = '/diagnostics'

# Topics: a cell in lockstep only
ROUNDS = 'rounds'

# Services: the one door for people and orders
SUBMIT_ORDER = 'submit_order'
GET_AVAILABLE_ACTIONS = 'get_available_actions'
EXECUTE_ACTION = 'execute_action'
EXPLAIN_TASK = 'explain_task'

# Services: simulation only
MOVE_PART = 'move_part'
DO_BY_HAND = 'do_by_hand'


def execute_task(agent_id: str) -> str:
    """Return the name of an arm's action."""
    return f'{agent_id}/execute_task'


def get_attempt(agent_id: str) -> str:
    """Return the name of an arm's service that tells what became of an attempt."""
    return f'{agent_id}/get_attempt'


def resume(agent_id: str) -> str:
    """Return the name of an arm's service that lets it go on."""
    return f'{agent_id}/resume'


def cancel_goal(agent_id: str) -> str:
    """Return the name of the service behind an arm's action that cancels goals."""
    return f'{execute_task(agent_id)}/_action/cancel_goal'


def turns(participant: str) -> str:
    """Return the name of the topic on which a participant of a cell in lockstep ends its turns."""
    return f'{participant}/turns'
