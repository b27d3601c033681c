"""The life of a return case: where each step leads, what its event sets, what a line takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.rules import return_case
from counter.rules.lifecycle import Event
from models.errors import WrongState
from models.terms import (
    OPEN_RETURNS,
    RETURN_MACHINE,
    RefundStatus,
    ReturnStatus,
    TicketAction,
    TicketStatus,
    VerdictWord,
)

S, A = ReturnStatus, TicketAction
NOW = datetime(2025, 3, 8, 2, tzinfo=UTC)


@pytest.mark.parametrize("status", ReturnStatus)
@pytest.mark.parametrize("kind", RETURN_MACHINE)
def test_a_step_is_possible_exactly_where_the_machine_says(
    kind: TicketAction, status: ReturnStatus
) -> None:
    if status in RETURN_MACHINE[kind]:
        assert return_case.next_status(kind, status) is RETURN_MACHINE[kind][status]
        assert kind in return_case.possible_steps(status)
    else:
        with pytest.raises(WrongState):
            return_case.next_status(kind, status)
        assert kind not in return_case.possible_steps(status)


def test_every_status_can_be_reached() -> None:
    reached = {S.DRAFT}
    for _ in ReturnStatus:
        reached |= {
            to for steps in RETURN_MACHINE.values() for at, to in steps.items() if at in reached
        }

    assert reached == set(ReturnStatus)


@pytest.mark.parametrize("status", [S.RECEIVED, S.REFUND_PENDING, S.REFUNDED, S.CLOSED])
def test_nobody_withdraws_once_the_goods_are_here(status: ReturnStatus) -> None:
    assert A.WITHDRAW not in return_case.possible_steps(status)


@pytest.mark.parametrize("status", [one for one in ReturnStatus if one not in OPEN_RETURNS])
def test_what_has_ended_stays_ended_but_for_an_appeal(status: ReturnStatus) -> None:
    further = return_case.possible_steps(status) - {A.CLOSE}

    assert further == ({A.APPEAL} if status is S.REFUSED else set())


def test_money_is_reached_by_the_goods_alone() -> None:
    """Without the step that takes goods in, no refund can be reached (invariant 4)."""
    reached = {S.DRAFT}
    for _ in ReturnStatus:
        reached |= {
            to
            for kind, steps in RETURN_MACHINE.items()
            for at, to in steps.items()
            if at in reached and kind is not A.RECEIVE
        }

    assert not reached & {S.RECEIVED, S.REFUND_PENDING, S.REFUNDED, S.EXCHANGE_DONE, S.TO_REPAIR}


@given(
    kinds=st.lists(st.sampled_from(TicketAction), max_size=30),
    reason=st.text(max_size=5),
)
def test_steps_of_the_ticket_leave_the_case_as_it_is(
    kinds: list[TicketAction], reason: str
) -> None:
    submit = Event(A.SUBMIT, NOW, TicketStatus.OPEN, {"remedy": "refund", "mode": "mail"})
    others = [
        Event(kind, NOW + timedelta(hours=at), TicketStatus.OPEN, {"remedy": reason})
        for at, kind in enumerate(kinds)
        if kind not in RETURN_MACHINE
    ]

    assert return_case.fold([submit, *others]) == return_case.fold([submit])


def test_a_ticket_that_was_never_submitted_is_no_case() -> None:
    assert return_case.fold([Event(A.CREATE, NOW, TicketStatus.NEW, {})]) == {}


@given(
    status=st.sampled_from(ReturnStatus),
    requested=st.integers(1, 10**6),
    received=st.integers(0, 10**6),
    waived=st.booleans(),
)
def test_a_line_never_takes_more_than_was_asked_for_or_came(
    status: ReturnStatus, requested: int, received: int, waived: bool
) -> None:
    received = min(received, requested)
    taken = return_case.counted(status, requested, received, waived=waived)

    assert taken in (0, received, requested)
    if status in OPEN_RETURNS and status not in (S.RECEIVED, S.REFUND_PENDING):
        assert taken == requested
    if status not in OPEN_RETURNS and status not in (S.REFUNDED, S.CLOSED):
        assert taken == 0


def test_a_failed_refund_is_final_and_the_next_one_has_its_own_status() -> None:
    def event(kind: TicketAction, *uids: str) -> Event:
        return Event(kind, NOW, TicketStatus.OPEN, {"refunds": list(uids)})

    events = [
        event(A.REFUND, "a"), event(A.AUTHORISE, "a"), event(A.FAIL, "a"),
        event(A.REFUND, "b"), event(A.AUTHORISE, "b"), event(A.SETTLE, "b"),
    ]  # fmt: skip

    assert return_case.refund_statuses(events) == {
        "a": RefundStatus.FAILED,
        "b": RefundStatus.SETTLED,
    }


@pytest.mark.parametrize(
    ("verdict", "wish", "granted"),
    [
        (VerdictWord.REFUND, "refund", True),
        (VerdictWord.REFUND, "repair", False),
        (VerdictWord.REFER, "refund", False),  # a supervisor decides, whatever is possible
        (VerdictWord.REFUSE, "refund", True),  # paid repairs are remedies of a refusal
    ],
)
def test_a_verdict_grants_what_is_among_its_remedies(
    verdict: VerdictWord, wish: str, granted: bool
) -> None:
    assert return_case.grants(verdict, ["refund"], wish) is granted
