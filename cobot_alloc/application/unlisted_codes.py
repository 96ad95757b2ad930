"""Codes of failures that arms report and that nobody has listed: each is told once."""

from __future__ import annotations

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.domain.words import Words

#: So many different ones are told of and kept; an arm that makes them up fills no memory.
MOST = 100


class UnlistedCodes:
    """
    Notices codes of failures that are neither the product's nor listed by the cell.

    Such a failure is written down and asked about like any other; only rules that name no code
    can answer it, so a slip on either side would stay unseen.

    :ivar seen: those noticed so far, at most ``MOST``.
    """

    def __init__(self, words: Words) -> None:
        """Know the codes that are listed."""
        self._known = words.failures
        self.seen: set[str] = set()

    def notice(self, report: AttemptReport) -> str:
        """Return what there is to be told of a report; empty: nothing, or nothing new."""
        code = '' if report.failure is None else report.failure.code
        if not code or code in self._known or code in self.seen or len(self.seen) >= MOST:
            return ''
        self.seen.add(code)
        alike = nearest(code, sorted(self._known))
        meant = '' if alike is None else f'; it is most like {alike!r}'
        return (
            f'{report.agent_id} reports {code[:64]!r}, which the limits do not list under codes'
            f'{meant}; only rules that name no code answer it'
        )
