"""What clerks in processes and threads of their own do with returns."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any, Final

from counter import compensations, exchanges, receiving, refunds, returns, tickets
from counter.approvals import Approval
from counter.desk import Actor, WritingDesk
from counter.exchanges import Replacement
from counter.receiving import ReceivedLine
from counter.shop import Shop
from models.errors import CounterError, SessionEnded
from models.terms import Role
from tests.claims import draft
from tests.premises import Clock, rows

Deed = Callable[[WritingDesk, str], Any]

DEEDS: Final[dict[str, Deed]] = {
    "submit one": lambda d, no: returns.submit(d, draft(no, 2, "1")),
    "approve": lambda d, no: returns.approve(d, no),
    "withdraw": lambda d, no: returns.withdraw(d, no, "Keeps it"),
    "refuse": lambda d, no: returns.refuse(d, no, "Worn"),
    "appeal": lambda d, no: returns.appeal(d, no, "Was so"),
    "refer": lambda d, no: returns.refer(d, no),
    "receive": lambda d, no: receiving.receive(d, no),
    "give back": lambda d, no: receiving.give_back(d, no, "Not as said"),
    "repair": lambda d, no: receiving.repair(d, no),
    "refund": lambda d, no: refunds.refund(d, no),
    "authorise": lambda d, no: refunds.authorise(d, no),
    "settle": lambda d, no: refunds.settle(d, no, ref="POS 1"),
    "fail": lambda d, no: refunds.fail(d, no, "Card refused"),
    "exchange": lambda d, no: exchanges.exchange(d, no, [Replacement(1, f"NEW-{d.actor.login}")]),
    "exchange for one unit": lambda d, no: exchanges.exchange(d, no, [Replacement(1, "NEW")]),
    "grant": lambda d, no: compensations.grant(d, no),
    "pay": lambda d, no: compensations.pay(d, no, "cash"),
    "expire": lambda d, no: returns.expire_due(d),
    "close": lambda d, no: tickets.close(d, no, informed=True),
}
"""Deeds by name; what they are done to is a case, or the receipt for a submission."""


def tried(shop: Shop, who: Actor, deed: str, no: str) -> str:
    """``saved``, or what was told instead."""
    try:
        with shop.writing(who) as desk:
            DEEDS[deed](desk, no)
    except CounterError as error:
        return f"told {type(error).__name__} {error}"
    return "saved"


def do_once(shop: Shop, who: Actor, deed: str, no: str) -> None:
    """Wait for a line, do it, and say what came of it."""
    from tests.faults.clerks import say

    say("ready")
    sys.stdin.readline()
    say(tried(shop, who, deed, no))


class BusyWithReturns:
    """A clerk who does everything there is to do with returns, as chance will have it.

    Says ``case NUMBER EVENTS STATUS`` for each step that was saved.
    """

    def __init__(self, shop: Shop, who: Actor, seed: int, clock: Clock) -> None:
        self._shop, self._who, self._clock = shop, who, clock
        self._chance = random.Random(seed)
        self._serials = 0
        ((key,),) = rows(shop, "SELECT id FROM staff WHERE login = 'wu'")
        self._beside = Approval(Actor(key, "wu", "Wu", Role.SUPERVISOR))
        self._cases = [no for (no,) in rows(shop, "SELECT no FROM ticket WHERE kind = 'return'")]

    def work(self) -> None:
        """Go on until killed."""
        while True:
            self._clock.forward(seconds=1)
            try:
                self._one()
            except SessionEnded:
                raise
            except CounterError:  # not possible with this case now
                continue

    def _one(self) -> None:
        from tests.faults.clerks import say

        with self._shop.writing(self._who) as desk:
            if not self._cases or self._chance.random() < 0.25:
                head = returns.submit(desk, self._claim())
            else:
                head = self._step(desk, self._chance.choice(self._cases[-4:]))
        if head.no not in self._cases:
            self._cases.append(head.no)
        ((events, status),) = rows(
            self._shop,
            "SELECT t.event_count, c.status FROM ticket t "
            "JOIN return_case c ON c.ticket_id = t.id WHERE t.no = :no",
            no=head.no,
        )
        say("case", head.no, events, status)

    def _claim(self) -> returns.ReturnDraft:
        line, quantity = self._chance.choice([(1, "1"), (2, "1"), (2, "2")])
        (receipt,) = self._chance.choice(rows(self._shop, "SELECT receipt_no FROM receipt"))
        reason = self._chance.choice(["quality", "recall", "no_reason"])
        return draft(receipt, line, quantity, reason=reason)

    def _step(self, desk: WritingDesk, no: str) -> Any:
        self._serials += 1
        serial = f"{self._who.login}-{desk.now:%d%H%M%S}-{self._serials}"
        steps: list[Deed] = [
            lambda d, no: returns.approve(d, no, reason="Kind", approval=self._beside),
            lambda d, no: returns.approve(d, no, remedy="exchange"),
            lambda d, no: receiving.receive(d, no),
            lambda d, no: receiving.receive(d, no, [ReceivedLine(2, "1")]),
            lambda d, no: refunds.refund(d, no, approval=self._beside),
            lambda d, no: refunds.refund(d, no),
            lambda d, no: refunds.settle(d, no),
            lambda d, no: refunds.settle(d, no),
            lambda d, no: refunds.fail(d, no, "Card refused"),
            lambda d, no: exchanges.exchange(d, no, [Replacement(1, serial)]),
            lambda d, no: exchanges.exchange(d, no),
            lambda d, no: returns.withdraw(d, no, "Keeps it"),
            lambda d, no: receiving.give_back(d, no, "Not as said"),
        ]
        return self._chance.choice(steps)(desk, no)


def busy_with_returns(shop: Shop, who: Actor, seed: str, hours: str) -> None:
    """Work as :class:`BusyWithReturns` from ``hours`` after the morning on, until killed."""
    clock = shop.clock
    assert isinstance(clock, Clock)
    clock.forward(hours=int(hours))
    BusyWithReturns(shop, who, int(seed), clock).work()
