"""Whatever people write stands on the screen as text: never markup, never a command."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from counter import compensations, drafts, receiving, refunds, returns, tickets
from counter.attachments import attach
from counter.desk import Actor
from counter.importing import import_file
from counter.intake import FORM
from counter.saved_views import save_view
from counter.shop import Shop
from data import driver
from models.errors import StoreBusy
from models.terms import HitKind, ImportKind, Role
from models.text import clean_text
from screens.cash_up import CashUp
from screens.customer import CustomerScreen
from screens.home import Home
from screens.policies import Policies
from screens.receipt import ReceiptScreen
from screens.return_case import ReturnCaseScreen
from screens.return_list import ReturnList
from screens.returns import ReturnCheck
from screens.sign_in import SignIn
from screens.ticket import TicketScreen
from screens.tickets import Tickets
from screens.typed_receipt import TypeReceipt
from screens.widgets.ask import Ask
from screens.widgets.confirm import Confirm
from screens.widgets.findbox import FindBox
from screens.widgets.form import Field, Form
from tests.claims import TOWELS, do, draft, submitted
from tests.premises import PIN, Clock, Sale, hire
from tests.screens.cases import busy, case, type_text, work
from tests.screens.front import Front, at_counter
from tests.screens.test_intake import intake
from tests.screens.test_ticket import look_at

PAYLOADS: Final = {
    "closing tag": "[/x]",
    "open bracket": "5[/",
    "tag": "[b]",
    "action": "[@click=app.quit]x[/]",
    "window title": "\x1b]0;x\x07",
    "control sequence": "\x9b31m\x1b[2J",
    "override": "\u202egnp.exe\u2066",
    "family": "👩\u200d👩\u200d👧\u200d👦",
    "accents": "e\u0301\u0301\u0301",
    "long": "long " * 400,
}

OBEYED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey."""


def look(front: Front) -> str:
    """What stands on the screen, after making sure that it is text and the program lives."""
    assert front.app.is_running
    assert front.app._exception is None
    text = front.text
    found = OBEYED.search(text)
    assert found is None, (found, text)
    return text


async def sees(front: Front, payload: str) -> None:
    """Wait until the text stands there as it was written, as far as its place holds it."""
    wanted = clean_text(payload)[:6].strip()
    await front.shows(wanted)
    look(front)


def poison(shop: Shop, text: str) -> None:
    """Write ``text`` into every free text of the store, past everything that would clean it."""
    with closing(driver.connect(shop.places.store.path)) as store:
        store.execute("BEGIN IMMEDIATE")
        for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            if not name.endswith(("_ai", "_au", "_ad")):
                store.execute(f'DROP TRIGGER "{name}"')
        for change in (
            "UPDATE site SET name = :text",
            "UPDATE staff SET name = :text WHERE login <> 'system'",
            "UPDATE customer SET name = :text",
            "UPDATE product SET name = :text",
            "UPDATE receipt SET receipt_no = :text",
            "UPDATE receipt_line SET serial_no = :text WHERE line_no = 1",
            "UPDATE ticket SET summary = :text, body = :text, department = :text",
            "UPDATE ticket_event SET text = :text",
            "UPDATE saved_view SET name = :text",
            "UPDATE ticket_event SET payload = json_set(payload, '$.department', :text)",
            "UPDATE return_case SET tracking_no = :text",
            "UPDATE return_line SET serial_no = :text, waived = :text",
            "UPDATE eligibility_decision SET override_reason = :text WHERE overrides_id NOT NULL",
            "UPDATE refund SET other_reason = :text, failed_reason = :text",
            "UPDATE refund_allocation SET executed_ref = :text",
            "UPDATE goods_movement SET serial_no = :text",
            "UPDATE compensation SET legal_base = :text, formula = :text",
            "UPDATE appointment SET address = :text",
            "UPDATE attachment SET name = :text, media_type = :text",
        ):
            store.execute(change, {"text": text})
        store.execute("COMMIT")


@pytest.fixture
def busy_day(shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale) -> str:
    """A ticket with everything; its number."""
    no = case(shop, clerk, "Lid", body="In full", receipt_no=f"{sale.receipt_no}/1").no
    work(shop, supervisor, lambda desk: tickets.assign(desk, no, to="li", department="Workshop"))
    work(shop, clerk, lambda desk: tickets.note(desk, no, "Seen"))
    case(shop, clerk, "Another", receipt_no=sale.receipt_no)
    return no


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_every_screen_shows_what_was_written(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, busy_day: str, payload: str
) -> None:
    poison(shop, payload)
    shop.site_changed()
    with shop.writing(clerk) as desk:
        drafts.save(desk, FORM, {"summary": payload, "body": payload, "about": payload})
    person = Actor(clerk.id, clerk.login, payload, Role.SUPERVISOR)

    async def play(front: Front) -> None:
        await front.reaches(SignIn)
        await sees(front, payload)
        await front.app.signed_in(person)
        await front.reaches(Home)
        await sees(front, payload)
        home = front.app.screen
        assert isinstance(home, Home)

        await type_text(front, payload)
        await front.app.workers.wait_for_complete()
        await front.press("enter")
        await front.app.workers.wait_for_complete()
        look(front)
        await front.press("escape")
        while len(front.app.screen_stack) > 1:
            await front.press("escape")
        await front.press(*"0690123456789", "enter")
        await front.until(lambda: "Newest receipts" in front.status)
        look(front)
        await front.press("escape")

        await front.press("f5")
        await front.reaches(Tickets)
        await front.shows(busy_day)
        await sees(front, payload)
        await front.press("slash")
        await type_text(front, payload)
        await front.pilot.pause(0.2)
        await front.app.workers.wait_for_complete()
        look(front)
        await front.press("escape")

        for screen in (
            TicketScreen(busy_day),
            CustomerScreen(sale.customer_id),
            ReceiptScreen(payload),
        ):
            await front.push(screen)
            await front.app.workers.wait_for_complete()
            await front.pilot.pause()
            await sees(front, payload)
            await front.press("escape")

        await look_at(front, busy_day)
        for key in ("n", "a", "t", "w", "r", "x", "p"):
            await front.press(key)
            await front.app.workers.wait_for_complete()
            await front.pilot.pause()
            look(front)
            if isinstance(front.app.screen, Ask):
                await type_text(front, payload)
                await front.press("ctrl+s")
                await front.app.workers.wait_for_complete()
                look(front)
                await front.press("escape")
        await front.press("f1")
        look(front)

    at_counter(shop, play)


@pytest.fixture
def busy_return(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock, tmp_path: Path
) -> str:
    """A return with everything; its number."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photo")
    clock.forward(days=60)
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="pickup"))
    attach(shop, clerk, no, photo)
    slot = ("2025-05-10 14:00", "2025-05-10 16:00")
    do(shop, clerk, returns.schedule, no, *slot, "Here")
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "Known")
    do(shop, clerk, returns.approve, no)
    do(shop, clerk, receiving.receive, no)
    do(shop, clerk, compensations.propose, no, amount_minor=100, legal_base="Goodwill")
    do(shop, clerk, refunds.refund, no, method="cash", reason="Account closed")
    do(shop, supervisor, refunds.authorise, no)
    do(shop, clerk, refunds.settle, no, ref="T-1")
    return no


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_return_shows_what_was_written(
    shop: Shop, clerk: Actor, supervisor: Actor, busy_return: str, payload: str
) -> None:
    poison(shop, payload)

    async def play(front: Front) -> None:
        screen = ReturnCaseScreen(busy_return)
        await front.push(screen)
        await front.until(lambda: screen.case is not None)
        await sees(front, payload)
        await front.press("end")
        look(front)
        for key in ("x", "p", "k", "n", "c"):
            await front.press(key)
            await front.app.workers.wait_for_complete()
            await front.pilot.pause()
            look(front)
            if isinstance(front.app.screen, Ask):
                await type_text(front, payload)
                await front.press("ctrl+s")
                await front.app.workers.wait_for_complete()
                look(front)
            if front.app.screen is not screen:
                await front.press("escape")
        for other in (ReturnList(), CashUp(), Policies()):
            await front.push(other)
            await front.app.workers.wait_for_complete()
            await front.press("5")
            await front.app.workers.wait_for_complete()
            await front.pilot.pause()
            look(front)

    at_counter(shop, play, actor=supervisor)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_the_return_check_shows_what_was_written(
    shop: Shop, clerk: Actor, sale: Sale, payload: str
) -> None:
    poison(shop, payload)

    async def play(front: Front) -> None:
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await type_text(front, "0690123456789")
        await front.press("enter")
        await front.app.workers.wait_for_complete()
        await front.pilot.pause()
        await sees(front, payload)
        if not front.app.screen.query_one("#work").display:
            return  # a number that nobody can type finds no receipt
        await front.press("enter", "1", "enter")
        await type_text(front, payload)
        look(front)
        await front.press("plus")
        for name in ("customer", "note"):
            front.app.screen.query_one(f"#field-{name}", Field).control_widget.focus()
            await type_text(front, payload)
            await front.app.workers.wait_for_complete()
            await front.pilot.pause()
            look(front)
        await front.press("ctrl+s")
        await front.app.workers.wait_for_complete()
        look(front)
        front.app.screen.query_one("#field-reason", Field).control_widget.focus()
        await front.press("x")
        look(front)
        await front.press("escape", "insert")
        await front.reaches(TypeReceipt)
        await type_text(front, payload)
        await front.press("ctrl+s")
        await front.app.workers.wait_for_complete()
        look(front)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_the_form_shows_and_keeps_what_was_written(
    shop: Shop, clerk: Actor, sale: Sale, busy_day: str, payload: str
) -> None:
    poison(shop, payload)
    written = clean_text(payload)

    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, "5678")
        await front.shows("! 2 open cases already")
        look(front)
        for name in ("kind", "summary", "body", "customer_name", "customer_phone"):
            form.fields[name].control_widget.focus()
            await front.pilot.pause()
            if name != "kind":
                await type_text(front, payload)
        look(front)
        form.fill({"customer_phone": "13800135678"})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["kind"].error or form.fields["customer_name"].error)
        look(front)
        form.fill({"kind": "complaint", "customer_name": written[:100].strip() or "Ann"})
        form.fill({"summary": written[:200].strip() or "Lid", "about": ""})
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)
        await front.until(lambda: "Saved as C-20250308-0003" in front.status)
        look(front)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_bars_and_windows_show_what_they_are_told(shop: Shop, clerk: Actor, payload: str) -> None:
    async def play(front: Front) -> None:
        home = front.app.screen
        assert isinstance(home, Home)
        for tone in ("done", "hint", "problem"):
            home.say(payload, tone)
            await sees(front, payload)
        home.say_error(StoreBusy("{path} is busy.", path=payload))
        await sees(front, payload)
        home.query_one(FindBox).value = payload
        await sees(front, payload)
        home.say("")
        home.query_one(FindBox).value = ""
        front.app.push_screen(Confirm(payload, detail=payload))
        await front.reaches(Confirm)
        await sees(front, payload)
        await front.press("escape")
        await front.push(TicketScreen(payload))
        await front.until(lambda: "There is no ticket" in front.status)
        look(front)
        front.app.open_record(HitKind.RECEIPT, payload)
        await front.reaches(ReceiptScreen)
        await front.until(lambda: front.status)
        look(front)

    at_counter(shop, play, actor=clerk)


def test_a_picture_of_the_screen_holds_it_as_text(shop: Shop, clerk: Actor, busy_day: str) -> None:
    poison(shop, "<script>[@click=app.quit]\x1b[31m")

    async def play(front: Front) -> None:
        await look_at(front, busy_day)
        picture = front.app.export_screenshot()
        assert "<script>" not in picture
        assert "\x1b" not in picture

    at_counter(shop, play, actor=clerk)


def test_a_failure_with_hostile_words_is_said_on_the_status_line(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "[/x]\x1b[31m"})
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("ctrl+s")
            await front.until(lambda: "Another program is writing" in front.status)
            look(front)
        assert front.app.screen.query_one(Form).values()["summary"].startswith("[/x]")

    at_counter(shop, play, actor=clerk)


@pytest.mark.skipif(sys.platform == "win32", reason="no pty on this system")
def test_nothing_of_it_reaches_a_real_terminal(shop: Shop, clerk: Actor, busy_day: str) -> None:
    from tests.bench.terminal import Terminal

    poison(shop, "PWNED\x1b]0;PWNED\x07\x9b31mPWNED\u202e")
    shop.close()
    command = [sys.executable, "-m", "counter", "--home", str(shop.places.home)]
    environment = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8", "COUNTER_LANGUAGE": "en"}
    with Terminal(command, environment) as terminal:
        terminal.wait_for("PWNED")
        terminal.press(f"li\r{PIN}\r")
        terminal.wait_for("My queue")
        terminal.settle()
        terminal.press("0690123456789\r")
        terminal.wait_for("Newest receipts")
        terminal.press("\r")
        terminal.wait_for("paid for one")
        terminal.press("\x1b[15~")  # F5
        terminal.wait_for("due first")
        terminal.press("\r")
        terminal.wait_for("Next: ")
        terminal.settle()
        written = terminal.output
    assert written.count(b"PWNED") > 5
    assert b"\x1b]0;PWNED" not in written
    assert b"PWNED\x07" not in written
    assert "\x9b".encode() not in written
    assert "\u202e".encode() not in written


ESCAPE: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[]|$)")
DRAWN: Final = re.compile(rb"\x1b\[(?:\d+(?:;\d+)*)?[mHJK]")
"""What a terminal is told after its first frame: colours, places, cleared lines."""

POINTER: Final = b"\x1b]22;default\x07"
"""The shape of the mouse, which Textual sets with every window."""

EVIL: Final = "PWNED\x1b]0;PWNED\x07\x9b31mPWNED\u202e"

WINDOWS: Final = (
    ("\x10", "What do you want to do?"),  # the palette
    ("PWNED", "No action fits"),
    ("\x1b", ""),
    ("\x1b[15~", "due first"),
    ("v", "My views"),
    ("\x1b", ""),
    (" ", ""),
    ("b", "marked"),
    ("\x1b", ""),
    ("/PWNED", "PWNED"),
    ("\x1b", ""),
    ("\x1b[15~", ""),
    ("\r", "Next: "),
    ("n", "Note"),
    (f"{EVIL.replace(chr(27), '')}\x13", "PWNED"),
    ("a", "Assign"),
    ("\x1b", ""),
    ("\x07", "Actions"),
    ("\x1b", ""),
    ("\x1bOP", "Esc"),  # help
    ("\x1b", ""),
    ("\x10", "What do you want to do?"),
    ("Import files\r", "PWNED"),
    ("\x1b", ""),
    ("\x10", "What do you want to do?"),
    ("Manage staff\r", "PWNED"),
    ("\x1b", ""),
    ("\x10", "What do you want to do?"),
    ("Change keys\r", "PWNED"),  # in the title
)
"""Keys, and what stands on the screen after them."""


@pytest.mark.skipif(sys.platform == "win32", reason="no pty on this system")
def test_windows_tell_a_real_terminal_nothing_but_how_to_draw(
    shop: Shop, supervisor: Actor, busy_day: str, tmp_path: Path
) -> None:
    from tests.bench.terminal import Terminal

    with shop.writing(supervisor) as desk:
        save_view(desk, "Mine", view="working", order="urgent", text="")
    goods = tmp_path / f"{EVIL}.csv"
    goods.write_text("sku,name\nT-1,Towel\nT-2\n", encoding="utf-8")
    import_file(shop, supervisor, ImportKind.PRODUCTS, goods)
    poison(shop, EVIL)
    shop.close()
    command = [sys.executable, "-m", "counter", "--home", str(shop.places.home)]
    environment = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8", "COUNTER_LANGUAGE": "en"}
    with Terminal(command, environment) as terminal:
        terminal.wait_for("PWNED")
        terminal.press(f"sun\r{PIN}\r")
        terminal.wait_for("My queue")
        terminal.settle()
        told = b""
        for keys, word in WINDOWS:
            terminal.forget()
            terminal.press(keys)
            terminal.wait_for(word)
            terminal.settle()
            told += terminal.output
    assert told.count(b"PWNED") > 20
    told = told.replace(POINTER, b"")
    unknown = {found for found in ESCAPE.findall(told) if not DRAWN.fullmatch(found)}
    assert unknown == set()
    assert OBEYED.findall(ESCAPE.sub(b"", told).decode().replace("\r", "")) == []


def test_a_name_that_is_markup_may_sign_in(shop: Shop, pin_hash: str) -> None:
    hire(shop, "x", Role.CLERK, pin_hash)
    poison(shop, "[/x]")

    async def play(front: Front) -> None:
        await front.reaches(SignIn)
        await front.press("x", "enter", *PIN, "enter")
        await front.reaches(Home)
        await front.shows("[/x] | [/x]")

    at_counter(shop, play)
