"""The commands of the shell, tied together; the one place that knows every room.

Each command is thin: it opens the shop, calls one operation of ``counter`` and prints. ``screens``
is imported only inside the command that opens the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from counter import language
from counter.commands.session import ending_in_words, invocation, named, named_path
from counter.commands.speech import Part, SpeakingGroup
from models.messages import N_

_STORE = "counter.commands.store"
_SAFEKEEPING = "counter.commands.safekeeping"
_EXCHANGE = "counter.commands.exchange"


class Counter(SpeakingGroup):
    """``counter`` and its commands; each is imported when it is run."""

    parts: ClassVar[Mapping[str, Part]] = {
        "init": Part(
            _STORE, "init", N_("Create the store, or say better what it is; asks no questions.")
        ),
        "import": Part(
            _EXCHANGE,
            "import_",
            N_(
                "Take in receipts, products, customers, staff, complaints; "
                "bad rows go to FILE.rejects.csv."
            ),
        ),
        "export": Part(
            _EXCHANGE, "export_app", N_("Write what changed since the last batch as CSV.")
        ),
        "find": Part("counter.commands.find", "find", N_("Find whatever was scanned or typed.")),
        "check": Part(
            "counter.commands.check",
            "check",
            N_("Say what a customer is entitled to, until when, by which rule, and why."),
        ),
        "clock": Part(
            "counter.commands.clock",
            "clock",
            N_("Say when something is due, and why: targets, calendars, pauses, line by line."),
        ),
        "overdue": Part(
            "counter.commands.overdue",
            "overdue",
            N_("Show what is late, whatever its clock, the latest first."),
        ),
        "policy": Part(
            "counter.commands.policy",
            "app",
            N_("Show, check, print and change the return rules, version by version."),
        ),
        "service": Part(
            "counter.commands.service",
            "app",
            N_("Show, check and change what is due when: targets and calendars."),
        ),
        "tick": Part(
            "counter.commands.tick",
            "tick",
            N_("Wake what waited long enough and write the levels that clocks reached."),
        ),
        "calendar": Part(
            "counter.commands.service",
            "calendar_app",
            N_("Show the hours of each day of a calendar."),
        ),
        "ticket": Part("counter.commands.ticket", "app", N_("Open, work and close tickets.")),
        "complaint": Part(
            "counter.commands.complaint",
            "app",
            N_("Look into complaints, propose, agree, escalate."),
        ),
        "call": Part(
            "counter.commands.call", "call", N_("Say how the call-back about a ticket went.")
        ),
        "handover": Part(
            "counter.commands.handover",
            "handover",
            N_("Show the numbers of your shift, and leave a note to the next one."),
        ),
        "reply": Part("counter.commands.reply", "app", N_("Keep sentences to answer with.")),
        "return": Part(
            "counter.commands.returns",
            "app",
            N_("Open returns, decide on them and carry them out, to the money."),
        ),
        "receipt": Part(
            "counter.commands.receipts",
            "app",
            N_("Type a receipt that the store does not have."),
        ),
        "staff": Part("counter.commands.staff", "app", N_("Manage who works here.")),
        "doctor": Part(
            _SAFEKEEPING, "doctor", N_("Examine the store and say what was found, or repair it.")
        ),
        "backup": Part(
            _SAFEKEEPING, "backup", N_("Copy the store while it is used, and verify the copy.")
        ),
        "restore": Part(
            _SAFEKEEPING, "restore", N_("Bring a backup back; the store that it replaces is kept.")
        ),
        "demo": Part(
            "counter.commands.demo",
            "demo",
            N_("Open the application on a throw-away shop with made-up people and goods."),
        ),
    }


app = typer.Typer(
    name="counter",
    cls=Counter,
    help="The after-sales counter of a shop. Without a command it opens the application.",
    add_completion=False,
    pretty_exceptions_enable=False,
    # Rich's help markup costs as much again as Typer itself.
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from counter.version import program_version

        print(program_version())
        raise typer.Exit


@app.callback(invoke_without_command=True)
@ending_in_words
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            parser=named_path,
            help="The folder of this counter's files (COUNTER_HOME).",
        ),
    ] = None,
    db: Annotated[
        str | None,
        typer.Option(
            metavar="STORE", parser=named, help="Another store, a path or URL (COUNTER_DB)."
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """The after-sales counter of a shop. Without a command it opens the application."""
    invocation.home, invocation.db = home, db
    language.use(language.preferred(invocation.places().language_setting()))
    if context.invoked_subcommand is None:
        from counter.__main__ import open_application

        raise typer.Exit(open_application(home, db))
