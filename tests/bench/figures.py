"""One measured figure, and how a table of them is written."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured, the floor it is held against, and how far it may reach.

    Attributes:
        name: what was measured.
        value: the measurement in words, with its unit.
        floor: the floor of the same run in words, with its unit; empty for absolute figures.
        ratio: value through floor; None for absolute figures.
        limit: the ratio (or the figure in words) that is to be reached.
    """

    name: str
    value: str
    floor: str
    ratio: float | None
    limit: str


def paired(name: str, values: list[float], floors: list[float], floor: str, limit: str) -> Figure:
    """A figure of runs in turn, A B A B: the median of the ratios, pair by pair."""
    ratios = [value / base for value, base in zip(values, floors, strict=True)]
    return Figure(
        name,
        f"{median(values) * 1000:.0f} ms",
        f"{floor}, {median(floors) * 1000:.0f} ms",
        median(ratios),
        limit,
    )


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| measured | figure | floor in the same run | ratio | reach |",
        "|---|---|---|---|---|",
    ]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
        lines.append(
            f"| {figure.name} | {figure.value} | {figure.floor} | {ratio} | {figure.limit} |"
        )
    return "\n".join(lines)
