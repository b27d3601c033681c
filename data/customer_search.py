"""The find box's ways to a customer: phone, initials, number, name. Plain SQL, each way bounded.

Every question gives its first answers in the order of an index and stops; customers that were
merged into others are left out before the answers are counted.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any, Final

from data.matching import end_of, expression
from data.phone_tails import FEWEST_DIGITS
from data.reading import Reader
from models.terms import HitKind, Tier
from models.text import digits_of, folded, mask_phone
from models.views import Hit

END_OF_NUMBER: Final = 4
"""The last digits that people say when they are asked for their phone."""

LOCAL_NUMBER: Final = 7
"""Fewest digits of a phone that may be a whole number."""

WHOLE_NUMBER: Final = 11
"""From so many digits on a number stands inside no other, only at its beginning or its end."""

_COUNTRY: Final = "86"

_STANDING: Final = "c.merged_into_id IS NULL"

_BY_REF: Final = f"""
    SELECT c.id FROM customer c
    WHERE c.customer_ref >= :low AND c.customer_ref < :high AND {_STANDING}
    ORDER BY c.customer_ref LIMIT :limit
"""
_BY_MEMBER_NO: Final = f"""
    SELECT c.id FROM membership_account m CROSS JOIN customer c ON c.id = m.customer_id
    WHERE m.member_no >= :low AND m.member_no < :high AND {_STANDING}
    ORDER BY m.member_no LIMIT :limit
"""
_BY_INITIALS: Final = f"""
    SELECT c.id FROM customer c
    WHERE c.name_initials >= :low AND c.name_initials < :high AND {_STANDING}
    ORDER BY c.name_initials LIMIT :limit
"""
_BY_WORDS: Final = f"""
    SELECT c.id FROM customer_search s CROSS JOIN customer c ON c.id = s.rowid
    WHERE s.customer_search MATCH :match AND {_STANDING}
    ORDER BY s.rowid DESC LIMIT :limit
"""
_OF_TAIL: Final = """
    SELECT c.id FROM customer_phone_tail t
    CROSS JOIN customer_phone p ON p.id = t.phone_id CROSS JOIN customer c ON c.id = p.customer_id
"""
_BY_END_OF_PHONE: Final = f"""
    {_OF_TAIL} WHERE t.tail = :digits AND {_STANDING}
    ORDER BY t.phone_id DESC LIMIT :limit
"""
_BY_BEGINNING_OF_PHONE: Final = f"""
    SELECT c.id FROM customer_phone p CROSS JOIN customer c ON c.id = p.customer_id
    WHERE p.digits >= :low AND p.digits < :high AND {_STANDING}
    ORDER BY p.digits LIMIT :limit
"""
# A number counts where it holds the digits first: 111 begins nine tails of 11111111111.
_BY_PART_OF_PHONE: Final = f"""
    {_OF_TAIL} WHERE t.tail > :low AND t.tail < :high
      AND instr(p.digits, :low) = length(p.digits) - length(t.tail) + 1 AND {_STANDING}
    ORDER BY t.tail LIMIT :limit
"""
_HITS: Final = """
    SELECT c.id, c.name, c.customer_ref, m.tier,
           (SELECT p.digits FROM customer_phone p
             WHERE p.customer_id = c.id AND p.active ORDER BY p.id LIMIT 1)
    FROM json_each(:ids) chosen CROSS JOIN customer c ON c.id = chosen.value
    LEFT JOIN membership_account m ON m.customer_id = c.id
"""


def customers_by_number(reader: Reader, text: str, limit: int) -> list[Hit]:
    """The customer with this reference or member number."""
    ids = reader.all(
        f"SELECT c.id FROM customer c WHERE c.customer_ref = :text AND {_STANDING} UNION "
        "SELECT c.id FROM membership_account m CROSS JOIN customer c ON c.id = m.customer_id "
        f"WHERE m.member_no = :text AND {_STANDING}",
        text=text,
    )
    return _hits(reader, [row[0] for row in ids], limit)


def customers_by_beginning(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Customers whose reference or member number begins so."""
    found = [
        *_within(reader, _BY_REF, text, limit),
        *_within(reader, _BY_MEMBER_NO, text, limit),
    ]
    return _hits(reader, found, limit)


def customers_by_phone(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Customers by a run of digits of a phone: at its end, at its beginning, anywhere in it."""
    digits = digits_of_phone(text)
    if len(digits) < FEWEST_DIGITS:
        return []
    found = _ids(reader, _BY_END_OF_PHONE, limit, digits=digits)
    if len(set(found)) < limit:
        found += _within(reader, _BY_BEGINNING_OF_PHONE, digits, limit)
    if len(digits) < WHOLE_NUMBER and len(set(found)) < limit:
        found += _within(reader, _BY_PART_OF_PHONE, digits, limit)
    return _hits(reader, found, limit)


def customers_by_end_of_phone(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Customers whose phone may be meant by digits that are the number of something else.

    That is a whole phone or its last digits; a receipt of six digits, scanned, is no phone.
    """
    digits = digits_of_phone(text)
    if FEWEST_DIGITS <= len(digits) <= END_OF_NUMBER or len(digits) >= LOCAL_NUMBER:
        return _hits(reader, _ids(reader, _BY_END_OF_PHONE, limit, digits=digits), limit)
    return []


def customers_by_initials(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Customers by the first letters of their names."""
    initials = folded(text).replace(" ", "")
    if not (initials.isascii() and initials.isalpha()):
        return []
    return _hits(reader, _within(reader, _BY_INITIALS, initials, limit), limit)


def customers_by_words(reader: Reader, text: str, limit: int) -> list[Hit]:
    """Customers by words of their names and numbers, the newest first."""
    match = expression(reader, "customer", text)
    return _hits(reader, _ids(reader, _BY_WORDS, limit, match=match), limit) if match else []


def digits_of_phone(text: str) -> str:
    """The digits typed, without the country; none where letters say that it is no phone."""
    typed = unicodedata.normalize("NFKC", text)
    if any(sign.isalpha() for sign in typed):
        return ""
    digits = digits_of(typed)
    if typed.lstrip(" (").startswith("+") or len(digits) == len(_COUNTRY) + WHOLE_NUMBER:
        local = digits.removeprefix(_COUNTRY)
    else:
        local = digits.removeprefix(f"00{_COUNTRY}")
    return local if len(local) >= FEWEST_DIGITS else digits


def _within(reader: Reader, sql: str, beginning: str, limit: int) -> list[int]:
    return _ids(reader, sql, limit, low=beginning, high=end_of(beginning))


def _ids(reader: Reader, sql: str, limit: int, **values: Any) -> list[int]:
    return [row[0] for row in reader.all(sql, limit=limit, **values)]


def _hits(reader: Reader, ids: list[int], limit: int) -> list[Hit]:
    """The first of the customers as hits, each once, in the order in which they were found."""
    chosen = list(dict.fromkeys(ids))[:limit]
    if not chosen:
        return []
    rows = {row[0]: _hit(*row) for row in reader.all(_HITS, ids=json.dumps(chosen))}
    return [rows[customer_id] for customer_id in chosen]


def _hit(
    customer_id: int, name: str | None, ref: str | None, tier: str | None, digits: str | None
) -> Hit:
    masked = mask_phone(digits) if digits else ""
    terms = (Tier(tier),) if tier and tier != Tier.NONE else ()
    title = name or ref or masked
    return Hit(HitKind.CUSTOMER, customer_id, str(customer_id), title, masked, None, terms)
