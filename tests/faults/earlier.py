"""A store that the first program founded and worked with."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter import tickets
from models.terms import Role
from tests.data.test_migrations import program_of, without_newer_scripts
from tests.premises import Clock, hire, places_at, sell, shop_at

TICKETS = 10


def earlier_store(home: Path, scripts: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Found a store in ``home`` with the first migration alone; its file."""
    with monkeypatch.context() as earlier:
        program_of(without_newer_scripts(scripts, "0001"), "0001", earlier)
        shop = shop_at(home, Clock())
        sale, sun = sell(shop, phone=False), hire(shop, "sun", Role.SUPERVISOR)
        for number in range(TICKETS):
            draft = tickets.TicketDraft(
                "repair", f"Cooker {number}", "Cold. " * 2000, receipt_no=sale.receipt_no
            )
            with shop.writing(sun) as desk:
                tickets.open_ticket(desk, draft)
        shop.close()
    return places_at(home).store.path
