"""Sentences to answer with: those that come with the program, and the store's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.reading import Asks
from models.complaint_views import ReplyRow
from models.terms import TicketKind

_SHIPPED: Final = Path(__file__).parent / "reference" / "replies.toml"

OWN: Final = """
    SELECT code, kind, title, body FROM reply_template
    WHERE active AND (:kind IS NULL OR kind IS NULL OR kind = :kind)
    ORDER BY kind IS NULL, code
"""


def own_replies(ask: Asks, kind: TicketKind | None) -> tuple[ReplyRow, ...]:
    """The store's own that go with a kind of ticket; all of them where None is asked for."""
    return tuple(
        ReplyRow(code, TicketKind(of) if of else None, title, body, own=True)
        for code, of, title, body in ask.all(OWN, kind=kind)
    )


def shipped_replies(language: str, kind: TicketKind | None) -> tuple[ReplyRow, ...]:
    """Those that come with the program, in a language, those of the kind first."""
    rows = [
        ReplyRow(
            code,
            TicketKind(values["kind"]) if "kind" in values else None,
            values["title"][language],
            values[language],
            own=False,
        )
        for code, values in _shipped().items()
    ]
    fitting = [row for row in rows if kind is None or row.kind in (None, kind)]
    return tuple(sorted(fitting, key=lambda row: row.kind is None))


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
