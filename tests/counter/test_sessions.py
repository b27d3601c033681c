"""A session is as good as the person's row is now, not as it was at the sign-in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from counter import lookup, staff, tickets
from counter.desk import Actor
from counter.exporting import export_batch, list_batches
from counter.founding import SiteDraft, describe_site
from counter.importing import import_file
from counter.shop import Shop
from counter.signin import CodeAccepted, choose_pin, sign_in
from counter.staff import change_staff, reset_pin
from models.errors import NotAllowed, SignInRefused
from models.terms import ImportKind, Role
from models.views import Span
from tests.premises import PIN, Clock, hire, rows, shop_at

NEW_PIN = "573829"


def read(shop: Shop, actor: Actor) -> Role:
    """Look at something; the role that the desk knows."""
    with shop.reading(actor) as desk:
        lookup.day_numbers(desk)
        return desk.actor.role


def write(shop: Shop, actor: Actor) -> Role:
    """Open a ticket; the role that the desk knows."""
    with shop.writing(actor) as desk:
        tickets.open_ticket(desk, tickets.TicketDraft("inquiry", "Hello"))
        return desk.actor.role


BOTH = pytest.mark.parametrize("use", [read, write])
Use = Callable[[Shop, Actor], Role]


@BOTH
def test_who_left_can_do_nothing_more(
    shop: Shop, clerk: Actor, supervisor: Actor, use: Use
) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, active=False)

    with pytest.raises(SignInRefused, match="no longer works here"):
        use(shop, clerk)
    assert rows(shop, "SELECT * FROM ticket") == []


@BOTH
def test_who_comes_back_signs_in_again(
    shop: Shop, clerk: Actor, supervisor: Actor, use: Use
) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, active=False)
        change_staff(desk, clerk.login, active=True)

    with pytest.raises(SignInRefused, match="sign in again"):
        use(shop, clerk)
    back = sign_in(shop, clerk.login, PIN)
    assert not isinstance(back, CodeAccepted)
    assert use(shop, back) is Role.CLERK


@BOTH
def test_a_reset_ends_the_sessions_that_began_before(
    shop: Shop, clerk: Actor, supervisor: Actor, use: Use
) -> None:
    with shop.writing(supervisor) as desk:
        code = reset_pin(desk, clerk.login).code
    with pytest.raises(SignInRefused, match="was reset"):
        use(shop, clerk)
    back = choose_pin(shop, clerk.login, code, NEW_PIN)

    assert use(shop, back) is Role.CLERK
    with pytest.raises(SignInRefused, match="sign in again"):
        use(shop, clerk)


@BOTH
def test_a_desk_knows_the_role_of_this_moment(
    shop: Shop, clerk: Actor, supervisor: Actor, use: Use
) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, role="supervisor", name="Li Na")

    assert use(shop, clerk) is Role.SUPERVISOR


@BOTH
def test_a_person_whom_the_store_does_not_know_signs_in_again(shop: Shop, use: Use) -> None:
    with pytest.raises(SignInRefused, match="sign in again"):
        use(shop, Actor(4711, "li", "Li", Role.CLERK))


def test_a_supervisor_who_became_a_clerk_manages_nobody(
    shop: Shop, supervisor: Actor, clerk: Actor, tmp_path: Path
) -> None:
    hire(shop, "zhou", Role.SUPERVISOR)
    with shop.writing(shop.system) as desk:
        change_staff(desk, supervisor.login, role="clerk")

    with pytest.raises(NotAllowed), shop.writing(supervisor) as desk:
        reset_pin(desk, clerk.login)
    with pytest.raises(NotAllowed):
        export_batch(shop, supervisor)
    with pytest.raises(NotAllowed):
        list_batches(shop, supervisor)
    with pytest.raises(NotAllowed):
        import_file(shop, supervisor, ImportKind.PRODUCTS, tmp_path / "none.csv")


def test_system_goes_on_although_nobody_can_be_it(shop: Shop) -> None:
    assert read(shop, shop.system) is Role.ADMIN
    with shop.reading(shop.system) as desk:
        assert staff.staff_list(desk, Span(5)).rows == ()


def test_a_reading_desk_needs_no_sqlalchemy(shop: Shop, clerk: Actor) -> None:
    look = """
import sys
from pathlib import Path
from counter.desk import Actor
from counter.settings import Settings
from counter.shop import open_shop
from counter.places import Places
from data.location import Location
from models.terms import Role

home = Path(sys.argv[1])
shop = open_shop(Places(home, Location(home / "counter.db")), Settings())
with shop.reading(Actor(int(sys.argv[2]), "li", "Li", Role.CLERK)) as desk:
    print(desk.actor.login, "sqlalchemy" in sys.modules)
"""
    said = subprocess.run(
        [sys.executable, "-c", look, str(shop.places.home), str(clerk.id)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["li", "False"]


# --- the shop's own facts -------------------------------------------------------------------


def describe(shop: Shop, draft: SiteDraft) -> None:
    """What somebody says at another terminal."""
    other = shop_at(shop.places.home, Clock())
    with other.writing(other.system) as desk:
        describe_site(desk, draft)
    other.close()


@pytest.mark.parametrize("use", [read, write])
def test_a_desk_knows_what_another_terminal_says_of_the_shop(
    shop: Shop, clerk: Actor, use: Use
) -> None:
    assert shop.site.zone.key == "Asia/Shanghai"
    describe(shop, SiteDraft(zone="Europe/London", name="Maple Street"))
    use(shop, clerk)

    assert (shop.site.zone.key, shop.site.name) == ("Europe/London", "Maple Street")
    with shop.reading(clerk) as desk:
        assert desk.site is not None
        assert desk.site.zone.key == "Europe/London"


def test_the_shop_is_never_without_its_facts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    describe(shop, SiteDraft(name="Maple Street"))
    shop.site_changed()
    monkeypatch.setattr(shop._reading, "snapshot", lambda: pytest.fail("read the store"))

    assert shop.site.name == "Maple Street"


def test_an_opened_shop_has_its_facts_already(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = shop_at(shop.places.home, clock)
    monkeypatch.setattr(again._reading, "snapshot", lambda: pytest.fail("read the store"))

    assert again.site.name == "Counter"
