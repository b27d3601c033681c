"""What a ticket list is narrowed to, as it is typed and as it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from counter.clock_words import mark
from counter.language import _, day, listed
from counter.rules.fields import Faults
from counter.words import label
from models.messages import N_
from models.terms import Cause, Priority, Severity, TicketChannel, TicketKind
from models.ticket_filter import COMPLAINT_KINDS, TicketFilter

ANY: Final = "any"
"""Typed for what is to narrow nothing."""

COMPLAINT_QUEUE: Final = "complaints"
"""Typed for the kinds of the complaint queue together."""

_TERMS: Final[Mapping[str, tuple[str, type[StrEnum]]]] = {
    "kind": ("kinds", TicketKind),
    "priority": ("priorities", Priority),
    "channel": ("channels", TicketChannel),
    "severity": ("severities", Severity),
    "class": ("causes", Cause),
}
"""Fields that name a term, the part of the filter that they fill, and the terms."""

_LEVELS: Final = {"1": 1, "2": 2, "3": 3}


def narrowing(typed: Mapping[str, str | Sequence[str]]) -> TicketFilter:
    """The filter that was typed, by field; a field may hold several words.

    The fields are ``kind``, ``priority``, ``channel``, ``severity``, ``class``, ``level``,
    ``owner``, ``department``, ``late``, ``authority``, ``from`` and ``to``; an empty one, and
    ``any``, narrows nothing.

    Raises:
        InvalidInput: every faulty field is named.
    """
    faults = Faults()
    values: dict[str, Any] = {}
    for name, (part, terms) in _TERMS.items():
        found: list[StrEnum] = []
        for word in _words(typed, name):
            if name == "kind" and word == COMPLAINT_QUEUE:
                found += COMPLAINT_KINDS
            elif (term := faults.term(name, word, terms)) is not None:
                found.append(term)
        values[part] = tuple(dict.fromkeys(found))
    level = faults.choice("level", _one(typed, "level"), _LEVELS)
    values["level"] = _LEVELS.get(level or "", 0)
    values["owner"] = faults.text("owner", _one(typed, "owner"), limit=32) or ""
    values["department"] = faults.text("department", _one(typed, "department"), limit=80) or ""
    values["overdue"] = _one(typed, "late") == "yes"
    values["authority"] = _one(typed, "authority") == "yes"
    values["opened_from"] = first = faults.day("from", _one(typed, "from"))
    values["opened_to"] = last = faults.day("to", _one(typed, "to"))
    if first is not None and last is not None and last < first:
        faults.add("to", N_("That is before the first day."))
    faults.raise_if_any()
    return TicketFilter(**values)


def typed_of(wanted: TicketFilter) -> dict[str, str]:
    """A filter as fields show it: of several words the first, but the complaint queue's."""
    values = {
        name: str(terms[0]) if (terms := getattr(wanted, part)) else ANY
        for name, (part, _terms) in _TERMS.items()
    }
    if wanted.kinds == COMPLAINT_KINDS:
        values["kind"] = COMPLAINT_QUEUE
    return {
        **values,
        "level": str(wanted.level) if wanted.level else ANY,
        "owner": wanted.owner,
        "department": wanted.department,
        "late": "yes" if wanted.overdue else "",
        "authority": "yes" if wanted.authority else "",
        "from": wanted.opened_from.isoformat() if wanted.opened_from else "",
        "to": wanted.opened_to.isoformat() if wanted.opened_to else "",
    }


def filter_words(wanted: TicketFilter) -> str:
    """What a list is narrowed to, in words; empty where it is to nothing."""
    parts = [_kinds(wanted)] if wanted.kinds else []
    terms = (*wanted.priorities, *wanted.channels, *wanted.severities, *wanted.causes)
    parts += [label(term) for term in terms]
    if wanted.level:
        parts.append(_("level {mark}").format(mark=mark(wanted.level)))
    if wanted.overdue:
        parts.append(_("late"))
    if wanted.authority:
        parts.append(_("with an authority"))
    if wanted.owner:
        parts.append(_("of {login}").format(login=wanted.owner))
    if wanted.department:
        parts.append(wanted.department)
    if wanted.opened_from:
        parts.append(_("from {day}").format(day=day(wanted.opened_from)))
    if wanted.opened_to:
        parts.append(_("to {day}").format(day=day(wanted.opened_to)))
    return listed(parts)


def _kinds(wanted: TicketFilter) -> str:
    if wanted.kinds == COMPLAINT_KINDS:
        return _("complaints")
    return listed(label(kind) for kind in wanted.kinds)


def _words(typed: Mapping[str, str | Sequence[str]], name: str) -> list[str]:
    value = typed.get(name, "")
    words = [value] if isinstance(value, str) else list(value)
    return [word for word in words if word and word != ANY]


def _one(typed: Mapping[str, str | Sequence[str]], name: str) -> str:
    return next(iter(_words(typed, name)), "")
