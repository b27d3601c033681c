"""The upper part of the return check: the find box, what was found, the receipt that is taken."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Final

from textual import on

from counter.language import _
from counter.return_finding import FoundForReturn, find_for_return, follow
from counter.return_outlook import CheckedReceipt
from models.messages import N_
from models.views import Hit
from screens.frame import FramedScreen
from screens.hits import MOST_HITS, Found, found_rows
from screens.widgets.findbox import MORE_DIGITS, FindBox, too_few_digits
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable

NOTHING_FOUND: Final = N_("Nothing found. Enter again: type the receipt by hand.")


class ReceiptFinder(FramedScreen):
    """Finds the receipt whose goods are brought back; what then stands there is the subclass's."""

    def __init__(self) -> None:
        super().__init__()
        self._not_found = ""

    @abstractmethod
    def take_receipt(self, checked: CheckedReceipt, line_no: int | None) -> None:
        """Show a receipt that was found, with the cursor on a line of it."""

    @abstractmethod
    def show_parts(self, *, hits: bool) -> None:
        """Show what was found, or else the receipt."""

    @abstractmethod
    def type_by_hand(self, receipt_no: str) -> None:
        """Begin a receipt that the store does not have."""

    @property
    @abstractmethod
    def taken(self) -> str:
        """Number of the receipt that stands there; empty before there is one."""

    @property
    def _hits(self) -> PagedTable[Found]:
        return self.query_one("#hits", PagedTable)

    def focus_find(self) -> None:
        """Let the next scan land in the find box."""
        self.query_one(FindBox).focus()

    @on(FindBox.Typed)
    def _typed(self, event: FindBox.Typed) -> None:
        if event.text != self._not_found:
            self._not_found = ""
        if event.text != self.taken:
            self.look_up(event.text, act=False)

    @on(FindBox.Asked)
    def _asked(self, event: FindBox.Asked) -> None:
        if event.text and event.text == self._not_found:
            self.type_by_hand(event.text)
        else:
            self.look_up(event.text, act=True)

    def look_up(self, text: str, *, act: bool) -> None:
        """Find what ``text`` means; with ``act`` the only answer is taken."""
        if not text:
            self.nothing_newer("find")
            self.show_parts(hits=False)
            return

        def answered(found: FoundForReturn) -> None:
            if not self.is_current:  # the hand went on to another screen
                return
            if act and self._take(found):
                return
            if act:
                self._not_found = "" if found.hits else text
                self._offer(found.hits, text)
            elif found.checked is None and not found.case_no:
                self._show_hits(found.hits, text)

        self.read(
            lambda desk: find_for_return(desk, text, MOST_HITS + 1),
            answered,
            group="find",
            opens=act,
        )

    def _take(self, found: FoundForReturn) -> bool:
        """Go on with the one thing that was found; false where there is no such thing."""
        if found.case_no:
            self.counter_app.open_return(found.case_no)
            return True
        if found.checked is None:
            return False
        self._not_found = ""
        self.take_receipt(found.checked, found.line_no)
        return True

    def _offer(self, hits: tuple[Hit, ...], text: str) -> None:
        self._show_hits(hits, text)
        if hits:
            self.set_focus(self._hits)
        elif too_few_digits(text):
            self.say(_(MORE_DIGITS))
        else:
            said = _("Nothing found for '{text}'. Enter again: type the receipt by hand.")
            self.say(said.format(text=text), "problem")

    def _show_hits(self, hits: tuple[Hit, ...], text: str) -> None:
        rows = found_rows(hits)
        self._hits.empty = MORE_DIGITS if too_few_digits(text) else NOTHING_FOUND
        self._hits.show(partial(page_of, rows), partial(counts_of, rows))
        self._hits.can_focus = bool(rows)  # an empty list would swallow the next scan
        self.show_parts(hits=True)

    @on(PagedTable.RowChosen, "#hits")
    def _hit_chosen(self, event: PagedTable.RowChosen) -> None:
        hit: Hit = event.row.hit

        def answered(found: FoundForReturn) -> None:
            if not self.is_current or self._take(found):
                return
            if found.hits:
                self._offer(found.hits, hit.ref)
            else:
                self.say(_("No receipt belongs to {name}.").format(name=hit.text), "problem")

        self.read(lambda desk: follow(desk, hit, MOST_HITS), answered, group="find", opens=True)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)
