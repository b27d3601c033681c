"""Whatever several people do with the returns of two receipts, the invariants hold."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from datetime import date
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

from counter import (
    compensations,
    exchanges,
    receiving,
    refunds,
    return_reading,
    returns,
    tickets,
)
from counter.approvals import Approval
from counter.exchanges import Replacement
from counter.receiving import ReceivedLine
from counter.returns import ReturnDraft, ReturnLineDraft
from models.errors import CounterError
from models.terms import ReturnReason, Role, SaleChannel, TenderMethod, TicketAction, Tier
from tests.claims import Item, case_of, sell_goods, written_so_far
from tests.faults.judging import assert_whole
from tests.premises import Clock, hire, rows, shop_at
from tests.return_invariants import assert_returns_hold, decisions

IN_SHOP, BY_POST = "20250303-0001", "20250303-0002"

LINES = {
    IN_SHOP: {1: ("1",), 2: ("1", "1", "2"), 3: ("0.1", "0.15", "")},
    BY_POST: {1: ("1",), 2: ("1", "1", "2")},
}
"""The lines of each receipt with quantities to ask for."""

_REASONS = [
    ReturnReason.NO_REASON,
    ReturnReason.QUALITY,
    ReturnReason.SHORT_QUANTITY,
    ReturnReason.RECALL,
    ReturnReason.COUNTERFEIT,
]
_REMEDIES = [
    "", "", "", "refund", "exchange", "repair", "refund_with_depreciation", "exchange_other_model",
]  # fmt: skip
_ANSWERS: list[dict[str, Any]] = [
    {}, {}, {}, {"resale_ok": False}, {"misuse": True}, {"opened": True},
]  # fmt: skip
_STEPS = [
    "approve", "receive", "refund", "settle", "refuse", "refer", "appeal", "exchange", "repair",
    "give_back", "withdraw", "fail", "authorise", "ship", "override", "override", "waive", "close",
    "reopen", "resolve", "other way", "freight", "propose", "grant", "pay",
]  # fmt: skip
REASONS = st.sampled_from(_REASONS)
REMEDIES = st.sampled_from(_REMEDIES)
ANSWERS = st.sampled_from(_ANSWERS)

PEOPLE = ("li", "zhao", "sun", "wu", "xu", "deng")
"""Two clerks, two supervisors, an auditor and a technician."""

WHO = st.sampled_from(("li", "li", "zhao", "sun", *PEOPLE))
BESIDE = st.sampled_from((None, "wu", "wu", "sun", "li"))


class Counter(RuleBasedStateMachine):
    """A counter where everything that people may ask for is asked for, allowed or not."""

    def __init__(self, founded: Path) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.shop = shop_at(Path(self.folder.name) / "home", self.clock, founded)
        self.cases: list[str] = []
        self.serials = 0
        self.kept: list[tuple[Any, ...]] = []

    @initialize()
    def open_the_doors(self) -> None:
        roles = (Role.CLERK, Role.CLERK, Role.SUPERVISOR, Role.SUPERVISOR,
                 Role.AUDITOR, Role.TECHNICIAN)  # fmt: skip
        self.people = {
            login: hire(self.shop, login, role) for login, role in zip(PEOPLE, roles, strict=True)
        }
        sell_goods(
            self.shop,
            IN_SHOP,
            [
                Item("COOKER", 29900, serial_no="SN-1", category="appliance"),
                Item("SOCK", 333, 7000),
                Item("RICE", 1005, 350),
            ],
            [(TenderMethod.CASH, 10001), (TenderMethod.WECHAT, 21332), (TenderMethod.POINTS, 1251)],
            tier=Tier.SILVER,
            earned=331,
            spent=125,
        )
        sell_goods(
            self.shop,
            BY_POST,
            [Item("PHONE", 150000, serial_no="SN-2", category="phone"), Item("TOWEL", 1180, 5000)],
            [(TenderMethod.CARD, 155900)],
            channel=SaleChannel.ONLINE,
            signed_for=date(2025, 3, 5),
            tier=Tier.NONE,
            earned=1559,
        )

    def _try(self, who: str, operation: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """Do it, or be told a sentence: then nothing is written."""
        before = written_so_far(self.shop)
        try:
            with self.shop.writing(self.people[who]) as desk:
                return operation(desk, *words, **more)
        except CounterError as error:
            told = str(error)
        assert told
        assert written_so_far(self.shop) == before
        return None

    def _beside(self, who: str | None) -> Approval | None:
        return None if who is None else Approval(self.people[who])

    @rule(
        who=WHO,
        at=st.sampled_from([(no, line) for no, lines in LINES.items() for line in lines]),
        pick=st.integers(0, 2),
        reason=REASONS,
        remedy=REMEDIES,
        answers=ANSWERS,
        mode=st.sampled_from(["counter", "counter", "mail", "pickup"]),
        steps=st.integers(0, 4),
        beside=BESIDE,
    )
    def submit(
        self,
        who: str,
        at: tuple[str, int],
        pick: int,
        reason: str,
        remedy: str,
        answers: dict[str, Any],
        mode: str,
        steps: int,
        beside: str | None,
    ) -> None:
        no, line = at
        quantities = LINES[no][line]
        given = {"reason": reason, "quantity": quantities[pick % len(quantities)], **answers}
        draft = ReturnDraft(no, [ReturnLineDraft(line, given)], remedy=remedy, mode=mode)
        head = self._try(who, returns.submit, draft)
        self._submitted(head)
        if head is not None:
            self._go_on(head.no, steps, beside, pick)

    @rule(who=WHO, reason=REASONS, remedy=REMEDIES, steps=st.integers(0, 4))
    def submit_whole_receipt(self, who: str, reason: str, remedy: str, steps: int) -> None:
        lines = [ReturnLineDraft(line, {"reason": reason}) for line in LINES[IN_SHOP]]
        draft = ReturnDraft(IN_SHOP, lines, remedy=remedy)
        head = self._try(who, returns.submit, draft)
        self._submitted(head)
        if head is not None:
            self._go_on(head.no, steps, "wu", 0)

    @precondition(lambda self: len(self.cases) % 3 == 0)
    @rule(who=WHO, beside=BESIDE)
    def exchange_at_once(self, who: str, beside: str | None) -> None:
        lines = [ReturnLineDraft(1, {"reason": ReturnReason.QUALITY})]
        draft = ReturnDraft(IN_SHOP, lines, remedy="exchange")
        new = [Replacement(1, serial_no=self._serial())]
        head = self._try(who, exchanges.exchange_at_once, draft, new, approval=self._beside(beside))
        self._submitted(head)

    def _submitted(self, head: Any) -> None:
        if head is not None:
            self.cases.append(head.no)

    def _serial(self) -> str:
        self.serials += 1
        return f"NEW-{self.serials}"

    @precondition(lambda self: self.cases)
    @rule(
        at=st.integers(0, 9),
        who=WHO,
        beside=BESIDE,
        step=st.sampled_from(_STEPS),
        remedy=REMEDIES,
        pick=st.integers(0, 2),
        answers=ANSWERS,
    )
    def step(
        self,
        at: int,
        who: str,
        beside: str | None,
        step: str,
        remedy: str,
        pick: int,
        answers: dict[str, Any],
    ) -> None:
        no = self.cases[-1 - at % len(self.cases)]
        steps: dict[str, Callable[..., Any]] = {
            "approve": lambda d, no, approval: returns.approve(
                d, no, remedy=remedy, reason=("", "Kindness")[pick % 2], approval=approval
            ),
            "receive": lambda d, no, _: receiving.receive(d, no, self._came(d, no, pick, answers)),
            "waive": lambda d, no, _: receiving.receive(d, no, waived="Order 12 of the authority"),
            "refund": lambda d, no, approval: refunds.refund(d, no, approval=approval),
            "other way": lambda d, no, approval: refunds.refund(
                d, no, method="cash", reason="Card is gone", approval=approval
            ),
            "freight": lambda d, no, approval: refunds.refund(
                d, no, freight_minor=(100, -100, 10**6)[pick], approval=approval
            ),
            "authorise": lambda d, no, approval: refunds.authorise(d, no, approval=approval),
            "settle": lambda d, no, _: refunds.settle(d, no, ref="T1"),
            "fail": lambda d, no, _: refunds.fail(d, no, "Terminal refused"),
            "refuse": lambda d, no, approval: returns.refuse(d, no, "Worn", approval=approval),
            "refer": lambda d, no, _: returns.refer(d, no, "Look"),
            "appeal": lambda d, no, _: returns.appeal(d, no, "Was so"),
            "exchange": lambda d, no, _: exchanges.exchange(d, no, self._new(d, no)),
            "repair": lambda d, no, _: receiving.repair(d, no),
            "give_back": lambda d, no, _: receiving.give_back(d, no, "Changed mind"),
            "withdraw": lambda d, no, _: returns.withdraw(d, no, "Keeps it"),
            "ship": lambda d, no, _: returns.ship(d, no, f"SF{pick}"),
            "override": lambda d, no, approval: returns.override(
                d,
                no,
                pick + 1,
                remedy or "refund",
                "Kindness",
                amount_minor=(None, 300, 10**9)[pick],
                approval=approval,
            ),
            "close": lambda d, no, _: tickets.close(d, no, informed=True),
            "reopen": lambda d, no, _: tickets.reopen(d, no, "Came back"),
            "resolve": lambda d, no, _: tickets.resolve(d, no, outcome="noted", cause="other"),
            "propose": lambda d, no, _: compensations.propose(
                d, no, amount_minor=500, legal_base="Goodwill"
            ),
            "grant": lambda d, no, approval: compensations.grant(d, no, approval=approval),
            "pay": lambda d, no, _: compensations.pay(d, no, "cash"),
        }
        self._try(who, steps[step], no, self._beside(beside))

    @precondition(lambda self: self.cases)
    @rule(at=st.integers(0, 3), steps=st.integers(1, 5), beside=BESIDE, pick=st.integers(0, 2))
    def go_on(self, at: int, steps: int, beside: str | None, pick: int) -> None:
        """The steps that the case waits for, as the screen proposes them."""
        self._go_on(self.cases[-1 - at % len(self.cases)], steps, beside, pick)

    def _go_on(self, no: str, steps: int, beside: str | None, pick: int) -> None:
        approval = self._beside(beside)
        ways: dict[TicketAction, Callable[..., Any]] = {
            TicketAction.APPROVE: lambda d: returns.approve(
                d, no, reason="Kindness", approval=approval
            ),
            TicketAction.REFER: lambda d: returns.refer(d, no, "Look"),
            TicketAction.REFUSE: lambda d: returns.refuse(d, no, "Worn", approval=approval),
            TicketAction.RECEIVE: lambda d: receiving.receive(d, no, self._came(d, no, pick, {})),
            TicketAction.REFUND: lambda d: refunds.refund(d, no, approval=approval),
            TicketAction.AUTHORISE: lambda d: refunds.authorise(d, no, approval=approval),
            TicketAction.SETTLE: lambda d: refunds.settle(d, no),
            TicketAction.EXCHANGE: lambda d: exchanges.exchange(d, no, self._new(d, no)),
            TicketAction.REPAIR: lambda d: receiving.repair(d, no),
            TicketAction.GIVE_BACK: lambda d: receiving.give_back(d, no, "Not as said"),
        }
        for _ in range(steps):
            due = return_reading.next_step(case_of(self.shop, no))
            if due not in ways or self._try("li", ways[due]) is None:
                return

    def _lines(self, desk: Any, no: str) -> list[tuple[int, str | None]]:
        found = desk.ask.all(
            "SELECT l.line_no, x.serial_no FROM return_line x "
            "JOIN receipt_line l ON l.id = x.receipt_line_id "
            "JOIN return_case c ON c.id = x.return_case_id "
            "JOIN ticket t ON t.id = c.ticket_id WHERE t.no = :no ORDER BY x.id",
            no=no,
        )
        return [(line, serial) for line, serial in found]

    def _came(self, desk: Any, no: str, pick: int, answers: dict[str, Any]) -> list[ReceivedLine]:
        """All of it, nothing of the first line, or one unit of it."""
        first = self._lines(desk, no)[0][0]
        typed = ("", "0", "1")[pick]
        return [ReceivedLine(first, typed, answers=answers)] if typed or answers else []

    def _new(self, desk: Any, no: str) -> list[Replacement]:
        return [
            Replacement(line, serial_no=self._serial())
            for line, serial in self._lines(desk, no)
            if serial is not None
        ]

    @rule(chance=st.integers(0, 2**32 - 1).map(random.Random))
    def a_busy_hour(self, chance: random.Random) -> None:
        """Eight deeds as chance will have it: Hypothesis repeats itself more than people do."""
        for _ in range(8):
            who = chance.choice(("li", "li", "li", "zhao", "sun", "wu", "xu"))
            beside = chance.choice((None, "wu", "wu", "sun", "li"))
            pick, steps = chance.randrange(3), chance.randrange(6)
            reason, remedy = chance.choice(_REASONS), chance.choice(_REMEDIES)
            answers = chance.choice(_ANSWERS)
            waiting = rows(
                self.shop,
                "SELECT t.no FROM return_case c JOIN ticket t ON t.id = c.ticket_id "
                "WHERE c.working ORDER BY c.id",
            )
            deed = chance.random()
            if deed < 0.3 or not waiting:
                no = chance.choice(tuple(LINES))
                at = no, chance.choice((2, *LINES[no]))
                mode = chance.choice(("counter", "counter", "mail"))
                self.submit(who, at, pick, reason, remedy, answers, mode, steps, beside)
            elif deed < 0.34:
                self.submit_whole_receipt(who, reason, remedy, steps)
            elif deed < 0.62:
                self._go_on(chance.choice(waiting)[0], steps, beside, pick)
            elif deed < 0.92:
                step = chance.choice(_STEPS)
                at_case = len(self.cases) - 1 - self.cases.index(chance.choice(waiting)[0])
                at_case = chance.choice((at_case, at_case, 0))
                self.step(at_case, who, beside, step, remedy, pick, answers)
            else:
                self.time_passes(chance.choice((1, 1, 30, 24 * 4)))
            self.all_invariants_hold()
            self.decisions_are_only_added_to()

    @rule(hours=st.sampled_from([1, 30, 24 * 4, 24 * 16]))
    def time_passes(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(who=WHO)
    def goods_that_did_not_come_expire(self, who: str) -> None:
        self._try(who, returns.expire_due)

    @rule(hours=st.integers(1, 48))
    def somebody_sets_the_clock_back(self, hours: int) -> None:
        """No step is earlier than the one before (invariant 8); what is new is as it is."""
        now = self.clock.now
        self.clock.forward(hours=-hours)
        for no in self.cases[-2:]:
            self._try("li", returns.withdraw, no, "Keeps it")
            self._try("sun", refunds.settle, no)
        self.clock.now = now

    @invariant()
    def all_invariants_hold(self) -> None:
        assert_returns_hold(self.shop)

    @invariant()
    def decisions_are_only_added_to(self) -> None:
        now = decisions(self.shop)
        assert now[: len(self.kept)] == self.kept
        self.kept = now

    @invariant()
    def an_auditor_and_a_technician_wrote_nothing(self) -> None:
        assert (
            rows(
                self.shop,
                "SELECT 1 FROM ticket_event e JOIN staff s ON s.id = e.actor_id "
                "WHERE s.role = 'auditor' OR (s.role = 'technician' AND e.kind NOT IN "
                "('close', 'reopen', 'resolve'))",
            )
            == []
        )

    def teardown(self) -> None:
        assert_whole(self.shop)
        self.shop.close()
        self.folder.cleanup()


def test_whatever_is_done_with_returns_every_invariant_holds(founded_store: Path) -> None:
    class Here(Counter):
        def __init__(self) -> None:
            super().__init__(founded_store)

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=25))


@pytest.mark.parametrize("seed", range(16))
def test_on_a_busy_day_every_invariant_holds(founded_store: Path, seed: int) -> None:
    here, chance = Counter(founded_store), random.Random(seed)
    try:
        here.open_the_doors()
        for _ in range(6):
            here.a_busy_hour(chance)
    finally:
        here.teardown()
