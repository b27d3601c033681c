"""The facts that the return rules read: the form of a case, as JSON and in Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from models.errors import InvalidInput
from models.messages import N_
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
from models.text import shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one line that somebody brings back; amounts in minor units.

    A distance sale without ``received_date`` has not been signed for.
    """

    id: str | int | None = None
    purchase_date: date
    received_date: date | None = None
    installed_date: date | None = None
    exchanged_on: date | None = None
    production_date: date | None = None
    checked_on: date
    channel: SaleChannel = SaleChannel.STORE
    category: GoodsCategory = GoodsCategory.GENERAL
    reason: ReturnReason
    proof: Proof = Proof.RECEIPT
    opened: bool = False
    used: bool = False
    activated: bool = False
    misuse: bool = False
    fault_disputed: bool = False
    purpose_defeated: bool = False
    confirmed_no_return: bool = False
    open_refund: bool = False
    packaging_intact: bool = True
    accessories_complete: bool = True
    resale_ok: bool = True
    tags_attached: bool = True
    seal_intact: bool = True
    same_model_available: bool = True
    gift_returned: bool = True
    store_promise: bool = True
    quantity_sold: int = 1
    quantity_returned_before: int = 0
    quantity_requested: int = 1
    repairs_done: int = 0
    repair_days: int = 0
    wait_days: int = 0
    wait_cause: WaitCause | None = None
    fault_part: FaultPart = FaultPart.WHOLE
    unit_price_minor: int = 10000
    gift_price_minor: int = 0
    loss_minor: int = 0
    tier: Tier = Tier.NONE
    roll_rule: RollRule | None = None

    def to_json(self) -> dict[str, Any]:
        """The facts in JSON's types, those that were left out too: defaults may change."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name in ("id", *FIELDS)
            if (value := getattr(self, name)) is not None
        }


FIELDS: Final = tuple(field.name for field in fields(Facts) if field.name != "id")
"""Every fact, in the order in which failed rules name them."""

FLAGS: Final = frozenset(field.name for field in fields(Facts) if field.type == "bool")
"""The facts that are true or false."""

NUMBERS: Final = frozenset(field.name for field in fields(Facts) if field.type == "int")
"""The facts that are whole numbers."""

FOOD: Final = frozenset(
    {GoodsCategory.PACKAGED_FOOD, GoodsCategory.NEAR_EXPIRY_FOOD, GoodsCategory.FRESH_FOOD}
)

FOOD_REASONS: Final = frozenset(
    {ReturnReason.EXPIRED_AT_SALE, ReturnReason.FOOD_UNSAFE, ReturnReason.LABEL_FLAW}
)

MOST: Final = 2**63 - 1
"""The largest number that a store can hold."""


def read_facts(given: object) -> Facts:
    """The facts of one JSON object; null counts as absent.

    Raises:
        InvalidInput: a field is unknown, missing or impossible; its name is the error's ``field``.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(N_("The facts of a case are one JSON object, such as {example}."),
                           example='{"purchase_date": "2025-03-03"}')  # fmt: skip
    read: dict[str, Any] = {}
    for name, value in given.items():
        reader = _READERS.get(name)
        if reader is None:
            raise InvalidInput(
                N_("There is no fact '{name}'. Correct its name, or leave it out."),
                field=shortened(name, 100),
                name=name,
            )
        if value is not None:
            try:
                read[name] = reader.read(value)
            except (ValueError, TypeError, KeyError) as error:
                raise _impossible(name, value, reader) from error
    for name in ("purchase_date", "checked_on", "reason"):
        if name not in read:
            raise InvalidInput(N_("The fact '{name}' is missing."), field=name, name=name)
    facts = Facts(**read)
    _check_together(facts)
    return facts


def _check_together(facts: Facts) -> None:
    if facts.checked_on < facts.purchase_date:
        raise InvalidInput(
            N_("The check on {checked} is before the sale on {sold}. Correct one of the dates."),
            field="checked_on",
            checked=facts.checked_on,
            sold=facts.purchase_date,
        )
    if facts.reason in FOOD_REASONS and facts.category not in FOOD:
        raise InvalidInput(
            N_("The reason '{reason}' is for food only; the category is '{category}'."),
            field="reason",
            reason=facts.reason.value,
            category=facts.category.value,
        )


def _impossible(name: str, value: object, reader: _Reader) -> InvalidInput:
    return InvalidInput(
        N_("The fact '{name}' cannot be {value}. Possible: {possible}."),
        field=name,
        name=name,
        value=json.dumps(value, ensure_ascii=False),
        possible=reader.possible,
    )


# --- one value ------------------------------------------------------------------------------


class _Reader(NamedTuple):
    """How a fact is read (an error of the value refuses it), and what it may be."""

    read: Callable[[Any], Any]
    possible: str


def _flag(value: object) -> bool:
    if value is True or value is False:
        return value
    raise ValueError


def _number(value: object) -> int:
    if type(value) is int and 0 <= value <= MOST:
        return value
    raise ValueError


def _day(value: str) -> date:
    if len(value) != 10 or value[4] != "-" or value[7] != "-":
        raise ValueError
    return date.fromisoformat(value)


def _name(value: object) -> str | int:
    if isinstance(value, str) or (type(value) is int and abs(value) <= MOST):
        return value
    raise ValueError


def _term(kind: type[StrEnum]) -> _Reader:
    return _Reader({term.value: term for term in kind}.__getitem__, ", ".join(kind))


_KINDS: Final = {
    "bool": _Reader(_flag, "true, false"),
    "int": _Reader(_number, "0 ... 9223372036854775807"),
    "date": _Reader(_day, "2025-03-08"),
    "str | int | None": _Reader(_name, '"A-1", 1'),
    **{
        kind.__name__: _term(kind)
        for kind in (
            FaultPart, GoodsCategory, Proof, ReturnReason, RollRule, SaleChannel, Tier, WaitCause,
        )
    },
}  # fmt: skip

_READERS: Final = {
    field.name: _KINDS.get(str(field.type)) or _KINDS[str(field.type).removesuffix(" | None")]
    for field in fields(Facts)
}
