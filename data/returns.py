"""Goods that may come back, in plain SQL: what is left of a line, and what came back before.

Works on a snapshot and inside an open transaction alike (:class:`data.reading.Asks`), so that a
screen and the operation behind it see the same.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from data.reading import Asks, instant, maybe_day
from models.return_views import EarlierReturn, SoldGoods
from models.terms import CategoryFlag, Proof, ReturnStatus, SaleChannel, TenderMethod, Tier

HELD: Final = (
    "(SELECT coalesce(sum(x.counted_milli), 0) FROM return_line x WHERE x.receipt_line_id = l.id)"
)
"""What cases hold of the line ``l``, in thousandths (``counter.rules.return_case.counted``)."""

_GOODS: Final = f"""
    SELECT r.id, r.uid, r.receipt_no, l.id, l.uid, l.line_no, p.id, p.sku,
           coalesce(l.description, p.name, p.sku), c.code, c.flags, p.serialised, r.channel,
           r.currency, r.customer_id, r.sold_at, l.qty_milli, l.returned_milli, {HELD},
           l.unit_paid_minor, l.received_on, l.serial_no, l.no_return_confirmed,
           EXISTS (SELECT 1 FROM refund f WHERE f.receipt_line_id = l.id
                    AND f.status NOT IN ('settled', 'failed')),
           EXISTS (SELECT 1 FROM refund f JOIN refund_deduction d ON d.refund_id = f.id
                    WHERE f.receipt_line_id = l.id AND f.status <> 'failed' AND d.kind = 'gift'),
           (SELECT proof FROM typed_receipt WHERE receipt_id = r.id)
    FROM receipt r
    JOIN receipt_line l ON l.receipt_id = r.id
    JOIN product p ON p.id = l.product_id
    LEFT JOIN category c ON c.id = p.category_id
    WHERE r.receipt_no = :receipt_no AND l.line_no = :line_no
"""

_TILL: Final = """
    SELECT return_no, returned_at, qty_milli FROM till_return WHERE receipt_line_id = :id
"""

_CASES: Final = """
    SELECT t.no, t.opened_at, c.status,
           CASE WHEN c.received_at IS NULL OR x.waived IS NOT NULL THEN x.requested_milli
                ELSE x.received_milli END AS taken
    FROM return_line x
    JOIN return_case c ON c.id = x.return_case_id
    JOIN ticket t ON t.id = c.ticket_id
    WHERE x.receipt_line_id = :id AND taken > 0 ORDER BY x.id
"""

_REPLACED: Final = """
    SELECT m.at, -m.qty_milli FROM goods_movement m JOIN return_line x ON x.id = m.return_line_id
    WHERE x.receipt_line_id = :id AND m.kind = 'replacement_out' ORDER BY m.at, m.id
"""

_ONE: Final = 1000
"""Thousandths of one unit."""

_UNIT: Final = """
    SELECT serial_no, warranty_start FROM serial_unit
    WHERE receipt_line_id = :id AND exchanged_to_id IS NULL ORDER BY id DESC LIMIT 1
"""

_TIER: Final = "SELECT tier, valid_to FROM membership_account WHERE customer_id = :id"


def sold_goods(
    ask: Asks, receipt_no: str, line_no: int, *, today: date, zone: ZoneInfo
) -> SoldGoods | None:
    """The line of a receipt, what is left of it and what came back before; None for no such line.

    ``total_minor`` and ``gone_minor`` are left at nothing: rounding is the rules' to share.
    """
    row = ask.one(_GOODS, receipt_no=receipt_no, line_no=line_no)
    if row is None:
        return None
    line_id = row[3]
    left = row[16] - row[17] - row[18]
    serial_no, exchanged_on = _unit_now(ask, line_id, row[21], left, row[16] > _ONE, zone)
    return SoldGoods(
        receipt_id=row[0],
        receipt_uid=row[1],
        receipt_no=row[2],
        receipt_line_id=line_id,
        receipt_line_uid=row[4],
        line_no=row[5],
        product_id=row[6],
        sku=row[7],
        name=row[8],
        category_code=row[9],
        category_flags=tuple(map(CategoryFlag, _listed(row[10]))),
        serialised=bool(row[11]),
        channel=SaleChannel(row[12]),
        currency=row[13],
        customer_id=row[14],
        sold_at=instant(row[15]),
        qty_milli=row[16],
        left_milli=left,
        unit_paid_minor=row[19],
        total_minor=0,
        gone_minor=0,
        received_on=maybe_day(row[20]),
        serial_no=serial_no,
        exchanged_on=exchanged_on,
        no_return_confirmed=bool(row[22]),
        open_refund=bool(row[23]),
        gift_taken_off=bool(row[24]),
        proof=Proof(row[25]) if row[25] else Proof.RECEIPT,
        tier=_tier(ask, row[14], today),
        earlier=_earlier(ask, line_id),
    )


def _listed(text: Any) -> list[str]:
    found: list[str] = json.loads(text) if text else []
    return found


def _unit_now(
    ask: Asks, line_id: int, sold_serial: str | None, left: int, several: bool, zone: ZoneInfo
) -> tuple[str | None, date | None]:
    """Serial number of what the customer has now, and when it was handed out in exchange.

    Goods that were exchanged in part cannot be told apart: no day is named, nor the number of one
    of ``several`` units.
    """
    unit = ask.one(_UNIT, id=line_id)
    if unit is not None and several:
        return None, None
    if unit is not None:
        return unit[0], maybe_day(unit[1])
    replaced = ask.all(_REPLACED, id=line_id)
    if not replaced or sum(qty for _at, qty in replaced) < left:
        return sold_serial, None
    return sold_serial, instant(replaced[-1][0]).astimezone(zone).date()


def _tier(ask: Asks, customer_id: int | None, today: date) -> Tier:
    row = ask.one(_TIER, id=customer_id) if customer_id is not None else None
    if row is None or (row[1] is not None and (maybe_day(row[1]) or today) < today):
        return Tier.NONE
    return Tier(row[0])


_PARTS: Final = """
    SELECT x.counted_milli, coalesce((
        SELECT json_extract(d.result, '$.remainder_minor') FROM eligibility_decision d
         WHERE d.return_line_id = x.id ORDER BY d.id DESC LIMIT 1), 0)
    FROM return_line x WHERE x.receipt_line_id = :id AND x.counted_milli > 0
"""


def held_parts(ask: Asks, receipt_line_id: int) -> list[tuple[int, int]]:
    """What each case takes of a line, in thousandths, and the rounding remainder with it."""
    return [(int(row[0]), int(row[1])) for row in ask.all(_PARTS, id=receipt_line_id)]


def _earlier(ask: Asks, line_id: int) -> tuple[EarlierReturn, ...]:
    found = [
        EarlierReturn(no, instant(at), qty, None) for no, at, qty in ask.all(_TILL, id=line_id)
    ]
    for no, at, status, taken in ask.all(_CASES, id=line_id):
        found.append(EarlierReturn(no, instant(at), taken, ReturnStatus(status)))
    return tuple(sorted(found, key=lambda one: one.at))


def line_amounts(ask: Asks, receipt_id: int) -> list[tuple[int, int, int]]:
    """Key, quantity and unit price of every line of a receipt."""
    lines = ask.all(
        "SELECT id, qty_milli, unit_paid_minor FROM receipt_line WHERE receipt_id = :id",
        id=receipt_id,
    )
    return [(key, qty, unit_paid) for key, qty, unit_paid in lines]


def tendered(ask: Asks, receipt_id: int) -> int | None:
    """What was paid for a receipt in all; None where it does not say how it was paid."""
    row = ask.one("SELECT sum(amount_minor) FROM tender WHERE receipt_id = :id", id=receipt_id)
    return None if row is None or row[0] is None else int(row[0])


_PAID: Final = """
    SELECT n.id, n.method, n.amount_minor,
           (SELECT coalesce(sum(a.amount_minor), 0) FROM refund_allocation a
              JOIN refund f ON f.id = a.refund_id
             WHERE a.tender_id = n.id AND f.status <> 'failed')
    FROM tender n WHERE n.receipt_id = :id ORDER BY n.tender_no
"""


def paid_by(ask: Asks, receipt_id: int) -> list[tuple[int, TenderMethod, int, int]]:
    """Every means of payment of a receipt: key, method, amount, and what of it went back."""
    return [
        (key, TenderMethod(method), amount, int(returned))
        for key, method, amount, returned in ask.all(_PAID, id=receipt_id)
    ]


_GRANTED_ALONE: Final = """
    SELECT coalesce(sum(f.amount_minor), 0)
    FROM receipt_line l JOIN refund f ON f.receipt_line_id = l.id
    WHERE l.receipt_id = :id AND f.status IN ('authorised', 'settled')
      AND f.authorised_by_id IS NULL
"""


def granted_alone(ask: Asks, receipt_id: int) -> int:
    """What of a receipt went back, or may, without a second person; minor units."""
    row = ask.one(_GRANTED_ALONE, id=receipt_id)
    return int(row[0]) if row else 0


_IN_HANDS: Final = f"""
    SELECT l.id FROM receipt_line l
    WHERE l.serial_no = :serial AND l.qty_milli - l.returned_milli - {HELD} > 0
    ORDER BY l.id DESC LIMIT 1
"""


def sold_with_serial(ask: Asks, serial_no: str) -> int | None:
    """The line of a receipt by which a unit was sold that did not come back; None for none."""
    row = ask.one(_IN_HANDS, serial=serial_no)
    return None if row is None else int(row[0])


def is_typed(ask: Asks, receipt_id: int) -> bool:
    """Whether the receipt was typed at the counter and never came from the till."""
    row = ask.one("SELECT 1 FROM typed_receipt WHERE receipt_id = :id", id=receipt_id)
    return row is not None


def unit_with_serial(ask: Asks, serial_no: str) -> tuple[int, str | None] | None:
    """The line of a unit that a return had to do with, and the serial it was exchanged for."""
    row = ask.one(
        "SELECT u.receipt_line_id, n.serial_no FROM serial_unit u "
        "LEFT JOIN serial_unit n ON n.id = u.exchanged_to_id WHERE u.serial_no = :serial",
        serial=serial_no,
    )
    return None if row is None else (row[0], row[1])
