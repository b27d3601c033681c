"""What the title bar says: which shop, who is here, what has not left it yet, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter.language import _, day, day_of_month, number

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

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
    return (shop.site.name, actor.name), (_unsent(numbers, zone), moment)


def _unsent(numbers: DayNumbers | None, zone: ZoneInfo) -> str:
    if numbers is None or not numbers.unsent_changes:
        return ""
    count = number(numbers.unsent_changes)
    if numbers.last_export is None:
        return _("{count} unsent").format(count=count)
    # Without the weekday, which would leave no room for the name of whoever is signed in.
    since = day_of_month(numbers.last_export.astimezone(zone).date())
    return _("{count} unsent since {day}").format(count=count, day=since)
