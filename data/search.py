"""The find box and single look-ups: one box for whatever is scanned or typed, plain SQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from data.customer_search import (
    customers_by_beginning,
    customers_by_end_of_phone,
    customers_by_initials,
    customers_by_number,
    customers_by_phone,
    customers_by_words,
)
from data.matching import end_of, expression
from data.reading import Reader, instant
from models.terms import (
    CareFlag,
    HitKind,
    SaleChannel,
    TicketKind,
    TicketStatus,
    Tier,
)
from models.text import clean_text, mask_phone
from models.views import (
    CustomerRow,
    Hit,
)


def find(reader: Reader, query: str, limit: int = 20) -> tuple[Hit, ...]:
    """What answers to ``query``, the surest kind of answer first, at most ``limit`` hits.

    A whole number (ticket, receipt, barcode, serial, customer) beats everything that only begins
    or ends so, except that digits may be a phone's all the same: a goods number of four digits must
    not hide the customer whose phone ends in them. Each way of finding is one indexed question, and
    every way gets its share of the answer before one of them fills it up.
    """
    return _answer(reader, query, limit, _EXACT, _LOOSE)


def find_customers(reader: Reader, query: str, limit: int = 20) -> tuple[Hit, ...]:
    """The customers among what answers to ``query``: no ticket and no receipt takes their room."""
    return _answer(reader, query, limit, _EXACT_CUSTOMERS, _LOOSE_CUSTOMERS)


_Way = Callable[[Reader, str, int], list[Hit]]


def _answer(
    reader: Reader, query: str, limit: int, sure: tuple[_Way, ...], loose: tuple[_Way, ...]
) -> tuple[Hit, ...]:
    text = " ".join(clean_text(query).split())
    if not text:
        return ()
    exact = [way(reader, text, limit) for way in sure]
    if any(exact):
        return _shared([*exact, customers_by_end_of_phone(reader, text, limit)], limit)
    return _shared([way(reader, text, limit) for way in loose], limit)


def _shared(answers: list[list[Hit]], limit: int) -> tuple[Hit, ...]:
    """At most ``limit`` different hits: a fair share of each answer, then whatever fits."""
    answers = [hits for hits in answers if hits]
    share = max(limit // len(answers), 1) if answers else limit
    chosen: dict[tuple[HitKind, int], Hit] = {}
    for part in (slice(share), slice(share, None)):
        for hits in answers:
            for hit in hits[part]:
                if len(chosen) < limit:
                    chosen.setdefault((hit.kind, hit.id), hit)
    places = {key: at for at, key in enumerate((h.kind, h.id) for hits in answers for h in hits)}
    return tuple(sorted(chosen.values(), key=lambda hit: places[hit.kind, hit.id]))


# --- tickets --------------------------------------------------------------------------------

_TICKET_HIT: Final = """
    SELECT t.id, t.no, t.summary, c.name, t.opened_at, t.kind, t.status
    FROM ticket t LEFT JOIN customer c ON c.id = t.customer_id
"""


def _ticket_hits(rows: list[tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(
            HitKind.TICKET,
            row[0],
            row[1],
            row[2],
            row[3] or "",
            instant(row[4]),
            (TicketKind(row[5]), TicketStatus(row[6])),
        )
        for row in rows
    ]


def _tickets_by_no(reader: Reader, text: str, limit: int) -> list[Hit]:
    return _ticket_hits(reader.all(f"{_TICKET_HIT} WHERE t.no = :no", no=text.upper()))


def _tickets_by_beginning(reader: Reader, text: str, limit: int) -> list[Hit]:
    beginning = text.upper()
    return _ticket_hits(
        reader.all(
            f"{_TICKET_HIT} WHERE t.no >= :low AND t.no < :high ORDER BY t.no DESC LIMIT :limit",
            low=beginning,
            high=end_of(beginning),
            limit=limit,
        )
    )


def _tickets_by_words(reader: Reader, text: str, limit: int) -> list[Hit]:
    match = expression(reader, "ticket", text)
    if not match:
        return []
    # Newest first by rowid, not by bm25: ranking a common phrase took 260 ms at 1M rows.
    return _ticket_hits(
        reader.all(
            f"{_TICKET_HIT} WHERE t.id IN (SELECT rowid FROM ticket_search "
            "WHERE ticket_search MATCH :match ORDER BY rowid DESC LIMIT :limit) "
            "ORDER BY t.id DESC",
            match=match,
            limit=limit,
        )
    )


# --- receipts and goods ---------------------------------------------------------------------

_RECEIPT_HIT: Final = """
    SELECT r.id, r.receipt_no, r.sold_at, r.channel, c.name,
           (SELECT group_concat(coalesce(l.description, p.name, p.sku), ', ')
              FROM (SELECT * FROM receipt_line WHERE receipt_id = r.id ORDER BY line_no LIMIT 3) l
              JOIN product p ON p.id = l.product_id)
    FROM receipt r LEFT JOIN customer c ON c.id = r.customer_id
"""


def _receipt_hits(rows: list[tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(
            HitKind.RECEIPT,
            row[0],
            row[1],
            row[5] or "",
            row[4] or "",
            instant(row[2]),
            (SaleChannel(row[3]),),
        )
        for row in rows
    ]


def _receipts_by_no(reader: Reader, text: str, limit: int) -> list[Hit]:
    return _receipt_hits(reader.all(f"{_RECEIPT_HIT} WHERE r.receipt_no = :no", no=text))


def _receipts_by_beginning(reader: Reader, text: str, limit: int) -> list[Hit]:
    return _receipt_hits(
        reader.all(
            f"{_RECEIPT_HIT} WHERE r.receipt_no >= :low AND r.receipt_no < :high "
            "ORDER BY r.receipt_no DESC LIMIT :limit",
            low=text,
            high=end_of(text),
            limit=limit,
        )
    )


def _receipts_by_serial(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Receipts of the unit with that number, one that was handed out in exchange too."""
    return _receipt_hits(
        reader.all(
            f"{_RECEIPT_HIT} WHERE r.id IN "
            "(SELECT receipt_id FROM receipt_line WHERE serial_no = :no AND serial_no IS NOT NULL "
            "UNION SELECT l.receipt_id FROM serial_unit u "
            "JOIN receipt_line l ON l.id = u.receipt_line_id WHERE u.serial_no = :no "
            "LIMIT :limit)",
            no=text,
            limit=limit,
        )
    )


def _products(reader: Reader, text: str, limit: int) -> list[Hit]:
    rows = reader.all(
        "SELECT id, sku, coalesce(name, sku), coalesce(barcode, '') FROM product "
        "WHERE barcode = :text UNION "
        "SELECT id, sku, coalesce(name, sku), coalesce(barcode, '') FROM product WHERE sku = :text "
        "LIMIT :limit",
        text=text,
        limit=limit,
    )
    return [Hit(HitKind.PRODUCT, row[0], row[1], row[2], row[3], None) for row in rows]


def receipts_with_product(reader: Reader, product_id: int, limit: int) -> tuple[Hit, ...]:
    """The newest receipts that hold a product, by the order in which lines came in.

    Lines are indexed by product within blocks of 4,096 (:mod:`models.receipt`); the newest block
    is asked first.
    """
    lines: list[int] = []
    for block in range((reader.value("SELECT max(id) FROM receipt_line") or 0) // 4096, -1, -1):
        found = reader.all(
            "SELECT receipt_id FROM receipt_line WHERE id / 4096 = :block "
            "AND product_id = :product ORDER BY id DESC LIMIT :limit",
            block=block,
            product=product_id,
            limit=limit - len(lines),
        )
        lines.extend(row[0] for row in found)
        if len(lines) >= limit:
            break
    return tuple(
        _receipt_hits(
            reader.all(
                f"{_RECEIPT_HIT} WHERE r.id IN ({', '.join(map(str, lines)) or 'NULL'}) "
                "ORDER BY r.sold_at DESC"
            )
        )
    )


# --- customers ------------------------------------------------------------------------------

CUSTOMER: Final = """
    SELECT c.id, c.uid, c.customer_ref, c.name,
           (SELECT p.digits FROM customer_phone p
             WHERE p.customer_id = c.id AND p.active ORDER BY p.id LIMIT 1),
           m.tier, m.member_no, c.care_flags,
           (SELECT count(*) FROM ticket t WHERE t.customer_id = c.id AND t.working)
    FROM customer c LEFT JOIN membership_account m ON m.customer_id = c.id
"""


def customer_row(row: tuple[Any, ...]) -> CustomerRow:
    """A row of :data:`CUSTOMER`."""
    return CustomerRow(
        id=row[0],
        uid=row[1],
        customer_ref=row[2],
        name=row[3],
        phone_masked=mask_phone(row[4]) if row[4] else None,
        tier=Tier(row[5]) if row[5] else Tier.NONE,
        member_no=row[6],
        care_flags=tuple(CareFlag(flag) for flag in json.loads(row[7] or "[]")),
        open_tickets=row[8],
    )


_EXACT_CUSTOMERS: Final[tuple[_Way, ...]] = (customers_by_number,)
_LOOSE_CUSTOMERS: Final[tuple[_Way, ...]] = (
    customers_by_beginning,
    customers_by_phone,
    customers_by_initials,
    customers_by_words,
)
_EXACT: Final[tuple[_Way, ...]] = (
    _tickets_by_no,
    _receipts_by_no,
    _receipts_by_serial,
    _products,
    *_EXACT_CUSTOMERS,
)
_LOOSE: Final[tuple[_Way, ...]] = (
    _tickets_by_beginning,
    _receipts_by_beginning,
    *_LOOSE_CUSTOMERS,
    _tickets_by_words,
)
