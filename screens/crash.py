"""The last words of an application that had to stop."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from counter.crash import write_report
from counter.language import _, phrase
from models.messages import N_


def last_words(folder: Path, error: BaseException | None) -> Text:
    """Write the report, and say in one sentence what happened and where the report is."""
    path = write_report(folder, error) if error is not None else None
    said = _("Counter had to stop. What was saved is safe, and what you typed is offered again.")
    if path is not None:
        said += " " + phrase(
            N_("The report is in {path}; it holds no personal data."), {"path": path}
        )
    return Text(said)
