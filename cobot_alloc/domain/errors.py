"""
The errors of the package.

* CobotAllocError
  - IllegalTransition     a lifecycle was asked for a step that its table does not have
  - Refused               a request that the rules do not allow; the caller is told why
  - BadInput              a file, key or value that is not what was expected
  - JournalError          the journal cannot be trusted or cannot be written
  - WorldLost             a part of the simulated world has ended

What goes wrong in the cell is not an error but a fact (domain.failure.Failure): it is
stored, queued and shown.
"""

from __future__ import annotations


class CobotAllocError(Exception):
    """Root of everything that the package raises on purpose."""


class IllegalTransition(CobotAllocError):
    """A lifecycle was asked for a step that its table does not have."""


class Refused(CobotAllocError):
    """
    A request that the rules do not allow.

    :ivar code: for programs: a ``RefusalCode``, or a word of another version of the product.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code for programs and the message for people."""
        super().__init__(message)
        self.code = code


class BadInput(CobotAllocError):
    """A file, key or value that is not what was expected; the message says where."""


class JournalError(CobotAllocError):
    """The journal cannot be trusted or cannot be written; nothing further is done."""


class WorldLost(CobotAllocError):
    """A part of the simulated world has ended; nothing can be said of it any more."""
