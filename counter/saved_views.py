"""Lists as a person likes them: a view, an order and a filter under a name, for one key each."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlmodel import col, func, select

from counter.desk import ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.rules.fields import Faults
from data.reading import instant
from models.errors import InvalidInput, NotFound
from models.messages import N_
from models.terms import TicketOrder, TicketView
from models.ticket import SavedView
from models.ticket_filter import TicketFilter
from models.views import SavedViewRow

TICKETS: Final = "tickets"
"""The place of the views of the ticket list."""

MOST: Final = 9
"""Views of one list: as many as there are digits to call them with."""

NAME_LIMIT: Final = 40
FILTER_LIMIT: Final = 200


def save_view(
    desk: WritingDesk,
    name: str,
    *,
    view: str,
    order: str,
    text: str = "",
    narrowed: TicketFilter | None = None,
    place: str = TICKETS,
) -> str:
    """Keep how the list stands now as the actor's own view; one of that name is replaced.

    Returns:
        The name as it is kept.

    Raises:
        NotAllowed: the role keeps no views.
        InvalidInput: no name, a term that does not exist, or nine views already.
    """
    desk.require(Action.KEEP_VIEWS)
    faults = Faults()
    called = faults.text("name", name, required=True, limit=NAME_LIMIT)
    which = faults.term("view", view, TicketView, required=True)
    sorted_by = faults.term("order", order, TicketOrder, required=True)
    words = faults.text("filter", text, limit=FILTER_LIMIT)
    faults.raise_if_any()
    content: dict[str, Any] = {"view": which, "order": sorted_by, "text": words or ""}
    if narrowed:
        content["filter"] = narrowed.kept()
    kept = _find(desk, place, called or "")
    if kept is None:
        _check_room(desk, place)
        kept = SavedView(staff_id=desk.actor.id, place=place, name=called or "", saved_at=desk.now)
    kept.content, kept.saved_at = content, desk.now
    desk.session.add(kept)
    return kept.name


def rename_view(desk: WritingDesk, name: str, to: str, *, place: str = TICKETS) -> str:
    """Give one of the actor's views another name; its digit stays.

    Returns:
        The name as it is kept.

    Raises:
        NotAllowed: the role keeps no views.
        NotFound: there is no such view.
        InvalidInput: no name, or another view has it.
    """
    desk.require(Action.KEEP_VIEWS)
    faults = Faults()
    called = faults.text("name", to, required=True, limit=NAME_LIMIT) or ""
    faults.raise_if_any()
    view = _known(desk, place, name)
    if called != view.name and _find(desk, place, called) is not None:
        raise InvalidInput(N_("You have a view '{name}' already."), field="name", name=called)
    view.name, view.saved_at = called, desk.now
    desk.session.add(view)
    return called


def forget_view(desk: WritingDesk, name: str, *, place: str = TICKETS) -> None:
    """Drop one of the actor's own views.

    Raises:
        NotAllowed: the role keeps no views.
        NotFound: there is no such view.
    """
    desk.require(Action.KEEP_VIEWS)
    desk.session.delete(_known(desk, place, name))


def views_of(desk: ReadingDesk, place: str = TICKETS) -> tuple[SavedViewRow, ...]:
    """The actor's own views of a list, in the order in which they were first saved.

    A view that an other version of the program kept, with a term that this one does not know, is
    left out.
    """
    desk.require(Action.READ)
    rows = desk.reader.all(
        "SELECT name, content, saved_at FROM saved_view "
        "WHERE staff_id = :me AND place = :place ORDER BY id",
        me=desk.actor.id,
        place=place,
    )
    return tuple(view for row in rows if (view := _row(*row)) is not None)


def _row(name: str, content: str, saved_at: str) -> SavedViewRow | None:
    try:
        kept: dict[str, Any] = json.loads(content)
        view, order = TicketView(kept["view"]), TicketOrder(kept["order"])
        text = kept.get("text", "")
        narrowed = TicketFilter.of(kept.get("filter", {}))  # older views have none
    except (KeyError, TypeError, ValueError, AttributeError):  # no object, but a list or a number
        return None
    return SavedViewRow(name, view, order, str(text), instant(saved_at), narrowed)


def _check_room(desk: WritingDesk, place: str) -> None:
    count = desk.session.exec(
        select(func.count(col(SavedView.id))).where(
            SavedView.staff_id == desk.actor.id, SavedView.place == place
        )
    ).one()
    if count >= MOST:
        raise InvalidInput(
            N_("You have {most} views of this list already. Drop one, or replace it."),
            field="name",
            most=MOST,
        )


def _known(desk: WritingDesk, place: str, name: str) -> SavedView:
    view = _find(desk, place, name)
    if view is None:
        raise NotFound(N_("You have no view '{name}'."), name=name)
    return view


def _find(desk: WritingDesk, place: str, name: str) -> SavedView | None:
    return desk.session.exec(
        select(SavedView).where(
            SavedView.staff_id == desk.actor.id, SavedView.place == place, SavedView.name == name
        )
    ).first()
