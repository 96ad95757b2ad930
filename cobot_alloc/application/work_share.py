"""How much work each sender may make."""

from __future__ import annotations

from dataclasses import dataclass

#: The most that one message is charged: a disk that stood still is not its sender's fault.
MOST_S = 0.05


@dataclass(slots=True)
class _Account:
    left_s: float
    at_s: float


class WorkShare:
    """
    Lets each sender make so much work at once, and have a share of the time after that.

    Work is what a message really took, so that one with news, which is written to a disk,
    weighs more than one without. It remembers every sender that it is told of: whoever asks
    bounds how many there are.
    """

    def __init__(self, share: float, *, at_once_s: float) -> None:
        """
        Begin with nothing spent.

        :param share: of the time, for each sender.
        :param at_once_s: seconds of work that a sender who was quiet may make at once.
        """
        self._share = share
        self._at_once_s = at_once_s
        self._accounts: dict[str, _Account] = {}

    def admits(self, sender: str, *, now_s: float) -> bool:
        """
        Tell whether a message of a sender may be taken up now.

        :param now_s: of a clock that never goes back.
        """
        account = self._accounts.setdefault(sender, _Account(self._at_once_s, now_s))
        earned_s = (now_s - account.at_s) * self._share
        account.left_s = min(self._at_once_s, account.left_s + earned_s)
        account.at_s = now_s
        return account.left_s > 0.0

    def charge(self, sender: str, took_s: float) -> None:
        """Charge a sender that was admitted for the work that its message made."""
        self._accounts[sender].left_s -= min(took_s, MOST_S)
