from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from counter import language
from models.errors import StoreBusy
from models.views import Count, Counts, Page, Span
from screens.widgets.paged_table import Column, Flex, PagedTable, Toned
from tests.screens.widgets.stage import PAYLOADS, Stage, lines, on_stage, until

MILLION = 1_000_000


@dataclass(frozen=True)
class Ticket:
    """A row; its number is its place."""

    id: int
    name: str = "张三"

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.id,)


class Shelf:
    """Rows 0 to ``size`` without those that vanished, counting how often it was asked."""

    def __init__(self, size: int, name: str = "张三") -> None:
        self.size = size
        self.name = name
        self.hidden = 7
        self.most = MILLION
        self.counted = 0
        self.gone: set[int] = set()
        self.asked: list[Span] = []
        self.error: Exception | None = None
        self.gate: Event | None = None

    def __call__(self, span: Span) -> Page[Ticket]:
        self.asked.append(span)
        if self.gate is not None:
            self.gate.wait(5)
        if self.error is not None:
            raise self.error
        ids = self._ids(span)
        return Page(tuple(Ticket(number, self.name) for number in ids))

    def count(self, first: tuple[Any, ...] | None) -> Counts:
        self.counted += 1
        size = self.size - len(self.gone)
        before = first[0] - sum(gone < first[0] for gone in self.gone) if first else 0
        known = before <= self.most
        total = Count(min(size, self.most + 1), more=size > self.most)
        return Counts(total, Count(self.hidden), before if first and known else None)

    def _ids(self, span: Span) -> list[int]:
        if span.last or span.before is not None:
            at, step = (span.before[0] if span.before else self.size) - 1, -1
        else:
            at = span.since[0] if span.since else span.after[0] + 1 if span.after else 0
            step = 1
        found: list[int] = []
        while 0 <= at < self.size and len(found) < span.limit:
            if at not in self.gone:
                found.append(at)
            at += step
        return found[::step]


COLUMNS = [
    Column[Ticket]("ticket", lambda row: f"C-{row.id:07}", 9, name="number"),
    Column[Ticket]("customer", lambda row: row.name, Flex(8)),
    Column[Ticket]("late", lambda row: Toned("!! 2 h", "problem"), 6, "right", hide_below=60),
]


def a_table(shelf: Shelf, **more: Any) -> PagedTable[Ticket]:
    return PagedTable(COLUMNS, shelf, shelf.count, **more)


async def settled(pilot: Pilot[None], table: PagedTable[Ticket]) -> None:
    await until(pilot, lambda: not table.is_reading)
    await pilot.pause()


def number(table: PagedTable[Ticket]) -> int:
    assert table.current is not None
    return table.current.id


def position(table: PagedTable[Ticket]) -> int | None:
    return table.position


def total(table: PagedTable[Ticket]) -> Count | None:
    return table.counts.total if table.counts else None


def test_a_million_rows_answer_to_every_key() -> None:
    table = a_table(Shelf(MILLION))

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        assert table.counts == Counts(Count(MILLION), Count(7), 0)
        assert number(table) == 0
        await pilot.press("up")
        assert number(table) == 0
        await pilot.press("down", "down", "pagedown")
        assert number(table) == 2 + 23
        await pilot.press("end")
        await settled(pilot, table)
        assert number(table) == MILLION - 1
        assert table.position == MILLION
        assert "C-0999999" in lines(pilot.app)[-1]
        await pilot.press("down", "pageup")
        await settled(pilot, table)
        assert number(table) == MILLION - 1 - 23
        await pilot.press("home")
        await settled(pilot, table)
        assert number(table) == 0
        assert lines(pilot.app)[1].startswith(">  C-0000000 张三")

    on_stage(play, Stage(table))


def test_keys_pressed_while_a_page_is_read_are_not_lost() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        shelf.gate = Event()
        for _ in range(40):
            table.action_page(1)
        table.action_move(-1)
        assert number(table) < 40 * 23 - 1
        shelf.gate.set()
        await until(pilot, lambda: number(table) == 40 * 23 - 1)
        assert Ticket(40 * 23 - 1) in table.visible_rows

    on_stage(play, Stage(table))


def test_keys_after_end_count_from_the_end() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        shelf.gate = Event()
        table.action_edge("last")
        table.action_move(-2)
        shelf.gate.set()
        await until(pilot, lambda: number(table) == MILLION - 3)

    on_stage(play, Stage(table))


def test_the_next_page_is_there_before_the_cursor() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        for page in range(1, 30):
            table.action_page(1)
            assert number(table) == page * 23, "the cursor had to wait"
            await settled(pilot, table)
        assert len(shelf.asked) < 12

    on_stage(play, Stage(table))


def test_going_back_up_past_rows_that_were_dropped() -> None:
    table = a_table(Shelf(2000))

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        for step in [1] * 60 + [-1] * 60:
            table.action_page(step)
            await settled(pilot, table)
            assert table.position == number(table) + 1
        assert number(table) == 0

    on_stage(play, Stage(table))


def test_a_reload_keeps_the_cursor_on_its_record() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        table.action_move(30)
        await settled(pilot, table)
        shelf.gone = {3, 4, 31}
        shelf.name = "李四"
        table.reload()
        await settled(pilot, table)
        assert table.current == Ticket(30, "李四")
        assert total(table) == Count(MILLION - 3)
        shelf.gone |= {30}
        table.reload()
        await settled(pilot, table)
        assert number(table) == 32, "the next neighbour takes the place of a record that vanished"
        assert table.position == 29

    on_stage(play, Stage(table))


def test_a_reload_deep_in_the_list_stays_there() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        table.action_edge("last")
        await settled(pilot, table)
        table.action_move(-10)
        shelf.gone = set(range(MILLION - 500, MILLION))
        table.reload()
        await settled(pilot, table)
        assert number(table) == MILLION - 501

    on_stage(play, Stage(table))


def test_a_list_is_counted_when_opened_and_reloaded_and_not_with_its_pages() -> None:
    shelf = Shelf(MILLION)
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        assert shelf.counted == 1
        for _ in range(20):
            table.action_page(1)
            await settled(pilot, table)
        assert shelf.counted == 1
        assert table.position == number(table) + 1
        table.reload()
        await settled(pilot, table)
        assert shelf.counted == 2
        assert table.position == number(table) + 1

    on_stage(play, Stage(table))


def test_rows_are_shown_before_they_are_counted() -> None:
    shelf, gate = Shelf(50), Event()
    table = a_table(shelf)
    table._counting = lambda first: (gate.wait(5), shelf.count(first))[1]

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: table.current is not None)
        assert table.counts is None
        await pilot.press("down")
        assert number(table) == 1
        gate.set()
        await until(pilot, lambda: total(table) == Count(50))

    on_stage(play, Stage(table))


def test_a_place_that_nobody_counted_is_not_claimed() -> None:
    shelf = Shelf(MILLION)
    shelf.most = 1000
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        assert total(table) == Count(1001, more=True)
        assert table.position == 1
        await pilot.press("end")
        await settled(pilot, table)
        assert (number(table), position(table)) == (MILLION - 1, None)
        assert rim(pilot)[-1] == "┃"
        await pilot.press("home")
        await settled(pilot, table)
        assert table.position == 1
        assert rim(pilot)[0] == "┃"

    on_stage(play, Stage(table))


def test_the_sign_at_the_rim_stays_where_it_is_when_rows_are_read_anew() -> None:
    shelf = Shelf(MILLION)
    shelf.most = 1000
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        for _ in range(90):
            table.action_page(1)
            await settled(pilot, table)
        before = rim(pilot)
        assert "┃" in before[3:-3], "between the edges"
        table.reload()
        await settled(pilot, table)
        assert table.position is None
        assert rim(pilot) == before

    on_stage(play, Stage(table))


def rim(pilot: Pilot[None]) -> str:
    return "".join(line[-1] for line in lines(pilot.app)[1:])


def test_a_mark_on_a_row_that_others_push_out_of_memory_stays() -> None:
    shelf = Shelf(300)
    shelf.gone = {0, 1, 2}
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        table.mark([3, 102])
        shelf.gone = {4}
        table.reload()
        await settled(pilot, table)
        assert [row.id for row in table.marked] == [3, 102]

    on_stage(play, Stage(table))


def test_a_reload_shows_new_rows_at_the_very_top() -> None:
    shelf = Shelf(50)
    shelf.gone = {0}
    table = a_table(shelf)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        shelf.gone = set()
        table.reload()
        await settled(pilot, table)
        assert number(table) == 1
        assert table.visible_rows[0] == Ticket(0)

    on_stage(play, Stage(table))


def test_space_marks_and_goes_on() -> None:
    shelf = Shelf(100)
    table = a_table(shelf)
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        await pilot.press("space", "down", "space")
        assert [row.id for row in table.marked] == [0, 2]
        assert lines(app)[1].startswith(" * C-0000000")
        shelf.gone = {0}
        table.reload()
        await settled(pilot, table)
        assert [row.id for row in table.marked] == [2]
        await until(pilot, lambda: app.heard_of(PagedTable.CountsChanged)[-1].marked == 1)
        table.clear_marks()
        assert not table.marked

    on_stage(play, app)


def test_an_empty_list_says_so_in_the_owners_words() -> None:
    app = Stage(a_table(Shelf(0), empty="No ticket waits."))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "No ticket waits." in "".join(lines(app)))
        await pilot.press("down", "end", "enter", "space", "pageup")
        assert not app.heard_of(PagedTable.RowChosen)

    on_stage(play, app)


def test_a_failure_never_looks_like_an_empty_list() -> None:
    shelf = Shelf(5)
    shelf.error = StoreBusy("The store [/x] is busy.")
    table = a_table(shelf, empty="No ticket waits.")
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.heard_of(PagedTable.LoadFailed))
        assert app.heard_of(PagedTable.LoadFailed)[0].error is shelf.error
        await pilot.pause()
        screen = "".join(lines(app))
        assert "could not be read. The store [/x] is busy." in screen
        assert "No ticket" not in screen
        shelf.error = None
        table.reload()
        await until(pilot, lambda: table.current is not None)
        assert table.failure is None

    on_stage(play, app)


def test_a_failed_reload_keeps_the_rows_and_a_failed_filter_does_not() -> None:
    shelf, broken = Shelf(5), Shelf(5)
    broken.error = OSError("gone")
    table = a_table(shelf)
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        shelf.error = OSError("gone")
        table.reload()
        await until(pilot, lambda: table.failure is not None)
        assert number(table) == 0
        table.show(broken, broken.count)
        await until(pilot, lambda: table.current is None)
        assert "could not be read" in lines(app)[2]

    on_stage(play, app)


def test_the_answer_to_an_older_question_is_dropped() -> None:
    slow, quick = Shelf(MILLION), Shelf(10, "李四")
    slow.gate = Event()
    table = a_table(slow)

    async def play(pilot: Pilot[None]) -> None:
        await pilot.pause()
        table.show(quick, quick.count)
        await until(pilot, lambda: total(table) == Count(10))
        assert slow.gate is not None
        slow.gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert (total(table), table.current) == (Count(10), Ticket(0, "李四"))

    on_stage(play, Stage(table))


def test_rows_are_announced_and_chosen() -> None:
    table = a_table(Shelf(50))
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.heard_of(PagedTable.RowChosen))
        assert app.heard_of(PagedTable.RowHighlighted)[-1].row == Ticket(1)
        assert app.heard_of(PagedTable.RowChosen)[-1].row == Ticket(1)
        await pilot.click(table, offset=(5, 4))
        assert number(table) == 3
        table._window.scroll(3)
        assert table.select(20)
        assert number(table) == 20
        assert not table.select(99)

    on_stage(play, app)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_chinese_lines_up_at_every_width(width: int) -> None:
    table = a_table(Shelf(50, "欧阳娜娜客户退货客户退货客户退货"))
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        assert all(strip.cell_length == width for strip in map(table.render_line, range(24)))
        assert ("late" in lines(app)[0]) == (width >= 60)
        assert "欧阳娜娜" in lines(app)[5]

    on_stage(play, app, (width, 24))


def test_text_from_people_is_never_markup() -> None:
    table = a_table(Shelf(3, " ".join(PAYLOADS)))
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        assert "[/x] 5[/ [b]bold [31mred[2J [@click" in lines(app)[1]

    on_stage(play, app)


def test_headings_show_the_order_and_speak_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    table = a_table(Shelf(3))
    app = Stage(table)

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        table.sorted_by = ("number", True)
        await until(pilot, lambda: "ticket v" in lines(app)[0])
        monkeypatch.setattr(language, "_active", "zh_CN")
        monkeypatch.setattr(language._translations, "gettext", lambda text: f"«{text}»")
        table.refresh()
        await until(pilot, lambda: "«late»" in lines(app)[0])

    on_stage(play, app)


def test_a_key_repaints_two_lines() -> None:
    table = a_table(Shelf(MILLION))

    async def play(pilot: Pilot[None]) -> None:
        await settled(pilot, table)
        await pilot.pause()
        before = dict(table._drawn)
        table.action_move(1)
        changed = [y for y in range(24) if table._line(y) is not before[y]]
        assert changed == [1, 2]

    on_stage(play, Stage(table))
