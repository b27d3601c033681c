"""``counter return``: goods that come back, from the claim to the money."""

from __future__ import annotations

import typer

from counter.commands import (
    return_goods,
    return_money,
    return_opening,
    return_reading,
    return_steps,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(return_reading.app)
app.add_typer(return_opening.app)
app.add_typer(return_steps.app)
app.add_typer(return_goods.app)
app.add_typer(return_money.app)
app.add_typer(
    return_money.compensation,
    name="compensation",
    help="Decide on and pay a compensation that was proposed.",
)
