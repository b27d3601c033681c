"""How often what happens in a large made-up shop: shares and weights of its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counter.courses import Course
from models.terms import TicketAction, TicketKind

WORKING: Final = 0.05
"""Share of the tickets that are still worked on."""

OVERDUE: Final = 0.1
"""Share of those that are late by the shop's present; of the others that are old, somebody outside
is to answer on a day to come."""

RESOLVED: Final = 0.3
"""For each of those, so many only wait to be closed."""

YOUNG: Final = 0.85
"""Share of the youngest tickets that are still worked on; of older ones ever fewer."""

DUPLICATES: Final = 0.012
"""Share of the tickets that somebody opens a second time; half as many find the next place."""

WEIGHTS: Final[Mapping[TicketKind, float]] = {
    TicketKind.RETURN: 30,
    TicketKind.INQUIRY: 26,
    TicketKind.COMPLAINT: 16,
    TicketKind.REPAIR: 12,
    TicketKind.DELIVERY: 10,
    TicketKind.SUGGESTION: 5.5,
    TicketKind.CRISIS: 0.5,
}
"""How often each kind happens; divided among its stories."""

CANCELLED: Final = 0.15
RARE: Final = 0.25
"""How often a story that ends with cancelling, or that only large shops see, happens beside the
others of its kind."""

NAMED: Final = 0.5
"""Share of those who only ask or say something and leave their name."""

WITHOUT_END: Final = 0.6
"""Share of the tickets that are worked on to which all of a story without an end has happened."""

LATELY: Final = 2.5
"""Opening days since something happened to a ticket that is worked on, on average."""

FORGOTTEN: Final = 0.3
"""Share of the tickets to which nothing happened since their first hours."""


def weight(course: Course, courses: list[Course]) -> float:
    """How often a story that ends happens: its part of what its kind weighs."""
    alike = [one for one in courses if one.ends and one.kind is course.kind]
    return WEIGHTS[course.kind] * _rarity(course) / sum(map(_rarity, alike))


def _rarity(course: Course) -> float:
    if course.steps[-1].kind is TicketAction.CANCEL:
        return CANCELLED
    return RARE if course.rare else 1.0


WAITING: Final = 4.5
"""At most so many opening days ago somebody was asked who has not answered yet: later the ticket
would have been taken up again."""
