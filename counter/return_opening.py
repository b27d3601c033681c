"""A return is submitted: the answers about each line become a case with its first decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from counter.desk import WritingDesk
from counter.language import _, quantity
from counter.permissions import Action
from counter.policy_versions import StoredPolicy
from counter.return_check import Judged, answered_otherwise, check_line, check_policy, judge
from counter.return_decisions import keep
from counter.return_events import OpenCase, step
from counter.return_ways import pickup_slot
from counter.rules.fields import Faults
from counter.rules.verdict import Rule
from counter.ticket_events import happen
from counter.ticket_opening import BODY_LIMIT, SUMMARY_LIMIT, TicketDraft, open_ticket
from counter.words import label
from data.returns import sold_with_serial, unit_with_serial
from models.appointment import Appointment
from models.errors import InvalidInput
from models.messages import N_
from models.return_views import ReturnHead, SoldGoods
from models.returns import ReturnCase, ReturnLine
from models.terms import (
    AppointmentKind,
    AppointmentStatus,
    FreightPayer,
    Priority,
    Remedy,
    ReturnMode,
    ReturnReason,
    TicketAction,
    TicketChannel,
    TicketKind,
)
from models.text import clean_text
from models.ticket import Ticket

_AT_CUSTOMERS_WISH: Final = frozenset({ReturnReason.NO_REASON, ReturnReason.LABEL_FLAW})
"""Reasons for which the customer pays the way back, unless something else was agreed (CPL 25)."""

_TO_THE_TOP: Final = frozenset({Rule.F1})
"""Verdicts whose ticket is a P1 from the beginning: somebody's health may be at stake."""

MOST_LINES: Final = 200
"""Lines of one case; more are several cases."""


@dataclass(frozen=True, slots=True)
class ReturnLineDraft:
    """One line that somebody brings back, with the answers about it (``return_check.ANSWERS``)."""

    line_no: int
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """A return as typed.

    Attributes:
        receipt_no: of all its lines.
        lines: each with its own reason and answers.
        remedy: what the customer wishes; empty: the strongest that every verdict supports.
        mode: how the goods come back.
        freight_payer: who pays the way back by mail or pick-up; empty: the store for a claim, the
            customer without a reason.
        tracking_no: of a parcel that is on its way.
        note: what the customer said.
        channel: how the customer came.
        customer_id: who was chosen; else the one on the receipt.
        slot_from: begin of the pick-up as local time ``2025-03-08 14:00``.
        slot_to: its end.
        address: where the goods are picked up.
    """

    receipt_no: str
    lines: Sequence[ReturnLineDraft]
    remedy: str = ""
    mode: str = ReturnMode.COUNTER
    freight_payer: str = ""
    tracking_no: str = ""
    note: str = ""
    channel: str = TicketChannel.COUNTER
    customer_id: int | None = None
    slot_from: str = ""
    slot_to: str = ""
    address: str = ""


class _Checked(NamedTuple):
    """What stands beside the lines, checked."""

    mode: ReturnMode
    freight_payer: FreightPayer | None
    tracking_no: str | None
    remedy: Remedy | None
    note: str | None
    slot: tuple[datetime, datetime] | None
    address: str | None


def submit(desk: WritingDesk, draft: ReturnDraft) -> ReturnHead:
    """Open a return: its ticket, its lines with their verdicts, and the audit's 24 hours.

    What the verdict says is kept with the case, a refusal too: it may be appealed against.

    Raises:
        NotAllowed: the role may not handle returns.
        NotFound: the store has no such receipt or line.
        InvalidInput: an answer is impossible, or more is asked for than is left.
        WrongState: no version of the return rules is in force.
    """
    return open_case(desk, draft).head


def open_case(desk: WritingDesk, draft: ReturnDraft) -> OpenCase:
    """As :func:`submit`, for an operation that goes on with the case in the same transaction."""
    desk.require(Action.HANDLE_RETURN)
    checked = _checked(desk, draft)
    stored = check_policy(desk)
    judged = [_judged(desk, draft.receipt_no, line, stored) for line in _named_once(draft.lines)]
    remedy = checked.remedy or strongest(judged)
    goods = judged[0].goods
    ticket = _opened_ticket(desk, draft, judged, checked.note)
    ticket.policy_version_id = stored.id
    case = ReturnCase(
        ticket_id=_stored(ticket.id),
        receipt_id=goods.receipt_id,
        submitted_by_id=desk.actor.id,
        remedy=remedy,
    )
    desk.session.add(case)
    desk.session.flush()
    lines = tuple(_kept_line(desk, case, draft, one) for one in judged)
    case.explained = [
        {
            "sentence": N_("Submitted at {at}; {hours} hours for the decision, day and night."),
            "values": {"at": desk.now.isoformat(), "hours": stored.policy.audit_hours},
        }
    ]
    opened = OpenCase(ticket, case, lines)
    due = desk.now + timedelta(hours=stored.policy.audit_hours)
    step(
        desk,
        opened,
        TicketAction.SUBMIT,
        payload={
            "mode": checked.mode,
            "freight_payer": checked.freight_payer,
            "tracking_no": checked.tracking_no,
            "remedy": remedy,
            "due_at": due.isoformat(),
            "policy": stored.version_no,
            "lines": [
                _told(desk, draft, line, one) for line, one in zip(lines, judged, strict=True)
            ],
        },
    )
    if checked.slot is not None:
        _agree_on_pickup(desk, ticket, checked.slot, checked.address)
    return opened


def strongest(judged: Sequence[Judged]) -> Remedy:
    """The strongest remedy that all verdicts support; a refund is the wish where there is none."""
    for remedy in judged[0].verdict.remedies:
        if remedy is not Remedy.COMPENSATION and all(
            remedy in one.verdict.remedies for one in judged
        ):
            return remedy
    return Remedy.REFUND


# --- what was typed -------------------------------------------------------------------------


def _checked(desk: WritingDesk, draft: ReturnDraft) -> _Checked:
    faults = Faults()
    mode = faults.term("mode", draft.mode, ReturnMode, required=True) or ReturnMode.COUNTER
    payer = faults.term("freight_payer", draft.freight_payer, FreightPayer)
    tracking = faults.text("tracking_no", draft.tracking_no, limit=64)
    remedy = faults.term("remedy", draft.remedy, Remedy)
    note = faults.text("note", draft.note, limit=BODY_LIMIT, lines=True)
    address = faults.text("address", draft.address, limit=400)
    slot = pickup_slot(desk, draft.slot_from, draft.slot_to, faults)
    if mode is not ReturnMode.COUNTER and payer is None and draft.lines:
        reasons = {str(line.answers.get("reason", "")) for line in draft.lines}
        payer = FreightPayer.CUSTOMER if reasons <= _AT_CUSTOMERS_WISH else FreightPayer.STORE
    if not draft.lines:
        faults.add("lines", N_("Choose at least one line of the receipt."))
    elif len(draft.lines) > MOST_LINES:
        faults.add("lines", N_("At most {most} lines in one return."), most=MOST_LINES)
    faults.raise_if_any()
    is_counter = mode is ReturnMode.COUNTER
    return _Checked(
        mode,
        None if is_counter else payer,
        tracking if mode is ReturnMode.MAIL else None,
        remedy,
        note,
        slot if mode is ReturnMode.PICKUP else None,
        address,
    )


def _named_once(lines: Sequence[ReturnLineDraft]) -> Sequence[ReturnLineDraft]:
    numbers = [line.line_no for line in lines]
    for number in numbers:
        if numbers.count(number) > 1:
            raise InvalidInput(N_("Line {line} is named twice."), field="lines", line=number)
    return lines


def _judged(
    desk: WritingDesk, receipt_no: str, line: ReturnLineDraft, stored: StoredPolicy
) -> Judged:
    """The verdict on one line, inside the transaction: nobody else can take the goods meanwhile.

    Raises:
        InvalidInput: an answer is impossible, or more is asked for than is left.
    """
    goods = check_line(desk, receipt_no, line.line_no)
    judged = judge(goods, stored, line.answers, desk.today, desk.site.zone)
    if judged.requested_milli > goods.left_milli:
        raise InvalidInput(
            N_("Line {line}: {requested} asked for, {left} of {sold} left."),
            field="quantity",
            line=goods.line_no,
            requested=quantity(judged.requested_milli),
            left=quantity(max(goods.left_milli, 0)),
            sold=quantity(goods.qty_milli),
        )
    check_serial(desk, goods, clean_text(str(line.answers.get("serial_no") or "")))
    return judged


def check_serial(desk: WritingDesk, goods: SoldGoods, serial_no: str) -> None:
    """The unit that is brought back is the one that the customer has now (invariant 17).

    Raises:
        InvalidInput: it was exchanged, is of another sale, or the line has another number.
    """
    if not serial_no or serial_no == goods.serial_no:
        return
    known = unit_with_serial(desk.ask, serial_no)
    line_id = known[0] if known is not None else sold_with_serial(desk.ask, serial_no)
    if line_id is not None and line_id != goods.receipt_line_id:
        raise InvalidInput(
            N_("The unit {serial} belongs to another sale."), field="serial_no", serial=serial_no
        )
    if known is not None and known[1] is not None:
        raise InvalidInput(
            N_("The unit {serial} was exchanged for {new} and cannot come back."),
            field="serial_no",
            serial=serial_no,
            new=known[1],
        )
    if goods.serial_no is not None:
        raise InvalidInput(
            N_("This line has the serial number {sold}, not {serial}."),
            field="serial_no",
            sold=goods.serial_no,
            serial=serial_no,
        )


# --- what is written ------------------------------------------------------------------------


def _opened_ticket(
    desk: WritingDesk, draft: ReturnDraft, judged: Sequence[Judged], note: str | None
) -> Ticket:
    goods = judged[0].goods
    summary = _("{goods}: {reason}").format(
        goods=", ".join(one.goods.name for one in judged[:3]),
        reason=label(judged[0].facts.reason),
    )
    urgent = any(one.verdict.rule in _TO_THE_TOP for one in judged)
    head = open_ticket(
        desk,
        TicketDraft(
            kind=TicketKind.RETURN,
            summary=summary[:SUMMARY_LIMIT],
            body=note or "",
            channel=draft.channel,
            customer_id=draft.customer_id,
            receipt_no=f"{goods.receipt_no}/{goods.line_no}",
        ),
        at_least=Priority.P1 if urgent else None,
    )
    ticket = desk.session.get_one(Ticket, head.id)
    happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})
    return ticket


def _kept_line(
    desk: WritingDesk, case: ReturnCase, draft: ReturnDraft, judged: Judged
) -> ReturnLine:
    given = next(line for line in draft.lines if line.line_no == judged.goods.line_no)
    serial = clean_text(str(given.answers.get("serial_no") or "")) or judged.goods.serial_no
    line = ReturnLine(
        return_case_id=_stored(case.id),
        receipt_line_id=judged.goods.receipt_line_id,
        reason=judged.facts.reason,
        requested_milli=judged.requested_milli,
        serial_no=serial,
    )
    desk.session.add(line)
    desk.session.flush()
    keep(desk, line, judged)
    return line


def _told(
    desk: WritingDesk, draft: ReturnDraft, line: ReturnLine, judged: Judged
) -> dict[str, Any]:
    """A line as the event keeps it."""
    given = next(one for one in draft.lines if one.line_no == judged.goods.line_no)
    return {
        "line": line.uid,
        "line_no": judged.goods.line_no,
        "requested_milli": judged.requested_milli,
        "reason": judged.facts.reason,
        "verdict": judged.verdict.verdict,
        "rule": judged.verdict.rule,
        "otherwise": answered_otherwise(judged.goods, given.answers, desk.today, desk.site.zone),
    }


def _agree_on_pickup(
    desk: WritingDesk, ticket: Ticket, slot: tuple[datetime, datetime], address: str | None
) -> None:
    desk.session.add(
        Appointment(
            ticket_id=_stored(ticket.id),
            kind=AppointmentKind.PICKUP,
            slot_from=slot[0],
            slot_to=slot[1],
            address=address,
            status=AppointmentStatus.CONFIRMED,
        )
    )
    desk.session.flush()


def _stored(key: int | None) -> int:
    if key is None:
        raise RuntimeError("A row was not stored.")
    return key
