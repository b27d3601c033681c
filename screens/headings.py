"""What the title bar says: which shop, who is here, what has not left it yet, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter.language import _, day, ngettext, number
from counter.permissions import Action, allowed
from models.terms import Priority

if TYPE_CHECKING:
    from counter.desk import Actor
    from counter.shop import Shop
    from models.views import DayNumbers

Parts = tuple[str, ...]


def title_parts(
    shop: Shop | None, actor: Actor | None, numbers: DayNumbers | None
) -> tuple[Parts, Parts]:
    """What stands at the left and at the right, all translated."""
    if shop is None:
        return ("Counter",), ()
    zone = shop.site.zone
    local = shop.clock().astimezone(zone)
    moment = f"{day(local.date())} {local:%H:%M}"
    if actor is None:
        return (shop.site.name,), (moment,)
    right = (_unsent(numbers, actor), _overdue(numbers), _first_priority(numbers), moment)
    return (shop.site.name, actor.name), right


def _unsent(numbers: DayNumbers | None, actor: Actor) -> str:
    """For whoever can send it: the figure rises with every sign-in, too, which puzzles others."""
    if numbers is None or not numbers.unsent_changes or not allowed(actor.role, Action.EXPORT):
        return ""
    return _("{count} unsent").format(count=number(numbers.unsent_changes))


def _overdue(numbers: DayNumbers | None) -> str:
    """What is late, to be noticed."""
    if numbers is None or not numbers.overdue:
        return ""
    said = ngettext("{count} overdue", "{count} overdue", numbers.overdue)
    return f"! {said.format(count=number(numbers.overdue))}"


def _first_priority(numbers: DayNumbers | None) -> str:
    """How many matters of the first priority somebody has to look after, on every screen."""
    if numbers is None or not numbers.first_priority:
        return ""
    return f"!! {Priority.P1}: {number(numbers.first_priority)}"
