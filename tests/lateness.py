"""A shop in which things are late: what tests of the overdue board begin with."""

from __future__ import annotations

from dataclasses import dataclass

from counter import tickets
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft
from models.terms import TicketKind
from tests.premises import Clock, Sale


@dataclass(frozen=True)
class Late:
    """Numbers of the tickets that :func:`let_be_late` opened."""

    complaint: str
    taken: str
    inquiry: str


def opened(shop: Shop, actor: Actor, kind: TicketKind, sale: Sale | None, **values: str) -> str:
    """A ticket; a complaint has its own details."""
    draft = TicketDraft(
        kind,
        values.pop("summary", f"a {kind}"),
        customer_id=sale.customer_id if sale is not None else None,
        complaint=ComplaintDraft() if kind is TicketKind.COMPLAINT else None,
        **values,
    )
    with shop.writing(actor) as desk:
        return tickets.open_ticket(desk, draft).no


def let_be_late(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> Late:
    """A complaint that nobody took, one that ``clerk`` answered, an inquiry; hours go by.

    Late afterwards: the answer to the first complaint and its end, the end of the second one.
    """
    complaint = opened(shop, clerk, TicketKind.COMPLAINT, sale)
    taken = opened(shop, clerk, TicketKind.COMPLAINT, sale)
    with shop.writing(clerk) as desk:
        tickets.take(desk, taken)
    with shop.writing(clerk) as desk:
        tickets.respond(desk, taken, "We look into it.")
    clock.forward(days=3)
    inquiry = opened(shop, clerk, TicketKind.INQUIRY, None)
    return Late(complaint, taken, inquiry)
