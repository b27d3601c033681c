"""What the slip of a return says: the goods, what was decided by which rule, and the money."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from counter import language
from counter.desk import ReadingDesk
from counter.language import _, full_day, money, quantity
from counter.policy_versions import policy_by_id
from counter.return_promises import say_what_follows, standing_refunds
from counter.return_reading import is_granted
from counter.rules.return_case import REFUNDS, is_exception
from counter.slip_layout import Style
from counter.slip_sheet import Sheet
from counter.words import label, person
from data.policy_versions import kept_by_id
from models.return_views import RefundRow, ReturnCaseDetail, ReturnLineDetail
from models.terms import (
    CompensationStatus,
    DeductionKind,
    MovementKind,
    ReturnStatus,
    TenderMethod,
    VerdictWord,
)

_FINGERPRINT: Final = 12
"""Signs of a version's fingerprint: enough to hold it against the notice on the wall."""

_UNDECIDED: Final = frozenset(
    {ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.REFERRED, ReturnStatus.WITHDRAWN}
)
"""What the rules say is no decision yet, and promises nothing."""

_AWAITING_MONEY: Final = frozenset({ReturnStatus.APPROVED, ReturnStatus.RECEIVED})


def return_part(sheet: Sheet, desk: ReadingDesk, case: ReturnCaseDetail) -> None:
    """Everything between the head and the foot of a return's slip."""
    sheet.say(label(case.status), Style.TITLE)
    for line in case.lines:
        _goods(sheet, desk, case, line)
    _money(sheet, desk, case)
    sheet.heading(_("What happens next"))
    say_what_follows(sheet, desk, case)
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
    if is_exception(decision.overrides_id, decision.remedies, decision.result):
        sheet.pair(_("As an exception by"), person(decision.actor))
        return
    policy = policy_by_id(desk.ask, decision.policy_version_id).policy
    article = policy.article(decision.rule, language.active())
    sheet.pair(_("By rule"), decision.rule)
    if article is not None:
        sheet.say(article)
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
    refunds = standing_refunds(case)
    if refunds:
        sheet.gap()
        _deductions(sheet, case, refunds)
        total = sum(refund.amount_minor for refund in refunds)
        sheet.pair(_("Money back"), money(total, case.currency), Style.BOLD)
        for (method, ref), amount in _ways(refunds).items():
            sheet.pair(label(method), money(amount, case.currency))
            if ref is not None:
                sheet.pair(_("Reference"), ref)
    elif case.remedy in REFUNDS and case.status in _AWAITING_MONEY and is_granted(case):
        payable = [line.decision.payable_minor for line in case.lines]
        known = [amount for amount in payable if amount is not None]
        if len(known) == len(payable):
            sheet.gap()
            sheet.pair(_("Money back"), money(sum(known), case.currency), Style.BOLD)
    for one in case.compensations:
        if one.status in (CompensationStatus.APPROVED, CompensationStatus.PAID):
            sheet.pair(_("Compensation"), money(one.amount_minor, one.currency), Style.BOLD)
            sheet.pair("", label(one.status))


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
        sheet.pair(_("less {what}").format(what=label(kind)), money(amount, case.currency))


def _ways(refunds: list[RefundRow]) -> dict[tuple[TenderMethod, str | None], int]:
    ways: dict[tuple[TenderMethod, str | None], int] = defaultdict(int)
    for refund in refunds:
        for share in refund.allocations:
            if share.amount_minor:
                ways[share.method, share.executed_ref] += share.amount_minor
    return ways
