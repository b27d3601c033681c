"""What an event says beside its kind, and which events were taken back, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from counter.goodwill import base_words
from counter.language import _, listed, money, ngettext, quantity, short_moment, time_of_day
from counter.words import label, person
from models.messages import N_
from models.terms import (
    Cause,
    ClockKind,
    ContactResult,
    CrisisStep,
    Demand,
    FreightPayer,
    Outcome,
    Remedy,
    ReturnMode,
    ReturnReason,
    Severity,
    TenderMethod,
    TicketAction,
    VerdictWord,
)
from models.views import Correction, EventRow

_LINES: Final = 3
"""Lines of a return that are told one by one."""


def taken_back(events: Iterable[EventRow]) -> frozenset[int]:
    """Numbers of the events that a later one took back."""
    return frozenset(event.payload["event"] for event in events if event.kind is TicketAction.UNDO)


def details(event: EventRow, events: Iterable[EventRow], zone: ZoneInfo) -> str:
    """What changed by ``event``, one of ``events``, in a few words; empty where its kind says all.

    Text from people is among it: whoever shows it has to make it harmless. Moments are said in the
    shop's ``zone``.
    """
    payload = event.payload
    match event.kind:
        case TicketAction.ASSIGN:
            parts = [person(payload[name]) for name in ("owner", "department") if payload.get(name)]
            if payload.get("due_on"):
                parts.append(_("by {day}").format(day=payload["due_on"]))
        case TicketAction.ASK_CUSTOMER | TicketAction.SEND_OUT:
            parts = [_("wakes up {day}").format(day=payload["wake_on"])]
        case TicketAction.RESOLVE:
            parts = [label(Outcome(payload["outcome"])), label(Cause(payload["cause"]))]
        case TicketAction.CLOSE:
            told = payload.get("customer_informed")
            words = _("customer told") if told else _("customer not told")
            parts = [] if told is None else [words]  # a history from elsewhere may not say
        case TicketAction.PRIORITISE:
            parts = [str(payload["priority"])]
        case TicketAction.CORRECT:
            parts = [_corrected(correction) for correction in event.corrections]
        case TicketAction.UNDO:
            undone = [label(other.kind) for other in events if other.no == payload["event"]]
            parts = [_("'{step}'").format(step=step) for step in undone]
        case TicketAction.ATTACH:
            parts = [str(payload["name"])]
        case TicketAction.SCHEDULE:
            begin, end = (datetime.fromisoformat(payload[name]) for name in ("from", "to"))
            parts = [f"{short_moment(begin, zone)}–{time_of_day(end, zone)}"]
        case TicketAction.REFER | TicketAction.APPEAL:
            due = datetime.fromisoformat(payload["due_at"])
            parts = [_("due {moment}").format(moment=short_moment(due, zone))]
        case TicketAction.MERGE:
            parts = [_("into {no}").format(no=payload["into"])]
        case TicketAction.ABSORB:
            parts = [str(payload["from"])]
        case TicketAction.RECEIVE:
            parts = list(_received(payload, events))
        case kind if kind in _SAID:
            parts = list(_SAID[kind](event))
        case _:
            parts = []
    return listed(parts)


def _corrected(correction: Correction) -> str:
    if correction.what == "customer":
        said, nothing = _("customer {now}, was {was}"), _("nobody")
    else:
        said, nothing = _("receipt {now}, was {was}"), _("none")
    return said.format(now=correction.now or nothing, was=correction.was or nothing)


# --- steps of a complaint, and clocks -------------------------------------------------------


def _detailed(event: EventRow) -> Iterator[str]:
    told = event.payload["complaint"]
    for name, term in _TERMS.items():
        if told.get(name):
            yield label(term(told[name]))
    if told.get("amount_claimed_minor") is not None:
        yield money(told["amount_claimed_minor"], told["currency"])
    for name in ("authority_ref", "batch_no"):
        if told.get(name):
            yield str(told[name])
    if "priority" in event.payload:
        yield str(event.payload["priority"])


_TERMS: Final[Mapping[str, type[Cause] | type[Demand] | type[Severity]]] = {
    "complaint_class": Cause,
    "demand": Demand,
    "severity": Severity,
}


def _offered(event: EventRow) -> Iterator[str]:
    if event.payload.get("amount_minor") is not None:
        yield money(event.payload["amount_minor"], event.payload["currency"])


def _levelled(event: EventRow) -> Iterator[str]:
    yield label(ClockKind(event.payload["clock"]))
    yield _("level {level}").format(level=event.payload["level"])


def _checked(event: EventRow) -> Iterator[str]:
    said = _("{step}: done") if event.payload["done"] else _("{step}: open again")
    yield said.format(step=label(CrisisStep(event.payload["step"])))


# --- steps of a return ----------------------------------------------------------------------


def _submitted(event: EventRow) -> Iterator[str]:
    payload = event.payload
    yield label(Remedy(payload["remedy"]))
    if payload["mode"] != ReturnMode.COUNTER:
        yield label(ReturnMode(payload["mode"]))
    if payload.get("freight_payer"):
        payer = label(FreightPayer(payload["freight_payer"]))
        yield _("freight: {payer}").format(payer=payer)
    if payload.get("tracking_no"):
        yield str(payload["tracking_no"])
    yield from _in_short(
        [
            _("line {line}: {quantity}, {reason}, {verdict} ({rule})").format(
                line=line["line_no"],
                quantity=quantity(line["requested_milli"]),
                reason=label(ReturnReason(line["reason"])),
                verdict=label(VerdictWord(line["verdict"])),
                rule=line["rule"],
            )
            for line in payload["lines"]
        ]
    )
    otherwise = {name for line in payload["lines"] for name in line.get("otherwise", ())}
    if otherwise:
        names = listed(_(words) for name, words in _RECORDED.items() if name in otherwise)
        yield _("answered otherwise than recorded: {names}").format(names=names)


_RECORDED: Final = {
    "category": N_("category"),
    "confirmed_no_return": N_("no return agreed"),
    "received_date": N_("received"),
    "exchanged_on": N_("exchanged"),
}
"""The words for what the store may know itself of a sale."""


def _received(payload: Mapping[str, Any], events: Iterable[EventRow]) -> Iterator[str]:
    """What came in of each line; the event names lines by their uid, the first one by number."""
    if payload["waived"]:
        yield _("without goods")
        return
    numbers = {
        line["line"]: line["line_no"]
        for event in events
        if event.kind is TicketAction.SUBMIT
        for line in event.payload["lines"]
    }
    yield from _in_short(
        [
            _("line {line}: {quantity}").format(
                line=numbers.get(line["line"], "-"), quantity=quantity(line["received_milli"])
            )
            for line in payload["lines"]
        ]
    )


def _approved(event: EventRow) -> Iterator[str]:
    yield label(Remedy(event.payload["remedy"]))
    yield from _by_another(event)


def _overridden(event: EventRow) -> Iterator[str]:
    payload = event.payload
    yield _("line {line}: {remedy}, the rule said: {verdict}").format(
        line=payload["line_no"],
        remedy=label(Remedy(payload["remedy"])),
        verdict=label(VerdictWord(payload["was"])),
    )
    if payload.get("payable_minor") is not None and payload.get("currency"):
        yield money(payload["payable_minor"], payload["currency"])
    yield from _by_another(event)


def _authorised(event: EventRow) -> Iterator[str]:
    if event.payload["by"] is None:
        yield _("by the rule")
    yield from _by_another(event)


def _by_another(event: EventRow) -> Iterator[str]:
    """Who decided, where that is not who did it: the second person at the counter."""
    by = event.payload.get("by")
    if by is not None and by != event.login:
        yield _("by {login}").format(login=person(by))


def _paid(event: EventRow) -> Iterator[str]:
    """An amount, the way it goes, and what was printed."""
    payload = event.payload
    yield money(payload["amount_minor"], payload["currency"])
    if payload.get("method"):
        yield label(TenderMethod(payload["method"]))
    if payload.get("ref"):
        yield str(payload["ref"])
    if payload.get("legal_base"):
        yield base_words(str(payload["legal_base"]))
    if payload.get("own_limit") is not None:
        yield _("within the own limit")
    yield from _by_another(event)


def _exchanged(event: EventRow) -> Iterator[str]:
    """The serial numbers, the old one first, as far as there are any."""
    lines = event.payload["lines"]
    yield from _in_short(
        [f"{line['was'] or '-'} → {line['serial_no']}" for line in lines if line["serial_no"]]
    )


def _in_short(parts: list[str]) -> Iterator[str]:
    """The first few, and how many there are besides."""
    yield from parts[:_LINES]
    more = len(parts) - _LINES
    if more > 0:
        yield ngettext("{more} more line", "{more} more lines", more).format(more=more)


def _called(event: EventRow) -> Iterator[str]:
    if event.payload.get("call"):
        yield _("called: {result}").format(result=label(ContactResult(event.payload["call"])))


_SAID: Final[Mapping[TicketAction, Callable[[EventRow], Iterator[str]]]] = {
    TicketAction.NOTE: _called,
    TicketAction.DETAIL: _detailed,
    TicketAction.PROPOSE: _offered,
    TicketAction.ESCALATE: lambda event: iter(
        [_("level {level}").format(level=event.payload["level"])]
    ),
    TicketAction.CHECK: _checked,
    TicketAction.LEVEL: _levelled,
    TicketAction.RETARGET: lambda event: iter(
        [_("version {no}").format(no=event.payload["service"])]
    ),
    TicketAction.SUBMIT: _submitted,
    TicketAction.APPROVE: _approved,
    TicketAction.REFUSE: _by_another,
    TicketAction.OVERRIDE: _overridden,
    TicketAction.SHIP: lambda event: iter([str(event.payload["tracking_no"])]),
    TicketAction.EXCHANGE: _exchanged,
    TicketAction.REFUND: _paid,
    TicketAction.AUTHORISE: _authorised,
    TicketAction.SETTLE: _paid,
    TicketAction.COMPENSATE: _paid,
    TicketAction.GRANT_COMPENSATION: _paid,
    TicketAction.REFUSE_COMPENSATION: _paid,
    TicketAction.PAY_COMPENSATION: _paid,
}
