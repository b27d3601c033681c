"""``counter find``: the one find box, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from counter.commands.output import print_json, print_table
from counter.commands.session import AsOption, JsonOption, PinOption, ending_in_words, signed_in
from counter.language import _, short_moment
from counter.words import label


@ending_in_words
def find(
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", help="Receipt, ticket, barcode, serial, phone or name."),
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=1000, help="At most so many.")
    ] = 20,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find whatever was scanned or typed."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import lookup

        with shop.reading(actor) as desk:
            hits = lookup.find(desk, text, limit)
        if as_json:
            print_json({"hits": hits})
            return
        if not hits:
            print(_("Nothing found."))
            raise typer.Exit(1)
        print_table(
            ["", _("number"), _("what"), _("who"), "", _("when")],
            [
                [
                    label(hit.kind),
                    hit.ref,
                    hit.text,
                    hit.detail,
                    " ".join(label(term) for term in hit.terms),
                    short_moment(hit.at, shop.site.zone) if hit.at else "",
                ]
                for hit in hits
            ],
        )
