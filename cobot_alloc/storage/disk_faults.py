"""What can be wrong with the simulated disk."""

from __future__ import annotations

from dataclasses import dataclass

import apsw


@dataclass(slots=True)
class Faults:
    """
    What is wrong with a disk.

    :ivar refuse_writes: every write is an error, and nothing of it is written.
    :ivar refuse_syncs: every sync is an error; what was written stays unsynced.
    :ivar ignore_syncs: the disk says that it synced, and did not.
    :ivar relent_after: refused writes and syncs until they are refused no more; None for never.
    :ivar read_only: nothing can be changed.
    :ivar capacity: bytes that fit, None for as many as there are.
    :ivar power_off_after: changes (write, sync, truncate, delete) until the power fails and
        everything with it until the next crash; None for never.
    :ivar used: bytes on the disk; kept by the disk.
    """

    refuse_writes: bool = False
    refuse_syncs: bool = False
    ignore_syncs: bool = False
    relent_after: int | None = None
    read_only: bool = False
    capacity: int | None = None
    power_off_after: int | None = None
    used: int = 0

    @property
    def is_off(self) -> bool:
        """Whether the power has failed."""
        return self.power_off_after is not None and self.power_off_after <= 0

    def meet(self) -> None:
        """Let a change through, or refuse it."""
        if self.read_only:
            raise apsw.ReadOnlyError('the disk is read-only')
        if self.power_off_after is not None:
            if self.power_off_after <= 0:
                raise apsw.IOError('the power is off')
            self.power_off_after -= 1

    def refusal(self, what: str) -> apsw.Error:
        """Return a refusal, one of so many."""
        if self.relent_after is not None:
            self.relent_after -= 1
            if self.relent_after <= 0:
                self.refuse_writes, self.refuse_syncs, self.relent_after = False, False, None
        return apsw.IOError(f'the disk refuses to {what}')
