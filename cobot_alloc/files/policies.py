"""Read the policies: what a plan is judged by, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load


@dataclass(frozen=True, slots=True, kw_only=True)
class _Policies:
    """The names under which a policy can be chosen."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by pydantic only

    fastest: Policy
    balanced: Policy
    gentle: Policy
    green: Policy


def read_policies(path: Path | str) -> Mapping[str, Policy]:
    """
    Return the policies; a weight that is left out has its default.

    :raises BadInput: with one line for each problem.
    """
    found = validate(load(path), _Policies)
    return {field.name: getattr(found, field.name) for field in fields(found)}
