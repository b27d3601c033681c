"""The application: its modes and keys, who is signed in, and the shop behind it.

The first frame is the sign-in; everything heavy (settings, the store, SQLModel, the other screens)
is brought in afterwards by a thread, and a fast hand at the sign-in waits for it without noticing.
"""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from counter import language
from counter.language import _
from counter.places import Places
from models.messages import N_
from screens.sign_in import SignIn
from screens.themes import register_themes, theme_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from textual.screen import Screen

    from counter.desk import Actor
    from counter.shop import ChangeWatch, Shop
    from models.errors import CounterError
    from models.terms import HitKind
    from models.views import DayNumbers

STYLES = Path(__file__).parent / "styles"

WATCH_SECONDS = 1.0
"""How often other terminals' writes are looked for (a microsecond a look)."""


class CounterApp(App[None]):
    """The service counter of one shop.

    Args:
        places: where this counter's files are; found by the environment when absent.
        demo: the shop is thrown away afterwards; the sign-in names its people and their PIN.

    Attributes:
        wants_demo: set when the application ends because somebody asked for the demo shop.
        intake_values: what the form for a new ticket begins with when it is shown next.
        left_steps: what was typed into the windows of a ticket's steps that were left again.
    """

    TITLE = "Counter"
    CSS_PATH = [STYLES / "global.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,ctrl+question_mark", "help", N_("Help"), id="app.help"),
        Binding("f2,ctrl+n", "go('intake')", N_("New ticket"), id="app.intake", key_display="F2"),
        Binding("f5,ctrl+t", "go('tickets')", N_("Tickets"), id="app.tickets", key_display="F5"),
        Binding("f9,ctrl+o", "more", N_("More"), id="app.more", key_display="F9"),
        Binding("ctrl+f", "find", N_("Find"), id="app.find"),
        Binding("ctrl+g", "menu", N_("Actions"), id="app.menu", show=False),
        Binding("ctrl+p", "palette", N_("Palette"), id="app.palette", show=False),
        Binding("ctrl+l", "lock", N_("Lock"), id="app.lock"),
        Binding("ctrl+q", "quit", N_("Quit"), id="app.quit", priority=True, show=False),
    ]
    MODES: ClassVar[dict[str, Any]] = {
        "sign_in": SignIn,
        "first_run": lambda: _screen("first_run", "FirstRun"),
        "home": lambda: _screen("home", "Home"),
        "intake": lambda: _screen("intake", "Intake"),
        "tickets": lambda: _screen("tickets", "Tickets"),
        "staff": lambda: _screen("staff", "StaffScreen"),
    }
    DEFAULT_MODE = "sign_in"

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__()
        self.places = places or Places.find()
        self.demo = demo
        self.wants_demo = False
        self.opened = asyncio.Event()
        self.numbers: DayNumbers | None = None
        self._shop: Shop | None = None
        self._actor: Actor | None = None
        self._watch: ChangeWatch | None = None
        self._last_touch = monotonic()
        self._reading_numbers = False
        self._is_locking = False
        self._leaves_anyway = False
        self.intake_values: dict[str, str] = {}
        self.left_steps: dict[tuple[str, str], dict[str, str]] = {}
        register_themes(self)

    # --- the shop and who is here -----------------------------------------------------------

    @property
    def shop(self) -> Shop:
        """The open shop; :attr:`opened` is set once there is one."""
        if self._shop is None:
            raise RuntimeError("The shop is not open yet.")
        return self._shop

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        if self._actor is None:
            raise RuntimeError("Nobody is signed in.")
        return self._actor

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in and the counter is not locked."""
        return self._actor is not None and self.current_mode not in ("sign_in", "first_run")

    def on_ready(self) -> None:
        """The first frame is painted: bring in the rest."""
        gc.freeze()
        gc.enable()
        from screens.opening import open_in_background

        self.run_worker(open_in_background(self), group="opening")

    def shop_opened(self, shop: Shop, watch: ChangeWatch) -> None:
        """The store is there: settings apply, sign-in may go on."""
        self._shop, self._watch = shop, watch
        self.theme = theme_for(shop.settings.theme)
        if shop.settings.keymap:
            self.set_keymap(shop.settings.keymap)
        self.opened.set()
        self.set_interval(WATCH_SECONDS, self._look_around)

    async def signed_in(self, actor: Actor) -> None:
        """Somebody signed in: the locked counter goes on, or another person starts at home."""
        same = self._actor is not None and self._actor.id == actor.id
        back = self._locked_mode if same else None
        if not same:
            await self._forget_screens()
            self.numbers, self.intake_values, self.left_steps = None, {}, {}
        self._actor, self._locked_mode = actor, None
        self._last_touch = monotonic()
        self.refresh_numbers()
        await self.switch_mode(back or "home")

    _locked_mode: str | None = None

    async def _forget_screens(self) -> None:
        """Take down every screen but the sign-in: nothing of the person before stays."""
        for name, factory in self.MODES.items():
            if name not in ("sign_in", self.current_mode) and name in self._screen_stacks:
                await self.remove_mode(name)
                self.add_mode(name, factory)

    async def start_over(self) -> None:
        """Build every screen anew, in the language that is active now."""
        await self._keep_typing()
        await self.switch_mode("sign_in")
        await self._forget_screens()
        await self.switch_mode("home")

    # --- moving about -----------------------------------------------------------------------

    def go_home(self) -> None:
        """Show the home screen."""
        self.switch_mode("home")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the application work only for somebody who is signed in."""
        if action in ("go", "more", "find", "menu", "lock", "palette"):
            return self.is_signed_in and (action != "go" or self._may_see(str(parameters[0])))
        return True

    def _may_see(self, mode: str) -> bool:
        from counter.permissions import Action, allowed

        return mode != "intake" or allowed(self.actor.role, Action.OPEN_TICKET)

    def action_go(self, mode: str) -> None:
        """Show the screen of that name, as it was left."""
        if not self.screen.is_modal:
            self.switch_mode(mode)

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
        """Show a ticket; ``news`` is said on its status line."""
        from screens.ticket import TicketScreen

        self.push_screen(TicketScreen(no, news=news))

    async def show_saved(self, no: str, news: str) -> None:
        """Go home and show the ticket that was just opened, with its number said.

        Whatever else was open there belonged to the customer who is served by now.
        """
        await self.switch_mode("home")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.open_ticket(no, news=news)

    def open_intake(self, **values: str) -> None:
        """Show the form for a new ticket with some fields filled in."""
        self.intake_values = values
        self.switch_mode("intake")

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

    def _fatal_error(self) -> None:
        """End with one sentence; the traceback goes to a file, without what variables held.

        Textual would print every local variable, customers' names and phones among them.
        """
        from screens.crash import last_words

        self._exit_renderables.append(last_words(self.places.crashes, self._exception))
        self._close_messages_no_wait()

    def action_help_quit(self) -> None:
        """Ctrl+C is no way out, by habit or by mistake: say which key is."""
        self._on_framed(lambda screen: screen.say(_("Ctrl+Q leaves the counter.")))

    async def action_quit(self) -> None:
        """Leave; what is being typed is kept as a draft before.

        Where it cannot be kept the clerk decides: the key again leaves all the same.
        """
        error = await self._keep_typing()
        if error is None or self._leaves_anyway:
            self.exit()
            return
        self._leaves_anyway = True
        told = _("What you were typing is not saved. {reason} Ctrl+Q again leaves all the same.")
        reason = language.sentence(error)
        self._on_framed(lambda screen: screen.say(told.format(reason=reason), "problem"))

    async def _keep_typing(self) -> CounterError | None:
        """Keep what is being typed on any screen as a draft; what prevented it, if anything."""
        from screens.frame import keep_typing

        return await keep_typing([one for stack in self._screen_stacks.values() for one in stack])

    # --- locking ----------------------------------------------------------------------------

    def action_lock(self) -> None:
        """Lock the counter; everything stays as it is behind the sign-in."""
        if self.is_signed_in and not self._is_locking:
            self._is_locking = True
            self.run_worker(self._lock(), group="lock")

    async def _lock(self) -> None:
        """Lock first and save the typing then: a store that is busy must not keep it open."""
        try:
            self._locked_mode = self.current_mode
            await self.switch_mode("sign_in")
            await self._keep_typing()
        finally:
            self._is_locking = False

    async def on_event(self, event: events.Event) -> None:
        """Remember when a key was pressed last, wherever it went."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._last_touch = monotonic()
        await super().on_event(event)

    # --- what changes by itself -------------------------------------------------------------

    def _look_around(self) -> None:
        """Lock when idle, keep the clock right, and notice what other terminals wrote."""
        if not self.is_signed_in or self._watch is None:
            return
        idle = monotonic() - self._last_touch
        if idle > self.shop.settings.lock_after_minutes * 60:
            self.action_lock()
            return
        if self._watch.changed():
            self.refresh_numbers()
            self._on_framed(lambda screen: screen.store_changed())
        self._on_framed(lambda screen: screen.show_title())

    def _on_framed(self, act: Callable[[Any], None]) -> None:
        from screens.frame import FramedScreen

        # One that was pushed a moment ago has no bars yet; it reads everything when it has.
        framed = [
            screen
            for screen in self.screen_stack
            if isinstance(screen, FramedScreen) and screen.is_mounted
        ]
        if framed:
            act(framed[-1])

    def refresh_numbers(self) -> None:
        """Read the numbers of the title bar and of the home screen again."""
        if not self._reading_numbers and self._actor is not None:
            self._reading_numbers = True
            self.run_worker(self._read_numbers(), group="numbers")

    async def _read_numbers(self) -> None:
        from counter import lookup
        from models.errors import CounterError

        asked_by = self.actor

        def ask() -> DayNumbers:
            with self.shop.reading(asked_by) as desk:
                return lookup.day_numbers(desk)

        try:
            self.numbers = await asyncio.to_thread(ask)
        except CounterError as error:
            self._on_framed(partial(_say, error))
            return
        finally:
            self._reading_numbers = False
        if self._actor != asked_by:  # another person signed in meanwhile
            self.numbers = None
            self.refresh_numbers()
            return
        self._on_framed(lambda screen: screen.show_title())

    def title_parts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the title bar shows at its left and at its right."""
        from screens.headings import title_parts

        return title_parts(self._shop, self._actor, self.numbers)


def _screen(module: str, name: str) -> Screen[Any]:
    """Build a screen whose module is imported when it is first shown."""
    from importlib import import_module

    screen: Screen[Any] = getattr(import_module(f"screens.{module}"), name)()
    return screen


def _say(error: Any, screen: Any) -> None:
    screen.say_error(error)
