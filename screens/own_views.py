"""A person's own views of the ticket list: shown by a key, kept, renamed and dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counter import saved_views
from counter.desk import WritingDesk
from counter.language import _
from counter.saved_views import NAME_LIMIT
from models.errors import CounterError
from models.messages import N_
from models.views import SavedViewRow
from screens.asking import KeptAsk
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField
from screens.widgets.menu import ActionMenu, MenuAction

if TYPE_CHECKING:
    from screens.tickets import Tickets

_SAVE, _RENAME, _DROP = "save", "rename", "drop"


def open_views(screen: Tickets, own: tuple[SavedViewRow, ...]) -> None:
    """List one's own views and what can be done with them."""
    lines = [MenuAction(f"show {at}", view.name, key_of(at)) for at, view in enumerate(own)]
    lines.append(MenuAction(_SAVE, _("Keep the list as it stands now")))
    if own:
        lines.append(MenuAction(_RENAME, _("Rename a view")))
        lines.append(MenuAction(_DROP, _("Drop a view")))

    def chosen(name: str | None) -> None:
        if name is None:
            return
        if name == _SAVE:
            _ask_name(screen, "", lambda desk, typed: _save(screen, desk, typed))
        elif name == _RENAME:
            _choose(screen, _("Rename a view"), own, lambda view: _rename(screen, view))
        elif name == _DROP:
            _choose(screen, _("Drop a view"), own, lambda view: _drop(screen, view))
        else:
            screen.show_own(own[int(name.split()[1])])

    open_dialog(screen.app, ActionMenu(_("My views"), lines), chosen)


def key_of(at: int) -> str:
    """The digit that shows one's own view at that place, where there is one left."""
    return ("8", "9", "0")[at] if at < 3 else ""


def _save(screen: Tickets, desk: WritingDesk, name: str) -> str:
    query = screen.ticket_query
    return saved_views.save_view(
        desk, name, view=query.view, order=query.order, text=query.text, narrowed=query.filter
    )


def _rename(screen: Tickets, view: SavedViewRow) -> None:
    _ask_name(
        screen, view.name, lambda desk, typed: saved_views.rename_view(desk, view.name, typed)
    )


def _drop(screen: Tickets, view: SavedViewRow) -> None:
    def drop(desk: WritingDesk) -> None:
        saved_views.forget_view(desk, view.name)

    def done(_nothing: None) -> None:
        screen.say(_("Dropped: {name}.").format(name=view.name), "done")
        screen.read_own_views()

    screen.write(drop, done, group="views")


def _choose(
    screen: Tickets,
    title: str,
    own: tuple[SavedViewRow, ...],
    act: Callable[[SavedViewRow], None],
) -> None:
    def chosen(name: str | None) -> None:
        if name is not None:
            act(own[int(name)])

    lines = [MenuAction(str(at), view.name) for at, view in enumerate(own)]
    open_dialog(screen.app, ActionMenu(title, lines), chosen)


def _ask_name(screen: Tickets, name: str, keep: Callable[[WritingDesk, str], str]) -> None:
    kept: list[str] = []

    async def check(values: dict[str, str]) -> dict[str, str]:
        try:
            kept.append(await window.carry_out(lambda desk: keep(desk, values["name"])))
        except CounterError as error:
            return window.refused(error)
        return {}

    def done(_values: dict[str, str] | None) -> None:
        if kept:
            screen.say(_("Kept: {name}.").format(name=kept[0]), "done")
            screen.read_own_views()

    field = TextField("name", N_("Name"), value=name, longest=NAME_LIMIT)
    window = KeptAsk(_("What is the view called?"), [field], draft=f"view:{name}", validate=check)
    open_dialog(screen.app, window, done)
