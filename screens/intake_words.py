"""What intake says beside its form: what was recognised, what is open already, what is promised."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.beside_words import near_moment
from counter.due_outlook import DueOutlook
from counter.intake import Recognised
from counter.language import _, ngettext, quantity, short_moment
from counter.words import label
from models.terms import HitKind
from screens.widgets.cells import cut
from screens.widgets.findbox import MORE_DIGITS, too_few_digits


def hint() -> Content:
    """What the first field takes."""
    return Content.styled(_("Scan the receipt, or a customer's phone or name."), "dim")


def in_words(found: Recognised, typed: str, zone: ZoneInfo, width: int, key: str) -> list[Content]:
    """What was recognised, in at most three lines of ``width`` cells.

    Args:
        found: what was recognised.
        typed: the text that means it.
        zone: the shop's.
        width: of a line.
        key: the key that goes on in an open ticket instead.
    """
    lines: list[Content] = []
    same = same_words(found, key)
    if found.receipt is not None:
        sold = short_moment(found.receipt.sold_at, zone)
        lines.append(_line(f"{found.receipt.receipt_no}  {sold}  {_goods(found, typed)}", width))
    if found.customer is not None:
        name = cut(found.customer.name or "", width // 2)
        parts = (name, found.customer.phone_masked, found.customer.customer_ref)
        lines.append(_line("  ".join(part for part in parts if part), width))
    if same:
        lines.append(_line(same, width, "bold $text-warning"))
    elif found.open_cases:
        warning = ngettext(
            "! {count} open case already: {numbers}",
            "! {count} open cases already: {numbers}",
            len(found.open_cases),
        ).format(
            count=len(found.open_cases),
            numbers="; ".join(f"{row.no} {row.summary}" for row in found.open_cases[:2]),
        )
        lines.append(_line(warning, width, "bold $text-warning"))
    elif found.hits:
        may_be = _("Perhaps: {hits}").format(
            hits=", ".join(
                hit.text if hit.kind is HitKind.CUSTOMER else f"{hit.ref} {hit.text}"
                for hit in found.hits
            )
        )
        lines.append(_line(may_be, width, "dim"))
    elif too_few_digits(typed):
        lines.append(_line(_(MORE_DIGITS), width, "dim"))
    elif typed and not lines:
        lines.append(_line(_("Not known here; the ticket will have no receipt."), width, "dim"))
    return lines


def same_words(found: Recognised, key: str) -> str:
    """That tickets about the same receipt are worked on already, else of the same telephone.

    Empty where none is.
    """
    rows = found.same or found.of_phone
    if not rows:
        return ""
    first, more = rows[0], len(rows) - 1
    if found.same:
        said = _("! {key} goes on in {no} ({status}), about the same: {summary}")
        if more:
            said = _("! {key} goes on in {no} ({status}) or {more} more about the same: {summary}")
    else:
        said = _("! {key} goes on in {no} ({status}), of the same phone: {summary}")
        if more:
            said = _("! {key} goes on in {no} ({status}) or {more} more of the phone: {summary}")
    return said.format(
        no=first.no, status=label(first.status), summary=first.summary, more=more, key=key
    )


def outlook_words(outlook: DueOutlook, now: datetime, zone: ZoneInfo) -> str:
    """The priority that a ticket would have, and when what would be due."""
    said = _("{priority}: first answer by {response}, solved by {resolution}")
    return said.format(
        priority=label(outlook.priority),
        response=near_moment(outlook.response_due, now, zone),
        resolution=near_moment(outlook.resolution_due, now, zone),
    )


def _line(text: str, width: int, style: str = "") -> Content:
    return Content.styled(cut(text, width), style)


def _goods(found: Recognised, typed: str) -> str:
    """The line that was named, else the first few lines of the receipt."""
    lines = found.receipt.lines if found.receipt else ()
    named = [line for line in lines if typed.endswith(f"/{line.line_no}")]
    shown = named or lines[:3]
    return ", ".join(f"{quantity(line.qty_milli)} x {line.name}" for line in shown)
