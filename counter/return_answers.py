"""The answers about one line as a form holds them: what is asked, and what the typing means.

A form holds text; the rules want facts. What is not asked any more (another reason, other goods)
stays typed and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple

from counter.policy_versions import StoredPolicy
from counter.return_check import category_of
from counter.rules.facts import FLAGS, Facts
from counter.rules.fields import Faults
from counter.rules.goods import questions, reasons_for
from models.errors import InvalidInput
from models.messages import N_
from models.money import minor_digits, to_minor
from models.return_views import SoldGoods
from models.terms import FaultPart, GoodsCategory, Proof, ReturnReason, SaleChannel, WaitCause

YES: Final = "yes"
NO: Final = "no"

MAIN_PART: Final = "main_part"
"""Asked with yes or no: whether a main part failed (the fact ``fault_part``)."""

REPAIRER: Final = "repairer"
"""Asked with yes or no: whether the repairer is behind with it (the fact ``wait_cause``)."""

_AS_YES_OR_NO: Final = {"fault_part": MAIN_PART, "wait_cause": REPAIRER}

NUMBERS: Final = ("repairs_done", "repair_days", "wait_days")
DAYS: Final = ("repair_days", "wait_days")
DATES: Final = ("received_date", "installed_date", "exchanged_on", "production_date")
AMOUNTS: Final = ("loss_minor", "gift_price_minor")

TYPED: Final = (
    "production_date",
    "received_date",
    "installed_date",
    "exchanged_on",
    "repairs_done",
    "repair_days",
    "wait_days",
    "loss_minor",
    "gift_price_minor",
)
"""What is typed and not answered with yes or no, in the order of the form."""

_DIGITS: Final = re.compile(r"[0-9]{1,5}")
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


class Asked(NamedTuple):
    """What a form asks about a line.

    Attributes:
        reasons: why such goods may come back, in the order of their digits.
        yes_no: questions that are answered with yes or no, the most telling first.
        typed: facts that are typed (:data:`TYPED`).
        quantity: whether it asks how much comes back.
        serial_no: whether it asks for the number of the unit.
    """

    reasons: tuple[ReturnReason, ...]
    yes_no: tuple[str, ...]
    typed: tuple[str, ...]
    quantity: bool
    serial_no: bool


def asked(goods: SoldGoods, stored: StoredPolicy, typed: Mapping[str, str]) -> Asked:
    """What to ask about ``goods``, as far as the answers so far say."""
    category = category_typed(goods, typed)
    reasons = reasons_for(category)
    proof = _term(Proof, typed.get("proof")) or goods.proof
    serial_no = goods.serialised or goods.serial_no is not None or proof is Proof.SERIAL_ONLY
    quantity = goods.qty_milli != _ONE
    reason = _term(ReturnReason, typed.get("reason"))
    if reason is None or reason not in reasons:
        return Asked(reasons, (), (), quantity, serial_no)
    names = questions(category, reason, goods.channel, stored.policy, proof)
    yes_no = [_AS_YES_OR_NO.get(name, name) for name in names]
    if typed.get("gift_returned") != NO:
        names = tuple(name for name in names if name != "gift_price_minor")
    if not _counts(typed.get("wait_days")):
        yes_no = [name for name in yes_no if name != REPAIRER]
    if goods.received_on is None and goods.channel is not SaleChannel.STORE:
        names = (*names, "received_date")
    return Asked(
        reasons,
        tuple(name for name in yes_no if name in FLAGS or name in (MAIN_PART, REPAIRER)),
        tuple(name for name in TYPED if name in names),
        quantity,
        serial_no,
    )


_ONE: Final = 1000


def category_typed(goods: SoldGoods, typed: Mapping[str, str]) -> GoodsCategory:
    """What the goods are taken for: what was chosen, else what the store knows."""
    return _term(GoodsCategory, typed.get("category")) or category_of(goods)


def _term(kind: Any, value: str | None) -> Any:
    return kind(value) if value in set(kind) else None


def _counts(typed: str | None) -> bool:
    return bool(typed) and typed != "0"


def usual(name: str, goods: SoldGoods) -> str:
    """What stands in a field before anything is typed."""
    if name in (MAIN_PART, REPAIRER):
        return NO
    if name == "confirmed_no_return":
        return YES if goods.no_return_confirmed else NO
    if name == "exchanged_on":
        return goods.exchanged_on.isoformat() if goods.exchanged_on else ""
    if name in FLAGS:
        return YES if _USUAL[name] else NO
    return ""


_USUAL: Final[Mapping[str, bool]] = {
    field.name: field.default is True for field in fields(Facts) if field.name in FLAGS
}
"""How goods are that nothing is wrong with."""


def _as_sold(goods: SoldGoods, serial_no: str) -> str:
    """The serial number as it was sold: who types it by hand types small letters."""
    sold = goods.serial_no
    return sold if sold is not None and sold.casefold() == serial_no.casefold() else serial_no


def answers_of(
    goods: SoldGoods, stored: StoredPolicy, typed: Mapping[str, str], currency: str
) -> dict[str, Any]:
    """The answers (``return_check.ANSWERS``) that the typing means, of what is asked alone.

    Raises:
        InvalidInput: something cannot be meant; every faulty field is among its ``faults``.
    """
    faults = Faults()
    questions_now = asked(goods, stored, typed)
    answers: dict[str, Any] = {
        name: typed[name] for name in ("reason", "proof", "category") if typed.get(name)
    }
    if answers.get("reason") not in questions_now.reasons:
        faults.add("reason", N_("Say why it comes back: a digit or the first letter."))
    if questions_now.quantity and typed.get("quantity"):
        answers["quantity"] = typed["quantity"]
    if questions_now.serial_no and typed.get("serial_no"):
        answers["serial_no"] = _as_sold(goods, typed["serial_no"])
    for name in questions_now.yes_no:
        _answered(name, typed.get(name) or usual(name, goods), answers)
    if "wait_days" in questions_now.typed and _counts(typed.get("wait_days")):
        answers.setdefault("wait_cause", WaitCause.PARTS.value)
    for name in questions_now.typed:
        text = typed.get(name) or ""
        value = _typed(name, text, currency, faults)
        if value is not None:
            answers[name] = value
    faults.raise_if_any()
    return answers


def _answered(name: str, value: str, answers: dict[str, Any]) -> None:
    """Put what yes or no means into the answers."""
    if name == MAIN_PART:
        answers["fault_part"] = (FaultPart.MAIN if value == YES else FaultPart.WHOLE).value
    elif name == REPAIRER:
        answers["wait_cause"] = (WaitCause.REPAIRER if value == YES else WaitCause.PARTS).value
    else:
        answers[name] = value == YES


def _typed(name: str, text: str, currency: str, faults: Faults) -> Any:
    """What was typed for one fact; None where nothing was."""
    if name in DATES:
        found = faults.day(name, text)
        return found.isoformat() if found else None
    if not text:
        return None
    if name in NUMBERS:
        if _DIGITS.fullmatch(text):
            return int(text)
        faults.add(name, N_("Write a number such as 2."))
    elif _AMOUNT.fullmatch(text) and len(text.partition(".")[2]) <= minor_digits(currency):
        return to_minor(text, currency)
    else:
        example = "12.50" if minor_digits(currency) else "12"
        faults.add(name, N_("Write an amount such as {example}."), example=example)
    return None


def faults_of(error: InvalidInput) -> tuple[InvalidInput, ...]:
    """Every fault that an error tells."""
    return error.faults or (error,)
