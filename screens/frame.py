"""What every screen has in common: title bar, body, status line, key bar, and work in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from counter.language import _, ngettext, number, sentence, title
from models.errors import CounterError, SessionEnded
from screens.drafting import Typed
from screens.widgets.keybar import KeyBar
from screens.widgets.statusline import StatusLine, Tone
from screens.widgets.titlebar import TitleBar
from screens.widgets.toosmall import cover_when_too_small

if TYPE_CHECKING:
    from pathlib import Path

    from counter.desk import ReadingDesk, WritingDesk
    from counter.exporting import ViewFile
    from screens.app import CounterApp

T = TypeVar("T")


async def keep_typing(screens: Iterable[Screen[Any]]) -> CounterError | None:
    """Keep what is being typed on each of these screens as a draft; the first error, if any.

    All at once: what one screen cannot keep does not stop the next one, and every draft is that of
    who is signed in now, however long a busy store takes.
    """
    typed = [screen.save_draft_now() for screen in screens if isinstance(screen, Typed)]
    first: CounterError | None = None
    for ended in await asyncio.gather(*typed, return_exceptions=True):
        if isinstance(ended, CounterError):
            first = first or ended
        elif ended is not None:
            raise ended
    return first


class FramedScreen(Screen[None]):
    """A screen of the counter: one line at the top, one for feedback and one of keys at the foot.

    Everything that touches the store runs in a thread, one operation a desk; what comes back is
    handled on the event loop. An answer that a newer question of the same kind has overtaken is
    dropped.
    """

    def __init__(self) -> None:
        super().__init__()
        self._newest: dict[str, int] = {}
        self._under_way: set[str] = set()
        self._openings = 0
        self._is_in_front = False
        self._to_show: list[Callable[[], object]] = []

    # Textual calls the handlers of every class along the inheritance, so a screen that has its own
    # on_mount or on_screen_resume must not call these: they would run, and read the store, twice.

    @property
    def counter_app(self) -> CounterApp:
        """The application, by its own type."""
        return cast("CounterApp", self.app)

    @property
    def is_opening(self) -> bool:
        """An answer that opens something is under way: keys wait for what it opens."""
        return self._openings > 0

    @property
    def stands(self) -> bool:
        """Every part of it is there: it is not being put together, and not being taken down."""
        return self.is_mounted and bool(self.display)  # no longer displayed while it is taken down

    @property
    def receipt_in_hand(self) -> str:
        """The receipt, or receipt and line, that stands under the cursor; empty for none."""
        return ""

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title")
        with Vertical(id="body"):
            yield from self.compose_body()
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def compose_body(self) -> ComposeResult:
        """What stands between the title bar and the status line."""
        return iter(())

    def on_mount(self) -> None:
        """Show the title bar's parts from the first frame on."""
        self.show_title()

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was in front."""
        if self.stands:
            for bar in self.query(KeyBar):
                bar.show_keys_of(self)
            if not self._is_in_front:  # Textual tells it twice when a mode is first shown
                self._is_in_front = True
                self.store_changed()
            self.show_title()
            self._show_waiting()

    def on_screen_suspend(self) -> None:
        """Another screen is in front: what changes meanwhile is read when this one is again."""
        self._is_in_front = False

    def on_resize(self) -> None:
        """Cover what would be broken in a terminal that is too small."""
        cover_when_too_small(self)

    def show_title(self) -> None:
        """Fill the title bar with what the application knows now."""
        for bar in self.query(TitleBar):  # none when the application is just ending
            bar.left, bar.right = self.counter_app.title_parts()

    def store_changed(self) -> None:
        """Somebody wrote to the store: read again what is shown."""

    def help_lines(self) -> list[str]:
        """What this screen is for, in a few translated sentences for F1."""
        return []

    async def save_draft_now(self) -> None:
        """Keep what is being typed, before the counter locks or closes."""

    # --- feedback ---------------------------------------------------------------------------

    def say(self, text: str, tone: Tone = "hint") -> None:
        """Put a translated sentence on the status line."""
        for line in self.query(StatusLine):
            line.say(text, tone)

    def say_aside(self, text: str) -> None:
        """Put a few translated words at the end of the status line; none takes them away."""
        for line in self.query(StatusLine):  # none while the screen is being taken down
            line.aside = text

    def say_error(self, error: CounterError) -> None:
        """Put an error's sentence on the status line; one that ends the session locks."""
        self.say(f"{title(error)}: {sentence(error)}", "problem")
        if isinstance(error, SessionEnded):
            self.counter_app.lock(error)

    def say_failure(self, error: Exception) -> None:
        """Say why a list could not be read; what is no error of ours ends in a crash report."""
        if not isinstance(error, CounterError):
            raise error
        self.say_error(error)

    def when_in_front(self, show: Callable[[], object]) -> None:
        """Open a window that an answer brings: now, or once this screen is in front again.

        What comes late must not open over another screen, over a hand that is typing, or over the
        sign-in of a counter that was locked meanwhile.
        """
        self._to_show.append(show)
        self._show_waiting()

    def _show_waiting(self) -> None:
        while self._to_show and self.is_active:
            self._to_show.pop(0)()

    # --- work in threads --------------------------------------------------------------------

    def read(
        self,
        question: Callable[[ReadingDesk], T],
        answered: Callable[[T], None],
        *,
        group: str = "read",
        failed: Callable[[CounterError], None] | None = None,
        opens: bool = False,
    ) -> None:
        """Ask the store in a thread; ``answered`` gets the rows on the event loop.

        Where the answer ``opens`` something, keys that are typed meanwhile wait for it.
        """
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def ask() -> T:
            with shop.reading(actor) as desk:
                return question(desk)

        self._begin(ask, answered, failed or self.say_error, group, opens=opens)

    def write(
        self,
        operation: Callable[[WritingDesk], T],
        done: Callable[[T], None],
        *,
        group: str = "write",
        failed: Callable[[CounterError], None] | None = None,
        opens: bool = False,
    ) -> None:
        """Run an operation in a thread, in one unit of work; ``done`` is called once it is kept.

        While one of a group is under way, a second one is a key that repeats and does nothing. The
        outcome is always told: by ``done`` or ``failed``, or, when this screen is gone by then, on
        the status line of the one in front.
        """
        if group in self._under_way:
            return
        self._under_way.add(group)
        app = self.counter_app
        shop, actor = app.shop, app.actor

        def operate() -> T:
            with shop.writing(actor) as desk:
                return operation(desk)

        async def run() -> None:
            try:
                result = await asyncio.to_thread(operate)
            except CounterError as error:
                if self.stands:
                    (failed or self.say_error)(error)
                else:
                    app.say_in_front(error)
                return
            finally:
                self._under_way.discard(group)
            if self.stands:
                done(result)

        running = run()
        app.run_worker(self.opening(running) if opens else running, group=group, exclusive=False)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run ``work`` in a thread and wait for it without blocking the event loop."""
        return await asyncio.to_thread(work)

    def _begin(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[CounterError], None],
        group: str,
        *,
        opens: bool = False,
    ) -> None:
        number = self._newest[group] = self._newest.get(group, 0) + 1

        async def run() -> None:
            try:
                result = await asyncio.to_thread(work)
            except CounterError as error:
                if self._is_newest(group, number):
                    failed(error)
                return
            if self._is_newest(group, number):
                done(result)

        running = run()
        self.run_worker(self.opening(running) if opens else running, group=group, exclusive=False)

    def opening(self, work: Awaitable[None]) -> Coroutine[None, None, None]:
        """``work``, for which keys wait from this moment on: it opens what they are meant for."""
        self._openings += 1

        async def run() -> None:
            try:
                await work
            finally:
                self._openings -= 1

        return run()

    def _is_newest(self, group: str, number: int) -> bool:
        return self.stands and self._newest.get(group) == number

    def nothing_newer(self, group: str) -> None:
        """Drop the answers of ``group`` that are still under way."""
        self._newest[group] = self._newest.get(group, 0) + 1

    def export(self, write: Callable[[ReadingDesk, Path], ViewFile]) -> None:
        """Write a list for a spreadsheet in a thread, and say where it is."""
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def work() -> ViewFile:
            from counter.exporting import export_recorded  # here: it reads from the disk

            return export_recorded(shop, actor, write)

        def done(file: ViewFile) -> None:
            # The name first: a narrow line cuts the folder, which is always the same.
            said = ngettext(
                "{rows} row: {name} in {folder}", "{rows} rows: {name} in {folder}", file.rows
            ).format(rows=number(file.rows), name=file.path.name, folder=file.path.parent)
            if file.unrecorded is None:
                self.say(said, "done")
                return
            refused = _("The audit could not be told: {detail}").format(
                detail=sentence(file.unrecorded)
            )
            self.say(f"{said}. {refused}", "problem")

        self.say(_("Writing ..."))
        self._begin(work, done, self.say_error, "export")

    # --- keys that every screen has ---------------------------------------------------------

    def action_back(self) -> None:
        """Go back to the screen before; at the first one of a mode, to where it was called from."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.counter_app.go_back()
