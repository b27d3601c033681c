"""Compensation beyond the price: what the law gives, or goodwill; two people, once."""

from __future__ import annotations

from typing import Any

import pytest

from counter import compensations, returns, staff, tickets
from counter.desk import Actor
from counter.shop import Shop
from models.errors import Conflict, InvalidInput, NotAllowed, WrongState
from models.return_views import CompensationRow
from models.terms import CompensationStatus, Role, TenderMethod, TicketAction
from tests.claims import Item, beside, case_of, do, draft, sell_goods, submitted
from tests.premises import Clock, Sale, hire, rows

C = CompensationStatus


@pytest.fixture
def goodwill(shop: Shop, clerk: Actor, sale: Sale) -> str:
    """A return with a goodwill of 50 yuan proposed by the clerk."""
    no = submitted(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, compensations.propose, no, amount_minor=5000, legal_base="Goodwill")
    return no


def only(shop: Shop, no: str) -> CompensationRow:
    (found,) = case_of(shop, no).compensations
    return found


@pytest.mark.parametrize(
    ("reason", "category", "price", "amount"),
    [
        ("food_unsafe", "packaged_food", 1200, 100000),  # ten times the price, at least 1000
        ("food_unsafe", "packaged_food", 12000, 120000),
        ("counterfeit", "", 10000, 50000),  # three times the price, at least 500
        ("counterfeit", "", 30000, 90000),
    ],
)
def test_what_the_law_gives_is_proposed_with_its_article(
    shop: Shop, clerk: Actor, reason: str, category: str, price: int, amount: int
) -> None:
    receipt = sell_goods(shop, "F-1", [Item("GOODS", price, category=category)])
    no = submitted(shop, clerk, draft(receipt, 1, reason=reason))
    do(shop, clerk, compensations.propose, no)

    found = only(shop, no)
    assert (found.amount_minor, found.currency, found.status) == (amount, "CNY", C.PROPOSED)
    assert found.formula == ("F1" if reason == "food_unsafe" else "D1")
    assert found.legal_base


def test_a_loss_counts_where_three_times_of_it_are_more(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "F-1", [Item("MILK", 1200, category="packaged_food")])
    no = submitted(shop, clerk, draft(receipt, 1, reason="food_unsafe", loss_minor=50000))
    do(shop, clerk, compensations.propose, no)

    assert only(shop, no).amount_minor == 150000


def test_what_the_law_gives_is_paid_once(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    receipt = sell_goods(shop, "F-1", [Item("MILK", 1200, category="packaged_food")])
    no = submitted(shop, clerk, draft(receipt, 1, reason="food_unsafe"))
    do(shop, clerk, compensations.propose, no)
    do(shop, supervisor, compensations.grant, no)
    do(shop, clerk, compensations.pay, no, "cash")

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.propose, no)
    assert refused.value.field == "amount_minor"


def test_another_case_about_the_same_goods_gives_it_no_second_time(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "F-1", [Item("MILK", 1200, 2000, category="packaged_food")])
    claim = draft(receipt, 1, "1", reason="food_unsafe")
    no = submitted(shop, clerk, claim)
    do(shop, clerk, compensations.propose, no)
    beside_it = submitted(shop, clerk, claim)  # the other bottle
    do(shop, clerk, compensations.propose, beside_it)
    do(shop, supervisor, compensations.grant, no)
    do(shop, clerk, compensations.pay, no, "cash")
    do(shop, clerk, returns.withdraw, no, "Keeps it")

    again = submitted(shop, clerk, claim)
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.propose, again)
    assert refused.value.field == "amount_minor"


def test_the_law_gives_nothing_for_what_a_supervisor_refused(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "F-1", [Item("MILK", 1200, category="packaged_food")])
    no = submitted(shop, clerk, draft(receipt, 1, reason="food_unsafe"))
    do(shop, supervisor, returns.refuse, no, "The label is another one")

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.propose, no)
    assert refused.value.field == "amount_minor"


@pytest.mark.parametrize(
    ("amount", "base", "field"),
    [
        (None, "Goodwill", "amount_minor"),
        (0, "Goodwill", "amount_minor"),
        (-100, "Goodwill", "amount_minor"),
        (10**15, "Goodwill", "amount_minor"),
        (5000, " ", "legal_base"),
    ],
)
def test_goodwill_names_its_amount_and_says_what_it_is(
    shop: Shop, clerk: Actor, sale: Sale, amount: int | None, base: str, field: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.propose, no, amount_minor=amount, legal_base=base)
    assert refused.value.field == field


def test_one_compensation_at_a_time(shop: Shop, clerk: Actor, goodwill: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.propose, goodwill, amount_minor=1, legal_base="Goodwill")
    assert refused.value.field == "amount_minor"


def test_a_clerk_grants_nothing(shop: Shop, clerk: Actor, goodwill: str) -> None:
    other = hire(shop, "zhao", Role.CLERK)
    with pytest.raises(NotAllowed):
        do(shop, clerk, compensations.grant, goodwill)
    with pytest.raises(NotAllowed):
        do(shop, clerk, compensations.grant, goodwill, approval=beside(other))


@pytest.mark.parametrize("beside_somebody", [True, False])
def test_nobody_grants_what_they_proposed(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, beside_somebody: bool
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    do(shop, supervisor, compensations.propose, no, amount_minor=5000, legal_base="Goodwill")

    approval = beside(supervisor) if beside_somebody else None
    with pytest.raises(NotAllowed):
        do(shop, clerk if beside_somebody else supervisor, compensations.grant, no,
           approval=approval)  # fmt: skip
    assert only(shop, no).status is C.PROPOSED


def test_what_was_granted_is_paid_and_says_how_and_when(
    shop: Shop, clerk: Actor, supervisor: Actor, goodwill: str, clock: Clock
) -> None:
    with pytest.raises(WrongState):
        do(shop, clerk, compensations.pay, goodwill, "cash")
    do(shop, clerk, compensations.grant, goodwill, approval=beside(supervisor))
    do(shop, clerk, compensations.pay, goodwill, "cash")

    found = only(shop, goodwill)
    assert (found.status, found.method, found.paid_at) == (C.PAID, TenderMethod.CASH, clock.now)
    assert (found.proposed_by, found.approver) == ("Li", "Sun")
    with pytest.raises(WrongState):
        do(shop, clerk, compensations.pay, goodwill, "cash")


def test_a_compensation_that_was_refused_is_not_paid_and_says_why(
    shop: Shop, clerk: Actor, supervisor: Actor, goodwill: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(shop, supervisor, compensations.refuse, goodwill, "")
    assert refused.value.field == "reason"
    do(shop, supervisor, compensations.refuse, goodwill, "Had one last week")

    with pytest.raises(WrongState):
        do(shop, clerk, compensations.pay, goodwill, "cash")
    last = case_of(shop, goodwill).ticket.events[-1]
    assert (last.kind, last.text) == (TicketAction.REFUSE_COMPENSATION, "Had one last week")
    do(shop, clerk, compensations.propose, goodwill, amount_minor=1000, legal_base="Goodwill")


def test_paying_needs_a_means(shop: Shop, clerk: Actor, supervisor: Actor, goodwill: str) -> None:
    do(shop, supervisor, compensations.grant, goodwill)

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, compensations.pay, goodwill, "")
    assert refused.value.field == "method"


def test_a_complaint_without_a_return_may_have_one_too(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, tickets.TicketDraft("complaint", "Queue")).no
    do(shop, clerk, compensations.propose, no, amount_minor=2000, legal_base="Goodwill")
    do(shop, supervisor, compensations.grant, no)

    assert rows(shop, "SELECT status, currency FROM compensation") == [("approved", "CNY")]


def test_who_proposed_it_may_take_it_back(shop: Shop, clerk: Actor, goodwill: str) -> None:
    do(shop, clerk, compensations.refuse, goodwill, "A slip of the finger")

    assert only(shop, goodwill).status is C.REFUSED
    do(shop, clerk, compensations.propose, goodwill, amount_minor=500, legal_base="Goodwill")
    other = hire(shop, "zhao", Role.CLERK)
    with pytest.raises(NotAllowed):
        do(shop, other, compensations.refuse, goodwill, "Not mine")


def test_a_complaint_is_not_resolved_while_a_compensation_is_undecided(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, tickets.TicketDraft("complaint", "Queue")).no
    do(shop, clerk, tickets.take, no)
    do(shop, clerk, compensations.propose, no, amount_minor=2000, legal_base="Goodwill")
    end: dict[str, Any] = {"outcome": "compensated", "cause": "service", "liability": "store"}
    with pytest.raises(WrongState, match="compensation is proposed"):
        do(shop, clerk, tickets.resolve, no, **end)
    do(shop, supervisor, compensations.grant, no)

    assert do(shop, clerk, tickets.resolve, no, **end).status == "resolved"


def test_a_step_on_what_somebody_else_changed_is_told(
    shop: Shop, clerk: Actor, supervisor: Actor, goodwill: str
) -> None:
    seen = case_of(shop, goodwill).ticket.version
    do(shop, clerk, tickets.note, goodwill, "Rang")

    with pytest.raises(Conflict):
        do(shop, supervisor, compensations.grant, goodwill, seen=seen)
    assert only(shop, goodwill).status is C.PROPOSED


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TECHNICIAN])
def test_only_the_counter_has_to_do_with_it(shop: Shop, goodwill: str, role: Role) -> None:
    who = hire(shop, "xu", role)

    with pytest.raises(NotAllowed):
        do(shop, who, compensations.propose, goodwill, amount_minor=1, legal_base="Goodwill")
    with pytest.raises(NotAllowed):
        do(shop, who, compensations.grant, goodwill)
    with pytest.raises(NotAllowed):
        do(shop, who, compensations.pay, goodwill, "cash")


# --- within one's own limit -----------------------------------------------------------------


def give(shop: Shop, who: Actor, no: str, amount: int, base: str = "Goodwill") -> CompensationRow:
    do(shop, who, compensations.propose, no, amount_minor=amount, legal_base=base)
    return case_of(shop, no).compensations[-1]


def test_goodwill_within_the_own_limit_is_granted_at_once(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    do(shop, supervisor, staff.set_limit, "li", "50.00")
    no = submitted(shop, clerk, draft(sale.receipt_no))
    given = give(shop, clerk, no, 5000)

    assert (given.status, given.approver) == (C.APPROVED, "Li")
    ((kind, limit),) = rows(
        shop,
        "SELECT kind, json_extract(payload, '$.own_limit') FROM ticket_event"
        " ORDER BY id DESC LIMIT 1",
    )
    assert (kind, limit) == (TicketAction.GRANT_COMPENSATION, 5000)


@pytest.mark.parametrize(("amount", "base"), [(5001, "goodwill"), (100, "Article 148")])
def test_above_the_own_limit_or_by_law_it_takes_a_second_person(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, amount: int, base: str
) -> None:
    do(shop, supervisor, staff.set_limit, "li", "50.00")
    no = submitted(shop, clerk, draft(sale.receipt_no))

    assert give(shop, clerk, no, amount, base).status is C.PROPOSED


def test_a_limit_is_not_passed_in_parts(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    do(shop, supervisor, staff.set_limit, "li", "50.00")
    no = submitted(shop, clerk, draft(sale.receipt_no))
    give(shop, clerk, no, 3000)
    do(shop, clerk, compensations.pay, no, "cash")

    assert give(shop, clerk, no, 2001).status is C.PROPOSED


def test_another_currency_than_the_shops_is_within_no_limit(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    do(shop, supervisor, staff.set_limit, "li", "50.00")
    receipt = sell_goods(shop, "F-1", [Item("GOODS", 1200)], currency="USD")
    head = do(shop, clerk, tickets.open_ticket, tickets.TicketDraft("complaint", "Rude",
              receipt_no=receipt))  # fmt: skip
    do(shop, clerk, compensations.propose, head.no, amount_minor=100, legal_base="goodwill")

    assert rows(shop, "SELECT status FROM compensation") == [("proposed",)]


def test_the_limit_is_set_by_another_supervisor_and_audited(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    assert do(shop, supervisor, staff.set_limit, "li", "12.5") == 1250
    assert rows(shop, "SELECT count(*) FROM audit_entry WHERE action = 'staff.limit'") == [(1,)]
    for who, login in ((clerk, "li"), (supervisor, "sun")):
        with pytest.raises(NotAllowed):
            do(shop, who, staff.set_limit, login, "1000000.00")
    with pytest.raises(InvalidInput):
        do(shop, supervisor, staff.set_limit, "li", "-1")
    assert rows(shop, "SELECT goodwill_limit_minor FROM staff WHERE login IN ('li', 'sun')"
                " ORDER BY login") == [(1250,), (0,)]  # fmt: skip
