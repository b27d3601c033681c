"""What is written down of a complaint beside its ticket, as typed and as its events keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counter.desk import Desk
from counter.rules.fields import Faults
from models.terms import Cause, Demand, Severity


@dataclass(frozen=True, slots=True)
class ComplaintDraft:
    """The details of a complaint as typed; what is empty is left as it is.

    Attributes:
        complaint_class: what it is about, a :class:`models.terms.Cause`.
        amount_claimed: in the shop's currency, such as ``12.50``.
        authority_ref: the number under which an authority keeps it, such as that of 12315.
        batch_no: of the goods.
    """

    complaint_class: str = ""
    demand: str = ""
    severity: str = ""
    amount_claimed: str = ""
    authority_ref: str = ""
    batch_no: str = ""


def details_of(desk: Desk, draft: ComplaintDraft | None, faults: Faults) -> dict[str, Any]:
    """What a draft says, by the names that events know; only what was filled in."""
    if draft is None:
        return {}
    claimed = faults.money("amount_claimed", draft.amount_claimed, desk.site.currency)
    said: dict[str, Any] = {
        "complaint_class": faults.term("complaint_class", draft.complaint_class, Cause),
        "demand": faults.term("demand", draft.demand, Demand),
        "severity": faults.term("severity", draft.severity, Severity),
        "amount_claimed_minor": claimed,
        "currency": desk.site.currency if claimed is not None else None,
        "authority_ref": faults.text("authority_ref", draft.authority_ref, limit=64),
        "batch_no": faults.text("batch_no", draft.batch_no, limit=64),
    }
    return {name: value for name, value in said.items() if value is not None}
