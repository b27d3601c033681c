from __future__ import annotations

import pytest

from counter import staff
from counter.desk import Actor
from counter.shop import Shop
from counter.signin import sign_in
from counter.staff import StaffDraft, add_staff, change_staff, reset_pin
from models.errors import InvalidInput, NotFound
from models.terms import Role
from models.views import Span, StaffRow
from tests.premises import hire, rows


def people(shop: Shop) -> dict[str, StaffRow]:
    with shop.reading(shop.system) as desk:
        return {row.login: row for row in staff.staff_list(desk, Span(100)).rows}


def test_the_first_supervisor_chooses_a_pin_at_once(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        assert add_staff(desk, StaffDraft("sun", "Sun", "supervisor"), pin="573829") is None

    assert sign_in(shop, "sun", "573829") == Actor(
        rows(shop, "SELECT id FROM staff WHERE login = 'sun'")[0][0], "sun", "Sun", Role.SUPERVISOR
    )


def test_a_new_person_has_no_pin_yet(shop: Shop, supervisor: Actor) -> None:
    with shop.writing(supervisor) as desk:
        add_staff(desk, StaffDraft("new", " 李娜 "))

    row = people(shop)["new"]
    assert (row.name, row.role, row.active) == ("李娜", Role.CLERK, True)
    assert (row.has_pin, row.waiting_for_code) == (False, True)


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (StaffDraft("", "", ""), ["login", "name", "role"]),
        (StaffDraft("li na", "Li"), ["login"]),
        (StaffDraft("李娜", "Li"), ["login"]),
        (StaffDraft("x" * 33, "Li"), ["login"]),
        (StaffDraft("ok", "x" * 81, "king"), ["name", "role"]),
        (StaffDraft("sun", "Sun again"), ["login"]),
        (StaffDraft("system", "Me"), ["login"]),
    ],
)
def test_every_fault_of_a_new_person_is_named(
    shop: Shop, supervisor: Actor, draft: StaffDraft, fields: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused, shop.writing(supervisor) as desk:
        add_staff(desk, draft)

    assert [fault.field for fault in refused.value.faults] == fields
    assert set(people(shop)) == {"sun"}


@pytest.mark.parametrize("change", [{"active": False}, {"role": "clerk"}])
def test_the_last_supervisor_stays(
    shop: Shop, supervisor: Actor, clerk: Actor, change: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput, match="last supervisor"), shop.writing(supervisor) as desk:
        change_staff(desk, "sun", **change)  # type: ignore[arg-type]

    row = people(shop)["sun"]
    assert (row.role, row.active) == (Role.SUPERVISOR, True)
    assert clerk.login in people(shop)


def test_a_supervisor_may_leave_when_another_one_stays(shop: Shop, supervisor: Actor) -> None:
    hire(shop, "zhou", Role.SUPERVISOR)
    with shop.writing(supervisor) as desk:
        change_staff(desk, "sun", active=False)

    assert not people(shop)["sun"].active


def test_who_left_is_not_offered_for_assigning(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, active=False)
    with shop.reading(supervisor) as desk_:
        assert staff.colleagues(desk_) == [("sun", "Sun")]


def test_an_empty_name_is_refused_and_the_old_one_stays(
    shop: Shop, supervisor: Actor, clerk: Actor
) -> None:
    for name in ("", " \n"):
        with (
            pytest.raises(InvalidInput, match="fill this in") as refused,
            shop.writing(supervisor) as desk,
        ):
            change_staff(desk, clerk.login, name=name)
        assert refused.value.field == "name"

    assert people(shop)["li"].name == clerk.name


@pytest.mark.parametrize("login", ["", " ", "\udcff"])
def test_an_empty_staff_number_is_said_to_be_missing(
    shop: Shop, supervisor: Actor, login: str
) -> None:
    with pytest.raises(InvalidInput, match="fill this in"), shop.writing(supervisor) as desk:
        reset_pin(desk, login)


@pytest.mark.parametrize("login", ["nobody", "system"])
def test_only_people_can_be_changed(shop: Shop, supervisor: Actor, login: str) -> None:
    with pytest.raises(NotFound), shop.writing(supervisor) as desk:
        change_staff(desk, login, name="x")
    with pytest.raises(NotFound), shop.writing(supervisor) as desk:
        reset_pin(desk, login)


def test_what_is_not_named_stays(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, name="Li Na")

    row = people(shop)["li"]
    assert (row.name, row.role, row.active, row.has_pin) == ("Li Na", Role.CLERK, True, True)
