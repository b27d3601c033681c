"""Money that goes back: what a line cost in all, by which means it goes back, and until when.

Integers in minor units. What is shared out is shared so that the parts add up to the whole, however
it is split and in whatever order the parts go back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, NamedTuple

from counter.rules.amounts import half_up
from counter.rules.policy import Policy
from models.messages import N_
from models.terms import SaleChannel, TenderMethod

WHOLE: Final = 1000
"""Thousandths of one unit."""


class SoldLine(NamedTuple):
    """What a receipt says of one line: its key, thousandths sold, and the price of one unit."""

    line_id: int
    qty_milli: int
    unit_paid_minor: int


class Paid(NamedTuple):
    """One means of payment of a receipt, and what of it went back already."""

    tender_id: int
    method: TenderMethod
    amount_minor: int
    returned_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What can still go back this way."""
        return max(self.amount_minor - self.returned_minor, 0)


class Share(NamedTuple):
    """What goes back one way; ``tender_id`` is None where it was not paid that way."""

    tender_id: int | None
    method: TenderMethod
    amount_minor: int


def price_of(qty_milli: int, unit_paid_minor: int) -> int:
    """What so many thousandths of a unit cost, half up."""
    return (2 * qty_milli * unit_paid_minor + WHOLE) // (2 * WHOLE)


def line_totals(lines: Sequence[SoldLine], tendered_minor: int | None) -> dict[int, int]:
    """What was paid for each line, so that the lines add up to what was tendered.

    A discount of the whole receipt is in the unit prices, each rounded; the rounding remainder is
    shared out by the largest fractions. A difference of more than one minor unit for each unit
    sold is no rounding (a fee, a deposit), and is left out of it.
    """
    totals = {line.line_id: price_of(line.qty_milli, line.unit_paid_minor) for line in lines}
    whole = sum(totals.values())
    units = sum(-(-line.qty_milli // WHOLE) for line in lines)
    if tendered_minor is None or not whole or abs(tendered_minor - whole) > units:
        return totals
    exact = {key: Fraction(total * tendered_minor, whole) for key, total in totals.items()}
    shared = {key: int(amount) for key, amount in exact.items()}
    left = tendered_minor - sum(shared.values())
    for key in sorted(exact, key=lambda key: (shared[key] - exact[key], key))[:left]:
        shared[key] += 1
    return shared


def gone_of(returned_milli: int, parts: Iterable[tuple[int, int]], unit_paid_minor: int) -> int:
    """What was paid for that which is not left of a line: each part as it was rounded.

    Args:
        returned_milli: what the till took back.
        parts: what each case takes, in thousandths, and the remainder that goes back with it.
        unit_paid_minor: the price of one unit.
    """
    till = price_of(returned_milli, unit_paid_minor)
    return till + sum(price_of(milli, unit_paid_minor) + more for milli, more in parts)


def remainder_of(
    *,
    total_minor: int,
    gone_minor: int,
    left_milli: int,
    asked_milli: int,
    unit_paid_minor: int,
) -> int:
    """The rounding remainder that goes back with the last unit of a line (invariant 5).

    It goes back once: a part that took it and comes later than others does not leave it to them.

    Args:
        total_minor: what was paid for all of the line (:func:`line_totals`).
        gone_minor: what of it belongs to that which is not left (:func:`gone_of`).
        left_milli: what can still come back, before this request.
        asked_milli: what comes back now.
        unit_paid_minor: the price of one unit.

    Returns:
        What has to be added to the price of the units, perhaps less than nothing; 0 while units
        are left.
    """
    if asked_milli < left_milli:
        return 0
    return total_minor - gone_minor - price_of(asked_milli, unit_paid_minor)


def shared_out(amount_minor: int, paid: Sequence[Paid]) -> list[Share] | None:
    """The refund by the ways in which the receipt was paid, in proportion; None where that is less.

    No way gives back more than was paid by it; what one cannot take the others take. Fractions go
    to the largest, so that the shares add up to the amount.
    """
    if sum(one.left_minor for one in paid) < amount_minor:
        return None
    whole = sum(one.amount_minor for one in paid)
    if not amount_minor or not whole:
        return [Share(one.tender_id, one.method, 0) for one in paid[:1]]
    exact = [Fraction(amount_minor * one.amount_minor, whole) for one in paid]
    given = [min(int(part), one.left_minor) for part, one in zip(exact, paid, strict=True)]
    order = sorted(range(len(paid)), key=lambda at: (given[at] - exact[at], at))
    left = amount_minor - sum(given)
    for at in order:  # one minor unit for each fraction that was cut off
        if left and given[at] < exact[at] and given[at] < paid[at].left_minor:
            given[at] += 1
            left -= 1
    for at in order:  # what is left could not go back in proportion any more
        more = min(left, paid[at].left_minor - given[at])
        given[at] += more
        left -= more
    return [
        Share(one.tender_id, one.method, amount)
        for one, amount in zip(paid, given, strict=True)
        if amount
    ]


def share_of(total: int, part_minor: int, before_minor: int, whole_minor: int) -> int:
    """How much of ``total`` belongs to a part of an amount, after earlier parts had their share.

    Points that were earned or spent are whole numbers: each part gets what is due to all parts up
    to it, less what was given before, so that the last part makes up what rounding held back.
    """
    if whole_minor <= 0:
        return 0
    upto = Fraction(total * min(before_minor + part_minor, whole_minor), whole_minor)
    before = Fraction(total * min(before_minor, whole_minor), whole_minor)
    return half_up(upto) - half_up(before)


# --- until when -----------------------------------------------------------------------------


class Due(NamedTuple):
    """By when money has to go back.

    Attributes:
        target: the shop's promise, the Nth working day.
        limit: its limit, likewise.
        statutory: the law's, in calendar days; None where the law sets none.
        explained: how the days were counted: messages with their values.
    """

    target: date
    limit: date
    statutory: date | None
    explained: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def latest(self) -> date:
        """The day that must not pass."""
        return min(self.limit, self.statutory) if self.statutory else self.limit

    @property
    def promised(self) -> date:
        """The day that is said to the customer."""
        return min(self.target, self.latest)


def due_days(received_on: date, channel: SaleChannel, policy: Policy) -> Due:
    """When money has to go back for goods that came in on ``received_on``, which is not counted.

    Distance sales have the statutory days besides: calendar days, which nothing pauses (CPL
    art. 25; 7 working days were up to 17 calendar days in 2025).
    """
    target = policy.rest_days.after_working_days(received_on, policy.refund_target_working_days)
    limit = policy.rest_days.after_working_days(received_on, policy.refund_limit_working_days)
    said: list[tuple[str, Mapping[str, Any]]] = [
        (
            N_("Goods in on {start}, not counted; {days} working days end on {end}."),
            {"start": received_on, "days": policy.refund_target_working_days, "end": target},
        ),
        (
            N_("The limit of {days} working days ends on {end}."),
            {"days": policy.refund_limit_working_days, "end": limit},
        ),
    ]
    statutory = None
    if channel is not SaleChannel.STORE and policy.refund_statutory_days is not None:
        statutory = received_on + timedelta(days=policy.refund_statutory_days)
        said.append(
            (
                N_("The law's {days} calendar days for a distance sale end on {end}."),
                {"days": policy.refund_statutory_days, "end": statutory},
            )
        )
    return Due(target, limit, statutory, tuple(said))


def needs_second_person(
    amounts_minor: Iterable[int],
    policy: Policy,
    currency: str,
    *,
    by_rule: bool,
    as_paid: bool,
) -> bool:
    """Whether somebody else has to authorise a refund.

    Not what the rule grants, as it was paid, up to the clerk's limit for the whole receipt:
    ``amounts_minor`` holds what went back of it before without a second person, too. Against money
    that the policy does not count in, its limit says nothing: somebody else looks.
    """
    limit = policy.clerk_refund_limit_minor
    if not by_rule or not as_paid:
        return True
    return limit is not None and (currency != policy.currency or sum(amounts_minor) > limit)
