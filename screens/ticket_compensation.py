"""Compensation for a ticket that is no return: what the window asks for as it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from counter import compensations
from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.goodwill import GOODWILL, base_words
from counter.language import _, money
from counter.ticket_events import TicketHead
from models.complaint_views import BesideTicket
from models.errors import InvalidInput, NotAllowed
from models.messages import N_
from models.return_views import CompensationRow
from models.terms import CompensationStatus, TenderMethod
from models.views import TicketDetail
from screens.second_person import ask_second_person
from screens.steps import Asked, choice, note_field
from screens.widgets.form import ChoiceField, TextField

if TYPE_CHECKING:
    from screens.frame import FramedScreen


def compensation(beside: BesideTicket) -> Asked:
    """What comes next for it: proposed, decided by a second person, or paid."""
    found = under_way(beside)
    if found is None:
        return _proposal()
    return _decision(found) if found.status is CompensationStatus.PROPOSED else _payment(found)


def under_way(beside: BesideTicket) -> CompensationRow | None:
    """The compensation that is neither paid nor refused."""
    ended = (CompensationStatus.PAID, CompensationStatus.REFUSED)
    return next((row for row in beside.compensations if row.status not in ended), None)


def ask_for_grant(
    screen: FramedScreen,
    ticket: TicketDetail,
    row: CompensationRow,
    done: Callable[[TicketHead], None],
) -> None:
    """Let a second person grant at once what is above the own limit; left, it stays proposed."""
    app = screen.counter_app

    async def act(approval: Approval) -> TicketHead:
        def operate() -> TicketHead:
            with app.shop.writing(app.actor) as desk:
                return compensations.grant(desk, ticket.no, approval=approval)

        return await asyncio.to_thread(operate)

    why = NotAllowed(N_("This is above your own limit, or no goodwill: a second person says yes."))
    title = _("{no}  grant {amount}?").format(
        no=ticket.no, amount=money(row.amount_minor, row.currency)
    )
    ask_second_person(app, title, why, act, done=done, refused=screen.say_error)


def _proposal() -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return compensations.propose(
            desk,
            no,
            amount=v["amount_minor"],
            legal_base=v["legal_base"] or GOODWILL,
            formula=v["formula"],
            seen=seen,
        )

    fields = [
        TextField("amount_minor", N_("Amount"), hint=N_("Such as 50.00."), longest=20),
        TextField("legal_base", N_("Base"), hint=N_("An article; empty: goodwill."), longest=200),
        TextField("formula", N_("How"), hint=N_("How the amount came about."), longest=400),
    ]
    return Asked(_("A compensation"), fields, operation)


def _decision(row: CompensationRow) -> Asked:
    def approved(
        desk: WritingDesk,
        no: str,
        seen: int | None,
        v: dict[str, str],
        approval: Approval | None = None,
    ) -> TicketHead:
        if not v["decision"]:
            raise InvalidInput(N_("Please choose one."), field="decision")
        if v["decision"] == "grant":
            return compensations.grant(desk, no, approval=approval, seen=seen)
        try:
            return compensations.refuse(desk, no, v["note"], approval=approval, seen=seen)
        except InvalidInput as error:
            error.field = "note"
            raise

    choices = (("grant", N_("grant it")), ("refuse", N_("refuse it")))
    said = _("Compensation of {amount}: {base}")
    title = said.format(
        amount=money(row.amount_minor, row.currency), base=base_words(row.legal_base)
    )
    fields = [ChoiceField("decision", N_("Decision"), choices), note_field(3)]
    return Asked(title, fields, approved, approved)


def _payment(row: CompensationRow) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return compensations.pay(desk, no, v["method"], seen=seen)

    said = _("Compensation of {amount}: how is it paid?")
    title = said.format(amount=money(row.amount_minor, row.currency))
    return Asked(title, [choice("method", N_("Way"), TenderMethod)], operation)
