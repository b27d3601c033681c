"""The lines of a receipt at the return check: what is left of each, and what came back before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from counter.language import _, day_of_month, money, quantity, short_moment
from counter.return_outlook import CheckedReceipt
from counter.words import label
from models.messages import N_
from models.return_views import EarlierReturn, SoldGoods
from models.terms import SaleChannel
from models.views import Page
from screens.widgets.cells import cut, width_of
from screens.widgets.columns import Cell, Column, Flex, Toned
from screens.widgets.controls import passed_on
from screens.widgets.findbox import FindBox
from screens.widgets.list_pages import Counting, Loader, Request
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import printable

MOST_LINES: Final = 4
"""Lines of a receipt that are in sight at once on a low screen."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as a row of the list.

    Attributes:
        said: what was answered and decided about it so far, translated; else what came back before.
    """

    id: int
    goods: SoldGoods
    said: str
    is_answered: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """Its place on the receipt."""
        return (self.id,)


class LineTable(PagedTable[LineRow]):
    """The lines; the cursor begins where it is told to, space takes a line into the case.

    Attributes:
        room: lines that may be in sight at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Answer"), id="lines.answer"),
        Binding("space", "mark", N_("In the case"), id="lines.mark"),
    ]

    class Turned(Message):
        """A line is to be taken into the case or out of it."""

        def __init__(self, line_no: int) -> None:
            super().__init__()
            self.line_no = line_no

    def __init__(self, columns: Sequence[Column[LineRow]], *, id: str) -> None:
        super().__init__(columns, empty=N_("This receipt has no lines."), id=id)
        self.room = MOST_LINES
        self._count = 0
        self._aim: int | None = None

    def begin(self, loader: Loader[LineRow], counting: Counting, rows: int, aim: int) -> None:
        """Show the lines of a receipt, the cursor on line ``aim``."""
        self._aim = aim
        self._count = rows
        self.fit()
        self.show(loader, counting)

    def fit(self, *, answering: bool = False) -> None:
        """Take the room that there is; while a line is answered on a low screen, that of one."""
        lines = 1 if answering and self.room <= MOST_LINES else max(self.room, MOST_LINES)
        self.styles.height = min(max(self._count, 1), lines) + 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc leaves the screen: the marks are answers and stay."""
        return action != "unmark"

    def action_mark(self) -> None:
        """Take the line under the cursor into the case, or out of it, and go on to the next."""
        if (row := self.current) is not None:
            self.post_message(self.Turned(row.id))
            self.action_move(1)

    async def _on_key(self, event: events.Key) -> None:
        """A digit begins the next scan: it belongs to the find box, as do those behind it."""
        if passed_on(self, event):
            return
        if event.character is not None and event.character in "0123456789":
            line = self.screen.query_one(FindBox).input
            self.screen.set_focus(line)  # at once: the next key is on its way
            line.select_all()
            passed_on(self, event)

    def _take_jump(self, request: Request, page: Page[Any]) -> None:
        super()._take_jump(request, page)
        numbers = [row.id for row in self._window.rows]
        if self._aim in numbers:
            self._window.aim(numbers.index(self._aim))
            self._window.keep_visible()
        self._aim = None


def line_columns() -> list[Column[LineRow]]:
    """What is shown of a line."""
    return [
        Column("", lambda row: str(row.id), width=3, align="right"),
        Column(N_("article"), lambda row: row.goods.name, width=Flex(16, 2)),
        Column(N_("left"), _left, width=14),
        Column(N_("paid for one"), _price, width=13, align="right"),
        Column(N_("returns"), _said, width=Flex(24, 3)),
    ]


def _left(row: LineRow) -> Cell:
    left, sold = max(row.goods.left_milli, 0), row.goods.qty_milli
    words = _("{left} of {sold}").format(left=quantity(left), sold=quantity(sold))
    if not left:
        return Toned(words, "muted")
    return Toned(words, "warning") if left < sold else words


def _price(row: LineRow) -> Cell:
    return money(row.goods.unit_paid_minor, row.goods.currency)


def _said(row: LineRow) -> Cell:
    return Toned(row.said, "strong") if row.is_answered else Toned(row.said, "muted")


def came_back(goods: SoldGoods, zone: ZoneInfo) -> str:
    """What came back of a line before, the newest first: ``3 back R-20250306-0004 refunded``."""
    return "; ".join(_returned(one, zone) for one in reversed(goods.earlier))


def _returned(one: EarlierReturn, zone: ZoneInfo) -> str:
    back = _("{count} back {no}").format(count=quantity(one.qty_milli), no=one.no)
    day = day_of_month(one.at.astimezone(zone).date())
    return f"{back} {label(one.status) if one.status is not None else day}"


def receipt_line(checked: CheckedReceipt, zone: ZoneInfo, width: int) -> Content:
    """The receipt in one line: number, when, where, how it was paid, and whose it is."""
    receipt = checked.receipt
    paid = " + ".join(
        f"{label(one.method)} {money(one.amount_minor, receipt.currency)}"
        for one in receipt.tenders
    )
    who = " ".join(part for part in (receipt.customer, receipt.phone_masked) if part)
    way = label(receipt.channel) if receipt.channel is not SaleChannel.STORE else ""
    parts = [short_moment(receipt.sold_at, zone), way, who, paid]
    head = _("Receipt {no}").format(no=printable(receipt.receipt_no))
    rest = "".join(f"   {printable(part)}" for part in parts if part)
    head = cut(head, width)
    return Content.assemble((head, "bold"), cut(rest, max(width - width_of(head), 0)))
