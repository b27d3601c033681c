"""The book of imports: what was taken in before, for whoever may import."""

from __future__ import annotations

from counter.desk import ReadingDesk
from counter.permissions import Action
from data.importing import history
from data.importing.history import ImportRow
from models.views import Page, Span

__all__ = ["ImportRow", "imports", "reasons"]


def imports(desk: ReadingDesk, span: Span) -> Page[ImportRow]:
    """One page of the imports, the newest first.

    Raises:
        NotAllowed: the role does not permit it.
    """
    desk.require(Action.IMPORT)
    return history.imports_page(desk.reader, span)


def reasons(desk: ReadingDesk, batch_id: int) -> dict[str, int]:
    """How many rows that import rejected, by reject code.

    Raises:
        NotAllowed: the role does not permit it.
    """
    desk.require(Action.IMPORT)
    return history.reasons_of(desk.reader, batch_id)
