"""Find the skills: every module of this package that has a ``SKILL``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cobot_alloc.sim import skills
from cobot_alloc.sim.execution.skill import Skill


@cache
def known_skills() -> Mapping[str, Skill]:
    """Return the skills by name."""
    modules = [
        import_module(f'{skills.__name__}.{info.name}')
        for info in sorted(iter_modules(skills.__path__), key=lambda info: info.name)
    ]
    found = [module.SKILL for module in modules if hasattr(module, 'SKILL')]
    return MappingProxyType({skill.name: skill for skill in found})
