"""Policy packs checked: every fault with its file, line and key, or a policy that can be used.

The reading is ``data.policies``'; what the parameters mean is ``counter.rules.policy``'s. A pack
with a fault is never used in part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from counter.policy_values import (
    NONE,
    Kind,
    condition,
    listed,
    matching,
    need,
    number,
    or_none,
    rate,
)
from counter.rules.policy import Conditions, Food, Fraud, Guarantee, Policy
from counter.rules.rest_days import RestDays
from counter.rules.verdict import Rule
from data.policies import Pack, fingerprint, read_pack, shipped, shipped_pack
from models.errors import InvalidInput
from models.messages import N_
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
        raise _together(InvalidInput(one.sentence, field=one.key, **one.values) for one in faults)
    return policy


def _checked(pack: Pack) -> Policy:
    policy, faults = _read_policy(pack.values)
    if policy is None:
        raise _together(_placed(pack, fault) for fault in faults)
    return policy


def _placed(pack: Pack, fault: _Fault) -> InvalidInput:
    path, line = pack.place_of(*fault.keys)
    sentence = _WITH_PLACE[fault.sentence]
    return InvalidInput(sentence, field=fault.key, path=path, line=line, **fault.values)


def _together(faults: Iterable[InvalidInput]) -> InvalidInput:
    found = tuple(faults)
    found[0].faults = found
    return found[0]


# --- what can be wrong ----------------------------------------------------------------------

_UNKNOWN: Final = N_("There is no parameter {key}. Correct its name, or take it out.")
_MISSING: Final = N_("The parameter {key} is missing. Possible: {possible}.")
_IMPOSSIBLE: Final = N_("The parameter {key} cannot be {value}. Possible: {possible}.")

_WITH_PLACE: Final = {
    _UNKNOWN: N_(
        "{path}, line {line}: There is no parameter {key}. Correct its name, or take it out."
    ),
    _MISSING: N_("{path}, line {line}: The parameter {key} is missing. Possible: {possible}."),
    _IMPOSSIBLE: N_(
        "{path}, line {line}: The parameter {key} cannot be {value}. Possible: {possible}."
    ),
}


class _Fault(NamedTuple):
    """What is wrong with one key, whichever file it stands in."""

    sentence: str
    keys: tuple[str, ...]
    values: Mapping[str, object]

    @property
    def key(self) -> str:
        return ".".join(self.keys)


class _Table:
    """One table of a pack, read key by key; what is wrong goes to one list for all of them."""

    def __init__(self, values: object, keys: tuple[str, ...], faults: list[_Fault]) -> None:
        self.keys, self.faults = keys, faults
        self.values = values if isinstance(values, Mapping) else {}
        if not isinstance(values, Mapping):
            self.fault(_IMPOSSIBLE, value=repr(values), possible="[...]")

    def fault(self, sentence: str, *key: str, **values: object) -> None:
        """Note that a key of this table, or the table itself, is wrong."""
        keys = (*self.keys, *key)
        self.faults.append(_Fault(sentence, keys, {"key": ".".join(keys), **values}))

    def read(self, kinds: Mapping[str, Kind]) -> dict[str, Any]:
        """The values of all the keys that are right."""
        read = {}
        for name, kind in kinds.items():
            if name not in self.values:
                if kind.required:
                    self.fault(_MISSING, name, possible=kind.possible)
                continue
            value = self.values[name]
            try:
                read[name] = kind.read(value)
            except (ValueError, TypeError, KeyError):
                self.fault(_IMPOSSIBLE, name, value=_written(value), possible=kind.possible)
        for name in self.values:
            if name not in kinds:
                self.fault(_UNKNOWN, name)
        return read

    def table(self, name: str) -> _Table:
        """A table inside this one."""
        return _Table(self.values.get(name), (*self.keys, name), self.faults)


def _written(value: object) -> str:
    """A value as TOML and JSON write it."""
    return json.dumps(value, ensure_ascii=False, default=str)


# --- the parameters --------------------------------------------------------------------------

_DAYS: Final = number(0, 36500)
_MONTHS: Final = number(1, 1200)
_TIMES: Final = number(0, 1000)
_AMOUNT: Final = number(0, 10**15)
_DAY: Final = Kind(date.fromisoformat, "2025-03-08")
_EXCLUDES: Final = listed(condition, '["fresh_food", "opened cosmetics", ...]')
_NEEDS: Final = listed(need, '["resale_ok", "not misuse", "tags_attached shoes", ...]')
_ANYTHING: Final = Kind(lambda value: value, "[...]")
"""A table, read as one of its own."""

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
    "tier_extra_days": _ANYTHING,
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
    "three_guarantees": _ANYTHING,
    "fraud": _ANYTHING,
    "food": _ANYTHING,
    "clerk_refund_limit_minor": or_none(_AMOUNT),
    "goods_due_days": _DAYS,
    "audit_hours": number(1, 8760),
    "refund_target_working_days": _DAYS,
    "refund_limit_working_days": _DAYS,
    "refund_statutory_days": or_none(_DAYS),
    "rest_days": _ANYTHING,
    "articles": _ANYTHING,
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


def _read_policy(values: Mapping[str, Any]) -> tuple[Policy | None, list[_Fault]]:
    """The policy, or None and everything that is wrong."""
    faults: list[_Fault] = []
    pack = _Table(values, (), faults)
    read = pack.read(_PARAMETERS)
    read |= {
        "three_guarantees": _guarantees(pack),
        "fraud": _compensation(pack, "fraud", _FRAUD, Fraud),
        "food": _compensation(pack, "food", _FOOD, Food),
        "tier_extra_days": _tiers(pack),
        "rest_days": _rest_days(pack),
        "articles": _articles(pack),
    }
    if faults:
        return None, faults
    read |= {name: Conditions(read[name]) for name in _CONDITIONS}
    read["burden_of_proof_categories"] = frozenset(read["burden_of_proof_categories"])
    return Policy(**read, sha256=fingerprint(values)), faults


def _guarantees(pack: _Table) -> dict[GoodsCategory, Guarantee]:
    if "three_guarantees" not in pack.values:
        return {}
    found = {}
    table = pack.table("three_guarantees")
    for name in table.values:
        if name not in set(GoodsCategory):
            table.fault(_UNKNOWN, name)
            continue
        read = table.table(name).read(_GUARANTEE)
        read.setdefault("main_part_months", read.get("warranty_months"))
        if len(read) == len(_GUARANTEE):
            found[GoodsCategory(name)] = Guarantee(**read)
    return found


def _compensation(
    pack: _Table, name: str, kinds: Mapping[str, Kind], made: Callable[..., Any]
) -> Any:
    if pack.values.get(name, NONE) == NONE:
        return None
    read = pack.table(name).read(kinds)
    return made(**read) if len(read) == len(kinds) else None


def _tiers(pack: _Table) -> dict[Tier, int]:
    if pack.values.get("tier_extra_days", NONE) == NONE:
        return {}
    return {Tier(name): days for name, days in pack.table("tier_extra_days").read(_TIERS).items()}


def _rest_days(pack: _Table) -> RestDays | None:
    if "rest_days" not in pack.values:
        return None
    before = len(pack.faults)
    table = pack.table("rest_days")
    table.read(
        {
            "weekend": listed(number(1, 7).read, "[6, 7]"),
            "announced": or_none(Kind(_span, "[2009, 2026]")),
            "years": _ANYTHING,
        }
    )
    years = table.table("years")
    for year in years.values:
        days = listed(partial(_day_of, year), '["01-01"]')
        years.table(year).read({"rest": days, "work": days})
    return RestDays.of(table.values) if len(pack.faults) == before else None


def _day_of(year: str, day: str) -> date:
    return date.fromisoformat(f"{year}-{day}")


def _span(value: object) -> list[int]:
    match value:
        case [int(first), int(last)] if first <= last:
            return [first, last]
    raise ValueError


def _articles(pack: _Table) -> dict[str, dict[str, str]]:
    if "articles" not in pack.values:
        return {}
    table = pack.table("articles")
    if "en" not in table.values:
        table.fault(_MISSING, "en", possible="[articles.en]")
    kinds = dict.fromkeys(map(str, _SOURCES), _SOURCE)
    return {language: table.table(language).read(kinds) for language in table.values}
