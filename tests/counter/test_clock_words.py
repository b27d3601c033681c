"""Due times in words: what a clerk reads in a list, and why it is due then."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from counter import language
from counter.clock_words import due_words, explained, mark, time_words
from screens.ticket_columns import ticket_columns
from tests.premises import MORNING

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (35, "in 0 h 35"),
        (23 * 60 + 59, "in 23 h 59"),
        (24 * 60, "by Sun 9 Mar"),
        (0, "in 0 h 00"),
        (-130, "2 h 10 late"),
    ],
)
def test_what_is_due_says_how_much_time_is_left(minutes: int, said: str) -> None:
    assert due_words(MORNING + timedelta(minutes=minutes), MORNING, ZONE) == said


def test_what_is_late_is_late_by_the_minutes_of_its_calendar() -> None:
    friday = MORNING - timedelta(days=3)

    assert due_words(friday, MORNING, ZONE, 95) == "1 h 35 late"


@pytest.mark.parametrize(
    ("days", "said"),
    [(3, "waits until Tue"), (7, "until 15 Mar"), (0, "! wakes up"), (-1, "! wakes up")],
)
def test_what_waits_says_until_when(days: int, said: str) -> None:
    wakes_at = MORNING + timedelta(days=days)

    assert due_words(None, MORNING, ZONE, wakes_at=wakes_at) == said


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
def test_whatever_is_due_when_the_column_of_a_list_shows_the_whole_of_it(spoken: str) -> None:
    columns = ticket_columns(lambda: MORNING, MORNING.date, due=lambda row: "")
    room = next(column.least for column in columns if column.name == "due")
    language.use(spoken)
    try:
        for hours in range(-9_000, 9_000, 7):
            at = MORNING + timedelta(hours=hours)
            for said in (due_words(at, MORNING, ZONE), due_words(None, MORNING, ZONE, wakes_at=at)):
                assert cell_len(said) <= room, said
    finally:
        language.use("en")


def test_an_explanation_is_read_line_by_line() -> None:
    lines = [
        "2025-03-05 18:00-21:00 180",
        "2025-03-05 18:00 - 2025-03-07 18:00 2880",
        "2025-03-08",
        "something newer",
    ]

    assert explained(lines) == [
        "Wed 5 Mar 18:00-21:00  180 min",
        "Wed 5 Mar 18:00 to Fri 7 Mar 18:00  2880 min",
        "until the end of Sat 8 Mar",
        "something newer",
    ]


def test_from_a_hundred_hours_on_minutes_mean_nothing() -> None:
    assert [time_words(minutes) for minutes in (5999, 6001, 90_000)] == [
        "99 h 59",
        "100 h",
        "1,500 h",
    ]
    assert [mark(level) for level in range(4)] == ["", "!", "!!", "!!!"]
