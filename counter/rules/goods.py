"""What goods a line is about, why they may come back, and what has to be asked of them.

The questions follow from the policy: a fact is asked when a rule of the track reads it and an
answer could change what the customer gets. What the receipt, the member's card or the store knows
(dates of sale and receipt, quantities, prices, proof, tier, open refunds) is never asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from counter.rules import defects, guarantees, no_reason
from counter.rules.case import Case, RuleFunction
from counter.rules.eligibility import DEFECTS, track, unsafe_food
from counter.rules.facts import FOOD, FOOD_REASONS, Facts
from counter.rules.policy import Conditions, Policy
from models.terms import CategoryFlag, GoodsCategory, Proof, ReturnReason, SaleChannel

# --- which goods ----------------------------------------------------------------------------

_BY_FLAG: Final = (
    (CategoryFlag.CUSTOM, GoodsCategory.CUSTOM_MADE),
    (CategoryFlag.FRESH, GoodsCategory.FRESH_FOOD),
    (CategoryFlag.PERIODICAL, GoodsCategory.PERIODICAL),
    (CategoryFlag.NEAR_EXPIRY, GoodsCategory.NEAR_EXPIRY_FOOD),
    (CategoryFlag.DIGITAL, GoodsCategory.DIGITAL),
)
"""Flags that say alone what the goods are, the most telling first."""


def goods_category(
    code: str | None, flags: Collection[CategoryFlag], serialised: bool
) -> GoodsCategory:
    """What the return rules take goods for.

    Args:
        code: the code of the category; one that the rules know (``phone``) wins over its flags.
        flags: what the shop has said of the category.
        serialised: whether the goods bear a serial number; in a category that holds devices and
            things of hygiene those that do are the devices.
    """
    if code in set(GoodsCategory):
        return GoodsCategory(code)
    for flag, category in _BY_FLAG:
        if flag in flags:
            return category
    hygiene, sealed = CategoryFlag.HYGIENE in flags, CategoryFlag.SEALED_ONCE in flags
    if CategoryFlag.THREE_GUARANTEES in flags and (serialised or not (hygiene or sealed)):
        return GoodsCategory.APPLIANCE
    if hygiene:
        return GoodsCategory.COSMETICS if sealed else GoodsCategory.UNDERWEAR
    return GoodsCategory.PACKAGED_FOOD if sealed else GoodsCategory.GENERAL


# --- why they come back ---------------------------------------------------------------------

_REASONS: Final = (
    ReturnReason.NO_REASON,
    ReturnReason.QUALITY,
    ReturnReason.NOT_AS_DESCRIBED,
    ReturnReason.WRONG_ITEM,
    ReturnReason.SHORT_QUANTITY,
    ReturnReason.DELIVERY_DAMAGE,
    ReturnReason.EXPIRED_AT_SALE,
    ReturnReason.FOOD_UNSAFE,
    ReturnReason.LABEL_FLAW,
    ReturnReason.COUNTERFEIT,
    ReturnReason.AUTHORITY_FAILED,
    ReturnReason.RECALL,
)
"""In the order of their digits: the first six bear the same one for all goods."""


def reasons_for(category: GoodsCategory) -> tuple[ReturnReason, ...]:
    """The reasons for which such goods can come back, the usual ones first."""
    if category in FOOD:
        return _REASONS
    return tuple(reason for reason in _REASONS if reason not in FOOD_REASONS)


# --- what is answered -----------------------------------------------------------------------

ANSWERS: Final = frozenset(
    {
        "reason",
        "quantity",
        "proof",
        "category",
        "serial_no",
        "opened",
        "used",
        "activated",
        "misuse",
        "fault_disputed",
        "purpose_defeated",
        "confirmed_no_return",
        "packaging_intact",
        "accessories_complete",
        "resale_ok",
        "tags_attached",
        "seal_intact",
        "same_model_available",
        "gift_returned",
        "gift_price_minor",
        "loss_minor",
        "repairs_done",
        "repair_days",
        "wait_days",
        "wait_cause",
        "fault_part",
        "received_date",
        "installed_date",
        "exchanged_on",
        "production_date",
    }
)
"""What may be answered about a line; everything else the store knows."""

# --- what is asked --------------------------------------------------------------------------

_ORDER: Final = (
    "production_date",
    "seal_intact",
    "tags_attached",
    "activated",
    "used",
    "opened",
    "packaging_intact",
    "accessories_complete",
    "resale_ok",
    "misuse",
    "fault_disputed",
    "purpose_defeated",
    "confirmed_no_return",
    "same_model_available",
    "repairs_done",
    "repair_days",
    "wait_days",
    "wait_cause",
    "fault_part",
    "loss_minor",
    "gift_returned",
    "gift_price_minor",
    "installed_date",
    "exchanged_on",
)
"""The facts that a clerk may be asked, the most telling first."""

_INSTALLED: Final = frozenset({GoodsCategory.APPLIANCE, GoodsCategory.TV})
"""Goods whose time may begin with their installation."""


def questions(
    category: GoodsCategory,
    reason: ReturnReason,
    channel: SaleChannel,
    policy: Policy,
    proof: Proof = Proof.RECEIPT,
) -> tuple[str, ...]:
    """The facts to ask for such goods and this reason, the most telling first.

    Only those whose answer can change the verdict, a day or an amount under ``policy``.
    """
    facts = Facts(
        purchase_date=date.min,
        checked_on=date.min,
        production_date=date.min,
        category=category,
        reason=reason,
        channel=channel,
        proof=proof,
    )
    return questions_of(Case(facts, policy))


def questions_of(case: Case) -> tuple[str, ...]:
    """The facts to ask of a case; see :func:`questions`."""
    asked = set(_asked(case))
    return tuple(name for name in _ORDER if name in asked)


def _asked(case: Case) -> Iterator[str]:
    if case.facts.reason is ReturnReason.RECALL:  # judged before the rules of any track
        return
    rules = track(case)
    if _is_hopeless(case, rules):
        return
    for rule in rules:
        yield from _READ[rule](case) if rule in _READ else ()
    if _can_be_dated_by_serial(case):
        yield "production_date"
    if rules[-1] in _COUNTED_FROM_DAY_0 and case.facts.category in _INSTALLED:
        yield "installed_date"


def _is_hopeless(case: Case, rules: tuple[RuleFunction, ...]) -> bool:
    """Whether goods of this category are refused for this reason, however they look."""
    if rules is no_reason.STORE:
        if case.policy.store_refund_days is None:
            return True
        excludes = case.policy.store_promise_excludes
    elif rules is no_reason.DISTANCE:
        excludes = case.policy.distance_excludes
    else:
        return False
    return any(
        one.field is None and one.category is case.facts.category for one in excludes.written
    )


def _can_be_dated_by_serial(case: Case) -> bool:
    """Whether a serial number is all there is, and does for these goods with a production date."""
    return (
        case.facts.proof is Proof.SERIAL_ONLY
        and case.facts.reason in DEFECTS
        and case.serial_number_will_do
    )


def _fields(case: Case, *parameters: Conditions) -> Iterator[str]:
    """The facts that the conditions look at, of these goods."""
    for conditions in parameters:
        for one in conditions.written:
            if one.field is not None and one.category in (case.facts.category, None):
                yield one.field


def _confirmation(case: Case) -> Iterator[str]:
    """What a confirmed exclusion looks at, where these goods can be excluded so."""
    excludes = case.policy.distance_excludes_when_confirmed
    if any(one.category in (case.facts.category, None) for one in excludes.written):
        yield "confirmed_no_return"
        yield from _fields(case, excludes)


def _dispute(case: Case) -> tuple[str, ...]:
    policy = case.policy
    covered = case.facts.category in policy.burden_of_proof_categories
    return ("fault_disputed",) if covered and policy.burden_of_proof_months is not None else ()


def _exchange(case: Case) -> tuple[str, ...]:
    if case.policy.three_guarantees_exchange_days is None:
        return ()
    return ("same_model_available", "exchanged_on")


def _warranty(case: Case) -> tuple[str, ...]:
    """What moves the warranty's end."""
    guarantee = case.guarantee
    if guarantee is None or guarantee.main_part_months == guarantee.warranty_months:
        return ("repair_days",)
    return ("repair_days", "fault_part")


def _repairer(case: Case) -> tuple[str, ...]:
    return _WAIT if case.policy.repairer_delay_days is not None else ()


def _repairs(case: Case) -> tuple[str, ...]:
    enough = case.policy.repairs_before_exchange
    return ("repairs_done", "same_model_available") if enough is not None else ()


def _loss(case: Case) -> tuple[str, ...]:
    return ("loss_minor",) if case.policy.food is not None else ()


_WAIT: Final = ("wait_days", "wait_cause", "same_model_available")

_READ: Final[Mapping[RuleFunction, Callable[[Case], Iterable[str]]]] = {
    defects.damaged_by_customer: lambda case: ("misuse",),
    defects.burden_of_proof: _dispute,
    defects.late_defect: lambda case: ("purpose_defeated",),
    guarantees.misuse: lambda case: ("misuse",),
    guarantees.exchange_days: _exchange,
    guarantees.warranty_over: _warranty,
    guarantees.repairer_delay: _repairer,
    guarantees.parts_wait: lambda case: _WAIT,
    guarantees.repaired_in_vain: _repairs,
    guarantees.free_repair: lambda case: ("fault_part", "exchanged_on"),
    no_reason.excluded_by_law: lambda case: _fields(case, case.policy.distance_excludes),
    no_reason.excluded_by_confirmation: _confirmation,
    no_reason.not_intact: lambda case: _fields(case, case.policy.distance_needs),
    no_reason.withdrawal: lambda case: ("gift_returned", "gift_price_minor"),
    no_reason.excluded_by_promise: lambda case: _fields(case, case.policy.store_promise_excludes),
    no_reason.promise_condition_failed: lambda case: _fields(case, case.policy.store_promise_needs),
    unsafe_food: _loss,
}
"""The facts that a rule reads and a clerk can answer; a rule that is not here reads dates alone."""

_COUNTED_FROM_DAY_0: Final = frozenset(
    {
        defects.late_defect,
        defects.wrong_delivery,
        guarantees.free_repair,
        no_reason.withdrawal,
        no_reason.promise,
    }
)
"""The last rules of the tracks whose time begins when the goods are with the customer."""
