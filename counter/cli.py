"""The commands of the shell, tied together; the one place that knows every room.

Each command is thin: it opens the shop, calls one operation of ``counter`` and prints. ``screens``
is imported only inside the command that opens the application.
"""

from __future__ import annotations

from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Annotated

import typer

from counter import language
from counter.commands import exchange, find, staff, store, ticket
from counter.commands.session import ending_in_words, invocation
from counter.commands.speech import SpeakingGroup

app = typer.Typer(
    name="counter",
    cls=SpeakingGroup,
    help="The after-sales counter of a shop. Without a command it opens the application.",
    add_completion=False,
    pretty_exceptions_enable=False,
    # Rich's help markup costs as much again as Typer itself.
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(distribution_version("counter"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
@ending_in_words
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder of this counter's files (COUNTER_HOME)."),
    ] = None,
    db: Annotated[
        str | None, typer.Option(metavar="STORE", help="Another store, a path or URL (COUNTER_DB).")
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


app.command("init")(store.init)
app.command("import")(exchange.import_)
app.add_typer(exchange.export_app, name="export")
app.command("find")(find.find)
app.add_typer(ticket.app, name="ticket")
app.add_typer(staff.app, name="staff")
app.command("doctor")(store.doctor)
app.command("backup")(store.backup)
app.command("demo")(store.demo)
