"""Several terminals at the same goods, money or unit at the same moment: one is first.

Threads with shops of their own begin together behind a barrier, processes with the same line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from counter import compensations, returns
from counter.desk import Actor
from counter.shop import Shop
from models.errors import Conflict
from models.terms import Role, Tier
from tests.claims import (
    COOKER,
    Item,
    approved,
    case_of,
    do,
    draft,
    left_milli,
    pending,
    received,
    refunded,
    sell_goods,
    submitted,
)
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.faults.returning import tried
from tests.faults.test_processes import said_by
from tests.premises import Clock, Sale, hire, rows, shop_at
from tests.return_invariants import assert_returns_hold

Work = tuple[Actor, str, str]
"""Who does what to which case or receipt."""


@pytest.fixture
def people(shop: Shop) -> list[Actor]:
    """Six clerks."""
    return [hire(shop, f"li{number}", Role.CLERK) for number in range(6)]


@pytest.fixture
def supervisors(shop: Shop) -> list[Actor]:
    """Six supervisors."""
    return [hire(shop, f"sun{number}", Role.SUPERVISOR) for number in range(6)]


def together(shop: Shop, clock: Clock, works: Sequence[Work]) -> list[str]:
    """What came of each work, all begun at the same moment."""
    gate = Barrier(len(works))

    def one(work: Work) -> str:
        who, deed, no = work
        own = shop_at(shop.places.home, clock)
        own.warm_up()
        try:
            gate.wait()
            return tried(own, who, deed, no)
        finally:
            own.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def assert_one_was_first(said: Sequence[str]) -> None:
    """One saved; everybody else was told a sentence."""
    assert sorted(word.split()[0] for word in said) == ["saved", *["told"] * (len(said) - 1)]


def the_last_unit(shop: Shop, clerk: Actor, sale: Sale) -> str:
    submitted(shop, clerk, draft(sale.receipt_no, quantity="4"))
    return sale.receipt_no


def awaited(shop: Shop, clerk: Actor, sale: Sale) -> str:
    return approved(shop, clerk, draft(sale.receipt_no, quantity="2"))


def goods_in(shop: Shop, clerk: Actor, sale: Sale) -> str:
    return received(shop, clerk, draft(sale.receipt_no, quantity="2"))


def money_due(shop: Shop, clerk: Actor, sale: Sale) -> str:
    return pending(shop, clerk, draft(sale.receipt_no, quantity="2", mode="mail"))


def high_refund(shop: Shop, clerk: Actor, sale: Sale) -> str:
    return pending(shop, clerk, draft(sell_goods(shop, "H-1", [Item("SOFA", 100001)]), 1))


def to_exchange(shop: Shop, clerk: Actor, sale: Sale) -> str:
    return received(
        shop, clerk, draft(sale.receipt_no, COOKER, reason="quality", remedy="exchange")
    )


def granted(shop: Shop, clerk: Actor, sale: Sale) -> str:
    no = proposed(shop, clerk, sale)
    do(shop, hire(shop, "wu", Role.SUPERVISOR), compensations.grant, no)
    return no


def proposed(shop: Shop, clerk: Actor, sale: Sale) -> str:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))
    do(shop, clerk, compensations.propose, no, amount_minor=5000, legal_base="Goodwill")
    return no


SAME: dict[str, tuple[Callable[[Shop, Actor, Sale], str], str]] = {
    "submit the last unit": (the_last_unit, "submit one"),
    "take the goods in": (awaited, "receive"),
    "work a refund out": (goods_in, "refund"),
    "authorise": (high_refund, "authorise"),
    "settle": (money_due, "settle"),
    "fail": (money_due, "fail"),
    "exchange": (to_exchange, "exchange"),
    "give back": (goods_in, "give back"),
    "grant": (proposed, "grant"),
    "pay": (granted, "pay"),
}


@pytest.mark.parametrize("count", [2, 6])
@pytest.mark.parametrize("what", SAME)
def test_of_several_who_do_the_same_one_is_first(
    shop: Shop,
    clock: Clock,
    clerk: Actor,
    sale: Sale,
    people: list[Actor],
    supervisors: list[Actor],
    what: str,
    count: int,
) -> None:
    prepare, deed = SAME[what]
    no = prepare(shop, clerk, sale)
    who = supervisors if deed in ("authorise", "grant") else people

    assert_one_was_first(together(shop, clock, [(one, deed, no) for one in who[:count]]))
    assert_returns_hold(shop)
    assert_whole(shop)


EITHER: dict[str, tuple[Callable[[Shop, Actor, Sale], str], str, str, set[str]]] = {
    "refunded or given back": (
        goods_in, "refund", "give back", {"refund_pending", "returned_to_customer"},
    ),
    "settled or failed": (money_due, "settle", "fail", {"refunded", "refund_pending"}),
    "received or withdrawn": (awaited, "receive", "withdraw", {"received", "withdrawn"}),
    "exchanged or given back": (
        to_exchange, "exchange", "give back", {"exchange_done", "returned_to_customer"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", EITHER)
def test_of_two_ends_that_exclude_each_other_one_is_reached(
    shop: Shop, clock: Clock, clerk: Actor, sale: Sale, people: list[Actor], what: str
) -> None:
    prepare, one, other, ends = EITHER[what]
    no = prepare(shop, clerk, sale)
    works = [(who, (one, other)[at % 2], no) for at, who in enumerate(people)]

    assert_one_was_first(together(shop, clock, works))
    assert case_of(shop, no).status in ends
    assert_returns_hold(shop)


def test_a_case_that_is_withdrawn_while_it_is_approved_is_withdrawn_or_was_approved_before(
    shop: Shop, clock: Clock, clerk: Actor, sale: Sale, people: list[Actor]
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="2"))
    said = together(shop, clock, [(people[0], "approve", no), (people[1], "withdraw", no)])

    kinds = [event.kind for event in case_of(shop, no).ticket.events]
    assert said[1] == "saved"
    assert ("approve" in kinds) == (said[0] == "saved")
    assert case_of(shop, no).status == "withdrawn"
    assert left_milli(shop, sale.receipt_no) == 5000


def test_who_approves_what_they_saw_before_it_was_withdrawn_is_told_so(
    shop: Shop, clerk: Actor, sale: Sale, people: list[Actor]
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="2"))
    seen = case_of(shop, no).ticket.version
    do(shop, people[0], returns.withdraw, no, "Keeps it", seen=seen)

    with pytest.raises(Conflict, match="Li0"):
        do(shop, people[1], returns.approve, no, seen=seen)


def test_two_cases_of_one_line_have_one_refund_under_way(
    shop: Shop, clock: Clock, clerk: Actor, sale: Sale, people: list[Actor]
) -> None:
    cases = [received(shop, clerk, draft(sale.receipt_no, quantity="1")) for _ in range(5)]
    works = [(who, "refund", no) for who, no in zip(people, cases, strict=False)]

    assert_one_was_first(together(shop, clock, works))
    assert_returns_hold(shop)


def test_a_unit_is_handed_out_for_one_of_two_cases(
    shop: Shop, clock: Clock, clerk: Actor, people: list[Actor]
) -> None:
    receipt = sell_goods(shop, "U-1", [Item("COOKER", 29900, serial_no="SN-1"), Item("PAN", 9900)])
    other = sell_goods(shop, "U-2", [Item("COOKER", 29900, serial_no="SN-2")])
    cases = [
        received(shop, clerk, draft(no, 1, reason="quality", remedy="exchange"))
        for no in (receipt, other)
    ]
    works = [(who, "exchange for one unit", no) for who, no in zip(people, cases, strict=False)]

    assert_one_was_first(together(shop, clock, works))
    assert_returns_hold(shop)


def test_the_last_unit_goes_to_an_appeal_or_to_a_new_claim(
    shop: Shop, clock: Clock, clerk: Actor, sale: Sale, people: list[Actor]
) -> None:
    refused = submitted(shop, clerk, draft(sale.receipt_no, quantity="1", resale_ok=False))
    do(shop, clerk, returns.refuse, refused, "Worn")
    submitted(shop, clerk, draft(sale.receipt_no, quantity="4"))

    works = [(people[0], "appeal", refused), (people[1], "submit one", sale.receipt_no)]
    assert_one_was_first(together(shop, clock, works))
    assert_returns_hold(shop)


def test_goods_that_come_in_as_their_time_ends_are_in_or_expired(
    shop: Shop, clock: Clock, clerk: Actor, sale: Sale, people: list[Actor]
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2", mode="mail"))
    clock.forward(days=16)
    works = [(people[0], "receive", no), *((who, "expire", no) for who in people[1:])]
    said = together(shop, clock, works)

    assert said[1:] == ["saved"] * 5  # who finds nothing to expire is told nothing
    status = case_of(shop, no).status
    assert status == ("received" if said[0] == "saved" else "expired")
    assert_returns_hold(shop)


def test_points_move_once_whoever_settles(
    shop: Shop, clock: Clock, clerk: Actor, people: list[Actor]
) -> None:
    receipt = sell_goods(shop, "P-1", [Item("SOCK", 1000, 3000)], tier=None)
    member = sell_goods(shop, "P-2", [Item("SOCK", 1000, 3000)], tier=Tier.SILVER, earned=30)
    refunded(shop, clerk, draft(receipt, 1))
    no = pending(shop, clerk, draft(member, 1, "1"))

    assert_one_was_first(together(shop, clock, [(who, "settle", no) for who in people]))
    assert rows(shop, "SELECT points FROM points_entry WHERE kind = 'reverse_earn'") == [(-10,)]


# --- terminals that are processes -----------------------------------------------------------

APART = ("submit the last unit", "work a refund out", "settle", "exchange")


@pytest.mark.parametrize(("what", "count"), [*((what, 2) for what in APART), ("settle", 6)])
def test_of_several_terminals_that_do_the_same_one_is_first(
    shop: Shop, clerk: Actor, sale: Sale, people: list[Actor], what: str, count: int
) -> None:
    prepare, deed = SAME[what]
    no = prepare(shop, clerk, sale)
    running = [start("return once", shop, who, deed, no) for who in people[:count]]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    assert_one_was_first([line for (line,) in said_by(running)])
    assert_returns_hold(shop)
    assert_whole(shop)
