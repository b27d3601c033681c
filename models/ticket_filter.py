"""What a ticket list may be narrowed to, beside its view and the words that were typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from models.terms import Cause, Priority, Severity, TicketChannel, TicketKind

TERMS: Final[Mapping[str, type[StrEnum]]] = MappingProxyType(
    {
        "kinds": TicketKind,
        "priorities": Priority,
        "channels": TicketChannel,
        "severities": Severity,
        "causes": Cause,
    }
)
"""Parts of a filter that name terms, and which."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets of a view are wanted; what is empty narrows nothing, the rest holds together.

    Attributes:
        kinds: any of these kinds.
        priorities: any of these.
        channels: any of these.
        severities: complaints of any of these.
        causes: what a complaint is about as the customer tells it, or why a ticket was.
        level: this level at least, of the complaint or of a clock that goes on.
        department: where it lies; capital letters make no difference.
        owner: staff number of whose it is.
        overdue: only what is late.
        authority: only what an authority keeps under a number.
        opened_from: the first local day on which it was opened.
        opened_to: the last one.
    """

    kinds: tuple[TicketKind, ...] = ()
    priorities: tuple[Priority, ...] = ()
    channels: tuple[TicketChannel, ...] = ()
    severities: tuple[Severity, ...] = ()
    causes: tuple[Cause, ...] = ()
    level: int = 0
    department: str = ""
    owner: str = ""
    overdue: bool = False
    authority: bool = False
    opened_from: date | None = None
    opened_to: date | None = None

    def __bool__(self) -> bool:
        """Whether it narrows anything."""
        return any(getattr(self, field.name) for field in fields(self))

    def kept(self) -> dict[str, Any]:
        """What it narrows, in JSON's types."""
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if not value:
                continue
            if isinstance(value, date):
                found[field.name] = value.isoformat()
            else:
                found[field.name] = list(value) if isinstance(value, tuple) else value
        return found

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> TicketFilter:
        """The filter that was kept so.

        Raises:
            ValueError, TypeError: it holds what this version does not know.
        """
        values: dict[str, Any] = {}
        for name, value in kept.items():
            if name in TERMS:
                values[name] = tuple(TERMS[name](one) for one in value)
            elif name in ("opened_from", "opened_to"):
                values[name] = date.fromisoformat(value)
            elif name in ("overdue", "authority"):
                values[name] = bool(value)
            elif name == "level":
                values[name] = int(value)
            else:
                values[name] = str(value)
        return cls(**values)


UNFILTERED: Final = TicketFilter()
"""The filter that narrows nothing."""

COMPLAINT_KINDS: Final = (TicketKind.COMPLAINT, TicketKind.CRISIS, TicketKind.SUGGESTION)
"""The kinds of the complaint queue: what customers are not content with."""

COMPLAINTS: Final = TicketFilter(kinds=COMPLAINT_KINDS)
"""The filter of the complaint queue."""
