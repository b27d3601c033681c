"""What the find box shows is the answer to what stands in it, however fast or slow answers come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from counter import lookup
from counter.desk import Actor, ReadingDesk
from counter.shop import Shop
from models.receipt import Receipt
from models.terms import SaleChannel
from models.views import Hit
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.widgets.findbox import FindBox
from tests.premises import Sale, sell
from tests.screens.front import Front, at_counter

FIRST = "20250303-0117"
SECOND = "20250303-01179"


class Slow:
    """A store that answers to some texts only when it is let."""

    def __init__(self, find: Callable[[ReadingDesk, str, int], tuple[Hit, ...]]) -> None:
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.held: dict[str, Event] = {}
        self._find = find

    def hold(self, text: str) -> None:
        self.held[text] = Event()

    def find(self, desk: ReadingDesk, text: str, limit: int) -> tuple[Hit, ...]:
        self.asked.append(text)
        if text in self.held:
            assert self.held[text].wait(20)
        hits = self._find(desk, text, limit)
        self.answered.append(text)
        return hits


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow(lookup.find)
    monkeypatch.setattr(lookup, "find", slow.find)
    yield slow
    for event in slow.held.values():
        event.set()


def test_the_answer_to_what_was_typed_before_is_dropped(
    shop: Shop, clerk: Actor, sale: Sale, slow: Slow
) -> None:
    sell(shop, "20250304-0001")
    slow.hold("2025")

    async def play(front: Front) -> None:
        await front.press(*"2025")
        await front.until(lambda: "2025" in slow.asked)
        await front.press(*"0304")
        await front.shows("2 found", "20250304-0001")
        slow.held["2025"].set()
        await front.until(lambda: "2025" in slow.answered)
        await front.press("down")
        assert "2 found" in front.text
        assert sale.receipt_no not in front.text.replace(f"K-{sale.receipt_no}", "")

    at_counter(shop, play, actor=clerk)


def test_enter_right_after_the_digits_opens_what_they_name_and_nothing_before(
    shop: Shop, clerk: Actor, sale: Sale, slow: Slow
) -> None:
    """The answer to the digits so far is one receipt, too, and comes last."""
    sell(shop, SECOND)
    slow.hold(FIRST)

    async def play(front: Front) -> None:
        await front.press(*FIRST)
        await front.until(lambda: FIRST in slow.asked)
        await front.press("9", "enter")
        await front.reaches(ReceiptScreen)
        await front.shows(f"Receipt {SECOND}")
        slow.held[FIRST].set()
        await front.until(lambda: FIRST in slow.answered)
        await front.press("escape")
        await front.reaches(Home)
        await front.shows("My queue")

    at_counter(shop, play, actor=clerk)


def test_enter_waits_for_an_answer_that_is_slow(
    shop: Shop, clerk: Actor, sale: Sale, slow: Slow
) -> None:
    slow.hold(FIRST)

    async def play(front: Front) -> None:
        await front.press(*FIRST, "enter")
        await front.until(lambda: FIRST in slow.asked)
        assert isinstance(front.app.screen, Home)
        slow.held[FIRST].set()
        await front.reaches(ReceiptScreen)
        await front.shows(f"Receipt {FIRST}")

    at_counter(shop, play, actor=clerk)


def test_what_is_cleared_is_not_answered(shop: Shop, clerk: Actor, sale: Sale, slow: Slow) -> None:
    slow.hold("2025")

    async def play(front: Front) -> None:
        await front.press(*"2025")
        await front.until(lambda: "2025" in slow.asked)
        await front.press("escape")
        slow.held["2025"].set()
        await front.until(lambda: "2025" in slow.answered)
        await front.press("home")
        assert front.app.screen.query_one(FindBox).value == ""
        await front.shows("My queue")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize(
    ("sales", "said"), [(20, "20 found"), (21, "more than 20 found; type more")]
)
def test_what_is_found_is_counted_exactly_or_said_to_be_more(
    shop: Shop, clerk: Actor, sales: int, said: str
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.add_all(
            Receipt(
                receipt_no=f"77{number:02d}",
                sold_at=desk.now,
                channel=SaleChannel.STORE,
                currency="CNY",
            )
            for number in range(sales)
        )

    async def play(front: Front) -> None:
        await front.press(*"77")
        await front.shows(said)
        assert ("more than" in front.text) is (sales > 20)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("typed", ["13", "0013", "+86 138", "138-0013"])
def test_any_digits_of_a_phone_are_answered_while_one_types(
    shop: Shop, clerk: Actor, sale: Sale, typed: str
) -> None:
    """Fewer than three digits are everybody's."""

    async def play(front: Front) -> None:
        await front.press(*(" " if key == " " else key for key in typed))
        found = "0 found" if len(typed) < 3 else "1 found"
        await front.shows(found)
        await front.until(lambda: ("138****5678" in front.text) is (len(typed) >= 3))

    at_counter(shop, play, actor=clerk)
