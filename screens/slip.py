"""The slip for the customer: shown as it will stand on the paper, and printed by a key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from counter.language import _, sentence
from counter.printing import is_set_up, print_slip
from counter.slips import Slip, record_print, slip_for, text_of
from models.errors import CounterError
from models.messages import N_
from screens.widgets.dialog import open_dialog
from screens.widgets.plain import PlainText
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from screens.frame import FramedScreen


class SlipSheet(Sheet):
    """The slip as text; ``p`` prints it where the settings name a printer.

    Args:
        slip: what to show.
        screen: where it was asked for, and is told what became of it.
    """

    DEFAULT_CSS = """
    SlipSheet {
        & > #dialog { width: 64; }
        & .sheet--line { padding: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "print", N_("Print"), id="slip.print"),
    ]

    def __init__(self, slip: Slip, screen: FramedScreen) -> None:
        columns = screen.counter_app.shop.settings.printer_columns
        super().__init__(_("{no}: slip").format(no=slip.no), [Part("", [text_of(slip, columns)])])
        self._slip = slip
        self._from = screen
        self._is_printing = False

    def help_lines(self) -> list[str]:
        """What a slip is good for, and what prints it."""
        return [
            _("The customer takes it along; a second one says that it is a copy."),
            _("p prints it, where the settings name a printer."),
        ]

    def on_mount(self) -> None:
        printer = is_set_up(self._from.counter_app.shop.settings)
        said = _("p: print.  Esc: back.") if printer else _("No printer is set up.  Esc: back.")
        self.query_one(".dialog--keys", PlainText).update(said)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is a printer."""
        return action != "print" or is_set_up(self._from.counter_app.shop.settings)

    def action_print(self) -> None:
        """Print it in a thread; a printer that does not answer costs nothing but the words."""
        if not self._is_printing:
            self._is_printing = True
            self._from.app.run_worker(self._print(), group="print")

    async def _print(self) -> None:
        app, slip = self._from.counter_app, self._slip
        line = self.query_one(".dialog--keys", PlainText)
        line.update(_("Printing ..."))

        def work() -> None:
            print_slip(app.shop.settings, slip)
            with app.shop.writing(app.actor) as desk:
                record_print(desk, slip.no)

        try:
            await asyncio.to_thread(work)
        except CounterError as error:
            if self.is_mounted:
                line.update(f"! {sentence(error)}")
            else:
                app.say_in_front(error)
            return
        finally:
            self._is_printing = False
        if self.is_mounted:
            self.dismiss()
        app.in_front(
            lambda screen: screen.say(_("{no}: the slip is printed.").format(no=slip.no), "done")
        )


def open_slip(screen: FramedScreen, no: str) -> None:
    """Show the slip of a ticket or a return."""
    screen.read(
        lambda desk: slip_for(desk, no),
        lambda slip: screen.when_in_front(lambda: open_dialog(screen.app, SlipSheet(slip, screen))),
        group="slip",
        opens=True,
    )
