"""Going on with what a person was typing: offered at home, opened where it belongs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from counter.intake import FORM
from counter.language import _, day, listed, time_of_day
from models.views import DraftRow
from screens.keymap import key_for
from screens.overdue_call import CALL
from screens.return_step import return_step_of_draft
from screens.return_typing import FORM as RETURN_CHECK
from screens.ticket_step import step_of_draft
from screens.typed_receipt import TYPED_RECEIPT
from screens.widgets.dialog import open_dialog
from screens.widgets.menu import ActionMenu, MenuAction

if TYPE_CHECKING:
    from screens.app import CounterApp
    from screens.frame import FramedScreen


def offer(screen: FramedScreen, found: tuple[DraftRow, ...]) -> str:
    """A sentence that offers the drafts, and the application knows their typing from now on."""
    app = screen.counter_app
    for row in found:
        if row.form not in (FORM, RETURN_CHECK):
            content = {name: str(text) for name, text in row.content.items()}
            if app.typed.setdefault(row.form, content) == content:
                app.kept_typing[row.form] = content
    if not found:
        return ""
    if len(found) == 1 and found[0].form == RETURN_CHECK:
        said = _("You were checking a return, {when}: {key} goes on with it.")
        return said.format(when=_when(app, found[0]), key=key_for(screen, "app.returns"))
    if len(found) == 1 and found[0].form == FORM:
        said = _("You were writing a ticket, {when}: {key} goes on with it.")
        return said.format(when=_when(app, found[0]), key=key_for(screen, "app.intake"))
    said = _("You were writing ({what}), {when}: {key} goes on with it.")
    what = listed(dict.fromkeys(title(row.form) for row in found[:2]))
    return said.format(
        what=what + (" ..." if len(found) > 2 else ""),
        when=_when(app, found[0]),
        key=key_for(screen, "home.resume"),
    )


def resume(screen: FramedScreen, found: tuple[DraftRow, ...]) -> None:
    """Open the only draft, or let one of several be chosen."""
    app = screen.counter_app
    offer(screen, found)
    if not found:
        screen.say(_("Nothing was left half typed."))
    elif len(found) == 1:
        go_on(app, found[0].form)
    else:
        lines = [MenuAction(row.form, f"{title(row.form)}  {_when(app, row)}", "") for row in found]
        open_dialog(app, ActionMenu(_("Go on typing"), lines), partial(_chosen, app))


def _chosen(app: CounterApp, form: str | None) -> None:
    if form is not None:
        go_on(app, form)


def go_on(app: CounterApp, form: str) -> None:
    """Open the form of that draft with its typing."""
    from screens.return_case import ReturnCaseScreen
    from screens.ticket import TicketScreen

    ticket, of_return = step_of_draft(form), return_step_of_draft(form)
    if of_return is not None:
        no, step = of_return
        app.push_screen(ReturnCaseScreen(no, step=step))
    elif ticket is not None and ticket[1] != CALL:
        no, step = ticket
        app.push_screen(TicketScreen(no, step=step))
    else:
        app.action_go(_mode_of(form))


def _mode_of(form: str) -> str:
    """The screen whose window shows the typing when it is opened again."""
    if form == FORM:
        return "intake"
    if form == RETURN_CHECK:
        return "returns"
    if form == TYPED_RECEIPT:
        return "returns"
    if step_of_draft(form) is not None:  # a call, which the overdue board asks for
        return "overdue"
    return "staff" if form.startswith("staff:") else "tickets"


def title(form: str) -> str:
    """What was being written, in words."""
    ticket = step_of_draft(form) or return_step_of_draft(form)
    if ticket is not None:
        return ticket[0]
    if form == FORM:
        return _("a new ticket")
    if form == RETURN_CHECK:
        return _("a return check")
    if form == TYPED_RECEIPT:
        return _("a receipt by hand")
    return _("staff") if form.startswith("staff:") else _("tickets")


def _when(app: CounterApp, row: DraftRow) -> str:
    zone = app.shop.site.zone
    on = day(row.saved_at.astimezone(zone).date())
    return f"{on} {time_of_day(row.saved_at, zone)}"
