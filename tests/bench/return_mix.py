"""What comes back over a counter in a few years: seeded facts over every track of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from counter.rules.facts import FLAGS, FOOD, FOOD_REASONS, Facts, read_facts
from models.terms import (
    FaultPart,
    GoodsCategory,
    Proof,
    ReturnReason,
    RollRule,
    SaleChannel,
    Tier,
    WaitCause,
)

SEED: Final = 20250303

_FIRST: Final = date(2023, 1, 1)
_DAYS: Final = 1000

_REASONS: Final[Mapping[ReturnReason, int]] = {
    ReturnReason.NO_REASON: 36,
    ReturnReason.QUALITY: 30,
    ReturnReason.NOT_AS_DESCRIBED: 7,
    ReturnReason.DELIVERY_DAMAGE: 6,
    ReturnReason.WRONG_ITEM: 5,
    ReturnReason.SHORT_QUANTITY: 3,
    ReturnReason.EXPIRED_AT_SALE: 3,
    ReturnReason.FOOD_UNSAFE: 2,
    ReturnReason.LABEL_FLAW: 2,
    ReturnReason.COUNTERFEIT: 3,
    ReturnReason.AUTHORITY_FAILED: 1,
    ReturnReason.RECALL: 2,
}
"""How often, in a hundred."""

_SELDOM: Final = 0.06
"""How often a fact is not what it usually is."""

_USUAL: Final = Facts(purchase_date=_FIRST, checked_on=_FIRST, reason=ReturnReason.NO_REASON)


def written_facts(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """As many cases as JSON objects, the way a till or a screen gives them."""
    chance = Random(seed)
    return [_written(chance) for _case in range(count)]


def mixed_facts(count: int, seed: int = SEED) -> list[Facts]:
    """As many cases as facts; the same for the same seed."""
    return [read_facts(written) for written in written_facts(count, seed)]


def _written(chance: Random) -> dict[str, Any]:
    reason = chance.choices(list(_REASONS), list(_REASONS.values()))[0]
    categories = sorted(FOOD) if reason in FOOD_REASONS else list(GoodsCategory)
    category = chance.choice(categories)
    sold = _FIRST + timedelta(chance.randrange(_DAYS))
    written: dict[str, Any] = {
        "reason": reason,
        "category": category,
        "purchase_date": sold,
        "checked_on": sold + timedelta(_age(chance)),
        "unit_price_minor": chance.randrange(500, 900_000),
    }
    if chance.random() < 0.4:
        written["channel"] = chance.choice([one for one in SaleChannel if one != "store"])
        if chance.random() < 0.9:
            written["received_date"] = sold + timedelta(chance.randrange(6))
    written |= {
        name: not getattr(_USUAL, name) for name in sorted(FLAGS) if chance.random() < _SELDOM
    }
    written |= _seldom(chance, sold)
    if reason not in FOOD_REASONS and category in _DURABLE:
        written |= _history(chance, sold)
    return {
        name: str(value) if isinstance(value, date) else value for name, value in written.items()
    }


def _age(chance: Random) -> int:
    """Days since the sale: mostly the first weeks, often at the end of a period, some in years."""
    near = chance.choice((0, 1, 7, 15, 30, 180, 365, 730, 1095)) + chance.randrange(4)
    some = chance.choice((12, 40, 400, 1300))
    return chance.choice((near, chance.randrange(some)))


def _seldom(chance: Random, sold: date) -> dict[str, Any]:
    """Several units, gifts, losses, other proofs and other ways to roll."""
    written: dict[str, Any] = {}
    if chance.random() < 0.3:
        written["tier"] = chance.choice(list(Tier))
    if chance.random() < 0.2:
        written["quantity_sold"] = bought = chance.randrange(2, 6)
        written["quantity_returned_before"] = chance.randrange(2)
        written["quantity_requested"] = chance.randrange(1, bought + 1)
    if chance.random() < 0.15:
        written["proof"] = chance.choice(list(Proof))
    if chance.random() < 0.1:
        written["gift_price_minor"] = chance.randrange(5000)
    if chance.random() < 0.1:
        written["loss_minor"] = chance.randrange(500_000)
    if chance.random() < 0.05:
        written["roll_rule"] = chance.choice(list(RollRule))
    return written


_DURABLE: Final = frozenset(
    {GoodsCategory.APPLIANCE, GoodsCategory.TV, GoodsCategory.PHONE, GoodsCategory.COMPUTER}
)


def _history(chance: Random, sold: date) -> dict[str, Any]:
    """What happened to a device since it was sold; of some phones only the number is left."""
    written: dict[str, Any] = {}
    if chance.random() < 0.3:
        written["repairs_done"] = chance.randrange(4)
        written["repair_days"] = chance.randrange(60)
    if chance.random() < 0.25:
        written["wait_cause"] = chance.choice(list(WaitCause))
        written["wait_days"] = chance.randrange(120)
    if chance.random() < 0.25:
        written["fault_part"] = FaultPart.MAIN
    if chance.random() < 0.1:
        written["exchanged_on"] = sold + timedelta(chance.randrange(200))
    if chance.random() < 0.2:
        written["installed_date"] = sold + timedelta(chance.randrange(10))
    if chance.random() < 0.2:
        written["proof"] = Proof.SERIAL_ONLY
        written["production_date"] = sold - timedelta(chance.randrange(300))
    return written
