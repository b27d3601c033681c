"""The ways between the screens: records shown on top, forms that begin with what is in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter.places import Places
from screens.entrance import Entrance

if TYPE_CHECKING:
    from datetime import date

    from models.terms import HitKind


WAYS_BACK = ("home", "tickets", "staff", "cases", "overdue")
"""Screens that Esc leads back to from another one."""


class Ways(Entrance):
    """The part of the application that leads from one screen to another."""

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__(places, demo=demo)
        self._way_back = "home"

    def _remember_way(self) -> None:
        self._way_back = self.current_mode if self.current_mode in WAYS_BACK else "home"

    def go_back(self) -> None:
        """Show where this screen was called from: the list, or home."""
        back, self._way_back = self._way_back, "home"
        self.switch_mode(back)

    def today(self) -> date:
        """The local calendar date in the shop's zone."""
        return self.shop.clock().astimezone(self.shop.site.zone).date()

    def open_record(self, kind: HitKind, ref: str) -> None:
        """Show a ticket, receipt or customer on top of the screen that is shown."""
        from models.terms import HitKind
        from screens.customer import CustomerScreen
        from screens.receipt import ReceiptScreen

        if kind is HitKind.TICKET:
            self.open_ticket(ref)
        elif kind is HitKind.RECEIPT:
            self.push_screen(ReceiptScreen(ref))
        elif kind is HitKind.CUSTOMER:
            self.push_screen(CustomerScreen(int(ref)))

    def open_ticket(self, no: str, *, news: str = "") -> None:
        """Show a ticket, or the return that it is of; ``news`` is said on the status line."""
        from screens.return_case import open_case_or_ticket

        open_case_or_ticket(self, no, news)

    def open_return(self, no: str, *, news: str = "") -> None:
        """Show a return case; ``news`` is said on its status line."""
        from screens.return_case import ReturnCaseScreen

        self.push_screen(ReturnCaseScreen(no, news=news))

    async def show_saved(self, no: str, news: str) -> None:
        """Go home and show the ticket that was just opened, with its number said.

        Whatever else was open there belonged to the customer who is served by now.
        """
        from screens.ticket import TicketScreen

        await self.switch_mode("home")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.push_screen(TicketScreen(no, news=news))

    def open_intake(self, **values: str) -> None:
        """Show the form for a new ticket with some fields filled in."""
        self.intake_values = values
        self._remember_way()
        self.switch_mode("intake")

    def open_return_check(self, text: str) -> None:
        """Show the return check; it looks for the receipt that ``text`` names, if any."""
        from screens.returns import ReturnCheck

        self.return_text = text
        was_here = self.current_mode == "returns"
        if not was_here:
            self._remember_way()
            self.switch_mode("returns")
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if was_here and isinstance(self.screen, ReturnCheck):
            self.screen.begin_as_asked(again=True)
