from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from counter import (
    corrections,
    customers,
    drafts,
    founding,
    language,
    lookup,
    saved_views,
    staff,
    tickets,
)
from counter.desk import Actor, ReadingDesk, WritingDesk
from counter.doctor import examine
from counter.permissions import ROLES, Action, allowed, name_of
from counter.safekeeping import back_up_store
from counter.shop import Shop
from counter.undoing import undo, undoable
from models.errors import CounterError, NotAllowed
from models.terms import Role, TicketStatus
from models.ticket import Draft, SavedView
from models.views import Span
from tests.premises import Clock, hire, rows, sell, shop_at

C, T, S, A, AUD = Role.CLERK, Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR
COUNTER = {C, S, A}
WORKERS = {C, T, S, A}
LEADERS = {S, A}

Write = Callable[[WritingDesk], object]


def _noted_and_undone(desk: WritingDesk, no: str) -> object:
    tickets.note(desk, no, "Slip")
    return undo(desk, no)


WRITES: dict[str, tuple[set[Role], Write]] = {
    "open": (COUNTER, lambda d: tickets.open_ticket(d, tickets.TicketDraft("inquiry", "Hello"))),
    "open_urgent": (
        LEADERS,
        lambda d: tickets.open_ticket(d, tickets.TicketDraft("inquiry", "Hello", priority="P1")),
    ),
    "take": (WORKERS, lambda d: tickets.take(d, "R-20250308-0001")),
    "assign_self": (WORKERS, lambda d: tickets.assign(d, "R-20250308-0001", to=d.actor.login)),
    "assign_other": (LEADERS, lambda d: tickets.assign(d, "R-20250308-0001", to="sun")),
    "hand_over": (WORKERS, lambda d: tickets.assign(d, "R-20250308-0001", department="Repair")),
    "note": (WORKERS, lambda d: tickets.note(d, "R-20250308-0001", "Seen")),
    "respond": (WORKERS, lambda d: tickets.respond(d, "R-20250308-0001")),
    "cancel": (WORKERS, lambda d: tickets.cancel(d, "R-20250308-0001", "Twice")),
    "prioritise": (LEADERS, lambda d: tickets.prioritise(d, "R-20250308-0001", "P1", "Fire")),
    "ask": (
        WORKERS,
        lambda d: tickets.wait_for_customer(d, "R-20250308-0002", "Receipt?", "2025-03-10"),
    ),
    "send_out": (
        WORKERS,
        lambda d: tickets.wait_for_third_party(d, "R-20250308-0002", "To B", "2025-03-10"),
    ),
    "resolve": (
        WORKERS,
        lambda d: tickets.resolve(d, "R-20250308-0002", outcome="informed", cause="other"),
    ),
    "answer": (WORKERS, lambda d: tickets.answer(d, "R-20250308-0003")),
    "close": (WORKERS, lambda d: tickets.close(d, "R-20250308-0004", informed=True)),
    "reopen": (WORKERS, lambda d: tickets.reopen(d, "R-20250308-0004", "Again")),
    "add_customer": (
        COUNTER,
        lambda d: customers.add_customer(d, customers.CustomerDraft("Wu", "13900001111")),
    ),
    "add_staff": (LEADERS, lambda d: staff.add_staff(d, staff.StaffDraft("new", "New"))),
    "add_admin": ({A}, lambda d: staff.add_staff(d, staff.StaffDraft("new", "New", "admin"))),
    "add_auditor": ({A}, lambda d: staff.add_staff(d, staff.StaffDraft("new", "New", "auditor"))),
    "reset_pin": (LEADERS, lambda d: staff.reset_pin(d, "li")),
    "reset_admins_pin": ({A}, lambda d: staff.reset_pin(d, "boss")),
    "change_staff": (LEADERS, lambda d: staff.change_staff(d, "li", name="Li Na")),
    "raise_to_admin": ({A}, lambda d: staff.change_staff(d, "sun", role="admin")),
    "lower_an_admin": ({A}, lambda d: staff.change_staff(d, "boss", active=False)),
    "correct": (
        WORKERS,
        lambda d: corrections.correct(d, "R-20250308-0001", receipt_no="20250303-0117", text="?"),
    ),
    "undo": (WORKERS, lambda d: _noted_and_undone(d, "R-20250308-0001")),
    "save_view": (WORKERS, lambda d: saved_views.save_view(d, "Mine", view="all", order="oldest")),
    "rename_view": (WORKERS, lambda d: saved_views.rename_view(d, "Kept", "Other")),
    "forget_view": (WORKERS, lambda d: saved_views.forget_view(d, "Kept")),
    "save_draft": (WORKERS, lambda d: drafts.save(d, "intake", {"summary": "Towel"})),
    "forget_draft": (WORKERS, lambda d: drafts.forget(d, "kept")),
    "describe_site": (
        LEADERS,
        lambda d: founding.describe_site(d, founding.SiteDraft(name="Maple Street")),
    ),
}

READS: dict[str, Callable[[ReadingDesk], object]] = {
    "find": lambda d: lookup.find(d, "towel"),
    "ticket": lambda d: lookup.ticket(d, "R-20250308-0001"),
    "list": lambda d: lookup.ticket_list(d, lookup.TicketQuery(), Span(5)),
    "numbers": lookup.day_numbers,
    "staff": lambda d: staff.staff_list(d, Span(5)),
    "drafts": drafts.drafts_of,
    "views": saved_views.views_of,
    "undoable": lambda d: undoable(d, "R-20250308-0001"),
}


@pytest.fixture(scope="module")
def staffed_store(
    founded_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[Role, Actor]]:
    """One person of each role; tickets 1 new, 2 open, 3 waiting, 4 resolved."""
    shop = shop_at(tmp_path_factory.mktemp("permissions") / "home", Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR)
    hire(shop, "boss", Role.ADMIN)
    hire(shop, "li", Role.CLERK)
    people = {role: hire(shop, f"the-{role}", role) for role in Role}
    with shop.writing(people[A]) as desk:
        for _ in range(4):
            tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel"))
        for number in (2, 3, 4):
            tickets.take(desk, f"R-20250308-000{number}")
        tickets.wait_for_customer(desk, "R-20250308-0003", "Receipt?", "2025-03-10")
        tickets.resolve(desk, "R-20250308-0004", outcome="informed", cause="other")
    with shop.writing(shop.system) as desk:
        for person in people.values():
            desk.session.add(
                Draft(
                    staff_id=person.id,
                    form="kept",
                    content={"summary": "Lid"},
                    saved_at=desk.now,
                )
            )
            content = {"view": "all", "order": "oldest", "text": ""}
            desk.session.add(
                SavedView(
                    staff_id=person.id,
                    place="tickets",
                    name="Kept",
                    content=content,
                    saved_at=desk.now,
                )
            )
    sell(shop)
    shop.close()
    return shop.places.store.path, people


@pytest.fixture
def house(staffed_store: tuple[Path, dict[Role, Actor]]) -> dict[Role, Actor]:
    return staffed_store[1]


@pytest.fixture
def shop(
    tmp_path: Path, clock: Clock, staffed_store: tuple[Path, dict[Role, Actor]]
) -> Iterator[Shop]:
    opened = shop_at(tmp_path / "home", clock, staffed_store[0])
    yield opened
    opened.close()


def everything(shop: Shop) -> list[object]:
    return [
        rows(shop, f"SELECT * FROM {table} ORDER BY 1")
        for table in (
            "ticket",
            "ticket_event",
            "staff",
            "site",
            "customer",
            "change_counter",
            "draft",
            "saved_view",
        )
    ]


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(
    shop: Shop, house: dict[Role, Actor], role: Role, name: str
) -> None:
    roles, operation = WRITES[name]
    before = everything(shop)

    def act() -> None:
        with shop.writing(house[role]) as desk:
            operation(desk)

    if role in roles:
        act()
        assert everything(shop) != before
    else:
        with pytest.raises(NotAllowed):
            act()
        assert everything(shop) == before


@pytest.mark.parametrize("role", Role)
def test_supervisors_examine_the_store_and_auditors_too(
    shop: Shop, house: dict[Role, Actor], role: Role
) -> None:
    if role in LEADERS | {AUD}:
        assert examine(shop, house[role]).findings
    else:
        with pytest.raises(NotAllowed, match="you may not"):
            examine(shop, house[role])


@pytest.mark.parametrize("role", Role)
def test_supervisors_make_copies_of_the_store(
    shop: Shop, house: dict[Role, Actor], role: Role
) -> None:
    if role in LEADERS:
        assert back_up_store(shop, house[role]).is_file()
        last = rows(shop, "SELECT actor FROM audit_entry ORDER BY id DESC LIMIT 1")
        assert last == [(f"the-{role}",)]
    else:
        with pytest.raises(NotAllowed):
            back_up_store(shop, house[role])
        assert not list(shop.places.backups.glob("*"))


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("role", Role)
def test_everybody_may_read(shop: Shop, house: dict[Role, Actor], role: Role, name: str) -> None:
    with shop.reading(house[role]) as desk:
        READS[name](desk)


def test_an_auditor_can_change_nothing() -> None:
    assert ROLES[Role.AUDITOR] <= {
        Action.READ,
        Action.FIND,
        Action.EXPORT_VIEW,
        Action.READ_AUDIT,
        Action.EXAMINE,
    }


def test_the_states_of_the_house_are_as_told(shop: Shop, house: dict[Role, Actor]) -> None:
    assert house
    assert rows(shop, "SELECT status FROM ticket ORDER BY id") == [
        (TicketStatus.NEW,),
        (TicketStatus.OPEN,),
        (TicketStatus.WAITING_CUSTOMER,),
        (TicketStatus.RESOLVED,),
    ]


def test_every_role_and_action_has_a_place_in_the_table_and_a_name() -> None:
    assert set(ROLES) == set(Role)
    assert [action for action in Action if not name_of(action)] == []
    assert all(any(allowed(role, action) for role in Role) for action in Action)


def test_a_refusal_names_role_and_action(shop: Shop, house: dict[Role, Actor]) -> None:
    def act() -> None:
        with shop.writing(house[Role.AUDITOR]) as desk:
            tickets.open_ticket(desk, tickets.TicketDraft("inquiry", "Hello"))

    with pytest.raises(CounterError) as refused:
        act()
    assert (
        language.sentence(refused.value) == "As auditor you may not open tickets. Ask a supervisor."
    )
