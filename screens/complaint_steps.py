"""What each step of a complaint asks for, and what it becomes; merging and urgency, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from counter import complaints
from counter.complaint_details import ComplaintDraft
from counter.desk import WritingDesk
from counter.language import _
from counter.merging import merge
from counter.ticket_events import TicketHead
from models.complaint_views import BesideTicket, ComplaintRow, OpenCase
from models.messages import N_
from models.money import from_minor, minor_digits
from models.terms import Cause, Demand, Severity
from screens.steps import Asked, choice, note_field, said_as, told
from screens.ticket_compensation import compensation
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField, Field, TextField
from screens.widgets.note import NoteField


def asked_for(step: str, beside: BesideTicket, currency: str) -> Asked:
    """What ``step`` asks for.

    Args:
        step: its name, one of ``screens.ticket_offers``; not ``merge`` and not ``check``.
        beside: what stands beside the ticket.
        currency: the shop's.
    """
    if step == "compensate":
        return compensation(beside)
    if step == "detail" and beside.complaint is not None:
        return _detail(beside.complaint)
    if step == "propose":
        return _propose(currency)
    return in_words(step)


def in_words(step: str) -> Asked:
    """What a step asks for that takes words only.

    Raises:
        KeyError: that step asks for nothing, or for more.
    """
    return _WORDS[step]()


def merging(candidates: Sequence[OpenCase]) -> Asked:
    """Which ticket this one goes on as; those of the same customer by digit."""

    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return merge(desk, no, v["into"] or v.get("of_customer", ""), v["note"], seen=seen)

    fields: list[Field] = []
    if candidates:
        lines = [Choice(row.no, said_as(f"{row.no} {row.summary}")) for row in candidates]
        fields.append(ChoiceField("of_customer", N_("Same buyer"), lines))
    hint = N_("The number of the ticket that goes on; this one ends.")
    fields += [TextField("into", N_("Another"), hint=hint, longest=40), note_field(2)]
    return Asked(_("Which ticket does it go on as?"), fields, operation)


def detail_fields(complaint: ComplaintRow | None = None) -> list[Field]:
    """The fields for what a complaint is about, with what is known of it."""
    about = complaint.complaint_class if complaint is not None else None
    return [
        choice("complaint_class", N_("What about"), Cause, value=about or ""),
        choice("demand", N_("Demand"), Demand, value=complaint.demand if complaint else ""),
        choice("severity", N_("Severity"), Severity, value=complaint.severity if complaint else ""),
        TextField("amount_claimed", N_("Claimed"), value=_claimed(complaint), longest=20),
        TextField(
            "authority_ref",
            N_("Agency no."),
            value=(complaint and complaint.authority_ref) or "",
            longest=64,
        ),
        TextField(
            "batch_no", N_("Batch"), value=(complaint and complaint.batch_no) or "", longest=64
        ),
    ]


def _claimed(complaint: ComplaintRow | None) -> str:
    if complaint is None or complaint.amount_claimed_minor is None or complaint.currency is None:
        return ""
    amount = from_minor(complaint.amount_claimed_minor, complaint.currency)
    return f"{amount:.{minor_digits(complaint.currency)}f}"


def _detail(complaint: ComplaintRow) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        draft = ComplaintDraft(**{name: v[name] for name in ComplaintDraft.__annotations__})
        return complaints.detail(desk, no, draft, v["note"], seen=seen)

    fields = [*detail_fields(complaint), note_field(2)]
    return Asked(_("What is it about, and what is asked for?"), fields, operation)


def _propose(currency: str) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return complaints.propose(desk, no, v["proposal"], amount=v["amount"], seen=seen)

    def hint() -> str:
        return _("In {currency}, where money is part of it.").format(currency=currency)

    fields = [
        NoteField("proposal", N_("Offer"), height=4),
        TextField("amount", N_("Amount"), hint=hint, longest=20),
    ]
    return Asked(_("What does the shop offer?"), fields, operation)


_WORDS: Final[Mapping[str, Callable[[], Asked]]] = MappingProxyType(
    {
        "investigate": partial(told, N_("Who looks into it, and where?"), complaints.investigate),
        "accept": partial(told, N_("The customer takes it"), complaints.accept),
        "dispute": partial(told, N_("Why does the customer not take it?"), complaints.dispute),
        "mediate": partial(told, N_("Who mediates, and under which number?"), complaints.mediate),
        "perform": partial(told, N_("What was agreed is done"), complaints.perform),
        "escalate": partial(told, N_("Why does it go one level up?"), complaints.escalate),
        "urgent": partial(
            told, N_("It becomes P1. Why does it come first?"), complaints.raise_to_first
        ),
    }
)
