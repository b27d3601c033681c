"""What the slip of a return says of what comes next, whatever step the case has reached.

The promises on it are those that the case keeps: nothing is worked out anew but what would change
a refusal, from the facts and the version of the rules that it was given by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from counter.desk import ReadingDesk
from counter.language import _, full_day, moment, ngettext, time_of_day
from counter.policy_versions import policy_by_id
from counter.return_reading import is_granted
from counter.rules.facts import read_facts
from counter.rules.lifecycle import REOPEN_DAYS
from counter.rules.return_case import REFUNDS
from counter.rules.verdict import Verdict
from counter.slip_layout import Style
from counter.slip_sheet import Sheet
from counter.verdict_words import any_of, changing
from data.records import followers_of
from models.return_views import RefundRow, ReturnCaseDetail, ReturnLineDetail
from models.terms import (
    AppointmentStatus,
    FreightPayer,
    RefundStatus,
    ReturnMode,
    ReturnStatus,
    TicketAction,
)

_AGREED: Final = frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.PROPOSED})


def standing_refunds(case: ReturnCaseDetail) -> list[RefundRow]:
    """The refunds that hold: a failed one was tried again."""
    return [
        refund
        for line in case.lines
        for refund in line.refunds
        if refund.status is not RefundStatus.FAILED
    ]


def say_what_follows(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    """What the customer has to do, and what the shop promises and by when."""
    _NEXT[case.status](sheet, desk, case)


def _submitted(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    if case.due_at is not None:
        sheet.say(
            _("We decide by {moment}, and tell you.").format(
                moment=moment(case.due_at, desk.site.zone)
            )
        )
    if case.mode is ReturnMode.MAIL and case.tracking_no is not None:
        sheet.pair(_("Parcel number"), case.tracking_no)


def _referred(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    sheet.say(_("A supervisor looks at it."))
    _submitted(sheet, desk, case)


def _approved(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    match case.mode:
        case ReturnMode.COUNTER:
            sheet.say(_("Please bring the goods and this slip to the counter."))
        case ReturnMode.MAIL:
            sheet.say(
                _("Please send the goods to {shop}, and write {no} on the parcel.").format(
                    shop=desk.site.name, no=case.no
                )
            )
            if case.tracking_no is not None:
                sheet.pair(_("Parcel number"), case.tracking_no)
        case ReturnMode.PICKUP:
            _pickup(sheet, desk, case)
    if case.freight_payer is FreightPayer.STORE:
        sheet.say(_("The way back costs you nothing."))
    elif case.freight_payer is FreightPayer.CUSTOMER:
        sheet.say(_("You pay for the way back."))
    if case.goods_due_on is not None:
        sheet.say(
            _("We await them until {day}; then this approval ends.").format(
                day=full_day(case.goods_due_on)
            )
        )


def _pickup(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    agreed = [one for one in case.appointments if one.status in _AGREED]
    if not agreed:
        sheet.say(
            _("{shop} agrees with you on when the goods are picked up.").format(shop=desk.site.name)
        )
        return
    slot = agreed[-1]
    sheet.say(
        _("{shop} picks the goods up between {begin} and {end}.").format(
            shop=desk.site.name,
            begin=moment(slot.slot_from, desk.site.zone),
            end=_same_day_end(slot.slot_from, slot.slot_to, desk),
        )
    )
    if slot.address is not None:
        sheet.pair(_("At"), slot.address)


def _same_day_end(begin: datetime, end: datetime, desk: ReadingDesk) -> str:
    zone = desk.site.zone
    if begin.astimezone(zone).date() == end.astimezone(zone).date():
        return time_of_day(end, zone)
    return moment(end, zone)


def _refused(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    why = _said(case, TicketAction.REFUSE)
    if why:
        sheet.say(_("We cannot take the goods back: {why}").format(why=why))
    for line in case.lines:
        sentences = _would_change(desk, line)
        if not sentences:
            continue
        sheet.gap()
        sheet.say(
            _("What would change it:")
            if len(case.lines) == 1
            else _("What would change it for {goods}:").format(goods=line.name)
        )
        for sentence in sentences:
            sheet.say(f"- {sentence}")
    sheet.gap()
    sheet.say(
        ngettext(
            "If you do not agree, say so at the counter within {days} day, with the number above: "
            "a supervisor looks at it again.",
            "If you do not agree, say so at the counter within {days} days, with the number above: "
            "a supervisor looks at it again.",
            REOPEN_DAYS,
        ).format(days=REOPEN_DAYS)
    )


def _would_change(desk: ReadingDesk, line: ReturnLineDetail) -> list[str]:
    """What would change the verdict on a line; nothing where a person decided."""
    decision = line.decision
    if decision.overrides_id is not None:
        return []
    policy = policy_by_id(desk.ask, decision.policy_version_id).policy
    return changing(read_facts(decision.facts), policy, Verdict.from_json(decision.result))


def _received(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    if case.due_at is None:
        return
    if not is_granted(case):
        sheet.say(
            _("The goods are not as we were told. A supervisor decides, or you get them back.")
        )
        return
    day = full_day(_day_before(case.due_at, desk))
    if case.remedy in REFUNDS:
        sheet.say(_("Your money goes back by {day}.").format(day=day))
    else:
        sheet.say(
            _("We have your goods. By {day} you get: {remedy}.").format(
                day=day, remedy=any_of([case.remedy])
            )
        )


def _pending(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    refunds = standing_refunds(case)
    promised = [refund.due_target for refund in refunds if refund.due_target is not None]
    last = [
        day
        for refund in refunds
        for day in (refund.due_working, refund.due_statutory)
        if day is not None
    ]
    if promised:
        sheet.say(_("Your money goes back by {day}.").format(day=full_day(max(promised))))
    if last and (not promised or min(last) > max(promised)):
        sheet.say(_("At the very latest: {day}.").format(day=full_day(min(last))))


def _refunded(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    days = {
        refund.settled_at.astimezone(desk.site.zone).date()
        for refund in standing_refunds(case)
        if refund.settled_at is not None
    }
    for day in sorted(days):
        sheet.say(
            _("We paid the money back on {day}. This return is done.").format(day=full_day(day))
        )


def _exchanged(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    sheet.say(_("You have the new goods. This return is done."))
    sheet.say(_("Keep this slip with the receipt: it shows when the new goods were handed out."))


def _to_repair(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    sheet.say(_("We have your goods and get them repaired."))
    for no in followers_of(desk.ask, case.ticket.id):
        sheet.say(_("Goes on as {no}.").format(no=no), Style.BOLD)


def _given_back(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    why = _said(case, TicketAction.GIVE_BACK)
    sheet.say(_("You have your goods again: {why}").format(why=why))


def _expired(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    sheet.say(_("The goods did not reach us in time, so this return has ended."))


def _withdrawn(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    sheet.say(_("You keep the goods. This return has ended."))


_Next = Callable[[Sheet, ReadingDesk, ReturnCaseDetail], None]

_NEXT: Final[Mapping[ReturnStatus, _Next]] = MappingProxyType(
    {
        ReturnStatus.DRAFT: _submitted,
        ReturnStatus.SUBMITTED: _submitted,
        ReturnStatus.REFERRED: _referred,
        ReturnStatus.APPROVED: _approved,
        ReturnStatus.REFUSED: _refused,
        ReturnStatus.RECEIVED: _received,
        ReturnStatus.REFUND_PENDING: _pending,
        ReturnStatus.REFUNDED: _refunded,
        ReturnStatus.CLOSED: _refunded,
        ReturnStatus.EXCHANGE_DONE: _exchanged,
        ReturnStatus.TO_REPAIR: _to_repair,
        ReturnStatus.RETURNED_TO_CUSTOMER: _given_back,
        ReturnStatus.EXPIRED: _expired,
        ReturnStatus.WITHDRAWN: _withdrawn,
    }
)


def _said(case: ReturnCaseDetail, kind: TicketAction) -> str:
    """What was written to the last step of that kind."""
    texts = [event.text for event in case.ticket.events if event.kind is kind]
    return (texts[-1] or "") if texts else ""


def _day_before(moment_after: datetime, desk: ReadingDesk) -> date:
    """The day whose end a case keeps as the first moment that is too late."""
    return (moment_after - timedelta(microseconds=1)).astimezone(desk.site.zone).date()
