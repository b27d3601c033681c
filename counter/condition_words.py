"""The conditions of a pack as a customer reads them: what goods have to be, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from counter.language import _, listed
from counter.rules.policy import Condition, Conditions
from counter.words import label
from models.messages import N_

_NEEDS: Final = {
    ("packaging_intact", True): N_("the packaging is intact"),
    ("accessories_complete", True): N_("all accessories are there"),
    ("resale_ok", True): N_("the goods can be sold again"),
    ("misuse", False): N_("they were not used wrongly"),
    ("seal_intact", True): N_("the seal is unbroken"),
    ("tags_attached", True): N_("the labels are still on"),
    ("activated", False): N_("the device was not activated"),
    ("opened", False): N_("the goods were not opened"),
    ("used", False): N_("the goods were not used"),
}
_LEFT_OUT: Final = {
    ("opened", True): N_("once opened"),
    ("used", True): N_("once used"),
    ("activated", True): N_("once activated"),
    ("misuse", True): N_("used wrongly"),
    ("seal_intact", False): N_("once the seal is broken"),
    ("tags_attached", False): N_("without their labels"),
    ("packaging_intact", False): N_("without their packaging"),
    ("accessories_complete", False): N_("with accessories missing"),
    ("resale_ok", False): N_("that cannot be sold again"),
}


def needed(conditions: Conditions) -> tuple[str, ...]:
    """What must be, a fact each: ``the seal is unbroken (cosmetics and medicine)``."""
    return tuple(_grouped(conditions, _NEEDS, _("{condition} ({goods})")))


def left_out(conditions: Conditions) -> tuple[str, ...]:
    """What is excluded, a fact each: ``cosmetics and packaged food: once opened``."""
    return tuple(_grouped(conditions, _LEFT_OUT, _("{goods}: {condition}")))


def _grouped(
    conditions: Conditions, sentences: Mapping[tuple[str, bool], str], together: str
) -> Iterator[str]:
    """An item for each fact: the condition, and the goods of which it is said."""
    groups: dict[tuple[str | None, bool], list[Condition]] = {}
    for one in conditions.written:
        groups.setdefault((one.field, one.value), []).append(one)
    for (field, value), group in groups.items():
        goods = all_of(label(one.category) for one in group if one.category is not None)
        if field is None:
            yield goods
            continue
        sentence = sentences.get((field, value))
        condition = _(sentence) if sentence else f"{field} = {str(value).lower()}"
        of_all = any(one.category is None for one in group)
        yield condition if of_all else together.format(condition=condition, goods=goods)


def all_of(parts: Iterable[str]) -> str:
    """``shoes, clothing and phones``."""
    found = list(parts)
    if len(found) < 2:
        return "".join(found)
    *some, last = found
    return _("{some} and {last}").format(some=listed(some), last=last)
