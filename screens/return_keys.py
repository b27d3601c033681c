"""The keys of a return: what Enter is called at each step, and which keys a hand pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual import events
from textual.binding import Binding

from models.messages import N_

SCAN: Final = 0.025
"""Seconds between two keys within which a scanner typed them and no hand."""

REPEAT: Final = 0.045
"""Seconds between two Enters within which the key was held down."""

NEXT_KEYS: Final[Mapping[str, str]] = {
    "approve": N_("Grant it"),
    "refuse": N_("Say no"),
    "refer": N_("To a supervisor"),
    "receive": N_("Take it in"),
    "refund": N_("Work it out"),
    "authorise": N_("Second person"),
    "settle": N_("Pay it back"),
    "exchange": N_("Hand it out"),
    "repair": N_("To be repaired"),
    "give_back": N_("Give it back"),
    "compensate": N_("See to it"),
    "close": N_("Close it"),
}
"""What Enter does, in the key bar."""

DECIDE: Final = N_("Decide")
"""What Enter does where a supervisor decides."""


def of_moment(binding: Binding, words: str, own: str) -> Binding:
    """The binding as the key bar shows it: Enter with ``words``, without the step's ``own`` key."""
    if binding.id == "return.next":
        return replace(binding, description=words)
    return replace(binding, show=False) if binding.action == own else binding


class Hand:
    """Tells a hand's keys from those of a scanner, and from one that is held down."""

    def __init__(self) -> None:
        self._last = ("", float("-inf"))
        self._since = float("inf")

    def takes(self, event: events.Key) -> bool:
        """Whether a key may take a step; keys that take none always may."""
        before, at = self._last
        self._last, self._since = (event.key, event.time), event.time - at
        if event.key != "enter" and not event.is_printable:
            return True
        is_repeated = self._since < REPEAT and event.key == before == "enter"
        return self._since >= SCAN and not is_repeated

    def was_scanner(self, event: events.Key) -> bool:
        """Whether the key that took no step was the Enter at the end of a scan."""
        return event.key == "enter" and self._since < SCAN
