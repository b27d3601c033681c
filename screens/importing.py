"""The part of the application that has an import going on beside it, whichever screen is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.events import Unmount

from counter.language import _
from screens.watching import Watching

if TYPE_CHECKING:
    from counter.import_order import ImportOrder
    from counter.places import Places
    from screens.frame import FramedScreen
    from screens.import_run import ImportRun


class Importing(Watching):
    """The import belongs to the application and to who began it, not to a screen.

    Attributes:
        import_run: the import that goes on, or the last one.
    """

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__(places, demo=demo)
        self.import_run: ImportRun | None = None

    @property
    def own_import(self) -> ImportRun | None:
        """The import, where the person who is signed in began it."""
        run = self.import_run
        return run if run is not None and run.order.actor == self._actor else None

    def begin_import(self, order: ImportOrder) -> None:
        """Import beside the application, one file at a time."""
        from screens.import_run import ImportRun

        if self.import_run is None or self.import_run.is_over:
            self.import_run = run = ImportRun(order)
            self.run_worker(self._import(run), group="import")

    @on(Unmount)
    async def leave_no_import_behind(self) -> None:
        """The application ends, however that came; an import ends with who hears it."""
        run = self.import_run
        if run is not None and not run.is_over:
            run.stop()
            await run.ended()

    async def _import(self, run: ImportRun) -> None:
        from screens.imports import ImportsScreen

        def show(screen: FramedScreen) -> None:
            if isinstance(screen, ImportsScreen):
                screen.show_run()
            elif run.is_over:
                screen.say(*run.news())

        await run.go(lambda: self.in_front(show))
        if not self.is_signed_in:
            return
        if self.own_import is run:  # else the title bar says so when that person is back
            self.in_front(show)
        self.in_front(lambda screen: screen.show_title())

    def title_parts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the title bar shows; how far an import is, too."""
        left, right = super().title_parts()
        run = self.import_run
        if run is None or not self.is_signed_in or (run.is_over and self.own_import is None):
            return left, right
        return left, (run.sign(), *right)

    async def action_quit(self) -> None:
        """Leave; where that stops an import, ask before."""
        run = self.import_run
        if run is None or run.is_over:
            await super().action_quit()
        elif run.order.dry_run:  # it stores nothing, so there is nothing to go on from
            await self._stop_and_quit(run)
        else:
            self._ask_before_leaving(run)

    def _ask_before_leaving(self, run: ImportRun) -> None:
        from screens.imports import LeaveImport
        from screens.widgets.dialog import open_dialog

        def answered(agrees: bool | None) -> None:
            if agrees:
                self.run_worker(self._stop_and_quit(run), group="quit")

        question = _("{file} is being imported. Leave all the same?").format(file=run.file)
        detail = _("The import stops. What is in stays; importing the file again goes on there.")
        open_dialog(self, LeaveImport(question, detail=detail), answered)

    async def _stop_and_quit(self, run: ImportRun) -> None:
        run.stop()
        await run.ended()
        await super().action_quit()
