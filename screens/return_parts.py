"""A return in words, below its head: its goods, decisions, money, and what else there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.goodwill import base_words
from counter.language import _, full_day, listed, moment, money, near_day, quantity, short_moment
from counter.language import day as short_day
from counter.rules.return_case import is_exception
from counter.words import label, person
from models.return_views import (
    AppointmentRow,
    CompensationRow,
    DecisionRow,
    RefundRow,
    ReturnCaseDetail,
    ReturnLineDetail,
)
from models.terms import Remedy, ReturnStatus, VerdictWord
from screens.facts import fact
from screens.widgets.plain import plain, printable

_WORDS: Final[Mapping[VerdictWord, str]] = {
    VerdictWord.REFUND: "bold $text-success",
    VerdictWord.EXCHANGE: "bold $text-success",
    VerdictWord.REPAIR: "bold $text-success",
    VerdictWord.REFUSE: "bold $text-error",
    VerdictWord.REFER: "bold $text-warning",
}


def story_of(case: ReturnCaseDetail, zone: ZoneInfo) -> Content:
    """Everything about the case but its history, in paragraphs."""
    parts: list[Iterable[Content]] = [
        (line for one in case.lines for line in _goods(case, one)),
        _about(case),
        _refunds(case, zone),
        _movements(case, zone),
        _compensations(case.compensations, zone),
        _others(case, zone),
        _decisions(case, zone),
    ]
    paragraphs = [Content("\n").join(lines) for part in parts if (lines := list(part))]
    return Content("\n\n").join(paragraphs)


def amount_of(case: ReturnCaseDetail, line: ReturnLineDetail) -> str:
    """What goes back for a line by its decision; empty where no money does."""
    payable = line.decision.payable_minor
    refunds = case.remedy in (Remedy.REFUND, Remedy.REFUND_WITH_DEPRECIATION)
    return money(payable, case.currency) if payable is not None and refunds else ""


def _goods(case: ReturnCaseDetail, line: ReturnLineDetail) -> Iterable[Content]:
    decision = line.decision
    asked = _("{asked} of {sold}").format(
        asked=quantity(line.requested_milli), sold=quantity(line.sold_milli)
    )
    yield Content.assemble(
        (f"{line.line_no:>2}  ", "dim"),
        (printable(line.name), "bold"),
        f"   {asked}   {label(line.reason)}",
        (f"   {printable(line.serial_no)}" if line.serial_no else "", "dim"),
    )
    parts = [amount_of(case, line), _("rule {rule}").format(rule=decision.rule)]
    if decision.last_day:
        last = near_day(decision.last_day, decision.at.date())
        parts.append(_("to {day}").format(day=last))
    if by_law := decision.result.get("compensation_minor"):
        parts.append(_("compensation {amount}").format(amount=money(by_law, case.currency)))
    excepted = is_exception(decision.overrides_id, decision.remedies, decision.result)
    exception = _("as an exception") if excepted else ""
    yield Content.assemble(
        "    ",
        (label(decision.verdict).upper(), _WORDS[decision.verdict]),
        *(f"   {part}" for part in parts if part),
        (f"   {exception}" if exception else "", "bold"),
    )
    came = _came(line)
    if came:
        yield Content.assemble("    ", plain(came))


def _came(line: ReturnLineDetail) -> str:
    if line.waived:
        return _("nothing has to come in: {reason}").format(reason=line.waived)
    if not line.received_milli:
        return ""
    parts = [_("{count} came in").format(count=quantity(line.received_milli))]
    if line.scrapped_milli:
        parts.append(_("{count} to scrap").format(count=quantity(line.scrapped_milli)))
    if line.resellable_milli:
        parts.append(_("{count} can be sold again").format(count=quantity(line.resellable_milli)))
    return listed(parts)


def _about(case: ReturnCaseDetail) -> Iterable[Content]:
    ticket = case.ticket
    payer = label(case.freight_payer) if case.freight_payer else None
    awaited = case.status is ReturnStatus.APPROVED
    known = [
        (_("customer"), " ".join(filter(None, (ticket.customer, ticket.phone_masked)))),
        (_("receipt"), listed((case.receipt_no, label(case.channel)))),
        (_("submitted by"), case.submitted_by_name),
        (_("owner"), person(ticket.owner_name) or _("nobody")),
        (_("parcel"), case.tracking_no),
        (_("way back paid by"), payer),
        (_("goods due"), full_day(case.goods_due_on) if awaited and case.goods_due_on else None),
        (_("follows"), ticket.parent),
    ]
    pairs = [fact(name, value) for name, value in known if value]
    for at in range(0, len(pairs), 2):  # two on a line: the rest has to be seen without scrolling
        yield Content("   ").join(pairs[at : at + 2])
    if ticket.body:
        yield plain(ticket.body)


def _decisions(case: ReturnCaseDetail, zone: ZoneInfo) -> Iterable[Content]:
    """Every decision on every line, where there is more than the first one."""
    if all(len(line.decisions) == 1 for line in case.lines):
        return
    yield _heading(_("Decisions"))
    for line in case.lines:
        by_id = {decision.id: decision for decision in line.decisions}
        for decision in line.decisions:
            yield Content.assemble(
                (f"{short_moment(decision.at, zone)}  ", "dim"),
                (label(decision.verdict), "bold"),
                f"  {line.line_no}  {printable(person(decision.actor))}",
                f"  {_decided(decision, by_id)}",
            )


def _decided(decision: DecisionRow, by_id: Mapping[int, DecisionRow]) -> str:
    """By which rule; of an exception, instead of what and why."""
    rule = _("rule {rule}").format(rule=decision.rule)
    if decision.overrides_id is None:
        return rule
    before = by_id.get(decision.overrides_id)
    return printable(
        _("instead of '{was}' ({rule}): {reason}").format(
            was=label(before.verdict) if before else "-",
            rule=rule,
            reason=decision.override_reason or "",
        )
    )


# --- money ----------------------------------------------------------------------------------


def _refunds(case: ReturnCaseDetail, zone: ZoneInfo) -> Iterable[Content]:
    found = [(line, refund) for line in case.lines for refund in line.refunds]
    if found:
        yield _heading(_("Money"))
    for line, refund in found:
        yield from _refund(line, refund, zone)


def _refund(line: ReturnLineDetail, refund: RefundRow, zone: ZoneInfo) -> Iterable[Content]:
    yield Content.assemble(
        (f"{line.line_no:>2}  ", "dim"),
        (money(refund.amount_minor, refund.currency), "bold"),
        f"   [{label(refund.status)}]   ",
        shares(refund),
    )
    parts = [
        _("less {what} {amount}").format(what=label(kind), amount=money(minor, refund.currency))
        for kind, minor in refund.deductions
    ]
    parts += [_("worked out by {name}").format(name=refund.requested_by)]
    if refund.authorised_by:
        parts.append(_("authorised by {name}").format(name=refund.authorised_by))
    if refund.settled_at:
        parts.append(_("paid back {when}").format(when=moment(refund.settled_at, zone)))
    elif promised := promised_day(refund):
        parts.append(_("back by {day}").format(day=short_day(promised)))
    parts += filter(None, (refund.other_reason, refund.failed_reason))
    yield Content.assemble("    ", plain(listed(parts)))


def shares(refund: RefundRow) -> str:
    """By which means how much goes back."""
    return printable(
        listed(
            " ".join(
                filter(
                    None,
                    (
                        label(share.method),
                        money(share.amount_minor, refund.currency),
                        share.executed_ref,
                    ),
                )
            )
            for share in refund.allocations
        )
    )


def promised_day(refund: RefundRow) -> date | None:
    """The first day of those by which the money has to be back."""
    days = [day for day in (refund.due_target, refund.due_working, refund.due_statutory) if day]
    return min(days, default=None)


def _compensations(found: Iterable[CompensationRow], zone: ZoneInfo) -> Iterable[Content]:
    rows = list(found)
    if rows:
        yield _heading(_("Compensation"))
    for row in rows:
        parts = [
            base_words(row.legal_base),
            row.formula,
            _("proposed by {name}").format(name=row.proposed_by),
        ]
        if row.approver:
            parts.append(_("decided by {name}").format(name=row.approver))
        if row.paid_at and row.method:
            paid = _("paid by {method} {when}")
            parts.append(paid.format(method=label(row.method), when=moment(row.paid_at, zone)))
        yield Content.assemble(
            "    ",
            (money(row.amount_minor, row.currency), "bold"),
            f"   [{label(row.status)}]   ",
            plain(listed(filter(None, parts))),
        )


# --- what moved, and what else there is -----------------------------------------------------


def _movements(case: ReturnCaseDetail, zone: ZoneInfo) -> Iterable[Content]:
    found = [(line, move) for line in case.lines for move in line.movements]
    if found:
        yield _heading(_("Goods over the counter"))
    for line, move in found:
        yield Content.assemble(
            (f"{line.line_no:>2}  ", "dim"),
            f"{label(move.kind)}  {quantity(abs(move.qty_milli))}  {printable(move.name)}",
            (f"  {printable(move.serial_no)}" if move.serial_no else "", "dim"),
            (f"  {short_moment(move.at, zone)}  {printable(person(move.actor))}", "dim"),
        )


def _others(case: ReturnCaseDetail, zone: ZoneInfo) -> Iterable[Content]:
    for appointment in case.appointments:
        yield fact(_("pick-up"), _slot(appointment, zone))
    for file in case.attachments:
        yield fact(_("file"), listed((file.name, file.media_type, file.added_by)))


def _slot(row: AppointmentRow, zone: ZoneInfo) -> str:
    slot = _("{begin} to {end}").format(
        begin=moment(row.slot_from, zone), end=f"{row.slot_to.astimezone(zone):%H:%M}"
    )
    return listed(filter(None, (slot, row.address, label(row.status))))


def _heading(words: str) -> Content:
    return Content.styled(words, "bold underline")
