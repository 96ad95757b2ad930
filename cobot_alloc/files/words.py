"""
Refuse what is not known of what files name: skills, codes of failures, tools.

With the known one that it is most like: a rule for a code that nobody reports, or a task of a
skill that nobody has, would be taken and never come true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from cobot_alloc.domain.codes.code import nearest, SLIP
from cobot_alloc.domain.words import Words
from cobot_alloc.files.document import Keys
from cobot_alloc.files.problems import Problems

#: So many words are still read where none is like what was given.
_FEW = 20


def refuse_unknown_skills(problems: Problems, keys: Keys, words: Words) -> None:
    """Note each skill at the end of a way, one or a list of them, that is not known."""
    _refuse_unknown(problems, keys, words.skills, 'skill', 'skills')


def refuse_slips_of_skills(problems: Problems, keys: Keys, words: Words) -> None:
    """Note each skill at the end of a way that is not known and nearly is."""
    for way, word in _words(problems, keys):
        alike = nearest(word, sorted(words.skills), alike=SLIP)
        if alike is not None and alike != word:
            what = f'the skill {alike!r}, or one that the limits list under skills'
            problems.expected(way, what)


def refuse_unknown_failures(problems: Problems, keys: Keys, words: Words) -> None:
    """Note each code of a failure at the end of a way, likewise."""
    _refuse_unknown(problems, keys, words.failures, 'failure code', 'codes')


def refuse_unknown_tools(
    problems: Problems, keys: Keys, words: Words, *, also: Iterable[str] = ()
) -> None:
    """
    Note each tool at the end of a way, likewise.

    :param also: what else may stand there.
    """
    _refuse_unknown(problems, keys, words.tools.union(also), 'tool', 'tools')


def _refuse_unknown(
    problems: Problems, keys: Keys, known: Collection[str], what: str, listed: str
) -> None:
    for way, word in _words(problems, keys):
        if not word or word in known:
            continue  # an empty one is refused where it means nothing
        alike = nearest(word, sorted(known))
        if alike is not None:
            meant = f'the {what} {alike!r}'
        else:
            meant = f'one of {", ".join(sorted(known))}' if len(known) <= _FEW else f'a {what}'
        problems.expected(way, f'{meant}, or one that the limits list under {listed}')


def _words(problems: Problems, keys: Keys) -> Iterator[tuple[Keys, str]]:
    node = problems.document.find(keys)
    value = None if node is None else node.plain()
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, list):
        for index, word in enumerate(value):
            if isinstance(word, str):
                yield (*keys, index), word
