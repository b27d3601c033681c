"""``counter reply``: the sentences that are kept for answers."""

from __future__ import annotations

from typing import Annotated

import typer

from counter.commands.output import print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.language import _
from counter.words import label
from models.terms import TicketKind

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Code = Annotated[str, typer.Argument(metavar="CODE", help="What names the reply.")]


@app.command("list")
@ending_in_words
def list_(
    kind: Annotated[TicketKind | None, typer.Option("--kind", "-k", help="Those for it.")] = None,
    number: Annotated[
        str, typer.Option("--for", metavar="NUMBER", help="Filled in for this ticket.")
    ] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the replies, the store's own first, as they are kept or filled in for a ticket."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import replies
        from counter.lookup import ticket

        with shop.reading(actor) as desk:
            facts: dict[str, str] = {}
            if number:
                about = ticket(desk, number)
                kind, facts = kind or about.kind, replies.facts_of(desk, about)
            found = [
                row._replace(body=replies.fill(row.body, facts))
                for row in replies.replies(desk, kind)
            ]
        if as_json:
            print_json({"replies": found})
            return
        print_table(
            [_("code"), _("kind"), _("title"), ""],
            [
                [
                    row.code,
                    label(row.kind) if row.kind else _("every kind"),
                    row.title,
                    _("the store's own") if row.own else "",
                ]
                for row in found
            ],
        )
        if number:
            for row in found:
                print()
                print(f"{row.code}: {safe(row.body, lines=True)}")


@app.command("add")
@ending_in_words
def add(
    code: Code,
    title: Annotated[str, typer.Option("--title", help="Its line in the list.")],
    body: Annotated[
        str,
        typer.Option("--text", help="The text, with {no}, {customer}, {due}, {store} filled in."),
    ],
    kind: Annotated[
        TicketKind | None, typer.Option("--kind", "-k", help="For this kind alone.")
    ] = None,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Keep a reply of the store's own; one of the same code gets the new text."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.replies import add_reply

        with shop.writing(actor) as desk:
            row = add_reply(desk, code, title, body, kind=kind or "")
        if as_json:
            print_json(row)
        else:
            print(_("Saved."))


@app.command("remove")
@ending_in_words
def remove(
    code: Code,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Offer a reply of the store's own no longer."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.replies import remove_reply

        with shop.writing(actor) as desk:
            remove_reply(desk, code)
        if as_json:
            print_json({"code": code})
        else:
            print(_("Removed."))
