"""Several terminals at once: nothing is lost, nothing is given twice, one of two is first."""

from __future__ import annotations

import subprocess

from counter import tickets
from counter.desk import Actor
from counter.shop import Shop
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.premises import rows

PATIENCE = 100


def said_by(running: list[subprocess.Popen[str]]) -> list[list[str]]:
    """The lines of each process, all of which end well."""
    said = [process.communicate(timeout=PATIENCE) for process in running]
    assert [errors for _, errors in said] == [""] * len(running)
    return [output.splitlines() for output, _ in said]


def open_some(shop: Shop, clerk: Actor, count: int) -> list[str]:
    numbers = []
    for _ in range(count):
        with shop.writing(clerk) as desk:
            numbers.append(tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel")).no)
    return numbers


def test_six_terminals_take_ticket_numbers_and_none_is_lost_or_given_twice(
    shop: Shop, clerk: Actor
) -> None:
    said = said_by([start("open", shop, clerk, 25) for _ in range(6)])
    given = [no for each in said for no in each]

    assert sorted(given) == [f"R-20250308-{number:04d}" for number in range(1, 151)]
    assert {no for (no,) in rows(shop, "SELECT no FROM ticket")} == set(given)
    assert rows(shop, "SELECT count(*), count(DISTINCT event_no) FROM ticket_event") == [(150, 1)]
    assert_whole(shop)


def test_six_terminals_take_the_next_ticket_and_each_goes_to_one(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    waiting = open_some(shop, clerk, 60)
    people = [clerk, supervisor] * 3
    taken = said_by([start("next", shop, person) for person in people])

    assert sorted(no for each in taken for no in each) == waiting
    owners = dict(
        rows(shop, "SELECT t.no, s.login FROM ticket t JOIN staff s ON s.id = t.owner_id")
    )
    assert owners == {
        no: person.login for person, each in zip(people, taken, strict=True) for no in each
    }
    assert rows(shop, "SELECT DISTINCT event_count FROM ticket") == [(2,)]
    assert_whole(shop)


def test_of_two_who_saw_the_same_ticket_one_is_first_and_the_other_is_told_who(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    seen = open_some(shop, clerk, 40)
    people = (clerk, supervisor)
    running = [start("same", shop, person) for person in people]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    one, other = said_by(running)

    for no, first, second in zip(seen, one, other, strict=True):
        saved, told = (first, second) if first.startswith("saved") else (second, first)
        winner = people[0] if saved is first else people[1]
        assert saved == f"saved {no}"
        assert told.startswith(f"told {no} {winner.name} changed {no} meanwhile")
    assert rows(shop, "SELECT count(*) FROM ticket_event WHERE kind = 'note'") == [(40,)]
    assert_whole(shop)
