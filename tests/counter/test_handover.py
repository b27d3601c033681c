"""A shift is handed over with its numbers, worked out from what happened, and a note."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.doctor import examine
from counter.handover import hand_over, left_note, note_line, notes, shift
from counter.shop import Shop
from counter.signin import sign_in
from counter.tickets import TicketDraft, close, open_ticket, resolve, respond, take
from counter.undoing import undo
from data import handover
from models.errors import InvalidInput, NotAllowed
from models.terms import Role
from tests.premises import PIN, Clock, hire, rows


def opened(shop: Shop, actor: Actor, kind: str = "inquiry") -> str:
    with shop.writing(actor) as desk:
        return open_ticket(desk, TicketDraft(kind=kind, summary="Where are the nails?")).no


def finished(shop: Shop, actor: Actor) -> str:
    no = opened(shop, actor)
    with shop.writing(actor) as desk:
        take(desk, no)
        respond(desk, no)
        resolve(desk, no, outcome="informed", cause="other")
        close(desk, no, informed=True)
    return no


def test_a_shift_counts_what_the_person_did_since_signing_in(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    finished(shop, clerk)  # before the shift
    clock.forward(hours=17)
    sign_in(shop, clerk.login, PIN)
    clock.forward(minutes=5)
    finished(shop, clerk)
    opened(shop, clerk)
    finished(shop, supervisor)  # somebody else's

    with shop.reading(clerk) as desk:
        found = shift(desk).numbers

    assert (found.opened, found.taken, found.answered) == (2, 1, 1)
    assert (found.resolved, found.closed, found.decided) == (1, 1, 0)
    assert found.paid == ()


def test_what_was_taken_back_does_not_count(shop: Shop, clerk: Actor, clock: Clock) -> None:
    no = opened(shop, clerk)
    with shop.writing(clerk) as desk:
        take(desk, no)
    with shop.writing(clerk) as desk:
        undo(desk, no)

    with shop.reading(clerk) as desk:
        found = shift(desk).numbers

    assert (found.opened, found.taken) == (1, 0)


def test_what_is_left_and_what_of_it_is_late_is_the_person_s_own(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    mine, other = opened(shop, clerk), opened(shop, clerk)
    with shop.writing(clerk) as desk:
        take(desk, mine)
    with shop.writing(supervisor) as desk:
        take(desk, other)
    clock.forward(days=9)

    with shop.reading(clerk) as desk:
        found = shift(desk).numbers

    assert (found.open, found.overdue) == (1, 1)


def test_the_next_shift_begins_where_the_last_note_ended(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    finished(shop, clerk)
    clock.forward(minutes=1)
    with shop.writing(clerk) as desk:
        left = hand_over(desk, "The lift is out of order.")
    clock.forward(minutes=30)
    opened(shop, clerk)

    with shop.reading(clerk) as desk:
        found = shift(desk)

    assert left.numbers.closed == 1
    assert found.began_at == left.ended_at
    assert (found.numbers.opened, found.numbers.closed) == (1, 0)


def test_a_note_is_kept_with_its_numbers_and_leaves_a_sound_store(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    finished(shop, clerk)
    with shop.writing(clerk) as desk:
        left = hand_over(desk, "Call the carrier\nabout the fridge.")

    with shop.reading(clerk) as desk:
        assert notes(desk) == [left]
    assert left.text == "Call the carrier\nabout the fridge."
    deeds = rows(shop, "SELECT action FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert deeds == [("shift.hand_over",)]
    assert examine(shop, shop.system).healthy


def test_whoever_comes_next_reads_the_newest_note_for_a_day(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    with shop.writing(clerk) as desk:
        hand_over(desk, "Call the carrier\nabout the fridge.")

    with shop.reading(supervisor) as desk:
        found = left_note(desk)
        assert found is not None
        line = note_line(desk, found)
    assert clerk.name in line
    assert "Call the carrier about the fridge." in line
    with shop.reading(clerk) as desk:
        assert left_note(desk) is None
    clock.forward(hours=25)
    with shop.reading(supervisor) as desk:
        assert left_note(desk) is None


def test_who_only_looks_on_has_no_shift(shop: Shop, clock: Clock) -> None:
    auditor = hire(shop, "900", Role.AUDITOR)

    with pytest.raises(NotAllowed), shop.writing(auditor) as desk:
        hand_over(desk, "Nothing")


def test_a_text_that_is_too_long_is_refused_by_its_name(shop: Shop, clerk: Actor) -> None:
    with pytest.raises(InvalidInput) as refused, shop.writing(clerk) as desk:
        hand_over(desk, "x" * 2001)

    assert refused.value.field == "text"


def test_an_empty_note_is_refused_where_the_numbers_say_nothing_either(
    shop: Shop, clerk: Actor
) -> None:
    with pytest.raises(InvalidInput) as refused, shop.writing(clerk) as desk:
        hand_over(desk, " \n")
    assert refused.value.field == "text"

    no = opened(shop, clerk)
    with shop.writing(clerk) as desk:
        take(desk, no)
    with shop.writing(clerk) as desk:
        assert hand_over(desk, "").numbers.open == 1
    with shop.reading(clerk) as reading:
        assert len(notes(reading)) == 1


def test_the_first_entry_of_a_shift_is_found_without_reading_the_audit(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    for _ in range(5):
        clock.forward(minutes=10)
        opened(shop, clerk)
    since = clock.now
    clock.forward(minutes=10)
    opened(shop, clerk)

    with shop.reading(clerk) as desk:
        first = handover.first_entry(desk.ask, since)
    at = rows(shop, f"SELECT min(at) FROM audit_entry WHERE id >= {first}")
    earlier = rows(shop, f"SELECT max(at) FROM audit_entry WHERE id < {first}")
    assert earlier < at == [(since.strftime("%Y-%m-%d %H:%M:%S.%f"),)]


def test_the_command_leaves_a_note_and_shows_it(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    home = str(shop.places.home)
    command = ["--home", home, "handover", "--as", clerk.login, "--pin-stdin", "--json"]

    left = CliRunner().invoke(app, [*command, "--note", "Milk is low"], input=f"{PIN}\n")
    shown = CliRunner().invoke(app, command, input=f"{PIN}\n")

    assert left.exit_code == shown.exit_code == 0, left.output + shown.output
    assert json.loads(left.stdout)["login"] == clerk.login
    assert json.loads(shown.stdout)["notes"][0]["text"] == "Milk is low"
