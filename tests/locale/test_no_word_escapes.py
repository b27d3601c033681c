"""The whole application and every command in a language that shows what was not translated."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from counter.customers import CustomerDraft, add_customer
from counter.desk import Actor
from counter.keymap import IDS
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from models.terms import HitKind, Role, TicketKind
from screens.widgets.form import Form
from tests.locale.pseudo import speak_pseudo, words_left
from tests.premises import PIN, Sale, hire, sell
from tests.screens.front import Front, at_counter

KEYS = "Alt Backspace Ctrl Del Down End Enter Esc Home Left PgDn PgUp Right Shift Space Tab Up"
DATA = frozenset(
    [
        *KEYS.split(),
        *"Counter CNY English Asia Shanghai".split(),
        *"sun Sun li Li wu Wu K RC TW SN Rice cooker Cotton towel".split(),
    ]
)
"""What is no word of the program: keys, its name, names, numbers and goods of the shop."""


SETTINGS = " ".join(name for one in IDS for name in re.findall("[A-Za-z]{2,}", one))
"""Actions of the key map, by the names that the settings have for them."""

STORE = (
    "SQLite wal quick_check quick check customer phone product receipt ticket UTF GB"
    " native online retail nyc mediated"
)
"""Parts of the store, by the names that they have in it."""


CUT = re.compile(r"(?<=[│┐┘])[^\W_]+|[^\W_]+(?=[│┌└])")
"""A piece of a word whose rest a window covers: nothing in a window touches its border."""


class Walk:
    """Goes through the application and keeps every untranslated word with the place it stood."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.left: dict[str, str] = {}

    async def look(self, *keys: str) -> None:
        """Press keys, let everything come to rest, and read the screen."""
        await self.front.press(*keys)
        for _round in range(3):
            await self.front.app.workers.wait_for_complete()
            await self.front.pilot.pause()
        step = f"{type(self.front.app.screen).__name__} after {' '.join(keys)}"
        for line in self.front.text.splitlines():
            for word in words_left(CUT.sub(" ", line), DATA):
                self.left.setdefault(word, f"{step}: {line.strip()}")

    async def leave(self) -> None:
        """Close every dialog and sheet."""
        while self.front.app.screen.is_modal:
            await self.look("escape")

    async def submit(self, **values: str) -> None:
        """Fill the form in front in, and submit it."""
        self.front.app.screen.query_one(Form).fill(values)
        await self.look("ctrl+s")

    async def wait_for(self, kind: str) -> None:
        """Wait for a screen or dialog of that name."""
        await self.front.until(lambda: type(self.front.app.screen).__name__ == kind)


Play = Callable[[Walk], Any]


def walk(shop: Shop, play: Play, actor: Actor | None = None, *, data: str = "") -> None:
    """Let ``play`` walk, and find no word that was not translated, but those in ``data``."""
    found: dict[str, str] = {}

    async def run(front: Front) -> None:
        going = Walk(front)
        try:
            await play(going)
        finally:
            found.update(going.left)

    at_counter(shop, run, actor=actor, size=(140, 44))
    assert {word: place for word, place in found.items() if word not in data.split()} == {}


@pytest.fixture(autouse=True)
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_pseudo(monkeypatch)


@pytest.fixture
def busy(shop: Shop, supervisor: Actor, clerk: Actor, sale: Sale) -> str:
    """A shop with three tickets; the number of the one about the sale."""
    with shop.writing(supervisor) as desk:
        about = open_ticket(
            desk,
            TicketDraft(
                kind=TicketKind.RETURN,
                summary="电饭煲不热",
                body="开机后不加热",
                receipt_no=sale.receipt_no,
                customer_id=sale.customer_id,
            ),
        )
    with shop.writing(supervisor) as desk:
        open_ticket(desk, TicketDraft(kind=TicketKind.COMPLAINT, summary="等了很久"))
    with shop.writing(clerk) as desk:
        customer = add_customer(desk, CustomerDraft("李娜", "13912345678"))
        open_ticket(
            desk, TicketDraft(kind=TicketKind.INQUIRY, summary="几点关门", customer_id=customer)
        )
    return about.no


def test_first_run(shop: Shop) -> None:
    async def play(going: Walk) -> None:
        await going.wait_for("ActionMenu")
        await going.look()
        await going.look("1")
        await going.look("ctrl+s")
        await going.submit(name="x", code="a b", zone="Z", currency="1", supervisor_login="王")
        await going.submit(supervisor_name="王", supervisor_pin="1", again="1")
        await going.look("f1")

    walk(shop, play)


def test_sign_in_and_lock(shop: Shop, supervisor: Actor, sale: Sale) -> None:
    async def play(going: Walk) -> None:
        await going.look()
        await going.look("f1")
        await going.look("escape")
        await going.look("ctrl+s")
        await going.look(*"sun", "enter", *"111111", "enter")
        await going.look(*PIN, "enter")
        await going.wait_for("Home")
        await going.look()
        await going.look("ctrl+l")
        await going.wait_for("SignIn")
        await going.look()

    walk(shop, play)


def test_home_and_what_opens_from_everywhere(shop: Shop, supervisor: Actor, busy: str) -> None:
    async def play(going: Walk) -> None:
        await going.look()
        for keys in (("f1",), ("f9",), ("ctrl+g",), ("ctrl+p",)):
            await going.look(*keys)
            await going.look("escape")
        await going.look("ctrl+p", *"000")
        await going.leave()
        await going.look("ctrl+f", *"5678")
        await going.look("enter")
        await going.look("escape", "ctrl+f", "escape", *"0000", "enter")
        await going.look("ctrl+c")

    walk(shop, play, supervisor)


def test_everything_under_f9(shop: Shop, supervisor: Actor, busy: str) -> None:
    async def play(going: Walk) -> None:
        from screens.more import errands

        for errand in errands(going.front.app):
            if errand.key:
                continue  # has a test of its own
            errand.run()
            await going.look()
            while going.front.app.screen.is_modal:
                if going.front.app.screen.query(Form):
                    await going.look("ctrl+s")
                    await going.submit(old="1", pin="123456", again="123456")
                    await going.submit(old=PIN, pin="123456", again="123456")
                await going.look("escape")

    # A pack's name, who approved it, what its sum is called, and the first service times' name.
    version = "cn system SHA default"
    walk(shop, play, supervisor, data=f"{STORE} {SETTINGS} {version}")


def test_intake(shop: Shop, supervisor: Actor, busy: str, sale: Sale) -> None:
    async def play(going: Walk) -> None:
        await going.look("f2")
        await going.look("f1")
        await going.look("escape", "ctrl+s")
        for about in (sale.receipt_no, "5678", "伟", "0000"):
            going.front.app.screen.query_one(Form).fill({"about": about})
            await going.look()
            await going.look("enter")
        await going.look("escape", "f2")
        await going.look("ctrl+r")
        await going.submit(kind="return", summary="退货", customer_phone="12")
        await going.submit(customer_phone="13800001111")

    walk(shop, play, supervisor)


def test_lists_of_tickets(shop: Shop, supervisor: Actor, busy: str) -> None:
    async def play(going: Walk) -> None:
        await going.look("f5")
        for digit in "1234567":
            await going.look(digit)
        await going.look("1", "s")
        await going.look("f1")
        await going.look("escape", "slash", *"000")
        await going.look("escape")
        await going.look("space")
        await going.look("ctrl+g")
        await going.look("escape", "e")
        for step in "1234567":
            await going.look("space", "space", "b")
            await going.look(step)
            if not going.front.app.screen.query(Form):
                continue  # taken at once
            await going.look("ctrl+s")
            if going.front.app.screen.query(Form):  # something was missing
                await going.submit(note="同", outcome="informed", cause="other", informed="no")
            await going.leave()
        await going.look("u")
        await going.look("v")
        await going.look("1")
        await going.look("ctrl+s")
        await going.submit(name="我的")
        for pick in "23":
            await going.look("v")
            await going.look(pick)
            await going.look("1")
            await going.leave()
        await going.look("9")
        await going.look("e")
        await going.look("n")

    walk(shop, play, supervisor, data="tickets working csv")


def test_every_step_of_a_ticket(shop: Shop, supervisor: Actor, busy: str) -> None:
    async def play(going: Walk) -> None:
        going.front.app.open_ticket(busy)
        await going.wait_for("TicketScreen")
        await going.look()
        await going.look("f1")
        await going.look("escape", "ctrl+g")
        await going.look("escape")
        for key in "naxp":
            await going.look(key)
            await going.look("ctrl+s")
            await going.leave()
        await going.look("t")
        for key in "wsr":
            await going.look(key)
            await going.look("ctrl+s")
            await going.leave()
        await going.look("f")
        await going.submit(note="已告知")
        await going.look("w")
        await going.submit(note="问型号", wake_on="1")
        await going.submit(note="问型号", wake_on="2025-03-10")
        await going.look("b")
        await going.submit(note="已回")
        await going.look("n")
        await going.submit(note="记")
        await going.look("u")
        await going.look("k")
        await going.look("ctrl+s")
        await going.submit(customer="9999", note="更正")
        await going.submit(receipt_no="0", customer="", note="更正")
        await going.leave()
        await going.look("s")
        await going.submit(note="送修", wake_on="2025-03-10")
        await going.look("b")
        await going.submit(note="已回")
        await going.look("p")
        await going.submit(priority="P1", note="急")
        await going.look("a")
        await going.submit(to="li", department="维修部", note="请处理")
        await going.look("r")
        await going.submit(outcome="repaired", cause="product", liability="supplier", note="好")
        await going.look("c")
        await going.look("ctrl+s")
        await going.submit(informed="yes", note="电话")
        await going.look("o")
        await going.submit(note="又坏了")
        await going.look("v")

    walk(shop, play, supervisor)


def test_cancelled_tickets(shop: Shop, supervisor: Actor, busy: str) -> None:
    async def play(going: Walk) -> None:
        going.front.app.open_ticket(busy)
        await going.wait_for("TicketScreen")
        await going.look("z")
        await going.submit(note="误开")

    walk(shop, play, supervisor)


def test_receipt_and_customer(shop: Shop, supervisor: Actor, busy: str, sale: Sale) -> None:
    async def play(going: Walk) -> None:
        app = going.front.app
        for kind, ref in (
            (HitKind.RECEIPT, sale.receipt_no),
            (HitKind.CUSTOMER, str(sale.customer_id)),
        ):
            app.open_record(kind, ref)
            await going.look()
            await going.look("f1")
            await going.look("escape", "ctrl+g")
            await going.look("escape", "tab")
            await going.look("f2")
            await going.look("escape")
        app.open_record(HitKind.RECEIPT, "0")
        await going.look()

    walk(shop, play, supervisor)


@pytest.mark.parametrize("role", Role)
def test_staff_as_anybody(shop: Shop, role: Role, pin_hash: str) -> None:
    actor = hire(shop, "sun", role, pin_hash)
    hire(shop, "li", Role.CLERK, pin_hash)
    hire(shop, "wu", Role.TECHNICIAN)

    async def play(going: Walk) -> None:
        going.front.app.action_go("staff")
        await going.wait_for("StaffScreen")
        await going.look()
        await going.look("f1")
        await going.look("escape")
        if role not in (Role.SUPERVISOR, Role.ADMIN):
            return
        await going.look("a")
        await going.look("ctrl+s")
        await going.submit(login="li", name="王", role="admin")
        await going.submit(login="8", name="王", role="clerk")
        await going.leave()
        await going.look("c")
        await going.look("ctrl+s")
        await going.leave()
        for key in "rd":
            await going.look(key)
            await going.look("y")
            await going.leave()
        await going.look("d")

    walk(shop, play, actor)


def test_a_sale_without_anything(shop: Shop, supervisor: Actor, tmp_path: Path) -> None:
    sold = sell(shop, "1")

    async def play(going: Walk) -> None:
        for view in ("f5", "f2"):
            await going.look(view)
        for box in going.front.app.screen.query(Input):
            assert words_left(box.placeholder, DATA) == set()
        going.front.app.open_record(HitKind.CUSTOMER, str(sold.customer_id))
        await going.look()

    walk(shop, play, supervisor)
