"""A form field for the path of a file: names are suggested below it, Tab completes them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from counter.import_paths import common_beginning
from counter.language import _
from models.messages import N_
from screens.widgets.controls import LineInput
from screens.widgets.form import TextField

Lookup = Callable[[str], Sequence[str]]
"""What a text could be the beginning of; called in a thread, because disks are slow."""


class PathLine(LineInput):
    """A line in which Tab completes while there is something to complete, and else moves on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", N_("Complete the name"), show=False, id="path.complete"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.names: Sequence[str] = ()

    # Handlers of every class along the inheritance are called; the line's own one comes next.
    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.has_focus and self._can_complete():
            event.stop()
            event.prevent_default()
            self.action_complete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab is ours only while it has something to do here."""
        return action != "complete" or self._can_complete()

    def action_complete(self) -> None:
        """Write what all the suggested names begin with."""
        self.value = self._completed()
        self.cursor_position = len(self.value)

    def _can_complete(self) -> bool:
        return len(self._completed()) > len(self.value)

    def _completed(self) -> str:
        typed = self.value.casefold()
        return common_beginning([name for name in self.names if name.casefold().startswith(typed)])


class PathField(TextField):
    """The path of a file, typed, pasted, or dropped on the terminal.

    Args:
        name: the key of the field's value in the form.
        label: its name on the screen, an untranslated message.
        lookup: what is suggested.
        hint: shown below while nothing is suggested, an untranslated message.
    """

    def __init__(self, name: str, label: str, lookup: Lookup, *, hint: str) -> None:
        super().__init__(name, label, hint=self._suggested)
        self.input: PathLine = PathLine()
        self._lookup = lookup
        self._own_hint = hint

    @property
    def value(self) -> str:
        return self.input.value.strip()

    @value.setter
    def value(self, value: str) -> None:
        self.input.put(value)

    def on_descendant_focus(self) -> None:
        self._look()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._look()

    def _look(self) -> None:
        self.run_worker(self._suggest(self.input.value), group="names", exclusive=True)

    async def _suggest(self, typed: str) -> None:
        names = await asyncio.to_thread(self._lookup, typed)
        if typed == self.input.value:
            self.input.names = names
            self._remark.refresh()

    def _suggested(self) -> str:
        names = [_last_part(name) for name in self.input.names]
        if not names or (len(names) == 1 and self.input.value == self.input.names[0]):
            return _(self._own_hint)
        return "   ".join(names)


def _last_part(name: str) -> str:
    """The name without its folder; a folder keeps its separator."""
    return os.path.basename(name.rstrip(os.sep)) + (os.sep if name.endswith(os.sep) else "")
