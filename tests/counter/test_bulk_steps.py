"""One step with many tickets: what fails, fails alone, and every row is told."""

from __future__ import annotations

from typing import Any

import pytest

from counter import lookup, tickets
from counter.bulk_steps import BulkResult, Chosen, RowResult, Step, apply_to_each
from counter.desk import Actor, WritingDesk
from counter.shop import Shop
from counter.staff import change_staff
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound, SessionEnded, WrongState
from models.terms import TicketStatus
from tests.premises import rows


@pytest.fixture
def five(shop: Shop, clerk: Actor) -> list[str]:
    """Five new tickets; the fourth is a complaint."""
    kinds = ("return", "return", "return", "complaint", "return")
    with shop.writing(clerk) as desk:
        return [tickets.open_ticket(desk, TicketDraft(kind, "Towel")).no for kind in kinds]


def seen(shop: Shop, numbers: list[str]) -> list[Chosen]:
    with shop.reading(shop.system) as desk:
        return [Chosen(no, lookup.ticket(desk, no).version) for no in numbers]


def taking(desk: WritingDesk, no: str, version: int | None) -> TicketHead:
    return tickets.take(desk, no, seen=version)


def errors(result: BulkResult) -> dict[str, type[Exception]]:
    return {row.no: type(row.error) for row in result.rows if row.error is not None}


def test_each_ticket_takes_the_step_and_is_told_in_its_turn(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    told: list[tuple[str, int, int]] = []
    result = apply_to_each(
        shop,
        clerk,
        seen(shop, five),
        taking,
        told=lambda row, count, total: told.append((row.no, count, total)),
    )

    assert (result.done, result.failed, result.left) == (5, 0, ())
    assert [row.head.status for row in result.rows if row.head] == [TicketStatus.OPEN] * 5
    assert told == [(no, place, 5) for place, no in enumerate(five, 1)]
    assert rows(shop, "SELECT count(*) FROM audit_entry WHERE action = 'ticket.take'") == [(5,)]


def test_a_ticket_that_a_colleague_changed_fails_alone(
    shop: Shop, clerk: Actor, supervisor: Actor, five: list[str]
) -> None:
    chosen = seen(shop, five)
    with shop.writing(supervisor) as desk:
        tickets.note(desk, five[2], "I am on it")
    result = apply_to_each(shop, clerk, chosen, taking)

    assert errors(result) == {five[2]: Conflict}
    assert rows(shop, "SELECT no FROM ticket WHERE owner_id IS NULL") == [(five[2],)]


def test_a_ticket_that_stands_elsewhere_or_is_unknown_fails_alone(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    with shop.writing(clerk) as desk:
        tickets.cancel(desk, five[0], "Twice")
    result = apply_to_each(shop, clerk, [*seen(shop, five), Chosen("R-0")], taking)

    assert errors(result) == {five[0]: WrongState, "R-0": NotFound}
    assert (result.done, result.failed) == (4, 2)


def test_one_outcome_for_all_fails_where_a_complaint_needs_more(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    apply_to_each(shop, clerk, seen(shop, five), taking)

    def resolve(desk: WritingDesk, no: str, version: int | None) -> TicketHead:
        return tickets.resolve(desk, no, outcome="informed", cause="other", seen=version)

    result = apply_to_each(shop, clerk, seen(shop, five), resolve)

    assert errors(result) == {five[3]: InvalidInput}
    assert rows(shop, "SELECT count(*) FROM ticket WHERE status = 'resolved'") == [(4,)]


STEPS: dict[str, Step] = {
    "assign": lambda d, n, s: tickets.assign(d, n, department="Repair", seen=s),
    "note": lambda d, n, s: tickets.note(d, n, "Recalled by the maker", seen=s),
    "respond": lambda d, n, s: tickets.respond(d, n, "Letter sent", seen=s),
    "cancel": lambda d, n, s: tickets.cancel(d, n, "Stocktaking", seen=s),
    "prioritise": lambda d, n, s: tickets.prioritise(d, n, "P1", "Recall", seen=s),
}


@pytest.mark.parametrize("name", STEPS)
def test_any_step_goes_through_the_rows(
    shop: Shop, supervisor: Actor, five: list[str], name: str
) -> None:
    assert apply_to_each(shop, supervisor, seen(shop, five), STEPS[name]).done == 5


def test_told_to_stop_it_stops_between_two_tickets(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    tried: list[RowResult] = []
    result = apply_to_each(
        shop,
        clerk,
        seen(shop, five),
        taking,
        told=lambda row, *_: tried.append(row),
        stopped=lambda: len(tried) == 2,
    )

    assert [row.no for row in result.rows] == five[:2]
    assert result.left == tuple(five[2:])
    assert rows(shop, "SELECT count(*) FROM ticket WHERE owner_id IS NOT NULL") == [(2,)]


def test_who_may_not_do_it_is_told_once_and_the_rest_is_left(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    result = apply_to_each(shop, clerk, seen(shop, five), STEPS["prioritise"])

    assert errors(result) == {five[0]: NotAllowed}
    assert result.left == tuple(five[1:])


def test_who_is_signed_out_meanwhile_gets_no_further(
    shop: Shop, clerk: Actor, supervisor: Actor, five: list[str]
) -> None:
    def told(row: RowResult, count: int, total: int) -> Any:
        if count == 2:
            with shop.writing(supervisor) as desk:
                change_staff(desk, clerk.login, active=False)

    result = apply_to_each(shop, clerk, seen(shop, five), taking, told=told)

    assert (result.done, errors(result)) == (2, {five[2]: SessionEnded})
    assert result.left == tuple(five[3:])


def test_a_ticket_that_is_named_twice_takes_the_step_once(
    shop: Shop, clerk: Actor, five: list[str]
) -> None:
    result = apply_to_each(shop, clerk, [Chosen(five[0]), Chosen(five[0].lower())], STEPS["note"])

    assert (result.done, result.failed) == (1, 0)
