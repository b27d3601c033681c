"""``counter demo``: the made-up shop on the screen, in a sample file, or in a store of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from counter import language
from counter.commands.output import print_facts, print_json
from counter.commands.session import JsonOption, ending_in_words, invocation, named_path
from counter.language import _, number
from models.errors import FileRefused, InvalidInput
from models.messages import N_


@ending_in_words
def demo(
    receipts: Annotated[
        Path | None,
        typer.Option(
            "--receipts",
            metavar="FILE",
            parser=named_path,
            help="Only write a sample file of receipts.",
        ),
    ] = None,
    make: Annotated[
        Path | None,
        typer.Option(
            "--make",
            metavar="PATH",
            parser=named_path,
            help="Only write a made-up store: a counter's folder, or a file that ends in .db.",
        ),
    ] = None,
    tickets: Annotated[
        int | None,
        typer.Option("--tickets", metavar="N", help="With --make: how many tickets; else 10000."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="S", help="With --make: another one, another shop."),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(
            "--today",
            metavar="DATE",
            help="With --make: the shop's present; what was made up ends before that day.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Open the application on a throw-away shop with made-up people and goods."""
    setting = invocation.places().language_setting()
    language.use(language.preferred(setting))
    if make is not None:
        if receipts is not None:
            raise InvalidInput(N_("Choose either --make or --receipts."))
        _make(make, tickets, seed, today, as_json=as_json)
        return
    given = {"--tickets": tickets, "--seed": seed, "--today": today, "--json": as_json or None}
    for option, value in given.items():
        if value is not None:
            raise InvalidInput(N_("{option} goes with --make PATH."), option=option)
    if receipts is not None:
        _write_receipts(receipts)
        return
    from counter.__main__ import open_demo

    raise typer.Exit(open_demo())


def _write_receipts(path: Path) -> None:
    from counter.demo import write_receipts

    if os.path.lexists(path):
        raise FileRefused(
            N_("{path} exists already. Name another file, or remove it first."), path=path
        )
    rows = write_receipts(path)
    said = N_("{rows} receipt lines written to {path}.")
    print(language.phrase(said, {"rows": rows, "path": path}))


def _make(
    path: Path, tickets: int | None, seed: int | None, today: str | None, *, as_json: bool
) -> None:
    from counter.commands.progress import Progress
    from counter.demo import PIN, SEED
    from counter.making import TICKETS, make_store
    from counter.rules.fields import Faults

    faults = Faults()
    day = faults.day("today", today)
    faults.raise_if_any()
    with Progress(sys.stderr) as progress:
        made = make_store(
            path,
            tickets=TICKETS if tickets is None else tickets,
            seed=SEED if seed is None else seed,
            today=day,
            show=progress.show,
        )
    if as_json:
        print_json(made)
        return
    print_facts(
        [
            (_("store"), str(made.store)),
            (_("tickets"), number(made.tickets)),
            (_("still worked on"), number(made.working)),
            (_("events"), number(made.events)),
            (_("customers"), number(made.customers)),
            (_("receipts"), number(made.receipts)),
            (_("products"), number(made.products)),
            (_("staff"), number(made.staff)),
            (_("rows"), number(made.rows)),
            (_("bytes"), number(made.bytes)),
            (_("seconds"), f"{made.seconds:.1f}"),
        ]
    )
    said = N_("Everybody's PIN is {pin}; the supervisor is {login}.")
    print(language.phrase(said, {"pin": PIN, "login": "101"}))
