"""Choosing a PIN: with a one-time code, or instead of one's own old one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from counter.desk import Actor
from counter.language import _, sentence
from counter.signin import change_pin as change_pin_operation
from counter.signin import choose_pin as choose_pin_operation
from models.errors import CounterError
from models.messages import N_
from screens.widgets.ask import Ask
from screens.widgets.dialog import open_dialog
from screens.widgets.form import SecretField

if TYPE_CHECKING:
    from screens.frame import FramedScreen


def choose_pin(screen: FramedScreen, login: str, code: str) -> None:
    """Ask for a new PIN twice, set it with the code that was accepted, and sign in."""
    app = screen.counter_app
    signed: list[Actor] = []

    async def check(values: dict[str, str]) -> dict[str, str]:
        if wrong := _differ(values):
            return wrong
        try:
            signed.append(
                await asyncio.to_thread(choose_pin_operation, app.shop, login, code, values["pin"])
            )
        except CounterError as error:
            return {"pin": sentence(error)}
        return {}

    def done(values: dict[str, str] | None) -> None:
        if values is not None and signed:
            app.run_worker(app.signed_in(signed[0]), group="sign-in")

    ask = Ask(
        _("Welcome, {login}. Choose a PIN.").format(login=login),
        [
            SecretField("pin", N_("New PIN"), hint=N_("At least six digits.")),
            SecretField("again", N_("Once more")),
        ],
        validate=check,
    )
    open_dialog(app, ask, done)


def change_pin(screen: FramedScreen) -> None:
    """Ask for the old PIN and twice for the new one."""
    app = screen.counter_app

    async def check(values: dict[str, str]) -> dict[str, str]:
        if wrong := _differ(values):
            return wrong
        try:
            await asyncio.to_thread(
                change_pin_operation, app.shop, app.actor, values["old"], values["pin"]
            )
        except CounterError as error:
            return {"pin" if error.code == "invalid_input" else "old": sentence(error)}
        return {}

    def done(values: dict[str, str] | None) -> None:
        if values is not None:
            screen.say(_("Your PIN was changed."), "done")

    ask = Ask(
        _("Change my PIN"),
        [
            SecretField("old", N_("Old PIN")),
            SecretField("pin", N_("New PIN"), hint=N_("At least six digits.")),
            SecretField("again", N_("Once more")),
        ],
        validate=check,
    )
    open_dialog(app, ask, done)


def _differ(values: dict[str, str]) -> dict[str, str]:
    if values["pin"] == values["again"]:
        return {}
    return {"again": _("This is not the same PIN.")}
