"""A window with a few fields whose typing is kept as a draft until it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.binding import Binding, BindingType

from counter import drafts
from counter.desk import WritingDesk
from counter.language import _, sentence
from models.errors import CounterError, InvalidInput, SessionEnded
from models.messages import N_
from screens.drafting import DraftKeeper
from screens.widgets.ask import Ask, Validator
from screens.widgets.form import Field, Form, SecretField
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from screens.app import CounterApp

T = TypeVar("T")


class KeptAsk(Ask):
    """Left with escape, by a lock or by a power cut, it shows its typing when it opens again.

    What is wrong stands above the fields, in full: a window has no status line.

    Args:
        title: what is asked, already translated; names the record.
        fields: the fields, in their order; secret ones are never kept.
        draft: the draft's name.
        validate: what is done before the window closes, with :meth:`carry_out`.
    """

    DEFAULT_CSS = """
    KeptAsk {
        & #problem { color: $text-error; text-style: bold; margin: 1 0 0 0; display: none; }
        & #problem:nocolor { color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "clear", N_("Clear form"), id="ask.clear"),
    ]

    def __init__(
        self, title: str, fields: Sequence[Field], *, draft: str, validate: Validator
    ) -> None:
        super().__init__(
            title, fields, validate=validate, keys=_("Ctrl+S: {what}.  Ctrl+R: clear.  Esc: back.")
        )
        self.draft = DraftKeeper(
            self, draft, self._typing, kept=self._remember, refused=self._not_kept
        )
        self._first: Mapping[str, str] = {}
        self._known: Mapping[str, str] = {}

    def help_lines(self) -> list[str]:
        """How a form in a window is filled in, and that leaving it loses nothing."""
        return [
            *super().help_lines(),
            _("Esc leaves the window and keeps the typing for when it opens again."),
        ]

    @property
    def counter_app(self) -> CounterApp:
        """The application, by its own type."""
        return cast("CounterApp", self.app)

    def on_mount(self) -> None:
        self.mount(PlainText("", id="problem"), before=self.form)
        self._first = self._typing()
        self._known = dict(self.counter_app.typed.get(self.draft.form, {}))
        self.form.fill(self._known)
        if self._known == self.counter_app.kept_typing.get(self.draft.form, {}):
            # Else what was typed here is newer: it is on its way to the store, or was refused.
            self.run_worker(self._look_for_newer(), group="draft")

    async def _look_for_newer(self) -> None:
        """Show what became of the draft at another terminal, where nobody typed here meanwhile."""
        shop, actor = self.counter_app.shop, self.counter_app.actor
        before = self.form.values()

        def ask() -> Mapping[str, Any] | None:
            with shop.reading(actor) as desk:
                return next(
                    (row.content for row in drafts.drafts_of(desk) if row.form == self.draft.form),
                    None,
                )

        try:
            kept = await asyncio.to_thread(ask)
        except CounterError:
            return  # what is known here stands
        if not self.is_mounted or self.form.values() != before:
            return
        self._show_kept({} if kept is None else {k: str(text) for k, text in kept.items()})

    def _show_kept(self, kept: Mapping[str, str]) -> None:
        """Put what the store has into every field; what it has not is as it was at first."""
        if kept != self._known:
            self.form.fill({**self._first, **kept})
            self._remember()

    @on(Form.Changed)
    def _changed(self) -> None:
        self.draft.typed()

    async def save_draft_now(self) -> None:
        """Keep what was typed before the counter locks or closes."""
        self._remember()  # before: whatever is finished meanwhile must not come back
        await self.draft.keep_now()

    async def carry_out(self, operation: Callable[[WritingDesk], T]) -> T:
        """Make something of the typing, in a thread; its draft goes in the same unit of work.

        Raises:
            CounterError: nothing was done; :meth:`refused` tells it.
        """
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def operate() -> T:
            with self.draft.ending(), shop.writing(actor) as desk:
                result = operation(desk)
                drafts.forget(desk, self.draft.form)
            return result

        result = await asyncio.to_thread(operate)
        self.finished()
        return result

    def finished(self) -> None:
        """The typing has become something: it does not come back."""
        self.draft.rest()
        self.counter_app.typed.pop(self.draft.form, None)
        self.counter_app.kept_typing.pop(self.draft.form, None)

    def action_cancel(self) -> None:
        """Close; what was typed is there when the window opens again."""
        self._remember()
        self.draft.keep_behind()
        super().action_cancel()

    def action_clear(self) -> None:
        """Put everything back as it was when the window first opened."""
        self.form.fill(self._first)
        self.form.clear_errors()
        self.tell("")
        self.form.focus_first()
        self._remember()
        self.draft.typed()

    def refused(self, error: CounterError) -> dict[str, str]:
        """What stands under the fields after a refusal; what belongs under none stands above."""
        if isinstance(error, InvalidInput):
            faults = {fault.field: sentence(fault) for fault in error.faults or (error,)}
            known = {name: said for name, said in faults.items() if name in self.form.fields}
            if len(known) < len(faults):
                self.tell(" ".join(said for name, said in faults.items() if name not in known))
            return {str(name): said for name, said in known.items()} or {"": ""}
        self.tell(sentence(error))
        if isinstance(error, SessionEnded):
            self.counter_app.lock(error)
        return {"": ""}

    def tell(self, problem: str) -> None:
        """Say what is wrong above the fields; nothing when all is well again."""
        for line in self.query("#problem").results(PlainText):  # none once it was left
            line.update(f"! {problem}" if problem else "")
            line.display = bool(problem)
            if problem:
                self.call_after_refresh(line.scroll_visible, animate=False)

    def _typing(self) -> dict[str, str]:
        """What was typed by field; nothing when all stands as it did at first."""
        values: dict[str, Any] = {
            name: field.value
            for name, field in self.form.fields.items()
            if not isinstance(field, SecretField)
        }
        return {} if values == self._first else values

    def _remember(self) -> None:
        content = self._typing()
        if content:
            self.counter_app.typed[self.draft.form] = content
        else:
            self.counter_app.typed.pop(self.draft.form, None)

    def _not_kept(self, error: CounterError) -> None:
        self.tell(sentence(error))
