"""Read the clocks and limits of a cell."""

from __future__ import annotations

from pathlib import Path

from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.setup_rules import ANY
from cobot_alloc.domain.words import PRODUCT, Words
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.words import refuse_unknown_skills, refuse_unknown_tools
from cobot_alloc.files.yaml_source import load


def read_limits(path: Path | str, *, words: Words = PRODUCT) -> Limits:
    """
    Return the clocks and limits; what the file leaves out has its default.

    :param words: skills and tools that its rules may name, beside those that it lists.
    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    limits = validate(document, Limits)
    problems = Problems(document)
    _check_words(limits, words.with_listed(limits), problems)
    problems.refuse_if_any()
    return limits


def _check_words(limits: Limits, words: Words, problems: Problems) -> None:
    for key in ('skills', 'codes', 'tools'):
        if '' in getattr(limits, key):
            problems.expected((key,), 'words, none of them empty')
    rules, families = limits.requirements, [it.family for it in limits.requirements.families]
    for key in ('certificates', 'tools', 'families'):
        for index in range(len(getattr(rules, key))):
            refuse_unknown_skills(problems, ('requirements', key, index, 'skill'), words)
    for index in range(len(rules.tools)):
        refuse_unknown_tools(problems, ('requirements', 'tools', index, 'tools'), words)
    for index in range(len(rules.setups)):
        for key in ('from', 'to'):
            at = ('requirements', 'setups', index, key)
            refuse_unknown_tools(problems, at, words, also=(ANY, *families))
