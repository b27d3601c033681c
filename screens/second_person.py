"""A second person says yes at this counter: number and PIN of a supervisor beside the clerk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from counter.approvals import Approval, second_person
from counter.language import _, sentence
from counter.permissions import Action, allowed
from models.errors import CounterError, NotAllowed, SessionEnded, SignInRefused
from models.messages import N_
from screens.sign_in import LastSecret
from screens.widgets.ask import Ask
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField

if TYPE_CHECKING:
    from screens.app import CounterApp

T = TypeVar("T")

_NEEDED: Final = N_("This needs a supervisor who did not ask for it.")

Approved = Callable[[Approval], Awaitable[T]]
"""Takes the step with the second person's word."""


class SecondPerson(Ask):
    """Asks for number and PIN, and takes the step with them; what is wrong stands under its field.

    Args:
        title: what is to be approved, already translated; names the record.
        why: why somebody else is needed, already translated.
        act: takes the step.

    Attributes:
        result: what the step gave back, once it was taken.
        refused: why it was not, where that has nothing to do with the second person.
    """

    def __init__(self, title: str, why: str, act: Approved[Any]) -> None:
        super().__init__(
            title,
            [
                TextField("login", N_("Number"), hint=N_("Of a supervisor or admin."), longest=32),
                LastSecret("pin", N_("PIN"), hint=N_("Typed by that person.")),
            ],
            validate=self._try,
            detail=why,
            submit=N_("Approve"),
        )
        self._act = act
        self.result: Any = None
        self.refused: CounterError | None = None

    @property
    def counter_app(self) -> CounterApp:
        """The application, by its own type."""
        return cast("CounterApp", self.app)

    def help_lines(self) -> list[str]:
        """Who it has to be, and that it changes nothing about who is signed in."""
        return [
            _("A supervisor or admin other than who asked for it types number and PIN."),
            _("Whoever is signed in stays signed in; both names stand in the history."),
            *super().help_lines(),
        ]

    async def _try(self, values: dict[str, str]) -> dict[str, str]:
        if self.result is not None or self.refused is not None:  # the key repeated meanwhile
            return {}
        shop = self.counter_app.shop
        try:
            approval = await asyncio.to_thread(second_person, shop, values["login"], values["pin"])
            self.result = await self._act(approval)
        except CounterError as error:
            return self._told(error)
        return {}

    def _told(self, error: CounterError) -> dict[str, str]:
        """What stands under a field: only what another PIN or another person can change."""
        actor = self.counter_app.actor
        own = isinstance(error, SessionEnded) and error.session == (actor.id, actor.session_no)
        if own or not isinstance(error, SignInRefused | NotAllowed):
            self.refused = error
            return {}
        self.form.fill({"pin": ""})
        return {"login" if isinstance(error, NotAllowed) else "pin": sentence(error)}


def ask_second_person(
    app: CounterApp,
    title: str,
    why: CounterError,
    act: Approved[T],
    *,
    done: Callable[[T], None],
    refused: Callable[[CounterError], None],
) -> None:
    """Open the window over whatever is in front.

    Args:
        app: the application.
        title: what is to be approved, already translated.
        why: what was said when the step was tried alone.
        act: takes the step with the second person's word; runs once a PIN was right.
        done: gets what the step gave back.
        refused: gets what stood in the way, once it is nothing that a second person can change.
    """

    def answered(_values: dict[str, str] | None) -> None:
        if window.result is not None:
            done(window.result)
        elif window.refused is not None:
            refused(window.refused)

    may_approve = allowed(app.actor.role, Action.APPROVE_RETURN)
    window = SecondPerson(title, sentence(why) if may_approve else _(_NEEDED), act)
    open_dialog(app, window, answered)
