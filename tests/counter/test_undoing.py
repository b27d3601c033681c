"""A step taken back is as if it had never happened, and only one's own last one is taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter import corrections, lookup, tickets
from counter.desk import Actor
from counter.doctor import examine
from counter.permissions import Action
from counter.rules import lifecycle
from counter.rules.lifecycle import Event
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.undoing import Undoable, undo, undoable
from models.errors import ClockSetBack, Conflict, CounterError, NotAllowed, WrongState
from models.terms import (
    RETURN_ACTIONS,
    TICKET_MACHINE,
    Cause,
    Liability,
    Outcome,
    Priority,
    ReturnMode,
    Role,
    TicketAction,
    TicketStatus,
)
from tests.claims import TOWELS, approved, draft, refunded
from tests.premises import MORNING, Clock, Sale, hire, rows

A = TicketAction

# --- the rule, over any history -------------------------------------------------------------

NAMES = st.sampled_from(["li", "sun", "wang"])
UIDS = st.one_of(st.none(), st.sampled_from(["u-1", "u-2"]))
PAYLOADS: dict[TicketAction, st.SearchStrategy[dict[str, Any]]] = {
    A.CREATE: st.fixed_dictionaries(
        {"priority": st.sampled_from(list(Priority))},
        optional={"customer": st.just("u-1"), "receipt": st.just("u-1")},
    ),
    A.TAKE: st.fixed_dictionaries({"owner": NAMES}),
    A.ASSIGN: st.fixed_dictionaries({}, optional={"owner": NAMES, "department": st.just("Repair")}),
    A.ASK_CUSTOMER: st.fixed_dictionaries({"wake_on": st.dates().map(date.isoformat)}),
    A.SEND_OUT: st.fixed_dictionaries({"wake_on": st.dates().map(date.isoformat)}),
    A.RESOLVE: st.fixed_dictionaries(
        {
            "outcome": st.sampled_from(list(Outcome)),
            "cause": st.sampled_from(list(Cause)),
            "liability": st.one_of(st.none(), st.sampled_from(list(Liability))),
        }
    ),
    A.CLOSE: st.fixed_dictionaries({"customer_informed": st.booleans()}),
    A.PRIORITISE: st.fixed_dictionaries({"priority": st.sampled_from(list(Priority))}),
    A.CORRECT: st.fixed_dictionaries(
        {}, optional={"customer": UIDS, "receipt": UIDS, "receipt_line": UIDS}
    ),
    A.MERGE: st.fixed_dictionaries({"into": st.just("R-20250303-0007")}),
    A.ABSORB: st.fixed_dictionaries({"from": st.just("R-20250303-0006")}),
    A.DETAIL: st.fixed_dictionaries({}, optional={"priority": st.just(Priority.P1)}),
    A.SUBMIT: st.fixed_dictionaries({"mode": st.sampled_from(list(ReturnMode))}),
}
LASTING = {
    *RETURN_ACTIONS,
    A.ATTACH,
    A.COMPENSATE,
    A.GRANT_COMPENSATION,
    A.REFUSE_COMPENSATION,
    A.PAY_COMPENSATION,
    A.WAKE,
    A.ABSORB,
    A.MERGE,
}
"""Goods, money, a file, another ticket or a day that came hang on these steps."""

OWN = {A.LEVEL, A.RETARGET}
"""What the machine writes: nobody's step, passed over by whoever takes back the last one."""


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """What may have happened to a ticket: steps that the machine allows, some taken back."""
    at = datetime(2025, 3, 8, 2, 0, tzinfo=UTC)
    events = [Event(A.CREATE, at, TicketStatus.NEW, draw(PAYLOADS[A.CREATE]))]
    for _ in range(draw(st.integers(0, 12))):
        at += timedelta(seconds=draw(st.integers(0, 50)))
        last = events[lifecycle.last_step(events) - 1]
        if last.kind not in (A.CREATE, A.UNDO, *LASTING) and draw(st.booleans()):
            events.append(_kept(lifecycle.undo_of(events, at)))
        else:
            events.append(draw(steps(last.to_status, at)))
    return events


@st.composite
def steps(draw: st.DrawFn, status: TicketStatus, at: datetime) -> Event:
    """A step that is possible from ``status``."""
    kind = draw(st.sampled_from(sorted(lifecycle.possible_actions(status))))
    payload = draw(PAYLOADS.get(kind, st.just({})))
    return Event(kind, at, TICKET_MACHINE[kind][status], payload)


def _kept(event: Event) -> Event:
    """The event as it comes back from the store."""
    payload = json.loads(json.dumps(dict(event.payload)))
    return Event(event.kind, event.at, event.to_status, payload)


def folded(events: list[Event]) -> dict[str, Any]:
    names = (
        "priority owner department customer receipt receipt_line wake_on merged_into outcome cause"
        " liability customer_informed first_response_at resolved_at closed_at"
    ).split()
    return dict.fromkeys(names) | lifecycle.fold(events)


@settings(max_examples=400)
@given(histories(), st.data())
def test_a_step_and_its_undo_leave_every_field_as_it_was(
    history: list[Event], data: st.DataObject
) -> None:
    at = history[-1].at + timedelta(seconds=5)
    step = data.draw(steps(history[-1].to_status, at).filter(lambda one: one.kind not in OWN))
    taken_back = _kept(lifecycle.undo_of([*history, step], at))

    assert folded([*history, step, taken_back]) == folded(history)
    assert taken_back.payload["event"] == len(history) + 1


@pytest.mark.parametrize("kind", [kind for kind in A if kind in LASTING])
def test_a_step_on_which_goods_or_money_hang_is_never_taken_back(kind: TicketAction) -> None:
    last = Event(kind, MORNING, TicketStatus.OPEN, {})

    with pytest.raises(WrongState, match="goods and money hang on it"):
        lifecycle.check_undo(last, own=True, who="Li", now=MORNING)


@pytest.mark.parametrize(
    "kind", [kind for kind in A if kind not in (A.CREATE, A.UNDO, *LASTING, *OWN)]
)
def test_every_other_kind_of_step_can_be_taken_back_for_a_minute(kind: TicketAction) -> None:
    last = Event(kind, MORNING, TicketStatus.OPEN, {})
    for seconds in (0, 60):
        later = MORNING + timedelta(seconds=seconds)
        lifecycle.check_undo(last, own=True, who="Li", now=later)
    with pytest.raises(WrongState, match="older"):
        lifecycle.check_undo(last, own=True, who="Li", now=MORNING + timedelta(seconds=60.1))


# --- at the counter -------------------------------------------------------------------------

Step = Callable[[Any, str], object]

STEPS: dict[str, Step] = {
    "take": tickets.take,
    "assign": lambda d, no: tickets.assign(d, no, to="sun", department="Repair"),
    "note": lambda d, no: tickets.note(d, no, "Seen"),
    "respond": lambda d, no: tickets.respond(d, no, "Called"),
    "ask": lambda d, no: tickets.wait_for_customer(d, no, "Receipt?", "2025-03-10"),
    "send out": lambda d, no: tickets.wait_for_third_party(d, no, "To B", "2025-04-10"),
    "resolve": lambda d, no: tickets.resolve(d, no, outcome="refunded", cause="product"),
    "prioritise": lambda d, no: tickets.prioritise(d, no, "P1", "Loud"),
    "correct": lambda d, no: corrections.correct(d, no, customer_id=None, text="?", confirmed=True),
}


def opened(shop: Shop, who: Actor, sale: Sale, *, taken: bool = True) -> str:
    with shop.writing(who) as desk:
        no = tickets.open_ticket(
            desk, TicketDraft("return", "Towel", receipt_no=sale.receipt_no)
        ).no
        if taken:
            tickets.take(desk, no)
    return no


def act(shop: Shop, who: Actor, step: Callable[..., Any], *args: Any, **named: Any) -> Any:
    with shop.writing(who) as desk:
        return step(desk, *args, **named)


def refused(shop: Shop, who: Actor, no: str, error: type[CounterError] = WrongState) -> str:
    count = rows(shop, "SELECT count(*) FROM ticket_event")
    with pytest.raises(error) as raised:
        act(shop, who, undo, no)
    assert rows(shop, "SELECT count(*) FROM ticket_event") == count
    return str(raised.value)


def columns(shop: Shop, no: str) -> list[tuple[Any, ...]]:
    return rows(
        shop,
        "SELECT status, working, priority, owner_id, department, wake_on, merged_into_id, outcome,"
        " cause, liability, customer_informed, first_response_at, resolved_at, closed_at,"
        " customer_id, receipt_id, receipt_line_id, search_text FROM ticket WHERE no = :no",
        no=no,
    )


@pytest.mark.parametrize("name", STEPS)
def test_a_ticket_stands_as_before_and_the_doctor_agrees(
    shop: Shop, supervisor: Actor, sale: Sale, clock: Clock, name: str
) -> None:
    no = opened(shop, supervisor, sale, taken=name != "take")
    before = columns(shop, no)
    act(shop, supervisor, STEPS[name], no)
    clock.forward(seconds=59)
    act(shop, supervisor, undo, no)

    assert columns(shop, no) == before
    assert examine(shop, shop.system).healthy
    with shop.reading(supervisor) as desk:
        *steps_taken, last = lookup.ticket(desk, no).events
    number = max(event.no for event in steps_taken if event.kind not in OWN)
    assert (last.kind, last.payload["event"]) == (A.UNDO, number)


def test_a_close_is_taken_back_and_the_ticket_is_closed_again(
    shop: Shop, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, supervisor, sale)
    act(shop, supervisor, tickets.resolve, no, outcome="refunded", cause="product")
    before = columns(shop, no)
    act(shop, supervisor, tickets.close, no, informed=True)
    head = act(shop, supervisor, undo, no)

    assert head.status is TicketStatus.RESOLVED
    assert columns(shop, no) == before
    assert act(shop, supervisor, tickets.close, no, informed=False).status is TicketStatus.CLOSED


def test_a_reopened_ticket_is_closed_again_with_everything_it_said(
    shop: Shop, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, supervisor, sale)
    act(shop, supervisor, tickets.resolve, no, outcome="refunded", cause="product")
    act(shop, supervisor, tickets.close, no, informed=True)
    before = columns(shop, no)
    clock.forward(days=2)
    act(shop, supervisor, tickets.reopen, no, "The wrong one")
    act(shop, supervisor, undo, no)

    assert columns(shop, no) == before
    assert examine(shop, shop.system).healthy


def test_a_withdrawal_is_taken_back(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = opened(shop, clerk, sale, taken=False)
    act(shop, clerk, tickets.cancel, no, "Typed twice")

    assert act(shop, clerk, undo, no).status is TicketStatus.NEW


def test_after_a_minute_by_the_desks_clock_a_step_stays(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, clerk, sale)
    clock.forward(seconds=61)

    assert "60 seconds" in refused(shop, clerk, no)


def test_only_ones_own_last_step_is_taken_back(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = opened(shop, clerk, sale)
    assert "Li took the last step" in refused(shop, supervisor, no)

    act(shop, supervisor, tickets.note, no, "I look at it")
    assert "Sun took the last step" in refused(shop, clerk, no)


def test_who_saw_an_older_ticket_is_told_what_came_between(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = opened(shop, clerk, sale)
    seen = act(shop, clerk, tickets.note, no, "Mine").version
    act(shop, supervisor, tickets.note, no, "Between")
    with pytest.raises(Conflict) as raised:
        act(shop, clerk, undo, no, seen=seen)

    assert raised.value.values["name"] == "Sun"


def test_an_undo_is_not_undone_and_reaches_no_further_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = opened(shop, clerk, sale)
    act(shop, clerk, tickets.note, no, "Slip")
    act(shop, clerk, undo, no)

    assert "taken back already" in refused(shop, clerk, no)


def test_a_step_of_a_return_stays_and_the_next_one_is_named(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))

    assert "Take the next step" in refused(shop, clerk, no)
    with shop.reading(clerk) as desk:
        assert undoable(desk, no) is None


def test_the_end_of_a_refunded_return_is_taken_back_and_comes_again(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    head = act(shop, clerk, undo, no)

    assert head.status is TicketStatus.RESOLVED
    assert examine(shop, shop.system).healthy
    assert act(shop, clerk, tickets.close, no, informed=True).status is TicketStatus.CLOSED
    assert examine(shop, shop.system).healthy


def test_opening_is_not_undone_but_cancelled(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = opened(shop, clerk, sale, taken=False)

    assert "Cancel it" in refused(shop, clerk, no)


def test_a_clock_set_back_takes_nothing_back(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, clerk, sale)
    clock.forward(seconds=-1)
    refused(shop, clerk, no, ClockSetBack)
    with shop.reading(clerk) as desk:
        assert undoable(desk, no) is None


def test_a_status_line_knows_what_can_be_taken_back_and_until_when(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, clerk, sale)

    def known(who: Actor) -> Undoable | None:
        with shop.reading(who) as desk:
            return undoable(desk, no.lower())

    clock.forward(seconds=15)
    assert known(clerk) == Undoable(no, A.TAKE, MORNING + timedelta(seconds=60))
    assert known(supervisor) is None
    clock.forward(seconds=45.001)
    assert known(clerk) is None
    act(shop, clerk, tickets.note, no, "Slip")
    act(shop, clerk, undo, no)
    assert known(clerk) is None


def test_who_may_not_work_on_tickets_takes_nothing_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    auditor = hire(shop, "zhao", Role.AUDITOR)
    no = opened(shop, clerk, sale)
    with pytest.raises(NotAllowed) as raised:
        act(shop, auditor, undo, no)

    assert str(Action.WORK_TICKET) not in str(raised.value)  # said in words
    with shop.reading(auditor) as desk:
        assert undoable(desk, no) is None
