"""Reply templates: sentences that are kept for answers, filled in with what a ticket knows.

Reading imports no SQLModel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from counter.desk import ReadingDesk, WritingDesk
from counter.language import _, active, full_day, time_of_day
from counter.permissions import Action
from counter.rules.fields import Faults, named
from data.beside_ticket import clocks_beside
from data.replies import own_replies, shipped_replies
from models.complaint_views import ReplyRow
from models.errors import NotFound
from models.messages import N_
from models.terms import TicketKind
from models.views import TicketDetail

if TYPE_CHECKING:
    from models.handover import ReplyTemplate

NAMES: Final = ("no", "customer", "due", "store")
"""What can be filled in."""

_CODE: Final = re.compile(r"[a-z0-9_-]{1,40}")
_NAME: Final = re.compile(r"\{([^{}]*)\}")
_BODY_LIMIT: Final = 2_000


def replies(desk: ReadingDesk, kind: TicketKind | None = None) -> tuple[ReplyRow, ...]:
    """The templates that go with a kind of ticket, the store's own first; all of them for None.

    One of the store's own takes the place of a shipped one with the same code.
    """
    desk.require(Action.READ)
    own = own_replies(desk.ask, kind)
    taken = {row.code for row in own}
    shipped = shipped_replies(active(), kind)
    return (*own, *(row for row in shipped if row.code not in taken))


def facts_of(desk: ReadingDesk, ticket: TicketDetail) -> dict[str, str]:
    """What a template can be filled in with about a ticket."""
    due = next((one.due_at for one in clocks_beside(desk.ask, ticket.id) if one.leads), None)
    when = ""
    if due is not None:
        local = due.astimezone(desk.site.zone)
        when = f"{full_day(local.date())} {time_of_day(due, desk.site.zone)}"
    return {
        "no": ticket.no,
        "customer": ticket.customer or _("customer"),
        "due": when or _("soon"),
        "store": desk.site.name,
    }


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The text with its names filled in; what is no name of ours stays as it is."""
    return _NAME.sub(lambda found: facts.get(found[1], found[0]), template)


def add_reply(desk: WritingDesk, code: str, title: str, body: str, *, kind: str = "") -> ReplyRow:
    """Keep a template, or put another text into one of that code.

    Args:
        desk: a supervisor's.
        code: what names it: small letters, digits, ``-`` and ``_``.
        title: its line in the list.
        body: the text, with :data:`NAMES` in braces.
        kind: a :class:`models.terms.TicketKind`; empty for every kind.

    Raises:
        NotAllowed: the role may not.
        InvalidInput: every faulty field is named.
    """
    desk.require(Action.CHANGE_SITE)
    faults = Faults()
    rule = N_("Small letters, digits, - and _; at most 40.")
    said = faults.matching("code", code, re.compile(rf"{_CODE.pattern}$"), rule)
    if not code.strip():
        faults.text("code", None, required=True)
    of = faults.term("kind", kind, TicketKind)
    named_so = faults.text("title", title, required=True, limit=80)
    text = faults.text("body", body, required=True, limit=_BODY_LIMIT, lines=True)
    unknown = sorted({name for name in _NAME.findall(text or "") if name not in NAMES})
    if unknown:
        faults.add(
            "body",
            N_("'{name}' cannot be filled in. There are: {known}."),
            name=unknown[0],
            known=", ".join(NAMES),
        )
    faults.raise_if_any()
    if said is None or named_so is None or text is None:
        raise RuntimeError("Checked fields are missing.")

    from models.handover import ReplyTemplate  # whoever only reads needs no tables

    row = _find(desk, said) or ReplyTemplate(code=said, title=named_so, body=text)
    row.kind, row.title, row.body, row.active = of, named_so, text, True
    desk.session.add(row)
    desk.session.flush()
    desk.work.audit("reply.add", "reply_template", row.uid, code=said, kind=of)
    return ReplyRow(said, of, named_so, text, own=True)


def remove_reply(desk: WritingDesk, code: str) -> None:
    """Offer a template no longer; it stays in the store.

    Raises:
        NotAllowed: the role may not.
        NotFound: the store has no template of that code.
    """
    desk.require(Action.CHANGE_SITE)
    code = named(code, N_("Please fill this in."), "code")
    row = _find(desk, code)
    if row is None or not row.active:
        raise NotFound(N_("The store has no reply '{code}' of its own."), code=code)
    row.active = False
    desk.session.add(row)
    desk.session.flush()
    desk.work.audit("reply.remove", "reply_template", row.uid, code=code)


def _find(desk: WritingDesk, code: str) -> ReplyTemplate | None:
    from sqlmodel import select

    from models.handover import ReplyTemplate

    return desk.session.exec(select(ReplyTemplate).where(ReplyTemplate.code == code)).first()
