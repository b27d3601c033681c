"""The application: its modes and keys."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType

from counter.language import _
from counter.places import Places
from models.messages import N_
from screens.themes import register_themes
from screens.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.screen import Screen


STYLES = Path(__file__).parent / "styles"


class CounterApp(Ways):
    """The service counter of one shop: its keys and its screens."""

    TITLE = "Counter"
    CSS_PATH = [STYLES / "global.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,ctrl+question_mark", "help", N_("Help"), id="app.help"),
        Binding("f2,ctrl+n", "go('intake')", N_("New ticket"), id="app.intake", key_display="F2"),
        Binding(
            "f4,ctrl+y", "check_return", N_("Return check"), id="app.returns", key_display="F4"
        ),
        Binding("f5,ctrl+t", "go('tickets')", N_("Complaints"), id="app.tickets", key_display="F5"),
        Binding("f7", "go('overdue')", N_("Overdue"), id="app.overdue"),
        # First of all: in a field Ctrl+D would take a letter away.
        Binding(
            "ctrl+d", "go('overdue')", N_("Overdue"), id="app.overdue", show=False, priority=True
        ),
        Binding("f9,ctrl+o", "more", N_("More"), id="app.more", key_display="F9"),
        Binding("f12", "go('cases')", N_("Returns"), id="app.cases", show=False),
        Binding("ctrl+f", "find", N_("Find"), id="app.find"),
        Binding("ctrl+g", "menu", N_("Actions"), id="app.menu", show=False),
        Binding("ctrl+p", "palette", N_("Palette"), id="app.palette", show=False),
        Binding("ctrl+l", "lock", N_("Lock"), id="app.lock"),
        Binding("ctrl+q", "quit", N_("Quit"), id="app.quit", priority=True, show=False),
    ]
    MODES: ClassVar[dict[str, Any]] = {
        "sign_in": lambda: _screen("sign_in", "SignIn"),
        "first_run": lambda: _screen("first_run", "FirstRun"),
        "home": lambda: _screen("home", "Home"),
        "intake": lambda: _screen("intake", "Intake"),
        "returns": lambda: _screen("returns", "ReturnCheck"),
        "tickets": lambda: _screen("tickets", "Tickets"),
        "staff": lambda: _screen("staff", "StaffScreen"),
        "cases": lambda: _screen("return_list", "ReturnList"),
        "overdue": lambda: _screen("overdue", "Overdue"),
        "keys": lambda: _screen("keys", "KeysScreen"),
        "imports": lambda: _screen("imports", "ImportsScreen"),
    }
    DEFAULT_MODE = "doorway"

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__(places, demo=demo)
        register_themes(self)

    def delay_update(self, delay: float = 0.0) -> None:
        """Change screens at once: Textual would hold back every change for 50 ms.

        Its delay masks screens that are put together in steps; ours are painted whole.
        """

    # --- moving about -----------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the application work only for somebody who is signed in."""
        if action == "check_return":
            return self.is_signed_in and self._may_see("returns")
        if action in ("go", "more", "find", "menu", "lock", "palette"):
            return self.is_signed_in and (action != "go" or self._may_see(str(parameters[0])))
        return True

    def _may_see(self, mode: str) -> bool:
        from counter.permissions import Action, allowed

        needed = {"intake": Action.OPEN_TICKET, "returns": Action.HANDLE_RETURN}
        return mode not in needed or allowed(self.actor.role, needed[mode])

    def action_go(self, mode: str) -> None:
        """Show the screen of that name, as it was left."""
        if not self.screen.is_modal:
            self._remember_way()
            self.switch_mode(mode)

    def action_check_return(self) -> None:
        """Check a return, of the receipt that stands on the screen where there is one."""
        from screens.frame import FramedScreen

        if not self.screen.is_modal and isinstance(self.screen, FramedScreen):
            self.open_return_check(self.screen.receipt_in_hand)

    def action_find(self) -> None:
        """Go to the find box."""
        from screens.home import Home

        if self.screen.is_modal:
            return
        self.switch_mode("home")
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if isinstance(self.screen, Home):
            self.screen.focus_find()

    def action_help(self) -> None:
        """Explain the screen and list its keys."""
        from screens.help import open_help

        open_help(self)

    def action_more(self) -> None:
        """Show everything that has no key of its own."""
        from screens.more import open_more

        open_more(self)

    def action_menu(self) -> None:
        """List the actions of the moment by digit."""
        from screens.more import open_actions

        open_actions(self)

    def action_palette(self) -> None:
        """Open the command palette."""
        from screens.palette import open_palette

        open_palette(self)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action by verb and object, for the palette."""
        from screens.palette import commands

        for words, explanation, run in commands(self):
            yield SystemCommand(words, explanation, run)

    def action_help_quit(self) -> None:
        """Ctrl+C is no way out, by habit or by mistake: say which key is."""
        self.in_front(lambda screen: screen.say(_("Ctrl+Q leaves the counter.")))

    def _fatal_error(self) -> None:
        """End with one sentence; the traceback goes to a file, without what variables held.

        Textual would print every local variable, customers' names and phones among them.
        """
        from screens.crash import last_words

        self._exit_renderables.append(last_words(self.places.crashes, self._exception))
        self._close_messages_no_wait()


def _screen(module: str, name: str) -> Screen[Any]:
    """Build a screen whose module is imported when it is first shown."""
    screen: Screen[Any] = getattr(import_module(f"screens.{module}"), name)()
    return screen
