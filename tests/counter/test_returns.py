"""A return from the claim to its decision: who may decide what, when, and what stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from counter import corrections, receiving, refunds, returns, tickets
from counter.desk import Actor, WritingDesk
from counter.exchanges import exchange
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from counter.undoing import undo
from models.errors import (
    ClockSetBack,
    Conflict,
    CounterError,
    InvalidInput,
    NotAllowed,
    NotFound,
    WrongState,
)
from models.terms import (
    FreightPayer,
    Outcome,
    Priority,
    Remedy,
    ReturnReason,
    ReturnStatus,
    Role,
    TicketAction,
    TicketStatus,
    VerdictWord,
)
from tests.claims import (
    COOKER,
    TOWELS,
    Item,
    approved,
    beside,
    case_of,
    do,
    draft,
    left_milli,
    received,
    refunded,
    sell_goods,
    submitted,
    written_so_far,
)
from tests.premises import Clock, Sale, hire, rows
from tests.return_invariants import assert_returns_hold, assert_verdicts_hold

S = ReturnStatus

# --- submitted ------------------------------------------------------------------------------


def test_submitting_opens_a_ticket_that_is_taken_and_keeps_the_verdict(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    head = do(shop, clerk, returns.submit, draft(sale.receipt_no, quantity="2"))

    found = case_of(shop, head.no)
    assert (head.status, head.remedy) == (S.SUBMITTED, Remedy.REFUND)
    assert [event.kind for event in found.ticket.events] == ["create", "take", "submit"]
    assert (found.ticket.status, found.ticket.owner) == (TicketStatus.OPEN, "li")
    (line,) = found.lines
    assert (line.requested_milli, line.counted_milli) == (2000, 2000)
    assert (line.decision.verdict, line.decision.rule) == (VerdictWord.REFUND, "NR2")
    assert line.decision.payable_minor == 2360


def test_a_verdict_is_kept_with_its_facts_and_last_day_and_can_be_worked_out_again(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))
    submitted(shop, clerk, draft(sale.receipt_no, quantity="1", reason="quality", used=True))
    submitted(shop, clerk, draft(sale.receipt_no, quantity="1", opened=True, resale_ok=False))
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))

    assert case_of(shop, no).lines[0].decision.last_day == date(2025, 3, 10)
    assert_verdicts_hold(shop)


def test_what_a_case_asks_for_is_not_left_for_another(shop: Shop, clerk: Actor, sale: Sale) -> None:
    submitted(shop, clerk, draft(sale.receipt_no, quantity="3"))

    assert left_milli(shop, sale.receipt_no) == 2000
    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, draft(sale.receipt_no, quantity="3"))
    assert refused.value.field == "quantity"
    submitted(shop, clerk, draft(sale.receipt_no, quantity="2"))
    assert left_milli(shop, sale.receipt_no) == 0


STANDING: dict[str, tuple[tuple[Callable[[WritingDesk, str], object], ...], int]] = {
    "submitted": ((), 3000),
    "referred": ((returns.refer,), 3000),
    "approved": ((returns.approve,), 3000),
    "received": ((returns.approve, receiving.receive), 3000),
    "refund_pending": ((returns.approve, receiving.receive, refunds.refund), 3000),
    "refunded": ((returns.approve, receiving.receive, refunds.refund, refunds.settle), 3000),
    "withdrawn": ((lambda d, no: returns.withdraw(d, no, "Keeps it"),), 5000),
    "returned_to_customer": (
        (
            returns.approve,
            receiving.receive,
            lambda d, no: receiving.give_back(d, no, "Not as said"),
        ),
        5000,
    ),
    "exchange_done": (
        (
            lambda d, no: returns.approve(d, no, remedy="exchange"),
            receiving.receive,
            exchange,
        ),
        5000,
    ),
}


@pytest.mark.parametrize("status", STANDING)
def test_goods_are_held_until_the_customer_has_them_again(
    shop: Shop, clerk: Actor, sale: Sale, status: str
) -> None:
    steps, left = STANDING[status]
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="2", mode="mail"))
    for step in steps:
        do(shop, clerk, step, no)

    assert case_of(shop, no).status == status
    assert left_milli(shop, sale.receipt_no) == left


def test_a_unit_with_a_serial_number_comes_back_whole(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, draft(sale.receipt_no, COOKER, "0.5", reason="quality"))
    assert refused.value.field == "quantity"


def test_what_the_till_took_back_is_not_left(shop: Shop, clerk: Actor, sale: Sale) -> None:
    _till_took_back(shop, sale.line_uids[1], 4000)

    with pytest.raises(InvalidInput):
        submitted(shop, clerk, draft(sale.receipt_no, quantity="2"))
    submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))


def test_a_line_is_named_once_in_a_case(shop: Shop, clerk: Actor, sale: Sale) -> None:
    line = ReturnLineDraft(TOWELS, {"reason": "no_reason", "quantity": "1"})
    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, ReturnDraft(sale.receipt_no, [line, line]))

    assert refused.value.field == "lines"


def test_several_lines_each_keep_their_own_reason_and_verdict(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    lines = [
        ReturnLineDraft(COOKER, {"reason": "quality"}),
        ReturnLineDraft(TOWELS, {"reason": "no_reason", "quantity": "1", "resale_ok": False}),
    ]
    no = submitted(shop, clerk, ReturnDraft(sale.receipt_no, lines))

    cooker, towels = case_of(shop, no).lines
    assert (cooker.reason, cooker.decision.verdict) == (ReturnReason.QUALITY, VerdictWord.REFUND)
    assert (towels.reason, towels.decision.rule) == (ReturnReason.NO_REASON, "NR2-I")


def test_the_wish_is_the_strongest_remedy_that_all_lines_support(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    clock.forward(days=5)  # day 10: the promise is exchange only, a defect may be exchanged, too
    lines = [
        ReturnLineDraft(COOKER, {"reason": "quality"}),
        ReturnLineDraft(TOWELS, {"reason": "no_reason", "quantity": "1"}),
    ]
    no = submitted(shop, clerk, ReturnDraft(sale.receipt_no, lines))

    assert case_of(shop, no).remedy is Remedy.EXCHANGE


def test_a_decision_is_due_within_24_hours_and_says_so(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    found = case_of(shop, submitted(shop, clerk, draft(sale.receipt_no)))

    assert found.due_at == clock.now + timedelta(hours=24)
    assert found.explained[0][1] == {"at": clock.now.isoformat(), "hours": 24}


def test_unsafe_food_is_of_the_highest_priority_from_the_beginning(
    shop: Shop, clerk: Actor
) -> None:
    no = sell_goods(shop, "F-1", [Item("MILK", 1200, category="packaged_food")])

    found = case_of(shop, submitted(shop, clerk, draft(no, 1, reason="food_unsafe")))

    assert found.ticket.priority is Priority.P1


@pytest.mark.parametrize(
    ("reason", "payer"),
    [("no_reason", FreightPayer.CUSTOMER), ("quality", FreightPayer.STORE)],
)
def test_the_way_back_is_paid_by_whoever_it_is_due_to(
    shop: Shop, clerk: Actor, sale: Sale, reason: str, payer: FreightPayer
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, reason=reason, mode="mail"))

    assert case_of(shop, no).freight_payer is payer


def test_goods_at_the_counter_have_no_freight(shop: Shop, clerk: Actor, sale: Sale) -> None:
    assert case_of(shop, submitted(shop, clerk, draft(sale.receipt_no))).freight_payer is None


@pytest.mark.parametrize("login", ["auditor", "technician"])
def test_only_the_counter_submits(shop: Shop, sale: Sale, login: str) -> None:
    who = hire(shop, login, Role(login))

    with pytest.raises(NotAllowed):
        submitted(shop, who, draft(sale.receipt_no))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "a few"}, "quantity"),
        ({"reason": "bored"}, "reason"),
        ({"price": 1}, "price"),
        ({"opened": "perhaps"}, "opened"),
        ({"remedy": "holiday"}, "remedy"),
        ({"mode": "pigeon"}, "mode"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_nothing_is_stored(
    shop: Shop, clerk: Actor, sale: Sale, given: dict[str, Any], field: str
) -> None:
    before = written_so_far(shop)
    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, draft(sale.receipt_no, **given))

    assert refused.value.field == field
    assert written_so_far(shop) == before


def test_a_receipt_or_line_that_is_not_there_is_told(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with pytest.raises(NotFound):
        submitted(shop, clerk, draft("20250303-9999"))
    with pytest.raises(NotFound):
        submitted(shop, clerk, draft(sale.receipt_no, 3))


# --- approved -------------------------------------------------------------------------------


def test_what_the_rule_supports_a_clerk_approves_alone(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    found = case_of(shop, approved(shop, clerk, draft(sale.receipt_no)))

    assert found.status is S.APPROVED
    assert found.decided_at == clock.now
    assert len(found.lines[0].decisions) == 1


def test_what_the_rule_does_not_support_needs_a_supervisor_and_a_reason(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))

    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.approve, no, reason="Regular")
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, returns.approve, no, approval=beside(supervisor))
    assert refused.value.field == "reason"
    do(shop, clerk, returns.approve, no, reason="Regular", approval=beside(supervisor))

    old, new = case_of(shop, no).lines[0].decisions
    assert (old.verdict, old.overrides_id) == (VerdictWord.REFUSE, None)
    assert (new.verdict, new.overrides_id, new.actor) == (VerdictWord.REFUND, old.id, "Sun")
    assert new.override_reason == "Regular"


def test_who_submitted_a_case_does_not_make_the_exception(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, supervisor, draft(sale.receipt_no, resale_ok=False))

    with pytest.raises(NotAllowed):
        do(shop, supervisor, returns.approve, no, reason="Regular")
    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.approve, no, reason="Regular", approval=beside(supervisor))
    other = hire(shop, "wu", Role.SUPERVISOR)
    do(shop, clerk, returns.approve, no, reason="Regular", approval=beside(other))


def test_another_remedy_that_the_rule_supports_is_approved_without_anybody_else(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    assert do(shop, clerk, returns.approve, no, remedy="exchange").remedy is Remedy.EXCHANGE


def test_goods_are_awaited_for_fifteen_days_at_most(shop: Shop, clerk: Actor, sale: Sale) -> None:
    found = case_of(shop, approved(shop, clerk, draft(sale.receipt_no, mode="mail")))

    assert found.goods_due_on == date(2025, 3, 23)
    assert found.due_at == datetime(2025, 3, 23, 16, tzinfo=UTC)  # midnight in Shanghai
    assert found.explained[-1][1]["days"] == 15


def test_at_the_counter_the_goods_are_due_today(shop: Shop, clerk: Actor, sale: Sale) -> None:
    found = case_of(shop, approved(shop, clerk, draft(sale.receipt_no)))

    assert found.due_at == datetime(2025, 3, 8, 16, tzinfo=UTC)


# --- referred -------------------------------------------------------------------------------


def test_a_referral_does_not_begin_the_24_hours_anew(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    due = case_of(shop, no).due_at
    clock.forward(hours=5)
    do(shop, clerk, returns.refer, no, "Look at it")

    assert case_of(shop, no).due_at == due


def test_what_was_referred_a_supervisor_decides_even_where_the_rule_grants_it(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, returns.refer, no, "Look at it")

    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.approve, no)
    assert do(shop, clerk, returns.approve, no, approval=beside(supervisor)).status is S.APPROVED


@pytest.mark.parametrize("decide", ["approve", "refuse"])
def test_nobody_decides_what_they_referred(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, decide: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    do(shop, supervisor, returns.refer, no, "Look at it")

    with pytest.raises(NotAllowed):
        do(shop, supervisor, STEPS[decide], no, None)
    assert case_of(shop, no).status is S.REFERRED


def test_a_person_who_left_does_not_stand_beside_anybody(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("UPDATE staff SET active = 0 WHERE login = 'sun'")

    with pytest.raises(CounterError, match="no longer works here"):
        do(shop, clerk, returns.approve, no, reason="Regular", approval=beside(supervisor))


# --- refused, appealed ----------------------------------------------------------------------


def test_a_refusal_by_the_rule_ends_the_ticket_and_frees_the_goods(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")

    found = case_of(shop, no)
    assert (found.status, found.due_at) == (S.REFUSED, None)
    assert (found.ticket.status, found.ticket.outcome) == (TicketStatus.CLOSED, Outcome.REFUSED)
    assert left_milli(shop, sale.receipt_no) == 5000


def test_a_clerk_does_not_refuse_what_the_rule_grants(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.refuse, no, "No")
    do(shop, clerk, returns.refuse, no, "Abuse", approval=beside(supervisor))

    old, new = case_of(shop, no).lines[0].decisions
    assert (old.verdict, new.verdict) == (VerdictWord.REFUND, VerdictWord.REFUSE)
    assert (new.overrides_id, new.override_reason, new.remedies) == (old.id, "Abuse", ())


def test_a_refusal_needs_words(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, returns.refuse, no, "  ")
    assert refused.value.field == "reason"


def test_an_appeal_brings_the_case_to_a_supervisor_within_24_hours(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    clock.forward(hours=2)
    do(shop, clerk, returns.appeal, no, "It was so when I bought it")

    found = case_of(shop, no)
    assert (found.status, found.ticket.status) == (S.REFERRED, TicketStatus.OPEN)
    assert found.due_at == clock.now + timedelta(hours=24)
    assert found.explained[-1][1]["at"] == clock.now.isoformat()
    assert left_milli(shop, sale.receipt_no) == 0
    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.approve, no, reason="Believed")
    do(shop, supervisor, returns.approve, no, reason="Believed")


def test_an_appeal_comes_within_a_week_however_long_the_ticket_stays_open(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    do(shop, clerk, tickets.reopen, no, "Asks again")
    clock.forward(days=8)

    with pytest.raises(WrongState):
        do(shop, clerk, returns.appeal, no, "It was so when I bought it")


def test_an_appeal_comes_too_late_where_the_goods_were_brought_back_otherwise(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="4", resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    submitted(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, returns.appeal, no, "It was so")
    assert refused.value.field == "quantity"
    assert case_of(shop, no).status is S.REFUSED


def test_a_week_after_it_was_closed_there_is_no_appeal(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    clock.forward(days=8)

    with pytest.raises(WrongState):
        do(shop, clerk, returns.appeal, no, "It was so")


# --- overridden -----------------------------------------------------------------------------


def test_an_override_keeps_the_verdict_that_it_overrides(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    before = case_of(shop, no).lines[0].decision
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kindness", amount_minor=5000)

    old, new = case_of(shop, no).lines[0].decisions
    assert old == before
    assert (new.overrides_id, new.payable_minor, new.facts) == (old.id, 5000, old.facts)
    assert case_of(shop, no).ticket.events[-1].kind is TicketAction.OVERRIDE


@pytest.mark.parametrize("verb", ["UPDATE eligibility_decision SET rule = 'R99'",
                                  "DELETE FROM eligibility_decision"])  # fmt: skip
def test_the_store_itself_lets_no_decision_be_changed(
    shop: Shop, clerk: Actor, sale: Sale, verb: str
) -> None:
    submitted(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(Exception, match="append-only"), shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(verb)


@pytest.mark.parametrize("amount", [-1, 5901])
def test_an_override_gives_nothing_below_zero_and_no_more_than_the_price(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, amount: int
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))

    with pytest.raises(InvalidInput, match=r"59\.00") as refused:
        do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kind", amount_minor=amount)
    assert refused.value.field == "amount_minor"


def test_an_amount_belongs_to_a_refund_only(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))

    with pytest.raises(InvalidInput) as refused:
        do(shop, supervisor, returns.override, no, TOWELS, "exchange", "Kind", amount_minor=1)
    assert refused.value.field == "amount_minor"


def test_who_submitted_or_referred_a_case_does_not_override_it(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    own = submitted(shop, supervisor, draft(sale.receipt_no, quantity="1", resale_ok=False))
    referred = submitted(shop, clerk, draft(sale.receipt_no, quantity="1", resale_ok=False))
    do(shop, supervisor, returns.refer, referred, "Look")

    for no in (own, referred):
        with pytest.raises(NotAllowed):
            do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kindness")
    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.override, referred, TOWELS, "refund", "Kindness")


def test_an_override_of_the_last_units_brings_their_rounding_remainder(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "R-1", [Item("SOCK", 333, 3000)], [("cash", 1000)])
    no = submitted(shop, clerk, draft(receipt, 1, resale_ok=False))
    do(shop, supervisor, returns.override, no, 1, "refund", "Kindness")

    assert case_of(shop, no).lines[0].decision.payable_minor == 1000


# --- withdrawn, expired, on its way ---------------------------------------------------------


@pytest.mark.parametrize("step", ["submit", "refer", "approve"])
def test_a_customer_may_keep_the_goods_until_they_are_in(
    shop: Shop, clerk: Actor, sale: Sale, step: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    if step == "refer":
        do(shop, clerk, returns.refer, no)
    if step == "approve":
        do(shop, clerk, returns.approve, no)
    do(shop, clerk, returns.withdraw, no, "Keeps them")

    found = case_of(shop, no)
    assert (found.status, found.ticket.status) == (S.WITHDRAWN, TicketStatus.CLOSED)
    assert left_milli(shop, sale.receipt_no) == 5000


def test_once_the_goods_are_in_nobody_withdraws(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(WrongState):
        do(shop, clerk, returns.withdraw, no, "Keeps them")


def test_a_case_expires_on_the_day_after_the_last_one_for_the_goods(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, mode="mail"))
    clock.now = datetime(2025, 3, 23, 15, 59, tzinfo=UTC)  # one minute before midnight
    assert do(shop, clerk, returns.expire_due) == ()
    clock.forward(minutes=1)
    assert do(shop, clerk, returns.expire_due) == (no,)

    found = case_of(shop, no)
    assert (found.status, found.ticket.status) == (S.EXPIRED, TicketStatus.RESOLVED)
    assert left_milli(shop, sale.receipt_no) == 5000
    assert do(shop, clerk, returns.expire_due) == ()


def test_the_machine_itself_lets_cases_expire(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, mode="mail"))
    clock.forward(days=30)

    assert do(shop, shop.system, returns.expire_due) == (no,)
    assert_returns_hold(shop)


def test_goods_that_are_in_do_not_expire(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    received(shop, clerk, draft(sale.receipt_no))
    clock.forward(days=30)

    assert do(shop, clerk, returns.expire_due) == ()


def test_an_auditor_lets_nothing_expire(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> None:
    approved(shop, clerk, draft(sale.receipt_no))
    clock.forward(days=30)

    with pytest.raises(NotAllowed):
        do(shop, hire(shop, "xu", Role.AUDITOR), returns.expire_due)


def test_a_parcel_has_a_number_that_may_be_put_right(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="mail"))
    do(shop, clerk, returns.ship, no, "SF 001")
    do(shop, clerk, returns.approve, no)
    do(shop, clerk, returns.ship, no, "SF 002")

    found = case_of(shop, no)
    assert (found.tracking_no, found.status) == ("SF 002", S.APPROVED)


def test_goods_that_do_not_come_by_mail_have_no_parcel(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with pytest.raises(WrongState):
        do(shop, clerk, returns.ship, submitted(shop, clerk, draft(sale.receipt_no)), "SF 001")


def test_another_appointment_puts_the_first_one_off(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="pickup"))
    do(shop, clerk, returns.schedule, no, "2025-03-09 14:00", "2025-03-09 16:00", "12 Nanjing Rd")
    do(shop, clerk, returns.schedule, no, "2025-03-10 09:00", "2025-03-10 10:00")

    first, second = case_of(shop, no).appointments
    assert (first.status, second.status) == ("rescheduled", "confirmed")
    assert (second.slot_from, second.address) == (
        datetime(2025, 3, 10, 1, tzinfo=UTC),
        "12 Nanjing Rd",
    )


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda d, no: returns.withdraw(d, no, "Keeps it"), "cancelled"),
        (lambda d, no: returns.expire_due(d), "cancelled"),
        (receiving.receive, "done"),
    ],
)
def test_nobody_drives_to_a_return_that_ended(
    shop: Shop,
    clerk: Actor,
    sale: Sale,
    clock: Clock,
    end: Callable[[WritingDesk, str], object],
    status: str,
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="pickup"))
    do(shop, clerk, returns.schedule, no, "2025-03-09 14:00", "2025-03-09 16:00", "12 Nanjing Rd")
    do(shop, clerk, returns.approve, no)
    clock.forward(days=20)
    do(shop, clerk, end, no)

    assert [one.status for one in case_of(shop, no).appointments] == [status]


def test_goods_at_the_counter_have_no_parcel_and_no_driver(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    at_counter = ReturnDraft(
        sale.receipt_no,
        [ReturnLineDraft(TOWELS, {"reason": "no_reason"})],
        tracking_no="SF 1",
        slot_from="2025-03-09 14:00",
        slot_to="2025-03-09 16:00",
    )
    found = case_of(shop, submitted(shop, clerk, at_counter))

    assert (found.tracking_no, found.appointments) == (None, ())


@pytest.mark.parametrize(
    ("slot_from", "slot_to", "field"),
    [
        ("", "", "slot_from"),
        ("tomorrow", "2025-03-09 16:00", "slot_from"),
        ("2025-03-09 16:00", "2025-03-09 14:00", "slot_to"),
        ("2025-03-07 14:00", "2025-03-07 16:00", "slot_to"),
        ("0001-01-01 00:00", "2025-03-09 16:00", "slot_from"),
        ("2025-03-09T14:00+00:00", "2025-03-09 16:00", "slot_from"),
    ],
)
def test_nobody_comes_at_an_impossible_time(
    shop: Shop, clerk: Actor, sale: Sale, slot_from: str, slot_to: str, field: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="pickup"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, returns.schedule, no, slot_from, slot_to)
    assert refused.value.field == field


# --- what holds of every step ---------------------------------------------------------------

Step = Callable[[WritingDesk, str, int | None], object]

STEPS: dict[str, Step] = {
    "approve": lambda d, no, seen: returns.approve(d, no, seen=seen),
    "refuse": lambda d, no, seen: returns.refuse(d, no, "Worn", seen=seen),
    "refer": lambda d, no, seen: returns.refer(d, no, seen=seen),
    "appeal": lambda d, no, seen: returns.appeal(d, no, "Was so", seen=seen),
    "override": lambda d, no, seen: returns.override(
        d, no, TOWELS, "refund", "Kind", seen=seen
    ),
    "withdraw": lambda d, no, seen: returns.withdraw(d, no, "Keeps it", seen=seen),
    "ship": lambda d, no, seen: returns.ship(d, no, "SF 1", seen=seen),
    "schedule": lambda d, no, seen: returns.schedule(
        d, no, "2025-03-09 14:00", "2025-03-09 16:00", seen=seen
    ),
    "receive": lambda d, no, seen: receiving.receive(d, no, seen=seen),
    "give_back": lambda d, no, seen: receiving.give_back(d, no, "Not so", seen=seen),
    "repair": lambda d, no, seen: receiving.repair(d, no, seen=seen),
    "refund": lambda d, no, seen: refunds.refund(d, no, seen=seen),
    "authorise": lambda d, no, seen: refunds.authorise(d, no, seen=seen),
    "settle": lambda d, no, seen: refunds.settle(d, no, seen=seen),
    "fail": lambda d, no, seen: refunds.fail(d, no, "No line", seen=seen),
    "exchange": lambda d, no, seen: exchange(d, no, seen=seen),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_on_what_somebody_else_changed_is_told_and_not_taken(
    shop: Shop, clerk: Actor, sale: Sale, name: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    seen = case_of(shop, no).ticket.version
    do(shop, hire(shop, "zhao", Role.CLERK), tickets.note, no, "Rang")
    before = written_so_far(shop)

    with pytest.raises(Conflict, match="Zhao changed"):
        do(shop, clerk, STEPS[name], no, seen)
    assert written_so_far(shop) == before


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TECHNICIAN])
@pytest.mark.parametrize("name", STEPS)
def test_only_the_counter_takes_a_step(
    shop: Shop, clerk: Actor, sale: Sale, name: str, role: Role
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    who = hire(shop, "xu", role)
    before = written_so_far(shop)

    with pytest.raises(NotAllowed):
        do(shop, who, STEPS[name], no, None)
    assert written_so_far(shop) == before


@pytest.mark.parametrize("name", STEPS)
def test_a_case_that_ended_takes_no_step_but_an_appeal(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, name: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")

    if name == "appeal":
        do(shop, supervisor, STEPS[name], no, None)
    else:
        with pytest.raises(WrongState):
            do(shop, supervisor, STEPS[name], no, None)


@pytest.mark.parametrize("name", STEPS)
def test_a_ticket_that_is_no_return_case_takes_no_step(
    shop: Shop, supervisor: Actor, name: str
) -> None:
    with shop.writing(supervisor) as desk:
        no = tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel")).no

    with pytest.raises(NotFound):
        do(shop, supervisor, STEPS[name], no, None)


def test_no_step_is_earlier_than_the_one_before(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    before = written_so_far(shop)
    clock.forward(seconds=-1)

    with pytest.raises(ClockSetBack):
        do(shop, clerk, returns.approve, no)
    assert written_so_far(shop) == before


# --- the ticket beside it -------------------------------------------------------------------


@pytest.mark.parametrize("step", ["resolve", "close", "cancel"])
def test_the_ticket_does_not_end_before_its_return(
    shop: Shop, clerk: Actor, sale: Sale, step: str
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))
    ends: dict[str, Callable[[WritingDesk], object]] = {
        "resolve": lambda d: tickets.resolve(d, no, outcome="noted", cause="other"),
        "close": lambda d: tickets.close(d, no, informed=True),
        "cancel": lambda d: tickets.cancel(d, no, "Typed twice"),
    }

    with pytest.raises(WrongState):
        do(shop, clerk, ends[step])
    assert case_of(shop, no).ticket.status is TicketStatus.OPEN


def test_closing_the_ticket_closes_a_refunded_return(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no, mode="mail"))
    assert case_of(shop, no).status is S.REFUNDED
    do(shop, clerk, tickets.close, no, informed=True)

    found = case_of(shop, no)
    assert (found.status, found.ticket.status) == (S.CLOSED, TicketStatus.CLOSED)


def test_a_return_ends_while_its_ticket_waits_for_the_customer(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, tickets.wait_for_customer, no, "When do you come?", "2025-03-10")
    do(shop, clerk, returns.withdraw, no, "Keeps it")

    assert case_of(shop, no).ticket.status is TicketStatus.CLOSED


def test_a_step_of_a_return_is_not_taken_back(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(WrongState):
        do(shop, clerk, undo, no)


def test_a_return_stays_with_the_receipt_it_was_checked_against(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    other = sell_goods(shop, "R-2", [Item("SOCK", 333)])
    no = submitted(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(WrongState):
        do(shop, clerk, corrections.correct, no, receipt_no=other, text="Wrong", confirmed=True)
    assert case_of(shop, no).receipt_no == sale.receipt_no


def test_a_whole_story_keeps_every_invariant(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="2", resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    do(shop, clerk, returns.appeal, no, "Was so")
    do(shop, supervisor, returns.approve, no, reason="Believed")
    do(shop, clerk, receiving.receive, no)
    do(shop, clerk, refunds.refund, no, approval=beside(supervisor))
    do(shop, clerk, refunds.settle, no)

    assert_returns_hold(shop)


def _till_took_back(shop: Shop, line_uid: str, milli: int) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE receipt_line SET returned_milli = :milli WHERE uid = :uid",
            {"milli": milli, "uid": line_uid},
        )


def test_the_helper_of_these_tests_can_fail(shop: Shop, clerk: Actor, sale: Sale) -> None:
    """The invariants find a case whose columns do not say what its history says."""
    submitted(shop, clerk, draft(sale.receipt_no))
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("UPDATE return_case SET mode = 'mail'")

    with pytest.raises(AssertionError):
        assert_returns_hold(shop)
    assert rows(shop, "SELECT mode FROM return_case") == [("mail",)]
