from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from counter import language, lookup, tickets
from counter.desk import Actor, WritingDesk
from counter.founding import SiteDraft, describe_site
from counter.shop import Shop
from counter.staff import change_staff
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft
from counter.words import label
from models.customer import Customer, MembershipAccount
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from models.terms import (
    DEFAULT_PRIORITY,
    NUMBER_PREFIX,
    Priority,
    Role,
    TicketAction,
    TicketKind,
    TicketStatus,
)
from models.views import TicketDetail
from tests.premises import Clock, Sale, hire, rows, sell


def do(shop: Shop, actor: Actor, step: Callable[[WritingDesk], TicketHead]) -> TicketHead:
    with shop.writing(actor) as desk:
        return step(desk)


def opened(shop: Shop, actor: Actor, draft: TicketDraft) -> TicketHead:
    return do(shop, actor, lambda desk: tickets.open_ticket(desk, draft))


def shown(shop: Shop, no: str) -> TicketDetail:
    with shop.reading(shop.system) as desk:
        return lookup.ticket(desk, no)


def faults_of(shop: Shop, actor: Actor, draft: TicketDraft) -> list[str | None]:
    with pytest.raises(InvalidInput) as refused:
        opened(shop, actor, draft)
    return [fault.field for fault in refused.value.faults]


@pytest.fixture
def towel(shop: Shop, clerk: Actor) -> str:
    """A new return."""
    return opened(shop, clerk, TicketDraft("return", "Towel with a hole")).no


@pytest.fixture
def taken(shop: Shop, clerk: Actor, towel: str) -> str:
    """The same, taken by the clerk."""
    return do(shop, clerk, lambda desk: tickets.take(desk, towel)).no


# --- opening --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TicketKind)
def test_a_ticket_begins_new_with_its_kinds_letter_and_priority(
    shop: Shop, clerk: Actor, kind: TicketKind
) -> None:
    head = opened(shop, clerk, TicketDraft(kind, "Something"))

    assert head.no == f"{NUMBER_PREFIX[kind]}-20250308-0001"
    assert head.status is TicketStatus.NEW
    assert head.priority is DEFAULT_PRIORITY[kind]
    assert head.version == shown(shop, head.no).version


def test_numbers_count_each_kind_and_local_day(shop: Shop, clerk: Actor, clock: Clock) -> None:
    clock.now = datetime(2025, 3, 8, 15, 59, tzinfo=UTC)  # a minute to midnight in Shanghai
    late = [
        opened(shop, clerk, TicketDraft(kind, "x")).no for kind in ("return", "return", "repair")
    ]
    clock.forward(minutes=1)
    early = opened(shop, clerk, TicketDraft("return", "x")).no

    assert late == ["R-20250308-0001", "R-20250308-0002", "P-20250308-0001"]
    assert early == "R-20250309-0001"


def test_a_number_that_was_not_saved_is_given_again(shop: Shop, clerk: Actor) -> None:
    def fail(desk: WritingDesk) -> TicketHead:
        tickets.open_ticket(desk, TicketDraft("return", "x"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(shop, clerk, fail)

    assert opened(shop, clerk, TicketDraft("return", "x")).no == "R-20250308-0001"


def test_the_first_event_keeps_what_was_known(shop: Shop, clerk: Actor, sale: Sale) -> None:
    first = opened(shop, clerk, TicketDraft("inquiry", "Open on Sunday?")).no
    draft = TicketDraft("repair", "Leaks", receipt_no=f"{sale.receipt_no}/1", parent=first.lower())
    detail = shown(shop, opened(shop, clerk, draft).no)

    (event,) = detail.events
    assert (event.no, event.kind, event.actor, event.to_status) == (1, "create", "Li", "new")
    assert dict(event.payload) == {
        "kind": "repair",
        "priority": "P3",
        "channel": "counter",
        "customer": sale.customer_uid,
        "receipt": sale.receipt_uid,
        "receipt_line": sale.line_uids[0],
        "parent": first,
        "service": 1,
    }
    assert (detail.receipt_no, detail.receipt_line_no) == (sale.receipt_no, 1)
    assert (detail.customer, detail.phone_masked) == ("王伟", "138****5678")
    assert detail.parent == first


def test_every_fault_of_a_form_is_named_at_once(shop: Shop, clerk: Actor) -> None:
    draft = TicketDraft(
        kind="bug", summary=" ", body="x" * 20_001, channel="pigeon", priority="P0",
        receipt_no="nope", parent="nope", customer_id=99,
    )  # fmt: skip

    assert faults_of(shop, clerk, draft) == [
        "kind", "summary", "body", "channel", "priority", "receipt_no", "parent", "customer",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["3", "0", "x", "", "²", "-1", "99999999999999999999"])
def test_a_line_that_the_receipt_does_not_have_is_told(
    shop: Shop, clerk: Actor, sale: Sale, line: str
) -> None:
    draft = TicketDraft("return", "x", receipt_no=f"{sale.receipt_no}/{line}")

    assert faults_of(shop, clerk, draft) == ["receipt_no"]


def test_a_refused_form_takes_no_number(shop: Shop, clerk: Actor) -> None:
    faults_of(shop, clerk, TicketDraft("return", ""))

    assert rows(shop, "SELECT * FROM number_counter") == []


def test_text_is_cleaned_before_it_is_kept(shop: Shop, clerk: Actor) -> None:
    no = opened(shop, clerk, TicketDraft("return", "\x1b[31mre\u202ed\r\n", "one\x07\r\ntwo")).no

    assert shown(shop, no).summary == "[31mred"
    assert shown(shop, no).body == "one\ntwo"


def test_a_merged_customers_ticket_goes_to_the_one_who_is_left(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        kept = Customer(name="Wang Wei")
        desk.session.add(kept)
        desk.session.flush()
        old = desk.session.get(Customer, sale.customer_id)
        assert old is not None
        old.merged_into_id = kept.id
    no = opened(shop, clerk, TicketDraft("return", "x", customer_id=sale.customer_id)).no

    assert shown(shop, no).customer == "Wang Wei"


@pytest.mark.parametrize(
    ("valid_to", "tier"), [(None, "gold"), ("2025-03-08", "gold"), ("2025-03-07", "none")]
)
def test_the_tier_of_the_day_is_kept(
    shop: Shop, clerk: Actor, sale: Sale, valid_to: str | None, tier: str
) -> None:
    with shop.writing(clerk) as desk:
        day = None if valid_to is None else datetime.fromisoformat(valid_to).date()
        desk.session.add(MembershipAccount(customer_id=sale.customer_id, tier="gold", valid_to=day))
    opened(shop, clerk, TicketDraft("return", "x", customer_id=sale.customer_id))

    assert rows(shop, "SELECT tier_at_creation FROM ticket") == [(tier,)]


# --- working --------------------------------------------------------------------------------


def test_taking_a_new_ticket_opens_it_and_makes_it_ones_own(
    shop: Shop, clerk: Actor, towel: str
) -> None:
    do(shop, clerk, lambda desk: tickets.take(desk, towel))
    detail = shown(shop, towel)

    assert (detail.status, detail.owner, detail.owner_name) == (TicketStatus.OPEN, "li", "Li")


def test_a_number_may_be_typed_carelessly(shop: Shop, clerk: Actor, towel: str) -> None:
    assert do(shop, clerk, lambda desk: tickets.take(desk, f" {towel.lower()} ")).no == towel


@pytest.mark.parametrize("no", ["R-1", "R-1\udcff", "\x1bR-1"])
def test_an_unknown_number_is_not_found(shop: Shop, clerk: Actor, no: str) -> None:
    with pytest.raises(NotFound, match=r"ticket R-1\.$"):
        do(shop, clerk, lambda desk: tickets.take(desk, no))


@pytest.mark.parametrize("to", ["nobody", "system", "gone"])
def test_a_ticket_goes_to_people_who_work_here_only(
    shop: Shop, supervisor: Actor, towel: str, to: str
) -> None:
    hire(shop, "gone", Role.CLERK)
    with shop.writing(supervisor) as desk:
        change_staff(desk, "gone", active=False)

    with pytest.raises(InvalidInput, match="Nobody here") as refused:
        do(shop, supervisor, lambda desk: tickets.assign(desk, towel, to=to))
    assert refused.value.field == "to"


def test_assigning_wants_somebody_or_a_department(shop: Shop, clerk: Actor, towel: str) -> None:
    with pytest.raises(InvalidInput, match="Name a colleague or a department"):
        do(shop, clerk, lambda desk: tickets.assign(desk, towel))


def test_the_first_word_to_the_customer_stops_the_first_clock_once(
    shop: Shop, clerk: Actor, clock: Clock, taken: str
) -> None:
    first = clock.forward(minutes=5)
    do(shop, clerk, lambda desk: tickets.respond(desk, taken, "Called back"))
    clock.forward(minutes=5)
    do(shop, clerk, lambda desk: tickets.respond(desk, taken))

    assert shown(shop, taken).first_response_at == first


def test_a_note_for_colleagues_is_no_response(shop: Shop, clerk: Actor, taken: str) -> None:
    do(shop, clerk, lambda desk: tickets.note(desk, taken, "Seen"))

    assert shown(shop, taken).first_response_at is None


@pytest.mark.parametrize("informed", [True, False])
def test_closing_counts_as_a_response_only_when_the_customer_was_told(
    shop: Shop, clerk: Actor, taken: str, informed: bool
) -> None:
    do(shop, clerk, lambda desk: tickets.resolve(desk, taken, outcome="refunded", cause="product"))
    do(shop, clerk, lambda desk: tickets.close(desk, taken, informed=informed))
    detail = shown(shop, taken)

    assert detail.customer_informed is informed
    assert (detail.first_response_at is not None) is informed


def test_an_answer_ends_the_wait(shop: Shop, clerk: Actor, taken: str) -> None:
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, taken, "Receipt?", "2025-03-15"))
    assert shown(shop, taken).wake_on is not None
    do(shop, clerk, lambda desk: tickets.answer(desk, taken, "Found it"))

    detail = shown(shop, taken)
    assert (detail.status, detail.wake_on) == (TicketStatus.OPEN, None)
    assert detail.events[-1].kind == "answer"


def test_today_is_the_shops_day(shop: Shop, clerk: Actor, clock: Clock, taken: str) -> None:
    clock.now = datetime(2025, 3, 8, 16, 30, tzinfo=UTC)  # already Sunday in Shanghai

    with pytest.raises(InvalidInput, match="after today"):
        do(shop, clerk, lambda d: tickets.wait_for_customer(d, taken, "Receipt?", "2025-03-09"))


@pytest.mark.parametrize("wake_on", ["", "tomorrow", "2025-02-30", "10/03/2025"])
def test_a_wake_up_day_is_a_date(shop: Shop, clerk: Actor, taken: str, wake_on: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, lambda d: tickets.wait_for_customer(d, taken, "Receipt?", wake_on))
    assert refused.value.field == "wake_on"


def test_a_complaint_is_not_resolved_before_somebody_answers_for_it(
    shop: Shop, clerk: Actor
) -> None:
    no = opened(shop, clerk, TicketDraft("complaint", "Rude")).no
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, lambda d: tickets.resolve(d, no, outcome="apologised", cause="service"))
    assert refused.value.field == "liability"

    head = do(
        shop,
        clerk,
        lambda d: tickets.resolve(d, no, outcome="apologised", cause="service", liability="store"),
    )
    assert head.status is TicketStatus.RESOLVED


def test_resolving_wants_outcome_and_cause(shop: Shop, clerk: Actor, taken: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, lambda desk: tickets.resolve(desk, taken, outcome="", cause="luck"))

    assert [fault.field for fault in refused.value.faults] == ["outcome", "cause"]


@pytest.mark.parametrize(("days", "possible"), [(7, True), (7.001, False)])
def test_a_closed_ticket_comes_back_within_a_week_only(
    shop: Shop, clerk: Actor, clock: Clock, taken: str, days: float, possible: bool
) -> None:
    do(shop, clerk, lambda desk: tickets.resolve(desk, taken, outcome="refunded", cause="product"))
    do(shop, clerk, lambda desk: tickets.close(desk, taken, informed=True))
    clock.forward(days=days)

    if possible:
        do(shop, clerk, lambda desk: tickets.reopen(desk, taken, "Another hole"))
        detail = shown(shop, taken)
        assert detail.status is TicketStatus.OPEN
        assert (detail.outcome, detail.closed_at, detail.customer_informed) == (None, None, None)
    else:
        with pytest.raises(WrongState, match="closed 7 days ago"):
            do(shop, clerk, lambda desk: tickets.reopen(desk, taken, "Another hole"))


@pytest.mark.parametrize("step", [tickets.note, tickets.reopen, tickets.cancel])
def test_a_reason_is_not_blank(
    shop: Shop, clerk: Actor, towel: str, step: Callable[..., TicketHead]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, lambda desk: step(desk, towel, " \u3000\x00"))
    assert refused.value.field == "note"


def test_an_impossible_step_says_where_the_ticket_stands(
    shop: Shop, clerk: Actor, taken: str
) -> None:
    with pytest.raises(WrongState) as refused:
        do(shop, clerk, lambda desk: tickets.cancel(desk, taken, "Mistake"))

    assert refused.value.values == {
        "status": TicketStatus.OPEN,
        "possible": (TicketStatus.NEW,),
    }
    assert "{" not in language.sentence(refused.value)


# --- two people at once ---------------------------------------------------------------------


def test_who_comes_second_is_told_who_did_what_and_nothing_is_overwritten(
    shop: Shop, clerk: Actor, supervisor: Actor, towel: str
) -> None:
    seen = shown(shop, towel).version
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, towel, "P1", "Angry", seen=seen))
    with pytest.raises(Conflict) as refused:
        do(shop, clerk, lambda desk: tickets.take(desk, towel, seen=seen))

    assert language.sentence(refused.value) == (
        f"Sun changed {towel} meanwhile: {label(TicketAction.PRIORITISE)}. "
        "Look at it and try again."
    )
    detail = shown(shop, towel)
    assert (detail.priority, detail.owner, len(detail.events)) == (Priority.P1, None, 3)


def test_each_step_gives_the_version_for_the_next(shop: Shop, clerk: Actor, towel: str) -> None:
    first = shown(shop, towel).version
    second = do(shop, clerk, lambda desk: tickets.take(desk, towel, seen=first)).version
    third = do(shop, clerk, lambda desk: tickets.respond(desk, towel, seen=second)).version

    assert (second, third) == (first + 1, first + 2)
    assert shown(shop, towel).version == third


def test_every_event_is_in_the_audit_trail(shop: Shop, clerk: Actor, taken: str) -> None:
    trail = rows(shop, "SELECT actor, action, entity FROM audit_entry ORDER BY id DESC LIMIT 2")

    assert taken
    assert trail == [("li", "ticket.take", "ticket"), ("li", "ticket.create", "ticket")]


# --- the numbers of the day -----------------------------------------------------------------


def test_the_numbers_of_the_day_are_counted(
    shop: Shop, clerk: Actor, clock: Clock, taken: str
) -> None:
    opened(shop, clerk, TicketDraft("inquiry", "x"))
    do(shop, clerk, lambda d: tickets.wait_for_customer(d, taken, "Receipt?", "2025-03-09"))
    third = opened(shop, clerk, TicketDraft("inquiry", "y")).no
    do(shop, clerk, lambda desk: tickets.take(desk, third))
    do(shop, clerk, lambda desk: tickets.resolve(desk, third, outcome="informed", cause="other"))
    do(shop, clerk, lambda desk: tickets.close(desk, third, informed=True))
    with shop.reading(clerk) as desk:
        today = lookup.day_numbers(desk)
    clock.forward(days=1)
    with shop.reading(clerk) as desk:
        tomorrow = lookup.day_numbers(desk)

    assert (today.mine, today.unowned, today.working) == (1, 1, 2)
    assert (today.opened_today, today.closed_today, today.waiting_woken) == (3, 1, 0)
    assert (tomorrow.opened_today, tomorrow.closed_today, tomorrow.waiting_woken) == (0, 0, 1)
    assert today.last_export is None
    assert today.unsent_changes == rows(shop, "SELECT value FROM change_counter")[0][0]


def test_midnight_is_the_shops_midnight(shop: Shop, clerk: Actor, clock: Clock) -> None:
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(zone="America/New_York"))
    shop.site_changed()
    clock.now = datetime(2025, 3, 9, 4, 59, tzinfo=UTC)  # 23:59 of the 8th in New York
    no = opened(shop, clerk, TicketDraft("return", "x")).no
    clock.forward(minutes=1)
    with shop.reading(clerk) as desk:
        assert lookup.day_numbers(desk).opened_today == 0

    assert no == "R-20250308-0001"


def test_a_customers_open_cases_warn_of_a_duplicate(shop: Shop, clerk: Actor, sale: Sale) -> None:
    first = opened(shop, clerk, TicketDraft("return", "x", receipt_no=sale.receipt_no)).no
    second = opened(shop, clerk, TicketDraft("repair", "y", customer_id=sale.customer_id)).no
    done = opened(shop, clerk, TicketDraft("repair", "z", customer_id=sale.customer_id)).no
    do(shop, clerk, lambda desk: tickets.cancel(desk, done, "Typed twice"))
    other = sell(shop, "20250304-0001")
    opened(shop, clerk, TicketDraft("return", "x", receipt_no=other.receipt_no))
    with shop.reading(clerk) as desk:
        cases = lookup.open_cases(desk, sale.customer_id)

    assert [case.no for case in cases] == [second, first]


def test_raising_the_priority_at_intake_is_a_supervisors(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        opened(shop, clerk, TicketDraft("inquiry", "x", priority="P1"))

    assert opened(shop, clerk, TicketDraft("inquiry", "x", priority="P4")).priority is Priority.P4
    assert opened(shop, supervisor, TicketDraft("inquiry", "x", priority="P1")).priority == "P1"
