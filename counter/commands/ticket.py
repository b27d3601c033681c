"""``counter ticket``: tickets from the command line, looked at and worked on."""

from __future__ import annotations

import typer

from counter.commands import ticket_new, ticket_reading, ticket_steps, ticket_together

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(ticket_reading.app)
app.add_typer(ticket_new.app)
app.add_typer(ticket_steps.app)
app.add_typer(ticket_together.app)
