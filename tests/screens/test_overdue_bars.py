"""Totals in one line: as many as fit, however many there are."""

from __future__ import annotations

import pytest

from screens import overdue_bars
from screens.overdue_bars import Bar, bar_line
from screens.widgets.cells import width_of

CLERKS = [Bar(f"clerk {number}", 5000 - number) for number in range(3000)]


@pytest.mark.parametrize("width", [20, 78, 118])
def test_of_thousands_of_totals_those_are_shown_that_fit(width: int) -> None:
    line = bar_line("clerk", CLERKS, width).plain

    shown = line.count("clerk ") - 1  # the head is one of them
    assert shown >= 1
    assert f"+{3000 - shown:,} more" in line
    assert width_of(line) <= max(width, width_of(f"{'clerk':9}clerk 0 5,000   +2,999 more"))


def test_no_more_totals_are_measured_than_could_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []

    def spy(text: str) -> int:
        measured.append(text)
        return width_of(text)

    monkeypatch.setattr(overdue_bars, "width_of", spy)
    bar_line("clerk", CLERKS, 78)

    assert {"clerk 0", "clerk 1"} <= set(measured)
    assert f"clerk {78 // 4}" not in measured
