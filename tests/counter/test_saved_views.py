"""A person's own views of a list: kept under a name, nobody else's business."""

from __future__ import annotations

from typing import Any

import pytest

from counter import saved_views
from counter.desk import Actor
from counter.saved_views import forget_view, rename_view, save_view, views_of
from counter.shop import Shop
from data.driver import connect
from models.errors import InvalidInput, NotFound
from models.terms import TicketKind, TicketOrder, TicketView
from models.ticket_filter import UNFILTERED, TicketFilter
from models.views import SavedViewRow
from tests.premises import MORNING, Clock, rows


def save(shop: Shop, who: Actor, name: str, **how: Any) -> str:
    with shop.writing(who) as desk:
        return save_view(desk, name, **{"view": "waiting", "order": "oldest"} | how)


def kept(shop: Shop, who: Actor, place: str = saved_views.TICKETS) -> tuple[SavedViewRow, ...]:
    with shop.reading(who) as desk:
        return views_of(desk, place)


def names(shop: Shop, who: Actor) -> list[str]:
    return [view.name for view in kept(shop, who)]


def test_a_view_comes_back_as_it_was_saved_to_its_owner_only(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    assert save(shop, clerk, "  Towels\t", text="towel 王") == "Towels"

    assert kept(shop, clerk) == (
        SavedViewRow("Towels", TicketView.WAITING, TicketOrder.OLDEST, "towel 王", MORNING),
    )
    assert kept(shop, supervisor) == ()
    assert kept(shop, clerk, "customers") == ()


def test_saved_again_under_its_name_a_view_is_replaced_and_keeps_its_digit(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    save(shop, clerk, "First")
    save(shop, clerk, "Second")
    clock.forward(minutes=5)
    save(shop, clerk, "First", view="mine", order="newest")

    assert names(shop, clerk) == ["First", "Second"]
    assert kept(shop, clerk)[0] == SavedViewRow(
        "First", TicketView.MINE, TicketOrder.NEWEST, "", clock()
    )


def test_a_view_gets_another_name_and_keeps_its_digit(shop: Shop, clerk: Actor) -> None:
    for name in ("First", "Second"):
        save(shop, clerk, name)
    with shop.writing(clerk) as desk:
        assert rename_view(desk, "First", " Later ") == "Later"
    with shop.writing(clerk) as desk:
        rename_view(desk, "Later", "Later")

    assert names(shop, clerk) == ["Later", "Second"]


def test_a_name_is_given_once(shop: Shop, clerk: Actor) -> None:
    for name in ("First", "Second"):
        save(shop, clerk, name)
    with pytest.raises(InvalidInput, match="already"), shop.writing(clerk) as desk:
        rename_view(desk, "First", "Second")

    assert names(shop, clerk) == ["First", "Second"]


def test_a_view_is_dropped_by_its_owner_only(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    save(shop, clerk, "First")
    for step in (forget_view, lambda desk, name: rename_view(desk, name, "Other")):
        with pytest.raises(NotFound), shop.writing(supervisor) as desk:
            step(desk, "First")
    with shop.writing(clerk) as desk:
        forget_view(desk, "First")

    assert names(shop, clerk) == []


def test_there_are_nine_digits_and_nine_views(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    for number in range(9):
        save(shop, clerk, f"View {number}")
    with pytest.raises(InvalidInput, match="views of this list") as refused:
        save(shop, clerk, "One more")
    assert refused.value.field == "name"

    save(shop, clerk, "View 3", view="all")
    save(shop, supervisor, "Hers")
    assert len(kept(shop, clerk)) == 9


@pytest.mark.parametrize(
    ("name", "how", "field"),
    [
        (" ", {}, "name"),
        ("x" * 41, {}, "name"),
        ("x", {"view": "everything"}, "view"),
        ("x", {"order": ""}, "order"),
        ("x", {"text": "y" * 201}, "filter"),
    ],
)
def test_what_no_list_could_show_is_not_kept(
    shop: Shop, clerk: Actor, name: str, how: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(shop, clerk, name, **how)

    assert refused.value.field == field
    assert names(shop, clerk) == []


def test_a_view_of_another_program_is_left_out(shop: Shop, clerk: Actor) -> None:
    for name in ("First", "Second"):
        save(shop, clerk, name)
    with shop.writing(clerk) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE saved_view SET content = json_set(content, '$.view', 'overdue') WHERE id = 1"
        )

    assert names(shop, clerk) == ["Second"]


@pytest.mark.parametrize("content", ["[]", "7", "null", '"waiting"', '{"view": [], "order": {}}'])
def test_a_view_that_is_no_view_is_left_out(shop: Shop, clerk: Actor, content: str) -> None:
    for name in ("First", "Second"):
        save(shop, clerk, name)
    with shop.writing(clerk) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE saved_view SET content = ? WHERE id = 1", (content,)
        )

    assert names(shop, clerk) == ["Second"]


def test_a_view_is_nobodys_news(shop: Shop, clerk: Actor) -> None:
    before = rows(shop, "SELECT value FROM change_counter")
    audited = rows(shop, "SELECT count(*) FROM audit_entry")
    save(shop, clerk, "First")

    assert rows(shop, "SELECT value FROM change_counter") == before
    assert rows(shop, "SELECT count(*) FROM audit_entry") == audited


def test_a_view_keeps_what_the_list_is_narrowed_to(shop: Shop, clerk: Actor) -> None:
    wanted = TicketFilter(kinds=(TicketKind.COMPLAINT,), overdue=True, department="Appliances")
    save(shop, clerk, "Late", order="due", narrowed=wanted)

    (view,) = kept(shop, clerk)
    assert (view.order, view.filter) == (TicketOrder.DUE, wanted)


def test_a_view_of_an_older_version_narrows_nothing_and_one_of_a_newer_is_left_out(
    shop: Shop, clerk: Actor
) -> None:
    for name in ("Old", "New"):
        save(shop, clerk, name, narrowed=TicketFilter(level=2))
    connection = connect(shop.places.store.path)
    connection.execute(
        "UPDATE saved_view SET content = json_remove(content, '$.filter') WHERE name = 'Old'"
    )
    connection.execute(
        "UPDATE saved_view SET content = json_set(content, '$.filter.mood', 'bad')"
        " WHERE name = 'New'"
    )
    connection.commit()
    connection.close()

    assert [(view.name, view.filter) for view in kept(shop, clerk)] == [("Old", UNFILTERED)]
