"""The return check of one line of a receipt: what the store knows and what the clerk answers.

The store is asked once for each line (:func:`check_line`); :func:`judge` is pure, and quick enough
to be asked with every key that changes an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.desk import AskingDesk
from counter.permissions import Action
from counter.policy_versions import StoredPolicy, policy_on
from counter.rules import refunds
from counter.rules.eligibility import decide
from counter.rules.facts import Facts, read_facts
from counter.rules.fields import line_number, named
from counter.rules.goods import ANSWERS, goods_category
from counter.rules.verdict import Verdict
from data import returns
from models.errors import InvalidInput, NotFound, WrongState
from models.messages import N_
from models.return_views import SoldGoods
from models.terms import GoodsCategory, SaleChannel
from models.text import clean_text, shortened

__all__ = [
    "ANSWERS",
    "Judged",
    "category_of",
    "check_line",
    "check_lines",
    "check_policy",
    "judge",
    "judged_line",
    "requested_milli",
]

_QUANTITY: Final = re.compile(r"[0-9]{1,9}([.,][0-9]{1,3})?")
_UNIT: Final = 1000


class Judged(NamedTuple):
    """A verdict on goods of the store.

    Attributes:
        requested_milli: what is to come back, in thousandths.
        payable_minor: what goes back by the verdict, with the rounding remainder of the line's
            last unit; None where no refund is among the remedies.
        remainder_minor: that remainder, which any refund of these goods brings with it.
    """

    goods: SoldGoods
    facts: Facts
    verdict: Verdict
    requested_milli: int
    payable_minor: int | None
    remainder_minor: int
    stored: StoredPolicy


def check_line(desk: AskingDesk, receipt_no: str, line_no: int | str) -> SoldGoods:
    """Everything that the store knows of a line which somebody brings back.

    Raises:
        NotAllowed: the role may not read receipts.
        InvalidInput: no receipt or no line was named.
        NotFound: the store has no such receipt, or the receipt no such line.
    """
    desk.require(Action.READ)
    no = named(receipt_no, N_("Please give the number of a receipt."), field="receipt_no")
    typed = clean_text(str(line_no))
    number = line_number(typed)
    goods = None
    if number is not None:
        goods = returns.sold_goods(desk.ask, no, number, today=desk.today, zone=desk.site.zone)
    if goods is None:
        if desk.ask.one("SELECT 1 FROM receipt WHERE receipt_no = :no", no=no) is None:
            raise NotFound(N_("The store has no receipt {no}."), field="receipt_no", no=no)
        raise NotFound(
            N_("Receipt {no} has no line {line}."), field="line_no", no=no, line=typed or "-"
        )
    return _with_totals(desk, [goods])[0]


def check_lines(desk: AskingDesk, receipt_no: str) -> tuple[SoldGoods, ...]:
    """As :func:`check_line`, for every line of a receipt; none where there is no such receipt."""
    desk.require(Action.READ)
    numbers = desk.ask.all(
        "SELECT l.line_no FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id "
        "WHERE r.receipt_no = :no ORDER BY l.line_no",
        no=receipt_no,
    )
    today, zone = desk.today, desk.site.zone
    found = [
        returns.sold_goods(desk.ask, receipt_no, line_no, today=today, zone=zone)
        for (line_no,) in numbers
    ]
    return tuple(_with_totals(desk, [goods for goods in found if goods is not None]))


def _with_totals(desk: AskingDesk, goods: Sequence[SoldGoods]) -> list[SoldGoods]:
    """Lines of one receipt with what was paid for each in all, the receipt's rounding included."""
    if not goods:
        return []
    receipt_id = goods[0].receipt_id
    tendered = returns.tendered(desk.ask, receipt_id)
    if tendered is None:  # nothing is shared out: the other lines do not matter
        lines = [refunds.SoldLine(x.receipt_line_id, x.qty_milli, x.unit_paid_minor) for x in goods]
    else:
        lines = [refunds.SoldLine(*line) for line in returns.line_amounts(desk.ask, receipt_id)]
    totals = refunds.line_totals(lines, tendered)
    return [
        replace(one, total_minor=totals[one.receipt_line_id], gone_minor=_gone(desk, one))
        for one in goods
    ]


def _gone(desk: AskingDesk, goods: SoldGoods) -> int:
    """What was paid for that which is not left of a line."""
    parts = returns.held_parts(desk.ask, goods.receipt_line_id)
    till = goods.qty_milli - goods.left_milli - sum(milli for milli, _more in parts)
    return refunds.gone_of(till, parts, goods.unit_paid_minor)


def check_policy(desk: AskingDesk, on: date | None = None) -> StoredPolicy:
    """The return rules that hold on a day, by default today.

    Raises:
        WrongState: the store has none for that day.
    """
    day = on or desk.today
    stored = policy_on(desk.ask, day)
    if stored is None:
        raise WrongState(
            N_("No version of the return rules holds on {day}. See: counter policy list"), day=day
        )
    return stored


def category_of(goods: SoldGoods) -> GoodsCategory:
    """What the return rules take the goods for, unless the clerk knows better."""
    return goods_category(goods.category_code, goods.category_flags, goods.serialised)


def judge(
    goods: SoldGoods,
    stored: StoredPolicy,
    answers: Mapping[str, Any],
    on: date,
    zone: ZoneInfo,
) -> Judged:
    """The verdict on ``goods`` under ``stored``, with the ``answers`` of a clerk (:data:`ANSWERS`).

    Goods by weight, and parts of a unit, count as one unit whose price is that of what comes back.

    Args:
        goods: as :func:`check_line` gave it.
        stored: the return rules of that day.
        answers: names of facts with JSON's values; ``quantity`` in units or in kilograms, all that
            is left where it is missing.
        on: the local day of the check.
        zone: the shop's, for the local day of the sale.

    Raises:
        InvalidInput: an answer is unknown or impossible; ``field`` names it.
    """
    unknown = [name for name in answers if name not in ANSWERS]
    if unknown:
        raise InvalidInput(
            N_("There is no answer '{name}'. Correct its name, or leave it out."),
            field=shortened(unknown[0], 100),
            name=unknown[0],
        )
    requested = requested_milli(goods, answers.get("quantity"))
    given: dict[str, Any] = _known(goods, on, zone) | _counted(goods, requested)
    given |= {
        name: value
        for name, value in answers.items()
        if value is not None and name not in ("quantity", "serial_no")
    }
    if goods.gift_taken_off:  # its price was taken off once, which is all that it may be
        given["gift_returned"] = True
    facts = read_facts(given)
    verdict = decide(facts, stored.policy)
    more = refunds.remainder_of(
        total_minor=goods.total_minor,
        gone_minor=goods.gone_minor,
        left_milli=goods.left_milli,
        asked_milli=requested,
        unit_paid_minor=goods.unit_paid_minor,
    )
    payable = verdict.refund_minor
    if payable is not None:
        payable = max(payable + more, 0)
    return Judged(goods, facts, verdict, requested, payable, more, stored)


def judged_line(
    desk: AskingDesk,
    receipt_no: str,
    line_no: int | str,
    answers: Mapping[str, Any],
    on: date | None = None,
) -> Judged:
    """The verdict on a line of the store by the return rules of ``on``, by default of today.

    What came back meanwhile counts, whatever day is asked about.

    Raises:
        NotAllowed, NotFound, InvalidInput: as :func:`check_line` and :func:`judge`.
        WrongState: the store has no return rules for that day.
    """
    day = on or desk.today
    goods = check_line(desk, receipt_no, line_no)
    return judge(goods, check_policy(desk, day), answers, day, desk.site.zone)


def requested_milli(goods: SoldGoods, typed: Any) -> int:
    """How much is to come back, in thousandths; all that is left where nothing was typed.

    Raises:
        InvalidInput: it is no quantity above nothing.
    """
    text = "" if typed is None else clean_text(str(typed))
    if not text:
        return goods.left_milli if goods.left_milli > 0 else goods.qty_milli
    if not _QUANTITY.fullmatch(text):
        raise InvalidInput(
            N_("Write a quantity such as 2, or 0.35 for goods by weight."), field="quantity"
        )
    milli = int(Decimal(text.replace(",", ".")) * _UNIT)
    if milli <= 0:
        raise InvalidInput(N_("At least something has to come back."), field="quantity")
    if milli % _UNIT and (goods.serialised or goods.serial_no is not None):
        raise InvalidInput(N_("Goods with a serial number come back whole."), field="quantity")
    return milli


def _known(goods: SoldGoods, on: date, zone: ZoneInfo) -> dict[str, Any]:
    """What the store knows of the sale."""
    sold_on = goods.sold_at.astimezone(zone).date()
    known: dict[str, Any] = {
        "purchase_date": sold_on.isoformat(),
        "checked_on": on.isoformat(),
        "channel": goods.channel,
        "category": category_of(goods),
        "tier": goods.tier,
        "proof": goods.proof,
        "confirmed_no_return": goods.no_return_confirmed,
        "open_refund": goods.open_refund,
    }
    if goods.received_on is not None and goods.channel is not SaleChannel.STORE:
        known["received_date"] = goods.received_on.isoformat()
    if goods.exchanged_on is not None:
        known["exchanged_on"] = goods.exchanged_on.isoformat()
    return known


def answered_otherwise(
    goods: SoldGoods, answers: Mapping[str, Any], on: date, zone: ZoneInfo
) -> tuple[str, ...]:
    """Names of the answers that say otherwise than the store's own record of the sale."""
    known = _known(goods, on, zone)
    return tuple(
        name
        for name in _RECORDED
        if answers.get(name) is not None
        and answers[name] != known.get(name)
        and not (name == "category" and goods.category_code is None)
    )


_RECORDED: Final = ("category", "confirmed_no_return", "received_date", "exchanged_on")
"""What the store may know itself; the clerk at the counter may know better, and it is noted."""


def _counted(goods: SoldGoods, requested: int) -> dict[str, int]:
    """Quantities and price, in whole units; what is weighed is one unit."""
    left = max(goods.left_milli, 0)
    if any(milli % _UNIT for milli in (goods.qty_milli, left, requested)):
        return {
            "quantity_sold": 1,
            "quantity_returned_before": int(requested > left),
            "quantity_requested": 1,
            "unit_price_minor": refunds.price_of(requested, goods.unit_paid_minor),
        }
    return {
        "quantity_sold": goods.qty_milli // _UNIT,
        "quantity_returned_before": (goods.qty_milli - left) // _UNIT,
        "quantity_requested": requested // _UNIT,
        "unit_price_minor": goods.unit_paid_minor,
    }
