"""``counter staff``: who works here, roles, PINs."""

from __future__ import annotations

from typing import Annotated

import typer

from counter import language
from counter.commands.output import print_json, print_table
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    opened_shop,
    read_secret,
    signed_in,
)
from counter.language import _, phrase
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Role

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The staff number.")]


@app.command("roles")
@ending_in_words
def roles(as_json: JsonOption = False) -> None:
    """Print who may do what, from the one table that the program obeys."""
    from counter.commands.session import invocation
    from counter.permissions import ROLES, Action, allowed, name_of

    language.use(language.preferred(invocation.places().language_setting()))
    if as_json:
        print_json({role: sorted(ROLES[role]) for role in Role})
        return
    print_table(
        ["", *(label(role) for role in Role)],
        [
            [name_of(action), *(_("yes") if allowed(role, action) else "-" for role in Role)]
            for action in Action
        ],
    )


@app.command("list")
@ending_in_words
def list_(
    login: AsOption = None, pin_stdin: PinOption = False, as_json: JsonOption = False
) -> None:
    """List everybody who works or worked here."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.staff import everybody

        with shop.reading(actor) as desk:
            found = list(everybody(desk))
        if as_json:
            print_json({"staff": found})
            return
        print_table(
            [_("number"), _("name"), _("role"), ""],
            [
                [
                    row.login,
                    row.name,
                    label(row.role),
                    _("has left") if not row.active else "" if row.has_pin else _("no PIN yet"),
                ]
                for row in found
            ],
        )


@app.command("add")
@ending_in_words
def add(
    new_login: Login,
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")] = Role.CLERK,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Add a person; prints the one-time code for the first sign-in."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.staff import StaffDraft, add_staff

        with shop.writing(actor) as desk:
            issued = add_staff(desk, StaffDraft(new_login, name, role))
        if issued is not None:
            print_code(issued.login, issued.code, as_json)


@app.command("reset-pin")
@ending_in_words
def reset_pin(
    whose: Login,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a person's PIN away and print a one-time code instead."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import staff

        with shop.writing(actor) as desk:
            issued = staff.reset_pin(desk, whose)
        print_code(issued.login, issued.code, as_json)


@app.command("set-pin")
@ending_in_words
def set_pin(
    whose: Login,
    pin_stdin: Annotated[
        bool,
        typer.Option("--pin-stdin", help="Read the code and the new PIN, a line each."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Choose a PIN with a one-time code."""
    with opened_shop() as shop:
        from counter.signin import choose_pin

        code = read_secret(_("One-time code"), pin_stdin)
        pin = read_secret(_("New PIN"), pin_stdin)
        actor = choose_pin(shop, whose, code, pin)
        if as_json:
            print_json(
                {"id": actor.id, "login": actor.login, "name": actor.name, "role": actor.role}
            )
        else:
            print(phrase(N_("{name} can sign in now."), {"name": actor.name}))


@app.command("change")
@ending_in_words
def change(
    whose: Login,
    name: Annotated[str | None, typer.Option("--name", help="The person's name.")] = None,
    role: Annotated[Role | None, typer.Option("--role", help="What the person may do.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--left", help="Works here, or works here no more.")
    ] = None,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Change a person's name or role, or say that the person left."""
    if name is None and role is None and active is None:
        raise InvalidInput(N_("Say what changes: --name, --role, --active or --left."))
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.staff import change_staff

        with shop.writing(actor) as desk:
            change_staff(desk, whose, name=name, role=role, active=active)
        if as_json:
            print_json({"login": whose})
        else:
            print(_("Saved."))


@app.command("limit")
@ending_in_words
def limit(
    whose: Login,
    amount: Annotated[
        str,
        typer.Argument(metavar="AMOUNT", help="Such as 50.00, in the shop's currency; 0: none."),
    ],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Set up to which amount a person grants goodwill without a second one."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.staff import set_limit

        with shop.writing(actor) as desk:
            minor = set_limit(desk, whose, amount)
        if as_json:
            currency = shop.site.currency
            print_json({"login": whose, "goodwill_limit_minor": minor, "currency": currency})
        else:
            print(_("Saved."))


def print_code(login: str, code: str, as_json: bool) -> None:
    """Say a one-time code, once."""
    if as_json:
        print_json({"login": login, "code": code})
    else:
        said = N_("One-time code for {login}: {code} (choose a PIN with it within 7 days)")
        print(phrase(said, {"login": login, "code": code}))
