"""What the commands about tickets share: naming them, taking a step with each, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from counter.commands.output import print_json, safe
from counter.commands.session import signed_in
from counter.language import _, sentence
from counter.words import label

if TYPE_CHECKING:
    from counter.bulk_steps import RowResult
    from counter.desk import Actor, WritingDesk
    from counter.shop import Shop
    from counter.ticket_events import TicketHead

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as C-20250303-0007.")]
Numbers = Annotated[
    list[str], typer.Argument(metavar="NUMBER...", help="Such as C-20250303-0007; one or several.")
]
Note = Annotated[str, typer.Option("--note", "-n", help="What happened, in words.")]

Operation = Callable[["WritingDesk", str], "TicketHead"]

INTERRUPTED: Final = 130
"""Exit status of a command that was stopped by its reader: 128 + SIGINT."""


def work(
    numbers: Sequence[str],
    login: str | None,
    pin_stdin: bool,
    as_json: bool,
    operation: Operation,
) -> None:
    """Sign in, take one step with each ticket, and say how they stand now.

    One ticket that refuses ends the command as every error does. Of several, each is done or
    fails alone; the exit status says whether all were done.
    """
    with signed_in(login, pin_stdin) as (shop, actor):
        if len(numbers) > 1:
            _work_on_many(shop, actor, numbers, operation, as_json)
            return
        with shop.writing(actor) as desk:
            head = operation(desk, numbers[0])
        say_head(head, as_json)


def say_head(head: TicketHead, as_json: bool) -> None:
    """How a ticket stands now."""
    if as_json:
        print_json(head)
    else:
        print(_line(head))
        print(safe(head.summary))


def _line(head: TicketHead) -> str:
    return f"{head.no}  {label(head.kind)}  {label(head.status)}  {head.priority}"


def _work_on_many(
    shop: Shop, actor: Actor, numbers: Sequence[str], operation: Operation, as_json: bool
) -> None:
    from counter.bulk_steps import BulkResult, Chosen, apply_to_each

    tried: list[RowResult] = []

    def told(row: RowResult, _count: int, _total: int) -> None:
        tried.append(row)
        if not as_json:
            print(_said(row), flush=True)

    def step(desk: WritingDesk, no: str, _seen: int | None) -> TicketHead:
        return operation(desk, no)

    interrupted = False
    try:
        result = apply_to_each(shop, actor, map(Chosen, numbers), step, told=told)
    except KeyboardInterrupt:  # what was told is stored; the row in hand is not
        interrupted = True
        result = BulkResult(tuple(tried), tuple(numbers[len(tried) :]))
    if as_json:
        print_json({"rows": [_as_json(row) for row in result.rows], "left": result.left})
    else:
        said = _("{done} done, {failed} not done, {left} not tried")
        print(said.format(done=result.done, failed=result.failed, left=len(result.left)))
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if result.failed or result.left:
        raise typer.Exit(1)


def _said(row: RowResult) -> str:
    if row.head is not None:
        return _line(row.head)
    if row.error is None:
        raise RuntimeError("A row is neither done nor failed.")
    return _("{no}  not done: {reason}").format(no=safe(row.no), reason=sentence(row.error))


def _as_json(row: RowResult) -> dict[str, Any]:
    answer: dict[str, Any] = {"no": row.no, "ticket": row.head}
    if row.error is not None:
        answer |= {"error": row.error.code, "message": sentence(row.error)}
    return answer
