"""Policy packs checked: every fault with its file, line and key, or a policy that can be used.

The reading is ``data.policies``'; what the parameters mean is ``counter.rules.policy``'s. A pack
with a fault is never used in part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from counter.policy_values import condition, need, rate
from counter.rules.policy import Conditions, Food, Fraud, Guarantee, Policy
from counter.rules.rest_days import read_rest_days
from counter.rules.verdict import Rule
from counter.rules.written import (
    ANYTHING,
    MISSING,
    NONE,
    UNKNOWN,
    Fault,
    Kind,
    Table,
    listed,
    matching,
    number,
    or_none,
    placed,
    together,
)
from data.policies import Pack, fingerprint, read_pack, shipped, shipped_pack
from models.terms import GoodsCategory, RollRule, Tier

__all__ = ["policy_file", "policy_from", "shipped", "shipped_policy"]


@cache
def shipped_policy(name: str) -> Policy:
    """A pack that comes with the program, by its name.

    Raises:
        InvalidInput: there is none of that name, or it has faults.
    """
    return _checked(shipped_pack(name))


def policy_file(path: Path) -> Policy:
    """The pack in a file.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: it is no TOML, or the pack has faults; each names file, line and key.
    """
    return _checked(read_pack(path))


def policy_from(values: Mapping[str, Any]) -> Policy:
    """The policy of parameters that were kept with a version.

    Raises:
        InvalidInput: a parameter is unknown, missing or impossible; ``field`` names it.
    """
    policy, faults = _read_policy(values)
    if policy is None:
        raise together(faults)
    return policy


def _checked(pack: Pack) -> Policy:
    policy, faults = _read_policy(pack.values)
    if policy is None:
        raise placed(faults, pack.place_of)
    return policy


# --- the parameters --------------------------------------------------------------------------

_DAYS: Final = number(0, 36500)
_MONTHS: Final = number(1, 1200)
_TIMES: Final = number(0, 1000)
_AMOUNT: Final = number(0, 10**15)
_DAY: Final = Kind(date.fromisoformat, "2025-03-08")
_EXCLUDES: Final = listed(condition, '["fresh_food", "opened cosmetics", ...]')
_NEEDS: Final = listed(need, '["resale_ok", "not misuse", "tags_attached shoes", ...]')

_PARAMETERS: Final = {
    "name": matching("[a-z][a-z0-9_-]{0,39}", "cn"),
    "version": matching(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}", "2025.1"),
    "effective_from": _DAY,
    "currency": matching("[A-Z]{3}", "CNY"),
    "roll_rule": Kind(RollRule, ", ".join(RollRule)),
    "distance_days": _DAYS,
    "distance_excludes": _EXCLUDES,
    "distance_excludes_when_confirmed": _EXCLUDES,
    "distance_needs": _NEEDS,
    "store_refund_days": or_none(_DAYS),
    "store_exchange_days": or_none(_DAYS),
    "tier_extra_days": ANYTHING,
    "store_promise_needs": _NEEDS,
    "store_promise_excludes": _EXCLUDES,
    "defect_refund_days": or_none(_DAYS),
    "general_defect_outer_months": _MONTHS,
    "fresh_defect_days_at_counter": or_none(_DAYS),
    "fresh_defect_refer_days": or_none(_DAYS),
    "three_guarantees_refund_days": or_none(_DAYS),
    "three_guarantees_exchange_days": or_none(_DAYS),
    "serial_only_start_days": or_none(_DAYS),
    "repairs_before_exchange": or_none(number(1, 100)),
    "repairer_delay_days": or_none(_DAYS),
    "burden_of_proof_months": or_none(_MONTHS),
    "burden_of_proof_categories": listed(GoodsCategory, ", ".join(GoodsCategory)),
    "three_guarantees": ANYTHING,
    "fraud": ANYTHING,
    "food": ANYTHING,
    "clerk_refund_limit_minor": or_none(_AMOUNT),
    "goods_due_days": _DAYS,
    "audit_hours": number(1, 8760),
    "refund_target_working_days": _DAYS,
    "refund_limit_working_days": _DAYS,
    "refund_statutory_days": or_none(_DAYS),
    "rest_days": ANYTHING,
    "articles": ANYTHING,
}

_CONDITIONS: Final = [name for name, kind in _PARAMETERS.items() if kind in (_EXCLUDES, _NEEDS)]

_GUARANTEE: Final = {
    "warranty_months": _MONTHS,
    "main_part_months": _MONTHS._replace(required=False),
    "parts_wait_days": _DAYS,
    "depreciation_per_day": or_none(Kind(rate, '"0.005"')),
}
_TIERS: Final = {tier.value: _DAYS for tier in Tier if tier is not Tier.NONE}
_FRAUD: Final = {"times": _TIMES, "minimum_minor": _AMOUNT}
_FOOD: Final = {"times_price": _TIMES, "times_loss": _TIMES, "minimum_minor": _AMOUNT}

_SOURCES: Final = ("day_0", "months", "roll", "repair_days", *Rule)
_SOURCE: Final = matching(r".{1,200}", '"CPL art. 25"')._replace(required=False)

# --- the whole ------------------------------------------------------------------------------


def _read_policy(values: Mapping[str, Any]) -> tuple[Policy | None, list[Fault]]:
    """The policy, or None and everything that is wrong."""
    faults: list[Fault] = []
    pack = Table(values, (), faults)
    read = pack.read(_PARAMETERS)
    read |= {
        "three_guarantees": _guarantees(pack),
        "fraud": _compensation(pack, "fraud", _FRAUD, Fraud),
        "food": _compensation(pack, "food", _FOOD, Food),
        "tier_extra_days": _tiers(pack),
        "rest_days": read_rest_days(pack),
        "articles": _articles(pack),
    }
    if faults:
        return None, faults
    read |= {name: Conditions(read[name]) for name in _CONDITIONS}
    read["burden_of_proof_categories"] = frozenset(read["burden_of_proof_categories"])
    return Policy(**read, sha256=fingerprint(values)), faults


def _guarantees(pack: Table) -> dict[GoodsCategory, Guarantee]:
    if "three_guarantees" not in pack.values:
        return {}
    found = {}
    table = pack.table("three_guarantees")
    for name in table.values:
        if name not in set(GoodsCategory):
            table.fault(UNKNOWN, name)
            continue
        read = table.table(name).read(_GUARANTEE)
        read.setdefault("main_part_months", read.get("warranty_months"))
        if len(read) == len(_GUARANTEE):
            found[GoodsCategory(name)] = Guarantee(**read)
    return found


def _compensation(
    pack: Table, name: str, kinds: Mapping[str, Kind], made: Callable[..., Any]
) -> Any:
    if pack.values.get(name, NONE) == NONE:
        return None
    read = pack.table(name).read(kinds)
    return made(**read) if len(read) == len(kinds) else None


def _tiers(pack: Table) -> dict[Tier, int]:
    if pack.values.get("tier_extra_days", NONE) == NONE:
        return {}
    return {Tier(name): days for name, days in pack.table("tier_extra_days").read(_TIERS).items()}


def _articles(pack: Table) -> dict[str, dict[str, str]]:
    if "articles" not in pack.values:
        return {}
    table = pack.table("articles")
    if "en" not in table.values:
        table.fault(MISSING, "en", possible="[articles.en]")
    kinds = dict.fromkeys(map(str, _SOURCES), _SOURCE)
    return {language: table.table(language).read(kinds) for language in table.values}
