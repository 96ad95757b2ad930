"""The actions on offer, as buttons and as keys."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import ItemGrid, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from cobot_alloc.application.supervisor_ports import Offer
from cobot_alloc.domain.case import Action
from cobot_alloc.tui.keymap import assign_keys, find_offer
from cobot_alloc.tui.messages import Chosen
from cobot_alloc.tui.requests import Request
from cobot_alloc.tui.standing import Standing

BUTTON_WIDTH = 20


class OfferButton(Button):
    """A button that takes an offer; hidden while it has none."""

    def __init__(self) -> None:
        """Start without an offer."""
        super().__init__('', compact=True)
        # The style sheet has no way to say none; without it the longest label just fits.
        self.styles.line_pad = 0
        self.offer: Offer | None = None

    def carry(self, key: str, offer: Offer) -> None:
        """Stand for an offer and its key from now on."""
        self.offer = offer
        self.label = Content.assemble((f' {key} ', 'bold $accent'), offer.label)
        self.tooltip = Content(offer.help) if offer.help else None


class ActionBar(Vertical):
    """Buttons for what was offered, and nothing else."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self._standing = Standing()
        self._keys: dict[str, Offer] = {}
        self._buttons: list[OfferButton] = []

    def compose(self) -> ComposeResult:
        """Lay out a remark and the room for buttons."""
        yield Static(classes='remark', markup=False)
        yield ItemGrid(min_column_width=BUTTON_WIDTH)

    def show(self, standing: Standing) -> None:
        """Show the offers; where they cannot be taken, the remark says why."""
        if standing == self._standing:
            return
        self._standing = standing
        line = self.query_one('.remark', Static)
        line.update(Content(standing.remark))
        line.display = bool(standing.remark)
        line.set_class(not standing.is_enabled, 'off')
        keys = assign_keys(standing.offers.actions) if standing.offers else {}
        if keys != self._keys:
            self._keys = keys
            self._label_buttons()
        self.query_one(ItemGrid).disabled = not standing.is_enabled

    def request_for(self, character: str | None) -> Request | None:
        """Return the request behind a key; None if there is none that can be made."""
        offer = find_offer(self._keys, character)
        return None if offer is None else self._request(offer)

    def focus_first(self) -> None:
        """Move the focus to the first action."""
        for button in self._buttons:
            if button.display and button.focusable:
                button.focus()
                return

    @on(Button.Pressed)
    def _press_button(self, event: Button.Pressed) -> None:
        event.stop()
        if isinstance(event.button, OfferButton) and event.button.offer is not None:
            request = self._request(event.button.offer)
            if request is not None:
                self.post_message(Chosen(request))

    def _request(self, offer: Offer) -> Request | None:
        offers = self._standing.offers
        if offers is not None and (self._standing.is_enabled or offer.action is Action.STOP):
            return Request.of(offer, offers)
        return None

    def _label_buttons(self) -> None:
        # Buttons stay once made: mounting is slow, and a screen must not flicker.
        missing = [OfferButton() for _ in range(len(self._keys) - len(self._buttons))]
        if missing:
            self._buttons += missing
            self.query_one(ItemGrid).mount(*missing)
        for button in self._buttons[len(self._keys) :]:
            button.display = False
        for button, (key, offer) in zip(self._buttons, self._keys.items(), strict=False):
            button.carry(key, offer)
            button.display = True
