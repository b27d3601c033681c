"""The head of a return in words: where it stands, what comes next, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.language import _, age, money, time_of_day
from counter.language import day as short_day
from counter.words import label
from models.messages import N_
from models.return_views import ReturnCaseDetail
from models.terms import OPEN_RETURNS, RefundStatus, Remedy, ReturnStatus
from screens.widgets.stepbar import BarStep, Stage

NEXT: Final[Mapping[str, str]] = {
    "approve": N_("grant it"),
    "refuse": N_("say no, with the reason"),
    "refer": N_("refer it to a supervisor"),
    "receive": N_("take the goods in"),
    "refund": N_("work out what goes back"),
    "authorise": N_("a second person says yes"),
    "settle": N_("pay it back"),
    "exchange": N_("hand out the replacement"),
    "repair": N_("send it to be repaired"),
    "give_back": N_("give the goods back"),
    "compensate": N_("see to the compensation"),
    "close": N_("tell the customer and close it"),
}
"""What the step is that comes next, after ``Next:``."""

REFERRED: Final = N_("a supervisor decides")

_PATH: Final = (
    (ReturnStatus.SUBMITTED, ReturnStatus.REFERRED),
    (ReturnStatus.APPROVED,),
    (ReturnStatus.RECEIVED, ReturnStatus.REFUND_PENDING),
)
"""The statuses in which the second, third and fourth step of the bar are at hand."""

_STOPPED: Final[Mapping[ReturnStatus, int]] = {
    ReturnStatus.REFUSED: 1,
    ReturnStatus.WITHDRAWN: 1,
    ReturnStatus.EXPIRED: 2,
    ReturnStatus.RETURNED_TO_CUSTOMER: 3,
}
"""Ends that are none of the customer's wishes, and the step of the bar at which they came."""

_LAST: Final[Mapping[Remedy, str]] = {
    Remedy.REFUND: N_("refund"),
    Remedy.REFUND_WITH_DEPRECIATION: N_("refund"),
    Remedy.EXCHANGE: N_("exchange"),
    Remedy.EXCHANGE_OTHER_MODEL: N_("exchange"),
    Remedy.REPAIR: N_("repair"),
    Remedy.PAID_REPAIR: N_("repair"),
    Remedy.COMPENSATION: N_("compensation"),
}


# --- the head -------------------------------------------------------------------------------


def headline(case: ReturnCaseDetail) -> Content:
    """The number, big, and where the case stands."""
    tone = "bold" if case.status in OPEN_RETURNS else "bold dim"
    return Content.assemble(
        (f" {case.no} ", "bold reverse"),
        "  ",
        (f"[{label(case.status)}]", tone),
        "  ",
        (label(case.remedy), "bold"),
        f"  {label(case.mode)}",
    )


def bar(case: ReturnCaseDetail) -> list[BarStep]:
    """The way of the case: check, approve, receive, and what the customer gets."""
    words = [_("check"), _("approve"), _("receive"), _(_LAST[case.remedy])]
    if case.status in _STOPPED:
        at = _STOPPED[case.status]
        ended = BarStep(label(case.status), Stage.STOPPED)
        return [*(BarStep(word, Stage.DONE) for word in words[:at]), ended]
    for at, statuses in enumerate(_PATH, 1):
        if case.status in statuses:
            stages = [Stage.DONE] * at + [Stage.NOW] + [Stage.TO_COME] * (3 - at)
            return [BarStep(*pair) for pair in zip(words, stages, strict=True)]
    return [BarStep(word, Stage.DONE) for word in words]


def next_words(
    case: ReturnCaseDetail, step: str | None, key: str, now: datetime, zone: ZoneInfo
) -> Content:
    """What comes next, by which key, until when, and how much time is left for it."""
    if step is None:
        return Content(_("Done."))
    what = _(REFERRED) if case.status is ReturnStatus.REFERRED else _(NEXT[step])
    said = Content(_("Next: {what} ({key}).").format(what=what, key=key))
    if case.due_at is None:
        return said
    return Content.assemble(said, "  ", due_words(case.due_at, now, zone))


def question(case: ReturnCaseDetail, step: str) -> str:
    """What a second person is asked: the remedy or the amount that they say yes to."""
    if step != "authorise":
        return _("Grant it: {remedy}?").format(remedy=label(case.remedy))
    waiting = [
        refund.amount_minor
        for line in case.lines
        for refund in line.refunds
        if refund.status is RefundStatus.REQUESTED
    ]
    return _("Pay back {amount}?").format(amount=money(sum(waiting), case.currency))


def due_words(due_at: datetime, now: datetime, zone: ZoneInfo) -> Content:
    """Until when, and what is left of it; how late where nothing is."""
    if now < due_at:
        said = _("by {due}: {left} left").format(
            due=due_moment(due_at, zone), left=age(now, due_at)
        )
        return Content.styled(said, "dim")
    said = _("! was due {due}: {late} late").format(
        due=due_moment(due_at, zone), late=age(due_at, now)
    )
    return Content.styled(said, "bold $text-error")


def due_moment(due_at: datetime, zone: ZoneInfo) -> str:
    """The last moment; of one that is the end of a day, the day."""
    local = due_at.astimezone(zone)
    if local.time() == time.min:
        return short_day(local.date() - timedelta(days=1))
    return f"{short_day(local.date())} {time_of_day(due_at, zone)}"
