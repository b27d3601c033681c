"""Hand-over at the end of a shift: a note with the numbers beside it, and the notes of others."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from counter.desk import WritingDesk
from counter.handover import hand_over, notes, number_lines, shift
from counter.language import _, short_moment
from counter.permissions import Action, allowed
from models.errors import CounterError
from models.handover_views import Shift, ShiftNoteRow, ShiftNumbers
from models.messages import N_
from screens.asking import KeptAsk
from screens.frame import FramedScreen
from screens.widgets.cells import fit, width_of
from screens.widgets.columns import Column, Flex
from screens.widgets.dialog import open_dialog
from screens.widgets.held_table import HeldRow, HeldTable
from screens.widgets.note import NoteField
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, plain

DRAFT: Final = "handover"
"""The name under which a note that is being typed is kept."""

_GAP: Final = "  "


class _Notes(HeldTable[ShiftNoteRow]):
    """The notes; Enter goes to the text of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Read"), id="handover.read"),
    ]


class ShiftNotes(FramedScreen):
    """The last notes, with what the one under the cursor says; n writes one."""

    CSS_PATH = "styles/handover.tcss"
    AUTO_FOCUS = "#notes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "write", N_("Hand over"), id="handover.write"),
        Binding("escape", "back", N_("Back"), id="handover.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._is_awaited = True

    @property
    def is_opening(self) -> bool:
        """Until the notes are read, keys wait for them."""
        return self._is_awaited or super().is_opening

    def compose_body(self) -> ComposeResult:
        yield PlainText(_("Hand-over"), classes="headline")
        yield _Notes(
            [
                Column(N_("left"), self._left_at, width=16),
                Column(N_("name"), lambda row: row.value.name, width=14),
                Column(N_("note"), _first_line, width=Flex(20)),
            ],
            empty=N_("Nobody has left a note yet."),
            id="notes",
        )
        with VerticalScroll(id="note", can_focus=True):
            yield PlainText("", id="note-text")

    def store_changed(self) -> None:
        """Read the notes again; the cursor stays on its note."""
        self.read(notes, self._show, group="notes", failed=self._not_read)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("What each shift left to the next one, with what was done in it."),
            _("n opens a window for your own note, with the numbers of your shift beside it."),
            _("Whoever signs in within a day sees the newest note on the first screen."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _not_read(self, error: CounterError) -> None:
        self._is_awaited = False
        self.say_error(error)

    def _left_at(self, row: HeldRow[ShiftNoteRow]) -> str:
        return short_moment(row.value.ended_at, self.counter_app.shop.site.zone)

    def _show(self, rows: list[ShiftNoteRow]) -> None:
        self._is_awaited = False
        self.query_one("#notes", _Notes).hold((row.id, row) for row in rows)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowHighlighted)
    def _highlighted(self, event: PagedTable.RowHighlighted) -> None:
        if self.stands:
            self._tell(event.row.value)

    @on(PagedTable.RowChosen)
    def _chosen(self, event: PagedTable.RowChosen) -> None:
        self.query_one("#note", VerticalScroll).focus()

    def _tell(self, note: ShiftNoteRow) -> None:
        zone = self.counter_app.shop.site.zone
        between = f"{short_moment(note.began_at, zone)} - {short_moment(note.ended_at, zone)}"
        parts = [plain(f"{note.name}{_GAP}{between}")]
        if note.text:
            parts.append(plain(f"\n{note.text}\n"))
        parts.append(number_table(note.numbers))
        self.query_one("#note-text", PlainText).update(Content("\n").join(parts))

    # --- writing ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only who works on tickets has a shift to hand over."""
        return action != "write" or allowed(self.counter_app.actor.role, Action.WORK_TICKET)

    def action_write(self) -> None:
        """Write a note, with the numbers of the shift beside it."""
        self.read(shift, self._ask, group="shift", opens=True)

    def _ask(self, found: Shift) -> None:
        self.when_in_front(lambda: open_dialog(self.counter_app, HandOver(found), self._written))

    def _written(self, values: dict[str, str] | None) -> None:
        if values is not None:
            self.say(_("Noted for the next shift."), "done")
            self.store_changed()


class HandOver(KeptAsk):
    """The window for a note to the next shift.

    Args:
        found: the shift that ends.
    """

    DEFAULT_CSS = """
    HandOver {
        & #shift-numbers { height: auto; margin: 1 0 0 0; }
    }
    """

    def __init__(self, found: Shift) -> None:
        fields = [NoteField("text", N_("Note"), height=6)]
        super().__init__(_("Hand over"), fields, draft=DRAFT, validate=self._leave)
        self._found = found

    def on_mount(self) -> None:
        began = short_moment(self._found.began_at, self.counter_app.shop.site.zone)
        said = Content("\n").join(
            [
                Content(_("Your shift since {moment}:").format(moment=began)),
                number_table(self._found.numbers),
            ]
        )
        self.mount(PlainText(said, id="shift-numbers"), before=self.form)

    async def _leave(self, values: dict[str, str]) -> dict[str, str]:
        def operation(desk: WritingDesk) -> ShiftNoteRow:
            return hand_over(desk, values["text"], self._found.began_at)

        try:
            await self.carry_out(operation)
        except CounterError as error:
            return self.refused(error)
        return {}


def number_table(numbers: ShiftNumbers) -> Content:
    """The numbers of a shift, two a line."""
    lines = list(number_lines(numbers))
    names = max(width_of(name) for name, _value in lines)
    values = max(width_of(value) for _name, value in lines)
    cells = [f"{fit(name, names)} {value.rjust(values)}" for name, value in lines]
    pairs = [cells[at : at + 2] for at in range(0, len(cells), 2)]
    return Content("\n".join((2 * _GAP).join(pair) for pair in pairs))


def _first_line(row: HeldRow[ShiftNoteRow]) -> str:
    return (row.value.text or "").split("\n")[0]
