"""The whole of the work, by keys alone, on the smallest terminal, in both languages."""

from __future__ import annotations

import csv

import pytest

from counter import language
from counter.desk import Actor
from counter.language import _
from counter.shop import Shop
from counter.words import label
from models.terms import Outcome, TicketKind, TicketStatus
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.sign_in import SignIn
from screens.ticket import TicketScreen
from screens.tickets import Tickets
from screens.widgets.ask import Ask
from screens.widgets.form import Form
from tests.premises import PIN, Sale, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter


@pytest.mark.parametrize("spoken", list(language.LANGUAGES))
def test_the_first_ticket_of_the_day(
    shop: Shop, clerk: Actor, sale: Sale, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    language.use(spoken)
    no = "P-20250308-0001"

    async def play(front: Front) -> None:
        await front.reaches(SignIn)
        await front.press(*"li", "enter", *PIN, "enter")
        await front.reaches(Home)
        await front.until(lambda: front.app.screen.focused is not None)

        await front.press(*sale.receipt_no, "enter")
        await front.reaches(ReceiptScreen)
        await front.until(lambda: "Rice cooker 4 l" in front.text)
        await front.press("f2")
        await front.until(lambda: front.app.current_mode == "intake")
        form = front.app.screen.query_one(Form)
        await front.until(lambda: form.values()["about"] == f"{sale.receipt_no}/1")
        kind = form.fields["kind"]
        await front.until(lambda: front.app.focused is kind.control_widget)
        await front.press("5", "enter")
        await type_text(front, "不通电")
        await front.press("ctrl+s")

        await front.reaches(TicketScreen)
        await front.until(lambda: no in front.status)
        await front.shows(label(TicketKind.REPAIR), "不通电", f"[{label(TicketStatus.NEW)}]")
        await front.press("t")
        await front.shows(f"[{label(TicketStatus.OPEN)}]")
        await front.press("n")
        await front.reaches(Ask)
        await type_text(front, "换了保险丝")
        await front.press("ctrl+s")
        await front.shows("换了保险丝")
        await front.press("r")
        await front.reaches(Ask)
        await front.press("1", "enter", "1", "ctrl+s")
        await front.shows(f"[{label(TicketStatus.RESOLVED)}]", label(next(iter(Outcome))))
        await front.press("c")
        await front.reaches(Ask)
        await front.press("y", "ctrl+s")
        await front.shows(f"[{label(TicketStatus.CLOSED)}]", _("customer told"))

        await front.press("f5")
        await front.reaches(Tickets)
        await front.press("6", "k")
        await front.shows(no, "不通电")
        await front.press("e")
        await front.until(lambda: ".csv" in front.status)
        await front.press("escape")
        await front.reaches(TicketScreen)
        await front.press("escape")
        await front.reaches(Home)
        await front.press("ctrl+q")

    at_counter(shop, play)
    assert rows(shop, "SELECT no, kind, status, summary FROM ticket") == [
        (no, "repair", "closed", "不通电")
    ]
    assert rows(shop, "SELECT kind FROM ticket_event ORDER BY event_no") == [
        ("create",),
        ("take",),
        ("note",),
        ("resolve",),
        ("close",),
    ]
    (file,) = (shop.places.exports / "views").iterdir()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row[_("ticket")] == no
    assert row[_("about")] == "不通电"
    assert row[_("customer")] == "王伟"
    assert row[_("status")] == label(TicketStatus.CLOSED)
