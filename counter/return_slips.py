"""What the slip of a return says: the goods, what was decided and why, the money, what comes next.

The promises on it are those that the case keeps: nothing is worked out anew but what would change
a refusal, from the facts and the version of the rules that it was given by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from counter import language
from counter.desk import ReadingDesk
from counter.language import _, full_day, moment, money, ngettext, quantity, time_of_day
from counter.policy_versions import policy_by_id
from counter.rules.facts import read_facts
from counter.rules.lifecycle import REOPEN_DAYS
from counter.rules.verdict import Verdict
from counter.slip_layout import Style
from counter.slip_sheet import Sheet
from counter.verdict_words import any_of, changing
from counter.words import label
from data.policy_versions import kept_by_id
from data.records import followers_of
from models.return_views import RefundRow, ReturnCaseDetail, ReturnLineDetail
from models.terms import (
    AppointmentStatus,
    CompensationStatus,
    DeductionKind,
    FreightPayer,
    MovementKind,
    RefundStatus,
    Remedy,
    ReturnMode,
    ReturnStatus,
    TenderMethod,
    TicketAction,
    VerdictWord,
)

_FINGERPRINT: Final = 12
"""Signs of a version's fingerprint: enough to hold it against the notice on the wall."""

_UNDECIDED: Final = frozenset(
    {ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.REFERRED, ReturnStatus.WITHDRAWN}
)
"""What the rules say is no decision yet, and promises nothing."""

_AGREED: Final = frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.PROPOSED})


def return_part(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    """Everything between the head and the foot of a return's slip."""
    sheet.say(label(case.status), Style.TITLE)
    for line in case.lines:
        _goods(sheet, desk, case, line)
    _money(sheet, desk, case)
    sheet.heading(_("What happens next"))
    _NEXT[case.status](sheet, desk, case)
    sheet.gap()
    for version_id in dict.fromkeys(line.decision.policy_version_id for line in case.lines):
        _version(sheet, desk, version_id)


# --- the goods and what was decided ---------------------------------------------------------


def _goods(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail, line: ReturnLineDetail) -> None:
    price = money(line.unit_paid_minor, case.currency)
    sheet.gap()
    sheet.say(line.name, Style.BOLD)
    sheet.pair(_("Quantity"), f"{quantity(line.requested_milli)} x {price}")
    if line.serial_no is not None:
        sheet.pair(_("Serial number"), line.serial_no)
    sheet.pair(_("Reason"), label(line.reason))
    if line.received_milli:
        sheet.pair(_("Taken in"), quantity(line.received_milli))
    elif line.waived is not None:
        sheet.pair(_("Taken in"), _("not needed"))
    _decided(sheet, desk, case, line)
    for moved in line.movements:
        if moved.kind is MovementKind.REPLACEMENT_OUT:
            sheet.pair(_("Handed out"), f"{quantity(-moved.qty_milli)} x {moved.name}")
            if moved.serial_no is not None:
                day = moved.at.astimezone(desk.site.zone).date()
                sheet.pair(_("New serial number"), moved.serial_no)
                sheet.pair(_("Its guarantee starts"), full_day(day))


def _decided(
    sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail, line: ReturnLineDetail
) -> None:
    decision = line.decision
    if case.status in _UNDECIDED:
        sheet.pair(_("Asked for"), label(case.remedy))
    elif case.status is ReturnStatus.REFUSED or decision.verdict is VerdictWord.REFUSE:
        sheet.pair(_("Decided"), label(ReturnStatus.REFUSED))
    else:
        sheet.pair(_("Decided"), label(line.remedy or case.remedy))
    if case.status in _UNDECIDED:
        return
    if decision.overrides_id is not None:
        sheet.pair(_("As an exception by"), decision.actor)
        return
    policy = policy_by_id(desk.ask, decision.policy_version_id).policy
    article = policy.article(decision.rule, language.active())
    rule = _("{rule}, {article}").format(rule=decision.rule, article=article) if article else ""
    sheet.pair(_("By rule"), rule or decision.rule)
    if decision.last_day is not None:
        sheet.pair(_("Last day for it"), full_day(decision.last_day))


def _version(sheet: Sheet, desk: ReadingDesk, version_id: int) -> None:
    kept = kept_by_id(desk.ask, version_id)
    if kept is not None:
        sheet.say(
            _("Return rules, version {no} ({fingerprint})").format(
                no=kept.version_no, fingerprint=kept.sha256[:_FINGERPRINT]
            )
        )


# --- the money ------------------------------------------------------------------------------


def _money(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    refunds = _refunds(case)
    if refunds:
        sheet.gap()
        _deductions(sheet, case, refunds)
        total = sum(refund.amount_minor for refund in refunds)
        sheet.pair(_("Money back"), money(total, case.currency), Style.BOLD)
        for (method, ref), amount in _ways(refunds).items():
            sheet.pair(f"  {label(method)}", money(amount, case.currency))
            if ref is not None:
                sheet.pair(f"  {_('Reference')}", ref)
    elif case.remedy in _MONEY and case.status in (ReturnStatus.APPROVED, ReturnStatus.RECEIVED):
        payable = [line.decision.payable_minor for line in case.lines]
        known = [amount for amount in payable if amount is not None]
        if len(known) == len(payable):
            sheet.gap()
            sheet.pair(_("Money back"), money(sum(known), case.currency), Style.BOLD)
    for one in case.compensations:
        if one.status in (CompensationStatus.APPROVED, CompensationStatus.PAID):
            sheet.pair(_("Compensation"), money(one.amount_minor, one.currency), Style.BOLD)
            sheet.pair("", label(one.status))


_MONEY: Final = frozenset({Remedy.REFUND, Remedy.REFUND_WITH_DEPRECIATION})


def _refunds(case: ReturnCaseDetail) -> list[RefundRow]:
    """The refunds that hold: a failed one was tried again."""
    return [
        refund
        for line in case.lines
        for refund in line.refunds
        if refund.status is not RefundStatus.FAILED
    ]


def _deductions(sheet: Sheet, case: ReturnCaseDetail, refunds: list[RefundRow]) -> None:
    lowered: dict[DeductionKind, int] = defaultdict(int)
    for refund in refunds:
        for kind, amount in refund.deductions:
            lowered[kind] += amount
    if not lowered:
        return
    whole = sum(refund.amount_minor for refund in refunds) + sum(lowered.values())
    sheet.pair(_("Price of the goods"), money(whole, case.currency))
    for kind, amount in lowered.items():
        sheet.pair(_("less {what}").format(what=label(kind)), money(-amount, case.currency))


def _ways(refunds: list[RefundRow]) -> dict[tuple[TenderMethod, str | None], int]:
    ways: dict[tuple[TenderMethod, str | None], int] = defaultdict(int)
    for refund in refunds:
        for share in refund.allocations:
            if share.amount_minor:
                ways[share.method, share.executed_ref] += share.amount_minor
    return ways


# --- what happens next ----------------------------------------------------------------------


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
    day = full_day(_day_before(case.due_at, desk))
    if case.remedy in _MONEY:
        sheet.say(_("Your money goes back by {day}.").format(day=day))
    else:
        sheet.say(
            _("We have your goods. By {day} you get: {remedy}.").format(
                day=day, remedy=any_of([case.remedy])
            )
        )


def _pending(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    refunds = _refunds(case)
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
        for refund in _refunds(case)
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
