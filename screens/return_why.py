"""Why a return stands as it does, in a window to read aloud from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter.language import _
from counter.return_words import LineWords, counted_words, line_words
from counter.words import person
from models.return_views import ReturnCaseDetail
from screens.widgets.dialog import open_dialog
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from screens.frame import FramedScreen


def open_why(screen: FramedScreen, case: ReturnCaseDetail) -> None:
    """Show why the lines were decided so, what would change it, and how days were counted."""
    zone = screen.counter_app.shop.site.zone

    def answered(lines: tuple[LineWords, ...]) -> None:
        parts = [part for words in lines for part in _of_line(words)]
        counted = counted_words(case.explained, zone)
        for line in case.lines:
            for refund in line.refunds:
                counted += counted_words(refund.explained, zone)
        parts.append(Part(_("How the days were counted"), list(dict.fromkeys(counted))))
        sheet = Sheet(_("{no}: why").format(no=case.no), [part for part in parts if part.lines])
        screen.when_in_front(lambda: open_dialog(screen.app, sheet))

    screen.read(lambda desk: line_words(desk, case), answered, group="why", opens=True)


def _of_line(words: LineWords) -> list[Part]:
    heading = f"{words.line.line_no}  {words.line.name}"
    exceptions = [
        _("Decided as an exception by {name}: {reason}").format(
            name=person(decision.actor), reason=decision.override_reason or ""
        )
        for decision in words.line.decisions
        if decision.overrides_id is not None
    ]
    return [
        Part(heading, [*words.said, *exceptions, words.policy]),
        Part(_("What would change it"), words.changing),
    ]
