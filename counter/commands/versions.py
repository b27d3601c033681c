"""What the commands about versions share: their numbers, and how a difference is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from counter.commands.output import safe
from counter.language import _

if TYPE_CHECKING:
    from counter.rules.policy_changes import Change

DIGITS: Final = 9
"""Most digits of a version's number."""

Number = Annotated[
    int, typer.Argument(metavar="VERSION", min=1, max=10**DIGITS - 1, help="Its number.")
]


def is_number(side: str) -> bool:
    """Whether a side of a comparison names a version that is kept."""
    return side.isascii() and side.isdigit() and len(side) <= DIGITS


def print_changes(found: Iterable[Change], written: Callable[[Any], str]) -> None:
    """Each parameter, old -> new; of a list, what is gone from it and what is new in it."""
    nothing_differs = True
    for key, was, now in found:
        nothing_differs = False
        if isinstance(was, list) and isinstance(now, list):
            print(f"{safe(key)}:")
            for sign, items in (("-", was), ("+", now)):
                for item in items:
                    print(f"  {sign} {written(item)}")
        else:
            print(f"{safe(key)}: {written(was)} -> {written(now)}")
    if nothing_differs:
        print(_("Nothing differs."))
