from __future__ import annotations

import pytest

from counter.desk import Actor
from counter.policy_versions import add_version, versions
from counter.shop import Shop
from models.terms import PolicyStatus, Role
from screens.policies import Policies
from screens.widgets.ask import Ask
from screens.widgets.confirm import Confirm
from tests.premises import hire
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter


@pytest.fixture
def draft_of(shop: Shop) -> Actor:
    """Another supervisor, who added the rules of the other pack as a draft."""
    other = hire(shop, "qian", Role.SUPERVISOR)
    with shop.writing(other) as desk:
        add_version(desk, "eu")
    return other


async def policies(front: Front) -> Policies:
    screen = Policies()
    await front.push(screen)
    await front.shows("in force")
    return screen


def statuses(shop: Shop) -> dict[int, PolicyStatus]:
    with shop.reading(shop.system) as desk:
        return {row.version_no: row.status for row in versions(desk)}


def test_what_is_in_force_can_be_read_by_everybody(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        screen = await policies(front)
        await front.shows("BOUGHT IN THE SHOP", "SHA-256")
        await front.press("enter", "pagedown")
        await front.until(lambda: screen.query_one("#notice").scroll_y > 0)
        assert not screen.check_action("approve", ())

    at_counter(shop, play, actor=clerk)


def test_a_draft_of_somebody_else_is_put_in_force_from_a_day_on(
    shop: Shop, supervisor: Actor, draft_of: Actor
) -> None:
    async def play(front: Front) -> None:
        await policies(front)
        await front.shows("draft")
        await front.press("a")
        await front.reaches(Ask)
        await front.press("ctrl+u")
        await type_text(front, "yesterday")
        await front.press("enter")
        await front.shows("! ")
        await front.press("ctrl+u")
        await type_text(front, "2025-04-01")
        await front.press("enter")
        await front.until(lambda: front.status == "Version 2 holds from Tue 1 Apr 2025 on.")

    at_counter(shop, play, actor=supervisor)
    assert statuses(shop) == {1: PolicyStatus.EFFECTIVE, 2: PolicyStatus.APPROVED}


def test_nobody_puts_an_own_draft_in_force(shop: Shop, draft_of: Actor) -> None:
    async def play(front: Front) -> None:
        await policies(front)
        await front.press("a")
        await front.reaches(Ask)
        await front.press("enter")
        await front.shows("You added version 2 yourself.")

    at_counter(shop, play, actor=draft_of)
    assert statuses(shop)[2] is PolicyStatus.DRAFT


def test_a_draft_is_withdrawn_after_a_question(
    shop: Shop, supervisor: Actor, draft_of: Actor
) -> None:
    async def play(front: Front) -> None:
        await policies(front)
        await front.press("w")
        await front.reaches(Confirm)
        await front.press("n", "w")
        await front.reaches(Confirm)
        await front.press("y")
        await front.until(lambda: front.status == "Version 2 is withdrawn.")

    at_counter(shop, play, actor=supervisor)
    assert statuses(shop)[2] is PolicyStatus.WITHDRAWN


def test_the_rules_in_force_cannot_be_withdrawn(shop: Shop, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        screen = await policies(front)
        await front.until(lambda: screen.query_one("#versions").current is not None)  # type: ignore[attr-defined]
        assert not screen.check_action("withdraw", ())

    at_counter(shop, play, actor=supervisor)
