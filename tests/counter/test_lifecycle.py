"""Whatever is done in whatever order: events are the truth, and the columns say the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from counter import corrections, tickets
from counter.desk import Actor, WritingDesk
from counter.rules import lifecycle
from counter.rules.lifecycle import Event
from counter.shop import Shop
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft
from counter.undoing import undo, undoable
from data.reading import instant, maybe_day, maybe_instant
from models.errors import ClockSetBack, InvalidInput, WrongState
from models.receipt import Receipt
from models.terms import (
    OPEN_STATUSES,
    TICKET_MACHINE,
    Cause,
    Liability,
    Outcome,
    Priority,
    Role,
    TicketAction,
    TicketKind,
    TicketStatus,
)
from models.ticket import Ticket
from tests.premises import Clock, hire, rows, sell, shop_at

A = TicketAction
Step = Callable[[WritingDesk, str], TicketHead]

STEPS: dict[str, tuple[tuple[TicketAction, ...], Step]] = {
    "take": ((A.TAKE,), tickets.take),
    "assign": ((A.ASSIGN,), lambda d, no: tickets.assign(d, no, to="li", department="Repair")),
    "hand over": ((A.ASSIGN,), lambda d, no: tickets.assign(d, no, department="Delivery")),
    "note": ((A.NOTE,), lambda d, no: tickets.note(d, no, "Seen")),
    "respond": ((A.RESPOND,), lambda d, no: tickets.respond(d, no, "Called")),
    "ask": (
        (A.ASK_CUSTOMER,),
        lambda d, no: tickets.wait_for_customer(d, no, "Receipt?", d.today + timedelta(days=2)),
    ),
    "send out": (
        (A.SEND_OUT,),
        lambda d, no: tickets.wait_for_third_party(d, no, "To B", d.today + timedelta(days=30)),
    ),
    "answer": ((A.ANSWER, A.BACK), tickets.answer),
    "resolve": (
        (A.RESOLVE,),
        lambda d, no: tickets.resolve(
            d, no, outcome=Outcome.REFUNDED, cause=Cause.PRODUCT, liability=Liability.SUPPLIER
        ),
    ),
    "resolve without liability": (
        (A.RESOLVE,),
        lambda d, no: tickets.resolve(d, no, outcome=Outcome.NOTED, cause=Cause.OTHER),
    ),
    "close, informed": ((A.CLOSE,), lambda d, no: tickets.close(d, no, informed=True)),
    "close, not informed": ((A.CLOSE,), lambda d, no: tickets.close(d, no, informed=False)),
    "reopen": ((A.REOPEN,), lambda d, no: tickets.reopen(d, no, "Broke again")),
    "cancel": ((A.CANCEL,), lambda d, no: tickets.cancel(d, no, "Typed twice")),
    "correct": (
        (A.CORRECT,),
        lambda d, no: corrections.correct(d, no, **_other_receipt(d, no)),
    ),
    "prioritise": (
        (A.PRIORITISE,),
        lambda d, no: tickets.prioritise(
            d, no, Priority.P1 if no.endswith("1") else Priority.P2, "Loud"
        ),
    ),
}


def _other_receipt(desk: WritingDesk, no: str) -> dict[str, Any]:
    """A correction that is one, whatever stands there now."""
    ticket = desk.session.exec(select(Ticket).where(Ticket.no == no)).one()
    receipt = desk.session.exec(select(Receipt)).one().receipt_no
    wished = f"{receipt}/2" if ticket.receipt_line_id is None else ""
    return {"receipt_no": wished, "text": "Wrong one", "confirmed": True}


# The columns that are a fold over the events; references by the name that events know.
FOLDED = """
    SELECT t.status, t.working, t.priority, o.login, t.department, c.uid, r.uid, l.uid, t.wake_on,
           m.no, t.outcome, t.cause, t.liability, t.customer_informed, t.first_response_at,
           t.resolved_at, t.closed_at, t.event_count, t.last_event_at
    FROM ticket t
    LEFT JOIN staff o ON o.id = t.owner_id
    LEFT JOIN customer c ON c.id = t.customer_id
    LEFT JOIN receipt r ON r.id = t.receipt_id LEFT JOIN receipt_line l ON l.id = t.receipt_line_id
    LEFT JOIN ticket m ON m.id = t.merged_into_id WHERE t.no = :no
"""
NAMES = (
    "status working priority owner department customer receipt receipt_line wake_on merged_into"
    " outcome cause liability customer_informed first_response_at resolved_at closed_at"
).split()


def history(shop: Shop, no: str) -> list[tuple[int, Event]]:
    found = rows(
        shop,
        "SELECT e.event_no, e.kind, e.at, e.to_status, e.payload FROM ticket_event e "
        "JOIN ticket t ON t.id = e.ticket_id WHERE t.no = :no ORDER BY e.event_no",
        no=no,
    )
    return [
        (row[0], Event(A(row[1]), instant(row[2]), TicketStatus(row[3]), json.loads(row[4])))
        for row in found
    ]


def cached(shop: Shop, no: str) -> tuple[dict[str, Any], int, Any]:
    (row,) = rows(shop, FOLDED, no=no)
    fields = dict(zip(NAMES, row, strict=False))
    fields["working"] = bool(fields["working"])
    fields["wake_on"] = maybe_day(fields["wake_on"])
    if fields["customer_informed"] is not None:
        fields["customer_informed"] = bool(fields["customer_informed"])
    for name in ("first_response_at", "resolved_at", "closed_at"):
        fields[name] = maybe_instant(fields[name])
    return fields, row[-2], instant(row[-1])


def check(shop: Shop, no: str) -> None:
    """The promises about one ticket's events and columns."""
    events = history(shop, no)
    fields, count, last = cached(shop, no)
    folded = dict.fromkeys(NAMES) | lifecycle.fold(event for _, event in events)

    assert fields == folded
    assert [number for number, _ in events] == list(range(1, count + 1))
    times = [event.at for _, event in events]
    assert times == sorted(times)
    assert last == times[-1]
    assert fields["working"] == (fields["status"] in OPEN_STATUSES)
    status = TicketStatus.NEW
    for _, event in events[1:]:
        if event.kind is not A.UNDO:
            assert TICKET_MACHINE[event.kind][status] == event.to_status
        status = event.to_status


def everything(shop: Shop) -> list[object]:
    return [
        rows(shop, f"SELECT * FROM {table}")
        for table in ("ticket", "ticket_event", "audit_entry", "number_counter", "change_counter")
    ]


class Counterwork(RuleBasedStateMachine):
    """Two people do whatever comes to their minds, in any order."""

    def __init__(self, founded: Path) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.shop = shop_at(Path(self.folder.name) / "home", self.clock, founded)
        self.people: list[Actor] = []
        self.numbers: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.people = [hire(self.shop, "sun", Role.SUPERVISOR), hire(self.shop, "li", Role.ADMIN)]
        self.sale = sell(self.shop)

    @rule(kind=st.sampled_from(TicketKind), about=st.sampled_from(["", "", "/1"]))
    def open(self, kind: TicketKind, about: str) -> None:
        receipt = f"{self.sale.receipt_no}{about}" if about else ""
        with self.shop.writing(self.people[0]) as desk:
            head = tickets.open_ticket(desk, TicketDraft(kind, "Towel", receipt_no=receipt))
        self.numbers.append(head.no)

    @precondition(lambda self: self.numbers)
    @rule(
        name=st.sampled_from(sorted(STEPS)),
        at=st.integers(0, 10**6),
        who=st.integers(0, 1),
        minutes=st.sampled_from([0, 1, 60 * 24 * 3]),
    )
    def work(self, name: str, at: int, who: int, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        no = self.numbers[at % len(self.numbers)]
        kinds, step = STEPS[name]
        fields, *_ = cached(self.shop, no)
        status = TicketStatus(fields["status"])
        possible = any(status in TICKET_MACHINE[kind] for kind in kinds)
        if name == "reopen" and status is TicketStatus.CLOSED:
            possible = self.clock() - fields["closed_at"] <= timedelta(days=7)
        if name == "prioritise":
            wished = Priority.P1 if no.endswith("1") else Priority.P2
            possible = possible and fields["priority"] != wished
        if name == "resolve without liability":
            possible = possible and not no.startswith("C-")

        def act() -> None:
            with self.shop.writing(self.people[who]) as desk:
                step(desk, no)

        if possible:
            act()
        else:
            before = everything(self.shop)
            with pytest.raises((WrongState, InvalidInput)):
                act()
            assert everything(self.shop) == before

    @precondition(lambda self: self.numbers)
    @rule(at=st.integers(0, 10**6), who=st.integers(0, 1), seconds=st.sampled_from([0, 30, 60, 61]))
    def take_back(self, at: int, who: int, seconds: int) -> None:
        self.clock.forward(seconds=seconds)
        no, actor = self.numbers[at % len(self.numbers)], self.people[who]
        _, last = history(self.shop, no)[-1]
        with self.shop.reading(actor) as desk:
            known = undoable(desk, no)
        before = everything(self.shop)
        try:
            with self.shop.writing(actor) as desk:
                undo(desk, no)
        except WrongState:
            assert known is None
            assert everything(self.shop) == before
        else:
            assert known is not None
            assert known.action is last.kind
            fields = dict.fromkeys(NAMES) | lifecycle.fold(
                event for _, event in history(self.shop, no)[:-2]
            )
            assert cached(self.shop, no)[0] == fields

    @precondition(lambda self: self.numbers)
    @rule(at=st.integers(0, 10**6))
    def clock_is_set_back(self, at: int) -> None:
        no = self.numbers[at % len(self.numbers)]
        now, last = self.clock(), cached(self.shop, no)[2]
        before = everything(self.shop)
        self.clock.now = last - timedelta(microseconds=1)
        with pytest.raises(ClockSetBack), self.shop.writing(self.people[0]) as desk:
            tickets.note(desk, no, "Earlier")
        self.clock.now = now

        assert everything(self.shop) == before

    @invariant()
    def events_are_the_truth(self) -> None:
        for no in self.numbers:
            check(self.shop, no)

    def teardown(self) -> None:
        self.shop.close()
        self.folder.cleanup()


def test_columns_are_the_fold_of_the_events_whatever_is_done(founded_store: Path) -> None:
    class Here(Counterwork):
        def __init__(self) -> None:
            super().__init__(founded_store)

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=30))


# --- the machine itself ---------------------------------------------------------------------


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("kind", TICKET_MACHINE)
def test_a_step_is_possible_exactly_where_the_machine_says(
    kind: TicketAction, status: TicketStatus
) -> None:
    if status in TICKET_MACHINE[kind]:
        assert lifecycle.next_status(kind, status) is TICKET_MACHINE[kind][status]
        assert kind in lifecycle.possible_actions(status)
    else:
        with pytest.raises(WrongState):
            lifecycle.next_status(kind, status)
        assert kind not in lifecycle.possible_actions(status)


def test_what_is_done_stays_done() -> None:
    for status in (TicketStatus.MERGED, TicketStatus.CANCELLED):
        assert lifecycle.possible_actions(status) == {A.NOTE}
    afterwards = {  # a letter that comes later, what is paid because of it, and what clocks say
        A.LEVEL,
        A.RETARGET,
        A.ATTACH,
        A.COMPENSATE,
        A.GRANT_COMPENSATION,
        A.REFUSE_COMPENSATION,
        A.PAY_COMPENSATION,
    }
    assert lifecycle.possible_actions(TicketStatus.CLOSED) == {A.NOTE, A.REOPEN, *afterwards}
    for kind in afterwards:
        for status in TICKET_MACHINE[kind]:
            assert lifecycle.next_status(kind, status) is status


def test_every_status_can_be_reached() -> None:
    reached = {TicketStatus.NEW}
    for _ in TicketStatus:
        reached |= {
            to for steps in TICKET_MACHINE.values() for at, to in steps.items() if at in reached
        }

    assert reached == set(TicketStatus)


@pytest.mark.parametrize(
    ("kind", "days", "possible"),
    [
        (A.ASK_CUSTOMER, 0, False),
        (A.ASK_CUSTOMER, -1, False),
        (A.ASK_CUSTOMER, 1, True),
        (A.ASK_CUSTOMER, 7, True),
        (A.ASK_CUSTOMER, 8, False),
        (A.SEND_OUT, 0, False),
        (A.SEND_OUT, 365, True),
    ],
)
def test_a_ticket_waits_from_tomorrow_and_a_week_for_a_customer(
    kind: TicketAction, days: int, possible: bool
) -> None:
    today = date(2025, 3, 8)
    if possible:
        lifecycle.check_wake_up(kind, today + timedelta(days=days), today)
    else:
        with pytest.raises(InvalidInput) as refused:
            lifecycle.check_wake_up(kind, today + timedelta(days=days), today)
        assert refused.value.field == "wake_on"


def test_only_a_complaint_needs_somebody_to_answer_for_it() -> None:
    assert [kind for kind in TicketKind if lifecycle.needs_liability(kind)] == [
        TicketKind.COMPLAINT
    ]
