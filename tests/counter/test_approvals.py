"""A second person says yes by an own PIN: proved as at a sign-in, somebody else, and told."""

from __future__ import annotations

import pytest

from counter import refunds, returns
from counter.approvals import Approval, second_person
from counter.desk import Actor
from counter.rules.signing import FREE_TRIES
from counter.shop import Shop
from counter.staff import reset_pin
from models.errors import CounterError, NotAllowed, SignInRefused
from models.terms import Role
from tests.claims import Item, case_of, do, draft, pending, sell_goods, submitted
from tests.premises import PIN, Clock, Sale, hire, rows


def test_the_right_pin_at_anybodys_counter_approves_and_the_audit_names_both(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    approval = second_person(shop, "sun", PIN)
    do(shop, clerk, returns.approve, no, reason="Regular", approval=approval)

    audited = rows(
        shop, "SELECT s.login, e.action FROM audit_entry e JOIN staff s ON s.id = e.actor_id"
    )
    assert ("sun", "staff.approve") in audited
    assert ("li", "ticket.approve") in audited
    assert case_of(shop, no).ticket.events[-1].payload["by"] == "sun"


@pytest.mark.parametrize(("login", "pin"), [("sun", "000000"), ("nobody", PIN), ("sun", "")])
def test_a_wrong_pin_approves_nothing(shop: Shop, supervisor: Actor, login: str, pin: str) -> None:
    with pytest.raises(SignInRefused):
        second_person(shop, login, pin)


def test_wrong_tries_delay_a_second_person_as_they_delay_a_sign_in(
    shop: Shop, supervisor: Actor, clock: Clock
) -> None:
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused):
            second_person(shop, "sun", "000000")

    with pytest.raises(SignInRefused, match="Wait"):
        second_person(shop, "sun", PIN)
    clock.forward(hours=1)
    assert second_person(shop, "sun", PIN).actor.login == "sun"


def test_a_clerk_at_the_side_approves_nothing(
    shop: Shop, clerk: Actor, sale: Sale, pin_hash: str
) -> None:
    hire(shop, "zhao", Role.CLERK, pin_hash)
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    approval = second_person(shop, "zhao", PIN)

    with pytest.raises(NotAllowed):
        do(shop, clerk, returns.approve, no, reason="Regular", approval=approval)


def test_a_pin_that_was_reset_since_approves_nothing(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))
    approval = second_person(shop, "sun", PIN)
    do(shop, hire(shop, "wu", Role.ADMIN), reset_pin, "sun")

    with pytest.raises(CounterError, match="reset"):
        do(shop, clerk, returns.approve, no, reason="Regular", approval=approval)


def test_a_supervisor_who_became_a_clerk_approves_nothing(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 100001)])
    no = pending(shop, clerk, draft(receipt, 1))
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE staff SET role = 'clerk' WHERE login = 'sun'"
        )

    with pytest.raises(NotAllowed):
        do(shop, clerk, refunds.authorise, no, approval=Approval(supervisor))
