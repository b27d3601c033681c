"""The import that goes on beside the application: how far it is, and what became of it."""

from __future__ import annotations

from asyncio import Event
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from counter.import_order import ImportOrder
from counter.import_process import ImportProcess
from counter.language import _, number, sentence, title
from models.errors import CounterError
from screens.widgets.statusline import Tone

_RECENT: Final = 40
"""Steps that the rate is worked out from, some ten seconds: rows of an earlier, broken-off import
are passed over quickly and say little about those behind them."""


class ImportRun:
    """One import, from its start to its end.

    Args:
        order: what is imported, and for whom.

    Attributes:
        rows: rows done.
        summary: the summary in the form that the command prints, once the file is through.
        failure: code, title and sentence of what ended it before, all translated.
        is_stopping: it was told to stop.
        is_seen: the person who began it has read what became of it.
    """

    def __init__(self, order: ImportOrder) -> None:
        self.order = order
        self.rows = 0
        self.summary: dict[str, Any] | None = None
        self.failure: tuple[str, str, str] | None = None
        self.is_stopping = False
        self.is_over = False
        self.is_seen = False
        self.process: ImportProcess | None = None
        self._gone = Event()
        self._done, self._of = 0, 0
        self._steps: deque[tuple[float, int, int]] = deque(maxlen=_RECENT)

    async def go(self, moved: Callable[[], None]) -> None:
        """Import; ``moved`` is called after every step that was heard of."""
        try:
            self.process = await ImportProcess.start(self.order)
        except CounterError as error:
            self.failure = error.code, title(error), sentence(error)
            self.is_over = True
            return
        try:
            if self.is_stopping:
                self.process.stop()
            async for said in self.process.lines():
                self._hear(said)
                moved()
        finally:
            self.process.stop()
            await self.process.ended()
            self.is_over = True
            self._gone.set()

    def stop(self) -> None:
        """Let it end after the rows it is at; importing the file again goes on from there."""
        self.is_stopping = True
        if self.process is not None:
            self.process.stop()

    async def ended(self) -> None:
        """Wait until the process is gone, where there was one."""
        if self.process is not None:
            await self._gone.wait()

    def _hear(self, said: dict[str, Any]) -> None:
        if said["event"] == "progress":
            self.rows, self._done, self._of = said["rows"], said["bytes"], said["of"]
            self._steps.append((monotonic(), self.rows, self._done))
        elif said["event"] == "done":
            self.summary = said
        elif said["event"] == "failed":
            self.failure = said["error"], said["title"], said["message"]
        elif said["event"] == "lost" and not self.is_stopping:
            self.failure = "lost", _("The import was ended from outside"), self._goes_on()

    # --- in words ---------------------------------------------------------------------------

    @property
    def file(self) -> str:
        """The file's name."""
        return self.order.path.name

    @property
    def percent(self) -> int:
        """How much of the file was read."""
        return min(100 * self._done // self._of, 100) if self._of else 0

    def sign(self) -> str:
        """A few words for the title bar; they change with every hundredth of the file."""
        if self.is_over:
            return "" if self.is_seen else _("import has ended")
        if self.order.dry_run:
            return _("check {percent} %").format(percent=self.percent)
        return _("import {percent} %").format(percent=self.percent)

    def progress(self) -> str:
        """Rows so far, rate, and how long it will take."""
        if self.is_stopping:
            return _("{file}: stopping ...").format(file=self.file)
        if not self._of:
            return _("{file}: reading ...").format(file=self.file)
        said = _("{file}: {rows} rows, {percent} %").format(
            file=self.file, rows=number(self.rows), percent=self.percent
        )
        (began, rows, done), (now, *_counts) = self._steps[0], self._steps[-1]
        if now <= began or self._done <= done:
            return said
        rate = round((self.rows - rows) / (now - began))
        left = (self._of - self._done) * (now - began) / (self._done - done)
        said += _(", {rate} rows a second").format(rate=number(rate))
        if left < 60:
            return said + _(", {seconds} s left").format(seconds=max(round(left), 1))
        return said + _(", {minutes} min left").format(minutes=round(left / 60))

    def news(self) -> tuple[str, Tone]:
        """What became of it, in a sentence for the status line."""
        if self.failure is not None:
            return f"{self.failure[1]}: {self.failure[2]}", "problem"
        if self.summary is None:
            return self._goes_on(), "hint"
        if self.summary["was_known"]:
            said = _("{file} was taken in before; nothing was read.")
            return said.format(file=self.file), "done"
        told = (
            _("{file} was checked: {rows} rows, {rejected} would be rejected.")
            if self.order.dry_run
            else _("{file} is in: {rows} rows, {rejected} rejected.")
        )
        rows, rejected = self.summary["rows"], self.summary["rejected"]
        said = told.format(file=self.file, rows=number(rows), rejected=number(rejected))
        return said, "done"

    def _goes_on(self) -> str:
        if self.order.dry_run:
            return _("The check of {file} has ended; nothing was stored.").format(file=self.file)
        said = _("What is in of {file} stays. Importing it again goes on from there.")
        return said.format(file=self.file)
