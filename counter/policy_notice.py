"""The return rules as a notice for the wall: what a customer reads, in the active language.

Everything in it is worked out from a version's parameters, so that what hangs there is what the
counter judges by; its last lines name the version and its fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.condition_words import all_of, left_out, needed
from counter.language import _, full_day, money, ngettext
from counter.policy_versions import StoredPolicy
from counter.rules.policy import Conditions, Guarantee, Policy
from counter.words import label
from counter.wrapping import wrapped
from models.policy_views import VersionRow
from models.terms import GoodsCategory, PolicyStatus, RollRule

WIDTH: Final = 72
"""Cells of a line: the fingerprint and its name fill one."""


class _Part(NamedTuple):
    """A heading and what stands below it: sentences, and lists whose items begin with a dash."""

    heading: str
    said: tuple[str | tuple[str, ...], ...]


def notice(shop: str, zone: ZoneInfo, stored: StoredPolicy, row: VersionRow) -> str:
    """The notice for one version.

    Args:
        shop: its name.
        zone: the shop's, for the day on which a version without a first day was approved.
        stored: what the version says.
        row: its place among the versions.
    """
    policy = stored.policy
    lines = [*wrapped(shop, WIDTH), *wrapped(_("Returns, exchange and guarantees"), WIDTH)]
    for part in (
        _in_the_shop(policy),
        _at_a_distance(policy),
        _faults(policy),
        _guarantees(policy),
        _compensation(policy),
        _money_back(policy),
    ):
        lines += _laid_out(part)
    lines += ["", *_validity(zone, row), f"SHA-256 {row.sha256}"]
    return "\n".join(lines)


def _laid_out(part: _Part) -> Iterator[str]:
    if not part.said:
        return
    yield from ("", *wrapped(part.heading.upper(), WIDTH))
    for said in part.said:
        if isinstance(said, str):
            yield from wrapped(said, WIDTH)
            continue
        for item in said:
            first, *rest = wrapped(item, WIDTH - 2)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


# --- without a reason -----------------------------------------------------------------------


def _in_the_shop(policy: Policy) -> _Part:
    heading = _("Bought in the shop")
    refund, exchange = policy.store_refund_days, policy.store_exchange_days
    if refund is None:
        sentence = _("Goods without a fault are not taken back. For faults see below.")
        return _Part(heading, (sentence,))
    if exchange is not None and exchange > refund:
        sentence = _(
            "Within {refund} you can return goods without giving a reason: we pay your money back "
            "or exchange them. Within {exchange} we still exchange them."
        ).format(refund=_days(refund), exchange=_days(exchange))
    else:
        sentence = _("Within {time} you can return goods without giving a reason.").format(
            time=_days(refund)
        )
    longer = [
        _("Members with the tier {tier} have {time} more.").format(tier=label(tier), time=_days(n))
        for tier, n in policy.tier_extra_days.items()
        if n
    ]
    return _Part(
        heading,
        (
            sentence,
            *longer,
            _from_when(),
            *_needing(policy.store_promise_needs),
            *_left_out(_("Left out are:"), policy.store_promise_excludes),
        ),
    )


def _at_a_distance(policy: Policy) -> _Part:
    sentence = _(
        "Within {time} after you signed for the parcel you can return goods without giving a "
        "reason. Opening the box and trying the goods as in a shop is no hindrance."
    )
    return _Part(
        _("Ordered by internet, telephone, television or mail"),
        (
            sentence.format(time=_days(policy.distance_days)),
            *_needing(policy.distance_needs),
            *_left_out(_("Left out are:"), policy.distance_excludes),
            *_left_out(
                _("Left out, too, where you confirmed it with your order, are:"),
                policy.distance_excludes_when_confirmed,
            ),
        ),
    )


def _from_when() -> str:
    return _("The day of the purchase does not count.")


def _needing(conditions: Conditions) -> Iterator[str | tuple[str, ...]]:
    if items := needed(conditions):
        yield _("For that:")
        yield items


def _left_out(beginning: str, conditions: Conditions) -> Iterator[str | tuple[str, ...]]:
    if items := left_out(conditions):
        yield beginning
        yield items


# --- faults ---------------------------------------------------------------------------------


def _faults(policy: Policy) -> _Part:
    longest = _months(policy.general_defect_outer_months)
    if policy.defect_refund_days is None:
        first = _(
            "Goods that turn out to be faulty are repaired or exchanged free of charge up to "
            "{longest} after you received them."
        ).format(longest=longest)
    else:
        first = _(
            "When goods turn out to be faulty within {time}, you choose: your money back, an "
            "exchange or a free repair. Later, up to {longest} after you received them, we "
            "exchange or repair them."
        ).format(time=_days(policy.defect_refund_days), longest=longest)
    return _Part(
        _("Faults"),
        (
            first,
            *_fresh_food(policy),
            *_proving(policy),
            _("Damage that comes from the customer is repaired at the customer's cost."),
        ),
    )


def _fresh_food(policy: Policy) -> Iterator[str]:
    if policy.fresh_defect_days_at_counter is None:
        return
    time = _days(policy.fresh_defect_days_at_counter)
    yield _(
        "Fresh food that is not good: bring it or a photo within {time}; money back or exchange."
    ).format(time=time)
    if policy.fresh_defect_refer_days is not None:
        yield _("Up to {time} a supervisor decides.").format(
            time=_days(policy.fresh_defect_refer_days)
        )


def _proving(policy: Policy) -> Iterator[str]:
    if policy.burden_of_proof_months is None or not policy.burden_of_proof_categories:
        return
    covered = [one for one in GoodsCategory if one in policy.burden_of_proof_categories]
    yield _(
        "When a fault shows within {time} and its cause is disputed, the shop has to prove it "
        "({goods})."
    ).format(time=_months(policy.burden_of_proof_months), goods=all_of(map(label, covered)))


def _guarantees(policy: Policy) -> _Part:
    if not policy.three_guarantees:
        return _Part("", ())
    covered = all_of(map(label, policy.three_guarantees))
    said: list[str | tuple[str, ...]] = [_("For {goods} this holds:").format(goods=covered)]
    refund, exchange = policy.three_guarantees_refund_days, policy.three_guarantees_exchange_days
    if refund is not None:
        said.append(_("Within {time}: money back, exchange or repair.").format(time=_days(refund)))
    if exchange is not None:
        said.append(_("Within {time}: exchange or repair.").format(time=_days(exchange)))
    said.append(_("After that, free repair:"))
    said.append(
        tuple(_guaranteed(label(goods), one) for goods, one in policy.three_guarantees.items())
    )
    return _Part(_("Guarantees"), (*said, *_repairs_that_fail(policy)))


def _guaranteed(goods: str, guarantee: Guarantee) -> str:
    whole, main = guarantee.warranty_months, guarantee.main_part_months
    sentence = _("{goods}: {whole}, main parts {main}") if main > whole else _("{goods}: {whole}")
    return sentence.format(goods=goods, whole=_months(whole), main=_months(main))


def _repairs_that_fail(policy: Policy) -> Iterator[str]:
    if policy.repairs_before_exchange is not None:
        yield _("Still faulty after {repairs}: exchange, or money back less wear.").format(
            repairs=ngettext(
                "{count} repair", "{count} repairs", policy.repairs_before_exchange
            ).format(count=policy.repairs_before_exchange)
        )
    if policy.repairer_delay_days is not None:
        yield _("A repair that takes longer than {time}: exchange.").format(
            time=_days(policy.repairer_delay_days)
        )


def _compensation(policy: Policy) -> _Part:
    said = []
    if policy.food is not None:
        said.append(
            _(
                "Unsafe food, or food past its date when sold: beside the refund {times} times "
                "the price or {losses} times the loss, at least {least}."
            ).format(
                times=policy.food.times_price,
                losses=policy.food.times_loss,
                least=money(policy.food.minimum_minor, policy.currency),
            )
        )
    if policy.fraud is not None:
        said.append(
            _(
                "Goods that are not genuine: beside the refund {times} times the price, at least "
                "{least}."
            ).format(
                times=policy.fraud.times,
                least=money(policy.fraud.minimum_minor, policy.currency),
            )
        )
    return _Part(_("Compensation"), tuple(said))


# --- the money, and since when --------------------------------------------------------------


def _money_back(policy: Policy) -> _Part:
    said = [
        _(
            "Please bring the receipt, an invoice, a record of the payment or your member number. "
            "We look at returned goods within {hours}."
        ).format(hours=_hours(policy.audit_hours)),
        _(
            "Then you get back what you paid, in the way you paid it, within {limit}, usually "
            "within {target}."
        ).format(
            limit=_working_days(policy.refund_limit_working_days),
            target=_working_days(policy.refund_target_working_days),
        ),
    ]
    if policy.refund_statutory_days is not None:
        said.append(
            _("For orders without a reason, the law's limit is {time}.").format(
                time=_days(policy.refund_statutory_days)
            )
        )
    said.append(
        _("Goods that we agreed to take back have to come in within {time}.").format(
            time=_days(policy.goods_due_days)
        )
    )
    if policy.roll_rule is not RollRule.NONE:
        said.append(_("A time that ends on a rest day ends on the day after the rest."))
    return _Part(_("Your money"), tuple(said))


def _validity(zone: ZoneInfo, row: VersionRow) -> Iterator[str]:
    yield _("Version {no} ({pack} {version})").format(
        no=row.version_no, pack=row.pack, version=row.pack_version
    )
    if row.status is PolicyStatus.DRAFT:
        yield _("A draft: not in force.")
        return
    if row.status is PolicyStatus.WITHDRAWN:
        yield _("Withdrawn: not in force.")
        return
    begins = row.effective_from
    if begins is None and row.approved_at is not None:
        begins = row.approved_at.astimezone(zone).date()
    if begins is not None:
        yield _("In force from {day}.").format(day=full_day(begins))
    if row.effective_to is not None:
        yield _("In force until {day}.").format(day=full_day(row.effective_to))


# --- words ----------------------------------------------------------------------------------


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)


def _working_days(count: int) -> str:
    return ngettext("{count} working day", "{count} working days", count).format(count=count)


def _months(count: int) -> str:
    return ngettext("{count} month", "{count} months", count).format(count=count)


def _hours(count: int) -> str:
    return ngettext("{count} hour", "{count} hours", count).format(count=count)
