"""The life of a complaint: each step, each guard, levels, the checklist, merging, priorities."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from counter import complaints, follow_ups, lookup, merging, tickets
from counter.beside_ticket import look
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor, WritingDesk
from counter.doctor import examine
from counter.due_outlook import due_outlook
from counter.language import sentence
from counter.rules import complaint_case
from counter.rules.complaint_case import checklist_of
from counter.rules.lifecycle import Event, effective
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.undoing import undo
from models.complaint_views import BesideTicket, ClockRow
from models.errors import CounterError, InvalidInput, NotAllowed, NotFound, WrongState
from models.terms import (
    COMPLAINT_MACHINE,
    ClockKind,
    ClockState,
    ComplaintStatus,
    CrisisStep,
    Demand,
    Priority,
    Role,
    Severity,
    TicketAction,
    TicketStatus,
)
from tests.claims import do
from tests.premises import Clock, Sale, hire, rows, sell, shop_at

S = ComplaintStatus

Step = Callable[[Any, str], object]

STEPS: dict[TicketAction, Step] = {
    TicketAction.RESPOND: lambda d, no: tickets.respond(d, no, "We have it"),
    TicketAction.INVESTIGATE: lambda d, no: complaints.investigate(d, no),
    TicketAction.PROPOSE: lambda d, no: complaints.propose(d, no, "A new one", amount="20.00"),
    TicketAction.ACCEPT: lambda d, no: complaints.accept(d, no),
    TicketAction.DISPUTE: lambda d, no: complaints.dispute(d, no, "Too little"),
    TicketAction.MEDIATE: lambda d, no: complaints.mediate(d, no, "12315"),
    TicketAction.PERFORM: lambda d, no: complaints.perform(d, no),
    TicketAction.ESCALATE: lambda d, no: complaints.escalate(d, no, "Shouts"),
    TicketAction.DETAIL: lambda d, no: complaints.detail(d, no, ComplaintDraft(demand="repair")),
}

A = TicketAction
WAYS: dict[ComplaintStatus, list[TicketAction]] = {
    S.REGISTERED: [],
    S.ACKNOWLEDGED: [A.RESPOND],
    S.INVESTIGATING: [A.INVESTIGATE],
    S.PROPOSED: [A.PROPOSE],
    S.AGREED: [A.PROPOSE, A.ACCEPT],
    S.PERFORMED: [A.PROPOSE, A.ACCEPT, A.PERFORM],
    S.ESCALATED: [A.PROPOSE, A.DISPUTE],
    S.MEDIATION: [A.PROPOSE, A.MEDIATE],
}


def opened(shop: Shop, who: Actor, receipt_no: str = "", severity: str = "", **more: str) -> str:
    draft = TicketDraft(
        "complaint",
        "Mouldy bread",
        receipt_no=receipt_no,
        complaint=ComplaintDraft(severity=severity),
        **more,  # type: ignore[arg-type]
    )
    return do(shop, who, tickets.open_ticket, draft).no


def brought_to(shop: Shop, who: Actor, status: ComplaintStatus) -> str:
    no = opened(shop, who)
    do(shop, who, tickets.take, no)
    for action in WAYS[status]:
        do(shop, who, STEPS[action], no)
    assert of(shop, no).complaint is not None
    assert of(shop, no).complaint.status is status  # type: ignore[union-attr]
    return no


def of(shop: Shop, no: str) -> BesideTicket:
    with shop.reading(shop.system) as desk:
        return look(desk, lookup.ticket(desk, no)).beside


def status_of(shop: Shop, no: str) -> ComplaintStatus:
    found = of(shop, no).complaint
    assert found is not None
    return found.status


def clock_of(shop: Shop, no: str, kind: ClockKind) -> ClockRow:
    (found,) = [clock for clock in of(shop, no).clocks if clock.kind is kind]
    return found


# --- steps and guards -----------------------------------------------------------------------


@pytest.mark.parametrize("status", list(WAYS))
@pytest.mark.parametrize("action", [one for one in STEPS if one is not A.RESPOND])
def test_a_step_leads_where_the_machine_says_and_is_refused_elsewhere(
    shop: Shop, clerk: Actor, status: ComplaintStatus, action: TicketAction
) -> None:
    no = brought_to(shop, clerk, status)
    reached = COMPLAINT_MACHINE[action].get(status)
    if reached is not None:
        do(shop, clerk, STEPS[action], no)
        assert status_of(shop, no) is reached
        return
    with pytest.raises(WrongState, match="possible only from"):
        do(shop, clerk, STEPS[action], no)
    assert status_of(shop, no) is status


def test_what_nobody_owns_becomes_the_actors_with_the_first_step(shop: Shop, clerk: Actor) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, complaints.investigate, no)

    assert rows(shop, "SELECT t.status, s.login FROM ticket t JOIN staff s ON s.id = t.owner_id"
                ) == [("open", "li")]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (lambda d, no: complaints.propose(d, no, " "), "proposal"),
        (lambda d, no: complaints.propose(d, no, "Some", amount="much"), "amount"),
        (lambda d, no: complaints.dispute(d, no, ""), "note"),
        (lambda d, no: complaints.mediate(d, no, ""), "note"),
        (lambda d, no: complaints.escalate(d, no, ""), "note"),
        (lambda d, no: complaints.raise_to_first(d, no, ""), "note"),
        (lambda d, no: complaints.detail(d, no, ComplaintDraft(severity="bad")), "severity"),
        (lambda d, no: complaints.detail(d, no, ComplaintDraft()), "demand"),
        (lambda d, no: complaints.check(d, no, "call_back"), "step"),
        (lambda d, no: complaints.check(d, no, "dance"), "step"),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_field(
    shop: Shop, clerk: Actor, step: Step, field: str
) -> None:
    no = opened(shop, clerk)
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, step, no)

    assert refused.value.field == field
    assert rows(shop, "SELECT count(*) FROM ticket_event") == [(1,)]


def test_another_kind_of_ticket_has_no_steps_of_a_complaint(shop: Shop, clerk: Actor) -> None:
    no = do(shop, clerk, tickets.open_ticket, TicketDraft("inquiry", "When open?")).no

    with pytest.raises(NotFound, match="no complaint"):
        do(shop, clerk, complaints.investigate, no)


def test_an_auditor_takes_no_step(shop: Shop, clerk: Actor) -> None:
    no = opened(shop, clerk)
    with pytest.raises(NotAllowed):
        do(shop, hire(shop, "zhao", Role.AUDITOR), complaints.investigate, no)


def test_telling_the_customer_acknowledges_and_stops_the_first_clock(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=20)
    do(shop, clerk, tickets.respond, no, "We have it")

    assert status_of(shop, no) is S.ACKNOWLEDGED
    first = clock_of(shop, no, ClockKind.FIRST_RESPONSE)
    assert (first.state, first.ended_at) == (ClockState.MET, clock.now)


@pytest.mark.parametrize("status", [S.PROPOSED, S.ESCALATED, S.MEDIATION])
def test_it_is_not_resolved_over_the_customers_head(
    shop: Shop, clerk: Actor, status: ComplaintStatus
) -> None:
    no = brought_to(shop, clerk, status)

    def resolve(outcome: str) -> None:
        do(shop, clerk, tickets.resolve, no, outcome=outcome, cause="product", liability="store")

    with pytest.raises(WrongState, match="customer accepts"):
        resolve("refunded")
    resolve("unsettled")
    do(shop, clerk, tickets.close, no, informed=True)
    assert status_of(shop, no) is S.CLOSED_UNSETTLED


# --- levels ---------------------------------------------------------------------------------


def test_disputes_and_hands_lift_it_level_by_level_and_no_further_than_three(
    shop: Shop, clerk: Actor
) -> None:
    no = brought_to(shop, clerk, S.ESCALATED)
    levels = [of(shop, no).complaint.level]  # type: ignore[union-attr]
    for _ in range(2):
        do(shop, clerk, complaints.escalate, no, "Shouts")
        levels.append(of(shop, no).complaint.level)  # type: ignore[union-attr]

    assert levels == [1, 2, 3]
    with pytest.raises(InvalidInput, match="store manager"):
        do(shop, clerk, complaints.escalate, no, "Shouts")


def test_a_step_taken_back_takes_its_level_and_status_back(shop: Shop, clerk: Actor) -> None:
    no = brought_to(shop, clerk, S.PROPOSED)
    do(shop, clerk, complaints.dispute, no, "Too little")
    do(shop, clerk, undo, no)

    found = of(shop, no).complaint
    assert found is not None
    assert (found.status, found.level) == (S.PROPOSED, 0)
    assert examine(shop, shop.system).healthy


# --- severity, priority, checklist ----------------------------------------------------------


@pytest.mark.parametrize("severity", list(Severity))
def test_what_may_hurt_or_is_public_comes_first(
    shop: Shop, clerk: Actor, severity: Severity
) -> None:
    at_once = opened(shop, clerk, severity=severity)
    later = opened(shop, clerk)
    if severity is not Severity.NORMAL:
        do(shop, clerk, complaints.detail, later, ComplaintDraft(severity=severity))
    wanted = Priority.P2 if severity is Severity.NORMAL else Priority.P1

    found = rows(shop, "SELECT priority FROM ticket")
    assert found == [(wanted,), (wanted,)]
    for no in (at_once, later):
        level = of(shop, no).complaint.level  # type: ignore[union-attr]
        assert level == (0 if severity is Severity.NORMAL else 2)


def test_anybody_raises_a_ticket_to_the_first_priority_with_a_reason(
    shop: Shop, clerk: Actor
) -> None:
    no = do(shop, clerk, tickets.open_ticket, TicketDraft("inquiry", "When open?")).no

    assert do(shop, clerk, complaints.raise_to_first, no, "Fire").priority is Priority.P1
    with pytest.raises(InvalidInput):
        do(shop, clerk, complaints.raise_to_first, no, "Fire")


def test_a_matter_of_safety_is_resolved_when_its_checklist_is_done(
    shop: Shop, clerk: Actor
) -> None:
    no = opened(shop, clerk, severity="safety")
    do(shop, clerk, tickets.take, no)
    wanted = checklist_of(Severity.SAFETY, Priority.P1)
    assert set(wanted) == set(CrisisStep)
    for step in wanted[:-2]:
        do(shop, clerk, complaints.check, no, step)
    ends: dict[str, Any] = {"outcome": "refunded", "cause": "product", "liability": "supplier"}
    with pytest.raises(WrongState, match="checklist is not done") as refused:
        do(shop, clerk, tickets.resolve, no, **ends)
    assert "'call the customer back', 'report to the authority'" in sentence(refused.value)
    do(shop, clerk, complaints.check, no, wanted[-2])
    do(shop, clerk, complaints.check, no, wanted[-1], "They know")
    do(shop, clerk, complaints.check, no, wanted[0], done=False)
    with pytest.raises(WrongState):
        do(shop, clerk, tickets.resolve, no, **ends)
    do(shop, clerk, complaints.check, no, wanted[0])

    assert do(shop, clerk, tickets.resolve, no, **ends).status is TicketStatus.RESOLVED


def test_a_crisis_has_the_life_and_the_checklist_of_a_complaint(shop: Shop, clerk: Actor) -> None:
    draft = TicketDraft("crisis", "Gas smell", complaint=ComplaintDraft(demand="refund"))
    no = do(shop, clerk, tickets.open_ticket, draft).no
    found = of(shop, no).complaint
    assert found is not None
    assert (found.status, found.demand, found.level) == (S.REGISTERED, Demand.REFUND, 2)
    do(shop, clerk, complaints.investigate, no)
    do(shop, clerk, complaints.detail, no, ComplaintDraft(severity="media"))
    do(shop, clerk, complaints.propose, no, "The whole price")
    do(shop, clerk, complaints.accept, no)
    with pytest.raises(WrongState, match="checklist is not done"):
        do(shop, clerk, tickets.resolve, no, outcome="refunded", cause="product")
    for step in (CrisisStep.INFORM_MANAGER, CrisisStep.CALL_BACK):
        do(shop, clerk, complaints.check, no, step)
    do(shop, clerk, tickets.resolve, no, outcome="refunded", cause="product")
    do(shop, clerk, tickets.close, no, informed=True)

    assert status_of(shop, no) is S.CLOSED
    assert examine(shop, shop.system).healthy


# --- merging --------------------------------------------------------------------------------


def test_merged_tickets_keep_both_numbers_and_histories_and_the_earlier_opening(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    first = opened(shop, clerk, sale.receipt_no)
    began = clock.now
    clock.forward(hours=2)
    second = opened(shop, clerk, sale.receipt_no)
    do(shop, clerk, complaints.investigate, second)
    due = clock_of(shop, first, ClockKind.RESOLUTION).due_at
    clock.forward(minutes=5)
    head = do(shop, clerk, merging.merge, first, second, "The same bread")

    assert (head.no, head.status) == (second, TicketStatus.OPEN)
    with shop.reading(clerk) as desk:
        gone, stays = lookup.ticket(desk, first), lookup.ticket(desk, second)
    assert (gone.status, gone.merged_into) == (TicketStatus.MERGED, second)
    assert [event.kind for event in gone.events] == [A.CREATE, A.MERGE]
    assert [event.kind for event in stays.events] == [A.CREATE, A.TAKE, A.INVESTIGATE, A.ABSORB]
    clocks = clock_of(shop, second, ClockKind.RESOLUTION)
    assert (clocks.started_at, clocks.due_at) == (began, due)
    assert {clock.state for clock in of(shop, first).clocks} == {ClockState.MERGED}
    assert status_of(shop, first) is S.CLOSED
    assert examine(shop, shop.system).healthy


def test_a_clerk_merges_only_tickets_of_one_customer(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    with_customer, without = opened(shop, clerk, sale.receipt_no), opened(shop, clerk)
    with pytest.raises(NotAllowed):
        do(shop, clerk, merging.merge, without, with_customer)
    with pytest.raises(InvalidInput):
        do(shop, supervisor, merging.merge, without, without)

    assert do(shop, supervisor, merging.merge, without, with_customer).no == with_customer
    with pytest.raises(WrongState):
        do(shop, supervisor, merging.merge, with_customer, without)


# --- the end --------------------------------------------------------------------------------


def test_closing_plans_a_call_back_that_reopening_calls_off(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = opened(shop, clerk, sale.receipt_no)
    do(shop, clerk, tickets.take, no)
    do(shop, clerk, tickets.resolve, no, outcome="noted", cause="other", liability="none")
    do(shop, clerk, tickets.close, no, informed=True)
    today = clock.now.astimezone(shop.site.zone).date()
    call = of(shop, no).call
    assert call is not None
    assert (call.is_awaited, call.due_on) == (True, today + timedelta(follow_ups.CALL_BACK_DAYS))

    do(shop, clerk, tickets.reopen, no, "Broke again")
    call = of(shop, no).call
    assert call is not None
    assert not call.is_awaited
    assert status_of(shop, no) is S.INVESTIGATING
    assert examine(shop, shop.system).healthy


# --- what is promised before it is opened ---------------------------------------------------


@pytest.mark.parametrize("severity", ["", *Severity])
def test_what_is_promised_while_typing_is_what_the_ticket_then_has(
    shop: Shop, clerk: Actor, severity: str
) -> None:
    draft = TicketDraft("complaint", "Bread", complaint=ComplaintDraft(severity=severity))
    with shop.reading(clerk) as desk:
        promised = due_outlook(desk, draft)
        assert due_outlook(desk, TicketDraft("", "Bread")) is None
    head = do(shop, clerk, tickets.open_ticket, draft)

    assert promised is not None
    assert promised == (
        head.priority,
        clock_of(shop, head.no, ClockKind.FIRST_RESPONSE).due_at,
        clock_of(shop, head.no, ClockKind.RESOLUTION).due_at,
    )


# --- whatever is done -----------------------------------------------------------------------


def _any_step(desk: WritingDesk, no: str, into: str, name: str) -> object:
    if name in STEPS:
        return STEPS[TicketAction(name)](desk, no)
    match name:
        case "take":
            return tickets.take(desk, no)
        case "safety":
            return complaints.detail(desk, no, ComplaintDraft(severity="safety"))
        case "urgent":
            return complaints.raise_to_first(desk, no, "Press")
        case "check":
            for step in CrisisStep:
                complaints.check(desk, no, step)
            return None
        case "ask":
            return tickets.wait_for_customer(desk, no, "Receipt?", desk.today + timedelta(2))
        case "answer":
            return tickets.answer(desk, no)
        case "hand_over":
            due = desk.today + timedelta(1)
            return tickets.assign(desk, no, department="Workshop", due_on=due)
        case "settled" | "unsettled":
            outcome = "refunded" if name == "settled" else "unsettled"
            return tickets.resolve(desk, no, outcome=outcome, cause="product", liability="store")
        case "close":
            return tickets.close(desk, no, informed=True)
        case "reopen":
            return tickets.reopen(desk, no, "Again")
        case "undo":
            return undo(desk, no)
        case "merge":
            return merging.merge(desk, no, into)
    raise AssertionError(name)


_NAMES = [
    *STEPS, "take", "safety", "urgent", "check", "ask", "answer", "hand_over", "settled",
    "unsettled", "close", "reopen", "undo", "undo", "merge",
]  # fmt: skip


class Complaints(RuleBasedStateMachine):
    """Two complaints of one customer with which everything is tried, allowed or not."""

    def __init__(self, founded: Path) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.shop = shop_at(Path(self.folder.name) / "home", self.clock, founded)

    @initialize()
    def open_the_doors(self) -> None:
        self.who = [
            hire(self.shop, "li", Role.CLERK), hire(self.shop, "sun", Role.SUPERVISOR),
        ]  # fmt: skip
        receipt = sell(self.shop).receipt_no
        self.numbers = [opened(self.shop, self.who[0], receipt) for _ in range(2)]

    @rule(
        at=st.integers(0, 1),
        who=st.integers(0, 1),
        name=st.sampled_from([str(name) for name in _NAMES]),
        minutes=st.sampled_from([0, 0, 1, 45, 600, 4000]),
    )
    def take_a_step(self, at: int, who: int, name: str, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        before = rows(self.shop, "SELECT count(*) FROM ticket_event")
        no, into = self.numbers[at], self.numbers[1 - at]
        try:
            with self.shop.writing(self.who[who]) as desk:
                _any_step(desk, no, into, name)
        except CounterError:
            assert rows(self.shop, "SELECT count(*) FROM ticket_event") == before

    @invariant()
    def rows_are_what_the_events_say(self) -> None:
        for no in getattr(self, "numbers", ()):
            with self.shop.reading(self.shop.system) as desk:
                ticket = lookup.ticket(desk, no)
                found = look(desk, ticket).beside.complaint
            assert found is not None
            events = [Event(one.kind, one.at, one.to_status, one.payload) for one in ticket.events]
            folded = complaint_case.fold(events)
            offers = [one.payload for one in effective(events) if one.kind is TicketAction.PROPOSE]
            assert found.offered_minor == (offers[-1].get("amount_minor") if offers else None)
            for name in complaint_case.FOLDED:
                value = getattr(found, name)
                assert list(value) == folded[name] if name == "checklist" else (
                    value == folded[name]
                ), name  # fmt: skip
            assert found.level <= complaint_case.HIGHEST_LEVEL
            is_over = found.status in (S.CLOSED, S.CLOSED_UNSETTLED)
            assert is_over == (ticket.status in (TicketStatus.CLOSED, TicketStatus.MERGED))

    def teardown(self) -> None:
        findings = examine(self.shop, self.shop.system)
        assert findings.healthy, findings
        self.shop.close()
        self.folder.cleanup()


def test_whatever_is_done_rows_events_and_the_doctor_agree(founded_store: Path) -> None:
    class Here(Complaints):
        def __init__(self) -> None:
            super().__init__(founded_store)

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=25))


def test_a_demand_that_is_not_told_is_another(shop: Shop, clerk: Actor) -> None:
    found = of(shop, opened(shop, clerk)).complaint

    assert found is not None
    assert (found.demand, found.severity) == (Demand.OTHER, Severity.NORMAL)
