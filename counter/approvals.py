"""A second person says yes: a supervisor, by an own PIN, at whoever's counter.

Nobody approves what he asked for himself (invariant 10): two people, two PINs.
"""

from __future__ import annotations

from dataclasses import dataclass

from counter.desk import Actor, WritingDesk
from counter.permissions import Action, require
from counter.shop import Shop, as_known_now
from counter.signin import prove
from models.errors import NotAllowed
from models.messages import N_


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody whose PIN was right a moment ago (:func:`second_person`)."""

    actor: Actor


def second_person(shop: Shop, login: str, pin: str) -> Approval:
    """Who stands at the counter beside the clerk, by number and PIN.

    Raises:
        SignInRefused: they do not go together, or there were too many wrong tries.
    """
    return Approval(prove(shop, login, pin, "staff.approve"))


def approver(desk: WritingDesk, approval: Approval | None, asked_by_id: int | None) -> Actor:
    """Who approves: the second person, else whoever is signed in.

    Args:
        desk: where.
        approval: the second person, where one stands at the counter.
        asked_by_id: who asked for it, and so may not approve it.

    Raises:
        NotAllowed: the role may not approve, or it is the same person.
        SessionEnded: that person left, or the PIN was reset meanwhile.
    """
    if approval is None:
        actor = desk.actor
    else:

        def ask(sql: str, **values: object) -> tuple[object, ...] | None:
            return desk.ask.one(sql, **values)

        actor = as_known_now(ask, approval.actor)
    require(actor.role, Action.APPROVE_RETURN)
    if asked_by_id is not None and actor.id == asked_by_id:
        raise NotAllowed(
            N_("Nobody approves what they asked for themselves. Another supervisor has to.")
        )
    return actor
