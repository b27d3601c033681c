"""Goods of a return come in: what actually came, how it looks, and what that makes of the verdict.

The day that counts is the day of the request; what is judged again is the quantity and the state
of the goods. They may also need not come (a recall, an authority's order, a short delivery), go
back to the customer, or go on to a repair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from counter.desk import Actor, WritingDesk
from counter.language import _, quantity
from counter.policy_versions import policy_by_id
from counter.return_check import ANSWERS, check_line, judge, requested_milli
from counter.return_decisions import CONDITIONS, keep, newest, overridden
from counter.return_events import OpenCase, case_to_work_on, end, end_of_day, step
from counter.return_parts import (
    explain,
    line_numbered,
    move,
    optional,
    policy_of,
    receipt_line,
    refuse_not_granted,
    refuse_other_remedy,
    written,
)
from counter.rules.amounts import half_up
from counter.rules.fields import Faults
from counter.rules.refunds import due_days, gone_of, price_of
from counter.rules.return_case import next_status
from counter.ticket_opening import SUMMARY_LIMIT, TicketDraft, open_ticket
from models.errors import InvalidInput
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.return_views import ReturnHead, SoldGoods
from models.returns import EligibilityDecision, ReturnLine
from models.staff import Staff
from models.terms import (
    MovementKind,
    Outcome,
    Remedy,
    ReturnReason,
    Role,
    SaleChannel,
    TicketAction,
    TicketKind,
    Tier,
)
from models.text import shortened

WITHOUT_GOODS: Final = frozenset(
    {ReturnReason.RECALL, ReturnReason.AUTHORITY_FAILED, ReturnReason.SHORT_QUANTITY}
)
"""Reasons for which money may go back though nothing comes in (invariant 4)."""

_NEVER_SOLD_AGAIN: Final = frozenset(
    {
        ReturnReason.EXPIRED_AT_SALE,
        ReturnReason.FOOD_UNSAFE,
        ReturnReason.COUNTERFEIT,
        ReturnReason.AUTHORITY_FAILED,
        ReturnReason.RECALL,
    }
)
"""Reasons that say themselves that the goods cannot be sold again; who takes them in may differ."""


SEEN: Final = frozenset({*CONDITIONS, "fault_disputed", "gift_returned", "gift_price_minor"})
"""What may be answered when the goods are here."""


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What came in of one line.

    Attributes:
        line_no: on the receipt.
        received: how much, as typed; empty: all that was asked for.
        scrapped: how much of it cannot be sold again, as typed; empty: what the answers say.
        answers: how the goods look (:data:`SEEN`), where that is not as it was said.
    """

    line_no: int
    received: str = ""
    scrapped: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


def receive(
    desk: WritingDesk,
    no: str,
    lines: Sequence[ReceivedLine] = (),
    *,
    text: str = "",
    waived: str = "",
    seen: int | None = None,
) -> ReturnHead:
    """Take the goods in; lines that are not named came as they were announced.

    Where less came, or the goods look otherwise than was said, the verdict is given anew on what
    is there; a refund that it no longer grants needs a supervisor, or the goods go back.

    Args:
        desk: who takes them in.
        no: the case.
        lines: what came otherwise than announced.
        text: a note.
        waived: why nothing has to come in, for a recall, an order or a short delivery.
        seen: the version that the actor read.

    Raises:
        InvalidInput: more came than was asked for, nothing came, or goods may not be waived.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    note, why = optional("note", text), optional("waived", waived)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.RECEIVE, opened.status)
    named = {line_numbered(desk, opened, line.line_no).id: line for line in lines}
    told = []
    for line in opened.lines:
        if why is not None:
            _waive(line, why)
        else:
            _take_in(desk, opened, line, named.get(line.id))
        told.append({"line": line.uid, "received_milli": line.received_milli})
    if why is None and not any(line.received_milli for line in opened.lines):
        raise InvalidInput(
            N_("Nothing came in. Wait for the goods, or withdraw the return."), field="received"
        )
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    due = due_days(desk.today, SaleChannel(receipt.channel), policy_of(desk, opened))
    for sentence, values in due.explained:
        explain(opened.case, sentence, **{name: _plain(value) for name, value in values.items()})
    step(
        desk,
        opened,
        TicketAction.RECEIVE,
        text=note or why,
        payload={
            "lines": told,
            "waived": why is not None,
            "due_at": end_of_day(desk, due.promised),
        },
    )
    return opened.head


def give_back(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> ReturnHead:
    """Hand the goods back: they are not as was said, or the customer changed their mind.

    Raises:
        InvalidInput: the reason is missing.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    why = written("reason", text)
    opened = case_to_work_on(desk, no, seen)
    step(desk, opened, TicketAction.GIVE_BACK, text=why)
    for line in opened.lines:
        move(desk, line, MovementKind.GIVEN_BACK, -line.received_milli)
    end(desk, opened, Outcome.REFUSED)
    return opened.head


def repair(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> ReturnHead:
    """Send the goods to be repaired: a repair ticket that follows this return is opened.

    Raises:
        WrongState: a repair is not what was granted, or the goods are not in.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    note = optional("note", text)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.REPAIR, opened.status)
    refuse_other_remedy(opened, frozenset({Remedy.REPAIR, Remedy.PAID_REPAIR}))
    for line in opened.lines:
        if line.received_milli:
            refuse_not_granted(opened, newest(desk, line))
    step(desk, opened, TicketAction.REPAIR, text=note)
    first = receipt_line(desk, opened.lines[0])
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    follower = open_ticket(
        desk,
        TicketDraft(
            kind=TicketKind.REPAIR,
            summary=opened.ticket.summary[:SUMMARY_LIMIT],
            body=note or "",
            customer_id=opened.ticket.customer_id,
            receipt_no=f"{receipt.receipt_no}/{first.line_no}",
            parent=opened.ticket.no,
        ),
    )
    end(desk, opened, Outcome.INFORMED, text=_("Goes on as {no}.").format(no=follower.no))
    return opened.head


# --- what came, and how it looks -------------------------------------------------------------


def _waive(line: ReturnLine, why: str) -> None:
    if ReturnReason(line.reason) not in WITHOUT_GOODS:
        raise InvalidInput(
            N_("Money goes back without goods only after a recall, an order or a short delivery."),
            field="waived",
        )
    line.waived = why


def _take_in(
    desk: WritingDesk, opened: OpenCase, line: ReturnLine, said: ReceivedLine | None
) -> None:
    """Count what came in of a line, and judge it again where it is not as was said."""
    sold = receipt_line(desk, line)
    goods = _as_requested(desk, opened, line, sold)
    received = line.requested_milli
    if said is not None and said.received.strip():
        faults = Faults()
        typed = faults.text("received", said.received, limit=20)
        faults.raise_if_any()
        received = 0 if typed == "0" else requested_milli(goods, typed)
    if received > line.requested_milli:
        raise InvalidInput(
            N_("Line {line}: {received} came, {requested} were asked for. Give the rest back."),
            field="received",
            line=sold.line_no,
            received=quantity(received),
            requested=quantity(line.requested_milli),
        )
    answers = _seen(said)
    decision = newest(desk, line)
    if received and (received != line.requested_milli or answers):
        decision = _judged_again(desk, line, goods, decision, answers, received)
    line.received_milli = received
    is_sound = decision.facts.get("resale_ok", True)
    scrapped = 0 if is_sound and ReturnReason(line.reason) not in _NEVER_SOLD_AGAIN else received
    if said is not None and said.scrapped.strip():
        scrapped = 0 if said.scrapped.strip() == "0" else requested_milli(goods, said.scrapped)
    if scrapped > received:
        raise InvalidInput(N_("No more can be scrapped than came in."), field="scrapped")
    line.scrapped_milli, line.resellable_milli = scrapped, received - scrapped
    desk.session.add(line)
    move(desk, line, MovementKind.RETURN_IN, received)


def _seen(said: ReceivedLine | None) -> dict[str, Any]:
    """What was seen on the goods; why they come back was said when the return was submitted.

    Raises:
        InvalidInput: something else was answered.
    """
    answers = dict(said.answers) if said is not None else {}
    for name in answers:
        if name not in SEEN:
            raise InvalidInput(
                N_("'{name}' is not seen on the goods: it was answered with the claim."),
                field=shortened(name, 100),
                name=name,
            )
    return answers


def _as_requested(
    desk: WritingDesk, opened: OpenCase, line: ReturnLine, sold: ReceiptLine
) -> SoldGoods:
    """The goods as they stood when the return was submitted: what it holds is left for it."""
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    goods = check_line(desk, receipt.receipt_no, sold.line_no)
    before = newest(desk, line)
    own = gone_of(
        0, [(line.counted_milli, before.result.get("remainder_minor", 0))], sold.unit_paid_minor
    )
    return replace(
        goods,
        left_milli=goods.left_milli + line.counted_milli,
        gone_minor=goods.gone_minor - own,
        tier=Tier(before.facts.get("tier", Tier.NONE)),
        open_refund=False,
    )


def _judged_again(
    desk: WritingDesk,
    line: ReturnLine,
    goods: SoldGoods,
    before: EligibilityDecision,
    answers: Mapping[str, Any],
    received: int,
) -> EligibilityDecision:
    """The verdict on what came in, as of the day of the request; an exception made stays made."""
    said = {name: before.facts[name] for name in ANSWERS if name in before.facts}
    judged = judge(
        goods,
        policy_by_id(desk.ask, before.policy_version_id),
        {**said, **answers, "quantity": quantity(received).replace(",", "")},
        date.fromisoformat(before.facts["checked_on"]),
        desk.site.zone,
    )
    now = keep(desk, line, judged)
    if before.overrides_id is None or answers:
        return now
    payable = before.result.get("payable_minor")
    if payable is not None:
        part = half_up(Fraction(payable * received, line.requested_milli))
        worth = price_of(received, goods.unit_paid_minor) + judged.remainder_minor
        payable = min(part, max(worth, 0))
    by = desk.session.get_one(Staff, before.actor_id)
    return overridden(
        desk,
        line,
        now,
        Actor(before.actor_id, by.login, by.name, Role(by.role)),
        Remedy(before.remedies[0]) if before.remedies else None,
        before.override_reason or "",
        payable_minor=payable,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
